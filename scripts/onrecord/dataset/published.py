"""Read a dataset that `onrecord build` made, from a folder or from the Hugging Face Hub: its card's front matter, and the rows
of its `records`."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from ..files.corpus_folder import is_split_name
from ..files.limits import OverLimit
from ..files.parsing import file_finding
from ..files.reading import Outside, Reach, text
from ..findings.finding import Finding
from .columns import FLAT, SPLIT, arrow_schema
from .front import FrontError, divided, parsed
from .nested import row_value
from .rows import Row

_HUB = re.compile(r"[A-Za-z0-9][\w.-]*(/[\w.-]+)?")
_SHARD = re.compile(r"(.+)-\d{5}-of-\d{5}\.parquet")


class NoDataset(ValueError):
    """What was named is no dataset of ours, or can't be reached; the message says why, in one line."""


class Damaged(NoDataset):
    """A dataset of ours in which something is not as it was built; `findings` say what and where."""

    def __init__(self, code: str, file: Path, message: str, line: int | None = None) -> None:
        super().__init__(f"{file}: {message}")
        fix = "get the dataset again; it is not as it was built"
        found = file_finding(code, str(file), message, fix, None if line is None else (line, 1))
        self.findings = [found if code != "DST016" else replace(found, column=None)]


class RowAddress(Struct, frozen=True):
    """Where a row stands: a file and the row's number in it, from 1."""

    file: str
    row: int


class Published(Struct, frozen=True):
    """A dataset's folder, and the files of its `records`, by split."""

    folder: Path
    files: dict[str, list[Path]]

    def rows(self, split: str) -> Iterator[tuple[RowAddress, Row]]:
        """The rows of `records`, in order.

        Raises:
            Damaged: a file is, or is of another form.
            Outside: it is a link that leads out of the dataset.
        """
        import pyarrow as pa
        import pyarrow.parquet as pq

        schema, reach = arrow_schema("records"), Reach.of(self.folder)
        for path in self.files[split]:
            number = 0
            reach.check(path)
            try:
                with pq.ParquetFile(path) as file:
                    if missing := [n for n in schema.names if n not in file.schema_arrow.names]:
                        why = f"it holds no records of this schema: no column {', '.join(missing)}"
                        raise Damaged("DST016", path, why)
                    for batch in file.iter_batches(batch_size=64, columns=schema.names):
                        found: list[Row] = batch.to_pylist()
                        for row in found:
                            number += 1
                            yield RowAddress(str(path), number), row
            except Damaged:
                raise
            except (pa.ArrowException, OSError, ValueError, KeyError, OverflowError) as error:
                why = next(iter(str(error).splitlines()), type(error).__name__)[:200]
                raise Damaged("DST016", path, f"the file can't be read: {why}", number + 1) from None


def published(name: str, revision: str | None = None) -> Published:
    """The dataset at a folder, or of a name on the Hub.

    Args:
        name: a dataset's folder, a folder that `onrecord build` made, or `ORG/NAME`. What is a folder is never looked
            for on the Hub.
        revision: branch, tag or commit, on the Hub.

    Raises:
        NoDataset: there is none.
    """
    folder = Path(name)
    if folder.exists() and revision is not None:
        raise NoDataset(f"{name} is a folder here; a revision belongs to a dataset on the Hub")
    if not folder.exists():
        if not _HUB.fullmatch(name):
            raise NoDataset(f"{name}: there is no such folder, and it is no name of a dataset on the Hub (ORG/NAME)")
        folder = _downloaded(name, revision)
    if not folder.is_dir():
        raise NoDataset(f"{name} is a file; name the dataset's folder")
    if not _records(folder) and _records(folder / "dataset"):
        folder = folder / "dataset"
    files = _records(folder)
    if not files:
        raise NoDataset(f"{name} is no dataset that `onrecord build` made: it holds no config `records`")
    return Published(folder, files)


def _records(folder: Path) -> dict[str, list[Path]]:
    """The files of `records` by split: as the card says, else by their names."""
    found: dict[str, list[Path]] = {}
    card, taken = folder / "README.md", set[Path]()
    declared = None
    try:
        configs = front_matter(folder).get("configs") or ()
        declared = next((c for c in configs if c["config_name"] == "records"), None)
        for item in declared["data_files"] if declared is not None else ():
            patterns = [item["path"]] if isinstance(item["path"], str) else item["path"]
            if not is_split_name(item["split"]) or any(".." in Path(p).parts for p in patterns):
                raise ValueError
            for path in sorted(path for p in patterns for path in folder.glob(p)):
                if path in taken:
                    why = f"{path.relative_to(folder)} is listed twice among the files of the config `records`"
                    raise Damaged("DST015", card, why, _line(card, item["split"]))
                taken.add(path)
                found.setdefault(item["split"], []).append(path)
    except Damaged:
        raise
    except (KeyError, TypeError, ValueError, AttributeError, IndexError, NotImplementedError):
        why = "it names the files of the config `records` in no way known here"
        raise Damaged("DST015", card, why, _line(card, "configs")) from None
    if declared is None:
        for path in sorted(folder.glob("records/*.parquet")):
            match = _SHARD.fullmatch(path.name)
            found.setdefault(match.group(1) if match else SPLIT, []).append(path)
    return {split: paths for split, paths in found.items() if paths}


def front_matter(folder: Path) -> dict[str, Any]:
    """The YAML at the head of a dataset's card; empty where there is none.

    Raises:
        Damaged: it can't be read.
    """
    card = folder / "README.md"
    try:
        return parsed(divided(Reach.of(folder).text(card) if os.path.lexists(card) else "")[0])
    except FrontError as error:
        raise Damaged("DST015", card, f"the YAML at its head: {error}", error.line) from None
    except Outside:
        raise
    except (UnicodeDecodeError, OverLimit, OSError) as error:
        why = (
            "it is not UTF-8"
            if isinstance(error, UnicodeDecodeError)
            else getattr(error, "strerror", None) or str(error)
        )
        raise Damaged("DST015", card, f"the card can't be read: {why}") from None


def _line(card: Path, word: str) -> int:
    """The line on which a word first stands in a card's YAML, from 1."""
    lines = enumerate(divided(text(card))[0].split("\n"), 2)
    return next((n for n, line in lines if word in line), 1)


def _downloaded(name: str, revision: str | None) -> Path:
    """A snapshot of a dataset of the Hub, without its flat tables, which its records imply."""
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HfHubHTTPError, HFValidationError, LocalEntryNotFoundError

    try:
        left_out = [f"{config}/*" for config in FLAT]
        return Path(snapshot_download(name, repo_type="dataset", revision=revision, ignore_patterns=left_out))
    except (HfHubHTTPError, HFValidationError, LocalEntryNotFoundError, OSError) as error:
        said = next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)
        raise NoDataset(f"{name}: there is no such folder, and the Hub does not give it: {said[:300]}") from None


def source(row: Row) -> bytes:
    """The JSON that a row of `records` stands for, valid or not.

    Raises:
        ValueError, TypeError, OverflowError, RecursionError: it stands for none.
    """
    return encode(row_value(row))


def row_id(row: Row) -> str | None:
    """The id that a row of `records` has, if it is one."""
    return row["id"] if isinstance(row["id"], str) else None


def at_row(
    code: str, address: RowAddress, message: str, fix: str, record: str | None = None, pointer: str | None = None
) -> Finding:
    """A finding about a row; its line is the row's number."""
    return replace(
        file_finding(code, address.file, message, fix, (address.row, 1), pointer), column=None, record=record
    )
