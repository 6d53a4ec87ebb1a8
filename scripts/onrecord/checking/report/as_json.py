"""Findings as JSON: one object (`schemas/report.schema.json`), or one finding a line."""

from collections.abc import Sequence
from typing import Any, TextIO

from msgspec import to_builtins
from msgspec.json import encode

from ... import __version__
from ...findings.finding import Finding
from .base import Reporter, Totals, encodable
from .fingerprint import fingerprint

VERSION = "1.1.0"
"""Of the report's form; major: a field changes meaning, name or place; minor: one is added."""

ACTING = [
    *range(0x7F, 0xA0), 0x61C, 0x200E, 0x200F, *range(0x2028, 0x202F), *range(0x2066, 0x206A),
]  # fmt: skip
_BREAKS = str.maketrans({chr(c): f"\\u{c:04x}" for c in ACTING})
"""What some readers take for the end of a line, and what acts on a terminal."""


def dumps(value: Any) -> str:
    """JSON on one line, without lone surrogates."""
    try:
        found = encode(value).decode()
    except UnicodeEncodeError:
        found = encode(_clean(to_builtins(value))).decode()
    return found if found.isascii() else found.translate(_BREAKS)


def _clean(value: Any) -> Any:
    if isinstance(value, str):
        return encodable(value)
    if isinstance(value, dict):
        return {encodable(k): _clean(v) for k, v in value.items()}
    return [_clean(v) for v in value] if isinstance(value, list | tuple) else value


def _row(finding: Finding) -> str:
    return f'{dumps(finding)[:-1]},"fingerprint":"{fingerprint(finding)}"}}'


class JsonReporter(Reporter):
    """One object: findings, then counts."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self._before = f'{{"report_version":"{VERSION}","onrecord":"{__version__}","findings":['
        self._begun = False

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        for f in findings:
            self.stream.write(f"{self._before}\n{_row(f)}")
            self._before, self._begun = ",", True

    def close(self, totals: Totals) -> None:
        self.stream.write("\n" if self._begun else self._before)
        self.stream.write(f"],{dumps(totals)[1:]}\n")


class JsonLinesReporter(Reporter):
    """One finding a line, each the same object as in `json`."""

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        for f in findings:
            self.stream.write(f"{_row(f)}\n")

    def close(self, totals: Totals) -> None:
        self.stream.flush()
