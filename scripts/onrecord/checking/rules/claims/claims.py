"""Claims (CLM): who makes them, and in which quote."""

from collections.abc import Iterator

from ....findings.finding import Place, Problem
from ....model.record import Claim, Quote, extent
from ...document.pieces import all_inside, inside
from ..base import Document, rule
from ..quotes.quote_sources import mute


def _own_quote(doc: Document, claim: Claim) -> Quote | None:
    """The innermost quote by the claimant that holds a claim's words."""
    first = claim.fragments[0]
    for q in reversed(doc.holding(first.start, first.end)):
        if q.speaker == claim.claimant and all_inside(claim.fragments, q.fragments):
            return q
    return None


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
                message=f"the voice of {c.id} is {c.voice}, but {f'its claimant is {doc.named(c.claimant)}' if c.claimant else 'it has no claimant'}",
                fix="name the claimant of a source's claim; set it to null otherwise",
            )


@rule("CLM002", "claimant-mention-of-another")
def claimant_mention(doc: Document) -> Iterator[Problem]:
    """The claimant's mention belongs to another entity, or stands without a claimant.

    A mention names its entity; the claim must not say otherwise.

    Bad: /claims/0/claimant_mention = "m7"
    Good: /claims/2/claimant_mention = null
    """
    owners = doc.owners
    for i, c in enumerate(doc.record.claims):
        if c.claimant_mention is None:
            continue
        owner = owners.get(c.claimant_mention)
        if owner is not None and owner.id == c.claimant:
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
                message=f"{doc.named(c.claimant_mention)} is a mention of {doc.named(owners[c.claimant_mention].id)}, but the claimant of {c.id} is {doc.named(c.claimant)}",
                fix="correct one of the two",
            )


@rule("CLM003", "claimant-against-speaker")
def claimant(doc: Document) -> Iterator[Problem]:
    """A claim's claimant is not the speaker of its quote.

    The quote of a claim is the innermost one whose speaker is the claimant.

    Bad: /claims/0/claimant = "e4"
         /claims/0/claimant_mention = "m8"
    Good: /claims/0/claimant = "e4"
          /claims/0/claimant_mention = "m8"
          /claims/0/quote = null
    """
    for i, c in enumerate(doc.record.claims):
        quote = doc.quotes.get(c.quote or "")
        if quote is not None and quote.speaker != c.claimant:
            yield Problem(
                pointer=f"/claims/{i}/quote",
                message=f"the claimant of {c.id} is {doc.named(c.claimant)}, but the speaker of its quote {quote.id} is {doc.named(quote.speaker)}",
                fix="name the quote whose speaker makes the claim, or null",
            )


@rule("CLM004", "claim-outside-quote")
def claim_place(doc: Document) -> Iterator[Problem]:
    """A claim's words lie outside its quote.

    A claim made in a quote stands in the quote's content.

    Bad: /claims/0/fragments = [{"start": 40, "end": 91, "text": "said on Tuesday that it will “not rush” the landing"}]
    Good: /claims/0/fragments = [{"start": 61, "end": 79, "text": "it will “not rush”"}]
    """
    quotes = doc.quotes
    for i, c in enumerate(doc.record.claims):
        quote = quotes.get(c.quote) if c.quote is not None else None
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


@rule("CLM006", "check-worthy-without-fact")
def check_worthy(doc: Document) -> Iterator[Problem]:
    """A claim that is not a fact is marked check-worthy.

    Only facts can be settled by public evidence; predictions, positions and evaluations can't.

    Bad: /claims/1/check_worthy = true
    Good (also CLM028): /claims/1/check_worthy = true
          /claims/1/kind = "fact"
    """
    for i, c in enumerate(doc.record.claims):
        if c.check_worthy and c.kind != "fact":
            yield Problem(
                pointer=f"/claims/{i}/check_worthy",
                message=f"{c.id} is check-worthy, but its kind is {c.kind}",
                fix="set check_worthy to false, or the kind to fact",
            )


@rule(
    "CLM007",
    "duplicate-claim",
    since="0.2.0",
    unless=lambda doc: len({c.fragments[0].start for c in doc.record.claims}) == len(doc.record.claims),
)
def duplicate(doc: Document) -> Iterator[Problem]:
    """The same words are marked twice as a claim with the same sentence and the same claimant.

    One proposition in one place is one claim; the second would be counted as another.

    Bad (also CLM012): /claims/2/fragments = [{"start": 61, "end": 91, "text": "it will “not rush” the landing"}]
         /claims/2/claimant = "e1"
         /claims/2/claimant_mention = "m2"
         /claims/2/quote = "q1"
         /claims/2/stance = "affirm"
    Good: /claims/2/fragments = [{"start": 61, "end": 91, "text": "it will “not rush” the landing"}]
          /claims/2/claimant = "e1"
          /claims/2/claimant_mention = "m2"
          /claims/2/quote = "q1"
          /claims/2/text = "NASA will take its time to land on the Moon."
    """
    claims = doc.record.claims
    seen: dict[object, int] = {}
    for i, c in enumerate(claims):
        content = tuple((f.start, f.end) for f in c.fragments)
        first = seen.setdefault((content, c.voice, c.claimant, c.text), i)
        if first != i:
            yield Problem(
                pointer=f"/claims/{i}",
                message=f"{c.id} marks the same words as {claims[first].id}, with the same claimant and sentence: “{c.text}”",
                fix=f"keep one of the two ({claims[first].id} or {c.id}), and let every reference name it",
                span=extent(c),
                related=(Place("first claimed here", f"/claims/{first}", extent(c)),),
            )


@rule("CLM016", "quote-not-innermost", severity="warning", since="0.2.0")
def innermost_quote(doc: Document) -> Iterator[Problem]:
    """A claim names no quote, or not the innermost quote of its claimant that holds its words.

    The quote tells who quotes whom, so a claim inside somebody's quote must name it.

    Bad: /claims/0/quote = null
    Good: /claims/0/quote = null
          /claims/0/claimant = "e3"
          /claims/0/claimant_mention = "m7"
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    limit = len(nesting_at)
    for i, c in enumerate(doc.record.claims):
        nest = nestings[nesting_at[at]] if (at := c.fragments[0].start) < limit else ()
        if not nest or quotes[nest[-1]].id == c.quote or c.voice != "source":
            continue
        if c.quote is not None and (c.quote not in doc.quotes or doc.quotes[c.quote].speaker != c.claimant):
            continue  # IDS002, CLM003
        own = _own_quote(doc, c)
        if own is None or own.id == c.quote or (c.quote and extent(own) == extent(doc.quotes[c.quote])):
            continue
        yield Problem(
            pointer=f"/claims/{i}/quote",
            message=f"“{doc.words(*extent(c))}” ({c.id}) stands in {own.id}, a quote of its claimant, but the claim's quote is "
            + ("null" if c.quote is None else f"{c.quote}, further out"),
            fix=f"set the quote to {own.id}",
            span=extent(c),
            related=(Place("the innermost quote", doc.place(own), extent(own)),),
        )


@rule("CLM017", "own-voice-in-quote", severity="warning", since="0.2.0")
def own_voice(doc: Document) -> Iterator[Problem]:
    """A claim of the author, or of nobody named, stands in the quote of a named speaker.

    What a source says is the source's claim, not the article's.

    Bad: /claims/0/voice = "author"
         /claims/0/claimant = null
         /claims/0/claimant_mention = null
         /claims/0/quote = null
    Good: /claims/2/voice = "author"
          /claims/2/claimant = null
          /claims/2/claimant_mention = null
    """
    nesting_at, nestings = doc.nesting_at, doc.nestings
    limit = len(nesting_at)
    for i, c in enumerate(doc.record.claims):
        if c.voice == "source" or c.quote is not None:
            continue
        if (at := c.fragments[0].start) >= limit or not nestings[nesting_at[at]]:
            continue
        for q in reversed(doc.holding(c.fragments[0].start, c.fragments[0].end)):
            if all_inside(c.fragments, q.fragments):
                if q.speaker is not None and q.speaker in doc.entities:
                    name = doc.entities[q.speaker].name
                    whose = "the author's" if c.voice == "author" else "nobody's"
                    yield Problem(
                        pointer=f"/claims/{i}/voice",
                        message=f"{c.id} is {whose} claim, but its words are those of {name!r} in {q.id}",
                        fix=f"set the voice to source, the claimant to {q.speaker} and the quote to {q.id}",
                        span=extent(c),
                        related=(Place("the quote", doc.place(q), extent(q)),),
                    )
                break


@rule("CLM018", "claimant-that-cannot-claim", severity="warning", since="0.2.0")
def silent(doc: Document) -> Iterator[Problem]:
    """A claimant is a place, a building or a product.

    Only people and organisations make claims. The name of a building that stands for a government or a firm is a
    metonymic mention of it, an ORG.

    Bad: /entities/2/type = "LOC"
    Good: /entities/2/type = "OTHER"
    """
    dumb = mute(doc.record)
    if not dumb:
        return
    for i, c in enumerate(doc.record.claims):
        if c.claimant in dumb:
            entity = doc.entities[c.claimant]
            yield Problem(
                pointer=f"/claims/{i}/claimant",
                message=f"the claimant of {c.id} is {entity.name!r}, which is a {entity.type}",
                fix="name the person or organisation that makes the claim, or correct the entity's type",
                span=extent(c),
            )


@rule("CLM019", "claimant-mention-differs", severity="warning", since="0.2.0")
def mention_differs(doc: Document) -> Iterator[Problem]:
    """A claim's claimant mention differs from the speaker mention of its quote.

    The claimant of a quoted claim is the speaker of the quote, so both name the same mention.

    Bad: /claims/0/claimant_mention = "m5"
    Good: /claims/0/claimant_mention = "m5"
          /quotes/0/speaker_mention = "m5"
    """
    quotes = doc.quotes
    for i, c in enumerate(doc.record.claims):
        if c.quote is None or (q := quotes.get(c.quote)) is None or q.speaker_mention == c.claimant_mention:
            continue
        if q.speaker != c.claimant:
            continue  # CLM003
        if any(m is not None and not doc.owned(m, c.claimant or "") for m in (q.speaker_mention, c.claimant_mention)):
            continue  # QUO007, CLM002
        mine, its = (
            "null" if m is None else f"“{doc.mentions[m].text}”" if m in doc.mentions else m
            for m in (c.claimant_mention, q.speaker_mention)
        )
        yield Problem(
            pointer=f"/claims/{i}/claimant_mention",
            message=f"the claimant mention of {c.id} is {mine}, but the speaker mention of its quote {q.id} is {its}",
            fix="name the same mention in both",
            span=extent(c),
            related=(Place("the quote", doc.place(q), extent(q)),),
        )


@rule(
    "CLM021",
    "claim-in-related-link",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: all([s.kind != "related_link" for s in doc.record.segments]),
)
def related_link(doc: Document) -> Iterator[Problem]:
    """A claim stands in a link to another article.

    A related headline belongs to another article. Its mentions are marked, and a pledge in it is a quote, but it gets
    no claims.

    Bad: /segments/1/kind = "related_link"
         /claims/2/fragments = [{"start": 8, "end": 34, "text": "Agency delays Moon landing"}]
         /claims/2/relations = []
    Good: /segments/1/kind = "related_link"
    """
    for i, c in enumerate(doc.record.claims):
        block = doc.segment(c.fragments[0].start)
        if block is not None and block.kind == "related_link":
            yield Problem(
                pointer=f"/claims/{i}",
                message=f"{c.id} stands in the related link “{doc.words(block.start, block.end)}”",
                fix="remove the claim, or correct the kind of the block",
                span=extent(c),
            )


RULES = (
    voice,
    claimant_mention,
    claimant,
    claim_place,
    check_worthy,
    duplicate,
    innermost_quote,
    own_voice,
    silent,
    mention_differs,
    related_link,
)
