"""Patterns of JSON pointers, such as `/quotes/*/cue`, and the values that they stand for in a record.

Rules that look at one field all over a record name its pattern once; the values are then read by one compiled
comprehension, and JSON pointers are only made for what is wrong.
"""

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import UNSET

from . import fields
from .fields import FIELDS, ITEMS, is_span
from .record import Record


class Pattern:
    """A JSON pointer with `*` for every item of a list; `?` after a step skips it where null or absent."""

    def __init__(self, written: str) -> None:
        self.written = written
        self.steps = written.strip("/").split("/")
        above, star, _ = written.removesuffix("/*").rpartition("/*")
        self.parent = pattern(above + star) if star else None
        """Where the items are of which this is a part, so that all patterns through them share their list; or null."""

        expression, loops = ("item", " for item in items") if star else ("record", "")
        for n, step in enumerate(written[len(above + star) :].strip("/").split("/")):
            name = f"x{n}"
            if step == "*":
                loops += f" for {name} in {expression}"
                expression = name
            elif step.endswith("?"):
                loops += f" for {name} in ({expression}.{step[:-1]},) if {name} is not None and {name} is not UNSET"
                expression = name
            else:
                expression += f".{step}"
        self.below = eval(f"lambda {'items' if star else 'record'}: [{expression}{loops}]", {"UNSET": UNSET})
        """The parent's values, or the record where there is no parent → list of the values, in the record's order."""

    def values(self, record: Record) -> list[Any]:
        """The values in a record, in its order; `Document.values` reads what patterns have in common only once."""
        found: list[Any] = self.below(record if self.parent is None else self.parent.values(record))
        return found

    def items(self, record: Record) -> Iterator[tuple[str, Any]]:
        """Every value with its JSON pointer, in the order of `values`."""
        found: list[tuple[str, Any]] = [("", record)]
        for step in self.steps:
            if step == "*":
                found = [(f"{pointer}/{i}", item) for pointer, items in found for i, item in enumerate(items)]
            else:
                name = step.removesuffix("?")
                found = [(f"{pointer}/{name}", getattr(value, name)) for pointer, value in found]
                if step.endswith("?"):
                    found = [(pointer, value) for pointer, value in found if value is not None and value is not UNSET]
        yield from found

    def pointers(self, record: Record) -> list[str]:
        """The JSON pointers of `values`; asked only where something is wrong."""
        return [pointer for pointer, _ in self.items(record)]


@cache
def pattern(written: str) -> Pattern:
    """A pattern, compiled once."""
    return Pattern(written)


SPANS = tuple(pattern(f.values) for f in FIELDS if is_span(f.struct))
"""Whatever has `start`, `end` and `text` of its own."""

IDS = tuple((pattern(f"{items}/*/id"), id.kind) for items, id in ITEMS.items())
"""Whatever has an id, with the kind of thing that it is."""

REFERENCES = tuple((pattern(f.values), ref.kinds) for f, ref in fields.REFERENCES)
"""Whatever names an id, with the kinds of thing that it may name; `author` and `published` are reserved ids."""

THINGS = tuple(pattern(f.values) for f in FIELDS if f.many and f.struct is not None)
"""What is a thing of its own, and may be asked where it stands."""


def along(record: Record, pointer: str) -> Iterator[Any]:
    """The things on the way to a JSON pointer, outermost first, as far as the way exists."""
    value: Any = record
    for step in pointer.split("/")[1:]:
        if isinstance(value, tuple):
            value = value[int(step)] if step.isdigit() and int(step) < len(value) else None
        else:
            value = getattr(value, step, None)
        if value is None:
            return
        yield value


def own_span(record: Record, pointer: str) -> tuple[int, int] | None:
    """Where the innermost thing on the way to a pointer stands in the article: its first piece, or first mention."""
    for value in reversed(list(along(record, pointer))):
        for first in (value, *getattr(value, "fragments", ())[:1], *getattr(value, "mentions", ())[:1]):
            if isinstance(getattr(first, "start", None), int):
                return first.start, first.end
    return None


def references(record: Record) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Every reference of a record: JSON pointer, id, and the kinds of thing that it may name."""
    for naming, kinds in REFERENCES:
        for pointer, id in naming.items(record):
            if id not in kinds:  # reserved ids name no item
                yield pointer, id, kinds
