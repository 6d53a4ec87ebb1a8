"""The index of a corpus, on disk: what the rules over a whole corpus need to know of each record."""

import os
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from heapq import nsmallest
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from msgspec import Struct

from ..files import record_files
from ..files.corpus_folder import Listed, read_info, read_splits
from ..files.parsing import refusal
from ..files.positions import Positions
from ..files.reading import Outside, Reach, text
from ..findings.finding import Finding, Related
from ..model.record import Record, cluster_layers
from .rules.corpus.corpus import CORPUS_RULES, INDICES, SCHEMA, CorpusProblem, CorpusRule, RecordPointer, View
from .rules.corpus.duplicates import SKETCH

_WORDS = 4
"""Words of a shingle."""
_LONGEST = 100_000
"""Words of a text of which a sketch is made; what is longer is no article."""
_TOGETHER = 5000
"""Problems whose places are looked for together, file by file."""

At = tuple[int, str]
"""A record's number in the index, and a JSON pointer."""
Stands = tuple[str, str, int, int | None]
"""File, document id, line and column."""


class Facts(Struct, frozen=True):
    """A record as its corpus needs it."""

    id: str
    file: str
    line: int
    sha: str
    guidelines: str
    sketch: tuple[int, ...]
    labels: tuple[tuple[str, str, int], ...]
    links: tuple[tuple[str, str, str, str], ...]


def sketch(text: str) -> tuple[int, ...]:
    """The smallest hashes of a text's runs of words. Two texts share about the same part of these as of their runs."""
    words = text.lower().split()
    if len(text) > 20 * len(words):  # no language's words are so long: this one is written without spaces
        words = [c for c in text if not c.isspace()]
    del words[_LONGEST:]
    runs = {" ".join(run) for run in zip(*(words[i:] for i in range(_WORDS)), strict=False)} or {" ".join(words)}
    return tuple(nsmallest(SKETCH, {zlib.crc32(run.encode()) for run in runs}))


def facts(record: Record, file: str, line: int) -> Facts:
    """What is kept of a record."""
    counts: Counter[tuple[str, str]] = Counter()
    counts.update(("entities by type", e.type) for e in record.entities)
    counts.update(("entities' mentions by kind", m.kind) for e in record.entities for m in e.mentions)
    counts.update(("quotes by kind", q.kind) for q in record.quotes)
    counts.update(("claims by kind", c.kind) for c in record.claims)
    counts.update(("events by realis", m.realis) for v in record.events for m in v.mentions)
    links = [
        (item.link.wikidata, item.name, item.type, f"/{layer}/{i}")
        for layer, items in cluster_layers(record)
        for i, item in enumerate(items)
        if item.link.wikidata is not None and item.name is not None
    ]
    return Facts(
        record.id,
        file,
        line,
        record.text_sha256,
        record.annotation.guidelines,
        sketch(record.text),
        tuple((layer, label, n) for (layer, label), n in counts.items()),
        tuple(links),
    )


class Index:
    """Facts of all records of a corpus, in a database in a temporary folder that goes when the index closes."""

    def __init__(self, path: Path) -> None:
        self.corpus = path if os.path.isdir(path) else path.parent
        self.is_corpus = os.path.isdir(path / "records")
        self.count = 0
        self.files: dict[str, Path] = {}
        self.splits: dict[str, list[Listed]] = {}

    def __enter__(self) -> Self:
        self._folder = TemporaryDirectory(prefix="onrecord-index-")
        self.db = sqlite3.connect(Path(self._folder.name, "index.sqlite"))
        self.db.text_factory = os.fsdecode  # names of files need not be UTF-8
        self.db.executescript(f"pragma journal_mode = off; pragma synchronous = off; {SCHEMA}")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.close()
        self._folder.cleanup()

    def add(self, known: Facts) -> None:
        self.count += 1
        n = self.count
        row = (n, known.id, os.fsencode(known.file), known.line, known.sha, known.guidelines)
        self.db.execute("insert into docs values (?, ?, cast(? as text), ?, ?, ?)", row)
        self.db.executemany("insert into sketches values (?, ?)", [(h, n) for h in known.sketch])
        self.db.executemany("insert into labels values (?, ?, ?, ?)", [(n, *x) for x in known.labels])
        self.db.executemany("insert into links values (?, ?, ?, ?, ?)", [(w, a, t, n, p) for w, a, t, p in known.links])

    def findings(self) -> Iterator[Finding]:
        """What the rules over the whole corpus find."""
        self.db.executescript(INDICES)
        info = None
        if self.is_corpus:
            reach = Reach.of(self.corpus)
            for path in (self.corpus / name for name in record_files.PROSE):
                if os.path.lexists(path) and (why := reach.refuses(path)):
                    yield refusal(str(path), Outside(path, why))
            self.splits, faults = read_splits(self.corpus)
            yield from faults
            info, faults = read_info(self.corpus)
            yield from faults
        splits = {name: [x.id for x in listed] for name, listed in self.splits.items()}
        view = View(self.db, splits, info.guidelines if info else None)
        for rule in CORPUS_RULES:
            problems = rule.check(view)
            while some := list(islice(problems, _TOGETHER)):
                found = self._places([p for problem in some for p in (problem.at, *problem.related) if p is not None])
                yield from (self._finding(rule, problem, found) for problem in some)

    def _finding(self, rule: CorpusRule, problem: CorpusProblem, places: Mapping[At, Stands]) -> Finding:
        file = str(self.corpus / "splits" / f"{problem.split}.txt")
        record: str | None = None
        pointer, line, column = None, None, None
        if problem.split is not None and problem.listed is not None:
            listed = self.splits[problem.split][problem.listed]
            file, line, column = listed.file, listed.line, 1
        if problem.at is not None:
            file, record, line, column = places[problem.at.doc, problem.at.pointer]
            pointer = problem.at.pointer
        related = []
        for other in problem.related:
            other_file, _, other_line, other_column = places[other.doc, other.pointer]
            related.append(Related(other.message, other_file, other.pointer, other_line, other_column))
        return Finding(
            code=rule.code,
            name=rule.name,
            severity=rule.severity,
            file=file,
            pointer=pointer,
            line=line,
            column=column,
            message=problem.message,
            fix=problem.fix,
            record=record,
            related=tuple(related),
        )

    def _places(self, places: Iterable[RecordPointer]) -> dict[At, Stands]:
        """File, document id, line and column of each place. A file is looked at again only once for all of them."""
        wanted: dict[int, set[str]] = {}
        for place in places:
            wanted.setdefault(place.doc, set()).add(place.pointer)
        found: dict[At, Stands] = {}
        for doc, pointers in wanted.items():
            file, id, line = self.db.execute("select file, id, line from docs where doc = ?", (doc,)).fetchone()
            positions = _positions(Path(file))
            for pointer in pointers:
                at = positions.place(pointer) if positions else (line, None)
                found[doc, pointer] = (file, id, *at)
        return found


def _positions(path: Path) -> Positions | None:
    """Where things stand in a file of one record; None where it can't be entered again."""
    if record_files.form(path) != ".json" or path.suffix != ".json":
        return None
    try:
        return Positions(text(path))
    except (OSError, ValueError):
        return None
