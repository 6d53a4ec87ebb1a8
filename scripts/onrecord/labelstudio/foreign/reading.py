"""Results of any labelling configuration → regions of the text, their controls, relations; each result is accounted for."""

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct, field

from ...files.parsing import JsonObject
from ..codec.identity import ident
from ..codec.offset_units import alike, fits, words_of
from ..codec.problems import Problems

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
    """What became of each result: mapped, or carried verbatim. Whatever nobody mapped is carried.

    Args:
        results: as they are read, an id at every region.
        verbatim: as the export has them, offsets in code points.
    """

    def __init__(self, results: list[Any], verbatim: list[Any]) -> None:
        self.results, self.verbatim = results, verbatim
        self.mapped: set[int] = set()
        self.partly: set[int] = set()

    def use(self, index: int, whole: bool = True) -> None:
        """The record has it; not wholly: it is carried, too."""
        self.mapped.add(index)
        if not whole:
            self.partly.add(index)

    def carried(self) -> list[Any]:
        """The results that the record doesn't hold, or not wholly, verbatim and in order."""
        return [r for i, r in enumerate(self.verbatim) if i not in self.mapped or i in self.partly]

    def leftovers(self, noted: set[str]) -> list[JsonObject]:
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
                meta = {k: v for k, v in meta.items() if k != "text" or ident(entry.get("id")) not in noted}
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
    along: list[int] = field(default_factory=list)
    """Results of, or relations to, marks that are not taken."""
    documents: list[tuple[str, int]] = field(default_factory=list)
    """Controls of the document as a whole, and their results."""


def _note(meta: Any) -> str | None:
    text = meta.get("text") if isinstance(meta, dict) else None
    if isinstance(text, list) and text and all(isinstance(t, str) for t in text):
        return "\n".join(text)
    return text if isinstance(text, str) and text else None


def _values(value: JsonObject) -> tuple[Any, ...]:
    for key in _VALUES:
        if key in value:
            found = value[key]
            if isinstance(found, list):
                return tuple(tuple(v) if isinstance(v, list) else v for v in found)
            return (found,)
    return ()


class _Reader:
    """Fills a `Marked`. What can't be read is told, result by result, and carried; nothing costs more than itself."""

    def __init__(
        self,
        marked: Marked,
        text: str,
        places: Mapping[str | None, tuple[int, int]],
        problems: Problems,
        base: str,
        lost: Collection[int],
        shared: Collection[str],
    ) -> None:
        self.marked, self.text, self.places, self.problems, self.base = marked, text, places, problems, base
        self.lost, self.shared = lost, shared
        self.astray: set[str] = set()
        """Ids of regions that are not taken."""
        self.ids = {id for r in marked.ledger.results if isinstance(r, dict) and (id := ident(r.get("id"))) is not None}

    def _untaken(self, index: int, message: str, fix: str) -> None:
        id = ident(self.marked.ledger.results[index].get("id"))
        if id is not None and id not in self.marked.regions:
            self.astray.add(id)
        self.problems.add("LST003", f"{self.base}/{index}", f"{message}; it is carried along", fix, "warning")

    def _loose(self, code: str, index: int, message: str, fix: str) -> None:
        self.problems.add(code, f"{self.base}/{index}", f"{message}; it is carried along", fix, "warning")

    def place(self, index: int, entry: JsonObject, labels: list[Any] | None) -> None:
        """A result that marks words: its region, and its labels there."""
        value, tag, id = entry["value"], entry.get("to_name"), ident(entry.get("id"))
        place = self.places.get(tag if isinstance(tag, str) else None, self.places.get(None))
        if place is None or type(value.get("start")) is not int or type(value.get("end")) is not int:
            self.marked.off_text.append(index)
            if id is not None and id not in self.marked.regions:
                self.astray.add(id)
            return
        if id is None:
            message = "a value belongs to no region, or to one of several at its place"
            self._loose("LST005", index, message, "mark the words, then fill in the value")
            return
        if labels is None and id in self.astray:
            self.marked.along.append(index)
            return
        region = self.marked.regions.get(id)
        span: tuple[int, int] | None = (place[0] + value["start"], place[0] + value["end"])
        if region is not None and span == (region.end, region.start):  # turned round, as the region's own was
            span = region.start, region.end
        if region is None or (labels is not None and span != (region.start, region.end)):
            span = self._span(index, value, place, id)
        if span is None:
            return
        if region is None:
            region = self.marked.regions[id] = Region(id, *span, f"{self.base}/{index}")
        elif (region.start, region.end) != span:
            message = f"a value of the region {id} stands at another place than the region"
            self._loose("LST005", index, message, "fill it in at the region again")
            return
        region.note = region.note or _note(entry.get("meta"))
        for label in labels or ():
            region.marks.append(Mark(str(entry.get("from_name")), str(label), index))
        if labels is None:
            region.given.append(Given(str(entry.get("from_name")), _values(value), index))

    def _span(self, index: int, value: JsonObject, place: tuple[int, int], id: str) -> tuple[int, int] | None:
        """Where the words of a result are (code points into the text); None if they are not where it says."""
        start, end = place[0] + value["start"], place[0] + value["end"]
        words = None if self.marked.ledger.results[index].get("type") == "textarea" else words_of(value)
        said = f"the region {id} at [{value['start']}, {value['end']})"
        if index in self.lost:
            message = f"{said} begins or ends within a character, or beyond the text"
            self._untaken(index, message, "mark the words again")
            return None
        if (
            start > end
            and words is not None
            and place[0] <= end < start <= place[1]
            and fits(words, self.text[end:start])
        ):
            start, end = end, start
        if not place[0] <= start < end <= place[1]:
            message = f"{said} marks no words of the text, which has {place[1] - place[0]} characters"
            self._untaken(index, message, "mark the words again, or import the task with its text unchanged")
            return None
        there = self.text[start:end]
        if words is None or fits(words, there):
            return start, end
        told = f"the region says {words[:40]!r}, but the text has {there[:40]!r} there"
        if not alike(words, there):
            fix = "the text was changed after it was annotated, or is shown otherwise than it is (HTML): mark the words again"
            self._untaken(index, told, fix)
            return None
        fix = "nothing, if whole words were meant: Label Studio noted what was dragged over"
        message = f"{told}; the offsets count"
        self.problems.add("LST042", f"{self.base}/{index}", message, fix, "warning")
        return start, end

    def relation(self, index: int, entry: JsonObject) -> None:
        ends = ident(entry.get("from_id")), ident(entry.get("to_id"))
        labels = entry.get("labels")
        names = tuple(str(n) for n in labels) if isinstance(labels, list) else ()
        if any(end in self.shared for end in ends):
            message = "the relation ends at an id that two regions have"
            self._loose("LST006", index, message, "draw it again in Label Studio")
        elif ends[0] in self.marked.regions and ends[1] in self.marked.regions:
            direction = str(entry.get("direction") or "right")
            pointer = f"{self.base}/{index}"
            self.marked.relations.append(Drawn(str(ends[0]), str(ends[1]), direction, names, index, pointer))
        elif ends[0] in self.ids and ends[1] in self.ids:
            self.marked.along.append(index)
        else:
            message = "the relation ends at a region that does not exist"
            self._loose("LST006", index, message, "delete the relation in Label Studio")

    def other(self, index: int, entry: JsonObject) -> None:
        """A value without a place: of a region, or of the document as a whole."""
        id = ident(entry.get("id"))
        region = None if id is None else self.marked.regions.get(id)
        value = entry.get("value")
        if not isinstance(value, dict):
            message = f"a result of the type {str(entry.get('type'))[:40]!r} has no value that could be read"
            self._loose("LST001", index, message, "export the project again, in JSON form")
        elif region is not None:
            region.given.append(Given(str(entry.get("from_name")), _values(value), index))
            region.note = region.note or _note(entry.get("meta"))
        elif id is not None and id in self.astray:
            self.marked.along.append(index)
        else:
            self.marked.documents.append((str(entry.get("from_name")), index))


def read(
    results: list[Any],
    text: str,
    places: Mapping[str | None, tuple[int, int]],
    problems: Problems,
    base: str,
    *,
    verbatim: list[Any] | None = None,
    lost: Collection[int] = (),
    shared: Collection[str] = frozenset(),
) -> Marked:
    """Regions, their controls, and relations. What can't be read is carried along, each with a finding.

    Args:
        results: offsets are code points into the piece of text that `to_name` names; every region has an id.
        text: the whole text.
        places: name of a <Text> tag → where its piece stands in the text (code points); None: any tag.
        verbatim: the results as they are carried; without it, as they are read.
        lost: results whose offsets have no place in the text.
        shared: ids that several regions had, so that nobody knows which one a relation means.
    """
    marked = Marked(Ledger(results, results if verbatim is None else verbatim))
    reader = _Reader(marked, text, places, problems, base, lost, frozenset(shared))
    marks: list[tuple[int, JsonObject, list[Any] | None]] = []
    rest: list[tuple[int, JsonObject]] = []
    for i, entry in enumerate(results):
        if not isinstance(entry, dict):
            fix = "export the project again, in JSON form"
            problems.add("LST001", f"{base}/{i}", "this is no result; it is carried along", fix, "warning")
            continue
        value = entry.get("value")
        if entry.get("type") != "relation" and isinstance(value, dict):
            labels = next((value[k] for k in _LABELS if isinstance(value.get(k), list)), None)
            if labels is not None or "start" in value or any(k.endswith("labels") for k in value):
                marks.append((i, entry, labels))
                continue
        rest.append((i, entry))
    for i, entry, labels in sorted(marks, key=lambda m: m[2] is None):  # labels first: they say where a region is
        reader.place(i, entry, labels)
    for i, entry in rest:
        if entry.get("type") == "relation":
            reader.relation(i, entry)
        else:
            reader.other(i, entry)
    return marked
