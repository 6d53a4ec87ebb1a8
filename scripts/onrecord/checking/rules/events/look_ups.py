"""What the rules about events look up in a document."""

from array import array

from ....model.record import AUTHOR
from ...document.look_up import look_up
from ...document.nesting import nesting
from ..base import Document


@look_up
def triggers_in_order(doc: Document) -> list[tuple[int, int, int, int]]:
    """Every trigger as (start, end, index of its event, index among the event's mentions), in the text's order.

    Offsets are in code points.
    """
    return sorted([(m.start, m.end, i, j) for i, v in enumerate(doc.record.events) for j, m in enumerate(v.mentions)])


@look_up
def claim_nesting(doc: Document) -> tuple["array[int]", list[tuple[int, ...]]]:
    """Of claims what `Document.nesting_at` and `Document.nestings` are of quotes."""
    return nesting(len(doc.text), doc.record.claims)


@look_up
def triggers_with_unexpected_sources(doc: Document) -> list[tuple[int, int]]:
    """The triggers whose factuality is not of just the author and the speakers of all quotes that hold them, each once.

    As (index of the event, index among the event's mentions). In most records they are few.
    """
    nesting_at, nestings, quotes = doc.nesting_at, doc.nestings, doc.record.quotes
    length = len(nesting_at)
    suspects = [  # most stand outside quotes, and have the author's factuality alone
        (i, j, nest, m.factuality)
        for i, v in enumerate(doc.record.events)
        for j, m in enumerate(v.mentions)
        for nest in (nesting_at[m.start] if m.start < length else 0,)
        if nest or len(m.factuality) != 1 or m.factuality[0].according_to != AUTHOR
    ]
    expected = {
        nest: {AUTHOR, *[quotes[q].speaker for q in nestings[nest]]} for nest in {nest for _, _, nest, _ in suspects}
    }
    return [
        (i, j)
        for i, j, nest, factuality in suspects
        if len(factuality) != len(expected[nest]) or {f.according_to for f in factuality} != expected[nest]
    ]
