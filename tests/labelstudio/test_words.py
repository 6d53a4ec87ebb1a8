"""What the rules find in a pulled annotation is told in the labelling page's words, and an invalid record lands beside."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode

from helpers import ROOT
from onrecord.findings.finding import Finding
from onrecord.labelstudio import from_task, to_task
from onrecord.labelstudio.codec.words import in_page_words
from onrecord.labelstudio.exchange.landing import land
from onrecord.model.record import Record

RECORD = decode((ROOT / "schemas" / "record.example.json").read_bytes(), type=Record)


@pytest.fixture
def task() -> dict[str, Any]:
    found: dict[str, Any] = decode(encode(to_task(RECORD)))
    return found


def landed(task: dict[str, Any], folder: Path, valid: bool) -> dict[str, Finding]:
    record, findings = from_task(task)
    assert record is not None, findings
    found = land(folder / "example.json", record, task, findings)
    assert found.valid is valid, found.findings
    assert (folder / "example.json").exists() is valid
    assert (folder / "example.rejected.json").exists() is not valid
    return {f"{f.code} {f.item}": f for f in found.findings}


def without(task: dict[str, Any], label: str) -> None:
    rows = task["annotations"][0]["result"]
    kept = [r for r in rows if r["type"] != "relation" or label not in r["labels"]]
    assert len(kept) < len(rows)
    task["annotations"][0]["result"] = kept


def mark(task: dict[str, Any], words: str, label: str, **values: str) -> None:
    start = RECORD.text.index(words)
    place = {"start": start, "end": start + len(words), "text": words}
    common = {"id": "madeByHand", "to_name": "text"}
    rows = task["annotations"][0]["result"]
    rows.append({**common, "from_name": "span", "type": "labels", "value": {**place, "labels": [label]}})
    rows += [
        {**common, "from_name": k, "type": "choices", "value": {**place, "choices": [v]}} for k, v in values.items()
    ]


def test_a_claim_of_a_source_without_claimant(task: dict[str, Any], tmp_path: Path) -> None:
    without(task, "claimant")
    found = landed(task, tmp_path, valid=False)["CLM001 c3"]
    assert found.message.startswith("CLAIM “Critics doubt it”: ")
    assert found.fix is not None
    assert "on the page: the relation claimant or “Claimant without a mention”" in found.fix


def test_a_quote_without_speaker(task: dict[str, Any], tmp_path: Path) -> None:
    mark(task, "Agency", "QUOTE")
    found = landed(task, tmp_path, valid=True)["QUO029 madeByHand"]
    assert found.message.startswith("QUOTE “Agency”: ")


def test_a_cluster_of_one_pronoun(task: dict[str, Any], tmp_path: Path) -> None:
    mark(task, "It", "PERSON", mention_kind="pronoun")
    found = [
        f for f in landed(task, tmp_path, valid=True).values() if f.pointer and f.pointer.startswith("/entities/4")
    ]
    assert found
    assert all(f.message.startswith("PERSON “It”: ") for f in found)
    assert any(f.fix and "“Cluster”" in f.fix for f in found)


@pytest.mark.parametrize(
    ("pointer", "begins", "home"),
    [
        ("/entities/0/type", "ORG “", "its label"),
        ("/entities/0/mentions/1/kind", "ORG “NASA”", "“Kind”"),
        ("/entities/0/mentions/1/note", "ORG “NASA”", "the note of its region"),
        ("/times/0/value", "TIME “Tuesday”", "“Value”"),
        ("/quotes/0/speaker", "QUOTE “", "the relation speaker or “Speaker without a mention”"),
        ("/quotes/0/cue", "QUOTE “", "the relation cue"),
        ("/claims/0/relations/0", "CLAIM “", "a relation (same_as, contradicts, supports, responds_to)"),
        ("/events/0/mentions/1/polarity", "EVENT “landing”", "“Polarity”"),
        ("/events/0/arguments/0/target", "EVENT “landing”", "a relation (of its role) or “Arguments”"),
        ("/metadata/url", "it is wrong", None),
        ("/quotes/77/cue", "it is wrong", None),
    ],
)
def test_every_field_has_its_place_on_the_page(pointer: str, begins: str, home: str | None) -> None:
    finding = Finding(
        code="X",
        severity="error",
        file="",
        pointer=pointer,
        line=None,
        column=None,
        message="it is wrong",
        fix="mend it",
    )
    found = in_page_words(finding, RECORD)
    assert found.message.startswith(begins)
    assert found.fix == (f"mend it (on the page: {home})" if home else "mend it")
