"""A file's bytes → the tasks of an export; what else a file may be, and why that can't be imported."""

import codecs
import csv
import json
import math
import re
from typing import Any

from msgspec import DecodeError, Raw, Struct, field
from msgspec.json import Decoder, decode

_HOW = "in Label Studio: Export → JSON; or with the SDK: projects.exports.as_json"
_LOST = "it has neither relations between regions nor the regions' ids, so speakers, cues and roles would be lost"
_BACK = "import what it was made of: " + _HOW
_TAGGED = re.compile(r"\S+[ \t](?:.*[ \t])?(?:O|[BIESLU]-\S+)\s*")
"""A word and, last, its tag."""
_BRAT = re.compile(r"T\d+\t\S+ \d+ \d+")
_COLUMN = re.compile(r"\w[\w.$-]{0,60}")
_TOKENS = re.compile(r"-DOCSTART-|\S+ -X- (?:_|\S+) \S+")
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32"), (codecs.BOM_UTF32_BE, "utf-32"),
          (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))  # fmt: skip
_MEND = "correct it there, and export again; the other tasks are not concerned"
_LINES = Decoder()
_HALF = re.compile("[\ud800-\udfff]")


class Unreadable(Struct, frozen=True):
    """A task of an export that can't be read; the others can."""

    message: str
    fix: str


Fault = tuple[str, str]
"""Message and fix."""


class Decoded(Struct):
    """An export's value, its unreadable tasks as `Unreadable`; or what the file is instead.

    `mended` are JSON pointers to what no JSON can hold (half a character, NaN), and was replaced.
    """

    value: Any = None
    fault: Fault | None = None
    mended: list[str] = field(default_factory=list)


def decoded(raw: bytes) -> Decoded:
    """The value of an export's bytes. A byte order mark, as Windows writes it, is no fault, nor is UTF-16 with one."""
    try:
        text = _utf8(raw)
    except UnicodeDecodeError as error:
        told = f"this is no UTF-8, in which Label Studio exports: {odd_byte(raw, error)}"
        other = of_bytes(raw)
        fix = "export again; or convert it, if you know from what: iconv -f LATIN1 -t UTF-8 FILE"
        return Decoded(fault=(f"{told}; {other[0]}", other[1]) if other is not None else (told, fix))
    try:
        return Decoded(decode(text))
    except (DecodeError, RecursionError) as error:
        return _one_by_one(text, error)


def odd_byte(raw: bytes, error: UnicodeDecodeError) -> str:
    """Where a file is no UTF-8."""
    return f"the byte 0x{raw[error.start]:02X} in line {raw[: error.start].count(10) + 1}"


def _utf8(raw: bytes) -> bytes:
    """The bytes as UTF-8 without byte order mark."""
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return raw.decode("utf-8-sig" if encoding == "utf-8" else encoding).encode()
    raw.decode()
    return raw


def _one_by_one(text: bytes, error: Exception) -> Decoded:
    """The tasks of a file in which one can't be read; the others can."""
    try:
        return Decoded([_task(bytes(row)) for row in decode(text, type=list[Raw])])
    except (DecodeError, RecursionError):
        pass
    if text.lstrip().startswith(b"{") and (rows := _lines(text)):
        return Decoded(rows)
    try:  # as Python writes JSON, with NaN and halves of characters, which are no JSON
        value = json.loads(text)
    except (ValueError, RecursionError):
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        fault = of_bytes(text) or (f"this is no Label Studio export: {why}", "export the project in JSON form")
        return Decoded(fault=fault)
    mended: list[str] = []
    if not isinstance(value, list):
        made = _checked(value, "", mended)
        return Decoded(fault=(made.message, made.fix)) if isinstance(made, Unreadable) else Decoded(made, mended=mended)
    return Decoded([_checked(row, f"/{i}", mended) for i, row in enumerate(value)], mended=mended)


def _lines(text: bytes) -> list[Any]:
    """The tasks of JSON lines, in which nothing is lost; none where a line is no task."""
    try:
        rows = _LINES.decode_lines(text)
    except (DecodeError, RecursionError):
        return []
    return rows if len(rows) > 1 and all(isinstance(row, dict) and "data" in row for row in rows) else []


def _task(raw: bytes) -> Any:
    try:
        return decode(raw)
    except (DecodeError, RecursionError) as error:
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        return Unreadable(f"the task can't be read: {why}", _MEND)


def _checked(task: Any, at: str, mended: list[str]) -> Any:
    """The task, without what no JSON can hold; but an article is never changed."""
    try:
        if isinstance(task, dict) and (halves := _halves(task.get("data"), f"{at}/data")):
            return Unreadable(f"half a character (a lone surrogate) in the task's data, at {halves[0]}", _MEND)
        return _mended(task, at, mended)
    except RecursionError:
        return Unreadable("the task can't be read: it is nested too deeply", _MEND)


def _halves(value: Any, at: str) -> list[str]:
    if isinstance(value, dict):
        return [p for k, v in value.items() for p in (*_halves(k, at), *_halves(v, f"{at}/{k}"))]
    if isinstance(value, list):
        return [p for i, v in enumerate(value) for p in _halves(v, f"{at}/{i}")]
    return [_HALF.sub("\ufffd", at)] if isinstance(value, str) and _HALF.search(value) else []


def _mended(value: Any, at: str, places: list[str]) -> Any:
    """Half characters as U+FFFD, numbers that are none as null; where they were goes to `places`."""
    if isinstance(value, dict):
        return {_mended(k, at, places): _mended(v, f"{at}/{k}", places) for k, v in value.items()}
    if isinstance(value, list):
        return [_mended(v, f"{at}/{i}", places) for i, v in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        places.append(at)
        return None
    if isinstance(value, str) and _HALF.search(value):
        places.append(_HALF.sub("\ufffd", at))
        return _HALF.sub("\ufffd", value)
    return value


def of_value(value: Any) -> Fault | None:
    """Message and fix, where a JSON value is another form than Label Studio's JSON export."""
    if isinstance(value, dict):
        return None if "data" in value else _object_form(value)
    if not isinstance(value, list):
        return "this is no Label Studio export: a list of tasks is wanted", _HOW
    rows = [row for row in value if isinstance(row, dict)]
    if not rows and any(isinstance(row, list) and len(row) == 2 and isinstance(row[0], str) for row in value):
        return f"these are pairs of text and marks, as spaCy trains on: {_LOST}", _BACK
    if not rows or any("data" in row for row in rows):
        return None
    if any("result" in row for row in rows):
        return "these are annotations without their tasks: the article is missing", _HOW
    if any("annotation_id" in row or "annotator" in row or "lead_time" in row for row in rows):
        return f"this is the JSON_MIN export: {_LOST}", _HOW
    if any("paragraphs" in row for row in rows):
        return f"this is JSON as spaCy trained on before version 3: {_LOST}", _BACK
    if any("text" in row and {"entities", "spans", "label"} & set(row) for row in rows) and not any(
        isinstance(v, list) and v and isinstance(v[0], dict) and "labels" in v[0] for row in rows for v in row.values()
    ):
        return f"these are texts with spans, as spaCy, Prodigy or doccano have them: {_LOST}", _BACK
    if any(
        isinstance(v, list) and v and isinstance(v[0], dict) and "start" in v[0] for row in rows for v in row.values()
    ):
        return f"this is the JSON_MIN export: {_LOST}", _HOW
    keys = ", ".join(str(k)[:30] for k in list(rows[0])[:6]) or "nothing"
    return f"these are no tasks: they have no `data`, but {keys}", _HOW


def _object_form(value: dict[str, Any]) -> Fault:
    if {"images", "annotations", "categories"} <= set(value):
        return "this is the COCO export, for images; texts have no place in it", _HOW
    if "classes" in value and "annotations" in value:
        return f"these are texts with spans, as tools for spaCy write them: {_LOST}", _BACK
    if "label_config" in value:
        why = "this is a project's settings, without its tasks; `onrecord labelstudio mapping` reads its label_config"
        return why, _HOW
    listed = next((k for k in ("tasks", "results") if isinstance(value.get(k), list)), None)
    if listed is not None:
        why = f"this is a page of the server's list, with the tasks under {listed!r}: a list of tasks is wanted"
        return why, f"{_HOW}; or take the list out, if it has the whole annotations: jq .{listed} FILE"
    return "this is no Label Studio export: a list of tasks is wanted", _HOW


_STARTS: tuple[tuple[bytes, str, str], ...] = (
    (b"PK\x03\x04", "this is a ZIP archive", "unpack it; " + _HOW),
    (b"\x1f\x8b", "this is compressed (gzip), and is not called so", "unpack it: gunzip"),
    (b"\x28\xb5\x2f\xfd", "this is compressed (zstd), and is not called so", "unpack it: unzstd"),
    (b"\x78\x9c", f"this is binary, as spaCy's DocBin: {_LOST}", _BACK),
    (b"\x78\xda", f"this is binary, as spaCy's DocBin: {_LOST}", _BACK),
    (b"PAR1", "this is Parquet", _HOW),
    (b"SQLite format 3", "this is a database, perhaps Label Studio's own", _HOW),
    (b"%PDF", "this is a PDF", _HOW),
    (b"<View", "this is a labelling configuration", "`onrecord labelstudio mapping` reads it; " + _HOW),
    (b"<!doctype html", "this is a web page, perhaps one that asks to log in", "log in or give a token; " + _HOW),
    (b"<html", "this is a web page, perhaps one that asks to log in", "log in or give a token; " + _HOW),
    (b"<?xml", "this is XML, which Label Studio exports of images alone", _HOW),
)


def of_bytes(raw: bytes) -> Fault | None:
    """Message and fix, where bytes that are no JSON are another form of what people mark."""
    begin = raw.removeprefix(codecs.BOM_UTF8)[:1000].lstrip()
    for start, why, fix in _STARTS:
        if begin.lower().startswith(start.lower()):
            return why, fix
    lines = [line for line in raw[:100_000].decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines:
        return "the file is empty", _HOW
    if len(lines) > 1 and all(_object(line) for line in lines[:2]):
        why = "this is JSON lines, which Label Studio does not export: somebody made it"
        return why, "import the export itself; each line must be a whole task, with `data` and `annotations`"
    if any(_TOKENS.match(line) for line in lines[:5]) or sum(bool(_TAGGED.fullmatch(line)) for line in lines[:5]) > 1:
        return f"this is the CoNLL export, words without the article's own spaces: {_LOST}", _HOW
    if _BRAT.match(lines[0]):
        return "this is brat's standoff, which marks an article that is not in it", _BACK
    if lines[0].lstrip("\ufeff \t").startswith(("{", "[")):
        return None
    for mark, name in (("\t", "TSV"), (",", "CSV"), (";", "CSV")):
        rows = _table(lines[:2], mark)
        header = [c.strip("\ufeff ") for c in rows[0]]
        names = all(_COLUMN.fullmatch(c) for c in header)
        if len(header) > 1 and (names or (all(header) and len(rows) > 1 and len(rows[1]) == len(header))):
            return f"this is a table, as the {name} export: {_LOST}, and regions stand in cells", _HOW
    return None


def _table(lines: list[str], mark: str) -> list[list[str]]:
    try:
        return list(csv.reader([line[:10_000] for line in lines], delimiter=mark)) or [[]]
    except csv.Error:
        return [[]]


def _object(line: str) -> bool:
    try:
        return isinstance(decode(line), dict)
    except (DecodeError, RecursionError):
        return False
