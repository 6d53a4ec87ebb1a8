"""What commands share: output, exit codes, reading a record."""

import errno
import os
import signal
import sqlite3
import sys
import threading
from collections.abc import Iterator
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.util import find_spec
from pathlib import Path
from tempfile import gettempdir
from typing import Annotated, NoReturn

import typer

from ..checking import report
from ..checking.choice import told
from ..checking.report.screen import Screen
from ..checking.rewrite import NotRewritable
from ..files import limits, record_files
from ..files.limits import OverLimit
from ..files.names import BadName
from ..files.parsing import file_finding, refusal
from ..files.reading import MissingPackage, Outside
from ..files.writing import NotWritten, write_atomic
from ..findings.finding import Finding, InvalidData
from ..model.record import Record

out = Screen()
err = Screen(stderr=True)


Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="File or folder to write; standard output without it.")
]


def _allow(roots: list[Path] | None) -> None:
    for root in roots or ():
        if not root.is_dir():
            raise typer.BadParameter(f"{root} is no folder")
    if roots:
        limits.use(limits.limits(), [*map(Path, limits.allowed()), *roots])


AllowRoot = Annotated[
    list[Path] | None,
    typer.Option(
        "--allow-root",
        metavar="DIR",
        callback=_allow,
        help="A folder outside to which links in the corpus may lead. May be given again.",
    ),
]
"""Heard by its callback alone; only the command line can give it."""


def count(n: int, noun: str) -> str:
    """A number with its noun."""
    return f"{n} {noun}{'' if n == 1 else 's'}"


def usage(message: str) -> NoReturn:
    """Wrong usage: one line, exit code 2."""
    err.print(f"onrecord: {message}", style="red", markup=False)
    raise typer.Exit(2)


def _terminated(number: int, frame: object) -> NoReturn:
    raise SystemExit(128 + number)


@contextmanager
def terminable() -> Iterator[None]:
    """Told to terminate, or left by its terminal, a command clears away what it began, as with Ctrl-C."""
    main = threading.current_thread() is threading.main_thread()
    signs = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if main and hasattr(signal, name)]
    before = {sign: signal.getsignal(sign) for sign in signs}
    caught = [sign for sign in signs if before[sign] == signal.SIG_DFL]  # nohup's SIGHUP stays ignored
    for sign in caught:
        signal.signal(sign, _terminated)
    try:
        yield
    finally:
        for sign in caught:
            signal.signal(sign, before[sign])


_STREAM = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EBADF, errno.EIO)
"""What a standard stream does not take; such errors name no file."""


@contextmanager
def stopping(output: Path | None = None) -> Iterator[None]:
    """What stops a command is told in one line, with exit code 2; what of a corpus may not be read, as a finding."""
    try:
        yield
    except (MissingPackage, NotRewritable) as error:
        usage(str(error))
    except InvalidData as error:
        fail(error.findings)
    except BrokenProcessPool:
        usage("a worker process died, perhaps for want of memory, so not all was checked; try --jobs 1")
    except sqlite3.Error as error:
        usage(f"the index of the corpus, a temporary file in {gettempdir()}, can't be written: {error}")
    except (Outside, OverLimit) as error:
        place = error.filename if isinstance(error, Outside) else None
        fail([refusal(str(place or output or ""), error)])
    except BadName as error:
        fail([finding("FIL008", output or Path(), str(error), "correct the name where it comes from")])
    except BrokenPipeError:
        raise
    except NotWritten as error:
        usage(str(error))
    except OSError as error:
        place = error.filename2 or error.filename or output
        if place is None and error.errno in _STREAM:
            raise
        if place is None:
            usage(str(error))
        usage(f"can't read or write {place}: {error.strerror or error}")


def need(extra: str, *modules: str) -> None:
    """A command whose extra is missing says so."""
    if any(find_spec(m) is None for m in modules):
        usage(f"this needs the extra “{extra}”: pip install 'onrecord[{extra}]'")


def now() -> str:
    """UTC, RFC 3339; SOURCE_DATE_EPOCH makes it repeatable."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    try:
        moment = datetime.fromtimestamp(int(epoch), UTC) if epoch else datetime.now(UTC)
    except (ValueError, OverflowError, OSError):
        usage(f"SOURCE_DATE_EPOCH is no time: {epoch}")
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def finding(code: str, file: Path, message: str, fix: str, pointer: str | None = None) -> Finding:
    """An error about a file as a whole, or a place in it that has no line."""
    return file_finding(code, str(file), message, fix, pointer=pointer)


def show(findings: list[Finding]) -> None:
    report.text(told(findings), err)


def fail(findings: list[Finding]) -> NoReturn:
    show(findings)
    raise typer.Exit(1)


def emit(content: bytes, path: Path | None) -> None:
    """To the file, whole or not at all; to standard output without one."""
    if path is not None:
        try:
            write_atomic(path, content, compress=True)
        except (NotWritten, MissingPackage) as error:
            usage(str(error))
    else:
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def there(*paths: Path) -> None:
    """Refuse a path at which nothing is."""
    for path in paths:
        if not os.path.exists(path) and str(path) != "-":
            link = os.path.lexists(path)
            usage(f"{path} is a link that leads nowhere" if link else f"there is no file or folder {path}")


def distinct(output: Path | None, *inputs: Path) -> None:
    """Refuse an output that is an input, or that stands among the records of one."""
    if output is None:
        return
    real = Path(os.path.realpath(output))
    for given in inputs:
        source = Path(os.path.realpath(given))
        folder = source / "records" if os.path.isdir(source / "records") else source
        among = os.path.isdir(folder) and real.is_relative_to(folder) and real.is_file() and record_files.form(real)
        if real == source or among:
            usage(f"{output} is read here, and would be overwritten; name another file")


def load(path: Path) -> Record:
    """A valid record, or its findings and exit code 1."""
    from ..checking import public

    there(path)
    return public.load(path, valid=True)
