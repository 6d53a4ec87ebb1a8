"""How fast records become Parquet, beside `Dataset.from_generator` in the same run; and a build at size, with its peak.

    pip install -e '.[test]' && python tests/benchmarks/dataset.py [RECORDS] [AT_SIZE ...]

RECORDS (200) are made of real ones: the corpus's own, the schema's example and, where ONRECORD_CORPORA names the
folder, the corpora of `tests/foreign`; each with an id and a last line of its own. Rounds of ours and of the peer take
turns; absolute figures drift with the machine, ratios hardly. Each AT_SIZE (none) is a whole build of that many
records in a process of its own: seconds of each stage and peak memory.
"""

import gc
import hashlib
import importlib.metadata
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import cycle, islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import datasets
import msgspec
from datasets import Dataset, Features

from foreign import __main__ as foreign
from onrecord.building.building import _proven, prove_dataset
from onrecord.building.building import built_of as built
from onrecord.checking.validate import check_source
from onrecord.dataset.columns import CONFIGS, arrow_schema
from onrecord.dataset.nested import record_row
from onrecord.dataset.rows import rows
from onrecord.dataset.tables import Tables
from onrecord.files import canonical_json
from onrecord.labelstudio import prove
from onrecord.model import specification
from onrecord.model.record import Record, Segment

ROOT = Path(__file__).resolve().parents[2]


def real() -> list[Record]:
    """Valid records of every source at hand."""
    found = [
        msgspec.json.decode(p.read_bytes(), type=Record) for p in sorted((ROOT / "corpus" / "records").glob("*.json"))
    ]
    found.append(msgspec.json.decode(specification.schema_bytes("record.example.json"), type=Record))
    folder = Path(os.environ.get("ONRECORD_CORPORA", "/nowhere"))
    for name, made in foreign.CORPORA.items():
        if (folder / name).is_dir():
            found += made(folder / name, None)
    return [
        r for r in found if not any(f.severity == "error" for f in check_source(canonical_json.canonical(r), "x")[1])
    ]


def copies(base: list[Record], count: int) -> Iterator[Record]:
    """As many records, each with an id and a last line of its own, so that no two texts are one."""
    for n, record in enumerate(islice(cycle(base), count)):
        last = f"Dispatch {n} of {count}."
        start = len(record.text.rstrip()) + 1
        text = f"{record.text.rstrip()}\n{last}\n"
        digest = hashlib.sha256(text.encode()).hexdigest()
        yield msgspec.structs.replace(
            record,
            id=f"r{n}",
            text=text,
            text_sha256=digest,
            segments=(*record.segments, Segment(id="dispatch", kind="other", start=start, end=start + len(last))),
            metadata=msgspec.structs.replace(record.metadata, source_sha256=digest),
        )


def best(*jobs: Callable[[], object], rounds: int = 3) -> list[float]:
    """Seconds of each job, the least of several rounds that take turns."""
    found = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for i, job in enumerate(jobs):
            gc.collect()
            gc.freeze()  # the records stand ready here, as they never do in a build: the collector is to pass them by
            start = time.perf_counter()
            job()
            found[i] = min(found[i], time.perf_counter() - start)
    return found


def ours(made: list[Record]) -> None:
    """Records → rows → Arrow → Parquet, all configs."""
    with tempfile.TemporaryDirectory() as folder:
        with Tables(Path(folder), ["train"], digest=False) as tables:
            for record in made:
                tables.add("train", rows(record))
        list(tables.parts())


def ours_records(made: list[Record]) -> None:
    """`records` alone, as `Tables` writes it."""
    with tempfile.TemporaryDirectory() as folder, Tables(Path(folder), ["train"], digest=False) as tables:
        for record in made:
            tables.add("train", {c: [record_row(record)] if c == "records" else [] for c in CONFIGS})


def theirs(made: list[Record], configs: tuple[str, ...]) -> None:
    """`Dataset.from_generator` with the same features, then `to_parquet`; a generator a config, as it must be."""
    for config in configs:
        features = Features.from_arrow_schema(arrow_schema(config))

        def generate(config: str = config) -> Iterator[dict[str, Any]]:
            for record in made:
                yield from [record_row(record)] if config == "records" else rows(record)[config]

        with tempfile.TemporaryDirectory() as folder:
            found = Dataset.from_generator(generate, features=features, cache_dir=folder)
            found.to_parquet(Path(folder, "x.parquet"))
            del found


def stages(made: list[Record]) -> Iterator[str]:
    few = made[:: max(1, len(made) // 50)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch) / "dataset"
        with Tables(folder, ["train"]) as tables:
            for record in made:
                tables.add("train", rows(record))
        parts = [built(folder, config, found) for config, found in tables.parts()]
        for part in parts:  # a card of its own is not needed to load files
            (folder / part.config).mkdir(exist_ok=True)
        configs = [
            {
                "config_name": p.config,
                "data_files": [{"split": "train", "path": f"{p.config}/train-*.parquet"}],
            }
            for p in parts
        ]
        (folder / "README.md").write_text(f"---\n{json.dumps({'configs': configs})}\n---\n")
        validation, tasks, round_trip, plain, hidden, loading = (
            best(lambda: [check_source(canonical_json.canonical(r), "x") for r in few])[0] / len(few),
            best(lambda: [prove(r) for r in few], rounds=1)[0] / len(few),
            best(lambda: [_proven(r, True) for r in few])[0] / len(few),
            best(lambda: [rows(r) for r in few])[0] / len(few),
            best(lambda: [_proven(r, False) for r in few])[0] / len(few),
            best(lambda: prove_dataset(folder, parts), rounds=1)[0] / len(made),
        )
    yield ""
    yield "what else a build does, timed apart                      ms a record"
    for name, seconds in (
        ("validation, all record rules", validation),
        ("to Label Studio and back, compared", tasks),
        ("a record's rows lead back to it, compared", round_trip - plain),
        ("the same without its text, and with it again", hidden - plain),
        ("every config loaded by `load_dataset`, every row compared", loading),
    ):
        yield f"{name:58} {1000 * seconds:9.2f}"


def sections(count: int, sizes: list[int]) -> Iterator[str]:
    base = real()
    made = list(copies(base, count))
    size = sum(len(msgspec.json.encode(r)) for r in made) / count
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("datasets", "pyarrow", "msgspec"))
    yield f"{count} records of {size / 1000:.0f} KB JSON, of {len(base)} real ones; Python {sys.version.split()[0]}; {versions}"
    yield ""
    yield f"{'record → Parquet':50} ms a record   × from_generator"
    for name, mine, configs in (
        ("`records` alone", lambda: ours_records(made), ("records",)),
        ("all eight configs, one pass", lambda: ours(made), CONFIGS),
    ):
        fast, slow = best(mine, lambda configs=configs: theirs(made, configs), rounds=2)  # type: ignore[misc]
        yield f"{name:50} {1000 * fast / count:11.2f} {slow / fast:18.1f}"
        yield f"{'  Dataset.from_generator + to_parquet':50} {1000 * slow / count:11.2f} {1.0:18.1f}"
    yield from stages(made)
    for number in sizes:
        yield ""
        yield from at_size(base, number)


def at_size(base: list[Record], number: int) -> Iterator[str]:
    with tempfile.TemporaryDirectory(dir=os.environ.get("ONRECORD_SCRATCH")) as scratch:
        records = Path(scratch, "corpus", "records")
        records.mkdir(parents=True)
        size = 0
        for n in range(0, number, 10_000):
            with (records / f"part-{n:09}.jsonl").open("wb") as file:
                for record in islice(copies(base, number), n, min(n + 10_000, number)):
                    size += file.write(msgspec.json.encode(record) + b"\n")
        done = subprocess.run(
            [sys.executable, __file__, "--build", scratch], stdout=subprocess.PIPE, text=True, check=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        yield f"a build of {number} records, {size / 1e6:.0f} MB JSON: " + ", ".join(
            f"{k} {v}" for k, v in found.items()
        )


def build_here(scratch: Path) -> None:
    """The child process: a whole build, stage by stage."""
    import resource

    from onrecord.building.building import build

    marks: list[tuple[float, str]] = []
    start = time.perf_counter()

    def progress(what: str) -> None:
        marks.append((time.perf_counter() - start, what))
        mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        if what.startswith("loading") or what.endswith("000 records"):
            print(f"{marks[-1][0]:8.0f} s {mb:6.0f} MB {what}", file=sys.stderr, flush=True)

    summary = build(scratch / "corpus", scratch / "out", progress, tasks=False)
    end = time.perf_counter() - start
    proof = next((at for at, what in marks if what.startswith("loading")), end)
    shards = {b.config: len(b.parts[0].files) for b in summary.built}
    print(json.dumps({
        "records": summary.records,
        "rows": sum(b.rows for b in summary.built),
        "shards": shards,
        "Arrow MB": round(sum(b.num_bytes for b in summary.built) / 1e6),
        "Parquet MB": round(sum(b.download_size for b in summary.built) / 1e6),
        "seconds validated and written": round(proof),
        "seconds loaded and compared": round(end - proof),
        "peak MB": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        "warnings": summary.warned,
    }))  # fmt: skip


if __name__ == "__main__":
    datasets.disable_progress_bars()
    if sys.argv[1:2] == ["--build"]:
        build_here(Path(sys.argv[2]))
    else:
        numbers = [int(a) for a in sys.argv[1:]]
        for line in sections(numbers[0] if numbers else 200, numbers[1:]):
            print(line, flush=True)
