"""Events (EVT): what may fill a role, and two events that are probably one."""

from collections.abc import Iterator
from functools import cache

from ....findings.finding import Place, Problem
from ....model.inventories import event_types
from ....model.record import Argument, Event, extent
from ..base import Document, rule
from ..spans.look_ups import ids_by_kind
from ..times.timex import interval
from .events import called, trigger_of

_KINDS = ("entity", "event", "quote", "time")


@cache
def _fillers() -> dict[str, frozenset[str]]:
    """Role → the kinds of things, or the types of entities, that fill it; only roles that not everything fills."""
    return {r.name: frozenset(r.fillers) for r in event_types().roles if r.fillers}


@cache
def _anybody() -> frozenset[str]:
    """The roles that every entity can fill, whatever its type; arguments are mostly of these."""
    return frozenset(r.name for r in event_types().roles if not r.fillers or "entity" in r.fillers)


@rule("EVT026", "role-filled-by-the-wrong-kind", severity="warning", since="0.2.0")
def filler(doc: Document) -> Iterator[Problem]:
    """An argument's target is of a kind that can't fill its role: a time as agent, a person as place.

    The `fillers` in `schemas/event_types.json` say what can fill a role. When an event happens is told by its `time`.

    Bad: /events/0/arguments/0 = {"role": "agent", "target": "t2", "mention": null}
    Good: /events/0/arguments/0 = {"role": "agent", "target": "v2", "mention": null}
    """
    fillers, anybody, entities = _fillers(), _anybody(), doc.entities
    found = [
        (v, a) for v in doc.record.events for a in v.arguments if a.role not in anybody or a.target not in entities
    ]
    for v, a in found:
        if a.role in fillers:
            yield from _wrong(doc, v, a, fillers[a.role])


def _wrong(doc: Document, v: Event, a: Argument, right: frozenset[str]) -> Iterator[Problem]:
    ids = ids_by_kind(doc)
    kind = next((k for k in _KINDS if a.target in ids[k]), None)
    if kind is None or kind in right:
        return
    what = doc.entities[a.target].type if kind == "entity" else kind
    if what in right:
        return
    yield Problem(
        pointer=f"{doc.place(a)}/target",
        message=f"the {a.role} of {called(doc, v)} is {_named(doc, a.target, kind)}, {_A.get(what, f'a {what}')}",
        fix="choose the role that fits, or name another target"
        if kind != "time"
        else "set the event's time to it, and remove the argument",
        span=trigger_of(v),
        related=_where(doc, a.target, kind),
    )


_A = {"event": "an event", "ORG": "an ORG", "OTHER": "an entity of type OTHER"}


def _named(doc: Document, id: str, kind: str) -> str:
    if kind == "time":
        t = doc.times[id]
        return f"“{doc.words(t.start, t.end)}” ({id})"
    if kind == "quote":
        f = doc.quotes[id].fragments[0]
        return f"“{doc.words(f.start, f.end)}” ({id})"
    return called(doc, doc.events[id]) if kind == "event" else doc.named(id)


def _where(doc: Document, id: str, kind: str) -> tuple[Place, ...]:
    """Where a time or a quote stands."""
    if kind == "time":
        t = doc.times[id]
        return (Place("the time", doc.place(t), (t.start, t.end)),)
    if kind == "quote":
        q = doc.quotes[id]
        return (Place("the quote", doc.place(q), extent(q)),)
    return ()


def _apart(doc: Document, v: Event, w: Event) -> bool:
    """Whether two events have times of which none is the other's: an annual event has one name and many times."""
    one, two = (doc.times.get(x.time or "") for x in (v, w))
    if one is None or two is None or one is two:
        return False
    a, b = interval(one.value), interval(two.value)
    return a is not None and b is not None and (a[0] >= b[1] or b[0] >= a[1])


@rule("EVT027", "one-name-two-events", severity="warning", since="0.2.0")
def one_name(doc: Document) -> Iterator[Problem]:
    """Two events of the same type have the same name.

    Usually they are the same event; if not, their names (“2016 election”, “2020 election”) or times tell them apart.

    Bad: /events/0/name = "Artemis landing"
         /events/1/name = "Artemis Landing"
         /events/1/type = "space_landing"
         /events/1/time = null
    Good: /events/0/name = "Artemis landing"
          /events/1/name = "Artemis landing"
          /events/1/type = "space_landing"
    """
    named = [v for v in doc.record.events if v.name is not None]
    seen: dict[tuple[str, str], Event] = {}
    for v in named:
        first = seen.setdefault((v.type, (v.name or "").casefold()), v)
        if first is v or _apart(doc, first, v) or v.id in first.members or first.id in v.members:
            continue
        yield Problem(
            pointer=f"{doc.place(v)}/name",
            message=f"{v.id} and {first.id} are both of type {v.type} and both named “{v.name}”",
            fix="merge the two events, or give names that tell them apart",
            span=trigger_of(v),
            related=(Place(f"{first.id} is named here", f"{doc.place(first)}/name", trigger_of(first)),),
        )


RULES = (filler, one_name)
