"""Where records come from: JSON files, JSON lines, both also as .gz and .zst, and Parquet as `onrecord build` makes it.

Files are cut into units of half a megabyte, so that several processes can share the work and none ever holds a whole
corpus. A unit names bytes of a file where it can, and carries them only where they had to be decompressed.
"""

import errno
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from msgspec import Struct
from msgspec.json import encode

from ..dataset.nested import row_value
from ..files.limits import OverLimit, limits
from ..files.parsing import file_finding, refusal
from ..files.reading import COMPRESSED, MissingPackage, Reach, decompressed, need, opened, whole
from ..files.record_files import form
from ..findings.finding import Finding

__all__ = ["STDIN", "MissingPackage", "RawRecord", "Unit", "need", "raw_records", "units"]

BLOCK = 2**19
"""Bytes of a unit of JSON lines."""

STDIN = Path("-")


class Unit(Struct, frozen=True):
    """A piece of a file: one JSON file, or lines or rows of one.

    `first` is the number of its first line (or Parquet row), `start` and `end` its bytes (or row group); `raw` holds
    the bytes where the file can't be entered in the middle. What is `known` was checked already, for another path.
    """

    file: str
    kind: str
    first: int = 1
    start: int = 0
    end: int | None = None
    raw: bytes | None = None
    known: bool = False


class RawRecord(Struct, frozen=True):
    """One record's bytes, the line (or Parquet row) where it stands, or why it can't be read."""

    line: int
    raw: bytes
    fault: Finding | None = None


def _stdin() -> IO[bytes]:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def _lines(stream: IO[bytes], begun: bytes = b"") -> Iterator[tuple[int, int, bytes | None]]:
    """Blocks of whole lines, each with the number and the byte at which it begins; a line longer than a block is whole.

    A line beyond the limit of a record is None, and not held.
    """
    first, start, rest, size, over = 1, 0, [begun], len(begun), False
    while chunk := stream.read(BLOCK):
        if over:
            end = chunk.find(b"\n") + 1
            size += end or len(chunk)
            if not end:
                continue
            yield first, start, None
            first, start, size, over, chunk = first + 1, start + size, 0, False, chunk[end:]
        cut = chunk.rfind(b"\n") + 1
        if cut:
            block = b"".join((*rest, chunk[:cut]))
            yield first, start, block
            first, start, size = first + block.count(b"\n"), start + len(block), 0
            rest.clear()
        rest.append(chunk[cut:])
        size += len(chunk) - cut
        if over := size > limits().record_bytes:
            rest.clear()
    if over:
        yield first, start, None
    elif last := b"".join(rest):
        yield first, start, last


def _too_long(file: str, line: int) -> Finding:
    bound = OverLimit("record_bytes", f"the line has more than {limits().record_bytes:,} bytes")
    return file_finding("FIL009", file, str(bound), bound.fix, (line, 1))


def _ranges(path: Path) -> Iterator[Unit | Finding]:
    """Byte ranges of a file of lines, each ending at a line's end."""
    with opened(path) as stream:
        for first, start, block in _lines(stream):
            if block is None:
                yield _too_long(str(path), first)
            elif not block.isspace():
                yield Unit(str(path), "lines", first, start, start + len(block))


def _blocks(stream: IO[bytes], file: str, begun: bytes = b"") -> Iterator[Unit | Finding]:
    """Lines that can't be found again by their bytes' place."""
    for first, _, block in _lines(stream, begun):
        if block is None:
            yield _too_long(file, first)
        elif not block.isspace():
            yield Unit(file, "lines", first, raw=block)


def _row_groups(path: Path) -> Iterator[Unit]:
    need(path, "pyarrow", "datasets")
    import pyarrow.parquet as pq

    first = 1
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            if rows := file.metadata.row_group(group).num_rows:
                yield Unit(str(path), "parquet", first, group)
                first += rows


def units(path: Path, reach: Reach | None = None) -> Iterator[Unit | Finding]:
    """The units of a file; a file that can't be read, or that holds no record, is a finding.

    Args:
        reach: from where a file that was found in a folder may come.

    Raises:
        MissingPackage: the file's form needs a package that is not installed.
    """
    empty = True
    try:
        if reach is not None:
            reach.check(path)
        for unit in _cut(path):
            empty = False
            yield unit
    except Exception as error:
        if not _of_the_file(error):
            raise
        yield _unreadable(str(path), error)
    else:
        if empty:
            yield file_finding("FIL006", str(path), "the file holds no record", "restore it, or delete it")


def _cut(path: Path) -> Iterator[Unit | Finding]:
    kind = form(path)
    if path == STDIN:
        yield from _stream_units(_stdin(), str(path))
    elif kind == ".parquet":
        opened(path).close()
        yield from _row_groups(path)
    elif kind not in (".jsonl", ".ndjson"):
        opened(path).close()
        yield Unit(str(path), "file")
    elif path.name.lower().endswith(COMPRESSED):
        with decompressed(path) as stream:
            yield from _blocks(stream, str(path))
    else:
        yield from _ranges(path)


def _stream_units(stream: IO[bytes], file: str) -> Iterator[Unit | Finding]:
    """Standard input: one JSON record over several lines, or a record a line, as its first line tells."""
    most = limits().record_bytes
    head = stream.readline(most + 1)
    while head.isspace() and (line := stream.readline(most + 1)):
        head += line  # blank lines count as lines
        if len(head) > most:
            break
    if head.strip().endswith(b"}") and head.strip().startswith(b"{"):
        yield from _blocks(stream, file, head)
    else:
        yield Unit(file, "file", raw=whole(_Begun(head, stream), "standard input"))


class _Begun:
    """A stream of which the head was read already."""

    def __init__(self, head: bytes, stream: IO[bytes]) -> None:
        self.head, self.stream = head, stream

    def read(self, size: int, /) -> bytes:
        return self.head + self.stream.read(max(0, size - len(self.head)))


def _of_the_file(error: Exception) -> bool:
    """Whether an error says that a file can't be read; the libraries have kinds of their own (ZstdError, ArrowInvalid)."""
    ours = isinstance(error, OSError | EOFError | zlib.error | ValueError | OverflowError | RecursionError)
    return ours or type(error).__module__.partition(".")[0] in ("zstandard", "pyarrow")


def _unreadable(file: str, error: Exception) -> Finding:
    if isinstance(error, OverLimit | OSError) and (isinstance(error, OverLimit) or error.errno is not None):
        return refusal(file, error)
    said = str(error).splitlines() or [type(error).__name__]
    why = getattr(error, "strerror", None) or said[0][:200]
    return file_finding(
        "FIL001", file, f"the file can't be read as what its name says: {why}", "restore the file, or correct its name"
    )


def raw_records(unit: Unit) -> Iterator[RawRecord]:
    """The records of a unit, as bytes of JSON. Blank lines are passed over."""
    path = Path(unit.file)
    try:
        if unit.kind == "file":
            if unit.raw is not None:
                yield RawRecord(1, unit.raw)
                return
            with decompressed(path) as stream:
                yield RawRecord(1, whole(stream, path))
        elif unit.kind == "lines":
            block, most = unit.raw, limits().record_bytes
            if block is None:
                with opened(path) as stream:
                    stream.seek(unit.start)
                    block = stream.read(-1 if unit.end is None else unit.end - unit.start)
            for n, line in enumerate(block.split(b"\n")):
                if len(line) > most:
                    yield RawRecord(unit.first + n, b"", _too_long(unit.file, unit.first + n))
                elif line and not line.isspace():
                    yield RawRecord(unit.first + n, line)
        else:
            yield from _rows(unit)
    except Exception as error:
        if not _of_the_file(error):
            raise
        yield RawRecord(unit.first, b"", _unreadable(unit.file, error))


_ROWS = 64


def _rows(unit: Unit) -> Iterator[RawRecord]:
    import pyarrow.parquet as pq

    row, most = unit.first, limits().record_bytes
    with pq.ParquetFile(unit.file) as file:
        group = file.metadata.row_group(unit.start)
        widest = max((group.column(n).total_uncompressed_size for n in range(group.num_columns)), default=0)
        size = max(1, min(_ROWS, 2**30 // max(1, widest)))  # a value that all rows share is held once for each
        for batch in file.iter_batches(batch_size=size, row_groups=[unit.start]):
            found: list[dict[str, Any]] = batch.to_pylist()
            for value in found:
                if value.get("text", "") is None and value.get("text_sha256"):
                    message, fix = "the dataset is without its texts", "put them in with `onrecord rehydrate` first"
                    yield RawRecord(row, b"", file_finding("DST004", unit.file, message, fix, (row, 1)))
                    return
                raw = encode(row_value(value))
                if len(raw) > most:
                    bound = OverLimit("record_bytes", f"the row has more than {most:,} bytes")
                    yield RawRecord(row, b"", file_finding("FIL009", unit.file, str(bound), bound.fix, (row, 1)))
                else:
                    yield RawRecord(row, raw)
                row += 1
