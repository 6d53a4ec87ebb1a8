"""The one mapping table between a record's fields and Label Studio.

Configuration, export and import are made from it. What stands nowhere here travels in the task's data (`DATA`).

| carrier | what it is in Label Studio |
|---|---|
| label | the region's label (an entity's type is the label of its mentions) |
| choice, flags, taxonomy | a per-region control |
| text | a per-region TextArea of one entry |
| ref | the same, holding an id, then a name for people to read: `e1 Donald Trump` |
| cluster | the same for what a mention belongs to, its Wikidata link behind a bar: `e1 Donald Trump \\| Q22686` |
| lines | a TextArea of several entries, each `word… id name \\| note`; an argument's id may be `entity@mention` |
| relation | a relation from the item's head region; its `meta.links` keeps order, notes and mentionless targets |
| note | the region's note (`meta.text`) |
"""

import re
from collections.abc import Collection, Iterable
from typing import Literal, get_args

from msgspec import Struct

from ..store import event_types, labels

Layer = Literal["mention", "time", "quote", "claim", "event", "trigger"]
Carrier = Literal["choice", "flags", "taxonomy", "text", "ref", "cluster", "lines"]
Pass = Literal["entities", "times", "quotes", "claims", "events"]
"""A layer of the record, as a pass over the article shows it or not."""

PASSES: tuple[str, ...] = get_args(Pass)
TEXT = "text"
SPAN = "span"
CONTEXT = "context"
"""The control of what a pass shows for reading only."""
CONTINUES = "continues"
CUE, VERBATIM = "CUE", "VERBATIM"
LABELS: dict[str, str] = {"time": "TIME", "quote": "QUOTE", "claim": "CLAIM", "trigger": "EVENT"}
"""Layer → label, for layers with one label; a mention's label is its entity's type."""
IN_PASS: dict[str, str] = {
    "mention": "entities",
    "time": "times",
    "quote": "quotes",
    "cue": "quotes",
    "verbatim": "quotes",
    "claim": "claims",
    "event": "events",
    "trigger": "events",
}
"""Layer of regions → the record's layer."""
CONTEXTS: dict[str, str] = {"mention": "mention", "time": "time", "quote": "quote", "trigger": "event"}
"""Layer → the label of its regions where a pass shows them for reading only."""
KINDS: dict[str, str] = {"entities": "entity", "times": "time", "quotes": "quote", "claims": "claim", "events": "event"}
"""The record's layer → what one item of it is called; also what a field may name."""


class Attribute(Struct, frozen=True):
    """A per-region control.

    `names` are the kinds of thing whose ids it may hold, reserved ids included. `unset` is what holds for a region that
    a person makes and where nothing is chosen; what was chosen once and then cleared is a finding, if it is required.
    """

    layer: Layer
    fields: tuple[str, ...]
    carrier: Carrier
    control: str
    title: str
    vocabulary: str | None = None
    required: bool = False
    unset: str | None = None
    names: tuple[str, ...] = ()
    hint: str = ""


class Link(Struct, frozen=True):
    """A relation from an item's head region to a region of what the field names.

    Its label, or one label for each kind or role of the vocabulary.
    """

    layer: Layer
    field: str
    label: str
    targets: tuple[str, ...]
    vocabulary: str | None = None

    @property
    def source(self) -> str:
        """The layer of the region that the relation leaves; an event's is its trigger."""
        return "trigger" if self.layer == "event" else self.layer

    @property
    def labels(self) -> tuple[str, ...]:
        if self.vocabulary is None:
            return (self.label,)
        if self.vocabulary == "role":
            return tuple(r.name for r in event_types().roles)
        return tuple(v.name for v in labels()[self.vocabulary].values)


ATTRIBUTES: tuple[Attribute, ...] = (
    Attribute("mention", ("entity",), "cluster", "cluster", "Cluster", required=True, names=("entity",),
              hint="Whom or what it names: an id or a name, then | and the Wikidata id. Empty: an entity of its own. "
              "Another name behind the id renames it everywhere."),
    Attribute("mention", ("kind",), "choice", "mention_kind", "Kind", "mention_kind", True, "name"),
    Attribute("mention", ("metonymic", "demonym"), "flags", "mention_flags", "It is"),
    Attribute("mention", ("members",), "lines", "members", "Group of", names=("entity",), hint="id or name, one an entry"),
    Attribute("time", ("type",), "choice", "time_type", "Type", "time_type", True, "DATE"),
    Attribute("time", ("value",), "text", "time_value", "Value", required=True, hint="TIMEX3, as 2024-11-07"),
    Attribute("time", ("basis",), "choice", "time_basis", "Basis", "time_basis", True, "stated"),
    Attribute("time", ("anchor",), "ref", "time_anchor", "Anchor", names=("time", "event", "published"),
              hint="id of a time or event; published"),
    Attribute("time", ("mod",), "choice", "time_mod", "Modifier", "time_mod"),
    Attribute("time", ("quant",), "text", "time_quant", "Quantifier (of a SET)"),
    Attribute("time", ("freq",), "text", "time_freq", "Frequency (of a SET)"),
    Attribute("time", ("begin",), "ref", "time_begin", "Begin", names=("time",), hint="id of a time"),
    Attribute("time", ("end_point",), "ref", "time_end_point", "End", names=("time",), hint="id of a time"),
    Attribute("quote", ("kind",), "choice", "quote_kind", "Kind", "quote_kind", True, "indirect"),
    Attribute("quote", ("attribution",), "choice", "attribution", "Attribution", "attribution", True, "speech"),
    Attribute("quote", ("speaker",), "ref", "speaker", "Speaker without a mention", names=("entity",),
              hint="Id or name. Where the text names the speaker, draw the relation speaker instead."),
    Attribute("quote", ("addressees",), "lines", "addressees", "Addressees without a mention", names=("entity",),
              hint="Id or name, one an entry. Where the text names one, draw the relation addressee instead."),
    Attribute("claim", ("text",), "text", "claim_text", "The claim", required=True,
              hint="a sentence that stands alone"),
    Attribute("claim", ("voice",), "choice", "voice", "Voice", "voice", True, "author"),
    Attribute("claim", ("kind",), "choice", "claim_kind", "Kind", "claim_kind", True, "fact"),
    Attribute("claim", ("stance",), "choice", "stance", "Stance", "stance", True, "affirm"),
    Attribute("claim", ("check_worthy",), "flags", "claim_flags", "It is"),
    Attribute("claim", ("claimant",), "ref", "claimant", "Claimant without a mention", names=("entity",),
              hint="Id or name. Where the text names the claimant, draw the relation claimant instead."),
    Attribute("claim", ("about",), "lines", "about", "About", names=("entity", "event", "quote"),
              hint="id or name, one an entry"),
    Attribute("trigger", ("event",), "cluster", "event", "Event", required=True, names=("event",),
              hint="The event that it names, too: its id, then | and the Wikidata id. Empty: an event of its own."),
    Attribute("event", ("type",), "taxonomy", "event_type", "Type", required=True),
    Attribute("trigger", ("polarity",), "choice", "polarity", "Polarity", "polarity", True, "positive"),
    Attribute("trigger", ("realis",), "choice", "realis", "Realis", "realis", True, "actual"),
    Attribute("event", ("arguments",), "lines", "arguments", "Arguments", names=("entity", "event", "time", "quote"),
              hint="One an entry: the role, then who by id or name, as: agent Ann Lee. Or draw a relation."),
    Attribute("trigger", ("factuality",), "lines", "factuality", "Factuality", names=("entity", "author"),
              hint="value and source: CT+ author"),
    Attribute("event", ("name",), "text", "event_name", "Name", hint="of a named event"),
    Attribute("event", ("members",), "lines", "event_members", "Sums up", names=("event",), hint="ids of events"),
)  # fmt: skip
CONTROLS: dict[str, Attribute] = {a.control: a for a in ATTRIBUTES}

LINKS: tuple[Link, ...] = (
    Link("quote", "cue", "cue", ("cue",)),
    Link("quote", "verbatim", "verbatim", ("verbatim",)),
    Link("quote", "speaker", "speaker", ("mention",)),
    Link("quote", "addressees", "addressee", ("mention",)),
    Link("quote", "parent", "parent", ("quote",)),
    Link("quote", "setting", "setting", ("trigger",)),
    Link("quote", "time", "time", ("time",)),
    Link("quote", "fragments", CONTINUES, ("quote",)),
    Link("claim", "fragments", CONTINUES, ("claim",)),
    Link("claim", "claimant", "claimant", ("mention",)),
    Link("claim", "quote", "in_quote", ("quote",)),
    Link("claim", "relations", "", ("claim",), "claim_relation"),
    Link("event", "time", "time", ("time",)),
    Link("event", "relations", "", ("trigger",), "event_relation"),
    Link("event", "arguments", "", ("mention", "trigger", "time", "quote"), "role"),
)
"""Arguments are exported as lines, which say their roles where all can read them; drawn ones are read, too."""

DATA: dict[str, tuple[str, ...]] = {
    "record": ("schema_version", "id", "text_sha256", "metadata", "segments", "annotation", "extensions"),
    "entities": ("id", "type", "name", "link", "members", "note"),
    "events": ("id", "type", "name", "link", "note"),
}
"""What has no span: carried in `data.onrecord`, lists in the record's order. An event without trigger is there whole;
an entity without mention has an empty `mentions`, so that it is not taken for one whose mentions were deleted.

In a pass over some layers (`layers`), the others are there whole. `heads` is what the first piece of a quote or claim,
or the first mention of an entity or event, holds for all its pieces; `places` are those of mentions that something
else names; `sha256` is the digest of the record as it was exported."""


def attributes(*layers: str) -> tuple[Attribute, ...]:
    return tuple(a for a in ATTRIBUTES if a.layer in layers)


def passes(layers: Iterable[str] | None) -> tuple[str, ...]:
    """The layers that a pass shows, in the record's order; all without a choice.

    Raises:
        ValueError: a layer is unknown, or none is left; the message names all there are.
    """
    if layers is None:
        return PASSES
    wanted = list(layers)
    unknown = [x for x in wanted if x not in PASSES]
    if unknown or not wanted:
        found = f"no layer is called {unknown[0]!r}" if unknown else "no layer is named"
        raise ValueError(f"{found}; there are {', '.join(PASSES)}")
    return tuple(x for x in PASSES if x in wanted)


def shown(shows: Collection[str], layer: str) -> bool:
    return IN_PASS[layer] in shows


def context(shows: Collection[str]) -> tuple[str, ...]:
    """The region layers that a pass shows for reading only: what its fields may name and does not show itself."""
    wanted = {t for x in LINKS if shown(shows, x.source) for t in x.targets}
    wanted |= {
        {"entity": "mention", "event": "trigger"}.get(n, n)
        for a in ATTRIBUTES
        if shown(shows, a.layer) and a.carrier in ("ref", "lines")
        for n in a.names
    }
    return tuple(x for x in CONTEXTS if x in wanted and not shown(shows, x))


def relation_labels(layers: Iterable[str] | None = None) -> list[str]:
    """Every relation label of a pass; undeclared ones are emptied by Label Studio."""
    shows = passes(layers)
    return list(dict.fromkeys(name for x in LINKS if shown(shows, x.source) for name in x.labels))


_UNSAFE = re.compile("[.:]|_(?:2E|3A|5F)_")
_WRITTEN = {".": "_2E_", ":": "_3A_", "_": "_5F_"}


def safe(id: str) -> str:
    """An id as Label Studio gets it: `.` and `:` would break the CSS class that colours the region. Reversible.

    Most ids stay what they are; in one with such a character, or with what replaces it, all of `.:_` are written as
    their code between underscores.
    """
    return "".join(_WRITTEN.get(c, c) for c in id) if _UNSAFE.search(id) else id


def flat(text: str | None) -> str:
    """On one line, without a bar: fit for a name within a control."""
    return " ".join((text or "").replace("|", "/").split())


def readable(id: str, name: str | None) -> str:
    """An id, then its name for people: `e1 Donald Trump`."""
    return f"{id} {flat(name)}".rstrip()


def line(words: tuple[str, ...], id: str, name: str | None, note: object) -> str:
    """One entry of a `lines` control."""
    text = " ".join((*words, readable(id, name)))
    return f"{text} | {note}" if isinstance(note, str) else text


def parse_line(text: str, words: int) -> tuple[tuple[str, ...], str, str | None] | None:
    """The reverse of `line`: words, what names the thing (`e1 Donald Trump`, or a name alone), note; None if too few."""
    body, bar, note = text.partition(" | ")
    parts = body.split()
    if len(parts) <= words:
        return None
    return tuple(parts[:words]), " ".join(parts[words:]), note if bar else None
