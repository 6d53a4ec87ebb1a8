"""What people do in the browser, on the task's own data: the record changes by that and nothing else."""

import copy
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.json import decode, encode
from msgspec.structs import replace

from draws import draws
from helpers import ROOT
from onrecord.labelstudio import Choice, config, from_export, from_task, to_task
from onrecord.labelstudio.codec.mapping import ATTRIBUTES, RELATIONS, relation_labels
from onrecord.labelstudio.codec.roundtrip import differences
from onrecord.model import inventories
from onrecord.model.record import Annotator, Record

RECORD = decode((ROOT / "schemas" / "record.example.json").read_bytes(), type=Record)


@pytest.fixture
def task() -> dict[str, Any]:
    found: dict[str, Any] = decode(encode(to_task(RECORD)))
    return found


def result(task: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = task["annotations"][0]["result"]
    return found


def region(task: dict[str, Any], id: str, control: str = "span") -> dict[str, Any]:
    return next(r for r in result(task) if r.get("id") == id and r["from_name"] == control)


def changed(task: dict[str, Any]) -> list[str]:
    record, findings = from_task(task)
    assert record is not None, findings
    return list(differences(decode(encode(RECORD)), decode(encode(record))))


def findings(task: Any) -> list[tuple[str, str | None]]:
    record, found = from_task(task, "e.json", "/0")
    assert record is None
    return [(f.code, f.pointer) for f in found]


def mark(task: dict[str, Any], id: str, start: int, end: int, label: str, **values: list[str]) -> None:
    place = {"start": start, "end": end, "text": RECORD.text[start:end]}
    result(task).append(
        {
            "id": id,
            "from_name": "span",
            "to_name": "text",
            "type": "labels",
            "origin": "manual",
            "value": {**place, "labels": [label]},
        }
    )
    for control, value in values.items():
        result(task).append(
            {
                "id": id,
                "from_name": control,
                "to_name": "text",
                "type": "choices",
                "value": {**place, "text" if control in ("cluster", "event") else "choices": value},
            }
        )


def relation(task: dict[str, Any], label: str) -> dict[str, Any]:
    return next(r for r in result(task) if r["type"] == "relation" and label in r["labels"])


def turn(task: dict[str, Any], label: str) -> None:
    found = relation(task, label)
    found["from_id"], found["to_id"] = found["to_id"], found["from_id"]


def test_nothing_done(task: dict[str, Any]) -> None:
    assert changed(task) == []


def test_volatile_fields_and_order_do_not_matter(task: dict[str, Any]) -> None:
    task |= {"id": 7, "project": 1, "created_at": "2026-01-01T00:00:00Z", "meta": {}}
    for r in result(task):
        r["origin"] = "prediction-changed"
    result(task).reverse()
    assert changed(task) == []


def test_new_mention_in_a_cluster(task: dict[str, Any]) -> None:
    mark(task, "aB3_-xYz01", 101, 108, "ORG", mention_kind=["name"], cluster=["e1"])
    assert changed(task) == ["/entities/0/mentions has 6 items instead of 5"]


def test_new_mention_without_a_cluster_is_a_new_entity(task: dict[str, Any]) -> None:
    mark(task, "new1", 15, 21, "OTHER", mention_kind=["name"])
    record, _ = from_task(task)
    assert record is not None
    made = record.entities[-1]
    assert (made.name, made.type, made.link.status, len(made.mentions)) == ("delays", "OTHER", "not_attempted", 1)
    assert made.id not in {e.id for e in RECORD.entities}


def test_relabel_and_recluster(task: dict[str, Any]) -> None:
    region(task, "m7")["value"]["labels"] = ["ORG"]
    assert changed(task) == ["/entities/2/type becomes 'ORG' instead of 'PERSON'"]
    region(task, "m1")["value"]["labels"] = ["PERSON"]
    assert findings(task) == [("LST008", "/0/annotations/0/result/" + str(result(task).index(region(task, "m2"))))]


def test_relation_deleted_drawn_and_turned(task: dict[str, Any]) -> None:
    relation = next(
        r for r in result(task) if r["type"] == "relation" and r["labels"] == ["speaker"] and r["from_id"] == "q1"
    )
    relation["from_id"], relation["to_id"], relation["direction"] = relation["to_id"], relation["from_id"], "left"
    assert changed(task) == []
    relation["from_id"] = "m5"
    assert changed(task) == ["/quotes/0/speaker_mention becomes 'm5' instead of 'm2'"]
    result(task).remove(relation)
    assert changed(task) == [
        "/quotes/0/speaker becomes 'None' instead of 'e1'",
        "/quotes/0/speaker_mention becomes 'None' instead of 'm2'",
    ]


def test_quote_split_in_two_fragments(task: dict[str, Any]) -> None:
    q1 = region(task, "q1")
    for r in result(task):
        if r.get("id") == "q1":
            r["value"]["end"] = 91
    q1["value"]["text"] = RECORD.text[61:91]
    mark(task, "part2", 93, 115, "QUOTE")
    result(task).append(
        {"type": "relation", "from_id": "part2", "to_id": "q1", "direction": "right", "labels": ["continues"]}
    )
    record, found = from_task(task)
    assert record is not None, found
    assert [(f.start, f.end) for f in record.quotes[0].fragments] == [(61, 91), (93, 115)]


def test_copied_region_is_a_new_item(task: dict[str, Any]) -> None:
    for r in [r for r in result(task) if r.get("id") == "t2"]:
        twin = copy.deepcopy(r)
        twin["id"] = "Zk3_copy"
        result(task).append(twin)
    record, _ = from_task(task)
    assert record is not None
    assert [t.id for t in record.times] == ["t1", "t2", "t3", "Zk3_copy"]


def test_a_region_across_lines(task: dict[str, Any]) -> None:
    """The browser writes `\\n` into the words of what is marked across a line end."""
    start, end = RECORD.text.index("2026.\n"), RECORD.text.index("doubt it")
    mark(task, "across", start, end, "OTHER", mention_kind=["nominal"])
    result(task)[-2]["value"]["text"] = RECORD.text[start:end].replace("\n", "\\n")
    record, found = from_task(task)
    assert record is not None, found
    assert record.entities[-1].mentions[0].text == RECORD.text[start:end]


def test_note_is_the_regions_note(task: dict[str, Any]) -> None:
    for r in result(task):
        if r.get("id") == "t2":
            r["meta"]["text"] = ["unsure"]
    assert changed(task) == ["/times/1/note is new"]


def test_deleted_mentions_take_their_entity_along(task: dict[str, Any]) -> None:
    task["annotations"][0]["result"] = [
        r for r in result(task) if r.get("id") != "m6" and "m6" not in (r.get("from_id"), r.get("to_id"))
    ]
    record, found = from_task(task)
    assert record is not None, found
    assert [e.id for e in record.entities] == ["e1", "e2", "e3", "e4"]  # a claim and an event name it
    assert record.entities[1].mentions == ()
    assert {(f.code, f.severity) for f in found} == {("LST014", "warning")}
    for id, control in (("c1", "about"), ("v1a", "arguments")):
        lines = region(task, id, control)["value"]["text"]
        lines.remove(next(x for x in lines if " e2" in f" {x}"))
    record, found = from_task(task)
    assert record is not None, found
    assert [e.id for e in record.entities] == ["e1", "e3", "e4"]
    assert found == []


def test_deleted_trigger_takes_its_event_along(task: dict[str, Any]) -> None:
    task["annotations"][0]["result"] = [
        r for r in result(task) if r.get("id") != "v2a" and "v2a" not in (r.get("from_id"), r.get("to_id"))
    ]
    record, _ = from_task(task)
    assert record is not None
    assert [v.id for v in record.events] == ["v1"]


def test_incomplete_and_damaged_annotations_are_findings(task: dict[str, Any]) -> None:
    cases: list[tuple[str, Any]] = [
        ("LST004", lambda t: result(t).remove(region(t, "m1", "mention_kind"))),
        ("LST004", lambda t: region(t, "m1")["value"].update(labels=["ALIEN"])),
        ("LST003", lambda t: region(t, "m1")["value"].update(end=9999)),
        ("LST003", lambda t: region(t, "m1")["value"].update(start=2.5)),
        ("LST003", lambda t: region(t, "m1")["value"].update(text="Agents")),
        (
            "LST006",
            lambda t: result(t).append(
                {"type": "relation", "from_id": "q1", "to_id": "m8", "direction": "right", "labels": []}
            ),
        ),
        (
            "LST006",
            lambda t: result(t).append(
                {"type": "relation", "from_id": "q1", "to_id": "m8", "direction": "bi", "labels": ["speaker"]}
            ),
        ),
        (
            "LST006",
            lambda t: result(t).append(
                {"type": "relation", "from_id": "q1", "to_id": "m8", "direction": "right", "labels": ["speaker"]}
            ),
        ),
        ("LST005", lambda t: region(t, "m1", "mention_kind").update(from_name="other")),
        ("LST007", lambda t: region(t, "v1a", "factuality")["value"].update(text=["CT+"])),
        ("LST012", lambda t: region(t, "q1", "quote_kind")["value"].update(choices=["shouted"])),
        ("LST012", lambda t: region(t, "q1", "quote_kind")["value"].update(choices=["mixed", "direct"])),
        ("LST012", lambda t: region(t, "c1", "claim_text")["value"].update(text=["One.", "Two."])),
        ("LST012", lambda t: mark(t, "x", 35, 39, "TIME", mention_kind=["name"])),
        ("LST012", lambda t: region(t, "q1-cue").update(meta={"rid": "q1-cue", "text": ["a note"]})),
        ("LST006", lambda t: turn(t, "cue")),
        ("LST006", lambda t: turn(t, "in_quote")),
        ("LST006", lambda t: turn(t, "time")),
        ("LST006", lambda t: relation(t, "in_quote").update(labels=["agent"])),
        ("LST006", lambda t: turn(t, "addressee")),
        ("LST006", lambda t: relation(t, "cue").update(labels=["speakr"])),
        ("LST006", lambda t: relation(t, "cue").update(to_id="m2")),
        ("LST006", lambda t: result(t).remove(relation(t, "cue"))),
        ("LST006", lambda t: mark(t, "x", 118, 121, "VERBATIM")),
        (
            "LST006",
            lambda t: result(t).append(
                {"type": "relation", "from_id": "m1", "to_id": "m2", "direction": "right", "labels": ["continues"]}
            ),
        ),
        ("LST011", lambda t: t["annotations"][0].update(result=[])),
        ("LST002", lambda t: t["data"]["onrecord"].update(entities="a")),
        ("LST002", lambda t: t["data"]["onrecord"]["entities"][0].pop("id")),
        ("LST002", lambda t: t["data"]["onrecord"]["events"][0].update(whole=3)),
        ("LST001", lambda t: t["annotations"][0].update(result={})),
        ("LST002", lambda t: t.update(annotations=[])),
        ("LST002", lambda t: t["data"].pop("onrecord")),
        ("LST003", lambda t: t["data"].update(text=t["data"]["text"] + "!")),
    ]
    for code, damage in cases:
        broken = copy.deepcopy(task)
        damage(broken)
        assert code in {c for c, _ in findings(broken)}, code


def test_newest_annotation_is_taken_and_predictions_serve_without(task: dict[str, Any]) -> None:
    old = copy.deepcopy(task["annotations"][0])
    old |= {"updated_at": "2026-01-01T00:00:00Z", "result": []}
    cancelled = {**old, "updated_at": "2026-03-01T00:00:00Z", "was_cancelled": True}
    task["annotations"][0]["updated_at"] = "2026-02-01T00:00:00Z"
    task["annotations"] = [task["annotations"][0], old, cancelled]
    record, found = from_task(task)
    assert record == RECORD
    assert [(f.code, f.severity) for f in found] == [("LST023", "info"), ("LST009", "warning")]
    guess = {"data": task["data"], "annotations": [], "predictions": [{"result": task["annotations"][0]["result"]}]}
    assert from_task(guess)[0] == RECORD


@pytest.mark.parametrize(
    "export",
    [
        None,
        3,
        "x",
        {},
        [None],
        [{}],
        [{"data": None}],
        [{"data": {"text": "x", "onrecord": {}}}],
        [{"data": {"text": 1, "onrecord": []}}],
    ],
)
def test_no_export_makes_a_traceback(export: Any) -> None:
    for record, found in from_export(export, "x.json"):
        assert record is None
        assert found


def test_configuration_is_made_of_table_and_inventories() -> None:
    root = ET.fromstring(config())
    labels = {x.get("value") for x in root.iter("Label")}
    assert {v.name for v in inventories.labels()["entity_type"].values} < labels
    keys = [x.get("hotkey") for x in root.iter("Label")]
    assert len(keys) == len(set(keys))
    controls = {x.get("name") for tag in ("Choices", "TextArea", "Taxonomy") for x in root.iter(tag)}
    assert controls == {a.name for a in ATTRIBUTES}
    leaves = {x.get("value") for t in root.iter("Taxonomy") for b in t for x in b}
    assert leaves == {t.name for c in inventories.event_types().categories for t in c.types}
    assert [x.get("value") for x in root.iter("Relation")] == relation_labels()
    assert {name for relation in RELATIONS for name in relation.labels} == set(relation_labels())


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 300)
    | st.floats(allow_nan=False)
    | st.sampled_from(["q1", "m2", "text", "", "right"]),
    lambda x: (
        st.lists(x, max_size=3)
        | st.dictionaries(st.sampled_from(["id", "start", "labels", "meta", "rid", "to"]), x, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=draws(300), deadline=None)
@given(st.data())
def test_no_damage_to_a_result_makes_a_traceback(data: st.DataObject) -> None:
    broken = decode(encode(to_task(RECORD)))
    target: Any = data.draw(st.sampled_from([*result(broken), broken["data"]["onrecord"]]))
    while True:
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if isinstance(target[key], dict | list) and target[key] and data.draw(st.booleans()):
            target = target[key]
            continue
        target[key] = data.draw(JUNK)
        break
    record, found = from_task(broken)
    assert record is not None or found


def test_who_changed_a_record_is_named_where_asked_for(task: dict[str, Any]) -> None:
    task["annotations"][0] |= {"updated_at": "2030-01-01T00:00:00.5Z", "completed_by": {"email": "jo@example.org"}}
    assert from_task(task, choice=Choice(credit=True))[0] == RECORD, "untouched, nobody changed it"
    region(task, "m7")["value"]["labels"] = ["ORG"]
    plain, _ = from_task(task)
    named, _ = from_task(task, choice=Choice(credit=True))
    assert plain is not None
    assert named is not None
    assert plain.annotation == replace(RECORD.annotation, modified="2030-01-01T00:00:00Z")
    assert named.annotation.annotators == (
        *RECORD.annotation.annotators,
        Annotator(name="jo@example.org", kind="human"),
    )


def test_a_relation_drawn_to_the_piece_that_is_left(task: dict[str, Any]) -> None:
    """The first piece of q2 is deleted, and the claim that was in it is drawn to the other."""
    task["annotations"][0]["result"] = [
        r for r in result(task) if r.get("id") != "q2" and "q2" not in (r.get("from_id"), r.get("to_id"))
    ]
    record, found = from_task(task)
    assert record is not None
    assert [f.code for f in found] == ["LST013", "LST014"]
    assert (record.quotes[1].id, record.claims[1].quote) == ("q2", None)
    rest = next(
        r["id"] for r in result(task) if r.get("from_name") == "span" and r["value"]["text"] == "“It is ready.”"
    )
    result(task).append(
        {"type": "relation", "from_id": "c2", "to_id": rest, "direction": "right", "labels": ["in_quote"]}
    )
    record, found = from_task(task)
    assert record is not None
    assert [f.code for f in found] == ["LST013"]
    assert record.claims[1].quote == "q2"


def test_new_clusters_keep_their_ids(task: dict[str, Any]) -> None:
    """What was new when the annotation was pulled last is named by the ids that it got then."""
    mark(task, "new2", 101, 108, "ORG", mention_kind=["name"])
    first, _ = from_task(task)
    assert first is not None
    given = first.entities[-1].id
    mark(task, "new1", 15, 21, "OTHER", mention_kind=["name"])  # earlier in the text
    mark(task, "new3", 80, 83, "ORG", mention_kind=["nominal"], cluster=[given])  # before the cluster's first mention
    assert from_task(task)[0] is None, "without what was pulled, nobody knows that id"
    second, found = from_task(task, before=first)
    assert second is not None, found
    owners = {m.id: e.id for e in second.entities for m in e.mentions}
    assert owners["new2"] == owners["new3"] == given
    assert owners["new1"] not in {e.id for e in first.entities}
    names = {e.id: e.name for e in second.entities}
    assert names[given] == next(e.name for e in first.entities if e.id == given)
    again, _ = from_task(task, before=second)
    assert again == second


def test_new_events_keep_their_ids(task: dict[str, Any]) -> None:
    mark(task, "act2", 109, 110, "EVENT", event_type=["act"], realis=["actual"], polarity=["positive"])
    first, found = from_task(task)
    assert first is not None, found
    mark(task, "act1", 15, 21, "EVENT", event_type=["act"], realis=["actual"], polarity=["positive"])
    second, _ = from_task(task, before=first)
    assert second is not None
    owners = {m.id: v.id for v in second.events for m in v.mentions}
    assert owners["act2"] == next(v.id for v in first.events for m in v.mentions if m.id == "act2")
    assert owners["act1"] not in {v.id for v in first.events}


def test_a_mark_that_got_a_label_of_another_layer(task: dict[str, Any]) -> None:
    """A TIME becomes a WORK: what only times have falls away, and that is told; the rest is as if marked anew."""
    task["annotations"][0]["result"] = [r for r in result(task) if "t1" not in (r.get("from_id"), r.get("to_id"))]
    region(task, "t1")["value"]["labels"] = ["WORK"]
    record, found = from_task(task)
    assert record is not None, found
    assert {(f.code, f.severity) for f in found} == {("LST012", "warning")}
    assert "“Type”" in found[0].message
    assert (record.entities[-1].type, record.entities[-1].name) == ("WORK", "Tuesday")
    assert [t.id for t in record.times] == ["t2", "t3"]
