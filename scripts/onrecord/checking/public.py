"""The public functions, as `onrecord.load` and so on: thin fronts of the modules that do the work.

They print nothing and exit nowhere. Paths may be `str` or `Path`; what is wrong with data comes as findings, in a list
or in an `InvalidData`.
"""

import os
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from msgspec.structs import replace

from ..files import canonical_json, record_files
from ..files.corpus_folder import read_info, read_splits
from ..files.limits import lowered
from ..files.reading import Reach
from ..files.record_files import CorpusInfo
from ..files.writing import write_atomic
from ..findings.finding import Finding, InvalidData
from ..model.record import Record
from .choice import ALWAYS, LIMIT, Cap, Choice
from .policy import Policy, Settings, check_codes, chosen, settings
from .run import Checked, run
from .schema_errors import Engine
from .sources import STDIN, raw_records, units
from .validate import check_source, read

if TYPE_CHECKING:
    pass

T = TypeVar("T")
PathLike = str | os.PathLike[str]
_SHAPE = Choice(select=ALWAYS)
_SHARE_FROM = 2**23
"""Bytes of input from which the work is shared among the processors."""


def load(source: PathLike | bytes, *, valid: bool = False) -> Record:
    """One record, from its JSON or the file that holds it.

    Args:
        source: bytes of JSON, or the path of a file of one record (`.json`, also `.gz` and `.zst`).
        valid: whether a record with errors is refused, too; without it, the rules don't run, and `check` tells
            what they find.

    Raises:
        InvalidData: it is no record: no file, no JSON, or not of the schema. `findings` say why, by line and column.

    >>> record = onrecord.load(example)
    >>> record.id, record.entities[0].name
    ('example', 'NASA')
    >>> onrecord.load(b'{"id": "letter"}')
    Traceback (most recent call last):
        ...
    onrecord.InvalidData: 1:1: SCH001 the field 'schema_version' is missing
    1:1: SCH001 the field 'text' is missing
    1:1: SCH001 the field 'text_sha256' is missing
    … and 8 more
    """
    file = "" if isinstance(source, bytes) else str(source)
    raw, unreadable = (source, None) if isinstance(source, bytes) else read(Path(source), expand=True)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    record, findings = check_source(raw, file) if valid else check_source(raw, file, choice=_SHAPE)
    if record is None or any(f.severity == "error" for f in findings):
        raise InvalidData(findings)
    return record


def dump(record: Record, path: PathLike | None = None) -> bytes:
    """A record as canonical JSON (fixed order of keys, two-space indent, UTF-8, final newline), also into a file.

    The bytes are proven to be a record before they are written; the file is replaced whole or not at all, and
    compressed if its name ends in `.gz` or `.zst`.

    Raises:
        InvalidData: a value is not what the schema wants, as in a record that was made of wrong parts.
        OSError: the file can't be written; the old one stands.

    >>> onrecord.load(onrecord.dump(record)) == record
    True
    """
    content = canonical_json.canonical(record)
    load(content)
    if path is not None:
        write_atomic(Path(path), content, compress=True)
    return content


def check(
    source: "Record | Corpus | bytes | PathLike",
    *,
    select: Iterable[str] = (),
    ignore: Iterable[str] = (),
    jobs: int = 1,
    limit: int | None = LIMIT,
) -> list[Finding]:
    """What is wrong with a record, a file or folder of records, or a corpus: all that `onrecord validate` tells.

    The findings of a corpus obey its settings (`[tool.onrecord]`). Those of a `Record` have the lines and columns of its
    canonical JSON, and no file.

    Args:
        select: codes to look for, as `SPN002`, or `SPN` for all of its kind; all without it.
        ignore: codes to leave out.
        jobs: processes that share the work; 0: as many as it pays.
        limit: findings of one code in one file that are told; all with None.

    Raises:
        ValueError: a code is none, or the corpus's settings are malformed.

    >>> [f.code for f in onrecord.check(record)]
    []
    >>> [(f.code, f.message) for f in onrecord.check(onrecord.dump(record).replace(b'"Tuesday"', b'"Monday"'))]
    [('SPN002', "the span says 'Monday', but the article has 'Tuesday' at [48, 55)")]
    """
    if isinstance(source, Record | bytes):
        policy = Policy((*select,), (*ignore,))
        check_codes((*policy.select, *policy.ignore))
        raw = source if isinstance(source, bytes) else canonical_json.canonical(source)
        return Cap(limit)(policy(check_source(raw, "", choice=policy.choice(limit))[1]))
    path = source.path if isinstance(source, Corpus) else Path(source)
    policy, found = chosen(path, (*select,), (*ignore,))
    with lowered(found.limits):
        return [f for one in check_each([path], policy, cap=Cap(limit), jobs=jobs) for f in one.findings]


def check_each(
    paths: Iterable[PathLike],
    policy: Policy | None = None,
    *,
    cap: Cap | None = None,
    engine: Engine = "fast",
    jobs: int = 1,
    across: bool = True,
    progress: Callable[[int], None] = lambda records: None,
) -> Generator[Checked, None, None]:
    """As `check`, record by record as it comes, of paths of any size; then what is found about each corpus.

    Args:
        policy: what counts; without it, what the settings for the first path say.
        cap: counts what is told of one code in one file; without it, the first thousand are.
        engine: of the JSON Schema: `fast`, or `reference`, which is `jsonschema`.
        jobs: processes that share the work; 0: as many as it pays.
        across: whether the rules over whole corpora run, too.
        progress: called with the number of records checked so far.

    Raises:
        ValueError: the settings are malformed.

    >>> [len(one.findings) for one in onrecord.check_each([folder]) if one.record]
    [0, 0]
    """
    cap, files = cap or Cap(LIMIT), [Path(p) for p in paths]
    bounds: Mapping[str, int] = {}
    if policy is None:
        policy, held = chosen(files[0] if files else Path())
        bounds = held.limits
    found = run(files, engine, jobs or _processes(files), across, progress, policy.choice(cap.limit))
    with closing(found):
        for checked in _within(bounds, found):
            yield replace(checked, findings=tuple(cap(policy(checked.findings)))) if checked.findings else checked


def _processes(paths: Iterable[Path]) -> int:
    """One process for little input, one a processor for much."""
    size = 0
    for path in paths:
        try:
            for file in record_files.record_files(path):
                size += file.stat().st_size
                if size > _SHARE_FROM:
                    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        except OSError:
            continue  # reported by the run
    return 1


class Corpus:
    """A corpus folder, or any folder or file of records, read lazily: iterate it, once or several times.

    Attributes:
        path: where it is.

    >>> corpus = onrecord.corpus(folder)
    >>> [record.id for record in corpus]
    ['example', 'other']
    >>> corpus.splits
    {'train': ('example',), 'test': ('other',)}
    >>> [record.id for record in corpus.records("test")]
    ['other']
    >>> corpus.info.version, corpus.settings.strict
    ('1.2.0', True)
    """

    def __init__(self, path: PathLike) -> None:
        self.path = Path(path)
        if self.path != STDIN and not os.path.exists(self.path):
            raise FileNotFoundError(f"there is no file or folder {self.path}")

    def __repr__(self) -> str:
        return f"corpus({str(self.path)!r})"

    def __iter__(self) -> Iterator[Record]:
        return self.records()

    def records(self, split: str | None = None) -> Iterator[Record]:
        """The records in the order of their files, one at a time; of a split alone, if one is named.

        Raises:
            InvalidData: something is no record; the ones before it were yielded.
            ValueError: there is no such split; or the settings are malformed.
        """
        if split is not None and split not in self.splits:
            raise ValueError(f"there is no split {split!r}; there are {', '.join(self.splits) or 'none'}")
        wanted = None if split is None else frozenset(self.splits[split])
        return (r for r in _within(self.settings.limits, self._records()) if wanted is None or r.id in wanted)

    def _records(self) -> Iterator[Record]:
        reach = None if self.path == STDIN else Reach.of(self.path)
        for file in record_files.record_files(self.path):
            for unit in units(file, reach):
                if isinstance(unit, Finding):
                    raise InvalidData([unit])
                for one in raw_records(unit):
                    if one.fault is not None:
                        raise InvalidData([one.fault])
                    record, findings = check_source(one.raw, unit.file, first_line=one.line, choice=_SHAPE)
                    if record is None or any(f.severity == "error" for f in findings):
                        raise InvalidData(findings)
                    yield record

    @cached_property
    def splits(self) -> dict[str, tuple[str, ...]]:
        """The splits, name → ids of records (`splits/NAME.txt`); train, validation and test first. Empty if none.

        Raises:
            InvalidData: a list can't be read.
        """
        found, faults = read_splits(self.path) if self.path.is_dir() else ({}, [])
        if faults:
            raise InvalidData(faults)
        return {name: tuple(listed.id for listed in ids) for name, ids in found.items()}

    @cached_property
    def info(self) -> CorpusInfo | None:
        """What `corpus.toml` says: name, version, licence, authors; None where there is none.

        Raises:
            InvalidData: it is malformed.
        """
        found, faults = read_info(self.path) if self.path.is_dir() else (None, [])
        if faults:
            raise InvalidData(faults)
        return found

    @cached_property
    def settings(self) -> Settings:
        """`[tool.onrecord]` of the nearest `pyproject.toml`; its limits hold while this corpus is read.

        Raises:
            ValueError: it is malformed.
        """
        return settings(Path() if self.path == STDIN else self.path)[0]


def _within(bounds: Mapping[str, int], found: Iterator[T]) -> Iterator[T]:
    """What an iterator yields, each step under lowered limits, which don't hold for whoever takes it."""
    end: Any = object()
    while True:
        with lowered(bounds):
            one = next(found, end)
        if one is end:
            return
        yield one


def corpus(path: PathLike) -> Corpus:
    """A corpus: a folder with `records/`; or a folder of records, a file of them (`.jsonl`, `.parquet`), as `validate` takes.

    Raises:
        FileNotFoundError: nothing is there.
    """
    return Corpus(path)
