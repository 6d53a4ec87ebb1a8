"""Times (TIM): values that count from an anchor, calculated again with a calendar."""

from collections.abc import Callable, Iterator
from datetime import date
from functools import cache

from msgspec import Struct

from ....findings.finding import Place, Problem
from ....model.record import Time
from ....text.remembering import remembered
from ....text.words import Pack, Words
from ..base import Document, rule
from .time_order import published
from .time_words import reader, stands
from .timex import DAY, interval

Stretch = tuple[int, int]
_BOUNDS = frozenset(("BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"))


@cache
def _reckoned_words(pack: Pack) -> Words:
    """Words of which every expression of simple arithmetic has at least one (“last”, “ago”, “tomorrow”)."""
    return frozenset[str]().union(pack.which, pack.ways, pack.ways_before, pack.relative_days)


@cache
def _order_words(pack: Pack) -> Words:
    """Words that put a time before or after something."""
    return pack.before_anchor | pack.after_anchor | pack.coming | pack.gone | pack.later


class Step(Struct, frozen=True):
    """How far the words of a time are from their anchor: “two days ago”, “last month”.

    `unit` is Y, M, W or D, and `steps` says how many units later (below zero: earlier). If `counted`, the words count
    from the anchor's own date (“two weeks ago”); else they name a whole unit of the calendar (“last week”).
    """

    unit: str
    steps: int
    counted: bool


@cache
def stepper(pack: Pack) -> Callable[[str], Step | None]:
    """A function of a time's words: their step where they are simple arithmetic (“last month”, “two days ago”), else None."""
    return remembered(lambda text: _step(text.lower().replace("-", " ").split(), pack))


def _step(words: list[str], pack: Pack) -> Step | None:
    if words and words[0] in pack.step_openers:
        del words[0]
    if len(words) == 1 and words[0] in pack.relative_days and words[0] not in pack.relative_nights:
        return Step("D", pack.relative_days[words[0]], True)
    if len(words) == 3 and words[2] in pack.ways:
        return _counted(words[0], words[1], pack.ways[words[2]], pack)
    if len(words) == 3 and words[0] in pack.ways_before:
        return _counted(words[1], words[2], pack.ways_before[words[0]], pack)
    if len(words) == 3 and words[0] in pack.within_units and words[1] in pack.which:
        del words[0]
    if len(words) != 2 or words[0] not in pack.which or words[1] in pack.unit_plurals:
        return None
    unit = pack.units.get(words[1], "")
    if unit not in _FLOOR or (unit == "D" and words[0] in pack.vague_days):
        return None
    return Step(unit, pack.which[words[0]], False)


_DIGITS = 3
"""Digits of a number of units at most; four are a year."""


def _counted(count: str, unit: str, way: int, pack: Pack) -> Step | None:
    """The step of a number of units, back (`way` is -1) or ahead (1); None if the words name no number or no unit."""
    letters = pack.units.get(unit, "")
    number = int(count) if count.isdecimal() and len(count) <= _DIGITS else pack.numbers.get(count)
    return Step(letters, number * way, True) if number and letters in _FLOOR else None


def _date(minute: int) -> date:
    return date.fromordinal(minute // DAY)


def _months(day: date, count: int) -> date:
    """The first of the month `count` months on."""
    at = day.year * 12 + day.month - 1 + count
    return date(at // 12, at % 12 + 1, 1)


def _floor_year(day: date, steps: int) -> date:
    return date(day.year + steps, 1, 1)


def _floor_week(day: date, steps: int) -> date:
    return date.fromordinal(day.toordinal() - day.weekday() + 7 * steps)


def _floor_day(day: date, steps: int) -> date:
    return date.fromordinal(day.toordinal() + steps)


_FLOOR = {"Y": _floor_year, "M": _months, "W": _floor_week, "D": _floor_day}
"""Unit → how the beginning of the unit, some units on, is found."""
_EDGE = {"Y": 45, "M": 10, "W": 1}
"""Days by which words that name a whole unit may be off."""
_LENGTH = {"Y": 366, "M": 31, "W": 7}
"""Days of a unit that is longer than one."""


_NEARLY = 3
"""Days that a whole unit may be shorter than the longest one: February."""
_EXACT = 6
"""Days up to which a number of days is meant to the day; “ten days ago” may be nine or eleven."""


def expected(found: Step, anchor: Stretch, value: Stretch) -> Stretch | None:
    """The interval in which a time must lie, by its step from its anchor; wider where its words are vague.

    Args:
        found: the step that its words take.
        anchor: the interval of its anchor; like all intervals here in minutes from year 1, end exclusive.
        value: the interval of its own value, which tells whether a day or a whole unit is meant.

    Returns:
        The interval, or None beyond the years of the calendar.
    """
    floor, unit = _FLOOR[found.unit], found.unit
    slack = 0
    if unit == "W":
        slack = 1  # weeks may begin on Sunday
    if found.counted and unit != "D":
        whole = (_LENGTH[unit] - _NEARLY) * DAY
        if value[1] - value[0] < whole:
            slack = _LENGTH[unit] // 2 + 1
        elif anchor[1] - anchor[0] < whole:
            slack = _EDGE[unit]
    elif found.counted and abs(found.steps) > _EXACT:
        slack = 1
    try:
        first, last = (_date(anchor[0]).toordinal() - slack, _date(anchor[1] - 1).toordinal() + slack)
        if found.counted and unit == "W":
            return (first + 7 * found.steps) * DAY, (last + 7 * found.steps + 1) * DAY
        low = floor(date.fromordinal(first), found.steps)
        high = floor(date.fromordinal(last), found.steps + 1)
    except (ValueError, OverflowError):
        return None
    low_day, high_day = low.toordinal(), high.toordinal()
    return (low_day - (unit == "W")) * DAY, (high_day + (unit == "W")) * DAY


Origin = tuple[str, Stretch, Time | None]
"""What a time counts from: the value, its interval, and the time that has them (None: the publication)."""


def origin_of(doc: Document, t: Time) -> Origin | None:
    """What a time counts from, as far as the record says."""
    times = doc.times
    if t.anchor == "published" or t.anchor is None:
        value, when = doc.record.metadata.published.value, published(doc)
        if value is None or when is None or (t.anchor is None and doc.holding(t.start, t.end)):
            return None
        return value, when, None
    a = times.get(t.anchor)
    if a is None and (v := doc.events.get(t.anchor)) is not None and v.time is not None:
        a = times.get(v.time)
    if a is None or a is t or a.type not in ("DATE", "TIME") or a.mod in _BOUNDS or (when := interval(a.value)) is None:
        return None
    return a.value, when, a


def _place(doc: Document, a: Time | None) -> Place:
    if a is None:
        return Place("the publication date", "/metadata/published/value")
    return Place("the anchor", doc.place(a), (a.start, a.end))


def _misplaced(words: Words, anchor: str | None, when: Stretch, origin: Stretch, pack: Pack) -> str | None:
    """On which side of its anchor a value lies, “before” or “after”, if its words say that it lies on the other; else None."""
    back, ahead = not pack.before_anchor.isdisjoint(words), not pack.after_anchor.isdisjoint(words)
    if back == ahead:
        return None
    if anchor in ("published", None) and not pack.later.isdisjoint(words) and pack.this.isdisjoint(words):
        return None
    if back and when[0] >= origin[1]:
        return "after"
    return "before" if ahead and when[1] <= origin[0] else None


def _reckoned(doc: Document, t: Time) -> tuple[Stretch, Origin] | None:
    """A time's interval and what it counts from, or None if either is not known."""
    if t.type not in ("DATE", "TIME") or t.mod in _BOUNDS or (when := interval(t.value)) is None:
        return None
    origin = origin_of(doc, t)
    return (when, origin) if origin is not None and stands(doc, t) else None


@rule("TIM024", "reckoned-wrong", severity="warning", since="0.2.0", words=("units", "which", "relative_days"))
def reckoned_wrong(doc: Document) -> Iterator[Problem]:
    """The words of a time are simple arithmetic (last month, the following year, two days ago), but its value is another
    date.

    Such words count from the anchor: the publication, another time, or the time of an event.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said last month that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
         /metadata/source_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
         /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "last month", "type": "DATE", "value": "2025-05", "basis": "anchored", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said last month that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
          /metadata/source_sha256 = "55705dab5db7f51d83de7c36ae49e48c3ab93a67fdccbb9d941bcde866e9574f"
          /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "last month", "type": "DATE", "value": "2025-06-30", "basis": "anchored", "anchor": "published", "mod": null}
    """
    pack = doc.pack
    clues, step, telling = reader(pack), stepper(pack), _reckoned_words(pack)
    for i, t in enumerate(doc.record.times):
        words = clues(t).words
        if telling.isdisjoint(words) or (found := step(t.text)) is None or (known := _reckoned(doc, t)) is None:
            continue
        when, (value, origin, a) = known
        from_publication = t.anchor in ("published", None)
        if from_publication and not pack.relative_days.keys().isdisjoint(words):
            continue  # TIM014
        if _misplaced(words, t.anchor, when, origin, pack):
            continue  # TIM025
        looks_ahead = pack.looking_back.isdisjoint(words)
        if _aside(doc, t, words) and (when[1] <= origin[0] if looks_ahead else when[0] >= origin[1]):
            continue  # TIM013
        right = expected(found, origin, when)
        if right is not None and (when[1] <= right[0] or when[0] >= right[1]):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, which is wrong if it counts from {value}",
                fix="calculate the value again; if it counts from another time or event, name that as the anchor",
                span=(t.start, t.end),
                related=(_place(doc, a),),
            )


@rule("TIM025", "wrong-side-of-anchor", severity="warning", since="0.2.0", words=("before_anchor", "after_anchor"))
def wrong_side_of_anchor(doc: Document) -> Iterator[Problem]:
    """The words of a time say that it is earlier than its anchor, but its value is later; or the other way round.

    “Earlier”, “the following year” and “two days later” tell the order; “soon” is FUTURE_REF, “recently” PAST_REF.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said earlier on that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "d6d0c19d7f0ac1bd42031ec386dc05d97fd9392820900d9cfe53fb1b1cc29e1b"
         /metadata/source_sha256 = "d6d0c19d7f0ac1bd42031ec386dc05d97fd9392820900d9cfe53fb1b1cc29e1b"
         /times/0 = {"id": "t1", "start": 45, "end": 52, "text": "earlier", "type": "DATE", "value": "FUTURE_REF", "basis": "stated", "anchor": null, "mod": null}
         /quotes/0/time = null
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said earlier on that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "d6d0c19d7f0ac1bd42031ec386dc05d97fd9392820900d9cfe53fb1b1cc29e1b"
          /metadata/source_sha256 = "d6d0c19d7f0ac1bd42031ec386dc05d97fd9392820900d9cfe53fb1b1cc29e1b"
          /times/0 = {"id": "t1", "start": 45, "end": 52, "text": "earlier", "type": "DATE", "value": "PAST_REF", "basis": "stated", "anchor": null, "mod": null}
    """
    pack = doc.pack
    clues, telling = reader(pack), _order_words(pack)
    for i, t in enumerate(doc.record.times):
        words = clues(t).words
        if telling.isdisjoint(words):
            continue
        if t.value in ("PAST_REF", "FUTURE_REF"):
            if not stands(doc, t):
                continue
            later = not pack.later.isdisjoint(words) and not pack.this.isdisjoint(words)
            coming = later or not pack.coming.isdisjoint(words)
            gone = not pack.gone.isdisjoint(words)
            if coming == gone or coming == (t.value == "FUTURE_REF") or not pack.before_or_after.isdisjoint(words):
                continue
            if _aside(doc, t, words):
                continue  # TIM013
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” looks {'ahead' if coming else 'back'}, but its value is {t.value}",
                fix=f"set the value to {'FUTURE_REF' if coming else 'PAST_REF'}, or give the date that it means",
                span=(t.start, t.end),
            )
            continue
        if (known := _reckoned(doc, t)) is None or not pack.of.isdisjoint(words):
            continue
        when, (value, origin, a) = known
        side = _misplaced(words, t.anchor, when, origin, pack)
        if side is None or _aside(doc, t, words):
            continue
        yield Problem(
            pointer=f"/times/{i}/value",
            message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, {side} the time from which it counts, {value}",
            fix="correct the value, or name the right anchor",
            span=(t.start, t.end),
            related=(_place(doc, a),),
        )


def _aside(doc: Document, t: Time, words: Words) -> bool:
    """Whether TIM013 looks at a time: it counts from the publication, and its words look back or ahead, not both."""
    pack = doc.pack
    if t.anchor not in ("published", None) or published(doc) is None:
        return False
    if t.anchor is None and not pack.definite_articles.isdisjoint(words):
        return False
    return pack.looking_back.isdisjoint(words) != pack.looking_ahead.isdisjoint(words)


RULES = (reckoned_wrong, wrong_side_of_anchor)
