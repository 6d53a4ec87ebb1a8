"""Quotes within quotes: which of them hold each character of a text."""

from array import array
from collections.abc import Sequence
from heapq import heappop, heappush
from itertools import pairwise

from ...model.record import Claim, Quote, Segment

DEEP = 16
"""Quotes that hold one character, at most; no article nests so many, and further ones are left out."""


def everywhere(value: int, length: int) -> "array[int]":
    """The same number for each of so many characters."""
    return array("i", (value,)) * length


def blocks(length: int, segments: Sequence[Segment]) -> "array[int]":
    """For each character of a text, the index of its segment, or -1; where two overlap, the first in the list has it."""
    found = everywhere(-1, length)
    spans = [(s.start, s.end, i) for i, s in enumerate(segments) if 0 <= s.start < s.end <= length]
    if all([a[1] <= b[0] for a, b in pairwise(spans)]):
        for start, end, i in spans:
            found[start:end] = everywhere(i, end - start)
        return found
    spans.sort()
    open_: list[tuple[int, int]] = []
    edges = sorted({edge for start, end, _ in spans for edge in (start, end)})
    n = 0
    for at, after in pairwise(edges):
        while n < len(spans) and spans[n][0] <= at:
            heappush(open_, (spans[n][2], spans[n][1]))
            n += 1
        while open_ and open_[0][1] <= at:
            heappop(open_)
        if open_:
            found[at:after] = everywhere(open_[0][0], after - at)
    return found


def nesting(length: int, quotes: Sequence[Quote | Claim]) -> tuple["array[int]", list[tuple[int, ...]]]:
    """The quotes (or claims) that hold each character of a text.

    A nest is all the quotes that hold some character, as indices, outermost first. The first nest is empty: it is that
    of characters outside any quote. Pieces beyond the text are left out.

    Args:
        length: of the text, in code points.

    Returns:
        For each character the index of its nest, and the nests.
    """
    held = everywhere(0, length)
    nests: list[tuple[int, ...]] = [()]
    pieces = [(f.start - f.end, f.start, f.end, i) for i, q in enumerate(quotes) for f in q.fragments]
    for _, start, end, i in sorted(pieces):  # the longest first
        if not 0 <= start < end <= length:
            continue
        if held[start] == held[end - 1]:  # nothing shorter is there yet, so what holds both ends holds all
            if len(nests[held[start]]) < DEEP:
                nests.append((*nests[held[start]], i))
                held[start:end] = everywhere(len(nests) - 1, end - start)
            continue
        inner: dict[int, int] = {}
        for outer in dict.fromkeys(held[start:end]):
            if len(nests[outer]) < DEEP:
                inner[outer] = len(nests)
                nests.append((*nests[outer], i))
            else:
                inner[outer] = outer
        held[start:end] = array("i", map(inner.__getitem__, held[start:end]))
    return held, nests
