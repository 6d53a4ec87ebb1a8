"""A server that speaks the Hub's HTTP protocol for reading one dataset: what `snapshot_download` asks."""

import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

SHA = "0123456789abcdef0123456789abcdef01234567"
"""The one commit."""


@contextmanager
def serving(folder: Path, repository: str, tag: str = "v1.0.0") -> Iterator[tuple[str, list[str]]]:
    """The server's URL, and a list of the paths that were asked, which grows."""
    asked: list[str] = []
    files = {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_HEAD(self) -> None:
            self.do_GET()

        def do_GET(self) -> None:
            path = unquote(self.path.partition("?")[0])
            asked.append(path)
            api, resolve = f"/api/datasets/{repository}", f"/datasets/{repository}/resolve/"
            if path in (api, f"{api}/revision/main", f"{api}/revision/{tag}", f"{api}/revision/{SHA}"):
                siblings = [{"rfilename": name} for name in files]
                self.answer(json.dumps({"id": repository, "sha": SHA, "siblings": siblings}).encode())
            elif path.startswith(f"{api}/tree/"):
                tree = [
                    {"type": "file", "path": n, "size": len(b), "oid": hashlib.sha1(b).hexdigest()}
                    for n, b in files.items()
                ]
                self.answer(json.dumps(tree).encode())
            elif path.startswith(resolve) and (name := path.removeprefix(resolve).partition("/")[2]) in files:
                self.answer(files[name], name)
            else:
                self.answer(b'{"error": "Repository not found"}', status=404)

        def answer(self, body: bytes, name: str = "", status: int = 200) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if name:
                self.send_header("ETag", f'"{hashlib.sha1(body).hexdigest()}"')
                self.send_header("X-Repo-Commit", SHA)
            if status == 404:
                self.send_header("X-Error-Code", "RepoNotFound")
            self.end_headers()
            if self.command == "GET":
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", asked
    finally:
        server.shutdown()
        server.server_close()
