"""JSON Schema: errors of an engine → faults in our own words, the same from every engine."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import cache
from itertools import chain, islice
from typing import Any, Literal

from msgspec import Struct

from ..files.positions import escape
from ..model.specification import record_schema

Engine = Literal["fast", "reference"]
Steps = tuple[str | int, ...]


class SchemaFault(Struct, frozen=True):
    code: str
    pointer: str
    message: str
    fix: str


CODES = {
    "required": "SCH001",
    "additionalProperties": "SCH002",
    "type": "SCH003",
    "enum": "SCH004",
    "const": "SCH004",
    "pattern": "SCH005",
    "minLength": "SCH005",
    "minimum": "SCH006",
    "maximum": "SCH006",
    "minItems": "SCH007",
    "uniqueItems": "SCH007",
}
"""Schema keyword → code; SCH008 is a record of another schema version."""

_NAMES = {
    str: "string",
    bool: "boolean",
    int: "integer",
    float: "number with a fraction or exponent",
    list: "array",
    dict: "object",
    type(None): "null",
}


_HOW = {
    "string": "write it in quotation marks",
    "boolean": "write true or false",
    "integer": "write a whole number, without quotation marks, fraction or exponent",
    "array": "write a list in square brackets",
    "object": "write an object in braces",
    "null": "write null",
}


_WORD = 80
"""No label is as long, in code points."""


def _choice(instance: Any, part: dict[str, Any], brief: bool) -> str:
    """What may stand in a closed list's place: all of a short list, the nearest of a long one unless `brief`."""
    allowed = ["null" if v is None else str(v) for v in part["enum"]]
    if len(allowed) <= 12:
        return f"choose one of {', '.join(allowed)}"
    near = () if brief else get_close_matches(str(instance)[:_WORD], allowed, 3, 0.5)
    listed = "schemas/event_types.json lists them all"
    return f"did you mean {' or '.join(near)}? {listed}" if near else f"choose one of {len(allowed)}: {listed}"


def _form(part: dict[str, Any]) -> str:
    """How a text of a given form is written, by examples where the schema has some."""
    examples = [str(e) for e in part.get("examples", ())]
    description = str(part.get("description", "see the schema"))
    return f"write it as in {' or '.join(examples)}: {description}" if examples else description


def _walk(value: Any, steps: Iterable[str | int]) -> Any:
    for step in steps:
        value = value[int(step) if isinstance(value, list) else step]
    return value


def _pointer(steps: Iterable[str | int]) -> str:
    return "".join(f"/{escape(str(step))}" for step in steps)


def _show(value: Any) -> str:
    if isinstance(value, str):
        value = value[:_WORD]
    elif isinstance(value, list | dict) and len(value) > _WORD:
        return f"{_article(_NAMES[type(value)])} of {len(value)}"
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}…"


def _resolve(schema: dict[str, Any], part: Any) -> Any:
    while "$ref" in part:
        part = {
            **_walk(schema, part["$ref"].removeprefix("#/").split("/")),
            **{k: v for k, v in part.items() if k != "$ref"},
        }
    return part


def _floats(value: Any, steps: Steps) -> Iterator[Steps]:
    """Places of numbers written with a fraction or exponent; JSON Schema calls 3.0 an integer, offsets do not."""
    if isinstance(value, float):
        yield steps
    elif isinstance(value, dict):
        for key, inner in value.items():
            if steps or key != "extensions":
                yield from _floats(inner, (*steps, key))
    elif isinstance(value, list):
        for i, inner in enumerate(value):
            yield from _floats(inner, (*steps, i))


_ERRORS = 5
"""So many times the faults that are wanted of one code are the errors that are looked at, of all codes together."""


def faults(
    value: Any, schema: dict[str, Any], errors: Iterable[tuple[str, Steps]], most: int | None = None
) -> Iterator[SchemaFault]:
    """Every fault once.

    Args:
        errors: (failing keyword, path in the instance).
        most: of a code with more faults than these, one more is told; and not all may be told of other codes either.
    """
    seen: set[tuple[str, str]] = set()
    counts: Counter[str] = Counter()
    objects: set[tuple[str, Steps]] = set()
    for keyword, steps in islice(chain(errors, (("type", s) for s in _floats(value, ()))), most and _ERRORS * most):
        if keyword in _WHOLE:  # some engines give an error for each key, and the first tells all
            if (keyword, steps) in objects:
                continue
            objects.add((keyword, steps))
        if most is not None and counts[CODES.get(keyword, "")] > most:
            continue
        for fault in _explain(keyword, steps, value, schema, counts["SCH004"] > _HINTS):
            if (fault.code, fault.pointer) not in seen or fault.code in ("SCH001", "SCH002"):
                if (fault.pointer, fault.message) not in seen:
                    if most is not None and counts[fault.code] > most:
                        break
                    counts[fault.code] += 1
                    yield fault
                seen |= {(fault.code, fault.pointer), (fault.pointer, fault.message)}


_HINTS = 100
"""Labels of a record that are looked up among the known ones for what may have been meant."""

_WHOLE = ("required", "additionalProperties")
"""Keywords whose explanation tells all that is wrong with an object."""


def _schema_at(schema: dict[str, Any], steps: Steps) -> dict[str, Any]:
    """The subschema of a place in the instance, with the title and description of the field itself."""
    part = schema
    for step in steps:
        if "anyOf" in part:
            part = _resolve(schema, part["anyOf"][0])
        part = _resolve(
            schema, part.get("items", {}) if isinstance(step, int) else part.get("properties", {}).get(step, {})
        )
    found: dict[str, Any] = _resolve(schema, part)
    return found


def _explain(
    keyword: str, steps: Steps, value: Any, schema: dict[str, Any], brief: bool = False
) -> Iterator[SchemaFault]:
    instance = _walk(value, steps)
    pointer = _pointer(steps)
    part = _schema_at(schema, steps)
    code = CODES.get(keyword, "SCH003")
    if keyword == "anyOf":  # a nullable reference: null, or what it refers to
        inner = _resolve(schema, part["anyOf"][0])
        if inner["type"] == "object" and isinstance(instance, dict):  # what it refers to is there, and wrong inside
            for found, more in _inside(part["anyOf"][0]["$ref"], instance):
                yield from _explain(found, (*steps, *more), value, schema, brief)
            return
        if not isinstance(instance, str) or inner["type"] != "string":
            keyword, part = "type", {**part, "type": [inner["type"], "null"]}
        else:
            keyword = "enum" if "enum" in inner else "pattern"
            part = {**inner, **part}
        code = CODES[keyword]
    if "anyOf" in part:
        part = {**_resolve(schema, part["anyOf"][0]), **part}
    name = f"“{part['title']}”" if "title" in part else "this value"
    if len(steps) > 1 and isinstance(steps[-1], str) and (outer := _schema_at(schema, steps[:-1]).get("title")):
        name = f"{name} of “{outer}”"
    match keyword:
        case "required":
            for key in part["required"]:
                if key not in instance:
                    yield SchemaFault(
                        code, pointer, f"the field {key!r} is missing", f"add {key!r}: {_describe(schema, part, key)}"
                    )
        case "additionalProperties":
            for key in instance:
                if key not in part["properties"]:
                    yield SchemaFault(
                        code,
                        f"{pointer}/{escape(key)}",
                        f"the field {_show(key)} is unknown here",
                        "remove it, correct its name, or put it under `extensions`",
                    )
        case "type":
            wanted = part.get("type", "another type")
            wanted = " or ".join(wanted) if isinstance(wanted, list) else wanted
            yield SchemaFault(
                code,
                pointer,
                f"{_show(instance)} is {_article(_NAMES.get(type(instance), 'value'))}; for {name} {_article(wanted)} is wanted",
                _HOW.get(wanted.split(" or ")[0], "see the schema"),
            )
        case "enum":
            yield SchemaFault(
                code, pointer, f"{_show(instance)} is not in the list for {name}", _choice(instance, part, brief)
            )
        case "const":
            if pointer == "/schema_version":
                yield SchemaFault(
                    "SCH008",
                    pointer,
                    f"the record is of schema version {_show(instance)}; this onrecord reads {part['const']}",
                    "migrate the record, or use the onrecord of that version",
                )
            else:
                yield SchemaFault(
                    code, pointer, f"{_show(instance)} is not {part['const']!r}", f"write {part['const']!r}"
                )
        case "pattern" | "minLength":
            why = (
                f"{name} is empty" if instance == "" else f"{name} is written {_show(instance)}, which is not its form"
            )
            yield SchemaFault(code, pointer, why, _form(part))
        case "minimum" | "maximum":
            yield SchemaFault(
                code,
                pointer,
                f"{_show(instance)} is out of range: {keyword} is {part.get(keyword)}",
                "offsets are Unicode code points into the text",
            )
        case "minItems":
            yield SchemaFault(
                code,
                pointer,
                f"the list is empty; {name} wants at least {part.get('minItems')}",
                "add one, or remove the whole item",
            )
        case "uniqueItems":
            yield SchemaFault(code, pointer, f"{name} lists something twice", "remove one of the two")
        case _:
            yield SchemaFault(code, pointer, f"{_show(instance)} breaks the schema's {keyword}", "see the schema")


@cache
def _part(ref: str) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"$ref": ref, "$defs": record_schema()["$defs"]})


def _inside(ref: str, instance: Any) -> Iterator[tuple[str, Steps]]:
    """The errors inside a value that may also be null; engines report them in forms of their own, or not at all."""
    for error in _part(ref).iter_errors(instance):
        yield str(error.schema_path[-1]), tuple(error.instance_path)


def _article(noun: str) -> str:
    return noun if noun == "null" else f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _describe(schema: dict[str, Any], part: dict[str, Any], key: str) -> str:
    text = str(part["properties"][key].get("description", ""))
    return text[:1].lower() + text[1:]


@cache
def _engine(engine: Engine) -> Callable[[Any], Iterable[tuple[str, Steps]]]:
    """Instance → (failing keyword, path in the instance). Validators are compiled once."""
    if engine == "reference":
        import jsonschema

        reference = jsonschema.Draft202012Validator(record_schema())

        def slow(instance: Any) -> Iterable[tuple[str, Steps]]:
            for error in reference.iter_errors(instance):
                yield str(error.validator), tuple(error.absolute_path)

        return slow

    import jsonschema_rs

    fast = jsonschema_rs.Draft202012Validator(record_schema())

    def quick(instance: Any) -> Iterable[tuple[str, Steps]]:
        if fast.is_valid(instance):
            return
        long: list[tuple[Steps, list[Any]]] = []
        for error in fast.iter_errors(_shortened(instance, (), long) if _has_long(instance) else instance):
            yield str(error.schema_path[-1]), tuple(error.instance_path)
        while long:
            yield from _item_by_item(*long.pop(0), long)

    return quick


_LONG = 500
"""Items of a list that are checked at once: the engine makes all errors of a value before it gives the first."""


def _has_long(value: Any) -> bool:
    """Whether a list of a value is long."""
    level = [value]
    while level:
        if any(type(one) is list and len(one) > _LONG for one in level):
            return True
        below = (one.values() if type(one) is dict else one for one in level if type(one) is dict or type(one) is list)
        level = [v for values in below for v in values if type(v) is dict or type(v) is list]
    return False


def _shortened(value: Any, steps: Steps, long: list[tuple[Steps, list[Any]]]) -> Any:
    """A value whose long lists are cut after their first item; they go to `long`."""
    if isinstance(value, dict):
        return {k: v if k == "extensions" and not steps else _shortened(v, (*steps, k), long) for k, v in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) <= _LONG:
        return [_shortened(v, (*steps, i), long) for i, v in enumerate(value)]
    long.append((steps, value))
    return [_shortened(value[0], (*steps, 0), [])]


def _item_by_item(steps: Steps, items: list[Any], long: list[tuple[Steps, list[Any]]]) -> Iterator[tuple[str, Steps]]:
    """The errors of a long list and of what stands in it; long lists within it go to `long`."""
    part = _schema_at(record_schema(), steps)
    if part.get("type") != "array":
        return  # no list belongs there, which is told already
    if part.get("uniqueItems") and len({*map(repr, items)}) < len(items):
        yield "uniqueItems", steps
    validator = _items(part["items"]["$ref"]) if "$ref" in part["items"] else _list_of(part["items"])
    for first in range(0, len(items), _LONG):
        some = [_shortened(v, (*steps, first + i), long) for i, v in enumerate(items[first : first + _LONG])]
        for error in validator.iter_errors(some):
            n, *more = error.instance_path
            yield str(error.schema_path[-1]), (*steps, n + first, *more)


@cache
def _items(ref: str) -> Any:
    return _list_of({"$ref": ref})


def _list_of(item: dict[str, Any]) -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator({"items": item, "$defs": record_schema()["$defs"]})


def shape_faults(value: Any, engine: Engine = "fast", most: int | None = None) -> list[SchemaFault]:
    """The faults of a JSON value against the record schema; `most`: see `faults`.

    `reference` is the jsonschema package, the authority; `fast` is jsonschema-rs; both give the same faults.
    """
    return list(faults(value, record_schema(), _engine(engine)(value), most))
