"""Regions and relations of one task, read through the mapping table."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from msgspec.json import decode, encode

from ...files.parsing import JsonObject
from ...model.record import Entity, Event, Record, clusters
from .carriers.controls import Control, Read, Seen
from .carriers.data import items_of
from .carriers.entries import Fault, Known, flat
from .carriers.marks import Mark, Region
from .carriers.textareas import Lines
from .mapping import CONTEXTS, CONTROLS, MARKS, PASSES, RELATIONS, attributes, optional
from .problems import Problems
from .regions import in_order

_CONTEXTS = {v: k for k, v in CONTEXTS.items()}
_BESIDE = {x.beside.name for x in RELATIONS if x.beside}
_JOINING = {x.label for x in RELATIONS if x.joins}
_READ_ONLY = "it belongs to a layer that this pass shows for reading only"


class Reader:
    """Regions by their kind, with what turns a control's value or a relation into a field."""

    def __init__(
        self,
        text: str,
        carried: JsonObject,
        regions: dict[str, Region],
        problems: Problems,
        before: Record | None = None,
    ) -> None:
        self.text, self.carried, self.regions, self.problems = text, carried, regions, problems
        self.before: dict[str, Entity | Event] = (
            {} if before is None else {m.id: x for x in clusters(before) for m in x.mentions}
        )
        """Mention or trigger → the entity or event that it was of when the annotation was read last."""
        shows = carried.get("layers")
        self.shows = tuple(shows) if isinstance(shows, list) else PASSES
        marks = {label: mark for mark in MARKS for label in mark.labels}
        self.by_kind: dict[str, list[Region]] = {mark.kind: [] for mark in MARKS}
        self.head_of: dict[str, str] = {}
        self.kind_of: dict[str, str] = {}
        self.carried_ids = taken_ids(carried)
        self._hidden: dict[str, list[JsonObject]] = {
            layer: decode(encode(carried_items(carried, layer))) for layer in PASSES if layer not in self.shows
        }
        self.promoted = self._promote()
        for region in in_order(regions):
            if region.context:
                self._context(region)
                continue
            mark = marks.get(region.label)
            if mark is None:
                fix = "relabel it; somebody added that label to the project, and a push takes it out again"
                problems.at("LST004", region, f"{region.label} is no label of onrecord's page", fix)
                continue
            self._relabelled(region, mark)
            self.by_kind[mark.kind].append(region)
            self.kind_of[region.id] = mark.kind
        for region in regions.values():
            for label, target, _ in region.relations:
                if label in _JOINING:
                    self.head_of[region.id] = target
        self.taken = set(regions) | self.carried_ids | {x.id for x in self.before.values()}
        self.owner: dict[str, str] = {}  # mention or trigger → entity or event id
        places = carried.get("places")
        self.known = Known(mentions=self.owner, places=places if isinstance(places, dict) else ())
        self.merged = self.known.merged
        self.ghosts: dict[str, JsonObject] = {}  # entities and events that lost all their mentions
        self.parts: dict[str, list[Region]] = {}

    def _context(self, region: Region) -> None:
        """A region for reading only: it is an end of relations, and nothing else may be done to it."""
        kind = _CONTEXTS.get(region.label)
        fix = "click its arrow in the list of relations, so that it leads here, or delete it"
        if kind is None or not region.known or region.id not in self.carried_ids:
            self.problems.at("LST012", region, f"{_READ_ONLY}, and can't be marked or copied", "delete it")
            return
        if region.relations:
            self.problems.at("LST012", region, f"{_READ_ONLY}, and a relation starts at it", fix)
        self.kind_of[region.id] = kind

    def _relabelled(self, region: Region, mark: Mark) -> None:
        """A mark that got a label of another kind is a new one: what it had of the old kind falls away, and is told."""
        odd = [name for name, values in region.values.items() if values and CONTROLS[name].of not in mark.kinds]
        if not region.known or not odd:
            return
        titles = ", ".join(f"“{CONTROLS[control].title}”" for control in odd)
        message = f"it had another label before, whose {titles} it can't keep"
        self.problems.at("LST012", region, message, "nothing, if that was meant; else choose the old label", "warning")
        region.values = {control: values for control, values in region.values.items() if control not in odd}
        region.known = False
        region.meta = {key: value for key, value in region.meta.items() if key == "text"}

    def _promote(self) -> dict[str, str]:
        """Where the first of several pieces was deleted, the next takes over what it held for all: old id → new id.

        A piece of a quote or claim gets its id, too, for that is the item's.
        """
        found: dict[str, str] = {}
        renamed: dict[str, str] = {}
        heads = self.carried.get("heads")
        for id, kept in heads.items() if isinstance(heads, dict) else ():
            known = [r for p in kept["parts"] if (r := self.regions.get(p)) is not None and r.known]
            if id in self.regions or not known:
                continue
            heir = known[0]
            if "of" in heir.meta:  # a mention keeps its own id
                found[id] = heir.id
            else:
                del self.regions[heir.id]
                renamed[heir.id] = id
                heir.id = found[id] = id
                self.regions[id] = heir
                heir.relations = [x for x in heir.relations if x[0] not in _JOINING]
                if "note" in kept:
                    heir.meta = {**heir.meta, "text": kept["note"]}
                for part in known[1:]:
                    part.relations += [(label, id, part.pointer) for label in _JOINING]
            heir.meta = {**heir.meta, "links": [*kept["links"], *heir.meta.get("links", [])]}
            for control, values in kept["values"].items():
                heir.values[control] = CONTROLS[control].inherit(heir.values.get(control, []), values)
            single = {x.label for x in RELATIONS if x.one}
            taken = {label for label, _, _ in heir.relations}
            for label, target in kept["relations"]:
                if target in self.regions and not (label in single and label in taken):
                    heir.relations.append((label, target, heir.pointer))
            message = "the piece or mention before it was deleted; what was said of the whole stays with this one"
            self.problems.at("LST013", heir, message, "nothing, if that was meant", "warning")
        for region in (
            self.regions.values() if renamed else ()
        ):  # what was drawn to a piece leads to it under its new id
            region.relations = [(label, renamed.get(to, to), pointer) for label, to, pointer in region.relations]
        return found

    def carried_items(self, layer: str) -> list[JsonObject]:
        """The items that travelled in the data: entities and events, and all of a layer that the pass does not show."""
        return carried_items(self.carried, layer)

    def hidden(self, layer: str) -> list[JsonObject] | None:
        """All items of a layer that the pass does not show, as copies; None of one that it shows."""
        return self._hidden.get(layer)

    def fresh(self, letter: str) -> str:
        n = 1
        while f"{letter}{n}" in self.taken:
            n += 1
        self.taken.add(f"{letter}{n}")
        return f"{letter}{n}"

    def cluster_id(self, region: Region, letter: str, made: Container[str]) -> str:
        """The id of a new cluster: that which it had when the annotation was read last, so that what names it still does."""
        before = self.before.get(region.id)
        return before.id if before is not None and before.id not in made else self.fresh(letter)

    def span(self, region: Region) -> JsonObject:
        return {"start": region.start, "end": region.end, "text": self.text[region.start : region.end]}

    def head(self, id: str) -> str:
        """The head of a discontinuous span."""
        seen = set()
        while id in self.head_of and id not in seen:
            seen.add(id)
            id = self.head_of[id]
        return id

    def index(self, entities: Iterable[JsonObject], events: Iterable[JsonObject]) -> None:
        """What ids and names there are, once clusters are known; controls and lines are read by them.

        Clusters that lost their mentions count: what is still named stays.
        """
        known = self.known
        for kind, items in (("entity", entities), ("event", events)):
            for item in items:
                known.kinds[item["id"]] = kind
                if item["id"] not in self.merged and (name := flat(item.get("name")).casefold()):
                    known.called.setdefault(name, []).append(item["id"])
        for mark in MARKS:
            if mark.whole is None and not mark.part:
                hidden = self.hidden(mark.layer)
                ids = (
                    [self.head(r.id) for r in self.by_kind[mark.kind]] if hidden is None else [x["id"] for x in hidden]
                )
                known.kinds |= dict.fromkeys(ids, mark.item)

    def tell(self, region: Region, faults: Iterable[Fault]) -> None:
        for fault in faults:
            self.problems.at(fault.code, region, fault.message, fault.fix)

    def read(self, region: Region, a: Control) -> JsonObject:
        """One control's values as fields of the item; a required one that is missing is a finding."""
        values = region.values.get(a.name, [])
        if a.needed and a.empty(values):
            if not region.known and a.unset is not None:
                return {a.field: self.unset(region, a)}
            words = "was cleared" if region.known else "is empty"
            self.problems.at("LST004", region, f"“{a.title}” {words}", "select the region and fill it in")
            return {a.field: None}
        found: Read = a.decode(values, self.known)
        self.tell(region, found.faults)
        return found.fields

    def entry(self, region: Region, a: Lines, text: str) -> Any:
        """One entry of a field that takes several; what is wrong with it is a finding."""
        found, faults = a.read(text, self.known)
        self.tell(region, faults)
        return found

    def unset(self, region: Region, a: Control) -> str | None:
        """What holds for a person's region where nothing was chosen."""
        drawn = {label for label, _, _ in region.relations}
        filled = {name for name, values in region.values.items() if values}
        seen = Seen(self.text[region.start : region.end], drawn, filled)
        return (None if a.guess is None else a.guess(seen)) or a.unset

    def own(self, region: Region, kind: str, skip: Sequence[Control] = ()) -> JsonObject:
        """The fields that the controls of a kind of thing say at a region, without those that relations say, too."""
        found: JsonObject = {}
        for a in attributes(kind):
            if not a.clusters and a.name not in _BESIDE and a not in skip:
                found |= self.read(region, a)
        return {k: v for k, v in found.items() if v is not None or k not in optional(kind)}

    def noted(self, item: JsonObject, note: str | None) -> JsonObject:
        return item if note is None else {**item, "note": note}

    def single(self, heads: list[Region], field: str, label: str) -> tuple[str | None, JsonObject]:
        """The one region that a relation of this label leads to, and what `meta.links` keeps of it."""
        found = list(dict.fromkeys(target for h in heads for name, target, _ in h.relations if name == label))
        kept = [e for h in heads for e in h.kept(field)]
        if len(found) > 1:
            pointer = next(p for h in heads for name, target, p in h.relations if name == label and target == found[1])
            ends = " and ".join(self.regions[x].title for x in found)
            message = f"two relations {label} leave it, to {ends}; it has one"
            self.problems.add("LST006", pointer, message, "delete one of the two", region=heads[0])
        if found:
            return found[0], {}
        for entry in kept:
            if entry.get("to") in self.promoted:
                return self.promoted[entry["to"]], {}
            if entry.get("to") is None or entry["to"] not in self.regions:
                # a mark for reading only that was deleted on the page is still there
                return (entry["to"], {}) if entry.get("to") in self.carried_ids else (None, entry)
        return None, {}

    def many(
        self, heads: list[Region], field: str, names: Sequence[str], lines: Sequence[Any]
    ) -> Iterator[tuple[str, str | None, JsonObject, str | None]]:
        """The items of a list field in order: (label, region, what was kept, line)."""
        pairs = {(name, target): p for h in heads for name, target, p in h.relations if name in names}
        rest = [str(x) for x in lines]
        used = set()
        for entry in (e for h in heads for e in h.kept(field)):
            to = entry.get("to")
            key = (str(entry.get("label")), str(self.promoted.get(to, to) if to else to))
            if "line" in entry:
                if entry["line"] in rest:
                    rest.remove(entry["line"])
                    yield "", None, {}, entry["line"]
            elif to is None:
                yield key[0], None, entry, None
            elif key not in used and (
                key in pairs
                or to in self.promoted
                or (to not in self.regions and ("entity" in entry or to in self.carried_ids))
            ):
                used.add(key)
                yield key[0], key[1], entry, None
        for label, target in pairs:
            if (label, target) not in used:
                yield label, target, {}, None
        for text in rest:
            yield "", None, {}, text


def carried_items(carried: JsonObject, layer: str) -> list[JsonObject]:
    """The items of a layer that travelled in the data."""
    return items_of(carried.get(layer))


def taken_ids(carried: JsonObject) -> set[str]:
    """Every id that travelled in the data."""
    found = {str(x["id"]) for layer in (*PASSES, "segments") for x in carried_items(carried, layer)}
    mentions = (
        m for layer in ("entities", "events") for x in carried_items(carried, layer) for m in x.get("mentions") or ()
    )
    return found | {str(m["id"]) for m in mentions if isinstance(m, dict) and "id" in m}
