"""Events (EVT)."""

from collections.abc import Iterator
from functools import cache

from ..finding import Problem
from ..store import event_types
from .base import Document, cycles, rule


@cache
def _roles() -> dict[str, tuple[str, ...]]:
    return {t.name: tuple(r.name for r in t.roles) for c in event_types().categories for t in c.types}


@rule("EVT001", "role-unknown-to-type")
def role(doc: Document) -> Iterator[Problem]:
    """An argument's role is not among the roles of the event's type.

    The inventory says which roles a type has.

    Bad: /events/0/arguments/0/role = "recipient"
    Good: /events/0/arguments/0/role = "theme"
    """
    for i, v in enumerate(doc.record.events):
        known = _roles().get(v.type, ())
        for j, a in enumerate(v.arguments):
            if a.role not in known:
                yield Problem(
                    pointer=f"/events/{i}/arguments/{j}/role",
                    message=f"{v.type} has no role {a.role}",
                    fix=f"choose one of {', '.join(known)}",
                )


@rule("EVT002", "argument-mention-of-another")
def argument_mention(doc: Document) -> Iterator[Problem]:
    """An argument's mention is no mention of its target.

    A mention names its entity; the argument must not say otherwise.

    Bad: /events/0/arguments/1/mention = "m1"
    Good: /events/0/arguments/1/mention = null
    """
    for i, v in enumerate(doc.record.events):
        for j, a in enumerate(v.arguments):
            if a.mention is not None and not doc.owned(a.mention, a.target):
                yield Problem(
                    pointer=f"/events/{i}/arguments/{j}/mention",
                    message=f"{a.mention} is a mention of {doc.owners[a.mention].id}, but the argument's target is {a.target}",
                    fix="correct the one or the other",
                )


@rule("EVT003", "event-in-itself")
def self_reference(doc: Document) -> Iterator[Problem]:
    """An event is its own argument or related to itself, or events are related in a circle.

    Nothing is a part of itself, before itself or its own cause.

    Bad: /events/0/relations = [{"kind": "before", "event": "v2"}]
         /events/1/relations = [{"kind": "before", "event": "v1"}]
    Good: /events/0/relations = [{"kind": "before", "event": "v2"}]
          /events/1/relations = [{"kind": "subevent_of", "event": "v1"}]
    """
    index = {v.id: i for i, v in enumerate(doc.record.events)}
    for i, v in enumerate(doc.record.events):
        for j, a in enumerate(v.arguments):
            if a.target == v.id:
                yield Problem(
                    pointer=f"/events/{i}/arguments/{j}/target",
                    message=f"{v.id} is its own {a.role}",
                    fix="name another target, or remove the argument",
                )
    for kind in ("subevent_of", "before", "causes"):
        edges = {v.id: [r.event for r in v.relations if r.kind == kind] for v in doc.record.events}
        for loop in cycles(edges):
            yield Problem(
                pointer=f"/events/{index[loop[0]]}/relations",
                message=f"{kind} leads from {loop[0]} back to it: {' → '.join([*loop, loop[0]])}",
                fix="remove one of these relations",
            )


@rule("EVT004", "trigger-twice")
def trigger_twice(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a trigger twice.

    One trigger names one event.

    Bad: /events/1/mentions/- = {"id": "v2b", "start": 27, "end": 34, "text": "landing", "polarity": "positive", "realis": "other", "factuality": []}
    Good: /events/1/mentions/- = {"id": "v2b", "start": 15, "end": 21, "text": "delays", "polarity": "positive", "realis": "other", "factuality": []}
    """
    seen: dict[tuple[int, int], str] = {}
    for i, v in enumerate(doc.record.events):
        for j, m in enumerate(v.mentions):
            if (m.start, m.end) in seen:
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}",
                    message=f"the trigger {m.text[:40]!r} of {v.id} is already a trigger of {seen[m.start, m.end]}",
                    fix="keep one; several events in one word are an event with members",
                    span=(m.start, m.end),
                )
            seen.setdefault((m.start, m.end), v.id)


RULES = (role, argument_mention, self_reference, trigger_twice)
