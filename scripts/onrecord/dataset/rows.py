"""The rows that a record gives, config by config; the columns are described in `columns`. Pure: no file is touched.

The configs beside `records` are flat: one row an item, ids prefixed by the record's (`RECORD/ID`), and what else a
reader would have to join: names, Wikidata ids, the words around. Offsets are Unicode code points, end exclusive.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from operator import attrgetter
from typing import Any

from msgspec import UNSET

from ..model.fields import RESERVED, Field, is_span
from ..model.meaning import Id, Ref
from ..model.record import AUTHOR, Claim, Entity, Event, Mention, Quote, Record, Segment, Span, Time, Trigger, clusters
from .columns import FLAT, field_of, items_of
from .nested import record_row

Row = dict[str, Any]


class _Names:
    """Look-ups for the columns that save a join."""

    def __init__(self, r: Record) -> None:
        self.r = r
        self.entities = {e.id: e for e in r.entities}
        self.events = {v.id: v for v in r.events}
        self.claims = {c.id: c.text for c in r.claims}
        self.times = {t.id: t for t in r.times}
        self.words = {m.id: m.text for owner in clusters(r) for m in owner.mentions}
        self.words |= {t.id: t.text for t in r.times} | {q.id: _words(q.fragments) for q in r.quotes}
        self.words |= {v.id: v.mentions[0].text for v in r.events if v.mentions}
        self.kinds = {e.id: "entity" for e in r.entities} | {v.id: "event" for v in r.events}
        self.kinds |= {t.id: "time" for t in r.times} | {q.id: "quote" for q in r.quotes}
        self.starts = [s.start for s in r.segments]

    def id(self, id: str | None) -> str | None:
        return None if id is None else f"{self.r.id}/{id}"

    def ids(self, ids: Sequence[str]) -> list[str]:
        return [f"{self.r.id}/{i}" for i in ids]

    def item(self, id: str | None) -> Entity | Event | None:
        return self.entities.get(id or "") or self.events.get(id or "")

    def name(self, id: str | None) -> str | None:
        found = self.item(id)
        return found.name if found is not None else None

    def type(self, id: str | None) -> str | None:
        found = self.item(id)
        return found.type if found is not None else None

    def wikidata(self, id: str | None) -> str | None:
        found = self.item(id)
        return found.link.wikidata if found is not None else None

    def time(self, id: str | None) -> str | None:
        return self.times[id].value if id in self.times else None

    def around(self, start: int, end: int) -> Row:
        """The blocks on which a stretch stands, from the first one's start to the last one's end."""
        first, last = bisect_right(self.starts, start) - 1, bisect_right(self.starts, end - 1) - 1
        if first < 0:
            return {"context": self.r.text[start:end], "context_start": start}
        start, end = self.r.segments[first].start, max(end, self.r.segments[last].end)
        return {"context": self.r.text[start:end], "context_start": start}


def _words(pieces: Sequence[Span]) -> str:
    return " ".join(p.text for p in pieces)


def _spans(pieces: Sequence[Span]) -> list[Row]:
    return [{"start": p.start, "end": p.end, "text": p.text} for p in pieces]


def _opt(value: Any) -> Any:
    return None if value is UNSET else value


# What of each config is joined; the columns that hold a field as it is are filled by `_plan`


def _segment(s: Segment, n: _Names) -> Row:
    return {"text": n.r.text[s.start : s.end]}


def _entity(e: Entity, n: _Names) -> Row:
    return {"member_names": [n.name(m) for m in e.members], "mentions": [m.text for m in e.mentions]}


def _mention(e: Entity, m: Mention, n: _Names) -> Row:
    owner = {"entity_id": n.id(e.id), "entity_type": e.type, "entity_name": e.name, "entity_wikidata": e.link.wikidata}
    return owner | n.around(m.start, m.end)


def _time(t: Time, n: _Names) -> Row:
    return n.around(t.start, t.end)


def _quote(q: Quote, n: _Names) -> Row:
    return {
        "text": _words(q.fragments),
        "cue": q.cue.text if q.cue else None,
        "cue_start": q.cue.start if q.cue else None,
        "cue_end": q.cue.end if q.cue else None,
        "speaker_name": n.name(q.speaker),
        "speaker_type": n.type(q.speaker),
        "speaker_wikidata": n.wikidata(q.speaker),
        "speaker_mention": n.words.get(q.speaker_mention or ""),
        "addressee_ids": [n.id(a.entity) for a in q.addressees],
        "addressee_names": [n.name(a.entity) for a in q.addressees],
        "addressee_mention_ids": [n.id(a.mention) for a in q.addressees],
        "time_value": n.time(q.time),
        "setting_type": n.type(q.setting),
        "setting_name": n.name(q.setting),
        **n.around(q.fragments[0].start, q.fragments[-1].end),
    }


def _claim(c: Claim, n: _Names) -> Row:
    return {
        "words": _words(c.fragments),
        "claimant_name": n.name(c.claimant),
        "claimant_type": n.type(c.claimant),
        "claimant_wikidata": n.wikidata(c.claimant),
        "claimant_mention": n.words.get(c.claimant_mention or ""),
        "about_names": [n.name(a) for a in c.about],
        "relations": [
            {"kind": x.kind, "claim_id": n.id(x.claim), "claim_text": n.claims.get(x.claim)} for x in c.relations
        ],
        **n.around(c.fragments[0].start, c.fragments[-1].end),
    }


def _trigger(m: Trigger, n: _Names) -> Row:
    return {
        "id": n.id(m.id),
        "start": m.start,
        "end": m.end,
        "text": m.text,
        "polarity": m.polarity,
        "realis": m.realis,
    }


def _event(v: Event, n: _Names) -> Row:
    first = v.mentions[0] if v.mentions else None
    return {
        "triggers": [_trigger(m, n) for m in v.mentions],
        "factuality": [
            {
                "trigger_id": n.id(m.id),
                "value": f.value,
                "according_to": f.according_to if f.according_to == AUTHOR else n.id(f.according_to),
                "source_name": n.name(f.according_to),
            }
            for m in v.mentions
            for f in m.factuality
        ],
        "arguments": [
            {
                "role": a.role,
                "target_id": n.id(a.target),
                "target_kind": n.kinds.get(a.target),
                "target_type": n.type(a.target),
                "target_name": n.name(a.target),
                "target_words": n.words.get(a.mention or "", n.words.get(a.target)),
                "mention_id": n.id(a.mention),
            }
            for a in v.arguments
        ],
        "time_value": n.time(v.time),
        "relations": [{"kind": x.kind, "event_id": n.id(x.event), "event_type": n.type(x.event)} for x in v.relations],
        **(n.around(first.start, first.end) if first else {"context": None, "context_start": None}),
    }


Value = Callable[[Any, _Names], Any]


def _value(field: Field, of: str) -> Value:
    """How a column takes its value from an item, if it holds a field as it is."""
    get = attrgetter(of.replace("/", "."))
    if is_span(field.struct):
        return lambda item, n: _spans(get(item))
    if field.says(Id):
        return lambda item, n: n.id(get(item))
    if ref := field.says(Ref):
        kept = (None, UNSET, *RESERVED.intersection(ref.kinds))
        if field.many:
            return lambda item, n: n.ids(get(item))
        return lambda item, n: _opt(id) if (id := get(item)) in kept else n.id(id)
    if field.absent:
        return lambda item, n: _opt(get(item))
    return lambda item, n: get(item)


@cache
def _plan(config: str) -> tuple[tuple[str, Value | None], ...]:
    """The columns of a config in their order, with how each is filled; those without are joined."""
    struct = items_of(config).struct
    return tuple((c.name, _value(field_of(struct, c.of[0]), c.of[0]) if c.own else None) for c in FLAT[config])


def _each(config: str, items: Sequence[Any], join: Callable[[Any, _Names], Row], n: _Names) -> Iterator[Row]:
    for item in items:
        joined = {"record_id": n.r.id, **join(item, n)}
        yield {name: joined[name] if value is None else value(item, n) for name, value in _plan(config)}


def rows(r: Record) -> dict[str, list[Row]]:
    """Every row of a record, by config; keys are in the order of the columns."""
    n = _Names(r)
    return {
        "records": [record_row(r)],
        "entities": [*_each("entities", r.entities, _entity, n)],
        "mentions": [row for e in r.entities for row in _each("mentions", e.mentions, partial(_mention, e), n)],
        "times": [*_each("times", r.times, _time, n)],
        "quotes": [*_each("quotes", r.quotes, _quote, n)],
        "claims": [*_each("claims", r.claims, _claim, n)],
        "events": [*_each("events", r.events, _event, n)],
        "segments": [*_each("segments", r.segments, _segment, n)],
    }
