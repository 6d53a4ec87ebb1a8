"""What an annotation says that the record has no place for: each is a finding, nothing is dropped in silence."""

from collections.abc import Iterable

from ...files.parsing import JsonObject
from .carriers.entries import Names, shown_link
from .carriers.marks import NOTE, Mark, Region
from .layers import LayerReader
from .mapping import ATTRIBUTES, CONTEXTS, CONTROLS, HOME, MARK, RELATIONS, attributes, context, relation_labels
from .problems import title
from .reader import Reader


def _ends(kinds: Iterable[str]) -> str:
    """The kinds of mark in the page's words: `a mention or an EVENT`."""
    names = [MARK[x].label or x for x in kinds]
    return " or ".join(f"{'an' if n[0] in 'AEIOU' else 'a'} {n}" for n in names)


def check_relations(reader: Reader) -> None:
    """Every relation has a label of the table, and ends where the table says."""
    known = set(relation_labels())
    pointed: set[str] = set()
    for region in reader.regions.values():
        if region.context:
            continue
        source = reader.kind_of.get(region.id)
        for label, target, pointer in region.relations:
            end = reader.kind_of.get(target)
            relations = [x for x in RELATIONS if label in x.labels]
            to = reader.regions[target].title
            if label not in known:
                fix = "use a label of the page, or delete the relation"
                reader.problems.add("LST006", pointer, f"no relation is called {label!r}", fix, region=region)
            elif not any(HOME[x.of].kind == source and end in x.targets for x in relations):
                ends = "; ".join(sorted({f"from {_ends([HOME[x.of].kind])} to {_ends(x.targets)}" for x in relations}))
                message = f"its relation {label} leads to {to}; {label} goes {ends}"
                fix = "turn it, draw it to the right region, or delete it"
                reader.problems.add("LST006", pointer, message, fix, region=region)
            pointed.add(target)
    for relation in RELATIONS:
        whose = HOME[relation.of].label
        for region in (r for kind in relation.parts for r in reader.by_kind[kind]):
            if region.id not in pointed:
                fix = f"draw the relation {relation.label} from the {whose} to it"
                reader.problems.at("LST006", region, f"it belongs to no {whose}", fix)


def check_values(reader: Reader) -> None:
    """Every value stands at a control of its mark, in the number and from the list that the control has."""
    for region in reader.regions.values():
        if region.context:
            continue
        mark = MARK.get(reader.kind_of.get(region.id, ""))
        continues = region.id in reader.head_of
        if (fault := NOTE.check(region.note, mark, continues)) is not None:
            reader.tell(region, [fault])
        for name, values in region.values.items():
            a = CONTROLS[name]
            if values and (continues or mark is None or a.of not in mark.kinds):
                message = f"a value of “{a.title}” has no place here"
                reader.problems.at("LST012", region, message, "give it to the first piece, or clear it")
            elif values and (fault := a.check(values)) is not None:
                reader.tell(region, [fault])


def check_heads(reader: LayerReader, groups: dict[str, list[Region]]) -> None:
    """What an event has once stands at its first trigger; a relation and a control that say the same thing agree."""
    once = [a for a in ATTRIBUTES if a.head_only]
    for group in groups.values():
        for region in group[1:]:
            for a in once:
                if region.values.get(a.name) and region.values[a.name] != group[0].values.get(a.name):
                    message = f"“{a.title}” belongs to the {a.of}'s first mention, {group[0].title}"
                    reader.problems.at("LST012", region, message, "move it there")
    for relation in RELATIONS:
        for region in reader.by_kind[HOME[relation.of].kind]:
            if (fault := relation.check(region, reader)) is not None:
                reader.tell(region, [fault])


def check_context(reader: Reader) -> None:
    """What a pass shows for reading only is as it was; if not, that has no effect, and is said."""
    for mark in context(reader.shows):
        for item in reader.carried_items(mark.layer):
            spans = item["mentions"] if mark.whole else [item.get("fragments", [item])[0]]
            for span in spans:
                _check_mark(reader, mark, item, span)


def _check_mark(reader: Reader, mark: Mark, item: JsonObject, span: JsonObject) -> None:
    region = reader.regions.get(str(span.get("id") or item["id"]))
    if region is None:
        done = "it was deleted"
    elif (region.start, region.end) != (span["start"], span["end"]):
        done = "its edges were moved"
    elif region.note is not None or region.values != _written(mark, item):
        done = "something was written there"
    else:
        return
    name = title(CONTEXTS[mark.kind], reader.text, span["start"], span["end"])
    message = f"{name}: {done}, which has no effect, for this pass shows it for reading only"
    fix = "do that in a pass over its own layer, if it was meant"
    pointer = "" if region is None else region.pointer
    reader.problems.add("LST017", pointer, message, fix, "warning")


def _written(mark: Mark, item: JsonObject) -> dict[str, list[object]]:
    """What `to_task` writes at a mark for reading only: which entity or event it belongs to."""
    if mark.whole is None:
        return {}
    names = Names({item["id"]: item["name"] or item["type"]}, {item["id"]: shown_link(item["link"])})
    return {a.name: a.encode({a.field: item["id"]}, names) for a in attributes(mark.kind) if a.clusters}
