"""Splits are frozen lists of document ids; a split with a fault is a finding, and nothing is built."""

import shutil
from pathlib import Path

import pytest
import yaml
from datasets import load_dataset

import samples
from onrecord.building.building import BuildFailed, Summary, build
from onrecord.dataset.rows import rows
from onrecord.dataset.tables import Tables
from onrecord.files.corpus_folder import read_splits

RECORDS = samples.sample()
SEED, *_ = samples.SPLITS["train"]


def built(folder: Path, splits: dict[str, list[str]] | None) -> Summary:
    shutil.rmtree(folder / "corpus", ignore_errors=True)
    return build(samples.corpus(folder / "corpus", RECORDS, splits), folder / "out", tasks=False)


def test_records_go_where_they_are_listed(tmp_path: Path) -> None:
    summary = built(tmp_path, samples.SPLITS)
    assert summary.splits == {"train": 2, "validation": 1, "test": 1}
    loaded = load_dataset(str(tmp_path / "out" / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert {name: set(found["id"]) for name, found in loaded.items()} == {k: set(v) for k, v in samples.SPLITS.items()}
    card = yaml.safe_load((tmp_path / "out" / "dataset" / "README.md").read_text("utf-8").split("---\n")[1])
    sizes = {
        (info["config_name"], split["name"]): split["num_examples"]
        for info in card["dataset_info"]
        for split in info["splits"]
    }
    assert sizes["records", "validation"] == 1
    assert ("quotes", "validation") not in sizes, "the draft has no quotes; an empty split can't be loaded"
    assert sum(n for (config, _), n in sizes.items() if config == "quotes") == summary.counts["quotes"]


def test_without_lists_all_is_train(tmp_path: Path) -> None:
    assert built(tmp_path, None).splits == {"train": 4}
    assert built(tmp_path, {}).splits == {"train": 4}


def test_names_of_any_script(tmp_path: Path) -> None:
    splits = {"обучение": [SEED, "draft"], "dev.new_1": ["example"], "2024": ["hostile"]}
    assert built(tmp_path, splits).splits == {"2024": 1, "dev.new_1": 1, "обучение": 2}
    loaded = load_dataset(str(tmp_path / "out" / "dataset"), cache_dir=str(tmp_path / "cache"))
    assert {name: len(found) for name, found in loaded.items()} == {"2024": 1, "dev.new_1": 1, "обучение": 2}


def test_an_empty_list_is_left_out(tmp_path: Path) -> None:
    summary = built(tmp_path, {"train": list(RECORDS), "test": []})
    assert summary.splits == {"train": 4, "test": 0}
    assert list(load_dataset(str(tmp_path / "out" / "dataset"), cache_dir=str(tmp_path / "cache"))) == ["train"]


@pytest.mark.parametrize(
    ("splits", "codes"),
    [
        ({"train": [*RECORDS, "nobody"]}, ["COR006"]),
        ({"train": [*RECORDS], "test": ["draft"]}, ["COR006"]),
        ({"train": ["draft"], "test": ["example"]}, ["COR006", "COR006"]),
        ({"all": [*RECORDS]}, ["COR011"]),
        ({"dev-test": [*RECORDS]}, ["COR011"]),
        ({"a b": ["draft", "nobody"], "x y": ["example", SEED]}, ["COR006", "COR006", "COR011", "COR011"]),
    ],
)
def test_faults(tmp_path: Path, splits: dict[str, list[str]], codes: list[str]) -> None:
    with pytest.raises(BuildFailed) as caught:
        built(tmp_path, splits)
    assert [f.code for f in caught.value.findings] == codes
    assert sorted(p.name for p in tmp_path.iterdir()) == ["corpus"]


def test_moving_a_record_changes_the_card(tmp_path: Path) -> None:
    """Else `load_dataset` would serve the old split from its cache."""
    splits = {"train": [SEED, "draft"], "test": ["example", "hostile"]}
    built(tmp_path, splits)
    folder, cache = str(tmp_path / "out" / "dataset"), str(tmp_path / "cache")
    assert set(load_dataset(folder, split="train", cache_dir=cache)["id"]) == set(splits["train"])
    built(tmp_path, {"train": splits["test"], "test": splits["train"]})
    assert set(load_dataset(folder, split="train", cache_dir=cache)["id"]) == set(splits["test"])


def test_lists(tmp_path: Path) -> None:
    (tmp_path / "splits").mkdir()
    for name, words in (
        ("zeta", "a\n"),
        ("test", "# frozen\n\n b # why\n"),
        ("train", "\r\nc\r\n"),
        ("dev", "d"),
    ):
        (tmp_path / "splits" / f"{name}.txt").write_bytes(words.encode())
    (tmp_path / "splits" / "notes.md").write_text("not a list")
    found, faults = read_splits(tmp_path)
    listed = [(name, [(x.id, x.line) for x in ids]) for name, ids in found.items()]
    assert listed == [("train", [("c", 2)]), ("dev", [("d", 1)]), ("test", [("b", 3)]), ("zeta", [("a", 1)])]
    assert (faults, read_splits(tmp_path / "splits")) == ([], ({}, []))


def test_shards_are_numbered_and_loaded(tmp_path: Path) -> None:
    """A file ends when it is full; what is loaded doesn't depend on where."""
    found = {}
    for name, shard in (("one", 10**9), ("many", 1)):
        with Tables(tmp_path / name, ["train"], shard) as tables:
            for n in range(3):
                for record in RECORDS.values():
                    made = rows(record)
                    made["records"][0]["id"] += f"-{n}"
                    tables.add("train", made)
                tables._convert("train")
                tables._flush("train")
        found[name] = dict(tables.parts())
    files = found["many"]["records"][0].files
    assert files == tuple(f"train-{n:05}-of-00003.parquet" for n in range(3))
    assert sorted(p.name for p in (tmp_path / "many" / "records").iterdir()) == list(files)
    for config in found["one"]:
        assert found["one"][config][0].digest == found["many"][config][0].digest
        assert len(found["one"][config][0].files) == 1
        loaded = load_dataset(
            "parquet",
            data_files=str(tmp_path / "many" / config / "*.parquet"),
            split="train",
            cache_dir=str(tmp_path / "c"),
        )
        assert len(loaded) == found["one"][config][0].rows
