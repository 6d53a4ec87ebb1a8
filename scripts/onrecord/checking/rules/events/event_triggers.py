"""Events (EVT): the words that name them."""

from bisect import bisect_left
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from ....findings.finding import Place, Problem
from ....model.record import Trigger
from ....text.words import Pack
from ..base import MANY, Document, pattern, rule
from .events import called
from .look_ups import triggers_in_order

_TRIGGERS = pattern("/events/*/mentions/*")
_REACH = 1000
"""Characters before and after a trigger beyond which no sentence reaches."""
_STOPS = (". ", ".” ", "! ", "? ", "\n")


def _at(doc: Document, i: int, j: int) -> Trigger:
    return doc.record.events[i].mentions[j]


_GAP = 40
"""Characters between a negation and the trigger that it denies, at most."""
_BETWEEN = 3
"""Words between the two, at most: “has not yet officially been opened”."""


@rule("EVT007", "negated-but-positive", severity="warning", since="0.2.0", words=("negators",))
def negated(doc: Document) -> Iterator[Problem]:
    """A negation stands right before a trigger, but the trigger's polarity is positive.

    What is said not to happen is negative, whether it is true or not.

    Bad: /events/- = {"id": "v3", "type": "act", "name": null, "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": [{"id": "v3a", "start": 74, "end": 78, "text": "rush", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}, {"value": "PR-", "according_to": "e1"}]}], "arguments": [{"role": "agent", "target": "e1", "mention": "m2"}], "time": null, "relations": []}
    Good: /events/- = {"id": "v3", "type": "act", "name": null, "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": [{"id": "v3a", "start": 74, "end": 78, "text": "rush", "polarity": "negative", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}, {"value": "PR-", "according_to": "e1"}]}], "arguments": [{"role": "agent", "target": "e1", "mention": "m2"}], "time": null, "relations": []}
    """
    text, triggers, pack = doc.text, triggers_in_order(doc), doc.pack
    for negator in pack.negators:
        if "'" in negator and "'" not in text:
            continue
        word = f"{negator} "
        after = 0
        while (at := text.find(word, after)) >= 0:
            after = at + len(word)
            n = bisect_left(triggers, (after,))
            if n == len(triggers) or triggers[n][0] > after + _GAP:
                continue
            start, end, i, j = triggers[n]
            if _at(doc, i, j).polarity == "positive" and _denies(text, at, after, start, pack):
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}/polarity",
                    message=f"“{doc.words(at, end)}”: the trigger is positive, but a negation stands before it",
                    fix="set the polarity to negative, unless the sentence says that it does happen",
                    span=(start, end),
                )


def _denies(text: str, at: int, after: int, start: int, pack: Pack) -> bool:
    """Whether the words at [at, after) are a negation here, and negate the word at `start`."""
    if not text.startswith(pack.negation_endings, at):
        if text[at - 1 : at].isalnum() and not text.endswith(pack.negator_heads, 0, at):
            return False
        if text.endswith(_spaced(pack), 0, at):
            return False
    between = text[after:start]
    return (
        between.count(" ") <= _BETWEEN
        and "\n" not in between
        and all(
            w in pack.under_negation or (w.endswith(pack.adverb_endings) and w not in pack.half_negations)
            for w in between.split()
        )
    )


@cache
def _spaced(pack: Pack) -> tuple[str, ...]:
    """What stands before a negator that denies nothing."""
    return tuple(f" {word} " for word in pack.alternatives)


def _sentence(doc: Document, m: Trigger) -> str:
    """The sentence in which a trigger stands, as far as full stops tell."""
    block = doc.segment(m.start)
    if block is None:
        return m.text
    text = doc.text
    low, high = max(block.start, m.start - _REACH), min(block.end, m.end + _REACH)
    start = max(low, *(text.rfind(mark, low, m.start) for mark in _STOPS))
    ends = [at for mark in _STOPS if (at := text.find(mark, m.end, high)) >= 0]
    return text[start : min(ends, default=high)]


_NEAR = 20
"""Characters before a trigger in which most negations stand; only without one the whole sentence is read."""


@rule("EVT008", "negative-without-negation", severity="warning", since="0.2.0", words=("negations", "denying"))
def not_negated(doc: Document) -> Iterator[Problem]:
    """A trigger's polarity is negative, but its sentence has no word that denies, refuses or fails.

    Polarity is negative only where the text says that something does not happen; what is merely uncertain has the
    realis other.

    Bad: /events/1/mentions/0/polarity = "negative"
         /events/1/mentions/0/factuality = [{"value": "PR-", "according_to": "e1"}]
    Good: /events/0/mentions/1/polarity = "negative"
          /events/0/mentions/1/factuality = [{"value": "PR-", "according_to": "e1"}]
    """
    events, pack = doc.record.events, doc.pack
    for m in [m for v in events for m in v.mentions if m.polarity == "negative"]:
        near = doc.text[max(0, m.start - _NEAR) : m.start]
        if ". " not in near and pack.negated.search(near.lower()):
            continue
        told = " ".join([_sentence(doc, m), *(q.cue.text for q in doc.holding(m.start, m.end) if q.cue)])
        if not any(w.startswith(pack.denying) for w in told.lower().split()) and not pack.negation.search(told):
            yield Problem(
                pointer=f"{doc.place(m)}/polarity",
                message=f"“{doc.words(m.start, m.end)}” is negative, but nothing in its sentence denies it",
                fix="set the polarity to positive; the realis other says that it may not happen",
                span=(m.start, m.end),
            )


def _none_at_a_cue(doc: Document) -> bool:
    """Whether no trigger begins where a cue begins."""
    return {t[0] for t in triggers_in_order(doc)}.isdisjoint([q.cue.start for q in doc.record.quotes if q.cue])


@rule("EVT021", "trigger-is-a-cue", severity="warning", since="0.2.0", unless=_none_at_a_cue)
def cue_trigger(doc: Document) -> Iterator[Problem]:
    """The cue of a quote is marked as a trigger.

    What somebody says is annotated as a quote, with its time and setting, not as an event (guidelines, section 5).

    Bad: /events/- = {"id": "v3", "type": "statement", "name": null, "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": [{"id": "v3a", "start": 40, "end": 44, "text": "said", "polarity": "positive", "realis": "actual", "factuality": [{"value": "CT+", "according_to": "author"}]}], "arguments": [{"role": "agent", "target": "e1", "mention": "m2"}], "time": null, "relations": []}
    Good: /events/- = {"id": "v3", "type": "statement", "name": null, "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": [{"id": "v3a", "start": 125, "end": 130, "text": "doubt", "polarity": "positive", "realis": "actual", "factuality": [{"value": "CT+", "according_to": "author"}]}], "arguments": [{"role": "agent", "target": "e3", "mention": "m7"}], "time": null, "relations": []}
    """
    cues = {q.cue.start: i for i, q in enumerate(doc.record.quotes) if q.cue is not None}
    for start, end, i, j in triggers_in_order(doc):
        if start in cues:
            cue = doc.record.quotes[cues[start]].cue
            if cue is None or start >= end:
                continue
            yield Problem(
                pointer=f"/events/{i}/mentions/{j}",
                message=f"“{doc.words(start, end)}” is the cue of a quote, but is marked as a trigger, too",
                fix="remove the trigger; the quote has the speaker, the time and the setting",
                span=(start, end),
                related=(Place("the quote", f"/quotes/{cues[start]}/cue", (cue.start, cue.end)),),
            )


_WORDS = 3
"""Words of a trigger at most: a verb with two particles (“put up with”)."""
_LETTERS = 12
"""Characters of a trigger up to which its words are not counted, as four words hardly ever are so short."""


@rule("EVT022", "long-trigger", severity="warning", since="0.2.0")
def long_trigger(doc: Document) -> Iterator[Problem]:
    """A trigger is longer than three words.

    The trigger is the one word that names the event, or a phrasal verb with its particle; the participants are
    arguments.

    Bad: /events/1/mentions/0 = {"id": "v2a", "start": 139, "end": 155, "text": "will fly in 2028", "polarity": "positive", "realis": "other", "factuality": [{"value": "PR+", "according_to": "e1"}]}
    Good: /events/1/mentions/0 = {"id": "v2a", "start": 139, "end": 147, "text": "will fly", "polarity": "positive", "realis": "other", "factuality": [{"value": "PR+", "according_to": "e1"}]}
    """
    for start, end, i, j in [t for t in triggers_in_order(doc) if t[1] - t[0] > _LETTERS]:
        count = len(_at(doc, i, j).text.split())
        if count > _WORDS and doc.fits(_at(doc, i, j)):
            yield Problem(
                pointer=f"/events/{i}/mentions/{j}",
                message=f"the trigger “{doc.words(start, end)}” has {count} words",
                fix="mark the one word that says what happens",
                span=(start, end),
            )


@rule("EVT023", "triggers-overlap", severity="warning", since="0.2.0")
def triggers_overlap(doc: Document) -> Iterator[Problem]:
    """Two triggers share some of their words.

    A word names one event; in “election victory” each of the two words names its own.

    Bad: /events/0/mentions/- = {"id": "v1c", "start": 22, "end": 34, "text": "Moon landing", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}]}
    Good: /events/0/mentions/- = {"id": "v1c", "start": 15, "end": 21, "text": "delays", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}]}
    """
    for a, b in [(a, b) for a, b in pairwise(triggers_in_order(doc)) if a[1] > b[0]]:
        if a[:2] != b[:2]:
            yield Problem(
                pointer=f"/events/{b[2]}/mentions/{b[3]}",
                message=f"the triggers “{doc.words(*a[:2])}” and “{doc.words(*b[:2])}” share words",
                fix="mark each event at the one word that names it",
                span=b[:2],
                related=(Place("the other trigger", f"/events/{a[2]}/mentions/{a[3]}", a[:2]),),
            )


@rule("EVT024", "argument-far-away", severity="warning", since="0.2.0")
def far_argument(doc: Document) -> Iterator[Problem]:
    """An argument's mention stands in a paragraph where the event is not mentioned.

    The mention is the nearest one in the sentence of a trigger; if there is none it is null, and the target is enough.

    Bad: /events/1/arguments/0/mention = "m1"
    Good: /events/1/arguments/0/mention = "m5"
    """
    blocks, mentions = doc.blocks, doc.mentions
    events = doc.record.events
    try:
        apart = [
            (v, a)
            for v in events
            if v.mentions
            for block in (blocks[v.mentions[0].start],)
            for a in v.arguments
            if a.mention is not None and blocks[mentions[a.mention].start] != block
        ]
    except (IndexError, KeyError):  # places or ids that don't exist are findings of other rules
        return
    own: dict[str, set[int]] = {}
    for v, a in apart:
        m = mentions[a.mention or ""]
        if v.id not in own:
            own[v.id] = {blocks[x.start] for x in v.mentions if x.start < len(blocks)}
        if blocks[m.start] not in own[v.id]:
            yield Problem(
                pointer=f"{doc.place(a)}/mention",
                message=f"“{doc.words(m.start, m.end)}”, the {a.role} of {called(doc, v)}, stands in another paragraph",
                fix="name the nearest mention in the sentence of a trigger, or null",
                span=(m.start, m.end),
                related=tuple(Place("the event", doc.place(x), (x.start, x.end)) for x in v.mentions[:MANY]),
            )


@rule("EVT028", "trigger-that-names-nothing", severity="warning", since="0.2.0")
def empty_trigger(doc: Document) -> Iterator[Problem]:
    """A trigger is an article, a preposition, a conjunction or an auxiliary, or holds no letter.

    The trigger is the word that names what happens; usually the span is off by one word.

    Bad: /events/1/mentions/0 = {"id": "v2a", "start": 148, "end": 150, "text": "in", "polarity": "positive", "realis": "other", "factuality": [{"value": "Uu", "according_to": "author"}, {"value": "PR+", "according_to": "e1"}]}
    Good: /events/1/mentions/0 = {"id": "v2a", "start": 139, "end": 147, "text": "will fly", "polarity": "positive", "realis": "other", "factuality": [{"value": "PR+", "according_to": "e1"}]}
    """
    said = {m.text for m in doc.values(_TRIGGERS)}
    odd = (said & doc.pack.never_triggers) | {
        words for words in said if not words.isalpha() and not any(map(str.isalpha, words))
    }
    if not odd:
        return
    for i, v in enumerate(doc.record.events):
        for j, m in enumerate(v.mentions):
            if m.text in odd and doc.fits(m):
                yield Problem(
                    pointer=f"/events/{i}/mentions/{j}",
                    message=f"the trigger {m.id} is “{m.text}” in “{doc.words(max(0, m.start - 20), m.end + 20)}”, which names no event",
                    fix="mark the verb or noun that names it",
                    span=(m.start, m.end),
                )


RULES = (negated, not_negated, cue_trigger, long_trigger, triggers_overlap, far_argument, empty_trigger)
