"""A pass over some layers: what it shows for reading only takes relations, and nothing done to it changes the record."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from label_studio_sdk.label_interface import LabelInterface
from msgspec.json import decode, encode

from draws import draws
from helpers import ROOT
from onrecord.labelstudio import check_task, config, from_task, to_task
from onrecord.labelstudio.codec.mapping import CONTEXT, PASSES
from onrecord.model.record import Record
from strategies import records

RECORD = decode((ROOT / "schemas" / "record.example.json").read_bytes(), type=Record)
Row = dict[str, Any]


@pytest.fixture
def task() -> Row:
    found: Row = decode(encode(to_task(RECORD, ["quotes"])))
    return found


def rows(task: Row) -> list[Row]:
    found: list[Row] = task["annotations"][0]["result"]
    return found


def of(task: Row, id: str) -> list[Row]:
    found = [r for r in rows(task) if r.get("id") == id]
    assert found
    return found


@settings(max_examples=draws(60), deadline=None)
@given(records(), st.lists(st.sampled_from(PASSES), min_size=1, unique=True), st.data())
def test_marks_for_reading_only_can_be_deleted(record: Record, layers: list[str], data: st.DataObject) -> None:
    """Label Studio deletes a region's relations along with it; the record stays, and each deletion is said."""
    made: Row = decode(encode(to_task(record, layers)))
    read = sorted({r["id"] for r in rows(made) if r.get("from_name") == CONTEXT})
    gone = data.draw(st.sets(st.sampled_from(read)) if read else st.just(set()))
    made["annotations"][0]["result"] = [
        r for r in rows(made) if not gone & {r.get("id"), r.get("from_id"), r.get("to_id")}
    ]
    back, findings = from_task(made)
    if findings and {f.code for f in findings} == {"LST011"}:
        return  # nothing is left at all
    assert back == record, findings
    assert [f.code for f in findings] == ["LST017"] * len(gone)


def test_a_relation_can_be_drawn_to_them(task: Row) -> None:
    assert not any(r.get("readonly") for r in rows(task))  # Label Studio draws no relation to such a region
    relation = {"type": "relation", "from_id": "q1", "to_id": "m8", "direction": "right", "labels": ["addressee"]}
    rows(task).append(relation)
    back, findings = from_task(task)
    assert back is not None, findings
    assert [(a.entity, a.mention) for a in back.quotes[0].addressees] == [("e4", "m8")]


def test_what_is_written_there_has_no_effect_and_is_said(task: Row) -> None:
    for r in of(task, "m8"):
        r["meta"]["text"] = ["a note"]
    of(task, "m7")[1]["value"]["text"] = ["e1"]
    for r in of(task, "m6"):
        r["value"] |= {"start": 21, "end": 26, "text": RECORD.text[21:26]}
    back, findings = from_task(task)
    assert back == RECORD
    assert sorted((f.code, f.item or "", f.message.partition(":")[0]) for f in findings) == [
        ("LST017", "", "mention “Critics”"),
        ("LST017", "", "mention “Moon”"),
        ("LST017", "", "mention “Reuters”"),
    ]


def test_a_second_label_is_refused_with_the_way_out(task: Row) -> None:
    (first, *_) = of(task, "m8")
    rows(task).append({**first, "from_name": "span", "value": {**first["value"], "labels": ["QUOTE"]}})
    back, (finding,) = from_task(task)
    assert back is None
    assert finding.code == "LST012"
    assert finding.message == "mention “Reuters”: this mention is shown for reading only, and is labelled QUOTE, too"


@pytest.mark.parametrize("layers", [None, *([x] for x in PASSES), ["quotes", "claims"]])
def test_the_sdk_and_we_accept_every_pass(layers: list[str] | None) -> None:
    interface = LabelInterface(config(layers))
    interface.validate()
    made: Row = decode(encode(to_task(RECORD, layers)))
    assert interface.validate_annotation(made["annotations"][0])
    assert check_task(made, layers) == []
