"""What single conditions of the rules tell apart: each of these was changed once without a test that saw it."""

import inspect
import re
from typing import Any

import pytest
from msgspec import convert

from helpers import EXAMPLE, example, patched
from onrecord.record import Record
from onrecord.rules import RULES, Document, Rule, corpus, time_reckoning
from onrecord.rules.mention_shapes import edge_fault
from onrecord.rules.timex import UNIT_DAYS, length
from parts import CHECKS, at, claim, entity, event, found, mention, quote

GUARD = re.compile(r"^    if [^\n]*doc\.language != LANGUAGE[^\n]*:\n        return\n", re.MULTILINE)
ENGLISH = [r for r in RULES if GUARD.search(inspect.getsource(r.check))]


@pytest.mark.parametrize("rule", ENGLISH, ids=lambda r: r.code)
def test_rules_of_english_words_leave_other_languages_alone(rule: Rule) -> None:
    made = patched(example(), rule.bad)
    assert list(rule.check(Document(convert(made, Record))))
    for language in ("sw", "de-AT", "und"):
        made["metadata"]["language"] = language
        assert not list(rule.check(Document(convert(made, Record))))
    made["metadata"]["language"] = "en-GB"
    assert list(rule.check(Document(convert(made, Record))))


def test_lengths_of_units() -> None:
    """Days of the shortest and the longest."""
    assert UNIT_DAYS["CE"] == (36524, 36525)
    assert UNIT_DAYS["DE"] == (3652, 3653)
    assert [UNIT_DAYS[unit] for unit in ("Y", "M", "W", "D")] == [(365, 366), (28, 31), (7, 7), (1, 1)]
    assert length("PT36H") == pytest.approx((1.5, 1.5))
    assert length("P1.5D") == (1.5, 1.5)
    assert length("P2Y") == (730, 732)
    assert length("PT30M") == pytest.approx((30 / 1440, 30 / 1440))
    assert length("P2Y3M") is None


def test_numbers_of_steps() -> None:
    for words in ("1000 days ago", "10000 days ago"):
        assert time_reckoning.step(words) is None, "nobody writes so of days"
    assert time_reckoning.step("999 days ago") == time_reckoning.Step("D", -999, True)


@pytest.mark.parametrize(
    ("words", "full_stop"),
    [("the firm Acme Inc.", False), ("Mr.", False), ("the tbsp.", False), ("the house.", True), ("the sky.", True)],
)
def test_abbreviations_at_the_end_of_a_mention(words: str, full_stop: bool) -> None:
    assert (edge_fault(words, "x") == "ends with a full stop") is full_stop


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

    assert {2: 76, 3: 61, 5: 46}[labels] == next(n for n in range(100 // labels, 100) if far(n))
