"""The catalogue has every code that the program prints, and its page is what it generates."""

import re
from typing import Any

import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner, Result

from conftest import Golden
from helpers import ROOT, example, patched, source, touched
from onrecord.checking import catalogue
from onrecord.checking.catalogue import Entry, entries
from onrecord.checking.rules import RULES
from onrecord.checking.rules.corpus.corpus import CORPUS_RULES
from onrecord.checking.validate import check_source
from onrecord.cli.rules import rules_command
from onrecord.findings import codes
from onrecord.findings.codes.families import FAMILIES
from onrecord.findings.finding import Patch

PACKAGE = ROOT / "scripts" / "onrecord"
SOURCE = {p: p.read_text("utf-8") for p in PACKAGE.rglob("*.py")}
by_code = pytest.mark.parametrize("entry", entries().values(), ids=lambda e: e.code)


def literals(*but: str) -> set[str]:
    """The codes that stand in the source as string literals, some packages left out."""
    return {
        c for p, s in SOURCE.items() if p.parent.name not in but for c in re.findall(r'["\']([A-Z]{3}\d{3})["\']', s)
    }


def test_every_code_of_the_source_is_in_the_catalogue() -> None:
    assert literals() <= set(entries())


def test_every_code_of_the_catalogue_is_in_the_source() -> None:
    assert set(codes.CODES) <= literals("codes")
    assert set(entries()) == {*codes.CODES, *(r.code for r in RULES), *(r.code for r in CORPUS_RULES)}


@by_code
def test_entries_are_whole(entry: Entry) -> None:
    assert re.fullmatch(r"[A-Z]{3}\d{3}", entry.code)
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
    assert re.fullmatch(r"\d+\.\d+\.\d+", entry.since)
    assert entry.what.endswith(".")
    assert entry.why.endswith((".", "?"))
    assert entry.bad
    assert entry.family in FAMILIES


def test_names_are_unique() -> None:
    assert len({e.name for e in entries().values()}) == len(entries())


@pytest.mark.parametrize("code", codes.SCHEMA, ids=lambda c: c.code)
def test_schema_examples(code: codes.Code) -> None:
    def found(patches: tuple[Any, ...]) -> set[str]:
        assert all(isinstance(p, Patch) for p in patches)
        return {f.code for f in check_source(source(patched(example(), patches)), "x.json")[1]}

    assert found(code.bad) == {code.code}
    assert not any(c.startswith("SCH") for c in found(code.good))


@pytest.mark.parametrize("code", [c for c in codes.CODES.values() if c.good], ids=lambda c: c.code)
def test_good_examples_look_like_the_bad_ones(code: codes.Code) -> None:
    """Changes to the example touch a field of the same name; sentences have a word in common."""
    if code.code == "SCH008":
        return  # there is only one version that is right: nothing but the example itself
    changes = [[p for p in patches if isinstance(p, Patch)] for patches in (code.good, code.bad)]
    if changes[0]:
        good, bad = (touched(patched(example(), patches), example()) for patches in changes)
        assert {field.rpartition("/")[2] for field in good} & {field.rpartition("/")[2] for field in bad}
    else:
        said = [set(re.findall(r"\w+", " ".join(map(str, words)))) for words in (code.good, code.bad)]
        assert said[0] & said[1]
    assert code.good != code.bad


def test_rules_md_is_generated(golden: Golden) -> None:
    golden.check(ROOT / "schemas" / "RULES.md", catalogue.markdown())


def test_rules_md_links_lead_somewhere() -> None:
    page = catalogue.markdown()
    links = re.findall(r"\]\(#(.+?)\)", page)
    assert len(links) == len(entries())
    assert sorted(links) == sorted(re.findall(r'<a id="(.+?)">', page))
    assert page.count("\n```") % 2 == 0
    assert page.isprintable() or not [c for c in page if not c.isprintable() and c not in "\n"]


@pytest.mark.parametrize(
    ("patch", "line"),
    [
        (Patch("/id", "x"), 'set /id to "x"'),
        (Patch("/times/0", remove=True), "remove /times/0"),
        (Patch("/times/-", {"id": "t\u0301\x07"}), 'add to /times: {"id":"t\\u0301\\u0007"}'),
    ],
)
def test_patches_are_readable(patch: Patch, line: str) -> None:
    assert catalogue.readable(patch) == line


def test_only_what_differs_of_a_long_text_is_shown() -> None:
    text = example()["text"]
    assert catalogue.readable(Patch("/text", f"{text}\xa0!")) == 'set /text to "… ers. “It is ready.”\\n\\u00a0!"'
    assert catalogue.readable(Patch("/text", text.replace("Moon", "Mars", 1))) == (
        'set /text to "… ence\\nAgency delays Mars landing\\nNASA said o …"'
    )
    assert catalogue.readable(Patch("/text", text)).endswith(' to "… ers. “It is ready.”\\n"')


def run(*args: str, code: int = 0) -> Result:
    app = typer.Typer()
    app.command()(rules_command)
    result = CliRunner().invoke(app, list(args))
    assert result.exit_code == code, result.output
    return result


def test_the_command_lists_all() -> None:
    lines = run().stdout.splitlines()
    assert [line.split()[0] for line in lines] == list(entries())


def test_the_command_explains_one() -> None:
    for word in ("SPN002", "spn002", "span-drift"):
        out = run(word).stdout
        assert out.startswith("SPN002 span-drift (error, since 0.1.0, fixable, all languages)\n")
        assert "Bad" in out
        assert "Good" in out


def test_unknown_codes_have_neighbours() -> None:
    assert "did you mean SPN002" in run("SPN02", code=2).stderr
    assert "did you mean SPN002" in run("span-drfit", code=2).stderr
    assert "lists all" in run("?", code=2).stderr
    run("SPN002", "--markdown", code=2)


def test_the_command_prints_the_page() -> None:
    assert run("--markdown").stdout == catalogue.markdown()


@by_code
def test_every_page_can_be_shown(entry: Entry) -> None:
    console = Console(width=60, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(catalogue.page(entry.code))
    shown = " ".join(console.export_text().split())
    assert entry.code in shown
    assert " ".join(entry.what.replace("`", "").split()) in shown


def test_the_table_has_every_code() -> None:
    console = Console(width=100, record=True, file=open("/dev/null", "w"))  # noqa: SIM115
    console.print(catalogue.table())
    shown = console.export_text()
    assert all(code in shown for code in entries())
