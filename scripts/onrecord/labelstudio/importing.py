"""An export's tasks → records: our own tasks by their data, another project's by its mapping file."""

from collections.abc import Iterator, Sequence
from typing import Any

from msgspec import UNSET, Struct
from msgspec.json import encode
from msgspec.structs import replace

from ..finding import Finding
from ..record import Record
from .carried import EXTENSION
from .choosing import Choice, annotators, candidates, unfinished
from .foreign import Mapping, Tally, move
from .forms import Unreadable, of_value
from .from_task import from_task
from .regions import Problems


class Landing(Struct, frozen=True):
    """What became of one task: the record, if there is one, and what is to be said. `annotator` where each has a folder.

    `unfinished`: why nobody's work is in it yet; its findings then hold the error that says so, for who wants all done.
    """

    record: Record | None
    findings: list[Finding]
    annotator: str | None = None
    foreign: bool = False
    task: Any = None
    place: str = ""
    """File and JSON pointer of the task."""
    unfinished: str | None = None
    tally: Tally | None = None


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
        elif choice.annotator is None or isinstance(task, Unreadable) or _worked(task, choice):
            yield _one(task, file, base, now, choice, mapping)


def _worked(task: Any, choice: Choice) -> bool:
    return isinstance(task, dict) and any(choice.annotator in c.names for c in candidates(task, None, choice.drafts))


def _one(
    task: Any,
    file: str,
    base: str,
    now: str,
    choice: Choice,
    mapping: Mapping | None,
    folder: str | None = None,
) -> Landing:
    place = f"{file} {base}"
    if isinstance(task, Unreadable):
        problems = Problems(file, base)
        problems.add("LST001", "", task.message, task.fix)
        return Landing(None, problems.found, folder, mapping is not None, None, place)
    foreign, tally = mapping is not None and not is_ours(task), Tally()
    if foreign and mapping is not None:
        record, found = move(task, mapping, now, file, base, choice, tally)
    else:
        record, found = from_task(task, file, base, choice)
    why = unfinished(task, choice.drafts) if record is None and _whole(task, foreign) else None
    return Landing(record, found, folder, foreign, task, place, why, tally)


def _whole(task: Any, foreign: bool) -> bool:
    """Whether a task could make a record, were there work in it."""
    return isinstance(task, dict) and isinstance(task.get("data"), dict) and (foreign or is_ours(task))


def taken_once(landings: Sequence[Landing]) -> tuple[list[Landing], int]:
    """The landings without those that make an equal record once more, and how many these are.

    Exports list a task several times (label-studio#1289), and of two folders of one project both hold it. Tasks that
    make different records of one id each get an error that names them all, for none can be told to be the right one.
    """
    groups: dict[tuple[str | None, str], list[int]] = {}
    for i, one in enumerate(landings):
        if one.record is not None:
            groups.setdefault((one.annotator, one.record.id), []).append(i)
    again: set[int] = set()
    differing: dict[int, Finding] = {}
    for (_, name), group in groups.items():
        found: dict[bytes, int] = {}
        again |= {i for i in group if found.setdefault(_content(landings[i]), i) != i} if len(group) > 1 else set()
        if len(found) > 1:
            group_of = [landings[i] for i in found.values()]
            differing |= {i: _differing(name, landings[i], group_of) for i in found.values()}
    made = [
        replace(one, findings=[*one.findings, differing[i]]) if i in differing else one
        for i, one in enumerate(landings)
        if i not in again
    ]
    return made, len(again)


def _content(one: Landing) -> bytes:
    """What a landing's record says, whatever Label Studio counts at its task."""
    record = one.record
    if record is None:
        return b""
    mine = record.extensions.get(EXTENSION) if record.extensions is not UNSET else None
    if one.foreign and isinstance(mine, dict) and record.extensions is not UNSET:
        rest = {k: v for k, v in mine.items() if k != "task"}
        record = replace(record, extensions={**record.extensions, EXTENSION: rest})
    return encode(record)


def _differing(name: str, mine: Landing, group: list[Landing]) -> Finding:
    places = " and ".join(one.place for one in group[:4]) + (f" and {len(group) - 4} more" if len(group) > 4 else "")
    file, _, pointer = mine.place.rpartition(" ")
    problems = Problems(file, pointer)
    fix = "import the newer export alone; or each into a folder of its own, and compare the two"
    if all(one.foreign for one in group):
        keys = _telling([one.task["data"] for one in group])
        which = f", as {' or '.join(repr(k) for k in keys[:4])}" if keys else ""
        fix = (
            f"if these are several articles, say in the mapping file which key of the data holds an article's id (`id`{which}); "
            "if they are one, import the newer export alone, or each into a folder of its own"
        )
    problems.add("LST010", "", f"{len(group)} tasks make different records {name}: {places}", fix)
    return problems.found[0]


def _telling(rows: list[dict[str, Any]]) -> list[str]:
    """Keys of the tasks' data whose values tell them apart, and are short."""
    return [
        key
        for key in rows[0]
        if all(isinstance(row.get(key), str | int) and len(str(row[key])) <= 100 for row in rows)
        and len({str(row[key]) for row in rows}) == len(rows)
    ]
