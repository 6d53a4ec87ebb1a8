"""Look-ups of a document, made when first asked for; and answers about short texts that are remembered."""

from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Any, Generic, TypeVar

T = TypeVar("T")
_SHORT = 100
"""Code points of what is remembered; longer texts are in no two records, and would fill the memory."""


class lazy(Generic[T]):
    """A look-up that is made when first asked for; `functools.cached_property` without its lock, a third of its cost."""

    def __init__(self, make: Callable[[Any], T]) -> None:
        self.make = make
        self.name = make.__name__
        self.__doc__ = make.__doc__

    def __get__(self, document: Any, owner: type | None = None) -> T:
        found = document.__dict__[self.name] = self.make(document)
        return found


_kept: list[Callable[[], None]] = []


def remembered(make: Callable[[str], T]) -> Callable[[str], T]:
    """A function of a text whose last 4,096 answers are kept; of a language's words, one for each pack."""
    kept = lru_cache(4096)(make)
    _kept.append(kept.cache_clear)
    return kept


def forget(texts: Iterable[str]) -> None:
    """Keep no answers about some texts that were asked about, where one is long: they would fill the memory."""
    if any([len(text) > _SHORT for text in texts]):
        for clear in _kept:
            clear()
