"""`onrecord labelstudio`: records to Label Studio and back."""

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from msgspec.json import encode, format

from ..checking.run import validate
from ..findings.finding import InvalidData
from .base import AllowRoot, Output, count, distinct, emit, err, now, show, stopping, there, usage

if TYPE_CHECKING:
    from ..labelstudio.exchange.arrivals import Arrivals

Credit = Annotated[bool, typer.Option("--credit", help="Name the annotators in the records that they changed.")]
Layers = Annotated[
    list[str] | None,
    typer.Option(
        "--layers",
        help="What a pass shows: entities, times, quotes, claims, events; several with commas. The rest travels unseen.",
        metavar="LAYERS",
    ),
]


def layers_of(given: list[str] | None) -> list[str] | None:
    """The layers of `--layers`, comma-separated or repeated."""
    from ..labelstudio import passes

    try:
        return (
            None if given is None else list(passes(x.strip() for part in given for x in part.split(",") if x.strip()))
        )
    except ValueError as error:
        usage(str(error))


class Offsets(StrEnum):
    """What an export's offsets count."""

    auto = "auto"
    code_points = "code-points"
    utf16 = "utf-16"
    lf = "lf"
    utf16_lf = "utf-16-lf"


_UNITS: dict[Offsets, Literal["code-points", "utf-16", "lf", "utf-16-lf"] | None] = {
    Offsets.auto: None,
    Offsets.code_points: "code-points",
    Offsets.utf16: "utf-16",
    Offsets.lf: "lf",
    Offsets.utf16_lf: "utf-16-lf",
}
studio = typer.Typer(no_args_is_help=True, help="Records to Label Studio and back.")


@studio.command("config")
def studio_config(output: Output = None, layers: Layers = None) -> None:
    """Print the labelling configuration, of all layers or of a pass over some."""
    from ..labelstudio import config

    emit(config(layers_of(layers)).encode(), output)


@studio.command("export")
def studio_export(
    records: Annotated[list[Path], typer.Argument(help="Records, folders of records, or a corpus.")],
    output: Output = None,
    layers: Layers = None,
    allow_root: AllowRoot = None,
) -> None:
    """Write records as Label Studio tasks, each proven to lead back to its record.

    A task says which layers it shows; `import` needs no option.
    """
    from ..labelstudio import RoundTripError, in_file
    from ..labelstudio.public import to_labelstudio

    shows = layers_of(layers)
    there(*records)
    distinct(output, *records)
    tasks, findings = [], []
    with stopping():
        for file, record, found in validate(records):
            findings += found
            if record is not None and not any(f.severity == "error" for f in found):
                try:
                    tasks.append(to_labelstudio(record, shows))
                except RoundTripError as error:
                    findings += in_file(error.findings, file)
    show(findings)
    if any(f.severity == "error" for f in findings):
        raise typer.Exit(1)
    emit(format(encode(tasks), indent=1) + b"\n", output)


@studio.command("mapping")
def studio_mapping(
    config: Annotated[Path, typer.Argument(help="Another project's labelling configuration (XML).")],
    output: Output = None,
) -> None:
    """Print a first mapping file for another project, to be completed by hand."""
    from ..labelstudio.exchange.arrivals import mapping_start

    there(config)
    distinct(output, config)
    try:
        made = mapping_start(config)
    except ValueError as error:
        usage(f"{config}: {error}")
    emit(made.encode(), output)


@studio.command("import")
def studio_import(
    export: Annotated[Path, typer.Argument(help="What Label Studio exports, JSON form: a file, or a folder of them.")],
    output: Annotated[Path, typer.Option("-o", "--output", help="Folder for the records.")],
    mapping: Annotated[
        Path | None,
        typer.Option(
            "--mapping", help="What another project's labels mean here (TOML or JSON): `labelstudio mapping`."
        ),
    ] = None,
    annotator: Annotated[
        str | None, typer.Option("--annotator", help="Take this annotator's work alone: mail address or number.")
    ] = None,
    by_annotator: Annotated[
        bool, typer.Option("--by-annotator", help="Take everybody's newest work, a folder for each annotator.")
    ] = False,
    drafts: Annotated[bool, typer.Option("--drafts", help="Take drafts that nobody submitted, too.")] = False,
    offsets: Annotated[
        Offsets,
        typer.Option(
            "--offsets",
            help="What offsets count, if the words can't tell: utf-16 before Label Studio 1.4; lf (code points) and "
            "utf-16-lf where a line end \\r\\n counts one.",
        ),
    ] = Offsets.auto,
    raw: Annotated[Path | None, typer.Option("--raw", help="Folder for the articles' texts, as in corpus/raw.")] = None,
    credit: Credit = False,
    force: Annotated[
        bool, typer.Option("--force", help="Overwrite records that another project's tasks were made into before.")
    ] = False,
    complete: Annotated[
        bool, typer.Option("--complete", help="Tasks that nobody annotated yet are errors; else they are only counted.")
    ] = False,
    allow_root: AllowRoot = None,
) -> None:
    """Make records of a Label Studio export.

    One with errors is not written: its task goes to ID.rejected.json, its findings to ID.rejected.txt beside.
    """
    from ..labelstudio import Choice, Landing, imported
    from ..labelstudio.exchange.arrivals import Arrivals, export_files, export_tasks, mapping_of

    if annotator is not None and by_annotator:
        usage("--annotator takes one annotator's work, --by-annotator everybody's; say one of the two")
    there(export, *([mapping] if mapping else []))
    distinct(output, export)
    asked = Choice(annotator, drafts, _UNITS[offsets], credit)
    landings: list[Landing] = []
    means = mapping_of(mapping) if mapping else None
    for file in export_files(export):
        try:
            value, replaced = export_tasks(file, export)
        except InvalidData as error:  # of several files, one is no reason to leave the others
            landings.append(Landing(None, error.findings))
            continue
        show(replaced)
        landings += imported(value, str(file), now(), asked, means, by_annotator)
    if annotator is not None and not landings:
        usage(f"nobody called {annotator} annotated anything in {export}")
    landed = Arrivals(export, output, raw, force, complete, show, lambda place: distinct(place, export))
    with stopping():
        landed.all(landings)
    _tell(landed)
    if landed.bad:
        raise typer.Exit(1)


def _tell(landed: "Arrivals") -> None:
    """What was written, mapped and carried, in a few lines."""
    lost = landed.bad - landed.aside
    told = [f"{count(landed.written, 'record')} written to {landed.output}"]
    told += [f"{landed.aside} not: see *.rejected.txt there"] if landed.aside else []
    told += [f"{lost} made no record, and nothing of it was written: see above"] if lost else []
    err.print(", ".join(told), markup=False)
    if landed.unfinished:
        few = [f"{n} {why}" for why, n in landed.unfinished.items() if why != "untouched"]
        those = f" ({', '.join(few)})" if few else ""
        err.print(f"{count(landed.unfinished.total(), 'task')} not annotated yet{those}", markup=False)
    if landed.again:
        err.print(f"{count(landed.again, 'task')} there more than once, and alike: taken once", markup=False)
    if (tally := landed.tally).results:
        mapped = ", ".join(f"{n} {layer}" for layer, n in tally.mapped.items() if n)
        err.print(
            f"{count(tally.results, 'result')} of another project: {tally.results - tally.carried} mapped "
            f"({mapped or 'nothing'}), {tally.carried} carried along in extensions.labelstudio; "
            f"{count(tally.defaults, 'default')} filled in",
            markup=False,
        )
    if landed.doubts:
        err.print(f"doubtful in these drafts: {landed.doubts}; see onrecord validate {landed.output}", markup=False)
