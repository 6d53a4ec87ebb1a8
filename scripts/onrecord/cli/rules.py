"""`onrecord rules`: what a code means."""

from typing import Annotated

import typer

from ..checking import catalogue
from ..checking.rules.plugins import unused
from .base import emit, out, show, usage


def rules_command(
    code: Annotated[str | None, typer.Argument(help="A code, such as SPN002, or its name; all without it.")] = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print all of them as Markdown: schemas/RULES.md.")
    ] = False,
) -> None:
    """Explain the codes of findings: what is wrong, why it matters, a bad and a good example."""
    if markdown:
        if code is not None:
            usage("--markdown prints all codes; leave the code out")
        emit(catalogue.markdown().encode(), None)
        return
    entry = None if code is None else catalogue.find(code)
    if entry is None:  # what is not used is not listed, and can't be found
        show(unused("onrecord rules"))
    if code is not None:
        if entry is None:
            near = catalogue.near(code)
            hint = f"did you mean {' or '.join(near)}?" if near else "`onrecord rules` lists all"
            usage(f"there is no code {code!r}; {hint}")
        out.print(catalogue.page(entry.code), soft_wrap=False)
    elif out.is_terminal:
        out.print(catalogue.table(), soft_wrap=False)
    else:
        for line in catalogue.lines():
            out.print(line, markup=False)
