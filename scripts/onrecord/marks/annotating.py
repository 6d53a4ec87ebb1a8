"""From files to checked records: the draft of an article, and marks put onto a draft."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode
from msgspec.structs import replace

from ..checking.locating import in_article
from ..checking.public import load
from ..checking.validate import check_source, given_twice, parse, read
from ..files import canonical_json
from ..files.parsing import file_finding
from ..files.positions import Positions
from ..files.writing import is_file
from ..findings.finding import Finding, InvalidData, Related, excerpt
from ..model import specification
from ..model.record import Record
from .anchor import Problem, anchor
from .ingest import ingest


class Draft(Struct, frozen=True):
    """A draft record as canonical JSON, where it is to be written, and what is found in it, by places in the article.

    `content` is None where no record can be made; the findings then say why. `taken`: another file stands at its place.
    """

    content: bytes | None
    path: Path | None
    findings: list[Finding]
    taken: bool = False


def draft(
    file: Path,
    place: Callable[[str], Path | None],
    *,
    language: str,
    rights: str,
    guidelines: str,
    now: str,
) -> Draft:
    """The draft record of a raw article's file.

    Args:
        place: record's id → where it will be written; None for a stream.
        now: when, RFC 3339 in UTC.
    """
    raw, unreadable = read(file)
    if raw is None:
        return Draft(None, None, [unreadable] if unreadable else [])
    version = specification.schema_version()
    try:
        made = ingest(
            raw, file.name, schema_version=version, guidelines=guidelines, now=now, language=language, rights=rights
        )
    except ValueError as error:
        fix = "an article is plain text in UTF-8"
        return Draft(None, None, [file_finding("ING001", str(file), str(error), fix)])
    content, path = canonical_json.canonical(made), place(made.id)
    _, faults = check_source(content, str(path or file))
    wrong = any(f.severity == "error" for f in faults)
    found = [in_article(f, str(file), written=path is not None and not wrong) for f in faults]
    taken = path is not None and is_file(path) and path.exists() and read(path)[0] != content
    return Draft(None if wrong else content, path, found, taken)


def anchored(draft: Path, marks: Path, now: str) -> tuple[bytes, list[Finding]]:
    """A draft with the marks of a marks file, as canonical JSON, and the findings, in the file that has what is meant.

    Raises:
        InvalidData: draft or marks are wrong, a place is not found, or the record would have errors.
    """
    record = load(draft, valid=True)
    raw, unreadable = read(marks, expand=True)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    wanted, source, found = parse(raw, str(marks))
    positions = Positions(source)
    if not found:
        found = list(given_twice(positions, str(marks)))
    if found:
        raise InvalidData(found)
    made, problems = anchor(record, wanted)
    if problems:
        raise InvalidData([_unfound(p, record, str(draft), str(marks), positions) for p in problems])
    made.record["annotation"]["modified"] = now
    content = canonical_json.canonical(made.record)
    drafted = Positions((read(draft, expand=True)[0] or b"").decode("utf-8", "replace"))

    def place(pointer: str | None) -> dict[str, Any]:
        """The file, pointer, line and column of what the new record has at a pointer: in the marks, or the draft."""
        if pointer is None:
            return {"file": str(marks), "pointer": None, "line": None, "column": None}
        mine = made.origin(pointer)
        file, where = (draft, drafted) if mine is None else (marks, positions)
        nearest = where.nearest(pointer if mine is None else mine)
        line, column = where.place(nearest)
        return {"file": str(file), "pointer": nearest, "line": line, "column": column}

    _, findings = check_source(content, str(marks))
    moved = [
        replace(f, **place(f.pointer), edits=(), related=tuple(replace(r, **place(r.pointer)) for r in f.related))
        for f in findings
    ]
    if any(f.severity == "error" for f in moved):
        raise InvalidData(moved)
    return canonical_json.canonical(decode(encode(made.record), type=Record)), moved


_PLACES = 5
"""Places that are shown of words that stand more than once."""


def _unfound(problem: Problem, record: Record, draft: str, marks: str, positions: Positions) -> Finding:
    """The finding for a place that could not be resolved; of words that stand twice, where they stand."""
    fix = "quote the words as they stand in the article (corpus/GUIDELINES.md, “Writing it down”)"
    found = file_finding("MRK002", marks, problem.message, fix, positions.place(problem.pointer), problem.pointer)
    related = []
    for start, end in problem.places[:_PLACES]:
        at = record.text.count("\n", 0, start) + 1, start - record.text.rfind("\n", 0, start)
        message = f"in line {at[0]}, column {at[1]} of the article"
        related.append(Related(message, draft, "/text", None, None, excerpt(record.text, start, end)))
    return replace(found, related=tuple(related))
