"""Schema upgrades: the way through the steps, and what is said where there is none."""

import copy
from typing import Any

import pytest

from helpers import example
from onrecord.migrate.upgrade import (
    STEPS,
    NewerVersion,
    NoPath,
    Step,
    StepFailed,
    UnknownVersion,
    UpgradeError,
    upgrade,
)
from onrecord.model import specification


def rename(old: str, new: str) -> Any:
    def change(value: dict[str, Any]) -> dict[str, Any]:
        return {new if k == old else k: v for k, v in value.items()}

    return change


def reorder(value: dict[str, Any]) -> dict[str, Any]:
    value["layers"].reverse()  # alters what it gets, and may
    return value


def step(before: str, after: str, change: Any = dict) -> Step:
    return Step(before=before, after=after, description=f"{before} → {after}", change=change)


ONE = step("1.0.0", "1.1.0", rename("body", "text"))
TWO = step("1.1.0", "2.0.0", rename("marks", "layers"))
THREE = step("2.0.0", "10.0.0", reorder)
STEPS_OF_ITS_OWN = (THREE, ONE, TWO)
OLD = {"schema_version": "1.0.0", "body": "x", "marks": [1, 2]}


def test_the_chain_is_found_and_its_steps_are_done_in_order() -> None:
    before = copy.deepcopy(OLD)
    made, applied = upgrade(OLD, STEPS_OF_ITS_OWN, "10.0.0")
    assert made == {"schema_version": "10.0.0", "text": "x", "layers": [2, 1]}
    assert list(made) == ["schema_version", "text", "layers"]
    assert applied == (ONE, TWO, THREE)
    assert before == OLD


def test_it_stops_at_the_target_and_starts_anywhere() -> None:
    assert upgrade(OLD, STEPS_OF_ITS_OWN, "1.1.0")[1] == (ONE,)
    later = {"schema_version": "2.0.0", "layers": [1, 2]}
    assert upgrade(later, STEPS_OF_ITS_OWN, "10.0.0") == ({"schema_version": "10.0.0", "layers": [2, 1]}, (THREE,))
    assert later["layers"] == [1, 2]


def test_the_shortest_way_is_taken_and_circles_end() -> None:
    short = step("1.0.0", "10.0.0")
    assert upgrade(OLD, (*STEPS_OF_ITS_OWN, short), "10.0.0")[1] == (short,)
    with pytest.raises(NoPath):
        upgrade(OLD, (step("1.0.0", "1.1.0"), step("1.1.0", "1.0.0")), "3.0.0")


def test_the_present_version_needs_no_step_and_shares_nothing() -> None:
    value = example()
    made, applied = upgrade(value)
    assert applied == ()
    assert made == value
    made["metadata"]["headline"] = "other"
    assert value == example()


@pytest.mark.parametrize(
    ("version", "error", "words"),
    [
        ("10.0.1", NewerVersion, "newer than 10.0.0"),
        ("0.9.0", NoPath, "no way from schema 0.9.0 to 10.0.0"),
        ("9.0.0", NoPath, "no way from schema 9.0.0"),  # 9 < 10, as numbers
        (None, UnknownVersion, "no schema_version"),
        ("", UnknownVersion, "no schema_version"),
        ("1.0", UnknownVersion, "'1.0'"),
        ("01.0.0", UnknownVersion, "no version"),
        (1, UnknownVersion, "1"),
        ([], UnknownVersion, "no schema_version"),
    ],
)
def test_where_there_is_no_way(version: Any, error: type[UpgradeError], words: str) -> None:
    with pytest.raises(error, match=words):
        upgrade({"schema_version": version}, STEPS_OF_ITS_OWN, "10.0.0")
    with pytest.raises(UnknownVersion):
        upgrade({}, STEPS_OF_ITS_OWN, "10.0.0")


def test_a_chain_that_breaks_off_says_where() -> None:
    with pytest.raises(NoPath, match=r"end at 2\.0\.0"):
        upgrade(OLD, (ONE, TWO), "10.0.0")


def test_a_record_that_a_step_cannot_read() -> None:
    broken = {"schema_version": "2.0.0"}
    with pytest.raises(StepFailed, match=r"from 2\.0\.0 to 10\.0\.0 .*layers"):
        upgrade(broken, STEPS_OF_ITS_OWN, "10.0.0")
    assert broken == {"schema_version": "2.0.0"}


def test_the_registry_leads_up_to_this_schema() -> None:
    for s in STEPS:
        assert upgrade({"schema_version": s.before}, [step(x.before, x.after) for x in STEPS])[1]
        assert s.description
        assert [int(n) for n in s.before.split(".")] < [int(n) for n in s.after.split(".")]
    assert len({s.before for s in STEPS}) == len(STEPS)
    assert upgrade({"schema_version": specification.schema_version()})[1] == ()
