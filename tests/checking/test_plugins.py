"""Rules of other packages: a package as it is installed, seen by the real command line."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import encode

import spare
from helpers import ROOT, example, patched
from onrecord import Document, Patch, Place, Problem, Record, Rule, rule
from onrecord.checking.fix import fix
from onrecord.checking.rules import RULES, plugins
from onrecord.checking.rules.plugins import Failed, guarded
from onrecord.files.names import under
from onrecord.testing import check_examples

PACKAGE = ROOT / "tests" / "cases" / "plugin"
ADDRESS = Patch("/metadata/rights", "https://creativecommons.org/licenses/by/4.0/")
SHOUTED = Patch("/quotes/0/note", "UNCLEAR")


def installed(site: Path, name: str, version: str, module: str, source: str, entry: str | None = None) -> None:
    """A distribution of one module, as an installer leaves it: the module, and its metadata beside."""
    site.mkdir(exist_ok=True)
    under(site, f"{module}.py").write_text(source, "utf-8")
    info = site / f"{name.replace('-', '_')}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.4\nName: {name}\nVersion: {version}\n", "utf-8")
    (info / "entry_points.txt").write_text(f"[{plugins.GROUP}]\n{module} = {entry or module}\n", "utf-8")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    """A folder of installed packages, with the example."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text("utf-8"))["project"]
    ((module, entry),) = project["entry-points"][plugins.GROUP].items()
    source = (PACKAGE / f"{module}.py").read_text("utf-8")
    installed(tmp_path / "site", project["name"], project["version"], module, source, entry)
    return tmp_path / "site"


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three records: one that both rules speak of, two sound ones."""
    records = tmp_path / "corpus" / "records"
    records.mkdir(parents=True)
    for name, patches in (("a", [ADDRESS, SHOUTED]), ("b", []), ("c", [])):
        (records / f"{name}.json").write_bytes(encode(patched(example(), [Patch("/id", name), *patches])))
    return tmp_path / "corpus"


def run(site: Path | None, *args: object, code: int = 0, cwd: Path | None = None) -> SimpleNamespace:
    """The real command line, in a process of its own."""
    path = os.pathsep.join(map(str, [*([site] if site else []), ROOT / "scripts"]))
    env = {**os.environ, "PYTHONPATH": path, "COLUMNS": "200"}
    how: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "env": env, "cwd": cwd}
    if args[0] == "rules":  # how wide its pages are may have been settled before the fork
        command = [sys.executable, "-m", "onrecord", *map(str, args)]
        done = subprocess.run(command, text=True, check=False, **how)
    else:
        done = spare.either([*map(str, args)], **how)
    assert done.returncode == code, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return SimpleNamespace(out=done.stdout, err=done.stderr)


def found(site: Path, corpus: Path, *args: object, code: int = 0) -> list[dict[str, Any]]:
    """The findings of `validate`, without those about equal texts."""
    done = run(site, "validate", corpus, "--ignore", "COR", "--format", "jsonl", *args, code=code)
    lines = [json.loads(line) for line in done.out.splitlines()]
    return [line for line in lines if "code" in line]


def codes(findings: list[dict[str, Any]]) -> list[str]:
    return sorted(f["code"] for f in findings)


def test_its_rules_are_explained_like_ours(site: Path) -> None:
    page = run(site, "rules", "HSE002").out
    title = "HSE002 shouted-note (info, since 1.2.0, of onrecord-housestyle 1.4.0, fixable, all languages)"
    assert " ".join(page.split()).startswith(title)
    assert "Capitals are no emphasis" in page
    assert 'set /quotes/0/note to "UNCLEAR"' in page
    assert run(site, "rules", "licence-by-name").out.startswith("HSE001 licence-by-name (warning")
    assert "did you mean HSE002" in run(site, "rules", "HSE02", code=2).err
    listed = run(site, "rules").out.splitlines()
    assert [line for line in listed if "onrecord-housestyle 1.4.0" in line] == listed[-2:]
    assert run(site, "rules", "--markdown").out == (ROOT / "schemas" / "RULES.md").read_text("utf-8")


def test_its_rules_run_in_one_process_and_in_several(site: Path, corpus: Path) -> None:
    alone = found(site, corpus, "--jobs", "1")
    assert codes(alone) == ["HSE001", "HSE002"]
    assert {f["file"] for f in alone} == {str(corpus / "records" / "a.json")}
    by_address, by_note = sorted(alone, key=lambda f: str(f["code"]))
    assert (by_address["name"], by_address["severity"], by_address["pointer"]) == (
        "licence-by-name",
        "warning",
        "/metadata/rights",
    )
    assert by_note["item"] == "q1"
    assert by_note["related"][0]["message"] == "it is about this quote"
    assert found(site, corpus, "--jobs", "3") == alone
    assert codes(found(Path("nowhere"), corpus)) == [], "not installed, not known"


def test_it_may_be_installed_as_an_archive(site: Path, tmp_path: Path) -> None:
    archive = Path(shutil.make_archive(str(tmp_path / "packages"), "zip", site))
    assert run(archive, "rules", "HSE001").out.startswith("HSE001 licence-by-name")


def test_its_codes_are_chosen_like_ours(site: Path, corpus: Path) -> None:
    assert codes(found(site, corpus, "--select", "HSE")) == ["HSE001", "HSE002"]
    assert codes(found(site, corpus, "--ignore", "HSE002")) == ["HSE001"]
    assert "HSE009" in run(site, "validate", corpus, "--ignore", "HSE009", code=2).err
    settings = corpus / "pyproject.toml"
    settings.write_text('[tool.onrecord]\nignore = ["HSE001", "COR"]\nseverity = { HSE = "error" }\n', "utf-8")
    (note,) = found(site, corpus, code=1)
    assert (note["code"], note["severity"]) == ("HSE002", "error")
    sarif = json.loads(run(site, "validate", corpus, "--format", "sarif", code=1).out)["runs"][0]
    (result,) = sarif["results"]
    assert sarif["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"] == "HSE002"


def test_its_findings_can_be_exempted_and_known(site: Path, corpus: Path) -> None:
    entry = {"code": "HSE001", "reason": "The publisher gives no other."}
    path = corpus / "records" / "a.json"
    excepted = Patch("/extensions", {"onrecord": {"exemptions": [entry]}})
    path.write_bytes(encode(patched(example(), [Patch("/id", "a"), ADDRESS, SHOUTED, excepted])))
    assert codes(found(site, corpus)) == ["HSE002"]
    run(site, "validate", corpus, "--write-baseline", corpus / "known.json", "--ignore", "COR")
    assert codes(found(site, corpus, "--baseline", corpus / "known.json")) == []
    path.write_bytes(encode(patched(example(), [Patch("/id", "a"), excepted])))
    assert codes(found(site, corpus)) == ["EXM002"], "an exemption that exempts nothing is told"


def test_its_fixes_are_applied(site: Path, corpus: Path) -> None:
    assert '+      "note": "Unclear"' in run(site, "validate", corpus, "--ignore", "COR", "--diff", code=1).out
    assert codes(found(site, corpus, "--fix")) == ["HSE001"]
    assert json.loads((corpus / "records" / "a.json").read_bytes())["quotes"][0]["note"] == "Unclear"


def test_its_errors_stop_a_build(site: Path, corpus: Path, tmp_path: Path) -> None:
    ignored = 'ignore = ["COR"]\n'
    settings = corpus / "pyproject.toml"
    settings.write_text(f'[tool.onrecord]\n{ignored}severity = {{ HSE001 = "error" }}\n', "utf-8")
    assert "HSE001" in run(site, "build", corpus, "-o", tmp_path / "out", "--no-labelstudio", code=1).err
    assert not (tmp_path / "out").exists()


FAILING = '''
from onrecord import Problem, rule

@rule("FLY001", "first-quote", severity="error", since="1.0.0")
def first_quote(doc):
    """The first quote has a note.

    It should have none.

    Bad: /quotes/0/note = "x"
    Good: /quotes/0/kind = "direct"
    """
    if doc.record.quotes[0].note == "UNCLEAR":
        yield Problem(pointer="/quotes/0/note", message="there is a note", fix="remove it")
        raise LookupError("no quote of that kind")

RULES = [first_quote]
'''


def test_a_rule_that_fails_is_told_and_the_run_goes_on(site: Path, corpus: Path) -> None:
    installed(site, "onrecord-flaky", "0.1", "flaky", FAILING)
    (corpus / "records" / "d.json").write_bytes(encode(patched(example(), [Patch("/id", "d"), ADDRESS])))
    for jobs in (1, 2):
        told = found(site, corpus, "--jobs", jobs, code=1)
        assert codes(told) == ["FLY001", "HSE001", "HSE001", "HSE002", "PLG002"]
        (failure,) = [f for f in told if f["code"] == "PLG002"]
        assert failure["message"] == (
            "the rule FLY001 (first-quote) of onrecord-flaky 0.1 failed on this record: LookupError: no quote of that kind"
        )
        assert (failure["severity"], failure["record"], failure["line"]) == ("warning", "a", 1)
    assert "PLG002" not in codes(found(site, corpus, "--ignore", "FLY001"))


ONE = 'from onrecord import rule\n\n@rule({code!r}, {name!r})\ndef one(doc):\n    """{doc}"""\n    yield from ()\n\n'
DOC = "Something is wrong.\n\n    It matters.\n\n    Bad: /id = 1\n    Good: /id = 2\n    "


def of(code: str = "ODD001", name: str = "odd", doc: str = DOC, rules: str = "(one,)") -> str:
    return ONE.format(code=code, name=name, doc=doc) + f"RULES = {rules}\n"


UNUSABLE = {
    "ours": (of("SPN900"), "SPN900 begins with SPN, which is onrecord's own"),
    "ours, and more": (of("CORP001"), "CORP001 begins with COR, which is onrecord's own"),
    "all": (of("ALL001"), "ALL001 begins with ALL"),
    "another's": (of("HSEX001"), "HSEX001 begins with the letters of HSE001, a rule of onrecord-housestyle 1.4.0"),
    "shorter": (of("HS001"), "'HS001' is no code"),
    "no number": (of("ODD1"), "'ODD1' is no code"),
    "twice": (of(rules="(one, one)"), "ODD001 is given twice"),
    "name": (of(name="Odd One"), "the name of ODD001 is 'Odd One'"),
    "severity": (of().replace("'odd'", "'odd', severity='fatal'"), "the severity of ODD001 is 'fatal'"),
    "silent": (of(doc="Something is wrong."), "the docstring of ODD001 does not say"),
    "no patch": (of(doc=DOC.replace("/id = 1", "/id 1")), "ValueError: not a patch"),
    "no module": (None, "ModuleNotFoundError"),
    "no rules": ("", "the module odd has no tuple RULES"),
    "empty": ("RULES = ()", "a tuple of rules is wanted, not ()"),
    "function": ("def check(doc): ...\n\nRULES = [check]", "is no rule; make rules with @onrecord.rule"),
    "breaks": ("1 / 0", "ZeroDivisionError: division by zero"),
    "exits": ("raise SystemExit('bye')", "SystemExit: bye"),
}


@pytest.mark.parametrize("kind", UNUSABLE)
def test_what_can_t_be_used_is_told(
    kind: str, site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    source, why = UNUSABLE[kind]
    installed(site, "onrecord-unfit", "3.0", "odd", source or "", "gone" if source is None else None)
    monkeypatch.setattr(sys, "path", [str(site), *sys.path])
    request.addfinalizer(lambda: [sys.modules.pop(name, None) for name in ("odd", "housestyle")])
    made = plugins.plugged.__wrapped__()
    assert [r.code for r in made.rules] == ["HSE001", "HSE002"], "the others' rules are used all the same"
    (fault,) = made.faults
    assert fault.startswith("the rules of onrecord-unfit 3.0 (odd = ")
    assert why in fault


def test_the_command_line_tells_what_can_t_be_used(site: Path, corpus: Path) -> None:
    installed(site, "onrecord-unfit", "3.0", "unfit", "import no_such_module")
    for jobs in (1, 2):
        told = found(site, corpus, corpus / "records" / "b.json", "--jobs", jobs)
        assert codes(told) == ["HSE001", "HSE002", "PLG001"], "once, however many paths there are"
        (fault,) = [f for f in told if f["code"] == "PLG001"]
        assert (fault["severity"], fault["file"]) == ("warning", str(corpus))
        assert fault["message"] == (
            "the rules of onrecord-unfit 3.0 (unfit = unfit) are not used: "
            "ModuleNotFoundError: No module named 'no_such_module'"
        )
    found(site, corpus, "--strict", code=1)
    assert codes(found(site, corpus, "--ignore", "PLG001")) == ["HSE001", "HSE002"]
    assert "PLG001" in run(site, "rules", "UNF001", code=2).err
    assert "onrecord-unfit 3.0" not in run(site, "rules", "HSE001").err


def test_a_corpus_loads_no_code(corpus: Path, tmp_path: Path) -> None:
    """Neither by what lies in the working folder, nor by anything that it says."""
    evil = "import pathlib; pathlib.Path('loaded').touch(); RULES = ()"
    for name, folder in (("a", corpus), ("b", corpus / "records")):
        installed(folder, f"evil-{name}", "1.0", f"evil_{name}", evil)
        (folder / "pyproject.toml").write_text(
            f'[project]\nname = "evil-{name}"\nversion = "1.0"\n[project.entry-points."{plugins.GROUP}"]\nx = "evil_{name}"\n'
            "[tool.onrecord]\nignore = ['COR']\n",
            "utf-8",
        )
    run(None, "validate", ".", cwd=corpus)
    run(None, "validate", "a.json", cwd=corpus / "records")
    run(None, "rules", cwd=corpus)
    assert not [*tmp_path.rglob("loaded")]
    for key in ("rules = ['evil_a']", "plugins = ['evil_a']"):
        (corpus / "pyproject.toml").write_text(f"[tool.onrecord]\n{key}\n", "utf-8")
        assert "unknown field" in run(None, "validate", ".", cwd=corpus, code=2).err


# -- one rule, in this process


def made(check: Callable[[Document], Any], fixable: bool = False, doc: str = DOC) -> Rule:
    check.__doc__ = doc
    return rule("ODD001", "odd", severity="warning", fixable=fixable)(check)


def problems(*found: Any) -> Callable[[Document], Iterator[Any]]:
    def check(doc: Document) -> Iterator[Any]:
        yield from found

    return check


SOUND = Problem(pointer="/times/0", message="odd", fix="mend it", span=(48, 55))


@pytest.mark.parametrize(
    ("check", "said"),
    [
        (problems("odd"), "TypeError: it yields 'odd', and no Problem"),
        (lambda doc: None, "TypeError"),
        (lambda doc: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda doc: [].pop(), "IndexError: pop from empty list"),
        (problems(Problem(pointer="/times/99", message="odd")), "it points to '/times/99', where the record has nothing"),
        (problems(Problem(pointer="times", message="odd")), "it points to 'times', where"),
        (problems(Problem(pointer="/times/0/note", message="odd")), "it points to '/times/0/note', where"),
        (problems(Problem(pointer="/times/count", message="odd")), "it points to '/times/count', where"),
        (problems(Problem(pointer="", message=5)), "ValidationError: Expected `str`, got `int`"),  # type: ignore[arg-type]
        (problems(Problem(pointer="", message="odd", span=(9, 9999))), "it marks [9, 9999), which is no part of the text"),
        (problems(Problem(pointer="", message="odd", span=(9, 9))), "it marks [9, 9)"),
        (problems(Problem(pointer="", message="odd", related=(Place("see", "/x"),))), "it points to '/x', where"),
        (problems(Problem(pointer="", message="odd", edits=(Patch("/id", "x"),))), "it gives edits, and is not declared"),
    ],
)  # fmt: skip
def test_no_problem_is_told_that_can_t_be(check: Callable[[Document], Any], said: str) -> None:
    def after_a_sound_one(doc: Document) -> Iterator[Any]:
        yield SOUND
        yield from check(doc)

    first, failure = guarded(made(after_a_sound_one), "odd 1.0").check(Document(convert(example(), Record)))
    assert first is SOUND
    assert isinstance(failure, Failed)
    assert failure.pointer == ""
    assert said in failure.message
    assert failure.message.startswith("the rule ODD001 (odd) of odd 1.0 failed on this record: ")


def test_what_a_sound_problem_may_point_to() -> None:
    noted = patched(example(), [Patch("/extensions", {"a/b": [1, {"c": None}]}), Patch("/metadata/section", None)])
    places = ("", "/id", "/metadata/section", "/quotes/0/fragments/0", "/extensions/a~1b/1/c")
    check = guarded(made(problems(*(Problem(pointer=p, message="odd") for p in places))), "odd 1.0").check
    assert [p.pointer for p in check(Document(convert(noted, Record))) if not isinstance(p, Failed)] == [*places]


def test_edits_that_lead_nowhere_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    for pointer in ("/nothing/0/x", "/times/77/x", "/id/x", "x", "/times/x"):
        edits = (Patch(pointer, "x"),)
        one = guarded(made(problems(Problem(pointer="", message="odd", edits=edits)), fixable=True), "odd 1.0")
        monkeypatch.setattr("onrecord.checking.validate.everyone", lambda one=one: (*RULES, one))
        done = fix(encode(example()), "a.json")
        assert done is not None
        assert done.applied == ()
        assert [f.code for f in done.left] == ["ODD001"]


def example_rules() -> tuple[Rule, ...]:
    names: dict[str, Any] = {}
    exec((PACKAGE / "housestyle.py").read_text("utf-8"), names)
    rules: tuple[Rule, ...] = names["RULES"]
    return rules


@pytest.mark.parametrize("one", example_rules(), ids=lambda r: r.code)
def test_examples_of_a_package_can_be_checked(one: Rule) -> None:
    check_examples(one)


def _finds(note: str | None) -> Callable[[Document], Iterator[Problem]]:
    """Finds quotes with a note; or what is given."""

    def check(doc: Document) -> Iterator[Problem]:
        for i, quote in enumerate(doc.record.quotes):
            if quote.note == "x":
                yield Problem(pointer=f"/quotes/{i}/note", message="a note", fix=note)

    return check


GOOD = 'Wrong.\n\nIt matters.\n\nBad: /quotes/0/note = "x"\nGood: /quotes/0/note = "y"\n'


@pytest.mark.parametrize(
    ("one", "said"),
    [
        (made(_finds("mend"), doc=GOOD), None),
        (made(_finds("mend"), doc=GOOD.replace("Wrong.", "Wrong")), "first paragraph is a sentence"),
        (made(_finds("mend"), doc=GOOD.replace("It matters.", "")), "second paragraph says why"),
        (made(_finds("mend"), doc=GOOD.partition("Bad")[0]), "no Bad: example"),
        (made(_finds("mend"), doc=GOOD.partition("Good")[0]), "no Good: example"),
        (made(_finds("mend"), doc=GOOD.replace('"y"', '"x"')), "the good example is the bad one"),
        (made(_finds("mend"), doc=GOOD.replace('"x"', '"z"')), "bad example: found are none, wanted ODD001"),
        (made(_finds(None), doc=GOOD), "says how to mend it"),
        (made(_finds("mend"), doc=GOOD.replace('Good: /quotes/0/note = "y"', 'Good: /quotes/1/note = "x"')),
         "good example: found are ODD001, wanted none"),
        (made(_finds("mend"), doc=GOOD.replace('"x"', '"x"\n     /times/0/text = "Monday"')),
         "bad example: found are ODD001, SPN002, wanted ODD001"),
        (made(_finds("mend"), doc=GOOD.replace('"x"', '"x"\n     /times/0/text = "Monday"').replace("Bad:", "Bad (also SPN002):")),
         None),
        (made(_finds("mend"), doc=GOOD.replace('"y"', "5")), "good example: it is no record"),
        (made(_finds("mend"), fixable=True, doc=GOOD), "is fixable, and its bad example gets no edits"),
        (made(lambda doc: 1 / 0, doc=GOOD), "ZeroDivisionError"),
    ],
)  # fmt: skip
def test_examples_that_are_not_true_are_told(one: Rule, said: str | None) -> None:
    if said is None:
        check_examples(one)
        return
    with pytest.raises(AssertionError) as caught:
        check_examples(one)
    assert said in str(caught.value)


def test_edits_that_mend_nothing_are_told() -> None:
    def check(doc: Document) -> Iterator[Problem]:
        if doc.record.quotes[0].note in ("x", "xx"):
            edits = (Patch("/quotes/0/note", "xx"),)
            yield Problem(pointer="/quotes/0/note", message="a note", fix="remove it", edits=edits)

    with pytest.raises(AssertionError, match="bad example after its edits: found are ODD001, wanted none"):
        check_examples(made(check, fixable=True, doc=GOOD))
