"""The house: imports run downhill, modules stay small, the tree holds what it should."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

from helpers import ROOT, SEED

PACKAGE = ROOT / "scripts" / "onrecord"
ORDER = [
    ("record", "positions", "finding", "graphemes"),
    ("paths", "codes", "files"),
    ("store",),
    ("rules",),
    ("parsing", "tokens"),
    ("schema_errors", "shape", "catalogue", "locating", "dataset", "corpus_files"),
    ("report",),
    ("choice",),
    ("validate", "sources", "corpus"),
    ("run", "fix", "policy", "rewrite"),
    ("ingest", "anchor", "agreement", "upgrade"),
    ("alignment", "fates"),
    ("migrate", "labelstudio"),
    ("card", "tasks", "proof"),
    ("build", "unbuild"),
    ("rehydrate", "publish"),
    ("cli",),
    ("__main__",),
]
"""From the bottom up: a module imports only from levels below its own."""
LEVEL = {name: i for i, level in enumerate(ORDER) for name in level}
MODULES = sorted(p for p in PACKAGE.rglob("*.py"))


def unit(path: Path) -> str:
    part = path.relative_to(PACKAGE).parts[0]
    return part.removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The units of the package that a module imports, lazily or not."""
    depth = len(path.relative_to(PACKAGE).parts)
    found = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == depth:
            names = [node.module.split(".")[0]] if node.module else [a.name for a in node.names]
            found |= {n for n in names if n in LEVEL}
        assert not (isinstance(node, ast.ImportFrom) and (node.module or "").startswith("onrecord")), path
    return found


def test_every_module_has_its_level() -> None:
    assert {unit(p) for p in MODULES} == {*LEVEL, "__init__"}


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_imports_run_downhill(path: Path) -> None:
    me = unit(path)
    if me != "__init__":
        assert all(LEVEL[other] < LEVEL[me] or other == me for other in imported(path)), imported(path)


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_modules_stay_small_and_say_what_they_are(path: Path) -> None:
    source = path.read_text("utf-8")
    assert source.count("\n") <= 400
    assert ast.get_docstring(ast.parse(source))


def test_top_level() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.split()
    if tracked:
        assert {t.split("/")[0] for t in tracked} <= {
            "pyproject.toml", "corpus", "schemas", "scripts", "tests", "README.md", "LICENSE", "CHANGELOG.md", "CITATION.cff",
            ".gitignore", ".ci", ".github", ".pre-commit-hooks.yaml", "CONTRIBUTING.md",
        }  # fmt: skip


def test_the_raw_article_is_the_records_text() -> None:
    from msgspec.json import decode

    record = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes())
    assert record["text"].encode() == (ROOT / "corpus" / "raw" / f"{SEED}.txt").read_bytes()


def test_corpus_is_canonical_and_clean_under_strict() -> None:
    from msgspec.json import decode

    from onrecord import store
    from onrecord.record import Record

    for path in sorted((ROOT / "corpus" / "records").glob("*.json")):
        assert path.read_bytes() == store.canonical(decode(path.read_bytes(), type=Record))
    done = subprocess.run(
        [sys.executable, "-m", "onrecord", "validate", "--strict", str(ROOT / "corpus")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_corpus_info_names_the_guidelines_version() -> None:
    from onrecord import store

    info = store.corpus_info(ROOT / "corpus")
    assert info is not None
    assert f"version {info.guidelines}" in (ROOT / "corpus" / "GUIDELINES.md").read_text("utf-8").splitlines()[0]


OPENS = {"open", "fdopen", "read_bytes", "read_text", "write_bytes", "write_text", "copyfile", "copy", "copy2", "copytree", "NamedTemporaryFile", "mkstemp"}  # fmt: skip
OPENED_ELSEWHERE = {
    "build.py": "in the new folder that is filled beside the old one",
    "tasks.py": "in the new folder that is filled beside the old one",
    "card/assemble.py": "in the new folder that is filled beside the old one",
    "publish/hub/repository.py": "what was built just now",
    "publish/publication.py": "a card that the Hub's client downloaded",
    "store.py": "the package's own schemas",
    "labelstudio/server.py": "the account, made for its owner alone; the server's log; an address of this machine",
    "cli/studio.py": "a page in the browser",
    "cli/entry.py": "/dev/null, in the place of a stream that was closed",
}
"""Where files are opened outside `files/`, and why that is none of what comes from data."""


def test_files_are_opened_in_one_place() -> None:
    """Whatever a corpus, an export or a dataset names is read and written by way of `files/`, with its checks."""
    found = set()
    for path in MODULES:
        name = path.relative_to(PACKAGE).as_posix()
        calls = [n.func for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
        opening = {f.attr if isinstance(f, ast.Attribute) else f.id for f in calls if isinstance(f, ast.Attribute | ast.Name)}  # fmt: skip
        if opening & OPENS and not name.startswith("files/"):
            found.add(name)
    assert found <= OPENED_ELSEWHERE.keys(), "go through onrecord.files"
    assert found >= OPENED_ELSEWHERE.keys(), "no longer so"
