"""What all reports share: the interface, the counts, and the places and names as every format writes them."""

import os
import re
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import TextIO
from urllib.parse import quote

from msgspec import Struct

from ...findings.finding import Finding
from ...text.words import NOTHING, words
from ..rules import off

UNKNOWN = "und"
"""The language of a record whose tag is out of form."""
SHOWN = 5
"""Languages that one line lists."""


class Off(Struct, frozen=True):
    """Rules that were not asked, as they need words which some languages have not; and those languages → records."""

    languages: dict[str, int]
    rules: tuple[str, ...]


class Totals(Struct, frozen=True, kw_only=True):
    """The counts of a run. Known findings (in the baseline) are in no other count."""

    records: int = 0
    errors: int = 0
    warnings: int = 0
    infos: int = 0
    in_baseline: int = 0
    rules_off: tuple[Off, ...] = ()

    @property
    def findings(self) -> int:
        return self.errors + self.warnings + self.infos


class Tally:
    """Counts findings as they pass, for `Totals`; `wants` tells which codes are looked for."""

    def __init__(self, wants: Callable[[str], bool] = lambda code: True) -> None:
        self.records = self.in_baseline = 0
        self._severities = {"error": 0, "warning": 0, "info": 0}
        self._wants = wants
        self._languages = Counter[str]()

    def add(self, findings: Sequence[Finding], record: bool = True, language: str | None = None) -> None:
        """Count what was found; `language` is the record's, where the rules looked at it."""
        self.records += record
        for f in findings:
            self._severities[f.severity] += 1
        if language is not None:
            known = len(language) <= 3 and language.isascii() and language.isalpha()
            self._languages[language if known else UNKNOWN] += 1

    def totals(self) -> Totals:
        return Totals(
            records=self.records,
            errors=self._severities["error"],
            warnings=self._severities["warning"],
            infos=self._severities["info"],
            in_baseline=self.in_baseline,
            rules_off=tuple(self._off()),
        )

    def _off(self) -> Iterator[Off]:
        """Which rules were off, the most first; languages that lack the same ones together."""
        found: dict[tuple[str, ...], dict[str, int]] = {}
        for language, records in sorted(self._languages.items()):
            rules = tuple(sorted(code for code in off(words(language) or NOTHING) if self._wants(code)))
            found.setdefault(rules, {})[language] = records
        for rules, languages in sorted(found.items(), key=lambda item: -len(item[0])):
            if rules:
                yield Off(languages, rules)


class Reporter(ABC):
    """Writes findings to a stream as they come, holding none of them.

    `add` is called once for every record, also for one without findings, and once for whatever is found about a file,
    a folder or a corpus; then `close`, once.
    """

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream

    @abstractmethod
    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        """Report what was found in a record that stands in `file` from `line` on; `record`: it is one at all."""

    @abstractmethod
    def close(self, totals: Totals) -> None:
        """Write what comes at the end. The stream stays open."""


_SURROGATE = re.compile("[\ud800-\udfff]")


def _escape(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code - 0xDC00:02x}" if 0xDC80 <= code <= 0xDCFF else f"\\u{code:04x}"


def encodable(text: str) -> str:
    """The text with every lone surrogate written out: `\\xff` for a file name's byte that is no UTF-8, else `\\ud800`."""
    return text if text.isascii() else _SURROGATE.sub(_escape, text)


def where(file: str, line: int | None, column: int | None) -> str:
    """file:line:column, as editors and CI understand it."""
    return file if line is None else f"{file}:{line}" if column is None else f"{file}:{line}:{column}"


def relative(file: str) -> str | None:
    """The path from the working directory, with `/`; None where the file is not below it."""
    if not file or "\0" in file:
        return None
    try:
        path = os.path.relpath(file)
    except (ValueError, OSError):  # on another drive; or there is no working directory
        return None
    return None if path == ".." or path.startswith(f"..{os.sep}") else Path(path).as_posix()


def percent(path: str) -> str:
    """A path as a part of a URI: its bytes, percent-encoded."""
    try:
        return quote(os.fsencode(path))
    except UnicodeEncodeError:
        return quote(path.encode("utf-8", "surrogatepass"))


def summary(totals: Totals) -> str:
    """One line: how many records, errors, warnings."""
    checked = f"{_count(totals.records, 'record')} checked"
    parts = [_count(totals.errors, "error"), _count(totals.warnings, "warning")]
    parts += [_count(totals.infos, "info")] if totals.infos else []
    found = ", ".join(parts) if totals.findings else "no findings"
    if totals.in_baseline:
        found += f"; {totals.in_baseline} in the baseline"
    return f"{checked}: {found}"


def told_off(totals: Totals) -> list[str]:
    """Which languages lack the words that rules need, a line for all that lack the same."""
    return [
        f"{_count(len(off.rules), 'rule')} {'needs' if len(off.rules) == 1 else 'need'} word lists that are lacking for "
        f"{_listed(off.languages)} ({_count(sum(off.languages.values()), 'record')}); "
        f"`onrecord rules {off.rules[0]}` tells which languages have them"
        for off in totals.rules_off
    ]


def _listed(languages: Iterable[str]) -> str:
    names = list(languages)
    return ", ".join(names[:SHOWN]) + (f" and {_count(len(names) - SHOWN, 'more language')}" if names[SHOWN:] else "")


def _count(n: int, noun: str) -> str:
    return f"{n} {noun}{'' if n == 1 else 's'}"
