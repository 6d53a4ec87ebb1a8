"""Findings → text, JSON, SARIF, GitHub's workflow commands, JUnit XML, statistics."""

import io
from collections.abc import Callable, Sequence
from typing import TextIO

from ...findings.finding import Finding
from . import base
from .as_json import JsonLinesReporter, JsonReporter
from .base import Reporter, Tally, Totals, where
from .fingerprint import fingerprint
from .github import GithubReporter
from .junit import JUnitReporter
from .sarif import SarifReporter
from .statistics import StatisticsReporter
from .terminal import TextReporter, text

__all__ = ["FORMATS", "Reporter", "Tally", "Totals", "fingerprint", "reporter", "summary", "text", "where"]

FORMATS: dict[str, Callable[[TextIO, TextIO | None, bool], Reporter]] = {
    "text": lambda stream, notes, strict: TextReporter(stream, notes),
    "json": lambda stream, notes, strict: JsonReporter(stream),
    "jsonl": lambda stream, notes, strict: JsonLinesReporter(stream),
    "sarif": lambda stream, notes, strict: SarifReporter(stream, notes),
    "github": lambda stream, notes, strict: GithubReporter(stream),
    "junit": lambda stream, notes, strict: JUnitReporter(stream, strict),
    "statistics": lambda stream, notes, strict: StatisticsReporter(stream, notes),
}
"""Name → maker of a reporter from stream, stream for the summary, and whether warnings fail."""

_FOR_PEOPLE = ("text", "statistics")


def reporter(format: str, stream: TextIO, notes: TextIO | None = None, strict: bool = False) -> Reporter:
    """The reporter of a format.

    Args:
        stream: where the report goes; for programs it is set to UTF-8, for people to print whatever comes.
        notes: where text and statistics print the summary; nowhere without it.
        strict: warnings fail, too.
    """
    if isinstance(stream, io.TextIOWrapper):
        if format in _FOR_PEOPLE:
            stream.reconfigure(errors="backslashreplace")
        else:
            stream.reconfigure(encoding="utf-8", errors="strict", newline="\n")
    return FORMATS[format](stream, notes, strict)


def summary(findings: Sequence[Finding], records: int) -> str:
    """One line: how many records, errors and warnings."""
    tally = Tally()
    tally.add(findings)
    tally.records = records
    return base.summary(tally.totals())
