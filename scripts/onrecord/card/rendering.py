"""One record with its layers highlighted, as SVG: what the data is, before anything is loaded.

Boxes with their label above: mentions (entity type), times (value), event triggers (event type); hollow: the cue of a
quote. Lines below: quotes (kind, speaker) and claims (kind, claimant), from tick to tick. The opening passage of a long
article. Direction follows the text: a paragraph that begins in a right-to-left script runs from the right.
"""

from collections.abc import Iterable

from msgspec import Struct

from ..model.record import Record, Segment
from .svg import Drawing, clean, cut, width
from .typesetting import Unit, direction, lines, place, stretches, units

_WIDE, _MARGIN, _SIZE, _SMALL = 840, 22, 15.0, 8.5
_LINES = 11
_STYLES = {"headline": (19.0, True), "section": (12.0, True), "summary": (15.0, True)}


class Mark(Struct, frozen=True):
    """A stretch of the text with a label, drawn as a box or as a line below."""

    start: int
    end: int
    layer: str
    label: str
    box: bool = True
    hollow: bool = False
    opens: bool = True
    closes: bool = True


def marks(r: Record) -> list[Mark]:
    """All that is shown of a record, in the order in which it is drawn."""
    names = {e.id: e.name for e in r.entities}
    found = [Mark(m.start, m.end, "mentions", e.type) for e in r.entities for m in e.mentions]
    found += [Mark(t.start, t.end, "times", t.value) for t in r.times]
    found += [Mark(m.start, m.end, "events", v.type) for v in r.events for m in v.mentions]
    found += [Mark(q.cue.start, q.cue.end, "quotes", "", hollow=True) for q in r.quotes if q.cue]
    found.sort(key=lambda m: (m.start, -m.end, m.layer))  # what holds another is drawn first
    below = []
    for q in r.quotes:
        label = f"quote, {q.kind}: {names.get(q.speaker or '', 'no speaker given')}"
        below += _pieces(q.fragments, "quotes", label)
    for c in r.claims:
        who = "the article" if c.voice == "author" else names.get(c.claimant or "", "nobody named")
        below += _pieces(
            c.fragments, "claims", f"claim, {c.kind}{'' if c.stance == 'affirm' else ', ' + c.stance}: {who}"
        )
    below.sort(key=lambda m: (m.layer != "quotes", m.start, -m.end))
    return found + below


def _pieces(pieces: tuple[object, ...], layer: str, label: str) -> list[Mark]:
    spans = [(p.start, p.end) for p in pieces]  # type: ignore[attr-defined]
    last = len(spans) - 1
    return [Mark(s, e, layer, label, False, opens=i == 0, closes=i == last) for i, (s, e) in enumerate(spans)]


def _lane(taken: list[list[tuple[float, float]]], left: float, right: float) -> int:
    """The first lane in which a stretch is free; it is taken."""
    for i, lane in enumerate(taken):
        if all(right <= a or left >= b for a, b in lane):
            lane.append((left, right))
            return i
    taken.append([(left, right)])
    return len(taken) - 1


class _Page:
    """The drawing and how far it has come."""

    def __init__(self, r: Record) -> None:
        self.r, self.marks, self.lines = r, marks(r), 0
        title = f"{r.metadata.headline or r.id}: the record with its layers"
        self.drawing = Drawing(
            _WIDE, title, "Boxes: mentions, times, event triggers, cues. Lines below: quotes, claims."
        )
        self.y = float(_MARGIN)
        self._legend()

    def _legend(self) -> None:
        x, y = float(_MARGIN), self.y
        for name, layer, kind in (
            ("mention, with its entity's type", "mentions", "tint"), ("time, with its value", "times", "tint"),
            ("event trigger, with its type", "events", "tint"), ("cue", "quotes", "hollow"),
            ("quote", "quotes", "bar"), ("claim", "claims", "bar"),
        ):  # fmt: skip
            if kind == "bar":
                self._bar(layer, x, x + 22, y + 7, True, True)
            else:
                self.drawing.rect(x, y, 22, 13, f"{layer} {kind}", 3)
            self.drawing.text(x + 27, y + 10.5, name, 11, "dim")
            x += 27 + width(name, 11) * 1.1 + 16
        self.y += 24
        self.drawing.line(_MARGIN, self.y, _WIDE - _MARGIN, self.y, "rule")
        self.y += 8

    def _bar(
        self, layer: str, left: float, right: float, y: float, opens: bool, closes: bool, rtl: bool = False
    ) -> None:  # fmt: skip
        name = f"{layer} bar"
        self.drawing.rect(left, y - 1.25, max(right - left, 1), 2.5, name)
        for at, there in ((left, closes if rtl else opens), (right - 2, opens if rtl else closes)):
            if there:
                self.drawing.rect(at, y - 4, 2, 5.5, name)

    def block(self, start: int, end: int, kind: str) -> None:
        """One block of the article, as far as there are lines left."""
        size, bold = _STYLES.get(kind, (_SIZE, False))
        rtl = direction(self.r.text[start:end]) == "R"
        space, room = width(" ", size, bold), _WIDE - 2.0 * _MARGIN
        inside = [m for m in self.marks if m.start < end and m.end > start]
        for line in lines(units(self.r.text, start, end, size, bold, rtl, room), space, room):
            if self.lines >= _LINES:
                return
            self.lines += 1
            place(line, rtl, space, _MARGIN, room)
            self._line(line, inside, size, bold, space, rtl)
            self.end = line[-1].end
        self.y += 9

    def _line(
        self, line: list[Unit], inside: list[Mark], size: float, bold: bool, space: float, rtl: bool
    ) -> None:  # fmt: skip
        first, last = line[0].start, line[-1].end
        here = [m for m in inside if m.start < last and m.end > first]
        where = {
            id(m): found for m in here if (found := stretches(self.r.text, line, m.start, m.end, size, bold, space))
        }
        above: list[list[tuple[float, float]]] = []
        labels = []
        for m in here:
            if m.box and m.label and id(m) in where and first <= m.start:
                left, right = where[id(m)][0]
                label = cut(clean(m.label), max(right - left, 64), _SMALL)
                wide = width(label, _SMALL) * 1.1
                left = max(_MARGIN, min(left, _WIDE - _MARGIN - wide))
                labels.append((_lane(above, left, left + wide + 3), left, label, m.layer))
        self.y += len(above) * 10
        for lane, left, label, layer in labels:
            self.drawing.text(left, self.y - lane * 10, label, _SMALL, layer)
        top, base = self.y + 3, self.y + 3 + size
        for depth, m in self._nested([m for m in here if m.box and id(m) in where]):
            for left, right in where[id(m)]:
                inset = min(depth, 3) * 1.5
                kind = "hollow" if m.hollow else "tint"
                self.drawing.rect(
                    left - 1, top + inset, right - left + 2, size * 1.28 - 2 * inset, f"{m.layer} {kind}", 3
                )
        for unit in line:
            fit, middle = unit.wide, unit.x + unit.wide / 2
            word = self.r.text[unit.start : unit.end]
            self.drawing.text(middle, base, word, size, anchor="middle", bold=bold, fit=fit, rtl=unit.rtl)
        self.y = base + size * 0.4 + 2
        self._below([m for m in here if not m.box and id(m) in where], where, first, last, rtl)

    @staticmethod
    def _nested(boxes: list[Mark]) -> Iterable[tuple[int, Mark]]:
        """Boxes with how many others they lie in."""
        open_: list[Mark] = []
        for m in boxes:
            open_ = [o for o in open_ if o.end > m.start]
            yield len(open_), m
            open_.append(m)

    def _below(
        self, below: list[Mark], where: dict[int, list[tuple[float, float]]], first: int, last: int, rtl: bool
    ) -> None:  # fmt: skip
        lanes: list[list[tuple[float, float]]] = []
        drawn = []
        for m in below:
            found = where[id(m)][::-1] if rtl else where[id(m)]
            for i, (left, right) in enumerate(found):
                begins = i == 0 and first <= m.start and m.opens
                ends = i == len(found) - 1 and m.end <= last and m.closes
                label = cut(clean(m.label), max(right - left, 150), 9) if begins else ""
                wide = width(label, 9) * 1.1
                at = right - wide if rtl else left
                at = max(_MARGIN, min(at, _WIDE - _MARGIN - wide)) if label else left
                lane = _lane(lanes, min(left, at) - 2, max(right, at + wide) + 4)
                drawn.append((lane, m.layer, left, right, begins, ends, label, at))
        labelled = {lane for lane, *_, label, _ in drawn if label}
        tops, y = [], self.y
        for lane in range(len(lanes)):
            tops.append(y)
            y += 17 if lane in labelled else 8
        for lane, layer, left, right, begins, ends, label, at in drawn:
            self._bar(layer, left, right, tops[lane] + 4, begins, ends, rtl)
            if label:
                self.drawing.text(at, tops[lane] + 14, label, 9, layer)
        self.y = y + 5


def render(r: Record) -> str:
    """A record's opening passage with its layers, as SVG."""
    page = _Page(r)
    page.end = 0
    for s in r.segments or (Segment("s", "other", 0, len(r.text)),):
        if page.lines < _LINES:
            page.block(s.start, s.end, s.kind)
    if left := len(r.text[page.end :].strip()):
        page.drawing.text(_MARGIN, page.y + 8, f"… the article goes on for {left:,} characters", 11, "dim")
        page.y += 16
    return page.drawing.finish(page.y + _MARGIN - 8)
