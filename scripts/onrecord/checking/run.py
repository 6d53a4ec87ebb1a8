"""Validate many records: files, folders and corpora, in one process or several; then the rules over the whole corpus."""

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from functools import partial
from itertools import takewhile
from multiprocessing import get_context, parent_process
from multiprocessing.synchronize import Event
from pathlib import Path
from threading import Thread

from msgspec import Struct
from msgspec.structs import replace

from ..files import limits, record_files
from ..files.names import BadName, raw_places
from ..files.parsing import file_finding, refusal
from ..files.positions import Positions
from ..files.reading import OUTSIDE_FIX, Outside, Reach, opened
from ..findings.finding import Finding
from ..model.record import Record
from ..text.words import primary
from .choice import Choice
from .corpus_index import Facts, Index, facts
from .rules.plugins import plugged, unused
from .schema_errors import Engine
from .sources import STDIN, RawRecord, Unit, raw_records, units
from .validate import Source, check_sources

_FILES_A_TASK = 16
_TOGETHER, _BYTES = 8, 2**20
"""Records that are checked together, and their bytes: more would not be held near the processor."""
_stop: Event
"""Of a worker: whether nobody waits for its findings any more."""
_choice: Choice
"""Of a worker: what is looked for."""


class Checked(Struct, frozen=True):
    """What was found in one record, or (with `record` False) about a file, a folder or the corpus."""

    file: str
    line: int
    findings: tuple[Finding, ...]
    facts: Facts | None = None
    record: bool = True
    language: str | None = None
    """The language by whose words the rules looked at the record; None where they did not."""


class Options(Struct, frozen=True):
    """How to check: the JSON Schema engine, the corpus's folder of raw articles, whether the corpus is looked at too.

    `reach` is from where the files of a folder may come.
    """

    engine: Engine = "fast"
    raw: str | None = None
    corpus: bool = True
    reach: Reach | None = None


Found = tuple[Checked, Record | None]
Check = Callable[[Iterator[Unit | Finding], Options], Iterator[Found]]
_EVERYTHING = Choice(limit=None)


def validate(paths: Iterable[Path], engine: Engine = "fast") -> Iterator[tuple[Path, Record | None, list[Finding]]]:
    """Every record under `paths` with its findings, in order, then what is found about the corpus as a whole."""
    for checked, record in _all(paths, engine, os.path.isdir, partial(_alone, Choice())):
        yield Path(checked.file), record, list(checked.findings)


def run(
    paths: Iterable[Path],
    engine: Engine = "fast",
    jobs: int = 1,
    corpus: bool = True,
    progress: Callable[[int], None] = lambda records: None,
    choice: Choice = _EVERYTHING,
) -> Generator[Checked, None, None]:
    """The findings of every record under `paths`, in the order of the files; then those about each corpus.

    Args:
        jobs: processes to share the work; findings alone travel between them.
        corpus: whether the rules over the whole corpus run, too, on folders and files of many records.
        progress: called with the number of records checked so far.
        choice: what is looked for, and how much of it: one finding of a code and a record more than the limit, at most.

    Raises:
        MissingPackage: a file's form needs a package that is not installed.
        BrokenProcessPool: a process that shared the work died.
    """
    count = 0
    with ExitStack() as stack:
        check: Check = (
            partial(_alone, choice) if jobs == 1 else partial(_shared, stack.enter_context(_pool(jobs, choice)), jobs)
        )
        found = stack.enter_context(closing(_all(paths, engine, lambda path: corpus and _many(path), check)))
        for checked, _ in found:
            count += checked.record
            yield checked
            progress(count)


def _all(
    paths: Iterable[Path], engine: Engine, many: Callable[[Path], bool], check: Check
) -> Generator[Found, None, None]:
    """What is found, path by path. What was checked for one path is not reported again for another."""
    seen: set[str] = set()
    told = False
    for path in paths:
        if not told and (missing := unused(str(path))):
            yield Checked(str(path), 1, tuple(missing), record=False), None
        told = True
        if (real := os.path.realpath(path)) in seen and path != STDIN:
            continue
        try:
            reach = None if path == STDIN else Reach.of(path)
        except Outside as error:
            yield Checked(str(path), 1, (refusal(str(path), error),), record=False), None
            continue
        options = Options(engine, _raw(path), many(path), reach)
        with ExitStack() as stack:
            index = stack.enter_context(Index(path)) if options.corpus else None
            for checked, record in check(_units(path, seen, options), options):
                if index is not None and checked.facts is not None:
                    index.add(checked.facts)
                if checked.record or checked.findings:
                    yield checked, record
            for finding in index.findings() if index is not None else ():
                yield Checked(finding.file, finding.line or 1, (finding,), record=False), None
        seen.add(real)


def _many(path: Path) -> bool:
    return os.path.isdir(path) or path == STDIN or record_files.form(path) in (".jsonl", ".ndjson", ".parquet")


def _raw(path: Path) -> str | None:
    """A corpus keeps its raw articles; a built dataset, which has a folder `records` as well, does not."""
    if not os.path.isdir(path / "records") or not (os.path.isdir(path / "raw") or os.path.isfile(path / "corpus.toml")):
        return None
    return str(path / "raw")


def _units(path: Path, seen: set[str], options: Options) -> Iterator[Unit | Finding]:
    """The units of all files of a path; a folder without records is a finding.

    Files that were `seen` with an earlier path come again only for the rules over the whole corpus.
    """
    if path == STDIN:
        yield from units(path)
        return
    mine: set[str] = set()
    try:
        for file in record_files.record_files(path):
            if (real := os.path.realpath(file)) in mine:
                continue
            mine.add(real)
            if real not in seen:
                yield from units(file, options.reach)
            elif options.corpus:
                yield from (replace(unit, known=True) for unit in units(file, options.reach) if isinstance(unit, Unit))
    except OSError as error:
        message = f"the folder can't be read: {error.strerror}"
        yield file_finding("FIL001", str(error.filename or path), message, "check its permissions")
        return
    finally:
        seen |= mine
    if not mine:
        fix = "name a corpus, a folder of records, or a record"
        message = "the folder holds no record (*.json, *.jsonl, *.parquet)"
        yield file_finding("FIL006", str(path), message, fix)


def _alone(choice: Choice, work: Iterator[Unit | Finding], options: Options) -> Iterator[Found]:
    for group in _groups(work):
        sources = [Source(one.raw, unit.file, one.line) for unit, one in group if one.fault is None]
        results = iter(check_sources(sources, options.engine, choice))
        for unit, one in group:
            if one.fault is None:
                yield _checked(unit, one, *next(results), options)
            else:
                yield Checked(unit.file, one.line, () if unit.known else (one.fault,), record=False), None


def _groups(work: Iterator[Unit | Finding]) -> Iterator[list[tuple[Unit, RawRecord]]]:
    """Records that are checked together, each with its unit: a few, and not many bytes."""
    group: list[tuple[Unit, RawRecord]] = []
    size = 0
    for piece in work:
        if isinstance(piece, Finding):
            unit, found = Unit(piece.file, "file"), iter([RawRecord(piece.line or 1, b"", piece)])
        else:
            unit, found = piece, raw_records(piece)
        for one in found:
            group.append((unit, one))
            size += len(one.raw)
            if len(group) == _TOGETHER or size >= _BYTES:
                yield group
                group, size = [], 0
    if group:
        yield group


def _task(batch: list[Unit | Finding], options: Options) -> list[Checked]:
    """What a worker does: whole units in, findings out."""
    return [checked for checked, _ in takewhile(lambda _: not _stop.is_set(), _alone(_choice, iter(batch), options))]


@contextmanager
def _pool(jobs: int, choice: Choice) -> Iterator[ProcessPoolExecutor]:
    plugged()  # once, and not in each process
    context = get_context("fork" if os.name == "posix" else None)
    stop = context.Event()
    bounds = limits.limits(), limits.allowed()
    pool = ProcessPoolExecutor(jobs, context, _begin, (stop, choice, *bounds))
    try:
        pool.submit(int)  # starts the workers now, before any library has threads, which a fork would not have
        yield pool
    finally:
        stop.set()
        pool.shutdown(cancel_futures=True)


def _begin(stop: Event, choice: Choice, bounds: limits.Limits, allowed: tuple[str, ...]) -> None:
    """Makes a process a worker: Ctrl-C is for the main process, which no worker outlives."""
    global _stop, _choice
    _stop, _choice = stop, choice
    limits.use(bounds, map(Path, allowed))
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_main, daemon=True).start()


def _end_with_main() -> None:
    if (main := parent_process()) is not None:
        main.join()
        os._exit(1)


def _shared(pool: ProcessPoolExecutor, jobs: int, work: Iterator[Unit | Finding], options: Options) -> Iterator[Found]:
    waiting: deque[Future[list[Checked]]] = deque()
    for batch in _batches(work):
        waiting.append(pool.submit(_task, batch, options))
        if len(waiting) > 2 * jobs:
            yield from ((checked, None) for checked in waiting.popleft().result())
    while waiting:
        yield from ((checked, None) for checked in waiting.popleft().result())


def _batches(work: Iterator[Unit | Finding]) -> Iterator[list[Unit | Finding]]:
    """Pieces of a file go alone, single files together."""
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


def _checked(unit: Unit, one: RawRecord, record: Record | None, findings: list[Finding], options: Options) -> Found:
    known = facts(record, unit.file, one.line) if record is not None and options.corpus else None
    if unit.known:
        return Checked(unit.file, one.line, (), known, record=False), None
    if record is not None and options.raw is not None:
        findings += _against_raw(record, options, unit.file, one.raw, one.line)
    if unit.kind == "parquet":
        findings = [_of_row(f) for f in findings]
    language = primary(record.metadata.language) if record is not None else None
    return Checked(unit.file, one.line, tuple(findings), known, language=language), record


def _of_row(finding: Finding) -> Finding:
    """A finding in a table: its line is the row's number, and there are no columns of characters."""
    return replace(finding, column=None, related=tuple(replace(r, column=None) for r in finding.related))


def _against_raw(record: Record, options: Options, file: str, raw: bytes, first_line: int) -> Iterator[Finding]:
    """A corpus keeps each article as it was received; the record's text is that file's."""
    name, code, folder = record.metadata.source_file, "COR002", Path(options.raw or "")
    pointer, fix = "/metadata/source_file", "put it there, as it was received"
    try:
        places = raw_places(folder, name)
        article = next((place for place in places if os.path.lexists(place)), places[0])
        if options.reach is not None:
            options.reach.check(article)
        with opened(article) as stream:
            wanted = record.text.encode()
            if stream.read(len(wanted) + 1) == wanted:
                return
        pointer, fix = "/text", "restore the article, or make the record from it again"
        message = f"the text is not that of the raw article {article}"
    except BadName as error:
        message, fix = str(error), "name the raw article by its name in that folder"
    except Outside as error:
        code, message, fix = "FIL007", f"the raw article {error.filename} is not read: {error.strerror}", OUTSIDE_FIX
    except FileNotFoundError:
        message = f"the raw article {name!r} is not in {folder}"
    except OSError as error:
        message = f"the raw article {name!r} in {folder} can't be read: {error.strerror}"
    line, column = Positions(raw.decode("utf-8")).place(pointer)
    yield file_finding(code, file, message, fix, (line + first_line - 1, column), pointer)
