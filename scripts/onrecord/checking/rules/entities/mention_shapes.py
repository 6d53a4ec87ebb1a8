"""Mentions of entities (ENT): their edges, and which cluster and speaker they belong to."""

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from operator import attrgetter

from ....model.record import Entity, Mention
from ....text.words import NOTHING, Pack, Words
from ..base import Document, Place, Problem, rule
from .look_ups import (
    LONGEST_NAME,
    entity_mentions,
    group_members,
    kinds_and_words,
    odd_names,
    pronouns,
    unmarked_stretches,
    unmarked_words,
)
from .mentions import where

_PAIRS = {
    "(": ")", "[": "]", "{": "}", '"': '"', "“": "”", "„": "“”", "«": "»", "»": "«»", "‘": "’", "‚": "‘’", "‹": "›", "›": "‹›",
}  # fmt: skip
_PARTNERS = {c: "".join(o for o, closes in _PAIRS.items() if c in closes) for c in "".join(_PAIRS.values())} | {
    "’": "‘‚’",
    "'": "'",
}
_NEVER = frozenset(",;:–—-")
"""Punctuation that neither begins nor ends a mention."""
_MANY = 25
"""Words of a mention beyond which it is a sentence rather than a phrase."""
_FLAGS = attrgetter("text", "kind", "metonymic", "demonym")


@rule(
    "ENT018",
    "same-words-marked-otherwise",
    severity="warning",
    since="0.2.0",
    unless=lambda doc: len(set(map(_FLAGS, entity_mentions(doc)))) == len({words for _, words in kinds_and_words(doc)}),
)
def flags(doc: Document) -> Iterator[Problem]:
    """Two mentions of one entity have the same words, but differ in kind, metonymic or demonym.

    The same words for the same entity are usually the same kind of mention; one of the two may be a slip.

    Bad (also ENT011): /entities/0/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/0/mentions/- = {"id": "m9", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    """
    for i, e in enumerate(doc.record.entities):
        ways = set(map(_FLAGS, e.mentions))
        if len(ways) == len({words for words, _, _, _ in ways}):
            continue
        places: dict[str, list[tuple[int, Mention]]] = {}
        for j, m in enumerate(e.mentions):
            places.setdefault(m.text, []).append((j, m))
        for alike in places.values():
            counts: dict[tuple[object, ...], int] = {}
            for _, m in alike:
                counts[_FLAGS(m)] = counts.get(_FLAGS(m), 0) + 1
            usual = max(counts, key=lambda way: counts[way])
            k, model = next((j, m) for j, m in alike if _FLAGS(m) == usual)
            for j, m in alike:
                if _FLAGS(m) != usual:
                    yield Problem(
                        pointer=f"/entities/{i}/mentions/{j}",
                        message=f"{m.text[:60]!r} is marked here as {_marked(m)}, but elsewhere, for the same {e.name[:60]!r}, as {_marked(model)}",
                        fix="mark both alike; or move one to its own cluster",
                        span=(m.start, m.end),
                        related=(
                            Place("marked otherwise here", f"/entities/{i}/mentions/{k}", (model.start, model.end)),
                        ),
                    )


def _marked(mention: Mention) -> str:
    """How a mention is marked, in words."""
    more = [flag for flag in ("metonymic", "demonym") if getattr(mention, flag)]
    return " and ".join([mention.kind, *more])


_NAMESAKES = 50
"""Entities with one word in their names of which a mention of that word is compared with the first ones only."""


def _part(words: str, name: str) -> bool:
    """Whether a name consists of some of the words of another."""
    return set(words.split()) <= set(name.split())


@rule("ENT019", "name-of-another", severity="warning", since="0.2.0", unless=lambda doc: not odd_names(doc))
def name_of_another(doc: Document) -> Iterator[Problem]:
    """A name in the cluster of one entity is the name of another entity of the same type.

    An example is “Putin” in the cluster of Donald Trump, while another entity is Vladimir Putin. A name that is part of
    both full names is accepted.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nReuters"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 205}
         /entities/0/mentions/- = {"id": "m9", "start": 198, "end": 205, "text": "Reuters", "kind": "name", "metonymic": false, "demonym": false}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\nReuters"
         /segments/- = {"id": "s5", "kind": "other", "start": 198, "end": 205}
         /entities/3/mentions/- = {"id": "m9", "start": 198, "end": 205, "text": "Reuters", "kind": "name", "metonymic": false, "demonym": false}
    """
    named: dict[str, list[Entity]] = {}
    for other in doc.record.entities:
        for word in {*other.name.split()}:
            named.setdefault(word, []).append(other)
    own: dict[tuple[int, str], bool] = {}
    for e, m in odd_names(doc):
        key = (id(e), m.text)
        if key not in own:
            names = {e.name, *(o.text for o in e.mentions if o.kind == "name" and o.text != m.text)}
            own[key] = any(_part(m.text, n) for n in names)
        if own[key]:
            continue
        for other in named.get(m.text.split(None, 1)[0], ())[:_NAMESAKES] if not m.text.isspace() else ():
            if m.text not in other.name[:LONGEST_NAME] or other.type != e.type or other is e or other.members:
                continue
            first = _theirs(m, e, other)
            if first is not None:
                yield Problem(
                    pointer=where(doc, m),
                    message=f"the name {m.text!r} is in the cluster of {e.name!r} ({e.id}), but names {other.name!r} ({other.id})",
                    fix=f"move it to {other.id}; if both have this name, add it to the name of {e.id}",
                    span=(m.start, m.end),
                    related=(Place(f"{other.id} is named here", where(doc, first), (first.start, first.end)),),
                )
                break


def _theirs(m: Mention, own: Entity, other: Entity) -> Mention | None:
    """Where another entity is called by a mention's words, if it is so more often than the mention's own."""
    if not _part(m.text, other.name):
        return None
    so = [o for o in other.mentions if o.kind == "name" and o.text == m.text]
    if so:
        return so[0] if len(so) >= sum(o.text == m.text for o in own.mentions) else None
    if own.type == "PERSON" and other.name.split()[-1:] == [m.text]:
        return next((o for o in other.mentions if o.kind == "name" and _part(m.text, o.text)), None)
    return None


_FEW = 10
"""Unmarked pronouns of a record up to which each is a finding of its own."""


@cache
def _either_case(words: Words) -> Words:
    """Words as they stand within a sentence and at its beginning."""
    return words | {word.capitalize() for word in words}


@rule("ENT020", "unmarked-pronoun", severity="info", since="0.2.0", words=("owed_pronouns", "pronoun_places"))
def unmarked_pronoun(doc: Document) -> Iterator[Problem]:
    """A personal pronoun is not marked as a mention.

    Every pronoun that stands for somebody is a mention, also “I” and “we” in quotes; “they” may mean people in general.
    Drafts are not checked. More than ten such pronouns are reported as one finding.

    Bad: /entities/0/mentions/3 = {"id": "m4", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    Good: /entities/0/mentions/2 = {"id": "m3", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
    """
    places = doc.pack.pronoun_places
    if places is None or doc.record.annotation.status == "draft" or not doc.record.entities:
        return
    if not doc.spans_fit or _either_case(doc.pack.owed_pronouns).isdisjoint(unmarked_words(doc)):
        return
    bare, gaps = [], unmarked_stretches(doc)
    for found in places.finditer(doc.text):
        gap = gaps[bisect_right(gaps, (found.start(), len(doc.text))) - 1]
        if gap[0] <= found.start() and found.end() <= gap[1]:
            bare.append((found[0], found.span()))
    whole = len(bare) <= _FEW
    for word, span in bare if whole else bare[:1]:
        yield Problem(
            pointer="/entities",
            message=f"the pronoun “{word}” is not marked" if whole else f"{len(bare)} personal pronouns are not marked",
            fix="mark it as a mention of whom it stands for; leave it unmarked if it means people in general",
            span=span,
            related=() if whole else tuple(Place(f"“{w}” is not marked", "/entities", at) for w, at in bare[1:_FEW]),
        )


@rule(
    "ENT021",
    "first-person-of-another",
    severity="warning",
    since="0.2.0",
    words=("first_singular",),
    unless=lambda doc: not doc.record.quotes,
)
def first_person(doc: Document) -> Iterator[Problem]:
    """In somebody's own words, “I”, “me” or “my” stands for somebody other than the speaker.

    In a direct quote, and in the words in quotation marks of a mixed one, “I” is the speaker of the innermost quote.

    Bad (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “I shall fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /quotes/1/fragments/0/text = "“I shall fly in 2028,”"
         /claims/1/fragments/0/text = "“I shall fly in 2028,”"
         /entities/0/mentions/3 = {"id": "m4", "start": 131, "end": 133, "text": "it", "kind": "pronoun", "metonymic": false, "demonym": false}
         /entities/2/mentions/- = {"id": "m9", "start": 136, "end": 137, "text": "I", "kind": "pronoun", "metonymic": false, "demonym": false}
    Good (also TXT001): /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “I shall fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /quotes/1/fragments/0/text = "“I shall fly in 2028,”"
         /claims/1/fragments/0/text = "“I shall fly in 2028,”"
         /entities/0/mentions/3 = {"id": "m4", "start": 136, "end": 137, "text": "I", "kind": "pronoun", "metonymic": false, "demonym": false}
    """
    quotes, owners, entities = doc.record.quotes, doc.owners, doc.entities
    nesting_at, nestings, first = doc.nesting_at, doc.nestings, _either_case(doc.pack.first_singular)
    for m in [m for m in pronouns(doc) if m.text in first and m.start < len(nesting_at) and nesting_at[m.start]]:
        own = [
            quotes[i]
            for i in nestings[nesting_at[m.start]]
            if quotes[i].kind == "direct" or any(v.start <= m.start < v.end for v in quotes[i].verbatim)
        ]
        speaker = entities.get(own[-1].speaker or "") if own else None
        e = owners[m.id]
        if speaker is None or speaker is e or e.id in group_members(doc)[speaker.id]:
            continue
        piece = own[-1].fragments[0]
        yield Problem(
            pointer=where(doc, m),
            message=f"{m.text!r} stands for {e.name!r} ({e.id}), but the words are said by {speaker.name!r} ({speaker.id})",
            fix=f"move it to the cluster of {speaker.id}, or correct the speaker of {own[-1].id}",
            span=(m.start, m.end),
            related=(Place(f"{own[-1].id}, which it stands in", doc.place(own[-1]), (piece.start, piece.end)),),
        )


@rule("ENT022", "mention-edges", severity="warning", since="0.2.0")
def edges(doc: Document) -> Iterator[Problem]:
    """A mention begins or ends with punctuation, a possessive ’s or half of a pair of marks, or is not a phrase at all.

    A mention begins and ends with a word. Full stops of abbreviations (“U.S.”) and complete pairs of marks or brackets
    are part of it; so is whatever is part of the entity's name (“Yahoo!”, “McDonald’s”).

    Bad: /entities/1/mentions/- = {"id": "m9", "start": 80, "end": 92, "text": "the landing,", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/1/mentions/- = {"id": "m9", "start": 80, "end": 91, "text": "the landing", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    pack, said = doc.pack, {words for _, words in kinds_and_words(doc)}
    odd = {words for words in said if not (words[0].isalnum() and words[-1].isalnum())} | (said & pack.bare_articles)
    lines = "\n".join([*said, ""])
    if any([f"{ending}\n" in lines for ending in pack.possessive_endings]):
        odd |= {words for words in said if words.endswith(pack.possessive_endings)}
    for m in entity_mentions(doc) if odd else ():
        if m.text not in odd or not doc.fits(m):
            continue
        name = (doc.owners[m.id].name or "")[:LONGEST_NAME]
        why = edge_fault(m.text, name, pack, m.kind == "pronoun")
        if why is not None:
            yield Problem(
                pointer=where(doc, m),
                message=f"the mention {doc.words(m.start, m.end)!r} {why}",
                fix="begin the mention with its first word and end it with its last",
                span=(m.start, m.end),
            )


def edge_fault(words: str, name: str, pack: Pack = NOTHING, pronoun: bool = False) -> str | None:
    """What is wrong with a mention's first or last characters; `name` is its entity's."""
    first, last = words[0], words[-1]
    if first in _NEVER and len(words) > 1 and not words[1].isdigit():
        return f"begins with “{first}”"
    if last in _NEVER:
        return f"ends with “{last}”"
    if first in _PAIRS and not any(c in words[1:] for c in _PAIRS[first]) and not words[1:2].isdigit():
        return f"begins with “{first}”, but does not close it"
    if words in name:
        return None
    if not any(c.isalnum() for c in words):
        return "holds no letter or digit"
    if first in ")]}”!?" or (first == "." and not words[1:2].isalnum()):  # .NET
        return f"begins with “{first}”"
    if words in pack.bare_articles:
        return "is an article without its noun"
    if last in "!?":
        return f"ends with “{last}”"
    if not pronoun and words.endswith(pack.possessive_endings) and words.split()[-1] not in name:
        ending = next(ending for ending in pack.possessive_endings if words.endswith(ending))
        return f"ends with the possessive “{ending}”"
    if last in _PARTNERS and not any(c in words[:-1] for c in _PARTNERS[last]):
        return f"ends with “{last}”, but does not open it"
    if pack.abbreviations and last == "." and not _abbreviated(words, pack):
        return "ends with a full stop"
    return None


def _abbreviated(words: str, pack: Pack) -> bool:
    """Whether the full stop at the end is of an abbreviation."""
    last = words.split()[-1][:-1]
    return (
        "." in last
        or len(last) == 1
        or last.lower().lstrip("(“‘\"'") in pack.abbreviations
        or pack.vowels.isdisjoint(last.lower())
    )


@rule("ENT023", "mention-of-a-sentence", severity="info", since="0.2.0")
def long_mention(doc: Document) -> Iterator[Problem]:
    """A mention is longer than 25 words.

    A nominal mention includes what stands before its noun and leaves out what follows it; whole clauses belong to no
    mention.

    Bad (also SPN007): /entities/1/mentions/- = {"id": "m9", "start": 35, "end": 181, "text": "NASA said on Tuesday that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters", "kind": "nominal", "metonymic": false, "demonym": false}
    Good: /entities/1/mentions/- = {"id": "m9", "start": 80, "end": 115, "text": "the landing, first planned for 2026", "kind": "nominal", "metonymic": false, "demonym": false}
    """
    for m in [m for m in entity_mentions(doc) if m.end - m.start > 2 * _MANY]:
        count = len(m.text.split())
        if count > _MANY:
            yield Problem(
                pointer=where(doc, m),
                message=f"the mention {doc.words(m.start, m.end)!r} is {count} words long",
                fix="end it with its noun; of a name, mark the name alone",
                span=(m.start, m.end),
            )


RULES = (flags, name_of_another, unmarked_pronoun, first_person, edges, long_mention)
