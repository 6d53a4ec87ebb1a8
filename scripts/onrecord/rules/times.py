"""Times (TIM): TIMEX3 values after ISO-TimeML."""

import re
from collections.abc import Iterator
from datetime import date

from ..finding import Problem
from ..record import TimeType
from .base import Document, cycles, rule

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
_REAL = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:T(\d\d)(?::(\d\d)(?::(\d\d))?)?.*)?", re.ASCII)


def value_types(value: str) -> set[TimeType]:
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
    return found


def impossible(value: str) -> str | None:
    """Why a fully given date or time can't exist, or None."""
    match = _REAL.fullmatch(value)
    if match is None:
        return None
    year, month, day, hour, minute, second = (int(g) if g else None for g in match.groups())
    try:
        date(year or 0, month if month is not None else 1, day if day is not None else 1)
    except ValueError as error:
        return str(error)
    if (hour or 0) > 24 or (minute or 0) > 59 or (second or 0) > 60:
        return "no such time of day"
    return None


@rule("TIM001", "not-a-timex-value")
def timex_value(doc: Document) -> Iterator[Problem]:
    """A time's value is no TIMEX3 value.

    Values are ISO 8601 with X for what is unknown (2024-XX, XXXX-WXX-2), durations (P2D), or PAST_REF, PRESENT_REF, FUTURE_REF.

    Bad: /times/1/value = "in 2026"
    Good: /times/1/value = "2026-SU"
    """
    for i, t in enumerate(doc.record.times):
        if not value_types(t.value):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"{t.value!r} is no TIMEX3 value",
                fix="write it as in 2024-11-07, 2024-11, 2024-W45, XXXX-WXX-4, 2024-11-07T18:00, P2D or FUTURE_REF",
                span=(t.start, t.end),
            )


@rule("TIM002", "type-against-value")
def timex_type(doc: Document) -> Iterator[Problem]:
    """A time's type does not fit its value.

    A DATE has a calendar value, a TIME a clock value, a DURATION begins with P.

    Bad: /times/1/type = "DURATION"
    Good: /times/1 = {"id": "t2", "start": 111, "end": 115, "text": "2026", "type": "DURATION", "value": "P1Y", "basis": "stated", "anchor": null, "mod": null}
    """
    for i, t in enumerate(doc.record.times):
        allowed = value_types(t.value)
        if allowed and t.type not in allowed:
            yield Problem(
                pointer=f"/times/{i}/type",
                message=f"the type is {t.type}, but {t.value!r} is a value of {' or '.join(sorted(allowed))}",
                fix="correct the type or the value",
                span=(t.start, t.end),
            )


@rule("TIM003", "impossible-date")
def real_date(doc: Document) -> Iterator[Problem]:
    """A date or time of day does not exist.

    Months have 12, days at most 31, hours 24.

    Bad: /times/1/value = "2026-02-30"
    Good: /times/1/value = "2024-02-29"
    """
    for i, t in enumerate(doc.record.times):
        if value_types(t.value) and (why := impossible(t.value)):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"{t.value!r} does not exist: {why}",
                fix="correct the value; X stands for an unknown digit",
                span=(t.start, t.end),
            )


@rule("TIM004", "anchored-without-anchor")
def anchor(doc: Document) -> Iterator[Problem]:
    """A time's basis is `anchored`, but it names no anchor.

    Whoever checks the value must know what it was reckoned from.

    Bad: /times/1/basis = "anchored"
    Good: /times/1/basis = "anchored"
          /times/1/anchor = "published"
    """
    for i, t in enumerate(doc.record.times):
        if t.basis == "anchored" and t.anchor is None:
            yield Problem(
                pointer=f"/times/{i}/anchor",
                message=f"the value of {t.text!r} is anchored, but its anchor is null",
                fix="name the time, the event or `published`, or correct the basis",
                span=(t.start, t.end),
            )


@rule("TIM005", "anchor-cycle")
def anchor_cycle(doc: Document) -> Iterator[Problem]:
    """Times are anchored in a circle, or in themselves.

    Then none of them can be reckoned.

    Bad: /times/1/anchor = "t3"
         /times/2/anchor = "t2"
    Good: /times/1/anchor = "t3"
    """
    index = {t.id: i for i, t in enumerate(doc.record.times)}
    for loop in cycles({t.id: [t.anchor] if t.anchor else [] for t in doc.record.times}):
        yield Problem(
            pointer=f"/times/{index[loop[0]]}/anchor",
            message=f"the anchor of {loop[0]} leads back to it: {' → '.join([*loop, loop[0]])}",
            fix="anchor one of them elsewhere",
        )


@rule("TIM006", "set-fields")
def set_fields(doc: Document) -> Iterator[Problem]:
    """`quant` or `freq` on a time that is no SET, or `begin` or `end_point` on one that is no DURATION.

    TIMEX3 gives these only to recurring times and to stretches of time.

    Bad: /times/1/quant = "EVERY"
    Good: /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "Tuesday", "type": "SET", "value": "XXXX-WXX-2", "basis": "stated", "anchor": null, "mod": null, "quant": "EVERY", "freq": "1W"}
    """
    for i, t in enumerate(doc.record.times):
        for names, type_ in ((("quant", "freq"), "SET"), (("begin", "end_point"), "DURATION")):
            for name in names:
                if isinstance(getattr(t, name), str) and t.type != type_:
                    yield Problem(
                        pointer=f"/times/{i}/{name}",
                        message=f"{name} belongs to a {type_}, and this time is a {t.type}",
                        fix=f"remove {name}, or correct the type",
                        span=(t.start, t.end),
                    )


RULES = (timex_value, timex_type, real_date, anchor, anchor_cycle, set_fields)
