"""Spans of every layer (SPN)."""

from collections.abc import Iterator, Sequence

from ..finding import Problem
from ..record import Span
from .base import Document, rule


@rule("SPN001", "span-bounds")
def span_bounds(doc: Document) -> Iterator[Problem]:
    """A span is empty, reversed or reaches beyond the text.

    Such a span marks no words.

    Bad: /times/0/end = 40
    Good: /times/0/type = "DATE"
    """
    length = len(doc.record.text)
    for n, span in enumerate(doc.spans):
        if not 0 <= span.start < span.end <= length:
            yield Problem(
                pointer=doc.span_pointers[n],
                message=f"the span is [{span.start}, {span.end}) in a text of {length} characters; its words are {span.text[:40]!r}",
                fix="mark the words again; offsets are Unicode code points, end exclusive",
            )


@rule("SPN002", "span-drift")
def span_drift(doc: Document) -> Iterator[Problem]:
    """A span's words are not the words of the article at its offsets.

    Either the offsets count another unit (UTF-16, bytes), or text or span was changed alone.

    Bad: /times/0/text = "Monday"
    Good: /times/0/value = "XXXX-WXX-2"
    """
    text = doc.record.text
    for n, span in enumerate(doc.spans):
        if text[span.start : span.end] != span.text and 0 <= span.start < span.end <= len(text):
            yield Problem(
                pointer=doc.span_pointers[n],
                message=f"the span says {span.text[:60]!r}, but the article has {text[span.start : span.end][:60]!r} at [{span.start}, {span.end})",
                fix="mark the words again; offsets are Unicode code points, end exclusive",
                span=(span.start, span.end),
            )


@rule("SPN003", "span-edge-space", severity="warning")
def span_edges(doc: Document) -> Iterator[Problem]:
    """A span begins or ends with white space.

    Two annotators who mark the same words then disagree on the span.

    Bad (also SPN002): /times/0/end = 56
    Good: /times/0/end = 55
    """
    for n, span in enumerate(doc.spans):
        words = doc.text[span.start : span.end]
        if words != words.strip():
            yield Problem(
                pointer=doc.span_pointers[n],
                message=f"the span {words[:60]!r} begins or ends with white space",
                fix="leave the white space out",
                span=(span.start, span.end),
            )


@rule("SPN004", "fragment-order")
def fragment_order(doc: Document) -> Iterator[Problem]:
    """The pieces of a discontinuous span overlap, touch, or stand out of order.

    Pieces that touch are one piece; order is the text's.

    Bad: /quotes/1/fragments = [{"start": 183, "end": 197, "text": "“It is ready.”"}, {"start": 135, "end": 157, "text": "“We will fly in 2028,”"}]
    Good: /claims/1/fragments = [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 197, "text": "“It is ready.”"}]
    """

    def check(pointer: str, pieces: Sequence[Span]) -> Iterator[Problem]:
        for j in range(1, len(pieces)):
            if pieces[j].start <= pieces[j - 1].end:
                yield Problem(
                    pointer=f"{pointer}/{j}",
                    message=f"the piece at [{pieces[j].start}, {pieces[j].end}) does not stand after the one before, [{pieces[j - 1].start}, {pieces[j - 1].end})",
                    fix="put the pieces in text order, and join those that touch",
                    span=(pieces[j].start, pieces[j].end),
                )

    for i, quote in enumerate(doc.record.quotes):
        yield from check(f"/quotes/{i}/fragments", quote.fragments)
        yield from check(f"/quotes/{i}/verbatim", quote.verbatim)
    for i, claim in enumerate(doc.record.claims):
        yield from check(f"/claims/{i}/fragments", claim.fragments)


RULES = (span_bounds, span_drift, span_edges, fragment_order)
