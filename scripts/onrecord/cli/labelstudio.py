"""`onrecord labelstudio`: records to Label Studio and back."""

from collections import Counter
from pathlib import Path
from typing import Annotated

import typer
from msgspec import DecodeError
from msgspec.json import decode, encode, format

from .. import store
from ..run import validate
from ..validate import check_source, read
from .base import Output, emit, err, fail, finding, show, stopping, usage

studio = typer.Typer(no_args_is_help=True, help="Records to Label Studio and back.")


@studio.command("config")
def studio_config(output: Output = None) -> None:
    """Print the labelling configuration."""
    from ..labelstudio import config

    emit(config().encode(), output)


@studio.command("export")
def studio_export(
    records: Annotated[list[Path], typer.Argument(help="Records, folders of records, or a corpus.")],
    output: Output = None,
) -> None:
    """Write records as Label Studio tasks, each proven to lead back to its record."""
    from ..labelstudio import RoundTripError, prove

    tasks, findings = [], []
    with stopping():
        for _, record, found in validate(records):
            findings += found
            if record is not None and not any(f.severity == "error" for f in found):
                try:
                    tasks.append(prove(record))
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
    """Make records of a Label Studio export; a record with errors is not written."""
    from ..labelstudio import from_export

    raw, unreadable = read(export)
    if raw is None:
        fail([unreadable] if unreadable else [])
    try:
        tasks = decode(raw)
    except (DecodeError, RecursionError) as error:
        fail([finding("LST001", export, f"this is no Label Studio export: {error}", "export the project in JSON form")])
    read_back = list(from_export(tasks, str(export)))
    ids = Counter(record.id for record, _ in read_back if record is not None)
    bad = written = 0
    for record, findings in read_back:
        if record is not None:
            content = store.canonical(record)
            path = output / f"{record.id}.json"
            _, faults = check_source(content, str(path))
            findings = [*findings, *faults]
            if ids[record.id] > 1:
                message = f"{ids[record.id]} tasks are of the record {record.id}"
                findings.append(finding("LST010", export, message, "delete all but one in Label Studio"))
            if not any(f.severity == "error" for f in findings):
                emit(content, path)
                written += 1
        show(findings)
        bad += any(f.severity == "error" for f in findings)
    err.print(f"{written} record(s) written to {output}" + (f", {bad} not written" if bad else ""))
    if bad:
        raise typer.Exit(1)
