"""Workflow commands of GitHub Actions: findings become notes beside the lines of a pull request.

A step shows ten errors, ten warnings and ten notices, so no more of each are written; then how many there are, by code,
in a group of the log.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TextIO

from ...findings.finding import Finding
from ..catalogue import name_of
from .base import Reporter, Totals, encodable, relative, summary, where
from .limits import ANNOTATIONS
from .screen import harmless
from .terminal import in_words
from .visible import marked, visible

_LEVELS = {"error": "error", "warning": "warning", "info": "notice"}


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def command(f: Finding) -> str:
    """A finding as one line. Line feeds separate its parts; other control characters are shown by their pictures."""
    properties = {"file": encodable(relative(f.file) or f.file), "line": f.line, "col": f.column}
    properties["title"] = visible(f"{f.code} {f.name or name_of(f.code)}".strip())
    listed = ",".join(f"{k}={_property(_breakless(str(v)))}" for k, v in properties.items() if v not in (None, ""))
    where_ = visible(where(relative(f.file) or f.file, f.line, f.column))
    parts = [f"{visible(f.code)} {visible(f.message)}", f"{where_} {visible(f.pointer)}" if f.pointer else where_]
    if f.article is not None:
        parts.append(f"in the article: {visible(in_words(f.article))}")
    if f.excerpt is not None:
        parts.append(f"{visible(f.excerpt.before)}⟦{marked(f.excerpt.marked)}⟧{visible(f.excerpt.after)}")
    if f.fix is not None:
        parts.append(f"fix: {visible(f.fix)}")
    head = f"{_LEVELS[f.severity]} {listed}" if listed else _LEVELS[f.severity]
    return f"::{head}::{_data(chr(10).join(parts))}"


def _breakless(text: str) -> str:
    """A file's name as it is, but for what acts on a terminal, or ends a line for other readers than GitHub."""
    return "".join(
        c if c in "\r\n" or (harmless(c) == c and len(f"a{c}a".splitlines()) == 1) else visible(c) for c in text
    )


class GithubReporter(Reporter):
    """One command a finding, as many as are shown; then the numbers of all."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._shown = Counter[str]()
        self._found = Counter[tuple[str, str]]()

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        for f in findings:
            self._found[f.severity, f.code] += 1
            if self._shown[f.severity] < ANNOTATIONS:
                self._shown[f.severity] += 1
                self.stream.write(f"{command(f)}\n")

    def close(self, totals: Totals) -> None:
        left = totals.findings - self._shown.total()
        if left > 0:
            self.stream.write(f"::group::{_data(self._told(totals, left))}\n")
            for severity, code, count in self._rows():
                self.stream.write(f"{severity:8}{visible(code):8}{count:>8,}  {visible(name_of(code))}\n")
            self.stream.write("::endgroup::\n")
        self.stream.flush()

    def _rows(self) -> Iterator[tuple[str, str, int]]:
        """Severity, code and number: errors first, the most frequent first."""
        order = list(_LEVELS)
        for (severity, code), count in sorted(
            self._found.items(), key=lambda x: (order.index(x[0][0]), -x[1], x[0][1])
        ):
            yield severity, code, count

    def _told(self, totals: Totals, left: int) -> str:
        return f"onrecord: {summary(totals)}; {left:,} of them are not shown as annotations, of which a step shows {ANNOTATIONS} of a level"
