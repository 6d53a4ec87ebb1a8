"""Which of a task's annotations, drafts and predictions is taken: of the annotator who is asked for, what is marked as
ground truth, else what a person worked on, else the newest.

Label Studio marks what is uploaded as ground truth by itself, if the upload does not say otherwise; that it counts all
the same is said with the way out. What was cancelled or rejected in review never counts.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal

from msgspec import Struct

from ...files.parsing import JsonObject
from .offset_units import Unit
from .problems import Problems

_ACCEPTED = ("accepted", "fixed_and_accepted", "deleted_review")
_STATES = ("state", "review_state", "review_status", "review_result")


class Choice(Struct, frozen=True):
    """What is asked for. Without an annotator, whoever was last; with `drafts`, also work that nobody submitted; with
    `credit`, a record that somebody changed names them."""

    annotator: str | None = None
    drafts: bool = False
    offsets: Unit | None = None
    credit: bool = False


class Candidate(Struct, frozen=True):
    """One row of a task that holds results. `pointer` leads to them.

    `touched`: a person worked on it, as far as can be told; what a program uploaded has no `lead_time`.
    """

    kind: Literal["annotation", "draft", "prediction"]
    annotator: str
    names: frozenset[str]
    row: JsonObject
    pointer: str
    saved: float
    truth: bool = False
    touched: bool = True

    @property
    def rank(self) -> tuple[bool, bool, float]:
        return self.truth, self.touched, self.saved


def _rows(task: JsonObject, key: str) -> Iterator[tuple[str, JsonObject]]:
    rows = task.get(key)
    for i, row in enumerate(rows if isinstance(rows, list) else []):
        if isinstance(row, dict):
            yield f"/{key}/{i}", row


def moment(value: Any) -> datetime | None:
    """A time as Label Studio writes it, in UTC: RFC 3339, or seconds since 1970 before version 1.0."""
    try:
        if isinstance(value, int | float):
            return datetime.fromtimestamp(value, UTC)
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
        if found is None:
            return None
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except (ValueError, OverflowError, OSError):  # also of the year 1 or 9999, in another time zone
        return None


def _saved(row: JsonObject) -> float:
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


def _touched(row: JsonObject) -> bool:
    """Whether a person worked on an annotation in Label Studio; also where nothing tells."""
    if row.get("updated_by") is not None or row.get("last_action") in ("submitted", "updated", *_ACCEPTED):
        return True
    return row.get("lead_time", ...) is not None and row.get("last_action") != "imported"


def rejected(row: JsonObject) -> bool:
    """Whether a reviewer (Label Studio Enterprise) rejected an annotation, and nothing came of it since."""
    action = row.get("last_action")
    if action == "rejected":
        return True
    found = row.get("reviews")
    reviews = [r for r in found if isinstance(r, dict)] if isinstance(found, list) else []
    if not reviews:
        return any(str(row.get(key)).lower() == "rejected" for key in _STATES)
    last = max(reversed(reviews), key=_saved)
    since = action == "updated" and _saved(row) > _saved(last)
    return last.get("accepted") is False and action not in _ACCEPTED and not since


def candidates(task: JsonObject, problems: Problems | None = None, drafts: bool = False) -> list[Candidate]:
    """All that a task holds of people's work, oldest first; predictions only where there is nothing else.

    What is left out (cancelled, rejected in review, not submitted) goes to `problems`.
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
            if rejected(row):
                if problems is not None:
                    message = f"the annotation of {name} was rejected in review, and is left out"
                    fix = "have it corrected and accepted in Label Studio, and export again"
                    problems.add("LST046", pointer, message, fix, "warning")
                continue
            truth, touched = row.get("ground_truth") is True, _touched(row)
            one = Candidate("annotation", name, names, row, f"{pointer}/result", _saved(row), truth, touched)
            found.append(one)
            by_id[str(row.get("id"))] = one
    for pointer, row in _rows(task, "drafts"):
        of = by_id.get(str(row.get("annotation"))) if row.get("annotation") is not None else None
        name, names = (of.annotator, of.names) if of is not None else _who(row.get("user"))
        draft = Candidate("draft", name, names, row, f"{pointer}/result", _saved(row), of is not None and of.truth)
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


def choose(task: JsonObject, choice: Choice, problems: Problems) -> Candidate | None:
    """The best of what is asked for (`Candidate.rank`); None with a finding where there is nothing."""
    found = candidates(task, problems, choice.drafts)
    if choice.annotator is not None:
        found = [c for c in found if choice.annotator in c.names]
    if not found:
        _nothing(task, choice, problems)
        return None
    taken = max(reversed(found), key=lambda c: c.rank)
    if taken.kind == "prediction":
        nobody = "no annotation of the task counts" if _left_out(task) else "nobody annotated the task"
        message = f"{nobody}; the prediction of {taken.annotator} is taken"
        problems.add("LST034", taken.pointer, message, "nothing, if predictions are wanted", "info")
    elif len(found) > 1:
        _told(found, taken, choice, problems)
    return taken


def _told(found: list[Candidate], taken: Candidate, choice: Choice, problems: Problems) -> None:
    """Why one of several is taken, where that is not plain."""
    newest = found[-1]
    others = sorted({c.annotator for c in found} - {taken.annotator})
    of = f" (the others are of {', '.join(others)})" if others else ""
    several = f"the task has {len(found)} annotations"
    fix = "compare and merge them if they are of several people: --by-annotator makes a folder of each, --annotator takes one"
    at = taken.pointer.removesuffix("/result")
    if taken.truth and sum(c.truth for c in found) < len(found):
        which = "the newest marked" if sum(c.truth for c in found) > 1 else "it is marked"
        message = f"{several}; that of {taken.annotator} is taken, {which} as ground truth{of}"
        upload = not taken.touched and any(c.touched for c in found)
        if upload:
            message += "; it was uploaded, which Label Studio marks so by itself"
            fix = "if it is none, take the star off it in Label Studio and export again, or say --annotator"
        problems.add("LST045", at, message, fix, "warning" if upload else "info")
    elif taken is not newest:
        message = f"{several}; that of {taken.annotator} is taken, for the newer one was uploaded, and no person worked on it{of}"
        problems.add("LST009", at, message, fix, "warning")
    elif choice.annotator is None:
        problems.add("LST009", "/annotations", f"{several}; the newest is taken{of}", fix, "warning")


def _left_out(task: JsonObject) -> list[JsonObject]:
    """Annotations that don't count: cancelled, or rejected in review."""
    rows = [row for key in ("annotations", "completions") for _, row in _rows(task, key)]
    return [r for r in rows if r.get("was_cancelled") or r.get("skipped") or rejected(r)]


def worked(task: Any, name: str, drafts: bool = False) -> bool:
    """Whether somebody worked on a task, be it that the work does not count."""
    if not isinstance(task, dict):
        return False
    left = (_who(row.get("completed_by") or row.get("created_username"))[1] for row in _left_out(task))
    return any(name in c.names for c in candidates(task, None, drafts)) or any(name in names for names in left)


def unfinished(task: JsonObject, drafts: bool = False, name: str | None = None) -> str | None:
    """Why a task holds no work (of somebody) that counts yet, in a word or two; None where it does, or is damaged."""
    for key in ("annotations", "completions"):
        rows = task.get(key) or []
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            return None
    if any(name is None or name in c.names for c in candidates(task, None, drafts)):
        return None
    if left := _left_out(task):
        return "rejected in review" if any(rejected(r) for r in left) else "skipped"
    return "with a draft alone" if any(True for _ in _rows(task, "drafts")) else "untouched"


def _nothing(task: JsonObject, choice: Choice, problems: Problems) -> None:
    if choice.annotator is not None:
        message, fix = f"the task has no annotation of {choice.annotator}", "name another annotator, or none"
    elif any(rejected(row) for row in _left_out(task)):
        message, fix = "the task has no annotation but what was rejected in review", "have it corrected and accepted"
    elif any(True for _ in _rows(task, "drafts")):
        message, fix = "the task has a draft alone, which nobody submitted", "submit it, or say --drafts to take it"
    elif isinstance(task.get("annotations"), list) and any(not isinstance(a, dict) for a in task["annotations"]):
        message, fix = "the export holds only the annotations' ids", "export the project in JSON form"
    elif isinstance(task.get("predictions"), list) and task["predictions"]:
        message = "the task has predictions alone, and the export holds only their ids"
        fix = "export with the whole predictions: a snapshot of the project, “include predictions” (only_id: false)"
    else:
        message, fix = "the task has neither annotation nor prediction", "annotate and submit it, then export again"
    problems.add("LST002", "", message, fix)


def folder_name(annotator: str) -> str:
    """The annotator's name as the name of a folder; one that had to be changed is told from others by a hash."""
    name = annotator.lower()
    clean = "".join(c if c.isalnum() or c in "@._+-" else "_" for c in name).lstrip(".")[:60]
    if clean == name:
        return clean
    return f"{clean or 'unknown'}-{hashlib.sha256(name.encode('utf-8', 'replace')).hexdigest()[:8]}"
