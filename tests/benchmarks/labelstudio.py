"""How long push and pull take beside the bare SDK's import and export in the same run; prints ratios, asserts nothing.

    pip install -e '.[bench,labelstudio,studio]' && python tests/benchmarks/labelstudio.py [TASKS]

A Label Studio elsewhere is named in ONRECORD_LABEL_STUDIO. Records are the schema's example three times over, with
plain paragraphs up to 3 KB of text: 69 marks, 306 results, 74 KB as a task. The SDK's figures are the time inside its
calls alone, on tasks ready made; ours that of the whole command: start, files read, validated, converted, proven,
records and state written. On a busy machine trust the CPU time, of client and server together.
"""

import hashlib
import importlib.metadata
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
from validate import copies  # type: ignore[import-not-found]

from onrecord import labelstudio
from onrecord.files import canonical_json
from onrecord.labelstudio.sync.client import BATCH
from onrecord.labelstudio.sync.push import Envelope
from onrecord.labelstudio.sync.server import served
from onrecord.model import specification
from onrecord.model.record import Record

EXAMPLE: dict[str, Any] = msgspec.json.decode(specification.schema_bytes("record.example.json"))
FILLING = "The committee met again in the afternoon and heard further witnesses at length. " * 3


def article(size: int = 3000) -> dict[str, Any]:
    """A record of about `size` characters with 69 marks."""
    made: dict[str, Any] = copies(3, "template", EXAMPLE)
    while len(made["text"]) < size:
        start, words = len(made["text"]), FILLING.strip()
        made["text"] += words + "\n"
        made["segments"].append({"id": f"x{start}", "kind": "paragraph", "start": start, "end": start + len(words)})
    made["text_sha256"] = made["metadata"]["source_sha256"] = hashlib.sha256(made["text"].encode()).hexdigest()
    return made


def named(template: bytes, n: int) -> bytes:
    return template.replace(b'"template"', b'"article-%d"' % n)


def bare(url: str, key: str, server: int, count: int) -> list[float]:
    """Project, seconds and CPU seconds of the SDK's import_tasks, the same of its exports.as_json, peak memory in MB.

    The tasks are such that they count as changed by people.
    """
    from label_studio_sdk import LabelStudio

    sdk = LabelStudio(base_url=url, api_key=key, timeout=3600)
    pid = sdk.projects.create(title=f"bare {count}", label_config=labelstudio.config()).id
    task = labelstudio.to_task(msgspec.convert(article(), Record))
    template = msgspec.json.encode({**task, "meta": {"onrecord": Envelope("template", "0" * 64)}})
    found = [float(pid), 0.0, 0.0, 0.0, 0.0]

    def timed(at: int, call: Callable[[], object]) -> None:
        start, cpu = time.perf_counter(), time.process_time() + spent(server)
        call()
        found[at] += time.perf_counter() - start
        found[at + 1] += time.process_time() + spent(server) - cpu

    for low in range(0, count, BATCH):
        batch = [msgspec.json.decode(named(template, n)) for n in range(low, min(count, low + BATCH))]
        timed(1, lambda batch=batch: sdk.projects.import_tasks(pid, request=batch, return_task_ids=True))  # type: ignore[misc]
    timed(3, lambda: len(sdk.projects.exports.as_json(pid)))
    return [*found, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]


def spent(server: int) -> float:
    """CPU seconds of the server's process group so far."""
    ticks = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == server:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def measured(*command: str, key: str, server: int) -> tuple[float, float, float]:
    """Seconds, CPU seconds with the server's, and peak memory in MB of a command."""
    code = (
        "import resource,subprocess,sys,time; t=time.perf_counter(); "
        "r=subprocess.run(sys.argv[1:]).returncode; u=resource.getrusage(resource.RUSAGE_CHILDREN); "
        "print(time.perf_counter()-t, u.ru_utime+u.ru_stime, u.ru_maxrss/1024, r)"
    )
    environment = {**os.environ, "LABEL_STUDIO_API_KEY": key, "CI": "1"}
    before = spent(server)
    done = subprocess.run([sys.executable, "-c", code, *command], env=environment, capture_output=True, text=True)
    seconds, cpu, mb, code = done.stdout.split()
    assert code == "0", done.stderr
    return float(seconds), float(cpu) + spent(server) - before, float(mb)


def sections(count: int, scratch: Path) -> Iterator[str]:
    versions = ", ".join(f"{p} {importlib.metadata.version(p)}" for p in ("label-studio-sdk", "msgspec"))
    yield f"{count} tasks; Python {sys.version.split()[0]}; {versions}"
    template = canonical_json.canonical(msgspec.convert(article(), Record))
    command = (sys.executable, "-m", "onrecord", "labelstudio")
    with served(scratch / "server", None, None) as (url, account, process):
        assert process is not None
        key, server = account.token, process.pid
        for n in (max(count // 10, 1), count):
            corpus, empty = scratch / f"corpus-{n}", scratch / f"empty-{n}"
            for folder in (corpus, empty):
                (folder / "records").mkdir(parents=True)
            for i in range(n):
                (corpus / "records" / f"article-{i}.json").write_bytes(named(template, i))
            me = [sys.executable, __file__, "--bare", url, str(server), str(n)]
            done = subprocess.run(me, env={**os.environ, "LABEL_STUDIO_API_KEY": key}, capture_output=True, text=True)
            assert done.returncode == 0, done.stderr
            pid, came, came_cpu, went, went_cpu, mb = map(float, done.stdout.split())

            def ours(verb: str, *args: str) -> tuple[float, float, float]:
                return measured(*command, verb, *args, "--url", url, key=key, server=server)

            name = f"ours {n}"
            push = ours("push", str(corpus), "--project", name)
            again = ours("push", str(corpus), "--project", name)
            same = ours("pull", str(corpus), "--project", name)
            new = ours("pull", str(empty), "--project", str(int(pid)), "--new")
            assert sum(1 for _ in (empty / "records").iterdir()) == n
            yield ""
            yield f"{n:6} tasks{'':38} seconds   × SDK   CPU s   × SDK   peak MB"
            for title, (seconds, cpu, peak), (other, other_cpu) in (
                ("SDK import_tasks", (came, came_cpu, mb), (came, came_cpu)),
                ("labelstudio push", push, (came, came_cpu)),
                ("labelstudio push, nothing to push", again, (came, came_cpu)),
                ("SDK exports.as_json", (went, went_cpu, mb), (went, went_cpu)),
                ("labelstudio pull, nothing changed", same, (went, went_cpu)),
                ("labelstudio pull, every record written", new, (went, went_cpu)),
            ):
                yield f"{title:48} {seconds:9.1f} {seconds / other:7.2f} {cpu:7.1f} {cpu / other_cpu:7.2f} {peak:9.0f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--bare"]:
        print(*bare(sys.argv[2], os.environ["LABEL_STUDIO_API_KEY"], int(sys.argv[3]), int(sys.argv[4])))
    else:
        with tempfile.TemporaryDirectory() as folder:
            for line in sections(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000, Path(folder)):
                print(line, flush=True)
