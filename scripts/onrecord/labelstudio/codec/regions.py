"""A Label Studio result list → regions and relations, whatever the browser made of them."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct, ValidationError, convert

from .carriers.controls import KEYS
from .carriers.marks import Region
from .identity import ident
from .mapping import CONTEXT, CONTROLS, SPAN, safe
from .offset_units import alike, fits, words_of
from .problems import Problems, title

_ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]*")
_OLD = re.compile("^(?:arg|claim|event):")
"""Before 0.2, kinds and roles had the layer before them."""


class _Result(Struct):
    """The shape of a result, as far as we read it."""

    id: str | int | None = None
    from_name: str | None = None
    type: str | None = None
    value: dict[str, Any] | None = None
    meta: dict[str, Any] | None = None
    from_id: str | int | None = None
    to_id: str | int | None = None
    direction: str | None = None
    labels: list[str] | None = None


def _offsets(value: Any, text: str) -> tuple[int, int] | None:
    """start and end (code points) of a result's value, if they mark words of the text."""
    if not isinstance(value, dict):
        return None
    start, end = value.get("start"), value.get("end")
    if type(start) is int and type(end) is int and 0 <= start < end <= len(text):
        return start, end
    return None


class Read(Struct):
    """An annotation's regions by the record's id, and the indices of results that are nothing of ours."""

    regions: dict[str, Region]
    loose: list[int]


def read_regions(
    result: Any,
    text: str,
    problems: Problems,
    base: str,
    taken: Collection[str] = (),
    lost: Collection[int] = (),
) -> Read:
    """Regions, with their values and relations. Results may come in any order.

    A region is an item of the record, or is to be one: what is wrong with it is an error, for the record would lack the
    item, and the annotator can mend it on the page. What is no region, and nothing that we gave the page (another
    control, a value or a relation without its region, junk), is left to be carried along, each with a warning: it costs
    nothing but itself, and a dangling relation can't even be mended there, as the page does not open.

    Args:
        taken: ids that something else in the record has: no region of a person's may get one.
        lost: results whose offsets have no place in the text.
    """
    problems.text = text
    read = Read({}, [])
    entries = list(enumerate(result)) if isinstance(result, list) else []
    if not isinstance(result, list):
        problems.add("LST001", base, "the annotation has no list of results", "export the project again, in JSON form")
    by_id: dict[str, Region] = {}
    marked: set[str] = set()
    rows = [(i, f"{base}/{i}", entry) for i, entry in entries if _is_result(i, entry, problems, base, read)]
    for i, pointer, entry in rows:
        if entry.get("from_name") in (SPAN, CONTEXT):
            _add_region(by_id, entry, text, pointer, problems, i in lost)
            marked.add(str(entry.get("id")))
    _name(by_id, taken)
    faulty = marked - by_id.keys()
    for i, pointer, entry in rows:
        name = entry.get("from_name")
        if not faulty.isdisjoint(str(entry.get(k)) for k in ("id", "from_id", "to_id")):
            continue  # what belongs to a region with a fault waits until that is mended
        if entry.get("type") == "relation":
            if not _add_relation(by_id, entry, pointer, problems):
                read.loose.append(i)
        elif name not in (SPAN, CONTEXT) and not _add_value(by_id, entry, str(name), pointer, problems):
            read.loose.append(i)
    read.regions = {r.id: r for r in by_id.values()}
    return read


def _is_result(index: int, entry: Any, problems: Problems, base: str, read: Read) -> bool:
    """Whether an entry has the shape of a result; junk that is nothing of ours is only told."""
    try:
        convert(entry, _Result)
    except ValidationError as error:
        ours = isinstance(entry, dict) and (
            entry.get("type") == "relation" or str(entry.get("from_name")) in (SPAN, CONTEXT, *CONTROLS)
        )
        carried = "" if ours else "; it is carried along"
        problems.add(
            "LST001",
            f"{base}/{index}",
            f"this is no result: {error}{carried}",
            "export the project again, in JSON form",
            "error" if ours else "warning",
        )
        if not ours:
            read.loose.append(index)
        return False
    return True


def _add_value(by_id: dict[str, Region], entry: dict[str, Any], name: str, pointer: str, problems: Problems) -> bool:
    """A control's values go to their region; False with a finding where there is no such control or region."""
    region = by_id.get(ident(entry.get("id")) or "")
    value = entry.get("value")
    if name not in CONTROLS:
        problems.add(
            "LST005",
            pointer,
            f"the control {name!r} is not in the labelling configuration; its value is carried along",
            "use the configuration that `onrecord labelstudio config` prints",
            "warning",
            region=region,
        )
        return False
    if region is None:
        problems.add(
            "LST005",
            pointer,
            f"a value of “{CONTROLS[name].title}” belongs to no region; it is carried along",
            "mark the words, then fill in the value",
            "warning",
        )
        return False
    if isinstance(value, dict):
        values: list[Any] | str = next((value[k] for k in KEYS if k in value and isinstance(value[k], list | str)), [])
        region.values[name] = [values] if isinstance(values, str) else list(values)
    return True


def _name(by_id: dict[str, Region], taken: Collection[str]) -> None:
    """Give every region its id in the record: its own, Label Studio's if it is new and nothing has it, else a fresh one."""
    used = {str(r.meta["rid"]) for r in by_id.values() if r.known} | set(taken)
    for id, region in by_id.items():
        if region.known:
            region.id = str(region.meta["rid"])
            continue
        n = 1
        while not _ID.fullmatch(id) or id in used:
            id, n = f"r{n}", n + 1
        used.add(id)
        region.id = id


def _add_region(
    regions: dict[str, Region], entry: dict[str, Any], text: str, pointer: str, problems: Problems, lost: bool
) -> None:
    id, value = str(entry.get("id")), entry.get("value")
    offsets = None if lost else _offsets(value, text)
    if offsets is None or not isinstance(value, dict):
        problems.add("LST003", pointer, f"the region {id} marks no words of the text", "mark the words again")
        return
    given = value.get("labels")
    marked = [str(x) for x in given] if isinstance(given, list) else []
    if len(marked) != 1:
        problems.add(
            "LST004",
            pointer,
            f"{title('the region', text, *offsets)} has {len(marked)} labels; one is wanted",
            "choose one label",
        )
        return
    words, there = words_of(value), text[offsets[0] : offsets[1]]
    if words is not None and not fits(words, there):
        told = f"the region says {words[:40]!r}, but the text has {there[:40]!r} there"
        if alike(words, there):
            fix = "nothing, if whole words were meant: Label Studio noted what was dragged over"
            problems.add("LST042", pointer, f"{told}; the offsets count", fix, "warning")
        else:
            fix = "offsets must be code points into the task's text; export with a current Label Studio"
            problems.add("LST003", pointer, told, fix)
    if id in regions and (regions[id].context or entry.get("from_name") == CONTEXT):
        other = regions[id]
        read, label = (other.label, marked[0]) if other.context else (marked[0], other.label)
        message = f"this {read} is shown for reading only, and is labelled {label}, too"
        fix = (
            f"select it and click {label} once more; to mark the same words, choose {label} first, then drag over them"
        )
        problems.add("LST012", pointer, message, fix, region=other)
        return
    if id in regions:
        problems.add("LST001", pointer, f"two regions have the id {id}", "delete one and mark it again")
        return
    raw = entry.get("meta")
    meta = raw if isinstance(raw, dict) else {}
    rid = meta.get("rid")
    known = isinstance(rid, str) and safe(rid) == id
    named = title(marked[0], text, *offsets)
    regions[id] = Region(id, *offsets, marked[0], pointer, meta, known, named, entry.get("from_name") == CONTEXT)


def _add_relation(by_id: dict[str, Region], entry: dict[str, Any], pointer: str, problems: Problems) -> bool:
    """Whether the relation has two ends; what is wrong with it otherwise is told."""
    source, target = by_id.get(ident(entry.get("from_id")) or ""), by_id.get(ident(entry.get("to_id")) or "")
    if source is None or target is None:
        at = source or target
        problems.add(
            "LST006",
            pointer,
            f"{'the' if at is None else 'its'} relation ends at a region that does not exist; it is carried along",
            "nothing, if the region was deleted on purpose; else mark it again and draw the relation to it",
            "warning",
            region=at,
        )
        return False
    direction, names = entry.get("direction") or "right", entry.get("labels")
    said = " and ".join(str(x) for x in names) if isinstance(names, list) and names else ""
    if direction == "left":
        source, target = target, source
    elif direction != "right":
        problems.add(
            "LST006",
            pointer,
            f"the relation {said or 'without label'} with {target.title} goes both ways ({direction}); ours go one way",
            "click its arrow in the list of relations until it points one way",
            region=source,
        )
        return True
    if not said:
        problems.add(
            "LST006",
            pointer,
            f"the relation to {target.title} has no label",
            "choose what it means in the list of relations, or delete it",
            region=source,
        )
        return True
    source.relations += [(_OLD.sub("", str(name)), target.id, pointer) for name in names or ()]
    return True


def in_order(regions: dict[str, Region]) -> Iterator[Region]:
    return iter(sorted(regions.values(), key=lambda r: r.order))
