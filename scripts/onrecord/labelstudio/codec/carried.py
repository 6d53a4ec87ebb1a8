"""What travels in a task's data beside the marks: its form, checked before it is used; who changed it, and when."""

from datetime import UTC, datetime
from typing import Any

from msgspec import UNSET, Struct, UnsetType, ValidationError, convert
from msgspec.structs import replace

from ...model.record import Annotator, Claim, Entity, Event, Link, Quote, Record, Time
from .mapping import DATA, PASSES, Pass
from .to_task import digest

EXTENSION = "labelstudio"
"""The key under a record's `extensions` of what Label Studio holds and the record has no place for."""


class _EntityRow(Struct):
    id: str
    type: str
    name: str
    link: Link
    members: list[str]
    note: str | UnsetType = UNSET
    mentions: list[Any] | UnsetType = UNSET


class _EventRow(Struct):
    id: str
    link: Link
    type: str | UnsetType = UNSET
    name: str | None = None
    note: str | UnsetType = UNSET


class _WholeEntity(Struct):
    whole: Entity


class _WholeEvent(Struct):
    whole: Event


class _Head(Struct):
    parts: list[str]
    values: dict[str, list[Any]]
    links: list[dict[str, Any]]
    relations: list[tuple[str, str]]
    note: list[str] | UnsetType = UNSET


class _Carried(Struct):
    """The form of `data.onrecord` as far as the marks are read by it; the rest is the record's own."""

    layers: list[Pass] | UnsetType = UNSET
    times: list[Time] | UnsetType = UNSET
    quotes: list[Quote] | UnsetType = UNSET
    claims: list[Claim] | UnsetType = UNSET
    heads: dict[str, _Head] = {}
    places: dict[str, tuple[int, int]] = {}
    sha256: str | UnsetType = UNSET


def _rows(rows: Any, hidden: bool, part: type[Struct], whole: type[Struct]) -> None:
    for row in convert(rows, list[dict[str, Any]]):
        convert(row, whole if hidden or "whole" in row else part)


def damage(carried: dict[str, Any]) -> str | None:
    """What is wrong with the form of `data.onrecord`, if anything is."""
    try:
        found = convert(carried, _Carried)
        shows = found.layers or None
        if shows is not None:
            for layer in PASSES:
                if layer not in DATA and layer not in shows and layer not in carried:
                    return f"the layer {layer} is missing"
        _rows(carried.get("entities"), shows is not None and "entities" not in shows, _EntityRow, _WholeEntity)
        _rows(carried.get("events"), shows is not None and "events" not in shows, _EventRow, _WholeEvent)
    except ValidationError as error:
        return str(error)
    return None


def with_results(extensions: Any, results: list[Any]) -> dict[str, Any]:
    """A record's extensions with results that it has no place for, where those of other projects are, too; each once."""
    kept = dict(extensions) if isinstance(extensions, dict) else {}
    mine = kept.get(EXTENSION)
    key = EXTENSION if isinstance(mine, dict) or mine is None else f"{EXTENSION}.results"
    ours = dict(kept.get(key) or {}) if isinstance(kept.get(key), dict) else {}
    before = ours.get("results")
    listed = list(before) if isinstance(before, list) else []
    ours["results"] = listed + [r for n, r in enumerate(results) if r not in listed and r not in results[:n]]
    kept[key] = ours
    return kept


def stamped(
    record: Record, carried: dict[str, Any], row: dict[str, Any], people: dict[int, str] | None, credit: bool
) -> Record:
    """The record with when it was changed in the browser and, with `credit`, by whom; untouched, it stays as it was.

    Args:
        row: Label Studio's annotation.
        people: names of its users by number, where the export has numbers only.
    """
    exported = carried.get("sha256")
    if not isinstance(exported, str) or digest(record) == exported:
        return record
    about = record.annotation
    when = _utc(row.get("updated_at"))
    if when is not None and when > about.created:
        about = replace(about, modified=when)
    name = next((n for k in ("updated_by", "completed_by") if (n := _named(row.get(k), people))), None)
    if credit and name is not None and all(a.name != name for a in about.annotators):
        about = replace(about, annotators=(*about.annotators, Annotator(name=name, kind="human")))
    return replace(record, annotation=about)


def _utc(value: Any) -> str | None:
    """A time as Label Studio writes it, in the record's form: UTC, whole seconds."""
    try:
        found = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    if found is None:
        return None
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def _named(user: Any, people: dict[int, str] | None) -> str | None:
    """A user by mail address or name, else by number."""
    if isinstance(user, dict):
        return next((str(user[k]) for k in ("email", "username") if user.get(k)), _named(user.get("id"), people))
    if isinstance(user, int) and not isinstance(user, bool):
        return (people or {}).get(user) or f"Label Studio user {user}"
    return user if isinstance(user, str) and user else None
