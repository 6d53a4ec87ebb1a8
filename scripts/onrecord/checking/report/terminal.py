"""Findings for people: a head line that editors understand, then what, where and what to do, indented."""

from collections.abc import Iterator, Sequence
from io import StringIO
from typing import TextIO

from rich.console import Console
from rich.text import Text

from ...findings.finding import Article, Excerpt, Finding
from ..catalogue import entries
from .base import Reporter, Totals, summary, told_off, where
from .screen import Screen
from .visible import Snippet, isolated, visible

_STYLE = {"error": "bold red", "warning": "bold yellow", "info": "bold blue"}
_MARGIN = "    | "

Part = tuple[str, str]
"""Text and its style."""


class TextReporter(Reporter):
    """Findings to a terminal or a file; the summary and a hint go to `notes`, or nowhere."""

    def __init__(self, stream: TextIO, notes: TextIO | None = None) -> None:
        super().__init__(stream)
        self._console = Screen(file=stream)
        self._notes = Screen(file=notes) if notes else None
        self._codes: dict[str, None] = {}

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        self._codes.update((f.code, None) for f in findings)
        text(findings, self._console)

    def close(self, totals: Totals) -> None:
        if self._notes is None:
            return
        self._notes.print(summary(totals), markup=False)
        for line in told_off(totals):
            self._notes.print(line, style="dim", markup=False)
        known = [c for c in self._codes if c in entries()]
        if known:
            self._notes.print(f"`onrecord rules {known[0]}` explains a code", style="dim", markup=False)


def text(findings: Sequence[Finding], console: Console) -> None:
    """Print findings for people."""
    width = console.width - len(_MARGIN) if console.is_terminal else None
    for f in findings:
        parts = [part for line in _lines(f, width) for part in (*line, ("\n", ""))]
        if console.is_terminal:
            console.print(Text.assemble(*parts), soft_wrap=True, highlight=False, end="")
        else:
            console.file.write("".join(words for words, _ in parts))


def plain(findings: Sequence[Finding]) -> str:
    """The findings as text, without colours."""
    stream = StringIO()
    text(findings, Screen(file=stream, force_terminal=False))
    return stream.getvalue()


def _lines(f: Finding, width: int | None) -> Iterator[list[Part]]:
    style = _STYLE[f.severity]
    place = visible(where(f.file, f.line, f.column))
    yield [(place, "bold"), (": ", ""), (visible(f.code), style), (" ", ""), (isolated(f.message), "")]
    if f.pointer is not None:
        item = f" ({f.item})" if f.item else ""
        yield [(f"    at {isolated((f.pointer or '/') + item)}", "dim")]
    if f.article is not None:
        yield [(f"    in the article: {visible(in_words(f.article))}", "dim")]
    yield from _snippet(f.excerpt, style, width)
    for other in f.related:
        place = where(other.file, other.line, other.column)
        if other.line is None and other.pointer is not None:
            place += f" {other.pointer}"
        yield [(f"    note: {isolated(other.message)}: {visible(place)}", "")]
        yield from _snippet(other.excerpt, "bold cyan", width)
    if f.fix is not None:
        yield [(f"    fix: {isolated(f.fix)}", "dim")]


def in_words(place: Article) -> str:
    """Where in the article, as people count: the block, the line, the column."""
    kind = (place.kind or "").replace("_", " ")
    block = "" if place.paragraph is None else f"block {place.paragraph} ({kind}), "
    return f"{block}line {place.line}, column {place.column}"


def _snippet(excerpt: Excerpt | None, style: str, width: int | None) -> Iterator[list[Part]]:
    if excerpt is None:
        return
    s = Snippet(excerpt, width)
    yield [(_MARGIN, ""), (s.before, ""), (s.words, style), (s.after, "")]
    if s.carets:
        yield [(_MARGIN + " " * s.indent + "^" * s.carets, style)]
