"""A Label Studio server through its SDK: requests that are tried again, pages of tasks, batches that arrive once.

The SDK's own models cost more time than the server takes (they walk every value twice, and rewrite dates), and it
sends a batch again of which only the reply was lost. So bodies go through its transport, which knows tokens and
addresses, and what to try again is decided here.
"""

import random
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Annotated, Any

from msgspec import DecodeError, Meta, Raw, Struct, ValidationError, to_builtins
from msgspec.json import decode, encode

from ...checking.report.visible import visible
from .address import Address, address, key_of
from .errors import Doubtful, ServerError, TooLong

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


Id = Annotated[int, Meta(ge=1, le=2**63 - 1)]
Count = Annotated[int, Meta(ge=0, le=2**63 - 1)]
_PAGES = 1000
"""Pages of a list of projects at most: a server that always has one more never ends."""


class _Page(Struct):
    tasks: list[Raw]
    total: Count | None = None


class _Id(Struct):
    id: Id


class _Project(Struct):
    """What is read of a project."""

    id: Id
    title: str = ""
    label_config: str | None = None
    expert_instruction: str | None = None
    task_number: Count | None = None


class _Projects(Struct):
    results: list[_Project]
    next: str | None = None


class _Sent(Struct):
    task_ids: list[Id] | None = None


def _quiet(message: str) -> None:
    pass


class Client:
    """A server and an account on it.

    Args:
        say: told what is waited for, in a few words.
    """

    def __init__(
        self, url: str | Address, key: str, say: Callable[[str], None] = _quiet, tries: int = _TRIES, label: str = ""
    ) -> None:
        """Raises ServerError if address or key is none. `label`: what to call a server whose address may change."""
        from label_studio_sdk.core.client_wrapper import SyncClientWrapper  # the whole SDK takes 2 s, for pandas

        from .transport import Http

        self.address = url if isinstance(url, Address) else address(url)
        self.url, self.say, self.tries = self.address.url, say, tries
        self.label = label or self.url
        self._secrets = [s for s in (key_of(key, "use"), self.address.password) if s]
        login = (self.address.user, self.address.password) if self.address.user or self.address.password else None
        # no proxy leads to this machine
        http = Http(timeout=600, trust_env=not self.address.loopback, auth=login)
        base, headers = (
            f"{self.url}/",
            {"X-API-Key": self._secrets[0]} if login else None,
        )  # the proxy takes the other header
        try:
            self.sdk = SyncClientWrapper(
                base_url=base, api_key=self._secrets[0], headers=headers, timeout=600, httpx_client=http
            )
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
        from httpx import ConnectError, DecodingError, HTTPError, InvalidURL, LocalProtocolError
        from label_studio_sdk.core.api_error import ApiError

        content = None if body is None else body if isinstance(body, bytes) else encode(body)
        headers = {"Content-Type": "application/json"} if content is not None else {}
        try:
            reply = self.sdk.httpx_client.request(
                path, method=method, params=params, content=content, headers=headers, request_options={"max_retries": 0}
            )
        except ConnectError as error:
            if "CERTIFICATE" in str(error):
                raise ServerError(
                    f"{self.url} can't prove that it is the server (its certificate is not valid)"
                ) from None
            raise Doubtful(f"no server answers at {self.url}") from None
        except (DecodingError, LocalProtocolError, InvalidURL) as error:
            raise self._odd(path, type(error).__name__) from None
        except HTTPError as error:
            raise Doubtful(f"the connection to {self.url} broke ({type(error).__name__})") from None
        except ApiError as error:  # of exchanging a token
            raise ServerError(self._refusal(error.status_code or 0, self._said(str(error.body)))) from None
        except ValueError as error:  # of a token's reply that is no JSON, of a host's name that no resolver takes
            raise self._odd(path, type(error).__name__) from None
        if reply.status_code in _AGAIN:
            raise Doubtful(self._refusal(reply.status_code, self._detail(reply.content)), reply.status_code)
        if reply.status_code >= 400:
            raise ServerError(self._refusal(reply.status_code, self._detail(reply.content)), reply.status_code)
        if not reply.content and form is Any:
            return None
        return self.read(reply.content, form, path)

    def read(self, raw: bytes | Raw, form: Any, path: str = "") -> Any:
        """JSON of the server as the type `form`.

        Raises:
            ServerError: it is no JSON, or something else.
        """
        try:
            return decode(raw, type=form)
        except ValidationError as error:
            raise self._odd(path, self._said(str(error))) from None
        except (DecodeError, RecursionError):
            raise ServerError(f"{self.url} answers, but it is no Label Studio server") from None

    def _odd(self, path: str, why: str) -> ServerError:
        return ServerError(f"{self.url} answers {path or 'a request'} as Label Studio never does: {why}")

    def _refusal(self, status: int, detail: str) -> str:
        if status == 401:
            return f"{self.url} does not accept the API key"
        if status == 403:
            return f"the account is not allowed to do this on {self.url}"
        return f"{self.url} answers {status}{': ' + detail if detail else ''}"

    def _detail(self, raw: bytes) -> str:
        """What a refusal says."""
        try:
            body = decode(raw)
        except (DecodeError, RecursionError):
            return ""
        if not isinstance(body, dict):
            return ""
        errors = body.get("validation_errors") or body.get("detail") or body
        return self._said(errors if isinstance(errors, str) else encode(errors).decode("utf-8", "replace"))

    def _said(self, text: str) -> str:
        """A server's words in one short line; a key that it repeats is not among them."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return visible(" ".join(text.split())[:200])

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
                return self._project("GET", f"api/projects/{int(name)}/")
            except ServerError as error:
                if error.status == 404:
                    raise ServerError(f"{self.url} has no project {name} that this account can see") from None
                raise
        hits: list[_Project] = []
        for page in range(1, _PAGES + 1):
            reply = self.request("GET", "api/projects/", page=page, page_size=100, title=name, form=_Projects)
            hits += [p for p in reply.results if p.title == name]
            if not reply.next or not reply.results:
                break
        if len(hits) > 1:
            ids = ", ".join(str(p.id) for p in hits[:20])
            raise ServerError(f"{self.url} has {len(hits)} projects called {name!r}; name one by its id: {ids}")
        return self.project(str(hits[0].id)) if hits else None

    def _project(self, method: str, path: str, **how: Any) -> Task:
        found: Task = to_builtins(self.request(method, path, form=_Project, **how))
        return found

    def create_project(self, **fields: Any) -> Task:
        return self._project("POST", "api/projects/", body=fields, again=False)

    def update_project(self, id: int, **fields: Any) -> Task:
        return self._project("PATCH", f"api/projects/{id}/", body=fields)

    def me(self) -> int | None:
        """The id of this account."""
        found = self.request("GET", "api/current-user/whoami")
        id = found.get("id") if isinstance(found, dict) else None
        return id if type(id) is int else None

    def emails(self) -> dict[int, str]:
        """The accounts' addresses by id; of those that this account may see."""
        if self._emails is None:
            try:
                rows = self.request("GET", "api/users/", form=list[dict[str, Any]])
            except Doubtful:
                raise
            except ServerError:
                rows = []
            self._emails = {
                u["id"]: visible(str(u.get("email") or u.get("username") or u["id"]))
                for u in rows
                if type(u.get("id")) is int
            }
        return self._emails

    def count(self, project: int) -> int:
        """How many tasks a project has."""
        return int(self._project("GET", f"api/projects/{project}/").get("task_number") or 0)

    # tasks

    def pages(self, project: int, after: int = 0, size: int = BATCH, **params: Any) -> Iterator[list[Task]]:
        """Tasks in the order of their ids, page by page; what is added or deleted meanwhile shifts nothing."""
        for page in self.raw_pages(project, after, size, **params):
            yield [self.task(task) for task in page]

    def task(self, raw: bytes | Raw) -> Task:
        """A task of a page. It has an id; of the rest nothing is sure."""
        found: Task = self.read(raw, Task, "api/tasks/")
        return found

    def raw_pages(self, project: int, after: int = 0, size: int = BATCH, **params: Any) -> Iterator[list[Raw]]:
        """The same, undecoded: a page of bytes takes a tenth of the memory of its objects."""
        path = "api/tasks/"
        while True:
            above = {"filter": "filter:tasks:id", "operator": "greater", "type": "Number", "value": after}
            query = {"filters": {"conjunction": "and", "items": [above]}, "ordering": ["tasks:id"]}
            try:
                reply = self.request(
                    "GET", path, project=project, page=1, page_size=size, query=encode(query).decode(),
                    resolve_uri=False, form=_Page, **params,
                )  # fmt: skip
            except TooLong:
                if size == 1:
                    raise
                size = size // 2  # long articles: fewer at a time
                continue
            if not reply.tasks:
                return
            ids = [self.read(t, _Id, path).id for t in reply.tasks]
            if min(ids) <= after:
                raise self._odd(path, f"it was asked for tasks behind {after} and sends {min(ids)}")
            yield reply.tasks
            after = max(ids)
            if len(reply.tasks) == reply.total:
                return

    def newest(self, project: int) -> tuple[int, int]:
        """How many tasks a project has, and the id of the newest. Ids only ever grow."""
        query = encode({"ordering": ["-tasks:id"]}).decode()
        path = "api/tasks/"
        reply = self.request("GET", path, project=project, page=1, page_size=1, query=query, include="id", form=_Page)
        return reply.total or 0, self.read(reply.tasks[0], _Id, path).id if reply.tasks else 0

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
        reply = self.request("POST", path, body=tasks, again=False, return_task_ids=True, form=_Sent)
        return reply.task_ids or []

    def delete_task(self, task: int) -> None:
        self.request("DELETE", f"api/tasks/{task}/")

    def update_meta(self, task: int, meta: Task) -> None:
        self.request("PATCH", f"api/tasks/{task}/", body={"meta": meta})

    def drafts(self, task: int) -> list[Task]:
        """The drafts of a task, everybody's."""
        found: list[Task] = self.request("GET", f"api/tasks/{task}/drafts", form=list[Task])
        return found

    def task_url(self, project: int, task: int, annotation: object = None, region: str | None = None) -> str:
        """Where a person sees the task, and the region in it."""
        from urllib.parse import quote

        found = f"{self.url}/projects/{project}/data?task={task}"
        if type(annotation) is int and region is not None:
            found += f"&annotation={annotation}&region={quote(region)}"
        return found


def annotator(row: Task, emails: dict[int, str], pusher: int | None = None) -> str:
    """Whose an annotation or draft is, by e-mail address.

    An annotation that `pusher` brought along belongs to whoever changed it.
    """

    def named(value: Any) -> str | None:
        if isinstance(value, dict):
            value = value.get("email") or value.get("id")
        if type(value) is int:
            return emails.get(value, f"user-{value}")
        return visible(value) if isinstance(value, str) and value else None

    brought = pusher is not None and row.get("completed_by") == pusher
    keys = ("updated_by", "completed_by") if brought else ("completed_by", "user", "updated_by")
    return next((n for k in keys if (n := named(row.get(k)))), "unknown")


def batches(tasks: Sequence[bytes]) -> bytes:
    """Encoded tasks as one body."""
    return b"[" + b",".join(tasks) + b"]"
