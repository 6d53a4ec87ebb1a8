"""Every rule has a bad example that it finds, and a good look-alike that passes."""

import pytest
from msgspec import convert

from conftest import Golden
from helpers import ROOT, example, lookalike, patched, source, touched
from onrecord.checking.catalogue import readable
from onrecord.checking.rules import RULES, Document, Rule
from onrecord.checking.validate import check_source
from onrecord.findings.finding import Patch
from onrecord.model.record import Record

by_code = pytest.mark.parametrize("rule", RULES, ids=lambda r: r.code)


@by_code
def test_bad_example_is_found(rule: Rule) -> None:
    assert rule.bad, f"{rule.code} has no bad example"
    _, findings = check_source(source(patched(example(), rule.bad)), "bad.json")
    assert sorted({f.code for f in findings}) == sorted({rule.code, *rule.bad_implies}), "found in the bad example"
    for f in findings:
        assert f.pointer is not None
        assert f.line == 1
        assert f.column is not None
        assert f.message
        assert f.fix


EACH = {"QUO002": "of two pieces", "QUO012": "of two pieces", "QUO014": "of two stretches in marks"}
"""Rules whose bad example has two places."""
ELSEWHERE = {
    "MET010": "/annotation/status", "MET011": "/annotation/annotators", "SPN006": "/entities/3/mentions/0", "IDS001": "/quotes/0/id",
    "ENT015": "/entities/0/mentions", "TIM012": "/times/1", "QUO016": "/segments/3", "QUO019": "/quotes/0",
    "QUO022": "/quotes/1/addressees/0/entity", "QUO040": "/quotes/0/time", "CLM018": "/claims/2/claimant",
}  # fmt: skip
"""Rules that tell the other end of what is wrong in their bad example, and where that is."""


@by_code
def test_bad_example_is_found_once_and_where_it_is(rule: Rule) -> None:
    record = example()
    items = []
    for patch in rule.bad:
        _, layer, *rest = patch.pointer.split("/")
        if rest[:1] == ["-"]:
            rest[0] = str(len(record[layer]))
        items.append("/".join(["", layer, *rest[:1]]))
        record = patched(record, [patch])
    found = [f.pointer or "" for f in check_source(source(record), "bad.json")[1] if f.code == rule.code]
    assert len(found) == 1 + (rule.code in EACH)
    if rule.code in ELSEWHERE:
        assert found == [ELSEWHERE[rule.code]]
    else:
        assert all(any(pointer.startswith(i) or i.startswith(pointer) for i in items) for pointer in found), found


def told(rule: Rule) -> list[str]:
    """What a rule says of its bad example: place, the words shown, message, remedy, what is related, and the edits."""
    record = patched(example(), rule.bad)
    text, lines = record["text"], []
    for problem in rule.check(Document(convert(record, Record))):
        words = repr(text[slice(*problem.span)]) if problem.span else "no words"
        message = problem.message.replace(
            "day is out of range for month", "no such day"
        )  # Python's words, by its version
        lines += [f"{rule.code} {problem.pointer} ({words})", f"    {message}", f"    {problem.fix}"]
        for place in problem.related:
            words = repr(text[slice(*place.span)]) if place.span else "no words"
            lines.append(f"    see {place.pointer} ({words}): {place.message}")
        lines += [f"    edit: {readable(edit)}" for edit in problem.edits]
    return lines


def test_what_is_told_of_the_bad_examples(golden: Golden) -> None:
    """Word for word; read what differs before it is written anew."""
    lines = [line for rule in RULES for line in told(rule)]
    golden.check(ROOT / "tests" / "golden" / "findings.txt", "\n".join(lines) + "\n")


@by_code
def test_good_lookalike_passes(rule: Rule) -> None:
    assert rule.good, f"{rule.code} has no good example"
    _, findings = check_source(source(patched(example(), rule.good)), "good.json")
    assert sorted({f.code for f in findings}) == sorted(rule.good_implies), "found in the good example"


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
