"""Exemptions (EXM): a doubtful place that somebody looked at and found right, with the reason, in the record itself.

`extensions.onrecord.exemptions` lists them: `code`, `reason`, and where: `item` (an id), `words` (of the
article), both, or neither for the whole record.
"""

from collections.abc import Container, Iterator
from functools import cache
from typing import Any

from msgspec import UNSET

from ....findings.finding import Problem, Severity
from ....model.patterns import along, own_span
from ....model.record import Record
from ..base import Document, Rule, rule
from ..corpus.corpus import CORPUS_RULES
from ..families import FAMILIES
from ..plugins import plugged

PLACE = "/extensions/onrecord/exemptions"
_KEYS = {"code", "item", "words", "reason"}


def exemptions(record: Record) -> Any:
    """The value at the place of the exemptions: any JSON value, as extensions are open."""
    if record.extensions is UNSET:
        return []
    ours = record.extensions.get("onrecord")
    return ours.get("exemptions", []) if isinstance(ours, dict) else []


@cache
def _severities() -> dict[str, Severity]:
    return {r.code: r.severity for r in (*FAMILIES, *RULES, *plugged().rules)}


@cache
def _of_corpora() -> frozenset[str]:
    return frozenset(r.code for r in CORPUS_RULES)


def _fault(entry: Any) -> str | None:
    """Why an exemption has no effect, or None."""
    if not isinstance(entry, dict):
        return "it is not an object"
    if unknown := sorted(entry.keys() - _KEYS):
        return f"the key {unknown[0]!r} is unknown"
    if not all(isinstance(v, str) and v.strip() for v in entry.values()):
        return "a value is blank, or not a text"
    if "reason" not in entry:
        return "it gives no reason"
    if entry.get("code") in _of_corpora():
        return (
            f"{entry['code']} is about the corpus, not about a record; leave it out in the settings, or keep a baseline"
        )
    severity = _severities().get(entry.get("code", ""))
    if severity is None:
        return f"no rule has the code {entry.get('code')!r}"
    if severity == "error":
        return f"{entry['code']} is an error, and errors can't be exempted"
    return None


@rule("EXM001", "bad-exemption", since="0.2.0")
def bad_exemption(doc: Document) -> Iterator[Problem]:
    """An exemption is malformed, gives no reason, or names an error or an unknown code.

    Only warnings and infos can be exempted, and later readers must know why.

    Bad: /extensions = {"onrecord": {"exemptions": [{"code": "SPN003", "item": "t1"}]}}
    Good: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
          /entities/2/name = "They"
    """
    found = exemptions(doc.record)
    if not isinstance(found, list):
        yield Problem(pointer=PLACE, message="the exemptions are not a list", fix="make it a list of objects")
        return
    for i, entry in enumerate(found):
        if why := _fault(entry):
            yield Problem(
                pointer=f"{PLACE}/{i}",
                message=f"this exemption has no effect: {why}",
                fix='write {"code": …, "item": id or "words": …, "reason": …} for a warning or an info',
            )


@rule("EXM002", "unused-exemption", severity="warning", since="0.2.0")
def unused_exemption(doc: Document) -> Iterator[Problem]:
    """An exemption exempts nothing.

    The finding for which it was made has been corrected, or it names the wrong item. Later it would hide a new fault.

    Bad: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
    Good: /extensions = {"onrecord": {"exemptions": [{"code": "ENT006", "item": "e3", "reason": "The film is called They."}]}}
          /entities/2/name = "They"
    """
    yield from ()  # known only when all rules have run: see Exemptions


class Exemptions:
    """The valid exemptions of a record, looked up by code, item and words."""

    def __init__(self, record: Record) -> None:
        self.record = record
        self._entries: dict[str, dict[tuple[str | None, str | None], list[int]]] = {}
        self._used: set[tuple[str, tuple[str | None, str | None]]] = set()
        listed = exemptions(record)
        for i, e in enumerate(listed if isinstance(listed, list) else ()):
            if _fault(e) is None:
                way = (e.get("item"), e.get("words"))
                self._entries.setdefault(e["code"], {}).setdefault(way, []).append(i)

    def hold(self, code: str, problem: Problem) -> bool:
        """Whether a problem is exempted: by an item on the way to its pointer, by its marked words, by both or by neither."""
        mine = self._entries.get(code)
        if mine is None:
            return False
        span = problem.span or own_span(self.record, problem.pointer)  # the words that the finding shows
        words = None if span is None else self.record.text[slice(*span)]
        items = {id for v in along(self.record, problem.pointer) if isinstance(id := getattr(v, "id", None), str)}
        ways = [(i, w) for i in (None, *items) for w in dict.fromkeys((None, words)) if (i, w) in mine]
        self._used.update((code, way) for way in ways)
        return bool(ways)

    def unused(self, cut: Container[str]) -> Iterator[tuple[Rule, Problem]]:
        """The exemptions that exempt nothing, without those of codes whose search was `cut` short."""
        left = [
            (i, code)
            for code, ways in self._entries.items()
            for way, places in ways.items()
            if code not in cut and (code, way) not in self._used
            for i in places
        ]
        for i, code in sorted(left):
            fix = "remove the exemption, or correct its item or words"
            message = f"this exemption from {code} exempts nothing"
            yield unused_exemption, Problem(pointer=f"{PLACE}/{i}", message=message, fix=fix)


RULES = (bad_exemption, unused_exemption)
