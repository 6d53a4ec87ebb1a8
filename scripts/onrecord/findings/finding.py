"""One finding of the validator: frozen data, compared whole; and the exception that carries findings."""

from collections.abc import Sequence
from typing import Any, Literal

from msgspec import Struct

Severity = Literal["error", "warning", "info"]
"""error: the record is wrong; warning: doubtful annotation; info: worth a look, never a failure."""

Offsets = tuple[int, int]
"""(start, end) in code points of the article's text, end exclusive."""


class Patch(Struct, frozen=True):
    """A change to a record's JSON: set `pointer` to `value` (`/-` at the end appends), or remove it."""

    pointer: str
    value: Any = None
    remove: bool = False


class Place(Struct, frozen=True):
    """Another place that a problem is about, as in “first marked here”."""

    message: str
    pointer: str
    span: Offsets | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """A finding as a rule yields it: it knows the record, no file.

    `edits` mend it without changing what the annotation means; only a rule that is `fixable` gives some.
    """

    pointer: str
    message: str
    fix: str | None = None
    span: Offsets | None = None
    related: tuple[Place, ...] = ()
    edits: tuple[Patch, ...] = ()


class Excerpt(Struct, frozen=True):
    """The words of the article that a finding is about, with a little of what stands around them on the same line."""

    before: str
    marked: str
    after: str


class Article(Struct, frozen=True):
    """A place in the article: `segment` is the block's id, `kind` its kind, `paragraph` its number among all blocks.

    `line` and `column` count from 1, columns in code points; `start` and `end` are offsets into the text.
    """

    segment: str | None
    kind: str | None
    paragraph: int | None
    line: int
    column: int
    start: int
    end: int


class Related(Struct, frozen=True):
    """A secondary place of a finding."""

    message: str
    file: str
    pointer: str | None
    line: int | None
    column: int | None
    excerpt: Excerpt | None = None


class Finding(Struct, frozen=True, kw_only=True):
    """What is wrong, where, and what to do.

    `pointer` is a JSON pointer (RFC 6901) into the record; `line` and `column` count from 1, columns in code points.
    All three are of the file, not of the article; they are null where the fault has no place in the file.
    `article` and `excerpt` say where it stands in the article; `item` is the id of the innermost thing concerned.
    """

    code: str
    severity: Severity
    file: str
    pointer: str | None
    line: int | None
    column: int | None
    message: str
    fix: str | None = None
    name: str = ""
    record: str | None = None
    item: str | None = None
    excerpt: Excerpt | None = None
    article: Article | None = None
    related: tuple[Related, ...] = ()
    edits: tuple[Patch, ...] = ()


_SHOWN = 3
"""Findings in the words of an exception; all are in its list."""


class InvalidData(Exception):
    """Data is not what was asked for; `findings` say what is wrong, where, and what to do.

    Attributes:
        findings: all that was found, errors and others, as `onrecord validate` tells them.
    """

    __module__ = "onrecord"  # by this name it is known

    def __init__(self, findings: Sequence[Finding]) -> None:
        super().__init__(findings)
        self.findings = list(findings)

    def __str__(self) -> str:
        told = [f for f in self.findings if f.severity == "error"] or self.findings
        lines = [f"{_place(f)}{f.code} {f.message}" for f in told[:_SHOWN]]
        return "\n".join(lines + [f"… and {len(told) - _SHOWN} more"] * (len(told) > _SHOWN))


def _place(finding: Finding) -> str:
    parts = [str(part) for part in (finding.file or None, finding.line, finding.column) if part is not None]
    return f"{':'.join(parts)}: " if parts else ""


def excerpt(text: str, start: int, end: int, width: int = 30) -> Excerpt | None:
    """The words at `text[start:end]` (code points) with up to `width` characters on either side, on one line."""
    start, end = max(0, min(start, len(text))), max(0, min(end, len(text)))
    if start >= end:
        return None
    before = (
        text[max(0, start - width) : start].splitlines()[-1:] if text[start - 1 : start] not in ("\n", "\r", "") else []
    )
    after = text[end : end + width].splitlines()[:1]
    marked = text[start:end]
    if len(marked) > 3 * width:
        marked = marked[:width] + " … " + marked[-width:]
    flat = " ".join(marked.splitlines()) if marked.strip() else marked
    return Excerpt(before[0] if before else "", flat, after[0] if after else "")
