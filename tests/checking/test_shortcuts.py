"""What makes rules fast stands apart from them: where it says that nothing is to be found, they find nothing."""

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest
from msgspec import ValidationError, convert
from msgspec.json import decode, encode

from damage import sample
from helpers import EXAMPLE, ROOT, example, patched
from onrecord.checking.rules import RULES, Document, Rule
from onrecord.model.record import Record

QUICK = [r for r in RULES if r.unless is not None]


def values() -> Iterator[Any]:
    """The corpus, the example and all that the rules' examples and damage make of it."""
    yield from (decode(path.read_bytes()) for path in sorted((ROOT / "corpus" / "records").glob("*.json")))
    yield EXAMPLE
    yield decode(encode(EXAMPLE).decode().replace("“", '\\"').replace("”", '\\"'))  # of ASCII alone
    for rule in RULES:
        yield from (patched(example(), rule.bad), patched(example(), rule.good))
    yield from (mutant.make() for mutant in sample(EXAMPLE, 1))


@cache
def records() -> list[Record]:
    found = []
    for value in values():
        try:
            found.append(convert(value, Record))
        except ValidationError:
            continue  # damage to its shape, which no rule sees
    return found


@pytest.mark.parametrize("rule", QUICK, ids=lambda r: r.code)
def test_nothing_is_found_where_a_shortcut_is_taken(rule: Rule) -> None:
    assert rule.unless is not None
    taken = [record for record in records() if rule.unless(Document(record))]
    assert 0 < len(taken) < len(records())
    assert [(record.id, found) for record in taken if (found := list(rule.check(Document(record))))] == []
