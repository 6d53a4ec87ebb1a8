"""The corpus as a pull sees it: records by id, and a place for everybody's annotation."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import decode

from .. import store
from ..files.limits import OverLimit
from ..files.names import file_name, inside, under
from ..files.reading import Reach
from ..finding import Finding
from ..record import Record
from ..validate import check_source
from ..validate import read as bytes_of
from .choosing import folder_name
from .landing import ID

ANNOTATIONS = "annotations"
"""Folder of a corpus for the annotations of several annotators, a folder each."""


class _Named(Struct):
    id: str


class Corpus:
    """A corpus folder, by record ids."""

    def __init__(self, root: Path) -> None:
        self.root, self.records, self.reach = root, root / "records", Reach.of(root)
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
                    self._index.setdefault(decode(self.reach.content(path), type=_Named).id, path)
                except (OSError, OverLimit, DecodeError):
                    continue  # `onrecord validate` says why
        return self._index

    def place(self, id: str, annotator: str = "") -> Path | None:
        """Where the record of an id stands, or would stand; None for what is no id.

        With an annotator, the place of their annotation of it.

        Raises:
            BadName: a link there leads out of the corpus.
        """
        if not ID.fullmatch(id):
            return None
        if annotator:
            return under(self.root, f"{ANNOTATIONS}/{folder_name(annotator)}/{file_name(id)}")
        usual = self.records / file_name(id)
        found = usual if usual.is_file() else self._all().get(id, usual)
        return inside(self.root, found)


def read(path: Path | None) -> tuple[Record | None, list[Finding]]:
    """The record of a file; None where there is none, or with the findings that make it unreadable."""
    if path is None or not path.is_file():
        return None, []
    raw, fault = bytes_of(path)
    if raw is None:
        return None, [fault] if fault else []
    try:
        return decode(raw, type=Record), []
    except (DecodeError, RecursionError):
        record, findings = check_source(raw, str(path))
        return record, [f for f in findings if f.severity == "error"]
