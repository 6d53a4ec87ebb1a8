"""`onrecord build`, `onrecord unbuild`, `onrecord rehydrate`: the dataset, and back."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from ..checking import report
from ..checking.report.visible import visible
from ..findings.finding import Finding, InvalidData
from .base import AllowRoot, count, err, need, out, show, stopping, terminable, there, usage

Dataset = Annotated[
    str, typer.Argument(help="A dataset's folder, as `onrecord build` makes it, or its name on the Hugging Face Hub.")
]
Folder = Annotated[Path, typer.Option("-o", "--output", help="Folder to make.")]
Revision = Annotated[str | None, typer.Option("--revision", help="Branch, tag or commit on the Hub.")]


@contextmanager
def _one_line(verb: str) -> Iterator[None]:
    """What stops a command is one line and exit code 2; what is wrong with the data, its findings and 1.

    Args:
        verb: what nothing was then.
    """
    from ..dataset.published import Damaged

    try:
        with terminable(), stopping():
            try:
                yield
            except InvalidData as error:
                _nothing(error.findings, verb)
    except Damaged as error:
        _nothing(error.findings, verb)
    except ValueError as error:
        usage(str(error))


def _nothing(findings: list[Finding], verb: str) -> NoReturn:
    show(findings)
    err.print(f"nothing was {verb}: {report.summary(findings, 0).split(': ', 1)[1]}")
    raise typer.Exit(1)


def build_command(
    corpus: Annotated[Path, typer.Argument(help="A corpus: a folder with records/.")] = Path("corpus"),
    output: Folder = Path("build"),
    without_text: Annotated[
        bool,
        typer.Option("--without-text", help="Leave out the articles and the words of spans; hashes and places stay."),
    ] = False,
    tasks: Annotated[bool, typer.Option("--labelstudio/--no-labelstudio", help="Make Label Studio tasks, too.")] = True,
    allow_root: AllowRoot = None,
) -> None:
    """Validate a corpus, prove the way to Label Studio and back, and write tasks and dataset."""
    need("datasets", "datasets", "pyarrow")
    from ..building.building import lines
    from ..building.public import build

    there(corpus)
    with _one_line("built"), err.status("validating") as status:
        summary = build(corpus, output, text=not without_text, labelstudio=tasks, progress=status.update)
    show(summary.warnings)
    if summary.warned > len(summary.warnings):
        err.print(
            f"… and {summary.warned - len(summary.warnings)} more: onrecord validate {visible(str(corpus))}",
            markup=False,
        )
    for line in lines(summary, str(output)):
        out.print(visible(line), markup=False)


def unbuild_command(dataset: Dataset, output: Folder, revision: Revision = None, allow_root: AllowRoot = None) -> None:
    """Turn a dataset back into the corpus that it was built from: record files, raw articles, splits."""
    need("datasets", "datasets", "pyarrow")
    from ..building.unbuild import unbuild
    from ..dataset.published import published

    with _one_line("written"), err.status("reading the dataset") as status:
        done = unbuild(published(dataset, revision), output, status.update)
    splits = f", splits {', '.join(done.splits)}" if (output / "splits").is_dir() else ""
    if done.nameless:
        err.print(f"{count(done.nameless, 'raw article')} left out: no file can have the name that the record gives")
    made = f"{count(done.records, 'record')} and {count(done.raw, 'raw article')}{splits}: {output}"
    out.print(visible(made), markup=False)


def rehydrate_command(
    dataset: Dataset,
    output: Folder,
    texts: Annotated[Path, typer.Option("--texts", help="Folder with the articles as annotated, under any names.")],
    records: Annotated[
        bool, typer.Option("--records", help="Write record files and raw articles instead of a dataset.")
    ] = False,
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave out the records whose texts are not there.")
    ] = False,
    revision: Revision = None,
    allow_root: AllowRoot = None,
) -> None:
    """Put texts that you hold into a dataset that was built without; each must be the one annotated, to the byte."""
    need("datasets", "datasets", "pyarrow")
    from ..building.rehydrate import rehydrate
    from ..dataset.published import published

    if not texts.is_dir():
        usage(visible(f"{texts} is no folder of texts"))
    with _one_line("written"), err.status("reading the dataset") as status:
        found = published(dataset, revision)
        done = rehydrate(found, texts, output, status.update, records=records, partial=partial)
    show(done.missing)
    left_out = f", {count(len(done.missing), 'record')} left out" if done.missing else ""
    out.print(visible(f"{count(done.records, 'record')} with text{left_out}: {output}"), markup=False)
