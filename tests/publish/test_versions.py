"""How far a version must rise: two datasets compared, record by record and column by column."""

import copy
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode

from draws import draws
from helpers import ROOT, SEED, example
from onrecord.dataset.columns import arrow_schema
from onrecord.dataset.nested import record_row
from onrecord.model.record import Record
from onrecord.publish.versions import Dataset, Level, Version, compare

SEED_RECORD: dict[str, Any] = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes())
Edit = Callable[[dict[str, Any]], Any]


def dataset(folder: Path, records: Iterable[dict[str, Any]], split: str = "train", card: Any = None) -> Dataset:
    """The records as they are published."""
    folder.mkdir(parents=True, exist_ok=True)
    rows = [record_row(decode(encode(r), type=Record)) for r in records]
    path = folder / f"{split}.parquet"
    pq.write_table(pa.Table.from_pylist(rows, schema=arrow_schema("records")), path)
    return Dataset(card or {}, ((split, path),))


def levels(tmp_path: Path, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> list[tuple[str, str]]:
    found = compare(dataset(tmp_path / "old", old), dataset(tmp_path / "new", new))
    return [(r.level.name, r.what) for r in found]


def edited(edit: Edit) -> dict[str, Any]:
    record = example()
    edit(record)
    return record


def text_corrected(r: dict[str, Any]) -> None:
    r["text"] += "More.\n"
    r["text_sha256"] = "0" * 64


def swapped(r: dict[str, Any]) -> None:
    one, other = r["entities"][0], r["entities"][1]
    one["id"], other["id"] = other["id"], one["id"]


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (lambda r: None, []),
        (lambda r: r.__setitem__("extensions", {"b": 1, "a": 2}), [("PATCH", "annotation corrected: example")]),
        (lambda r: r["entities"][0].__setitem__("name", "ESA"), [("PATCH", "annotation corrected: example")]),
        (
            lambda r: r["claims"].pop(),
            [("MINOR", "annotation taken out: example (c3)"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r["claims"].append({**r["claims"][0], "id": "c99"}),
            [("MINOR", "annotation added: example (c99)"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r["entities"][0]["mentions"].append({**r["entities"][0]["mentions"][0], "id": "m99"}),
            [("MINOR", "annotation added: example (m99)"), ("PATCH", "annotation corrected: example")],
        ),
        (lambda r: r["metadata"].__setitem__("rights", "Reuters"), [("PATCH", "annotation corrected: example")]),
        (text_corrected, [("MINOR", "text corrected: example"), ("PATCH", "annotation corrected: example")]),
        (
            lambda r: r["times"][0].__setitem__("id", "t99"),
            [("MAJOR", "ids changed: example (t1 is now t99)"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r["entities"][0]["mentions"][0].__setitem__("id", "m99"),
            [("MAJOR", "ids changed: example (m1 is now m99)"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r["claims"][0].__setitem__("id", "c99"),
            [("MAJOR", "ids changed: example (c1 is now c99)"), ("PATCH", "annotation corrected: example")],
        ),
        (swapped, [("MAJOR", "ids changed: example (e1 is now e2)"), ("PATCH", "annotation corrected: example")]),
        (
            lambda r: r.__setitem__("schema_version", "2.0.0"),
            [("MAJOR", "schema 1.0.0 → 2.0.0: example"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r.__setitem__("schema_version", "1.1.0"),
            [("MAJOR", "schema 1.0.0 → 1.1.0: example"), ("PATCH", "annotation corrected: example")],
        ),
        (
            lambda r: r.__setitem__("id", "other"),
            [("MAJOR", "record no longer there: example"), ("MINOR", "record added: other")],
        ),
    ],
)
def test_what_a_change_asks_for(tmp_path: Path, edit: Edit, expected: list[tuple[str, str]]) -> None:
    assert levels(tmp_path, [example()], [edited(edit)]) == expected


def test_records_come_go_and_move(tmp_path: Path) -> None:
    records = [{**example(), "id": f"r{i}"} for i in range(6)]
    assert levels(tmp_path, records, list(reversed(records))) == []
    assert levels(tmp_path, records[:1], records) == [("MINOR", "record added: r1, r2, r3 and 2 more")]
    assert levels(tmp_path, records, records[:5]) == [("MAJOR", "record no longer there: r5")]
    moved = compare(dataset(tmp_path / "old", records[:1]), dataset(tmp_path / "new", records[:1], split="test"))
    assert [(r.level.name, r.what) for r in moved] == [("MAJOR", "moved from the split train to test: r0")]


def test_columns(tmp_path: Path) -> None:
    def card(**configs: dict[str, str]) -> dict[str, Any]:
        infos = [
            {"config_name": c, "features": [{"name": n, "dtype": t} for n, t in columns.items()]}
            for c, columns in configs.items()
        ]
        return {"dataset_info": infos}

    def found(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, str]]:
        return [(r.level.name, r.what) for r in compare(Dataset(old, ()), Dataset(new, ()))]

    a = card(quotes={"id": "string", "cue": "string"})
    assert found(a, a) == []
    assert found(a, card()) == [("MAJOR", "no longer there: quotes")]
    assert found(a, card(quotes={"id": "string"})) == [("MAJOR", "no longer there: quotes.cue")]
    assert found(a, card(quotes={"id": "int32", "cue": "string"})) == [("MAJOR", "of another type: quotes.id")]
    assert found(card(), a) == [("MINOR", "added: quotes")]
    assert found(card(quotes={"id": "string"}), a) == [("MAJOR", "added: quotes.cue")]
    assert found({"dataset_info": "?"}, {"dataset_info": None}) == []


def test_texts_left_out_or_added(tmp_path: Path) -> None:
    """As a dataset without texts holds it: null in the place of the text."""
    whole = dataset(tmp_path / "whole", [example()])
    table = pq.read_table(whole.records[0][1])
    bare = table.set_column(table.column_names.index("text"), "text", pa.nulls(len(table), pa.string()))
    pq.write_table(bare, tmp_path / "bare.parquet")
    without = Dataset({}, (("train", tmp_path / "bare.parquet"),))
    assert [(r.level.name, r.what) for r in compare(whole, without)] == [("MAJOR", "text left out: example")]
    assert [(r.level.name, r.what) for r in compare(without, whole)] == [("MINOR", "text added: example")]


@settings(max_examples=draws(15), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.randoms(use_true_random=False), st.sampled_from(["segments", "entities", "times", "quotes", "claims", "events"])
)
def test_any_renumbered_item_is_found(tmp_path: Path, random: Any, layer: str) -> None:
    """In the real article, whichever item gets another id."""
    record = copy.deepcopy(SEED_RECORD)
    item = random.choice(record[layer])
    old, item["id"] = item["id"], "x999"
    shutil.rmtree(tmp_path / "old", ignore_errors=True)
    found = levels(tmp_path, [SEED_RECORD], [record])
    assert found[0] == ("MAJOR", f"ids changed: {SEED} ({old} is now x999)")


def test_versions() -> None:
    v = Version.parse("1.2.3")
    assert v == Version(1, 2, 3)
    assert [str(v.raised(level)) for level in Level] == ["1.2.3", "1.2.4", "1.3.0", "2.0.0"]
    assert [str(Version(0, 4, 1).raised(level)) for level in Level] == ["0.4.1", "0.4.2", "0.5.0", "0.5.0"]
    assert Version(1, 10, 0) > Version(1, 9, 9)
    for text in ("1.2", "v1.2.3", "1.2.3-rc1", "01.2.3", "1.2.3 ", "", "١.2.3"):
        assert Version.parse(text) is None, text
