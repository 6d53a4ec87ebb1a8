"""Mentions of entities (ENT): what they are marked as, and which cross, hold or repeat another; edges: `mention_shapes`."""

from bisect import bisect_right
from collections.abc import Iterator
from itertools import chain

from ....model.record import Entity, Mention
from ....text.words import Pack
from ...document.pieces import crossing as crossing_pairs
from ...document.pieces import holding
from ..base import Document, Place, Problem, rule
from .look_ups import (
    entity_mentions,
    kinds_and_words,
    mentions_in_order,
    overlapping_mentions,
    pronouns,
    unmarked_stretches,
    unmarked_text,
    unmarked_words,
)


def where(doc: Document, mention: Mention) -> str:
    """Where a mention stands in the record; asked only of what is wrong."""
    return doc.place(mention)


_PEOPLE = {"PERSON", "NORP", "ORG", "OTHER", "GPE"}
_KNOWN_BY_ADJECTIVE = {"GPE", "NORP", "LOC"}
_BRANDED = {"ORG", "PRODUCT", "WORK"}
"""What may be named in lower case (“adidas”) or by a pronoun (the film “It”)."""


def _unlike(type_: str, words: str, pack: Pack) -> bool:
    """Whether a pronoun can't stand for something of an entity type."""
    word = words.lower()
    if type_ == "PERSON":
        return word in pack.thing_pronouns
    if type_ in ("NORP", "OTHER"):
        return False
    if word in pack.feminine_pronouns:
        return type_ in ("ORG", "FAC", "WORK")
    return word in pack.human_pronouns or (type_ not in _PEOPLE and word in pack.speaker_pronouns)


@rule("ENT010", "type-against-pronoun", severity="warning", since="0.2.0", words=("human_pronouns",))
def pronoun_type(doc: Document) -> Iterator[Problem]:
    """A pronoun does not fit its entity's type: “he” for a country, “it” for a person.

    Either the type is wrong, or the pronoun stands for something else.

    Bad: /entities/2/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    Good: /entities/3/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    """
    owners, pack = doc.owners, doc.pack
    wrong = {pair for pair in {(owners[m.id].type, m.text) for m in pronouns(doc)} if _unlike(*pair, pack)}
    for m in pronouns(doc) if wrong else ():
        e = owners[m.id]
        if isinstance(e, Entity) and (e.type, m.text) in wrong:
            yield Problem(
                pointer=where(doc, m),
                message=f"{m.text!r} stands for {e.name!r} ({e.id}), which is {e.type}",
                fix="correct the entity's type, or move the pronoun to the cluster that it stands for",
                span=(m.start, m.end),
            )


@rule("ENT011", "kind-against-words", severity="warning", since="0.2.0", words=("pronouns", "personal_pronouns"))
def kind_words(doc: Document) -> Iterator[Problem]:
    """A mention's kind does not fit its words: a “pronoun” that is not one, a name without a capital, “he” as a name.

    Kinds are counted and used to choose antecedents. Names such as “It” (a film) or “adidas” (a firm) are accepted
    where the entity itself has that name.

    Bad: /entities/0/mentions/4/kind = "pronoun"
    Good: /entities/0/mentions/0/kind = "name"
    """
    wrong = {pair for pair in kinds_and_words(doc) if not _fits(*pair, doc.pack)}
    for m in entity_mentions(doc) if wrong else ():
        if (m.kind, m.text) in wrong and doc.fits(m) and not _branded(doc, m):
            yield Problem(
                pointer=f"{where(doc, m)}/kind",
                message=f"{m.text[:60]!r} is marked as a {m.kind}",
                fix="name: a proper name; nominal: a phrase with a common noun; pronoun: he, its, them, …",
                span=(m.start, m.end),
            )


def _fits(kind: str, words: str, pack: Pack) -> bool:
    """Whether a mention of a kind may have these words."""
    lower = words.lower()
    if kind == "pronoun":
        return lower in pack.pronouns or not pack.pronouns.isdisjoint(lower.split())
    if lower in pack.personal_pronouns:
        return len(words) > 1 and words.isupper()  # US, IT
    if kind != "name" or words != lower:
        return True
    if pack.small_demonyms and (words.endswith(pack.demonym_endings) or words in pack.demonyms):
        return True
    return not (words.isascii() and words.isalpha()) and words.partition(" ")[0] not in pack.nominal_openers


def _branded(doc: Document, mention: Mention) -> bool:
    """Whether an entity is called just so: the film “It”, the firm “adidas”."""
    e = doc.owners[mention.id]
    return (
        isinstance(e, Entity)
        and mention.kind == "name"
        and e.type in _BRANDED
        and e.name == mention.text
        and (e.name[0].isupper() or e.name not in doc.pack.personal_pronouns)
    )


@rule("ENT012", "demonym-that-is-none", severity="warning", since="0.2.0")
def demonym(doc: Document) -> Iterator[Problem]:
    """A mention is marked as a demonym, but it is not a name, or its entity is not a country, place or people.

    Demonyms and country adjectives (“Russian”, “American”) are names of the country.

    Bad: /entities/0/mentions/1/demonym = true
    Good: /entities/1/mentions/0/demonym = true
    """
    for m in [m for m in entity_mentions(doc) if m.demonym]:
        e = doc.owners[m.id]
        if isinstance(e, Entity) and (m.kind != "name" or e.type not in _KNOWN_BY_ADJECTIVE):
            yield Problem(
                pointer=f"{where(doc, m)}/demonym",
                message=f"{m.text[:60]!r} is marked as a demonym; it is a {m.kind} of {e.name!r}, which is {e.type}",
                fix="unmark it, or correct its kind or the entity's type",
                span=(m.start, m.end),
            )


@rule("ENT013", "metonym-that-is-none", severity="warning", since="0.2.0")
def metonym(doc: Document) -> Iterator[Problem]:
    """A mention is marked as metonymic, but it is not a name, is a demonym, or its entity is not an organisation.

    A metonym is the name of a place or building that stands for those who act there (“the Kremlin”). They are an ORG
    entity of their own, apart from the country or city.

    Bad: /entities/0/mentions/2/metonymic = true
    Good: /entities/0/mentions/1/metonymic = true
    """
    for m in [m for m in entity_mentions(doc) if m.metonymic]:
        e = doc.owners[m.id]
        if isinstance(e, Entity) and (m.kind != "name" or m.demonym or e.type != "ORG"):
            yield Problem(
                pointer=f"{where(doc, m)}/metonymic",
                message=f"{m.text[:60]!r} is marked as metonymic; it is a {m.kind} of {e.name!r}, which is {e.type}",
                fix="unmark it, or move it to the cluster of the organisation that it stands for",
                span=(m.start, m.end),
            )


@rule("ENT014", "crossing-mentions", severity="warning", since="0.2.0")
def crossing(doc: Document) -> Iterator[Problem]:
    """Two mentions overlap, and neither contains the other.

    Noun phrases nest; where two cross, one of them ends in the wrong place.

    Bad: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 21, "text": "Agency delays", "kind": "nominal", "metonymic": false, "demonym": false}
         /entities/2/mentions/- = {"id": "m10", "start": 15, "end": 34, "text": "delays Moon landing", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 34, "text": "Agency delays Moon landing", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    mentions, pairs = entity_mentions(doc), overlapping_mentions(doc)
    for outer, inner in crossing_pairs(mentions_in_order(doc)) if pairs is None else pairs:
        m, other = mentions[inner], mentions[outer]
        if m.end <= other.end or m.start <= other.start:
            continue
        yield Problem(
            pointer=where(doc, m),
            message=f"the mention {doc.words(m.start, m.end)!r} crosses {doc.words(other.start, other.end)!r}",
            fix="begin and end each where its phrase does",
            span=(m.start, m.end),
            related=(Place("the mention that it crosses", where(doc, other), (other.start, other.end)),),
        )


@rule("ENT015", "unmarked-repetition", severity="warning", since="0.2.0")
def unmarked(doc: Document) -> Iterator[Problem]:
    """A name is marked in one place of the article, but not in another.

    Every mention of every entity is marked, also in headlines and links; this one was probably overlooked.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nNASA"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 202}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nMoonlight"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 207}
    """
    if doc.record.annotation.status == "draft":
        return
    names = [words for kind, words in kinds_and_words(doc) if kind == "name"]
    bare, loose, text = unmarked_text(doc), unmarked_words(doc), doc.text
    firsts: dict[str, tuple[int, int]] = {}
    for name in [
        n for n in names if (first := n.partition(" ")[0]) in loose or not (first.isascii() and first.isalpha())
    ]:
        if name not in bare or name == name.lower():
            continue
        for at in _places(doc, name):
            end = at + len(name)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                if not firsts:
                    for i, e in enumerate(doc.record.entities):
                        for j, m in enumerate(e.mentions):
                            if m.kind == "name":
                                firsts.setdefault(m.text, (i, j))
                i, j = firsts[name]
                m = doc.record.entities[i].mentions[j]
                yield Problem(
                    pointer=f"/entities/{i}/mentions",
                    message=f"{name!r} is not marked here, but is marked elsewhere",
                    fix="mark it, or exempt these words and say why they are not a mention",
                    span=(at, end),
                    related=(Place("marked here", f"/entities/{i}/mentions/{j}", (m.start, m.end)),),
                )


def _places(doc: Document, name: str) -> Iterator[int]:
    """Where a name stands in text that no mention covers."""
    gaps, text, size = unmarked_stretches(doc), doc.text, len(name)
    at = text.find(name)
    while at >= 0:
        end = gaps[bisect_right(gaps, (at, len(text))) - 1][1] if gaps[0][0] <= at else 0
        free = at + size <= end
        if free:
            yield at
        at = text.find(name, at + (size if free else 1))


@rule("ENT016", "mention-in-itself", severity="info", since="0.2.0")
def within_itself(doc: Document) -> Iterator[Problem]:
    """A mention stands inside another mention of the same entity.

    A phrase can't refer to something that it is itself a part of (i-within-i). Titles and appositions are marked side
    by side.

    Bad: /entities/0/mentions/- = {"id": "m9", "start": 8, "end": 26, "text": "Agency delays Moon", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 26, "text": "Agency delays Moon", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    mentions, owners, pairs = entity_mentions(doc), doc.owners, overlapping_mentions(doc)
    for outer, inner in _within_their_own(doc) if pairs is None else pairs:
        m, around = mentions[inner], mentions[outer]
        if owners[m.id] is not owners[around.id] or m.end > around.end or m.end - m.start >= around.end - around.start:
            continue
        yield Problem(
            pointer=where(doc, m),
            message=f"{doc.words(m.start, m.end)!r} stands inside {doc.words(around.start, around.end)!r}, and both are mentions of {owners[m.id].name!r}",
            fix="keep one of the two, or move one to its own cluster",
            span=(m.start, m.end),
            related=(Place("the mention around it", where(doc, around), (around.start, around.end)),),
        )


def _within_their_own(doc: Document) -> Iterator[tuple[int, int]]:
    """Mentions within others of the same entity, where mentions are very many: outer and inner, by index."""
    mine: dict[int, list[tuple[int, int, int]]] = {}
    mentions, owners = entity_mentions(doc), doc.owners
    for place in mentions_in_order(doc):
        mine.setdefault(id(owners[mentions[place[2]].id]), []).append(place)
    return chain.from_iterable(holding(places) for places in mine.values() if len(places) > 1)


@rule("ENT017", "only-pronouns", severity="warning", since="0.2.0")
def only_pronouns(doc: Document) -> Iterator[Problem]:
    """All mentions of an entity are pronouns, at least one of them “he”, “she” or “it”, and the entity is not a group.

    The article says somewhere whom they stand for. “We”, “you” and “they” alone may stand for people whom nobody names.
    In a language without a list of pronouns, every cluster of pronouns alone is found.

    Bad: /entities/2/mentions/0 = {"id": "m7", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
         /entities/2/type = "OTHER"
    Good: /entities/2/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
          /entities/2/type = "OTHER"
    """
    owners, singular = {id(doc.owners[m.id]) for m in pronouns(doc)}, doc.pack.singular_pronouns
    for i, e in enumerate(doc.record.entities):
        if (
            id(e) in owners
            and not e.members
            and all(m.kind == "pronoun" for m in e.mentions)
            and (not singular or any(m.text.lower() in singular for m in e.mentions))
        ):
            yield Problem(
                pointer=f"/entities/{i}",
                message=f"{e.name!r} ({e.id}) has only pronouns as mentions ({', '.join(sorted({m.text for m in e.mentions})[:5])})",
                fix="add the pronouns to the cluster that they stand for; a group lists its members",
                span=(e.mentions[0].start, e.mentions[0].end),
            )


RULES = (pronoun_type, kind_words, demonym, metonym, crossing, unmarked, within_itself, only_pronouns)
