"""What of the findings is reported: chosen codes, a corpus's settings, and a baseline of what is known already."""

import os
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from ..files.limits import NAMES, lowered
from ..files.names import named
from ..files.reading import Reach, content, text
from ..files.writing import write_atomic
from ..findings.codes.families import family
from ..findings.finding import Finding, Severity
from .catalogue import entries, near
from .choice import ALWAYS, LIMIT, Choice
from .report import fingerprint

__all__ = ["ALWAYS", "Baseline", "Policy", "Server", "Settings", "check_codes", "chosen", "settings", "write_baseline"]


class Server(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`[tool.onrecord.labelstudio]`: the team's Label Studio and the project there. Its API key is no part of it.

    `credit`: records name the annotators who changed them.
    """

    url: str | None = None
    project: str | None = None
    credit: bool = False


class Settings(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """`[tool.onrecord]` of the pyproject.toml nearest to the corpus.

    `select` and `ignore` are codes or their letters (SPN, SPN003); `severity` gives them another severity;
    `strict` fails on warnings, too; `baseline` is a file beside the pyproject.toml; `labelstudio` is the team's server.
    `limits` lower the bounds of what is read, by their names; they raise none.
    """

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    strict: bool = False
    baseline: str | None = None
    labelstudio: Server = Server()
    limits: dict[str, Annotated[int, Meta(gt=0)]] = {}


def settings(start: Path) -> tuple[Settings, Path]:
    """The settings for a path, and the folder that they count from.

    Raises:
        ValueError: they are malformed; the message says how.
    """
    here = Path(os.path.abspath(start if os.path.isdir(start) else start.parent))
    for folder in (here, *here.parents):
        file = folder / "pyproject.toml"
        if not os.path.isfile(file):
            continue
        try:
            table = tomllib.loads(text(file)).get("tool", {}).get("onrecord")
            if table is not None:
                found = msgspec.convert(table, Settings)
                check_codes((*found.select, *found.ignore, *found.severity))
                if unknown := found.limits.keys() - {*NAMES}:
                    raise ValueError(f"there is no limit {sorted(unknown)[0]!r}; there are {', '.join(NAMES)}")
                if fixed := [c for c in found.severity if c.startswith(ALWAYS)]:
                    raise ValueError(f"{fixed[0]} is always an error")
                return found, folder
        except (OSError, AttributeError, ValueError) as error:
            raise ValueError(f"{file}: [tool.onrecord]: {error}") from None
    return Settings(), here


def chosen(
    start: Path,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    baseline: Path | None = None,
    *,
    known: bool = True,
) -> tuple["Policy", Settings]:
    """What counts: what is given, else what the settings for a path say. What is selected counts even if they ignore it.

    Args:
        known: whether a baseline counts; without, everything that is found.

    Raises:
        ValueError: the settings or the baseline are malformed, or a code is none.
    """
    found, folder = settings(start)
    selected, ignored = (*select,) or found.select, (*ignore, *(() if select else found.ignore))
    file = baseline
    with lowered(found.limits):
        try:
            check_codes((*selected, *ignored))
            if file is None and found.baseline and known:
                file = named(folder, found.baseline)
                Reach.of(folder).check(file)
            old = Baseline.read(file) if file and known else None
        except OSError as error:
            raise ValueError(f"the baseline {file} can't be read: {error.strerror}") from None
    return Policy(selected, ignored, found.severity, old), found


def check_codes(codes: Iterable[str]) -> None:
    """Refuse what is no code: it would select nothing, and a check that looks for nothing passes.

    Raises:
        ValueError: naming it.
    """
    known = entries()
    kinds = {"ALL", *map(family, known)}
    for code in codes:
        if code not in kinds and code not in known:
            meant = "".join(f"; did you mean {word}?" for word in near(code)[:1])
            raise ValueError(f"{code!r} is no code: write SPN003, or SPN for all of its kind{meant}")


class Baseline:
    """Findings that a legacy corpus is known to have, by fingerprint and number; they are not reported again."""

    def __init__(self, known: dict[str, int]) -> None:
        self.known = known
        self.left = Counter(known)
        self.hits = 0

    @classmethod
    def read(cls, path: Path) -> "Baseline":
        """A baseline file.

        Raises:
            OSError: it can't be read.
            ValueError: it is none.
        """
        raw = content(path)
        try:
            found: Any = msgspec.json.decode(raw)
            return cls(msgspec.convert(found["findings"], dict[str, int]))
        except (KeyError, TypeError, RecursionError, ValueError):
            raise ValueError(f"{path} is no baseline; write one with --write-baseline") from None

    def holds(self, finding: Finding) -> bool:
        """Whether a finding is known; each is known as often as it was counted."""
        key = fingerprint(finding)
        if self.left[key] <= 0:
            return False
        self.left[key] -= 1
        self.hits += 1
        return True

    @property
    def stale(self) -> int:
        """How many known findings did not occur."""
        return sum(n for n in self.left.values() if n > 0)


def write_baseline(path: Path, counts: Counter[str]) -> None:
    """A baseline of findings, counted by fingerprint."""
    body = {"onrecord-baseline": 1, "findings": dict(sorted(counts.items()))}
    write_atomic(path, msgspec.json.format(msgspec.json.encode(body), indent=1) + b"\n")


class Policy(Struct, frozen=True):
    """Which findings count, and for how much."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: dict[str, Severity] = {}
    baseline: Baseline | None = None

    def __call__(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings to report, with their severities."""
        kept = []
        choice = self.choice()
        for finding in findings:
            if not choice.wants(finding.code):
                continue
            if self.baseline is not None and self.baseline.holds(finding):
                continue
            wanted = self._severity(finding.code)
            kept.append(replace(finding, severity=wanted) if wanted else finding)
        return kept

    def choice(self, limit: int | None = LIMIT) -> Choice:
        """What has to be looked for, so that this policy finds all that it reports."""
        return Choice(self.select, self.ignore, self.baseline.known if self.baseline is not None else {}, limit)

    def _severity(self, code: str) -> Severity | None:
        """The severity that is set for a code; what says it most exactly counts."""
        if not self.severity or code.startswith(ALWAYS):
            return None
        return next((self.severity[key] for key in (code, family(code), "ALL") if key in self.severity), None)
