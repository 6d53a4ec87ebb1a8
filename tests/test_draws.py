"""How much is drawn: all of it in CI, and a part on a desk that leaves nothing out for ever."""

import re
from pathlib import Path

import pytest

import draws

TESTS = Path(__file__).parent


def test_in_ci_all_is_drawn(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "FULL", True)
    assert [draws.draws(n) for n in (1, 15, 600)] == [1, 15, 600]
    assert draws.part("abcdefg", 3, 5) == list("abcdefg")


def test_on_a_desk_a_part(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(draws, "FULL", False)
    assert [draws.draws(n) for n in (1, 15, 600)] == [1, 5, 50]
    parts = [draws.part("abcdefg", 3, first) for first in (3, 4, 5)]
    assert sorted(x for some in parts for x in some) == list("abcdefg")
    assert all(parts)


def test_every_property_test_is_drawn_by_these() -> None:
    found = [
        f"{path.name}: {number}"
        for path in TESTS.rglob("*.py")
        for number in re.findall(r"max_examples=(\d+)", path.read_text("utf-8"))
    ]
    assert not found, "say draws(…)"


def test_ci_asks_for_all() -> None:
    command = TESTS.parent / ".ci" / "run"
    if command.is_file():
        assert "export ONRECORD_DRAWS=full" in command.read_text("utf-8")
