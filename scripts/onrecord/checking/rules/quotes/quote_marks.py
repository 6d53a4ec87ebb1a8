"""Quotation marks of the article and the quotes that hold them (QUO)."""

from collections.abc import Iterator

from ....findings.finding import Place, Problem
from ....model.record import Quote, Span, extent
from ....text.quotation_marks import CLOSING, OPENING, alike, in_marks
from ...document.pieces import piece_at, pieces, touched
from ..base import Document, rule
from .look_ups import marked_mentions, word_runs

_DASHES = "—–―-"
"""What opens speech in a dialogue without quotation marks."""
_UNQUOTED = frozenset(("related_link", "other", "section"))
"""Kinds of block in which words in marks need not be a quote."""


def bare(quote: Quote, j: int) -> bool:
    """Whether a piece of a direct quote does not stand in quotation marks."""
    words = quote.fragments[j].text
    if words[0] in _DASHES:
        return False
    goes_on = j > 0 and quote.fragments[j - 1].text[-1] not in CLOSING  # « Je viens, dit-il, demain. »
    opens = words[0] in OPENING or goes_on
    return not opens or (words[-1] not in CLOSING and j + 1 == len(quote.fragments))  # several paragraphs close once


def _title(doc: Document, start: int, end: int) -> bool:
    """Whether the words between two marks are a marked mention: a title, a nickname, a named event."""
    return marked_mentions(doc).holding(start + 1, word_runs(doc).last(start + 1, end - 1)) is not None


def at_home(doc: Document, quote: Quote, start: int, end: int) -> bool:
    """Whether words in marks within a quote are not its speaker's own: a title, or another speaker's direct quote."""
    for i in doc.nestings[doc.nesting_at[start]]:
        other = doc.record.quotes[i]
        if other is quote or other.kind != "direct" or other.speaker == quote.speaker:
            continue
        if pieces(other.fragments).within(start, end):
            return True
    return _title(doc, start, end)


def _piece(quote: Quote, at: int) -> tuple[int, Span]:
    """The piece of a quote that holds an offset."""
    j = piece_at(quote.fragments, at)
    return j, quote.fragments[j]


@rule("QUO010", "half-marked", severity="warning", since="0.2.0")
def half_marked(doc: Document) -> Iterator[Problem]:
    """A quote's content includes one of a pair of quotation marks and leaves out the other.

    Words in quotation marks belong to a quote with both marks, or not at all.

    Bad: /quotes/0/fragments = [{"start": 61, "end": 78, "text": "it will “not rush"}, {"start": 80, "end": 115, "text": "the landing, first planned for 2026"}]
         /quotes/0/kind = "indirect"
         /quotes/0/verbatim = []
         /claims/0/fragments = [{"start": 61, "end": 68, "text": "it will"}]
    Good: /quotes/0/fragments = [{"start": 61, "end": 79, "text": "it will “not rush”"}, {"start": 80, "end": 115, "text": "the landing, first planned for 2026"}]
          /claims/0/fragments = [{"start": 61, "end": 68, "text": "it will"}]
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    for start, end in doc.marks.pairs.items():
        if nestings[nesting_at[start]] == nestings[nesting_at[end - 1]]:
            continue
        for i in sorted({*nestings[nesting_at[start]]} ^ {*nestings[nesting_at[end - 1]]}):
            q = quotes[i]
            kept, lost = (start, end - 1) if i in nestings[nesting_at[start]] else (end - 1, start)
            j, f = _piece(q, kept)
            if q.kind == "direct" and bare(q, j):
                continue  # QUO001 says so
            yield Problem(
                pointer=f"/quotes/{i}/fragments/{j}",
                message=f"{q.id} holds one quotation mark of “{doc.words(start + 1, end - 1)}”, but not the other",
                fix="widen the piece so that it holds both marks, or narrow it so that it holds none",
                span=(f.start, f.end),
                related=(Place("the other mark", f"/quotes/{i}/fragments/{j}", (lost, lost + 1)),),
            )


@rule("QUO011", "mark-without-partner", severity="info", since="0.2.0")
def unpaired(doc: Document) -> Iterator[Problem]:
    r"""A quote holds a quotation mark that has no partner in the article, or opens with one kind of mark and closes with
    another.

    Usually the slip is the article's own; check that the quote ends where the speaker's words end.

    Bad: /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.\"\n"
         /text_sha256 = "760e88e777366afce4edaff05b68938b35da162164cea12159a8792ed89b5204"
         /metadata/source_sha256 = "760e88e777366afce4edaff05b68938b35da162164cea12159a8792ed89b5204"
         /quotes/1/fragments/1/text = "“It is ready.\""
    Good: /text = "Science\nAgency delays Moon landing\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. \"It is ready.\"\n"
          /text_sha256 = "16b4ae764bd39782f428119e895d8574ed922fbeaeb27c7f4cc0875c5cfe06e2"
          /metadata/source_sha256 = "16b4ae764bd39782f428119e895d8574ed922fbeaeb27c7f4cc0875c5cfe06e2"
          /quotes/1/fragments/1/text = "\"It is ready.\""
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    seen: set[tuple[int, int]] = set()
    for at in doc.marks.loose:
        for i in nestings[nesting_at[at]][-1:]:
            j, f = _piece(quotes[i], at)
            if (i, j) not in seen:
                seen.add((i, j))
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{j}",
                    message=f"the quotation mark {doc.text[at]} in {quotes[i].id} has no partner",
                    fix="end the quote where the speaker's words end; leave the article's own slip as it is",
                    span=(at, at + 1),
                )
    for i, q in enumerate(quotes):
        if q.kind == "direct":
            f = q.fragments[-1]
            if in_marks(f.text) and not alike(f.text[0], f.text[-1]) and (i, len(q.fragments) - 1) not in seen:
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{len(q.fragments) - 1}",
                    message=f"{q.id} opens with {f.text[0]} and closes with {f.text[-1]}",
                    fix="end the quote where the speaker's words end; leave the article's own slip as it is",
                    span=(f.start, f.end),
                )


@rule("QUO012", "marks-left-outside", severity="warning", since="0.2.0")
def left_outside(doc: Document) -> Iterator[Problem]:
    """A quote covers exactly the words between two quotation marks, but not the marks.

    Quotation marks belong to the content, and a quote that stands wholly in them is direct.

    Bad: /quotes/1/kind = "indirect"
         /quotes/1/fragments = [{"start": 136, "end": 155, "text": "We will fly in 2028"}, {"start": 184, "end": 195, "text": "It is ready"}]
         /claims/1/fragments = [{"start": 136, "end": 155, "text": "We will fly in 2028"}]
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 136, "end": 155, "text": "We will fly in 2028"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": "q2", "attribution": "speech", "time": null, "setting": null}
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    for start, end in doc.marks.pairs.items():
        if nestings[nesting_at[start]] == nestings[nesting_at[start + 1]]:
            continue
        for i in nestings[nesting_at[start + 1]]:
            q = quotes[i]
            if (
                i in nestings[nesting_at[start]]
                or q.kind == "direct"
                or q.parent in [quotes[k].id for k in nestings[nesting_at[start]]]
            ):
                continue
            j, f = _piece(q, start + 1)
            if word_runs(doc).last(f.end, end) == f.end:
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{j}",
                    message=f"“{doc.words(f.start, f.end)}” stands in quotation marks, which {q.id} leaves out",
                    fix="include both marks in the piece, and set the kind to direct",
                    span=(f.start, f.end),
                )


@rule("QUO013", "words-outside-marks", severity="warning", since="0.2.0")
def words_outside(doc: Document) -> Iterator[Problem]:
    """A piece of a direct quote holds words that stand outside its quotation marks.

    Where the narration interrupts a direct quote, the quote has two pieces, and the narration is in none.

    Bad (also QUO006, QUO023): /quotes/1/fragments = [{"start": 135, "end": 197, "text": "“We will fly in 2028,” the agency told Reuters. “It is ready.”"}]
    Good: /quotes/1/fragments = [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 189, "text": "“It is"}, {"start": 190, "end": 197, "text": "ready.”"}]
    """
    pairs, text = doc.marks.pairs, doc.text
    for i, q in enumerate(doc.record.quotes):
        if q.kind != "direct":
            continue
        for j, f in enumerate(q.fragments):
            end = pairs.get(f.start)
            if end is None or end >= f.end:
                continue
            while end < min(f.end, len(text)) and not text[end].isalnum():
                end = pairs.get(end, end + 1)
            if end < min(f.end, len(text)):
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{j}",
                    message=f"direct quote {q.id}: words from “{doc.words(end, f.end)}” on stand outside the quotation marks",
                    fix="mark each piece in quotation marks as a fragment of its own, or set the kind to mixed",
                    span=(f.start, f.end),
                )


@rule("QUO014", "verbatim-missing", severity="warning", since="0.2.0")
def verbatim_missing(doc: Document) -> Iterator[Problem]:
    """A mixed quote holds words in quotation marks that its verbatim pieces leave out.

    `verbatim` lists everything in the speaker's own words; titles and the words of other speakers do not belong there.

    Bad: /quotes/0/fragments = [{"start": 61, "end": 197, "text": "it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”"}]
         /quotes/1/parent = "q1"
    Good: /quotes/0/fragments = [{"start": 61, "end": 197, "text": "it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”"}]
          /quotes/0/verbatim = [{"start": 69, "end": 79, "text": "“not rush”"}, {"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 197, "text": "“It is ready.”"}]
          /quotes/1/parent = "q1"
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    for start, end in doc.marks.pairs.items():
        for i in nestings[nesting_at[start]]:
            q = quotes[i]
            if q.kind != "mixed" or not q.verbatim:
                continue
            if (
                not touched(q.verbatim, start, end)
                and i in nestings[nesting_at[end - 1]]
                and not at_home(doc, q, start, end)
            ):
                yield Problem(
                    pointer=f"/quotes/{i}/verbatim",
                    message=f"mixed quote {q.id} holds {doc.words(start, end)}, but not among its verbatim words",
                    fix="add the words with their marks to verbatim",
                    span=(start, end),
                )


@rule("QUO015", "mixed-wholly-in-marks", severity="warning", since="0.2.0")
def wholly_in_marks(doc: Document) -> Iterator[Problem]:
    """A mixed quote stands wholly in quotation marks.

    Such a quote is direct. A mixed quote is a reported clause of which only some words stand in quotation marks.

    Bad: /quotes/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
         /claims/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
         /events/0/mentions/1/factuality = [{"value": "Uu", "according_to": "author"}]
    Good: /quotes/0/fragments = [{"start": 69, "end": 91, "text": "“not rush” the landing"}]
          /claims/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
    """
    pairs = doc.marks.pairs
    for i, q in enumerate(doc.record.quotes):
        if q.kind == "mixed" and all(pairs.get(f.start) == f.end for f in q.fragments):
            yield Problem(
                pointer=f"/quotes/{i}/kind",
                message=f"mixed quote {q.id} stands wholly in quotation marks",
                fix="widen it to the whole reported clause, or set the kind to direct and empty verbatim",
                span=extent(q),
            )


@rule("QUO016", "unmarked-quotation", severity="warning", since="0.2.0")
def unheld(doc: Document) -> Iterator[Problem]:
    """Words in quotation marks belong to no quote.

    Words in quotation marks are somebody's words, or a title, which is a mention. Drafts, related links and calls to
    action are not checked.

    Bad: /quotes/1/fragments = [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}]
    Good: /quotes/1/fragments = [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}]
          /annotation/status = "draft"
    """
    nesting_at, nestings = doc.nesting_at, doc.nestings
    if doc.record.annotation.status == "draft":
        return
    around = 0
    for start, end in sorted(doc.marks.pairs.items()):
        if nestings[nesting_at[start]]:
            continue
        # marks within marks are left alone
        farthest, around = around, max(around, end)
        if nestings[nesting_at[start + 1]] or farthest >= end or _title(doc, start, end):
            continue
        block = doc.blocks[start]
        if block >= 0 and doc.record.segments[block].kind in _UNQUOTED:
            continue
        yield Problem(
            pointer=f"/segments/{block}" if block >= 0 else "/text",
            message=f"the words {doc.words(start, end)} stand in quotation marks, but no quote holds them",
            fix="mark the quote that they belong to; mark a title as a mention of what it names (WORK, PRODUCT, …)",
            span=(start, end),
        )


RULES = (
    half_marked,
    unpaired,
    left_outside,
    words_outside,
    verbatim_missing,
    wholly_in_marks,
    unheld,
)
