"""How many flipped labels and links of a corpus the validator finds, field by field; prints figures, asserts nothing.

    python tests/benchmarks/flips.py [CORPUS]

Every label of a closed list is replaced by each other one, every link by another item of its kind, one at a time, in every
record that has no findings of its own. What is left unfound is what only a reader can tell, or a rule that is still missing.
"""

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

import msgspec

from onrecord.checking.run import validate
from onrecord.checking.validate import check_record
from onrecord.model import inventories
from onrecord.model.fields import FIELDS
from onrecord.model.patterns import IDS, REFERENCES, pattern
from onrecord.model.record import Record

MOST = 40
"""Flips of one field in one record: spread evenly over all there are."""


def labels() -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every place of the record's form that holds a label or a yes or no, with what may stand there."""
    for f in FIELDS:
        if get_origin(f.kind) is Literal:
            yield f.plain, get_args(f.kind) + (None,) * f.null
        elif f.kind is bool:
            yield f.plain, (True, False)


def closed_lists() -> Iterator[tuple[str, tuple[Any, ...]]]:
    types = inventories.event_types()
    yield "/events/*/type", tuple(t.name for c in types.categories for t in c.types)
    yield "/events/*/arguments/*/role", tuple(r.name for r in types.roles)


def references(record: Record) -> Iterator[tuple[str, tuple[Any, ...]]]:
    """Every place that names an item, with the items that it may name."""
    ids: dict[str, list[str]] = {}
    for items, kind in IDS:
        ids.setdefault(kind, []).extend(items.values(record))
    for naming, kinds in REFERENCES:
        yield naming.written, tuple(id for kind in kinds for id in ids.get(kind, [kind]))


def changed(raw: Any, pointer: str, value: Any) -> Record:
    """The record with another value at a pointer."""
    made = msgspec.json.decode(msgspec.json.encode(raw))
    *way, last = pointer.split("/")[1:]
    at = made
    for step in way:
        at = at[int(step)] if isinstance(at, list) else at[step]
    at[int(last) if isinstance(at, list) else last] = value
    return msgspec.convert(made, Record)


def flips(record: Record) -> Iterator[tuple[str, bool]]:
    """The pattern of every flip, and whether it was found."""
    raw = msgspec.to_builtins(record)
    for written, values in (*labels(), *closed_lists(), *references(record)):
        made = [
            (pointer, value)
            for pointer, old in pattern(written.replace("??", "?")).items(record)
            for value in values
            if value != old
        ]
        for pointer, value in made[:: max(1, len(made) // MOST)]:
            yield written, bool(check_record(changed(raw, pointer, value)))


def main(corpus: Path) -> None:
    tried: Counter[str] = Counter()
    found: Counter[str] = Counter()
    for _, record, findings in validate([corpus]):
        for written, hit in flips(record) if record is not None and not findings else ():
            tried[written] += 1
            found[written] += hit
    print(f"{'what was flipped':52} found  tried")
    for written in sorted(tried, key=lambda p: found[p] / tried[p]):
        print(f"{written:52} {100 * found[written] / tried[written]:4.0f} % {tried[written]:6}")
    print(f"{'all':52} {100 * sum(found.values()) / max(1, sum(tried.values())):4.0f} % {sum(tried.values()):6}")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "corpus")
