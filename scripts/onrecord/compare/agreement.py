"""Agreement of two annotations of one article.

Matching is greedy and one to one, largest overlap first. Spans are sets of code point offsets.
F1 is the harmonic mean of the two shares matched, so it does not depend on which annotation comes first.
B³ after Bagga and Baldwin (1998), over the mentions that both have exactly.
"""

from collections.abc import Callable, Hashable, Iterable, Sequence
from typing import TypeVar

from msgspec import Struct

from ..model.record import Argument, Event, Record, Span, Spanned

T = TypeVar("T")


class Score(Struct, frozen=True):
    """One metric. `first`, `second`, `matched` count items; `value` is the score, 0 to 1."""

    name: str
    value: float
    first: int
    second: int
    matched: float


def f1(name: str, first: int, second: int, matched: float) -> Score:
    return Score(name, 2 * matched / (first + second) if first + second else 1.0, first, second, matched)


def _points(pieces: Iterable[Spanned]) -> frozenset[int]:
    return frozenset(i for p in pieces for i in range(p.start, p.end))


def match(first: Sequence[T], second: Sequence[T], overlap: Callable[[T, T], float], least: float) -> list[tuple[T, T]]:
    """Greedy one-to-one pairs whose overlap is at least `least` (and above 0), largest first."""
    scored = sorted(
        ((overlap(a, b), -i, -j) for i, a in enumerate(first) for j, b in enumerate(second)),
        reverse=True,
    )
    used: tuple[set[int], set[int]] = (set(), set())
    pairs = []
    for score, i, j in scored:
        if score <= 0 or score < least:
            break
        if i not in used[0] and j not in used[1]:
            used[0].add(i)
            used[1].add(j)
            pairs.append((first[-i], second[-j]))
    return pairs


def jaccard(a: frozenset[int], b: frozenset[int]) -> float:
    return len(a & b) / len(a | b) if a | b else 0.0


def of_longer(a: frozenset[int], b: frozenset[int]) -> float:
    """Share of the longer of the two that both have."""
    return len(a & b) / max(len(a), len(b)) if a and b else 0.0


def _bcubed(first: dict[Hashable, str], second: dict[Hashable, str]) -> Score:
    common = [k for k in first if k in second]

    def side(mine: dict[Hashable, str], other: dict[Hashable, str]) -> float:
        total = 0.0
        for k in common:
            cluster = [x for x in common if mine[x] == mine[k]]
            total += sum(other[x] == other[k] for x in cluster) / len(cluster)
        return total / len(common) if common else 1.0

    p, r = side(first, second), side(second, first)
    return Score("coreference B³", 2 * p * r / (p + r) if p + r else 0.0, len(first), len(second), len(common))


def _by_overlap(
    items1: Sequence[T], items2: Sequence[T], points: Callable[[T], frozenset[int]], least: float
) -> list[tuple[T, T]]:
    where = {id(x): points(x) for x in (*items1, *items2)}
    return match(items1, items2, lambda a, b: of_longer(where[id(a)], where[id(b)]), least)


def _fragments(item: object) -> frozenset[int]:
    pieces: Sequence[Span] = item.fragments  # type: ignore[attr-defined]
    return _points(pieces)


def compare(one: Record, two: Record) -> list[Score]:
    """All scores of two annotations of the same text.

    Raises:
        ValueError: the texts differ.
    """
    if one.text != two.text:
        raise ValueError("the two records are not of the same text")
    mentions = [[m for e in r.entities for m in e.mentions] for r in (one, two)]
    spans = [{(m.start, m.end) for m in side} for side in mentions]
    scores = [f1("mentions, exact", len(mentions[0]), len(mentions[1]), len(spans[0] & spans[1]))]
    overlapping = _by_overlap(mentions[0], mentions[1], lambda m: _points([m]), 0)
    scores.append(f1("mentions, overlapping", len(mentions[0]), len(mentions[1]), len(overlapping)))
    clusters: list[dict[Hashable, str]] = [
        {(m.start, m.end): e.id for e in r.entities for m in e.mentions} for r in (one, two)
    ]
    scores.append(_bcubed(*clusters))

    same_entity = {
        (a.id, b.id)
        for a, b in match(
            one.entities,
            two.entities,
            lambda a, b: jaccard(*(frozenset(m.start * 100000 + m.end for m in e.mentions) for e in (a, b))),
            0,
        )
    }
    times = _by_overlap(one.times, two.times, lambda t: _points([t]), 0)
    scores.append(f1("times", len(one.times), len(two.times), len(times)))
    scores.append(_share("time values (of matched times)", [a.value == b.value for a, b in times]))

    quotes = _by_overlap(one.quotes, two.quotes, _fragments, 0.5)
    scores.append(f1("quotes, content overlap ≥ half", len(one.quotes), len(two.quotes), len(quotes)))
    scores.append(
        _share(
            "speakers (of matched quotes)",
            [(a.speaker, b.speaker) in same_entity or a.speaker is b.speaker is None for a, b in quotes],
        )
    )
    scores.append(_share("quote kinds (of matched quotes)", [a.kind == b.kind for a, b in quotes]))

    claims = _by_overlap(one.claims, two.claims, _fragments, 0.5)
    scores.append(f1("claims, content overlap ≥ half", len(one.claims), len(two.claims), len(claims)))
    scores.append(
        _share(
            "claimants (of matched claims)",
            [
                (a.claimant, b.claimant) in same_entity or (a.claimant is b.claimant is None and a.voice == b.voice)
                for a, b in claims
            ],
        )
    )
    scores.append(_share("claim kinds (of matched claims)", [a.kind == b.kind for a, b in claims]))
    scores.append(_share("stances (of matched claims)", [a.stance == b.stance for a, b in claims]))

    triggers = [[m for v in r.events for m in v.mentions] for r in (one, two)]
    same_trigger = _by_overlap(triggers[0], triggers[1], lambda m: _points([m]), 0)
    scores.append(f1("triggers", len(triggers[0]), len(triggers[1]), len(same_trigger)))
    scores.append(_share("realis (of matched triggers)", [a.realis == b.realis for a, b in same_trigger]))
    scores.append(_share("polarity (of matched triggers)", [a.polarity == b.polarity for a, b in same_trigger]))

    pairs = {(a.id, b.id) for a, b in same_trigger}
    events = match(
        one.events,
        two.events,
        lambda a, b: float(sum((m.id, n.id) in pairs for m in a.mentions for n in b.mentions)),
        0,
    )
    scores.append(_share("event types (of matched events)", [a.type == b.type for a, b in events]))
    same = (
        same_entity
        | {(a.id, b.id) for a, b in times}
        | {(a.id, b.id) for a, b in quotes}
        | {(a.id, b.id) for a, b in events}
    )
    scores += _arguments(one, two, events, same)
    return scores


def _arguments(one: Record, two: Record, events: list[tuple[Event, Event]], same: set[tuple[str, str]]) -> list[Score]:
    """Arguments of all events; only those of matched events can match."""
    counts = [sum(len(v.arguments) for v in r.events) for r in (one, two)]
    hits = {"target": 0, "role and target": 0}

    def target(x: Argument, y: Argument) -> float:
        return float((x.target, y.target) in same)

    def role(x: Argument, y: Argument) -> float:
        return target(x, y) if x.role == y.role else 0.0

    for a, b in events:
        hits["target"] += len(match(a.arguments, b.arguments, target, 1))
        hits["role and target"] += len(match(a.arguments, b.arguments, role, 1))
    return [f1(f"arguments, {name}", counts[0], counts[1], n) for name, n in hits.items()]


def _share(name: str, equal: list[bool]) -> Score:
    return Score(name, sum(equal) / len(equal) if equal else 1.0, len(equal), len(equal), sum(equal))
