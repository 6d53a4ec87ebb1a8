"""What a field of the record may mean: said in its type, `Annotated[str, Prose()]`, where the field is declared.

These are marks and nothing else: they cost nothing when a record is decoded, and the decoder passes over them. What
follows from them (references, spans, what goes out without text, how a merge treats it) is read off in `fields`.
Every string says one of `Id`, `Ref`, `Label`, `ArticleWords`, `Prose`, `Form`; every list `InOrder` or `Each`. A test
asks for it.
"""

import types
from typing import Annotated, Any, Union, get_args, get_origin

from msgspec import Struct, UnsetType


class Mark(Struct, frozen=True):
    """Base of all marks."""


class Id(Mark, frozen=True):
    """The id of an item. `kind` is what the item is called; new ids are `prefix` and a number, unless there is none."""

    kind: str
    prefix: str = ""


class Ref(Mark, frozen=True):
    """The id of another item, of one of `kinds`; a kind that no item has is a reserved id.

    `whose` is the field beside it that names the entity (or event, …) of which this is a mention.
    """

    kinds: tuple[str, ...]
    whose: str = ""


class Label(Mark, frozen=True):
    """One of a closed list: a vocabulary of `schemas/labels.json`, or `event_type` or `role` of `event_types.json`."""

    inventory: str


class ArticleWords(Mark, frozen=True):
    """The article itself; beside `start` and `end`, the words between them. Null in a dataset without text."""


class Prose(Mark, frozen=True):
    """Words that people write or repeat; in a dataset without text, what of them is the article's is a reference."""


class Form(Mark, frozen=True):
    """Data of a form; it goes out as it is. `what` says which form.

    `why` nobody writes sentences there is said where the schema would let them through.
    """

    what: str
    why: str = ""


class Each(Mark, frozen=True):
    """A list whose order says nothing. No two items are alike in the fields `by` (of plain values: are equal)."""

    by: tuple[str, ...] = ()


class InOrder(Mark, frozen=True):
    """A list whose order says something; `of` says what."""

    of: str


class Layer(Mark, frozen=True):
    """A list of the record that annotators fill, its items told apart by id."""


class Given(Mark, frozen=True):
    """What says which article it is and in which form; no annotation changes it."""


class Volatile(Mark, frozen=True):
    """Who annotated and when: no content, two records that differ in it alone say the same."""


class Usual(Mark, frozen=True):
    """What holds where a marks file says nothing; without it null, an empty list, or the file has to say it."""

    value: str | bool


class Called(Mark, frozen=True):
    """What people call the field, if not by its name."""

    words: str


def core(type_: Any) -> tuple[Any, tuple[Any, ...]]:
    """A field's type without marks, bounds, null and absence, and all marks on the way to it."""
    marks: list[Any] = []
    while True:
        if get_origin(type_) is Annotated:
            marks += [m for m in type_.__metadata__ if isinstance(m, Mark)]
            type_ = get_args(type_)[0]
        elif get_origin(type_) in (Union, types.UnionType):
            type_ = next(t for t in get_args(type_) if t not in (type(None), UnsetType))
        else:
            return type_, tuple(marks)


def may_be(type_: Any, nothing: Any) -> bool:
    """Whether a field may be null (`NoneType`), or absent (`UnsetType`)."""
    inner = get_args(type_)[0] if get_origin(type_) is Annotated else type_
    return get_origin(inner) in (Union, types.UnionType) and nothing in get_args(inner)
