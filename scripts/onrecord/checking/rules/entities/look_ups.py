"""What the rules about entities look up in a document."""

from operator import neg

from ....model.patterns import pattern
from ....model.record import Entity, Mention
from ...document.look_up import look_up
from ...document.pieces import MANY_MENTIONS, overlaps
from ..base import Document

LONGEST_NAME = 1000
"""Code points of a name that are compared with the article's words."""

_MENTIONS, _KINDS = pattern("/entities/*/mentions/*"), pattern("/entities/*/mentions/*/kind")
_LETTERS = bytes(c if chr(c).isalpha() and c < 128 else 32 for c in range(256))
"""Makes everything but ASCII letters a space."""


def entity_mentions(doc: Document) -> list[Mention]:
    """The mentions of all entities, in the record's order; they are also the first of `Document.spans`."""
    return doc.values(_MENTIONS)


@look_up
def kinds_and_words(doc: Document) -> set[tuple[str, str]]:
    """Kind and words of every mention of an entity."""
    return set(zip(doc.values(_KINDS), doc.span_words, strict=False))  # mentions are the first spans


@look_up
def pronouns(doc: Document) -> list[Mention]:
    """The entity mentions that are marked as pronouns."""
    return [m for m in entity_mentions(doc) if m.kind == "pronoun"]


@look_up
def odd_names(doc: Document) -> list[tuple[Entity, Mention]]:
    """Mentions by a name whose words are no part of their entity's name, with that entity; demonyms apart."""
    return [
        (e, m)
        for e in doc.record.entities
        for name in (e.name[:LONGEST_NAME],)
        for m in e.mentions
        if m.kind == "name" and m.text not in name and not m.demonym
    ]


@look_up
def group_members(doc: Document) -> dict[str, frozenset[str]]:
    """Entity id → the ids of its members."""
    return {e.id: frozenset(e.members) for e in doc.record.entities}


@look_up
def mentions_in_order(doc: Document) -> list[tuple[int, int, int]]:
    """Every entity mention as (start, -end, index in `entity_mentions`): in the text's order, outer ones first.

    Offsets are in code points. Mentions without words or beyond the text are left out.
    """
    mentions = entity_mentions(doc)
    if doc.spans_fit:
        count = len(mentions)  # they are the first of the spans
        return sorted(zip(doc.starts[:count], map(neg, doc.ends[:count]), range(count), strict=True))
    length = len(doc.text)
    return sorted([(m.start, -m.end, n) for n, m in enumerate(mentions) if m.start < m.end <= length])


@look_up
def overlapping_mentions(doc: Document) -> list[tuple[int, int]] | None:
    """Every mention that begins inside another, after that other, as indices in `entity_mentions`.

    None where there are more than `MANY_MENTIONS`.
    """
    order = mentions_in_order(doc)
    return overlaps(order) if len(order) <= MANY_MENTIONS else None


@look_up
def unmarked_stretches(doc: Document) -> list[tuple[int, int]]:
    """The stretches of text that no entity mention covers, as (start, end) in code points; the last may be empty."""
    found, at = [], 0
    for start, end, _ in mentions_in_order(doc):
        if start > at:
            found.append((at, start))
        if -end > at:
            at = -end
    found.append((at, len(doc.text)))
    return found


@look_up
def unmarked_text(doc: Document) -> str:
    """What of the text no entity mention covers, NUL for each stretch that is covered."""
    return "\0".join([doc.text[start:end] for start, end in unmarked_stretches(doc)])


@look_up
def unmarked_words(doc: Document) -> set[str]:
    """The runs of ASCII letters in what no entity mention covers."""
    return set(unmarked_text(doc).encode().translate(_LETTERS).decode().split())
