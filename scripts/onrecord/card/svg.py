"""Plain SVG, made by hand: the same bytes from the same input, no font or library to depend on.

Colours are those of Okabe and Ito, told apart by people with any colour vision, lighter on a dark ground; the ground
is always painted, so that a picture is legible on any page. Text is measured with the widths of Helvetica (Arial and
Liberation Sans have the same), other scripts by rule of thumb; where it must fit exactly, `textLength` makes it.
"""

import unicodedata
from functools import cache
from xml.etree import ElementTree as ET

import regex

from ..text.graphemes import grapheme
from .escaping import drawn

_WIDTHS = dict(
    zip(
        map(chr, range(32, 127)),
        map(
            int,
            """278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556
            278 278 584 584 584 556 1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667
            611 722 667 944 667 667 611 278 278 278 469 556 333 556 556 500 556 556 278 556 556 222 222 500 222 833
            556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584""".split(),
        ),
        strict=True,
    )
) | dict(zip("“”‘’–—…\u00a0", (333, 333, 222, 222, 556, 1000, 1000, 278), strict=True))
BOLD = 1.08
_NOT_XML = regex.compile(r"[\ufffe\uffff]")

LIGHT = {
    "segments": "#6e7781", "entities": "#0072b2", "mentions": "#0072b2", "times": "#00805c", "quotes": "#a6407e",
    "claims": "#c24e00", "events": "#8a6100", "triggers": "#8a6100", "arguments": "#8a6100",
}  # fmt: skip
DARK = {
    "segments": "#9198a1", "entities": "#56b4e9", "mentions": "#56b4e9", "times": "#2fc79c", "quotes": "#e39bc5",
    "claims": "#ff8a4c", "events": "#f0b429", "triggers": "#f0b429", "arguments": "#f0b429",
}  # fmt: skip


def _style() -> str:
    def rules(bg: str, line: str, ink: str, dim: str, colours: dict[str, str]) -> str:
        base = f".bg{{fill:{bg};stroke:{line}}}.rule{{stroke:{line}}}.ink{{fill:{ink}}}.dim{{fill:{dim}}}"
        return base + "".join(f".{n}{{fill:{c};stroke:{c}}}" for n, c in colours.items())

    return (
        "text{font-family:Helvetica,Arial,'Liberation Sans','Noto Sans',sans-serif;stroke:none!important}"
        + rules("#ffffff", "#d1d9e0", "#1f2328", "#59636e", LIGHT)
        + ".tint{fill-opacity:.16;stroke-opacity:.75}.hollow{fill-opacity:0}.bar{stroke:none!important}"
        + "@media(prefers-color-scheme:dark){"
        + rules("#0d1117", "#3d444d", "#f0f6fc", "#9198a1", DARK)
        + ".tint{fill-opacity:.22}}"
    )


def clean(text: str) -> str:
    """The text on one line, without characters that XML can't hold or that would turn what stands around them."""
    return _drawable(" ".join(text.split()))


def _drawable(text: str) -> str:
    return str(_NOT_XML.sub("\ufffd", drawn(text)))


@cache
def _char(c: str) -> int:
    if c in _WIDTHS:
        return _WIDTHS[c]
    if unicodedata.category(c) in ("Mn", "Me", "Cf"):
        return 0
    if unicodedata.east_asian_width(c) in "WF":
        return 1000
    if "\u0600" <= c <= "\u06ff":
        return 330 if c in "اأإآٱلردذزوى،؛" else 560
    base = unicodedata.normalize("NFD", c)[0]
    return _WIDTHS.get(base, 600)


def width(text: str, size: float, bold: bool = False) -> float:
    """How wide a text is, in pixels; a guess for what is not Latin. Joined emoji are as wide as one."""
    if "\u200d" in text:
        parts = grapheme().findall(text)
        units = sum(max(map(_char, p)) if "\u200d" in p else sum(map(_char, p)) for p in parts)
    else:
        units = sum(map(_char, text))
    return units / 1000 * size * (BOLD if bold else 1)


def cut(text: str, room: float, size: float, bold: bool = False) -> str:
    """As much of a text as fits, with “…” where something is left out; characters that belong together stay so."""
    if width(text, size, bold) <= room:
        return text
    kept = ""
    for cluster in grapheme().findall(text):
        if width(kept + cluster + "…", size, bold) > room:
            break
        kept += cluster
    return kept.rstrip() + "…"


def number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


class Drawing:
    """An SVG of a fixed width that grows downwards; `height` is set at the end."""

    def __init__(self, wide: int, title: str, description: str) -> None:
        self.wide = wide
        self.root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", "role": "img"})
        ET.SubElement(self.root, "title").text = clean(title)
        ET.SubElement(self.root, "desc").text = clean(description)
        ET.SubElement(self.root, "style").text = _style()
        self._ground = self.rect(0.5, 0.5, wide - 1, 0, "bg", 8)

    def rect(self, x: float, y: float, w: float, h: float, name: str, radius: float = 0) -> ET.Element:
        found = {"x": number(x), "y": number(y), "width": number(w), "height": number(h), "class": name}
        if radius:
            found["rx"] = number(radius)
        return ET.SubElement(self.root, "rect", found)

    def text(
        self, x: float, y: float, text: str, size: float, name: str = "ink", anchor: str = "start",
        bold: bool = False, fit: float | None = None, rtl: bool = False,
    ) -> None:  # fmt: skip
        """A line of text; `fit` is the width that it is made to have."""
        found = {"x": number(x), "y": number(y), "font-size": number(size), "class": name}
        if anchor != "start":
            found["text-anchor"] = anchor
        if bold:
            found["font-weight"] = "bold"
        if fit is not None and len(text) > 1:
            found |= {"textLength": number(fit), "lengthAdjust": "spacingAndGlyphs"}
        if rtl:
            found["direction"] = "rtl"
        ET.SubElement(self.root, "text", found).text = _drawable(text)

    def line(self, x1: float, y1: float, x2: float, y2: float, name: str, thick: float = 1) -> None:
        found = {"x1": number(x1), "y1": number(y1), "x2": number(x2), "y2": number(y2)}
        ET.SubElement(self.root, "line", {**found, "class": name, "stroke-width": number(thick)})

    def finish(self, height: float) -> str:
        self._ground.set("height", number(height - 1))
        self.root.set("width", str(self.wide))
        self.root.set("height", number(height))
        self.root.set("viewBox", f"0 0 {self.wide} {number(height)}")
        ET.indent(self.root, " ")
        return ET.tostring(self.root, encoding="unicode") + "\n"
