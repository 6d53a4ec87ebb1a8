"""Commands in the tests' own process."""

from typing import Any

from typer.testing import CliRunner, Result

from onrecord.cli import app


def run(*args: Any, code: int = 0) -> Result:
    """`onrecord` with these arguments: it ends with `code`, and with no traceback."""
    result = CliRunner().invoke(app, [str(a) for a in args])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result
