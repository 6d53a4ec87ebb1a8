"""Records of older schemas → records of this one: the registry of steps, and the way through it.

A step comes with each rise of the schema's version. It gets a record's JSON in the form of its `before` and returns it
in that of its `after`; `schema_version` is set for it.
"""

import re
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from msgspec import Struct
from msgspec.json import decode, encode

from ..model.specification import schema_version


class Step(Struct, frozen=True, kw_only=True):
    """From one schema version to a later one. `change` may alter what it gets: that is a copy of its own."""

    before: str
    after: str
    description: str
    change: Callable[[dict[str, Any]], dict[str, Any]]


STEPS: tuple[Step, ...] = ()
"""All steps there are; the first will come with the schema's second version."""


class UpgradeError(ValueError):
    """A record can't be brought to the wanted version; the message says why."""


class UnknownVersion(UpgradeError):
    """The record does not say of which version it is."""


class NewerVersion(UpgradeError):
    """The record is of a version that this package does not know yet."""


class NoPath(UpgradeError):
    """The record is of an older version, and no steps lead on from it."""


class StepFailed(UpgradeError):
    """A step could not make sense of the record, which was no sound one of its version."""


_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)", re.ASCII)


def _number(version: object) -> tuple[int, ...]:
    match = _VERSION.fullmatch(version) if isinstance(version, str) else None
    if match is None:
        raise UnknownVersion(
            f"schema_version is {version!r}, which is no version" if version else "it has no schema_version"
        )
    return tuple(int(part) for part in match.groups())


def path(start: str, target: str, steps: Sequence[Step] = STEPS) -> tuple[Step, ...]:
    """The shortest chain of steps from one version to another.

    Raises:
        UnknownVersion: one of the two is no semantic version.
        NewerVersion: `start` is newer than `target`.
        NoPath: no steps lead from `start` to `target`.
    """
    if _number(start) > _number(target):
        raise NewerVersion(f"it is of schema {start}, newer than {target}; a newer onrecord is needed")
    ways: dict[str, tuple[Step, ...]] = {start: ()}
    ahead = deque([start])
    while ahead:
        version = ahead.popleft()
        if version == target:
            return ways[version]
        for step in steps:
            if step.before == version and step.after not in ways:
                ways[step.after] = (*ways[version], step)
                ahead.append(step.after)
    reached = max(ways, key=_number)
    more = f"; the steps end at {reached}" if reached != start else ""
    raise NoPath(f"there is no way from schema {start} to {target}{more}")


def upgrade(
    value: dict[str, Any], steps: Sequence[Step] = STEPS, target: str | None = None
) -> tuple[dict[str, Any], tuple[Step, ...]]:
    """A record's JSON in the form of the schema `target` (this package's, if none), and the steps that it took.

    `value` stays as it is; the result shares nothing with it.

    Raises:
        UpgradeError: see `path`; or `StepFailed`, if a step can't make sense of the record.
    """
    chain = path(value.get("schema_version") or "", target or schema_version(), steps)
    value = decode(encode(value))  # deeper than deepcopy
    for step in chain:
        try:
            value = {**step.change(value), "schema_version": step.after}
        except (LookupError, TypeError, ValueError, AttributeError) as error:
            what = f"{type(error).__name__}: {error}"
            raise StepFailed(
                f"the step from {step.before} to {step.after} failed ({what}); check the record"
            ) from error
    return value, chain
