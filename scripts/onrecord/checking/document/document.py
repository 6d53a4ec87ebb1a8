"""A record as rules see it: the look-ups that many rules share, each made once and only where asked for."""

from array import array
from itertools import chain
from operator import sub
from typing import Any

from ...model.patterns import IDS, SPANS, THINGS, Pattern, pattern
from ...model.record import Claim, Entity, Event, Mention, Quote, Record, Spanned, Time, Trigger
from ...text.remembering import lazy
from ...text.words import NOTHING, Pack, primary
from ...text.words import words as words_of
from .nesting import nesting
from .passage import Passage

_MENTIONS, _MENTION_IDS = pattern("/entities/*/mentions/*"), pattern("/entities/*/mentions/*/id")
_TRIGGERS, _TRIGGER_IDS = pattern("/events/*/mentions/*"), pattern("/events/*/mentions/*/id")


class Document(Passage):
    """A schema-valid record with the look-ups that three families of rules or more share, or the validator itself.

    Each is made once and only where asked for. What fewer families ask for stands beside their rules (`look_up`).
    Rules look first and make pointers and messages only of what is wrong: nearly all records are right.
    """

    def __init__(self, record: Record) -> None:
        super().__init__(record)
        self.language = primary(record.metadata.language)
        """Primary language subtag."""
        self.pack: Pack = words_of(self.language) or NOTHING
        """The word lists of the article's language; empty ones where nothing is known of it."""

        self.made: dict[object, Any] = {}
        """What `look_up` keeps here: function → its answer."""
        self._values: dict[Pattern, list[Any]] = {}

    def values(self, pattern: Pattern) -> list[Any]:
        """The values of a pattern, read once for all rules."""
        found = self._values.get(pattern)
        if found is None:
            above = self.record if pattern.parent is None else self.values(pattern.parent)
            found = self._values[pattern] = pattern.below(above)
        return found

    @lazy
    def kinds(self) -> dict[str, str]:
        """Id → kind of the first thing that carries it."""
        found: dict[str, str] = {}
        for ids, kind in reversed(IDS):
            found.update(dict.fromkeys(self.values(ids), kind))
        return found

    @lazy
    def spans(self) -> list[Spanned]:
        """Every span of the record: the mentions of entities first, then layer by layer."""
        return list(chain.from_iterable(map(self.values, SPANS)))

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
        """Where the `spans` begin, in code points."""
        return [s.start for s in self.spans]

    @lazy
    def ends(self) -> list[int]:
        """Where the `spans` end, in code points."""
        return [s.end for s in self.spans]

    @lazy
    def spans_fit(self) -> bool:
        """Whether the words of every span are the article's at its offsets: no span is empty, drifted or out of bounds."""
        starts, ends, text = self.starts, self.ends, self.text
        return not starts or (
            max(ends) <= len(text)
            and min(starts) >= 0
            and list(map(sub, ends, starts)) == list(map(len, self.span_words))
            and [text[start:end] for start, end in zip(starts, ends, strict=True)] == self.span_words
        )

    @lazy
    def span_words(self) -> list[str]:
        """The words that the `spans` repeat."""
        return [s.text for s in self.spans]

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
        found: dict[str, Mention | Trigger] = dict(zip(self.values(_TRIGGER_IDS), self.values(_TRIGGERS), strict=True))
        found.update(zip(self.values(_MENTION_IDS), self.values(_MENTIONS), strict=True))
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
    def _nesting(self) -> tuple["array[int]", list[tuple[int, ...]]]:
        return nesting(len(self.text), self.record.quotes)

    @lazy
    def nesting_at(self) -> "array[int]":
        """For each character of the text, the index in `nestings` of the quotes that hold it."""
        return self._nesting[0]

    @lazy
    def nestings(self) -> list[tuple[int, ...]]:
        """The quotes that together hold some character, as indices of quotes, outermost first; the first of these is empty."""
        return self._nesting[1]

    def holding(self, start: int, end: int) -> list[Quote]:
        """The quotes whose content holds the characters from `start` to `end`, outermost first."""
        nesting_at, nestings = self.nesting_at, self.nestings
        if not 0 <= start < end <= len(nesting_at):
            return []
        first, last = nestings[nesting_at[start]], nestings[nesting_at[end - 1]]
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
