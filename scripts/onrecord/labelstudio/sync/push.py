"""Records → tasks on a server: in batches, each task once, whatever breaks on the way."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Literal

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace

from ...compare.merge import fingerprint
from ...findings.finding import Finding
from ...model.record import Record
from ..codec.preflight import check_task
from ..codec.roundtrip import RoundTripError, prove
from .client import BATCH, BODY, META, Client, Task, batches
from .errors import Doubtful, ServerError
from .state import State

As = Literal["annotations", "predictions"]
MODEL = "onrecord"
"""The model version of records that travel as predictions."""
_LOOKS = 4
"""How often to look for a batch whose reply was lost before it is sent again."""

Prove = Callable[[Record], Task]


class Envelope(Struct, frozen=True):
    """What a task's `meta.onrecord` says: its record, what was pushed and by whom, and what was pulled since.

    `base` and the values of `pulled` are fingerprints; the keys of `pulled` are annotators, or empty for `records/`.
    """

    record: str
    base: str
    by: int | None = None
    pulled: dict[str, str] = {}

    @classmethod
    def of(cls, task: Task) -> "Envelope | None":
        """The envelope of a task; of one that was imported by hand, the record's id alone."""
        meta = task.get("meta")
        found = meta.get(META) if isinstance(meta, dict) else None
        if isinstance(found, dict) and isinstance(found.get("record"), str):
            pulled = found.get("pulled")
            kept = {str(k): v for k, v in pulled.items() if isinstance(v, str)} if isinstance(pulled, dict) else {}
            by = found.get("by")
            return cls(found["record"], str(found.get("base") or ""), by if isinstance(by, int) else None, kept)
        data = task.get("data")
        carried = data.get("onrecord") if isinstance(data, dict) else None
        id = carried.get("id") if isinstance(carried, dict) else None
        return cls(id, "") if isinstance(id, str) else None

    def meta(self, task: Task) -> Task:
        """The task's `meta` with this envelope; what others put there stays."""
        present = task.get("meta")
        return {**(present if isinstance(present, dict) else {}), META: self}


def sealed(record: Record, as_: As = "annotations", prove: Prove = prove, by: int | None = None) -> Task:
    """The task of a record, proven to lead back to it, with its envelope.

    A record without marks has no annotation to start from: the page starts empty, and the task is not taken for done.

    Raises:
        RoundTripError: it would not lead back.
    """
    task = prove(record)
    (annotation,) = task.pop("annotations")
    if annotation["result"]:
        if as_ == "annotations":
            task["annotations"] = [{**annotation, "ground_truth": False}]
        else:
            task["predictions"] = [{"result": annotation["result"], "model_version": MODEL}]
    return {**task, "meta": {META: Envelope(record.id, fingerprint(record), by)}}


class Pushed(Struct):
    """What a push did. `doubled` counts tasks that arrived twice and were taken away again.

    `refused`: what Label Studio would damage, or not give back; these records were not pushed. `under_way`: how many were
    sent and not acknowledged when it was broken off.
    """

    pushed: int = 0
    present: int = 0
    doubled: int = 0
    refused: dict[str, list[Finding]] = {}
    under_way: int = 0


def present(client: Client, project: int, state: State, say: Callable[[int], None] = lambda n: None) -> dict[str, int]:
    """Record → task of a project. Only tasks that this machine does not know are looked into.

    What the state knows and the server has no more is forgotten. Of two tasks of a record, the first counts.
    """
    there = _ids(client, project, state)
    known = state.records_of(there)
    state.forget(state.known_tasks() - set(there))
    unknown = [i for i in there if i not in known]
    if unknown:
        wanted = set(unknown)
        for task in client.metas(project, unknown[0] - 1):
            if task["id"] in wanted:
                envelope = Envelope.of(task) or Envelope.of(
                    client.request("GET", f"api/tasks/{task['id']}/", form=dict)
                )
                if envelope is not None:
                    known[task["id"]] = envelope.record
                say(len(known))
        state.know((task, record) for task, record in known.items() if task in wanted)
    if len(known) == len(there):
        state.complete = max(there, default=0)
    state.save()
    found: dict[str, int] = {}
    for task_id in there:
        if task_id in known:
            found.setdefault(known[task_id], task_id)
    return found


def _ids(client: Client, project: int, state: State) -> list[int]:
    """The ids of a project's tasks; where none was deleted since all were known, only the new ones are asked for."""
    count, newest = client.newest(project)
    last = state.complete
    found = {i for i in state.known_tasks() if i <= last}
    if newest > last:
        found |= set(client.ids(project, last))
    return sorted(found if len(found) == count else client.ids(project))


class _Batch(Struct):
    records: list[Record]
    tasks: list[bytes]


def _packed(records: Iterable[Record], seal: Callable[[Record], Task | None], size: int) -> Iterator[_Batch]:
    batch, weight = _Batch([], []), 0
    for record in records:
        task = seal(record)
        if task is None:
            continue
        body = encode(task)
        if batch.tasks and (len(batch.tasks) == size or weight + len(body) > BODY):
            yield batch
            batch, weight = _Batch([], []), 0
        batch.records.append(record)
        batch.tasks.append(body)
        weight += len(body)
    if batch.tasks:
        yield batch


def push(
    client: Client,
    project: int,
    state: State,
    records: Iterable[Record],
    as_: As = "annotations",
    *,
    config: str | None = None,
    layers: Sequence[str] | None = None,
    size: int = BATCH,
    progress: Callable[[Pushed], None] = lambda done: None,
    placed: Callable[[list[Finding]], list[Finding]] = list,
) -> Pushed:
    """Push the records that have no task yet. While a batch is under way, the next is made.

    Args:
        config: the labelling configuration, for the SDK's own checks of it and of a task a batch.
        layers: the pass that the project's configuration is of; all layers without it.
        progress: told how far it came after each step, always of one and the same object.
        placed: gives findings about the record that came last their file and line.

    Raises:
        ServerError: server or SDK refuse something, or the server stays away; what arrived is known, a second push goes on.
    """
    done = Pushed()
    progress(done)
    there = present(client, project, state)
    start = max(there.values(), default=0)

    def missing() -> Iterator[Record]:
        for record in records:
            if record.id in there:
                done.present += 1
                progress(done)
            else:
                there[record.id] = 0  # under way
                yield record

    by = client.me()

    def seal(record: Record) -> Task | None:
        try:
            task = sealed(record, as_, lambda r: prove(r, layers), by)
        except RoundTripError as error:
            done.refused[record.id] = placed(error.findings)
            return None
        if faults := check_task(task, layers, record.id):  # their pointers are into the task, which is no file
            done.refused[record.id] = placed([replace(f, pointer="", record=record.id) for f in faults])
            return None
        return task

    packed = _packed(missing(), seal, size)
    check = _sdk_check(config) if config is not None else None
    after, doubted = start, None
    with ThreadPoolExecutor(1) as ahead:
        upcoming = ahead.submit(next, packed, None)
        while (batch := upcoming.result()) is not None:
            upcoming = ahead.submit(next, packed, None)
            if check is not None:
                check(batch.tasks[0])
            done.under_way = len(batch.records)
            ids, doubt = _deliver(client, project, batch, after)
            done.under_way = 0
            if doubt:
                doubted = after if doubted is None else doubted
            elif len(ids) == len(batch.records):  # else the server has not said, and is asked by the next push
                state.know(zip(ids, (r.id for r in batch.records), strict=True))
            after = max((after, *ids))
            for record in batch.records:
                state.keep_base(record)
            state.save()
            done.pushed += len(batch.records)
            progress(done)
    if doubted is not None:
        done.doubled = _undouble(client, project, doubted)
        present(client, project, state)
    elif (len(state.known_tasks()), after) == client.newest(project):  # nobody else pushed meanwhile
        state.complete = after
    return done


def _deliver(client: Client, project: int, batch: _Batch, after: int) -> tuple[list[int], bool]:
    """Send a batch; after a doubtful failure look what arrived, and send the rest.

    Returns the tasks' ids, if the server says them, and whether there was doubt.
    """
    left = dict(zip((r.id for r in batch.records), batch.tasks, strict=True))
    for attempt in range(client.tries):
        try:
            return client.send(project, batches(list(left.values()))), attempt > 0
        except Doubtful as error:
            if attempt + 1 == client.tries:
                raise
            client.wait(attempt, str(error))
        for look in range(_LOOKS):
            for task in client.metas(project, after):
                if (envelope := Envelope.of(task)) is not None:
                    left.pop(envelope.record, None)
            if not left:
                return [], True
            if look + 1 < _LOOKS:
                client.wait(min(look, 1), "looking whether the batch arrived after all")
    raise AssertionError


def _undouble(client: Client, project: int, after: int) -> int:
    """Take away what arrived twice because a reply was lost: of each record pushed just now, the first task stays."""
    seen: set[str] = set()
    doubled: list[int] = []
    for task in client.metas(project, after):
        envelope = Envelope.of(task)
        if envelope is not None and envelope.record in seen:
            doubled.append(task["id"])
        elif envelope is not None:
            seen.add(envelope.record)
    for task_id in doubled:
        client.delete_task(task_id)
    return len(doubled)


def _sdk_check(config: str) -> Callable[[bytes], None]:
    """Label Studio's own checks: of the configuration now, of a task's annotation when called."""
    from label_studio_sdk.label_interface import LabelInterface

    try:
        interface = LabelInterface(config)
        interface.validate()
    except Exception as error:  # of many kinds, and none of them ours
        raise ServerError(f"Label Studio's SDK refuses the labelling configuration: {error}") from None

    def check(task: bytes) -> None:
        made = decode(task)
        for row in made.get("annotations") or made.get("predictions") or []:
            if not interface.validate_annotation({"result": row["result"]}):
                raise ServerError(f"Label Studio's SDK refuses the annotation of {made['meta'][META]['record']}")

    return check
