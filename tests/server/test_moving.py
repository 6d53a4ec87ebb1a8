"""Another team's project on a real Label Studio: made with its own configuration, exported, moved in."""

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.json import decode, encode

from onrecord.labelstudio.codec.choosing import Choice
from onrecord.labelstudio.codec.forms import of_bytes, of_value
from onrecord.labelstudio.foreign import load, move

from .samples import ROOT
from .studio import Studio

if TYPE_CHECKING:
    from .page import Page

pytestmark = pytest.mark.server

CASES = ROOT / "tests" / "cases" / "labelstudio"
NOW = "2026-01-01T00:00:00Z"
OWN = ("id", "metadata", "annotation")


def _project(studio: Studio, name: str) -> tuple[int, list[dict[str, Any]]]:
    """A project with a case's configuration and those of its tasks that a present version can have made."""
    case = CASES / name
    tasks = [t for t in decode((case / "export.json").read_bytes()) if "annotations" in t]
    bodies = []
    for t in tasks:
        rows = [{"result": a["result"], "ground_truth": False} for a in t["annotations"] if not a.get("was_cancelled")]
        guesses = [
            {k: p[k] for k in ("result", "model_version", "score")} for p in t["predictions"] if isinstance(p, dict)
        ]
        bodies.append({"data": t["data"], "annotations": rows, "predictions": guesses})
    pid = studio.sdk.projects.create(title=name, label_config=(case / "config.xml").read_text("utf-8")).id
    studio.sdk.projects.import_tasks(pid, request=bodies)
    return int(pid), tasks


def _snapshot(studio: Studio, pid: int) -> list[dict[str, Any]]:
    """An export with whole predictions and drafts."""
    import time

    options = {"predictions": {"only_id": False}, "drafts": {"only_id": False}}
    made = studio.sdk.projects.exports.create(pid, serialization_options=options)
    while studio.sdk.projects.exports.get(pid, made.id).status in ("created", "in_progress"):
        time.sleep(0.2)
    raw = b"".join(studio.sdk.projects.exports.download(pid, made.id, export_type="JSON"))
    found: list[dict[str, Any]] = decode(raw)
    return found


def _layers(record: Any) -> dict[str, Any]:
    """The record without what the server numbers and dates anew."""
    whole: dict[str, Any] = decode(encode(record))
    kept = whole["extensions"]["labelstudio"]
    whole["extensions"] = {
        k: kept[k] for k in kept if k in ("data", "ids", "defaults", "adjusted", "clusters", "results", "leftovers")
    }
    return {k: v for k, v in whole.items() if k not in OWN}


@pytest.mark.parametrize("name", ["events", "ner", "quotes"])
def test_projects_move_in_from_the_server(studio: Studio, name: str) -> None:
    mapping, faults = load((CASES / name / "mapping.toml").read_bytes(), "mapping.toml")
    assert mapping is not None, faults
    pid, tasks = _project(studio, name)
    exports = [_snapshot(studio, pid)]
    if name != "events":  # the plain export has predictions as ids only
        exports.append(studio.export(pid))
    for export in exports:
        for before, after in zip(tasks, sorted(export, key=lambda t: int(t["id"])), strict=True):
            wanted, _ = move(before, mapping, NOW)
            record, findings = move(after, mapping, NOW)
            assert wanted is not None
            assert record is not None, findings
            assert _layers(record) == _layers(wanted)


def test_plain_exports_of_predictions_say_what_to_do(studio: Studio) -> None:
    mapping, _ = load((CASES / "events" / "mapping.toml").read_bytes(), "mapping.toml")
    assert mapping is not None
    pid, _ = _project(studio, "events")
    record, findings = move(studio.export(pid)[0], mapping, NOW)
    assert record is None
    assert [f.code for f in findings] == ["LST002"]
    assert "only their ids" in findings[0].message


@pytest.mark.parametrize("form", ["JSON_MIN", "CSV", "TSV", "CONLL2003"])
def test_other_exports_are_refused(studio: Studio, form: str) -> None:
    import urllib.request

    pid, _ = _project(studio, "ner")
    address = f"{studio.url}/api/projects/{pid}/export?exportType={form}"
    request = urllib.request.Request(address, headers={"Authorization": f"Token {studio.token}"})
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(request, timeout=60) as reply:
        raw = reply.read()
    found = of_value(decode(raw)) if form == "JSON_MIN" else of_bytes(raw)
    assert found is not None
    assert {"CONLL2003": "CoNLL"}.get(form, form) in found[0]


def test_drafts_and_several_annotators(studio: Studio) -> None:
    mapping, _ = load((CASES / "ner" / "mapping.toml").read_bytes(), "mapping.toml")
    assert mapping is not None
    pid, tasks = _project(studio, "ner")
    (task,) = studio.export(pid)
    results = tasks[0]["annotations"][0]["result"]
    studio.sdk.annotations.create(task["id"], result=results[:1], was_cancelled=True)
    import urllib.request

    body = encode({"result": results[:2], "lead_time": 1.0})
    headers = {"Authorization": f"Token {studio.token}", "Content-Type": "application/json"}
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    where = f"{studio.url}/api/tasks/{task['id']}/drafts?project={pid}"
    direct.open(urllib.request.Request(where, data=body, headers=headers, method="POST"), timeout=60).close()
    (after,) = _snapshot(studio, pid)
    record, findings = move(after, mapping, NOW)
    assert record is not None
    assert [f.code for f in findings] == ["LST023", "LST022"]
    assert sum(len(e.mentions) for e in record.entities) == 9
    draft, findings = move(after, mapping, NOW, choice=Choice(drafts=True))
    assert draft is not None
    assert [f.code for f in findings] == ["LST023", "LST009"]
    assert sum(len(e.mentions) for e in draft.entities) == 2
    assert draft.annotation.annotators[0].note == "a draft that was not submitted"


CONFIG = """<View><Labels name="span" toName="text"><Label value="PER"/><Label value="Q"/></Labels><Text name="text" value="$body"/></View>"""
MOVE = {
    "text": [{"key": "body"}],
    "labels": {"span": {"PER": {"layer": "mention", "type": "PERSON", "kind": "name"}, "Q": {"layer": "quote"}}},
    "defaults": {"quote": {"kind": "from_words", "attribution": "speech"}},
}


def test_words_marked_across_lines(page: "Page", studio: Studio) -> None:
    """The browser writes line ends into a region's words as a backslash and an n; they are the article's words all the same."""
    from selenium.common.exceptions import TimeoutException
    from selenium.webdriver import ActionChains
    from selenium.webdriver.common.by import By
    from selenium.webdriver.support.ui import WebDriverWait

    from .page import _RECTANGLE

    text = "🚀 Ann Lee spoke.\r\nShe said it flies 👩‍🚀 high\nand far away.\n"
    first = {
        "id": "r1",
        "from_name": "span",
        "to_name": "text",
        "type": "labels",
        "value": {"start": 2, "end": 9, "text": "Ann Lee", "labels": ["PER"]},
    }
    pid = int(studio.sdk.projects.create(title="lines", label_config=CONFIG).id)
    studio.sdk.projects.import_tasks(
        pid, request=[{"data": {"body": text}, "annotations": [{"result": [first], "ground_truth": False}]}]
    )
    (task,) = studio.export(pid)
    page.open(pid, task["id"], 1)

    def drag() -> None:
        page.click(By.XPATH, "//*[contains(@class, 'lsf-label')][normalize-space(text())='Q']")
        left, top, _, bottom = page.driver.execute_script(_RECTANGLE, "it flies")
        _, below, right, end = page.driver.execute_script(_RECTANGLE, "and far")
        mouse = ActionChains(page.driver, duration=100)
        mouse.w3c_actions.pointer_action.move_to_location(int(left) + 1, int((top + bottom) / 2))
        mouse.w3c_actions.pointer_action.pointer_down()
        mouse.w3c_actions.pointer_action.move_to_location(int(left) + 30, int((below + end) / 2))
        mouse.w3c_actions.pointer_action.move_to_location(round(right), int((below + end) / 2))
        mouse.w3c_actions.pointer_action.pointer_up()
        mouse.perform()

    count = "return Htx.annotationStore.selected.regions.length"
    for _ in range(4):
        drag()
        try:
            WebDriverWait(page.driver, 8, 0.2).until(lambda d: d.execute_script(count) == 2)
            break
        except TimeoutException:
            continue
    page.update()
    assert page.errors() == []
    (after,) = studio.export(pid)
    made = next(r["value"] for r in after["annotations"][0]["result"] if r["id"] != "r1")
    assert text[made["start"] : made["end"]] == "it flies 👩‍🚀 high\nand far"
    assert "\\n" in made["text"]
    mapping, faults = load(encode(MOVE), "m.json")
    assert mapping is not None, faults
    record, findings = move(after, mapping, NOW)
    assert record is not None, findings
    assert findings == []
    assert record.quotes[0].fragments[0].text == "it flies 👩‍🚀 high\nand far"
