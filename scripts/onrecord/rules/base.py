"""What a rule is: a generator over a document, with its catalogue entry in its docstring."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.json import decode

from ..finding import Problem, Severity
from ..record import Entity, Event, Mention, Quote, Record, Trigger, clusters

Check = Callable[["Document"], Iterator[Problem]]


class Document:
    """A schema-valid record with the look-ups that rules share."""

    def __init__(self, record: Record) -> None:
        self.record = record

    @cached_property
    def ids(self) -> dict[str, list[tuple[str, str]]]:
        """Id → (kind, pointer) of everything that carries it."""
        found: dict[str, list[tuple[str, str]]] = {}
        r = self.record
        for layer, kind in (
            ("segments", "segment"),
            ("entities", "entity"),
            ("times", "time"),
            ("quotes", "quote"),
            ("claims", "claim"),
            ("events", "event"),
        ):
            for i, item in enumerate(getattr(r, layer)):
                found.setdefault(item.id, []).append((kind, f"/{layer}/{i}"))
                inner = {"entity": "mention", "event": "trigger"}.get(kind)
                if inner:
                    for j, mention in enumerate(item.mentions):
                        found.setdefault(mention.id, []).append((inner, f"/{layer}/{i}/mentions/{j}"))
        return found

    @cached_property
    def mention_owner(self) -> dict[str, Entity | Event]:
        """Mention or trigger id → its entity or event."""
        owners: dict[str, Entity | Event] = {}
        for owner in clusters(self.record):
            for mention in owner.mentions:
                owners.setdefault(mention.id, owner)
        return owners

    @cached_property
    def mentions(self) -> dict[str, Mention | Trigger]:
        """Mention or trigger id → mention."""
        return {m.id: m for owner in clusters(self.record) for m in owner.mentions}

    @cached_property
    def quotes(self) -> dict[str, Quote]:
        return {q.id: q for q in self.record.quotes}

    def kind(self, id: str) -> str | None:
        """The kind of the first thing with this id, or None."""
        found = self.ids.get(id)
        return found[0][0] if found else None

    def owned(self, mention: str, owner: str) -> bool:
        """Whether a mention belongs to an entity or event; unresolved ids are another rule's business."""
        found = self.mention_owner.get(mention)
        return found is None or found.id == owner or self.kind(owner) is None


class Patch(Struct, frozen=True):
    """A change to the example record: set `pointer` to `value` (`/-` at the end appends), or remove it."""

    pointer: str
    value: Any = None
    remove: bool = False


class Rule(Struct, frozen=True):
    """A catalogue entry. `bad` and `good` are changes to `schemas/record.example.json`; tests run them.

    `bad_implies` and `good_implies` are other codes that an example cannot avoid.
    """

    code: str
    name: str
    severity: Severity
    since: str
    what: str
    why: str
    bad: tuple[Patch, ...]
    good: tuple[Patch, ...]
    bad_implies: tuple[str, ...]
    good_implies: tuple[str, ...]
    check: Check


_HEAD = re.compile(r"(Bad|Good)(?: \(also ([A-Z0-9, ]+)\))?:\s*(.*)")
_PATCH = re.compile(r"(?s)(?P<drop>drop )?(?P<pointer>/\S+)(?:\s*=\s*(?P<value>.*))?")


def _patches(lines: Iterable[str]) -> tuple[Patch, ...]:
    joined: list[str] = []
    for line in lines:
        if re.match(r"(drop )?/", line):
            joined.append(line)
        elif joined:
            joined[-1] += " " + line
    found = []
    for text in joined:
        match = _PATCH.fullmatch(text)
        if match is None:
            raise ValueError(f"not a patch: {text!r}")
        found.append(Patch(match["pointer"], decode(match["value"]) if match["value"] else None, bool(match["drop"])))
    return tuple(found)


def rule(code: str, name: str, severity: Severity = "error", since: str = "0.1.0") -> Callable[[Check], Rule]:
    """Make a rule of a generator function.

    Its docstring holds: one sentence what is wrong; a paragraph why; `Bad:` and `Good:` with one patch a line
    (`/pointer = JSON` or `drop /pointer`) on the example record. `Bad (also XXX001):` names other
    codes that the example cannot avoid.
    """

    def make(check: Check) -> Rule:
        parts: dict[str, list[str]] = {"what": [], "Bad": [], "Good": []}
        implied: dict[str, tuple[str, ...]] = {"Bad": (), "Good": ()}
        current = "what"
        for raw in (check.__doc__ or "").strip().splitlines():
            line = raw.strip()
            if head := _HEAD.fullmatch(line):
                current, line = head[1], head[3]
                if head[2]:
                    implied[current] = tuple(c.strip() for c in head[2].split(","))
            parts[current].append(line)
        what, _, why = "\n".join(parts["what"]).strip().partition("\n\n")
        return Rule(
            code=code,
            name=name,
            severity=severity,
            since=since,
            what=" ".join(what.split()),
            why=" ".join(why.split()),
            bad=_patches(parts["Bad"]),
            good=_patches(parts["Good"]),
            bad_implies=implied["Bad"],
            good_implies=implied["Good"],
            check=check,
        )

    return make


def cycles(edges: dict[str, list[str]]) -> list[list[str]]:
    """The cycles of a graph, each once, as lists of nodes from its first node in `edges`' order."""
    state: dict[str, int] = {}
    found = []
    for root in edges:
        if state.get(root):
            continue
        path: list[str] = [root]
        trail = [iter(edges[root])]
        state[root] = 1
        while trail:
            for after in trail[-1]:
                if state.get(after) == 1:
                    found.append(path[path.index(after) :])
                elif not state.get(after) and after in edges:
                    state[after] = 1
                    path.append(after)
                    trail.append(iter(edges[after]))
                    break
            else:
                trail.pop()
                state[path.pop()] = 2
    return found
