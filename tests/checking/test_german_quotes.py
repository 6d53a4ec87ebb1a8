"""The rules on real German news: 60 articles, found where `ONRECORD_GERMAN_QUOTES` says; skipped where it says nothing."""

import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import encode

from german_quotes import articles, draft, record
from onrecord.checking.document.document import Document
from onrecord.checking.validate import check_source
from onrecord.findings.finding import Finding
from onrecord.model.record import Record

FOLDER = Path(os.environ.get("ONRECORD_GERMAN_QUOTES", "none"))
pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason="needs the articles (ONRECORD_GERMAN_QUOTES)")

ABSENT = {
    "CLM023": "claims are about nothing, as events and most entities are not marked",
    "ENT015": "names that no quote's speaker has are not marked",
    "ENT017": "pronouns of speakers are not joined with whom they stand for",
    "ENT020": "pronouns outside quotes are not marked",
    "EVT006": "events have no arguments",
    "MET014": "articles without quotes have no claims",
    "QUO016": "titles and words at a distance stand in marks, and nobody marked them",
    "QUO029": "a quote of nobody",
}
"""Codes of what is not annotated there, and why."""
RIGHT = {"CLM013": 24, "QUO026": 10}
"""Codes of findings that were looked at one by one, and are right: sentences of claims that are the article's own words
and open with a pronoun; cues with an auxiliary or whole phrases (“hat entschieden”)."""


LEAST = {"quotes": 200, "times": 150, "entities": 200, "claims": 200, "events": 400}


def found(made: Any) -> list[Finding]:
    return check_source(encode(made), "artikel.json")[1]


def test_no_false_alarm() -> None:
    counts: Counter[str] = Counter()
    size: Counter[str] = Counter()
    for name, data in articles(FOLDER):
        made = record(name, data)
        counts.update(f.code for f in found(made))
        size.update({"articles": 1} | {layer: len(made[layer]) for layer in LEAST})
    assert size["articles"] == 60
    assert all(size[layer] > least for layer, least in LEAST.items())
    assert {code: n for code, n in counts.items() if code not in ABSENT} == RIGHT


def test_segments_and_marks() -> None:
    """With its headline, a byline and a date before it, each article is taken apart rightly; no mark is without partner."""
    months = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
    pairs = 0
    for name, data in articles(FOLDER):
        title, day = name.partition(" - ")[2].rpartition(" (")[0], name.rpartition("(")[2].rstrip(")")
        year, month, number = map(int, day.split("-"))
        made = draft(name, f"{title}\nVon Jo Doe\nWien, {number}. {months[month - 1]} {year}\n{data['originalText']}")
        assert [s.kind for s in made.segments][:3] == ["headline", "byline", "dateline"]
        assert {s.kind for s in made.segments[3:]} == {"paragraph"}
        assert (made.metadata.headline, made.metadata.published.value) == (title.strip(), day)
        marks = Document(made).marks
        assert not marks.loose
        assert all(made.text[start] == "„" and made.text[end - 1] == "“" for start, end in marks.pairs.items())
        pairs += len(marks.pairs)
    assert pairs >= 117


SLIPS: dict[str, tuple[str, Any]] = {
    "TIM007": (r"\d{4}", lambda t: {"value": str(int(t["value"][:4]) + 1) + t["value"][4:]}),
    "TIM009": (r"\d\d?\. \w+ \d{4}", lambda t: {"value": t["value"][:8] + f"{int(t['value'][8:]) % 28 + 1:02}"}),
    "TIM022": (
        r"(?:\w+) (?:Jahren?|Monaten?|Wochen|Tagen?|Stunden|Minuten)",
        lambda t: {"value": re.sub(r"\d+", "77", t["value"])},
    ),
    "TIM020": (r"(?:Heute|heute|Gestern|gestern|vorgestern)", lambda t: {"basis": "stated", "anchor": None}),
    "TIM024": (r"(?:vor \w+ \w+|(?:letzte|vergangene|vorige)[nrs]? (?:Jahr|Monat|Woche))", lambda t: {"value": "1999"}),
}
"""Rule → words of times, and how their annotation is made wrong."""


@pytest.mark.parametrize("code", SLIPS)
def test_what_is_made_wrong_is_found(code: str) -> None:
    pattern, change = SLIPS[code]
    hits = tries = 0
    for name, data in articles(FOLDER):
        made = record(name, data)
        for i, t in enumerate(made["times"]):
            if re.fullmatch(pattern, t["text"]) and (code != "TIM022" or t["type"] == "DURATION"):
                wrong = made | {"times": [*made["times"][:i], t | change(t), *made["times"][i + 1 :]]}
                convert(wrong, Record)
                tries += 1
                hits += code in {f.code for f in found(wrong)}
    assert tries >= 5
    assert hits == tries


def test_a_cue_that_is_left_out_is_found_or_nothing_is_said() -> None:
    """Each cue is taken away in its turn; the word that is named instead is that cue, or the other half of it."""
    right, wrong = 0, []
    for name, data in articles(FOLDER):
        made = record(name, data)
        for i, q in enumerate(made["quotes"]):
            if q["cue"] is None or q["speaker"] is None:
                continue
            bare = made | {"quotes": [*made["quotes"][:i], q | {"cue": None}, *made["quotes"][i + 1 :]]}
            for f in found(bare):
                if (f.code, f.pointer) == ("QUO042", f"/quotes/{i}/cue"):
                    said = f.message.rpartition("and “")[2].partition("”")[0]
                    right += said in q["cue"]["text"]
                    wrong += [said] if said not in q["cue"]["text"] else []
    assert right >= 50
    assert wrong == ["gab"], "of “gab … bekannt” the cue is “bekannt”"
