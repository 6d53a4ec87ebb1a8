"""A dataset leads back to the corpus that it was built from, byte for byte; bad datasets are findings or one line."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.json import decode
from msgspec.structs import replace

from commands import run
from draws import draws
from helpers import ROOT, SEED
from onrecord.building.building import build
from onrecord.building.unbuild import unbuild
from onrecord.dataset.columns import arrow_schema
from onrecord.dataset.published import NoDataset, published
from onrecord.dataset.rows import rows
from onrecord.dataset.standoff import hide
from onrecord.dataset.tables import Tables
from onrecord.files import canonical_json
from onrecord.model import specification
from onrecord.model.record import Record
from strategies import records

EXAMPLE = decode(specification.schema_bytes("record.example.json"), type=Record)
some = settings(max_examples=draws(25), deadline=None, suppress_health_check=list(HealthCheck))


def tree(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def dataset(folder: Path, *made: Record, split: str = "train") -> Path:
    """A dataset of records as the build writes them, without card and proof."""
    with Tables(folder, [split]) as tables:
        for record in made:
            tables.add(split, rows(record))
    assert dict(tables.parts())["records"][0].rows == len(made)
    return folder


def named(record: Record, id: str) -> Record:
    """A record with an id and a source file of its own."""
    return replace(record, id=id, metadata=replace(record.metadata, source_file=f"{id}.txt"))


def test_the_seed_comes_back(tmp_path: Path) -> None:
    build(ROOT / "corpus", tmp_path / "out", tasks=False)
    run("unbuild", tmp_path / "out" / "dataset", "-o", tmp_path / "back")
    assert tree(tmp_path / "back") == {
        f"{kind}/{SEED}.{end}": (ROOT / "corpus" / kind / f"{SEED}.{end}").read_bytes()
        for kind, end in (("raw", "txt"), ("records", "json"))
    }
    run("validate", "--strict", tmp_path / "back")
    assert "1 record and 1 raw article" in run("unbuild", tmp_path / "out", "-o", tmp_path / "again").output
    assert tree(tmp_path / "again") == tree(tmp_path / "back")


@some
@given(st.lists(records(), min_size=1, max_size=3))
def test_any_records_come_back(made: list[Record]) -> None:
    made = [named(record, f"r{n}") for n, record in enumerate(made)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = dataset(Path(scratch, "dataset"), *made)
        done = unbuild(published(str(folder)), Path(scratch, "back"))
        assert done.records == len(made)
        expected = {f"records/{r.id}.json": canonical_json.canonical(r) for r in made}
        expected |= {f"raw/{r.id}.txt": r.text.encode() for r in made}
        assert tree(Path(scratch, "back")) == expected


def test_extensions_come_back_in_their_order(tmp_path: Path) -> None:
    extensions = {"z": {"b": [1, 2.5, None, True], "a": "⟦1:2⟧"}, "a": {}, "n": 2**53 + 1, "": "\u2028"}
    record = replace(EXAMPLE, extensions=extensions)
    unbuild(published(str(dataset(tmp_path / "dataset", record))), tmp_path / "back")
    assert (tmp_path / "back" / "records" / "example.json").read_bytes() == canonical_json.canonical(record)


def test_ids_too_long_for_a_file_come_back(tmp_path: Path) -> None:
    """JSON lines may hold them."""
    made = [named(EXAMPLE, id) for id in ("a" * 250, "a" * 251, "b" * 900)]
    made = [replace(r, metadata=replace(r.metadata, source_file="example.txt")) for r in made]
    run("unbuild", dataset(tmp_path / "dataset", *made), "-o", tmp_path / "back")
    files = sorted((tmp_path / "back" / "records").iterdir())
    assert [p.read_bytes() for p in files] == [canonical_json.canonical(made[i]) for i in (1, 0, 2)]
    assert [p.name == f"{r.id}.json" for p, r in zip(files, (made[1], made[0], made[2]), strict=True)] == [
        False,
        True,
        False,
    ]


def test_splits_come_back(tmp_path: Path) -> None:
    corpus = tmp_path / "corpus"
    lists = {"train": ["b", "a"], "test": ["c"], "odd.one": ["d"]}
    for folder in ("records", "splits"):
        (corpus / folder).mkdir(parents=True)
    for n, id in enumerate("abcd"):
        text = f"Article {id}: {' '.join(f'{id}{n * i}' for i in range(30))}.\n"
        (tmp_path / f"{id}.txt").write_text(text)
        run("ingest", tmp_path / f"{id}.txt", "-o", corpus / "records")
    for name, ids in lists.items():
        (corpus / "splits" / f"{name}.txt").write_text("# frozen\n" + "\n".join(ids) + "\n")
    build(corpus, tmp_path / "out", tasks=False)
    assert "splits train, test, odd.one" in run("unbuild", tmp_path / "out", "-o", tmp_path / "back").output
    back = {p.stem: p.read_text().split() for p in (tmp_path / "back" / "splits").iterdir()}
    assert back == {name: sorted(ids) for name, ids in lists.items()}, "in the order of the corpus"
    assert tree(tmp_path / "back" / "records") == tree(corpus / "records")
    build(tmp_path / "back", tmp_path / "again", tasks=False)
    parquet = {n: b for n, b in tree(tmp_path / "out").items() if n.endswith(".parquet")}
    assert {n: b for n, b in tree(tmp_path / "again").items() if n.endswith(".parquet")} == parquet


def test_a_dataset_without_text_can_not_be_unbuilt(tmp_path: Path) -> None:
    with Tables(tmp_path / "dataset", ["train"]) as tables:
        tables.add("train", hide(rows(EXAMPLE)))
    list(tables.parts())
    result = run("unbuild", tmp_path / "dataset", "-o", tmp_path / "back", code=2)
    assert "onrecord rehydrate --records" in result.output
    assert not (tmp_path / "back").exists()


def rewritten(folder: Path, change: Any) -> None:
    """The rows of `records` changed in their file."""
    (path,) = (folder / "records").glob("*.parquet")
    found = pq.read_table(path).to_pylist()
    change(found)
    pq.write_table(pa.Table.from_pylist(found, schema=arrow_schema("records")), path)


def test_damaged_rows_are_all_found(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "dataset", EXAMPLE, named(EXAMPLE, "second"), named(EXAMPLE, "third"))

    def damage(found: list[dict[str, Any]]) -> None:
        found[0]["text"] += "x"
        found[1]["entities"][0]["type"] = "PERSONS"
        found[2]["extensions"] = "{"

    rewritten(folder, damage)
    printed = run("unbuild", folder, "-o", tmp_path / "back", code=1).output
    assert printed.count("DST003") == 3
    assert "train-00000-of-00001.parquet:1: DST003 TXT001" in printed
    assert "train-00000-of-00001.parquet:2: DST003 SCH" in printed
    assert "at /entities/0/type" in printed
    assert "nothing was written" in printed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dataset"]


def test_two_records_of_one_file(tmp_path: Path) -> None:
    other = replace(named(EXAMPLE, "other"), text="Other.\n", entities=(), times=(), quotes=(), claims=(), events=())
    import hashlib

    digest = hashlib.sha256(b"Other.\n").hexdigest()
    segments = (replace(EXAMPLE.segments[0], start=0, end=6),)
    other = replace(
        other,
        text_sha256=digest,
        segments=segments,
        metadata=replace(EXAMPLE.metadata, source_sha256=digest),
        extensions=UNSET,
    )
    folder = dataset(tmp_path / "dataset", EXAMPLE, EXAMPLE, other)
    printed = run("unbuild", folder, "-o", tmp_path / "back", code=1).output
    assert printed.count("DST002") == 2
    assert "the id 'example' is that of an earlier record" in printed
    assert "another article" in printed


def test_a_row_never_writes_outside(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "dataset", EXAMPLE)

    def lead_out(found: list[dict[str, Any]]) -> None:
        found[0]["metadata"]["source_file"] = "../../stolen.txt"

    rewritten(folder, lead_out)
    run("unbuild", folder, "-o", tmp_path / "back")
    assert (tmp_path / "back" / "raw" / "stolen.txt").is_file()
    rewritten(folder, lambda found: found[0].update(id="../../x"))
    assert "DST003" in run("unbuild", folder, "-o", tmp_path / "more", code=1).output
    assert sorted(p.name for p in tmp_path.iterdir()) == ["back", "dataset"]


@pytest.mark.parametrize(
    ("card", "why"),
    [
        ("---\nconfigs: [\n---\n", "README.md:3:1: DST015 the YAML at its head: it is no YAML"),
        ("---\n- a\n---\n", "the YAML at its head: it does not say of fields what they are"),
        ("---\nconfigs: 5\n---\n", "it names the files of the config `records` in no way known here"),
        (
            "---\nconfigs:\n- config_name: records\n---\n",
            "it names the files of the config `records` in no way known here",
        ),
        (
            "---\nconfigs:\n- config_name: records\n  data_files:\n  - {split: ../x, path: a}\n---\n",
            "it names the files of the config `records` in no way known",
        ),
        (
            "---\nconfigs:\n- config_name: records\n  data_files:\n  - {split: a, path: /etc/*}\n---\n",
            "it names the files of the config `records` in no way known",
        ),
        (
            "---\nconfigs:\n- config_name: records\n  data_files:\n  - {split: a, path: x/*}\n---\n",
            None,
        ),
    ],
)
def test_odd_cards_are_findings(tmp_path: Path, card: str, why: str | None) -> None:
    folder = dataset(tmp_path / "dataset", EXAMPLE)
    (folder / "README.md").write_text(card)
    printed = run("unbuild", folder, "-o", tmp_path / "back", code=1 if why else 2).output
    assert f"DST015 {why}" in printed if why and "DST" not in why else (why or "no config `records`") in printed
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dataset"]


def test_what_is_no_dataset(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = dataset(tmp_path / "dataset", EXAMPLE)
    (tmp_path / "file").write_text("x")
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("mine")
    assert "is a file" in run("unbuild", tmp_path / "file", "-o", tmp_path / "back", code=2).output
    assert "no such folder" in run("unbuild", "no such/thing at all", "-o", tmp_path / "back", code=2).output
    assert "holds no config" in run("unbuild", tmp_path / "full", "-o", tmp_path / "back", code=2).output
    assert "not empty" in run("unbuild", folder, "-o", tmp_path / "full", code=2).output
    assert "is a file" in run("unbuild", folder, "-o", tmp_path / "file", code=2).output
    assert "on the Hub" in run("unbuild", folder, "--revision", "v1", "-o", tmp_path / "back", code=2).output
    (path,) = (folder / "records").glob("*.parquet")
    path.write_bytes(path.read_bytes()[:-100])
    assert "DST016 the file can't be read" in run("unbuild", folder, "-o", tmp_path / "back", code=1).output
    pq.write_table(pa.table({"a": [1]}), path)
    assert "no column" in run("unbuild", folder, "-o", tmp_path / "back", code=1).output
    assert (tmp_path / "full" / "x").read_text() == "mine"
    assert not (tmp_path / "back").exists()


def test_interrupted_midway(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "dataset", *(named(EXAMPLE, f"r{n}") for n in range(100)))
    code = (
        "import sys, pathlib\nfrom onrecord.dataset.published import published\nfrom onrecord.building.unbuild import unbuild\n"
        "def stop(what): raise KeyboardInterrupt\n"
        "unbuild(published(sys.argv[1]), pathlib.Path(sys.argv[2]), stop)\n"
    )
    done = subprocess.run([sys.executable, "-c", code, str(folder), str(tmp_path / "back")], capture_output=True)
    assert b"KeyboardInterrupt" in done.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["dataset"]


def test_from_the_hub(tmp_path: Path) -> None:
    """The real client, over a socket, from a server that speaks the Hub's protocol for reading."""
    from hub_files import serving

    build(ROOT / "corpus", tmp_path / "out", tasks=False)
    shutil.copytree(tmp_path / "out" / "dataset", tmp_path / "remote")
    with serving(tmp_path / "remote", "ann/news") as (url, asked):
        environment = {**os.environ, "HF_ENDPOINT": url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_OFFLINE": "0"}
        command = [sys.executable, "-m", "onrecord", "unbuild"]

        def unbuilt(*args: str) -> subprocess.CompletedProcess[str]:
            return subprocess.run([*command, *args], capture_output=True, text=True, env=environment, cwd=tmp_path)

        done = unbuilt("ann/news", "--revision", "v1.0.0", "-o", "back")
        assert done.returncode == 0, done.stderr
        assert (tmp_path / "back" / "records" / f"{SEED}.json").read_bytes() == (
            ROOT / "corpus" / "records" / f"{SEED}.json"
        ).read_bytes()
        assert not [path for path in asked if "quotes/" in path and "resolve" in path], "flat tables are not needed"
        missing = unbuilt("ann/nothing", "-o", "more")
        assert (missing.returncode, len(missing.stderr.strip().splitlines())) == (2, 1)
        assert "the Hub does not give it" in missing.stderr
        assert not (tmp_path / "more").exists()


def test_a_dataset_that_vanishes(tmp_path: Path) -> None:
    folder = dataset(tmp_path / "dataset", EXAMPLE)
    found = published(str(folder))
    shutil.rmtree(folder)
    with pytest.raises(NoDataset, match="can't be read"):
        unbuild(found, tmp_path / "back")
    assert list(tmp_path.iterdir()) == []
