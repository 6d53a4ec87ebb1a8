"""The guides for who changes the program: links lead somewhere, what they name is there, the walk is the one taken."""

import re
import sys
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
from msgspec.json import decode, encode
from typer.testing import CliRunner

from helpers import ROOT
from onrecord.building.building import build
from onrecord.checking.validate import check_source
from onrecord.cli import app
from test_layout import FLOOR

PACKAGE = ROOT / "scripts" / "onrecord"
HOUSE = (ROOT / "scripts" / "README.md").read_text("utf-8")
CONTRIBUTING = (ROOT / "CONTRIBUTING.md").read_text("utf-8")
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("corpus/*.md"), *ROOT.glob("schemas/*.md"), *ROOT.glob("scripts/*.md")]


def places(page: Path) -> set[str]:
    """The places of a page that a link may name, as GitHub makes them of headings."""
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    made = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return made | set(re.findall(r'<a id="(.+?)">', text))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text("utf-8"), flags=re.DOTALL)
    for link in re.findall(r"\]\(([^)\s]+)\)", text):
        if re.match(r"https?://", link):
            continue
        name, _, place = link.partition("#")
        target = (page.parent / name).resolve() if name else page
        assert target.exists(), link
        assert not place or place in places(target), link


def test_the_guides_are_found_from_the_readme() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    for name in ("CONTRIBUTING.md", "scripts/README.md", "scripts/COMMANDS.md"):
        assert f"]({name})" in readme, name


def named(page: str) -> set[str]:
    """The files and folders that a page names in code font."""
    words = re.findall(r"`([\w./-]+)`", re.sub(r"```.*?```", "", page, flags=re.DOTALL))
    return {w for w in words if re.search(r"/$|/\w+$|\.(py|json|toml|md)$", w) and not w.startswith("/")}


@pytest.mark.parametrize("page", [HOUSE, CONTRIBUTING], ids=["scripts/README.md", "CONTRIBUTING.md"])
def test_the_files_that_are_named_exist(page: str) -> None:
    assert len(named(page)) > 8
    assert [n for n in sorted(named(page)) if not (ROOT / n).exists() and not (PACKAGE / n).exists()] == []


def test_the_tests_that_are_named_exist() -> None:
    tests = "".join(p.read_text("utf-8") for p in (ROOT / "tests").rglob("test_*.py"))
    names = re.findall(r"`(test_\w+)`", CONTRIBUTING)
    assert len(names) > 8
    assert [n for n in names if f"def {n}(" not in tests] == []


def test_the_commands_to_contribute_are_those_of_ci() -> None:
    known = (ROOT / "README.md").read_text("utf-8") + (ROOT / ".ci" / "run").read_text("utf-8")
    known = known.replace('"$python"', ".venv/bin/python").replace("ruff format --check", "ruff format")
    lines = [line for block in re.findall(r"```bash\n(.*?)```", CONTRIBUTING, re.DOTALL) for line in block.splitlines()]
    assert len(lines) == 5
    assert [line for line in lines if line not in known] == []


def test_the_rooms_that_are_described_are_those_that_there_are() -> None:
    table = HOUSE.partition("## The rooms")[2].partition("\n## ")[0]
    described = re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE)
    assert sorted(described) == sorted(FLOOR)
    assert [FLOOR[room] for room in described] == sorted(FLOOR.values()), "from the ground up"


def walk() -> list[tuple[str, str]]:
    """The functions of the walk, each with its file."""
    return re.findall(r"\| `([\w.]+)` in `([\w/]+\.py)` \|", HOUSE)


class Called:
    """The functions of the package that are called meanwhile, by their files, in the order of their first calls."""

    def __init__(self) -> None:
        self.first: dict[tuple[str, str], None] = {}

    def __call__(self, frame: FrameType, event: str, _: Any) -> None:
        if event == "call" and frame.f_code.co_filename.startswith(str(PACKAGE)):
            file = Path(frame.f_code.co_filename).relative_to(PACKAGE).as_posix()
            self.first.setdefault((frame.f_code.co_qualname, file))

    def __enter__(self) -> "Called":
        sys.setprofile(self)
        return self

    def __exit__(self, *_: object) -> None:
        sys.setprofile(None)


def test_the_walk_is_the_one_that_a_text_and_a_quote_take(tmp_path: Path) -> None:
    """The README's record again, from its article and quoted words to a dataset."""
    readme = (ROOT / "README.md").read_text("utf-8")
    whole = decode(re.findall(r"```json\n(.*?)```", readme, re.DOTALL)[0])
    (article := tmp_path / "bridge.txt").write_text(whole["text"], "utf-8")
    records = tmp_path / "corpus" / "records"
    records.mkdir(parents=True)
    marks = {
        "entities": [{"id": "e1", "type": "PERSON", "name": "Ann Lee", "mentions": [{"id": "m2", "at": "[[Ann Lee]]", "kind": "name"}]}],
        "quotes": [
            {"id": "q1", "kind": "mixed", "fragments": ["[[the bridge “is not safe.”]]"], "verbatim": ["[[“is not safe.”]]"], "cue": "[[said]]",
             "speaker": "e1", "speaker_mention": "m2", "attribution": "speech"}
        ],
    }  # fmt: skip
    (tmp_path / "marks.json").write_bytes(encode(marks))
    with Called() as called:
        for call in (
            ["ingest", str(article), "-o", str(tmp_path / "draft.json"), "--language", "en"],
            ["anchor", str(tmp_path / "draft.json"), str(tmp_path / "marks.json"), "-o", str(records / "bridge.json")],
        ):
            done = CliRunner().invoke(app, call)
            assert done.exit_code == 0, done.output
        record, _ = check_source((records / "bridge.json").read_bytes(), "bridge.json")
        build(tmp_path / "corpus", tmp_path / "build")
    assert record is not None
    (quote,) = record.quotes
    places = [(span.start, span.end) for span in (*quote.fragments, *quote.verbatim)]
    assert places == [(33, 58), (44, 58)]
    assert "becomes `[33, 58)`, the words in marks `[44, 58)`" in HOUSE
    assert len(walk()) > 10
    assert [step for step in walk() if step not in called.first] == []
