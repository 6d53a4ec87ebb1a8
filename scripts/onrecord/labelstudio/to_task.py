"""Record → Label Studio task."""

import hashlib
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any

from msgspec import UNSET, Struct
from msgspec.json import decode, encode

from ..record import Claim, Entity, Event, Mention, Quote, Record, Span, Spanned, Trigger, clusters
from ..store import event_types
from .mapping import (
    ATTRIBUTES,
    CONTEXT,
    CONTEXTS,
    CONTINUES,
    CONTROLS,
    CUE,
    DATA,
    LABELS,
    PASSES,
    SPAN,
    TEXT,
    VERBATIM,
    Attribute,
    context,
    flat,
    line,
    passes,
    readable,
    safe,
)

Result = dict[str, Any]
TYPES = {
    "choice": "choices",
    "flags": "choices",
    "taxonomy": "taxonomy",
    "text": "textarea",
    "ref": "textarea",
    "cluster": "textarea",
    "lines": "textarea",
}
_DEPTHS = {LABELS["claim"]: 0, LABELS["quote"]: 1, CONTEXTS["quote"]: 1, VERBATIM: 2}
_VALUE_KEYS = {"choices": "choices", "taxonomy": "taxonomy", "textarea": "text"}


class _Region(Struct):
    """A region under way: its attributes by control, and what its `meta` carries."""

    id: str
    span: Spanned
    label: str
    meta: dict[str, Any]
    values: dict[str, list[Any]]
    control: str = SPAN


class _Writer:
    """Regions and relations of a pass; `heads` and `places` as `mapping.DATA` says."""

    def __init__(self, record: Record, shows: tuple[str, ...]) -> None:
        self.record, self.shows = record, shows
        self.regions: list[_Region] = []
        self.relations: dict[tuple[str, str], list[str]] = {}
        self.groups: dict[str, list[str]] = {}  # first piece → the later ones
        self.names: dict[str, str | None] = {e.id: e.name for e in record.entities}
        self.names |= {v.id: v.name or v.type for v in record.events}
        self.names |= {q.id: q.fragments[0].text[:40] for q in record.quotes} | {t.id: t.text for t in record.times}
        self.links = {x.id: x.link for x in clusters(record)}
        self.spans: dict[str, Spanned] = {m.id: m for owner in clusters(record) for m in owner.mentions}
        self.owners = {m.id: owner.id for owner in clusters(record) for m in owner.mentions}
        self.heads = {v.id: v.mentions[0].id for v in record.events if v.mentions}
        taken = {s.id for s in record.segments} | set(self.names) | {c.id for c in record.claims} | set(self.spans)
        self.taken = taken

    def fresh(self, base: str) -> str:
        """An id that nothing has."""
        name, n = base, 1
        while name in self.taken:
            n += 1
            name = f"{base}-{n}"
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

    def cluster(self, id: str) -> str:
        link = self.links[id]
        known = link.wikidata or ("nil" if link.status == "nil" else None)
        return f"{self.ref(id)} | {known}" if known else self.ref(id)

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
        return [self.cluster(value) if a.carrier == "cluster" else value]

    def fragments(self, id: str, pieces: tuple[Span, ...], label: str, note: object) -> _Region:
        """A region a piece; the later ones `continue` the head."""
        head = self.region(id, pieces[0], label, note)
        for n, piece in enumerate(pieces[1:], 2):
            part = self.region(self.fresh(f"{id}-f{n}"), piece, label)
            self.groups.setdefault(id, []).append(part.id)
            self.relate(part.id, id, CONTINUES)
        return head

    def link(self, head: _Region, field: str, label: str, to: str | None, **kept: Any) -> None:
        """A relation, and its place in the field's order; without a region it is kept in `meta` alone."""
        if to is not None:
            self.relate(head.id, to, label)
        entry = {"field": field, "label": label, "to": to, **{k: v for k, v in kept.items() if v is not UNSET}}
        head.meta.setdefault("links", []).append(entry)

    def context(self, id: str, span: Spanned, layer: str, owner: str | None = None) -> None:
        """A region of a layer that the pass does not show: to read, and to lead relations to."""
        made = _Region(id, span, CONTEXTS[layer], {"rid": id}, {}, CONTEXT)
        if owner is not None:
            made.values["cluster" if layer == "mention" else "event"] = [self.cluster(owner)]
        self.regions.append(made)

    def entity(self, e: Entity) -> None:
        for n, m in enumerate(e.mentions):
            region = self.region(m.id, m, e.type, m.note)
            region.meta["of"] = e.id
            self.fill(region, ("mention",), m, entity=e.id, members=[self.ref(x) for x in e.members] if not n else ())
        if len(e.mentions) > 1 and e.members:
            self.groups[e.mentions[0].id] = [m.id for m in e.mentions[1:]]

    def quote(self, q: Quote) -> None:
        head = self.fragments(q.id, q.fragments, LABELS["quote"], q.note)
        for n, span in enumerate(q.verbatim, 1):
            self.link(head, "verbatim", "verbatim", self.region(self.fresh(f"{q.id}-v{n}"), span, VERBATIM).id)
        if q.cue is not None:
            self.link(head, "cue", "cue", self.region(self.fresh(f"{q.id}-cue"), q.cue, CUE).id)
        if q.speaker_mention is not None:
            self.link(head, "speaker", "speaker", q.speaker_mention, entity=q.speaker)
        lines = []
        for a in q.addressees:
            if a.mention is not None:
                self.link(head, "addressees", "addressee", a.mention, entity=a.entity, note=a.note)
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
            self.link(head, "claimant", "claimant", c.claimant_mention, entity=c.claimant)
        if c.quote is not None:
            self.link(head, "quote", "in_quote", c.quote)
        for r in c.relations:
            self.link(head, "relations", r.kind, r.claim, note=r.note)
        about = [self.ref(id) for id in c.about]
        self.fill(head, ("claim",), c, about=about, claimant=c.claimant if c.claimant_mention is None else None)

    def event(self, v: Event) -> None:
        for m in v.mentions:
            region = self.region(m.id, m, LABELS["trigger"], m.note)
            region.meta["of"] = v.id
            facts = [line((f.value,), f.according_to, self.names.get(f.according_to), f.note) for f in m.factuality]
            self.fill(region, ("trigger",), m, event=v.id, factuality=facts)
            region.values["event_type"] = [v.type]
            if m is not v.mentions[0]:
                self.groups.setdefault(v.mentions[0].id, []).append(m.id)
                continue
            if v.time is not None:
                self.link(region, "time", "time", v.time)
            for r in v.relations:
                self.link(region, "relations", r.kind, self.heads.get(r.event), event=r.event, note=r.note)
            lines = [self.argument(a.role, a.target, a.mention, a.note) for a in v.arguments]
            self.fill(region, ("event",), v, type=None, arguments=lines, members=[self.ref(id) for id in v.members])

    def argument(self, role: str, target: str, mention: str | None, note: object) -> str:
        """`agent e1@m5 Donald Trump, “he”`: whatever follows the ids is for people."""
        if mention is None:
            return line((role,), target, self.names.get(target), note)
        words = f"{flat(self.names.get(target))}, “{flat(self.spans[mention].text)}”"
        return line((role,), f"{target}@{mention}", words, note)

    def all(self) -> None:
        """Every region, the record's order within each layer."""
        record, shows, reads = self.record, self.shows, context(self.shows)
        for e in record.entities:
            if "entities" in shows:
                self.entity(e)
            elif "mention" in reads:
                for m in e.mentions:
                    self.context(m.id, m, "mention", e.id)
        for t in record.times:
            if "times" in shows:
                self.fill(self.region(t.id, t, LABELS["time"], t.note), ("time",), t)
            elif "time" in reads:
                self.context(t.id, t, "time")
        for q in record.quotes:
            if "quotes" in shows:
                self.quote(q)
            elif "quote" in reads:
                self.context(q.id, q.fragments[0], "quote")
        if "claims" in shows:
            for c in record.claims:
                self.claim(c)
        for v in record.events:
            if "events" in shows:
                self.event(v)
            elif "trigger" in reads:
                for trigger in v.mentions:
                    self.context(trigger.id, trigger, "trigger", v.id)

    def kept(self) -> dict[str, Any]:
        """`heads`: what the first of several pieces holds for all, should it be deleted."""
        by_id = {r.id: r for r in self.regions if r.id in self.groups}
        outgoing: dict[str, list[list[str]]] = {}
        for (source, target), labels in self.relations.items():
            if source in self.groups:
                outgoing.setdefault(source, []).extend([label, target] for label in labels)
        found = {}
        for id, parts in self.groups.items():
            head = by_id[id]
            keep = {"trigger": ("event",), "mention": ("members",)}  # whatever else is each mention's own
            of = "trigger" if isinstance(head.span, Trigger) else "mention" if isinstance(head.span, Mention) else ""
            values = {
                control: values
                for control, values in head.values.items()
                if not of or ((control in keep[of] or CONTROLS[control].layer in keep[of]) and control != "event_type")
            }
            found[id] = {
                "parts": parts,
                "values": values,
                "links": head.meta.get("links", []),
                "relations": outgoing.get(id, []),
            }
            if head.label in (LABELS["quote"], LABELS["claim"]) and "text" in head.meta:
                found[id]["note"] = head.meta["text"]
        return found

    def places(self) -> dict[str, list[int]]:
        """Where mentions stand that something else names."""
        record = self.record
        named = {q.speaker_mention for q in record.quotes} | {c.claimant_mention for c in record.claims}
        named |= {a.mention for q in record.quotes for a in q.addressees}
        named |= {a.mention for v in record.events for a in v.arguments}
        mine = {r.id for r in self.regions if r.control == SPAN}
        return {id: [self.spans[id].start, self.spans[id].end] for id in self.spans if id in named and id in mine}


@cache
def _categories() -> dict[str, str]:
    return {t.name: c.name for c in event_types().categories for t in c.types}


def _results(region: _Region) -> Iterator[Result]:
    """The region's results: its label first, then its controls; the same meta on all."""
    place = {"start": region.span.start, "end": region.span.end}
    common: Result = {"id": safe(region.id), "to_name": TEXT, "origin": "manual", "meta": region.meta}
    yield {
        **common,
        "from_name": region.control,
        "type": "labels",
        "value": {**place, "text": region.span.text, "labels": [region.label]},
    }
    for control, values in region.values.items():
        type_ = TYPES[CONTROLS[control].carrier]
        if type_ == "taxonomy":
            categories = _categories()
            values = [[categories[v], v] for v in values]
        yield {**common, "from_name": control, "type": type_, "value": {**place, _VALUE_KEYS[type_]: values}}


def digest(record: Record) -> str:
    """The record's content, whatever the order of keys: what tells a task where nothing was changed."""
    return hashlib.sha256(encode(record, order="sorted")).hexdigest()


def article(record: Record) -> dict[str, str]:
    """The document's fields in words, for the page's panel; what is not known stands as a dash."""
    m = record.metadata
    published = f"{m.published.value or '–'} ({m.published.basis})"
    found = {
        "headline": m.headline, "section": m.section, "published": published, "publisher": m.publisher,
        "authors": ", ".join(m.authors), "language": m.language, "url": m.url, "rights": m.rights,
        "record": f"{record.id}, {record.annotation.status}",
    }  # fmt: skip
    return {k: v or "–" for k, v in found.items()}


def to_task(record: Record, layers: Iterable[str] | None = None) -> dict[str, Any]:
    """The task of a valid record: data, and its marks as one annotation.

    Offsets stay what they are, code points. Every mark is a region under its own id, made fit for Label Studio; see
    `mapping` for the fields.

    Args:
        layers: what a pass shows, of `mapping.PASSES`; all without it. The others travel in the data.

    Raises:
        ValueError: a layer is unknown.
    """
    shows = passes(layers)
    writer = _Writer(record, shows)
    writer.all()
    whole = decode(encode(record))
    carried: dict[str, Any] = {k: whole[k] for k in DATA["record"] if k in whole}
    for layer in PASSES:
        if layer not in shows:
            carried[layer] = [{"whole": x} for x in whole[layer]] if layer in DATA else whole[layer]
    if "entities" in shows:
        carried["entities"] = [{k: e[k] for k in e if k in DATA["entities"] or e[k] == []} for e in whole["entities"]]
    if "events" in shows:
        carried["events"] = [
            {k: v[k] for k in v if k in DATA["events"]} if v["mentions"] else {"whole": v} for v in whole["events"]
        ]
    if shows != PASSES:
        carried["layers"] = list(shows)
    carried |= {k: v for k, v in (("heads", writer.kept()), ("places", writer.places())) if v}
    carried["sha256"] = digest(record)
    # what comes later lies on top: a mention within a quote is the one that a click gets at; of the same words, the
    # claim lies lowest, as its line under the text stays within reach
    drawn = sorted(writer.regions, key=lambda r: (r.span.start, -r.span.end, _DEPTHS.get(r.label, len(_DEPTHS))))
    results: list[Result] = [r for region in drawn for r in _results(region)]
    results += [
        {"type": "relation", "from_id": safe(source), "to_id": safe(target), "direction": "right", "labels": labels}
        for (source, target), labels in writer.relations.items()
    ]
    return {
        "data": {
            "text": record.text,
            "headline": record.metadata.headline,
            "article": article(record),
            "onrecord": carried,
        },
        "annotations": [{"result": results, "ground_truth": False}],
    }
