"""Words set in lines, for pictures of a text: where each stands, and where a span of the text is on a line.

Direction follows the text: a paragraph that begins in a right-to-left script runs from the right, and within a line
words of the other direction are turned (UAX 9, levels 0 to 2, by words). Offsets are Unicode code points.
"""

import itertools
import unicodedata

from msgspec import Struct

from ..text.graphemes import grapheme
from .svg import width


class Unit(Struct):
    """A word, or a part of one that may stand on a line of its own; x is its left edge."""

    start: int
    end: int
    wide: float
    rtl: bool
    x: float = 0.0


def direction(text: str) -> str | None:
    """The first strong direction of a text: "L", "R", or None."""
    for c in text:
        found = unicodedata.bidirectional(c)
        if found in ("L", "R", "AL"):
            return "L" if found == "L" else "R"
    return None


def units(text: str, start: int, end: int, size: float, bold: bool, rtl: bool, room: float) -> list[Unit]:
    """The units of a block; wide characters (Chinese, Japanese) break anywhere, as do words too long for a line."""
    found: list[Unit] = []
    at = start
    for word in text[start:end].split():
        at = text.index(word, at)
        way = direction(word)
        turned = (found[-1].rtl if found else rtl) if way is None else way == "R"
        for part in _parts(word, size, bold, room):
            found.append(Unit(at, at + len(part), width(part, size, bold), turned))
            at += len(part)
    return found


def _wide(text: str) -> bool:
    return any(unicodedata.east_asian_width(c) in "WF" for c in text)


def _parts(word: str, size: float, bold: bool, room: float) -> list[str]:
    if not _wide(word) and width(word, size, bold) <= room:
        return [word]
    parts: list[str] = []
    for cluster in grapheme().findall(word):
        joins = parts and not _wide(cluster) and not _wide(parts[-1])
        if joins and width(parts[-1] + cluster, size, bold) < room / 2:
            parts[-1] += cluster
        else:
            parts.append(cluster)
    return parts


def lines(units: list[Unit], space: float, room: float) -> list[list[Unit]]:
    """Units filled into lines."""
    filled: list[list[Unit]] = []
    used = 0.0
    for unit in units:
        gap = space if filled and filled[-1][-1].end < unit.start else 0
        if not filled or used + gap + unit.wide > room:
            filled.append([])
            used, gap = 0.0, 0
        filled[-1].append(unit)
        used += gap + unit.wide
    return filled


def place(line: list[Unit], rtl: bool, space: float, margin: float, room: float) -> None:
    """Set each unit's x: runs against the paragraph's direction are turned (UAX 9, levels 0 to 2, by words)."""
    runs: list[list[Unit]] = []
    for unit in line:
        if runs and runs[-1][-1].rtl == unit.rtl:
            runs[-1].append(unit)
        else:
            runs.append([unit])
    shown = [u for run in (reversed(runs) if rtl else runs) for u in (reversed(run) if run[0].rtl else run)]
    touching = {(a.start, b.start) for a, b in itertools.pairwise(line) if a.end == b.start}
    x = 0.0
    for i, unit in enumerate(shown):
        if i and not {(shown[i - 1].start, unit.start), (unit.start, shown[i - 1].start)} & touching:
            x += space
        unit.x = x
        x += unit.wide
    shift = margin + (room - x if rtl else 0)
    for unit in line:
        unit.x += shift


def stretches(
    text: str, line: list[Unit], start: int, end: int, size: float, bold: bool, space: float
) -> list[tuple[float, float]]:
    """Where a span is on a line: (left, right), one for each stretch without a gap."""
    found: list[tuple[float, float]] = []
    for unit in line:
        first, last = max(start, unit.start), min(end, unit.end)
        if first >= last:
            continue
        before, within = width(text[unit.start : first], size, bold), width(text[first:last], size, bold)
        left = unit.x + unit.wide - before - within if unit.rtl else unit.x + before
        found.append((left, left + within))
    merged: list[tuple[float, float]] = []
    for left, right in sorted(found):
        if merged and left - merged[-1][1] <= space + 0.6:
            merged[-1] = (merged[-1][0], right)
        else:
            merged.append((left, right))
    return merged
