"""Events (EVT): types, roles, relations."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from ....findings.finding import Place, Problem
from ....model.inventories import event_types
from ....model.record import Event
from ..base import MANY, Document, circle, cycles, pattern, rule
from .look_ups import triggers_in_order

RELATION_KINDS = pattern("/events/*/relations/*/kind")


@cache
def _roles() -> dict[str, tuple[str, ...]]:
    """Event type → its roles."""
    return {t.name: tuple(r.name for r in t.roles) for c in event_types().categories for t in c.types}


@cache
def _required() -> dict[str, tuple[str, ...]]:
    """Event type → the roles that it requires; only types that require any."""
    found = {t.name: tuple(r.name for r in t.roles if r.required) for c in event_types().categories for t in c.types}
    return {name: roles for name, roles in found.items() if roles}


def called(doc: Document, v: Event) -> str:
    """An event in a message: its name or its first trigger, and its id."""
    if v.name:
        return f"“{v.name}” ({v.id})"
    return f"“{doc.words(v.mentions[0].start, v.mentions[0].end)}” ({v.id})" if v.mentions else v.id


def trigger_of(v: Event) -> tuple[int, int] | None:
    """Where the event is first mentioned."""
    return (v.mentions[0].start, v.mentions[0].end) if v.mentions else None


@rule("EVT001", "role-unknown-to-type")
def role(doc: Document) -> Iterator[Problem]:
    """An argument's role is not among the roles of the event's type.

    `schemas/event_types.json` says which roles a type has.

    Bad: /events/0/arguments/0/role = "recipient"
    Good: /events/0/arguments/0/role = "theme"
    """
    roles = _roles()
    events = doc.record.events
    for v, a in [
        (e, a) for e in events for known in (roles.get(e.type, ()),) for a in e.arguments if a.role not in known
    ]:
        yield Problem(
            pointer=f"{doc.place(a)}/role",
            message=f"{called(doc, v)}: {v.type} has no role {a.role}",
            fix=f"choose one of {', '.join(roles.get(v.type, ()))}",
            span=trigger_of(v),
        )


@rule("EVT002", "argument-mention-of-another")
def argument_mention(doc: Document) -> Iterator[Problem]:
    """An argument's mention is not a mention of its target.

    A mention names its entity; the argument must not say otherwise.

    Bad: /events/0/arguments/1/mention = "m1"
    Good: /events/0/arguments/1/mention = null
    """
    owners = doc.owners
    events = doc.record.events
    found = [
        (v, a)
        for v in events
        for a in v.arguments
        if a.mention is not None and ((owner := owners.get(a.mention)) is None or owner.id != a.target)
    ]
    for v, a in found:
        if a.mention is not None and not doc.owned(a.mention, a.target):
            m = doc.mentions[a.mention]
            yield Problem(
                pointer=f"{doc.place(a)}/mention",
                message=f"the {a.role} of {called(doc, v)} is {doc.named(a.target)}, but its mention "
                f"“{doc.words(m.start, m.end)}” ({m.id}) is one of {doc.named(owners[a.mention].id)}",
                fix="correct one of the two",
                span=(m.start, m.end),
            )


@rule("EVT003", "event-in-itself")
def self_reference(doc: Document) -> Iterator[Problem]:
    """An event is its own argument or related to itself, or events are related in a circle.

    Nothing is a part of itself, before itself or its own cause.

    Bad (also EVT014): /events/0/relations = [{"kind": "before", "event": "v2"}]
         /events/1/relations = [{"kind": "before", "event": "v1"}]
    Good: /events/0/relations = [{"kind": "before", "event": "v2"}, {"kind": "causes", "event": "v2"}]
    """
    events = doc.record.events
    for v, a in [(e, a) for e in events for id in (e.id,) for a in e.arguments if a.target == id]:
        yield Problem(
            pointer=f"{doc.place(a)}/target",
            message=f"{called(doc, v)} is its own {a.role}",
            fix="name another target, or remove the argument",
            span=trigger_of(v),
        )
    graphs: dict[str, dict[str, list[str]]] = {}
    for v in [v for v in events if v.relations]:
        for r in v.relations:
            graphs.setdefault(r.kind, {}).setdefault(v.id, []).append(r.event)
    for kind, edges in graphs.items():
        for loop in cycles(edges) if any(after in edges for ends in edges.values() for after in ends) else ():
            first = doc.events[loop[0]]
            yield Problem(
                pointer=f"{doc.place(first)}/relations",
                message=f"{kind} leads from {called(doc, first)} back to it: {circle(loop)}",
                fix="remove one of these relations",
                span=trigger_of(first),
                related=tuple(
                    Place(f"also in this circle: {called(doc, w)}", doc.place(w), trigger_of(w))
                    for w in (doc.events[id] for id in loop[1:MANY])
                ),
            )


@rule("EVT004", "trigger-twice")
def trigger_twice(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a trigger twice.

    One trigger names one event.

    Bad: /events/1/mentions/- = {"id": "v2b", "start": 27, "end": 34, "text": "landing", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}]}
    Good: /events/1/mentions/- = {"id": "v2b", "start": 15, "end": 21, "text": "delays", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}]}
    """
    for a, b in [(a, b) for a, b in pairwise(triggers_in_order(doc)) if a[1] > b[0]]:
        if a[:2] == b[:2]:
            v, w = doc.record.events[a[2]], doc.record.events[b[2]]
            yield Problem(
                pointer=f"/events/{b[2]}/mentions/{b[3]}",
                message=f"the trigger “{doc.words(*b[:2])}” of {w.id} is already a trigger of {v.id}",
                fix="keep one; if one word names several events, make an event with members",
                span=b[:2],
                related=(Place("first marked here", f"/events/{a[2]}/mentions/{a[3]}", a[:2]),),
            )


@rule("EVT005", "role-missing", severity="warning", since="0.2.0")
def missing_role(doc: Document) -> Iterator[Problem]:
    """An event lacks an argument that its type requires.

    Without it nobody knows what happened: there is no arrest without somebody who is arrested.
    `schemas/event_types.json` says which roles a type requires.

    Bad: /events/1/type = "travel"
         /events/1/arguments = [{"role": "destination", "target": "e2", "mention": null}]
    Good: /events/1/type = "travel"
          /events/1/arguments = [{"role": "agent", "target": "e1", "mention": "m4"}]
    """
    required = _required()
    lacking = [
        i
        for i, v in enumerate(doc.record.events)
        if v.type in required and not (v.arguments and (v.arguments[0].role,) == required[v.type])
    ]  # the required role mostly stands first
    for i in lacking:
        v = doc.record.events[i]
        if v.members or {a.role for a in v.arguments}.issuperset(required[v.type]):
            continue
        if any(m.realis != "generic" and m.polarity == "positive" for m in v.mentions):
            given = {a.role for a in v.arguments}
            roles = " and ".join(r for r in required[v.type] if r not in given)
            yield Problem(
                pointer=f"/events/{i}/arguments",
                message=f"{called(doc, v)} is of type {v.type}, but has no {roles}",
                fix=f"add the {roles}, which may stand in another clause or sentence; if the article names none, check the type",
                span=trigger_of(v),
            )


@rule("EVT006", "event-without-argument", severity="info", since="0.2.0")
def no_argument(doc: Document) -> Iterator[Problem]:
    """An event has no argument at all.

    Readers usually understand who takes part; arguments may come from other clauses. A bare “what will occur” (type
    occurrence) has none.

    Bad: /events/1/arguments = []
    Good: /events/1/arguments = []
          /events/1/members = ["v1"]
    """
    for i, v in enumerate(doc.record.events):
        if v.arguments or v.members or v.name is not None or v.type == "occurrence":
            continue
        if any(m.realis != "generic" for m in v.mentions):
            yield Problem(
                pointer=f"/events/{i}/arguments",
                message=f"{called(doc, v)} has no argument",
                fix="add who and what takes part, and where, as far as the article says",
                span=trigger_of(v),
            )


@rule(
    "EVT018",
    "part-of-its-part",
    since="0.2.0",
    unless=lambda doc: (
        "subevent_of" not in doc.values(RELATION_KINDS) or not any([v.members for v in doc.record.events])
    ),
)
def part_circle(doc: Document) -> Iterator[Problem]:
    """An event is a member of another event and, by `subevent_of`, also contains it.

    A part can't contain the whole to which it belongs.

    Bad: /events/0/members = ["v2"]
         /events/0/relations = [{"kind": "subevent_of", "event": "v2"}]
         /events/0/time = null
    Good: /events/0/members = ["v2"]
          /events/1/relations = [{"kind": "subevent_of", "event": "v1"}]
          /events/1/time = null
    """
    events = doc.record.events
    members = {v.id: list(v.members) for v in events if v.members}
    parts: dict[str, list[str]] = {}
    for v in [v for v in events if v.relations]:
        for r in v.relations:
            if r.kind == "subevent_of":
                parts.setdefault(r.event, []).append(v.id)
    edges = {whole: members.get(whole, []) + parts.get(whole, []) for whole in members | parts}
    yield from _mixed(
        doc,
        edges,
        members,
        parts,
        "{} is contained in its own parts",
        "remove one of the members, or the relation subevent_of",
    )


@rule(
    "EVT019",
    "cause-in-a-circle",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: not {"before", "causes"} <= set(doc.values(RELATION_KINDS)),
)
def order_circle(doc: Document) -> Iterator[Problem]:
    """Events come before each other and cause each other in a circle.

    A cause comes before what it causes.

    Bad: /events/0/relations = [{"kind": "before", "event": "v2"}]
         /events/1/relations = [{"kind": "causes", "event": "v1"}]
         /events/1/time = null
    Good: /events/0/relations = [{"kind": "before", "event": "v2"}, {"kind": "causes", "event": "v2"}]
    """
    before: dict[str, list[str]] = {}
    causes: dict[str, list[str]] = {}
    for v in [v for v in doc.record.events if v.relations]:
        for r in v.relations:
            if r.kind != "subevent_of":
                (before if r.kind == "before" else causes).setdefault(v.id, []).append(r.event)
    edges = {id: before.get(id, []) + causes.get(id, []) for id in before | causes}
    yield from _mixed(doc, edges, before, causes, "{} comes before itself", "remove or reverse one of these relations")


def _mixed(
    doc: Document,
    edges: dict[str, list[str]],
    one: dict[str, list[str]],
    two: dict[str, list[str]],
    what: str,
    fix: str,
) -> Iterator[Problem]:
    """Problems for the circles of a graph that need edges of both kinds; the others have rules of their own."""
    index = {v.id: i for i, v in enumerate(doc.record.events)}
    kinds = [{a: frozenset(after) for a, after in kind.items()} for kind in (one, two)]
    for loop in cycles(edges):
        steps = list(zip(loop, [*loop[1:], loop[0]], strict=True))
        if any(all(b in kind.get(a, ()) for a, b in steps) for kind in kinds):
            continue
        named = [(index[id], doc.events[id]) for id in loop if id in index]
        if not named:
            continue
        i, v = named[0]
        yield Problem(
            pointer=f"/events/{i}",
            message=f"{what.format(called(doc, v))}: {circle(loop)}",
            fix=fix,
            span=trigger_of(v),
            related=tuple(
                Place(f"also in this circle: {called(doc, w)}", f"/events/{k}", trigger_of(w)) for k, w in named[1:MANY]
            ),
        )


@rule(
    "EVT020",
    "arguments-of-each-other",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: doc.events.keys().isdisjoint(doc.values(pattern("/events/*/arguments/*/target"))),
)
def mutual_arguments(doc: Document) -> Iterator[Problem]:
    """Two events are arguments of each other.

    Only one of the two can be about the other.

    Bad: /events/0/arguments/- = {"role": "theme", "target": "v2", "mention": null}
         /events/1/arguments/- = {"role": "instrument", "target": "v1", "mention": null}
    Good: /events/0/arguments/- = {"role": "theme", "target": "v2", "mention": null}
    """
    events = doc.events
    pairs = {(v.id, a.target): a for v in doc.record.events for a in v.arguments if a.target in events}
    for (id, target), a in pairs.items():
        if id < target and (back := pairs.get((target, id))) is not None:
            v, w = events[id], events[target]
            yield Problem(
                pointer=doc.place(a),
                message=f"{called(doc, w)} is {a.role} of {called(doc, v)}, and {v.id} is {back.role} of {w.id}",
                fix="remove the argument that the text does not support",
                span=trigger_of(v),
                related=(Place("the other argument", doc.place(back), trigger_of(w)),),
            )


@rule("EVT025", "linked-without-name", severity="warning", since="0.2.0")
def linked_name(doc: Document) -> Iterator[Problem]:
    """An event is linked to Wikidata, but has no name.

    Only named events have entries; without the name nobody can check the link.

    Bad: /events/0/link = {"status": "linked", "wikidata": "Q43653"}
    Good: /events/0/link = {"status": "linked", "wikidata": "Q43653"}
          /events/0/name = "Moon landing"
    """
    for i, v in enumerate(doc.record.events):
        if v.name is None and v.link.status == "linked":
            yield Problem(
                pointer=f"/events/{i}/name",
                message=f"{called(doc, v)} is linked to {v.link.wikidata}, but has no name",
                fix="give its name, or set the link to not_attempted",
                span=trigger_of(v),
            )


NEAR = 3
"""Blocks that may lie between a quote or event and the words that tell its time or setting; hardly any are farther."""


class Blocks:
    """The blocks in which some offsets stand; those beyond the text stand in none."""

    def __init__(self, doc: Document, places: Iterable[int]) -> None:
        self._blocks = doc.blocks
        self._mine = sorted({self._blocks[place] for place in places if place < len(self._blocks)})

    def apart(self, at: int) -> int:
        """How many blocks lie between an offset and the nearest of them; 0 where there is none, or it is beyond the text."""
        if at >= len(self._blocks) or not self._mine:
            return 0
        block = self._blocks[at]
        n = bisect_left(self._mine, block)
        return min(abs(b - block) for b in self._mine[max(0, n - 1) : n + 1])


def blocks_apart(doc: Document, at: int, places: Iterable[int]) -> int:
    """How many blocks lie between an offset and the nearest of some places; 0 where they are beyond the text."""
    blocks = doc.blocks
    limit = len(blocks)
    if at >= limit:
        return 0
    return min([abs(blocks[place] - blocks[at]) for place in places if place < limit], default=0)


RULES = (
    role, argument_mention, self_reference, trigger_twice, missing_role, no_argument, part_circle, order_circle,
    mutual_arguments, linked_name,
)  # fmt: skip
