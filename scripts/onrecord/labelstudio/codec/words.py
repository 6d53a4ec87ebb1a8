"""A rule's finding in the words of the labelling page: which region it is about, and where on the page to mend it."""

from collections.abc import Iterator

from msgspec.structs import replace

from ...findings.finding import Finding
from ...model.record import Entity, Event, Record, Spanned, Time
from .carriers.marks import Item
from .mapping import ATTRIBUTES, HOME, MARKS, RELATIONS
from .problems import title

_MARKS = {m.layer: m for m in MARKS if not m.part}
_KINDS: dict[str, tuple[str, ...]] = {m.layer: m.kinds for m in MARKS if not m.part}
_WHOLE = ("name", "link", "mentions")
"""What an entity or event is, and the field of its mentions that says which it is says, too."""
_ALIASES: dict[tuple[str, str], str] = {
    (HOME[a.of].layer, field): a.field
    for a in ATTRIBUTES
    for field in _WHOLE
    if a.clusters and all(field not in x.fields for x in ATTRIBUTES if x.of == HOME[a.of].whole)
} | {(HOME[x.of].layer, field): x.field for x in RELATIONS for field in x.fields}
"""What a field is on the page that has no place of its own there: the record's layer and field → a field of the table."""

_FEW = 6


def in_page_words(finding: Finding, record: Record) -> Finding:
    """The finding with its region before its message, and behind its fix where on the page that is done.

    Args:
        finding: of the record's rules or schema, with its pointer into the record.
        record: what was made of the annotation.
    """
    parts = (finding.pointer or "").split("/")[1:]
    found = _item(record, parts)
    if found is None:
        return finding
    layer, item = found
    label, span = _region(record, layer, item, parts)
    named = title(label, record.text, span.start, span.end) if span is not None else None
    homes = list(dict.fromkeys(_homes(layer, _field(layer, parts))))
    fix = finding.fix
    if homes:
        here = f"on the page: {' or '.join(homes)}"
        fix = f"{fix} ({here})" if fix else here
    return replace(finding, message=f"{named}: {finding.message}" if named else finding.message, fix=fix)


def _item(record: Record, parts: list[str]) -> tuple[str, Item] | None:
    if len(parts) < 2 or parts[0] not in _KINDS or not parts[1].isdecimal():
        return None
    items: tuple[Item, ...] = getattr(record, parts[0])
    number = int(parts[1])
    return (parts[0], items[number]) if number < len(items) else None


def _region(record: Record, layer: str, item: Item, parts: list[str]) -> tuple[str, Spanned | None]:
    """The label and the span of the region that a pointer leads to: the item's own first one, if to none of its parts."""
    if isinstance(item, Time):
        return _MARKS[layer].labelled(item), item
    spans: tuple[Spanned, ...] = item.mentions if isinstance(item, Entity | Event) else item.fragments
    inner = "mentions" if isinstance(item, Entity | Event) else "fragments"
    label = _MARKS[layer].labelled(item)
    number = int(parts[3]) if len(parts) > 3 and parts[2] == inner and parts[3].isdecimal() else 0
    return label, spans[number] if number < len(spans) else spans[0] if spans else None


def _field(layer: str, parts: list[str]) -> str | None:
    """The field that a pointer leads to: the item's, or the mention's."""
    field = parts[2] if len(parts) > 2 else None
    if field == "mentions" and len(parts) > 4:
        return parts[4]
    return field and _ALIASES.get((layer, field), field)


def _homes(layer: str, field: str | None) -> Iterator[str]:
    """Where the page has a field: the relations and controls of the mapping table."""
    if field is None:
        return
    if (layer, field) == ("entities", "type"):
        yield "its label"
    if field in ("start", "end", "fragments") or (field == "text" and layer != "claims"):
        yield "the edges of its mark"
    if field == "note":
        yield "the note of its region"
    for relation in RELATIONS:
        if relation.of in _KINDS[layer] and relation.field == field and not relation.joins:
            of = f"of its {relation.vocabulary}" if len(relation.labels) > _FEW else ", ".join(relation.labels)
            yield f"the relation {relation.label}" if relation.vocabulary is None else f"a relation ({of})"
    for a in ATTRIBUTES:
        if a.of in _KINDS[layer] and field in a.fields:
            yield f"“{a.title}”"
