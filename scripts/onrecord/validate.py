"""parse → schema → rules, gated; yields findings. All faults of a file in one run."""

import os
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from . import store
from .finding import Finding, excerpt
from .positions import Positions
from .record import Record
from .rules import RULES, Document
from .schema_errors import Engine, SchemaFault, shape_faults

_SURROGATES = re.compile(
    r"\\\\|\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(\\u[dD][89a-fA-F][0-9a-fA-F]{2})"
)
_SURROGATE_FIX = "write the character itself, or both halves of its escape"


FILE_CODES = {
    "FIL001": "a file or folder can't be read",
    "FIL002": "a file is not UTF-8",
    "FIL003": "a file is no JSON",
    "FIL004": "JSON is nested too deeply",
    "FIL005": "a key is given twice",
    "FIL006": "a folder holds no record",
    "COR001": "two records have one document id",
    "COR002": "a record's raw article is missing from the corpus, or differs",
}
"""Findings about files and the corpus; those of the schema are in `schema_errors.CODES`, the rules' in `rules.RULES`."""


def read(path: Path) -> tuple[bytes, None] | tuple[None, Finding]:
    """A file's bytes, or the finding that it can't be read."""
    try:
        return path.read_bytes(), None
    except OSError as error:
        why = error.strerror or str(error)
        return None, _file_finding(
            "FIL001", str(path), f"the file can't be read: {why}", "check the path and its permissions"
        )


def _file_finding(
    code: str, file: str, message: str, fix: str, at: tuple[int, int] | None = None, pointer: str | None = None
) -> Finding:
    line, column = at if at else (None, None)
    return Finding(
        code=code, severity="error", file=file, pointer=pointer, line=line, column=column, message=message, fix=fix
    )


def parse(raw: bytes, file: str) -> tuple[Any, str, list[Finding]]:
    """Bytes → JSON value, its source text, and findings (FIL…); with findings the value means nothing."""
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")) or (len(raw) > 3 and raw[:4].count(0) >= 2):
        return (
            None,
            "",
            [_file_finding("FIL002", file, "the file is UTF-16 or UTF-32, not UTF-8", "convert it to UTF-8", (1, 1))],
        )
    try:
        source = raw.decode("utf-8")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        column = len(raw[raw.rfind(b"\n", 0, error.start) + 1 : error.start].decode("utf-8", "replace")) + 1
        return (
            None,
            "",
            [
                _file_finding(
                    "FIL002",
                    file,
                    f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}",
                    "convert it to UTF-8",
                    (line, column),
                )
            ],
        )
    if source.startswith("\ufeff"):
        return (
            None,
            source,
            [
                _file_finding(
                    "FIL003",
                    file,
                    "the file begins with a byte order mark, which JSON does not allow",
                    "remove the first three bytes",
                    (1, 1),
                )
            ],
        )
    if not source.strip():
        return None, source, [_file_finding("FIL003", file, "the file is empty", "restore it, or delete it", (1, 1))]
    try:
        value = msgspec.json.decode(raw)
    except RecursionError:
        return None, source, [_too_deep(file)]
    except msgspec.DecodeError as error:
        return None, source, [_malformed(raw, source, file, str(error))]
    return value, source, []


def _too_deep(file: str) -> Finding:
    return _file_finding("FIL004", file, "the JSON is nested too deeply to be a record", "restore the file", (1, 1))


def _malformed(raw: bytes, source: str, file: str, why: str) -> Finding:
    """The finding for text that is no JSON, with the place where reading stopped."""
    _, _, tail = why.rpartition("(byte ")
    truncated = "truncated" in why
    offset = int(tail.rstrip(")")) if tail.rstrip(")").isdigit() else len(raw) if truncated else 0
    before = raw[:offset].decode("utf-8", "replace")
    at = (before.count("\n") + 1, len(before) - (before.rfind("\n") + 1) + 1)
    if truncated:
        # msgspec also says so of a lone surrogate escape; say where the string is
        for match in _lone_surrogates(source):
            at = (source.count("\n", 0, match) + 1, match - (source.rfind("\n", 0, match) + 1) + 1)
            return _file_finding("FIL003", file, "a lone surrogate escape is no character", _SURROGATE_FIX, at)
        return _file_finding(
            "FIL003", file, "the JSON ends before it is complete", "restore the file; it was cut off", at
        )
    if "surrogate" in why.lower():
        return _file_finding("FIL003", file, "a lone surrogate escape is no character", _SURROGATE_FIX, at)
    return _file_finding(
        "FIL003",
        file,
        f"this is no JSON: {why.removeprefix('JSON is malformed: ').split(' (byte')[0]}",
        "correct it here; JSON has no NaN, no comments, no trailing commas",
        at,
    )


def _lone_surrogates(source: str) -> Iterator[int]:
    """Offsets of surrogate escapes that have no other half."""
    for match in _SURROGATES.finditer(source):
        if match[1]:
            yield match.start()


def check_source(raw: bytes, file: str, engine: Engine = "fast") -> tuple[Record | None, list[Finding]]:
    """Bytes of a record file → the record (where its shape is right) and all its findings."""
    value, source, findings = parse(raw, file)
    if findings:
        return None, findings
    positions: Positions | None = None

    def place(pointer: str) -> tuple[int, int]:
        nonlocal positions
        positions = positions or Positions(source)
        return positions.line_column(positions.offset(pointer))

    def from_fault(fault: SchemaFault) -> Finding:
        line, column = place(fault.pointer)
        return Finding(
            code=fault.code,
            severity="error",
            file=file,
            pointer=fault.pointer,
            line=line,
            column=column,
            message=fault.message,
            fix=fault.fix,
        )

    # no duplicate key in a file that is just what its content encodes to, compact or canonical
    if raw.strip() != msgspec.json.encode(value) and raw != store.canonical(value):
        positions = Positions(source)
        for pointer, offset in positions.duplicates:
            findings.append(
                _file_finding(
                    "FIL005",
                    file,
                    f"the key {pointer.rpartition('/')[2]!r} is given twice; readers keep one of the two, and not all the same",
                    "remove one",
                    positions.line_column(offset),
                    pointer,
                )
            )
    try:
        schema_faults = shape_faults(value, engine)
    except (RecursionError, ValueError):  # nested less deeply than the parser's limit, more than the engine's
        return None, [_too_deep(file)]
    findings += [from_fault(f) for f in schema_faults]
    if schema_faults:
        return None, sorted(findings, key=_order)
    record = msgspec.convert(value, Record)
    findings += check_record(record, file, place)
    return record, sorted(findings, key=_order)


def check_record(
    record: Record, file: str = "", place: Callable[[str], tuple[int, int]] | None = None
) -> list[Finding]:
    """The findings of the rules about a schema-valid record. `place` gives line and column of a pointer."""
    doc = Document(record)
    findings = []
    for rule in RULES:
        for problem in rule.check(doc):
            line, column = place(problem.pointer) if place else (None, None)
            findings.append(
                Finding(
                    code=rule.code,
                    name=rule.name,
                    severity=rule.severity,
                    file=file,
                    pointer=problem.pointer,
                    line=line,
                    column=column,
                    message=problem.message,
                    fix=problem.fix,
                    excerpt=excerpt(record.text, *problem.span) if problem.span else None,
                )
            )
    return findings


def _order(finding: Finding) -> tuple[int, int, str]:
    return (finding.line or 0, finding.column or 0, finding.code)


def validate(paths: Iterable[Path], engine: Engine = "fast") -> Iterator[tuple[Path, Record | None, list[Finding]]]:
    """Every record file under `paths` with its record and findings, in order; a folder without records is a finding.

    Of a corpus (a folder with records/), each record's raw article must stand in raw/ and be its text.
    """
    ids: dict[str, Path] = {}
    seen: set[str] = set()
    for path in paths:
        count = 0
        try:
            raw_folder = path / "raw" if (path / "records").is_dir() else None
            for file in store.record_files(path):
                count += 1
                if (real := os.path.realpath(file)) in seen:
                    continue
                seen.add(real)
                yield file, *_check_file(file, raw_folder, ids, engine)
        except OSError as error:
            message = f"the folder can't be read: {error.strerror}"
            finding = _file_finding("FIL001", str(error.filename or path), message, "check its permissions")
            yield path, None, [finding]
            continue
        if count == 0:
            fix = "name a corpus, a folder of records, or a record"
            yield path, None, [_file_finding("FIL006", str(path), "the folder holds no record (*.json)", fix)]


def _check_file(
    file: Path, raw_folder: Path | None, ids: dict[str, Path], engine: Engine
) -> tuple[Record | None, list[Finding]]:
    """One file of a corpus: its own findings, and those about its place among the others."""
    content, unreadable = read(file)
    if content is None:
        return None, [unreadable] if unreadable else []
    record, findings = check_source(content, str(file), engine)
    if record is None:
        return None, findings

    def add(code: str, pointer: str, message: str, fix: str) -> None:
        positions = Positions(content.decode("utf-8"))
        at = positions.line_column(positions.offset(pointer))
        findings.append(_file_finding(code, str(file), message, fix, at, pointer))

    first = ids.setdefault(record.id, file)
    if first != file:
        add(
            "COR001",
            "/id",
            f"the document id {record.id!r} is already that of {first}",
            "give one of the two another id",
        )
    if raw_folder is not None:
        name = record.metadata.source_file
        article, _ = read(raw_folder / Path(name).name)
        if article is None:
            add(
                "COR002",
                "/metadata/source_file",
                f"the raw article {name!r} is not in {raw_folder}",
                "put it there, as it was received",
            )
        elif article != record.text.encode():
            add(
                "COR002",
                "/text",
                f"the text is not that of the raw article {raw_folder / name}",
                "restore the article, or make the record from it again",
            )
    return record, findings
