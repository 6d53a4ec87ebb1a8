"""The offline codec against the real server and the real editor in a real browser."""

import os
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode
from msgspec.structs import replace

from helpers import ROOT
from onrecord import store
from onrecord.ingest import ingest
from onrecord.labelstudio import config, from_export, from_task, to_task
from onrecord.record import Entity, Link, Mention, Quote, Record, Span

pytestmark = pytest.mark.server

RECORDS = [
    decode(path.read_bytes(), type=Record)
    for path in [*sorted((ROOT / "corpus" / "records").glob("*.json")), ROOT / "schemas" / "record.example.json"]
]
NASTY = {
    "emoji": "Go 👩‍🚀 👨‍👩‍👧‍👦 🇺🇦 👍🏽, said “Ann 🚀” today.\n",
    "marks": "E\u0301te\u0301 Z͑ͫ̓ͪ, said “Ann” today.\u00a0\u00a0Yes.\n",
    "crlf": "Title here\r\n\r\nHe told us, said “Ann” today.\r\nNext line.\r\n",
    "rtl": "\ufeffقال \u202bالرئيس\u202c שלום, said “Ann” today.\u2028More.\n",
}


def nasty(name: str) -> Record:
    """A record with a mention, a cue and a direct quote behind the nasty characters."""
    text = NASTY[name]
    record = ingest(
        text.encode(),
        f"{name}.txt",
        schema_version=store.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
    )

    def span(words: str) -> Span:
        start = text.index(words)
        return Span(start=start, end=start + len(words), text=words)

    ann, cue = span("Ann"), span("said")
    words = span(text[text.index("“") : text.index("”") + 1])
    mention = Mention(
        id="m1",
        start=ann.start,
        end=ann.end,
        text=ann.text,
        kind="name",
        metonymic=False,
        demonym=False,
        note="line\n👩‍🚀",
    )
    entity = Entity(
        id="e1", type="PERSON", name="Ann", link=Link(status="nil", wikidata=None), members=(), mentions=(mention,)
    )
    quote = Quote(
        id="q1", kind="direct", fragments=(words,), verbatim=(), cue=cue, speaker="e1", speaker_mention=None, addressees=(),
        parent=None, attribution="speech", time=None, setting=None,
    )  # fmt: skip
    return replace(record, entities=(entity,), quotes=(quote,))


ALL = [*RECORDS, *(nasty(name) for name in NASTY)]


@pytest.fixture(scope="module")
def project(studio: Any) -> Any:
    """A project with our configuration, the tasks in it in the order of ALL; (id, task ids)."""
    made = studio.client.projects.create(title="onrecord", label_config=config())
    reply = studio.client.projects.import_tasks(made.id, request=[to_task(r) for r in ALL], return_task_ids=True)
    return made.id, reply.task_ids


def test_out_and_back_through_the_server(studio: Any, project: Any) -> None:
    export = decode(encode(studio.client.projects.exports.as_json(project[0])))
    back = {record.id: record for record, findings in from_export(export) if record is not None and not findings}
    assert back == {r.id: r for r in ALL}


def open_task(page: Any, studio: Any, project: Any, n: int) -> None:
    """Open a task in the labelling page and wait until its regions are drawn."""
    page.get(f"{studio.url}/projects/{project[0]}/data?task={project[1][n]}")
    for _ in range(120):
        time.sleep(0.5)
        if page.execute_script(
            "return window.Htx && Htx.annotationStore.selected && document.querySelector('.htx-highlight') ? 1 : 0"
        ):
            return
    pytest.fail("the labelling page shows no region")


def serialised(page: Any) -> list[dict[str, Any]]:
    """What the editor would send on Update."""
    found: list[dict[str, Any]] = decode(
        page.execute_script("return JSON.stringify(Htx.annotationStore.selected.serializeAnnotation())")
    )
    return found


@pytest.mark.parametrize("n", range(len(ALL)), ids=[r.id for r in ALL])
def test_the_editor_gives_back_what_it_was_given(page: Any, studio: Any, project: Any, n: int, tmp_path: Path) -> None:
    open_task(page, studio, project, n)
    task = to_task(ALL[n])
    task["annotations"][0]["result"] = serialised(page)
    record, findings = from_task(task)
    assert findings == []
    assert record == ALL[n]
    shown = page.execute_script("return Htx.annotationStore.selected.regionStore.regions.length")
    assert shown == sum(r.get("type") == "labels" for r in to_task(ALL[n])["annotations"][0]["result"])
    page.save_screenshot(str(Path(os.environ.get("ONRECORD_SCREENSHOTS", tmp_path)) / f"{ALL[n].id}.png"))


@pytest.mark.parametrize("name", NASTY)
def test_a_mark_made_by_mouse_has_code_point_offsets(page: Any, studio: Any, project: Any, name: str) -> None:
    from selenium.webdriver.common.action_chains import ActionChains

    n = next(i for i, r in enumerate(ALL) if r.id == name)
    open_task(page, studio, project, n)
    before = {r["id"] for r in serialised(page) if "id" in r}
    place = page.execute_script(
        """const walker = document.createTreeWalker(document.querySelector('.htx-highlight').closest('[class*=htx-richtext], [data-linenumbers], .lsf-richtext__container, body'), NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
          const at = walker.currentNode.data.indexOf('today');
          if (at >= 0) { const r = document.createRange(); r.setStart(walker.currentNode, at); r.setEnd(walker.currentNode, at + 5);
            const b = r.getBoundingClientRect(); if (b.width) return [b.left, b.top + b.height / 2, b.width]; }
        }"""
    )
    assert place
    actions = ActionChains(page)
    actions.send_keys("d").perform()  # TIME
    actions = ActionChains(page, duration=50)
    actions.w3c_actions.pointer_action.move_to_location(round(place[0]) + 1, round(place[1]))
    actions.w3c_actions.pointer_action.pointer_down()
    actions.w3c_actions.pointer_action.move_to_location(round(place[0] + place[2]) - 1, round(place[1]))
    actions.w3c_actions.pointer_action.pointer_up()
    actions.perform()
    time.sleep(1)
    task = to_task(ALL[n])
    task["annotations"][0]["result"] = serialised(page)
    (made,) = [
        r for r in task["annotations"][0]["result"] if r.get("id") not in before and r.get("from_name") == "span"
    ]
    text = ALL[n].text
    assert made["value"]["labels"] == ["TIME"]
    assert text[made["value"]["start"] : made["value"]["end"]] == "today"
    _, findings = from_task(task)
    assert {f.code for f in findings} == {"LST004"}, "the new mark lacks its attributes, and nothing else is wrong"
    assert all("'today'" in f.message for f in findings)
