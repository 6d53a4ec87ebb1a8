"""Where a converted task lands: a valid record takes its place, anything else goes beside it with its findings.

An annotator's work is never lost, and an invalid record never stands where a valid one stood. Import and pull both
write here, and nowhere else.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import encode, format

from ...checking.locating import unplaced
from ...checking.report.terminal import plain
from ...checking.validate import check_source, read
from ...files import canonical_json, record_files
from ...files.names import file_name, under
from ...files.writing import write_atomic
from ...findings.finding import Finding
from ...model.record import Record
from ..codec.words import in_page_words

REJECTED = record_files.REJECTED
ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]*")
"""What a record's id is made of; nothing else becomes the name of a file."""


class Landed(Struct, frozen=True):
    """What became of a task: the file written, whether it is the record, and all findings, those of the rules included."""

    path: Path
    valid: bool
    findings: list[Finding]


def record_id(task: Any) -> str | None:
    """The id of the record that a task was made of; None of a task that is not ours."""
    try:
        id = task["data"]["onrecord"]["id"]
    except (KeyError, TypeError, IndexError):
        id = None
    return id if isinstance(id, str) and ID.fullmatch(id) else None


def land(
    path: Path,
    record: Record | None,
    task: Any,
    findings: Sequence[Finding],
    *,
    rejected_as: str | None = None,
    ruled: bool = False,
) -> Landed:
    """Write the record to `path` if it is valid; else the task beside it, as `NAME.rejected.json`, and its findings as
    `NAME.rejected.txt`.

    A record that lands takes the rejected files of before away: the work that they kept is in it, or in Label Studio.

    Args:
        record: what `from_task` made; None where it could not.
        findings: what was found on the way; with an error the record is not written either.
        rejected_as: a name for the rejected files, where several tasks would share that of the record.
        ruled: the findings hold what the rules say already.

    Raises:
        OSError: a file can't be written.
    """
    found = list(findings)
    if record is not None:
        content = canonical_json.canonical(record)
        if not ruled:
            found += [in_page_words(f, record) for f in check_source(content, str(path))[1]]
        if not any(f.severity == "error" for f in found):
            write_atomic(path, content)
            clear(path)
            return Landed(path, True, found)
    beside = str(aside(path, rejected_as)[0])
    found = [unplaced(f, beside) if f.file == str(path) else f for f in found]  # the record is not written
    return Landed(_set_aside(path, task, found, rejected_as), False, found)


def aside(path: Path, name: str | None = None) -> tuple[Path, Path]:
    """Beside a record's file: for the task that it could not be made of, and for what is wrong with that."""
    stem = name or path.stem
    return tuple(path.with_name(file_name(stem, f"{REJECTED}{s}")) for s in (".json", ".txt"))  # type: ignore[return-value]


def _set_aside(path: Path, task: Any, findings: Sequence[Finding], name: str | None) -> Path:
    """Keep what can't become the record yet; `onrecord labelstudio import` takes it, once it is mended."""
    beside, notes = aside(path, name)
    for file, content in ((beside, format(encode(task), indent=1) + b"\n"), (notes, plain(findings).encode())):
        if not file.is_file() or read(file)[0] != content:
            write_atomic(under(file.parent, file.name), content)
    return beside


def clear(path: Path) -> None:
    """Take away what was set aside, now that it landed."""
    for file in aside(path):
        file.unlink(missing_ok=True)
