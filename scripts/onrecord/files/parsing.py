"""Bytes → JSON value, or the finding why not (FIL…)."""

import json
import re
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..findings.codes import CODES
from ..findings.finding import Finding
from .limits import OverLimit, limits
from .positions import escape
from .reading import OUTSIDE_FIX, Outside, Reach, content

JsonObject = dict[str, Any]
"""An object as JSON gives it: names and values."""

_SURROGATES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_SURROGATE_FIX = "write the character itself, or both halves of its escape"


def read(
    path: Path, bound: str = "record_bytes", *, reach: Reach | None = None, expand: bool = False
) -> tuple[bytes, None] | tuple[None, Finding]:
    """A file's bytes, or the finding that it can't be read.

    Args:
        bound: the limit that holds for it.
        reach: of a file that was found in a folder, from where it may come; one named by hand may be a pipe.
        expand: whether .gz and .zst are decompressed.

    Raises:
        MissingPackage: the package that decompresses it is not installed.
    """
    try:
        if reach is not None:
            reach.check(path)
        return content(path, bound, pipe=reach is None, expand=expand), None
    except (OSError, OverLimit, EOFError, zlib.error) as error:
        return None, refusal(str(path), error)
    except Exception as error:
        if type(error).__module__.partition(".")[0] != "zstandard":
            raise
        return None, refusal(str(path), error)


def refusal(file: str, error: Exception) -> Finding:
    """The finding that a file is not read: it is outside, too large, or can't be opened."""
    if isinstance(error, OverLimit):
        return file_finding("FIL009", file, str(error), error.fix)
    if isinstance(error, Outside):
        return file_finding("FIL007", file, f"the file is not read: {error.strerror}", OUTSIDE_FIX)
    why = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return file_finding("FIL001", file, f"the file can't be read: {why}", "check the path and its permissions")


def file_finding(
    code: str, file: str, message: str, fix: str, at: tuple[int, int] | None = None, pointer: str | None = None
) -> Finding:
    line, column = at if at else (None, None)
    return Finding(
        code=code,
        name=CODES[code].name,
        severity="error",
        file=file,
        pointer=pointer,
        line=line,
        column=column,
        message=message,
        fix=fix,
    )


def parse(raw: bytes, file: str) -> tuple[Any, str, list[Finding]]:
    """Bytes → JSON value, its source text, and findings (FIL…); with findings the value means nothing."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(raw) > 3 and raw[:4].count(0) >= 2):
        return (
            None,
            "",
            [file_finding("FIL002", file, "the file is UTF-16 or UTF-32, not UTF-8", "convert it to UTF-8", (1, 1))],
        )
    try:
        source = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        return (
            None,
            "",
            [
                file_finding(
                    "FIL002",
                    file,
                    f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}",
                    "convert it to UTF-8",
                    (line, column),
                )
            ],
        )
    if source.startswith("\ufeff"):
        return (
            None,
            source,
            [
                file_finding(
                    "FIL003",
                    file,
                    "the file begins with a byte order mark, which JSON does not allow",
                    "remove the first three bytes",
                    (1, 1),
                )
            ],
        )
    if not source.strip():
        return None, source, [file_finding("FIL003", file, "the file is empty", "restore it, or delete it", (1, 1))]
    try:
        if raw.count(b",") > limits().values:
            raise OverLimit("values", f"the file holds more than {limits().values:,} values")
        value = msgspec.json.decode(raw)
        bounded(value)
    except RecursionError:
        return None, source, [too_deep(file)]
    except OverLimit as error:
        if error.name == "depth":
            return None, source, [too_deep(file)]
        return None, source, [file_finding("FIL009", file, str(error), error.fix, (1, 1))]
    except msgspec.DecodeError as error:
        return None, source, [_malformed(raw, source, file, str(error))]
    return value, source, []


_NESTED = frozenset((dict, list))


def bounded(value: Any) -> None:
    """Hold a JSON value against the limits of depth, and of the items of one array or object.

    Raises:
        OverLimit: it is beyond one.
    """
    most = limits()
    level = [value]
    for _ in range(most.depth):
        below: list[Any] = []
        for one in level:
            kind = type(one)
            if kind is not dict and kind is not list:
                continue
            if len(one) > most.items:
                raise OverLimit("items", f"an {'object' if kind is dict else 'array'} holds {len(one):,} items")
            below += [v for v in (one.values() if kind is dict else one) if type(v) in _NESTED]
        if not below:
            return
        level = below
    raise OverLimit("depth", f"the JSON is nested more than {most.depth} levels deep")


def long_ids(raw: bytes, value: Any) -> Iterator[tuple[str, OverLimit]]:
    """Ids beyond the limit, by JSON pointer, in a record's bytes and the value that they stand for."""
    if re.search(rb'"id"\s*:\s*"[^"]{%d}' % limits().id_length, raw):
        yield from _long_ids(value, "")


def _long_ids(value: Any, pointer: str) -> Iterator[tuple[str, OverLimit]]:
    if isinstance(value, dict):
        id = value.get("id")
        if isinstance(id, str) and len(id) > limits().id_length:
            yield f"{pointer}/id", OverLimit("id_length", f"the id {id[:20]}… has {len(id):,} characters")
    inside = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in inside:
        if isinstance(inner, dict | list) and key != "extensions":
            yield from _long_ids(inner, f"{pointer}/{escape(str(key))}")


def too_deep(file: str) -> Finding:
    bound = OverLimit("depth", "the JSON is nested too deeply to be a record")
    return file_finding("FIL004", file, str(bound), f"restore the file; {bound.fix}", (1, 1))


def _malformed(raw: bytes, source: str, file: str, why: str) -> Finding:
    """The finding for text that is no JSON, with the place where reading stopped."""
    _, _, tail = why.rpartition("(byte ")
    truncated = "truncated" in why
    offset = int(tail.rstrip(")")) if tail.rstrip(")").isdigit() else len(raw) if truncated else 0
    before = raw[:offset].decode("utf-8", "replace")
    at = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    if truncated:
        # msgspec also says so of a lone surrogate escape; say where the string is
        for match in _lone_surrogates(source):
            at = (source.count("\n", 0, match) + 1, match - (source.rfind("\n", 0, match) + 1) + 1)
            return file_finding("FIL003", file, "a lone surrogate escape is no character", _SURROGATE_FIX, at)
        return file_finding(
            "FIL003", file, "the JSON ends before it is complete", "restore the file; it was cut off", at
        )
    if "surrogate" in why.lower():
        return file_finding("FIL003", file, "a lone surrogate escape is no character", _SURROGATE_FIX, at)
    return file_finding(
        "FIL003",
        file,
        f"this is no JSON: {why.removeprefix('JSON is malformed: ').split(' (byte')[0]}",
        "correct it here; JSON has no NaN, no comments, no trailing commas",
        at,
    )


def _lone_surrogates(source: str) -> Iterator[int]:
    """Offsets of surrogate escapes that have no other half."""
    for match in _SURROGATES.finditer(source):
        if match[1]:
            yield match.start()


_ENCODER = msgspec.json.Encoder()
_ENCODED = bytearray()
"""Used again for every record: memory that is at hand is much faster than new."""


def _plain(value: Any) -> bool:
    """Whether a value holds no `extensions`, and so no number that could be written shorter than it is encoded."""
    return getattr(value, "extensions", None) is msgspec.UNSET


def duplicate_keys(raw: bytes, value: Any) -> bool:
    """Whether a key may be given twice; certain where it says no.

    What a value encodes to is the shortest form that it has, so a file of that length (or of the canonical form's)
    holds nothing twice. Numbers with a fraction alone may be written shorter; a record has none outside `extensions`.
    """
    _ENCODER.encode_into(value, _ENCODED)
    if len(raw) == len(_ENCODED) and (_plain(value) or raw == _ENCODED):
        return False
    if msgspec.json.format(raw, indent=-1) == _ENCODED:  # never the other way round: what is nested grows by indents
        return False

    def once(pairs: list[tuple[str, Any]]) -> None:
        if len({key for key, _ in pairs}) != len(pairs):
            raise KeyError

    try:
        json.loads(raw, object_pairs_hook=once, strict=False, parse_int=str, parse_float=str)
    except KeyError:
        return True
    return False
