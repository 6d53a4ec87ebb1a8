"""Record → Label Studio task."""

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import UNSET, Struct
from msgspec.json import decode, encode

from ...model.record import Record, Spanned, clusters
from .carriers.controls import TEXT
from .carriers.entries import Names, shown_link
from .carriers.marks import NOTE, Item, Mark, fields_of
from .carriers.relations import Drawn, Relation
from .mapping import (
    CONTEXT,
    CONTEXTS,
    CONTROLS,
    DATA,
    LABELS,
    MARK,
    MARKS,
    PASSES,
    SPAN,
    attributes,
    context,
    passes,
    relations,
    safe,
)

Result = dict[str, Any]
_DEPTHS = {LABELS["claim"]: 0, LABELS["quote"]: 1, CONTEXTS["quote"]: 1, LABELS["verbatim"]: 2}


class _Region(Struct):
    """A region under way: its values by control, and what its `meta` carries."""

    id: str
    span: Spanned
    mark: Mark
    label: str
    meta: dict[str, Any]
    values: dict[str, list[Any]]
    control: str = SPAN


class Writer:
    """Regions and relations of a pass; `heads` and `places` as `mapping.DATA` says."""

    def __init__(self, record: Record, shows: tuple[str, ...]) -> None:
        self.record, self.shows = record, shows
        self.regions: list[_Region] = []
        self.relations: dict[tuple[str, str], list[str]] = {}
        self.groups: dict[str, list[str]] = {}  # first piece or mention → the later ones
        names: dict[str, str | None] = {e.id: e.name for e in record.entities}
        names |= {v.id: v.name or v.type for v in record.events}
        names |= {q.id: q.fragments[0].text[:40] for q in record.quotes} | {t.id: t.text for t in record.times}
        self.spans: dict[str, Spanned] = {m.id: m for owner in clusters(record) for m in owner.mentions}
        self.names = Names(
            names,
            {x.id: shown_link(x.link) for x in clusters(record)},
            {id: m.text for id, m in self.spans.items()},
            {v.id: v.mentions[0].id for v in record.events if v.mentions},
        )
        self.taken = {s.id for s in record.segments} | set(names) | {c.id for c in record.claims} | set(self.spans)

    def fresh(self, base: str) -> str:
        """An id that nothing has."""
        name, n = base, 1
        while name in self.taken:
            n += 1
            name = f"{base}-{n}"
        self.taken.add(name)
        return name

    def region(self, id: str, span: Spanned, mark: Mark, label: str, note: object = UNSET) -> _Region:
        meta = {"rid": id, "seq": len(self.regions)} | NOTE.encode(note)
        made = _Region(id, span, mark, label, meta, {})
        self.regions.append(made)
        return made

    def relate(self, source: str, target: str, label: str) -> None:
        """One relation a pair: Label Studio keeps only the first of two, so labels are merged."""
        labels = self.relations.setdefault((source, target), [])
        if label not in labels:
            labels.append(label)

    def fill(self, region: _Region, kind: str, fields: dict[str, Any], first: bool = True) -> None:
        """Write an item's fields into the region's controls; at a later mention, what each one says."""
        for a in attributes(kind):
            if (first or a.each) and (values := a.encode(fields, self.names)):
                region.values[a.name] = values

    def draw(self, head: _Region, relation: Relation, drawn: Drawn) -> None:
        """A relation, and its place in the field's order; without a region it is kept in `meta` alone."""
        to = drawn.to
        if drawn.span is not None:
            mark = MARK[relation.targets[0]]
            to = self.region(self.fresh(f"{head.id}-{drawn.suffix}"), drawn.span, mark, LABELS[mark.kind]).id
        if drawn.back and to is not None:
            self.groups.setdefault(head.id, []).append(to)
            self.relate(to, head.id, drawn.label)
            return
        if to is not None:
            self.relate(head.id, to, drawn.label)
        entry = {"field": relation.field} | (
            {"line": drawn.line} if drawn.line is not None else {"label": drawn.label, "to": to, **drawn.kept}
        )
        head.meta.setdefault("links", []).append(entry)

    def context(self, id: str, span: Spanned, mark: Mark, item: Item) -> None:
        """A region of a layer that the pass does not show: to read, and to lead relations to."""
        made = _Region(id, span, mark, CONTEXTS[mark.kind], {"rid": id}, {}, CONTEXT)
        made.values |= {a.name: a.encode({a.field: item.id}, self.names) for a in attributes(mark.kind) if a.clusters}
        self.regions.append(made)

    def item(self, mark: Mark, item: Item) -> None:
        """The regions of one item: its mentions, or its pieces and what belongs to them."""
        spans = mark.spans(item)
        for n, (id, span) in enumerate(spans):
            of = item if mark.whole is None else span
            region = self.region(id, span, mark, mark.labelled(item), getattr(of, "note", UNSET))
            fields = fields_of(of)
            if mark.whole is not None:
                region.meta["of"] = item.id
                fields[mark.whole] = item.id
            self.fill(region, mark.kind, fields)
            if mark.whole is not None:
                self.fill(region, mark.whole, fields_of(item), first=not n)
            if n:
                self.groups.setdefault(spans[0][0], []).append(id)
                continue
            for relation in relations(mark.item):
                for drawn in relation.encode(item, self.names):
                    self.draw(region, relation, drawn)

    def all(self) -> None:
        """Every region, the record's order within each layer."""
        reads = context(self.shows)
        for mark in MARKS:
            items: tuple[Item, ...] = () if mark.part else getattr(self.record, mark.layer)
            for item in items:
                if mark.layer in self.shows:
                    self.item(mark, item)
                elif mark in reads:
                    for id, span in mark.spans(item):
                        self.context(id, span, mark, item)

    def kept(self) -> dict[str, Any]:
        """`heads`: what the first of several pieces or mentions holds for all, should it be deleted."""
        by_id = {r.id: r for r in self.regions if r.id in self.groups}
        outgoing: dict[str, list[list[str]]] = {}
        for (source, target), labels in self.relations.items():
            if source in self.groups:
                outgoing.setdefault(source, []).extend([label, target] for label in labels)
        found = {}
        for id, parts in self.groups.items():
            head = by_id[id]
            values = {k: v for k, v in head.values.items() if head.mark.pieces or CONTROLS[k].held}
            kept = head.meta.get("links", [])
            if not values and not kept:
                continue  # each mention says its own
            found[id] = {"parts": parts, "values": values, "links": kept, "relations": outgoing.get(id, [])}
            if head.mark.pieces and "text" in head.meta:
                found[id]["note"] = head.meta["text"]
        return found

    def places(self) -> dict[str, list[int]]:
        """Where mentions stand that something else names."""
        items = ((mark, item) for mark in MARKS if not mark.part for item in getattr(self.record, mark.layer))
        named = {m for mark, item in items for relation in relations(mark.item) for m in relation.mentions(item)}
        mine = {r.id for r in self.regions if r.control == SPAN}
        return {id: [self.spans[id].start, self.spans[id].end] for id in self.spans if id in named and id in mine}


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
    for name, values in region.values.items():
        a = CONTROLS[name]
        yield {**common, "from_name": name, "type": a.type, "value": {**place, a.key: values}}


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
    writer = Writer(record, shows)
    writer.all()
    whole = decode(encode(record))
    carried: dict[str, Any] = DATA["record"].row(whole)
    for layer in sorted(PASSES, key=shows.__contains__):
        if layer in DATA:
            carried[layer] = DATA[layer].encode(whole[layer], layer in shows)
        elif layer not in shows:
            carried[layer] = whole[layer]
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
