"""Entities (ENT) and what links them to the world."""

from collections.abc import Iterator

from ..record import Entity, Event, cluster_layers
from .base import Document, Place, Problem, cycles, rule
from .english import LANGUAGE, PERSONAL
from .wikidata import CLASS, KNOWN


@rule("ENT001", "link-without-id")
def link_status(doc: Document) -> Iterator[Problem]:
    """A link's status and its Wikidata id contradict each other.

    `linked` needs an id; `nil` and `not_attempted` have none.

    Bad: /entities/0/link/wikidata = null
    Good: /entities/0/link = {"status": "nil", "wikidata": null}
    """
    for layer, items in cluster_layers(doc.record):
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
    Good: /entities/2/mentions/- = {"id": "m9", "start": 35, "end": 44, "text": "NASA said", "kind": "name", "metonymic": false, "demonym": false}
    """
    mentions = doc.entity_mentions
    if not any(
        [mentions[a].start == mentions[b].start and mentions[a].end == mentions[b].end for a, b in doc.overlaps]
    ):
        return
    seen: dict[tuple[int, int], tuple[str, str, str]] = {}
    for i, entity in enumerate(doc.record.entities):
        for j, m in enumerate(entity.mentions):
            here = (entity.id, m.id, f"/entities/{i}/mentions/{j}")
            first = seen.setdefault((m.start, m.end), here)
            if first != here:
                yield Problem(
                    pointer=here[2],
                    message=f"the mention {m.text[:40]!r} of {entity.id} is already marked as {first[1]} of {first[0]}",
                    fix="keep one; for several referents make a group entity with members",
                    span=(m.start, m.end),
                    related=(Place("first marked here", first[2], (m.start, m.end)),),
                )


@rule("ENT003", "member-cycle")
def member_cycle(doc: Document) -> Iterator[Problem]:
    """A group of entities or events contains itself.

    Membership has to end at single things.

    Bad: /entities/0/members = ["e4", "e3"]
         /entities/3/members = ["e1", "e3"]
    Good: /entities/0/members = ["e4", "e3"]
    """
    for layer, items in cluster_layers(doc.record):
        groups = {item.id: list(item.members) for item in items if item.members}
        for loop in cycles(groups) if groups else ():
            index = {item.id: i for i, item in enumerate(items)}
            yield Problem(
                pointer=f"/{layer}/{index[loop[0]]}/members",
                message=f"the members of {loop[0]} lead back to it: {' → '.join([*loop, loop[0]])}",
                fix="take one of these members out",
            )


@rule("ENT004", "one-item-two-clusters", since="0.2.0")
def shared_item(doc: Document) -> Iterator[Problem]:
    """Two entities or events are linked to one Wikidata item.

    One thing has one cluster; two clusters for it break coreference, and one of the links may be wrong.

    Bad: /entities/0/link = {"status": "linked", "wikidata": "Q23548"}
         /entities/3/link = {"status": "linked", "wikidata": "Q23548"}
    Good: /entities/0/link = {"status": "linked", "wikidata": "Q23548"}
          /entities/3/link = {"status": "linked", "wikidata": "Q130879"}
    """
    seen: dict[str, tuple[Entity | Event, str]] = {}
    for layer, items in cluster_layers(doc.record):
        for i, item in enumerate(items):
            if item.link.wikidata is None:
                continue
            first, place = seen.setdefault(item.link.wikidata, (item, f"/{layer}/{i}/link"))
            if first is not item:
                yield Problem(
                    pointer=f"/{layer}/{i}/link/wikidata",
                    message=f"{item.name!r} ({item.id}) is linked to {item.link.wikidata}, and so is {first.name!r} ({first.id})",
                    fix="make one cluster of the two, or correct a link",
                    related=(Place(f"{first.id} is linked to it here", place),),
                )


@rule("ENT005", "one-name-two-clusters", severity="warning", since="0.2.0")
def shared_name(doc: Document) -> Iterator[Problem]:
    """Two entities of one type have one canonical name.

    Most often they are the same; if not, their names should tell them apart. Descriptions in lower case may recur.

    Bad: /entities/3/name = "Nasa"
    Good: /entities/2/name = "NASA"
    """
    entities = doc.record.entities
    if len({(e.type, e.name.casefold()) for e in entities}) == len(entities):
        return
    seen: dict[tuple[str, str], tuple[Entity, int]] = {}
    for i, e in enumerate(entities):
        first, at = seen.setdefault((e.type, e.name.casefold()), (e, i))
        if first is not e and e.name != e.name.lower():  # “a man” and “a man” are often two
            yield Problem(
                pointer=f"/entities/{i}/name",
                message=f"{e.id} and {first.id} are both {e.type} and both named {e.name!r}",
                fix="make one cluster of the two, or give names that tell them apart",
                related=(Place(f"{first.id} is named here", f"/entities/{at}/name"),),
            )


@rule("ENT006", "name-missing", severity="warning", since="0.2.0")
def no_name(doc: Document) -> Iterator[Problem]:
    """An entity's canonical name is blank, or a bare pronoun.

    The name is what readers, tables and figures show.

    Bad: /entities/2/name = "they"
    Good: /entities/2/name = "It (film)"
    """
    for i, e in enumerate(doc.record.entities):
        name = e.name.strip().lower()
        if not name or (
            name in PERSONAL and doc.language == LANGUAGE and not any(m.kind == "name" for m in e.mentions)
        ):
            yield Problem(
                pointer=f"/entities/{i}/name",
                message=f"the name of {e.id} is {e.name!r}",
                fix="give its fullest name in the article, or a short description",
            )


@rule("ENT007", "group-of-one", severity="warning", since="0.2.0")
def group_of_one(doc: Document) -> Iterator[Problem]:
    """A group has a single member, or none of its members is of its own type.

    A group stands for several things together; one alone is the thing itself.

    Bad: /entities/2/members = ["e4"]
    Good: /entities/0/members = ["e4", "e3"]
    """
    for i, e in enumerate(doc.record.entities):
        if not e.members:
            continue
        if len(e.members) == 1:
            message = f"the group {e.name!r} ({e.id}) has one member, {e.members[0]}"
        else:
            types = {doc.entities[m].type for m in e.members if m in doc.entities}
            if not types or e.type in types:
                continue
            message = f"the group {e.name!r} ({e.id}) is {e.type}, and its members are {', '.join(sorted(types))}"
        yield Problem(
            pointer=f"/entities/{i}/members",
            message=message,
            fix="list all members of the group, each of the group's type; merge a group of one with its member",
        )


@rule("ENT008", "known-item-of-another-type", severity="warning", since="0.2.0")
def known_item(doc: Document) -> Iterator[Problem]:
    """An entity is linked to a Wikidata item that is known to be of another type, or to a class of things.

    A country is GPE, a politician PERSON; “human” (Q5) is a class and nobody in particular. Only well-known items are
    known here.

    Bad: /entities/0/link = {"status": "linked", "wikidata": "Q30"}
    Good: /entities/0/link = {"status": "linked", "wikidata": "Q23548"}
    """
    for i, e in enumerate(doc.record.entities):
        known = KNOWN.get(e.link.wikidata or "")
        if known is None or known == e.type:
            continue
        what = "a class of things" if known == CLASS else f"known to be {known}"
        yield Problem(
            pointer=f"/entities/{i}/link/wikidata",
            message=f"{e.name!r} ({e.id}) is {e.type}, and {e.link.wikidata} is {what}",
            fix="correct the type, or the link",
        )


@rule("ENT009", "link-without-name", severity="warning", since="0.2.0")
def unnamed_link(doc: Document) -> Iterator[Problem]:
    """An entity is linked to Wikidata, but nothing in the article names it.

    Whom a pronoun or description means is told by a name; without one the link is a guess.

    Bad: /entities/2/link = {"status": "linked", "wikidata": "Q6498903"}
    Good: /entities/1/link = {"status": "linked", "wikidata": "Q405"}
    """
    for i, e in enumerate(doc.record.entities):
        if e.link.wikidata is not None and e.mentions and not any(m.kind == "name" for m in e.mentions):
            yield Problem(
                pointer=f"/entities/{i}/link",
                message=f"{e.name!r} ({e.id}) is linked to {e.link.wikidata}, and no mention of it is a name",
                fix="correct the kinds of its mentions, or set the link to not_attempted",
                span=(e.mentions[0].start, e.mentions[0].end),
            )


RULES = (
    link_status,
    shared_mention,
    member_cycle,
    shared_item,
    shared_name,
    no_name,
    group_of_one,
    known_item,
    unnamed_link,
)
