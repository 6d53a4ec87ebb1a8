"""What a field is that has a control of its own beside the text: the base of all kinds; see `choices` and `textareas`.

Each knows its control in the labelling configuration, writes a field's value into it (`encode`), reads it again
(`decode`), and says what its values must be (`check` of a person's, `refused` of what is to be pushed).
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, ClassVar
from xml.etree import ElementTree as ET

from msgspec import UNSET, Struct, field

from .entries import Fault, Known, Names

TEXT = "text"
"""The name of the page's `<Text>`."""
KEYS = ("choices", "taxonomy", "text")
"""Where a result's value may have a control's."""
_HEADING = "margin:8px 0 0;font-size:12px;font-weight:600"


class Read(Struct):
    """What a control's values say: the item's fields, and what is wrong with them."""

    fields: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)


class Seen(Struct, frozen=True):
    """A person's region, from which a choice that was not made may be told."""

    words: str
    drawn: Collection[str]
    """Labels of the relations that leave it."""
    filled: Collection[str]
    """Names of the controls that have a value."""


class Control(Struct, frozen=True):
    """A per-region control: the base of all kinds.

    `of` is what has the fields: a kind of mark, or the entity or event whose mentions are marked. `names` are the
    kinds of thing whose ids it may hold, reserved ids included. `unset` is what holds for a region that a person makes
    and where nothing is chosen, unless `guess` tells better; what was chosen once and then cleared is a finding, if it
    is required. Flags are required where their absence says nothing, which is asked of other projects alone.

    Of fields of an entity or event: `each` mention has the control filled, or the first alone; what is `held` is the
    next mention's if the first is deleted; `head_only` has no place at a later one.
    """

    of: str
    fields: tuple[str, ...]
    name: str
    title: str
    hint: str = ""
    required: bool = False
    unset: str | None = None
    guess: Callable[[Seen], str | None] | None = None
    names: tuple[str, ...] = ()
    each: bool = False
    held: bool = False
    head_only: bool = False

    type: ClassVar[str]
    """The results' type."""
    key: ClassVar[str]
    """Where a result's value has the control's."""
    offers: ClassVar[bool] = False
    """Whether its values are the page's, to be chosen of."""
    clusters: ClassVar[bool] = False
    """Whether it says which mentions belong together, which is read before everything else."""

    @property
    def field(self) -> str:
        return self.fields[0]

    @property
    def needed(self) -> bool:
        """Whether the record can't be without a value."""
        return self.required or self.unset is not None

    @property
    def absent(self) -> bool | None:
        """What holds where nothing at all is said; None where nothing does."""
        return None

    @property
    def heading(self) -> str:
        """The title, with what holds if nothing is chosen."""
        return f"{self.title} (if none: {self.unset})" if self.unset else self.title

    def control(self) -> Iterator[ET.Element]:
        """The control's elements in the labelling configuration, under its heading."""
        yield ET.Element("Header", value=self.heading, size="5", style=_HEADING)
        yield from self.tags({"name": self.name, "toName": TEXT, "perRegion": "true"})

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        raise NotImplementedError

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        """An item's fields as the values of a result; none where there is nothing to say."""
        value = item[self.field]
        return [] if value is None or value is UNSET else self.written(value, names)

    def written(self, value: Any, names: Names) -> list[Any]:
        return [value]

    def empty(self, values: Sequence[Any]) -> bool:
        """Whether the values say nothing."""
        return not values or (isinstance(values[0], str) and not values[0].strip())

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        """The item's fields that the values of a result say; None of a field of which they say nothing."""
        return Read({self.field: None}) if self.empty(values) else self.meant(values[0], known)

    def meant(self, value: Any, known: Known) -> Read:
        """What the one value says."""
        return Read({self.field: value})

    def takes(self) -> dict[str, str]:
        """What other projects' controls may fill: field → the vocabulary of its values, `text`, or `flag`."""
        return {}

    def inherit(self, mine: list[Any], held: list[Any]) -> list[Any]:
        """The values of a mention or piece that takes over what a deleted one held for all."""
        return mine or held

    def check(self, values: Sequence[Any]) -> Fault | None:
        """Why values that a person gave are too many, or none of the list."""
        if len(values) > 1:
            return Fault("LST012", f"“{self.title}” has {len(values)} values; one is wanted", "keep one")
        return None

    def refused(self, values: Sequence[Any]) -> str | None:
        """What the page would do with a result's values that it can't show, in words; None if it can."""
        return None if all(isinstance(v, str) for v in values) else f"has a value of {self.name!r} that is no text"
