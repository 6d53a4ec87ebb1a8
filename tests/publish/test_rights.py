"""Which texts may be passed on."""

import json
from pathlib import Path

import pytest

from helpers import ROOT, example
from onrecord.publish.rights import OPEN, is_open, reserved


@pytest.mark.parametrize("rights", ["CC0-1.0", "CC-BY-4.0", "cc-by-sa-3.0", " PDDL-1.0\n", "ODbL-1.0"])
def test_open(rights: str) -> None:
    assert is_open(rights)


@pytest.mark.parametrize(
    "rights",
    ["", "not stated", "CC-BY", "CC-BY-NC-4.0", "CC-BY-ND-4.0", "CC-BY-4.0 or so", "MIT OR proprietary", "©"],
)
def test_not_open(rights: str) -> None:
    assert not is_open(rights)


def test_nothing_with_conditions_on_use_is_listed() -> None:
    assert not [name for name in OPEN if "-NC" in name or "-ND" in name]


def test_of_a_corpus(tmp_path: Path) -> None:
    records = [{**example(), "id": f"r{i}"} for i in range(4)]
    for record, rights in zip(records, ("CC0-1.0", "Reuters", "CC-BY-4.0", "Reuters"), strict=True):
        record["metadata"] = {**record["metadata"], "rights": rights}
    (tmp_path / "some.jsonl").write_text("\n".join(map(json.dumps, records)) + "\n{broken\n[]\n", "utf-8")
    assert reserved(tmp_path) == (4, ["Reuters", "Reuters"])
    assert reserved(ROOT / "corpus") == (1, ["All rights in the text remain with its owner."])
