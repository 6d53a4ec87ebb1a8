"""Which key goes where: what a corpus says sends nobody's key anywhere, and no address or key is shown."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import convert
from msgspec.json import decode

from commands import run
from helpers import example
from onrecord.files import canonical_json
from onrecord.files.writing import write_atomic
from onrecord.labelstudio.sync import server
from onrecord.labelstudio.sync.address import address, key_of, masked
from onrecord.labelstudio.sync.client import Client
from onrecord.labelstudio.sync.errors import ServerError
from onrecord.labelstudio.sync.local import FOLDER, there
from onrecord.labelstudio.sync.process import inherited
from onrecord.labelstudio.sync.server import Account, Running, Studio
from onrecord.labelstudio.sync.target import FILE, KEY, PROJECT, URL, target
from onrecord.model.record import Record
from pretender import Asked, Pretender, Reply, json, pretending

OURS, SECRET = "key-of-the-environment", "correct-horse-battery"
SENT = ("authorization", "x-api-key")


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without configuration, an environment without a server."""
    for name in (URL, KEY, PROJECT):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "home" / "xdg"))
    return tmp_path / "home" / "xdg" / "onrecord" / "config.toml"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    made = tmp_path / "corpus"
    record = convert(example(), Record)
    write_atomic(made / "records" / f"{record.id}.json", canonical_json.canonical(record))
    return made


def says(corpus: Path, url: str) -> None:
    """What the corpus's own settings name."""
    (corpus / "pyproject.toml").write_text(f'[tool.onrecord.labelstudio]\nurl = "{url}"\n')


def local(corpus: Path, text: str) -> Path:
    file = corpus / FOLDER / FILE
    file.parent.mkdir(exist_ok=True)
    file.write_text(text)
    file.chmod(0o600)
    return file


def configured(home: Path, text: str, mode: int = 0o600) -> None:
    home.parent.mkdir(parents=True)
    home.write_text(text)
    home.chmod(mode)


def keys(pretender: Pretender) -> set[str]:
    """The keys that it was given."""
    return {v for asked in pretender.asked for k, v in asked.headers.items() if k in SENT}


# sides


@pytest.mark.parametrize("command", ["push", "pull", "status"])
def test_a_corpuss_settings_get_no_key_of_the_user(corpus: Path, command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, OURS)
    with pretending() as stranger:
        says(corpus, stranger.url)
        for more in ([], ["--api-key", "another"]):
            output = run("labelstudio", command, corpus, *more, code=2).output
            assert f"--url {stranger.url}" in output
            assert "config.toml" in output
            assert OURS not in output
        assert stranger.asked == [], "not even asked"
        assert "--url" in run("studio", corpus, code=2).output
        assert stranger.asked == []


def test_a_key_goes_to_an_address_of_its_own_side(corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(KEY, OURS)
    says(corpus, "https://team.example.org/")
    assert target(corpus, "https://team.example.org", None, None).key == OURS, "named by the user"
    monkeypatch.setenv(URL, "https://team.example.org")
    assert target(corpus, None, None, None).key == OURS
    monkeypatch.delenv(URL)
    configured(home, '[labelstudio.servers.team]\nurl = "https://TEAM.example.org:443"\n')
    found = target(corpus, None, None, None)
    assert (found.url, found.key) == ("https://team.example.org", OURS), "the user's configuration names it"
    assert target(corpus, "team", None, None).url == "https://team.example.org"


@pytest.mark.parametrize(
    "near",
    ["https://team.example.org.evil.example", "http://team.example.org", "https://team.example.org:8443", "https://team.example.org/x"],
)  # fmt: skip
def test_an_address_that_is_nearly_the_users_is_not_the_users(
    corpus: Path, home: Path, near: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(KEY, OURS)
    configured(home, '[labelstudio]\nurl = "https://team.example.org"\napi-key = "k"\n')
    says(corpus, near)
    with pytest.raises(ServerError, match="no key of yours"):
        target(corpus, None, None, None)


def test_a_key_in_a_file_goes_to_that_files_address(corpus: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    local(corpus, 'url = "https://mine.example.org"\napi-key = "mine"\n')
    assert target(corpus, None, None, None).key == "mine"
    assert target(corpus, "https://mine.example.org", None, None).key == "mine"
    with pytest.raises(ServerError, match="wants an API key"):
        target(corpus, "https://other.example.org", None, None)
    monkeypatch.setenv(KEY, OURS)
    assert target(corpus, None, None, None).key == "mine", "the environment's is for the user's addresses"
    local(corpus, 'url = "https://mine.example.org"\n')
    with pytest.raises(ServerError, match="no key of yours"):
        target(corpus, None, None, None)
    local(corpus, 'api-key = "mine"\n')
    with pytest.raises(ServerError, match="without a url"):
        target(corpus, None, None, None)
    local(corpus, 'project = "news"\n')
    configured(home, '[labelstudio]\nurl = "https://own.example.org"\napi-key = "own"\nproject = "x"\n')
    found = target(corpus, None, None, None)
    assert (found.url, found.key, found.project) == ("https://own.example.org", OURS, "news")
    monkeypatch.delenv(KEY)
    assert target(corpus, None, None, None).key == "own"
    assert target(corpus, "https://own.example.org", None, None).key == "own"


def test_the_users_configuration_is_held_to_its_form(corpus: Path, home: Path) -> None:
    configured(home, '[labelstudio]\nurl = "https://own.example.org"\napi-key = "own-key"\n', 0o644)
    (note,) = target(corpus, None, None, None).notes
    assert f"chmod 600 {home}" in note
    home.chmod(0o600)
    assert target(corpus, None, None, None).notes == ()
    for text, words in (
        ('[labelstudio]\nurl = "nowhere"\n', "no address"),
        ('[labelstudio]\napi-key = "own-key"\n', "without a url"),
        ("[labelstudio]\nurl = 3\n", "Expected `str"),
        ('[labelstudio]\ntoken = "own-key"\n', "unknown field"),
        ('[labelstudio]\nurl = "https://x"\napi-key = "own\\nkey"\n', "no key has"),
        ('[labelstudio.servers.a]\nproject = "x"\n', "has no url"),
        ("labelstudio = 3\n", "Expected"),
        ("[labelstudio\n", "no TOML"),
    ):
        home.write_text(text)
        with pytest.raises(ServerError, match=words) as raised:
            target(corpus, None, None, None)
        assert str(home) in str(raised.value)
        assert "own-key" not in str(raised.value)
    home.write_bytes(b"\xff\xfe")
    with pytest.raises(ServerError, match="no TOML"):
        target(corpus, None, None, None)


def test_the_configuration_stands_where_xdg_says(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    usual = tmp_path / "home" / ".config" / "onrecord" / "config.toml"
    configured(usual, '[labelstudio]\nurl = "https://usual.example.org"\napi-key = "k"\n')
    assert target(corpus, None, None, None).url is None
    for unset in ("", "relative/folder"):
        monkeypatch.setenv("XDG_CONFIG_HOME", unset)
        assert target(corpus, None, None, None).url == "https://usual.example.org"


@pytest.mark.parametrize(
    ("url", "warned"),
    [("http://labels.example.org", True), ("http://localhost.example.org", True), ("http://192.0.2.7:8080", True),
     ("https://labels.example.org", False), ("http://localhost:8080", False), ("http://127.8.9.1", False), ("http://[::1]:8080", False)],
)  # fmt: skip
def test_a_key_in_the_clear_is_told(corpus: Path, url: str, warned: bool) -> None:
    assert ["not encrypted" in n for n in target(corpus, url, "k", None).notes] == [True] * warned


# what came with the corpus


def git(folder: Path, *args: str) -> None:
    subprocess.run(
        ["git", "-C", str(folder), "-c", "user.name=x", "-c", "user.email=x@x", *args], check=True, capture_output=True
    )


@pytest.mark.parametrize(
    "name", [FILE, "studio/running.json", "studio/account.json", "labelstudio/x-1.sqlite", ".gitignore"]
)
@pytest.mark.parametrize(
    "command", [["labelstudio", "push"], ["labelstudio", "pull"], ["labelstudio", "status"], ["studio"]], ids="-".join
)
def test_a_folder_that_git_tracks_is_refused(
    corpus: Path, name: str, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """In a repository or in a part of one; committed or only added. What is ignored, or in no repository, is the user's."""
    monkeypatch.setenv(KEY, OURS)
    with pretending() as stranger:
        file = corpus / FOLDER / name
        write_atomic(file, f'url = "{stranger.url}"\n'.encode())
        git(corpus.parent, "init", "-q")
        assert there(corpus) == corpus / FOLDER
        git(corpus.parent, "add", "-f", str(file))
        before = sorted(corpus.rglob("*"))
        output = run(*command, corpus, "--url", stranger.url, code=2).output
        assert "tracked by Git" in output
        assert output.count("\n") == 1
        assert [a.path for a in stranger.asked] in ([], ["/api/version", "/api/projects/"])
        assert sorted(corpus.rglob("*")) == before
        git(corpus.parent, "rm", "-q", "--cached", str(file))
        assert there(corpus) == corpus / FOLDER


@pytest.mark.parametrize(
    "name",
    [
        "",
        ".gitignore",
        FILE,
        "labelstudio",
        "labelstudio/x-1.sqlite",
        "studio",
        "studio/server.log",
        "studio/account.json",
    ],
)
def test_nothing_of_it_is_a_link(corpus: Path, tmp_path: Path, name: str) -> None:
    """Without Git, too: a corpus may come as an archive. Nothing is written through a link."""
    place, elsewhere = corpus / FOLDER / name, tmp_path / "elsewhere"
    elsewhere.write_text("kept")
    place.parent.mkdir(parents=True, exist_ok=True)
    place.symlink_to(elsewhere)
    for command in (["labelstudio", "push"], ["labelstudio", "status"], ["studio"]):
        assert "is a link" in run(*command, corpus, "--url", "http://127.0.0.1:9", "--api-key", "k", code=2).output
    place.unlink()
    place.symlink_to(tmp_path / "nowhere")
    with pytest.raises(ServerError, match="is a link"):
        Studio(corpus)
    assert elsewhere.read_text() == "kept"
    assert not (tmp_path / "nowhere").exists()


def test_git_runs_no_program_of_the_repository(corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(corpus, "init", "-q")
    local(corpus, "")
    spy = tmp_path / "spy"
    spy.write_text(f"#!/bin/sh\nenv > {tmp_path / 'spied'}\n")
    spy.chmod(0o755)
    git(corpus, "config", "core.fsmonitor", str(spy))
    monkeypatch.setenv("HF_TOKEN", SECRET)
    there(corpus)
    assert not (tmp_path / "spied").exists()


def test_what_git_can_not_tell_is_refused(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (corpus / ".git").write_text("gitdir: nowhere\n")
    assert there(corpus) == corpus / FOLDER, "there is none yet"
    local(corpus, "")
    with pytest.raises(ServerError, match="Git says"):
        there(corpus)
    monkeypatch.setenv("PATH", "")
    with pytest.raises(ServerError, match="without Git"):
        there(corpus)


@pytest.mark.parametrize("value", ['{"pid":0,"port":8080,"owner":9}', '{"pid":-1,"port":8080,"owner":9}', '{"pid":9,"port":"80@evil","owner":9}', '{"pid":9,"port":70000,"owner":9}', "[]", "\x00"])  # fmt: skip
def test_a_note_of_a_running_server_is_one(corpus: Path, value: str) -> None:
    studio = Studio(corpus)
    studio.account()
    (studio.folder / "running.json").write_text(value)
    assert studio.running() is None


def test_an_account_that_is_none_is_told(corpus: Path) -> None:
    studio = Studio(corpus)
    studio.account()
    (studio.folder / "account.json").write_text('{"email":"a@b","password":"p\\u0000","token":"t"}')
    with pytest.raises(ServerError, match=r"account\.json"):
        studio.account()


# redirects


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_takes_nothing_to_another_host(corpus: Path, status: int) -> None:
    with pretending() as other, pretending() as first:
        first.odd = lambda asked: Reply(b"", status, {"Location": other.url + asked.path})
        output = run("labelstudio", "push", corpus, "--url", first.url, "--api-key", OURS, code=2).output
        assert other.url in output
        assert "another server" in output
        assert other.asked == []


def test_a_refresh_token_is_not_redirected(corpus: Path) -> None:
    """A personal access token travels in a body, which a client that follows sends on."""
    import jwt

    token = jwt.encode({"exp": 4102444800, "token_type": "refresh"}, "x" * 32)
    with pretending() as other, pretending() as first:
        first.odd = lambda asked: Reply(b"", 307, {"Location": other.url + asked.path})
        run("labelstudio", "push", corpus, "--url", first.url, "--api-key", token, code=2)
        assert first.asked[0].path == "/api/token/refresh/"
        assert other.asked == []
        first.odd = lambda asked: Reply(b"<html>")
        assert "never does" in run("labelstudio", "push", corpus, "--url", first.url, "--api-key", token, code=2).output
        first.odd = lambda asked: json({"access": 7})
        assert "never does" in run("labelstudio", "push", corpus, "--url", first.url, "--api-key", token, code=2).output


def test_a_redirect_within_the_server_is_followed() -> None:
    def slash(asked: Asked) -> Reply | None:
        return Reply(b"", 302, {"Location": "/api/version/"}) if asked.path == "/api/version" else None

    def there(asked: Asked) -> Reply | None:
        return slash(asked) or (json({"release": "9"}) if asked.path == "/api/version/" else None)

    with pretending(there) as pretender:
        assert Client(pretender.url, "k", tries=1).check() == "9"
        assert keys(pretender) == {"Token k"}
    with pretending(lambda asked: Reply(b"", 302, {"Location": "/round"})) as pretender:
        with pytest.raises(ServerError, match="round and round"):
            Client(pretender.url, "k", tries=1).check()
        assert len(pretender.asked) <= 7


# what is shown


def test_user_and_password_of_an_address_are_shown_nowhere(corpus: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They go to a proxy before the server, and neither to people nor to files."""
    with pretending() as pretender:
        url = pretender.url.replace("//", f"//annotator:{SECRET}@")
        monkeypatch.setenv(KEY, OURS)
        monkeypatch.setenv(URL, url)
        printed = "".join(run("labelstudio", *a, code=0).output for a in (["push", corpus], ["status", corpus, "--all", "--format", "json"], ["status", corpus, "--all"], ["pull", corpus]))  # fmt: skip
        printed += run("studio", corpus, code=0).output
        assert pretender.url in printed
        assert {a.headers["authorization"][:6] for a in pretender.asked} == {"Basic "}
        assert {a.headers["x-api-key"] for a in pretender.asked} == {OURS}
    for secret in (SECRET, "annotator:", OURS):
        assert secret not in printed
        assert not [p for p in corpus.rglob("*") if secret in p.name]
        assert not [p for p in corpus.rglob("*") if p.is_file() and secret.encode() in p.read_bytes()]
    monkeypatch.setenv(URL, f"http://annotator:{SECRET}@127.0.0.1:9/?token={SECRET}#{SECRET}")
    output = run("labelstudio", "push", corpus, code=2).output
    assert SECRET not in output
    assert "leave out what follows" in output


BAD = [
    "", " ", "labels.example.org", "localhost:8080", "http://[", "http://[::1", "http://[x]", "http://x:99999", "http://x:0",
    "http://x:-1", "http://x:8a", "http://x:²", "http://a b", "http://a\nb", "http://a\x00b", "file:///etc/passwd",
    "ftp://x", "https://", "http:///x", "http://.", "http://a..b", "http://xn--", "http://☃.example", "http://a%2fb",
    f"http://{'a' * 64}.example", f"http://{'a.' * 200}org", "http://good.example\\@evil.example", "http://x/@me", "javascript:alert(1)",
    "http://\u202eexample", "//x", "http:x", "\ud800", "http://x/\u202e", "http://[fe80::1%25eth0]",
]  # fmt: skip


@pytest.mark.parametrize("url", BAD, ids=lambda u: ascii(u)[:30])
def test_what_is_no_address_is_one_line(corpus: Path, url: str) -> None:
    with pytest.raises(ServerError, match="no address") as raised:
        address(url)
    assert "\n" not in str(raised.value)
    assert "\x1b" not in str(raised.value)
    if url.isprintable():
        assert "no address" in run("labelstudio", "push", corpus, "--url", url, "--api-key", "k", code=2).output


@pytest.mark.parametrize(
    "url",
    [f"http://jo:{SECRET}@[", f"jo:{SECRET}@labels.example.org", f"http://jo:{SECRET}/1@x", f"http://jo:1/{SECRET}@x", f"http://jo:#{SECRET}@x",
     f"http://x:99999/?key={SECRET}", f"http://x:99999/#{SECRET}", f"ftp://{SECRET}@x", f"https://x/?api_key={SECRET}", f"http://jo:a@b:{SECRET}@x/ "],
)  # fmt: skip
@pytest.mark.parametrize("way", ["option", "environment", "settings", "folder", "configuration"])
def test_what_a_bad_address_hides_is_masked(
    corpus: Path, home: Path, url: str, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert SECRET not in masked(url)
    match way:
        case "environment":
            monkeypatch.setenv(URL, url)
        case "settings":
            says(corpus, url)
        case "folder":
            local(corpus, f'url = "{url}"\n')
        case "configuration":
            configured(home, f'[labelstudio]\nurl = "{url}"\n')
    option = ["--url", url] if way == "option" else []
    for command in (["labelstudio", "push"], ["labelstudio", "status"], ["studio"]):
        output = run(*command, corpus, *option, code=2).output
        assert SECRET not in output
        assert output.count("\n") == 1


def test_addresses_are_what_they_say() -> None:
    for written, meant in (
        ("HTTPS://Labels.Example.org:443/", "https://labels.example.org"),
        ("http://labels.example.org:8080/studio/", "http://labels.example.org:8080/studio"),
        (" http://[::1]:8080\n", "http://[::1]:8080"),
        ("https://zeitung.münchen.example", "https://zeitung.xn--mnchen-3ya.example"),
        ("http://jo:a%40b@x_y", "http://x_y"),
        (f"http://{'a' * 63}.example", f"http://{'a' * 63}.example"),
    ):
        assert address(written).url == meant
    assert address("http://jo:a%40b@x").password == "a@b"


@pytest.mark.parametrize(
    "key", ["", " ", "a b", "a\nb", "ключ", "a\x00b", "a\x7f", "é" * 40, "k" * 8193, "\ud800"], ids=ascii
)
def test_what_is_no_key_is_one_line(corpus: Path, key: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ServerError, match="API key") as raised:
        key_of(key, KEY)
    assert len(key) < 2 or key not in str(raised.value)
    output = run("labelstudio", "push", corpus, "--url", "http://127.0.0.1:9", "--api-key", key, code=2).output
    assert output.count("\n") == 1
    assert len(key) < 2 or key not in output
    assert key_of(" k\n", KEY) == "k"
    assert len(key_of("k" * 8192, KEY)) == 8192


def test_a_key_that_a_server_repeats_is_not_shown(corpus: Path) -> None:
    def repeats(asked: Asked) -> Reply:
        return json({"detail": f"\x1b[31mno: {asked.headers['authorization']}\u202e"}, 400)

    with pretending(repeats) as pretender:
        output = run("labelstudio", "push", corpus, "--url", pretender.url, "--api-key", OURS, code=2).output
    assert "answers 400: " in output
    assert OURS not in output
    assert "\x1b" not in output
    assert "\u202e" not in output


# programs


def test_other_programs_inherit_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (
        "HF_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "GITHUB_TOKEN",
        KEY,
        "DATABASE_URL",
        "PYTHONPATH",
        "SSH_AUTH_SOCK",
        "MY_LC_X",
    ):
        monkeypatch.setenv(name, SECRET)
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("TMPDIR", "/tmp")
    found = server.environment(Account("jo@x", "p", "t"))
    assert SECRET not in found.values()
    assert found["LC_ALL"] == inherited()["LC_ALL"] == "C.UTF-8"
    assert (found["TMPDIR"], found["PATH"], found["HOME"]) == ("/tmp", os.environ["PATH"], os.environ["HOME"])


@pytest.mark.skipif(os.name != "posix", reason="a program by its first line")
def test_the_started_server_has_no_secret_in_its_environment(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = tmp_path / "label-studio"
    program.write_text(
        f"#!{sys.executable}\nimport os, json\nprint(json.dumps(dict(os.environ)), flush=True)\nraise SystemExit(1)\n"
    )
    program.chmod(0o755)
    for name in ("HF_TOKEN", "GITHUB_TOKEN", "SOME_PASSWORD", KEY):
        monkeypatch.setenv(name, SECRET)
    assert "died at its start" in run("studio", corpus, "--program", program, code=2).output
    found = decode((corpus / FOLDER / "studio" / "server.log").read_bytes())
    assert SECRET not in found.values()
    assert {"PATH", "HOME", "LABEL_STUDIO_USERNAME"} <= set(found)
    allowed = (
        "LC_",
        "LABEL_STUDIO_",
        "PATH",
        "HOME",
        "LANG",
        "TMP",
        "TEMP",
        "TZ",
        "USER",
        "LOGNAME",
        "SHELL",
        "LD_LIBRARY_PATH",
    )
    odd = {k for k in found if not k.startswith(allowed) and "proxy" not in k.lower()}
    assert odd <= {"PWD", "SHLVL", "_"}


def test_something_else_on_the_port_is_no_server() -> None:
    import socket
    import threading

    with socket.create_server(("127.0.0.1", 0)) as listening:

        def speak() -> None:
            line, _ = listening.accept()
            with line:
                line.recv(100)
                line.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")

        threading.Thread(target=speak, daemon=True).start()
        assert not server.answers(f"http://127.0.0.1:{listening.getsockname()[1]}")
    with pretending() as other, pretending(lambda asked: Reply(b"", 302, {"Location": other.url + "/health"})) as first:
        assert not server.answers(first.url)
        assert other.asked == []


def test_running_names_one_process() -> None:
    assert decode(b'{"pid":2,"port":65535,"owner":1}', type=Running).url == "http://127.0.0.1:65535"
