"""`onrecord labelstudio status`: how a corpus and its project on a server stand to each other."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec.json import encode, format

from ..checking.report.visible import visible
from .base import AllowRoot, count, emit, out
from .labelstudio import Layers, layers_of
from .transfer import CorpusFolder, Key, Program, Project, Url, connection_to, scan, serving

if TYPE_CHECKING:
    from ..labelstudio.sync.connection import Connection, Seen


def status_command(
    corpus: CorpusFolder = Path("corpus"),
    url: Url = None,
    key: Key = None,
    project: Project = None,
    format_: Annotated[Literal["text", "json"], typer.Option("--format", help="How to report.")] = "text",
    all: Annotated[bool, typer.Option("--all", help="List tasks that want nothing, too.")] = False,
    layers: Layers = None,
    program: Program = None,
    allow_root: AllowRoot = None,
) -> None:
    """Show how each task stands: untouched, in work, submitted, pulled, conflicting, missing here or there; writes nothing."""
    from ..labelstudio.sync.connection import Options, missing_there

    with serving(), connection_to(corpus, url, key, project, program, layers_of(layers)) as connected:
        found: list[Seen] = []
        for seen in scan(connected, Options(write=False)):
            found.append(seen)
        ids = {s.record for s in found}
        found += missing_there(connected.corpus, ids)
        if format_ == "json":
            rows = [_row(s) for s in found]
            body = {
                "server": connected.client.url,
                "project": connected.project,
                "title": connected.name,
                "tasks": rows,
            }
            emit(format(encode(body), indent=2) + b"\n", None)
        else:
            _table(connected, found, all)


def _row(seen: "Seen") -> dict[str, object]:
    findings = [{"code": f.code, "message": f.message, "url": f.file} for f in seen.findings]
    return {
        "record": seen.record, "task": seen.task, "status": seen.status, "annotators": seen.annotators,
        "drafts": seen.drafts, "skipped": seen.skipped, "url": seen.url or None, "findings": findings,
    }  # fmt: skip


def _by(seen: "Seen") -> list[str]:
    """Who had to do with a task."""
    return [*seen.annotators, *(f"{d} (draft)" for d in seen.drafts), *(f"{k} (skipped)" for k in seen.skipped)]


def _table(connected: "Connection", found: list["Seen"], all: bool) -> None:
    counts = Counter(s.status for s in found)
    quiet = ("untouched", "pulled")
    rows = [s for s in found if all or s.status not in quiet]
    if rows:
        cells = [(s.record, s.status, ", ".join(_by(s)), s.url) for s in rows]
        widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
        for row in cells:  # unwrapped, whatever the terminal's width: addresses stay whole
            line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
            out.print(visible(line.rstrip()), markup=False, soft_wrap=True)
    stand = ", ".join(f"{n} {status}" for status, n in sorted(counts.items(), key=lambda c: -c[1]))
    out.print(f"“{connected.name}”, {connected.url}", markup=False)
    out.print(f"{count(len(found), 'record')}: {stand}" if found else "no tasks, no records", markup=False)
    if counts["submitted"]:
        out.print(f"pull with `onrecord labelstudio pull {connected.corpus.root}`", markup=False)
