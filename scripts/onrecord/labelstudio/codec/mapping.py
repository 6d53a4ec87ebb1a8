"""The one mapping table between a record's fields and Label Studio.

Configuration, export and import are made from it: a row says what has the field, and by its kind what carries it
(see `carriers`). What stands nowhere here travels in the task's data (`DATA`).
"""

import re
from collections.abc import Collection, Iterable
from functools import cache
from typing import Literal, get_args

from msgspec import Struct

from ...model.fields import own
from ...model.record import Claim, Entity, Event, Mention, Quote, Time, Trigger
from ...text.quotation_marks import in_marks
from .carriers.choices import Choice, Flags, Taxonomy
from .carriers.controls import Control, Seen
from .carriers.data import Carried
from .carriers.marks import NOTE, Mark
from .carriers.relations import Kinds, Part, Parts, Pieces, Reference, Relation, Roles, Somebodies, Somebody
from .carriers.textareas import Cluster, Entry, Lines, Ref, Text

Pass = Literal["entities", "times", "quotes", "claims", "events"]
"""A layer of the record, as a pass over the article shows it or not."""

PASSES: tuple[str, ...] = get_args(Pass)
SPAN = "span"
CONTEXT = "context"
"""The control of what a pass shows for reading only."""

MARKS: tuple[Mark, ...] = (
    Mark("mention", "entities", "A mention", whole="entity", reading="mention", letter="e", look="words"),
    Mark("time", "times", "A time", "TIME", reading="time", colour="#56B4E9", key="d",
         hint="A time expression (TIMEX3), without its preposition."),
    Mark("quote", "quotes", "A quote", "QUOTE", pieces=True, reading="quote", colour="#DDBF00", key="q", look="fill",
         hint="What somebody said or thought, the cue left out; one region a piece, the later ones by the relation continues."),
    Mark("cue", "quotes", "A cue", "CUE", part=True, colour="#8C6D1F", key="c",
         hint="The reporting word alone; draw the relation cue from the QUOTE to it."),
    Mark("verbatim", "quotes", "Words in marks", "VERBATIM", part=True, colour="#B5A642", key="v",
         hint="Words in quotation marks within a mixed quote; draw the relation verbatim from the QUOTE to it."),
    Mark("claim", "claims", "A claim", "CLAIM", pieces=True, colour="#E8875A", key="x", look="dotted",
         hint="Words that carry a checkable or arguable proposition."),
    Mark("trigger", "events", "An event", "EVENT", whole="event", reading="event", letter="v", colour="#C2428A", key="e",
         hint="The one word that names an event."),
)  # fmt: skip
MARK: dict[str, Mark] = {m.kind: m for m in MARKS}
HOME: dict[str, Mark] = {kind: m for m in MARKS for kind in m.kinds}
"""What has fields in this table → the mark at which its controls stand, and its relations start."""
LABELS: dict[str, str] = {m.kind: m.label for m in MARKS if m.label}
"""Mark → label, of those with one label; a mention's label is its entity's type."""
CONTEXTS: dict[str, str] = {m.kind: m.reading for m in MARKS if m.reading}
"""Mark → its label where a pass shows it for reading only."""
KINDS: dict[str, str] = {m.layer: m.item for m in MARKS if not m.part}
"""The record's layer → what one item of it is called; also what a field may name."""
MODELS: dict[str, type[Struct]] = {
    "mention": Mention, "entity": Entity, "time": Time, "quote": Quote, "claim": Claim, "trigger": Trigger, "event": Event,
}  # fmt: skip
"""What has fields in this table → its type in the model."""


def _quote_kind(seen: Seen) -> str | None:
    return "mixed" if "verbatim" in seen.drawn else "direct" if in_marks(seen.words) else None


def _voice(seen: Seen) -> str | None:
    return "source" if "claimant" in seen.drawn or "claimant" in seen.filled else None


ATTRIBUTES: tuple[Control, ...] = (
    Cluster("mention", ("entity",), "cluster", "Cluster",
            hint="Whom or what it names: an id or a name, then | and the Wikidata id. Empty: an entity of its own. "
            "Another name behind the id renames it everywhere."),
    Choice("mention", ("kind",), "mention_kind", "Kind", unset="name"),
    Flags("mention", ("metonymic", "demonym"), "mention_flags", "It is"),
    Lines("entity", ("members",), "members", "Group of", names=("entity",), held=True, hint="id or name, one an entry"),
    Choice("time", ("type",), "time_type", "Type", unset="DATE"),
    Text("time", ("value",), "time_value", "Value", required=True, hint="TIMEX3, as 2024-11-07"),
    Choice("time", ("basis",), "time_basis", "Basis", unset="stated"),
    Ref("time", ("anchor",), "time_anchor", "Anchor", names=("time", "event", "published"),
        hint="id of a time or event; published"),
    Choice("time", ("mod",), "time_mod", "Modifier"),
    Text("time", ("quant",), "time_quant", "Quantifier (of a SET)"),
    Text("time", ("freq",), "time_freq", "Frequency (of a SET)"),
    Ref("time", ("begin",), "time_begin", "Begin", names=("time",), hint="id of a time"),
    Ref("time", ("end_point",), "time_end_point", "End", names=("time",), hint="id of a time"),
    Choice("quote", ("kind",), "quote_kind", "Kind", unset="indirect", guess=_quote_kind),
    Choice("quote", ("attribution",), "attribution", "Attribution", unset="speech"),
    Ref("quote", ("speaker",), "speaker", "Speaker without a mention", names=("entity",), mention="speaker_mention",
        hint="Id or name. Where the text names the speaker, draw the relation speaker instead."),
    Lines("quote", ("addressees",), "addressees", "Addressees without a mention", names=("entity",),
          entry=Entry("entity", mention="mention"), drawn=True,
          hint="Id or name, one an entry. Where the text names one, draw the relation addressee instead."),
    Text("claim", ("text",), "claim_text", "The claim", required=True, hint="a sentence that stands alone"),
    Choice("claim", ("voice",), "voice", "Voice", unset="author", guess=_voice),
    Choice("claim", ("kind",), "claim_kind", "Kind", unset="fact"),
    Choice("claim", ("stance",), "stance", "Stance", unset="affirm"),
    Flags("claim", ("check_worthy",), "claim_flags", "It is", required=True),
    Ref("claim", ("claimant",), "claimant", "Claimant without a mention", names=("entity",), mention="claimant_mention",
        hint="Id or name. Where the text names the claimant, draw the relation claimant instead."),
    Lines("claim", ("about",), "about", "About", names=("entity", "event", "quote"), hint="id or name, one an entry"),
    Cluster("trigger", ("event",), "event", "Event", held=True,
            hint="The event that it names, too: its id, then | and the Wikidata id. Empty: an event of its own."),
    Taxonomy("event", ("type",), "event_type", "Type", required=True, each=True),
    Choice("trigger", ("polarity",), "polarity", "Polarity", unset="positive"),
    Choice("trigger", ("realis",), "realis", "Realis", unset="actual"),
    Lines("event", ("arguments",), "arguments", "Arguments", names=("entity", "event", "time", "quote"), held=True,
          entry=Entry("target", "role", "role", "mention"),
          hint="One an entry: the role, then who by id or name, as: agent Ann Lee. Or draw a relation."),
    Lines("trigger", ("factuality",), "factuality", "Factuality", names=("entity", "author"),
          entry=Entry("according_to", "value", "factuality"), hint="value and source: CT+ author"),
    Text("event", ("name",), "event_name", "Name", held=True, head_only=True, hint="of a named event"),
    Lines("event", ("members",), "event_members", "Sums up", names=("event",), held=True, head_only=True,
          hint="ids of events"),
)  # fmt: skip
CONTROLS: dict[str, Control] = {a.name: a for a in ATTRIBUTES}

RELATIONS: tuple[Relation, ...] = (
    Part("quote", "cue", "cue", ("cue",), suffix="cue"),
    Parts("quote", "verbatim", "verbatim", ("verbatim",), suffix="v"),
    Somebody("quote", "speaker", "speaker", ("mention",), beside=CONTROLS["speaker"]),
    Somebodies("quote", "addressees", "addressee", ("mention",), beside=CONTROLS["addressees"]),
    Reference("quote", "parent", "parent", ("quote",)),
    Reference("quote", "setting", "setting", ("trigger",), through="event"),
    Reference("quote", "time", "time", ("time",)),
    Pieces("quote", "fragments", "continues", ("quote",)),
    Pieces("claim", "fragments", "continues", ("claim",)),
    Somebody("claim", "claimant", "claimant", ("mention",), beside=CONTROLS["claimant"]),
    Reference("claim", "quote", "in_quote", ("quote",), within=True),
    Kinds("claim", "relations", "", ("claim",), "claim_relation", id="claim"),
    Reference("event", "time", "time", ("time",)),
    Kinds("event", "relations", "", ("trigger",), "event_relation", id="event", through="event"),
    Roles("event", "arguments", "", ("mention", "trigger", "time", "quote"), "role", beside=CONTROLS["arguments"]),
)
"""In the order of the page's list of relations."""

DATA: dict[str, Carried] = {
    "record": Carried(("schema_version", "id", "text_sha256", "metadata", "segments", "annotation", "extensions")),
    "entities": Carried(("id", "type", "name", "link", "members", "note")),
    "events": Carried(("id", "type", "name", "link", "note"), whole=True),
}
"""What has no span: carried in `data.onrecord`, lists in the record's order.

In a pass over some layers (`layers`), the others are there whole. `heads` is what the first piece of a quote or claim,
or the first mention of an entity or event, holds for all its pieces; `places` are those of mentions that something
else names; `sha256` is the digest of the record as it was exported."""


@cache
def attributes(kind: str) -> tuple[Control, ...]:
    """The controls of a kind of thing, in the page's order."""
    return tuple(a for a in ATTRIBUTES if a.of == kind)


@cache
def controls(mark: Mark) -> tuple[Control, ...]:
    """The controls that stand at the regions of a mark, in the page's order."""
    return tuple(a for a in ATTRIBUTES if a.of in mark.kinds)


@cache
def relations(kind: str) -> tuple[Relation, ...]:
    """The relations of a kind of thing, in the record's order of fields."""
    order = MODELS[kind].__struct_fields__
    return tuple(sorted((x for x in RELATIONS if x.of == kind), key=lambda x: order.index(x.field)))


@cache
def carried(kind: str) -> dict[str, list[object]]:
    """What carries each field of a kind of thing: rows of this table, kinds of mark, notes, the task's data."""
    mark = HOME[kind]
    found: dict[str, list[object]] = {}

    def add(carrier: object, names: Iterable[str]) -> None:
        for name in names:
            found.setdefault(name, []).append(carrier)

    if kind == mark.kind:
        add(mark, ("id",) if mark.pieces else ("id", "start", "end", "text"))
        add(NOTE, ("note",))
    else:
        add(mark, ("mentions",) if mark.label else ("mentions", "type"))
        add(DATA[mark.layer], DATA[mark.layer].fields)
    for a in attributes(kind):
        add(a, () if a.clusters else a.fields)
    for relation in relations(kind):
        add(relation, relation.fields)
    return found


@cache
def optional(kind: str) -> tuple[str, ...]:
    """The fields that an item need not have; the others are there, if only to say that there is nothing."""
    return tuple(f.name for f in own(MODELS[kind]) if f.absent)


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


def shown(shows: Collection[str], kind: str) -> bool:
    """Whether a pass shows the marks that have the fields of a kind of thing."""
    return HOME[kind].layer in shows


def context(shows: Collection[str]) -> tuple[Mark, ...]:
    """The marks that a pass shows for reading only: what its fields may name and does not show itself."""
    wanted = {t for x in RELATIONS if shown(shows, x.of) for t in x.targets}
    named = {n for a in ATTRIBUTES if shown(shows, a.of) for n in a.names}
    return tuple(m for m in MARKS if m.reading and (m.kind in wanted or m.item in named) and m.layer not in shows)


def relation_labels(layers: Iterable[str] | None = None) -> list[str]:
    """Every relation label of a pass; undeclared ones are emptied by Label Studio."""
    shows = passes(layers)
    return list(dict.fromkeys(name for x in RELATIONS if shown(shows, x.of) for name in x.labels))


_UNSAFE = re.compile("[.:]|_(?:2E|3A|5F)_")
_WRITTEN = {".": "_2E_", ":": "_3A_", "_": "_5F_"}


def safe(id: str) -> str:
    """An id as Label Studio gets it: `.` and `:` would break the CSS class that colours the region. Reversible.

    Most ids stay what they are; in one with such a character, or with what replaces it, all of `.:_` are written as
    their code between underscores.
    """
    return "".join(_WRITTEN.get(c, c) for c in id) if _UNSAFE.search(id) else id
