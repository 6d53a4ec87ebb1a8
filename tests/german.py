"""Short German records for the tests: an invented text, and what is marked in it, told by its words."""

import hashlib
from collections.abc import Iterable
from typing import Any

Json = dict[str, Any]
HEAD = "Brücke bleibt gesperrt"
DAY = "2025-07-10"
"""A Thursday: the day on which the invented articles appeared."""


def place(text: str, words: str) -> Json:
    """Where words stand: the first time, or the nth with `#n` at their end."""
    words, _, nth = words.partition("#")
    at = -1
    for _ in range(int(nth or 1)):
        at = text.index(words, at + 1)
    return {"start": at, "end": at + len(words), "text": words}


def time(words: str, value: str, basis: str = "stated", anchor: str | None = None, mod: str | None = None) -> Json:
    """A time; its type follows from its value."""
    kind = "DURATION" if value[0] == "P" and value[1] in "T123456789" else "TIME" if "T" in value else "DATE"
    return {"words": words, "type": kind, "value": value, "basis": basis, "anchor": anchor, "mod": mod}


def reckoned(words: str, value: str, mod: str | None = None) -> Json:
    """A time that is reckoned from the day of publication."""
    return time(words, value, "anchored", "published", mod)


def entity(type_: str, name: str, *mentions: str, members: Iterable[str] = ()) -> Json:
    """An entity; a mention is its words, with `name:`, `pronoun:` or `demonym:` before them where it is no nominal one."""
    return {"type": type_, "name": name, "mentions": mentions, "members": list(members)}


def quote(kind: str, *pieces: str, cue: str | None = None, speaker: str | None = None, **more: Any) -> Json:
    """A quote; `speaker` is an entity's id, `mention` a mention's, `verbatim` the words in marks."""
    return {"kind": kind, "fragments": pieces, "cue": cue, "speaker": speaker, **more}


def claim(words: str, text: str, **more: Any) -> Json:
    """A claim in some words, with its sentence."""
    return {"fragments": [words], "text": text, **more}


def event(words: str, polarity: str = "positive", **more: Any) -> Json:
    """An event that one word names."""
    return {"words": words, "polarity": polarity, **more}


def record(
    body: str, *, entities: Iterable[Json] = (), times: Iterable[Json] = (), quotes: Iterable[Json] = (),
    claims: Iterable[Json] = (), events: Iterable[Json] = (), published: str | None = DAY, id: str = "fall",
) -> Json:  # fmt: skip
    """The record of an article: a headline, and the paragraphs of `body`. Ids are e1, m1, t1, q1, c1, v1 and so on."""
    text = f"{HEAD}\n{body}\n"
    digest = hashlib.sha256(text.encode()).hexdigest()
    segments, at = [], 0
    for n, line in enumerate(text.rstrip("\n").split("\n"), 1):
        kind = "headline" if n == 1 else "paragraph"
        segments.append({"id": f"s{n}", "kind": kind, "start": at, "end": at + len(line)})
        at += len(line) + 1
    link = {"status": "not_attempted", "wikidata": None}
    made: Json = {
        "schema_version": "1.0.0", "id": id, "text": text, "text_sha256": digest,
        "metadata": {
            "headline": HEAD, "section": None, "language": "de-AT", "publisher": None, "url": None, "authors": [],
            "source_file": f"{id}.txt", "source_sha256": digest, "rights": "CC0-1.0",
            "published": {"value": published, "basis": "stated" if published else "unknown"},
        },
        "segments": segments, "entities": [], "times": [], "quotes": [], "claims": [], "events": [],
        "annotation": {
            "status": "annotated", "guidelines": "1.0.0", "annotators": [{"name": "Jo", "kind": "human"}],
            "created": "2026-01-01T00:00:00Z", "modified": "2026-01-01T00:00:00Z",
        },
    }  # fmt: skip
    count = 0
    for n, e in enumerate(entities, 1):
        mentions = []
        for said in e["mentions"]:
            kind, _, words = said.rpartition(":")
            count += 1
            mentions.append({
                "id": f"m{count}", **place(text, words), "kind": "name" if kind == "demonym" else kind or "nominal",
                "metonymic": False, "demonym": kind == "demonym",
            })  # fmt: skip
        made["entities"].append({
            "id": f"e{n}", "type": e["type"], "name": e["name"], "link": link, "members": e["members"], "mentions": mentions,
        })  # fmt: skip
    for n, t in enumerate(times, 1):
        made["times"].append({"id": f"t{n}", **place(text, t["words"]), **{k: v for k, v in t.items() if k != "words"}})
    for n, q in enumerate(quotes, 1):
        made["quotes"].append({
            "id": f"q{n}", "kind": q["kind"], "fragments": [place(text, w) for w in q["fragments"]],
            "verbatim": [place(text, w) for w in q.get("verbatim", ())], "cue": q["cue"] and place(text, q["cue"]),
            "speaker": q["speaker"], "speaker_mention": q.get("mention"), "addressees": [], "parent": None,
            "attribution": q.get("attribution", "speech"), "time": q.get("time"), "setting": None,
        })  # fmt: skip
    for n, c in enumerate(claims, 1):
        made["claims"].append({
            "id": f"c{n}", "fragments": [place(text, w) for w in c["fragments"]], "text": c["text"],
            "voice": "source" if c.get("claimant") else "author", "claimant": c.get("claimant"),
            "claimant_mention": c.get("mention"), "quote": c.get("quote"), "kind": c.get("kind", "fact"),
            "stance": c.get("stance", "affirm"), "check_worthy": False, "about": c.get("about", []),
            "relations": c.get("relations", []),
        })  # fmt: skip
    for n, v in enumerate(events, 1):
        value = "CT-" if v["polarity"] == "negative" else "CT+"
        made["events"].append({
            "id": f"v{n}", "type": v.get("type", "act"), "name": None, "link": link, "members": [],
            "mentions": [{
                "id": f"v{n}a", **place(text, v["words"]), "polarity": v["polarity"], "realis": v.get("realis", "actual"),
                "factuality": v.get("factuality", [{"value": value, "according_to": "author"}]),
            }],
            "arguments": v.get("arguments", []), "time": v.get("time"), "relations": [],
        })  # fmt: skip
    return made
