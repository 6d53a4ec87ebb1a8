"""What is a record's file, and what a corpus says of itself in `corpus.toml`."""

import datetime
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import msgspec

from .reading import COMPRESSED, Reach


class CorpusInfo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """corpus.toml: what the corpus is; the home of its version and of that of its guidelines.

    `license` is an SPDX id. `text_rights` is empty where the licence covers the texts, too, or the records say more. `authors`, `released`, `url` and `contact` are for
    the citation and the card; `repository` is the dataset's name on the Hub, `ORG/NAME`. `human_annotators` says what
    the people among the annotators are in the Hub's words (expert-generated, crowdsourced, other). The tuples override
    what is concluded from the records; their words are those of `schemas/hub.json`, tags apart.
    """

    name: str
    title: str
    version: str
    guidelines: str
    description: str = ""
    license: str = "unknown"
    text_rights: str = ""
    authors: tuple[str, ...] = ()
    released: datetime.date | None = None
    url: str = ""
    contact: str = ""
    repository: str = ""
    human_annotators: str = "other"
    language_creators: tuple[str, ...] = ("found",)
    source_datasets: tuple[str, ...] = ("original",)
    task_categories: tuple[str, ...] = ()
    task_ids: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


SUFFIXES = (".json", ".jsonl", ".ndjson", ".parquet")


REJECTED = ".rejected"
"""Before the suffix of what an annotation tool gave back and no valid record could be made of: no record."""


def form(path: Path) -> str:
    """The form of a corpus file by its name, compression aside: its suffix in lower case, or ""."""
    name = path.name.lower()
    for ending in COMPRESSED:
        name = name.removesuffix(ending)
    return next((s for s in SUFFIXES if name.endswith(s)), "")


def record_files(path: Path) -> Iterator[Path]:
    """The record files of a path: the file itself, those of a corpus's `records/`, or of a folder; sorted.

    A link to a folder is one of them, so that whoever opens it says that it is not followed.

    Raises:
        OSError: the folder can't be read.
    """
    if not os.path.isdir(path):
        yield path
        return
    folder = path / "records" if os.path.isdir(path / "records") else path

    def fail(error: OSError) -> None:
        raise error

    for root, folders, names in os.walk(folder, onerror=fail):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        yield from (path for f in folders if (path := Path(root, f)).is_symlink())
        for name in sorted(names):
            if form(Path(name)) and not name.startswith(".") and Path(name).suffixes[-2:-1] != [REJECTED]:
                yield Path(root, name)


PROSE = ("CARD.md", "GUIDELINES.md", "CHANGELOG.md", "LICENSE.md")
"""What a corpus says of itself in words, all of it published."""


def corpus_info(corpus: Path) -> CorpusInfo | None:
    """corpus.toml of a corpus folder, or None where there is none.

    `corpus_folder.read_info` says of each fault where it is.

    Raises:
        OSError: the file can't be read, or leads out of the corpus.
        ValueError: the file is malformed; the message says how.
    """
    path = corpus / "corpus.toml"
    if not os.path.lexists(path):
        return None
    try:
        return msgspec.convert(tomllib.loads(Reach.of(corpus).text(path)), CorpusInfo)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
