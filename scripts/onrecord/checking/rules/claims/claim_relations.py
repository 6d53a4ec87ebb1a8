"""Relations between claims (CLM)."""

import re
from collections.abc import Callable, Iterator
from typing import TypeVar

from ....findings.finding import Place, Problem
from ....model.record import Claim, ClaimRelation, extent
from ..base import MANY, Document, circle, cycles, rule
from .look_ups import claim_relations, same_claims

T = TypeVar("T")


def of_claim(ask: Callable[[Claim], T]) -> Callable[[Claim], T]:
    """The same function, asked of each claim only once, as claims have many relations."""
    known: dict[int, T] = {}

    def answer(claim: Claim) -> T:
        if id(claim) not in known:
            known[id(claim)] = ask(claim)
        return known[id(claim)]

    return answer


def _pointer(doc: Document, claim: Claim, relation: ClaimRelation) -> str:
    """The JSON pointer of a relation."""
    return doc.place(relation)


def _place(doc: Document, claim: Claim, message: str) -> Place:
    return Place(message, doc.place(claim), extent(claim))


@rule("CLM005", "claim-relation-cycle")
def relation_cycle(doc: Document) -> Iterator[Problem]:
    """Claims are the same as, support or answer each other in a circle, or a claim is related to itself.

    `same_as` points from the later to the earlier claim and is stored once; a claim that is the same as another
    can't support it, and nothing answers what answers it.

    Bad: /claims/0/relations = [{"kind": "same_as", "claim": "c2"}]
         /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
    Good: /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
    """
    claims = doc.claims
    yield from _supports_itself(doc)
    for c, r in claim_relations(doc):
        target = claims.get(r.claim)
        if target is not None and target.fragments[0].start >= c.fragments[0].start:
            break  # where all relations lead back in the text, none leads round
    else:
        return
    index = {c.id: i for i, c in enumerate(doc.record.claims)}
    for i, c in enumerate(doc.record.claims):
        for j, r in enumerate(c.relations):
            if r.claim == c.id:
                yield Problem(
                    pointer=f"/claims/{i}/relations/{j}",
                    message=f"{c.id} is related to itself ({r.kind})",
                    fix="remove the relation",
                )
    for kind in ("same_as", "supports", "responds_to"):
        edges = {c.id: [r.claim for r in c.relations if r.kind == kind and r.claim != c.id] for c in doc.record.claims}
        for loop in cycles(edges):
            yield Problem(
                pointer=f"/claims/{index[loop[0]]}/relations",
                message=f"{kind} leads from {loop[0]} back to it: {circle(loop)}",
                fix="keep the relations from later to earlier claims",
                span=extent(doc.record.claims[index[loop[0]]]),
            )


def _supports_itself(doc: Document) -> Iterator[Problem]:
    """Problems for circles of `supports` that close only if claims joined by `same_as` count as one."""
    supports = [(c, r) for c, r in claim_relations(doc) if r.kind == "supports" and r.claim != c.id]
    if not supports:
        return
    joined = {id for c, r in claim_relations(doc) if r.kind == "same_as" for id in (c.id, r.claim)}
    if joined.isdisjoint([id for c, r in supports for id in (c.id, r.claim)]):
        return
    root = same_claims(doc)
    edges: dict[str, list[str]] = {}
    plain: dict[str, list[str]] = {}
    where: dict[tuple[str, str], tuple[Claim, ClaimRelation]] = {}
    for c, r in supports:
        mine, its = root.get(c.id, c.id), root.get(r.claim, r.claim)
        edges.setdefault(mine, []).append(its)
        plain.setdefault(c.id, []).append(r.claim)
        where.setdefault((mine, its), (c, r))
    if any(True for _ in cycles(plain)):
        return
    for loop in cycles(edges):
        steps = [where[pair] for pair in zip(loop, [*loop[1:], loop[0]], strict=True)]
        c, r = steps[0]
        told = ", ".join(f"{a.id} supports {b.claim}" for a, b in steps[:MANY])
        yield Problem(
            pointer=_pointer(doc, c, r),
            message=f"{told}, but same_as makes {'the two one' if len(steps) == 1 else 'this a circle'}",
            fix="keep the relation that holds, and remove the other",
            span=extent(c),
            related=tuple(_place(doc, a, f"{a.id} supports {b.claim}") for a, b in steps[1:MANY]),
        )


@rule(
    "CLM008",
    "repeated-without-same-as",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: len({c.text for c in doc.record.claims}) == len(doc.record.claims),
)
def repeated(doc: Document) -> Iterator[Problem]:
    """Two claims of one claimant have the same sentence and stance, and no `same_as` joins them.

    What is said again in another place is a claim of its own, related same_as to the earlier one.

    Bad: /claims/2/claimant = "e1"
         /claims/2/claimant_mention = "m5"
         /claims/2/stance = "affirm"
         /claims/2/relations = []
    Good: /claims/2/claimant = "e1"
          /claims/2/claimant_mention = "m5"
          /claims/2/stance = "affirm"
          /claims/2/relations = [{"kind": "same_as", "claim": "c1"}]
    """
    claims = doc.record.claims
    root = same_claims(doc)
    opposed = {frozenset((a.id, r.claim)) for a, r in claim_relations(doc) if r.kind == "contradicts"}
    seen: dict[tuple[str, str, str | None, str], Claim] = {}
    for i, c in enumerate(claims):
        first = seen.setdefault((c.text, c.voice, c.claimant, c.stance), c)
        if first is c or [(f.start, f.end) for f in first.fragments] == [(f.start, f.end) for f in c.fragments]:
            continue  # CLM007
        if root.get(c.id, c.id) == root.get(first.id, first.id) or frozenset((c.id, first.id)) in opposed:
            continue  # joined, or CLM012
        yield Problem(
            pointer=f"/claims/{i}/relations",
            message=f"{c.id} repeats {first.id}, “{c.text}”, but no same_as joins the two",
            fix=f"relate the later one to the earlier with same_as ({first.id} is first in the record)",
            span=extent(c),
            related=(_place(doc, first, "first claimed here"),),
        )


@rule("CLM009", "contradictory-relations", since="0.2.0")
def contradictory(doc: Document) -> Iterator[Problem]:
    """Two claims are related by `contradicts`, but also by `same_as` or `supports`.

    Claims that `same_as` joins, directly or through others, are one proposition with one stance. What contradicts one
    of them contradicts all of them; so they can't contradict each other, or support what contradicts one of them.

    Bad: /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
         /claims/2/relations = [{"kind": "contradicts", "claim": "c1"}, {"kind": "supports", "claim": "c2"}]
    Good: /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
          /claims/2/relations = [{"kind": "contradicts", "claim": "c1"}, {"kind": "responds_to", "claim": "c2"}]
    """
    against = [(c, r) for c, r in claim_relations(doc) if r.kind == "contradicts" and r.claim != c.id]
    if not against:
        return
    root = same_claims(doc)
    backing = {
        frozenset((root.get(c.id, c.id), root.get(r.claim, r.claim))): (c, r)
        for c, r in claim_relations(doc)
        if r.kind == "supports"
    }
    for c, r in against:
        mine, its = root.get(c.id, c.id), root.get(r.claim, r.claim)
        if mine != its and (not backing or frozenset((mine, its)) not in backing):
            continue
        what, related = "same_as joins the two", tuple[Place, ...]()
        if mine != its:
            a, b = backing[frozenset((mine, its))]
            what = f"{a.id} supports {b.claim}"
            related = (Place("the support", _pointer(doc, a, b), extent(a)),)
        yield Problem(
            pointer=_pointer(doc, c, r),
            message=f"{c.id} contradicts {r.claim}, but {what}",
            fix="keep the relation that holds, and remove the other",
            span=extent(c),
            related=related,
        )


@rule("CLM010", "relation-to-later", severity="warning", since="0.2.0")
def to_later(doc: Document) -> Iterator[Problem]:
    """`same_as` or `contradicts` points from a claim to one further down in the article.

    Both hold in either direction, so they are stored once: with the later claim, naming the earlier.

    Bad: /claims/0/relations = [{"kind": "contradicts", "claim": "c3"}]
         /claims/2/relations = []
    Good: /claims/0/relations = [{"kind": "responds_to", "claim": "c3"}]
    """
    claims = doc.claims
    for c, r in claim_relations(doc):
        target = claims.get(r.claim)
        if target is None or target.fragments[0].start <= c.fragments[0].start:
            continue
        if r.kind == "supports" or r.kind == "responds_to":
            continue
        back = any(b.kind == r.kind and b.claim == c.id for b in target.relations)
        if back and r.kind == "same_as":
            continue  # CLM005
        yield Problem(
            pointer=_pointer(doc, c, r),
            message=f"{r.kind} points from {c.id} to {target.id}, which stands later in the article"
            + (" and already points back" if back else ""),
            fix="remove the relation" if back else f"store it with {target.id}, naming {c.id}",
            span=extent(c),
            related=(_place(doc, target, "the later claim"),),
        )


@rule("CLM011", "same-against-stance", severity="warning", since="0.2.0")
def same_stance(doc: Document) -> Iterator[Problem]:
    """Two claims are related same_as, but one affirms what the other denies.

    To affirm a sentence and to deny it are different claims. To deny a sentence is to affirm its negation, so the two
    may be the same if only one of the sentences is negated.

    Bad: /claims/2/relations = [{"kind": "same_as", "claim": "c1"}]
    Good: /claims/2/relations = [{"kind": "same_as", "claim": "c1"}]
          /claims/2/text = "NASA will hurry the Moon landing."
    """
    claims, pack = doc.claims, doc.pack
    negated = of_claim(lambda claim: pack.negation.search(claim.text) is not None)
    for c, r in claim_relations(doc):
        if r.kind != "same_as":
            continue
        target = claims.get(r.claim)
        if target is None or target.stance == c.stance or "noncommittal" in (target.stance, c.stance):
            continue
        if target.text != c.text and (not pack.negations or negated(target) != negated(c)):
            continue
        yield Problem(
            pointer=_pointer(doc, c, r),
            message=f"{c.id} is the same as {target.id}, but their stances are {c.stance} and {target.stance}",
            fix="change the relation to contradicts, or correct a stance (the sentence of a denied claim is what is rejected)",
            span=extent(c),
            related=(_place(doc, target, "the other claim"),),
        )


@rule("CLM012", "contradicts-the-same", severity="warning", since="0.2.0")
def contradicts_same(doc: Document) -> Iterator[Problem]:
    """A claim contradicts another with the same sentence and the same stance.

    Contradicting claims differ in what they say, or in whether they affirm it.

    Bad: /claims/2/stance = "affirm"
    Good: /claims/2/stance = "affirm"
          /claims/2/text = "NASA will rush the Moon landing."
    """
    claims = doc.claims
    for c, r in claim_relations(doc):
        if r.kind != "contradicts":
            continue
        target = claims.get(r.claim)
        if target is None or target is c or target.text != c.text or target.stance != c.stance:
            continue
        yield Problem(
            pointer=_pointer(doc, c, r),
            message=f"{c.id} contradicts {target.id}, but both {c.stance} “{c.text}”"
            if c.stance != "noncommittal"
            else f"{c.id} contradicts {target.id}, but both leave open whether “{c.text}”",
            fix="correct a stance (deny, for what is rejected) or a sentence, or remove the relation",
            span=extent(c),
            related=(_place(doc, target, "the other claim"),),
        )


_LONG = re.compile(r"[^\W\d_]{4}")
_SHORT = 3
"""Characters of a first word up to which it is an article or a pronoun (“The”, “She”) rather than a name."""


@rule("CLM030", "relation-of-other-words", severity="info", since="0.2.0")
def other_matter(doc: Document) -> Iterator[Problem]:
    """A claim is the same as, contradicts or responds to another, but the two share no word and nothing that they are
    about.

    Claims on the same matter share at least a name; usually the relation names the wrong claim.

    Bad: /claims/1/relations = [{"kind": "same_as", "claim": "c1"}]
         /claims/1/text = "Ships may start in 2028."
    Good: /claims/1/relations = [{"kind": "supports", "claim": "c1"}]
          /claims/1/text = "Ships may start in 2028."
    """
    stems = of_claim(lambda claim: {w[:4] for w in claim.text.casefold().split() if _LONG.match(w)})
    for c, r in claim_relations(doc):
        target = doc.claims.get(r.claim) if r.kind != "supports" else None
        if target is None or target is c or not set(c.about).isdisjoint(target.about):
            continue
        first = c.text.partition(" ")[0]
        if len(first) > _SHORT and first in target.text:
            continue  # most sentences open with a name
        mine, its = stems(c), stems(target)
        if mine and its and mine.isdisjoint(its):
            yield Problem(
                pointer=_pointer(doc, c, r),
                message=f"{c.id} is related to {target.id} ({r.kind}), but they share no word: “{c.text}”, “{target.text}”",
                fix="name the claim that is meant, or choose another relation",
                span=extent(c),
                related=(_place(doc, target, "the other claim"),),
            )


@rule("CLM031", "contradicts-oneself", severity="info", since="0.2.0")
def oneself(doc: Document) -> Iterator[Problem]:
    """A claim contradicts another claim of the same claimant, though both are affirmed.

    Some people do contradict themselves, but more often the relation is the wrong one.

    Bad: /claims/1/relations = [{"kind": "contradicts", "claim": "c1"}]
    Good: /claims/1/relations = [{"kind": "supports", "claim": "c1"}]
    """
    for c, r in claim_relations(doc):
        target = doc.claims.get(r.claim) if r.kind == "contradicts" else None
        if target is None or target is c or c.claimant is None or target.claimant != c.claimant:
            continue
        if c.stance == target.stance == "affirm" and target.text != c.text:  # CLM012
            yield Problem(
                pointer=_pointer(doc, c, r),
                message=f"{c.id} contradicts {target.id}, though both are claims of {doc.named(c.claimant)}: “{c.text}”, “{target.text}”",
                fix="choose the relation that the words support, or correct a claimant",
                span=extent(c),
                related=(_place(doc, target, "the other claim"),),
            )


RULES = (oneself, other_matter, relation_cycle, repeated, contradictory, to_later, same_stance, contradicts_same)
