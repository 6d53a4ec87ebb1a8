"""What goes to a terminal: everything passes here, and nothing in it can change what stands around it.

Names of files, ids and messages of other programs may hold whatever their makers put into them; control and
bidirectional characters are shown by their pictures or names, and what an encoding lacks by its number.
"""

import io
import re
import sys
from collections.abc import Iterable
from typing import Any

from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment

from .visible import visible

_ACTING = re.compile("[\0-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066\u2067\ud800-\udfff]")
"""What acts on a terminal; not the line feed, nor the isolates that findings are put into."""


def harmless(text: str) -> str:
    """Text of several lines without characters that act on a terminal."""
    return _ACTING.sub(lambda match: visible(match[0]), text)


class Screen(Console):
    """A console that shows what it is given: a string is one line, in which nothing acts."""

    def __init__(self, **options: Any) -> None:
        super().__init__(highlight=False, soft_wrap=True, emoji=False, **options)

    def print(self, *objects: Any, **options: Any) -> None:
        """As of a console; strings are data, and no line of them becomes two."""
        super().print(*(visible(x) if isinstance(x, str) else x for x in objects), **options)

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """As of a console, in what stands in tables and panels, too."""
        for segment in super().render(renderable, options):
            if segment.control or not _ACTING.search(segment.text):
                yield segment
            else:
                yield Segment(harmless(segment.text), segment.style)


def prepare() -> None:
    """Standard output and error write whatever comes: what their encoding lacks is written as \\u6f22."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")
