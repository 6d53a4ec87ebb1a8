"""Canonical JSON: what a record's file holds, byte for byte."""

from typing import Any

import msgspec

from ..model.record import Record


def canonical(value: Record | dict[str, Any]) -> bytes:
    """Canonical JSON: the model's key order, two-space indent, UTF-8, final newline."""
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"
