"""What this machine knows of a Label Studio project: which task is of which record, and the base of every comparison.

A cache beside the corpus, ignored by git: the server is the truth, and whatever is missing here is asked for there.
"""

import hashlib
import os
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

from msgspec.json import decode, encode

from ...compare.merge import fingerprint
from ...files.canonical_json import canonical
from ...model.record import Record
from .local import folder

_SCHEMA = """
create table if not exists tasks (task integer primary key, record text not null);
create table if not exists bases (record text, annotator text, fingerprint text not null, content blob not null,
  sent integer not null, primary key (record, annotator)) without rowid;
create table if not exists complete (newest integer not null);
create index if not exists by_record on tasks (record);
"""
_TOLD = """create table if not exists told (record text, annotator text, warnings text not null,
  primary key (record, annotator)) without rowid"""
_VERSION = 2
_LONGEST = 200
"""Bytes of a server's name as that of a file."""


class State:
    """The state of one project of one server. Bases are kept by record and annotator, compressed.

    The annotator "" is the corpus itself: what was pushed, or pulled into `records/`.
    """

    def __init__(self, corpus: Path, server: str, project: int) -> None:
        """`server` tells servers apart: their ids mean nothing to each other.

        Raises:
            OSError, sqlite3.Error: the folder can't be written.
        """
        name = "".join(c if c.isalnum() or c in ".-" else "_" for c in server.partition("://")[2] or server)
        if len(name.encode()) > _LONGEST:
            name = f"{name[:50]}-{hashlib.sha256(server.encode()).hexdigest()[:16]}"
        path = folder(corpus) / "labelstudio" / f"{name}-{project}.sqlite"
        path.parent.mkdir(exist_ok=True)
        self.db = sqlite3.connect(path, timeout=30)
        if self.db.execute("pragma user_version").fetchone()[0] != _VERSION:
            self.db.executescript(
                f"drop table if exists tasks; drop table if exists bases; drop table if exists complete; {_SCHEMA}"
            )
            self.db.execute(f"pragma user_version = {_VERSION}")
            self.db.commit()
            os.chmod(path, 0o600)
        self.db.execute(_TOLD)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.db.commit()  # what was done on the server is done, whatever came after
        self.db.close()

    def save(self) -> None:
        self.db.commit()

    def records_of(self, tasks: Iterable[int]) -> dict[int, str]:
        """The records of those tasks that are known."""
        found: dict[int, str] = {}
        for chunk in _chunks(list(tasks), 500):
            marks = ",".join("?" * len(chunk))
            found.update(self.db.execute(f"select task, record from tasks where task in ({marks})", chunk))
        return found

    def know(self, pairs: Iterable[tuple[int, str]]) -> None:
        self.db.executemany("insert or replace into tasks values (?, ?)", pairs)

    def forget(self, tasks: Iterable[int]) -> None:
        self.db.executemany("delete from tasks where task = ?", [(t,) for t in tasks])

    def known_tasks(self) -> set[int]:
        return {row[0] for row in self.db.execute("select task from tasks")}

    @property
    def complete(self) -> int:
        """Up to this id all of the project's tasks were known once; since then, some may have been deleted."""
        return int(self.db.execute("select coalesce(max(newest), 0) from complete").fetchone()[0])

    @complete.setter
    def complete(self, newest: int) -> None:
        self.db.execute("delete from complete")
        self.db.execute("insert into complete values (?)", (newest,))

    def keep_base(self, record: Record, annotator: str = "", sent: bool = True) -> None:
        """Remember a record as the last that both sides had; `sent` says whether the server knows that, too."""
        row = (record.id, annotator, fingerprint(record), zlib.compress(canonical(record), 1), sent)
        self.db.execute("insert or replace into bases values (?, ?, ?, ?, ?)", row)

    def base(self, record: str, annotator: str, told: str) -> str:
        """The fingerprint of the base: what the server tells, unless this machine could not tell the server."""
        query = "select fingerprint from bases where record = ? and annotator = ? and not sent"
        row = self.db.execute(query, (record, annotator)).fetchone()
        return row[0] if row else told

    def told(self, record: str, annotator: str) -> set[str]:
        """What the pulls of before said of an annotation."""
        query = "select warnings from told where record = ? and annotator = ?"
        row = self.db.execute(query, (record, annotator)).fetchone()
        return set() if row is None else decode(row[0], type=set[str])

    def tell(self, record: str, annotator: str, warnings: Iterable[str]) -> None:
        """Remember what was said, so that it is said once."""
        row = (record, annotator, encode(sorted(set(warnings))).decode())
        self.db.execute("insert or replace into told values (?, ?, ?)", row)

    def content(self, record: str, fingerprint: str) -> Record | None:
        """The base itself, if this machine has it."""
        query = "select content from bases where record = ? and fingerprint = ?"
        row = self.db.execute(query, (record, fingerprint)).fetchone()
        return None if row is None else decode(zlib.decompress(row[0]), type=Record)


def _chunks(values: list[int], size: int) -> Iterator[list[int]]:
    for i in range(0, len(values), size):
        yield values[i : i + size]
