"""A task of another Label Studio project → a draft record: its article as `ingest` makes it, its marks by the mapping file."""

from collections import Counter
from datetime import UTC
from typing import Any

from msgspec import Struct, convert, field
from msgspec.json import decode, encode
from msgspec.structs import replace

from ...checking.rules import Document
from ...files.parsing import JsonObject
from ...findings.finding import Finding
from ...marks.ingest import ingest
from ...model.fields import PREFIXES
from ...model.record import Record
from ...model.specification import schema_version
from ..codec.carried import EXTENSION
from ..codec.choosing import Candidate, Choice, choose, moment
from ..codec.identity import identified
from ..codec.offset_units import MEANT, Counted, Unit, in_code_points
from ..codec.problems import Problems
from .article import Article, without
from .builder import Builder
from .hypertext import plain_marks
from .layers import Assembler
from .mapping import Mapping
from .reading import read

_WORK = ("annotations", "completions", "predictions", "drafts", "data")


class Tally(Struct):
    """What a move mapped and carried, of one task or of several."""

    mapped: Counter[str] = field(default_factory=Counter)
    results: int = 0
    carried: int = 0
    defaults: int = 0

    def add(self, other: "Tally") -> None:
        self.mapped.update(other.mapped)
        self.results += other.results
        self.carried += other.carried
        self.defaults += other.defaults


def _stamps(row: JsonObject, now: str) -> list[str]:
    """When an annotation was made and last changed, as a record writes it."""
    found = sorted(m for k in ("created_at", "updated_at") if (m := moment(row.get(k))) is not None)
    stamps = [m.astimezone(UTC).isoformat().replace("+00:00", "Z") for m in found] or [now]
    return [stamps[0], stamps[-1]]


def _provenance(chosen: Candidate, now: str, guidelines: str, defaults: dict[str, int]) -> JsonObject:
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


def _apart(record: JsonObject, ids: set[str]) -> None:
    """Segments give way to regions that have their ids."""
    taken, n = ids | {s["id"] for s in record["segments"]}, 0
    for segment in record["segments"]:
        if segment["id"] in ids:
            while (id := f"{PREFIXES['segment']}{n}") in taken:
                n += 1
            segment["id"] = id
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
    under_way = Article(task, mapping, problems, now)
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
    plain = plain_marks(results, text, problems, chosen.pointer)
    if plain is None:
        return None, problems.found
    named = identified(plain, problems, chosen.pointer, split=True)
    counted = _converted(text, named.results, under_way.places, problems, chosen.pointer, choice)
    if counted is None:
        return None, problems.found
    verbatim = [_as_given(given, entry) for given, entry in zip(results, counted.results, strict=True)]
    marked = read(
        counted.results,
        text,
        under_way.places,
        problems,
        chosen.pointer,
        verbatim=verbatim,
        lost=counted.lost,
        shared=set(named.twins.values()),
    )
    builder = Builder(mapping, Document(draft), marked, set(), problems, chosen.pointer)
    for i in marked.off_text:
        message = "a mark is of something else than the article's characters (HTML, an image, another text) and is carried along"
        builder.note(
            ("elsewhere",), f"{chosen.pointer}/{i}", message, "onrecord maps regions of <Text> with start and end"
        )
    assembled = Assembler(builder)
    builder.tell()
    if problems.errors:
        return None, problems.found
    made: JsonObject = decode(encode(draft)) | assembled.items()
    _apart(made, builder.taken)
    defaults = {name: len(ids) for (name, _), ids in builder.filled.items()}  # a field has one default
    carried = marked.ledger.carried()
    made["annotation"] = _provenance(chosen, now, mapping.guidelines, defaults)
    kept: JsonObject = {
        "task": {k: v for k, v in task.items() if k not in _WORK},
        "data": without(under_way.data, under_way.used),
        chosen.kind: {k: v for k, v in chosen.row.items() if k != "result"},
        "offsets": None if counted.unit in (None, "code-points") else f"converted from {MEANT[counted.unit]}",
        "ids": {new: named.twins.get(id, id) for new, id in builder.ids.items()} | named.twins,
        "defaults": [{"field": f, "value": v, "items": ids} for (f, v), ids in builder.filled.items()],
        "adjusted": assembled.adjusted,
        "clusters": assembled.clusters,
        "results": carried,
        "leftovers": marked.ledger.leftovers({r.id for r in marked.regions.values() if r.noted}),
    }
    made["extensions"] = {EXTENSION: {k: v for k, v in kept.items() if v}}
    problems.shape(made)
    if problems.errors:
        return None, problems.found
    if tally is not None:
        tally.results += len(results)
        tally.carried += len(carried)
        tally.defaults += sum(defaults.values())
        for layer, items in assembled.items().items():
            tally.mapped[layer] += len(items)
    return convert(made, Record), problems.found


def _as_given(given: Any, entry: Any) -> Any:
    """A result as the export has it, its offsets in code points."""
    if not isinstance(given, dict) or not isinstance(given.get("value"), dict) or given["value"] == entry["value"]:
        return given
    return {**given, "value": given["value"] | {k: entry["value"][k] for k in ("start", "end")}}


def _converted(
    text: str,
    results: list[Any],
    places: dict[str | None, tuple[int, int]],
    problems: Problems,
    pointer: str,
    choice: Choice,
) -> Counted | None:
    """The results in code points, each piece of the text by itself; None with a finding."""
    unit: Unit = "code-points"
    made, lost = list(results), set[int]()
    for tag, (start, end) in places.items():
        mine = [i for i, r in enumerate(results) if isinstance(r, dict) and tag in (None, r.get("to_name"))]
        counted = in_code_points(text[start:end], [results[i] for i in mine], problems, pointer, choice.offsets, None)
        if counted.unit is None:
            return None
        unit = counted.unit if counted.unit != "code-points" else unit
        lost |= {mine[i] for i in counted.lost}
        for i, entry in zip(mine, counted.results, strict=True):
            made[i] = entry
    return Counted(made, unit, frozenset(lost))
