"""Addresses of servers and keys to them, held apart from everything that is shown: what is printed or written of an
address has no user, no password and no query."""

import re
from ipaddress import ip_address
from urllib.parse import unquote, urlsplit

from msgspec import Struct

from ...checking.report.visible import visible
from .errors import ServerError

_PORTS = {"http": 80, "https": 443}
_SECRET = re.compile(r"(?s)^((?:[A-Za-z][A-Za-z0-9+.-]*:)?//)?.*@")
_HOST = re.compile(r"(?=.{1,253}$)[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?")
_PATH = re.compile(r"[\x21-\x7e]*")
_KEY = re.compile(r"[\x21-\x7e]{1,8192}")
_SHOWN = 200
"""Characters of a bad address that are shown."""


class Address(Struct, frozen=True):
    """A server's address. Only `url` is for people, files and logs; `user` and `password` are for a proxy before it."""

    scheme: str
    host: str
    port: int
    path: str
    user: str = ""
    password: str = ""

    @property
    def origin(self) -> str:
        """Scheme, host and port: what a key is given to."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}{'' if self.port == _PORTS[self.scheme] else f':{self.port}'}"

    @property
    def url(self) -> str:
        return self.origin + self.path

    @property
    def loopback(self) -> bool:
        """Whether it is this machine, so that nobody is on the way."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False


def masked(text: str) -> str:
    """An address that may be none, for a message: what may be a user, a password, a query or a fragment is left out."""
    bare = _SECRET.sub(r"\1***@", text)
    head, mark, _ = bare.partition("?")
    head, hash, _ = head.partition("#")
    shown = f"{head}{hash or mark}{'***' if hash or mark else ''}"
    return visible(shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}…")


def address(text: str, of: str = "") -> Address:
    """The parts of an address, as httpx understands them.

    Args:
        of: where it stands, for the message.

    Raises:
        ServerError: it is none.
    """
    from httpx import URL, InvalidURL

    written = text.strip()
    at = f" ({of})" if of else ""
    fault = ServerError(
        f"{masked(written) or 'an empty text'} is no address of a server{at}: write it as in https://labels.example.org"
    )
    try:
        parts = urlsplit(written)
        port = parts.port
        host = parts.hostname or ""
        parsed = URL(f"{parts.scheme}://{f'[{host}]' if ':' in host else host}/")
        sent = parsed.raw_host.decode("ascii") if parsed.host else ""  # `host` undoes Punycode, and finds what is none
    except (ValueError, InvalidURL):  # UnicodeError is a ValueError: a host that IDNA does not know
        raise fault from None
    if parts.scheme not in _PORTS or port == 0 or not _known(sent, host) or not _PATH.fullmatch(parts.path):
        raise fault
    if re.search(r"[\s\\\x00-\x1f\x7f]", written) or "@" in parts.path:
        raise fault
    if parts.query or parts.fragment:
        raise ServerError(f"{masked(written)}{at} goes on behind the server's address: leave out what follows ? and #")
    path = parts.path.rstrip("/")
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Address(parts.scheme, sent, port or _PORTS[parts.scheme], path, user, password)


def _known(sent: str, host: str) -> bool:
    if ":" not in host:
        return bool(_HOST.fullmatch(sent))
    try:
        return "%" not in host and bool(ip_address(host))
    except ValueError:
        return False


def same(one: Address, other: Address) -> bool:
    """Whether two addresses are of one server, whoever asks it."""
    return one.url == other.url


def key_of(text: str, of: str) -> str:
    """An API key as it was written in `of`, without the line feed that a file ends with.

    Raises:
        ServerError: no key has such characters; the message does not show them.
    """
    found = text.strip()
    if not _KEY.fullmatch(found):
        why = "is empty" if not found else "has a space, a line feed or another character that no key has"
        raise ServerError(f"the API key in {of} {why}: copy it again from the server's page Account & Settings")
    return found
