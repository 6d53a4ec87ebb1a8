"""Files that are no records, faults of the schema, both engines, and findings' places."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from draws import draws
from helpers import EXAMPLE, ROOT, SEED, example, patched, source
from onrecord.checking.run import validate
from onrecord.checking.schema_errors import CODES
from onrecord.checking.validate import check_source
from onrecord.files.positions import Positions
from onrecord.findings.codes import CORPUS, FILES
from onrecord.findings.finding import Finding, Patch
from onrecord.model import specification

GOOD = (ROOT / "schemas" / "record.example.json").read_bytes()


def codes(findings: list[Finding]) -> list[str]:
    return sorted({f.code for f in findings})


def check(raw: bytes) -> list[Finding]:
    record, findings = check_source(raw, "x.json")
    assert record is None or not [f for f in findings if f.code.startswith(("FIL00", "SCH")) and f.code != "FIL005"]
    return findings


BROKEN = {
    "truncated": (GOOD[:500], "FIL003"),
    "cut inside a string": (GOOD[:40], "FIL003"),
    "empty": (b"", "FIL003"),
    "only spaces": (b" \n\t", "FIL003"),
    "NaN": (GOOD.replace(b'"start": 0', b'"start": NaN', 1), "FIL003"),
    "Infinity": (GOOD.replace(b'"start": 0', b'"start": -Infinity', 1), "FIL003"),
    "trailing comma": (GOOD.replace(b"}\n}", b"},\n}"), "FIL003"),
    "two documents": (GOOD + GOOD, "FIL003"),
    "lone surrogate escape": (GOOD.replace(b'"Science"', b'"\\ud83d"', 1), "FIL003"),
    "byte order mark": (b"\xef\xbb\xbf" + GOOD, "FIL003"),
    "UTF-16": (GOOD.decode().encode("utf-16"), "FIL002"),
    "UTF-16 without mark": (GOOD.decode().encode("utf-16-le"), "FIL002"),
    "Latin-1": (GOOD.decode().replace("“", "é").encode("latin-1", "replace"), "FIL002"),
    "encoded surrogate": (GOOD.replace(b'"Science"', b'"\xed\xa0\x80"', 1), "FIL002"),
    "200,000 brackets": (b"[" * 200_000, "FIL004"),
    "200,000 closed brackets": (b"[" * 200_000 + b"]" * 200_000, "FIL004"),
    "200,000 nested objects": (b'{"a":' * 200_000, "FIL004"),
    "900 closed brackets": (b"[" * 900 + b"]" * 900, "FIL004"),
    "duplicate key": (GOOD.replace(b'"id": "example"', b'"id": "other", "id": "example"', 1), "FIL005"),
    "duplicate key deep down": (GOOD.replace(b'"metonymic": false,', b'"metonymic": true, "metonymic": false,', 1), "FIL005"),
    "float offset": (GOOD.replace(b'"start": 8', b'"start": 8.0', 1), "SCH003"),
    "float with exponent": (GOOD.replace(b'"start": 8', b'"start": 8e0', 1), "SCH003"),
    "boolean offset": (GOOD.replace(b'"start": 0', b'"start": false', 1), "SCH003"),
    "text offset": (GOOD.replace(b'"start": 0', b'"start": "0"', 1), "SCH003"),
    "huge integer": (GOOD.replace(b'"end": 7', b'"end": ' + b"9" * 30, 1), "SCH006"),
    "negative offset": (GOOD.replace(b'"start": 0', b'"start": -1', 1), "SCH006"),
    "no object": (b"[]", "SCH003"),
    "a string": (b'"record"', "SCH003"),
    "null": (b"null", "SCH003"),
    "line feed in an id": (GOOD.replace(b'"id": "q1"', b'"id": "q1\\n"', 1), "SCH005"),
    "missing field": (GOOD.replace(b'"id": "example",', b"", 1), "SCH001"),
    "unknown field": (GOOD.replace(b'"id": "example"', b'"id": "example", "idd": 1', 1), "SCH002"),
    "unknown label": (GOOD.replace(b'"type": "ORG"', b'"type": "ORGANISATION"', 1), "SCH004"),
    "no fragment": (source({**EXAMPLE, "quotes": [{**EXAMPLE["quotes"][0], "fragments": []}]}), "SCH007"),
    "member twice": (source({**EXAMPLE, "entities": [{**EXAMPLE["entities"][0], "members": ["e2", "e2"]}]}), "SCH007"),
    "other version": (GOOD.replace(b'"schema_version": "1.0.0"', b'"schema_version": "2.0.0"', 1), "SCH008"),
}  # fmt: skip


@pytest.mark.parametrize("name", BROKEN)
def test_broken_file_is_a_finding(name: str) -> None:
    raw, code = BROKEN[name]
    assert raw != GOOD
    findings = check(raw)
    assert codes(findings) == [code]
    for f in findings:
        assert f.severity == "error"
        assert f.fix
        assert f.line is not None
        assert f.line >= 1
        assert f.column is not None
        assert len(f.message) < 300


def test_every_code_has_a_case(tmp_path: Path) -> None:
    found = {code for _, code in BROKEN.values()} | {"FIL001", "FIL006", "COR002", "FIL020"}  # the last four: elsewhere
    found |= {"FIL007", "FIL008", "FIL009", "FIL015"}  # in test_files and test_hostile
    found |= {"FIL010", "FIL011"}  # in test_broken_inputs
    assert found == {*(c.code for c in (*FILES, *CORPUS)), *CODES.values(), "SCH008"}


def test_all_faults_of_a_file_in_one_run() -> None:
    record = example()
    del record["claims"][0]["kind"]
    record["times"][0]["type"] = "DAY"
    record["entities"][0]["mentions"][0]["start"] = "8"
    record["colour"] = "red"
    findings = check(source(record))
    assert {(f.code, f.pointer) for f in findings} == {
        ("SCH001", "/claims/0"),
        ("SCH004", "/times/0/type"),
        ("SCH003", "/entities/0/mentions/0/start"),
        ("SCH002", "/colour"),
    }


def test_all_missing_fields_are_named() -> None:
    findings = check(b"{}")
    assert len(findings) == len(specification.record_schema()["required"])


def test_line_and_column_point_at_the_value() -> None:
    raw = GOOD.replace(b'"text": "Tuesday"', b'"text": "Monday"')
    (finding,) = check(raw)
    assert finding.code == "SPN002"
    line = raw.decode().splitlines()[(finding.line or 0) - 1]
    assert line[(finding.column or 0) - 1] == "{"
    assert '"id": "t1"' in raw.decode().splitlines()[finding.line or 0]
    assert finding.excerpt is not None
    assert finding.excerpt.marked == "Tuesday"


@settings(max_examples=draws(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.binary(max_size=200))
def test_no_bytes_make_a_traceback(raw: bytes) -> None:
    assert check_source(raw, "x.json")[1]


@settings(max_examples=draws(200), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.integers(0, len(GOOD) - 1), st.binary(max_size=3), st.integers(0, 30))
def test_no_damage_makes_a_traceback(at: int, inserted: bytes, dropped: int) -> None:
    raw = GOOD[:at] + inserted + GOOD[at + dropped :]
    record, findings = check_source(raw, "x.json")
    assert record is not None or findings


PLACES = [
    (),
    *[
        (layer, *rest)
        for layer, items in EXAMPLE.items()
        if isinstance(items, list)
        for i, item in enumerate(items)
        for rest in [(i,), *[(i, k) for k in item]]
    ],
    *[(k,) for k in EXAMPLE],
    *[("metadata", k) for k in EXAMPLE["metadata"]],
    ("events", 0, "mentions", 0, "polarity"),
    ("events", 0, "arguments", 0, "mention"),
]
VALUES = [None, True, 0, -1, 3.0, 10**30, "", "x y", "é\n", [], [None], {}, {"a": 1}, "Q1", "2024-13-01"]


@settings(max_examples=draws(400), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from(PLACES), st.sampled_from(VALUES), st.booleans())
def test_engines_agree(place: tuple[Any, ...], value: Any, remove: bool) -> None:
    record: Any = example()
    if not place:
        record = value
    else:
        target = record
        for step in place[:-1]:
            target = target[step]
        if remove:
            del target[place[-1]]
        else:
            target[place[-1]] = value
    raw = source(record)
    fast = check_source(raw, "x.json", "fast")[1]
    reference = check_source(raw, "x.json", "reference")[1]
    assert sorted(map(repr, fast)) == sorted(map(repr, reference))


def test_positions() -> None:
    text = '{\n "a": [1, {"b~/c": "x\\"y"}],\n "a": 2 }'
    positions = Positions(text)
    assert positions.line_column(positions.offset("/a/1/b~0~1c")) == (2, 20)
    ((pointer, offset),) = positions.duplicates()
    assert pointer == "/a"
    assert positions.line_column(offset) == (3, 2)
    assert positions.offset("/a/1/nothing/here") == positions.offset("/a/1")


@settings(max_examples=draws(200), deadline=None)
@given(
    st.recursive(
        st.integers() | st.text() | st.none(),
        lambda x: st.lists(x, max_size=4) | st.dictionaries(st.text(), x, max_size=4),
        max_leaves=15,
    ),
    st.sampled_from([None, 2]),
)
def test_positions_find_every_value(value: Any, indent: int | None) -> None:
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    positions = Positions(text)
    decoder = json.JSONDecoder()

    def walk(part: Any, pointer: str) -> None:
        assert decoder.raw_decode(text, positions.offset(pointer))[0] == part
        if isinstance(part, dict):
            for k, v in part.items():
                walk(v, f"{pointer}/{k.replace('~', '~0').replace('/', '~1')}")
        if isinstance(part, list):
            for i, v in enumerate(part):
                walk(v, f"{pointer}/{i}")

    walk(value, "")


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """The corpus, copied."""
    for kind, suffix in (("raw", "txt"), ("records", "json")):
        folder = tmp_path / "corpus" / kind
        folder.mkdir(parents=True)
        (folder / f"{SEED}.{suffix}").write_bytes((ROOT / "corpus" / kind / f"{SEED}.{suffix}").read_bytes())
    return tmp_path / "corpus"


def run(*paths: Path) -> list[Finding]:
    return [f for _, _, found in validate(paths) for f in found]


def test_corpus_is_clean(corpus: Path) -> None:
    assert run(corpus) == []


def test_raw_article_is_compared(corpus: Path) -> None:
    raw = corpus / "raw" / f"{SEED}.txt"
    raw.write_bytes(raw.read_bytes() + b"\n")
    assert [(f.code, f.pointer) for f in run(corpus)] == [("COR002", "/text")]
    raw.unlink()
    assert [(f.code, f.pointer) for f in run(corpus)] == [("COR002", "/metadata/source_file")]


def test_two_records_with_one_id(corpus: Path) -> None:
    record = corpus / "records" / f"{SEED}.json"
    (corpus / "records" / "copy.json").write_bytes(record.read_bytes())
    assert [(f.code, f.pointer, f.line) for f in run(corpus)] == [("COR001", "/id", 3), ("COR003", "/text", 4)]


def test_folder_without_records(tmp_path: Path) -> None:
    assert codes(run(tmp_path)) == ["FIL006"]


@pytest.mark.parametrize("make", [lambda p: None, lambda p: p.mkdir(), lambda p: p.symlink_to(p)])
def test_unreadable_file(tmp_path: Path, make: Callable[[Path], None]) -> None:
    path = tmp_path / "r.json"
    make(path)
    assert codes(run(path)) in (["FIL001"], ["FIL006"])


@pytest.mark.parametrize(
    ("pointer", "value"),
    [("/segments/0/id", "a\nb"), ("/metadata/language", "en\nfr"), ("/entities/0/link/wikidata", "Q1\nQ2")],
)
def test_two_good_values_with_a_line_feed_between_are_no_value(pointer: str, value: str) -> None:
    raw = source(patched(example(), [Patch(pointer, value)]))
    reference, fast = (check_source(raw, "x.json", engine)[1] for engine in ("reference", "fast"))
    assert codes(fast) == codes(reference) != []
