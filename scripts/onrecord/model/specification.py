"""Where the specification stands (`schemas/`), and the schemas in it."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec


@cache
def schema_folder() -> Path:
    """The folder of the schemas: inside the installed package, else at the checkout's root."""
    here = Path(__file__).resolve().parents[1]
    for folder in (here / "schemas", here.parents[1] / "schemas"):
        if (folder / "record.schema.json").is_file():
            return folder
    raise FileNotFoundError("onrecord's schemas are missing; install the package again")


def schema_bytes(name: str) -> bytes:
    return (schema_folder() / name).read_bytes()


@cache
def record_schema() -> dict[str, Any]:
    """schemas/record.schema.json."""
    found: dict[str, Any] = msgspec.json.decode(schema_bytes("record.schema.json"))
    return found


@cache
def schema_version() -> str:
    """The schema's version; its home is the `const` of `schema_version` in the schema."""
    return str(record_schema()["properties"]["schema_version"]["const"])


@cache
def mapping_schema() -> dict[str, Any]:
    """schemas/labelstudio_mapping.schema.json."""
    found: dict[str, Any] = msgspec.json.decode(schema_bytes("labelstudio_mapping.schema.json"))
    return found
