"""The commands as their users call them: output, files, exit codes; never a traceback."""

import itertools
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.json import decode

from commands import run
from helpers import ROOT, SEED
from onrecord import __version__
from onrecord.files import canonical_json
from onrecord.model import specification

EXAMPLE = ROOT / "schemas" / "record.example.json"
RAW = ROOT / "corpus" / "raw" / f"{SEED}.txt"


def test_version() -> None:
    assert run("--version").output.split() == [
        "onrecord",
        f"{__version__},",
        "record",
        "schema",
        specification.schema_version(),
    ]


def test_ingest(tmp_path: Path) -> None:
    printed = run("ingest", RAW, "--language", "en").stdout
    run("ingest", RAW, "--language", "en", "-o", tmp_path)
    run("ingest", RAW, "--language", "en", "-o", tmp_path / "named.json")
    written = (tmp_path / f"{SEED}.json").read_text("utf-8")
    assert written == printed == (tmp_path / "named.json").read_text("utf-8")
    assert decode(written)["metadata"]["language"] == "en"
    run("validate", "--strict", tmp_path / "named.json")


def test_ingest_never_overwrites_annotation(tmp_path: Path) -> None:
    record = tmp_path / f"{SEED}.json"
    record.write_text("{}")
    assert "exists" in run("ingest", RAW, "-o", tmp_path, code=2).output
    assert record.read_text() == "{}"
    run("ingest", RAW, "-o", tmp_path, "--force")
    assert record.read_text() != "{}"


def test_ingest_reports_every_bad_file(tmp_path: Path) -> None:
    for name, raw in (("empty.txt", b""), ("latin.txt", b"\xfc"), ("good.txt", b"Some words.")):
        (tmp_path / name).write_bytes(raw)
    out = tmp_path / "out"
    files = sorted(tmp_path.glob("*.txt"))
    assert "none.txt" in run("ingest", *files, tmp_path / "none.txt", "-o", out, code=2).output
    assert not out.exists()
    result = run("ingest", *files, "-o", out, code=1)
    assert "empty.txt" in result.output
    assert "latin.txt" in result.output
    assert [p.name for p in out.iterdir()] == ["good.json"]


def test_odd_paths_and_clocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    odd = tmp_path / "a\udcffb.txt"
    odd.write_bytes(b"Some words.")
    run("ingest", odd)
    run("ingest", RAW, "--rights", "\udcff")
    run("validate", "x" * 5000, code=2)
    (tmp_path / f"{SEED}.json").mkdir()
    run("ingest", RAW, "-o", tmp_path, code=2)
    for epoch in ("99999999999999999", "²", "soon"):
        monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
        run("ingest", RAW, code=2)


def test_ingest_usage(tmp_path: Path) -> None:
    run("ingest", RAW, RAW, code=2)
    run("ingest", RAW, EXAMPLE, "-o", tmp_path / "x.json", code=2)
    run("ingest", RAW, "--nonsense", code=2)
    run("ingest", "--language", "not a tag", RAW, code=1)


def test_validate_text(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(EXAMPLE.read_text("utf-8").replace('"text": "Tuesday"', '"text": "Monday"'), "utf-8")
    result = run("validate", bad, code=1)
    assert re.search(r"bad\.json:\d+:\d+: SPN002 ", result.stdout)
    lines = result.stdout.splitlines()
    marked, carets = next((a, b) for a, b in itertools.pairwise(lines) if "^" in b)
    assert marked[carets.index("^") :].startswith("Tuesday")
    assert "1 error" in result.stderr


def test_validate_json(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(EXAMPLE.read_text("utf-8").replace('"text": "Tuesday"', '"text": "Monday"'), "utf-8")
    body = json.loads(run("validate", bad, ROOT / "corpus", "--format", "json", code=1).stdout)
    assert body["records"] == 2
    (finding,) = body["findings"]
    assert finding["code"] == "SPN002"
    assert json.loads(run("validate", EXAMPLE, "--format", "json").stdout)["findings"] == []


def test_strict_fails_on_warnings(tmp_path: Path) -> None:
    bad = tmp_path / "warned.json"
    bad.write_text(EXAMPLE.read_text("utf-8").replace('"headline": "Agency', '"headline": "The Agency'), "utf-8")
    assert "MET004" in run("validate", bad).stdout
    run("validate", bad, "--strict", code=1)


def test_validate_usage_and_missing_files(tmp_path: Path) -> None:
    run("validate", code=2)
    run("validate", EXAMPLE, "--format", "yaml", code=2)
    assert "none.json" in run("validate", tmp_path / "none.json", code=2).output
    assert "FIL006" in run("validate", tmp_path, code=1).stdout
    run("validate", "--engine", "reference", EXAMPLE)


def test_carets_stay_under_wide_and_hidden_characters(tmp_path: Path) -> None:
    raw = tmp_path / "a.txt"
    raw.write_text("漢字 👩‍🚀 e\u0301t \u202bab\u202c Ann left\n", "utf-8")
    run("ingest", raw, "-o", tmp_path / "a.json")
    record = decode((tmp_path / "a.json").read_bytes())
    at = record["text"].index("Ann")
    mention = {
        "id": "m1",
        "start": at,
        "end": at + 3,
        "text": "Bob",
        "kind": "name",
        "metonymic": False,
        "demonym": False,
    }
    link = {"status": "not_attempted", "wikidata": None}
    record["entities"] = [
        {"id": "e1", "type": "PERSON", "name": "Ann", "link": link, "members": [], "mentions": [mention]}
    ]
    (tmp_path / "a.json").write_bytes(canonical_json.canonical(record))
    from rich.cells import cell_len

    lines = run("validate", "--select", "SPN", tmp_path / "a.json", code=1).stdout.splitlines()
    marked, carets = next((a, b) for a, b in itertools.pairwise(lines) if "^" in b)
    assert carets.count("^") == 3
    assert cell_len(marked[: marked.index("Ann")]) == carets.index("^")


def test_labelstudio_there_and_back(tmp_path: Path) -> None:
    run("labelstudio", "export", ROOT / "corpus", EXAMPLE, "-o", tmp_path / "tasks.json")
    run("labelstudio", "import", tmp_path / "tasks.json", "-o", tmp_path / "back")
    assert {p.name: p.read_bytes() for p in (tmp_path / "back").iterdir()} == {
        f"{SEED}.json": (ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(),
        "example.json": canonical_json.canonical(decode(EXAMPLE.read_bytes())),
    }
    assert run("labelstudio", "config").stdout.startswith("<View>")


def test_labelstudio_import_keeps_the_old_record(tmp_path: Path) -> None:
    run("labelstudio", "export", EXAMPLE, "-o", tmp_path / "tasks.json")
    tasks = decode((tmp_path / "tasks.json").read_bytes())
    tasks[0]["annotations"][0]["result"] = [
        r for r in tasks[0]["annotations"][0]["result"] if r.get("from_name") != "mention_kind"
    ]
    (tmp_path / "bad.json").write_text(json.dumps(tasks), "utf-8")
    run("labelstudio", "import", tmp_path / "tasks.json", "-o", tmp_path / "back")
    before = (tmp_path / "back" / "example.json").read_bytes()
    assert "LST004" in run("labelstudio", "import", tmp_path / "bad.json", "-o", tmp_path / "back", code=1).output
    assert (tmp_path / "back" / "example.json").read_bytes() == before


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[1]",
        b"null",
        b'{"tasks": []}',
        b"id,text\n1,a\n",
        b'[{"id": 1, "text": "JSON_MIN"}]',
        b"[" * 100_000,
    ],
)
def test_labelstudio_import_of_something_else(tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "x.json").write_bytes(raw)
    assert "LST00" in run("labelstudio", "import", tmp_path / "x.json", "-o", tmp_path / "back", code=1).output
    assert not (tmp_path / "back").exists()


def test_two_tasks_of_one_record_are_not_written(tmp_path: Path) -> None:
    run("labelstudio", "export", EXAMPLE, EXAMPLE, "-o", tmp_path / "tasks.json")
    tasks = decode((tmp_path / "tasks.json").read_bytes())
    assert len(tasks) == 1, "a file named twice is one record"
    (tmp_path / "two.json").write_text(json.dumps(tasks * 2), "utf-8")
    assert "taken once" in run("labelstudio", "import", tmp_path / "two.json", "-o", tmp_path / "once").output
    other = json.loads(json.dumps(tasks[0]))
    next(r for r in other["annotations"][0]["result"] if r.get("id") == "t2")["meta"]["text"] = ["a note"]
    (tmp_path / "two.json").write_text(json.dumps([*tasks, other]), "utf-8")
    assert "LST010" in run("labelstudio", "import", tmp_path / "two.json", "-o", tmp_path / "back", code=1).output
    assert sorted(p.name for p in (tmp_path / "back").glob("*.json")) == [
        "example.0.rejected.json",
        "example.1.rejected.json",
    ]


def test_export_of_a_bad_record(tmp_path: Path) -> None:
    bad = tmp_path / "bad.json"
    bad.write_text(EXAMPLE.read_text("utf-8").replace('"text": "Tuesday"', '"text": "Monday"'), "utf-8")
    assert "SPN002" in run("labelstudio", "export", bad, EXAMPLE, "-o", tmp_path / "t.json", code=1).output
    assert not (tmp_path / "t.json").exists()


def test_anchor(tmp_path: Path) -> None:
    raw, marks = tmp_path / "a.txt", tmp_path / "marks.json"
    raw.write_text("Ann left.\n")
    run("ingest", raw, "-o", tmp_path / "a.json")
    marks.write_text(
        '{"entities": [{"id": "e1", "type": "PERSON", "name": "Ann", "mentions": [{"at": "[[Ann]]", "kind": "name"}]}]}'
    )
    run("anchor", tmp_path / "a.json", marks, "-o", tmp_path / "b.json")
    assert decode((tmp_path / "b.json").read_bytes())["entities"][0]["mentions"][0]["end"] == 3
    marks.write_text(marks.read_text().replace("[[Ann]]", "[[Bob]]"))
    assert "MRK002" in run("anchor", tmp_path / "a.json", marks, "-o", tmp_path / "c.json", code=1).output
    marks.write_text('{"entities": [{"id": "e1", "type": "ALIEN"}]}')
    assert "SCH" in run("anchor", tmp_path / "a.json", marks, "-o", tmp_path / "c.json", code=1).output
    for broken in (
        '{"entities": 3}',
        '{"entities": [3]}',
        '{"entities": [{"mentions": 3}]}',
        '{"quotes": [{"addressees": [1]}]}',
        "[]",
        "{",
    ):
        marks.write_text(broken)
        run("anchor", tmp_path / "a.json", marks, "-o", tmp_path / "c.json", code=1)
    assert not (tmp_path / "c.json").exists()


def test_agreement() -> None:
    record = ROOT / "corpus" / "records" / f"{SEED}.json"
    assert "mentions, exact" in run("agreement", record, record).stdout
    assert "same text" in run("agreement", record, EXAMPLE, code=2).output


def test_build(tmp_path: Path) -> None:
    result = run("build", ROOT / "corpus", "-o", tmp_path / "out")
    assert f'load_dataset("{tmp_path}/out/dataset", "quotes", split="train")' in result.stdout
    (tmp_path / "file").write_text("x")
    run("build", ROOT / "corpus", "-o", tmp_path / "file", code=2)
    (tmp_path / "empty").mkdir()
    assert "FIL006" in run("build", tmp_path / "empty", "-o", tmp_path / "x", code=1).output


def test_missing_extra_is_one_line(tmp_path: Path) -> None:
    code = "import sys; sys.modules['datasets'] = None; from onrecord.cli import app; app(['build', sys.argv[1], '-o', sys.argv[2]])"
    done = subprocess.run(
        [sys.executable, "-c", code, str(ROOT / "corpus"), str(tmp_path / "o")], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert done.stderr.strip() == "onrecord: this needs the extra “datasets”: pip install 'onrecord[datasets]'"


def test_validate_imports_nothing_heavy() -> None:
    code = "import sys; from onrecord.cli import app\ntry: app(['validate', sys.argv[1]])\nexcept SystemExit: pass\nprint(sorted({m.split('.')[0] for m in sys.modules} & {'datasets', 'pyarrow', 'label_studio_sdk', 'pandas', 'numpy', 'jsonschema', 'huggingface_hub'}))"
    done = subprocess.run([sys.executable, "-c", code, str(EXAMPLE)], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_python_m() -> None:
    done = subprocess.run([sys.executable, "-m", "onrecord", "validate", str(EXAMPLE)], capture_output=True, text=True)
    assert done.returncode == 0
