"""Text and segments (TXT, SEG)."""

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from ....text.words import Pack
from ....text.words.pack import any_of
from ..base import Document, Patch, Problem, rule
from .look_ups import may_hold_clusters
from .metadata import A_BLOCK


def _spans_hold(doc: Document) -> bool:
    """Whether the article is the one that was annotated: there are spans, and all of them fit."""
    return bool(doc.spans) and all(map(doc.fits, doc.spans))


@rule("TXT001", "text-hash", fixable=True)
def text_hash(doc: Document) -> Iterator[Problem]:
    """`text_sha256` is not the SHA-256 of the text.

    Offsets are valid only for the exact text on which they were made; a wrong hash shows that the text was changed. The
    safe fix writes the hash only where the source's hash, or every span, shows that the text is the right one.

    Bad (also TXT002): /text_sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”"
          /text_sha256 = "7e91492ff75546e2bf4c02945baa1795a491923df125fe3b746b60b7a7af2295"
          /metadata/source_sha256 = "7e91492ff75546e2bf4c02945baa1795a491923df125fe3b746b60b7a7af2295"
    """
    digest = hashlib.sha256(doc.record.text.encode()).hexdigest()
    if digest != doc.record.text_sha256:
        yield Problem(
            pointer="/text_sha256",
            message=f"text_sha256 is {doc.record.text_sha256[:12]}…, but the text hashes to {digest[:12]}…",
            fix="if the text is the right one, write its hash; if not, restore the text from the raw file",
            edits=(Patch("/text_sha256", digest),)
            if doc.record.metadata.source_sha256 == digest or _spans_hold(doc)
            else (),
        )


@rule("TXT002", "source-hash", fixable=True)
def source_hash(doc: Document) -> Iterator[Problem]:
    """`metadata.source_sha256` differs from `text_sha256`.

    The text is the raw file, decoded as UTF-8 without any change, so both have the same hash.

    Bad: /metadata/source_sha256 = "0000000000000000000000000000000000000000000000000000000000000000"
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\r\\n"
          /text_sha256 = "1433d982cd1f6d771d5e8b4f3170b87e111100317d319ab7f80a3058d8826574"
          /metadata/source_sha256 = "1433d982cd1f6d771d5e8b4f3170b87e111100317d319ab7f80a3058d8826574"
    """
    if doc.record.metadata.source_sha256 != doc.record.text_sha256:
        digest = hashlib.sha256(doc.text.encode()).hexdigest()
        confirmed = doc.record.text_sha256 == digest or (
            doc.record.metadata.source_sha256 != digest and _spans_hold(doc)
        )
        yield Problem(
            pointer="/metadata/source_sha256",
            message="source_sha256 differs from text_sha256; the text is not the source file as it was received",
            fix="make the record from the raw file again",
            edits=(Patch("/metadata/source_sha256", digest),) if confirmed else (),
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
    Good (also SEG004): /segments/3/end = 198
    """
    length = len(doc.record.text)
    for i, s in enumerate(doc.record.segments):
        if s.start >= s.end or s.end > length:
            yield Problem(
                pointer=f"/segments/{i}",
                message=f"segment {s.id} is [{s.start}, {s.end}) in a text of {length} characters",
                fix="set start to the block's first character, and end to the one after its last",
            )


@rule("SEG002", "segment-order")
def segment_order(doc: Document) -> Iterator[Problem]:
    """A segment overlaps the one before it or stands out of order.

    Segments divide the article; each character belongs to at most one.

    Bad: /segments/2/start = 30
    Good (also SEG004): /segments/2/start = 34
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

    Segments cover the whole article. Text outside them is lost to programs that read the article segment by segment.

    Bad: /segments/3/end = 189
    Good: /segments/3/end = 134
          /segments/- = {"id": "s5", "kind": "paragraph", "start": 135, "end": 197}
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


@rule("SEG004", "segment-edge-space", severity="warning", fixable=True)
def segment_edges(doc: Document) -> Iterator[Problem]:
    """A segment begins or ends with white space or a byte order mark.

    Segments are compared and shown as they stand; line ends belong to none of them.

    Bad: /segments/3/start = 116
    Good: /segments/3/end = 134
          /segments/- = {"id": "s5", "kind": "paragraph", "start": 135, "end": 197}
    """
    length = len(doc.record.text)
    for i, s in enumerate(doc.record.segments):
        if s.start < s.end <= length and (_blank(doc.text[s.start]) or _blank(doc.text[s.end - 1])):
            yield Problem(
                pointer=f"/segments/{i}",
                message=f"segment {s.id} begins or ends with white space",
                fix="leave the white space out",
                span=(s.start, s.end),
                edits=_bare(f"/segments/{i}", doc.text, s.start, s.end) if doc.spans_fit else (),  # else all moved
            )


def _blank(character: str) -> bool:
    return character.isspace() or character == "\ufeff"


_EDGE = 1000
"""Characters at a segment's edge, of which not all are blank."""


def _bare(pointer: str, text: str, start: int, end: int) -> tuple[Patch, ...]:
    """The edits that leave white space and a byte order mark out of a segment."""
    left, right = text[start : min(end, start + _EDGE)], text[max(start, end - _EDGE) : end]
    begun, ended = left.lstrip().lstrip("\ufeff").lstrip(), right.rstrip().rstrip("\ufeff").rstrip()
    if not begun or not ended:
        return ()
    return (
        Patch(f"{pointer}/start", start + len(left) - len(begun)),
        Patch(f"{pointer}/end", end - len(right) + len(ended)),
    )


# C0 and C1 but tab, line feed and carriage return; NUL is TXT003's, NEL (U+0085) ends lines; and noncharacters
_CONTROL = re.compile("[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufdd0-\ufdef\ufffe\uffff]")


@rule(
    "TXT004",
    "control-character",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: not _CONTROL.search("".join(doc.rare)),
)
def control(doc: Document) -> Iterator[Problem]:
    r"""The text holds a control character.

    It shows that the article was extracted badly; browsers drop such characters, and offsets move.

    Bad (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\u0007"
         /segments/3/end = 198
    Good (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\t"
    """
    match = _CONTROL.search(doc.text)
    if match:
        count = len(_CONTROL.findall(doc.text))
        yield Problem(
            pointer="/text",
            message=f"the text holds {count} control character{'s' if count > 1 else ''}, first U+{ord(match[0]):04X} at offset {match.start()}",
            fix="clean the raw article and ingest it again",
            span=match.span(),
        )


# UTF-8 read as Windows-1252 or Latin-1, twice-encoded quotation marks and dashes, and what could not be decoded
_MOJIBAKE = re.compile(
    "â€[\u2122\u0153\u201c\u201d\u02dc\u0093\u0094\u00a6\u009c\u009d\u0099\u0098]|Ã[\u00a0-\u00bf\u0192\u2026\u2030]|Â[\u00a0-\u00bf]|ï»¿|ðŸ|\ufffd"
)


@rule("TXT005", "mojibake", severity="warning", since="0.2.0", unless=lambda doc: doc.rare.isdisjoint("âÃÂïð\ufffd"))
def mojibake(doc: Document) -> Iterator[Problem]:
    """The text holds what is left of wrongly decoded characters, such as “Ã©” for “é”.

    The article was decoded with the wrong encoding; nobody can search for such words or quote them.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nCafÃ©"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 203}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nÃO, não, SÃO"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 210}
    """
    match = _MOJIBAKE.search(doc.text)
    if match:
        yield Problem(
            pointer="/text",
            message=f"{match[0]!r} at offset {match.start()} is what is left of a wrongly decoded character",
            fix="decode the article with its own encoding, and ingest it again as UTF-8",
            span=match.span(),
        )


@rule("TXT006", "not-nfc", severity="info", since="0.2.0", unless=lambda doc: not may_hold_clusters(doc))
def not_nfc(doc: Document) -> Iterator[Problem]:
    """The text is not in Unicode normalisation form C.

    The text stays as it was received, but a search for “é” as one character won't find it as two.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\ne\\u0301"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 200}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n\\u00e9"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 199}
    """
    if not unicodedata.is_normalized("NFC", doc.text):
        composed = unicodedata.normalize("NFC", doc.text)
        at = next((i for i, (a, b) in enumerate(zip(doc.text, composed, strict=False)) if a != b), len(composed) - 1)
        yield Problem(
            pointer="/text",
            message=f"the text is not in normalisation form C, first at offset {at}",
            fix="change nothing here; normalise text and query when you search",
            span=(at, min(at + 2, len(doc.text))),
        )


@rule("SEG005", "two-headlines", severity="warning", since="0.2.0")
def two_headlines(doc: Document) -> Iterator[Problem]:
    """Two segments are marked as the headline, or two as the section.

    An article has one of each; other lines in large type are summaries, captions or related links.

    Bad: /segments/3/kind = "headline"
    Good: /segments/3/kind = "summary"
    """
    counts = Counter(s.kind for s in doc.record.segments)
    for kind in ("headline", "section"):
        if counts[kind] > 1:
            first, *others = [(i, s) for i, s in enumerate(doc.record.segments) if s.kind == kind]
            for i, s in others:
                yield Problem(
                    pointer=f"/segments/{i}/kind",
                    message=f"{s.id} is a {kind}, but {first[1].id} already is one",
                    fix="choose the right kind for each segment",
                    span=(s.start, s.end),
                )


_PART = 4
"""Where more than one segment in so many has several lines, that is how this article was divided."""


@rule("SEG006", "blocks-in-one-segment", severity="warning", since="0.2.0")
def joined_blocks(doc: Document) -> Iterator[Problem]:
    """A segment holds a line feed, though nearly all segments of the article are single lines.

    Two blocks were joined, so their words count as neighbours. Articles whose blocks are separated by blank lines are
    not checked.

    Bad: /segments = [{"id": "s1", "kind": "section", "start": 0, "end": 7}, {"id": "s2", "kind": "headline", "start": 8, "end": 34}, {"id": "s3", "kind": "paragraph", "start": 35, "end": 134}, {"id": "s4", "kind": "paragraph", "start": 135, "end": 197}]
    Good: /segments = [{"id": "s1", "kind": "section", "start": 0, "end": 7}, {"id": "s2", "kind": "headline", "start": 8, "end": 34}, {"id": "s3", "kind": "paragraph", "start": 35, "end": 197}]
    """
    segments, text = doc.record.segments, doc.text
    if any([a.end > b.start for a, b in pairwise(segments)]):
        return  # SEG002
    joined = [
        (i, s)
        for i, s in enumerate(segments)
        if "\n" in text[s.start : s.end] and "\n" in text[s.start : s.end].strip()
    ]
    if (
        _PART * len(joined) > len(segments)
        or "\n\n" in text
        or any(_BROKEN.search(text, s.start, s.end) for _, s in joined)
    ):
        return  # blocks are parted by blank lines, or lines are broken for width
    for i, s in joined:
        yield Problem(
            pointer=f"/segments/{i}",
            message=f"{s.id} ({A_BLOCK[s.kind].removeprefix('a ')}) holds {text[s.start : s.end].strip().count(chr(10)) + 1} lines, but nearly every other segment is a single line",
            fix="end it where the line ends, and make another segment of the rest",
            span=(s.start, s.end),
        )


@cache
def _other_article(pack: Pack) -> re.Pattern[str]:
    """What opens a link to another article."""
    return re.compile(rf"(?i)(?:{any_of(pack.related_links)})\s*[:–—|>]")


@rule("SEG007", "related-link-as-paragraph", severity="warning", since="0.2.0", words=("related_links",))
def related_as_paragraph(doc: Document) -> Iterator[Problem]:
    """A paragraph opens with “READ ALSO:” or the like, as links to other articles do.

    The headline of another article is no part of this one, and gets no claims.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nREAD ALSO: New rocket on its pad"
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 230}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nREAD ALSO: New rocket on its pad"
         /segments/- = {"id": "s5", "kind": "related_link", "start": 198, "end": 230}
    """
    opening = _other_article(doc.pack)
    for i, s in enumerate(doc.record.segments):
        if s.kind == "paragraph" and opening.match(doc.text, s.start, min(s.end, s.start + 50)):
            yield Problem(
                pointer=f"/segments/{i}/kind",
                message=f"{s.id} is a paragraph, but opens like a link to another article: “{doc.words(s.start, min(s.end, s.start + 50))}”",
                fix="set its kind to related_link",
                span=(s.start, s.end),
            )


_AT_MOST = {"section": 80, "byline": 200, "dateline": 120, "headline": 400}
"""Kind of block → characters beyond which it is another."""


@rule("SEG008", "block-too-long-for-its-kind", severity="warning", since="0.2.0")
def too_long(doc: Document) -> Iterator[Problem]:
    """A section, byline, dateline or headline is as long as a paragraph.

    These kinds are single lines. Usually the segment was given the kind of its neighbour.

    Bad (also MET004): /segments/2/kind = "section"
         /segments/0/kind = "other"
         /metadata/section = null
    Good: /segments/2/kind = "summary"
    """
    for i, s in enumerate(doc.record.segments):
        if s.end - s.start > _AT_MOST.get(s.kind, s.end):
            yield Problem(
                pointer=f"/segments/{i}/kind",
                message=f"{s.id} is a {s.kind}, but {s.end - s.start} characters long",
                fix="choose the right kind",
                span=(s.start, s.end),
            )


_BROKEN = re.compile(r"\n[^\W\d_A-Z]|[^\W\d_]\n")
"""A line that goes on in the next: it ends with a letter, or the next begins with a small one."""

RULES = (
    text_hash, source_hash, nul, control, mojibake, not_nfc, segment_bounds, segment_order, segment_cover, segment_edges,
    two_headlines, joined_blocks, related_as_paragraph, too_long,
)  # fmt: skip
