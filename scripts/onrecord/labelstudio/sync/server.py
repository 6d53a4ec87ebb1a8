"""A Label Studio server of the corpus's own: SQLite in a folder beside it, on loopback, speaking to nobody outside."""

import os
import re
import secrets
import shutil
import socket
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from typing import Annotated, Any

from msgspec import DecodeError, Meta, Struct
from msgspec.json import decode, encode

from ...checking.report.visible import visible
from ...files.limits import OverLimit
from ...files.reading import content
from ...files.writing import write_atomic
from .client import Client
from .errors import ServerError
from .local import folder
from .process import Process, exists, inherited

PROGRAM = "ONRECORD_LABEL_STUDIO"
"""Environment variable that names the program, where it is not installed beside onrecord."""
HOST = "127.0.0.1"
_PORTS = range(8080, 8100)
_PATIENCE = 300.0
"""Seconds that a start may take; the first one makes the database."""
_NOWHERE = f"http://{HOST}:9"


class MissingProgram(ServerError):
    """Label Studio is not installed."""


class Account(Struct, frozen=True):
    """The account on the corpus's own server, kept where only the owner can read it."""

    email: str
    password: str
    token: str


class Running(Struct, frozen=True):
    """A running server, as its own folder notes it down; `owner` is the process that started it and will stop it."""

    pid: Annotated[int, Meta(ge=2, le=2**31 - 1)]  # 0, 1 and what is below mean more than one process
    port: Annotated[int, Meta(ge=1, le=2**16 - 1)]
    owner: Annotated[int, Meta(ge=1, le=2**31 - 1)]

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self.port}"


def program(named: str | None) -> str:
    """The path of the program label-studio.

    Raises:
        MissingProgram: it is nowhere.
    """
    wanted = named or os.environ.get(PROGRAM)
    beside = Path(sys.executable).with_name("label-studio")
    for candidate in [wanted] if wanted else [str(beside), "label-studio"]:
        if found := shutil.which(candidate):
            return found
    if wanted:
        raise MissingProgram(f"there is no program {wanted}; name label-studio with --program or {PROGRAM}")
    raise MissingProgram(
        "this needs the extra “studio”: pip install 'onrecord[studio]'; "
        f"one installed elsewhere is named with --program or {PROGRAM}"
    )


def free(port: int) -> bool:
    """Whether nobody listens on a port of this machine."""
    with socket.socket() as s:
        s.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            s.bind((HOST, port))
        except OSError:
            return False
    with socket.socket() as s:
        s.settimeout(1)
        return s.connect_ex((HOST, port)) != 0


def choose_port(wanted: int | None) -> int:
    """The port that was asked for, else the first free one from 8080 on.

    Raises:
        ServerError: it is in use; or all are.
    """
    if wanted is not None:
        if not free(wanted):
            raise ServerError(f"port {wanted} is in use; name another with --port, or none to take a free one")
        return wanted
    found = next((p for p in _PORTS if free(p)), None)
    if found is None:
        raise ServerError(f"the ports {_PORTS[0]} to {_PORTS[-1]} are all in use; name another with --port")
    return found


class Studio:
    """The folder of a corpus's own server: its data, its log, its account, and whether it runs."""

    def __init__(self, corpus: Path) -> None:
        self.folder = folder(corpus) / "studio"
        self.data, self.log = self.folder / "data", self.folder / "server.log"
        self._account, self._running = self.folder / "account.json", self.folder / "running.json"

    @property
    def exists(self) -> bool:
        return self._account.is_file()

    def account(self, email: str | None = None) -> Account:
        """The account, made at the first start. If it is lost, there is a new one beside the old.

        Args:
            email: the address that it must have; by it, records name the annotator.

        Raises:
            ServerError: this is no address; or the account has another.
        """
        with suppress(OSError, OverLimit, DecodeError, RecursionError):
            found = decode(content(self._account), type=Account)
            if not all(value.isprintable() and value for value in (found.email, found.password, found.token)):
                raise ServerError(f"{self._account} holds no account: restore it, or delete it for a new one")
            if email not in (None, found.email):
                raise ServerError(
                    f"this corpus's server knows you as {found.email}: leave the address out, or say that"
                )
            return found
        if email is not None and not re.fullmatch(r"[^@\s]+@[^@\s]+", email):
            raise ServerError(f"{email!r} is no mail address")
        suffix = f"-{secrets.token_hex(2)}" if self.data.is_dir() else ""
        made = Account(email or f"annotator{suffix}@localhost", secrets.token_urlsafe(9), secrets.token_hex(20))
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with os.fdopen(os.open(self._account, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            os.fchmod(file.fileno(), 0o600)
            file.write(encode(made) + b"\n")
        return made

    def running(self) -> Running | None:
        """The server, if one of an earlier start or of another terminal runs and takes our token."""
        try:
            found = decode(content(self._running), type=Running)
        except (OSError, OverLimit, DecodeError, RecursionError):
            return None
        return found if self.exists and answers(found.url) and self._ours(found.url) else None

    def _ours(self, url: str) -> bool:
        try:
            Client(url, self.account().token, tries=1).check()
        except ServerError:
            return False
        return True

    def start(self, executable: str, port: int, progress: Callable[[float], None]) -> "Process":
        """Start the server and wait until it answers; `progress` is told the seconds.

        Raises:
            ServerError: it died, or does not answer; the message says where its log is.
        """
        account = self.account()
        self.data.mkdir(exist_ok=True)
        command = [executable, "start", "--no-browser", "--data-dir", str(self.data.resolve())]
        command += ["--internal-host", HOST, "--port", str(port)]
        with self.log.open("wb") as out:
            process = Process.begin(command, self.folder, environment(account), out)
        running = Running(process.pid, port, os.getpid())
        try:
            write_atomic(self._running, encode(running))
            began = time.monotonic()
            while not answers(running.url):
                seconds = time.monotonic() - began
                if process.ended:
                    raise ServerError(f"Label Studio died at its start: {self._last_words()} (all of it: {self.log})")
                if seconds > _PATIENCE:
                    raise ServerError(f"Label Studio does not answer after {_PATIENCE:.0f} s (its log: {self.log})")
                progress(seconds)
                time.sleep(0.3)
            if not self._ours(running.url):
                raise ServerError(f"what answers at {running.url} is not this corpus's server; name a port with --port")
        except BaseException:
            process.stop()
            raise
        return process

    def stopped(self) -> None:
        self._running.unlink(missing_ok=True)

    def _last_words(self) -> str:
        """The last line of the log that says something."""
        lines = self.log.read_text("utf-8", "replace").splitlines()
        return next((visible(line.strip()[:200]) for line in reversed(lines) if line.strip()), "it says nothing")


def environment(account: Account) -> dict[str, str]:
    """What the server needs to know, and what keeps it on this machine.

    Of our own environment it gets what a program needs to run: tokens and keys for others are none of its business. It
    fetches tips from GitHub for whoever opens a page, and asks PyPI for newer versions: both lead nowhere.
    """
    return inherited() | {
        "LABEL_STUDIO_USERNAME": account.email,
        "LABEL_STUDIO_PASSWORD": account.password,
        "LABEL_STUDIO_USER_TOKEN": account.token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        "LABEL_STUDIO_SENTRY_DSN": "",
        "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"), _NOWHERE),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), f"{HOST},localhost"),
    }  # fmt: skip


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: Any) -> None:
        """No server of ours leads elsewhere."""


def answers(url: str) -> bool:
    """Whether a Label Studio is up at an address of this machine."""
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}), _Stay())
    try:
        with direct.open(f"{url}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except (OSError, ValueError, HTTPException):  # the last from what speaks no HTTP
        return False


@contextmanager
def served(
    corpus: Path,
    named: str | None,
    port: int | None,
    progress: Callable[[float], None] = lambda seconds: None,
    say: Callable[[str], None] = lambda words: None,
) -> Iterator[tuple[str, Account, Process | None]]:
    """The corpus's own server: the one that runs already, else one that is started and stopped at the end.

    Yields its address, its account, and the process if it was started here. `say` is told what is not heeded.

    Raises:
        ServerError: it can't be started.
    """
    studio = Studio(corpus)
    running = studio.running()
    if running is not None and port not in (None, running.port):
        say(f"the server runs already, at port {running.port}, so --port {port} changes nothing; stop it first")
    if running is not None and running.owner != os.getpid() and exists(running.owner):
        yield running.url, studio.account(), None
        return
    if running is not None:  # whoever started it was killed; it is ours to stop now
        process, url = Process(running.pid), running.url
    else:
        executable, chosen = program(named), choose_port(port)
        process, url = studio.start(executable, chosen, progress), f"http://{HOST}:{chosen}"
    try:
        yield url, studio.account(), process
    finally:
        process.stop()
        studio.stopped()
