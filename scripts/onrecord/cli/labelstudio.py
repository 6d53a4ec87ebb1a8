"""`onrecord labelstudio`: records to Label Studio and back."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from msgspec import DecodeError
from msgspec.json import decode, encode, format

from ..run import validate
from ..validate import read
from .base import Output, emit, err, fail, finding, show, stopping, usage

Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--layers",
        help="What a pass shows: entities, times, quotes, claims, events; several with commas. The rest travels unseen.",
        metavar="LAYERS",
    ),
]


def _layers(given: list[str] | None) -> list[str] | None:
    """The layers of `--layers`, comma-separated or repeated."""
    from ..labelstudio import passes

    try:
        return (
            None if given is None else list(passes(x.strip() for part in given for x in part.split(",") if x.strip()))
        )
    except ValueError as error:
        usage(str(error))


studio = typer.Typer(no_args_is_help=True, help="Records to Label Studio and back.")


@studio.command("config")
def studio_config(output: Output = None, layers: Layers = None) -> None:
    """Print the labelling configuration, of all layers or of a pass over some."""
    from ..labelstudio import config

    emit(config(_layers(layers)).encode(), output)


@studio.command("export")
def studio_export(
    records: Annotated[list[Path], typer.Argument(help="Records, folders of records, or a corpus.")],
    output: Output = None,
    layers: Layers = None,
) -> None:
    """Write records as Label Studio tasks, each proven to lead back to its record.

    A task says which layers it shows; `import` needs no option.
    """
    from ..labelstudio import RoundTripError, prove

    shows = _layers(layers)
    tasks, findings = [], []
    with stopping():
        for _, record, found in validate(records):
            findings += found
            if record is not None and not any(f.severity == "error" for f in found):
                try:
                    tasks.append(prove(record, shows))
                except RoundTripError as error:
                    usage(str(error))
    show(findings)
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(1)
    emit(format(encode(tasks), indent=1) + b"\n", output)


@studio.command("import")
def studio_import(
    export: Annotated[Path, typer.Argument(help="What Label Studio exports, JSON form.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the records.")],
) -> None:
    """Make records of a Label Studio export.

    One with errors is not written: its task goes to ID.rejected.json, its findings to ID.rejected.txt beside.
    """
    from ..labelstudio import from_task, land, record_id, tasks_of

    raw, unreadable = read(export)
    if raw is None:
        fail([unreadable] if unreadable else [])
    try:
        tasks = decode(raw)
    except (DecodeError, RecursionError) as error:
        fail([finding("LST001", export, f"this is no Label Studio export: {error}", "export the project in JSON form")])
    found, unlisted = tasks_of(tasks, str(export))
    if unlisted:
        fail([unlisted])
    read_back = [(task, *from_task(task, str(export), f"/{i}")) for i, task in enumerate(found)]
    ids = Counter(record.id for _, record, _ in read_back if record is not None)
    bad = written = 0
    names = Counter(record_id(task) for task in found)
    for i, (task, record, findings) in enumerate(read_back):
        if record is not None and ids[record.id] > 1:
            message = f"{ids[record.id]} tasks are of the record {record.id}"
            findings = [*findings, finding("LST010", export, message, "delete all but one in Label Studio")]
        with stopping():
            name = record_id(task)
            landed = land(output, record, task, findings, None if names[name] == 1 else f"{name}.{i}")
        show(landed.findings)
        written += landed.valid
        bad += not landed.valid
    err.print(f"{written} record(s) written to {output}" + (f", {bad} not: see *.rejected.txt there" if bad else ""))
    if bad:
        raise typer.Exit(1)
