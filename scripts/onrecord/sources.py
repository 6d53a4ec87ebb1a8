"""Where records come from: JSON files, JSON lines, both also as .gz and .zst, and Parquet as `onrecord build` makes it.

Files are cut into units of a few megabytes, so that several processes can share the work and none ever holds a whole
corpus. A unit names bytes of a file where it can, and carries them only where they had to be decompressed.
"""

import gzip
import importlib.util
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

from msgspec import Struct
from msgspec.json import encode

from .dataset import row_value
from .finding import Finding
from .parsing import file_finding
from .store import form

BLOCK = 2**21
"""Bytes of a unit of JSON lines."""

STDIN = Path("-")


class Unit(Struct, frozen=True):
    """A piece of a file: one JSON file, or lines or rows of one.

    `first` is the number of its first line (or Parquet row), `start` and `end` its bytes (or row group); `raw` holds
    the bytes where the file can't be entered in the middle.
    """

    file: str
    kind: str
    first: int = 1
    start: int = 0
    end: int | None = None
    raw: bytes | None = None


class MissingPackage(Exception):
    """A file's form needs a package that is not installed; `extra` has it."""

    def __init__(self, file: Path, extra: str) -> None:
        super().__init__(f"{file}: reading this needs the extra “{extra}”: pip install 'onrecord[{extra}]'")
        self.extra = extra


class Item(Struct, frozen=True):
    """One record's bytes, the line (or Parquet row) where it stands, or why it can't be read."""

    line: int
    raw: bytes
    fault: Finding | None = None


def _need(file: Path, module: str, extra: str) -> None:
    if importlib.util.find_spec(module) is None:
        raise MissingPackage(file, extra)


def _open(path: Path) -> IO[bytes]:
    if path == STDIN:
        return sys.stdin.buffer
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if path.name.lower().endswith(".zst"):
        _need(path, "zstandard", "zstd")
        import zstandard

        return zstandard.open(path, "rb")  # type: ignore[no-any-return]
    return path.open("rb")


def _lines(stream: IO[bytes], begun: bytes = b"") -> Iterator[tuple[int, bytes]]:
    """Blocks of whole lines with the number of their first line; a line longer than a block stays whole."""
    first, rest = 1, begun
    while chunk := stream.read(BLOCK):
        rest += chunk
        cut = rest.rfind(b"\n") + 1
        if cut:
            yield first, rest[:cut]
            first += rest.count(b"\n", 0, cut)
            rest = rest[cut:]
    if rest:
        yield first, rest


def _ranges(path: Path) -> Iterator[Unit]:
    """Byte ranges of a file of lines, each ending at a line's end."""
    with path.open("rb") as stream:
        start, first = 0, 1
        for number, block in _lines(stream):
            first = number
            yield Unit(str(path), "lines", first, start, start + len(block))
            start += len(block)


def _row_groups(path: Path) -> Iterator[Unit]:
    _need(path, "pyarrow", "datasets")
    import pyarrow.parquet as pq

    first = 1
    with pq.ParquetFile(path) as file:
        for group in range(file.num_row_groups):
            yield Unit(str(path), "parquet", first, group)
            first += file.metadata.row_group(group).num_rows


def units(path: Path) -> Iterator[Unit | Finding]:
    """The units of a file; a file that can't be read is a finding.

    Raises:
        MissingPackage: the file's form needs a package that is not installed.
    """
    kind = form(path)
    compressed = path.name.lower().endswith((".gz", ".zst"))
    try:
        if path == STDIN:
            yield from _stream_units(sys.stdin.buffer, str(path))
        elif kind in (".jsonl", ".ndjson"):
            if compressed:
                with _open(path) as stream:
                    for first, block in _lines(stream):
                        yield Unit(str(path), "lines", first, raw=block)
            else:
                yield from _ranges(path)
        elif kind == ".parquet":
            yield from _row_groups(path)
        else:
            yield Unit(str(path), "file")
    except (OSError, EOFError, zlib.error, ValueError) as error:
        yield _unreadable(str(path), error)
    except Exception as error:  # the libraries' own: zstandard.ZstdError, pyarrow.ArrowInvalid
        if type(error).__module__.partition(".")[0] not in ("zstandard", "pyarrow"):
            raise
        yield _unreadable(str(path), error)


def _stream_units(stream: IO[bytes], file: str) -> Iterator[Unit]:
    """Standard input: one JSON record over several lines, or a record a line."""
    head = stream.readline()
    while head and not head.strip():
        head = stream.readline()
    if head.strip().endswith(b"}") and head.strip().startswith(b"{"):
        for first, block in _lines(stream, head):
            yield Unit(file, "lines", first, raw=block)
    else:
        yield Unit(file, "file", raw=head + stream.read())


def _unreadable(file: str, error: Exception) -> Finding:
    why = getattr(error, "strerror", None) or str(error).splitlines()[0][:200] or type(error).__name__
    if isinstance(error, OSError) and error.errno is not None:
        return file_finding("FIL001", file, f"the file can't be read: {why}", "check the path and its permissions")
    return file_finding(
        "FIL001", file, f"the file can't be read as what its name says: {why}", "restore the file, or correct its name"
    )


def items(unit: Unit) -> Iterator[Item]:
    """The records of a unit, as bytes of JSON. Blank lines are passed over."""
    path = Path(unit.file)
    try:
        if unit.kind == "file":
            if unit.raw is not None:
                yield Item(1, unit.raw)
                return
            with _open(path) as stream:
                yield Item(1, stream.read())
        elif unit.kind == "lines":
            block = unit.raw
            if block is None:
                with path.open("rb") as stream:
                    stream.seek(unit.start)
                    block = stream.read(-1 if unit.end is None else unit.end - unit.start)
            for n, line in enumerate(block.split(b"\n")):
                if line and not line.isspace():
                    yield Item(unit.first + n, line)
        else:
            yield from _rows(unit)
    except MissingPackage:
        raise
    except Exception as error:
        if not isinstance(error, OSError | EOFError | zlib.error) and type(error).__module__.partition(".")[0] not in (
            "zstandard",
            "pyarrow",
        ):
            raise
        yield Item(unit.first, b"", _unreadable(unit.file, error))


def _rows(unit: Unit) -> Iterator[Item]:
    import pyarrow.parquet as pq

    row = unit.first
    with pq.ParquetFile(unit.file) as file:
        for batch in file.iter_batches(batch_size=64, row_groups=[unit.start]):
            found: list[dict[str, Any]] = batch.to_pylist()
            for value in found:
                yield Item(row, encode(row_value(value)))
                row += 1
