"""Times (TIM): their values, anchors and marks."""

from collections.abc import Iterator
from itertools import pairwise

from msgspec import UNSET

from ....findings.finding import Place, Problem
from ...document.pieces import crossing, holding
from ..base import MANY, Document, circle, cycles, rule
from .timex import impossible, is_frequency, value_types


@rule("TIM001", "not-a-timex-value")
def timex_value(doc: Document) -> Iterator[Problem]:
    """A time's value is not a TIMEX3 value.

    Values are ISO 8601 with X for what is unknown (2024-XX, XXXX-WXX-2), durations (P2D), or PAST_REF, PRESENT_REF,
    FUTURE_REF.

    Bad: /times/1/value = "in 2026"
    Good: /times/1/value = "2026-XX-XX"
    """
    for i, t in enumerate(doc.record.times):
        if not value_types(t.value):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"{t.value!r} is not a TIMEX3 value",
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

    A year has 12 months and 52 or 53 weeks, a month at most 31 days, a day 24 hours.

    Bad (also TIM028): /times/1/value = "2026-02-30"
    Good: /times/1/value = "2026-W53"
          /times/1/basis = "world_knowledge"
          /times/1/note = "The agency's plan of 2021 named the last week."
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

    Whoever checks the value must know from what it was calculated.

    Bad: /times/1/basis = "anchored"
    Good: /times/1/basis = "anchored"
          /times/1/anchor = "t3"
    """
    for i, t in enumerate(doc.record.times):
        if t.basis == "anchored" and t.anchor is None:
            yield Problem(
                pointer=f"/times/{i}/anchor",
                message=f"the value of {t.text!r} is anchored, but its anchor is null",
                fix="name the time or event that it counts from, or `published`; or correct the basis",
                span=(t.start, t.end),
            )


@rule("TIM005", "anchor-cycle")
def anchor_cycle(doc: Document) -> Iterator[Problem]:
    """Times are anchored on each other in a circle, or on themselves, directly or through an event that happens at the
    anchored time.

    None of their values can be calculated then.

    Bad: /times/1/anchor = "t3"
         /times/2/anchor = "t2"
    Good: /times/1/anchor = "t3"
    """
    edges = {t.id: [t.anchor] for t in doc.record.times if t.anchor is not None and t.anchor != "published"}
    if edges:
        for t in doc.record.times:
            if t.basis == "anchored" and t.anchor in doc.events and (when := doc.events[t.anchor].time):
                edges[t.anchor] = [when]
    if edges:
        index: dict[str, int] = {}
        for loop in cycles(edges):
            index = index or {t.id: i for i, t in enumerate(doc.record.times)}
            at = next((n for n, id in enumerate(loop) if id in index), 0)
            turned = [*loop[at:], *loop[:at]]
            if (i := index.get(turned[0])) is None:
                continue
            t = doc.record.times[i]
            yield Problem(
                pointer=f"/times/{i}/anchor",
                message=f"“{doc.words(t.start, t.end)}” counts from itself: {circle(turned)}",
                fix="give one of them another anchor",
                span=(t.start, t.end),
                related=tuple(
                    Place(f"{id} counts from {after}", f"/times/{index[id]}", (u.start, u.end))
                    for id, after in zip(turned[1:MANY], [*turned[2:], turned[0]], strict=False)
                    if (u := doc.times.get(id))
                ),
            )
    for name in ("begin", "end_point"):
        for i, t in enumerate(doc.record.times):
            if getattr(t, name) == t.id:
                yield Problem(
                    pointer=f"/times/{i}/{name}",
                    message=f"“{doc.words(t.start, t.end)}” ({t.id}) is its own {name}",
                    fix="name the time at which it begins or ends",
                    span=(t.start, t.end),
                )


@rule("TIM006", "set-fields")
def set_fields(doc: Document) -> Iterator[Problem]:
    """A time that is not a SET has `quant` or `freq`, or one that is not a DURATION has `begin` or `end_point`.

    In TIMEX3, the first two describe recurring times, the other two stretches of time.

    Bad: /times/1/quant = "EVERY"
    Good: /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "Tuesday", "type": "SET", "value": "XXXX-WXX-2", "basis": "stated", "anchor": null, "mod": null, "quant": "EVERY", "freq": "1W"}
    """
    for i, t in enumerate(doc.record.times):
        if t.quant is t.freq is t.begin is t.end_point is UNSET:
            continue
        for names, type_ in ((("quant", "freq"), "SET"), (("begin", "end_point"), "DURATION")):
            for name in names:
                if isinstance(getattr(t, name), str) and t.type != type_:
                    yield Problem(
                        pointer=f"/times/{i}/{name}",
                        message=f"{name} belongs to a {type_}, but this time is a {t.type}",
                        fix=f"remove {name}, or correct the type",
                        span=(t.start, t.end),
                    )


_POINT_MODS = {"BEFORE", "AFTER", "ON_OR_BEFORE", "ON_OR_AFTER"}
_LENGTH_MODS = {"LESS_THAN", "MORE_THAN", "EQUAL_OR_LESS", "EQUAL_OR_MORE"}
_OTHER_MOD = {
    "BEFORE": "MORE_THAN", "AFTER": "LESS_THAN", "ON_OR_BEFORE": "EQUAL_OR_MORE", "ON_OR_AFTER": "EQUAL_OR_LESS",
    "LESS_THAN": "AFTER", "MORE_THAN": "BEFORE", "EQUAL_OR_LESS": "ON_OR_AFTER", "EQUAL_OR_MORE": "ON_OR_BEFORE",
}  # fmt: skip


@rule("TIM010", "mod-against-type", severity="warning", since="0.2.0")
def mod_type(doc: Document) -> Iterator[Problem]:
    """A time's `mod` does not fit its type.

    A point in time can be BEFORE or AFTER, a stretch of time LESS_THAN or MORE_THAN; START, MID, END and APPROX fit
    both.

    Bad (also TIM032): /times/1/mod = "LESS_THAN"
    Good (also TIM032): /times/1/mod = "ON_OR_AFTER"
    """
    for i, t in enumerate(doc.record.times):
        if t.mod is None:
            continue
        if (t.type == "DURATION" and t.mod in _POINT_MODS) or (t.type in ("DATE", "TIME") and t.mod in _LENGTH_MODS):
            what = "a stretch of time" if t.type == "DURATION" else "a point in time"
            yield Problem(
                pointer=f"/times/{i}/mod",
                message=f"“{doc.words(t.start, t.end)}” is {what} ({t.type}), which can't be {t.mod}",
                fix=f"set the mod to {_OTHER_MOD[t.mod]} if that is meant, or correct the type",
                span=(t.start, t.end),
            )


@rule(
    "TIM011",
    "time-twice",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: len({(t.start, t.end) for t in doc.record.times}) == len(doc.record.times),
)
def time_twice(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a time twice.

    One expression is one time; everything that refers to it names its id.

    Bad: /times/- = {"id": "t4", "start": 111, "end": 115, "text": "2026", "type": "DATE", "value": "2026", "basis": "stated", "anchor": null, "mod": null}
    Good: /times/1/value = "2026-XX"
    """
    times = doc.record.times
    first: dict[tuple[int, int], int] = {}
    for i, t in enumerate(times):
        if (k := first.setdefault((t.start, t.end), i)) != i:
            yield Problem(
                pointer=f"/times/{i}",
                message=f"“{doc.words(t.start, t.end)}” is already marked as the time {times[k].id}",
                fix="keep one, and let everything name its id",
                span=(t.start, t.end),
                related=(Place("first marked here", f"/times/{k}", (t.start, t.end)),),
            )


@rule(
    "TIM012",
    "times-overlap",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: all(a.end <= b.start for a, b in pairwise(doc.record.times)),
)
def times_overlap(doc: Document) -> Iterator[Problem]:
    """Two times overlap and neither contains the other, or one stands within another that has the same value.

    A time expression is marked once and whole; a time within a longer one has a value of its own.

    Bad: /times/- = {"id": "t4", "start": 99, "end": 115, "text": "planned for 2026", "type": "DATE", "value": "2026", "basis": "stated", "anchor": null, "mod": null}
    Good: /times/- = {"id": "t4", "start": 99, "end": 115, "text": "planned for 2026", "type": "DURATION", "value": "P1Y", "basis": "stated", "anchor": null, "mod": null}
    """
    times = doc.record.times
    order = sorted((t.start, -t.end, i) for i, t in enumerate(times) if t.start < t.end)
    alike: dict[str, list[tuple[int, int, int]]] = {}
    for place in order:
        alike.setdefault(times[place[2]].value, []).append(place)
    pairs = [("shares words with", crossing(order))]
    pairs += [("stands within, and has the value of,", holding(mine)) for mine in alike.values() if len(mine) > 1]
    for how, found in pairs:
        for k, i in found:
            a, b = times[k], times[i]
            yield Problem(
                pointer=f"/times/{i}",
                message=f"“{doc.words(b.start, b.end)}” {how} the time “{doc.words(a.start, a.end)}” ({a.id})",
                fix="mark one time that covers all the words",
                span=(b.start, b.end),
                related=(Place("the other time", f"/times/{k}", (a.start, a.end)),),
            )


@rule("TIM018", "world-knowledge-without-note", severity="warning", since="0.2.0")
def knowledge_note(doc: Document) -> Iterator[Problem]:
    """A time's value comes from world knowledge, but no note says what is known.

    Others can check only what is written down (guidelines, section 2).

    Bad: /times/1/basis = "world_knowledge"
    Good: /times/1/basis = "world_knowledge"
          /times/1/note = "The agency's plan of 2021 named 2026."
    """
    for i, t in enumerate(doc.record.times):
        if t.basis == "world_knowledge" and not (isinstance(t.note, str) and t.note.strip()):
            yield Problem(
                pointer=f"/times/{i}/basis",
                message=f"“{doc.words(t.start, t.end)}” has its value {t.value} from world knowledge, but no note says what is known",
                fix="say in a note what is known, and from where",
                span=(t.start, t.end),
            )


@rule("TIM019", "not-a-frequency", severity="warning", since="0.2.0")
def frequency(doc: Document) -> Iterator[Problem]:
    """A recurring time's `freq` is not a TIMEX3 frequency.

    It counts times (2X: twice) or stretches of time (3D: on three days) within each period that `value` names.

    Bad: /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "Tuesday", "type": "SET", "value": "P1W", "basis": "stated", "anchor": null, "mod": null, "freq": "weekly"}
    Good: /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "Tuesday", "type": "SET", "value": "P1W", "basis": "stated", "anchor": null, "mod": null, "freq": "1X"}
    """
    for i, t in enumerate(doc.record.times):
        if isinstance(t.freq, str) and not is_frequency(t.freq):
            yield Problem(
                pointer=f"/times/{i}/freq",
                message=f"“{doc.words(t.start, t.end)}”: {t.freq!r} is not a frequency",
                fix="write how often as in 2X (twice) or 3D (on three days), and the period as the value (P1W: a week)",
                span=(t.start, t.end),
            )


RULES = (
    timex_value, timex_type, real_date, anchor, anchor_cycle, set_fields, mod_type, time_twice, times_overlap,
    knowledge_note, frequency,
)  # fmt: skip
