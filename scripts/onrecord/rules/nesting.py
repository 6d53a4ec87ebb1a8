"""Quotes within quotes: which of them hold each character of a text."""

from array import array
from collections.abc import Sequence

from ..record import Quote


def everywhere(value: int, length: int) -> "array[int]":
    """The same number for each of so many characters."""
    return array("i", (value,)) * length


def nesting(length: int, quotes: Sequence[Quote]) -> tuple["array[int]", list[tuple[int, ...]]]:
    """For each character of a text which nest holds it, and the nests: indices of quotes, outermost first.

    The first nest is empty. Pieces beyond the text hold nothing.

    Args:
        length: of the text, in code points.
    """
    held = everywhere(0, length)
    nests: list[tuple[int, ...]] = [()]
    pieces = [(f.start - f.end, f.start, f.end, i) for i, q in enumerate(quotes) for f in q.fragments]
    for _, start, end, i in sorted(pieces):  # the longest first
        if not 0 <= start < end <= length:
            continue
        if held[start] == held[end - 1]:  # nothing shorter is there yet, so what holds both ends holds all
            nests.append((*nests[held[start]], i))
            held[start:end] = everywhere(len(nests) - 1, end - start)
            continue
        inner = {outer: len(nests) + n for n, outer in enumerate(dict.fromkeys(held[start:end]))}
        nests += [(*nests[outer], i) for outer in inner]
        held[start:end] = array("i", map(inner.__getitem__, held[start:end]))
    return held, nests
