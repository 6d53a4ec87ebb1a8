"""Where a converted task lands: a valid record takes its place, anything else goes beside it with its findings.

An annotator's work is never lost, and an invalid record never stands where a valid one stood.
"""

import re
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import encode, format

from .. import store
from ..finding import Finding
from ..record import Record
from ..validate import check_source
from .words import in_page_words

REJECTED = store.REJECTED


class Landed(Struct, frozen=True):
    """What became of a task: the file written (none of a task that is not ours), whether it is the record, and all
    findings, those of the rules included."""

    path: Path | None
    valid: bool
    findings: list[Finding]


def record_id(task: Any) -> str | None:
    """The id of the record that a task was made of; None of a task that is not ours."""
    try:
        id = task["data"]["onrecord"]["id"]
    except (KeyError, TypeError, IndexError):
        id = None
    return id if isinstance(id, str) and re.fullmatch(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]*", id) else None


def land(
    folder: Path, record: Record | None, task: Any, findings: list[Finding], rejected_as: str | None = None
) -> Landed:
    """Write `ID.json` if the record is valid; else the task as `ID.rejected.json` and its findings as `ID.rejected.txt`.

    A record that lands takes the rejected files of before away: the work that they kept is in it, or in Label Studio.

    Args:
        record: what `from_task` made; None where it could not.
        findings: what `from_task` found; with an error the record is not written either.
        rejected_as: a name for the rejected files instead of the record's id, where several tasks would share it.

    Raises:
        OSError: a file can't be written.
    """
    id = record.id if record is not None else record_id(task)
    if id is None:
        return Landed(None, False, findings)
    path = folder / f"{id}.json"
    beside, notes = (folder / f"{rejected_as or id}{REJECTED}{suffix}" for suffix in (".json", ".txt"))
    if record is not None:
        content = store.canonical(record)
        _, faults = check_source(content, str(path))
        findings = [*findings, *(in_page_words(f, record) for f in faults)]
        if not any(f.severity == "error" for f in findings):
            store.write_atomic(path, content)
            beside.unlink(missing_ok=True)
            notes.unlink(missing_ok=True)
            return Landed(path, True, findings)
    store.write_atomic(beside, format(encode(task), indent=1) + b"\n")
    store.write_atomic(notes, "".join(_told(f) for f in findings).encode())
    return Landed(beside, False, findings)


def _told(f: Finding) -> str:
    place = f" at {f.pointer}" if f.pointer else ""
    fix = f"\n    fix: {f.fix}" if f.fix else ""
    return f"{f.severity} {f.code}: {f.message}{place}{fix}\n"
