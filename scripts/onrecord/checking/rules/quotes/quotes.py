"""Quotes (QUO): their form, and whom and what they name."""

from collections.abc import Iterator

from ....findings.finding import Problem
from ....text.quotation_marks import OPENING, SINGLE, holds_single, in_marks
from ...document.pieces import inside, pieces
from ..base import Document, circle, cycles, rule
from .quote_marks import at_home, bare


@rule("QUO001", "direct-without-marks")
def direct_marks(doc: Document) -> Iterator[Problem]:
    """A direct quote's content is not in quotation marks.

    A quote is direct if all of it stands in quotation marks (or after a dialogue dash). The marks belong to the
    content.

    Bad: /quotes/0/kind = "direct"
         /quotes/0/verbatim = []
    Good: /quotes/0/kind = "direct"
          /quotes/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
          /quotes/0/verbatim = []
          /claims/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
          /events/0/mentions/1/factuality = [{"value": "Uu", "according_to": "author"}]
    """
    for i, q in enumerate(doc.record.quotes):
        if q.kind != "direct" or not q.fragments:
            continue
        for j, f in enumerate(q.fragments):
            if bare(q, j):
                yield Problem(
                    pointer=f"/quotes/{i}/fragments/{j}",
                    message=f"direct quote {q.id}: this piece does not stand in quotation marks",
                    fix="include the marks in the span, or set the kind to indirect or mixed",
                    span=(f.start, f.end),
                )


@rule("QUO002", "indirect-in-marks")
def indirect_marks(doc: Document) -> Iterator[Problem]:
    """An indirect quote's content is in quotation marks.

    A quote that stands in quotation marks is direct.

    Bad: /quotes/1/kind = "indirect"
    Good: /quotes/0/kind = "indirect"
          /quotes/0/fragments = [{"start": 80, "end": 115, "text": "the landing, first planned for 2026"}]
          /quotes/0/verbatim = []
          /claims/0/fragments = [{"start": 80, "end": 91, "text": "the landing"}]
          /quotes/- = {"id": "q3", "kind": "direct", "fragments": [{"start": 69, "end": 79, "text": "“not rush”"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": "m2", "addressees": [], "parent": null, "attribution": "speech", "time": null, "setting": null}
    """
    for i, q in enumerate(doc.record.quotes):
        if q.kind == "indirect":
            for j, f in enumerate(q.fragments):
                if f.text[0] in OPENING and in_marks(f.text) and not f.text.startswith(("'", "’")):
                    if doc.marks.pairs.get(f.start, f.end) != f.end:
                        continue  # “one” and “two”: that is QUO003
                    yield Problem(
                        pointer=f"/quotes/{i}/fragments/{j}",
                        message=f"indirect quote {q.id}: this piece stands in quotation marks",
                        fix="set the kind to direct",
                        span=(f.start, f.end),
                    )


@rule("QUO003", "indirect-holding-marks", severity="warning")
def indirect_holds(doc: Document) -> Iterator[Problem]:
    """An indirect quote holds words in quotation marks.

    If they are the speaker's own words, the quote is mixed and `verbatim` lists them. Titles in double
    quotation marks are accepted if they are marked as mentions.

    Bad: /quotes/0/kind = "indirect"
         /quotes/0/verbatim = []
    Good: /quotes/0/kind = "indirect"
          /quotes/0/verbatim = []
          /entities/- = {"id": "e5", "type": "WORK", "name": "not rush", "link": {"status": "not_attempted", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 70, "end": 78, "text": "not rush", "kind": "name", "metonymic": false, "demonym": false}]}
    """
    quotes = doc.record.quotes
    found: list[tuple[int, int, int]] = []
    for start, end in doc.marks.pairs.items():
        for i in doc.nestings[doc.nesting_at[start]]:
            q = quotes[i]
            if q.kind == "indirect" and i in doc.nestings[doc.nesting_at[end - 1]] and not at_home(doc, q, start, end):
                found.append((i, start, end))
    if not doc.rare.isdisjoint(SINGLE):
        for i, q in enumerate(quotes):
            if q.kind == "indirect":
                found += [(i, f.start, f.end) for f in q.fragments if holds_single(f.text[1:])]
    told: dict[tuple[int, int], str] = {}
    for i, start, end in found:
        j = pieces(quotes[i].fragments).holding(start, end)
        if j is not None and doc.marks.pairs.get(quotes[i].fragments[j].start) != quotes[i].fragments[j].end:
            told[i, j] = doc.words(start, end)
    for (i, j), words in sorted(told.items()):
        f = quotes[i].fragments[j]
        yield Problem(
            pointer=f"/quotes/{i}/fragments/{j}",
            message=f"indirect quote {quotes[i].id} holds words in quotation marks, {words}",
            fix="if they are the speaker's own, set the kind to mixed and list them in verbatim",
            span=(f.start, f.end),
        )


@rule("QUO004", "mixed-without-verbatim")
def mixed_verbatim(doc: Document) -> Iterator[Problem]:
    """A mixed quote lists no words in quotation marks, or another kind lists some.

    Verbatim words make a quote mixed; a direct quote is verbatim as a whole.

    Bad: /quotes/0/verbatim = []
    Good: /quotes/0/kind = "direct"
          /quotes/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
          /quotes/0/verbatim = []
          /claims/0/fragments = [{"start": 69, "end": 79, "text": "“not rush”"}]
          /events/0/mentions/1/factuality = [{"value": "Uu", "according_to": "author"}]
    """
    for i, q in enumerate(doc.record.quotes):
        if (q.kind == "mixed") != bool(q.verbatim):
            what = "lists no verbatim words" if q.kind == "mixed" else "lists verbatim words"
            yield Problem(
                pointer=f"/quotes/{i}/verbatim",
                message=f"{q.kind} quote {q.id} {what}",
                fix="list the words in quotation marks if the quote is mixed, and none if it is not",
            )


@rule("QUO005", "verbatim-place")
def verbatim_place(doc: Document) -> Iterator[Problem]:
    """A verbatim piece lies outside the quote, or is not in quotation marks.

    Verbatim pieces are the parts of a mixed quote that stand in quotation marks, marks included.

    Bad: /quotes/0/verbatim = [{"start": 70, "end": 78, "text": "not rush"}]
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will «not rush» the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "32396186194b263dc82a139f94152ca942292694881b334867180507235dd865"
          /metadata/source_sha256 = "32396186194b263dc82a139f94152ca942292694881b334867180507235dd865"
          /quotes/0/verbatim = [{"start": 69, "end": 79, "text": "«not rush»"}]
          /quotes/0/fragments/0/text = "it will «not rush» the landing, first planned for 2026"
          /claims/0/fragments/0/text = "it will «not rush» the landing"
    """
    for i, q in enumerate(doc.record.quotes):
        for j, v in enumerate(q.verbatim):
            if not inside(v, q.fragments):
                yield Problem(
                    pointer=f"/quotes/{i}/verbatim/{j}",
                    message=f"the verbatim piece of {q.id} lies outside its content",
                    fix="widen the content, or remove the piece",
                    span=(v.start, v.end),
                )
            elif not in_marks(v.text):
                yield Problem(
                    pointer=f"/quotes/{i}/verbatim/{j}",
                    message=f"the verbatim piece of {q.id} is not in quotation marks",
                    fix="include the marks in the span",
                    span=(v.start, v.end),
                )


@rule("QUO006", "cue-in-content")
def cue_place(doc: Document) -> Iterator[Problem]:
    """A quote's cue overlaps its content.

    The cue is the word that reports; it stands outside the reported words.

    Bad: /quotes/0/cue = {"start": 64, "end": 68, "text": "will"}
    Good: /quotes/0/cue = null
    """
    for i, q in enumerate(doc.record.quotes):
        if q.cue is None:
            continue
        for f in q.fragments:
            if q.cue.start < f.end and f.start < q.cue.end:
                break
        else:
            continue
        yield Problem(
            pointer=f"/quotes/{i}/cue",
            message=f"the cue {q.cue.text!r} of {q.id} lies inside its content",
            fix="mark the reporting word as cue, or leave it out of the content",
            span=(q.cue.start, q.cue.end),
        )


@rule("QUO007", "mention-of-another")
def speaker_mention(doc: Document) -> Iterator[Problem]:
    """The speaker's or an addressee's mention belongs to another entity, or there is a speaker mention without a speaker.

    A mention names its entity; the quote must not say otherwise.

    Bad (also CLM002): /quotes/1/speaker_mention = "m7"
         /claims/1/claimant_mention = "m7"
    Good: /quotes/1/speaker_mention = "m2"
          /claims/1/claimant_mention = "m2"
    """
    owners = doc.owners
    for i, q in enumerate(doc.record.quotes):
        if not q.addressees:
            if q.speaker_mention is None:
                continue
            owner = owners.get(q.speaker_mention)
            if owner is not None and owner.id == q.speaker:
                continue
        pairs = [(f"/quotes/{i}/speaker_mention", q.speaker, q.speaker_mention, "speaker")]
        pairs += [
            (f"/quotes/{i}/addressees/{j}/mention", a.entity, a.mention, "addressee")
            for j, a in enumerate(q.addressees)
        ]
        for pointer, entity, mention, what in pairs:
            if mention is None:
                continue
            if entity is None:
                yield Problem(
                    pointer=pointer,
                    message=f"{q.id} has a {what} mention but no {what}",
                    fix=f"name the {what}, or set the mention to null",
                )
            elif not doc.owned(mention, entity):
                yield Problem(
                    pointer=pointer,
                    message=f"{doc.named(mention)} is a mention of {doc.named(owners[mention].id)}, but the {what} of {q.id} is {doc.named(entity)}",
                    fix="correct one of the two",
                )


@rule("QUO008", "nested-outside-parent")
def parent_place(doc: Document) -> Iterator[Problem]:
    """A nested quote lies outside its parent.

    A quote's parent is the quote that encloses it.

    Bad: /quotes/1/parent = "q1"
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 83, "end": 90, "text": " landin"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "thought", "time": null, "setting": null}
          /quotes/2/fragments/0 = {"start": 84, "end": 91, "text": "landing"}
    """
    for i, q in enumerate(doc.record.quotes):
        if q.parent is None:
            continue
        parent = doc.quotes.get(q.parent)
        if parent is None or parent is q:
            continue
        for f in q.fragments:
            if not inside(f, parent.fragments):
                yield Problem(
                    pointer=f"/quotes/{i}/parent",
                    message=f"{q.id} is nested in {parent.id}, but part of it lies outside",
                    fix="correct the parent, or the spans",
                    span=(f.start, f.end),
                )
                break


@rule("QUO009", "parent-cycle")
def parent_cycle(doc: Document) -> Iterator[Problem]:
    """Quotes are nested in each other in a circle, or in themselves.

    Nesting ends at an outermost quote.

    Bad: /quotes/1/parent = "q2"
    Good: /quotes/- = {"id": "q3", "kind": "indirect", "fragments": [{"start": 84, "end": 91, "text": "landing"}], "verbatim": [], "cue": null, "speaker": "e1", "speaker_mention": null, "addressees": [], "parent": "q1", "attribution": "thought", "time": null, "setting": null}
    """
    for q in doc.record.quotes:
        if q.parent is not None and (parent := doc.quotes.get(q.parent)):
            mine, outer = q.fragments, parent.fragments
            if (outer[0].start, mine[-1].end) >= (mine[0].start, outer[-1].end):
                break  # the parent is not the larger one
    else:
        return
    index = {q.id: i for i, q in enumerate(doc.record.quotes)}
    for loop in cycles({q.id: [q.parent] if q.parent else [] for q in doc.record.quotes}):
        yield Problem(
            pointer=f"/quotes/{index[loop[0]]}/parent",
            message=f"the parent of {loop[0]} leads back to it: {circle(loop)}",
            fix="set the outermost quote's parent to null",
        )


RULES = (
    direct_marks,
    indirect_marks,
    indirect_holds,
    mixed_verbatim,
    verbatim_place,
    cue_place,
    speaker_mention,
    parent_place,
    parent_cycle,
)
