"""Exemptions (EXM): a doubtful place that somebody looked at and found right, with the reason, in the record itself.

`extensions.onrecord.exemptions` lists them: `code`, `reason`, and where: `item` (an id), `words` (of the
article), both, or neither for the whole record.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

from msgspec import UNSET

from ..finding import Problem, Severity
from ..paths import along, own_span
from ..record import Record
from .base import Document, Rule, rule

PLACE = "/extensions/onrecord/exemptions"
_KEYS = {"code", "item", "words", "reason"}


def exemptions(record: Record) -> Any:
    """What stands at the place of the exemptions; anything, as extensions are open."""
    if record.extensions is UNSET:
        return []
    ours = record.extensions.get("onrecord")
    return ours.get("exemptions", []) if isinstance(ours, dict) else []


@cache
def _severities() -> dict[str, Severity]:
    from . import RULES

    return {r.code: r.severity for r in RULES}


@cache
def _of_corpora() -> frozenset[str]:
    from .corpus import CORPUS_RULES

    return frozenset(r.code for r in CORPUS_RULES)


def _fault(entry: Any) -> str | None:
    """Why an exemption counts for nothing, or None."""
    if not isinstance(entry, dict):
        return "it is no object"
    if unknown := sorted(entry.keys() - _KEYS):
        return f"the key {unknown[0]!r} is unknown"
    if not all(isinstance(v, str) and v.strip() for v in entry.values()):
        return "a value is no text, or blank"
    if "reason" not in entry:
        return "it gives no reason"
    if entry.get("code") in _of_corpora():
        return (
            f"{entry['code']} is about the corpus, not about a record; leave it out in the settings, or keep a baseline"
        )
    severity = _severities().get(entry.get("code", ""))
    if severity is None:
        return f"{entry.get('code')!r} is the code of no rule"
    if severity == "error":
        return f"{entry['code']} is an error, and errors can't be exempted"
    return None


@rule("EXM001", "bad-exemption", since="0.2.0")
def bad_exemption(doc: Document) -> Iterator[Problem]:
    """An exemption is malformed, gives no reason, or names an error or an unknown code.

    Only doubts can be exempted, and whoever reads the record later must know why.

    Bad: /extensions = {"onrecord": {"exemptions": [{"code": "SPN003", "item": "t1"}]}}
    Good: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
          /entities/2/name = "They"
    """
    found = exemptions(doc.record)
    if not isinstance(found, list):
        yield Problem(pointer=PLACE, message="the exemptions are no list", fix="make it a list of objects")
        return
    for i, entry in enumerate(found):
        if why := _fault(entry):
            yield Problem(
                pointer=f"{PLACE}/{i}",
                message=f"this exemption counts for nothing: {why}",
                fix='write {"code": …, "item": id or "words": …, "reason": …} for a warning or an info',
            )


@rule("EXM002", "unused-exemption", severity="warning", since="0.2.0")
def unused_exemption(doc: Document) -> Iterator[Problem]:
    """An exemption exempts nothing.

    What it was made for was corrected, or it names the wrong item; later it would hide a new fault.

    Bad: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
    Good: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
          /entities/2/name = "They"
    """
    yield from ()  # known only when all rules have run: see judge


def judge(record: Record, found: Sequence[tuple[Rule, Problem]]) -> list[tuple[Rule, Problem]]:
    """What is left of the rules' problems after the exemptions, and the exemptions that exempt nothing."""
    entries = exemptions(record)
    valid = [(i, e) for i, e in enumerate(entries if isinstance(entries, list) else []) if _fault(e) is None]
    if not valid:
        return list(found)
    used: set[int] = set()

    def exempt(code: str, problem: Problem) -> bool:
        hits = [i for i, e in valid if e["code"] == code and _meant(record, problem, e)]
        used.update(hits)
        return bool(hits)

    left = [(r, p) for r, p in found if not exempt(r.code, p)]
    for i, entry in valid:
        if i not in used:
            fix = "remove the exemption, or correct its item or words"
            message = f"nothing is left to exempt from {entry['code']} here"
            left.append((unused_exemption, Problem(pointer=f"{PLACE}/{i}", message=message, fix=fix)))
    return left


def _meant(record: Record, problem: Problem, entry: dict[str, str]) -> bool:
    """Whether an exemption is about this problem: its item stands on the pointer's way, its words are those marked."""
    span = problem.span or own_span(record, problem.pointer)  # the words that the finding shows
    if "words" in entry and (span is None or record.text[slice(*span)] != entry["words"]):
        return False
    return "item" not in entry or any(getattr(v, "id", None) == entry["item"] for v in along(record, problem.pointer))


RULES = (bad_exemption, unused_exemption)
