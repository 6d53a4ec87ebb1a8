"""The main job: a corpus → validated records → Label Studio tasks, proven to lead back → a dataset, proven to load."""

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import encode

from . import store
from .card import Built, write_card
from .columns import CONFIGS, SPLIT, arrow_schema
from .dataset import from_row, rows
from .finding import Finding
from .labelstudio import config, prove
from .record import Record
from .run import validate
from .statistics import Statistics, layer_counts

_MARK = ".onrecord-build"
_MADE = {_MARK, "labelstudio", "dataset"}
_BATCH = 1000  # records a row group


class BuildFailed(Exception):
    """Nothing was written; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__(f"{len(findings)} findings")
        self.findings = findings


class Summary(Struct, frozen=True):
    """What a build made."""

    folder: str
    records: int
    built: list[Built]
    counts: dict[str, int]
    warnings: list[Finding]
    tasks: int
    regions: int
    sdk: str
    raw: int


class _Tables:
    """One Parquet file a config that has rows, written batch by batch; `load_dataset` can't load a config without."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.folder, self.stack = folder, stack
        self.writers: dict[str, Any] = {}
        self.buffers: dict[str, list[dict[str, Any]]] = {c: [] for c in CONFIGS}
        self.rows: Counter[str] = Counter()
        self.sizes: Counter[str] = Counter()

    def path(self, name: str) -> Path:
        return self.folder / name / f"{SPLIT}-00000-of-00001.parquet"

    def _open(self, name: str) -> None:
        import pyarrow.parquet as pq

        self.path(name).parent.mkdir(parents=True)
        self.writers[name] = self.stack.enter_context(
            pq.ParquetWriter(
                self.path(name),
                arrow_schema(name),
                compression="zstd",
                write_page_index=True,
                use_content_defined_chunking=True,
            )
        )

    def add(self, record: Record) -> None:
        for name, row in rows(record):
            self.buffers[name].append(row)
        if len(self.buffers["records"]) >= _BATCH:
            self.flush()

    def flush(self) -> None:
        import pyarrow as pa

        for name, buffer in self.buffers.items():
            if buffer:
                if name not in self.writers:
                    self._open(name)
                table = pa.Table.from_pylist(buffer, schema=arrow_schema(name))
                self.writers[name].write_table(table)
                self.rows[name] += len(buffer)
                self.sizes[name] += table.nbytes
                buffer.clear()

    def built(self) -> list[Built]:
        found = []
        for name in (c for c in CONFIGS if c in self.writers):
            size = self.path(name).stat().st_size
            with self.path(name).open("rb") as file:
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            found.append(Built(name, self.rows[name], self.sizes[name], size, digest))
        return found


def _records(corpus: Path, warnings: list[Finding]) -> Iterator[Record]:
    """Valid records one by one; with errors anywhere, all of them at the end."""
    errors: list[Finding] = []
    for _, record, findings in validate([corpus]):
        errors += [f for f in findings if f.severity == "error"]
        warnings += [f for f in findings if f.severity == "warning"]
        if record is not None and not errors:
            yield record
    if errors:
        raise BuildFailed(errors)


def refuse(corpus: Path, folder: Path) -> str | None:
    """Why a folder must not be replaced, or None."""
    source, target = corpus.resolve(), folder.resolve()
    if source.is_relative_to(target) or target.is_relative_to(source / "records"):
        return f"{folder} holds the corpus or lies among its records; name another folder"
    if folder.is_dir():
        names = {p.name for p in folder.iterdir()}
        if names and (_MARK not in names or names - _MADE):
            return f"{folder} holds what `onrecord build` did not make; name another folder, or empty it"
    if folder.exists() and not folder.is_dir():
        return f"{folder} is a file; name a folder"
    return None


def build(corpus: Path, folder: Path, progress: Callable[[str], None] = lambda _: None) -> Summary:
    """Build `folder/labelstudio` and `folder/dataset` from the records of `corpus`.

    All is made beside the folder and put in its place at the end; on failure the old one stays as it was.

    Raises:
        BuildFailed: a record has errors.
        RoundTripError: a record does not come back from Label Studio, or from the dataset, as it was.
        ValueError: `folder` holds something else, or corpus.toml is malformed.
    """
    if why := refuse(corpus, folder):
        raise ValueError(why)
    info = store.corpus_info(corpus) or store.CorpusInfo(
        name=corpus.name, title=corpus.name, version="0.0.0", guidelines="0.0.0"
    )
    folder = folder.resolve()
    folder.parent.mkdir(parents=True, exist_ok=True)
    beside = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        summary = _fill(corpus, beside, folder, info, progress)
        beside.chmod(0o755)
        old = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}.old."))
        if folder.exists():
            os.replace(folder, old / "x")
        os.replace(beside, folder)
        shutil.rmtree(old)
        return summary
    except BaseException:
        shutil.rmtree(beside, ignore_errors=True)
        raise


def _fill(corpus: Path, beside: Path, folder: Path, info: store.CorpusInfo, progress: Callable[[str], None]) -> Summary:
    (beside / _MARK).write_text("made by `onrecord build`; replaced at every build\n")
    (beside / "labelstudio").mkdir()
    (beside / "labelstudio" / "config.xml").write_text(config(), "utf-8")
    warnings: list[Finding] = []
    counts: Counter[str] = Counter()
    statistics = Statistics()
    digest = hashlib.sha256()
    sample: dict[str, Any] | None = None
    regions = 0
    with ExitStack() as stack:
        tasks = stack.enter_context((beside / "labelstudio" / "tasks.json").open("wb"))
        tables = _Tables(beside / "dataset", stack)
        for record in _records(corpus, warnings):
            task = prove(record)
            tasks.write(b"[\n" if sample is None else b",\n")
            tasks.write(encode(task))
            sample = sample or task
            regions += sum(r.get("type") == "labels" for r in task["annotations"][0]["result"])
            tables.add(record)
            digest.update(store.canonical(record))
            statistics.add(record, SPLIT)
            counts.update(layer_counts(record))
            counts["records"] += 1
            if counts["records"] % 100 == 0:
                progress(f"{counts['records']} records")
        tasks.write(b"\n]\n" if sample is not None else b"[]\n")
        tables.flush()
    built = tables.built()
    write_card(beside / "dataset", corpus, info, built, statistics)
    progress("loading the dataset")
    prove_dataset(beside / "dataset", built, digest.hexdigest())
    sdk = check_with_sdk(sample) if sample else "nothing to check"
    return Summary(
        str(folder),
        counts["records"],
        built,
        dict(counts),
        warnings,
        counts["records"],
        regions,
        sdk,
        counts["records"] if (corpus / "raw").is_dir() else 0,
    )


def prove_dataset(folder: Path, built: list[Built], digest: str) -> None:
    """Load every config with `load_dataset`, in a cache of its own; the records must come back equal.

    Raises:
        RoundTripError: they do not.
    """
    from datasets import load_dataset, utils

    from .labelstudio import RoundTripError

    shown = utils.is_progress_bar_enabled()
    utils.disable_progress_bars()
    with tempfile.TemporaryDirectory() as cache:
        try:
            for part in built:
                loaded = load_dataset(str(folder), part.config, split=SPLIT, cache_dir=cache)
                if len(loaded) != part.rows:
                    raise RoundTripError(part.config, [f"{len(loaded)} rows were loaded, {part.rows} written"])
                if part.config == "records":
                    back = hashlib.sha256()
                    for row in loaded:
                        back.update(store.canonical(from_row(row)))
                    if back.hexdigest() != digest:
                        raise RoundTripError(part.config, ["the loaded records differ from the corpus"])
                del loaded
        finally:
            if shown:
                utils.enable_progress_bars()


def check_with_sdk(task: dict[str, Any]) -> str:
    """What Label Studio's own SDK says of configuration and task, where it is installed.

    Raises:
        ValueError: it refuses one of them.
    """
    try:
        from label_studio_sdk.label_interface import LabelInterface
    except ImportError:
        return "not checked by Label Studio's SDK (pip install 'onrecord[labelstudio]')"
    interface = LabelInterface(config())
    interface.validate()
    if not interface.validate_annotation(task["annotations"][0]):
        raise ValueError("Label Studio's SDK refuses the annotation that was made")
    return "configuration and tasks accepted by Label Studio's SDK"


def lines(summary: Summary, shown: str) -> list[str]:
    """What a build made, for people; `shown` is the folder as they named it."""
    counts = ", ".join(f"{n} {name}" for name, n in summary.counts.items() if name != "records")
    warned = f"{len(summary.warnings)} warning(s)" if summary.warnings else "no findings"
    configs = ", ".join(f"{b.config} ({b.rows})" for b in summary.built)
    raw = (
        f"{summary.raw} equal to their raw articles, byte for byte"
        if summary.raw
        else "no raw articles to compare with"
    )
    return [
        f"Records        {summary.records} valid, {warned}; {raw}",
        f"               {counts}",
        f"Label Studio   {summary.tasks} task(s), {summary.regions} regions: out and back, every record equal to itself; {summary.sdk}",
        f"               {shown}/labelstudio/config.xml, {shown}/labelstudio/tasks.json",
        f"Dataset        loaded with load_dataset, every record equal to itself; {configs}",
        f"               {shown}/dataset/ (card: README.md)",
        "Load it        from datasets import load_dataset",
        f'               load_dataset("{shown}/dataset", "quotes", split="{SPLIT}")',
    ]
