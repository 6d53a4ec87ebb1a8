"""`onrecord studio`: Label Studio on the corpus, in one command."""

import signal
import time
import webbrowser
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .base import AllowRoot, count, err, out, show, usage
from .labelstudio import Layers, layers_of
from .transfer import (
    CorpusFolder,
    Key,
    Program,
    Project,
    Push,
    Url,
    Way,
    corpus_folder,
    meant,
    note,
    pull_all,
    pushed,
    reached,
    serving,
    told,
)

if TYPE_CHECKING:
    from ..labelstudio.sync.connection import Account, Client, Target


def studio_command(
    corpus: CorpusFolder = Path("corpus"),
    port: Annotated[
        int | None, typer.Option(min=1, max=65535, help="Port; without it the first free one from 8080 on.")
    ] = None,
    browser: Annotated[
        bool | None, typer.Option("--browser/--no-browser", help="Open the page; by default on a terminal.")
    ] = None,
    email: Annotated[
        str | None,
        typer.Option(
            help="Your mail address: records name you by it. For the first start; annotator@localhost without it."
        ),
    ] = None,
    pull: Annotated[bool, typer.Option("--pull", help="Pull what was submitted when it is stopped.")] = False,
    url: Url = None,
    key: Key = None,
    project: Project = None,
    as_: Push = "annotations",
    layers: Layers = None,
    program: Program = None,
    allow_root: AllowRoot = None,
) -> None:
    """Annotate a corpus in the browser: start Label Studio on this machine, push the records, print the address."""
    corpus_folder(corpus)
    shows = layers_of(layers)
    with serving():
        where = meant(corpus, url, key, project, shows)
        if where.address is not None:
            asked = {"--email": email, "--port": port, "--pull": pull or None, "--browser": browser or None}
            if idle := [option for option, value in asked.items() if value is not None]:
                usage(
                    f"{idle[0]} is for the corpus's own server, and {where.url} is none; your API key says who you are"
                )
            failed = _remote(corpus, where, as_, shows)
        else:
            with _signals():
                failed = _local(corpus, port, program, where.project, as_, shows, pull, browser, email)
    if failed:
        raise typer.Exit(1)


def _remote(corpus: Path, where: "Target", as_: Way, shows: list[str] | None) -> bool:
    """Push to somebody else's server; nothing is started."""
    with reached(corpus, where, None) as client:
        project, done, records = pushed(client, corpus, where.project, as_, own=False, layers=shows)
        show(records.findings)
        out.print(f"{told(done, records.bad)}", markup=False)
        out.print(f"annotate at    {client.url}/projects/{project}/data", markup=False)
        out.print(f"then           {_pull(corpus, shows)}", markup=False)
        return bool(records.findings)


def _local(
    corpus: Path,
    port: int | None,
    program: str | None,
    name: str,
    as_: Way,
    shows: list[str] | None,
    pull: bool,
    browser: bool | None,
    email: str | None,
) -> bool:
    from ..labelstudio.sync.connection import Client, ServerError, Studio, served

    first = not Studio(corpus).exists
    if email is not None:
        Studio(corpus).account(email)
    hint = " (the first time takes about half a minute)" if first else ""
    with err.status(f"starting Label Studio{hint}") as status:

        def progress(seconds: float) -> None:
            status.update(f"starting Label Studio{hint}: {seconds:.0f} s")

        with served(corpus, program, port, progress, note) as (url, account, process):
            status.stop()
            client = Client(url, account.token, note, label="studio")
            project, done, records = pushed(client, corpus, name, as_, own=True, layers=shows)
            show(records.findings)
            try:
                _tell(url, project, account, told(done, records.bad), process is not None, browser)
                while process is not None and not process.ended:
                    time.sleep(0.2)
            except KeyboardInterrupt:
                return _farewell(client, corpus, project, name, shows, pull) or bool(records.findings)
            if process is None:
                return bool(records.findings)
            raise ServerError(f"Label Studio stopped by itself (its log: {Studio(corpus).log})")


def _tell(url: str, project: int, account: "Account", pushed: str, ours: bool, browser: bool | None) -> None:
    """Where to annotate and how to log in; the page is opened where somebody sits."""
    page = f"/projects/{project}/data"
    rows = [pushed, f"annotate at    {url}{page}", f"log in with    {account.email}"]
    rows += [f"password       {account.password}"]
    rows += ["stop it with   Ctrl-C" if ours else "it runs already, started elsewhere; stop it there"]
    for row in rows:
        out.print(row, markup=False)
    out.file.flush()
    if browser or (browser is None and out.is_terminal):
        webbrowser.open(f"{url}/user/login/?next={page}")


def _pull(corpus: Path, shows: list[str] | None) -> str:
    """The command that pulls."""
    layers = f" --layers {','.join(shows)}" if shows else ""
    return f"onrecord labelstudio pull {corpus}{layers}"


def _farewell(client: "Client", corpus: Path, project: int, name: str, shows: list[str] | None, pull: bool) -> bool:
    """What was submitted and is not pulled yet, told before the server goes; or pulled, if asked for."""
    from ..labelstudio.sync.connection import Options, ServerError, connect, corpus_of, credited
    from ..labelstudio.sync.connection import pull as look

    try:
        with connect(client, corpus_of(corpus), project, name) as connected:
            if pull:
                return pull_all(connected, Options(credit=credited(corpus)))
            with err.status("looking what was submitted; Ctrl-C again to stop at once"):
                seen = look(client, project, connected.corpus, connected.state, Options(write=False))
                waiting = [s for s in seen if s.status not in _DONE]
    except KeyboardInterrupt:
        err.print("stopped; what was submitted is kept, and pulled with `onrecord labelstudio pull`")
        return False
    except ServerError as error:
        err.print(f"stopped; what was submitted could not be looked at: {error}", markup=False)
        return False
    for s in waiting[:20]:
        by = ", ".join((*s.annotators, *s.drafts, *s.skipped))
        err.print(f"{s.status:12} {s.record}  {by}", markup=False)
    if any(s.status in _PULLABLE for s in waiting):
        n = sum(s.status in _PULLABLE for s in waiting)
        err.print(f"stopped; {count(n, 'record')} not pulled yet: {_pull(corpus, shows)}", markup=False)
    else:
        err.print("stopped; nothing is left to pull", markup=False)
    return False


_DONE = ("untouched", "pulled", "changed here")
_PULLABLE = ("submitted", "conflicting", "faulty", "other text")


@contextmanager
def _signals() -> Iterator[None]:
    """A request to end, or a terminal that closes, is as Ctrl-C: the server does not outlive this command."""

    def interrupt(number: int, frame: object) -> None:
        raise KeyboardInterrupt

    names = [s for s in ("SIGTERM", "SIGHUP") if hasattr(signal, s)]
    before = {name: signal.signal(getattr(signal, name), interrupt) for name in names}
    try:
        yield
    except KeyboardInterrupt:  # before there was anything to tell
        err.print("stopped")
        raise typer.Exit(130) from None
    finally:
        for name, handler in before.items():
            signal.signal(getattr(signal, name), handler)
