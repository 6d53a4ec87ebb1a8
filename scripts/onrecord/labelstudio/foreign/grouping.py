"""Which pieces of a kind are one item."""

from .builder import Builder, Note, Piece


def groups(builder: Builder, kind: str, same: str, keys: dict[str, list[tuple[str, ...]]]) -> list[list[Piece]]:
    """Pieces of one kind that are one item: joined by relations of the field `same`, or by a key that they share.

    What is labelled otherwise than the first is no part of it, whatever joins them.
    """
    pieces = builder.of_kind(kind)
    root = {p.id: p.id for p in pieces}

    def find(id: str) -> str:
        while root[id] != id:
            root[id] = root[root[id]]
            id = root[id]
        return id

    seen: dict[tuple[str, ...], str] = {}
    for p in pieces:
        for name, _, other in p.relations:
            if name == same:
                root[find(other.id)] = find(p.id)
        for key in keys.get(p.id, []):
            root[find(seen.setdefault(key, p.id))] = find(p.id)
    found: dict[str, list[Piece]] = {}
    for p in pieces:
        found.setdefault(find(p.id), []).append(p)
    parts = [part for group in found.values() for part in _of_one_type(builder, group)]
    return sorted(parts, key=lambda g: (g[0].span.start, g[0].span.end))


def _of_one_type(builder: Builder, group: list[Piece]) -> list[list[Piece]]:
    """The group, or as many as it has types; what joins these has no place in the record, and is carried along."""
    types = list(dict.fromkeys(p.fields["type"] for p in group if "type" in p.fields))
    if len(types) < 2:
        return [group]
    parts = [[p for p in group if p.fields.get("type", types[0]) == t] for t in types]
    words = " and ".join(f"{part[0].span.text[:40]!r} ({t})" for t, part in zip(types, parts, strict=True))
    what = "entity" if group[0].kind == "mention" else "event"
    message = f"what is marked as one {what} has several types: {words}; they are kept apart, and what joins them is carried along"
    fix = "label them alike, or undo what joins them"
    builder.notes.setdefault(
        ("types", group[0].id), Note(parts[1][0].region.pointer, message, fix, code="LST008")
    ).count = 1
    part_of = {p.region.id: n for n, part in enumerate(parts) for p in part}
    for drawn in builder.marked.relations:
        ends = part_of.get(drawn.source), part_of.get(drawn.target)
        if None not in ends and ends[0] != ends[1]:
            builder.marked.ledger.use(drawn.index, False)
    for part in parts[1:]:
        for piece in part:
            if "cluster" in piece.fields or "name" in piece.fields:
                builder.carry(piece)
    return parts
