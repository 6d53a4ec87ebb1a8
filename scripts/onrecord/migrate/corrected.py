"""A record of an article that was corrected → a record of the corrected article, with the fate of all it held.

Nothing goes without being listed, and what is lost is kept verbatim in the new record's `extensions`.
No file is read or written here; all offsets are Unicode code points, end exclusive.
"""

import hashlib
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from msgspec import UNSET, Struct, UnsetType
from msgspec.json import decode as decode_json
from msgspec.json import encode
from msgspec.structs import replace

from ..findings.finding import Offsets
from ..marks.ingest import blocks, decode, kinds
from ..model.fields import PREFIXES, is_span, own
from ..model.meaning import Ref
from ..model.patterns import references
from ..model.record import Claim, Entity, Event, Metadata, Quote, Record, Segment, Span, Time, clusters
from ..text.alignment import Alignment
from .fates import Fate, How, Migration, MigrationError, items, order, prove

S = TypeVar("S", bound=Struct)


def migrate(record: Record, text: str, now: str) -> Migration:
    """The record on the corrected text of its article, proven.

    Args:
        record: a valid one.
        text: the corrected text; for the same text the record stays as it is.
        now: UTC, RFC 3339; the date of modification.

    Raises:
        MigrationError: the result would not be sound, or something else stands in `extensions` where losses are kept.
        ValueError: the text is no article's (see `ingest.decode`).
    """
    decode(text.encode())
    if text != record.text:
        migration = _Migrator(record, text, now).run()
        prove(record, migration)
        return migration
    fates = []
    for pointer, kind, id, at in items(record):
        words = text[slice(*at)] if at else None
        fates.append(Fate(pointer=pointer, kind=kind, fate="kept", id=id, old=words, new=words, old_at=at, new_at=at))
    return Migration(record, tuple(sorted(fates, key=order)))


def _inside(inner: Sequence[Span], outer: Sequence[Span]) -> bool:
    return all(any(o.start <= i.start and i.end <= o.end for o in outer) for i in inner)


class _Migrator:
    """One migration: where the spans are, which items live on, then their fields."""

    def __init__(self, record: Record, text: str, now: str) -> None:
        self.old, self.text, self.now = record, text, now
        self.alignment = Alignment(record.text, text)
        self.fates: dict[str, Fate] = {}
        self.added: list[Fate] = []
        self.to: dict[str, Span] = {}  # pointer → the span in the new text; what is lost has none
        self.pieces: dict[str, tuple[Span, ...]] = {}  # pointer of a list of pieces → what is left of it
        self.why: dict[str, str] = {}
        self.gone: set[str] = set()  # ids of lost items

    def run(self) -> Migration:
        for pointer, kind, _, at in items(self.old):
            if at and kind != "segment" and (place := self.alignment.place(*at)):
                self.to[pointer] = self.span(*place)
        self.settle_twins()
        self.settle_pieces()
        for pointer, kind, id, at in items(self.old):
            lives = pointer in self.to if at else self.pieces.get(f"{pointer}/fragments", True)
            if id and kind != "segment" and not lives:
                self.gone.add(id)
        self.settle_clusters()
        for pointer, kind, id, at in items(self.old):
            if kind != "segment":
                self.enter(pointer, kind, id, at)
        segments = self.segments()
        digest = hashlib.sha256(self.text.encode()).hexdigest()
        old, gone = self.old, self.gone
        new = replace(
            old,
            text=self.text,
            text_sha256=digest,
            metadata=replace(self.metadata(segments), source_sha256=digest),
            segments=segments,
            entities=tuple(self.entity(f"/entities/{i}", e) for i, e in enumerate(old.entities) if e.id not in gone),
            times=tuple(self.time(f"/times/{i}", t) for i, t in enumerate(old.times) if t.id not in gone),
            quotes=tuple(self.quote(f"/quotes/{i}", q) for i, q in enumerate(old.quotes) if q.id not in gone),
            claims=tuple(self.claim(f"/claims/{i}", c) for i, c in enumerate(old.claims) if c.id not in gone),
            events=tuple(self.event(f"/events/{i}", v) for i, v in enumerate(old.events) if v.id not in gone),
            annotation=replace(old.annotation, modified=self.now),
        )
        fates = tuple(sorted([*self.fates.values(), *self.added], key=order))
        return Migration(replace(new, extensions=self.extensions(fates, digest)), fates)

    def span(self, start: int, end: int) -> Span:
        return Span(start, end, self.text[start:end])

    # What lives on

    def lose(self, pointer: str, why: str) -> None:
        if self.to.pop(pointer, None):
            self.why[pointer] = why

    def settle_twins(self) -> None:
        """Two mentions may have come to mark the same words: the one that had them, or more words, stays."""
        found: dict[tuple[str, int, int], list[tuple[bool, int, str, str]]] = {}
        for pointer, kind, id, at in items(self.old):
            if kind in ("mention", "trigger") and id and at and (to := self.to.get(pointer)):
                same = self.old.text[slice(*at)] == to.text
                found.setdefault((kind, to.start, to.end), []).append((same, at[1] - at[0], pointer, id))
        for twins in found.values():
            first, *others = sorted(twins, key=lambda t: t[:2], reverse=True)
            for other in others:
                self.lose(other[2], f"its words are now those of {first[3]}")

    def settle_pieces(self) -> None:
        """A quote's verbatim pieces stay inside its content, its cue outside."""
        for i, quote in enumerate(self.old.quotes):
            p = f"/quotes/{i}"
            content = self.join(f"{p}/fragments", len(quote.fragments))
            for j in range(len(quote.verbatim)):
                if (to := self.to.get(at := f"{p}/verbatim/{j}")) and not _inside([to], content):
                    self.lose(at, "it is no longer part of the quote")
            self.join(f"{p}/verbatim", len(quote.verbatim))
            if not content:
                self.lose(f"{p}/cue", f"{quote.id} is lost")
            elif (to := self.to.get(f"{p}/cue")) and any(to.start < c.end and c.start < to.end for c in content):
                self.lose(f"{p}/cue", "it is now part of what is quoted")
        for i, claim in enumerate(self.old.claims):
            self.join(f"/claims/{i}/fragments", len(claim.fragments))

    def join(self, pointer: str, count: int) -> tuple[Span, ...]:
        """The pieces that are left, in the order of the text; those that came to touch are one."""
        found: list[Span] = []
        left = [(at, to) for j in range(count) if (to := self.to.get(at := f"{pointer}/{j}"))]
        for at, piece in sorted(left, key=lambda p: (p[1].start, p[1].end)):
            if found and piece.start <= found[-1].end:
                found[-1] = self.span(found[-1].start, max(found[-1].end, piece.end))
                self.why[at] = "it is now one with the piece before"
            else:
                found.append(piece)
        self.pieces[pointer] = tuple(found)
        return self.pieces[pointer]

    def settle_clusters(self) -> None:
        """An entity or event lives on while it has a mention, or something that lives on refers to it."""
        owners = {c.id: c for c in clusters(self.old)}
        ids = {pointer: id for pointer, _, id, _ in items(self.old) if id}
        named: dict[str, set[str]] = {}
        for pointer, id, _ in references(self.old):
            steps = pointer.split("/")
            if ids.get("/".join(steps[:5])) not in self.gone:  # a lost trigger has no sources
                named.setdefault(ids["/".join(steps[:3])], set()).add(id)
        known = {id for _, id, _ in references(self.old)}
        live = {id for id in ids.values() if id not in owners and id not in self.gone}
        for c in owners.values():
            if any(m.id not in self.gone for m in c.mentions) or not (c.mentions or c.id in known):
                live.add(c.id)
        ahead = list(live)
        while ahead:
            found = named.get(ahead.pop(), set()) & owners.keys() - live
            live |= found
            ahead += found
        self.gone |= owners.keys() - live

    # The list

    def enter(self, pointer: str, kind: str, id: str | None, at: Offsets | None) -> None:
        span = self.to.get(pointer)
        to = (span.start, span.end) if span else None
        fate: How = "lost" if (at and not to) or id in self.gone else "kept"
        if at and to:
            fate = "changed" if pointer in self.why else self.compare(at, to)
        self.fates[pointer] = self.fate(pointer, kind, fate, id, at, to)

    def fate(self, pointer: str, kind: str, fate: How, id: str | None, at: Offsets | None, to: Offsets | None) -> Fate:
        return Fate(
            pointer=pointer,
            kind=kind,
            fate=fate,
            id=id,
            old=self.old.text[slice(*at)] if at else None,
            new=self.text[slice(*to)] if to else None,
            old_at=at,
            new_at=to,
            why=self.why.get(pointer),
        )

    def compare(self, at: Offsets, to: Offsets) -> How:
        """White space is no word: a line end of another form changes nothing."""
        if self.old.text[slice(*at)].split() != self.text[slice(*to)].split():
            return "changed"
        return "kept" if at == to else "moved"

    def field(self, pointer: str, old: str, new: str | None, why: str) -> None:
        fate: How = "lost" if new is None else "changed"
        self.fates[pointer] = Fate(pointer=pointer, kind="field", fate=fate, old=old, new=new, why=why)

    # The fields

    def ref(self, pointer: str, id: str | None, instead: str | None = None) -> str | None:
        """A reference; null, or what stands in for it, if what it named is lost."""
        if id is None or id not in self.gone:
            return id
        self.field(pointer, id, instead, f"{id} is lost")
        return instead

    def marks(self, pointer: str, mentions: Sequence[Any]) -> Iterator[Any]:
        for j, m in enumerate(mentions):
            if to := self.to.get(f"{pointer}/mentions/{j}"):
                yield replace(self.named(f"{pointer}/mentions/{j}", m), start=to.start, end=to.end, text=to.text)

    def named(self, pointer: str, item: S, *apart: str) -> S:
        """An item, or a part of one, without what it named of the lost; but for the fields that are settled `apart`."""
        changes: dict[str, Any] = {}
        for f in own(type(item)):
            value, at = getattr(item, f.name), f"{pointer}/{f.name}"
            if f.name in apart or value is None or value is UNSET:
                continue
            if f.says(Ref) and f.many:
                changes[f.name] = tuple(id for j, id in enumerate(value) if self.ref(f"{at}/{j}", id))
            elif f.says(Ref) and (f.null or f.absent):
                changes[f.name] = self.ref(at, value) or (None if f.null else UNSET)
            elif f.many and f.struct is not None and not is_span(f.struct):
                inner = ((f"{at}/{j}", x) for j, x in enumerate(value))
                changes[f.name] = tuple(self.named(p, x) for p, x in inner if self.stays(p, x))
        return replace(item, **changes)

    def stays(self, pointer: str, part: Struct) -> bool:
        """Whether all is there that a part of an item has to name."""
        needed = [f for f in own(type(part)) if f.says(Ref) and not (f.null or f.absent or f.many)]
        return all([self.ref(pointer, getattr(part, f.name)) for f in needed])

    def entity(self, p: str, e: Entity) -> Entity:
        return replace(self.named(p, e), mentions=tuple(self.marks(p, e.mentions)))

    def time(self, p: str, t: Time) -> Time:
        to, anchors = self.to[p], {x.id: x.anchor for x in self.old.times}
        above = t.anchor
        while above in self.gone:  # what the lost time was reckoned from, this one is, too
            above = anchors.get(above)
        anchor = self.ref(f"{p}/anchor", t.anchor, above)
        return replace(self.named(p, t, "anchor"), start=to.start, end=to.end, text=to.text, anchor=anchor)

    def quote(self, p: str, q: Quote) -> Quote:
        quotes = {x.id: (x.parent, self.pieces[f"/quotes/{i}/fragments"]) for i, x in enumerate(self.old.quotes)}
        content, verbatim = self.pieces[f"{p}/fragments"], self.pieces[f"{p}/verbatim"]
        parent = q.parent
        while parent and not _inside(content, quotes[parent][1]):  # a lost one has no pieces
            parent = quotes[parent][0]
        if q.parent and parent != q.parent:
            why = f"{q.parent} is lost" if q.parent in self.gone else f"it is no longer part of {q.parent}"
            self.field(f"{p}/parent", q.parent, parent, why)
        kind = q.kind
        if q.verbatim and not verbatim:
            kind = "indirect"
            self.field(f"{p}/kind", q.kind, kind, "none of its verbatim pieces is left")
        spans: dict[str, Any] = {"fragments": content, "verbatim": verbatim, "cue": self.to.get(f"{p}/cue")}
        return replace(self.named(p, q, "parent"), kind=kind, parent=parent, **spans)

    def claim(self, p: str, c: Claim) -> Claim:
        content, quote = self.pieces[f"{p}/fragments"], self.ref(f"{p}/quote", c.quote)
        source = next((i for i, q in enumerate(self.old.quotes) if q.id == quote), None)
        if quote and not _inside(content, self.pieces[f"/quotes/{source}/fragments"]):
            self.field(f"{p}/quote", quote, None, f"it is no longer part of {quote}")
            quote = None
        return replace(self.named(p, c, "quote"), fragments=content, quote=quote)

    def event(self, p: str, v: Event) -> Event:
        return replace(self.named(p, v), mentions=tuple(self.marks(p, v.mentions)))

    def segments(self) -> tuple[Segment, ...]:
        """The new text's blocks; each is the old segment that it has most in common with."""
        places = blocks(self.text)
        labels = kinds([self.text[s:e] for s, e in places], self.old.metadata.language)
        common = self.alignment.shared([(s.start, s.end) for s in self.old.segments], places)
        heirs: dict[int, int] = {}  # old → new
        for (i, j), _ in sorted(common.items(), key=lambda c: (-c[1], c[0])):
            if i not in heirs and j not in heirs.values():
                heirs[i] = j
        for i, s in enumerate(self.old.segments):
            at, to = (s.start, s.end), places[heirs[i]] if i in heirs else None
            how: How = self.compare(at, to) if to else "lost"
            self.fates[f"/segments/{i}"] = self.fate(f"/segments/{i}", "segment", how, s.id, at, to)
        taken = {id for *_, id, _ in items(self.old)}
        fresh = (id for n in range(1, len(taken) + len(places) + 1) if (id := f"{PREFIXES['segment']}{n}") not in taken)
        before = {j: self.old.segments[i] for i, j in heirs.items()}
        found = []
        for j, (start, end) in enumerate(places):
            if j in before:
                found.append(replace(before[j], start=start, end=end))
            else:
                found.append(Segment(next(fresh), labels[j], start, end))
                self.added.append(self.fate(f"/segments/{j}", "segment", "new", found[j].id, None, (start, end)))
        return tuple(found)

    def metadata(self, segments: tuple[Segment, ...]) -> Metadata:
        """Headline and section repeat the article's words, if they did."""
        metadata, now = self.old.metadata, {s.id: s for s in segments}
        for name, value in (("headline", metadata.headline), ("section", metadata.section)):
            for s in self.old.segments:
                if value and s.kind == name and self.old.text[s.start : s.end] == value and s.id in now:
                    words = self.text[now[s.id].start : now[s.id].end]
                    if words != value:
                        self.field(f"/metadata/{name}", value, words, f"{s.id} has changed")
                        metadata = replace(metadata, **{name: words})
                    break
        return metadata

    def extensions(self, fates: tuple[Fate, ...], digest: str) -> dict[str, Any] | UnsetType:
        """The old ones, and what is lost, each as it stood in the old record."""
        value, lost = decode_json(encode(self.old)), []
        pointers = {f.pointer for f in fates if f.fate == "lost"}
        for f in fates:
            steps = f.pointer.split("/")
            if f.fate == "lost" and not any("/".join(steps[:n]) in pointers for n in range(2, len(steps))):
                item = value
                for step in steps[1:]:
                    item = item[int(step) if isinstance(item, list) else step]
                lost.append({"pointer": f.pointer, "item": item})
        if not lost:
            return self.old.extensions
        others = self.old.extensions or {}
        own = others.get("onrecord", {})
        earlier = own.get("migrations", []) if isinstance(own, dict) else None
        if not isinstance(earlier, list):
            raise MigrationError("/extensions/onrecord is not what a migration writes; give it another name")
        entry = {"from": self.old.text_sha256, "to": digest, "at": self.now, "lost": lost}
        return {**others, "onrecord": {**own, "migrations": [*earlier, entry]}}
