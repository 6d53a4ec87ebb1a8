"""Every field of the model, and a record in which each has a value: a field that is added gets one by itself."""

from collections.abc import Callable, Iterator
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from msgspec import Struct, UnsetType, convert
from msgspec.json import decode, encode
from msgspec.structs import fields

from helpers import example, touched
from onrecord.model.record import Record

NOTES = "remark on"


def bare(type_: Any) -> Any:
    """A field's type without what is said of it."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


def options(type_: Any) -> list[Any]:
    """What a field may hold, beside nothing."""
    type_ = bare(type_)
    if get_origin(type_) in (Union, UnionType):
        return [o for part in get_args(type_) if part not in (type(None), UnsetType) for o in options(part)]
    return [type_]


def struct_of(type_: Any) -> tuple[Any, str]:
    """The struct that a field holds, or holds several of, and the steps to it; None if it holds values."""
    for option in options(type_):
        if get_origin(option) is tuple:
            inner, steps = struct_of(get_args(option)[0])
            return inner, f"/*{steps}"
        if isinstance(option, type) and issubclass(option, Struct):
            return option, ""
    return None, ""


def model(struct: Any = Record, pattern: str = "") -> Iterator[tuple[str, Any]]:
    """The pattern and the type of every field of the model, at any depth."""
    for field in fields(struct):
        here = f"{pattern}/{field.name}"
        yield here, field.type
        inner, steps = struct_of(field.type)
        if inner is not None:
            yield from model(inner, here + steps)


def holders(value: Any, pattern: str, pointer: str = "") -> Iterator[tuple[dict[str, Any], str, str]]:
    """The objects that have, or may have, the field of a pattern; the field; and its pointer."""
    step, _, rest = pattern.lstrip("/").partition("/")
    if step == "*":
        for n, item in enumerate(value):
            yield from holders(item, rest, f"{pointer}/{n}")
    elif rest:
        if value.get(step) is not None:
            yield from holders(value[step], rest, f"{pointer}/{step}")
    else:
        yield value, step, f"{pointer}/{step}"


def _blank(value: Any) -> bool:
    return value is None or value is False or value in ("", [], {})


def _made(type_: Any, words: str) -> Any:
    """A value of a type, as telling as it can be."""
    first = options(type_)[0]
    if get_origin(first) is Literal:
        return get_args(first)[-1]
    if get_origin(first) is tuple:
        return [_made(get_args(first)[0], words)]
    if isinstance(first, type) and issubclass(first, Struct):
        return {f.name: _made(f.type, f"{words}, its {f.name}") for f in fields(first)}
    made: dict[Any, Any] = {str: words, bool: True, int: 7, float: 7.5}
    return made.get(first, {"of": words})


def blank(value: Any) -> list[str]:
    """The fields of the model that have no value anywhere in a record."""
    return [p for p, _ in model() if all(_blank(item.get(field)) for item, field, _ in holders(value, p))]


def filled() -> dict[str, Any]:
    """The example with a value in every field. References and values of a form are given here, all else is made up."""
    made = example()
    made["metadata"] |= {
        "publisher": "Moon Gazette",
        "url": "https://example.org/moon",
        "authors": ["Ann Lee", "Bo Roe"],
        "published": {"value": "2025-07-10", "basis": "inferred"},
    }
    group = made["entities"][2]
    group["members"], group["mentions"][0]["metonymic"], group["mentions"][0]["demonym"] = ["e4", "e1"], True, True
    for n, (words, fields_) in enumerate(
        {
            "2026": {"type": "DURATION", "value": "P2Y", "begin": "t2", "end_point": "t3", "mod": "APPROX"},
            "Tuesday": {"type": "SET", "value": "XXXX-WXX-2", "quant": "EVERY", "freq": "1W"},
        }.items()
    ):
        start = made["text"].index(words)
        common = {"basis": "stated", "anchor": None, "mod": None}
        made["times"].append(
            {"id": f"t{n + 4}", "start": start, "end": start + len(words), "text": words, **common, **fields_}
        )
    made["quotes"][1] |= {"time": "t1", "setting": "v1"}
    span = {"start": 84, "end": 91, "text": "landing"}
    made["quotes"].append(
        made["quotes"][0] | {"id": "q3", "kind": "indirect", "fragments": [span], "verbatim": [], "parent": "q1"}
    )
    made["quotes"][2] |= {"addressees": [{"entity": "e4", "mention": None}], "attribution": "thought"}
    made["claims"][0]["check_worthy"], made["claims"][0]["kind"] = True, "fact"
    made["events"][0] |= {
        "name": "the Moon landing",
        "link": {"status": "linked", "wikidata": "Q495307"},
        "members": ["v2"],
        "relations": [{"kind": "before", "event": "v2"}],
    }
    for pattern in blank(made):
        type_ = dict(model())[pattern]
        for item, field, pointer in holders(made, pattern):
            item[field] = _made(type_, f"{NOTES} {pointer}")
    return made


def lost(way: Callable[[Record], Record]) -> set[str]:
    """The fields that do not come back by a way there and back."""
    before = filled()
    return touched(decode(encode(way(convert(before, Record)))), before)
