"""What carries requests: replies of a bounded size, and no redirect that would take a key or a text to another host."""

from collections.abc import Iterator
from typing import Any

from httpx import USE_CLIENT_DEFAULT, Client, DecodingError, Request, Response

from ...files.limits import OverLimit, limits
from .address import masked
from .errors import ServerError, TooLong

_HOPS = 5
"""Redirects that are followed for one request."""
_ENCODINGS = ("gzip", "deflate")
"""Compressions of a reply; of others a few bytes could become gigabytes before they are counted."""


class Http(Client):
    """Requests to one server."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.headers["Accept-Encoding"] = ", ".join(_ENCODINGS)

    def send(
        self, request: Request, *, stream: bool = False, auth: Any = USE_CLIENT_DEFAULT, follow_redirects: Any = False
    ) -> Response:
        """A whole reply. Redirects within the server's own origin are followed.

        Raises:
            TooLong: it is over the limit of a reply.
            ServerError: it leads to another host, or round and round, or is compressed as nobody asked for.
            httpx.HTTPError: something else went wrong on the way.
        """
        for _ in range(_HOPS + 1):
            reply = super().send(request, stream=True, auth=auth, follow_redirects=False)
            try:
                content = self._content(reply)
            finally:
                reply.close()
            onward = reply.next_request
            if onward is None:
                headers = {
                    k: v
                    for k, v in reply.headers.items()
                    if k not in ("content-encoding", "content-length", "transfer-encoding")
                }
                return Response(reply.status_code, headers=headers, content=content, request=request)
            if _origin(onward) != _origin(request):
                raise ServerError(
                    f"{masked(str(request.url))} leads to another server, {_origin(onward)}, and no key or text follows it "
                    "there; if that is yours, name its own address"
                )
            request = onward
        raise ServerError(f"{masked(str(request.url))} leads round and round; the address may be wrong")

    def _content(self, reply: Response) -> bytes:
        found = bytearray()
        for piece in self._pieces(reply):
            found += piece
            if len(found) > limits().reply_bytes:
                bound = OverLimit(
                    "reply_bytes", f"{masked(str(reply.request.url))} sends a longer reply than any may have"
                )
                raise TooLong(f"{bound}; {bound.fix}")
        return bytes(found)

    def _pieces(self, reply: Response) -> Iterator[bytes]:
        encoding = reply.headers.get("content-encoding", "identity").strip().lower()
        if encoding not in (*_ENCODINGS, "identity", ""):
            raise DecodingError(f"the reply is compressed as {encoding[:20]!r}", request=reply.request)
        return reply.iter_bytes()


def _origin(request: Request) -> str:
    url = request.url
    return str(url.copy_with(path="/", query=None, fragment=None, username="", password="")).rstrip("/")
