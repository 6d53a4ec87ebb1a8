"""Where each value stands in a JSON file, by JSON pointer; and keys that are given twice.

No parser reports either. The scan is only made when there is something to report, and needs no recursion.
"""

import json
import re

_TOKEN = re.compile(r'[ \t\n\r]*(?:(?P<string>"(?:[^"\\]|\\.)*")|(?P<mark>[{}\[\]:,])|(?P<scalar>[^\s{}\[\]:,"]+))')


def escape(key: str) -> str:
    """A key as a part of a JSON pointer (RFC 6901)."""
    return key.replace("~", "~0").replace("/", "~1")


class Positions:
    """Pointer → offset in the file's text, for well-formed JSON; a malformed file is read as far as it goes.

    Attributes:
        starts: pointer → offset (code points) of the value.
        duplicates: pointers of keys that an object gives more than once, with the offset of the later one.
    """

    def __init__(self, source: str) -> None:
        self.source = source
        self.starts: dict[str, int] = {}
        self.duplicates: list[tuple[str, int]] = []
        self._scan()

    def _scan(self) -> None:
        stack: list[tuple[str, set[str] | None]] = []  # pointer of the container; keys seen (None: an array)
        counts: list[int] = []
        pointer = ""
        key_next = False
        at = 0
        while (match := _TOKEN.match(self.source, at)) is not None:
            at = match.end()
            start = match.start(match.lastgroup or 0)
            token = match.group(match.lastgroup or 0)
            if match["mark"] is None or token in "{[":
                if match["string"] is not None and key_next:
                    container, seen = stack[-1]
                    try:
                        key = json.loads(token, strict=False)
                    except ValueError:
                        key = token
                    pointer = f"{container}/{escape(key)}"
                    if seen is not None:
                        if key in seen:
                            self.duplicates.append((pointer, start))
                        seen.add(key)
                    key_next = False
                    continue
                self.starts.setdefault(pointer, start)
                if token in ("{", "["):
                    stack.append((pointer, set() if token == "{" else None))
                    counts.append(0)
                    key_next = token == "{"
                    if token == "[":
                        pointer = f"{pointer}/0"
            elif token in "}]":
                if not stack:
                    return
                stack.pop()
                counts.pop()
                key_next = False
            elif token == "," and stack:
                container, seen = stack[-1]
                if seen is None:
                    counts[-1] += 1
                    pointer = f"{container}/{counts[-1]}"
                else:
                    key_next = True

    def offset(self, pointer: str) -> int:
        """Offset of the value at `pointer`, or of the nearest container that exists."""
        while pointer not in self.starts and pointer:
            pointer = pointer.rpartition("/")[0]
        return self.starts.get(pointer, 0)

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column (from 1, code points) of an offset."""
        line = self.source.count("\n", 0, offset) + 1
        return line, offset - (self.source.rfind("\n", 0, offset) + 1) + 1
