"""One finding of the validator: frozen data, compared whole."""

from typing import Literal

from msgspec import Struct

Severity = Literal["error", "warning"]


class Excerpt(Struct, frozen=True):
    """The words of the article that a finding is about, with a little of what stands around them on the same line."""

    before: str
    marked: str
    after: str


class Finding(Struct, frozen=True, kw_only=True):
    """What is wrong, where, and what to do.

    `pointer` is a JSON pointer (RFC 6901) into the file; `line` and `column` count from 1, columns in code points.
    All three are of the file, not of the article; they are null where the fault has no place in the file.
    """

    code: str
    severity: Severity
    file: str
    pointer: str | None
    line: int | None
    column: int | None
    message: str
    fix: str | None = None
    excerpt: Excerpt | None = None


class Problem(Struct, frozen=True, kw_only=True):
    """A finding as a rule yields it: it knows the record, no file. `span` is (start, end) in code points of the text."""

    pointer: str
    message: str
    fix: str | None = None
    span: tuple[int, int] | None = None


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
