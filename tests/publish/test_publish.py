"""Publishing, against a Hub on a socket: what is there afterwards, commit by commit, whatever goes wrong on the way."""

import email.utils
import hashlib
import io
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from huggingface_hub import constants
from typer.testing import CliRunner, Result

from draws import FULL, part
from helpers import example
from hub.corpus import add_article, correct, replace_article, save, small, version
from hub.server import READER, STRANGER, WRITER, Server
from onrecord.building.building import BuildFailed, build
from onrecord.cli import app
from onrecord.publish import publication as module
from onrecord.publish.hub import Hub, HubError, Moved, quiet, repository, session
from onrecord.publish.publication import Options, Plan, Publication, Refused
from proving import PROGRAM

REPO = "org/news"
TREE = r"/tree/"
COMMIT = r"/commit/"
TAG = r"/tag/"


@pytest.fixture(autouse=True)
def _online(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client may ask, but only the server that a test names; and it doesn't wait long."""
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    monkeypatch.setattr(repository, "PAUSES", (0.01, 0.01, 0.01))


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    return tmp_path_factory.mktemp("builds"), {}


@pytest.fixture(autouse=True)
def _each_corpus_is_built_once(builds: tuple[Path, dict[str, Any]], monkeypatch: pytest.MonkeyPatch) -> None:
    """Builds are the same bytes from the same input, and take most of the time. What runs in a process builds anew."""
    made, known = builds

    def remembered(corpus: Path, folder: Path, *rest: Any, **options: Any) -> Any:
        listed = [(p.relative_to(corpus).as_posix(), p.read_bytes()) for p in sorted(corpus.rglob("*")) if p.is_file()]
        key = hashlib.sha256(repr((listed, options)).encode()).hexdigest()
        if key not in known:
            known[key] = build(corpus, made / key, *rest, **options)
        shutil.copytree(made / key, folder, dirs_exist_ok=True)
        return known[key]

    monkeypatch.setattr(module, "build", remembered)


@pytest.fixture(params=[False])
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    with Server(large=request.param) as found:
        yield found


large_or_not = pytest.mark.parametrize("server", [False, True], indirect=True, ids=["regular", "large"])


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return small(tmp_path / "corpus")


def job(corpus: Path, server: Server, token: str | None = WRITER, **options: Any) -> Publication:
    said: list[str] = []
    made = Publication(corpus, Hub(REPO, token, said.append, server.url), Options(**options), said.append)
    made.said = said  # type: ignore[attr-defined]
    return made


def publish(corpus: Path, server: Server, token: str | None = WRITER, **options: Any) -> Plan:
    with quiet():
        return job(corpus, server, token, **options).run()


def titles(server: Server) -> list[str]:
    return [c.title for c in server.store.repos[REPO].commits]


def built(corpus: Path, folder: Path) -> dict[str, bytes]:
    module.build(corpus, folder)  # type: ignore[attr-defined]
    made = folder / "dataset"
    return {p.relative_to(made).as_posix(): p.read_bytes() for p in made.rglob("*") if p.is_file()}


def remote(server: Server, revision: str = "main") -> dict[str, bytes]:
    found = server.store.files(REPO, revision)
    assert found.pop(".gitattributes")
    return found


LOAD = """
import json, sys
from datasets import load_dataset
found = {}
for asked in sys.argv[2:]:
    revision, config = asked.split(":")
    plain = load_dataset(sys.argv[1], config, revision=revision, split="train")
    streamed = load_dataset(sys.argv[1], config, revision=revision, split="train", streaming=True)
    assert plain.features == streamed.features
    assert list(plain) == list(streamed)
    found.setdefault(revision, {})[config] = plain[0]
print(json.dumps(found))
"""


def load(server: Server, tmp_path: Path, *asked: str) -> dict[str, Any]:
    """As a researcher does, in a process and with a cache of its own."""
    env = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    env |= {"HF_ENDPOINT": server.url, "HF_HOME": str(tmp_path / "home"), "HF_HUB_DISABLE_XET": "1"}
    env |= {"HF_UPDATE_DOWNLOAD_COUNTS": "0", "HF_HUB_DISABLE_TELEMETRY": "1"}
    done = subprocess.run(
        [sys.executable, "-c", LOAD, REPO, *asked], capture_output=True, text=True, env=env, cwd=tmp_path
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@large_or_not
def test_create_commit_tag_load(corpus: Path, server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)  # that store has another protocol
    plan = publish(corpus, server)
    assert (plan.head, plan.old, str(plan.version), plan.tag) == (None, None, "1.0.0", "v1.0.0")
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert server.store.repos[REPO].tags == {"v1.0.0": server.store.repos[REPO].head.oid}
    assert remote(server, "v1.0.0") == built(corpus, tmp_path / "build")
    assert bool(server.store.large) == server.large
    correct(corpus)
    version(corpus, "1.0.1")
    publish(corpus, server)
    assert titles(server)[1:] == ["Version 1.0.0", "Version 1.0.1"]
    configs = ("v1.0.0:records", "v1.0.0:entities", "v1.0.1:records", "v1.0.1:entities", "v1.0.1:quotes")
    old, new = load(server, tmp_path, *configs).values()
    assert old["entities"]["name"] == "NASA"
    assert new["entities"]["name"] == new["records"]["entities"][0]["name"] == "NASA of the US"
    assert new["records"]["id"] == "example"
    assert new["quotes"]["speaker_name"] == "NASA of the US"


def test_the_same_again_is_no_commit(corpus: Path, server: Server) -> None:
    publish(corpus, server)
    before = len(server.requests)
    plan = publish(corpus, server)
    assert not plan.changed
    assert plan.tagged
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert {m for m, _ in server.requests[before:]} == {"GET", "HEAD"}


def test_a_missing_tag_is_set(corpus: Path, server: Server) -> None:
    publish(corpus, server)
    server.store.repos[REPO].tags.clear()
    plan = publish(corpus, server)
    assert not plan.changed
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert server.store.repos[REPO].tags == {"v1.0.0": server.store.repos[REPO].head.oid}


def test_stale_files_go_in_the_same_commit(corpus: Path, server: Server, tmp_path: Path) -> None:
    publish(corpus, server)
    server.store.commit(REPO, "Add notes", "", {"notes/a.txt": b"x", "quotes/train-00001-of-00002.parquet": b"y"})
    add_article(corpus)
    version(corpus, "1.1.0")
    plan = publish(corpus, server)
    assert list(plan.delete) == ["notes/a.txt", "quotes/train-00001-of-00002.parquet"]
    assert plan.notes == ["main was edited on the Hub (“Add notes”); this replaces it, and the history keeps it"]
    assert [r.what for r in plan.reasons] == ["record added: more"]
    assert titles(server) == ["initial commit", "Version 1.0.0", "Add notes", "Version 1.1.0"]
    assert server.store.repos[REPO].head.message.startswith("record added: more\n\nMade by onrecord")
    assert remote(server) == built(corpus, tmp_path / "build")
    assert "claims/train-00000-of-00001.parquet" not in {*plan.add, *plan.change}, "what is the same is not sent"


@pytest.mark.parametrize(
    ("edit", "too_low", "enough", "why"),
    [
        (correct, "1.0.0", "1.0.1", "a patch change (annotation corrected: example) asks for 1.0.1"),
        (add_article, "1.0.7", "1.1.0", "a minor change (record added: more) asks for 1.1.0"),
        (
            replace_article,
            "1.9.9",
            "2.0.0",
            "a major change (no longer there: entities, mentions, times and 3 more) asks for 2.0.0",
        ),
        (
            lambda c: (c / "LICENSE.md").write_text("Be kind.\n"),
            "1.0.0",
            "1.0.1",
            "a patch change (card or other files changed) asks for 1.0.1",
        ),
        (lambda c: None, "0.9.0", "1.0.1", "1.0.0 is published"),
    ],
)
def test_the_version_rises_as_far_as_the_change_goes(
    corpus: Path, server: Server, edit: Callable[[Path], Any], too_low: str, enough: str, why: str
) -> None:
    publish(corpus, server)
    edit(corpus)
    version(corpus, too_low)
    with pytest.raises(Refused) as caught:
        publish(corpus, server)
    (finding,) = caught.value.findings
    assert finding.code == "PUB001"
    assert why in finding.message
    assert (finding.file, finding.line) == (str(corpus / "corpus.toml"), 6)
    assert len(titles(server)) == 2
    version(corpus, enough)
    publish(corpus, server)
    assert titles(server)[2:] == [f"Version {enough}"]


def test_a_tag_means_one_content(corpus: Path, server: Server) -> None:
    publish(corpus, server, tag="camera-ready")
    correct(corpus)
    version(corpus, "1.0.1")
    with pytest.raises(Refused) as caught:
        publish(corpus, server, tag="camera-ready")
    assert [f.code for f in caught.value.findings] == ["PUB002"]
    assert "stands for other content" in caught.value.findings[0].message
    publish(corpus, server)
    assert list(server.store.repos[REPO].tags) == ["camera-ready", "v1.0.1"]


def test_a_tag_that_main_has_moved_on_from(corpus: Path, server: Server) -> None:
    publish(corpus, server)
    files = server.store.files(REPO)
    later = files["README.md"].replace(b"version: 1.0.0", b"version: 0.9.0")
    server.store.commit(REPO, "Update README.md", "", {"README.md": later})
    with pytest.raises(Refused) as caught:
        publish(corpus, server)
    assert [f.code for f in caught.value.findings] == ["PUB002"]
    assert "main has moved on" in caught.value.findings[0].message


def test_another_commit_meanwhile(corpus: Path, server: Server) -> None:
    publish(corpus, server)
    correct(corpus)
    version(corpus, "1.0.1")
    server.fault("POST", COMMIT, then=lambda: spoil(server))
    running = job(corpus, server)
    with quiet(), pytest.raises(Moved, match="has got another commit meanwhile"):
        running.run()
    assert running.state == "nothing was published"
    assert titles(server) == ["initial commit", "Version 1.0.0", "Theirs"]
    assert list(server.store.repos[REPO].tags) == ["v1.0.0"]


@pytest.mark.parametrize("how", [{"status": 500}, {"status": 503}, {"drop": True}, {"status": 200, "body": b"<html>"}])
@pytest.mark.parametrize("after", [False, True], ids=["before it was stored", "after it was stored"])
def test_a_commit_whose_answer_is_lost(corpus: Path, server: Server, how: dict[str, Any], after: bool) -> None:
    server.fault("POST", COMMIT, after=after, **how)
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert server.count("POST", COMMIT) == (1 if after else 2)
    assert list(server.store.repos[REPO].tags) == ["v1.0.0"]


def test_a_first_attempt_that_arrives_late(corpus: Path, server: Server, tmp_path: Path) -> None:
    """The first answer is lost; while we look, it isn't stored yet; it is when the second attempt comes."""
    files: dict[str, Any] = dict(built(corpus, tmp_path / "build"))
    server.fault("POST", COMMIT, drop=True)
    server.fault("POST", COMMIT, then=lambda: server.store.commit(REPO, "Version 1.0.0", "", files))
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert list(server.store.repos[REPO].tags) == ["v1.0.0"]


def test_an_answer_lost_and_then_a_commit_of_somebody_else(corpus: Path, server: Server) -> None:
    server.fault("POST", COMMIT, drop=True, then=lambda: spoil(server))
    with pytest.raises(Moved):
        publish(corpus, server)
    assert titles(server) == ["initial commit", "Theirs"]


def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """The client's own pauses are of seconds."""
    monkeypatch.setattr("huggingface_hub.utils._http.time.sleep", lambda s, sleep=time.sleep: sleep(min(s, 0.01)))


@pytest.mark.parametrize(("how", "after"), [({"status": 500}, True), ({"drop": True}, False)])
@pytest.mark.parametrize(
    ("method", "path"), [("POST", TAG), ("POST", "create"), ("GET", TREE), ("POST", "validate-yaml"), ("GET", "/refs")]
)
def test_other_answers_lost(
    corpus: Path,
    server: Server,
    method: str,
    path: str,
    after: bool,
    how: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    hurry(monkeypatch)
    server.fault(method, path, after=after, **how)
    publish(corpus, server)
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert server.store.repos[REPO].tags == {"v1.0.0": server.store.repos[REPO].head.oid}


def test_a_tag_that_can_not_be_set_is_set_by_the_next_run(corpus: Path, server: Server) -> None:
    fault = server.fault("POST", TAG, status=500, times=99)
    running = job(corpus, server)
    with quiet(), pytest.raises(HubError, match="the Hub answers 500; try again later"):
        running.run()
    assert "the tag v1.0.0 is not yet set; run it again" in running.state
    fault.times = 0
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert list(server.store.repos[REPO].tags) == ["v1.0.0"]


def test_a_tag_that_somebody_else_sets_meanwhile(corpus: Path, server: Server) -> None:
    def theirs() -> None:
        server.store.tag(REPO, "v1.0.0", server.store.repos[REPO].commits[0].oid)

    server.fault("POST", TAG, then=theirs)
    with pytest.raises(HubError, match=r"the tag v1\.0\.0 has come to be on another commit"):
        publish(corpus, server)


@pytest.mark.parametrize("path", [COMMIT, TAG, "create"])
def test_too_many_requests_waits_as_long_as_told(corpus: Path, server: Server, path: str) -> None:
    server.fault("POST", path, status=429, headers={"Retry-After": "1"})
    running = job(corpus, server)
    begun = time.monotonic()
    with quiet():
        running.run()
    assert time.monotonic() - begun >= 1
    assert "the Hub has had too many requests; again in 1 s" in running.said  # type: ignore[attr-defined]
    assert titles(server) == ["initial commit", "Version 1.0.0"]


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "5000"},
        {"RateLimit": '"api";r=0;t=5000'},
        {"Retry-After": "a date"},
    ],
)
def test_too_long_a_wait_is_not_waited(corpus: Path, server: Server, headers: dict[str, str]) -> None:
    if headers.get("Retry-After") == "a date":  # its other form, a date
        headers = {"Retry-After": email.utils.formatdate(time.time() + 5000, usegmt=True)}
    server.fault("GET", f"/api/datasets/{REPO}$", status=429, headers=headers)
    with pytest.raises(HubError, match=r"the Hub asks to wait for (499[5-9]|5000) s; try again then"):
        publish(corpus, server)


@pytest.mark.parametrize(
    ("token", "words"),
    [
        ("hf_wrong", "the Hub does not know the token"),
        (READER, "the token can only read"),
        (STRANGER, "the token may not write to org/news"),
        (None, "publishing needs a token"),
    ],
)
def test_who_may_not(corpus: Path, server: Server, token: str | None, words: str) -> None:
    with pytest.raises(HubError, match=words):
        publish(corpus, server, token)
    assert not server.store.repos


def test_a_token_of_whom_nothing_is_known(corpus: Path, server: Server) -> None:
    """As of trusted publishing: it may write, but is nobody's."""
    server.fault("GET", "whoami", status=403)
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]


def test_a_private_repository_of_others(corpus: Path, server: Server) -> None:
    server.store.create("other/news", private=True)
    with quiet():
        hub = Hub("other/news", WRITER, endpoint=server.url)
        assert hub.head() is None
        with pytest.raises(HubError, match="may not write"):
            hub.create(private=False)


def test_private_or_not(corpus: Path, server: Server) -> None:
    publish(corpus, server, private=True)
    assert server.store.repos[REPO].private
    publish(corpus, server)
    server.store.repos[REPO].private = False
    with pytest.raises(HubError, match="is there, and public"):
        publish(corpus, server, private=True)


def test_made_by_somebody_meanwhile(corpus: Path, server: Server) -> None:
    def theirs() -> None:
        server.store.create(REPO, private=False)

    server.fault("POST", "create", then=theirs)
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]


def test_what_others_published_is_not_deleted(corpus: Path, server: Server) -> None:
    server.store.create(REPO, private=False)
    server.store.commit(REPO, "Upload", "", {"data.csv": b"a,b\n", "more.csv": b"", "README.md": b"# Ours\n"})
    with pytest.raises(HubError, match=r"did not publish \(data\.csv and 1 more\)"):
        publish(corpus, server)
    server.store.commit(REPO, "Empty", "", {}, ["data.csv", "more.csv"])
    publish(corpus, server)
    assert titles(server)[-1] == "Version 1.0.0"


def test_a_gitignore_on_the_hub_swallows_nothing(corpus: Path, server: Server, tmp_path: Path) -> None:
    publish(corpus, server)
    server.store.commit(REPO, "Ignore", "", {".gitignore": b"*.parquet *.md"})
    correct(corpus)
    version(corpus, "1.0.1")
    publish(corpus, server)
    assert remote(server) == built(corpus, tmp_path / "build")


def test_a_commit_that_is_not_what_was_sent(corpus: Path, server: Server) -> None:
    server.store.create(REPO, private=False)
    server.fault("GET", f"/api/datasets/{REPO}$", skip=1, then=lambda: spoil(server))
    with pytest.raises(HubError, match="is not what was sent"):
        publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0", "Theirs"]
    assert not server.store.repos[REPO].tags


def spoil(server: Server) -> None:
    server.store.commit(REPO, "Theirs", "", {"theirs.txt": b"x"})


def test_no_network(corpus: Path) -> None:
    with quiet(), pytest.raises(HubError, match=r"no connection to the Hub \(.+refused.*\); try again later"):
        Publication(corpus, Hub(REPO, WRITER, endpoint="http://127.0.0.1:9"), Options()).run()


def test_offline(corpus: Path, server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with pytest.raises(HubError, match="HF_HUB_OFFLINE forbids"):
        publish(corpus, server)


@pytest.mark.parametrize("path", [f"/api/datasets/{REPO}$", TREE, COMMIT])
def test_a_hub_that_falls_silent(corpus: Path, server: Server, path: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(session.TIMEOUTS, "read", 0.3)
    server.fault("POST" if path == COMMIT else "GET", path, then=lambda: time.sleep(0.6))
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]


@pytest.mark.parametrize("seed", range(2))
@large_or_not
def test_a_hub_in_chaos(
    corpus: Path, server: Server, tmp_path: Path, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong, and however often it is begun again: one commit and one tag a version, and nothing else."""
    hurry(monkeypatch)
    monkeypatch.setattr(constants, "HF_HUB_DISABLE_XET", True)
    monkeypatch.setattr(repository, "_BATCH", 10_000)
    server.chaos = random.Random(seed)
    contents = {}
    for number, change in (("1.0.0", None), ("1.0.1", correct), ("1.1.0", add_article)):
        version(corpus, number)
        if change:
            change(corpus)
        contents[f"v{number}"] = built(corpus, tmp_path / "build")
        for _ in range(30):
            try:
                publish(corpus, server)
                break
            except Moved:
                raise  # there is nobody else
            except HubError:
                continue
    assert titles(server) == ["initial commit", *(f"Version {v[1:]}" for v in contents)]
    assert {tag: remote(server, tag) for tag in server.store.repos[REPO].tags} == contents


def test_downloads_that_fail(corpus: Path, server: Server) -> None:
    publish(corpus, server)
    correct(corpus)
    version(corpus, "1.0.1")
    server.fault("GET", "/resolve/.*README", status=500)
    server.fault("HEAD", "/resolve/.*parquet", drop=True)
    publish(corpus, server)
    assert titles(server)[-1] == "Version 1.0.1"


def test_warnings_forbid_where_told(corpus: Path, server: Server) -> None:
    record = example()
    record["metadata"]["headline"] = "The " + record["metadata"]["headline"]
    save(corpus, record)
    publish(corpus, server)
    with quiet(), pytest.raises(BuildFailed) as caught:
        Publication(corpus, Hub(REPO, WRITER, endpoint=server.url), Options(), fails=lambda found: found).run()
    assert [f.code for f in caught.value.findings] == ["MET004"]


# -- the command


def run(*args: Any, code: int = 0, server: Server | None = None, **env: str) -> Result:
    env = {"HF_TOKEN": WRITER, "HF_ENDPOINT": server.url if server else "http://127.0.0.1:9"} | env
    result = CliRunner().invoke(app, ["publish", *map(str, args)], env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    assert WRITER not in result.output
    return result


def test_dry_run_only_reads(corpus: Path, server: Server) -> None:
    shown = run(REPO, corpus, "--dry-run", server=server, HF_TOKEN="").stdout
    assert "org/news: a new repository → version 1.0.0\n" in shown
    assert "a private repository would not be seen" in shown
    assert not server.store.repos
    run(REPO, corpus, server=server)
    server.store.commit(REPO, "Add notes", "", {"notes.txt": b"x"})
    add_article(corpus)
    before = len(server.requests)
    refused = run(REPO, corpus, "--dry-run", server=server, HF_TOKEN=READER, code=1)
    assert "minor   record added: more" in refused.stdout
    assert "PUB001" in refused.stderr
    version(corpus, "1.1.0")
    shown = run(REPO, corpus, "--dry-run", server=server, HF_TOKEN="").stdout
    assert "org/news: version 1.0.0 → version 1.1.0\n" in shown
    assert "change  records/train-00000-of-00001.parquet (" in shown
    assert "delete  notes.txt (1 B)\n" in shown
    assert "tag     v1.1.0\n" in shown
    assert {m for m, _ in server.requests[before:]} == {"GET", "HEAD"}
    assert len(titles(server)) == 3


def test_what_is_said(corpus: Path, server: Server) -> None:
    done = run(REPO, corpus, "-o", corpus.parent / "build", server=server)
    assert "org/news is now version 1.0.0, tag v1.0.0: " in done.stdout
    assert "with the texts: the rights of every record are an open licence\n" in done.stdout
    assert 'load_dataset("org/news", "records", revision="v1.0.0")' in done.stdout
    said = done.stderr.split("\n")
    assert said.index("validating and building") < said.index("asking the Hub"), "who has errors asks nobody"
    assert (corpus.parent / "build" / "dataset" / "README.md").is_file()
    assert "holds this content already; the tag is there, too" in run(REPO, corpus, server=server).stdout
    server.store.repos[REPO].tags.clear()
    assert "already; the tag v1.0.0 was set" in run(REPO, corpus, server=server).stdout


def test_texts_under_no_open_licence(corpus: Path, server: Server) -> None:
    record = example()
    record["metadata"]["rights"] = "All rights reserved by Reuters."
    save(corpus, record)
    shown = run(REPO, corpus, server=server).stdout
    assert "without the texts: 1 of 1 are under no open licence (“All rights reserved by Reuters.”)" in shown
    held = {path: content for path, content in remote(server).items() if path.startswith("records/")}
    assert [r["text"] for c in held.values() for r in pq.read_table(io.BytesIO(c)).to_pylist()].count(None) == 1
    version(corpus, "1.1.0")  # the texts are added
    shown = run(REPO, corpus, "--include-text", server=server).stdout
    assert "with the texts, as told, although 1 of 1 are under no open licence" in shown


def test_usage(corpus: Path, server: Server, tmp_path: Path) -> None:
    for name in ("news", "a/b/c", "org/", "/news", "org/né"):
        assert "name it as ORG/NAME" in run(name, corpus, code=2).stderr
    assert "make them agree" in run(REPO, corpus, "--tag", "v2.0.0", code=2).stderr
    assert "is no name for a tag" in run(REPO, corpus, "--tag", "a b", code=2).stderr
    assert "log in (hf auth login)" in run(REPO, corpus, HF_TOKEN="", code=2, server=server).stderr
    assert "can't be read" in run(REPO, corpus, "--token-file", tmp_path / "none", code=2).stderr
    version(corpus, "1.0")
    assert "corpus.toml:6:1: PUB011 the version '1.0' is not of the form 1.2.3" in run(REPO, corpus, code=1).stderr
    (corpus / "corpus.toml").unlink()
    assert "PUB010 corpus.toml is missing" in run(REPO, corpus, code=1).stderr
    assert "there is no file or folder" in run(REPO, corpus / "nowhere", code=2).stderr


def test_findings_stop_it(corpus: Path, server: Server) -> None:
    record = example()
    record["metadata"]["headline"] = "The " + record["metadata"]["headline"]
    save(corpus, record)
    assert "MET004" in run(REPO, corpus, "--strict", server=server, code=1).stderr
    record["times"][0]["text"] = "Monday"
    save(corpus, record)
    stopped = run(REPO, corpus, server=server, code=1).stderr
    assert "SPN002" in stopped
    assert "nothing was published: 1 error" in stopped
    assert not server.store.repos


def spoilt(what: str, corpus: Path) -> str:
    """Make one fault; its code."""
    record = example()
    if what == "a record":
        record["times"][0]["text"] = "Monday"
        save(corpus, record)
        return "SPN002"
    if what == "a relation twice":
        record["claims"][2]["relations"] *= 2
        save(corpus, record)
        return "IDS005"
    if what == "a split":
        (corpus / "splits").mkdir()
        (corpus / "splits" / "train.txt").write_text("nobody\n")
        return "COR006"
    files = {
        "corpus.toml": ("corpus.toml", "name = ", "FIL010"),
        "its prose": ("CARD.md", "![x](http://evil.test/x.png)", "DST014"),
        "the Hub's words": (
            "corpus.toml",
            (corpus / "corpus.toml").read_text() + 'task_ids = ["no-such-task"]\n',
            "DST012",
        ),
        "its version": ("corpus.toml", (corpus / "corpus.toml").read_text().replace("1.0.0", "1"), "PUB011"),
    }
    name, content, code = files[what]
    (corpus / name).write_text(content, "utf-8")
    return code


@pytest.mark.parametrize(
    "what", ["a record", "a relation twice", "a split", "corpus.toml", "its prose", "the Hub's words", "its version"]
)
@pytest.mark.parametrize("options", [(), ("--dry-run",), ("--private",)], ids=["publish", "dry run", "private"])
def test_a_corpus_with_errors_asks_nobody(corpus: Path, server: Server, what: str, options: tuple[str, ...]) -> None:
    code = spoilt(what, corpus)
    strict = ["--strict"] if what == "a relation twice" else []  # Label Studio alone would lose it
    asks = {"HF_OIDC_RESOURCE": "datasets/org/news"}  # with which to log in is to ask
    shown = run(REPO, corpus, *options, *strict, server=server, code=1, **asks).stderr
    assert code in shown
    assert server.requests == []
    assert not server.store.repos


@pytest.mark.parametrize(
    "head",
    [
        "tags: 5", "tags: [onrecord]\nconfigs: 5", "tags: [onrecord]\nconfigs: [{config_name: records, data_files: 5}]",
        "tags: [onrecord]\nconfigs: [{config_name: records, data_files: [{split: 5, path: {a: b}}]}]",
        "tags: [onrecord]\ndataset_info: 5", "tags: [onrecord]\ndataset_info: [{features: 5}, x, {features: [5]}]",
        "tags: [onrecord]\na: &a [1]\nb: *a", "a: !!timestamp x", "a: 2026-99-99", f"a: {'[' * 3000}", "[]", "x: {",
        "tags: [onrecord]\nconfigs: [{config_name: records, version: [1], data_files: [{split: train, path: records/*}]}]",
    ],
)  # fmt: skip
def test_odd_cards_on_the_hub(corpus: Path, server: Server, head: str) -> None:
    """Whatever somebody wrote there: compared, or one line."""
    publish(corpus, server)
    odd: dict[str, Any] = {
        "README.md": f"---\n{head}\n---\n".encode(),
        "records/train-00000-of-00001.parquet": b"PAR1 no more",
    }
    server.store.commit(REPO, "Odd", "", odd)
    with suppress(HubError, Refused):
        publish(corpus, server, dry_run=True)


def test_a_missing_client_is_one_line(corpus: Path) -> None:
    code = "import sys; sys.modules['huggingface_hub'] = None; from onrecord.cli import app; app(sys.argv[1:])"
    done = subprocess.run([sys.executable, "-c", code, "publish", REPO, str(corpus)], capture_output=True, text=True)
    assert done.returncode == 2
    assert done.stderr.strip() == "onrecord: this needs the extra “datasets”: pip install 'onrecord[datasets]'"


# -- the token


def test_the_token_from_a_file(corpus: Path, server: Server, tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{WRITER}\n")
    run(REPO, corpus, "--token-file", tmp_path / "token", server=server, HF_TOKEN="")
    (tmp_path / "home").write_text(WRITER)
    constants.HF_TOKEN_PATH, old = str(tmp_path / "home"), constants.HF_TOKEN_PATH
    try:
        run(REPO, corpus, server=server, HF_TOKEN="")
    finally:
        constants.HF_TOKEN_PATH = old


@pytest.mark.parametrize("odd", ["hf_secret secret", "hf_secret\nX-Evil: secret", "hf_secret\x00", "hf_sécret"])
def test_a_token_that_is_none_is_not_shown(corpus: Path, server: Server, tmp_path: Path, odd: str) -> None:
    (tmp_path / "token").write_text(odd, "utf-8")
    shown = run(REPO, corpus, "--token-file", tmp_path / "token", server=server, code=2).output
    assert "cret" not in shown.replace(str(tmp_path), "")


def test_a_hub_that_repeats_the_token(corpus: Path, server: Server) -> None:
    body = json.dumps({"error": f"not with {WRITER}"}).encode()
    server.fault("POST", "create", status=422, body=body)
    assert (
        "the Hub answers 422: not with [token]; nothing was published"
        in run(REPO, corpus, server=server, code=2).stderr
    )


# -- in a process of its own: Ctrl-C, and everything that the client logs


def process(server: Server, tmp_path: Path, *args: str, **env: str) -> "subprocess.Popen[str]":
    kept = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
    kept |= {"HF_ENDPOINT": server.url, "HF_TOKEN": WRITER, "HF_HOME": str(tmp_path / "home")}
    return subprocess.Popen(
        [*PROGRAM, "publish", *args],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env=kept | env,
        cwd=tmp_path,
    )


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize(
    ("method", "path", "after", "commits", "words"),
    part(
        [
            ("POST", "/preupload/", False, 1, "an empty repository was made, and nothing was published"),
            ("POST", COMMIT, False, 1, "whether it was published is not known"),
            ("POST", COMMIT, True, 2, "whether it was published is not known"),
            ("POST", TAG, False, 2, "the tag v1.0.0 is not yet set; run it again"),
        ],
        2,
        1,
    ),
)
def test_stopped_midway(
    corpus: Path,
    server: Server,
    tmp_path: Path,
    method: str,
    path: str,
    after: bool,
    commits: int,
    words: str,
    sign: signal.Signals,
) -> None:
    """Ctrl-C, or a CI's job that is cancelled."""
    (tmp_path / "scratch").mkdir()
    running: list[subprocess.Popen[str]] = []

    def stop() -> None:
        running[0].send_signal(sign)
        time.sleep(0.3 if FULL else 0.1)

    server.fault(method, path, then=stop, drop=True, after=after)
    running.append(process(server, tmp_path, REPO, str(corpus), TMPDIR=str(tmp_path / "scratch")))
    shown, _ = running[0].communicate(timeout=60)
    assert running[0].returncode == 128 + sign, shown
    assert "Traceback" not in shown
    assert not list((tmp_path / "scratch").iterdir()), "nothing lies about"
    assert words in shown.strip().splitlines()[-1]
    time.sleep(0.5 if FULL else 0.1)  # the server may still be at it
    assert len(titles(server)) == commits
    publish(corpus, server)
    assert titles(server) == ["initial commit", "Version 1.0.0"]
    assert list(server.store.repos[REPO].tags) == ["v1.0.0"]


def test_nothing_logged_holds_the_token(corpus: Path, server: Server, tmp_path: Path) -> None:
    server.fault("POST", COMMIT, status=400)
    running = process(
        server, tmp_path, REPO, str(corpus), HF_DEBUG="1", PYTHONFAULTHANDLER="1", HF_HUB_VERBOSITY="debug"
    )
    shown, _ = running.communicate(timeout=60)
    assert running.returncode == 2, shown
    assert "curl" in shown, "the client logs"
    assert WRITER not in shown
    assert WRITER[5:] not in shown
