"""`onrecord labelstudio push`, `pull`, `status`: the corpus and a Label Studio server."""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec import Struct
from msgspec.json import encode, format
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from .. import store
from ..files.reading import Reach
from ..finding import Finding
from ..record import Record
from ..sources import items, units
from ..validate import check_source
from .base import count, emit, err, need, out, show, stopping, usage
from .labelstudio import Credit, Layers, layers_of, studio

if TYPE_CHECKING:
    from ..labelstudio.client import Client
    from ..labelstudio.pull import Options, Seen
    from ..labelstudio.push import As, Pushed
    from ..labelstudio.shelf import Corpus
    from ..labelstudio.state import State

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


class Link(Struct):
    """A corpus and its project on a server, connected."""

    client: "Client"
    corpus: "Corpus"
    state: "State"
    project: int
    name: str

    @property
    def url(self) -> str:
        return f"{self.client.url}/projects/{self.project}/data"


def corpus_folder(path: Path) -> "Corpus":
    from ..labelstudio.shelf import Corpus

    if not (path / "records").is_dir():
        usage(f"{path} is no corpus: a folder with records/ is wanted (`onrecord ingest` makes records)")
    return Corpus(path)


@contextmanager
def serving() -> Iterator[None]:
    """A server that can't be used is one line and exit code 2; so is what `stopping` stands for."""
    need("labelstudio", "label_studio_sdk")
    from ..labelstudio.client import ServerError
    from ..labelstudio.roundtrip import RoundTripError

    with stopping():
        try:
            yield
        except (ServerError, RoundTripError) as error:
            usage(str(error))


@contextmanager
def reached(path: Path, url: str | None, key: str | None, program: str | None) -> Iterator["Client"]:
    """A client of the server that is meant; the corpus's own is started for the while if it does not run."""
    from ..labelstudio.client import Client, ServerError
    from ..labelstudio.server import Studio, served
    from ..labelstudio.target import target

    meant = target(path, url, key, None)
    if meant.url is not None:
        client = Client(meant.url, meant.key, note)
        client.check()
        yield client
        return
    if not Studio(path).exists:
        raise ServerError(
            f"no server is named and {path} has none of its own yet: start `onrecord studio {path}`, or name one with --url"
        )
    with err.status("starting Label Studio") as status, served(path, program, None) as (address, account, _):
        status.stop()
        yield Client(address, account.token, note, label="studio")


def note(text: str) -> None:
    """What is waited for, on a line of its own."""
    err.print(text, style="yellow", markup=False)


@contextmanager
def linked(
    path: Path,
    url: str | None,
    key: str | None,
    project: str | None,
    program: str | None,
    layers: list[str] | None = None,
) -> Iterator[Link]:
    """The corpus and its project, which must be there."""
    from ..labelstudio.client import ServerError
    from ..labelstudio.state import State
    from ..labelstudio.target import target

    corpus = corpus_folder(path)
    name = target(path, url, key, project, layers).project
    with reached(path, url, key, program) as client:
        found = client.project(name)
        if found is None:
            raise ServerError(f"{client.url} has no project “{name}”; push first, or name one with --project")
        with State(path, client.label, int(found["id"])) as state:
            yield Link(client, corpus, state, int(found["id"]), str(found["title"]))


@contextmanager
def bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal; nothing where nobody looks."""
    columns = (TextColumn(what), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=err, transient=True, disable=not err.is_terminal or bool(os.environ.get("CI"))
    ) as p:
        task = p.add_task(what, total=total)
        yield lambda done: p.update(task, completed=done)


class Records:
    """The corpus's valid records, and what is wrong with the others."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.bad = 0

    def refused(self, faults: dict[str, list[Finding]]) -> None:
        """Records that Label Studio would damage."""
        self.findings += [f for found in faults.values() for f in found]
        self.bad += len(faults)

    def __iter__(self) -> Iterator[Record]:
        reach = Reach.of(self.path)
        for file in store.record_files(self.path):
            for unit in units(file, reach):
                if isinstance(unit, Finding):
                    self.findings.append(unit)
                    self.bad += 1
                    continue
                for item in items(unit):
                    record, found = check_source(item.raw, unit.file, first_line=item.line)
                    found = [*([item.fault] if item.fault else []), *found]
                    errors = [f for f in found if f.severity == "error"]
                    if record is not None and not errors:
                        yield record
                    else:
                        self.findings += errors
                        self.bad += 1


def pushed(
    client: "Client",
    path: Path,
    name: str,
    as_: "As",
    own: bool,
    size: int = 250,
    layers: list[str] | None = None,
) -> tuple[int, "Pushed", Records]:
    """Make the project what it should be and push what it lacks; the project's id, what was pushed, what could not be."""
    from ..labelstudio import config
    from ..labelstudio.project import ensure
    from ..labelstudio.push import push
    from ..labelstudio.state import State

    guidelines = path / "GUIDELINES.md"
    text = Reach.of(path).text(guidelines) if os.path.lexists(guidelines) else None
    xml = config(layers)
    project = ensure(client, name, xml, text, own, note, layers and tuple(layers))
    if project.config == "updated":
        note(f"the labelling configuration of “{project.title}” was brought up to date")
    records = Records(path)
    total = sum(1 for _ in store.record_files(path))
    with State(path, client.label, project.id) as state, bar("pushing", total) as progress:
        done = push(
            client,
            project.id,
            state,
            records,
            as_,
            config=xml,
            layers=layers,
            size=size,
            progress=lambda d: progress(d.pushed + d.present),
        )
    records.refused(done.refused)
    return project.id, done, records


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
) -> None:
    """Push the records that the project lacks, each proven to come back as it is; a second push adds nothing."""
    corpus_folder(corpus)
    shows = layers_of(layers)
    with serving():
        from ..labelstudio.target import target

        name = target(corpus, url, key, project, shows).project
        with reached(corpus, url, key, program) as client:
            id, done, records = pushed(client, corpus, name, as_, False, batch, shows)
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
) -> None:
    """Pull what was submitted, each person's newest annotation; nothing is written over other work or unless valid."""
    from ..labelstudio.pull import Options
    from ..labelstudio.target import credited

    credit = credit or credited(corpus)
    options = Options(apart=apart, credit=credit, new=new, resolve=resolve, only=frozenset(record or ()))
    with serving(), linked(corpus, url, key, project, program, layers_of(layers)) as link:
        failed = pull_all(link, options)
    if failed:
        raise typer.Exit(1)


def pull_all(link: Link, options: "Options") -> bool:
    """Pull, report as it comes, then in sum. Says whether there were errors."""
    counts: Counter[str] = Counter()
    failed = False
    for seen in _scan(link, options):
        counts[seen.status] += 1
        counts["written"] += len(seen.written)
        show(list(seen.findings))
        failed |= any(f.severity == "error" for f in seen.findings)
        who = ", ".join(seen.annotators)
        for path in seen.written:
            err.print(f"{path} ← {'merged with ' if seen.merged else ''}{who}", markup=False)
        for path in seen.aside:
            err.print(f"kept in {path}: the work of {who}", style="yellow", markup=False)
    _unseen(options.only, counts)
    written = counts.pop("written", 0)
    stand = ", ".join(f"{n} {status}" for status, n in counts.items())
    err.print(f"{count(written, 'record')} written; {count(counts.total(), 'task')}: {stand or 'none'}", markup=False)
    return failed


def _unseen(only: frozenset[str], counts: Counter[str]) -> None:
    if only and not counts.total():
        usage(f"the project has no task of {' or '.join(sorted(only))}")


def _scan(link: Link, options: "Options") -> Iterator["Seen"]:
    from ..labelstudio.pull import pull

    what = "pulling" if options.write else "looking"
    total = link.client.count(link.project)
    with bar(what, total) as progress:
        yield from pull(link.client, link.project, link.corpus, link.state, options, progress=progress)


@studio.command("status")
def status_command(
    corpus: CorpusFolder = Path("corpus"),
    url: Url = None,
    key: Key = None,
    project: Project = None,
    format_: Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")] = "text",
    all: Annotated[bool, typer.Option("--all", help="List tasks that want nothing, too.")] = False,
    layers: Layers = None,
    program: Program = None,
) -> None:
    """Show how each task stands: untouched, in work, submitted, pulled, conflicting, missing here or there; writes nothing."""
    from ..labelstudio.pull import Options, missing_there

    with serving(), linked(corpus, url, key, project, program, layers_of(layers)) as link:
        found: list[Seen] = []
        for seen in _scan(link, Options(write=False)):
            found.append(seen)
        ids = {s.record for s in found}
        found += missing_there(link.corpus, ids)
        if format_ == "json":
            rows = [_row(s) for s in found]
            body = {"server": link.client.url, "project": link.project, "title": link.name, "tasks": rows}
            emit(format(encode(body), indent=2) + b"\n", None)
        else:
            _table(link, found, all)


def _row(seen: "Seen") -> dict[str, object]:
    findings = [{"code": f.code, "message": f.message, "url": f.file} for f in seen.findings]
    return {
        "record": seen.record, "task": seen.task, "status": seen.status, "annotators": seen.annotators,
        "drafts": seen.drafts, "skipped": seen.skipped, "url": seen.url or None, "findings": findings,
    }  # fmt: skip


def _by(seen: "Seen") -> list[str]:
    """Who had to do with a task."""
    return [*seen.annotators, *(f"{d} (draft)" for d in seen.drafts), *(f"{k} (skipped)" for k in seen.skipped)]


def _table(link: Link, found: list["Seen"], all: bool) -> None:
    counts = Counter(s.status for s in found)
    quiet = ("untouched", "pulled")
    rows = [s for s in found if all or s.status not in quiet]
    if rows:
        cells = [(s.record, s.status, ", ".join(_by(s)), s.url) for s in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:  # unwrapped, whatever the terminal's width: addresses stay whole
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            out.print(line.rstrip(), markup=False, soft_wrap=True)
    stand = ", ".join(f"{n} {status}" for status, n in sorted(counts.items(), key=lambda c: -c[1]))
    out.print(f"“{link.name}”, {link.url}", markup=False)
    out.print(f"{count(len(found), 'record')}: {stand}" if found else "no tasks, no records", markup=False)
    if counts["submitted"]:
        out.print(f"pull with `onrecord labelstudio pull {link.corpus.root}`", markup=False)
