"""What push, pull and status say: how each record stands, what they drop, how far they came, and where a fault is."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import decode, encode
from typer.testing import CliRunner, Result

from draws import FULL
from helpers import example
from onrecord.cli import app
from onrecord.files import canonical_json
from onrecord.labelstudio import RoundTripError, in_file, prove
from onrecord.labelstudio.codec.preflight import check_task
from onrecord.labelstudio.codec.roundtrip import located
from onrecord.labelstudio.sync.corpus_folder import Corpus
from onrecord.labelstudio.sync.project import dropped, instruction
from onrecord.labelstudio.sync.server import Studio
from onrecord.model.record import Record
from pretender import Asked, Pretender, Reply, json, pretending
from server.samples import small

KEY = {"LABEL_STUDIO_API_KEY": "k" * 40}
RAIN, BOAT, SNOW = (
    small("rain", "Ann Lee said: “It rains.”"),
    small("boat", "🚤 Then Ann Lee said: “The boat is late.”"),
    small("snow", "Ann Lee said: “It snows.” Nobody\nanswered."),
)


class Folder:
    """A corpus, pushed to a pretender."""

    def __init__(self, path: Path, pretender: Pretender, *records: Record) -> None:
        self.path, self.pretender = path, pretender
        (path / "records").mkdir(parents=True)
        for record in records:
            self.file(record.id).write_bytes(canonical_json.canonical(record))
        if records:
            assert self.run("push").exit_code == 0

    def file(self, id: str) -> Path:
        return self.path / "records" / f"{id}.json"

    def run(self, command: str, *args: str, code: int | None = None) -> Result:
        given = ["labelstudio", command, str(self.path), "--url", self.pretender.url, "--project", "news", *args]
        result = CliRunner().invoke(app, given, env=KEY)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert code is None or result.exit_code == code, result.output
        return result

    def status(self) -> dict[str, str]:
        return {
            r["record"]: r["status"] for r in decode(self.run("status", "--format", "json", code=0).stdout)["tasks"]
        }


def noted(words: str) -> Any:
    """A note on the person's mention, as the page writes it."""

    def change(result: list[dict[str, Any]]) -> None:
        for row in result:
            if row.get("id") == "m1":
                row["meta"] = {**row["meta"], "text": [words]}

    return change


def lines(*records: Record) -> bytes:
    return b"".join(encode(r) + b"\n" for r in records)


# missing here


def test_a_record_that_is_gone_is_missing_here(tmp_path: Path) -> None:
    """Whatever took it away: the file, its folder, the line among others, or another record in its file."""
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, RAIN, BOAT, SNOW)
        everything = dict.fromkeys(("rain", "boat", "snow"), "untouched")
        assert folder.status() == everything
        content = folder.file("rain").read_bytes()
        folder.file("rain").unlink()
        assert folder.status() == {**everything, "rain": "missing here"}
        folder.file("rain").write_bytes(folder.file("boat").read_bytes())
        folder.file("boat").unlink()
        assert folder.status() == {**everything, "rain": "missing here"}, "boat stands in rain.json"
        (folder.path / "records" / "2024").mkdir()
        (folder.path / "records" / "2024" / "a.json").write_bytes(content)
        assert folder.status() == everything, "under another name"
        (folder.path / "records" / "2024").rename(folder.path / "2024")
        assert folder.status() == {**everything, "rain": "missing here"}
        (folder.path / "2024").rename(folder.path / "records" / ".2024")
        assert folder.status() == {**everything, "rain": "missing here"}


@pytest.mark.parametrize("name", ["all.jsonl", "all.ndjson.gz", "boat.json.gz"])
def test_records_among_others_are_compared(tmp_path: Path, name: str) -> None:
    import gzip

    def write(*records: Record) -> None:
        content = lines(*records)
        (folder.path / "records" / name).write_bytes(gzip.compress(content) if name.endswith(".gz") else content)

    kept = [BOAT] if name == "boat.json.gz" else [BOAT, SNOW]
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, RAIN, *kept)
        for record in kept:
            folder.file(record.id).unlink()
        write(*kept)
        ids = {r.id: "untouched" for r in (RAIN, *kept)}
        assert folder.status() == ids
        assert "0 pushed" in folder.run("push", code=0).output
        pretender.submit("boat", noted("seen there"))
        assert folder.status() == {**ids, "boat": "submitted"}
        for _ in range(2):
            output = folder.run("pull", code=1).output
            assert "LST062" in output
            assert f"{name}, line 1" in output
        assert not folder.file("boat").exists(), "there would be two"
        (held,) = [h for h in [Corpus(folder.path).standing("boat")] if h.record is not None]
        folder.file("boat").write_bytes(canonical_json.canonical(BOAT))
        write(*[r for r in kept if r != BOAT])
        assert held.path is None
        if name != "boat.json.gz":
            assert "1 record written" in folder.run("pull", code=0).output
            write()
            (folder.path / "records" / name).unlink()
            assert folder.status()["snow"] == "missing here"


def test_new_brings_back_what_nobody_touched(tmp_path: Path) -> None:
    bare = convert({**decode(encode(SNOW)), "entities": [], "quotes": []}, Record)
    for as_ in ("annotations", "predictions"):
        with pretending() as pretender:
            folder = Folder(tmp_path / as_, pretender)
            for record in (RAIN, BOAT, bare):
                folder.file(record.id).write_bytes(canonical_json.canonical(record))
            folder.run("push", "--as", as_, code=0)
            folder.file("rain").unlink()
            folder.file("snow").unlink()
            output = folder.run("pull", code=0).output
            assert output.count("LST021") == 2
            assert "2 missing here" in output
            assert "2 records written" in folder.run("pull", "--new", code=0).output
            assert folder.file("rain").read_bytes() == canonical_json.canonical(RAIN)
            assert folder.file("snow").read_bytes() == canonical_json.canonical(bare)
            assert "0 records written" in folder.run("pull", "--new", code=0).output


# said once


def test_what_a_pull_brought_is_said_once(tmp_path: Path) -> None:
    """The first mention of an event deleted: LST013, by the pull that brings it, and by none after it."""
    record = convert(example(), Record)
    event = next(v for v in record.events if len(v.mentions) > 1)

    def without_first(result: list[dict[str, Any]]) -> None:
        gone = event.mentions[0].id
        result[:] = [r for r in result if gone not in (r.get("id"), r.get("from_id"), r.get("to_id"))]

    def said(*args: str) -> int:
        return folder.run(*args).output.count("LST013")

    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, record)
        pretender.submit(record.id, without_first)
        rows = decode(folder.run("status", "--format", "json").stdout)["tasks"]
        assert [f["code"] for f in rows[0]["findings"]].count("LST013") == 1, "it is to come"
        assert said("pull") == 1
        assert said("pull") == 0
        assert said("status", "--format", "json") == 0
        pretender.submit(
            record.id, lambda result: next(r for r in result if r.get("id") == "m1")["meta"].update(text=["later"])
        )
        assert "1 record written" in folder.run("pull").output
        assert said("pull") == 0, "of the later change nothing is to be said"
        kept = folder.file(record.id).read_bytes()
        folder.file(record.id).write_bytes(kept.replace(b'"later"', b'"mine"'))
        assert said("pull") == 0, "changed here since"


def test_a_later_change_does_not_repeat_an_earlier_warning(tmp_path: Path) -> None:
    record = convert(example(), Record)
    event = next(v for v in record.events if len(v.mentions) > 1)
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, record)
        gone = event.mentions[0].id
        pretender.submit(record.id, lambda result: result.__setitem__(slice(None), [r for r in result if gone not in (r.get("id"), r.get("from_id"), r.get("to_id"))]))  # fmt: skip
        folder.run("pull")
        pretender.submit(
            record.id, lambda result: [r["meta"].update(text=["later"]) for r in result if r.get("id") == "m1"]
        )
        output = folder.run("pull").output
        assert "1 record written" in output
        assert "LST013" not in output


def test_errors_are_said_until_they_are_mended(tmp_path: Path) -> None:
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, RAIN)
        pretender.submit("rain", lambda result: result.__setitem__(slice(None), [r for r in result if r.get("from_name") != "quote_kind"]))  # fmt: skip
        for _ in range(2):
            assert "LST004" in folder.run("pull", code=1).output


# what does not come back


def doubled(pointer: str, key: str, **changed: Any) -> dict[str, Any]:
    """The example with the last item of a list once more."""
    made = example()
    holder: Any = made
    for step in pointer.strip("/").split("/"):
        holder = holder[int(step)] if isinstance(holder, list) else holder[step]
    if not holder[key]:
        holder[key].append({"kind": "before", "event": made["events"][1]["id"]})
    last = holder[key][-1]
    holder[key].append({**last, **changed})
    return made


def _lists() -> list[tuple[str, str]]:
    made = example()
    found = [("/events/0", "relations")]
    for layer, key in (("quotes", "addressees"), ("claims", "relations")):
        found.append((f"/{layer}/{next(i for i, x in enumerate(made[layer]) if x[key])}", key))
    return found


@pytest.mark.parametrize(("pointer", "key"), _lists())
@pytest.mark.parametrize("form", ["a.json", "a.jsonl"])
def test_a_doubled_link_is_a_finding_with_its_place(tmp_path: Path, pointer: str, key: str, form: str) -> None:
    made = doubled(pointer, key, note="again")
    n = len(made[pointer.split("/")[1]][int(pointer.split("/")[2])][key])
    file = tmp_path / "corpus" / "records" / form
    file.parent.mkdir(parents=True)
    once = {**example(), "id": "once"}
    file.write_bytes(
        encode(once) + b"\n" + encode(made) + b"\n" if form == "a.jsonl" else canonical_json.canonical(made)
    )
    line = 2 if form == "a.jsonl" else None
    result = CliRunner().invoke(app, ["labelstudio", "export", str(file), "-o", str(tmp_path / "out.json")])
    assert result.exit_code == 1
    assert "LST060" in result.output
    assert f"{pointer}/{key}/{n - 2}" in result.output, "where the first stands"
    assert not (tmp_path / "out.json").exists()
    with pytest.raises(RoundTripError) as raised:
        prove(convert(made, Record))
    (finding,) = in_file(raised.value.findings, file)
    assert (finding.code, finding.severity, finding.file, finding.record) == ("LST060", "error", str(file), made["id"])
    assert finding.pointer == f"{pointer}/{key}/{n - 1}"
    assert finding.line is not None
    assert finding.line == (line or finding.line)
    if line is None:  # the item itself stands there
        text = file.read_text("utf-8").splitlines()
        assert text[finding.line - 1].strip().startswith("{")
        assert finding == located(raised.value.findings, str(file), file.read_bytes())[0]
    with pretending() as pretender:
        folder = Folder(tmp_path / "other", pretender)
        (folder.path / "records" / form).write_bytes(file.read_bytes())
        output = folder.run("push", code=1).output
        assert f"{form}:{finding.line}" in output
        assert "LST060" in output
        assert ("1 pushed" if form == "a.jsonl" else "0 pushed") in output, "the others are there"


def test_a_link_to_two_things_comes_back() -> None:
    made = example()
    claim = next(c for c in made["claims"] if c["relations"])
    other = next(c["id"] for c in made["claims"] if c["id"] not in (claim["id"], claim["relations"][-1]["claim"]))
    claim["relations"].append({**claim["relations"][-1], "claim": other})
    prove(convert(made, Record))


@pytest.mark.parametrize("place", ["m1", "q1", "annotation", "extensions"])
def test_a_nul_in_a_note_is_a_finding(tmp_path: Path, place: str) -> None:
    """The article's own is told by the validator; databases refuse all others, too."""
    made = decode(encode(RAIN))
    match place:
        case "m1":
            made["entities"][0]["mentions"][0]["note"] = "a\0b"
        case "q1":
            made["quotes"][0]["note"] = "\0"
        case "annotation":
            made["annotation"]["note"] = "a\0"
        case _:
            made["extensions"] = {"x": {"y\0": [1]}}
    record = convert(made, Record)
    assert "LST016" in {f.code for f in check_task(prove(record))}
    assert check_task(prove(convert({**made, "extensions": {"x": "\\u0000"}, "entities": [], "quotes": [], "annotation": decode(encode(RAIN))["annotation"]}, Record))) == []  # fmt: skip
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender)
        folder.file("rain").write_bytes(canonical_json.canonical(record))
        folder.file("boat").write_bytes(canonical_json.canonical(BOAT))
        output = folder.run("push", code=1).output
        assert "LST016" in output
        assert "rain.json:1" in output
        assert "1 pushed" in output
        assert "\0" not in output


# what is dropped

OTHER = """<View><Text name="t" value="$text"/>
<Labels name="who" toName="t"><Label value="Person" alias="P"/><Label value="Place"/></Labels>
<Choices name="tone" toName="t"><Choice value="calm"/><Choice value="\x1b[31mangry"/></Choices>
<TextArea name="remarks" toName="t"/><Relations><Relation value="is"/></Relations></View>""".replace("\x1b", "&#x202e;")


def test_what_a_push_drops_of_another_projects_page_is_told(tmp_path: Path) -> None:
    with pretending() as pretender:
        pretender.projects[1] = {"id": 1, "title": "news", "label_config": OTHER}
        folder = Folder(tmp_path / "corpus", pretender)
        folder.file("rain").write_bytes(canonical_json.canonical(RAIN))
        output = folder.run("push", code=0).output
        assert "offers no more: Labels “who”: Person, Place" in output
        assert "offers no more: Choices “tone”: calm, " in output
        assert "\u202e" not in output
        assert "offers no more: TextArea “remarks”" in output
        assert "offers no more: Relations “”: is" in output
        assert "offers no more" not in folder.run("push").output, "it is ours now"


def test_what_is_dropped_is_what_is_gone() -> None:
    before = '<View><Labels name="a" toName="t"><Label value="X"/><Label value="Y"/></Labels></View>'
    assert dropped(before, before) == ()
    assert dropped(before, before.replace('"Y"', '"Z"')) == ("Labels “a”: Y",)
    assert dropped(before, before.replace("Labels", "Choices")) == ("Labels “a”: X, Y",)
    assert dropped("", before) == dropped("<View", before) == ()
    assert dropped(before, "") == ("Labels “a”: X, Y",)
    assert dropped("<a>" * 50_000 + "</a>" * 50_000, before) == ()


# how far it came


@pytest.mark.skipif(os.name != "posix", reason="signals")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
@pytest.mark.parametrize("command", ["push", "pull"])
def test_who_is_stopped_says_how_far_it_came(tmp_path: Path, number: int, command: str) -> None:
    """At the second batch or page that the server does not answer; the next one goes on."""
    records = [small(f"r{n}", f"Ann Lee said: “It is {n}.”") for n in range(6)]
    waiting: list[str] = []

    def late(asked: Asked) -> Reply | None:
        end = "/import" if command == "push" else "/api/tasks/"
        if asked.path.endswith(end) and asked.method == ("POST" if command == "push" else "GET"):
            waiting.append(asked.path)
            if len(waiting) == 2 + (command == "push"):
                time.sleep(20)
        return None

    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender)
        for record in records:
            folder.file(record.id).write_bytes(canonical_json.canonical(record))
        if command == "pull":
            folder.run("push", code=0)
            pretender.submit("r0", noted("seen"))
        pretender.odd = late
        run = [sys.executable, "-c", "import signal; signal.signal(signal.SIGINT, signal.default_int_handler); "
               "import onrecord.labelstudio.sync.pull as p; p.pull.__kwdefaults__['size'] = 2; from onrecord.cli import app; app()"]  # fmt: skip
        run += ["labelstudio", command, str(folder.path), "--url", pretender.url, "--project", "news"]
        run += ["--batch", "2"] if command == "push" else []
        process = subprocess.Popen(run, env={**os.environ, **KEY}, stderr=subprocess.PIPE, text=True)
        while len(waiting) < 2 + (command == "push"):
            assert process.poll() is None
            time.sleep(0.02)
        time.sleep(0.3 if FULL else 0.1)
        process.send_signal(number)
        printed = process.communicate(timeout=60)[1]
        pretender.odd = lambda asked: None
        assert "Traceback" not in printed
        assert process.returncode == 128 + number, printed
        (last,) = [line for line in printed.splitlines() if line.startswith("stopped")]
        if command == "push":
            assert "4 records pushed to “news”, 0 already there; of 2 records nobody knows yet" in last
            assert "the next push goes on" in last
            assert "already there" in folder.run("push", code=0).output
            assert len(pretender.tasks) == 6
        else:
            assert "the next pull goes on" in last or "nothing was done yet" in last
            folder.run("pull", code=0)
            assert decode(folder.file("r0").read_bytes())["entities"][0]["mentions"][0]["note"] == "seen"


def test_a_server_that_refuses_midway_is_told_with_what_stands(tmp_path: Path) -> None:
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender)
        for record in (RAIN, BOAT, SNOW):
            folder.file(record.id).write_bytes(canonical_json.canonical(record))
        pretender.odd = lambda asked: (
            json({"detail": "full"}, 400) if asked.method == "POST" and len(pretender.tasks) == 2 else None
        )
        output = folder.run("push", "--batch", "2", code=2).output
        assert "2 records pushed to “news”" in output
        assert "answers 400: full" in output
        pretender.odd = lambda asked: None
        assert "1 pushed, 2 already there" in folder.run("push", code=0).output


# options


def test_what_is_not_heeded_is_told(tmp_path: Path) -> None:
    """Of a server that runs already, and of one of somebody else's."""
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, RAIN)
        mine = Studio(folder.path)
        mine.account()
        port = int(pretender.url.rpartition(":")[2])
        (mine.folder / "running.json").write_bytes(encode({"pid": os.getppid(), "port": port, "owner": os.getppid()}))
        runner = CliRunner()
        other = runner.invoke(app, ["studio", str(folder.path), "--port", "9999"])
        assert other.exit_code == 0, other.output
        assert f"runs already, at port {port}, so --port 9999 changes nothing" in other.output
        same = runner.invoke(app, ["studio", str(folder.path), "--port", str(port)])
        assert "changes nothing" not in same.output
        for option in (["--port", "9999"], ["--pull"], ["--browser"], ["--email", "jo@example.org"]):
            result = runner.invoke(app, ["studio", str(folder.path), "--url", pretender.url, *option], env=KEY)
            assert result.exit_code == 2
            assert f"{option[0]} is for the corpus's own server" in result.output


def test_guidelines_that_are_no_text_are_one_line(tmp_path: Path) -> None:
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender)
        folder.file("rain").write_bytes(canonical_json.canonical(RAIN))
        (folder.path / "GUIDELINES.md").write_bytes("# Régles".encode("latin-1"))
        output = folder.run("push", code=2).output
        assert "GUIDELINES.md is not UTF-8 (byte 3)" in output
        assert pretender.projects == {}


@pytest.mark.parametrize("mark", ["[", "[[", "**", "*", "`", "~~", "](", "# ", "| ", "- "])
def test_guidelines_take_time_that_grows_with_their_length(mark: str) -> None:
    began = time.process_time()
    instruction(mark * (200_000 // len(mark)))
    assert time.process_time() - began < 5


def test_what_this_machine_knows_may_be_lost(tmp_path: Path) -> None:
    with pretending() as pretender:
        folder = Folder(tmp_path / "corpus", pretender, RAIN)
        (state,) = (folder.path / ".onrecord" / "labelstudio").iterdir()
        state.write_bytes(b"no database" * 1000)
        assert ".onrecord/labelstudio/, can't be read" in folder.run("status", code=2).output
        state.unlink()
        assert folder.status() == {"rain": "untouched"}


def test_a_push_that_never_began_says_why_alone(tmp_path: Path) -> None:
    with pretending(lambda asked: json({"detail": "full"}, 400) if asked.method == "POST" else None) as pretender:
        folder = Folder(tmp_path / "corpus", pretender)
        folder.file("rain").write_bytes(canonical_json.canonical(RAIN))
        last = folder.run("push", code=2).output.strip().splitlines()
        assert last[-1].startswith("onrecord: ")
        assert not [line for line in last if "the next push goes on" in line]
