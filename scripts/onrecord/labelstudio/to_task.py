"""Record → Label Studio task."""

from collections.abc import Iterator
from functools import cache
from typing import Any

from msgspec import UNSET, Struct
from msgspec.json import decode, encode

from ..record import Claim, Event, Quote, Record, Span, Spanned, clusters
from ..store import event_types
from .mapping import ATTRIBUTES, CONTINUES, CUE, DATA, LABELS, SPAN, TEXT, VERBATIM, Attribute, line, readable

Result = dict[str, Any]
TYPES = {
    "choice": "choices",
    "flags": "choices",
    "taxonomy": "taxonomy",
    "text": "textarea",
    "ref": "textarea",
    "lines": "textarea",
}
_VALUE_KEYS = {"choices": "choices", "taxonomy": "taxonomy", "textarea": "text"}


class _Region(Struct):
    """A region under way: its attributes by control, and what its `meta` carries."""

    id: str
    span: Spanned
    label: str
    meta: dict[str, Any]
    values: dict[str, list[Any]]
    head: str | None = None


class _Writer:
    def __init__(self, record: Record) -> None:
        self.record = record
        self.regions: list[_Region] = []
        self.relations: dict[tuple[str, str], list[str]] = {}
        self.names = {e.id: e.name for e in record.entities} | {v.id: v.name or v.type for v in record.events}
        self.names |= {q.id: q.fragments[0].text[:40] for q in record.quotes} | {t.id: t.text for t in record.times}
        self.places = {t.id for t in record.times} | {q.id for q in record.quotes}
        self.heads = {v.id: v.mentions[0].id for v in record.events if v.mentions}
        taken = {s.id for s in record.segments} | set(self.names) | {c.id for c in record.claims}
        taken |= {m.id for owner in clusters(record) for m in owner.mentions}
        self.taken = taken

    def fresh(self, base: str) -> str:
        """An id that nothing has."""
        name, n = base, 1
        while name in self.taken:
            n += 1
            name = f"{base}.{n}"
        self.taken.add(name)
        return name

    def region(self, id: str, span: Spanned, label: str, note: object = UNSET) -> _Region:
        meta: dict[str, Any] = {"rid": id, "seq": len(self.regions)}
        if isinstance(note, str):
            meta["text"] = [note]
        made = _Region(id, span, label, meta, {})
        self.regions.append(made)
        return made

    def relate(self, source: str, target: str, label: str) -> None:
        """One relation a pair: Label Studio keeps only the first of two, so labels are merged."""
        labels = self.relations.setdefault((source, target), [])
        if label not in labels:
            labels.append(label)

    def ref(self, id: str) -> str:
        return readable(id, self.names.get(id))

    def fill(self, region: _Region, layers: tuple[str, ...], item: Any, **extra: Any) -> None:
        """Write the item's own fields into the region's controls."""
        for a in ATTRIBUTES:
            if a.layer in layers and (values := self.encode(a, item, extra)):
                region.values[a.control] = values

    def encode(self, a: Attribute, item: Any, extra: dict[str, Any]) -> list[Any]:
        def get(field: str) -> Any:
            value = extra[field] if field in extra else getattr(item, field, None)
            return None if value is UNSET else value

        if a.carrier == "flags":
            return [field for field in a.fields if get(field)]
        value = get(a.fields[0])
        if value is None:
            return []
        if a.carrier == "lines":
            return list(value)
        if a.carrier == "ref":
            return [self.ref(value)]
        return [value]

    def fragments(self, id: str, pieces: tuple[Span, ...], label: str, note: object) -> _Region:
        """A region a piece; the later ones `continue` the head."""
        head = self.region(id, pieces[0], label, note)
        for n, piece in enumerate(pieces[1:], 2):
            part = self.region(self.fresh(f"{id}.f{n}"), piece, label)
            part.head = id
            self.relate(part.id, id, CONTINUES)
        return head

    def link(self, head: _Region, field: str, label: str, to: str | None, **kept: Any) -> None:
        """A relation, and its place in the field's order; without a region it is kept in `meta` alone."""
        if to is not None:
            self.relate(head.id, to, label)
        entry = {"field": field, "label": label, "to": to, **{k: v for k, v in kept.items() if v is not UNSET}}
        head.meta.setdefault("links", []).append(entry)

    def mentions(self) -> None:
        for entity in self.record.entities:
            for m in entity.mentions:
                self.fill(self.region(m.id, m, entity.type, m.note), ("mention",), m, entity=entity.id)

    def times(self) -> None:
        for t in self.record.times:
            self.fill(self.region(t.id, t, LABELS["time"], t.note), ("time",), t)

    def quote(self, q: Quote) -> None:
        head = self.fragments(q.id, q.fragments, LABELS["quote"], q.note)
        for n, span in enumerate(q.verbatim, 1):
            self.link(head, "verbatim", "verbatim", self.region(self.fresh(f"{q.id}.v{n}"), span, VERBATIM).id)
        if q.cue is not None:
            self.link(head, "cue", "cue", self.region(self.fresh(f"{q.id}.cue"), q.cue, CUE).id)
        if q.speaker_mention is not None:
            self.link(head, "speaker", "speaker", q.speaker_mention)
        lines = []
        for a in q.addressees:
            if a.mention is not None:
                self.link(head, "addressees", "addressee", a.mention, note=a.note)
            else:
                lines.append(line((), a.entity, self.names.get(a.entity), a.note))
                head.meta.setdefault("links", []).append({"field": "addressees", "line": lines[-1]})
        for field, label, to in (("parent", "parent", q.parent), ("time", "time", q.time)):
            if to is not None:
                self.link(head, field, label, to)
        if q.setting is not None:
            self.link(head, "setting", "setting", self.heads.get(q.setting), event=q.setting)
        self.fill(head, ("quote",), q, addressees=lines, speaker=q.speaker if q.speaker_mention is None else None)

    def claim(self, c: Claim) -> None:
        head = self.fragments(c.id, c.fragments, LABELS["claim"], c.note)
        if c.claimant_mention is not None:
            self.link(head, "claimant", "claimant", c.claimant_mention)
        if c.quote is not None:
            self.link(head, "quote", "in_quote", c.quote)
        for r in c.relations:
            self.link(head, "relations", f"claim:{r.kind}", r.claim, note=r.note)
        about = [self.ref(id) for id in c.about]
        self.fill(head, ("claim",), c, about=about, claimant=c.claimant if c.claimant_mention is None else None)

    def event(self, v: Event) -> dict[str, Any]:
        """The regions of an event; returns what travels in the data."""
        if not v.mentions:
            return {"whole": decode(encode(v))}
        for j, m in enumerate(v.mentions):
            region = self.region(m.id, m, LABELS["trigger"], m.note)
            facts = [line((f.value,), f.according_to, self.names.get(f.according_to), f.note) for f in m.factuality]
            self.fill(region, ("trigger",), m, event=v.id, factuality=facts)
            region.values["event_type"] = [v.type]
            if j:
                continue
            lines = []
            for a in v.arguments:
                to = a.mention or self.region_of(a.target)
                if to is not None:
                    self.link(region, "arguments", f"arg:{a.role}", to, target=a.target, mention=a.mention, note=a.note)
                else:
                    lines.append(line((a.role,), a.target, self.names.get(a.target), a.note))
                    region.meta.setdefault("links", []).append({"field": "arguments", "line": lines[-1]})
            if v.time is not None:
                self.link(region, "time", "time", v.time)
            for r in v.relations:
                self.link(region, "relations", f"event:{r.kind}", self.heads.get(r.event), event=r.event, note=r.note)
            self.fill(region, ("event",), v, type=None, arguments=lines, members=[self.ref(id) for id in v.members])
        found: dict[str, Any] = decode(encode(v))
        return {k: value for k, value in found.items() if k in DATA["events"]}

    def region_of(self, id: str) -> str | None:
        """The region of an event, time or quote; an entity has none but its mentions."""
        if id in self.heads:
            return self.heads[id]
        return id if id in self.places else None


@cache
def _categories() -> dict[str, str]:
    return {t.name: c.name for c in event_types().categories for t in c.types}


def _results(region: _Region) -> Iterator[Result]:
    """The region's results: its label first, then its controls; the same meta on all."""
    kind = {a.control: TYPES[a.carrier] for a in ATTRIBUTES}
    place = {"start": region.span.start, "end": region.span.end}
    common = {"id": region.id, "to_name": TEXT, "origin": "manual", "meta": region.meta}
    yield {
        **common,
        "from_name": SPAN,
        "type": "labels",
        "value": {**place, "text": region.span.text, "labels": [region.label]},
    }
    for control, values in region.values.items():
        type_ = kind[control]
        if type_ == "taxonomy":
            categories = _categories()
            values = [[categories[v], v] for v in values]
        yield {**common, "from_name": control, "type": type_, "value": {**place, _VALUE_KEYS[type_]: values}}


def to_task(record: Record) -> dict[str, Any]:
    """The task of a valid record: data, and its marks as one annotation.

    Offsets stay what they are, code points. Every mark is a region under its own id; see `mapping` for the fields.
    """
    writer = _Writer(record)
    writer.mentions()
    writer.times()
    for q in record.quotes:
        writer.quote(q)
    for c in record.claims:
        writer.claim(c)
    events = [writer.event(v) for v in record.events]
    whole = decode(encode(record))
    entities = [{k: e[k] for k in e if k in DATA["entities"] or e[k] == []} for e in whole["entities"]]
    carried = {k: whole[k] for k in DATA["record"] if k in whole}
    results: list[Result] = [r for region in writer.regions for r in _results(region)]
    results += [
        {"type": "relation", "from_id": source, "to_id": target, "direction": "right", "labels": labels}
        for (source, target), labels in writer.relations.items()
    ]
    return {
        "data": {
            "text": record.text,
            "headline": record.metadata.headline,
            "onrecord": {**carried, "entities": entities, "events": events},
        },
        "annotations": [{"result": results, "ground_truth": False}],
    }
