"""Times (TIM): how exact a value is, which `mod` and type its words call for, and where its words begin."""

import re
from collections.abc import Callable, Iterator
from functools import cache

from ....findings.finding import Place, Problem
from ....text.remembering import remembered
from ....text.words import Pack, Words
from ..base import Document, rule
from .time_order import FAR, published
from .time_words import reader, stands
from .timex import DAY, interval

_NO_MONTH = re.compile(r"[\dX]{4}(?:-XX(?:-(?:\d\d|XX))?)?(?:T.*)?", re.ASCII)
_FINER_THAN_YEAR = re.compile(r"\d{4}-(?:\d\d.*|W\d\d.*|[SFWQH][PUAI1-4])", re.ASCII)
_FINER_THAN_MONTH = re.compile(r"(?:\d{4}|XXXX)-\d\d-\d\d.*", re.ASCII)
_BARE_YEAR = re.compile(r"[12]\d{3}", re.ASCII)


@cache
def _time_words(pack: Pack) -> Words:
    """Words that make an expression a time, each of them by itself."""
    named = frozenset[str]().union(pack.weekdays, pack.months, pack.units, pack.relative_days)
    return named | pack.night | pack.day_parts | pack.seasons


@cache
def _plain_weekday(pack: Pack) -> Words:
    """All words that a bare weekday may consist of."""
    return pack.weekday_company.union(pack.weekdays)


@rule("TIM026", "month-missing", severity="warning", since="0.2.0", words=("months", "reckoning"))
def month_missing(doc: Document) -> Iterator[Problem]:
    """The words of a time name a month, but its value has none.

    “September” is XXXX-09 where the year is unknown, and 2024-09 where it follows from the publication.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said on 12 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
         /metadata/source_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
         /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "12 July", "type": "DATE", "value": "XXXX-XX-12", "basis": "stated", "anchor": null, "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on 12 July that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
          /metadata/source_sha256 = "2ef130f34f479c2a2b149dc4b59b26e8a4c123e3a57596e28424d50612e2fcb8"
          /times/0 = {"id": "t1", "start": 48, "end": 55, "text": "12 July", "type": "DATE", "value": "XXXX-07-XX", "basis": "stated", "anchor": null, "mod": null}
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.months or t.type not in ("DATE", "TIME") or not _NO_MONTH.fullmatch(t.value):
            continue
        if pack.reckoning.isdisjoint(c.words) and pack.whole_years.isdisjoint(c.words) and stands(doc, t):
            month = min(c.months)
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” names a month, but the value {t.value} has none",
                fix=f"give the value its month: {t.value[:4]}-{month:02}",
                span=(t.start, t.end),
            )


@cache
def _modifiers(pack: Pack) -> Callable[[str], str | None]:
    """A function of a time's words: the `mod` that the first ones call for, or None."""
    return remembered(lambda text: _modifier(text.lower().split(), pack))


def _modifier(words: list[str], pack: Pack) -> str | None:
    if len(words) < 2:
        return None
    if words[0] in pack.approximate:
        return "APPROX"
    if words[0] in pack.approximate_numbers:
        return "APPROX" if words[1].isdecimal() or words[1] in pack.numbers else None
    for count in (1, 2):
        mod = pack.modifiers.get(" ".join(words[:count]))
        if mod is not None and len(words) > count:
            return mod if words[count] in pack.numbers or words[count][0].isdecimal() else None
    return None


@rule("TIM027", "mod-missing", severity="warning", since="0.2.0", words=("approximate", "numbers"))
def mod_missing(doc: Document) -> Iterator[Problem]:
    """The words of a time say “about”, “more than” or “at least”, but its `mod` is null.

    “About two years” is P2Y with the mod APPROX; without it the value claims to be exact.

    Bad: /text = "Science\\nAgency delays Moon landing\\nNASA said about 2024 that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
         /text_sha256 = "a5193d1e60f5384e1cde37344ea97e1910a25cbf8aa89071eaa73704defb19ee"
         /metadata/source_sha256 = "a5193d1e60f5384e1cde37344ea97e1910a25cbf8aa89071eaa73704defb19ee"
         /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "about 2024", "type": "DATE", "value": "2024", "basis": "stated", "anchor": null, "mod": null}
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said about 2024 that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "a5193d1e60f5384e1cde37344ea97e1910a25cbf8aa89071eaa73704defb19ee"
          /metadata/source_sha256 = "a5193d1e60f5384e1cde37344ea97e1910a25cbf8aa89071eaa73704defb19ee"
          /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "about 2024", "type": "DATE", "value": "2024", "basis": "stated", "anchor": null, "mod": "APPROX"}
    """
    modifier = _modifiers(doc.pack)
    for i, t in enumerate(doc.record.times):
        if t.mod is None and (mod := modifier(t.text)) is not None and stands(doc, t):
            yield Problem(
                pointer=f"/times/{i}/mod",
                message=f"“{doc.words(t.start, t.end)}” is not exact, but its mod is null",
                fix=f"set the mod to {mod}",
                span=(t.start, t.end),
            )


def _is_year(text: str, pack: Pack) -> bool:
    """Whether the words are a bare year."""
    opener, _, year = text.rpartition(" ")
    return (year == text or opener in pack.year_openers) and _BARE_YEAR.fullmatch(year) is not None


@rule("TIM028", "more-exact-than-words", severity="warning", since="0.2.0", words=("months",))
def too_exact(doc: Document) -> Iterator[Problem]:
    """A time's basis is stated and its words are a bare year or month, but its value is more exact.

    A value is stated only if the words themselves say it. What is known from elsewhere is anchored, or world knowledge.

    Bad: /times/1/value = "2026-07"
    Good: /times/1/value = "2026-07"
          /times/1/basis = "world_knowledge"
          /times/1/note = "The agency's plan of 2021 named July."
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        if t.basis != "stated" or len(t.value) < 6 or t.value == t.text or t.type not in ("DATE", "TIME"):
            continue
        c = clues(t)
        if _FINER_THAN_YEAR.fullmatch(t.value):
            finer, what = _is_year(t.text, pack), "year"
        else:
            finer, what = False, "month"
        if not finer and c.months and not c.days and not c.weekdays and _FINER_THAN_MONTH.fullmatch(t.value):
            finer, what = all(w in pack.months or w in c.years or w in pack.of for w in c.words), "month"
        if finer and t.value.startswith((*c.years, "XXXX")) and stands(doc, t):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"the basis is stated, but “{doc.words(t.start, t.end)}” is a {what}, and the value {t.value} is only a part of it",
                fix="leave out what the words don't say; or set the basis to anchored, or to world_knowledge with a note",
                span=(t.start, t.end),
            )


@cache
def _prepositions(pack: Pack) -> Callable[[str], str | None]:
    """A function of a time's words: the preposition with which they begin, if the rest is a time by itself, else None."""
    return remembered(lambda text: _preposition(text, pack))


def _preposition(text: str, pack: Pack) -> str | None:
    first, _, rest = text.partition(" ")
    if first.lower() not in pack.time_prepositions or not rest:
        return None
    words = rest.lower().replace("-", " ").replace(",", " ").split()
    if first.lower() in pack.range_prepositions and not pack.range_words.isdisjoint(words):
        return None
    if first.lower() in pack.hence_prepositions and not pack.units.keys().isdisjoint(words):
        return None  # “in two days”: two days from now
    if any(len(w) == 4 and w.isdecimal() for w in words) or not _time_words(pack).isdisjoint(words):
        return first
    return None


@rule("TIM029", "begins-with-preposition", severity="warning", since="0.2.0", words=("time_prepositions",))
def begins_with_preposition(doc: Document) -> Iterator[Problem]:
    """A time's words begin with a preposition.

    A time is marked without it: “on [[Thursday]]”, “in [[September]]” (guidelines, section 2).

    Bad: /times/0/start = 45
         /times/0/text = "on Tuesday"
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said in 10 days that it will “not rush” the landing, first planned for 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "e77765c45068853f73f03da60638b1c4b0532db0be50b480d3443a0a9700e892"
          /metadata/source_sha256 = "e77765c45068853f73f03da60638b1c4b0532db0be50b480d3443a0a9700e892"
          /times/0 = {"id": "t1", "start": 45, "end": 55, "text": "in 10 days", "type": "DATE", "value": "XXXX-XX-XX", "basis": "stated", "anchor": null, "mod": null}
    """
    preposition = _prepositions(doc.pack)
    for i, t in enumerate(doc.record.times):
        if (found := preposition(t.text)) is not None and stands(doc, t):
            yield Problem(
                pointer=f"/times/{i}",
                message=f"the time “{doc.words(t.start, t.end)}” begins with the preposition “{found}”",
                fix=f"mark only “{doc.words(t.start + len(found) + 1, t.end)}”",
                span=(t.start, t.end),
            )


_WEEK = 7
"""Days from the publication within which a bare weekday is usually meant."""


@rule("TIM030", "weekday-of-another-week", severity="info", since="0.2.0", words=("weekdays",))
def other_week(doc: Document) -> Iterator[Problem]:
    """A bare weekday that counts from the publication lies more than a week from it.

    “On Thursday” is usually the Thursday before or after the article appeared.

    Bad: /metadata/published = {"value": "2025-07-20", "basis": "stated"}
         /times/0/value = "2025-07-08"
         /times/0/basis = "anchored"
    Good: /metadata/published = {"value": "2025-07-15", "basis": "stated"}
          /times/0/value = "2025-07-08"
          /times/0/basis = "anchored"
    """
    day = published(doc)
    if day is None or day[1] - day[0] > DAY:
        return
    clues, plain = reader(doc.pack), _plain_weekday(doc.pack)
    for i, t in enumerate(doc.record.times):
        c = clues(t)
        if not c.weekdays or t.anchor not in ("published", None) or not c.words <= plain:
            continue
        if (
            (when := interval(t.value)) is None
            or when[1] - when[0] > 2 * DAY
            or (t.anchor is None and doc.holding(t.start, t.end))
        ):
            continue
        if _WEEK * DAY <= max(when[0] - day[1], day[0] - when[1]) <= FAR * DAY and stands(doc, t):
            yield Problem(
                pointer=f"/times/{i}/value",
                message=f"“{doc.words(t.start, t.end)}” has the value {t.value}, more than a week from the publication on {doc.record.metadata.published.value}",
                fix="correct the value, or name as the anchor the time from which the weekday counts",
                span=(t.start, t.end),
                related=(Place("the publication date", "/metadata/published/value"),),
            )


_DEFINITE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?(?:T[\d:]+)?", re.ASCII)


@rule("TIM031", "set-of-one-date", severity="warning", since="0.2.0")
def set_of_one(doc: Document) -> Iterator[Problem]:
    """A SET, a time that recurs, has a single calendar date as its value.

    What recurs has a length (`P1W`), or a value with X where it varies (`XXXX-WXX-1`); one date is a DATE.

    Bad: /times/1/type = "SET"
    Good: /times/1/type = "SET"
          /times/1/value = "P1Y"
    """
    for i, t in enumerate(doc.record.times):
        if t.type == "SET" and _DEFINITE.fullmatch(t.value):
            yield Problem(
                pointer=f"/times/{i}/type",
                message=f"“{doc.words(t.start, t.end)}” is a SET, but its value {t.value} is a single date",
                fix="set the type to DATE, or write a value that recurs",
                span=(t.start, t.end),
            )


_BEFORE = 30
"""Characters before a time that are searched for its “early” or “about”, which may stand outside the mark."""
_WORDS = 3
"""Words before a time among which it stands: “early in the”."""


@rule("TIM032", "mod-that-no-word-asks-for", severity="info", since="0.2.0", words=("mod_words",))
def unasked_mod(doc: Document) -> Iterator[Problem]:
    """A time has a `mod`, but neither its words nor those before it call for one.

    “early 2018” has the mod START; the bare year has none.

    Bad: /times/1/mod = "END"
    Good: /text = "Science\\nAgency delays Moon landing\\nNASA said on Tuesday that it will “not rush” the landing, first planned end 2026.\\nCritics doubt it. “We will fly in 2028,” the agency told Reuters. “It is ready.”\\n"
          /text_sha256 = "0caff8b9e57e12705bf439c3014d61b878bac45cedfe803779494b189f2113cf"
          /metadata/source_sha256 = "0caff8b9e57e12705bf439c3014d61b878bac45cedfe803779494b189f2113cf"
          /times/1/mod = "END"
          /quotes/0/fragments/0/text = "it will “not rush” the landing, first planned end 2026"
    """
    pack = doc.pack
    clues = reader(pack)
    for i, t in enumerate(doc.record.times):
        if t.mod is None or not stands(doc, t):
            continue
        before = doc.text[max(0, t.start - _BEFORE) : t.start].lower().replace("-", " ").split()[-_WORDS:]
        asking = pack.mod_words.get(t.mod, clues(t).words)
        if asking.isdisjoint(clues(t).words) and asking.isdisjoint(before) and "~" not in t.text:
            yield Problem(
                pointer=f"/times/{i}/mod",
                message=f"“{doc.words(t.start, t.end)}” has the mod {t.mod}, but no word calls for it",
                fix="set the mod to null, or to the one that the words call for",
                span=(t.start, t.end),
            )


RULES = (
    month_missing, mod_missing, too_exact, begins_with_preposition, other_week, set_of_one, unasked_mod,
)  # fmt: skip
