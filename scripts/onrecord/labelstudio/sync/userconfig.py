"""The user's own configuration, `~/.config/onrecord/config.toml`: which servers are theirs, and the key to each.

[labelstudio]                       # where nothing else names a server
url = "https://labels.example.org"
api-key = "…"
project = "news"

[labelstudio.servers.team]          # another one: --url team, or where a corpus's settings name its address
url = "https://team.example.org"
api-key = "…"
"""

import os
import tomllib
from pathlib import Path
from typing import Any

from msgspec import Struct, ValidationError, convert

from ...files.limits import OverLimit
from ...files.reading import content
from .address import Address, address, key_of, same
from .errors import ServerError


class Entry(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    """A server in a file. Its key is for its address."""

    url: str | None = None
    api_key: str | None = None
    project: str | int | None = None


class _Table(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    url: str | None = None
    api_key: str | None = None
    project: str | int | None = None
    servers: dict[str, Entry] = {}


class Known(Struct, frozen=True):
    """A server that a file names, with the key to it, if the file has one."""

    address: Address
    key: str | None
    project: str | None
    where: str


class Own(Struct, frozen=True):
    """What the user's configuration says. `first` is where nothing else names a server; `named` are the others."""

    path: Path | None
    first: Known | None = None
    named: dict[str, Known] = {}
    open: bool = False
    """Whether it holds a key and others can read it."""

    def of(self, where: Address) -> Known | None:
        """The server of this address, if it is the user's."""
        every = [*([self.first] if self.first else []), *self.named.values()]
        return next((k for k in every if same(k.address, where)), None)


def path() -> Path | None:
    """Where the file is, or would be; None for who has no home."""
    base = os.environ.get("XDG_CONFIG_HOME", "")
    try:
        folder = Path(base) if os.path.isabs(base) else Path.home() / ".config"
    except RuntimeError:
        return None
    return folder / "onrecord" / "config.toml"


def own() -> Own:
    """The user's configuration; an empty one where there is no file.

    Raises:
        ServerError: it is malformed, or can't be read.
    """
    file = path()
    if file is None or not file.is_file():
        return Own(file)
    table, open_ = read(file)
    try:
        found = convert(table.get("labelstudio", {}), _Table)
    except ValidationError as error:
        raise ServerError(f"{file}: [labelstudio]: {error}") from None
    first = known(Entry(found.url, found.api_key, found.project), f"{file}: [labelstudio]")
    named = {name: known(entry, f"{file}: [labelstudio.servers.{name}]") for name, entry in found.servers.items()}
    if lacking := [name for name, k in named.items() if k is None]:
        raise ServerError(f"{file}: [labelstudio.servers.{lacking[0]}] has no url")
    keys = [found.api_key, *(e.api_key for e in found.servers.values())]
    return Own(file, first, {n: k for n, k in named.items() if k is not None}, open_ and any(keys))


def read(file: Path) -> tuple[dict[str, Any], bool]:
    """What a TOML file says, and whether others than its owner can read it.

    Raises:
        ServerError: it can't be read, or is none. The message shows nothing of what it holds.
    """
    try:
        raw = content(file)
        mode = file.stat().st_mode
    except OSError as error:
        raise ServerError(f"{file} can't be read: {error.strerror}") from None
    except OverLimit as error:
        raise ServerError(str(error)) from None
    try:
        return tomllib.loads(raw.decode("utf-8")), os.name == "posix" and bool(mode & 0o077)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, tomllib.TOMLDecodeError) else "it is no UTF-8, or nested too deeply"
        raise ServerError(f"{file} is no TOML: {why}") from None


def known(entry: Entry, where: str) -> Known | None:
    """A file's server; None where it names none.

    Raises:
        ServerError: its address or key is none, or it has a key for no address.
    """
    key = None if entry.api_key is None else key_of(entry.api_key, where)
    project = None if entry.project is None else str(entry.project)
    if entry.url is None:
        if key is not None:
            raise ServerError(
                f"{where} has an api-key without a url: a key goes to the address beside it, so name that"
            )
        return None
    return Known(address(entry.url, where), key, project, where)
