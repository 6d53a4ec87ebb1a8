"""Datasets without the articles: nothing of them can be read, and with the texts all is back, byte for byte."""

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from msgspec.json import decode
from msgspec.structs import replace

from building.test_unbuild import EXAMPLE, dataset, named, rewritten, tree
from commands import run
from draws import draws
from foreign import __main__ as foreign
from helpers import ROOT, SEED
from onrecord.building.building import build
from onrecord.building.rehydrate import rehydrate
from onrecord.dataset.columns import CONFIGS
from onrecord.dataset.nested import from_row
from onrecord.dataset.published import published
from onrecord.dataset.rows import rows
from onrecord.dataset.standoff import WORDS, Article, TextMismatch, hide, mapped, resolve, show
from onrecord.dataset.tables import Tables
from onrecord.files import canonical_json
from onrecord.model.record import Record
from strategies import records, texts

many = settings(max_examples=draws(150), deadline=None, suppress_health_check=list(HealthCheck))
RAW = ROOT / "corpus" / "raw"


def strings(value: Any) -> Iterator[str]:
    """Every string of a value, keys of `extensions` too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield from strings(decode(inner) if key == "extensions" and isinstance(inner, str) else inner)
            yield key
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings(inner)


def runs(words: str) -> set[tuple[str, ...]]:
    """Runs of words by white space alone, quite another way than the program's; punctuation is no word."""
    found = words.split()
    places = [i for i, word in enumerate(found) if any(c.isalnum() for c in word)]
    return {tuple(found[a : z + 1]) for a, z in zip(places, places[WORDS - 1 :], strict=False)}


@many
@given(records())
def test_no_text_and_back(record: Record) -> None:
    hidden = hide(rows(record))
    assert from_row(show(hidden["records"][0], record.text)) == record
    assert all(
        [list(row) for row in hidden[config]] == [list(row) for row in whole] for config, whole in rows(record).items()
    )
    article = runs(record.text)
    for config in CONFIGS:
        for row in hidden[config]:
            for text in strings(row):
                assert not runs(text) & article
    (row,) = hidden["records"]
    assert row["text"] is None
    spans = [m for e in row["entities"] for m in e["mentions"]] + list(row["times"])
    spans += [s for q in row["quotes"] for s in (*q["fragments"], *q["verbatim"], *([q["cue"]] if q["cue"] else ()))]
    spans += [s for c in row["claims"] for s in c["fragments"]] + [m for v in row["events"] for m in v["mentions"]]
    assert all(s["text"] is None for s in spans)
    for config, columns in (("mentions", "text context"), ("quotes", "text cue context"), ("claims", "words context")):
        assert all(row[c] is None for row in hidden[config] for c in columns.split())


@many
@given(texts(), st.data())
def test_references(made: tuple[str, Any], data: st.DataObject) -> None:
    text = made[0]
    pieces = data.draw(
        st.lists(st.one_of(st.text(max_size=8), st.just("⟦"), st.just("⟦1:2⟧"), st.just("⟧")), max_size=4)
    )
    words = ""
    for piece in pieces:
        start = data.draw(st.integers(0, len(text)))
        words += piece + text[start : data.draw(st.integers(start, len(text)))]
    assert resolve(Article(text).refer(words), text) == words


@many
@given(st.text(), st.text())
@example("⟦", "⟦⟦1:2⟧⟧")
def test_any_string_comes_back(text: str, words: str) -> None:
    assert resolve(Article(text).refer(words), text) == words


values = st.recursive(
    st.none() | st.integers() | st.sampled_from("a a b c d e f ⟦ ⟦0:1⟧".split()) | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=9) | st.dictionaries(st.sampled_from("a b c d e f g".split()), inner),
)


@many
@given(st.lists(st.sampled_from("abcdef")).map(" ".join), values)
def test_any_value_comes_back(text: str, value: Any) -> None:
    hidden = Article(text).refer_all(value)
    assert canonical_json.canonical(
        {"x": mapped(hidden, lambda words: resolve(words, text))}
    ) == canonical_json.canonical({"x": value})


WORDS_OF_EXAMPLE = EXAMPLE.text.split()


@pytest.mark.parametrize(
    "kept",
    [
        WORDS_OF_EXAMPLE,
        [{"form": word, "at": {"page": "one"}, "n": n, "part": ["x"]} for n, word in enumerate(WORDS_OF_EXAMPLE)],
        {f"t{n}": word for n, word in enumerate(WORDS_OF_EXAMPLE)},
        dict.fromkeys(WORDS_OF_EXAMPLE, 1),
        [WORDS_OF_EXAMPLE[:12], WORDS_OF_EXAMPLE[12:]],
        [[[word]] for word in WORDS_OF_EXAMPLE],
        "\n".join(f"{n}\t{word}\t_" for n, word in enumerate(WORDS_OF_EXAMPLE)),
        "".join(f"<b>{word}</b> " for word in WORDS_OF_EXAMPLE),
        "\u00a0".join(WORDS_OF_EXAMPLE),
    ],
    ids=["list", "objects", "by id", "keys", "lists", "deep", "columns", "markup", "other spaces"],
)
def test_words_kept_one_by_one_are_hidden_too(kept: Any) -> None:
    """As tools keep tokens; their list is the article."""
    record = replace(EXAMPLE, extensions={"tool": kept, "by": "a tool of older days"})
    (row,) = hide(rows(record))["records"]
    left = " ".join(strings(json.loads(row["extensions"])))
    assert not {w for w in WORDS_OF_EXAMPLE if len(w) > 4 and w.isalpha() and w in re.findall(r"\w+", left)}
    assert "a tool of older days" in left
    assert canonical_json.canonical(from_row(show(row, record.text))) == canonical_json.canonical(record)


def test_an_article_of_few_words() -> None:
    assert Article("Bridge closes.").refer("It says “Bridge closes” and “Bridge”") == "It says “⟦0:13⟧” and “Bridge”"
    assert Article("").refer("x") == "x"


def test_what_is_referred_to() -> None:
    article = Article("The bridge over the old harbour is not safe, said the mayor. 市長は橋が安全ではないと述べた。\n")
    assert article.refer("the bridge over the old harbour is not safe") == "the ⟦4:43⟧"
    assert article.refer("over the old harbour is") == "over the old harbour is", "five words"
    assert article.refer("It said: 橋が安全ではないと述べた!") == "It said: ⟦64:76⟧!"
    assert article.refer("a ⟦ b") == "a ⟦⟦ b"
    assert article.refer("over  the old\nharbour is not") == "⟦11:15⟧  ⟦16:23⟧\n⟦24:38⟧", "whatever stands between"
    assert article.refer("The bridge over the OLD harbour is not safe") == "The bridge over the OLD harbour is not safe"
    twice = Article("one two three four five six. one two three four five six seven.")
    assert twice.refer("one two three four five six seven") == "⟦29:62⟧", "the longest"
    for bad in ("⟦1:2", "⟦2:1⟧", "⟦1:9999⟧", "⟦a⟧"):
        with pytest.raises(TextMismatch):
            resolve(bad, "text")


def test_a_short_headline_is_the_articles(tmp_path: Path) -> None:
    assert "Agency" in EXAMPLE.metadata.headline
    hidden = hide(rows(EXAMPLE))
    assert hidden["records"][0]["metadata"]["headline"].startswith("⟦")
    assert not any(EXAMPLE.metadata.headline in s for config in CONFIGS for s in strings(hidden[config]))


def test_another_text_is_refused() -> None:
    (row,) = hide(rows(EXAMPLE))["records"]
    for text in (EXAMPLE.text + "\n", EXAMPLE.text.replace("a", "b"), ""):
        with pytest.raises(TextMismatch):
            show(row, text)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The corpus built without its texts."""
    folder = tmp_path_factory.mktemp("bare")
    build(ROOT / "corpus", folder / "out", text=False)
    return folder / "out"


def test_nothing_of_the_article_is_in_the_build(bare: Path) -> None:
    assert sorted(p.name for p in bare.iterdir()) == [".onrecord-build", "dataset"], "tasks hold the article, too"
    article = (RAW / f"{SEED}.txt").read_text("utf-8")
    known = runs(article)
    headline = canonical_json.canonical(
        decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)
    )
    title = decode(headline)["metadata"]["headline"]
    for path in sorted((bare / "dataset").rglob("*")):
        if path.suffix == ".parquet":
            found = list(strings(pq.read_table(path).to_pylist()))
        elif path.is_file():
            found = [path.read_bytes().decode("utf-8", "replace")]
        else:
            continue
        for text in found:
            assert not runs(text) & known, path
            assert title not in text, path


def test_it_loads_like_any_dataset(bare: Path, tmp_path: Path) -> None:
    build(ROOT / "corpus", tmp_path / "whole", tasks=False)
    for config in CONFIGS:
        one, other = (
            load_dataset(str(folder / "dataset"), config, split="train", cache_dir=str(tmp_path / name))
            for name, folder in (("a", bare), ("b", tmp_path / "whole"))
        )
        assert one.features == other.features
        assert len(one) == len(other)
    card = (bare / "dataset" / "README.md").read_text("utf-8")
    assert "The articles are not in it" in card
    assert "The articles are not in it" not in (tmp_path / "whole" / "dataset" / "README.md").read_text("utf-8")


def test_rehydrated_it_is_the_whole_dataset(bare: Path, tmp_path: Path) -> None:
    build(ROOT / "corpus", tmp_path / "whole", tasks=False)
    shutil.copytree(RAW, tmp_path / "texts" / "deep")
    (tmp_path / "texts" / "deep" / f"{SEED}.txt").rename(tmp_path / "texts" / "deep" / "any name")
    (tmp_path / "texts" / "other.bin").write_bytes(b"\xff")
    run("rehydrate", bare, "--texts", tmp_path / "texts", "-o", tmp_path / "again")
    whole, again = tree(tmp_path / "whole" / "dataset"), tree(tmp_path / "again")
    assert whole.keys() - again.keys() == {"GUIDELINES.md", "figures/record.svg"}, "the card's own quotations"
    assert {n for n in again if whole[n] != again[n]} == {"README.md"}
    assert b"This copy holds the articles" in again["README.md"]
    quotes = load_dataset(str(tmp_path / "again"), "quotes", split="train", cache_dir=str(tmp_path / "cache"))
    assert quotes[0]["text"] == "Intent to Hold Talks with Putin"
    run("rehydrate", bare, "--texts", tmp_path / "texts", "-o", tmp_path / "records", "--records")
    assert tree(tmp_path / "records") == {
        f"records/{SEED}.json": (ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(),
        f"raw/{SEED}.txt": (RAW / f"{SEED}.txt").read_bytes(),
    }


def hidden_dataset(folder: Path, *made: Record) -> Path:
    with Tables(folder, ["train"]) as tables:
        for record in made:
            tables.add("train", hide(rows(record)))
    list(tables.parts())
    return folder


@settings(max_examples=draws(20), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(records(), min_size=1, max_size=3))
def test_any_records_come_back(made: list[Record]) -> None:
    made = [named(record, f"r{n}") for n, record in enumerate(made)]
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        (folder / "texts").mkdir()
        for n, record in enumerate(made):
            (folder / "texts" / str(n)).write_bytes(record.text.encode())
        bare = hidden_dataset(folder / "bare", *made)
        rehydrate(published(str(bare)), folder / "texts", folder / "back", records=True)
        assert tree(folder / "back" / "records") == {f"{r.id}.json": canonical_json.canonical(r) for r in made}
        assert tree(folder / "back" / "raw") == {f"{r.id}.txt": r.text.encode() for r in made}


def test_texts_that_differ_are_refused_and_said_how(tmp_path: Path) -> None:
    bare = hidden_dataset(tmp_path / "bare", *(named(EXAMPLE, id) for id in ("one", "two")))
    texts = tmp_path / "texts"
    texts.mkdir()
    command = ("rehydrate", bare, "--texts", texts, "-o", tmp_path / "back")
    printed = run(*command, code=1).output
    assert printed.count("DST001") == 2
    assert "nothing was written" in printed
    raw = EXAMPLE.text.encode()
    for changed, said in (
        (raw.replace(b"\n", b"\r\n"), "line ends"),
        (b"\xef\xbb\xbf" + raw, "byte order mark alone"),
        (raw + b"\n", "last line"),
        (raw.replace(b"NASA", b"ESA"), "is another text\n"),
    ):
        (texts / "one.txt").write_bytes(changed)
        assert said in run(*command, code=1).output
    assert not (tmp_path / "back").exists()
    (texts / "one.txt").write_bytes(raw)
    run(*command)
    assert len(pq.read_table(next((tmp_path / "back" / "records").iterdir()))) == 2, "one text, two records"


def test_partial(tmp_path: Path) -> None:
    other = named(EXAMPLE, "other")
    import hashlib

    text = EXAMPLE.text.replace("NASA", "ASAN")
    other = decode(canonical_json.canonical(other).replace(b"NASA", b"ASAN"), type=Record)
    digest = hashlib.sha256(text.encode()).hexdigest()
    other = replace(other, text_sha256=digest, metadata=replace(other.metadata, source_sha256=digest))
    bare = hidden_dataset(tmp_path / "bare", EXAMPLE, other)
    (tmp_path / "texts").mkdir()
    command = ("rehydrate", bare, "--texts", tmp_path / "texts", "--partial", "-o")
    assert "DST001" in run(*command, tmp_path / "none", code=1).output, "not one text is there"
    (tmp_path / "texts" / "x").write_text(text, "utf-8")
    run("rehydrate", bare, "--texts", tmp_path / "texts", "-o", tmp_path / "back", code=1)
    printed = run(*command, tmp_path / "back").output
    assert "1 record with text, 1 record left out" in printed
    assert pq.read_table(next((tmp_path / "back" / "records").iterdir()))["id"].to_pylist() == ["other"]
    run(*command, tmp_path / "files", "--records")
    assert [p.name for p in (tmp_path / "files" / "records").iterdir()] == ["other.json"]


def test_damage_is_found(tmp_path: Path) -> None:
    bare = hidden_dataset(tmp_path / "bare", EXAMPLE)
    (tmp_path / "x.txt").write_bytes(EXAMPLE.text.encode())

    def lead_out(found: list[dict[str, Any]]) -> None:
        found[0]["claims"][0]["text"] = "⟦5:99999⟧"

    rewritten(bare, lead_out)
    printed = run("rehydrate", bare, "--texts", tmp_path, "-o", tmp_path / "back", code=1).output
    assert "DST003" in printed
    assert "leads out of the text" in printed

    def move(found: list[dict[str, Any]]) -> None:
        found[0]["claims"][0]["text"] = "x"
        found[0]["entities"][0]["mentions"][0]["start"] = 10**6

    rewritten(bare, move)
    assert "DST003" in run("rehydrate", bare, "--texts", tmp_path, "-o", tmp_path / "back", code=1).output
    assert "no folder" in run("rehydrate", bare, "--texts", "none", "-o", tmp_path / "back", code=2).output
    assert not (tmp_path / "back").exists()


def test_a_whole_dataset_stays_whole(tmp_path: Path) -> None:
    whole = dataset(tmp_path / "whole", EXAMPLE)
    (tmp_path / "texts").mkdir()
    run("rehydrate", whole, "--texts", tmp_path / "texts", "-o", tmp_path / "back")
    assert tree(tmp_path / "back" / "records") == tree(whole / "records")


CORPORA = os.environ.get("ONRECORD_CORPORA")


@pytest.mark.skipif(CORPORA is None, reason="ONRECORD_CORPORA names no folder with the corpora")
def test_real_corpora() -> None:
    for corpus, made in foreign.CORPORA.items():
        for record in made(Path(CORPORA or "", corpus), None):
            hidden = hide(rows(record))
            assert from_row(show(hidden["records"][0], record.text)) == record
            known = runs(record.text)
            for text in {s for config in CONFIGS for s in strings(hidden[config])}:
                assert not runs(text) & known, (record.id, text)


def test_extensions_are_hidden_too() -> None:
    sentence = " ".join(EXAMPLE.text.split()[10:20])
    record = replace(EXAMPLE, extensions={"lost": [{"words": sentence, sentence: 1}], "n": 2.50, "big": 2**70})
    record = decode(canonical_json.canonical(record), type=Record)
    (row,) = hide(rows(record))["records"]
    assert not runs(sentence) & {r for s in strings(json.loads(row["extensions"])) for r in runs(s)}
    assert canonical_json.canonical(from_row(show(row, record.text))) == canonical_json.canonical(record)


def test_the_validator_says_that_the_text_is_missing(bare: Path) -> None:
    printed = run("validate", bare / "dataset", code=1).output
    assert printed.count("DST004 the dataset is without its texts") == 1
    assert "onrecord rehydrate" in printed


def test_command(tmp_path: Path) -> None:
    printed = run("build", ROOT / "corpus", "-o", tmp_path / "out", "--without-text").output
    assert "without the articles' text" in printed
    assert "Label Studio" not in printed
    run("build", ROOT / "corpus", "-o", tmp_path / "out", "--no-labelstudio")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [".onrecord-build", "dataset"]
