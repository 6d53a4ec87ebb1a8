"""Rules about the words of times and triggers: what they find, and what only looks like it."""

import pytest
from msgspec import convert
from msgspec.structs import replace

from helpers import EXAMPLE
from onrecord.record import Event, Published, Record, Time
from onrecord.rules import RULES, Document
from onrecord.rules.timex import DAY, interval

RECORD = convert(EXAMPLE, Record)
BLANK = replace(RECORD, entities=(), times=(), quotes=(), claims=(), events=())
CHECKS = {r.code: r.check for r in RULES}


def time(words: str, value: str, **fields: str | None) -> Time:
    type_ = "DURATION" if value.startswith("P") and "_" not in value else "TIME" if "T" in value else "DATE"
    given = {"type": type_, "basis": "anchored", "anchor": "published", "mod": None, **fields}
    return convert({"id": "t1", "start": 0, "end": len(words), "text": words, "value": value, **given}, Time)


def about_time(words: str, value: str, published: str | None = "2024-11-08", **fields: str | None) -> list[str]:
    metadata = replace(BLANK.metadata, published=Published(published, "stated"))
    doc = Document(replace(BLANK, text=words, metadata=metadata, times=(time(words, value, **fields),)))
    return sorted(code for code, check in CHECKS.items() if code.startswith("TIM") and list(check(doc)))


@pytest.mark.parametrize(
    ("words", "value", "code"),
    [
        ("2018", "2017", "TIM007"),
        ("November 2024", "XXXX-11", "TIM007"),
        ("the 1990s", "198", "TIM007"),
        ("Thursday", "2024-11-08", "TIM008"),
        ("Thursday morning", "2024-11-08TMO", "TIM008"),
        ("Thursday", "2024-W45-5", "TIM008"),
        ("November", "2024-10", "TIM009"),
        ("November 7", "2024-11-06", "TIM009"),
        ("the 7th of November 2024", "2024-11-08", "TIM009"),
        ("7 November", "2024-07-11", "TIM009"),
        ("Nov. 7", "2024-11-08", "TIM009"),
        ("last month", "2024-12", "TIM013"),
        ("two days ago", "2024-11-10", "TIM013"),
        ("next week", "2024-W44", "TIM013"),
        ("next year", "PAST_REF", "TIM013"),
        ("yesterday", "2024-11-06", "TIM014"),
        ("today", "2024-11-07", "TIM014"),
        ("tomorrow morning", "2024-11-10TMO", "TIM014"),
        ("Thursday", "2024-02-15", "TIM015"),
        ("two weeks", "P3W", "TIM022"),
        ("an hour", "PT2H", "TIM022"),
        ("Friday, November 7, 2024", "2024-11-07", "TIM023"),
    ],
)
def test_time_against_its_words(words: str, value: str, code: str) -> None:
    assert about_time(words, value) == [code]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        ("the 1990s", "199"),
        ("the 1990s", "199X"),
        ("the 1900s", "19XX"),
        ("2018-19", "2019"),
        ("the year before 2018", "2017"),
        ("1500 hours", "2024-11-07T15:00"),
        ("fiscal 2024", "2023-10"),
        ("Thursday", "2024-11-07"),
        ("Thursday", "2024-11"),
        ("the day after Thursday", "2024-11-08"),
        ("Thursday night", "2024-11-08T01:30"),
        ("Saturday and Sunday", "2024-W44-WE"),
        ("November 7-9", "2024-11-09"),
        ("November ’24", "2024-11-05"),
        ("7 November, 18:30", "2024-11-07T18:30"),
        ("the week before 7 November", "2024-10-31"),
        ("the march", "2024-10"),
        ("last November", "2023-11"),
        ("the last week of December", "2024-12"),
        ("next week", "2024-W46"),
        ("last night", "2024-11-07TNI"),
        ("yesterday", "2024-11-07"),
        ("today", "PRESENT_REF"),
        ("tonight", "2024-11-09T00:30"),
        ("the day before yesterday", "2024-11-06"),
        ("Thursday", "2024-12-19"),
        ("two weeks", "P14D"),
        ("an hour and a half", "PT90M"),
        ("five to ten years", "P5Y"),
        ("the second day", "P1D"),
        ("Thursday, November 7, 2024", "2024-11-07"),
    ],
)
def test_time_that_only_looks_wrong(words: str, value: str) -> None:
    assert about_time(words, value) == []


def test_other_languages_are_left_alone() -> None:
    doc = Document(
        replace(
            BLANK,
            text="Thursday",
            metadata=replace(BLANK.metadata, language="de"),
            times=(time("Thursday", "2024-11-08"),),
        )
    )
    assert not list(CHECKS["TIM008"](doc))


@pytest.mark.parametrize(
    ("value", "first", "days"),
    [
        ("2024", "2024-01-01", 366), ("2024-11", "2024-11-01", 30), ("2024-12", "2024-12-01", 31), ("2024-XX-XX", "2024-01-01", 366),
        ("199", "1990-01-01", 3652), ("20XX", "2000-01-01", 36525), ("2024-W45", "2024-11-04", 7), ("2024-W45-WE", "2024-11-09", 2),
        ("2024-Q4", "2024-10-01", 92), ("2024-H2", "2024-07-01", 184), ("2024-11-07TXX:XX", "2024-11-07", 1.25),
        ("2024-11-07T18:00", "2024-11-07", None),
    ],
)  # fmt: skip
def test_interval(value: str, first: str, days: float | None) -> None:
    found, start = interval(value), interval(first)
    assert found is not None
    assert start is not None
    if days is None:
        assert found == (start[0] + 18 * 60, start[0] + 18 * 60 + 1)
    else:
        assert found == (start[0], start[0] + days * DAY)


@pytest.mark.parametrize(
    "value", ["FUTURE_REF", "XXXX-11", "P2D", "2024-02-30", "2024-W60", "9999", "0000", "BC0044", "0000-12-31", ""]
)
def test_no_interval(value: str) -> None:
    assert interval(value) is None


def about_trigger(before: str, trigger: str, after: str, polarity: str) -> list[str]:
    text = f"{before}{trigger}{after}"
    fact = [{"value": "CT+" if polarity == "positive" else "CT-", "according_to": "author"}]
    place = {"id": "v1a", "start": len(before), "end": len(before) + len(trigger), "text": trigger}
    event = {
        **EXAMPLE["events"][0], "time": None, "arguments": [],
        "mentions": [{**place, "polarity": polarity, "realis": "actual", "factuality": fact}],
    }  # fmt: skip
    segment = replace(BLANK.segments[0], start=0, end=len(text))
    doc = Document(replace(BLANK, text=text, segments=(segment,), events=(convert(event, Event),)))
    return [code for code in ("EVT007", "EVT008") if list(CHECKS[code](doc))]


@pytest.mark.parametrize(
    ("before", "trigger", "after"),
    [
        ("He has not yet ", "spoken", " with her."),
        ("He didn’t ", "resign", "."),
        ("He didn't even ", "resign", "."),
        ("They cannot ", "meet", "."),
        ("He never publicly ", "apologised", "."),
        ("There were no further ", "talks", "."),
        ("No ", "attack", " took place."),
    ],
)
def test_negation_before_the_trigger(before: str, trigger: str, after: str) -> None:
    assert about_trigger(before, trigger, after, "positive") == ["EVT007"]
    assert about_trigger(before, trigger, after, "negative") == []


@pytest.mark.parametrize(
    ("before", "trigger", "after"),
    [
        ("He would not hesitate to ", "call", " her."),
        ("He not only ", "met", " her."),
        ("He did not attend the ", "meeting", "."),
        ("He said no. ", "Talks", " followed."),
        ("It was not late,\n", "talks", " followed."),
        ("Whether or not ", "elected", ", he will stay."),
        ("A piano ", "recital", " was held."),
    ],
)
def test_negation_of_something_else(before: str, trigger: str, after: str) -> None:
    assert about_trigger(before, trigger, after, "positive") == []


def test_negative_without_negation() -> None:
    assert about_trigger("It is not so. They ", "met", " on Monday. No more.", "negative") == ["EVT008"]
    assert about_trigger("He refused to ", "meet", " her.", "negative") == []
    assert about_trigger("The ", "meeting", " was cancelled.", "negative") == []
