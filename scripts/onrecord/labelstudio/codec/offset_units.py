"""The border where offsets of another unit become code points.

Label Studio's `<Text>` counts Unicode code points, end exclusive, and a line end `\\r\\n` as two. Before version 1.4
(November 2021) it counted UTF-16 units, as browsers do: every character beyond U+FFFF counts 2. What went through a
browser's own line ends counts `\\r\\n` as one. One annotation has one unit, and its regions' words (`value.text`) tell
which: a reading is only taken if the words stand where it puts them.
"""

import html
import re
import unicodedata
from collections.abc import Iterator
from typing import Any, Literal

from ...findings.finding import Offsets
from .problems import Problems

Unit = Literal["code-points", "utf-16", "lf", "utf-16-lf"]
"""`lf`: a line end of two characters, `\\r\\n`, counts one."""
Result = dict[str, Any]

MEANT: dict[Unit, str] = {
    "code-points": "code points",
    "utf-16": "UTF-16 units",
    "lf": "code points with each \\r\\n as one",
    "utf-16-lf": "UTF-16 units with each \\r\\n as one",
}
"""What a unit counts, in words."""
_MOST = 0.9
"""Share of the words that a unit must explain where the rest stands where another puts it."""
_BREAK = re.compile(r"<br ?/?>")
_LINE_END = re.compile(r"\\[nr]|\s")
"""White space, and line ends as the browser writes them into `value.text`: a backslash and an n."""


class Undecided(Exception):
    """No one unit explains all offsets of an annotation, or two do; the message says which."""


def fits(words: str, text: str) -> bool:
    """Whether a region's words are these words of the text; the browser collapses white space and escapes line ends."""
    return "".join(words.split()) == "".join(text.split()) or _LINE_END.sub("", words) == _LINE_END.sub("", text)


def _literal(words: str) -> str:
    """Words with every line end as one character; other white space counts."""
    return re.sub(r"\\r\\n|\\[nr]|\r\n?", "\n", words)


def _plain(words: str) -> str:
    """Words without the freedoms of spelling: composed, no entities, no invisible characters, single spaces."""
    found = unicodedata.normalize("NFKC", html.unescape(_BREAK.sub(" ", _LINE_END.sub(" ", words))))
    return " ".join("".join(c for c in found if unicodedata.category(c) != "Cf").split())


def alike(words: str, text: str) -> bool:
    """Whether a region's words are these of the text in another spelling, or parts of them.

    Where a page selects by words, Label Studio noted what was dragged over, and the offsets of the whole words
    (label-studio#1931): the region is longer than its words, by parts of words alone. Offsets that are merely shifted
    keep their length.
    """
    said, there = _plain(words), _plain(text)
    if said == there or fits(words, text):
        return True
    if not said or len(text) <= len(_LINE_END.sub(" ", words)):
        return False
    first, last = there.find(" "), there.rfind(" ")
    latest = first if first >= 0 else len(there)
    return there.find(said, max(0, last + 1 - len(said)), latest + len(said)) >= 0


def words_of(value: dict[str, Any]) -> str | None:
    """The words that a region says are its own; None where it says none."""
    words = value.get("text")
    if isinstance(words, list) and len(words) == 1 and "labels" in value:
        words = words[0]
    return words if isinstance(words, str) and words.strip() else None


def _spans(results: list[Any]) -> Iterator[tuple[int, int, int, str | None]]:
    """Index, start, end and words of every result that has a place; a control's `text` is its value, not the words."""
    for i, entry in enumerate(results):
        value = entry.get("value") if isinstance(entry, dict) else None
        if isinstance(value, dict) and type(value.get("start")) is int and type(value.get("end")) is int:
            yield i, value["start"], value["end"], words_of(value) if entry.get("type") != "textarea" else None


def _points(text: str, unit: Unit) -> dict[int, int]:
    """Offset in a unit → offset in code points; the middle of what counts one has none."""
    wide, joined = unit.startswith("utf-16"), unit.endswith("lf")
    found, at, before = {}, 0, ""
    for n, character in enumerate(text):
        if not (joined and character == "\n" and before == "\r"):
            found[at] = n
            at += 1 + (wide and character > "\uffff")
        before = character
    found[at] = len(text)
    return found


def _units(text: str) -> list[Unit]:
    """The units that may differ in a text."""
    wide, joined = bool(text) and max(text) > "\uffff", "\r\n" in text
    found: list[Unit] = ["code-points"]
    found += ["utf-16"] if wide else []
    found += ["lf"] if joined else []
    found += ["utf-16-lf"] if wide and joined else []
    return found


class _Reading:
    """An annotation's offsets, read in one unit."""

    def __init__(self, text: str, spans: list[tuple[int, int, int, str | None]], unit: Unit) -> None:
        points = _points(text, unit)
        self.unit = unit
        self.places: list[Offsets | None] = []
        for _, start, end, _ in spans:
            first, last = points.get(start), points.get(end)
            self.places.append(None if first is None or last is None or first >= last else (first, last))
        said = [(i, w, p) for i, ((*_, w), p) in enumerate(zip(spans, self.places, strict=True)) if w is not None and p]
        self.exact = frozenset(i for i, words, (start, end) in said if fits(words, text[start:end]))
        self.literal = sum(_literal(words) == _literal(text[start:end]) for _, words, (start, end) in said)
        self.near = self.exact | {i for i, w, (a, b) in said if i not in self.exact and alike(w, text[a:b])}


def _sharpest(readings: list[_Reading]) -> _Reading | None:
    """Of several that all fit, the one with most of the words there to the very space; None where nothing tells."""
    most = max(r.literal for r in readings)
    best = [r for r in readings if r.literal == most]
    return best[0] if all(r.places == best[0].places for r in best) else None


def unit_of(text: str, results: list[Any], declared: Unit | None = None, fallback: Unit | None = None) -> Unit:
    """The unit in which the results' offsets count.

    What fits in no unit is the region's own fault, and proves nothing.

    Args:
        text: the task's text.
        results: an annotation's results, as Label Studio gives them.
        declared: the unit, where somebody knows it; it is still held against the words.
        fallback: what to take where several units explain everything.

    Raises:
        Undecided: no unit puts the words in their places, or several do and nothing tells which is meant.
    """
    units = _units(text)
    if len(units) == 1:
        return "code-points"  # they are all the same
    spans = list(_spans(results))
    spoken = [i for i, (*_, words) in enumerate(spans) if words is not None]
    if declared is not None and declared not in units:
        declared = _same(declared, units)
    if declared is not None:
        mine = _Reading(text, spans, declared)
        if declared != "code-points" and 2 * len(mine.near) <= len(spoken) and spoken:
            raise Undecided(
                f"of {len(spoken)} regions {len(mine.near)} have their words where {MEANT[declared]} put them"
            )
        return declared
    readings = [_Reading(text, spans, unit) for unit in units]
    told = {r.unit: r.exact for r in readings}
    if not any(told.values()):
        told = {r.unit: r.near for r in readings}
    sound = frozenset[int]().union(*told.values())
    whole = [r for r in readings if told[r.unit] == sound]
    usual = readings[0]
    if usual in whole:
        rivals = [r for r in whole[1:] if r.places != usual.places and len(told[r.unit]) == len(spoken)]
        if (sharpest := _sharpest([usual, *rivals])) is not None:
            return sharpest.unit
        if fallback is None:
            places = "both places" if len(rivals) == 1 else "all these places"
            why = f"the words stand in {places}" if spoken else "no region says its words"
            raise Undecided(f"its offsets may count {' or '.join(MEANT[r.unit] for r in [usual, *rivals])}: {why}")
        return fallback
    proven = [r for r in whole if 2 * len(r.near) > len(spoken)]
    if proven and (sharpest := _sharpest(proven)) is not None:
        return sharpest.unit
    best = max(readings, key=lambda r: len(told[r.unit]))
    said = {spans[i][1:3] for i in spoken}
    if not proven and all(s[1:3] in said for s in spans) and len(told[best.unit]) >= _MOST * len(spoken):
        return best.unit
    counts = ", ".join(f"{len(told[r.unit])} where {MEANT[r.unit]} do" for r in readings[1:])
    raise Undecided(
        f"of {len(spoken)} regions {len(told['code-points'])} have their words where code points put them, "
        f"{counts}; no unit explains all"
    )


def _same(declared: Unit, units: list[Unit]) -> Unit:
    """The unit that comes to the same in a text that lacks what would tell the two apart."""
    if declared == "utf-16-lf":
        return units[-1]
    return "code-points"


def to_code_points(text: str, results: list[Any], unit: Unit) -> tuple[list[Any], frozenset[int]]:
    """The results with their offsets in code points, and which have no place: within a character, or beyond the text."""
    points = _points(text, unit)
    found, lost = list(results), set()
    for i, start, end, _ in _spans(results):
        if start in points and end in points:
            value = {**results[i]["value"], "start": points[start], "end": points[end]}
            found[i] = {**results[i], "value": value}
        else:
            lost.add(i)
    return found, frozenset(lost)


def from_code_points(text: str, results: list[Any], unit: Unit) -> list[Any]:
    """The reverse: results as a Label Studio that counts in this unit would export them."""
    offsets = {n: at for at, n in _points(text, unit).items()}
    found = list(results)
    for i, start, end, _ in _spans(results):
        if start in offsets and end in offsets:
            found[i] = {**results[i], "value": {**results[i]["value"], "start": offsets[start], "end": offsets[end]}}
    return found


class Counted:
    """An annotation's results with offsets in code points; `unit` None: nobody can tell, and a finding says so.

    `lost` are the indices of those whose offsets have no place, left as they were.
    """

    def __init__(self, results: Any, unit: Unit | None, lost: frozenset[int] = frozenset()) -> None:
        self.results, self.unit, self.lost = results, unit, lost


def in_code_points(
    text: str, results: Any, problems: "Problems", pointer: str, declared: Unit | None, fallback: Unit | None
) -> Counted:
    """An annotation's results with offsets in code points; what was converted is told."""
    if not isinstance(results, list):
        return Counted(results, "code-points")
    try:
        unit = unit_of(text, results, declared, fallback)
    except Undecided as error:
        problems.add(
            "LST031",
            pointer,
            f"the annotation's offsets can't be told: {error}",
            "if you know what its version of Label Studio counts, say --offsets: utf-16 before 1.4, else code-points, "
            "-lf where \\r\\n counts one; or mark the regions again whose words are wrong",
        )
        return Counted(results, None)
    if unit == "code-points":
        return Counted(results, unit)
    converted, lost = to_code_points(text, results, unit)
    odd = len(lost) + sum(
        words is not None and i not in lost and not alike(words, text[start:end])
        for i, start, end, words in _spans(converted)
    )
    proof = f"and all words fit but those of {odd} results" if odd else "and all words fit"
    proof = "as --offsets says" if declared is not None else proof
    code, why, more = "LST030", "Label Studio did before version 1.4", ""
    if unit.endswith("lf"):
        more = ", and \\r\\n as two"
    if unit == "lf":
        code, why = "LST041", "a browser does with its own line ends"
    message = f"the offsets count {MEANT[unit]}, as {why}; they were converted, {proof}"
    fix = f"nothing; a present Label Studio counts code points{more}"
    problems.add(code, pointer, message, fix, "info")
    return Counted(converted, unit, lost)
