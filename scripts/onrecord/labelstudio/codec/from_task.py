"""Label Studio task → record: the reverse of `to_task`, from whatever people did in the browser."""

import hashlib
from collections.abc import Iterator
from typing import Any

from msgspec import convert

from ...files.parsing import JsonObject
from ...findings.finding import Finding
from ...model.record import Record
from .carried import damage, stamped, with_results
from .check import check_context, check_heads, check_relations, check_values
from .choosing import Choice, choose
from .identity import identified
from .layers import LayerReader
from .mapping import DATA, MARKS, PASSES
from .offset_units import in_code_points
from .problems import Problems
from .reader import taken_ids
from .regions import read_regions
from .settle import Settling, settle

_NEWEST = Choice()


def from_task(
    task: Any,
    file: str = "",
    base: str = "",
    choice: Choice = _NEWEST,
    *,
    people: dict[int, str] | None = None,
    before: Record | None = None,
) -> tuple[Record | None, list[Finding]]:
    """The record of a task as Label Studio exports it (JSON), and what is wrong with the annotation.

    The record is of the right shape; the rules have not yet seen it. With errors there is no record.
    Left-pointing relations are turned; new mentions without a cluster become entities of their own. Layers that the
    task's pass did not show come from its data. A record that was changed says when, and by whom (`annotation`).

    Args:
        people: names of Label Studio's users by number, for exports that have numbers only.
        before: the record that the annotation made last time: what was new then keeps its ids.
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
    if (damaged := damage(carried)) is not None:
        problems.add(
            "LST002",
            "/data/onrecord",
            f"what travels in the task's data is damaged: {damaged}",
            "import the task into Label Studio again",
        )
        return None, problems.found
    chosen = choose(task, choice, problems)
    if chosen is None:
        return None, problems.found
    pointer = chosen.pointer
    given, taken = chosen.row.get("result"), taken_ids(carried)
    result = identified(given, problems, pointer, taken).results if isinstance(given, list) else given
    counted = in_code_points(text, result, problems, pointer, choice.offsets, "code-points")
    if counted.unit is None:
        return None, problems.found
    found = read_regions(counted.results, text, problems, pointer, taken, counted.lost)
    regions = found.regions
    if not regions and _had_marks(carried):
        message = "the annotation holds no region at all, though the record had marks"
        problems.add("LST011", pointer, message, "take the annotation before it; if all marks are wrong, ingest anew")
    made = _record(LayerReader(text, carried, regions, problems, before), carried, text)
    if found.loose and isinstance(given, list):
        made["extensions"] = with_results(made.get("extensions"), [given[i] for i in found.loose])
    if problems.errors:
        return None, problems.found
    problems.shape(made)
    if problems.errors:
        return None, problems.found
    record = convert(made, Record)
    made_by_people = chosen.kind != "prediction"
    return stamped(record, carried, chosen.row, people, choice.credit) if made_by_people else record, problems.found


def _had_marks(carried: JsonObject) -> bool:
    """Whether the layers that the task shows had a mark, as far as can be told."""
    shows = carried.get("layers", PASSES)
    return any("mentions" not in x and "whole" not in x for layer in DATA if layer in shows for x in carried[layer])


def _record(reader: LayerReader, carried: JsonObject, text: str) -> JsonObject:
    """All layers, clusters first; what refers to something that is gone is settled at the end."""
    check_relations(reader)
    check_values(reader)
    check_context(reader)
    entities = reader.entities()
    groups = reader.assign_events()
    events = [{"id": id, "name": reader.linked.get(id, {}).get("name")} for id in groups]
    hidden_events = reader.hidden("events") or []
    reader.index([*entities, *reader.ghosts.values()], [*events, *hidden_events])
    reader.members(entities)
    check_heads(reader, groups)
    record: JsonObject = {
        **{
            k: carried[k]
            for k in DATA["record"].fields
            if k in carried and k not in ("annotation", "extensions", "text_sha256")
        },
        "text": text,
        "text_sha256": carried["text_sha256"],
        "entities": entities,
        **{m.layer: reader.items(m) for m in MARKS if m.whole is None and not m.part},
        "events": reader.events(groups),
        **{k: carried[k] for k in ("annotation", "extensions") if k in carried},
    }
    if not reader.problems.errors:
        order = {x["id"]: n for n, x in enumerate(reader.carried_items("entities"))}
        hidden = tuple(x for x in PASSES if x not in reader.shows)
        settle(Settling(record, reader.problems, reader.owner, reader.merged, reader.ghosts,
                        carried.get("places", {}), hidden, order))  # fmt: skip
    return record


def tasks_of(export: Any, file: str = "") -> tuple[list[Any], Finding | None]:
    """The tasks of an export in its order, or what it is instead."""
    if isinstance(export, dict) and "data" in export:
        return [export], None
    if isinstance(export, list):
        return export, None
    problems = Problems(file, "")
    problems.add(
        "LST001", "", "this is no Label Studio export: a list of tasks is wanted", "export the project in JSON form"
    )
    return [], problems.found[0]


def from_export(
    export: Any, file: str = "", *, people: dict[int, str] | None = None
) -> Iterator[tuple[Record | None, list[Finding]]]:
    """Every task of an export, in its order."""
    tasks, fault = tasks_of(export, file)
    if fault is not None:
        yield None, [fault]
    for i, task in enumerate(tasks):
        yield from_task(task, file, f"/{i}", people=people)
