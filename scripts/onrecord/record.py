"""The record: one annotated news article, as immutable typed values.

This module mirrors `schemas/record.schema.json`, the specification; a test compares the two field by field.
It knows no file and no format. Offsets are Unicode code points into `Record.text`, end exclusive:
`record.text[span.start:span.end] == span.text`.

Sources of the schemes: mentions and kinds after ACE 2005; times after TIMEX3 (ISO-TimeML);
realis after Rich ERE; factuality after FactBank; metadata after schema.org NewsArticle and IPTC ninjs.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import UNSET, Meta, Struct, UnsetType

EntityType = Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "WORK", "OTHER"]
MentionKind = Literal["name", "nominal", "pronoun"]
LinkStatus = Literal["linked", "nil", "not_attempted"]
SegmentKind = Literal[
    "section", "headline", "summary", "byline", "dateline", "paragraph", "caption", "related_link", "other"
]
PublishedBasis = Literal["stated", "inferred", "unknown"]
TimeType = Literal["DATE", "TIME", "DURATION", "SET"]
TimeBasis = Literal["stated", "anchored", "world_knowledge"]
TimeMod = Literal[
    "BEFORE",
    "AFTER",
    "ON_OR_BEFORE",
    "ON_OR_AFTER",
    "LESS_THAN",
    "MORE_THAN",
    "EQUAL_OR_LESS",
    "EQUAL_OR_MORE",
    "START",
    "MID",
    "END",
    "APPROX",
]
QuoteKind = Literal["direct", "indirect", "mixed"]
Attribution = Literal["speech", "thought", "intention"]
Voice = Literal["source", "author", "unspecified"]
ClaimKind = Literal["fact", "prediction", "position", "evaluation"]
Stance = Literal["affirm", "deny", "noncommittal"]
ClaimRelationKind = Literal["same_as", "contradicts", "supports", "responds_to"]
Polarity = Literal["positive", "negative"]
Realis = Literal["actual", "generic", "other"]
FactualityValue = Literal["CT+", "PR+", "PS+", "CT-", "PR-", "PS-", "CTu", "Uu"]
EventRelationKind = Literal["subevent_of", "before", "causes"]
AnnotationStatus = Literal["draft", "annotated", "adjudicated"]
AnnotatorKind = Literal["human", "machine"]

# bounds that the decoder checks; the schema has them, too, and a test compares the two
Start = Annotated[int, Meta(ge=0, le=2**31 - 1)]
End = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Words = Annotated[str, Meta(min_length=1)]


def bare(type_: Any) -> Any:
    """A field's type without the bounds of its values."""
    return get_args(type_)[0] if get_origin(type_) is Annotated else type_


AUTHOR = "author"
"""Reserved id: the article's own voice."""

PUBLISHED = "published"
"""Reserved id: the publication date, as an anchor of times."""


class Value(Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, gc=False):
    """Base of all parts of a record: immutable, compared by content, no unknown fields."""


class Span(Value, frozen=True):
    """A stretch of the text: code points, end exclusive."""

    start: Start
    end: End
    text: Words


Pieces = Annotated[tuple[Span, ...], Meta(min_length=1)]


class Segment(Value, frozen=True):
    id: str
    kind: SegmentKind
    start: Start
    end: End
    note: str | UnsetType = UNSET


class Published(Value, frozen=True):
    value: str | None
    basis: PublishedBasis
    note: str | UnsetType = UNSET


class Metadata(Value, frozen=True):
    headline: str
    section: str | None
    language: str
    publisher: str | None
    url: str | None
    authors: tuple[str, ...]
    source_file: Words
    source_sha256: str
    rights: Words
    published: Published


class Link(Value, frozen=True):
    status: LinkStatus
    wikidata: str | None


class Mention(Value, frozen=True):
    id: str
    start: Start
    end: End
    text: Words
    kind: MentionKind
    metonymic: bool
    demonym: bool
    note: str | UnsetType = UNSET


class Entity(Value, frozen=True):
    id: str
    type: EntityType
    name: Words
    link: Link
    members: tuple[str, ...]
    mentions: tuple[Mention, ...]
    note: str | UnsetType = UNSET


class Time(Value, frozen=True):
    id: str
    start: Start
    end: End
    text: Words
    type: TimeType
    value: Words
    basis: TimeBasis
    anchor: str | None
    mod: TimeMod | None
    quant: Words | UnsetType = UNSET
    freq: Words | UnsetType = UNSET
    begin: str | UnsetType = UNSET
    end_point: str | UnsetType = UNSET
    note: str | UnsetType = UNSET


class Addressee(Value, frozen=True):
    entity: str
    mention: str | None
    note: str | UnsetType = UNSET


class Quote(Value, frozen=True):
    id: str
    kind: QuoteKind
    fragments: Pieces
    verbatim: tuple[Span, ...]
    cue: Span | None
    speaker: str | None
    speaker_mention: str | None
    addressees: tuple[Addressee, ...]
    parent: str | None
    attribution: Attribution
    time: str | None
    setting: str | None
    note: str | UnsetType = UNSET


class ClaimRelation(Value, frozen=True):
    kind: ClaimRelationKind
    claim: str
    note: str | UnsetType = UNSET


class Claim(Value, frozen=True):
    id: str
    fragments: Pieces
    text: Words
    voice: Voice
    claimant: str | None
    claimant_mention: str | None
    quote: str | None
    kind: ClaimKind
    stance: Stance
    check_worthy: bool
    about: tuple[str, ...]
    relations: tuple[ClaimRelation, ...]
    note: str | UnsetType = UNSET


class Factuality(Value, frozen=True):
    value: FactualityValue
    according_to: str
    note: str | UnsetType = UNSET


class Trigger(Value, frozen=True):
    """A mention of an event."""

    id: str
    start: Start
    end: End
    text: Words
    polarity: Polarity
    realis: Realis
    factuality: tuple[Factuality, ...]
    note: str | UnsetType = UNSET


class Argument(Value, frozen=True):
    role: str
    target: str
    mention: str | None
    note: str | UnsetType = UNSET


class EventRelation(Value, frozen=True):
    kind: EventRelationKind
    event: str
    note: str | UnsetType = UNSET


class Event(Value, frozen=True):
    id: str
    type: str
    name: Words | None
    link: Link
    members: tuple[str, ...]
    mentions: tuple[Trigger, ...]
    arguments: tuple[Argument, ...]
    time: str | None
    relations: tuple[EventRelation, ...]
    note: str | UnsetType = UNSET


class Annotator(Value, frozen=True):
    name: Words
    kind: AnnotatorKind
    note: str | UnsetType = UNSET


class Annotation(Value, frozen=True):
    status: AnnotationStatus
    guidelines: str
    annotators: tuple[Annotator, ...]
    created: str
    modified: str
    note: str | UnsetType = UNSET


class Record(Value, frozen=True):
    """One article with its annotation."""

    schema_version: str
    id: str
    text: Words
    text_sha256: str
    metadata: Metadata
    segments: tuple[Segment, ...]
    entities: tuple[Entity, ...]
    times: tuple[Time, ...]
    quotes: tuple[Quote, ...]
    claims: tuple[Claim, ...]
    events: tuple[Event, ...]
    annotation: Annotation
    extensions: dict[str, Any] | UnsetType = UNSET


def clusters(record: Record) -> tuple[Entity | Event, ...]:
    """Entities and events: what has mentions, a name and a link."""
    return (*record.entities, *record.events)


def extent(item: Quote | Claim) -> tuple[int, int]:
    """From the first piece's start to the last piece's end, in code points."""
    return item.fragments[0].start, item.fragments[-1].end


def cluster_layers(record: Record) -> tuple[tuple[str, Sequence[Entity | Event]], ...]:
    """The layers whose items have mentions, members and a link, with their names."""
    return ("entities", record.entities), ("events", record.events)


Spanned = Span | Mention | Time | Trigger
"""Whatever has `start`, `end` and `text` of its own."""
