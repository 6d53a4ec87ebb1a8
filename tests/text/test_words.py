"""The word lists of languages: their files, the rules that ask for them, and that nothing else knows a language's name."""

import ast
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import encode

from commands import run as cli
from helpers import ROOT, example, patched
from onrecord.checking.catalogue import entries
from onrecord.checking.document import document
from onrecord.checking.report import Tally, base
from onrecord.checking.rules import RULES, off
from onrecord.checking.rules.base import rule
from onrecord.checking.run import run
from onrecord.checking.validate import check_record
from onrecord.model.record import Record
from onrecord.text.words import NOTHING, Pack, assumed, languages, made, primary, words

PACKAGE = ROOT / "scripts" / "onrecord"
SOURCES = sorted(p for p in PACKAGE.rglob("*.py"))
NEEDY = [r for r in RULES if r.words]


def tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"))


# -- the seam


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(PACKAGE)))
def test_nothing_asks_which_language_it_is(path: Path) -> None:
    """Nowhere is a language's code compared with; in the rules none stands at all."""
    if path.is_relative_to(PACKAGE / "text" / "words"):
        return
    nodes = list(ast.walk(tree(path)))
    compared = [c for n in nodes if isinstance(n, ast.Compare | ast.match_case) for c in ast.walk(n)]
    here = nodes if path.is_relative_to(PACKAGE / "checking" / "rules") else compared
    named = {n.value for n in here if isinstance(n, ast.Constant) and isinstance(n.value, str)} & {*languages()}
    assert not named
    assert "LANGUAGE" not in {n.id for n in nodes if isinstance(n, ast.Name)}


def test_every_list_is_asked_for() -> None:
    asked = {n.attr for path in SOURCES for n in ast.walk(tree(path)) if isinstance(n, ast.Attribute)}
    asked |= {str(n.value) for path in SOURCES for n in ast.walk(tree(path)) if isinstance(n, ast.Constant)}
    assert set(Pack.__struct_fields__) - asked == set()


def test_every_list_says_what_it_holds() -> None:
    (pack,) = [n for n in ast.walk(tree(PACKAGE / "text/words/pack.py")) if isinstance(n, ast.ClassDef)]
    silent = [
        getattr(field.target, "id", "")
        for field, after in zip(pack.body, pack.body[1:], strict=False)
        if isinstance(field, ast.AnnAssign)
        and not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant))
    ]
    assert silent == []


@pytest.mark.parametrize("language", languages())
def test_every_pack_can_be_read(language: str) -> None:
    pack = words(language)
    assert pack is not None
    assert any(getattr(pack, name) != getattr(NOTHING, name) for name in Pack.__struct_fields__), "it has no words"
    assert {p.suffix for p in (PACKAGE / "text" / "words" / language).iterdir()} == {".toml"}
    assert primary(f"{language.upper()}-XX") == language
    assert all(pattern.search("") is None for pattern in (pack.negated, pack.negation, pack.without_denial))


def test_all_rules_speak_english() -> None:
    assert [r.code for r in NEEDY if not r.speaks(assumed("en"))] == []
    assert len(NEEDY) > 40
    assert off(NOTHING) == {r.code for r in NEEDY}


# -- a language of five words

FIVE = made(['saying = "meddai"\nthinking = "credai"\ncomplementisers = "y"\ntitles = "Syr"\nbodies = "Cyngor"'])


def test_five_words_switch_on_the_rules_that_need_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    on = {r.code for r in NEEDY if r.speaks(FIVE)}
    assert on == {"CLM015", "ENT031", "ENT032", "QUO025", "QUO027", "QUO042"}
    monkeypatch.setattr(document, "words_of", {"cy": FIVE}.get)
    value: Any = example()
    value["entities"][3] |= {"type": "PERSON", "name": "Reuters Cyngor"}
    cue = value["quotes"][0]["cue"]
    value["text"] = value["text"].replace("said", "meddai")[: len(value["text"])]

    def codes(language: str) -> set[str]:
        value["metadata"]["language"] = language
        value["quotes"][0] |= {"cue": cue | {"text": "meddai"}, "attribution": "thought"}
        return {f.code for f in check_record(convert(value, Record))}

    assert {"ENT032", "QUO025"} <= codes("cy-GB")
    assert codes("br").isdisjoint({"ENT032", "QUO025"})


def test_a_rule_asks_for_lists_that_there_are() -> None:
    with pytest.raises(ValueError, match="XXX001: no list of a pack: monhts"):
        rule("XXX001", "x", words=("months", "monhts"))


# -- the files


def test_how_lists_are_written() -> None:
    pack = made(
        [
            'titles = """Mr\nLord_Mayor"""\nbodies = "@titles Inc"\ndenying = "b a"\ncalendar_capitals = true',
            "expletive = '''It (is|was)'''\n[months]\n1 = \"jan january\"\n[units]\nTH = \"hour\"\n[mod_words]\nEND = \"late\"",
        ]
    )
    assert pack.titles == {"Mr", "Lord Mayor"}
    assert pack.bodies == {"Mr", "Lord Mayor", "Inc"}
    assert pack.denying == ("b", "a")
    assert pack.calendar_capitals
    assert pack.expletive is not None
    assert pack.expletive.match("It was")
    assert (pack.months, pack.units) == ({"jan": 1, "january": 1}, {"hour": "TH"})
    assert pack.mod_words == {"END": {"late"}}


@pytest.mark.parametrize(
    ("texts", "why"),
    [
        (['title = "Mr"'], "no list of a pack: title"),
        (['titles = "Mr"', 'titles = "Mrs"'], "given twice: titles"),
        (['titles = ["Mr"]'], "titles: a str is wanted"),
        (['calendar_capitals = "yes"'], "calendar_capitals: a bool is wanted"),
        (['months = "jan"'], "months: a dict is wanted"),
        (['[months]\n1 = "jan"\n2 = "jan"'], "months: jan stands twice"),
        (['bodies = "@title"'], "bodies: @title is no list of words"),
        (['bodies = "@bodies"'], "bodies: @bodies is no list of words"),
        (['bodies = "@months"\n[months]\n1 = "jan"'], "bodies: @months is no list of words"),
        (["titles = Mr"], "Invalid value"),
    ],
)
def test_files_that_are_out_of_form(texts: list[str], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        made(texts)


# -- what is told of rules that are off


def told(kind: str, *records: tuple[str, int]) -> base.Totals:
    tally = Tally(lambda code: code.startswith(kind))
    for language, count in records:
        for _ in range(count):
            tally.add([], language=language)
    tally.add([], record=False)
    return tally.totals()


def test_languages_that_lack_the_same_words_are_told_together() -> None:
    totals = told("TIM", ("xx", 2), ("en", 5), ("xy", 1), ("no language", 1), ("Ωμ", 1))
    (one,) = totals.rules_off
    assert one.languages == {"xx": 2, "xy": 1, "und": 2}
    assert one.rules == tuple(sorted(r.code for r in NEEDY if r.code.startswith("TIM")))
    (line,) = base.told_off(totals)
    assert line.startswith(f"{len(one.rules)} rules need word lists that are lacking for und, xx, xy (5 records); `")
    assert f"`onrecord rules {one.rules[0]}`" in line
    many = told("SEG", *((f"x{letter}", 1) for letter in "abcdefg"))
    assert base.told_off(many) == [
        "1 rule needs word lists that are lacking for xa, xb, xc, xd, xe and 2 more languages (7 records); "
        "`onrecord rules SEG007` tells which languages have them"
    ]
    assert told("TXT", ("xx", 1)).rules_off == ()
    assert told("", ("en", 1)).rules_off == ()


def records(folder: Path) -> Iterator[str]:
    """Records in several languages: three in English, three in two that nobody speaks, one of no right shape."""
    folder.mkdir()
    for n, language in enumerate(["en", "qab", "en-GB", "qaa", "qab-KE", "en"]):
        value: Any = example()
        value["metadata"]["language"], value["id"] = language, f"r{n}"
        (folder / f"r{n}.json").write_bytes(encode(value))
    (folder / "wrong.json").write_text('{"metadata": {"language": "qab"}}')
    yield from ("text", "json", "sarif")


def test_the_summary_tells_once_which_rules_were_off(tmp_path: Path) -> None:
    formats = list(records(tmp_path / "records"))
    reports = {form: cli("validate", tmp_path / "records", "--format", form, code=1) for form in formats}
    (line,) = [x for x in reports["text"].stderr.splitlines() if "word lists" in x]
    assert line.startswith(f"{len(NEEDY)} rules need word lists that are lacking for qaa, qab (3 records); ")
    expected = [{"languages": {"qaa": 1, "qab": 2}, "rules": sorted(r.code for r in NEEDY)}]
    assert json.loads(reports["json"].stdout)["rules_off"] == expected
    assert json.loads(reports["sarif"].stdout)["runs"][0]["properties"]["rules_off"] == expected
    assert "word lists" not in cli("validate", tmp_path / "records", "--select", "TXT", code=1).output


def test_it_is_the_same_with_several_processes(tmp_path: Path) -> None:
    list(records(tmp_path / "records"))
    tallies = [Tally(), Tally()]
    for jobs, tally in zip((1, 2), tallies, strict=True):
        for checked in run([tmp_path / "records"], jobs=jobs):
            tally.add(checked.findings, checked.record, checked.language)
    one, two = (tally.totals() for tally in tallies)
    assert one == two
    assert one.rules_off[0].languages == {"qaa": 1, "qab": 2}


def test_the_catalogue_says_which_languages_a_rule_speaks() -> None:
    assert entries()["TXT001"].speaks == "all languages"
    assert "en" in entries()["TIM008"].speaks.removeprefix("languages: ").split(", ")
    assert {entries()[code].speaks for code in ("FIL001", "SCH001", "COR001")} == {""}
    for r in NEEDY:
        named = entries()[r.code].speaks.removeprefix("languages: ").split(", ")
        assert named == [x for x in languages() if r.speaks(words(x) or NOTHING)]


OF_ENGLISH = {"ENT006", "EVT028", "QUO026", "CLM027", "MET005", "MET006"}
"""Rules of all languages whose bad example is an English word, or the language itself."""


def test_other_rules_find_the_same_where_nothing_is_known_of_the_language() -> None:
    wrong = []
    for one in RULES:
        value = patched(example(), one.bad)
        value["metadata"]["language"] = "qaa"
        found = {f.code for f in check_record(convert(value, Record))}
        if (one.code in found) is not (not one.words and one.code not in OF_ENGLISH):
            wrong.append(one.code)
    assert wrong == []
