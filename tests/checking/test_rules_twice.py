"""A rule looks at all items: what it finds in an article it finds in a second one behind it, and behind a sound one."""

from typing import Any

import pytest
from msgspec import convert

from helpers import example, patched
from onrecord.checking.rules import RULES, Document, Rule
from onrecord.model.record import AUTHOR, PUBLISHED, Record

LAYERS = ("segments", "entities", "times", "quotes", "claims", "events")
NAMES = frozenset(
    "id speaker speaker_mention entity mention parent time setting quote claimant claimant_mention claim event target "
    "according_to anchor begin end_point members about".split()
)
"""Fields that hold ids."""
ONCE = {
    "SPN008": "one finding for all marks that are off",
    "ENT015": "names the first cluster that has the name",
}


def moved(value: Any, by: int, key: str = "") -> Any:
    """An item of an article that begins so many characters later, its ids and those that it names with a sign."""
    if isinstance(value, dict):
        return {k: moved(v, by, k) for k, v in value.items()}
    if isinstance(value, list):
        return [moved(v, by, key) for v in value]
    if key in ("start", "end"):
        return value + by
    return f"{value}.2" if key in NAMES and isinstance(value, str) and value not in (AUTHOR, PUBLISHED) else value


def behind(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """Two articles as one."""
    text = first["text"] if first["text"].endswith("\n") else first["text"] + "\n"
    layers = {layer: first[layer] + moved(second[layer], len(text)) for layer in LAYERS}
    return second | layers | {"text": text + second["text"]}


def places(rule: Rule, record: dict[str, Any]) -> list[str]:
    """Where a rule finds something in the layers."""
    found = rule.check(Document(convert(record, Record)))
    return [p.pointer for p in found if p.pointer.split("/")[1] in LAYERS and p.pointer.count("/") > 1]


def later(pointer: str, than: dict[str, Any]) -> str:
    _, layer, number, *rest = pointer.split("/")
    return "/".join(["", layer, str(int(number) + len(than[layer])), *rest])


@pytest.mark.parametrize("rule", [r for r in RULES if r.code not in ONCE], ids=lambda r: r.code)
def test_found_in_a_second_article(rule: Rule) -> None:
    bad = patched(example(), rule.bad)
    alone = places(rule, bad)
    assert {later(p, example()) for p in alone} <= set(places(rule, behind(example(), bad)))
    assert {*alone, *(later(p, bad) for p in alone)} <= set(places(rule, behind(bad, bad)))


def test_no_exception_is_stale() -> None:
    assert ONCE.keys() <= {r.code for r in RULES}
