"""Results of any labelling configuration → regions of the text, their controls, relations; each result is accounted for."""

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct, field

from ..regions import Problems
from ..units import fits

Item = dict[str, Any]
_VALUES = ("choices", "taxonomy", "text", "number", "rating", "datetime")
_LABELS = ("labels", "hypertextlabels")
_OWN = {"id", "from_name", "to_name", "type", "value", "meta", "origin"}
_PLACE = {"start", "end", "text"}


class Mark(Struct, frozen=True):
    """One label of a region."""

    control: str
    label: str
    index: int


class Given(Struct, frozen=True):
    """One per-region control's values, each as text (a taxonomy's as the path's words)."""

    control: str
    values: tuple[Any, ...]
    index: int


class Region(Struct):
    id: str
    start: int
    end: int
    pointer: str
    marks: list[Mark] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    note: str | None = None
    noted: bool = False
    """Whether an item has taken the note."""


class Drawn(Struct, frozen=True):
    """A relation as it was drawn; `direction` is right, left or bi."""

    source: str
    target: str
    direction: str
    labels: tuple[str, ...]
    index: int
    pointer: str


class Ledger:
    """What became of each result: mapped, or carried verbatim. Whatever nobody mapped is carried."""

    def __init__(self, results: list[Any]) -> None:
        self.results = results
        self.mapped: set[int] = set()
        self.partly: set[int] = set()

    def use(self, index: int, whole: bool = True) -> None:
        """The record has it; not wholly: it is carried, too."""
        self.mapped.add(index)
        if not whole:
            self.partly.add(index)

    def carried(self) -> list[Any]:
        """The results that the record doesn't hold, or not wholly, verbatim and in order."""
        return [r for i, r in enumerate(self.results) if i not in self.mapped or i in self.partly]

    def leftovers(self, noted: set[str]) -> list[Item]:
        """What mapped results say beside their place, value and relation: scores, parents, other `meta`."""
        found = []
        for i in sorted(self.mapped - self.partly):
            entry = self.results[i]
            value, meta = entry.get("value"), entry.get("meta")
            relation = entry.get("type") == "relation"
            own = {"type", "from_id", "to_id", "direction", "labels"} if relation else _OWN
            rest = {k: v for k, v in entry.items() if k not in own}
            if not relation and isinstance(value, dict):
                known = _PLACE | set(_VALUES) | set(_LABELS)
                if other := {k: v for k, v in value.items() if k not in known}:
                    rest["value"] = other
            if isinstance(meta, dict):
                meta = {k: v for k, v in meta.items() if k != "text" or str(entry.get("id")) not in noted}
            if meta and not relation:
                rest["meta"] = meta
            if entry.get("origin", "manual") != "manual":
                rest["origin"] = entry["origin"]
            if rest:
                names = ("from_id", "to_id") if relation else ("id", "from_name")
                found.append({k: entry[k] for k in names if k in entry} | rest)
        return found


class Marked(Struct):
    """An annotation, read."""

    ledger: Ledger
    regions: dict[str, Region] = field(default_factory=dict)
    relations: list[Drawn] = field(default_factory=list)
    off_text: list[int] = field(default_factory=list)
    """Results that mark something else than characters of the text."""
    documents: list[tuple[str, int]] = field(default_factory=list)
    """Controls of the document as a whole, and their results."""


def _note(meta: Any) -> str | None:
    text = meta.get("text") if isinstance(meta, dict) else None
    if isinstance(text, list) and text and all(isinstance(t, str) for t in text):
        return "\n".join(text)
    return text if isinstance(text, str) and text else None


def _values(value: Item) -> tuple[Any, ...]:
    for key in _VALUES:
        if key in value:
            found = value[key]
            if isinstance(found, list):
                return tuple(tuple(v) if isinstance(v, list) else v for v in found)
            return (found,)
    return ()


def _rows(results: list[Any], problems: Problems, base: str) -> Iterator[tuple[int, Item]]:
    for i, entry in enumerate(results):
        if isinstance(entry, dict):
            yield i, entry
        else:
            problems.add("LST001", f"{base}/{i}", "this is no result", "export the project again, in JSON form")


def read(
    results: list[Any], text: str, places: Mapping[str | None, tuple[int, int]], problems: Problems, base: str
) -> Marked:
    """Regions, their controls, and relations.

    Args:
        results: offsets are code points into the piece of text that `to_name` names.
        text: the whole text.
        places: name of a <Text> tag → where its piece stands in the text (code points); None: any tag.
    """
    marked = Marked(Ledger(results))
    rows = list(_rows(results, problems, base))
    for i, entry in rows:
        value = entry.get("value")
        if not isinstance(value, dict) or entry.get("type") == "relation":
            continue
        labels = next((value[k] for k in _LABELS if isinstance(value.get(k), list)), None)
        if labels is None and "start" not in value and not any(k.endswith("labels") for k in value):
            continue
        tag = entry.get("to_name")
        place = places.get(tag if isinstance(tag, str) else None, places.get(None))
        if place is None or type(value.get("start")) is not int or type(value.get("end")) is not int:
            marked.off_text.append(i)
        elif isinstance(entry.get("id"), str | int):
            _region(marked, i, entry, labels, text, place, problems, f"{base}/{i}")
        else:
            problems.add("LST001", f"{base}/{i}", "the region has no id", "export the project again, in JSON form")
    for i, entry in rows:
        pointer = f"{base}/{i}"
        if entry.get("type") == "relation":
            ends = entry.get("from_id"), entry.get("to_id")
            labels = entry.get("labels")
            names = tuple(str(n) for n in labels) if isinstance(labels, list) else ()
            drawn = Drawn(str(ends[0]), str(ends[1]), str(entry.get("direction") or "right"), names, i, pointer)
            if drawn.source in marked.regions and drawn.target in marked.regions:
                marked.relations.append(drawn)
            elif not _elsewhere(marked, results, ends):
                fix = "delete the relation in Label Studio, and export again"
                problems.add("LST006", pointer, "the relation ends at a region that does not exist", fix)
            continue
        value, region = entry.get("value"), marked.regions.get(str(entry.get("id")))
        if not isinstance(value, dict) or any(isinstance(value.get(k), list) for k in _LABELS):
            continue
        if region is None:
            if "start" not in value and i not in marked.off_text:
                marked.documents.append((str(entry.get("from_name")), i))
            continue
        region.given.append(Given(str(entry.get("from_name")), _values(value), i))
        region.note = region.note or _note(entry.get("meta"))
    return marked


def _elsewhere(marked: Marked, results: list[Any], ends: tuple[Any, Any]) -> bool:
    """Whether the ends of a relation are there, though one marks no text."""
    ids = {str(r.get("id")) for r in results if isinstance(r, dict) and "id" in r}
    return all(str(e) in ids for e in ends)


def _region(
    marked: Marked, index: int, entry: Item, labels: Any, text: str, place: tuple[int, int], problems: Problems, at: str
) -> None:
    id, value = str(entry["id"]), entry["value"]
    start, end = place[0] + value["start"], place[0] + value["end"]
    if not place[0] <= start < end <= place[1]:
        message = f"the region {id} at [{value['start']}, {value['end']}) lies beyond the text, which has {place[1] - place[0]} characters"
        problems.add("LST003", at, message, "mark the words again, or import the task with its text unchanged")
        return
    words = value.get("text")
    if isinstance(words, str) and not fits(words, text[start:end]):
        problems.add(
            "LST003",
            at,
            f"the region says {words[:40]!r}, but the text has {text[start:end][:40]!r} there",
            "the text was changed after it was annotated, or is shown otherwise than it is (HTML): mark the words again",
        )
        return
    region = marked.regions.get(id)
    if region is None:
        region = marked.regions[id] = Region(id, start, end, at)
    elif (region.start, region.end) != (start, end):
        problems.add("LST001", at, f"two regions have the id {id}", "delete one in Label Studio and mark it again")
        return
    region.note = region.note or _note(entry.get("meta"))
    for label in labels or ():
        region.marks.append(Mark(str(entry.get("from_name")), str(label), index))
