"""What a corpus or a dataset may be broken in, part by part: a finding with its file and place, never a traceback."""

import copy
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import yaml
from msgspec import convert
from typer.testing import CliRunner, Result

import samples
from draws import part
from helpers import SEED, example
from onrecord.building.building import BuildFailed, build
from onrecord.cli import app
from onrecord.dataset.columns import arrow_schema
from onrecord.files import canonical_json
from onrecord.files.corpus_folder import read_info
from onrecord.model.record import Record


def run(*args: Any, code: int | None = 0) -> Result:
    result = CliRunner().invoke(
        app, [str(a) for a in args], env={"HF_ENDPOINT": "http://127.0.0.1:9", "HF_TOKEN": "hf_x"}
    )
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert "Traceback" not in result.output
    assert code is None or result.exit_code == code, result.output
    return result


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return samples.corpus(tmp_path / "corpus", {k: v for k, v in samples.sample().items() if k != SEED})


# -- a record that would not come back


def doubled(path: str, id: str = "example", **change: Any) -> Record:
    """The example with the first item of a list given twice."""
    record = example()
    items: Any = record
    for step in path.split("/")[1:]:
        items = items[int(step)] if isinstance(items, list) else items[step]
    items.append({**items[0], **change})
    record["id"], record["metadata"]["source_file"] = id, f"{id}.txt"
    return convert(record, Record)


@pytest.mark.parametrize(
    ("path", "change"),
    [
        ("/claims/2/relations", {}),
        ("/claims/2/relations", {"note": "again"}),
        ("/quotes/1/addressees", {}),
    ],
)
def test_a_relation_given_twice(corpus: Path, tmp_path: Path, path: str, change: dict[str, Any]) -> None:
    record = doubled(path, **change)
    n = len(example()[path.split("/")[1]][int(path.split("/")[2])][path.split("/")[3]])
    (corpus / "records" / "example.json").write_bytes(canonical_json.canonical(record))
    with pytest.raises(BuildFailed) as caught:
        build(corpus, tmp_path / "out")
    (finding,) = caught.value.findings
    assert (finding.code, finding.pointer, finding.record) == ("DST010", f"{path}/{n}", "example")
    assert finding.file == str(corpus / "records" / "example.json")
    lines = Path(finding.file).read_text("utf-8").splitlines()
    assert lines[(finding.line or 0) - 1].strip() == "{"
    assert [(r.pointer, r.message) for r in finding.related] == [(f"{path}/0", "first given here")]
    assert finding.fix == "remove one of the two"
    assert not (tmp_path / "out").exists()
    shown = run("build", corpus, "-o", tmp_path / "out", code=1).output
    assert f"example.json:{finding.line}:" in shown
    assert "DST010" in shown
    run("build", corpus, "-o", tmp_path / "out", "--no-labelstudio")  # the dataset holds both


def test_each_record_that_would_not_come_back_is_told(corpus: Path, tmp_path: Path) -> None:
    lines = [canonical_json.canonical(doubled("/claims/2/relations", f"r{n}")).replace(b"\n", b"") for n in range(3)]
    (corpus / "records" / "more.jsonl").write_bytes(b"\n".join(lines) + b"\n")
    for n in range(3):
        (corpus / "raw" / f"r{n}.txt").write_bytes(doubled("/claims/2/relations").text.encode())
    with pytest.raises(BuildFailed) as caught:
        build(corpus, tmp_path / "out", policy=lambda found: [f for f in found if f.severity != "error"])
    found = [(f.code, f.file, f.line, f.record) for f in caught.value.findings]
    assert found == [("DST010", str(corpus / "records" / "more.jsonl"), n + 1, f"r{n}") for n in range(3)]


# -- corpus.toml

GOOD = 'name = "n"\ntitle = "t"\nversion = "1.0.0"\nguidelines = "1.0.0"\n'
TOML: dict[str, tuple[bytes, str, int, str]] = {
    "no TOML": (b'name = "n"\ntitle = unquoted\n', "FIL010", 2, "this is no TOML"),
    "cut off": (GOOD.encode() + b'license = "CC', "FIL010", 5, "this is no TOML"),
    "a key twice": (GOOD.encode() + b'name = "m"\n', "FIL010", 5, "this is no TOML"),
    "Latin-1": (GOOD.encode() + 'license = "é"\n'.encode("latin-1"), "FIL002", 5, "byte 0xe9"),
    "UTF-16": (GOOD.encode("utf-16"), "FIL002", 1, "not UTF-8"),
    "NUL": (GOOD.encode() + b"\0", "FIL010", 5, "this is no TOML"),
    "nested": (b"a = " + b"[" * 5000, "FIL010", 1, "nested too deeply"),
    "digits": (GOOD.encode() + b"x = " + b"1" * 5000, "FIL010", 5, "this is no TOML"),
    "a date that is none": (GOOD.encode() + b"released = 2026-13-01\n", "FIL010", 5, "this is no TOML"),
    "empty": (b"", "FIL011", 1, "the fields name, title, version, guidelines are missing"),
    "one missing": (GOOD.replace('title = "t"\n', "").encode(), "FIL011", 1, "the field title is missing"),
    "a number": (GOOD.encode() + b"license = 4\n", "FIL011", 5, "license is 4; a text is wanted"),
    "a text": (GOOD.encode() + b'authors = "Jo"\n', "FIL011", 5, "authors is 'Jo'; a list of texts is wanted"),
    "numbers": (GOOD.encode() + b"tags = [1]\n", "FIL011", 5, "tags is [1]; a list of texts is wanted"),
    "a text for a date": (GOOD.encode() + b'released = "2026"\n', "FIL011", 5, "released is '2026'; a date is wanted"),
    "a time": (GOOD.encode() + b"released = 07:32:00\n", "FIL011", 5, "released is 07:32:00; a date is wanted"),
    "a slip": (GOOD.encode() + b'licence = "x"\n', "FIL011", 5, "the field 'licence' is unknown here"),
    "a table": (GOOD.encode() + b"\n[tool.x]\na = 1\n", "FIL011", 6, "the field 'tool' is unknown here"),
    "a table of a field": (GOOD.encode() + b"[license]\na = 1\n", "FIL011", 5, "a text is wanted"),
    "blank": (GOOD.replace('"t"', '" "').encode(), "FIL011", 2, "title is blank"),
    "no repository": (GOOD.encode() + b'repository = "news"\n', "FIL011", 5, "names none on the Hub"),
    "code": (GOOD.encode() + b"repository = 'a/b\"; import os #'\n", "FIL011", 5, "names none on the Hub"),
}


@pytest.mark.parametrize("case", TOML)
def test_a_broken_corpus_toml(corpus: Path, tmp_path: Path, case: str) -> None:
    raw, code, line, words = TOML[case]
    path = corpus / "corpus.toml"
    path.write_bytes(raw)
    for command in (["validate", corpus], ["build", corpus, "-o", tmp_path / "out"], ["publish", "org/news", corpus]):
        shown = run(*command, code=1).output
        assert f"{path}:{line}:" in shown.replace("\n", ""), shown
        assert f"{code} " in shown
        assert words in shown
    assert not (tmp_path / "out").exists()


def test_a_folder_for_corpus_toml(corpus: Path, tmp_path: Path) -> None:
    (corpus / "corpus.toml").mkdir()
    for command in (["validate", corpus], ["build", corpus, "-o", tmp_path / "out"], ["publish", "org/news", corpus]):
        assert f"{corpus / 'corpus.toml'}: FIL001" in run(*command, code=1).output


def test_every_fault_of_corpus_toml_is_told(corpus: Path) -> None:
    (corpus / "corpus.toml").write_bytes(b"\xef\xbb\xbf" + b'nam = "x"\r\nversion = 1\r\n\r\ntags = "a"\r\n')
    found = [(f.code, f.line, f.pointer) for f in read_info(corpus)[1]]
    assert found == [("FIL011", 1, None), ("FIL011", 1, "/nam"), ("FIL011", 2, "/version"), ("FIL011", 4, "/tags")]
    (corpus / "corpus.toml").write_bytes(b"\xef\xbb\xbf" + GOOD.replace("\n", "\r\n").encode())
    info, faults = read_info(corpus)
    assert info is not None
    assert (info.name, faults) == ("n", [])


# -- the lists of splits


@pytest.mark.parametrize(
    ("name", "raw", "code", "line"),
    [
        ("train.txt", b"example\nhostile\n\xff\ndraft\n", "FIL002", 3),
        ("train.txt", "example\nhostile\ndraft\n".encode("utf-16"), "FIL002", 1),
        ("train.txt", b"# ids\nexample\nhostile\nexample\ndraft\n", "COR006", 4),
        ("train.txt", b"example\nhostile\n\ndraft\nnobody # who\n", "COR006", 5),
        ("train.txt", b"example\nhostile\ndraft\nno\0body\n", "COR006", 4),
        ("a b.txt", b"example\nhostile\ndraft\n", "COR011", None),
        ("all.txt", b"example\nhostile\ndraft\n", "COR011", None),
    ],
)
def test_a_broken_list(corpus: Path, tmp_path: Path, name: str, raw: bytes, code: str, line: int | None) -> None:
    (corpus / "splits").mkdir()
    (corpus / "splits" / name).write_bytes(raw)
    (corpus / "corpus.toml").write_text(GOOD)
    place = f"{corpus / 'splits' / name}{'' if line is None else f':{line}:1'}: {code}"
    for command in (["validate", corpus], ["build", corpus, "-o", tmp_path / "out"], ["publish", "org/news", corpus]):
        assert place in run(*command, code=1).output
    if code == "COR011":  # no settings make it a name
        with pytest.raises(BuildFailed):
            build(corpus, tmp_path / "out", policy=lambda found: [])


def test_a_folder_for_a_list(corpus: Path, tmp_path: Path) -> None:
    (corpus / "splits" / "train.txt").mkdir(parents=True)
    for command in (["validate", corpus], ["build", corpus, "-o", tmp_path / "out"]):
        assert f"{corpus / 'splits' / 'train.txt'}: FIL001" in run(*command, code=1).output


# -- what is not there


@pytest.mark.parametrize(
    "command",
    [
        ["build", "{}", "-o", "out"], ["unbuild", "{}", "-o", "out"], ["publish", "org/news", "{}"],
        ["rehydrate", "{}", "--texts", ".", "-o", "out"], ["rehydrate", ".", "--texts", "{}", "-o", "out"],
    ],
)  # fmt: skip
def test_a_path_that_is_not_there_is_wrong_usage(
    tmp_path: Path, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    shown = run(*(a.format(tmp_path / "no where") for a in command), code=2)
    assert len(shown.output.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


# -- a dataset


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A dataset of three records, with its texts and without, and the texts."""
    folder = tmp_path_factory.mktemp("datasets")
    made = {k: v for k, v in samples.sample().items() if k != SEED}
    corpus = samples.corpus(folder / "corpus", made, {"train": ["example", "hostile"], "test": ["draft"]})
    (corpus / "corpus.toml").write_text(GOOD)
    build(corpus, folder / "text", tasks=False, proof=False)
    build(corpus, folder / "bare", text=False, proof=False)
    return {"text": folder / "text" / "dataset", "bare": folder / "bare" / "dataset", "raw": corpus / "raw"}


def tried(folder: Path, whole: dict[str, Path], out: Path, rows: bool = False, few: int | None = None) -> list[str]:
    """What the commands say of a dataset; each ends with findings or one line, or reads it well, and leaves nothing half.

    On a desk two of the commands, by the number, where one is given.
    """
    said = []
    commands = [
        ("unbuild", ["unbuild", folder, "-o", out / "unbuilt"]),
        ("records", ["rehydrate", folder, "--texts", whole["raw"], "-o", out / "records", "--records"]),
        ("dataset", ["rehydrate", folder, "--texts", whole["raw"], "-o", out / "whole"]),
        *([("validate", ["validate", folder / "records"])] if rows else []),
    ]
    for name, command in commands if few is None else part(commands, 2, few):
        done = run(*command, code=None)
        said.append(f"{name} {done.exit_code}: {done.output}")
        assert done.exit_code in (0, 1, 2), done.output
        assert done.exit_code == 0 or str(folder) in done.output or "onrecord rehydrate" in done.output, done.output
        for made in ("unbuilt", "records", "whole"):
            shutil.rmtree(out / made, ignore_errors=True)
        assert sorted(p.name for p in out.iterdir()) == ["d"]
    return said


ODD: list[Any] = [None, 0, -1, 1.5, True, "", "x", "../x", "a\0b", [], [None], [[]], ["x"], {}, {"a": 1}, {None: None}, [{}], [{"config_name": "records"}], [{"config_name": 5}], [{"config_name": ["records"]}], [{"config_name": "nobody"}], [{"config_name": "records", "data_files": 5}], [{"config_name": "records", "data_files": [{"split": "train", "path": 5}]}], [{"config_name": "records", "data_files": [{"split": "train", "path": ["records/train-*", "records/*"]}]}], [{"config_name": "records", "data_files": [{"split": s, "path": "records/*"} for s in ("a", "b")]}], [{"config_name": "records", "data_files": [{"split": "a", "path": ""}]}], [{"config_name": "records", "data_files": [{"split": "a", "path": "**/*"}]}]]  # fmt: skip
"""Values at the places of a card's YAML."""
YAML = [
    "configs: &a [1]\nx: *a\n", "a: &a [x,x,x,x]\nb: &b [*a,*a,*a,*a]\nc: [*b,*b,*b]\n", "a: !!python/object:os.system x\n", "a: !!timestamp x\n",
    'a: !!int ""\n', "a: 2026-99-99\n", f"a: {'1' * 5000}\n", f"a: {'[' * 3000}\n", f"a:\n{''.join(' ' * n + '- ' * 1 + chr(10) for n in range(1, 400))}",
    "- " * 2000 + "x\n", "5: x\nnull: y\n? [a]\n: b\n", "a: {b\n", "\t\n", "a: |\n", "a: b: c\n", "<<: 5\n", "%TAG ! x\n", "a: \x01\n", "x\n", "[]\n", "",
    "? 2026-01-01\n: x\n", "license: 5\ntags: 7\nlanguage: {a: b}\n",
]  # fmt: skip


def copied(whole: dict[str, Path], kind: str, tmp_path: Path) -> Path:
    shutil.copytree(whole[kind], tmp_path / "d")
    return tmp_path / "d"


def headed(folder: Path, yaml_: str) -> None:
    body = (folder / "README.md").read_text("utf-8").split("---\n", 2)[2]
    (folder / "README.md").write_text(f"---\n{yaml_}---\n{body}", "utf-8")


@pytest.mark.parametrize("key", ["configs", "data_files", "default", "version", "dataset_info", "features", "splits"])
def test_odd_values_in_a_cards_yaml(
    whole: dict[str, Path], tmp_path: Path, key: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "onrecord.building.rehydrate.prove_dataset", lambda *a: None
    )  # once, below: it takes most of the time
    folder = copied(whole, "bare", tmp_path)
    front = yaml.safe_load((folder / "README.md").read_text("utf-8").split("---\n", 2)[1])
    values = ODD if key in ("configs", "data_files") else ODD[:14]
    for n, value in enumerate([*part(values, 5, len(key)), "left out"]):
        changed = copy.deepcopy(front)
        for place in (
            changed,
            changed["configs"][0],
            changed["configs"][0]["data_files"][0],
            changed["dataset_info"][0],
        ):
            if key in place:
                place[key] = value
                if value == "left out":
                    del place[key]
        headed(folder, yaml.dump(changed, Dumper=getattr(yaml, "CSafeDumper", yaml.SafeDumper)))
        tried(folder, whole, tmp_path, few=n)


@pytest.mark.parametrize("text", YAML, ids=range(len(YAML)))
def test_odd_yaml(whole: dict[str, Path], tmp_path: Path, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onrecord.building.rehydrate.prove_dataset", lambda *a: None)
    folder = copied(whole, "bare", tmp_path)
    headed(folder, text)
    tried(folder, whole, tmp_path)


def test_what_a_hand_left_of_a_card_is_made_good(whole: dict[str, Path], tmp_path: Path) -> None:
    """The configs that the card names no more are there all the same, and load."""
    folder = copied(whole, "bare", tmp_path)
    headed(folder, "5: x\nconfigs: []\ndataset_info: {features: 5}\nlicense: other\n")
    run("rehydrate", folder, "--texts", whole["raw"], "-o", tmp_path / "whole")
    front = yaml.safe_load((tmp_path / "whole" / "README.md").read_text("utf-8").split("---\n", 2)[1])
    assert (
        {c["config_name"] for c in front["configs"]}
        == {c["config_name"] for c in front["dataset_info"]}
        >= {"records", "quotes"}
    )


@pytest.mark.parametrize(
    "raw", [b"\xff\xfe---\n", b"---\nlicense: \xff\n---\n", b"", b"\0" * 100, b"---\r\nconfigs: 5\r\n---\r\n", None]
)
def test_a_card_of_odd_bytes(
    whole: dict[str, Path], tmp_path: Path, raw: bytes | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.building.rehydrate.prove_dataset", lambda *a: None)
    folder = copied(whole, "bare", tmp_path)
    (folder / "README.md").unlink()
    if raw is not None:
        (folder / "README.md").write_bytes(raw)
    said = tried(folder, whole, tmp_path)
    if raw is not None and b"\xff" in raw:
        assert "DST015 the card can't be read: it is not UTF-8" in said[0]


def test_files_listed_twice(whole: dict[str, Path], tmp_path: Path) -> None:
    folder = copied(whole, "text", tmp_path)
    files = "{split: train, path: records/train-*}, {split: test, path: records/*}"
    headed(folder, f"configs:\n- config_name: records\n  data_files: [{files}]\n")
    for said in tried(folder, whole, tmp_path)[:3]:
        assert "README.md:4:1: DST015" in said
        assert "train-00000-of-00001.parquet is listed twice" in said


@pytest.mark.parametrize("kind", ["text", "bare"])
def test_rows_that_stand_twice(whole: dict[str, Path], tmp_path: Path, kind: str) -> None:
    """Within a file, and in a copy of the file beside it."""
    folder = copied(whole, kind, tmp_path)
    path = folder / "records" / "train-00000-of-00001.parquet"
    shutil.copy(path, folder / "records" / "train-00001-of-00002.parquet")
    found = tried(folder, whole, tmp_path)[1:3]
    (folder / "records" / "train-00001-of-00002.parquet").unlink()
    table = pq.read_table(path)
    pq.write_table(pa.concat_tables([table, table]), path)
    for said in (*found, *tried(folder, whole, tmp_path)[1:3]):
        assert said.count("DST002") >= 2
        assert "that of an earlier" in said


WIDE = "ONRECORD_DAMAGED" in os.environ
"""Every kind of damage in every place, as CI tries it; else a part of them."""
WRONG: list[tuple[str, Callable[[pa.Array], pa.Array]]] = [
    ("null", lambda a: pa.nulls(len(a), a.type)),
    ("numbers", lambda a: pa.array([1] * len(a))),
    ("text", lambda a: pa.array(["x"] * len(a))),
    ("lists", lambda a: pa.array([[None]] * len(a), pa.list_(pa.string()))),
    ("structs", lambda a: pa.array([{"a": None}] * len(a))),
    ("bytes", lambda a: pa.array([b"\xff"] * len(a))),
    ("maps", lambda a: pa.array([[("a", 1)]] * len(a), pa.map_(pa.string(), pa.int64()))),
    ("no number", lambda a: pa.array([float("nan")] * len(a))),
    ("times", lambda a: pa.array([2**62] * len(a), pa.timestamp("us"))),
    ("lists of null", lambda a: pa.array([[None]] * len(a), a.type) if pa.types.is_list(a.type) else a),
]


@pytest.mark.parametrize("kind", ["text", "bare"])
@pytest.mark.parametrize("column", arrow_schema("records").names)
def test_odd_columns(
    whole: dict[str, Path], tmp_path: Path, column: str, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("onrecord.building.rehydrate.prove_dataset", lambda *a: None)
    folder = copied(whole, kind, tmp_path)
    path = folder / "records" / "train-00000-of-00001.parquet"
    table = pq.read_table(path).replace_schema_metadata(None)
    at = table.schema.names.index(column)
    some = WRONG if WIDE else WRONG[(at + (kind == "bare")) % 3 :: 3]  # all of them over the columns
    for _, change in part(some, 3, at):
        pq.write_table(table.set_column(at, column, change(table.column(at).combine_chunks())), path)
        tried(folder, whole, tmp_path, rows=True, few=at // 3)
    for other in part((table.drop_columns([column]), table.append_column(column, table.column(at))), 2, at // 2):
        pq.write_table(other, path)
        tried(folder, whole, tmp_path, rows=True, few=at // 3 + 1)


@pytest.mark.parametrize("deep", [60, 500, 3000, 100_000])
@pytest.mark.parametrize("kind", ["text", "bare"])
def test_deep_extensions(whole: dict[str, Path], tmp_path: Path, deep: int, kind: str) -> None:
    folder = copied(whole, kind, tmp_path)
    path = folder / "records" / "train-00000-of-00001.parquet"
    table = pq.read_table(path)
    texts = (
        '{"a":' * deep + "1" + "}" * deep,
        "[" * deep,
        '{"a":' + "[" * deep + "]" * deep + "}",
        "nonsense",
        "5",
        '{"a": NaN}',
    )
    for text in part(texts, 6, len(str(deep))):
        at = table.schema.names.index("extensions")
        pq.write_table(table.set_column(at, "extensions", pa.array([text] * len(table))), path)
        tried(folder, whole, tmp_path, rows=True)


@pytest.mark.parametrize("raw", [b"", b"PAR1", b"PAR1PAR1", b"\0" * 1000, b"x" * 5000])
def test_parquet_of_odd_bytes(whole: dict[str, Path], tmp_path: Path, raw: bytes) -> None:
    folder = copied(whole, "bare", tmp_path)
    path = folder / "records" / "train-00000-of-00001.parquet"
    good = path.read_bytes()
    contents = (
        raw,
        good[:-8],
        good[: len(good) // 2],
        good[:100] + raw + good[100:],
        good[:4] + raw + good[-500:],
    )
    for content in part(contents, 2, len(raw)):
        path.write_bytes(content)
        tried(folder, whole, tmp_path, rows=True, few=len(content))


def test_deep_extensions_in_a_corpus(corpus: Path, tmp_path: Path) -> None:
    """Whatever is let through by the validator is built, or refused with its place; both ways."""
    path = corpus / "records" / "example.json"
    record = example()
    for deep in (20, 200, 400, 900):
        value: Any = 1
        for _ in range(deep):
            value = {"a": value} if deep % 3 else [value]
        record["extensions"] = {"mine": value}
        raw = canonical_json.canonical({**record, "extensions": {}}).replace(
            b'"extensions": {}', b'"extensions": ' + nested_json(deep)
        )
        path.write_bytes(raw)
        for more in ((), ("--without-text",)):
            done = run("build", corpus, "-o", tmp_path / "out", "--no-labelstudio", *more, code=None)
            assert done.exit_code == 0 or f"{path}" in done.output, done.output


def nested_json(deep: int) -> bytes:
    return b'{"mine": ' + b'{"a":' * deep + b"1" + b"}" * deep + b"}"
