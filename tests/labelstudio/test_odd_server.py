"""A server that answers as no Label Studio would: a message each, never a traceback, and nothing written elsewhere."""

import gzip
import random
import zlib
from collections.abc import Callable
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode
from typer.testing import CliRunner, Result

from draws import draws, part
from onrecord.cli import app
from onrecord.files import canonical_json, limits
from onrecord.files.writing import write_atomic
from onrecord.labelstudio.sync import client as clients
from onrecord.labelstudio.sync.client import Client
from onrecord.labelstudio.sync.errors import ServerError, TooLong
from pretender import Asked, Pretender, Reply, json, pretending
from server.samples import small

KEY = {"LABEL_STUDIO_API_KEY": "k" * 40}
RECORDS = [
    small("rain", "Ann Lee said: “It rains.”"),
    small("boat", "🚤 Then Ann Lee said: “The boat is late.”"),
]


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.labelstudio.sync.client.time.sleep", lambda seconds: None)


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    for record in RECORDS:
        write_atomic(tmp_path / "corpus" / "records" / f"{record.id}.json", canonical_json.canonical(record))
    return tmp_path / "corpus"


def run(command: str, corpus: Path, pretender: Pretender, *args: str) -> Result:
    """A command as its user calls it: never a traceback, nothing outside the corpus."""
    given = ["labelstudio", command, str(corpus), "--url", pretender.url, "--project", "news", *args]
    before = {p for p in corpus.parent.rglob("*") if not p.is_relative_to(corpus)}
    result = CliRunner().invoke(app, given, env=KEY)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code in (0, 1, 2)
    assert result.exit_code == 0 or result.output.strip()
    assert "\x1b" not in result.output
    assert {p for p in corpus.parent.rglob("*") if not p.is_relative_to(corpus)} == before
    return result


def pushed(corpus: Path, pretender: Pretender) -> None:
    assert run("push", corpus, pretender).exit_code == 0


# whole replies

BODIES: dict[str, Reply] = {
    "empty": Reply(b""),
    "html": Reply(b"<!doctype html><title>Sign in</title>", 200, {"Content-Type": "text/html"}),
    "null": Reply(b"null"),
    "number": Reply(b"7"),
    "text": Reply(b'"yes"'),
    "list": Reply(b"[]"),
    "list of lists": Reply(b"[[[]]]"),
    "object": Reply(b"{}"),
    "wrong types": json({"results": 3, "tasks": {"a": 1}, "total": "many", "id": "1", "task_ids": "1,2"}),
    "negative": json({"id": -1, "results": [{"id": -1, "title": "news"}], "tasks": [{"id": -1}], "total": -1, "task_ids": [-1, 0]}),
    "huge": json({"id": 10**19, "results": [{"id": 10**19, "title": "news"}], "tasks": [{"id": 10**19}], "task_ids": [10**19]}),
    "strings": json({"id": "1", "results": [{"id": "1", "title": "news"}], "tasks": [{"id": "1"}], "task_ids": ["1"]}),
    "not UTF-8": Reply(b'{"title": "\xff\xfe"}'),
    "half a surrogate": Reply(b'{"title": "\\ud800"}'),
    "deep": Reply(b"[" * 100_000 + b"]" * 100_000),
    "infinite number": Reply(b'{"id": 1e999}'),
    "cut": Reply(b'{"results": [], "tasks": []}', cut=True),
    "too short": Reply(b'{"results": [], "tasks": []}', length=500),
    "too long": Reply(b'{"results": [], "tasks": []}', length=7),
    "no gzip": Reply(b"{}", 200, {"Content-Encoding": "gzip"}),
    "brotli": Reply(b"{}", 200, {"Content-Encoding": "br"}),
    "nowhere": Reply(b"", 302, {"Location": "http://["}),
    "elsewhere": Reply(b"", 302, {"Location": "//evil.example/x"}),
    "round": Reply(b"", 307, {"Location": "?again"}),
    "refused": json({"detail": {"\x1b[31m": ["\u202e"]}}, 400),
    "teapot": Reply(b"\x00\x1b[31m", 418),
    "fault": Reply(b"", 500),
}  # fmt: skip


QUESTIONS: tuple[Callable[[Client], object], ...] = (
    lambda c: c.check(),
    lambda c: c.project("news"),
    lambda c: c.project("1"),
    lambda c: c.create_project(title="news"),
    lambda c: c.update_project(1, title="news"),
    lambda c: c.me(),
    lambda c: c.emails(),
    lambda c: c.count(1),
    lambda c: list(c.pages(1)),
    lambda c: c.newest(1),
    lambda c: list(c.ids(1)),
    lambda c: list(c.metas(1)),
    lambda c: c.send(1, b"[]"),
    lambda c: c.drafts(1),
    lambda c: c.update_meta(1, {}),
    lambda c: c.delete_task(1),
)


@pytest.mark.parametrize("body", BODIES)
def test_a_reply_that_is_none_is_a_message(corpus: Path, body: str) -> None:
    """Each reply, to each question that a server is asked; then to a whole pull."""
    with pretending() as pretender:
        client = Client(pretender.url, "k", tries=1)
        pretender.odd = lambda asked: BODIES[body]
        said: list[str] = []
        for question in part(QUESTIONS, 4, len(body)):
            try:
                question(client)
            except ServerError as error:
                said.append(str(error))
        assert all(words and words.isprintable() for words in said)
        pretender.odd = lambda asked: None
        pushed(corpus, pretender)
        pretender.odd = lambda asked: BODIES[body] if asked.path == "/api/tasks/" else None
        run("pull", corpus, pretender)
        assert (corpus / "records" / "rain.json").read_bytes() == canonical_json.canonical(RECORDS[0])


# tasks

FIELDS: dict[str, dict[str, Any]] = {
    "data": {"data": []}, "data is text": {"data": "x"}, "no data": {"data": None}, "meta": {"meta": "x"},
    "annotations": {"annotations": "none"}, "annotation": {"annotations": ["x"]}, "rows": {"annotations": [[1]]},
    "result": {"annotations": [{"id": 1, "result": {"a": 1}, "lead_time": 1.0}]},
    "results": {"annotations": [{"id": 1, "result": [7, None, [], {"id": 3, "value": "x"}], "lead_time": 1.0}]},
    "no result": {"annotations": [{"id": 1, "lead_time": "x", "completed_by": [], "updated_at": {}}]},
    "people": {"annotations": [{"id": "\x1b[31m", "result": [], "completed_by": {"email": {"email": {}}}, "updated_by": 10**30}]},
    "drafts": {"drafts": 7}, "draft": {"draft_exists": "yes", "drafts": [3]},
    "predictions": {"predictions": {"a": 1}, "annotations": []},
    "envelope": {"meta": {"onrecord": {"record": "rain", "base": [], "by": "x", "pulled": {"": 7, "x": None}}}},
}  # fmt: skip


@pytest.mark.parametrize("name", FIELDS)
def test_a_task_whose_fields_are_none_is_a_finding(corpus: Path, name: str) -> None:
    with pretending() as pretender:
        pushed(corpus, pretender)
        pretender.tasks[1] |= FIELDS[name]
        for command in part(("status", "pull", "push"), 3, len(name)):
            run(command, corpus, pretender)
        run("pull", corpus, pretender, "--apart")
        if name in ("data", "annotations", "rows", "drafts", "predictions"):
            output = run("pull", corpus, pretender).output
            assert "LST061" in output
            assert "data?task=1: " in output
        assert (corpus / "records" / "boat.json").read_bytes() == canonical_json.canonical(RECORDS[1])


IDS = [
    "../x",
    "../../x",
    "/etc/x",
    "a/b",
    "a\\b",
    ".",
    "..",
    "",
    "a\0b",
    "C:x/y",
    "\x1b[31m",
    "\u202e",
    "x" * 5000,
    "~",
    ".hidden",
    "a\n",
]


def test_a_record_id_that_is_a_path_writes_nothing(corpus: Path) -> None:
    """Untouched, submitted and new: there is no such record, and none is made; the others are pulled as ever."""
    with pretending() as pretender:
        pushed(corpus, pretender)
        task = pretender.tasks[2]
        for n, id in enumerate(IDS, 3):
            made = pretender.tasks[n] = deepcopy({**task, "id": n})
            made["meta"]["onrecord"]["record"] = made["data"]["onrecord"]["id"] = id
        before = sorted(corpus.rglob("*"))
        for work in (False, True):
            for n in range(3, 3 + len(IDS)) if work else ():
                pretender.tasks[n]["annotations"][0] |= {"lead_time": 1.0, "updated_by": 2}
            for more in ([], ["--new", "--apart"], ["--new", "--resolve", "there"]):
                output = run("pull", corpus, pretender, *more).output
                assert "0 records written" in output
                assert output.count("LST021") + output.count("LST062") == len(IDS), output
            assert f"{len(IDS)} missing here" in run("status", corpus, pretender, "--all").output
        assert sorted(corpus.rglob("*")) == before


@pytest.mark.parametrize(("length", "written"), [(200, 1), (201, 0)])
def test_an_id_that_is_too_long_for_a_file_is_told(corpus: Path, length: int, written: int) -> None:
    with pretending() as pretender:
        pushed(corpus, pretender)
        task = pretender.tasks[2]
        task["meta"]["onrecord"]["record"] = task["data"]["onrecord"]["id"] = "x" * length
        output = run("pull", corpus, pretender, "--new").output
        assert f"{written} record{'' if written else 's'} written" in output
        assert ("LST021" in output) is not bool(written)


@pytest.mark.parametrize("name", ["../../x", "\x1b[31m", "x" * 5000, ""])
def test_an_annotator_that_is_a_path_stays_in_its_folder(corpus: Path, name: str) -> None:
    with pretending() as pretender:
        pushed(corpus, pretender)
        row = pretender.task("rain")["annotations"][0]
        row |= {"completed_by": {"email": name}, "updated_by": name, "lead_time": 1.0}
        assert run("pull", corpus, pretender, "--apart").exit_code == 0
        (made,) = (corpus / "annotations").rglob("*.json")
        assert made.parent.parent == corpus / "annotations"


def test_damage_at_random_is_a_message(corpus: Path) -> None:
    """Values of the replies are exchanged, taken out and doubled; the seed is stated."""
    values: list[Any] = [
        None,
        True,
        -1,
        2**63,
        10**30,
        1.5,
        "",
        "../x",
        "a\0b",
        "\u202e",
        [],
        {},
        [1],
        [[]],
        [{}],
        {"id": "../x"},
    ]
    dice = random.Random(7)

    def damaged(value: Any) -> Any:
        places: list[tuple[Any, Any]] = []

        def walk(v: Any) -> None:
            for key in list(v) if isinstance(v, dict) else range(len(v)) if isinstance(v, list) else ():
                places.append((v, key))
                walk(v[key])

        walk(value)
        if not places:
            return dice.choice(values)
        for _ in range(dice.choice((1, 1, 3))):
            holder, key = dice.choice(places)
            if isinstance(holder, dict) and dice.random() < 0.2:
                holder.pop(key, None)
            elif key in holder if isinstance(holder, dict) else key < len(holder):
                holder[key] = dice.choice(values)
        return value

    with pretending() as pretender:
        pushed(corpus, pretender)
        pretender.submit("rain", lambda result: result[0].update(meta={"rid": "m1", "text": ["seen"]}))
        kept = deepcopy(pretender.tasks)

        def odd(asked: Asked) -> Reply | None:
            if dice.random() < 0.5 or asked.method != "GET":
                return None
            return json(damaged(decode(pretender.usual(asked).content)))

        pretender.odd = odd
        for _ in range(draws(12)):
            for command in (["pull"], ["status", "--all"], ["pull", "--new", "--apart"], ["push"]):
                pretender.tasks = deepcopy(kept)
                run(command[0], corpus, pretender, *command[1:])


# bounds


def test_one_reply_is_bounded(request: pytest.FixtureRequest) -> None:
    """As it is sent, and as it is decompressed; at the limit it passes."""
    limit = 100_000

    def padded(n: int) -> bytes:
        return encode({"release": "x" * (n - 14)})

    assert len(padded(limit)) == limit
    limits.use(limits.Limits(reply_bytes=limit))
    request.addfinalizer(lambda: limits.use(limits.Limits()))
    packers: list[tuple[str, Callable[[bytes], bytes]]] = [
        ("identity", bytes),
        ("gzip", gzip.compress),
        ("deflate", zlib.compress),
    ]
    for encoding, pack in packers:
        for size, passes in ((limit, True), (limit + 1, False)):
            content = pack(padded(size))
            reply = Reply(content, 200, {"Content-Encoding": encoding})
            with pretending(lambda asked, reply=reply: reply if asked.path == "/api/version" else None) as pretender:  # type: ignore[misc]
                client = Client(pretender.url, "k", tries=1)
                if passes:
                    assert len(client.check()) == limit - 14
                else:
                    with pytest.raises(TooLong, match="ONRECORD_MAX_REPLY_BYTES"):
                        client.check()


def test_the_bound_is_generous() -> None:
    assert limits.limits().reply_bytes >= 4 * clients.BODY, "what one push sends comes back in one page"


def test_a_page_of_long_tasks_comes_in_smaller_ones(request: pytest.FixtureRequest) -> None:
    request.addfinalizer(lambda: limits.use(limits.Limits()))
    with pretending() as pretender:
        pretender.tasks = {n: {"id": n, "data": {"text": "x" * 10_000}} for n in range(1, 40)}
        limits.use(limits.Limits(reply_bytes=50_000))
        pages = list(Client(pretender.url, "k").pages(1, size=32))
        assert [t["id"] for page in pages for t in page] == list(range(1, 40))
        pretender.tasks[40] = {"id": 40, "data": {"text": "x" * 50_001}}
        with pytest.raises(TooLong):
            list(Client(pretender.url, "k").pages(1, size=32))


def test_pages_that_never_end_end() -> None:
    """The same tasks again and again; and a list of projects that always has one more."""
    with pretending(lambda asked: json({"tasks": [{"id": 5}], "total": 9})) as pretender:
        with pytest.raises(ServerError, match="behind 5"):
            list(Client(pretender.url, "k").pages(1))
        assert len(pretender.asked) == 2
    other = {"id": 3, "title": "another"}
    with pretending(
        lambda asked: json({"results": [other], "next": f"http://evil.example/?page={asked.query['page']}"})
    ) as pretender:
        assert Client(pretender.url, "k").project("news") is None
        assert len(pretender.asked) == clients._PAGES
    with pretending(lambda asked: json({"results": [], "next": "more"})) as pretender:
        assert Client(pretender.url, "k").project("news") is None
        assert len(pretender.asked) == 1
