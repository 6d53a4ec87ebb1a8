"""Ids and references of every layer (IDS)."""

from collections.abc import Iterator
from operator import attrgetter
from typing import Any

from ....findings.finding import Place, Problem
from ....model.fields import FIELDS, has_id
from ....model.meaning import Each
from ....model.patterns import IDS, pattern, references
from ....model.record import AUTHOR, PUBLISHED, cluster_layers, clusters
from ..base import Document, rule
from .look_ups import ids_are_distinct, ids_by_kind, nth_pointer, references_resolve

_WORDS = {
    "entity": "an entity",
    "mention": "a mention",
    "trigger": "an event's mention",
    "time": "a time",
    "quote": "a quote",
    "claim": "a claim",
    "event": "an event",
}


def _wanted(kinds: tuple[str, ...]) -> str:
    return " or ".join(_WORDS.get(k, f"“{k}”") for k in kinds)


@rule("IDS001", "duplicate-id", unless=ids_are_distinct)
def duplicate_id(doc: Document) -> Iterator[Problem]:
    """Two items of the record have the same id.

    Ids are unique across all layers; a reference must name one thing.

    Bad: /segments/1/id = "q1"
    Good: /segments/1/id = "t-1.a:b"
    """
    first: dict[str, tuple[str, str]] = {}
    for ids, kind in IDS:
        for pointer, id in ids.items(doc.record):
            if id in first:
                yield Problem(
                    pointer=pointer,
                    message=f"the id {id!r} of this {kind} is already used by the {first[id][0]} at {first[id][1]}",
                    fix="give it an id of its own",
                    related=(Place("first used here", f"{first[id][1]}/id"),),
                )
            first.setdefault(id, (kind, pointer.removesuffix("/id")))


@rule("IDS002", "unresolved-id", unless=references_resolve)
def unresolved_id(doc: Document) -> Iterator[Problem]:
    """A reference names an id that nothing in the record has.

    What it pointed at was deleted or renamed, or the id is mistyped.

    Bad: /quotes/1/addressees/0/entity = "e99"
    Good: /quotes/1/addressees/0/entity = "e3"
          /quotes/1/addressees/0/mention = "m7"
    """
    for pointer, id, kinds in references(doc.record):
        if id not in doc.kinds:
            yield Problem(
                pointer=pointer,
                message=f"nothing in this record has the id {id!r}; {_wanted(kinds)} is wanted",
                fix="name an existing id, or null where the field allows it",
            )


@rule("IDS003", "wrong-target", unless=references_resolve)
def wrong_target(doc: Document) -> Iterator[Problem]:
    """A reference names something of the wrong kind.

    A speaker is an entity, a speaker mention one of its mentions, a parent a quote, and so on.

    Bad: /quotes/1/time = "q1"
    Good: /quotes/1/time = "t1"
    """
    by_kind = ids_by_kind(doc)
    for pointer, id, kinds in references(doc.record):
        found = doc.kinds.get(id)
        if found and not any(id in by_kind[kind] for kind in kinds):
            yield Problem(
                pointer=pointer,
                message=f"{id!r} is {_WORDS.get(found, 'a ' + found)}; {_wanted(kinds)} is wanted",
                fix="name an id of the right kind",
            )


@rule("IDS004", "reserved-id", unless=ids_are_distinct)
def reserved_id(doc: Document) -> Iterator[Problem]:
    """An item has a reserved id.

    `author` is the article's own voice, `published` the publication date.

    Bad: /entities/3/id = "author"
         /quotes/1/addressees/0/entity = "author"
    Good: /entities/3/id = "authors"
          /quotes/1/addressees/0/entity = "authors"
    """
    for ids, kind in IDS:
        for pointer, id in ids.items(doc.record):
            if id in (AUTHOR, PUBLISHED):
                yield Problem(
                    pointer=pointer,
                    message=f"{id!r} is reserved and can't be the id of this {kind}",
                    fix="give it another id",
                )


_LISTS = tuple(
    (pattern(f.pattern), attrgetter(*each.by))
    for f in FIELDS
    if (each := f.says(Each)) and each.by and not has_id(f.struct)  # of ids, IDS001 speaks
)


@rule("IDS005", "repeated-link", severity="warning")
def repeated_link(doc: Document) -> Iterator[Problem]:
    """The same argument, addressee, relation or source stands twice in one list.

    The second adds nothing, but is counted.

    Bad: /events/1/arguments = [{"role": "agent", "target": "e1", "mention": "m4"}, {"role": "agent", "target": "e1", "mention": "m4"}]
    Good: /events/1/arguments = [{"role": "agent", "target": "e1", "mention": "m4"}, {"role": "agent", "target": "e4", "mention": "m8"}]
    """
    for listed, key in _LISTS:
        lists = doc.values(listed)
        for n in [n for n, x in enumerate(lists) if len(x) > 1 and len(set(map(key, x))) < len(x)]:
            pointer, mine = nth_pointer(doc, listed, n), list(map(key, lists[n]))
            firsts: dict[Any, int] = {}
            for i, k in enumerate(mine):
                if (first := firsts.setdefault(k, i)) < i:
                    yield Problem(
                        pointer=f"{pointer}/{i}",
                        message=f"{k if isinstance(k, str) else ' '.join(k)} already stands at {pointer}/{first}",
                        fix="remove one of the two",
                        related=(Place("first given here", f"{pointer}/{first}"),),
                    )


@rule(
    "IDS006",
    "orphan",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: all([item.mentions for item in clusters(doc.record)]),
)
def orphan(doc: Document) -> Iterator[Problem]:
    """An entity or event has no mention, and nothing refers to it.

    Nobody can find it in the article; most often its last mention was deleted.

    Bad: /entities/- = {"id": "e5", "type": "ORG", "name": "ESA", "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": []}
    Good: /entities/- = {"id": "e5", "type": "ORG", "name": "ESA", "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": []}
          /claims/0/about/- = "e5"
    """
    named = {id for _, id, _ in references(doc.record)}
    for layer, items in cluster_layers(doc.record):
        for i, item in enumerate(items):
            if not item.mentions and not item.members and item.id not in named:
                yield Problem(
                    pointer=f"/{layer}/{i}",
                    message=f"{item.id} ({item.name or 'without a name'}) has no mention, and nothing refers to it",
                    fix="mark where the article speaks of it, or remove it",
                )


RULES = (duplicate_id, unresolved_id, wrong_target, reserved_id, repeated_link, orphan)
