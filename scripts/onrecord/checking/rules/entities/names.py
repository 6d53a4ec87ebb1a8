"""Names of entities (ENT) as they stand in the article."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from ....model.record import Entity
from ....text.words import Pack
from ..base import Document, Problem, rule
from .look_ups import LONGEST_NAME, odd_names
from .mentions import where

_PLACES = ("GPE", "LOC")
_WORD = re.compile(r"[^\W_]+")


@rule("ENT027", "name-with-and-without-article", severity="info", since="0.2.0", words=("articles",))
def with_article(doc: Document) -> Iterator[Problem]:
    """A name is marked with its article here and without it elsewhere in the same cluster.

    Only the name itself is marked. The same name with two extents counts as two, and lowers agreement.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThe Mars is far, and Mars is red.\\n"
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 231}
         /entities/- = {"id": "e5", "type": "LOC", "name": "Mars", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 198, "end": 206, "text": "The Mars", "kind": "name", "metonymic": false, "demonym": false}, {"id": "m10", "start": 219, "end": 223, "text": "Mars", "kind": "name", "metonymic": false, "demonym": false}]}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThe Mars is far, and Mars is red.\\n"
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 231}
         /entities/- = {"id": "e5", "type": "LOC", "name": "Mars", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 202, "end": 206, "text": "Mars", "kind": "name", "metonymic": false, "demonym": false}, {"id": "m10", "start": 219, "end": 223, "text": "Mars", "kind": "name", "metonymic": false, "demonym": false}]}
    """
    called: dict[int, set[str]] = {}
    for e, m in odd_names(doc):
        first, _, rest = m.text.partition(" ")
        if first not in doc.pack.articles:
            continue
        if id(e) not in called:
            called[id(e)] = {o.text for o in e.mentions if o.kind == "name"}
        if rest in called[id(e)]:
            yield Problem(
                pointer=where(doc, m),
                message=f"the name “{m.text}” of {e.name!r} ({e.id}) is marked with its article, but “{rest}” without it",
                fix="mark only the name",
                span=(m.start, m.end),
            )


@rule("ENT028", "demonym-not-told", severity="warning", since="0.2.0", words=("demonym_endings",))
def untold_demonym(doc: Document) -> Iterator[Problem]:
    """A place is named by its adjective (“Russian”), but the mention is not marked as a demonym.

    Demonyms are counted apart from the names of places.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nRussian rockets fly.\\n"
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 218}
         /entities/- = {"id": "e5", "type": "GPE", "name": "Russia", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 198, "end": 205, "text": "Russian", "kind": "name", "metonymic": false, "demonym": false}]}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nRussian rockets fly.\\n"
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 218}
         /entities/- = {"id": "e5", "type": "GPE", "name": "Russia", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 198, "end": 205, "text": "Russian", "kind": "name", "metonymic": false, "demonym": true}]}
    """
    for e, m in odd_names(doc):
        if e.type in _PLACES and _adjective(m.text, doc.pack):
            yield Problem(
                pointer=where(doc, m),
                message=f"“{m.text}” names {e.name!r} ({e.id}) by its adjective, but the mention is not marked as a demonym",
                fix="mark it as a demonym; people of the place are an entity of their own (NORP)",
                span=(m.start, m.end),
            )


def _adjective(words: str, pack: Pack) -> bool:
    """Whether a word is an adjective of a place."""
    return words.isalpha() and (words.endswith(pack.demonym_endings) or words in pack.demonyms)


def _words(name: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", name).casefold())


def _called(e: Entity, names: Iterable[str]) -> Iterator[bool]:
    """Whether each name has to do with the entity's: a word of it, its first letters, or part of it."""
    own = _words(e.name[:LONGEST_NAME])
    mine, joined, firsts = set(own), "".join(own), "".join(w[0] for w in own)
    for name in names:
        words = _words(name)
        letters = "".join(words)
        yield (
            not own
            or not words
            or not mine.isdisjoint(words)
            or letters in joined
            or joined in letters
            or letters == firsts
            or "".join(w[0] for w in words) == joined
        )


@rule("ENT029", "name-of-no-mention", severity="warning", since="0.2.0")
def foreign_name(doc: Document) -> Iterator[Problem]:
    """An entity's name has nothing in common with any name that the article gives it.

    An entity is called by its fullest name in the article, in the article's spelling. Usually two names were exchanged,
    or two clusters merged. Abbreviations (“US”), adjectives of places and parts of names are accepted.

    Bad: /entities/3/name = "Associated Press"
    Good: /entities/3/name = "Thomson Reuters"
    """
    for e in {id(e): e for e, _ in odd_names(doc)}.values():
        names = [m for m in e.mentions if m.kind == "name" and not m.demonym and not _adjective(m.text, doc.pack)]
        if names and not any(_called(e, dict.fromkeys(m.text for m in names))):
            told = ", ".join(dict.fromkeys(f"“{m.text[:40]}”" for m in names[:3]))
            yield Problem(
                pointer=f"{doc.place(e)}/name",
                message=f"the name of {e.id} is {e.name[:60]!r}, but the article calls it {told}",
                fix="give its fullest name in the article, or move the mentions to the entity that they name",
                span=(names[0].start, names[0].end),
            )


@rule("ENT030", "member-not-in-the-groups-name", severity="warning", since="0.2.0", words=("and_words",))
def unnamed_member(doc: Document) -> Iterator[Problem]:
    """A group's name lists its members (“A and B”), but one of its members is not in it.

    Usually the member's id is the wrong one.

    Bad: /entities/2/name = "NASA and Roscosmos"
         /entities/2/type = "ORG"
         /entities/2/members = ["e1", "e4"]
    Good: /entities/2/name = "NASA and Reuters"
          /entities/2/type = "ORG"
          /entities/2/members = ["e1", "e4"]
    """
    for i, e in enumerate(doc.record.entities):
        if not e.members or doc.pack.and_words.isdisjoint(e.name.split(" ")[1:-1]):
            continue
        members = [doc.entities[id] for id in e.members if id in doc.entities]
        missing = [m for m, called in zip(members, _called(e, [m.name for m in members]), strict=True) if not called]
        if missing and len(missing) < len(members):
            yield Problem(
                pointer=f"/entities/{i}/members",
                message=f"the group {e.name!r} ({e.id}) has the member {doc.named(missing[0].id)}, which its name does not mention",
                fix="correct the member, or the group's name",
            )


_BEFORE = 25
"""Characters before a name in which the longest title has room."""


@rule("ENT031", "title-before-a-thing", severity="warning", since="0.2.0", words=("titles",))
def titled(doc: Document) -> Iterator[Problem]:
    """An entity that is not a PERSON is named right after a title: “Senator Lee” as an organisation.

    Titles belong to people.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThat is up to Senator Lee."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 224}
         /entities/- = {"id": "e5", "type": "ORG", "name": "Lee", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 220, "end": 223, "text": "Lee", "kind": "name", "metonymic": false, "demonym": false}]}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nThat is up to Senator Lee."
         /segments/- = {"id": "s5", "kind": "paragraph", "start": 198, "end": 224}
         /entities/- = {"id": "e5", "type": "PERSON", "name": "Lee", "link": {"status": "nil", "wikidata": null}, "members": [], "mentions": [{"id": "m9", "start": 220, "end": 223, "text": "Lee", "kind": "name", "metonymic": false, "demonym": false}]}
    """
    text, titles, genitive = doc.text, doc.pack.titles, doc.pack.genitive_endings
    for e in doc.record.entities:
        if e.type not in _NO_PERSONS:
            continue
        for m in e.mentions:
            if m.kind == "name" and text[m.start - 1 : m.start] == " " and m.text.istitle():
                if m.text.endswith(genitive):
                    continue
                before = text[max(0, m.start - _BEFORE) : m.start].split()
                if before and before[-1] in titles:
                    yield Problem(
                        pointer=where(doc, m),
                        message=f"“{before[-1]} {m.text}” is a mention of {e.name[:60]!r} ({e.id}), which is {e.type}",
                        fix="set the type to PERSON, or move the mention to the person",
                        span=(m.start, m.end),
                    )


_NO_PERSONS = ("ORG", "GPE", "LOC", "FAC", "PRODUCT", "WORK")


@rule("ENT032", "body-as-a-person", severity="warning", since="0.2.0", words=("bodies",))
def body_as_person(doc: Document) -> Iterator[Problem]:
    """An entity of type PERSON has a name that ends like that of an organisation: Inc, University, Ministry, Party.

    An organisation has the type ORG. The people who speak for it are PERSON entities with names of their own.

    Bad: /entities/3/type = "PERSON"
         /entities/3/name = "Reuters Agency"
    Good: /entities/3/name = "Reuters Agency"
    """
    for i, e in enumerate(doc.record.entities):
        if e.type != "PERSON" or e.members:
            continue
        last = e.name.rpartition(" ")[2].rstrip(".")
        if last not in doc.pack.bodies and not last.endswith(doc.pack.body_endings):
            continue
        if " " in e.name and all(w[0].isupper() for w in e.name.split()):  # not “Lee of the Labour Party”
            yield Problem(
                pointer=f"/entities/{i}/type",
                message=f"{e.name[:60]!r} ({e.id}) is a PERSON, but has the name of an organisation",
                fix="set the type to ORG",
            )


RULES = (with_article, untold_demonym, foreign_name, unnamed_member, titled, body_as_person)
