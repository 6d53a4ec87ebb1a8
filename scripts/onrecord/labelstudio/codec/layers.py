"""Regions → the layers of a record: a loop over what carries each field."""

from ...files.parsing import JsonObject
from .carriers.controls import Control
from .carriers.marks import Mark, Region
from .clusters import Clusters
from .mapping import MARK, attributes, relations


class LayerReader(Clusters):
    """What refers to clusters; `entities` and `assign_events` come first, then `index`."""

    def items(self, mark: Mark) -> list[JsonObject]:
        """The items that are marked themselves, not by mentions."""
        hidden = self.hidden(mark.layer)
        if hidden is not None:
            return hidden
        groups = self.discontinuous(mark.kind) if mark.pieces else [[r] for r in self.by_kind[mark.kind]]
        return [self._item(mark, group) for group in groups]

    def _item(self, mark: Mark, group: list[Region]) -> JsonObject:
        head = group[0]
        place = {} if mark.pieces else self.span(head)
        own = self.own(head, mark.kind)
        return self.noted({"id": head.id, **place, **own, **self.related(group, mark.kind)}, head.note)

    def related(self, group: list[Region], kind: str) -> JsonObject:
        """The fields that relations say."""
        found: JsonObject = {}
        for relation in relations(kind):
            found |= relation.decode(group, self)
        return found

    def discontinuous(self, kind: str) -> list[list[Region]]:
        """Heads with their later fragments."""
        groups: dict[str, list[Region]] = {}
        for region in self.by_kind[kind]:
            groups.setdefault(self.head(region.id), []).append(region)
        for head, group in groups.items():
            self.parts[head] = group
            if not any(r.id == head for r in group):
                message = "it continues a region of another label"
                self.problems.at("LST006", group[0], message, "let the relation continues lead to the first piece")
        return [sorted(g, key=lambda r: r.id != h) for h, g in groups.items() if any(r.id == h for r in g)]

    def left_behind(self, group: list[Region], label: str, to: str) -> bool:
        """Whether a claim was in a quote by what travelled alone, and lies in none of the pieces that are left."""
        if to not in self.promoted.values() or any(x[0] == label for r in group for x in r.relations):
            return False
        pieces = self.parts.get(self.head(to), [])
        if all(any(p.start <= r.start and r.end <= p.end for p in pieces) for r in group):
            return False
        message = "the piece of the quote in which it was made was deleted; it is in no quote now"
        fix = f"draw {label} to the quote in which it is made, if there is one"
        self.problems.at("LST014", group[0], message, fix, "warning")
        return True

    def events(self, groups: dict[str, list[Region]]) -> list[JsonObject]:
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
            item = {
                "id": id,
                "link": self.linked[id].get("link", {"status": "not_attempted", "wikidata": None}),
                **self.together(id, group, "event"),
                **self.related(group, "event"),
                "mentions": [self.mention(MARK["trigger"], r) for r in group],
            }
            items.append(self.noted(item, base.get(id, {}).get("note")))
        return items

    def together(self, id: str, group: list[Region], kind: str) -> JsonObject:
        """The fields that all mentions of one thing say alike, or the first alone."""
        each = [a for a in attributes(kind) if a.each]
        found: JsonObject = {a.field: self.agreed(id, group, a) for a in each}
        return found | self.own(group[0], kind, skip=each)

    def agreed(self, id: str, group: list[Region], a: Control) -> object:
        """What every mention says of the whole; two that differ are a finding."""
        said = {str(v): r for r in group if (v := self.read(r, a)[a.field])}
        if len(said) > 1:
            message = f"the {a.of} {id} has mentions of the {a.field}s {' and '.join(said)}; it has one"
            fix = f"give them one {a.field}, or one of them another {a.of}"
            self.problems.at("LST008", list(said.values())[1], message, fix)
        return next(iter(said), None)
