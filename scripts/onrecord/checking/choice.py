"""Which codes are looked for, what is known of them, and how many findings of one code in one file are enough.

A record can be made so that one rule finds millions of things wrong with it. Nobody reads the second thousand, so rules
are not asked for more, once what is not chosen, exempted or known is taken out: what is known hides nothing new.
"""

from collections import Counter
from collections.abc import Iterable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..files.parsing import file_finding
from ..findings.finding import Finding
from .report import fingerprint

LIMIT = 1000
"""Findings of one code in one file that are reported at most; `--all-findings` lifts the limit."""

ALWAYS = ("FIL", "SCH")
"""What can't be read or has the wrong shape can't be checked; no choice of codes or severities hides that."""


class Choice(Struct, frozen=True):
    """What is looked for: codes or their letters (SPN003, SPN, ALL); nothing selected is all.

    `known` are findings of a baseline, fingerprint → number; they don't count. Without `limit`, everything is found.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    known: dict[str, int] = {}
    limit: int | None = LIMIT

    def wants(self, code: str) -> bool:
        """Whether findings of a code are reported."""
        if code.startswith(ALWAYS):
            return True
        return (not self.select or matches(code, self.select)) and not matches(code, self.ignore)

    @property
    def many(self) -> int | None:
        """The number of findings of a code, known ones included, from which on no more are reported."""
        return None if self.limit is None else self.limit + sum(self.known.values())


def matches(code: str, chosen: Iterable[str]) -> bool:
    """Whether a code is among those chosen."""
    return any(c == "ALL" or code.startswith(c) for c in chosen)


class Enough:
    """Counts the findings of one record by code, without those that the baseline knows."""

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self.counts: Counter[str] = Counter()
        self._known: Counter[str] = Counter()

    def add(self, code: str, known: str | None = None) -> bool:
        """Count a finding, whose fingerprint is asked for where a baseline is; False where it is more than enough."""
        if known is not None:
            self._known[known] += 1
            if self._known[known] <= self.choice.known.get(known, 0):
                return True
        self.counts[code] += 1
        return self.choice.limit is None or self.counts[code] <= self.choice.limit


class Cap:
    """Reports the findings of a run: of each code the first ones in each file, then one finding that there are more."""

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.cut = False
        """Whether anything was left out."""
        self._file = ""
        self._counts: Counter[str] = Counter()
        self._elsewhere: Counter[tuple[str, str]] = Counter()

    def __call__(self, findings: Sequence[Finding]) -> list[Finding]:
        """The findings to report of those given. All of one file are given together, except those about a whole corpus."""
        if self.limit is None:
            return list(findings)
        told = []
        for finding in findings:
            count = self._count(finding)
            if count <= self.limit:
                told.append(finding)
            elif count == self.limit + 1:
                self.cut = True
                told.append(more(finding, self.limit))
        return told

    def _count(self, finding: Finding) -> int:
        if finding.code.startswith("COR"):
            self._elsewhere[finding.file, finding.code] += 1
            return self._elsewhere[finding.file, finding.code]
        if finding.file != self._file:
            self._file = finding.file
            self._counts.clear()
        self._counts[finding.code] += 1
        return self._counts[finding.code]


def more(finding: Finding, limit: int) -> Finding:
    """The finding that stands for one beyond the limit, and for all that follow it."""
    return _told(
        finding.file,
        f"more than {limit:,} findings of {finding.code} ({finding.name}) in this file; the others are not told",
        "mend these first; `onrecord validate --all-findings` tells all of them",
    )


def unlooked(file: str, code: str, count: int) -> Finding:
    """The finding that exemptions hide so many findings of a code that the search was ended."""
    return _told(
        file,
        f"more than {count:,} findings of {code} are exempted in this record; no others were looked for",
        "mend what is doubtful, or leave the code out; an exemption is for a place that somebody looked at",
    )


def _told(file: str, message: str, fix: str) -> Finding:
    return replace(file_finding("FIL020", file, message, fix), severity="info")


def told(findings: Iterable[Finding], limit: int | None = LIMIT) -> list[Finding]:
    """What `Cap` reports of findings that are already complete."""
    return Cap(limit)(list(findings))


def known_by(finding: Finding, choice: Choice) -> str | None:
    """The fingerprint of a finding, where a baseline asks for it."""
    return fingerprint(finding) if choice.known else None
