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
_NO_KEY = "ctrl+alt+shift+f12"
"""What nobody presses. Without a key of its own, the page gives a choice a digit or letter, which then sets it for
whatever region is selected, a quote's, say, to a time's type."""
_PLACEHOLDER = 34
"""Characters of a hint that fit into an empty field; a longer one stands above it."""
_HELP = "margin:0;font-size:11px;line-height:1.3;font-weight:400;opacity:.75"
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
    colours = {**_COLOURS, **dict.fromkeys(CONTEXTS.values(), _CONTEXT_COLOUR)}
    rules = []
    for label, colour in colours.items():
        at = f".onrecord-text .htx-highlight[data-label$={label}]"
        quiet = f"{at}:not(.__active)"
        if label == "QUOTE":
            rules.append(f"{quiet}{{background-color:{colour}38!important}}")
            rules += [
                f"{at}[data-{end}]{{border-{side}:2px solid {colour}}}"
                for end, side in (("start", "left"), ("end", "right"))
            ]
        elif label in ("CLAIM", CONTEXTS["quote"]):
            rules.append(f"{quiet}{{background-color:transparent!important}}")
            rules.append(f"{at}{{border-bottom:2px dotted {colour};padding-bottom:5px}}")
            rules += [
                f"{at}[data-{end}]{{border-bottom-{side}-radius:0;border-{side}:1px dotted {colour}}}"
                for end, side in (("start", "left"), ("end", "right"))
            ]
        elif label in _UNDERLINED:
            line = f"inset 0 -{2 if label.islower() else 3}px {colour}"
            rules.append(f"{quiet}{{background-color:transparent!important;box-shadow:{line}}}")
        else:
            tint = f"color-mix(in srgb,{colour} 30%,var(--color-neutral-background))"
            rules.append(f"{quiet}{{background-color:{tint}!important}}")
    return "".join(_STYLE.replace("MARKS", "\n".join(rules)).split("\n"))


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
            ET.SubElement(control, "Choice", value=name, hint=definition, hotkey=_NO_KEY)
        for field in () if a.vocabulary else a.fields:
            ET.SubElement(control, "Choice", value=field, hotkey=_NO_KEY)
    elif a.carrier == "taxonomy":
        control = ET.SubElement(parent, "Taxonomy", common, maxUsages="1", leafsOnly="true")
        for category in event_types().categories:
            branch = ET.SubElement(control, "Choice", value=category.name, hint=category.definition)
            for event_type in category.types:
                ET.SubElement(branch, "Choice", value=event_type.name, hint=event_type.definition)
    else:
        if len(a.hint) > _PLACEHOLDER:
            ET.SubElement(parent, "Header", value=a.hint, size="5", style=_HELP)
        limit = {} if a.carrier == "lines" else {"maxSubmissions": "1"}
        hint = {"placeholder": a.hint} if 0 < len(a.hint) <= _PLACEHOLDER else {}
        ET.SubElement(parent, "TextArea", common | limit | hint, editable="true", rows="1", showSubmitButton="false")


def _palette(parent: ET.Element, shows: tuple[str, ...]) -> None:
    """The labels to mark with, each with its key and its definition."""
    spans = ET.SubElement(parent, "Labels", name=SPAN, toName=TEXT, showInline="false")
    entity_types = [(v.name, v.definition) for v in labels()["entity_type"].values] if "entities" in shows else []
    others = [(name, hint) for name, hint in _HINTS.items() if shown(shows, _OF[name])]
    for name, hint in [*entity_types, *others]:
        ET.SubElement(spans, "Label", value=name, background=_COLOURS[name], hotkey=_KEYS[name], hint=hint)
    if reads := context(shows):
        words = f"Lines in grey, to read only: {', '.join(f'{CONTEXTS[x]}s' for x in reads)}"
        ET.SubElement(parent, "Header", value=words, size="5", style="margin:14px 0 0;font-size:12px;font-weight:400")
        hidden = ET.SubElement(parent, "View", style="display:none")  # nobody marks with these
        kept = ET.SubElement(hidden, "Labels", name=CONTEXT, toName=TEXT, showInline="false")
        for layer in reads:
            ET.SubElement(kept, "Label", value=CONTEXTS[layer], background=_CONTEXT_COLOUR, hotkey=_NO_KEY)


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
