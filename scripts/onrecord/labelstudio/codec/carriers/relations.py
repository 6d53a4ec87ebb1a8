"""What a field is that is drawn: a relation from an item's first region to a region of what the field names.

Beside the relation, the region's `meta.links` keeps the order of what was exported, notes, and what has no region.
Each kind yields what is to be drawn of an item (`encode`), and makes its fields of what was drawn (`decode`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, ClassVar, Protocol

from msgspec import UNSET, Struct, UnsetType

from ....model.record import Span
from .choices import vocabulary
from .controls import Control
from .entries import Fault, Known, Names
from .marks import Region
from .textareas import Lines

Fields = dict[str, Any]


class Drawn(Struct, frozen=True):
    """One relation to be drawn, or what `meta.links` keeps in its place.

    `to` is a region's id; None where there is none. A `span` gets a region of its own, its id made of `suffix`; `back`:
    the relation leads from there. A `line` is the entry in the field's control that holds what is not drawn.
    """

    label: str
    to: str | None = None
    kept: Mapping[str, Any] = {}
    span: Span | None = None
    suffix: str = ""
    back: bool = False
    line: str | None = None


class Ends(Protocol):
    """An annotation's regions and relations, as a relation's field is read from them."""

    regions: dict[str, Region]
    owner: dict[str, str]
    """Mention or trigger → entity or event."""
    known: Known

    def single(self, heads: list[Region], field: str, label: str) -> tuple[str | None, Fields]:
        """The one region that a relation of this label leads to, and what `meta.links` keeps of it."""

    def many(
        self, heads: list[Region], field: str, names: Sequence[str], lines: Sequence[Any]
    ) -> Iterator[tuple[str, str | None, Fields, str | None]]:
        """The items of a list field in order: (label, region, what was kept, line)."""

    def head(self, id: str) -> str:
        """The head of a discontinuous span."""

    def span(self, region: Region) -> Fields: ...

    def read(self, region: Region, control: Control) -> Fields:
        """What a control says at a region; what is wrong with it is told."""

    def entry(self, region: Region, control: Lines, text: str) -> Any:
        """What one entry says; None where it says nothing, which is told."""

    def left_behind(self, group: list[Region], label: str, to: str) -> bool:
        """Whether what was within something lies in none of the pieces that are left of it, which is told."""


class Relation(Struct, frozen=True):
    """A relation's row in the mapping table: the base of all kinds.

    `of` is what has the field. It has a `label`, or one for each kind or role of the `vocabulary`. `beside` is the control
    that holds what is not drawn.
    """

    of: str
    field: str
    label: str
    targets: tuple[str, ...]
    vocabulary: str | None = None
    beside: Control | None = None

    one: ClassVar[bool] = True
    """Whether the field has one end at most."""

    @property
    def fields(self) -> tuple[str, ...]:
        return (self.field,)

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label,) if self.vocabulary is None else vocabulary(self.vocabulary)

    @property
    def joins(self) -> bool:
        """Whether it joins the pieces of one item."""
        return False

    @property
    def parts(self) -> tuple[str, ...]:
        """The kinds of mark that are nothing but its ends."""
        return ()

    def mentions(self, item: Any) -> Iterable[str | None]:
        """The mentions that an item names, drawn or not."""
        return ()

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        """What is to be drawn of an item, and kept beside it."""
        raise NotImplementedError

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        """The item's fields.

        Args:
            group: the item's regions, the head first.
        """
        raise NotImplementedError

    def check(self, region: Region, ends: Ends) -> Fault | None:
        """That what is drawn from a region and what its control says are two things."""
        return None


class Reference(Relation, frozen=True):
    """An id, of what has a region of its own, or `through` the first mention of what has none: an event.

    `within`: the item lies within what it names.
    """

    through: str = ""
    within: bool = False

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        id = getattr(item, self.field)
        if id is not None:
            yield self._drawn(self.label, id, names)

    def _drawn(self, label: str, id: str, names: Names, note: str | UnsetType = UNSET) -> Drawn:
        kept = {} if note is UNSET else {"note": note}
        if self.through:
            return Drawn(label, names.heads.get(id), {self.through: id, **kept})
        return Drawn(label, id, kept)

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        to, kept = ends.single(group, self.field, self.label)
        if to is None:
            return {self.field: self._kept(kept)}
        if self.within and ends.left_behind(group, self.label, to):
            return {self.field: None}
        return {self.field: self._named(to, ends)}

    def _kept(self, kept: Fields) -> str | None:
        """What has no mention to draw a relation to."""
        return kept.get(self.through) if self.through and kept.get("to") is None else None

    def _named(self, to: str, ends: Ends) -> str:
        return ends.owner.get(to, to) if self.through else ends.head(to)


class Kinds(Reference, frozen=True):
    """A list of references, each of a kind, which is the relation's label."""

    one = False
    id: str = ""
    """The key of the reference in the list's items."""

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        for x in getattr(item, self.field):
            yield self._drawn(x.kind, getattr(x, self.id), names, x.note)

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        found = []
        for label, to, entry, _ in ends.many(group, self.field, self.labels, []):
            if to is None and not self.through:
                continue
            id = entry.get(self.through) if to is None else self._named(to, ends)
            found.append(noted({"kind": label, self.id: id}, entry.get("note")))
        return {self.field: found}


class Part(Relation, frozen=True):
    """A stretch of the text: a region that is no item of its own; `suffix` tells its id from the item's."""

    suffix: str = ""

    @property
    def parts(self) -> tuple[str, ...]:
        return self.targets

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        span = getattr(item, self.field)
        if span is not None:
            yield Drawn(self.label, span=span, suffix=self.suffix)

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        to, _ = ends.single(group, self.field, self.label)
        return {self.field: None if to is None else ends.span(ends.regions[to])}


class Parts(Part, frozen=True):
    """Several of them, in the order of the text."""

    one = False

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        for n, span in enumerate(getattr(item, self.field), 1):
            yield Drawn(self.label, span=span, suffix=f"{self.suffix}{n}")

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        ids = [to for _, to, _, _ in ends.many(group, self.field, self.labels, []) if to is not None]
        return {self.field: in_text([ends.span(ends.regions[id]) for id in ids])}


class Pieces(Relation, frozen=True):
    """The pieces of an item: a region each, of which the later ones lead to the first."""

    @property
    def joins(self) -> bool:
        return True

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        for n, span in enumerate(getattr(item, self.field)[1:], 2):
            yield Drawn(self.label, span=span, suffix=f"f{n}", back=True)

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        return {self.field: in_text([ends.span(r) for r in group])}


class Somebody(Relation, frozen=True):
    """An entity with the mention that the text names it by; without one, its control has the entity."""

    @property
    def mention(self) -> str:
        return f"{self.field}_mention"

    @property
    def fields(self) -> tuple[str, ...]:
        return self.field, self.mention

    def mentions(self, item: Any) -> Iterable[str | None]:
        return (getattr(item, self.mention),)

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        to = getattr(item, self.mention)
        if to is not None:
            yield Drawn(self.label, to, {"entity": getattr(item, self.field)})

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        """A mention that was deleted is returned, too, with its entity: see `settle`."""
        to, kept = ends.single(group, self.field, self.label)
        if to is None and kept.get("to") is not None and isinstance(id := kept.get("entity"), str):
            return {self.field: ends.known.merged.get(id, id), self.mention: kept["to"]}
        if to is None:
            written = ends.read(group[0], self.beside)[self.field] if self.beside else None
            return {self.field: written, self.mention: None}
        if to not in ends.owner:  # a finding of `check_relations`
            return {self.field: None, self.mention: None}
        return {self.field: ends.owner[to], self.mention: to}

    def check(self, region: Region, ends: Ends) -> Fault | None:
        drawn = {ends.owner.get(t) for label, t, _ in region.relations if label == self.label}
        if self.beside is None or not drawn or not region.values.get(self.beside.name):
            return None
        written = ends.read(region, self.beside)[self.field]
        if not written or not drawn - {written}:
            return None
        message = f"“{self.beside.title}” says {written}, and the relation {self.label} leads to another"
        return Fault("LST012", message, "clear the field, or delete the relation")


class Somebodies(Relation, frozen=True):
    """A list of entities with mentions; those without one are entries of its control, in their places."""

    one = False

    @property
    def lines(self) -> Lines:
        assert isinstance(self.beside, Lines)
        return self.beside

    def mentions(self, item: Any) -> Iterable[str | None]:
        return (x.mention for x in getattr(item, self.field))

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        for x in getattr(item, self.field):
            if x.mention is None:
                yield Drawn(self.label, line=self.lines.line(x, names))
            else:
                yield Drawn(self.label, x.mention, {"entity": x.entity} | ({} if x.note is UNSET else {"note": x.note}))

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        found = []
        texts = group[0].values.get(self.lines.name, [])
        for _, to, kept, text in ends.many(group, self.field, self.labels, texts):
            if text is not None:
                if (entry := ends.entry(group[0], self.lines, text)) is not None:
                    found.append(entry)
            elif to is not None:
                was = kept.get("entity", "")
                entity = ends.owner.get(to, ends.known.merged.get(was, kept.get("entity", to)))
                found.append(noted({"entity": entity, "mention": to}, kept.get("note")))
        return {self.field: found}


class Roles(Somebodies, frozen=True):
    """A list that is written in a control, which all can read; what a person draws beside it is read, too."""

    def encode(self, item: Any, names: Names) -> Iterator[Drawn]:
        return iter(())

    def decode(self, group: list[Region], ends: Ends) -> Fields:
        """Those of the entries, then those that were drawn; what two mentions say alike, once."""
        found: list[Fields] = []
        for region in group:
            mine: list[Fields] = ends.read(region, self.lines)[self.field]
            found += mine if region is group[0] else [x for x in mine if x not in found]
        names = self.labels
        for label, to, _ in (r for region in group for r in region.relations if r[0] in names):
            target, mention = ends.owner.get(to, ends.head(to)), to if to in ends.owner else None
            same = [x for x in found if (x["role"], x["target"]) == (label, target)]
            bare = next((x for x in same if x["mention"] is None), None)
            if bare is not None:
                bare["mention"] = mention
            elif not any(x["mention"] == mention for x in same):
                found.append({"role": label, "target": target, "mention": mention})
        return {self.field: found}


def noted(item: Fields, note: str | None) -> Fields:
    return item if note is None else {**item, "note": note}


def in_text(spans: list[Fields]) -> list[Fields]:
    """Spans in the order of the text."""
    return sorted(spans, key=lambda s: (s["start"], s["end"]))


KINDS: tuple[type[Relation], ...] = (Reference, Kinds, Part, Parts, Pieces, Somebody, Somebodies, Roles)
