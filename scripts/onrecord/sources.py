"""Where records come from: JSON files, JSON lines, both also as .gz and .zst, and Parquet as `onrecord build` makes it.

Files are cut into units of half a megabyte, so that several processes can share the work and none ever holds a whole
corpus. A unit names bytes of a file where it can, and carries them only where they had to be decompressed.
"""

import errno
import gzip
import importlib.util
import io
import os
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from msgspec import Struct
from msgspec.json import encode

from .dataset.nested import row_value
from .finding import Finding
from .parsing import file_finding
from .store import COMPRESSED, form

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

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


class MissingPackage(ImportError):
    """A file's form needs a package that is not installed; `extra` has it."""

    def __init__(self, file: str, extra: str) -> None:
        super().__init__(file, extra)  # as they came: an exception comes out of a worker process by its arguments
        self.file, self.extra = file, extra

    def __str__(self) -> str:
        return f"{self.file}: reading this needs the extra “{self.extra}”: pip install 'onrecord[{self.extra}]'"


class Item(Struct, frozen=True):
    """One record's bytes, the line (or Parquet row) where it stands, or why it can't be read."""

    line: int
    raw: bytes
    fault: Finding | None = None


def need(file: Path, module: str, extra: str) -> None:
    """Refuse a file whose form needs a package that is not installed.

    Raises:
        MissingPackage: it is not.
    """
    if importlib.util.find_spec(module) is None:
        raise MissingPackage(str(file), extra)


class _Frames(io.RawIOBase):
    """What all frames of a .zst file hold. zstandard's own reader takes a file that was cut off for a whole one."""

    def __init__(self, file: IO[bytes]) -> None:
        from zstandard import ZstdDecompressor

        self._file = file
        self._new = ZstdDecompressor().decompressobj
        self._frame = self._new()
        self._within = False
        self._input = b""
        self._output = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        while not self._output:
            data = self._input or self._file.read(2**14)
            if not data:
                if self._within:
                    raise EOFError("the compressed data end before they are complete")
                return 0
            self._input, self._within = b"", True
            self._output = memoryview(self._frame.decompress(data))
            if self._frame.eof:
                self._input, self._within, self._frame = self._frame.unused_data, False, self._new()
        target = memoryview(buffer).cast("B")
        size = min(len(target), len(self._output))
        target[:size], self._output = self._output[:size], self._output[size:]
        return size

    def close(self) -> None:
        self._file.close()
        super().close()


def _stdin() -> IO[bytes]:
    if sys.stdin is None:
        raise OSError(errno.EBADF, "standard input is closed")
    return sys.stdin.buffer


def _open(path: Path) -> IO[bytes]:
    if path.name.lower().endswith(".gz"):
        return gzip.open(path, "rb")  # type: ignore[return-value]
    if path.name.lower().endswith(".zst"):
        need(path, "zstandard", "zstd")
        return io.BufferedReader(_Frames(path.open("rb")))
    return path.open("rb")


def _lines(stream: IO[bytes], begun: bytes = b"") -> Iterator[tuple[int, bytes]]:
    """Blocks of whole lines with the number of their first line; a line longer than a block stays whole."""
    first, rest = 1, [begun]
    while chunk := stream.read(BLOCK):
        cut = chunk.rfind(b"\n") + 1
        if cut:
            block = b"".join((*rest, chunk[:cut]))
            yield first, block
            first += block.count(b"\n")
            rest.clear()
        rest.append(chunk[cut:])
    if last := b"".join(rest):
        yield first, last


def _ranges(path: Path) -> Iterator[Unit]:
    """Byte ranges of a file of lines, each ending at a line's end."""
    with path.open("rb") as stream:
        start = 0
        for first, block in _lines(stream):
            if not block.isspace():
                yield Unit(str(path), "lines", first, start, start + len(block))
            start += len(block)


def _blocks(stream: IO[bytes], file: str, begun: bytes = b"") -> Iterator[Unit]:
    """Lines that can't be found again by their bytes' place."""
    for first, block in _lines(stream, begun):
        if not block.isspace():
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


def units(path: Path) -> Iterator[Unit | Finding]:
    """The units of a file; a file that can't be read, or that holds no record, is a finding.

    Raises:
        MissingPackage: the file's form needs a package that is not installed.
    """
    empty = True
    try:
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


def _cut(path: Path) -> Iterator[Unit]:
    kind = form(path)
    if path == STDIN:
        yield from _stream_units(_stdin(), str(path))
    elif os.path.exists(path) and not os.path.isfile(path):
        raise OSError(errno.EINVAL, "it is no ordinary file")  # to read a named pipe would wait for ever
    elif kind == ".parquet":
        yield from _row_groups(path)
    elif kind not in (".jsonl", ".ndjson"):
        yield Unit(str(path), "file")
    elif path.name.lower().endswith(COMPRESSED):
        with _open(path) as stream:
            yield from _blocks(stream, str(path))
    else:
        yield from _ranges(path)


def _stream_units(stream: IO[bytes], file: str) -> Iterator[Unit]:
    """Standard input: one JSON record over several lines, or a record a line, as its first line tells."""
    head = stream.readline()
    while head.isspace() and (line := stream.readline()):
        head += line  # blank lines count as lines
    if head.strip().endswith(b"}") and head.strip().startswith(b"{"):
        yield from _blocks(stream, file, head)
    else:
        yield Unit(file, "file", raw=head + stream.read())


def _of_the_file(error: Exception) -> bool:
    """Whether an error says that a file can't be read; the libraries have kinds of their own (ZstdError, ArrowInvalid)."""
    ours = isinstance(error, OSError | EOFError | zlib.error | ValueError | OverflowError | RecursionError)
    return ours or type(error).__module__.partition(".")[0] in ("zstandard", "pyarrow")


def _unreadable(file: str, error: Exception) -> Finding:
    said = str(error).splitlines() or [type(error).__name__]
    why = getattr(error, "strerror", None) or said[0][:200]
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
    except Exception as error:
        if not _of_the_file(error):
            raise
        yield Item(unit.first, b"", _unreadable(unit.file, error))


def _rows(unit: Unit) -> Iterator[Item]:
    import pyarrow.parquet as pq

    row = unit.first
    with pq.ParquetFile(unit.file) as file:
        for batch in file.iter_batches(batch_size=64, row_groups=[unit.start]):
            found: list[dict[str, Any]] = batch.to_pylist()
            for value in found:
                if value.get("text", "") is None and value.get("text_sha256"):
                    message, fix = "the dataset is without its texts", "put them in with `onrecord rehydrate` first"
                    yield Item(row, b"", file_finding("DST004", unit.file, message, fix, (row, 1)))
                    return
                yield Item(row, encode(row_value(value)))
                row += 1
