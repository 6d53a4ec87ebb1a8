"""What commands share: output, exit codes, reading a record."""

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
from typing import Annotated, NoReturn

import typer

from .. import report, store
from ..choice import told
from ..finding import Finding
from ..parsing import file_finding
from ..record import Record
from ..report.screen import Screen
from ..rewrite import NotRewritable
from ..sources import MissingPackage
from ..validate import check_source, read

out = Screen()
err = Screen(stderr=True)

Output = Annotated[
    Path | None, typer.Option("-o", "--output", help="File or folder to write; standard output without it.")
]


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


@contextmanager
def stopping(output: Path | None = None) -> Iterator[None]:
    """What stops a command is one line and exit code 2. A reader of standard output who had enough is no fault."""
    try:
        yield
        sys.stdout.flush()
    except (MissingPackage, NotRewritable) as error:
        usage(str(error))
    except BrokenProcessPool:
        usage("a worker process died, perhaps for want of memory, so not all was checked; try --jobs 1")
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # for what is still to be flushed at the end
        raise typer.Exit(1) from None
    except sqlite3.Error as error:
        usage(f"the index of the corpus, a temporary file, can't be written: {error}")
    except OSError as error:
        usage(
            f"can't read or write {error.filename2 or error.filename or output or 'standard output'}: {error.strerror or error}"
        )


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
    try:
        if path is None:
            sys.stdout.buffer.write(content)
            sys.stdout.buffer.flush()
        else:
            store.write_atomic(path, content)
    except OSError as error:
        usage(f"can't write {path or 'standard output'}: {error.strerror}")


def load(path: Path) -> Record:
    """A valid record, or its findings and exit code 1."""
    raw, unreadable = read(path)
    if raw is None:
        fail([unreadable] if unreadable else [])
    record, findings = check_source(raw, str(path))
    if record is None or any(f.severity == "error" for f in findings):
        fail(findings)
    return record
