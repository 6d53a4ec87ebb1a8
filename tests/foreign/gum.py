"""GUM's news articles (github.com/amir-zeldes/gum, Wikinews) → records; for the text and its blocks see `conllu`.

- `Entity=` in MISC opens `(7-person-new-…-coref-Link` and closes `7)` mentions of group 7, nested or not; the fields
  are those of `# global.Entity`. `SplitAnte=3<7,4<7` says that group 7 is groups 3 and 4 together: its members.
  A mention's kind is that of its head, the token whose own head stands outside. Of a discontinuous mention
  (`7[1/2]`, `7[2/2]`) the longest piece is kept.
- `<quote>` is a quotation; `<q>` marks none (scare quotes, titles: so GUM's wiki, “TEI markup in GUM”). A quotation is
  what stands in marks in neighbouring `<quote>`s and quote blocks: one fragment for each pair of marks, and for each
  paragraph that opens one and leaves it open. Speakers are not annotated. `<quote>` is markup that some documents use
  and others (flag, hackers, ie9, warhol, warming) do without: what they quote is in no quote of their records.
- `<date when>` and `<time when>` are times; ranges (`from`, `to`) only where TIMEX3 has a value for just that range.

Left out: events and abstract things (our entities are specific things), groups of times (their `<date>` is read),
bridging, links (Wikipedia titles, no Wikidata ids), limits of dates (`notBefore`), quotations without marks.
GUM takes whole noun phrases as mentions, with article and what follows the noun; so they are in these records, but
without a closing 's, which with us stands outside.
"""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from msgspec import Struct, structs

from onrecord.model.record import EntityType, MentionKind, Published, Quote, Record, Time

from . import Cluster, LeftOut, Marked, direct, entities, record, span
from .conllu import Element, Token, elements, layout, read, tokens

TYPES: dict[str, EntityType] = {
    "person": "PERSON",
    "organization": "ORG",
    "place": "LOC",
    "object": "OTHER",
    "animal": "OTHER",
    "plant": "OTHER",
    "substance": "OTHER",
}
KINDS: dict[str, MentionKind] = {"PROPN": "name", "PRON": "pronoun"}
GOVERNED = {
    "borough", "city", "country", "county", "district", "kingdom", "municipality", "nation", "province", "region",
    "republic", "state", "states", "territory", "town", "village",
}  # fmt: skip
NATURAL = {
    "america", "area", "asia", "bay", "cape", "cave", "channel", "coast", "desert", "east", "island", "lake",
    "mountain", "north", "northwest", "ocean", "plain", "plains", "river", "sea", "solent", "south", "west", "world",
}  # fmt: skip
BUILT = {
    "airport", "arena", "base", "booth", "bridge", "building", "center", "centre", "church", "court", "facility",
    "facility-1", "factory", "gallery", "hall", "hangar", "headquarters", "hospital", "hotel", "house", "library",
    "manor", "mosque", "museum", "museums", "office", "pad", "park", "planetarium", "prison", "road", "room", "school",
    "stadium", "station", "street", "temple", "theatre", "tower", "towers", "university",
}  # fmt: skip
SEASONS = {(3, 5): "SP", (6, 8): "SU", (9, 11): "FA"}
MARKS = re.compile(r'"[^"\n]*(?:"|(?=\n))|“[^“”\n]*(?:”|(?=\n))')
"""A quotation; one that goes on in the next paragraph doesn't close in this one."""


def head(words: list[Token], first: int, last: int) -> Token:
    """The token of a mention whose own head stands outside it; of several the first that is a noun or pronoun."""
    tops = [w for w in words[first : last + 1] if not first <= w.head <= last]
    return next((w for w in tops if w.pos in ("NOUN", "PROPN", "PRON", "NUM")), tops[0] if tops else words[last])


def mention_kind(words: list[Token], first: int, last: int) -> MentionKind:
    """Of a mention that is no demonym."""
    top = head(words, first, last)
    if first == last and top.pronominal:
        return "pronoun"
    return KINDS.get(top.pos, "nominal")


def place_type(words: list[Token], places: list[tuple[int, int]], linked: bool) -> EntityType:
    """GUM has one type for all places. Head nouns tell FAC and GPE; a name with a link and no such head is GPE."""
    heads = {head(words, *p).lemma for p in places}
    if heads & BUILT:
        return "FAC"
    named = linked and any(head(words, *p).pos == "PROPN" for p in places)
    return "GPE" if heads & GOVERNED or (named and not heads & NATURAL) else "LOC"


class Group(Struct):
    type: str
    linked: bool = False
    places: list[tuple[int, int]] = []
    """First and last token of each mention."""


def groups(words: list[Token], left_out: LeftOut) -> dict[str, Group]:
    """The groups of a document, of all types."""
    stack: list[tuple[str, str, int]] = []  # group, piece as in "1/2", first token
    found: dict[str, Group] = {}
    for i, word in enumerate(words):
        for match in re.finditer(r"\((?P<open>[^()]+)|(?P<close>[^()]*)\)", word.misc.get("Entity", "")):
            if match["open"]:
                opened, type, *rest = match["open"].split("-", 7)
                key, _, piece = opened.rstrip("]").partition("[")
                group = found.setdefault(key, Group(type))
                group.linked = group.linked or len(rest) > 5
                stack.append((key, piece, i))
                continue
            wanted = match["close"].partition("[")[0]
            n = next(n for n in reversed(range(len(stack))) if not wanted or stack[n][0] == wanted)
            key, piece, first = stack.pop(n)
            places = found[key].places
            place = (first, i - 1 if word.possessive and i > first else i)
            if piece and not piece.startswith("1/"):
                left_out["a piece of a discontinuous mention"] += 1
                place = max(places.pop(), place, key=lambda p: p[1] - p[0])
            places.append(place)
    if stack:
        raise ValueError(f"mentions left open: {stack}")
    return found


def clusters(words: list[Token], left_out: LeftOut) -> list[Cluster]:
    """The groups that are entities to us."""
    made: dict[str, Cluster] = {}
    for key, group in groups(words, left_out).items():
        if group.type not in TYPES:
            left_out[f"a mention of {group.type}"] += len(group.places)
            continue
        type = TYPES[group.type]
        if group.type == "place":
            type = place_type(words, group.places, group.linked)
        made[key] = Cluster(key, type, [])
        for a, b in group.places:
            adjective = group.type == "place" and a == b and words[a].pos == "ADJ"  # "US" is no demonym but the name
            demonym = adjective and words[a].lemma not in ("us", "u.s.", "uk", "u.k.")
            kind = "name" if adjective else mention_kind(words, a, b)
            made[key].mentions.append(Marked(words[a].start, words[b].end, kind, demonym))
        if any(m.demonym for m in made[key].mentions):
            made[key].type = "GPE"
    for word in words:
        for pair in filter(None, word.misc.get("SplitAnte", "").split(",")):
            part, _, whole = pair.partition("<")
            if part in made and whole in made:
                made[whole].members.append(part)
            else:
                left_out["a member of a group"] += 1
    return list(made.values())


def timex(attributes: dict[str, str]) -> str | None:
    """The TIMEX3 value of a `<date>` or `<time>`, if there is one."""
    if when := attributes.get("when"):
        value = re.sub(r"(\d\d:\d\d):00$", r"\1", when)
        return f"T{value}" if re.fullmatch(r"\d\d:\d\d(:\d\d)?", value) else value
    try:
        first, last = (date.fromisoformat(attributes[k]) for k in ("from", "to"))
    except (KeyError, ValueError):
        return None
    year, week, day = first.isocalendar()
    days = (last - first).days + 1
    if (days, day) in ((7, 1), (2, 6)):
        return f"{year}-W{week:02}{'-WE' if days == 2 else ''}"
    if (first.month, first.day, last.month, last.day) == (1, 1, 12, 31):
        for years, digits in ((1, 4), (10, 3), (100, 2)):
            if first.year % years == 0 and last.year == first.year + years - 1:
                return str(first.year)[:digits]
    season = SEASONS.get((first.month, last.month)) if first.year == last.year and first.day == 1 else None
    return f"{year}-{season}" if season and last.day >= 30 else None


def times(text: str, found: list[Element], left_out: LeftOut) -> tuple[Time, ...]:
    """The dates and times. A date that doesn't name its year is taken as reckoned from the publication date."""
    made: list[Time] = []
    for e in sorted(found, key=lambda e: (e.start, -e.end)):
        if e.tag not in ("date", "time"):
            continue
        if (value := timex(e.attributes)) is None:
            left_out["a date without a value of TIMEX3"] += 1
            continue
        words = text[e.start : e.end]
        stated = value[0] == "T" or len(value) == 2 or value[:4] in words
        made.append(
            Time(
                id=f"t{len(made) + 1}",
                start=e.start,
                end=e.end,
                text=words,
                type="TIME" if "T" in value else "DATE",
                value=value,
                basis="stated" if stated else "anchored",
                anchor=None if stated else "published",
                mod=None,
            )
        )
    return tuple(made)


def quotes(text: str, found: list[Element], left_out: LeftOut) -> tuple[Quote, ...]:
    """The quotations in marks; neighbours without a word between them are one."""
    pieces: list[tuple[int, int]] = []
    for e in sorted(found, key=lambda e: (e.start, -e.end)):
        if e.tag != "quote":
            continue
        start, end = e.start, e.end
        if pieces and not text[pieces[-1][1] : start].strip():
            start, end = pieces[-1][0], max(end, pieces.pop()[1])
        pieces.append((start, end))
    made: list[Quote] = []
    for start, end in pieces:
        fragments = tuple(span(text, start + m.start(), start + m.end()) for m in MARKS.finditer(text[start:end]))
        if fragments and fragments[0].start == start and fragments[-1].text[-1] in '"”':
            made.append(direct(f"q{len(made) + 1}", fragments))
        else:
            left_out["a quotation without a pair of marks"] += 1
    return tuple(made)


def convert(source: str, left_out: LeftOut) -> Record:
    """One document."""
    meta, sentences = read(source)
    text, segments, blocks = layout(sentences)
    words = tokens(text, sentences)
    tei = list(elements(words))
    dates = {(e.start, e.end) for e in tei if e.tag == "date"}
    segments = tuple(structs.replace(s, kind="dateline") if (s.start, s.end) in dates else s for s in segments)
    created = meta.get("meta::dateCreated")
    return record(
        meta["newdoc id"],
        text,
        segments,
        corpus="gum",
        rights="CC-BY-2.5",
        published=Published(value=created, basis="stated" if created else "unknown"),
        made=f"{meta.get('meta::dateCollected', '2025-01-01')}T00:00:00Z",
        headline=next((text[s.start : s.end] for s in segments if s.kind == "headline"), ""),
        url=meta.get("meta::sourceURL"),
        entities=entities(text, clusters(words, left_out))[0],
        times=times(text, tei, left_out),
        quotes=quotes(text, [*tei, *blocks], left_out),
    )


def records(folder: Path, left_out: LeftOut | None = None) -> Iterator[Record]:
    """The records of a folder of CoNLL-U files, in order of their names."""
    for path in sorted(folder.glob("*.conllu")):
        yield convert(path.read_text("utf-8"), Counter() if left_out is None else left_out)
