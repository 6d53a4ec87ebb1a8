"""A running Label Studio, by its SDK."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from onrecord import labelstudio
from onrecord.model.record import Record

START = 240.0
"""Seconds the server may take to start; the first time it makes its database."""


def absent(what: str) -> None:
    """Skip, or fail where the server is required."""
    message = f"{what} is missing"
    if os.environ.get("CI") or os.environ.get("ONRECORD_REQUIRE_SERVER"):
        pytest.fail(message)
    pytest.skip(message)


def program(name: str, variable: str | None = None) -> str:
    """The path of an executable, from an environment variable or PATH."""
    wanted = (os.environ.get(variable) if variable else None) or name
    found = shutil.which(wanted)
    if found is None:
        absent(f"the program {wanted}")
    return str(found)


def free_port() -> int:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return int(s.getsockname()[1])


@dataclass(frozen=True)
class Studio:
    url: str
    token: str
    email: str
    password: str
    sdk: Any

    def project(
        self, records: Sequence[Record], title: str, layers: Sequence[str] | None = None
    ) -> tuple[int, list[int]]:
        """A new project with our configuration and these records' tasks: its id, the tasks' ids."""
        tasks = [labelstudio.prove(record, layers) for record in records]
        assert [f for task in tasks for f in labelstudio.check_task(task, layers)] == []
        pid = self.sdk.projects.create(title=title, label_config=labelstudio.config(layers)).id
        made = self.sdk.projects.import_tasks(pid, request=tasks, return_task_ids=True)
        assert made.task_count == made.annotation_count == len(records)
        return int(pid), [int(i) for i in made.task_ids]

    def export(self, pid: int) -> list[dict[str, Any]]:
        """The JSON export, in the order of import."""
        tasks: list[dict[str, Any]] = self.sdk.projects.exports.as_json(pid)
        return sorted(tasks, key=lambda task: int(task["id"]))


def _answers(url: str) -> bool:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with direct.open(f"{url}/health", timeout=5) as reply:
            return bool(reply.status == 200)
    except OSError:
        return False


def _stop(process: "subprocess.Popen[bytes]") -> None:
    """End the server's whole process group: it is the leader."""
    for sign, patience in ((signal.SIGTERM, 15), (signal.SIGKILL, 15)):
        with suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    process.wait(1)


@contextmanager
def running(executable: str, folder: Path) -> Iterator[Studio]:
    """Label Studio on loopback with a fresh database, without any word to the outside."""
    from label_studio_sdk import LabelStudio

    email, password, token, port = "annotator@example.org", "correct-horse", "0123456789" * 4, free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {k: v for k, v in os.environ.items() if not k.startswith("LABEL_STUDIO_")} | {
        "LABEL_STUDIO_USERNAME": email,
        "LABEL_STUDIO_PASSWORD": password,
        "LABEL_STUDIO_USER_TOKEN": token,
        "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
        "LABEL_STUDIO_COLLECT_ANALYTICS": "false",
        "LABEL_STUDIO_LATEST_VERSION_CHECK": "false",
        "LABEL_STUDIO_SENTRY_DSN": "",
        "LABEL_STUDIO_FRONTEND_SENTRY_DSN": "",
        # the server fetches tips from GitHub for whoever opens a page: lead that, and all else, into the void
        **dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9"),
        **dict.fromkeys(("no_proxy", "NO_PROXY"), "127.0.0.1,localhost"),
    }
    data, log = folder / "data", folder / "server.log"
    data.mkdir()
    command = [
        executable,
        "start",
        "--no-browser",
        "--data-dir",
        str(data),
        "--internal-host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    with log.open("wb") as out:
        process = subprocess.Popen(
            command,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            start_new_session=True,
        )
    try:
        deadline = time.monotonic() + START
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > deadline:
                pytest.fail(f"Label Studio did not start:\n{log.read_text('utf-8', 'replace')[-3000:]}")
            time.sleep(0.5)
        yield Studio(url, token, email, password, LabelStudio(base_url=url, api_key=token, timeout=600))
    finally:
        _stop(process)
