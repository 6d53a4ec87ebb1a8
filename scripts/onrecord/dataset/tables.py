"""Rows → Parquet files, in one pass: a folder a config, sharded, typed, the same bytes from the same rows.

A batch is turned into Arrow before it grows large, as rows of Python values take ten times its memory. Only configs
and splits with rows are written: `load_dataset` can't load an empty one.
"""

import gc
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec import Struct
from msgspec.json import Encoder

from ..files.canonical_json import canonical
from .columns import CONFIGS, arrow_schema
from .nested import row_value
from .rows import Row

SHARD = 500_000_000
"""Bytes of a shard, uncompressed; compressed it is mostly a tenth of that."""
_GROUP = 1000
"""Records of a row group, and the rows that go with them."""
_GROUP_BYTES = 32_000_000
"""Bytes of Arrow of a row group's largest table, above which the group ends with fewer records."""
_BATCH = 24
"""Records held as Python values; more only means more for the garbage collector to look through."""
_COLLECT = 50_000
"""Objects after which the garbage collector looks; rows have no cycles, so that looking often finds nothing."""
_CHUNKING = {"min_chunk_size": 256 * 1024, "max_chunk_size": 1024 * 1024, "norm_level": 0}
"""Where the content cuts pages, so that storage which knows the pages of an older version uploads only new ones."""
_encode = Encoder().encode


class Part(Struct, frozen=True):
    """What was written of one split of a config. `digest` is of the rows' values, as any reader must give them."""

    split: str
    rows: int
    num_bytes: int
    download_size: int
    files: tuple[str, ...]
    digest: str


def digested(digest: Any, config: str, rows: list[Row]) -> None:
    """Put the values of rows into a digest; two runs over equal rows in one order give one digest."""
    for row in rows:
        digest.update(canonical(row_value(row)) if config == "records" else _encode(row))
        digest.update(b"\n")


class _Writer:
    """The shards of one config and split."""

    def __init__(self, folder: Path, config: str, split: str, shard: int, digest: bool) -> None:
        self.folder, self.config, self.split, self.shard = folder, config, split, shard
        self.schema = arrow_schema(config)
        self.tables: list[Any] = []
        self.digest = hashlib.sha256() if digest else None
        self.open: Any = None
        self.rows = self.bytes = self.pending = self.begun = 0
        self.files: list[Path] = []

    def add(self, rows: list[Row]) -> None:
        import pyarrow as pa

        if rows:
            if self.digest is not None:
                digested(self.digest, self.config, rows)
            table = pa.Table.from_pylist(rows, schema=self.schema)
            self.tables.append(table)
            self.rows += len(rows)
            self.pending += table.nbytes

    def flush(self) -> None:
        """Write what is pending, as one row group."""
        import pyarrow as pa

        if not self.tables:
            return
        if self.open is not None and self.begun + self.pending > self.shard:
            self.close()
        if self.open is None:
            self.open = self._begin()
        table = pa.concat_tables(self.tables).combine_chunks()
        self.open.write_table(table, row_group_size=len(table))
        self.bytes += self.pending
        self.begun += self.pending
        self.pending = 0
        self.tables.clear()

    def _begin(self) -> Any:
        import pyarrow.parquet as pq

        self.folder.mkdir(parents=True, exist_ok=True)
        self.files.append(self.folder / f"{self.split}-{len(self.files):05}.part")
        writer = pq.ParquetWriter(
            self.files[-1],
            self.schema,
            compression="zstd",
            write_page_index=True,
            use_content_defined_chunking=_CHUNKING,
        )
        writer.add_key_value_metadata({"content_defined_chunking": json.dumps(_CHUNKING)})
        return writer

    def close(self) -> None:
        if self.open is not None:
            self.open.close()
            self.open, self.begun = None, 0

    def finish(self) -> Part:
        """Name the shards, now that their number is known."""
        names = []
        for n, file in enumerate(self.files):
            names.append(self.folder / f"{self.split}-{n:05}-of-{len(self.files):05}.parquet")
            os.replace(file, names[-1])
        size = sum(name.stat().st_size for name in names)
        return Part(
            self.split,
            self.rows,
            self.bytes,
            size,
            tuple(n.name for n in names),
            self.digest.hexdigest() if self.digest else "",
        )


class Tables(AbstractContextManager["Tables"]):
    """The Parquet files of a dataset, written row by row.

    Each split has its own batches, so that its files depend on its own rows alone.

    Args:
        folder: the dataset's folder.
        splits: names of the splits, in the order in which they are to be listed.
        shard: bytes of Arrow after which a file ends.
        digest: whether the rows' values are digested, for a proof.
    """

    def __init__(self, folder: Path, splits: list[str], shard: int = SHARD, digest: bool = True) -> None:
        self.folder = folder
        self.writers = {(c, s): _Writer(folder / c, c, s, shard, digest) for s in splits for c in CONFIGS}
        self.splits = splits
        self.batches: dict[str, list[dict[str, list[Row]]]] = {s: [] for s in splits}
        self.group = dict.fromkeys(splits, 0)

    def __enter__(self) -> Self:
        self.collector = gc.get_threshold()
        gc.set_threshold(_COLLECT, *self.collector[1:])
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                for split in self.splits:
                    self._convert(split)
                    self._flush(split)
        finally:
            gc.set_threshold(*self.collector)
            for writer in self.writers.values():
                writer.close()

    def add(self, split: str, rows: dict[str, list[Row]]) -> None:
        """The rows of one record, by config."""
        self.batches[split].append(rows)
        self.group[split] += 1
        if len(self.batches[split]) >= _BATCH:
            self._convert(split)
        if self.group[split] >= _GROUP:
            self._convert(split)
            self._flush(split)

    def _convert(self, split: str) -> None:
        batch = self.batches[split]
        for config in CONFIGS:
            self.writers[config, split].add([row for rows in batch for row in rows[config]])
        batch.clear()
        if max(self.writers[config, split].pending for config in CONFIGS) >= _GROUP_BYTES:
            self._flush(split)

    def _flush(self, split: str) -> None:
        for config in CONFIGS:
            self.writers[config, split].flush()
        self.group[split] = 0

    def parts(self) -> Iterator[tuple[str, list[Part]]]:
        """What was written, config by config; to be called when the tables are closed."""
        for config in CONFIGS:
            found = [self.writers[config, s].finish() for s in self.splits if self.writers[config, s].files]
            if found:
                yield config, found
