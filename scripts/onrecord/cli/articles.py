"""`onrecord ingest`, `anchor` and `agreement`: from articles to annotated records, and two annotations compared."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.json import decode, encode
from msgspec.structs import replace

from .. import store
from ..files.names import file_name, under
from ..files.writing import is_file
from ..finding import Finding, Related, excerpt
from ..locating import in_article
from ..positions import Positions
from ..record import Record
from ..validate import check_source, given_twice, parse, read
from .base import Output, distinct, emit, fail, finding, load, now, out, show, there, usage

if TYPE_CHECKING:
    from ..anchor import Problem


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
    from ..ingest import ingest as make

    if output is None and len(files) > 1:
        usage("several articles need a folder: -o DIR")
    single = output is not None and output.suffix == ".json" and not output.is_dir()
    if single and len(files) > 1:
        usage(f"several articles can't go into one file: {output}")
    there(*files)
    stamp = now()
    findings: list[Finding] = []
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
                guidelines=_plain(guidelines),
                now=stamp,
                language=_plain(language),
                rights=_plain(rights),
            )
        except ValueError as error:
            findings.append(finding("ING001", file, str(error), "an article is plain text in UTF-8"))
            continue
        content = store.canonical(draft)
        path = None if output is None else output if single else under(output, file_name(draft.id))
        _, faults = check_source(content, str(path or file))
        wrong = any(f.severity == "error" for f in faults)
        findings += [in_article(f, str(file), written=path is not None and not wrong) for f in faults]
        if wrong:
            continue
        if path is not None:
            distinct(path, *files)
            if path.is_dir():
                usage(f"{path} is a folder")
            if is_file(path) and path.exists() and not force and read(path)[0] != content:
                usage(f"{path} exists; --force overwrites it")
        emit(content, path)
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
    from ..anchor import anchor as put

    there(draft, marks)
    distinct(output, draft, marks)
    record = load(draft)
    raw, unreadable = read(marks, expand=True)
    if raw is None:
        fail([unreadable] if unreadable else [])
    wanted, source, found = parse(raw, str(marks))
    positions = Positions(source)
    if not found:
        found = list(given_twice(positions, str(marks)))
    if found:
        fail(found)
    made, problems = put(record, wanted)
    if problems:
        fail([_unfound(p, record, str(draft), str(marks), positions) for p in problems])
    made.record["annotation"]["modified"] = now()
    content = store.canonical(made.record)
    drafted = Positions((read(draft, expand=True)[0] or b"").decode("utf-8", "replace"))

    def place(pointer: str | None) -> dict[str, Any]:
        """The file, pointer, line and column of what the new record has at a pointer: in the marks, or the draft."""
        if pointer is None:
            return {"file": str(marks), "pointer": None, "line": None, "column": None}
        mine = made.origin(pointer)
        file, where = (draft, drafted) if mine is None else (marks, positions)
        nearest = where.nearest(pointer if mine is None else mine)
        line, column = where.place(nearest)
        return {"file": str(file), "pointer": nearest, "line": line, "column": column}

    _, findings = check_source(content, str(marks))
    moved = [
        replace(f, **place(f.pointer), edits=(), related=tuple(replace(r, **place(r.pointer)) for r in f.related))
        for f in findings
    ]
    if any(f.severity == "error" for f in moved):
        fail(moved)
    show(moved)
    emit(store.canonical(decode(encode(made.record), type=Record)), output)


_PLACES = 5
"""Places that are shown of words that stand more than once."""


def _unfound(problem: "Problem", record: Record, draft: str, marks: str, positions: Positions) -> Finding:
    """The finding for a place that could not be resolved; of words that stand twice, where they stand."""
    fix = "quote the words as they stand in the article (corpus/GUIDELINES.md, “Writing it down”)"
    found = finding("MRK002", Path(marks), problem.message, fix, problem.pointer)
    line, column = positions.place(problem.pointer)
    related = []
    for start, end in problem.places[:_PLACES]:
        at = record.text.count("\n", 0, start) + 1, start - record.text.rfind("\n", 0, start)
        message = f"in line {at[0]}, column {at[1]} of the article"
        related.append(Related(message, draft, "/text", None, None, excerpt(record.text, start, end)))
    return replace(found, line=line, column=column, related=tuple(related))


def agreement_command(
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
