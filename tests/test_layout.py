"""The house: every module in its room, imports run downhill without a circle, modules stay small."""

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import onrecord
from helpers import ROOT, SEED

PACKAGE = ROOT / "scripts" / "onrecord"
FLOORS = [
    ("findings",),
    ("model",),
    ("files",),
    ("text",),
    ("dataset",),
    ("checking",),
    ("marks", "compare"),
    ("migrate", "labelstudio"),
    ("card",),
    ("building",),
    ("publish",),
    ("cli",),
]
"""The rooms from the bottom up: a module imports only from its own room and from floors below."""
ALLOWED = ("formats", "suggest", "pages")
"""Rooms that are planned and may come; they must be given a floor then."""
FLOOR = {room: n for n, floor in enumerate(FLOORS) for room in floor}
MODULES = sorted(PACKAGE.rglob("*.py"))
SOURCES = {path: path.read_text("utf-8") for path in MODULES}
TREES = {path: ast.parse(source) for path, source in SOURCES.items()}


def name(path: Path) -> str:
    """A module's name below the package; the package itself has an empty one."""
    return ".".join(path.relative_to(PACKAGE).with_suffix("").parts).removesuffix("__init__").rstrip(".")


NAMES = {name(path) for path in MODULES}


def imports(path: Path) -> Iterator[str]:
    """The modules of the package that a module imports, lazily or not, for types or not."""
    package = path.relative_to(PACKAGE).parts[:-1]
    for node in ast.walk(TREES[path]):
        if not isinstance(node, ast.ImportFrom) or not node.level:
            continue
        base = [*package[: len(package) - node.level + 1], *(node.module.split(".") if node.module else [])]
        for alias in node.names:
            whole = ".".join([*base, alias.name])
            yield whole if whole in NAMES else ".".join(base)


GRAPH = {name(path): {other for other in imports(path) if other != name(path)} for path in MODULES}


def test_imports_run_downhill() -> None:
    uphill = []
    for path in MODULES:
        room, *inner = name(path).split(".")
        if not inner and room in ("", "__main__", "testing"):
            continue  # the doors
        for other in GRAPH[name(path)]:
            floor = other.partition(".")[0]
            if floor and floor != room and FLOOR[floor] >= FLOOR[room]:
                uphill.append((name(path), other))
    assert uphill == []


def test_no_import_circle() -> None:
    """Also within a room, and also of imports that run late or for types alone; a package's face hands names on."""
    TopologicalSorter({name: {o for o in others if o} for name, others in GRAPH.items() if name}).prepare()


def test_the_package_is_rooms_and_doors() -> None:
    beside = {p.name for p in PACKAGE.iterdir() if p.is_file()}
    assert beside == {"__init__.py", "__main__.py", "testing.py", "py.typed"}
    assert {p.relative_to(PACKAGE).parts[0] for p in MODULES} - beside == FLOOR.keys()
    assert not FLOOR.keys() & set(ALLOWED)


def test_no_room_and_no_module_beside_them_bears_a_public_name() -> None:
    """Its import would put the module in the function's place."""
    top = {p.name.removesuffix(".py") for p in PACKAGE.iterdir()}
    assert not top & {n for n in onrecord.__all__ if not n.startswith("__")}


def test_modules_stay_small_and_say_what_they_are() -> None:
    assert [name(path) for path in MODULES if SOURCES[path].count("\n") > 400] == []
    assert [name(path) for path in MODULES if not ast.get_docstring(TREES[path])] == []


TELLS = {
    "building.public", "checking.public", "labelstudio.public", "model.record", "findings.finding",
    "checking.report", "checking.report.screen", "checking.report.visible",
}  # fmt: skip
"""What every command may use: the public functions and types, and what tells findings."""
FRONTS: dict[str, set[str]] = {
    "__init__": set(),
    "articles": {"compare.agreement", "marks.annotating", "files.names"},
    "base": {
        "checking.choice", "files.limits", "files.names", "files.reading", "files.writing", "files.parsing", "checking.rewrite", "files.record_files",
    },  # what stops a command is told in one place
    "checking": {"checking.choice", "files.limits", "files.writing", "checking.mending", "checking.policy", "checking.rewrite", "checking.run", "checking.schema_errors"},
    "dataset": {"building.building", "dataset.published", "building.rehydrate", "building.unbuild"},
    "entry": set(),
    "group": set(),
    "labelstudio": {"labelstudio", "labelstudio.exchange.arrivals", "checking.run"},
    "main": {"__version__", "files.limits", "model.specification"},
    "migrate": {"migrate.fates", "files.reading", "migrate.renewing", "model.specification"},
    "publish": {"files.corpus_folder", "files.limits", "files.reading", "files.writing", "publish.hub", "publish.publication"},
    "reference": {"files.limits"},
    "rules": {"checking.catalogue", "checking.rules.plugins"},
    "status": {"labelstudio.sync.connection"},
    "studio": {"labelstudio.sync.connection"},
    "transfer": {"labelstudio.sync.connection"},
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
        if name(path).partition(".")[0] not in ("cli", "__main__"):
            assert not re.search(r"^\s*(import|from) (typer|click|argparse)\b", SOURCES[path], re.MULTILINE), path


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

    from onrecord.files import canonical_json
    from onrecord.model.record import Record

    for path in sorted((ROOT / "corpus" / "records").glob("*.json")):
        assert path.read_bytes() == canonical_json.canonical(decode(path.read_bytes(), type=Record))
    done = subprocess.run(
        [sys.executable, "-m", "onrecord", "validate", "--strict", str(ROOT / "corpus")], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout


def test_corpus_info_names_the_guidelines_version() -> None:
    from onrecord.files import record_files

    info = record_files.corpus_info(ROOT / "corpus")
    assert info is not None
    assert f"version {info.guidelines}" in (ROOT / "corpus" / "GUIDELINES.md").read_text("utf-8").splitlines()[0]


OPENS = {"open", "fdopen", "read_bytes", "read_text", "write_bytes", "write_text", "copyfile", "copy", "copy2", "copytree", "NamedTemporaryFile", "mkstemp"}  # fmt: skip
OPENED_ELSEWHERE = {
    "building/building.py": "in the new folder that is filled beside the old one",
    "building/tasks.py": "in the new folder that is filled beside the old one",
    "card/assemble.py": "in the new folder that is filled beside the old one",
    "publish/hub/repository.py": "what was built just now",
    "publish/publication.py": "a card that the Hub's client downloaded",
    "model/specification.py": "the package's own schemas",
    "text/words/__init__.py": "the package's own word lists",
    "checking/rules/plugins.py": "the metadata of installed packages",
    "labelstudio/sync/server.py": "the account, made for its owner alone; the server's log; an address of this machine",
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
