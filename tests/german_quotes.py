"""Real German news with annotated quotes → records: `uhh-lt/german-news-quotation-attribution-2024`, in its own JSON.

The articles are not ours to ship; the tests that read them are skipped where the folder is not at hand. What maps is
taken over: content, words in marks, cue, speaker, addressee, what is said within what. Times and triggers are marked by
patterns that know nothing of the word lists, with values reckoned here, so that the rules about them meet real words.
"""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from msgspec.json import decode

from onrecord.files import canonical_json
from onrecord.marks.ingest import ingest
from onrecord.model import specification
from onrecord.model.record import Record

Span = dict[str, Any]
_DROPPED = ("Reported", "FreeIndirect")
"""Types whose content is the whole sentence, who says it included: a record has no such quotes."""
_PRONOUNS = frozenset("er sie es wir ich ihn ihm ihr diese dieser die der das man selbst".split())
_MONTHS = "Januar Februar März April Mai Juni Juli August September Oktober November Dezember".split()
_DAYS = "Montag Dienstag Mittwoch Donnerstag Freitag Samstag Sonntag".split()
_COUNTS = {"zwei": 2, "drei": 3, "vier": 4, "fünf": 5, "sechs": 6, "zehn": 10}
_PATTERNS = {
    "date": rf"(?P<d>\d\d?)\. (?P<m>{'|'.join(_MONTHS)})(?: (?P<y>\d{{4}}))?\b",
    "day_date": rf"(?P<w>{'|'.join(_DAYS)}), de[nm] (?P<d>\d\d?)\. (?P<m>{'|'.join(_MONTHS)})(?: (?P<y>\d{{4}}))?\b",
    "month": rf"(?<!\. )\b(?:(?P<part>Anfang|Mitte|Ende) )?(?P<m>{'|'.join(_MONTHS)})(?: (?P<y>\d{{4}}))?\b",
    "year": r"(?<![\d.,])(?P<y>1[6-9]\d\d|20[01]\d)(?![\d.,/–-]\d|\w)(?! [A-ZÄÖÜ])",
    "decade": r"\b(?P<y>19\d0|20\d0)er(?:n)?(?: Jahren?)?\b",
    "weekday": rf"\b(?:(?:vergangenen|letzten|kommenden|nächsten|heutigen) )?(?P<w>{'|'.join(_DAYS)})(?P<p>morgen|abend|nachmittag|mittag|vormittag|nacht)?\b(?!,)",
    "today": r"\b(?P<r>[Hh]eute|[Gg]estern|[Vv]orgestern)(?: (?:Abend|Nachmittag|Morgen|Vormittag|Mittag))?\b",
    "ago": rf"\bvor (?P<n>{'|'.join(_COUNTS)}) (?P<u>Jahren|Monaten|Wochen|Tagen)\b",
    "length": rf"(?<!vor )(?<!nach )(?<!in )\b(?P<n>{'|'.join(_COUNTS)}|\d\d?) (?P<u>Jahren?|Monaten?|Wochen|Tagen?|Stunden|Minuten)\b(?! alt)",
    "last": r"\b(?P<l>letzten?|vergangenen?|vorigen?|nächsten?|kommenden?|diese[ns]?) (?P<u>Jahr|Monat|Woche)\b",
}
_NATIONS = {
    "deutsch": "Deutschland", "russisch": "Russland", "französisch": "Frankreich", "italienisch": "Italien", "irakisch": "Irak",
    "israelisch": "Israel", "türkisch": "Türkei", "japanisch": "Japan", "kanadisch": "Kanada", "brasilianisch": "Brasilien",
    "niederländisch": "Niederlande", "australisch": "Australien", "mexikanisch": "Mexiko", "isländisch": "Island",
    "libanesisch": "Libanon", "europäisch": "Europa", "portugiesisch": "Portugal", "peruanisch": "Peru", "chinesisch": "China",
}  # fmt: skip
_TITLED = re.compile(
    r"\b(?:[A-ZÄÖÜ]\w*)?(?:[Mm]inister|[Pp]räsident|[Kk]anzler|[Rr]ichter|[Cc]hef|[Ss]precher|General|[Vv]orsitzende)(?:in|r)? "
    r"((?:[A-ZÄÖÜ][\w’'-]+ )+[A-ZÄÖÜ][\w’'-]+)"
)
_UNITS = {"Jahr": "Y", "Mona": "M", "Woch": "W", "Tag": "D", "Tage": "D", "Stun": "H", "Minu": "TM"}


def articles(folder: Path) -> Iterator[tuple[str, Any]]:
    """The name of each article (number, title, day) and what its file holds."""
    for path in sorted(folder.glob("*.pretty.json")):
        found = decode(path.read_bytes())
        yield found["documentName"], found


def draft(name: str, text: str) -> Record:
    """The draft that `onrecord ingest` makes of an article's text."""
    return ingest(
        text.encode(), f"{name.split(' - ')[0]}.txt", schema_version=specification.schema_version(), guidelines="1.0.0",
        now="2026-01-01T00:00:00Z", language="de", rights="CC-BY-2.5",
    )  # fmt: skip


def _span(text: str, start: int, end: int) -> Span:
    while start < end and text[start].isspace():
        start += 1
    while start < end and (text[end - 1].isspace() or text[end - 1] == ","):
        end -= 1
    return {"start": start, "end": end, "text": text[start:end]}


def _spans(text: str, part: Any) -> list[Span]:
    return [_span(text, s["charBegin"], s["charEnd"]) for s in part["spans"]]


def record(name: str, found: Any) -> dict[str, Any]:
    """The record of an article, as plain data, its status annotated."""
    made: dict[str, Any] = decode(canonical_json.canonical(draft(name, found["originalText"])))
    day = name.rpartition("(")[2].rstrip(")")
    made["metadata"]["published"] = {"value": day, "basis": "stated"}
    made["metadata"]["headline"] = name.partition(" - ")[2].rpartition(" (")[0]
    made["annotation"]["status"] = "annotated"
    _quotes(made, found)
    _claims(made)
    _places_and_people(made)
    made["times"] = list(_times(made["text"], date.fromisoformat(day)))
    _events(made)
    return made


def _mention(made: dict[str, Any], span: Span) -> tuple[str, str]:
    """The ids of the mention and its entity at a place: an entity for each name, one for each pronoun."""
    entities = made["entities"]
    for e in entities:
        for m in e["mentions"]:
            if m["start"] == span["start"] and m["end"] == span["end"]:
                return m["id"], e["id"]
    words = span["text"]
    kind = "pronoun" if words.lower() in _PRONOUNS else "name" if words[0].isupper() and words.istitle() else "nominal"
    mention = {**span, "id": "", "kind": kind, "metonymic": False, "demonym": False}
    home = next((e for e in entities if kind != "pronoun" and e["name"].lower() == words.lower()), None)
    if home is None:
        home = {
            "id": f"e{len(entities) + 1}", "type": "OTHER", "name": words if kind != "pronoun" else f"Sprecher {len(entities)}",
            "link": {"status": "not_attempted", "wikidata": None}, "members": [], "mentions": [],
        }  # fmt: skip
        entities.append(home)
    mention["id"] = f"m{sum(len(e['mentions']) for e in entities) + 1}"
    home["mentions"].append({k: mention[k] for k in ("id", "start", "end", "text", "kind", "metonymic", "demonym")})
    return mention["id"], home["id"]


def _places_and_people(made: dict[str, Any]) -> None:
    """Countries by their names and adjectives, and whoever is named after a title."""
    text, taken = made["text"], {(m["start"], m["end"]) for e in made["entities"] for m in e["mentions"]}
    found: dict[tuple[str, str], list[tuple[int, int, bool]]] = {}
    for stem, country in _NATIONS.items():
        places = [(*m.span(), False) for m in re.finditer(rf"\b{country}s?\b", text)]
        places += [(*m.span(), True) for m in re.finditer(rf"(?i)(?<![\w-]){stem}e[mnrs]?\b", text)]
        found["LOC" if country == "Europa" else "GPE", country] = places
    for match in _TITLED.finditer(text):
        found.setdefault(("PERSON", match[1]), []).append((*match.span(1), False))
    for (type_, name), places in found.items():
        mentions = [
            {
                "id": f"x{start}", **_span(text, start, end), "kind": "name", "metonymic": False, "demonym": demonym,
            }
            for start, end, demonym in places
            if (start, end) not in taken
        ]  # fmt: skip
        if mentions and name not in {e["name"] for e in made["entities"]}:
            made["entities"].append({
                "id": f"e{len(made['entities']) + 1}", "type": type_, "name": name, "members": [], "mentions": mentions,
                "link": {"status": "not_attempted", "wikidata": None},
            })  # fmt: skip


def _main(spans: list[Span]) -> Span | None:
    """Of a cue in pieces (“hat … erklärt”, “teilte … mit”) the piece that reports: the longest."""
    return max(spans, key=lambda s: len(s["text"].split()[-1])) if spans else None


def _within(inner: list[Span], outer: list[Span]) -> bool:
    return all(any(o["start"] <= i["start"] and i["end"] <= o["end"] for o in outer) for i in inner)


def _quotes(made: dict[str, Any], found: Any) -> None:
    text, kept = made["text"], list[tuple[Any, list[Span], list[Span], Span | None]]()
    for a in found["annotations"]:
        pieces = sorted(_spans(text, a["quote"]), key=lambda s: s["start"])
        if a["type"] in _DROPPED or not pieces:
            continue
        speakers, cue = _spans(text, a["speaker"]), _main(_spans(text, a["cue"]))
        if any(p["start"] <= s["start"] < p["end"] for p in pieces for s in [*speakers, *([cue] if cue else [])]):
            continue  # who says it stands within what is said
        if cue and any(s["start"] < cue["end"] and cue["start"] < s["end"] for s in speakers):
            speakers = []  # “demnach” is both
        pieces = [_clean(text, p, a["type"] == "Direct") for p in pieces]
        if all(pieces != other for _, other, _, _ in kept):
            kept.append((a, pieces, speakers[:1], cue))
    kept.sort(key=lambda k: (k[1][0]["start"], -k[1][-1]["end"]))
    done: list[tuple[Any, list[Span], Any]] = []
    for a, pieces, speakers, cue in kept:
        mention, entity = _mention(made, speakers[0]) if speakers else (None, None)
        outer = next((q for _, p, q in reversed(done) if _within(pieces, p)), None)
        if outer is not None and a["type"] == "Direct" and outer["speaker"] in (entity, None):
            continue  # in its own speaker's words: verbatim of the outer one
        quote = {
            "id": f"q{len(done) + 1}", "kind": "direct" if a["type"] == "Direct" else "indirect", "fragments": pieces,
            "verbatim": [], "cue": cue, "speaker": entity, "speaker_mention": mention,
            "addressees": [], "parent": outer and outer["id"],
            "attribution": "thought" if a["medium"] in ("Thought", "ST", "TW") else "speech", "time": None, "setting": None,
        }  # fmt: skip
        if quote["kind"] == "indirect":
            inner = [
                _span(text, p["start"] + m.start(), p["start"] + m.end())
                for p in pieces
                for m in re.finditer("„[^“”]*[“”]", p["text"])
            ]
            if inner == pieces:
                quote["kind"] = "direct"
            elif inner:
                quote |= {"kind": "mixed", "verbatim": inner}
        done.append((a, pieces, quote))
    made["quotes"] = [q for _, _, q in done]


def _clean(text: str, piece: Span, direct: bool) -> Span:
    """Content as a record has it: without the “dass” before it, without the sentence's full stop."""
    start, end = piece["start"], piece["end"]
    if not direct:
        while match := re.match(r"(?:dass|daß)?[\s,:]+", text[start:end]):
            start += match.end()
        if re.match("das?ss? ", text[start:end]):
            start += text[start:end].index(" ") + 1
        while text[end - 1] in ".,":
            end -= 1
    return _span(text, start, end)


def _claims(made: dict[str, Any]) -> None:
    """A claim for each quote of one piece, in its own words: rules that compare the two have nothing to say."""
    for q in made["quotes"]:
        words = " ".join(f["text"] for f in q["fragments"]).strip("„“")
        made["claims"].append({
            "id": f"c{len(made['claims']) + 1}", "fragments": q["fragments"],
            "text": words[:1].upper() + words[1:].rstrip(".") + ("" if words.endswith(("!", "?")) else "."),
            "voice": "source" if q["speaker"] else "unspecified", "claimant": q["speaker"],
            "claimant_mention": q["speaker_mention"], "quote": q["id"], "kind": "fact", "stance": "affirm",
            "check_worthy": False, "about": [], "relations": [],
        })  # fmt: skip


def _times(text: str, day: date) -> Iterator[dict[str, Any]]:
    taken: list[tuple[int, int]] = []
    n = 0
    for kind in ("day_date", "date", "month", "decade", "ago", "last", "length", "weekday", "today", "year"):
        for match in re.finditer(_PATTERNS[kind], text):
            start, end = match.span()
            if any(start < b and a < end for a, b in taken):
                continue
            value = _value(kind, match, day)
            if value is None:
                continue
            taken.append((start, end))
            n += 1
            type_, said, basis, anchor, mod = value
            yield {
                "id": f"t{n}", **_span(text, start, end), "type": type_, "value": said, "basis": basis, "anchor": anchor, "mod": mod,
            }  # fmt: skip


def _value(kind: str, match: re.Match[str], day: date) -> tuple[str, str, str, str | None, str | None] | None:
    """Type, value, basis, anchor and mod of a time."""
    part = match.groupdict()
    anchored = ("anchored", "published", None)
    if "m" in part:
        month = _MONTHS.index(part["m"]) + 1
        year = part["y"]
        exact = f"{int(part['d']):02}" if "d" in part else None
        mod = {"Anfang": "START", "Mitte": "MID", "Ende": "END"}.get(part.get("part") or "")
        near = min((day.year - 1, day.year, day.year + 1), key=lambda y: abs((date(y, month, 15) - day).days))
        value = "-".join(filter(None, (year or str(near), f"{month:02}", exact)))
        return ("DATE", value, "stated", None, mod) if year else ("DATE", value, "anchored", "published", mod)
    if kind == "year":
        return "DATE", part["y"], "stated", None, None
    if kind == "decade":
        return "DATE", part["y"][:3], "stated", None, None
    if "w" in part:
        if re.match("kommend|nächst", match[0]):
            return "DATE", _on(day, part["w"], 1).isoformat(), *anchored
        if part["p"] == "nacht":
            return None
        clock = {"morgen": "TMO", "abend": "TEV", "nachmittag": "TAF", "vormittag": "TMO", "mittag": "TMI"}.get(
            part["p"] or ""
        )
        return ("TIME" if clock else "DATE"), _on(day, part["w"], -1).isoformat() + (clock or ""), *anchored
    if kind == "today":
        back = {"heute": 0, "gestern": 1, "vorgestern": 2}[part["r"].lower()]
        return "DATE", (day - timedelta(back)).isoformat(), *anchored
    count = _COUNTS.get(part.get("n") or "", 0) or int(part.get("n") or 0)
    unit = _UNITS[part["u"][:4]]
    if kind == "length":
        letters = {"H": "TH", "TM": "TM"}.get(unit, unit)
        return (
            "DURATION",
            f"PT{count}{letters[-1]}" if letters[0] == "T" else f"P{count}{letters}",
            "stated",
            None,
            None,
        )
    step = {"l": -1, "v": -1, "n": 1, "k": 1, "d": 0}[part["l"][0]] if kind == "last" else -count
    if unit == "Y":
        return "DATE", str(day.year + step), *anchored
    if unit == "M":
        at = day.year * 12 + day.month - 1 + step
        return "DATE", f"{at // 12}-{at % 12 + 1:02}", *anchored
    if unit == "W":
        iso = (day + timedelta(7 * step)).isocalendar()
        return "DATE", f"{iso.year}-W{iso.week:02}", *anchored
    return "DATE", (day + timedelta(step)).isoformat(), *anchored


def _on(day: date, name: str, way: int) -> date:
    """The nearest day of this name, before or after; the day itself counts as before."""
    off = (day.weekday() - _DAYS.index(name)) % 7
    return day - timedelta(off) if way < 0 else day + timedelta((7 - off) or 7)


def _events(made: dict[str, Any]) -> None:
    """Participles as triggers; negative where a human reader would say so by the nearest word alone."""
    text, quotes = made["text"], made["quotes"]
    cues = [(q["cue"]["start"], q["cue"]["end"]) for q in quotes if q["cue"]]
    for n, match in enumerate(re.finditer(r"(?<=\s)(?:ge|ver|be|ent|zer|er)[a-zäöüß]{3,}(?:t|en)(?=[\s.,])", text), 1):
        if any(start < match.end() and match.start() < end for start, end in cues):
            continue
        voices = {q["speaker"] for q in quotes for f in q["fragments"] if f["start"] <= match.start() < f["end"]}
        before = text[max(0, match.start() - 60) : match.start()]
        negative = re.search(r"(?i)\b(?:nicht|nie|kein\w*)\b[^.,:;„“]*$", before) is not None
        made["events"].append({
            "id": f"v{n}", "type": "act", "name": None, "link": {"status": "not_attempted", "wikidata": None}, "members": [],
            "mentions": [{
                "id": f"v{n}a", **_span(text, *match.span()), "polarity": "negative" if negative else "positive", "realis": "other",
                "factuality": [{"value": "Uu", "according_to": who} for who in ["author", *sorted(voices - {None})]],
            }],
            "arguments": [], "time": None, "relations": [],
        })  # fmt: skip
