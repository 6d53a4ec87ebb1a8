"""Every rule has a bad example that it finds, and a good look-alike that passes."""

import pytest

from helpers import example, lookalike, patched, source, touched
from onrecord.finding import Patch
from onrecord.rules import RULES, Rule
from onrecord.validate import check_source

by_code = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)


@by_code
def test_bad_example_is_found(rule: Rule) -> None:
    assert rule.bad, f"{rule.code} has no bad example"
    _, findings = check_source(source(patched(example(), rule.bad)), "bad.json")
    assert sorted({f.code for f in findings}) == sorted({rule.code, *rule.bad_implies})
    for f in findings:
        assert f.pointer is not None
        assert f.line == 1
        assert f.column is not None
        assert f.message
        assert f.fix


@by_code
def test_good_lookalike_passes(rule: Rule) -> None:
    assert rule.good, f"{rule.code} has no good example"
    _, findings = check_source(source(patched(example(), rule.good)), "good.json")
    assert sorted({f.code for f in findings}) == sorted(rule.good_implies)


@by_code
def test_good_example_looks_like_the_bad_one(rule: Rule) -> None:
    assert lookalike(patched(example(), rule.good), patched(example(), rule.bad), example()) is None


def test_what_no_lookalike_is() -> None:
    """The measure itself: each of these stood as a good example once."""
    before = example()

    def why(good: Patch, bad: Patch) -> str | None:
        return lookalike(patched(before, [good]), patched(before, [bad]), before)

    late = Patch("/times/0/end", 40)
    assert why(Patch("/times/0/type", "DATE"), late) == "it changes nothing"
    assert "it changes but ['/quotes/*/note']" in str(
        why(Patch("/quotes/0/note", "mixed"), Patch("/quotes/0/kind", "direct"))
    )
    assert "it changes but ['/extensions/" in str(why(Patch("/extensions", {"a": 1}), late))
    assert "it changes ['/segments/*/kind']" in str(
        why(Patch("/segments/3/kind", "other"), Patch("/segments/3/start", 1))
    )
    assert why(late, late) == "it is the bad one"
    assert why(Patch("/times/1/end", 113), late) is None, "another item of the layer"
    assert why(Patch("/text_sha256", "1" * 64), Patch("/text_sha256", "0" * 64)) is None, "nothing else is meant"
    assert why(Patch("/quotes/0/note", "b"), Patch("/quotes/0/note", "a ")) is None, "a rule about notes"


def test_fields_that_differ() -> None:
    assert touched({"a": [{"b": 1}, {"b": 2}]}, {"a": [{"b": 1}]}) == {"/a/*/b"}
    assert touched({"a": []}, {"a": [1]}) == {"/a", "/a/*"}
    assert touched({"a": 1}, {"a": 1.0}) == {"/a"}, "as a rule may tell them apart"


@by_code
def test_catalogue_entry(rule: Rule) -> None:
    assert rule.what.endswith(".")
    assert rule.why.endswith((".", "?"))
    assert rule.since
    assert rule.name == rule.name.lower().replace(" ", "-")


def test_codes_and_names_are_unique() -> None:
    assert len({r.code for r in RULES}) == len(RULES)
    assert len({r.name for r in RULES}) == len(RULES)
