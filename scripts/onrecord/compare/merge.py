"""Three-way comparison of records: what two sides made of a base, item by item. Pure; knows no server and no file.

An item is what has an id of its own (an entity, an event, a mention, a time, a quote, a claim), or one of the parts
without one (metadata, segments, annotation, extensions). An entity's or event's mentions are items beside it.
Who annotated, and when, is no content: `annotation.annotators` and `annotation.modified` never make a difference.
"""

import hashlib
from collections.abc import Iterable, Sequence
from typing import Any

from msgspec import Struct, convert
from msgspec.json import decode, encode

from ..files.canonical_json import canonical
from ..model.fields import CLUSTERS, KINDS, LAYERS, VOLATILE, lasting, own
from ..model.meaning import Given, Layer
from ..model.record import Record

_AS_ONE = tuple(f.name for f in own(Record) if not f.says(Given) and not f.says(Layer))
"""What of a record is compared as one."""

Key = tuple[str, str]
"""(where, id): where is a layer, `entities/mentions`, `events/mentions`, or a part that is compared as one, without id."""
Compared = dict[Key, Any]
"""What a record is compared by: the items of its layers, their mentions, and what is no layer, each as one."""


class Difference(Struct, frozen=True):
    """What two sides made of one part: `fields` that differ, and whether a side has no such item."""

    kind: str
    id: str
    fields: tuple[str, ...]
    here: str
    there: str

    def __str__(self) -> str:
        what = f"{self.kind} {self.id}".strip()
        fields = f" ({', '.join(self.fields)})" if self.fields else ""
        return f"{what}{fields}: " + (
            "not the same" if self.here == self.there == "present" else f"{self.here} here, {self.there} there"
        )


class Merge(Struct, frozen=True):
    """What came of a merge: the record, or the conflicts that forbid one."""

    record: Record | None
    conflicts: tuple[Difference, ...] = ()


def fingerprint(record: Record) -> str:
    """The SHA-256 of a record's canonical JSON, who annotated and when left aside."""
    return hashlib.sha256(canonical(lasting(record))).hexdigest()


def same(one: Record, other: Record) -> bool:
    """Whether two records say the same, whoever annotated, and whenever."""
    return lasting(one) == lasting(other)


def compared(record: Record) -> Compared:
    """A record's parts by their keys, in its order."""
    whole = decode(encode(record))
    found: Compared = {}
    for part in _AS_ONE:
        if part in whole:
            found[part, ""] = whole[part]
    for part, name in (f.steps for f in VOLATILE):
        found[part, ""] = {k: v for k, v in found[part, ""].items() if k != name}
    for layer in LAYERS:
        for item in whole[layer]:
            found[layer, item["id"]] = item
            if layer in CLUSTERS:
                for mention in item.pop(CLUSTERS[layer]):
                    found[f"{layer}/{CLUSTERS[layer]}", mention["id"]] = {**mention, "of": item["id"]}
    return found


def differences(base: Record | None, here: Record, there: Record) -> list[Difference]:
    """The items that both sides changed differently; without a base, all that differ."""
    return _differences(None if base is None else compared(base), compared(here), compared(there))


def _differences(base: Compared | None, here: Compared, there: Compared) -> list[Difference]:
    found = []
    for key in _union(here, there, base or {}):
        was = None if base is None else base.get(key)
        mine, theirs = here.get(key), there.get(key)
        if mine == theirs or (base is not None and was in (mine, theirs)):
            continue
        found.append(_difference(key, base is not None, was, mine, theirs))
    return found


def _difference(key: Key, known: bool, was: Any, here: Any, there: Any) -> Difference:
    """`known`: whether there is a base to say what it `was`."""
    where, id = key
    owner, _, inner = where.partition("/")
    kind = f"{KINDS[owner]}'s mention" if inner else where if where in _AS_ONE else KINDS[where]

    def verb(side: Any) -> str:
        if not known:
            return "absent" if side is None else "present"
        return "deleted" if side is None else "added" if was is None else "changed"

    fields: tuple[str, ...] = ()
    if isinstance(here, dict) and isinstance(there, dict):
        fields = tuple(k for k in dict.fromkeys((*here, *there)) if here.get(k) != there.get(k))
    return Difference(kind, id, fields, verb(here), verb(there))


def merge(base: Record, here: Record, there: Record) -> Merge:
    """Both sides' changes in one record, if no item was changed differently on both.

    The record is of the right shape; whether it is valid is for the rules to say.
    """
    if here.text != there.text or base.text != here.text:
        return Merge(None, (Difference("text", "", (), "another", "another"),))
    was, mine, theirs = compared(base), compared(here), compared(there)
    conflicts = _differences(was, mine, theirs)
    if conflicts:
        return Merge(None, tuple(conflicts))
    kept: Compared = {}
    for key in _union(mine, theirs):
        value = theirs.get(key) if mine.get(key) == was.get(key) else mine.get(key)
        if value is not None:
            kept[key] = value
    if orphans := _orphans(kept, mine):
        return Merge(None, tuple(orphans))
    order = [key for key in _order(list(was), list(mine), list(theirs)) if key in kept]
    whole: dict[str, Any] = {**decode(encode(here)), **{layer: [] for layer in LAYERS}}
    for part in _AS_ONE:
        whole.pop(part, None)
        if (part, "") in kept:
            whole[part] = kept[part, ""]
    later = max(here.annotation, there.annotation, key=lambda a: a.modified)
    names = dict.fromkeys((*here.annotation.annotators, *there.annotation.annotators))
    whole["annotation"] |= {"modified": later.modified, "annotators": decode(encode(list(names)))}
    owners: dict[Key, Any] = {}
    for key in order:
        layer = key[0]
        if layer in LAYERS:
            item = {**kept[key], CLUSTERS[layer]: []} if layer in CLUSTERS else kept[key]
            owners[key] = item
            whole[layer].append(item)
    for key in order:
        owner, inner, _ = key[0].partition("/")
        if inner:
            mention = dict(kept[key])
            owners[owner, mention.pop("of")][CLUSTERS[owner]].append(mention)
    return Merge(convert(whole, Record))


def _orphans(kept: Compared, here: Compared) -> list[Difference]:
    """Mentions that one side kept or made in an entity or event that the other deleted."""
    found = []
    for (where, _), value in kept.items():
        owner, inner, _ = where.partition("/")
        if inner and (owner, value["of"]) not in kept:
            gone_here = (owner, value["of"]) not in here
            verbs = ("deleted", "given a mention") if gone_here else ("given a mention", "deleted")
            found.append(Difference(KINDS[owner], value["of"], (), *verbs))
    return list(dict.fromkeys(found))


def _union(*sides: Iterable[Key]) -> list[Key]:
    return list(dict.fromkeys(key for side in sides for key in side))


def _order(base: Sequence[Key], here: Sequence[Key], there: Sequence[Key]) -> list[Key]:
    """One order for the items of both sides: that of the side which changed it; new ones stand behind what they followed."""
    common = set(base) & set(here) & set(there)
    untouched = [k for k in here if k in common] == [k for k in base if k in common]
    first, second = (there, here) if untouched else (here, there)
    order = list(first)
    known = set(order)
    before: Key | None = None
    for key in second:
        if key not in known:
            order.insert(order.index(before) + 1 if before is not None else 0, key)
            known.add(key)
        before = key
    return order
