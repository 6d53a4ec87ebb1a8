"""Tasks on a server → the corpus: each person's newest annotation, compared three ways, never over other work."""

import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Literal, TypeVar

from msgspec import Raw, Struct

from ...compare.merge import fingerprint, same
from ...findings.codes import CODES
from ...findings.finding import Finding, Severity
from ...model.record import Record
from ..exchange.landing import clear, land
from .client import Client, Task, annotator
from .corpus_folder import Corpus, Standing, read
from .errors import Doubtful, ServerError
from .push import Envelope
from .state import State
from .works import Decision, Locator, Work, anew, cancelled, carried, decide, listed, marks, works

T = TypeVar("T")
Status = Literal[
    "conflicting", "other text", "faulty", "missing here", "missing there", "twice", "submitted", "in work", "changed here",
    "skipped", "pulled", "untouched",
]  # fmt: skip
STATUSES: tuple[Status, ...] = Status.__args__  # type: ignore[attr-defined]
"""How a task stands, what wants attention first."""
_TELL, _SHARE = 2.0, 0.05
"""Seconds of a pull, and share of its time, in which the server may be told what was pulled: some 50 ms each. The rest
is known to this machine, and told when a pull next finds it equal; until then, other machines may see a conflict."""
_PAGE = 100
"""Tasks of a page: two are held, as bytes; the objects of one task take some ten times its bytes."""
Resolve = Literal["here", "there"]


class Options(Struct, frozen=True):
    """How to pull. Without `write`, nothing is written anywhere: that is `status`.

    `apart`: everybody's annotation goes to a folder of their own, even where there is one annotator.
    `credit`: records name the annotators who changed them.
    `new`: records that the corpus lacks are written, too.
    `resolve`: which side counts where both changed differently. `only`: these records alone, all if none.
    """

    write: bool = True
    apart: bool = False
    credit: bool = False
    new: bool = False
    resolve: Resolve | None = None
    only: frozenset[str] = frozenset()


class Seen(Struct):
    """A task as it was found, and what was done about it."""

    record: str
    task: int | None
    status: Status
    url: str
    annotators: tuple[str, ...] = ()
    drafts: tuple[str, ...] = ()
    skipped: tuple[str, ...] = ()
    written: tuple[str, ...] = ()
    aside: tuple[str, ...] = ()
    merged: bool = False
    findings: tuple[Finding, ...] = ()

    def add(self, code: str, message: str, fix: str, severity: Severity = "error") -> None:
        found = Finding(
            code=code, name=CODES[code].name, severity=severity, file=self.url, pointer=None, line=None, column=None,
            message=message, fix=fix, record=self.record,
        )  # fmt: skip
        self.findings += (found,)


def ahead(pages: Iterable[T]) -> Iterator[T]:
    """The same, each fetched while the one before is worked on. Who is told to stop does not wait for what is under way."""
    source = iter(pages)

    def begun() -> Future[T | None]:
        found: Future[T | None] = Future()

        def fetch() -> None:
            try:
                found.set_result(next(source, None))
            except BaseException as error:
                found.set_exception(error)

        Thread(target=fetch, daemon=True).start()
        return found

    upcoming = begun()
    while (page := upcoming.result()) is not None:
        upcoming = begun()
        yield page


def pull(
    client: Client,
    project: int,
    corpus: Corpus,
    state: State,
    options: Options,
    *,
    size: int = _PAGE,
    progress: Callable[[int], None] = lambda tasks: None,
) -> Iterator[Seen]:
    """Every task of the project, as it stands after the pull; foreign ones are passed over.

    Raises:
        ServerError: the server went away; what was pulled before is there, and another pull goes on.
        OSError: the corpus can't be written.
    """
    puller = _Puller(client, project, corpus, state, options)
    count = 0
    for page in ahead(client.raw_pages(project, size=size, fields="all")):
        for raw in page:
            seen = puller.task(raw)
            if seen is not None:
                yield seen
        state.save()
        count += len(page)
        progress(count)


def missing_there(corpus: Corpus, seen: set[str]) -> Iterator[Seen]:
    """The corpus's records that no task is of."""
    for id in corpus.ids():
        if id not in seen:
            yield Seen(id, None, "missing there", "")


class _Puller:
    def __init__(self, client: Client, project: int, corpus: Corpus, state: State, options: Options) -> None:
        self.client, self.project, self.corpus, self.state, self.options = client, project, corpus, state, options
        self.emails = client.emails()
        self.tasks: dict[str, int] = {}
        self.standing = Standing(None)
        self.began, self.telling, self.mute = time.monotonic(), 0.0, False

    def task(self, raw: Raw) -> Seen | None:
        task = self.client.task(raw)
        envelope = Envelope.of(task)
        if envelope is None or (self.options.only and envelope.record not in self.options.only):
            return None
        id, url = envelope.record, self.client.task_url(self.project, task["id"])
        self.state.know([(task["id"], id)])
        if id in self.tasks:
            message = f"the record {id} has two tasks, {self.tasks[id]} and {task['id']}; only the first is pulled"
            fix = "delete the one that has less work in it"
            double = Seen(id, task["id"], "twice", url)
            double.add("LST010", message, fix)
            return double
        self.tasks[id] = task["id"]
        if (odd := _odd(task)) is not None:
            broken = Seen(id, task["id"], "faulty", url)
            broken.add("LST061", f"the task of {id} is not as Label Studio's are: {odd}", "look what stands between")
            return broken
        self.standing = self.corpus.standing(id)
        main, faults = self.standing.record, list(self.standing.faults)
        found = list(
            works(
                task,
                envelope.base,
                envelope.by,
                self.emails,
                self.client,
                self.project,
                self.options.credit,
                lambda name: read(self.corpus.place(id, name))[0] or main,
                untouched=main is None and self.options.new and self.standing.path is not None,
            )
        )
        seen = Seen(id, task["id"], "untouched", url, tuple(w.annotator for w in found))
        seen.skipped = tuple(dict.fromkeys(annotator(r, self.emails) for r in cancelled(task)))
        statuses: list[Status] = ["skipped"] if seen.skipped else []
        if task.get("draft_exists") or task.get("drafts"):
            self._drafts(task, seen)
            statuses += ["in work"] if seen.drafts else []
        if seen.skipped and not found:
            message = f"{', '.join(seen.skipped)} skipped the task; nothing of it is pulled"
            seen.add("LST023", message, "ask why, or give it to somebody else", "info")
        for work in found:
            apart = self.options.apart or len(found) > 1
            statuses.append(self._work(work, task, envelope, seen, apart, main, faults))
        if not found:
            statuses.append(self._idle(envelope, task, seen, main, faults))
        seen.status = min(statuses, key=STATUSES.index)
        return seen

    def _drafts(self, task: Task, seen: Seen) -> None:
        rows = self.client.drafts(task["id"])
        seen.drafts = tuple(dict.fromkeys(annotator(r, self.emails) for r in rows))
        if rows:
            saved = max(str(r.get("updated_at") or r.get("created_at")) for r in rows)[:16].replace("T", " ")
            message = f"{', '.join(seen.drafts)} left a draft that is not submitted (saved {saved} UTC)"
            fix = "open the task and press Submit or Update, then pull again"
            seen.add("LST022", message, fix, "warning")

    def _idle(self, envelope: Envelope, task: Task, seen: Seen, here: Record | None, faults: list[Finding]) -> Status:
        """The status of a task that nobody submitted anything of."""
        if faults:
            seen.findings += tuple(faults)
            return "faulty"
        if (stray := self._stray(here, carried(task).get("text_sha256"), seen)) is not None:
            return stray
        pushed = task.get("annotations") or task.get("predictions")
        if here is not None and not pushed and any(True for _ in marks(here)):
            message = (
                f"the task of {seen.record} has no annotation, though it was pushed with one: it was deleted there"
            )
            seen.add("LST026", message, "delete the task, and push again", "warning")
            return "missing there"
        base = self._base(envelope, "")
        return "changed here" if base and here is not None and fingerprint(here) != base else "untouched"

    def _stray(self, here: Record | None, sha: object, seen: Seen, new: bool = False) -> Status | None:
        """Whether the corpus lacks the record, which is no fault of a `new` one, or has it of another text."""
        if here is None and not new:
            why = f": {self.standing.why}" if self.standing.why else ""
            message = f"the corpus has no record {seen.record}{why}"
            seen.add("LST021", message, "restore it, or pull with --new to write it", "warning")
            return "missing here"
        if here is not None and sha != here.text_sha256:
            message = f"the task's text is not that of the corpus's record {seen.record}: the article was changed since"
            fix = "delete the task and push again; what was annotated is kept aside, for `onrecord migrate`"
            seen.add("LST020", message, fix)
            return "other text"
        return None

    def _base(self, envelope: Envelope, key: str) -> str:
        return self.state.base(envelope.record, key, _told(envelope, key))

    def _work(
        self,
        work: Work,
        task: Task,
        envelope: Envelope,
        seen: Seen,
        apart: bool,
        main: Record | None,
        faults: list[Finding],
    ) -> Status:
        key = work.annotator if apart else ""
        path = self.corpus.place(envelope.record, key)
        here = main
        if apart and not faults:
            here, faults = read(path)
        if faults:
            seen.findings += tuple(faults)
            return "faulty"
        new = self.options.new and path is not None
        if (stray := self._stray(main, work.text_sha256, seen, new)) is not None:
            if stray == "other text" and path is not None:
                self._set_aside(_Target(work, key, path), seen)
            return stray
        if path is None or not (apart or self.standing.path):  # what stands among others is compared, and not written
            return self._unplaced(work, main, envelope, seen)
        target = _Target(work, key, path if apart else self.standing.path or path)
        locator = Locator(self.client, self.project, task, work.row)
        base = self._base(envelope, key)
        decision = decide(work, here, base, self.state.content(envelope.record, base), locator)
        if decision.kind == "conflict" and self.options.resolve == "here":
            clear(target.path)
            self._sync(target, envelope, task)
            return "changed here"
        if decision.kind == "conflict" and self.options.resolve == "there" and here is not None:
            decision = decide(work, here, fingerprint(here), None, locator)
        if (
            decision.record is not None
            and not apart
            and self.options.resolve != "there"
            and anew(here, decision.record)
        ):
            gone = sum(1 for _ in marks(here)) if here is not None else 0
            message = f"{work.annotator} began an annotation of {seen.record} on an empty page; it would delete all {gone} marks"
            fix = f"delete that annotation there and go on in the pushed one; or take it: `onrecord labelstudio pull --record {seen.record} --resolve there`"
            seen.add("LST025", message, fix)
            self._set_aside(target, seen)
            return "conflicting"
        seen.findings += (*self._news(work, key, envelope, decision), *decision.findings)
        return self._carry_out(decision, target, envelope, task, seen)

    def _unplaced(self, work: Work, main: Record | None, envelope: Envelope, seen: Seen) -> Status:
        """The status of work on a record that has no file to be written to."""
        if work.made is not None and main is not None and same(main, work.made):
            return "pulled"
        if work.made is not None and fingerprint(work.made) == self._base(envelope, ""):
            return "changed here"
        if self.options.write:
            own = "make it" if main is not None else "name that file as its record, so that this one has"
            fix = f"{own} a file of its own, records/{seen.record}.json, and pull again"
            seen.add("LST062", f"what {work.annotator} submitted can't be written: {self.standing.why}", fix)
        return "submitted"

    def _news(self, work: Work, key: str, envelope: Envelope, decision: Decision) -> list[Finding]:
        """What was found in reading an annotation, but what an earlier pull said of it, or brought."""
        told = self.state.told(envelope.record, key)
        warnings = {f"{f.code} {f.item} {f.message}" for f in work.findings if f.severity != "error"}
        if decision.kind in ("conflict", "faulty"):
            return work.findings
        if self.options.write and warnings != told:
            self.state.tell(envelope.record, key, warnings)
        known = warnings if decision.kind in ("same", "changed here") else told
        return [f for f in work.findings if f"{f.code} {f.item} {f.message}" not in known]

    def _carry_out(self, decision: Decision, target: "_Target", envelope: Envelope, task: Task, seen: Seen) -> Status:
        match decision.kind:
            case "take" | "merge":
                if not self.options.write or decision.record is None:
                    return "submitted"
                land(target.path, decision.record, target.work.task, seen.findings, ruled=True)
                seen.written += (str(target.path),)
                seen.merged |= decision.kind == "merge"
                self._sync(target, envelope, task)
                return "pulled"
            case "same":
                if self.options.write:
                    clear(target.path)
                if _told(envelope, target.key) != fingerprint(self._made(target)):
                    self._sync(target, envelope, task)
                return "pulled"
            case "conflict":
                if decision.conflicts:
                    what = f"changed here and there: {listed(decision.conflicts)}"
                else:
                    what = "changed here and there, and both changes together break the rules"
                fix = (
                    f"correct one side, or `onrecord labelstudio pull --record {seen.record} --resolve here` (or there)"
                )
                seen.add("LST024", f"{seen.record} was {what}", fix)
                self._set_aside(target, seen)
                return "conflicting"
            case "faulty":
                self._set_aside(target, seen)
                return "faulty"
            case _:
                return "changed here"

    def _made(self, target: "_Target") -> Record:
        if target.work.made is None:
            raise ServerError("an annotation that makes no record was taken for one")
        return target.work.made

    def _set_aside(self, target: "_Target", seen: Seen) -> None:
        if self.options.write:
            kept = land(target.path, None, target.work.task, seen.findings)
            seen.aside += (str(kept.path),)

    def _sync(self, target: "_Target", envelope: Envelope, task: Task) -> None:
        """Remember what the server has as the base; here, and on the server for every other machine."""
        if not self.options.write:
            return
        made = self._made(target)
        self.state.keep_base(made, target.key, sent=False)
        envelope.pulled[target.key] = fingerprint(made)
        now = time.monotonic()
        if self.mute or self.telling > _TELL + _SHARE * (now - self.began):
            return
        try:
            self.client.update_meta(task["id"], envelope.meta(task))
        except Doubtful:
            raise
        except ServerError:
            self.mute = True  # an account that may only read; this machine remembers all the same
        else:
            self.state.keep_base(made, target.key)
        self.telling += time.monotonic() - now


def _odd(task: Task) -> str | None:
    """What of a task has a form that Label Studio never gives it; None if nothing has."""
    if not isinstance(task.get("data"), dict):
        return "`data` is no object"
    for key in ("annotations", "predictions", "drafts"):
        rows = task.get(key)
        if rows is not None and not (isinstance(rows, list) and all(isinstance(r, dict | int) for r in rows)):
            return f"`{key}` is no list of objects"
    return None


def _told(envelope: Envelope, key: str) -> str:
    """The base, as far as the server knows."""
    return envelope.pulled.get(key) or envelope.base


class _Target(Struct):
    """An annotation and where it belongs. `key`: the annotator where each has a folder, else empty."""

    work: Work
    key: str
    path: Path
