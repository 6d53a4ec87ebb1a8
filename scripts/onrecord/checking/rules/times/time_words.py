"""Times (TIM): what a value says against what the words say."""

import re
from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from msgspec import Struct

from ....findings.finding import Problem
from ....model.record import Time
from ....text.remembering import remembered
from ....text.words import Pack
from ....text.words.pack import any_of
from ..base import Document, rule
from .timex import UNIT_DAYS, length, value_types

_TOKEN = re.compile(r"\d+|[^\W\d_]+")
_MONTH_OF = re.compile(r"(?:\d{4}|XXXX)-(\d\d)(?:-(\d\d))?(?:T.*)?", re.ASCII)
_WEEKDAY_OF = re.compile(r"(?:\d{4}|XXXX)-W(?:\d\d|XX)-([1-7])(?:T.*)?", re.ASCII)
_DATE_OF = re.compile(r"(\d{4}-\d\d-\d\d)(?:T.*)?", re.ASCII)
_COUNT_OF = re.compile(r"P(T?)(\d{1,9})(CE|DE|Y|M|W|D|H|S)", re.ASCII)
_NAMES = dict(enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split(), start=1))
_MONTH_NAMES = dict(enumerate(
    "January February March April May June July August September October November December".split(), start=1
))  # fmt: skip
"""As messages name them."""


class Clues(Struct, frozen=True):
    """What the words of a time say about its value.

    `years` are the digits with which a value may begin. `months` and `weekdays` count from 1, `days` are read only
    beside a month. `count` is a number and its unit (a key of `timex.UNIT_DAYS`).
    """

    words: frozenset[str] = frozenset()
    years: frozenset[str] = frozenset()
    months: frozenset[int] = frozenset()
    days: frozenset[int] = frozenset()
    weekdays: frozenset[int] = frozenset()
    count: tuple[int, str] | None = None


_NONE = Clues()


_FIRST_YEAR = 1500
_LAST_YEAR = 2099
"""Numbers of four digits that news uses for years; others are counts, like “1200 people”."""


def _years(text: str, tokens: list[str], pack: Pack) -> Iterator[str]:
    for i, token in enumerate(tokens):
        if len(token) == 4 and token.isdecimal() and _FIRST_YEAR <= int(token) <= _LAST_YEAR:
            after = tokens[i + 1].lower() if i + 1 < len(tokens) else ""
            if after in pack.clock_words:
                continue
            yield token
            if after in pack.decade_endings:  # the 1990s, the 1900s
                yield token[:3]
                if token.endswith("00"):
                    yield token[:2]
            elif len(after) == 2 and after.isdecimal() and re.search(rf"{token}\s?[-–/]\s?{after}\b", text):
                yield token[:2] + after  # the season 2018–19


@cache
def _day_beside(pack: Pack) -> str:
    """The pattern of a number that is a day of a month, with {} for the months; the month's full stop stays outside."""
    return (
        r"(?:{0})\b\.? \d\d?(?!\d|:)"
        rf"|(?<!\d)\d\d?(?:{any_of(pack.ordinal_endings)})?(?: (?:{any_of(pack.of)}))? (?:{{0}})\b"
    )


def _days(text: str, tokens: list[str], pack: Pack) -> Iterator[int]:
    """The numbers that may be a day, where one stands beside a month's name."""
    small = [t for t in tokens if len(t) < 3 and t.isdecimal() and 1 <= int(t) <= 31]
    if small and not re.search(r"['’]\d", text):
        month = "|".join(t for t in _of_calendar(tokens, pack) if t.lower() in pack.months)
        if month and re.search(_day_beside(pack).format(month), text):
            yield from map(int, small)


def _of_calendar(tokens: list[str], pack: Pack) -> list[str]:
    """The words that may be a month or a weekday: in some languages only those with a capital."""
    return [t for t in tokens if t[0].isupper()] if pack.calendar_capitals else tokens


def _count(words: list[str], pack: Pack) -> tuple[int, str] | None:
    units = [pack.units[w] for w in words if w in pack.units]
    numbers = [int(w) if w.isdecimal() else pack.numbers[w] for w in words if w in pack.numbers or w.isdecimal()]
    if len(units) != 1 or len(numbers) != 1 or not pack.larger_numbers.isdisjoint(words):
        return None
    return numbers[0], units[0]


def _clues(text: str, pack: Pack) -> Clues:
    tokens = _TOKEN.findall(text)
    named = [t.lower() for t in _of_calendar(tokens, pack)]
    words = [t.lower() for t in tokens]
    return Clues(
        frozenset(words),
        frozenset(_years(text, tokens, pack)),
        frozenset(pack.months[w] for w in named if w in pack.months),
        frozenset(_days(text, tokens, pack)),
        frozenset(pack.weekdays[w] for w in named if w in pack.weekdays),
        _count(words, pack),
    )


_LONGEST = 100
"""Code points of a time at most; what is longer is no time expression, and is not read for one."""


@cache
def reader(pack: Pack) -> Callable[[Time], Clues]:
    """A function of a time: what its words say about its value, in the language of a pack; nothing if they are too long."""
    read = remembered(lambda text: _clues(text, pack))

    def clues(t: Time) -> Clues:
        return read(t.text) if len(t.text) <= _LONGEST else _NONE

    return clues


def stands(doc: Document, t: Time) -> bool:
    """Whether a time's words are those of the article; if not, SPN002 reports that, and nothing else is said about them."""
    return doc.fits(t)


def weekday(value: str) -> int | None:
    """The number of the weekday of a value that has one."""
    if match := _WEEKDAY_OF.fullmatch(value):
        return int(match[1])
    try:
        return date.fromisoformat(match[1]).isoweekday() if (match := _DATE_OF.fullmatch(value)) else None
    except ValueError:
        return None


@rule("TIM007", "year-against-words", since="0.2.0", words=("reckoning",))
def year_words(doc: Document) -> Iterator[Problem]:
    """The words of a time name a year, but its value has another year, or none.

    The article's own words decide; world knowledge that contradicts them goes into the note.

    Bad: /times/1/value = "2025"
    Good: /times/1/value = "2026-XX"
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        if t.value.startswith(t.text) or t.type not in ("DATE", "TIME"):
            continue
        c = clues(t)
        if (
            c.years
            and not t.value.startswith(tuple(c.years))
            and pack.reckoning.isdisjoint(c.words)
            and value_types(t.value)
            and stands(doc, t)
        ):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” names a year, but the value is {t.value}",
                fix="give the value the year that the words name",
                span=(t.start, t.end),
            )


@rule("TIM008", "weekday-against-words", since="0.2.0", words=("weekdays", "reckoning"))
def weekday_words(doc: Document) -> Iterator[Problem]:
    """The words of a time name a weekday, but its value is another day of the week.

    It is easy to be off by one when the date of “Thursday” is counted from the day of publication; check with a
    calendar.

    Bad: /times/0/value = "XXXX-WXX-3"
    Good: /times/0/value = "2025-07-08"
          /times/0/basis = "world_knowledge"
          /times/0/note = "The agency's statement is of 8 July 2025."
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.weekdays or c.days or (real := weekday(t.value)) is None or real in c.weekdays:
            continue
        if (
            pack.reckoning.isdisjoint(c.words)
            and pack.night.isdisjoint(c.words)
            and t.type != "DURATION"
            and stands(doc, t)
        ):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"the words are “{doc.words(t.start, t.end)}”, but the value {t.value} is a {_NAMES[real]}",
                fix="look the day up in a calendar",
                span=(t.start, t.end),
            )


@rule("TIM009", "day-against-words", since="0.2.0", words=("months", "reckoning"))
def day_words(doc: Document) -> Iterator[Problem]:
    """The words of a time name a month or a day of the month, but its value has another.

    The article's own words decide; 7/11 and 11/7 are easily confused.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said on 12 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
         /metadata/source_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
         /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "12 July", "type": "DATE", "value": "XXXX-12-07", "basis": "stated", "anchor": null, "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on 12 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
          /metadata/source_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
          /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "12 July", "type": "DATE", "value": "XXXX-07-12", "basis": "stated", "anchor": null, "mod": null}
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.months or t.type not in ("DATE", "TIME") or (match := _MONTH_OF.fullmatch(t.value)) is None:
            continue
        month, day = int(match[1]), int(match[2] or 0)
        if month in c.months and (not day or not c.days or day in c.days):
            continue
        if pack.reckoning.isdisjoint(c.words) and pack.night.isdisjoint(c.words) and stands(doc, t):
            of_value = f"{day} {_MONTH_NAMES.get(month, month)}" if day else _MONTH_NAMES.get(month, str(month))
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"the words are “{doc.words(t.start, t.end)}”, but the value {t.value} means {of_value}",
                fix="write year, month and day, in this order, as the words say",
                span=(t.start, t.end),
            )


@rule("TIM020", "stated-not-in-words", severity="warning", since="0.2.0", words=("numbers",))
def stated_words(doc: Document) -> Iterator[Problem]:
    """A time's basis is stated and its value has a year, but its words have no number at all.

    A value is stated only if the words themselves say it; the date of a weekday is calculated (guidelines, section 2).

    Bad: /times/0/value = "2025-07-08"
    Good: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0/value = "2025-07-08"
          /times/0/basis = "anchored"
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        if t.basis != "stated" or t.value in t.text or len(t.value) < 4 or not t.value[:4].isdecimal():
            continue
        if (
            t.type == "DURATION"
            or not stands(doc, t)
            or any(c.isnumeric() for c in t.text)
            or not pack.numbers.keys().isdisjoint(clues(t).words - pack.indefinite_articles)
        ):
            continue
        yield Problem(
            pointer=f"/times/{i}/basis",
            message=f"the basis is stated, but the words “{doc.words(t.start, t.end)}” don't say {t.value}",
            fix="set the basis to anchored and name the anchor, or to world_knowledge with a note",
            span=(t.start, t.end),
        )


_OFF_BY = 1.5
"""How many times as long a value may be as the words say: “a year” may be P11M or P14M, not P2Y."""


def _other_length(count: tuple[int, str], value: str) -> bool:
    """Whether a value is far from a number of units: “two weeks” may be P14D or PT336H, not P2M."""
    found, unit = length(value), UNIT_DAYS.get(count[1])
    if found is None or unit is None or not count[0]:
        return False
    return found[1] * _OFF_BY < count[0] * unit[0] or found[0] > _OFF_BY * count[0] * unit[1]


@rule("TIM022", "count-against-words", severity="warning", since="0.2.0", words=("numbers", "units"))
def count_words(doc: Document) -> Iterator[Problem]:
    """The words of a duration name a number of hours, days or years, but its value has another.

    “Two weeks” is P2W.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said for 2 days that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "532b3faa6e1d3bc4d612e563f05bc21cf610658e5dd1bb8cc004d4a0cd29d046"
         /metadata/source_sha256 = "532b3faa6e1d3bc4d612e563f05bc21cf610658e5dd1bb8cc004d4a0cd29d046"
         /times/0 = {"id": "t1", "start": 49, "end": 55, "text": "2 days", "type": "DURATION", "value": "P3D", "basis": "stated", "anchor": null, "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said for 2 days that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "532b3faa6e1d3bc4d612e563f05bc21cf610658e5dd1bb8cc004d4a0cd29d046"
          /metadata/source_sha256 = "532b3faa6e1d3bc4d612e563f05bc21cf610658e5dd1bb8cc004d4a0cd29d046"
          /times/0 = {"id": "t1", "start": 49, "end": 55, "text": "2 days", "type": "DURATION", "value": "PT48H", "basis": "stated", "anchor": null, "mod": null}
    """
    clues = reader(doc.pack)
    for i, t in enumerate(doc.record.times):
        if t.type != "DURATION" or (count := clues(t).count) is None:
            continue
        match = _COUNT_OF.fullmatch(t.value)
        if match is None or not stands(doc, t):
            continue
        same_unit = match[1] + match[3] == count[1]
        if int(match[2]) != count[0] if same_unit else _other_length(count, t.value):
            what = f"has the number {match[2]}" if same_unit else "is another length"
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"the words are “{doc.words(t.start, t.end)}”, but the value {t.value} {what}",
                fix="give the value the number and the unit that the words name",
                span=(t.start, t.end),
            )


@rule("TIM023", "no-such-weekday", severity="info", since="0.2.0", words=("weekdays", "months", "reckoning"))
def own_weekday(doc: Document) -> Iterator[Problem]:
    """A time names a weekday and a date that do not fall on the same day in the year of its value.

    Either the article is wrong, or the year is. The value follows the words; a note may say that the article is wrong.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said Tue 9 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "d17f3082d5eb88c221548c1bd61207c84ee34a930a33e072eeb77f01647d4d99"
         /metadata/source_sha256 = "d17f3082d5eb88c221548c1bd61207c84ee34a930a33e072eeb77f01647d4d99"
         /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "Tue 9 July", "type": "DATE", "value": "2025-07-09", "basis": "anchored", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said Tue 8 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "6f15070682076a990d1e70c71747fb3ecd4d43c52b63e45db807ade781836f42"
          /metadata/source_sha256 = "6f15070682076a990d1e70c71747fb3ecd4d43c52b63e45db807ade781836f42"
          /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "Tue 8 July", "type": "DATE", "value": "2025-07-08", "basis": "anchored", "anchor": "published", "mod": null}
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.weekdays or not c.days or (real := weekday(t.value)) is None or real in c.weekdays:
            continue
        if (
            pack.reckoning.isdisjoint(c.words)
            and pack.night.isdisjoint(c.words)
            and not isinstance(t.note, str)
            and stands(doc, t)
        ):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"the words are “{doc.words(t.start, t.end)}”, but {t.value} was a {_NAMES[real]}",
                fix="look for the right year; if the article itself is wrong, say so in a note",
                span=(t.start, t.end),
            )


RULES = (year_words, weekday_words, day_words, stated_words, count_words, own_weekday)
