"""Claims (CLM)."""

from collections.abc import Iterator

from ..finding import Problem
from .base import Document, cycles, rule
from .quotes import inside


@rule("CLM001", "voice-against-claimant")
def voice(doc: Document) -> Iterator[Problem]:
    """A claim's voice and claimant contradict each other.

    A source has a claimant; the author and unnamed people have none.

    Bad: /claims/2/voice = "author"
    Good: /claims/2/voice = "author"
          /claims/2/claimant = null
          /claims/2/claimant_mention = null
    """
    for i, c in enumerate(doc.record.claims):
        if (c.voice == "source") != (c.claimant is not None):
            yield Problem(
                pointer=f"/claims/{i}/claimant",
                message=f"the voice of {c.id} is {c.voice}, and its claimant {c.claimant}",
                fix="name the claimant of a source's claim; set it to null otherwise",
            )


@rule("CLM002", "claimant-mention-of-another")
def claimant_mention(doc: Document) -> Iterator[Problem]:
    """The claimant's mention belongs to another entity, or stands without a claimant.

    A mention names its entity; the claim must not say otherwise.

    Bad: /claims/0/claimant_mention = "m7"
    Good: /claims/0/claimant_mention = "m3"
    """
    for i, c in enumerate(doc.record.claims):
        if c.claimant_mention is None:
            continue
        if c.claimant is None:
            yield Problem(
                pointer=f"/claims/{i}/claimant_mention",
                message=f"{c.id} has a claimant mention but no claimant",
                fix="name the claimant, or set the mention to null",
            )
        elif not doc.owned(c.claimant_mention, c.claimant):
            yield Problem(
                pointer=f"/claims/{i}/claimant_mention",
                message=f"{c.claimant_mention} is a mention of {doc.owners[c.claimant_mention].id}, but the claimant of {c.id} is {c.claimant}",
                fix="correct the one or the other",
            )


@rule("CLM003", "claimant-against-speaker")
def claimant(doc: Document) -> Iterator[Problem]:
    """A claim's claimant is not the speaker of its quote.

    The quote of a claim is the innermost one whose speaker is the claimant.

    Bad: /claims/0/claimant = "e4"
         /claims/0/claimant_mention = "m8"
    Good: /claims/0/quote = null
    """
    for i, c in enumerate(doc.record.claims):
        quote = doc.quotes.get(c.quote or "")
        if quote is not None and quote.speaker != c.claimant:
            yield Problem(
                pointer=f"/claims/{i}/quote",
                message=f"the claimant of {c.id} is {c.claimant}, but the speaker of its quote {quote.id} is {quote.speaker}",
                fix="name the quote whose speaker makes the claim, or null",
            )


@rule("CLM004", "claim-outside-quote")
def claim_place(doc: Document) -> Iterator[Problem]:
    """A claim's words lie outside its quote.

    A claim made in a quote stands in the quote's content.

    Bad: /claims/0/fragments = [{"start": 40, "end": 91, "text": "said on Tuesday that it will “not rush” the landing"}]
    Good: /claims/0/fragments = [{"start": 61, "end": 79, "text": "it will “not rush”"}]
    """
    for i, c in enumerate(doc.record.claims):
        quote = doc.quotes.get(c.quote or "")
        if quote is None:
            continue
        for j, f in enumerate(c.fragments):
            if not inside(f, quote.fragments):
                yield Problem(
                    pointer=f"/claims/{i}/fragments/{j}",
                    message=f"the words of {c.id} lie outside its quote {quote.id}",
                    fix="mark the words within the quote, or correct the quote",
                    span=(f.start, f.end),
                )


@rule("CLM005", "claim-relation-cycle")
def relation_cycle(doc: Document) -> Iterator[Problem]:
    """Claims are the same as or support each other in a circle, or a claim is related to itself.

    `same_as` points from the later to the earlier claim and is stored once.

    Bad: /claims/0/relations = [{"kind": "same_as", "claim": "c2"}]
         /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
    Good: /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
    """
    index = {c.id: i for i, c in enumerate(doc.record.claims)}
    for i, c in enumerate(doc.record.claims):
        for j, r in enumerate(c.relations):
            if r.claim == c.id:
                yield Problem(
                    pointer=f"/claims/{i}/relations/{j}",
                    message=f"{c.id} is related to itself ({r.kind})",
                    fix="remove the relation",
                )
    for kind in ("same_as", "supports"):
        edges = {c.id: [r.claim for r in c.relations if r.kind == kind and r.claim != c.id] for c in doc.record.claims}
        for loop in cycles(edges):
            yield Problem(
                pointer=f"/claims/{index[loop[0]]}/relations",
                message=f"{kind} leads from {loop[0]} back to it: {' → '.join([*loop, loop[0]])}",
                fix="keep the relations from later to earlier claims",
            )


@rule("CLM006", "check-worthy-without-fact")
def check_worthy(doc: Document) -> Iterator[Problem]:
    """A claim that is no fact is marked check-worthy.

    Only facts can be settled by public evidence; predictions, positions and evaluations can't.

    Bad: /claims/1/check_worthy = true
    Good: /claims/1/check_worthy = true
          /claims/1/kind = "fact"
    """
    for i, c in enumerate(doc.record.claims):
        if c.check_worthy and c.kind != "fact":
            yield Problem(
                pointer=f"/claims/{i}/check_worthy",
                message=f"{c.id} is check-worthy, but its kind is {c.kind}",
                fix="set check_worthy to false, or the kind to fact",
            )


RULES = (voice, claimant_mention, claimant, claim_place, relation_cycle, check_worthy)
