"""Real annotated corpora as records of ours, to count the findings that each rule makes on them: its false alarms.

Not a reader for users. The corpora are not in the repository; `python -m foreign FOLDER` (with PYTHONPATH=tests)
and the environment variable ONRECORD_CORPORA name the folder that holds them. Whatever a converter can't say in a
record is left out and counted in `left_out`, never bent into something else.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable

from msgspec import Struct

from onrecord.model import specification
from onrecord.model.record import (
    Annotation,
    Annotator,
    Entity,
    EntityType,
    Event,
    Link,
    Mention,
    MentionKind,
    Metadata,
    Published,
    Quote,
    Record,
    Segment,
    Span,
    Time,
)

NOT_ATTEMPTED = Link(status="not_attempted", wikidata=None)
LeftOut = Counter[str]
"""What a converter left out, and how often."""


class Marked(Struct, frozen=True):
    """A mention as a corpus gives it, without an id."""

    start: int
    end: int
    kind: MentionKind
    demonym: bool = False


class Cluster(Struct):
    """An entity as a corpus gives it: its key there, its type here."""

    key: str
    type: EntityType
    mentions: list[Marked]
    members: list[str] = []


def span(text: str, start: int, end: int) -> Span:
    return Span(start=start, end=end, text=text[start:end])


def entities(text: str, clusters: Iterable[Cluster]) -> tuple[tuple[Entity, ...], dict[str, str]]:
    """Entities in order of their first mention, and the entity id of each cluster's key."""
    ordered = sorted(clusters, key=lambda c: min((m.start, -m.end) for m in c.mentions))
    ids = {c.key: f"e{n}" for n, c in enumerate(ordered, 1)}
    found, count = [], 0
    for c in ordered:
        mentions = []
        for m in sorted(c.mentions, key=lambda m: (m.start, -m.end)):
            count += 1
            mentions.append(
                Mention(
                    id=f"m{count}",
                    start=m.start,
                    end=m.end,
                    text=text[m.start : m.end],
                    kind=m.kind,
                    metonymic=False,
                    demonym=m.demonym,
                )
            )
        members = tuple(ids[k] for k in c.members if k in ids)
        found.append(
            Entity(
                id=ids[c.key],
                type=c.type,
                name=name(mentions, ids[c.key]),
                link=NOT_ATTEMPTED,
                members=members,
                mentions=tuple(mentions),
            )
        )
    return tuple(found), ids


def name(mentions: list[Mention], id: str) -> str:
    """The longest name's words, else the longest nominal's; a pronoun's with the id, for they tell nothing apart."""
    for kind in ("name", "nominal"):
        words = [m.text for m in mentions if m.kind == kind]
        if words:
            return " ".join(max(words, key=len).split())
    return f"{' '.join(mentions[0].text.split())} ({id})"


def direct(id: str, fragments: tuple[Span, ...], speaker: str | None = None, parent: str | None = None) -> Quote:
    """A direct quote of which no more is known."""
    return Quote(
        id=id,
        kind="direct",
        fragments=fragments,
        verbatim=(),
        cue=None,
        speaker=speaker,
        speaker_mention=None,
        addressees=(),
        parent=parent,
        attribution="speech",
        time=None,
        setting=None,
    )


def record(
    id: str,
    text: str,
    segments: tuple[Segment, ...],
    *,
    corpus: str,
    rights: str,
    published: Published,
    made: str,
    headline: str,
    url: str | None = None,
    entities: tuple[Entity, ...] = (),
    times: tuple[Time, ...] = (),
    quotes: tuple[Quote, ...] = (),
    events: tuple[Event, ...] = (),
) -> Record:
    """A record with a corpus's provenance; `made` is when the annotation was."""
    digest = hashlib.sha256(text.encode()).hexdigest()
    return Record(
        schema_version=specification.schema_version(),
        id=id,
        text=text,
        text_sha256=digest,
        metadata=Metadata(
            headline=headline,
            section=None,
            language="en",
            publisher=None,
            url=url,
            authors=(),
            source_file=f"{id}.txt",
            source_sha256=digest,
            rights=rights,
            published=published,
        ),
        segments=segments,
        entities=entities,
        times=times,
        quotes=quotes,
        claims=(),
        events=events,
        annotation=Annotation(
            status="annotated",
            guidelines="0.0.0",
            annotators=(Annotator(name=corpus, kind="human"),),
            created=made,
            modified=made,
        ),
    )


def annotations(record: Record) -> dict[str, int]:
    """How much is annotated, layer by layer."""
    return {
        "entities": len(record.entities),
        "mentions": sum(len(e.mentions) for e in record.entities),
        "times": len(record.times),
        "quotes": len(record.quotes),
        "claims": len(record.claims),
        "triggers": sum(len(v.mentions) for v in record.events),
    }
