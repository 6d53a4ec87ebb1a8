"""An export's tasks → records: our own tasks by their data, another project's by its mapping file."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..finding import Finding
from ..record import Record
from .choosing import Choice, annotators, candidates
from .foreign import Mapping, Tally, move
from .forms import of_value
from .from_task import from_task
from .regions import Problems


class Landing(Struct, frozen=True):
    """What became of one task: the record, if there is one, and what is to be said. `annotator` where each has a folder."""

    record: Record | None
    findings: list[Finding]
    annotator: str | None = None
    foreign: bool = False
    task: Any = None


def is_ours(task: Any) -> bool:
    """Whether `onrecord labelstudio export` made the task."""
    data = task.get("data") if isinstance(task, dict) else None
    return isinstance(data, dict) and "onrecord" in data


def _tasks(export: Any) -> Any:
    """Annotations as target storages hold them, their task inside, turned inside out."""
    if isinstance(export, list):
        return [_tasks(row) if isinstance(row, dict) else row for row in export]
    if not isinstance(export, dict) or "data" in export or "result" not in export:
        return export
    task = export.get("task")
    if not isinstance(task, dict):
        return export
    return {**task, "annotations": [{k: v for k, v in export.items() if k != "task"}]}


def imported(
    export: Any,
    file: str,
    now: str,
    choice: Choice | None = None,
    mapping: Mapping | None = None,
    by_annotator: bool = False,
    tally: Tally | None = None,
) -> Iterator[Landing]:
    """Every task of an export, in its order; with `by_annotator`, once for each who worked on it.

    Tasks that the annotator who is asked for did not annotate are passed over.
    """
    choice = choice or Choice()
    export = _tasks(export)
    if (refused := of_value(export)) is not None:
        problems = Problems(file, "")
        problems.add("LST001", "", *refused)
        yield Landing(None, problems.found)
        return
    tasks: list[Any] = [export] if isinstance(export, dict) else export
    if mapping is None and len(tasks) > 1 and not any(is_ours(task) for task in tasks):
        problems = Problems(file, "")
        problems.add(
            "LST002",
            "",
            f"none of the {len(tasks)} tasks was made by onrecord: `data.onrecord` is missing",
            "a project of your own comes in by a mapping file: --mapping FILE; `onrecord labelstudio mapping` starts one",
        )
        yield Landing(None, problems.found)
        return
    for i, task in enumerate(tasks):
        if by_annotator:
            names = annotators(task, choice.drafts)
            if not names:  # says why
                yield _one(task, file, f"/{i}", now, choice, mapping, tally)
            told: list[Finding] = []  # what is left out of the task is said once
            for name in names:
                one = _one(task, file, f"/{i}", now, replace(choice, annotator=name), mapping, tally, name)
                fresh = [f for f in one.findings if f.severity == "error" or f not in told]
                told += fresh
                yield replace(one, findings=fresh)
        elif choice.annotator is None or _worked(task, choice):
            yield _one(task, file, f"/{i}", now, choice, mapping, tally)


def _worked(task: Any, choice: Choice) -> bool:
    return isinstance(task, dict) and any(choice.annotator in c.names for c in candidates(task, None, choice.drafts))


def _one(
    task: Any,
    file: str,
    base: str,
    now: str,
    choice: Choice,
    mapping: Mapping | None,
    tally: Tally | None,
    folder: str | None = None,
) -> Landing:
    if mapping is not None and not is_ours(task):
        return Landing(*move(task, mapping, now, file, base, choice, tally), folder, True, task)
    return Landing(*from_task(task, file, base, choice), folder, False, task)
