"""What words alone give away of a required field: a mention's kind, a time's value, a quote's kind."""

import unicodedata

from ...checking.rules import Document
from ...checking.rules.times.time_words import reader
from ...model.record import Span, Time
from ...text.quotation_marks import in_marks
from ...text.words import assumed

_UNKNOWN = {"DATE": "XXXX-XX-XX", "TIME": "XXXX-XX-XXTXX", "DURATION": "PXD", "SET": "XXXX-XX-XX"}


def mention_kind(words: str, language: str = "und") -> str:
    """pronoun: of the language's; name: a word with a capital, or a script without capitals; else nominal."""
    pack = assumed(language)
    if words.lower() in pack.pronouns and not (len(words) > 1 and words.isupper()):
        return "pronoun"
    parts = words.split()
    body = parts[1:] if len(parts) > 1 and parts[0] in pack.articles else parts
    if any(c.isupper() for p in body for c in p):
        return "name"
    letters = [c for c in words if c.isalpha()]
    return "name" if letters and all(unicodedata.category(c) == "Lo" for c in letters) else "nominal"


def time_value(type_: str, span: Span, language: str = "und") -> str:
    """The TIMEX3 value of full or partial dates and of counted durations; of the rest, the wholly unknown one."""
    c = reader(assumed(language))(
        Time(
            id="t",
            start=span.start,
            end=span.end,
            text=span.text,
            type="DATE",
            value="X",
            basis="stated",
            anchor=None,
            mod=None,
        )
    )
    if type_ == "DURATION":
        number, unit = c.count or (0, "")
        return (
            f"P{unit[:-1]}{number}{unit[-1]}"
            if len(unit) == 2 and unit[0] == "T"
            else f"P{number}{unit}"
            if unit
            else _UNKNOWN[type_]
        )
    if type_ not in ("DATE", "TIME"):
        return _UNKNOWN.get(type_, "XXXX-XX-XX")
    year = min(c.years, key=lambda y: (len(y), y)) if c.years else "XXXX"
    month, day = (next(iter(x)) if len(x) == 1 else None for x in (c.months, c.days))
    if month is None:
        weekday = next(iter(c.weekdays)) if len(c.weekdays) == 1 and not c.days and not c.years else None
        value = f"{year}-WXX-{weekday}" if weekday else year if c.years else _UNKNOWN["DATE"]
    else:
        value = f"{year}-{month:02}" + (f"-{day:02}" if day else "")
    if type_ == "TIME":
        return (value if "W" in value else value.ljust(4, "X") + "-XX" * (2 - value.count("-"))) + "TXX"
    return value


def quote_kind(doc: Document, pieces: list[Span]) -> tuple[str, list[Span]]:
    """direct: all stands in quotation marks; mixed: some does, with these pieces; indirect: nothing."""
    if all(in_marks(p.text) and doc.marks.pairs.get(p.start, p.end) == p.end for p in pieces):
        return "direct", []
    inner = verbatim(doc, pieces)
    return ("mixed", inner) if inner else ("indirect", [])


def verbatim(doc: Document, pieces: list[Span]) -> list[Span]:
    """The stretches in quotation marks within pieces of a quote, marks included; the outermost ones."""
    found: list[Span] = []
    for piece in pieces:
        at = piece.start
        for start, end in sorted(doc.marks.pairs.items()):
            if at <= start and end <= piece.end:
                found.append(Span(start, end, doc.text[start:end]))
                at = end
    return found


def with_marks(doc: Document, span: Span) -> Span:
    """The words with the quotation marks that stand right around them, where the two belong together."""
    start, end = span.start - 1, span.end + 1
    if start >= 0 and doc.marks.pairs.get(start) == end:
        return Span(start, end, doc.text[start:end])
    return span
