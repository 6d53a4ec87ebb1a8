"""Rows without the article's text, and back. Pure: no file is touched here.

A stand-off dataset holds what was annotated and where, but not the article: `text` and every span's text are null.
In what annotators and editors wrote (names, notes, claims' sentences, the headline, `extensions`) every stretch of
`WORDS` or more of the article's words becomes a reference, `⟦START:END⟧`: code points into the article, end
exclusive. A literal `⟦` is doubled. So nothing of the article beyond short phrases can be read from it, and whoever
holds the text has all of it again, by `text_sha256`.
"""

import hashlib
import re
from collections.abc import Callable
from functools import cache
from typing import Any

from msgspec.json import decode, encode

from ..tokens import ALONE
from .columns import FLAT, parts
from .rows import Row

WORDS = 6
"""Words of the article in a row that are referred to and not repeated. In scripts without spaces a character counts."""
_TOKEN = re.compile(rf"[{ALONE}]|[^\W{ALONE}]+")
_MARK = "⟦"
_REFERENCE = re.compile(r"⟦⟦|⟦(\d+):(\d+)⟧")
_PROSE = {"name", "note", "headline", "section", "publisher", "authors", "rights", "text"}
"""Fields of a record that hold people's words; `text` is a claim's, as spans' text is left out."""


class TextMismatch(ValueError):
    """A text is not the one that a row was made from."""


class Article:
    """A text and its runs of words, to find again in other strings."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.runs: dict[tuple[str, ...], list[int]] = {}
        places = [(m.start(), m.group()) for m in _TOKEN.finditer(text)]
        words = [word for _, word in places]
        for i in range(len(places) - WORDS + 1):
            self.runs.setdefault(tuple(words[i : i + WORDS]), []).append(places[i][0])
        self.known: dict[str, str] = {}

    def refer(self, words: str) -> str:
        """A string with references for the article's words in it; the same for the same string and article."""
        if words not in self.known:
            self.known[words] = self._refer(words)
        return self.known[words]

    def _refer(self, words: str) -> str:
        tokens = list(_TOKEN.finditer(words))
        made, done = "", 0
        for i in range(len(tokens) - WORDS + 1):
            start = tokens[i].start()
            if start < done:
                continue
            run = tuple(t.group() for t in tokens[i : i + WORDS])
            least = tokens[i + WORDS - 1].end() - start
            best, at = max(((_common(words, start, self.text, p), -p) for p in self.runs.get(run, ())), default=(0, 0))
            if best >= least:
                best = len(words[start : start + best].rstrip())
                made += words[done:start].replace(_MARK, _MARK * 2) + f"⟦{-at}:{-at + best}⟧"
                done = start + best
        return made + words[done:].replace(_MARK, _MARK * 2)


def _common(one: str, i: int, other: str, j: int) -> int:
    """Length of what two strings have in common from two places on."""
    n = 0
    for a, b in zip(one[i:], other[j:], strict=False):
        if a != b:
            break
        n += 1
    return n


def resolve(words: str, text: str) -> str:
    """The reverse of `Article.refer`.

    Raises:
        TextMismatch: a reference leads out of the text, or the string is none that `refer` made.
    """

    def one(match: re.Match[str]) -> str:
        if match.group(1) is None:
            return _MARK
        start, end = int(match.group(1)), int(match.group(2))
        if not start < end <= len(text):
            raise TextMismatch(f"the reference {match.group()} leads out of the text")
        return text[start:end]

    if _MARK in _REFERENCE.sub("", words):
        raise TextMismatch(f"{words[:40]!r} is no string of a dataset without text")
    return _REFERENCE.sub(one, words)


def hide(rows: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The rows of a record (as of `rows.rows`) without its text."""
    (record,) = rows["records"]
    article = Article(record["text"])
    hidden = _record(record, article.refer, None)
    headline: str = record["metadata"]["headline"]
    if headline and (at := article.text.find(headline)) >= 0:  # the article's words, be they ever so few
        hidden["metadata"]["headline"] = f"⟦{at}:{at + len(headline)}⟧"
    return {"records": [hidden]} | {
        config: [{k: _without(config, k)(v, article) for k, v in row.items()} for row in rows[config]]
        for config in FLAT
    }


def show(row: Row, text: str) -> Row:
    """A row of `records` with its text again, the reverse of `hide`.

    Raises:
        TextMismatch: it is another text.
    """
    if hashlib.sha256(text.encode()).hexdigest() != row["text_sha256"]:
        raise TextMismatch(f"the text is not that of {row['id']}: its SHA-256 is another")
    try:
        return _record(row, lambda words: resolve(words, text), text)
    except IndexError:
        raise TextMismatch(f"a span of {row['id']} lies outside of the text") from None


def _record(row: Row, prose: Callable[[str], str], text: str | None) -> Row:
    """A row of `records` with its prose changed and the spans' text taken from `text`, or null."""

    def value(item: Any, key: str) -> Any:
        if isinstance(item, dict):
            made = {k: value(v, k) for k, v in item.items()}
            if "text" in item and "start" in item:
                made["text"] = None if text is None else text[item["start"] : item["end"]]
            return made
        if isinstance(item, list | tuple):
            return [value(x, key) for x in item]
        return prose(item) if key in _PROSE and isinstance(item, str) else item

    def anything(item: Any) -> Any:
        if isinstance(item, dict):
            return {prose(k): anything(v) for k, v in item.items()}
        if isinstance(item, list):
            return [anything(x) for x in item]
        return prose(item) if isinstance(item, str) else item

    made = {k: v if k in ("text", "extensions") else value(v, k) for k, v in row.items()}
    made["text"] = text
    if row["extensions"] is not None:
        made["extensions"] = encode(anything(decode(row["extensions"]))).decode()
    return made


@cache
def _without(config: str, column: str) -> Callable[[Any, Article], Any]:
    """What a dataset without text holds in the place of a value of a flat config's column."""
    kinds = parts(next(c.type for c in FLAT[config] if c.name == column))
    if isinstance(kinds, str):
        return _kept(kinds)
    fields = {name: _kept(kind) for name, kind in kinds.items()}
    return lambda items, article: [{k: fields[k](v, article) for k, v in item.items()} for item in items]


def _kept(kind: str) -> Callable[[Any, Article], Any]:
    if kind == "words":
        return lambda value, article: [None] * len(value) if isinstance(value, list) else None
    if kind == "prose":
        return _prose
    return lambda value, article: value


def _prose(value: Any, article: Article) -> Any:
    if isinstance(value, list):
        return [_prose(v, article) for v in value]
    return article.refer(value) if isinstance(value, str) else value
