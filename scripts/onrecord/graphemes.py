"""Characters as people see them: extended grapheme clusters (Unicode UAX 29)."""

from functools import cache
from typing import Any


@cache
def pattern() -> Any:
    """The pattern of one such character; its library is loaded only for text that needs it."""
    import regex

    return regex.compile(r"\X")
