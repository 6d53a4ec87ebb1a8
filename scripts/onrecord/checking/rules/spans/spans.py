"""Spans of every layer (SPN)."""

import unicodedata
from collections.abc import Iterable, Iterator
from itertools import pairwise
from operator import itemgetter

from ....model.patterns import pattern
from ....model.record import Span, Spanned
from ....text.graphemes import grapheme
from ..article.look_ups import may_hold_clusters
from ..base import Document, Patch, Problem, rule
from .look_ups import lines_part_blocks, miscounted_spans, nth_pointer, span_pointers

_NEIGHBOURHOOD = 200
"""How far, in code points, words may have moved and still be taken for the same."""


def _moved(pointer: str, text: str, start: int, end: int) -> tuple[Patch, ...]:
    """The edits that put a span elsewhere."""
    return (
        Patch(f"{pointer}/start", start),
        Patch(f"{pointer}/end", end),
        Patch(f"{pointer}/text", text[start:end]),
    )


def trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the white space at its edges."""
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return start, start + len(words.strip())


def _plain(words: str) -> str:
    """Words in a form in which variants of the same character and runs of white space are equal."""
    return " ".join(unicodedata.normalize("NFKC", words).replace("’", "'").replace("‘", "'").split())


def _mend(pointer: str, span: Spanned, text: str) -> tuple[Patch, ...]:
    """The edits that mend a drifted span: to the one place nearby with its words, or to the words as spelt at its own."""
    size = len(span.text)
    here = text[span.start : min(span.end, span.start + 4 * size + _NEIGHBOURHOOD)]
    if span.end - span.start == len(here) and _plain(here) == _plain(span.text) and here.strip():
        return (Patch(f"{pointer}/text", here),)
    first = max(0, span.start - _NEIGHBOURHOOD)
    near = text[first : span.start + len(here) + _NEIGHBOURHOOD]
    at = near.find(span.text)
    if at < 0 or near.find(span.text, at + 1) >= 0 or half_words(text, first + at, first + at + len(span.text)):
        return ()
    return _moved(pointer, text, first + at, first + at + len(span.text))


@rule("SPN001", "span-bounds", unless=lambda doc: doc.spans_fit)
def span_bounds(doc: Document) -> Iterator[Problem]:
    """A span is empty, reversed or reaches beyond the text.

    Such a span marks no words.

    Bad: /times/0/end = 40
    Good (also SPN005): /times/0/end = 49
          /times/0/text = "T"
    """
    length = len(doc.record.text)
    miscounted = miscounted_spans(doc)[1]
    for n, span in enumerate(doc.spans):
        if n not in miscounted and not 0 <= span.start < span.end <= length:
            yield Problem(
                pointer=span_pointers(doc)[n],
                message=f"the span {span.text[:40]!r} {_out_of_bounds(span, length)} ([{span.start}, {span.end}), the text has {length} characters)",
                fix="mark the words again; offsets are Unicode code points, end exclusive",
            )


def _out_of_bounds(span: Spanned, length: int) -> str:
    if span.start == span.end:
        return "is empty"
    return (
        "ends before it begins"
        if span.start > span.end
        else "ends beyond the article"
        if span.end > length
        else "begins before the article"
    )


@rule("SPN002", "span-drift", fixable=True, unless=lambda doc: doc.spans_fit)
def span_drift(doc: Document) -> Iterator[Problem]:
    """A span's words are not the words of the article at its offsets.

    Either the offsets count another unit (UTF-16, bytes), or the text was changed without the span, or the span without
    the text.

    Bad: /times/0 = {"id": "t1", "start": 47, "end": 54, "text": "Tuesday", "type": "DATE", "value": "XXXX-WXX-2", "basis": "stated", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said Tuesday so that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "75008108a26a634f4c1990c371e5a5e13b024787e695e1adfa4e9548ade8398b"
          /metadata/source_sha256 = "75008108a26a634f4c1990c371e5a5e13b024787e695e1adfa4e9548ade8398b"
          /times/0 = {"id": "t1", "start": 45, "end": 52, "text": "Tuesday", "type": "DATE", "value": "XXXX-WXX-2", "basis": "stated", "anchor": "published", "mod": null}
    """
    text = doc.record.text
    miscounted = miscounted_spans(doc)[1]
    for n, span in enumerate(doc.spans):
        if n not in miscounted and not doc.fits(span) and 0 <= span.start < span.end <= len(text):
            yield Problem(
                pointer=span_pointers(doc)[n],
                message=f"the span says {span.text[:60]!r}, but the article has {text[span.start : min(span.end, span.start + 60)]!r} at [{span.start}, {span.end})",
                fix="mark the words again; offsets are Unicode code points, end exclusive",
                span=(span.start, span.end),
                edits=_mend(span_pointers(doc)[n], span, text),
            )


@rule("SPN008", "offsets-miscounted", since="0.2.0", fixable=True, unless=lambda doc: doc.spans_fit)
def miscounted(doc: Document) -> Iterator[Problem]:
    """Many spans are wrong in the same way: their offsets count bytes or UTF-16 units, or are all shifted by the same
    number.

    A program that counts in another unit wrote them, or the beginning of the text was changed. The words of every span
    can still be found.

    Bad: /entities/0/mentions = [{"id": "m1", "start": 9, "end": 15, "text": "Agency", "kind": "nominal", "metonymic": false, "demonym": false}, {"id": "m2", "start": 36, "end": 40, "text": "NASA", "kind": "name", "metonymic": false, "demonym": false}, {"id": "m3", "start": 62, "end": 64, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}, {"id": "m4", "start": 137, "end": 139, "text": "We", "kind": "pronoun", "metonymic": false, "demonym": false}, {"id": "m5", "start": 159, "end": 169, "text": "the agency", "kind": "nominal", "metonymic": false, "demonym": false}]
    Good (also SPN002): /entities/0/mentions/0/start = 9
    """
    how, found = miscounted_spans(doc)
    if found:
        first = min(found)
        yield Problem(
            pointer=span_pointers(doc)[first],
            message=f"{len(found)} spans are wrong in the same way: {how}; the first is {doc.spans[first].text[:40]!r}",
            fix="`onrecord validate --fix` corrects them all; offsets are Unicode code points",
            edits=tuple(
                patch
                for n, start in found.items()
                for patch in _moved(span_pointers(doc)[n], doc.text, start, start + len(doc.spans[n].text))
            ),
        )


@rule(
    "SPN003",
    "span-edge-space",
    severity="warning",
    fixable=True,
    unless=lambda doc: list(map(str.strip, doc.span_words)) == doc.span_words,
)
def span_edges(doc: Document) -> Iterator[Problem]:
    """A span begins or ends with white space.

    Two annotators who mark the same words then disagree on the span.

    Bad: /times/0 = {"id": "t1", "start": 48, "end": 56, "text": "Tuesday ", "type": "DATE", "value": "XXXX-WXX-2", "basis": "stated", "anchor": "published", "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on 4 March that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "f2460edf4c49e81f2087c3c368071cfd34468d8fd7a7aaa58912b3ad973e2b5d"
          /metadata/source_sha256 = "f2460edf4c49e81f2087c3c368071cfd34468d8fd7a7aaa58912b3ad973e2b5d"
          /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "4 March", "type": "DATE", "value": "XXXX-03-04", "basis": "stated", "anchor": null, "mod": null}
    """
    for n, span in enumerate(doc.spans):
        words = span.text
        if words != words.strip() and doc.fits(span):
            yield Problem(
                pointer=span_pointers(doc)[n],
                message=f"the span {words[:60]!r} begins or ends with white space",
                fix="leave the white space out",
                span=(span.start, span.end),
                edits=_moved(span_pointers(doc)[n], doc.text, *trimmed(doc.text, span.start, span.end))
                if words.strip()
                else (),
            )


_PIECES = (pattern("/quotes/*/fragments"), pattern("/quotes/*/verbatim"), pattern("/claims/*/fragments"))


@rule("SPN004", "fragment-order", fixable=True)
def fragment_order(doc: Document) -> Iterator[Problem]:
    """The pieces of a discontinuous span overlap, touch, or stand out of order.

    Pieces that touch are one piece, and pieces are listed in the order of the text.

    Bad: /quotes/1/fragments = [{"start": 183, "end": 197, "text": "“It is ready.”"}, {"start": 135, "end": 157, "text": "“We will fly in 2028,”"}]
    Good: /quotes/1/fragments = [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 189, "text": "“It is"}, {"start": 190, "end": 197, "text": "ready.”"}]
    """
    for listed in _PIECES:
        for n, pieces in enumerate(doc.values(listed)):
            if len(pieces) < 2 or all(b.start > a.end for a, b in pairwise(pieces)):
                continue
            pointer = nth_pointer(doc, listed, n)
            edits = _ordered(pointer, pieces, doc.text)
            for j in range(1, len(pieces)):
                if pieces[j].start <= pieces[j - 1].end:
                    yield Problem(
                        pointer=f"{pointer}/{j}",
                        message=f"the piece {doc.words(pieces[j].start, pieces[j].end)!r} does not stand after the piece listed before it",
                        fix="list the pieces in the order of the text, and join those that touch",
                        span=(pieces[j].start, pieces[j].end),
                        edits=edits,
                    )
                    edits = ()  # they are of the whole list, and mend all of it


def _ordered(pointer: str, pieces: tuple[Span, ...], text: str) -> tuple[Patch, ...]:
    """The pieces in text order, those that touch joined; none where two overlap, as nobody knows which was meant."""
    joined: list[tuple[int, int]] = []
    for piece in sorted(pieces, key=lambda s: (s.start, s.end)):
        if (
            not text.startswith(piece.text, piece.start)
            or piece.end - piece.start != len(piece.text)
            or (joined and piece.start < joined[-1][1])
        ):
            return ()
        if joined and piece.start == joined[-1][1]:
            joined[-1] = (joined[-1][0], piece.end)
        else:
            joined.append((piece.start, piece.end))
    return (Patch(pointer, [{"start": s, "end": e, "text": text[s:e]} for s, e in joined]),)


def _joins(text: str, at: int) -> bool:
    """Whether two letters of one word meet at `at`, in a script that puts spaces between words."""
    pair = text[at - 1 : at + 1] if at else ""
    return len(pair) == 2 and pair.isalpha() and all(c < "\u0590" or "\u1e00" <= c < "\u2000" for c in pair)


def half_words(text: str, start: int, end: int) -> bool:
    """Whether a span begins or ends inside a word."""
    return _joins(text, start) or _joins(text, end)


def _at(text: str, places: list[int]) -> Iterable[str]:
    """The characters at many places, by one call."""
    return itemgetter(*places)(text) if len(places) > 1 else [text[place] for place in places]


def _whole_words(doc: Document) -> bool:
    """Whether no letter stands before a start or after an end: so it is nearly everywhere."""
    return doc.spans_fit and not any(
        map(str.isalpha, {*_at(f" {doc.text}", doc.starts), *_at(f"{doc.text} ", doc.ends)})
    )


@rule("SPN005", "half-word", severity="warning", since="0.2.0", unless=_whole_words)
def half_word(doc: Document) -> Iterator[Problem]:
    """A span begins or ends inside a word.

    Offsets that are off by a few characters cut words; so does a slip of the mouse.

    Bad: /entities/1/mentions/0 = {"id": "m6", "start": 22, "end": 25, "text": "Moo", "kind": "name", "metonymic": false, "demonym": false}
    Good: /entities/0/mentions/4 = {"id": "m5", "start": 162, "end": 168, "text": "agency", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    text = doc.text
    for n, span in enumerate(doc.spans):
        if half_words(text, span.start, span.end) and doc.fits(span):
            yield Problem(
                pointer=span_pointers(doc)[n],
                message=f"{doc.words(span.start, span.end)!r} begins or ends inside a word",
                fix="mark the whole word",
                span=(span.start, span.end),
            )


_CLUSTER = 200
"""Code points: what people see as one character is shorter. The number is even because a flag is a pair of code points;
after a hundred flags in a row, half a flag is not noticed."""
_WHOLE = {"Lu", "Ll", "Nd", "Zs", "Pi", "Pf", "Ps", "Pe", "Pd", "Po", "Cc", "Sc", "Sm"}


def inside_grapheme(text: str, at: int) -> bool:
    """Whether `at` stands inside what a reader sees as one character (Unicode UAX 29)."""
    if not 0 < at < len(text):
        return False
    before, after = text[at - 1], text[at]
    if before == "\r" and after == "\n":
        return True
    if after < "\u0300" or (unicodedata.category(after) in _WHOLE and unicodedata.category(before) != "Cf"):
        return False
    first, least = at - 1, max(0, at - _CLUSTER)
    while first > least and text[first] >= "\u0300":  # a cluster begins at every plain letter
        first -= 1
    return all(match.end() != at for match in grapheme().finditer(text, first, min(len(text), at + 1)))


def _whole_characters(doc: Document) -> bool:
    """Whether no edge of a span stands inside a character, each edge looked at once."""
    return not may_hold_clusters(doc) or not any(inside_grapheme(doc.text, at) for at in {*doc.starts, *doc.ends})


@rule("SPN006", "half-character", since="0.2.0", unless=_whole_characters)
def half_grapheme(doc: Document) -> Iterator[Problem]:
    r"""A span begins or ends inside a character as people see it: between a letter and its accent, or within an emoji.

    Nobody can mark half a character; the offsets count another unit than code points, or the text was normalised.

    Bad (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters\u20dd “It is ready.”\n"
    Good (also TXT001): /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\ne\u20dd"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 200}
    """
    text = doc.text
    for n, span in enumerate(doc.spans):
        if inside_grapheme(text, span.start) or inside_grapheme(text, span.end):
            yield Problem(
                pointer=span_pointers(doc)[n],
                message=f"{doc.words(span.start, span.end)!r} begins or ends inside a character",
                fix="mark whole characters; offsets are Unicode code points, end exclusive",
                span=(span.start, span.end),
            )


_ONE_BLOCK = tuple(pattern(p) for p in ("/entities/*/mentions/*", "/times/*", "/quotes/*/cue?", "/events/*/mentions/*"))


@rule(
    "SPN007",
    "span-across-blocks",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: doc.spans_fit and lines_part_blocks(doc) and "\n" not in "".join(doc.span_words),
)
def across_blocks(doc: Document) -> Iterator[Problem]:
    """A mention, time, cue or trigger reaches from one block of the article into the next.

    Words that name one thing stand in one sentence; only quotes and claims may be longer.

    Bad: /entities/3/mentions/- = {"id": "m9", "start": 27, "end": 39, "text": "landing\\nNASA", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/3/mentions/- = {"id": "m9", "start": 80, "end": 91, "text": "the landing", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    blocks = doc.blocks
    length = len(blocks)
    for spans in _ONE_BLOCK:
        for n, span in enumerate(doc.values(spans)):
            if 0 <= span.start < span.end <= length and blocks[span.start] != blocks[span.end - 1]:
                yield Problem(
                    pointer=nth_pointer(doc, spans, n),
                    message=f"{doc.words(span.start, span.end)!r} reaches from one block of the article into another",
                    fix="end it where its sentence ends",
                    span=(span.start, span.end),
                )


_EDGED = tuple(pattern(p) for p in ("/times/*", "/quotes/*/cue?", "/events/*/mentions/*"))
_PUNCTUATION = frozenset(",;:!?–—“”«»()")


@rule("SPN009", "punctuation-at-the-edge", severity="warning", since="0.2.0")
def punctuated(doc: Document) -> Iterator[Problem]:
    """A time, cue or trigger begins or ends with punctuation, or ends with a full stop after a digit.

    Only the words are marked; the punctuation of the sentence belongs to none of them.

    Bad: /times/1/end = 116
         /times/1/text = "2026."
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said at 10 p.m. that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "8a9d1def3c9b45c2c99feb98caeba367dfa8fb6a4d2d168163e2fd317c57b1d2"
          /metadata/source_sha256 = "8a9d1def3c9b45c2c99feb98caeba367dfa8fb6a4d2d168163e2fd317c57b1d2"
          /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "10 p.m.", "type": "TIME", "value": "XXXX-XX-XXT22:00", "basis": "stated", "anchor": null, "mod": null}
    """
    for spans in _EDGED:
        for n, span in enumerate(doc.values(spans)):
            words = span.text
            if words.isalnum():
                continue
            first, last = words[0], words[-1]
            stop = last == "." and words[-2:-1].isdigit()
            if not stop and first not in _PUNCTUATION and last not in _PUNCTUATION:
                continue
            if len(words) == 1 or not doc.fits(span):
                continue
            pointer = nth_pointer(doc, spans, n)
            yield Problem(
                pointer=pointer,
                message=f"“{doc.words(span.start, span.end)}” begins or ends with punctuation",
                fix="mark only the words",
                span=(span.start, span.end),
            )


RULES = (
    span_bounds,
    span_drift,
    miscounted,
    span_edges,
    fragment_order,
    half_word,
    half_grapheme,
    across_blocks,
    punctuated,
)
