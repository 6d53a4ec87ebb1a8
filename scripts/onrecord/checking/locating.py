"""From a rule's problem to a finding: where it stands, in the file and in the article."""

from bisect import bisect_right
from collections.abc import Callable

from msgspec.structs import replace

from ..findings.finding import Article, Finding, Problem, Related, excerpt
from ..model.patterns import along, own_span
from ..model.record import Record
from .rules import Document, Rule

Where = Callable[[str], tuple[int, int]]
"""JSON pointer → line and column in the file."""


def locate(rule: Rule, problem: Problem, doc: Document, file: str, place: Where | None) -> Finding:
    """The finding of a rule's problem: its place in file and article, its words, its secondary places.

    A problem without words of its own is shown by those of the item that it is about.
    """
    record = doc.record
    span = problem.span or own_span(record, problem.pointer)

    def where(pointer: str) -> tuple[int | None, int | None]:
        return place(pointer) if place else (None, None)

    line, column = where(problem.pointer)
    related = []
    for other in problem.related:
        other_line, other_column = where(other.pointer)
        words = excerpt(record.text, *there) if (there := other.span or own_span(record, other.pointer)) else None
        related.append(Related(other.message, file, other.pointer, other_line, other_column, words))
    return Finding(
        code=rule.code,
        name=rule.name,
        severity=rule.severity,
        file=file,
        pointer=problem.pointer,
        line=line,
        column=column,
        message=problem.message,
        fix=problem.fix,
        record=record.id,
        item=item_id(record, problem.pointer),
        excerpt=excerpt(record.text, *span) if span else None,
        article=_article(doc, *span) if span else None,
        related=tuple(related),
        edits=problem.edits,
    )


def item_id(record: Record, pointer: str) -> str | None:
    """The id of the innermost thing on the way to a pointer."""
    return next((v.id for v in reversed(list(along(record, pointer))) if getattr(v, "id", None)), None)


def _article(doc: Document, start: int, end: int) -> Article | None:
    if not 0 <= start < end <= len(doc.text):
        return None
    segment = doc.segment(start)
    line = bisect_right(doc.lines, start)
    return Article(
        segment=segment.id if segment else None,
        kind=segment.kind if segment else None,
        paragraph=doc.blocks[start] + 1 if segment else None,
        line=line,
        column=start - doc.lines[line - 1] + 1,
        start=start,
        end=end,
    )


def unplaced(finding: Finding, file: str) -> Finding:
    """A finding about what stands in no file yet: it names the file that this was made of, and no place in it."""
    related = tuple(replace(r, file=file, pointer=None, line=None, column=None) for r in finding.related)
    return replace(finding, file=file, pointer=None, line=None, column=None, edits=(), related=related)


def in_article(finding: Finding, article: str, written: bool) -> Finding:
    """A finding about a record that was made of an article's file: where its words stand in that file.

    What has no words stays at its place in the record where that was `written`; else it has none.
    """
    if finding.article is None:
        return finding if written else unplaced(finding, article)
    related = finding.related if written else unplaced(finding, article).related
    line, column = finding.article.line, finding.article.column
    return replace(finding, file=article, pointer=None, line=line, column=column, edits=(), related=related)
