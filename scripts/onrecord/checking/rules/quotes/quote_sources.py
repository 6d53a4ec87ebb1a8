"""Who is quoted, to whom they speak, and whether cue and content of a quote fit each other (QUO)."""

from collections.abc import Iterator
from functools import cache

from ....findings.finding import Problem
from ....model.record import Record, extent
from ....text.words import Pack
from ..base import Document, rule

_MUTE = frozenset(("LOC", "FAC", "PRODUCT"))
"""Types of entity that neither speak nor are spoken to; a work can be cited, and what is OTHER is unknown."""
_LONG = 4
"""Words of a cue beyond which it is more than a reporting word with its particle."""


def mute(record: Record) -> set[str]:
    """The ids of the entities that can't speak."""
    return {e.id for e in record.entities if e.type in _MUTE}


@rule("QUO022", "speaker-that-cannot-speak", severity="warning", since="0.2.0")
def silent(doc: Document) -> Iterator[Problem]:
    """A quote's speaker or addressee is a place, a building or a product.

    Only people and organisations speak. The name of a building that stands for a government or a firm is a metonymic
    mention of it, an ORG.

    Bad: /entities/3/type = "PRODUCT"
    Good: /entities/3/type = "WORK"
    """
    dumb = mute(doc.record)
    if not dumb:
        return
    for i, q in enumerate(doc.record.quotes):
        if q.speaker in dumb:
            entity = doc.entities[q.speaker]
            yield Problem(
                pointer=f"/quotes/{i}/speaker",
                message=f"the speaker of {q.id} is {entity.name!r}, which is a {entity.type}",
                fix="name the person or organisation that speaks, or correct the entity's type",
                span=extent(q),
            )
        for j, a in enumerate(q.addressees):
            if a.entity in dumb:
                entity = doc.entities[a.entity]
                yield Problem(
                    pointer=f"/quotes/{i}/addressees/{j}/entity",
                    message=f"{q.id} is addressed to {entity.name!r}, which is a {entity.type}",
                    fix="name the person or organisation that is spoken to, or correct the entity's type",
                    span=extent(q),
                )


@rule("QUO023", "speaker-in-content", severity="warning", since="0.2.0")
def speaker_inside(doc: Document) -> Iterator[Problem]:
    """The speaker's mention stands inside the quote's own content.

    The speaker's mention stands with the cue; a mention inside the content belongs to what is said.

    Bad (also CLM019): /quotes/1/speaker_mention = "m4"
    Good: /quotes/1/speaker_mention = "m2"
          /claims/1/claimant_mention = "m2"
    """
    mentions = doc.mentions
    for i, q in enumerate(doc.record.quotes):
        if q.speaker_mention is None:
            continue
        m = mentions.get(q.speaker_mention)
        if m is None or m.start < q.fragments[0].start or m.start >= q.fragments[-1].end:
            continue
        if any(f.start <= m.start and m.end <= f.end for f in q.fragments):
            yield Problem(
                pointer=f"/quotes/{i}/speaker_mention",
                message=f"the speaker's mention “{m.text}” stands inside what {q.id} says",
                fix="name the mention beside the cue, or set it to null if there is none",
                span=(m.start, m.end),
            )


@rule("QUO024", "speaking-to-oneself", severity="warning", since="0.2.0")
def to_oneself(doc: Document) -> Iterator[Problem]:
    """A quote is addressed to its own speaker.

    Addressees are those to whom, according to the text, the speaker speaks.

    Bad: /quotes/1/addressees = [{"entity": "e1", "mention": null}]
    Good: /quotes/1/addressees = [{"entity": "e3", "mention": null}]
    """
    for i, q in enumerate(doc.record.quotes):
        if not q.addressees:
            continue
        for j, a in enumerate(q.addressees):
            if a.entity == q.speaker:
                name = doc.entities[a.entity].name if a.entity in doc.entities else a.entity
                yield Problem(
                    pointer=f"/quotes/{i}/addressees/{j}",
                    message=f"{name!r} is both speaker and addressee of {q.id}",
                    fix="remove the addressee, or correct the speaker",
                    span=extent(q),
                )


@rule("QUO025", "cue-against-attribution", severity="warning", since="0.2.0", words=("saying", "thinking"))
def attribution(doc: Document) -> Iterator[Problem]:
    """A verb of saying reports a thought or an intention, or a verb of thinking reports speech.

    `attribution` is speech wherever the cue is a word of saying, even if it reports an intention; it is thought with
    cues such as “think” or “believe”.

    Bad: /quotes/0/attribution = "thought"
    Good: /quotes/0/cue = null
          /quotes/0/attribution = "thought"
    """
    pack = doc.pack
    for i, q in enumerate(doc.record.quotes):
        cue = q.cue
        if cue is None or cue.text.lower() not in (pack.thinking if q.attribution == "speech" else pack.saying):
            continue
        what = "thinking" if q.attribution == "speech" else "saying"
        yield Problem(
            pointer=f"/quotes/{i}/attribution",
            message=f"the cue “{cue.text}” of {q.id} is a word of {what}, but its attribution is {q.attribution}",
            fix=f"set the attribution to {'thought' if what == 'thinking' else 'speech'}, or correct the cue",
            span=(cue.start, cue.end),
        )


@rule("QUO026", "cue-too-wide", severity="warning", since="0.2.0")
def wide_cue(doc: Document) -> Iterator[Problem]:
    """A cue is more than the reporting word with its particle, or is not a word at all.

    Of “has said that”, the cue is “said”: no auxiliary, no adverb, no “that”. Long cues usually hold narration.

    Bad (also QUO030): /quotes/0/cue = {"start": 40, "end": 60, "text": "said on Tuesday that"}
    Good: /quotes/0/cue = {"start": 40, "end": 47, "text": "said on"}
    """
    pack = doc.pack
    for i, q in enumerate(doc.record.quotes):
        if q.cue is None or (q.cue.text.isalpha() and q.cue.text not in pack.no_cues):
            continue
        words = q.cue.text.split()
        if q.cue.text.isalpha():
            why = "reports nothing"
        elif not any(c.isalpha() for c in q.cue.text):
            why = "holds no letter"
        elif len(words) > _LONG:
            why = f"is {len(words)} words long"
        elif len(words) > 1 and words[0].lower() in pack.auxiliaries:
            why = f"includes “{words[0]}”"
        elif len(words) > 1 and words[-1].lower() in pack.complementisers:
            why = f"includes “{words[-1].lower()}”"
        else:
            continue
        yield Problem(
            pointer=f"/quotes/{i}/cue",
            message=f"the cue “{q.cue.text}” of {q.id} {why}",
            fix="mark only the reporting word with its particle; set the cue to null if there is none",
            span=(q.cue.start, q.cue.end),
        )


@rule("QUO027", "content-opens-with-that", severity="warning", since="0.2.0", words=("complementisers",))
def opens_with_that(doc: Document) -> Iterator[Problem]:
    """The content of a quote begins with the “that” before the reported clause.

    The complementiser “that” belongs neither to the cue nor to the content. Where “that” points at something (“that
    house”), it is part of the content.

    Bad: /quotes/0/fragments = [{"start": 56, "end": 115, "text": "that it will “not rush” the landing, first planned for 2026"}]
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that plan is “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "60d0845d7bcda8b7aa15f8798f9907858e922be0cbc467fbf66ebb80e618f0b1"
          /metadata/source_sha256 = "60d0845d7bcda8b7aa15f8798f9907858e922be0cbc467fbf66ebb80e618f0b1"
          drop /entities/0/mentions/2
          /quotes/0/fragments = [{"start": 56, "end": 115, "text": "that plan is “not rush” the landing, first planned for 2026"}]
          /claims/0/fragments/0/text = "plan is “not rush” the landing"
    """
    pack = doc.pack
    openers = _openers(pack)
    for i, q in enumerate(doc.record.quotes):
        f = q.fragments[0]
        if not f.text.startswith(openers) or q.kind == "direct":
            continue
        word, _, rest = f.text.partition(" ")
        if _opens_a_clause(word, rest, pack):
            yield Problem(
                pointer=f"/quotes/{i}/fragments/0",
                message=f"the content of {q.id} opens with the word “{word}” before the reported clause",
                fix=f"begin the piece after “{word}”",
                span=(f.start, f.end),
            )


@cache
def _openers(pack: Pack) -> tuple[str, ...]:
    return tuple(f"{word} " for word in pack.complementisers)


def _opens_a_clause(word: str, rest: str, pack: Pack) -> bool:
    """Whether a complementiser opens a clause, and does not point at something (“that house”)."""
    after = rest.split(None, 1)[:1]
    if word not in pack.pointing_complementisers:
        return bool(after)
    return bool(after) and (after[0] in pack.clause_openers or after[0][0].isupper())


_ABBREVIATION = 4
"""Characters of a capitalised word up to which it may be an abbreviation: “Corp”."""


@rule("QUO028", "full-stop-in-content", severity="warning", since="0.2.0")
def full_stop(doc: Document) -> Iterator[Problem]:
    """An indirect or mixed quote includes the full stop of the sentence that reports it.

    This full stop ends the article's sentence. One inside quotation marks belongs to the quote; so does that of an
    abbreviation.

    Bad: /quotes/0/fragments = [{"start": 61, "end": 116, "text": "it will “not rush” the landing, first planned for 2026."}]
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, set in 2026 by Ito Inc.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "cd301d929b7d1ac98a6c0a90c708a01169cbce4c6089ed7c1c0bb658182d933e"
          /metadata/source_sha256 = "cd301d929b7d1ac98a6c0a90c708a01169cbce4c6089ed7c1c0bb658182d933e"
          /quotes/0/fragments = [{"start": 61, "end": 116, "text": "it will “not rush” the landing, set in 2026 by Ito Inc."}]
          /times/1 = {"id": "t2", "start": 100, "end": 104, "text": "2026", "type": "DATE", "value": "2026", "basis": "stated", "anchor": null, "mod": null}
    """
    for i, q in enumerate(doc.record.quotes):
        f = q.fragments[-1]
        if f.text[-1] != "." or q.kind == "direct" or len(f.text.split()) < 2:
            continue
        last = f.text.split()[-1][:-1]
        if not last or not last[-1].isalnum() or "." in last or (last[0].isupper() and len(last) <= _ABBREVIATION):
            continue  # an ellipsis, or perhaps an abbreviation: U.S., Inc.
        yield Problem(
            pointer=f"/quotes/{i}/fragments/{len(q.fragments) - 1}",
            message=f"{q.kind} quote {q.id} includes the full stop after “{last}”",
            fix="end the piece before the full stop",
            span=(f.start, f.end),
        )


@rule("QUO029", "quote-of-nobody", severity="info", since="0.2.0")
def nobody(doc: Document) -> Iterator[Problem]:
    """A quote has neither a cue nor a speaker.

    The reader must be able to recover “S says that P”; a quote needs a sign that somebody says it.

    Bad (also CLM003): /quotes/1/cue = null
         /quotes/1/speaker = null
         /quotes/1/speaker_mention = null
    Good (also QUO042): /quotes/1/cue = null
    """
    for i, q in enumerate(doc.record.quotes):
        if q.cue is None and q.speaker is None:
            yield Problem(
                pointer=f"/quotes/{i}",
                message=f"{q.id} (“{doc.words(*extent(q))}”) has neither cue nor speaker",
                fix="mark the reporting word or the speaker; if there is neither, check whether it is a quote",
                span=extent(q),
            )


RULES = (silent, speaker_inside, to_oneself, attribution, wide_cue, opens_with_that, full_stop, nobody)
