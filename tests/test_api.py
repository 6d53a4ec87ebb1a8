"""The public API: what `onrecord.NAME` is, and does."""

import ast
import doctest
import gzip
import json
import os
import subprocess
import sys
from collections.abc import Iterator
from inspect import getdoc, isclass
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode
from msgspec.structs import replace

import onrecord
import onrecord.model.record
from helpers import ROOT, SEED, example, patched
from onrecord.building import public as building
from onrecord.checking import public
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json, limits
from onrecord.findings.finding import Patch

EXAMPLE = ROOT / "schemas" / "record.example.json"
DRIFTED = [Patch("/times/0/text", "Monday")]
OTHER = [Patch("/id", "other")]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of two records in two splits, with settings."""
    path = tmp_path / "corpus"
    for below in ("records", "raw", "splits"):
        (path / below).mkdir(parents=True)
    (path / "pyproject.toml").write_text(
        "[tool.onrecord]\nstrict = true\nignore = ['TXT', 'COR003', 'COR005']\n", "utf-8"
    )
    (path / "corpus.toml").write_text(
        'name = "moon"\ntitle = "Moon"\nversion = "1.2.0"\nguidelines = "1.0.0"\n', "utf-8"
    )
    for name, record in (("example", example()), ("other", patched(example(), OTHER))):
        (path / "records" / f"{name}.json").write_bytes(encode(record))
    (path / "raw" / "example.txt").write_text(example()["text"], "utf-8")
    (path / "splits" / "train.txt").write_text("example\n", "utf-8")
    (path / "splits" / "test.txt").write_text("other\n", "utf-8")
    return path


@pytest.fixture
def record() -> onrecord.Record:
    return onrecord.load(EXAMPLE)


PUBLIC = [name for name in onrecord.__all__ if not name.startswith("__")]


def test_public_names_are_listed_once_more_for_readers_of_types() -> None:
    """What type checkers see is what the program finds."""
    tree = ast.parse((ROOT / "scripts" / "onrecord" / "__init__.py").read_text("utf-8"))
    (typed,) = [n for n in tree.body if isinstance(n, ast.If) and ast.unparse(n.test) == "TYPE_CHECKING"]
    seen = {n.module: [a.name for a in n.names] for n in typed.body if isinstance(n, ast.ImportFrom)}
    assert {module: sorted(names) for module, names in onrecord._HOMES.items()} == seen
    assert sorted([*onrecord._HOME, "__version__"]) == sorted(onrecord.__all__)
    assert sum(map(len, seen.values())) == len(PUBLIC)


@pytest.mark.parametrize("name", PUBLIC)
def test_public_names_are_there_and_documented(name: str) -> None:
    found = getattr(onrecord, name)
    assert getattr(importlib_module(onrecord._HOME[name]), name) is found
    if isclass(found) and issubclass(found, onrecord.model.record.Value):
        return  # the schema says what its fields mean
    assert len(getdoc(found) or "") > 30


def importlib_module(name: str) -> Any:
    __import__(f"onrecord.{name}")
    return sys.modules[f"onrecord.{name}"]


def test_all_parts_of_a_record_are_public() -> None:
    parts = {
        name
        for name, x in vars(onrecord.model.record).items()
        if isclass(x) and issubclass(x, onrecord.model.record.Value)
    }
    assert parts - {"Value"} <= set(onrecord.__all__)


def test_other_names_are_not_there() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'lod'"):
        onrecord.lod  # type: ignore[attr-defined]  # noqa: B018
    assert {"load", "Record", "__version__"} <= set(dir(onrecord))


@pytest.mark.parametrize("statement", ["import onrecord", "import onrecord; onrecord.Record; onrecord.Finding"])
def test_the_package_is_light(statement: str) -> None:
    code = f"{statement}; import sys; print(*sorted(m for m in sys.modules if m.startswith('onrecord.')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {
        "onrecord.checking.rules",
        "onrecord.checking.validate",
        "onrecord.checking.report",
        "onrecord.checking.public",
        "onrecord.cli",
    }
    assert not heavy & set(done.stdout.split())


def test_what_was_asked_for_stays_whatever_is_imported_later() -> None:
    import onrecord.building.public
    import onrecord.checking.corpus_index

    assert onrecord.corpus is public.corpus
    assert onrecord.build is building.build


DOCUMENTED = [name for name in PUBLIC if onrecord._HOME[name].endswith(".public")]


@pytest.mark.parametrize("name", ["onrecord", *DOCUMENTED])
def test_examples_of_the_docstrings_run(
    name: str, folder: Path, record: onrecord.Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    names = {"onrecord": onrecord, "record": record, "folder": folder, "example": EXAMPLE}
    names["task"] = onrecord.to_labelstudio(record, ["quotes"])
    subject = onrecord if name == "onrecord" else getattr(onrecord, name)
    session = doctest.DocTestParser().get_doctest(subject.__doc__ or "", names, name, None, None)
    assert session.examples or name in ("build", "corpus")  # of build the README has one, of corpus its class
    report: list[str] = []
    assert doctest.DocTestRunner().run(session, out=report.append).failed == 0, "".join(report)


def test_load_takes_paths_and_bytes(tmp_path: Path, record: onrecord.Record) -> None:
    packed = tmp_path / "example.json.gz"
    packed.write_bytes(gzip.compress(EXAMPLE.read_bytes()))
    assert record == onrecord.load(str(EXAMPLE)) == onrecord.load(EXAMPLE.read_bytes()) == onrecord.load(packed)
    assert isinstance(record, onrecord.Record)


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (b"", ["FIL003"]),
        (b'{"id": "a", "id": "b"}', ["FIL005", *["SCH001"] * 11]),
        (encode(patched(example(), [Patch("/times/0/start", "48")])), ["SCH003"]),
        (encode([example()]), ["SCH003"]),
        (Path("nowhere.json"), ["FIL001"]),
    ],
)
def test_what_is_no_record_is_refused_with_findings(source: Any, codes: list[str]) -> None:
    with pytest.raises(onrecord.InvalidData) as caught:
        onrecord.load(source)
    assert sorted(f.code for f in caught.value.findings) == codes
    assert codes[-1] in str(caught.value)


def test_load_leaves_the_rules_to_check_unless_asked() -> None:
    raw = encode(patched(example(), DRIFTED))
    assert onrecord.load(raw).times[0].text == "Monday"
    with pytest.raises(onrecord.InvalidData, match=r"1:\d+: SPN002 the span says 'Monday'") as caught:
        onrecord.load(raw, valid=True)
    assert [f.code for f in caught.value.findings] == ["SPN002"]
    doubtful = encode(patched(example(), [Patch("/entities/2/name", "They")]))
    assert onrecord.load(doubtful, valid=True).entities[2].name == "They"


def test_dump_is_canonical_and_written_whole(tmp_path: Path, record: onrecord.Record) -> None:
    assert onrecord.dump(record) == canonical_json.canonical(record)
    plain, packed = tmp_path / "a.json", tmp_path / "a.json.gz"
    assert onrecord.dump(record, str(plain)) == onrecord.dump(record, packed) == plain.read_bytes()
    assert gzip.decompress(packed.read_bytes()) == plain.read_bytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.json", "a.json.gz"]


def test_dump_writes_nothing_that_is_no_record(tmp_path: Path, record: onrecord.Record) -> None:
    wrong = replace(record, times=(replace(record.times[0], start="48"),))
    path = tmp_path / "a.json"
    path.write_bytes(b"old")
    with pytest.raises(onrecord.InvalidData, match="SCH003"):
        onrecord.dump(wrong, path)
    assert path.read_bytes() == b"old"


def test_check_tells_of_a_record_what_validate_tells_of_its_file(tmp_path: Path, record: onrecord.Record) -> None:
    made = decode(encode(patched(example(), DRIFTED)), type=onrecord.Record)
    path = tmp_path / "drifted.json"
    content = onrecord.dump(made, path)
    (of_record,), (of_file,) = onrecord.check(made), onrecord.check(path)
    assert of_record == check_source(content, "")[1][0] == onrecord.check(content)[0]
    assert replace(of_record, file=str(path)) == of_file
    assert (of_file.code, of_file.item) == ("SPN002", "t1")
    assert of_file.line is not None
    assert b'"text": "Monday",' in [line.strip() for line in content.splitlines()[of_file.line : of_file.line + 4]]


def test_check_takes_codes_and_settings(folder: Path) -> None:
    drifted = encode(patched(example(), [*DRIFTED, Patch("/entities/2/name", "They")]))
    assert {f.code for f in onrecord.check(drifted)} == {"SPN002", "ENT006"}
    assert {f.code for f in onrecord.check(drifted, select=["SPN"])} == {"SPN002"}
    assert {f.code for f in onrecord.check(drifted, ignore=["SPN002"])} == {"ENT006"}
    with pytest.raises(ValueError, match="SPN02"):
        onrecord.check(drifted, select=["SPN02"])
    assert "COR003" not in {f.code for f in onrecord.check(folder)}
    assert "COR003" in {f.code for f in onrecord.check(folder, select=["COR"])}, "what is selected counts"
    assert onrecord.check(onrecord.corpus(folder), jobs=2) == onrecord.check(folder)


def test_check_each_tells_record_by_record(folder: Path) -> None:
    """By the settings, in any number of processes; what is found of the corpus comes last."""
    (folder / "pyproject.toml").write_text("[tool.onrecord]\nignore = ['COR003']\n", "utf-8")
    found = list(onrecord.check_each([str(folder)]))
    assert [Path(c.file).name for c in found if c.record] == ["example.json", "other.json"]
    assert [f.code for c in found if not c.record for f in c.findings] == ["COR005"]
    assert [list(onrecord.check_each([folder], jobs=n)) for n in (0, 2)] == [found, found]
    assert [f for c in found for f in c.findings] == onrecord.check(folder)
    assert [c.record for c in onrecord.check_each([folder], across=False)] == [True, True]
    (folder / "pyproject.toml").write_text("[tool.onrecord.limits]\nrecord_bytes = 100\n", "utf-8")
    assert {f.code for c in onrecord.check_each([folder], across=False) for f in c.findings} == {"FIL009"}
    (folder / "pyproject.toml").write_text("[tool.onrecord]\nignored = []\n", "utf-8")
    with pytest.raises(ValueError, match="ignored"):
        next(onrecord.check_each([folder]))


def test_check_tells_only_the_first_of_very_many() -> None:
    marks = [Patch("/entities/0/mentions/-", example()["entities"][0]["mentions"][0]) for _ in range(3)]
    raw = encode(patched(example(), marks))
    everything = [f.code for f in onrecord.check(raw, select=["IDS001"], limit=None)]
    assert everything == ["IDS001"] * 3
    assert sorted(f.code for f in onrecord.check(raw, select=["IDS001"], limit=2)) == ["FIL020", "IDS001", "IDS001"]


def test_a_corpus_is_read_as_it_is_iterated(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = []
    real = check_source

    def seen(raw: bytes, file: str, **how: Any) -> Any:
        opened.append(Path(file).name)
        return real(raw, file, **how)

    monkeypatch.setattr(public, "check_source", seen)
    corpus = onrecord.corpus(str(folder))
    records = iter(corpus)
    assert opened == []
    assert next(records).id == "example"
    assert opened == ["example.json"]
    assert [r.id for r in records] == ["other"]
    assert [r.id for r in corpus] == ["example", "other"], "again"


def test_a_corpus_may_be_a_file_of_records(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(encode(example()) + b"\n\n" + encode(patched(example(), OTHER)) + b"\n")
    corpus = onrecord.corpus(path)
    assert [r.id for r in corpus] == ["example", "other"]
    assert (corpus.splits, corpus.info, corpus.settings.strict) == ({}, None, False)


def test_what_a_corpus_lacks_is_told(folder: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        onrecord.corpus("nowhere")
    with pytest.raises(ValueError, match="no split 'dev'; there are train, test"):
        onrecord.corpus(folder).records("dev")
    (folder / "records" / "next.json").write_bytes(b"{}")
    records = iter(onrecord.corpus(folder))
    assert [next(records).id] == ["example"]
    with pytest.raises(onrecord.InvalidData, match=r"next.json:1:1: SCH001"):
        next(records)
    (folder / "corpus.toml").write_text('name = "moon"\n', "utf-8")
    (folder / "splits" / "dev.txt").write_bytes(b"\xff")
    with pytest.raises(onrecord.InvalidData, match="FIL011"):
        _ = onrecord.corpus(folder).info
    with pytest.raises(onrecord.InvalidData, match="FIL002"):
        _ = onrecord.corpus(folder).splits


def test_the_limits_of_a_corpus_are_its_own(folder: Path) -> None:
    (folder / "pyproject.toml").write_text("[tool.onrecord.limits]\nrecord_bytes = 100\n", "utf-8")
    before = limits.limits()
    with pytest.raises(onrecord.InvalidData, match="FIL009"):
        next(iter(onrecord.corpus(folder)))
    assert {f.code for f in onrecord.check(folder)} >= {"FIL009"}
    with pytest.raises(onrecord.InvalidData, match="FIL009"):
        onrecord.build(folder, folder.parent / "out")
    assert limits.limits() == before
    assert onrecord.load(EXAMPLE).id == "example"

    def ids() -> Iterator[str]:
        (folder / "pyproject.toml").write_text("[tool.onrecord.limits]\ndepth = 150\n", "utf-8")
        for record in onrecord.corpus(folder):
            assert limits.limits() == before, "for whoever takes a record they don't hold"
            yield record.id

    assert [*ids()] == ["example", "other"]


def test_build_makes_what_the_command_makes(tmp_path: Path) -> None:
    made = onrecord.build(onrecord.corpus(ROOT / "corpus"), tmp_path / "api", proof=False)
    subprocess.run(
        [sys.executable, "-m", "onrecord", "build", str(ROOT / "corpus"), "-o", str(tmp_path / "command")],
        check=True,
        capture_output=True,
        env={**os.environ, "PYTHONPATH": str(ROOT / "scripts")},
    )
    assert made.records == 1

    def files(under: str) -> dict[str, bytes]:
        return {
            str(p.relative_to(tmp_path / under)): p.read_bytes()
            for p in sorted((tmp_path / under).rglob("*"))
            if p.is_file()
        }

    assert files("api") == files("command")


def test_build_refuses_by_the_corpuss_settings(folder: Path, tmp_path: Path) -> None:
    they = patched(example(), [Patch("/entities/2/name", "They"), Patch("/id", "they")])
    (folder / "records" / "they.json").write_bytes(encode(they))
    (folder / "splits" / "train.txt").write_text("example\nthey\n", "utf-8")
    settings = folder / "pyproject.toml"
    ours = settings.read_text("utf-8")
    settings.write_text(f"{ours}severity = {{ ENT006 = 'error' }}\n", "utf-8")
    with pytest.raises(onrecord.InvalidData, match="ENT006"):
        onrecord.build(folder, tmp_path / "out", proof=False)
    assert not (tmp_path / "out").exists()
    settings.write_text(ours, "utf-8")
    done = onrecord.build(folder, tmp_path / "out", proof=False, labelstudio=False, text=False)
    assert (done.records, done.tasks, done.text) == (3, 0, False)
    assert [f.code for f in done.warnings] == ["ENT006"]


def test_a_task_leads_back_and_tells_what_is_wrong(record: onrecord.Record) -> None:
    from onrecord.labelstudio import RoundTripError

    task = json.loads(encode(onrecord.to_labelstudio(record)))
    assert onrecord.from_labelstudio(task) == (record, [])
    task["data"]["text"] += " "
    back, findings = onrecord.from_labelstudio(task)
    assert back is None
    assert [f.code for f in findings] == ["LST003"]
    with pytest.raises(ValueError, match="quote"):
        onrecord.to_labelstudio(record, ["quote"])
    twice = replace(record, claims=(replace(record.claims[0], about=("e1", "e1")), *record.claims[1:]))
    with pytest.raises(RoundTripError):
        onrecord.to_labelstudio(twice)


def test_the_corpus_is_sound_by_this_api_alone() -> None:
    (record,) = onrecord.corpus(ROOT / "corpus")
    assert record.id == SEED
    assert onrecord.check(ROOT / "corpus") == onrecord.check(record) == []
