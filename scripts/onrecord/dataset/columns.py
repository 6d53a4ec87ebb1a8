"""The columns of the dataset, in one place: card, Parquet schema and rows are made from them.

`records` mirrors the record model; the flat configs are listed here. Offsets are Unicode code points.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.json import encode
from msgspec.structs import replace

from ..model.fields import FIELDS, Field, below, is_span, own
from ..model.meaning import ArticleWords, Prose
from ..model.record import Claim, Entity, Event, Mention, Quote, Record, Segment, Time
from ..model.specification import record_schema

SPLIT = "train"


class Column(Struct, frozen=True):
    """A column of a flat config.

    `type` is int32, bool, or one of three kinds of string, or `list<…>` of a kind or of a struct's `name:kind,…`:

    - string: ids, labels and values;
    - words: the article's own words, null in a dataset without text;
    - prose: an annotator's or editor's words, in which a dataset without text puts references for what is the article's.

    `of` are the fields of the item that it tells of, as paths below it (`addressees/*/entity`) or from the record's top
    (`/id`). If it is its `own`, it holds one field as it is, and type and value follow from the model; else `rows` joins
    it from several.
    """

    name: str
    type: str
    description: str
    of: tuple[str, ...] = ()
    own: bool = False


def _c(name: str, type: str, description: str, *of: str) -> Column:
    """A column that `rows` makes."""
    return Column(name, type, description, of)


def _own(of: str, description: str, name: str = "") -> Column:
    """A column that holds a field as it is; its name is the field's, if it has none of its own."""
    return Column(name or of, "", description, (of,), own=True)


def field_of(struct: Any, of: str) -> Field:
    """The field of an item at a path below it."""
    return next(f for f in below(struct) if f.plain == f"/{of}")


def _table(struct: Any, *columns: Column) -> tuple[Column, ...]:
    """The columns of the items of a struct, with the types that follow from the model."""
    return tuple(replace(c, type=_kind(field_of(struct, c.of[0]))) if c.own else c for c in columns)


def _kind(field: Field) -> str:
    if is_span(field.struct):
        kind = "start:int32,end:int32,text:words"
    elif field.kind in (int, bool):
        kind = "int32" if field.kind is int else "bool"
    else:
        kind = "words" if field.says(ArticleWords) else "prose" if field.says(Prose) else "string"
    return f"list<{kind}>" if field.many else kind


_ID = _own("id", "Identifier, unique in the split: the record's id, a slash, and the item's id.")
_RECORD = _c("record_id", "string", "Identifier of the record (article).", "/id")
_START = _own("start", "Offset of the first character, in Unicode code points of the record's text.")
_END = _own("end", "Offset after the last character (end exclusive).")
_TEXT = _own("text", "The words.")
_NOTE = _own("note", "Remark of the annotator, or null.")
_LINK = _own("link/status", "linked, nil or not_attempted.", "link_status")
_WIKIDATA = _own("link/wikidata", "Wikidata id, or null.", "wikidata")
_CONTEXT = (
    _c("context", "words", "The block of the article around it (the blocks, if it goes on over several)."),
    _c("context_start", "int32", "Offset of the context's first character: `start - context_start` is a place in it."),
)
_FRAGMENTS = _own("fragments", "The pieces of the span, in text order.")

FLAT: dict[str, tuple[Column, ...]] = {
    "entities": _table(
        Entity,
        _ID,
        _RECORD,
        _own("type", "Entity type."),
        _own("name", "Canonical name."),
        _LINK,
        _WIKIDATA,
        _own("members", "Ids of the members of a group."),
        _c("member_names", "list<prose>", "Their canonical names."),
        _c("mentions", "list<words>", "The words of its mentions, in order.", "mentions/*/text"),
        _NOTE,
    ),
    "mentions": _table(
        Mention,
        _ID,
        _RECORD,
        _START,
        _END,
        _TEXT,
        _own("kind", "name, nominal or pronoun."),
        _own("metonymic", "A place's name stands for the government there."),
        _own("demonym", "Demonym or country adjective."),
        _c("entity_id", "string", "Id of the entity: mentions of one entity corefer."),
        _c("entity_type", "string", "The entity's type."),
        _c("entity_name", "prose", "The entity's canonical name."),
        _c("entity_wikidata", "string", "The entity's Wikidata id, or null."),
        *_CONTEXT,
        _NOTE,
    ),
    "times": _table(
        Time,
        _ID,
        _RECORD,
        _START,
        _END,
        _TEXT,
        _own("type", "TIMEX3 type."),
        _own("value", "TIMEX3 value."),
        _own("basis", "stated, anchored or world_knowledge."),
        _own("anchor", "Id of the time or event it is reckoned from, `published`, or null."),
        _own("mod", "TIMEX3 modifier, or null."),
        _own("quant", "TIMEX3 quantifier of a SET, or null."),
        _own("freq", "TIMEX3 frequency of a SET, or null."),
        _own("begin", "Id of the time at which a DURATION begins, or null.", "begin_id"),
        _own("end_point", "Id of the time at which a DURATION ends, or null.", "end_point_id"),
        *_CONTEXT,
        _NOTE,
    ),
    "quotes": _table(
        Quote,
        _ID,
        _RECORD,
        _c("text", "words", "The content; pieces joined by a space."),
        _FRAGMENTS,
        _own("kind", "direct, indirect or mixed."),
        _own("verbatim", "For mixed quotes: the pieces in quotation marks."),
        _own("attribution", "speech, thought or intention."),
        _c("cue", "words", "The reporting word, or null.", "cue/text"),
        _c("cue_start", "int32", "Offset of the cue, or null.", "cue/start"),
        _c("cue_end", "int32", "Offset after the cue, or null.", "cue/end"),
        _own("speaker", "Id of the speaker, or null.", "speaker_id"),
        _c("speaker_name", "prose", "Canonical name of the speaker, or null."),
        _c("speaker_type", "string", "Entity type of the speaker, or null."),
        _c("speaker_wikidata", "string", "Wikidata id of the speaker, or null."),
        _own("speaker_mention", "Id of the mention with the cue, or null where implicit.", "speaker_mention_id"),
        _c("speaker_mention", "words", "Its words, or null."),
        _c("addressee_ids", "list<string>", "Ids of the addressees.", "addressees/*/entity"),
        _c("addressee_names", "list<prose>", "Their canonical names."),
        _c(
            "addressee_mention_ids",
            "list<string>",
            "Ids of their mentions; null where implicit.",
            "addressees/*/mention",
        ),
        _own("parent", "Id of the enclosing quote, or null.", "parent_id"),
        _own("time", "Id of the time of the utterance, or null.", "time_id"),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _own("setting", "Id of the event in which it was said, or null.", "setting_id"),
        _c("setting_type", "string", "Its event type, or null."),
        _c("setting_name", "prose", "Its name, where it is a named event, or null."),
        *_CONTEXT,
        _NOTE,
    ),
    "claims": _table(
        Claim,
        _ID,
        _RECORD,
        _own("text", "The proposition as one self-contained sentence, in the annotator's words."),
        _c("words", "words", "The words that carry it; pieces joined by a space."),
        _FRAGMENTS,
        _own("voice", "source, author or unspecified."),
        _own("claimant", "Id of the claimant, or null.", "claimant_id"),
        _c("claimant_name", "prose", "Canonical name of the claimant, or null."),
        _c("claimant_type", "string", "Entity type of the claimant, or null."),
        _c("claimant_wikidata", "string", "Wikidata id of the claimant, or null."),
        _own("claimant_mention", "Id of the claimant's mention, or null.", "claimant_mention_id"),
        _c("claimant_mention", "words", "Its words, or null."),
        _own("quote", "Id of the innermost quote whose speaker is the claimant, or null.", "quote_id"),
        _own("kind", "fact, prediction, position or evaluation."),
        _own("stance", "affirm, deny or noncommittal."),
        _own("check_worthy", "A fact that public evidence could settle and that matters to readers."),
        _own("about", "Ids of what it is about."),
        _c("about_names", "list<prose>", "Names of these entities and events; null for a quote or a nameless event."),
        _c(
            "relations",
            "list<kind:string,claim_id:string,claim_text:prose>",
            "Links to other claims, with their text.",
            "relations/*/kind",
            "relations/*/claim",
        ),
        *_CONTEXT,
        _NOTE,
    ),
    "events": _table(
        Event,
        _ID,
        _RECORD,
        _own("type", "Event type."),
        _own("name", "Name of a named event, or null."),
        _LINK,
        _WIKIDATA,
        _own("members", "Ids of the events it sums up."),
        _c(
            "triggers",
            "list<id:string,start:int32,end:int32,text:words,polarity:string,realis:string>",
            "Its mentions: the words that express it.",
            *(f"mentions/*/{name}" for name in ("id", "start", "end", "text", "polarity", "realis")),
        ),
        _c(
            "factuality",
            "list<trigger_id:string,value:string,according_to:string,source_name:prose>",
            "FactBank value by trigger and source (an entity's id, or `author`), with the entity's name.",
            "mentions/*/factuality/*/value",
            "mentions/*/factuality/*/according_to",
        ),
        _c(
            "arguments",
            "list<role:string,target_id:string,target_kind:string,target_type:string,target_name:prose,target_words:words,mention_id:string>",
            "Participants and circumstances: an entity's or event's name; the words of the mention, else of the target.",
            "arguments/*/role",
            "arguments/*/target",
            "arguments/*/mention",
        ),
        _own("time", "Id of its time, or null.", "time_id"),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _c(
            "relations",
            "list<kind:string,event_id:string,event_type:string>",
            "Links to other events.",
            "relations/*/kind",
            "relations/*/event",
        ),
        *_CONTEXT,
        _NOTE,
    ),
    "segments": _table(
        Segment,
        _ID,
        _RECORD,
        _own("kind", "What part of the article it is."),
        _START,
        _END,
        _c("text", "words", "The words."),
        _NOTE,
    ),
}
ROWS = {
    "entities": "/entities/*", "mentions": "/entities/*/mentions/*", "times": "/times/*", "quotes": "/quotes/*",
    "claims": "/claims/*", "events": "/events/*", "segments": "/segments/*",
}  # fmt: skip
"""Where in the record the items of a flat config stand."""


def items_of(config: str) -> Field:
    """The list of the record that holds the items of a flat config."""
    return next(f for f in FIELDS if f.values == ROWS[config])


ONLY_NESTED = {
    "/schema_version": "of the whole record",
    "/text": "of the whole record; the items have the words around",
    "/text_sha256": "of the whole record",
    "/metadata": "of the article, not of an item; `record_id` leads there",
    "/annotation": "of the whole record",
    "/extensions": "of any form",
    "/quotes/*/addressees/*/note": "a remark on one link",
    "/claims/*/relations/*/note": "a remark on one link",
    "/events/*/mentions/*/note": "a remark on one of several mentions",
    "/events/*/mentions/*/factuality/*/note": "a remark on one of several values",
    "/events/*/arguments/*/note": "a remark on one link",
    "/events/*/relations/*/note": "a remark on one link",
}
"""What stands in `records` alone, with all that is in it, and why no flat config has a column for it."""

CONFIGS = ("records", *FLAT)
_KIND = re.compile(r"\b(words|prose)\b(?!:)")


def _arrow_of(struct: Any) -> list[tuple[str, Any]]:
    """The Arrow types of the fields of a struct of the model; what is of any form is JSON text."""
    import pyarrow as pa

    plain = {bool: pa.bool_(), int: pa.int32()}
    found = []
    for f in own(struct):
        type_ = plain.get(f.kind, pa.string()) if f.struct is None else pa.struct(_arrow_of(f.struct))
        found.append((f.name, pa.list_(type_) if f.many else type_))
    return found


def _arrow_named(name: str) -> Any:
    """The Arrow type that a `Column.type` names."""
    import pyarrow as pa

    plain = {"string": pa.string(), "words": pa.string(), "prose": pa.string(), "int32": pa.int32(), "bool": pa.bool_()}
    kinds = parts(name)
    if isinstance(kinds, dict):
        inner = pa.struct([(field, plain[kind]) for field, kind in kinds.items()])
    else:
        inner = plain[kinds]
    return pa.list_(inner) if name.startswith("list<") else inner


def parts(name: str) -> str | dict[str, str]:
    """What a `Column.type` is, or is a list of: a kind, or the kinds of a struct's fields."""
    inner = name.removeprefix("list<").removesuffix(">")
    return dict(part.split(":") for part in inner.split(",")) if ":" in inner else inner


def _feature(type_: Any) -> Any:
    """An Arrow type as the JSON of a feature. Lists are written `[…]`, as `datasets` of every version can read them;
    what `datasets` 4 and later write themselves, `{"_type": "List"}`, the versions before it can't."""
    import pyarrow as pa

    if pa.types.is_list(type_):
        return [_feature(type_.value_type)]
    if pa.types.is_struct(type_):
        return {field.name: _feature(field.type) for field in type_}
    return {"dtype": str(type_), "_type": "Value"}


@cache
def arrow_schema(config: str) -> Any:
    """The Arrow schema of a config, with the `huggingface` metadata that makes its features typed everywhere."""
    import pyarrow as pa

    if config == "records":
        plain = pa.schema(_arrow_of(Record))
    else:
        plain = pa.schema([(c.name, _arrow_named(c.type)) for c in FLAT[config]])
    features = {field.name: _feature(field.type) for field in plain}
    return plain.with_metadata({"huggingface": encode({"info": {"features": features}})})


def describe(config: str) -> list[Column]:
    """Name, type and meaning of every column, for the card."""
    if config != "records":
        return [replace(c, type=_KIND.sub("string", c.type)) for c in FLAT[config]]
    properties = record_schema()["properties"]
    return [
        Column(field.name, str(field.type).split("<")[0], properties[field.name]["description"])
        for field in arrow_schema("records")
    ]


@cache
def nested() -> tuple[Column, ...]:
    """Every field of `records` at any depth, with the schema's words: `quotes[].cue`, `metadata.published.value`.

    Spans are not taken apart: their type says what is in them.
    """
    return tuple(
        c for f in arrow_schema("records") for c in _walk(f.name, f.type, record_schema()["properties"][f.name])
    )


def _walk(path: str, type_: Any, spec: dict[str, Any]) -> Iterator[Column]:
    import pyarrow as pa

    inner = type_.value_type if pa.types.is_list(type_) else type_
    is_struct = pa.types.is_struct(inner)
    is_span = is_struct and {f.name for f in inner} == {"start", "end", "text"}
    shown = ",".join(f"{f.name}:{f.type}" for f in inner) if is_span else "struct" if is_struct else str(inner)
    if pa.types.is_list(type_) or is_span:
        shown = f"{'list' if pa.types.is_list(type_) else 'struct'}<{shown}>"
    yield Column(path, shown, spec["description"])
    if is_struct and not is_span:
        properties = _properties(spec["items"] if pa.types.is_list(type_) else spec)
        for f in inner:
            yield from _walk(f"{path}{'[]' * pa.types.is_list(type_)}.{f.name}", f.type, properties[f.name])


def _properties(spec: dict[str, Any]) -> dict[str, Any]:
    """The properties of an object of the schema, which may be named, or null."""
    for option in spec.get("anyOf", [spec]):
        if "$ref" in option:
            found: dict[str, Any] = record_schema()["$defs"][option["$ref"].rpartition("/")[2]]["properties"]
            return found
    return dict(spec["properties"])
