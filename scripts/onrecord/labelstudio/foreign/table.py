"""What another project's labels, controls and relations can become: the layers' fields, by record field names."""

from ...store import event_types, labels

LAYERS = ("mention", "time", "quote", "cue", "verbatim", "claim", "event")
"""What a region can be. `mention` is of an entity, `event` a trigger."""

CARRIED = "extensions"
"""The layer of what is known to have no place in the record."""

FIELDS: dict[str, dict[str, str]] = {
    "mention": {
        "type": "entity_type",
        "kind": "mention_kind",
        "metonymic": "flag",
        "demonym": "flag",
        "cluster": "text",
        "name": "text",
        "wikidata": "text",
        "note": "text",
    },
    "time": {
        "type": "time_type",
        "value": "text",
        "basis": "time_basis",
        "mod": "time_mod",
        "quant": "text",
        "freq": "text",
        "note": "text",
    },
    "quote": {"kind": "quote_kind", "attribution": "attribution", "speaker": "text", "note": "text"},
    "cue": {},
    "verbatim": {},
    "claim": {
        "text": "text",
        "voice": "voice",
        "kind": "claim_kind",
        "stance": "stance",
        "check_worthy": "flag",
        "claimant": "text",
        "note": "text",
    },
    "event": {
        "type": "event_type",
        "polarity": "polarity",
        "realis": "realis",
        "cluster": "text",
        "name": "text",
        "wikidata": "text",
        "note": "text",
    },
}
"""Layer → field → the vocabulary of its values, `text`, or `flag` (true or false)."""

REQUIRED: dict[str, tuple[str, ...]] = {
    "mention": ("type", "kind"),
    "time": ("type", "value", "basis"),
    "quote": ("kind", "attribution"),
    "claim": ("text", "voice", "kind", "stance", "check_worthy"),
    "event": ("type", "polarity", "realis"),
}
"""What a record can't be without, and no absence means: from a label, a control or the mapping's defaults."""

FROM_WORDS = "from_words"
READABLE = {("mention", "kind"), ("time", "value"), ("quote", "kind"), ("claim", "text")}
"""The fields that may be read off an item's words."""

LINKS: dict[str, dict[str, tuple[str, ...]]] = {
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
"""Layer → field → layers at the relation's other end. `coreference` and `continues` join two regions of one item."""

SYMMETRIC = ("coreference", "continues")
METADATA = ("headline", "section", "language", "publisher", "url", "authors", "source_file", "rights", "published")


def vocabulary(kind: str) -> tuple[str, ...]:
    """The values of a vocabulary of `FIELDS`; none of text and flags."""
    if kind == "event_type":
        return tuple(t.name for c in event_types().categories for t in c.types)
    return tuple(v.name for v in labels()[kind].values) if kind in labels() else ()


def roles() -> tuple[str, ...]:
    return tuple(r.name for r in event_types().roles)


def kinds(layer: str) -> tuple[str, ...]:
    """The kinds of relation between two claims, or two events."""
    return vocabulary(f"{layer}_relation")
