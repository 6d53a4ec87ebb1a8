"""Characters as people see them: extended grapheme clusters (Unicode UAX 29)."""

from functools import cache
from typing import Any


@cache
def grapheme() -> Any:
    """The pattern of one such character; its library is loaded only for text that needs it."""
    import regex

    # bare flags first: of each, the library counts all before it, in a text of flags alone the square of their number
    return regex.compile(r"\p{RI}{2}(?![\p{GCB=Extend}\p{GCB=SpacingMark}\u200d])|\X")
