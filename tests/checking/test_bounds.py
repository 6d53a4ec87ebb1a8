"""Bounds of what is found and told: a thousand findings of a code in a file, and no file costs more than its length."""

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode
from typer.testing import CliRunner, Result

import costly
from draws import FULL
from helpers import ROOT, example
from onrecord.checking.choice import LIMIT, Cap, Choice, told
from onrecord.checking.document.nesting import DEEP
from onrecord.checking.document.pieces import Beginnings, Pieces, Words, crossing, holding
from onrecord.checking.report import FORMATS
from onrecord.checking.rules import Document
from onrecord.checking.rules.base import cycles
from onrecord.checking.run import run
from onrecord.checking.schema_errors import shape_faults
from onrecord.checking.shape import accepted
from onrecord.checking.validate import check_source
from onrecord.cli import app
from onrecord.files.positions import Positions
from onrecord.findings.finding import Finding

MORE = f"more than {LIMIT:,} findings of "


def spaced(count: int, **more: Any) -> dict[str, Any]:
    """A record with so many times that each begin with a space (SPN003), all of the same words."""
    value = example()
    time = value["times"][0] | {"start": 47, "text": " Tuesday"}
    value["times"] = [time | {"id": f"t{i}"} for i in range(count)]
    value["quotes"][0]["time"] = None
    return value | more


def validate(*args: Any, code: int | None = None) -> Result:
    result = CliRunner().invoke(app, ["validate", *map(str, args)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert code is None or result.exit_code == code, result.output
    return result


def found(*args: Any) -> list[dict[str, Any]]:
    body: list[dict[str, Any]] = json.loads(validate(*args, "--format", "json").stdout)["findings"]
    return body


def codes(findings: list[dict[str, Any]]) -> Counter[str]:
    return Counter(f["code"] for f in findings)


def more(findings: list[dict[str, Any]]) -> list[str]:
    """Of which codes there are said to be more."""
    return [f["message"].removeprefix(MORE).split()[0] for f in findings if f["code"] == "FIL020"]


@pytest.mark.parametrize("count", [LIMIT, LIMIT + 1])
def test_the_thousand_and_first_is_not_told(count: int, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(encode(spaced(count)))
    findings = found(tmp_path / "r.json", "--select", "SPN003")
    assert codes(findings)["SPN003"] == LIMIT
    assert more(findings) == (["SPN003"] if count > LIMIT else [])
    assert codes(found(tmp_path / "r.json", "--all-findings"))["SPN003"] == count
    assert not more(found(tmp_path / "r.json", "--all-findings"))


@pytest.mark.parametrize("format", [*FORMATS])
def test_every_report_says_that_there_are_more(format: str, tmp_path: Path) -> None:
    (tmp_path / "r.json").write_bytes(encode(spaced(LIMIT + 5)))
    options = ["--statistics"] if format == "statistics" else ["--format", format]
    out = validate(tmp_path / "r.json", "--select", "SPN003", *options).stdout
    assert "FIL020" in out
    if format != "statistics":
        assert MORE in out
    if format == "junit":
        ET.fromstring(out)


def test_the_limit_is_of_a_file(tmp_path: Path) -> None:
    lines = [encode(spaced(LIMIT // 2 + 1, id=f"r{i}")) for i in range(3)]
    for name in ("a", "b"):
        (tmp_path / f"{name}.jsonl").write_bytes(b"\n".join(lines))
    (tmp_path / "c.json").write_bytes(encode(spaced(LIMIT // 2)))
    findings = found(tmp_path, "--select", "SPN003", "--no-corpus", "-j", "2")
    assert Counter((Path(f["file"]).name, f["code"]) for f in findings) == {
        ("a.jsonl", "SPN003"): LIMIT,
        ("a.jsonl", "FIL020"): 1,
        ("b.jsonl", "SPN003"): LIMIT,
        ("b.jsonl", "FIL020"): 1,
        ("c.json", "SPN003"): LIMIT // 2,
    }


def test_what_is_not_chosen_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "r.json"
    path.write_bytes(encode(spaced(LIMIT + 5)))
    assert "SPN003" not in codes(found(path, "--ignore", "SPN003"))
    assert "SPN003" not in more(found(path, "--ignore", "SPN003"))
    assert codes(found(path, "--select", "TIM011")) == {"TIM011": LIMIT, "FIL020": 1}


def test_known_findings_hide_no_new_ones(tmp_path: Path) -> None:
    path, known = tmp_path / "r.json", tmp_path / "known.json"
    path.write_bytes(encode(spaced(LIMIT + 500)))
    validate(path, "--write-baseline", known)
    counts = decode(known.read_bytes())["findings"]
    assert sum(counts.values()) > 2 * LIMIT, "a baseline holds all"
    assert validate(path, "--baseline", known, code=0).stdout == ""
    value = spaced(LIMIT + 500)
    value["times"].append(value["times"][0] | {"id": "new", "start": 110, "end": 115, "text": " 2026"})
    path.write_bytes(encode(value))
    assert codes(found(path, "--baseline", known, "--select", "SPN003")) == {"SPN003": 1}
    value["times"] += [value["times"][-1] | {"id": f"new{i}"} for i in range(LIMIT)]
    path.write_bytes(encode(value))
    findings = found(path, "--baseline", known, "--select", "SPN003")
    assert codes(findings) == {"SPN003": LIMIT, "FIL020": 1}
    assert {f["item"] for f in findings if f["item"]} <= {t["id"] for t in value["times"][-LIMIT - 1 :]}


def exempting(count: int, *ways: dict[str, str]) -> dict[str, Any]:
    entries = [{"code": "SPN003", "reason": "Seen.", **way} for way in ways]
    return spaced(count, extensions={"onrecord": {"exemptions": entries}})


def test_exempted_findings_do_not_count() -> None:
    value = exempting(LIMIT + 10, *({"item": f"t{i}"} for i in range(20)))
    findings = Counter(f.code for f in check_source(encode(value), "r.json")[1])
    assert findings["SPN003"] == LIMIT - 10
    assert findings["EXM002"] == findings["FIL020"] == 0


def test_exemptions_of_what_was_not_looked_for_are_not_said_to_be_of_no_use() -> None:
    value = exempting(3 * LIMIT, {"item": f"t{3 * LIMIT - 1}"}, {"item": "nobody"})
    _, findings = check_source(encode(value), "r.json")
    assert "EXM002" not in {f.code for f in findings}


def test_an_exemption_of_everything_is_not_looked_through() -> None:
    value = exempting(10 * LIMIT + 5, {})
    _, findings = check_source(encode(value), "r.json")
    assert [f.message for f in findings if f.code == "FIL020"] == [
        f"more than {10 * LIMIT:,} findings of SPN003 are exempted in this record; no others were looked for"
    ]
    assert "FIL020" not in {f.code for f in check_source(encode(exempting(10 * LIMIT, {})), "r.json")[1]}


@pytest.mark.parametrize("count", [LIMIT, LIMIT + 1])
def test_faults_of_the_schema_and_keys_given_twice(count: int, tmp_path: Path) -> None:
    value = example()
    value["segments"] = [{**value["segments"][0], "id": f"s{i}", "colour": "red"} for i in range(count)]
    value["times"][0]["type"] = "DAY"
    (tmp_path / "schema.json").write_bytes(encode(value))
    findings = found(tmp_path / "schema.json")
    assert codes(findings) == {"SCH002": LIMIT, "SCH004": 1} | ({"FIL020": 1} if count > LIMIT else {})
    twice = encode(example())[:-1] + b',"extensions":{' + b'"a":1,' * count + b'"a":1}}'
    (tmp_path / "twice.json").write_bytes(twice)
    findings = found(tmp_path / "twice.json")
    assert codes(findings) == {"FIL005": LIMIT} | ({"FIL020": 1} if count > LIMIT else {})
    assert found(tmp_path / "twice.json", "--all-findings")[-1]["pointer"] == "/extensions/a"


def test_long_lists_have_the_faults_of_short_ones() -> None:
    """Lists are checked in pieces; an engine that looks at all of it says the same."""
    value = example()
    value["segments"] = [{**value["segments"][0], "id": f"s{i}"} for i in range(1200)]
    for i in (0, 499, 500, 501, 1199):
        value["segments"][i] = {**value["segments"][i], "start": "0", "x": 1}
    value["entities"][0]["members"] = ["e1"] * 600
    value["entities"][1]["mentions"] = [0] * 700
    assert sorted((f.code, f.pointer) for f in shape_faults(value)) == sorted(
        (f.code, f.pointer) for f in shape_faults(value, "reference")
    )


def test_rules_over_the_corpus(tmp_path: Path) -> None:
    line = encode(example())
    (tmp_path / "all.jsonl").write_bytes(b"\n".join([line] * (LIMIT + 2)))
    findings = found(tmp_path, "--select", "COR001")
    assert codes(findings) == {"COR001": LIMIT, "FIL020": 1}
    assert codes(found(tmp_path, "--select", "COR001", "--all-findings")) == {"COR001": LIMIT + 1}


def test_other_commands_tell_no_more(tmp_path: Path) -> None:
    value = spaced(LIMIT + 5)
    value["times"] = [t | {"text": "Monday"} for t in value["times"]]
    (tmp_path / "r.json").write_bytes(encode(value))
    result = CliRunner().invoke(app, ["agreement", str(tmp_path / "r.json"), str(tmp_path / "r.json")])
    assert result.exit_code == 1
    assert result.output.count("SPN002") == LIMIT + 1
    assert MORE in result.output


def test_counting_starts_anew_with_each_file() -> None:
    def finding(file: str, code: str = "SPN003") -> Finding:
        return Finding(code=code, severity="warning", file=file, pointer=None, line=1, column=1, message="x")

    cap = Cap(2)
    assert [f.code for f in cap([finding("a")] * 4 + [finding("b")] * 2)] == [
        *["SPN003"] * 2,
        "FIL020",
        *["SPN003"] * 2,
    ]
    assert cap.cut
    corpus = [finding(file, "COR001") for file in ("a", "b") * 3]
    assert Counter(f.code for f in told(corpus, 2)) == {"COR001": 4, "FIL020": 2}
    assert told(corpus, None) == corpus


# looking things up


def test_pieces() -> None:
    spans = [(5, 9), (0, 4), (20, 30), (6, 8), (3, 3)]
    pieces = Pieces(spans)
    for start in range(32):
        for end in range(start + 1, 33):
            held = pieces.holding(start, end)
            assert (held is not None) == any(s <= start and end <= e for s, e in spans)
            assert held is None or (spans[held][0] <= start and end <= spans[held][1])
            assert pieces.touch(start, end) == any(s < end and start < e and s < e for s, e in spans)
            assert pieces.within(start, end) == any(start <= s and e <= end and s < e for s, e in spans)


def test_pairs_that_cross_or_hold() -> None:
    spans = [(0, 5), (0, 5), (0, 3), (2, 5), (2, 7), (4, 6), (6, 9), (6, 7)]
    order = sorted((s, -e, n) for n, (s, e) in enumerate(spans))
    both = [(a, b) for a in range(len(spans)) for b in range(len(spans)) if a != b]
    assert sorted(crossing(order)) == sorted(
        (a, b) for a, b in both if spans[a][0] < spans[b][0] < spans[a][1] < spans[b][1]
    )
    assert sorted(holding(order)) == sorted(
        (a, b) for a, b in both if spans[a][0] <= spans[b][0] and spans[b][1] <= spans[a][1] and spans[a] != spans[b]
    )


def test_last_letters_and_beginnings() -> None:
    text = "“Née 7” – (…) ok_"
    words = Words(text)
    for start in range(len(text)):
        for end in range(start, len(text) + 1):
            want = next((i for i in range(end, start, -1) if text[i - 1].isalnum()), start)
            assert words.last(start, end) == want
    names = Beginnings(["de", "de Vries", ""])
    assert [names.longest(x) for x in ("de Vries said", "de Boer", "Boer", "")] == ["de Vries", "de", None, None]


def test_circles_of_a_graph() -> None:
    assert list(cycles({"a": ["b"], "b": ["c", "a"], "c": ["a"], "d": ["d"]})) == [["a", "b", "c"], ["a", "b"], ["d"]]
    everybody = [str(i) for i in range(700)]
    steps = sum(map(len, cycles(dict.fromkeys(everybody, everybody))))
    assert 100_000 < steps <= 200_000, "a graph of half a million edges is not followed to the end"


def test_places_far_down_a_file() -> None:
    source = "[\n" + ",\n".join(f'{{"n": {i}}}' for i in range(20_000)) + "\n]"
    positions = Positions(source)
    assert [positions.place(f"/{i}/n")[0] for i in range(0, 20_000, 1000)] == [i + 2 for i in range(0, 20_000, 1000)]
    assert positions.nearest("/7/n/x/y") == "/7/n"


def test_quotes_in_quotes_in_quotes() -> None:
    text = "a" * 100
    value = costly._bare(text)
    value["quotes"] = [costly._quote(i, [costly._span(text, i, 100 - i)]) for i in range(40)]
    doc = Document(accepted(encode(value)).record)  # type: ignore[union-attr]
    assert max(map(len, doc.nestings)) == DEEP
    assert doc.nestings[doc.nesting_at[3]] == (0, 1, 2, 3)


# hostile files


def test_no_kind_of_file_takes_ten_times_the_memory() -> None:
    """Of an honest file of its size; each is checked and reported by a process of its own."""
    part = [sys.executable, str(ROOT / "tests" / "weigh.py"), "900000", "few"]
    done = subprocess.run(part, capture_output=True, text=True, check=True)
    weights = {kind: kilobytes for kind, (kilobytes, _) in json.loads(done.stdout).items()}
    assert len(weights) > (200 if FULL else 25)
    honest = weights.pop("honest")
    assert not {kind: kilobytes / honest for kind, kilobytes in weights.items() if kilobytes > 10 * honest}


@pytest.mark.parametrize("name", [*costly.FAR, *costly.LINKED, *costly.BROKEN])
def test_what_is_found_in_hostile_files_is_little(name: str, tmp_path: Path) -> None:
    make = dict(costly.kinds())[name if name not in costly.BROKEN else f"broken: {name}"]
    (tmp_path / "r.json").write_bytes(make(100_000 if FULL else 30_000))
    (checked,) = run([tmp_path / "r.json"], choice=Choice())
    counts = Counter(f.code for f in checked.findings)
    assert max(counts.values(), default=0) <= LIMIT + 1
    for f in checked.findings:
        assert len(f.message) < 1100
        assert len(f.pointer or "") < 2000
        assert len(f.related) <= 20
