"""What else than a JSON export a file may be, and why it can't be imported."""

import re
from typing import Any

from msgspec import DecodeError
from msgspec.json import decode

_HOW = "in Label Studio: Export → JSON; or with the SDK: projects.exports.as_json"
_LOST = "it has neither relations between regions nor the regions' ids, so speakers, cues and roles would be lost"
_TOKENS = re.compile(r"-DOCSTART-|\S+ -X- (?:_|\S+) \S+")


def of_value(value: Any) -> tuple[str, str] | None:
    """Message and fix, where a JSON value is another of Label Studio's forms than its JSON export."""
    if isinstance(value, dict):
        if "data" in value:
            return None
        if {"images", "annotations", "categories"} <= set(value):
            return "this is the COCO export, for images; texts have no place in it", _HOW
        return "this is no Label Studio export: a list of tasks is wanted", _HOW
    if not isinstance(value, list):
        return "this is no Label Studio export: a list of tasks is wanted", _HOW
    rows = [row for row in value if isinstance(row, dict)]
    if rows and not any("data" in row for row in rows):
        if any("annotation_id" in row or "annotator" in row or "lead_time" in row for row in rows):
            return f"this is the JSON_MIN export: {_LOST}", _HOW
        if any("result" in row for row in rows):
            return "these are annotations without their tasks: the article is missing", _HOW
        if any(
            isinstance(v, list) and v and isinstance(v[0], dict) and "start" in v[0]
            for row in rows
            for v in row.values()
        ):
            return f"this is the JSON_MIN export: {_LOST}", _HOW
    return None


def of_bytes(raw: bytes) -> tuple[str, str] | None:
    """Message and fix, where bytes that are no JSON are another of Label Studio's forms."""
    if raw.startswith(b"PK\x03\x04"):
        return "this is a ZIP archive", "unpack it; " + _HOW
    lines = [line for line in raw[:100_000].decode("utf-8", "replace").splitlines() if line.strip()]
    if not lines:
        return "the file is empty", _HOW
    if len(lines) > 1 and all(_object(line) for line in lines[:2]):
        why = "this is JSON lines, which Label Studio does not export: somebody made it"
        return why, "import the export itself; if each line is a whole task, make a list of them: jq -s . FILE"
    if any(_TOKENS.match(line) for line in lines[:5]):
        return f"this is the CoNLL export, words without the article's own spaces: {_LOST}", _HOW
    for mark, name in (("\t", "TSV"), (",", "CSV")):
        columns = [c.strip('"') for c in lines[0].lstrip("\ufeff").split(mark)]
        if len(columns) > 1 and not lines[0].lstrip().startswith(("{", "[")) and all(c.strip() for c in columns):
            return f"this is a table, as the {name} export: {_LOST}, and regions stand in cells", _HOW
    return None


def _object(line: str) -> bool:
    try:
        return isinstance(decode(line), dict)
    except (DecodeError, RecursionError):
        return False
