"""Records → rows of a Hugging Face dataset, and back. Pure: no file is touched here.

`records` holds the whole nested record, one row an article; the other configs are flat, one row an item, their
ids prefixed by the record's (`RECORD/ID`). Offsets are Unicode code points into the record's `text`, end exclusive.
"""

import types
from collections.abc import Iterator
from contextlib import suppress
from typing import Any, Union, get_args, get_origin

from msgspec import UNSET, DecodeError, Struct, UnsetType, convert
from msgspec.json import decode, encode
from msgspec.structs import fields

from . import record as model
from .record import Record, Segment, Span, bare, clusters


def record_row(record: Record) -> dict[str, Any]:
    """A record as a row of `records`: absent optional fields are null, `extensions` is JSON text."""
    row: dict[str, Any] = decode(encode(record))
    row["extensions"] = None if record.extensions is UNSET else encode(record.extensions).decode()
    return row


def row_value(row: dict[str, Any]) -> dict[str, Any]:
    """The JSON value that a row of `records` stands for, valid or not."""
    found: dict[str, Any] = _strip(row, Record)
    if isinstance(found.get("extensions"), str):
        with suppress(DecodeError):
            found["extensions"] = decode(found["extensions"])
    return found


def from_row(row: dict[str, Any]) -> Record:
    """The reverse of `record_row`, from a row as any reader gives it."""
    return convert(row_value(row), Record)


def _strip(value: Any, type_: Any) -> Any:
    """Nulls of optional fields taken out again."""
    if get_origin(type_) in (Union, types.UnionType):
        type_ = next(t for t in get_args(type_) if t not in (type(None), UnsetType))
    type_ = bare(type_)
    if get_origin(type_) is tuple:
        return [_strip(v, get_args(type_)[0]) for v in value] if isinstance(value, list | tuple) else value
    if isinstance(type_, type) and issubclass(type_, Struct) and isinstance(value, dict):
        optional = {f.name for f in fields(type_) if not f.required}
        inner = {f.name: f.type for f in fields(type_)}
        return {k: _strip(v, inner.get(k)) for k, v in value.items() if not (v is None and k in optional)}
    return value


class _Names:
    """Look-ups for the columns that save a join."""

    def __init__(self, r: Record) -> None:
        self.r = r
        self.entities = {e.id: e for e in r.entities}
        self.mentions = {m.id: m.text for owner in clusters(r) for m in owner.mentions}
        self.times = {t.id: t for t in r.times}
        self.kinds = {e.id: "entity" for e in r.entities} | {v.id: "event" for v in r.events}
        self.kinds |= {t.id: "time" for t in r.times} | {q.id: "quote" for q in r.quotes}
        self.names = {e.id: e.name for e in r.entities} | {t.id: t.text for t in r.times}
        self.names |= {q.id: _words(q.fragments) for q in r.quotes}
        self.names |= {v.id: v.name or (v.mentions[0].text if v.mentions else v.type) for v in r.events}

    def id(self, id: str | None) -> str | None:
        return None if id is None else f"{self.r.id}/{id}"

    def ids(self, ids: tuple[str, ...]) -> list[str]:
        return [f"{self.r.id}/{i}" for i in ids]

    def entity(self, id: str | None, field: str) -> Any:
        found = self.entities.get(id or "")
        if found is None:
            return None
        return found.link.wikidata if field == "wikidata" else getattr(found, field)

    def time(self, id: str | None) -> str | None:
        return self.times[id].value if id in self.times else None

    def context(self, start: int) -> str:
        found: Segment | None = next((s for s in self.r.segments if s.start <= start < s.end), None)
        return self.r.text[found.start : found.end] if found else ""


def _words(pieces: tuple[Span, ...]) -> str:
    return " ".join(p.text for p in pieces)


def _spans(pieces: tuple[Span, ...]) -> list[dict[str, Any]]:
    return [{"start": p.start, "end": p.end, "text": p.text} for p in pieces]


def _opt(value: Any) -> Any:
    return None if value is UNSET else value


def rows(r: Record) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every row of a record: (config, row)."""
    n = _Names(r)
    yield "records", record_row(r)
    for s in r.segments:
        yield (
            "segments",
            {
                "id": n.id(s.id),
                "record_id": r.id,
                "kind": s.kind,
                "start": s.start,
                "end": s.end,
                "text": r.text[s.start : s.end],
                "note": _opt(s.note),
            },
        )
    for e in r.entities:
        yield (
            "entities",
            {
                "id": n.id(e.id),
                "record_id": r.id,
                "type": e.type,
                "name": e.name,
                "link_status": e.link.status,
                "wikidata": e.link.wikidata,
                "members": n.ids(e.members),
                "mentions": [m.text for m in e.mentions],
                "note": _opt(e.note),
            },
        )
        for m in e.mentions:
            yield (
                "mentions",
                {
                    **{k: getattr(m, k) for k in ("start", "end", "text", "kind", "metonymic", "demonym")},
                    "id": n.id(m.id),
                    "record_id": r.id,
                    "entity_id": n.id(e.id),
                    "entity_type": e.type,
                    "entity_name": e.name,
                    "context": n.context(m.start),
                    "note": _opt(m.note),
                },
            )
    for t in r.times:
        yield (
            "times",
            {
                **{k: getattr(t, k) for k in ("start", "end", "text", "type", "value", "basis", "mod")},
                "id": n.id(t.id),
                "record_id": r.id,
                "quant": _opt(t.quant),
                "freq": _opt(t.freq),
                "begin_id": n.id(_opt(t.begin)),
                "end_point_id": n.id(_opt(t.end_point)),
                "anchor": t.anchor if t.anchor == "published" else n.id(t.anchor),
                "note": _opt(t.note),
            },
        )
    for q in r.quotes:
        yield (
            "quotes",
            {
                "id": n.id(q.id),
                "record_id": r.id,
                "text": _words(q.fragments),
                "fragments": _spans(q.fragments),
                "kind": q.kind,
                "verbatim": _spans(q.verbatim),
                "attribution": q.attribution,
                "cue": q.cue.text if q.cue else None,
                "cue_start": q.cue.start if q.cue else None,
                "cue_end": q.cue.end if q.cue else None,
                "speaker_id": n.id(q.speaker),
                "speaker_name": n.entity(q.speaker, "name"),
                "speaker_type": n.entity(q.speaker, "type"),
                "speaker_wikidata": n.entity(q.speaker, "wikidata"),
                "speaker_mention_id": n.id(q.speaker_mention),
                "speaker_mention": n.mentions.get(q.speaker_mention or ""),
                "addressee_ids": [n.id(a.entity) for a in q.addressees],
                "addressee_names": [n.entity(a.entity, "name") for a in q.addressees],
                "addressee_mention_ids": [n.id(a.mention) for a in q.addressees],
                "parent_id": n.id(q.parent),
                "time_id": n.id(q.time),
                "time_value": n.time(q.time),
                "setting_id": n.id(q.setting),
                "context": n.context(q.fragments[0].start),
                "note": _opt(q.note),
            },
        )
    for c in r.claims:
        yield (
            "claims",
            {
                **{k: getattr(c, k) for k in ("text", "voice", "kind", "stance", "check_worthy")},
                "id": n.id(c.id),
                "record_id": r.id,
                "words": _words(c.fragments),
                "fragments": _spans(c.fragments),
                "claimant_id": n.id(c.claimant),
                "claimant_name": n.entity(c.claimant, "name"),
                "claimant_mention_id": n.id(c.claimant_mention),
                "quote_id": n.id(c.quote),
                "about": n.ids(c.about),
                "relations": [{"kind": x.kind, "claim_id": n.id(x.claim)} for x in c.relations],
                "context": n.context(c.fragments[0].start),
                "note": _opt(c.note),
            },
        )
    for v in r.events:
        yield (
            "events",
            {
                "id": n.id(v.id),
                "record_id": r.id,
                "type": v.type,
                "name": v.name,
                "wikidata": v.link.wikidata,
                "members": n.ids(v.members),
                "triggers": [
                    {"id": n.id(m.id), **{k: getattr(m, k) for k in ("start", "end", "text", "polarity", "realis")}}
                    for m in v.mentions
                ],
                "factuality": [
                    {
                        "trigger_id": n.id(m.id),
                        "value": f.value,
                        "according_to": f.according_to if f.according_to == model.AUTHOR else n.id(f.according_to),
                    }
                    for m in v.mentions
                    for f in m.factuality
                ],
                "arguments": [
                    {
                        "role": a.role,
                        "target_id": n.id(a.target),
                        "target_kind": n.kinds.get(a.target),
                        "target_name": n.names.get(a.target),
                        "mention_id": n.id(a.mention),
                    }
                    for a in v.arguments
                ],
                "time_id": n.id(v.time),
                "time_value": n.time(v.time),
                "relations": [{"kind": x.kind, "event_id": n.id(x.event)} for x in v.relations],
                "note": _opt(v.note),
            },
        )
