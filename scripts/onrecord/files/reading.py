"""Reading: regular files alone, no more of them than a bound, and of a corpus only what lies inside it.

A corpus may be a stranger's: a pull request can hold links to anything. What is found in its folders is read by its
`Reach`; what the command line names is read as named.
"""

import errno
import gzip
import io
import os
import stat
from importlib.util import find_spec
from pathlib import Path
from typing import IO, TYPE_CHECKING, Protocol

from msgspec import Struct

from .limits import OverLimit, allowed, limits
from .names import within

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

COMPRESSED = (".gz", ".zst")
_STORES = ((".git", "annex", "objects"), (".dvc", "cache"))
"""Hidden folders in which git-annex and DVC keep the content of files that a checkout links to."""
_HONEST = 256 * 2**20
"""Decompressed bytes that any compressed file may hold."""
_LINKS = 40


class MissingPackage(ImportError):
    """A file's form needs a package that is not installed; `extra` has it."""

    def __init__(self, file: str, extra: str) -> None:
        super().__init__(file, extra)  # as they came: an exception comes out of a worker process by its arguments
        self.file, self.extra = file, extra

    def __str__(self) -> str:
        return f"{self.file}: reading this needs the extra “{self.extra}”: pip install 'onrecord[{self.extra}]'"


class Outside(PermissionError):
    """A link leads out of the corpus, or into a hidden folder (FIL007)."""

    def __init__(self, path: Path | str, why: str) -> None:
        super().__init__(errno.EPERM, why, str(path))


OUTSIDE_FIX = "put the file itself there; if you trust the link, name its folder with --allow-root"


def need(file: Path, module: str, extra: str) -> None:
    """Refuse a file whose form needs a package that is not installed.

    Raises:
        MissingPackage: it is not.
    """
    if find_spec(module) is None:
        raise MissingPackage(str(file), extra)


def opened(path: Path, *, pipe: bool = False) -> io.BufferedReader:
    """A regular file, opened; nothing is waited for. With `pipe`, a pipe or a device that was named by hand, too.

    Raises:
        OSError: it can't be read, or is something else.
    """
    handle = os.open(path, os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | (0 if pipe else getattr(os, "O_NONBLOCK", 0)))
    try:
        mode = os.fstat(handle).st_mode
        if stat.S_ISDIR(mode):
            why = "it is a link to a folder, which is not followed" if path.is_symlink() else os.strerror(errno.EISDIR)
            raise IsADirectoryError(errno.EISDIR, why, str(path))
        if not stat.S_ISREG(mode) and not pipe:
            raise OSError(errno.EINVAL, "it is no ordinary file", str(path))
        return os.fdopen(handle, "rb")
    except BaseException:
        os.close(handle)
        raise


def content(path: Path, bound: str = "record_bytes", *, pipe: bool = False, expand: bool = False) -> bytes:
    """A file's bytes, decompressed by its name if told to.

    Args:
        bound: the name of the limit.

    Raises:
        OSError: it can't be read, or is no regular file.
        OverLimit: it is larger than the bound.
        MissingPackage: it is compressed, and the package for that is not installed.
        EOFError, zlib.error, zstandard.ZstdError: it is compressed, and damaged.
    """
    with decompressed(path, pipe=pipe) if expand else opened(path, pipe=pipe) as stream:
        return whole(stream, path, bound)


class Readable(Protocol):
    """What bytes are read from."""

    def read(self, size: int, /) -> bytes: ...


def whole(stream: Readable, path: Path | str, bound: str = "record_bytes") -> bytes:
    """All that a stream gives.

    Raises:
        OverLimit: it is more than the bound.
    """
    most: int = getattr(limits(), bound)
    found = stream.read(most + 1)
    if len(found) > most:
        raise OverLimit(bound, f"{path} has more than {most:,} bytes")
    return found


def text(path: Path, *, signature: bool = False) -> str:
    """A regular file's text, UTF-8; with `signature`, less a byte order mark.

    Raises:
        OSError, OverLimit, UnicodeDecodeError: it can't be read, is too large, is not UTF-8.
    """
    return content(path).decode("utf-8-sig" if signature else "utf-8")


class Reach(Struct, frozen=True):
    """The folders from which a corpus's files may come, as real paths: its own, and the work tree that encloses it."""

    folders: tuple[str, ...]

    @classmethod
    def of(cls, path: Path) -> "Reach":
        """That of a corpus, a folder, or a file, which count with their folder.

        Raises:
            Outside: the path itself goes through a link that leads out of a work tree, which somebody else may have
                put there.
        """
        named = os.path.abspath(path)
        stays(named)
        real = os.path.realpath(named)
        folder = real if os.path.isdir(real) else os.path.dirname(real)
        return cls(tuple(dict.fromkeys((folder, _blobs(folder), work_tree(folder) or folder, *allowed()))))

    def refuses(self, path: Path | str) -> str | None:
        """Why a file is not read, or None. What is no link, and lies in these folders, always may be."""
        real = os.path.realpath(path)
        if any(within(real, top) and not _hidden(real, top) for top in self.folders):
            return None
        inside = any(within(real, top) for top in self.folders)
        return f"it leads to {real}, {'which is hidden' if inside else 'outside the corpus'}"

    def check(self, path: Path | str) -> None:
        """Raise `Outside` where `refuses` says why."""
        if why := self.refuses(path):
            raise Outside(path, why)

    def content(self, path: Path, bound: str = "record_bytes") -> bytes:
        """As the function `content`, of a file in reach.

        Raises:
            Outside: it is not.
        """
        self.check(path)
        return content(path, bound)

    def text(self, path: Path, *, signature: bool = False) -> str:
        """As the function `text`, of a file in reach.

        Raises:
            Outside: it is not.
        """
        self.check(path)
        return text(path, signature=signature)


def work_tree(folder: str) -> str | None:
    """The top of the version-controlled tree in which a real folder lies."""
    while True:
        if any(os.path.lexists(os.path.join(folder, mark)) for mark in (".git", ".hg", ".svn", ".jj")):
            return folder
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def stays(path: Path | str) -> None:
    """Refuse a path that leaves a work tree by a link on the way: somebody else may have put it there.

    Raises:
        Outside: it does, and to no folder that is allowed.
    """
    named = os.path.abspath(path)
    if os.path.realpath(named) == named:
        return
    parts = Path(named).parts
    for n in range(1, len(parts)):
        here = os.path.join(*parts[: n + 1])
        if os.path.islink(here):
            tree, real = work_tree(os.path.realpath(os.path.dirname(here))), os.path.realpath(here)
            inside = tree is None or (within(real, tree) and not _hidden(real, tree))
            if not inside and not any(within(real, top) for top in allowed()):
                raise Outside(here, f"it leads to {real}, outside the work tree {tree}")


def _hidden(real: str, top: str) -> bool:
    """Whether a part of the way from a folder begins with a dot, the stores of git-annex and DVC apart."""
    parts = tuple(part for part in real[len(top) :].split(os.sep) if part)
    for store in _STORES:
        if parts[: len(store)] == store:
            parts = parts[len(store) :]
    return any(part.startswith(".") for part in parts)


def _blobs(folder: str) -> str:
    """The Hub's cache keeps a snapshot as links to files beside it: of a snapshot, the folder of both."""
    above = os.path.dirname(os.path.dirname(folder))
    if os.path.basename(os.path.dirname(folder)) == "snapshots" and os.path.isdir(os.path.join(above, "blobs")):
        return above
    return folder


def decompressed(path: Path, *, pipe: bool = False) -> IO[bytes]:
    """A file, opened, and decompressed as its name says.

    Raises:
        OSError: it can't be read, or is no regular file.
        MissingPackage: the package for its form is not installed.
    """
    name = path.name.lower()
    if not name.endswith(COMPRESSED):
        return opened(path, pipe=pipe)
    if name.endswith(".zst"):
        need(path, "zstandard", "zstd")
    file = opened(path, pipe=pipe)
    raw = io.BufferedReader(_Frames(file)) if name.endswith(".zst") else gzip.GzipFile(fileobj=file, mode="rb")
    return io.BufferedReader(_Expanded(raw, file, path))  # type: ignore[arg-type]


class _Expanded(io.RawIOBase):
    """A decompressed stream that ends in an error where it grows beyond all honest measure."""

    def __init__(self, stream: IO[bytes], file: IO[bytes], path: Path) -> None:
        self._stream, self._file, self._path = stream, file, path
        self._given = 0
        size = os.fstat(file.fileno()).st_size
        self._most = max(_HONEST, size * limits().expansion)

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: "WriteableBuffer") -> int:
        target = memoryview(buffer).cast("B")
        found = self._stream.read(len(target))
        target[: len(found)] = found
        self._given += len(found)
        if self._given > self._most:
            raise OverLimit("expansion", f"{self._path} holds more than {limits().expansion:,} times its own bytes")
        return len(found)

    def close(self) -> None:
        self._stream.close()
        self._file.close()
        super().close()


class _Frames(io.RawIOBase):
    """What all frames of a .zst file hold. zstandard's own reader takes a file that was cut off for a whole one."""

    _PIECE = 512
    """Bytes decompressed at once: a block of four bytes can stand for 128 KiB, and all of a piece comes at once."""

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
            data = self._input or self._file.read(self._PIECE)
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
