"""How much of a wide test is drawn: a part on a desk, all of it in CI.

All: where CI or ONRECORD_DRAWS=full is set. A part is the same test with fewer draws; none is left out. What runs on a
desk is taken evenly and always the same, so that a failure comes again; a property test's draws are Hypothesis's.
"""

import os
from collections.abc import Iterable
from typing import TypeVar

T = TypeVar("T")

FULL = bool(os.environ.get("CI")) or os.environ.get("ONRECORD_DRAWS") == "full"


def draws(full: int) -> int:
    """How many examples a property test takes that takes `full` in CI."""
    return full if FULL else min(full, max(5, full // 12))


def part(cases: Iterable[T], every: int, first: int = 0) -> list[T]:
    """All cases in CI, else one of so many, beginning with the one at `first` (modulo `every`)."""
    return list(cases) if FULL else list(cases)[first % every :: every]
