"""What the rules about the article's text look up in a document."""

from ...document.look_up import look_up
from ..base import Document

_STAND_ALONE = frozenset(map(chr, [*range(0x2010, 0x2028), *range(0x2030, 0x205F), *range(0x20A0, 0x20C0)]))
"""Punctuation and currency signs: they stand alone, and no normalisation changes them."""


@look_up
def may_hold_clusters(doc: Document) -> bool:
    """Whether something in the text may be a grapheme cluster of several code points (Unicode UAX 29), or not in NFC."""
    return "\r\n" in doc.text or any([c > "\u02ff" and c not in _STAND_ALONE for c in doc.rare])
