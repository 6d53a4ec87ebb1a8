"""Ids and references of every layer (IDS)."""

from collections.abc import Iterator

from ..finding import Problem
from ..record import AUTHOR, Record
from .base import Document, rule

PUBLISHED = "published"
_WORDS = {
    "entity": "an entity",
    "mention": "a mention",
    "trigger": "an event's mention",
    "time": "a time",
    "quote": "a quote",
    "claim": "a claim",
    "event": "an event",
}


def references(record: Record) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every reference of a record: pointer, id, and the kinds of thing that it may name."""

    def one(pointer: str, id: str | None, *kinds: str) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        if id is not None:
            yield pointer, id, kinds

    for i, e in enumerate(record.entities):
        for j, id in enumerate(e.members):
            yield from one(f"/entities/{i}/members/{j}", id, "entity")
    for i, t in enumerate(record.times):
        if t.anchor != PUBLISHED:
            yield from one(f"/times/{i}/anchor", t.anchor, "time", "event")
        for field in ("begin", "end_point"):
            value = getattr(t, field)
            yield from one(f"/times/{i}/{field}", value if isinstance(value, str) else None, "time")
    for i, q in enumerate(record.quotes):
        p = f"/quotes/{i}"
        yield from one(f"{p}/speaker", q.speaker, "entity")
        yield from one(f"{p}/speaker_mention", q.speaker_mention, "mention")
        for j, a in enumerate(q.addressees):
            yield from one(f"{p}/addressees/{j}/entity", a.entity, "entity")
            yield from one(f"{p}/addressees/{j}/mention", a.mention, "mention")
        yield from one(f"{p}/parent", q.parent, "quote")
        yield from one(f"{p}/time", q.time, "time")
        yield from one(f"{p}/setting", q.setting, "event")
    for i, c in enumerate(record.claims):
        p = f"/claims/{i}"
        yield from one(f"{p}/claimant", c.claimant, "entity")
        yield from one(f"{p}/claimant_mention", c.claimant_mention, "mention")
        yield from one(f"{p}/quote", c.quote, "quote")
        for j, id in enumerate(c.about):
            yield from one(f"{p}/about/{j}", id, "entity", "event", "quote")
        for j, r in enumerate(c.relations):
            yield from one(f"{p}/relations/{j}/claim", r.claim, "claim")
    for i, v in enumerate(record.events):
        p = f"/events/{i}"
        for j, id in enumerate(v.members):
            yield from one(f"{p}/members/{j}", id, "event")
        for j, m in enumerate(v.mentions):
            for k, f in enumerate(m.factuality):
                if f.according_to != AUTHOR:
                    yield from one(f"{p}/mentions/{j}/factuality/{k}/according_to", f.according_to, "entity")
        for j, arg in enumerate(v.arguments):
            yield from one(f"{p}/arguments/{j}/target", arg.target, "entity", "event", "time", "quote")
            yield from one(f"{p}/arguments/{j}/mention", arg.mention, "mention", "trigger")
        yield from one(f"{p}/time", v.time, "time")
        for j, rel in enumerate(v.relations):
            yield from one(f"{p}/relations/{j}/event", rel.event, "event")


@rule("IDS001", "duplicate-id")
def duplicate_id(doc: Document) -> Iterator[Problem]:
    """Two items of the record have one id.

    Ids are unique across all layers; a reference must name one thing.

    Bad: /segments/1/id = "q1"
    Good: /segments/1/id = "t-1.a:b"
    """
    for id, found in doc.ids.items():
        for kind, pointer in found[1:]:
            yield Problem(
                pointer=f"{pointer}/id",
                message=f"the id {id!r} of this {kind} is already that of the {found[0][0]} at {found[0][1]}",
                fix="give it an id of its own",
            )


@rule("IDS002", "unresolved-id")
def unresolved_id(doc: Document) -> Iterator[Problem]:
    """A reference names an id that nothing in the record has.

    What it pointed at was deleted or renamed, or the id is mistyped.

    Bad (also CLM003): /quotes/1/speaker = "e99"
    Good: /quotes/1/time = "t1"
    """
    for pointer, id, kinds in references(doc.record):
        if id not in doc.ids:
            yield Problem(
                pointer=pointer,
                message=f"{id!r} is the id of nothing in this record; {' or '.join(_WORDS[k] for k in kinds)} is wanted",
                fix="name an existing id, or null where the field allows it",
            )


@rule("IDS003", "wrong-target")
def wrong_target(doc: Document) -> Iterator[Problem]:
    """A reference names something of the wrong kind.

    A speaker is an entity, a speaker mention one of its mentions, a parent a quote, and so on.

    Bad: /quotes/1/time = "q1"
    Good: /claims/0/about/0 = "q1"
    """
    for pointer, id, kinds in references(doc.record):
        found = doc.ids.get(id)
        if found and not any(kind in kinds for kind, _ in found):
            yield Problem(
                pointer=pointer,
                message=f"{id!r} is {_WORDS.get(found[0][0], 'a ' + found[0][0])}; {' or '.join(_WORDS[k] for k in kinds)} is wanted",
                fix="name an id of the right kind",
            )


@rule("IDS004", "reserved-id")
def reserved_id(doc: Document) -> Iterator[Problem]:
    """An item has a reserved id.

    `author` is the article's own voice, `published` the publication date.

    Bad: /entities/3/id = "author"
         /quotes/1/addressees/0/entity = "author"
    Good: /entities/3/id = "authors"
          /quotes/1/addressees/0/entity = "authors"
    """
    for reserved in (AUTHOR, PUBLISHED):
        for kind, pointer in doc.ids.get(reserved, []):
            yield Problem(
                pointer=f"{pointer}/id",
                message=f"{reserved!r} is reserved and can't be the id of this {kind}",
                fix="give it another id",
            )


@rule("IDS005", "repeated-link", severity="warning")
def repeated_link(doc: Document) -> Iterator[Problem]:
    """The same argument, addressee, relation or source stands twice in one list.

    The second says nothing new and is counted twice.

    Bad: /events/1/arguments = [{"role": "agent", "target": "e1", "mention": "m4"}, {"role": "agent", "target": "e1", "mention": "m4"}]
    Good: /events/1/arguments = [{"role": "agent", "target": "e1", "mention": "m4"}, {"role": "agent", "target": "e4", "mention": "m8"}]
    """
    lists: list[tuple[str, list[tuple[str, ...]]]] = []
    for i, q in enumerate(doc.record.quotes):
        lists.append((f"/quotes/{i}/addressees", [(a.entity,) for a in q.addressees]))
    for i, c in enumerate(doc.record.claims):
        lists.append((f"/claims/{i}/relations", [(r.kind, r.claim) for r in c.relations]))
    for i, v in enumerate(doc.record.events):
        lists.append((f"/events/{i}/arguments", [(a.role, a.target) for a in v.arguments]))
        lists.append((f"/events/{i}/relations", [(x.kind, x.event) for x in v.relations]))
        for j, m in enumerate(v.mentions):
            lists.append((f"/events/{i}/mentions/{j}/factuality", [(f.according_to,) for f in m.factuality]))
    for pointer, keys in lists:
        seen: dict[tuple[str, ...], int] = {}
        for n, key in enumerate(keys):
            if key in seen:
                yield Problem(
                    pointer=f"{pointer}/{n}",
                    message=f"{' '.join(key)} already stands at {pointer}/{seen[key]}",
                    fix="remove one of the two",
                )
            seen.setdefault(key, n)


RULES = (duplicate_id, unresolved_id, wrong_target, reserved_id, repeated_link)
