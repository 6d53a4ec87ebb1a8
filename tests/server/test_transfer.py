"""Push, pull and status against a real server, with what people and networks do to them."""

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode
from msgspec.structs import replace

from onrecord.checking.validate import check_record
from onrecord.compare.merge import fingerprint, same
from onrecord.model.record import Annotator, Record

from .people import Team, bad_line, note, without
from .samples import NASTY, small, stored
from .studio import Studio

pytestmark = pytest.mark.server

FILES = {name: small(name, text) for name, text in NASTY.items()}


@pytest.fixture
def team(studio: Studio, tmp_path: Path, request: pytest.FixtureRequest) -> Team:
    """Three small records, pushed."""
    made = Team(studio, tmp_path, request.node.name[:50], [FILES["emoji"], FILES["crlf"], FILES["rtl"]])
    assert "3 pushed" in made.run("push").output
    return made


def edited(record: Record, words: str) -> Record:
    """The record with another note on its mention."""
    (entity,) = record.entities
    (mention,) = entity.mentions
    return replace(record, entities=(replace(entity, mentions=(replace(mention, note=words),)),))


def test_nothing_done_changes_nothing(studio: Studio, tmp_path: Path) -> None:
    """Every stored and every nasty record: pushed, pushed again, pulled."""
    records = [*stored(), *FILES.values()]
    team = Team(studio, tmp_path, "nothing done", records)
    before = {r.id: team.path(r.id).read_bytes() for r in records}
    assert f"{len(records)} pushed, 0 already there" in team.run("push").output
    assert f"0 pushed, {len(records)} already there" in team.run("push").output
    shutil.rmtree(team.corpus / ".onrecord")  # another machine
    assert f"0 pushed, {len(records)} already there" in team.run("push").output
    tasks = team.tasks()
    assert set(tasks) == set(before)
    assert not any(a["ground_truth"] for t in tasks.values() for a in t["annotations"])
    assert team.status() == dict.fromkeys(before, "untouched")
    assert "0 records written" in team.run("pull").output
    assert {r.id: team.path(r.id).read_bytes() for r in records} == before
    assert sorted(p.name for p in team.corpus.iterdir()) == [".onrecord", "records"]
    assert (team.corpus / ".onrecord" / ".gitignore").read_text() == "*\n"


def test_what_was_submitted_is_all_that_changes(team: Team) -> None:
    team.update("emoji", note("m1", "seen 👩‍🚀\r\n by me"))
    assert team.status() == {"emoji": "submitted", "crlf": "untouched", "rtl": "untouched"}
    others = team.path("crlf").read_bytes()
    output = team.run("pull").output
    assert "1 record written" in output
    found, wanted = team.read("emoji"), edited(FILES["emoji"], "seen 👩‍🚀\r\n by me")
    assert found.annotation.modified > wanted.annotation.modified
    about = replace(wanted.annotation, modified=found.annotation.modified)
    assert found == replace(wanted, annotation=about)
    assert team.path("crlf").read_bytes() == others
    assert team.status()["emoji"] == "pulled"
    written = team.path("emoji").read_bytes()
    assert "0 records written" in team.run("pull").output
    assert team.path("emoji").read_bytes() == written


def test_another_machine_goes_on_where_one_pulled(team: Team) -> None:
    """What the first pull took is the base on every machine, by what it told the server."""
    team.update("emoji", note("m1", "first"))
    team.run("pull")
    shutil.rmtree(team.corpus / ".onrecord")
    team.update("emoji", note("m1", "second"))
    assert "1 record written" in team.run("pull").output
    assert same(team.read("emoji"), edited(FILES["emoji"], "second"))


def test_what_there_was_no_time_to_tell_is_told_by_the_next_pull(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server learns what was pulled, sooner or later; until then, this machine knows."""
    team.update("emoji", note("m1", "first"))
    with monkeypatch.context() as hurried:
        hurried.setattr("onrecord.labelstudio.sync.pull._TELL", -1.0)
        hurried.setattr("onrecord.labelstudio.sync.pull._SHARE", 0.0)
        assert "1 record written" in team.run("pull").output
        assert not team.tasks()["emoji"]["meta"]["onrecord"]["pulled"]
        team.update("emoji", note("m1", "second"))
        assert "1 record written" in team.run("pull").output
    assert "0 records written" in team.run("pull").output
    assert team.tasks()["emoji"]["meta"]["onrecord"]["pulled"] == {"": fingerprint(team.read("emoji"))}


def test_one_persons_annotation_goes_to_the_records_two_persons_apart(team: Team) -> None:
    team.submit("emoji", "anna@example.org", note("m1", "Anna's"))
    team.submit("crlf", "anna@example.org", note("m1", "Anna's first"))
    team.submit("crlf", "anna@example.org", note("m1", "Anna's newest"))
    team.submit("crlf", "Ben@example.org", note("m1", "Ben's"))
    before = team.path("crlf").read_bytes()
    output = team.run("pull", "--credit").output
    assert "3 records written" in output
    assert same(team.read("emoji"), edited(FILES["emoji"], "Anna's"))
    assert team.read("emoji").annotation.annotators[-1] == Annotator(name="anna@example.org", kind="human")
    assert team.path("crlf").read_bytes() == before
    assert same(team.read("crlf", "anna@example.org"), edited(FILES["crlf"], "Anna's newest"))
    assert same(team.read("crlf", "ben@example.org"), edited(FILES["crlf"], "Ben's"))
    assert "0 records written" in team.run("pull").output
    team.run("pull", "--apart")
    assert same(team.read("emoji", "anna@example.org"), edited(FILES["emoji"], "Anna's"))


def test_drafts_and_skipped_tasks_are_told(team: Team) -> None:
    team.draft("emoji")
    team.skip("crlf")
    assert team.status() == {"emoji": "in work", "crlf": "skipped", "rtl": "untouched"}
    output = team.run("pull").output
    assert "LST022" in output
    assert f"{team.studio.email} left a draft" in output
    assert "LST023" in output
    assert f"{team.studio.email} skipped the task" in output
    assert "0 records written" in output


def test_an_article_that_changed_is_never_mixed_with_another(team: Team) -> None:
    other = small("emoji", "🚀 Ann Lee said: “It flies.” That was all.")
    team.write(other)
    team.update("emoji", note("m1", "of the old text"))
    assert team.status() == {"emoji": "other text", "crlf": "untouched", "rtl": "untouched"}
    output = team.run("pull", code=1).output
    assert "LST020" in output
    assert team.read("emoji") == other
    assert "of the old text" in team.aside("emoji").read_text("utf-8")


def test_both_sides_changed(team: Team) -> None:
    """The same item: a conflict, whoever is asked decides. Different items: both."""
    for id in ("emoji", "crlf"):
        team.write(edited(FILES[id], "here"))
        team.update(id, note("m1", "there"))
    team.write(edited(FILES["rtl"], "here"))
    team.update("rtl", note("q1", "there"))
    shutil.copytree(team.corpus / ".onrecord", team.corpus.parent / "known")
    shutil.rmtree(team.corpus / ".onrecord")
    assert team.status()["rtl"] == "conflicting", "the base is not at hand, so items can't be told apart"
    shutil.rmtree(team.corpus / ".onrecord")
    shutil.copytree(team.corpus.parent / "known", team.corpus / ".onrecord")
    assert team.status() == {"emoji": "conflicting", "crlf": "conflicting", "rtl": "submitted"}
    output = team.run("pull", code=1).output
    assert "entity's mention m1 (note): changed here, changed there" in output
    assert team.read("emoji") == edited(FILES["emoji"], "here")
    merged = team.read("rtl")
    assert merged.entities[0].mentions[0].note == "here"
    assert merged.quotes[0].note == "there"
    assert team.status()["rtl"] == "changed here"
    team.run("pull", "--record", "emoji", "--resolve", "there")
    assert same(team.read("emoji"), edited(FILES["emoji"], "there"))
    team.run("pull", "--record", "crlf", "--resolve", "here")
    assert team.read("crlf") == edited(FILES["crlf"], "here")
    assert team.status() == {"emoji": "pulled", "crlf": "changed here", "rtl": "changed here"}
    assert not team.aside("emoji").exists()


def test_an_invalid_annotation_is_kept_aside(team: Team) -> None:
    before = team.path("emoji").read_bytes()
    team.update("emoji", without("quote_kind"))
    output = team.run("pull", code=1).output
    task = team.tasks()["emoji"]
    assert f"{team.studio.url}/projects/{team.project}/data?task={task['id']}&annotation=" in output
    assert "&region=q1: LST004" in output
    assert team.path("emoji").read_bytes() == before
    aside = team.aside("emoji")
    assert decode(aside.read_bytes())["annotations"] == task["annotations"]
    assert "LST004" in aside.with_suffix(".txt").read_text("utf-8")
    assert team.status()["emoji"] == "faulty"
    team.update("emoji", lambda result: result.extend(r for r in _pushed(team) if r.get("from_name") == "quote_kind"))
    assert "0 records written" in team.run("pull").output
    assert team.path("emoji").read_bytes() == before
    assert not aside.exists()


def _pushed(team: Team) -> list[dict[str, object]]:
    from onrecord.labelstudio import to_task

    found: list[dict[str, object]] = to_task(FILES["emoji"])["annotations"][0]["result"]
    return found


def test_an_annotation_that_breaks_a_rule_is_told_by_region(team: Team) -> None:
    """Of the right shape, but wrong: the rules' finding leads to the region."""

    def mixed(result: list[dict[str, Any]]) -> None:
        for row in result:
            if row.get("from_name") == "quote_kind":
                row["value"]["choices"] = ["mixed"]

    before = team.path("emoji").read_bytes()
    team.update("emoji", mixed)
    output = team.run("pull", code=1).output
    assert "&region=q1: QUO004" in output
    assert team.path("emoji").read_bytes() == before
    assert "QUO004" in team.aside("emoji").with_suffix(".txt").read_text("utf-8")


def test_a_pass_over_layers_has_a_project_of_its_own(studio: Studio, tmp_path: Path) -> None:
    """Two passes over one corpus: each shows its layers and loses nothing of the others; both come home."""
    quotes = Team(studio, tmp_path, "pass: quotes", [FILES["emoji"], FILES["crlf"]])
    entities = Team(studio, tmp_path, "pass: entities", [])
    quotes.run("push", "--layers", "quotes")
    entities.run("push", "--layers", "entities")
    before = quotes.path("crlf").read_bytes()
    assert "show quotes" in quotes.run("push", code=2).output
    assert "show quotes" in quotes.run("push", "--layers", "quotes,claims", code=2).output
    assert "0 pushed, 2 already there" in quotes.run("push", "--layers", "quotes").output
    assert quotes.status() == entities.status() == {"emoji": "untouched", "crlf": "untouched"}
    quotes.update("emoji", note("q1", "seen in quotes"))
    entities.update("emoji", note("m1", "seen in entities"))
    assert "1 record written" in quotes.run("pull").output
    assert "1 record written" in entities.run("pull").output
    found = quotes.read("emoji")
    wanted = edited(FILES["emoji"], "seen in entities")
    wanted = replace(wanted, quotes=(replace(wanted.quotes[0], note="seen in quotes"),))
    assert same(found, wanted)
    assert quotes.path("crlf").read_bytes() == before


def test_predictions(studio: Studio, tmp_path: Path) -> None:
    team = Team(studio, tmp_path, "predictions", [FILES["emoji"], FILES["zwj"]])
    team.run("push", "--as", "predictions")
    tasks = team.tasks()
    assert [(len(t["annotations"]), len(t["predictions"])) for t in tasks.values()] == [(0, 1), (0, 1)]
    assert team.status() == {"emoji": "untouched", "zwj": "untouched"}
    team.submit("zwj", "anna@example.org")
    team.submit("emoji", "anna@example.org", note("m1", "looked at"))
    assert team.status() == {"emoji": "submitted", "zwj": "pulled"}
    before = team.path("zwj").read_bytes()
    assert "1 record written" in team.run("pull").output
    assert same(team.read("emoji"), edited(FILES["emoji"], "looked at"))
    assert team.path("zwj").read_bytes() == before


def test_records_that_one_side_lacks(team: Team) -> None:
    team.path("emoji").unlink()
    team.write(FILES["bom"])
    assert team.status() == {"emoji": "missing here", "crlf": "untouched", "rtl": "untouched", "bom": "missing there"}
    team.update("emoji", note("m1", "made there"))
    assert "LST021" in team.run("pull").output
    assert not team.path("emoji").exists()
    before = team.path("rtl").read_bytes()
    team.path("rtl").unlink()
    assert team.status()["rtl"] == "missing here"
    team.run("pull", "--new", "--record", "rtl")
    assert team.path("rtl").read_bytes() == before, "untouched there, and brought back"
    team.run("pull", "--new")
    assert same(team.read("emoji"), edited(FILES["emoji"], "made there"))
    assert "1 pushed, 3 already there" in team.run("push").output


def test_a_record_without_marks_is_not_taken_for_done(studio: Studio, tmp_path: Path) -> None:
    team = Team(studio, tmp_path, "empty", [replace(FILES["emoji"], entities=(), quotes=())])
    team.run("push")
    assert team.tasks()["emoji"]["annotations"] == []
    assert team.status() == {"emoji": "untouched"}


def test_two_tasks_of_one_record(team: Team) -> None:
    task = team.tasks()["emoji"]
    copy = {"data": task["data"], "meta": task["meta"]}
    team.client.request("POST", f"api/projects/{team.project}/import", body=[copy])
    assert "LST010" in team.run("pull", code=1).output
    rows = decode(team.run("status", "--format", "json").stdout)["tasks"]
    assert sorted(r["status"] for r in rows if r["record"] == "emoji") == ["twice", "untouched"]
    assert "0 pushed, 3 already there" in team.run("push").output


@pytest.mark.parametrize("faults", [["lost"], ["broken", "503"], ["lost", "429", "lost"]], ids="-".join)
def test_a_bad_line_neither_loses_nor_doubles(studio: Studio, tmp_path: Path, faults: list[str]) -> None:
    team = Team(studio, tmp_path, "line " + " ".join(faults), list(FILES.values()))
    with bad_line(studio, list(faults)) as (url, happened):
        output = team.run("push", "--batch", "4", url=url).output
    assert happened[: len(faults)] == faults
    assert "trying again in" in output
    assert f"{len(FILES)} pushed" in output
    assert set(team.tasks()) == set(FILES)
    assert f"0 pushed, {len(FILES)} already there" in team.run("push").output


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGKILL], ids=["Ctrl-C", "killed"])
def test_an_interrupted_push_goes_on(studio: Studio, tmp_path: Path, number: int) -> None:
    team = Team(studio, tmp_path, f"interrupted {number}", list(FILES.values()))
    with bad_line(studio, []) as (url, happened):
        command = [sys.executable, "-m", "onrecord", "labelstudio", "push", str(team.corpus), "--batch", "2"]
        command += ["--url", url, "--project", team.title]
        process = subprocess.Popen(
            command, env={**os.environ, "LABEL_STUDIO_API_KEY": studio.token}, stderr=subprocess.PIPE, text=True
        )
        while len(happened) < 2:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(number)
        printed = process.communicate(timeout=60)[1]
        assert "Traceback" not in printed
        assert number == signal.SIGKILL or "the next push goes on" in printed
        time.sleep(1)  # the server may still be at the last batch
    there = len(team.tasks())
    assert 2 <= there < len(FILES)
    assert f"{len(FILES) - there} pushed, {there} already there" in team.run("push").output
    assert set(team.tasks()) == set(FILES)


def test_a_foreign_project_is_left_alone(studio: Studio, tmp_path: Path) -> None:
    team = Team(studio, tmp_path, "foreign", [FILES["emoji"]])
    config = '<View><Text name="t" value="$text"/><Choices name="c" toName="t"><Choice value="x"/></Choices></View>'
    made = team.client.create_project(title="foreign", label_config=config)
    team.client.request("POST", f"api/projects/{made['id']}/import", body=[{"text": "mine"}])
    assert "somebody else's" in team.run("push", code=2).output
    bare = Team(studio, tmp_path, "foreign, without tasks", [])
    team.client.create_project(title=bare.title, label_config=config)
    assert "offers no more: Choices “c”: x" in bare.run("push").output
    assert team.client.project("foreign") is not None
    assert team.run("pull").output.strip() == "0 records written; 0 tasks: none"


def test_usage(studio: Studio, tmp_path: Path) -> None:
    team = Team(studio, tmp_path, "no such project", [FILES["emoji"]])
    assert "has no project “no such project”" in team.run("pull", code=2).output
    assert "no server answers at http://127.0.0.1:9" in team.run("push", code=2, url="http://127.0.0.1:9").output
    team.title = "999999"
    assert "has no project 999999" in team.run("status", code=2).output
    team.title, team.studio = "x", replace_token(studio)
    assert "does not accept the API key" in team.run("push", code=2).output


def test_an_address_with_a_login_for_a_proxy(team: Team) -> None:
    """The login takes the header in which the key travels, so that the key takes another."""
    output = team.run("status", "--all", url=team.studio.url.replace("//", "//jo:open-sesame@")).output
    assert "3 untouched" in output
    assert "open-sesame" not in output
    assert f"{team.studio.url}/projects/" in output


def test_what_a_pull_brought_is_said_once(studio: Studio, tmp_path: Path) -> None:
    """The first mention of an event deleted: by the pull that brings it, and by none after it."""
    record = next(r for r in stored() if any(len(v.mentions) > 1 for v in r.events))
    gone = next(v for v in record.events if len(v.mentions) > 1).mentions[0].id
    team = Team(studio, tmp_path, "said once", [record])
    team.run("push")
    team.update(
        record.id,
        lambda result: result.__setitem__(
            slice(None), [r for r in result if gone not in (r.get("id"), r.get("from_id"), r.get("to_id"))]
        ),
    )
    assert "LST013" in team.run("pull").output
    assert "LST013" not in team.run("pull").output
    assert "LST013" not in team.run("status", "--format", "json").output


def replace_token(studio: Studio) -> Studio:
    from dataclasses import replace as changed

    return changed(studio, token="9" * 40)


def test_samples_are_valid() -> None:
    assert not [f for r in FILES.values() for f in check_record(r) if f.severity == "error"]


def test_an_annotation_begun_on_an_empty_page_deletes_nothing(team: Team) -> None:
    def anew(result: list[dict[str, Any]]) -> None:
        """One mark of a person's own, as the page makes it after a click on +."""
        (mine,) = [r for r in result if r.get("id") == "m1" and r["from_name"] == "span"]
        result[:] = [{k: v for k, v in mine.items() if k != "meta"} | {"id": "aB3_-xYz01", "origin": "manual"}]

    before = team.path("emoji").read_bytes()
    team.submit("emoji", "ann@example.org", anew)
    assert team.status()["emoji"] == "conflicting"
    assert "LST025" in team.run("pull", code=1).output
    assert team.path("emoji").read_bytes() == before
    assert team.aside("emoji").is_file()
    team.run("pull", "--record", "emoji", "--resolve", "there")
    assert [m.id for e in team.read("emoji").entities for m in e.mentions] == ["aB3_-xYz01"]
    assert team.status()["emoji"] == "pulled"


def test_an_annotation_deleted_there_is_told(team: Team) -> None:
    (row,) = team.tasks()["emoji"]["annotations"]
    team.client.request("DELETE", f"api/annotations/{row['id']}/")
    assert team.status()["emoji"] == "missing there"
    assert "LST026" in team.run("pull").output
    assert team.read("emoji") == FILES["emoji"]


def test_a_new_entity_keeps_its_id_from_pull_to_pull(team: Team) -> None:
    def marked(words: str, id: str) -> Any:
        start = FILES["rtl"].text.index(words)
        value = {"start": start, "end": start + len(words), "text": words, "labels": ["PERSON"]}
        row = {"id": id, "from_name": "span", "to_name": "text", "type": "labels", "origin": "manual", "value": value}
        return lambda result: result.append(row)

    *_, last = words = [w for w in dict.fromkeys(FILES["rtl"].text.split()) if FILES["rtl"].text.count(w) == 1]
    team.update("rtl", marked(last, "late"))
    team.run("pull")
    names = {e.id: e.name for e in team.read("rtl").entities}
    team.update("rtl", marked(words[0], "early"))
    team.run("pull")
    assert names.items() <= {e.id: e.name for e in team.read("rtl").entities}.items()
    assert len(team.read("rtl").entities) == len(names) + 1
