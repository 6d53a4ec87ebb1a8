"""`onrecord validate` and `onrecord format`: find what is wrong, mend what can safely be mended."""

import difflib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Literal, TextIO

import msgspec
import typer
from msgspec.structs import replace

from ..checking import report
from ..checking.choice import LIMIT, Cap
from ..checking.mending import looks_like_record, mend, reformat
from ..checking.policy import Policy, chosen, write_baseline
from ..checking.public import check_each
from ..checking.rewrite import Change
from ..checking.run import Checked
from ..checking.schema_errors import Engine
from ..files import limits
from ..files.writing import replacing_text
from .base import AllowRoot, count, distinct, err, out, show, stopping, there, usage

Format = Literal["text", "json", "jsonl", "sarif", "github", "junit"]

Paths = Annotated[
    list[Path],
    typer.Argument(
        help="Records, folders of records, or a corpus: .json, .jsonl, also as .gz and .zst, or .parquet; - for standard input.",
        allow_dash=True,
    ),
]


class Progress:
    """A line on a terminal that says how far the check has come; nothing in CI, nothing where nobody looks."""

    def __init__(self, stream: TextIO, wanted: bool) -> None:
        self.stream = stream
        self.wanted = wanted and stream.isatty() and not os.environ.get("CI")
        self.next = 0.0

    def __call__(self, records: int) -> None:
        if self.wanted and time.monotonic() >= self.next:
            self.next = time.monotonic() + 0.1
            self.stream.write(f"\r\x1b[2K{records} records checked")
            self.stream.flush()

    def clear(self) -> None:
        if self.wanted and self.next:
            self.stream.write("\r\x1b[2K")
            self.stream.flush()

    close = clear


def _split(codes: Sequence[str] | None) -> tuple[str, ...]:
    """Codes given once or several times, with commas or without."""
    return tuple(c.strip().upper() for given in codes or () for c in given.split(",") if c.strip())


def policy_of(
    paths: Sequence[Path],
    select: Sequence[str] | None = None,
    ignore: Sequence[str] | None = None,
    baseline: Path | None = None,
    all: bool = False,
) -> tuple[Policy, bool]:
    """What counts: the options given, else the corpus's settings; and whether those are strict.

    What is selected by option is reported even if the settings ignore it. With `all`, no baseline counts.
    """
    for name, given in (("--select", select), ("--ignore", ignore)):
        if given and not _split(given):
            usage(f"{name} names no code")
    start = paths[0] if str(paths[0]) != "-" else Path()
    try:
        policy, found = chosen(start, _split(select), _split(ignore), baseline, known=not all)
    except ValueError as error:
        usage(str(error))
    limits.lower(found.limits)
    return policy, found.strict


def validate_command(
    paths: Paths,
    format: Annotated[Format, typer.Option(help="How to report.")] = "text",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="File for the report.")] = None,
    strict: Annotated[bool, typer.Option("--strict", help="Fail on warnings, too.")] = False,
    select: Annotated[
        list[str] | None, typer.Option(help="Report these codes only: SPN003, or SPN for all of its kind.")
    ] = None,
    ignore: Annotated[list[str] | None, typer.Option(help="Don't report these codes.")] = None,
    baseline: Annotated[Path | None, typer.Option(help="Don't report what this file lists as known.")] = None,
    write_baseline: Annotated[
        Path | None, typer.Option(help="Write what is found to a baseline file, and report nothing.")
    ] = None,
    statistics: Annotated[bool, typer.Option("--statistics", help="Report numbers by code only.")] = False,
    fix: Annotated[bool, typer.Option("--fix", help="Mend what can safely be mended, then report the rest.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Show what --fix would change, and change nothing.")] = False,
    engine: Annotated[
        Engine, typer.Option(help="JSON Schema engine: jsonschema-rs, or jsonschema as the reference.")
    ] = "fast",
    jobs: Annotated[int, typer.Option("-j", "--jobs", min=0, help="Processes; 0: as many as it pays.")] = 0,
    corpus: Annotated[
        bool, typer.Option(help="Check the corpus as a whole, too: ids, near duplicates, splits.")
    ] = True,
    all_findings: Annotated[
        bool,
        typer.Option("--all-findings", help=f"Tell also the findings of a code in a file beyond the first {LIMIT:,}."),
    ] = False,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress, no summary.")] = False,
    allow_root: AllowRoot = None,
) -> None:
    """Check records: schema first, then the rules; everything wrong with a file in one run."""
    policy, always_strict = policy_of(paths, select, ignore, baseline, write_baseline is not None)
    strict = strict or always_strict
    kind = "statistics" if statistics else format
    if fix and diff:
        usage("--fix changes what --diff only shows; say one of them")
    there(*paths)
    for written in (output, write_baseline):
        distinct(written, *paths)
        if written is not None and looks_like_record(written):
            usage(f"{written} is a record; name another file")
    with stopping(output):
        if diff:
            failed = bool(_fix(paths, policy, write=False))
        else:
            if fix:
                _fix(paths, policy, write=True)
            progress = Progress(sys.stderr, not quiet)
            limit = None if all_findings or write_baseline is not None else LIMIT
            cap = Cap(limit)
            found = check_each(paths, policy, cap=cap, engine=engine, jobs=jobs, across=corpus, progress=progress)
            with closing(found), closing(progress):
                if write_baseline is not None:
                    _save(write_baseline, found, quiet)
                    return
                totals = _report(found, policy, cap, kind, output, strict, progress, quiet)
            failed = bool(totals.errors or (strict and totals.warnings))
    if failed:
        raise typer.Exit(1)


def _save(path: Path, found: Iterable[Checked], quiet: bool) -> None:
    """Count what is found by fingerprint, for a baseline."""
    counts = Counter(report.fingerprint(f) for checked in found for f in checked.findings)
    write_baseline(path, counts)
    if not quiet:
        err.print(f"{count(counts.total(), 'finding')} written to {path}", markup=False)


def _report(
    found: Iterable[Checked],
    policy: Policy,
    cap: Cap,
    kind: str,
    output: Path | None,
    strict: bool,
    progress: Progress,
    quiet: bool,
) -> report.Totals:
    with ExitStack() as stack:
        stream = stack.enter_context(replacing_text(output)) if output else sys.stdout
        reporter = report.reporter(kind, stream, None if quiet else sys.stderr, strict)
        tally = report.Tally(policy.choice(None).wants)
        for checked in found:
            tally.add(checked.findings, checked.record, checked.language)
            if checked.findings:
                progress.clear()
            reporter.add(checked.findings, checked.file, checked.line, checked.record)
        progress.clear()
        if policy.baseline is not None:
            tally.in_baseline = policy.baseline.hits
        totals = tally.totals()
        reporter.close(totals)
    if policy.baseline is not None and policy.baseline.stale and not cap.cut and not quiet:
        err.print(f"{count(policy.baseline.stale, 'finding')} of the baseline not found: mended, or not looked for")
    return totals


def _fix(paths: Sequence[Path], policy: Policy, write: bool) -> int:
    """Apply or show the safe fixes; the number of records changed."""
    wanted = replace(policy, baseline=None)  # what is known can be mended all the same
    done = mend(paths, lambda f: bool(wanted((f,))), write, (lambda change: None) if write else _show)
    would = "" if write else "would be "
    reformatted = ""
    if done.changed > done.records:
        reformatted = f", {count(done.changed - done.records, 'record')} {would}put into canonical form"
    mended = f"{count(done.findings, 'finding')} {would}mended in {count(done.records, 'record')}"
    err.print(f"{mended}{reformatted}", markup=False)
    return done.changed


def _show(change: Change) -> None:
    """A unified diff of one record, both sides as they would stand in a JSON file."""
    name = change.file if change.line == 1 else f"{change.file}:{change.line}"
    sides = [change.before, change.after]
    if b"\n" not in change.before.strip():
        sides = [msgspec.json.format(side, indent=2) for side in sides]
    before, after = (side.decode().splitlines() for side in sides)
    for row in difflib.unified_diff(before, after, name, name, lineterm=""):
        out.print(row, markup=False)


def format_command(
    paths: Paths,
    check: Annotated[bool, typer.Option("--check", help="Change nothing; fail if a record is not canonical.")] = False,
    diff: Annotated[bool, typer.Option("--diff", help="Change nothing; show what would change.")] = False,
    allow_root: AllowRoot = None,
) -> None:
    """Write records as canonical JSON: the model's key order, two-space indent; JSON lines one compact line each."""

    def tell(change: Change) -> None:
        if diff:
            _show(change)
        elif check:
            out.print(f"{change.file}:{change.line}: not canonical", markup=False)

    there(*paths)
    with stopping():
        changed, broken = reformat(paths, not (check or diff), tell)
    show(broken)
    err.print(f"{count(changed, 'record')} {'not canonical' if check or diff else 'rewritten'}", markup=False)
    if broken or (changed and (check or diff)):
        raise typer.Exit(1)
