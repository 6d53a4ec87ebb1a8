"""What people did with a task: whose annotation counts, what it says, and how it stands to base and corpus."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

from msgspec import Struct
from msgspec.structs import replace

from ...checking.validate import check_record
from ...compare.merge import Difference, differences, fingerprint, merge, same
from ...findings.finding import Finding
from ...model.record import Claim, Mention, Quote, Record, Time, Trigger, clusters
from ..codec.choosing import Choice
from ..codec.from_task import from_task
from ..codec.words import in_page_words
from .client import Client, Task, annotator

Kind = Literal["same", "changed here", "take", "merge", "conflict", "faulty"]
"""How an annotation stands to the corpus: `take` and `merge` are to be written, the rest is not."""


class Work(Struct):
    """One person's annotation of a task, as the record that it makes."""

    annotator: str
    row: Task
    task: Task
    """The task with this annotation alone."""
    made: Record | None
    findings: list[Finding]
    touched: bool
    """Whether a person submitted it, or it is as it was pushed."""

    @property
    def text_sha256(self) -> object:
        """The hash of the text that was annotated."""
        return carried(self.task).get("text_sha256")


class Decision(Struct, frozen=True):
    kind: Kind
    record: Record | None = None
    """What should stand in the corpus: of `take` and `merge`."""
    conflicts: tuple[Difference, ...] = ()
    findings: tuple[Finding, ...] = ()


def carried(task: Task) -> dict[str, Any]:
    """What travels in the task's data."""
    data = task.get("data")
    found = data.get("onrecord") if isinstance(data, dict) else None
    return found if isinstance(found, dict) else {}


def _rows(task: Task) -> list[Task]:
    rows = task.get("annotations")
    return [r for r in rows if isinstance(r, dict)] if isinstance(rows, list) else []


def cancelled(task: Task) -> list[Task]:
    """Annotations of people who skipped the task."""
    return [r for r in _rows(task) if r.get("was_cancelled")]


def works(
    task: Task,
    base: str,
    by: int | None,
    emails: dict[int, str],
    client: Client,
    project: int,
    credit: bool,
    before: Callable[[str], Record | None] = lambda name: None,
    untouched: bool = False,
) -> Iterator[Work]:
    """The newest annotation of each person who has one; what was pushed and never touched is nobody's.

    Args:
        base: the fingerprint of the record that was pushed.
        by: who pushed it.
        credit: whether a changed record names who changed it.
        before: what a person's annotation was in the corpus when it was pulled last.
        untouched: take what was pushed, too, as the corpus has lost it.
    """
    newest: dict[str, Task] = {}
    for row in sorted((r for r in _rows(task) if not r.get("was_cancelled")), key=lambda r: str(r.get("updated_at"))):
        newest[annotator(row, emails, by)] = row
    if untouched and not newest:  # pushed as a prediction, or without a mark
        predicted = [r for r in task.get("predictions") or () if isinstance(r, dict)]
        row = {"completed_by": by, "result": predicted[0].get("result") if predicted else []}
        newest[annotator(row, emails, by)] = row
    for name, row in newest.items():
        work = _work(name, row, task, client, project, credit, before(name))
        if untouched or work.touched or work.made is None or fingerprint(work.made) != base:
            yield work


def _work(name: str, row: Task, task: Task, client: Client, project: int, credit: bool, before: Record | None) -> Work:
    alone = {"id": task.get("id"), "data": task.get("data"), "meta": task.get("meta"), "annotations": [row]}
    mine = {**alone, "annotations": [{**row, "updated_by": name}]}
    made, findings = from_task(mine, choice=Choice(credit=credit), before=before)
    touched = row.get("lead_time") is not None or row.get("updated_by") is not None
    locator = Locator(client, project, task, row)
    return Work(name, row, alone, made, [locator.locate(f) for f in findings], touched)


def anew(here: Record | None, there: Record) -> bool:
    """Whether an annotation holds none of a record's marks: it was begun on an empty page, and would delete them all."""
    had = {x.id for x in marks(here)} if here is not None else set()
    return bool(had) and had.isdisjoint([x.id for x in marks(there)])


def marks(record: Record) -> Iterator[Mention | Trigger | Time | Quote | Claim]:
    """What a region of the page stands for."""
    for cluster in clusters(record):
        yield from cluster.mentions
    yield from record.times
    yield from record.quotes
    yield from record.claims


class Locator:
    """Findings are of a region in the browser: their `file` is its address."""

    def __init__(self, client: Client, project: int, task: Task, row: Task) -> None:
        self.client, self.project, self.task, self.row = client, project, task, row
        result = row.get("result")
        self.result: list[Any] = result if isinstance(result, list) else []
        self.regions = {str(r["id"]) for r in self.result if isinstance(r, dict) and "id" in r}

    def url(self, region: str | None = None) -> str:
        known = region if region in self.regions else None
        return self.client.task_url(self.project, self.task["id"], self.row.get("id"), known)

    def locate(self, finding: Finding, made: Record | None = None) -> Finding:
        region = self._named(finding.pointer) if made is None else self._of_item(finding.item, made)
        pointer = finding.pointer if made is not None else None
        if made is not None:
            finding = in_page_words(finding, made)
        return replace(
            finding, file=self.url(region), item=region or finding.item, pointer=pointer, line=None, column=None
        )

    def _named(self, pointer: str | None) -> str | None:
        """The region that a pointer into the task leads to; of a relation, where it begins."""
        number = (pointer or "").partition("/result/")[2].partition("/")[0]
        if not number.isdecimal() or int(number) >= len(self.result):
            return None
        entry = self.result[int(number)]
        id = entry.get("id", entry.get("from_id")) if isinstance(entry, dict) else None
        return None if id is None else str(id)

    def _of_item(self, item: str | None, made: Record) -> str | None:
        """The region of an item of the record; an entity's or event's is its first mention's."""
        if item in self.regions:
            return item
        owner = next((o for o in clusters(made) if o.id == item), None)
        return owner.mentions[0].id if owner is not None and owner.mentions else None


def decide(work: Work, here: Record | None, base: str, content: Record | None, locator: Locator) -> Decision:
    """What is to be done with an annotation of a text that is the corpus's.

    Args:
        here: the corpus's record, or this person's earlier annotation; None if there is none.
        base: the fingerprint of what both sides last had.
        content: the base itself, if it is at hand.
    """
    there = work.made
    if there is None:
        return Decision("faulty")
    if here is None:
        return _sound("take", there, None, locator)
    if same(here, there):
        return Decision("same")
    if fingerprint(there) == base:
        return Decision("changed here")
    if fingerprint(here) == base:
        return _sound("take", _signed(there, here), here, locator)
    if content is None:
        return Decision("conflict", conflicts=tuple(differences(None, here, there)))
    merged = merge(content, here, there)
    if merged.record is None:
        return Decision("conflict", conflicts=merged.conflicts)
    decision = _sound("merge", merged.record, here, locator)
    if decision.kind != "faulty":
        return decision
    alone = _sound("take", there, here, locator)
    return alone if alone.kind == "faulty" else Decision("conflict", findings=decision.findings)


def _signed(there: Record, here: Record) -> Record:
    """The server's record with all annotators: the corpus's, who do not travel there again, and who just worked on it."""
    modified = max(here.annotation.modified, there.annotation.modified)
    names = tuple(dict.fromkeys((*here.annotation.annotators, *there.annotation.annotators)))
    return replace(there, annotation=replace(there.annotation, annotators=names, modified=modified))


def _sound(kind: Kind, record: Record, here: Record | None, locator: Locator) -> Decision:
    """A record to write, if the rules find no error in it. Doubts that the corpus's record has as well are not new."""
    known = {(f.code, f.item) for f in check_record(here)} if here is not None else set()
    found = check_record(record)
    errors = [f for f in found if f.severity == "error"]
    shown = [f for f in found if f.severity == "error" or (f.code, f.item) not in known]
    located = tuple(locator.locate(f, record) for f in shown)
    return Decision("faulty" if errors else kind, record, findings=located)


def listed(conflicts: Sequence[Difference], limit: int = 20) -> str:
    """Conflicts for people, the rest counted."""
    shown = "; ".join(str(c) for c in conflicts[:limit])
    return f"{shown}; and {len(conflicts) - limit} more" if len(conflicts) > limit else shown
