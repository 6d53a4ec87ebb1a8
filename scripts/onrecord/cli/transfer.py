"""`onrecord labelstudio push` and `pull`: the corpus and a Label Studio server."""

import os
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from ..checking.report.visible import visible
from .base import AllowRoot, count, err, need, show, stopping, terminable, usage
from .labelstudio import Credit, Layers, layers_of, studio

if TYPE_CHECKING:
    from ..labelstudio.sync.connection import As, Client, Connection, Options, Pushed, Records, Seen, Target

Way = Literal["annotations", "predictions"]
Side = Literal["here", "there"]

CorpusFolder = Annotated[Path, typer.Argument(help="A corpus: a folder with records/.")]
Url = Annotated[
    str | None,
    typer.Option(help="Address of a Label Studio server; also LABEL_STUDIO_URL. The corpus's own without it."),
]
Key = Annotated[
    str | None,
    typer.Option("--api-key", help="API key for it; better in LABEL_STUDIO_API_KEY, where nobody sees it."),
]
Project = Annotated[str | None, typer.Option(help="Id or title of the project; the corpus's name without it.")]
Program = Annotated[
    str | None, typer.Option(help="The program label-studio, if it is installed elsewhere; also ONRECORD_LABEL_STUDIO.")
]
Push = Annotated[
    Way, typer.Option("--as", help="Push records as annotations to correct, or as predictions to start from.")
]
Batch = Annotated[int, typer.Option(min=1, max=500, help="Tasks of a batch.")]


def corpus_folder(path: Path) -> None:
    """Refuse what is no corpus."""
    from ..labelstudio.sync.connection import ServerError, corpus_of

    try:
        corpus_of(path)
    except ServerError as error:
        usage(str(error))


@contextmanager
def serving() -> Iterator[None]:
    """A server that can't be used is one line and exit code 2; so is what `stopping` stands for."""
    need("labelstudio", "label_studio_sdk")
    from ..labelstudio.sync.connection import ServerError

    with stopping():
        try:
            yield
        except ServerError as error:
            usage(visible(str(error)))
        except sqlite3.Error as error:
            usage(f"what this machine knows of the server, in .onrecord/labelstudio/, can't be read or written: {error}; "
                  "it may be deleted, and is asked for again")  # fmt: skip


def meant(
    path: Path, url: str | None, key: str | None, project: str | None, layers: list[str] | None = None
) -> "Target":
    """The server and project that are meant; what is to be said of them is said."""
    from ..labelstudio.sync.connection import target

    found = target(path, url, key, project, layers)
    for words in found.notes:
        note(words)
    return found


@contextmanager
def waiting(words: str) -> Iterator[Callable[[], None]]:
    """What is waited for, shown on a terminal until it is there."""
    with err.status(words) as status:
        yield status.stop


def reached(path: Path, where: "Target", program: str | None) -> AbstractContextManager["Client"]:
    """A client of the server that is meant; the corpus's own is started for the while if it does not run."""
    from ..labelstudio.sync import connection

    return connection.reached(path, where, program, note, waiting)


def note(text: str) -> None:
    """What is waited for, on a line of its own."""
    err.print(visible(text), style="yellow", markup=False)


def connection_to(
    path: Path,
    url: str | None,
    key: str | None,
    project: str | None,
    program: str | None,
    layers: list[str] | None = None,
) -> AbstractContextManager["Connection"]:
    """The corpus and its project, which must be there."""
    from ..labelstudio.sync import connection

    connection.corpus_of(path)
    return connection.connection_to(path, meant(path, url, key, project, layers), program, note, waiting)


_NOTHING = "nothing was done yet"


@contextmanager
def broken_off(said: Callable[[], str]) -> Iterator[None]:
    """Whatever ends it, Ctrl-C, a signal or the server: how far it came is said, if it came anywhere.

    Args:
        said: what was done, in words; empty as long as nothing was.
    """
    from ..labelstudio.sync.connection import ServerError

    try:
        with terminable():
            yield
    except KeyboardInterrupt:
        note(f"stopped: {said() or _NOTHING}")
        raise typer.Exit(130) from None
    except SystemExit as stop:
        note(f"stopped: {said() or _NOTHING}")
        raise typer.Exit(stop.code if isinstance(stop.code, int) else 1) from None
    except (ServerError, OSError):
        if words := said():
            note(words)
        raise


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing where nobody looks."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=err, transient=True, disable=not err.is_terminal or bool(os.environ.get("CI"))
    ) as p:
        task = p.add_task(what, total=total)
        yield lambda done: p.update(task, completed=done)


def pushed(
    client: "Client",
    path: Path,
    name: str,
    as_: "As",
    own: bool,
    size: int = 250,
    layers: list[str] | None = None,
) -> tuple[int, "Pushed", "Records"]:
    """Make the project what it should be and push what it lacks; the project's id, what was pushed, what could not be."""
    from ..labelstudio.sync.connection import Pushed, push_corpus

    done = Pushed()

    def far() -> str:
        if not done.pushed and not done.under_way:
            return ""
        lost = f"; of {count(done.under_way, 'record')} nobody knows yet" if done.under_way else ""
        return f"{count(done.pushed, 'record')} pushed to “{name}”, {done.present} already there{lost}; {_GO_ON}"

    def step(now: Pushed) -> None:
        nonlocal done
        done = now

    with broken_off(far):
        return push_corpus(client, path, name, as_, own, say=note, bar=bar, step=step, size=size, layers=layers)


_GO_ON = "what is there stays, and the next push goes on"


def told(done: "Pushed", bad: int) -> str:
    """What a push did, in a line."""
    parts = [f"{done.pushed} pushed", f"{done.present} already there"]
    parts += [f"{done.doubled} that arrived twice taken away again"] if done.doubled else []
    parts += [f"{bad} not pushed"] if bad else []
    return f"{count(done.pushed + done.present + bad, 'record')}: {', '.join(parts)}"


@studio.command("push")
def push_command(
    corpus: CorpusFolder = Path("corpus"),
    url: Url = None,
    key: Key = None,
    project: Project = None,
    as_: Push = "annotations",
    layers: Layers = None,
    batch: Batch = 250,
    program: Program = None,
    allow_root: AllowRoot = None,
) -> None:
    """Push the records that the project lacks, each proven to come back as it is; a second push adds nothing."""
    corpus_folder(corpus)
    shows = layers_of(layers)
    with serving():
        where = meant(corpus, url, key, project, shows)
        with reached(corpus, where, program) as client:
            id, done, records = pushed(client, corpus, where.project, as_, False, batch, shows)
            show(records.findings)
            err.print(f"{told(done, records.bad)}; {client.url}/projects/{id}/data", markup=False)
    if records.findings:
        raise typer.Exit(1)


@studio.command("pull")
def pull_command(
    corpus: CorpusFolder = Path("corpus"),
    url: Url = None,
    key: Key = None,
    project: Project = None,
    apart: Annotated[
        bool, typer.Option("--apart", help="A folder for each annotator under annotations/, even if there is one.")
    ] = False,
    new: Annotated[bool, typer.Option("--new", help="Write records that the corpus lacks, too.")] = False,
    record: Annotated[list[str] | None, typer.Option(help="Pull this record only; may be given again.")] = None,
    credit: Credit = False,
    resolve: Annotated[
        Side | None,
        typer.Option(help="Of what both sides changed differently, keep what is here, or take what is there."),
    ] = None,
    layers: Layers = None,
    program: Program = None,
    allow_root: AllowRoot = None,
) -> None:
    """Pull what was submitted, each person's newest annotation; nothing is written over other work or unless valid."""
    from ..labelstudio.sync.connection import Options, credited

    credit = credit or credited(corpus)
    options = Options(apart=apart, credit=credit, new=new, resolve=resolve, only=frozenset(record or ()))
    with serving(), connection_to(corpus, url, key, project, program, layers_of(layers)) as connected:
        failed = pull_all(connected, options)
    if failed:
        raise typer.Exit(1)


def pull_all(connected: "Connection", options: "Options") -> bool:
    """Pull, report as it comes, then in sum. Says whether there were errors."""
    counts: Counter[str] = Counter()
    failed = False

    def far() -> str:
        done = counts["written"]
        return f"{count(done, 'record')} written; what is there stays, and the next pull goes on" if done else ""

    with broken_off(far):
        for seen in scan(connected, options):
            counts[seen.status] += 1
            counts["written"] += len(seen.written)
            show(list(seen.findings))
            failed |= any(f.severity == "error" for f in seen.findings)
            who = ", ".join(seen.annotators)
            for path in seen.written:
                err.print(visible(f"{path} ← {'merged with ' if seen.merged else ''}{who}"), markup=False)
            for path in seen.aside:
                err.print(visible(f"kept in {path}: the work of {who}"), style="yellow", markup=False)
    _unseen(options.only, counts)
    written = counts.pop("written", 0)
    stand = ", ".join(f"{n} {status}" for status, n in counts.items())
    err.print(f"{count(written, 'record')} written; {count(counts.total(), 'task')}: {stand or 'none'}", markup=False)
    return failed


def _unseen(only: frozenset[str], counts: Counter[str]) -> None:
    if only and not counts.total():
        usage(f"the project has no task of {' or '.join(sorted(only))}")


def scan(connected: "Connection", options: "Options") -> Iterator["Seen"]:
    """Every task as it stands, with a bar that says how far the look has come."""
    from ..labelstudio.sync import connection

    return connection.scan(connected, options, bar)
