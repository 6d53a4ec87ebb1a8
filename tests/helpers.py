"""What several tests need."""

import copy
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from msgspec.json import decode, encode

from onrecord.checking.fix import apply
from onrecord.checking.rules.base import Patch
from onrecord.model import specification

ROOT = Path(__file__).resolve().parents[1]
SEED = "000_f531abd8ae4f8b44"
EXAMPLE: dict[str, Any] = decode(specification.schema_bytes("record.example.json"))


def example() -> dict[str, Any]:
    return copy.deepcopy(EXAMPLE)


def patched(record: dict[str, Any], patches: Iterable[Patch]) -> dict[str, Any]:
    """The record with values set, appended (`/-`) or removed at JSON pointers."""
    made: dict[str, Any] = apply(record, patches)
    return made


def source(record: Any) -> bytes:
    return encode(record)


def _leaves(value: Any, pointer: str = "") -> Iterator[tuple[str, str]]:
    """The pointers of a JSON value's scalars and empty containers, with what stands there, written."""
    if isinstance(value, dict | list) and value:
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _leaves(inner, f"{pointer}/{key}")
    else:
        yield pointer, encode(value).decode()


def touched(made: Any, of: Any) -> set[str]:
    """The fields in which two JSON values differ, `*` for each index."""
    differing = set(_leaves(made)) ^ set(_leaves(of))
    return {re.sub(r"/\d+(?=/|$)", "/*", pointer) for pointer, _ in differing}


_ASIDE = re.compile(r"/(note|id|(text|source)_sha256)$|^/extensions\b")
"""Fields that an example changes besides, or that change what no rule looks at."""


def lookalike(good: Any, bad: Any, of: Any) -> str | None:
    """Why a good example is no look-alike of the bad one, both made by changes `of` a record or corpus; None if it is.

    A look-alike differs from what it is made of in more than notes, ids, hashes and extensions (unless the bad one
    does so, too), and in one at least of the fields in which the bad one does.
    """
    if not (changed := touched(good, of)):
        return "it changes nothing"
    wrong = touched(bad, of)
    meant = {field for field in wrong if not _ASIDE.search(field)} or wrong
    if all(map(_ASIDE.search, changed)) and not all(map(_ASIDE.search, wrong)):
        return f"it changes but {sorted(changed)}"
    if not meant & changed:
        return f"it changes {sorted(changed)}, the bad one {sorted(meant)}"
    return "it is the bad one" if good == bad else None
