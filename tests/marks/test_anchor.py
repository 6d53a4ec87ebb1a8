"""Quoted words → spans; agreement of two annotations."""

import time
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import decode, encode
from msgspec.structs import replace

from helpers import ROOT, SEED
from onrecord.checking.validate import check_record
from onrecord.compare.agreement import compare
from onrecord.marks.anchor import anchor, find_place
from onrecord.marks.ingest import ingest
from onrecord.model.record import Record

TEXT = "Agency news\n👩‍🚀 Ann said: “I fly.” Ann said it.\nAnn left\n"


def draft() -> Record:
    return ingest(TEXT.encode(), "a.txt", schema_version="1.0.0", guidelines="1.0.0", now="2026-01-01T00:00:00Z")


SEGMENTS = {s.id: (s.start, s.end) for s in draft().segments}


@pytest.mark.parametrize(
    ("place", "start"),
    [
        ("[[Agency]]", 0),
        ("s2: 👩‍🚀 [[Ann]] said:", 16),
        ("s3: [[Ann]]", 48),
        ("said: [[“I fly.”]]", 26),
        ("[[Ann said it]]", 35),
    ],
)
def test_place(place: str, start: int) -> None:
    span = find_place(TEXT, SEGMENTS, place)
    assert span.start == start
    assert TEXT[span.start : span.end] == span.text


@pytest.mark.parametrize(
    ("place", "message"),
    [
        ("[[Bob]]", "nowhere"),
        ("s1: [[Ann]]", "nowhere"),
        ("s2: [[Ann]]", "more than once"),
        ("Ann", "not a place"),
        ("[[Ann]] [[said]]", "not a place"),
        ("", "not a place"),
    ],
)
def test_place_that_fits_nowhere_or_twice(place: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        find_place(TEXT, SEGMENTS, place)


MARKS: dict[str, Any] = {
    "entities": [{"id": "e1", "type": "PERSON", "name": "Ann", "mentions": [
        {"at": "s3: [[Ann]]", "kind": "name"}, {"at": "s2: 👩‍🚀 [[Ann]]", "kind": "name"}, {"at": "“[[I]] fly", "kind": "pronoun"}]}],
    "quotes": [{"id": "q1", "kind": "direct", "fragments": ["[[“I fly.”]]"], "cue": "Ann [[said]]:", "speaker": "e1", "speaker_mention": "👩‍🚀 [[Ann]]"}],
    "events": [{"id": "v1", "type": "travel", "mentions": [{"at": "[[left]]"}], "arguments": [{"role": "agent", "target": "e1", "mention": "s3: [[Ann]]"}]}],
}  # fmt: skip


def test_anchor_makes_a_valid_record() -> None:
    made, problems = anchor(draft(), MARKS)
    assert problems == []
    record = convert(decode(encode(made.record)), Record)
    assert not [f for f in check_record(record) if f.severity == "error"]
    assert [(m.id, m.text) for m in record.entities[0].mentions] == [("m1", "Ann"), ("m2", "I"), ("m3", "Ann")]
    assert record.quotes[0].speaker_mention == "m1"
    assert record.events[0].arguments[0].mention == "m3"
    assert record.events[0].mentions[0].id == "v1a"


def test_every_bad_place_is_named() -> None:
    marks = decode(encode(MARKS))
    marks["entities"][0]["mentions"][0]["at"] = "s2: [[Ann]]"
    marks["quotes"][0]["cue"] = "[[shouted]]"
    marks["quotes"][0]["speaker_mention"] = "[[Agency]]"
    _, problems = anchor(draft(), marks)
    assert {p.pointer for p in problems} == {
        "/entities/0/mentions/0/at",
        "/quotes/0/cue",
        "/quotes/0/speaker_mention",
        "/events/0/arguments/0/mention",
    }


def test_words_that_stand_twice_are_shown_where_they_stand() -> None:
    marks = {
        "entities": [{"id": "e1", "type": "PERSON", "name": "Ann", "mentions": [{"at": "[[Ann]]", "kind": "name"}]}]
    }
    _, (problem,) = anchor(draft(), marks)
    assert [TEXT[slice(*place)] for place in problem.places] == ["Ann"] * 3
    assert [place[0] for place in problem.places] == [16, 35, 48]


def test_what_was_put_in_order_is_found_again() -> None:
    made, _ = anchor(draft(), MARKS)
    pointers = [f"/entities/0/mentions/{i}/text" for i in range(3)]
    assert [made.origin(p) for p in pointers] == [f"/entities/0/mentions/{i}/text" for i in (1, 2, 0)]
    assert made.origin("/quotes/0/cue") == "/quotes/0/cue"
    assert made.origin("/times/0") is None
    assert made.origin("/metadata/rights") is None


def test_marks_that_never_end_are_read_once() -> None:
    begun = time.perf_counter()
    for place in ("[[" * 200_000, "s1: " * 100_000 + "[[", "[[a]]" + "]]" * 200_000):
        with pytest.raises(ValueError, match=r"not a place|nowhere"):
            find_place(TEXT, SEGMENTS, place)
    assert time.perf_counter() - begun < 20, "it took minutes"


def seed() -> Record:
    return decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)


def test_a_record_agrees_with_itself() -> None:
    assert {s.value for s in compare(seed(), seed())} == {1.0}


def test_agreement_counts_what_differs() -> None:
    record = seed()
    trump, putin, *rest = record.entities
    moved = trump.mentions[0]
    other = replace(
        record,
        entities=(
            replace(trump, mentions=trump.mentions[1:]),
            replace(putin, mentions=(*putin.mentions, moved)),
            *rest[:-1],
        ),
        quotes=record.quotes[1:],
        events=tuple(replace(v, arguments=v.arguments[:-1]) if i == 0 else v for i, v in enumerate(record.events)),
    )
    scores = {s.name: s for s in compare(record, other)}
    mentions = sum(len(e.mentions) for e in record.entities)
    gone = len(record.entities[-1].mentions)
    assert scores["mentions, exact"].value == pytest.approx(2 * (mentions - gone) / (2 * mentions - gone))
    assert 0.9 < scores["coreference B³"].value < 1
    assert scores["quotes, content overlap ≥ half"].matched == len(record.quotes) - 1
    assert scores["arguments, target"].second == scores["arguments, target"].first - 1
    forth, back = compare(record, other), compare(other, record)
    assert [s.value for s in forth] == pytest.approx([s.value for s in back])


def test_other_text_is_refused() -> None:
    with pytest.raises(ValueError, match="same text"):
        compare(seed(), draft())
