"""Events (EVT): when they happen."""

from collections.abc import Callable, Iterator

from ....findings.finding import Place, Problem
from ....model.record import Event, EventRelation, Time
from ..base import MANY, Document, rule
from ..times.time_order import published
from ..times.timex import interval
from .events import NEAR, RELATION_KINDS, blocks_apart, called, trigger_of

Stretch = tuple[int, int]
_BOUNDS = frozenset(("BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"))


def _when(doc: Document, v: Event) -> tuple[Time, Stretch] | None:
    """The time of an event with its stretch, where that is known."""
    t = doc.times.get(v.time) if v.time is not None else None
    if t is None or t.mod in _BOUNDS or t.type not in ("DATE", "TIME") or (found := interval(t.value)) is None:
        return None
    return t, found


def _against(doc: Document, kind: str, wrong: Callable[[Stretch, Stretch], bool], what: str) -> Iterator[Problem]:
    """Problems for relations of one kind between events whose times contradict it."""
    if kind not in doc.values(RELATION_KINDS):
        return
    found: list[tuple[int, int, EventRelation]] = [
        (i, j, r)
        for i, v in enumerate(doc.record.events)
        if v.relations and v.time is not None
        for j, r in enumerate(v.relations)
        if r.kind == kind
    ]
    for i, j, r in found:
        v, w = doc.record.events[i], doc.events.get(r.event)
        if w is None or (one := _when(doc, v)) is None or (two := _when(doc, w)) is None or not wrong(one[1], two[1]):
            continue
        yield Problem(
            pointer=f"/events/{i}/relations/{j}",
            message=what.format(called(doc, v), one[0].value, called(doc, w), two[0].value),
            fix="reverse or remove the relation, or correct one of the times",
            span=trigger_of(v),
            related=tuple(
                Place(f"the time of {called(doc, x)}", doc.place(t), (t.start, t.end))
                for x, (t, _) in ((v, one), (w, two))
            ),
        )


@rule("EVT014", "before-but-later", since="0.2.0")
def before_later(doc: Document) -> Iterator[Problem]:
    """An event comes before another, but its time is later.

    The relation and the times must agree on the order.

    Bad: /events/1/relations = [{"kind": "before", "event": "v1"}]
    Good: /events/0/relations = [{"kind": "before", "event": "v2"}]
    """
    yield from _against(
        doc, "before", lambda a, b: a[0] >= b[1], "{} ({}) is said to come before {} ({}), but is later"
    )
    yield from _chains(doc)


_STEPS = 100_000
"""Steps from event to later event that are followed in one record."""


def _chains(doc: Document) -> Iterator[Problem]:
    """Problems for events that come before another by way of a third, and are later."""
    after: dict[str, list[str]] = {}
    if "before" not in doc.values(RELATION_KINDS):
        return
    for v in [v for v in doc.record.events if v.relations]:
        for r in v.relations:
            if r.kind == "before":
                after.setdefault(v.id, []).append(r.event)
    if not after or not any(b in after for ends in after.values() for b in ends):
        return
    steps = 0
    for first in after:
        v = doc.events[first]
        if (one := _when(doc, v)) is None:
            continue
        before = dict.fromkeys(after[first], first) | {first: ""}
        queue = list(dict.fromkeys(after[first]))
        direct = len(queue)
        for n, a in enumerate(queue):
            steps += 1
            if steps > _STEPS:
                return
            if a != first and (found := doc.events.get(a)) is not None and n >= direct and (two := _when(doc, found)):
                if one[1][0] >= two[1][1]:
                    yield _chain(doc, [doc.events[id] for id in _way(before, a) if id in doc.events], one, two)
                    break
            elif a != first and n < direct and found_later(doc, a, one):
                break  # the rule has the pair
            for b in after.get(a, ()):
                if b not in before:
                    before[b] = a
                    queue.append(b)


def _way(before: dict[str, str], last: str) -> list[str]:
    """From the first event to the last one, by what comes before each."""
    way = [last]
    while before[way[-1]]:
        way.append(before[way[-1]])
    return way[::-1]


def found_later(doc: Document, id: str, one: tuple[Time, Stretch]) -> bool:
    """Whether a time lies after that of an event."""
    v = doc.events.get(id)
    two = _when(doc, v) if v is not None else None
    return two is not None and one[1][0] >= two[1][1]


def _chain(doc: Document, way: list[Event], one: tuple[Time, Stretch], two: tuple[Time, Stretch]) -> Problem:
    first, last = way[0], way[-1]
    return Problem(
        pointer=f"{doc.place(first)}/relations",
        message=f"{called(doc, first)} ({one[0].value}) is said to come before {called(doc, last)} ({two[0].value}), by way of "
        f"{' and '.join(called(doc, v) for v in way[1:-1][:MANY])}, but is later",
        fix="reverse or remove one of these relations, or correct one of the times",
        span=trigger_of(first),
        related=tuple(
            Place(f"the time of {called(doc, v)}", doc.place(t), (t.start, t.end))
            for v, t in ((first, one[0]), (last, two[0]))
        ),
    )


@rule("EVT015", "cause-after-effect", severity="warning", since="0.2.0")
def cause_later(doc: Document) -> Iterator[Problem]:
    """An event causes another, but its time is later.

    A cause comes before its effect. If people act on what they expect, the expectation is the cause.

    Bad: /events/1/relations = [{"kind": "causes", "event": "v1"}]
    Good: /events/0/relations = [{"kind": "causes", "event": "v2"}]
    """
    yield from _against(doc, "causes", lambda a, b: a[0] >= b[1], "{} ({}) is said to cause {} ({}), but is later")


@rule("EVT016", "part-at-another-time", severity="warning", since="0.2.0")
def part_outside(doc: Document) -> Iterator[Problem]:
    """An event is a part of another, but their times do not overlap.

    A part happens while the whole does.

    Bad: /events/0/relations = [{"kind": "subevent_of", "event": "v2"}]
    Good: /events/0/relations = [{"kind": "subevent_of", "event": "v2"}]
          /events/0/time = "t3"
    """
    yield from _against(
        doc,
        "subevent_of",
        lambda a, b: a[0] >= b[1] or b[0] >= a[1],
        "{} ({}) is said to be a part of {} ({}), but their times do not overlap",
    )


@rule("EVT017", "actual-in-the-future", severity="warning", since="0.2.0")
def actual_future(doc: Document) -> Iterator[Problem]:
    """A trigger's realis is actual, but the event's time is after the publication.

    What is yet to come has the realis other, however certain it is.

    Bad: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
         /events/0/mentions/0/realis = "actual"
         /events/0/mentions/0/factuality = [{"value": "CT+", "according_to": "author"}]
    Good: /metadata/published = {"value": "2025-07-10", "basis": "stated"}
          /events/0/mentions/0/realis = "actual"
          /events/0/mentions/0/factuality = [{"value": "CT+", "according_to": "author"}]
          /events/0/time = "t1"
    """
    day = published(doc)
    times = doc.times
    for i, v in enumerate(doc.record.events):
        if v.time is None or (t := times.get(v.time)) is None:
            continue
        when = interval(t.value)
        if t.value != "FUTURE_REF" and (when is None or day is None or when[0] < day[1]):
            continue
        for j, m in enumerate(v.mentions):
            if m.realis == "actual" and t.mod not in _BOUNDS:
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}/realis",
                    message=f"“{doc.words(m.start, m.end)}” is actual, but its time “{doc.words(t.start, t.end)}” is yet to come",
                    fix="set the realis to other, or correct the time",
                    span=(m.start, m.end),
                    related=(Place("the time", doc.place(t), (t.start, t.end)),),
                )


@rule("EVT030", "generic-at-one-time", severity="info", since="0.2.0")
def generic_dated(doc: Document) -> Iterator[Problem]:
    """All triggers of an event are generic, but its time is a calendar date.

    What happens in general, or again and again, has no single date; what happened on one date is actual, or other.

    Bad: /events/0/mentions/0/realis = "generic"
         /events/0/mentions/1/realis = "generic"
    Good: /events/0/mentions/0/realis = "generic"
          /events/0/mentions/1/realis = "generic"
          /events/0/time = null
    """
    for i, v in enumerate(doc.record.events):
        if v.time is None or not v.mentions or any([m.realis != "generic" for m in v.mentions]):
            continue
        when = _when(doc, v)
        if when is not None:
            t = when[0]
            yield Problem(
                pointer=f"/events/{i}/mentions/0/realis",
                message=f"{called(doc, v)} is generic, but its time is {t.value}",
                fix="set its realis to actual or other, or its time to null",
                span=trigger_of(v),
                related=(Place("the time", doc.place(t), (t.start, t.end)),),
            )


@rule("EVT031", "time-far-away", severity="info", since="0.2.0")
def far_time(doc: Document) -> Iterator[Problem]:
    """The time of an event is mentioned only more than three blocks away from its triggers.

    When something happens is usually told nearby; probably another time was meant.

    Bad (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\nOne.\nTwo.\nThree.\nIn 2030."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 202}
         /segments/- = {"id": "s6", "kind": "paragraph", "start": 203, "end": 207}
         /segments/- = {"id": "s7", "kind": "paragraph", "start": 208, "end": 214}
         /segments/- = {"id": "s8", "kind": "paragraph", "start": 215, "end": 223}
         /times/- = {"id": "t4", "start": 218, "end": 222, "text": "2030", "type": "DATE", "value": "2030", "basis": "stated", "anchor": null, "mod": null}
         /events/1/time = "t4"
    Good: /events/1/time = "t2"
    """
    times = doc.times
    for i, v in enumerate(doc.record.events):
        t = times.get(v.time) if v.time is not None else None
        if t is not None and (apart := blocks_apart(doc, t.start, [m.start for m in v.mentions])) > NEAR:
            yield Problem(
                pointer=f"/events/{i}/time",
                message=f"the time of {called(doc, v)} is “{doc.words(t.start, t.end)}” ({t.id}), {apart} blocks away",
                fix="name the time that is meant, or set it to null if the article gives none",
                span=trigger_of(v),
                related=(Place("the time", doc.place(t), (t.start, t.end)),),
            )


RULES = (before_later, cause_later, part_outside, actual_future, generic_dated, far_time)
