"""The built dataset as researchers load it: `datasets` new and old, pandas, polars, DuckDB; all give what was annotated."""

import json
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from datasets import Features, load_dataset

import samples
from draws import part
from foreign import __main__ as foreign
from helpers import ROOT
from onrecord.building.building import build
from onrecord.dataset.columns import CONFIGS, FLAT, arrow_schema
from onrecord.dataset.rows import rows
from onrecord.files import canonical_json
from onrecord.model import inventories
from onrecord.model.record import Record

RECORDS = samples.sample()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    scratch = tmp_path_factory.mktemp("readers")
    build(samples.corpus(scratch / "corpus", RECORDS, samples.SPLITS), scratch / "out", tasks=False)
    return scratch / "out" / "dataset"


def expected(config: str, split: str) -> list[dict[str, Any]]:
    """The rows of a split, straight from the records, nulls written out."""
    ids = sorted(samples.SPLITS[split])  # a corpus is read in the order of its files
    found = [row for id in ids for row in rows(RECORDS[id])[config]]
    import pyarrow as pa

    made: list[dict[str, Any]] = pa.Table.from_pylist(found, schema=arrow_schema(config)).to_pylist()
    return made


def splits_of(config: str) -> list[str]:
    return [split for split in samples.SPLITS if expected(config, split)]


def hashed(found: list[dict[str, Any]]) -> str:
    digest = sha256()
    for row in found:
        digest.update(json.dumps(row, sort_keys=True).encode())
    return digest.hexdigest()


@pytest.mark.parametrize("config", CONFIGS)
@pytest.mark.parametrize("streaming", [False, True])
def test_datasets(folder: Path, tmp_path: Path, config: str, streaming: bool) -> None:
    loaded = load_dataset(str(folder), config, streaming=streaming, cache_dir=str(tmp_path))
    assert list(loaded) == splits_of(config), "usual names first; a split without rows is left out"
    for split, found in loaded.items():
        assert list(found) == expected(config, split)
        assert found.features == Features.from_arrow_schema(arrow_schema(config))


def test_the_default_is_the_record(folder: Path, tmp_path: Path) -> None:
    assert list(load_dataset(str(folder), split="test", cache_dir=str(tmp_path))) == expected("records", "test")


def interpreters() -> Iterator[Any]:
    yield pytest.param(sys.executable, id="newest")
    for path in filter(None, os.environ.get("ONRECORD_READERS", "").split(os.pathsep)):
        yield pytest.param(path, id=path)


@pytest.mark.parametrize("python", list(interpreters()))
def test_any_version_of_datasets_offline(folder: Path, python: str) -> None:
    """Every row of every config, plain and streaming, without a network; by the oldest version, too, where one is named."""
    done = subprocess.run([python, str(ROOT / "tests" / "reader.py"), str(folder)], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])["rows"]
    assert list(found) == [c for c in CONFIGS if splits_of(c)]
    for config in found:
        assert found[config] == {
            split: dict.fromkeys(("plain", "streaming"), hashed(expected(config, split))) for split in splits_of(config)
        }


def test_parquet_alone(folder: Path, tmp_path: Path) -> None:
    """Without the card the files are as typed."""
    for config in CONFIGS:
        files = {split: str(folder / config / f"{split}-*.parquet") for split in splits_of(config)}
        loaded = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path))
        assert all(list(loaded[split]) == expected(config, split) for split in files)
        assert all(f.features == Features.from_arrow_schema(arrow_schema(config)) for f in loaded.values())


def test_pandas(folder: Path) -> None:
    quotes = pd.read_parquet(folder / "quotes")
    wanted = [q for split in splits_of("quotes") for q in expected("quotes", split)]
    assert Counter(quotes["speaker_name"].dropna()) == Counter(q["speaker_name"] for q in wanted if q["speaker_name"])
    assert sorted(quotes["text"]) == sorted(q["text"] for q in wanted)
    pieces = quotes.explode("fragments")["fragments"]
    assert len(pieces) == sum(len(q["fragments"]) for q in wanted)
    texts = pd.read_parquet(folder / "records", columns=["id", "text"]).set_index("id")["text"].to_dict()
    mentions = pd.read_parquet(folder / "mentions")
    assert all(texts[m.record_id][m.start : m.end] == m.text for m in mentions.itertuples())


def test_polars(folder: Path) -> None:
    mentions = pl.scan_parquet(folder / "mentions" / "*.parquet")
    texts = pl.scan_parquet(folder / "records" / "*.parquet").select("id", article="text")
    joined = mentions.join(texts, left_on="record_id", right_on="id")
    sliced = joined.with_columns(cut=pl.col("article").str.slice(pl.col("start"), pl.col("end") - pl.col("start")))
    found = sliced.select("text", "cut", "context", "context_start", "start").collect()
    assert found["text"].equals(found["cut"]), "its strings are sliced by code points, too"
    assert len(found) == sum(len(expected("mentions", s)) for s in splits_of("mentions"))
    events = pl.read_parquet(folder / "events" / "*.parquet").explode("arguments").unnest("arguments", separator="_")
    assert events.filter(pl.col("arguments_role") == "agent")["arguments_target_name"].null_count() == 0
    for config in CONFIGS:
        for split in splits_of(config):
            assert pl.read_parquet(folder / config / f"{split}-*.parquet").to_dicts() == expected(config, split)


def test_duckdb(folder: Path) -> None:
    db = duckdb.connect()
    for config in CONFIGS:
        db.execute(f"create view {config} as select * from read_parquet('{folder}/{config}/*.parquet')")
    who = db.sql(
        "select speaker_name, count(*) from quotes where speaker_type = 'PERSON' group by 1 order by 2 desc, 1"
    ).fetchall()
    counted = Counter(
        q["speaker_name"] for s in splits_of("quotes") for q in expected("quotes", s) if q["speaker_type"] == "PERSON"
    )
    assert who == sorted(counted.items(), key=lambda x: (-x[1], x[0]))
    assert ("Donald Trump", counted["Donald Trump"]) in who
    wrong = db.sql(
        'select m.id from mentions m join records r on r.id = m.record_id where substring(r.text, m.start + 1, m."end" - m.start) <> m.text'
    ).fetchall()
    assert wrong == []
    outside = db.sql(
        'select id from mentions where substring(context, start - context_start + 1, "end" - start) <> text'
    ).fetchall()
    assert outside == []
    nested = db.sql("select count(*) from (select unnest(fragments) from quotes)").fetchall()
    assert nested == [(sum(len(q["fragments"]) for s in splits_of("quotes") for q in expected("quotes", s)),)]
    said = db.sql(
        "select count(*) from claims c join quotes q on c.quote_id = q.id where q.speaker_id <> c.claimant_id"
    )
    assert said.fetchall() == [(0,)]


# ---- the invariants of BigBIO's suite, on what was loaded; there some of them are warnings, here all are errors

_DATABASE_ID = re.compile(r"Q[1-9][0-9]*")
_REFERENCES = {
    "record_id": ("records",), "entity_id": ("entities",), "speaker_id": ("entities",), "speaker_mention_id": ("mentions",),
    "addressee_ids": ("entities",), "addressee_mention_ids": ("mentions",), "parent_id": ("quotes",), "time_id": ("times",),
    "setting_id": ("events",), "begin_id": ("times",), "end_point_id": ("times",), "anchor": ("times", "events"),
    "claimant_id": ("entities",), "claimant_mention_id": ("mentions",), "quote_id": ("quotes",), "claim_id": ("claims",),
    "about": ("entities", "events", "quotes"), "event_id": ("events",), "target_id": ("entities", "events", "times", "quotes"),
    "mention_id": ("mentions", "triggers"), "trigger_id": ("triggers",), "according_to": ("entities",),
}  # fmt: skip
_RESERVED = {"anchor": "published", "according_to": "author"}
_VOCABULARIES = {
    ("entities", "type"): "entity_type", ("mentions", "entity_type"): "entity_type", ("mentions", "kind"): "mention_kind",
    ("quotes", "kind"): "quote_kind", ("quotes", "attribution"): "attribution", ("quotes", "speaker_type"): "entity_type",
    ("claims", "kind"): "claim_kind", ("claims", "stance"): "stance", ("claims", "voice"): "voice",
    ("times", "type"): "time_type", ("times", "basis"): "time_basis", ("segments", "kind"): "segment_kind",
}  # fmt: skip


def fields(row: dict[str, Any]) -> Iterator[tuple[str, Any]]:
    """Every field of a row at any depth, lists taken apart."""
    for key, value in row.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from fields(item)
            else:
                yield key, item


def spans(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    if {"start", "end", "text"} <= row.keys():
        yield row
    for value in row.values():
        for item in value if isinstance(value, list) else ():
            if isinstance(item, dict):
                yield from spans(item)


def check(folder: Path, cache: Path, split: str) -> Counter[str]:
    """All invariants over one split, every one a hard assertion; the number of things looked at."""
    loaded: dict[str, list[dict[str, Any]]] = {}
    for config in CONFIGS:
        if list(folder.glob(f"{config}/{split}-*.parquet")):
            found = load_dataset(str(folder), config, split=split, cache_dir=str(cache))
            assert found.features == Features.from_arrow_schema(arrow_schema(config))
            loaded[config] = list(found)
            assert loaded[config], "what is declared is not empty"
    seen: Counter[str] = Counter()
    texts = {r["id"]: r["text"] for r in loaded["records"]}
    ids = {config: [row["id"] for row in found] for config, found in loaded.items()}
    ids["triggers"] = [t["id"] for v in loaded.get("events", ()) for t in v["triggers"]]
    every = [id for found in ids.values() for id in found]
    assert len(every) == len(set(every)), "ids are unique in the split, at any depth"
    known = {config: set(found) for config, found in ids.items()}
    for record in loaded["records"]:
        assert sha256(record["text"].encode()).hexdigest() == record["text_sha256"]
    for config in FLAT:
        for row in loaded.get(config, ()):
            text = texts[row["record_id"]]
            for span in spans(row):
                assert 0 <= span["start"] < span["end"] <= len(text)
                assert text[span["start"] : span["end"]] == span["text"], (config, row["id"])
                seen["spans"] += 1
            if row.get("context") is not None:
                start = row["context_start"]
                assert text[start : start + len(row["context"])] == row["context"]
                pieces = [*spans({k: v for k, v in row.items() if k in ("fragments", "triggers")})][:1] or [row]
                at = pieces[0]["start"] - start
                assert row["context"][at : at + len(pieces[0]["text"])] == pieces[0]["text"]
                seen["contexts"] += 1
            for key, value in fields(row):
                if key in _REFERENCES and value is not None and value != _RESERVED.get(key):
                    assert any(value in known.get(c, ()) for c in _REFERENCES[key]), (config, row["id"], key, value)
                    seen["references"] += 1
                if key == "wikidata" or key.endswith("_wikidata"):
                    assert value is None or _DATABASE_ID.fullmatch(value)
                if key == "members":
                    assert value in known[config]
                if key in ("id", "type", "kind") or key.endswith(("_id", "_type")):
                    assert value is None or not re.search(r"[+,|;\s]", value), (key, value)
            for (of, column), name in _VOCABULARIES.items():
                if of == config and row[column] is not None:
                    assert row[column] in {v.name for v in inventories.labels()[name].values}, (
                        config,
                        column,
                        row[column],
                    )
                    seen["labels"] += 1
    counted = {
        "entities": sum(len(r["entities"]) for r in loaded["records"]),
        "mentions": sum(len(e["mentions"]) for r in loaded["records"] for e in r["entities"]),
        **{c: sum(len(r[c]) for r in loaded["records"]) for c in ("times", "quotes", "claims", "events", "segments")},
    }
    assert counted == {c: len(loaded.get(c, ())) for c in counted}, "nothing lost, nothing twice"
    return seen


def test_every_reference_column_is_checked() -> None:
    columns = {part for found in FLAT.values() for c in found for part in re.findall(r"\w+(?=:)", c.type) or [c.name]}
    named = {c for c in columns if c.endswith(("_id", "_ids"))}
    assert named == {k for k in _REFERENCES if k.endswith(("_id", "_ids"))}


def test_invariants(folder: Path, tmp_path: Path) -> None:
    seen = sum((check(folder, tmp_path, split) for split in samples.SPLITS), Counter[str]())
    assert seen["spans"] > 300
    assert min(seen[what] for what in ("references", "labels", "contexts")) > 100


def test_the_invariants_can_fail(folder: Path, tmp_path: Path) -> None:
    import shutil

    import pyarrow as pa

    copy = tmp_path / "copy"

    def changed(config: str, column: str, value: Any) -> None:
        shutil.rmtree(copy, ignore_errors=True)
        shutil.copytree(folder, copy)
        (path,) = copy.glob(f"{config}/train-*.parquet")
        found = pq.read_table(path).to_pylist()
        found[0][column] = value
        pq.write_table(pa.Table.from_pylist(found, schema=arrow_schema(config)), path)

    changes: list[tuple[str, str, Any]] = [
        ("mentions", "start", 1),
        ("mentions", "text", "other"),
        ("quotes", "speaker_id", "nobody"),
        ("entities", "type", "PERSONS"),
        ("entities", "wikidata", "42"),
        ("claims", "id", "a,b"),
        ("quotes", "context_start", 3),
        ("records", "text_sha256", "0"),
    ]
    for n, (config, column, value) in enumerate(part(changes, 4, 2)):
        changed(config, column, value)
        with pytest.raises((AssertionError, KeyError)):
            check(copy, tmp_path / f"cache{n}", "train")


CORPORA = os.environ.get("ONRECORD_CORPORA")


@pytest.mark.skipif(CORPORA is None, reason="ONRECORD_CORPORA names no folder with the corpora")
def test_real_corpora(tmp_path: Path) -> None:
    from onrecord.checking.validate import check_source

    for name, made in foreign.CORPORA.items():
        records: dict[str, Record] = {}
        for record in made(Path(CORPORA or "", name), None):
            if not [f for f in check_source(canonical_json.canonical(record), "x")[1] if f.severity == "error"]:
                records[record.id] = record
        build(samples.corpus(tmp_path / name, records), tmp_path / f"{name}-out", tasks=False)
        assert check(tmp_path / f"{name}-out" / "dataset", tmp_path / "cache", "train")["spans"] > 1000
