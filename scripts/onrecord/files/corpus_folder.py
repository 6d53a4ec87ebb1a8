"""What a corpus says of itself in files of its own: corpus.toml, and the lists of its splits."""

import datetime
import os
import re
import tomllib
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert
from msgspec.structs import fields

from ..findings.finding import Finding
from .parsing import file_finding, read, refusal
from .positions import escape
from .reading import Reach
from .record_files import CorpusInfo

_SPLIT = re.compile(r"\w+(\.\w+)*")


def is_split_name(name: str) -> bool:
    """Whether `datasets` can load a split of this name."""
    return _SPLIT.fullmatch(name) is not None and name != "all"


def split_files(corpus: Path) -> list[Path]:
    """The lists of a corpus's splits, `splits/NAME.txt`, sorted."""
    folder = corpus / "splits"
    Reach.of(corpus).check(folder)
    return sorted(p for p in folder.iterdir() if p.suffix.lower() == ".txt") if folder.is_dir() else []


class Listed(Struct, frozen=True):
    """A document id in the list of a split, and where it stands."""

    id: str
    file: str
    line: int


def read_split(path: Path, reach: Reach) -> tuple[list[Listed], Finding | None]:
    """The document ids of a split: one a line; blank lines and `#` comments are passed over."""
    raw, unreadable = read(path, reach=reach)
    if raw is None:
        return [], unreadable
    text, fault = decoded(raw, path)
    lines = enumerate(re.split("\r\n|\r|\n", text), 1)
    ids = ((line.partition("#")[0].strip(), n) for n, line in lines)
    return [Listed(id, str(path), n) for id, n in ids if id], fault


def read_splits(corpus: Path) -> tuple[dict[str, list[Listed]], list[Finding]]:
    """The splits of a corpus, name → what is listed: train, validation and test first, then the others by name.

    The findings are about lists that can't be read.
    """
    found: dict[str, list[Listed]] = {}
    faults = []
    try:
        files = split_files(corpus)
    except OSError as error:
        files = []
        faults.append(refusal(str(corpus / "splits"), error))
    reach = Reach.of(corpus)
    for path in files:
        listed, fault = read_split(path, reach)
        found.setdefault(path.stem, []).extend(listed)
        faults += [fault] if fault else []
    usual = {"train": 0, "validation": 1, "dev": 1, "test": 2}
    return {name: found[name] for name in sorted(found, key=lambda name: (usual.get(name, 3), name))}, faults


def decoded(raw: bytes, path: Path) -> tuple[str, Finding | None]:
    """The text of a file in UTF-8, a byte order mark aside; of any other none."""
    try:
        return raw.decode("utf-8-sig"), None
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the file is not UTF-8: byte 0x{raw[error.start]:02x} at offset {error.start}"
        return "", file_finding("FIL002", str(path), message, "convert it to UTF-8", (line, 1))


_KINDS: dict[Any, tuple[str, str]] = {
    str: ("a text", 'write it in quotation marks: {} = "…"'),
    tuple[str, ...]: ("a list of texts", 'write {} = ["…", "…"]'),
    datetime.date | None: ("a date", "write {} = 2026-01-31, without quotation marks"),
}
_REPOSITORY = re.compile(r"[A-Za-z0-9][\w.-]*/[\w.-]+", re.ASCII)


def is_repository(text: str) -> bool:
    """Whether a text is the name of a repository on the Hub, `ORG/NAME`."""
    return _REPOSITORY.fullmatch(text) is not None and text.rpartition("/")[2] not in (".", "..")


def read_info(corpus: Path) -> tuple[CorpusInfo | None, list[Finding]]:
    """corpus.toml of a corpus folder, or None where there is none or it has faults, which are the findings."""
    path = corpus / "corpus.toml"
    if not os.path.lexists(path):
        return None, []
    raw, unreadable = read(path, reach=Reach.of(corpus))
    if raw is None:
        return None, [unreadable] if unreadable else []
    text, fault = decoded(raw, path)
    if fault:
        return None, [fault]
    try:
        table = tomllib.loads(text.replace("\r\n", "\n"))
    except (ValueError, RecursionError) as error:  # a number of too many digits is a mere ValueError
        return None, [_no_toml(path, text, error)]
    found = _field_faults(table, path, text)
    return (None, found) if found else (convert(table, CorpusInfo), [])


def _no_toml(path: Path, text: str, error: Exception) -> Finding:
    why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
    at = re.search(r" \(at (?:line (\d+), column (\d+)|end of document)\)$", why)
    place = (text.rstrip().count("\n") + 1, 1) if at is None or at[1] is None else (int(at[1]), int(at[2]))
    message = f"this is no TOML: {why[: at.start()] if at else why}"
    return file_finding("FIL010", str(path), message, "correct it (https://toml.io)", place)


def _field_faults(table: dict[str, Any], path: Path, text: str) -> list[Finding]:
    known = {f.name: f for f in fields(CorpusInfo)}
    found = []

    def add(message: str, fix: str, key: str | None = None) -> None:
        at = (line_of(text, key), 1) if key else (1, 1)
        found.append(file_finding("FIL011", str(path), message, fix, at, f"/{escape(key)}" if key else None))

    if missing := [name for name, f in known.items() if f.required and name not in table]:
        listed = ", ".join(missing)
        add(
            f"{'the fields' if len(missing) > 1 else 'the field'} {listed} {'are' if len(missing) > 1 else 'is'} missing",
            f"add {listed}",
        )
    for key, value in table.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            fix = f"did you mean {near[0]}?" if near else f"remove it; known are {', '.join(known)}"
            add(f"the field {key!r} is unknown here", fix, key)
            continue
        kind, fix = _KINDS[known[key].type]
        try:
            convert(value, known[key].type)
        except ValidationError:
            add(f"{key} is {_shown(value)}; {kind} is wanted", fix.format(key), key)
            continue
        if known[key].required and not value.strip():
            add(f"{key} is blank", f'say it in words: {key} = "…"', key)
        elif key == "repository" and value and not is_repository(value):
            add(f"repository is {_shown(value)}, which names none on the Hub", 'write repository = "ORG/NAME"', key)
    return found


def _shown(value: Any) -> str:
    words = value.isoformat() if isinstance(value, datetime.date | datetime.time) else repr(value)
    return words if len(words) <= 60 else f"{words[:57]}…"


def line_of(text: str, key: str) -> int:
    """The line of a TOML file on which a field of the first level stands, from 1; 1 where it is written in odd ways."""
    name = re.escape(key)
    pattern = re.compile(rf"""\s*(?:\[\[?\s*)?(?:{name}|"{name}"|'{name}')\s*[=.\]]""")
    return next((n for n, line in enumerate(text.split("\n"), 1) if pattern.match(line)), 1)


def key_line(path: Path, key: str) -> int:
    """As `line_of`, of a file; 1 where it can't be read."""
    raw, _ = read(path, reach=Reach.of(path.parent))
    return line_of((raw or b"").decode("utf-8", "replace"), key)
