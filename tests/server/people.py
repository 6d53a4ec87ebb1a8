"""People at a Label Studio server, by its API: accounts, submitted and skipped tasks, drafts; and a bad line to it."""

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from copy import deepcopy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from msgspec.json import decode
from typer.testing import CliRunner, Result

from onrecord.cli import app
from onrecord.files import canonical_json
from onrecord.files.writing import write_atomic
from onrecord.labelstudio.sync.client import Client
from onrecord.model.record import Record

from .studio import Studio

Row = dict[str, Any]


class Team:
    """A corpus in a folder, a project on the server, and the people who work there."""

    def __init__(self, studio: Studio, folder: Path, title: str, records: list[Record]) -> None:
        self.studio, self.corpus, self.title = studio, folder / "corpus", title
        self.client = Client(studio.url, studio.token)
        for record in records:
            self.write(record)

    def path(self, id: str, annotator: str = "") -> Path:
        return self.corpus / (f"annotations/{annotator}" if annotator else "records") / f"{id}.json"

    def aside(self, id: str) -> Path:
        return self.corpus / "records" / f"{id}.rejected.json"

    def write(self, record: Record) -> None:
        write_atomic(self.path(record.id), canonical_json.canonical(record))

    def read(self, id: str, annotator: str = "") -> Record:
        return decode(self.path(id, annotator).read_bytes(), type=Record)

    def run(self, command: str, *args: str, code: int = 0, url: str | None = None) -> Result:
        """A command on the corpus, as its user calls it; never a traceback, never the token."""
        given = [
            "labelstudio",
            command,
            str(self.corpus),
            "--url",
            url or self.studio.url,
            "--project",
            self.title,
            *args,
        ]
        result = CliRunner().invoke(app, given, env={"LABEL_STUDIO_API_KEY": self.studio.token})
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == code, result.output
        assert self.studio.token not in result.output
        return result

    def status(self) -> dict[str, str]:
        rows = decode(self.run("status", "--format", "json").stdout)["tasks"]
        return {r["record"]: r["status"] for r in rows}

    @property
    def project(self) -> int:
        found = self.client.project(self.title)
        assert found is not None
        return int(found["id"])

    def tasks(self) -> dict[str, Row]:
        """The project's tasks by record; each record has one."""
        found = [t for page in self.client.pages(self.project, fields="all") for t in page]
        named = {t["data"]["onrecord"]["id"]: t for t in found}
        assert len(named) == len(found)
        return named

    def person(self, email: str) -> int:
        """An account."""
        for user in self.client.request("GET", "api/users/"):
            if user["email"] == email:
                return int(user["id"])
        made = self.client.request("POST", "api/users/", body={"email": email, "username": email.partition("@")[0]})
        return int(made["id"])

    def submit(self, id: str, email: str, change: Callable[[list[Row]], object] = len) -> int:
        """Somebody's own annotation of a task: the pushed one's results, changed."""
        task = self.tasks()[id]
        rows = task["annotations"] or task["predictions"]
        result = deepcopy(rows[0]["result"])
        change(result)
        body = {"result": result, "completed_by": self.person(email), "lead_time": 1.0}
        return int(self.client.request("POST", f"api/tasks/{task['id']}/annotations/", body=body)["id"])

    def update(self, id: str, change: Callable[[list[Row]], object]) -> None:
        """The pushed annotation changed in its place."""
        row = self.tasks()[id]["annotations"][0]
        result = deepcopy(row["result"])
        change(result)
        self.client.request("PATCH", f"api/annotations/{row['id']}/", body={"result": result, "lead_time": 1.0})

    def skip(self, id: str) -> None:
        task = self.tasks()[id]["id"]
        body = {"result": [], "was_cancelled": True}
        self.client.request("POST", f"api/tasks/{task}/annotations/", body=body, was_cancelled=True)

    def draft(self, id: str) -> None:
        task = self.tasks()[id]
        body = {"result": task["annotations"][0]["result"], "lead_time": 1.0}
        self.client.request("POST", f"api/tasks/{task['id']}/drafts", body=body)


def note(region: str, text: str) -> Callable[[list[Row]], None]:
    """Write a region's note, as the page does: on all its results."""

    def change(result: list[Row]) -> None:
        rows = [r for r in result if r.get("id") == region]
        assert rows
        for row in rows:
            row["meta"] = {**row.get("meta", {}), "text": [text]}

    return change


def without(control: str) -> Callable[[list[Row]], None]:
    """Clear a control of every region."""

    def change(result: list[Row]) -> None:
        kept = [r for r in result if r.get("from_name") != control]
        assert len(kept) < len(result)
        result[:] = kept

    return change


@contextmanager
def bad_line(studio: Studio, faults: list[str]) -> Iterator[tuple[str, list[str]]]:
    """A way to the server on which imports go wrong, one fault each in turn, then all goes well.

    `lost`: the import is done, and the connection breaks before the reply. `broken`: it breaks before the import.
    `503`, `429`: that reply instead. Yields the address, and what happened so far.
    """
    upstream = urlsplit(studio.url)
    happened: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, *args: object) -> None:
            pass

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            importing = self.command == "POST" and self.path.partition("?")[0].endswith("/import")
            fault = faults.pop(0) if importing and faults else ""
            if importing:
                happened.append(fault or "imported")
            if fault == "broken":
                self.close_connection = True
                return
            if fault.isdecimal():
                self.send_response(int(fault))
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            line = http.client.HTTPConnection(str(upstream.hostname), upstream.port, timeout=300)
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            line.request(self.command, self.path, body, headers)
            reply = line.getresponse()
            content = reply.read()
            line.close()
            if fault == "lost":
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.getheaders():
                if name.lower() not in ("transfer-encoding", "content-length", "connection"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = do_PATCH = do_DELETE = do

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", happened
    finally:
        server.shutdown()
        server.server_close()
