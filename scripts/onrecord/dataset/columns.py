"""The columns of the dataset, in one place: card, Parquet schema and rows are made from them.

`records` mirrors the record model; the flat configs are listed here. Offsets are Unicode code points.
"""

import re
import types
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct, UnsetType
from msgspec.json import encode
from msgspec.structs import fields, replace

from ..record import Record, bare
from ..store import record_schema

SPLIT = "train"


class Column(Struct, frozen=True):
    """A column of a flat config.

    `type` is int32, bool, or one of three kinds of string, or `list<…>` of a kind or of a struct's `name:kind,…`:

    - string: ids, labels and values;
    - words: the article's own words, null in a dataset without text;
    - prose: an annotator's or editor's words, in which a dataset without text puts references for what is the article's.
    """

    name: str
    type: str
    description: str


def _c(name: str, type: str, description: str) -> Column:
    return Column(name, type, description)


_SPANS = "list<start:int32,end:int32,text:words>"
_ID = _c("id", "string", "Identifier, unique in the split: the record's id, a slash, and the item's id.")
_RECORD = _c("record_id", "string", "Identifier of the record (article).")
_START = _c("start", "int32", "Offset of the first character, in Unicode code points of the record's text.")
_END = _c("end", "int32", "Offset after the last character (end exclusive).")
_TEXT = _c("text", "words", "The words.")
_NOTE = _c("note", "prose", "Remark of the annotator, or null.")
_CONTEXT = (
    _c("context", "words", "The block of the article around it (the blocks, if it goes on over several)."),
    _c("context_start", "int32", "Offset of the context's first character: `start - context_start` is a place in it."),
)
_FRAGMENTS = _c("fragments", _SPANS, "The pieces of the span, in text order.")

FLAT: dict[str, tuple[Column, ...]] = {
    "entities": (
        _ID,
        _RECORD,
        _c("type", "string", "Entity type."),
        _c("name", "prose", "Canonical name."),
        _c("link_status", "string", "linked, nil or not_attempted."),
        _c("wikidata", "string", "Wikidata id, or null."),
        _c("members", "list<string>", "Ids of the members of a group."),
        _c("member_names", "list<prose>", "Their canonical names."),
        _c("mentions", "list<words>", "The words of its mentions, in order."),
        _NOTE,
    ),
    "mentions": (
        _ID,
        _RECORD,
        _START,
        _END,
        _TEXT,
        _c("kind", "string", "name, nominal or pronoun."),
        _c("metonymic", "bool", "A place's name stands for the government there."),
        _c("demonym", "bool", "Demonym or country adjective."),
        _c("entity_id", "string", "Id of the entity: mentions of one entity corefer."),
        _c("entity_type", "string", "The entity's type."),
        _c("entity_name", "prose", "The entity's canonical name."),
        _c("entity_wikidata", "string", "The entity's Wikidata id, or null."),
        *_CONTEXT,
        _NOTE,
    ),
    "times": (
        _ID,
        _RECORD,
        _START,
        _END,
        _TEXT,
        _c("type", "string", "TIMEX3 type."),
        _c("value", "string", "TIMEX3 value."),
        _c("basis", "string", "stated, anchored or world_knowledge."),
        _c("anchor", "string", "Id of the time or event it is reckoned from, `published`, or null."),
        _c("mod", "string", "TIMEX3 modifier, or null."),
        _c("quant", "string", "TIMEX3 quantifier of a SET, or null."),
        _c("freq", "string", "TIMEX3 frequency of a SET, or null."),
        _c("begin_id", "string", "Id of the time at which a DURATION begins, or null."),
        _c("end_point_id", "string", "Id of the time at which a DURATION ends, or null."),
        *_CONTEXT,
        _NOTE,
    ),
    "quotes": (
        _ID,
        _RECORD,
        _c("text", "words", "The content; pieces joined by a space."),
        _FRAGMENTS,
        _c("kind", "string", "direct, indirect or mixed."),
        _c("verbatim", _SPANS, "For mixed quotes: the pieces in quotation marks."),
        _c("attribution", "string", "speech, thought or intention."),
        _c("cue", "words", "The reporting word, or null."),
        _c("cue_start", "int32", "Offset of the cue, or null."),
        _c("cue_end", "int32", "Offset after the cue, or null."),
        _c("speaker_id", "string", "Id of the speaker, or null."),
        _c("speaker_name", "prose", "Canonical name of the speaker, or null."),
        _c("speaker_type", "string", "Entity type of the speaker, or null."),
        _c("speaker_wikidata", "string", "Wikidata id of the speaker, or null."),
        _c("speaker_mention_id", "string", "Id of the mention with the cue, or null where implicit."),
        _c("speaker_mention", "words", "Its words, or null."),
        _c("addressee_ids", "list<string>", "Ids of the addressees."),
        _c("addressee_names", "list<prose>", "Their canonical names."),
        _c("addressee_mention_ids", "list<string>", "Ids of their mentions; null where implicit."),
        _c("parent_id", "string", "Id of the enclosing quote, or null."),
        _c("time_id", "string", "Id of the time of the utterance, or null."),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _c("setting_id", "string", "Id of the event in which it was said, or null."),
        _c("setting_type", "string", "Its event type, or null."),
        _c("setting_name", "prose", "Its name, where it is a named event, or null."),
        *_CONTEXT,
        _NOTE,
    ),
    "claims": (
        _ID,
        _RECORD,
        _c("text", "prose", "The proposition as one self-contained sentence, in the annotator's words."),
        _c("words", "words", "The words that carry it; pieces joined by a space."),
        _FRAGMENTS,
        _c("voice", "string", "source, author or unspecified."),
        _c("claimant_id", "string", "Id of the claimant, or null."),
        _c("claimant_name", "prose", "Canonical name of the claimant, or null."),
        _c("claimant_type", "string", "Entity type of the claimant, or null."),
        _c("claimant_wikidata", "string", "Wikidata id of the claimant, or null."),
        _c("claimant_mention_id", "string", "Id of the claimant's mention, or null."),
        _c("claimant_mention", "words", "Its words, or null."),
        _c("quote_id", "string", "Id of the innermost quote whose speaker is the claimant, or null."),
        _c("kind", "string", "fact, prediction, position or evaluation."),
        _c("stance", "string", "affirm, deny or noncommittal."),
        _c("check_worthy", "bool", "A fact that public evidence could settle and that matters to readers."),
        _c("about", "list<string>", "Ids of what it is about."),
        _c("about_names", "list<prose>", "Names of these entities and events; null for a quote or a nameless event."),
        _c(
            "relations", "list<kind:string,claim_id:string,claim_text:prose>", "Links to other claims, with their text."
        ),
        *_CONTEXT,
        _NOTE,
    ),
    "events": (
        _ID,
        _RECORD,
        _c("type", "string", "Event type."),
        _c("name", "prose", "Name of a named event, or null."),
        _c("link_status", "string", "linked, nil or not_attempted."),
        _c("wikidata", "string", "Wikidata id, or null."),
        _c("members", "list<string>", "Ids of the events it sums up."),
        _c(
            "triggers",
            "list<id:string,start:int32,end:int32,text:words,polarity:string,realis:string>",
            "Its mentions: the words that express it.",
        ),
        _c(
            "factuality",
            "list<trigger_id:string,value:string,according_to:string,source_name:prose>",
            "FactBank value by trigger and source (an entity's id, or `author`), with the entity's name.",
        ),
        _c(
            "arguments",
            "list<role:string,target_id:string,target_kind:string,target_type:string,target_name:prose,target_words:words,mention_id:string>",
            "Participants and circumstances: an entity's or event's name; the words of the mention, else of the target.",
        ),
        _c("time_id", "string", "Id of its time, or null."),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _c("relations", "list<kind:string,event_id:string,event_type:string>", "Links to other events."),
        *_CONTEXT,
        _NOTE,
    ),
    "segments": (
        _ID,
        _RECORD,
        _c("kind", "string", "What part of the article it is."),
        _START,
        _END,
        _TEXT,
        _NOTE,
    ),
}
CONFIGS = ("records", *FLAT)
_KIND = re.compile(r"\b(words|prose)\b(?!:)")


def _arrow_of(type_: Any) -> Any:
    """The Arrow type of a field of the model."""
    import pyarrow as pa

    if get_origin(type_) in (Union, types.UnionType):
        type_ = next(t for t in get_args(type_) if t not in (type(None), UnsetType))
    type_ = bare(type_)
    if get_origin(type_) is tuple:
        return pa.list_(_arrow_of(get_args(type_)[0]))
    if get_origin(type_) is Literal or type_ is str or get_origin(type_) is dict:
        return pa.string()
    if type_ is bool:
        return pa.bool_()
    if type_ is int:
        return pa.int32()
    return pa.struct([(f.name, _arrow_of(f.type)) for f in fields(type_)])


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
        plain = pa.schema(list(_arrow_of(Record)))
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
