"""Rules about the words of times and triggers: what they find, and what only looks like it."""

import pytest
from msgspec import convert
from msgspec.structs import replace

from helpers import EXAMPLE
from onrecord.checking.rules import RULES, Document
from onrecord.checking.rules.times.timex import DAY, impossible, interval
from onrecord.model.record import Event, Published, Record, Time

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
        ("last month", "2024-09", "TIM024"),
        ("this month", "2024-10", "TIM024"),
        ("next month", "2025-01", "TIM024"),
        ("last year", "2022", "TIM024"),
        ("later this year", "2025", "TIM024"),
        ("last week", "2024-W42", "TIM024"),
        ("two days ago", "2024-11-05", "TIM024"),
        ("three years ago", "2022", "TIM024"),
        ("two months ago", "2024-07", "TIM024"),
        ("soon", "PAST_REF", "TIM025"),
        ("later this week", "PAST_REF", "TIM025"),
        ("recently", "FUTURE_REF", "TIM025"),
        ("earlier", "2024-11-10", "TIM025"),
        ("September", "2024", "TIM026"),
        ("7 November", "2024-XX-07", "TIM026"),
        ("two weeks", "P2M", "TIM022"),
        ("5 minutes", "P5M", "TIM022"),
        ("ten years", "P10M", "TIM022"),
        ("about two weeks", "P2W", "TIM027"),
        ("approximately an hour earlier", "2024-11-07TXX:XX", "TIM027"),
        ("more than two years", "P2Y", "TIM027"),
        ("some 20 years", "P20Y", "TIM027"),
        ("on Thursday", "2024-11-07", "TIM029"),
        ("in September", "2024-09", "TIM029"),
        ("by 2016", "2016", "TIM029"),
        ("Thursday", "2024-10-31", "TIM030"),
        ("Thursday", "2024-12-19", "TIM030"),
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
        ("two weeks", "P14D"),
        ("one year", "P12M"),
        ("five days", "P1W"),
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
        ("next Thursday", "2024-11-21"),
        ("Thursday", "2024-11-14"),
        ("Friday", "2024-11-01"),
        ("last month", "2024-10-15"),
        ("last month", "2024-XX"),
        ("the last month", "P1M"),
        ("this week", "2024-W45"),
        ("this year", "2024"),
        ("next year", "2025-03"),
        ("last week", "2024-W44"),
        ("two days ago", "2024-11-06"),
        ("a week ago", "2024-11-01"),
        ("three years ago", "2021"),
        ("three years ago", "2021-09"),
        ("two months ago", "2024-09"),
        ("ten days ago", "2024-10-29"),
        ("soon", "FUTURE_REF"),
        ("later", "PAST_REF"),
        ("later", "2020"),
        ("sooner or later", "FUTURE_REF"),
        ("earlier", "2024-11-08"),
        ("the year to March", "2024"),
        ("the May election year", "2024"),
        ("some time", "PAST_REF"),
        ("over the past year", "P1Y"),
        ("around", "PAST_REF"),
        ("from 2016 to 2020", "P4Y"),
        ("at the moment", "PRESENT_REF"),
        ("in two weeks", "2024-W47"),
        ("an hour and a half", "PT90M"),
        ("five to ten years", "P5Y"),
        ("the second day", "P1D"),
        ("Thursday, November 7, 2024", "2024-11-07"),
    ],
)
def test_time_that_only_looks_wrong(words: str, value: str) -> None:
    assert about_time(words, value) == []


def reckoned(words: str, value: str, anchor: str) -> list[str]:
    """The codes of a time that is reckoned from another time."""
    other = convert(
        {"id": "t2", "start": 0, "end": 4, "text": "2018", "type": "DATE", "value": anchor, "basis": "world_knowledge", "anchor": None, "mod": None},
        Time,
    )  # fmt: skip
    doc = Document(replace(BLANK, text=words, times=(time(words, value, anchor="t2"), other)))
    return sorted(
        {
            code
            for code, check in CHECKS.items()
            for p in check(doc)
            if code in ("TIM024", "TIM025") and "/0/" in p.pointer
        }
    )


@pytest.mark.parametrize(
    ("words", "value", "anchor", "found"),
    [
        ("the following year", "2020", "2018", ["TIM024"]),
        ("the following year", "2017", "2018", ["TIM025"]),
        ("the following year", "2019", "2018", []),
        ("the following year", "2019-06", "2018-07-16", []),
        ("the next day", "2018-07-19", "2018-07-16", ["TIM024"]),
        ("the next day", "2018-08-01", "2018-07-31", []),
        ("the previous month", "2018-05", "2018-07", ["TIM024"]),
        ("the previous month", "2017-12", "2018-01-04", []),
        ("the same year", "2019", "2018-07", ["TIM024"]),
        ("two years later", "2021", "2018", ["TIM024"]),
        ("two years later", "2020", "2018", []),
        ("two years earlier", "2019", "2018", ["TIM025"]),
        ("a year earlier", "2017", "2018-01-02", []),
        ("three days later", "2018-07-19", "2018-07-16", []),
        ("three days later", "2018-07-20", "2018-07-16", ["TIM024"]),
        ("tomorrow", "2018-07-18", "2018-07-16", ["TIM024"]),
        ("earlier", "2019", "2018", ["TIM025"]),
        ("earlier", "2018-07-16", "2018-07-16", []),
        ("later", "2017", "2018", ["TIM025"]),
        ("later", "2018-12", "2018", []),
        ("the following year", "9999", "9999", []),
        ("the previous year", "0001", "0001", []),
    ],
)
def test_time_reckoned_from_another(words: str, value: str, anchor: str, found: list[str]) -> None:
    assert reckoned(words, value, anchor) == found


@pytest.mark.parametrize(
    ("words", "value", "found"),
    [
        ("2018", "2018-01", ["TIM028"]),
        ("2018", "2018-01-05", ["TIM028"]),
        ("2018", "2018-Q3", ["TIM028"]),
        ("August 2018", "2018-08-05", ["TIM028"]),
        ("2018", "2018-XX", []),
        ("2018", "2018", []),
        ("5 August 2018", "2018-08-05", []),
        ("August 2018", "2018-08", []),
        ("summer 2018", "2018-SU", []),
    ],
)
def test_value_more_exact_than_words(words: str, value: str, found: list[str]) -> None:
    assert about_time(words, value, basis="stated", anchor=None) == found


@pytest.mark.parametrize(
    "value", ["2024-W60", "2024-W53", "2024-W00", "XXXX-W54", "XXXX-13", "XXXX-02-30", "2024-W53-WE", "T25"]
)
def test_impossible(value: str) -> None:
    assert impossible(value)


@pytest.mark.parametrize(
    "value", ["2020-W53", "XXXX-W53", "XXXX-WXX-4", "XXXX-02-29", "2024-XX-31", "TXX:XX", "T24", "2024-SU", "P2D"]
)
def test_possible(value: str) -> None:
    assert impossible(value) is None


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


@pytest.mark.parametrize(
    ("words", "value", "mod", "told"),
    [
        ("2018", "2018", "START", True),
        ("early 2018", "2018", "START", False),
        ("2018", "2018", "END", True),
        ("late 2018", "2018", "END", False),
        ("mid-2018", "2018", "MID", False),
        ("mid-November", "2024-11", "MID", False),
        ("two years", "P2Y", "MORE_THAN", True),
        ("more than two years", "P2Y", "MORE_THAN", False),
        ("a couple of years", "P2Y", "APPROX", False),
        ("two years", "P2Y", "APPROX", True),
        ("~2 years", "P2Y", "APPROX", False),
        ("before 2018", "2018", "BEFORE", False),
        ("2018", "2018", "AFTER", True),
    ],
)
def test_a_mod_has_its_word(words: str, value: str, mod: str, told: bool) -> None:
    assert ("TIM032" in about_time(words, value, mod=mod)) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [("2024-11-07", True), ("2024", True), ("2024-11-07T10:00", True), ("P1W", False), ("XXXX-WXX-1", False)],
)
def test_a_set_recurs(value: str, told: bool) -> None:
    assert ("TIM031" in about_time("every week", value, type="SET")) == told
