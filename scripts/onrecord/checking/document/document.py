"""A record as rules see it: its look-ups, each made once and only where asked for."""

from array import array
from itertools import chain
from operator import neg, sub
from typing import Any

from ...model.patterns import IDS, REFERENCES, SPANS, THINGS, Pattern, pattern
from ...model.record import (
    AUTHOR,
    PUBLISHED,
    Claim,
    ClaimRelation,
    Entity,
    Event,
    Mention,
    Quote,
    Record,
    Spanned,
    Time,
    Trigger,
)
from ...text.remembering import lazy
from ...text.words import NOTHING, Pack, primary
from ...text.words import words as words_of
from ..rules.spans.offset_units import miscounted
from .nesting import nesting
from .passage import LONGEST_NAME, Passage
from .pieces import MANY_MENTIONS, Pieces, overlaps

_LETTERS = bytes(c if chr(c).isalpha() and c < 128 else 32 for c in range(256))
"""Makes everything but ASCII letters a space."""


_MENTION_KINDS = pattern("/entities/*/mentions/*/kind")
_MENTION_IDS, _TRIGGER_IDS = pattern("/entities/*/mentions/*/id"), pattern("/events/*/mentions/*/id")


class Document(Passage):
    """A schema-valid record with the look-ups that rules share, each made once and only where asked for.

    Rules look first and make pointers and messages only of what is wrong: nearly all records are right.
    """

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.language = primary(record.metadata.language)
        """Primary language subtag."""
        self.pack: Pack = words_of(self.language) or NOTHING
        """The word lists of the article's language; empty ones where nothing is known of it."""

        self._values: dict[Pattern, list[Any]] = {}

    def values(self, pattern: Pattern) -> list[Any]:
        """The values of a pattern, read once for all rules."""
        found = self._values.get(pattern)
        if found is None:
            above = self.record if pattern.parent is None else self.values(pattern.parent)
            found = self._values[pattern] = pattern.below(above)
        return found

    @lazy
    def distinct(self) -> bool:
        """Whether no two things have one id, and none a reserved one."""
        return sum([len(self.values(pattern)) for pattern, _ in IDS]) + 2 == len(set().union(*self.by_kind.values()))

    @lazy
    def resolved(self) -> bool:
        """Whether every reference names something of a kind that it may name."""
        by_kind = self.by_kind
        return all(
            [
                by_kind[kinds[0]].issuperset(self.values(pattern))
                if len(kinds) == 1
                else not set(self.values(pattern)).difference(*[by_kind[kind] for kind in kinds])
                for pattern, kinds in REFERENCES
            ]
        )

    @lazy
    def kinds(self) -> dict[str, str]:
        """Id → kind of the first thing that carries it."""
        found: dict[str, str] = {}
        for ids, kind in reversed(IDS):
            found.update(dict.fromkeys(self.values(ids), kind))
        return found

    @lazy
    def spans(self) -> list[Spanned]:
        """Every span of the record, in the order of `span_pointers`."""
        return list(chain.from_iterable(map(self.values, SPANS)))

    @lazy
    def span_pointers(self) -> list[str]:
        """The JSON pointers of `spans`."""
        return [pointer for pattern in SPANS for pointer, _ in pattern.items(self.record)]

    @lazy
    def _pointers(self) -> dict[Pattern, list[str]]:
        return {}

    def pointer(self, pattern: Pattern, n: int) -> str:
        """The JSON pointer of the nth value of a pattern; asked only of what is wrong."""
        if pattern not in self._pointers:
            self._pointers[pattern] = pattern.pointers(self.record)
        return self._pointers[pattern][n]

    @lazy
    def _places(self) -> dict[int, str]:
        found: dict[int, str] = {}
        for things in THINGS:
            for pointer, thing in things.items(self.record):
                found.setdefault(id(thing), pointer)
        return found

    def place(self, thing: object) -> str:
        """The JSON pointer of a thing of the record; asked only of what is wrong."""
        return self._places[id(thing)]

    def fits(self, span: Spanned) -> bool:
        """Whether a span's words are the article's at its offsets."""
        return span.end - span.start == len(span.text) and self.text[span.start : span.end] == span.text

    @lazy
    def starts(self) -> list[int]:
        """Where the `spans` begin."""
        return [s.start for s in self.spans]

    @lazy
    def ends(self) -> list[int]:
        """Where the `spans` end."""
        return [s.end for s in self.spans]

    @lazy
    def sound(self) -> bool:
        """Whether the words of every span are the article's at its offsets: no span is empty, drifted or out of bounds."""
        starts, ends, text = self.starts, self.ends, self.text
        return not starts or (
            max(ends) <= len(text)
            and min(starts) >= 0
            and list(map(sub, ends, starts)) == list(map(len, self.span_words))
            and [text[start:end] for start, end in zip(starts, ends, strict=True)] == self.span_words
        )

    @lazy
    def miscounted(self) -> tuple[str, dict[int, int]]:
        """How spans that do not fit are miscounted, all alike, and where each begins (index in `spans` → offset)."""
        return miscounted(self.text, self.spans)

    @lazy
    def span_words(self) -> list[str]:
        """The words that the `spans` repeat."""
        return [s.text for s in self.spans]

    @lazy
    def edges(self) -> set[int]:
        """Every offset at which a span begins or ends."""
        return {*self.starts, *self.ends}

    @lazy
    def entity_mentions(self) -> list[Mention]:
        """The mentions of all entities, in the record's order."""
        return self.values(pattern("/entities/*/mentions/*"))

    @lazy
    def worded(self) -> set[tuple[str, str]]:
        """Kind and words of all mentions of entities."""
        return set(zip(self.values(_MENTION_KINDS), self.span_words, strict=False))  # mentions are the first spans

    @lazy
    def mention_order(self) -> list[tuple[int, int, int]]:
        """Every entity mention as (start, -end, index in `entity_mentions`): in the text's order, outer ones first."""
        if self.sound:
            count = len(self.entity_mentions)  # they are the first of the spans
            return sorted(zip(self.starts[:count], map(neg, self.ends[:count]), range(count), strict=True))
        length = len(self.text)
        return sorted([(m.start, -m.end, n) for n, m in enumerate(self.entity_mentions) if m.start < m.end <= length])

    @lazy
    def overlaps(self) -> list[tuple[int, int]] | None:
        """Every mention that begins inside another, after that other: both as indices; None where there are very many."""
        return overlaps(self.mention_order) if len(self.mention_order) <= MANY_MENTIONS else None

    @lazy
    def gaps(self) -> list[tuple[int, int]]:
        """The stretches of text that no mention covers."""
        found, at = [], 0
        for start, end, _ in self.mention_order:
            if start > at:
                found.append((at, start))
            if -end > at:
                at = -end
        found.append((at, len(self.text)))
        return found

    @lazy
    def marked(self) -> Pieces:
        """Where the mentions of entities and events stand."""
        return Pieces([(m.start, m.end) for m in self.mentions.values()])

    @lazy
    def uncovered(self) -> str:
        """What of the text no mention covers, NUL for each stretch that is covered."""
        return "\0".join([self.text[start:end] for start, end in self.gaps])

    @lazy
    def uncovered_words(self) -> set[str]:
        """The runs of ASCII letters in what no mention covers."""
        return set(self.uncovered.encode().translate(_LETTERS).decode().split())

    @lazy
    def pronouns(self) -> list[Mention]:
        """The entity mentions that are marked as pronouns."""
        return [m for m in self.entity_mentions if m.kind == "pronoun"]

    @lazy
    def odd_names(self) -> list[tuple[Entity, Mention]]:
        """Names whose words are no part of their entity's name, with that entity; demonyms apart."""
        return [
            (e, m)
            for e in self.record.entities
            for name in (e.name[:LONGEST_NAME],)
            for m in e.mentions
            if m.kind == "name" and m.text not in name and not m.demonym
        ]

    @lazy
    def by_kind(self) -> dict[str, set[str]]:
        """Kind of thing → ids; what a reference of that kind may name, so the reserved ids are a kind each."""
        found: dict[str, set[str]] = {kind: set(self.values(pattern)) for pattern, kind in IDS}
        return {**found, AUTHOR: {AUTHOR}, PUBLISHED: {PUBLISHED}}

    @lazy
    def owners(self) -> dict[str, Entity | Event]:
        """Mention or trigger id → its entity or event."""
        found: dict[str, Entity | Event] = dict(
            zip(self.values(_TRIGGER_IDS), [v for v in self.record.events for _ in v.mentions], strict=True)
        )
        owners = [e for e in self.record.entities for _ in e.mentions]
        found.update(zip(self.values(_MENTION_IDS), owners, strict=True))
        return found

    @lazy
    def mentions(self) -> dict[str, Mention | Trigger]:
        """Mention or trigger id → mention."""
        found: dict[str, Mention | Trigger] = dict(
            zip(self.values(_TRIGGER_IDS), self.values(pattern("/events/*/mentions/*")), strict=True)
        )
        found.update(zip(self.values(_MENTION_IDS), self.entity_mentions, strict=True))
        return found

    @lazy
    def entities(self) -> dict[str, Entity]:
        return {e.id: e for e in self.record.entities}

    @lazy
    def times(self) -> dict[str, Time]:
        return {t.id: t for t in self.record.times}

    @lazy
    def quotes(self) -> dict[str, Quote]:
        return {q.id: q for q in self.record.quotes}

    @lazy
    def claims(self) -> dict[str, Claim]:
        return {c.id: c for c in self.record.claims}

    @lazy
    def events(self) -> dict[str, Event]:
        return {v.id: v for v in self.record.events}

    @lazy
    def members(self) -> dict[str, frozenset[str]]:
        """Entity id → the ids of its members."""
        return {e.id: frozenset(e.members) for e in self.record.entities}

    @lazy
    def _nesting(self) -> tuple["array[int]", list[tuple[int, ...]]]:
        return nesting(len(self.text), self.record.quotes)

    @lazy
    def claim_nesting(self) -> tuple["array[int]", list[tuple[int, ...]]]:
        """As `held` and `nests`, of claims."""
        return nesting(len(self.text), self.record.claims)

    @lazy
    def held(self) -> "array[int]":
        """For each character of the text, which of the `nests` holds it."""
        return self._nesting[0]

    @lazy
    def nests(self) -> list[tuple[int, ...]]:
        """Quotes within quotes, as indices of quotes, outermost first: whatever holds some character; the first is empty."""
        return self._nesting[1]

    @lazy
    def claim_links(self) -> list[tuple[Claim, ClaimRelation]]:
        """Every relation of a claim, with the claim."""
        return [(c, r) for c in self.record.claims for r in c.relations]

    @lazy
    def same_claims(self) -> dict[str, str]:
        """Claim id → the id that stands for all claims that `same_as` joins with it; claims that it joins with none lack."""
        root: dict[str, str] = {}
        joined: dict[str, list[str]] = {}
        for c, r in self.claim_links:
            if r.kind == "same_as" and (mine := root.get(c.id, c.id)) != (its := root.get(r.claim, r.claim)):
                if len(joined.get(mine, ())) > len(joined.get(its, ())):
                    mine, its = its, mine
                moved = joined.pop(mine, [mine])
                joined.setdefault(its, [its]).extend(moved)
                root.update(dict.fromkeys([its, *moved], its))
        return root

    @lazy
    def triggers(self) -> list[tuple[int, int, int, int]]:
        """Every trigger as (start, end, index of its event, index among the event's mentions), in the text's order."""
        return sorted(
            [(m.start, m.end, i, j) for i, v in enumerate(self.record.events) for j, m in enumerate(v.mentions)]
        )

    @lazy
    def unheard(self) -> list[tuple[int, int]]:
        """The triggers whose factuality is not of just the author and the speakers of all quotes that hold them, each once.

        As (index of the event, index of the mention).
        """
        held, nests, quotes = self.held, self.nests, self.record.quotes
        length = len(held)
        suspects = [  # most stand outside quotes, and have the author's factuality alone
            (i, j, nest, m.factuality)
            for i, v in enumerate(self.record.events)
            for j, m in enumerate(v.mentions)
            for nest in (held[m.start] if m.start < length else 0,)
            if nest or len(m.factuality) != 1 or m.factuality[0].according_to != AUTHOR
        ]
        expected = {
            nest: {AUTHOR, *[quotes[q].speaker for q in nests[nest]]} for nest in {nest for _, _, nest, _ in suspects}
        }
        return [
            (i, j)
            for i, j, nest, factuality in suspects
            if len(factuality) != len(expected[nest]) or {f.according_to for f in factuality} != expected[nest]
        ]

    def holding(self, start: int, end: int) -> list[Quote]:
        """The quotes whose content holds the characters from `start` to `end`, outermost first."""
        held, nests = self.held, self.nests
        if not 0 <= start < end <= len(held):
            return []
        first, last = nests[held[start]], nests[held[end - 1]]
        return [self.record.quotes[i] for i in first if i in last]

    def owned(self, mention: str, owner: str) -> bool:
        """Whether a mention belongs to an entity or event; unresolved ids are another rule's business."""
        found = self.owners.get(mention)
        return found is None or found.id == owner or owner not in self.kinds

    def named(self, id: str | None) -> str:
        """A mention's words or an entity's name with its id, for a message."""
        if id is None:
            return "null"
        mention = self.mentions.get(id)
        name = mention.text if mention else self.entities[id].name if id in self.entities else None
        return f"“{name}” ({id})" if name else id
