"""How every command begins and ends: its streams, and what they do not take."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import typer

from .base import stopping

PIPE_CLOSED = 141
"""Exit code where nobody reads standard output any more: what a shell sees of a tool that SIGPIPE ended."""


@contextmanager
def ending() -> Iterator[None]:
    """What standard output and standard error do not take ends the command: quietly where the other end is closed."""
    try:
        try:
            with stopping():
                yield
        except (SystemExit, typer.Exit) as stop:
            if isinstance(stop.__context__, BrokenPipeError):  # what a console makes of it
                raise BrokenPipeError from None
            _flush()
            raise
        _flush()
    except BrokenPipeError:
        _silence()
        raise SystemExit(PIPE_CLOSED) from None
    except OSError as error:  # of a stream: all else was met in `stopping`
        _silence(sys.stdout)
        with suppress(OSError):
            print(f"onrecord: can't write standard output: {error.strerror or error}", file=sys.stderr, flush=True)
        _silence()
        raise SystemExit(2) from None


def present() -> None:
    """No file may get the number of a stream that was closed before the start; writing to standard output is an error."""
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            with suppress(OSError):
                os.fstat(number)
                continue
            handle = os.open(os.devnull, os.O_WRONLY if number == 2 else os.O_RDONLY)
            if number:
                setattr(sys, name, os.fdopen(handle, "w", encoding="utf-8", closefd=False))


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()


def _silence(*streams: Any) -> None:
    """What is still to be flushed at the end goes nowhere."""
    for stream in streams or (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
