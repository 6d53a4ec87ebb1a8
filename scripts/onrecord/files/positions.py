"""Where each value stands in a JSON file, by JSON pointer; and keys that are given twice.

No parser reports either. A file is only looked at again when there is something to report: a pointer is followed step
by step, what stands beside it is skipped at the speed of the JSON scanner.
"""

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from json.decoder import scanstring  # type: ignore[attr-defined]

_TOKEN = re.compile(
    r'[ \t\n\r]*(?:(?P<string>"[^"\\]*(?:\\.[^"\\]*)*")|(?P<mark>[{}\[\]:,])|(?P<scalar>[^\s{}\[\]:,"]+))'
)
_FEW = 10
"""So many places are counted out; for more all lines are found first."""
_LONGEST = 1000
"""Code points of a pointer that is made for a report."""
_SPACE = re.compile(r"[ \t\n\r]*")
_SCAN = json.JSONDecoder(strict=False).scan_once  # type: ignore[attr-defined]


def escape(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


def line_starts(text: str) -> list[int]:
    """Offsets (code points) at which the lines of a text begin, as line feeds divide them."""
    lines = text.split("\n")
    del lines[-1]
    return list(accumulate([len(line) + 1 for line in lines], initial=0))


class Positions:
    """Pointer → offset in the file's text, for well-formed JSON; a malformed file is read as far as it goes."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._children: dict[int, dict[str, int]] = {}
        self._asked = 0

    def _inside(self, start: int) -> dict[str, int]:
        """Key or index → offset of each value in the container at `start`; of a key given twice, the first."""
        known = self._children.get(start)
        if known is not None:
            return known
        found: dict[str, int] = {}
        source, at = self.source, start + 1
        skip = _SPACE.match
        is_object = source[start : start + 1] == "{"
        try:
            if source[start : start + 1] not in ("{", "["):
                return found
            at = skip(source, at).end()  # type: ignore[union-attr]
            while source[at : at + 1] not in ("}", "]", ""):
                if is_object:
                    key, at = scanstring(source, at + 1, False)
                    at = skip(source, skip(source, at).end() + 1).end()  # type: ignore[union-attr]
                else:
                    key = str(len(found))
                found.setdefault(escape(key), at)
                _, at = _SCAN(source, at)
                at = skip(source, at).end()  # type: ignore[union-attr]
                if source[at : at + 1] == ",":
                    at = skip(source, at + 1).end()  # type: ignore[union-attr]
        except (ValueError, StopIteration, RecursionError):
            pass
        self._children[start] = found
        return found

    def offset(self, pointer: str) -> int:
        """Offset (code points) of the value at `pointer`, or of the nearest container that exists."""
        at = _SPACE.match(self.source).end()  # type: ignore[union-attr]
        for step in pointer.split("/")[1:]:
            inside = self._inside(at)
            if step not in inside:
                break
            at = inside[step]
        return at

    def nearest(self, pointer: str) -> str:
        """The pointer itself, or that of the nearest container that exists."""
        at = _SPACE.match(self.source).end()  # type: ignore[union-attr]
        found = ""
        for step in pointer.split("/")[1:]:
            inside = self._inside(at)
            if step not in inside:
                break
            at, found = inside[step], f"{found}/{step}"
        return found

    def place(self, pointer: str) -> tuple[int, int]:
        """Line and column of the value at `pointer`, or of the nearest container that exists."""
        return self.line_column(self.offset(pointer))

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1, code points) of an offset."""
        self._asked += 1
        if self._asked <= _FEW:
            return self.source.count("\n", 0, offset) + 1, offset - self.source.rfind("\n", 0, offset)
        line = bisect_right(self._lines, offset)
        return line, offset - self._lines[line - 1] + 1

    @cached_property
    def _lines(self) -> list[int]:
        """Where the lines begin."""
        return line_starts(self.source)

    def duplicates(self) -> Iterator[tuple[str, int]]:
        """Pointers of keys that an object gives more than once, with the offset of the later value's key.

        A pointer that would be very long ends at a container on its way.
        """
        keys: list[set[str] | None] = []  # of each open container: the keys seen (None: an array)
        steps: list[str | int] = []  # where each open container has come to
        key_next = False
        at = 0
        while (match := _TOKEN.match(self.source, at)) is not None:
            at = match.end()
            token = match.group(match.lastgroup or 0)
            if match["string"] is not None and key_next:
                try:
                    key = json.loads(token, strict=False)
                except ValueError:
                    key = token
                steps[-1], seen, key_next = key, keys[-1], False
                if seen is not None:
                    if key in seen:
                        yield _joined(steps), match.start("string")
                    seen.add(key)
            elif token in ("{", "["):
                key_next = token == "{"
                keys.append(set() if key_next else None)
                steps.append("" if key_next else 0)
            elif token in ("}", "]"):
                if not keys:
                    break
                keys.pop()
                steps.pop()
                key_next = False
            elif token == "," and keys:
                if isinstance(step := steps[-1], int):
                    steps[-1] = step + 1
                else:
                    key_next = True


def _joined(steps: list[str | int]) -> str:
    """The JSON pointer of some steps, as far as it is not too long."""
    found = ""
    for step in steps:
        longer = f"{found}/{escape(str(step)[:_LONGEST])}"
        if len(longer) > _LONGEST:
            break
        found = longer
    return found
