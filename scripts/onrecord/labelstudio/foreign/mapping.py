"""The mapping file: what another Label Studio project's configuration means here. TOML, or JSON of the same form."""

import tomllib
from collections.abc import Iterator
from datetime import date, time
from difflib import get_close_matches
from functools import cache
from typing import Any

import msgspec
from msgspec import Struct, field

from ...files.positions import escape
from ...findings.finding import Finding
from ...model.specification import mapping_schema
from ..codec.forms import odd_byte
from ..codec.problems import Problems
from .table import CARRIED, FIELDS, FROM_WORDS, READABLE, RELATIONS, REQUIRED, kinds, roles, vocabulary


class Piece(Struct, frozen=True):
    """A piece of the article: its key in the task's data, and the <Text> tag that shows it."""

    key: str
    tag: str | None = None


class Source(Struct, frozen=True):
    key: str | None = None
    value: str | None = None


class Control(Struct, frozen=True):
    of: str = field(name="layer")
    field: str | None = None
    type: str | None = None
    values: dict[str, Any] = {}


class Relation(Struct, frozen=True):
    of: str = field(name="layer")
    field: str = ""
    role: str | None = None
    kind: str | None = None
    reverse: bool = False


class Coreference(Struct, frozen=True):
    entities: str = "none"


class Mapping(Struct, frozen=True):
    """`schemas/labelstudio_mapping.schema.json`, its values held against the inventories."""

    text: tuple[Piece, ...]
    labels: dict[str, dict[str, dict[str, Any]]]
    controls: dict[str, tuple[Control, ...]] = {}
    relations: dict[str, tuple[Relation, ...]] = {}
    separator: str = "\n\n"
    id: tuple[str, ...] = ()
    """Keys of the data whose values, joined by hyphens, are the article's id; the task's number without any."""
    guidelines: str = "1.0.0"
    metadata: dict[str, Source] = {}
    defaults: dict[str, dict[str, Any]] = {}
    coreference: Coreference = field(default_factory=Coreference)


_LONG = 300
"""Characters of a message that quotes the file."""
_DEPTH = 12
"""Levels: a mapping has 6."""
_BIG = 2**53


@cache
def _engine() -> Any:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(mapping_schema())


def _near(word: str, words: tuple[str, ...]) -> str:
    near = get_close_matches(word[:100], words, 3, 0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"choose one of {', '.join(words[:20])}"


def _fault(of: str, name: str, value: Any, default: bool = False) -> tuple[str, str] | None:
    """Why a field of a kind of thing can't have a value: message and fix; None where it can."""
    fields = FIELDS[of]
    if name not in fields:
        return f"a {of} has no field {name!r}", _near(name, tuple(fields)) if fields else "leave it out"
    kind = fields[name]
    if default and value == FROM_WORDS and (of, name) in READABLE:
        return None
    if kind == "flag":
        return None if isinstance(value, bool) else (f"{name} is true or false, not {value!r}", "write true or false")
    if not isinstance(value, str):
        return f"{name} is a text, not {value!r}", "write it in quotation marks"
    words = vocabulary(kind)
    return (f"{value!r} is no {name} of a {of}", _near(value, words)) if words and value not in words else None


def _row_faults(raw: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What the schema can't say: (pointer, message, fix)."""

    def check(pointer: str, of: str, fields: dict[str, Any], default: bool = False) -> Iterator[tuple[str, str, str]]:
        for name, value in fields.items():
            if fault := _fault(of, name, value, default):
                yield f"{pointer}/{escape(name)}", *fault

    for control, rows in raw["labels"].items():
        for label, row in rows.items():
            if row["layer"] != CARRIED:
                pointer = f"/labels/{escape(control)}/{escape(label)}"
                yield from check(pointer, row["layer"], {k: v for k, v in row.items() if k != "layer"})
    for of, fields in raw.get("defaults", {}).items():
        yield from check(f"/defaults/{of}", of, fields, True)
        for name in [n for n in fields if n in FIELDS[of] and n not in REQUIRED[of]]:
            yield f"/defaults/{of}/{name}", f"{name} needs no default", "leave it out: its absence says enough"
    for control, rows in raw.get("controls", {}).items():
        for n, row in enumerate(rows):
            pointer = f"/controls/{escape(control)}" + (f"/{n}" if len(rows) > 1 else "")
            if row["layer"] == CARRIED:
                continue
            name = row.get("field")
            if name is not None and name not in FIELDS[row["layer"]]:
                fault = _fault(row["layer"], name, "")
                yield f"{pointer}/field", *(fault or ("", ""))
                continue
            if name is None and not row.get("values"):
                yield pointer, "the control fills no field", "name its field, or write `values`"
            if row.get("type") is not None and row["type"] not in vocabulary("entity_type"):
                yield (
                    f"{pointer}/type",
                    f"{row['type']!r} is no entity type",
                    _near(row["type"], vocabulary("entity_type")),
                )
            for choice, value in row.get("values", {}).items():
                at = f"{pointer}/values/{escape(choice)}"
                if isinstance(value, dict):
                    yield from check(at, row["layer"], value)
                elif name is None:
                    yield at, "the choice fills no field", "name the control's field, or write { field = value }"
                elif fault := _fault(row["layer"], name, value):
                    yield at, *fault
    for label, rows in raw.get("relations", {}).items():
        for n, row in enumerate(rows):
            pointer = f"/relations/{escape(label)}" + (f"/{n}" if len(rows) > 1 else "")
            if row["layer"] == CARRIED:
                continue
            fields, name = RELATIONS[row["layer"]], row.get("field", "")
            if name not in fields:
                yield f"{pointer}/field", f"no relation fills {name!r} of a {row['layer']}", _near(name, tuple(fields))
            for key, wanted, words in (("role", "arguments", roles()), ("kind", "relations", kinds(row["layer"]))):
                value = row.get(key)
                if (name == wanted) != (value is not None):
                    yield (
                        pointer,
                        f"{key} goes with the field {wanted}, and the other way round",
                        f"write {key} or leave it out",
                    )
                elif value is not None and value not in words:
                    yield f"{pointer}/{key}", f"{value!r} is no {key}", _near(value, words)
    tags = [p.get("tag") for p in raw["text"]]
    if len(tags) > 1 and (None in tags or len(set(tags)) < len(tags)):
        yield (
            "/text",
            "several pieces of text need each the name of its <Text> tag",
            "write a `tag` of its own for each",
        )


def _listed(raw: dict[str, Any]) -> dict[str, Any]:
    """Rows of controls and relations, and keys of the id, as lists throughout."""
    both: dict[str, Any] = {"id": [raw["id"]] if isinstance(raw["id"], str) else raw["id"]} if "id" in raw else {}
    both |= {
        k: {n: r if isinstance(r, list) else [r] for n, r in raw[k].items()}
        for k in ("controls", "relations")
        if k in raw
    }
    return raw | both


def _odd(value: Any, at: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """What TOML has and the schema knows nothing of, or what lies deeper than any mapping: pointer and message."""
    if depth > _DEPTH:
        yield at, "no mapping is nested so deeply"
    elif isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _odd(inner, f"{at}/{escape(str(key))}", depth + 1)
    elif isinstance(value, date | time):
        yield at, f"{value} is a date or a time, where a text is wanted: write it in quotation marks"
    elif isinstance(value, float) or (type(value) is int and abs(value) > _BIG):
        yield at, f"{value if isinstance(value, float) else 'so large a number'} is nothing that a mapping has"


def load(raw: bytes, file: str) -> tuple[Mapping | None, list[Finding]]:
    """The mapping of a file's bytes, or all that is wrong with it."""
    problems = Problems(file, "")
    try:
        text = raw.decode("utf-8-sig")
        value = msgspec.json.decode(text) if text.lstrip().startswith("{") else tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # not UTF-8, neither form, a date that there is not
        why = "it is nested too deeply" if isinstance(error, RecursionError) else str(error)
        if isinstance(error, UnicodeDecodeError):
            why = f"{odd_byte(raw, error)} is no UTF-8"
        problems.add("LST035", "", f"the mapping file is neither TOML nor JSON: {why}", "correct it there")
        return None, problems.found
    for pointer, why in _odd(value):
        problems.add("LST035", pointer, why, "see schemas/labelstudio_mapping.schema.json")
    if problems.errors:
        return None, problems.found
    for fault in _engine().iter_errors(value):
        pointer = "".join(f"/{escape(str(step))}" for step in fault.instance_path)
        short = fault.message if len(fault.message) <= _LONG else f"{fault.message[:_LONG]} …"
        problems.add("LST035", pointer, short, "see schemas/labelstudio_mapping.schema.json")
    if problems.errors:
        return None, problems.found
    listed = _listed(value)
    for pointer, message, fix in _row_faults(listed):
        problems.add("LST035", pointer, message, fix)
    return (None if problems.errors else msgspec.convert(listed, Mapping)), problems.found
