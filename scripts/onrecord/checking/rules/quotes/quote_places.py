"""Where quotes stand: nested, crossing, in pieces, far from their cue (QUO)."""

from collections.abc import Iterator

from ....findings.finding import Place, Problem
from ....model.record import Quote, Span, extent
from ....text.quotation_marks import CLOSING, OPENING
from ...document.pieces import all_inside
from ..base import Document, rule

_GAP = 300
"""Characters between two pieces of one quote beyond which they hardly are one."""
_REACH = 200
"""Characters between a cue and its content beyond which the cue hardly governs it."""


def _inside(inner: Quote, outer: Quote) -> bool:
    """Whether a quote's content lies wholly within another's."""
    return all_inside(inner.fragments, outer.fragments)


@rule(
    "QUO017",
    "duplicate-quote",
    since="0.2.0",
    unless=lambda doc: len({q.fragments[0].start for q in doc.record.quotes}) == len(doc.record.quotes),
)
def duplicate(doc: Document) -> Iterator[Problem]:
    """The same words are marked as a quote twice, with one speaker and one cue.

    One utterance is one quote; the second would be counted as another.

    Bad: /quotes/- = {"id": "q3", "kind": "direct", "fragments": [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 197, "text": "“It is ready.”"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": null, "attribution": "speech", "time": null, "setting": null}
    Good: /quotes/- = {"id": "q3", "kind": "direct", "fragments": [{"start": 135, "end": 157, "text": "“We will fly in 2028,”"}, {"start": 183, "end": 197, "text": "“It is ready.”"}], "verbatim": [], "cue": {"start": 125, "end": 130, "text": "doubt"}, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": null, "attribution": "speech", "time": null, "setting": null}
    """
    quotes = doc.record.quotes
    seen: dict[object, dict[Span | None, int]] = {}
    for i, q in enumerate(quotes):
        content = tuple((f.start, f.end) for f in q.fragments)
        same = seen.setdefault((content, q.speaker, q.attribution), {})  # cue → the first quote with it
        alike = same.values() if q.cue is None else [same[cue] for cue in (None, q.cue) if cue in same]
        k = min(alike, default=None) if len(same) > 1 else next(iter(alike), None)
        if k is not None:
            yield Problem(
                pointer=f"/quotes/{i}",
                message=f"{q.id} marks the same words as {quotes[k].id}, with the same speaker: {doc.words(content[0][0], content[-1][1])}",
                fix=f"keep one of the two ({quotes[k].id} or {q.id}), and let every reference name it",
                span=extent(q),
                related=(Place("first marked here", f"/quotes/{k}", (content[0][0], content[-1][1])),),
            )
        same.setdefault(q.cue, i)


@rule("QUO018", "parent-not-innermost", severity="warning", since="0.2.0")
def innermost_parent(doc: Document) -> Iterator[Problem]:
    """A quote lies within another's content, but its parent is not that quote, or not the innermost of several.

    Nesting tells who reports whom: a quote's parent is the smallest quote that holds all of it.

    Bad: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 84, "end": 91, "text": "landing"}], "verbatim": [], "cue": {"start": 64, "end": 68, "text": "will"}, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": null, "attribution": "intention", "time": null, "setting": null}
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 84, "end": 91, "text": "landing"}], "verbatim": [], "cue": {"start": 64, "end": 68, "text": "will"}, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "intention", "time": null, "setting": null}
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    limit = len(nesting_at)
    for i, q in enumerate(quotes):
        nest = nestings[nesting_at[at]] if (at := q.fragments[0].start) < limit else ()
        if len(nest) < 2 or (nest[-1] == i and q.parent == quotes[nest[-2]].id):
            continue
        outer = [quotes[k] for k in nest if k != i and _inside(q, quotes[k]) and not _inside(quotes[k], q)]
        if not outer or q.parent == outer[-1].id or q.parent == q.id:
            continue
        if q.parent is not None and q.parent not in [o.id for o in outer]:
            continue  # QUO008 says so, or the two are of one extent
        words = doc.words(*extent(q))
        yield Problem(
            pointer=f"/quotes/{i}/parent",
            message=f"{q.id} (“{words}”) lies within {outer[-1].id}, but "
            + ("has no parent" if q.parent is None else f"its parent is {q.parent}, further out"),
            fix=f"set the parent to {outer[-1].id}",
            span=extent(q),
            related=(Place("within this one", doc.place(outer[-1]), extent(outer[-1])),),
        )


@rule("QUO019", "crossing-quotes", severity="warning", since="0.2.0")
def crossing(doc: Document) -> Iterator[Problem]:
    """Two quotes overlap, and neither lies within the other.

    Quotes follow or enclose each other; where they cross, one of them begins or ends at the wrong place.

    Bad: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 84, "end": 124, "text": "landing, first planned for 2026.\\nCritics"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": null, "attribution": "thought", "time": null, "setting": null}
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 117, "end": 133, "text": "Critics doubt it"}], "verbatim": [], "cue": null, "speaker": "e4", "speaker_mention": null, "addressees": [], "parent": null, "attribution": "thought", "time": null, "setting": null}
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    limit = len(nesting_at)
    reported: set[tuple[int, int]] = set()
    for i, q in enumerate(quotes):
        for f in q.fragments:
            if f.end > limit or f.end <= f.start:
                continue
            first, last = nestings[nesting_at[f.start]], nestings[nesting_at[f.end - 1]]
            if first is last or first == last:
                continue
            for k in {*first} ^ {*last}:
                other = quotes[k]
                pair = (min(i, k), max(i, k))
                if pair in reported or _inside(other, q) or q.parent == other.id or other.parent == q.id:
                    continue
                reported.add(pair)
                yield Problem(
                    pointer=f"/quotes/{i}",
                    message=f"{q.id} (“{doc.words(f.start, f.end)}”) and {other.id} (“{doc.words(*extent(other))}”) overlap, but neither lies within the other",
                    fix="correct where one of the two begins or ends",
                    span=(f.start, f.end),
                    related=(Place("the other", f"/quotes/{k}", extent(other)),),
                )


@rule("QUO020", "pieces-far-apart", severity="warning", since="0.2.0")
def far_apart(doc: Document) -> Iterator[Problem]:
    """The pieces of one quote stand in different blocks of the article, or far from each other.

    Only its cue interrupts a quote; what is said in another paragraph is a quote of its own. A direct quote of several
    paragraphs, each of which opens with a mark, is accepted.

    Bad: /quotes/0/fragments = [{"start": 15, "end": 21, "text": "delays"}, {"start": 61, "end": 115, "text": "it will “not rush” the landing, first planned for 2026"}]
    Good: /quotes/0/fragments = [{"start": 61, "end": 91, "text": "it will “not rush” the landing"}, {"start": 93, "end": 115, "text": "first planned for 2026"}]
    """
    for i, q in enumerate(doc.record.quotes):
        if len(q.fragments) == 1:
            continue
        for j in range(1, len(q.fragments)):
            before, f = q.fragments[j - 1], q.fragments[j]
            if before.text[-1] not in CLOSING and before.text[0] in OPENING and f.text[0] in OPENING:
                continue
            blocks = doc.segment(before.end - 1), doc.segment(f.start)
            if f.start - before.end > _GAP or blocks[0] is not blocks[1]:
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{j}",
                    message=f"“{doc.words(f.start, f.end)}” stands {f.start - before.end} characters from the piece of {q.id} before it"
                    + (", in different blocks" if blocks[0] is not blocks[1] else ""),
                    fix="make each piece a quote of its own, with its cue and speaker",
                    span=(f.start, f.end),
                    related=(Place("the piece before", f"/quotes/{i}/fragments/{j - 1}", (before.start, before.end)),),
                )


@rule("QUO021", "cue-far-away", severity="warning", since="0.2.0")
def far_cue(doc: Document) -> Iterator[Problem]:
    """A quote's cue stands in another block of the article than its content, or far from it.

    The cue is the reporting word that governs the content; a quote that no such word governs has the cue null.

    Bad: /quotes/0/cue = {"start": 15, "end": 21, "text": "delays"}
    Good: /quotes/0/cue = null
    """
    blocks = doc.blocks
    limit = len(blocks)
    for i, q in enumerate(doc.record.quotes):
        cue = q.cue
        if cue is None or cue.start >= limit:
            continue
        f = q.fragments[0]
        if -_REACH <= f.start - cue.end <= _REACH and f.start < limit and blocks[f.start] == blocks[cue.start]:
            continue
        gap = min(max(f.start - cue.end, cue.start - f.end) for f in q.fragments)
        own = {b for f in q.fragments if f.start < f.end <= limit for b in (blocks[f.start], blocks[f.end - 1])}
        if q.kind == "direct" and blocks[cue.start] + 1 == min(own, default=-1):
            own.add(blocks[cue.start])  # “He said:” may end a paragraph, and what he said begin the next
        if gap > _REACH or blocks[cue.start] not in own:
            yield Problem(
                pointer=f"/quotes/{i}/cue",
                message=f"the cue “{cue.text}” of {q.id} stands {gap} characters from its content"
                + ("" if blocks[cue.start] in own else ", in another block"),
                fix="mark the word that reports just this content, or set the cue to null",
                span=(cue.start, cue.end),
                related=(Place("the content", f"/quotes/{i}/fragments/0", (f.start, f.end)),),
            )


RULES = (duplicate, innermost_parent, crossing, far_apart, far_cue)
