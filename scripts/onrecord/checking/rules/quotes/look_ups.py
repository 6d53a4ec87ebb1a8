"""What the rules about quotes look up in a document."""

from ...document.look_up import look_up
from ...document.pieces import Pieces, Words
from ..base import Document


@look_up
def marked_mentions(doc: Document) -> Pieces:
    """Where the mentions of entities and the triggers of events stand."""
    return Pieces([(m.start, m.end) for m in doc.mentions.values()])


@look_up
def word_runs(doc: Document) -> Words:
    """The text's runs of letters and digits."""
    return Words(doc.text)
