"""The reference of all commands: what it says is what the commands say, whatever terminal it is made in."""

import ast
import os
import re
import subprocess
import sys

import pytest
import typer
from markdown_it import MarkdownIt
from typer.testing import CliRunner

from conftest import Golden
from helpers import ROOT
from onrecord.cli import app
from onrecord.cli.reference import VARIABLES, Command, commands, markdown
from onrecord.files.limits import NAMES, from_environment, variable

PAGE = ROOT / "scripts" / "COMMANDS.md"
PACKAGE = ROOT / "scripts" / "onrecord"
COMMANDS = {c.name: c for c in commands()}
each = pytest.mark.parametrize("command", COMMANDS.values(), ids=lambda c: c.name or "onrecord")


def cells(page: str) -> list[list[str]]:
    """The rows of all tables of a page, as a reader sees them."""
    rows: list[list[str]] = []
    for token in MarkdownIt("commonmark").enable("table").parse(page):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline" and rows and token.level > 2:
            assert all(c.type in ("text", "code_inline", "link_open", "link_close") for c in token.children or ())
            rows[-1].append("".join(c.content for c in token.children or ()))
    return rows


def test_the_page_is_generated(golden: Golden) -> None:
    golden.check(PAGE, markdown())


@pytest.mark.parametrize("columns", ["20", "300"])
def test_it_is_the_same_in_every_terminal(columns: str) -> None:
    env = os.environ | {"COLUMNS": columns, "TERMINAL_WIDTH": columns, "FORCE_COLOR": "1", "PYTHONIOENCODING": "utf-8"}
    done = subprocess.run([sys.executable, "-m", "onrecord.cli.reference"], env=env, capture_output=True, check=True)
    assert done.stdout.decode() == PAGE.read_text("utf-8")


@each
def test_everything_says_what_it_is_for(command: Command) -> None:
    assert command.help.endswith(".")
    for parameter in command.parameters:
        assert parameter.help, f"{command.name} {parameter.names[-1]} has no help"
        assert parameter.help[0].isupper()
        assert parameter.help.endswith(".") or parameter.help.endswith("`")
        assert parameter.argument or parameter.names[-1].startswith("--")


def test_none_is_forgotten() -> None:
    names = set()
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        names |= {f"{name} {inner}" for inner in getattr(command, "commands", ())} or {name}
    assert {*COMMANDS} == {"", *names}
    assert PAGE.read_text("utf-8").count("\n## `onrecord") == len(COMMANDS)


@each
def test_the_help_in_a_terminal_knows_no_other_options(command: Command) -> None:
    shown = CliRunner().invoke(app, [*command.name.split(), "--help"], env={"COLUMNS": "300", "NO_COLOR": "1"}).output
    # after a frame's edge or between columns an option is named; elsewhere it is only spoken of
    named = set(re.findall(r"(?<=[│ ] )(--[a-z-]+)(?=  )", shown)) - {"--help"}
    assert named == {n for p in command.parameters for n in p.names if n.startswith("--")}


def test_a_reader_of_the_page_sees_the_words_of_the_help() -> None:
    rows = cells(markdown())
    told = [" ".join(p.help.split()).replace("`", "") for c in COMMANDS.values() for p in c.parameters]
    shown = [row[2] for row in rows if len(row) == 3]
    assert [words for words in told if words not in shown] == []
    assert ["--format text|json|jsonl|sarif|github|junit", "text", "How to report."] in rows
    assert ["-o, --output PATH", "required", "Folder to make."] in rows
    assert [
        "--corpus, --no-corpus",
        "--corpus",
        "Check the corpus as a whole, too: ids, near duplicates, splits.",
    ] in rows


@pytest.mark.parametrize(
    ("name", "usage"),
    [
        ("", "onrecord [OPTIONS] COMMAND …"),
        ("agreement", "onrecord agreement FIRST SECOND"),
        ("publish", "onrecord publish [OPTIONS] ORG/NAME [CORPUS]"),
        ("rehydrate", "onrecord rehydrate --output PATH --texts PATH [OPTIONS] DATASET"),
        ("labelstudio export", "onrecord labelstudio export [OPTIONS] RECORDS…"),
    ],
)
def test_how_a_command_is_called(name: str, usage: str) -> None:
    assert COMMANDS[name].usage() == usage


def heeded() -> set[str]:
    """The environment variables that the package asks for, by name or by a constant of the module."""
    found = set()
    for path in PACKAGE.rglob("*.py"):
        tree = ast.parse(path.read_text("utf-8"))
        constants: dict[str, object] = {}
        for line in tree.body:
            if isinstance(line, ast.Assign):
                names = line.targets[0].elts if isinstance(line.targets[0], ast.Tuple) else line.targets
                values = line.value.elts if isinstance(line.value, ast.Tuple) else [line.value]
                for name, value in zip(names, values, strict=False):
                    if isinstance(name, ast.Name) and isinstance(value, ast.Constant):
                        constants[name.id] = value.value
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in ("os.environ.get", "os.getenv"):
                asked = node.args[0]
                found.add(constants[asked.id] if isinstance(asked, ast.Name) else ast.literal_eval(asked))
            elif isinstance(node, ast.Subscript) and ast.unparse(node.value) == "os.environ":
                found.add(ast.literal_eval(node.slice))
    return {str(name) for name in found}


def test_the_environment_variables_are_those_that_are_heeded() -> None:
    # the Hub's own client asks for the token
    assert heeded() | {"HF_TOKEN"} == {*VARIABLES}


def test_the_limits_are_set_as_the_page_says() -> None:
    rows = {row[0]: row[1] for row in cells(markdown()) if row[0].startswith("ONRECORD_MAX_")}
    assert {*rows} == {variable(name) for name in NAMES}
    assert from_environment(rows) == from_environment({})
