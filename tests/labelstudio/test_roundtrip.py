"""Nothing lost, nothing invented: Label Studio, dataset, canonical JSON, over hostile text and every real record."""

import random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode

from draws import draws
from helpers import ROOT
from onrecord.checking.validate import check_source
from onrecord.dataset.columns import FLAT, arrow_schema
from onrecord.dataset.nested import from_row, record_row
from onrecord.dataset.rows import rows
from onrecord.files import canonical_json
from onrecord.labelstudio import RoundTripError, from_task, prove, to_task
from onrecord.labelstudio.codec.mapping import PASSES
from onrecord.labelstudio.codec.roundtrip import differences
from onrecord.model.patterns import SPANS
from onrecord.model.record import Record
from strategies import records

REAL = [*sorted((ROOT / "corpus" / "records").glob("*.json")), ROOT / "schemas" / "record.example.json"]
many = settings(max_examples=draws(150), deadline=None, suppress_health_check=list(HealthCheck))


def load(path: Any) -> Record:
    return decode(path.read_bytes(), type=Record)


@many
@given(records())
def test_generated_records_are_valid(record: Record) -> None:
    again, findings = check_source(canonical_json.canonical(record), "made.json")
    assert [f for f in findings if f.severity == "error"] == []
    assert again == record


@many
@given(
    records(),
    st.randoms(use_true_random=False),
    st.none() | st.lists(st.sampled_from(PASSES), min_size=1, unique=True),
)
def test_labelstudio_round_trip(record: Record, chance: random.Random, layers: list[str] | None) -> None:
    task = prove(record, layers)
    chance.shuffle(task["annotations"][0]["result"])  # Label Studio regroups results
    back, findings = from_task(decode(encode(task)))
    assert findings == []
    assert back == record


@many
@given(
    records(),
    st.randoms(use_true_random=False),
    st.none() | st.lists(st.sampled_from(PASSES), min_size=1, unique=True),
    st.integers(1, 3),
)
def test_labelstudio_deletions_leave_nothing_dangling(
    record: Record, chance: random.Random, layers: list[str] | None, count: int
) -> None:
    """Regions deleted as the page deletes them, their relations with them: the record names only what there is."""
    task = decode(encode(prove(record, layers)))
    (annotation,) = task["annotations"]
    regions = sorted({r["id"] for r in annotation["result"] if "id" in r and not r.get("readonly")})
    gone = set(chance.sample(regions, min(count, len(regions))))
    annotation["result"] = [
        r for r in annotation["result"] if not gone & {r.get("id"), r.get("from_id"), r.get("to_id")}
    ]
    back, findings = from_task(task)
    if back is None:
        assert any(f.severity == "error" for f in findings)
    else:
        _, faults = check_source(canonical_json.canonical(back), "back.json")
        assert [f for f in faults if f.severity == "error" and f.code.startswith(("IDS", "SCH", "SPN"))] == []


@many
@given(records())
def test_labelstudio_offsets_are_code_points(record: Record) -> None:
    found = {
        (r["value"]["start"], r["value"]["end"], r["value"]["text"])
        for r in to_task(record)["annotations"][0]["result"]
        if r.get("from_name") == "span"
    }
    assert found == {(s.start, s.end, s.text) for pattern in SPANS for _, s in pattern.items(record)}
    for start, end, text in found:
        assert record.text[start:end] == text


@many
@given(records())
def test_dataset_round_trip(record: Record) -> None:
    table = pa.Table.from_pylist([record_row(record)], schema=arrow_schema("records"))
    assert from_row(table.to_pylist()[0]) == record
    made = rows(record)
    for config, columns in FLAT.items():
        mine = made[config]
        assert pa.Table.from_pylist(mine, schema=arrow_schema(config)).to_pylist() == mine
        assert all(list(row) == [c.name for c in columns] for row in mine)


@pytest.mark.parametrize("path", REAL, ids=lambda p: p.stem)
def test_real_records(path: Any) -> None:
    record = load(path)
    back, findings = from_task(decode(encode(prove(record))))
    assert findings == []
    assert canonical_json.canonical(back or {}) == canonical_json.canonical(record)
    assert from_row(pa.Table.from_pylist([record_row(record)], schema=arrow_schema("records")).to_pylist()[0]) == record


def test_a_loss_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """The proof notices a codec that loses something, and says what."""
    import onrecord.labelstudio.codec.roundtrip as module

    def lossy(record: Record, layers: Any = None) -> dict[str, Any]:
        task = to_task(record)
        task["annotations"][0]["result"] = [
            r
            for r in task["annotations"][0]["result"]
            if r.get("from_name") != "mention_flags"
            and "cue" not in r.get("labels", [])
            and "CUE" not in r.get("value", {}).get("labels", [])
        ]
        return task

    monkeypatch.setattr(module, "to_task", lossy)
    with pytest.raises(RoundTripError) as caught:
        prove(load(REAL[0]))
    assert any("/quotes/0/cue" in d for d in caught.value.differences)
    assert any("demonym" in d for d in caught.value.differences)


def test_differences_name_places() -> None:
    before, after = {"a": [1, {"b": 2}], "c": 1}, {"a": [1, {"b": True}, 3], "d": 1}
    assert list(differences(before, after)) == [
        "/a has 3 items instead of 2",
        "/a/1/b becomes 'True' instead of '2'",
        "/c is lost",
        "/d is new",
    ]
