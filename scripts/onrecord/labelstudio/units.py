"""The border where offsets of another unit become code points.

Label Studio's `<Text>` counts Unicode code points, end exclusive. Before version 1.4 (November 2021) it counted UTF-16 units, as browsers do:
every character beyond U+FFFF counts 2. One annotation has one unit, and its regions' words (`value.text`) tell which:
a reading is only taken if all the words stand where it puts them.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from .regions import Problems

Unit = Literal["code-points", "utf-16"]
Result = dict[str, Any]

_LINE_END = re.compile(r"\\[nr]|\s")
"""White space, and line ends as the browser writes them into `value.text`: a backslash and an n."""


class Undecided(Exception):
    """No one unit explains all offsets of an annotation, or two do; the message says which."""


def fits(words: str, text: str) -> bool:
    """Whether a region's words are these words of the text; the browser collapses white space and escapes line ends."""
    return "".join(words.split()) == "".join(text.split()) or _LINE_END.sub("", words) == _LINE_END.sub("", text)


def _spans(results: list[Any]) -> Iterator[tuple[int, int, int, str | None]]:
    """Index, start, end and words of every result that has a place."""
    for i, entry in enumerate(results):
        value = entry.get("value") if isinstance(entry, dict) else None
        if isinstance(value, dict) and type(value.get("start")) is int and type(value.get("end")) is int:
            words = value.get("text")
            yield i, value["start"], value["end"], words if isinstance(words, str) else None


def _points(text: str) -> dict[int, int]:
    """Offset in UTF-16 units → offset in code points; the middle of a character has none."""
    found, at = {}, 0
    for n, character in enumerate(text):
        found[at] = n
        at += 1 + (character > "\uffff")
    found[at] = len(text)
    return found


def unit_of(text: str, results: list[Any], declared: Unit | None = None, fallback: Unit | None = None) -> Unit:
    """The unit in which the results' offsets count.

    Args:
        text: the task's text.
        results: an annotation's results, as Label Studio gives them.
        declared: the unit, where somebody knows it; it is still held against the words.
        fallback: what to take where both units explain everything.

    Raises:
        Undecided: neither unit puts all words in their places, or both do and nothing tells which is meant.
    """
    if not text or max(text) <= "\uffff":
        return "code-points"  # the two are the same
    points = _points(text)
    told = {"code-points": 0, "utf-16": 0}
    spoken = broken = 0
    apart = False
    for _, start, end, words in _spans(results):
        first, last = points.get(start), points.get(end)
        apart |= (first, last) != (start, end)
        if words is None:
            continue
        as_points = 0 <= start < end and fits(words, text[start:end])
        as_units = first is not None and last is not None and first < last and fits(words, text[first:last])
        told["code-points"] += as_points
        told["utf-16"] += as_units
        broken += not as_points and not as_units
        spoken += 1
    sound = spoken - broken
    if declared is not None:
        if declared == "utf-16" and told[declared] < spoken:
            raise Undecided(f"of {spoken} regions {told[declared]} have their words where UTF-16 units put them")
        return declared
    if told["code-points"] == sound:  # what is broken either way, the reader reports region by region
        if apart and told["utf-16"] == spoken:
            if fallback is None:
                raise Undecided(
                    "its offsets may count code points or UTF-16 units: "
                    + ("the words stand in both places" if spoken else "no region says its words")
                )
            return fallback
        return "code-points"
    if told["utf-16"] == spoken:
        return "utf-16"
    raise Undecided(
        f"of {spoken} regions {told['code-points']} have their words where code points put them, "
        f"{told['utf-16']} where UTF-16 units do; no unit explains all"
    )


def from_utf16(text: str, results: list[Any]) -> list[Any]:
    """The results with their offsets in code points instead of UTF-16 units.

    Raises:
        Undecided: an offset lies within a character or beyond the text.
    """
    points = _points(text)
    found = list(results)
    for i, start, end, _ in _spans(results):
        if start not in points or end not in points:
            raise Undecided(f"[{start}, {end}) begins or ends within a character, or beyond the text")
        value = {**results[i]["value"], "start": points[start], "end": points[end]}
        found[i] = {**results[i], "value": value}
    return found


def as_utf16(text: str, results: list[Any]) -> list[Any]:
    """The reverse of `from_utf16`: results as a Label Studio from before the change would export them."""
    units = {n: at for at, n in _points(text).items()}
    found = list(results)
    for i, start, end, _ in _spans(results):
        if start in units and end in units:
            found[i] = {**results[i], "value": {**results[i]["value"], "start": units[start], "end": units[end]}}
    return found


def in_code_points(
    text: str, results: Any, problems: "Problems", pointer: str, declared: Unit | None, fallback: Unit | None
) -> tuple[Any, Unit | None]:
    """An annotation's results with offsets in code points, and in which unit they were; None with a finding."""
    if not isinstance(results, list):
        return results, "code-points"
    try:
        unit = unit_of(text, results, declared, fallback)
        if unit == "code-points":
            return results, unit
        converted = from_utf16(text, results)
    except Undecided as error:
        problems.add(
            "LST031",
            pointer,
            f"the annotation's offsets can't be told: {error}",
            "if you know its version of Label Studio, say --offsets utf-16 (before 1.4) or --offsets code-points; "
            "else mark the regions again whose words are wrong",
        )
        return results, None
    proof = "and all words fit" if declared is None else "as --offsets says"
    problems.add(
        "LST030",
        pointer,
        f"the offsets count UTF-16 units, as Label Studio did before version 1.4; they were converted, {proof}",
        "nothing; a present Label Studio counts code points",
        "info",
    )
    return converted, unit
