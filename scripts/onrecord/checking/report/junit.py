"""JUnit XML: one test case a record, failed where the record is.

Readers of JUnit XML mostly show one failure a test case and some allow no second, so a case has one `failure` that
lists all. What XML 1.0 can't hold is written as `\\x07` or `\\ufffe`.
"""

import re
import shutil
from collections.abc import Sequence
from pathlib import PurePath
from tempfile import SpooledTemporaryFile
from typing import TextIO

from ...findings.finding import Finding
from .as_json import ACTING
from .base import Reporter, Totals, encodable
from .terminal import plain

_FORBIDDEN = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_ENTITIES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}
    | {chr(c): f"&#{c};" for c in ACTING}
)


def allowed(text: str) -> str:
    """The text with what XML 1.0 forbids written out."""

    def escape(match: re.Match[str]) -> str:
        code = ord(match[0])
        return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"

    return _FORBIDDEN.sub(escape, encodable(text))


def _attribute(text: str) -> str:
    return f'"{allowed(text).translate(_ENTITIES)}"'


def _content(text: str) -> str:
    return allowed(text).translate(_ENTITIES).replace("&#10;", "\n").replace("&#9;", "\t")


class JUnitReporter(Reporter):
    """The header has counts, so the cases wait in a temporary file."""

    def __init__(self, stream: TextIO, strict: bool = False) -> None:
        super().__init__(stream)
        self._fatal = ("error", "warning") if strict else ("error",)
        self._cases = SpooledTemporaryFile(2**20, "w+", encoding="utf-8", newline="\n")  # noqa: SIM115
        self._tests = self._failures = 0

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        if not (record or findings):
            return
        file = file or next((f.file for f in findings), "")
        folder, name = str(PurePath(file).parent), PurePath(file).name or file
        if not name.endswith(".json") and record:
            name += f":{line}"
        failing = [f for f in findings if f.severity in self._fatal]
        rest = [f for f in findings if f.severity not in self._fatal]
        self._tests += 1
        self._failures += bool(failing)
        head = f"    <testcase classname={_attribute(folder)} name={_attribute(name)}"
        if not findings:
            self._cases.write(f"{head}/>\n")
            return
        self._cases.write(f"{head}>\n")
        if failing:
            more = f" (and {len(failing) - 1} more)" if len(failing) > 1 else ""
            message = _attribute(f"{failing[0].code} {failing[0].message}{more}")
            self._cases.write(f"      <failure type={_attribute(failing[0].code)} message={message}>")
            self._cases.write(f"{_content(plain(failing))}</failure>\n")
        if rest:
            self._cases.write(f"      <system-out>{_content(plain(rest))}</system-out>\n")
        self._cases.write("    </testcase>\n")

    def close(self, totals: Totals) -> None:
        counts = f'tests="{self._tests}" failures="{self._failures}" errors="0"'
        self.stream.write('<?xml version="1.0" encoding="UTF-8"?>\n')
        self.stream.write(f'<testsuites name="onrecord" {counts}>\n')
        self.stream.write(f'  <testsuite name="onrecord validate" {counts} skipped="0">\n')
        self._cases.seek(0)
        shutil.copyfileobj(self._cases, self.stream)
        self._cases.close()
        self.stream.write("  </testsuite>\n</testsuites>\n")
