"""parse → schema → rules, gated; yields findings. All faults of a record in one run."""

from typing import Any

import msgspec
from msgspec.structs import replace

from .finding import Finding
from .locating import Where, locate
from .parsing import duplicate_keys, file_finding, parse, read, too_deep
from .positions import Positions
from .record import Record
from .rules import RULES, Document
from .rules.exemptions import judge
from .schema_errors import Engine, SchemaFault, shape_faults
from .shape import accepted

__all__ = ["check_record", "check_source", "parse", "read"]


def check_source(
    raw: bytes, file: str, engine: Engine = "fast", first_line: int = 1
) -> tuple[Record | None, list[Finding]]:
    """Bytes of one record → the record (where its shape is right) and all its findings.

    `first_line` is the line of the file on which these bytes begin (1, but for the lines of a JSONL file).
    """
    doc = accepted(raw) if engine == "fast" else None
    if doc is not None:
        record: Record | None = doc.record
        positions: list[Positions] = []

        def lazily(pointer: str) -> tuple[int, int]:
            if not positions:
                positions.append(Positions(raw.decode()))
            return positions[0].place(pointer)

        findings = check_document(doc, file, lazily)
    else:
        record, findings = _exactly(raw, file, engine)
    if first_line != 1:
        findings = [_moved(f, first_line - 1) for f in findings]
    return record, sorted(findings, key=_order) if findings else findings


def _exactly(raw: bytes, file: str, engine: Engine) -> tuple[Record | None, list[Finding]]:
    value, source, findings = parse(raw, file)
    if findings:
        return None, findings
    positions = Positions(source)

    def from_fault(fault: SchemaFault) -> Finding:
        at = positions.place(fault.pointer)
        found = file_finding(fault.code, file, fault.message, fault.fix, at, fault.pointer)
        return replace(found, record=_named(value))

    if duplicate_keys(raw, value):
        for pointer, offset in positions.duplicates:
            findings.append(
                file_finding(
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
        return None, [too_deep(file)]
    findings += [from_fault(f) for f in schema_faults]
    if schema_faults:
        return None, findings
    record = msgspec.convert(value, Record)
    return record, findings + check_record(record, file, positions.place)


def check_record(record: Record, file: str = "", place: Where | None = None) -> list[Finding]:
    """The findings of the rules about a schema-valid record. `place` gives line and column of a pointer."""
    return check_document(Document(record), file, place)


def check_document(doc: Document, file: str, place: Where | None) -> list[Finding]:
    """As `check_record`, of a record whose look-ups are shared."""
    record = doc.record
    found = [(rule, problem) for rule in RULES for problem in rule.check(doc)]
    if found or record.extensions is not msgspec.UNSET:
        found = judge(record, found)
    return [locate(rule, problem, doc, file, place) for rule, problem in found]


def _named(value: Any) -> str | None:
    """The document id of a JSON value that is no valid record."""
    found = value.get("id") if isinstance(value, dict) else None
    return found if isinstance(found, str) else None


def _moved(finding: Finding, lines: int) -> Finding:
    return replace(
        finding,
        line=None if finding.line is None else finding.line + lines,
        related=tuple(replace(r, line=None if r.line is None else r.line + lines) for r in finding.related),
    )


def _order(finding: Finding) -> tuple[int, int, str]:
    return (finding.line or 0, finding.column or 0, finding.code)
