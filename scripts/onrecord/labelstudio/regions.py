"""A Label Studio result list → regions and relations, whatever the browser made of them."""

import re
from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct, ValidationError, convert, field

from ..finding import Finding, Severity, excerpt
from .mapping import CONTEXT, CONTROLS, SPAN, safe
from .units import fits

_VALUE_KEYS = ("choices", "taxonomy", "text")
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


class Region(Struct):
    """One region with its controls' values. `known` tells a region that we exported from one that a person made.

    `id` is the record's; a person's region has Label Studio's, if nothing else has it. `context` tells a region that
    the pass shows for reading only. `title` names it in the page's words.
    """

    id: str
    start: int
    end: int
    label: str
    pointer: str
    meta: dict[str, Any]
    known: bool
    title: str = ""
    context: bool = False
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
        self.text = ""
        self.found: list[Finding] = []

    def add(
        self,
        code: str,
        pointer: str,
        message: str,
        fix: str,
        severity: Severity = "error",
        *,
        region: Region | None = None,
    ) -> None:
        """A finding; one about a region says so in the page's words, and shows the article's."""
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                file=self.file,
                pointer=self.base + pointer,
                line=None,
                column=None,
                message=message if region is None else f"{region.title}: {message}",
                fix=fix,
                item=None if region is None else region.id,
                excerpt=None if region is None else excerpt(self.text, region.start, region.end),
            )
        )

    def at(self, code: str, region: Region, message: str, fix: str, severity: Severity = "error") -> None:
        """A finding about a region."""
        self.add(code, region.pointer, message, fix, severity, region=region)

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


def title(label: str, text: str, start: int, end: int) -> str:
    """A region in the page's words: its label, what it marks, and where, if the article has the words twice."""
    words = text[start:end]
    short = words if len(words) <= 50 else f"{words[:30]} … {words[-15:]}"
    found = f"{label} “{' '.join(short.split()) or short}”"
    if len(words) <= 30 and text.count(words) > 1:
        around = f"{text[max(0, start - 24) : start]}[{words}]{text[end : end + 16]}"
        found += f" (in “…{' '.join(around.split())}…”)"
    return found


def read_regions(
    result: Any, text: str, problems: Problems, base: str, taken: Collection[str] = ()
) -> dict[str, Region]:
    """Regions by the record's id. Results may come in any order.

    Args:
        taken: ids that something else in the record has: no region of a person's may get one.
    """
    problems.text = text
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
    by_id: dict[str, Region] = {}
    for pointer, entry in rows:
        if entry.get("from_name") in (SPAN, CONTEXT):
            _add_region(by_id, entry, text, pointer, problems)
    _name(by_id, taken)
    for pointer, entry in rows:
        if entry.get("type") == "relation":
            _add_relation(by_id, entry, pointer, problems)
        elif (name := entry.get("from_name")) not in (SPAN, CONTEXT):
            region = by_id.get(str(entry.get("id")))
            value = entry.get("value")
            if name not in CONTROLS:
                problems.add(
                    "LST005",
                    pointer,
                    f"the control {name!r} is not in the labelling configuration",
                    "use the configuration that `onrecord labelstudio config` prints",
                    region=region,
                )
            elif region is None:
                problems.add(
                    "LST005",
                    pointer,
                    f"a value of “{CONTROLS[name].title}” belongs to no region",
                    "mark the words, then fill in the value",
                )
            elif isinstance(value, dict):
                values: list[Any] | str = next(
                    (value[k] for k in _VALUE_KEYS if k in value and isinstance(value[k], list | str)), []
                )
                region.values[str(name)] = [values] if isinstance(values, str) else list(values)
    return {r.id: r for r in by_id.values()}


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
            f"{title('the region', text, *place)} has {len(marked)} labels; one is wanted",
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
    named = title(marked[0], text, *place)
    regions[id] = Region(id, *place, marked[0], pointer, meta, known, named, entry.get("from_name") == CONTEXT)


def _add_relation(by_id: dict[str, Region], entry: dict[str, Any], pointer: str, problems: Problems) -> None:
    source, target = by_id.get(str(entry.get("from_id"))), by_id.get(str(entry.get("to_id")))
    if source is None or target is None:
        at = source or target
        problems.add(
            "LST006",
            pointer,
            f"{'the' if at is None else 'its'} relation ends at a region that does not exist",
            "delete the relation",
            region=at,
        )
        return
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
        return
    if not said:
        problems.add(
            "LST006",
            pointer,
            f"the relation to {target.title} has no label",
            "choose what it means in the list of relations, or delete it",
            region=source,
        )
        return
    source.relations += [(_OLD.sub("", str(name)), target.id, pointer) for name in names or ()]


def in_order(regions: dict[str, Region]) -> Iterator[Region]:
    return iter(sorted(regions.values(), key=lambda r: r.order))
