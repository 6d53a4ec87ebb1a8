"""Regions → the layers of a record, one method a layer."""

from .clusters import Clusters
from .mapping import CONTROLS, LINKS
from .reader import Item
from .regions import Region

_CLAIM_RELATIONS = next(x.labels for x in LINKS if x.vocabulary == "claim_relation")
_EVENT_RELATIONS = next(x.labels for x in LINKS if x.vocabulary == "event_relation")
_ROLES = next(x.labels for x in LINKS if x.vocabulary == "role")


class Layers(Clusters):
    """What refers to clusters; `entities` and `assign_events` come first, then `index`."""

    def times(self) -> list[Item]:
        hidden = self.hidden("times")
        if hidden is not None:
            return hidden
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
                message = "it continues a region of another label"
                self.problems.at("LST006", group[0], message, "let the relation continues lead to the first piece")
        return [sorted(g, key=lambda r: r.id != h) for h, g in groups.items() if any(r.id == h for r in g)]

    def fragments(self, group: list[Region]) -> list[Item]:
        return [self.span(r) for r in sorted(group, key=lambda r: (r.start, r.end))]

    def mention(self, group: list[Region], field: str) -> tuple[str | None, str | None]:
        """Entity and mention at the end of a relation, else the entity of the control.

        A mention that was deleted is returned, too, with its entity: see `settle`.
        """
        target, kept = self.single(group, field, field)
        if target is None and kept.get("to") is not None and isinstance(kept.get("entity"), str):
            return self.merged.get(kept["entity"], kept["entity"]), kept["to"]
        if target is None:
            return self.read(group[0], CONTROLS[field])[field], None
        if target not in self.owner:  # a finding of `check_relations`
            return None, None
        return self.owner[target], target

    def quotes(self) -> list[Item]:
        hidden = self.hidden("quotes")
        if hidden is not None:
            return hidden
        items = []
        for group in self.discontinuous("quote"):
            head = group[0]
            own = self.own(head, "quote", skip=("speaker",))
            speaker, speaker_mention = self.mention(group, "speaker")
            cue, _ = self.single(group, "cue", "cue")
            parent, _ = self.single(group, "parent", "parent")
            time, _ = self.single(group, "time", "time")
            setting, kept = self.single(group, "setting", "setting")
            addressees = []
            control = CONTROLS["addressees"]
            for _label, to, entry, text in self.many(
                group, "addressees", ("addressee",), head.values.get("addressees", [])
            ):
                if text is not None:
                    if found := self.line(head, control, text):
                        addressees.append(self.noted({"entity": found.id, "mention": None}, found.note))
                elif to is not None:
                    entity = self.owner.get(to, self.merged.get(entry.get("entity", ""), entry.get("entity", to)))
                    addressees.append(self.noted({"entity": entity, "mention": to}, entry.get("note")))
            verbatim = [
                self.span(self.regions[to])
                for _l, to, _e, _t in self.many(group, "verbatim", ("verbatim",), [])
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
                "setting": self.owner.get(setting, setting) if setting is not None else _mentionless(kept),
            }
            items.append(self.noted(item, head.note))
        return items

    def claims(self) -> list[Item]:
        hidden = self.hidden("claims")
        if hidden is not None:
            return hidden
        items = []
        for group in self.discontinuous("claim"):
            head = group[0]
            own = self.own(head, "claim", skip=("claimant",))
            claimant, mention = self.mention(group, "claimant")
            quote, _ = self.single(group, "quote", "in_quote")
            if quote is not None and self._left_behind(group, quote):
                message = "the piece of the quote in which it was made was deleted; it is in no quote now"
                fix = "draw in_quote to the quote in which it is made, if there is one"
                self.problems.at("LST014", head, message, fix, "warning")
                quote = None
            relations = [
                self.noted({"kind": label, "claim": self.head(to)}, entry.get("note"))
                for label, to, entry, _t in self.many(group, "relations", _CLAIM_RELATIONS, [])
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
                "about": [x.id for x in self.lines(head, CONTROLS["about"])],
                "relations": relations,
            }
            items.append(self.noted(item, head.note))
        return items

    def _left_behind(self, group: list[Region], quote: str) -> bool:
        """Whether a claim was in a quote by what travelled alone, and lies in none of the pieces that are left."""
        if quote not in self.promoted.values() or any(x[0] == "in_quote" for r in group for x in r.relations):
            return False
        pieces = self.parts.get(self.head(quote), [])
        return not all(any(p.start <= r.start and r.end <= p.end for p in pieces) for r in group)

    def events(self, groups: dict[str, list[Region]]) -> list[Item]:
        hidden = self.hidden("events")
        if hidden is not None:
            return hidden
        base = {e["id"]: e for e in self.carried_items("events")}
        items = []
        for id, group in groups.items():
            if not group:
                if "mentions" in base[id]:
                    items.append(base[id])
                continue  # all its triggers were deleted: a ghost
            head = group[0]
            types = {str(v): r for r in group if (v := self.read(r, CONTROLS["event_type"])["type"])}
            if len(types) > 1:
                message = f"the event {id} has mentions of the types {' and '.join(types)}; it has one"
                fix = "give them one type, or one of them another event"
                self.problems.at("LST008", list(types.values())[1], message, fix)
            time, _ = self.single(group, "time", "time")
            relations = [
                self.noted(
                    {"kind": label, "event": entry.get("event") if to is None else self.owner.get(to, to)},
                    entry.get("note"),
                )
                for label, to, entry, _t in self.many(group, "relations", _EVENT_RELATIONS, [])
            ]
            item = {
                "id": id,
                "type": next(iter(types), None),
                "name": self.read(head, CONTROLS["event_name"])["name"],
                "link": self.linked[id].get("link", {"status": "not_attempted", "wikidata": None}),
                "members": [x.id for x in self.lines(head, CONTROLS["event_members"])],
                "mentions": [self.trigger(r) for r in group],
                "arguments": self.arguments(group),
                "time": time,
                "relations": relations,
            }
            items.append(self.noted(item, base.get(id, {}).get("note")))
        return items

    def trigger(self, region: Region) -> Item:
        own = self.own(region, "trigger")
        facts = [
            self.noted({"value": x.word, "according_to": x.id}, x.note)
            for x in self.lines(region, CONTROLS["factuality"])
        ]
        return self.noted({"id": region.id, **self.span(region), **own, "factuality": facts}, region.note)

    def arguments(self, group: list[Region]) -> list[Item]:
        """Those of the lines, then those that a person drew; what two mentions say alike, once."""
        found: list[Item] = []
        for region in group:
            mine = [
                self.noted({"role": x.word, "target": x.id, "mention": x.mention}, x.note)
                for x in self.lines(region, CONTROLS["arguments"])
            ]
            found += mine if region is group[0] else [x for x in mine if x not in found]
        for label, to, _ in (r for region in group for r in region.relations if r[0] in _ROLES):
            target, mention = self.owner.get(to, self.head(to)), to if to in self.owner else None
            same = [x for x in found if (x["role"], x["target"]) == (label, target)]
            bare = next((x for x in same if x["mention"] is None), None)
            if bare is not None:
                bare["mention"] = mention
            elif not any(x["mention"] == mention for x in same):
                found.append({"role": label, "target": target, "mention": mention})
        return found


def _mentionless(kept: Item) -> str | None:
    """The event of a setting that has no mention to draw a relation to."""
    return kept.get("event") if kept.get("to") is None else None
