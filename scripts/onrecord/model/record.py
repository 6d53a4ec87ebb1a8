"""The record: one annotated news article, as immutable typed values.

This module mirrors `schemas/record.schema.json`, the specification; a test compares the two field by field.
It knows no file and no format. Offsets are Unicode code points into `Record.text`, end exclusive:
`record.text[span.start:span.end] == span.text`. Each type says what its field means (`meaning`), and all else that
treats fields by what they are is derived from that (`fields`).

Sources of the schemes: mentions and kinds after ACE 2005; times after TIMEX3 (ISO-TimeML);
realis after Rich ERE; factuality after FactBank; metadata after schema.org NewsArticle and IPTC ninjs.
"""

from collections.abc import Sequence
from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from .meaning import ArticleWords, Called, Each, Form, Given, Id, InOrder, Label, Layer, Prose, Ref, Usual, Volatile

EntityType = Annotated[
    Literal["PERSON", "ORG", "GPE", "LOC", "FAC", "NORP", "PRODUCT", "WORK", "OTHER"], Label("entity_type")
]
MentionKind = Annotated[Literal["name", "nominal", "pronoun"], Label("mention_kind")]
LinkStatus = Annotated[Literal["linked", "nil", "not_attempted"], Label("link_status")]
SegmentKind = Annotated[
    Literal["section", "headline", "summary", "byline", "dateline", "paragraph", "caption", "related_link", "other"],
    Label("segment_kind"),
]
PublishedBasis = Annotated[Literal["stated", "inferred", "unknown"], Label("published_basis")]
TimeType = Annotated[Literal["DATE", "TIME", "DURATION", "SET"], Label("time_type")]
TimeBasis = Annotated[Literal["stated", "anchored", "world_knowledge"], Label("time_basis")]
TimeMod = Annotated[
    Literal[
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
    ],
    Label("time_mod"),
]
QuoteKind = Annotated[Literal["direct", "indirect", "mixed"], Label("quote_kind")]
Attribution = Annotated[Literal["speech", "thought", "intention"], Label("attribution")]
Voice = Annotated[Literal["source", "author", "unspecified"], Label("voice")]
ClaimKind = Annotated[Literal["fact", "prediction", "position", "evaluation"], Label("claim_kind")]
Stance = Annotated[Literal["affirm", "deny", "noncommittal"], Label("stance")]
ClaimRelationKind = Annotated[Literal["same_as", "contradicts", "supports", "responds_to"], Label("claim_relation")]
Polarity = Annotated[Literal["positive", "negative"], Label("polarity")]
Realis = Annotated[Literal["actual", "generic", "other"], Label("realis")]
FactualityValue = Annotated[Literal["CT+", "PR+", "PS+", "CT-", "PR-", "PS-", "CTu", "Uu"], Label("factuality")]
EventRelationKind = Annotated[Literal["subevent_of", "before", "causes"], Label("event_relation")]
AnnotationStatus = Annotated[Literal["draft", "annotated", "adjudicated"], Label("annotation_status")]
AnnotatorKind = Annotated[Literal["human", "machine"], Label("annotator_kind")]

# bounds that the decoder checks; the schema has them, too, and a test compares the two
Start = Annotated[int, Meta(ge=0, le=2**31 - 1)]
End = Annotated[int, Meta(ge=1, le=2**31 - 1)]
Words = Annotated[str, Meta(min_length=1), ArticleWords()]
Written = Annotated[str, Meta(min_length=1), Prose()]
Note = Annotated[str, Prose()] | UnsetType

# what is of one form wherever it stands
Digest = Annotated[str, Form("SHA-256, lower-case hexadecimal")]
Moment = Annotated[str, Form("UTC, RFC 3339")]
Version = Annotated[str, Form("semantic version")]


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


Pieces = Annotated[tuple[Span, ...], Meta(min_length=1), InOrder("the text")]


class Segment(Value, frozen=True):
    id: Annotated[str, Id("segment", "s")]
    kind: SegmentKind
    start: Start
    end: End
    note: Note = UNSET


class Published(Value, frozen=True):
    value: Annotated[str | None, Form("ISO 8601 date")]
    basis: PublishedBasis
    note: Note = UNSET


class Metadata(Value, frozen=True):
    headline: Annotated[str, Prose()]
    section: Annotated[str | None, Prose()]
    language: Annotated[str, Form("BCP 47 tag")]
    publisher: Annotated[str | None, Prose()]
    url: Annotated[str | None, Form("address on the web")]
    authors: Annotated[tuple[Annotated[str, Prose()], ...], InOrder("the byline")]
    source_file: Annotated[str, Meta(min_length=1), Form("file name", why="it is the name of the file")]
    source_sha256: Digest
    rights: Written
    published: Published


class Link(Value, frozen=True):
    status: Annotated[LinkStatus, Usual("not_attempted")]
    wikidata: Annotated[str | None, Form("Wikidata id, Q and digits")]


class Mention(Value, frozen=True):
    id: Annotated[str, Id("mention", "m")]
    start: Start
    end: End
    text: Words
    kind: MentionKind
    metonymic: Annotated[bool, Usual(False)]
    demonym: Annotated[bool, Usual(False)]
    note: Note = UNSET


class Entity(Value, frozen=True):
    id: Annotated[str, Id("entity", "e")]
    type: EntityType
    name: Written
    link: Link
    members: Annotated[tuple[Annotated[str, Ref(("entity",))], ...], Each(), Called("member")]
    mentions: Annotated[tuple[Mention, ...], Each(by=("id",))]
    note: Note = UNSET


class Time(Value, frozen=True):
    id: Annotated[str, Id("time", "t")]
    start: Start
    end: End
    text: Words
    type: TimeType
    value: Annotated[str, Meta(min_length=1), Form("TIMEX3 value", why="TIM001 refuses all others")]
    basis: TimeBasis
    anchor: Annotated[str | None, Ref(("time", "event", PUBLISHED))]
    mod: TimeMod | None
    quant: Annotated[str, Meta(min_length=1), Form("TIMEX3 quantifier", why="it is a word, as EVERY")] | UnsetType = (
        UNSET
    )
    freq: (
        Annotated[str, Meta(min_length=1), Form("TIMEX3 frequency", why="it is a number and a unit, as 2D")] | UnsetType
    ) = UNSET
    begin: Annotated[str, Ref(("time",))] | UnsetType = UNSET
    end_point: Annotated[str, Ref(("time",)), Called("end")] | UnsetType = UNSET
    note: Note = UNSET


class Addressee(Value, frozen=True):
    entity: Annotated[str, Ref(("entity",)), Called("addressee")]
    mention: Annotated[str | None, Ref(("mention",), whose="entity")]
    note: Note = UNSET


class Quote(Value, frozen=True):
    id: Annotated[str, Id("quote", "q")]
    kind: QuoteKind
    fragments: Annotated[Pieces, Called("piece")]
    verbatim: Annotated[tuple[Span, ...], InOrder("the text"), Called("verbatim piece")]
    cue: Span | None
    speaker: Annotated[str | None, Ref(("entity",))]
    speaker_mention: Annotated[str | None, Ref(("mention",), whose="speaker")]
    addressees: Annotated[tuple[Addressee, ...], Each(by=("entity",))]
    parent: Annotated[str | None, Ref(("quote",)), Called("enclosing quote")]
    attribution: Annotated[Attribution, Usual("speech")]
    time: Annotated[str | None, Ref(("time",))]
    setting: Annotated[str | None, Ref(("event",))]
    note: Note = UNSET


class ClaimRelation(Value, frozen=True):
    kind: ClaimRelationKind
    claim: Annotated[str, Ref(("claim",)), Called("related claim")]
    note: Note = UNSET


class Claim(Value, frozen=True):
    id: Annotated[str, Id("claim", "c")]
    fragments: Annotated[Pieces, Called("piece")]
    text: Written
    voice: Voice
    claimant: Annotated[str | None, Ref(("entity",))]
    claimant_mention: Annotated[str | None, Ref(("mention",), whose="claimant")]
    quote: Annotated[str | None, Ref(("quote",))]
    kind: ClaimKind
    stance: Stance
    check_worthy: bool
    about: Annotated[tuple[Annotated[str, Ref(("entity", "event", "quote"))], ...], Each(), Called("what it is about")]
    relations: Annotated[tuple[ClaimRelation, ...], Each(by=("kind", "claim"))]
    note: Note = UNSET


class Factuality(Value, frozen=True):
    value: FactualityValue
    according_to: Annotated[str, Ref(("entity", AUTHOR)), Called("source")]
    note: Note = UNSET


class Trigger(Value, frozen=True):
    """A mention of an event."""

    id: Annotated[str, Id("trigger")]
    start: Start
    end: End
    text: Words
    polarity: Annotated[Polarity, Usual("positive")]
    realis: Annotated[Realis, Usual("actual")]
    factuality: Annotated[tuple[Factuality, ...], Each(by=("according_to",))]
    note: Note = UNSET


class Argument(Value, frozen=True):
    role: Annotated[str, Label("role")]
    target: Annotated[str, Ref(("entity", "event", "time", "quote")), Called("argument")]
    mention: Annotated[str | None, Ref(("mention", "trigger"), whose="target")]
    note: Note = UNSET


class EventRelation(Value, frozen=True):
    kind: EventRelationKind
    event: Annotated[str, Ref(("event",)), Called("related event")]
    note: Note = UNSET


class Event(Value, frozen=True):
    id: Annotated[str, Id("event", "v")]
    type: Annotated[str, Label("event_type")]
    name: Written | None
    link: Link
    members: Annotated[tuple[Annotated[str, Ref(("event",))], ...], Each(), Called("member")]
    mentions: Annotated[tuple[Trigger, ...], Each(by=("id",))]
    arguments: Annotated[tuple[Argument, ...], Each(by=("role", "target"))]
    time: Annotated[str | None, Ref(("time",))]
    relations: Annotated[tuple[EventRelation, ...], Each(by=("kind", "event"))]
    note: Note = UNSET


class Annotator(Value, frozen=True):
    name: Written
    kind: AnnotatorKind
    note: Note = UNSET


class Annotation(Value, frozen=True):
    status: AnnotationStatus
    guidelines: Version
    annotators: Annotated[tuple[Annotator, ...], InOrder("the work"), Volatile()]
    created: Moment
    modified: Annotated[Moment, Volatile()]
    note: Note = UNSET


class Record(Value, frozen=True):
    """One article with its annotation."""

    schema_version: Annotated[Version, Given()]
    id: Annotated[str, Form("id of the article"), Given()]
    text: Annotated[Words, Given()]
    text_sha256: Annotated[Digest, Given()]
    metadata: Metadata
    segments: Annotated[tuple[Segment, ...], InOrder("the text")]
    entities: Annotated[tuple[Entity, ...], Each(by=("id",)), Layer()]
    times: Annotated[tuple[Time, ...], Each(by=("id",)), Layer()]
    quotes: Annotated[tuple[Quote, ...], Each(by=("id",)), Layer()]
    claims: Annotated[tuple[Claim, ...], Each(by=("id",)), Layer()]
    events: Annotated[tuple[Event, ...], Each(by=("id",)), Layer()]
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
