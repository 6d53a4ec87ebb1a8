"""Every field of the record says what it means, and whatever treats fields one by one knows it.

`forgotten` names what is left to do for a field: whoever adds one runs this file and does what it says.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import pytest

from fields import lost
from helpers import ROOT
from model.test_fields import WAYS
from onrecord.card.statistics import vocabulary
from onrecord.dataset.columns import FLAT, ONLY_NESTED, ROWS, arrow_schema, items_of
from onrecord.labelstudio.codec.carriers.choices import Choice
from onrecord.labelstudio.codec.carriers.textareas import Ref as RefArea
from onrecord.labelstudio.codec.mapping import ATTRIBUTES, DATA, RELATIONS
from onrecord.model import specification
from onrecord.model.fields import CLUSTERS, FIELDS, ITEMS, LAYERS, PREFIXES, REFERENCES, RESERVED, Field, below, own
from onrecord.model.meaning import ArticleWords, Each, Form, Id, InOrder, Label, Prose, Ref, Usual
from onrecord.model.record import AUTHOR, PUBLISHED

LEAVES = [f for f in FIELDS if f.struct is None]
STRINGS = (Id, Ref, Label, ArticleWords, Prose, Form)


# -- what each field needs


def _of(f: Field) -> tuple[str, str]:
    """The innermost item with an id that a field is of, as its kind, and the field's first step below it."""
    where = max((pattern for pattern in ITEMS if f.plain.startswith(f"{pattern}/*/")), key=len)
    return ITEMS[where].kind, f.plain.removeprefix(f"{where}/*/").split("/")[0]


def shown(f: Field) -> bool:
    """Whether Label Studio's mapping shows a field, or says that it travels in the task's data."""
    layer, *_ = f.steps
    if layer not in LAYERS:
        return layer == "text" or layer in DATA["record"].fields
    kind, field = _of(f)
    ref = f.says(Ref)
    names = {field, ref.whose} if ref is not None else {field}
    return (
        (kind in ("entity", "event") and field in DATA[layer].fields)
        or (kind not in ("entity", "event") and field in ("id", "start", "end", "note"))
        or (kind in ("mention", "time", "trigger") and field == "text")  # a claim's is a sentence
        or any(a.of == kind and names & {*a.fields} for a in ATTRIBUTES)
        or any(x.of == kind and x.field in names for x in RELATIONS)
    )


@cache
def unreturned() -> set[str]:
    """The fields that do not come back from Label Studio."""
    try:
        return lost(WAYS["Label Studio"])
    except KeyError:  # a vocabulary that is not there yet, which is told by name
        return set()


@cache
def described(pattern: str) -> bool:
    """Whether the schema has a field, in words."""
    schema = specification.record_schema()
    part: dict[str, Any] = schema
    for step in pattern.split("/")[1:]:
        part = part["anyOf"][0] if "anyOf" in part else part
        part = schema["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        found = part.get("items") if step == "*" else part.get("properties", {}).get(step)
        if found is None:
            return False
        part = found
    return bool(part.get("description"))


def nested(f: Field) -> bool:
    """Whether `records` has a column for a field."""
    type_: Any = None
    for step in f.steps:
        fields = {x.name: x.type for x in (arrow_schema("records") if type_ is None else type_)}
        if step not in fields:
            return False
        type_ = getattr(fields[step], "value_type", fields[step])
    return True


def table(f: Field) -> str | None:
    """The flat config whose rows are the items that a field is of."""
    return next((c for c in sorted(ROWS, key=lambda c: -len(ROWS[c])) if f.plain.startswith(f"{ROWS[c]}/")), None)


def flat(f: Field) -> bool:
    """Whether a column of a flat config tells of a field."""
    patterns = [
        of if of.startswith("/") else f"{ROWS[config]}/{of}" for config in FLAT for c in FLAT[config] for of in c.of
    ]
    return any(f.plain == pattern or f.plain.startswith(f"{pattern}/") for pattern in patterns)


def only_nested(f: Field) -> bool:
    return any(f.plain == pattern or f.plain.startswith(f"{pattern}/") for pattern in ONLY_NESTED)


def forgotten(f: Field) -> Iterator[str]:
    """What is left to do for a field."""
    closed = get_origin(f.kind) is Literal
    said = [mark for mark in STRINGS if f.says(mark)]
    if closed and said != [Label]:
        yield "no inventory; say `Label(…)` in record.py"
    if f.kind is str and len(said) != 1:
        yield f"means {' and '.join(m.__name__ for m in said) or 'nothing'}; say one of {', '.join(m.__name__ for m in STRINGS)} in record.py, which decides what goes out without text"
    if label := f.says(Label):
        try:
            known = vocabulary(label.inventory)[2]
        except KeyError:
            yield f"no vocabulary `{label.inventory}`; define its labels in schemas/labels.json"
        else:
            if closed and list(known) != list(get_args(f.kind)):
                yield f"other values than those of `{label.inventory}` in schemas/labels.json"
    if f.many and bool(f.says(Each)) == bool(f.says(InOrder)):
        yield "no word on the order of its items; say `Each(…)` or `InOrder(…)` in record.py"
    if not described(f.plain):
        yield "no line in schemas/record.schema.json; describe it there"
    if f.struct is not None:
        return
    if not shown(f):
        yield "no carrier in Label Studio; name it in labelstudio/codec/mapping.py (ATTRIBUTES, RELATIONS), or in DATA if it travels along"
    elif f.plain in unreturned() or f"{f.plain}/*" in unreturned():
        yield "does not come back from Label Studio; its carrier in labelstudio/codec/ loses it"
    if not nested(f):
        yield "no column in `records`"
    if not flat(f) and not only_nested(f):
        config = table(f)
        yield f"no column in {f'the flat table `{config}`' if config else 'any flat table'}; add one to FLAT in dataset/columns.py, or say why not in ONLY_NESTED"


def left_to_do() -> list[str]:
    return [f"`{f.plain}`: {'; '.join(steps)}" for f in FIELDS if (steps := list(forgotten(f)))]


def test_nothing_is_forgotten() -> None:
    left = left_to_do()
    assert not left, "\n".join(["left to do:", *left])


# -- what the types say holds


def test_references_name_what_there_is() -> None:
    assert {kind for _, ref in REFERENCES for kind in ref.kinds} <= PREFIXES.keys() | {AUTHOR, PUBLISHED}
    assert {AUTHOR, PUBLISHED} == RESERVED
    for f, ref in REFERENCES:
        if ref.whose:
            beside = {g.name: g for g in FIELDS if g.plain.rpartition("/")[0] == f.plain.rpartition("/")[0]}
            assert beside[ref.whose].says(Ref), f.plain
            assert set(ref.kinds) <= {ITEMS[f"/{layer}/*/{inner}"].kind for layer, inner in CLUSTERS.items()}, f.plain


def test_new_ids_are_told_apart_by_their_letters() -> None:
    letters = [prefix for prefix in PREFIXES.values() if prefix]
    assert len(set(letters)) == len(letters)
    assert all(re.fullmatch("[a-z]", letter) for letter in letters)


@pytest.mark.parametrize("f", [f for f in FIELDS if f.many], ids=lambda f: f.plain)
def test_lists(f: Field) -> None:
    """The schema's `uniqueItems` are the lists of which the model says so; items are told apart by fields that they have."""
    each = f.says(Each)
    if each and f.struct is not None:
        assert each.by
        assert set(each.by) <= {x.name for x in own(f.struct)}
    part: Any = specification.record_schema()
    for step in f.plain.split("/")[1:]:
        part = specification.record_schema()["$defs"][part["$ref"].rpartition("/")[2]] if "$ref" in part else part
        part = part["items"] if step == "*" else part["properties"][step]
    assert part.get("uniqueItems", False) == (each is not None and f.struct is None)


@pytest.mark.parametrize("f", [f for f in FIELDS if f.says(Usual)], ids=lambda f: f.plain)
def test_what_is_usual_is_a_value_of_the_field(f: Field) -> None:
    value = getattr(f.says(Usual), "value", None)
    assert value in get_args(f.kind) if get_origin(f.kind) is Literal else isinstance(value, f.kind)


def test_columns_tell_of_fields_that_there_are() -> None:
    patterns = {f.plain for f in FIELDS}
    for config, columns in FLAT.items():
        inner = {f.plain[1:] for f in below(items_of(config).struct)}
        assert {of for c in columns for of in c.of} <= inner | {"/id"}, config
    assert ONLY_NESTED.keys() <= patterns
    assert [f.plain for f in LEAVES if flat(f) and only_nested(f)] == []


def test_label_studios_page_offers_what_the_model_allows() -> None:
    """Vocabularies of its controls, and kinds of items that a field may name."""
    fields = {(id.kind, f.name): f for g in FIELDS if (id := ITEMS.get(g.plain)) for f in own(g.struct)}
    for a in ATTRIBUTES:
        for f in (fields[a.of, name] for name in a.fields if (a.of, name) in fields):
            if isinstance(a, Choice):
                assert a.name == getattr(f.says(Label), "inventory", None), f.name
            if isinstance(a, RefArea):
                assert a.names == getattr(f.says(Ref), "kinds", None), f.name


# -- and all this is so of a field that is not there yet


def _copy(to: Path) -> Path:
    """The package and its schemas, to be changed."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "scripts" / "onrecord", to / "scripts" / "onrecord", ignore=ignored)
    shutil.copytree(ROOT / "schemas", to / "schemas")
    return to


def _told(copy: Path, pattern: str) -> str:
    """What this file says of a field in a copy of the package."""
    code = f"import model.test_model as t\nprint(*[x for x in t.left_to_do() if x.startswith('`{pattern}`')])"
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(copy / "scripts"), str(ROOT / "tests")])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_each_step_that_a_new_field_needs_is_told(tmp_path: Path) -> None:
    """`quotes[].irony` is declared and no more, then all is done but its carrier: what was told is told no more."""
    copy, pattern = _copy(tmp_path), "/quotes/*/irony"
    record, columns = (copy / "scripts" / "onrecord" / name for name in ("model/record.py", "dataset/columns.py"))
    schema, labels = (copy / "schemas" / name for name in ("record.schema.json", "labels.json"))
    source = record.read_text("utf-8")
    quote = re.search(r"^class Quote\(.*?(?=    note:)", source, re.MULTILINE | re.DOTALL)
    assert quote
    values = 'Literal["none", "clear"]'
    record.write_text(source.replace(quote[0], f"{quote[0]}    irony: {values} | UnsetType = UNSET\n"), "utf-8")
    steps = ["no inventory", "no line in schemas/record.schema.json", "no carrier in Label Studio"]
    told = _told(copy, pattern)
    assert [step for step in [*steps, "no column in the flat table `quotes`"] if step not in told] == []

    def edit(path: Path, old: str, new: str) -> None:
        was = path.read_text("utf-8")
        assert was.count(old) == 1
        path.write_text(was.replace(old, new), "utf-8")

    edit(record, f"irony: {values}", f'irony: Annotated[{values}, Label("irony")]')
    assert "no vocabulary `irony`" in _told(copy, pattern)
    names = [{"name": name, "definition": "So."} for name in ("none", "clear")]
    vocabulary = {"name": "irony", "title": "Irony", "definition": "Whether.", "values": names}
    edit(labels, '"vocabularies": [', f'"vocabularies": [{json.dumps(vocabulary)},')
    edit(columns, '_own("attribution"', '_own("irony", "none or clear."), _own("attribution"')
    value = json.loads(schema.read_bytes())
    value["$defs"]["quote"]["properties"]["irony"] = {"description": "Whether.", "type": "string"}
    schema.write_text(json.dumps(value), "utf-8")
    told = _told(copy, pattern).strip()
    assert told.startswith(f"`{pattern}`: no carrier in Label Studio")
    assert ";" not in told.partition("mapping.py")[2]
