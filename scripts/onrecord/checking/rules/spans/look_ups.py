"""What the rules about ids, references and spans look up in a document."""

from itertools import pairwise

from ....model.patterns import IDS, REFERENCES, SPANS, Pattern
from ....model.record import AUTHOR, PUBLISHED
from ...document.look_up import look_up
from ..base import Document
from . import offset_units


@look_up
def ids_by_kind(doc: Document) -> dict[str, set[str]]:
    """Kind of item → ids: what a reference to that kind may name. The reserved ids are a kind each."""
    found: dict[str, set[str]] = {kind: set(doc.values(pattern)) for pattern, kind in IDS}
    return {**found, AUTHOR: {AUTHOR}, PUBLISHED: {PUBLISHED}}


@look_up
def ids_are_distinct(doc: Document) -> bool:
    """Whether no two items have one id, and none a reserved one."""
    return sum([len(doc.values(pattern)) for pattern, _ in IDS]) + 2 == len(set().union(*ids_by_kind(doc).values()))


@look_up
def references_resolve(doc: Document) -> bool:
    """Whether every reference names something of a kind that it may name."""
    by_kind = ids_by_kind(doc)
    return all(
        [
            by_kind[kinds[0]].issuperset(doc.values(pattern))
            if len(kinds) == 1
            else not set(doc.values(pattern)).difference(*[by_kind[kind] for kind in kinds])
            for pattern, kinds in REFERENCES
        ]
    )


@look_up
def span_pointers(doc: Document) -> list[str]:
    """The JSON pointers of `Document.spans`, in their order; asked only of what is wrong."""
    return [pointer for pattern in SPANS for pointer, _ in pattern.items(doc.record)]


@look_up
def _pointers(doc: Document) -> dict[Pattern, list[str]]:
    return {}


def nth_pointer(doc: Document, pattern: Pattern, n: int) -> str:
    """The JSON pointer of the nth of `doc.values(pattern)`; asked only of what is wrong."""
    known = _pointers(doc)
    if pattern not in known:
        known[pattern] = pattern.pointers(doc.record)
    return known[pattern][n]


@look_up
def miscounted_spans(doc: Document) -> tuple[str, dict[int, int]]:
    """How the spans that do not fit are miscounted, all alike, and index in `Document.spans` → offset where each begins.

    Offsets are in code points; ("", {}) where there is no one reason for all.
    """
    return offset_units.miscounted(doc.text, doc.spans)


@look_up
def lines_part_blocks(doc: Document) -> bool:
    """Whether the blocks follow one another with nothing but line feeds between them, before and after."""
    segments, text = doc.record.segments, doc.text
    if not segments or segments[-1].end > len(text):
        return False
    if not all([a.end < b.start for a, b in pairwise(segments)]):
        return False
    between = [text[a.end : b.start] for a, b in pairwise(segments)]
    edges = text[: segments[0].start] + text[segments[-1].end :]
    return not "".join([edges, *between]).strip("\n")
