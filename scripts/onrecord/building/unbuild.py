"""A dataset → the corpus that it was built from: record files, raw articles, the lists of the splits."""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from msgspec import Struct

from ..checking.validate import check_source
from ..dataset.columns import SPLIT
from ..dataset.published import NoDataset, Published, RowAddress, at_row, row_id, source
from ..dataset.rows import Row
from ..files import canonical_json
from ..files.names import BadName, file_name, raw_places, under
from ..files.reading import content
from ..files.writing import no_folder, replacing_folder, write_atomic
from ..findings.finding import Finding, InvalidData
from ..model.record import Record

_BLOCKING = ("FIL", "SCH", "TXT001")
"""What makes a row no record. Doubtful annotation comes back as it is: that is for `onrecord validate` to judge."""


class Failed(InvalidData):
    """Nothing was written; `findings` say why."""


class Unbuilt(Struct, frozen=True):
    """What was written: records, raw articles (none where a record's text is not its source's bytes), splits.

    `nameless`: raw articles whose `source_file` can be the name of no file, and that stand in their records alone.
    """

    records: int
    raw: int
    splits: tuple[str, ...]
    nameless: int = 0


Rows = Iterable[tuple[RowAddress, Row]]


def unbuild(
    dataset: Published,
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    restore: Callable[[Rows, list[Finding]], Iterator[tuple[RowAddress, Row]]] = lambda rows, findings: iter(rows),
) -> Unbuilt:
    """Write `records/ID.json` (canonical), `raw/SOURCE_FILE`, and `splits/NAME.txt` if there are splits.

    A single split called `train` is what a corpus without lists has, so none is written for it.

    Args:
        folder: the corpus's folder; it must be new or empty.
        restore: what makes whole rows of a dataset's; the stand-off dataset's text is put in here.

    Raises:
        Failed: a row is no record, or two would be one file.
        NoDataset: the dataset holds no text, or can't be read.
        ValueError: the folder holds something.
    """
    if why := occupied(folder):
        raise ValueError(why)
    found: list[Finding] = []
    count = 0
    with replacing_folder(folder) as beside:
        written = _Files(beside, found)
        for split in dataset.files:
            ids = []
            for address, row in restore(dataset.rows(split), found):
                if row["text"] is None:
                    raise NoDataset("the dataset is without its texts; `onrecord rehydrate --records` puts them in")
                record = checked(address, row, found)
                if record is None:
                    continue
                written.add(address, record)
                ids.append(record.id)
                count += 1
                if count % 100 == 0:
                    progress(f"{count} records")
            if list(dataset.files) != [SPLIT]:
                written.split(split, ids)
        if found:
            raise Failed(found)
    return Unbuilt(count, written.raw, tuple(dataset.files), written.nameless)


def occupied(folder: Path) -> str | None:
    """Why a folder can't be written to, or None."""
    if folder.is_dir() and any(folder.iterdir()):
        return f"{folder} is not empty; name a new folder"
    return no_folder(folder)


def checked(address: RowAddress, row: Row, found: list[Finding]) -> Record | None:
    """The record of a whole row, or the findings why it is none."""
    try:
        raw = source(row)
    except (ValueError, TypeError, OverflowError, RecursionError) as error:
        found.append(damaged(address, row, f"it is no JSON: {error}"))
        return None
    record, findings = check_source(raw, address.file, first_line=address.row)
    faults = [f for f in findings if f.code.startswith(_BLOCKING) and f.severity == "error"]
    found += [damaged(address, row, f"{f.code}: {f.message}", f.pointer) for f in faults]
    return None if faults else record


def damaged(address: RowAddress, row: Row, message: str, pointer: str | None = None) -> Finding:
    """Of a row that is no record."""
    return at_row("DST003", address, message, "get the dataset again; it is not as it was built", row_id(row), pointer)


class Ids:
    """The ids of a dataset's rows, each of which stands there once."""

    def __init__(self) -> None:
        self.first: dict[str, RowAddress] = {}

    def again(self, address: RowAddress, id: str) -> Finding | None:
        """The finding that an id stood there already."""
        first = self.first.setdefault(id, address)
        if first == address:
            return None
        message = f"the id {id!r} is that of an earlier row, too ({first.file}:{first.row})"
        fix = "get the dataset again: `onrecord build` writes each article once"
        return at_row("DST002", address, message, fix, id)


class _Files:
    """The files of a corpus, each written once."""

    def __init__(self, folder: Path, found: list[Finding]) -> None:
        self.folder, self.found = folder, found
        self.raw = self.nameless = 0
        for name in ("records", "raw"):
            (folder / name).mkdir()

    def add(self, address: RowAddress, record: Record) -> None:
        path = under(self.folder / "records", file_name(record.id))
        if self._free(path, address, record, f"the id {record.id!r} is that of an earlier record, too"):
            write_atomic(path, canonical_json.canonical(record))
        article = record.text.encode()
        if hashlib.sha256(article).hexdigest() != record.metadata.source_sha256:
            return
        try:
            path = raw_places(self.folder / "raw", record.metadata.source_file)[0]
        except BadName:
            self.nameless += 1
            return
        if path.is_file() and content(path) == article:
            return
        message = f"the source file {path.name!r} is that of an earlier record, too, and another article"
        if self._free(path, address, record, message):
            write_atomic(path, article)
            self.raw += 1

    def _free(self, path: Path, address: RowAddress, record: Record, message: str) -> bool:
        if not path.exists() and not any(p.is_file() for p in path.parents):
            return True
        fix = "this dataset was not made by `onrecord build`, which refuses that; give one of the two another name"
        self.found.append(at_row("DST002", address, message, fix, record.id))
        return False

    def split(self, name: str, ids: list[str]) -> None:
        write_atomic(under(self.folder / "splits", f"{name}.txt"), "".join(f"{id}\n" for id in ids).encode())
