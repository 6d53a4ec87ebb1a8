"""Which server and project a corpus is annotated on, and which key it gets.

Options come before the environment, that before the corpus's own settings, those before the user's. A key goes to an
address of its own side only: what a corpus says is its maker's, who may be a stranger.
"""

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct, ValidationError, convert

from ...checking.policy import settings
from ...files import record_files
from .address import Address, address, key_of, same
from .errors import ServerError
from .local import there
from .userconfig import Entry, Known, Own, known, own, read

URL, KEY, PROJECT = "LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY", "LABEL_STUDIO_PROJECT"
"""Environment variables; the first two are those of Label Studio's SDK."""
FILE = "labelstudio.toml"
"""In the corpus's `.onrecord/`, which git ignores: url, api-key, project."""


_TITLE = 50
"""Characters of a project's title at most."""


class Target(Struct, frozen=True):
    """`address` is None for the corpus's own server. `project` is an id or a title. `notes` are for who asked."""

    address: Address | None
    key: str
    project: str
    notes: tuple[str, ...] = ()

    @property
    def url(self) -> str | None:
        """The address as it may be shown."""
        return self.address.url if self.address is not None else None


class _Named(Struct, frozen=True):
    """An address and who named it. `trusted`: the user did, so that keys of theirs may go there."""

    address: Address
    where: str
    trusted: bool


def target(
    corpus: Path, url: str | None, key: str | None, project: str | None, layers: Sequence[str] | None = None
) -> Target:
    """Where to push to and pull from; the arguments are what was asked for on the command line.

    A pass over `layers` has a project of its own: without a name on the command line, its title names the layers.

    Raises:
        ServerError: a setting is malformed, a server is named without an API key, or a key would go where the user
            did not send it.
    """
    mine, (file, held_project) = own(), _file(corpus)
    try:
        common, folder = settings(corpus)
    except ValueError as error:
        raise ServerError(str(error)) from None
    told = common.labelstudio
    named = _named(url, mine, file, told.url, f"{folder / 'pyproject.toml'}")
    held = mine.of(named.address) if named is not None else None
    secret = _key(named, key, mine, held, file) if named is not None else ""
    wanted = (project, os.environ.get(PROJECT), held_project, told.project, held.project if held is not None else None)
    name = next((w for w in wanted if w), None)
    shows = f": {', '.join(layers)}" if layers is not None and not project else ""
    where = named.address if named is not None else None
    full = f"{(name or title(corpus))[: _TITLE - len(shows)]}{shows}"
    return Target(where, secret, full, tuple(_notes(where, mine, held)))


def _named(url: str | None, mine: Own, file: Known | None, theirs: str | None, settings: str) -> _Named | None:
    """The address that counts, of all that are named."""
    for written, of in ((url, "--url"), (os.environ.get(URL) or None, URL)):
        if written is not None:
            entry = mine.named.get(written)
            return _Named(entry.address if entry is not None else address(written, of), of, True)
    if file is not None:
        return _Named(file.address, file.where, mine.of(file.address) is not None)
    if theirs is not None:
        found = address(theirs, settings)
        return _Named(found, settings, mine.of(found) is not None)
    return _Named(mine.first.address, mine.first.where, True) if mine.first is not None else None


def _key(named: _Named, option: str | None, mine: Own, held: Known | None, file: Known | None) -> str:
    """The key that goes to an address."""
    spoken = [(option, "--api-key"), (os.environ.get(KEY) or None, KEY)]
    given = next((key_of(k, of) for k, of in spoken if k is not None), None)
    if named.trusted and given is not None:
        return given
    for one in (held, file):
        if one is not None and one.key is not None and same(one.address, named.address):
            return one.key
    where, config = named.address.url, mine.path or "~/.config/onrecord/config.toml"
    if named.trusted:
        raise ServerError(f"{where} wants an API key (its page Account & Settings shows it): set {KEY}, or --api-key")
    own = (
        f"if that is your server, say --url {where}, or name it in your own configuration ({config}: [labelstudio] url)"
    )
    if given is not None:
        raise ServerError(f"{named.where} names {where}, and no key of yours goes where only a corpus says: {own}")
    raise ServerError(f"{where}, which {named.where} names, wants an API key: {own}, and set {KEY}")


def _notes(where: Address | None, mine: Own, held: Known | None) -> Iterator[str]:
    if where is not None and where.scheme == "http" and not where.loopback:
        yield f"{where.url} is not encrypted: whoever is on the way can read the API key; write https, if the server can"
    if held is not None and held.key is not None and mine.open:
        yield f"{mine.path} holds an API key, and others can read it: chmod 600 {mine.path}"


def title(corpus: Path) -> str:
    """A project's title where none is named: the corpus's name.

    Raises:
        ServerError: corpus.toml is malformed.
    """
    try:
        info = record_files.corpus_info(corpus)
    except (OSError, ValueError) as error:
        raise ServerError(str(error)) from None
    name = info.name if info else corpus.resolve().name
    return name if len(name) >= 3 and not name.isdecimal() else f"corpus {name}"


def _file(corpus: Path) -> tuple[Known | None, str | None]:
    """The server, and the project, of the corpus's folder of local things.

    Raises:
        ServerError: the file is malformed, came with the corpus, or holds a key that others can read.
    """
    path = there(corpus) / FILE
    if not path.is_file():
        return None, None
    table, open_ = read(path)
    try:
        found = convert(table, Entry)
    except ValidationError as error:
        raise ServerError(f"{path}: {error}") from None
    if found.api_key and open_:
        raise ServerError(f"{path} holds an API key that others can read: chmod 600 {path}")
    return known(found, str(path)), None if found.project is None else str(found.project)


def credited(corpus: Path) -> bool:
    """Whether the corpus's settings have records name the annotators who changed them."""
    try:
        return settings(corpus)[0].labelstudio.credit
    except ValueError:
        return False  # `target` says what is wrong with them
