"""Label Studio task → record: the reverse of `to_task`, from whatever people did in the browser."""

import hashlib
from collections.abc import Iterator
from typing import Any

from msgspec import convert

from ..finding import Finding
from ..record import Record
from ..schema_errors import shape_faults
from .carried import damage, stamped
from .check import check_heads, check_relations, check_values
from .layers import Layers
from .mapping import DATA, PASSES
from .reader import Item, taken_ids
from .regions import Problems, read_regions
from .settle import Settling, settle


def _newest(task: Item) -> tuple[Any, str, int]:
    """The annotation to take: the newest that was not cancelled, else the last prediction. Also its pointer, and how many there were."""
    rows = task.get("annotations")
    usable = [
        (i, a)
        for i, a in enumerate(rows if isinstance(rows, list) else [])
        if isinstance(a, dict) and not a.get("was_cancelled")
    ]
    if usable:
        i, chosen = max(usable, key=lambda p: (str(p[1].get("updated_at") or p[1].get("created_at") or ""), p[0]))
        return chosen, f"/annotations/{i}/result", len(usable)
    rows = task.get("predictions")
    guesses = [(i, p) for i, p in enumerate(rows if isinstance(rows, list) else []) if isinstance(p, dict)]
    return (guesses[-1][1], f"/predictions/{guesses[-1][0]}/result", 0) if guesses else (None, "", 0)


def from_task(
    task: Any, file: str = "", base: str = "", *, people: dict[int, str] | None = None
) -> tuple[Record | None, list[Finding]]:
    """The record of a task as Label Studio exports it (JSON), and what is wrong with the annotation.

    The record is of the right shape; the rules have not yet seen it. With errors there is no record.
    Left-pointing relations are turned; new mentions without a cluster become entities of their own. Layers that the
    task's pass did not show come from its data. A record that was changed says when, and by whom (`annotation`).

    Args:
        people: names of Label Studio's users by number, for exports that have numbers only.
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
            "export with `onrecord labelstudio export`, and from Label Studio in JSON form (not JSON_MIN or CSV)",
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
    annotation, pointer, count = _newest(task)
    if annotation is None:
        problems.add(
            "LST002", "", "the task has neither annotation nor prediction", "annotate and submit it, then export again"
        )
        return None, problems.found
    if count > 1:
        problems.add(
            "LST009",
            "/annotations",
            f"the task has {count} annotations; the newest is taken",
            "compare and merge them if they are of several people",
            "warning",
        )
    regions = read_regions(annotation.get("result"), text, problems, pointer, taken_ids(carried))
    if not regions and _had_marks(carried):
        message = "the annotation holds no region at all, though the record had marks"
        problems.add("LST011", pointer, message, "take the annotation before it; if all marks are wrong, ingest anew")
    made = _record(Layers(text, carried, regions, problems), carried, text)
    if problems.errors:
        return None, problems.found
    for fault in shape_faults(made):
        problems.add(
            fault.code, "", f"the record made of this task has a fault at {fault.pointer}: {fault.message}", fault.fix
        )
    if problems.errors:
        return None, problems.found
    record = convert(made, Record)
    return stamped(record, carried, annotation, people) if pointer.startswith(
        "/annotations"
    ) else record, problems.found


def _had_marks(carried: Item) -> bool:
    """Whether the layers that the task shows had a mark, as far as can be told."""
    shows = carried.get("layers", PASSES)
    entities = "entities" in shows and any("mentions" not in e and "whole" not in e for e in carried["entities"])
    return entities or ("events" in shows and any("whole" not in v for v in carried["events"]))


def _record(reader: Layers, carried: Item, text: str) -> Item:
    """All layers, clusters first; what refers to something that is gone is settled at the end."""
    check_relations(reader)
    check_values(reader)
    entities = reader.entities()
    groups = reader.assign_events()
    events = [{"id": id, "name": reader.linked.get(id, {}).get("name")} for id in groups]
    hidden_events = reader.hidden("events") or []
    reader.index([*entities, *reader.ghosts.values()], [*events, *hidden_events])
    reader.members(entities)
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
        "times": reader.times(),
        "quotes": reader.quotes(),
        "claims": reader.claims(),
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
