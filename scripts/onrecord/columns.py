"""The columns of the dataset, in one place: card, Parquet schema and rows are made from them.

`records` mirrors the record model; the flat configs are listed here. Offsets are Unicode code points.
"""

import types
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from msgspec import Struct, UnsetType
from msgspec.structs import fields

from .record import Record, bare
from .store import record_schema

SPLIT = "train"


class Column(Struct, frozen=True):
    """A column of a flat config. `type`: string, int32, bool, or a list of names or `name:type` for a struct."""

    name: str
    type: str
    description: str


def _c(name: str, type: str, description: str) -> Column:
    return Column(name, type, description)


_SPANS = "list<start:int32,end:int32,text:string>"
_ID = _c("id", "string", "Identifier, unique in the split: the record's id, a slash, and the item's id.")
_RECORD = _c("record_id", "string", "Identifier of the record (article).")
_START = _c("start", "int32", "Offset of the first character, in Unicode code points of the record's text.")
_END = _c("end", "int32", "Offset after the last character (end exclusive).")
_TEXT = _c("text", "string", "The words.")
_NOTE = _c("note", "string", "Remark of the annotator, or null.")
_FRAGMENTS = _c("fragments", _SPANS, "The pieces of the span, in text order.")

FLAT: dict[str, tuple[Column, ...]] = {
    "entities": (
        _ID,
        _RECORD,
        _c("type", "string", "Entity type."),
        _c("name", "string", "Canonical name."),
        _c("link_status", "string", "linked, nil or not_attempted."),
        _c("wikidata", "string", "Wikidata id, or null."),
        _c("members", "list<string>", "Ids of the members of a group."),
        _c("mentions", "list<string>", "The words of its mentions, in order."),
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
        _c("entity_name", "string", "The entity's canonical name."),
        _c("context", "string", "The block of the article around the mention."),
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
        _NOTE,
    ),
    "quotes": (
        _ID,
        _RECORD,
        _c("text", "string", "The content; pieces joined by a space."),
        _FRAGMENTS,
        _c("kind", "string", "direct, indirect or mixed."),
        _c("verbatim", _SPANS, "For mixed quotes: the pieces in quotation marks."),
        _c("attribution", "string", "speech, thought or intention."),
        _c("cue", "string", "The reporting word, or null."),
        _c("cue_start", "int32", "Offset of the cue, or null."),
        _c("cue_end", "int32", "Offset after the cue, or null."),
        _c("speaker_id", "string", "Id of the speaker, or null."),
        _c("speaker_name", "string", "Canonical name of the speaker, or null."),
        _c("speaker_type", "string", "Entity type of the speaker, or null."),
        _c("speaker_wikidata", "string", "Wikidata id of the speaker, or null."),
        _c("speaker_mention_id", "string", "Id of the mention with the cue, or null where implicit."),
        _c("speaker_mention", "string", "Its words, or null."),
        _c("addressee_ids", "list<string>", "Ids of the addressees."),
        _c("addressee_names", "list<string>", "Their canonical names."),
        _c("addressee_mention_ids", "list<string>", "Ids of their mentions; null where implicit."),
        _c("parent_id", "string", "Id of the enclosing quote, or null."),
        _c("time_id", "string", "Id of the time of the utterance, or null."),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _c("setting_id", "string", "Id of the event in which it was said, or null."),
        _c("context", "string", "The block of the article around it."),
        _NOTE,
    ),
    "claims": (
        _ID,
        _RECORD,
        _c("text", "string", "The proposition as one self-contained sentence."),
        _c("words", "string", "The words that carry it; pieces joined by a space."),
        _FRAGMENTS,
        _c("voice", "string", "source, author or unspecified."),
        _c("claimant_id", "string", "Id of the claimant, or null."),
        _c("claimant_name", "string", "Canonical name of the claimant, or null."),
        _c("claimant_mention_id", "string", "Id of the claimant's mention, or null."),
        _c("quote_id", "string", "Id of the innermost quote whose speaker is the claimant, or null."),
        _c("kind", "string", "fact, prediction, position or evaluation."),
        _c("stance", "string", "affirm, deny or noncommittal."),
        _c("check_worthy", "bool", "A fact that public evidence could settle and that matters to readers."),
        _c("about", "list<string>", "Ids of what it is about."),
        _c("relations", "list<kind:string,claim_id:string>", "Links to other claims."),
        _c("context", "string", "The block of the article around it."),
        _NOTE,
    ),
    "events": (
        _ID,
        _RECORD,
        _c("type", "string", "Event type."),
        _c("name", "string", "Name of a named event, or null."),
        _c("wikidata", "string", "Wikidata id, or null."),
        _c("members", "list<string>", "Ids of the events it sums up."),
        _c(
            "triggers",
            "list<id:string,start:int32,end:int32,text:string,polarity:string,realis:string>",
            "Its mentions.",
        ),
        _c(
            "factuality",
            "list<trigger_id:string,value:string,according_to:string>",
            "FactBank value by trigger and source (an entity's id, or `author`).",
        ),
        _c(
            "arguments",
            "list<role:string,target_id:string,target_kind:string,target_name:string,mention_id:string>",
            "Participants and circumstances.",
        ),
        _c("time_id", "string", "Id of its time, or null."),
        _c("time_value", "string", "Its TIMEX3 value, or null."),
        _c("relations", "list<kind:string,event_id:string>", "Links to other events."),
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

    plain = {"string": pa.string(), "int32": pa.int32(), "bool": pa.bool_()}
    if name in plain:
        return plain[name]
    inner = name.removeprefix("list<").removesuffix(">")
    if ":" not in inner:
        return pa.list_(plain[inner])
    return pa.list_(pa.struct([(n, plain[t]) for n, _, t in (part.partition(":") for part in inner.split(","))]))


@cache
def arrow_schema(config: str) -> Any:
    """The Arrow schema of a config, with the `huggingface` metadata that makes its features typed everywhere."""
    import pyarrow as pa
    from datasets import Features

    if config == "records":
        plain = pa.schema(list(_arrow_of(Record)))
    else:
        plain = pa.schema([(c.name, _arrow_named(c.type)) for c in FLAT[config]])
    return Features.from_arrow_schema(plain).arrow_schema


def describe(config: str) -> list[Column]:
    """Name, type and meaning of every column, for the card."""
    if config != "records":
        return list(FLAT[config])
    properties = record_schema()["properties"]
    return [
        Column(field.name, str(field.type).split("<")[0], properties[field.name]["description"])
        for field in arrow_schema("records")
    ]
