"""Proof before writing: convert, convert back, compare."""

from collections.abc import Iterable, Iterator
from typing import Any

from msgspec.json import decode, encode

from ..record import Record
from .from_task import from_task
from .to_task import to_task


class RoundTripError(Exception):
    """A conversion would lose or invent something; `differences` name what, by JSON pointer."""

    def __init__(self, record: str, differences: list[str]) -> None:
        super().__init__(
            f"{record}: the way to Label Studio and back changes {len(differences)} thing(s): {'; '.join(differences[:5])}"
        )
        self.record = record
        self.differences = differences


def differences(before: Any, after: Any, pointer: str = "") -> Iterator[str]:
    """Where two JSON values differ, by JSON pointer."""
    if isinstance(before, dict) and isinstance(after, dict):
        for key in [*before, *(k for k in after if k not in before)]:
            if key not in after:
                yield f"{pointer}/{key} is lost"
            elif key not in before:
                yield f"{pointer}/{key} is new"
            else:
                yield from differences(before[key], after[key], f"{pointer}/{key}")
    elif isinstance(before, list) and isinstance(after, list):
        if len(before) != len(after):
            yield f"{pointer} has {len(after)} items instead of {len(before)}"
        for i, (a, b) in enumerate(zip(before, after, strict=False)):
            yield from differences(a, b, f"{pointer}/{i}")
    elif before != after or type(before) is not type(after):
        yield f"{pointer} becomes {str(after)[:40]!r} instead of {str(before)[:40]!r}"


def prove(record: Record, layers: Iterable[str] | None = None) -> dict[str, Any]:
    """The task of a record, proven to lead back to it.

    Args:
        layers: what a pass shows, of `mapping.PASSES`; all without it.

    Raises:
        RoundTripError: it does not; nothing should be written.
        ValueError: a layer is unknown.
    """
    task = to_task(record, layers)
    back, findings = from_task(decode(encode(task)))
    if back is None:
        raise RoundTripError(record.id, [f"{f.code} {f.message}" for f in findings])
    if back != record:
        raise RoundTripError(record.id, list(differences(decode(encode(record)), decode(encode(back)))))
    return task
