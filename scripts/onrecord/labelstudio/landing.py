"""Where pulled records land: a valid one in its place, an invalid one beside the corpus with its findings."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from msgspec import DecodeError, Struct
from msgspec.json import decode, encode, format

from .. import store
from ..finding import Finding
from ..record import Record
from ..validate import check_source
from .client import folder_name

REVIEW = "review"
"""Folder of a corpus for annotators' work that can't become its records yet."""
ANNOTATIONS = "annotations"
"""Folder of a corpus for the annotations of several annotators, a folder each."""
ID = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.:-]*")
"""What a record's id is made of; nothing else becomes the name of a file."""


class _Named(Struct):
    id: str


class Corpus:
    """A corpus folder, by record ids."""

    def __init__(self, root: Path) -> None:
        self.root, self.records = root, root / "records"
        self._index: dict[str, Path] | None = None

    def files(self) -> Iterator[Path]:
        """The JSON files in `records/`, one record each."""
        if self.records.is_dir():
            yield from (p for p in store.record_files(self.root) if p.suffix == ".json")

    def ids(self) -> Iterator[str]:
        """The ids of all records that can be read."""
        yield from self._all()

    def _all(self) -> dict[str, Path]:
        if self._index is None:
            self._index = {}
            for path in self.files():
                try:
                    self._index.setdefault(decode(path.read_bytes(), type=_Named).id, path)
                except (OSError, DecodeError):
                    continue  # `onrecord validate` says why
        return self._index

    def place(self, id: str, annotator: str = "") -> Path | None:
        """Where the record of an id stands, or would stand; None for what is no id.

        With an annotator, the place of their annotation of it.
        """
        if not ID.fullmatch(id):
            return None
        if annotator:
            return self.root / ANNOTATIONS / folder_name(annotator) / f"{id}.json"
        usual = self.records / f"{id}.json"
        return usual if usual.is_file() else self._all().get(id, usual)

    def review(self, id: str, annotator: str) -> Path:
        return self.root / REVIEW / folder_name(annotator) / f"{id}.json"


def read(path: Path | None) -> tuple[Record | None, list[Finding]]:
    """The record of a file; None where there is none, or with the findings that make it unreadable."""
    if path is None or not path.is_file():
        return None, []
    raw = path.read_bytes()
    try:
        return decode(raw, type=Record), []
    except (DecodeError, RecursionError):
        record, findings = check_source(raw, str(path))
        return record, [f for f in findings if f.severity == "error"]


def land(path: Path, record: Record) -> None:
    """Write a record that was found valid; whole or not at all."""
    store.write_atomic(path, store.canonical(record))


def set_aside(path: Path, made: Record | None, task: dict[str, Any], findings: Sequence[Finding], why: str) -> None:
    """Keep an annotator's work that can't become a record yet, with what is wrong with it.

    `export` is the task as Label Studio exports it, for `onrecord labelstudio import`.
    """
    body = {"why": why, "findings": findings, "made": made, "export": [task]}
    content = format(encode(body), indent=2) + b"\n"
    if not path.is_file() or path.read_bytes() != content:
        store.write_atomic(path, content)


def clear(path: Path) -> None:
    """Take away what was set aside, now that it landed."""
    path.unlink(missing_ok=True)
    for folder in (path.parent, path.parent.parent):
        if folder.name and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
