"""A corpus's own words for its card: `CARD.md`, the guidelines' account of agreement, `CHANGELOG.md`, `LICENSE.md`."""

import os
import re
from pathlib import Path

from msgspec import Struct

from ..files.corpus_folder import decoded
from ..files.parsing import read
from ..files.reading import Reach
from ..findings.finding import Finding
from .escaping import unhidden
from .harmless import faults

_HEADING = re.compile(r"^(#{1,6})[ \t]+(.+?)[ \t]*#*$", re.MULTILINE)
_FENCE = re.compile(r"^(```|~~~).*?^\1[ \t]*$", re.MULTILINE | re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->\n*", re.DOTALL)
PLACES = (
    "Summary",
    "Direct use",
    "Out-of-scope use",
    "Curation rationale",
    "Source data",
    "Annotation process",
    "Annotators",
    "Personal and sensitive information",
    "Bias, risks and limitations",
    "Recommendations",
    "Rights",
    "Glossary",
    "Contact",
)
"""Headings of `CARD.md` (second level) that have a place in the card; sections under other headings follow the rest."""


class Prose(Struct, frozen=True):
    """Markdown, without headings of its own above the third level.

    Attributes:
        places: by a heading of `PLACES`.
        others: heading and text of what has no place.
        agreement: the guidelines' section on agreement.
        guidelines: the guidelines, whole.
        faults: what may not go out (`harmless`).
    """

    places: dict[str, str] = {}
    others: tuple[tuple[str, str], ...] = ()
    agreement: str = ""
    changelog: str = ""
    licence: str = ""
    guidelines: str = ""
    faults: tuple[Finding, ...] = ()


def sections(text: str, level: int = 2) -> list[tuple[str, str]]:
    """Heading and text of each section of a level, as they stand; what comes before the first has the heading ""."""
    fences = [m.span() for m in _FENCE.finditer(text)]
    found, start, heading = [], 0, ""
    for m in _HEADING.finditer(text):
        if len(m[1]) <= level and not any(a <= m.start() < b for a, b in fences):
            found.append((heading, text[start : m.start()].strip()))
            heading, start = (m[2] if len(m[1]) == level else ""), m.end()
    found.append((heading, text[start:].strip()))
    return [(h, t) for h, t in found if t]


def prose_of(corpus: Path) -> Prose:
    """What a corpus says of itself; all of it may be missing. What can't be read is among the faults."""
    reach = Reach.of(corpus)

    found: list[Finding] = []

    def checked(name: str) -> str:
        path = corpus / name
        if not os.path.lexists(path):
            return ""
        raw, unreadable = read(path, reach=reach)
        text, fault = decoded(raw or b"", path)
        if problem := unreadable or fault:
            found.append(problem)
            return ""
        text = unhidden(text.replace("\r\n", "\n"))
        found.extend(faults(text, str(path)))
        return text

    known = {p.casefold(): p for p in PLACES}
    places: dict[str, str] = {}
    others = []
    for heading, text in sections(_COMMENT.sub("", checked("CARD.md"))):
        place = known.get(heading.casefold() if heading else "summary")
        if place is None:
            others.append((heading, text))
        else:
            places[place] = f"{places[place]}\n\n{text}" if place in places else text
    guidelines, changes, licence = (checked(f"{name}.md") for name in ("GUIDELINES", "CHANGELOG", "LICENSE"))
    agreement = next((t for h, t in sections(guidelines) if re.fullmatch(r"(\d+\.?\s+)?agreement", h.casefold())), "")
    return Prose(places, tuple(others), agreement, _without_title(changes), licence, guidelines, tuple(found))


def _without_title(text: str) -> str:
    return re.sub(r"\A\s*# .*\n", "", text).strip()
