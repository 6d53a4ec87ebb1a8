"""Proof before writing: convert, convert back, compare."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import decode, encode
from msgspec.structs import replace

from ...checking.sources import Unit, raw_records, units
from ...files.positions import Positions
from ...files.record_files import form
from ...findings.codes import CODES
from ...findings.finding import Finding
from ...model.record import Record
from .from_task import from_task
from .to_task import to_task

_SHOWN = 20
"""Places of a record that are told, of those that would not come back."""
_CODE = "LST060"


class RoundTripError(Exception):
    """A conversion would lose or invent something; `differences` name what, by JSON pointer.

    `findings` say the same as errors, without a file: `located` and `in_file` put them where the record stands.
    """

    def __init__(self, record: str, differences: list[str], findings: Sequence[Finding] = ()) -> None:
        super().__init__(
            f"{record}: the way to Label Studio and back changes {len(differences)} thing(s): {'; '.join(differences[:5])}"
        )
        self.record = record
        self.differences = differences
        self.findings = list(findings)


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """Where two JSON values differ, by JSON pointer."""
    for place, words in _different(before, after, pointer):
        yield f"{place} {words}"


def _different(before: Any, after: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            if key not in after:
                yield f"{pointer}/{key}", "is lost"
            elif key not in before:
                yield f"{pointer}/{key}", "is new"
            else:
                yield from _different(before[key], after[key], f"{pointer}/{key}")
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield pointer, f"has {len(after)} items instead of {len(before)}"
        for i, (a, b) in enumerate(zip(before, after, strict=False)):
            yield from _different(a, b, f"{pointer}/{i}")
    elif before != after or type(before) is not type(after):
        yield pointer, f"becomes {str(after)[:40]!r} instead of {str(before)[:40]!r}"


def prove(record: Record, layers: Iterable[str] | None = None) -> dict[str, Any]:
    """The task of a record, proven to lead back to it.

    Args:
        layers: what a pass shows, of `mapping.PASSES`; all without it.

    Raises:
        RoundTripError: it does not; nothing should be written.
        ValueError: a layer is unknown.
    """
    task = to_task(record, layers)
    back, findings = from_task(decode(encode(task)))
    if back is None:
        said = [f"{f.code} {f.message}" for f in findings]
        raise RoundTripError(record.id, said, [_finding(record.id, "", f"the task would be refused: {said[0]}")])
    if back != record:
        before, after = decode(encode(record)), decode(encode(back))
        raise RoundTripError(record.id, list(differences(before, after)), list(_told(record.id, before, after)))
    return task


def _told(record: str, before: Any, after: Any) -> Iterator[Finding]:
    """What would not come back: a thing that stands twice in a list, else whatever differs."""
    doubled = list(_doubled(before, after))
    for pointer, first in doubled[:_SHOWN]:
        message = f"it stands already at {first}, and Label Studio's page keeps one of the two"
        yield _finding(record, pointer, message, "remove one of the two")
    if not doubled:
        for place, words in list(_different(before, after))[:_SHOWN]:
            yield _finding(record, place, f"on the way to Label Studio and back, {place} {words}")


def _doubled(before: Any, after: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """Items of lists that came back shorter which repeat an earlier one, notes aside: their places, and the first's."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in before.keys() & after.keys():
            yield from _doubled(before[key], after[key], f"{pointer}/{key}")
    elif isinstance(before, list) and isinstance(after, list):
        seen: dict[bytes, int] = {}
        for i, x in enumerate(before if len(after) < len(before) else ()):
            bare = {k: v for k, v in x.items() if k != "note"} if isinstance(x, dict) else x
            if (first := seen.setdefault(encode(bare), i)) < i:
                yield f"{pointer}/{i}", f"{pointer}/{first}"
        if len(before) == len(after):
            for i, (a, b) in enumerate(zip(before, after, strict=True)):
                yield from _doubled(a, b, f"{pointer}/{i}")


def _finding(record: str, pointer: str, message: str, fix: str = "tell the maintainers, with the record") -> Finding:
    return Finding(
        code=_CODE, name=CODES[_CODE].name, severity="error", file="", pointer=pointer, line=None, column=None,
        message=message, fix=fix, record=record,
    )  # fmt: skip


def located(findings: Iterable[Finding], file: str, raw: bytes, first_line: int = 1) -> list[Finding]:
    """Findings about a record with its file, and their lines in it.

    Args:
        raw: the record as it stands there.
        first_line: the line (of a table: the row) on which it begins.
    """
    try:
        positions = Positions(raw.decode("utf-8"))
    except UnicodeDecodeError:
        positions = Positions("")
    found = []
    for f in findings:
        line, column = positions.place(f.pointer or "")
        at = None if form(Path(file)) == ".parquet" else column
        found.append(replace(f, file=file, line=line + first_line - 1, column=at))
    return found


class _Named(Struct):
    id: str


def in_file(findings: Sequence[Finding], file: Path) -> list[Finding]:
    """Findings about a record of a file that is to be looked for there: read again, which only a fault is worth."""
    wanted = findings[0].record if findings else None
    for unit in units(file):
        for one in raw_records(unit) if isinstance(unit, Unit) else ():
            try:
                if one.fault is None and decode(one.raw, type=_Named).id == wanted:
                    return located(findings, str(file), one.raw, one.line)
            except (DecodeError, RecursionError):
                continue
    return [replace(f, file=str(file)) for f in findings]
