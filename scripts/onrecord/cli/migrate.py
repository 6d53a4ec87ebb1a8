"""`onrecord migrate`: records to a corrected text, or to the present schema."""

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from msgspec.json import encode, format
from rich.table import Table
from rich.text import Text

from ..files.reading import stays
from ..model import specification
from .base import AllowRoot, emit, err, now, show, there, usage

if TYPE_CHECKING:
    from ..migrate.fates import Fate, Migration
    from ..migrate.renewing import Renewed

_STYLE = {"kept": "green", "moved": "cyan", "changed": "bold yellow", "lost": "bold red", "new": "bold blue"}


def migrate_command(
    record: Annotated[Path, typer.Argument(help="A record; without -o, the new one takes its place.")],
    text: Annotated[
        Path | None,
        typer.Option(
            "--text", help="The corrected article: plain text, UTF-8. Without it, only the schema is upgraded."
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File to write instead.")] = None,
    report: Annotated[
        Path | None, typer.Option("--report", help="Write the fate of everything to this JSON file.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Migrate also to a text that hardly any of the marks is found in.")
    ] = False,
    allow_root: AllowRoot = None,
) -> None:
    """Move annotations to the corrected text of their article, or a record to the present schema."""
    from ..migrate.renewing import same

    for path in (output, report):
        if path is not None and path.is_dir():
            usage(f"{path} is a folder; name a file")
    there(record, *([text] if text else []))
    stays(record)
    if report is not None and text is None:
        usage("--report goes with --text")
    if report is not None and any(same(report, p) for p in (record, text, output)):
        usage(f"the report would overwrite {report}; name another file")
    if text is not None and same(text, output or record):
        usage(f"the record would overwrite {text}; name another file with -o")
    if text is None:
        _upgrade(record, output)
    else:
        _migrate(record, text, output, report, force)


def _migrate(path: Path, article: Path, output: Path | None, report: Path | None, force: bool) -> None:
    from ..migrate.renewing import OtherArticle, migrated, raw_article, renewed, same

    try:
        moved = migrated(path, article, now(), force=force)
    except OtherArticle as error:
        usage(f"{error}; name the corrected text of this article, or say --force")
    if report is not None:
        emit(_as_json(moved.done, moved.old.text_sha256), report)
    if moved.same:
        err.print(f"{path}: nothing to migrate, the text is the same", markup=False)
        _copy(moved.before, path, output)
        return
    _show(moved.done)
    _write(renewed(moved, path, article, output), path, output)
    if (output is None or same(path, output)) and (stored := raw_article(path, moved.old)):
        err.print(f"this corpus's raw article is now {article}; put it in the place of {stored}", markup=False)


def _upgrade(path: Path, output: Path | None) -> None:
    from ..migrate.renewing import upgraded

    applied, made = upgraded(path, output)
    if not applied:
        err.print(f"{path}: already of schema {specification.schema_version()}", markup=False)
        _copy(made.before, path, output)
        return
    for step in applied:
        err.print(f"{step.before} → {step.after}: {step.description}", markup=False)
    _write(made, path, output)


def _copy(raw: bytes, path: Path, output: Path | None) -> None:
    """What did not change is not written anew, but it stands where it was asked for."""
    from ..migrate.renewing import same

    if output is not None and not same(path, output):
        emit(raw, output)


def _write(made: "Renewed", path: Path, output: Path | None) -> None:
    """Write the new record and show what is wrong with it; a faulty one never takes the place of the old one."""
    errors = sum(f.severity == "error" for f in made.findings)
    show(made.findings)
    if made.kept:
        message = f"{path} was not written: the new record has {errors} error(s), the old one has none; write it elsewhere with -o and correct it"
        err.print(message, style="red", markup=False)
        raise typer.Exit(1)
    emit(made.content, output or path)
    err.print(f"written to {output or path}", markup=False)
    if errors:
        raise typer.Exit(1)


def _words(words: str | None) -> str:
    """Words on one line, control characters visible, a long middle left out."""
    if words is None:
        return ""
    if len(words) > 80:
        words = f"{words[:40]} … {words[-40:]}"
    return "“" + "".join(c if c.isprintable() else "·" for c in words) + "”"


def _show(done: "Migration") -> None:
    counts: dict[str, Counter[str]] = {}
    for f in done.fates:
        counts.setdefault(f.kind, Counter())[f.fate] += 1
    table = Table("", *_STYLE, box=None)
    for kind, count in counts.items():
        table.add_row(kind, *(str(count[fate] or "") for fate in _STYLE))
    err.print(table)
    for f in done.fates:
        if f.fate in ("changed", "lost", "new"):
            err.print(_line(f))


def _line(f: "Fate") -> Text:
    words = " → ".join(w for w in (_words(f.old), _words(f.new)) if w)
    why = f" ({f.why})" if f.why else ""
    return Text.assemble((f"{f.fate:8}", _STYLE[f.fate]), f"{f.pointer} {f.id or ''}".rstrip(), f"  {words}{why}")


def _as_json(done: "Migration", before: str) -> bytes:
    body = {
        "record": done.record.id,
        "from": before,
        "to": done.record.text_sha256,
        "counts": {fate: sum(f.fate == fate for f in done.fates) for fate in _STYLE},
        "fates": done.fates,
    }
    return format(encode(body), indent=2) + b"\n"
