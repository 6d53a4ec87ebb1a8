"""`onrecord validate` and `onrecord format`: find what is wrong, mend what can safely be mended."""

import difflib
import os
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Annotated, Literal, TextIO

import msgspec
import typer
from msgspec.structs import replace

from .. import report, store
from ..choice import LIMIT, Cap
from ..files import limits
from ..files.names import named
from ..files.reading import Reach, opened
from ..files.writing import replacing_text
from ..finding import Finding
from ..fix import fix as fixed
from ..policy import Baseline, Policy, Settings, check_codes, settings, write_baseline
from ..rewrite import Change, rewrite
from ..run import Checked, run
from ..schema_errors import Engine
from ..validate import check_source
from .base import AllowRoot, count, distinct, err, out, show, stopping, there, usage

Format = Literal["text", "json", "jsonl", "sarif", "github", "junit"]
_SHARE_FROM = 2**23
"""Bytes of input from which the work is shared among the processors."""

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


def _settings(paths: Sequence[Path]) -> tuple[Settings, Path]:
    try:
        return settings(paths[0] if str(paths[0]) != "-" else Path())
    except ValueError as error:
        usage(str(error))


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
    found, folder = _settings(paths)
    for name, given in (("--select", select), ("--ignore", ignore)):
        if given and not _split(given):
            usage(f"{name} names no code")
    chosen, ignored = _split(select) or found.select, (*_split(ignore), *(() if select else found.ignore))
    limits.lower(found.limits)
    file = baseline
    try:
        check_codes((*chosen, *ignored))
        if file is None and found.baseline and not all:
            file = named(folder, found.baseline)
            Reach.of(folder).check(file)
        known = Baseline.read(file) if file and not all else None
    except OSError as error:
        usage(f"the baseline {file} can't be read: {error.strerror}")
    except ValueError as error:
        usage(str(error))
    return Policy(chosen, ignored, found.severity, known), found.strict


def _jobs(jobs: int, paths: Sequence[Path]) -> int:
    """As many processes as asked for; by default one for little input, and one a processor for much."""
    if jobs:
        return jobs
    size = 0
    for path in paths:
        try:
            for file in store.record_files(path):
                size += file.stat().st_size
                if size > _SHARE_FROM:
                    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
        except OSError:
            continue  # reported by the run
    return 1


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
        if written is not None and _is_record(written):
            usage(f"{written} is a record; name another file")
    with stopping(output):
        if diff:
            failed = bool(_fix(paths, policy, write=False))
        else:
            if fix:
                _fix(paths, policy, write=True)
            progress = Progress(sys.stderr, not quiet)
            limit = None if all_findings or write_baseline is not None else LIMIT
            found = run(paths, engine, _jobs(jobs, paths), corpus, progress, policy.choice(limit))
            with closing(found), closing(progress):
                if write_baseline is not None:
                    _save(write_baseline, policy, found, quiet)
                    return
                totals = _report(found, policy, Cap(limit), kind, output, strict, progress, quiet)
            failed = bool(totals.errors or (strict and totals.warnings))
    if failed:
        raise typer.Exit(1)


def _save(path: Path, policy: Policy, found: Iterable[Checked], quiet: bool) -> None:
    """Count what is found by fingerprint, for a baseline."""
    counts = Counter(report.fingerprint(f) for checked in found for f in policy(checked.findings))
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
            findings = cap(policy(checked.findings))
            tally.add(findings, checked.record, checked.language)
            if findings:
                progress.clear()
            reporter.add(findings, checked.file, checked.line, checked.record)
        progress.clear()
        if policy.baseline is not None:
            tally.in_baseline = policy.baseline.hits
        totals = tally.totals()
        reporter.close(totals)
    if policy.baseline is not None and policy.baseline.stale and not cap.cut and not quiet:
        err.print(f"{count(policy.baseline.stale, 'finding')} of the baseline not found: mended, or not looked for")
    return totals


def _files(paths: Sequence[Path]) -> Iterator[tuple[Path, Reach]]:
    """Every file once, and from where it may come."""
    seen: set[str] = set()
    for path in paths:
        reach = Reach.of(path)
        for file in store.record_files(path):
            if (real := os.path.realpath(file)) not in seen:
                seen.add(real)
                yield file, reach


def _is_record(written: Path) -> bool:
    """Whether a file to be written looks like a record."""
    try:
        with opened(written) as file:
            return b'"schema_version"' in file.read(200)
    except OSError:
        return False


def _fix(paths: Sequence[Path], policy: Policy, write: bool) -> int:
    """Apply or show the safe fixes; the number of records changed."""
    changed = mended = touched = 0
    chosen = replace(policy, baseline=None)  # what is known can be mended all the same

    def make(raw: bytes, file: str, line: int) -> bytes | None:
        nonlocal mended, touched
        found = fixed(raw, file, lambda f: bool(chosen((f,))))
        if found is None:
            return None
        mended += len(found.applied)
        touched += bool(found.applied)
        return found.content

    for file, reach in _files(paths):
        before = changed, mended, touched
        for change in rewrite(file, make, write, reach):
            if isinstance(change, Finding):
                changed, mended, touched = before  # not all of it can be read, so the file stays as it was
                continue
            changed += 1
            if not write:
                _show(change)
    would = "" if write else "would be "
    reformatted = f", {count(changed - touched, 'record')} {would}put into canonical form" if changed > touched else ""
    err.print(f"{count(mended, 'finding')} {would}mended in {count(touched, 'record')}{reformatted}", markup=False)
    return changed


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
    broken: list[Finding] = []

    def make(raw: bytes, file: str, line: int) -> bytes | None:
        record, findings = check_source(raw, file, first_line=line)
        faults = [f for f in findings if f.code.startswith(("FIL", "SCH"))]
        broken.extend(faults)
        return None if record is None or faults else store.canonical(record)

    changed = 0
    there(*paths)
    with stopping():
        for file, reach in _files(paths):
            before = changed
            for change in rewrite(file, make, not (check or diff), reach):
                if isinstance(change, Finding):
                    broken.append(change)
                    changed = before  # the file stays as it was
                    continue
                changed += 1
                if diff:
                    _show(change)
                elif check:
                    out.print(f"{change.file}:{change.line}: not canonical", markup=False)
    show(broken)
    err.print(f"{count(changed, 'record')} {'not canonical' if check or diff else 'rewritten'}", markup=False)
    if broken or (changed and (check or diff)):
        raise typer.Exit(1)
