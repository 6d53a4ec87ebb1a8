"""What an annotation says that the record has no place for: each is a finding, nothing is dropped in silence."""

from ..store import labels
from .mapping import CONTEXTS, CONTROLS, IN_PASS, LINKS, Attribute, context, readable, relation_labels
from .reader import CONTROL_LAYERS, Item, Reader
from .regions import Region, title

_HEAD_ONLY = ("event_name", "event_members")
_WORDS = {"mention": "a mention", "trigger": "an EVENT"}


def _ends(layers: tuple[str, ...]) -> str:
    return " or ".join(_WORDS.get(x, f"a {x.upper()}") for x in layers)


def check_relations(reader: Reader) -> None:
    """Every relation has a label of the table, and ends where the table says."""
    known = set(relation_labels())
    pointed: set[str] = set()
    for region in reader.regions.values():
        if region.context:
            continue
        source = reader.layer_of.get(region.id)
        for label, target, pointer in region.relations:
            end = reader.layer_of.get(target)
            links = [x for x in LINKS if label in x.labels]
            to = reader.regions[target].title
            if label not in known:
                fix = "use a label of the page, or delete the relation"
                reader.problems.add("LST006", pointer, f"no relation is called {label!r}", fix, region=region)
            elif not any(x.source == source and end in x.targets for x in links):
                ends = "; ".join(sorted({f"from {_ends((x.source,))} to {_ends(x.targets)}" for x in links}))
                message = f"its relation {label} leads to {to}; {label} goes {ends}"
                fix = "turn it, draw it to the right region, or delete it"
                reader.problems.add("LST006", pointer, message, fix, region=region)
            pointed.add(target)
    for layer in ("cue", "verbatim"):
        for region in reader.layers[layer]:
            if region.id not in pointed:
                fix = f"draw the relation {layer} from the QUOTE to it"
                reader.problems.at("LST006", region, "it belongs to no QUOTE", fix)


def check_values(reader: Reader) -> None:
    """Every value stands at a control of its layer, in the number and from the list that the control has."""
    for region in reader.regions.values():
        if region.context:
            continue
        layer = reader.layer_of.get(region.id, "")
        continues = region.id in reader.head_of
        if region.note is not None and (continues or layer in ("cue", "verbatim")):
            fix = "move it to the first piece of the quote or claim"
            reader.problems.at("LST012", region, "its note has no place in the record", fix)
        for control, values in region.values.items():
            _check_value(reader, region, layer, CONTROLS[control], values, continues)


def _check_value(
    reader: Reader, region: Region, layer: str, a: Attribute, values: list[object], continues: bool
) -> None:
    def add(message: str, fix: str) -> None:
        reader.problems.at("LST012", region, message, fix)

    if not values:
        return
    if a.layer not in CONTROL_LAYERS.get(layer, (layer,)) or continues:
        add(f"a value of “{a.title}” has no place here", "give it to the first piece, or clear it")
    elif a.carrier == "flags":
        if unknown := [v for v in values if v not in a.fields]:
            add(f"{unknown[0]!r} is no choice of “{a.title}”", "use the page's choices")
    elif a.carrier != "lines" and len(values) > 1:
        add(f"“{a.title}” has {len(values)} values; one is wanted", "keep one")
    elif a.carrier == "choice" and a.vocabulary and values[0] not in [v.name for v in labels()[a.vocabulary].values]:
        add(f"{values[0]!r} is no choice of “{a.title}”", "use the page's choices")


def check_heads(reader: Reader, groups: dict[str, list[Region]]) -> None:
    """What an event has once stands at its first trigger; a relation and a control that say the same thing agree."""
    for group in groups.values():
        for region in group[1:]:
            for control in _HEAD_ONLY:
                if region.values.get(control) and region.values[control] != group[0].values.get(control):
                    message = f"“{CONTROLS[control].title}” belongs to the event's first mention, {group[0].title}"
                    reader.problems.at("LST012", region, message, "move it there")
    for layer, name in (("quote", "speaker"), ("claim", "claimant")):
        for region in reader.layers[layer]:
            drawn = {reader.owner.get(t) for label, t, _ in region.relations if label == name}
            if not drawn or not region.values.get(name):
                continue
            a = CONTROLS[name]
            written = reader.read(region, a)[name]
            if written and drawn - {written}:
                message = f"“{a.title}” says {written}, and the relation {name} leads to another"
                reader.problems.at("LST012", region, message, "clear the field, or delete the relation")


def check_context(reader: Reader) -> None:
    """What a pass shows for reading only is as it was; if not, that has no effect, and is said."""
    for layer in context(reader.shows):
        for item in reader.carried_items(IN_PASS[layer]):
            marks = item["mentions"] if layer in ("mention", "trigger") else [item.get("fragments", [item])[0]]
            for mark in marks:
                _check_mark(reader, layer, item, mark)


def _check_mark(reader: Reader, layer: str, item: Item, mark: Item) -> None:
    name = title(CONTEXTS[layer], reader.text, mark["start"], mark["end"])
    region = reader.regions.get(str(mark.get("id") or item["id"]))
    control = {"mention": "cluster", "trigger": "event"}.get(layer)
    if region is None:
        done = "it was deleted"
    elif (region.start, region.end) != (mark["start"], mark["end"]):
        done = "its edges were moved"
    elif region.note is not None or region.values != ({control: [_cluster(item)]} if control else {}):
        done = "something was written there"
    else:
        return
    message = f"{name}: {done}, which has no effect, for this pass shows it for reading only"
    fix = "do that in a pass over its own layer, if it was meant"
    pointer = "" if region is None else region.pointer
    reader.problems.add("LST017", pointer, message, fix, "warning")


def _cluster(item: Item) -> str:
    """What `to_task` writes of a mention's entity or event."""
    link = item["link"]
    known = link["wikidata"] or ("nil" if link["status"] == "nil" else None)
    found = readable(item["id"], item["name"] or item["type"])
    return f"{found} | {known}" if known else found
