"""What became of each part of a record in a migration, and the proof that nothing went unlisted.

All offsets are Unicode code points, end exclusive.
"""

from collections import Counter
from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from ..findings.finding import Offsets
from ..model.fields import KINDS, PIECES
from ..model.patterns import SPANS, references
from ..model.record import Mention, Record, Segment, Spanned, Time, Trigger

How = Literal["kept", "moved", "changed", "lost", "new"]


class MigrationError(ValueError):
    """The migrated record would not be sound; the message names what differs."""


class Fate(Struct, frozen=True, kw_only=True):
    """What became of one thing: an item, one of its spans, or a field that had to be changed on account of others.

    Kept: the same words in the same place (of an item without a place: it lives on). Moved: the same words elsewhere.
    Changed: other words, another value. New: a segment that no old one became; its `pointer` is into the new record,
    all others are into the old one. `old` and `new` are words of the article, or a field's values.
    """

    pointer: str
    kind: str
    fate: How
    id: str | None = None
    old: str | None = None
    new: str | None = None
    old_at: Offsets | None = None
    new_at: Offsets | None = None
    why: str | None = None


class Migration(Struct, frozen=True):
    """The new record, and the fates in the order of the old one."""

    record: Record
    fates: tuple[Fate, ...]

    @property
    def lost(self) -> tuple[Fate, ...]:
        return tuple(f for f in self.fates if f.fate == "lost")


_PIECES = {f.name: f.called for f in PIECES}


def _spans(record: Record) -> Iterator[tuple[str, Spanned]]:
    for pattern in SPANS:
        yield from pattern.items(record)


def items(record: Record) -> Iterator[tuple[str, str, str | None, Offsets | None]]:
    """All that a migration must account for: pointer, kind, id, and the place of what has one."""
    for layer, kind in KINDS.items():
        for i, item in enumerate(getattr(record, layer)):
            yield f"/{layer}/{i}", kind, item.id, (item.start, item.end) if isinstance(item, Segment | Time) else None
    for pointer, span in _spans(record):
        layer, part = pointer.split("/")[1], (pointer.split("/")[3:4] or [""])[0]
        if isinstance(span, Mention | Trigger):
            yield pointer, "mention" if isinstance(span, Mention) else "trigger", span.id, (span.start, span.end)
        elif part:
            yield pointer, f"{KINDS[layer]} {_PIECES[part]}", None, (span.start, span.end)


def order(fate: Fate) -> tuple[bool, int, list[tuple[bool, int, str]]]:
    """The order of the record; what is new comes last."""
    steps = fate.pointer.split("/")[1:]
    layer = list(KINDS).index(steps[0]) if steps[0] in KINDS else -1
    return fate.fate == "new", layer, [(not s.isdigit(), int(s) if s.isdigit() else 0, s) for s in steps[1:]]


def _holder(ids: dict[str, str], pointer: str) -> tuple[str, str]:
    """Whose field a pointer is into, and which, without the places in lists."""
    steps = pointer.split("/")
    return ids["/".join(steps[:3])], "/".join(s for s in steps[3:] if not s.isdigit())


def prove(old: Record, migration: Migration) -> None:
    """Check a migration by its two records and its list, whatever made them.

    Raises:
        MigrationError: a span's words are not the text's, something is not listed once and truly, or a reference leads
            nowhere or went unlisted.
    """
    new = migration.record
    listed = [f for f in migration.fates if f.fate != "new"]
    fates = {f.pointer: f for f in listed}
    for pointer, n in Counter(f.pointer for f in listed).items():
        if n > 1:
            raise MigrationError(f"{pointer} is listed {n} times")
    for pointer, span in _spans(new):
        if (words := new.text[span.start : span.end]) != span.text or not words:
            raise MigrationError(f"{pointer} says {span.text!r}, but the text has {words!r} there")
    ids = [{pointer: id for pointer, _, id, _ in items(r) if id} for r in (old, new)]
    after = {id: (kind, at) for _, kind, id, at in items(new) if id}
    pieces: dict[tuple[str, str], list[Offsets]] = {}
    for pointer, _, id, at in items(new):
        if at and not id:
            pieces.setdefault(_holder(ids[1], pointer), []).append(at)
    for pointer, kind, id, at in items(old):
        fate = fates.get(pointer)
        if fate is None or (fate.kind, fate.id, fate.old_at) != (kind, id, at):
            raise MigrationError(f"{pointer} is not listed as what it is")
        if id:
            said = None if fate.fate == "lost" else (kind, fate.new_at)
            if after.get(id) != said:
                raise MigrationError(f"{pointer} ({id}) is listed as {said}, but the new record has {after.get(id)}")
        elif (to := fate.new_at) and not any(
            s <= to[0] and to[1] <= e for s, e in pieces.get(_holder(ids[0], pointer), [])
        ):
            raise MigrationError(f"{pointer} is listed at {to}, but the new record has nothing there")
    added = [f.id for f in migration.fates if f.fate == "new"]
    if sorted(after.keys() - set(ids[0].values())) != sorted(str(id) for id in added):
        raise MigrationError(f"listed as new is {added}, but not all of it is, or more")
    held = Counter((*_holder(ids[1], pointer), id) for pointer, id, _ in references(new))
    for *where, id in held:
        if id not in after:
            raise MigrationError(f"{' '.join(where)} names {id}, which is lost")
    for pointer, id, _ in references(old):
        steps = pointer.split("/")
        above = (fates.get("/".join(steps[:n])) for n in range(3, len(steps)))
        if pointer not in fates and not any(f and f.fate == "lost" for f in above):
            key = (*_holder(ids[0], pointer), id)
            if not held[key]:
                raise MigrationError(f"{pointer} named {id}; that is gone and not listed")
            held[key] -= 1
