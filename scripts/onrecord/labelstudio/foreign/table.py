"""What another project's labels, controls and relations can become: the layers' fields, by record field names."""

from ...model.inventories import event_types, labels
from ..codec.carriers.marks import Mark
from ..codec.mapping import MARKS, controls

CARRIED = "extensions"
"""What stands as the layer of what is known to have no place in the record."""

_NAMED = ("cluster", "name", "wikidata")
"""What the marks of an entity or event may say of it."""


def _fields(mark: Mark) -> dict[str, str]:
    found = {} if mark.label else {"type": "entity_type"}
    for a in controls(mark):
        found |= {name: kind for name, kind in a.takes().items() if name not in _NAMED}
    found |= dict.fromkeys(_NAMED if mark.whole else (), "text")
    return found if mark.part else {**found, "note": "text"}


def _required(mark: Mark) -> tuple[str, ...]:
    own = [name for a in controls(mark) if a.needed for name in a.fields]
    return tuple(own if mark.label else ["type", *own])


FIELDS: dict[str, dict[str, str]] = {m.word: _fields(m) for m in MARKS}
"""What a region can be → its fields → the vocabulary of their values, `text`, or `flag` (true or false).

`mention` is of an entity, `event` a trigger."""

REQUIRED: dict[str, tuple[str, ...]] = {m.word: _required(m) for m in MARKS if not m.part}
"""What a record can't be without, and no absence means: from a label, a control or the mapping's defaults."""

FROM_WORDS = "from_words"
READABLE = {("mention", "kind"), ("time", "value"), ("quote", "kind"), ("claim", "text")}
"""The fields that may be read off an item's words."""

RELATIONS: dict[str, dict[str, tuple[str, ...]]] = {
    "mention": {"coreference": ("mention",)},
    "quote": {
        "speaker": ("mention",),
        "cue": ("cue",),
        "verbatim": ("verbatim",),
        "addressees": ("mention",),
        "parent": ("quote",),
        "time": ("time",),
        "setting": ("event",),
        "continues": ("quote",),
    },
    "claim": {
        "claimant": ("mention",),
        "quote": ("quote",),
        "about": ("mention", "event", "quote"),
        "relations": ("claim",),
        "continues": ("claim",),
    },
    "event": {
        "coreference": ("event",),
        "arguments": ("mention", "event", "time", "quote"),
        "time": ("time",),
        "relations": ("event",),
    },
}
"""What a region can be → field → what is at the relation's other end.

`coreference` and `continues` join two regions of one item."""

SYMMETRIC = ("coreference", "continues")
METADATA = ("headline", "section", "language", "publisher", "url", "authors", "source_file", "rights", "published")


def vocabulary(kind: str) -> tuple[str, ...]:
    """The values of a vocabulary of `FIELDS`; none of text and flags."""
    if kind == "event_type":
        return tuple(t.name for c in event_types().categories for t in c.types)
    return tuple(v.name for v in labels()[kind].values) if kind in labels() else ()


def roles() -> tuple[str, ...]:
    return tuple(r.name for r in event_types().roles)


def kinds(of: str) -> tuple[str, ...]:
    """The kinds of relation between two claims, or two events."""
    return vocabulary(f"{of}_relation")
