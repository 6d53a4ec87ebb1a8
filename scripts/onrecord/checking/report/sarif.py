"""SARIF 2.1.0, for code scanning and editors.

Messages are written as they are, with braces and brackets undoubled: readers only look for placeholders where a message
has arguments, and ours have none. Every rule's `help` is whole; there is no `helpUri`, which would have to be absolute.
"""

import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Any, TextIO

from msgspec import to_builtins

from ... import __version__
from ...findings.finding import Finding
from ..catalogue import Entry, entries, name_of, section
from .as_json import dumps
from .base import Reporter, Totals, percent, relative
from .fingerprint import VERSION, fingerprint
from .limits import LOCATIONS, RESULTS, ZIPPED

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
        "properties": {"since": e.since, "fixable": e.fixable, "tags": [e.family]},
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
            for i, r in enumerate(f.related[: LOCATIONS - 1], 1)
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
    """One run of one tool. What is more than GitHub takes is left out, the least severe first, and counted.

    Results wait in a temporary file, since errors may come last; so memory stays flat.
    """

    def __init__(self, stream: TextIO, notes: TextIO | None = None) -> None:
        super().__init__(stream)
        self._notes = notes
        self._rows = SpooledTemporaryFile(2**20, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self._counts = Counter[str]()

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
            level = _LEVELS[f.severity]
            self._counts[level] += 1
            if self._counts[level] <= RESULTS:  # of one level no more can be taken
                self._rows.write(f"{level[0]}{dumps(result(f))}\n")

    def close(self, totals: Totals) -> None:
        head = self._head()
        taken = self._taken(head)
        left = {level: self._counts[level] - taken[level[0]] for level in _LEVELS.values()}
        self.stream.write(head)
        before = "\n"
        for row in self._waiting():
            if taken[row[0]] > 0:
                taken[row[0]] -= 1
                self.stream.write(f"{before}{row[1:-1]}")
                before = ",\n"
        self._rows.close()
        self.stream.write("\n],")
        if any(left.values()):
            words = _left_out(left)
            told = {"level": "warning", "message": {"text": words}, "properties": {"leftOut": left}}
            calls = [{"executionSuccessful": True, "toolExecutionNotifications": [told]}]
            self.stream.write(f'"invocations":{dumps(calls)},')
            if self._notes is not None:
                self._notes.write(f"{words}\n")
        self.stream.write(f'"properties":{dumps(totals)}}}]}}\n')

    def _waiting(self) -> Iterator[str]:
        self._rows.seek(0)
        yield from map(str, self._rows)  # of the file itself it would be closed with the generator

    def _taken(self, head: str) -> Counter[str]:
        """How many results of each level, by its first letter, GitHub takes: the most severe first."""
        size = _Size()
        size.add(head)
        taken = Counter[str]()
        for level in _LEVELS.values():
            for row in self._waiting() if self._counts[level] else ():
                if row[0] == level[0]:
                    if taken.total() >= RESULTS or not size.add(row):
                        return taken
                    taken[level[0]] += 1
        return taken


def _left_out(left: dict[str, int]) -> str:
    parts = ", ".join(f"{n:,} of level {level}" for level, n in left.items() if n)
    return f"left out of the SARIF, as GitHub's code scanning takes no more: {parts}; --format json has all"


_END = 100_000
"""Bytes kept for what comes after the results."""


class _Size:
    """How many bytes a file has, compressed with gzip."""

    def __init__(self) -> None:
        self._zip = zlib.compressobj(6, zlib.DEFLATED, 31)
        self._bytes = 0
        self._waiting = 0
        self._full = False

    def add(self, text: str) -> bool:
        """Count a text in; False where it does not fit any more, and from then on."""
        if self._full or not text:
            return False
        raw = text.encode()
        self._waiting += len(raw)
        self._bytes += len(self._zip.compress(raw))
        if self._bytes + min(self._waiting, _BLOCK) > ZIPPED - _END:
            self._full = True
        return not self._full


_BLOCK = 2**16
"""Bytes that the compressor may hold back."""
