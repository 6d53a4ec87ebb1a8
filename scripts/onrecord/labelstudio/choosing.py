"""Which of a task's annotations, drafts and predictions is taken: the newest of the annotator who is asked for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from .regions import Problems
from .units import Unit

Item = dict[str, Any]


class Choice(Struct, frozen=True):
    """What is asked for. Without an annotator, whoever was last; with `drafts`, also work that nobody submitted; with
    `credit`, a record that somebody changed names them."""

    annotator: str | None = None
    drafts: bool = False
    offsets: Unit | None = None
    credit: bool = False


class Candidate(Struct, frozen=True):
    """One row of a task that holds results. `pointer` leads to them."""

    kind: Literal["annotation", "draft", "prediction"]
    annotator: str
    names: frozenset[str]
    row: Item
    pointer: str
    saved: float


def _rows(task: Item, key: str) -> Iterator[tuple[str, Item]]:
    rows = task.get(key)
    for i, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield f"/{key}/{i}", row


def moment(value: Any) -> datetime | None:
    """A time as Label Studio writes it: RFC 3339, or seconds since 1970 before version 1.0."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except (ValueError, OverflowError, OSError):
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def _saved(row: Item) -> float:
    found = moment(row.get("updated_at")) or moment(row.get("created_at"))
    return found.timestamp() if found is not None else 0.0


def _who(value: Any) -> tuple[str, frozenset[str]]:
    """A user's name for people, and all names that mean the user: mail address, user name, number."""
    if isinstance(value, dict):
        names = [str(value[k]) for k in ("email", "username", "id") if value.get(k) not in (None, "")]
    else:
        names = [] if value in (None, "") else [str(value)]
    names += [f"user-{n}" for n in names if n.isdecimal()]
    if not names:
        return "unknown", frozenset(("unknown",))
    return (names[-1] if names[0].isdecimal() else names[0]), frozenset(names)


def candidates(task: Item, problems: Problems | None = None, drafts: bool = False) -> list[Candidate]:
    """All that a task holds of people's work, oldest first; predictions only where there is nothing else.

    What is left out (cancelled, not submitted) goes to `problems`.
    """
    found: list[Candidate] = []
    by_id: dict[str, Candidate] = {}
    for key in ("annotations", "completions"):  # the latter before version 1.0
        for pointer, row in _rows(task, key):
            name, names = _who(row.get("completed_by") or row.get("created_username"))
            if row.get("was_cancelled") or row.get("skipped"):
                if problems is not None:
                    message = f"an annotation of {name} was cancelled (skipped) and is left out"
                    problems.add("LST023", pointer, message, "submit it in Label Studio, if it counts", "info")
                continue
            one = Candidate("annotation", name, names, row, f"{pointer}/result", _saved(row))
            found.append(one)
            by_id[str(row.get("id"))] = one
    for pointer, row in _rows(task, "drafts"):
        of = by_id.get(str(row.get("annotation"))) if row.get("annotation") is not None else None
        name, names = (of.annotator, of.names) if of is not None else _who(row.get("user"))
        draft = Candidate("draft", name, names, row, f"{pointer}/result", _saved(row))
        if of is not None and draft.saved <= of.saved:
            continue  # submitted since
        if drafts:
            found.append(draft)
        elif problems is not None:
            message = f"{name} has a draft that nobody submitted; it is left out"
            problems.add("LST022", pointer, message, "submit it in Label Studio, or say --drafts to take it", "warning")
    if not found:
        rows = list(_rows(task, "predictions"))
        for n, (pointer, row) in enumerate(rows):
            model = str(row.get("model_version") or "prediction")
            found.append(Candidate("prediction", model, frozenset((model,)), row, f"{pointer}/result", n))
    return sorted(found, key=lambda c: c.saved)


def annotators(task: Any, drafts: bool = False) -> list[str]:
    """Who worked on a task, by name, in the order of their first work; a model where nobody did."""
    found = candidates(task, None, drafts) if isinstance(task, dict) else []
    return list(dict.fromkeys(c.annotator for c in found))


def choose(task: Item, choice: Choice, problems: Problems) -> Candidate | None:
    """The newest of what is asked for; None with a finding where there is nothing."""
    found = candidates(task, problems, choice.drafts)
    if choice.annotator is not None:
        found = [c for c in found if choice.annotator in c.names]
    if not found:
        _nothing(task, choice, problems)
        return None
    taken = found[-1]
    if taken.kind == "prediction":
        message = f"nobody annotated the task; the prediction of {taken.annotator} is taken"
        problems.add("LST034", taken.pointer, message, "nothing, if predictions are wanted", "info")
    elif len(found) > 1 and choice.annotator is None:
        others = sorted({c.annotator for c in found} - {taken.annotator})
        of = f" (the others are of {', '.join(others)})" if others else ""
        problems.add(
            "LST009",
            "/annotations",
            f"the task has {len(found)} annotations; the newest is taken{of}",
            "compare and merge them if they are of several people: --by-annotator makes a folder of each, --annotator takes one",
            "warning",
        )
    return taken


def _nothing(task: Item, choice: Choice, problems: Problems) -> None:
    if choice.annotator is not None:
        message, fix = f"the task has no annotation of {choice.annotator}", "name another annotator, or none"
    elif any(True for _ in _rows(task, "drafts")):
        message, fix = "the task has a draft alone, which nobody submitted", "submit it, or say --drafts to take it"
    elif isinstance(task.get("predictions"), list) and task["predictions"]:
        message = "the task has predictions alone, and the export holds only their ids"
        fix = "export with the whole predictions: a snapshot of the project, “include predictions” (only_id: false)"
    else:
        message, fix = "the task has neither annotation nor prediction", "annotate and submit it, then export again"
    problems.add("LST002", "", message, fix)


def folder_name(annotator: str) -> str:
    """The annotator's name as the name of a folder."""
    clean = "".join(c if c.isalnum() or c in "@._+-" else "_" for c in annotator.lower()).lstrip(".")
    return clean[:100] or "unknown"
