"""What has a place in the text: a region and its label, and the note that the page keeps of it."""

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import UNSET, Struct, field

from ....model.inventories import labels
from ....model.record import Claim, Entity, Event, Quote, Spanned, Time
from .entries import Fault

Item = Entity | Time | Quote | Claim | Event
Look = Literal["words", "line", "fill", "dotted"]
"""How a mark is drawn: its words on a tint, over a line, on a faint fill with ends, over a dotted line below all."""


class Region(Struct):
    """One region with its controls' values. `known` tells a region that we exported from one that a person made.

    `id` is the record's; a person's region has Label Studio's, if nothing else has it. `context` tells a region that
    the pass shows for reading only. `title` names it in the page's words.
    """

    id: str
    start: int
    end: int
    label: str
    pointer: str
    meta: dict[str, Any]
    known: bool
    title: str = ""
    context: bool = False
    values: dict[str, list[Any]] = field(default_factory=dict)
    relations: list[tuple[str, str, str]] = field(default_factory=list)
    """(label, id of the region at the other end, pointer)"""

    @property
    def order(self) -> tuple[int, int, int]:
        """Exported regions in the record's order, then new ones in the text's."""
        return (
            (0, self.meta["seq"], 0)
            if self.known and isinstance(self.meta.get("seq"), int)
            else (1, self.start, self.end)
        )

    @property
    def note(self) -> str | None:
        return NOTE.decode(self.meta)

    def kept(self, name: str) -> list[dict[str, Any]]:
        """What `meta.links` keeps of one field, in order."""
        links = self.meta.get("links") if self.known else None
        entries = [e for e in links if isinstance(e, dict)] if isinstance(links, list) else []
        return [e for e in entries if e.get("field") == name and isinstance(e.get("to"), str | None)]


class Mark(Struct, frozen=True):
    """A kind of region.

    `kind` is what the region is, `layer` the record's layer, and the pass, that it belongs to. Without a `label` of its
    own, it has the type of the entity that it mentions. `whole` is the kind of thing of which all its mentions say the
    fields together. `pieces`: one item may have several regions. `part`: it is no item of its own.
    `reading` is its label in a pass that shows it for reading only.
    """

    kind: str
    layer: str
    title: str
    label: str | None = None
    whole: str | None = None
    pieces: bool = False
    part: bool = False
    reading: str | None = None
    letter: str = ""
    """The first letter of a new item's id, where a mention is none of its own."""
    colour: str = ""
    key: str = ""
    """What is pressed to mark with its label."""
    hint: str = ""
    look: Look = "line"

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of thing whose controls stand at its regions."""
        return (self.kind,) if self.whole is None else (self.kind, self.whole)

    @property
    def item(self) -> str:
        """What one item is called."""
        return self.whole or self.kind

    @property
    def word(self) -> str:
        """What a region is, in words."""
        return self.reading or self.kind

    @property
    def labels(self) -> tuple[str, ...]:
        return (self.label,) if self.label else tuple(v.name for v in labels()["entity_type"].values)

    def labelled(self, item: Item) -> str:
        """The label of an item's regions."""
        return self.label or item.type  # type: ignore[union-attr]

    def spans(self, item: Any) -> list[tuple[str, Spanned]]:
        """The regions that an item is shown by, with their ids; of several pieces the first."""
        if self.whole is not None:
            return [(m.id, m) for m in item.mentions]
        return [(item.id, item.fragments[0] if self.pieces else item)]


class Note:
    """The note of an item, as the page's note of its region: `meta.text`."""

    def encode(self, note: object) -> dict[str, Any]:
        """What `meta` has of it."""
        return {"text": [note]} if isinstance(note, str) else {}

    def decode(self, meta: Mapping[str, Any]) -> str | None:
        """The note; the page keeps it as a list of texts, or as one."""
        text = meta.get("text")
        if isinstance(text, list) and text:
            return "\n".join(str(t) for t in text)
        return text if isinstance(text, str) else None

    def check(self, note: str | None, mark: Mark | None, continues: bool) -> Fault | None:
        """Why a note can't stand at a region: it is a later piece, or no item of its own."""
        if note is None or not (continues or (mark is not None and mark.part)):
            return None
        return Fault(
            "LST012", "its note has no place in the record", "move it to the first piece of the quote or claim"
        )


NOTE = Note()


def fields_of(item: Struct) -> dict[str, Any]:
    """An item's fields by name; None of one that is not there."""
    found = {name: getattr(item, name) for name in item.__struct_fields__}
    return {k: None if v is UNSET else v for k, v in found.items()}
