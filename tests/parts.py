"""Parts of records, as JSON, and what one rule finds in a record of them; each line of its text is a paragraph."""

from datetime import date
from typing import Any

from msgspec import convert

from helpers import EXAMPLE
from onrecord.checking.rules import RULES, Document
from onrecord.findings.finding import Problem
from onrecord.model.record import Record

CHECKS = {r.code: r.check for r in RULES}
PUBLISHED = date(2024, 11, 8)
"""A Friday."""


def at(start: int, words: str) -> dict[str, Any]:
    return {"start": start, "end": start + len(words), "text": words}


def mention(id: str, start: int, words: str, kind: str = "name") -> dict[str, Any]:
    return {"id": id, **at(start, words), "kind": kind, "metonymic": False, "demonym": False}


def entity(id: str, name: str, *mentions: dict[str, Any], type: str = "PERSON") -> dict[str, Any]:
    link = {"status": "not_attempted", "wikidata": None}
    return {"id": id, "type": type, "name": name, "link": link, "members": [], "mentions": list(mentions)}


def quote(id: str, *pieces: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": id, "kind": "direct", "fragments": list(pieces), "verbatim": [], "cue": None, "speaker": None, "speaker_mention": None,
        "addressees": [], "parent": None, "attribution": "speech", "time": None, "setting": None,
    } | fields  # fmt: skip


def claim(id: str, text: str, *pieces: dict[str, Any], **fields: Any) -> dict[str, Any]:
    return {
        "id": id, "fragments": list(pieces), "text": text, "voice": "author", "claimant": None, "claimant_mention": None, "quote": None,
        "kind": "fact", "stance": "affirm", "check_worthy": True, "about": [], "relations": [],
    } | fields  # fmt: skip


def time(id: str, start: int, words: str, value: str, **fields: Any) -> dict[str, Any]:
    return {
        "id": id,
        **at(start, words),
        "type": "DATE",
        "value": value,
        "basis": "anchored",
        "anchor": "published",
        "mod": None,
    } | fields


def event(id: str, *triggers: dict[str, Any], **fields: Any) -> dict[str, Any]:
    link = {"status": "not_attempted", "wikidata": None}
    made = [
        {"id": f"{id}t{n}", "polarity": "positive", "realis": "actual", "factuality": [], **t}
        for n, t in enumerate(triggers)
    ]
    return {
        "id": id, "type": "meeting", "name": None, "link": link, "members": [], "mentions": made, "arguments": [], "time": None, "relations": [],
    } | fields  # fmt: skip


def found(code: str, text: str, metadata: dict[str, Any] | None = None, **layers: Any) -> list[Problem]:
    """What a rule finds in a record of a text, each of its lines a paragraph."""
    segments: list[dict[str, Any]] = []
    start = 0
    for n, line in enumerate(text.split("\n")):
        segments.append({"id": f"s{n}", "kind": "paragraph", "start": start, "end": start + len(line)})
        start += len(line) + 1
    blank: dict[str, Any] = {"entities": [], "times": [], "quotes": [], "claims": [], "events": []}
    published = {"value": PUBLISHED.isoformat(), "basis": "stated"}
    made = EXAMPLE | blank | {"text": text, "segments": [s for s in segments if s["start"] < s["end"]]} | layers
    made["metadata"] = EXAMPLE["metadata"] | {"published": published} | (metadata or {})
    return list(CHECKS[code](Document(convert(made, Record))))
