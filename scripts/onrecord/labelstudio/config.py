"""The labelling configuration, generated from the inventories and the mapping table."""

from collections.abc import Iterable
from xml.etree import ElementTree as ET

from ..store import event_types, labels
from .mapping import (
    ATTRIBUTES,
    CONTEXT,
    CONTEXTS,
    CONTROLS,
    LABELS,
    SPAN,
    TEXT,
    Attribute,
    context,
    passes,
    relation_labels,
    shown,
)

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
    "TIME": "#56B4E9",
    "QUOTE": "#DDBF00",
    "CUE": "#8C6D1F",
    "VERBATIM": "#B5A642",
    "CLAIM": "#E8875A",
    "EVENT": "#C2428A",
}
_KEYS = dict(zip(_COLOURS, "poglfnrwtdqcvxe", strict=True))
_OF = {"TIME": "time", "QUOTE": "quote", "CUE": "cue", "VERBATIM": "verbatim", "CLAIM": "claim", "EVENT": "trigger"}
_HINTS = {
    "TIME": "A time expression (TIMEX3), without its preposition.",
    "QUOTE": "What somebody said or thought, the cue left out; one region a piece, the later ones by the relation continues.",
    "CUE": "The reporting word alone; draw the relation cue from the QUOTE to it.",
    "VERBATIM": "Words in quotation marks within a mixed quote; draw the relation verbatim from the QUOTE to it.",
    "CLAIM": "Words that carry a checkable or arguable proposition.",
    "EVENT": "The one word that names an event.",
}
_CONTEXT_COLOUR = "#9AA0A6"
_ARTICLE = ("headline", "section", "published", "publisher", "authors", "language", "url", "rights", "record")
_GROUPS: tuple[tuple[tuple[str, ...], str], ...] = (
    (("mention",), "A mention"),
    (("time",), "A time"),
    (("quote",), "A quote"),
    (("claim",), "A claim"),
    (("trigger", "event"), "An event"),
)
_UNDERLINED = {"TIME", "CUE", "VERBATIM", "EVENT", *CONTEXTS.values()}
"""Short marks are underlined, so that the fills of what they stand in stay clean."""
_EDGES = "inset 1px 0 rgba(0,0,0,.28),inset -1px 0 rgba(0,0,0,.28)"
_STYLE = """
.onrecord{display:flex;gap:14px;align-items:flex-start}
.onrecord-labels{position:sticky;top:0;flex:0 0 118px;max-height:88vh;overflow:auto}
.onrecord-text{flex:1 1 auto;min-width:340px;max-width:900px;line-height:1.95;white-space:pre-wrap;font-size:15px}
.onrecord-side{position:sticky;top:0;flex:0 0 270px;max-height:88vh;overflow:auto;font-size:13px}
.onrecord-row{display:grid;grid-template-columns:90px 1fr;gap:8px;padding:1px 0}
.onrecord-text .htx-highlight{border-radius:3px}
.onrecord-text .htx-highlight[data-start][data-end]{box-shadow:EDGES}
.onrecord-text .htx-highlight[data-start]:not([data-end]){box-shadow:inset 1px 0 rgba(0,0,0,.28)}
.onrecord-text .htx-highlight[data-end]:not([data-start]){box-shadow:inset -1px 0 rgba(0,0,0,.28)}
UNDERLINES
body:not(:has(.lsf-relations)) .relations-overlay{display:none}
.relations-overlay [class*=relationItem]:not([class*=_highlighted]){opacity:.1}
.relations-overlay [class*=relationItem]:not([class*=_highlighted]) text,
.relations-overlay [class*=relationItem]:not([class*=_highlighted]) rect{visibility:hidden}
"""
"""Arrows would cover the text: they are drawn, faintly, while the list of relations is open; the one pointed at in full.
The page's cleaner spoils quotation marks and `>`, so there are none."""


def _style() -> str:
    colours = {**_COLOURS, **dict.fromkeys(CONTEXTS.values(), _CONTEXT_COLOUR)}
    underlines = "\n".join(
        f".onrecord-text .htx-highlight[data-label$={label}]:not(.__active)"
        f"{{background-color:transparent!important;box-shadow:inset 0 -{2 if label.islower() else 3}px {colours[label]}}}"
        for label in sorted(_UNDERLINED)
    )
    return "".join(_STYLE.replace("EDGES", _EDGES).replace("UNDERLINES", underlines).split("\n"))


def _heading(a: Attribute) -> str:
    """The control's title, with what holds if nothing is chosen."""
    return f"{a.title} (if none: {a.unset})" if a.unset else a.title


def _control(parent: ET.Element, a: Attribute) -> None:
    ET.SubElement(parent, "Header", value=_heading(a), size="5", style="margin:8px 0 0;font-size:12px;font-weight:600")
    common = {"name": a.control, "toName": TEXT, "perRegion": "true"}
    if a.carrier in ("choice", "flags"):
        kind = "multiple" if a.carrier == "flags" else "single-radio"
        values = [(v.name, v.definition) for v in labels()[a.vocabulary].values] if a.vocabulary else []
        layout = {"layout": "select"} if len(values) > 8 else {"showInline": "true"}
        control = ET.SubElement(parent, "Choices", common, choice=kind, **layout)
        for name, definition in values:
            ET.SubElement(control, "Choice", value=name, hint=definition)
        for field in () if a.vocabulary else a.fields:
            ET.SubElement(control, "Choice", value=field)
    elif a.carrier == "taxonomy":
        control = ET.SubElement(parent, "Taxonomy", common, maxUsages="1", leafsOnly="true")
        for category in event_types().categories:
            branch = ET.SubElement(control, "Choice", value=category.name, hint=category.definition)
            for event_type in category.types:
                ET.SubElement(branch, "Choice", value=event_type.name, hint=event_type.definition)
    else:
        limit = {} if a.carrier == "lines" else {"maxSubmissions": "1"}
        hint = {"placeholder": a.hint} if a.hint else {}
        ET.SubElement(parent, "TextArea", common | limit | hint, editable="true", rows="1", showSubmitButton="false")


def _palette(parent: ET.Element, shows: tuple[str, ...]) -> None:
    """The labels to mark with, each with its key and its definition."""
    spans = ET.SubElement(parent, "Labels", name=SPAN, toName=TEXT, showInline="false")
    entity_types = [(v.name, v.definition) for v in labels()["entity_type"].values] if "entities" in shows else []
    others = [(name, hint) for name, hint in _HINTS.items() if shown(shows, _OF[name])]
    for name, hint in [*entity_types, *others]:
        ET.SubElement(spans, "Label", value=name, background=_COLOURS[name], hotkey=_KEYS[name], hint=hint)
    if reads := context(shows):
        words = f"Underlined in grey, to read only: {', '.join(f'{CONTEXTS[x]}s' for x in reads)}"
        ET.SubElement(parent, "Header", value=words, size="5", style="margin:14px 0 0;font-size:12px;font-weight:400")
        hidden = ET.SubElement(parent, "View", style="display:none")  # nobody marks with these
        kept = ET.SubElement(hidden, "Labels", name=CONTEXT, toName=TEXT, showInline="false")
        for n, layer in enumerate(reads):
            key = f"ctrl+alt+shift+{n + 1}"  # without one, the page gives it a digit
            ET.SubElement(kept, "Label", value=CONTEXTS[layer], background=_CONTEXT_COLOUR, hotkey=key)


def _details(parent: ET.Element, shows: tuple[str, ...]) -> None:
    """What can be said of the selected region, by its label."""
    for layers, title in _GROUPS:
        if not shown(shows, layers[0]):
            continue
        marks = [v.name for v in labels()["entity_type"].values] if layers[0] == "mention" else [LABELS[layers[0]]]
        selected = {"visibleWhen": "region-selected", "whenTagName": SPAN, "whenLabelValue": ",".join(marks)}
        view = ET.SubElement(parent, "View", selected)
        ET.SubElement(view, "Header", value=title, size="5", style="margin:0")
        for a in ATTRIBUTES:
            if a.layer in layers:
                _control(view, a)
    for layer, control in (("mention", "cluster"), ("trigger", "event")):
        if layer in context(shows):
            selected = {"visibleWhen": "region-selected", "whenTagName": CONTEXT, "whenLabelValue": CONTEXTS[layer]}
            _control(ET.SubElement(parent, "View", selected), CONTROLS[control])


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
