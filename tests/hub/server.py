"""The Hub's HTTP protocol over a socket, as far as publishing and `load_dataset` go, with faults on demand.

    with Server() as hub:
        HfApi(endpoint=hub.url, token=WRITER)

Paths, headers and error codes are the real Hub's; the clients that speak to it are the real ones.
"""

import base64
import fnmatch
import hashlib
import json
import random
import re
import socket
import struct
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlsplit

import yaml

from .store import Commit, Entry, Refused, Repo, Store

WRITER = "hf_writerwriterwriterwriter"
READER = "hf_readerreaderreaderreader"
STRANGER = "hf_strangerstrangerstranger"
_TOKENS = {WRITER: ("org", "write"), READER: ("org", "read"), STRANGER: ("other", "write")}


@dataclass
class Fault:
    """What goes wrong at the next requests that match, `times` of them, after `skip` that go well.

    `before` answers with a status, or drops the connection, and does nothing; `after` does what was asked first.
    `then` is called first of all.
    """

    method: str
    path: str
    status: int = 0
    drop: bool = False
    after: bool = False
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    times: int = 1
    skip: int = 0
    then: Callable[[], None] | None = None


class Server:
    """A Hub on a free port of this machine.

    `large`: Parquet goes the way of large files, as on the real Hub. With `chaos`, three of ten requests go wrong.
    """

    def __init__(self, large: bool = False, port: int = 0) -> None:
        self.store = Store()
        self.large = large
        self.faults: list[Fault] = []
        self.requests: list[tuple[str, str]] = []
        self.chaos: random.Random | None = None
        self.lock = threading.Lock()
        handler = type("_Bound", (_Handler,), {"hub": self})
        self.http = ThreadingHTTPServer(("127.0.0.1", port), handler)
        self.http.daemon_threads = True
        self.port = self.http.server_address[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.cdn = f"http://localhost:{self.port}/cdn"  # another origin to the client, as the real one
        self.thread = threading.Thread(target=self.http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.http.shutdown()
        self.http.server_close()

    def fault(self, method: str, path: str, **how: Any) -> Fault:
        """Let the next request whose path holds the regular expression go wrong."""
        self.faults.append(Fault(method, path, **how))
        return self.faults[-1]

    def next_fault(self, method: str, path: str) -> Fault | None:
        with self.lock:
            for fault in self.faults:
                if fault.times and fault.method == method and re.search(fault.path, path):
                    if not fault.skip:
                        fault.times -= 1
                        return fault
                    fault.skip -= 1
            if self.chaos and self.chaos.random() < 0.3:
                how: dict[str, Any] = self.chaos.choice([{"drop": True}, {"status": 500}, {"status": 502}, _BUSY])
                return Fault(method, path, after=self.chaos.random() < 0.5, **how)
        return None

    def count(self, method: str, path: str) -> int:
        """How many requests there were whose path holds the regular expression."""
        return sum(m == method and re.search(path, p) is not None for m, p in self.requests)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # else every answer waits for 40 ms
    hub: Server

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        self._serve()

    do_HEAD = do_POST = do_PUT = do_GET

    def _serve(self) -> None:
        self.body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        parts = urlsplit(self.path)
        self.query = parse_qs(parts.query)
        path = parts.path
        self.hub.requests.append((self.command, path))
        fault = self.hub.next_fault(self.command, path)
        if fault and fault.then:
            fault.then()
        bad = fault is not None and (fault.status or fault.drop)
        answer: tuple[int, dict[str, str], bytes] | None = None
        if not bad or (fault and fault.after):
            try:
                answer = self._route(path)
            except Refused as error:
                headers = {"X-Error-Message": error.message} | ({"X-Error-Code": error.code} if error.code else {})
                answer = error.status, headers, json.dumps({"error": error.message}).encode()
        if fault and bad:
            if fault.drop:
                self.close_connection = True
                self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                self.connection.close()
                return
            answer = fault.status, fault.headers, fault.body or b'{"error": "out of order"}'
        assert answer is not None
        self._send(*answer)

    def _send(self, status: int, headers: dict[str, str], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        if "Content-Type" not in headers:
            self.send_header("Content-Type", "application/json")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    # -- who asks, and for what

    def _user(self) -> tuple[str, str] | None:
        token = (self.headers.get("Authorization") or "").removeprefix("Bearer ")
        if not token:
            return None
        if token not in _TOKENS:
            raise Refused(401, "Invalid credentials in Authorization header")
        return _TOKENS[token]

    def _writer(self, org: str) -> None:
        user = self._user()
        if user is None:
            raise Refused(401, "Invalid username or password.")
        if user != (org, "write"):
            raise Refused(403, "You don't have the rights to write here")

    def _repo(self, id: str) -> Repo:
        user = self._user()
        repo = self.hub.store.repos.get(id)
        if repo is None or (repo.private and (user is None or user[0] != id.split("/")[0])):
            raise Refused(404 if user else 401, "Repository not found", "RepoNotFound")
        return repo

    def _json(self) -> Any:
        return json.loads(self.body)

    def _route(self, path: str) -> tuple[int, dict[str, str], bytes]:
        for method, pattern, handle in _ROUTES:
            if method == self.command and (match := re.fullmatch(pattern, path)):
                found = handle(self, *(unquote(g) for g in match.groups()))
                return found if isinstance(found, tuple) else (200, {}, json.dumps(found).encode())
        raise Refused(404, f"no such page: {self.command} {path}")

    # -- the pages

    def whoami(self) -> Any:
        user = self._user()
        if user is None:
            raise Refused(401, "Invalid username or password.")
        return {"type": "user", "name": user[0], "auth": {"type": "access_token", "accessToken": {"role": user[1]}}}

    def create(self) -> Any:
        wanted = self._json()
        id = f"{wanted['organization']}/{wanted['name']}"
        self._writer(wanted["organization"])
        private = wanted.get("visibility") == "private" or wanted.get("private") is True
        where = {"url": f"{self.hub.url}/datasets/{id}"}
        try:
            self.hub.store.create(id, private)
        except Refused as error:
            return error.status, {}, json.dumps({"error": error.message, **where}).encode()
        return {"url": f"{self.hub.url}/datasets/{id}", "name": id, "id": id}

    def validate_yaml(self) -> Any:
        content = self._json()["content"]
        try:
            value = yaml.load(content.split("---\n")[1], yaml.CSafeLoader)
            wrong = None if isinstance(value, dict) else "no metadata"
        except (yaml.YAMLError, IndexError) as error:
            wrong = str(error)
        if wrong is not None:
            return 400, {}, json.dumps({"errors": [{"message": wrong}], "warnings": []}).encode()
        return {"errors": [], "warnings": []}

    def preupload(self, id: str, revision: str) -> Any:
        self._writer(id.split("/")[0])
        tree = self._repo(id).at(revision).tree
        stored = self.hub.store.content(tree[".gitignore"]).decode() if ".gitignore" in tree else ""
        ignored = self._json().get("gitIgnore", stored).split()
        return {
            "files": [
                {
                    "path": f["path"],
                    "uploadMode": "lfs" if self.hub.large and f["path"].endswith(".parquet") else "regular",
                    "shouldIgnore": any(fnmatch.fnmatch(f["path"], pattern) for pattern in ignored),
                    "oid": (tree[f["path"]].sha256 or tree[f["path"]].oid) if f["path"] in tree else None,
                }
                for f in self._json()["files"]
            ]
        }

    def lfs_batch(self, id: str) -> Any:
        self._writer(id.split("/")[0])
        objects = []
        for wanted in self._json()["objects"]:
            found = {"oid": wanted["oid"], "size": wanted["size"]}
            if wanted["oid"] not in self.hub.store.large:
                href = f"{self.hub.url}/lfs/{wanted['oid']}"
                found["actions"] = {"upload": {"href": href}, "verify": {"href": f"{href}/verify"}}
            objects.append(found)
        return {"transfer": "basic", "objects": objects}

    def lfs_put(self, oid: str) -> Any:
        if hashlib.sha256(self.body).hexdigest() != oid:
            raise Refused(400, "the content is not what its name says")
        self.hub.store.large[oid] = self.body
        return {}

    def lfs_verify(self, oid: str) -> Any:
        if len(self.hub.store.large.get(oid, b"")) != self._json()["size"]:
            raise Refused(404, "not here")
        return {}

    def commit(self, id: str, revision: str) -> Any:
        self._repo(id)
        self._writer(id.split("/")[0])
        header: dict[str, str] = {}
        files: dict[str, bytes | Entry] = {}
        deleted: list[str] = []
        for line in self.body.splitlines():
            item = json.loads(line)
            value = item["value"]
            if item["key"] == "header":
                header = value
            elif item["key"] == "file":
                files[value["path"]] = base64.b64decode(value["content"], validate=True)
            elif item["key"] == "lfsFile":
                files[value["path"]] = self.hub.store.large_entry(value["oid"], value["size"])
            elif item["key"] == "deletedFile":
                deleted.append(value["path"])
            else:
                raise Refused(400, f"unknown operation {item['key']}")
        made = self.hub.store.commit(
            id, header["summary"], header.get("description", ""), files, deleted, header.get("parentCommit")
        )
        return {
            "success": True,
            "commitOid": made.oid,
            "commitUrl": f"{self.hub.url}/datasets/{id}/commit/{made.oid}",
            "hookOutput": "",
        }

    def tag(self, id: str, revision: str) -> Any:
        self._repo(id)
        self._writer(id.split("/")[0])
        self.hub.store.tag(id, self._json()["tag"], revision)
        return {}

    def info(self, id: str, revision: str = "main") -> Any:
        repo = self._repo(id)
        commit = repo.at(revision)
        return {
            "id": id,
            "author": id.split("/")[0],
            "sha": commit.oid,
            "private": repo.private,
            "gated": False,
            "disabled": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": [{"rfilename": p} for p in sorted(commit.tree)],
        }

    def refs(self, id: str) -> Any:
        repo = self._repo(id)
        return {
            "branches": [{"name": "main", "ref": "refs/heads/main", "targetCommit": repo.head.oid}],
            "converts": [],
            "tags": [{"name": n, "ref": f"refs/tags/{n}", "targetCommit": c} for n, c in repo.tags.items()],
        }

    def commits(self, id: str, revision: str) -> Any:
        repo = self._repo(id)
        until = repo.commits.index(repo.at(revision))
        return [
            {"id": c.oid, "title": c.title, "message": c.message, "authors": [{"user": "someone"}], "date": _DATE}
            for c in reversed(repo.commits[: until + 1])
        ]

    def tree(self, id: str, revision: str, folder: str = "") -> Any:
        commit = self._repo(id).at(revision)
        recursive = self.query.get("recursive", ["false"])[0].lower() in ("true", "1")
        found = _listing(commit, folder, recursive)
        if folder and not found:
            raise Refused(404, f"{folder} does not exist", "EntryNotFound")
        start = int(self.query.get("cursor", ["0"])[0])
        headers = {}
        if start + _PAGE < len(found):
            where = f"{self.hub.url}{urlsplit(self.path).path}?recursive={recursive}&cursor={start + _PAGE}"
            headers["Link"] = f'<{where}>; rel="next"'
        return 200, headers, json.dumps(found[start : start + _PAGE]).encode()

    def paths_info(self, id: str, revision: str) -> Any:
        commit = self._repo(id).at(revision)
        text = self.body.decode()
        wanted = json.loads(text)["paths"] if text.startswith("{") else parse_qs(text).get("paths", [])
        return [item for item in _listing(commit, "", True) if item["path"] in wanted]

    def resolve(self, id: str, revision: str, path: str) -> Any:
        commit = self._repo(id).at(revision)
        if path not in commit.tree:
            raise Refused(404, "Entry not found", "EntryNotFound")
        entry = commit.tree[path]
        headers = {"X-Repo-Commit": commit.oid, "Accept-Ranges": "bytes"}
        if entry.sha256:
            headers |= {"X-Linked-Etag": f'"{entry.sha256}"', "X-Linked-Size": str(entry.size)}
            return 302, headers | {"Location": f"{self.hub.cdn}/{entry.sha256}", "Content-Length": "0"}, b""
        return self._ranged(self.hub.store.content(entry), headers | {"ETag": f'"{entry.oid}"'})

    def cdn(self, sha256: str) -> Any:
        if self.headers.get("Authorization"):
            raise Refused(400, "a token came to the CDN")
        return self._ranged(self.hub.store.large[sha256], {"ETag": f'"{sha256}"', "Accept-Ranges": "bytes"})

    def _ranged(self, content: bytes, headers: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        headers["Content-Type"] = "application/octet-stream"
        wanted = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range") or "")
        if not wanted:
            return 200, headers, content
        first, last = wanted.groups()
        start = int(first) if first else len(content) - int(last)
        end = min(int(last) if first and last else len(content) - 1, len(content) - 1)
        headers["Content-Range"] = f"bytes {start}-{end}/{len(content)}"
        return 206, headers, content[start : end + 1]


_BUSY = {"status": 429, "headers": {"Retry-After": "0"}}
_DATE = "2026-01-01T00:00:00.000Z"
_PAGE = 7
"""Files a page of a listing; so few that every test turns pages."""


def _listing(commit: Commit, folder: str, recursive: bool) -> list[dict[str, Any]]:
    prefix = f"{folder}/" if folder else ""
    found: dict[str, dict[str, Any]] = {}
    for path, entry in sorted(commit.tree.items()):
        if not path.startswith(prefix):
            continue
        parts = path.removeprefix(prefix).split("/")
        for i in range(1, len(parts) if recursive else min(2, len(parts))):
            name = prefix + "/".join(parts[:i])
            found[name] = {"type": "directory", "path": name, "oid": hashlib.sha1(name.encode()).hexdigest(), "size": 0}
        if recursive or len(parts) == 1:
            large = {"lfs": {"oid": entry.sha256, "size": entry.size, "pointerSize": 127}} if entry.sha256 else {}
            found[path] = {"type": "file", "path": path, "oid": entry.oid, "size": entry.size, **large}
    return list(found.values())


_R = r"([^/]+/[^/]+)"
_ROUTES: tuple[tuple[str, str, Callable[..., Any]], ...] = (
    ("GET", "/api/whoami-v2", _Handler.whoami),
    ("POST", "/api/repos/create", _Handler.create),
    ("POST", "/api/validate-yaml", _Handler.validate_yaml),
    ("POST", rf"/api/datasets/{_R}/preupload/([^/]+)", _Handler.preupload),
    ("POST", rf"/api/datasets/{_R}/commit/([^/]+)", _Handler.commit),
    ("POST", rf"/api/datasets/{_R}/tag/([^/]+)", _Handler.tag),
    ("POST", rf"/api/datasets/{_R}/paths-info/([^/]+)", _Handler.paths_info),
    ("GET", rf"/api/datasets/{_R}", _Handler.info),
    ("GET", rf"/api/datasets/{_R}/revision/([^/]+)", _Handler.info),
    ("GET", rf"/api/datasets/{_R}/refs", _Handler.refs),
    ("GET", rf"/api/datasets/{_R}/commits/([^/]+)", _Handler.commits),
    ("GET", rf"/api/datasets/{_R}/tree/([^/]+)", _Handler.tree),
    ("GET", rf"/api/datasets/{_R}/tree/([^/]+)/(.+)", _Handler.tree),
    ("HEAD", rf"/datasets/{_R}/resolve/([^/]+)/(.+)", _Handler.resolve),
    ("GET", rf"/datasets/{_R}/resolve/([^/]+)/(.+)", _Handler.resolve),
    ("POST", rf"/datasets/{_R}\.git/info/lfs/objects/batch", _Handler.lfs_batch),
    ("PUT", r"/lfs/([0-9a-f]{64})", _Handler.lfs_put),
    ("POST", r"/lfs/([0-9a-f]{64})/verify", _Handler.lfs_verify),
    ("HEAD", r"/cdn/([0-9a-f]{64})", _Handler.cdn),
    ("GET", r"/cdn/([0-9a-f]{64})", _Handler.cdn),
)
