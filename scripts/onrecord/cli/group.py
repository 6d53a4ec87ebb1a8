"""The frame of all commands: their output is made safe first, and so is what is said of a wrong call."""

import sys
from collections.abc import Sequence
from functools import partial
from typing import Any

import typer
from typer.core import TyperGroup

from ..checking.report.screen import prepare
from ..checking.report.visible import visible
from .entry import ending, present


class Group(TyperGroup):
    """Commands that write to whatever terminal there is, whatever stands in the names that they are called with.

    Each ends in one line and an exit code, whatever stops it.
    """

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        windows_expand_args: bool = True,
        **extra: Any,
    ) -> Any:
        """As of any group of commands. Exit codes: 2 where the call is wrong, 130 after Ctrl-C."""
        present()
        prepare()
        with ending():
            return self._main(args, prog_name, complete_var, standalone_mode, windows_expand_args, **extra)

    def make_context(self, *args: Any, **how: Any) -> Any:
        with ending():
            return super().make_context(*args, **how)

    def invoke(self, ctx: Any) -> Any:
        with ending():
            return super().invoke(ctx)

    def _main(
        self,
        args: Sequence[str] | None,
        prog_name: str | None,
        complete_var: str | None,
        standalone_mode: bool,
        windows_expand_args: bool,
        **extra: Any,
    ) -> Any:
        call = partial(super().main, args, prog_name, complete_var, False, windows_expand_args, **extra)
        if not standalone_mode:
            return call()
        try:
            code = call()
        except typer.Abort:
            from typer import rich_utils  # brings Markdown along, which good calls need not wait for

            rich_utils.rich_abort_error()
            sys.exit(1)
        except Exception as error:
            if not hasattr(error, "format_message") or not hasattr(error, "exit_code"):
                raise
            said = visible(error.format_message())
            error.format_message = lambda: said
            from typer import rich_utils  # as above

            rich_utils.rich_format_error(error)  # type: ignore[arg-type]
            sys.exit(error.exit_code)
        sys.exit(code if isinstance(code, int) else 0)
