"""What single conditions of the codecs tell apart: each of these was changed once without a test that saw it."""

from typing import Any

from msgspec import convert
from msgspec.json import decode, encode

from helpers import EXAMPLE, example
from onrecord import tokens
from onrecord.finding import Finding
from onrecord.labelstudio import from_task, to_task
from onrecord.labelstudio.words import in_page_words
from onrecord.record import Record

RECORD = convert(EXAMPLE, Record)


def task_of(value: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = decode(encode(to_task(convert(value, Record))))
    return made


def test_what_two_triggers_say_alike_is_one_argument() -> None:
    task = task_of(EXAMPLE)
    rows = task["annotations"][0]["result"]
    (lines,) = [r for r in rows if r.get("from_name") == "arguments" and r["id"] == "v1a"]
    rows.append(lines | {"id": "v1b"})
    back, findings = from_task(task)
    assert back == RECORD, findings
    rows[-1] = lines | {"id": "v1b", "value": lines["value"] | {"text": ["agent e1", "theme e3"]}}
    back, _ = from_task(task)
    assert back is not None
    assert [(a.role, a.target) for a in back.events[0].arguments][-1] == ("theme", "e3")
    assert len(back.events[0].arguments) == 4, "one with its mention, one without"


def test_a_finding_about_a_whole_layer_stays_as_it_is() -> None:
    for pointer in ("/entities", "", "/text", "/events/9", "/events/-"):
        finding = Finding(
            code="XYZ001",
            name="x",
            severity="error",
            file="f",
            pointer=pointer,
            line=1,
            column=1,
            message="m",
            fix="f",
            record="r",
        )
        assert in_page_words(finding, RECORD) == finding


def test_where_a_cut_is_natural() -> None:
    found = tokens.tokens("One ran. Two sat, too.\nThree lay.")
    cuts = {found[i].key: tokens._cut(found, i) for i in range(len(found))}
    assert [cuts[x] for x in ("One", "ran", "Two", ",", "too", "Three")] == [3, 0, 2, 1, 1, 3]


def test_members_are_read_in_every_pass_that_shows_them() -> None:
    value = example()
    value["entities"][2]["members"] = ["e1", "e4"]
    task = task_of(value)
    rows = task["annotations"][0]["result"]
    (row,) = [r for r in rows if r.get("from_name") == "members"]
    row["value"]["text"] = ["e4 Reuters"]
    back, _ = from_task(task)
    assert back is not None
    assert back.entities[2].members == ("e4",)
