"""A build's proof on a desk: two of its configs are loaded again, not all; and a card is read once. In CI all (see `draws`).

As a program, `onrecord` without one: `python tests/proving.py build …`, for tests that need a process of its own.
"""

import pickle
import sys
from collections.abc import Callable
from functools import lru_cache
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from draws import FULL
from onrecord.dataset import front

if TYPE_CHECKING:
    from onrecord.card.assemble import Built

PROGRAM = [sys.executable, "-m", "onrecord"] if FULL else [sys.executable, __file__]


def two(whole: Callable[..., None]) -> Callable[..., None]:
    """The proof of the first config and of one that the data choose."""

    def prove(folder: Path, built: "list[Built]", *more: object) -> None:
        first, *others = built
        chosen = sum(map(ord, first.digest)) % max(1, len(others))
        whole(folder, [first, *others[chosen : chosen + 1]], *more)

    return prove


def once(parsed: Callable[[str], dict[str, Any]]) -> Callable[[str], dict[str, Any]]:
    """A card's YAML is read once, however often it is asked for; each who asks has values of its own."""
    known = lru_cache(64)(lambda text: pickle.dumps(parsed(text)))
    return lambda text: dict(pickle.loads(known(text)))


def hurry() -> None:
    """From now on, in this process."""
    if not FULL:
        parsed = once(front.parsed)
        for name in ("dataset.published", "publish.publication"):
            vars(import_module(f"onrecord.{name}"))["parsed"] = parsed
        modules = [import_module(f"onrecord.building.{name}") for name in ("building", "rehydrate")]
        proof = two(modules[0].prove_dataset)
        for module in modules:
            vars(module)["prove_dataset"] = proof


if __name__ == "__main__":
    from onrecord.building import building
    from onrecord.cli import app

    if not FULL:  # what reads datasets takes longer to start than all the rest, and is tried in the tests' own process
        building.prove_dataset = lambda *_: None
    app(prog_name="onrecord")
