"""What the rules about claims look up in a document."""

from ....model.record import Claim, ClaimRelation
from ...document.look_up import look_up
from ..base import Document


@look_up
def claim_relations(doc: Document) -> list[tuple[Claim, ClaimRelation]]:
    """Every relation of a claim, with the claim that it leads from, in the record's order."""
    return [(c, r) for c in doc.record.claims for r in c.relations]


@look_up
def same_claims(doc: Document) -> dict[str, str]:
    """Claim id → the id that stands for all claims that `same_as` joins with it; claims that it joins with none lack."""
    root: dict[str, str] = {}
    joined: dict[str, list[str]] = {}
    for c, r in claim_relations(doc):
        if r.kind == "same_as" and (mine := root.get(c.id, c.id)) != (its := root.get(r.claim, r.claim)):
            if len(joined.get(mine, ())) > len(joined.get(its, ())):
                mine, its = its, mine
            moved = joined.pop(mine, [mine])
            joined.setdefault(its, [its]).extend(moved)
            root.update(dict.fromkeys([its, *moved], its))
    return root
