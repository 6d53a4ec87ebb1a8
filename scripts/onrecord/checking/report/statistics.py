"""How often each code was found, and in how many records."""

from collections import Counter
from collections.abc import Sequence
from typing import TextIO

from rich.text import Text

from ...findings.finding import Finding
from ..catalogue import entries, name_of
from .base import Reporter, Totals, summary, told_off
from .screen import Screen
from .visible import visible

_STYLE = {"error": "red", "warning": "yellow", "info": "blue"}
_TITLES = ("code", "name", "severity", "findings", "records", "fixable")


class StatisticsReporter(Reporter):
    """A table, the most frequent code first; the summary goes to `notes`, or nowhere."""

    def __init__(self, stream: TextIO, notes: TextIO | None = None) -> None:
        super().__init__(stream)
        self._notes = notes
        self._found: Counter[tuple[str, str]] = Counter()
        self._names: dict[str, str] = {}
        self._records: Counter[str] = Counter()

    def add(self, findings: Sequence[Finding], file: str = "", line: int = 1, record: bool = True) -> None:
        self._found.update((f.code, f.severity) for f in findings)
        self._names.update((f.code, f.name or name_of(f.code)) for f in findings)
        if record:
            self._records.update({f.code for f in findings})

    def close(self, totals: Totals) -> None:
        if self._found:
            rows = [_TITLES]
            for (code, severity), n in sorted(self._found.items(), key=lambda x: (-x[1], x[0])):
                fixable = "yes" if code in entries() and entries()[code].fixable else ""
                shown = visible(code), visible(self._names[code]), severity
                rows.append((*shown, str(n), str(self._records[code]), fixable))
            widths = [max(len(row[i]) for row in rows) for i in range(len(_TITLES))]
            console = Screen(file=self.stream)
            for row in rows:
                cells = [
                    cell.rjust(w) if i in (3, 4) else cell.ljust(w)
                    for i, (cell, w) in enumerate(zip(row, widths, strict=True))
                ]
                console.print(Text("  ".join(cells).rstrip(), _STYLE.get(row[2], "bold")))
        if self._notes is not None:
            self._notes.writelines(f"{line}\n" for line in (summary(totals), *told_off(totals)))
