"""The accept path: bytes → record where the shape is certainly right, at the speed of a typed decoder.

Types, closed lists, bounds and unknown fields are the decoder's business (the model equals the schema; a test holds
them equal). What else the schema says of values, patterns most of all, is read from the schema itself, and each constraint
is asked once of all the values that it holds for. Whatever is not certain goes the exact way, by JSON Schema.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from itertools import chain
from typing import Any

import msgspec

from ..files.limits import OverLimit, limits
from ..files.parsing import bounded, duplicate_keys
from ..model.patterns import Pattern, pattern
from ..model.record import Record
from ..model.specification import record_schema
from .rules import Document

_DECODER = msgspec.json.Decoder(Record)
Test = Callable[[list[Any]], bool]


def _strings(body: str) -> Test:
    """All values match: they are joined by line feeds, which no pattern of the schema lets through, nor may a value hold one."""
    one = body.removeprefix("^").removesuffix("$(?!\\n)")
    many = re.compile(f"(?:(?:{one})\n)*", re.ASCII)

    def test(values: list[str]) -> bool:
        distinct = {*values}
        joined = "\n".join([*distinct, ""])
        if len(joined) > limits().id_length and max(map(len, distinct)) > limits().id_length:
            return False
        return joined.count("\n") == len(distinct) and many.fullmatch(joined) is not None

    return test


def _tests(part: dict[str, Any]) -> Iterator[tuple[str, Test]]:
    """The constraints of a schema that the decoder doesn't know, each with a key that tells equal ones."""
    if "pattern" in part:
        yield part["pattern"], _strings(part["pattern"])
    if "uniqueItems" in part:
        yield "uniqueItems", lambda values: all([len(v) < 2 or len(set(v)) == len(v) for v in values])
    if "const" in part:
        yield f"const {part['const']}", lambda values: values == [part["const"]] * len(values)


def _walk(part: dict[str, Any], written: str) -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every place of the record's form: pattern, schema, whether a named list of the schema closes it."""
    named = False
    if "anyOf" in part:
        part, written = part["anyOf"][0], written + "?"
    if isinstance(part.get("type"), list):
        written += "?"
    while "$ref" in part:
        named = True
        part = record_schema()["$defs"][part["$ref"].rpartition("/")[2]]
    yield written, part, named
    for name, inner in part.get("properties", {}).items():
        optional = "" if name in part["required"] else "?"
        yield from _walk(inner, f"{written}/{name}{optional}")
    if part.get("type") == "array":
        yield from _walk(part["items"], f"{written}/*")


@cache
def _constraints() -> tuple[tuple[Test, tuple[Pattern, ...]], ...]:
    tests: dict[str, Test] = {}
    patterns: dict[str, list[Pattern]] = {}
    for written, part, named in _walk(record_schema(), ""):
        found = list(_tests(part))
        if named and "enum" in part:  # a closed list in the field itself is a Literal of the model
            found.append((str(part["enum"][:3]), frozenset(part["enum"]).issuperset))
        for key, test in found:
            tests.setdefault(key, test)
            patterns.setdefault(key, []).append(pattern(written.replace("??", "?")))
    return tuple((tests[key], tuple(patterns[key])) for key in tests)


@cache
def _arrays() -> tuple[Pattern, ...]:
    """The patterns of all arrays of the record's form."""
    patterns = [(written.replace("??", "?"), part) for written, part, _ in _walk(record_schema(), "")]
    return tuple(pattern(written) for written, part in patterns if part.get("type") == "array")


def accepted(raw: bytes) -> Document | None:
    """The record, or None where its shape is not certainly right: then the exact path has to say what is wrong."""
    try:
        record = _DECODER.decode(raw)
        if record.extensions is not msgspec.UNSET:
            bounded([record.extensions])
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, OverLimit):
        return None
    doc = Document(record)
    most = limits().items
    if len(raw) > 2 * most and any(len(items) > most for pattern in _arrays() for items in doc.values(pattern)):
        return None
    for test, patterns in _constraints():
        if not test(list(chain.from_iterable(map(doc.values, patterns)))):
            return None
    return None if duplicate_keys(raw, record) else doc
