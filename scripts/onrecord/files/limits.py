"""What is read has bounds: generous for honest work, and named where they are met.

A bound is raised by its environment variable alone. A corpus's own settings may lower one, never raise it: they may be
a stranger's.
"""

import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from msgspec import Struct
from msgspec.structs import fields, replace

PREFIX = "ONRECORD_MAX_"


class Limits(Struct, frozen=True):
    """The bounds.

    Attributes:
        record_bytes: bytes of one record, decompressed; of a file of many, each. Also of an article, a marks or mapping
            file, and of what a corpus says of itself.
        export_bytes: bytes of a Label Studio export, decompressed.
        depth: arrays and objects in one another.
        items: items of one array, or keys of one object.
        values: values of a record in all.
        id_length: characters of an id.
        prose_length: characters of a file in which a corpus says something of itself in words, such as CARD.md.
        reply_bytes: bytes of one reply of a Label Studio server, decompressed; servers take bodies of about as much.
        expansion: how many times its own bytes a compressed file of many records may hold, past its first 256 MiB.
    """

    record_bytes: int = 64 * 2**20
    export_bytes: int = 2 * 2**30
    depth: int = 200
    items: int = 100_000
    values: int = 2_000_000
    id_length: int = 1000
    prose_length: int = 500_000
    reply_bytes: int = 256 * 2**20
    expansion: int = 1000


NAMES = tuple(field.name for field in fields(Limits))


def variable(name: str) -> str:
    """The environment variable that sets a bound."""
    return PREFIX + name.upper()


def from_environment(environment: Mapping[str, str] = os.environ) -> Limits:
    """The bounds, as far as the environment sets them.

    Raises:
        ValueError: a variable is no whole number above 0.
    """
    given = {}
    for name in NAMES:
        if value := environment.get(variable(name)):
            if not value.isascii() or not value.isdecimal() or len(value) > 18 or int(value) == 0:
                raise ValueError(f"{variable(name)} is {value[:40]!r}; write a whole number above 0")
            given[name] = int(value)
    return Limits(**given)


class _Bounds:
    """What holds for this process: bounds, and the folders that may be read besides a corpus's own (`allowed`)."""

    def __init__(self) -> None:
        self.limits = Limits()
        self.allowed: tuple[str, ...] = ()


_bounds = _Bounds()


def limits() -> Limits:
    """The bounds that hold."""
    return _bounds.limits


def allowed() -> tuple[str, ...]:
    """Real paths of folders from which a corpus's files may come, too."""
    return _bounds.allowed


def use(bounds: Limits, roots: Iterable[Path] = ()) -> None:
    """Set what holds from now on; the command line does, and a process that shares its work."""
    _bounds.limits, _bounds.allowed = bounds, tuple(os.path.realpath(root) for root in roots)


def lower(wanted: Mapping[str, int]) -> None:
    """Set bounds, by name, that are lower than those that hold; others stay."""
    held = _bounds.limits
    _bounds.limits = replace(held, **{name: min(getattr(held, name), value) for name, value in wanted.items()})


@contextmanager
def lowered(wanted: Mapping[str, int]) -> Iterator[None]:
    """As `lower`, for a while."""
    before = _bounds.limits
    lower(wanted)
    try:
        yield
    finally:
        _bounds.limits = before


class OverLimit(ValueError):
    """Something is larger than a bound. `fix` says how to raise it."""

    def __init__(self, name: str, found: str) -> None:
        super().__init__(name, found)
        self.name, self.found = name, found

    def __str__(self) -> str:
        return f"{self.found}; the limit is {getattr(limits(), self.name):,}"

    @property
    def fix(self) -> str:
        return f"if it is honest work, raise the limit: {variable(self.name)} in the environment"
