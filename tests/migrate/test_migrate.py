"""Corrected articles: where the annotation goes, that nothing goes unlisted, and that files are safe."""

import json
import unicodedata
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import regex
import typer
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.json import decode, encode
from msgspec.structs import replace
from typer.testing import CliRunner, Result

from draws import draws
from helpers import ROOT, SEED, example
from onrecord.checking.validate import check_source
from onrecord.cli import migrate as command
from onrecord.cli.group import Group
from onrecord.files import canonical_json
from onrecord.marks.ingest import ingest
from onrecord.migrate.corrected import migrate
from onrecord.migrate.fates import Migration, MigrationError, items, prove
from onrecord.model import specification
from onrecord.model.record import Entity, Link, Mention, Record
from onrecord.text.alignment import Alignment
from strategies import records

NOW = "2026-02-02T02:02:02Z"
EXAMPLE = decode(encode(example()), type=Record)
TEXT = EXAMPLE.text
SEED_RECORD = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)


def marked(text: str) -> Record:
    """A record with one mention for each [[stretch]] of the text."""
    plain, places = "", []
    for i, part in enumerate(text.replace("]]", "[[").split("[[")):
        if i % 2:
            places.append((len(plain), len(plain) + len(part)))
        plain += part
    draft = ingest(plain.encode(), "a.txt", schema_version=specification.schema_version(), guidelines="1.0.0", now=NOW)
    mentions = tuple(Mention(f"m{i}", s, e, plain[s:e], "name", False, False) for i, (s, e) in enumerate(places))
    return replace(draft, entities=(Entity("e1", "OTHER", "it", Link("not_attempted", None), (), mentions),))


def migrated(record: Record, *changes: tuple[str, str]) -> Migration:
    text = record.text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return migrate(record, text, NOW)


def inside_grapheme(text: str, at: int) -> bool:
    return all(at not in match.span() for match in regex.finditer(r"\X", text)) and 0 < at < len(text)


def fates(migration: Migration, kind: str = "") -> dict[str, str]:
    return {f.pointer: f.fate for f in migration.fates if kind in ("", f.kind)}


MENTIONS = [
    # (the old text with its marks, the new text, what becomes of each mark)
    ("[[Ann]] left. [[Bob]] stayed.", "Ann left. Bob stayed on.", ["kept Ann", "kept Bob"]),
    ("Ann left. [[Bob]] stayed.", "Today Ann left. Bob stayed.", ["moved Bob"]),
    # replaced in place: as a whole word, never lost, never half
    ("It was on [[Tuseday]] that she left.", "It was on Tuesday that she left.", ["changed Tuesday"]),
    ("They met on [[Monday]] in Rome.", "They met on Tuesday in Rome.", ["changed Tuesday"]),
    ("They met on [[Monday]] in Rome.", "They met on early Tuesday in Rome.", ["changed early Tuesday"]),
    ("The mayor said [[on Monday]] it rained.", "The mayor said yesterday it rained.", ["changed yesterday"]),
    ("Later [[Jon Smyth]] spoke here.", "Later John Smith spoke here.", ["changed John Smith"]),
    ("Later [[Jon]] [[Smyth]] spoke here.", "Later John Smith spoke here.", ["changed John", "changed Smith"]),
    ("He met [[President Zelensky]] there.", "He met President Zelenskyy there.", ["changed President Zelenskyy"]),
    ("It cost [[2,000 dollars]] then.", "It cost 3,500 dollars then.", ["changed 3,500 dollars"]),
    ("They closed [[the old bridge]] today.", "They closed a old bridge today.", ["changed a old bridge"]),
    # inside, at the edges, around
    ("Then [[Ann Lee]] left.", "Then Ann Mary Lee left.", ["changed Ann Mary Lee"]),
    ("Then [[Ann Mary Lee]] left.", "Then Ann Lee left.", ["changed Ann Lee"]),
    ("Then [[the old bridge]] fell.", "Then old bridge fell.", ["changed old bridge"]),
    ("Then [[the bridge]] fell.", "Then, yesterday, the bridge (again) fell.", ["moved the bridge"]),
    ("He saw [[Trump]]’s tower.", "He saw Trumps tower.", ["changed Trumps"]),
    ("A [[health care]] plan came.", "A healthcare plan came.", ["changed healthcare"]),
    ("A [[healthcare]] plan came.", "A health care plan came.", ["changed health care"]),
    # deleted
    ("He left. [[Critics]] doubt [[it]]. It rained.", "He left. It rained.", ["lost", "lost"]),
    ("[[NASA]] said so. [[NASA]] said more.", "NASA said more.", ["lost", "moved NASA"]),
    ("[[NASA]] said it would fly. [[NASA]] said it would land.", "NASA said it would land.", ["lost", "moved NASA"]),
    ("[[NASA]] said it would land.", "NASA said it would fly. NASA said it would land.", ["moved NASA"]),
    ("He left [[on Monday]].", "He left.", ["lost"]),
    # written anew: a stray “it” or “the” is not the same one
    ("[[The council]] approved [[it]]. [[They]] met.", "A judge dismissed the whole suit against it. They met.", ["lost", "lost", "moved They"]),
    ("[[He]] left Monday.", "She came back on Friday.", ["lost"]),
    # words of a rewritten sentence that can't be others
    ("Mayor [[Ann Lee]] said the bridge was bad.", "As for what Ann Lee thinks: engineers found the bridge shaky.", ["moved Ann Lee"]),
    # paragraphs that change places, and such that could be either
    ("[[Ann]] left.\nBob stayed [[here]].\n", "Bob stayed here.\nAnn left.\n", ["moved Ann", "moved here"]),
    ("[[Ann]] left.\nBob.\nCy.\n", "Bob.\nCy.\nAnn left.\nAnn left.\n", ["lost"]),
    ("One.\n[[Ann]] left.\n", "One.\nAnn left.\nAnn left.\n", ["kept Ann"]),
    # white space is no word
    ("One.\n[[Ann Lee]] left.\n", "One.\r\nAnn Lee left.\r\n", ["moved Ann Lee"]),
    ("One.\r\n[[Ann]] left.\r\n", "One.\nAnn left.\n", ["moved Ann"]),
    ("It was [[100\u00a0000]] men.", "It was 100 000 men.", ["kept 100 000"]),
    ("[[A\nb]] c.", "A\r\nb c.", ["moved A\r\nb"]),
    ("\ufeff[[Ann]] left.", "Ann left.", ["moved Ann"]),
    ("[[Ann]] left.", "\ufeffAnn left.", ["moved Ann"]),
    # characters of many code points stay whole
    ("A [[👨‍👩‍👧‍👦]] came.", "A 👩‍🚀 came.", ["changed 👩‍🚀"]),
    ("The [[🇺🇦]] flag.", "The 🇺🇸 flag.", ["changed 🇺🇸"]),
    ("An [[e\u0301te\u0301]] came.", "An été came.", ["changed été"]),
    ("An [[ete]] came.", "An e\u0301te\u0301 came.", ["changed e\u0301te\u0301"]),
    ("He said [[“no”]] again.", "He said “no”\u0301 again.", ["changed “no”\u0301"]),
    ("A [[👍]] sign.", "A 👍🏽 sign.", ["changed 👍🏽"]),
    ("قال [[الوزير]] أمس.", "قال الرئيس أمس.", ["changed الرئيس"]),
    ("قال [[\u202bالوزير\u202c]] أمس.", "ثم قال \u202bالوزير\u202c أمس.", ["moved \u202bالوزير\u202c"]),
    ("彼は[[月曜日]]に来た。", "彼は火曜日に来た。", ["changed 火曜日"]),
    # quotation marks of another form are the same marks
    ("He said: [[“No way,”]] and left.", "He said: \"No way,\" and left.", ["changed \"No way,\""]),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "expected"), MENTIONS, ids=[str(i) for i in range(len(MENTIONS))])
def test_the_fate_of_a_mention(old: str, new: str, expected: list[str]) -> None:
    migration = migrate(marked(old), new, NOW)
    assert [f"{f.fate} {f.new or ''}".strip() for f in migration.fates if f.kind == "mention"] == expected
    left = [m.text for e in migration.record.entities for m in e.mentions]
    assert left == [e.split(" ", 1)[1] for e in expected if e != "lost"]


def test_half_a_word_stays_half_a_word() -> None:
    assert [
        f.new for f in migrate(marked("A [[hand]]bag fell."), "The handbag fell.", NOW).fates if f.kind == "mention"
    ] == ["hand"]
    assert [
        f.new for f in migrate(marked("A [[hand]]bags fell."), "A handbag fell.", NOW).fates if f.kind == "mention"
    ] == ["hand"]


def test_two_mentions_of_the_same_words_are_one() -> None:
    migration = migrate(marked("Then [[the big]] [[dog]] ran off."), "Then Rex ran off.", NOW)
    by_fate = {f.fate: f for f in migration.fates if f.kind == "mention"}
    assert set(by_fate) <= {"changed", "lost"}
    record = marked("Then [[US President]] spoke there.")
    nested = Mention("n1", 5, 7, "US", "name", False, False)
    record = replace(record, entities=(replace(record.entities[0], mentions=(*record.entities[0].mentions, nested)),))
    migration = migrate(record, "Then US spoke there.", NOW)
    assert [(f.id, f.fate, f.why) for f in migration.fates if f.kind == "mention"] == [
        ("m0", "lost", "its words are now those of n1"),
        ("n1", "kept", None),
    ]


def test_the_same_text_changes_nothing() -> None:
    migration = migrate(SEED_RECORD, SEED_RECORD.text, NOW)
    assert migration.record is SEED_RECORD
    assert {f.fate for f in migration.fates} == {"kept"}
    assert len(migration.fates) == len(list(items(SEED_RECORD)))


def test_a_correction_of_the_example() -> None:
    migration = migrated(EXAMPLE, ("Tuesday", "Monday"), ("Moon landing", "Mars landing"))
    new = migration.record
    assert new.text_sha256 == new.metadata.source_sha256 != EXAMPLE.text_sha256
    assert new.metadata.headline == "Agency delays Mars landing"
    assert new.metadata.section == "Science"
    assert new.annotation == replace(EXAMPLE.annotation, modified=NOW)
    assert new.extensions is UNSET
    assert {f.pointer: (f.old, f.new) for f in migration.fates if f.fate == "changed" and f.kind != "segment"} == {
        "/metadata/headline": ("Agency delays Moon landing", "Agency delays Mars landing"),
        "/entities/1/mentions/0": ("Moon", "Mars"),
        "/times/0": ("Tuesday", "Monday"),
    }
    assert not migration.lost
    assert [s.id for s in new.segments] == ["s1", "s2", "s3", "s4"]
    assert check_source(canonical_json.canonical(new), "x")[0] == new


def test_what_a_lost_quote_takes_with_it() -> None:
    value = example()
    inner = {
        **value["quotes"][1],
        "id": "q3",
        "parent": "q2",
        "fragments": value["quotes"][1]["fragments"][1:],
        "cue": None,
    }
    innermost = {**inner, "id": "q4", "parent": "q3"}
    value["quotes"] += [inner, innermost]
    value["claims"][2]["about"] = ["q3", "v1"]
    value["claims"][2]["relations"] = [{"kind": "responds_to", "claim": "c2"}]
    value["events"][0]["arguments"].append({"role": "theme", "target": "q2", "mention": None})
    value["times"][0].update(basis="anchored", anchor="t3")
    value["extensions"] = {"other": [1], "onrecord": {"mine": 2, "migrations": ["earlier"]}}
    old = decode(encode(value), type=Record)
    # the first piece of q2 goes; the second stays, and with it q2, q3, q4
    found = fates(migrated(old, ("“We will fly in 2028,” the agency told Reuters. ", "")))
    assert {p: f for p, f in found.items() if f == "lost" and p.count("/") == 2} == {
        "/times/2": "lost", "/claims/1": "lost", "/events/1": "lost"
    }  # fmt: skip
    for field in ("fragments/0", "speaker_mention", "cue", "addressees/0/mention"):
        assert found[f"/quotes/1/{field}"] == "lost", field
    assert found["/entities/3"] == "kept", "Reuters is still spoken to"
    # all of it goes
    migration = migrated(old, (" “We will fly in 2028,” the agency told Reuters. “It is ready.”", ""))
    new, found = migration.record, fates(migration)
    assert [q.id for q in new.quotes] == ["q1"]
    assert [c.id for c in new.claims] == ["c1", "c3"]
    assert new.claims[1].about == ("v1",)
    assert new.claims[1].relations == ()
    assert [a.target for a in new.events[0].arguments] == ["e1", "e2"]
    assert new.times[0].anchor is None
    for field in ("/claims/2/about/0", "/claims/2/relations/0", "/events/0/arguments/2", "/times/0/anchor"):
        assert found[field] == "lost", field
    assert isinstance(new.extensions, dict)
    assert new.extensions["other"] == [1]
    own: dict[str, Any] = new.extensions["onrecord"]
    assert own["mine"] == 2
    assert own["migrations"][0] == "earlier"
    entry = own["migrations"][1]
    assert {k: v for k, v in entry.items() if k != "lost"} == {
        "from": old.text_sha256,
        "to": new.text_sha256,
        "at": NOW,
    }
    kept = {x["pointer"]: x["item"] for x in entry["lost"]}
    assert kept["/quotes/1"] == value["quotes"][1]
    assert kept["/claims/2/relations/0"] == {"kind": "responds_to", "claim": "c2"}
    assert kept["/times/0/anchor"] == "t3"
    assert "/quotes/1/fragments/0" not in kept, "it is kept within its quote"


def test_children_of_a_lost_quote_go_to_its_parent() -> None:
    """q1 holds q2 holds q3; of q2's words only those of q3 that are not its own stay."""
    value = example()
    first, second = ({"start": s, "end": e, "text": TEXT[s:e]} for s, e in ((117, 133), (135, 157)))
    outer, inner, child = value["quotes"][1], {**value["quotes"][1]}, {**value["quotes"][1]}
    outer |= {
        "id": "q2",
        "kind": "indirect",
        "fragments": [{"start": 117, "end": 197, "text": TEXT[117:197]}],
        "cue": None,
    }
    inner |= {"id": "q3", "kind": "indirect", "fragments": [first], "cue": None, "parent": "q2"}
    child |= {"id": "q4", "kind": "indirect", "fragments": [first], "cue": None, "parent": "q3"}
    value["quotes"] += [inner, child]
    value["claims"][1]["quote"] = None
    old = decode(encode(value), type=Record)
    migration = migrated(old, ("Critics doubt it. ", ""))
    assert {f.id for f in migration.lost if f.kind == "quote"} == {"q3", "q4"}
    # pieces of its own let the child outlive its parent
    child["fragments"] = [first, second]
    old = decode(encode(value), type=Record)
    migration = migrated(old, ("Critics doubt it. ", ""))
    assert [(q.id, q.parent) for q in migration.record.quotes] == [("q1", None), ("q2", None), ("q4", "q2")]
    assert [(f.pointer, f.fate, f.old, f.new) for f in migration.fates if f.pointer.endswith("/parent")] == [
        ("/quotes/3/parent", "changed", "q3", "q2")
    ]


def test_a_mixed_quote_without_its_own_words_is_indirect() -> None:
    migration = migrated(EXAMPLE, ("will “not rush” the landing", "will land"))
    quote = migration.record.quotes[0]
    assert (quote.kind, quote.verbatim) == ("indirect", ())
    assert fates(migration)["/quotes/0/verbatim/0"] == "lost"
    assert fates(migration)["/quotes/0/kind"] == "changed"
    assert not errors(migration.record)


def test_pieces_that_come_to_touch_are_one() -> None:
    value = example()
    value["quotes"][1]["cue"] = None
    text = TEXT.replace(
        "“We will fly in 2028,” the agency told Reuters. “It is ready.”", "“We will fly in 2028,”“It is ready.”"
    )
    migration = migrate(decode(encode(value), type=Record), text, NOW)
    assert [f.text for f in migration.record.quotes[1].fragments] == ["“We will fly in 2028,”“It is ready.”"]
    assert fates(migration)["/quotes/1/fragments/1"] == "changed"


def test_an_entity_lives_on_while_something_refers_to_it() -> None:
    migration = migrated(EXAMPLE, ("Critics doubt it. ", ""))
    assert fates(migration)["/entities/2"] == "lost"
    value = example()
    value["entities"].append({**value["entities"][2], "id": "e9", "mentions": [], "members": ["e3"]})
    value["claims"][0]["about"].append("e9")
    migration = migrated(decode(encode(value), type=Record), ("Critics doubt it. ", ""))
    assert [e.id for e in migration.record.entities] == ["e1", "e2", "e3", "e4", "e9"]
    assert migration.record.entities[2].mentions == ()
    value["claims"][0]["about"].remove("e9")
    value["claims"][2]["about"].append("e9")  # which is lost
    migration = migrated(decode(encode(value), type=Record), ("Critics doubt it. ", ""))
    assert [e.id for e in migration.record.entities] == ["e1", "e2", "e4"]
    value["claims"][2]["about"].remove("e9")  # nobody ever referred to it: that is no loss of this migration
    migration = migrated(decode(encode(value), type=Record), ("Critics doubt it. ", ""))
    assert [e.id for e in migration.record.entities] == ["e1", "e2", "e3", "e4", "e9"]


def test_segments_keep_id_kind_and_note() -> None:
    old = replace(
        EXAMPLE, segments=(*EXAMPLE.segments[:3], replace(EXAMPLE.segments[3], kind="caption", note="by hand"))
    )
    text = TEXT.replace("NASA said", "s9 is new here.\nNASA said").replace("doubt it. ", "doubt it.\n")
    migration = migrate(old, text, NOW)
    new = migration.record
    assert [(s.id, s.kind, new.text[s.start : s.end][:12]) for s in new.segments] == [
        ("s1", "section", "Science"),
        ("s2", "headline", "Agency delay"),
        ("s5", "paragraph", "s9 is new he"),
        ("s3", "paragraph", "NASA said on"),
        ("s6", "paragraph", "Critics doub"),
        ("s4", "caption", "“We will fly"),
    ]
    assert new.segments[5].note == "by hand"
    assert [(f.pointer, f.id) for f in migration.fates if f.fate == "new"] == [
        ("/segments/2", "s5"),
        ("/segments/4", "s6"),
    ]
    gone = migrate(EXAMPLE, TEXT.split("\n", 1)[1], NOW)
    assert fates(gone)["/segments/0"] == "lost"
    assert gone.record.metadata.section == "Science", "a section that stands nowhere any more is metadata all the same"


def test_no_home_for_what_is_lost() -> None:
    odd: Any
    for odd in ("mine", [], {"migrations": {}}, {"migrations": "x"}):
        old = replace(EXAMPLE, extensions={"onrecord": odd})
        with pytest.raises(MigrationError, match="/extensions/onrecord"):
            migrated(old, ("Critics doubt it. ", ""))
        assert migrated(old, ("Tuesday", "Monday")).record.extensions == {"onrecord": odd}, "nothing was lost"


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "a\0b", "a\ud800b"])
def test_what_is_no_article(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        migrate(EXAMPLE, text, NOW)


# The proof


def test_the_proof_can_fail() -> None:
    good = migrated(EXAMPLE, ("Critics doubt it. ", ""))
    prove(EXAMPLE, good)
    new = good.record

    def bad(words: str, record: Record = new, listed: Any = good.fates) -> None:
        with pytest.raises(MigrationError, match=words):
            prove(EXAMPLE, Migration(record, tuple(listed)))

    for i, f in enumerate(good.fates):
        rest = [*good.fates[:i], *good.fates[i + 1 :]]
        bad(f.pointer if f.kind != "field" else "named", listed=rest)
        bad("2 times", listed=[*rest, f, f])
    time = replace(new.times[0], text="Monday")
    bad("/times/0 says 'Monday'", replace(new, times=(time, *new.times[1:])))
    bad(r"/times/0 \(t1\)", replace(new, times=new.times[1:]))
    entity = replace(new.entities[0], mentions=new.entities[0].mentions[:-1])
    bad("m5", replace(new, entities=(entity, *new.entities[1:])))
    elsewhere = replace(time, start=0, end=7, text=new.text[:7])
    bad("t1", replace(new, times=(elsewhere, *new.times[1:])))
    bad(
        "nothing there",
        replace(new, quotes=(new.quotes[0], replace(new.quotes[1], fragments=new.quotes[1].fragments[:1]))),
    )
    bad("nothing there", replace(new, quotes=(replace(new.quotes[0], cue=None), new.quotes[1])))
    bad("named t1", replace(new, quotes=(replace(new.quotes[0], time=None), new.quotes[1])))
    bad("names m7, which is lost", replace(new, quotes=(replace(new.quotes[0], speaker_mention="m7"), new.quotes[1])))
    bad("new", replace(new, segments=(*new.segments, replace(new.segments[0], id="s77"))))


# Whatever the record, whatever the correction

INSERTED = ["x", "said", "\u0301", "\u200d", " ", "\n", "New words here. ", "👩‍🚀", "\ufeff", "“", "نص"]


@st.composite
def corrected(draw: Any, text: str) -> str:
    """The text with one to three corrections of any kind."""
    for kind in draw(
        st.lists(
            st.sampled_from("insert delete replace crlf lf copy swap drop nfc quotes".split()), min_size=1, max_size=3
        )
    ):
        start = draw(st.integers(0, len(text)))
        end = draw(st.integers(start, min(len(text), start + 15)))
        lines = text.splitlines(keepends=True)
        i, j = (draw(st.integers(0, max(0, len(lines) - 1))) for _ in "ij")
        if kind in ("insert", "delete", "replace"):
            words = "" if kind == "delete" else draw(st.sampled_from(INSERTED))
            text = text[:start] + words + text[start if kind == "insert" else end :]
        elif kind in ("crlf", "lf"):
            text = text.replace("\r\n", "\n").replace("\n", "\r\n" if kind == "crlf" else "\n")
        elif kind == "nfc":
            text = unicodedata.normalize("NFC", text)
        elif kind == "quotes":
            text = text.translate({ord("“"): '"', ord("”"): '"'})
        elif lines:
            if kind == "copy":
                lines.insert(j, lines[i])
            elif kind == "swap":
                lines[i], lines[j] = lines[j], lines[i]
            else:
                del lines[i]
            text = "".join(lines)
    assume(text.replace("\ufeff", "").strip())
    return text


FOR_A_PERSON = {"QUO001", "QUO002", "QUO005", "QUO017", "CLM007", "TIM004", "TIM007", "TIM008", "TIM009"}
"""Errors that a correction can make of sound annotation, for a person to settle: marks are gone, two quotes or claims
are left with the same words, a time has lost its anchor or got words that its value does not fit."""


def errors(record: Record) -> set[str]:
    return {f.code for f in check_source(canonical_json.canonical(record), "x")[1] if f.severity == "error"}


@settings(
    max_examples=draws(120), deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
@given(st.data())
def test_any_correction_of_any_record(data: st.DataObject) -> None:
    old = data.draw(records())
    text = data.draw(corrected(old.text))
    migration = migrate(old, text, NOW)
    new, listed = migration.record, migration.fates
    if text == old.text:
        assert new is old
        return
    assert check_source(canonical_json.canonical(new), "x")[0] == new
    assert errors(new) - errors(old) <= FOR_A_PERSON
    # every span holds, and says truly what became of it
    for f in listed:
        if f.new_at:
            assert text[slice(*f.new_at)] == f.new
            assert (f.fate in ("kept", "moved")) == (
                f.why is None and f.old is not None and f.old.split() == str(f.new).split()
            )
            assert (f.fate == "kept") <= (f.old_at == f.new_at)
        if f.old_at and f.new_at and f.kind != "segment":
            for before, after in zip(f.old_at, f.new_at, strict=True):
                assert inside_grapheme(old.text, before) or not inside_grapheme(text, after)
            if f.fate == "changed":
                # but a space that an accent stands on is half of a character
                assert f.new == str(f.new).strip() or unicodedata.combining(str(f.new).strip()[:1])
    # everything is listed once
    counted = Counter(f.pointer for f in listed if f.fate != "new")
    assert set(counted.values()) <= {1}
    assert counted.keys() >= {p for p, *_ in items(old)}
    # what is lost is kept, the rest of the extensions untouched
    value = decode(encode(old))
    extensions = {} if new.extensions is UNSET else dict(new.extensions)
    stored = extensions.get("onrecord", {}).get("migrations", [{"lost": []}])[-1]["lost"]
    for entry in stored:
        item = value
        for step in entry["pointer"].split("/")[1:]:
            item = item[int(step) if isinstance(item, list) else step]
        assert entry["item"] == item
    roots = {e["pointer"] for e in stored}
    for f in migration.lost:
        assert any(f.pointer == r or f.pointer.startswith(f"{r}/") for r in roots), f.pointer
    if stored:
        del extensions["onrecord"]
    assert extensions == ({} if old.extensions is UNSET else old.extensions)


@settings(max_examples=draws(60), deadline=None)
@given(st.data())
def test_what_stands_before_a_correction_is_kept_and_what_stands_after_it_moves(data: st.DataObject) -> None:
    old = data.draw(records())
    words = data.draw(st.sampled_from(["Entirely new words. ", "zzz\n", "\n\nqqq "]))
    line = data.draw(st.sampled_from([0, *(s.start for s in old.segments)]))
    assume(old.text[:line].strip("\ufeff").strip() or line == 0)
    text = old.text[:line] + words + old.text[line:]
    for f in migrate(old, text, NOW).fates:
        if f.old_at and f.kind != "segment" and f.old_at[1] <= line:
            assert f.fate == "kept"
        elif f.old_at and f.kind != "segment" and f.old_at[0] >= line:
            assert f.new_at == (f.old_at[0] + len(words), f.old_at[1] + len(words))


def test_long_articles_are_quick() -> None:
    """Linear for corrections here and there; the old quadratic way took minutes."""
    text = "\n".join(f"{SEED_RECORD.text} {i}".replace("Trump", f"Trump{i}") for i in range(30))
    alignment = Alignment(text, text.replace("Putin", "Putyn").replace("conflict", "war"))
    at = text.index("Zelensky", len(text) // 2)
    place = alignment.place(at, at + 8)
    assert place
    assert alignment.new[slice(*place)] == "Zelensky"


# The command

app = typer.Typer(cls=Group, pretty_exceptions_enable=False)
app.callback()(lambda: None)
app.command("migrate")(command.migrate_command)


def run(*args: Any, code: int = 0) -> Result:
    result = CliRunner().invoke(app, ["migrate", *(str(a) for a in args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def files(tmp_path: Path) -> tuple[Path, Path]:
    record, text = tmp_path / "r.json", tmp_path / "new.txt"
    record.write_bytes(canonical_json.canonical(EXAMPLE))
    text.write_text(TEXT.replace("told", "assured").replace("Critics doubt it. ", ""), "utf-8", newline="")
    return record, text


def test_in_place_and_elsewhere(files: tuple[Path, Path], tmp_path: Path) -> None:
    record, text = files
    before = record.read_bytes()
    result = run("--text", text, record, "-o", tmp_path / "out.json", "--report", tmp_path / "report.json")
    assert record.read_bytes() == before
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    assert any("changed" in x and "/quotes/1/cue" in x and "“told” → “assured”" in x for x in lines)
    assert any(x.startswith("lost") and "/entities/2/mentions/0 m7" in x and "“Critics”" in x for x in lines)
    report = json.loads((tmp_path / "report.json").read_text("utf-8"))
    made, findings = check_source((tmp_path / "out.json").read_bytes(), "x")
    assert made is not None
    assert not [f for f in findings if f.severity == "error"]
    assert (report["from"], report["to"]) == (EXAMPLE.text_sha256, made.text_sha256)
    assert sum(report["counts"].values()) == len(report["fates"])
    assert {f["pointer"] for f in report["fates"]} >= {p for p, *_ in items(EXAMPLE)}
    run("--text", text, record)
    assert record.read_bytes() == (tmp_path / "out.json").read_bytes()
    again = record.read_bytes()
    assert "the text is the same" in run("--text", text, record, "-o", tmp_path / "copy.json").stderr
    assert record.read_bytes() == again == (tmp_path / "copy.json").read_bytes()


def test_a_faulty_result_never_takes_the_place_of_the_record(files: tuple[Path, Path], tmp_path: Path) -> None:
    record, text = files
    before = record.read_bytes()
    text.write_text(TEXT.replace("“not rush”", "not rush"), "utf-8")
    link = tmp_path / "link.json"
    link.symlink_to(record)
    for output in ([], ["-o", record], ["-o", link]):
        result = run("--text", text, record, *output, code=1)
        assert "QUO005" in result.stderr
        assert "-o" in result.stderr.splitlines()[-1]
        assert record.read_bytes() == before
    run("--text", text, record, "-o", tmp_path / "out.json", code=1)
    assert decode((tmp_path / "out.json").read_bytes(), type=Record).quotes[0].verbatim[0].text == "not rush"


@pytest.mark.parametrize(("raw", "code"), [(b"", "ING001"), (b" \n", "ING001"), (b"a\xff", "ING001"), (b"\xff\xfea\0", "ING001"), (b"a\0", "ING001"), (None, "new.txt")])  # fmt: skip
def test_a_text_that_is_none(files: tuple[Path, Path], raw: bytes | None, code: str) -> None:
    record, text = files
    before = record.read_bytes()
    text.unlink()
    if raw is not None:
        text.write_bytes(raw)
    assert code in run("--text", text, record, code=1 if raw is not None else 2).stderr
    assert record.read_bytes() == before


def test_a_record_that_is_none(files: tuple[Path, Path]) -> None:
    record, text = files
    assert "none.json" in run("--text", text, record.with_name("none.json"), code=2).stderr
    record.write_text(record.read_text("utf-8").replace('"text": "Tuesday"', '"text": "Sunday"'), "utf-8")
    assert "SPN002" in run("--text", text, record, code=1).stderr
    record.write_text('{"schema_version": "1.0.0"}')
    run("--text", text, record, code=1)
    value = {**example(), "extensions": {"onrecord": "mine"}}
    record.write_bytes(encode(value))
    assert "MIG003" in run("--text", text, record, code=1).stderr
    assert record.read_bytes() == encode(value)


def test_usage(files: tuple[Path, Path], tmp_path: Path) -> None:
    record, text = files
    before = record.read_bytes(), text.read_bytes()
    for args in (
        [],
        ["--text", text],
        ["--text", text, record, "-o", tmp_path],
        ["--text", text, record, "--report", tmp_path],
        ["--text", text, record, "--report", record],
        ["--text", text, record, "--report", text],
        ["--text", text, record, "-o", tmp_path / "a.json", "--report", tmp_path / "a.json"],
        ["--text", text, record, "-o", text],
        ["--text", record, record],
        [record, "--report", tmp_path / "report.json"],
        ["--text", text, record, "-o", record / "below.json"],
        ["--text", text, record, "--report", record / "below.json"],
    ):
        run(*args, code=2)
    assert (record.read_bytes(), text.read_bytes()) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.txt", "r.json"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
def test_a_write_that_fails_leaves_the_old_file(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: BaseException
) -> None:
    record, text = files
    before = record.read_bytes()

    def fails(*_: Any) -> None:
        raise error

    monkeypatch.setattr("onrecord.files.writing.os.replace", fails)
    result = CliRunner().invoke(app, ["migrate", "--text", str(text), str(record)])
    assert result.exit_code != 0
    assert record.read_bytes() == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["new.txt", "r.json"]


def test_a_proof_that_fails_writes_nothing(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    record, text = files
    before = record.read_bytes()
    # an alignment that is off by one everywhere
    monkeypatch.setattr(Alignment, "place", lambda self, start, end: (start + 1, end + 1))
    monkeypatch.setattr("onrecord.migrate.corrected._Migrator.marks", lambda self, pointer, mentions: iter(mentions))
    assert "MIG003" in run("--text", text, record, code=1).stderr
    assert record.read_bytes() == before


def test_the_raw_article_of_a_corpus_is_pointed_out(files: tuple[Path, Path], tmp_path: Path) -> None:
    record, text = files
    folder = tmp_path / "corpus"
    for name in ("raw", "records"):
        (folder / name).mkdir(parents=True)
    (folder / "raw" / "example.txt").write_text(TEXT, "utf-8")
    record = record.rename(folder / "records" / "r.json")
    assert str(folder / "raw" / "example.txt") in run("--text", text, record).stderr


def test_without_a_text_only_the_schema_is_upgraded(
    files: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from onrecord.migrate import upgrade

    record, _ = files
    before = record.read_bytes()
    assert f"already of schema {specification.schema_version()}" in run(record).stderr
    run(record, "-o", tmp_path / "copy.json")
    assert (tmp_path / "copy.json").read_bytes() == record.read_bytes() == before
    for version, code in (("99.0.0", "MIG002"), ("0.0.1", "MIG001"), ("new", "MIG001")):
        record.write_bytes(before.replace(b'"schema_version": "1.0.0"', f'"schema_version": "{version}"'.encode()))
        changed = record.read_bytes()
        assert code in run(record, code=1).stderr
        assert record.read_bytes() == changed
    for raw, code in ((b"[]", "MIG001"), (b"{}", "MIG001"), (b"{", "FIL003"), (b'{"schema_version": "1.0.0", "schema_version": ""}', "FIL005")):  # fmt: skip
        record.write_bytes(raw)
        assert code in run(record, code=1).stderr
    run(tmp_path / "none.json", code=2)

    def change(value: dict[str, Any]) -> dict[str, Any]:
        return {"id": value.pop("name"), **value}

    step = upgrade.Step(
        before="0.0.1", after=specification.schema_version(), description="name became id", change=change
    )
    monkeypatch.setattr(upgrade.upgrade, "__defaults__", ((step,), None))
    old = {("name" if k == "id" else k): v for k, v in example().items()} | {"schema_version": "0.0.1"}
    record.write_bytes(encode(old))
    assert "name became id" in run(record, "-o", tmp_path / "new.json").stderr
    assert decode((tmp_path / "new.json").read_bytes(), type=Record) == EXAMPLE
    assert decode(record.read_bytes()) == old
    record.write_bytes(encode({**old, "name": "no id"}))
    changed = record.read_bytes()
    assert "SCH" in run(record, code=1).stderr
    assert record.read_bytes() == changed
    record.write_bytes(encode(old))
    run(record)
    assert decode(record.read_bytes(), type=Record) == EXAMPLE


def test_another_article_is_refused(tmp_path: Path) -> None:
    record = tmp_path / "r.json"
    record.write_bytes((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes())
    before = record.read_bytes()
    other = tmp_path / "other.txt"
    other.write_text("A wholly different article about a bridge.\n", "utf-8")
    assert "hardly the same article" in run("--text", other, record, code=2).output
    assert record.read_bytes() == before
    result = CliRunner().invoke(
        app, ["migrate", "--text", str(other), str(record), "--force", "-o", str(tmp_path / "f.json")]
    )
    assert result.exit_code in (0, 1)
    assert decode((tmp_path / "f.json").read_bytes())["extensions"]["onrecord"]["migrations"][0]["lost"]


def test_a_deep_extension(tmp_path: Path) -> None:
    deep: Any = []
    for _ in range(190):
        deep = [deep]
    record = tmp_path / "deep.json"
    record.write_bytes(encode(example() | {"extensions": {"a": deep}}))
    assert run(record).exit_code == 0
