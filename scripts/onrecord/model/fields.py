"""Every field of the record, with what its type says of it: what treats fields by what they are asks here.

No list of field names is kept anywhere else: a field that is declared in `record` is in these at once.
"""

from collections.abc import Iterator
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin

from msgspec import Struct, UnsetType
from msgspec import structs as msgspec_structs
from msgspec.structs import replace

from .meaning import ArticleWords, Called, Id, Label, Layer, Mark, Ref, Usual, Volatile, core, may_be
from .record import Record

M = TypeVar("M", bound=Mark)


class Field(Struct, frozen=True):
    """A field of the model, where it stands in the record.

    Attributes:
        pattern: the way to it, `/quotes/*/addressees/*/entity`; `*` for each item of a list, `?` after a step that may be
            null or absent, as `patterns.Pattern` reads it. A list's own has no `*` at its end.
        kind: str, int, bool, dict, a `Literal`, or a struct; of a list, that of its items.
        many: whether it is a list.
        null: whether it may be null.
        absent: whether it may be absent.
        marks: what its type says (`meaning`), its items' included.
    """

    pattern: str
    kind: Any
    many: bool
    null: bool
    absent: bool
    marks: tuple[Mark, ...]

    @property
    def plain(self) -> str:
        """The pattern without `?`."""
        return self.pattern.replace("?", "")

    @property
    def steps(self) -> tuple[str, ...]:
        """The names on the way."""
        return tuple(step for step in self.plain.split("/")[1:] if step != "*")

    @property
    def name(self) -> str:
        return self.steps[-1]

    @property
    def values(self) -> str:
        """The pattern of its values: of a list, of its items."""
        return f"{self.pattern}/*" if self.many else self.pattern

    @property
    def called(self) -> str:
        """What people call it."""
        said = self.says(Called)
        return self.name if said is None else said.words

    @property
    def struct(self) -> Any:
        """The struct that it holds, or holds several of; None if it holds plain values."""
        return self.kind if isinstance(self.kind, type) and issubclass(self.kind, Struct) else None

    def says(self, mark: type[M]) -> M | None:
        """What its type says of it in one respect; None where it says nothing."""
        return next((m for m in self.marks if isinstance(m, mark)), None)


@cache
def own(struct: Any) -> tuple[Field, ...]:
    """The fields of a struct of the model, in their order; their patterns begin at it."""
    found = []
    for f in msgspec_structs.fields(struct):
        kind, marks = core(f.type)
        many = get_origin(kind) is tuple
        if many:
            kind, inner = core(get_args(kind)[0])
            marks += inner
        null, absent = may_be(f.type, NoneType), may_be(f.type, UnsetType)
        found.append(Field(f"/{f.name}{'?' * (null or absent)}", kind, many, null, absent, marks))
    return tuple(found)


def below(struct: Any, above: str = "") -> Iterator[Field]:
    """Every field of a struct at any depth, each before what is in it; `above` is the pattern of the struct."""
    for f in own(struct):
        field = replace(f, pattern=above + f.pattern)
        yield field
        if field.struct is not None:
            yield from below(field.struct, field.values)


def is_span(struct: Any) -> bool:
    """Whether a struct has a stretch of the article's words of its own."""
    return (
        struct is not None
        and {"/start", "/end"} < {f.pattern for f in own(struct)}
        and any(f.says(ArticleWords) for f in own(struct))
    )


def has_id(struct: Any) -> bool:
    """Whether a struct is an item, with an id of its own."""
    return struct is not None and any(f.says(Id) for f in own(struct))


FIELDS = tuple(below(Record))
"""All fields of a record, in the model's order."""

ITEMS = {f.plain.removesuffix("/*/id"): id for f in FIELDS if (id := f.says(Id))}
"""Where lists of items with ids are, and what their ids say: `/entities/*/mentions` → a mention, m and a number."""

PREFIXES = {id.kind: id.prefix for id in ITEMS.values()}
"""Kind of item → what its new ids begin with."""

KINDS = {items[1:]: id.kind for items, id in ITEMS.items() if "*" not in items}
"""List of the record → what one of its items is called: segments and the annotated layers."""

LAYERS = tuple(f.name for f in FIELDS if f.says(Layer))
"""The layers of the annotation."""

CLUSTERS = {items.split("/")[1]: items.split("/")[3] for items in ITEMS if "*" in items}
"""Layer whose items have items of their own, with ids → the list of these."""

REFERENCES = tuple((f, ref) for f in FIELDS if (ref := f.says(Ref)))
"""The fields that name other items, with the kinds that they may name."""

RESERVED = frozenset(kind for _, ref in REFERENCES for kind in ref.kinds) - PREFIXES.keys()
"""Ids that no item may have, as they name something beside the items."""

LABELS = tuple((f, label) for f in FIELDS if (label := f.says(Label)))
"""The fields that hold one of a closed list, with its inventory."""

PIECES = tuple(f for f in FIELDS if is_span(f.struct) and not has_id(f.struct))
"""The fields that hold spans without an id: fragments and cues."""

VOLATILE = tuple(f for f in FIELDS if f.says(Volatile))
"""The fields that are no content."""


def lasting(record: Record) -> Record:
    """The record without what is no content: strings are empty, lists have no items."""
    for f in VOLATILE:
        part, name = f.steps
        holder = replace(getattr(record, part), **{name: () if f.many else ""})
        record = replace(record, **{part: holder})
    return record


@cache
def usual(struct: Any) -> dict[str, Any]:
    """What the fields of a struct hold where nothing is said, in plain data; fields that must be said have no entry."""
    made: dict[str, Any] = {}
    for f in own(struct):
        said = f.says(Usual)
        if said is not None:
            made[f.name] = said.value
        elif f.many:
            made[f.name] = []
        elif f.null:
            made[f.name] = None
        elif f.struct is not None and len(whole := usual(f.struct)) == len(own(f.struct)):
            made[f.name] = whole
    return made
