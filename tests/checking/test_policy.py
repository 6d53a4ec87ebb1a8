"""What of the findings counts: chosen codes, settings, severities, baselines, exemptions; and how a check ends."""

import io
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from msgspec.json import decode, encode
from typer.testing import CliRunner, Result

import spare
from helpers import EXAMPLE, ROOT, SEED, example, patched, source
from onrecord.building.building import build
from onrecord.checking.policy import Baseline, Policy, settings
from onrecord.checking.rules import RULES, Rule
from onrecord.checking.validate import check_source
from onrecord.cli import app
from onrecord.cli.checking import Progress
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding
from onrecord.labelstudio import prove
from onrecord.model.record import Record


def command(*args: Any, code: int = 0, input: str | None = None) -> Result:
    result = CliRunner().invoke(app, [str(a) for a in args], input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    assert result.exit_code == code, result.output
    assert "Traceback" not in result.output
    return result


def reported(*args: Any, code: int | None = None) -> list[str]:
    """The codes that `validate` reports."""
    result = CliRunner().invoke(app, ["validate", "--format", "json", *map(str, args)])
    if code is not None:
        assert result.exit_code == code, result.output
    return [f["code"] for f in json.loads(result.stdout)["findings"]]


def refused(*args: Any, naming: str) -> None:
    """The command refuses its options or settings in one line."""
    result = command(*args, code=2)
    assert result.stdout == ""
    assert result.stderr.startswith("onrecord: ")
    assert naming in result.stderr
    assert result.stderr.count("\n") == 1


def doubtful() -> dict[str, Any]:
    """A record with an error (SPN002) and a warning (MET004)."""
    value = example()
    value["times"][0]["text"] = "Monday"
    value["metadata"]["headline"] = "The " + value["metadata"]["headline"]
    return value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    folder = tmp_path / "project" / "corpus"
    folder.mkdir(parents=True)
    (folder / "r.json").write_bytes(canonical_json.canonical(doubtful()))
    return folder / "r.json"


def configure(folder: Path, table: str) -> Path:
    file = folder / "pyproject.toml"
    file.write_text(f"[tool.onrecord]\n{table}\n", "utf-8")
    return file


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ((), ["MET004", "SPN002"]),
        (("--select", "SPN002"), ["SPN002"]),
        (("--select", "SPN"), ["SPN002"]),
        (("--select", "spn002, met004"), ["MET004", "SPN002"]),
        (("--select", "met", "--select", "Spn"), ["MET004", "SPN002"]),
        (("--select", "ALL", "--ignore", "SPN"), ["MET004"]),
        (("--select", "TXT"), []),
        (("--ignore", "SPN002"), ["MET004"]),
        (("--ignore", "met,SPN002,"), []),
        (("--ignore", "all"), []),
        (("--select", "SPN", "--ignore", "SPN002"), []),
    ],
)
def test_chosen_codes(path: Path, options: tuple[str, ...], expected: list[str]) -> None:
    assert sorted(reported(path, *options, code=1 if "SPN002" in expected else 0)) == expected


@pytest.mark.parametrize("word", ["SPN9", "SPM002", "nonsense", "SPN999", "S", "E501", "🦆", "SPN002;MET004"])
@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_nonsense_is_refused(path: Path, option: str, word: str) -> None:
    refused("validate", path, option, word, naming=repr(word.upper()))


@pytest.mark.parametrize("option", ["--select", "--ignore"])
def test_an_option_without_a_code_is_refused(path: Path, option: str) -> None:
    for empty in ("", " ", ","):
        refused("validate", path, option, empty, naming=option)


def test_what_cant_be_checked_is_never_hidden(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(b"{")
    (tmp_path / "b.json").write_bytes(source({k: v for k, v in EXAMPLE.items() if k != "times"}))
    for options in (("--ignore", "FIL,SCH,ALL"), ("--select", "TXT"), ("--ignore", "FIL003", "--ignore", "SCH001")):
        assert reported(tmp_path, *options, code=1) == ["FIL003", "SCH001"]
    configure(tmp_path, 'ignore = ["FIL", "SCH"]\nseverity = { ALL = "info" }')
    assert reported(tmp_path, code=1) == ["FIL003", "SCH001"]
    for code in ("FIL", "SCH001"):
        file = configure(tmp_path, f'severity = {{ {code} = "warning" }}')
        refused("validate", tmp_path, naming=f"{file}: [tool.onrecord]: {code} is always an error")


@pytest.mark.parametrize("place", [".", ".."])
def test_settings_beside_or_above(path: Path, place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = (path.parent / place).resolve()
    configure(folder, 'ignore = ["SPN"]')
    assert reported(path) == reported(path.parent) == ["MET004"]
    monkeypatch.chdir(path.parent)
    assert reported("r.json") == reported(".") == ["MET004"]
    assert "MET004" in command("validate", "-", input=path.read_text("utf-8")).stdout


def test_the_nearest_settings_count(path: Path) -> None:
    configure(path.parents[1], 'ignore = ["SPN"]')
    (path.parent / "pyproject.toml").write_text('[tool.other]\nselect = ["X"]\n')
    assert reported(path) == ["MET004"]
    configure(path.parent, "")
    assert sorted(reported(path)) == ["MET004", "SPN002"]


def test_settings_of_all_kinds(path: Path) -> None:
    configure(path.parent, 'select = ["MET", "SPN"]\nignore = ["SPN002"]')
    assert reported(path, code=0) == ["MET004"]
    configure(path.parent, 'select = ["MET"]\nstrict = true')
    assert reported(path, code=1) == ["MET004"]
    configure(path.parent, 'severity = { SPN002 = "warning" }')
    assert sorted(reported(path, code=0)) == ["MET004", "SPN002"]
    reported(path, "--strict", code=1)
    configure(path.parent, 'severity = { SPN = "warning", SPN002 = "info", ALL = "info" }\nstrict = true')
    body = json.loads(command("validate", path, "--format", "json").stdout)
    assert [f["severity"] for f in body["findings"]] == ["info", "info"]
    assert (body["errors"], body["warnings"], body["infos"]) == (0, 0, 2)
    configure(path.parent, 'severity = { MET004 = "error", SPN = "info" }')
    reported(path, code=1)


def test_options_go_before_settings(path: Path) -> None:
    configure(path.parent, 'select = ["TXT"]\nignore = ["MET004"]')
    assert reported(path) == []
    assert reported(path, "--select", "MET004") == ["MET004"], "what is asked for by name is told"
    assert reported(path, "--select", "SPN,MET", "--ignore", "SPN") == ["MET004"]
    configure(path.parent, 'ignore = ["MET004"]')
    assert reported(path, "--ignore", "SPN002") == []


@pytest.mark.parametrize(
    ("table", "named"),
    [
        ('selct = ["SPN"]', "selct"),
        ('select = "SPN"', "select"),
        ("select = [3]", "select"),
        ('select = ["SPN9"]', "'SPN9'"),
        ('ignore = ["nonsense"]', "'nonsense'"),
        ("strict = 1", "strict"),
        ('severity = { SPN002 = "fatal" }', "fatal"),
        ('severity = { SPM = "info" }', "'SPM'"),
        ("severity = 3", "severity"),
        ("baseline = 3", "baseline"),
        ("select = [", ""),
        ("=", ""),
    ],
)
def test_malformed_settings(path: Path, table: str, named: str) -> None:
    file = configure(path.parents[1], table)
    refused("validate", path, naming=str(file))
    assert named in command("validate", path, code=2).stderr


def test_malformed_files_of_settings(path: Path) -> None:
    file = path.parent / "pyproject.toml"
    for raw in (b"\xff\xfe", b"[tool\n", b"tool = 3\n", b"[tool]\nonrecord = 3\n"):
        file.write_bytes(raw)
        refused("validate", path, naming=str(file))
        with pytest.raises(ValueError, match="pyproject"):
            settings(path)


def test_an_info_never_fails(tmp_path: Path) -> None:
    rule = next(r for r in RULES if r.severity == "info" and not r.bad_implies)
    (tmp_path / "r.json").write_bytes(source(patched(example(), rule.bad)))
    assert reported(tmp_path, "--strict", code=0) == [rule.code]


# baselines


def test_a_baseline(path: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    result = command("validate", path.parent, "--write-baseline", known)
    assert result.stdout == ""
    assert "2 findings written" in result.stderr
    result = command("validate", path.parent, "--baseline", known, "--strict")
    assert result.stdout == ""
    assert "no findings; 2 in the baseline" in result.stderr
    body = json.loads(command("validate", path.parent, "--baseline", known, "--format", "json").stdout)
    assert (body["in_baseline"], body["errors"], body["findings"]) == (2, 0, [])


def test_new_findings_are_not_in_the_baseline(path: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    command("validate", path, "--write-baseline", known)
    value = doubtful()
    value["times"][1]["text"] = "never"
    path.write_bytes(source(value))
    assert reported(path, "--baseline", known, code=1) == ["SPN002"]


def shifted(value: Any, by: int) -> Any:
    """The value with all offsets moved."""
    if isinstance(value, dict):
        return {k: v + by if k in ("start", "end") else shifted(v, by) for k, v in value.items()}
    return [shifted(v, by) for v in value] if isinstance(value, list) else value


def test_moved_items_are_still_known(path: Path, tmp_path: Path) -> None:
    """A fingerprint is of words and ids; indices, lines and offsets come and go."""
    known = tmp_path / "known.json"
    command("validate", path, "--write-baseline", known)
    value = shifted(doubtful(), 20)
    value["text"] = "Update: more follows" + value["text"]
    value["times"].reverse()
    path.with_name("r.jsonl").write_bytes(b"\n\n" + encode(value))
    path.unlink()
    found = reported(path.parent, "--baseline", known)
    assert "SPN002" not in found
    assert "MET004" not in found
    assert "TXT001" in found, "the text was changed, which nobody knew"


def test_each_known_finding_counts_as_often_as_it_was_found() -> None:
    def finding(column: int) -> Finding:
        return Finding(
            code="SPN002",
            severity="error",
            file="x",
            record="r",
            pointer="/times/0",
            line=1,
            column=column,
            message="",
        )

    from onrecord.checking.report import fingerprint

    baseline = Baseline({fingerprint(finding(1)): 2, "other": 3})
    policy = Policy(baseline=baseline)
    assert policy([finding(1), finding(2), finding(3)]) == [finding(3)]
    assert (baseline.hits, baseline.stale) == (2, 3)


def test_mended_findings_leave_the_baseline_stale(path: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    command("validate", path, "--write-baseline", known)
    path.write_bytes(canonical_json.canonical(decode(source(EXAMPLE), type=Record)))
    assert "2 findings of the baseline not found" in command("validate", path, "--baseline", known).stderr
    assert command("validate", path, "--baseline", known, "--quiet").stderr == ""
    command("validate", path, "--write-baseline", known)
    assert "baseline" not in command("validate", path, "--baseline", known).stderr


def test_the_baseline_of_the_settings(path: Path) -> None:
    """It stands beside them, is written anew whole, and need not be there before."""
    folder = path.parents[1]
    file = configure(folder, 'baseline = "known.json"')
    refused("validate", path, naming=str(folder / "known.json"))
    command("validate", path, "--write-baseline", folder / "known.json")
    first = (folder / "known.json").read_bytes()
    assert reported(path, code=0) == []
    command("validate", path, "--write-baseline", folder / "known.json", "--quiet")
    assert (folder / "known.json").read_bytes() == first
    other = folder / "other.json"
    other.write_text('{"onrecord-baseline": 1, "findings": {}}')
    assert len(reported(path, "--baseline", other, code=1)) == 2
    file.unlink()


def test_a_baseline_holds_what_is_chosen(path: Path, tmp_path: Path) -> None:
    known = tmp_path / "known.json"
    command("validate", path, "--select", "MET", "--write-baseline", known)
    assert reported(path, "--baseline", known, code=1) == ["SPN002"]


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b'"findings"',
        b"{}",
        b'{"findings": []}',
        b'{"findings": {"a": "b"}}',
        b"\xff",
        b"[" * 100_000,
    ],
)
def test_what_is_no_baseline(path: Path, tmp_path: Path, raw: bytes) -> None:
    (tmp_path / "known.json").write_bytes(raw)
    refused("validate", path, "--baseline", tmp_path / "known.json", naming="known.json is no baseline")


def test_a_baseline_that_cant_be_read_or_written(path: Path, tmp_path: Path) -> None:
    refused("validate", path, "--baseline", tmp_path / "none.json", naming="none.json")
    refused("validate", path, "--baseline", tmp_path, naming=str(tmp_path))
    refused("validate", path, "--write-baseline", tmp_path, naming=str(tmp_path))


# exemptions


def exempting(value: dict[str, Any], *entries: Any) -> dict[str, Any]:
    return value | {"extensions": {"onrecord": {"exemptions": list(entries)}, "other": [1]}}


def findings(value: dict[str, Any]) -> list[Finding]:
    return check_source(source(value), "x.json")[1]


def codes(value: dict[str, Any]) -> list[str]:
    return sorted(f.code for f in findings(value))


DOUBTS = [r for r in RULES if r.severity != "error" and not r.code.startswith("EXM")]


def ways(value: dict[str, Any], finding: Finding) -> list[dict[str, str]]:
    """Every exact way to exempt a finding."""
    words = {} if finding.article is None else {"words": value["text"][finding.article.start : finding.article.end]}
    item = {} if finding.item is None else {"item": finding.item}
    return [way for way in (item, words, item | words) if way] or [{}]


@pytest.mark.parametrize("rule", DOUBTS, ids=lambda r: r.code)
def test_every_doubt_can_be_exempted(rule: Rule) -> None:
    value = patched(example(), rule.bad)
    before = findings(value)
    mine = [f for f in before if f.code == rule.code]
    for i in range(3):
        entries = [{"code": f.code, "reason": "Seen."} | ways(value, f)[min(i, len(ways(value, f)) - 1)] for f in mine]
        after = findings(exempting(value, *entries))
        assert [f.code for f in after] == [f.code for f in before if f.code != rule.code]


def warned() -> tuple[dict[str, Any], Finding]:
    """A record with one doubt that has an item and words."""
    for rule in DOUBTS:
        value = patched(example(), rule.bad)
        found = findings(value)
        if rule.severity == "warning" and len(found) == 1 and found[0].item and found[0].article:
            return value, found[0]
    raise AssertionError


def test_exemptions_are_exact() -> None:
    value, finding = warned()
    way = {"code": finding.code, "reason": "Seen."} | ways(value, finding)[-1]
    assert codes(exempting(value, way)) == []
    for wrong in (
        {"item": "none"},
        {"words": "none"},
        {"code": next(r.code for r in DOUBTS if r.code != finding.code)},
    ):
        assert codes(exempting(value, way | wrong)) == sorted([finding.code, "EXM002"])


def test_unused_exemptions() -> None:
    value, finding = warned()
    way = {"code": finding.code, "reason": "Seen."} | ways(value, finding)[0]
    (unused,) = findings(exempting(example(), way))
    assert (unused.code, unused.pointer) == ("EXM002", "/extensions/onrecord/exemptions/0")
    assert codes(exempting(value, way, way)) == [], "two that exempt the same are both used"
    both = findings(exempting(value, way, way | {"item": "none"}))
    assert [(f.code, f.pointer) for f in both] == [("EXM002", "/extensions/onrecord/exemptions/1")]


@pytest.mark.parametrize(
    "entry",
    [
        3,
        None,
        [],
        "ENT006",
        {},
        {"code": "ENT006"},
        {"reason": "Seen."},
        {"code": "ENT006", "reason": " "},
        {"code": "ENT006", "reason": 3},
        {"code": ["ENT006"], "reason": "Seen."},
        {"code": "ent006", "reason": "Seen."},
        {"code": "ENT999", "reason": "Seen."},
        {"code": "ENT", "reason": "Seen."},
        {"code": "FIL003", "reason": "Seen."},
        {"code": "COR004", "reason": "Seen."},
        {"code": "ENT006", "reason": "Seen.", "item": None},
        {"code": "ENT006", "reason": "Seen.", "words": ""},
        {"code": "ENT006", "reason": "Seen.", "itme": "e3"},
    ],
)
def test_malformed_exemptions(entry: Any) -> None:
    value, finding = warned()
    assert "EXM001" in codes(exempting(value, entry))
    assert finding.code in codes(exempting(value, entry))


@pytest.mark.parametrize("found", [3, None, {}, "x", {"code": "ENT006", "reason": "Seen."}])
def test_exemptions_that_are_no_list(found: Any) -> None:
    (finding,) = findings(example() | {"extensions": {"onrecord": {"exemptions": found}}})
    assert (finding.code, finding.pointer) == ("EXM001", "/extensions/onrecord/exemptions")


@pytest.mark.parametrize("extensions", [{}, {"onrecord": {}}, {"onrecord": 3}, {"other": {"exemptions": [3]}}])
def test_other_extensions(extensions: Any) -> None:
    assert findings(example() | {"extensions": extensions}) == []


def test_errors_cant_be_exempted() -> None:
    value = example()
    value["times"][0]["text"] = "Monday"
    assert codes(exempting(value, {"code": "SPN002", "item": "t1", "reason": "No."})) == ["EXM001", "SPN002"]


def test_a_rule_of_corpora_cant_be_exempted_in_a_record() -> None:
    value = example() | {"extensions": {"onrecord": {"exemptions": [{"code": "COR003", "reason": "A reprint."}]}}}
    (finding,) = findings(value)
    assert finding.code == "EXM001"
    assert "COR003 is about the corpus" in finding.message


def exempted() -> dict[str, Any]:
    value, finding = warned()
    return exempting(value, {"code": finding.code, "reason": "Seen."} | ways(value, finding)[-1])


def test_exemptions_survive(tmp_path: Path) -> None:
    """`--fix`, canonical form, Label Studio and the dataset keep them."""
    value = exempted()
    path = tmp_path / "r.json"
    path.write_bytes(source(value | {"text_sha256": "0" * 64}))
    command("validate", "--fix", "--strict", path)
    assert decode(path.read_bytes())["extensions"] == value["extensions"]
    assert decode(path.read_bytes())["text_sha256"] == value["text_sha256"]
    before = path.read_bytes()
    prove(decode(before, type=Record))
    command("format", path)
    command("labelstudio", "export", path, "-o", tmp_path / "tasks.json")
    command("labelstudio", "import", tmp_path / "tasks.json", "-o", tmp_path / "back")
    (back,) = (tmp_path / "back").iterdir()
    assert back.read_bytes() == before == path.read_bytes()


def test_what_is_exempted_is_gone_everywhere(tmp_path: Path) -> None:
    value, finding = warned()
    folder = tmp_path / "corpus" / "records"
    folder.mkdir(parents=True)
    for body, shown in ((value, True), (exempted(), False)):
        (folder / "r.json").write_bytes(canonical_json.canonical(body))
        outputs = [
            command("validate", folder.parent).output,
            command("validate", folder.parent, "--statistics").output,
            command("labelstudio", "export", folder).stderr,
        ]
        assert [finding.code in out for out in outputs] == [shown] * 3
        summary = build(folder.parent, tmp_path / "out")
        assert [f.code for f in summary.warnings] == [finding.code] * shown
        result = CliRunner().invoke(app, ["validate", "--strict", str(tmp_path / "out" / "dataset")])
        assert result.exit_code == int(shown)


# how a check reports and ends


def test_statistics(path: Path) -> None:
    result = command("validate", path, path.parent, "--statistics", code=1)
    rows = [line.split() for line in result.stdout.splitlines()]
    assert {row[0]: row[3] for row in rows[1:]} == {"SPN002": "1", "MET004": "1"}
    assert "1 record checked: 1 error, 1 warning" in result.stderr


def test_quiet(path: Path) -> None:
    loud, quiet = command("validate", path, code=1), command("validate", path, "--quiet", code=1)
    assert quiet.stderr == ""
    assert quiet.stdout == loud.stdout


@pytest.mark.parametrize("form", ["text", "json", "jsonl", "sarif", "github", "junit"])
def test_output_to_a_file(path: Path, tmp_path: Path, form: str) -> None:
    report = tmp_path / "report"
    printed = command("validate", path, "--format", form, code=1).stdout
    assert command("validate", path, "--format", form, "-o", report, code=1).stdout == ""
    assert report.read_bytes().decode() == printed
    refused("validate", path, "-o", tmp_path, naming=str(tmp_path))
    command("validate", path, "--format", form, "-o", tmp_path / "new" / "dir" / "report", code=1)
    assert (tmp_path / "new" / "dir" / "report").read_bytes().decode() == printed


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("jobs", [1, 2])
def test_engines_and_processes_agree(path: Path, engine: str, jobs: int) -> None:
    path.with_name("s.json").write_bytes(source({k: v for k, v in EXAMPLE.items() if k != "times"}))
    expected = command("validate", path.parent, "--format", "json", code=1).stdout
    options = ("--format", "json", "--engine", engine, "--jobs", jobs)
    assert command("validate", path.parent, *options, code=1).stdout == expected


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_progress_is_for_terminals(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("CI", raising=False)

    def written(stream: io.StringIO, wanted: bool) -> str:
        progress = Progress(stream, wanted)
        progress(1)
        progress.clear()
        return stream.getvalue()

    assert "1 records checked" in written(Terminal(), True)
    assert written(Terminal(), True).endswith("\r\x1b[2K")
    assert written(io.StringIO(), True) == written(Terminal(), False) == ""
    monkeypatch.setenv("CI", "true")
    assert written(Terminal(), True) == ""


def on_a_terminal(args: Sequence[str], env: dict[str, str]) -> str:
    """What a command writes to standard error where that is a terminal."""
    pty = pytest.importorskip("pty")
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "onrecord", *args], stdout=subprocess.DEVNULL, stderr=theirs, env=env
    )
    os.close(theirs)
    seen = b""
    try:
        while chunk := os.read(ours, 2**16):
            seen += chunk
    except OSError:  # Linux: the other end is closed
        pass
    os.close(ours)
    process.wait()
    return seen.decode()


def test_progress_on_a_terminal() -> None:
    env = {k: v for k, v in os.environ.items() if k != "CI"}
    args = ["validate", str(ROOT / "corpus")]
    assert "\r\x1b[2K1 records checked\r\x1b[2K" in on_a_terminal(args, env)
    assert "\x1b[2K" not in on_a_terminal(args, env | {"CI": "1"})
    assert on_a_terminal([*args, "--quiet"], env) == ""
    done = subprocess.run([sys.executable, "-m", "onrecord", *args], capture_output=True, text=True, env=env)
    assert done.stderr == "1 record checked: no findings\n"


@pytest.mark.parametrize("count", [1, 3, 2000])
@pytest.mark.parametrize(
    "args",
    [
        ("validate",),
        ("validate", "--format", "jsonl"),
        ("validate", "--format", "json", "--jobs", "2"),
        ("validate", "--diff"),
        ("format", "--check"),
    ],
    ids=" ".join,
)
def test_a_reader_who_had_enough(tmp_path: Path, args: tuple[str, ...], count: int) -> None:
    """As in `onrecord validate … | head -1`: no traceback, not even of what is flushed at the end."""
    value = doubtful() | {"text_sha256": "0" * 64}
    path = tmp_path / "c.jsonl"
    path.write_bytes(b"".join(json.dumps(value).encode() + b"\n" for _ in range(count)))
    reading, writing = os.pipe()
    os.close(reading)
    given = [*args, str(path), *(["--no-corpus"] if args[0] == "validate" else [])]
    done = spare.either(given, stdout=writing, stderr=subprocess.PIPE)
    os.close(writing)
    assert done.returncode == 141, "as a tool that SIGPIPE ends"
    assert "Traceback" not in done.stderr
    assert "Broken" not in done.stderr


def test_the_seed_needs_no_settings() -> None:
    assert settings(ROOT / "corpus")[0].ignore == ()
    assert reported(ROOT / "corpus" / "records" / f"{SEED}.json", "--strict", code=0) == []


def test_a_report_never_takes_a_records_place(tmp_path: Path) -> None:
    record, other = tmp_path / "r.json", tmp_path / "other.json"
    for path in (record, other):
        path.write_bytes(source(EXAMPLE))
    for written in (record, other):
        for option in ("-o", "--write-baseline"):
            command("validate", record, option, written, code=2)
            assert written.read_bytes() == source(EXAMPLE)
    command("validate", record, "--fix", "--diff", code=2)
