"""The main job: a corpus → validated records → Label Studio tasks, proven to lead back → a dataset, proven to load."""

import hashlib
import os
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import decode

from ..card.assemble import Built, CardRefused, write_card
from ..card.prose import prose_of
from ..card.statistics import Statistics, counted
from ..checking.policy import ALWAYS
from ..checking.run import validate
from ..dataset.columns import SPLIT
from ..dataset.nested import row_value
from ..dataset.rows import Row, rows
from ..dataset.standoff import hide, show
from ..dataset.tables import SHARD, Part, Tables, digested
from ..files import canonical_json, record_files
from ..files.corpus_folder import read_info, read_splits
from ..files.writing import no_folder, replacing_folder
from ..findings.finding import Finding, InvalidData
from ..labelstudio import RoundTripError
from ..labelstudio.codec.roundtrip import differences
from ..model.record import Record
from .proof import NotAsWritten, irreversible, too_deep
from .tasks import Tasks

_MARK = ".onrecord-build"
_MADE = {_MARK, "labelstudio", "dataset"}
_LOADED = 200  # rows compared at a time
_SHOWN = 1000  # warnings kept to be shown

Policy = Callable[[list[Finding]], list[Finding]]
"""Which findings count, and for how much, by the corpus's settings."""


class BuildFailed(InvalidData):
    """Nothing was written; `findings` say why."""


class Summary(Struct, frozen=True):
    """What a build made. Of `warnings` the first are kept; `warned` counts them all. `splits`: records of each."""

    folder: str
    records: int
    built: list[Built]
    counts: dict[str, int]
    warnings: list[Finding]
    tasks: int
    regions: int
    sdk: str
    raw: int
    warned: int = 0
    splits: dict[str, int] = {}
    text: bool = True
    proven: bool = True


class _Warnings:
    """The first warnings, and how many there are; a corpus of any size may have as many."""

    def __init__(self) -> None:
        self.first: list[Finding] = []
        self.count = 0

    def add(self, findings: list[Finding]) -> None:
        self.count += len(findings)
        self.first += findings[: max(0, _SHOWN - len(self.first))]


_NEEDED = (*ALWAYS, "COR011")
"""What can't be built, whatever the settings say: no record, no list of a split, no name that a split can have."""


def _records(corpus: Path, warnings: _Warnings, policy: Policy, errors: list[Finding]) -> Iterator[tuple[Path, Record]]:
    """Valid records one by one, with their files, as long as there are no errors; all errors are put into the list."""
    before = tuple(errors)
    for path, record, found in validate([corpus]):
        findings = policy(found)
        if record is None:  # no baseline hides that
            kept = [f for f in found if f.code.startswith(_NEEDED) and f.severity == "error"]
            findings = [f for f in findings if not f.code.startswith(_NEEDED) or f.severity != "error"] + kept
        errors += [f for f in findings if f.severity == "error" and f not in before]
        warnings.add([f for f in findings if f.severity == "warning"])
        if record is not None and not errors:
            yield path, record


def refuse(corpus: Path, folder: Path) -> str | None:
    """Why a folder must not be replaced, or None."""
    source, target = (Path(os.path.realpath(path)) for path in (corpus, folder))
    kept = [source / name for name in ("records", "raw", "splits")]
    if source.is_relative_to(target) or any(target.is_relative_to(k) for k in kept):
        return f"{folder} holds the corpus or lies among its files; name another folder"
    if folder.is_dir():
        names = {p.name for p in folder.iterdir()}
        if names and (_MARK not in names or names - _MADE):
            return f"{folder} holds what `onrecord build` did not make; name another folder, or empty it"
    return no_folder(folder)


def build(
    corpus: Path,
    folder: Path,
    progress: Callable[[str], None] = lambda _: None,
    *,
    text: bool = True,
    tasks: bool = True,
    proof: bool = True,
    shard: int = SHARD,
    policy: Policy = list,
) -> Summary:
    """Build `folder/dataset`, and `folder/labelstudio`, from the records of `corpus`.

    All is made beside the folder and put in its place at the end; on failure the old one stays as it was.

    Args:
        text: whether the dataset holds the articles; without, it is a stand-off dataset (see `standoff`), and no
            Label Studio tasks are written, as they hold the articles, too.
        tasks: whether Label Studio tasks are made.
        proof: whether the dataset is loaded with `load_dataset` and compared with what was written.
        shard: bytes of Arrow after which a Parquet file ends.
        policy: which findings count, and for how much; without it all do.

    Raises:
        BuildFailed: a record, corpus.toml, the list of a split or the corpus's prose has errors; a record does not come
            back from Label Studio, or from the dataset, as it was.
        ValueError: `folder` holds something else.
    """
    if why := refuse(corpus, folder):
        raise ValueError(why)
    with replacing_folder(folder) as beside:
        try:
            return _fill(corpus, beside, folder.resolve(), progress, _How(text, tasks and text, proof, shard, policy))
        except NotAsWritten as error:
            raise BuildFailed([error.finding(folder / "dataset")]) from None
        except CardRefused as error:
            raise BuildFailed(error.findings) from None


class _How(Struct, frozen=True):
    text: bool
    tasks: bool
    proof: bool
    shard: int
    policy: Policy


def _fill(corpus: Path, beside: Path, folder: Path, progress: Callable[[str], None], how: _How) -> Summary:
    (beside / _MARK).write_text("made by `onrecord build`; replaced at every build\n")
    warnings = _Warnings()
    counts: Counter[str] = Counter()
    members: Counter[str] = Counter()
    statistics = Statistics()
    listed, errors = read_splits(corpus) if (corpus / "records").is_dir() else ({}, [])
    info, faults = read_info(corpus)
    errors += [*faults, *prose_of(corpus).faults]
    lost: list[Finding] = []
    splits = list(listed)
    where = {x.id: name for name, ids in listed.items() for x in ids}
    with ExitStack() as stack:
        tasks = stack.enter_context(Tasks(beside / "labelstudio")) if how.tasks else None
        tables = stack.enter_context(Tables(beside / "dataset", splits or [SPLIT], how.shard, how.proof))
        for file, record in _records(corpus, warnings, how.policy, errors):
            split = where.get(record.id) if splits else SPLIT
            if split is None:
                continue  # an error that the validator reports at the end
            try:
                if tasks is not None:
                    tasks.add(record)
                tables.add(split, _proven(record, how.text))
            except RoundTripError as error:
                lost += irreversible(error, record, file)
                continue
            except RecursionError:
                lost.append(too_deep(record, file))
                continue
            statistics.add(record, split)
            counts.update(counted(record))
            counts["records"] += 1
            members[split] += 1
            if counts["records"] % 100 == 0:
                progress(f"{counts['records']} records")
        if errors or lost:
            raise BuildFailed(errors + lost)
    dataset = beside / "dataset"
    built = [built_of(dataset, config, parts) for config, parts in tables.parts()]
    if info is None:
        info = record_files.CorpusInfo(name=corpus.name, title=corpus.name, version="0.0.0", guidelines="0.0.0")
    write_card(dataset, corpus, info, built, statistics, how.text)
    if how.proof:
        prove_dataset(dataset, built, progress)
    return Summary(
        str(folder),
        counts["records"],
        built,
        dict(counts),
        warnings.first,
        tasks.count if tasks is not None else 0,
        tasks.regions if tasks is not None else 0,
        tasks.checked() if tasks is not None else "no tasks",
        counts["records"] if (corpus / "raw").is_dir() else 0,
        warned=warnings.count,
        splits={name: members[name] for name in splits or [SPLIT]},
        text=how.text,
        proven=how.proof,
    )


def built_of(folder: Path, config: str, parts: list[Part]) -> Built:
    """What was written of a config; the digest is of its files."""
    digest = hashlib.sha256()
    for name in (name for part in parts for name in part.files):
        digest.update(name.encode())
        with (folder / config / name).open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return Built(
        config,
        sum(p.rows for p in parts),
        sum(p.num_bytes for p in parts),
        sum(p.download_size for p in parts),
        digest.hexdigest(),
        tuple(parts),
    )


def _proven(record: Record, text: bool) -> dict[str, list[Row]]:
    """The rows of a record, proven to lead back to it; without its text, proven to do so with it.

    Raises:
        RoundTripError: they do not.
    """
    made = rows(record)
    if not text:
        made = hide(made)
    (row,) = made["records"]
    before, after = (
        canonical_json.canonical(record),
        canonical_json.canonical(row_value(row if text else show(row, record.text))),
    )
    if before != after:
        raise NotAsWritten(record.id, list(differences(decode(before), decode(after))))
    return made


def prove_dataset(folder: Path, built: list[Built], progress: Callable[[str], None] = lambda _: None) -> None:
    """Load every split of every config with `load_dataset`, in a cache of its own: every row must be as it was written.

    Raises:
        NotAsWritten: it is not.
    """
    from datasets import load_dataset, utils

    shown = utils.is_progress_bar_enabled()
    utils.disable_progress_bars()
    try:
        for config, part in ((b.config, p) for b in built for p in b.parts):
            progress(f"loading {config}, {part.split}")
            with tempfile.TemporaryDirectory(dir=folder.parent, prefix=".cache-") as cache:
                try:
                    loaded = load_dataset(str(folder), config, split=part.split, cache_dir=cache)
                except Exception as error:  # of whatever kind: the library raises many
                    if isinstance(cause := error.__cause__ or error, OSError):  # a full disk, say
                        raise cause from None
                    raise NotAsWritten(config, [f"it can't be loaded: {error}"]) from None
                digest = hashlib.sha256()
                for found in _cached(loaded):
                    digested(digest, config, found)
                if len(loaded) != part.rows:
                    raise NotAsWritten(config, [f"{len(loaded)} rows were loaded, {part.rows} written"])
                del loaded
            if digest.hexdigest() != part.digest:
                raise NotAsWritten(config, [f"the loaded rows of {part.split} differ from those written"])
    finally:
        if shown:
            utils.enable_progress_bars()


def _cached(loaded: Any) -> Iterator[list[Row]]:
    """The rows of a loaded dataset, read from the files that it has in its cache.

    It maps these files into memory, where each page that was looked at stays: as large as the dataset in the end.
    """
    import pyarrow as pa

    for file in loaded.cache_files:
        with pa.OSFile(file["filename"]) as source, pa.ipc.open_stream(source) as batches:
            for batch in batches:
                for start in range(0, len(batch), _LOADED):
                    yield batch.slice(start, _LOADED).to_pylist()


def lines(summary: Summary, shown: str) -> list[str]:
    """What a build made, for people; `shown` is the folder as they named it."""
    counts = ", ".join(f"{n} {name}" for name, n in summary.counts.items() if name != "records")
    warned = f"{summary.warned} warning(s)" if summary.warned else "no findings"
    configs = ", ".join(f"{b.config} ({b.rows})" for b in summary.built)
    raw = (
        f"{summary.raw} equal to their raw articles, byte for byte"
        if summary.raw
        else "no raw articles to compare with"
    )
    found = [f"Records        {summary.records} valid, {warned}; {raw}", f"               {counts}"]
    if len(summary.splits) > 1:
        found.append(f"               splits: {', '.join(f'{name} ({n})' for name, n in summary.splits.items())}")
    if summary.tasks:
        found += [
            f"Label Studio   {summary.tasks} task(s), {summary.regions} regions: out and back, every record equal to itself; {summary.sdk}",
            f"               {shown}/labelstudio/config.xml, {shown}/labelstudio/tasks.json",
        ]
    proof = "loaded with load_dataset, every row equal to itself" if summary.proven else "not loaded to prove it"
    found.append(f"Dataset        {proof}; {configs}")
    if not summary.text:
        found.append("               without the articles' text; `onrecord rehydrate` puts it in again")
    config = next((b for b in summary.built if b.config == "quotes"), summary.built[0])
    return [
        *found,
        f"               {shown}/dataset/ (card: README.md)",
        "Load it        from datasets import load_dataset",
        f'               load_dataset("{shown}/dataset", "{config.config}", split="{config.parts[0].split}")',
    ]
