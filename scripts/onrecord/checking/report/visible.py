"""Text as a terminal shows it: what is hidden made visible, cells counted by what people see as characters."""

import re
import unicodedata
from collections.abc import Sequence

from rich.cells import cell_len

from ...findings.finding import Excerpt
from ...text.graphemes import grapheme
from .base import encodable

_NAMES = {
    "\u0085": "NEL", "\u00a0": "NBSP", "\u00ad": "SHY", "\u061c": "ALM", "\u180e": "MVS", "\u200b": "ZWSP",
    "\u200c": "ZWNJ", "\u200d": "ZWJ", "\u200e": "LRM", "\u200f": "RLM", "\u2028": "LS", "\u2029": "PS",
    "\u202a": "LRE", "\u202b": "RLE", "\u202c": "PDF", "\u202d": "LRO", "\u202e": "RLO", "\u202f": "NNBSP",
    "\u2060": "WJ", "\u2066": "LRI", "\u2067": "RLI", "\u2068": "FSI", "\u2069": "PDI", "\u3000": "IDSP",
    "\ufeff": "BOM",
}  # fmt: skip
_PREPENDED = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u08e2\U000110bd\U000110cd")
"""Format characters that have a shape of their own."""
_BLACK_FLAG = "\U0001f3f4"
_JOINERS = "\u200c\u200d"
_PLAIN = re.compile(
    "[ -~\xa1-\xac\xae-\u02ff\u0384-\u0482\u048a-\u0556\u2010-\u2027\u2030-\u205e\u20a0-\u20bf\u3041-\u3096\u30a1-\u30fa\u4e00-\u9fff]*"
)
"""Characters that are seen, each by itself, and run from left to right: most text has no others."""
FSI, PDI = "\u2068", "\u2069"


def _plain(text: str) -> bool:
    return _PLAIN.fullmatch(text) is not None


def clusters(text: str) -> Sequence[str]:
    """The characters as people see them (extended grapheme clusters)."""
    if (text.isascii() and "\r\n" not in text) or _plain(text):
        return text
    found: list[str] = grapheme().findall(text)
    return found


def right_to_left(text: str) -> bool:
    """Whether terminals may reorder the text."""
    return (
        not text.isascii() and not _plain(text) and any(unicodedata.bidirectional(c) in ("R", "AL", "AN") for c in text)
    )


def visible(text: str) -> str:
    """One line without control, bidirectional and hidden characters; each is shown by its picture or name."""
    if text.isprintable() and (text.isascii() or _plain(text)):
        return text
    return "".join(map(_cluster, clusters(text)))


def isolated(text: str) -> str:
    """Visible text that does not change the direction of what stands around it."""
    shown = visible(text)
    return f"{FSI}{shown}{PDI}" if right_to_left(shown) else shown


def _cluster(cluster: str) -> str:
    if len(cluster) == 1:
        return _single(cluster)
    whole = (cluster[0].isprintable() or cluster[0] in _PREPENDED) and all(
        c.isprintable() or c in _JOINERS or ("\U000e0020" <= c <= "\U000e007f" and cluster[0] == _BLACK_FLAG)
        for c in cluster[1:]
    )
    if whole and not unicodedata.category(cluster[0]).startswith("M") and cell_len(cluster):
        return cluster
    return "".join(map(_single, cluster))


def _single(c: str) -> str:
    code = ord(c)
    if c.isprintable() or c in _PREPENDED:
        if unicodedata.category(c).startswith("M"):
            return f"◌{c}"
        return c if cell_len(c) else f"<U+{code:04X}>"
    if code < 0x20:
        return chr(0x2400 + code)
    if code == 0x7F:
        return "␡"
    if unicodedata.category(c) == "Zs":
        return " " * max(1, cell_len(c))
    if 0xD800 <= code <= 0xDFFF:
        return encodable(c)
    return _named(c)


def _named(c: str) -> str:
    return f"<{_NAMES[c]}>" if c in _NAMES else f"<U+{ord(c):04X}>"


def _edge(c: str) -> str:
    """White space at the edge of marked words, which is easily overlooked."""
    return "␠" if c == " " else _named(c) if unicodedata.category(c) in ("Zs", "Cf", "Zl", "Zp") else _single(c)


def marked(text: str) -> str:
    """Visible text whose white space and hidden characters at the edges are visible, too."""

    def hidden(c: str) -> bool:
        return c.isspace() or c in _NAMES

    start = next((i for i, c in enumerate(text) if not hidden(c)), len(text))
    end = next((i for i in range(len(text), start, -1) if not hidden(text[i - 1])), start)
    return "".join(map(_edge, text[:start])) + visible(text[start:end]) + "".join(map(_edge, text[end:]))


class Snippet:
    """An excerpt on one line: `before`, `words`, `after`; and how many cells of carets go under the words.

    Where carets can't stand right, `carets` is 0 and brackets stand around the words: in text that terminals reorder
    (right to left), and where the words begin or end inside a character.
    """

    def __init__(self, excerpt: Excerpt, width: int | None = None) -> None:
        whole = excerpt.before + excerpt.marked + excerpt.after
        reordered = right_to_left(whole)
        self.before, self.words, self.after = visible(excerpt.before), marked(excerpt.marked), visible(excerpt.after)
        brackets = reordered or _splits(whole, len(excerpt.before), len(excerpt.before) + len(excerpt.marked))
        if width is not None:
            self._fit(width - 4 * reordered - 2 * brackets)
        if brackets:
            self.words = f"⟦{FSI}{self.words}{PDI}⟧" if reordered else f"⟦{self.words}⟧"
        if reordered:
            self.before, self.after = FSI + self.before, self.after + PDI
        self.indent = cell_len(self.before)
        self.carets = 0 if brackets else max(1, cell_len(self.words))

    def _fit(self, width: int) -> None:
        """Shorten what doesn't fit in `width` cells: first what stands around the words, then their middle."""
        spare = max(width, 20) - cell_len(self.words)
        if spare < 2:
            half = (max(width, 20) - 5) // 2
            self.words = f"{_left(self.words, half)} … {_right(self.words, half)}"
            spare = 2
        left, right = cell_len(self.before), cell_len(self.after)
        if left + right > spare:
            if left > spare // 2:
                left = max(spare // 2, spare - right)
            if cell_len(self.before) > left:
                self.before = f"…{_right(self.before, left - 1)}"
            if right > spare - left:
                self.after = f"{_left(self.after, spare - left - 1)}…"


def _splits(text: str, *places: int) -> bool:
    """Whether a place lies inside a character."""
    if text.isascii() or _plain(text):
        return False
    ends, at = {0}, 0
    for cluster in clusters(text):
        at += len(cluster)
        ends.add(at)
    return not ends.issuperset(places)


def _left(text: str, cells: int) -> str:
    found = ""
    for cluster in clusters(text):
        if cell_len(found + cluster) > cells:
            break
        found += cluster
    return found


def _right(text: str, cells: int) -> str:
    found = ""
    for cluster in reversed(clusters(text)):
        if cell_len(cluster + found) > cells:
            break
        found = cluster + found
    return found
