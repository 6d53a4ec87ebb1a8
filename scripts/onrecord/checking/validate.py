"""parse → schema → rules, gated; yields findings. All faults of a record in one run."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from ..files.parsing import duplicate_keys, file_finding, long_ids, parse, read, too_deep
from ..files.positions import Positions
from ..findings.finding import Finding, Problem
from ..model.record import Record
from ..text.remembering import forget
from .choice import Choice, Enough, known_by, unlooked
from .locating import Where, locate
from .rules import Document, Rule, everyone, off
from .rules.article.exemptions import Exemptions
from .rules.base import MANY
from .rules.plugins import FAILED, Failed
from .schema_errors import Engine, shape_faults
from .shape import accepted

__all__ = ["Source", "check_record", "check_source", "check_sources", "given_twice", "parse", "read"]

Found = tuple[Rule, Problem]

ALL = Choice()
"""Everything is looked for, and enough of each code is found."""

_LONG = 1000
"""Code points of a message."""
_EXEMPTED = 10
"""So many times the limit may be exempted of one code before no more is looked for."""


class Source(Struct, frozen=True):
    """One record's bytes, the file that they come from, and the line on which they begin there."""

    raw: bytes
    file: str
    first_line: int = 1


def check_source(
    raw: bytes, file: str, engine: Engine = "fast", first_line: int = 1, choice: Choice = ALL
) -> tuple[Record | None, list[Finding]]:
    """Bytes of one record → the record (where its shape is right) and its findings, as far as they are looked for.

    `first_line` is the line of the file on which these bytes begin (1, but for the lines of a JSONL file). Of a code
    that is found very often there is one finding more than the choice's limit.
    """
    return check_sources([Source(raw, file, first_line)], engine, choice)[0]


def check_sources(
    sources: Sequence[Source], engine: Engine = "fast", choice: Choice = ALL
) -> list[tuple[Record | None, list[Finding]]]:
    """As `check_source`, of several records; a few together are checked faster than one by one."""
    docs = [accepted(source.raw) if engine == "fast" else None for source in sources]
    problems = iter(_problems([doc for doc in docs if doc is not None], choice))
    return [
        _exactly(source, engine, choice) if doc is None else (doc.record, _located(source, doc, next(problems)))
        for source, doc in zip(sources, docs, strict=True)
    ]


def _located(source: Source, doc: Document, problems: "_Problems") -> list[Finding]:
    """The findings for the problems of a record that took the accept path."""
    if not problems.found and not problems.hidden:
        return []
    positions = Positions(source.raw.decode())
    return _in_file(_findings(problems, doc, source.file, positions.place), source)


def _findings(problems: "_Problems", doc: Document, file: str, place: Where | None) -> list[Finding]:
    found = [locate(rule, problem, doc, file, place) for rule, problem in problems.found]
    return found + [unlooked(file, code, count) for code, count in problems.hidden.items()]


def _in_file(findings: list[Finding], source: Source) -> list[Finding]:
    """Findings in the order of their places, which are counted from the file's first line."""
    if source.first_line != 1:
        findings = [_moved(f, source.first_line - 1) for f in findings]
    return sorted(findings, key=_order)


def _exactly(source: Source, engine: Engine, choice: Choice) -> tuple[Record | None, list[Finding]]:
    """What JSON Schema says of a record; the rules only where it is content."""
    record, findings = _by_schema(source.raw, source.file, engine, choice)
    return record, _in_file(findings, source)


def _by_schema(raw: bytes, file: str, engine: Engine, choice: Choice) -> tuple[Record | None, list[Finding]]:
    value, source, findings = parse(raw, file)
    if findings:
        return None, findings
    positions = Positions(source)
    for pointer, bound in long_ids(raw, value):
        findings.append(file_finding("FIL009", file, str(bound), bound.fix, positions.place(pointer), pointer))
    if duplicate_keys(raw, value):
        findings += _as_many(given_twice(positions, file), choice)
    try:
        schema_faults = shape_faults(value, engine, choice.many)
    except (RecursionError, ValueError):  # nested less deeply than the parser's limit, more than the engine's
        return None, [too_deep(file)]
    name = _named(value)
    for fault in schema_faults:
        at = positions.place(fault.pointer)
        found = file_finding(fault.code, file, fault.message, fault.fix, at, fault.pointer)
        findings.append(replace(found, record=name))
    if schema_faults:
        return None, findings
    record = msgspec.convert(value, Record)
    return record, findings + check_record(record, file, positions.place, choice)


def given_twice(positions: Positions, file: str) -> Iterator[Finding]:
    """The findings for keys that an object gives twice."""
    for pointer, offset in positions.duplicates():
        key = pointer.rpartition("/")[2]
        message = f"the key {key!r} is given twice; readers keep one of the two, and not all the same"
        yield file_finding("FIL005", file, message, "remove one", positions.line_column(offset), pointer)


def _as_many(findings: Iterator[Finding], choice: Choice) -> Iterator[Finding]:
    """Findings of one code, as far as the choice wants them, and one more."""
    enough = Enough(choice)
    for finding in findings:
        yield finding
        if not enough.add(finding.code, known_by(finding, choice)):
            return


def check_record(record: Record, file: str = "", place: Where | None = None, choice: Choice = ALL) -> list[Finding]:
    """The findings of the rules about a schema-valid record. `place` gives line and column of a pointer."""
    doc = Document(record)
    return _findings(_problems([doc], choice)[0], doc, file, place)


class _Problems:
    """What the rules find wrong with a document, exemptions considered: as much as is wanted."""

    def __init__(self, doc: Document, choice: Choice) -> None:
        self.doc = doc
        self.choice = choice
        self.off = off(doc.pack)
        self.found: list[Found] = []
        self.hidden: dict[str, int] = {}
        """Code → how often it was exempted, where it was so often that no more was looked for."""
        self._enough = Enough(choice)
        self._exempted = Enough(replace(choice, known={}, limit=choice.limit and choice.limit * _EXEMPTED))
        self._exemptions = Exemptions(doc.record) if doc.record.extensions is not msgspec.UNSET else None
        self._cut: set[str] = set()

    def add(self, rule: Rule, problem: Problem) -> bool:
        """Take a problem; whether more of this rule are wanted."""
        if type(problem) is Failed:
            rule = FAILED
        code = rule.code
        more = True
        problem = _short(problem)
        if self._exemptions is not None and self._exemptions.hold(code, problem):
            if not (more := self._exempted.add(code)):
                self.hidden[code] = self._exempted.counts[code] - 1
        elif self.choice.wants(code):
            self.found.append((rule, problem))
            known = known_by(locate(rule, problem, self.doc, "", None), self.choice) if self.choice.known else None
            more = self._enough.add(code, known)
        if not more:
            self._cut.add(code)
        return more

    def finish(self) -> None:
        """When all rules have run: which exemptions exempt nothing."""
        if self._exemptions is not None:
            for rule, problem in self._exemptions.unused(self._cut):
                if not self.add(rule, problem):
                    return


def _short(problem: Problem) -> Problem:
    """A problem that tells no more than anybody reads: a name or an id may be as long as the file, and in each problem."""
    if len(problem.message) <= _LONG and len(problem.fix or "") <= _LONG and not problem.related:
        return problem
    related = tuple(replace(p, message=_cut(p.message)) for p in problem.related[:MANY])
    return replace(problem, message=_cut(problem.message), fix=problem.fix and _cut(problem.fix), related=related)


def _cut(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG // 2]} … {text[-_LONG // 2 :]}"


def _problems(docs: Sequence[Document], choice: Choice) -> list[_Problems]:
    """What the rules find wrong with each document, exemptions considered.

    No rule is asked about a document whose language lacks the words that it needs. Each rule looks at all documents before the next rule does: a processor is best at what it has just done. What is
    not chosen is looked for where there are exemptions, which may be of use or not.
    """
    found = [_Problems(doc, choice) for doc in docs]
    open_ = [mine for mine in found if mine.doc.record.extensions is not msgspec.UNSET]
    pairs, few = list(zip(docs, found, strict=True)), [(mine.doc, mine) for mine in open_]
    everything = not choice.select and not choice.ignore
    for rule in everyone():
        check, unless, code = rule.check, rule.unless, rule.code if rule.words else ""
        for doc, mine in pairs if everything or choice.wants(rule.code) else few:
            if code in mine.off or (unless is not None and unless(doc)):
                continue
            for problem in check(doc):
                if not mine.add(rule, problem):
                    break
    for mine in open_:
        mine.finish()
    for doc in docs:
        times = doc.record.times
        forget([doc.record.metadata.language, *[t.text for t in times], *[t.value for t in times]])
    return found


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
