"""What refers to things that an annotator deleted or moved: nothing is lost in silence, and nothing dangles.

A mention that is gone leaves its entity in place; one that was marked anew over the same words takes its part. An entity
that lost all its mentions stays while something names it. What named an event that is gone, or named from a layer out of
sight anything else that is, falls away. Each of these is a warning that says what was, in words.
"""

from collections.abc import Iterator, Sequence

from ...files.parsing import JsonObject
from ...model.fields import CLUSTERS, REFERENCES, RESERVED, Field
from .mapping import KINDS, PASSES
from .problems import Problems, title

_PAIRS = tuple((f, ref.whose) for f, ref in REFERENCES if ref.whose)
"""The fields that name a mention, each with the field beside it that names the entity (or event)."""

_OTHERS = sorted((f for f, ref in REFERENCES if not ref.whose), key=lambda f: f.steps[1] in CLUSTERS.values())
"""All other references; those of an item's mentions last."""


def _holders(item: JsonObject, steps: Sequence[str]) -> Iterator[JsonObject]:
    """The objects within an item at which the last of some steps stands."""
    if len(steps) == 1:
        yield item
    else:
        for inner in item[steps[0]]:
            yield from _holders(inner, steps[1:])


class Settling:
    """One record under way, as JSON, with what its clusters lost.

    `hidden` are the layers that the pass did not show, `order` the places of entities at the export.
    """

    def __init__(
        self,
        record: JsonObject,
        problems: Problems,
        owner: dict[str, str],
        merged: dict[str, str],
        ghosts: dict[str, JsonObject],
        places: dict[str, tuple[int, int]],
        hidden: tuple[str, ...],
        order: dict[str, int],
    ) -> None:
        self.record, self.problems, self.hidden, self.order = record, problems, hidden, order
        self.owner, self.merged, self.ghosts, self.places = owner, merged, ghosts, places
        self.spans = {m["id"]: m for layer, inner in CLUSTERS.items() for x in record[layer] for m in x[inner]}
        self.ids = {x["id"] for layer in PASSES for x in record[layer]} | RESERVED
        self.back: dict[str, str] = {}  # ghost → who names it first

    def warn(self, item: JsonObject, layer: str, message: str) -> None:
        self.problems.add(
            "LST014", "", f"{self.called(item, layer)}: {message}", "look at it in a pass over its layer", "warning"
        )

    def called(self, item: JsonObject, layer: str) -> str:
        """An item in the page's words: its label and its words."""
        for first in (item, *item.get("fragments", ())[:1], *item.get("mentions", ())[:1]):
            if isinstance(first.get("start"), int):
                return title(KINDS[layer].upper(), self.problems.text, first["start"], first["end"])
        return f"{KINDS[layer]} {item['id']} {item.get('name') or ''}".rstrip()

    def mentions(self) -> None:
        """References to a mention: the entity follows it; if it is gone, the entity stays."""
        for field, whose in _PAIRS:
            layer, *steps = field.steps
            for item in self.record[layer]:
                for part in _holders(item, steps):
                    id = part[field.name]
                    if id is None:
                        continue
                    if id not in self.owner:
                        self._gone(item, layer, part, whose, field.name)
                    elif part[whose] != self.owner[id]:
                        was, part[whose] = part[whose], self.owner[id]
                        if self.merged.get(was) != part[whose]:
                            self.warn(
                                item, layer, f"the {whose} is now {part[whose]}, not {was}, as its mention was moved"
                            )

    def _gone(self, item: JsonObject, layer: str, part: JsonObject, whose: str, field: str) -> None:
        was = self.places.get(part[field])
        entity = self.merged.get(part[whose], part[whose])
        found = None
        if was is not None:
            found = next(
                (
                    m
                    for id, m in self.spans.items()
                    if self.owner.get(id) == entity and m["start"] < was[1] and was[0] < m["end"]
                ),
                None,
            )
        words = "" if was is None else f" “{self.problems.text[was[0] : was[1]]}”"
        part[field] = None if found is None else found["id"]
        then = "it has no mention now" if found is None else f"“{found['text']}”, marked in its place, is taken"
        self.warn(item, layer, f"the mention{words} of its {whose} {part[whose]} was deleted; {then}")

    def references(self) -> None:
        """References to anything else."""
        for field in _OTHERS:
            layer, *steps = field.steps
            for item in self.record[layer]:
                self._settle(item, layer, item, steps, field)

    def _settle(self, item: JsonObject, layer: str, holder: JsonObject, steps: list[str], field: Field) -> bool:
        """Settle what a holder names, or what is in it; whether the holder may stay."""
        name, *rest = steps
        if rest:
            holder[name] = [x for x in holder[name] if self._settle(item, layer, x, rest, field)]
        elif field.many:
            self._list(item, layer, holder, name, field.called)
        elif not self._one(item, layer, holder, name, field.called):
            if field.absent:
                del holder[name]
            elif field.null:
                holder[name] = None
            else:
                return False
        return True

    def _list(self, item: JsonObject, layer: str, holder: JsonObject, field: str, name: str) -> None:
        kept = []
        for id in holder[field]:
            one = {field: id}
            if self._one(item, layer, one, field, name) and one[field] not in kept:
                kept.append(one[field])
        holder[field] = kept

    def _one(self, item: JsonObject, layer: str, holder: JsonObject, field: str, name: str) -> bool:
        """Whether what a field names is there, or may come back; a merged one is replaced."""
        named: str | None = holder.get(field)
        if named is None:
            return True
        id = holder[field] = self.merged.get(named, named)
        if id in self.ids:
            return True
        ghost = self.ghosts.get(id)
        if ghost is not None and "members" in ghost:
            self.back.setdefault(id, f"{self.called(item, layer)} as its {name}")
            return True
        unseen = layer in self.hidden or (layer == "events" and not item["mentions"])  # that one is on no page
        if not unseen and ghost is None:
            return True  # what a person wrote is judged where it is read
        was = id if ghost is None else f"{id} {ghost.get('name') or ghost.get('type') or ''}".rstrip()
        said = f" {holder['role']}" if "role" in holder else f" {holder['kind']}" if "claim" in holder else ""
        self.warn(item, layer, f"its {name}{said} was {was}, which was deleted; that falls away")
        return False

    def ghosts_back(self) -> None:
        """Entities without a mention that something still names: at their old places in the record."""
        entities = self.record["entities"]
        for id, by in self.back.items():
            ghost = self.ghosts[id]
            entities.append({**ghost, "mentions": [], **({"note": ghost["note"]} if "note" in ghost else {})})
            message = f"all mentions of {id} {ghost['name']} were deleted; it stays, for it is named by {by}"
            self.problems.add("LST014", "", message, "clear what names it, if it should go", "warning")
        entities.sort(key=lambda x: self.order.get(x["id"], len(self.order)))  # stable: new ones last


def settle(settling: Settling) -> None:
    settling.mentions()
    settling.references()
    settling.ghosts_back()
