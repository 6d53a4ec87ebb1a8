"""SARIF 2.1.0, for code scanning and editors.

Messages are written as they are, with braces and brackets undoubled: readers only look for placeholders where a message
has arguments, and ours have none. Every rule's `help` is whole; there is no `helpUri`, which would have to be absolute.
"""

from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any, TextIO

from msgspec import to_builtins

from .. import __version__
from ..catalogue import Entry, entries, name_of, section
from ..finding import Finding
from .as_json import dumps
from .base import Reporter, Totals, percent, relative
from .fingerprint import VERSION, fingerprint

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_BASE = "SRCROOT"

Object = dict[str, Any]


def _rule(e: Entry) -> Object:
    examples = [f"{title}:\n{chr(10).join(shown)}" for title, shown in (("Bad", e.bad), ("Good", e.good)) if shown]
    return {
        "id": e.code,
        "name": "".join(word.capitalize() for word in e.name.split("-")),
        "shortDescription": {"text": e.what},
        "fullDescription": {"text": e.why},
        "help": {"text": "\n\n".join([e.what, e.why, *examples]), "markdown": section(e)},
        "defaultConfiguration": {"level": _LEVELS[e.severity]},
        "properties": {"since": e.since, "fixable": e.fixable, "tags": [e.layer]},
    }


@cache
def _indices() -> dict[str, int]:
    return {code: i for i, code in enumerate(entries())}


def _artifact(file: str) -> Object:
    below = relative(file)
    if below is not None:
        return {"uri": percent(below), "uriBaseId": _BASE}
    try:
        return {"uri": Path(file).absolute().as_uri()}
    except (ValueError, OSError):  # arbitrary text, no path
        return {"uri": percent(file)}


def _location(file: str, pointer: str | None, line: int | None, column: int | None, item: str | None = None) -> Object:
    found: Object = {}
    if file:
        physical: Object = {"artifactLocation": _artifact(file)}
        if line is not None:
            physical["region"] = {"startLine": line} | ({} if column is None else {"startColumn": column})
        found["physicalLocation"] = physical
    if pointer is not None:
        found["logicalLocations"] = [{"fullyQualifiedName": pointer} | ({} if item is None else {"name": item})]
    return found


def result(f: Finding) -> Object:
    """A finding as a SARIF result; what SARIF has no place for is in its properties, as in the JSON report."""
    text = f.message if f.fix is None else f"{f.message}\nfix: {f.fix}"
    found: Object = {
        "ruleId": f.code,
        "level": _LEVELS[f.severity],
        "message": {"text": text},
        "locations": [_location(f.file, f.pointer, f.line, f.column, f.item)],
        "partialFingerprints": {f"onrecord/v{VERSION}": fingerprint(f)},
    }
    if f.code in _indices():
        found["ruleIndex"] = _indices()[f.code]
    if f.related:
        found["relatedLocations"] = [
            {"id": i, "message": {"text": r.message}} | _location(r.file, r.pointer, r.line, r.column)
            for i, r in enumerate(f.related, 1)
        ]
    kept = {
        "name": f.name or name_of(f.code) or None,
        "record": f.record,
        "article": f.article,
        "excerpt": f.excerpt,
        "edits": f.edits or None,
    }
    found["properties"] = {k: to_builtins(v) for k, v in kept.items() if v is not None}
    return found


class SarifReporter(Reporter):
    """One run of one tool; results as they come."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._begun = False

    def _head(self) -> str:
        driver = {
            "name": "onrecord",
            "semanticVersion": __version__,
            "rules": [_rule(e) for e in entries().values()],
        }
        base = {_BASE: {"uri": Path.cwd().as_uri() + "/", "description": {"text": "Where onrecord ran."}}}
        run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "originalUriBaseIds": base}
        return f'{{"$schema":"{SCHEMA}","version":"2.1.0","runs":[{dumps(run)[:-1]},"results":['

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        for f in findings:
            self.stream.write(f"{',' if self._begun else self._head()}\n{dumps(result(f))}")
            self._begun = True

    def close(self, totals: Totals) -> None:
        self.stream.write("\n" if self._begun else self._head())
        self.stream.write(f'],"properties":{dumps(totals)}}}]}}\n')
