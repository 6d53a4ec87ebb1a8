"""`onrecord migrate`: records to a corrected text, or to the present schema."""

import os
from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from msgspec.json import encode, format
from rich.table import Table
from rich.text import Text

from .. import store
from ..fates import Fate, Migration, MigrationError
from ..files.names import fault
from ..files.reading import stays
from ..finding import Finding
from ..locating import in_article, unplaced
from ..positions import Positions
from ..validate import check_source, given_twice, parse, read
from .base import AllowRoot, emit, err, fail, finding, load, now, show, there, usage

_LOST = 0.8
"""If a greater share of the marks is lost, it was another article."""
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
    for path in (output, report):
        if path is not None and path.is_dir():
            usage(f"{path} is a folder; name a file")
    there(record, *([text] if text else []))
    stays(record)
    if report is not None and text is None:
        usage("--report goes with --text")
    if report is not None and any(_same(report, p) for p in (record, text, output)):
        usage(f"the report would overwrite {report}; name another file")
    if text is not None and _same(text, output or record):
        usage(f"the record would overwrite {text}; name another file with -o")
    if text is None:
        _upgrade(record, output)
    else:
        _migrate(record, text, output, report, force)


def _same(one: Path, other: Path | None) -> bool:
    """Whether two paths are of one file, be it there or not."""
    return other is not None and os.path.realpath(one) == os.path.realpath(other)


def _migrate(path: Path, article: Path, output: Path | None, report: Path | None, force: bool) -> None:
    from ..ingest import decode
    from ..migrate import migrate

    old = load(path)
    raw, unreadable = read(article, expand=True)
    if raw is None:
        fail([unreadable] if unreadable else [])
    try:
        text = decode(raw)
    except ValueError as error:
        fail([finding("ING001", article, str(error), "an article is plain text in UTF-8")])
    try:
        done = migrate(old, text, now())
    except MigrationError as error:
        fail([finding("MIG003", path, f"nothing was written: {error}", "correct the record, or report this as a bug")])
    marks = [f.fate for f in done.fates if f.old_at and f.kind != "segment"]
    if marks and not force and marks.count("lost") > _LOST * len(marks):
        usage(
            f"{article} is hardly the same article: {marks.count('lost')} of {len(marks)} marks would be lost; "
            "name the corrected text of this article, or say --force"
        )
    before, _ = read(path, expand=True)
    if report is not None:
        emit(_as_json(done, old.text_sha256), report)
    if text == old.text:
        err.print(f"{path}: nothing to migrate, the text is the same", markup=False)
        _copy(before, path, output)
        return
    _show(done)
    content = store.canonical(done.record)
    _, found = check_source(content, str(output or path))
    known = {(f.code, f.item) for f in check_source(before or b"", str(path))[1]}
    _write(content, [f for f in found if f.severity == "error" or (f.code, f.item) not in known], path, output, article)
    if path.parent.name != "records" or fault(old.metadata.source_file) or not (output is None or _same(path, output)):
        return
    if (stored := path.parent.parent / "raw" / old.metadata.source_file).is_file():
        err.print(f"this corpus's raw article is now {article}; put it in the place of {stored}", markup=False)


def _upgrade(path: Path, output: Path | None) -> None:
    from ..upgrade import NewerVersion, UpgradeError, upgrade

    raw, unreadable = read(path, expand=True)
    if raw is None:
        fail([unreadable] if unreadable else [])
    value, source, found = parse(raw, str(path))
    if not found and not isinstance(value, dict):
        found = [finding("MIG001", path, "this is no record", "name a record", "")]
    if not found:
        found = list(given_twice(Positions(source), str(path)))
    if found:
        fail(found)
    try:
        made, applied = upgrade(value)
    except NewerVersion as error:
        fail([finding("MIG002", path, str(error), "pip install --upgrade onrecord", "/schema_version")])
    except UpgradeError as error:
        fail([finding("MIG001", path, str(error), "check schema_version and the record", "/schema_version")])
    if not applied:
        err.print(f"{path}: already of schema {store.schema_version()}", markup=False)
        _copy(raw, path, output)
        return
    for step in applied:
        err.print(f"{step.before} → {step.after}: {step.description}", markup=False)
    content = store.canonical(made)
    _write(content, check_source(content, str(output or path))[1], path, output)


def _copy(raw: bytes | None, path: Path, output: Path | None) -> None:
    """What did not change is not written anew, but it stands where it was asked for."""
    if raw is not None and output is not None and not _same(path, output):
        emit(raw, output)


def _write(
    content: bytes, findings: list[Finding], path: Path, output: Path | None, article: Path | None = None
) -> None:
    """Write the new record and show what is wrong with it; a faulty one never takes the place of the old one.

    What is found in a record that is not written names its place in the `article`, or none.
    """
    errors = sum(f.severity == "error" for f in findings)
    kept = bool(errors) and (output is None or _same(path, output))
    if kept and article is not None:
        findings = [in_article(f, str(article), written=False) for f in findings]
    elif kept:
        findings = [unplaced(f, str(path)) for f in findings]
    show(findings)
    if kept:
        message = f"{path} was not written: the new record has {errors} error(s), the old one has none; write it elsewhere with -o and correct it"
        err.print(message, style="red", markup=False)
        raise typer.Exit(1)
    emit(content, output or path)
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


def _show(done: Migration) -> None:
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


def _line(f: Fate) -> Text:
    words = " → ".join(w for w in (_words(f.old), _words(f.new)) if w)
    why = f" ({f.why})" if f.why else ""
    return Text.assemble((f"{f.fate:8}", _STYLE[f.fate]), f"{f.pointer} {f.id or ''}".rstrip(), f"  {words}{why}")


def _as_json(done: Migration, before: str) -> bytes:
    body = {
        "record": done.record.id,
        "from": before,
        "to": done.record.text_sha256,
        "counts": {fate: sum(f.fate == fate for f in done.fates) for fate in _STYLE},
        "fates": done.fates,
    }
    return format(encode(body), indent=2) + b"\n"
