"""What a rule is: a generator over a document, with its catalogue entry in its docstring."""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cached_property
from typing import Any

from msgspec import Struct
from msgspec.json import decode

from ..finding import Patch, Place, Problem, Severity
from ..paths import IDS, SPANS, Path, path
from ..record import (
    AUTHOR,
    Claim,
    ClaimRelation,
    Entity,
    Event,
    Mention,
    Quote,
    Record,
    Segment,
    Spanned,
    Time,
    Trigger,
)
from .marks import Marks
from .marks import read as read_marks

__all__ = ["Document", "Patch", "Place", "Problem", "Rule", "cycles", "path", "rule"]

Check = Callable[["Document"], Iterator[Problem]]


class Document:
    """A schema-valid record with the look-ups that rules share, each made once and only where asked for.

    Rules look first and make pointers and messages only of what is wrong: nearly all records are right.
    """

    def __init__(self, record: Record) -> None:
        self.record = record
        self.text = record.text
        self.language = record.metadata.language.partition("-")[0].lower()
        """Primary language subtag; rules about words ask for it."""

        self._values: dict[Path, list[Any]] = {}

    def values(self, place: Path) -> list[Any]:
        """The values at a place of the record, read once for all rules."""
        found = self._values.get(place)
        if found is None:
            found = self._values[place] = place.values(self.record)
        return found

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Id → kind of the first thing that carries it."""
        found: dict[str, str] = {}
        for place, kind in reversed(IDS):
            found.update(dict.fromkeys(self.values(place), kind))
        return found

    @cached_property
    def spans(self) -> list[Spanned]:
        """Every span of the record, in the order of `span_pointers`."""
        return [span for place in SPANS for span in self.values(place)]

    @cached_property
    def span_pointers(self) -> list[str]:
        """The JSON pointers of `spans`."""
        return [pointer for place in SPANS for pointer, _ in place.items(self.record)]

    @cached_property
    def edges(self) -> set[int]:
        """Every offset at which a span begins or ends."""
        return {s.start for s in self.spans} | {s.end for s in self.spans}

    @cached_property
    def blocks(self) -> list[int]:
        """For each character of the text, the index of its segment, or -1."""
        found = [-1] * len(self.text)
        for i, s in reversed(list(enumerate(self.record.segments))):  # where two overlap, the first has it
            if 0 <= s.start < s.end <= len(found):
                found[s.start : s.end] = [i] * (s.end - s.start)
        return found

    @cached_property
    def uncovered(self) -> str:
        """What of the text no mention covers, NUL for each stretch that is covered."""
        return "\0".join(self.text[start:end] for start, end in self.gaps)

    @cached_property
    def gaps(self) -> list[tuple[int, int]]:
        """The stretches of text that no mention covers."""
        found, at = [], 0
        for start, end in sorted([(m.start, m.end) for e in self.record.entities for m in e.mentions]):
            if start > at:
                found.append((at, start))
            if end > at:
                at = end
        found.append((at, len(self.text)))
        return found

    @cached_property
    def owners(self) -> dict[str, Entity | Event]:
        """Mention or trigger id → its entity or event."""
        found: dict[str, Entity | Event] = {m.id: e for e in self.record.entities for m in e.mentions}
        for event in self.record.events:
            for trigger in event.mentions:
                found.setdefault(trigger.id, event)
        return found

    @cached_property
    def mentions(self) -> dict[str, Mention | Trigger]:
        """Mention or trigger id → mention."""
        found: dict[str, Mention | Trigger] = {m.id: m for v in self.record.events for m in v.mentions}
        found.update({m.id: m for e in self.record.entities for m in e.mentions})
        return found

    @cached_property
    def entities(self) -> dict[str, Entity]:
        return {e.id: e for e in self.record.entities}

    @cached_property
    def times(self) -> dict[str, Time]:
        return {t.id: t for t in self.record.times}

    @cached_property
    def quotes(self) -> dict[str, Quote]:
        return {q.id: q for q in self.record.quotes}

    @cached_property
    def claims(self) -> dict[str, Claim]:
        return {c.id: c for c in self.record.claims}

    @cached_property
    def events(self) -> dict[str, Event]:
        return {v.id: v for v in self.record.events}

    @cached_property
    def holders(self) -> list[tuple[int, ...]]:
        """For each character of the text, the indices of the quotes whose content holds it, outermost first."""
        held: list[tuple[int, ...]] = [()] * len(self.text)
        pieces = [(f.start - f.end, f.start, f.end, i) for i, q in enumerate(self.record.quotes) for f in q.fragments]
        for _, start, end, i in sorted(pieces):
            if 0 <= start < end <= len(held):
                outer = held[start:end]
                if outer.count(outer[0]) == len(outer):
                    held[start:end] = [(*outer[0], i)] * len(outer)
                else:
                    held[start:end] = [(*h, i) for h in outer]
        return held

    @cached_property
    def marks(self) -> Marks:
        """The article's double quotation marks, paired."""
        return read_marks(self.text, self.record.segments, self.blocks)

    @cached_property
    def claim_links(self) -> list[tuple[Claim, ClaimRelation]]:
        """Every relation of a claim, with the claim."""
        return [(c, r) for c in self.record.claims for r in c.relations]

    @cached_property
    def triggers(self) -> list[tuple[int, int, int, int]]:
        """Every trigger as (start, end, index of its event, index among the event's mentions), in the text's order."""
        return sorted(
            (m.start, m.end, i, j) for i, v in enumerate(self.record.events) for j, m in enumerate(v.mentions)
        )

    @cached_property
    def unheard(self) -> list[tuple[int, int]]:
        """The triggers whose factuality is not of just the author and the speakers of all quotes that hold them.

        As (index of the event, index of the mention).
        """
        held, quotes = self.holders, self.record.quotes
        length = len(held)
        voices: dict[tuple[int, ...], set[str | None]] = {(): {AUTHOR}}
        found = []
        for i, v in enumerate(self.record.events):
            for j, m in enumerate(v.mentions):
                within = held[m.start] if m.start < length else ()
                if within not in voices:
                    voices[within] = {AUTHOR, *(quotes[q].speaker for q in within)}
                expected = voices[within]
                if len(m.factuality) != len(expected):
                    found.append((i, j))
                    continue
                for f in m.factuality:
                    if f.according_to not in expected:
                        found.append((i, j))
                        break
        return found

    def holding(self, start: int, end: int) -> list[Quote]:
        """The quotes whose content holds the characters from `start` to `end`, outermost first."""
        if not 0 <= start < end <= len(self.holders):
            return []
        first, last = self.holders[start], self.holders[end - 1]
        return [self.record.quotes[i] for i in first if i in last]

    def segment(self, at: int) -> Segment | None:
        """The block of the article in which the character at `at` stands."""
        i = self.blocks[at] if 0 <= at < len(self.blocks) else -1
        return self.record.segments[i] if i >= 0 else None

    def owned(self, mention: str, owner: str) -> bool:
        """Whether a mention belongs to an entity or event; unresolved ids are another rule's business."""
        found = self.owners.get(mention)
        return found is None or found.id == owner or owner not in self.kinds

    def named(self, id: str | None) -> str:
        """A mention's words or an entity's name with its id, for a message."""
        if id is None:
            return "null"
        mention = self.mentions.get(id)
        name = mention.text if mention else self.entities[id].name if id in self.entities else None
        return f"“{name}” ({id})" if name else id

    def words(self, start: int, end: int) -> str:
        """The words at [start, end), short enough for a message."""
        found = self.text[start:end]
        return found if len(found) <= 60 else f"{found[:57]}…"


class Rule(Struct, frozen=True):
    """A catalogue entry. `bad` and `good` are changes to `schemas/record.example.json`; tests run them.

    `bad_implies` and `good_implies` are other codes that an example cannot avoid.
    """

    code: str
    name: str
    severity: Severity
    since: str
    fixable: bool
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


class Entry(Struct, frozen=True):
    """What a rule's docstring says."""

    what: str
    why: str
    bad: tuple[str, ...]
    good: tuple[str, ...]
    bad_implies: tuple[str, ...]
    good_implies: tuple[str, ...]


def read_docstring(text: str) -> Entry:
    """One sentence what is wrong; a paragraph why; `Bad:` and `Good:` with their lines."""
    parts: dict[str, list[str]] = {"what": [], "Bad": [], "Good": []}
    implied: dict[str, tuple[str, ...]] = {"Bad": (), "Good": ()}
    current = "what"
    for raw in text.strip().splitlines():
        line = raw.strip()
        if head := _HEAD.fullmatch(line):
            current, line = head[1], head[3]
            if head[2]:
                implied[current] = tuple(c.strip() for c in head[2].split(","))
        parts[current].append(line)
    what, _, why = "\n".join(parts["what"]).strip().partition("\n\n")
    return Entry(
        " ".join(what.split()),
        " ".join(why.split()),
        tuple(parts["Bad"]),
        tuple(parts["Good"]),
        implied["Bad"],
        implied["Good"],
    )


def rule(
    code: str, name: str, severity: Severity = "error", since: str = "0.1.0", fixable: bool = False
) -> Callable[[Check], Rule]:
    """Make a rule of a generator function.

    Its docstring holds: one sentence what is wrong; a paragraph why; `Bad:` and `Good:` with one patch a line
    (`/pointer = JSON` or `drop /pointer`) on the example record. `Bad (also XXX001):` names other
    codes that the example cannot avoid.
    """

    def make(check: Check) -> Rule:
        entry = read_docstring(check.__doc__ or "")
        return Rule(
            code=code,
            name=name,
            severity=severity,
            since=since,
            fixable=fixable,
            what=entry.what,
            why=entry.why,
            bad=_patches(entry.bad),
            good=_patches(entry.good),
            bad_implies=entry.bad_implies,
            good_implies=entry.good_implies,
            check=check,
        )

    return make


def cycles(edges: dict[str, list[str]]) -> list[list[str]]:
    """The cycles of a graph, each once, as lists of nodes from its first node in `edges`' order."""
    edges = {node: after for node, after in edges.items() if after}
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
