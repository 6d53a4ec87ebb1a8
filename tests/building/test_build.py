"""The main job: corpus → tasks and dataset, loaded as a researcher loads it."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
import yaml
from datasets import Features, load_dataset
from label_studio_sdk.label_interface import LabelInterface
from msgspec.json import decode, encode
from msgspec.structs import replace
from typer.testing import CliRunner

from draws import FULL, part
from helpers import ROOT, SEED
from onrecord.building.building import BuildFailed, build
from onrecord.cli import app
from onrecord.dataset.columns import CONFIGS
from onrecord.dataset.nested import from_row
from onrecord.files import canonical_json
from onrecord.files.writing import write_atomic
from onrecord.labelstudio import RoundTripError, config, from_export
from onrecord.model import specification
from onrecord.model.record import Record


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The corpus with the small example beside the seed."""
    folder = tmp_path / "corpus"
    shutil.copytree(ROOT / "corpus", folder)
    example = decode(specification.schema_bytes("record.example.json"), type=Record)
    (folder / "records" / "example.json").write_bytes(canonical_json.canonical(example))
    (folder / "raw" / "example.txt").write_bytes(example.text.encode())
    return folder


def load(folder: Path, config_name: str | None, cache: Path, **options: Any) -> Any:
    return load_dataset(str(folder / "dataset"), config_name, split="train", cache_dir=str(cache), **options)


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_build_and_load(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    summary = build(corpus, out)
    assert summary.records == 2
    rows = {b.config: b.rows for b in summary.built}
    originals = [p.read_bytes() for p in sorted((corpus / "records").glob("*.json"))]
    for name in CONFIGS:
        for streaming in (False, True):
            loaded = load(out, name, tmp_path / "cache", streaming=streaming)
            assert len(list(loaded)) == rows[name]
    default = load(out, None, tmp_path / "cache")
    assert [canonical_json.canonical(from_row(r)) for r in default] == originals
    quotes = load(out, "quotes", tmp_path / "cache")
    assert "Donald Trump" in quotes["speaker_name"]
    texts = {r["id"]: r["text"] for r in default}
    for row in quotes:
        for piece in row["fragments"]:
            assert texts[row["record_id"]][piece["start"] : piece["end"]] == piece["text"]
    for name in ("mentions", "times"):
        for row in load(out, name, tmp_path / "cache"):
            assert texts[row["record_id"]][row["start"] : row["end"]] == row["text"]


def test_ids_are_unique_and_references_resolve(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "out")
    flat = {name: list(load(tmp_path / "out", name, tmp_path / "cache")) for name in CONFIGS if name != "records"}
    ids = [r["id"] for name in flat for r in flat[name]]
    ids += [t["id"] for r in flat["events"] for t in r["triggers"]]
    assert len(ids) == len(set(ids))
    known = set(ids)
    for q in flat["quotes"]:
        assert {q[k] for k in ("speaker_id", "speaker_mention_id", "parent_id", "time_id", "setting_id")} - {
            None
        } <= known
    for c in flat["claims"]:
        assert {c[k] for k in ("claimant_id", "quote_id", "claimant_mention_id")} - {None} <= known
        assert {*c["about"], *(x["claim_id"] for x in c["relations"])} <= known
    for v in flat["events"]:
        assert {a[k] for a in v["arguments"] for k in ("target_id", "mention_id")} - {None} <= known
        assert all(a["target_kind"] and (a["target_name"] or a["target_words"]) for a in v["arguments"])


def test_features_are_typed_and_equal_in_card_and_parquet(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(corpus, out)
    card = yaml.safe_load((out / "dataset" / "README.md").read_text("utf-8").split("---\n")[1])
    for info in card["dataset_info"]:
        name = info["config_name"]
        in_card = Features._from_yaml_list(info["features"])
        (path,) = (out / "dataset" / name).glob("*.parquet")
        assert (
            in_card == Features.from_arrow_schema(pq.read_schema(path)) == load(out, name, tmp_path / "cache").features
        )
        assert info["splits"][0]["num_examples"] == pq.read_metadata(path).num_rows
    assert card["annotations_creators"] == ["machine-generated", "other"], "the example names a human annotator"
    assert [c["config_name"] for c in card["configs"] if c.get("default")] == ["records"]


def test_same_bytes_from_the_same_input(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "out")
    first = tree(tmp_path / "out")
    build(corpus, tmp_path / "out")
    assert tree(tmp_path / "out") == first


def test_no_stale_rows_after_a_rebuild(corpus: Path, tmp_path: Path) -> None:
    """`load_dataset` would serve the old rows from its cache, did the card not hold a digest of the data."""
    out, cache = tmp_path / "out", tmp_path / "cache"
    build(corpus, out)
    assert "NASA" in load(out, "entities", cache)["name"]
    path = corpus / "records" / "example.json"
    path.write_bytes(path.read_bytes().replace(b'"name": "NASA"', b'"name": "ESA "'))
    build(corpus, out)
    names = load(out, "entities", cache)["name"]
    assert "NASA" not in names
    assert "ESA " in names


def test_folders_of_one_name_in_one_cache(corpus: Path, tmp_path: Path) -> None:
    """The cache knows a local dataset by its folder's last name alone."""
    build(corpus, tmp_path / "a" / "out", tasks=False)
    path = corpus / "records" / "example.json"
    path.write_bytes(path.read_bytes().replace(b'"name": "NASA"', b'"name": "ESA "'))
    build(corpus, tmp_path / "b" / "out", tasks=False)
    for _ in range(2):
        for folder, there, elsewhere in (("a", "NASA", "ESA "), ("b", "ESA ", "NASA")):
            names = set(load(tmp_path / folder / "out", "entities", tmp_path / "cache")["name"])
            assert there in names
            assert elsewhere not in names


def test_no_config_is_stale(corpus: Path, tmp_path: Path) -> None:
    """Every config has a digest of its own in the card."""
    out, cache = tmp_path / "out", tmp_path / "cache"
    changes = {
        "records": (b'"publisher": null', b'"publisher": "x"'),
        "mentions": (b'"demonym": false', b'"demonym": true'),
        "quotes": (b'"attribution": "speech"', b'"attribution": "thought"'),
        "claims": (b'"stance": "affirm"', b'"stance": "deny"'),
        "events": (b'"realis": "other"', b'"realis": "actual"'),
        "segments": (b'"kind": "paragraph"', b'"kind": "other"'),
        "times": (b'"mod": null', b'"mod": "APPROX"'),
    }
    path = corpus / "records" / "example.json"
    original = path.read_bytes()
    assert all(before in original for before, _ in changes.values())
    for name, (before, after) in part(changes.items(), 3):
        path.write_bytes(original)
        build(corpus, out, tasks=False)
        first = load(out, name, cache).to_list()
        path.write_bytes(original.replace(before, after))
        build(corpus, out, tasks=False)
        assert load(out, name, cache).to_list() != first, name


def test_same_bytes_whatever_the_hash_seed(tmp_path: Path) -> None:
    code = "import pathlib, sys; from onrecord.building.building import build; build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]), proof=bool(sys.argv[3]))"
    for seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", code, str(ROOT / "corpus"), str(tmp_path / seed), "x" * FULL],
            env={**os.environ, "PYTHONHASHSEED": seed},
        )
        assert done.returncode == 0
    assert tree(tmp_path / "1") == tree(tmp_path / "2")


def test_warnings_are_counted_and_the_first_kept(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onrecord.building.building as module

    path = corpus / "records" / "example.json"
    path.write_bytes(path.read_bytes().replace(b'"headline": "Agency', b'"headline": "The Agency'))
    assert [f.code for f in build(corpus, tmp_path / "out", tasks=False).warnings] == ["MET004"]
    monkeypatch.setattr(module, "_SHOWN", 0)
    summary = build(corpus, tmp_path / "out", tasks=False)
    assert (summary.warnings, summary.warned) == ([], 1)


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM])
def test_stopped_by_a_signal(tmp_path: Path, stop: signal.Signals) -> None:
    """The real command, stopped while it writes: nothing lies about."""
    corpus = tmp_path / "corpus"
    (corpus / "records").mkdir(parents=True)
    example = decode(specification.schema_bytes("record.example.json"))
    lines = []
    for n in range(3000):
        example |= {"id": f"r{n}"}
        lines.append(encode(example))
    (corpus / "records" / "all.jsonl").write_bytes(b"\n".join(lines))
    command = [sys.executable, "-m", "onrecord", "build", str(corpus), "-o", str(tmp_path / "out"), "--no-labelstudio"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    try:
        for _ in range(3000):
            if list(tmp_path.glob(".out.*/dataset/records/*.part")):
                break
            time.sleep(0.02)
        assert process.poll() is None, "it had not ended by itself"
        process.send_signal(stop)
        printed = process.communicate(timeout=60)[1]
    finally:
        process.kill()
    assert process.returncode not in (0, None)
    assert b"Traceback" not in printed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus"]


def test_tasks_come_back_and_the_sdk_accepts_them(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "out")
    assert (tmp_path / "out" / "labelstudio" / "config.xml").read_text("utf-8") == config()
    tasks = decode((tmp_path / "out" / "labelstudio" / "tasks.json").read_bytes())
    interface = LabelInterface(config())
    interface.validate()
    for task in tasks:
        assert interface.validate_annotation(task["annotations"][0])
        interface.validate_task({"data": task["data"]})
    back = [canonical_json.canonical(r) for r, findings in from_export(tasks) if r is not None and not findings]
    assert back == [p.read_bytes() for p in sorted((corpus / "records").glob("*.json"))]


def test_the_sdk_check_can_fail() -> None:
    assert not LabelInterface(config()).validate_annotation(
        {
            "result": [
                {
                    "id": "a",
                    "type": "labels",
                    "from_name": "span",
                    "to_name": "text",
                    "value": {"start": 0, "end": 1, "labels": ["NOSUCH"]},
                }
            ]
        }
    )


def test_a_bad_record_stops_the_build(corpus: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    build(corpus, out)
    before = tree(out)
    path = corpus / "records" / "example.json"
    path.write_bytes(path.read_bytes().replace(b'"text": "Tuesday"', b'"text": "Monday"'))
    with pytest.raises(BuildFailed) as caught:
        build(corpus, out)
    assert [f.code for f in caught.value.findings] == ["SPN002"]
    assert tree(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus", "out"]
    with pytest.raises(BuildFailed):
        build(corpus, tmp_path / "new")
    assert not (tmp_path / "new").exists()


def twice(corpus: Path) -> None:
    """A second record of the example's article, and settings that leave that out of account."""
    example = decode(specification.schema_bytes("record.example.json"), type=Record)
    again = replace(example, id="again", metadata=replace(example.metadata, source_file="again.txt"))
    (corpus / "records" / "again.json").write_bytes(canonical_json.canonical(again))
    (corpus / "raw" / "again.txt").write_bytes(again.text.encode())


@pytest.mark.parametrize("settings", ['ignore = ["COR003"]', 'severity = { COR003 = "warning" }'])
def test_the_settings_of_a_corpus_count(corpus: Path, tmp_path: Path, settings: str) -> None:
    twice(corpus)
    command = ["build", str(corpus), "-o", str(tmp_path / "out"), "--no-labelstudio"]
    refused = CliRunner().invoke(app, command)
    assert (refused.exit_code, "COR003" in refused.stderr) == (1, True)
    (corpus / "pyproject.toml").write_text(f"[tool.onrecord]\n{settings}\n")
    done = CliRunner().invoke(app, command)
    assert (done.exit_code, "COR003" in done.stderr) == (0, "warning" in settings), done.stderr
    assert len(load(tmp_path / "out", "records", tmp_path / "cache")) == 3


def test_no_baseline_builds_what_is_no_record(corpus: Path, tmp_path: Path) -> None:
    path = corpus / "records" / "example.json"
    path.write_bytes(path.read_bytes().replace(b'"language"', b'"langauge"'))
    with pytest.raises(BuildFailed) as caught:
        build(corpus, tmp_path / "out", policy=lambda findings: [])
    assert {f.code[:3] for f in caught.value.findings} == {"SCH"}
    assert not (tmp_path / "out").exists()


def test_a_lossy_codec_stops_the_build(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import onrecord.building.tasks as module

    def refuse(record: Record) -> Any:
        raise RoundTripError(record.id, ["/text is lost"])

    monkeypatch.setattr(module, "prove", refuse)
    with pytest.raises(BuildFailed) as caught:
        build(corpus, tmp_path / "out")
    assert {(f.code, f.pointer) for f in caught.value.findings} == {("DST010", "/text")}
    assert [p.name for p in tmp_path.iterdir()] == ["corpus"]


def test_a_dataset_that_loads_otherwise_stops_the_build(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import onrecord.building.building as module

    monkeypatch.setattr(module, "digested", lambda digest, config, rows: digest.update(encode(rows[:-1])))
    with pytest.raises(BuildFailed) as caught:
        build(corpus, tmp_path / "out")
    (finding,) = caught.value.findings
    assert finding.code == "DST011"
    assert "differ from those written" in finding.message
    assert [p.name for p in tmp_path.iterdir()] == ["corpus"]


def test_a_folder_of_somebody_else_is_left_alone(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(ValueError, match="did not make"):
        build(corpus, tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "years of work"


def test_the_corpus_itself_is_never_replaced(corpus: Path, tmp_path: Path) -> None:
    before = tree(corpus)
    for folder in (corpus, corpus / "records", tmp_path, corpus / "records" / "out"):
        with pytest.raises(ValueError, match="holds"):
            build(corpus, folder)
    build(corpus, tmp_path / "out")
    (tmp_path / "out" / "notes.txt").write_text("mine")
    with pytest.raises(ValueError, match="did not make"):
        build(corpus, tmp_path / "out")
    assert tree(corpus) == before


def test_layers_without_rows_are_left_out(corpus: Path, tmp_path: Path) -> None:
    """`load_dataset` fails on a config without rows: an unannotated draft builds, and the card says what is missing."""
    from onrecord.marks.ingest import ingest

    draft = ingest(
        b"Some words.\n",
        "draft.txt",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
    )
    for path in (corpus / "records").iterdir():
        path.unlink()
    (corpus / "records" / "draft.json").write_bytes(canonical_json.canonical(draft))
    (corpus / "raw" / "draft.txt").write_bytes(b"Some words.\n")
    summary = build(corpus, tmp_path / "out")
    assert [b.config for b in summary.built] == ["records", "segments"]
    assert load(tmp_path / "out", "segments", tmp_path / "cache")["text"] == ["Some words."]
    assert "`quotes`" in next(
        x for x in (tmp_path / "out" / "dataset" / "README.md").read_text("utf-8").splitlines() if "left out" in x
    )


def test_links_are_followed(corpus: Path, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    build(corpus, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real" / "dataset" / "README.md").is_file()
    (tmp_path / "a.json").symlink_to(tmp_path / "b.json")
    write_atomic(tmp_path / "a.json", b"x")
    assert (tmp_path / "b.json").read_bytes() == b"x"


def test_interrupted_midway(corpus: Path, tmp_path: Path) -> None:
    """Killed by Ctrl-C while it writes: the old build is whole, nothing lies beside it."""
    code = (
        "import onrecord.building.building as b, pathlib, sys\n"
        "def stop(*a): raise KeyboardInterrupt\n"
        "b.prove_dataset = stop\n"
        "b.build(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2]))\n"
    )
    out = tmp_path / "out"
    build(corpus, out)
    before = tree(out)
    done = subprocess.run([sys.executable, "-c", code, str(corpus), str(out)], capture_output=True)
    assert done.returncode != 0
    assert b"KeyboardInterrupt" in done.stderr
    assert tree(out) == before
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus", "out"]


def test_seed_numbers(tmp_path: Path) -> None:
    summary = build(ROOT / "corpus", tmp_path / "out")
    record = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes())
    assert summary.counts["quotes"] == len(record["quotes"])
    assert encode(record)
