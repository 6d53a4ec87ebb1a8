"""Writing: a file or folder is the old one or the new one, never half of one; what is no file is written through."""

import errno
import gzip
import hashlib
import io
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any, TextIO

from .reading import need, stays

_MARK = ".onrecord-"
"""In the name of what is written beside; hidden, so that no reader takes it for a record."""
_STREAMS = {"/dev/stdin": 0, "/dev/stdout": 1, "/dev/stderr": 2}
_DESCRIPTOR = re.compile(r"(?:/dev/fd|/proc/(?:self|thread-self|\d+)/fd)/(\d+)")
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS)
"""What only writing meets."""
_swept: set[str] = set()


class NotWritten(OSError):
    """A file or folder could not be written; `stands` says what is there now."""

    def __init__(self, path: Path, error: OSError, stands: str) -> None:
        super().__init__(error.errno, error.strerror or str(error), str(path))
        self.stands = stands

    def __str__(self) -> str:
        return f"can't write {self.filename}: {self.strerror}; {self.stands}"


def descriptor(path: Path) -> int | None:
    """The open stream of this process that a path means, such as /dev/stdout; None of any other."""
    name = os.path.abspath(path)
    for _ in range(40):
        if name in _STREAMS:
            return _STREAMS[name]
        if match := _DESCRIPTOR.fullmatch(name):
            return int(match[1])
        if not os.path.islink(name):
            return None
        name = os.path.normpath(os.path.join(os.path.dirname(name), os.readlink(name)))
    return None


def is_file(path: Path) -> bool:
    """Whether a file stands, or can be put, in a path's place: it is no stream, device, pipe or socket."""
    if descriptor(path) is not None:
        return False
    try:
        return stat.S_ISREG(os.stat(path).st_mode)
    except OSError:
        return True


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` to write to; it takes its place at the end, or vanishes with an exception.

    Readers see the old file or the new one, never half of one. A stream, device or pipe is written through, as it is
    no file that could be put in its place. What a process that was killed left beside is cleared away by the next one
    that writes in the folder.

    Raises:
        NotWritten: it can't be written; the old file stands.
        Outside: a link on the way leads out of the work tree.
    """
    if os.path.isdir(path):
        raise NotWritten(path, IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR)), "name a file")
    if not is_file(path):
        with _through(path) as file:
            yield file
        return
    real = Path(os.path.realpath(path))  # a link stays a link
    stands = f"{path} stands as it was" if real.exists() else "there is no such file yet, nor half of one"
    stays(path)
    try:
        real.parent.mkdir(parents=True, exist_ok=True)
        _sweep(real.parent)
        handle, beside = _beside(real)
    except OSError as error:
        raise NotWritten(path, error, stands) from None
    try:
        with os.fdopen(handle, "wb") as file:  # closed last: as long as it is open, nobody takes it for left behind
            yield file
            try:
                file.flush()
                os.fsync(handle)
                os.chmod(beside, (real.stat().st_mode & 0o777) if real.exists() else 0o666 & ~umask())
                os.replace(beside, real)
            except OSError as error:
                raise NotWritten(path, error, stands) from None
    except BaseException as error:
        Path(beside).unlink(missing_ok=True)
        if isinstance(error, OSError) and error.errno in _FULL and not isinstance(error, NotWritten):
            raise NotWritten(path, error, stands) from None
        raise


@contextmanager
def replacing_text(path: Path) -> Iterator[TextIO]:
    """As `replacing`, for text: UTF-8, line feeds."""
    with replacing(path) as file:
        text = io.TextIOWrapper(file, encoding="utf-8", newline="\n", write_through=True)
        yield text
        text.flush()
        text.detach()


@contextmanager
def _through(path: Path) -> Iterator[IO[bytes]]:
    try:
        known = descriptor(path)
        stream = os.fdopen(os.dup(known), "wb") if known is not None else path.open("wb")
        with stream:
            yield stream
    except BrokenPipeError:
        raise
    except OSError as error:
        raise NotWritten(path, error, "what was written until then can't be taken back") from None


def _beside(path: Path) -> tuple[int, str]:
    """A new file of a name that no reader takes, held as long as it is open."""
    while True:
        beside = str(path.with_name(f".{path.name[:40]}{_MARK}{os.urandom(6).hex()}"))
        handle = os.open(beside, os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_CLOEXEC", 0), 0o600)
        if _hold(handle) and os.path.exists(beside):  # nobody cleared it away in between
            return handle, beside
        os.close(handle)


def _hold(handle: int) -> bool:
    """Lock an open file or folder for this process; False where another has it. Where there are no locks, all is held."""
    try:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except ImportError:
        return True
    except OSError as error:
        return error.errno not in (errno.EWOULDBLOCK, errno.EAGAIN)
    return True


def _sweep(folder: Path) -> None:
    """Take away the files that killed processes left in a folder; once for each folder."""
    if str(folder) in _swept:
        return
    _swept.add(str(folder))
    with os.scandir(folder) as entries:
        left = [e.path for e in entries if _LEFT.fullmatch(e.name) and e.is_file(follow_symlinks=False)]
    for path in left:
        try:
            handle = os.open(path, os.O_RDONLY)
        except OSError:
            continue
        try:
            if os.name == "posix" and _hold(handle):
                Path(path).unlink(missing_ok=True)
        finally:
            os.close(handle)


_LEFT = re.compile(rf"\..*{re.escape(_MARK)}[0-9a-f]{{12}}", re.DOTALL)


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """As `replacing`, of a folder with all that is in it: the new one is filled beside, the old one goes at the end.

    What a process that was killed left beside is cleared away by the next one; an old folder that it had taken out of
    the way and not yet replaced comes back.

    Raises:
        NotWritten: the disk is full, or can't be written; the old folder stands.
        Outside: a link on the way leads out of the work tree.
    """
    stays(folder)
    named, folder = folder, Path(os.path.realpath(folder))
    stands = f"{named} stands as it was" if folder.exists() else "nothing was made"
    key = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:8]  # names may be alike, and too long with an addition
    prefix = f".{folder.name[:40]}{_MARK}{key}-"
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        _clear(folder, prefix)
        beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=prefix))
    except OSError as error:
        raise NotWritten(named, error, stands) from None
    old = _old(beside)
    try:
        with _held(beside):
            yield beside
            beside.chmod(0o777 & ~umask())
            if folder.exists():
                os.replace(folder, old)
            os.replace(beside, folder)
    except BaseException as error:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        shutil.rmtree(beside, ignore_errors=True)
        if isinstance(error, OSError) and error.errno in _FULL and not isinstance(error, NotWritten):
            raise NotWritten(named, error, stands) from None
        raise
    shutil.rmtree(old, ignore_errors=True)


def _old(beside: Path) -> Path:
    return beside.with_name(f"{beside.name}.old")


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """A folder that no other process takes to be left behind, as long as this one lives; False where another holds it."""
    try:
        import fcntl  # noqa: F401

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # no such locks here: nothing is cleared away, either
        yield False
        return
    try:
        yield _hold(handle)
    finally:
        os.close(handle)


def _clear(folder: Path, prefix: str) -> None:
    """Remove what a process that is no more left beside a folder; put the folder back if it had taken it away."""
    left = [p for p in folder.parent.glob(".*") if p.name.startswith(prefix) and p.is_dir() and not p.is_symlink()]
    for beside in sorted(p for p in left if p.suffix != ".old"):
        with _held(beside) as mine:
            if mine:
                if _old(beside) in left and not folder.exists():
                    os.replace(_old(beside), folder)
                shutil.rmtree(beside, ignore_errors=True)
    for old in (p for p in left if p.suffix == ".old"):
        if not old.with_suffix("").exists():  # the new one had taken its place
            shutil.rmtree(old, ignore_errors=True)


def no_folder(path: Path) -> str | None:
    """Why a path can't be made a folder, or None: it is a file, or a link that leads round."""
    real = os.path.realpath(path)
    if os.path.lexists(real) and not os.path.isdir(real):
        return f"{path} is a {'link that leads nowhere' if os.path.islink(real) else 'file'}; name a folder"
    return None


def write_atomic(path: Path, content: bytes, *, compress: bool = False) -> None:
    """Write beside, then rename; with `compress`, as the name says.

    Raises:
        NotWritten: it can't be written; the old file stands.
        MissingPackage: the package that compresses is not installed.
    """
    with ExitStack() as stack:
        file = stack.enter_context(replacing(path))
        (compressing(stack, file, path) if compress else file).write(content)


def compressing(stack: ExitStack, file: IO[bytes], path: Path) -> Any:
    """A stream that compresses as a file's name says; the same bytes from the same content.

    Raises:
        MissingPackage: the package that compresses is not installed.
    """
    name = path.name.lower()
    if name.endswith(".gz"):
        return stack.enter_context(gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=0))
    if name.endswith(".zst"):
        need(path, "zstandard", "zstd")
        import zstandard

        return stack.enter_context(zstandard.ZstdCompressor().stream_writer(file, closefd=False))
    return file


@cache
def umask() -> int:
    """The mask of this process."""
    mask = os.umask(0)
    os.umask(mask)
    return mask
