"""Every field of the model goes every way there and back, and what holds words is hidden: also a field that is added.

`fields.filled()` gives a new field a value by itself, so a codec that does not know it loses it here.
"""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pyarrow as pa
import pytest
from msgspec import convert
from msgspec.json import decode, encode

from fields import blank, filled, holders, lost, model, options
from helpers import ROOT
from onrecord.checking.validate import check_source
from onrecord.dataset.columns import arrow_schema
from onrecord.dataset.nested import from_row, record_row
from onrecord.dataset.rows import rows
from onrecord.dataset.standoff import hide, show
from onrecord.labelstudio import from_task, to_task
from onrecord.labelstudio.codec.mapping import PASSES
from onrecord.migrate.corrected import migrate
from onrecord.migrate.fates import Migration
from onrecord.model import specification
from onrecord.model.fields import FIELDS
from onrecord.model.meaning import Form
from onrecord.model.record import Record

ARTICLE = filled()["text"]
WORDS = "it will “not rush” the landing, first planned for 2026"
"""Ten of the article's words."""


def labelled(*layers: str) -> Callable[[Record], Record]:
    def way(record: Record) -> Record:
        back, findings = from_task(decode(encode(to_task(record, layers or None))))
        assert back is not None, findings
        return back

    return way


def tabled(record: Record) -> Record:
    return from_row(pa.Table.from_pylist([record_row(record)], schema=arrow_schema("records")).to_pylist()[0])


def hidden(record: Record) -> Record:
    return from_row(show(hide(rows(record))["records"][0], record.text))


def stayed(record: Record) -> Record:
    return migrate(record, record.text, "2026-02-02T02:02:02Z").record


def longer(record: Record) -> Record:
    made: Migration = migrate(record, f"{record.text}That was all of it on that day.\n", "2026-02-02T02:02:02Z")
    return made.record


WAYS: dict[str, Callable[[Record], Record]] = {
    "Label Studio": labelled(),
    **{f"a pass over {layer}": labelled(layer) for layer in PASSES},
    "a table": tabled,
    "a table without text": hidden,
    "migrate": stayed,
}


def test_every_field_has_a_value() -> None:
    record = filled()
    assert blank(record) == []
    _, findings = check_source(encode(record), "filled.json")
    assert [f for f in findings if f.severity == "error"] == []


@pytest.mark.parametrize("name", WAYS)
def test_nothing_is_lost(name: str) -> None:
    assert lost(WAYS[name]) == set()


def test_migrate_keeps_what_it_does_not_move() -> None:
    """A line that is put behind the article changes nothing but what tells of the text."""
    fresh = {f"/segments/*/{field}" for field in ("id", "kind", "start", "end")}
    assert lost(longer) - fresh == {"/text", "/text_sha256", "/metadata/source_sha256", "/annotation/modified"}


# -- what holds words is hidden where the text is left out

PLAIN = {f.place: form.why for f in FIELDS if (form := f.says(Form)) and form.why}
"""Fields that could hold sentences, and go out as they are; and why nobody writes any there."""
SCHEMA = jsonschema.Draft202012Validator(specification.record_schema())


def texts() -> list[str]:
    """The fields of the model that hold strings, open or of a form."""
    return [p for p, t in model() if any(o is str or "tuple[str" in str(o) for o in options(t))]


def with_words(pattern: str) -> dict[str, Any]:
    """The filled record with words of the article in a field."""
    made = filled()
    for item, field, _ in holders(made, pattern):
        item[field] = [WORDS] if isinstance(item.get(field), list) else WORDS
    return made


def strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple):
        for inner in value.values() if isinstance(value, dict) else value:
            yield from strings(inner)


def goes_out(pattern: str) -> bool:
    """Whether the article's words in a field can be read in a dataset without text."""
    made = with_words(pattern)
    return any(WORDS in text for text in strings(hide(rows(convert(made, Record)))))


def of_a_form(pattern: str) -> bool:
    """Whether the schema takes no sentence in a field."""
    return not SCHEMA.is_valid(with_words(pattern))


@pytest.mark.parametrize("pattern", [p for p in texts() if p != "/text"])
def test_words_are_hidden(pattern: str) -> None:
    assert pattern in PLAIN or of_a_form(pattern) or not goes_out(pattern)


def test_no_exception_is_stale() -> None:
    assert set(PLAIN) <= set(texts())
    assert [p for p in PLAIN if of_a_form(p) or not goes_out(p)] == []


def test_words_in_extensions_are_hidden() -> None:
    made = filled() | {"extensions": {WORDS: [WORDS]}}
    assert not any(WORDS in text for text in strings(hide(rows(convert(made, Record)))))


# -- and all this is so of a field that is not there yet


def test_a_field_that_no_codec_knows_is_noticed(tmp_path: Path) -> None:
    """A copy of the package, with one more field in every part of the model and of the schema."""
    shutil.copytree(
        ROOT / "scripts" / "onrecord", tmp_path / "scripts" / "onrecord", ignore=shutil.ignore_patterns("__pycache__")
    )
    shutil.copytree(ROOT / "schemas", tmp_path / "schemas")
    path = tmp_path / "scripts" / "onrecord" / "model" / "record.py"
    source = path.read_text("utf-8")
    parts = re.compile(r"^class \w+\(Value.*?\n(?=\n\n)", re.MULTILINE | re.DOTALL)
    path.write_text(parts.sub(lambda part: f"{part[0]}    novelty: str | UnsetType = UNSET\n", source), "utf-8")
    schema = tmp_path / "schemas" / "record.schema.json"
    value = decode(schema.read_bytes())
    novelty = {"description": "New.", "type": "string"}
    for part in (value, *value["$defs"].values()):
        if "properties" in part:
            part["properties"]["novelty"] = novelty
    schema.write_bytes(encode(value))
    code = (
        "import json, model.test_fields as t\n"
        "found = {name: sorted(t.lost(t.WAYS[name])) for name in t.WAYS}\n"
        "new = [p for p in t.texts() if p.endswith('/novelty')]\n"
        "print(json.dumps([new, found, [p for p in new if t.goes_out(p)]]))"
    )
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(tmp_path / "scripts"), str(ROOT / "tests")])}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env)
    assert done.returncode == 0, done.stderr
    new, found, plain = decode(done.stdout)
    assert len(new) == 24
    whole = {"/metadata", "/metadata/published", "/segments/*", "/annotation", "/annotation/annotators/*"}
    whole |= {"/entities/*/link", "/events/*/link"}  # carried as they are
    assert set(found["Label Studio"]) == {p for p in new if p.removesuffix("/novelty") not in whole}
    for layer in PASSES:
        assert set(found[f"a pass over {layer}"]) == {
            p for p in found["Label Studio"] if p.startswith((f"/{layer}/", "/novelty"))
        }
    assert found["a table"] == found["migrate"] == [], "made of the model itself"
    assert plain == new, "so test_words_are_hidden fails for each"
