"""Every way in and out: names from data, what is read and how much of it, what is written and what stands then."""

import gzip
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.json import encode

import spare
from draws import FULL as ALL
from draws import draws
from helpers import EXAMPLE, source
from onrecord.checking.run import run
from onrecord.checking.sources import raw_records, units
from onrecord.files import limits
from onrecord.files.limits import Limits, OverLimit
from onrecord.files.names import LONGEST, BadName, fault, file_name, raw_places, under, within
from onrecord.files.parsing import bounded, parse
from onrecord.files.reading import Outside, Reach, content, opened
from onrecord.files.writing import NotWritten, replacing, write_atomic
from onrecord.findings.finding import Finding

GOOD = source(EXAMPLE)


def onrecord(*args: Any, **how: Any) -> "subprocess.CompletedProcess[str]":
    if spare.takes(how):
        return spare.run([*map(str, args)], **how)
    command = [sys.executable, "-m", "onrecord", *map(str, args)]
    how = {"capture_output": True} | how if "stdout" not in how else {"stderr": subprocess.PIPE} | how
    return subprocess.run(command, text=True, timeout=120, check=False, **how)


@pytest.fixture
def bounds() -> Iterator[Any]:
    """Sets bounds for a test."""
    yield lambda **given: limits.use(Limits(**given))
    limits.use(Limits())


# Names from data

NAMES = {
    "a.txt": True,
    "2026/a.txt": True,
    "a/b/c/d.txt": True,
    "St. Ives, “Faust” – 1 (2).txt": True,
    "é.txt": True,
    "e\u0301.txt": True,
    "新しい橋.txt": True,
    "خبر.txt": True,
    "👩‍🚀.txt": True,
    "a:b.json": True,
    "a..b.txt": True,
    " a.txt": True,
    "x" * LONGEST: True,
    "x" * (LONGEST + 1): False,
    "é" * 127: True,
    "é" * 128: False,
    "": False,
    " ": False,
    ".": False,
    "..": False,
    "../a.txt": False,
    "a/../b.txt": False,
    "a/../../b.txt": False,
    "a/..": False,
    "./a.txt": False,
    "a/./b.txt": False,
    "a//b.txt": False,
    "a/": False,
    "/": False,
    "/a.txt": False,
    "//host/a.txt": False,
    "/etc/passwd": False,
    "C:/a.txt": False,
    "c:\\a.txt": False,
    "..\\a.txt": False,
    "a\\b.txt": False,
    ".git/config": False,
    ".a.txt": False,
    "a/.b/c.txt": False,
    "a\0.txt": False,
    "a\n.txt": False,
    "a\x1b[31m.txt": False,
    "a\u2028.txt": False,
    "\x7f": False,
    "a\x85b": False,
}


@pytest.mark.parametrize("name", NAMES)
def test_names(tmp_path: Path, name: str) -> None:
    assert (fault(name) is None) == NAMES[name]
    if NAMES[name]:
        path = under(tmp_path, name)
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, b"")
        assert path.is_file()
    else:
        with pytest.raises(BadName):
            under(tmp_path, name)


@settings(max_examples=draws(500), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.sampled_from(["..", ".", "", "a", "b", "out", "in", "\0", "\\", "C:", "é", "\u202e"]) | st.text(max_size=3)
    ).map("/".join)
)
@example("out/x")
@example("in/x")
def test_no_name_leads_out(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    top = tmp_path_factory.getbasetemp() / "names"
    folder = top / "folder"
    if not folder.exists():
        (folder / "a").mkdir(parents=True)
        (folder / "out").symlink_to(top)
        (folder / "in").symlink_to("a")
        (folder / "b").symlink_to(top / "stolen")
    try:
        path = under(folder, name)
    except BadName:
        return
    assert within(os.path.realpath(path), os.path.realpath(folder))


def test_links_on_the_way(tmp_path: Path) -> None:
    folder = tmp_path / "raw"
    (folder / "sub").mkdir(parents=True)
    (tmp_path / "other").mkdir()
    (folder / "file.txt").symlink_to(tmp_path / "stolen.txt")
    (folder / "folder").symlink_to(tmp_path / "other")
    (folder / "round").symlink_to("round")
    (folder / "within.txt").symlink_to("sub/a.txt")
    (folder / "self").symlink_to(".")
    for name in ("file.txt", "folder/a.txt", "self"):
        with pytest.raises(BadName, match="a link that leads out"):
            under(folder, name)
    assert under(folder, "within.txt") == folder / "within.txt"
    assert under(folder, "self/a.txt") == folder / "self" / "a.txt"
    assert under(folder, "new/sub/a.txt") == folder / "new" / "sub" / "a.txt"


def test_where_a_raw_article_may_stand(tmp_path: Path) -> None:
    assert raw_places(tmp_path, "a.txt") == [tmp_path / "a.txt"]
    assert raw_places(tmp_path, "2026/a.txt") == [tmp_path / "2026" / "a.txt", tmp_path / "a.txt"]
    assert raw_places(tmp_path, "/home/jo/a.txt") == raw_places(tmp_path, "../../a.txt") == [tmp_path / "a.txt"]
    with pytest.raises(BadName):
        raw_places(tmp_path, "..")


@pytest.mark.parametrize("length", [LONGEST - 5, LONGEST - 4, LONGEST, 10 * LONGEST])
def test_file_names_of_ids(length: int) -> None:
    one, other = file_name("x" * length), file_name("x" * length + "y")
    assert max(len(one), len(other)) <= LONGEST
    assert (one == f"{'x' * length}.json") == (length + 5 <= LONGEST)
    assert (other == f"{'x' * length}y.json") == (length + 6 <= LONGEST)
    assert one != other
    assert fault(one) is None


# What is read


def test_only_regular_files_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    listener = socket.socket(socket.AF_UNIX)
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    listener.bind("socket.json")
    for name, to in (
        ("zero.json", "/dev/zero"),
        ("pipe2.json", "pipe.json"),
        ("round.json", "round.json"),
        ("tty.json", "/dev/tty"),
    ):
        (tmp_path / name).symlink_to(to)
    (tmp_path / "folder.json").mkdir()
    for path in tmp_path.iterdir():
        with pytest.raises(OSError, match=r"ordinary|directory|links|device|address"):
            opened(path)
    listener.close()
    began = time.monotonic()
    found = onrecord("validate", tmp_path, "--jobs", "1")
    assert found.returncode == 1
    assert "Traceback" not in found.stderr
    assert time.monotonic() - began < 60, "nothing is waited for"
    for name in ("zero", "pipe", "round", "socket"):
        assert f"{name}.json: FIL0" in found.stdout


def test_what_is_named_by_hand_may_be_a_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    ingest = subprocess.Popen(
        [sys.executable, "-m", "onrecord", "ingest", str(tmp_path / "pipe.txt")], stdout=subprocess.PIPE, text=True
    )
    (tmp_path / "pipe.txt").write_text("Some words.\n")
    assert '"Some words.\\n"' in ingest.communicate(timeout=60)[0]


def test_an_endless_device_ends_at_the_limit() -> None:
    found = onrecord("ingest", "/dev/zero", env=os.environ | {"ONRECORD_MAX_RECORD_BYTES": "100000"})
    assert found.returncode == 1
    assert "FIL009" in found.stderr
    assert "ONRECORD_MAX_RECORD_BYTES" in found.stderr


SECRET = "s3cr3t-t0k3n"


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A work tree with a corpus in it, and a secret outside, as in CI on a pull request."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / ".netrc").write_text(SECRET)
    (tmp_path / "home" / "key.txt").write_text(SECRET)
    tree = tmp_path / "tree"
    for folder in (
        ".git/annex/objects/aa",
        ".git/hooks",
        ".dvc/cache",
        "corpus/records",
        "corpus/raw",
        "shared",
        ".hidden",
    ):
        (tree / folder).mkdir(parents=True)
    for name in (
        ".git/config",
        ".git/annex/objects/aa/k.txt",
        ".dvc/cache/k.txt",
        "shared/k.txt",
        ".hidden/k.txt",
        ".env",
    ):
        (tree / name).write_text(SECRET)
    return tree


REACH = {
    "../../shared/k.txt": True,
    "../../.git/annex/objects/aa/k.txt": True,
    "../../.dvc/cache/k.txt": True,
    "../../.git/config": False,
    "../../.hidden/k.txt": False,
    "../../.env": False,
    "../../../home/key.txt": False,
    "../../../home/.netrc": False,
    "/etc/passwd": False,
    "/proc/self/environ": False,
    "/dev/zero": False,
    "../raw/b.txt": True,
}


@pytest.mark.parametrize("to", REACH)
def test_reach(repository: Path, to: str) -> None:
    corpus = repository / "corpus"
    link = corpus / "raw" / "a.txt"
    link.symlink_to(to)
    for reach in (Reach.of(corpus), Reach.of(corpus / "raw" / "b.txt")):
        assert (reach.refuses(link) is None) == REACH[to]
        if not REACH[to]:
            with pytest.raises(Outside):
                reach.content(link)
    through = repository / "through"
    through.symlink_to("corpus")
    assert (Reach.of(through).refuses(through / "raw" / "a.txt") is None) == REACH[to]


def test_reach_without_a_work_tree(tmp_path: Path) -> None:
    (tmp_path / "corpus" / "raw").mkdir(parents=True)
    (tmp_path / "a.txt").touch()
    (tmp_path / "corpus" / "a.txt").symlink_to("../a.txt")
    (tmp_path / "corpus" / "raw" / "b.txt").symlink_to("../c.txt")
    reach = Reach.of(tmp_path / "corpus")
    assert reach.refuses(tmp_path / "corpus" / "a.txt") is not None
    assert reach.refuses(tmp_path / "corpus" / "raw" / "b.txt") is None


def test_a_corpus_under_a_hidden_name_that_was_asked_for(repository: Path) -> None:
    corpus = repository / ".hidden" / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").touch()
    assert Reach.of(corpus).refuses(corpus / "a.txt") is None
    assert Reach.of(corpus).refuses(corpus.parent / "k.txt") is not None


def test_a_corpus_that_is_a_link_out_of_its_work_tree(repository: Path) -> None:
    """Whoever opens a pull request could replace the folder `corpus` by such a link."""
    (repository.parent / "home" / "records").mkdir()
    link = repository / "stolen"
    link.symlink_to("../home")
    for path in (link, link / "records", link / "key.txt"):
        with pytest.raises(Outside):
            Reach.of(path)
    found = onrecord("validate", link)
    assert (found.returncode, "FIL007" in found.stdout) == (1, True)
    (repository.parent / "link").symlink_to("home")
    Reach.of(repository.parent / "link")  # no work tree: whoever owns the machine put it there


def test_a_snapshot_of_the_hubs_cache(tmp_path: Path) -> None:
    """It is made of links to files beside it."""
    snapshot = tmp_path / ".cache" / "datasets--o--n" / "snapshots" / "abc"
    (snapshot / "records").mkdir(parents=True)
    (tmp_path / ".cache" / "datasets--o--n" / "blobs").mkdir()
    (tmp_path / ".cache" / "datasets--o--n" / "blobs" / "x").touch()
    (snapshot / "records" / "a").symlink_to("../../../blobs/x")
    (snapshot / "records" / "b").symlink_to("../../../../x")
    assert Reach.of(snapshot).refuses(snapshot / "records" / "a") is None
    assert Reach.of(snapshot).refuses(snapshot / "records" / "b") is not None


def test_allow_root(repository: Path) -> None:
    corpus, home = repository / "corpus", repository.parent / "home"
    (home / "a.json").write_bytes(GOOD)
    (corpus / "records" / "a.json").symlink_to("../../../home/a.json")
    (corpus / "raw" / "example.txt").write_text(EXAMPLE["text"])
    assert "FIL007" in onrecord("validate", corpus).stdout
    assert onrecord("validate", corpus, "--allow-root", home).returncode == 0
    assert onrecord("validate", corpus, "--allow-root", home, "--jobs", "2").returncode == 0
    assert "FIL007" in onrecord("validate", corpus, "--allow-root", repository / "shared").stdout
    assert onrecord("validate", corpus, "--allow-root", home / "none").returncode == 2
    (corpus / "pyproject.toml").write_text(f'[tool.onrecord]\nallow-root = ["{home}"]\n')
    assert onrecord("validate", corpus).returncode == 2, "no setting of the corpus's own can give it"


# How much is read


def codes(path: Path) -> list[str]:
    return [f.code for checked in run([path], corpus=False) for f in checked.findings]


@pytest.mark.parametrize("name", ["a.json", "a.json.gz", "a.json.zst", "a.jsonl", "a.ndjson.gz", "a.jsonl.zst"])
def test_a_record_has_a_limit(tmp_path: Path, bounds: Any, name: str) -> None:
    path = tmp_path / name
    write_atomic(path, GOOD, compress=True)
    bounds(record_bytes=len(GOOD))
    assert codes(path) == []
    bounds(record_bytes=len(GOOD) - 1)
    assert codes(path) == ["FIL009"]


@pytest.mark.parametrize("name", ["a.jsonl", "a.jsonl.gz", "a.jsonl.zst"])
@pytest.mark.parametrize("size", [10_000, 2**19, 2**19 + 1, 3 * 2**19])
def test_a_long_line_hides_no_other(tmp_path: Path, bounds: Any, name: str, size: int) -> None:
    """The limit is of a record, so that large corpora pass; and what stands after a record beyond it is checked."""
    path = tmp_path / name
    bad = GOOD.replace(b'"id":"example"', b'"id":"example","idd":1')
    write_atomic(path, b"\n".join([GOOD, b" " * size, bad, b"", b"x" * size, bad, GOOD, b"x" * size]), compress=True)
    bounds(record_bytes=len(GOOD) + 100)
    found = [
        f for u in units(path) for f in ([u] if isinstance(u, Finding) else [i.fault for i in raw_records(u)]) if f
    ]
    assert [(f.code, f.line) for f in found] == [("FIL009", 2), ("FIL009", 5), ("FIL009", 8)]
    assert [(f.code, f.line) for c in run([path], corpus=False) for f in c.findings] == [
        ("FIL009", 2), ("SCH002", 3), ("FIL009", 5), ("SCH002", 6), ("FIL009", 8),
    ]  # fmt: skip


def test_standard_input_has_the_limit() -> None:
    env = os.environ | {"ONRECORD_MAX_RECORD_BYTES": str(len(GOOD))}
    assert onrecord("validate", "-", input=GOOD.decode(), env=env).returncode == 0
    for text in (GOOD.decode() + " " * 10, " " * 2 * len(GOOD), "{" * 2 * len(GOOD), "\n" * 2 * len(GOOD)):
        found = onrecord("validate", "-", input=text, env=env)
        assert (found.returncode, "FIL009" in found.stdout) == (1, True), text[:20]


def test_rows_of_a_table_have_the_limit(tmp_path: Path, bounds: Any) -> None:
    from onrecord.building.building import build

    (tmp_path / "corpus" / "records").mkdir(parents=True)
    one, other = {**EXAMPLE, "id": "a"}, {**EXAMPLE, "id": "b", "extensions": {"a": "x" * 5000}}
    for record in (one, other):
        (tmp_path / "corpus" / "records" / f"{record['id']}.json").write_bytes(encode(record))
    build(tmp_path / "corpus", tmp_path / "out", tasks=False, proof=False, policy=lambda found: [])
    (table,) = (tmp_path / "out" / "dataset" / "records").iterdir()
    bounds(record_bytes=len(GOOD) + 4000)
    assert [(f.code, f.line) for c in run([table], corpus=False) for f in c.findings if f.severity == "error"] == [
        ("FIL009", 2)
    ]


def nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize("depth", [7, 8, 9])
def test_depth(tmp_path: Path, bounds: Any, depth: int) -> None:
    """Of a record with its extensions, on the fast way and on the exact one."""
    bounds(depth=8)
    value = {**EXAMPLE, "extensions": {"a": nested(depth - 2)}}
    for record in (value, {**value, "idd": 1}):
        (tmp_path / "a.json").write_bytes(encode(record))
        assert ("FIL004" in codes(tmp_path / "a.json")) == (depth > 8)


@pytest.mark.parametrize("value", [nested(20), [[nested(18), 1], 2], {"a": {"b": nested(18)}}])
def test_depth_either_side(bounds: Any, value: Any) -> None:
    bounds(depth=20)
    bounded(value)
    bounds(depth=19)
    with pytest.raises(OverLimit, match="19 levels"):
        bounded(value)


def test_items_and_values(bounds: Any) -> None:
    many = b"[" + b",".join([b"0"] * 100) + b"]"
    keys = encode({str(n): 0 for n in range(100)})
    bounds(items=100, values=99)
    assert parse(many, "a")[2] == parse(keys, "a")[2] == []
    bounds(items=99)
    assert [f.code for f in parse(many, "a")[2]] == [f.code for f in parse(keys, "a")[2]] == ["FIL009"]
    bounds(values=98)
    assert [f.code for f in parse(many, "a")[2]] == ["FIL009"]
    assert "ONRECORD_MAX_VALUES" in (parse(many, "a")[2][0].fix or "")


def test_items_of_a_good_record(tmp_path: Path, bounds: Any) -> None:
    (tmp_path / "a.json").write_bytes(encode({**EXAMPLE, "extensions": {"a": [0] * 500}}))
    bounds(items=500)
    assert codes(tmp_path / "a.json") == []
    bounds(items=499)
    assert codes(tmp_path / "a.json") == ["FIL009"]


@pytest.mark.parametrize("place", ["id", "segment", "trigger"])
def test_ids_have_a_length(tmp_path: Path, place: str) -> None:
    for length, wanted in ((1000, []), (1001, ["FIL009"])):
        record = {**EXAMPLE, "segments": [dict(s) for s in EXAMPLE["segments"]]}
        if place == "id":
            record["id"] = "x" * length
        elif place == "segment":
            record["segments"][0]["id"] = "x" * length
        else:
            event = {**EXAMPLE["events"][0], "mentions": [{**EXAMPLE["events"][0]["mentions"][0], "id": "x" * length}]}
            record["events"] = [event, *EXAMPLE["events"][1:]]
        (tmp_path / "a.json").write_bytes(encode(record))
        found = [f for c in run([tmp_path / "a.json"], corpus=False) for f in c.findings]
        assert [f.code for f in found if f.code == "FIL009"] == wanted
        if wanted:
            pointer = {"id": "/id", "segment": "/segments/0/id", "trigger": "/events/0/mentions/0/id"}[place]
            assert found[0].pointer == pointer


@pytest.mark.parametrize("ending", ["gz", "zst"])
def test_a_few_bytes_that_stand_for_gigabytes(tmp_path: Path, ending: str) -> None:
    """In bounded memory, and as a finding."""
    bomb = tmp_path / f"a.jsonl.{ending}"
    if ending == "gz":
        with gzip.open(bomb, "wb") as file:
            for _ in range(1200 if ALL else 500):
                file.write(b"\n" * 2**20)
    else:
        import zstandard

        with bomb.open("wb") as raw, zstandard.ZstdCompressor().stream_writer(raw) as file:
            for _ in range(1200 if ALL else 500):
                file.write(b"\n" * 2**20)
    single = tmp_path / f"a.json.{ending}"
    single.write_bytes(bomb.read_bytes())
    for path, why in ((bomb, "expansion"), (single, "record_bytes")):
        code = (
            "import sys; from pathlib import Path; from onrecord.checking.run import run\n"
            "print([f.code + (f.fix or '') for c in run([Path(sys.argv[1])], corpus=False) for f in c.findings])\n"
            "print(*[line.split()[1] for line in open('/proc/self/status') if line.startswith('VmHWM')])"
        )
        done = subprocess.run([sys.executable, "-c", code, str(path)], capture_output=True, text=True, check=True)
        found, peak = done.stdout.splitlines()
        assert "FIL009" in found
        assert f"ONRECORD_MAX_{why.upper()}" in found
        assert int(peak) < 400 * 1024, "KB"


def test_honest_compression_passes(tmp_path: Path, bounds: Any) -> None:
    path = tmp_path / "a.jsonl.zst"
    write_atomic(path, b"\n" * 300 * 2**20 + GOOD, compress=True)
    bounds(expansion=10**9)
    assert codes(path) == []
    bounds(expansion=10)
    assert codes(path) == ["FIL009"]


@pytest.mark.parametrize("value", ["0", "-1", "many", "1.5", "²", "9" * 30])
def test_a_bound_that_is_none(tmp_path: Path, value: str) -> None:
    found = onrecord("rules", env=os.environ | {"ONRECORD_MAX_DEPTH": value})
    assert (found.returncode, "ONRECORD_MAX_DEPTH" in found.stderr) == (2, True)


@pytest.mark.parametrize(("setting", "found"), [(len(GOOD), False), (len(GOOD) - 1, True), (10**12, True)])
def test_settings_may_lower_a_bound_and_never_raise_one(tmp_path: Path, setting: int, found: bool) -> None:
    (tmp_path / "a.json").write_bytes(GOOD)
    (tmp_path / "pyproject.toml").write_text(f"[tool.onrecord.limits]\nrecord_bytes = {setting}\n")
    held = len(GOOD) + 1 if setting < 10**12 else len(GOOD) - 1
    for jobs in ("1", "2"):
        done = onrecord("validate", tmp_path, "-j", jobs, env=os.environ | {"ONRECORD_MAX_RECORD_BYTES": str(held)})
        assert ("FIL009" in done.stdout) == found


@pytest.mark.parametrize("line", ["depht = 3", "depth = 0", "depth = -1", 'depth = "3"', "depth = 1.5"])
def test_bounds_in_settings_that_are_none(tmp_path: Path, line: str) -> None:
    (tmp_path / "a.json").write_bytes(GOOD)
    (tmp_path / "pyproject.toml").write_text(f"[tool.onrecord.limits]\n{line}\n")
    assert onrecord("validate", tmp_path).returncode == 2


@pytest.mark.parametrize("name", ["../known.json", "/etc/known.json", "link.json", ".known.json"])
def test_a_baseline_of_the_settings_stands_beside_them(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "corpus"
    folder.mkdir()
    (folder / "a.json").write_bytes(GOOD)
    (tmp_path / "known.json").write_text('{"findings": {}}')
    (folder / "link.json").symlink_to("../known.json")
    (folder / "pyproject.toml").write_text(f'[tool.onrecord]\nbaseline = "{name}"\n')
    done = onrecord("validate", folder / "a.json")
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
    assert onrecord("validate", folder / "a.json", "--baseline", tmp_path / "known.json").returncode == 0


# What is written


def test_what_is_no_file_is_written_through(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = subprocess.Popen(["cat", str(pipe)], stdout=subprocess.PIPE)
    write_atomic(pipe, b"words")
    assert reader.communicate(timeout=60)[0] == b"words"
    assert pipe.is_fifo()
    write_atomic(Path("/dev/null"), b"words")
    assert Path("/dev/null").is_char_device()
    with pytest.raises(NotWritten, match="No space left"):
        write_atomic(Path("/dev/full"), b"words")
    assert Path("/dev/full").is_char_device()
    with pytest.raises(NotWritten, match="name a file"):
        write_atomic(tmp_path, b"words")


@pytest.mark.parametrize("name", ["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1", "link"])
@pytest.mark.parametrize("into", ["pipe", "file"])
def test_standard_output_by_its_name(tmp_path: Path, name: str, into: str) -> None:
    """It is appended to a log, not put in its place; a pipe is written to."""
    if name == "link":
        name = str(tmp_path / "link")
        os.symlink("/dev/stdout", name)
    args = ("labelstudio", "config", "-o", name)
    wanted = onrecord("labelstudio", "config").stdout
    if into == "pipe":
        assert onrecord(*args).stdout == wanted
    else:
        log = tmp_path / "log"
        log.write_text("before\n")
        with log.open("a") as stream:
            assert onrecord(*args, stdout=stream).returncode == 0
        assert log.read_text() == f"before\n{wanted}"


def test_a_link_stays_a_link_and_modes_stay(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"old")
    file.chmod(0o640)
    (tmp_path / "link").symlink_to("a")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert file.read_bytes() == b"new"
    assert file.stat().st_mode & 0o777 == 0o640


def test_killed_while_writing(tmp_path: Path) -> None:
    """No reader takes what is left for a record, and the next one who writes there takes it away; nobody else's."""
    record = tmp_path / "a.json"
    record.write_bytes(GOOD)
    kill = (
        "import os, signal, sys; from pathlib import Path; from onrecord.files.writing import replacing\n"
        "with replacing(Path(sys.argv[1])) as file: file.write(b'half'); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run([sys.executable, "-c", kill, str(record)], check=False)
    assert done.returncode == -signal.SIGKILL
    assert record.read_bytes() == GOOD
    assert len(list(tmp_path.iterdir())) == 2
    assert codes(tmp_path) == []
    other = ".settings.onrecord-abc"
    (tmp_path / other).touch()
    hold = (
        "import sys, time; from pathlib import Path; from onrecord.files.writing import replacing\n"
        "with replacing(Path(sys.argv[1])) as file: print('held', flush=True); sys.stdin.read()"
    )
    living = subprocess.Popen(
        [sys.executable, "-c", hold, str(tmp_path / "b.json")], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert living.stdout is not None
    assert living.stdout.readline() == "held\n"
    assert onrecord("format", tmp_path).returncode == 0
    left = sorted(p.name for p in tmp_path.iterdir())
    assert len(left) == 3, left
    assert {"a.json", other} < {*left}
    living.communicate("")
    assert sorted(p.name for p in tmp_path.iterdir()) == [other, "a.json", "b.json"]


FULL = (
    "import resource, sys\n"
    "sys.dont_write_bytecode = True\n"  # a module's would be cut off, too, and the next to import it would stumble
    "resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv.pop(1)), resource.RLIM_INFINITY))\n"
    "from onrecord.cli import app\n"
    "app()"
)
"""Files can grow to so many bytes: a full disk, without one."""


def full(size: int, *args: Any) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", FULL, str(size), *map(str, args)]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)


def test_a_full_disk(tmp_path: Path) -> None:
    """The message names the file that could not be written, and what stands."""
    record = tmp_path / "a.json"
    unformatted = source({**EXAMPLE, "text": EXAMPLE["text"]}) + b"\n\n"
    record.write_bytes(unformatted)
    corpus = tmp_path / "corpus"
    (corpus / "records").mkdir(parents=True)
    (corpus / "records" / "example.json").write_bytes(GOOD)
    old = tmp_path / "old"
    old.write_text("old")
    lines = tmp_path / "a.jsonl"
    lines.write_bytes(unformatted.strip().replace(b'{"schema', b'{ "schema') + b"\n")
    before = {p: p.read_bytes() for p in (record, old, lines)}
    for args, named, stands in (
        (("format", record), record, "stands as it was"),
        (("format", lines), lines, "stands as it was"),
        (("labelstudio", "export", record, "-o", old), old, "stands as it was"),
        (("labelstudio", "export", record, "-o", tmp_path / "new.json"), tmp_path / "new.json", "no such file yet"),
        (("validate", record, "--format", "sarif", "-o", old), old, "stands as it was"),
        (("build", corpus, "-o", tmp_path / "out"), tmp_path / "out", "nothing was made"),
    ):
        done = full(100, *args)
        assert done.returncode == 2, (args, done.stderr)
        assert "Traceback" not in done.stderr
        assert f"can't write {named}: File too large; " in done.stderr, (args, done.stderr)
        assert stands in done.stderr
    assert {p: p.read_bytes() for p in before} == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "a.jsonl", "corpus", "old"]


@pytest.mark.parametrize(
    "args",
    [
        ("rules",),
        ("rules", "--markdown"),
        ("--help",),
        ("--version",),
        ("validate", "--help"),
        ("labelstudio", "config"),
    ],
    ids=" ".join,
)
def test_a_full_standard_output(args: tuple[str, ...]) -> None:
    with Path("/dev/full").open("w") as stream:
        done = onrecord(*args, stdout=stream)
    assert done.returncode == 2
    assert done.stderr == "onrecord: can't write standard output: No space left on device\n"


@pytest.mark.parametrize(
    "args", [("rules",), ("--help",), ("--version",), ("labelstudio", "config"), ("nonsense",)], ids=" ".join
)
def test_a_closed_pipe(args: tuple[str, ...]) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    done = onrecord(*args, stdout=writing, **({"stderr": writing} if args == ("nonsense",) else {}))
    os.close(writing)
    assert done.returncode == 141
    assert not done.stderr


def test_streams_that_were_closed_before(tmp_path: Path) -> None:
    record = tmp_path / "a.json"
    record.write_bytes(GOOD)

    def shell(line: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            ["sh", "-c", line, "sh", sys.executable, str(record)], capture_output=True, text=True, check=False
        )

    assert shell('"$1" -m onrecord rules >&-').returncode == 2
    assert "can't write standard output" in shell('"$1" -m onrecord rules >&-').stderr
    assert shell('"$1" -m onrecord validate "$2" >&- 2>&- <&-').returncode == 0
    assert shell('"$1" -m onrecord format "$2" >&- 2>&- <&-').returncode == 0
    assert record.read_bytes() != GOOD, "formatted"
    assert b"onrecord" not in record.read_bytes()[:20]


def test_a_write_that_fails_in_the_middle(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def fail() -> None:
        with replacing(target) as file:
            file.write(b"new")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert target.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [target]


def test_content_is_whole(tmp_path: Path) -> None:
    write_atomic(tmp_path / "a.json.zst", GOOD, compress=True)
    assert content(tmp_path / "a.json.zst", expand=True) == GOOD
    assert content(tmp_path / "a.json.zst") != GOOD
