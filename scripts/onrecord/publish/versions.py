"""Semantic versions of a corpus: how far the version must rise for what changed between two published datasets.

major: the schema changed, a column or one of the record; a record, its id, the ids of what is in it, a config, a split
or the texts are gone or have become another's; minor: articles, annotation or the texts are added, annotation is taken
out, or an article's text was corrected; patch: anything else (https://semver.org). Before 1.0.0 a major change raises
the minor.
"""

import re
import sqlite3
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from enum import IntEnum
from hashlib import blake2b
from pathlib import Path
from typing import Any, Self

from msgspec import DecodeError, Struct, convert
from msgspec.json import decode, encode

from ..dataset.front import mappings
from ..model.fields import CLUSTERS, PIECES

_LISTED = 3
"""Examples named of a reason."""


class Level(IntEnum):
    NONE = 0
    PATCH = 1
    MINOR = 2
    MAJOR = 3


class Version(Struct, frozen=True, order=True):
    """MAJOR.MINOR.PATCH."""

    major: int
    minor: int
    patch: int

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """The version that a text is, or None."""
        found = re.fullmatch(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", text, re.ASCII)
        return cls(*map(int, found.groups())) if found else None

    def raised(self, level: Level) -> "Version":
        """The least version that is one `level` on."""
        if level is Level.MAJOR and self.major:
            return Version(self.major + 1, 0, 0)
        if level >= Level.MINOR:
            return Version(self.major, self.minor + 1, 0)
        return Version(self.major, self.minor, self.patch + (level is Level.PATCH))

    def __str__(self) -> str:
        return f"{self.major}.{self.minor}.{self.patch}"


class Reason(Struct, frozen=True):
    """What asks for a level, in words."""

    level: Level
    what: str


class Dataset(Struct, frozen=True):
    """A published dataset as it is compared: its card's YAML, and the Parquet files of `records` by their split.

    Files that both sides hold, byte for byte, may be left out of both.
    """

    card: dict[str, Any]
    records: tuple[tuple[str, Path], ...]


class _Row(Struct, frozen=True, array_like=True):
    """What is known of a record. `sha` is its text's; `whole`: the text is there. `places`: where something stands → its id; a place of two things is left out. `ids`: of all that is in it."""

    id: str
    split: str
    digest: bytes
    sha: str
    whole: int
    schema: str
    places: dict[str, str]
    ids: list[str]


def compare(old: Dataset, new: Dataset) -> list[Reason]:
    """What changed for those who use the dataset, the gravest first; empty if nothing of it is in records or columns."""
    found = [*_columns(old.card, new.card), *_records(old.records, new.records)]
    return sorted(found, key=lambda r: -r.level)


def _features(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """config → column → type, of a card's `dataset_info`."""
    found: dict[str, dict[str, Any]] = {}
    for info in mappings(card.get("dataset_info")):
        columns = {str(f.get("name")): f for f in mappings(info.get("features"))}
        found[str(info.get("config_name"))] = columns
    return found


def _columns(old: dict[str, Any], new: dict[str, Any]) -> Iterator[Reason]:
    before, after = _features(old), _features(new)
    gone = [c for c in before if c not in after]
    gone += [f"{c}.{n}" for c in before if c in after for n in before[c] if n not in after[c]]
    if gone:
        yield Reason(Level.MAJOR, f"no longer there: {_list(gone)}")
    shared = [(c, n) for c in before if c in after for n in before[c] if n in after[c]]
    if retyped := [f"{c}.{n}" for c, n in shared if before[c][n] != after[c][n]]:
        yield Reason(Level.MAJOR, f"of another type: {_list(retyped)}")
    if columns := [f"{c}.{n}" for c in after if c in before for n in after[c] if n not in before[c]]:
        yield Reason(Level.MAJOR, f"added: {_list(columns)}")
    if configs := [c for c in after if c not in before]:  # a layer's first items: the schema had its columns all along
        yield Reason(Level.MINOR, f"added: {_list(configs)}")


def _records(old: Iterable[tuple[str, Path]], new: Iterable[tuple[str, Path]]) -> Iterator[Reason]:
    """The old rows go into a database on disk, so that a corpus of any size is compared."""
    found: dict[tuple[Level, str], list[str]] = {}

    def add(level: Level, what: str, example: str) -> None:
        found.setdefault((level, what), []).append(example)

    db = sqlite3.connect("")  # a temporary file of SQLite's own
    try:
        db.execute("create table old (id text primary key, split, digest, sha, whole, schema, places, ids)")
        for row in _rows(old):
            packed = [zlib.compress(encode(value), 1) for value in (row.places, row.ids)]
            db.execute(
                "insert or replace into old values (?, ?, ?, ?, ?, ?, ?, ?)",
                (row.id, row.split, row.digest, row.sha, row.whole, row.schema, *packed),
            )
        for row in _rows(new):
            seen = db.execute("delete from old where id = ? returning *", (row.id,)).fetchone()
            if seen is None:
                add(Level.MINOR, "record added", row.id)
            else:
                before = convert((*seen[:-2], *(decode(zlib.decompress(value)) for value in seen[-2:])), _Row)
                for level, what, example in _changes(before, row):
                    add(level, what, example)
        for (id,) in db.execute("select id from old order by id"):
            add(Level.MAJOR, "record no longer there", id)
    finally:
        db.close()
    for (level, what), examples in found.items():
        yield Reason(level, f"{what}: {_list(examples)}")


def _changes(old: _Row, new: _Row) -> Iterator[tuple[Level, str, str]]:
    if old.split != new.split:
        yield Level.MAJOR, f"moved from the split {old.split} to {new.split}", new.id
    if old.digest == new.digest:
        return
    was, now = Version.parse(old.schema), Version.parse(new.schema)
    if was and now and was != now:
        level = Level.PATCH if (was.major, was.minor) == (now.major, now.minor) else Level.MAJOR
        yield level, f"schema {was} → {now}", new.id
    if old.whole != new.whole:
        yield (Level.MAJOR, "text left out", new.id) if old.whole else (Level.MINOR, "text added", new.id)
    if old.sha != new.sha:
        yield Level.MINOR, "text corrected", new.id
    renamed = [(old.places[p], id) for p, id in new.places.items() if p in old.places and old.places[p] != id]
    if renamed:
        one, other = renamed[0]
        yield Level.MAJOR, "ids changed", f"{new.id} ({one} is now {other})"
    others, known = {old for old, _ in renamed}, {id for _, id in renamed}
    if added := [id for id in new.ids if id not in known.union(old.ids)]:
        yield Level.MINOR, "annotation added", f"{new.id} ({_list(added)})"
    if gone := [id for id in old.ids if id not in others.union(new.ids)]:
        yield Level.MINOR, "annotation taken out", f"{new.id} ({_list(gone)})"
    if old.whole == new.whole:  # else the rows differ anyhow
        yield Level.PATCH, "annotation corrected", new.id


def _rows(files: Iterable[tuple[str, Path]]) -> Iterator[_Row]:
    import pyarrow.parquet as pq

    for split, path in files:
        with pq.ParquetFile(path) as file:
            for batch in file.iter_batches(batch_size=64):
                for row in batch.to_pylist():
                    value = _bare(row)
                    digest = blake2b(encode(value, order="sorted"), digest_size=16).digest()
                    id, sha, schema = (str(value.get(k)) for k in ("id", "text_sha256", "schema_version"))
                    yield _Row(
                        id, split, digest, sha, int(bool(value.get("text"))), schema, _places(value), _ids(value)
                    )


def _bare(row: dict[str, Any]) -> dict[str, Any]:
    """A row without nulls, so that one from before a column was added is equal; `extensions` as the value it is."""

    def strip(value: Any) -> Any:
        if isinstance(value, dict):
            return {k: strip(v) for k, v in value.items() if v is not None}
        return [strip(v) for v in value] if isinstance(value, list) else value

    found: dict[str, Any] = strip(row)
    if isinstance(found.get("extensions"), str):
        with suppress(DecodeError, RecursionError):
            found["extensions"] = decode(found["extensions"])
    return found


_PIECES = CLUSTERS | {f.steps[0]: f.name for f in PIECES if f.called == "piece"}
"""Layer → what of it stands in the text; the items of the others stand there themselves."""


def _places(record: dict[str, Any]) -> dict[str, str]:
    """Where something stands, by layer and offsets → its id; claims may share their words, so their sentence counts, too."""
    found: dict[str, str | None] = {}

    def add(key: str, id: Any) -> None:
        found[key] = None if key in found else str(id)

    for layer in ("segments", "times", *_PIECES):
        for item in record.get(layer) or ():
            inner = item.get(_PIECES[layer]) or () if layer in _PIECES else (item,)
            offsets = ",".join(f"{p.get('start')}-{p.get('end')}" for p in inner)
            add(f"{layer} {offsets} {item.get('text') if layer == 'claims' else ''}", item.get("id"))
            if _PIECES.get(layer) == "mentions":
                for mention in inner:
                    add(f"{layer}/mentions {mention.get('start')}-{mention.get('end')}", mention.get("id"))
    return {place: id for place, id in found.items() if id is not None}


def _ids(record: dict[str, Any]) -> list[str]:
    """Ids of all items, and of their mentions."""
    items = [item for layer in ("segments", "times", *_PIECES) for item in record.get(layer) or ()]
    return [str(x.get("id")) for item in items for x in (item, *(item.get("mentions") or ()))]


def _list(names: list[str]) -> str:
    more = f" and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
