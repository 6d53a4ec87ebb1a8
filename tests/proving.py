"""A build's proof on a desk: two of its configs are loaded again, not all; in CI all (see `draws`).

As a program, `onrecord` without one: `python tests/proving.py build …`, for tests that need a process of its own.
"""

import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from draws import FULL

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


def hurry() -> None:
    """From now on, in this process."""
    if not FULL:
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
