"""The rows that a record gives, config by config; the columns are described in `columns`. Pure: no file is touched.

The configs beside `records` are flat: one row an item, ids prefixed by the record's (`RECORD/ID`), and what else a
reader would have to join: names, Wikidata ids, the words around. Offsets are Unicode code points, end exclusive.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec import UNSET

from ..record import AUTHOR, PUBLISHED, Claim, Entity, Event, Quote, Record, Segment, Span, Time, Trigger, clusters
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


def _segment(s: Segment, n: _Names) -> Row:
    return {"kind": s.kind, "start": s.start, "end": s.end, "text": n.r.text[s.start : s.end]}


def _entity(e: Entity, n: _Names) -> Row:
    return {
        "type": e.type,
        "name": e.name,
        "link_status": e.link.status,
        "wikidata": e.link.wikidata,
        "members": n.ids(e.members),
        "member_names": [n.name(m) for m in e.members],
        "mentions": [m.text for m in e.mentions],
    }


def _mentions(e: Entity, n: _Names) -> Iterator[Row]:
    owner = {"entity_id": n.id(e.id), "entity_type": e.type, "entity_name": e.name, "entity_wikidata": e.link.wikidata}
    for m in e.mentions:
        yield {
            "id": n.id(m.id),
            "record_id": n.r.id,
            "start": m.start,
            "end": m.end,
            "text": m.text,
            "kind": m.kind,
            "metonymic": m.metonymic,
            "demonym": m.demonym,
            **owner,
            **n.around(m.start, m.end),
            "note": _opt(m.note),
        }


def _time(t: Time, n: _Names) -> Row:
    return {
        "start": t.start,
        "end": t.end,
        "text": t.text,
        "type": t.type,
        "value": t.value,
        "basis": t.basis,
        "anchor": t.anchor if t.anchor == PUBLISHED else n.id(t.anchor),
        "mod": t.mod,
        "quant": _opt(t.quant),
        "freq": _opt(t.freq),
        "begin_id": n.id(_opt(t.begin)),
        "end_point_id": n.id(_opt(t.end_point)),
        **n.around(t.start, t.end),
    }


def _quote(q: Quote, n: _Names) -> Row:
    return {
        "text": _words(q.fragments),
        "fragments": _spans(q.fragments),
        "kind": q.kind,
        "verbatim": _spans(q.verbatim),
        "attribution": q.attribution,
        "cue": q.cue.text if q.cue else None,
        "cue_start": q.cue.start if q.cue else None,
        "cue_end": q.cue.end if q.cue else None,
        "speaker_id": n.id(q.speaker),
        "speaker_name": n.name(q.speaker),
        "speaker_type": n.type(q.speaker),
        "speaker_wikidata": n.wikidata(q.speaker),
        "speaker_mention_id": n.id(q.speaker_mention),
        "speaker_mention": n.words.get(q.speaker_mention or ""),
        "addressee_ids": [n.id(a.entity) for a in q.addressees],
        "addressee_names": [n.name(a.entity) for a in q.addressees],
        "addressee_mention_ids": [n.id(a.mention) for a in q.addressees],
        "parent_id": n.id(q.parent),
        "time_id": n.id(q.time),
        "time_value": n.time(q.time),
        "setting_id": n.id(q.setting),
        "setting_type": n.type(q.setting),
        "setting_name": n.name(q.setting),
        **n.around(q.fragments[0].start, q.fragments[-1].end),
    }


def _claim(c: Claim, n: _Names) -> Row:
    return {
        "text": c.text,
        "words": _words(c.fragments),
        "fragments": _spans(c.fragments),
        "voice": c.voice,
        "claimant_id": n.id(c.claimant),
        "claimant_name": n.name(c.claimant),
        "claimant_type": n.type(c.claimant),
        "claimant_wikidata": n.wikidata(c.claimant),
        "claimant_mention_id": n.id(c.claimant_mention),
        "claimant_mention": n.words.get(c.claimant_mention or ""),
        "quote_id": n.id(c.quote),
        "kind": c.kind,
        "stance": c.stance,
        "check_worthy": c.check_worthy,
        "about": n.ids(c.about),
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
        "type": v.type,
        "name": v.name,
        "link_status": v.link.status,
        "wikidata": v.link.wikidata,
        "members": n.ids(v.members),
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
        "time_id": n.id(v.time),
        "time_value": n.time(v.time),
        "relations": [{"kind": x.kind, "event_id": n.id(x.event), "event_type": n.type(x.event)} for x in v.relations],
        **(n.around(first.start, first.end) if first else {"context": None, "context_start": None}),
    }


def _each(items: Sequence[Any], make: Callable[[Any, _Names], Row], n: _Names) -> list[Row]:
    record = n.r.id
    return [{"id": f"{record}/{x.id}", "record_id": record, **make(x, n), "note": _opt(x.note)} for x in items]


def rows(r: Record) -> dict[str, list[Row]]:
    """Every row of a record, by config; keys are in the order of the columns."""
    n = _Names(r)
    return {
        "records": [record_row(r)],
        "entities": _each(r.entities, _entity, n),
        "mentions": [row for e in r.entities for row in _mentions(e, n)],
        "times": _each(r.times, _time, n),
        "quotes": _each(r.quotes, _quote, n),
        "claims": _each(r.claims, _claim, n),
        "events": _each(r.events, _event, n),
        "segments": _each(r.segments, _segment, n),
    }
