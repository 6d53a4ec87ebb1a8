"""Regions and relations of one task, read through the mapping table."""

from collections.abc import Iterator, Sequence
from typing import Any

from ..store import labels
from .mapping import CONTINUES, CUE, LABELS, VERBATIM, Attribute, attributes, parse_line
from .regions import Problems, Region, in_order

Item = dict[str, Any]
_NAMES = {**{v: k for k, v in LABELS.items()}, CUE: "cue", VERBATIM: "verbatim"}


class Reader:
    """Regions by layer, with what turns a control's value or a relation into a field."""

    def __init__(self, text: str, carried: Item, regions: dict[str, Region], problems: Problems) -> None:
        self.text, self.carried, self.regions, self.problems = text, carried, regions, problems
        types = {v.name for v in labels()["entity_type"].values}
        self.layers: dict[str, list[Region]] = {
            k: [] for k in ("mention", "time", "quote", "claim", "trigger", "cue", "verbatim")
        }
        self.head_of: dict[str, str] = {}
        self.layer_of: dict[str, str] = {}
        for region in in_order(regions):
            layer = "mention" if region.label in types else _NAMES.get(region.label)
            if layer is None:
                problems.add(
                    "LST004",
                    region.pointer,
                    f"the label {region.label!r} is not in the labelling configuration",
                    "use one of the page's labels",
                )
                continue
            self.layers[layer].append(region)
            self.layer_of[region.id] = layer
        for region in regions.values():
            for label, target, _ in region.relations:
                if label == CONTINUES:
                    self.head_of[region.id] = target
        base_ids = {e["id"] for layer in ("entities", "events") for e in self.carried_items(layer)}
        segments = carried.get("segments")
        segment_ids = (
            {str(x.get("id")) for x in segments if isinstance(x, dict)} if isinstance(segments, list) else set()
        )
        self.taken = set(regions) | base_ids | segment_ids
        self.owner: dict[str, str] = {}  # mention or trigger region → entity or event id
        self.parts: dict[str, list[Region]] = {}

    def carried_items(self, layer: str) -> list[Item]:
        """The entities or events that travelled in the data."""
        rows = self.carried.get(layer)
        whole = [r.get("whole", r) for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
        return [r for r in whole if isinstance(r, dict) and isinstance(r.get("id"), str)]

    def fresh(self, letter: str) -> str:
        n = 1
        while f"{letter}{n}" in self.taken:
            n += 1
        self.taken.add(f"{letter}{n}")
        return f"{letter}{n}"

    def span(self, region: Region) -> Item:
        return {"start": region.start, "end": region.end, "text": self.text[region.start : region.end]}

    def words(self, region: Region) -> str:
        """The region's words, short, for a message."""
        return self.text[region.start : region.end][:40]

    def head(self, id: str) -> str:
        """The head of a discontinuous span."""
        seen = set()
        while id in self.head_of and id not in seen:
            seen.add(id)
            id = self.head_of[id]
        return id

    def read(self, region: Region, a: Attribute) -> Item:
        """One control's value as fields of the item; a required one that is missing is a finding."""
        values = region.values.get(a.control, [])
        if a.carrier == "flags":
            return {field: field in values for field in a.fields}
        field = a.fields[0]
        if a.carrier == "lines":
            return {field: values}
        if not values:
            if a.required:
                words = self.text[region.start : region.end][:40]
                self.problems.add(
                    "LST004",
                    region.pointer,
                    f"{region.label} {words!r} lacks “{a.title}”",
                    "select the region and fill it in",
                )
            return {field: None}
        value = values[0]
        if a.carrier == "taxonomy":
            value = value[-1] if isinstance(value, list) and value else value
        elif a.carrier == "ref":
            value = str(value).split(None, 1)[0] if str(value).strip() else None
        return {field: value}

    def own(self, region: Region, *layers: Any, skip: Sequence[str] = ()) -> Item:
        found: Item = {}
        for a in attributes(*layers):
            if a.control not in skip:
                found |= self.read(region, a)
        return found

    def noted(self, item: Item, note: str | None) -> Item:
        return item if note is None else {**item, "note": note}

    def single(self, heads: list[Region], field: str, label: str) -> tuple[str | None, Item]:
        """The one region that a relation of this label leads to, and what `meta.links` keeps of it."""
        found = list(dict.fromkeys(target for h in heads for name, target, _ in h.relations if name == label))
        kept = [e for h in heads for e in h.links(field)]
        if len(found) > 1:
            pointer = next(p for h in heads for name, target, p in h.relations if name == label and target == found[1])
            self.problems.add(
                "LST006",
                pointer,
                f"two relations {label} leave one {heads[0].label}; it has one",
                "delete one of the two",
            )
        if found:
            return found[0], {}
        return None, next((e for e in kept if e.get("to") is None), {})

    def many(
        self, heads: list[Region], field: str, prefix: str, lines: list[Any]
    ) -> Iterator[tuple[str, str | None, Item, str | None]]:
        """The items of a list field in order: (label, region, what was kept, line)."""
        pairs = {(name, target): p for h in heads for name, target, p in h.relations if name.startswith(prefix)}
        rest = [str(x) for x in lines]
        used = set()
        for entry in (e for h in heads for e in h.links(field)):
            key = (str(entry.get("label")), str(entry.get("to")))
            if "line" in entry:
                if entry["line"] in rest:
                    rest.remove(entry["line"])
                    yield "", None, {}, entry["line"]
            elif entry.get("to") is None or key in pairs:
                used.add(key)
                yield key[0], entry.get("to"), entry, None
        for label, target in pairs:
            if (label, target) not in used:
                yield label, target, {}, None
        for text in rest:
            yield "", None, {}, text

    def line(self, text: str, words: int, pointer: str) -> tuple[tuple[str, ...], str, str | None] | None:
        found = parse_line(text, words)
        if found is None:
            self.problems.add(
                "LST007",
                pointer,
                f"{text!r} names no id",
                "write the id first, as in e1"
                if words == 0
                else "write the word and the id, as in agent e1 or CT+ author",
            )
        return found
