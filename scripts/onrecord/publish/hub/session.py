"""The client's session: the token, time-outs, silence."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ...files.limits import OverLimit
from ...files.reading import content
from .trouble import HubError

TIMEOUTS = {"connect": 30.0, "read": 300.0, "write": 300.0, "pool": 30.0}
"""Seconds; the client would wait for ever."""


def login(file: Path | None = None) -> str | None:
    """The token: of a file, or from the usual places (HF_TOKEN, `hf auth login`, a CI's trusted publishing).

    Raises:
        HubError: there is none that could be one. The message never holds it.
    """
    from huggingface_hub import get_token

    if file is not None:
        try:
            found: str | None = content(file, pipe=True).decode("ascii").strip()
        except (OSError, OverLimit, UnicodeDecodeError) as error:
            why = (
                "it is not ASCII"
                if isinstance(error, UnicodeDecodeError)
                else getattr(error, "strerror", "it is too large")
            )
            raise HubError(f"the token file {file} can't be read: {why}") from None
    else:
        try:
            found = get_token()
        except Exception as error:
            raise HubError(f"no token from the CI's trusted publishing: {type(error).__name__}") from None
    if found is not None and not re.fullmatch(r"[!-~]+", found, re.ASCII):
        raise HubError("the token holds characters that no token has; copy it again")
    return found


@contextmanager
def quiet() -> Iterator[None]:
    """The client's own bars and warnings off (ours say the same), and time-outs on."""
    from huggingface_hub import set_client_factory
    from huggingface_hub.utils import (
        _http,
        are_progress_bars_disabled,
        disable_progress_bars,
        enable_progress_bars,
        logging,
    )

    make = _http._GLOBAL_CLIENT_FACTORY

    def limit(request: Any) -> None:
        request.extensions["timeout"] = dict(TIMEOUTS)  # some calls of the client ask for none, whatever its default

    def factory() -> Any:
        client = make()
        client.event_hooks = {**client.event_hooks, "request": [*client.event_hooks.get("request", ()), limit]}
        return client

    before, shown = logging.get_verbosity(), not are_progress_bars_disabled()
    set_client_factory(factory)
    if not os.environ.get("HF_DEBUG"):
        logging.set_verbosity_error()
    disable_progress_bars()
    try:
        yield
    finally:
        logging.set_verbosity(before)
        if shown:
            enable_progress_bars()
        set_client_factory(make)
