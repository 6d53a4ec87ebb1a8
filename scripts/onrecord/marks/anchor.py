"""Marks given as quoted strings → a record with offsets.

A *place* is `"SEGMENT: before [[span]] after"`: the words must stand in that segment exactly once
(without a segment: in the whole text). Nobody, human or machine, types an offset.
The output is a plain dict in the record's form; validating it is the validator's business.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from msgspec import Struct, to_builtins
from msgspec.json import decode, encode

from ..model.fields import LAYERS, PIECES, PREFIXES, Field, has_id, is_span, own, usual
from ..model.meaning import Ref
from ..model.record import Record, Span

_SEGMENT = re.compile(r"([\w.-]+):\s+")
_SHOWN = 5
"""Places that are looked for of words that stand more than once."""

_STRUCTS = {f.name: f.struct for f in own(Record) if f.name in LAYERS}


class Problem(Struct, frozen=True):
    """A place that could not be resolved: JSON pointer into the marks, what is wrong, and where else the words stand.

    `places` are (start, end) in code points of the article's text; there are some where the words stand more than once.
    """

    pointer: str
    message: str
    places: tuple[tuple[int, int], ...] = ()


class Anchored(Struct, frozen=True):
    """A record in plain data, and where each of its parts stands in the marks that it was made of.

    `moved` are the items that were put into text order: their JSON pointers in the record → in the marks; `layers` are
    those that the marks hold, as all else is the draft's.
    """

    record: dict[str, Any]
    moved: dict[str, str] = {}
    layers: tuple[str, ...] = ()

    def origin(self, pointer: str) -> str | None:
        """The pointer into the marks of what stands in the record at a pointer; None for what the draft has."""
        steps = pointer.split("/")
        if steps[1:2] and steps[1] not in self.layers:
            return None
        for n in range(len(steps), 1, -1):
            if (there := self.moved.get("/".join(steps[:n]))) is not None:
                return "/".join([there, *steps[n:]])
        return pointer


class Ambiguous(ValueError):
    """Quoted words stand more than once; `places` are the first ones as (start, end) in code points."""

    def __init__(self, message: str, places: tuple[tuple[int, int], ...]) -> None:
        super().__init__(message)
        self.places = places


def find_place(text: str, segments: Mapping[str, tuple[int, int]], place: str) -> Span:
    """The span that `place` quotes (code points).

    Raises:
        Ambiguous: it fits more than once.
        ValueError: the place is malformed, or fits nowhere.
    """
    head, opened, rest = place.partition("[[")
    close = rest.find("]]", 1)
    words, after = rest[:close], rest[close + 2 :]
    if not opened or close < 0 or "[[" in after:
        raise ValueError(f"not a place (want one [[span]]): {place!r}")
    before, start, end = head, 0, len(text)
    if (match := _SEGMENT.match(head)) and match[1] in segments:  # else a colon of the article itself
        start, end = segments[match[1]]
        before = head[match.end() :]
    needle = before + words + after
    found: list[tuple[int, int]] = []
    at = text.find(needle, start, end)
    while at >= 0 and len(found) < _SHOWN:
        found.append((at + len(before), at + len(before) + len(words)))
        at = text.find(needle, at + 1, end)
    if not found:
        raise ValueError(f"stands nowhere in the article: {place!r}")
    if len(found) > 1:
        raise Ambiguous(f"stands more than once, add words around it: {place!r}", tuple(found))
    return Span(start=found[0][0], end=found[0][1], text=words)


def _ordered(struct: Any, item: dict[str, Any]) -> dict[str, Any]:
    """`item` with what holds where nothing is said, its fields in the record's order."""
    full, names = {**usual(struct), **item}, [f.name for f in own(struct)]
    return {k: full[k] for k in names if k in full} | {k: v for k, v in full.items() if k not in names}


def _is_piece(field: Field) -> bool:
    return is_span(field.struct) and not has_id(field.struct)


def _mention_of(field: Field) -> str | None:
    """Beside which field this one names a mention, if it does."""
    ref = field.says(Ref)
    return ref.whose or None if ref is not None else None


def _with_places(field: Field) -> bool:
    """Whether a field is a list of objects that stand in the article, or name a mention there."""
    return (
        field.many
        and field.struct is not None
        and (any(map(_mention_of, own(field.struct))) or (is_span(field.struct) and has_id(field.struct)))
    )


_LISTS = {layer: tuple(f.name for f in own(struct) if _with_places(f)) for layer, struct in _STRUCTS.items()}
"""Layer → its lists of objects with places."""

_PLACES = tuple(dict.fromkeys(f.name for f in PIECES if f.many))
"""The lists of places."""


def _misshapen(marks: object) -> Iterator[Problem]:
    """Where marks are not lists of objects as they should be; the rest is the schema's business."""
    if not isinstance(marks, Mapping):
        yield Problem("", "a marks file is an object with the layers as its fields")
        return
    for layer in marks:
        if layer not in _LISTS:
            yield Problem(f"/{layer}", f"there is no layer {layer!r}; there are {', '.join(_LISTS)}")
    for layer, inner in _LISTS.items():
        items = marks.get(layer, [])
        for i, item in enumerate(items if isinstance(items, list) else [None]):
            if not isinstance(item, dict):
                yield Problem(f"/{layer}", "a list of objects is wanted")
                continue
            rows = [(f"/{layer}/{i}", item)]
            for f in inner:
                found = item.get(f)
                rows += [
                    (f"/{layer}/{i}/{f}/{j}", x)
                    for j, x in enumerate(found if isinstance(found, list) else ())
                    if isinstance(x, dict)
                ]
            for pointer, row in rows:
                if not isinstance(row.get("id", ""), str):
                    yield Problem(f"{pointer}/id", "an id is a string")
            for field in (*inner, *_PLACES):
                part = item.get(field, [])
                objects = field in inner
                if not isinstance(part, list) or (objects and not all(isinstance(x, dict) for x in part)):
                    yield Problem(f"/{layer}/{i}/{field}", f"a list of {'objects' if objects else 'places'} is wanted")


def anchor(draft: Record, marks: Mapping[str, Any]) -> tuple[Anchored, list[Problem]]:
    """Put `marks` (form: corpus/GUIDELINES.md) onto the article of `draft`.

    Layers in `marks` replace the draft's; the rest of the draft (metadata and so on) stays.
    Mentions get ids m1, m2, … in text order, triggers their event's id and a letter, unless they have one.
    """
    if misshapen := list(_misshapen(marks)):
        return Anchored({}), misshapen
    segments = {s.id: (s.start, s.end) for s in draft.segments}
    problems: list[Problem] = []
    moved: dict[str, str] = {}

    def in_order(pointer: str, items: list[Any], order: Callable[[Any], Any]) -> list[Any]:
        """The items of a list in text order; where they stood is noted. What could not be placed (None) is left out."""
        kept = sorted((n for n, item in enumerate(items) if item), key=lambda n: order(items[n]))
        moved.update((f"{pointer}/{new}", f"{pointer}/{old}") for new, old in enumerate(kept) if new != old)
        return [items[n] for n in kept]

    def attempt(pointer: str, place: object, use: Callable[[Span], Any], otherwise: Any = None) -> Any:
        try:
            if not isinstance(place, str):
                raise ValueError(f"a place is a string, not {place!r}")
            return use(find_place(draft.text, segments, place))
        except ValueError as error:
            problems.append(Problem(pointer, str(error), getattr(error, "places", ())))
            return otherwise

    def spanned(pointer: str, item: dict[str, Any]) -> dict[str, Any]:
        rest = {k: v for k, v in item.items() if k != "at"}
        found = attempt(f"{pointer}/at", item.get("at"), to_builtins)
        return {**rest, **(found or {"start": 0, "end": 0, "text": ""})}

    def span_list(pointer: str, places: list[Any]) -> list[dict[str, Any]]:
        found = [attempt(f"{pointer}/{i}", p, to_builtins) for i, p in enumerate(places)]
        return in_order(pointer, found, lambda f: (f["start"], f["end"]))

    layers: dict[str, list[dict[str, Any]]] = {layer: [dict(item) for item in marks.get(layer, [])] for layer in LAYERS}

    for i, entity in enumerate(layers["entities"]):
        found = [spanned(f"/entities/{i}/mentions/{j}", m) for j, m in enumerate(entity.get("mentions", []))]
        entity["mentions"] = in_order(f"/entities/{i}/mentions", found, lambda m: (m["start"], -m["end"]))
    taken = {m["id"] for e in layers["entities"] for m in e["mentions"] if "id" in m}
    number = 0
    for mention in sorted(
        (m for e in layers["entities"] for m in e["mentions"]), key=lambda m: (m["start"], -m["end"])
    ):
        while "id" not in mention:
            number += 1
            if (id := f"{PREFIXES['mention']}{number}") not in taken:
                mention["id"] = id
    at: dict[tuple[int, int], list[tuple[str, str]]] = {}
    for entity in layers["entities"]:
        for mention in entity["mentions"]:
            at.setdefault((mention["start"], mention["end"]), []).append((entity.get("id", ""), mention["id"]))

    def mention_id(pointer: str, value: Any, entity: Any) -> Any:
        if not (isinstance(value, str) and "[[" in value):
            return value

        def use(span: Span) -> str:
            here = at.get((span.start, span.end), [])
            mine = [m for e, m in here if e == entity] or [m for _, m in here]
            if not mine:
                raise ValueError(f"no mention is marked there: {value!r}")
            return mine[0]

        return attempt(pointer, value, use)

    def filled(pointer: str, item: dict[str, Any], struct: Any) -> dict[str, Any]:
        """An item with offsets for its places, and ids for the places of mentions."""
        for f in own(struct):
            at, value = f"{pointer}/{f.name}", item.get(f.name)
            if _is_piece(f) and f.many:
                item[f.name] = span_list(at, item.get(f.name, []))
            elif _is_piece(f) and value is not None:
                item[f.name] = attempt(at, value, to_builtins)
            elif whose := _mention_of(f):
                item[f.name] = mention_id(at, value, item.get(whose))
            elif _with_places(f) and not has_id(f.struct):
                rows = enumerate(item.get(f.name, []))
                item[f.name] = [filled(f"{at}/{j}", dict(row), f.struct) for j, row in rows]
        return item

    def triggered(i: int, event: dict[str, Any]) -> None:
        triggers = [spanned(f"/events/{i}/mentions/{j}", m) for j, m in enumerate(event.get("mentions", []))]
        triggers = in_order(f"/events/{i}/mentions", triggers, lambda m: (m["start"], m["end"]))
        for j, trigger in enumerate(triggers):
            trigger.setdefault("id", f"{event.get('id', 'v')}{chr(97 + j) if j < 26 else f'z{j}'}")
        event["mentions"] = triggers

    for layer, items in layers.items():
        for i, item in enumerate(items):
            if layer == "events":
                triggered(i, item)
            whole = spanned(f"/{layer}/{i}", item) if is_span(_STRUCTS[layer]) else item
            items[i] = filled(f"/{layer}/{i}", whole, _STRUCTS[layer])

    record: dict[str, Any] = decode(encode(draft))
    for layer, items in layers.items():
        if layer in marks:
            record[layer] = [_complete(layer, item) for item in items]
    return Anchored(record, moved, tuple(layer for layer in layers if layer in marks)), problems


def _complete(layer: str, item: dict[str, Any]) -> dict[str, Any]:
    """`item` and its mentions with all their fields in the record's order."""
    done = _ordered(_STRUCTS[layer], item)
    for f in own(_STRUCTS[layer]):
        if has_id(f.struct):
            done[f.name] = [_ordered(f.struct, inner) for inner in done[f.name]]
    return done
