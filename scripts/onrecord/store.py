"""Where schemas and corpora stand, and what is a record's file; canonical JSON."""

import datetime
import os
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import msgspec

from .files.reading import COMPRESSED, Reach
from .record import Record


class RoleOfType(msgspec.Struct, frozen=True):
    """`required`: an event of the type makes no sense to any reader without it."""

    name: str
    ace: str | None
    required: bool = False


class Mappings(msgspec.Struct, frozen=True):
    """Nearest types of ACE 2005, Rich ERE and MAVEN."""

    ace: str | None
    ere: str | None
    maven: str | None


class EventType(msgspec.Struct, frozen=True):
    name: str
    definition: str
    examples: tuple[str, ...]
    roles: tuple[RoleOfType, ...]
    mappings: Mappings


class EventCategory(msgspec.Struct, frozen=True):
    name: str
    definition: str
    types: tuple[EventType, ...]


class Role(msgspec.Struct, frozen=True):
    """`fillers`: the kinds of things (entity, event, quote, time), or the types of entities, that can fill it; all if none."""

    name: str
    definition: str
    fillers: tuple[str, ...] = ()


class EventInventory(msgspec.Struct, frozen=True):
    """schemas/event_types.json."""

    version: str
    description: str
    roles: tuple[Role, ...]
    categories: tuple[EventCategory, ...]


class Label(msgspec.Struct, frozen=True):
    name: str
    definition: str
    mappings: dict[str, str | None] = {}


class Vocabulary(msgspec.Struct, frozen=True):
    name: str
    title: str
    definition: str
    values: tuple[Label, ...]


class LabelInventory(msgspec.Struct, frozen=True):
    """schemas/labels.json."""

    version: str
    description: str
    vocabularies: tuple[Vocabulary, ...]


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


@cache
def schema_folder() -> Path:
    """The folder of the schemas: inside the installed package, else at the checkout's root."""
    here = Path(__file__).resolve().parent
    for folder in (here / "schemas", here.parents[1] / "schemas"):
        if (folder / "record.schema.json").is_file():
            return folder
    raise FileNotFoundError("onrecord's schemas are missing; install the package again")


def schema_bytes(name: str) -> bytes:
    return (schema_folder() / name).read_bytes()


@cache
def record_schema() -> dict[str, Any]:
    """schemas/record.schema.json."""
    found: dict[str, Any] = msgspec.json.decode(schema_bytes("record.schema.json"))
    return found


@cache
def schema_version() -> str:
    """The schema's version; its home is the `const` of `schema_version` in the schema."""
    return str(record_schema()["properties"]["schema_version"]["const"])


@cache
def mapping_schema() -> dict[str, Any]:
    """schemas/labelstudio_mapping.schema.json."""
    found: dict[str, Any] = msgspec.json.decode(schema_bytes("labelstudio_mapping.schema.json"))
    return found


@cache
def event_types() -> EventInventory:
    return msgspec.json.decode(schema_bytes("event_types.json"), type=EventInventory)


@cache
def labels() -> dict[str, Vocabulary]:
    """Vocabulary by name."""
    inventory = msgspec.json.decode(schema_bytes("labels.json"), type=LabelInventory)
    return {v.name: v for v in inventory.vocabularies}


def canonical(value: Record | dict[str, Any]) -> bytes:
    """Canonical JSON: the model's key order, two-space indent, UTF-8, final newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


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

    `corpus_files.read_info` says of each fault where it is.

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
