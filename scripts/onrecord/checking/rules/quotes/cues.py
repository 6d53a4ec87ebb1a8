"""Cues and what stands around them: mentions, other quotes, reporting words left unmarked (QUO)."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cache

from ....model.record import Quote, Span
from ....text.quotation_marks import CLOSING
from ....text.words import Pack
from ...document.pieces import Pieces, inside
from ..base import Document, Place, Problem, rule
from ..entities.look_ups import entity_mentions, unmarked_stretches


@rule("QUO030", "cue-over-mention", severity="warning", since="0.2.0", unless=lambda doc: not doc.record.quotes)
def cue_overlap(doc: Document) -> Iterator[Problem]:
    """A cue includes a mention or a time, or is part of a name.

    The cue is the reporting word alone: “stated” in “Donald Trump stated on Thursday”, “proposals” in “his proposals”.
    Speakers and times have marks of their own.

    Bad: /quotes/0/cue = {"start": 35, "end": 44, "text": "NASA said"}
    Good: /quotes/0/cue = {"start": 40, "end": 47, "text": "said on"}
    """
    gaps = unmarked_stretches(doc)
    marked: _Marked | None = None
    starts = [start for start, _ in gaps]
    times = sorted([(t.start, t.end) for t in doc.record.times])
    begun = [start for start, _ in times]
    for i, q in enumerate(doc.record.quotes):
        cue = q.cue
        if cue is None:
            continue
        gap = bisect_right(starts, cue.start) - 1
        time = bisect_right(begun, cue.end - 1) - 1
        if gap >= 0 and cue.end <= gaps[gap][1] and (time < 0 or times[time][1] <= cue.start):
            continue
        if inside(cue, q.fragments) or q.fragments[0].start <= cue.start < q.fragments[0].end:
            continue  # QUO006 says so
        marked = marked or _Marked(doc)
        touched = _touched(doc, cue) if marked.touched_by(cue) else None
        if touched is not None:
            yield Problem(
                pointer=f"/quotes/{i}/cue",
                message=f"the cue “{doc.words(cue.start, cue.end)}” of {q.id} {touched.message}",
                fix="mark only the reporting word; set the cue to null if there is none",
                span=(cue.start, cue.end),
                related=(touched,),
            )


class _Marked:
    """The mentions and times of a record, asked whether a cue touches one; a description around it does not count."""

    def __init__(self, doc: Document) -> None:
        nominal = [(m.start, m.end) for m in entity_mentions(doc) if m.kind == "nominal"]
        others = [(m.start, m.end) for m in entity_mentions(doc) if m.kind != "nominal"]
        self._pieces = Pieces([*others, *((t.start, t.end) for t in doc.record.times)])
        self._exact = set(nominal)
        self._edges = sorted({edge for span in nominal for edge in span})

    def touched_by(self, cue: Span) -> bool:
        """Whether one shares characters with the cue, and is no description that goes beyond it on both sides or one."""
        if self._pieces.touch(cue.start, cue.end) or (cue.start, cue.end) in self._exact:
            return True
        return bisect_right(self._edges, cue.start) < bisect_left(self._edges, cue.end)  # one begins or ends within


def _touched(doc: Document, cue: Span) -> Place | None:
    """The mention or time that a cue touches; a description around the cue (“his alleged friend”) is none."""
    for i, e in enumerate(doc.record.entities):
        for j, m in enumerate(e.mentions):
            if m.start >= cue.end or m.end <= cue.start:
                continue
            if m.kind != "nominal" or m.start > cue.start or m.end < cue.end or m.end - m.start == cue.end - cue.start:
                how = "is part of" if m.start <= cue.start and cue.end <= m.end else "includes"
                message = f"{how} the mention “{doc.words(m.start, m.end)}” ({m.id})"
                return Place(message, f"/entities/{i}/mentions/{j}", (m.start, m.end))
    for i, t in enumerate(doc.record.times):
        if t.start < cue.end and cue.start < t.end:
            how = "is part of" if t.start <= cue.start and cue.end <= t.end else "includes"
            return Place(f"{how} the time “{doc.words(t.start, t.end)}” ({t.id})", f"/times/{i}", (t.start, t.end))
    return None


def _who(doc: Document, speaker: str | None) -> str:
    return doc.named(speaker) if speaker else "nobody in particular"


def _cues_apart(doc: Document) -> bool:
    """Whether no two cues begin at one place."""
    starts = [q.cue.start for q in doc.record.quotes if q.cue is not None]
    return len(set(starts)) == len(starts)


@rule("QUO031", "one-cue-two-speakers", severity="warning", since="0.2.0", unless=_cues_apart)
def shared_cue(doc: Document) -> Iterator[Problem]:
    """Two quotes of different speakers have the same reporting word as their cue.

    One word reports what one speaker says; several who speak together are one group.

    Bad: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 93, "end": 115, "text": "first planned for 2026"}], "verbatim": [], "cue": {"start": 40, "end": 44, "text": "said"}, "speaker": "e3", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "speech", "time": null, "setting": null}
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 93, "end": 115, "text": "first planned for 2026"}], "verbatim": [], "cue": null, "speaker": "e3", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "speech", "time": null, "setting": null}
    """
    quotes = doc.record.quotes
    first: dict[tuple[int, int], int] = {}
    for i, q in enumerate(quotes):
        if q.cue is None:
            continue
        k = first.setdefault((q.cue.start, q.cue.end), i)
        if quotes[k].speaker != q.speaker:
            place = (q.cue.start, q.cue.end)
            yield Problem(
                pointer=f"/quotes/{i}/cue",
                message=f"the cue “{doc.words(*place)}” of {q.id} (said by {_who(doc, q.speaker)}) is also that of {quotes[k].id} (said by {_who(doc, quotes[k].speaker)})",
                fix="correct a cue or a speaker; if several speak together, name them as a group",
                span=place,
                related=(Place(f"the cue of {quotes[k].id}", f"/quotes/{k}/cue", place),),
            )


_WORD = re.compile(r"[^\W\d_]+")
_CLAUSE = 60
"""Characters after a verb within which the particle that belongs to it stands."""


@cache
def _before(pack: Pack) -> re.Pattern[str]:
    """What stands before a quote, up to the beginning of the sentence that leads to it."""
    return re.compile(rf".*[.!?{pack.closing_marks}\n]", re.DOTALL)


@cache
def _after(pack: Pack) -> re.Pattern[str]:
    """What stands after a quote's piece, up to the end of the sentence."""
    return re.compile(rf"[^.!?:;{pack.opening_marks}\n]*")


_LEAD = 40
"""Characters before a quote that are searched for its cue."""
_WORDS_BEFORE = 3
"""Words before a quote among which its cue stands: “said Monday that”."""
_TAIL = 50
"""Characters after a piece of a quote that are searched for its cue."""
_WORDS_AFTER = 4
"""Words after a piece among which it stands; one more than before it, for “the harbour master said”."""


def _beside(doc: Document, q: Quote) -> Iterator[tuple[int, int]]:
    """The words that stand next to a quote in its sentence: three before its first piece, four after each piece.

    A particle stands next to it for its verb.
    """
    text = doc.text
    first = q.fragments[0].start
    low = max(0, first - _LEAD)
    if lead := _before(doc.pack).match(text, low, first):
        low = lead.end()
    before = [m.span() for m in _WORD.finditer(text, low, first)]
    yield from before[-_WORDS_BEFORE:]
    if before and text[slice(*before[-1])] in doc.pack.saying_particles:
        yield from before[:-_WORDS_BEFORE]  # its verb may stand further off: “räumte am Montag ein, …”
    for f in q.fragments:
        if f.text.rstrip(CLOSING)[-1:] == ".":
            continue  # “No.” The next sentence is about something else
        rest = _after(doc.pack).match(text, f.end, f.end + _TAIL)
        yield from [m.span() for m in _WORD.finditer(text, f.end, rest.end() if rest else f.end)][:_WORDS_AFTER]


@rule("QUO042", "cue-left-unmarked", severity="warning", since="0.2.0", words=("saying",))
def unmarked_cue(doc: Document) -> Iterator[Problem]:
    """A quote has a speaker but no cue, though a word that only ever reports speech stands beside it.

    The cue is the word that tells whose words these are. Records in which no quote has a cue are not checked.

    Bad: /quotes/1/cue = null
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 93, "end": 115, "text": "first planned for 2026"}], "verbatim": [], "cue": null, "speaker": "e3", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "speech", "time": null, "setting": null}
    """
    quotes = doc.record.quotes
    bare = [(i, q) for i, q in enumerate(quotes) if q.cue is None and q.speaker is not None]
    if not bare or len(bare) == len(quotes):
        return
    marked = {q.cue.start for q in quotes if q.cue is not None}
    for i, q in bare:
        for start, end in _beside(doc, q):
            if start not in marked and _reports(doc, start, end):
                yield Problem(
                    pointer=f"/quotes/{i}/cue",
                    message=f"{q.id} (said by {_who(doc, q.speaker)}) has no cue, but “{doc.text[start:end]}” stands beside it",
                    fix="mark it as the cue, if it reports these words",
                    span=(start, end),
                )
                break


def _reports(doc: Document, start: int, end: int) -> bool:
    """Whether a word reports speech: by itself, or with the particle that closes its clause."""
    pack, word = doc.pack, doc.text[start:end]
    if word in pack.saying:
        return True
    particles = [particle for particle, verbs in pack.saying_particles.items() if word in verbs]
    rest = _after(pack).match(doc.text, end, end + _CLAUSE) if particles else None
    return rest is not None and rest[0].partition(",")[0].rstrip().endswith(tuple(f" {p}" for p in particles))


RULES = (cue_overlap, shared_cue, unmarked_cue)
