"""German, the second language: each rule that speaks it has its two examples, and a whole record passes all of them."""

import pytest
from msgspec.json import encode

from german import Json
from german_cases import CASES
from onrecord.finding import Finding
from onrecord.rules import RULES
from onrecord.text.words import words
from onrecord.validate import check_source

GERMAN = words("de")
SPOKEN = [r.code for r in RULES if r.words and all(getattr(GERMAN, name) for name in r.words)]
"""The rules that ask for words, and have all that they need in German."""


def found(record: Json) -> list[Finding]:
    return check_source(encode(record), "fall.json")[1]


def test_every_rule_that_speaks_german_has_its_examples() -> None:
    assert sorted(set(SPOKEN) - set(CASES)) == []
    assert len(SPOKEN) >= 30


@pytest.mark.parametrize("code", sorted(CASES))
def test_bad_and_good(code: str) -> None:
    bad, good = CASES[code]
    for record in (bad, good):
        assert [str(f) for f in found(record) if f.code[:3] in ("FIL", "SCH", "TXT", "SEG", "SPN", "IDS")] == []
    assert code in {f.code for f in found(bad)}
    assert [f.message for f in found(good) if f.code == code] == []
    if code in SPOKEN:  # it is the German lists that tell
        bad["metadata"]["language"] = "und"
        assert code not in {f.code for f in found(bad)}
