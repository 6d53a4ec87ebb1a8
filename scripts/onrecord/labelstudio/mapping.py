"""The one mapping table between a record's fields and Label Studio.

Configuration, export and import are made from it. What stands nowhere here travels in the task's data (`DATA`).

| carrier | what it is in Label Studio |
|---|---|
| label | the region's label (an entity's type is the label of its mentions) |
| choice, flags, taxonomy | a per-region control |
| text | a per-region TextArea of one entry |
| ref | the same, holding an id, then a name for people to read: `e1 Donald Trump` |
| lines | a TextArea of several entries, each `word… id name \\| note` |
| relation | a relation from the item's head region; its `meta.links` keeps order, notes and mentionless targets |
| note | the region's note (`meta.text`) |
"""

from typing import Literal

from msgspec import Struct

Layer = Literal["mention", "time", "quote", "claim", "event", "trigger"]
Carrier = Literal["choice", "flags", "taxonomy", "text", "ref", "lines"]

TEXT = "text"
SPAN = "span"
CONTINUES = "continues"
CUE, VERBATIM = "CUE", "VERBATIM"
LABELS: dict[str, str] = {"time": "TIME", "quote": "QUOTE", "claim": "CLAIM", "trigger": "EVENT"}
"""Layer → label, for layers with one label; a mention's label is its entity's type."""


class Attribute(Struct, frozen=True):
    """A per-region control. `words` are the fields of a line's words before its id."""

    layer: Layer
    fields: tuple[str, ...]
    carrier: Carrier
    control: str
    title: str
    vocabulary: str | None = None
    required: bool = False


class Link(Struct, frozen=True):
    """A relation from an item's head region to a region of what the field names; `prefix` takes the item's kind or role."""

    layer: Layer
    field: str
    label: str
    targets: tuple[str, ...]
    prefix: bool = False

    @property
    def source(self) -> str:
        """The layer of the region that the relation leaves; an event's is its trigger."""
        return "trigger" if self.layer == "event" else self.layer


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("mention", ("entity",), "ref", "cluster", "Cluster: same entity, same name", required=True),
    Attribute("mention", ("kind",), "choice", "mention_kind", "Kind", "mention_kind", True),
    Attribute("mention", ("metonymic", "demonym"), "flags", "mention_flags", "It is"),
    Attribute("time", ("type",), "choice", "time_type", "Type", "time_type", True),
    Attribute("time", ("value",), "text", "time_value", "Value (TIMEX3)", required=True),
    Attribute("time", ("basis",), "choice", "time_basis", "Basis", "time_basis", True),
    Attribute("time", ("anchor",), "ref", "time_anchor", "Anchor: id of a time or event, or published"),
    Attribute("time", ("mod",), "choice", "time_mod", "Modifier", "time_mod"),
    Attribute("time", ("quant",), "text", "time_quant", "Quantifier (of a SET)"),
    Attribute("time", ("freq",), "text", "time_freq", "Frequency (of a SET)"),
    Attribute("time", ("begin",), "ref", "time_begin", "Begin: id of a time"),
    Attribute("time", ("end_point",), "ref", "time_end_point", "End: id of a time"),
    Attribute("quote", ("kind",), "choice", "quote_kind", "Kind", "quote_kind", True),
    Attribute("quote", ("attribution",), "choice", "attribution", "Attribution", "attribution", True),
    Attribute("quote", ("speaker",), "ref", "speaker", "Speaker without a mention: the entity"),
    Attribute("quote", ("addressees",), "lines", "addressees", "Addressees without a mention: entities"),
    Attribute("claim", ("text",), "text", "claim_text", "The claim in one sentence, names resolved", required=True),
    Attribute("claim", ("voice",), "choice", "voice", "Voice", "voice", True),
    Attribute("claim", ("kind",), "choice", "claim_kind", "Kind", "claim_kind", True),
    Attribute("claim", ("stance",), "choice", "stance", "Stance", "stance", True),
    Attribute("claim", ("check_worthy",), "flags", "claim_flags", "It is"),
    Attribute("claim", ("claimant",), "ref", "claimant", "Claimant without a mention: the entity"),
    Attribute("claim", ("about",), "lines", "about", "About: ids of entities, events, quotes"),
    Attribute("trigger", ("event",), "ref", "event", "Event: same event, same id", required=True),
    Attribute("event", ("type",), "taxonomy", "event_type", "Event type", required=True),
    Attribute("trigger", ("polarity",), "choice", "polarity", "Polarity", "polarity", True),
    Attribute("trigger", ("realis",), "choice", "realis", "Realis", "realis", True),
    Attribute("trigger", ("factuality",), "lines", "factuality", "Factuality: value and source, as in CT+ author"),
    Attribute("event", ("name",), "text", "event_name", "Name of a named event"),
    Attribute("event", ("members",), "lines", "event_members", "Members: ids of the events it sums up"),
    Attribute("event", ("arguments",), "lines", "arguments", "Arguments without a mention: role and id"),
)

LINKS: tuple[Link, ...] = (
    Link("quote", "cue", "cue", ("cue",)),
    Link("quote", "verbatim", "verbatim", ("verbatim",)),
    Link("quote", "speaker", "speaker", ("mention",)),
    Link("quote", "addressees", "addressee", ("mention",)),
    Link("quote", "parent", "parent", ("quote",)),
    Link("quote", "time", "time", ("time",)),
    Link("quote", "setting", "setting", ("trigger",)),
    Link("quote", "fragments", CONTINUES, ("quote",)),
    Link("claim", "fragments", CONTINUES, ("claim",)),
    Link("claim", "claimant", "claimant", ("mention",)),
    Link("claim", "quote", "in_quote", ("quote",)),
    Link("claim", "relations", "claim:", ("claim",), prefix=True),
    Link("event", "arguments", "arg:", ("mention", "trigger", "time", "quote"), prefix=True),
    Link("event", "time", "time", ("time",)),
    Link("event", "relations", "event:", ("trigger",), prefix=True),
)

DATA: dict[str, tuple[str, ...]] = {
    "record": ("schema_version", "id", "text_sha256", "metadata", "segments", "annotation", "extensions"),
    "entities": ("id", "type", "name", "link", "members", "note"),
    "events": ("id", "link", "note"),
}
"""What has no span: carried in `data.onrecord`, lists in the record's order. An event without trigger is there whole;
an entity without mention has an empty `mentions`, so that it is not taken for one whose mentions were deleted."""


def attributes(*layers: Layer) -> tuple[Attribute, ...]:
    return tuple(a for a in ATTRIBUTES if a.layer in layers)


def readable(id: str, name: str | None) -> str:
    """An id, then its name for people: `e1 Donald Trump`."""
    flat = " ".join((name or "").replace("|", "/").split())
    return f"{id} {flat}" if flat else id


def line(words: tuple[str, ...], id: str, name: str | None, note: object) -> str:
    """One entry of a `lines` control."""
    text = " ".join((*words, readable(id, name)))
    return f"{text} | {note}" if isinstance(note, str) else text


def parse_line(text: str, words: int) -> tuple[tuple[str, ...], str, str | None] | None:
    """The reverse of `line`: words, id, note; None where there are too few words."""
    body, bar, note = text.partition(" | ")
    parts = body.split()
    if len(parts) <= words:
        return None
    return tuple(parts[:words]), parts[words], note if bar else None
