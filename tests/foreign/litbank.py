"""LitBank (github.com/dbamman/litbank) → records: 100 novels' openings, about 2,000 words each.

Four layers on one text, `<layer>/<folder>/<name>.txt`: tokens divided by spaces, one sentence a line. Read are:

- `coref/brat/*.ann`: a mention is two text-bound lines at one place, its kind and type (`PROP_PER`, `NOM_FAC`,
  `PRON_GPE` …) and its cluster (`Emma-0`). Attributes and appositions have no cluster of their own but a relation
  (`R1 cop Arg1:T68 Arg2:T228`) to a mention that has one, or to one that leads there: they join that cluster.
- `quotations/tsv/*.ann`: `QUOTE id line token line token words` (both ends inclusive, from 0) and `ATTRIB id cluster`.
- `events/brat/*.ann`: triggers of asserted events, `EVENT`.

`entities/brat` has the names and nominals once more, without coreference and partly with other types: not read.
A line is no paragraph, and LitBank doesn't say where paragraphs end. A segment is a line, or those lines which
a quotation or a mention holds together. Quotations that their cue interrupts stay two quotes, as they are in the data.
"""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from onrecord.findings.finding import Offsets
from onrecord.model.record import EntityType, Event, MentionKind, Published, Quote, Record, Segment, Trigger

from . import NOT_ATTEMPTED, Cluster, LeftOut, Marked, direct, entities, record, span

KINDS: dict[str, MentionKind] = {"PROP": "name", "NOM": "nominal", "PRON": "pronoun"}
TYPES: dict[str, EntityType] = {
    "PER": "PERSON",
    "FAC": "FAC",
    "GPE": "GPE",
    "LOC": "LOC",
    "VEH": "PRODUCT",
    "ORG": "ORG",
}
MADE = "2020-05-11T00:00:00Z"
"""Of the coreference layer's publication (LREC 2020); the data bear no date."""


def rows(path: Path) -> list[list[str]]:
    """The tab-separated fields of each line; none where the layer has no such file."""
    if not path.is_file():
        return []
    return [line.split("\t") for line in path.read_text("utf-8").split("\n") if line]


def bound(row: list[str]) -> tuple[str, Offsets]:
    """Label and place of a text-bound line, `T1 <tab> label start end <tab> words`; pieces are never apart here."""
    label, start, end = row[1].rsplit(" ", 2)
    return label, (int(start), int(end))


def clusters(lines: list[list[str]], left_out: LeftOut) -> list[Cluster]:
    """The clusters of a coref file."""
    kinds: dict[Offsets, tuple[MentionKind, EntityType]] = {}
    keys: dict[Offsets, str] = {}
    places: dict[str, Offsets] = {}
    for row in lines:
        if row[0][0] == "T":
            label, place = bound(row)
            places[row[0]] = place
            kind, _, type = label.partition("_")
            if kind in KINDS and type in TYPES:
                left_out["a mention marked twice"] += place in kinds
                kinds[place] = (KINDS[kind], TYPES[type])
            else:
                left_out["a mention in a second cluster"] += place in keys
                keys.setdefault(place, label)
    relations = [re.findall(r"Arg\d:(\S+)", row[1]) for row in lines if row[0][0] == "R"]
    joins = [(places[a], places[b]) for a, b in relations if a in places and b in places]
    left_out["a relation to no mention"] += len(relations) - len(joins)
    clustered = set(keys)
    for _ in joins:  # to the end of the longest chain of relations
        for a, b in joins:
            if (a in keys) != (b in keys):
                keys.setdefault(a, keys.get(b, ""))
                keys.setdefault(b, keys[a])
    found: dict[str, Cluster] = {}
    for place in sorted(kinds, key=lambda p: (p not in clustered, p)):  # a cluster's own mentions give its type
        kind, type = kinds[place]
        if place not in keys:
            left_out["a mention without a cluster"] += 1
            continue
        cluster = found.setdefault(keys[place], Cluster(keys[place], type, []))
        cluster.mentions.append(Marked(*place, kind))
    return list(found.values())


def quotes(text: str, lines: list[list[str]], speakers: dict[str, str], left_out: LeftOut) -> tuple[Quote, ...]:
    """Quotes in text order; one that lies within another has it as parent."""
    starts = [0, *(m.end() for m in re.finditer("\n", text))]
    tokens = [
        [(at + m.start(), at + m.end()) for m in re.finditer(r"\S+", line)]
        for at, line in zip(starts, text.split("\n"), strict=True)
    ]
    said_by = {row[1]: row[2] for row in lines if row[0] == "ATTRIB"}
    places: dict[str, Offsets] = {}
    for row in lines:
        if row[0] == "QUOTE":
            first, token, last, final = map(int, row[2:6])
            start, end = tokens[first][token][0], tokens[last][final][1]
            if text[start:end].split() != row[6].split():
                raise ValueError(f"{row} is not at {start} to {end}")
            places[row[1]] = (start, end)
    found = []
    for key, (start, end) in sorted(places.items(), key=lambda item: (item[1][0], -item[1][1])):
        around = [k for k, (a, b) in places.items() if a <= start and end <= b and (a, b) != (start, end)]
        parent = min(around, key=lambda k: places[k][1] - places[k][0], default=None)
        speaker = speakers.get(said_by.get(key, ""))
        left_out["the speaker of a quote"] += speaker is None
        found.append(direct(key, (span(text, start, end),), speaker, parent))
    return tuple(found)


def events(text: str, lines: list[list[str]]) -> tuple[Event, ...]:
    """One event for each trigger."""
    places = sorted(bound(row)[1] for row in lines if row[0][0] == "T")
    return tuple(
        Event(
            id=f"v{n}",
            type="occurrence",
            name=None,
            link=NOT_ATTEMPTED,
            members=(),
            mentions=(
                Trigger(
                    id=f"v{n}a",
                    start=start,
                    end=end,
                    text=text[start:end],
                    polarity="positive",
                    realis="actual",
                    factuality=(),
                ),
            ),
            arguments=(),
            time=None,
            relations=(),
        )
        for n, (start, end) in enumerate(places, 1)
    )


def segments(text: str, whole: list[Offsets]) -> tuple[Segment, ...]:
    """Lines; none ends within one of the places that are to stay whole."""
    blocks: list[Offsets] = []
    within = sorted(whole)
    for line in re.finditer(r"[^\n]+", text):
        if not line[0].strip():
            continue
        start = line.start() + len(line[0]) - len(line[0].lstrip())
        end = line.start() + len(line[0].rstrip())
        if blocks and any(a < blocks[-1][1] and start < b for a, b in within):
            start = blocks.pop()[0]
        blocks.append((start, end))
    return tuple(Segment(id=f"s{n}", kind="paragraph", start=a, end=b) for n, (a, b) in enumerate(blocks, 1))


def convert(folder: Path, name: str, left_out: LeftOut) -> Record:
    """One novel's opening."""
    text = (folder / "coref" / "brat" / f"{name}.txt").read_bytes().decode()
    for layer in ("events/brat", "quotations/tsv"):
        other = folder / layer / f"{name}.txt"
        if other.is_file() and other.read_bytes().decode() != text:
            raise ValueError(f"{other} is another text")
    found, ids = entities(text, clusters(rows(folder / "coref" / "brat" / f"{name}.ann"), left_out))
    said = quotes(text, rows(folder / "quotations" / "tsv" / f"{name}.ann"), ids, left_out)
    whole = [(f.start, f.end) for q in said for f in q.fragments] + [
        (m.start, m.end) for e in found for m in e.mentions
    ]
    return record(
        name.removesuffix("_brat"),
        text,
        segments(text, whole),
        corpus="litbank",
        rights="CC-BY-4.0",
        published=Published(value=None, basis="unknown"),
        made=MADE,
        headline="",
        entities=found,
        quotes=said,
        events=events(text, rows(folder / "events" / "brat" / f"{name}.ann")),
    )


def records(folder: Path, left_out: LeftOut | None = None) -> Iterator[Record]:
    """The records of a LitBank folder, in order of their files' names."""
    for path in sorted((folder / "coref" / "brat").glob("*.ann")):
        yield convert(folder, path.stem, Counter() if left_out is None else left_out)
