"""The closed lists of labels, event types and roles, as typed values (`schemas/labels.json`, `schemas/event_types.json`)."""

from functools import cache

import msgspec

from .specification import schema_bytes


class RoleOfType(msgspec.Struct, frozen=True):
    """`required`: an event of the type makes no sense to any reader without it."""

    name: str
    ace: str | None
    required: bool = False


class Mappings(msgspec.Struct, frozen=True):
    """Nearest types of ACE 2005, Rich ERE and MAVEN."""

    ace: str | None
    ere: str | None
    maven: str | None


class EventType(msgspec.Struct, frozen=True):
    name: str
    definition: str
    examples: tuple[str, ...]
    roles: tuple[RoleOfType, ...]
    mappings: Mappings


class EventCategory(msgspec.Struct, frozen=True):
    name: str
    definition: str
    types: tuple[EventType, ...]


class Role(msgspec.Struct, frozen=True):
    """`fillers`: the kinds of things (entity, event, quote, time), or the types of entities, that can fill it; all if none."""

    name: str
    definition: str
    fillers: tuple[str, ...] = ()


class EventInventory(msgspec.Struct, frozen=True):
    """schemas/event_types.json."""

    version: str
    description: str
    roles: tuple[Role, ...]
    categories: tuple[EventCategory, ...]


class Label(msgspec.Struct, frozen=True):
    name: str
    definition: str
    mappings: dict[str, str | None] = {}


class Vocabulary(msgspec.Struct, frozen=True):
    name: str
    title: str
    definition: str
    values: tuple[Label, ...]


class LabelInventory(msgspec.Struct, frozen=True):
    """schemas/labels.json."""

    version: str
    description: str
    vocabularies: tuple[Vocabulary, ...]


@cache
def event_types() -> EventInventory:
    return msgspec.json.decode(schema_bytes("event_types.json"), type=EventInventory)


@cache
def labels() -> dict[str, Vocabulary]:
    """Vocabulary by name."""
    inventory = msgspec.json.decode(schema_bytes("labels.json"), type=LabelInventory)
    return {v.name: v for v in inventory.vocabularies}
