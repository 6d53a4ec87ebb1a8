"""Regions without an id, as Label Studio exports predictions, get one: the same at every import, and nobody else's."""

from collections.abc import Collection, Iterator
from typing import Any

from msgspec import Struct, field

from .mapping import safe
from .offset_units import words_of
from .problems import Problems

_Where = tuple[str, str, str]


class Identified(Struct, frozen=True):
    """An annotation's results, an id at every region. `twins`: new id → the one that it shared with another region."""

    results: list[Any]
    twins: dict[str, str] = field(default_factory=dict)


def ident(value: Any) -> str | None:
    """An id as a result has it, text or number; None where it is none."""
    if isinstance(value, str):
        return value or None
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else None


def _rid(entry: dict[str, Any]) -> str | None:
    """The id that our own regions have in their `meta`, too."""
    meta = entry.get("meta")
    rid = meta.get("rid") if isinstance(meta, dict) else None
    return safe(rid) if isinstance(rid, str) and rid else None


def _whole(entry: Any) -> Any:
    """The result with whole numbers as offsets where they are written as 5.0; without words, that may be seconds."""
    value = entry.get("value") if isinstance(entry, dict) else None
    if not isinstance(value, dict) or words_of(value) is None:
        return entry
    odd = {k: int(v) for k in ("start", "end") if isinstance(v := value.get(k), float) and v.is_integer()}
    return {**entry, "value": value | odd} if odd else entry


def _where(entry: dict[str, Any]) -> _Where | None:
    """Where a result stands, if it is of a text."""
    value = entry.get("value")
    if entry.get("type") == "relation" or not isinstance(value, dict) or "start" not in value:
        return None
    return repr(entry.get("to_name")), repr(value["start"]), repr(value.get("end"))


def _labelled(entry: dict[str, Any]) -> bool:
    return any(k.endswith("labels") and isinstance(v, list) for k, v in entry["value"].items())


def _mentioned(results: list[Any]) -> Iterator[str]:
    """Every id that a result has or names."""
    for entry in results:
        if isinstance(entry, dict):
            found = [ident(entry.get(k)) for k in ("id", "from_id", "to_id", "parentID")]
            yield from (id for id in (*found, _rid(entry)) if id is not None)


def identified(
    results: list[Any], problems: "Problems", base: str, taken: Collection[str] = (), *, split: bool = False
) -> Identified:
    """The results, an id at every region of a text; a control without one goes to the one region at its place.

    Args:
        base: JSON pointer to the results.
        taken: ids that something else has.
        split: a second region that has the id of another, at another place, gets one of its own.
    """
    made = [_whole(entry) for entry in results]
    used = {*taken, *_mentioned(made)}
    placed = [(i, e, p) for i, e in enumerate(made) if isinstance(e, dict) and (p := _where(e)) is not None]
    at: dict[_Where, list[str]] = {}
    first: dict[str, _Where] = {}
    twins: dict[tuple[str, _Where], str] = {}
    fresh, n = [], 0
    for i, entry, where in placed:
        if not _labelled(entry):
            continue
        id = ident(entry.get("id")) or _rid(entry)
        twin = id is not None and split and first.setdefault(id, where) != where
        known = twins.get((id, where)) if id is not None else None
        if known is not None:
            id = known
        elif id is None or twin:
            n += 1
            while f"r{n}" in used:
                n += 1
            if id is None:
                fresh.append((i, f"r{n}"))
            else:
                twins[id, where] = f"r{n}"
                message = f"two regions have the id {id}; the later one is called r{n}, and relations to {id} are carried along"
                fix = "delete one in Label Studio and mark it again"
                problems.add("LST001", f"{base}/{i}", message, fix, "warning")
            id = f"r{n}"
        made[i] = {**entry, "id": id}
        if id not in at.setdefault(where, []):
            at[where].append(id)
    for i, entry, where in placed:
        if _labelled(entry):
            continue
        id = ident(entry.get("id")) or _rid(entry)
        here = at.get(where, [])
        id = twins.get((id, where), id) if id is not None else here[0] if len(here) == 1 else None
        if id is not None:
            made[i] = {**entry, "id": id}
    if fresh:
        i, id = fresh[0]
        message = f"a region has no id (Label Studio exports predictions so); it is called {id}"
        if len(fresh) > 1:
            last = fresh[-1][1]
            message = (
                f"{len(fresh)} regions have no id (Label Studio exports predictions so); they are called {id} to {last}"
            )
        problems.add(
            "LST040", f"{base}/{i}", message, "nothing; a current Label Studio exports annotations with ids", "info"
        )
    return Identified(made, {new: id for (id, _), new in twins.items()})
