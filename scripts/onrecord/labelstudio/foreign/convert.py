"""A task of another Label Studio project → a draft record: its article as `ingest` makes it, its marks by the mapping file."""

import hashlib
import re
from collections import Counter
from datetime import UTC, date
from pathlib import PurePath
from typing import Any

from msgspec import Struct, convert, field
from msgspec.json import decode, encode
from msgspec.structs import replace

from ...finding import Finding
from ...ingest import document_id, ingest
from ...record import Metadata, Record
from ...rules import Document
from ...schema_errors import shape_faults
from ...store import record_schema, schema_version
from ..choosing import Candidate, Choice, choose, moment
from ..regions import Problems
from ..units import in_code_points
from .builder import Builder
from .layers import Layers
from .mapping import Mapping, Source
from .reading import read

Item = dict[str, Any]
_WORK = ("annotations", "completions", "predictions", "drafts", "data")
_ADDRESS = re.compile(r"(?:https?|s3|gs|azure-blob)://\S+|/data/\S+")
_MISSING = object()
NAME = "labelstudio"
"""The key under `extensions` of what has no place in the record."""


class Tally(Struct):
    """What a move mapped and carried, over all tasks."""

    mapped: Counter[str] = field(default_factory=Counter)
    results: int = 0
    carried: int = 0
    defaults: int = 0


def _at(data: Any, key: str) -> Any:
    """The value of a key; dots lead into objects, unless the key itself has them."""
    if isinstance(data, dict) and key in data:
        return data[key]
    for step in key.split("."):
        if not isinstance(data, dict) or step not in data:
            return _MISSING
        data = data[step]
    return data


def _without(data: Item, keys: set[str]) -> Item:
    """The data without some keys, dots leading into objects; objects that become empty go, too."""
    found = {}
    for k, v in data.items():
        inner = {key.removeprefix(f"{k}.") for key in keys if key.startswith(f"{k}.")}
        if k in keys:
            continue
        rest = _without(v, inner) if isinstance(v, dict) and inner else v
        if rest or rest == v:
            found[k] = rest
    return found


class _Task:
    """One task on its way."""

    def __init__(self, task: Item, mapping: Mapping, problems: Problems, now: str) -> None:
        self.task, self.mapping, self.problems, self.now = task, mapping, problems, now
        data = task.get("data")
        self.data: Item = data if isinstance(data, dict) else {}
        self.used: set[str] = set()
        self.places: dict[str | None, tuple[int, int]] = {}

    def article(self) -> str | None:
        """The pieces of the text, joined; where each stands is noted."""
        text = ""
        for n, piece in enumerate(self.mapping.text):
            words = _at(self.data, piece.key)
            pointer = f"/data/{piece.key.replace('.', '/')}"
            if words is _MISSING:
                keys = ", ".join(map(str, self.data)) or "nothing"
                message = f"the task's data has no {piece.key!r}; it has {keys}"
                self.problems.add("LST036", pointer, message, "correct `text` in the mapping file")
                return None
            if not isinstance(words, str) or not words.strip():
                self.problems.add(
                    "LST036", pointer, "the article is no text, or empty", "correct `text` in the mapping file"
                )
                return None
            if _ADDRESS.fullmatch(words.strip()):
                message = f"the task holds an address instead of the article: {words.strip()[:60]}"
                self.problems.add(
                    "LST036", pointer, message, "write the article itself into the task's data, and export again"
                )
                return None
            text += self.mapping.separator if n else ""
            self.places[piece.tag] = (len(text), len(text) + len(words))
            text += words
            self.used.add(piece.key)
        return text

    def name(self) -> str:
        """The document's id: what the mapping names, where it can be an id, else made of it or of the task's number."""
        given = _at(self.data, self.mapping.id) if self.mapping.id else _MISSING
        pattern = record_schema()["$defs"]["id"]["pattern"]
        if given is not _MISSING and str(given).strip():
            written = str(given)
            if re.fullmatch(pattern, written) and written not in ("author", "published"):
                self.used.add(str(self.mapping.id))
                return written
            return document_id(written + ".txt")
        if isinstance(self.task.get("id"), int | str):
            return document_id(f"task-{self.task['id']}.txt")
        return "article-" + hashlib.sha256(repr(self.data).encode("utf-8", "replace")).hexdigest()[:12]

    def _value(self, source: Source | None) -> Any:
        if source is None:
            return None
        found = _at(self.data, source.key) if source.key else _MISSING
        return source.value if found is _MISSING or found in (None, "") else found

    def metadata(self, draft: Metadata) -> Metadata:
        """What ingest read off the article, and over it what the mapping names."""
        made: Item = decode(encode(draft))
        for name, source in self.mapping.metadata.items():
            value = self._value(source)
            if value is None:
                continue
            new, whole = self._put(name, value)
            if new is None:
                message = f"{str(value)[:60]!r} can't be the {name}; it is carried along"
                self.problems.add(
                    "LST037", "/data", message, f"correct [metadata] {name} in the mapping file", "warning"
                )
                continue
            made[name] = new
            if source.key and whole:
                self.used.add(source.key)
        return convert(made, Metadata)

    def _put(self, name: str, value: Any) -> tuple[Any, bool]:
        """A value in a field's form, None where it has none, and whether all of it is there."""
        if name == "authors":
            listed = value if isinstance(value, list) else [value]
            return ([str(v) for v in listed], True) if all(isinstance(v, str) for v in listed) else (None, False)
        if name == "published":
            for length in (10, 7, 4):
                if len(str(value)) < length:
                    continue
                try:
                    date.fromisoformat((str(value)[:length] + "-01-01")[:10])
                except ValueError:
                    continue
                if str(value)[length : length + 1] in ("", "T", " "):
                    return {"value": str(value)[:length], "basis": "stated"}, len(str(value)) == length
            return None, False
        if not isinstance(value, str):
            return None, False
        if name == "source_file":  # a name, no path
            return PurePath(value).name or None, PurePath(value).name == value
        schema = record_schema()["$defs"]["metadata"]["properties"][name]
        return (value, True) if re.search(schema.get("pattern", ""), value) else (None, False)


def _stamps(row: Item, now: str) -> list[str]:
    """When an annotation was made and last changed, as a record writes it."""
    found = sorted(m for k in ("created_at", "updated_at") if (m := moment(row.get(k))) is not None)
    stamps = [m.astimezone(UTC).isoformat().replace("+00:00", "Z") for m in found] or [now]
    return [stamps[0], stamps[-1]]


def _provenance(chosen: Candidate, now: str, guidelines: str, defaults: dict[str, int]) -> Item:
    created, modified = _stamps(chosen.row, now)
    filled = "; filled in by default: " + ", ".join(f"{k} ({n})" for k, n in defaults.items()) if defaults else ""
    kind = "machine" if chosen.kind == "prediction" else "human"
    note = {"draft": "a draft that was not submitted", "prediction": "predicted in Label Studio"}.get(chosen.kind)
    who = {"name": chosen.annotator, "kind": kind} | ({"note": note} if note else {})
    mover = {
        "name": "onrecord labelstudio import",
        "kind": "machine",
        "note": f"moved from another Label Studio project{filled}",
    }
    return {
        "status": "draft",
        "guidelines": guidelines,
        "annotators": [who, mover],
        "created": created,
        "modified": modified,
    }


def _apart(record: Item, ids: set[str]) -> None:
    """Segments give way to regions that have their ids."""
    taken, n = ids | {s["id"] for s in record["segments"]}, 0
    for segment in record["segments"]:
        if segment["id"] in ids:
            while f"s{n}" in taken:
                n += 1
            segment["id"] = f"s{n}"
            taken.add(segment["id"])


def move(
    task: Any,
    mapping: Mapping,
    now: str,
    file: str = "",
    base: str = "",
    choice: Choice | None = None,
    tally: Tally | None = None,
) -> tuple[Record | None, list[Finding]]:
    """The draft record of another project's task, and what is wrong or carried along.

    All offsets of the record are code points into its text. What has no place in it stands verbatim in
    `extensions.labelstudio`, offsets in code points into the piece of text that they were made on.
    The record is of the right shape; the rules have not yet seen it. With errors there is no record.

    Args:
        now: UTC, RFC 3339; for annotations without a date.
    """
    problems = Problems(file, base)
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        problems.add("LST002", "", "the task has no `data`", "export the project from Label Studio in JSON form")
        return None, problems.found
    under_way = _Task(task, mapping, problems, now)
    choice = choice or Choice()
    text = under_way.article()
    chosen = choose(task, choice, problems)
    if text is None or chosen is None:
        return None, problems.found
    try:
        name = under_way.name()
        draft = ingest(
            text.encode(), f"{name}.txt", schema_version=schema_version(), guidelines=mapping.guidelines, now=now
        )
    except ValueError as error:  # a surrogate, NUL, or nothing but white space
        problems.add(
            "LST036",
            "/data",
            f"the article is no plain text: {error}",
            "correct it, and import it into Label Studio anew",
        )
        return None, problems.found
    draft = replace(draft, id=name, metadata=under_way.metadata(draft.metadata))
    results = chosen.row.get("result")
    if not isinstance(results, list):
        problems.add(
            "LST001", chosen.pointer, "the annotation has no list of results", "export the project again, in JSON form"
        )
        return None, problems.found
    results, utf16 = _converted(text, results, under_way.places, problems, chosen.pointer, choice)
    if results is None:
        return None, problems.found
    marked = read(results, text, under_way.places, problems, chosen.pointer)
    builder = Builder(mapping, Document(draft), marked, set(), problems, chosen.pointer)
    for i in marked.off_text:
        message = "a mark is of something else than the article's characters (HTML, an image, another text) and is carried along"
        builder.note(
            ("elsewhere",), f"{chosen.pointer}/{i}", message, "onrecord maps regions of <Text> with start and end"
        )
    layers = Layers(builder)
    builder.tell()
    if problems.errors:
        return None, problems.found
    made: Item = decode(encode(draft)) | layers.items()
    _apart(made, builder.taken)
    defaults = {name: len(ids) for (name, _), ids in builder.filled.items()}  # a field has one default
    carried = marked.ledger.carried()
    made["annotation"] = _provenance(chosen, now, mapping.guidelines, defaults)
    kept: Item = {
        "task": {k: v for k, v in task.items() if k not in _WORK},
        "data": _without(under_way.data, under_way.used),
        chosen.kind: {k: v for k, v in chosen.row.items() if k != "result"},
        "offsets": "converted from UTF-16 units" if utf16 else None,
        "ids": builder.ids,
        "defaults": [{"field": f, "value": v, "items": ids} for (f, v), ids in builder.filled.items()],
        "adjusted": layers.adjusted,
        "clusters": layers.clusters,
        "results": carried,
        "leftovers": marked.ledger.leftovers({r.id for r in marked.regions.values() if r.noted}),
    }
    made["extensions"] = {NAME: {k: v for k, v in kept.items() if v}}
    for fault in shape_faults(made):
        message = f"the record made of this task has a fault at {fault.pointer}: {fault.message}"
        problems.add(fault.code, "", message, fault.fix)
    if problems.errors:
        return None, problems.found
    if tally is not None:
        tally.results += len(results)
        tally.carried += len(carried)
        tally.defaults += sum(defaults.values())
        for layer, items in layers.items().items():
            tally.mapped[layer] += len(items)
    return convert(made, Record), problems.found


def _converted(
    text: str,
    results: list[Any],
    places: dict[str | None, tuple[int, int]],
    problems: Problems,
    pointer: str,
    choice: Choice,
) -> tuple[list[Any] | None, bool]:
    """The results in code points, each piece of the text by itself, and whether any were UTF-16; None with a finding."""
    utf16 = False
    made = list(results)
    for tag, (start, end) in places.items():
        mine = [i for i, r in enumerate(results) if isinstance(r, dict) and tag in (None, r.get("to_name"))]
        found, unit = in_code_points(
            text[start:end], [results[i] for i in mine], problems, pointer, choice.offsets, None
        )
        if unit is None:
            return None, False
        utf16 |= unit == "utf-16"
        for i, entry in zip(mine, found, strict=True):
            made[i] = entry
    return made, utf16
