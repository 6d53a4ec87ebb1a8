"""Pieces of another project's annotation → the layers of a record."""

import re
from typing import Any

from ...files.parsing import JsonObject
from ...model.fields import PREFIXES
from ...model.inventories import event_types
from ...model.record import Span
from ..codec.mapping import attributes, optional
from .builder import Builder, Piece
from .grouping import groups
from .table import FROM_WORDS
from .words import quote_kind, verbatim, with_marks

_QID = re.compile(r"(?:.*/)?(Q[1-9][0-9]*)")
_LINK = {"status": "not_attempted", "wikidata": None}


def _span(s: Span) -> JsonObject:
    return {"start": s.start, "end": s.end, "text": s.text}


def _flat(text: str) -> str:
    return " ".join(text.split())


def _noted(item: JsonObject, fields: JsonObject) -> JsonObject:
    return {**item, "note": fields["note"]} if "note" in fields else item


def _chosen(kind: str, fields: JsonObject) -> JsonObject:
    """The fields of a kind of thing that are chosen of what our page offers; None of those that are lacking."""
    found: JsonObject = {}
    for a in attributes(kind):
        if a.offers:
            found |= {name: fields.get(name, a.absent) for name in a.fields}
    return {k: v for k, v in found.items() if v is not None or k not in optional(kind)}


class Assembler:
    """Entities and events first, then what refers to them."""

    def __init__(self, builder: Builder) -> None:
        self.b = builder
        self.owner: dict[str, str] = {}
        """Mention or trigger → entity or event; a later piece of a quote or claim → its first."""
        self.named: dict[str, set[str]] = {}
        """Folded names and words → entities that are called so."""
        self.adjusted: list[JsonObject] = []
        self.clusters: dict[str, list[Any]] = {}
        """Entity or event → what its marks' controls write as cluster."""
        self.used: set[str] = set()
        self.entities = self._entities()
        self.times = [self._time(p) for p in builder.of_kind("time")]
        self._groups = groups(builder, "event", "coreference", _keys(builder, "event"))
        for group in self._groups:
            id = builder.fresh("", PREFIXES["event"])
            self.owner |= {p.id: id for p in group}
        self.quotes = self._quotes()
        self.claims = self._claims()
        self.events = [self._event(group) for group in self._groups]
        for kind in ("cue", "verbatim"):
            for p in builder.of_kind(kind):
                if p.id not in self.used:
                    message = f"a {kind} belongs to no quote, and is carried along"
                    builder.note(
                        (kind, "unused"), p.region.pointer, message, "draw a relation from the quote to it, and map it"
                    )
                    builder.carry(p)

    def items(self) -> JsonObject:
        layers = {"entities": self.entities, "times": self.times, "quotes": self.quotes}
        return {**layers, "claims": self.claims, "events": self.events}

    def _type(self, group: list[Piece]) -> None:
        """One type for all of a group, also those that have none of their own."""
        found = next((p.fields["type"] for p in group if "type" in p.fields), None)
        for p in group:
            if found is not None:
                p.fields.setdefault("type", found)

    def _shared(self, group: list[Piece], id: str) -> JsonObject:
        """What the marks of one entity or event say of it, the first in the text first; what differs travels along."""
        whole: JsonObject = {k: v for p in reversed(group) for k, v in p.fields.items()}
        for p in group:
            if "cluster" in p.fields:
                written = self.clusters.setdefault(id, [])
                written += [p.fields["cluster"]] if p.fields["cluster"] not in written else []
            if any(p.fields.get(k, whole.get(k)) != whole.get(k) for k in ("name", "wikidata")):
                message = "the marks of one entity or event differ in name or link; the first's is taken, the others' are carried along"
                self.b.note(("shared", group[0].kind), p.region.pointer, message, "write them alike")
                self.b.carry(p)
        return whole

    def _link(self, group: list[Piece], fields: JsonObject) -> JsonObject:
        written = fields.get("wikidata")
        match = _QID.fullmatch(str(written).strip()) if written is not None else None
        if written is not None and match is None:
            message = f"{written!r} is no Wikidata item; it is carried along"
            self.b.note(("wikidata", str(written)), group[0].region.pointer, message, "write it as in Q42")
            for p in group:
                self.b.carry(p)
        return {"status": "linked", "wikidata": match[1]} if match else dict(_LINK)

    def _entities(self) -> list[JsonObject]:
        b = self.b
        keys = _keys(b, "mention")
        for group in groups(b, "mention", "coreference", keys):
            self._type(group)
        kinds = {p.id: b.complete(p, p.id) for p in b.of_kind("mention")}
        if b.mapping.coreference.entities == "words":
            for p in b.of_kind("mention"):
                if kinds[p.id].get("kind") != "pronoun":  # alike without being of one entity
                    keys[p.id].append(("words", str(p.fields.get("type")), _flat(p.span.text).casefold()))
        made = []
        for group in groups(b, "mention", "coreference", keys):
            id = b.fresh("", PREFIXES["entity"])
            self.owner |= {p.id: id for p in group}
            whole = self._shared(group, id)
            names = [p for p in group if kinds[p.id].get("kind") == "name"]
            best = max(names, key=lambda p: len(p.span.text)) if names else group[0]
            name = _flat(whole.get("name") or best.span.text) or best.span.text
            mentions = []
            for p in group:
                fields = kinds[p.id]
                mentions.append(_noted({"id": p.id, **_span(p.span), **_chosen("mention", fields)}, fields))
                if fields.get("kind") != "pronoun":
                    self.named.setdefault(_flat(p.span.text).casefold(), set()).add(id)
            self.named.setdefault(name.casefold(), set()).add(id)
            link = self._link(group, whole)
            made.append(
                {"id": id, "type": whole.get("type"), "name": name, "link": link, "members": [], "mentions": mentions}
            )
        return made

    def _somebody(self, piece: Piece, field: str) -> str | None:
        """The entity that a control names; made without mentions where no mention has the name."""
        name = _flat(str(piece.fields.get(field) or ""))
        found = self.named.get(name.casefold(), set())
        if not name or len(found) == 1:
            return next(iter(found), None)
        if found:
            message = f"{name!r} in {field} is the name of several entities; it is carried along"
            self.b.note((field, name), piece.region.pointer, message, "draw a relation to the mention instead")
            self.b.carry(piece)
            return None
        rows = [row for rows in self.b.mapping.controls.values() for row in rows if row.field == field]
        type_ = next((row.type for row in rows if row.of == piece.kind and row.type), None)
        if type_ is None:
            message = f"no mention is called {name!r}, which {field} names; it is carried along"
            fix = f'mark a mention of it, or write the type of such entities to the control of {field}: type = "PERSON"'
            self.b.note((field, name), piece.region.pointer, message, fix)
            self.b.carry(piece)
            return None
        id = self.b.fresh("", PREFIXES["entity"])
        self.b.default(f"{field}'s type", type_, id)
        self.named[name.casefold()] = {id}
        link = dict(_LINK)
        self.entities.append({"id": id, "type": type_, "name": name, "link": link, "members": [], "mentions": []})
        return id

    def _time(self, p: Piece) -> JsonObject:
        fields = self.b.complete(p, p.id)
        item = {"id": p.id, **_span(p.span), "value": fields.get("value"), "anchor": None, **_chosen("time", fields)}
        return _noted(item | {k: fields[k] for k in ("quant", "freq") if k in fields}, fields)

    def _grouped(self, kind: str) -> list[list[Piece]]:
        found = groups(self.b, kind, "continues", {})
        for group in found:
            self.owner |= {p.id: group[0].id for p in group}
        return found

    def _who(self, group: list[Piece], field: str) -> tuple[str | None, str | None]:
        end = self.b.one(group, field)
        if end is not None:
            if field in group[0].fields:  # written, too: the relation is taken
                self.b.carry(group[0])
            return self.owner[end.id], end.id
        return self._somebody(group[0], field), None

    def _ref(self, group: list[Piece], field: str) -> str | None:
        end = self.b.one(group, field)
        return None if end is None else self.owner.get(end.id, end.id)

    def _quotes(self) -> list[JsonObject]:
        items = []
        for group in self._grouped("quote"):
            head = self.b.merged(group)
            pieces = [self._widened(p, head.fields.get("kind")) for p in group]
            fields = self.b.complete(head, head.id)
            if fields.get("kind") == FROM_WORDS:
                fields["kind"], _ = quote_kind(self.b.doc, pieces)
            drawn = [p for _, p in self.b.ends(group, "verbatim")]
            inner = [p.span for p in drawn]
            if fields.get("kind") != "mixed":
                for p in drawn:
                    self._keep(group, p)
                inner, drawn = [], []
            elif not inner and (inner := verbatim(self.b.doc, pieces)):
                self.b.default("quote.verbatim", FROM_WORDS, head.id)
            cue = self.b.one(group, "cue")
            self.used |= {p.id for p in drawn} | ({cue.id} if cue else set())
            speaker, mention = self._who(group, "speaker")
            addressees: list[JsonObject] = []
            for _, p in self.b.ends(group, "addressees"):
                new = {"entity": self.owner[p.id], "mention": p.id}
                self._append(addressees, new, group, p, all(a["entity"] != new["entity"] for a in addressees))
            item = {
                "id": head.id,
                **_chosen("quote", fields),
                "fragments": [_span(s) for s in pieces],
                "verbatim": [_span(s) for s in inner],
                "cue": None if cue is None else _span(cue.span),
                "speaker": speaker,
                "speaker_mention": mention,
                "addressees": addressees,
                "parent": self._ref(group, "parent"),
                "time": self._ref(group, "time"),
                "setting": self._ref(group, "setting"),
            }
            items.append(_noted(item, fields))
        return items

    def _widened(self, p: Piece, kind: object) -> Span:
        """With its quotation marks, which belong to a quote; what is said to be indirect stays as it is."""
        span = p.span if kind == "indirect" else with_marks(self.b.doc, p.span)
        if span != p.span:
            self.adjusted.append(
                {"id": p.id, "start": p.span.start, "end": p.span.end, "why": "quotation marks taken in"}
            )
        return span

    def _claims(self) -> list[JsonObject]:
        items = []
        quotes = {q["id"]: q for q in self.quotes}
        for group in self._grouped("claim"):
            head = self.b.merged(group)
            claimant, mention = self._who(group, "claimant")
            quote = self._ref(group, "quote")
            if claimant is None and quote is not None and quotes[quote]["speaker"] is not None:
                claimant, mention = quotes[quote]["speaker"], quotes[quote]["speaker_mention"]
                self.b.default("claim.claimant", "speaker of its quote", head.id)
            fields = self.b.complete(head, head.id, voice="source" if claimant is not None else None)
            if fields.get("text") == FROM_WORDS:
                fields["text"] = _flat(" ".join(p.span.text for p in group))
            relations: list[JsonObject] = []
            for kind, p in self.b.ends(group, "relations"):
                new = {"kind": kind, "claim": self.owner[p.id]}
                self._append(relations, new, group, p, self.owner[p.id] != head.id)
            about: list[str] = []
            for _, p in self.b.ends(group, "about"):
                self._append(about, self.owner[p.id], group, p)
            item = {
                "id": head.id,
                "fragments": [_span(p.span) for p in group],
                "text": fields.get("text"),
                **_chosen("claim", fields),
                "claimant": claimant,
                "claimant_mention": mention,
                "quote": quote,
                "about": about,
                "relations": relations,
            }
            items.append(_noted(item, fields))
        return items

    def _event(self, group: list[Piece]) -> JsonObject:
        self._type(group)
        id = self.owner[group[0].id]
        triggers = []
        fields: JsonObject = self._shared(group, id)
        for p in group:
            own = self.b.complete(p, p.id)
            fields = own | fields  # with defaults
            trigger = {"id": p.id, **_span(p.span), **_chosen("trigger", own), "factuality": []}
            triggers.append(_noted(trigger, own))
        arguments: list[JsonObject] = []
        known = _roles(str(fields.get("type")))
        for role, p in self.b.ends(group, "arguments"):
            target = self.owner.get(p.id, p.id)
            if known and role not in known:
                message = f"an event of the type {fields['type']} has no {role}; the relation is carried along"
                fix = f"map it to another role: {', '.join(known)}"
                self.b.note(("role", str(fields["type"]), str(role)), self._keep(group, p), message, fix)
            elif target == id:
                message = "an event is its own argument; the relation is carried along"
                self.b.note(("itself",), self._keep(group, p), message, "delete it")
            else:
                new = {"role": role, "target": target, "mention": p.id if p.kind in ("mention", "event") else None}
                first = all((a["role"], a["target"]) != (role, target) for a in arguments)
                self._append(arguments, new, group, p, first)
        relations: list[JsonObject] = []
        for kind, p in self.b.ends(group, "relations"):
            self._append(relations, {"kind": kind, "event": self.owner[p.id]}, group, p, self.owner[p.id] != id)
        return {
            "id": id,
            **_chosen("event", fields),
            "name": _flat(str(fields["name"])) if fields.get("name") else None,
            "link": self._link(group, fields),
            "members": [],
            "mentions": triggers,
            "arguments": arguments,
            "time": self._ref(group, "time"),
            "relations": relations,
        }

    def _append(self, items: list[Any], new: Any, group: list[Piece], end: Piece, wanted: bool = True) -> None:
        """Add an end to a list field, once; what says the same again, or of itself, travels along."""
        if wanted and new not in items:
            items.append(new)
        else:
            self._keep(group, end)

    def _keep(self, group: list[Piece], end: Piece) -> str:
        """The relations between an item and something else travel along; the pointer of the first."""
        regions = {p.region.id for p in group}
        at = end.region.pointer
        for drawn in reversed(self.b.marked.relations):
            ends = {drawn.source, drawn.target}
            if end.region.id in ends and ends & regions:
                self.b.marked.ledger.use(drawn.index, False)
                at = drawn.pointer
        return at


def _keys(b: Builder, kind: str) -> dict[str, list[tuple[str, ...]]]:
    """What makes pieces one item: what their controls write as cluster, or as name."""
    found: dict[str, list[Any]] = {}
    for p in b.of_kind(kind):
        written = [
            (k, str(p.fields.get("type", "")) if k == "name" else "", str(p.fields[k]))
            for k in ("cluster", "name")
            if k in p.fields
        ]
        found[p.id] = [(k, t, _flat(v).casefold()) for k, t, v in written if v.strip()]
    return found


def _roles(type_: str) -> tuple[str, ...]:
    return next(
        (tuple(r.name for r in t.roles) for c in event_types().categories for t in c.types if t.name == type_), ()
    )
