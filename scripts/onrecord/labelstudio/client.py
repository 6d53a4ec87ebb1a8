"""A Label Studio server through its SDK: requests that are tried again, pages of tasks, batches that arrive once.

The SDK's own models cost more time than the server takes (they walk every value twice, and rewrite dates), and it
sends a batch again of which only the reply was lost. So bodies go through its transport, which knows tokens and
addresses, and what to try again is decided here.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from msgspec import DecodeError, Raw, Struct
from msgspec.json import decode, encode

BATCH = 250
"""Tasks of a batch or page."""
BODY = 2**26
"""Bytes after which a batch is full; servers refuse bodies of more than 250 MiB."""
_TRIES = 6
_AGAIN = {408, 425, 429, 500, 502, 503, 504}
_LONGEST = 60.0
"""Seconds between two tries at most."""
META = "onrecord"
"""Key of what travels in a task's `meta`: the record's id, the fingerprints of what was pushed and pulled."""

Task = dict[str, Any]


class _Page(Struct):
    tasks: list[Raw]
    total: int | None = None


class _Id(Struct):
    id: int


class ServerError(Exception):
    """A server that can't be used, in one line."""


class Doubtful(ServerError):
    """A request of which nobody knows whether it was carried out: the reply was lost, or spoke of a fault inside."""


def _quiet(message: str) -> None:
    pass


class Client:
    """A server and an account on it.

    Args:
        say: told what is waited for, in a few words.
    """

    def __init__(
        self, url: str, key: str, say: Callable[[str], None] = _quiet, tries: int = _TRIES, label: str = ""
    ) -> None:
        """Raises ServerError if the address is none. `label`: what to call a server whose address may change."""
        from httpx import Client as Http
        from label_studio_sdk.core.client_wrapper import SyncClientWrapper  # the whole SDK takes 2 s, for pandas

        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ServerError(f"{url!r} is no address of a server: write it as in https://labels.example.org")
        self.url, self.say, self.tries = url.rstrip("/"), say, tries
        self.label = label or self.url
        local = parts.hostname in ("127.0.0.1", "localhost", "::1")
        http = Http(timeout=600, follow_redirects=True, trust_env=not local)  # no proxy leads to this machine
        try:
            self.sdk = SyncClientWrapper(base_url=self.url, api_key=key, timeout=600, httpx_client=http)
        except Exception as error:  # the SDK looks into the token
            raise ServerError(f"the API key for {self.url} is malformed ({type(error).__name__})") from None
        self._emails: dict[int, str] | None = None

    def request(
        self, method: str, path: str, *, body: Any = None, again: bool = True, form: Any = Any, **params: Any
    ) -> Any:
        """A JSON reply, of the type `form`. With `again`, what failed on the way is tried again, waiting longer each time.

        Raises:
            Doubtful: it may have been carried out, or not.
            ServerError: it was refused, or no server answers.
        """
        for attempt in range(self.tries):
            try:
                return self._once(method, path, body, form, params)
            except Doubtful as error:
                if not again or attempt + 1 == self.tries:
                    raise
                self.wait(attempt, str(error))
        raise AssertionError

    def wait(self, attempt: int, why: str) -> None:
        """Wait before the next try: twice as long each time, and never all at once."""
        seconds = min(2.0**attempt, _LONGEST) * random.uniform(0.75, 1.25)
        self.say(f"{why}; trying again in {seconds:.0f} s")
        time.sleep(seconds)

    def _once(self, method: str, path: str, body: Any, form: Any, params: dict[str, Any]) -> Any:
        from httpx import ConnectError, HTTPError
        from label_studio_sdk.core.api_error import ApiError

        content = None if body is None else body if isinstance(body, bytes) else encode(body)
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            reply = self.sdk.httpx_client.request(
                path, method=method, params=params, content=content, headers=headers, request_options={"max_retries": 0}
            )
        except ConnectError:
            raise Doubtful(f"no server answers at {self.url}") from None
        except HTTPError as error:
            raise Doubtful(f"the connection to {self.url} broke ({type(error).__name__})") from None
        except ApiError as error:  # of exchanging a token
            raise ServerError(self._refusal(error.status_code or 0, str(error.body)[:200])) from None
        if reply.status_code in _AGAIN:
            raise Doubtful(self._refusal(reply.status_code, _detail(reply.content)))
        if reply.status_code >= 400:
            raise ServerError(self._refusal(reply.status_code, _detail(reply.content)))
        try:
            return decode(reply.content, type=form) if reply.content else None
        except (DecodeError, RecursionError):
            raise ServerError(f"{self.url} answers, but it is no Label Studio server") from None

    def _refusal(self, status: int, detail: str) -> str:
        if status == 401:
            return f"{self.url} does not accept the API key"
        if status == 403:
            return f"the account is not allowed to do this on {self.url}"
        return f"{self.url} answers {status}{': ' + detail if detail else ''}"

    # projects

    def check(self) -> str:
        """The server's version.

        Raises:
            ServerError: no Label Studio answers, or it does not accept the key.
        """
        version = self.request("GET", "api/version", again=False)
        self.request("GET", "api/projects/", again=False, page_size=1)
        return str(version.get("release", "")) if isinstance(version, dict) else ""

    def project(self, name: str) -> Task | None:
        """A project by its id or its exact title.

        Raises:
            ServerError: there is none of this id, or several of this title.
        """
        if name.isdecimal():
            try:
                found: Task = self.request("GET", f"api/projects/{name}/")
            except ServerError as error:
                if "answers 404" in str(error):
                    raise ServerError(f"{self.url} has no project {name} that this account can see") from None
                raise
            return found
        page, hits = 1, []
        while True:
            reply = self.request("GET", "api/projects/", page=page, page_size=100, title=name)
            hits += [p for p in reply["results"] if p["title"] == name]
            if not reply.get("next"):
                break
            page += 1
        if len(hits) > 1:
            ids = ", ".join(str(p["id"]) for p in hits)
            raise ServerError(f"{self.url} has {len(hits)} projects called {name!r}; name one by its id: {ids}")
        return self.project(str(hits[0]["id"])) if hits else None

    def create_project(self, **fields: Any) -> Task:
        made: Task = self.request("POST", "api/projects/", body=fields, again=False)
        return made

    def update_project(self, id: int, **fields: Any) -> Task:
        made: Task = self.request("PATCH", f"api/projects/{id}/", body=fields)
        return made

    def me(self) -> int | None:
        """The id of this account."""
        found = self.request("GET", "api/current-user/whoami")
        return found.get("id") if isinstance(found, dict) else None

    def emails(self) -> dict[int, str]:
        """The accounts' addresses by id; of those that this account may see."""
        if self._emails is None:
            try:
                rows = self.request("GET", "api/users/")
            except Doubtful:
                raise
            except ServerError:
                rows = []
            self._emails = {u["id"]: str(u.get("email") or u.get("username") or u["id"]) for u in rows}
        return self._emails

    def count(self, project: int) -> int:
        """How many tasks a project has."""
        return int(self.request("GET", f"api/projects/{project}/").get("task_number") or 0)

    # tasks

    def pages(self, project: int, after: int = 0, size: int = BATCH, **params: Any) -> Iterator[list[Task]]:
        """Tasks in the order of their ids, page by page; what is added or deleted meanwhile shifts nothing."""
        for page in self.raw_pages(project, after, size, **params):
            yield [decode(task) for task in page]

    def raw_pages(self, project: int, after: int = 0, size: int = BATCH, **params: Any) -> Iterator[list[Raw]]:
        """The same, undecoded: a page of bytes takes a tenth of the memory of its objects."""
        while True:
            above = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": after}
            query = {"filters": {"conjunction": "and", "items": [above]}, "ordering": ["tasks:id"]}
            reply = self.request(
                "GET", "api/tasks/", project=project, page=1, page_size=size, query=encode(query).decode(),
                resolve_uri=False, form=_Page, **params,
            )  # fmt: skip
            if not reply.tasks:
                return
            yield reply.tasks
            after = max(decode(t, type=_Id).id for t in reply.tasks)
            if len(reply.tasks) == reply.total:
                return

    def newest(self, project: int) -> tuple[int, int]:
        """How many tasks a project has, and the id of the newest. Ids only ever grow."""
        query = encode({"ordering": ["-tasks:id"]}).decode()
        reply = self.request(
            "GET", "api/tasks/", project=project, page=1, page_size=1, query=query, include="id", form=_Page
        )
        return reply.total or 0, decode(reply.tasks[0], type=_Id).id if reply.tasks else 0

    def ids(self, project: int, after: int = 0) -> Iterator[int]:
        """The ids of a project's tasks. The server reads the whole tasks for it: half of what their contents cost."""
        for page in self.pages(project, after, 1000, include="id"):
            yield from (t["id"] for t in page)

    def metas(self, project: int, after: int = 0, size: int = BATCH) -> Iterator[Task]:
        """Id and `meta` of a project's tasks."""
        for page in self.pages(project, after, size, include="id,meta"):
            yield from page

    def send(self, project: int, tasks: bytes) -> list[int]:
        """Import tasks, once; their ids, where the server says them (a hosted one imports later).

        Raises:
            Doubtful: they may have arrived, or not.
            ServerError: they were refused.
        """
        path = f"api/projects/{project}/import"
        reply = self.request("POST", path, body=tasks, again=False, return_task_ids=True)
        ids = reply.get("task_ids") if isinstance(reply, dict) else None
        return [int(i) for i in ids] if isinstance(ids, list) else []

    def delete_task(self, task: int) -> None:
        self.request("DELETE", f"api/tasks/{task}/")

    def update_meta(self, task: int, meta: Task) -> None:
        self.request("PATCH", f"api/tasks/{task}/", body={"meta": meta})

    def drafts(self, task: int) -> list[Task]:
        """The drafts of a task, everybody's."""
        found: list[Task] = self.request("GET", f"api/tasks/{task}/drafts")
        return found

    def task_url(self, project: int, task: int, annotation: object = None, region: str | None = None) -> str:
        """Where a person sees the task, and the region in it."""
        from urllib.parse import quote

        found = f"{self.url}/projects/{project}/data?task={task}"
        if annotation is not None and region is not None:
            found += f"&annotation={annotation}&region={quote(region)}"
        return found


def _detail(raw: bytes) -> str:
    """What a refusal says, in one short line."""
    try:
        body = decode(raw)
    except (DecodeError, RecursionError):
        return ""
    if not isinstance(body, dict):
        return ""
    errors = body.get("validation_errors") or body.get("detail") or body
    text = errors if isinstance(errors, str) else encode(errors).decode("utf-8", "replace")
    return " ".join(text.split())[:200]


def annotator(row: Task, emails: dict[int, str], pusher: int | None = None) -> str:
    """Whose an annotation or draft is, by e-mail address.

    An annotation that `pusher` brought along belongs to whoever changed it.
    """

    def named(value: Any) -> str | None:
        if isinstance(value, dict):
            return named(value.get("email") or value.get("id"))
        if isinstance(value, int):
            return emails.get(value, f"user-{value}")
        return value if isinstance(value, str) and value else None

    brought = pusher is not None and row.get("completed_by") == pusher
    keys = ("updated_by", "completed_by") if brought else ("completed_by", "user", "updated_by")
    return next((n for k in keys if (n := named(row.get(k)))), "unknown")


def batches(tasks: Sequence[bytes]) -> bytes:
    """Encoded tasks as one body."""
    return b"[" + b",".join(tasks) + b"]"
