"""An export's tasks → records: our own tasks by their data, another project's by its mapping file."""

from collections.abc import Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ...findings.finding import Finding
from ...model.record import Record
from ..codec.choosing import Candidate, Choice, annotators, choose, unfinished, worked
from ..codec.forms import Unreadable, of_value
from ..codec.from_task import from_task
from ..codec.problems import Problems
from ..foreign import Mapping, Tally, move


class Landing(Struct, frozen=True):
    """What became of one task: the record, if there is one, and what is to be said. `annotator` where each has a folder.

    `unfinished`: why nobody's work is in it yet; its findings then hold the error that says so, for who wants all done.
    """

    record: Record | None
    findings: list[Finding]
    annotator: str | None = None
    foreign: bool = False
    task: Any = None
    file: str = ""
    base: str = ""
    """JSON pointer to the task in the file."""
    unfinished: str | None = None
    tally: Tally | None = None
    work: Candidate | None = None
    """What the record was made of."""

    @property
    def place(self) -> str:
        return f"{self.file} at {self.base}" if self.base else self.file


def is_ours(task: Any) -> bool:
    """Whether `onrecord labelstudio export` made the task."""
    data = task.get("data") if isinstance(task, dict) else None
    return isinstance(data, dict) and "onrecord" in data


def _outside(export: Any) -> bool:
    """Whether a row is an annotation as target storages hold it, its task inside."""
    return (
        isinstance(export, dict)
        and "data" not in export
        and "result" in export
        and isinstance(export.get("task"), dict)
    )


def _back(finding: Finding, base: str) -> Finding:
    """A finding about such an annotation, its pointer into the file as it is."""
    rest = (finding.pointer or "").removeprefix(base)
    if rest.startswith("/annotations/0"):
        return replace(finding, pointer=base + rest.removeprefix("/annotations/0"))
    return replace(finding, pointer=f"{base}/task{rest}") if rest.startswith("/data") else finding


def _tasks(export: Any) -> Any:
    """Annotations as target storages hold them, their task inside, turned inside out."""
    if isinstance(export, list):
        return [_tasks(row) if isinstance(row, dict) else row for row in export]
    if not _outside(export):
        return export
    return {**export["task"], "annotations": [{k: v for k, v in export.items() if k != "task"}]}


def imported(
    export: Any,
    file: str,
    now: str,
    choice: Choice | None = None,
    mapping: Mapping | None = None,
    by_annotator: bool = False,
) -> Iterator[Landing]:
    """Every task of an export, in its order; with `by_annotator`, once for each who worked on it.

    Tasks that the annotator who is asked for did not annotate are passed over.
    """
    choice = choice or Choice()
    turned = {f"/{i}" for i, row in enumerate(export) if _outside(row)} if isinstance(export, list) else set()
    turned |= {""} if _outside(export) else set()
    for one in _imported(_tasks(export), file, now, choice, mapping, by_annotator):
        inside = bool(one.file) and one.base in turned
        yield replace(one, findings=[_back(f, one.base) for f in one.findings]) if inside else one


def _imported(
    export: Any, file: str, now: str, choice: Choice, mapping: Mapping | None, by_annotator: bool
) -> Iterator[Landing]:
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
        base = "" if isinstance(export, dict) else f"/{i}"
        if by_annotator and not isinstance(task, Unreadable):
            names = annotators(task, choice.drafts)
            if not names:  # says why
                yield _one(task, file, base, now, choice, mapping)
            told: list[Finding] = []  # what is left out of the task is said once
            for name in names:
                one = _one(task, file, base, now, replace(choice, annotator=name), mapping, name)
                fresh = [f for f in one.findings if f.severity == "error" or f not in told]
                told += fresh
                yield replace(one, findings=fresh)
        elif choice.annotator is None or isinstance(task, Unreadable) or worked(task, choice.annotator, choice.drafts):
            yield _one(task, file, base, now, choice, mapping)


def _one(
    task: Any,
    file: str,
    base: str,
    now: str,
    choice: Choice,
    mapping: Mapping | None,
    folder: str | None = None,
) -> Landing:
    if isinstance(task, Unreadable):
        problems = Problems(file, base)
        problems.add("LST001", "", task.message, task.fix)
        return Landing(None, problems.found, folder, mapping is not None, None, file, base)
    foreign, tally = mapping is not None and not is_ours(task), Tally()
    if foreign and mapping is not None:
        record, found = move(task, mapping, now, file, base, choice, tally)
    else:
        record, found = from_task(task, file, base, choice)
    why = unfinished(task, choice.drafts, choice.annotator) if record is None and _whole(task, foreign) else None
    work = choose(task, choice, Problems("", "")) if record is not None else None
    return Landing(record, found, folder, foreign, task, file, base, why, tally, work)


def _whole(task: Any, foreign: bool) -> bool:
    """Whether a task could make a record, were there work in it."""
    return isinstance(task, dict) and isinstance(task.get("data"), dict) and (foreign or is_ours(task))
