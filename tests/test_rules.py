"""Every rule has a bad example that it finds, and a good look-alike that passes."""

import pytest

from helpers import example, patched, source
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
def test_catalogue_entry(rule: Rule) -> None:
    assert rule.what.endswith(".")
    assert rule.why.endswith((".", "?"))
    assert rule.since
    assert rule.name == rule.name.lower().replace(" ", "-")


def test_codes_and_names_are_unique() -> None:
    assert len({r.code for r in RULES}) == len(RULES)
    assert len({r.name for r in RULES}) == len(RULES)
