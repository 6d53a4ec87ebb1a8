"""The corpus as a pull sees it: records by id, and a place for everybody's annotation."""

import zlib
from collections.abc import Iterator
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import decode

from ...checking.sources import Unit, raw_records, units
from ...checking.validate import check_source
from ...checking.validate import read as bytes_of
from ...files import record_files
from ...files.limits import OverLimit
from ...files.names import BadName, file_name, inside, under
from ...files.reading import Reach
from ...findings.finding import Finding
from ...model.record import Record
from ..codec.choosing import folder_name
from ..exchange.landing import ID

ANNOTATIONS = "annotations"
"""Folder of a corpus for the annotations of several annotators, a folder each."""


_LONGEST = 200
"""Characters of an id that names a file at most; what is beside it has a suffix, too."""


class _Named(Struct):
    id: str


class Held(Struct, frozen=True):
    """A record that stands among others in one file (JSON lines, a table), or compressed. `packed`: its JSON, compressed."""

    file: str
    line: int
    packed: bytes

    @property
    def record(self) -> Record:
        return decode(zlib.decompress(self.packed), type=Record)


class Standing(Struct, frozen=True):
    """What the corpus has of a record. `path` is where it would be written; None with the reason, `why`, where nowhere."""

    path: Path | None
    record: Record | None = None
    faults: tuple[Finding, ...] = ()
    why: str = ""


class Corpus:
    """A corpus folder, by record ids."""

    def __init__(self, root: Path) -> None:
        self.root, self.records, self.reach = root, root / "records", Reach.of(root)
        self._index: dict[str, Path] | None = None
        self._held: dict[str, Held] | None = None

    def files(self) -> Iterator[Path]:
        """The JSON files in `records/`, one record each."""
        yield from (p for p in self._every() if p.suffix == ".json")

    def _every(self) -> Iterator[Path]:
        if self.records.is_dir():
            yield from record_files.record_files(self.root)

    def ids(self) -> Iterator[str]:
        """The ids of all records that can be read."""
        yield from self._all()
        yield from (id for id in self._among() if id not in self._all())

    def _all(self) -> dict[str, Path]:
        if self._index is None:
            self._index = {}
            for path in self.files():
                try:
                    self._index.setdefault(decode(self.reach.content(path), type=_Named).id, path)
                except (OSError, OverLimit, DecodeError, RecursionError):
                    continue  # `onrecord validate` says why
        return self._index

    def _among(self) -> dict[str, Held]:
        """The records that have no file of their own."""
        if self._held is None:
            self._held = {}
            for path in (p for p in self._every() if p.suffix != ".json"):
                for unit in units(path, self.reach):
                    for one in raw_records(unit) if isinstance(unit, Unit) else ():
                        try:
                            id = decode(one.raw, type=Record).id
                        except (DecodeError, RecursionError):
                            continue
                        self._held.setdefault(id, Held(str(path), one.line, zlib.compress(one.raw, 1)))
        return self._held

    def place(self, id: str, annotator: str = "") -> Path | None:
        """Where the record of an id stands, or would stand; None for what is no id.

        With an annotator, the place of their annotation of it. None, too, where a link there leads out of the corpus.
        """
        try:
            return self._place(id, annotator)
        except BadName:
            return None

    def _place(self, id: str, annotator: str = "") -> Path | None:
        if not ID.fullmatch(id) or len(id) > _LONGEST:
            return None
        if annotator:
            return under(self.root, f"{ANNOTATIONS}/{folder_name(annotator)}/{file_name(id)}")
        usual = self.records / file_name(id)
        found = usual if usual.is_file() else self._all().get(id, usual)
        return inside(self.root, found)

    def standing(self, id: str) -> Standing:
        """What the corpus has of a record: in a file of its own, among others, or not at all."""
        try:
            path = self._place(id)
        except BadName as error:
            return Standing(None, why=str(error))
        if path is None:
            return Standing(None, why=f"{id[:80]!r} can't be a record's id, or is too long to name a file")
        record, faults = read(path)
        if record is not None and record.id != id:  # a file that was given another record's name
            other, record = record.id, None
            found = self._all().get(id)
            if found is not None:
                path, (record, faults) = found, read(found)
            elif id not in self._among():
                return Standing(None, why=f"{path} holds another record, {other}")
        if record is None and not faults and (held := self._among().get(id)) is not None:
            why = f"{id} stands in {held.file}, line {held.line}, and only a record with a .json file of its own is written"
            return Standing(None, held.record, why=why)
        return Standing(path, record, tuple(faults))


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
