"""The rules over a whole corpus: their examples, where their findings point, near duplicates, the index on disk."""

import json
import tempfile
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from msgspec.json import decode, encode

from draws import FULL
from helpers import lookalike, patched, source
from onrecord.checking import sources
from onrecord.checking.corpus_index import Facts, Index, sketch
from onrecord.checking.rules.corpus.corpus import CORPUS_RULES, CorpusRule
from onrecord.checking.rules.corpus.duplicates import COMMON, SKETCH
from onrecord.checking.run import run
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding, Patch
from onrecord.marks.ingest import ingest
from onrecord.model import specification

ARTICLES = {
    "A": "Bridge closes\nMayor Ann Lee said on Monday that the bridge over the river would stay shut for a year.\n",
    "B": "Museum opens\nThousands of visitors came to see the new hall, and a choir of children sang until noon.\n",
}
FOOTER = " ".join(f"sign{i} up for our newsletter and read word{i}" for i in range(8)) + "."


def draft(id: str, text: str) -> dict[str, Any]:
    """A draft record of an article as a JSON value."""
    made = ingest(
        text.encode(),
        f"{id}.txt",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-16T10:00:00Z",
        language="en",
    )
    value: dict[str, Any] = decode(encode(made))
    return value


def corpus_of(tmp_path: Path, records: dict[str, Any], splits: dict[str, list[str]] | None = None) -> Path:
    """A corpus folder; records by the names of their files, and their raw articles."""
    folder = tmp_path / "corpus"
    (folder / "records").mkdir(parents=True)
    (folder / "raw").mkdir()
    for name, record in records.items():
        (folder / "raw" / f"{name}.txt").write_bytes(record["text"].encode())
        (folder / "records" / f"{name}.json").write_bytes(canonical_json.canonical(record))
    if splits is not None:
        (folder / "splits").mkdir()
    for name, ids in (splits or {}).items():
        (folder / "splits" / f"{name}.txt").write_text("# ids\n\n" + "".join(f"{id}\n" for id in ids), "utf-8")
    return folder


def guided(folder: Path, version: str) -> Path:
    (folder / "corpus.toml").write_text(
        f'name = "c"\ntitle = "C"\nversion = "1.0.0"\nguidelines = "{version}"\n', "utf-8"
    )
    return folder


class Example(NamedTuple):
    """Two drafts with an example's changes."""

    records: list[dict[str, Any]]
    splits: dict[str, list[str]] | None
    guidelines: str | None


def example_of(lines: Iterable[str]) -> Example:
    texts = dict(ARTICLES)
    patches: list[tuple[str, Patch]] = []
    splits: dict[str, list[str]] | None = None
    guidelines: str | None = None
    for line in lines:
        place, _, value = line.partition(" = ")
        name, _, pointer = place.partition("/")
        if place == "splits":
            splits = json.loads(value)
        elif place == "guidelines":
            guidelines = json.loads(value)
        elif pointer == "text":
            texts[name] = json.loads(value)
        else:
            assert name in texts, line
            patches.append((name, Patch(f"/{pointer}", json.loads(value))))
    records = {id: draft(id, text) for id, text in texts.items()}
    for name, patch in patches:
        records[name] = patched(records[name], [patch])
    return Example(list(records.values()), splits, guidelines)


def example_corpus(tmp_path: Path, lines: Iterable[str]) -> Path:
    """The corpus of an example."""
    made = example_of(lines)
    folder = corpus_of(tmp_path, dict(zip(ARTICLES, made.records, strict=True)), made.splits)
    return folder if made.guidelines is None else guided(folder, made.guidelines)


def found(*paths: Path, **options: Any) -> list[Finding]:
    return [f for checked in run(paths, **options) for f in checked.findings if f.code.startswith("COR")]


def codes(*paths: Path, **options: Any) -> list[str]:
    return sorted(f.code for f in found(*paths, **options))


in_lines = [r for r in CORPUS_RULES if r.code != "COR007"]


@pytest.mark.parametrize("rule", in_lines, ids=lambda r: r.code)
def test_bad_example_is_found(rule: CorpusRule, tmp_path: Path) -> None:
    findings = found(example_corpus(tmp_path, rule.bad))
    assert {f.code for f in findings} == {rule.code, *rule.bad_implies}
    for f in findings:
        assert f.message
        assert f.fix
        assert Path(f.file).is_file() or f.pointer is None
        assert all(Path(r.file).is_file() and r.line for r in f.related)


@pytest.mark.parametrize("rule", in_lines, ids=lambda r: r.code)
def test_good_lookalike_passes(rule: CorpusRule, tmp_path: Path) -> None:
    assert rule.good
    assert set(codes(example_corpus(tmp_path, rule.good))) == set(rule.good_implies)


@pytest.mark.parametrize("rule", in_lines, ids=lambda r: r.code)
def test_good_example_looks_like_the_bad_one(rule: CorpusRule) -> None:
    good, bad, plain = (list(example_of(lines)) for lines in (rule.good, rule.bad, ()))
    assert lookalike(good, bad, plain) is None


def mentioning(id: str, kind: str) -> dict[str, Any]:
    text = " ".join(f"{id}x{i}" for i in range(40)) + "\n"
    record = draft(id, text)
    at, entities = 0, []
    for i, word in enumerate(text.split()):
        mention = {"id": f"m{i}", "start": at, "end": at + len(word), "text": word, "kind": kind}
        mention |= {"metonymic": False, "demonym": False}
        link = {"status": "not_attempted", "wikidata": None}
        entities.append(
            {"id": f"e{i}", "type": "PERSON", "name": word, "link": link, "members": [], "mentions": [mention]}
        )
        at += len(word) + 1
    return record | {"entities": entities}


def test_a_record_unlike_the_corpus(tmp_path: Path) -> None:
    records = {f"n{i}": mentioning(f"n{i}", "name") for i in range(25)}
    folder = corpus_of(tmp_path, records)
    assert codes(folder) == []
    (folder / "records" / "n9.json").write_bytes(canonical_json.canonical(mentioning("n9", "pronoun")))
    (finding,) = found(folder)
    assert (finding.code, finding.severity, finding.record, finding.pointer) == ("COR007", "info", "n9", "/entities")
    assert "40 of 40 are pronoun, in the rest 0 %" in finding.message


def at(file: str, line: int | None, column: int | None) -> str:
    assert line is not None
    assert column is not None
    return Path(file).read_text("utf-8").splitlines()[line - 1][column - 1 :]


def test_places_in_files(tmp_path: Path) -> None:
    folder = example_corpus(tmp_path, ['B/id = "A"', 'A/annotation/guidelines = "0.9.0"', 'guidelines = "1.0.0"'])
    twice, old = found(folder)
    assert (twice.code, twice.pointer, twice.record) == ("COR001", "/id", "A")
    assert twice.file == str(folder / "records" / "B.json")
    assert at(twice.file, twice.line, twice.column) == '"A",'
    (other,) = twice.related
    assert other.file == str(folder / "records" / "A.json")
    assert at(other.file, other.line, other.column) == '"A",'
    assert old.code == "COR008"
    assert at(old.file, old.line, old.column) == '"0.9.0",'


@pytest.mark.parametrize("jobs", [1, 2])
def test_places_in_lines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, jobs: int) -> None:
    monkeypatch.setattr(sources, "BLOCK", 700)
    records = [draft(id, text) for id, text in ARTICLES.items()]
    lines = [source(records[0]), b"", source(records[1]), b"{", source(records[1] | {"id": "A"})]
    (tmp_path / "c.jsonl").write_bytes(b"\n".join(lines))
    findings = found(tmp_path / "c.jsonl", jobs=jobs)
    assert [(f.code, f.line, f.column, f.pointer) for f in findings] == [
        ("COR001", 5, None, "/id"),
        ("COR003", 5, None, "/text"),
    ]
    assert [(r.file, r.line, r.pointer) for f in findings for r in f.related] == [
        (str(tmp_path / "c.jsonl"), 1, "/id"),
        (str(tmp_path / "c.jsonl"), 3, "/text"),
    ]
    assert codes(tmp_path / "c.jsonl", jobs=jobs, corpus=False) == []


def test_split_lists_name_the_list(tmp_path: Path) -> None:
    folder = example_corpus(tmp_path, ['splits = {"train": ["A", "B", "C"], "test": ["A"]}'])
    unknown, again = found(folder)
    assert (unknown.file, unknown.line) == (str(folder / "splits" / "train.txt"), 5)
    assert "'C'" in unknown.message
    assert (again.file, again.line) == (str(folder / "splits" / "test.txt"), 3)
    assert [r.file for r in again.related] == [str(folder / "records" / "A.json")]
    assert "train" in again.message
    assert "test" in again.message


def test_broken_files_of_a_corpus(tmp_path: Path) -> None:
    folder = example_corpus(tmp_path, ['splits = {"train": ["A", "B"]}', 'B/id = "A"'])
    (folder / "splits" / "train.txt").write_bytes(b"\xff\n")
    findings = [f for checked in run([folder]) for f in checked.findings]
    assert {"FIL002", "COR001"} <= {f.code for f in findings}
    (folder / "splits" / "train.txt").write_bytes(b"A\n")
    (folder / "corpus.toml").write_text("name = 3\n")
    findings = [f for checked in run([folder]) for f in checked.findings]
    assert {"FIL011", "COR001"} <= {f.code for f in findings}


def test_an_odd_name_of_a_raw_article(tmp_path: Path) -> None:
    names = ["..", "/", "x\0y", "n" * 5000]
    records = {f"r{i}": draft(f"r{i}", f"Article number {i}.\n") for i in range(len(names))}
    for record, name in zip(records.values(), names, strict=True):
        record["metadata"]["source_file"] = name
    folder = corpus_of(tmp_path, records)
    assert codes(folder) == ["COR002"] * len(names)


def sentences(*numbers: int) -> str:
    return " ".join(" ".join(f"word{n}x{i}" for i in range(15)) + "." for n in numbers) + "\n"


@pytest.mark.parametrize("seed", range(0, 100, 10))
def test_one_sentence_of_ten_changed_is_near(tmp_path: Path, seed: int) -> None:
    text = sentences(*range(seed, seed + 10))
    changed = sentences(*range(seed, seed + 4), 500, *range(seed + 5, seed + 10))
    assert codes(corpus_of(tmp_path, {"A": draft("A", text), "B": draft("B", changed)})) == ["COR004"]


@pytest.mark.parametrize("seed", range(0, 100, 10))
def test_boilerplate_alone_is_not_near(tmp_path: Path, seed: int) -> None:
    texts = {id: f"{sentences(*range(n + seed, n + seed + 10))}{FOOTER}\n" for id, n in (("A", 0), ("B", 200))}
    assert codes(corpus_of(tmp_path, {id: draft(id, text) for id, text in texts.items()})) == []


def test_near_duplicates_without_spaces() -> None:
    text = "".join(chr(0x4E00 + (i * 7919) % 9000) for i in range(300))
    other = "".join(chr(0x4E00 + (i * 104729) % 9000) for i in range(300))
    assert len({*sketch(text)} & {*sketch(text[:140] + "新しい橋" + text[144:])}) > SKETCH / 2
    assert len({*sketch(text)} & {*sketch(other)}) < SKETCH / 4


def known(id: str, text: str, sha: str = "") -> Facts:
    return Facts(id, "x.jsonl", 1, sha or id, "1.0.0", sketch(text), (), ())


def indexed(tmp_path: Path, facts: Iterable[Facts]) -> list[Finding]:
    with Index(tmp_path / "x.jsonl") as index:
        for one in facts:
            index.add(one)
        return list(index.findings())


def test_boilerplate_in_very_many_records(tmp_path: Path) -> None:
    """A common footer costs little time, makes no pairs, and hides none."""
    texts = [f"{sentences(n, n + 10_000, n + 20_000)}{FOOTER}" for n in range(3000)]
    texts.append(f"{sentences(5, 10_005)}{sentences(77_777)}{FOOTER}")
    begun = time.process_time()
    findings = indexed(tmp_path, [known(f"r{i}", text) for i, text in enumerate(texts)])
    assert time.process_time() - begun < 10
    assert [(f.code, f.record) for f in findings] == [("COR004", "r3000")]


def test_very_many_copies(tmp_path: Path) -> None:
    """Each copy is found once, however many there are, nearly the same or the very same."""
    copies = 10 * COMMON
    near = [known(f"n{i}", sentences(*range(10)) + sentences(100 + i)) for i in range(copies)]
    same = [known(f"s{i}", sentences(5000), "sha") for i in range(copies)]
    double = [known("id", sentences(i), f"sha{i}") for i in range(6000, 6000 + copies)]
    begun = time.process_time()
    findings = indexed(tmp_path, [*near, *same, *double])
    assert time.process_time() - begun < 10
    counts = {c: sum(f.code == c for f in findings) for c in ("COR001", "COR003", "COR004")}
    assert counts["COR001"] == counts["COR003"] == copies - 1
    assert 0.98 * copies < counts["COR004"] < copies, "a sketch is a sample"


def test_copies_in_two_splits_are_each_named_once(tmp_path: Path) -> None:
    records = {f"r{i}": draft(f"r{i}", sentences(*range(10))) for i in range(6)}
    splits = {"test": ["r4", "r5"], "train": ["r0", "r1", "r2", "r3"]}
    findings = [f for f in found(corpus_of(tmp_path, records, splits)) if f.code == "COR005"]
    assert [f.record for f in findings] == ["r4", "r5"]
    assert {r.file for f in findings for r in f.related} == {str(tmp_path / "corpus" / "records" / "r0.json")}


def test_near_duplicates_across_splits(tmp_path: Path) -> None:
    records = {f"r{i}": draft(f"r{i}", sentences(*range(9), 100 + i)) for i in range(4)}
    splits = {"test": ["r3"], "train": ["r0", "r1", "r2"]}
    findings = found(corpus_of(tmp_path, records, splits))
    assert [(f.code, f.record) for f in findings] == [("COR004", "r1"), ("COR004", "r2"), ("COR005", "r3")]


def test_a_corpus_named_with_its_records(tmp_path: Path) -> None:
    """Each record is checked once, and the corpus is seen whole all the same."""
    folder = example_corpus(tmp_path, ['splits = {"train": ["A"], "test": ["B"]}', 'B/id = "A"'])
    alone = codes(folder)
    assert alone == ["COR001", "COR006"]
    one = folder / "records" / "A.json"
    assert codes(folder, folder) == codes(folder, one) == codes(one, folder) == alone
    assert codes(one, folder, jobs=2) == alone
    checked = list(run([one, folder / "records" / ".." / "records" / "A.json", folder, one]))
    assert sum(c.record for c in checked) == 2
    (folder / "records" / "link.json").symlink_to(one)
    assert codes(folder) == alone


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.parametrize("jobs", [1, 2])
def test_the_index_is_on_disk_and_goes(tmp_path: Path, temporary: Path, jobs: int) -> None:
    folder = example_corpus(tmp_path, ['B/id = "A"'])
    sizes = []
    for _ in run([folder], jobs=jobs):
        (file,) = temporary.rglob("*.sqlite")
        sizes.append(file.stat().st_size)
    assert sizes
    assert list(temporary.iterdir()) == []


def test_the_index_goes_after_an_exception(tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = example_corpus(tmp_path, ['B/id = "A"'])

    def fail(view: Any) -> Iterator[Any]:
        raise RuntimeError("in a rule")

    def consume() -> None:
        for _ in run([folder]):
            assert list(temporary.iterdir())
            raise RuntimeError("in the consumer")

    with pytest.raises(RuntimeError, match="consumer"):
        consume()
    assert list(temporary.iterdir()) == []
    monkeypatch.setattr(CORPUS_RULES[0].__class__, "check", property(lambda self: fail))
    with pytest.raises(RuntimeError, match="rule"):
        found(folder)
    assert list(temporary.iterdir()) == []


def peak(path: Path) -> int:
    tracemalloc.start()
    try:
        for checked in run([path]):
            assert checked is not None
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_memory_does_not_grow_with_the_corpus(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sources, "BLOCK", 2**14)
    peaks = []
    large = 1200 if FULL else 600
    for size in (50, 200, large):
        path = tmp_path / f"{size}.jsonl"
        path.write_bytes(b"".join(source(draft(f"r{i}", sentences(i, i + 5000))) + b"\n" for i in range(size)))
        peaks.append(peak(path))
    held = (large - 200) * len(source(draft("r", sentences(1, 2))))  # what the others would take, at the least
    assert peaks[2] - peaks[1] < held / 5
