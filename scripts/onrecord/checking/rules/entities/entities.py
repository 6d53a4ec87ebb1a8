"""Entities (ENT) and what links them to the world."""

from collections.abc import Iterator
from itertools import pairwise

from ....model.record import Entity, Event, cluster_layers, extent
from ....text.words import Words
from ..base import Document, Place, Problem, circle, cycles, rule
from .look_ups import mentions_in_order, odd_names, overlapping_mentions
from .mentions import where
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
                    message=f"the link of {doc.named(item.id)} has the status {item.link.status} and {f'the Wikidata id {item.link.wikidata}' if item.link.wikidata else 'no Wikidata id'}",
                    fix="give the id with status linked, or null with nil or not_attempted",
                )


@rule(
    "ENT002",
    "mention-in-two-clusters",
    unless=lambda doc: (
        overlapping_mentions(doc) == [] or all([a[:2] != b[:2] for a, b in pairwise(mentions_in_order(doc))])
    ),
)
def shared_mention(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a mention twice.

    A mention stands for one entity. A pronoun that stands for several is a mention of a group entity with members.

    Bad (also ENT029): /entities/2/mentions/- = {"id": "m9", "start": 35, "end": 39, "text": "NASA", "kind": "name", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 35, "end": 44, "text": "NASA said", "kind": "nominal", "metonymic": false, "demonym": false}
    """
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

    Groups may contain groups, but in the end they consist of single things.

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
                message=f"the members of {loop[0]} lead back to it: {circle(loop)}",
                fix="remove one of these members",
            )


@rule("ENT004", "one-item-two-clusters", since="0.2.0")
def shared_item(doc: Document) -> Iterator[Problem]:
    """Two entities or events are linked to the same Wikidata item.

    One thing has one cluster. Two clusters for it break coreference; or one of the links is wrong.

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
                    fix="merge the two clusters, or correct one of the links",
                    related=(Place(f"{first.id} is linked to it here", place),),
                )


@rule(
    "ENT005",
    "one-name-two-clusters",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: len({(e.type, e.name.casefold()) for e in doc.record.entities}) == len(doc.record.entities),
)
def shared_name(doc: Document) -> Iterator[Problem]:
    """Two entities of the same type have the same canonical name.

    Usually they are the same entity; if not, their names should tell them apart. Descriptions in lower case (“a man”)
    may recur.

    Bad (also ENT029): /entities/3/name = "Nasa"
    Good: /entities/2/name = "NASA"
    """
    entities = doc.record.entities
    seen: dict[tuple[str, str], tuple[Entity, int]] = {}
    for i, e in enumerate(entities):
        first, at = seen.setdefault((e.type, e.name.casefold()), (e, i))
        if first is not e and e.name != e.name.lower():  # “a man” and “a man” are often two
            yield Problem(
                pointer=f"/entities/{i}/name",
                message=f"{e.id} and {first.id} are both {e.type} and both named {e.name!r}",
                fix="merge the two clusters, or give names that tell them apart",
                related=(Place(f"{first.id} is named here", f"/entities/{at}/name"),),
            )


@rule("ENT006", "name-missing", severity="warning", since="0.2.0")
def no_name(doc: Document) -> Iterator[Problem]:
    """The name of an entity or event is blank, or a bare pronoun that is not a name in the article.

    The name is what readers, tables and figures show. A name of invisible characters, such as a no-break space, counts
    as blank.

    Bad: /entities/2/name = "they"
    Good: /entities/2/name = "It (film)"
    """
    personal = doc.pack.personal_pronouns
    for layer, items in cluster_layers(doc.record):
        for i, item in enumerate(items):
            name = item.name
            if name is None or (name.isprintable() and name.lower() not in personal and not name.isspace()):
                continue
            blank = not any(c.isprintable() and not c.isspace() for c in name)
            if blank or (isinstance(item, Entity) and _pronoun(item, personal)):
                yield Problem(
                    pointer=f"/{layer}/{i}/name",
                    message=f"the name of {item.id} is {'blank' if blank else repr(name)}",
                    fix="give its fullest name in the article, or a short description",
                )


def _pronoun(entity: Entity, personal: Words) -> bool:
    """Whether an entity's name is a pronoun and no name: the film “It” is called so, the firm “US” is written so."""
    name = entity.name.strip()
    if name.lower() not in personal or (len(name) > 1 and name.isupper()):
        return False
    return name == name.lower() or not any(m.kind == "name" and m.text == name for m in entity.mentions)


@rule("ENT007", "group-of-one", severity="warning", since="0.2.0")
def group_of_one(doc: Document) -> Iterator[Problem]:
    """A group has a single member, or none of its members is of its own type.

    A group stands for several things together; a group of one is that one thing.

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
            message = f"the group {e.name!r} ({e.id}) is {e.type}, but its members are {', '.join(sorted(types))}"
        yield Problem(
            pointer=f"/entities/{i}/members",
            message=message,
            fix="list all members of the group, each of the group's type; merge a group of one with its member",
        )


@rule("ENT008", "known-item-of-another-type", severity="warning", since="0.2.0")
def known_item(doc: Document) -> Iterator[Problem]:
    """An entity is linked to a Wikidata item that is known to be of another type, or to a class of things.

    A country is GPE, a politician PERSON; “human” (Q5) is a class, not one person. Only well-known items are checked.

    Bad: /entities/0/link = {"status": "linked", "wikidata": "Q30"}
    Good: /entities/0/link = {"status": "linked", "wikidata": "Q7817"}
    """
    for i, e in enumerate(doc.record.entities):
        known = KNOWN.get(e.link.wikidata or "")
        if known is None or known == e.type:
            continue
        what = "a class of things" if known == CLASS else f"known to be {known}"
        yield Problem(
            pointer=f"/entities/{i}/link/wikidata",
            message=f"{e.name!r} ({e.id}) is {e.type}, but {e.link.wikidata} is {what}",
            fix="correct the type, or the link",
        )


@rule("ENT009", "link-without-name", severity="warning", since="0.2.0")
def unnamed_link(doc: Document) -> Iterator[Problem]:
    """An entity is linked to Wikidata, but nothing in the article names it.

    A name shows whom a pronoun or description means; without one the link is a guess.

    Bad: /entities/2/link = {"status": "linked", "wikidata": "Q6498903"}
    Good: /entities/2/link = {"status": "linked", "wikidata": "Q6498903"}
          /entities/2/mentions/0/kind = "name"
    """
    for i, e in enumerate(doc.record.entities):
        if e.link.wikidata is not None and e.mentions and not any(m.kind == "name" for m in e.mentions):
            yield Problem(
                pointer=f"/entities/{i}/link",
                message=f"{e.name!r} ({e.id}) is linked to {e.link.wikidata}, but none of its mentions is a name",
                fix="correct the kinds of its mentions, or set the link to not_attempted",
                span=(e.mentions[0].start, e.mentions[0].end),
            )


@rule("ENT024", "only-plural-pronouns", severity="info", since="0.2.0", words=("plural_pronouns",))
def only_plural(doc: Document) -> Iterator[Problem]:
    """An entity has two or more mentions, all of them plural pronouns such as “they” or “we”, and lists no members.

    A plural pronoun stands for one antecedent, or for a group that lists its members; people in general are not an
    entity.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThey, them"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 208}
         /entities/- = {"id": "e5", "type": "ORG", "name": "the two", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 198, "end": 202, "text": "They", "kind": "pronoun", "metonymic": false, "demonym": false}, {"id": "m10", "start": 204, "end": 208, "text": "them", "kind": "pronoun", "metonymic": false, "demonym": false}]}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThey, them"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 208}
         /entities/- = {"id": "e5", "type": "ORG", "name": "the two", "link": {"status": "nil", "wikidata": null}, "members": ["e1", "e4"], "mentions": [{"id": "m9", "start": 198, "end": 202, "text": "They", "kind": "pronoun", "metonymic": false, "demonym": false}, {"id": "m10", "start": 204, "end": 208, "text": "them", "kind": "pronoun", "metonymic": false, "demonym": false}]}
    """
    for i, e in enumerate(doc.record.entities):
        if len(e.mentions) < 2 or e.members or e.mentions[0].kind != "pronoun":
            continue
        said = {m.text.lower() if m.kind == "pronoun" else "" for m in e.mentions}
        if said <= doc.pack.plural_pronouns:
            yield Problem(
                pointer=f"/entities/{i}",
                message=f"{e.name[:60]!r} ({e.id}) has only plural pronouns as mentions ({', '.join(sorted(said))}), but no members",
                fix="list the group's members, or add the pronouns to the cluster that they stand for",
                span=(e.mentions[0].start, e.mentions[0].end),
            )


_HIDDEN = frozenset("\u200b\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff")
"""Characters that nobody sees and no writing system needs within a name."""


@rule("ENT025", "untidy-name", severity="warning", since="0.2.0")
def untidy(doc: Document) -> Iterator[Problem]:
    """The name of an entity or event begins or ends with a space, or holds a line feed or an invisible character.

    Names are compared, sorted and printed; an invisible difference makes two names of one.

    Bad: /entities/3/name = "Reuters "
    Good: /entities/3/name = "Reuters News"
    """
    for layer, items in cluster_layers(doc.record):
        for i, item in enumerate(items):
            name = item.name
            if name is None or (name.isprintable() and name == name.strip()):
                continue
            visible = "".join(c for c in name if c.isprintable() and not c.isspace())
            odd = [c for c in name if c in _HIDDEN or (c < "\xa0" and not c.isprintable())]
            if not visible or (not odd and name == name.strip()):
                continue  # blank: ENT006; or a no-break space, a joiner
            what = f"holds the character U+{ord(odd[0]):04X}" if odd else "begins or ends with a space"
            yield Problem(
                pointer=f"/{layer}/{i}/name",
                message=f"the name {name!r} of {item.id} {what}",
                fix="write the name without it",
            )


@rule("ENT026", "capital-for-government", severity="warning", since="0.2.0", words=("capitals",))
def capital(doc: Document) -> Iterator[Problem]:
    """A capital city (GPE) speaks, is spoken to or makes a claim; or a capital's name is a mention of a country.

    Where a capital's name stands for the government, it is a metonymic mention of that government: an ORG entity of its
    own, apart from the country and the city. A country's own name stays with the country.

    Bad (also ENT029): /entities/3/type = "GPE"
         /entities/3/name = "Moscow"
    Good (also ENT029): /entities/3/name = "Moscow"
    """
    states = [e for e in doc.record.entities if e.type == "GPE"]
    capitals = doc.pack.capitals
    cities = [e for e in states if e.name.lower() in capitals]
    acting = _acts(doc) if cities else {}
    named = set(map(id, cities))
    for e in cities:
        acts = acting.get(e.id)
        if acts is not None:
            yield Problem(
                pointer=f"{doc.place(e)}/type",
                message=f"{e.name!r} ({e.id}) is a city (GPE), but {acts.message}",
                fix="make an ORG entity of the government that the name stands for, with metonymic mentions",
                span=acts.span,
                related=(acts,),
            )
    for e, m in odd_names(doc):
        if e.type == "GPE" and m.text.lower() in capitals and id(e) not in named:
            yield Problem(
                pointer=where(doc, m),
                message=f"the capital {m.text!r} is marked as a mention of {e.name!r} ({e.id})",
                fix="move it to the cluster of the government (ORG, metonymic) or of the city",
                span=(m.start, m.end),
            )


def _acts(doc: Document) -> dict[str, Place]:
    """Where each entity first speaks, is spoken to or claims."""
    found: dict[str, Place] = {}
    for i, q in enumerate(doc.record.quotes):
        span = extent(q)
        if q.speaker is not None:
            found.setdefault(q.speaker, Place(f"is the speaker of {q.id}", f"/quotes/{i}/speaker", span))
        for j, a in enumerate(q.addressees):
            if a.entity not in found:
                found[a.entity] = Place(f"is spoken to in {q.id}", f"/quotes/{i}/addressees/{j}/entity", span)
    for i, c in enumerate(doc.record.claims):
        if c.claimant is not None and c.claimant not in found:
            found[c.claimant] = Place(f"is the claimant of {c.id}", f"/claims/{i}/claimant", extent(c))
    return found


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
    only_plural,
    untidy,
    capital,
)
