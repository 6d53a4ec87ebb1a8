"""Label Studio task → record: the reverse of `to_task`, from whatever people did in the browser."""

import hashlib
from collections.abc import Iterator
from typing import Any

from msgspec import convert

from ..finding import Finding
from ..record import Record
from ..schema_errors import shape_faults
from .check import check_heads, check_relations, check_values
from .choosing import Choice, choose
from .layers import Layers
from .mapping import DATA
from .reader import Item
from .regions import Problems, read_regions
from .units import in_code_points

_NEWEST = Choice()


def _identified(row: Any) -> bool:
    """Whether a carried entity or event is an object with an id."""
    row = row.get("whole", row) if isinstance(row, dict) else row
    return isinstance(row, dict) and isinstance(row.get("id"), str)


def from_task(
    task: Any, file: str = "", base: str = "", choice: Choice = _NEWEST
) -> tuple[Record | None, list[Finding]]:
    """The record of a task as Label Studio exports it (JSON), and what is wrong with the annotation.

    The record is of the right shape; the rules have not yet seen it. With errors there is no record.
    Left-pointing relations are turned; new mentions without a cluster become entities of their own.
    """
    problems = Problems(file, base)
    data = task.get("data") if isinstance(task, dict) else None
    carried = data.get("onrecord") if isinstance(data, dict) else None
    text = data.get("text") if isinstance(data, dict) else None
    if not isinstance(data, dict) or not isinstance(carried, dict) or not isinstance(text, str):
        problems.add(
            "LST002",
            "/data",
            "the task was not made by onrecord: `data.onrecord` or `data.text` is missing",
            "export with `onrecord labelstudio export`; a project of your own comes in by a mapping file: --mapping FILE",
        )
        return None, problems.found
    if hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest() != carried.get("text_sha256"):
        problems.add(
            "LST003",
            "/data/text",
            "the task's text is not the text that was exported",
            "import the task into Label Studio again",
        )
        return None, problems.found
    for layer in ("entities", "events"):
        rows = carried.get(layer)
        if not isinstance(rows, list) or not all(_identified(r) for r in rows):
            problems.add(
                "LST002",
                f"/data/onrecord/{layer}",
                f"the {layer} that travel in the task's data are damaged",
                "import the task into Label Studio again",
            )
            return None, problems.found
    chosen = choose(task, choice, problems)
    if chosen is None:
        return None, problems.found
    pointer = chosen.pointer
    result, unit = in_code_points(text, chosen.row.get("result"), problems, pointer, choice.offsets, "code-points")
    if unit is None:
        return None, problems.found
    regions = read_regions(result, text, problems, pointer)
    marked = any("mentions" not in e for e in carried["entities"]) or any("whole" not in v for v in carried["events"])
    if marked and not regions:
        message = "the annotation holds no region at all, though the record had marks"
        problems.add("LST011", pointer, message, "take the annotation before it; if all marks are wrong, ingest anew")
    reader = Layers(text, carried, regions, problems)
    check_relations(reader)
    check_values(reader)
    entities, times = reader.entities(), reader.times()
    groups = reader.assign_events()
    check_heads(reader, groups)
    record: Item = {
        **{
            k: carried[k]
            for k in DATA["record"]
            if k in carried and k not in ("annotation", "extensions", "text_sha256")
        },
        "text": text,
        "text_sha256": carried["text_sha256"],
        "entities": entities,
        "times": times,
        "quotes": reader.quotes(),
        "claims": reader.claims(),
        "events": reader.events(groups),
        **{k: carried[k] for k in ("annotation", "extensions") if k in carried},
    }
    if problems.errors:
        return None, problems.found
    for fault in shape_faults(record):
        problems.add(
            fault.code, "", f"the record made of this task has a fault at {fault.pointer}: {fault.message}", fault.fix
        )
    return (None if problems.errors else convert(record, Record)), problems.found


def from_export(export: Any, file: str = "") -> Iterator[tuple[Record | None, list[Finding]]]:
    """Every task of an export, in its order."""
    if isinstance(export, dict) and "data" in export:
        export = [export]
    if not isinstance(export, list):
        problems = Problems(file, "")
        problems.add(
            "LST001", "", "this is no Label Studio export: a list of tasks is wanted", "export the project in JSON form"
        )
        yield None, problems.found
        return
    for i, task in enumerate(export):
        yield from_task(task, file, f"/{i}")
