"""The labelling configuration, generated from the inventories and the mapping table."""

from xml.etree import ElementTree as ET

from ..store import event_types, labels
from .mapping import ATTRIBUTES, LABELS, LINKS, SPAN, TEXT, Attribute

_COLOURS = {  # Okabe-Ito and kin: apart for colour-blind readers, too
    "PERSON": "#0072B2",
    "ORG": "#E69F00",
    "GPE": "#009E73",
    "LOC": "#44AA99",
    "FAC": "#999933",
    "NORP": "#882255",
    "PRODUCT": "#AA4499",
    "WORK": "#117733",
    "OTHER": "#888888",
    "TIME": "#56B4E9",
    "QUOTE": "#F0E442",
    "CUE": "#B8860B",
    "VERBATIM": "#DDCC77",
    "CLAIM": "#D55E00",
    "EVENT": "#CC79A7",
}
_KEYS = dict(zip(_COLOURS, "poglfnrwtdqcvxe", strict=True))
_HINTS = {
    "TIME": "A time expression (TIMEX3).",
    "QUOTE": "What somebody said or thought, the cue left out; one region a piece.",
    "CUE": "The reporting word.",
    "VERBATIM": "Words in quotation marks within a mixed quote.",
    "CLAIM": "Words that carry a checkable or arguable proposition.",
    "EVENT": "The one word that names an event.",
}


def _control(parent: ET.Element, a: Attribute) -> None:
    ET.SubElement(parent, "Header", value=a.title, size="6")
    common = {"name": a.control, "toName": TEXT, "perRegion": "true"}
    if a.carrier in ("choice", "flags"):
        multiple = a.carrier == "flags"
        control = ET.SubElement(
            parent, "Choices", common, choice="multiple" if multiple else "single-radio", showInline="true"
        )
        if a.vocabulary:
            for value in labels()[a.vocabulary].values:
                ET.SubElement(control, "Choice", value=value.name, hint=value.definition)
        else:
            for field in a.fields:
                ET.SubElement(control, "Choice", value=field)
    elif a.carrier == "taxonomy":
        control = ET.SubElement(parent, "Taxonomy", common, maxUsages="1", leafsOnly="true")
        for category in event_types().categories:
            branch = ET.SubElement(control, "Choice", value=category.name, hint=category.definition)
            for event_type in category.types:
                ET.SubElement(branch, "Choice", value=event_type.name, hint=event_type.definition)
    else:
        limit = {} if a.carrier == "lines" else {"maxSubmissions": "1"}
        ET.SubElement(parent, "TextArea", common | limit, editable="true", rows="1", showSubmitButton="true")


def relation_labels() -> list[str]:
    """Every relation label; undeclared ones are emptied by Label Studio."""
    roles = [r.name for r in event_types().roles]
    kinds = {
        "arg:": roles,
        "claim:": [v.name for v in labels()["claim_relation"].values],
        "event:": [v.name for v in labels()["event_relation"].values],
    }
    found: list[str] = []
    for link in LINKS:
        found += [link.label + kind for kind in kinds[link.label]] if link.prefix else [link.label]
    return list(dict.fromkeys(found))


def config() -> str:
    """The labelling configuration (XML)."""
    entity_types = [(v.name, v.definition) for v in labels()["entity_type"].values]
    root = ET.Element("View")
    style = ET.SubElement(root, "Style")
    style.text = (
        ".onrecord{display:flex;gap:16px;align-items:flex-start}"
        ".onrecord-side{position:sticky;top:0;flex:0 0 260px;max-height:92vh;overflow:auto}"
        ".onrecord-text{flex:1 1 auto;max-width:900px;line-height:1.95;white-space:pre-wrap}"
    )
    columns = ET.SubElement(root, "View", className="onrecord")
    left = ET.SubElement(columns, "View", className="onrecord-side")
    spans = ET.SubElement(left, "Labels", name=SPAN, toName=TEXT, showInline="false")
    for name, hint in [*entity_types, *_HINTS.items()]:
        ET.SubElement(spans, "Label", value=name, background=_COLOURS[name], hotkey=_KEYS[name], hint=hint)
    middle = ET.SubElement(columns, "View", className="onrecord-text")
    ET.SubElement(middle, "Text", name=TEXT, value="$text", granularity="symbol", showLabels="false")
    right = ET.SubElement(columns, "View", className="onrecord-side")
    groups = (
        (("mention",), ",".join(name for name, _ in entity_types)),
        (("time",), LABELS["time"]),
        (("quote",), LABELS["quote"]),
        (("claim",), LABELS["claim"]),
        (("trigger", "event"), LABELS["trigger"]),
    )
    for layers, shown in groups:
        view = ET.SubElement(right, "View", visibleWhen="region-selected", whenTagName=SPAN, whenLabelValue=shown)
        for a in ATTRIBUTES:
            if a.layer in layers:
                _control(view, a)
    relations = ET.SubElement(root, "Relations")
    for name in relation_labels():
        ET.SubElement(relations, "Relation", value=name)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode") + "\n"
