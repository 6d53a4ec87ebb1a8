"""Controls that offer values: one of a list, several fields that are true or not, a type below its category."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from typing import Any
from xml.etree import ElementTree as ET

from ....model.inventories import event_types, labels
from .controls import Control, Read
from .entries import Fault, Known, Names

NO_KEY = "ctrl+alt+shift+f12"
"""What nobody presses. Without a key of its own, the page gives a choice a digit or letter, which then sets it for
whatever region is selected, a quote's, say, to a time's type."""
_LONG = 8
"""Values of a list that stand in a row; a longer one folds out."""


class Choice(Control, frozen=True):
    """One value of the inventory's list that is called as the control."""

    type = "choices"
    key = "choices"
    offers = True

    @property
    def values(self) -> tuple[str, ...]:
        return vocabulary(self.name)

    def takes(self) -> dict[str, str]:
        return {self.field: self.name}

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        values = labels()[self.name].values
        layout = {"layout": "select"} if len(values) > _LONG else {"showInline": "true"}
        control = ET.Element("Choices", common, choice="single-radio", **layout)
        for v in values:
            ET.SubElement(control, "Choice", value=v.name, hint=v.definition, hotkey=NO_KEY)
        yield control

    def check(self, values: Sequence[Any]) -> Fault | None:
        several = super().check(values)
        return several or next((_unknown(self, v) for v in values if v not in self.values), None)

    def refused(self, values: Sequence[Any]) -> str | None:
        return None if all(v in self.values for v in values) else _odd(self, values)


class Flags(Control, frozen=True):
    """Fields that are true where the choice of their name is made."""

    type = "choices"
    key = "choices"
    offers = True

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        control = ET.Element("Choices", common, choice="multiple", showInline="true")
        for name in self.fields:
            ET.SubElement(control, "Choice", value=name, hotkey=NO_KEY)
        yield control

    @property
    def absent(self) -> bool | None:
        return None if self.required else False

    def takes(self) -> dict[str, str]:
        return dict.fromkeys(self.fields, "flag")

    def encode(self, item: Mapping[str, Any], names: Names) -> list[Any]:
        return [name for name in self.fields if item[name] is True]

    def empty(self, values: Sequence[Any]) -> bool:
        return False

    def decode(self, values: Sequence[Any], known: Known) -> Read:
        return Read({name: name in values for name in self.fields})

    def check(self, values: Sequence[Any]) -> Fault | None:
        return next((_unknown(self, v) for v in values if v not in self.fields), None)

    def refused(self, values: Sequence[Any]) -> str | None:
        return None if all(v in self.fields for v in values) else _odd(self, values)


class Taxonomy(Control, frozen=True):
    """A type of the inventory of events, below its category."""

    type = "taxonomy"
    key = "taxonomy"
    offers = True

    def tags(self, common: dict[str, str]) -> Iterator[ET.Element]:
        control = ET.Element("Taxonomy", common, maxUsages="1", leafsOnly="true")
        for category in event_types().categories:
            branch = ET.SubElement(control, "Choice", value=category.name, hint=category.definition)
            for event_type in category.types:
                ET.SubElement(branch, "Choice", value=event_type.name, hint=event_type.definition)
        yield control

    def takes(self) -> dict[str, str]:
        return {self.field: "event_type"}

    def written(self, value: Any, names: Names) -> list[Any]:
        return [paths()[value]]

    def meant(self, value: Any, known: Known) -> Read:
        return Read({self.field: value[-1] if isinstance(value, list) and value else value})

    def refused(self, values: Sequence[Any]) -> str | None:
        known = paths().values()
        return None if all(v in known for v in values) else _odd(self, values)


@cache
def paths() -> dict[str, list[str]]:
    """Type of event → its category and itself, as the page has it."""
    return {t.name: [c.name, t.name] for c in event_types().categories for t in c.types}


def vocabulary(name: str) -> tuple[str, ...]:
    """The names of a list of the inventories; `role` are those of events."""
    if name == "role":
        return tuple(r.name for r in event_types().roles)
    return tuple(v.name for v in labels()[name].values)


def _unknown(a: Control, value: object) -> Fault:
    return Fault("LST012", f"{value!r} is no choice of “{a.title}”", "use the page's choices")


def _odd(a: Control, values: Sequence[Any]) -> str:
    return f"has {values!r} of {a.name!r}, which the page does not have"
