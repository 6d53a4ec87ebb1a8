"""A dataset without text, and texts that the user holds → the whole dataset, or its records; joined by hash."""

import hashlib
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ..card.assemble import Built, loading
from ..card.escaping import unhidden
from ..card.hubcard import dump
from ..dataset.front import divided, mappings
from ..dataset.published import Published, RowAddress, at_row, front_matter, row_id
from ..dataset.rows import Row, rows
from ..dataset.standoff import TextMismatch, show
from ..dataset.tables import Tables
from ..files.limits import limits
from ..files.reading import Reach, content, opened
from ..files.writing import replacing, replacing_folder, write_atomic
from ..findings.finding import Finding
from .building import built_of, prove_dataset
from .proof import NotAsWritten
from .unbuild import Failed, Ids, Rows, Unbuilt, checked, damaged, occupied, unbuild

_NOTE = (
    "> This copy holds the articles: `onrecord rehydrate` put them in from files held here. "
    "What is said below of a dataset without its texts is said of the one that was published."
)


_ODD = (TypeError, KeyError, ValueError, AttributeError, IndexError, RecursionError)
"""What a row of another form ends in when a text is put in."""


class Rehydrated(Struct, frozen=True):
    """What was written, and the records left out for want of their texts."""

    records: int
    missing: list[Finding]
    built: list[Built] = []
    unbuilt: Unbuilt | None = None


class Texts:
    """The files of a folder by the SHA-256 of their bytes; their names don't matter."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.by_hash: dict[str, Path] = {}
        self.by_name: dict[str, Path] = {}
        for root, folders, names in os.walk(folder, onerror=_fail):
            folders.sort()
            for name in sorted(names):
                path = Path(root, name)
                if not path.is_file() or path.stat().st_size > limits().record_bytes:
                    continue
                with opened(path) as file:
                    self.by_hash.setdefault(hashlib.file_digest(file, "sha256").hexdigest(), path)
                self.by_name.setdefault(name, path)

    def missing(self, address: RowAddress, row: Row) -> Finding:
        """Why there is no text for a row, with what is known of the file of its name."""
        metadata = row["metadata"] if isinstance(row["metadata"], dict) else {}
        given = metadata.get("source_file")
        name = Path(given).name if isinstance(given, str) else ""
        wanted = row["text_sha256"] if isinstance(row["text_sha256"], str) else ""
        message = f"no file in {self.folder} has the SHA-256 of this record's text, {wanted[:12]}…"
        other = self.by_name.get(name)
        if other is not None:
            message += f"; {other} is another text{_nearly(content(other), wanted)}"
        return at_row("DST001", address, message, f"put the article as it was annotated ({name}) there", row_id(row))


def _fail(error: OSError) -> None:
    raise error


def _nearly(raw: bytes, wanted: str) -> str:
    """In what small thing a file differs from the text of a hash, as far as that can be guessed."""
    bare = raw.removeprefix(b"\xef\xbb\xbf").replace(b"\r\n", b"\n").rstrip()
    for mark in (b"", b"\xef\xbb\xbf"):
        for end in (b"", b"\n", b"\n\n"):
            for line in (b"\n", b"\r\n"):
                if hashlib.sha256(mark + (bare + end).replace(b"\n", line)).hexdigest() == wanted:
                    return ", which differs in its line ends, last line or byte order mark alone"
    return ""


def rehydrate(
    dataset: Published,
    texts: Path,
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    records: bool = False,
    partial: bool = False,
) -> Rehydrated:
    """Put the texts into a stand-off dataset.

    The Parquet files are those that a build with text would have made, byte for byte; the card says that texts were
    put in. Nothing is written unless every text is at hand (or `partial`).

    Args:
        texts: a folder with the articles as they were annotated, under any names, in any folders.
        folder: where to write; new or empty.
        records: write a corpus (as `unbuild`) instead of a dataset.
        partial: leave out the records whose texts are not at hand.

    Raises:
        Failed: texts are missing, or a row is damaged.
        NoDataset: the dataset can't be read.
        ValueError: the folder holds something.
    """
    if why := occupied(folder):
        raise ValueError(why)
    progress("reading the texts")
    held = Texts(texts)
    missing: list[Finding] = []

    def restore(found: Rows, faults: list[Finding]) -> Iterator[tuple[RowAddress, Row]]:
        for address, row in found:
            sha = row["text_sha256"]
            path = held.by_hash.get(sha) if isinstance(sha, str) else None
            if row["text"] is not None:
                yield address, row
            elif path is None:
                missing.append(held.missing(address, row))
                if not partial:
                    faults.append(missing[-1])
            else:
                try:
                    yield address, show(row, content(path).decode())
                except _ODD as error:
                    why = str(error) if isinstance(error, TextMismatch) else "it is no row of a dataset without text"
                    faults.append(damaged(address, row, why))

    if records:
        done = unbuild(dataset, folder, progress, restore=restore)
        return Rehydrated(done.records, _warnings(missing), unbuilt=done)
    faults: list[Finding] = []
    ids = Ids()
    count = 0
    with replacing_folder(folder) as beside:
        with Tables(beside, list(dataset.files)) as tables:
            for split in dataset.files:
                for address, row in restore(dataset.rows(split), faults):
                    record = checked(address, row, faults)
                    if record is not None and (again := ids.again(address, record.id)) is not None:
                        faults.append(again)
                    if record is not None and not faults:
                        tables.add(split, rows(record))
                        count += 1
                        if count % 100 == 0:
                            progress(f"{count} records")
        if not count and not faults:
            faults = missing
        if faults:
            raise Failed(faults)
        built = [built_of(beside, config, parts) for config, parts in tables.parts()]
        _copy(dataset.folder, beside)
        write_atomic(beside / "README.md", _card(dataset.folder, built).encode())
        try:
            prove_dataset(beside, built, progress)
        except NotAsWritten as error:
            raise Failed([error.finding(folder)]) from None
    return Rehydrated(count, _warnings(missing), built)


def _warnings(findings: list[Finding]) -> list[Finding]:
    return [replace(f, severity="warning") for f in findings]


def _copy(old: Path, new: Path) -> None:
    """What else the dataset's folder holds; its Croissant description names columns and folders, which stay."""
    reach = Reach.of(old)
    for path in sorted(old.rglob("*")):
        name = path.relative_to(old)
        hidden = any(part.startswith(".") for part in name.parts)
        if not path.is_dir() and not hidden and path.suffix != ".parquet" and str(name) != "README.md":
            reach.check(path)
            with opened(path) as source, replacing(new / name) as target:
                shutil.copyfileobj(source, target)


def _card(folder: Path, built: list[Built]) -> str:
    """The dataset's card, with sizes and digests of what was written now."""
    head = {name: value for name, value in front_matter(folder).items() if isinstance(name, str)}
    versions = (c.get("version") for c in mappings(head.get("configs")))
    head |= loading(built, next((v for v in versions if isinstance(v, str)), None))
    card = folder / "README.md"
    body = divided(Reach.of(folder).text(card))[1] if card.is_file() else ""
    return f"---\n{dump(head)}---\n\n{_NOTE}\n{unhidden(body)}"
