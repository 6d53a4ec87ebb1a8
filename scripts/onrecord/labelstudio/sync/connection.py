"""A corpus and its project on a server, connected: what push, pull, status and the studio stand on."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from msgspec import Struct

from ...checking.report.visible import visible
from ...files import record_files
from ...files.reading import Reach
from ..codec.config import config
from ..exchange.pushable import Records
from .client import Client
from .corpus_folder import Corpus
from .errors import ServerError
from .project import ensure
from .pull import Options, Seen, missing_there, pull
from .push import As, Pushed, push
from .server import Account, Studio, served
from .state import State
from .target import Target, credited, target

__all__ = [
    "Account",
    "As",
    "Client",
    "Connection",
    "Options",
    "Pushed",
    "Records",
    "Seen",
    "ServerError",
    "Studio",
    "Target",
    "connect",
    "connection_to",
    "corpus_of",
    "credited",
    "missing_there",
    "pull",
    "push_corpus",
    "reached",
    "scan",
    "served",
    "target",
]

Say = Callable[[str], None]
"""Is told, in a line, what somebody waits for or should know."""
Waiting = Callable[[str], AbstractContextManager[Callable[[], None]]]
"""Shows, as long as it is open, what is waited for; what it gives ends that."""
Bar = Callable[[str, int | None], AbstractContextManager[Callable[[int], None]]]
"""Shows how far something of so many steps has come."""


class Connection(Struct):
    """A corpus and its project on a server, connected."""

    client: Client
    corpus: Corpus
    state: State
    project: int
    name: str

    @property
    def url(self) -> str:
        return f"{self.client.url}/projects/{self.project}/data"


def corpus_of(path: Path) -> Corpus:
    """The corpus of a folder.

    Raises:
        ServerError: it is none.
    """
    if not (path / "records").is_dir():
        raise ServerError(f"{path} is no corpus: a folder with records/ is wanted (`onrecord ingest` makes records)")
    return Corpus(path)


@contextmanager
def reached(path: Path, where: Target, program: str | None, say: Say, waiting: Waiting) -> Iterator[Client]:
    """A client of the server that is meant; the corpus's own is started for the while if it does not run.

    Raises:
        ServerError: no server can be reached or started.
    """
    if where.address is not None:
        client = Client(where.address, where.key, say)
        client.check()
        yield client
        return
    if not Studio(path).exists:
        raise ServerError(
            f"no server is named and {path} has none of its own yet: start `onrecord studio {path}`, or name one with --url"
        )
    with waiting("starting Label Studio") as done, served(path, program, None) as (address, account, _):
        done()
        yield Client(address, account.token, say, label="studio")


@contextmanager
def connection_to(path: Path, where: Target, program: str | None, say: Say, waiting: Waiting) -> Iterator[Connection]:
    """The corpus and its project, which must be there.

    Raises:
        ServerError: one of them is not.
    """
    corpus = corpus_of(path)
    with reached(path, where, program, say, waiting) as client:
        found = client.project(where.project)
        if found is None:
            raise ServerError(f"{client.url} has no project “{where.project}”; push first, or name one with --project")
        with connect(client, corpus, int(found["id"]), visible(str(found["title"]))) as connected:
            yield connected


@contextmanager
def connect(client: Client, corpus: Corpus, project: int, name: str) -> Iterator[Connection]:
    """A corpus and a project that are known to be there."""
    with State(corpus.root, client.label, project) as state:
        yield Connection(client, corpus, state, project, name)


def scan(connected: Connection, options: Options, bar: Bar) -> Iterator[Seen]:
    """Every task as it stands after the pull; or, where nothing is to be written, as it would."""
    with bar("pulling" if options.write else "looking", connected.client.count(connected.project)) as progress:
        yield from pull(
            connected.client, connected.project, connected.corpus, connected.state, options, progress=progress
        )


def push_corpus(
    client: Client,
    path: Path,
    name: str,
    as_: As,
    own: bool,
    *,
    say: Say,
    bar: Bar,
    step: Callable[[Pushed], None],
    size: int,
    layers: list[str] | None,
) -> tuple[int, Pushed, Records]:
    """Make the project what it should be and push what it lacks: its id, what was pushed, what could not be.

    Args:
        own: whether it is the corpus's own server.
        step: told how far it came after each step.

    Raises:
        ServerError: as `push` and `ensure` do; or the guidelines are no text.
    """
    xml, text = config(layers), _guidelines(path)
    records = Records(path)
    project = ensure(client, name, xml, text, own, say, layers and tuple(layers))
    if project.config == "updated":
        say(f"the labelling configuration of “{project.title}” was brought up to date")
    for control in project.dropped:
        say(f"the page of “{project.title}” offers no more: {control}")
    total = sum(1 for _ in record_files.record_files(path))
    with State(path, client.label, project.id) as state, bar("pushing", total) as progress:

        def both(now: Pushed) -> None:
            step(now)
            progress(now.pushed + now.present)

        done = push(
            client, project.id, state, records, as_,
            config=xml, layers=layers, size=size, progress=both, placed=records.placed,
        )  # fmt: skip
    records.refused(done.refused)
    return project.id, done, records


def _guidelines(path: Path) -> str | None:
    """The corpus's guidelines, for the page."""
    file = path / "GUIDELINES.md"
    try:
        return Reach.of(path).text(file) if os.path.lexists(file) else None
    except UnicodeDecodeError as error:
        raise ServerError(f"{file} is not UTF-8 (byte {error.start}); convert it") from None
