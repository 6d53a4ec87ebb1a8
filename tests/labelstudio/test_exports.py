"""What Label Studio and its users really export: oddities cost themselves, never the task, and each is told."""

import codecs
import copy
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.json import decode, encode
from typer.testing import CliRunner

from commands import run
from draws import draws
from helpers import ROOT
from labelstudio.test_moving import any_mapping, projects_of
from onrecord.cli import app
from onrecord.findings.finding import Finding
from onrecord.labelstudio import from_task, prove, to_task
from onrecord.labelstudio.codec.choosing import Choice
from onrecord.labelstudio.codec.offset_units import Undecided, Unit, alike, from_code_points, to_code_points, unit_of
from onrecord.labelstudio.foreign import Mapping, load, move, starter
from onrecord.model.record import Record

RECORD = decode((ROOT / "schemas" / "record.example.json").read_bytes(), type=Record)
NOW = "2026-01-01T00:00:00Z"
TEXT = "The ferry Aurora left Tromsø at dawn.\r\nIts captain, Ingrid Berg, said the sea was calm."
MAPPING: dict[str, Any] = {
    "text": [{"key": "article"}],
    "labels": {"ner": {"PER": {"layer": "mention", "type": "PERSON"}, "SHIP": {"layer": "mention", "type": "PRODUCT"},
                       "Q": {"layer": "quote"}, "SEA": {"layer": "extensions"}}},
    "controls": {"sure": {"layer": "extensions"}, "qid": {"layer": "mention", "field": "wikidata"}},
    "relations": {"says": {"layer": "quote", "field": "speaker"},
                  "same": {"layer": "mention", "field": "coreference"}},
    "defaults": {"mention": {"kind": "from_words"}, "quote": {"kind": "from_words", "attribution": "speech"}},
}  # fmt: skip


def mapping(**more: Any) -> Mapping:
    found, findings = load(encode(MAPPING | more), "m.json")
    assert found is not None, findings
    return found


def mark(words: str, label: str = "PER", of: str = TEXT, id: str | None = None, **value: Any) -> dict[str, Any]:
    """A region of the words' first place in a text."""
    start = of.index(words)
    place = {"start": start, "end": start + len(words), "text": words, "labels": [label]}
    made = {"from_name": "ner", "to_name": "text", "type": "labels", "value": place | value}
    return made if id is None else {"id": id, **made}


def link(a: str, b: str, label: str = "same") -> dict[str, Any]:
    return {"type": "relation", "from_id": a, "to_id": b, "direction": "right", "labels": [label]}


def task(*results: Any, number: int = 7, text: Any = TEXT, **row: Any) -> dict[str, Any]:
    annotation = {"id": 1, "completed_by": 3, "created_at": NOW, "result": list(results)} | row
    return {"id": number, "data": {"article": text}, "annotations": [annotation]}


def moved(one: dict[str, Any], **choice: Any) -> tuple[Record, list[Finding]]:
    record, findings = move(one, mapping(), NOW, "e.json", "/0", Choice(**choice))
    assert record is not None, findings
    return record, findings


def mentions(record: Record) -> dict[str, str]:
    return {m.id: m.text for e in record.entities for m in e.mentions}


def carried(record: Record) -> list[Any]:
    assert record.extensions is not UNSET
    found: list[Any] = record.extensions["labelstudio"].get("results", [])
    return found


def told(findings: list[Finding]) -> list[tuple[str, str, str | None]]:
    return [(f.code, f.severity, f.pointer) for f in findings]


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., tuple[Any, ...]]:
    """Write exports and the mapping; the arguments of the command that imports them."""

    def made(*exports: Any, more: dict[str, Any] | None = None) -> tuple[Any, ...]:
        folder = tmp_path / "in"
        folder.mkdir(exist_ok=True)
        for n, export in enumerate(exports):
            raw = export if isinstance(export, bytes) else json.dumps(export).encode()
            (folder / f"{n}.json").write_bytes(raw)
        (tmp_path / "m.json").write_bytes(encode(MAPPING | (more or {})))
        where = folder if len(exports) > 1 else folder / "0.json"
        return ("labelstudio", "import", where, "--mapping", tmp_path / "m.json", "-o", tmp_path / "out")

    return made


def written(tmp_path: Path) -> list[str]:
    return sorted(p.name for p in (tmp_path / "out").rglob("*") if p.is_file()) if (tmp_path / "out").exists() else []


# regions without an id


@pytest.mark.parametrize("id", [None, "", 1.5, True, [], {}])
def test_regions_without_id_get_one(id: Any) -> None:
    """As Label Studio exports predictions (label-studio#889, #3719): said once, and the same every time."""
    results = [mark("Aurora", "SHIP"), mark("captain"), mark("Ingrid Berg")]
    if id is not None:
        results = [{"id": id, **r} for r in results]
    one = {"id": 7, "data": {"article": TEXT}, "predictions": [{"model_version": "m1", "result": results}]}
    record, findings = moved(one)
    assert mentions(record) == {"r1": "Aurora", "r2": "captain", "r3": "Ingrid Berg"}
    assert told(findings) == [
        ("LST034", "info", "/0/predictions/0/result"),
        ("LST040", "info", "/0/predictions/0/result/0"),
    ]
    assert "3 regions" in findings[1].message
    assert moved(one)[0] == record
    assert "a region has no id" in moved(task(mark("captain")))[1][0].message


def test_made_ids_collide_with_none() -> None:
    results = [
        mark("Aurora", "SHIP", id="r1"),
        mark("captain"),
        mark("Ingrid Berg"),
        link("r2", "r1"),
        link("r4", "r1"),
    ]
    record, findings = moved(task(*results))
    assert mentions(record) == {"r1": "Aurora", "r3": "captain", "r5": "Ingrid Berg"}
    assert [f.code for f in findings] == ["LST040", "LST006", "LST006"], (
        "r2 and r4 are named, and nobody knows whose they were"
    )
    assert carried(record) == results[3:]


def test_a_control_without_id_goes_to_the_region_at_its_place() -> None:
    place = {k: v for k, v in mark("captain")["value"].items() if k in ("start", "end")}
    qid = {"from_name": "qid", "to_name": "text", "type": "textarea", "value": {**place, "text": ["Q83090"]}}
    record, _ = moved(task(mark("captain"), mark("Ingrid Berg"), qid))
    assert [e.link.wikidata for e in record.entities] == ["Q83090", None]
    twice = [mark("captain"), mark("captain", "SHIP"), qid]
    record, findings = moved(task(*twice))
    assert carried(record) == [qid], "of two regions there, nobody knows which"
    assert told(findings)[-1] == ("LST005", "warning", "/0/annotations/0/result/2")


def test_one_id_at_two_places_is_two_regions() -> None:
    results = [mark("Aurora", "SHIP", id="a"), mark("captain", id="a"), mark("Ingrid Berg", id="b"), link("b", "a")]
    record, findings = moved(task(*results))
    assert sorted(mentions(record).values()) == ["Aurora", "Ingrid Berg", "captain"]
    assert told(findings) == [
        ("LST001", "warning", "/0/annotations/0/result/1"),
        ("LST006", "warning", "/0/annotations/0/result/3"),
    ]
    assert carried(record) == [results[3]]


def test_our_own_predictions_without_ids() -> None:
    """What a person's region lacks is made; ours say their id in `meta`."""
    ours = decode(encode(to_task(RECORD)))
    rows = ours["annotations"][0]["result"]
    stripped = [{k: v for k, v in r.items() if k != "id"} for r in rows]
    record, findings = from_task({"data": ours["data"], "predictions": [{"result": stripped, "model_version": "m"}]})
    assert record == RECORD
    assert [f.code for f in findings] == ["LST034"]
    new = {
        "from_name": "span",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 15, "end": 21, "labels": ["OTHER"]},
    }
    kind = {
        "from_name": "mention_kind",
        "to_name": "text",
        "type": "choices",
        "value": {"start": 15, "end": 21, "choices": ["name"]},
    }
    record, findings = from_task({"data": ours["data"], "annotations": [{"result": [*rows, new, kind]}]})
    assert record is not None, findings
    assert (record.entities[-1].mentions[0].id, record.entities[-1].mentions[0].text) == ("r1", "delays")
    assert [f.code for f in findings] == ["LST040"]


# words that differ


@pytest.mark.parametrize(
    ("words", "there", "taken"),
    [
        ("ple tex", "simple text", True),  # label-studio#1931
        ("erg", "Berg", True),
        ("Ber", "Berg,", True),
        ("captain,\\nIngrid", "captain,\r\nIngrid", True),
        ("captain,\nIngrid", "captain,\r\nIngrid", True),
        ("captain Ingrid", "captain\u00a0Ingrid", True),
        ("cap tain", "cap\u00adtain", False),
        ("captain", "cap\u00adtain", True),
        ("Troms\u00f8 caf\u00e9", "Troms\u00f8 cafe\u0301", True),
        ("Berg &amp; Co", "Berg & Co", True),
        ("Ingrid", "Ingrid Berg", False),  # whole words more are no grown word
        ("Ingrid Berg", "Ingrid", False),
        ("Ann Lee", " Ann Le", False),  # shifted by one
        ("Ann Lee", "nn Lee ", False),
        ("Jim", "Bob", False),
    ],
)
def test_alike(words: str, there: str, taken: bool) -> None:
    assert alike(words, there) is taken


def test_words_of_whole_words_are_taken_by_the_offsets() -> None:
    results = [mark("Ingrid Berg", id="a", text="ngrid Be"), mark("Aurora", "SHIP", id="b")]
    record, findings = moved(task(*results))
    assert mentions(record) == {"a": "Ingrid Berg", "b": "Aurora"}
    assert told(findings) == [("LST042", "warning", "/0/annotations/0/result/0")]
    assert "'ngrid Be'" in findings[0].message
    assert "'Ingrid Berg'" in findings[0].message


def test_line_ends_and_spaces_are_no_oddity() -> None:
    words = "at dawn.\r\nIts captain"
    for said in (words, words.replace("\r\n", "\n"), words.replace("\r\n", "\\n"), words.replace(" ", "\u00a0")):
        record, findings = moved(task(mark(words, id="a", text=said)))
        assert (mentions(record), findings) == ({"a": words}, [])


def test_other_words_are_never_taken() -> None:
    """The region is carried, and all that hangs on it; the rest of the task lands."""
    results = [
        mark("Ingrid Berg", id="a", text="Ola Nordmann"),
        mark("Aurora", "SHIP", id="b"),
        mark("captain", id="c"),
        mark("sea", id="d", start=400, end=403),
        {
            "id": "a",
            "from_name": "qid",
            "to_name": "text",
            "type": "textarea",
            "value": {"start": 52, "end": 63, "text": ["Q1"]},
        },
        link("c", "a"),
        link("b", "c", "unheard"),
    ]
    record, findings = moved(task(*results))
    assert mentions(record) == {"b": "Aurora", "c": "captain"}
    assert told(findings) == [
        ("LST003", "warning", "/0/annotations/0/result/0"),
        ("LST003", "warning", "/0/annotations/0/result/3"),
        ("LST037", "warning", "/0/annotations/0/result/6"),
        ("LST037", "warning", "/0/annotations/0/result/4"),
    ]
    assert "(2 times)" in findings[3].message, "the control and the relation of what is not taken"
    assert carried(record) == [results[0], *results[3:]]


def test_offsets_that_are_whole_numbers_or_turned_round() -> None:
    whole = mark("Ingrid Berg", id="a")
    whole["value"] |= {"start": float(whole["value"]["start"]), "end": float(whole["value"]["end"])}
    turned = mark("Aurora", "SHIP", id="b")
    turned["value"] |= {"start": turned["value"]["end"], "end": turned["value"]["start"]}
    place = {k: turned["value"][k] for k in ("start", "end")}
    qid = {"id": "b", "from_name": "qid", "to_name": "text", "type": "textarea", "value": {**place, "text": ["Q5"]}}
    record, findings = moved(task(whole, turned, qid))
    assert (mentions(record), findings) == ({"a": "Ingrid Berg", "b": "Aurora"}, [])
    assert [e.link.wikidata for e in record.entities] == ["Q5", None]
    sound = {
        "id": "c",
        "from_name": "ner",
        "to_name": "audio",
        "type": "labels",
        "value": {"start": 1.0, "end": 4.0, "labels": ["PER"]},
    }
    record, findings = moved(task(sound))
    assert (mentions(record), told(findings)) == ({}, [("LST037", "warning", "/0/annotations/0/result/0")]), "seconds"


# what hangs on nothing


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (link("a", "gone"), "LST006"),  # label-studio#323
        (link("gone", "a"), "LST006"),
        ({"type": "relation", "labels": ["same"]}, "LST006"),
        (None, "LST001"),
        ("junk", "LST001"),
        ([1, 2], "LST001"),
        ({}, "LST001"),
        ({"type": "magicwand", "from_name": "m", "to_name": "i"}, "LST001"),
        ({"id": "a", "type": "labels", "value": 3}, "LST001"),
        ({"id": "x", "from_name": "box", "to_name": "i", "type": "rectanglelabels", "value": {"x": 1, "rectanglelabels": ["P"]}}, "LST037"),
        ({"id": "x", "from_name": "mood", "to_name": "text", "type": "choices", "value": {"choices": ["sad"]}}, "LST037"),
        ({"id": "a", "from_name": "mood", "to_name": "text", "type": "emotion", "value": {"emotion": "sad"}}, "LST037"),
    ],
)  # fmt: skip
def test_oddities_cost_themselves_alone(odd: Any, code: str) -> None:
    results = [mark("Ingrid Berg", id="a"), odd, mark("captain", id="b"), link("a", "b")]
    record, findings = moved(task(*results))
    assert mentions(record) == {"a": "Ingrid Berg", "b": "captain"}
    assert len(record.entities) == 1
    assert told(findings) == [(code, "warning", "/0/annotations/0/result/1")]
    assert carried(record) == [odd]


def test_a_cluster_of_two_types_is_two() -> None:
    results = [mark("Aurora", "SHIP", id="a"), mark("Ingrid Berg", id="b"), mark("captain", id="c"), link("a", "b"), link("b", "c")]  # fmt: skip
    record, findings = moved(task(*results))
    assert [[m.id for m in e.mentions] for e in record.entities] == [["a"], ["c", "b"]]
    assert [(f.code, f.severity) for f in findings] == [("LST008", "warning")]
    assert carried(record) == [results[3]]


def test_a_relation_to_what_is_carried_is_no_fault_of_the_relation() -> None:
    """The second, untrue finding that the relation fits no row of the mapping file."""
    quote = mark("the sea was calm", "Q", id="q")
    unknown = [quote, mark("captain", "MYSTERY", id="a"), link("q", "a", "says")]
    _, findings = moved(task(*unknown))
    assert [(f.code, f.pointer) for f in findings] == [
        ("LST037", "/0/annotations/0/result/1"),
        ("LST037", "/0/annotations/0/result/2"),
    ]
    assert not any("fits no row" in f.message for f in findings)
    named = [quote, mark("sea", "SEA", id="a"), link("q", "a", "says")]
    record, findings = moved(task(*named))
    assert findings == [], "the mapping file says itself that SEA is carried"
    assert carried(record) == named[1:]
    _, findings = moved(task(quote, mark("captain", id="a"), link("a", "a", "says")))
    assert "fits no row" in findings[0].message


def test_metadata_that_can_t_be_are_carried_where_that_is_said() -> None:
    one = task(mark("captain", id="a"))
    one["data"] |= {"when": "soon"}
    made = mapping(metadata={"published": {"key": "when"}, "section": {"key": "when"}, "language": {"value": "??"}})
    record, findings = move(one, made, NOW)
    assert record is not None
    assert [f.code for f in findings] == ["LST037", "LST037"]
    assert "carried along" in findings[0].message
    assert record.extensions is not UNSET
    assert record.extensions["labelstudio"]["data"] == {"when": "soon"}
    assert "carried" not in findings[1].message, "what the mapping file says stands there"


DAMAGE = st.sampled_from(
    ["id", "no id", "words", "grown", "beyond", "dangling", "junk", "type", "swap", "float", "blank"]
)


def damaged(results: list[Any], text: str, kinds: list[tuple[str, int]]) -> list[Any]:
    made = copy.deepcopy(results)
    for kind, n in kinds:
        entry = made[n % len(made)]
        value = entry.get("value") if isinstance(entry, dict) else None
        if kind == "junk":
            made.insert(n % len(made), [None, 3, {}, "x", []][n % 5])
        elif kind == "dangling":
            made.append(link("r0", "nowhere"))
        elif kind == "type":
            made.append({"id": f"t{n}", "from_name": "box", "to_name": "i", "type": "brush", "value": {"rle": [n]}})
        elif not isinstance(value, dict):
            continue
        elif kind == "no id":
            entry.pop("id", None)
        elif kind == "id":
            entry["id"] = "r0"
        elif kind == "words" and isinstance(value.get("text"), str):
            value["text"] = "other words " + value["text"]
        elif kind == "blank" and isinstance(value.get("text"), str):
            value["text"] = ""
        elif kind == "grown" and isinstance(value.get("text"), str):
            value["text"] = value["text"][1:]
        elif kind == "beyond":
            value["end"] = len(text) + 1 + n
        elif kind == "swap":
            value["start"], value["end"] = value.get("end"), value.get("start")
        elif kind == "float" and isinstance(value.get("start"), int):
            value["start"] = float(value["start"])
    return made


@settings(max_examples=draws(250), deadline=None, suppress_health_check=list(HealthCheck))
@given(projects_of(), st.lists(st.tuples(DAMAGE, st.integers(0, 30)), min_size=1, max_size=6))
def test_no_damage_costs_a_task_or_a_result(one: dict[str, Any], kinds: list[tuple[str, int]]) -> None:
    """Each result is an item at its place or carried as it was; what is told to be carried, is."""
    row = one["annotations"][0]
    row["result"] = damaged(row["result"], one["data"]["text"], kinds)
    before = copy.deepcopy(one)
    record, findings = move(one, any_mapping(), NOW, base="/0", choice=Choice(offsets="code-points"))
    assert one == before
    assert record is not None, findings
    kept = carried(record)
    results = row["result"]
    assert all(r in results for r in kept)
    assert sum(f.code == "LST040" for f in findings) <= 1
    for f in findings:
        assert f.severity != "error"
        number = (f.pointer or "").removeprefix("/0/annotations/0/result/")
        if "carried along" in f.message and f.code in ("LST003", "LST005", "LST006", "LST037") and f.code != "LST008":
            assert results[int(number)] in kept, f
    spans = {(s.start, s.end) for e in record.entities for s in e.mentions}
    spans |= {(s.start, s.end) for v in record.events for s in v.mentions} | {(t.start, t.end) for t in record.times}
    spans |= {(s.start, s.end) for q in record.quotes for s in (*q.fragments, *q.verbatim, *([q.cue] if q.cue else []))}
    spans |= {(s.start, s.end) for c in record.claims for s in c.fragments}
    assert record.extensions is not UNSET
    spans |= {(a["start"], a["end"]) for a in record.extensions["labelstudio"].get("adjusted", [])}
    for r in results:
        if isinstance(r, dict) and r.get("type") == "labels" and r not in kept:
            place = r["value"]["start"], r["value"]["end"]
            assert place in spans or place[::-1] in spans, r
            words = "".join(str(r["value"].get("text")).split())
            there = "".join(one["data"]["text"][int(min(place)) : int(max(place))].split())
            assert words in there or not words, r


# our own tasks


@pytest.fixture
def ours() -> dict[str, Any]:
    found: dict[str, Any] = decode(encode(to_task(RECORD)))
    return found


@pytest.mark.parametrize(
    ("odd", "code"),
    [
        (link("q1", "gone", "time"), "LST006"),
        (None, "LST001"),
        ("junk", "LST001"),
        ({"id": 1.5, "type": "brush"}, "LST001"),
        ({"id": "z", "from_name": "quality", "to_name": "text", "type": "rating", "value": {"rating": 4}}, "LST005"),
        ({"id": "m1", "from_name": "doubt", "to_name": "text", "type": "choices", "value": {"choices": ["yes"]}}, "LST005"),
        ({"id": "z", "from_name": "mention_kind", "to_name": "text", "type": "choices", "value": {"choices": ["name"]}}, "LST005"),
    ],
)  # fmt: skip
def test_what_is_nothing_of_ours_travels_along(ours: dict[str, Any], odd: Any, code: str) -> None:
    rows = ours["annotations"][0]["result"]
    rows.append(odd)
    record, findings = from_task(ours, "e.json", "/0")
    assert record is not None, findings
    assert told(findings) == [(code, "warning", f"/0/annotations/0/result/{len(rows) - 1}")]
    assert carried(record) == [odd]
    again = decode(encode(prove(record)))
    again["annotations"][0]["result"].append(odd)
    assert from_task(again)[0] == record, "once, however often it comes"


def test_what_travels_along_takes_no_ones_place(ours: dict[str, Any]) -> None:
    odd = link("q1", "gone", "time")
    for extensions, key in (
        ({"labelstudio": 3}, "labelstudio.results"),
        ({"labelstudio": {"results": [1]}}, "labelstudio"),
    ):
        one = copy.deepcopy(ours)
        one["data"]["onrecord"]["extensions"] = extensions
        one["annotations"][0]["result"].append(odd)
        record, _ = from_task(one)
        assert record is not None
        assert record.extensions is not UNSET
        assert record.extensions[key]["results"][-1] == odd
        assert extensions.items() <= record.extensions.items() or key == "labelstudio"


def test_a_region_of_ours_is_never_lost_in_silence(ours: dict[str, Any]) -> None:
    """Whole words are taken; anything else is an item that the record would lack, and an error."""
    one = copy.deepcopy(ours)
    region = next(r for r in one["annotations"][0]["result"] if r.get("id") == "m1" and r["from_name"] == "span")
    words = region["value"]["text"]
    region["value"]["text"] = words[1:]
    record, findings = from_task(one)
    assert record == RECORD
    assert [(f.code, f.severity) for f in findings] == [("LST042", "warning")]
    for broken in ({"text": "Other words"}, {"end": 9999}, {"start": -1}):
        one = copy.deepcopy(ours)
        region = next(r for r in one["annotations"][0]["result"] if r.get("id") == "m1" and r["from_name"] == "span")
        region["value"] |= broken
        record, findings = from_task(one)
        assert record is None
        assert {(f.code, f.severity) for f in findings} - {("LST031", "error")} <= {("LST003", "error")}
        assert not any("carried" in f.message for f in findings), "nothing is, of a task that makes no record"


# units


CRLF = "Ann said:\r\n🚀 “We go.”\r\nThen Bob left.\r\nEnd."


def region(words: str, **value: Any) -> dict[str, Any]:
    return mark(words, of=CRLF, id=words, **value)


@pytest.mark.parametrize(
    ("unit", "code"), [("lf", "LST041"), ("utf-16-lf", "LST030"), ("utf-16", "LST030"), ("code-points", None)]
)
def test_units_are_recognised_by_the_words(unit: Unit, code: str | None) -> None:
    results = [mark(w, id=f"i{n}", of=CRLF) for n, w in enumerate(["Ann", "Bob", "We go", "End"])]
    given = from_code_points(CRLF, results, unit)
    assert (given == results) is (unit == "code-points")
    assert unit_of(CRLF, given) == unit
    record, findings = moved(task(*given, text=CRLF))
    assert mentions(record) == {"i0": "Ann", "i1": "Bob", "i2": "We go", "i3": "End"}
    assert [f.code for f in findings] == ([code] if code else [])
    assert ("all words fit" in findings[0].message) if code else True
    assert mentions(moved(task(*given, text=CRLF), offsets=unit)[0]) == mentions(record)


def test_a_present_export_of_a_text_with_windows_line_ends() -> None:
    """The words stand to the very space where code points put them, though white space lets another reading fit, too."""
    text = "Ann met Bob\r\n in Rome."
    assert unit_of(text, [mark("Bob\r\n in", of=text)]) == "code-points"
    assert unit_of(text, [mark("Ann", of=text)]) == "code-points"
    with pytest.raises(Undecided, match="both places"):
        unit_of("a\r\nbbbb", [mark("b", of="a\r\nbbbb")])


def test_without_words_nobody_guesses_among_line_ends() -> None:
    results = [{**region("Bob"), "value": {k: v for k, v in region("Bob")["value"].items() if k != "text"}}]
    with pytest.raises(Undecided, match="no region says"):
        unit_of(CRLF, results)
    assert unit_of(CRLF, results, fallback="code-points") == "code-points"
    record, findings = move(task(*results, text=CRLF), mapping(), NOW)
    assert record is None
    assert "--offsets" in (findings[0].fix or "")
    assert mentions(moved(task(*results, text=CRLF), offsets="code-points")[0]) == {"Bob": "Bob"}


def test_an_oddity_does_not_hide_the_unit() -> None:
    words = ["Ann", "Bob", "We go", "End"]
    good = from_code_points(CRLF, [region(w) for w in words], "utf-16-lf")
    bad = region("left", text="Jim")
    record, findings = moved(task(*good, bad, text=CRLF))
    assert set(mentions(record).values()) == set(words)
    assert [(f.code, f.severity) for f in findings] == [("LST030", "info"), ("LST003", "warning")]
    assert "but those of 1 result" in findings[0].message
    with pytest.raises(Undecided):
        unit_of(CRLF, [good[1], bad])  # one of two proves nothing


def test_how_much_proves_a_unit() -> None:
    good = from_code_points(CRLF, [region("Bob"), region("We go")], "utf-16-lf")
    bad = [region("left", text=f"other {n}") for n in range(2)]
    assert unit_of(CRLF, [*good, bad[0]]) == "utf-16-lf"
    assert unit_of(CRLF, [*good, bad[0]], declared="utf-16-lf") == "utf-16-lf"
    for declared in (None, "utf-16-lf"):
        with pytest.raises(Undecided):
            unit_of(CRLF, [*good, *bad], declared=declared)


def test_a_few_regions_of_another_unit_are_carried() -> None:
    """Nine of ten must fit; the rest is not moved to where another unit would put it."""
    text = "🚀 " + " ".join(f"word{n}" for n in range(20))
    marks = [mark(f"word{n}", of=text, id=f"i{n}") for n in range(10)]
    other = from_code_points(text, [mark("word15", of=text, id="x")], "utf-16")
    record, findings = moved(task(*marks, *other, text=text))
    assert set(mentions(record)) == {f"i{n}" for n in range(10)}
    assert [(f.code, f.severity) for f in findings] == [("LST003", "warning")]
    with pytest.raises(Undecided, match="no unit explains all"):
        unit_of(text, [*marks[:8], *other])


def test_offsets_within_a_character_are_carried() -> None:
    good = from_code_points(CRLF, [region("Bob"), region("End"), region("We go")], "utf-16-lf")
    within = {**region("🚀"), "value": {"start": 11, "end": 14, "labels": ["PER"]}}
    record, findings = moved(task(*good, within, text=CRLF))
    assert set(mentions(record).values()) == {"Bob", "End", "We go"}
    assert told(findings)[-1] == ("LST003", "warning", "/0/annotations/0/result/3")
    assert carried(record) == [within]


@settings(max_examples=draws(200), deadline=None)
@given(
    st.lists(st.sampled_from(["🚀", "ab", "\r\n", " ", "c", "\n", "\r", "é"]), min_size=1, max_size=12),
    st.sampled_from(["code-points", "utf-16", "lf", "utf-16-lf"]),
    st.data(),
)
def test_units_there_and_back(parts: list[str], unit: Unit, data: st.DataObject) -> None:
    text = "".join(parts)
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    results = [{"type": "labels", "value": {"start": start, "end": end, "text": text[start:end]}}]
    given = from_code_points(text, results, unit)
    back, lost = to_code_points(text, given, unit)
    within = "lf" in unit and any(text[n - 1 : n + 1] == "\r\n" for n in (start, end) if 0 < n < len(text))
    if not within:
        assert (back, lost) == (results, frozenset())
    try:
        found = unit_of(text, given)
    except Undecided:
        return
    place = to_code_points(text, given, found)[0][0]["value"]
    if not within and text[start:end].strip():
        assert "".join(text[place["start"] : place["end"]].split()) == "".join(text[start:end].split())


# which annotation


def rows(**kinds: dict[str, Any]) -> dict[str, Any]:
    """A task with an annotation for each name, oldest first, that marks as many words as its place in the order."""
    words = ["Aurora", "captain", "Ingrid Berg", "sea"]
    made = task()
    made["annotations"] = [
        {"id": n, "completed_by": {"email": name}, "created_at": f"2026-01-0{n + 1}T00:00:00Z", "lead_time": 9.5}
        | {"result": [mark(w, id=w[0]) for w in words[: n + 1]]}
        | more
        for n, (name, more) in enumerate(kinds.items())
    ]
    return made


def taken(one: dict[str, Any], **choice: Any) -> tuple[str, list[tuple[str, str]]]:
    record, findings = moved(one, **choice)
    return record.annotation.annotators[0].name, [(f.code, f.severity) for f in findings]


def test_ground_truth_wins_over_newer_work() -> None:
    one = rows(ann={"ground_truth": True}, bob={}, cleo={})
    assert taken(one) == ("ann", [("LST045", "info")])
    _, findings = moved(one)
    assert "ground truth" in findings[0].message
    assert "bob, cleo" in findings[0].message
    assert taken(one, annotator="bob") == ("bob", [])
    assert taken(rows(ann={"ground_truth": True}, bob={"ground_truth": True}, cleo={})) == ("bob", [("LST045", "info")])
    assert taken(rows(ann={"ground_truth": False}, bob={})) == ("bob", [("LST009", "warning")])
    assert taken(rows(ann={"ground_truth": "yes"}, bob={})) == ("bob", [("LST009", "warning")])
    uploaded = rows(ann={"ground_truth": True, "lead_time": None}, bob={})
    assert taken(uploaded) == ("ann", [("LST045", "warning")])
    assert "by itself" in moved(uploaded)[1][0].message


def test_what_nobody_worked_on_gives_way() -> None:
    one = rows(ann={}, script={"lead_time": None})
    assert taken(one) == ("ann", [("LST009", "warning")])
    assert "uploaded" in moved(one)[1][0].message
    assert taken(rows(ann={"lead_time": None}, script={"lead_time": None}))[0] == "script"
    assert taken(rows(ann={}, bob={"lead_time": None, "updated_by": 4}))[0] == "bob"
    assert taken(rows(ann={}, bob={"lead_time": None, "last_action": "submitted"}))[0] == "bob"
    unknown = rows(ann={}, bob={})
    del unknown["annotations"][1]["lead_time"]
    assert taken(unknown)[0] == "bob", "old exports say nothing of it"


NO, YES = (
    {"accepted": False, "created_at": "2026-02-01T00:00:00Z"},
    {"accepted": True, "created_at": "2026-03-01T00:00:00Z"},
)


@pytest.mark.parametrize(
    ("row", "left_out"),
    [
        ({"reviews": [NO]}, True),
        ({"reviews": [NO, YES]}, False),
        ({"reviews": [YES, NO]}, False),
        ({"reviews": [{"accepted": True}, {"accepted": False}]}, True),
        ({"reviews": [NO], "last_action": "fixed_and_accepted"}, False),
        ({"reviews": [NO], "last_action": "updated", "updated_at": "2026-02-02T00:00:00Z"}, False),
        ({"reviews": [NO], "last_action": "updated", "updated_at": "2026-01-31T00:00:00Z"}, True),
        ({"last_action": "rejected"}, True),
        ({"state": "REJECTED"}, True),
        ({"review_result": "rejected"}, True),
        ({"reviews": []}, False),
        ({"reviews": "no"}, False),
        ({"reviews": [3, {"accepted": None}]}, False),
        ({"was_cancelled": True}, True),
    ],
)
def test_what_was_rejected_is_left_out_and_said(row: dict[str, Any], left_out: bool) -> None:
    name, findings = taken(rows(ann={}, bob=row))
    assert name == ("ann" if left_out else "bob")
    code = ("LST023", "info") if "was_cancelled" in row else ("LST046", "warning")
    assert findings == ([code] if left_out else [("LST009", "warning")])


def test_a_prediction_after_a_rejection_says_why() -> None:
    one = rows(ann={"last_action": "rejected"})
    one["predictions"] = [{"model_version": "m", "result": [mark("sea", id="s")]}]
    assert "counts" in moved(one)[1][-1].message


# unfinished projects


def test_a_snapshot_of_an_unfinished_project(files: Any, tmp_path: Path) -> None:
    blank = [task(number=n) | {"annotations": []} for n in range(12)]
    skipped = task(number=20, was_cancelled=True)
    draft = task(number=21) | {"annotations": [], "drafts": [{"user": "a@b.c", "annotation": None, "result": []}]}
    rejected = task(number=22, reviews=[{"accepted": False}])
    ids = task(number=23) | {"annotations": [], "predictions": [4]}
    export = [*blank, task(mark("captain", id="a"), number=30), skipped, draft, rejected, ids]
    args = files(export)
    output = run(*args).output
    assert "1 record written" in output
    assert "16 tasks not annotated yet (1 skipped, 1 with a draft alone, 1 rejected in review)" in output
    assert {"LST022", "LST023", "LST046"} <= set(output.split())
    assert "LST002" not in output
    assert written(tmp_path) == ["task-30.json"]
    output = run(*args, "--complete", code=1).output
    assert output.count("LST002") == 16
    assert written(tmp_path) == ["task-30.json"]
    assert "not annotated" not in run(*files([export[12]]), "--complete").output


def test_ours_may_be_unfinished_too(ours: dict[str, Any], tmp_path: Path) -> None:
    other = copy.deepcopy(ours) | {"annotations": []}
    (tmp_path / "e.json").write_bytes(encode([ours, other]))
    args = ("labelstudio", "import", tmp_path / "e.json", "-o", tmp_path / "out")
    assert "1 task not annotated yet" in run(*args).output
    assert written(tmp_path) == ["example.json"]
    assert "LST002" in run(*args, "--complete", code=1).output
    (tmp_path / "e.json").write_bytes(encode([{**other, "annotations": 3}]))
    assert "LST002" in run(*args, code=1).output, "what is damaged is not unfinished"
    (tmp_path / "e.json").write_bytes(encode([{**other, "annotations": [12]}]))
    assert "ids" in run(*args, code=1).output


# the same task more than once


def test_equal_tasks_are_taken_once(files: Any, tmp_path: Path) -> None:
    """One export lists a task twice (label-studio#1289); two exports of one project both hold it."""
    one = task(mark("captain", id="a"))
    output = run(*files([one, one], [one | {"total_predictions": 3}])).output
    assert written(tmp_path) == ["task-7.json"]
    assert "2 tasks there more than once, and alike: taken once" in output
    assert "1 result of another project" in output, "each counts once"


def test_different_tasks_of_one_number_name_their_files(files: Any, tmp_path: Path) -> None:
    """Task numbers begin anew in each server (label-studio#2568)."""
    a, b = task(mark("captain", id="a")), task(mark("Bob", of="Bob left.", id="a"), text="Bob left.")
    a["data"] |= {"doc": "ferry", "year": 2024}
    b["data"] |= {"doc": "bob", "year": 2024}
    args = files([a], [task(number=1, text="Other."), b])
    output = run(*args, code=1).output
    assert "LST010" in output
    assert f"{tmp_path}/in/0.json at /0 and {tmp_path}/in/1.json at /1" in output
    assert "'doc'" in output
    assert "'year'" not in output
    assert "delete" not in output
    assert [n for n in written(tmp_path) if n.endswith(".json")] == [
        "task-1.json",
        "task-7.0.rejected.json",
        "task-7.2.rejected.json",
    ]
    for name in written(tmp_path):
        (tmp_path / "out" / name).unlink()
    run(*files([a], [b], more={"id": "doc"}))
    assert written(tmp_path) == ["bob.json", "ferry.json"]
    run(*files([a], [b], more={"id": ["doc", "year"]}))
    assert {"bob-2024.json", "ferry-2024.json"} <= set(written(tmp_path))


def test_ours_in_two_exports(ours: dict[str, Any], tmp_path: Path) -> None:
    changed = copy.deepcopy(ours)
    next(r for r in changed["annotations"][0]["result"] if r.get("id") == "t2")["meta"]["text"] = ["a note"]
    for name, one in (("a", ours), ("b", ours), ("c", changed)):
        (tmp_path / "in").mkdir(exist_ok=True)
        (tmp_path / "in" / f"{name}.json").write_bytes(encode([one]))
    args = ("labelstudio", "import", tmp_path / "in", "-o", tmp_path / "out")
    output = run(*args, code=1).output
    assert "a.json at /0 and" in output
    assert "c.json at /0" in output
    assert "b.json" not in output
    (tmp_path / "in" / "c.json").unlink()
    assert "taken once" in run(*args).output
    assert [n for n in written(tmp_path) if "rejected" not in n] == ["example.json"]


def test_annotations_of_one_task_in_files_of_their_own(files: Any, tmp_path: Path) -> None:
    """As target storages write them; of two states of one annotation, nobody can tell which is right."""
    whole = task(mark("captain", id="a"))
    first, second = (whole["annotations"][0] | {"task": whole | {"annotations": []}} for _ in range(2))
    second = second | {"id": 2, "created_at": "2026-02-01T00:00:00Z", "result": [mark("Aurora", "SHIP", id="b"), None]}
    output = run(*files(first, second)).output
    assert "LST009" in output
    assert "in/0.json and " in output
    assert "LST001" in output
    assert "at /result/1\n" in output, "a pointer into the file as it is"
    assert written(tmp_path) == ["task-7.json"]
    assert "Aurora" in (tmp_path / "out" / "task-7.json").read_text("utf-8").split('"entities"')[1]
    first["ground_truth"] = True
    assert "ground truth" in run(*files(first, second), "--force").output
    assert "LST010" in run(*files(first, second | {"id": 1}), code=1).output


def test_another_article_is_not_overwritten_by_advice(files: Any, tmp_path: Path) -> None:
    """Two exports with equal task numbers, imported one after the other."""
    run(*files([task(mark("captain", id="a"))]))
    there = (tmp_path / "out" / "task-7.json").read_bytes()
    output = run(*files([task(mark("Bob", of="Bob left.", id="a"), text="Bob left.")]), code=1).output
    assert "of another article" in output
    assert "`id`" in output
    assert "--force" not in output
    assert "--force" in run(*files([task(mark("Aurora", "SHIP", id="a"))]), code=1).output
    assert (tmp_path / "out" / "task-7.json").read_bytes() == there


def test_annotators_of_like_names_share_no_folder(files: Any, tmp_path: Path) -> None:
    one = rows(**{"Jo Berg@x.org": {}, "jo_berg@x.org": {}})
    run(*files([one]), "--by-annotator")
    assert len(list((tmp_path / "out").glob("jo_berg@x.org*/task-7.json"))) == 2
    run(*files([one]), "--annotator", "Jo Berg@x.org")


def test_a_file_that_is_no_export_costs_itself(files: Any, tmp_path: Path) -> None:
    output = run(*files([task(mark("captain", id="a"))], b"\xff no json", [{"tokens": []}]), code=1).output
    assert output.count("LST001") == 2
    assert "1 record written" in output
    assert "2 made no record" in output
    assert written(tmp_path) == ["task-7.json"]


def test_an_annotator_whose_work_was_rejected(files: Any, tmp_path: Path) -> None:
    args = files([rows(ann={}, bob={"last_action": "rejected"})])
    output = run(*args, "--annotator", "bob").output
    assert "1 task not annotated yet (1 rejected in review)" in output
    assert "LST046" in output
    run(*args, "--annotator", "bob", "--complete", code=1)
    run(*args, "--annotator", "cleo", code=2)
    assert written(tmp_path) == []
    output = run(*args, "--by-annotator").output
    assert output.count("LST046") == 1
    assert [p.parent.name for p in (tmp_path / "out").rglob("*.json")] == ["ann"]


@pytest.mark.parametrize("value", [None, "", " ", True, [], {"a": 1}])
def test_an_id_that_is_missing_is_told(value: Any) -> None:
    one = task(mark("captain", id="a"))
    one["data"]["doc"] = value
    record, findings = move(one, mapping(id="doc"), NOW)
    assert record is not None
    assert record.id == "task-7"
    assert [(f.code, f.severity) for f in findings] == [("LST043", "warning")]
    assert "'doc'" in findings[0].message


@pytest.mark.parametrize(("length", "kept"), [(5000, False), (121, False), (120, True)])
def test_an_id_that_no_file_can_have_is_shortened(length: int, kept: bool, files: Any, tmp_path: Path) -> None:
    one = task(mark("captain", id="a"))
    one["data"]["doc"] = "x" * length
    run(*files([one], more={"id": "doc"}))
    (name,) = written(tmp_path)
    assert (name == f"{'x' * length}.json") is kept
    assert len(name) <= 125


# other forms


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (b'[{"id":1,"text":"Ann","label":[{"start":0,"end":3,"text":"Ann","labels":["P"]}],"annotator":1}]', "JSON_MIN"),
        (b"id,text,label,annotator\n1,Ann,x,2\n", "CSV"),
        (b"id;text;label\n1;Ann;x\n", "CSV"),
        (b"id\ttext\tlabel\n1\tAnn\tx\n", "TSV"),
        (b"Ann\tB-PER\nLee\tI-PER\nleft\tO\n", "CoNLL"),
        (b'[["Ann left.", {"entities": [[0, 3, "PER"]]}]]', "spaCy"),
        (b'{"classes": ["PER"], "annotations": [["Ann", {"entities": []}]]}', "spaCy"),
        (b'[{"id": 0, "paragraphs": [{"raw": "Ann left."}]}]', "spaCy"),
        (b'[{"text": "Ann", "label": [[0, 3, "PER"]]}]', "doccano"),
        (b'{"text": "Ann", "spans": []}\n{"text": "Bob", "spans": []}\n', "JSON lines"),
        (b"x\x9c\xed\xbdmsgpack", "spaCy"),
        (b'{"tasks": [], "total": 0}', "page of the server's list"),
        (b'{"label_config": "<View/>", "id": 3}', "settings"),
        (b"<!DOCTYPE html><html>Log in</html>", "web page"),
        (b"<View><Text name='t' value='$t'/></View>", "labelling configuration"),
        (b"T1\tPER 0 3\tAnn\n", "brat"),
        (b"PK\x03\x04zip", "ZIP"),
        (b"\x1f\x8bgz", "gzip"),
        (b'[{"tokens": ["Ann"], "ner_tags": [1]}]', "no `data`, but tokens, ner_tags"),
        ("[{\"data\": {\"article\": \"Caf\u00e9\"}}]".encode("latin-1"), "no UTF-8"),
        ("text,label\nCaf\u00e9,x\n".encode("latin-1"), "CSV"),
        (b"[" * 100_000, "nested too deeply"),
    ],
)  # fmt: skip
def test_other_forms_are_refused_with_the_way_out(raw: bytes, words: str, files: Any, tmp_path: Path) -> None:
    output = run(*files(raw), code=1).output
    assert "LST001" in output
    assert words in output
    assert "fix: " in output
    assert "rejected.txt" not in output, "nothing is written, and nothing is said to be"
    assert written(tmp_path) == []


@pytest.mark.parametrize(
    "wrap",
    [
        lambda raw: codecs.BOM_UTF8 + raw,
        lambda raw: raw.decode().encode("utf-16"),
        lambda raw: codecs.BOM_UTF16_BE + raw.decode().encode("utf-16-be"),
        lambda raw: b"\n".join(encode(one) for one in decode(raw)),
    ],
)
def test_nothing_is_lost_of_what_windows_or_a_script_made_of_it(wrap: Any, files: Any, tmp_path: Path) -> None:
    export = [task(mark("Troms\u00f8", id="a"), number=n) for n in (1, 2)]
    run(*files(wrap(encode(export))))
    assert written(tmp_path) == ["task-1.json", "task-2.json"]


def test_one_unreadable_task_costs_itself(files: Any, tmp_path: Path) -> None:
    good = json.dumps(task(mark("captain", id="a")))
    odd = '{"id": 8, "data": {"article": "x"}, "annotations": [{"result": [], "lead_time": 1e999}]}'
    assert "LST001" in run(*files(f"[{good}, {odd}]".encode()), code=1).output
    assert written(tmp_path) == ["task-7.json"]
    half = json.dumps(task(mark("captain", id="a", text="capt\ud83d"), number=9, lead_time=float("nan")))
    article = json.dumps(task(text="half \ud83d", number=10))
    result = run(*files(f"[{good}, {half}, {article}]".encode()), code=1)
    assert "LST044 2 values are no JSON" in result.output
    assert "/2/data/article" in result.output
    assert written(tmp_path) == ["task-7.json", "task-9.json"]


@pytest.mark.parametrize("depth", [50, 150, 300, 500, 900, 5000])
def test_what_is_nested_deeply_costs_its_task_alone(depth: int, files: Any, tmp_path: Path) -> None:
    good, deep = json.dumps(task(mark("captain", id="a"))), "[" * depth + "]" * depth
    odd = '{"id": 8, "data": {"article": "x", "more": DEEP}, "annotations": [{"id": 1, "result": [{"x": DEEP}]}]}'
    result = CliRunner().invoke(app, [str(a) for a in files(f"[{good}, {odd.replace('DEEP', deep)}]".encode())])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    if depth < 1000:
        assert written(tmp_path)[0] == "task-7.json"
    assert "deeply" in result.output or (depth < 200 and written(tmp_path) == ["task-7.json", "task-8.json"])


HTML = "<p>The ferry <b>Aurora</b> left.</p>"


def hyper(words: str, of: str, **more: Any) -> dict[str, Any]:
    at = of.index(words)
    offsets = {"start": at, "end": at + len(words)}
    value = {"start": "/text()[1]", "end": "/text()[1]", "startOffset": at, "endOffset": at + len(words), "text": words}
    return {
        "id": words, "from_name": "ner", "to_name": "text", "type": "hypertextlabels",
        "value": {**value, "globalOffsets": offsets, "hypertextlabels": ["PER"]} | more,
    }  # fmt: skip


def test_marks_of_html_are_refused_those_of_plain_text_taken() -> None:
    record, findings = move(task(hyper("Aurora", HTML), text=HTML), mapping(), NOW)
    assert record is None
    assert [f.code for f in findings] == ["LST036"]
    assert "<Text>" in (findings[0].fix or "")
    plain = [hyper("captain", TEXT), hyper("Ingrid Berg", TEXT, text="Ola"), hyper("sea", TEXT, text=None)]
    record, findings = moved(task(*plain, text=TEXT))
    assert mentions(record) == {"captain": "captain"}, "words prove it, else it is carried"
    assert [f.code for f in findings] == ["LST003", "LST037"]


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/a.txt", "data:text/plain;base64,QQ==", "HTTP://example.org/a", "s3://bucket/x", "gs://b/x.txt", "azure-blob://c/x", "/data/local-files/?d=a.txt",
        "/data/upload/3/a.txt", "upload/3/a.txt", "/tasks/3/resolve/?fileuri=abc", "article-12.txt", " file:///x/y \n", "texts/a.html",
    ],
)  # fmt: skip
def test_texts_by_address_are_refused_with_the_way_out(text: str) -> None:
    record, findings = move(task(text=text), mapping(), NOW)
    assert record is None
    assert [f.code for f in findings] == ["LST036"]
    assert "address" in findings[0].message
    assert "valueType" in (findings[0].fix or "")


@pytest.mark.parametrize("text", ["See https://example.org/a.txt.", "Notes.", "Read a.txt first"])
def test_an_article_with_an_address_is_one(text: str) -> None:
    moved(task(text=text))


def test_dialogues_are_refused_with_the_way_out() -> None:
    turns = [{"author": "Ann", "text": "Hello."}, {"author": "Bob", "text": "Hi."}]
    record, findings = move(task(text=turns), mapping(), NOW)
    assert record is None
    assert "<Paragraphs>" in findings[0].message
    assert "jq" in (findings[0].fix or "")
    for config in ("<View><Paragraphs name='t' value='$t'/><ParagraphLabels name='l' toName='t'/></View>",
                   "<View><HyperText name='t' value='$t'/><HyperTextLabels name='l' toName='t'/></View>"):  # fmt: skip
        with pytest.raises(ValueError, match="import its text as <Text>"):
            starter(config)


# files that are wrong at every level


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ("x = { y = { z = 1 } }", "/labels/l/P/x"),
        ("x = 2020-01-01", "/labels/l/P/x"),
        ("x = 12:00:00", "/labels/l/P/x"),
        ("x = 2020-01-01T00:00:00Z", "/labels/l/P/x"),
        ("x = nan", "/labels/l/P/x"),
        ("x = 1e400", "/labels/l/P/x"),
        ("x = 123456789012345678901234567890", "/labels/l/P/x"),
        ("x = " + "[" * 60 + "]" * 60, "/labels/l/P/x" + "/0" * 9),
    ],
)
def test_odd_values_of_a_mapping_are_findings(line: str, pointer: str) -> None:
    found, findings = load(f'text = [{{ key = "a" }}]\n[labels.l.P]\nlayer = "mention"\n{line}\n'.encode(), "m.toml")
    assert found is None
    assert [(f.code, f.pointer) for f in findings] == [("LST035", pointer)]
    assert len(findings[0].message) < 400


@pytest.mark.parametrize(
    "raw",
    [
        b'text = "caf\xe9"', b"\xff\xfet\x00", b"a = [" * 5000, b"{" * 5000, b"a = 2024-13-45", b"a = 99999999999999999999-01-01", b"\x00", b"[[a]]\n[a]",
        b'{"text": "\\ud83d"}', b"a = {b = {c = 1}, b = 2}", b"a.b = 1\na.b.c = 2", b"text = [[1]]\n", b"[text]\n[labels]", b"[]", b"null", b'"x"', b"\n[1]",
    ],
)  # fmt: skip
def test_odd_mapping_files_are_findings(raw: bytes) -> None:
    found, findings = load(raw, "m.toml")
    assert found is None
    assert {f.code for f in findings} == {"LST035"}


@pytest.mark.parametrize(
    "config",
    [
        "<View>" * 5000 + "</View>" * 5000,
        "<View><Text name='t' value='$t'/><Labels name='l' toName='t'>" + "<Label value='a'>" * 3000 + "</Label>" * 3000 + "</Labels></View>",
        "<?xml version='1.0' encoding='utf-16'?><View/>",
        "<?xml version='1.0' encoding='klingon'?><View/>",
        "<View>&nbsp;</View>",
        "<View a='1' a='2'/>",
        "\x00",
        "",
        "<View xmlns:x='y'><x:Text name='t' value='$t'/></View>",
    ],
)  # fmt: skip
def test_odd_configurations_are_refused(config: str) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        starter(config)


def test_a_configuration_that_is_no_utf_8(tmp_path: Path) -> None:
    (tmp_path / "c.xml").write_bytes("<View>\n<Label value='caf\u00e9'/></View>".encode("latin-1"))
    output = run("labelstudio", "mapping", tmp_path / "c.xml", code=2).output
    assert "0xE9 in line 2 is no UTF-8" in output
    assert "codec" not in output


def test_how_deep_a_configuration_may_be() -> None:
    def nested(levels: int) -> str:
        inner = "<Text name='t' value='$t'/><Labels name='l' toName='t'><Label value='P'/></Labels>"
        return "<View>" * (levels - 2) + inner + "</View>" * (levels - 2)

    starter(nested(100))
    with pytest.raises(ValueError, match="levels deep"):
        starter(nested(101))


def test_a_page_that_loads_its_text_from_an_address_is_told() -> None:
    config = "<View><Text name='t' value='$t' valueType='url'/><Labels name='l' toName='t'><Label value='P'/></Labels></View>"
    assert "from an address" in starter(config)
    assert "from an address" not in starter(config.replace("url", "text"))


def test_odd_labels_make_a_mapping_all_the_same() -> None:
    names = ["\u007f", "a\tb", 'quo"te', "back\\slash", "\u202ex", "\u2028", "", "é", "a.b", "P" * 300, "P"]
    labels = (
        "".join(f"<Label value='{n}'/>" for n in names if '"' not in n).replace("\t", "&#9;")
        + "<Label value='quo&quot;te'/>"
    )
    config = f"<View><Text name='t' value='$t'/><Labels name='l' toName='t'>{labels}</Labels><Labels name='l' toName='t'><Label value='Z'/></Labels></View>"
    found, findings = load(starter(config).encode(), "m.toml")
    assert found is not None, findings
    assert {n for n in names if n and "\t" not in n} <= set(found.labels["l"])
    assert "Z" in found.labels["l"]


JUNK: list[Any] = [
    None, True, -1, 10**30, 1.5, 1e308, "", "\x00", "a\x00b", "\u202e", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00", [], {}, [[]], {"a": 1},
    [None], "../../x", ".", {"start": 0}, [{"accepted": False}], 10**18, -(10**400),
]  # fmt: skip


def _set(value: Any, path: list[int], junk: Any) -> Any:
    """The value with junk at a place that the numbers lead to."""
    if not path or not isinstance(value, dict | list) or not value:
        return junk
    keys: list[Any] = sorted(value) if isinstance(value, dict) else list(range(len(value)))
    key = keys[path[0] % len(keys)]
    made: Any = copy.copy(value)
    made[key] = _set(value[key], path[1:], junk)
    return made


@settings(max_examples=draws(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(["events", "ner", "quotes"]),
    st.lists(st.tuples(st.lists(st.integers(0, 40), max_size=7), st.sampled_from(JUNK)), min_size=1, max_size=3),
    st.booleans(),
    st.sampled_from(
        [(), ("--by-annotator",), ("--drafts",), ("--complete",), ("--offsets", "utf-16-lf"), ("--credit",)]
    ),
)
def test_nothing_in_an_export_or_mapping_makes_a_traceback(
    tmp_path_factory: Any, name: str, junk: list[tuple[list[int], Any]], other: bool, options: tuple[str, ...]
) -> None:
    import tomllib

    case, folder = ROOT / "tests" / "cases" / "labelstudio" / name, tmp_path_factory.mktemp("junk")
    export: Any = json.loads((case / "export.json").read_text("utf-8"))
    means: Any = tomllib.loads((case / "mapping.toml").read_text("utf-8"))
    for path, one in junk:
        export, means = (export, _set(means, path, one)) if other else (_set(export, path, one), means)
    (folder / "e.json").write_text(json.dumps(export), "utf-8")
    (folder / "m.json").write_text(json.dumps(means), "utf-8")
    args = ["labelstudio", "import", folder / "e.json", "--mapping", folder / "m.json", "-o", folder / "out", *options]
    result = CliRunner().invoke(app, [str(a) for a in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1)
    if "see *.rejected.txt there" in result.output:
        assert list((folder / "out").rglob("*.rejected.txt"))
