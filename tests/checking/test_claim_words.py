"""Rules about claims, quotes' times, events and metadata: what they find, and what only looks like it."""

from typing import Any

import pytest
from msgspec.json import encode

from helpers import example
from onrecord.checking.validate import check_source

LONG = "it will “not rush” the landing, first planned for 2026"


def codes(record: dict[str, Any]) -> list[str]:
    return sorted({f.code for f in check_source(encode(record), "x.json")[1]})


def with_claim(number: int, **fields: Any) -> list[str]:
    record = example()
    record["claims"][number] |= fields
    return codes(record)


def with_relations(*relations: list[dict[str, str]]) -> list[str]:
    record = example()
    for claim, found in zip(record["claims"], relations, strict=True):
        claim["relations"] = found
    return codes(record)


def related(kind: str, claim: str) -> dict[str, str]:
    return {"kind": kind, "claim": claim}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NASA will never fly to the Moon in 2028.", ["CLM024"]),
        ("NASA won’t fly to the Moon in 2028.", ["CLM024"]),
        ("NASA will no doubt fly to the Moon in 2028.", []),
        ("NASA will not only fly but land in 2028.", []),
        ("NASA will fly to the Moon, whether or not it is ready.", []),
    ],
)
def test_negation_of_a_sentence(text: str, found: list[str]) -> None:
    assert with_claim(1, text=text) == found


def test_lost_negation() -> None:
    lost = {"stance": "affirm", "quote": "q1", "claimant": "e1", "claimant_mention": "m2", "relations": []}
    place = [{"start": 61, "end": 115, "text": LONG}]
    assert with_claim(2, fragments=place, text="NASA will hurry to land by 2026 as planned.", **lost) == ["CLM024"]
    assert with_claim(2, fragments=place, text="NASA refuses to hurry the landing planned for 2026.", **lost) == []
    assert with_claim(2, fragments=place, text="NASA will not hurry the landing planned for 2026.", **lost) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NASA will fly\nto the Moon in 2028.", ["CLM025"]),
        (" NASA will fly to the Moon in 2028.", ["CLM025"]),
        ("NASA will fly to the Moon in 2028. ", ["CLM025"]),
        ("NASA will\tfly to the Moon in 2028.", ["CLM025"]),
        ("NASA will\u200b fly to the Moon in 2028.", ["CLM025"]),
        ("   ", ["CLM025"]),
        ("NASA will fly to the Moon | in 2028.", []),
        ("« NASA will fly\u00a0» in 2028.", []),
    ],
)
def test_tidiness_of_a_sentence(text: str, found: list[str]) -> None:
    assert with_claim(1, text=text) == found


def test_script_of_a_sentence() -> None:
    assert with_claim(1, text="美国国家航空航天局计划将在二零二八年飞往月球并且准备就绪。") == ["CLM027"]
    assert with_claim(1, text="Łódź will fly to the Moon (Луна) in 2028.") == []


def test_circles_of_claims() -> None:
    assert with_relations([related("supports", "c2")], [related("same_as", "c1")], []) == ["CLM005"]
    assert with_relations([], [related("same_as", "c1"), related("supports", "c1")], []) == ["CLM005"]
    assert with_relations([], [related("supports", "c1")], [related("same_as", "c1"), related("supports", "c2")]) == [
        "CLM005",
        "CLM011",
    ]
    assert with_relations([related("responds_to", "c2")], [related("responds_to", "c1")], []) == ["CLM005"]
    assert with_relations([], [related("supports", "c1")], [related("responds_to", "c1")]) == []
    assert with_relations([], [related("same_as", "c1")], [related("responds_to", "c2")]) == []


def quote_at(value: str, published: str | None = "2025-07-10") -> list[str]:
    record = example()
    record["metadata"]["published"] = (
        {"value": published, "basis": "stated"} if published else {"value": None, "basis": "unknown"}
    )
    record["times"][0] |= {"value": value, "basis": "anchored"}
    return codes(record)


def test_quote_in_the_future() -> None:
    assert quote_at("2025-07-15") == ["QUO040"]
    assert quote_at("FUTURE_REF") == ["QUO040"]
    assert quote_at("2025-07-08") == []
    assert quote_at("XXXX-WXX-2") == []
    assert quote_at("XXXX-WXX-2", None) == []


def test_quote_that_will_be_said() -> None:
    record = example()
    record["quotes"][0]["time"] = "t3"
    record["metadata"]["published"] = {"value": "2025-07-10", "basis": "stated"}
    assert codes(record) == ["QUO040"]
    record["quotes"][0]["attribution"] = "intention"
    assert "QUO040" not in codes(record)


def test_quote_at_another_time_than_its_event() -> None:
    record = example()
    record["quotes"][1] |= {"time": "t2", "setting": "v2"}
    assert codes(record) == ["QUO041", "QUO043"]
    record["events"][1] |= {"type": "campaign"}
    assert "QUO041" not in codes(record)


@pytest.mark.parametrize(
    ("role", "target", "found"),
    [
        ("agent", "t2", ["EVT026"]),
        ("agent", "q1", ["EVT026"]),
        ("place", "e3", ["EVT026"]),
        ("place", "t2", ["EVT026"]),
        ("place", "e2", []),
        ("place", "v1", []),
        ("origin", "e3", []),
        ("topic", "q1", []),
    ],
)
def test_what_fills_a_role(role: str, target: str, found: list[str]) -> None:
    record = example()
    record["events"][1]["arguments"].append({"role": role, "target": target, "mention": None})
    assert [c for c in codes(record) if c == "EVT026"] == found


def test_chain_of_events() -> None:
    record = example()
    event = record["events"][1]
    record["events"].append(event | {"id": "v3", "time": None, "mentions": [], "relations": [], "name": "Third flight"})
    record["events"][1]["relations"] = [{"kind": "before", "event": "v3"}]
    record["events"][2]["relations"] = [{"kind": "before", "event": "v1"}]
    assert "EVT014" in codes(record)
    record["events"][0]["time"] = "t3"
    assert "EVT014" not in codes(record)


@pytest.mark.parametrize(
    ("place", "value", "found"),
    [
        ("url", "javascript:alert(1)", ["MET017"]),
        ("url", "file:///home/jo/x.html", ["MET017"]),
        ("url", "https://", ["MET017"]),
        ("url", "HTTPS://example.org/a", []),
        ("publisher", "", ["MET016"]),
        ("publisher", "Reuters ", ["MET016"]),
        ("publisher", "Agence France-Presse", []),
        ("source_file", " ", ["MET012"]),
        ("source_file", "..", ["MET012"]),
        ("source_file", "a\u0007.txt", ["MET012"]),
        ("source_file", "..a.txt", []),
    ],
)
def test_facts_of_origin(place: str, value: str, found: list[str]) -> None:
    record = example()
    record["metadata"][place] = value
    assert codes(record) == found


def test_headline_that_is_a_paragraph() -> None:
    record = example()
    record["segments"][1]["kind"] = "paragraph"
    assert codes(record) == ["MET004"]
    record["metadata"]["headline"] = ""
    assert codes(record) == []
    record["segments"][0]["kind"] = "other"
    assert codes(record) == ["MET004"]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NASA flies to the Moon.", ["CLM033"]),
        ("NASA may fly to the Moon.", []),
        ("NASA’s flight to the Moon is likely.", []),
        ("A flight of NASA to the Moon is expected.", []),
    ],
)
def test_a_prediction_tells_what_comes(text: str, found: list[str]) -> None:
    assert with_claim(1, text=text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("NASA will fly to the Moon in 2028.", ["CLM028"]),
        ("NASA flew to the Moon.", []),
        ("NASA says what will fly to the Moon.", []),
        ("NASA is uncertain whether it will fly to the Moon.", []),
        ("The free will is a matter of NASA.", []),
    ],
)
def test_a_fact_is_not_of_the_future(text: str, found: list[str]) -> None:
    assert with_claim(1, text=text, kind="fact") == found


@pytest.mark.parametrize(
    ("before", "stance", "told"),
    [
        ("Critics say", "deny", False),
        ("Critics deny", "deny", True),
        ("Critics refuse to say", "noncommittal", True),
        ("Nobody says", "deny", True),
        ("Critics do not say", "noncommittal", True),
        ("Critics comment", "deny", False),
        ("Critics comment", "noncommittal", True),
        ("They doubt it. Now they say", "deny", False),  # the sentence before is about something else
    ],
)
def test_a_stance_has_its_words(before: str, stance: str, told: bool) -> None:
    record = example()
    text = f"{before} that this is so."
    record["text"] += text
    record["segments"].append({"id": "s5", "kind": "paragraph", "start": 198, "end": 198 + len(text)})
    start = 198 + text.index("this is so")
    place = [{"start": start, "end": start + 10, "text": "this is so"}]
    record["claims"].append(
        record["claims"][2]
        | {"id": "c4", "fragments": place, "text": "This is so.", "stance": stance, "kind": "fact", "relations": []}
    )
    assert ("CLM032" not in codes(record)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("NASA will fly to the Moon in 2029.", True),
        ("NASA will fly to the Moon 3 times.", True),
        ("NASA will fly to the Moon in 2028.", False),  # in the article
        ("NASA will fly to the Moon 2,028 times.", False),
        ("NASA will fly to the Moon in 1 ship.", False),  # “a ship”
    ],
)
def test_a_number_is_the_articles(text: str, told: bool) -> None:
    record = example()
    record["claims"][1]["text"] = text
    record["text"] += "A ship."
    assert ("CLM035" in codes(record)) == told


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("They will act.", True),
        ("This will happen.", True),
        ("We’ll act.", True),
        ("Her will acted.", False),
        ("The will acted.", False),
        ("They may act.", False),
    ],
)
def test_what_will_be_is_not_actual(text: str, told: bool) -> None:
    record = example()
    record["text"] += text
    words = text.rstrip(".").split()[-1]
    start = 198 + text.index(words)
    trigger = {"id": "v3a", "start": start, "end": start + len(words), "text": words, "realis": "actual"}
    record["events"].append(
        record["events"][1] | {"id": "v3", "mentions": [record["events"][1]["mentions"][0] | trigger], "time": None}
    )
    assert ("EVT029" in codes(record)) == told
