"""Pictures of what a corpus holds, for its card: labels by layer, and who is quoted."""

from collections.abc import Sequence

from msgspec import Struct

from .statistics import COUNTED, Statistics, few_words
from .svg import Drawing, clean, cut, width

_WIDE, _MARGIN, _GAP, _ROW = 840, 20, 32, 21
_MOST = 10
"""Labels of a panel; more are summed up in one bar."""
PANELS = {
    "entity_type": ("Entities by type", "entities"),
    "mention_kind": ("Mentions by kind", "mentions"),
    "time_type": ("Times by type", "times"),
    "quote_kind": ("Quotes by kind", "quotes"),
    "claim_kind": ("Claims by kind", "claims"),
    "stance": ("Claims by stance", "claims"),
    "realis": ("Event triggers by realis", "triggers"),
    "event_type": ("Events by type", "events"),
}


class Bar(Struct, frozen=True):
    """A row of a chart; without a colour it is a number alone, as what is summed up would dwarf the others."""

    name: str
    count: int
    colour: str
    note: str = ""


class Panel(Struct, frozen=True):
    title: str
    bars: tuple[Bar, ...]

    @property
    def height(self) -> float:
        return 24 + len(self.bars) * _ROW + 18


def shortened(counts: Sequence[tuple[str, int]], most: int, colour: str) -> list[Bar]:
    """At most `most` rows; what is left is summed up in the last, with its number of names."""
    kept = len(counts) if len(counts) <= most else most - 1
    bars = [Bar(name, n, colour) for name, n in counts[:kept]]
    if left := counts[kept:]:
        bars.append(Bar(f"{len(left):,} others", sum(n for _, n in left), ""))
    return bars


def _names(panels: Sequence[Panel], wide: float) -> float:
    """Room for the names of all bars, within reason; a tenth more than measured, for wider fonts."""
    return min(wide * 0.42, max(width(clean(b.name), 12) for p in panels for b in p.bars) * 1.12 + 4)


def _draw(drawing: Drawing, panel: Panel, x: float, y: float, wide: float, names: float) -> None:
    """Names to the left, flush right; bars from one line; counts behind them."""
    drawing.text(x, y + 12, cut(clean(panel.title), wide, 13, bold=True), 13, bold=True)
    tail = max(width(f"{b.count:,}{b.note}", 12) for b in panel.bars) * 1.12 + 8
    room, most = max(wide - names - 8 - tail, 10), max([b.count for b in panel.bars if b.colour], default=1)
    top = y + 24
    for i, bar in enumerate(panel.bars):
        middle = top + i * _ROW + _ROW / 2
        name = cut(clean(bar.name), names / 1.12, 12)
        drawing.text(x + names, middle + 4, name, 12, anchor="end")
        long = max(room * bar.count / most, 1.5) if bar.colour else 0
        if bar.colour:
            drawing.rect(x + names + 8, middle - 7, long, 14, f"{bar.colour} bar", 2)
        drawing.text(x + names + 8 + long + 6, middle + 4, f"{bar.count:,}{bar.note}", 12, "dim")
    drawing.line(x + names + 7.5, top, x + names + 7.5, top + len(panel.bars) * _ROW, "rule")


def layers_figure(statistics: Statistics) -> str | None:
    """Items by layer and labels by vocabulary, as SVG; None where nothing is annotated."""
    counted = [(name, statistics.items[name]) for name in COUNTED if statistics.items[name]]
    if not counted:
        return None
    panels = [Panel("Items by layer", tuple(Bar(name, n, name) for name, n in counted))]
    for name, (title, layer) in PANELS.items():
        if counts := statistics.labels[name]:
            ranked = sorted(counts.items(), key=lambda x: (-x[1], x[0]))
            panels.append(Panel(title, tuple(shortened(ranked, _MOST, layer))))
    single = len(panels) == 1
    wide = (_WIDE - 2 * _MARGIN - _GAP) / 2 if not single else _WIDE - 2 * _MARGIN
    ends = [float(_MARGIN)] if single else [float(_MARGIN)] * 2
    names = _names(panels, wide)
    said = "; ".join(f"{p.title}: {', '.join(f'{b.name} {b.count}' for b in p.bars)}" for p in panels)
    drawing = Drawing(_WIDE, "What the corpus holds, by layer and label", said)
    for panel in panels:
        column = ends.index(min(ends))
        _draw(drawing, panel, _MARGIN + column * (wide + _GAP), ends[column], wide, names)
        ends[column] += panel.height
    return drawing.finish(max(ends) + _MARGIN - 18)


def speakers_figure(statistics: Statistics, whole: bool = True, most: int = 15) -> str | None:
    """Who is quoted, and how often, as SVG; None where there is no quote.

    Args:
        whole: names of any length; else of five words at most, where the articles' words are not to be repeated.
    """
    tally = statistics.speakers
    total = tally.total + statistics.unattributed
    if not total:
        return None
    ranked = tally.top(len(tally))
    if not whole:
        ranked = [(few_words(name), n) for name, n in ranked]
    bars = shortened(ranked, most, "quotes")
    if missing := tally.total - sum(b.count for b in bars):  # a tally that left names out
        bars.append(Bar("further others", missing, ""))
    if statistics.unattributed:
        bars.append(Bar("no speaker given", statistics.unattributed, "segments"))
    shown = tuple(Bar(b.name, b.count, b.colour, f"  ({b.count / total:.0%})") for b in bars)
    about = "about " if tally.error else ""
    panel = Panel(f"Who is quoted: {about}{total:,} quote{'s' * (total != 1)}", shown)
    drawing = Drawing(_WIDE, panel.title, "; ".join(f"{b.name} {b.count}" for b in shown))
    wide = _WIDE - 2.0 * _MARGIN
    _draw(drawing, panel, _MARGIN, _MARGIN, wide, _names([panel], wide))
    return drawing.finish(panel.height - 18 + 2 * _MARGIN)
