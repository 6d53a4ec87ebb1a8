"""A name from data, as the path of a file under a folder: plain names and sub-folders, nothing else.

Whatever writes a file by a name that a record, a task or a dataset gives goes through `under`.
"""

import hashlib
import os
import re
import unicodedata
from pathlib import Path, PurePath

LONGEST = 255
"""Bytes of a file's name, on most file systems."""


class BadName(ValueError):
    """A name from data that no file under a folder can have; the message says why (FIL008)."""


def fault(name: str) -> str | None:
    """Why a name is none of a file under a folder, wherever that is; None where it is."""
    if not name.strip():
        return "it is empty"
    if "\\" in name or name.startswith("/") or re.match(r"[A-Za-z]:/", name):
        return "it is a path of one machine"
    if any(unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp") for c in name):
        return "it holds control characters"
    for part in name.split("/"):
        if part in ("", ".", ".."):
            return "it leads out of its folder" if part == ".." else "it has an empty part"
        if part.startswith("."):
            return "it is the name of a hidden file or folder"
        if len(part.encode()) > LONGEST:
            return f"it is longer than {LONGEST} bytes"
    return None


def named(folder: Path, name: str) -> Path:
    """The path that a name from data means under a folder, to be read there (see `reading.Reach`).

    Args:
        name: a file's name, or sub-folders and a name, divided by `/`.

    Raises:
        BadName: it is something else.
    """
    if why := fault(name):
        raise BadName(f"{name[:200]!r} can't be the name of a file in {folder}: {why}")
    return folder / name


def under(folder: Path, name: str) -> Path:
    """The path of the file that a name from data means under a folder, to be written there.

    Args:
        name: a file's name, or sub-folders and a name, divided by `/`.

    Raises:
        BadName: it is something else, or a link on the way leads out of the folder.
    """
    return inside(folder, named(folder, name))


def inside(folder: Path, path: Path) -> Path:
    """A path that lies under a folder, links followed.

    Raises:
        BadName: a link on the way leads out of it.
    """
    top, real = os.path.realpath(folder), os.path.realpath(path)
    if not within(real, top) or real == top:
        raise BadName(f"{path} is a link that leads out of {folder}, to {real}")
    return path


def raw_places(folder: Path, source_file: str) -> list[Path]:
    """Where a record's raw article may stand: by its `source_file` as it is, or by the last part of that.

    Raises:
        BadName: neither can be the name of a file.
    """
    names = dict.fromkeys((source_file, PurePath(source_file).name))
    found = [folder / name for name in names if fault(name) is None]
    return found or [named(folder, source_file)]


def file_name(id: str, suffix: str = ".json") -> str:
    """`ID.json`; of an id too long for a file's name, its beginning and a hash. Ids are ASCII."""
    if len(id) + len(suffix) <= LONGEST:
        return f"{id}{suffix}"
    digest = hashlib.sha256(id.encode()).hexdigest()[:16]
    return f"{id[: LONGEST - len(suffix) - len(digest) - 1]}.{digest}{suffix}"


def within(real: str, top: str) -> bool:
    """Whether a real path lies in a real folder, or is that."""
    return real == top or real.startswith(top if top.endswith(os.sep) else top + os.sep)
