"""German, the second language: each rule that speaks it has its two examples, and a whole record passes all of them."""

import pytest
from msgspec.json import decode, encode

from german import Json
from german_cases import CASES, MORE
from helpers import ROOT, patched
from onrecord.checking.rules import RULES
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.findings.finding import Finding, Patch
from onrecord.marks.ingest import ingest
from onrecord.text.words import words

GERMAN = words("de")
SPOKEN = [r.code for r in RULES if r.words and all(getattr(GERMAN, name) for name in r.words)]
"""The rules that ask for words, and have all that they need in German."""


UNSOUND = ("FIL", "SCH", "TXT", "SEG", "SPN", "IDS")


def found(record: Json) -> list[Finding]:
    return check_source(encode(record), "fall.json")[1]


def test_every_rule_that_speaks_german_has_its_examples() -> None:
    assert sorted(set(SPOKEN) - set(CASES)) == [], "they speak German, and have no two cases in tests/german_cases.py"
    assert len(SPOKEN) >= 30


@pytest.mark.parametrize("code", sorted(CASES))
def test_bad_and_good(code: str) -> None:
    bad, good = CASES[code]
    for record in (bad, good):
        assert [str(f) for f in found(record) if f.code[:3] in UNSOUND and f.code != code] == []
    assert code in {f.code for f in found(bad)}
    assert [f.message for f in found(good) if f.code == code] == []
    if code in SPOKEN:  # it is the German lists that tell
        bad["metadata"]["language"] = "und"
        assert code not in {f.code for f in found(bad)}, "it tells without the words that it says it needs"


@pytest.mark.parametrize(
    ("code", "wrong", "record"),
    MORE,
    ids=[f"{c}-{'bad' if w else 'good'}-{r['text'].split(chr(10))[1][:40]}" for c, w, r in MORE],
)
def test_what_is_german_about_it(code: str, wrong: bool, record: Json) -> None:
    assert (code in {f.code for f in found(record)}) is wrong


BRIDGE = (ROOT / "tests" / "cases" / "german" / "bruecke.json").read_bytes()


def test_a_whole_record_passes() -> None:
    record, findings = check_source(BRIDGE, "bruecke.json")
    assert findings == []
    assert record is not None
    assert canonical_json.canonical(record) == BRIDGE
    assert all((record.entities, record.times, record.quotes, record.claims, record.events))


def test_its_article_is_taken_apart_as_it_was_annotated() -> None:
    record = check_source(BRIDGE, "bruecke.json")[0]
    assert record is not None
    draft = ingest(
        record.text.encode(), "bruecke.txt", schema_version=record.schema_version, guidelines="1.0.0",
        now=record.annotation.created, language=record.metadata.language, rights="CC0-1.0",
    )  # fmt: skip
    assert draft.segments == record.segments
    assert draft.metadata.headline == record.metadata.headline


@pytest.mark.parametrize(
    ("pointer", "value", "code"),
    [
        ("/times/0/value", "2025-07-08", "TIM008"),
        ("/times/1/mod", None, "TIM027"),
        ("/times/2/value", "2025-03-08", "TIM009"),
        ("/times/4/value", "2024", "TIM013"),
        ("/quotes/2/attribution", "speech", None),
        ("/quotes/1/attribution", "thought", "QUO025"),
        ("/events/3/mentions/0/polarity", "positive", None),
        ("/events/4/mentions/0/polarity", "positive", "EVT007"),
        ("/entities/6/mentions/0/demonym", False, "ENT028"),
        ("/claims/3/stance", "deny", "CLM022"),
    ],
)
def test_a_slip_in_it_is_found(pointer: str, value: object, code: str | None) -> None:
    """Of two slips nothing is said: “rechne” may be said aloud, and “niemand” stands behind its verb."""
    slipped = patched(decode(BRIDGE), [Patch(pointer, value)])
    codes = {f.code for f in found(slipped)}
    assert code in codes if code else not codes & set(SPOKEN)
