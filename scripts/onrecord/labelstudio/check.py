"""What an annotation says that the record has no place for: each is a finding, nothing is dropped in silence."""

from ..store import labels
from .config import relation_labels
from .mapping import ATTRIBUTES, LINKS, Attribute
from .reader import Reader
from .regions import Region

_CONTROLS = {a.control: a for a in ATTRIBUTES}
_LAYERS = {"trigger": ("trigger", "event")}
_HEAD_ONLY = ("event_name", "event_members")


def check_relations(reader: Reader) -> None:
    """Every relation has a label of the table, and ends where the table says."""
    known = set(relation_labels())
    pointed: set[str] = set()
    for region in reader.regions.values():
        source = reader.layer_of.get(region.id)
        for label, target, pointer in region.relations:
            end = reader.layer_of.get(target)
            links = [x for x in LINKS if (label.startswith(x.label) if x.prefix else label == x.label)]
            if label not in known:
                fix = "use a label of the page, or delete the relation"
                reader.problems.add("LST006", pointer, f"no relation is called {label!r}", fix)
            elif not any(x.source == source and end in x.targets for x in links):
                ends = " or ".join(sorted({f"{x.source} → {', '.join(x.targets)}" for x in links}))
                message = f"the relation {label} goes from a {source} to a {end}; it goes {ends}"
                reader.problems.add("LST006", pointer, message, "turn it, draw it to the right region, or delete it")
            pointed.add(target)
    for layer in ("cue", "verbatim"):
        for region in reader.layers[layer]:
            if region.id not in pointed:
                message = f"{region.label} {reader.words(region)!r} belongs to no quote"
                reader.problems.add(
                    "LST006", region.pointer, message, f"draw the relation {layer} from the quote to it"
                )


def check_values(reader: Reader) -> None:
    """Every value stands at a control of its layer, in the number and from the list that the control has."""
    for region in reader.regions.values():
        layer = reader.layer_of.get(region.id, "")
        continues = region.id in reader.head_of
        if region.note is not None and (continues or layer in ("cue", "verbatim")):
            message = f"the note on {region.label} {reader.words(region)!r} has no place in the record"
            reader.problems.add("LST012", region.pointer, message, "move it to the first piece of the quote or claim")
        for control, values in region.values.items():
            _check_value(reader, region, layer, _CONTROLS[control], values, continues)


def _check_value(
    reader: Reader, region: Region, layer: str, a: Attribute, values: list[object], continues: bool
) -> None:
    def add(message: str, fix: str) -> None:
        reader.problems.add("LST012", region.pointer, f"{region.label} {reader.words(region)!r}: {message}", fix)

    if not values:
        return
    if a.layer not in _LAYERS.get(layer, (layer,)) or continues:
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
                if region.values.get(control):
                    title = _CONTROLS[control].title
                    message = f"{region.label} {reader.words(region)!r}: “{title}” belongs to the event's first mention"
                    reader.problems.add("LST012", region.pointer, message, "move it there")
    for layer, name in (("quote", "speaker"), ("claim", "claimant")):
        for region in reader.layers[layer]:
            written = reader.read(region, _CONTROLS[name])[name]
            drawn = {reader.owner.get(t) for label, t, _ in region.relations if label == name}
            if written and drawn - {written}:
                message = (
                    f"{region.label} {reader.words(region)!r}: the {name} is written as {written} and drawn to another"
                )
                reader.problems.add("LST012", region.pointer, message, "clear the field, or delete the relation")
