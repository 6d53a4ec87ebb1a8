"""What the documents say is true: their examples run, their commands exist."""

import json
import re
from doctest import DocTestParser, DocTestRunner
from pathlib import Path

import pytest
import typer
from msgspec.json import decode

from helpers import ROOT, SEED
from onrecord.building.building import build
from onrecord.card.snippets import OLDEST
from onrecord.checking.validate import check_source
from onrecord.cli import app
from onrecord.files import canonical_json
from onrecord.marks.anchor import anchor
from onrecord.model import inventories
from onrecord.model.record import Record

README = (ROOT / "README.md").read_text("utf-8")
GUIDELINES = (ROOT / "corpus" / "GUIDELINES.md").read_text("utf-8")


def block(language: str, text: str = README, n: int = 0) -> str:
    found: list[str] = re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)
    return found[n]


def commands() -> set[str]:
    found = set()
    root = typer.main.get_command(app)
    for name, command in root.commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {i}" for i in inner} if inner else {name}
    return found


def test_the_readme_record_is_valid() -> None:
    record, findings = check_source(block("json").encode(), "README.md")
    assert record is not None
    assert findings == []


def test_ci_runs_the_readme_test_command() -> None:
    assert "README.md" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert "pytest -m 'not server'" in block("bash", n=1)
    assert "onrecord build corpus" in block("bash", n=0)


def test_ci_reads_the_dataset_with_the_oldest_version_that_the_card_promises() -> None:
    assert f"datasets=={OLDEST}" in (ROOT / ".ci" / "run").read_text("utf-8")


def test_every_command_is_documented_and_every_documented_one_exists() -> None:
    text = README + GUIDELINES
    for name in commands():
        assert f"onrecord {name}" in text, name
    mentioned = {
        m.strip()
        for m in re.findall(
            r"^onrecord ((?:labelstudio )?[a-z]+)",
            "\n".join(re.findall(r"```bash\n(.*?)```", README, re.DOTALL)),
            re.MULTILINE,
        )
    }
    assert mentioned <= commands()


def test_the_readme_finding_is_what_is_printed(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from typer.testing import CliRunner

    folder = tmp_path / "corpus" / "records"
    folder.mkdir(parents=True)
    text = (
        (ROOT / "schemas" / "record.example.json").read_text("utf-8").replace('"text": "Tuesday"', '"text": "Monday"')
    )
    (folder / "example.json").write_text(text, "utf-8")
    printed = (
        CliRunner().invoke(app, ["validate", str(folder / "example.json")]).stdout.replace(str(tmp_path) + "/", "")
    )
    assert printed.strip() == block("text").strip()


def test_the_researchers_example_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import datasets

    build(ROOT / "corpus", tmp_path / "build")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    exec(block("python"), {})
    lines = capsys.readouterr().out.strip().splitlines()
    assert lines[0] == "Donald Trump | Announces | Intent to Hold Talks with Putin"


def test_the_readmes_python_session_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import datasets

    (tmp_path / "corpus" / "records").mkdir(parents=True)
    for path in ("bridge.json", "corpus/records/bridge.json"):
        (tmp_path / path).write_text(block("json"), "utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")
    session = DocTestParser().get_doctest(block("pycon"), {}, "README.md", None, None)
    assert len(session.examples) == 10
    report: list[str] = []
    assert DocTestRunner().run(session, out=report.append).failed == 0, "".join(report)
    assert (tmp_path / "again.json").read_bytes() == canonical_json.canonical(
        decode(block("json").encode(), type=Record)
    )


def test_the_guidelines_example_anchors() -> None:
    seed = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)
    made, problems = anchor(seed, json.loads(block("json", GUIDELINES)))
    assert problems == []
    record, findings = check_source(canonical_json.canonical(made.record), "guidelines")
    assert record is not None
    assert not [f for f in findings if f.severity == "error"]


def test_the_guidelines_quote_the_article() -> None:
    """Every marked example of the guidelines stands in the seed, unless it is a placeholder."""
    text = (ROOT / "corpus" / "raw" / f"{SEED}.txt").read_text("utf-8").casefold()
    body = GUIDELINES.split("## 7.")[0]
    for words in re.findall(r"\[\[(.+?)\]\]", body):
        for part in words.strip("…").split("…"):
            assert part.strip().casefold() in text, words


UNSAID = {
    "segment_kind": "found by ingest; the page shows them",
    "published_basis": "stands in the metadata, which is no layer to annotate",
    "time_type": "TIMEX3's own, which the guidelines name",
    "time_mod": "TIMEX3's own, which the guidelines name",
    "polarity": "positive goes without saying",
    "annotation_status": "set by whoever keeps the corpus",
    "annotator_kind": "set by whoever keeps the corpus",
}
"""Vocabularies of which the guidelines need not name every label, and why."""


def test_the_guidelines_name_every_label() -> None:
    left = {
        name: [v.name for v in words.values if v.name not in GUIDELINES] for name, words in inventories.labels().items()
    }
    assert {name: labels for name, labels in left.items() if labels and name not in UNSAID} == {}
    assert [name for name in UNSAID if not left[name]] == [], "said now"
