"""Words and marks of a text, and how two rows of them compare. Offsets are Unicode code points, end exclusive."""

import re
import unicodedata
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from functools import cache

from msgspec import Struct

from .graphemes import grapheme

_BREAK = re.compile(r"[\n\r\x0b\x0c\x85\u2028\u2029]")
ALONE = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Ranges of characters of scripts that are written without spaces: each counts as a word."""
_ALONE = re.compile(f"[{ALONE}]")
_FOLD = str.maketrans(dict.fromkeys("“”„‟«»", '"') | dict.fromkeys("‘’‚‛‹›", "'") | dict.fromkeys("‐‑‒–—―", "-"))
QUOTES = ('"', "'", "「", "」", "『", "』")
"""Keys of quotation marks."""
_TERMINAL = ".!?…。！？؟۔।"
_CELLS = 10_000  # of a table of similarities; above it, only equal words are paired


class Token(Struct, frozen=True):
    """A stretch without white space. `key` is what is compared: quotation marks, dashes and code forms are levelled."""

    start: int
    end: int
    key: str
    word: bool
    line: int
    sentence: int


def clusters(text: str) -> Iterator[tuple[int, int]]:
    """The characters of a text as people see them (Unicode UAX 29), as (start, end)."""
    if text.isascii() and "\r" not in text:
        yield from ((i, i + 1) for i in range(len(text)))
    else:
        yield from (match.span() for match in grapheme().finditer(text))


@cache
def _joins(c: str) -> bool:
    """Whether a character makes a word together with its neighbours."""
    return (c.isalnum() or c == "_") and not _ALONE.match(c)


def tokens(text: str) -> list[Token]:
    """The tokens of a text, in order; all that is not white space belongs to one."""
    places: list[tuple[int, int]] = []
    before = False
    for start, end in clusters(text):
        joins = _joins(text[start])
        if joins and before:
            places[-1] = places[-1][0], end
        elif not text[start:end].isspace():
            places.append((start, end))
        before = joins
    found = []
    last = line = sentence = 0
    ended = False
    for start, end in places:
        gap, words = text[last:start], text[start:end]
        if _BREAK.search(gap):
            line, sentence, ended = line + 1, sentence + 1, False
        elif ended and gap:
            sentence, ended = sentence + 1, False
        word = any(c.isalnum() or unicodedata.category(c) == "So" for c in words)
        ended = words in _TERMINAL or (ended and not word)
        key = words if words.isascii() else unicodedata.normalize("NFKC", words).translate(_FOLD)
        found.append(Token(start, end, key, word, line, sentence))
        last = end
    return found


def size(found: Sequence[Token]) -> int:
    """How many characters of words."""
    return sum(t.end - t.start for t in found if t.word)


def lines_of(found: Sequence[Token]) -> list[tuple[int, int]]:
    """The lines of a text as (first, end) positions of their tokens."""
    starts = [i for i, t in enumerate(found) if i == 0 or found[i - 1].line != t.line]
    return list(zip(starts, [*starts[1:], len(found)], strict=True))


def _cut(found: Sequence[Token], at: int) -> int:
    """How natural it is to cut before the token at this position."""
    if at in (0, len(found)) or found[at - 1].line != found[at].line:
        return 3
    if found[at - 1].sentence != found[at].sentence:
        return 2
    return int(not (found[at - 1].word and found[at].word))


def slide(found: Sequence[Token], match: list[int], held: set[int]) -> None:
    """Move each pure deletion to where it is a whole sentence: “A said x. A said y.” loses “A said x.”, not “x. A said”."""
    i = 0
    while i < len(found):
        if match[i] >= 0:
            i += 1
            continue
        end = next((k for k in range(i, len(found)) if match[k] >= 0), len(found))
        to = match[i - 1] + 1 if i else 0
        if end < len(found) and match[end] != to:  # something was put in its place
            i = end
            continue
        left = right = 0
        while (
            left < i
            and match[i - left - 1] == to - left - 1
            and i - left - 1 not in held
            and found[i - left - 1].key == found[end - left - 1].key
        ):
            left += 1
        while (
            end + right < len(found)
            and match[end + right] == to + right
            and end + right not in held
            and found[end + right].key == found[i + right].key
        ):
            right += 1
        shifts = sorted(range(-left, right + 1), key=abs)
        by = max(shifts, key=lambda s: _cut(found, i + s) + _cut(found, end + s))
        kept = [match[k] for k in range(i - left, end + right) if match[k] >= 0]
        for k in range(i - left, end + right):
            match[k] = -1 if i + by <= k < end + by else kept.pop(0)
        i = end + max(by, 0)


def increasing(values: Sequence[int]) -> list[int]:
    """The positions of a longest increasing subsequence."""
    tails: list[int] = []
    at: list[int] = []
    before: list[int] = []
    for i, value in enumerate(values):
        k = bisect_left(tails, value)
        tails[k : k + 1] = [value]
        at[k : k + 1] = [i]
        before.append(at[k - 1] if k else -1)
    found = []
    i = at[-1] if at else -1
    while i >= 0:
        found.append(i)
        i = before[i]
    return found[::-1]


def once(items: Iterable[tuple[str, ...]]) -> dict[tuple[str, ...], int]:
    """What stands there exactly once → its position."""
    listed = list(items)
    count = Counter(listed)
    return {item: i for i, item in enumerate(listed) if count[item] == 1}


def same(a: Sequence[str], b: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Pairs of positions with equal keys, both rising: a diff that unique runs of three cut into small ones."""
    one, two = (once(zip(x, x[1:], x[2:], strict=False)) for x in (a, b))
    common = [(i, two[key]) for key, i in one.items() if key in two]
    i = j = 0
    for k in [*increasing([y for _, y in common]), None]:
        i_end, j_end = common[k] if k is not None else (len(a), len(b))
        while i < i_end and j < j_end and a[i] == b[j]:
            yield i, j
            i, j = i + 1, j + 1
        tail = 0
        while i < i_end - tail and j < j_end - tail and a[i_end - tail - 1] == b[j_end - tail - 1]:
            tail += 1
        if i < i_end - tail and j < j_end - tail:
            matcher = SequenceMatcher(None, a[i : i_end - tail], b[j : j_end - tail], autojunk=False)
            for x, y, n in matcher.get_matching_blocks():
                yield from ((i + x + k, j + y + k) for k in range(n))
        yield from ((i_end - k, j_end - k) for k in range(tail, 0, -1))
        i, j = i_end, j_end


def best(n: int, m: int, score: Callable[[int, int], float]) -> list[tuple[int, int]]:
    """The pairs, both rising, with the highest sum of scores above 0."""
    if n * m > _CELLS:
        return []
    scores = [[score(i, j) for j in range(m)] for i in range(n)]
    table = [[0.0] * (m + 1) for _ in range(n + 1)]
    for i in range(n - 1, -1, -1):
        for j in range(m - 1, -1, -1):
            with_ = scores[i][j] + table[i + 1][j + 1] if scores[i][j] else 0.0
            table[i][j] = max(with_, table[i + 1][j], table[i][j + 1])
    pairs = []
    i = j = 0
    while i < n and j < m:
        if scores[i][j] and table[i][j] == scores[i][j] + table[i + 1][j + 1]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif table[i][j] == table[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def alike(a: str, b: str, least: float) -> float:
    """How alike two words are, 0 to 1; 0 below `least`."""
    matcher = SequenceMatcher(None, a.casefold(), b.casefold(), autojunk=False)
    if matcher.real_quick_ratio() < least or matcher.quick_ratio() < least:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= least else 0.0
