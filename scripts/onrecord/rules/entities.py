"""Entities (ENT) and what links them to the world."""

from collections.abc import Iterator, Sequence

from ..finding import Problem
from ..record import Entity, Event
from .base import Document, cycles, rule


def layers(doc: Document) -> tuple[tuple[str, Sequence[Entity | Event]], ...]:
    """The layers whose items have links and members."""
    return ("entities", doc.record.entities), ("events", doc.record.events)


@rule("ENT001", "link-without-id")
def link_status(doc: Document) -> Iterator[Problem]:
    """A link's status and its Wikidata id contradict each other.

    `linked` needs an id; `nil` and `not_attempted` have none.

    Bad: /entities/0/link/wikidata = null
    Good: /entities/0/link = {"status": "nil", "wikidata": null}
    """
    for layer, items in layers(doc):
        for i, item in enumerate(items):
            if (item.link.status == "linked") != (item.link.wikidata is not None):
                yield Problem(
                    pointer=f"/{layer}/{i}/link",
                    message=f"the link of {item.id} has status {item.link.status} and Wikidata id {item.link.wikidata}",
                    fix="give the id with status linked, or null with nil or not_attempted",
                )


@rule("ENT002", "mention-in-two-clusters")
def shared_mention(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a mention twice.

    One mention stands for one entity; a pronoun for several stands for a group entity with members.

    Bad: /entities/2/mentions/- = {"id": "m9", "start": 35, "end": 39, "text": "NASA", "kind": "name", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 35, "end": 38, "text": "NAS", "kind": "name", "metonymic": false, "demonym": false}
    """
    seen: dict[tuple[int, int], tuple[str, str]] = {}
    for i, entity in enumerate(doc.record.entities):
        for j, m in enumerate(entity.mentions):
            first = seen.setdefault((m.start, m.end), (entity.id, m.id))
            if first != (entity.id, m.id):
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}",
                    message=f"the mention {m.text[:40]!r} of {entity.id} is already marked as {first[1]} of {first[0]}",
                    fix="keep one; for several referents make a group entity with members",
                    span=(m.start, m.end),
                )


@rule("ENT003", "member-cycle")
def member_cycle(doc: Document) -> Iterator[Problem]:
    """A group of entities or events contains itself.

    Membership has to end at single things.

    Bad: /entities/1/members = ["e3"]
         /entities/2/members = ["e2"]
    Good: /entities/1/members = ["e3"]
    """
    for layer, items in layers(doc):
        index = {item.id: i for i, item in enumerate(items)}
        for loop in cycles({item.id: list(item.members) for item in items}):
            yield Problem(
                pointer=f"/{layer}/{index[loop[0]]}/members",
                message=f"the members of {loop[0]} lead back to it: {' → '.join([*loop, loop[0]])}",
                fix="take one of these members out",
            )


RULES = (link_status, shared_mention, member_cycle)
