"""Regions and relations of one task, read through the mapping table."""

from collections.abc import Container, Iterable, Iterator, Sequence
from typing import Any

from msgspec.json import decode, encode

from ..record import Entity, Event, Record, clusters
from ..rules.marks import in_marks
from ..store import event_types, labels
from .mapping import (
    CONTEXTS,
    CONTINUES,
    CONTROLS,
    CUE,
    KINDS,
    LABELS,
    LINKS,
    PASSES,
    VERBATIM,
    Attribute,
    attributes,
    flat,
    parse_line,
)
from .regions import Problems, Region, in_order

Item = dict[str, Any]
_NAMES = {**{v: k for k, v in LABELS.items()}, CUE: "cue", VERBATIM: "verbatim"}
_CONTEXTS = {v: k for k, v in CONTEXTS.items()}
CONTROL_LAYERS = {"trigger": ("trigger", "event")}
"""Layer of a region → the layers whose controls it has, where these are more than its own."""
_READ_ONLY = "it belongs to a layer that this pass shows for reading only"


class Line:
    """One entry of a `lines` control, its ids found."""

    def __init__(self, word: str, id: str, mention: str | None, note: str | None) -> None:
        self.word, self.id, self.mention, self.note = word, id, mention, note


class Reader:
    """Regions by layer, with what turns a control's value or a relation into a field."""

    def __init__(
        self,
        text: str,
        carried: Item,
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
        types = {v.name for v in labels()["entity_type"].values}
        self.layers: dict[str, list[Region]] = {
            k: [] for k in ("mention", "time", "quote", "claim", "trigger", "cue", "verbatim")
        }
        self.head_of: dict[str, str] = {}
        self.layer_of: dict[str, str] = {}
        self.carried_ids = taken_ids(carried)
        self._hidden: dict[str, list[Item]] = {
            layer: decode(encode(carried_items(carried, layer))) for layer in PASSES if layer not in self.shows
        }
        self.promoted = self._promote()
        for region in in_order(regions):
            if region.context:
                self._context(region)
                continue
            layer = "mention" if region.label in types else _NAMES.get(region.label)
            if layer is None:
                fix = "relabel it; somebody added that label to the project, and a push takes it out again"
                problems.at("LST004", region, f"{region.label} is no label of onrecord's page", fix)
                continue
            self._relabelled(region, layer)
            self.layers[layer].append(region)
            self.layer_of[region.id] = layer
        for region in regions.values():
            for label, target, _ in region.relations:
                if label == CONTINUES:
                    self.head_of[region.id] = target
        self.taken = set(regions) | self.carried_ids | {x.id for x in self.before.values()}
        self.owner: dict[str, str] = {}  # mention or trigger → entity or event id
        self.merged: dict[str, str] = {}  # entity or event → what all its mentions were given to
        self.ghosts: dict[str, Item] = {}  # entities and events that lost all their mentions
        self.parts: dict[str, list[Region]] = {}
        self.kinds: dict[str, str] = {}  # id → entity, event, quote, time or claim
        self.called: dict[str, list[str]] = {}  # name, lower case → ids

    def _context(self, region: Region) -> None:
        """A region for reading only: it is an end of relations, and nothing else may be done to it."""
        layer = _CONTEXTS.get(region.label)
        fix = "click its arrow in the list of relations, so that it leads here, or delete it"
        if layer is None or not region.known or region.id not in self.carried_ids:
            self.problems.at("LST012", region, f"{_READ_ONLY}, and can't be marked or copied", "delete it")
            return
        if region.relations:
            self.problems.at("LST012", region, f"{_READ_ONLY}, and a relation starts at it", fix)
        self.layer_of[region.id] = layer

    def _relabelled(self, region: Region, layer: str) -> None:
        """A mark that got a label of another layer is a new one: what it had of the old layer falls away, and is told."""
        mine = CONTROL_LAYERS.get(layer, (layer,))
        odd = [control for control, values in region.values.items() if values and CONTROLS[control].layer not in mine]
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
                heir.relations = [x for x in heir.relations if x[0] != CONTINUES]
                if "note" in kept:
                    heir.meta = {**heir.meta, "text": kept["note"]}
                for part in known[1:]:
                    part.relations.append((CONTINUES, id, part.pointer))
            heir.meta = {**heir.meta, "links": [*kept["links"], *heir.meta.get("links", [])]}
            for control, values in kept["values"].items():
                mine = heir.values.get(control, [])
                one = CONTROLS[control].carrier != "lines"
                heir.values[control] = (mine or values) if one else list(dict.fromkeys([*values, *mine]))
            single = {x.label for x in LINKS if x.vocabulary is None and x.field not in ("verbatim", "addressees")}
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

    def carried_items(self, layer: str) -> list[Item]:
        """The items that travelled in the data: entities and events, and all of a layer that the pass does not show."""
        return carried_items(self.carried, layer)

    def hidden(self, layer: str) -> list[Item] | None:
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

    def span(self, region: Region) -> Item:
        return {"start": region.start, "end": region.end, "text": self.text[region.start : region.end]}

    def head(self, id: str) -> str:
        """The head of a discontinuous span."""
        seen = set()
        while id in self.head_of and id not in seen:
            seen.add(id)
            id = self.head_of[id]
        return id

    def index(self, entities: Iterable[Item], events: Iterable[Item]) -> None:
        """What ids and names there are, once clusters are known; controls and lines are read by them.

        Clusters that lost their mentions count: what is still named stays.
        """
        for kind, items in (("entity", entities), ("event", events)):
            for item in items:
                self.kinds[item["id"]] = kind
                if item["id"] not in self.merged and (name := flat(item.get("name")).casefold()):
                    self.called.setdefault(name, []).append(item["id"])
        for layer, key in (("times", "time"), ("quotes", "quote"), ("claims", "claim")):
            hidden = self.hidden(layer)
            ids = [self.head(r.id) for r in self.layers[key]] if hidden is None else [x["id"] for x in hidden]
            self.kinds |= dict.fromkeys(ids, KINDS[layer])

    def resolve(self, region: Region, a: Attribute, written: str) -> str | None:
        """The id that a control's words name: an id before a name, or a name alone."""
        token, *_ = written.split(None, 1) or [""]
        if token in a.names or self.kinds.get(token) in a.names:
            return self.merged.get(token, token)
        ids = [id for id in self.called.get(flat(written).casefold(), []) if self.kinds[id] in a.names]
        if len(ids) == 1:
            return ids[0]
        wanted = " or ".join("the word " + n if n in ("author", "published") else f"the id of an {n}" if n[0] in "ae"
                             else f"the id of a {n}" for n in a.names)  # fmt: skip
        if len(ids) > 1:
            message = f"“{a.title}” says {written!r}, as {' and '.join(ids)} are called"
        elif token in self.kinds:
            message = f"“{a.title}” names {token}, which is a {self.kinds[token]}"
        else:
            message = f"“{a.title}” says {written!r}, and nothing here has that id or name (any more)"
        self.problems.at("LST007", region, message, f"write {wanted}, or clear it")
        return None

    def read(self, region: Region, a: Attribute) -> Item:
        """One control's value as fields of the item; a required one that is missing is a finding."""
        values = region.values.get(a.control, [])
        if a.carrier == "flags":
            return {field: field in values for field in a.fields}
        field = a.fields[0]
        if not values or (isinstance(values[0], str) and not values[0].strip() and a.carrier != "text"):
            if a.required and not region.known and a.unset is not None:
                return {field: self.unset(region, a)}
            if a.required:
                words = "was cleared" if region.known else "is empty"
                self.problems.at("LST004", region, f"“{a.title}” {words}", "select the region and fill it in")
            return {field: None}
        value = values[0]
        if a.carrier == "taxonomy":
            value = value[-1] if isinstance(value, list) and value else value
        elif a.carrier == "ref":
            value = self.resolve(region, a, str(value))
        return {field: value}

    def unset(self, region: Region, a: Attribute) -> str | None:
        """What holds for a person's region where nothing was chosen."""
        drawn = {label for label, _, _ in region.relations}
        if a.control == "quote_kind" and "verbatim" in drawn:
            return "mixed"
        if a.control == "quote_kind" and in_marks(self.text[region.start : region.end]):
            return "direct"
        if a.control == "voice" and ("claimant" in drawn or region.values.get("claimant")):
            return "source"
        return a.unset

    def own(self, region: Region, *layers: str, skip: Sequence[str] = ()) -> Item:
        found: Item = {}
        for a in attributes(*layers):
            if a.control not in skip and a.carrier not in ("lines", "cluster"):
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
        self, heads: list[Region], field: str, names: Sequence[str], lines: list[Any]
    ) -> Iterator[tuple[str, str | None, Item, str | None]]:
        """The items of a list field in order: (label, region, what was kept, line)."""
        pairs = {(name, target): p for h in heads for name, target, p in h.relations if name in names}
        rest = [str(x) for x in lines]
        used = set()
        for entry in (e for h in heads for e in h.links(field)):
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

    def lines(self, region: Region, a: Attribute) -> list[Line]:
        """The entries of a `lines` control."""
        return [x for text in region.values.get(a.control, []) if (x := self.line(region, a, str(text)))]

    def line(self, region: Region, a: Attribute, text: str) -> Line | None:
        """One entry: its word, the id and mention that it names, its note. What is wrong with it is a finding."""
        words = {"arguments": [r.name for r in event_types().roles],
                 "factuality": [v.name for v in labels()["factuality"].values]}.get(a.control, [])  # fmt: skip
        found = parse_line(text, 1 if words else 0)
        if found is None or (words and found[0][0] not in words):
            said = f"“{a.title}” says {text!r}"
            fix = f"fill it in as the page says: {a.hint}" if found is None else f"begin with one of {', '.join(words)}"
            self.problems.at("LST007", region, f"{said}, which names no id" if found is None else said, fix)
            return None
        given, target, note = found
        if note is not None and a.control not in ("arguments", "factuality", "addressees"):
            self.problems.at("LST012", region, f"a note in “{a.title}” has no place in the record", "take it out")
        token, *rest = target.split(None, 1)
        token, _, mention = token.partition("@")
        id = self.resolve(region, a, " ".join((token, *rest)))
        if id is None:
            return None
        places = self.carried.get("places")
        if mention and mention not in self.owner and not (isinstance(places, dict) and mention in places):
            self.problems.at("LST007", region, f"“{a.title}” names no mention with {mention!r}", "leave out the @")
            mention = ""
        return Line(given[0] if given else "", id, mention or None, note)


def carried_items(carried: Item, layer: str) -> list[Item]:
    """The items of a layer that travelled in the data."""
    rows = carried.get(layer)
    whole = [r.get("whole", r) for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []
    return [r for r in whole if isinstance(r, dict) and isinstance(r.get("id"), str)]


def taken_ids(carried: Item) -> set[str]:
    """Every id that travelled in the data."""
    found = {str(x["id"]) for layer in (*PASSES, "segments") for x in carried_items(carried, layer)}
    mentions = (
        m for layer in ("entities", "events") for x in carried_items(carried, layer) for m in x.get("mentions") or ()
    )
    return found | {str(m["id"]) for m in mentions if isinstance(m, dict) and "id" in m}
