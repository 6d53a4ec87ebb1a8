"""What answers as Label Studio does, in memory, and what answers as no Label Studio would: for what the real one never does."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct
from msgspec.json import decode, encode

Row = dict[str, Any]


class Asked(Struct):
    """A request as it came."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


class Reply(Struct):
    """What is sent back. `length` is what the header says; `cut` leaves out the end, and breaks the connection."""

    content: bytes = b""
    status: int = 200
    headers: dict[str, str] = {}
    length: int | None = None
    cut: bool = False


Odd = Callable[[Asked], Reply | None]
"""What is said instead of the usual; None for that."""


def json(value: Any, status: int = 200) -> Reply:
    return Reply(encode(value), status, {"Content-Type": "application/json"})


class Pretender:
    """One account, its projects and tasks."""

    def __init__(self) -> None:
        self.url = ""
        self.asked: list[Asked] = []
        self.projects: dict[int, Row] = {}
        self.tasks: dict[int, Row] = {}
        self.odd: Odd = lambda asked: None

    def reply(self, asked: Asked) -> Reply:
        self.asked.append(asked)
        try:
            return self.odd(asked) or self.usual(asked)
        except (KeyError, ValueError):  # of an address or a body that it never taught anybody
            return json({"detail": "Not found."}, 404)

    def usual(self, asked: Asked) -> Reply:
        match asked.method, asked.path.strip("/").split("/"):
            case "GET", ["health"]:
                return json({"status": "UP"})
            case "GET", ["api", "version"]:
                return json({"release": "1.23.2"})
            case "GET", ["api", "projects"]:
                named = [p for p in self.projects.values() if asked.query.get("title", "") in p["title"]]
                return json({"count": len(named), "next": None, "results": named})
            case "POST", ["api", "projects"]:
                id = len(self.projects) + 1
                self.projects[id] = {"id": id, "task_number": 0, **decode(asked.body)}
                return json(self.projects[id], 201)
            case "GET", ["api", "projects", id]:
                return json({**self.projects[int(id)], "task_number": len(self.tasks)})
            case "PATCH", ["api", "projects", id]:
                self.projects[int(id)] |= decode(asked.body)
                return json(self.projects[int(id)])
            case "POST", ["api", "projects", _, "import"]:
                return json({"task_ids": [self.add(task) for task in decode(asked.body)]}, 201)
            case "GET", ["api", "current-user", "whoami"]:
                return json({"id": 1, "email": "jo@example.org"})
            case "GET", ["api", "users"]:
                return json([{"id": 1, "email": "jo@example.org"}, {"id": 2, "email": "anna@example.org"}])
            case "GET", ["api", "tasks"]:
                return self._page(asked.query)
            case "GET", ["api", "tasks", _, "drafts"]:
                return json([])
            case "GET", ["api", "tasks", id]:
                return json(self.tasks[int(id)])
            case "PATCH", ["api", "tasks", id]:
                self.tasks[int(id)] |= decode(asked.body)
                return json(self.tasks[int(id)])
        return json({"detail": "Not found."}, 404)

    def _page(self, query: dict[str, str]) -> Reply:
        wanted = decode(query["query"])
        rows = sorted(self.tasks.values(), key=lambda t: int(t["id"]), reverse=wanted["ordering"] == ["-tasks:id"])
        if "filters" in wanted:
            rows = [t for t in rows if t["id"] > wanted["filters"]["items"][0]["value"]]
        return json({"tasks": rows[: int(query["page_size"])], "total": len(rows)})

    def add(self, task: Row) -> int:
        id = max(self.tasks, default=0) + 1
        rows = [{"id": id * 10, "completed_by": 1, "updated_by": None, **a} for a in task.get("annotations", ())]
        self.tasks[id] = {"predictions": [], "drafts": [], "meta": {}, **task, "id": id, "annotations": rows}
        return id

    def task(self, record: str) -> Row:
        return next(t for t in self.tasks.values() if t["data"]["onrecord"]["id"] == record)

    def submit(self, record: str, change: Callable[[list[Row]], object]) -> None:
        """Anna changes the annotation that was pushed."""
        (row,) = self.task(record)["annotations"]
        change(row["result"])
        row |= {"lead_time": 1.0, "updated_by": 2, "updated_at": f"2026-01-01T00:00:{len(self.asked) % 60:02}Z"}


@contextmanager
def pretending(odd: Odd | None = None) -> Iterator[Pretender]:
    """A pretender on a port of this machine."""
    made = Pretender()
    if odd is not None:
        made.odd = odd

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def log_message(self, *args: object) -> None:
            pass

        def do(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            parts = urlsplit(self.path)
            query = {k: v[0] for k, v in parse_qs(parts.query).items()}
            headers = {k.lower(): v for k, v in self.headers.items()}
            reply = made.reply(Asked(self.command, parts.path, query, headers, body))
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(reply.content) if reply.length is None else reply.length))
            self.end_headers()
            self.close_connection = reply.cut or reply.length is not None
            try:
                self.wfile.write(reply.content[: len(reply.content) // 2] if reply.cut else reply.content)
            except OSError:
                self.close_connection = True

        do_GET = do_POST = do_PATCH = do_DELETE = do

    class Server(ThreadingHTTPServer):
        def handle_error(self, request: object, client_address: object) -> None:
            """Whoever breaks off may do so."""

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    made.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
