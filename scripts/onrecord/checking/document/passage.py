"""The text of a record as rules see it: its look-ups, each made once and only where asked for."""

from array import array

from ...files.positions import line_starts
from ...model.record import Record, Segment
from ...text.quotation_marks import Marks
from ...text.quotation_marks import read as read_marks
from ...text.remembering import lazy
from .nesting import blocks

_COMMON = bytes([9, 10, 13, *range(32, 127)])


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
    def blocks(self) -> "array[int]":
        """For each character of the text, the index of its segment, or -1."""
        return blocks(len(self.text), self.record.segments)

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
