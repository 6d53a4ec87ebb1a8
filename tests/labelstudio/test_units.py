"""Exports of other versions and forms: UTF-16 offsets, several annotators, drafts, predictions, CSV and its kin."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode

from commands import run
from draws import draws
from helpers import ROOT
from onrecord.labelstudio import Choice, from_task, to_task
from onrecord.labelstudio.codec.choosing import annotators, folder_name
from onrecord.labelstudio.codec.forms import of_bytes, of_value
from onrecord.labelstudio.codec.offset_units import Undecided, from_code_points, to_code_points, unit_of
from onrecord.model.record import Record
from strategies import records

EXAMPLE = ROOT / "schemas" / "record.example.json"
RECORD = decode(EXAMPLE.read_bytes(), type=Record)
CASES = ROOT / "tests" / "cases" / "labelstudio"
many = settings(max_examples=draws(150), deadline=None, suppress_health_check=list(HealthCheck))


def region(text: str, start: int, end: int, words: str | None = None) -> dict[str, Any]:
    value = {"start": start, "end": end, "text": text[start:end] if words is None else words, "labels": ["P"]}
    return {"id": "a", "from_name": "l", "to_name": "text", "type": "labels", "value": value}


@many
@given(records())
def test_old_exports_of_our_tasks_come_back_equal(record: Record) -> None:
    task = decode(encode(to_task(record)))
    results = task["annotations"][0]["result"]
    old = from_code_points(record.text, results, "utf-16")
    assert to_code_points(record.text, old, "utf-16") == (results, frozenset())
    task["annotations"][0]["result"] = old
    back, findings = from_task(task)
    if old == results:
        assert back == record
        assert findings == []
        return
    try:
        assert unit_of(record.text, old) == "utf-16"
    except Undecided:  # the words stand in both places: only who knows the version can tell
        back, _ = from_task(task, choice=Choice(offsets="utf-16"))
        assert back == record
    else:
        assert back == record
        assert [f.code for f in findings] == ["LST030"]


@many
@given(
    st.lists(
        st.sampled_from(["🚀", "a", "é", "e\u0301", "👩‍👩‍👧‍👦", "\r\n", " ", "𝔘", "\u00a0", "ß"]),
        min_size=1,
        max_size=12,
    ),
    st.data(),
)
def test_one_region_is_never_moved_to_other_words(parts: list[str], data: st.DataObject) -> None:
    """Whatever unit is told, the words stand there; where both fit, no unit is told."""
    text = "".join(parts)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    points = [region(text, start, end)]
    for results in (points, from_code_points(text, points, "utf-16")):
        try:
            unit = unit_of(text, results)
        except Undecided:
            continue
        made = results if unit == "code-points" else to_code_points(text, results, unit)[0]
        value = made[0]["value"]
        assert "".join(text[value["start"] : value["end"]].split()) == "".join(value["text"].split())


TEXT = "🚀 Ann Lee met 🚀 Bob\r\nin Rome."


def test_mixed_units_are_refused() -> None:
    with pytest.raises(Undecided, match="no unit explains all"):
        unit_of(TEXT, [region(TEXT, 2, 9), region(TEXT, 16, 19, "Bob"), region(TEXT, 18, 21, "Bob")])


def test_where_both_units_fit_nobody_guesses() -> None:
    text = "🚀 haha"
    with pytest.raises(Undecided, match="both places"):
        unit_of("🚀aaaa", [region("🚀aaaa", 2, 3)])
    with pytest.raises(Undecided, match="no region says"):
        unit_of(TEXT, [{**region(TEXT, 2, 9), "value": {"start": 2, "end": 9, "labels": ["P"]}}])
    assert unit_of("🚀aaaa", [region("🚀aaaa", 2, 3)], fallback="code-points") == "code-points"
    assert unit_of("🚀aaaa", [region("🚀aaaa", 2, 3)], declared="utf-16") == "utf-16"
    assert unit_of(text, [region(text, 2, 6)]) == "code-points"


def test_where_units_are_the_same_nothing_is_asked() -> None:
    assert unit_of("aaaa é", [region("aaaa é", 1, 2)]) == "code-points"
    assert unit_of("a🚀", [region("a🚀", 0, 1)]) == "code-points"
    assert unit_of("", []) == "code-points"


def test_a_declared_unit_is_held_against_the_words() -> None:
    with pytest.raises(Undecided):
        unit_of(TEXT, [region(TEXT, 2, 9)], declared="utf-16")
    within = [region(TEXT, 1, 2, ""), region(TEXT, 3, 10, "Ann Lee")]
    made, lost = to_code_points(TEXT, within, "utf-16")
    assert made[0] == within[0]
    assert made[1]["value"]["start"] == 2
    assert lost == frozenset({0})


def test_old_line_ends_in_words() -> None:
    results = [region(TEXT, 16, 23, "Bob\\r\\nin")]
    assert unit_of(TEXT, results) == "code-points"
    assert unit_of(TEXT, from_code_points(TEXT, results, "utf-16")) == "utf-16"


def test_damaged_regions_do_not_hide_the_unit() -> None:
    """What fits neither way is the region's own fault, if all others count code points; it proves nothing else."""
    bad = region(TEXT, 3, 5, "Jim")
    assert unit_of(TEXT, [region(TEXT, 2, 9), bad]) == "code-points"
    with pytest.raises(Undecided):
        unit_of(TEXT, [*from_code_points(TEXT, [region(TEXT, 2, 9)], "utf-16"), bad])


@pytest.fixture
def task() -> dict[str, Any]:
    found: dict[str, Any] = decode(encode(to_task(RECORD)))
    found["annotations"][0] |= {"id": 1, "completed_by": 1, "updated_at": "2026-02-01T00:00:00Z"}
    return found


def other(task: dict[str, Any], note: str, **more: Any) -> dict[str, Any]:
    """A further row, in which t2 has a note."""
    row: dict[str, Any] = copy.deepcopy(task["annotations"][0]) | more
    for r in row["result"]:
        if r.get("id") == "t2":
            r["meta"]["text"] = [note]
    return row


def note(task: dict[str, Any], **choice: Any) -> tuple[Any, list[tuple[str, str]]]:
    record, findings = from_task(task, choice=Choice(**choice))
    return (record.times[1].note if record is not None else None), [(f.code, f.severity) for f in findings]


def test_annotators_are_told_apart(task: dict[str, Any]) -> None:
    jo = {"id": 7, "email": "jo@example.org"}
    task["annotations"] += [
        other(task, "old", id=2, completed_by=jo, updated_at="2026-03-01T00:00:00Z"),
        other(
            task,
            "new",
            id=3,
            completed_by=jo,
            updated_at="2026-03-01T02:00:00+01:00",
            created_at="2025-01-01T00:00:00Z",
        ),
        other(task, "gone", id=4, completed_by=jo, updated_at="2026-04-01T00:00:00Z", was_cancelled=True),
    ]
    assert note(task) == ("new", [("LST023", "info"), ("LST009", "warning")])
    assert annotators(task) == ["user-1", "jo@example.org"]
    for name in ("jo@example.org", "7", "user-7"):
        assert note(task, annotator=name) == ("new", [("LST023", "info")])
    assert from_task(task, choice=Choice(annotator="1"))[0] == RECORD
    assert note(task, annotator="nobody")[1][-1] == ("LST002", "error")


def test_drafts_are_reported_or_taken(task: dict[str, Any]) -> None:
    task["drafts"] = [other(task, "draft", annotation=1, user="jo@example.org", updated_at="2026-02-02T00:00:00Z")]
    record, findings = from_task(task)
    assert record == RECORD
    assert [f.code for f in findings] == ["LST022"]
    assert note(task, drafts=True, annotator="user-1") == ("draft", [])
    task["drafts"][0]["updated_at"] = "2026-01-02T00:00:00Z"
    assert from_task(task, choice=Choice(drafts=True)) == (RECORD, [])
    alone = {"data": task["data"], "annotations": [], "drafts": [other(task, "draft", annotation=None, user=5)]}
    assert note(alone)[1] == [("LST022", "warning"), ("LST002", "error")]
    assert note(alone, drafts=True) == ("draft", [])


def test_predictions_alone_are_taken_with_a_note(task: dict[str, Any]) -> None:
    rows = [{"result": [], "model_version": "v1"}, {"result": task["annotations"][0]["result"], "model_version": "v2"}]
    record, findings = from_task({"data": task["data"], "annotations": [], "predictions": rows})
    assert record == RECORD
    assert [(f.code, f.severity, f.pointer) for f in findings] == [("LST034", "info", "/predictions/1/result")]
    _, (only,) = from_task({"data": task["data"], "annotations": [], "predictions": [4, 5]})
    assert only.code == "LST002"
    assert "only their ids" in only.message


def test_exports_from_before_version_1(task: dict[str, Any]) -> None:
    row = task.pop("annotations")[0] | {"created_at": 1612345678, "lead_time": 3.5}
    del row["updated_at"]
    task["completions"] = [{**row, "created_at": 1512345678, "result": []}, row, {"skipped": True, "result": []}]
    record, findings = from_task(task)
    assert record == RECORD
    assert {f.code for f in findings} == {"LST009", "LST023"}
    assert all((f.pointer or "").startswith("/completions") or f.code == "LST009" for f in findings)


def test_a_folder_for_each_annotator(task: dict[str, Any], tmp_path: Path) -> None:
    task["annotations"].append(other(task, "hers", id=2, completed_by={"email": "Jo/x@example.org"}))
    export = tmp_path / "export.json"
    export.write_bytes(encode([task]))
    run("labelstudio", "import", export, "-o", tmp_path / "out", "--by-annotator")
    assert (tmp_path / "out" / "user-1" / "example.json").is_file()
    hers = decode((tmp_path / "out" / folder_name("Jo/x@example.org") / "example.json").read_bytes())
    assert hers["times"][1]["note"] == "hers"
    run("labelstudio", "import", export, "-o", tmp_path / "one", "--annotator", "Jo/x@example.org")
    assert decode((tmp_path / "one" / "example.json").read_bytes()) == hers
    assert "nobody called" in run("labelstudio", "import", export, "-o", tmp_path, "--annotator", "x", code=2).output
    run("labelstudio", "import", export, "-o", tmp_path, "--annotator", "x", "--by-annotator", code=2)


def test_folders_of_one_file_a_task(task: dict[str, Any], tmp_path: Path) -> None:
    """As versions before 1.0 keep completions, and as target storages keep annotations, their task inside."""
    first, second = copy.deepcopy(task), copy.deepcopy(task)
    second["data"]["onrecord"]["id"] = "second"
    first["completions"] = first.pop("annotations")
    inside = second.pop("annotations")[0] | {"task": second}
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "1.json").write_bytes(encode(first))
    (tmp_path / "in" / "2.json").write_bytes(encode(inside))
    run("labelstudio", "import", tmp_path / "in", "-o", tmp_path / "out")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == ["example.json", "second.json"]
    assert decode((tmp_path / "out" / "example.json").read_bytes(), type=Record) == RECORD
    (tmp_path / "empty").mkdir()
    assert "FIL006" in run("labelstudio", "import", tmp_path / "empty", "-o", tmp_path / "out", code=1).output


def test_offsets_can_be_declared(tmp_path: Path) -> None:
    case = json.loads((CASES / "broken" / "no-words.json").read_text("utf-8"))
    (tmp_path / "export.json").write_bytes(encode(case["export"]))
    (tmp_path / "mapping.json").write_bytes(encode(case["mapping"]))
    args = (
        "labelstudio",
        "import",
        tmp_path / "export.json",
        "--mapping",
        tmp_path / "mapping.json",
        "-o",
        tmp_path / "out",
    )
    assert "LST031" in run(*args, code=1).output
    run(*args, "--offsets", "code-points")
    mention = decode((tmp_path / "out" / "task-1.json").read_bytes())["entities"][0]["mentions"][0]
    assert (mention["start"], mention["end"]) == (2, 9)
    assert "as --offsets says" in run(*args, "--offsets", "utf-16", "--force").output
    mention = decode((tmp_path / "out" / "task-1.json").read_bytes())["entities"][0]["mentions"][0]
    assert (mention["start"], mention["end"]) == (1, 8)


@pytest.mark.parametrize("form", ["JSON_MIN", "CSV", "TSV", "CONLL2003"])
def test_forms_that_the_sdk_writes_are_refused(form: str, tmp_path: Path) -> None:
    """Label Studio's own converter makes the files."""
    converter = pytest.importorskip("label_studio_sdk.converter.converter")
    case = CASES / "ner"
    tasks = [t for t in decode((case / "export.json").read_bytes()) if "annotations" in t]
    for t in tasks:
        t["annotations"][0]["completed_by"] = 2
    (tmp_path / "in.json").write_bytes(encode(tasks))
    made = converter.Converter((case / "config.xml").read_text("utf-8"), str(tmp_path), download_resources=False)
    made.convert(str(tmp_path / "in.json"), str(tmp_path / "out"), form, is_dir=False)
    (path,) = (
        [p for p in (tmp_path / "out").rglob("*") if p.is_file()] if (tmp_path / "out").is_dir() else [tmp_path / "out"]
    )
    result = run("labelstudio", "import", path, "-o", tmp_path / "records", "--mapping", case / "mapping.toml", code=1)
    name = {"CONLL2003": "CoNLL"}.get(form, form)
    assert name in result.output
    assert "LST001" in result.output
    assert "Export → JSON" in result.output
    assert "would be lost" in result.output
    assert not (tmp_path / "records").exists()


@pytest.mark.parametrize(
    ("raw", "word"),
    [
        (b"", "empty"),
        (b"PK\x03\x04abc", "ZIP"),
        (b'{"data": {}}\n{"data": {}}\n', "JSON lines"),
        (b"-DOCSTART- -X- O\nAnn -X- _ B-PER\n", "CoNLL"),
        (b"text,label,annotation_id\na,b,1\n", "CSV"),
        ("\ufefftext\tlabel\n".encode(), "TSV"),
    ],
)
def test_bytes_of_other_forms(raw: bytes, word: str) -> None:
    found = of_bytes(raw)
    assert found is not None
    assert word in found[0]


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ({"images": [], "annotations": [], "categories": []}, "COCO"),
        ([{"id": 1, "text": "a", "label": [{"start": 0, "end": 1, "text": "a", "labels": ["P"]}]}], "JSON_MIN"),
        ([{"id": 1, "annotator": 1, "annotation_id": 2, "lead_time": 1.5}], "JSON_MIN"),
        ([{"id": 1, "result": [], "task": 4}], "without their tasks"),
        (3, "list of tasks"),
        ({"tasks": []}, "list of tasks"),
    ],
)
def test_values_of_other_forms(value: Any, word: str) -> None:
    found = of_value(value)
    assert found is not None
    assert word in found[0]


def test_exports_are_not_refused() -> None:
    assert of_value([]) is None
    assert of_value([{"data": {"text": "a"}}]) is None
    assert of_bytes(b'[{"data": "a, b"},\n{"c": 1},]') is None
