"""The only reader and writer of files: schemas, corpus, records; canonical JSON; atomic writes."""

import os
import tempfile
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import IO, Any

import msgspec

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


class CorpusInfo(msgspec.Struct, frozen=True):
    """corpus.toml: what the corpus is; the home of its version and of that of its guidelines."""

    name: str
    title: str
    version: str
    guidelines: str
    description: str = ""
    license: str = "CC-BY-4.0"
    text_rights: str = ""


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


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` to write to; it takes its place at the end, or vanishes with an exception.

    Readers see the old file or the new one, never half of one.
    """
    path = Path(os.path.realpath(path))  # a link stays a link
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:100]}.")
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(beside, (path.stat().st_mode & 0o777) if path.exists() else 0o666 & ~_umask())
        os.replace(beside, path)
    except BaseException:
        os.unlink(beside)
        raise


def write_atomic(path: Path, content: bytes) -> None:
    """Write beside, then rename."""
    with replacing(path) as file:
        file.write(content)


@cache
def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


SUFFIXES = (".json", ".jsonl", ".ndjson", ".parquet")
COMPRESSED = (".gz", ".zst")
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
        for name in sorted(names):
            if form(Path(name)) and not name.startswith(".") and Path(name).suffixes[-2:-1] != [REJECTED]:
                yield Path(root, name)


def corpus_info(corpus: Path) -> CorpusInfo | None:
    """corpus.toml of a corpus folder, or None where there is none.

    Raises:
        ValueError: the file is malformed; the message says how.
    """
    path = corpus / "corpus.toml"
    if not path.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), CorpusInfo)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
