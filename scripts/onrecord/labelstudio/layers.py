"""Regions → the layers of a record, one method a layer."""

from collections.abc import Iterator

from .mapping import attributes
from .reader import Item, Reader
from .regions import Region


class Layers(Reader):
    """Entities first, then the rest: later layers refer to earlier ones' owners."""

    def entities(self) -> list[Item]:
        found: dict[str, Item] = {e["id"]: {**e, "mentions": []} for e in self.carried_items("entities")}
        by_name: dict[str, str] = {}
        for e in found.values():
            by_name.setdefault(str(e.get("name")), e["id"])
        types: dict[str, dict[str, Region]] = {}
        for region in self.layers["mention"]:
            item = self.own(region, "mention", skip=("cluster",))
            words = self.text[region.start : region.end]
            written = " ".join(str(v) for v in region.values.get("cluster", [])).strip() or words
            id = written.split(None, 1)[0] if written.split() else written
            if id not in found:
                id = by_name.get(written, "")
            if id not in found:
                id = by_name[written] = self.fresh("e")
                link = {"status": "not_attempted", "wikidata": None}
                found[id] = {
                    "id": id,
                    "type": region.label,
                    "name": written,
                    "link": link,
                    "members": [],
                    "mentions": [],
                }
            self.owner[region.id] = id
            types.setdefault(id, {}).setdefault(region.label, region)
            found[id]["mentions"].append(self.noted({"id": region.id, **self.span(region), **item}, region.note))
        for id, marked in types.items():
            if len(marked) > 1:
                region = list(marked.values())[1]
                self.problems.add(
                    "LST008",
                    region.pointer,
                    f"the cluster {id} has mentions labelled {' and '.join(marked)}; an entity has one type",
                    "relabel the mentions alike, or move one to another cluster",
                )
            else:
                found[id]["type"] = next(iter(marked))
        kept = {e["id"] for e in self.carried_items("entities") if "mentions" in e}  # had none to begin with
        return [_entity(e) for e in found.values() if e["mentions"] or e["id"] in kept]

    def times(self) -> list[Item]:
        items = []
        for region in self.layers["time"]:
            own = self.own(region, "time")
            for optional in ("quant", "freq", "begin", "end_point"):
                if own[optional] is None:
                    del own[optional]
            items.append(self.noted({"id": region.id, **self.span(region), **own}, region.note))
        return items

    def discontinuous(self, layer: str) -> list[list[Region]]:
        """Heads with their later fragments."""
        groups: dict[str, list[Region]] = {}
        for region in self.layers[layer]:
            groups.setdefault(self.head(region.id), []).append(region)
        for head, group in groups.items():
            self.parts[head] = group
            if not any(r.id == head for r in group):
                self.problems.add(
                    "LST006",
                    group[0].pointer,
                    f"a {group[0].label} continues a region of another label",
                    "let the relation continues lead to the first piece",
                )
        return [sorted(g, key=lambda r: r.id != h) for h, g in groups.items() if any(r.id == h for r in g)]

    def fragments(self, group: list[Region]) -> list[Item]:
        return [self.span(r) for r in sorted(group, key=lambda r: (r.start, r.end))]

    def mention(self, group: list[Region], field: str, label: str) -> tuple[str | None, str | None]:
        """Entity and mention at the end of a relation, else the entity of the control."""
        target, _ = self.single(group, field, label)
        if target is None:
            a = next(a for a in attributes("quote", "claim") if a.control == field)
            return self.read(group[0], a)[field], None
        if target not in self.owner:
            self.problems.add(
                "LST006",
                group[0].pointer,
                f"the relation {label} leads to no mention",
                "draw it to the mention of the person or organisation",
            )
            return None, None
        return self.owner[target], target

    def quotes(self) -> list[Item]:
        items = []
        for group in self.discontinuous("quote"):
            head = group[0]
            own = self.own(head, "quote", skip=("speaker", "addressees"))
            speaker, speaker_mention = self.mention(group, "speaker", "speaker")
            cue, _ = self.single(group, "cue", "cue")
            parent, _ = self.single(group, "parent", "parent")
            time, _ = self.single(group, "time", "time")
            setting, kept = self.single(group, "setting", "setting")
            addressees = []
            for _label, to, entry, text in self.many(
                group, "addressees", "addressee", head.values.get("addressees", [])
            ):
                if text is not None:
                    if parsed := self.line(text, 0, head.pointer):
                        addressees.append(self.noted({"entity": parsed[1], "mention": None}, parsed[2]))
                elif to is not None:
                    addressees.append(self.noted({"entity": self.owner.get(to, to), "mention": to}, entry.get("note")))
            verbatim = [
                self.span(self.regions[to])
                for _l, to, _e, _t in self.many(group, "verbatim", "verbatim", [])
                if to is not None
            ]
            item = {
                "id": head.id,
                "kind": own["kind"],
                "fragments": self.fragments(group),
                "verbatim": sorted(verbatim, key=lambda s: (s["start"], s["end"])),
                "cue": None if cue is None else self.span(self.regions[cue]),
                "speaker": speaker,
                "speaker_mention": speaker_mention,
                "addressees": addressees,
                "parent": None if parent is None else self.head(parent),
                "attribution": own["attribution"],
                "time": time,
                "setting": kept.get("event") if setting is None else self.owner.get(setting, setting),
            }
            items.append(self.noted(item, head.note))
        return items

    def claims(self) -> list[Item]:
        items = []
        for group in self.discontinuous("claim"):
            head = group[0]
            own = self.own(head, "claim", skip=("claimant", "about"))
            claimant, mention = self.mention(group, "claimant", "claimant")
            quote, _ = self.single(group, "quote", "in_quote")
            about = [p[1] for text in head.values.get("about", []) if (p := self.line(str(text), 0, head.pointer))]
            relations = [
                self.noted({"kind": label.removeprefix("claim:"), "claim": self.head(to)}, entry.get("note"))
                for label, to, entry, _t in self.many(group, "relations", "claim:", [])
                if to is not None
            ]
            item = {
                "id": head.id,
                "fragments": self.fragments(group),
                "text": own["text"],
                "voice": own["voice"],
                "claimant": claimant,
                "claimant_mention": mention,
                "quote": None if quote is None else self.head(quote),
                "kind": own["kind"],
                "stance": own["stance"],
                "check_worthy": own["check_worthy"],
                "about": about,
                "relations": relations,
            }
            items.append(self.noted(item, head.note))
        return items

    def assign_events(self) -> dict[str, list[Region]]:
        """Event id → its triggers; a trigger without an event's id is an event of its own."""
        groups: dict[str, list[Region]] = {e["id"]: [] for e in self.carried_items("events")}
        made: dict[str, str] = {}
        for region in self.layers["trigger"]:
            written = " ".join(str(v) for v in region.values.get("event", [])).strip()
            id = written.split(None, 1)[0] if written else ""
            if id not in groups:
                id = made.get(written, "") if written else ""
                if not id:
                    id = self.fresh("v")
                    groups[id] = []
                    if written:
                        made[written] = id
            groups[id].append(region)
            self.owner[region.id] = id
        return groups

    def events(self, groups: dict[str, list[Region]]) -> list[Item]:
        base = {e["id"]: e for e in self.carried_items("events")}
        items = []
        for id, group in groups.items():
            if not group:
                if "mentions" in base[id]:
                    items.append(base[id])
                continue  # all its triggers were deleted, and it with them
            head = group[0]
            own = self.own(head, "event", skip=("arguments", "event_members", "event_type"))
            types = {
                str(v): r
                for r in group
                for v in [self.read(r, next(a for a in attributes("event") if a.control == "event_type"))["type"]]
                if v
            }
            if len(types) > 1:
                self.problems.add(
                    "LST008",
                    list(types.values())[1].pointer,
                    f"the triggers of event {id} have the types {' and '.join(types)}; an event has one",
                    "give them one type, or one of them another event",
                )
            time, _ = self.single(group, "time", "time")
            members = [
                p[1] for text in head.values.get("event_members", []) if (p := self.line(str(text), 0, head.pointer))
            ]
            relations = [
                self.noted(
                    {
                        "kind": label.removeprefix("event:"),
                        "event": entry.get("event") if to is None else self.owner.get(to, to),
                    },
                    entry.get("note"),
                )
                for label, to, entry, _t in self.many(group, "relations", "event:", [])
            ]
            item = {
                "id": id,
                "type": next(iter(types), None),
                "name": own["name"],
                "link": base.get(id, {}).get("link", {"status": "not_attempted", "wikidata": None}),
                "members": members,
                "mentions": [self.trigger(r) for r in group],
                "arguments": list(self.arguments(group)),
                "time": time,
                "relations": relations,
            }
            items.append(self.noted(item, base.get(id, {}).get("note")))
        return items

    def trigger(self, region: Region) -> Item:
        own = self.own(region, "trigger", skip=("event", "factuality"))
        facts = []
        for text in region.values.get("factuality", []):
            if parsed := self.line(str(text), 1, region.pointer):
                facts.append(self.noted({"value": parsed[0][0], "according_to": parsed[1]}, parsed[2]))
        return self.noted({"id": region.id, **self.span(region), **own, "factuality": facts}, region.note)

    def arguments(self, group: list[Region]) -> Iterator[Item]:
        lines = [x for r in group for x in r.values.get("arguments", [])]
        for label, to, entry, text in self.many(group, "arguments", "arg:", lines):
            if text is not None:
                if parsed := self.line(text, 1, group[0].pointer):
                    yield self.noted({"role": parsed[0][0], "target": parsed[1], "mention": None}, parsed[2])
            elif to is not None:
                owner = self.owner.get(to)
                mention = to if owner is not None and ("mention" not in entry or entry["mention"] is not None) else None
                yield self.noted(
                    {"role": label.removeprefix("arg:"), "target": owner or self.head(to), "mention": mention},
                    entry.get("note"),
                )


def _entity(e: Item) -> Item:
    """Field order of the record."""
    return {k: e[k] for k in ("id", "type", "name", "link", "members", "mentions", "note") if k in e}
