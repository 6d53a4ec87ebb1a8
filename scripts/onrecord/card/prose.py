"""A corpus's own words for its card: `CARD.md`, the guidelines' account of agreement, `CHANGELOG.md`, `LICENSE.md`."""

import os
import re
from pathlib import Path

from msgspec import Struct

from ..files.reading import Reach

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
    """

    places: dict[str, str] = {}
    others: tuple[tuple[str, str], ...] = ()
    agreement: str = ""
    changelog: str = ""
    licence: str = ""
    guidelines: str = ""


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
    """What a corpus says of itself; all of it may be missing.

    Raises:
        OSError: a file can't be read, or leads out of the corpus.
        ValueError: a file is not UTF-8, or too large.
    """
    reach = Reach.of(corpus)

    def read(name: str) -> str:
        path = corpus / name
        try:
            return reach.text(path, signature=True).replace("\r\n", "\n") if os.path.lexists(path) else ""
        except UnicodeDecodeError as error:
            raise ValueError(f"{path}: not UTF-8: {error}") from None

    known = {p.casefold(): p for p in PLACES}
    places: dict[str, str] = {}
    others = []
    for heading, text in sections(_COMMENT.sub("", read("CARD.md"))):
        place = known.get(heading.casefold() if heading else "summary")
        if place is None:
            others.append((heading, text))
        else:
            places[place] = f"{places[place]}\n\n{text}" if place in places else text
    guidelines = read("GUIDELINES.md")
    agreement = next((t for h, t in sections(guidelines) if re.fullmatch(r"(\d+\.?\s+)?agreement", h.casefold())), "")
    return Prose(places, tuple(others), agreement, _without_title(read("CHANGELOG.md")), read("LICENSE.md"), guidelines)


def _without_title(text: str) -> str:
    return re.sub(r"\A\s*# .*\n", "", text).strip()
