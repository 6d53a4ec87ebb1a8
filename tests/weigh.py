"""What checking hostile files costs beside an honest one of their size; run as a process of its own, it prints JSON.

    python tests/weigh.py SIZE [few] → {kind: [kilobytes at the peak, seconds]}

Each file is checked and reported by a child process, so that its peak is its own; `""` is a process that does nothing.
"""

import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from msgspec.json import decode, encode

import costly
from draws import part
from onrecord.checking import report
from onrecord.checking.choice import LIMIT, Cap, Choice
from onrecord.checking.run import run

SEED = next((Path(__file__).resolve().parents[1] / "corpus" / "records").glob("*.json"))


def honest(size: int) -> bytes:
    """The first record of the corpus as JSON lines, repeated to a size."""
    line = encode(decode(SEED.read_bytes())) + b"\n"
    return line * (size // len(line))


def check(path: Path) -> None:
    """As `onrecord validate PATH` in one process."""
    with open(os.devnull, "w") as stream:
        reporter, cap, tally = report.reporter("text", stream), Cap(LIMIT), report.Tally()
        for checked in run([path], corpus=False, choice=Choice()):
            found = cap(checked.findings)
            tally.add(found, checked.record)
            reporter.add(found, checked.file, checked.line, checked.record)
        reporter.close(tally.totals())


def cost(work: Callable[[], object]) -> tuple[int, float]:
    """Peak kilobytes and seconds of a child process that does some work."""
    begun = time.perf_counter()
    child = os.fork()
    if not child:
        work()
        os._exit(0)
    _, status, usage = os.wait4(child, 0)
    assert status == 0, status
    return usage.ru_maxrss, time.perf_counter() - begun


def costs(size: int, few: bool, folder: Path) -> Iterator[tuple[str, tuple[int, float]]]:
    """Of each kind, or of a few, of the honest one, and of nothing."""
    warm, path = folder / "warm.json", folder / "record.jsonl"
    warm.write_bytes(SEED.read_bytes().replace(b'"Tuesday"', b'"Monday"'))
    check(warm)
    yield "", cost(lambda: None)
    path.write_bytes(honest(size))
    one = folder / "record.json"
    for _ in range(3):
        yield "honest", cost(lambda: check(path))
    for name, make in part(costly.kinds(few), 8) if few else costly.kinds(few):
        cost(lambda make=make: one.write_bytes(make(size)))  # type: ignore[misc]
        yield name, cost(lambda: check(one))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as scratch:
        print(json.dumps(dict(costs(int(sys.argv[1]), "few" in sys.argv, Path(scratch)))))
