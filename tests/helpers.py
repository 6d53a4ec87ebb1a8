"""What several tests need."""

import copy
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.json import decode, encode

from onrecord import store
from onrecord.fix import apply
from onrecord.rules.base import Patch

ROOT = Path(__file__).resolve().parents[1]
SEED = "000_f531abd8ae4f8b44"
EXAMPLE: dict[str, Any] = decode(store.schema_bytes("record.example.json"))


def example() -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE)


def patched(record: dict[str, Any], patches: Iterable[Patch]) -> dict[str, Any]:
    """The record with values set, appended (`/-`) or removed at JSON pointers."""
    made: dict[str, Any] = apply(record, patches)
    return made


def source(record: Any) -> bytes:
    return encode(record)
