"""Croissant: accepted by mlcroissant without a word, and every record set loads with the rows of the dataset."""

import logging
import shutil
from pathlib import Path
from typing import Any

import mlcroissant as mlc
import numpy as np
import pytest
from datasets import load_dataset
from msgspec.json import decode

from helpers import ROOT
from onrecord.building.building import build
from onrecord.dataset.columns import CONFIGS, arrow_schema, describe
from onrecord.files import canonical_json
from onrecord.model import specification
from onrecord.model.record import Record


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The seed and the small example, built."""
    folder = tmp_path_factory.mktemp("croissant")
    shutil.copytree(ROOT / "corpus", folder / "corpus")
    example = decode(specification.schema_bytes("record.example.json"), type=Record)
    (folder / "corpus" / "records" / "example.json").write_bytes(canonical_json.canonical(example))
    (folder / "corpus" / "raw" / "example.txt").write_bytes(example.text.encode())
    build(folder / "corpus", folder / "build")
    return folder / "build" / "dataset"


def plain(value: Any) -> Any:
    """A value of mlcroissant's as `datasets` gives it: bytes are text, numpy's scalars Python's, no prefixed names."""
    if isinstance(value, bytes):
        return value.decode()
    if isinstance(value, list | np.ndarray):
        return [plain(v) for v in value]
    if isinstance(value, dict):
        return {k.rsplit("/", 1)[-1]: plain(v) for k, v in value.items()}
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and np.isnan(value) else value


def test_accepted_without_a_word(dataset: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        found = mlc.Dataset(str(dataset / "croissant.json"))
    assert found.metadata.issues.errors == set()
    assert found.metadata.issues.warnings == set()
    assert caplog.records == []
    assert [r.uuid for r in found.metadata.record_sets] == ["splits", *CONFIGS]


@pytest.mark.parametrize("config", CONFIGS)
def test_every_record_set_loads_equal_to_the_dataset(
    config: str, dataset: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        rows = [plain(r) for r in mlc.Dataset(str(dataset / "croissant.json")).records(config)]
    assert caplog.records == []
    loaded = load_dataset(str(dataset), config, split="train", cache_dir=str(tmp_path))
    assert len(rows) == len(loaded) > 0
    for row, other in zip(rows, loaded, strict=True):
        assert row.pop("split") == "train"
        for name, value in row.items():
            expected: Any = other
            for part in name.split("."):
                expected = None if expected is None else expected[part]
            assert value == expected, name
    if config != "records":
        assert set(rows[0]) == {c.name for c in describe(config)} == set(arrow_schema(config).names)
    else:
        assert {"id", "text", "metadata.language", "metadata.published.value", "annotation.status"} <= set(rows[0])


def test_splits(dataset: Path) -> None:
    found = mlc.Dataset(str(dataset / "croissant.json"))
    assert [plain(r) for r in found.records("splits")] == [{"name": "train"}]
