"""Raw articles of many shapes → segments and drafts."""

import hashlib
import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from draws import draws
from helpers import ROOT, SEED
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.marks.ingest import blocks, decode, document_id, ingest
from onrecord.model import specification
from onrecord.model.record import Record

RAW = (ROOT / "corpus" / "raw" / f"{SEED}.txt").read_bytes()


def draft(raw: bytes, name: str = "a.txt", language: str = "und") -> Record:
    version = specification.schema_version()
    return ingest(raw, name, schema_version=version, guidelines="1.0.0", now="2026-01-01T00:00:00Z", language=language)


def shape(record: Record) -> list[tuple[str, str]]:
    return [(s.kind, record.text[s.start : s.end]) for s in record.segments]


def kinds(text: str) -> list[str]:
    return [k for k, _ in shape(draft(text.encode()))]


LEAD = "The town council voted on Monday to close the old bridge, which carries four thousand cars a day."
BODY = "The mayor said repairs would cost more than a new bridge, and the town would decide in spring."


def test_seed() -> None:
    record = draft(RAW, f"{SEED}.txt")
    assert record.id == SEED
    assert record.text.encode() == RAW
    assert [s.kind for s in record.segments] == [
        "section",
        "headline",
        "summary",
        *["paragraph"] * 5,
        "related_link",
        *["paragraph"] * 5,
    ]
    assert record.metadata.section == "World"
    assert record.metadata.headline == "Trump Announces Intent to Hold Talks with Putin"
    assert record.metadata.source_sha256 == record.text_sha256 == hashlib.sha256(RAW).hexdigest()
    assert record.annotation.status == "draft"


def test_no_section() -> None:
    assert kinds(f"Council closes old bridge\n{LEAD}\n{BODY}\n") == ["headline", "paragraph", "paragraph"]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n", "\u2028", "\u2029", " \n\t\n"])
def test_line_ends_and_blank_lines(end: str) -> None:
    text = (
        end.join(["Local", "Council closes old bridge", LEAD, BODY, "READ ALSO: Ferry to run all winter", BODY]) + end
    )
    record = draft(text.encode())
    assert record.text == text
    assert shape(record) == [
        ("section", "Local"),
        ("headline", "Council closes old bridge"),
        ("paragraph", LEAD),
        ("paragraph", BODY),
        ("related_link", "READ ALSO: Ferry to run all winter"),
        ("paragraph", BODY),
    ]


def test_one_paragraph() -> None:
    record = draft(LEAD.encode())
    assert shape(record) == [("paragraph", LEAD)]
    assert record.metadata.headline == ""


def test_byte_order_mark_stays_outside_the_segments() -> None:
    record = draft(b"\xef\xbb\xbf" + f"Council closes old bridge\n{LEAD}\n{BODY}".encode())
    assert record.text.startswith("\ufeff")
    assert shape(record)[0] == ("headline", "Council closes old bridge")
    assert record.metadata.headline == "Council closes old bridge"


def test_byline_and_dateline() -> None:
    text = (
        f"Council closes old bridge\nBy Ann Lee and Bo Chan\nNovember 8, 2024\n{LEAD}\n{BODY}\nPhoto: Jo Doe / Agency\n"
    )
    record = draft(text.encode())
    assert [s.kind for s in record.segments] == ["headline", "byline", "dateline", "paragraph", "paragraph", "caption"]
    assert record.metadata.authors == ("Ann Lee", "Bo Chan")
    assert (record.metadata.published.value, record.metadata.published.basis) == ("2024-11-08", "stated")


def test_summary_is_a_block_that_the_lead_says_again() -> None:
    deck = "Mayor Ann Lee wants to close the old bridge."
    lead = "The bridge will be closed, Mayor Ann Lee said on Monday, after years of dispute."
    assert kinds(f"Council closes old bridge\n{deck}\n{lead}\n{BODY}") == [
        "headline",
        "summary",
        "paragraph",
        "paragraph",
    ]
    assert kinds(f"Council closes old bridge\n{LEAD}\n{lead}\n{BODY}") == [
        "headline",
        "paragraph",
        "paragraph",
        "paragraph",
    ]


def test_very_long_line() -> None:
    long = "word " * 200_000
    assert [k for k, _ in shape(draft(f"Headline here\n{long}\n{BODY}".encode()))] == [
        "headline",
        "paragraph",
        "paragraph",
    ]


def test_hard_wrapped_paragraphs_are_one_block() -> None:
    wrapped = "The town council voted on Monday to close the old bridge, which\ncarries four thousand cars a day and was built when the town had\nfewer than nine hundred."
    record = draft(f"Council closes old bridge\n\n{wrapped}\n\n{wrapped}\n".encode())
    assert shape(record) == [("headline", "Council closes old bridge"), ("paragraph", wrapped), ("paragraph", wrapped)]


def test_right_to_left() -> None:
    text = "أخبار\nالمجلس يغلق الجسر القديم\nصوت المجلس يوم الاثنين على إغلاق الجسر القديم الذي تعبره آلاف السيارات.\nقال رئيس البلدية إن الإصلاح مكلف.\n"
    record = draft(text.encode())
    assert [s.kind for s in record.segments] == ["section", "headline", "paragraph", "paragraph"]
    assert record.text == text


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "empty"),
        (b" \r\n\t\n", "empty"),
        (b"\xef\xbb\xbf\n", "empty"),
        ("Grüße".encode("latin-1"), "not UTF-8: byte 0xfc at offset 2"),
        ("News".encode("utf-16"), "UTF-16"),
        (b"a\0b", "NUL"),
        (b"%PDF-1.4 \x93\x94", "not UTF-8"),
    ],
)
def test_what_is_no_article(raw: bytes, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        draft(raw)


@pytest.mark.parametrize(
    ("name", "id"),
    [("a.txt", "a"), ("Über uns (1).txt", "Uber-uns-1"), ("2024.11.08:x.md", "2024.11.08:x"), ("-.txt", "-")],
)
def test_document_id(name: str, id: str) -> None:
    made = document_id(name)
    assert made == id if id != "-" else made


@settings(max_examples=draws(300), deadline=None)
@given(st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1), st.text(min_size=1, max_size=12))
def test_any_text_makes_a_valid_draft(text: str, name: str) -> None:
    raw = text.encode()
    try:
        decode(raw)
    except ValueError:
        return
    record = draft(raw, name)
    again, findings = check_source(canonical_json.canonical(record), "draft.json")
    assert not [f for f in findings if f.severity == "error"]
    assert again == record
    assert record.text.encode() == raw


@given(st.text(st.sampled_from("ab \u00a0\t\r\n\ufeff\u2028"), max_size=40))
def test_blocks_cover_all_but_space(text: str) -> None:
    found = blocks(text)
    covered = {i for start, end in found for i in range(start, end)}
    assert all(text[i].isspace() or text[i] == "\ufeff" for i in range(len(text)) if i not in covered)
    assert all(a[1] <= b[0] for a, b in itertools.pairwise(found))
    assert all(start < end for start, end in found)


RAT = "Der Stadtrat hat am Montag beschlossen, die alte Brücke zu schließen, über die täglich viertausend Autos fahren."
ENDE = "Die Bürgermeisterin sagte, eine Reparatur sei teurer als ein Neubau; entschieden werde im Frühjahr."


def test_german() -> None:
    text = (
        f"Stadt schließt alte Brücke\nVon Ute Klein und Bo Chan\nWien, 8. März 2024\n{RAT}\nEr sagte: „Wir warten.“\n{ENDE}\n"
        "Foto: Jo Doe / Bote\nLesen Sie auch: Fähre fährt den ganzen Winter\nWeitere Meldungen\nFähre im Winter\n"
    )
    record = draft(text.encode())
    assert [s.kind for s in record.segments] == [
        *("headline", "byline", "dateline", "paragraph", "paragraph", "paragraph", "caption"),
        *["related_link"] * 3,
    ]
    assert record.metadata.authors == ("Ute Klein", "Bo Chan")
    assert record.metadata.published.value == "2024-03-08"
    assert kinds(f"„Wir warten.“\n{RAT}\n{ENDE}\n") == ["paragraph"] * 3, "closed like a sentence, so no headline"
    assert kinds(f"Bild der Zerstörung\n{RAT}\n{ENDE}\n")[0] == "headline"


def test_capitals_of_german_nouns_make_no_summary() -> None:
    lead = "Das Landgericht Wien hat am Montag entschieden, dass die alte Brücke stehen bleibt."
    more = "Das Landgericht Wien folgte damit einem Gutachten, das der Stadtrat bestellt hatte."
    text = f"Alte Brücke bleibt\n{lead}\n{more}\n{ENDE}\n".encode()
    assert [s.kind for s in draft(text, language="de-AT").segments] == ["headline", *["paragraph"] * 3]
    assert [s.kind for s in draft(text).segments][1] == "summary", "the language is not known"


@pytest.mark.parametrize("day", ["8 janvier 2024", "8. Jänner 2024", "8 Jan. 2024", "January 8th, 2024"])
def test_months_of_several_languages(day: str) -> None:
    assert (
        draft(f"Stadt schließt alte Brücke\n{day}\n{RAT}\n{ENDE}\n".encode()).metadata.published.value == "2024-01-08"
    )


def test_list_of_related_links() -> None:
    """The links below their heading are no paragraphs, and their dates are not the article's."""
    text = f"Council closes old bridge\n{LEAD}\n{BODY}\nSee also\nFerry to run all winter\n(31.10.2007)\n{BODY}\n"
    record = draft(text.encode())
    assert [s.kind for s in record.segments] == [
        "headline",
        "paragraph",
        "paragraph",
        *["related_link"] * 3,
        "paragraph",
    ]
    assert record.metadata.published.value is None
    assert kinds(f"Council closes old bridge\n{LEAD}\nSee also the map\n{BODY}")[2] == "paragraph"


def test_a_paragraph_that_a_stray_break_cut_in_two_is_one() -> None:
    cut = f"{LEAD} {BODY} Nobody had asked the ferrymen, who live on the\nother bank."
    assert kinds(f"Council closes old bridge\n{cut}\n{BODY}\n") == ["headline", "paragraph", "paragraph"]
    assert kinds(f"Council closes old bridge\n{cut.replace('other', 'Other')}\n{BODY}\n")[2] == "paragraph"
    assert len(kinds(f"Council closes old bridge\n{cut.replace('other', 'Other')}\n{BODY}\n")) == 4
    assert kinds(f"Council closes\nold bridge\n{LEAD}\n{BODY}\n") == ["section", "headline", "paragraph", "paragraph"]


@pytest.mark.parametrize(
    ("line", "kind", "day"),
    [
        ("8.11.2024", "dateline", "2024-11-08"),
        ("Stand: 08. 11. 2024, 14.30 Uhr", "dateline", "2024-11-08"),
        ("(8.11.2024)", "paragraph", None),
        ("31.13.2024", "paragraph", None),
        ("Version 1.8.11.2024", "paragraph", None),
    ],
)
def test_dates_in_figures_with_full_stops(line: str, kind: str, day: str | None) -> None:
    record = draft(f"Council closes old bridge\n{LEAD}\n{BODY}\n{line}\n".encode())
    assert [s.kind for s in record.segments][3] == kind
    assert record.metadata.published.value == day


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("Von Ute Klein und Bo Chan", "byline"),
        ("VON UTE KLEIN", "byline"),
        ("By Ann Lee of the Evening Post", "byline"),
        ("Von Hand gemacht", "headline"),
        ("Von überall kommen Helfer", "headline"),
        ("Von der Brücke in den Fluss", "headline"),
    ],
)
def test_what_opens_like_a_byline(line: str, kind: str) -> None:
    assert kinds(f"{line}\n{RAT}\n{ENDE}\n")[0] == kind
