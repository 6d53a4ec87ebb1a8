"""Text and segments (TXT, SEG)."""

import hashlib
from collections.abc import Iterator

from ..finding import Problem
from .base import Document, rule


@rule("TXT001", "text-hash")
def text_hash(doc: Document) -> Iterator[Problem]:
    """`text_sha256` is not the SHA-256 of the text.

    Offsets are only good for the very text they were made on; the hash shows that it was changed.

    Bad (also TXT002): /text_sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    Good: /annotation/status = "draft"
    """
    digest = hashlib.sha256(doc.record.text.encode()).hexdigest()
    if digest != doc.record.text_sha256:
        yield Problem(
            pointer="/text_sha256",
            message=f"text_sha256 is {doc.record.text_sha256[:12]}…, but the text hashes to {digest[:12]}…",
            fix="if the text is the right one, write its hash; if not, restore the text from the raw file",
        )


@rule("TXT002", "source-hash")
def source_hash(doc: Document) -> Iterator[Problem]:
    """`metadata.source_sha256` differs from `text_sha256`.

    The text is the raw file decoded as UTF-8, byte for byte recoverable, so both hash alike.

    Bad: /metadata/source_sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    Good: /metadata/source_file = "renamed.txt"
    """
    if doc.record.metadata.source_sha256 != doc.record.text_sha256:
        yield Problem(
            pointer="/metadata/source_sha256",
            message="source_sha256 differs from text_sha256; the text is not the source file as it was received",
            fix="make the record from the raw file again",
        )


@rule("TXT003", "nul-character")
def nul(doc: Document) -> Iterator[Problem]:
    r"""The text holds a NUL character.

    NUL shifts offsets in browsers and is refused by databases.

    Bad (also TXT001, SEG003): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\n\u0000"
    Good (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\n\t\u00a0\n"
    """
    at = doc.record.text.find("\0")
    if at >= 0:
        yield Problem(
            pointer="/text",
            message=f"the text holds a NUL character at offset {at}",
            fix="clean the raw article and ingest it again",
        )


@rule("SEG001", "segment-bounds")
def segment_bounds(doc: Document) -> Iterator[Problem]:
    """A segment is empty, reversed or reaches beyond the text.

    Such a segment holds no words.

    Bad (also SEG003): /segments/3/end = 9999
    Good: /segments/3/end = 197
    """
    length = len(doc.record.text)
    for i, s in enumerate(doc.record.segments):
        if s.start >= s.end or s.end > length:
            yield Problem(
                pointer=f"/segments/{i}",
                message=f"segment {s.id} is [{s.start}, {s.end}) in a text of {length} characters",
                fix="set start and end to the block's first character and the one after its last",
            )


@rule("SEG002", "segment-order")
def segment_order(doc: Document) -> Iterator[Problem]:
    """A segment overlaps the one before it or stands out of order.

    Segments divide the article; each character belongs to one at most.

    Bad: /segments/2/start = 30
    Good: /segments/1/kind = "other"
    """
    segments = doc.record.segments
    for i in range(1, len(segments)):
        if segments[i].start < segments[i - 1].end:
            yield Problem(
                pointer=f"/segments/{i}",
                message=f"segment {segments[i].id} starts at {segments[i].start}, before {segments[i - 1].id} ends at {segments[i - 1].end}",
                fix="order the segments by start and let none overlap",
                span=(segments[i].start, segments[i].end),
            )


@rule("SEG003", "text-without-segment")
def segment_cover(doc: Document) -> Iterator[Problem]:
    """Text other than white space and a byte order mark belongs to no segment.

    The blocks cover the article; what is left out is lost to whoever reads by blocks.

    Bad: /segments/3/end = 189
    Good: /segments/3/kind = "other"
    """
    text = doc.record.text
    valid = sorted((s.start, s.end) for s in doc.record.segments if s.start < s.end <= len(text))
    at = 0
    for start, end in [*valid, (len(text), len(text))]:
        gap = text[at:start]
        bare = gap.strip("\ufeff \t\r\n").strip()
        if bare.replace("\ufeff", "").strip():
            first = at + gap.index(bare)
            yield Problem(
                pointer="/segments",
                message=f"the text from {first} to {first + len(bare)} belongs to no segment",
                fix="add a segment for it, or widen the one it belongs to",
                span=(first, first + len(bare)),
            )
        at = max(at, end)


@rule("SEG004", "segment-edge-space", severity="warning")
def segment_edges(doc: Document) -> Iterator[Problem]:
    """A segment begins or ends with white space or a byte order mark.

    Blocks are compared and shown as they stand; the line end belongs to none.

    Bad: /segments/3/start = 116
    Good: /segments/3/kind = "other"
    """
    length = len(doc.record.text)
    for i, s in enumerate(doc.record.segments):
        words = doc.record.text[s.start : s.end] if s.end <= length else ""
        if words and words != words.strip().strip("\ufeff").strip():
            yield Problem(
                pointer=f"/segments/{i}",
                message=f"segment {s.id} begins or ends with white space",
                fix="leave the white space out",
                span=(s.start, s.end),
            )


RULES = (text_hash, source_hash, nul, segment_bounds, segment_order, segment_cover, segment_edges)
