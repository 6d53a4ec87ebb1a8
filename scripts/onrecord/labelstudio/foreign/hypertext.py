"""Marks of a <HyperText>: those of plain text are as if of a <Text>, those of HTML are refused."""

import re
from typing import Any

from ..codec.offset_units import words_of
from ..codec.problems import Problems

_MARKUP = re.compile(r"<(?:/?[A-Za-z][^<>]*|!--.*?--|![A-Za-z][^<>]*)>|&(?:#\w+|[A-Za-z]\w*);", re.DOTALL)


def plain_marks(results: list[Any], text: str, problems: Problems, base: str) -> list[Any] | None:
    """Marks of a <HyperText> as if of a <Text>, where the article has no markup and they say their words.

    Offsets into HTML count in the page that a browser makes of it, each in its own way: that is refused, with a finding.
    """
    made = list(results)
    for i, entry in enumerate(results):
        value = entry.get("value") if isinstance(entry, dict) else None
        if not isinstance(value, dict) or "startOffset" not in value or not isinstance(value.get("start"), str):
            continue
        if _MARKUP.search(text):
            message = "the article is HTML, and its marks count in the page that a browser makes of it"
            fix = (
                "take the text out of the HTML, import it as <Text>, and annotate that; `value.text` tells the words of each "
                "mark, and value.globalOffsets where they stand in the page's text"
            )
            problems.add("LST036", f"{base}/{i}", message, fix)
            return None
        at, rooted = value.get("globalOffsets"), value["start"] == value.get("end") == "/text()[1]"
        if not isinstance(at, dict):
            at = {"start": value["startOffset"], "end": value.get("endOffset")} if rooted else {}
        if words_of(value) is not None and type(at.get("start")) is int and type(at.get("end")) is int:
            made[i] = {**entry, "value": value | {"start": at["start"], "end": at["end"]}}
    return made
