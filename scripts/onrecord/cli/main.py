"""The app: which command has which name. Each parses, calls, reports and exits in a module of its own."""

from typing import Annotated

import typer

from .. import __version__
from ..files import limits
from ..model import specification
from .articles import agreement_command, anchor_command, ingest_command
from .base import out, usage
from .checking import format_command, validate_command
from .dataset import build_command, rehydrate_command, unbuild_command
from .group import Group
from .labelstudio import studio
from .migrate import migrate_command
from .publish import publish_command
from .rules import rules_command
from .status import status_command
from .studio import studio_command

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Raw news articles to validated annotated records, and on to Label Studio and Hugging Face.",
)
app.add_typer(studio, name="labelstudio")


def version(value: bool) -> None:
    if value:
        out.print(f"onrecord {__version__}, record schema {specification.schema_version()}")
        raise typer.Exit


@app.callback()
def main(
    show_version: Annotated[
        bool, typer.Option("--version", callback=version, is_eager=True, help="Print the versions.")
    ] = False,
) -> None:
    try:
        limits.use(limits.from_environment())
    except ValueError as error:
        usage(str(error))


app.command("ingest")(ingest_command)
app.command("anchor")(anchor_command)
app.command("validate")(validate_command)
app.command("format")(format_command)
app.command("rules")(rules_command)
app.command("migrate")(migrate_command)
app.command("build")(build_command)
app.command("unbuild")(unbuild_command)
app.command("rehydrate")(rehydrate_command)
app.command("publish")(publish_command)
app.command("studio")(studio_command)
app.command("agreement")(agreement_command)
studio.command("status")(status_command)
