"""The house: imports run downhill, modules stay small, the tree holds what it should."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

import onrecord
from helpers import ROOT, SEED

PACKAGE = ROOT / "scripts" / "onrecord"
ORDER = [
    ("meaning", "positions", "finding", "graphemes"),
    ("record",),
    ("fields", "text"),
    ("paths", "codes", "files"),
    ("store",),
    ("rules",),
    ("parsing", "tokens"),
    ("schema_errors", "shape", "catalogue", "locating", "dataset", "corpus_files"),
    ("report",),
    ("choice",),
    ("validate", "sources", "corpus_index"),
    ("run", "fix", "policy", "rewrite"),
    ("ingest", "anchor", "agreement", "upgrade", "mending"),
    ("alignment", "fates"),
    ("migrate", "labelstudio"),
    ("card", "tasks", "proof"),
    ("building", "unbuild"),
    ("rehydrate", "publish"),
    ("api", "testing"),
    ("annotating", "renewing"),
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


def test_no_module_hides_a_public_name() -> None:
    """`import onrecord.check` would put the module in the place of the function."""
    names = {part.removesuffix(".py") for p in MODULES for part in p.relative_to(PACKAGE).parts[:1]}
    assert not names & set(onrecord.__all__)


TELLS = {"api", "record", "finding", "report", "report.screen", "report.visible"}
"""What every command may use: the public functions and types, and what tells findings."""
FRONTS = {
    "__init__": set(),
    "articles": {"agreement", "annotating", "files.names"},
    "base": {
        "choice", "files.limits", "files.names", "files.reading", "files.writing", "parsing", "rewrite", "store",
    },  # what stops a command is told in one place
    "checking": {"choice", "files.limits", "files.writing", "mending", "policy", "rewrite", "run", "schema_errors"},
    "dataset": {"building", "dataset.published", "rehydrate", "unbuild"},
    "entry": set(),
    "group": set(),
    "labelstudio": {"labelstudio", "labelstudio.arrivals", "labelstudio.config", "run"},
    "main": {"__version__", "files.limits", "store"},
    "migrate": {"fates", "files.reading", "renewing", "store"},
    "publish": {"corpus_files", "files.limits", "files.reading", "files.writing", "publish.hub", "publish.publication"},
    "rules": {"catalogue", "rules.plugins"},
    "status": {"labelstudio.connection"},
    "studio": {"labelstudio.connection"},
    "transfer": {"labelstudio.connection"},
}  # fmt: skip
"""What the modules of the command line import besides: the front of the work that a command asks for."""


def asked_for(path: Path) -> set[str]:
    """The modules of the package, and names of its root, that a module of the command line imports, its helpers apart."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 2:
            for name in (a.name for a in node.names):
                whole = f"{node.module}.{name}" if node.module else name
                parts = PACKAGE.joinpath(*whole.split("."))
                found.add(whole if parts.is_dir() or parts.with_suffix(".py").is_file() else node.module or name)
    return found


@pytest.mark.parametrize("path", sorted((PACKAGE / "cli").glob("*.py")), ids=lambda p: p.stem)
def test_the_command_line_uses_the_public_functions_and_one_front_a_command(path: Path) -> None:
    """Commands parse, call, report and exit; what they begin to reach into is work for a module of the library."""
    assert asked_for(path) - TELLS == FRONTS[path.stem]


def test_the_library_takes_no_parsed_arguments() -> None:
    """Nothing below the command line knows how it is called."""
    for path in MODULES:
        if unit(path) not in ("cli", "__main__"):
            source = path.read_text("utf-8")
            assert not re.search(r"^\s*(import|from) (typer|click|argparse)\b", source, re.MULTILINE), path


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
    "building.py": "in the new folder that is filled beside the old one",
    "tasks.py": "in the new folder that is filled beside the old one",
    "card/assemble.py": "in the new folder that is filled beside the old one",
    "publish/hub/repository.py": "what was built just now",
    "publish/publication.py": "a card that the Hub's client downloaded",
    "store.py": "the package's own schemas",
    "text/words/__init__.py": "the package's own word lists",
    "rules/plugins.py": "the metadata of installed packages",
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
