"""A record's file, brought to the corrected text of its article or to the present schema, and checked."""

import os
from pathlib import Path

from msgspec import Struct

from ..checking.locating import in_article, unplaced
from ..checking.public import load
from ..checking.validate import check_source, given_twice, parse, read
from ..files import canonical_json
from ..files.names import fault
from ..files.parsing import file_finding
from ..files.positions import Positions
from ..findings.finding import Finding, InvalidData
from ..marks.ingest import decode
from ..model.record import Record
from .corrected import migrate
from .fates import Migration, MigrationError
from .upgrade import NewerVersion, Step, UpgradeError, upgrade

_LOST = 0.8
"""If a greater share of the marks is lost, it was another article."""


class OtherArticle(ValueError):
    """Hardly any of the marks is found in the text; the message says how many."""


class Renewed(Struct, frozen=True):
    """A record before and after, as bytes; what is found in the new one. `kept`: the old one stays, as the new has errors."""

    before: bytes
    content: bytes
    findings: list[Finding]
    kept: bool


class Migrated(Struct, frozen=True):
    """What became of everything, and of which record; `same` where the text is."""

    old: Record
    done: Migration
    before: bytes
    same: bool


def migrated(path: Path, article: Path, now: str, *, force: bool = False) -> Migrated:
    """The annotation of a record's file on the text of an article's file.

    Args:
        now: when, RFC 3339 in UTC.
        force: whether it may be lost almost whole.

    Raises:
        InvalidData: the record or the article is wrong, or the migration could not be proven.
        OtherArticle: almost all would be lost.
    """
    old = load(path, valid=True)
    raw, unreadable = read(article, expand=True)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    try:
        text = decode(raw)
    except ValueError as error:
        fix = "an article is plain text in UTF-8"
        raise InvalidData([file_finding("ING001", str(article), str(error), fix)]) from None
    try:
        done = migrate(old, text, now)
    except MigrationError as error:
        message, fix = f"nothing was written: {error}", "correct the record, or report this as a bug"
        raise InvalidData([file_finding("MIG003", str(path), message, fix)]) from None
    marks = [f.fate for f in done.fates if f.old_at and f.kind != "segment"]
    if marks and not force and marks.count("lost") > _LOST * len(marks):
        lost = f"{marks.count('lost')} of {len(marks)} marks would be lost"
        raise OtherArticle(f"{article} is hardly the same article: {lost}")
    return Migrated(old, done, read(path, expand=True)[0] or b"", text == old.text)


def renewed(moved: Migrated, path: Path, article: Path, output: Path | None) -> Renewed:
    """The migrated record as it is to be written to `output`, or in its place, with what was not found before."""
    content = canonical_json.canonical(moved.done.record)
    known = {(f.code, f.item) for f in check_source(moved.before, str(path))[1]}
    _, found = check_source(content, str(output or path))
    new = [f for f in found if f.severity == "error" or (f.code, f.item) not in known]
    return _checked(moved.before, content, new, path, output, article)


def upgraded(path: Path, output: Path | None) -> tuple[tuple[Step, ...], Renewed]:
    """The record of a file in the present schema, and the steps that led there; none where it was of it already.

    Raises:
        InvalidData: it is no record, or of a version from which no steps lead here.
    """
    raw, unreadable = read(path, expand=True)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    value, source, found = parse(raw, str(path))
    if not found and not isinstance(value, dict):
        found = [file_finding("MIG001", str(path), "this is no record", "name a record", pointer="")]
    if not found:
        found = list(given_twice(Positions(source), str(path)))
    if found:
        raise InvalidData(found)
    try:
        made, applied = upgrade(value)
    except UpgradeError as error:
        newer = isinstance(error, NewerVersion)
        fix = "pip install --upgrade onrecord" if newer else "check schema_version and the record"
        code = "MIG002" if newer else "MIG001"
        raise InvalidData([file_finding(code, str(path), str(error), fix, pointer="/schema_version")]) from None
    if not applied:
        return (), Renewed(raw, raw, [], False)
    content = canonical_json.canonical(made)
    return tuple(applied), _checked(raw, content, check_source(content, str(output or path))[1], path, output, None)


def _checked(
    before: bytes, content: bytes, findings: list[Finding], path: Path, output: Path | None, article: Path | None
) -> Renewed:
    """A faulty record never takes the place of the old one; what is found in it names its place in the article, or none."""
    kept = any(f.severity == "error" for f in findings) and (output is None or same(path, output))
    if kept and article is not None:
        findings = [in_article(f, str(article), written=False) for f in findings]
    elif kept:
        findings = [unplaced(f, str(path)) for f in findings]
    return Renewed(before, content, findings, kept)


def same(one: Path, other: Path | None) -> bool:
    """Whether two paths are of one file, be it there or not."""
    return other is not None and os.path.realpath(one) == os.path.realpath(other)


def raw_article(path: Path, record: Record) -> Path | None:
    """The raw article that a corpus keeps of a record of its own, if it is there."""
    if path.parent.name != "records" or fault(record.metadata.source_file):
        return None
    stored = path.parent.parent / "raw" / record.metadata.source_file
    return stored if stored.is_file() else None
