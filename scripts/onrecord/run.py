"""Validate many records: files, folders and corpora, in one process or several; then the rules over the whole corpus."""

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack
from multiprocessing import get_context
from pathlib import Path

from msgspec import Struct

from . import store
from .corpus import Facts, Index, facts
from .finding import Finding
from .parsing import file_finding, read
from .positions import Positions
from .record import Record
from .schema_errors import Engine
from .sources import STDIN, Unit, items, units
from .validate import check_source

_FILES_A_TASK = 16


class Checked(Struct, frozen=True):
    """What was found in one record, or (with `record` False) about a file, a folder or the corpus."""

    file: str
    line: int
    findings: tuple[Finding, ...]
    facts: Facts | None = None
    record: bool = True


class Options(Struct, frozen=True):
    """How to check: the JSON Schema engine, the corpus's folder of raw articles, whether the corpus is looked at too."""

    engine: Engine = "fast"
    raw: str | None = None
    corpus: bool = True


def validate(paths: Iterable[Path], engine: Engine = "fast") -> Iterator[tuple[Path, Record | None, list[Finding]]]:
    """Every record under `paths` with its findings, in order, then what is found about the corpus as a whole."""
    seen: set[str] = set()
    for path in paths:
        with ExitStack() as stack:
            index = stack.enter_context(Index(path)) if os.path.isdir(path) else None
            for unit in _units(path, seen):
                if isinstance(unit, Finding):
                    yield Path(unit.file), None, [unit]
                    continue
                for checked, record in _check(unit, Options(engine, _raw(path), index is not None)):
                    if index is not None and checked.facts is not None:
                        index.add(checked.facts)
                    yield Path(checked.file), record, list(checked.findings)
            if index is not None:
                for finding in index.findings():
                    yield Path(finding.file), None, [finding]


def run(
    paths: Iterable[Path],
    engine: Engine = "fast",
    jobs: int = 1,
    corpus: bool = True,
    progress: Callable[[int], None] = lambda records: None,
) -> Iterator[Checked]:
    """The findings of every record under `paths`, in the order of the files; then those about each corpus.

    Args:
        jobs: processes to share the work; findings alone travel between them.
        corpus: whether the rules over the whole corpus run, too, on folders and files of many records.
        progress: called with the number of records checked so far.
    """
    seen: set[str] = set()
    count = 0
    for path in paths:
        options = Options(engine, _raw(path), corpus and _many(path))
        with ExitStack() as stack:
            index = stack.enter_context(Index(path)) if options.corpus else None
            work = _units(path, seen)
            found = _alone(work, options) if jobs == 1 else _shared(work, options, jobs, stack)
            for checked in found:
                if index is not None and checked.facts is not None:
                    index.add(checked.facts)
                count += checked.record
                yield checked
                progress(count)
            if index is not None:
                for finding in index.findings():
                    yield Checked(finding.file, finding.line or 1, (finding,), record=False)


def _many(path: Path) -> bool:
    return os.path.isdir(path) or path == STDIN or store.form(path) in (".jsonl", ".ndjson", ".parquet")


def _raw(path: Path) -> str | None:
    """A corpus keeps its raw articles; a built dataset, which has a folder `records` as well, does not."""
    if not os.path.isdir(path / "records") or not (os.path.isdir(path / "raw") or os.path.isfile(path / "corpus.toml")):
        return None
    return str(path / "raw")


def _units(path: Path, seen: set[str]) -> Iterator[Unit | Finding]:
    """The units of all files of a path that were not yet seen; a folder without records is a finding."""
    if path == STDIN:
        yield from units(path)
        return
    count = 0
    try:
        for file in store.record_files(path):
            count += 1
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                yield from units(file)
    except OSError as error:
        message = f"the folder can't be read: {error.strerror}"
        yield file_finding("FIL001", str(error.filename or path), message, "check its permissions")
        return
    if count == 0:
        fix = "name a corpus, a folder of records, or a record"
        message = "the folder holds no record (*.json, *.jsonl, *.parquet)"
        yield file_finding("FIL006", str(path), message, fix)


def _alone(work: Iterator[Unit | Finding], options: Options) -> Iterator[Checked]:
    for unit in work:
        if isinstance(unit, Finding):
            yield Checked(unit.file, unit.line or 1, (unit,), record=False)
        else:
            for checked, _ in _check(unit, options):
                yield checked


def _task(batch: list[Unit | Finding], options: Options) -> list[Checked]:
    """What a worker does: whole units in, findings out."""
    return list(_alone(iter(batch), options))


def _shared(work: Iterator[Unit | Finding], options: Options, jobs: int, stack: ExitStack) -> Iterator[Checked]:
    method = "fork" if os.name == "posix" else None
    pool = stack.enter_context(ProcessPoolExecutor(jobs, get_context(method)))
    waiting: deque[Future[list[Checked]]] = deque()
    for batch in _batches(work):
        waiting.append(pool.submit(_task, batch, options))
        if len(waiting) > 2 * jobs:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


def _batches(work: Iterator[Unit | Finding]) -> Iterator[list[Unit | Finding]]:
    """Units of a few megabytes go alone, single files together."""
    batch: list[Unit | Finding] = []
    for unit in work:
        if isinstance(unit, Unit) and unit.kind != "file":
            if batch:
                yield batch
            yield [unit]
            batch = []
            continue
        batch.append(unit)
        if len(batch) == _FILES_A_TASK:
            yield batch
            batch = []
    if batch:
        yield batch


def _check(unit: Unit, options: Options) -> Iterator[tuple[Checked, Record | None]]:
    for item in items(unit):
        if item.fault is not None:
            yield Checked(unit.file, item.line, (item.fault,), record=False), None
            continue
        record, findings = check_source(item.raw, unit.file, options.engine, item.line)
        known = None
        if record is not None:
            if options.raw is not None:
                findings += _against_raw(record, Path(options.raw), unit.file, item.raw, item.line)
            if options.corpus:
                known = facts(record, unit.file, item.line)
        yield Checked(unit.file, item.line, tuple(findings), known), record


def _against_raw(record: Record, folder: Path, file: str, raw: bytes, first_line: int) -> Iterator[Finding]:
    """A corpus keeps each article as it was received; the record's text is that file's."""
    name = record.metadata.source_file
    article, _ = read(folder / Path(name).name)
    if article == record.text.encode():
        return
    if article is None:
        pointer = "/metadata/source_file"
        message, fix = f"the raw article {name!r} is not in {folder}", "put it there, as it was received"
    else:
        pointer = "/text"
        message = f"the text is not that of the raw article {folder / name}"
        fix = "restore the article, or make the record from it again"
    positions = Positions(raw.decode("utf-8"))
    line, column = positions.line_column(positions.offset(pointer))
    yield file_finding("COR002", file, message, fix, (line + first_line - 1, column), pointer)
