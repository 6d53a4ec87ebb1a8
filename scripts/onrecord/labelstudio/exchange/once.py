"""Tasks that an import meets more than once: equal ones are taken once, different ones are told with their places."""

from collections.abc import Sequence
from typing import Any

from msgspec import UNSET
from msgspec.json import encode
from msgspec.structs import replace

from ...findings.finding import Finding
from ..codec.carried import EXTENSION
from ..codec.choosing import folder_name
from ..codec.problems import Problems
from .importing import Landing


def taken_once(landings: Sequence[Landing]) -> tuple[list[Landing], int]:
    """The landings without those that make an equal record once more, and how many these are.

    Exports list a task several times (label-studio#1289), and of two folders of one project both hold it. Tasks that
    make different records of one id each get an error that names them all, for none can be told to be the right one.
    """
    groups: dict[tuple[str | None, str], list[int]] = {}
    for i, one in enumerate(landings):
        if one.record is not None:
            folder = None if one.annotator is None else folder_name(one.annotator)
            groups.setdefault((folder, one.record.id), []).append(i)
    again: set[int] = set()
    set_apart: set[int] = set()
    differing: dict[int, Finding] = {}
    for (_, name), group in groups.items():
        found: dict[bytes, int] = {}
        again |= {i for i in group if found.setdefault(_content(landings[i]), i) != i} if len(group) > 1 else set()
        if len(found) > 1 and (best := _of_one_task([landings[i] for i in found.values()])) is not None:
            kept = list(found.values())[best]
            differing[kept] = _several(landings[kept], [landings[i] for i in found.values()])
            set_apart |= {i for i in group if i != kept} - again
        elif len(found) > 1:
            group_of = [landings[i] for i in found.values()]
            differing |= {i: _differing(name, landings[i], group_of) for i in found.values()}
    made = [
        replace(one, findings=[*one.findings, differing[i]]) if i in differing else one
        for i, one in enumerate(landings)
        if i not in again | set_apart
    ]
    return made, len(again)


def _of_one_task(group: list[Landing]) -> int | None:
    """Which of several is taken, where they are annotations of one task, each in a file of its own; None where not.

    So target storages write them. What differs in one and the same annotation is no such thing.
    """
    tasks = [one.task for one in group]
    rows = {str(one.work.row.get("id")) for one in group if one.work is not None and one.work.row.get("id") is not None}
    if any(t.get("id") != tasks[0].get("id") or t.get("data") != tasks[0].get("data") for t in tasks):
        return None
    if tasks[0].get("id") is None or len(rows) < len(group) or len({one.annotator for one in group}) > 1:
        return None
    ranks = [one.work.rank for one in group if one.work is not None]
    return ranks.index(max(ranks))


def _several(mine: Landing, group: list[Landing]) -> Finding:
    """That one of a task's annotations is taken, which stand in several places."""
    problems = Problems(mine.file, mine.base)
    work = mine.work
    why = "marked as ground truth" if work is not None and work.truth else "the newest"
    message = f"the task has {len(group)} annotations, in {_places(group)}; the one here is taken, {why}"
    fix = "compare and merge them if they are of several people: --by-annotator makes a folder of each, --annotator takes one"
    problems.add("LST009", "", message, fix, "warning")
    return problems.found[0]


def _places(group: list[Landing]) -> str:
    return " and ".join(one.place for one in group[:4]) + (f" and {len(group) - 4} more" if len(group) > 4 else "")


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
    """That several tasks make different records of one id, and how to get all of them; none is to be deleted."""
    problems = Problems(mine.file, mine.base)
    if len({one.annotator for one in group}) > 1:
        who = " and ".join(sorted({str(one.annotator) for one in group}))
        fix = f"{who} share a folder, as their names differ in case alone: take one of them by --annotator"
        problems.add("LST010", "", f"annotators of {_places(group)} make different records {name}", fix)
        return problems.found[0]
    fix = "import the newer export alone; or each into a folder of its own, and compare the two"
    if all(one.foreign for one in group):
        keys = _telling([one.task["data"] for one in group])
        which = f", as {' or '.join(repr(k) for k in keys[:4])}" if keys else ""
        fix = (
            f"if these are several articles, say in the mapping file which key of the data holds an article's id (`id`{which}); "
            "if they are one, import the newer export alone, or each into a folder of its own"
        )
    problems.add("LST010", "", f"{len(group)} tasks make different records {name}: {_places(group)}", fix)
    return problems.found[0]


def _telling(rows: list[dict[str, Any]]) -> list[str]:
    """Keys of the tasks' data whose values tell them apart, and are short."""
    return [
        key
        for key in rows[0]
        if all(isinstance(row.get(key), str | int) and len(str(row[key])) <= 100 for row in rows)
        and len({str(row[key]) for row in rows}) == len(rows)
    ]
