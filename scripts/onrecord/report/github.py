"""Workflow commands of GitHub Actions: findings become notes beside the lines of a pull request.

A run shows ten errors, ten warnings and ten notices a step; the log has all.
"""

from collections.abc import Sequence

from ..catalogue import name_of
from ..finding import Finding
from .base import Reporter, Totals, encodable, relative
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
    parts = [visible(f.message)]
    if f.article is not None:
        parts.append(f"in the article: {visible(in_words(f.article))}")
    if f.excerpt is not None:
        parts.append(f"{visible(f.excerpt.before)}⟦{marked(f.excerpt.marked)}⟧{visible(f.excerpt.after)}")
    if f.fix is not None:
        parts.append(f"fix: {visible(f.fix)}")
    head = f"{_LEVELS[f.severity]} {listed}" if listed else _LEVELS[f.severity]
    return f"::{head}::{_data(chr(10).join(parts))}"


def _breakless(text: str) -> str:
    """A file's name as it is, but for separators that are no line ends to GitHub and are to other readers."""
    return "".join(c if c in "\r\n" or len(f"a{c}a".splitlines()) == 1 else visible(c) for c in text)


class GithubReporter(Reporter):
    """One command a finding."""

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        for f in findings:
            self.stream.write(f"{command(f)}\n")

    def close(self, totals: Totals) -> None:
        self.stream.flush()
