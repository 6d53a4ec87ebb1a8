"""A Label Studio result list → regions and relations, whatever the browser made of them."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct, ValidationError, convert, field

from ..finding import Finding, Severity
from .mapping import ATTRIBUTES, SPAN
from .units import fits

_VALUE_KEYS = ("choices", "taxonomy", "text")


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


class Region(Struct):
    """One region with its controls' values. `known` tells a region that we exported from one that a person made."""

    id: str
    start: int
    end: int
    label: str
    pointer: str
    meta: dict[str, Any]
    known: bool
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
        text = self.meta.get("text")
        return (
            "\n".join(str(t) for t in text)
            if isinstance(text, list) and text
            else text
            if isinstance(text, str)
            else None
        )

    def links(self, name: str) -> list[dict[str, Any]]:
        """What `meta.links` keeps of one field, in order."""
        links = self.meta.get("links") if self.known else None
        entries = [e for e in links if isinstance(e, dict)] if isinstance(links, list) else []
        return [e for e in entries if e.get("field") == name and isinstance(e.get("to"), str | None)]


class Problems:
    """Findings of one task; the pointer is into the export file."""

    def __init__(self, file: str, base: str) -> None:
        self.file, self.base = file, base
        self.found: list[Finding] = []

    def add(self, code: str, pointer: str, message: str, fix: str, severity: Severity = "error") -> None:
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                file=self.file,
                pointer=self.base + pointer,
                line=None,
                column=None,
                message=message,
                fix=fix,
            )
        )

    @property
    def errors(self) -> bool:
        return any(f.severity == "error" for f in self.found)


def _place(value: Any, text: str) -> tuple[int, int] | None:
    """start and end (code points) of a result's value, if they mark words of the text."""
    if not isinstance(value, dict):
        return None
    start, end = value.get("start"), value.get("end")
    if type(start) is int and type(end) is int and 0 <= start < end <= len(text):
        return start, end
    return None


def read_regions(result: Any, text: str, problems: Problems, base: str) -> dict[str, Region]:
    """Regions by id. Results may come in any order."""
    entries = list(enumerate(result)) if isinstance(result, list) else []
    if not isinstance(result, list):
        problems.add("LST001", base, "the annotation has no list of results", "export the project again, in JSON form")
    rows = []
    for i, entry in entries:
        try:
            convert(entry, _Result)
        except ValidationError as error:
            problems.add(
                "LST001", f"{base}/{i}", f"this is no result: {error}", "export the project again, in JSON form"
            )
        else:
            rows.append((f"{base}/{i}", entry))
    regions: dict[str, Region] = {}
    for pointer, entry in rows:
        if entry.get("from_name") == SPAN:
            _add_region(regions, entry, text, pointer, problems)
    controls = {a.control for a in ATTRIBUTES}
    for pointer, entry in rows:
        if entry.get("type") == "relation":
            _add_relation(regions, entry, pointer, problems)
        elif (name := entry.get("from_name")) != SPAN:
            region = regions.get(str(entry.get("id")))
            value = entry.get("value")
            if name not in controls:
                problems.add(
                    "LST005",
                    pointer,
                    f"the control {name!r} is not in the labelling configuration",
                    "use the configuration that `onrecord labelstudio config` prints",
                )
            elif region is None:
                problems.add(
                    "LST005",
                    pointer,
                    f"a value of {name} belongs to no region",
                    "mark the words, then fill in the value",
                )
            elif isinstance(value, dict):
                values: list[Any] | str = next(
                    (value[k] for k in _VALUE_KEYS if k in value and isinstance(value[k], list | str)), []
                )
                region.values[str(name)] = [values] if isinstance(values, str) else list(values)
    return regions


def _add_region(regions: dict[str, Region], entry: dict[str, Any], text: str, pointer: str, problems: Problems) -> None:
    id, value = str(entry.get("id")), entry.get("value")
    place = _place(value, text)
    if place is None or not isinstance(value, dict):
        problems.add("LST003", pointer, f"the region {id} marks no words of the text", "mark the words again")
        return
    given = value.get("labels")
    marked = [str(x) for x in given] if isinstance(given, list) else []
    if len(marked) != 1:
        problems.add(
            "LST004",
            pointer,
            f"the region {text[place[0] : place[1]][:40]!r} has {len(marked)} labels; one is wanted",
            "choose one label",
        )
        return
    words = value.get("text")
    if isinstance(words, str) and not fits(words, text[place[0] : place[1]]):
        problems.add(
            "LST003",
            pointer,
            f"the region says {words[:40]!r}, but the text has {text[place[0] : place[1]][:40]!r} there",
            "offsets must be code points into the task's text; export with a current Label Studio",
        )
    if id in regions:
        problems.add("LST001", pointer, f"two regions have the id {id}", "delete one and mark it again")
        return
    raw = entry.get("meta")
    meta = raw if isinstance(raw, dict) else {}
    regions[id] = Region(id, *place, marked[0], pointer, meta, meta.get("rid") == id)


def _add_relation(regions: dict[str, Region], entry: dict[str, Any], pointer: str, problems: Problems) -> None:
    source, target, direction = str(entry.get("from_id")), str(entry.get("to_id")), entry.get("direction") or "right"
    if direction == "left":
        source, target = target, source
    elif direction != "right":
        problems.add(
            "LST006",
            pointer,
            f"the relation has direction {direction!r}; ours go one way",
            "turn the relation to one direction",
        )
        return
    if source not in regions or target not in regions:
        problems.add("LST006", pointer, "the relation ends at a region that does not exist", "delete the relation")
        return
    names = entry.get("labels")
    if not isinstance(names, list) or not names:
        problems.add("LST006", pointer, "the relation has no label", "choose what the relation means, or delete it")
        return
    regions[source].relations += [(str(name), target, pointer) for name in names]


def in_order(regions: dict[str, Region]) -> Iterator[Region]:
    return iter(sorted(regions.values(), key=lambda r: r.order))
