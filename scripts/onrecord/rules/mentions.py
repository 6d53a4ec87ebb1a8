"""Mentions of entities (ENT), one by one and beside each other."""

from collections.abc import Iterator

from ..record import Mention
from .base import Document, Place, Problem, rule
from .english import HUMAN, LANGUAGE, PRONOUNS, SPEAKING, THING

_PEOPLE = {"PERSON", "NORP", "ORG", "OTHER", "GPE"}
_KNOWN_BY_ADJECTIVE = {"GPE", "NORP", "LOC"}


@rule("ENT010", "type-against-pronoun", severity="warning", since="0.2.0")
def pronoun_type(doc: Document) -> Iterator[Problem]:
    """A pronoun does not fit its entity's type: “he” for a country, “it” for a person.

    Either the type is wrong, or the pronoun stands for something else. English only.

    Bad: /entities/2/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    Good: /entities/3/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    """
    if doc.language != LANGUAGE:
        return
    for i, e in enumerate(doc.record.entities):
        for j, m in enumerate(e.mentions):
            if m.kind != "pronoun":
                continue
            word = m.text.lower()
            if (
                (e.type == "PERSON" and word in THING)
                or (e.type not in ("PERSON", "NORP", "OTHER") and word in HUMAN)
                or (e.type not in _PEOPLE and word in SPEAKING)
            ):
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}",
                    message=f"{m.text!r} stands for {e.name!r} ({e.id}), which is {e.type}",
                    fix="correct the entity's type, or move the pronoun to the cluster that it stands for",
                    span=(m.start, m.end),
                )


@rule("ENT011", "kind-against-words", severity="warning", since="0.2.0")
def kind_words(doc: Document) -> Iterator[Problem]:
    """A mention's kind does not fit its words: a pronoun that is none, a name without a capital, “he” as a name.

    Kinds are counted and used to choose antecedents. English only.

    Bad: /entities/0/mentions/4/kind = "pronoun"
    Good: /entities/0/mentions/0/kind = "name"
    """
    if doc.language != LANGUAGE:
        return
    for i, e in enumerate(doc.record.entities):
        for j, m in enumerate(e.mentions):
            if m.kind == "pronoun":
                right = m.text.lower() in PRONOUNS or not PRONOUNS.isdisjoint(m.text.lower().split())
            else:
                right = m.text.lower() not in PRONOUNS or m.text.isupper()
                if m.kind == "name" and m.text == m.text.lower() and m.text.isascii() and m.text.isalpha():
                    right = False
            if not right and m.text == doc.text[m.start : m.end] and m.text not in ("I", "May"):
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}/kind",
                    message=f"{m.text[:60]!r} is marked as a {m.kind}",
                    fix="name: a proper name; nominal: a phrase with a common noun; pronoun: he, its, them, …",
                    span=(m.start, m.end),
                )


@rule("ENT012", "demonym-that-is-none", severity="warning", since="0.2.0")
def demonym(doc: Document) -> Iterator[Problem]:
    """A mention is marked as a demonym, but it is no name, or its entity is no country or people.

    Demonyms and country adjectives (“Russian”, “American”) are names of the country.

    Bad: /entities/0/mentions/1/demonym = true
    Good: /entities/1/mentions/0/demonym = true
    """
    for i, e in enumerate(doc.record.entities):
        for j, m in enumerate(e.mentions):
            if m.demonym and (m.kind != "name" or e.type not in _KNOWN_BY_ADJECTIVE):
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}/demonym",
                    message=f"{m.text[:60]!r} is marked as a demonym; it is a {m.kind} of {e.name!r}, which is {e.type}",
                    fix="unmark it, or correct its kind or the entity's type",
                    span=(m.start, m.end),
                )


@rule("ENT013", "metonym-that-is-none", severity="warning", since="0.2.0")
def metonym(doc: Document) -> Iterator[Problem]:
    """A mention is marked as metonymic, but it is no name, is a demonym, or its entity is no organisation.

    A metonym is the name of a place or building that stands for those who act there (“the Kremlin”): one ORG entity.

    Bad: /entities/0/mentions/2/metonymic = true
    Good: /entities/0/mentions/1/metonymic = true
    """
    for i, e in enumerate(doc.record.entities):
        for j, m in enumerate(e.mentions):
            if m.metonymic and (m.kind == "pronoun" or m.demonym or e.type not in ("ORG", "GPE", "OTHER")):
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}/metonymic",
                    message=f"{m.text[:60]!r} is marked as metonymic; it is a {m.kind} of {e.name!r}, which is {e.type}",
                    fix="unmark it, or move it to the cluster of the organisation that it stands for",
                    span=(m.start, m.end),
                )


@rule("ENT014", "crossing-mentions", severity="warning", since="0.2.0")
def crossing(doc: Document) -> Iterator[Problem]:
    """Two mentions overlap, and neither holds the other.

    Noun phrases nest; where two cross, one of them ends in the wrong place.

    Bad: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 21, "text": "Agency delays", "kind": "nominal", "metonymic": false, "demonym": false}
         /entities/2/mentions/- = {"id": "m10", "start": 15, "end": 34, "text": "delays Moon landing", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 34, "text": "Agency delays Moon landing", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    open_: list[tuple[int, int, Mention]] = []
    spans = [(m.start, -m.end, m.id, m) for e in doc.record.entities for m in e.mentions]
    spans.sort()
    for start, neg, _, m in spans:
        while open_ and open_[-1][1] <= start:
            open_.pop()
        if open_ and open_[-1][1] < -neg and open_[-1][0] < start:
            other = open_[-1][2]
            pointers = {
                x.id: f"/entities/{i}/mentions/{j}"
                for i, e in enumerate(doc.record.entities)
                for j, x in enumerate(e.mentions)
            }
            yield Problem(
                pointer=pointers[m.id],
                message=f"the mention {doc.words(m.start, m.end)!r} crosses {doc.words(other.start, other.end)!r}",
                fix="end both where their phrases end",
                span=(m.start, m.end),
                related=(Place("the mention that it crosses", pointers[other.id], (other.start, other.end)),),
            )
        open_.append((start, -neg, m))


@rule("ENT015", "unmarked-repetition", severity="warning", since="0.2.0")
def unmarked(doc: Document) -> Iterator[Problem]:
    """A name that is marked in one place of the article stands unmarked in another.

    Every mention of every entity is marked, also in headlines and links; one that is overlooked is easily found.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nNASA"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 202}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nMoonlight"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 207}
    """
    if doc.record.annotation.status == "draft":
        return
    names = {m.text for e in doc.record.entities for m in e.mentions if m.kind == "name" and m.text != m.text.lower()}
    if not names:
        return
    bare, text = doc.uncovered, doc.text
    for name in names:
        if name not in bare:
            continue
        for at in _places(doc, name):
            end = at + len(name)
            if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
                i, j = next(
                    (i, j)
                    for i, e in enumerate(doc.record.entities)
                    for j, m in enumerate(e.mentions)
                    if m.kind == "name" and m.text == name
                )
                first = doc.record.entities[i].mentions[j]
                yield Problem(
                    pointer=f"/entities/{i}/mentions",
                    message=f"{name!r} is not marked here, as it is elsewhere",
                    fix="mark it, or exempt these words with the reason why they are no mention",
                    span=(at, end),
                    related=(Place("marked here", f"/entities/{i}/mentions/{j}", (first.start, first.end)),),
                )


def _places(doc: Document, name: str) -> Iterator[int]:
    """Where a name stands in text that no mention covers."""
    for start, end in doc.gaps:
        at = doc.text.find(name, start, end)
        while at >= 0:
            yield at
            at = doc.text.find(name, at + len(name), end)


@rule("ENT016", "mention-in-itself", severity="info", since="0.2.0")
def within_itself(doc: Document) -> Iterator[Problem]:
    """A mention stands inside another mention of the same entity.

    A phrase does not name what it is itself a part of (i-within-i); titles and appositions are marked side by side.

    Bad: /entities/0/mentions/- = {"id": "m9", "start": 8, "end": 26, "text": "Agency delays Moon", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/2/mentions/- = {"id": "m9", "start": 8, "end": 26, "text": "Agency delays Moon", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    for i, e in enumerate(doc.record.entities):
        if len(e.mentions) < 2:
            continue
        reach, holder = -1, None
        for start, neg, j in sorted([(m.start, -m.end, j) for j, m in enumerate(e.mentions)]):
            if holder is not None and -neg <= reach and e.mentions[j].end - start < reach - e.mentions[holder].start:
                m, outer = e.mentions[j], e.mentions[holder]
                yield Problem(
                    pointer=f"/entities/{i}/mentions/{j}",
                    message=f"{doc.words(m.start, m.end)!r} stands inside {doc.words(outer.start, outer.end)!r}, and both are {e.name!r}",
                    fix="keep one of the two, or move one to its own cluster",
                    span=(m.start, m.end),
                    related=(
                        Place("the mention around it", f"/entities/{i}/mentions/{holder}", (outer.start, outer.end)),
                    ),
                )
            elif -neg > reach:
                reach, holder = -neg, j


@rule("ENT017", "only-pronouns", severity="warning", since="0.2.0")
def only_pronouns(doc: Document) -> Iterator[Problem]:
    """All mentions of an entity are pronouns, and it is no group.

    Whom they stand for is somewhere in the article, or the pronouns are generic and no mentions at all.

    Bad: /entities/2/mentions/0 = {"id": "m7", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
         /entities/2/type = "OTHER"
    Good: /entities/2/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
          /entities/2/type = "OTHER"
    """
    for i, e in enumerate(doc.record.entities):
        if e.mentions and not e.members and all(m.kind == "pronoun" for m in e.mentions):
            yield Problem(
                pointer=f"/entities/{i}",
                message=f"{e.name!r} ({e.id}) has pronouns as its only mentions ({', '.join(sorted({m.text for m in e.mentions})[:5])})",
                fix="add the pronouns to the cluster that they stand for; a group lists its members",
                span=(e.mentions[0].start, e.mentions[0].end),
            )


RULES = (pronoun_type, kind_words, demonym, metonym, crossing, unmarked, within_itself, only_pronouns)
