"""A dataset repository on the Hugging Face Hub: look, download, create, commit, tag.

What the Hub or the network does wrong comes out as one plain line (`HubError`). What may be repeated is repeated, with
growing pauses or after as long as the Hub asks for. A commit is not simply repeated: its answer may have been lost and
the commit stored, so the repository is looked at first.
"""

from .repository import Blob, Head, Hub, size
from .session import login, quiet
from .trouble import HubError, Moved

__all__ = ["Blob", "Head", "Hub", "HubError", "Moved", "login", "quiet", "size"]
