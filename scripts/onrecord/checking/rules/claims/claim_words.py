"""The sentences of claims: how they open and end, and whether kind, stance and `about` fit them (CLM)."""

import re
from collections.abc import Iterator
from functools import cache

from ....findings.finding import Problem
from ....model.record import Claim, extent
from ....text.languages import SCRIPTS, STOPLESS, script
from ....text.words import Pack, Words
from ...document.pieces import Beginnings
from ..base import Document, rule

_ENDS = ".!?…。．！？؟۔।॥։።"
_CLOSERS = "\"'”’»)]」』"


@cache
def _spaced(words: Words) -> tuple[str, ...]:
    """Words with a space on either side, as they stand within a sentence."""
    return tuple(f" {word} " for word in words)


@cache
def _heads(pack: Pack) -> Words:
    """The first two characters of sentences that open with a pronoun."""
    return frozenset(word[:2].ljust(2).capitalize() for word in pack.opening_pronouns)


@rule("CLM013", "opens-with-pronoun", severity="warning", since="0.2.0", words=("opening_pronouns",))
def opens_with_pronoun(doc: Document) -> Iterator[Problem]:
    """A claim's sentence opens with a pronoun.

    The sentence must be clear by itself, with names in place of pronouns. “It would be wise to …” is allowed.

    Bad: /claims/1/text = "We will fly to the Moon in 2028."
    Good: /claims/1/text = "It will be possible to fly to the Moon in 2028."
    """
    pack = doc.pack
    heads = _heads(pack)
    for i, c in enumerate(doc.record.claims):
        if c.text[:2] not in heads:
            continue
        word = c.text.replace("’", " ").replace("'", " ").split(None, 1)[0]
        if word.lower() not in pack.opening_pronouns or c.text.startswith(pack.legal_openings):
            continue
        if pack.expletive is None or not pack.expletive.match(c.text):
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"the sentence of {c.id} opens with “{word}”: “{c.text}”",
                fix="write the name of what the pronoun stands for",
                span=extent(c),
            )


@rule("CLM014", "no-sentence", severity="warning", since="0.2.0")
def no_sentence(doc: Document) -> Iterator[Problem]:
    """A claim's sentence has no full stop, or begins with a small letter.

    It is a whole sentence, not a phrase of the article.

    Bad: /claims/1/text = "will fly to the Moon in 2028"
    Good: /claims/1/text = "“Fly to the Moon in 2028” is what NASA will do."
    """
    names: Beginnings | None = None
    for i, c in enumerate(doc.record.claims):
        text = c.text.strip()
        if not text:
            continue  # CLM025
        small = text[0].islower() and not text[1:2].isupper()  # iPhone
        if not small and text[-1] in _ENDS:
            continue
        if small:
            names = names or Beginnings(e.name for e in doc.record.entities)
            small = names.longest(text) is None  # al-Qaeda, de Gaulle
        ended = text.rstrip(_CLOSERS)[-1:] in _ENDS or doc.language in STOPLESS
        if small or not ended:
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"the sentence of {c.id} is not a whole one, as it {'begins with a small letter' if small else 'has no full stop'}: “{text}”",
                fix="write one sentence, from its capital to its full stop",
                span=extent(c),
            )


@cache
def _telling(pack: Pack) -> tuple[str, ...]:
    """Words of which every sentence that reports has at least one."""
    return _spaced(pack.complementisers | pack.bare_saying)


def _clause(text: str, pack: Pack) -> str:
    """A sentence without the commas that separate a reported clause from its verb."""
    return text.replace(", ", " ") if pack.clause_comma else text


@rule("CLM015", "sentence-reports", severity="warning", since="0.2.0", words=("saying", "complementisers"))
def reports(doc: Document) -> Iterator[Problem]:
    """A source's claim has a sentence that merely reports it: “X said that …”.

    The sentence is the proposition itself; that X says it stands in the claimant and the quote.

    Bad: /claims/1/text = "NASA said that it will fly to the Moon in 2028."
    Good: /claims/1/text = "NASA will fly in the year that critics said that it would."
    """
    pack = doc.pack
    claims = doc.record.claims
    texts = [c.text for c in claims]
    joined, reporting = "\n".join(texts), pack.saying | pack.thinking
    told = {i for word in _telling(pack) if word in joined for i, text in enumerate(texts) if word in text}
    names: dict[str, Beginnings] = {}
    for i in sorted(told):
        c = claims[i]
        entity = doc.entities.get(c.claimant or "")
        if entity is None or reporting.isdisjoint(_clause(c.text, pack).split()):
            continue
        if entity.id not in names:
            names[entity.id] = Beginnings(f"{n} " for n in (entity.name, *(m.text for m in entity.mentions)))
        name = names[entity.id].longest(c.text)
        if name is None:
            continue
        after = [w for w in _clause(c.text[len(name) :], pack).split() if w not in pack.perfect_auxiliaries]
        verb, rest = after[0] if after else "", after[1:]
        if verb in reporting and (verb in pack.bare_saying or not pack.complementisers.isdisjoint(rest[:1])):
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"the sentence of {c.id} only reports what {entity.name!r} {verb}: “{c.text}”",
                fix="write what is claimed, without who says it",
                span=extent(c),
            )


@rule("CLM020", "check-worthy-refusal", severity="warning", since="0.2.0")
def refusal(doc: Document) -> Iterator[Problem]:
    """A claim that takes no side is marked check-worthy.

    Whoever declines to say asserts nothing that evidence could settle.

    Bad (also CLM028): /claims/2/stance = "noncommittal"
         /claims/2/kind = "fact"
         /claims/2/check_worthy = true
    Good (also CLM028): /claims/2/stance = "noncommittal"
          /claims/2/kind = "fact"
    """
    for i, c in enumerate(doc.record.claims):
        if c.check_worthy and c.stance == "noncommittal":
            yield Problem(
                pointer=f"/claims/{i}/check_worthy",
                message=f"{c.id} is check-worthy, but its stance is noncommittal: “{c.text}”",
                fix="set check_worthy to false, or correct the stance",
                span=extent(c),
            )


@rule("CLM022", "denied-negation", severity="info", since="0.2.0", words=("negations",))
def denied_negation(doc: Document) -> Iterator[Problem]:
    """A denied claim's sentence is itself negated.

    With the stance deny, the sentence states what is rejected: “There were calls”, for “there were no calls”.

    Bad: /claims/2/text = "NASA will not hurry the Moon landing."
    Good: /claims/2/text = "NASA will hurry the Moon landing."
    """
    affirmed: set[str] = set()
    for i, c in enumerate(doc.record.claims):
        if c.stance != "deny":
            continue
        if not doc.pack.negation.search(c.text):
            continue
        affirmed = affirmed or {o.text for o in doc.record.claims if o.stance == "affirm"}
        if c.text in affirmed:
            continue  # somebody claims just that sentence
        yield Problem(
            pointer=f"/claims/{i}/text",
            message=f"{c.id} denies a negated sentence: “{c.text}”",
            fix="write the sentence that is rejected, without “not”; or affirm the negated one",
            span=extent(c),
        )


@rule("CLM023", "claim-about-nothing", severity="info", since="0.2.0")
def about_nothing(doc: Document) -> Iterator[Problem]:
    """A claim does not say what it is about.

    `about` connects claims on the same matter; nearly every claim is about an entity or an event of the record.

    Bad: /claims/1/about = []
    Good: /claims/1/about = ["e1"]
    """
    for i, c in enumerate(doc.record.claims):
        if not c.about:
            yield Problem(
                pointer=f"/claims/{i}/about",
                message=f"{c.id} does not say what it is about: “{c.text}”",
                fix="name the main entities and events that it is about",
                span=extent(c),
            )


@rule("CLM028", "fact-of-the-future", severity="info", since="0.2.0", words=("future_auxiliaries", "subordinators"))
def future_fact(doc: Document) -> Iterator[Problem]:
    """A claim of fact has a sentence about the future.

    A fact is about the present or the past. A claim about the future is a prediction; a wish or a promise is a
    position.

    Bad: /claims/1/kind = "fact"
    Good: /claims/1/kind = "fact"
          /claims/1/text = "NASA knows who will fly to the Moon."
    """
    pack = doc.pack
    future = _spaced(pack.future_auxiliaries)
    for i, c in enumerate(doc.record.claims):
        if c.kind == "fact" and (places := [at for word in future if (at := c.text.find(word)) >= 0]):
            before = c.text[: min(places)].lower().split()
            if pack.subordinators.isdisjoint(before) and pack.noun_openers.isdisjoint(before[-1:]):
                yield Problem(
                    pointer=f"/claims/{i}/kind",
                    message=f"{c.id} is a fact, but its sentence is about the future: “{c.text}”",
                    fix="set the kind to prediction, or to position for a promise or a demand",
                    span=extent(c),
                )


@rule("CLM029", "claim-about-its-own-quote", severity="warning", since="0.2.0")
def about_its_quote(doc: Document) -> Iterator[Problem]:
    """A claim is about the quote in which it is made.

    `about` names what the sentence speaks of; where it was said stands in `quote`.

    Bad: /claims/1/about = ["v2", "q2"]
    Good: /claims/1/about = ["v2", "q1"]
    """
    for i, c in enumerate(doc.record.claims):
        if c.quote in c.about:
            yield Problem(
                pointer=f"/claims/{i}/about/{c.about.index(c.quote or '')}",
                message=f"{c.id} is about {c.quote}, the quote in which it is made",
                fix="remove it from about",
                span=extent(c),
            )


_BEFORE = 120
"""Characters before a claim within which its “not” stands: the length of a long clause."""
_AFTER = 60
"""Characters after it: what denies stands before more often than behind."""


@rule(
    "CLM032",
    "stance-that-no-word-tells",
    severity="warning",
    since="0.2.0",
    words=("negations", "denying", "undecided"),
)
def untold_stance(doc: Document) -> Iterator[Problem]:
    """A claim's stance is deny or noncommittal, but no word in or near it denies or leaves open.

    A denial has a word such as “not”, “no” or “refuted”; without one the claimant affirms.

    Bad: /claims/1/stance = "deny"
    Good: /claims/0/stance = "deny"
          /claims/0/text = "NASA will rush the Moon landing."
          /claims/2/stance = "affirm"
          /claims/2/text = "NASA will rush the Moon landing."
    """
    pack = doc.pack
    for i, c in enumerate(doc.record.claims):
        if c.stance == "affirm":
            continue
        cue = q.cue.text.lower() if (q := doc.quotes.get(c.quote or "")) is not None and q.cue is not None else ""
        if cue.startswith(pack.denying):
            continue
        start, end = extent(c)
        block = doc.segment(start)
        low = max(block.start if block else 0, start - _BEFORE)
        low = max(low, *(doc.text.rfind(mark, low, start) for mark in (". ", "? ", "! ", ".” ")))
        high = min(block.end if block else end, end + _AFTER)
        near = doc.text[low:high] if high - low <= _WIDE else _around(doc, c, low, high)
        told = f"{near} {cue}".lower()
        if pack.negated.search(told):
            continue
        words = told.translate(_MARKS).split()
        if any([w.startswith(pack.denying) for w in words]):
            continue
        if c.stance == "deny" or pack.undecided.isdisjoint(words):
            yield Problem(
                pointer=f"/claims/{i}/stance",
                message=f"the stance of {c.id} is {c.stance}, but no word around “{doc.words(start, end)}” shows it",
                fix="set the stance to affirm, or mark the words that deny",
                span=(start, end),
            )


_WIDE = 2000
"""Characters of a claim's surroundings that are looked at as a whole; of wider ones its pieces."""


def _around(doc: Document, claim: Claim, low: int, high: int) -> str:
    """A claim's pieces with the words beside them, between two offsets."""
    return " ".join(doc.text[max(low, f.start - _BEFORE) : min(high, f.end + _AFTER)] for f in claim.fragments)


_MARKS = str.maketrans(dict.fromkeys(".,;:!?“”‘’\"'()", " "))


@cache
def _word(script: str | None) -> re.Pattern[str]:
    """A word in a script; foreign ones tell nothing of the sentence's tense."""
    return re.compile(f"[{SCRIPTS[script]}]+" if script else r"[^\W\d_]+")


@rule("CLM033", "prediction-of-nothing-to-come", severity="info", since="0.2.0", words=("to_come",))
def no_prediction(doc: Document) -> Iterator[Problem]:
    """A prediction's sentence has no word about the future.

    A prediction says what will be; the sentence has to say so by itself.

    Bad: /claims/1/text = "NASA flew to the Moon in 2028."
    Good: /claims/1/text = "NASA is likely to fly to the Moon in 2028."
    """
    word = _word(script(doc.record.metadata.language))
    for i, c in enumerate(doc.record.claims):
        if c.kind != "prediction" or len(words := word.findall(c.text.lower())) <= 2:
            continue
        if doc.pack.to_come.isdisjoint(words):
            yield Problem(
                pointer=f"/claims/{i}/text",
                message=f"{c.id} is a prediction, but its sentence says nothing about the future: “{c.text}”",
                fix="write the sentence in the future, or set the kind to fact or evaluation",
                span=extent(c),
            )


RULES = (
    untold_stance, no_prediction, opens_with_pronoun, no_sentence, reports, refusal, denied_negation, about_nothing, future_fact, about_its_quote,
)  # fmt: skip
