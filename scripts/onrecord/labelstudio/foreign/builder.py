"""Marks of another project → pieces of the record's items: fields from labels, controls and defaults."""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from msgspec import Struct, field

from ...checking.rules import Document
from ...files.parsing import JsonObject
from ...findings.finding import Severity
from ...model.record import Span
from ..codec.problems import Problems
from .mapping import Control, Mapping
from .reading import Drawn, Given, Marked, Region
from .table import CARRIED, FIELDS, FROM_WORDS, RELATIONS, REQUIRED, SYMMETRIC, vocabulary
from .words import mention_kind, time_value

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]*")
_RESERVED = ("author", "published")


class Piece(Struct, eq=False):
    """A region as one of the things that it is: its fields by their names in the record, and its relations.

    A relation is (field, role or kind, the other end).
    """

    id: str
    kind: str
    region: Region
    span: Span
    fields: JsonObject
    relations: list[tuple[str, str | None, "Piece"]] = field(default_factory=list)


class Note(Struct):
    """What is told once, of all that it is true of."""

    pointer: str
    message: str
    fix: str
    count: int = 0
    severity: Severity = "warning"
    code: str = "LST037"


class Builder:
    """Pieces of all kinds, with their relations; what can't be mapped is told once and carried."""

    def __init__(
        self, mapping: Mapping, doc: Document, marked: Marked, taken: set[str], problems: Problems, base: str
    ) -> None:
        self.mapping, self.doc, self.marked, self.problems, self.base = mapping, doc, marked, problems, base
        self.taken = taken | set(_RESERVED)
        self.ids: dict[str, str] = {}
        """New id → the region's own, where that was no id of a record."""
        self.filled: dict[tuple[str, str | bool], list[str]] = {}
        """(kind.field, default) → ids of the items that got it."""
        self.notes: dict[tuple[str, ...], Note] = {}
        self.lacking: dict[tuple[str, ...], Note] = {}
        self.pieces: list[Piece] = []
        self.of_region: dict[str, list[Piece]] = {}
        for region in sorted(marked.regions.values(), key=lambda r: (r.start, -r.end)):
            self._region(region)
        self._fold()
        for drawn in marked.relations:
            self._relation(drawn)
        for control, index in marked.documents:
            if not any(row.of == CARRIED for row in mapping.controls.get(control, ())):
                self._unknown(control, f"{base}/{index}", "of the document as a whole ")
        for index in marked.along:
            self._along(f"{base}/{index}")

    def _unknown(self, control: str, at: str, of: str = "") -> None:
        message = f"the control {control!r} {of}fills no field by the mapping file; its values are carried along"
        rows = f'{control} = {{ layer = "{CARRIED}" }}'
        fix = f"add to [controls] {rows}, and it is carried without this warning" + (
            "" if of else "; or name layer and field"
        )
        self.note(("control", control), at, message, fix)

    def _along(self, at: str) -> None:
        message = "what belongs to a mark that is carried along goes with it"
        self.note(("along",), at, message, "nothing, if the mark has no place in the record")

    def of_kind(self, kind: str) -> list[Piece]:
        return [p for p in self.pieces if p.kind == kind]

    def note(self, key: tuple[str, ...], pointer: str, message: str, fix: str) -> None:
        """Something is carried along: one finding, with how often it is so."""
        self.notes.setdefault(key, Note(pointer, message, fix)).count += 1

    def tell(self) -> None:
        """The findings of what is carried along and of what is lacking."""
        for n in (*self.notes.values(), *self.lacking.values()):
            times = f" ({n.count} times)" if n.count > 1 else ""
            self.problems.add(n.code, n.pointer, n.message + times, n.fix, n.severity)

    def fresh(self, wanted: str, letter: str) -> str:
        """The region's own id if a record can have it and nothing else does, else a new one."""
        if _ID.fullmatch(wanted) and wanted not in self.taken:
            self.taken.add(wanted)
            return wanted
        n = 1
        while f"{letter}{n}" in self.taken or f"{letter}{n}" in self.marked.regions:
            n += 1
        self.taken.add(f"{letter}{n}")
        return f"{letter}{n}"

    def _region(self, region: Region) -> None:
        found = self.of_region.setdefault(region.id, [])
        mapped: Counter[int] = Counter()
        if not region.marks:
            self.note(
                ("bare",), region.pointer, "a region without any label is carried along", "label it in Label Studio"
            )
        for mark in region.marks:
            row = self.mapping.labels.get(mark.control, {}).get(mark.label)
            at = f"{self.base}/{mark.index}"
            if row is None:
                message = f"the mapping file says nothing of the label {mark.label!r} of {mark.control!r}; its regions are carried along"
                fix = f'add to [labels.{mark.control}]: "{mark.label}" = {{ layer = … }}; “extensions” carries it without this warning'
                self.note(("label", mark.control, mark.label), at, message, fix)
            elif row["layer"] != CARRIED:
                kind = row["layer"]
                if any(p.kind == kind for p in found):
                    message = f"a region has two labels that are a {kind}; {mark.label!r} is carried along"
                    self.note(("twice", kind), at, message, "give it one label, or mark the words twice")
                    continue
                known = region.id not in (p.region.id for p in found)
                id = self.fresh(region.id if known else f"{region.id}.{kind}", kind[0])
                if id != region.id:
                    self.ids[id] = region.id
                span = Span(region.start, region.end, self.doc.text[region.start : region.end])
                fields = {k: v for k, v in row.items() if k != "layer"}
                piece = Piece(id, kind, region, span, fields)
                found.append(piece)
                self.pieces.append(piece)
                mapped[mark.index] += 1
        for index, count in mapped.items():
            self.marked.ledger.use(index, count == sum(m.index == index for m in region.marks))
        for given in region.given:
            self._control(given, found)
        for piece in found:
            if region.note is not None and "note" in FIELDS[piece.kind]:
                piece.fields.setdefault("note", region.note)
                region.noted = True

    def _control(self, given: Given, pieces: list[Piece]) -> None:
        rows = self.mapping.controls.get(given.control)
        at = f"{self.base}/{given.index}"
        if rows is None:
            self._unknown(given.control, at)
            return
        hits = [(row, p) for row in rows for p in pieces if row.of == p.kind]
        for row, piece in hits:
            whole = True
            for value in given.values:
                fields = self._translate(row, value)
                if fields is None:
                    message = f"{value!r} of the control {given.control!r} is no {row.field or 'choice'} that is known; it is carried along"
                    self.note(
                        ("value", given.control, str(value)),
                        at,
                        message,
                        f"add it to [controls.{given.control}] values",
                    )
                    whole = False
                    continue
                for name, new in fields.items():
                    if name == "note" and name in piece.fields:
                        new = f"{piece.fields[name]}\n{new}"
                    elif (
                        len(given.values) > 1
                        and name in piece.fields
                        and piece.fields[name] != new
                        and name == row.field
                    ):
                        message = (
                            f"{given.control!r} has several values where the record has one; all are carried along"
                        )
                        self.note(("several", given.control), at, message, "keep one in Label Studio")
                        whole = False
                        continue
                    piece.fields[name] = new
            self.marked.ledger.use(given.index, whole and bool(given.values))
        if pieces and not hits and not any(row.of == CARRIED for row in rows):
            message = (
                f"a value of the control {given.control!r} stands at a region of another layer; it is carried along"
            )
            self.note(("place", given.control), at, message, f"name the layer in [controls.{given.control}]")

    def _translate(self, row: Control, value: Any) -> JsonObject | None:
        """The fields that one value of a control fills; None where it is not known."""
        names = (
            ["/".join(map(str, value)), str(value[-1]) if value else ""] if isinstance(value, tuple) else [str(value)]
        )
        for name in names:
            if name in row.values:
                found = row.values[name]
                return dict(found) if isinstance(found, dict) else {row.field or "": found}
        if row.field is None:
            return None
        kind = FIELDS[row.of][row.field]
        for name in names:
            if kind == "text" and name.strip():
                return {row.field: name}
            if name in vocabulary(kind):
                return {row.field: name}
        return {row.field: value} if kind == "flag" and isinstance(value, bool) else None

    def _fold(self) -> None:
        """The same words with the same label twice are one mark; the second is carried along."""
        first: dict[tuple[str, int, int, str], Piece] = {}
        for piece in list(self.pieces):
            if piece.kind not in ("mention", "time", "event", "cue", "verbatim"):
                continue
            key = (piece.kind, piece.span.start, piece.span.end, str(piece.fields.get("type")))
            one = first.setdefault(key, piece)
            if one is piece:
                continue
            message = f"the words {piece.span.text[:40]!r} are marked twice with one label; the second is carried along"
            self.note(("fold", piece.kind), piece.region.pointer, message, "delete one of the two")
            one.fields = piece.fields | one.fields
            self.pieces.remove(piece)
            self.ids.pop(piece.id, None)
            self.of_region[piece.region.id] = [one if p is piece else p for p in self.of_region[piece.region.id]]
            self.carry(piece)

    def _relation(self, drawn: Drawn) -> None:
        whole = True
        unmapped = [e for e in (drawn.source, drawn.target) if not self.of_region[e]]
        for label in drawn.labels or ("",):
            rows = self.mapping.relations.get(label)
            if rows is None:
                message = f"the mapping file says nothing of the relation {label!r}; it is carried along"
                if not label:
                    message = "the mapping file says nothing of relations without a label; they are carried along"
                fix = f'add to [relations]: "{label}" = {{ layer = …, field = … }}'
                self.note(("relation", label), drawn.pointer, message, fix)
                whole = False
            elif all(row.of == CARRIED for row in rows):
                whole = False
            elif unmapped:  # the relation is all right; its end is what has no place
                if not all(self._known(e) for e in unmapped):
                    self._along(drawn.pointer)
                whole = False
            elif not any(self._join(drawn, row.of, row.field, row.role or row.kind, row.reverse) for row in rows):
                ends = [" and ".join(p.kind for p in self.of_region[e]) for e in (drawn.source, drawn.target)]
                message = f"the relation {label!r} from {ends[0]} to {ends[1]} fits no row of the mapping file; it is carried along"
                self.note(
                    ("ends", label, *ends), drawn.pointer, message, f'correct [relations] "{label}", or the relation'
                )
                whole = False
        if whole:
            self.marked.ledger.use(drawn.index)

    def _known(self, region: str) -> bool:
        """Whether the mapping file says itself that a region is carried along."""
        marks = self.marked.regions[region].marks
        rows = [self.mapping.labels.get(m.control, {}).get(m.label) for m in marks]
        return bool(rows) and all(row is not None and row["layer"] == CARRIED for row in rows)

    def _join(self, drawn: Drawn, of: str, name: str, detail: str | None, reverse: bool) -> bool:
        """Join two pieces, if their kinds are those of the field, in the direction drawn or else the other way."""
        if of == CARRIED:
            return False
        source, target = drawn.source, drawn.target
        if (drawn.direction == "left") != reverse:
            source, target = target, source
        ends = RELATIONS[of][name]
        both = {(a, b) for a, b in ((source, target), (target, source)) if self._at(a, (of,)) and self._at(b, ends)}
        if drawn.direction == "bi" and len(both) == 2 and name not in SYMMETRIC:
            return False
        for a, b in ((source, target), (target, source)):
            owner, other = self._at(a, (of,)), self._at(b, ends)
            if owner is not None and other is not None and owner is not other:
                owner.relations.append((name, detail, other))
                return True
        return False

    def _at(self, region: str, kinds: tuple[str, ...]) -> Piece | None:
        return next((p for kind in kinds for p in self.of_region[region] if p.kind == kind), None)

    def complete(self, piece: Piece, id: str, **given: Any) -> JsonObject:
        """The piece's fields with the mapping's defaults for what is required and not said."""
        fields = {k: v for k, v in given.items() if v is not None} | piece.fields
        defaults = self.mapping.defaults.get(piece.kind, {})
        for name in REQUIRED[piece.kind]:
            if name in fields:
                continue
            if name not in defaults:
                message = f"{_a(piece.kind)} lacks its {name}, which neither label nor control gives"
                fix = f"map a label or control to it, or say what to write: [defaults.{piece.kind}] {name} = …"
                new = Note(piece.region.pointer, message, fix, severity="error", code="LST004")
                self.lacking.setdefault((piece.kind, name), new).count += 1
                continue
            value = fields[name] = defaults[name]
            self.default(f"{piece.kind}.{name}", value, id)
            if value != FROM_WORDS:
                continue
            if (piece.kind, name) == ("mention", "kind"):
                fields[name] = mention_kind(piece.span.text, self.doc.language)
            elif (piece.kind, name) == ("time", "value"):
                fields[name] = time_value(str(fields.get("type")), piece.span, self.doc.language)
        return fields

    def default(self, name: str, value: str | bool, id: str) -> None:
        self.filled.setdefault((name, value), []).append(id)

    def ends(self, pieces: list[Piece], name: str) -> Iterator[tuple[str | None, Piece]]:
        """(role or kind, other end) of an item's relations of one field, in text order."""
        found = {(d, o.id): (d, o) for p in pieces for n, d, o in p.relations if n == name}
        return iter(sorted(found.values(), key=lambda x: (x[1].span.start, x[1].span.end)))

    def one(self, pieces: list[Piece], name: str) -> Piece | None:
        """The one end of a field that has one; further ones are carried along."""
        found = list(dict.fromkeys(other for _, other in self.ends(pieces, name)))
        if len(found) > 1:
            head = pieces[0]
            message = f"two relations fill the {name} of one {head.kind}; the first in the text is taken, all are carried along"
            regions = {p.region.id for p in pieces}
            mine = [
                drawn
                for drawn in self.marked.relations
                if {drawn.source, drawn.target} & regions
                and any(self._named(label, name) for label in drawn.labels or ("",))
            ]
            for drawn in mine:
                self.marked.ledger.use(drawn.index, False)
            at = mine[-1].pointer if mine else head.region.pointer
            self.note(("one", head.kind, name), at, message, "delete one of the two, or mark a group")
        return found[0] if found else None

    def _named(self, label: str, name: str) -> bool:
        rows = self.mapping.relations.get(label, ())
        return any(row.field == name for row in rows)

    def merged(self, group: list[Piece]) -> Piece:
        """The first piece of an item, with what later pieces alone say; what they say otherwise is carried along."""
        head = group[0]
        for other in group[1:]:
            for name, value in other.fields.items():
                if head.fields.setdefault(name, value) == value:
                    continue
                message = f"the pieces of one {head.kind} differ in {name}; the first one's is taken, the others' are carried along"
                self.note(("merged", head.kind, name), other.region.pointer, message, "say it at the first piece alone")
                self.carry(other)
        return head

    def carry(self, piece: Piece) -> None:
        """The region's results travel along, too."""
        for index in [m.index for m in piece.region.marks] + [g.index for g in piece.region.given]:
            self.marked.ledger.use(index, False)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"
