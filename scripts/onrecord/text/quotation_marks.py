"""Quotation marks: which there are, and which closes which in a text."""

from collections.abc import Sequence, Set

from msgspec import Struct

from ..model.record import Segment

OPENING = "“„‟«‹‘‚「『\"'”’»›"  # some languages open with what others close with
CLOSING = "”“»›’‘」』\"'«‹"
CLOSERS = {
    "“": "”",
    "„": '“”"',
    "‟": "”“",
    "”": "”",
    "«": "»",
    "»": "«»",
    '"': '"',
    "「": "」",
    "『": "』",
}
"""Double quotation marks that open → what closes them. Single ones can't be told from apostrophes."""

_MARKS = "".join(sorted({*CLOSERS, *"".join(CLOSERS.values())}))
_ALIKE = CLOSERS | {"‘": "’", "‚": "‘’", "’": "’", "‹": "›", "›": "‹›", "'": "'"}


class Marks(Struct, frozen=True):
    """The double quotation marks of a text."""

    pairs: dict[int, int]
    """Offset of an opening mark → offset after what closes it; in a quote of several paragraphs, after the paragraph."""
    loose: list[int]
    """Offsets of marks that have no partner."""


def read(text: str, segments: Sequence[Segment], blocks: Sequence[int], rare: Set[str]) -> Marks:
    """Pair the marks of a text.

    Args:
        blocks: for each character the index of its segment.
        rare: the characters of the text that are not ASCII.
    """
    places = []
    for mark in [m for m in _MARKS if m in rare or m < "\x7f"]:
        at = text.find(mark)
        while at >= 0:
            places.append(at)
            at = text.find(mark, at + 1)
    places.sort()
    pairs: dict[int, int] = {}
    loose: list[int] = []
    still: list[int] = []
    for at in places:
        mark = text[at]
        if still and blocks[still[0]] != blocks[at]:
            first = text[still[0]]
            if len(still) == 1 and _continues(mark, first) and _next_block(still[0], at, blocks):
                pairs[still.pop()] = segments[blocks[at] - 1].end
            elif mark not in CLOSERS[text[still[-1]]] or (mark in CLOSERS and text[at - 1].isspace()):
                loose += still
                still.clear()
        if mark == '"' and text[at - 1 : at].isdigit() and not {"'", "’", "′"}.isdisjoint(text[max(0, at - 4) : at]):
            continue  # 5'10" tall
        if still and mark in CLOSERS[text[still[-1]]] and not (mark == '"' and _aside(text, still[-1], at)):
            pairs[still.pop()] = at + 1
        elif mark == '"' and at and text[at - 1].isdigit():
            continue  # 3.5" wide
        elif mark in CLOSERS and not (mark == '"' and still and not _opens(text, at)):
            still.append(at)
        else:
            loose.append(at)
    return Marks(pairs, loose + still)


def _opens(text: str, at: int) -> bool:
    """Whether a straight mark stands where words begin."""
    return text[at - 1] in "([" or text[at - 1].isspace()


def _aside(text: str, first: int, at: int) -> bool:
    """Whether a straight mark does not close „these": it opens others, or stands for inches."""
    return text[first] == "„" and (_opens(text, at) or text[at - 1].isdigit())


def _continues(mark: str, first: str) -> bool:
    """Whether a mark at a paragraph's start can take up a quotation that `first` opened in the paragraph before."""
    return mark == first or (mark in "«»" and first in "«»")


def _next_block(before: int, at: int, blocks: Sequence[int]) -> bool:
    """Whether the block that begins at `at` is the one after that of `before`."""
    return blocks[at] == blocks[before] + 1 > 0 and blocks[at - 1] != blocks[at]


def in_marks(words: str) -> bool:
    """Whether the words begin and end with quotation marks."""
    return len(words) > 1 and words[0] in OPENING and words[-1] in CLOSING


def alike(first: str, last: str) -> bool:
    """Whether a mark can be closed by another: “ by ”, but not by "."""
    return last in _ALIKE.get(first, last)


SINGLE = {"‘": "’", "‚": "‘’", "‹": "›", "›": "‹"}
"""Single quotation marks that open → what closes them."""


def holds_single(words: str) -> bool:
    """Whether words in ‘single’ marks stand within the words; an apostrophe is not taken for a mark."""
    return any(_holds(words, first, closers) for first, closers in SINGLE.items())


def _holds(words: str, first: str, closers: str) -> bool:
    at = words.find(first)
    ends = [i for i, c in enumerate(words) if i > at >= 0 and c in closers and not words[i + 1 : i + 2].isalnum()]
    return bool(ends) and ends[0] > at + 1
