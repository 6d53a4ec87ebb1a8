"""What Label Studio, its page and its SDK would take without a word and damage: checked before a task is pushed.

Measured on Label Studio 1.23: see each check's message. All offsets are Unicode code points, end exclusive.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.json import encode

from ...files.positions import escape
from ...findings.finding import Finding
from .carriers.controls import Control
from .mapping import CONTEXT, CONTEXTS, CONTROLS, MARKS, SPAN, relation_labels
from .problems import Problems

_ORIGINS = ("prediction", "prediction-changed", "manual")
_DIRECTIONS = ("right", "left", "bi")
_CODE = "LST016"


def check_task(task: Any, layers: Iterable[str] | None = None, file: str = "", base: str = "") -> list[Finding]:
    """Faults of a task that Label Studio would not report; empty for every task that `to_task` makes.

    Args:
        task: as it will be pushed, with `annotations`, `predictions` or both.
        layers: the pass of the project's configuration, as in `config`.

    Raises:
        ValueError: a layer is unknown.
    """
    problems = Problems(file, base)
    data = task.get("data") if isinstance(task, dict) else None
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(text, str):
        problems.add(_CODE, "/data/text", "the task has no text", "push tasks of `onrecord labelstudio export`")
        return problems.found
    if "\0" in text:
        message = f"the text has a NUL at {text.index(chr(0))}; Label Studio counts all offsets behind it wrong"
        problems.add(_CODE, "/data/text", message, "take it out of the article")
    if (bad := next((i for i, c in enumerate(text) if "\ud800" <= c <= "\udfff"), None)) is not None:
        message = f"the text has half a surrogate pair at {bad}; the server fails on it"
        problems.add(_CODE, "/data/text", message, "decode the article again")
    for pointer in _with_nul(task) if b"\\u0000" in encode(task) else ():
        if pointer != "/data/text":
            message = f"{pointer} of the task has a NUL (U+0000), which databases refuse"
            problems.add(_CODE, pointer, message, "take it out of the record")
    known = set(relation_labels(layers))
    problems.text = text
    for kind in ("annotations", "predictions"):
        rows = task.get(kind) or ()
        for n, row in enumerate(rows if isinstance(rows, list | tuple) else ()):
            result = row.get("result") if isinstance(row, dict) else None
            if isinstance(result, list):
                _Check(problems, text, known, f"/{kind}/{n}/result").all(result)
            else:
                problems.add(_CODE, f"/{kind}/{n}", "there is no list of results", "export the record again")
    return problems.found


def _with_nul(value: Any, pointer: str = "") -> Iterator[str]:
    """Where a text holds a NUL, or a key does."""
    if isinstance(value, str):
        if "\0" in value:
            yield pointer
    elif isinstance(value, dict):
        for key, x in value.items():
            if "\0" in str(key):
                yield pointer
            yield from _with_nul(x, f"{pointer}/{escape(str(key))}")
    elif isinstance(value, list | tuple):
        for i, x in enumerate(value):
            yield from _with_nul(x, f"{pointer}/{i}")


class _Check:
    def __init__(self, problems: Problems, text: str, known: set[str], base: str) -> None:
        self.problems, self.text, self.known, self.base = problems, text, known, base
        self.places: dict[str, tuple[int, int]] = {}
        self.filled: set[tuple[str, str]] = set()
        self.pairs: set[tuple[str, str]] = set()
        self.labels = {SPAN: {x for m in MARKS for x in m.labels}, CONTEXT: set(CONTEXTS.values())}

    def add(self, n: int, message: str, fix: str = "export the record again") -> None:
        self.problems.add(_CODE, f"{self.base}/{n}", message, fix)

    def all(self, result: list[Any]) -> None:
        for n, row in enumerate(result):
            if not isinstance(row, dict):
                self.add(n, "a result is an object")
            elif row.get("type") != "relation":
                self.region(n, row)
        for n, row in enumerate(result):
            if isinstance(row, dict) and row.get("type") == "relation":
                self.relation(n, row)

    def region(self, n: int, row: dict[str, Any]) -> None:
        id, name, value = row.get("id"), row.get("from_name"), row.get("value")
        if not isinstance(id, str) or not id or "#" in id:
            self.add(n, f"the id {id!r} is no text without #; Label Studio changes or refuses it")
            return
        if row.get("origin", "manual") not in _ORIGINS:
            self.add(
                n, f"{id} has the origin {row['origin']!r}; the page breaks on it", f"one of {', '.join(_ORIGINS)}"
            )
        if not isinstance(row.get("score", 0), int | float):
            self.add(n, f"{id} has a score that is no number; the page breaks on it", "a number, or none")
        a = CONTROLS.get(str(name))
        type_ = "labels" if name in self.labels else a.type if a else None
        if type_ is None or row.get("type") != type_:
            self.add(n, f"{id} is of control {name!r}, type {row.get('type')!r}, which the page does not have")
            return
        if (id, str(name)) in self.filled:
            self.add(n, f"{id} has two results of {name!r}; the page keeps one", "give every region an id of its own")
        self.filled.add((id, str(name)))
        if not isinstance(value, dict):
            self.add(n, f"{id} has no value")
            return
        self.place(n, id, value, first=name in self.labels)
        self.value(n, id, value.get(a.key if a else "labels"), str(name), a)

    def place(self, n: int, id: str, value: dict[str, Any], first: bool) -> None:
        start, end = value.get("start"), value.get("end")
        if type(start) is not int or type(end) is not int or not 0 <= start < end <= len(self.text):
            self.add(n, f"{id} marks [{start!r}, {end!r}) of a text of {len(self.text)} characters")
            return
        if first:
            self.places.setdefault(id, (start, end))
        elif id not in self.places:
            self.add(n, f"a value of {id} stands before the region's label; the page drops it", "put the label first")
        if self.places.get(id, (start, end)) != (start, end):
            self.add(n, f"{id} marks two places; the page keeps one", "give every region an id of its own")
        words = value.get("text") if first else None
        if isinstance(words, str) and words != self.text[start:end]:
            self.add(n, f"{id} says {words[:40]!r}, but the text has {self.text[start:end][:40]!r} there")

    def value(self, n: int, id: str, values: Any, name: str, a: Control | None) -> None:
        if not isinstance(values, list) or not values:
            self.add(n, f"{id} has no value of {name!r}", "leave the result out where nothing is chosen")
        elif a is None:
            if len(values) != 1 or values[0] not in self.labels[name]:
                self.add(n, f"{id} has the label {values!r}, which the page does not have")
        elif (odd := a.refused(values)) is not None:
            self.add(n, f"{id} {odd}")

    def relation(self, n: int, row: dict[str, Any]) -> None:
        ends = (row.get("from_id"), row.get("to_id"))
        names = row.get("labels")
        for id in ends:
            if not isinstance(id, str) or id not in self.places:
                self.add(n, f"a relation ends at {id!r}, which is no region; the page does not open", "delete it")
        if row.get("direction", "right") not in _DIRECTIONS:
            self.add(n, f"a relation has the direction {row['direction']!r}; the page changes it", "right, left or bi")
        if ends in self.pairs:
            message = f"two relations lead from {ends[0]} to {ends[1]}; the page keeps the first"
            self.add(n, message, "one relation with both labels")
        self.pairs.add(ends)  # type: ignore[arg-type]
        if not isinstance(names, list) or not names:
            self.add(n, f"the relation from {ends[0]} to {ends[1]} has no label", "one of the page's relation labels")
            return
        for name, times in Counter(map(str, names)).items():
            if name not in self.known:
                fix = "one of the page's relation labels"
                self.add(n, f"the relation from {ends[0]} to {ends[1]} is called {name!r}; the page drops that", fix)
            elif times > 1:
                self.add(n, f"the relation from {ends[0]} to {ends[1]} has the label {name!r} twice", "name it once")
