"""Whole files, folders and corpora: their records mended or put into canonical form where they stand."""

import os
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ..files import canonical_json, record_files
from ..files.reading import Reach, opened
from ..findings.finding import Finding
from .choice import ALWAYS, Choice
from .fix import fix
from .rewrite import Change, rewrite
from .validate import check_source

Tell = Callable[[Change], None]
"""Is told of each record that changes."""


class Mended(Struct):
    """What was done, or would be: records that changed; findings mended, and the records that they were in."""

    changed: int = 0
    findings: int = 0
    records: int = 0


def mend(paths: Iterable[Path], wanted: Callable[[Finding], bool], write: bool, tell: Tell) -> Mended:
    """Apply all safe fixes to all records under `paths`. A file of which not all can be read stays as it was.

    Args:
        wanted: which findings to mend.
        write: whether files are written; without, all is only told.

    Raises:
        NotRewritable, MissingPackage, OSError: as `rewrite` does.
    """
    done = Mended()

    def make(raw: bytes, file: str, line: int) -> bytes | None:
        found = fix(raw, file, wanted)
        if found is None:
            return None
        done.findings += len(found.applied)
        done.records += bool(found.applied)
        return found.content

    for file, reach in _files(paths):
        before = done.changed, done.findings, done.records
        for change in rewrite(file, make, write, reach):
            if isinstance(change, Finding):
                done.changed, done.findings, done.records = before
                continue
            done.changed += 1
            tell(change)
    return done


def reformat(paths: Iterable[Path], write: bool, tell: Tell) -> tuple[int, list[Finding]]:
    """Put all records under `paths` into canonical form: how many change, and what is no record.

    Args:
        write: whether files are written; without, all is only told.

    Raises:
        NotRewritable, MissingPackage, OSError: as `rewrite` does.
    """
    broken: list[Finding] = []

    def make(raw: bytes, file: str, line: int) -> bytes | None:
        record, faults = check_source(raw, file, first_line=line, choice=Choice(select=ALWAYS))
        broken.extend(faults)
        return None if record is None or faults else canonical_json.canonical(record)

    changed = 0
    for file, reach in _files(paths):
        before = changed
        for change in rewrite(file, make, write, reach):
            if isinstance(change, Finding):
                broken.append(change)
                changed = before  # the file stays as it was
                continue
            changed += 1
            tell(change)
    return changed, broken


def _files(paths: Iterable[Path]) -> Iterator[tuple[Path, Reach]]:
    """Every file once, and from where it may come."""
    seen: set[str] = set()
    for path in paths:
        reach = Reach.of(path)
        for file in record_files.record_files(path):
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                yield file, reach


def looks_like_record(path: Path) -> bool:
    """Whether a file begins as a record does; False where there is none."""
    try:
        with opened(path) as file:
            return b'"schema_version"' in file.read(200)
    except OSError:
        return False
