"""Spans among many others: which hold which, found by search instead of by looking at each."""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any

_FEW = 8
"""So few pieces are looked at one by one."""
_KEPT = 64
_WORD = re.compile(r"[^\W_]+")


class Pieces:
    """Stretches of a text, asked for those that hold, touch or stand within another one; offsets in code points."""

    def __init__(self, spans: Iterable[tuple[int, int]]) -> None:
        order = sorted((start, end, i) for i, (start, end) in enumerate(spans) if start < end)
        self._starts = [start for start, _, _ in order]
        self._farthest = list(accumulate([(end, -i) for _, end, i in order], max))
        self._nearest = list(accumulate([end for _, end, _ in reversed(order)], min))[::-1]
        self.distinct = sorted({(start, end) for start, end, _ in order})

    def holding(self, start: int, end: int) -> int | None:
        """The index of one that holds the stretch, or None."""
        n = bisect_right(self._starts, start) - 1
        return -self._farthest[n][1] if n >= 0 and self._farthest[n][0] >= end else None

    def touch(self, start: int, end: int) -> bool:
        """Whether one has a character in common with the stretch."""
        n = bisect_left(self._starts, end) - 1
        return n >= 0 and self._farthest[n][0] > start

    def within(self, start: int, end: int) -> bool:
        """Whether one stands within the stretch."""
        n = bisect_left(self._starts, start)
        return n < len(self._starts) and self._nearest[n] <= end


_pieces: dict[int, tuple[Sequence[Any], Pieces]] = {}


def pieces(spans: Sequence[Any]) -> Pieces:
    """The pieces of a quote or claim; made once for the last few that were asked for."""
    known = _pieces.get(id(spans))
    if known is None or known[0] is not spans:
        if len(_pieces) >= _KEPT:
            _pieces.clear()
        known = _pieces[id(spans)] = (spans, Pieces((s.start, s.end) for s in spans))
    return known[1]


def inside(inner: Any, outer: Sequence[Any]) -> bool:
    """Whether a span lies within one of the pieces."""
    if len(outer) > _FEW:
        return pieces(outer).holding(inner.start, inner.end) is not None
    for p in outer:
        if p.start <= inner.start and inner.end <= p.end:
            return True
    return False


def touched(spans: Sequence[Any], start: int, end: int) -> bool:
    """Whether one of the spans has a character in common with a stretch."""
    if len(spans) > _FEW:
        return pieces(spans).touch(start, end)
    for s in spans:
        if s.start < end and start < s.end:
            return True
    return False


def all_inside(inner: Sequence[Any], outer: Sequence[Any]) -> bool:
    """Whether all spans lie within one of the pieces each."""
    if len(inner) > _FEW:
        return all(pieces(outer).holding(start, end) is not None for start, end in pieces(inner).distinct)
    return all(inside(s, outer) for s in inner)


def piece_at(spans: Sequence[Any], at: int) -> int:
    """The index of a piece that holds the character at an offset.

    Raises:
        LookupError: none does.
    """
    if len(spans) > _FEW:
        found = pieces(spans).holding(at, at + 1)
        if found is not None:
            return found
    for j, s in enumerate(spans if len(spans) <= _FEW else ()):
        if s.start <= at < s.end:
            return j
    raise LookupError(at)


class Words:
    """The runs of letters and digits of a text."""

    def __init__(self, text: str) -> None:
        runs = [match.span() for match in _WORD.finditer(text)]
        self._starts = [start for start, _ in runs]
        self._ends = [end for _, end in runs]

    def last(self, start: int, end: int) -> int:
        """The offset after the last letter or digit in a stretch of the text, or `start` where there is none."""
        n = bisect_left(self._starts, end) - 1
        return max(start, min(self._ends[n], end)) if n >= 0 else start


class Beginnings:
    """Texts with which other texts may begin."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._texts = {text for text in texts if text}
        self._lengths = sorted({len(text) for text in self._texts}, reverse=True)

    def longest(self, text: str) -> str | None:
        """The longest of them with which a text begins, or None."""
        return next((text[:n] for n in self._lengths if text[:n] in self._texts), None)


Order = Sequence[tuple[int, int, int]]
"""Spans as (start, -end, number): in the text's order, outer ones first."""


def crossing(order: Order) -> Iterator[tuple[int, int]]:
    """Every two spans that overlap, of which neither holds the other: the numbers of the earlier and the later one."""
    around: list[tuple[int, int, int]] = []
    for start, minus, n in order:
        del around[: bisect_right(around, (start, 0, 0))]
        for _, _, k in around[: bisect_left(around, (-minus,))]:
            yield k, n
        insort(around, (-minus, -start, n))


def holding(order: Order) -> Iterator[tuple[int, int]]:
    """Every two spans of which one holds the other and is longer: the numbers of the outer and the inner one."""
    around: list[tuple[int, int, int]] = []
    for start, minus, n in order:
        del around[: bisect_right(around, (start, 0, 0))]
        for _, _, k in around[bisect_left(around, (-minus, 1 - start)) :]:
            yield k, n
        insort(around, (-minus, -start, n))


MANY_MENTIONS = 500
"""Up to so many, every pair that overlaps can be listed."""


def overlaps(order: Order) -> list[tuple[int, int]]:
    """Every two spans that overlap: the numbers of the earlier and the later one."""
    found: list[tuple[int, int]] = []
    around: list[tuple[int, int]] = []
    farthest = -1
    for start, minus, n in order:
        if start >= farthest:
            around = [(-minus, n)]
            farthest = -minus
            continue
        around = [(reach, k) for reach, k in around if reach > start]
        found += [(k, n) for _, k in around]
        around.append((-minus, n))
        farthest = max(farthest, -minus)
    return found
