"""Metadata and provenance (MET)."""

from collections.abc import Iterator
from datetime import datetime

from msgspec import UNSET

from ..finding import Problem
from .base import Document, rule
from .times import impossible


@rule("MET001", "publication-date")
def published(doc: Document) -> Iterator[Problem]:
    """The publication date does not exist, or contradicts its basis.

    A stated or inferred date has a value, an unknown one has none.

    Bad: /metadata/published = {"value": "2026-02-30", "basis": "stated"}
    Good: /metadata/published = {"value": "2026-02", "basis": "stated"}
    """
    p = doc.record.metadata.published
    if p.value is not None and (why := impossible(p.value)):
        yield Problem(
            pointer="/metadata/published/value", message=f"{p.value!r} does not exist: {why}", fix="correct the date"
        )
    if (p.basis == "unknown") != (p.value is None):
        yield Problem(
            pointer="/metadata/published",
            message=f"the publication date is {p.value}, with basis {p.basis}",
            fix="give a date with stated or inferred, null with unknown",
        )


@rule("MET002", "inferred-without-reason")
def inferred(doc: Document) -> Iterator[Problem]:
    """An inferred publication date has no note that says from what.

    An inference without its reason can't be checked.

    Bad: /metadata/published = {"value": "2026-02", "basis": "inferred"}
    Good: /metadata/published = {"value": "2026-02", "basis": "inferred", "note": "The vote it reports was on 9 February 2026."}
    """
    p = doc.record.metadata.published
    if p.basis == "inferred" and (p.note is UNSET or not p.note.strip()):
        yield Problem(
            pointer="/metadata/published",
            message="the publication date is inferred, and no note says from what",
            fix="say it in note",
        )


@rule("MET003", "annotation-dates")
def annotation_dates(doc: Document) -> Iterator[Problem]:
    """A date of the annotation does not exist, or it was modified before it was created.

    Dates are UTC, RFC 3339.

    Bad: /annotation/modified = "2025-01-01T00:00:00Z"
    Good: /annotation/modified = "2026-01-01T00:00:00.5Z"
    """
    moments = {}
    for name in ("created", "modified"):
        value = getattr(doc.record.annotation, name)
        try:
            moments[name] = datetime.fromisoformat(value)
        except ValueError as error:
            yield Problem(
                pointer=f"/annotation/{name}", message=f"{value!r} does not exist: {error}", fix="correct the date"
            )
    if len(moments) == 2 and moments["modified"] < moments["created"]:
        yield Problem(
            pointer="/annotation/modified",
            message="the annotation was modified before it was created",
            fix="correct one of the two",
        )


@rule("MET004", "headline-differs", severity="warning")
def headline(doc: Document) -> Iterator[Problem]:
    """`metadata.headline` or `metadata.section` differs from the segment of that kind.

    Metadata repeats the article's words; whoever corrects one must correct the other.

    Bad: /metadata/headline = "Agency delays Mars landing"
    Good: /segments/1/kind = "other"
    """
    r = doc.record
    for kind, value in (("headline", r.metadata.headline), ("section", r.metadata.section)):
        words = [r.text[s.start : s.end] for s in r.segments if s.kind == kind]
        if words and value not in words:
            yield Problem(
                pointer=f"/metadata/{kind}",
                message=f"the {kind} is {value!r}, but the article's is {words[0]!r}",
                fix="repeat the article's words",
            )


RULES = (published, inferred, annotation_dates, headline)
