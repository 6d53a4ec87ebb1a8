"""What a corpus holds, counted record by record: labels, sizes, who is quoted. Memory does not grow with the corpus."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from ..dataset.columns import ROWS
from ..model import inventories
from ..model.fields import ITEMS, LABELS
from ..model.patterns import pattern
from ..model.record import Record

_COUNTED = {
    **{f"{id.kind}s" if "*" in items else items[1:]: pattern(f"{items}/*") for items, id in ITEMS.items()},
    "arguments": pattern("/events/*/arguments/*"),
}
COUNTED = tuple(_COUNTED)
"""What is counted: items of the layers, and what they have several of."""
KEPT = 20_000
"""Names that a `Tally` keeps; what is left out was counted less often."""


def counted(r: Record) -> dict[str, int]:
    """How many items of each of `COUNTED` a record has."""
    return {name: len(pattern.values(r)) for name, pattern in _COUNTED.items()}


class Group(Struct, frozen=True):
    """Labels of one kind, at the rows of a config; `vocabulary` names their list in `schemas/labels.json`, or an inventory."""

    config: str
    vocabulary: str
    labels: Callable[[Record], Iterable[str]]


_FIRST = ("event_type", "role", "realis")
"""What stands before the model's order in a config: what happens and who takes part, before how it is told."""

_UNCOUNTED = ("time_mod",)
"""Vocabularies of items that are too rare for a table."""


def _groups() -> Iterator[Group]:
    """Each vocabulary of the items where the model has it first."""
    wheres = sorted(ROWS.items(), key=lambda row: -len(row[1]))  # an entity's mentions before the entities
    known = set(_UNCOUNTED)
    for f, label in LABELS:
        config = next((config for config, items in wheres if f.plain.startswith(items)), None)
        if config is not None and label.inventory not in known:
            known.add(label.inventory)
            yield Group(config, label.inventory, pattern(f.pattern).values)


def _rank(group: Group) -> tuple[int, int]:
    first = _FIRST.index(group.vocabulary) if group.vocabulary in _FIRST else len(_FIRST)
    return COUNTED.index(group.config), first


GROUPS = tuple(sorted(_groups(), key=_rank))


def vocabulary(name: str) -> tuple[str, str, dict[str, str]]:
    """Title, definition and labels (name → definition) of a list of labels."""
    if name == "event_type":
        types = {t.name: t.definition for c in inventories.event_types().categories for t in c.types}
        return "Event type", "What sort of thing happens; on the subtypes of ACE 2005 and Rich ERE.", types
    if name == "role":
        roles = {r.name: r.definition for r in inventories.event_types().roles}
        return "Role", "The part that an argument has in the event.", roles
    found = inventories.labels()[name]
    return found.title, found.definition, {v.name: v.definition for v in found.values}


def few_words(name: str) -> str:
    """The beginning of a name, short enough to repeat nothing of an article where its words are left out."""
    words = name.split()
    return " ".join(words[:5]) + "…" if len(words) > 5 else name


class Tally:
    """Counts names, of which there may be any number: the most frequent are kept.

    Exact while there are no more than `2 * kept` names; then `error` is by how much a count may be too low.
    """

    def __init__(self, kept: int = KEPT) -> None:
        self.kept, self.error, self.total = kept, 0, 0
        self.counts: dict[str, int] = {}
        self.shown: dict[str, str] = {}

    def add(self, key: str, shown: str | None = None) -> None:
        """Count a key; `shown` is its name for people, the first one stays."""
        self.total += 1
        self.counts[key] = self.counts.get(key, 0) + 1
        if shown is not None:
            self.shown.setdefault(key, shown)
        if len(self.counts) > 2 * self.kept:
            ranked = sorted(self.counts.items(), key=lambda x: (-x[1], x[0]))
            self.error += ranked[self.kept][1]
            self.counts = dict(ranked[: self.kept])
            self.shown = {k: v for k, v in self.shown.items() if k in self.counts}

    def top(self, n: int) -> list[tuple[str, int]]:
        """The n most frequent, by count, then by name."""
        ranked = sorted((-count, self.shown.get(key, key), key) for key, count in self.counts.items())
        return [(shown, -count) for count, shown, _ in ranked[:n]]

    def __len__(self) -> int:
        return len(self.counts)


class Statistics:
    """An accumulator: `add` each record once, then read the counts.

    Attributes:
        labels: by vocabulary, how often each label occurs.
        items: how many there are of each of `COUNTED`.
        speakers: who is quoted, by Wikidata id, else by name; quotes without a known speaker are in `unattributed`.
        splits: articles by split.
        sample: the first of the records with the most layers, and its split: one to show.
    """

    def __init__(self) -> None:
        self.records = self.characters = self.words = 0
        self.labels: dict[str, Counter[str]] = {g.vocabulary: Counter() for g in GROUPS}
        self.items: Counter[str] = Counter()
        self.splits: Counter[str] = Counter()
        self.statuses: Counter[str] = Counter()
        self.languages, self.publishers, self.rights, self.annotators = Tally(), Tally(), Tally(), Tally()
        self.speakers = Tally()
        self.kinds: set[str] = set()
        self.unattributed = self.check_worthy = self.metonymic = self.demonym = self.with_cue = 0
        self.first_published: str | None = None
        self.last_published: str | None = None
        self.modified = ""
        self.sample: tuple[Record, str] | None = None
        self._richness = -1

    def add(self, r: Record, split: str) -> None:
        """Count a record, which lies in `split`."""
        self.records += 1
        self.splits[split] += 1
        self.characters += len(r.text)
        self.words += len(r.text.split())
        counts = counted(r)
        self.items.update(counts)
        for group in GROUPS:
            self.labels[group.vocabulary].update(group.labels(r))
        self.statuses[r.annotation.status] += 1
        self.languages.add(r.metadata.language)
        self.rights.add(r.metadata.rights)
        if r.metadata.publisher:
            self.publishers.add(r.metadata.publisher)
        for a in r.annotation.annotators:
            self.annotators.add(f"{a.kind}\n{a.name}", f"{a.name} ({a.kind})")
            self.kinds.add(a.kind)
        self._count_speakers(r)
        self.check_worthy += sum(c.check_worthy for c in r.claims)
        self.metonymic += sum(m.metonymic for e in r.entities for m in e.mentions)
        self.demonym += sum(m.demonym for e in r.entities for m in e.mentions)
        if r.metadata.published.value:
            value = r.metadata.published.value
            self.first_published = min(self.first_published or value, value)
            self.last_published = max(self.last_published or value, value)
        self.modified = max(self.modified, r.annotation.modified)
        richness = sum(n > 0 for n in counts.values())
        if richness > self._richness:
            self._richness, self.sample = richness, (r, split)

    def _count_speakers(self, r: Record) -> None:
        entities = {e.id: e for e in r.entities}
        for q in r.quotes:
            self.with_cue += q.cue is not None
            speaker = entities.get(q.speaker or "")
            if speaker is None:
                self.unattributed += 1
            else:
                self.speakers.add(speaker.link.wikidata or f"={speaker.name}", speaker.name)

    def covered(self, license: str) -> bool:
        """Whether all records say that their texts are under this licence."""
        return all(rights.strip().casefold() == license.casefold() for rights in self.rights.counts)

    def groups(self, config: str) -> Iterator[tuple[str, Counter[str]]]:
        """The vocabularies of a config that occur, with their labels' counts."""
        for group in GROUPS:
            if group.config == config and self.labels[group.vocabulary]:
                yield group.vocabulary, self.labels[group.vocabulary]
