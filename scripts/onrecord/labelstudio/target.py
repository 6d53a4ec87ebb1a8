"""Which server and project a corpus is annotated on: options, else environment, else the corpus's own settings."""

import os
import tomllib
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from .. import store
from ..policy import settings
from .client import ServerError
from .state import FOLDER

URL, KEY, PROJECT = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_PROJECT"
"""Environment variables; the first two are those of Label Studio's SDK."""
FILE = "labelstudio.toml"
"""In the corpus's `.onrecord/`, which git ignores: url, api-key, project."""


_TITLE = 50
"""Characters of a project's title at most."""


class Target(Struct, frozen=True):
    """`url` is None for the corpus's own server. `project` is an id or a title."""

    url: str | None
    key: str
    project: str


class _File(Struct, frozen=True, forbid_unknown_fields=True, rename="kebab"):
    url: str | None = None
    api_key: str | None = None
    project: str | int | None = None


def target(
    corpus: Path, url: str | None, key: str | None, project: str | None, layers: Sequence[str] | None = None
) -> Target:
    """Where to push to and pull from; the arguments are what was asked for on the command line.

    A pass over `layers` has a project of its own: without a name on the command line, its title names the layers.

    Raises:
        ServerError: a setting is malformed, or a server is named without an API key.
    """
    file = _file(corpus / FOLDER / FILE)
    try:
        common = settings(corpus)[0].labelstudio
    except ValueError as error:
        raise ServerError(str(error)) from None
    url = url or os.environ.get(URL) or file.url or common.url
    key = key or os.environ.get(KEY) or file.api_key
    named = project or os.environ.get(PROJECT) or (str(file.project) if file.project else None) or common.project
    if url is not None and not key:
        raise ServerError(f"{url} wants an API key (its page Account & Settings shows it): set {KEY}, or --api-key")
    shows = f": {', '.join(layers)}" if layers is not None and not project else ""
    return Target(url, key or "", f"{(named or title(corpus))[: _TITLE - len(shows)]}{shows}")


def title(corpus: Path) -> str:
    """A project's title where none is named: the corpus's name.

    Raises:
        ServerError: corpus.toml is malformed.
    """
    try:
        info = store.corpus_info(corpus)
    except (OSError, ValueError) as error:
        raise ServerError(str(error)) from None
    name = info.name if info else corpus.resolve().name
    return name if len(name) >= 3 and not name.isdecimal() else f"corpus {name}"


def _file(path: Path) -> _File:
    if not path.is_file():
        return _File()
    try:
        found = convert(tomllib.loads(path.read_text("utf-8")), _File)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError, ValidationError) as error:
        raise ServerError(f"{path}: {error}") from None
    if found.api_key and os.name == "posix" and path.stat().st_mode & 0o077:
        raise ServerError(f"{path} holds an API key that others can read: chmod 600 {path}")
    return found


def credited(corpus: Path) -> bool:
    """Whether the corpus's settings have records name the annotators who changed them."""
    try:
        return settings(corpus)[0].labelstudio.credit
    except ValueError:
        return False  # `target` says what is wrong with them
