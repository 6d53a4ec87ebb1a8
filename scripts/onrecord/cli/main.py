"""The commands: parse, call, report, exit."""

from pathlib import Path
from typing import Annotated

import typer
from msgspec.json import decode, encode

from .. import __version__, store
from ..positions import Positions
from ..record import Record
from ..validate import check_source, parse, read
from .base import Output, emit, fail, finding, load, now, out, show, usage
from .checking import format_command, validate_command
from .dataset import build_command, rehydrate_command, unbuild_command
from .labelstudio import studio
from .migrate import migrate_command
from .publish import publish_command
from .rules import rules_command
from .status import status_command
from .studio import studio_command

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Raw news articles to validated annotated records, and on to Label Studio and Hugging Face.",
)
app.add_typer(studio, name="labelstudio")


def version(value: bool) -> None:
    if value:
        out.print(f"onrecord {__version__}, record schema {store.schema_version()}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the versions.")
    ] = False,
) -> None:
    pass


@app.command()
def ingest(
    files: Annotated[list[Path], typer.Argument(help="Raw articles: plain text, UTF-8.")],
    output: Output = None,
    language: Annotated[str, typer.Option(help="BCP 47 tag of the articles' language.")] = "und",
    rights: Annotated[str, typer.Option(help="Who holds the rights in the text, or its licence.")] = "",
    guidelines: Annotated[str, typer.Option(help="Version of the guidelines to annotate by.")] = "1.0.0",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing record.")] = False,
) -> None:
    """Make draft records of raw articles."""
    from ..ingest import ingest as make

    if output is None and len(files) > 1:
        usage("several articles need a folder: -o DIR")
    single = output is not None and output.suffix == ".json" and not output.is_dir()
    if single and len(files) > 1:
        usage(f"several articles can't go into one file: {output}")
    stamp = now()
    rights = rights.encode("utf-8", "replace").decode()
    findings = []
    for file in files:
        raw, unreadable = read(file)
        if raw is None:
            findings += [unreadable] if unreadable else []
            continue
        try:
            draft = make(
                raw,
                file.name,
                schema_version=store.schema_version(),
                guidelines=guidelines,
                now=stamp,
                language=language,
                rights=rights,
            )
        except ValueError as error:
            findings.append(finding("ING001", file, str(error), "an article is plain text in UTF-8"))
            continue
        content = store.canonical(draft)
        _, faults = check_source(content, str(file))
        findings += faults
        if any(f.severity == "error" for f in faults):
            continue
        path = None if output is None else output if single else output / f"{draft.id}.json"
        if path is not None and path.is_dir():
            usage(f"{path} is a folder")
        if path is not None and path.exists() and not force and path.read_bytes() != content:
            usage(f"{path} exists; --force overwrites it")
        emit(content, path)
    if any(f.severity == "error" for f in findings):
        fail(findings)
    show(findings)


@app.command()
def anchor(
    draft: Annotated[Path, typer.Argument(help="A record, as `onrecord ingest` makes it.")],
    marks: Annotated[
        Path, typer.Argument(help="Marks file: the record's form, spans as quoted places (corpus/GUIDELINES.md).")
    ],
    output: Output = None,
) -> None:
    """Put marks given as quoted words onto an article."""
    from ..anchor import anchor as put

    record = load(draft)
    raw, unreadable = read(marks)
    if raw is None:
        fail([unreadable] if unreadable else [])
    wanted, source, found = parse(raw, str(marks))
    for pointer, _ in [] if found else Positions(source).duplicates:
        found.append(finding("FIL005", marks, f"{pointer} is given twice", "remove one", pointer))
    if found:
        fail(found)
    made, problems = put(record, wanted)
    fix = "quote the words as they stand in the article (corpus/GUIDELINES.md, “Writing it down”)"
    found = [finding("MRK002", marks, p.message, fix, p.pointer) for p in problems]
    if not found:
        made["annotation"]["modified"] = now()
        _, found = check_source(store.canonical(made), str(marks))
    if any(f.severity == "error" for f in found):
        fail(found)
    show(found)
    emit(store.canonical(decode(encode(made), type=Record)), output)


app.command("validate")(validate_command)
app.command("format")(format_command)
app.command("rules")(rules_command)
app.command("migrate")(migrate_command)
app.command("build")(build_command)
app.command("unbuild")(unbuild_command)
app.command("rehydrate")(rehydrate_command)
app.command("publish")(publish_command)
app.command("studio")(studio_command)
studio.command("status")(status_command)


@app.command()
def agreement(
    first: Annotated[Path, typer.Argument(help="A record.")],
    second: Annotated[Path, typer.Argument(help="Another annotation of the same article.")],
) -> None:
    """Measure how far two annotations of an article agree."""
    from rich.table import Table

    from ..agreement import compare

    try:
        scores = compare(load(first), load(second))
    except ValueError as error:
        usage(str(error))
    table = Table("metric", "score", "first", "second", "matched", box=None)
    for s in scores:
        table.add_row(s.name, f"{s.value:.2f}", str(s.first), str(s.second), f"{s.matched:g}")
    out.print(table)
