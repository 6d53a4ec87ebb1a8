"""What goes wrong on the way to the Hub, told apart: what to repeat and when, what to give up."""

import email.utils
import re
import time
from collections.abc import Mapping
from json import JSONDecodeError
from typing import Any

from msgspec import Struct


class HubError(Exception):
    """The Hub, or the way there, does not let it be done; the message is one line, with what to do."""


class Moved(HubError):
    """The repository has another commit on top than the one that was looked at."""


class Trouble(Struct, frozen=True):
    """Why a request failed. `wait`: seconds that the Hub asks for; `again`: it may work at another time."""

    status: int | None
    message: str
    wait: float | None = None
    again: bool = False


class Failed(Exception):
    def __init__(self, trouble: Trouble) -> None:
        super().__init__(trouble.message)
        self.trouble = trouble


def trouble_of(error: BaseException) -> Trouble:
    """What an exception of the client means."""
    from huggingface_hub.errors import HfHubHTTPError, OfflineModeIsEnabled

    network = HfHubHTTPError.__bases__[0]  # the error of the HTTP library that this client has
    seen: BaseException | None = error
    while seen is not None:  # a failure in one of many uploads comes wrapped
        if isinstance(seen, OfflineModeIsEnabled):
            return Trouble(None, "HF_HUB_OFFLINE forbids asking the Hub; unset it")
        if isinstance(seen, HfHubHTTPError):
            return _answered(seen)
        if isinstance(seen, network):
            return Trouble(None, f"no connection to the Hub ({line(seen)})", again=True)
        if isinstance(seen, JSONDecodeError | KeyError):  # a gateway's page, say
            return Trouble(None, "an answer came that is not the Hub's", again=True)
        seen = seen.__cause__
    return Trouble(None, line(error))


def _answered(error: Any) -> Trouble:
    status = int(error.response.status_code)
    words = f"the Hub answers {status}"
    if status == 429:
        return Trouble(status, "the Hub has had too many requests", _wait(error.response.headers), again=True)
    if status >= 500 or status == 408:
        return Trouble(status, words, _wait(error.response.headers), again=True)
    said = " ".join(str(error.server_message or "").split())
    return Trouble(status, f"{words}: {said}" if said else words)


def _wait(headers: Mapping[str, str]) -> float | None:
    """Seconds that an answer asks to wait: `Retry-After` in both forms (RFC 9110), or the `RateLimit` that is used up."""
    if used := re.search(r"r\s*=\s*0\s*;\s*t\s*=\s*(\d+)", headers.get("ratelimit") or ""):
        return float(used[1])
    value = (headers.get("retry-after") or "").strip()
    if value.isdecimal():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except ValueError:
        return None


def line(error: BaseException) -> str:
    """An exception's words on one line."""
    return " ".join(str(error).split())[:300] or type(error).__name__
