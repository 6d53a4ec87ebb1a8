"""A record ⇄ a row of the dataset's `records`. Pure: no file is touched here.

`records` holds the whole nested record, one row an article. Offsets are Unicode code points into its `text`, end
exclusive. Absent optional fields are null in a row, and `extensions` is JSON text.
"""

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any

from msgspec import UNSET, DecodeError, convert, to_builtins
from msgspec.json import decode, encode

from ..model.fields import Field, own
from ..model.record import Record


def record_row(record: Record) -> dict[str, Any]:
    """A record as a row of `records`."""
    row: dict[str, Any] = to_builtins(record)
    row["extensions"] = None if record.extensions is UNSET else encode(record.extensions).decode()
    return row


def row_value(row: dict[str, Any]) -> dict[str, Any]:
    """The JSON value that a row of `records` stands for, valid or not."""
    found: dict[str, Any] = _stripper(Record)(row)
    if isinstance(found.get("extensions"), str):
        with suppress(DecodeError, RecursionError):
            found["extensions"] = decode(found["extensions"])
    return found


def from_row(row: dict[str, Any]) -> Record:
    """The reverse of `record_row`, from a row as any reader gives it."""
    return convert(row_value(row), Record)


def _same(value: Any) -> Any:
    return value


@cache
def _stripper(struct: Any) -> Callable[[Any], Any]:
    """A function that takes the nulls of optional fields out of an object again, made once for each struct."""
    if struct is None:
        return _same
    optional = tuple(f.name for f in own(struct) if f.absent)
    inner = tuple((f.name, strip) for f in own(struct) if (strip := _listed(f)) is not _same)

    def stripped(value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        value = dict(value)
        for name in optional:
            if name in value and value[name] is None:
                del value[name]
        for name, strip in inner:
            if name in value:
                value[name] = strip(value[name])
        return value

    return stripped


def _listed(field: Field) -> Callable[[Any], Any]:
    """The same for the value of a field."""
    strip = _stripper(field.struct)
    if not field.many:
        return strip
    if strip is _same:
        return lambda value: list(value) if isinstance(value, tuple) else value
    return lambda value: [strip(v) for v in value] if isinstance(value, list | tuple) else value
