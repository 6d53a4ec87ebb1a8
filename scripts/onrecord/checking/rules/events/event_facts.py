"""Events (EVT): their factuality, what each source holds about them."""

from collections.abc import Iterator
from functools import cache

from ....findings.finding import Place, Problem
from ....model.record import AUTHOR, Trigger
from ....text.words import Pack
from ...document.nesting import DEEP
from ...document.pieces import inside
from ..base import Document, rule
from ..entities.look_ups import group_members
from .look_ups import claim_nesting, triggers_with_unexpected_sources

_OPEN = frozenset(("Uu", "CTu"))
_PLUS = frozenset(("CT+", "PR+", "PS+"))
_MINUS = frozenset(("CT-", "PR-", "PS-"))


def _signs(m: Trigger) -> set[str]:
    return {f.value[-1] for f in m.factuality} - {"u"}


@rule("EVT009", "factuality-against-polarity", severity="warning", since="0.2.0")
def against_polarity(doc: Document) -> Iterator[Problem]:
    """A trigger's polarity is negative, but all sources hold that it happens; or it is positive, but they hold that it
    does not.

    A negative trigger is CT-, PR- or PS- according to whoever denies it; a positive trigger that is actual is CT+, PR+
    or PS+.

    Bad: /events/0/mentions/1/polarity = "negative"
    Good: /events/0/mentions/1/polarity = "negative"
          /events/0/mentions/1/factuality = [{"value": "PR-", "according_to": "e1"}]
    """
    events = doc.record.events
    found = {
        m.id: m
        for v in events
        for m in v.mentions
        for f in m.factuality
        if (f.value in _MINUS and m.realis == "actual" if m.polarity == "positive" else f.value in _PLUS)
    }
    for m in found.values():
        happens = m.polarity == "positive"
        if len(_signs(m)) == 1 or (
            happens and any(f.according_to == AUTHOR and f.value in _MINUS for f in m.factuality)
        ):
            yield Problem(
                pointer=f"{doc.place(m)}/polarity",
                message=f"“{doc.words(m.start, m.end)}” is {m.polarity}, but its factuality says that it "
                f"{'does not happen' if happens else 'happens'}",
                fix="correct the polarity, the realis or the factuality; minus stands for what is held not to happen",
                span=(m.start, m.end),
            )


@rule("EVT010", "actual-to-nobody", severity="warning", since="0.2.0")
def actual_open(doc: Document) -> Iterator[Problem]:
    """A trigger's realis is actual, but every source leaves open whether it happened.

    Where something is told as having happened, or as not having happened, somebody holds that it is certain, probable
    or possible.

    Bad: /events/0/mentions/0/realis = "actual"
    Good: /events/0/mentions/0/realis = "actual"
          /events/0/mentions/0/factuality = [{"value": "CT+", "according_to": "author"}]
    """
    events = doc.record.events
    for m in [m for v in events for m in v.mentions if m.realis == "actual" and m.factuality]:
        if m.factuality[-1].value in _OPEN and not _signs(m):
            yield Problem(
                pointer=f"{doc.place(m)}/realis",
                message=f"“{doc.words(m.start, m.end)}” is actual, but every source leaves open whether it happened",
                fix="set the realis to other, or say in the factuality who holds what",
                span=(m.start, m.end),
            )


@rule("EVT029", "actual-after-will", severity="warning", since="0.2.0", words=("future_endings",))
def to_come(doc: Document) -> Iterator[Problem]:
    """A trigger that stands right after “will” has the realis actual.

    What will happen has not happened yet: its realis is other.

    Bad: /events/1/mentions/0/realis = "actual"
    Good (also EVT030): /events/1/mentions/0/realis = "generic"
    """
    text, pack = doc.text, doc.pack
    endings = _endings(pack)
    for i, v in enumerate(doc.record.events):
        for j, m in enumerate(v.mentions):
            if m.realis == "actual" and text.endswith(endings, 0, m.start) and not _is_noun(text, m.start, pack):
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}/realis",
                    message=f"“{doc.words(max(0, m.start - 5), m.end)}”: the trigger {m.id} is actual, but the event is yet to come",
                    fix="set its realis to other",
                    span=(m.start, m.end),
                )


@cache
def _endings(pack: Pack) -> tuple[str, ...]:
    return tuple(f"{ending} " for ending in pack.future_endings)


_BEFORE = 25
"""Characters in which “will” and the word before it have room."""


def _is_noun(text: str, at: int, pack: Pack) -> bool:
    """Whether the word before an offset is a noun: “her will”."""
    before = text[max(0, at - _BEFORE) : at].split()[:-1]
    return bool(before) and before[-1].lower() in pack.noun_neighbours


def _author_in_quotes(doc: Document) -> bool:
    """Whether most triggers inside quotes have the author's factuality in this record."""
    held = [m for v in doc.record.events for m in v.mentions if doc.holding(m.start, m.end)]
    return 2 * sum(any(f.according_to == AUTHOR for f in m.factuality) for m in held) > len(held)


@rule("EVT011", "no-factuality-of-author", severity="warning", since="0.2.0")
def without_author(doc: Document) -> Iterator[Problem]:
    """A trigger's factuality has no entry for the author, though no quote holds the trigger or most others in quotes have
    one.

    Outside quotes the article itself speaks; inside quotes, too, the guidelines ask for its view.

    Bad: /events/0/mentions/0/factuality = []
    Good: /events/0/mentions/0/factuality = [{"value": "CT+", "according_to": "author"}]
    """
    always: bool | None = None
    for i, j in triggers_with_unexpected_sources(doc):
        m = doc.record.events[i].mentions[j]
        if any(f.according_to == AUTHOR for f in m.factuality):
            continue
        if m.factuality and doc.holding(m.start, m.end):
            always = _author_in_quotes(doc) if always is None else always
            if not always:
                continue
        yield Problem(
            pointer=f"/events/{i}/mentions/{j}/factuality",
            message=f"the factuality of “{doc.words(m.start, m.end)}” does not give the author's view",
            fix="add the author's view: CT+ for what the article tells or presupposes, Uu for what it only passes on",
            span=(m.start, m.end),
        )


def _heard(doc: Document, source: str, m: Trigger) -> bool:
    """Whether a source speaks the words of a trigger: in a quote, in a claim, or as one of a group."""
    voices = [q.speaker for q in doc.holding(m.start, m.end)]
    if None in voices:
        return True
    nesting_at, nestings = claim_nesting(doc)
    claims = nestings[nesting_at[m.start]] if m.start < len(nesting_at) else ()
    if len(claims) == DEEP:
        return True  # there may be more
    voices += [doc.record.claims[i].claimant for i in claims if inside(m, doc.record.claims[i].fragments)]
    members, nobody = group_members(doc), frozenset[str]()
    mine = members.get(source, nobody)
    return any(v == source or v in mine or source in members.get(v, nobody) for v in voices if v is not None)


@rule("EVT012", "source-that-says-nothing", severity="warning", since="0.2.0")
def stranger(doc: Document) -> Iterator[Problem]:
    """A trigger's factuality names a source that says nothing there.

    A source is the author, or the speaker of a quote or the claimant of a claim that holds the trigger.

    Bad: /events/0/mentions/0/factuality/- = {"value": "CT+", "according_to": "e4"}
    Good: /events/0/mentions/1/factuality/- = {"value": "Uu", "according_to": "author"}
    """
    for i, j in triggers_with_unexpected_sources(doc):
        m = doc.record.events[i].mentions[j]
        for k, f in enumerate(m.factuality):
            if f.according_to != AUTHOR and f.according_to in doc.entities and not _heard(doc, f.according_to, m):
                name = doc.entities[f.according_to].name
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}/factuality/{k}/according_to",
                    message=f"“{doc.words(m.start, m.end)}” is {f.value} according to {name}, who is not quoted there",
                    fix="name who says it, mark the quote that is missing, or remove the entry",
                    span=(m.start, m.end),
                )


@rule("EVT013", "no-factuality-of-speaker", severity="warning", since="0.2.0")
def without_speaker(doc: Document) -> Iterator[Problem]:
    """A trigger stands in a quote, but its factuality does not give the speaker's view.

    Readers want to know how sure the person who is quoted is (guidelines, section 5).

    Bad: /events/0/mentions/1/factuality = [{"value": "Uu", "according_to": "author"}]
    Good: /events/0/mentions/1/factuality = [{"value": "Uu", "according_to": "author"}, {"value": "PR+", "according_to": "e1"}]
    """
    for i, j in triggers_with_unexpected_sources(doc):
        m = doc.record.events[i].mentions[j]
        held = doc.holding(m.start, m.end)
        if not held or not m.factuality or (speaker := doc.entities.get(held[-1].speaker or "")) is None:
            continue
        family = group_members(doc)[speaker.id]
        if not any(f.according_to == speaker.id or f.according_to in family for f in m.factuality):
            q = held[-1]
            yield Problem(
                pointer=f"/events/{i}/mentions/{j}/factuality",
                message=f"the factuality of “{doc.words(m.start, m.end)}” does not give the view of {speaker.name}, who is quoted there",
                fix=f"add the view of {speaker.name}: CT+ certain, PR+ probable, PS+ possible, minus for not, Uu open",
                span=(m.start, m.end),
                related=(Place("the quote", doc.place(q), (q.fragments[0].start, q.fragments[0].end)),),
            )


RULES = (against_polarity, actual_open, to_come, without_author, stranger, without_speaker)
