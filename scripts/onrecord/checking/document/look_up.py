"""Look-ups that stand beside the rules that ask for them, made once for each document."""

from collections.abc import Callable
from typing import TypeVar

from .document import Document

T = TypeVar("T")


def look_up(make: Callable[[Document], T]) -> Callable[[Document], T]:
    """A function of a document whose answer is kept in the document: made when first asked for, then looked up.

    For what one family of rules asks of a document more than once, and another at most; it stands in the `look_ups` module
    of its family. What more of them ask for is an attribute of `Document`. The answer is shared, so nobody may change it.
    """

    def ask(document: Document) -> T:
        made = document.made
        if make not in made:
            made[make] = make(document)
        found: T = made[make]
        return found

    ask.__doc__ = make.__doc__
    return ask
