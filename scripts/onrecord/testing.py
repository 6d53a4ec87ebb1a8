"""For the tests of whoever writes rules: whether a rule's examples are true.

from onrecord.testing import check_examples
from housestyle import RULES

@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_examples(rule):
    check_examples(rule)
"""

from collections.abc import Iterable
from typing import Any

from msgspec.json import decode, encode

from .checking.fix import apply
from .checking.rules import Document, Rule
from .checking.rules.plugins import FAILED, Failed, guarded
from .checking.validate import check_source
from .findings.finding import Patch, Problem
from .model import specification


def check_examples(rule: Rule) -> None:
    """Hold a rule to its docstring, as onrecord's own rules are held to theirs.

    It says what is wrong and why; its bad example is found, at a place that exists, with a remedy; its good one passes.
    Other codes are found in either only as far as it names them (“also”). Of a fixable rule, the edits mend the bad
    example. The examples are changes to `schemas/record.example.json`.

    Raises:
        AssertionError: it is not so; the message says what.
    """
    said = f"{rule.code} ({rule.name})"
    assert rule.what.endswith("."), f"{said}: the docstring's first paragraph is a sentence that says what is wrong"
    assert rule.why.endswith((".", "?")), f"{said}: the docstring's second paragraph says why it matters"
    assert rule.bad, f"{said}: the docstring has no Bad: example"
    assert rule.good, f"{said}: the docstring has no Good: example"
    bad, good = _patched(rule.bad), _patched(rule.good)
    assert bad != good, f"{said}: the good example is the bad one"
    mine = _found(rule, bad, {rule.code, *rule.bad_implies}, f"{said}, bad example")
    assert all(p.fix for p in mine), f"{said}: a problem says how to mend it (fix)"
    _found(rule, good, {*rule.good_implies}, f"{said}, good example")
    if rule.fixable:
        edits = [edit for problem in mine for edit in problem.edits]
        assert edits, f"{said} is fixable, and its bad example gets no edits"
        mended = apply(bad, edits)
        _found(rule, mended, {*rule.bad_implies}, f"{said}, bad example after its edits")


def _patched(patches: Iterable[Patch]) -> Any:
    """schemas/record.example.json, changed."""
    return apply(decode(specification.schema_bytes("record.example.json")), patches)


def _found(rule: Rule, value: Any, wanted: set[str], what: str) -> list[Problem]:
    """The problems that a rule finds in a record in which only these codes are wanted, those of all rules counted."""
    record, findings = check_source(encode(value), "")
    assert record is not None, f"{what}: it is no record: {findings[0].message}"
    mine = list(guarded(rule, "this package").check(Document(record)))
    failed = [p.message for p in mine if isinstance(p, Failed)]
    assert not failed, f"{what}: {failed[0]}"
    others = {f.code for f in findings} - {rule.code, FAILED.code}  # where it is installed, it has run already
    codes = {*others, rule.code} if mine else others
    assert codes == wanted, f"{what}: found are {_listed(codes)}, wanted {_listed(wanted)}"
    return mine


def _listed(codes: set[str]) -> str:
    return ", ".join(sorted(codes)) or "none"
