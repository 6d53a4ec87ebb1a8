"""The text of a record as rules see it: its look-ups, each made once and only where asked for."""

from array import array
from itertools import pairwise

from ...files.positions import line_starts
from ...model.record import Record, Segment
from ...text.quotation_marks import Marks
from ...text.quotation_marks import read as read_marks
from ...text.remembering import lazy
from .nesting import blocks
from .pieces import Words

_COMMON = bytes([9, 10, 13, *range(32, 127)])
_PLAIN = frozenset(map(chr, [*range(0x2010, 0x2028), *range(0x2030, 0x205F), *range(0x20A0, 0x20C0)]))
"""Punctuation and currency signs: they stand alone, and no normalisation changes them."""

LONGEST_NAME = 1000
"""Code points of a name that are compared with the article's words."""


class Passage:
    """A record's text and its blocks."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text

    @lazy
    def lines(self) -> list[int]:
        """Offsets at which the lines of the text begin."""
        return line_starts(self.text)

    @lazy
    def rare(self) -> set[str]:
        """The characters of the text other than printable ASCII, tab, line feed and carriage return."""
        return set(self.text.encode().translate(None, _COMMON).decode())

    @lazy
    def composed(self) -> bool:
        """Whether the text may hold what readers see as one character and Unicode counts as several."""
        return "\r\n" in self.text or any([c > "\u02ff" and c not in _PLAIN for c in self.rare])

    @lazy
    def runs(self) -> Words:
        """The text's runs of letters and digits."""
        return Words(self.text)

    @lazy
    def blocks(self) -> "array[int]":
        """For each character of the text, the index of its segment, or -1."""
        return blocks(len(self.text), self.record.segments)

    @lazy
    def lined(self) -> bool:
        """Whether the blocks follow one another with nothing but line feeds between them, before and after."""
        segments, text = self.record.segments, self.text
        if not segments or segments[-1].end > len(text):
            return False
        if not all([a.end < b.start for a, b in pairwise(segments)]):
            return False
        between = [text[a.end : b.start] for a, b in pairwise(segments)]
        edges = text[: segments[0].start] + text[segments[-1].end :]
        return not "".join([edges, *between]).strip("\n")

    @lazy
    def marks(self) -> Marks:
        """The article's double quotation marks, paired."""
        return read_marks(self.text, self.record.segments, self.blocks, self.rare)

    def segment(self, at: int) -> Segment | None:
        """The block of the article in which the character at `at` stands."""
        i = self.blocks[at] if 0 <= at < len(self.blocks) else -1
        return self.record.segments[i] if i >= 0 else None

    def words(self, start: int, end: int) -> str:
        """The words at [start, end), short enough for a message."""
        return self.text[start:end] if min(end, len(self.text)) - start <= 60 else f"{self.text[start : start + 57]}…"
