"""`onrecord studio`: the server of a corpus's own, from its first start to its last."""

import http.client
import http.cookiejar
import os
import re
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from msgspec.json import decode

from onrecord.files import canonical_json
from onrecord.files.writing import write_atomic
from onrecord.labelstudio.sync.client import Client
from onrecord.labelstudio.sync.local import FOLDER
from onrecord.labelstudio.sync.process import Process
from onrecord.labelstudio.sync.server import PROGRAM, Account, Running
from onrecord.model.record import Annotator, Record

from .conftest import module
from .people import note
from .samples import NASTY, small
from .studio import absent, free_port, program

pytestmark = [pytest.mark.server, pytest.mark.skipif(os.name != "posix", reason="process groups and signals")]


@pytest.fixture(scope="module")
def label_studio() -> str:
    module("label_studio_sdk")
    return program("label-studio", PROGRAM)


SECRET = "hf_of-the-one-who-starts-it"


class Terminal:
    """`onrecord` run as in a terminal, what it prints read as it comes."""

    def __init__(self, *args: object, program: str) -> None:
        environment = {k: v for k, v in os.environ.items() if not k.startswith("LABEL_STUDIO_")} | {PROGRAM: program}
        environment |= dict.fromkeys(("HF_TOKEN", "GITHUB_TOKEN", "AWS_SECRET_ACCESS_KEY"), SECRET)
        command = [sys.executable, "-m", "onrecord", *map(str, args)]
        self.process = subprocess.Popen(
            command,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self.printed = ""

    def until(self, words: str) -> str:
        """What is printed until a line with these words."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.printed += line
            if words in line:
                return self.printed
        raise AssertionError(f"{words!r} never came:\n{self.printed}")

    def end(self, number: int | None = None) -> tuple[int, str]:
        """The exit code, and all that was printed; after a signal, if one is given."""
        if number is not None:
            self.process.send_signal(number)
        self.printed += self.process.communicate(timeout=120)[0]
        assert "Traceback" not in self.printed, self.printed
        return self.process.returncode, self.printed


class Folder:
    def __init__(self, path: Path) -> None:
        self.path = path
        self.studio = path / FOLDER / "studio"
        path.mkdir()
        (path / "GUIDELINES.md").write_text("# Rules\n\nMark **every** mention & `name`.\n", "utf-8")
        write_atomic(path / "records" / "emoji.json", canonical_json.canonical(small("emoji", NASTY["emoji"])))

    @property
    def account(self) -> Account:
        return decode((self.studio / "account.json").read_bytes(), type=Account)

    @property
    def running(self) -> Running:
        return decode((self.studio / "running.json").read_bytes(), type=Running)

    def record(self) -> Record:
        return decode((self.path / "records" / "emoji.json").read_bytes(), type=Record)


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    made = Folder(tmp_path / "corpus")
    yield made
    with suppress(OSError):  # whatever a test left running
        Process(made.running.pid).stop()


def _gone(pid: int) -> bool:
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return True
    return False


def _logged_in(url: str, account: Account, page: str) -> str:
    """The page as a person gets it who logs in by the form."""
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    form = opener.open(f"{url}/user/login/").read().decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)
    assert token is not None
    fields = {"csrfmiddlewaretoken": token[1], "email": account.email, "password": account.password}
    opener.open(f"{url}/user/login/", urllib.parse.urlencode(fields).encode())
    reply: http.client.HTTPResponse = opener.open(f"{url}{page}")
    assert "/user/login" not in reply.geturl()
    return reply.read().decode()


def test_from_the_first_start_to_the_last(folder: Folder, label_studio: str) -> None:
    port = free_port()
    me = "jo@example.org"
    first = Terminal("studio", folder.path, "--port", port, "--email", me, program=label_studio)
    printed = first.until("Ctrl-C")
    account, running = folder.account, folder.running
    url = f"http://127.0.0.1:{port}"
    assert running.url == url
    assert "1 pushed, 0 already there" in printed
    page = re.search(rf"annotate at +{url}(/projects/\d+/data)", printed)
    assert page is not None
    assert account.email == me
    assert me in printed
    assert account.password in printed
    assert account.token not in printed
    assert stat.S_IMODE((folder.studio / "account.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(folder.studio.stat().st_mode) == 0o700
    assert (folder.path / FOLDER / ".gitignore").read_text() == "*\n"
    assert "Label Studio" in _logged_in(url, account, page[1])
    if (process := Path(f"/proc/{running.pid}/environ")).is_file():
        inherited = process.read_bytes()
        assert SECRET.encode() not in inherited
        assert b"PATH=" in inherited
    with socket.socket() as s:  # on loopback alone
        s.settimeout(2)
        assert s.connect_ex((_address(), port)) != 0
    client = Client(url, account.token)
    (project,) = client.request("GET", "api/projects/")["results"]
    assert project["expert_instruction"] == "<h2>Rules</h2>\n<p>Mark <b>every</b> mention &amp; <code>name</code>.</p>"
    assert project["show_instruction"]

    other = Terminal("studio", folder.path, "--email", "other@example.org", program=label_studio).end()
    assert other[0] == 2
    assert f"knows you as {me}" in other[1]
    again = Terminal("studio", folder.path, "--port", port + 1, program=label_studio).end()
    assert again[0] == 0
    assert "it runs already" in again[1]
    assert f"--port {port + 1} changes nothing" in again[1]
    taken = Terminal("studio", _other(folder), "--port", port, program=label_studio).end()
    assert taken == (2, f"onrecord: port {port} is in use; name another with --port, or none to take a free one\n")

    ((task,),) = client.pages(project["id"], fields="all")
    (row,) = task["annotations"]
    note("m1", "by hand")(row["result"])
    client.request("PATCH", f"api/annotations/{row['id']}/", body={"result": row["result"], "lead_time": 2.0})
    code, printed = first.end(signal.SIGINT)
    assert code == 0
    assert f"submitted    emoji  {account.email}" in printed
    assert f"1 record not pulled yet: onrecord labelstudio pull {folder.path}" in printed
    assert _gone(running.pid)
    assert not (folder.studio / "running.json").exists()
    assert folder.record().entities[0].mentions[0].note != "by hand"

    code, printed = Terminal(
        "labelstudio", "pull", folder.path, "--credit", program=label_studio
    ).end()  # starts it for the while
    assert code == 0, printed
    assert "1 record written" in printed
    assert folder.record().entities[0].mentions[0].note == "by hand"
    assert folder.record().annotation.annotators[-1] == Annotator(name=me, kind="human")
    assert not (folder.studio / "running.json").exists()

    second = Terminal("studio", folder.path, "--port", port, program=label_studio)
    assert "0 pushed, 1 already there" in second.until("Ctrl-C")
    assert folder.account == account
    orphan = folder.running
    assert second.end(signal.SIGKILL)[0] == -signal.SIGKILL
    assert not _gone(orphan.pid)
    third = Terminal("studio", folder.path, program=label_studio)  # takes the orphan over
    assert url in third.until("Ctrl-C")
    assert folder.running.pid == orphan.pid
    code, printed = third.end(signal.SIGTERM)
    assert code == 0
    assert "nothing is left to pull" in printed
    assert _gone(orphan.pid)

    fourth = Terminal("studio", folder.path, "--port", port, program=label_studio)
    fourth.until("Ctrl-C")
    Process(folder.running.pid).stop()
    code, printed = fourth.end()
    assert code == 2
    assert (
        printed.splitlines()[-1]
        == f"onrecord: Label Studio stopped by itself (its log: {folder.studio / 'server.log'})"
    )


def _other(folder: Folder) -> Path:
    return Folder(folder.path.with_name("other")).path


def _address() -> str:
    """An address of this machine that is not loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as s:
        try:
            s.connect(("192.0.2.1", 9))  # sends nothing
        except OSError:
            absent("a network address")
        return str(s.getsockname()[0])


def test_a_start_that_is_broken_off_leaves_nothing(folder: Folder, label_studio: str) -> None:
    terminal = Terminal("studio", folder.path, program=label_studio)
    deadline = time.monotonic() + 60
    while not (folder.studio / "running.json").exists():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    pid = folder.running.pid
    code, printed = terminal.end(signal.SIGINT)
    assert code == 130
    assert "stopped" in printed
    assert _gone(pid)


def test_what_is_not_there_is_one_line(folder: Folder, tmp_path: Path) -> None:
    module("label_studio_sdk")
    broken = tmp_path / "label-studio"
    broken.write_text("#!/bin/sh\necho 'database disk image is malformed' >&2\nexit 1\n")
    broken.chmod(0o755)
    code, printed = Terminal("studio", folder.path, program=str(broken)).end()
    log = folder.studio / "server.log"
    assert (code, printed) == (
        2, f"onrecord: Label Studio died at its start: database disk image is malformed (all of it: {log})\n",
    )  # fmt: skip
    missing = str(tmp_path / "none")
    code, printed = Terminal("studio", folder.path, program=missing).end()
    assert (code, printed.count("\n")) == (2, 1)
    assert f"there is no program {missing}" in printed
    code, printed = Terminal("studio", tmp_path, program=missing).end()
    assert (code, printed.count("\n")) == (2, 1)
    assert "is no corpus" in printed
    code, printed = Terminal("labelstudio", "pull", _other(folder), program=missing).end()
    assert (code, printed.count("\n")) == (2, 1)
    assert "start `onrecord studio" in printed
