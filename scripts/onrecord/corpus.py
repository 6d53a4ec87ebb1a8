"""The index of a corpus, on disk: what the rules over a whole corpus need to know of each record."""

import os
import sqlite3
import zlib
from collections import Counter
from collections.abc import Iterator
from heapq import nsmallest
from pathlib import Path
from tempfile import TemporaryDirectory
from types import TracebackType
from typing import Self

from msgspec import Struct

from . import store
from .corpus_files import Listed, read_info, read_splits
from .finding import Finding, Related
from .positions import Positions
from .record import Record, cluster_layers
from .rules.corpus import CORPUS_RULES, INDICES, SCHEMA, CorpusProblem, CorpusRule, Place, View
from .rules.duplicates import SKETCH

_WORDS = 4
"""Words of a shingle."""


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
    """The least hashes of a text's runs of words: two texts share about as many of them as of their runs."""
    words = text.lower().split()
    if len(text) > 20 * len(words):  # no language's words are so long: this one is written without spaces
        words = [c for c in text if not c.isspace()]
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
            self.splits, faults = read_splits(self.corpus)
            yield from faults
            info, faults = read_info(self.corpus)
            yield from faults
        splits = {name: [x.id for x in listed] for name, listed in self.splits.items()}
        view = View(self.db, splits, info.guidelines if info else None)
        for rule in CORPUS_RULES:
            for problem in rule.check(view):
                yield self._finding(rule, problem)

    def _finding(self, rule: CorpusRule, problem: CorpusProblem) -> Finding:
        file = str(self.corpus / "splits" / f"{problem.split}.txt")
        record: str | None = None
        pointer, line, column = None, None, None
        if problem.split is not None and problem.listed is not None:
            listed = self.splits[problem.split][problem.listed]
            file, line, column = listed.file, listed.line, 1
        if problem.at is not None:
            file, record, line, column = self._place(problem.at)
            pointer = problem.at.pointer
        related = []
        for other in problem.related:
            other_file, _, other_line, other_column = self._place(other)
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

    def _place(self, place: Place) -> tuple[str, str, int, int | None]:
        """File, document id, line and column; the file is looked at again, as findings are few."""
        file, id, line = self.db.execute("select file, id, line from docs where doc = ?", (place.doc,)).fetchone()
        if store.form(Path(file)) != ".json" or Path(file).suffix != ".json":
            return file, id, line, None
        try:
            positions = Positions(Path(file).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return file, id, line, None
        return file, id, *positions.place(place.pointer)
