"""The only reader and writer of files: schemas, corpus, records; canonical JSON; atomic writes."""

import datetime
import hashlib
import os
import shutil
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


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """As `replacing`, of a folder with all that is in it: the new one is filled beside, the old one goes at the end.

    What a process that was killed left beside is cleared away by the next one; an old folder that it had taken out of
    the way and not yet replaced comes back.
    """
    folder = Path(os.path.realpath(folder))
    folder.parent.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(os.fsencode(folder.name)).hexdigest()[:8]  # names may be alike, and too long with an addition
    prefix = f".{folder.name[:40]}.onrecord-{key}-"
    _clear(folder, prefix)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=prefix))
    old = _old(beside)
    try:
        with _held(beside):
            yield beside
            beside.chmod(0o777 & ~_umask())
            if folder.exists():
                os.replace(folder, old)
            os.replace(beside, folder)
    except BaseException:
        if old.exists() and not folder.exists():
            os.replace(old, folder)
        shutil.rmtree(beside, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _old(beside: Path) -> Path:
    return beside.with_name(f"{beside.name}.old")


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """A folder that no other process takes to be left behind, as long as this one lives; False where another holds it."""
    try:
        import fcntl

        handle = os.open(folder, os.O_RDONLY)
    except (ImportError, OSError):  # no such locks here: nothing is cleared away, either
        yield False
        return
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)


def _clear(folder: Path, prefix: str) -> None:
    """Remove what a process that is no more left beside a folder; put the folder back if it had taken it away."""
    left = [p for p in folder.parent.glob(".*") if p.name.startswith(prefix) and p.is_dir() and not p.is_symlink()]
    for beside in sorted(p for p in left if p.suffix != ".old"):
        with _held(beside) as mine:
            if mine:
                if _old(beside) in left and not folder.exists():
                    os.replace(_old(beside), folder)
                shutil.rmtree(beside, ignore_errors=True)
    for old in (p for p in left if p.suffix == ".old"):
        if not old.with_suffix("").exists():  # the new one had taken its place
            shutil.rmtree(old, ignore_errors=True)


def no_folder(path: Path) -> str | None:
    """Why a path can't be made a folder, or None: it is a file, or a link that leads round."""
    real = os.path.realpath(path)
    if os.path.lexists(real) and not os.path.isdir(real):
        return f"{path} is a {'link that leads nowhere' if os.path.islink(real) else 'file'}; name a folder"
    return None


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

    `corpus.read_info` says of each fault where it is.

    Raises:
        ValueError: the file is malformed; the message says how.
    """
    path = corpus / "corpus.toml"
    if not path.is_file():
        return None
    try:
        return msgspec.convert(tomllib.loads(path.read_text("utf-8")), CorpusInfo)
    except (ValueError, RecursionError, msgspec.ValidationError) as error:
        raise ValueError(f"{path}: {error}") from None
