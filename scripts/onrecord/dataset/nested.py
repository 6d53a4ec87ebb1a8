"""A record ⇄ a row of the dataset's `records`. Pure: no file is touched here.

`records` holds the whole nested record, one row an article. Offsets are Unicode code points into its `text`, end
exclusive. Absent optional fields are null in a row, and `extensions` is JSON text.
"""

import types
from collections.abc import Callable
from contextlib import suppress
from functools import cache
from typing import Any, Union, get_args, get_origin

from msgspec import UNSET, DecodeError, Struct, UnsetType, convert, to_builtins
from msgspec.json import decode, encode
from msgspec.structs import fields

from ..record import Record, bare


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
def _stripper(type_: Any) -> Callable[[Any], Any]:
    """A function that takes the nulls of optional fields out of a value again, made once for each type."""
    if get_origin(type_) in (Union, types.UnionType):
        type_ = next(t for t in get_args(type_) if t not in (type(None), UnsetType))
    type_ = bare(type_)
    if get_origin(type_) is tuple:
        strip = _stripper(get_args(type_)[0])
        if strip is _same:
            return lambda value: list(value) if isinstance(value, tuple) else value
        return lambda value: [strip(v) for v in value] if isinstance(value, list | tuple) else value
    if not (isinstance(type_, type) and issubclass(type_, Struct)):
        return _same
    optional = tuple(f.name for f in fields(type_) if not f.required)
    inner = tuple((f.name, strip) for f in fields(type_) if (strip := _stripper(f.type)) is not _same)

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
