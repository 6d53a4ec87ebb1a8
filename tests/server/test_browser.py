import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec.json import decode, encode

from onrecord.labelstudio import from_export
from onrecord.labelstudio.codec.mapping import SPAN
from onrecord.labelstudio.codec.roundtrip import differences
from onrecord.model.record import Record

from .samples import NASTY, small, stored
from .studio import Studio

if TYPE_CHECKING:
    from .page import Page

pytestmark = pytest.mark.server


def _regions(task: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {r["id"]: r["value"] for r in task["annotations"][0]["result"] if r.get("from_name") == SPAN}


def _shoot(page: "Page", folder: Path, name: str) -> None:
    kept = os.environ.get("ONRECORD_SCREENSHOTS")
    for where in (folder, *([Path(kept)] if kept else [])):
        page.screenshot(where / f"{name}.png")


def _resaved(page: "Page", studio: Studio, record: Record, folder: Path) -> None:
    """The browser draws a record's task, writes it anew, and nothing is different."""
    pid, (task,) = studio.project([record], record.id[:40])
    before = studio.export(pid)[0]
    page.open(pid, task, len(_regions(before)))
    _shoot(page, folder, record.id)
    page.select()
    page.flip()
    _shoot(page, folder, f"{record.id}-selected")
    page.update()
    assert page.errors() == []
    after = studio.export(pid)[0]
    assert after["annotations"][0]["updated_at"] > before["annotations"][0]["updated_at"]
    assert list(from_export([after])) == [(record, [])]


@pytest.mark.parametrize("record", list(stored()), ids=lambda r: r.id)
def test_update_changes_nothing(record: Record, page: "Page", studio: Studio, tmp_path: Path) -> None:
    _resaved(page, studio, record, tmp_path)


@pytest.mark.parametrize("name", NASTY)
def test_update_changes_nothing_in_nasty_texts(name: str, page: "Page", studio: Studio, tmp_path: Path) -> None:
    _resaved(page, studio, small(name, NASTY[name]), tmp_path)


@pytest.mark.parametrize("name", NASTY)
def test_words_marked_by_mouse(name: str, page: "Page", studio: Studio, tmp_path: Path) -> None:
    """A person's own mark has code-point offsets, and is an entity with the defaults that the page names."""
    record = small(name, NASTY[name])
    pid, (task,) = studio.project([record], f"mouse {name}")
    known = set(_regions(studio.export(pid)[0]))
    page.open(pid, task, len(known))
    page.mark("PRODUCT", "flies")
    _shoot(page, tmp_path, f"mouse-{name}")
    page.update()
    assert page.errors() == []
    export = studio.export(pid)
    made = [value for id, value in _regions(export[0]).items() if id not in known]
    start = record.text.index("flies")
    assert [(v["start"], v["end"], v["labels"]) for v in made] == [(start, start + 5, ["PRODUCT"])]
    ((back, findings),) = from_export(export)
    assert back is not None
    assert findings == []
    found = differences(decode(encode(record)), decode(encode(back)))
    assert [d for d in found if not d.startswith("/annotation/")] == ["/entities has 2 items instead of 1"]
    added = back.entities[1]
    assert (added.type, added.name, [(m.text, m.kind) for m in added.mentions]) == (
        "PRODUCT",
        "flies",
        [("flies", "name")],
    )


def test_a_broken_page_is_noticed(page: "Page", studio: Studio) -> None:
    """The other tests' “no errors” is worth something: a relation that leads nowhere is an error on the page."""
    record = small("broken", NASTY["emoji"])
    pid, (task,) = studio.project([record], "broken")
    annotation = studio.export(pid)[0]["annotations"][0]
    dangling = {"type": "relation", "from_id": "q1", "to_id": "nowhere", "direction": "right", "labels": ["cue"]}
    studio.sdk.annotations.update(annotation["id"], result=[*annotation["result"], dangling])
    page.visit(pid, task)
    page.wait.until(lambda _: page.errors(), "a dangling relation passed unnoticed")


def test_every_region_is_coloured(page: "Page", studio: Studio) -> None:
    pid, (task,) = studio.project([next(stored())], "colours")
    page.open(pid, task, len(_regions(studio.export(pid)[0])))
    assert page.unseen() == []
