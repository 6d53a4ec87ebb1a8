"""Records come in every form: files, lines, compressed, tables, standard input; shared among processes or not."""

import gzip
import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from draws import FULL
from helpers import ROOT, SEED, example, source
from onrecord.building.building import build
from onrecord.checking import run as running
from onrecord.checking import sources
from onrecord.checking.run import run, validate
from onrecord.cli import app
from onrecord.findings.finding import Finding

DAMAGED = 1
"""Which of the records of `lines` says 'Monday' where its article says 'Tuesday'."""


def record(id: str, damaged: bool = False) -> dict[str, Any]:
    value = example() | {"id": id}
    if damaged:
        value["times"][0]["text"] = "Monday"
    return value


def lines(count: int = 3) -> list[bytes]:
    return [source(record(f"r{i}", damaged=i == DAMAGED)) for i in range(count)]


def zstd(raw: bytes) -> bytes:
    made: bytes = pytest.importorskip("zstandard").compress(raw)
    return made


PACK: dict[str, Callable[[bytes], bytes]] = {"": bytes, ".gz": gzip.compress, ".zst": zstd}


def write(path: Path, raw: bytes) -> Path:
    """The file, compressed as its name says."""
    path.write_bytes(PACK.get(path.suffix.lower(), bytes)(raw))
    return path


def found(*paths: Path, **options: Any) -> list[Finding]:
    return [f for checked in run(paths, corpus=False, **options) for f in checked.findings]


def places(*paths: Path, **options: Any) -> list[tuple[str, int | None]]:
    return [(f.code, f.line) for f in found(*paths, **options)]


def command(*args: Any, code: int = 0, input: bytes | None = None) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in args], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize("form", [".jsonl", ".ndjson", ".JSONL"])
def test_records_a_line(tmp_path: Path, form: str, packed: str, jobs: int) -> None:
    path = write(tmp_path / f"c{form}{packed}", b"\n".join(lines()) + b"\n")
    (finding,) = found(path, jobs=jobs)
    assert (finding.code, finding.line, finding.record, finding.file) == ("SPN002", 2, "r1", str(path))
    assert sum(c.record for c in run([path], jobs=jobs)) == 3


@pytest.mark.parametrize("packed", PACK)
def test_a_record_a_file(tmp_path: Path, packed: str) -> None:
    path = write(tmp_path / f"r.json{packed}", b"\n\n" + lines()[DAMAGED])
    assert places(path) == [("SPN002", 3)]
    assert sum(c.record for c in run([path])) == 1


def test_a_folder_of_all_forms(tmp_path: Path) -> None:
    (tmp_path / "deep" / ".hidden").mkdir(parents=True)
    names = ["a.json", "b.jsonl", "c.ndjson.gz", "d.json.gz", "deep/e.jsonl.zst", "deep/f.json.zst"]
    for name in names:
        body = lines()[DAMAGED] if ".json." in f"{name}." else b"\n".join(lines())
        write(tmp_path / name, body)
    for name in ("notes.txt", "deep/.g.json", "deep/.hidden/h.json", "i.json.bak"):
        (tmp_path / name).write_bytes(b"{")
    for jobs in (1, 2):
        assert [Path(f.file).relative_to(tmp_path).as_posix() for f in found(tmp_path, jobs=jobs)] == names
        assert sum(c.record for c in run([tmp_path], jobs=jobs)) == 3 * 3 + 3


@pytest.fixture
def built(tmp_path: Path) -> Path:
    build(ROOT / "corpus", tmp_path / "out")
    return tmp_path / "out" / "dataset"


def test_a_built_dataset(built: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    (path,) = (built / "records").iterdir()
    for named in (built, path):
        assert [(c.file, c.line, c.findings, c.record) for c in run([named])] == [(str(path), 1, (), True)]
    command("validate", "--strict", built)
    table = pq.read_table(path)
    good = table.to_pylist()[0]
    rows = [good | {"id": f"r{i}"} for i in range(5)]
    rows[3] = rows[3] | {"times": [{**rows[3]["times"][0], "text": "never"}, *rows[3]["times"][1:]]}
    rows[4] = rows[4] | {"extensions": '{"onrecord": {"exemptions": 3}}'}
    for size in (1, 2, 100):
        pq.write_table(pa.Table.from_pylist(rows, schema=table.schema), path, row_group_size=size)
        for jobs in (1, 2):
            findings = found(built, jobs=jobs)
            assert [(f.code, f.line, f.column, f.record) for f in findings] == [
                ("SPN002", 4, None, "r3"),
                ("EXM001", 5, None, "r4"),
            ]
    assert f"{path}:4: SPN002" in command("validate", built, "--no-corpus", code=1).stdout
    pq.write_table(table.drop_columns(["quotes"]), path)
    assert places(built) == [("SCH001", 1)]
    pq.write_table(table.slice(0, 0), path)
    assert [f.code for f in found(built)] == ["FIL006"]


def test_a_damaged_table(built: Path) -> None:
    (path,) = (built / "records").iterdir()
    raw = path.read_bytes()
    for broken in (raw[: len(raw) // 2], raw[:1000] + bytes(len(raw) - 2000) + raw[-1000:], b"text\n", b""):
        path.write_bytes(broken)
        for jobs in (1, 2):
            assert [f.code for f in found(path, jobs=jobs)] == ["FIL001"]


def test_blank_lines_and_line_ends(tmp_path: Path) -> None:
    one, two, three = lines()
    path = tmp_path / "c.jsonl"
    for body, line in (
        (b"\n \n" + one + b"\n\n\t\n" + two + b"\n" + three, 6),
        (one + b"\r\n" + b"\r\n" + two + b"\r\n" + three + b"\r\n", 3),
        (one + b"\n" + three + b"\n" + two, 3),
        (one + b"\n" + three + b"\n" + two + b"\n\n\n", 3),
    ):
        path.write_bytes(body)
        assert places(path) == [("SPN002", line)]
        assert sum(c.record for c in run([path])) == 3


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize("packed", PACK)
@pytest.mark.parametrize("size", [1, 100, 4000, 9000, 50_000])
def test_blocks_of_any_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int, packed: str, jobs: int) -> None:
    """A record may be longer than a block, and a block hold many; line numbers stay right, faults stay where they are."""
    monkeypatch.setattr(sources, "BLOCK", size)
    body = [*lines(4), b"", b'{"id": ', b"\xff{}", b"[1]", lines()[DAMAGED], b"\r", b"{}" * 50]
    path = write(tmp_path / f"c.jsonl{packed}", b"\n".join(body))
    expected = [("SPN002", 2), ("FIL003", 6), ("FIL002", 7), ("SCH003", 8), ("SPN002", 9), ("FIL003", 11)]
    assert places(path, jobs=jobs) == expected
    assert found(path, jobs=jobs) == found(path, jobs=1)


def noise(count: int) -> bytes:
    """Lines that hardly compress, and hold no JSON."""
    return b"".join(b"%s\n" % os.urandom(500).hex().encode() for _ in range(count))


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_compressed_data_that_were_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, packed: str) -> None:
    """Whatever could be read of it, a file that was cut off is never clean."""
    monkeypatch.setattr(sources, "BLOCK", 2000)
    body = b"\n".join(lines())
    for name, line in (("r.json", lines()[0]), ("c.jsonl", body)):
        path = write(tmp_path / f"{name}{packed}", line)
        whole = path.read_bytes()
        for cut in (5, 20, len(whole) // 2, len(whole) - 3):
            path.write_bytes(whole[:cut])
            assert found(path)[-1].code == "FIL001", cut
            assert "can't be read" in found(path, jobs=2)[-1].message
    path = tmp_path / f"c.jsonl{packed}"
    path.write_bytes(PACK[packed](lines()[0] + b"\n" + noise(2000))[:-100_000])
    *before, last = found(path)
    assert {f.code for f in before} == {"FIL003"}
    assert last.code == "FIL001"
    path.write_bytes(b"plain text\n")
    assert places(path) == [("FIL001", None)]


@pytest.mark.parametrize("packed", [".gz", ".zst"])
def test_a_file_that_was_cut_off_is_not_rewritten(tmp_path: Path, packed: str) -> None:
    path = tmp_path / f"c.jsonl{packed}"
    body = b"".join(source(record(f"r{i}") | {"text_sha256": "0" * 64}) + b"\n" for i in range(3))
    path.write_bytes(PACK[packed](body + noise(6000))[:-1_000_000])
    before = path.read_bytes()
    assert "0 findings mended in 0 records" in command("validate", "--fix", "--no-corpus", path, code=1).stderr
    assert "0 records rewritten" in command("format", path, code=1).stderr
    assert path.read_bytes() == before
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_compressed_data_in_several_pieces(tmp_path: Path) -> None:
    one, two, three = lines()
    for packed in (".gz", ".zst"):
        pack = PACK[packed]
        path = tmp_path / f"c.jsonl{packed}"
        path.write_bytes(pack(one + b"\n") + pack(b"") + pack(two[:100]) + pack(two[100:] + b"\n" + three))
        assert places(path) == [("SPN002", 2)]
        path.write_bytes(pack(one + b"\n") + b"garbage after it")
        assert [f.code for f in found(path)] == ["FIL001"]


@pytest.mark.parametrize("name", ["c.jsonl", "c.ndjson.gz", "c.jsonl.zst"])
@pytest.mark.parametrize("body", [b"", b"\n", b"\r\n \n\t\n"])
def test_a_file_without_records(tmp_path: Path, name: str, body: bytes) -> None:
    path = write(tmp_path / name, body)
    assert places(path) == places(path, jobs=2) == [("FIL006", None)]
    assert "holds no record" in command("validate", path, code=1).stdout
    assert "holds no record" in command("format", path, code=1).stderr


def test_standard_input() -> None:
    one, two, three = lines()
    pretty = b'{\n "id": 3}\n'
    for body, expected in (
        (b"\n\n" + b"\n".join((one, b"", two, three)), "-:5:"),
        (two, "-:1:"),
        (b"\n" + pretty, "-:2:"),
    ):
        assert command("validate", "-", "--no-corpus", code=1, input=body).stdout.startswith(expected)
    assert "3 records" in command("validate", "-", "--no-corpus", code=1, input=b"\n".join((one, two, three))).stderr
    example = (ROOT / "schemas" / "record.example.json").read_bytes()
    assert "1 record checked: no findings" in command("validate", "-", input=example).stderr
    for empty in (b"", b"\n\n"):
        assert "FIL003" in command("validate", "-", code=1, input=empty).stdout
    assert "COR003" in command("validate", "-", "--jobs", "2", code=1, input=b"\n".join((one, three))).stdout


def test_standard_input_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert [f.message for f in found(Path("-"))] == ["the file can't be read: standard input is closed"]


@pytest.fixture
def missing(monkeypatch: pytest.MonkeyPatch) -> None:
    def find(name: str, package: str | None = None) -> Any:
        return None if name in ("zstandard", "pyarrow") else real(name, package)

    real = importlib.util.find_spec
    for name in ("zstandard", "pyarrow"):
        monkeypatch.setitem(sys.modules, name, None)
    monkeypatch.setattr(importlib.util, "find_spec", find)


@pytest.mark.parametrize("jobs", [1, 2])
@pytest.mark.parametrize(
    ("name", "extra"), [("c.jsonl.zst", "zstd"), ("c.json.zst", "zstd"), ("c.parquet", "datasets")]
)
@pytest.mark.usefixtures("missing")
def test_a_missing_package_is_named(tmp_path: Path, name: str, extra: str, jobs: int) -> None:
    path = tmp_path / name
    path.write_bytes(b"x")
    line = f"onrecord: {path}: reading this needs the extra “{extra}”: pip install 'onrecord[{extra}]'\n"
    assert command("validate", path, "--jobs", jobs, code=2).stderr == line
    assert command("labelstudio", "export", path, code=2).stderr == line
    if extra == "zstd":
        assert command("format", path, code=2).stderr == line


def test_a_file_named_twice_is_checked_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "c.jsonl", b"\n".join(lines()))
    monkeypatch.chdir(tmp_path)
    (tmp_path / "link.jsonl").symlink_to(path)
    for jobs in (1, 2):
        named = [path, Path("c.jsonl"), Path("link.jsonl"), tmp_path, tmp_path / "."]
        assert places(*named, jobs=jobs) == [("SPN002", 2)]
        assert sum(c.record for c in run(named, jobs=jobs)) == 3
    assert len(list(validate([path, path]))) == 3
    write(tmp_path / "d.jsonl", lines()[DAMAGED])
    assert command("validate", "--diff", path, tmp_path, path, code=0).stdout == ""


def test_many_processes_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "BLOCK", 20_000)
    folder = tmp_path / "records"
    folder.mkdir()
    for i in range(40 if FULL else 22):
        (folder / f"{i:02}.json").write_bytes(source(record(f"f{i}", damaged=i % 3 == 0)))
    (folder / "20a.json").write_bytes(b"{")
    (folder / "20b.jsonl").write_bytes(b"\n".join(lines(50 if FULL else 12)))
    write(folder / "20c.jsonl.gz", b"\n".join((b"{", *lines(30 if FULL else 8))))
    (folder / "zz.parquet").write_bytes(b"text")
    alone = list(run([tmp_path, ROOT / "corpus", tmp_path / "none.json"]))
    assert {"FIL001", "FIL003", "SPN002", "COR001", "COR003"} <= {f.code for c in alone for f in c.findings}
    assert list(run([tmp_path, ROOT / "corpus", tmp_path / "none.json"], jobs=2)) == alone
    assert list(run([tmp_path, ROOT / "corpus", tmp_path / "none.json"], jobs=3)) == alone
    strict = ("validate", tmp_path, "--format", "json", "--engine", "reference", "--jobs")
    assert command(*strict, 2, code=1).stdout == command(*strict, 1, code=1).stdout
    assert command(*strict[:4], "--jobs", 1, code=1).stdout == command(*strict, 1, code=1).stdout


def test_a_dead_worker_is_one_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "c.jsonl", b"\n".join(lines()))
    monkeypatch.setattr(running, "check_sources", lambda *args: os._exit(9))
    result = command("validate", path, "--jobs", "2", code=2)
    assert result.stderr.startswith("onrecord: a worker process died")
    assert result.stderr.count("\n") == 1


def alive(group: int) -> list[int]:
    """The processes of a group that still run."""
    members = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            state, _, of = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if int(of) == group and state != "Z":
                members.append(int(folder.name))
    return members


def until(wanted: Callable[[], Any], seconds: float = 20) -> None:
    end = time.monotonic() + seconds
    while not wanted():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.02)


@pytest.fixture
def busy(tmp_path: Path) -> Iterator["subprocess.Popen[str]"]:
    """A check with two workers that will take long; it leads a group of its own."""
    if not Path("/proc/self/stat").exists():
        pytest.skip("needs /proc")
    seed = (ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes().replace(b"\n", b"")
    path = tmp_path / "big.jsonl"
    with path.open("wb") as file:
        for _ in range(40_000_000 // len(seed)):
            file.write(seed + b"\n")
    args = [sys.executable, "-m", "onrecord", "validate", str(path), "--jobs", "2", "--engine", "reference"]
    process = subprocess.Popen(args, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, start_new_session=True)
    try:
        until(lambda: len(alive(process.pid)) == 3)
        time.sleep(0.5 if FULL else 0.1)
        yield process
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


@pytest.mark.parametrize("to_all", [True, False], ids=["as Ctrl-C does", "to the main process alone"])
def test_interrupted(busy: "subprocess.Popen[str]", to_all: bool) -> None:
    (os.killpg if to_all else os.kill)(busy.pid, signal.SIGINT)
    _, errors = busy.communicate(timeout=60)
    assert busy.returncode == 130
    assert "Traceback" not in errors
    assert alive(busy.pid) == []


def test_no_worker_outlives_a_killed_main_process(busy: "subprocess.Popen[str]") -> None:
    os.kill(busy.pid, signal.SIGKILL)
    until(lambda: alive(busy.pid) == [])


def test_a_killed_worker_ends_the_check(busy: "subprocess.Popen[str]") -> None:
    os.kill(max(alive(busy.pid)), signal.SIGKILL)
    out, errors = busy.communicate(timeout=60)
    assert busy.returncode == 2
    assert errors.startswith("onrecord: a worker process died")
    assert "Traceback" not in out + errors
    assert alive(busy.pid) == []


def test_a_named_pipe_is_a_finding(tmp_path: Path) -> None:
    import os

    os.mkfifo(tmp_path / "x.json")
    os.mkfifo(tmp_path / "y.jsonl")
    findings = [f for checked in run([tmp_path]) for f in checked.findings]
    assert [f.code for f in findings] == ["FIL001", "FIL001"]
    assert all("no ordinary file" in f.message for f in findings)


@pytest.mark.skipif(os.name != "posix", reason="names of files are text there")
def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """Two copies of one record, one in a file whose name is not UTF-8: found by the rules over the corpus."""
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    folder.mkdir()
    for name in (b"bad\xff.json", b"b.json"):
        (folder / os.fsdecode(name)).write_bytes(source(example()))
    for jobs in ("1", "2"):
        result = command("validate", folder, "--jobs", jobs, code=1)
        assert "COR001" in result.stdout
