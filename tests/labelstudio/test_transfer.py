"""The three-way comparison and what is remembered between push and pull: pure, without a server."""

import os
import stat
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from msgspec.json import decode, encode
from msgspec.structs import replace

from draws import draws
from helpers import ROOT, example
from onrecord.compare.merge import compared, differences, fingerprint, merge, same
from onrecord.files import canonical_json, record_files
from onrecord.files.writing import write_atomic
from onrecord.labelstudio import to_task
from onrecord.labelstudio.codec.choosing import folder_name
from onrecord.labelstudio.codec.mapping import PASSES
from onrecord.labelstudio.exchange import landing
from onrecord.labelstudio.sync import corpus_folder
from onrecord.labelstudio.sync.client import Client, annotator
from onrecord.labelstudio.sync.errors import ServerError
from onrecord.labelstudio.sync.project import instruction
from onrecord.labelstudio.sync.push import Envelope, _packed, sealed
from onrecord.labelstudio.sync.state import State
from onrecord.labelstudio.sync.target import FILE, KEY, PROJECT, URL, target
from onrecord.model.record import Annotator, Record
from strategies import records

BASE = convert(example(), Record)


def changed(change: Any, base: Record = BASE) -> Record:
    value = decode(encode(base))
    change(value)
    return convert(value, Record)


def rename(n: int, name: str) -> Any:
    return lambda r: r["entities"][n].update(name=name)


# merge


@given(records(), records())
@settings(max_examples=draws(60))
def test_a_side_that_did_nothing_gives_way(base: Record, other: Record) -> None:
    there = replace(other, text=base.text, text_sha256=base.text_sha256)
    for here, theirs in ((base, there), (there, base), (there, there)):
        merged = merge(base, here, theirs)
        assert merged.conflicts == ()
        assert merged.record is not None
        assert compared(merged.record) == compared(there)


@given(records(), st.data())
@settings(max_examples=draws(60))
def test_changes_of_different_items_both_stay(base: Record, data: st.DataObject) -> None:
    """Each item goes to one side or the other, which annotates it; both annotations are in the merged record."""
    keys = [k for k in compared(base) if k[0] not in ("metadata", "segments", "annotation", "extensions")]
    mine = set(data.draw(st.lists(st.sampled_from(keys), unique=True))) if keys else set()
    here, there = _noted(base, mine, "here"), _noted(base, set(keys) - mine, "there")
    merged = merge(base, here, there).record
    assert merged is not None
    for key, item in compared(merged).items():
        if key in keys:
            assert item["note"] == ("here" if key in mine else "there")
    assert merge(base, there, here).record == merged


def _noted(record: Record, keys: set[tuple[str, str]], words: str) -> Record:
    whole = decode(encode(record))
    for layer in ("entities", "times", "quotes", "claims", "events"):
        for item in whole[layer]:
            if (layer, item["id"]) in keys:
                item["note"] = words
            for mention in item.get("mentions", ()):
                if (f"{layer}/mentions", mention["id"]) in keys:
                    mention["note"] = words
    return convert(whole, Record)


def test_the_same_item_changed_differently_is_a_conflict() -> None:
    here, there = changed(rename(0, "Nasa")), changed(rename(0, "the NASA"))
    merged = merge(BASE, here, there)
    assert merged.record is None
    assert [str(c) for c in merged.conflicts] == ["entity e1 (name): changed here, changed there"]
    assert merge(BASE, here, here).record == here


def test_deleted_on_one_side_and_changed_on_the_other_is_a_conflict() -> None:
    here = changed(lambda r: r["claims"].pop(0))
    there = changed(lambda r: r["claims"][0].update(check_worthy=not r["claims"][0]["check_worthy"]))
    (conflict,) = merge(BASE, here, there).conflicts
    assert str(conflict) == f"claim {BASE.claims[0].id}: deleted here, changed there"


def test_a_mention_of_a_deleted_entity_is_a_conflict() -> None:
    def mention(r: dict[str, Any]) -> None:
        r["entities"][1]["mentions"].append({**r["entities"][1]["mentions"][0], "id": "new"})

    here, there = changed(lambda r: r["entities"].pop(1)), changed(mention)
    assert [str(c) for c in merge(BASE, here, there).conflicts] == ["entity e2: deleted here, given a mention there"]
    assert [str(c) for c in merge(BASE, there, here).conflicts] == ["entity e2: given a mention here, deleted there"]


def test_new_items_of_both_sides_stand_where_they_stood() -> None:
    def add(id: str, at: int) -> Any:
        return lambda r: r["quotes"].insert(at, {**r["quotes"][0], "id": id})

    merged = merge(BASE, changed(add("mine", 0)), changed(add("theirs", 1))).record
    assert merged is not None
    assert [q.id for q in merged.quotes] == ["mine", BASE.quotes[0].id, "theirs", *[q.id for q in BASE.quotes[1:]]]


def test_without_a_base_all_that_differs_is_listed() -> None:
    here, there = changed(rename(0, "Nasa")), changed(lambda r: r["times"].pop(0))
    told = [str(d) for d in differences(None, here, there)]
    assert told == ["entity e1 (name): not the same", "time t1: present here, absent there"]


def test_who_annotated_and_when_is_no_content() -> None:
    other = replace(BASE, annotation=replace(BASE.annotation, modified="2031-01-01T00:00:00Z", annotators=(Annotator(name="Jo", kind="human"),)))  # fmt: skip
    assert same(BASE, other)
    assert fingerprint(BASE) == fingerprint(other)
    assert fingerprint(BASE) != fingerprint(changed(rename(0, "x")))
    assert fingerprint(BASE) != fingerprint(replace(BASE, annotation=replace(BASE.annotation, status="adjudicated")))
    merged = merge(BASE, other, changed(rename(0, "x"))).record
    assert merged is not None
    assert merged.annotation.modified == "2031-01-01T00:00:00Z"
    assert merged.annotation.annotators == (*other.annotation.annotators, *BASE.annotation.annotators)


# envelope


@given(records())
@settings(max_examples=draws(30))
def test_a_sealed_task_says_what_it_is_of(record: Record) -> None:
    for as_ in ("annotations", "predictions"):
        task = decode(encode(sealed(record, as_, to_task, 7)))
        envelope = Envelope.of(task)
        assert envelope == Envelope(record.id, fingerprint(record), 7)
        assert {"annotations", "predictions"} & set(task) == (
            {as_} if to_task(record)["annotations"][0]["result"] else set()
        )
        assert envelope is not None
        assert envelope.meta({"meta": {"theirs": 1}})["theirs"] == 1


@pytest.mark.parametrize(
    "task", [{}, {"meta": None}, {"meta": {"onrecord": {"record": 3}}}, {"data": []}, {"data": {"onrecord": {}}}]
)
def test_a_foreign_task_has_no_envelope(task: dict[str, Any]) -> None:
    assert Envelope.of(task) is None


def test_a_task_imported_by_hand_names_its_record() -> None:
    assert Envelope.of(to_task(BASE)) == Envelope(BASE.id, "")


# state


def test_state_is_kept_and_ignored_by_git(tmp_path: Path) -> None:
    other = changed(rename(0, "x"))
    with State(tmp_path, "https://labels.example.org:8443/x", 7) as state:
        state.know([(1, "a"), (2, "b")])
        state.keep_base(BASE)
        state.keep_base(other, "anna", sent=False)
    assert (tmp_path / ".onrecord" / ".gitignore").read_text() == "*\n"
    with State(tmp_path, "https://labels.example.org:8443/x", 7) as state:
        assert state.records_of([1, 2, 3]) == {1: "a", 2: "b"}
        assert state.base(BASE.id, "", "told") == "told", "the server knows better"
        assert state.base(BASE.id, "anna", "told") == fingerprint(other), "what it could not be told"
        assert state.content(BASE.id, fingerprint(BASE)) == BASE
        assert state.content(BASE.id, "0" * 64) is None
        state.forget([1])
        assert state.known_tasks() == {2}
    with State(tmp_path, "https://labels.example.org:8443/x", 8) as state:
        assert state.known_tasks() == set()


# where things land


def test_nothing_from_a_server_names_a_file_elsewhere(tmp_path: Path) -> None:
    corpus = corpus_folder.Corpus(tmp_path)
    for id in ("../x", "a/b", "", ".hidden", "a\n", "a\\b"):
        assert corpus.place(id) is None
        assert corpus.place(id, "anna") is None
    for name in ("../../etc", "a/b", "..", ".ssh", "Ann\u0000a", ""):
        place = corpus.place("a", name or "…")
        assert place is not None
        assert place.parent.parent == tmp_path / "annotations"
    assert folder_name("Jo.Doe@Example.org") == "jo.doe@example.org"
    alike = [folder_name(name) for name in ("a b", "a_b", "a/b", ".a_b", "x" * 70, "x" * 71)]
    assert len({*alike}) == len(alike), "two people never share a folder"


def test_a_record_is_found_by_its_id(tmp_path: Path) -> None:
    write_atomic(tmp_path / "records" / "2024" / "other.json", canonical_json.canonical(BASE))
    corpus = corpus_folder.Corpus(tmp_path)
    assert corpus.place(BASE.id) == tmp_path / "records" / "2024" / "other.json"
    assert corpus.place("new") == tmp_path / "records" / "new.json"
    assert list(corpus.ids()) == [BASE.id]
    (tmp_path / "records" / "bad.json").write_text("{")
    assert corpus_folder.read(tmp_path / "records" / "bad.json")[1][0].code == "FIL003"


def test_what_was_set_aside_goes_when_it_lands(tmp_path: Path) -> None:
    path = tmp_path / "records" / "a.json"
    broken = replace(BASE, text=BASE.text.replace("Tuesday", "Someday"))
    landed = landing.land(path, broken, {"id": 1}, [])
    assert not landed.valid
    assert landed.path == tmp_path / "records" / "a.rejected.json"
    assert decode(landed.path.read_bytes()) == {"id": 1}
    assert "SPN002" in (tmp_path / "records" / "a.rejected.txt").read_text("utf-8")
    assert list(record_files.record_files(tmp_path)) == [], "it is no record"
    assert landing.land(path, BASE, {"id": 1}, []).path == path
    assert [p.name for p in path.parent.iterdir()] == ["a.json"]
    assert path.read_bytes() == canonical_json.canonical(BASE)


# people


def test_an_annotation_belongs_to_whoever_made_it() -> None:
    emails = {1: "maintainer@x.org", 2: "anna@x.org"}
    assert annotator({"completed_by": 1, "updated_by": None}, emails, 1) == "maintainer@x.org"
    assert annotator({"completed_by": 1, "updated_by": 2}, emails, 1) == "anna@x.org", "she changed what was pushed"
    assert annotator({"completed_by": 2, "updated_by": 1}, emails, 1) == "anna@x.org", "somebody corrected hers"
    assert annotator({"completed_by": 9}, emails) == "user-9"
    assert annotator({"completed_by": {"id": 2, "email": "anna@x.org"}}, emails) == "anna@x.org"
    assert annotator({"user": "anna@x.org", "completed_by": None}, emails) == "anna@x.org"
    assert annotator({}, emails) == "unknown"


# settings


def test_options_come_before_the_environment_and_that_before_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in (URL, KEY, PROJECT):
        monkeypatch.delenv(name, raising=False)
    assert target(tmp_path, None, None, None).url is None
    (tmp_path / "pyproject.toml").write_text('[tool.onrecord.labelstudio]\nurl = "https://team"\nproject = "news"\n')
    with pytest.raises(ServerError, match="wants an API key"):
        target(tmp_path, None, None, None)
    file = tmp_path / ".onrecord" / FILE
    file.parent.mkdir()
    file.write_text('api-key = "secret"\nurl = "https://mine"\n')
    os.chmod(file, 0o644)
    with pytest.raises(ServerError, match="chmod 600"):
        target(tmp_path, None, None, None)
    os.chmod(file, stat.S_IRUSR | stat.S_IWUSR)
    found = target(tmp_path, None, None, None)
    assert (found.url, found.key, found.project) == ("https://mine", "secret", "news")
    monkeypatch.setenv(URL, "https://env")
    monkeypatch.setenv(KEY, "env")
    assert (target(tmp_path, None, None, "7").url, target(tmp_path, None, None, "7").project) == ("https://env", "7")
    assert target(tmp_path, "https://option", "key", None).key == "key"
    (tmp_path / "pyproject.toml").write_text('[tool.onrecord.labelstudio]\napi-key = "secret"\n')
    with pytest.raises(ServerError, match="api-key"):
        target(tmp_path, None, None, None)


def test_a_projects_title_is_the_corpuss_name(tmp_path: Path) -> None:
    assert target(ROOT / "corpus", None, None, None, ["quotes", "claims"]).project == "onrecord-news: quotes, claims"
    assert target(ROOT / "corpus", None, None, "7", ["quotes"]).project == "7", "it is named"
    whole = target(ROOT / "corpus", None, None, None, PASSES).project
    assert len(whole) <= 50, "Label Studio allows no more"
    assert whole.endswith(", events")
    assert target(ROOT / "corpus", None, None, None).project == "onrecord-news"
    (tmp_path / "12").mkdir()
    assert target(tmp_path / "12", None, None, None).project == "corpus 12"


@pytest.mark.parametrize("url", ["labels.example.org", "ftp://x", "https://", ""])
def test_an_address_is_one(url: str) -> None:
    with pytest.raises(ServerError, match="no address"):
        Client(url, "k")


# guidelines


def test_guidelines_become_simple_html() -> None:
    text = """# Title, *version* 1

One **bold** line
goes on with `a < b` & [a link](http://x).

- first
- second [[marked]]

1. one

| rule | ~~old~~ example |
|---|---|
| a | `b` |

```json
{"a": "<b>"}
```
"""
    assert instruction(text).splitlines() == [
        "<h2>Title, <i>version</i> 1</h2>",
        "<p>One <b>bold</b> line goes on with <code>a &lt; b</code> &amp; a link.</p>",
        "<ul>", "<li>first</li>", "<li>second <u>marked</u></li>", "</ul>",
        "<ol>", "<li>one</li>", "</ol>",
        "<table>", "<tr><th>rule</th><th><s>old</s> example</th></tr>", "<tr><td>a</td><td><code>b</code></td></tr>", "</table>",
        "<pre>", '{"a": "&lt;b&gt;"}', "</pre>",
    ]  # fmt: skip


def test_the_corpuss_guidelines_lose_no_word() -> None:
    import html
    import re

    text = (ROOT / "corpus" / "GUIDELINES.md").read_text("utf-8")

    def words(s: str) -> list[str]:
        return re.findall(r"\w+", s)

    made = html.unescape(re.sub(r"</?(?:h\d|p|ul|ol|li|table|tr|th|td|pre|b|i|u|s|code)>", " ", instruction(text)))
    plain = re.sub(r"\]\([^)]*\)", "]", re.sub(r"^```\w*$", "", text, flags=re.MULTILINE))
    assert words(made) == words(re.sub(r"^\d+\. ", "", plain, flags=re.MULTILINE))


# before a push


def test_what_the_page_would_damage_is_not_packed() -> None:
    """A seal that refuses a record leaves it out of its batch; the others are packed as they come."""
    others = [replace(BASE, id=f"r{n}") for n in range(5)]
    packed = list(_packed(others, lambda r: None if r.id == "r2" else sealed(r), 2))
    assert [[r.id for r in batch.records] for batch in packed] == [["r0", "r1"], ["r3", "r4"]]
    assert all(len(b.tasks) == len(b.records) for b in packed)
