"""Rows without the article's text, and back. Pure: no file is touched here.

A stand-off dataset holds what was annotated and where, but not the article: `text` and every span's text are null.
In what annotators and editors wrote (names, notes, claims' sentences, the headline, `extensions`) every stretch of
`WORDS` or more of the article's words, whatever stands between them, becomes a reference, `⟦START:END⟧`: code points
into the article, end exclusive; in `extensions` also a stretch over several strings. A literal `⟦` is doubled. So
nothing of the article beyond short phrases can be read from it, and whoever holds the text has all of it again, by
`text_sha256`.
"""

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode

from ..model.fields import Field, is_span, own
from ..model.meaning import Prose
from ..model.record import Record
from ..text.tokens import ALONE
from .columns import FLAT, parts
from .rows import Row

WORDS = 6
"""Words of the article in a row that are referred to and not repeated. In scripts without spaces a character counts."""
_TOKEN = re.compile(rf"[{ALONE}]|[^\W{ALONE}]+")
_MARK = "⟦"
_REFERENCE = re.compile(r"⟦⟦|⟦(\d+):(\d+)⟧")


class TextMismatch(ValueError):
    """A text is not the one that a row was made from."""


class Article:
    """A text and its runs of words, to find again in other strings."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.spans = [m.span() for m in _TOKEN.finditer(text)]
        self.words = [text[a:z] for a, z in self.spans]
        self.known_words = set(self.words)
        self.least = min(WORDS, len(self.words))  # of an article of few words, all of them
        self.runs: dict[tuple[str, ...], list[int]] = {}
        for i in range(len(self.words) - self.least + 1 if self.words else 0):
            self.runs.setdefault(tuple(self.words[i : i + self.least]), []).append(i)
        self.known: dict[str, str] = {}

    def refer(self, words: str) -> str:
        """A string with references for the article's words in it; the same for the same string and article."""
        if words not in self.known:
            tokens = [m.span() for m in _TOKEN.finditer(words)]
            self.known[words] = self._referred(words, tokens, self._found([words[a:z] for a, z in tokens]))
        return self.known[words]

    def refer_all(self, value: Any) -> Any:
        """A JSON value with references in its keys and strings, for runs over several of them, too.

        Words may be kept one by one: a list of tokens, or of objects with one, with more beside it, or as keys.
        """
        leaves = list(_leaves(value))
        tokens = [[m.span() for m in _TOKEN.finditer(leaf.text)] for leaf in leaves]
        found = [self._found([leaf.text[a:z] for a, z in spans]) for leaf, spans in zip(leaves, tokens, strict=True)]
        for place in (lambda leaf: (leaf.is_key, leaf.depth, leaf.name), lambda leaf: (leaf.is_key, leaf.depth)):
            streams: dict[Any, list[tuple[int, int]]] = {}
            for n, (leaf, spans) in enumerate(zip(leaves, tokens, strict=True)):
                known = [(n, k) for k, (a, z) in enumerate(spans) if leaf.text[a:z] in self.known_words]
                streams.setdefault(place(leaf), []).extend(known)
            for stream in streams.values():
                words = [leaves[n].text[slice(*tokens[n][k])] for n, k in stream]
                for (n, k), at in zip(stream, self._found(words), strict=True):
                    if found[n][k] is None:
                        found[n][k] = at
        made = map(self._referred, (leaf.text for leaf in leaves), tokens, found)
        return mapped(value, lambda _: next(made))

    def _found(self, words: list[str]) -> list[int | None]:
        """For each word, which of the article's it repeats, if enough of them stand in a row; the longest rows first met."""
        found: list[int | None] = [None] * len(words)
        i = 0
        while self.least and i + self.least <= len(words):
            places = self.runs.get(tuple(words[i : i + self.least]), ())
            length, at = max(((_common(words, i, self.words, j), -j) for j in places), default=(1, 1))
            if at <= 0:
                found[i : i + length] = range(-at, length - at)
            i += length
        return found

    def _referred(self, words: str, tokens: list[tuple[int, int]], found: list[int | None]) -> str:
        """The string with its found words as references; what stands between them as in the article is in them."""
        made, done, k = "", 0, 0
        while k < len(tokens):
            first = found[k]
            if first is None:
                k += 1
                continue
            start, end, last = *tokens[k], first
            while (
                k + 1 < len(tokens)
                and found[k + 1] == last + 1
                and words[end : tokens[k + 1][0]] == self.text[self.spans[last][1] : self.spans[last + 1][0]]
            ):
                k, last = k + 1, last + 1
                end = tokens[k][1]
            made += words[done:start].replace(_MARK, _MARK * 2) + f"⟦{self.spans[first][0]}:{self.spans[last][1]}⟧"
            done, k = end, k + 1
        return made + words[done:].replace(_MARK, _MARK * 2)


class _Leaf(Struct, frozen=True):
    """A string of a JSON value, or a key; `name` is the key under which it is."""

    text: str
    is_key: bool
    depth: int
    name: str | None


def _leaves(value: Any, depth: int = 0, name: str | None = None) -> Iterator[_Leaf]:
    """The keys and strings of a JSON value, in the order of `mapped`."""
    if isinstance(value, dict):
        for key, inner in value.items():
            yield _Leaf(key, True, depth, name)
            yield from _leaves(inner, depth + 1, key)
    elif isinstance(value, list):
        for inner in value:
            yield from _leaves(inner, depth + 1, name)
    elif isinstance(value, str):
        yield _Leaf(value, False, depth, name)


def mapped(value: Any, one: Callable[[str], str]) -> Any:
    """A JSON value with other keys and strings."""
    if isinstance(value, dict):
        return {one(k): mapped(v, one) for k, v in value.items()}
    if isinstance(value, list):
        return [mapped(x, one) for x in value]
    return one(value) if isinstance(value, str) else value


def _common(one: list[str], i: int, other: list[str], j: int) -> int:
    """How many words two lists have in common from two places on."""
    n = 0
    while i + n < len(one) and j + n < len(other) and one[i + n] == other[j + n]:
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
    hidden = _record(record, article.refer, article.refer_all, None)
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

    def whole(words: str) -> str:
        return resolve(words, text)

    try:
        return _record(row, whole, lambda value: mapped(value, whole), text)
    except IndexError:
        raise TextMismatch(f"a span of {row['id']} lies outside of the text") from None


def _record(row: Row, prose: Callable[[str], str], extensions: Callable[[Any], Any], text: str | None) -> Row:
    """A row of `records` with its prose changed and the spans' text taken from `text`, or null."""

    def value(item: Any, field: Field) -> Any:
        if isinstance(item, list | tuple):
            return [value(x, field) for x in item]
        if isinstance(item, dict) and field.struct is not None:
            return whole(item, field.struct)
        return prose(item) if field.says(Prose) and isinstance(item, str) else item

    def whole(item: Row, struct: Any) -> Row:
        fields = {f.name: f for f in own(struct)}
        made = {k: value(v, fields[k]) if k in fields else v for k, v in item.items()}
        if is_span(struct) and "text" in item and "start" in item:
            made["text"] = None if text is None else text[item["start"] : item["end"]]
        return made

    made = whole(row, Record)
    made["text"] = text
    if row["extensions"] is not None:
        made["extensions"] = encode(extensions(decode(row["extensions"]))).decode()
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
