"""`onrecord ingest`, `anchor` and `agreement`: from articles to annotated records, and two annotations compared."""

from pathlib import Path
from typing import Annotated

import typer

from ..files.names import file_name, under
from ..findings.finding import Finding
from .base import Output, distinct, emit, fail, load, now, out, show, there, usage


def _plain(option: str) -> str:
    """An option as text; bytes that are no UTF-8 become question marks."""
    return option.encode("utf-8", "replace").decode()


def ingest_command(
    files: Annotated[list[Path], typer.Argument(help="Raw articles: plain text, UTF-8.")],
    output: Output = None,
    language: Annotated[str, typer.Option(help="BCP 47 tag of the articles' language.")] = "und",
    rights: Annotated[str, typer.Option(help="Who holds the rights in the text, or its licence.")] = "",
    guidelines: Annotated[str, typer.Option(help="Version of the guidelines to annotate by.")] = "1.0.0",
    force: Annotated[bool, typer.Option("--force", help="Overwrite an existing record.")] = False,
) -> None:
    """Make draft records of raw articles."""
    from ..marks.annotating import draft

    if output is None and len(files) > 1:
        usage("several articles need a folder: -o DIR")
    single = output is not None and output.suffix == ".json" and not output.is_dir()
    if single and len(files) > 1:
        usage(f"several articles can't go into one file: {output}")
    there(*files)

    def place(id: str) -> Path | None:
        return output if output is None or single else under(output, file_name(id))

    stamp = now()
    findings: list[Finding] = []
    for file in files:
        made = draft(
            file, place, language=_plain(language), rights=_plain(rights), guidelines=_plain(guidelines), now=stamp
        )
        findings += made.findings
        if made.content is None:
            continue
        if (path := made.path) is not None:
            distinct(path, *files)
            if path.is_dir():
                usage(f"{path} is a folder")
            if made.taken and not force:
                usage(f"{path} exists; --force overwrites it")
        emit(made.content, path)
    if any(f.severity == "error" for f in findings):
        fail(findings)
    show(findings)


def anchor_command(
    draft: Annotated[Path, typer.Argument(help="A record, as `onrecord ingest` makes it.")],
    marks: Annotated[
        Path, typer.Argument(help="Marks file: the record's form, spans as quoted places (corpus/GUIDELINES.md).")
    ],
    output: Output = None,
) -> None:
    """Put marks given as quoted words onto an article."""
    from ..marks.annotating import anchored

    there(draft, marks)
    distinct(output, draft, marks)
    content, findings = anchored(draft, marks, now())
    show(findings)
    emit(content, output)


def agreement_command(
    first: Annotated[Path, typer.Argument(help="A record.")],
    second: Annotated[Path, typer.Argument(help="Another annotation of the same article.")],
) -> None:
    """Measure how far two annotations of an article agree."""
    from rich.table import Table

    from ..compare.agreement import compare

    try:
        scores = compare(load(first), load(second))
    except ValueError as error:
        usage(str(error))
    table = Table("metric", "score", "first", "second", "matched", box=None)
    for s in scores:
        table.add_row(s.name, f"{s.value:.2f}", str(s.first), str(s.second), f"{s.matched:g}")
    out.print(table)
