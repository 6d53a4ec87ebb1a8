"""A first mapping file from a labelling configuration: what names give away is filled in, the rest is left to people."""

import json
import re
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

from ...model.inventories import event_types, labels
from ..codec.mapping import MARKS, controls
from .table import CARRIED, FIELDS, FROM_WORDS, READABLE, RELATIONS, REQUIRED, roles, vocabulary

_ENTITIES = {
    "PERSON": "PER PERSON PEOPLE PERS HUMAN SPEAKER SOURCE ADDRESSEE PARTICIPANT POLITICIAN",
    "ORG": "ORG ORGANIZATION ORGANISATION COMPANY INSTITUTION PARTY AGENCY",
    "GPE": "GPE COUNTRY CITY STATE",
    "LOC": "LOC LOCATION PLACE GEO REGION",
    "FAC": "FAC FACILITY BUILDING",
    "NORP": "NORP NATIONALITY RELIGION GROUP",
    "PRODUCT": "PRODUCT PROD VEHICLE VEH WEAPON WEA",
    "WORK": "WORK WORK_OF_ART WORKOFART TITLE LAW",
    "OTHER": "MISC OTHER ENTITY THING",
}
_TIMES = {"DATE": "DATE TIMEX", "TIME": "TIME", "DURATION": "DURATION PERIOD", "SET": "SET FREQUENCY"}
_KINDS = {
    "quote": "QUOTE QUOTATION QUOTES DIRECT_QUOTE INDIRECT_QUOTE SPEECH CONTENT STATEMENT",
    "cue": "CUE QUOTE_CUE REPORTING_VERB",
    "claim": "CLAIM CLAIMS PROPOSITION ASSERTION",
    "event": "EVENT TRIGGER EVENT_TRIGGER EVENTS",
}
_RELATIONS = {
    ("quote", "speaker"): "SPEAKER SAYS SAID SAID_BY SPOKEN_BY SOURCE ATTRIBUTED_TO",
    ("quote", "cue"): "CUE CUE_OF HAS_CUE",
    ("quote", "addressees"): "ADDRESSEE ADDRESSED_TO LISTENER TOLD",
    ("quote", "continues"): "CONTINUES CONTINUATION SAME_QUOTE",
    ("quote", "parent"): "PARENT NESTED_IN",
    ("mention", "coreference"): "COREF COREFERENCE SAME_AS SAME SAME_ENTITY IDENTITY ALIAS",
    ("event", "coreference"): "SAME_EVENT",
    ("claim", "claimant"): "CLAIMANT CLAIMED_BY",
    ("event", "time"): "TIME WHEN AT_TIME",
}
_ROLES = {
    "WHO": "agent",
    "WHOM": "patient",
    "AFFECTS": "patient",
    "VICTIM": "patient",
    "TARGET": "patient",
    "ATTACKER": "agent",
    "WHERE": "place",
    "LOCATION": "place",
    "TO": "destination",
    "FROM": "origin",
    "WHY": "reason",
}
_ANY = {"event": {"type": "occurrence"}}
"""The types that other projects' marks have for certain."""
_DEFAULTS: dict[str, dict[str, object]] = {
    m.word: _ANY.get(m.word, {})
    | {
        name: FROM_WORDS if (m.word, name) in READABLE else a.unset or False
        for a in controls(m)
        for name in a.fields
        if a.needed and name != "type"
    }
    for m in MARKS
}
_DEPTH = 100
_CONTROLS = ("Choices", "TextArea", "Taxonomy", "Number", "Rating", "DateTime")


def _norm(name: str) -> str:
    """A label without the freedoms that projects take: B-PER, “Work of Art”, Person."""
    return re.sub(r"[^A-Z0-9]+", "_", re.sub(r"^[BI]-", "", name.upper())).strip("_")


def _key(name: str) -> str:
    return name if re.fullmatch(r"[A-Za-z0-9_-]+", name) else _quoted(name)


def _quoted(text: str) -> str:
    """A text in TOML: as in JSON, but that DEL is a control character, too."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _toml(value: object) -> str:
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{_key(k)} = {_toml(v)}" for k, v in value.items()) + " }"
    return _quoted(value) if isinstance(value, str) else json.dumps(value)


def _event_type(name: str) -> str | None:
    """The type of the inventory that has this name, or that ACE 2005, Rich ERE or MAVEN call so."""
    wanted = _norm(name)
    for category in event_types().categories:
        for t in category.types:
            names = [t.name, *(n for n in (t.mappings.ace, t.mappings.ere, t.mappings.maven) if n)]
            if any(wanted in (_norm(n), _norm(re.split(r"[.:]", n)[-1])) for n in names):
                return t.name
    return None


def _label(name: str) -> dict[str, str] | None:
    """What a label most likely is."""
    wanted = _norm(name)
    for kind, names in (("time", _TIMES), ("mention", _ENTITIES)):
        for type_, words in names.items():
            if wanted in words.split():
                return {"layer": kind, "type": type_}
    for kind, words in _KINDS.items():
        if wanted in words.split():
            return {"layer": kind}
    for value in labels()["entity_type"].values:
        if wanted in (_norm(m) for m in value.mappings.values() if m):
            return {"layer": "mention", "type": value.name}
    found = _event_type(name)
    return {"layer": "event", "type": found} if found else None


def _control(name: str, choices: list[str], kinds: list[str]) -> dict[str, object] | None:
    """The field whose vocabulary has most of a control's choices; a text field by its name."""
    wanted = _norm(name)
    best: tuple[int, dict[str, object]] | None = None
    for kind in kinds:
        for field, takes in FIELDS[kind].items():
            by_name = wanted in (_norm(field), _norm(f"{kind}_{field}"))
            if takes == "text":
                if by_name and not choices:
                    return {"layer": kind, "field": field}
                continue
            as_choice: Callable[[str], str | None] = _event_type if takes == "event_type" else _in(vocabulary(takes))
            values = {c: v for c in choices if (v := as_choice(c)) is not None}
            if values and (best is None or len(values) + by_name > best[0]):
                spelt = {c: v for c, v in values.items() if c != v}
                best = (len(values) + by_name, {"layer": kind, "field": field} | ({"values": spelt} if spelt else {}))
    if best is None and not choices and wanted in ("CLUSTER", "COREF", "COREFERENCE", "ENTITY_ID"):
        return {"layer": "mention", "field": "cluster"}
    return best[1] if best else None


def _in(values: tuple[str, ...]) -> Callable[[str], str | None]:
    known = {_norm(v): v for v in values if _norm(v)}
    return lambda choice: known.get(_norm(choice))


def _relation(name: str, kinds: list[str]) -> dict[str, str] | None:
    wanted = _norm(name)
    for (kind, field), words in _RELATIONS.items():
        if kind in kinds and wanted in words.split() and any(t in kinds for t in RELATIONS[kind][field]):
            return {"layer": kind, "field": field}
    for kind in ("event", "claim"):
        if kind in kinds and wanted.lower() in vocabulary(f"{kind}_relation"):
            return {"layer": kind, "field": "relations", "kind": wanted.lower()}
    role = _ROLES.get(wanted, wanted.lower().removeprefix("arg_"))
    if "event" in kinds and role in roles():
        return {"layer": "event", "field": "arguments", "role": role}
    return None


def _choices(element: ET.Element) -> Iterator[str]:
    """The leaves' names; of a nested one the whole path."""
    for child in element:
        name = child.get("alias") or child.get("value")
        if child.tag in ("Choice", "Label") and name:
            inner = [f"{name}/{c}" for c in _choices(child)]
            yield from inner or [name]
        elif child.tag not in ("Choice", "Label"):
            yield from _choices(child)


def _data_key(element: ET.Element) -> str:
    """The key of a task's data that a tag shows, as in value="$text"; empty where it shows none."""
    value = str(element.get("value", "")).strip()
    return value[1:] if value.startswith("$") else ""


def _deeper(root: ET.Element, levels: int) -> bool:
    """Whether elements are nested deeper than so many levels."""
    row = [root]
    for _ in range(levels):
        row = [child for element in row for child in element]
    return bool(row)


def starter(config: str) -> str:
    """A mapping file (TOML) for a labelling configuration (XML). What it can't guess is carried along, and marked `?`.

    Raises:
        ValueError: the configuration is no XML, or labels no text.
    """
    if "<!DOCTYPE" in config or "<!ENTITY" in config:
        raise ValueError("a labelling configuration has no DOCTYPE and no entities")
    try:
        root = ET.fromstring(config)
    except (ET.ParseError, ValueError) as error:  # the latter of an encoding that it declares, and does not have
        raise ValueError(f"this is no XML: {error}") from None
    if _deeper(root, _DEPTH):
        raise ValueError(f"a labelling configuration is not nested more than {_DEPTH} levels deep")
    texts = [t for t in root.iter() if t.tag in ("Text", "HyperText", "Paragraphs") and _data_key(t)]
    tags = [t for t in root.iter() if t.tag in ("Labels", "HyperTextLabels") and t.get("name")]
    meant = {name.strip() for t in tags for name in str(t.get("toName")).split(",")}
    shown = list({t.get("name"): t for t in texts if t.tag == "Text" and t.get("name") in meant}.values())
    if not shown or not tags:
        others = ", ".join(sorted({f"<{t.tag}>" for t in texts if t.tag != "Text"}))
        way = f"; marks of {others} do not count in the article: import its text as <Text>, and annotate that"
        raise ValueError("there is no <Text> with <Labels>" + (way if others else ""))
    out = ["# What this project's labels mean in a record: schemas/labelstudio_mapping.schema.json.",
           "# A line with `?` is a guess that failed: it carries along; name a layer and a field if there is one.", ""]  # fmt: skip
    if any(str(t.get("valueType")).lower() == "url" for t in shown):
        out.insert(
            2,
            "# ! The page loads its text from an address: write the article itself into the tasks' data, and export again.",
        )
    pieces = [{"key": _data_key(t)} | ({"tag": str(t.get("name"))} if len(shown) > 1 else {}) for t in shown]
    out += [
        f"text = [{', '.join(_toml(p) for p in pieces)}]",
        "# id = \"…\"  # key of the data that holds the article's id, or several; else it is the task's number, which recurs",
        "",
    ]
    out += ["[metadata]", 'language = { value = "und" }  # ? BCP 47, as in en; or { key = "…" } of the task\'s data']
    out += ["# headline, section, publisher, url, authors, published, rights, source_file likewise", ""]
    kinds: list[str] = []
    for control in dict.fromkeys(str(t.get("name")) for t in tags):
        out.append(f"[labels.{_key(control)}]")
        for name in dict.fromkeys(c for t in tags if t.get("name") == control for c in _choices(t)):
            row = _label(name)
            kinds += [row["layer"]] if row else []
            out.append(f"{_key(name)} = {_toml(row or {'layer': CARRIED})}" + ("" if row else "  # ?"))
        out.append("")
    kinds = list(dict.fromkeys(kinds))
    every = [c for c in root.iter() if c.tag in _CONTROLS and c.get("perRegion") == "true" and c.get("name")]
    controls = list({c.get("name"): c for c in every}.values())
    fields: set[tuple[str, str]] = set()
    if controls:
        out.append("[controls]")
    for c in controls:
        found = _control(str(c.get("name")), list(dict.fromkeys(_choices(c))), kinds)
        if found:
            fields.add((str(found["layer"]), str(found["field"])))
        out.append(f"{_key(str(c.get('name')))} = {_toml(found or {'layer': CARRIED})}" + ("" if found else "  # ?"))
    out += [""] if controls else []
    relations = [str(r.get("value")) for r in root.iter("Relation") if r.get("value")]
    if relations:
        out.append("[relations]")
        for name in dict.fromkeys(relations):
            row = _relation(name, kinds)
            out.append(f"{_key(name)} = {_toml(row or {'layer': CARRIED})}" + ("" if row else "  # ?"))
        out.append("")
    if "mention" in kinds and ("mention", "cluster") not in fields:
        out += [
            "[coreference]",
            'entities = "words"  # mentions with the same words are one entity; none: each its own',
            "",
        ]
    out += ["# What to write where the project says nothing; each use is listed in the record."]
    for kind in [x for x in REQUIRED if x in kinds]:
        out.append(f"[defaults.{kind}]")
        out += [f"{k} = {_toml(v)}" for k, v in _DEFAULTS[kind].items()]
        out.append("")
    return "\n".join(out).rstrip() + "\n"
