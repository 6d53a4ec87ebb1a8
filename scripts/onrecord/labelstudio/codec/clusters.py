"""Regions → entities, and triggers → events: which mentions belong together, and what the cluster is called."""

import re

from ...files.parsing import JsonObject
from ...model.record import Entity
from .carriers.entries import flat, shown_link
from .carriers.marks import Mark, Region
from .carriers.textareas import Cluster, Written
from .mapping import MARK, attributes
from .reader import Reader

_QID = re.compile(r"Q[1-9][0-9]*")
_ENTITY, _EVENT = MARK["mention"], MARK["trigger"]
_NAMED = {m: next(a for a in attributes(m.kind) if isinstance(a, Cluster)) for m in (_ENTITY, _EVENT)}
"""Mark → its control that says what it belongs to."""
_NOT_ATTEMPTED = {"status": "not_attempted", "wikidata": None}


class Clusters(Reader):
    """Entities first, then the rest: the other layers refer to their ids."""

    def entities(self) -> list[JsonObject]:
        """All entities; those that lost all their mentions go to `ghosts`, or `merged`."""
        hidden = self.hidden("entities")
        if hidden is not None:
            self.owner |= {m["id"]: e["id"] for e in hidden for m in e["mentions"]}
            return hidden
        self.awaited: set[str] = set()
        base = {e["id"]: e for e in self.carried_items("entities")}
        found: dict[str, JsonObject] = {id: {**e, "mentions": []} for id, e in base.items()}
        called: dict[str, list[str]] = {}
        for e in base.values():
            called.setdefault(flat(e.get("name")).casefold(), []).append(e["id"])
        said: list[tuple[str, Region, Written]] = []
        types: dict[str, dict[str, Region]] = {}
        for region in self.by_kind["mention"]:
            item = self.mention(_ENTITY, region)
            written = self._written(_ENTITY, region)
            id = self._cluster(region, written, found, called)
            self.owner[region.id] = id
            said.append((id, region, written))
            types.setdefault(id, {}).setdefault(region.label, region)
            found[id]["mentions"].append(item)
        self._rename(said, base, found, called)
        self._relink(said, base, found)
        for id, marked in types.items():
            if len(marked) > 1:
                message = f"the cluster {id} {found[id]['name']} has mentions labelled {' and '.join(marked)}; it has one type"
                fix = "relabel the mentions alike, or move one to another cluster"
                self.problems.at("LST008", list(marked.values())[1], message, fix)
            else:
                found[id]["type"] = next(iter(marked))
        self._bury(found, base, _ENTITY)
        return [e for e in found.values() if e["mentions"] or "mentions" in base.get(e["id"], {})]

    def _written(self, mark: Mark, region: Region) -> Written:
        a = _NAMED[mark]
        return a.says(region.values.get(a.name, []))

    def mention(self, mark: Mark, region: Region) -> JsonObject:
        """A mention, with what is its own and not its entity's or event's."""
        return self.noted({"id": region.id, **self.span(region), **self.own(region, mark.kind)}, region.note)

    def _cluster(
        self, region: Region, written: Written, found: dict[str, JsonObject], called: dict[str, list[str]]
    ) -> str:
        """The id of the cluster that a region's field names; a new one gets its words for a name."""
        if written.token in found:
            return written.token
        known = next((x for x in self.before.values() if x.id == written.token and isinstance(x, Entity)), None)
        if known is not None and self._alive(known):
            found[known.id] = _new(known.id, region, known.name)
            self.awaited.add(known.id)
            return known.id
        before = self.before.get(region.id)
        if not written.whole and before is not None and before.id in self.awaited:
            self.awaited.remove(before.id)  # the mention that gave the cluster its id, after one that names it
            return before.id
        name = written.whole or " ".join(self.text[region.start : region.end].split())
        ids = called.get(flat(name).casefold(), []) if written.whole else []
        if len(ids) > 1:
            message = f"“{_NAMED[_ENTITY].title}” says {name!r}, as {' and '.join(ids)} are called"
            self.problems.at("LST007", region, message, "write the id before the name")
        elif re.fullmatch(f"{_ENTITY.letter}[0-9]+", written.whole):
            self.problems.at("LST007", region, f"there is no cluster {name}", "write its name, or clear it: a new one")
        if ids:
            return ids[0]
        id = self.cluster_id(region, _ENTITY.letter, found)
        found[id] = _new(id, region, name or self.text[region.start : region.end])
        if written.whole:
            called.setdefault(flat(name).casefold(), []).append(id)
        return id

    def _alive(self, entity: Entity) -> bool:
        """Whether some mention that an entity had when the annotation was read last is still there."""
        return any(m.id in self.regions for m in entity.mentions)

    def _rename(
        self,
        said: list[tuple[str, Region, Written]],
        base: dict[str, JsonObject],
        found: dict[str, JsonObject],
        called: dict[str, list[str]],
    ) -> None:
        """Another name behind the id, in one mention or more, renames the entity; two new names contradict each other."""
        names: dict[str, dict[str, Region]] = {}
        for id, region, written in said:
            if id not in base or written.token != id or written.rest in ("", flat(base[id].get("name"))):
                continue
            others = [x for x in called.get(written.rest.casefold(), []) if x != id]
            if others:
                message = f"“{_NAMED[_ENTITY].title}” says {id}, and the name of {others[0]}"
                fix = f"write {id} or {others[0]} alone, whichever it is"
                self.problems.at("LST015", region, message, fix)
            else:
                names.setdefault(id, {}).setdefault(written.rest, region)
        for id, new in names.items():
            if len(new) > 1:
                message = f"the cluster {id} gets the new names {' and '.join(new)}; it has one"
                self.problems.at("LST015", list(new.values())[1], message, "write one of them, or the id alone")
            found[id]["name"] = next(iter(new))

    def _relink(
        self, said: list[tuple[str, Region, Written]], base: dict[str, JsonObject], found: dict[str, JsonObject]
    ) -> None:
        """What stands behind the bar: a Q-id, `nil` (looked up, has none) or `none` (not looked up)."""
        had = {id: shown_link(e.get("link")) for id, e in base.items()}
        links: dict[str, dict[str, Region]] = {}
        for id, region, written in said:
            if not written.link or written.link == had.get(id, ""):
                continue
            of = region.meta.get("of")
            if of != id and isinstance(of, str) and written.link == had.get(of):
                message = f"it was moved to {id} with the link {written.link}, which is that of {of}"
                self.problems.at("LST015", region, message, f"write {id} alone")
            elif written.link not in ("nil", "none") and not _QID.fullmatch(written.link):
                message = f"{written.link!r} behind the bar is no link"
                self.problems.at("LST012", region, message, "write a Q-id, nil (has none), or none (not looked up)")
            else:
                links.setdefault(id, {}).setdefault(written.link, region)
        for id, new in links.items():
            if len(new) > 1:
                message = f"{id} {found[id].get('name') or ''} gets the links {' and '.join(new)}; it has one"
                self.problems.at("LST015", list(new.values())[1], message, "keep one of them")
            found[id]["link"] = _link(next(iter(new)))

    def _bury(self, found: dict[str, JsonObject], base: dict[str, JsonObject], mark: Mark) -> None:
        """Clusters that lost all their mentions: merged if all that are left went to one other, else ghosts."""
        went: dict[str, set[str]] = {}
        heirs: dict[str, Region] = {}
        for region in self.by_kind[mark.kind]:
            if region.known and isinstance(of := region.meta.get("of"), str):
                went.setdefault(of, set()).add(self.owner[region.id])
                heirs[of] = region
        for id, item in base.items():
            if found[id]["mentions"] or "mentions" in item:
                continue
            to = went.get(id, set())
            self.ghosts[id] = item
            if len(to) == 1:
                self.merged[id] = next(iter(to))
                message = f"all mentions of {id} {item.get('name') or ''} are now of {self.merged[id]}; what named it does, too"
                lost = [x for x in (shown_link(item.get("link")), item.get("note") and "its note") if x]
                message += f"; {' and '.join(lost)} went with it" if lost else ""
                fix = "nothing, if they are one; else give a mention its old cluster back"
                self.problems.at("LST014", heirs[id], message, fix, "warning")

    def members(self, entities: list[JsonObject]) -> None:
        """Who belongs to a group, as its mentions' “Group of” say; to be read once all clusters are known."""
        if self.hidden("entities") is not None:
            return
        for a in attributes("entity"):
            said: dict[str, list[str]] = {}
            for region in self.by_kind["mention"]:
                said.setdefault(self.owner[region.id], []).extend(self.read(region, a)[a.field])
            for e in entities:
                if e["id"] in said:
                    e[a.field] = list(dict.fromkeys(said[e["id"]]))

    def assign_events(self) -> dict[str, list[Region]]:
        """Event id → its triggers; a trigger without an event's id is an event of its own."""
        hidden = self.hidden("events")
        if hidden is not None:
            self.owner |= {m["id"]: v["id"] for v in hidden for m in v["mentions"]}
            return {}
        base = {e["id"]: e for e in self.carried_items("events")}
        groups: dict[str, list[Region]] = {id: [] for id in base}
        called: dict[str, list[str]] = {}
        for v in base.values():
            if v.get("name"):
                called.setdefault(flat(v["name"]).casefold(), []).append(v["id"])
        made: dict[str, str] = {}
        said: list[tuple[str, Region, Written]] = []
        for region in self.by_kind["trigger"]:
            written = self._written(_EVENT, region)
            ids = called.get(written.whole.casefold(), [])
            if written.token in base:
                id = written.token
                shown = (flat(base[id].get("name")), flat(base[id].get("type")))
                if written.rest and written.rest not in shown:
                    message = f"“{_NAMED[_EVENT].title}” calls {id} {written.rest!r}, and it is not called that"
                    self.problems.at("LST012", region, message, "write the id alone; a name goes to “Name”")
            elif len(ids) == 1:
                id = ids[0]
            elif written.whole in made:
                id = made[written.whole]
            else:
                if re.fullmatch(f"{_EVENT.letter}[0-9]+", written.whole):
                    self.problems.at("LST007", region, f"there is no event {written.whole}", "clear it: a new one")
                id = self.cluster_id(region, _EVENT.letter, groups)
                groups[id] = []
                if written.whole:
                    made[written.whole] = id
            groups[id].append(region)
            self.owner[region.id] = id
            said.append((id, region, written))
        self.linked: dict[str, JsonObject] = {id: dict(v) for id, v in base.items()} | {
            id: {} for id in groups if id not in base
        }
        self._relink(said, base, self.linked)
        self._bury({id: {"mentions": groups[id]} for id in base}, base, _EVENT)
        return groups


def _new(id: str, region: Region, name: str) -> JsonObject:
    """An entity that has no mention yet."""
    return {
        "id": id,
        "type": region.label,
        "name": name,
        "link": dict(_NOT_ATTEMPTED),
        "members": [],
        "mentions": [],
    }


def _link(shown: str) -> JsonObject:
    if shown in ("nil", "none"):
        return {"status": "nil" if shown == "nil" else "not_attempted", "wikidata": None}
    return {"status": "linked", "wikidata": shown}
