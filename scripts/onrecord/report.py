"""Findings → text or JSON."""

from collections.abc import Sequence
from typing import Any

from msgspec.json import encode, format
from rich.cells import cell_len
from rich.console import Console
from rich.text import Text

from .finding import Finding

_STYLE = {"error": "bold red", "warning": "bold yellow"}


def where(finding: Finding) -> str:
    """file:line:column, as editors and CI understand it."""
    return finding.file if finding.line is None else f"{finding.file}:{finding.line}:{finding.column}"


def _visible(text: str) -> str:
    """Control, tab and bidirectional characters made visible, so that carets stay in place."""
    return "".join(c if c.isprintable() else "·" for c in text)


def text(findings: Sequence[Finding], console: Console) -> None:
    """Print findings for people."""
    for f in findings:
        head = Text.assemble((where(f), "bold"), ": ", (f.code, _STYLE[f.severity]), " ", (f.message, ""))
        console.print(head, soft_wrap=True, highlight=False)
        if f.pointer is not None:
            console.print(Text(f"    at {f.pointer or '/'}", "dim"), soft_wrap=True, highlight=False)
        if f.excerpt is not None:
            before, marked, after = (_visible(p) for p in (f.excerpt.before, f.excerpt.marked, f.excerpt.after))
            console.print(
                Text.assemble("    | ", before, (marked, _STYLE[f.severity]), after), soft_wrap=True, highlight=False
            )
            console.print(
                Text("    | " + " " * cell_len(before) + "^" * max(1, cell_len(marked)), _STYLE[f.severity]),
                soft_wrap=True,
                highlight=False,
            )
        if f.fix is not None:
            console.print(Text(f"    fix: {f.fix}", "dim"), soft_wrap=True, highlight=False)


def as_json(findings: Sequence[Finding], files: int) -> str:
    """An object with `findings`; paths and offsets as in `Finding`."""
    rows: list[dict[str, Any]] = [
        {
            "code": f.code,
            "severity": f.severity,
            "file": f.file,
            "pointer": f.pointer,
            "line": f.line,
            "column": f.column,
            "message": f.message,
            "fix": f.fix,
        }
        for f in findings
    ]
    body = {
        "files": files,
        "errors": sum(f.severity == "error" for f in findings),
        "warnings": sum(f.severity == "warning" for f in findings),
        "findings": rows,
    }
    return format(encode(body), indent=2).decode()


def summary(findings: Sequence[Finding], files: int) -> str:
    """One line: how many files, errors and warnings."""
    errors = sum(f.severity == "error" for f in findings)
    warnings = len(findings) - errors

    def count(n: int, noun: str) -> str:
        return f"{n} {noun}{'' if n == 1 else 's'}"

    checked = f"{count(files, 'record')} checked"
    return (
        f"{checked}: no findings"
        if not findings
        else f"{checked}: {count(errors, 'error')}, {count(warnings, 'warning')}"
    )
