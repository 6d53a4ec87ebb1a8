"""The schema is the specification: the model equals it, both ways; its lists are the inventories'."""

import types
from typing import Any, Literal, Union, get_args, get_origin

import jsonschema
import pytest
from msgspec import Struct, UnsetType
from msgspec.structs import fields

from fields import bare
from helpers import EXAMPLE, ROOT
from onrecord.model import inventories, specification
from onrecord.model import record as model

SCHEMA = specification.record_schema()
MODELS = {
    c.__name__: c
    for c in vars(model).values()
    if isinstance(c, type) and issubclass(c, model.Value) and c is not model.Value
}


def schema_of(name: str) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMA if name == "Record" else SCHEMA["$defs"][name[0].lower() + name[1:]]
    return found


def shape_of_type(type_: Any) -> Any:
    """What a field of the model allows, in words that a schema can be put into, too."""
    type_ = bare(type_)
    if get_origin(type_) in (Union, types.UnionType):
        kinds = [shape_of_type(t) for t in get_args(type_) if t is not UnsetType]
        return kinds[0] if len(kinds) == 1 else frozenset(kinds)
    if get_origin(type_) is Literal:
        return ("enum", frozenset(get_args(type_)))
    if get_origin(type_) is tuple:
        return ("array", shape_of_type(get_args(type_)[0]))
    if get_origin(type_) is dict:
        return "object"
    if isinstance(type_, type) and issubclass(type_, Struct):
        return ("ref", type_.__name__)
    return {str: "string", int: "integer", bool: "boolean", type(None): "null"}[type_]


def shape_of_schema(part: dict[str, Any]) -> Any:
    if "anyOf" in part:
        return frozenset(shape_of_schema(p) for p in part["anyOf"])
    if "$ref" in part:
        name = part["$ref"].rpartition("/")[2]
        target = SCHEMA["$defs"][name]
        return ("ref", name[0].upper() + name[1:]) if target["type"] == "object" else "string"
    if "const" in part:
        return "string"
    if "enum" in part:
        values = [v for v in part["enum"] if v is not None]
        shape = ("enum", frozenset(values))
        return frozenset({shape, "null"}) if None in part["enum"] else shape
    if isinstance(part["type"], list):
        return frozenset(shape_of_schema({**part, "type": t}) for t in part["type"])
    if part["type"] == "array":
        return ("array", shape_of_schema(part["items"]))
    return part["type"]


@pytest.mark.parametrize("name", MODELS)
def test_model_equals_schema(name: str) -> None:
    schema = schema_of(name)
    mine = {f.name: f for f in fields(MODELS[name])}
    assert list(mine) == list(schema["properties"])
    assert {n for n, f in mine.items() if f.required} == set(schema["required"])
    assert schema["additionalProperties"] is False
    for field, f in mine.items():
        assert shape_of_type(f.type) == shape_of_schema(schema["properties"][field]), field


def bounds_of_type(type_: Any) -> dict[str, int]:
    """The bounds that the decoder checks, under the schema's names."""
    options = get_args(type_) if get_origin(type_) in (Union, types.UnionType) else [type_]
    found: dict[str, int] = {}
    for option in options:
        for meta in getattr(option, "__metadata__", ()):
            items = get_origin(bare(option)) is tuple
            names = {"ge": "minimum", "le": "maximum", "min_length": "minItems" if items else "minLength"}
            found |= {names[k]: v for k in names if (v := getattr(meta, k, None)) is not None}
    return found


@pytest.mark.parametrize("name", MODELS)
def test_bounds_equal_the_schemas(name: str) -> None:
    for field in fields(MODELS[name]):
        part = schema_of(name)["properties"][field.name]
        wanted = {k: part[k] for k in ("minimum", "maximum", "minLength", "minItems") if k in part}
        assert bounds_of_type(field.type) == wanted, field.name


def test_every_object_of_the_schema_has_a_model() -> None:
    objects = {n[0].upper() + n[1:] for n, d in SCHEMA["$defs"].items() if d["type"] == "object"}
    assert objects | {"Record"} == set(MODELS)


def test_the_model_is_immutable() -> None:
    span = model.Span(start=0, end=1, text="x")
    with pytest.raises(AttributeError):
        span.start = 1  # type: ignore[misc]
    assert all(c.__struct_config__.frozen and c.__struct_config__.forbid_unknown_fields for c in MODELS.values())


def test_schema_is_draft_2020_12_and_documented() -> None:
    assert SCHEMA["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert SCHEMA["$id"]
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for part in [SCHEMA, *SCHEMA["$defs"].values()]:
        assert part["title"]
        assert part["description"]
        for name, field in part.get("properties", {}).items():
            assert field["title"], name
            assert field["description"].endswith("."), name


def test_patterns_refuse_a_trailing_line_feed() -> None:
    """Python's `$` stops before one; the patterns say otherwise, for every engine alike."""
    text = (ROOT / "schemas" / "record.schema.json").read_text("utf-8")
    assert text.count('"pattern"') == text.count(r"$(?!\\n)")


def test_lists_are_the_inventories() -> None:
    vocabularies = {tuple(v.name for v in vocabulary.values) for vocabulary in inventories.labels().values()}
    in_schema = set()
    for part in [SCHEMA, *SCHEMA["$defs"].values()]:
        for field in [part, *part.get("properties", {}).values()]:
            if "enum" in field:
                in_schema.add(tuple(v for v in field["enum"] if v is not None))
    inventory = inventories.event_types()
    types_ = tuple(t.name for c in inventory.categories for t in c.types)
    roles = tuple(r.name for r in inventory.roles)
    assert in_schema == vocabularies | {types_, roles}


def test_event_inventory() -> None:
    inventory = inventories.event_types()
    types_ = [t for c in inventory.categories for t in c.types]
    assert len({t.name for t in types_}) == len(types_)
    roles = {r.name for r in inventory.roles}
    for t in types_:
        assert t.definition.endswith(".")
        assert t.examples, t.name
        assert t.roles, t.name
        assert {r.name for r in t.roles} <= roles
    assert roles == {r.name for t in types_ for r in t.roles}
    ace = {t.mappings.ace for t in types_} - {None}
    assert len(ace) == 33, "every subtype of ACE 2005 has a home"


def test_definitions_are_there_for_annotators() -> None:
    for vocabulary in inventories.labels().values():
        assert vocabulary.definition
        for value in vocabulary.values:
            assert value.definition.endswith("."), (vocabulary.name, value.name)


def test_example_validates() -> None:
    jsonschema.Draft202012Validator(SCHEMA).validate(EXAMPLE)
