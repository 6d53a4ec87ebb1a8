"""parse → schema → rules, gated; yields findings. All faults of a record in one run."""

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from .finding import Finding, Problem
from .locating import Where, locate
from .parsing import duplicate_keys, file_finding, long_ids, parse, read, too_deep
from .positions import Positions
from .record import Record
from .rules import RULES, Document, Rule
from .rules.exemptions import judge
from .schema_errors import Engine, SchemaFault, shape_faults
from .shape import accepted

__all__ = ["Source", "check_record", "check_source", "check_sources", "parse", "read"]

Found = tuple[Rule, Problem]


class Source(Struct, frozen=True):
    """One record's bytes, the file that they come from, and the line on which they begin there."""

    raw: bytes
    file: str
    first_line: int = 1


def check_source(
    raw: bytes, file: str, engine: Engine = "fast", first_line: int = 1
) -> tuple[Record | None, list[Finding]]:
    """Bytes of one record → the record (where its shape is right) and all its findings.

    `first_line` is the line of the file on which these bytes begin (1, but for the lines of a JSONL file).
    """
    return check_sources([Source(raw, file, first_line)], engine)[0]


def check_sources(sources: Sequence[Source], engine: Engine = "fast") -> list[tuple[Record | None, list[Finding]]]:
    """As `check_source`, of several records; a few together are checked faster than one by one."""
    docs = [accepted(source.raw) if engine == "fast" else None for source in sources]
    problems = iter(_problems([doc for doc in docs if doc is not None]))
    return [
        _exactly(source, engine) if doc is None else (doc.record, _located(source, doc, next(problems)))
        for source, doc in zip(sources, docs, strict=True)
    ]


def _located(source: Source, doc: Document, problems: list[Found]) -> list[Finding]:
    """The findings for the problems of a record that took the accept path."""
    if not problems:
        return []
    positions = Positions(source.raw.decode())
    return _in_file([locate(rule, problem, doc, source.file, positions.place) for rule, problem in problems], source)


def _in_file(findings: list[Finding], source: Source) -> list[Finding]:
    """Findings in the order of their places, which are counted from the file's first line."""
    if source.first_line != 1:
        findings = [_moved(f, source.first_line - 1) for f in findings]
    return sorted(findings, key=_order)


def _exactly(source: Source, engine: Engine) -> tuple[Record | None, list[Finding]]:
    """What JSON Schema says of a record; the rules only where it is content."""
    record, findings = _by_schema(source.raw, source.file, engine)
    return record, _in_file(findings, source)


def _by_schema(raw: bytes, file: str, engine: Engine) -> tuple[Record | None, list[Finding]]:
    value, source, findings = parse(raw, file)
    if findings:
        return None, findings
    positions = Positions(source)

    def from_fault(fault: SchemaFault) -> Finding:
        at = positions.place(fault.pointer)
        found = file_finding(fault.code, file, fault.message, fault.fix, at, fault.pointer)
        return replace(found, record=_named(value))

    for pointer, bound in long_ids(value) if isinstance(value, dict | list) else ():
        findings.append(file_finding("FIL009", file, str(bound), bound.fix, positions.place(pointer), pointer))
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
    doc = Document(record)
    return [locate(rule, problem, doc, file, place) for rule, problem in _problems([doc])[0]]


def _problems(docs: Sequence[Document]) -> list[list[Found]]:
    """What the rules find wrong with each document, exemptions considered.

    Each rule looks at all documents before the next rule does: a processor is best at what it has just done.
    """
    found: list[list[Found]] = [[] for _ in docs]
    for rule in RULES:
        check = rule.check
        for doc, mine in zip(docs, found, strict=True):
            for problem in check(doc):
                mine.append((rule, problem))
    return [
        judge(doc.record, mine) if mine or doc.record.extensions is not msgspec.UNSET else mine
        for doc, mine in zip(docs, found, strict=True)
    ]


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
