"""How fast `onrecord validate` is, beside named peers in the same run; prints ratios, asserts nothing.

    pip install -e '.[bench]' && python tests/benchmarks/validate.py [RECORDS]

Records are the corpus's own, made long by repeating it; each has ids of its own and names its people otherwise, so that
nothing can be remembered from one to the next. The schema that `jsonschema` runs is the published one, composed by `$ref`
alone, without `allOf` or `unevaluatedProperties`. Every figure is the best of
several rounds, the peers' rounds between ours; absolute figures drift with the machine, ratios hardly.
"""

import gc
import hashlib
import importlib.metadata
import json
import os
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import jsonschema_rs
import msgspec
import orjson

from onrecord.checking.rules import RULES
from onrecord.checking.run import run
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.model import specification

ROOT = Path(__file__).resolve().parents[2]
SEED: dict[str, Any] = msgspec.json.decode(next((ROOT / "corpus" / "records").glob("*.json")).read_bytes())
_REFERENCES = {
    "speaker", "speaker_mention", "entity", "mention", "parent", "time", "setting", "claimant", "claimant_mention", "quote",
    "claim", "target", "event", "according_to", "anchor", "begin", "end_point", "id",
}  # fmt: skip


def copies(times: int, name: str, seed: dict[str, Any] = SEED) -> dict[str, Any]:
    """The seed's article and annotation, `times` one after another, as one record."""
    made: dict[str, Any] = msgspec.json.decode(msgspec.json.encode(seed))
    made["id"] = name
    text = seed["text"] if seed["text"].endswith("\n") else seed["text"] + "\n"
    layers = ("segments", "entities", "times", "quotes", "claims", "events")

    def moved(value: Any, n: int, key: str = "") -> Any:
        if isinstance(value, dict):
            return {k: moved(v, n, k) for k, v in value.items()}
        if isinstance(value, list):
            return [moved(v, n, "id" if key in ("members", "about") else key) for v in value]
        if key in ("start", "end"):
            return value + n * len(text)
        if key in _REFERENCES and isinstance(value, str) and value not in ("author", "published"):
            return f"{value}-{n}"
        if n and key == "name" and isinstance(value, str):
            return f"{value} {n}"
        return None if n and key == "wikidata" else "not_attempted" if n and value in ("linked", "nil") else value

    for layer in layers:
        made[layer] = [x for n in range(times) for x in moved(seed[layer], n)] if times > 1 else seed[layer]
    for n, claim in enumerate(made["claims"]):
        if n >= len(seed["claims"]):  # the same words again would be a repetition
            copy = "".join(
                chr(ord("a") + int(digit)) for digit in str(n // len(seed["claims"]))
            )  # no number of the article's
            claim["text"] = f"{claim['text'][:-1]} ({copy})."
    for segment in made["segments"][len(seed["segments"]) :]:
        if segment["kind"] in ("headline", "section"):
            segment["kind"] = "other"
    made["text"] = text * times if times > 1 else seed["text"]
    made["text_sha256"] = made["metadata"]["source_sha256"] = hashlib.sha256(made["text"].encode()).hexdigest()
    return made


def varied(line: bytes, n: int) -> bytes:
    """A record with other ids and other people, whose names are as long as the real ones, so that all offsets hold."""
    value = msgspec.json.decode(line)
    names = {
        m["text"] for e in value["entities"] if e["type"] == "PERSON" for m in e["mentions"] if m["kind"] == "name"
    }
    words = {w for name in names for w in name.split() if w.isalpha() and w.isascii() and len(w) > 3}
    ids = set(re.findall(r'"id":"([^"]+)"', line.decode())) - {value["id"]}

    def other(match: re.Match[str]) -> str:
        word = match[0]
        return word[0] + "".join(chr(ord("a") + (ord(c) - ord("a") + 1 + n) % 26) for c in word[1:].lower())

    name = re.compile(rf"\b(?:{'|'.join(sorted(words))})\b")

    def renamed(part: Any) -> Any:
        if isinstance(part, dict):
            return {k: renamed(v) for k, v in part.items()}
        if isinstance(part, list):
            return [renamed(v) for v in part]
        return (f"{part}-{n}" if part in ids else name.sub(other, part)) if isinstance(part, str) else part

    made = renamed(value)
    made["text_sha256"] = made["metadata"]["source_sha256"] = hashlib.sha256(made["text"].encode()).hexdigest()
    return msgspec.json.encode(made)


def broken(line: bytes, n: int) -> bytes:
    """One of several kinds of damage: a label, a missing field, an offset, a dangling id, a drifted word."""
    value = msgspec.json.decode(line)
    if n % 5 == 0:
        value["entities"][0]["type"] = "PERSONS"
    elif n % 5 == 1:
        del value["quotes"][0]["cue"]
    elif n % 5 == 2:
        value["times"][0]["start"] += 1
    elif n % 5 == 3:
        value["claims"][0]["claimant"] = "nobody"
    else:
        value["events"][0]["mentions"][0]["text"] = "x"
    return msgspec.json.encode(value)


def best(*jobs: Callable[[], object], rounds: int = 5) -> list[float]:
    """Seconds of each job, the least of several rounds that take turns."""
    found = [float("inf")] * len(jobs)
    for _ in range(rounds):
        for i, job in enumerate(jobs):
            gc.collect()
            start = time.perf_counter()
            job()
            found[i] = min(found[i], time.perf_counter() - start)
    return found


def checked(path: Path, jobs: int = 1, corpus: bool = False) -> int:
    return sum(len(c.findings) for c in run([path], "fast", jobs, corpus))


def peak(*args: str) -> tuple[float, float]:
    """Peak memory in MB and seconds of a process of the command line."""
    code = (
        "import resource,subprocess,sys,time; t=time.perf_counter(); "
        "subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024, time.perf_counter() - t)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, sys.executable, "-m", "onrecord", *args], capture_output=True, text=True
    )
    mb, seconds = done.stdout.split()
    return float(mb), float(seconds)


def hostile(size: int) -> Iterator[str]:
    """Files made to cost much beside an honest one of their size: in a process, and as a command with its start."""
    args = [sys.executable, str(ROOT / "tests" / "weigh.py"), str(size), "few"]
    done = subprocess.run(args, capture_output=True, text=True, check=True)
    costs: dict[str, tuple[float, float]] = json.loads(done.stdout)
    costs.pop("")
    memory, seconds = costs.pop("honest")
    start = min(peak("rules", "SPN003")[1] for _ in range(3))
    yield f"hostile files of {size / 1e6:.1f} MB, {len(costs)} kinds, beside the first record repeated to it ({seconds:.2f} s, {memory / 1024:.0f} MB)"
    yield f"{'the dearest':44} × time   × with the start   × memory"
    dear = sorted(costs, key=lambda kind: -costs[kind][1])[:8] + sorted(costs, key=lambda kind: -costs[kind][0])[:4]
    for kind in dict.fromkeys(dear):
        mine, took = costs[kind]
        yield f"{kind:44} {took / seconds:6.1f}   {(took + start) / (seconds + start):16.1f}   {mine / memory:8.1f}"


def sections(count: int, folder: Path) -> Iterator[str]:
    lines = [varied(msgspec.json.encode(copies(1, f"r{i}")), i) for i in range(count)]
    good, bad, long = folder / "good.jsonl", folder / "bad.jsonl", folder / "long.jsonl"
    good.write_bytes(b"\n".join(lines) + b"\n")
    bad.write_bytes(b"\n".join(broken(x, i) if i % 5 < 2 else x for i, x in enumerate(lines)) + b"\n")
    with long.open("wb") as file:
        for _ in range(10):
            file.write(good.read_bytes())
    versions = ", ".join(
        f"{p} {importlib.metadata.version(p)}" for p in ("jsonschema", "jsonschema-rs", "msgspec", "orjson")
    )
    yield f"{count} records of {len(lines[0]) / 1000:.0f} KB, all {len(RULES)} record rules; Python {sys.version.split()[0]}; {versions}"

    schema = specification.record_schema()
    reference, rust = jsonschema.Draft202012Validator(schema), jsonschema_rs.Draft202012Validator(schema)
    few = [orjson.loads(x) for x in lines[:10]]
    slow, orj, rs, ours, two, mixed = best(
        lambda: [list(reference.iter_errors(v)) for v in few],
        lambda: sum(len(orjson.loads(x)) for x in lines),
        lambda: sum(rust.is_valid(orjson.loads(x)) for x in lines),
        lambda: checked(good),
        lambda: checked(good, jobs=2),
        lambda: checked(bad),
    )
    slow, orj, rs, ours, two, mixed = slow / len(few), orj / count, rs / count, ours / count, two / count, mixed / count
    yield ""
    yield f"{'one process':44} records/s   × jsonschema   × orjson.loads"
    for name, seconds in (
        ("jsonschema iter_errors, schema alone", slow),
        ("orjson.loads + jsonschema-rs, schema alone", rs),
        ("orjson.loads, nothing checked", orj),
        ("onrecord, schema and all rules", ours),
        ("onrecord, 40 % of the records broken", mixed),
    ):
        yield f"{name:44} {1 / seconds:9.0f}   {slow / seconds:12.1f}   {orj / seconds:14.2f}"
    yield f"two processes: {ours / two:.2f} × one; 40 % broken: {mixed / ours:.2f} × slower"

    (alone,) = best(lambda: checked(good, corpus=True), rounds=2)
    yield f"with the rules over the whole corpus: {alone / count / ours:.2f} × the time"

    yield ""
    yield "length       KB   items   ms a record   ms per 100 items"
    for times in (1, 10, 100):
        raw = msgspec.json.encode(copies(times, "long"))
        found = check_source(raw, "long")[1]
        assert not [f for f in found if f.severity == "error"], found[:3]
        (seconds,) = best(lambda raw=raw: check_source(raw, "long"), rounds=3)  # type: ignore[misc]
        items = times * sum(len(SEED[x]) for x in ("entities", "times", "quotes", "claims", "events"))
        yield f"{times:5} × {len(raw) / 1000:8.0f} {items:7} {1000 * seconds:13.2f} {100_000 * seconds / items:18.2f}"

    yield ""
    one = folder / "one.json"
    one.write_bytes(canonical_json.canonical(copies(1, "one")))
    starts = [peak("validate", str(one)) for _ in range(5)]
    yield f"start: `onrecord validate` on one record {min(s for _, s in starts):.2f} s, peak {min(m for m, _ in starts):.0f} MB"
    for path in (good, long):
        mb, seconds = peak("validate", "--jobs", "1", "--no-corpus", str(path))
        yield f"peak memory: {mb:.0f} MB on JSON lines of {path.stat().st_size / 1e6:.0f} MB ({seconds:.1f} s)"
    yield ""
    yield from hostile(1_000_000)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONHASHSEED", "0")
    with tempfile.TemporaryDirectory() as scratch:
        for line in sections(int(sys.argv[1]) if len(sys.argv) > 1 else 1000, Path(scratch)):
            print(line, flush=True)
