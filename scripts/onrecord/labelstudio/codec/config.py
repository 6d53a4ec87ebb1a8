"""The labelling configuration, generated from the inventories and the mapping table."""

from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from ...model.inventories import labels
from .carriers.choices import NO_KEY
from .carriers.controls import TEXT
from .carriers.marks import Look
from .mapping import CONTEXT, MARKS, SPAN, attributes, context, controls, passes, relation_labels

_COLOURS = {  # Okabe-Ito and Tol: apart for colour-blind readers, too; people, organisations and places far apart
    "PERSON": "#0072B2",
    "ORG": "#E69F00",
    "GPE": "#009E73",
    "LOC": "#44AA99",
    "FAC": "#999933",
    "NORP": "#882255",
    "PRODUCT": "#AA4499",
    "WORK": "#117733",
    "OTHER": "#777777",
}
"""Of the types of entities; other marks have theirs in the mapping table."""
_KEYS = dict(zip(_COLOURS, "poglfnrwt", strict=True))
_CONTEXT_COLOUR = "#9AA0A6"
_ARTICLE = ("headline", "section", "published", "publisher", "authors", "language", "url", "rights", "record")
_STYLE = """
.onrecord{display:flex;gap:14px;align-items:flex-start}
.onrecord-labels{position:sticky;top:0;flex:0 0 118px;max-height:88vh;overflow:auto}
.onrecord-text{flex:1 1 auto;min-width:340px;max-width:900px}
.onrecord-text .lsf-htx-richtext{line-height:1.95;white-space:pre-wrap}
.onrecord-side{position:sticky;top:0;flex:0 0 280px;max-height:88vh;overflow:auto;font-size:13px}
.onrecord-side .lsf-choice{margin:0 8px 0 0}
.onrecord-side [data-testid=textarea-regions]{margin-bottom:4px!important}
.onrecord-row{display:grid;grid-template-columns:90px 1fr;gap:8px;padding:1px 0}
.onrecord-text .htx-highlight{border-radius:3px}
.onrecord-text .htx-highlight area{display:inline}
MARKS
body:not(:has(.lsf-relations)) .relations-overlay{opacity:0}
.relations-overlay [class*=relationItem]:not([class*=_highlighted]){opacity:.1}
.relations-overlay [class*=relationItem]:not([class*=_highlighted]) text,
.relations-overlay [class*=relationItem]:not([class*=_highlighted]) rect{visibility:hidden}
.onrecord-side .lsf-choice sup{display:none}
"""
"""Arrows would cover the text: they are drawn, faintly, while the list of relations is open; the one pointed at in full.
The page's cleaner spoils quotation marks and `>`, so there are none."""


def _style() -> str:
    """Each kind of mark is drawn in a way of its own, so that all can be told apart where they lie on each other.

    Quotes are a faint fill, claims (and quotes to read only) a dotted line under everything, mentions a fill that hides
    what is below it, the short marks a line right under the words. Whatever is selected has Label Studio's full colour.
    """
    rules: list[str] = []
    for mark in MARKS:
        for label in mark.labels:
            rules += _drawn(label, mark.colour or _COLOURS[label], mark.look, 3)
    for mark in MARKS:
        if mark.reading:
            rules += _drawn(mark.reading, _CONTEXT_COLOUR, "dotted" if mark.look == "fill" else "line", 2)
    return "".join(_STYLE.replace("MARKS", "\n".join(rules)).split("\n"))


def _drawn(label: str, colour: str, look: Look, width: int) -> Iterator[str]:
    """The rules of one label.

    Args:
        width: of a line under the words, in pixels. Short marks have one, so that the fills of what they stand in stay clean.
    """
    at = f".onrecord-text .htx-highlight[data-label$={label}]"
    quiet = f"{at}:not(.__active)"
    ends = (("start", "left"), ("end", "right"))
    if look == "fill":
        yield f"{quiet}{{background-color:{colour}38!important}}"
        for end, side in ends:
            yield f"{at}[data-{end}]{{border-{side}:2px solid {colour}}}"
    elif look == "dotted":
        yield f"{quiet}{{background-color:transparent!important}}"
        yield f"{at}{{border-bottom:2px dotted {colour};padding-bottom:5px}}"
        for end, side in ends:
            yield f"{at}[data-{end}]{{border-bottom-{side}-radius:0;border-{side}:1px dotted {colour}}}"
    elif look == "line":
        line = f"inset 0 -{width}px {colour}"
        yield f"{quiet}{{background-color:transparent!important;box-shadow:{line}}}"
    else:
        tint = f"color-mix(in srgb,{colour} 30%,var(--color-neutral-background))"
        yield f"{quiet}{{background-color:{tint}!important}}"


def _palette(parent: ET.Element, shows: tuple[str, ...]) -> None:
    """The labels to mark with, each with its key and its definition."""
    spans = ET.SubElement(parent, "Labels", name=SPAN, toName=TEXT, showInline="false")
    types = {v.name: v.definition for v in labels()["entity_type"].values}
    for mark in (m for m in MARKS if m.layer in shows):
        for name in mark.labels:
            colour, key = mark.colour or _COLOURS[name], mark.key or _KEYS[name]
            hint = mark.hint or types[name]
            ET.SubElement(spans, "Label", value=name, background=colour, hotkey=key, hint=hint)
    if reads := context(shows):
        words = f"Lines in grey, to read only: {', '.join(f'{m.reading}s' for m in reads)}"
        ET.SubElement(parent, "Header", value=words, size="5", style="margin:14px 0 0;font-size:12px;font-weight:400")
        hidden = ET.SubElement(parent, "View", style="display:none")  # nobody marks with these
        kept = ET.SubElement(hidden, "Labels", name=CONTEXT, toName=TEXT, showInline="false")
        for mark in reads:
            ET.SubElement(kept, "Label", value=str(mark.reading), background=_CONTEXT_COLOUR, hotkey=NO_KEY)


def _details(parent: ET.Element, shows: tuple[str, ...]) -> None:
    """What can be said of the selected region, by its label."""
    for mark in MARKS:
        rows = controls(mark)
        if mark.layer in shows and rows:
            view = ET.SubElement(parent, "View", _selected(SPAN, mark.labels))
            ET.SubElement(view, "Header", value=mark.title, size="5", style="margin:0")
            view.extend(x for a in rows for x in a.control())
    for mark in context(shows):
        named = [a for a in attributes(mark.kind) if a.clusters]
        if named:
            view = ET.SubElement(parent, "View", _selected(CONTEXT, (str(mark.reading),)))
            view.extend(x for a in named for x in a.control())


def _selected(control: str, names: tuple[str, ...]) -> dict[str, str]:
    """What a view is shown for: a selected region with one of the labels."""
    return {"visibleWhen": "region-selected", "whenTagName": control, "whenLabelValue": ",".join(names)}


def config(layers: Iterable[str] | None = None) -> str:
    """The labelling configuration (XML).

    Args:
        layers: what a pass shows, of `mapping.PASSES`; all without it.

    Raises:
        ValueError: a layer is unknown.
    """
    shows = passes(layers)
    root = ET.Element("View")
    ET.SubElement(root, "Style").text = _style()
    panel = ET.SubElement(ET.SubElement(root, "Collapse"), "Panel", value="About the article")
    table = ET.SubElement(panel, "View", className="onrecord-article")
    for field in _ARTICLE:
        row = ET.SubElement(table, "View", className="onrecord-row")
        ET.SubElement(row, "Header", value=field, size="5", style="margin:0;font-size:12px;opacity:0.7")
        ET.SubElement(row, "Header", value=f"$article.{field}", size="5", style="margin:0;font-size:13px")
    columns = ET.SubElement(root, "View", className="onrecord")
    _palette(ET.SubElement(columns, "View", className="onrecord-labels"), shows)
    middle = ET.SubElement(columns, "View", className="onrecord-text")
    ET.SubElement(middle, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="false")
    _details(ET.SubElement(columns, "View", className="onrecord-side"), shows)
    names = relation_labels(shows)
    if names:
        relations = ET.SubElement(root, "Relations")
        for name in names:
            ET.SubElement(relations, "Relation", value=name)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"
