"""What single conditions of the rules tell apart: each of these was changed once without a test that saw it."""

from typing import Any

import pytest
from msgspec import convert

from helpers import EXAMPLE, example, patched
from onrecord.checking.rules import RULES, Document, Rule
from onrecord.checking.rules.corpus import corpus
from onrecord.checking.rules.entities.mention_shapes import edge_fault
from onrecord.checking.rules.spans.spans import inside_grapheme
from onrecord.checking.rules.times import time_reckoning
from onrecord.checking.rules.times.timex import DAY, UNIT_DAYS, impossible, interval, length
from onrecord.checking.validate import check_record
from onrecord.model import inventories
from onrecord.model.record import Record
from onrecord.text.languages import fault
from onrecord.text.quotation_marks import _continues, holds_single
from onrecord.text.words import assumed
from parts import CHECKS, at, claim, entity, event, found, mention, quote, time

ENGLISH = assumed("en")
TOLD_BY_WORDS = [r for r in RULES if r.words]


@pytest.mark.parametrize("rule", TOLD_BY_WORDS, ids=lambda r: r.code)
def test_rules_that_need_words_leave_languages_without_them_alone(rule: Rule) -> None:
    made = patched(example(), rule.bad)
    own = made["metadata"]["language"]
    for language, on in ((own, True), ("qaa", False), ("qab-AT", False), ("und", False), (f"{own}-GB", True)):
        made["metadata"]["language"] = language
        assert (rule.code in {f.code for f in check_record(convert(made, Record))}) is on, language


def test_lengths_of_units() -> None:
    """Days of the shortest and the longest."""
    assert UNIT_DAYS["CE"] == (36524, 36525)
    assert UNIT_DAYS["DE"] == (3652, 3653)
    assert [UNIT_DAYS[unit] for unit in ("Y", "M", "W", "D")] == [(365, 366), (28, 31), (7, 7), (1, 1)]
    assert [UNIT_DAYS[unit] for unit in ("TH", "TM", "TS")] == [(1 / 24, 1 / 24), (1 / 1440, 1 / 1440), (0, 1 / 1440)]
    assert len(UNIT_DAYS) == 9
    assert length("PT36H") == pytest.approx((1.5, 1.5))
    assert length("P1.5D") == (1.5, 1.5)
    assert length("P2Y") == (730, 732)
    assert length("PT30M") == pytest.approx((30 / 1440, 30 / 1440))
    assert length("P2Y3M") is None


def test_numbers_of_steps() -> None:
    step = time_reckoning.stepper(ENGLISH)
    for words in ("1000 days ago", "10000 days ago"):
        assert step(words) is None, "nobody writes so of days"
    assert step("999 days ago") == time_reckoning.Step("D", -999, True)


@pytest.mark.parametrize(
    ("words", "full_stop"),
    [("the firm Acme Inc.", False), ("Mr.", False), ("the tbsp.", False), ("the house.", True), ("the sky.", True)],
)
def test_abbreviations_at_the_end_of_a_mention(words: str, full_stop: bool) -> None:
    assert (edge_fault(words, "x", ENGLISH) == "ends with a full stop") is full_stop


def test_a_mention_that_is_punctuation() -> None:
    assert [edge_fault(words, "x", ENGLISH) for words in (",", "-", "“", ")", "?")] == [
        "ends with “,”", "ends with “-”", "begins with ““”, but does not close it", "holds no letter or digit", "holds no letter or digit",
    ]  # fmt: skip
    assert edge_fault("-5 degrees", "x", ENGLISH) is None
    assert edge_fault(",5", "x", ENGLISH) is None
    assert edge_fault("-x", "x", ENGLISH) == "begins with “-”"


def test_marks_without_a_partner() -> None:
    """In the middle of a quote; at its end, its own two marks are of one kind or not."""
    text = "She said “it is “so and so, he thinks”."
    whole = quote("q1", at(9, "“it is “so and so, he thinks”"))
    (problem,) = found("QUO011", text, quotes=[whole])
    assert text[slice(*problem.span or (0, 0))] == "“"
    assert not found("QUO011", text.replace("“so", "so"), quotes=[quote("q1", at(9, "“it is so and so, he thinks”"))])


def test_the_other_mark_is_shown() -> None:
    text = "He will “not rush” it."
    for words in ("He will “not rush", "not rush” it"):
        (problem,) = found("QUO010", text, quotes=[quote("q1", at(text.index(words), words), kind="indirect")])
        (place,) = problem.related
        assert text[slice(*place.span or (0, 0))] == ("”" if words.startswith("He") else "“")
        assert "“not rush”" in problem.message


@pytest.mark.parametrize(("words", "hits"), [("“No” I", 1), ("“No” ,I", 1), ("“No”, “no”", 0), ("“No” .", 0)])
def test_words_outside_marks(words: str, hits: int) -> None:
    assert len(found("QUO013", words, quotes=[quote("q1", at(0, words))])) == hits


def test_edges_of_mentions_in_other_languages() -> None:
    lee = [entity("e1", "x", mention("m1", 0, "Lee's"))]
    assert [len(found("ENT022", "Lee's", {"language": x}, entities=lee)) for x in ("en", "de", "fr")] == [1, 0, 0]


def test_pieces_of_several_paragraphs() -> None:
    """Each opens with a mark, the last alone closes."""

    def apart(first: str) -> int:
        text = f"{first}\n“And so on.”"
        return len(found("QUO020", text, quotes=[quote("q1", at(0, first), at(len(first) + 1, "“And so on.”"))]))

    assert apart("“It was so.") == 0
    assert apart("“It was so.”") == 1
    assert apart("It was so.") == 1


def test_innermost_of_three() -> None:
    text = "He thinks she said they hoped it would rain"
    outer, middle = "she said they hoped it would rain", "they hoped it would rain"
    quotes = [
        quote("q1", at(text.index(outer), outer), kind="indirect"),
        quote("q2", at(text.index(middle), middle), kind="indirect", parent="q1"),
        quote("q3", at(text.index("it would"), "it would rain"), kind="indirect", parent="q1"),
    ]
    (problem,) = found("QUO018", text, quotes=quotes)
    assert problem.fix == "set the parent to q2"
    quotes[2]["parent"] = "q2"
    assert not found("QUO018", text, quotes=quotes)


@pytest.mark.parametrize(("words", "hits"), [("it was .", 0), ("it was red.", 1), ("it was red…", 0), ("no.", 0)])
def test_full_stops_in_content(words: str, hits: int) -> None:
    assert len(found("QUO028", words, quotes=[quote("q1", at(0, words), kind="indirect")])) == hits


@pytest.mark.parametrize(
    ("sentence", "hits"),
    [
        ("Ann Lee said the bridge is closed.", 1),
        ("Ann Lee claimed that the bridge is closed.", 1),
        ("Ann Lee claimed the bridge.", 0),
        ("Ann Lee argues that nobody said so.", 0),
    ],
)
def test_sentences_that_report(sentence: str, hits: int) -> None:
    ann = entity("e1", "Ann Lee", mention("m1", 0, "Ann Lee"))
    made = claim("c1", sentence, at(0, "Ann Lee"), voice="source", claimant="e1")
    assert len(found("CLM015", sentence, entities=[ann], claims=[made])) == hits


def test_a_circle_needs_both_relations() -> None:
    def circle(one: str, two: str) -> list[Any]:
        events = [event(f"v{n}", at(4 * n, "met")) for n in range(3)]
        events[0]["relations"] = [{"kind": one, "event": "v1"}]
        events[1]["relations"] = [{"kind": two, "event": "v0"}]
        events[2]["relations"] = [{"kind": "causes", "event": "v0"}, {"kind": "before", "event": "v0"}]
        return found("EVT019", "met met met", events=events)

    assert circle("before", "causes")
    assert not circle("before", "before")
    assert not circle("causes", "causes")


def test_author_and_speaker_are_heard_each() -> None:
    """Two voices are wanted within a quote; two that are others, or one of the two, are not they."""
    text = "“We met.”"

    def silent(*sources: str) -> set[str]:
        facts = [{"value": "CT+", "according_to": s} for s in sources]
        layers: dict[str, Any] = {
            "entities": [entity("e1", "Ann", mention("m1", 1, "We")), entity("e2", "Bo")],
            "quotes": [quote("q1", at(0, text), speaker="e1")],
            "events": [event("v1", at(4, "met") | {"factuality": facts})],
        }
        return {code for code in ("EVT011", "EVT012", "EVT013") if found(code, text, **layers)}

    assert silent("author", "e1") == set()
    assert silent("author", "e2") == {"EVT012", "EVT013"}
    assert silent("author") == {"EVT013"}


def test_which_hash_is_mended() -> None:
    def edits(**hashes: str) -> list[str]:
        record = EXAMPLE | {"text_sha256": hashes["text"]}
        record["metadata"] = EXAMPLE["metadata"] | {"source_sha256": hashes["source"]}
        if "drift" in hashes:
            record["text"] = "X" + EXAMPLE["text"][1:] + "x"
        doc = Document(convert(record, Record))
        return [f"{p.pointer} {len(p.edits)}" for code in ("TXT001", "TXT002") for p in CHECKS[code](doc)]

    right, wrong = EXAMPLE["text_sha256"], "0" * 64
    assert edits(text=right, source=wrong) == ["/metadata/source_sha256 1"]
    assert edits(text=wrong, source=right) == ["/text_sha256 1", "/metadata/source_sha256 0"]
    assert edits(text=wrong, source="1" * 64) == ["/text_sha256 1", "/metadata/source_sha256 1"], "the spans fit"


@pytest.mark.parametrize("labels", [2, 3, 5])
def test_the_chance_is_that_of_the_g_test(labels: int) -> None:
    """Where the share of one label is beyond what chance gives one record of a million, for any number of labels."""
    others = {f"l{n}": 2000 for n in range(labels)}

    def far(n: int) -> bool:
        mine = dict.fromkeys(others, (100 - n) // (labels - 1)) | {"l0": n}
        return (
            corpus._far(mine, {k: v + mine[k] for k, v in others.items()}, 2000 * labels + sum(mine.values()))
            is not None
        )

    said = corpus._far({"l0": 100, "l1": 1}, {"l0": 1100, "l1": 1001, "l2": 1000}, 3101)
    assert said == "100 of 101 are l0, in the rest 33 %"
    said = corpus._far({"l1": 60, "l2": 40}, {"l0": 1000, "l1": 1060, "l2": 1040}, 3100)
    assert said == "0 of 100 are l0, in the rest 33 %", "the label that is farthest from what was to be expected"
    assert {2: 76, 3: 61, 5: 46}[labels] == next(n for n in range(100 // labels, 100) if far(n))


@pytest.mark.parametrize(
    ("text", "quoted", "loose"),
    [
        ("“One” and “two”", ["“One”", "“two”"], ""),
        ("“One “two” three”", ["“One “two” three”", "“two”"], ""),
        ("“One\n“two”", ["“One", "“two”"], ""),
        ("“One\n“two\n“three”", ["“One", "“two", "“three”"], ""),
        ("“One\n\n“two”", ["“One", "“two”"], ""),
        ("“One\nand two\n“three”", ["“three”"], "“"),
        ("«One\n»two»", ["«One", "»two»"], ""),
        ('"One\ntwo" and "three"', ['"One\ntwo"', '"three"'], ""),
        ("One” two", [], "”"),
        ('He is 5\'10" tall, "he says"', ['"he says"'], ""),
        ('A 3.5" disk and "no"', ['"no"'], ""),
        ('"It is 3.5" he says', ['"It is 3.5"'], ""),
        ("„Eins“ und „zwei”", ["„Eins“", "„zwei”"], ""),
        ("“One 'two' three”", ["“One 'two' three”"], ""),
        ('Der „Bote" und die „Post" sagen "Nein"', ['„Bote"', '„Post"', '"Nein"'], ""),
        (
            '„Ein 3.5" Laufwerk“ und „ein ("kleines") Wort“',
            ['„Ein 3.5" Laufwerk“', '„ein ("kleines") Wort“', '"kleines"'],
            "",
        ),
        ("„Er rief ‚halt‘“, »sie ›nein‹«, «sie ‹ja›»", ["„Er rief ‚halt‘“", "»sie ›nein‹«", "«sie ‹ja›»"], ""),
    ],
)
def test_which_marks_belong_together(text: str, quoted: list[str], loose: str) -> None:
    segments, start = [], 0
    for n, line in enumerate(text.split("\n")):
        if line:
            segments.append({"id": f"s{n}", "kind": "paragraph", "start": start, "end": start + len(line)})
        start += len(line) + 1
    layers: dict[str, Any] = {"entities": [], "times": [], "quotes": [], "claims": [], "events": []}
    marks = Document(convert(EXAMPLE | layers | {"text": text, "segments": segments}, Record)).marks
    assert [text[a:z] for a, z in sorted(marks.pairs.items())] == quoted
    assert "".join(text[at] for at in sorted(marks.loose)) == loose


@pytest.mark.parametrize(
    ("words", "holds"),
    [("so ‘called’ it", True), ("the boys’ ‘toys", False), ("it’s", False), ("‘tis", False), ("‘don’t’", True), ("‘’", False), ("a’ ‘b’", True), ("‘don’t", False), ("er sei ‚krank‘ und", True), ("er sei ‚krank’", True), ("er sei ›krank‹", True), ("er sei ‹krank›", True), ("‚‘", False), ("a‘ und ‚b", False)],
)  # fmt: skip
def test_words_in_single_marks(words: str, holds: bool) -> None:
    assert holds_single(words) is holds


def test_indirect_words_in_single_marks() -> None:
    for words, hits in (("that it is ‘so called’ now", 1), ("that the boys’ mother’s house", 0)):
        assert len(found("QUO003", words, quotes=[quote("q1", at(5, words[5:]), kind="indirect")])) == hits


def test_another_speakers_quote_within() -> None:
    """Of a mixed or indirect one, the words in marks are the inner speaker's."""
    text = "that he heard “no” twice"

    def hits(speaker: str, kind: str = "direct") -> int:
        inner = quote("q2", at(14, "“no”"), kind=kind, speaker=speaker, parent="q1", verbatim=[])
        outer = quote("q1", at(5, text[5:]), kind="indirect", speaker="e1")
        return len(found("QUO003", text, entities=[entity("e1", "Ann"), entity("e2", "Bo")], quotes=[outer, inner]))

    assert hits("e2") == 0
    assert hits("e1") == 1


def test_dialogues_without_marks() -> None:
    for words, hits in (("— No, he said.", 0), ("No, he said.", 1), ("“No, he said.", 1), ("“No”, he said.", 1)):
        assert len(found("QUO001", words, quotes=[quote("q1", at(0, words))])) == hits


@pytest.mark.parametrize(
    ("cue", "why"),
    [("that", "reports nothing"), ("…", "holds no letter"), ("has said", "includes “has”"), ("said that", "includes “that”"), ("pointed out", None), ("said", None)],
)  # fmt: skip
def test_cues_that_are_too_wide(cue: str, why: str | None) -> None:
    problems = found("QUO026", f"{cue} “No.”", quotes=[quote("q1", at(len(cue) + 1, "“No.”"), cue=at(0, cue))])
    assert [p.message.endswith(str(why)) for p in problems] == [True] * (why is not None)
    assert bool(found("QUO026", f"{cue} “No.”", {"language": "de"}, quotes=[quote("q1", at(len(cue) + 1, "“No.”"), cue=at(0, cue))])) == (cue == "…")  # fmt: skip


@pytest.mark.parametrize(
    ("tag", "why"),
    [
        ("en", None), ("en-GB", None), ("zh-Hant-TW", None), ("gsw", None), ("und", None), ("de-1996", None),
        ("iw", "'iw' is an old code; it is 'he' now"), ("english", "it is a name; the code is 'en'"),
        ("qqqq", "'qqqq' is no code of two or three letters"), ("xx", "'xx' is the code of no language"),
        ("en-", "after the language come"), ("en-G", "after the language come"),
    ],
)  # fmt: skip
def test_language_tags(tag: str, why: str | None) -> None:
    said = fault(tag)
    assert said is None if why is None else why in str(said)
    assert (fault("cz") or "").endswith("that is a country, whose language may be 'cs'")


def test_reckoned_from_what_has_no_date() -> None:
    def hits(value: str, anchor: str = "t2", dated: str | None = None) -> int:
        times = [
            time("t1", 0, "then", "2024-11-08", anchor=anchor),
            time("t2", 5, "soon", value, basis="stated", anchor=None),
        ]
        events = [event("v1", at(10, "met"), time=dated), event("v2")]
        return len(found("TIM021", "then soon met", times=times, events=events))

    assert [hits(v) for v in ("FUTURE_REF", "XXXX-11", "XXXX", "2024", "2024-XX")] == [1, 1, 1, 0, 0]
    assert hits("2024", "v1") == 1
    assert hits("2024", "v1", "t2") == 0
    assert hits("2024", "v2") == 0, "it is marked nowhere"
    assert hits("2024", "published") == 0


def test_dates_of_the_annotation() -> None:
    def hits(created: str, modified: str) -> list[str]:
        record = EXAMPLE | {"annotation": EXAMPLE["annotation"] | {"created": created, "modified": modified}}
        return [p.pointer for p in CHECKS["MET003"](Document(convert(record, Record)))]

    good, late = "2026-01-01T00:00:00Z", "2026-01-01T00:00:01Z"
    assert hits(good, good) == hits(good, late) == []
    assert hits(late, good) == ["/annotation/modified"]
    assert hits("2026-02-30T00:00:00Z", good) == ["/annotation/created"]
    assert hits(good, "2026-02-30T00:00:00Z") == ["/annotation/modified"]
    assert hits("2026-02-30T00:00:00Z", "2026-13-01T00:00:00Z") == ["/annotation/created", "/annotation/modified"]


def test_annotators() -> None:
    def hits(*names: str, status: str = "annotated") -> list[str]:
        people = [{"name": name, "kind": "human"} for name in names]
        record = EXAMPLE | {"annotation": EXAMPLE["annotation"] | {"annotators": people, "status": status}}
        return [p.pointer for p in CHECKS["MET009"](Document(convert(record, Record)))]

    assert hits("Jo") == hits(status="draft") == []
    assert hits() == ["/annotation/annotators"]
    assert hits("Jo", " ", "\u00a0") == ["/annotation/annotators/1/name", "/annotation/annotators/2/name"]


def test_events_in_themselves() -> None:
    me = event(
        "v1",
        at(0, "met"),
        arguments=[
            {"role": "agent", "target": "v2", "mention": None},
            {"role": "theme", "target": "v1", "mention": None},
        ],
    )
    other = event("v2", at(4, "met"), arguments=[{"role": "theme", "target": "v1", "mention": None}])
    assert [p.pointer for p in found("EVT003", "met met", events=[other, me])] == ["/events/1/arguments/1/target"]


def test_near_is_counted_in_the_text() -> None:
    """A place beyond the article counts for nothing; the nearest of several counts."""
    far = "“No.”\n" + "Filler.\n" * 4
    event_ = event("v1", at(len(far), "met"), at(0, "“No"))
    assert not found("QUO044", f"{far}met", events=[event_], quotes=[quote("q1", at(0, "“No.”"), setting="v1")])
    event_ = event("v1", at(len(far), "met"), at(len(far) + 99, "met"))
    assert len(found("QUO044", f"{far}met", events=[event_], quotes=[quote("q1", at(0, "“No.”"), setting="v1")])) == 1
    assert not found("QUO044", f"{far}met", events=[event_], quotes=[quote("q1", at(999, "“No.”"), setting="v1")])


def test_roles_of_what_did_not_happen() -> None:
    """A role is owed where something is told to have happened to somebody; not of what is generic, or denied."""
    required = next(
        t.name for c in inventories.event_types().categories for t in c.types if any(r.required for r in t.roles)
    )

    def hits(**trigger: str) -> int:
        return len(found("EVT005", "met", events=[event("v1", at(0, "met") | trigger, type=required)]))

    code = [r.code for r in RULES if r.check.__name__ == "missing_role"]
    assert code == ["EVT005"]
    assert (hits(), hits(realis="generic"), hits(polarity="negative"), hits(realis="other")) == (1, 0, 0, 1)
    assert hits(realis="generic", polarity="negative") == 0


def test_pieces_that_touch_are_joined() -> None:
    text = "“One two three four”"

    def edits(*pieces: tuple[int, int]) -> list[str]:
        spans = [at(a, text[a:z]) for a, z in pieces]
        problems = found("SPN004", text, quotes=[quote("q1", *spans)])
        return [piece["text"] for p in problems[:1] for patch in p.edits for piece in patch.value]

    assert edits((0, 4), (4, 8)) == ["“One two"]
    assert edits((5, 8), (0, 4)) == ["“One", "two"]
    assert edits((9, 14), (0, 4), (4, 8)) == ["“One two", "three"]
    assert edits((0, 4), (4, 8), (8, 14)) == ["“One two three"]
    assert edits((0, 6), (4, 8)) == [], "nobody knows which was meant"


def test_offsets_in_other_units() -> None:
    text = "👩 é Ann met Bo, Cy met Di, Ed met Flo, and Gus met Hal"
    names = ["Ann", "Bo", "Cy", "Di", "Ed", "Flo"]

    def how(unit: Any) -> str:
        spans = [mention(f"m{n}", unit(text[: text.index(name)]), name) for n, name in enumerate(names)]
        (problem,) = found("SPN008", text, entities=[entity("e1", "x", *spans)])
        assert [p.value for p in problem.edits if p.pointer.endswith("/start")] == [text.index(n) for n in names]
        return problem.message

    assert "UTF-16 units" in how(lambda before: len(before.encode("utf-16-le")) // 2)
    assert "UTF-8 bytes" in how(lambda before: len(before.encode()))
    assert "shifted by +3" in how(lambda before: len(before) + 3)
    assert "shifted by -2" in how(lambda before: len(before) - 2)


def test_speakers_and_whose_mention_they_have() -> None:
    people = [entity(f"e{n}", f"E{n}", mention(f"m{n}", 2 * n, "x")) for n in range(3)]
    for speaker in ("e0", "e1", "e2"):
        for n in range(3):
            made = quote("q1", at(0, "“No.”"), speaker=speaker, speaker_mention=f"m{n}")
            assert len(found("QUO007", "“No.” x x x", entities=people, quotes=[made])) == (speaker != f"e{n}")


def test_all_that_cross_are_told() -> None:
    text = "one two three four five six"

    def span(a: str, z: str) -> dict[str, Any]:
        start, end = text.index(a), text.index(z) + len(z)
        return at(start, text[start:end])

    quotes = [
        quote(f"q{n}", s, kind="indirect")
        for n, s in enumerate((span("one", "three"), span("two", "four"), span("three", "five"), span("six", "six")))
    ]
    assert [(p.pointer, p.related[0].pointer) for p in found("QUO019", text, quotes=quotes)] == [
        ("/quotes/0", "/quotes/1"), ("/quotes/0", "/quotes/2"), ("/quotes/1", "/quotes/2"),
    ]  # fmt: skip
    quotes[1]["parent"] = "q0"
    assert [p.related[0].pointer for p in found("QUO019", text, quotes=quotes)] == ["/quotes/2", "/quotes/2"]


@pytest.mark.parametrize(
    ("language", "text", "hits"),
    [("ru", "The bridge over the old river is shut.", 1), ("en", "The bridge over the old river is shut.", 0), ("ru", "Мост через реку закрыт на год.", 0), ("en", "Мост через реку закрыт на год.", 1), ("ru-Latn", "Most cherez reku zakryt na god.", 0)],
)  # fmt: skip
def test_scripts_of_languages(language: str, text: str, hits: int) -> None:
    assert len(found("MET006", text, {"language": language})) == hits


def test_nights_reach_into_the_next_day() -> None:
    day = interval("2024-11-08")
    assert day is not None
    assert interval("2024-11-08TNI") == (day[0], day[1] + 6 * 60)
    assert interval("2024-11-08T23") == (day[0] + 23 * 60, day[1])
    assert interval("2024-11-08T23:15") == (day[0] + 23 * 60 + 15, day[0] + 23 * 60 + 16)
    assert interval("2024-11-08T23:15Z") == (day[0] + 9 * 60 + 15, day[0] + 37 * 60 + 16)


def test_reckoned_from_an_event_with_a_time() -> None:
    """“Two days ago”, anchored on an event, is reckoned from the time of the event."""
    text = "two days ago met Friday"

    def hits(value: str, when: str | None) -> int:
        times = [time("t1", 0, "two days ago", value, anchor="v1"), time("t2", 17, "Friday", "2024-11-01")]
        return len(found("TIM024", text, times=times, events=[event("v1", at(13, "met"), time=when)]))

    assert [hits(value, "t2") for value in ("2024-10-30", "2024-10-31", "2024-10-28")] == [0, 1, 1]
    assert hits("2024-10-31", None) == 0


def test_negation_in_one_of_several_pieces() -> None:
    text = "The council will, he said, not, by no means, close the bridge"
    pieces = [at(0, "The council will"), at(text.index("not"), "not"), at(text.index("close"), "close the bridge")]
    one = claim("c1", "The council will not close the bridge.", *pieces)
    assert not found("CLM024", text, claims=[one])
    assert found("CLM024", text, claims=[one | {"text": "The council will close the bridge."}])


def test_titles_in_marks_are_no_quotes() -> None:
    for words, marked in (
        ("“Moby Dick”", "Moby Dick"),
        ("“Moby Dick.”", "Moby Dick"),
        ("“Moby Dick, a whale”", "Moby Dick"),
    ):
        text = f"He read {words} twice"
        book = entity("e1", "Moby Dick", mention("m1", text.index(marked), marked), type="WORK")
        assert len(found("QUO016", text, entities=[book])) == ("whale" in words)


def test_times_that_share_words() -> None:
    text = "Friday morning last week at noon"

    def hits(*spans: tuple[str, str]) -> list[tuple[str, str]]:
        times = [time(f"t{n}", text.index(words), words, value) for n, (words, value) in enumerate(spans)]
        return [(p.pointer, p.related[0].pointer) for p in found("TIM012", text, times=times)]

    assert hits(("Friday", "2024-11-08"), ("morning", "TMO")) == []
    assert hits(("Friday morning", "2024-11-08TMO"), ("morning", "TMO")) == [], "within, with a value of its own"
    assert hits(("morning", "TMO"), ("Friday morning", "TMO")) == [("/times/0", "/times/1")]
    assert hits(("Friday morning", "1"), ("morning last", "2"), ("last week", "3")) == [
        ("/times/1", "/times/0"),
        ("/times/2", "/times/1"),
    ]
    assert hits(("Friday morning last week", "1"), ("morning", "2"), ("last week at", "3")) == [
        ("/times/2", "/times/0")
    ]
    assert hits(("Friday", "1"), ("Friday", "1")) == [], "that is TIM011"


def test_actual_to_somebody() -> None:
    def hits(*values: str, realis: str = "actual") -> int:
        facts = [{"value": v, "according_to": ("author", "e1", "e2")[n]} for n, v in enumerate(values)]
        return len(found("EVT010", "met", events=[event("v1", at(0, "met") | {"factuality": facts, "realis": realis})]))

    assert [hits("Uu"), hits("CTu"), hits("Uu", "Uu")] == [1, 1, 1]
    assert [hits("CT+"), hits("Uu", "PS-"), hits("CT+", "Uu"), hits(), hits("Uu", realis="other")] == [0] * 5


def test_empty_triggers_of_other_languages() -> None:
    for language, words, hits in (("en", "in", 1), ("de", "in", 0), ("de", "–", 1), ("en", "–", 1), ("en", "met", 0)):
        assert len(found("EVT028", words, {"language": language}, events=[event("v1", at(0, words))])) == hits


@pytest.mark.parametrize("text", ["👩\u200d🚀", "e\u0301\u0302", "🇺🇦", "\r\n", "👍🏽"])
def test_within_a_character(text: str) -> None:
    for before in ("", "a", "a\u0301", "🇺🇦"):
        whole = before + text + "b"
        inside = [n for n in range(len(whole) + 1) if inside_grapheme(whole, n)]
        assert [n for n in inside if n > len(before)] == list(range(len(before) + 1, len(before) + len(text)))
        assert not inside_grapheme(whole, len(before))


def test_times_against_relations() -> None:
    """Only of two events that both have a time, and of the relation meant."""
    times = [time("t1", 0, "then", "2024"), time("t2", 0, "then", "2023")]

    def hits(kind: str, first: str | None, second: str | None) -> set[str]:
        events = [event("v1", at(0, "then"), time=first), event("v2", at(0, "then"), time=second)]
        events[0]["relations"] = [{"kind": kind, "event": "v2"}]
        return {c for c in ("EVT014", "EVT015") if found(c, "then", times=times, events=events)}

    assert hits("before", "t1", "t2") == {"EVT014"}
    assert hits("causes", "t1", "t2") == {"EVT015"}
    assert hits("before", "t2", "t1") == hits("causes", "t2", "t1") == hits("subevent_of", "t1", "t2") == set()
    assert hits("before", None, "t2") == hits("before", "t1", None) == hits("before", "t1", "t1") == set()


def test_what_is_said_within_a_quote_is_reckoned_by_nobody_else() -> None:
    """A time without an anchor is the publication's, but not within a quote; without a date there is nothing to reckon."""
    text = "“Two days ago”"

    def hits(value: str, published: str | None = "2024-11-08", quoted: bool = True) -> int:
        when = {"published": {"value": published, "basis": "stated" if published else "unknown"}}
        quotes = [quote("q1", at(0, text))] if quoted else []
        return len(
            found("TIM024", text, when, times=[time("t1", 1, "Two days ago", value, anchor=None)], quotes=quotes)
        )

    assert hits("2024-11-05", quoted=False) == 1
    assert hits("2024-11-06", quoted=False) == hits("2024-11-05") == 0
    assert hits("2024-11-05", None, quoted=False) == 0
    assert hits("2024-11-05", "2024-02-30", quoted=False) == 0, "there is no such day: MET001"


@pytest.mark.parametrize(
    ("mark", "first", "goes_on"),
    [("“", "“", True), ("»", "«", True), ("«", "«", True), ("«", "»", True), ("«", "“", False), ("“", "«", False), ('"', "“", False)],
)  # fmt: skip
def test_marks_that_take_up_a_quotation(mark: str, first: str, goes_on: bool) -> None:
    assert _continues(mark, first) is goes_on


def test_entities_left_out() -> None:
    def hits(events: int, quotes: int) -> int:
        layers: dict[str, Any] = {
            "events": [event(f"v{n}", at(0, "x")) for n in range(events)],
            "quotes": [quote(f"q{n}", at(0, "x")) for n in range(quotes)],
        }
        return len([p for p in found("MET014", "x", **layers) if p.pointer == "/entities"])

    assert [hits(5, 0), hits(4, 4), hits(4, 5), hits(5, 5), hits(5, 4)] == [1, 0, 1, 1, 1], "one finding, not two"


def test_words_that_drifted_are_not_judged() -> None:
    for words, hits in (("Lee's", 1), ("Bob's", 0)):
        assert len(found("ENT022", "Lee's", entities=[entity("e1", "x", mention("m1", 0, words))])) == hits


def test_one_mention_of_two() -> None:
    def hits(*places: tuple[int, str]) -> int:
        made = [entity(f"e{n}", f"E{n}", mention(f"m{n}", *place)) for n, place in enumerate(places)]
        return len(found("ENT002", "the old man and the sea", entities=made))

    assert hits((0, "the old man"), (0, "the old man")) == 1
    assert hits((0, "the old man"), (4, "old man")) == hits((0, "the old man"), (0, "the old")) == 0
    assert hits((0, "the old man"), (0, "the old man"), (0, "the old man")) == 2


def test_what_a_claim_speaks_of() -> None:
    """What is marked in its place, from its first character to its last; what its sentence names."""
    text = "Ann and Bo met there"
    people = {"Ann": mention("m1", 0, "Ann"), "Bo": mention("m2", 8, "Bo")}
    for name, place, hits in (
        ("Ann", at(0, "Ann"), 0),
        ("Ann", at(4, "and Bo"), 1),
        ("Bo", at(4, "and Bo"), 0),
        ("Bo", at(0, "Ann and "), 1),
    ):
        made = claim("c1", "They came.", place, about=["e1"])
        assert len(found("CLM034", text, entities=[entity("e1", name, people[name])], claims=[made])) == hits
    named = claim("c1", "Ann came.", at(11, "met"), about=["e1"])
    assert not found("CLM034", text, entities=[entity("e1", "Ann", people["Ann"])], claims=[named])


def test_unheld_words_are_found_in_their_block() -> None:
    text = "He came.\n“No,” he said."
    assert [p.pointer for p in found("QUO016", text)] == ["/segments/1"]
    first = [{"id": "s1", "kind": "paragraph", "start": 0, "end": 8}]
    assert [p.pointer for p in found("QUO016", text, segments=first)] == ["/text"]
    other = [*first, {"id": "s2", "kind": "related_link", "start": 9, "end": 23}]
    assert found("QUO016", text, segments=other) == []


def test_far_cues_behind_quotes_without_one() -> None:
    text = "“No.” " + "x" * 300 + " said"
    cued = quote("q2", at(0, "“No.”"), cue=at(len(text) - 4, "said"))
    assert [p.pointer for p in found("QUO021", text, quotes=[quote("q1", at(0, "“No.”")), cued])] == ["/quotes/1/cue"]
    beyond = quote("q1", at(0, "“No.”"), cue=at(999, "said"))
    assert [p.pointer for p in found("QUO021", text, quotes=[beyond, cued])] == ["/quotes/1/cue"]


def test_which_quotes_hold_a_place() -> None:
    """The outermost first."""
    quotes = [quote(f"q{n}", at(a, EXAMPLE["text"][a:z])) for n, (a, z) in enumerate(((4, 18), (0, 20)))]
    doc = Document(convert(EXAMPLE | {"quotes": quotes, "claims": [], "events": []}, Record))
    for (a, z), ids in {
        (0, 1): ["q1"],
        (0, 20): ["q1"],
        (4, 18): ["q1", "q0"],
        (3, 5): ["q1"],
        (17, 19): ["q1"],
    }.items():
        assert [q.id for q in doc.holding(a, z)] == ids
    for nowhere in ((0, 21), (5, 5), (-1, 3), (0, 9999), (30, 31)):
        assert doc.holding(*nowhere) == []


def test_names_with_and_without_article() -> None:
    def hits(*names: str, language: str = "en") -> int:
        text = " ".join(names)
        mentions = [mention(f"m{n}", text.index(name), name) for n, name in enumerate(names)]
        return len(found("ENT027", text, {"language": language}, entities=[entity("e1", "Mars", *mentions)]))

    assert hits("The Mars", "Mars") == hits("Mars", "the Mars", "Red Mars") == 1
    assert (
        hits("The Mars")
        == hits("Red Mars", "Mars")
        == hits("The Mars", "Red Mars")
        == hits("The Mars", "Mars", language="de")
        == 0
    )


def test_lengths_between_two_times() -> None:
    """Each duration is looked at, also behind one that has no ends, or ends in the wrong order."""
    ends = [time("t1", 0, "then", "2024-11-08"), time("t2", 0, "then", "2024-11-18")]
    wrong = {"type": "DURATION", "begin": "t1", "end_point": "t2"}
    durations = [
        time("t3", 0, "then", "P9Y", type="DURATION"),
        time("t4", 0, "then", "P9Y", **wrong | {"begin": "t2", "end_point": "t1"}),
        time("t5", 0, "then", "P2Y3M", **wrong),
        time("t6", 0, "then", "P9Y", mod="APPROX", **wrong),
        time("t7", 0, "then", "P9Y", **wrong),
        time("t8", 0, "then", "P10D", **wrong),
        time("t9", 0, "then", "P1D", **wrong),
    ]
    assert [p.pointer for p in found("TIM017", "then", times=[*ends, *durations])] == [
        "/times/6/value",
        "/times/8/value",
    ]


def test_names_of_nobody_are_shown_from_the_first() -> None:
    names = [mention("m1", 0, "Ann Lee"), mention("m2", 8, "Lee")]
    (problem,) = found("ENT029", "Ann Lee Lee", entities=[entity("e1", "Bo Roe", *names)])
    assert problem.span == (0, 7)
    assert "“Ann Lee”, “Lee”" in problem.message


def test_each_negative_trigger_is_looked_at() -> None:
    text = "They did not meet.\nThey met, and refused to meet.\nThey met."
    places = [text.index("meet"), text.index("met"), text.rindex("meet"), text.rindex("met")]
    events = [
        event(f"v{n}", at(a, text[a : a + 4].rstrip(",.")) | {"polarity": "negative"}) for n, a in enumerate(places)
    ]
    assert [p.pointer for p in found("EVT008", text, events=events)] == ["/events/3/mentions/0/polarity"]


def test_verbatim_words_of_each_kind() -> None:
    piece = at(0, "“No.”")
    for kind in ("direct", "indirect", "mixed"):
        for verbatim in ([], [piece]):
            made = quote("q1", piece, kind=kind, verbatim=verbatim)
            assert bool(found("QUO004", "“No.”", quotes=[made])) == ((kind == "mixed") != bool(verbatim))


def test_why_a_date_is_impossible() -> None:
    assert "no month 13" in str(impossible("2024-13"))
    assert "no month 0" in str(impossible("2024-00-10"))
    assert "month" not in str(impossible("2024-02-30")).replace("range for month", "").replace("for month 2", "")
    assert impossible("2024-02-29") is impossible("XXXX-02-29") is impossible("2024-12") is None
    assert "weeks 01 to 52" in str(impossible("2024-W53"))
    assert impossible("2020-W53") is None


@pytest.mark.parametrize("steps", [-3, -2, -1, 1, 2, 3])
def test_weeks_that_are_counted(steps: int) -> None:
    """To the day: a week has no edge."""
    day = interval("2024-11-08")
    assert day is not None
    for value, slack in (((0, DAY), 4), ((0, 7 * DAY), 1)):
        low, high = time_reckoning.expected(time_reckoning.Step("W", steps, True), day, value) or (0, 0)
        assert (low - day[0]) // DAY == 7 * steps - slack
        assert (high - day[1]) // DAY == 7 * steps + slack
