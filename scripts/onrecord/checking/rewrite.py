"""Change the records of files where they stand: JSON files and JSON lines, compressed or not; whole files or nothing."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import IO

import msgspec
from msgspec import Struct

from ..files import record_files
from ..files.reading import MissingPackage, Reach
from ..files.writing import compressing, replacing, write_atomic
from ..findings.finding import Finding
from .sources import raw_records, units

Make = Callable[[bytes, str, int], bytes | None]
"""(record's bytes, file, line) → its new canonical JSON, or None to leave it as it is."""


class Change(Struct, frozen=True):
    """One record before and after; `line` is 1 but for JSON lines."""

    file: str
    line: int
    before: bytes
    after: bytes


class NotRewritable(Exception):
    """A file is derived (Parquet) or standard input; the records that it was made from can be changed."""


def rewrite(path: Path, make: Make, write: bool, reach: Reach | None = None) -> Iterator[Change | Finding]:
    """Change each record of a file. With `write`, the file is replaced at the end, if any record changed.

    A file that was found in a folder must be in `reach`: a link may lead to a file of somebody else's.

    Raises:
        NotRewritable: the file's form can't be changed in place.
        MissingPackage: its form needs a package that is not installed.
        OSError: it can't be written; the old file stays as it was.
    """
    kind = record_files.form(path)
    if str(path) == "-" or kind == ".parquet":
        raise NotRewritable(f"{path}: only files of records can be changed, not standard input, nor what was built")
    try:
        yield from _rewrite(path, make, write, kind in (".jsonl", ".ndjson"), reach)
    except _Keep:
        return


class _Keep(Exception):
    """The old file stays: nothing changed, or not all of it could be read."""


def _rewrite(path: Path, make: Make, write: bool, lines: bool, reach: Reach | None) -> Iterator[Change | Finding]:
    changed = False
    with ExitStack() as stack:
        target: IO[bytes] | None = None
        if write and lines:
            target = compressing(stack, stack.enter_context(replacing(path)), path)
        last = 0
        for unit in units(path, reach):
            for one in (unit,) if isinstance(unit, Finding) else raw_records(unit):
                fault = one if isinstance(one, Finding) else one.fault
                if fault is not None or isinstance(one, Finding):
                    if fault is not None:
                        yield fault
                    raise _Keep
                if target is not None:
                    target.write(b"\n" * (one.line - 1 - last))  # blank lines stay, so that line numbers do
                    last = one.line
                made = make(one.raw, str(path), one.line)
                if made is not None and lines:
                    made = msgspec.json.format(made, indent=-1)
                if made is not None and made != one.raw:
                    changed = True
                    yield Change(str(path), one.line, one.raw, made)
                    if write and not lines:
                        write_atomic(path, made, compress=True)
                if target is not None:
                    target.write((one.raw if made is None else made) + b"\n")
        if not changed:
            raise _Keep


__all__ = ["Change", "MissingPackage", "NotRewritable", "rewrite"]
