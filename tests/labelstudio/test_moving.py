"""Another team's Label Studio project moves in: by a mapping file, with nothing lost and nothing made up in silence."""

import copy
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import UNSET
from msgspec.json import decode, encode
from rich.console import Console

from commands import run
from conftest import Golden
from draws import draws
from helpers import ROOT
from onrecord.checking import report
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding
from onrecord.labelstudio import from_task, prove
from onrecord.labelstudio.codec.choosing import Choice
from onrecord.labelstudio.codec.offset_units import from_code_points
from onrecord.labelstudio.foreign import Mapping, Tally, load, move, starter
from onrecord.labelstudio.foreign.words import mention_kind, time_value
from onrecord.model import specification
from onrecord.model.record import Record, Span
from strategies import texts

CASES = ROOT / "tests" / "cases" / "labelstudio"
PROJECTS = ["events", "ner", "quotes"]
BROKEN = sorted((CASES / "broken").glob("*.json"))
NOW = "2026-01-01T00:00:00Z"
projects = pytest.mark.parametrize("name", PROJECTS)


def mapping_of(name: str) -> Mapping:
    found, findings = load((CASES / name / "mapping.toml").read_bytes(), "mapping.toml")
    assert found is not None, findings
    return found


def tasks_of(name: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = decode((CASES / name / "export.json").read_bytes())
    return found


def moved(name: str) -> Iterator[tuple[dict[str, Any], Record, list[Finding]]]:
    for i, task in enumerate(tasks_of(name)):
        record, findings = move(task, mapping_of(name), NOW, "export.json", f"/{i}")
        assert record is not None, findings
        yield task, record, findings


def work(task: dict[str, Any]) -> dict[str, Any]:
    """The row that is taken: of these cases, the last."""
    rows = task.get("annotations") or task.get("completions") or task["predictions"]
    found: dict[str, Any] = rows[-1]
    return found


@projects
def test_projects_become_these_records(name: str, golden: Golden) -> None:
    page = io.StringIO()
    console = Console(file=page, width=200, soft_wrap=True, highlight=False)
    for _, record, findings in moved(name):
        golden.check(CASES / name / f"{record.id}.json", canonical_json.canonical(record).decode())
        report.text(findings, console)
    golden.check(CASES / name / "findings.txt", page.getvalue())


@projects
def test_moved_records_are_sound(name: str) -> None:
    for task, record, _ in moved(name):
        again, findings = check_source(canonical_json.canonical(record), "x.json")
        assert [f for f in findings if f.severity == "error"] == []
        assert again == record
        assert record.annotation.status == "draft"
        assert decode(encode(prove(record)))["data"]["text"] == record.text
        assert from_task(decode(encode(prove(record))))[0] == record
        data = task["data"]
        assert record.text in (data.get("article"), data.get("body"), f"{data.get('title')}\n\n{data.get('text')}")


@projects
def test_every_result_is_mapped_or_carried(name: str) -> None:
    for task, record, _ in moved(name):
        assert record.extensions is not UNSET
        kept = record.extensions["labelstudio"]
        carried = kept.get("results", [])
        results = work(task)["result"]
        if "offsets" not in kept:
            assert all(r in results for r in carried)
        whole = decode(encode(record))
        ids = {m["id"] for layer in ("entities", "events") for x in whole[layer] for m in x["mentions"]}
        ids |= {x["id"] for layer in ("times", "quotes", "claims") for x in whole[layer]}
        spans = {
            (s["start"], s["end"])
            for q in whole["quotes"]
            for s in [*q["fragments"], *([q["cue"]] if q["cue"] else [])]
        }
        for r in results:
            if "labels" in r.get("value", {}) and r not in carried:
                words = r["value"]["text"]
                assert r["id"] in ids or any(words in record.text[a:b] for a, b in spans), r
        assert not any("data" in kept and key in kept["data"] for key in ("article", "body", "text"))


@projects
def test_json_does_as_well_as_toml(name: str) -> None:
    import tomllib

    as_json = encode(tomllib.loads((CASES / name / "mapping.toml").read_text("utf-8")))
    assert load(as_json, "m.json")[0] == mapping_of(name)


@projects
def test_the_starter_is_a_mapping(name: str) -> None:
    made = starter((CASES / name / "config.xml").read_text("utf-8"))
    found, findings = load(made.encode(), "starter.toml")
    assert found is not None, findings
    wanted = mapping_of(name)
    assert set(found.labels) == set(wanted.labels)
    known = {k: {n: row["layer"] for n, row in v.items()} for k, v in wanted.labels.items()}
    assert {k: {n: row["layer"] for n, row in v.items()} for k, v in found.labels.items()} == known
    assert found.text == wanted.text
    for i, task in enumerate(tasks_of(name)):
        record, problems = move(task, found, NOW, "export.json", f"/{i}")
        assert record is not None, problems


def test_the_starter_refuses_what_labels_no_text() -> None:
    for config, why in (
        ("<View", "no XML"),
        ("<View><Image name='i' value='$i'/></View>", "no <Text>"),
        ("<View><HyperText name='t' value='$t'/><HyperTextLabels name='l' toName='t'/></View>", "<HyperText>"),
        ("<!DOCTYPE x [<!ENTITY a 'b'>]><View/>", "DOCTYPE"),
    ):
        with pytest.raises(ValueError, match=why):
            starter(config)


@pytest.mark.parametrize("path", BROKEN, ids=lambda p: p.stem)
def test_broken_projects(path: Path) -> None:
    case = decode(path.read_bytes())
    mapping, faults = load(encode(case["mapping"]), "m.json")
    assert mapping is not None, faults
    for i, task in enumerate(case["export"]):
        record, findings = move(task, mapping, NOW, "export.json", f"/{i}")
        assert [[f.code, f.severity, f.pointer] for f in findings] == case["findings"]
        assert all(f.fix for f in findings)
        assert (record is None) == any(f.severity == "error" for f in findings)
        if record is not None:
            _, rules = check_source(canonical_json.canonical(record), "x.json")
            assert [f for f in rules if f.severity == "error"] == []


def broken(name: str) -> tuple[dict[str, Any], Record]:
    case = decode((CASES / "broken" / f"{name}.json").read_bytes())
    mapping, _ = load(encode(case["mapping"]), "m.json")
    assert mapping is not None
    record, findings = move(case["export"][0], mapping, NOW)
    assert record is not None, findings
    return case["export"][0]["annotations"][0]["result"], record


def test_what_is_carried_is_verbatim() -> None:
    for name, indices in (
        ("unknown-label", [1, 2]),
        ("unknown-relations", [3, 4, 5]),
        ("marked-twice", [1]),
        ("two-labels", [0]),
        ("not-of-the-text", [1, 2]),
        ("two-speakers", [3, 4]),
    ):
        results, record = broken(name)
        assert record.extensions is not UNSET
        assert record.extensions["labelstudio"]["results"] == [results[i] for i in indices], name  # type: ignore[index]


def test_ids_are_kept_where_they_can_be() -> None:
    _, record = broken("bad-ids")
    assert record.extensions is not UNSET
    new = record.extensions["labelstudio"]["ids"]
    assert sorted(new.values()) == ["#1", "author"]
    ids = [m.id for e in record.entities for m in e.mentions]
    assert "s1" in ids
    assert set(new) | {"s1"} == set(ids)
    assert "s1" not in {s.id for s in record.segments}


def test_a_region_of_two_layers_is_two_items() -> None:
    _, record = broken("two-labels")
    assert [m.id for v in record.events for m in v.mentions] == ["b.event"]
    assert {m.id for e in record.entities for m in e.mentions} == {"a", "b"}


def test_folded_marks_keep_their_relations() -> None:
    _, record = broken("marked-twice")
    assert record.quotes[0].speaker_mention == "a"


MAPPINGS = [
    ("text = ", "", "neither TOML nor JSON"),
    ("", "", "text"),
    ("{", "", "neither"),
    ('text = [{ key = "a" }]', "", "labels"),
    ('text = []\n[labels]', "/text", "[]"),
    ('text = [{ key = "a" }, { key = "b" }]\n[labels]', "/text", "tag"),
    ('txt = 1\ntext = [{ key = "a" }]\n[labels]', "", "txt"),
    ('text = [{ key = "a" }]\n[labels.l]\nP = { layer = "person" }', "/labels/l/P/layer", "person"),
    ('text = [{ key = "a" }]\n[labels.l]\nP = { layer = "mention", type = "PERS" }', "/labels/l/P/type", "'PERS'"),
    ('text = [{ key = "a" }]\n[labels.l]\nP = { layer = "mention", realis = "actual" }', "/labels/l/P/realis", "no field"),
    ('text = [{ key = "a" }]\n[labels.l]\nP = { layer = "mention", demonym = "yes" }', "/labels/l/P/demonym", "true or false"),
    ('text = [{ key = "a" }]\n[labels]\n[defaults.event]\nrealis = "maybe"', "/defaults/event/realis", "'maybe'"),
    ('text = [{ key = "a" }]\n[labels]\n[defaults.event]\ntype = "from_words"', "/defaults/event/type", "from_words"),
    ('text = [{ key = "a" }]\n[labels]\n[defaults.quote]\nspeaker = "Bob"', "/defaults/quote/speaker", "needs no default"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "quote" }', "/controls/c", "fills no field"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "quote", field = "kid" }', "/controls/c/field", "kid"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "quote", field = "kind", values = { D = "dir" } }', "/controls/c/values/D", "'dir'"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "quote", values = { D = "direct" } }', "/controls/c/values/D", "no field"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "event", values = { D = { realis = "x" } } }', "/controls/c/values/D/realis", "'x'"),
    ('text = [{ key = "a" }]\n[labels]\n[controls]\nc = { layer = "quote", field = "speaker", type = "MAN" }', "/controls/c/type", "'MAN'"),
    ('text = [{ key = "a" }]\n[labels]\n[relations]\nr = { layer = "quote", field = "spkr" }', "/relations/r/field", "spkr"),
    ('text = [{ key = "a" }]\n[labels]\n[relations]\nr = { layer = "event", field = "arguments" }', "/relations/r", "role"),
    ('text = [{ key = "a" }]\n[labels]\n[relations]\nr = { layer = "event", field = "arguments", role = "boss" }', "/relations/r/role", "'boss'"),
    ('text = [{ key = "a" }]\n[labels]\n[relations]\nr = [{ layer = "quote", field = "time" }, { layer = "claim", field = "relations", kind = "x" }]', "/relations/r/1/kind", "'x'"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "pointer", "word"), MAPPINGS)
def test_bad_mappings_are_findings(text: str, pointer: str, word: str) -> None:
    mapping, findings = load(text.encode(), "m.toml")
    assert mapping is None
    assert {f.code for f in findings} == {"LST035"}
    assert any(f.pointer == pointer and word in f.message for f in findings), findings


def test_all_that_is_wrong_with_a_mapping_is_told_at_once() -> None:
    text = (
        'text = [{ key = "a" }]\n[labels.l]\nP = { layer = "mention", type = "X" }\nO = { layer = "event", type = "Y" }'
    )
    assert len(load(text.encode(), "m.toml")[1]) == 2


def test_the_mapping_schema_is_documented() -> None:
    schema = specification.mapping_schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    for example in schema["examples"]:
        mapping, faults = load(encode(example), "example.json")
        assert mapping is not None, faults

    def parts(part: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
        for name, inner in part.get("properties", {}).items():
            yield name, inner
            yield from parts(inner)
            yield from parts(inner.get("items", {}))

    for name, part in [*schema["$defs"].items(), *(p for d in [schema, *schema["$defs"].values()] for p in parts(d))]:
        if "$ref" not in part:
            assert part["title"], name
            assert part["description"], name


def test_words_give_a_kind_away() -> None:
    kinds = {
        "She": "pronoun",
        "their": "pronoun",
        "US": "name",
        "the White House": "name",
        "The mayor": "nominal",
        "安倍": "name",
    }
    assert {w: mention_kind(w) for w in kinds} == kinds


def test_words_give_a_date_away() -> None:
    values = {
        ("DATE", "5 November 2024"): "2024-11-05", ("DATE", "November 2024"): "2024-11", ("DATE", "2019"): "2019",
        ("DATE", "the 1990s"): "199", ("DATE", "Tuesday"): "XXXX-WXX-2", ("DATE", "soon"): "XXXX-XX-XX", ("DATE", "March 3"): "XXXX-03-03",
        ("TIME", "5 November 2024 in the evening"): "2024-11-05TXX", ("TIME", "noon"): "XXXX-XX-XXTXX", ("TIME", "Monday morning"): "XXXX-WXX-1TXX",
        ("DURATION", "two weeks"): "P2W", ("DURATION", "5 minutes"): "PT5M", ("DURATION", "a while"): "PXD", ("SET", "daily"): "XXXX-XX-XX",
    }  # fmt: skip
    assert {k: time_value(k[0], Span(0, len(k[1]), k[1])) for k in values} == values
    for type_, words in values:
        from onrecord.checking.rules.times.timex import value_types

        assert type_ in value_types(time_value(type_, Span(0, len(words), words)))


LABELS = {
    "P": {"layer": "mention", "type": "PERSON"}, "O": {"layer": "mention", "type": "ORG", "kind": "nominal"}, "T": {"layer": "time", "type": "DATE"},
    "Q": {"layer": "quote"}, "C": {"layer": "cue"}, "V": {"layer": "verbatim"}, "K": {"layer": "claim"}, "E": {"layer": "event", "type": "attack"},
    "X": {"layer": "extensions"},
}  # fmt: skip
ANY = {
    "text": [{"key": "text"}],
    "labels": {"l": LABELS},
    "controls": {
        "cluster": [{"layer": "mention", "field": "cluster"}, {"layer": "event", "field": "cluster"}],
        "who": {"layer": "quote", "field": "speaker", "type": "PERSON"},
        "kind": {"layer": "quote", "field": "kind"},
    },
    "relations": {
        "coref": [{"layer": "mention", "field": "coreference"}, {"layer": "event", "field": "coreference"}],
        "more": [{"layer": "quote", "field": "continues"}, {"layer": "claim", "field": "continues"}],
        "says": [{"layer": "quote", "field": "speaker"}, {"layer": "claim", "field": "claimant"}],
        "arg": {"layer": "event", "field": "arguments", "role": "agent"},
        "cue": {"layer": "quote", "field": "cue"},
        "in": {"layer": "claim", "field": "quote"},
        "": [{"layer": "quote", "field": "time"}, {"layer": "event", "field": "time"}],
    },
    "coreference": {"entities": "words"},
    "defaults": {
        "mention": {"kind": "from_words"},
        "time": {"value": "from_words", "basis": "stated"},
        "quote": {"kind": "from_words", "attribution": "speech"},
        "claim": {"text": "from_words", "voice": "author", "kind": "fact", "stance": "affirm", "check_worthy": False},
        "event": {"polarity": "positive", "realis": "actual"},
    },
}


@st.composite
def projects_of(draw: Any) -> dict[str, Any]:
    """A task of another project over hostile text: marks of all layers, controls, relations of every kind."""
    text, tokens = draw(texts())
    results: list[dict[str, Any]] = []
    ids = [f"r{i}" for i in range(draw(st.integers(1, 8)))]
    for id in ids:
        first = draw(st.integers(0, len(tokens) - 1))
        last = min(len(tokens) - 1, first + draw(st.integers(0, 3)))
        place = {"start": tokens[first][0], "end": tokens[last][1]}
        words = {"text": text[place["start"] : place["end"]]}
        labels = draw(st.lists(st.sampled_from([*LABELS, "unknown"]), min_size=1, max_size=2, unique=True))
        common = {"id": id, "to_name": "text"}
        results.append({**common, "from_name": "l", "type": "labels", "value": {**place, **words, "labels": labels}})
        for control, type_, value in (
            ("cluster", "textarea", "1"),
            ("who", "textarea", "Agency"),
            ("kind", "choices", "direct"),
        ):
            if draw(st.booleans()):
                given = {"text": [value]} if type_ == "textarea" else {**words, "choices": [value]}
                results.append({**common, "from_name": control, "type": type_, "value": {**place, **given}})
    names = [*ANY["relations"], "unknown"]
    for _ in range(draw(st.integers(0, 8))):
        a, b = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
        label = draw(st.sampled_from(names))
        direction = draw(st.sampled_from(["right", "left", "bi"]))
        results.append(
            {
                "type": "relation",
                "from_id": a,
                "to_id": b,
                "direction": direction,
                "labels": [label] if label else [],
            }
        )
    row = {"id": 1, "completed_by": 1, "created_at": NOW, "result": draw(st.permutations(results))}
    return {"id": 5, "data": {"text": text, "more": {"x": 1}}, "annotations": [row]}


def any_mapping() -> Mapping:
    found, findings = load(encode(ANY), "m.json")
    assert found is not None, findings
    return found


def joined(record: Record) -> set[frozenset[tuple[int, int]]]:
    """The pairs of places that a record joins, by whatever field."""
    whole = decode(encode(record))
    kept = whole["extensions"]["labelstudio"]
    narrow = {a["id"]: (a["start"], a["end"]) for a in kept.get("adjusted", [])}
    at = {
        m["id"]: (m["start"], m["end"]) for layer in ("entities", "events") for x in whole[layer] for m in x["mentions"]
    }
    at |= {t["id"]: (t["start"], t["end"]) for t in whole["times"]}
    groups: list[tuple[list[Any], list[Any]]] = []
    pieces = {}
    for x in [*whole["quotes"], *whole["claims"]]:
        own = pieces[x["id"]] = [(f["start"], f["end"]) for f in x["fragments"]] + list(narrow.values())
        ends = [at[m] for m in (x.get("speaker_mention"), x.get("claimant_mention"), x.get("time")) if m]
        ends += [(x["cue"]["start"], x["cue"]["end"])] if x.get("cue") else []
        groups.append((own, own + ends + (pieces[x["quote"]] if x.get("quote") else [])))
    for x in [*whole["entities"], *whole["events"]]:
        own = [at[m["id"]] for m in x["mentions"]]
        named = [a["mention"] or a["target"] for a in x.get("arguments", [])] + [t for t in [x.get("time")] if t]
        groups.append((own, own + [p for n in named for p in pieces.get(n, [at[n]] if n in at else [])]))
    return {frozenset((a, b)) for own, ends in groups for a in own for b in ends}


@settings(max_examples=draws(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(projects_of())
def test_no_project_loses_anything(task: dict[str, Any]) -> None:
    before = copy.deepcopy(task)
    tally = Tally()
    record, findings = move(task, any_mapping(), NOW, choice=Choice(offsets="code-points"), tally=tally)
    assert task == before
    if record is None:
        assert {f.code for f in findings if f.severity == "error"} <= {"LST008", "LST031"}
        return
    results = task["annotations"][0]["result"]
    assert record.extensions is not UNSET
    kept = record.extensions["labelstudio"]
    carried = kept.get("results", [])
    assert all(r in results for r in carried)
    assert tally.results == len(results)
    assert kept["data"] == {"more": {"x": 1}}
    whole = decode(encode(record))
    items = {m["id"]: m for layer in ("entities", "events") for x in whole[layer] for m in x["mentions"]}
    items |= {x["id"]: x for layer in ("times", "quotes", "claims") for x in whole[layer]}
    spans = {(s["start"], s["end"]) for q in [*whole["quotes"], *whole["claims"]] for s in q["fragments"]}
    spans |= {
        (s["start"], s["end"]) for q in whole["quotes"] for s in [*q["verbatim"], *([q["cue"]] if q["cue"] else [])]
    }
    spans |= {(a["start"], a["end"]) for a in kept.get("adjusted", [])}
    assert all(r in carried for r in results if "unknown" in r.get("labels", []))
    at = {r["id"]: (r["value"]["start"], r["value"]["end"]) for r in results if r["type"] == "labels"}
    pairs = joined(record)
    for r in results:  # each relation joins its ends in the record, or is carried
        if r["type"] == "relation" and r not in carried:
            ends = frozenset((at[r["from_id"]], at[r["to_id"]]))
            assert ends in pairs or len(ends) == 1, r
    for r in results:  # each mark is an item of its place, or carried
        if r["type"] == "labels" and r not in carried:
            place = (r["value"]["start"], r["value"]["end"])
            item = items.get(r["id"])
            assert place in spans or (item is not None and (item["start"], item["end"]) == place), r
    _, rules = check_source(canonical_json.canonical(record), "x.json")
    assert not {f.code for f in rules} & {
        "SPN001",
        "SPN002",
        "IDS001",
        "IDS002",
        "IDS003",
        "IDS004",
        "TXT001",
        "SEG003",
    }
    if not any(f.severity == "error" for f in rules):
        assert from_task(decode(encode(prove(record))))[0] == record


@settings(max_examples=draws(150), deadline=None, suppress_health_check=list(HealthCheck))
@given(projects_of())
def test_old_exports_move_as_new_ones_do(task: dict[str, Any]) -> None:
    old = copy.deepcopy(task)
    old["annotations"][0]["result"] = from_code_points(task["data"]["text"], task["annotations"][0]["result"], "utf-16")
    new, _ = move(task, any_mapping(), NOW, choice=Choice(offsets="code-points"))
    back, findings = move(old, any_mapping(), NOW)
    told = {f.code for f in findings}
    if new is None or back is None:
        assert (new is None) == (back is None) or "LST031" in told
        return
    if old == task:
        assert back == new
        return
    assert "LST030" in told
    a, b = decode(encode(new)), decode(encode(back))
    assert b["extensions"]["labelstudio"].pop("offsets")
    assert b == a


JUNK = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 300)
    | st.floats(allow_nan=False)
    | st.sampled_from(["r0", "l", "text", "", "\ud7ff"]),
    lambda x: (
        st.lists(x, max_size=3) | st.dictionaries(st.sampled_from(["id", "start", "labels", "text"]), x, max_size=3)
    ),
    max_leaves=5,
)


@settings(max_examples=draws(300), deadline=None, suppress_health_check=list(HealthCheck))
@given(projects_of(), st.data())
def test_no_damage_makes_a_traceback(task: dict[str, Any], data: st.DataObject) -> None:
    target: Any = task
    while True:
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        if isinstance(target[key], dict | list) and target[key] and data.draw(st.integers(0, 4)):
            target = target[key]
            continue
        target[key] = data.draw(JUNK)
        break
    record, findings = move(task, any_mapping(), NOW)
    assert record is not None or findings


def test_the_command_moves_a_project_in(tmp_path: Path) -> None:
    case = CASES / "ner"
    args = ("labelstudio", "import", case / "export.json", "--mapping", case / "mapping.toml")
    out = tmp_path / "corpus" / "records"
    result = run(*args, "-o", out, "--raw", tmp_path / "corpus" / "raw")
    assert "2 records written" in result.output
    assert "17 results of another project: 16 mapped" in result.output
    assert {p.name: p.read_bytes() for p in out.iterdir()} == {
        n: (case / n).read_bytes() for n in ("task-101.json", "task-102.json")
    }
    assert (tmp_path / "corpus" / "raw" / "task-102.txt").read_bytes() == tasks_of("ner")[1]["data"]["article"].encode()
    run("validate", out)
    run(*args, "-o", out)  # nothing has changed
    (out / "task-101.json").write_text("corrected since")
    assert "LST038" in run(*args, "-o", out, code=1).output
    assert (out / "task-101.json").read_text() == "corrected since"
    (tmp_path / "corpus" / "raw" / "task-102.txt").write_text("another text")
    assert (
        "task-102.txt is there"
        in run(*args, "-o", tmp_path / "new", "--raw", tmp_path / "corpus" / "raw", code=1).output
    )
    run(*args, "-o", out, "--force")
    assert (out / "task-101.json").read_bytes() == (case / "task-101.json").read_bytes()


def test_each_annotators_work_moves_by_itself(tmp_path: Path) -> None:
    (task, _) = tasks_of("ner")
    first = task["annotations"][0]
    results = first["result"]
    task["annotations"].append(
        first | {"id": 12, "completed_by": 5, "result": results[:3], "updated_at": "2022-01-01T00:00:00Z"}
    )
    task["drafts"] = [
        {"id": 1, "user": "kim@example.org", "annotation": None, "created_at": NOW, "result": results[:1]}
    ]
    (tmp_path / "export.json").write_bytes(encode([task]))
    args = ("labelstudio", "import", tmp_path / "export.json", "--mapping", CASES / "ner" / "mapping.toml")

    def marks(folder: str) -> dict[str, int]:
        found = sorted((tmp_path / folder).rglob("task-101.json"))
        whole = {p.parent.name: decode(p.read_bytes()) for p in found}
        return {k: sum(len(e["mentions"]) for e in r["entities"]) for k, r in whole.items()}

    assert run(*args, "-o", tmp_path / "each", "--by-annotator").output.count("LST022") == 1
    assert marks("each") == {"jo@example.org": 9, "user-5": 3}
    run(*args, "-o", tmp_path / "drafts", "--by-annotator", "--drafts")
    assert marks("drafts") == {"jo@example.org": 9, "user-5": 3, "kim@example.org": 1}
    assert "LST009" in run(*args, "-o", tmp_path / "newest").output
    assert marks("newest") == {"newest": 3}
    run(*args, "-o", tmp_path / "jo", "--annotator", "jo@example.org")
    assert marks("jo") == {"jo": 9}


def test_what_is_not_valid_goes_beside(tmp_path: Path) -> None:
    tasks = tasks_of("quotes")
    results = tasks[0]["annotations"][1]["result"]
    next(r for r in results if r.get("from_name") == "quote_type" and r["id"] == "Q-4")["value"]["choices"] = ["Direct"]
    (tmp_path / "export.json").write_bytes(encode(tasks))
    args = ("labelstudio", "import", tmp_path / "export.json", "--mapping", CASES / "quotes" / "mapping.toml")
    assert "QUO001" in run(*args, "-o", tmp_path / "out", code=1).output
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "budget-2023.rejected.json",
        "budget-2023.rejected.txt",
    ]
    assert "QUO001" in (tmp_path / "out" / "budget-2023.rejected.txt").read_text("utf-8")
    assert decode((tmp_path / "out" / "budget-2023.rejected.json").read_bytes()) == tasks[0]


def test_source_files_are_names(tmp_path: Path) -> None:
    task = tasks_of("ner")[0]
    task["data"]["file"] = "../../crawl/a.txt"
    mapping, faults = load(
        (CASES / "ner" / "mapping.toml")
        .read_bytes()
        .replace(b"[metadata]", b'[metadata]\nsource_file = { key = "file" }'),
        "m",
    )
    assert mapping is not None, faults
    record, _ = move(task, mapping, NOW)
    assert record is not None
    assert record.metadata.source_file == "a.txt"
    assert record.extensions is not UNSET
    assert record.extensions["labelstudio"]["data"]["file"] == "../../crawl/a.txt"


def test_a_mapping_can_be_started(tmp_path: Path) -> None:
    run("labelstudio", "mapping", CASES / "ner" / "config.xml", "-o", tmp_path / "m.toml")
    run(
        "labelstudio", "import", CASES / "ner" / "export.json", "--mapping", tmp_path / "m.toml", "-o", tmp_path / "out"
    )
    (tmp_path / "bad.xml").write_text("<View>")
    assert "no XML" in run("labelstudio", "mapping", tmp_path / "bad.xml", code=2).output
    run("labelstudio", "mapping", tmp_path / "none.xml", code=2)


def test_bad_mappings_stop_the_command(tmp_path: Path) -> None:
    (tmp_path / "m.toml").write_text(
        'text = [{ key = "article" }]\n[labels.label]\nPER = { layer = "mention", type = "HUMAN" }\n'
    )
    args = ("labelstudio", "import", CASES / "ner" / "export.json", "-o", tmp_path / "out", "--mapping")
    assert "LST035" in run(*args, tmp_path / "m.toml", code=1).output
    assert "none.toml" in run(*args, tmp_path / "none.toml", code=2).output
    assert not (tmp_path / "out").exists()


def test_without_a_mapping_another_project_is_refused(tmp_path: Path) -> None:
    result = run("labelstudio", "import", CASES / "ner" / "export.json", "-o", tmp_path / "out", code=1)
    assert result.output.count("LST002") == 1
    assert "--mapping" in result.output
