"""TIMEX3 values after ISO-TimeML: their forms, and the stretches of time that they stand for."""

import re
from datetime import date

from ....model.record import TimeType
from ....text.remembering import remembered

_YEAR = r"(?:BC)?(?:\d{4}|\d{3}X|\d{2}XX|XXXX)"
_DAY = rf"{_YEAR}-(?:\d\d|XX)-(?:\d\d|XX)"
_DATE = re.compile(
    rf"(?:{_DAY}|{_YEAR}(?:-(?:\d\d|XX))?|(?:BC)?\d{{2,3}}|{_YEAR}-W(?:\d\d|XX)(?:-(?:[1-7X]|WE))?|{_YEAR}-(?:SP|SU|FA|WI|Q[1-4X]|H[12X]))",
    re.ASCII,
)
_CLOCK = r"T(?:(?:\d\d|XX)(?::(?:\d\d|XX)(?::(?:\d\d(?:\.\d+)?|XX))?)?(?:Z|[+-]\d\d:?\d\d)?|MO|MI|AF|EV|NI|DT|PM|AM)"
_TIME = re.compile(rf"(?:{_DAY}|{_YEAR}-W(?:\d\d|XX)-(?:[1-7X]|WE)|XXXX-XX-XX)?{_CLOCK}", re.ASCII)
_N = r"(?:\d+(?:\.\d+)?|X)"
_DURATION = re.compile(
    rf"P(?=.)(?:{_N}(?:CE|DE|Q|WE|FA|SP|SU|WI))?(?:{_N}Y)?(?:{_N}M)?(?:{_N}W)?(?:{_N}D)?(?:T(?=.)(?:{_N}H)?(?:{_N}M)?(?:{_N}S)?(?:{_N}(?:MO|AF|EV|NI|DT))?)?",
    re.ASCII,
)
_REFS = {"PAST_REF", "PRESENT_REF", "FUTURE_REF"}
_FREQUENCY = re.compile(r"\d+X|\d+(?:\.\d+)?(?:S|MIN|H|D|WE|W|M|Q|Y|DE|CE)", re.ASCII)
_POINT = re.compile(
    r"(\d{4})(?:-(\d\d|XX)(?:-(\d\d|XX))?|-W(\d\d|XX)(?:-([1-7X]|WE))?|-(SP|SU|FA|WI|Q[1-4X]|H[12X]))?(?:T(\d\d)?(.*))?",
    re.ASCII,
)
_LENGTH = re.compile(r"P(T?)(\d+(?:\.\d+)?)(CE|DE|Y|M|W|D|H|S)", re.ASCII)
UNIT_DAYS = {
    "CE": (36524, 36525), "DE": (3652, 3653), "Y": (365, 366), "M": (28, 31), "W": (7, 7), "D": (1, 1),
    "TH": (1 / 24, 1 / 24), "TM": (1 / 1440, 1 / 1440), "TS": (0, 1 / 1440),
}  # fmt: skip
DAY = 1440
"""Minutes."""
_REAL = re.compile(
    r"(\d{4}|\d{3}X|\d\dXX|XXXX)?(?:-(\d\d|XX)(?:-(\d\d|XX))?|-W(\d\d)(?:-.*)?)?(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?.*)?",
    re.ASCII,
)
_LONG_YEAR = 2004
"""A leap year of 53 weeks, for years that are not known."""


@remembered
def value_types(value: str) -> frozenset[TimeType]:
    """The TIMEX3 types that a value's form allows; empty where it is no TIMEX3 value."""
    found: set[TimeType] = set()
    if value in _REFS or _DATE.fullmatch(value):
        found.add("DATE")
    if _TIME.fullmatch(value) or value in _REFS:
        found.add("TIME")
    if _DURATION.fullmatch(value):
        found.add("DURATION")
    if found and value not in _REFS:
        found.add("SET")
    return frozenset(found)


@remembered
def impossible(value: str) -> str | None:
    """Why a fully given date or time can't exist, or None."""
    match = _REAL.fullmatch(value)
    if match is None:
        return None
    year, month, day, week, hour, minute, second = (int(g) if g and g.isdecimal() else None for g in match.groups())
    if year is None:
        year = _LONG_YEAR
    try:
        date(year, month if month is not None else 1, day if day is not None else 1)
    except ValueError as error:
        return str(error) if month is None or 1 <= month <= 12 else f"there is no month {month}"
    most = date(year, 12, 28).isocalendar().week
    if week is not None and not 1 <= week <= most:
        return f"{value[:4]} has the weeks 01 to {most}"
    if (hour or 0) > 24 or (minute or 0) > 59 or (second or 0) > 60:
        return "no such time of day"
    return None


def _minutes(year: int, month: int, day: int) -> int:
    """Minutes from year 1 to the day's beginning; months beyond 12 are of later years."""
    return date(year + (month - 1) // 12, (month - 1) % 12 + 1, day).toordinal() * DAY


@remembered
def interval(value: str) -> tuple[int, int] | None:
    """The stretch of time of a TIMEX3 point, as minutes from year 1, end exclusive; None where it is not known.

    Where it is known only in part (a season, a clock time with a zone), the stretch is the widest that may be meant.
    """
    match = _POINT.fullmatch(value)
    try:
        if match is None:
            if not re.fullmatch(r"\d\dXX|\d{3}X|\d{2,3}", value, re.ASCII):
                return None
            digits = value.rstrip("X")
            first = int(digits) * 10 ** (4 - len(digits))
            return _minutes(first, 1, 1), _minutes(first + 10 ** (4 - len(digits)), 1, 1)
        year, (month, day, week, weekday, part, hour, rest) = int(match[1]), match.groups()[1:]
        found = _minutes(year, 1, 1), _minutes(year + 1, 1, 1)
        if month and month != "XX":
            found = _minutes(year, int(month), 1), _minutes(year, int(month) + 1, 1)
            if day and day != "XX":
                found = (start := _minutes(year, int(month), int(day))), start + DAY
        elif week and week != "XX":
            start = date.fromisocalendar(year, int(week), 1).toordinal() * DAY
            found = start, start + 7 * DAY
            if weekday and weekday != "X":
                start += 5 * DAY if weekday == "WE" else (int(weekday) - 1) * DAY
                found = start, start + (2 * DAY if weekday == "WE" else DAY)
        elif part == "WI":
            found = _minutes(year - 1, 12, 1), _minutes(year, 16, 1)
        elif part and part[0] in "QH" and part[1] != "X":
            length = 3 if part[0] == "Q" else 6
            found = _minutes(year, length * (int(part[1]) - 1) + 1, 1), _minutes(year, length * int(part[1]) + 1, 1)
        if rest is None or found[1] - found[0] > DAY:
            return found
        if hour is None:
            return found[0], found[1] + DAY // 4  # a night reaches into the next day
        minute = re.match(r":(\d\d)", rest)
        start = found[0] + 60 * int(hour) + (int(minute[1]) if minute else 0)
        zone = 14 * 60 if re.search(r"[Z+-]", rest) else 0
        return start - zone, start + zone + (1 if minute else 60)
    except ValueError:
        return None


def length(value: str) -> tuple[float, float] | None:
    """The least and the greatest number of days of a duration of one unit."""
    match = _LENGTH.fullmatch(value)
    days = UNIT_DAYS.get(match[1] + match[3]) if match else None
    return (float(match[2]) * days[0], float(match[2]) * days[1]) if match and days else None


def is_frequency(value: str) -> bool:
    """Whether a text is a TIMEX3 frequency: a number of times, or a stretch of time."""
    return bool(_FREQUENCY.fullmatch(value) or _DURATION.fullmatch(value))
