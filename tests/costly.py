"""Records made to cost much: schema-valid or not, each of about a given size in bytes."""

from collections.abc import Callable, Iterator
from typing import Any

from msgspec.json import encode

from helpers import example

Make = Callable[[int], bytes]
_WORDS = "Ann Lee of Acme said on Monday 3 May that “no one” knew 1,000 of them, she added. "


def _bare(text: str) -> dict[str, Any]:
    """A record of a text without annotation."""
    value = example()
    value["text"] = text
    value |= dict.fromkeys(("segments", "entities", "times", "quotes", "claims", "events"), ())
    return value


def _span(text: str, start: int, end: int) -> dict[str, Any]:
    return {"start": start, "end": end, "text": text[start:end]}


def _mention(text: str, n: int, start: int, end: int, kind: str = "name") -> dict[str, Any]:
    return {"id": f"m{n}", **_span(text, start, end), "kind": kind, "metonymic": False, "demonym": False}


def _entity(n: int, mentions: list[Any], members: tuple[str, ...] = (), name: str = "") -> dict[str, Any]:
    link = {"status": "not_attempted", "wikidata": None}
    return {"id": f"e{n}", "type": "PERSON", "name": name or f"Ann {n}", "link": link, "members": members, "mentions": mentions}  # fmt: skip


def _time(text: str, n: int, start: int, end: int, **more: Any) -> dict[str, Any]:
    return {"id": f"t{n}", **_span(text, start, end), "type": "DATE", "value": "2026-05-03", "basis": "stated", "anchor": None, "mod": None, **more}  # fmt: skip


def _quote(n: int, fragments: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": f"q{n}", "kind": "direct", "fragments": fragments, "verbatim": [], "cue": None, "speaker": None, "speaker_mention": None, "addressees": [], "parent": None, "attribution": "speech", "time": None, "setting": None, **more}  # fmt: skip


def _claim(n: int, fragments: list[Any], **more: Any) -> dict[str, Any]:
    return {"id": f"c{n}", "fragments": fragments, "text": "Ann knew 7 of them.", "voice": "author", "claimant": None, "claimant_mention": None, "quote": None, "kind": "fact", "stance": "affirm", "check_worthy": True, "about": [], "relations": [], **more}  # fmt: skip


def _event(n: int, mentions: list[Any], **more: Any) -> dict[str, Any]:
    link = {"status": "not_attempted", "wikidata": None}
    return {"id": f"v{n}", "type": "attack", "name": None, "link": link, "members": [], "mentions": mentions, "arguments": [], "time": None, "relations": [], **more}  # fmt: skip


def _trigger(text: str, n: int, start: int, end: int) -> dict[str, Any]:
    factuality = [{"value": "CT+", "according_to": "author"}]
    return {"id": f"g{n}", **_span(text, start, end), "polarity": "positive", "realis": "actual", "factuality": factuality}  # fmt: skip


SHAPES: dict[str, Callable[[int, int, int], tuple[int, int]]] = {
    "apart": lambda i, n, length: (i * length // n, max(i * length // n + 1, i * length // n + length // n - 1)),
    "same": lambda i, n, length: (5, 9),
    "whole": lambda i, n, length: (0, min(length, 40)),
    "nested": lambda i, n, length: (i * (length // 2 - 1) // n, length - i * (length // 2 - 1) // n),
    "crossing": lambda i, n, length: (i * (length // 2) // n, length // 2 + i * (length // 2) // n),
}
"""How spans lie: which of how many, length of the text → start and end."""

_SHORT = {"nested", "crossing"}
"""Shapes whose spans are long, and repeat their words: they need a short text."""


def _repeated(text: str, size: int) -> str:
    return (text * (size // len(text.encode()) + 1))[: max(1, size * len(text) // len(text.encode()))]


def _spread(size: int, shape: str, bytes_an_item: int, build: Callable[[str, int, int, int], dict[str, Any]], layer: str) -> bytes:  # fmt: skip
    """Items of one layer whose spans lie as a shape says."""
    if shape in _SHORT:
        count = max(2, int((size / 20) ** 0.5))
        text = _repeated(_WORDS, 4 * count)
        count = max(2, size // (bytes_an_item + 3 * count))
    else:
        count = max(2, size // (bytes_an_item + 12))
        text = _repeated(_WORDS, max(60, 8 * count))
    value = _bare(text)
    value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": len(text.rstrip())}]
    value[layer] = [build(text, i, *SHAPES[shape](i, count, len(text))) for i in range(count)]
    return encode(value)


def _layer_of(layer: str, shape: str) -> Make:
    def segment(text: str, i: int, start: int, end: int) -> dict[str, Any]:
        return {"id": f"x{i}", "kind": "paragraph", "start": start, "end": end}

    builders: dict[str, tuple[int, Callable[[str, int, int, int], dict[str, Any]]]] = {
        "segments": (55, segment),
        "entities": (240, lambda t, i, s, e: _entity(i, [_mention(t, i, s, e)])),
        "times": (150, lambda t, i, s, e: _time(t, i, s, e)),
        "quotes": (270, lambda t, i, s, e: _quote(i, [_span(t, s, e)])),
        "claims": (260, lambda t, i, s, e: _claim(i, [_span(t, s, e)])),
        "events": (330, lambda t, i, s, e: _event(i, [_trigger(t, i, s, e)])),
    }
    bytes_an_item, build = builders[layer]
    return lambda size: _spread(size, shape, bytes_an_item, build, layer)


def _one_entity(shape: str) -> Make:
    def make(size: int) -> bytes:
        text = _repeated(_WORDS, 400 if shape in _SHORT else max(60, size // 12))
        count = max(2, size // (340 if shape in _SHORT else 140))
        value = _bare(text)
        value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": len(text.rstrip())}]
        value["entities"] = [_entity(0, [_mention(text, i, *SHAPES[shape](i, count, len(text))) for i in range(count)])]
        return encode(value)

    return make


def _linked(name: str) -> Make:
    """Lists and chains of references."""

    def make(size: int) -> bytes:
        text = _WORDS
        value = _bare(text)
        value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": len(text.rstrip())}]
        value["entities"] = [_entity(0, [_mention(text, 0, 0, 7)])]
        value["quotes"] = [_quote(0, [_span(text, 0, 30)])]
        value["events"] = [_event(0, [_trigger(text, 0, 8, 10)])]
        value["claims"] = [_claim(0, [_span(text, 0, 30)])]
        match name:
            case "members":
                n = size // 120
                value["entities"] = [_entity(0, [], tuple(f"e{i}" for i in range(1, n))), *(_entity(i, []) for i in range(1, n))]  # fmt: skip
            case "member chain":
                n = size // 130
                value["entities"] = [_entity(i, [], (f"e{(i + 1) % n}",)) for i in range(n)]
            case "member groups":
                n = int((size / 8) ** 0.5)
                value["entities"] = [_entity(i, [], tuple(f"e{j}" for j in range(n) if j != i)) for i in range(n)]
            case "unknown members":
                value["entities"] = [_entity(0, [], tuple(f"x{i}" for i in range(size // 9)))]
            case "event members":
                n = int((size / 8) ** 0.5)
                value["events"] = [_event(i, [], members=[f"v{j}" for j in range(n) if j != i]) for i in range(n)]
            case "addressees":
                value["quotes"][0]["addressees"] = [{"entity": "e0", "mention": "m0"}] * (size // 35)
            case "arguments":
                value["events"][0]["arguments"] = [{"role": "agent", "target": "e0", "mention": "m0"}] * (size // 50)
            case "unknown arguments":
                value["events"][0]["arguments"] = [{"role": "agent", "target": f"e{i}", "mention": f"m{i}"} for i in range(size // 55)]  # fmt: skip
            case "factuality":
                value["events"][0]["mentions"][0]["factuality"] = [{"value": "CT+", "according_to": f"e{i}"} for i in range(size // 42)]  # fmt: skip
            case "about":
                value["claims"][0]["about"] = ["e0", *(f"e{i}" for i in range(1, size // 9))]
            case "relations":
                value["claims"][0]["relations"] = [{"kind": "supports", "claim": "c0"}] * (size // 37)
            case "same_as chain":
                n = size // 310
                value["claims"] = [_claim(i, [_span(text, 0, 30)], relations=[{"kind": "same_as", "claim": f"c{(i + 1) % n}"}]) for i in range(n)]  # fmt: skip
            case "same_as all":
                n = int((size / 38) ** 0.5)
                value["claims"] = [_claim(i, [_span(text, 0, 30)], relations=[{"kind": k, "claim": f"c{j}"} for j in range(n) for k in ("same_as", "contradicts")]) for i in range(n)]  # fmt: skip
            case "before chain":
                n = size // 360
                value["events"] = [_event(i, [_trigger(text, i, 8, 10)], relations=[{"kind": "before", "event": f"v{(i + 1) % n}"}]) for i in range(n)]  # fmt: skip
            case "before all":
                n = int((size / 36) ** 0.5)
                value["events"] = [_event(i, [_trigger(text, i, 8, 10)], relations=[{"kind": "before", "event": f"v{j}"} for j in range(n)]) for i in range(n)]  # fmt: skip
            case "subevents":
                n = size // 370
                value["events"] = [_event(i, [_trigger(text, i, 8, 10)], relations=[{"kind": "subevent_of", "event": f"v{i + 1}"}]) for i in range(n)]  # fmt: skip
            case "parents":
                n = size // 290
                value["quotes"] = [_quote(i, [_span(text, 0, 30)], parent=f"q{(i + 1) % n}") for i in range(n)]
            case "anchors":
                n = size // 170
                value["times"] = [_time(text, i, 24, 30, anchor=f"t{(i + 1) % n}", basis="anchored") for i in range(n)]
            case "durations":
                n = size // 190
                value["times"] = [_time(text, i, 24, 30, type="DURATION", value="P3D", begin=f"t{(i + 1) % n}", end_point=f"t{(i + 2) % n}") for i in range(n)]  # fmt: skip
            case "exemptions":
                n = size // 65
                value["extensions"] = {"onrecord": {"exemptions": [{"code": "SPN003", "item": f"t{i}", "reason": "Seen."} for i in range(n)]}}  # fmt: skip
            case "exempted":
                n = size // 210
                value["times"] = [_time(text, i, 23, 31) for i in range(n)]
                value["extensions"] = {"onrecord": {"exemptions": [{"code": "SPN003", "item": f"t{i}", "reason": "Seen."} for i in range(0, n, 2)]}}  # fmt: skip
            case "extensions":
                value["extensions"] = {f"x{i}": [i, {"a": "b"}] for i in range(size // 26)}
            case "authors":
                value["metadata"]["authors"] = ["Ann and Bob"] * (size // 14)
            case "annotators":
                value["annotation"]["annotators"] = [{"name": " ", "kind": "human"}] * (size // 30)
            case "one id":
                n = size // 150
                value["times"] = [_time(text, 0, 24, 30) for i in range(n)]
            case "one link":
                n = size // 130
                value["entities"] = [
                    _entity(i, []) | {"link": {"status": "linked", "wikidata": "Q30"}} for i in range(n)
                ]
            case "one name":
                value["entities"] = [_entity(i, [], name="Ann Lee") for i in range(size // 120)]
            case "names within names":
                n = int((size / 20) ** 0.5)
                value["entities"] = [_entity(i, [], name="Ann " * (i + 1)) for i in range(n)]
            case "speakers":
                n = size // 560
                value["entities"] = [_entity(i, [], name="Kyiv") | {"type": "GPE"} for i in range(n)]
                value["quotes"] = [_quote(i, [_span(text, 0, 30)], speaker=f"e{n - 1 - i}") for i in range(n)]
            case "fragments":
                n = size // 35
                text = _repeated("He “is” ", 8 * n)[: 4 * n]
                value = _bare(text)
                value["quotes"] = [_quote(0, [_span(text, i, i + 1) for i in range(0, 4 * n - 1, 4)])]
            case "fragments of many":
                n = size // 40 // 8
                text = _repeated("He “is” ", 8 * n)
                value = _bare(text)
                value["quotes"] = [_quote(i, [_span(text, j, j + 1) for j in range(0, min(len(text), 64), 8)]) for i in range(n)]  # fmt: skip
            case "verbatim":
                value["quotes"][0]["kind"] = "mixed"
                value["quotes"][0]["verbatim"] = [_span(text, 35, 43)] * (size // 45)
            case "claim fragments":
                value["claims"][0]["fragments"] = [_span(text, 35, 43)] * (size // 45)
            case "triggers":
                value["events"] = [_event(0, [_trigger(text, i, 8, 10) for i in range(size // 170)])]
            case "out of bounds":
                value["times"] = [_time(text, i, 10_000 + i, 20_000) | {"text": "Monday"} for i in range(size // 150)]
            case "drifted":
                value["times"] = [_time(text, i, 0, 5) | {"text": "Monday"} for i in range(size // 150)]
            case "notes":
                value["entities"] = [_entity(i, []) | {"note": " "} for i in range(size // 130)]
        return encode(value)

    return make


LINKED = (
    "members", "member chain", "member groups", "unknown members", "event members", "addressees", "arguments",
    "unknown arguments", "factuality", "about", "relations", "same_as chain", "same_as all", "before chain", "before all",
    "subevents", "parents", "anchors", "durations", "exemptions", "exempted", "extensions", "authors", "annotators", "one id",
    "one link", "one name", "names within names", "speakers", "fragments", "fragments of many", "verbatim", "claim fragments",
    "triggers", "out of bounds", "drifted", "notes",
)  # fmt: skip

TEXTS = {
    "letters": "a", "capitals": "A", "spaces": " ", "digits": "1", "line feeds": "\n", "returns": "\r\n", "quotes": '"', "opened": "“",
    "closed": "”", "guillemets": "«»", "apostrophes": "’", "accents": "\u0301", "emoji": "👩\u200d🚀", "flags": "🇺🇦", "Hebrew": "ש", "full stops": ".",
    "brackets": "((", "short lines": "a\n", "short words": "a ", "capitalised": "Ann Lee ", "numbers": "1,000 ", "points": "1.1", "said": "said ",
    "months": "May 3 ", "mojibake": "Ã©", "quoted": "“no” ", "inches": '5\'10" ', "hyphens": "a-", "links": "http://a ", "nots": "not ", "notes": "n’t", "READ": "READ ALSO: ",
    "continued": "“a\n", "Copyright": "Copyright © ", "click": "Click here ", "nulls": "\u00ad", "double": "a  ", "byline": "By Ann Lee\n",
}  # fmt: skip


def _text(piece: str, marked: str) -> Make:
    def make(size: int) -> bytes:
        text = _repeated(piece, size if marked == "no" else size // 2)
        value = _bare(text)
        whole = [_span(text, 0, len(text))]
        if marked != "no":
            value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": len(text)}]
        match marked:
            case "mention":
                value["entities"] = [_entity(0, [_mention(text, 0, 0, len(text))])]
            case "time":
                value["times"] = [_time(text, 0, 0, len(text))]
            case "quote":
                value["quotes"] = [_quote(0, whole, cue=_span(text, 0, min(4, len(text))))]
            case "cue":
                value["quotes"] = [_quote(0, [_span(text, 0, 1)], cue=whole[0])]
            case "claim":
                value["claims"] = [_claim(0, whole)]
            case "trigger":
                value["events"] = [_event(0, [_trigger(text, 0, 0, len(text))])]
            case "claim text":
                value["claims"] = [_claim(0, [_span(text, 0, 5)], text=text)]
            case "name":
                value["entities"] = [_entity(0, [_mention(text, 0, 0, min(5, len(text)))], name=text)]
            case "value":
                value["times"] = [_time(text, 0, 0, min(5, len(text)), value=text)]
            case "headline":
                value["metadata"] |= {"headline": text, "section": text, "rights": text, "publisher": text}
            case "source":
                value["metadata"] |= {"source_file": text}
            case "note":
                value["entities"] = [_entity(0, [_mention(text, 0, 0, min(5, len(text)))]) | {"note": text}]
        return encode(value)

    return make


def _far(name: str) -> Make:
    """Many small things that reach over a long text, or ask something of one long thing each."""

    def make(size: int) -> bytes:
        text = _repeated(_WORDS, size // 2)
        end = len(text.rstrip())
        value = _bare(text)
        value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": end}]
        half = size // 2
        ends = [_span(text, 0, 3), _span(text, end - 3, end)]
        match name:
            case "far segments":
                value["segments"] = [
                    {"id": f"x{i}", "kind": "headline", "start": i, "end": end} for i in range(half // 55)
                ]
            case "far headlines":
                value["metadata"]["headline"] = "x" * 1000
                value["segments"] = [
                    {"id": f"x{i}", "kind": "headline", "start": 0, "end": end} for i in range(half // 55)
                ]
            case "far lines":
                value = _bare(_repeated("a\n", half))
                value["segments"] = [
                    {"id": f"x{i}", "kind": "paragraph", "start": 0, "end": half} for i in range(half // 55)
                ]
            case "segments to and fro":
                value["segments"] = [{"id": f"x{i}", "kind": "paragraph", "start": i % 2 * (end - 1), "end": i % 2 * (end - 1) + 1} for i in range(half // 55)]  # fmt: skip
            case "far times":
                value["times"] = [_time(text, i, 0, 3) | {"end": end} for i in range(half // 150)]
            case "far mentions":
                value["entities"] = [_entity(0, [_mention(text, i, 0, 3) | {"end": end} for i in range(half // 140)])]
            case "far claims":
                value["claims"] = [_claim(i, ends, stance="deny", text="It is.") for i in range(half // 300)]
            case "far quotes":
                value["quotes"] = [_quote(i, ends, kind="indirect") for i in range(half // 330)]
            case "denied triggers":
                value = _bare(_repeated("He left, and then ", half))
                value["segments"] = [{"id": "s1", "kind": "paragraph", "start": 0, "end": half}]
                value["events"] = [_event(i, [_trigger(value["text"], i, 3 + 18 * i, 7 + 18 * i) | {"polarity": "negative"}]) for i in range(min(half // 18, half // 330) - 1)]  # fmt: skip
            case "one long claim":
                value["claims"] = [_claim(0, [_span(text, 0, 3)], text="He " + "x" * half)]
                value["claims"] += [_claim(i, [_span(text, 4, 7)], stance="deny", relations=[{"kind": k, "claim": "c0"} for k in ("same_as", "contradicts")]) for i in range(1, half // 350)]  # fmt: skip
            case "one long claim, often related":
                value["claims"] = [_claim(0, [_span(text, 0, 3)], text="He " + "x " * (half // 2), relations=[{"kind": "contradicts", "claim": "c1"}] * (half // 37)), _claim(1, [_span(text, 4, 7)])]  # fmt: skip
            case "numbers":
                value["claims"] = [
                    _claim(0, [_span(text, 0, 3)], text=" ".join(str(n) for n in range(100_000, 100_000 + half // 7)))
                ]
            case "words of a claim":
                words = " ".join(f"{n:05}qzx" for n in range(half // 18))
                value = _bare(words + " end")
                value["claims"] = [_claim(0, [_span(words, 0, len(words))], text="a" * half)]
            case "members of a speaker":
                n = half // 130
                value["entities"] = [
                    _entity(0, [], tuple(f"e{i}" for i in range(1, n))),
                    *(_entity(i, []) for i in range(1, n)),
                ]
                value["quotes"] = [_quote(0, [_span(text, 0, 2000)], speaker="e0")]
                value["events"] = [_event(i, [_trigger(text, i, i, i + 1)]) for i in range(min(1900, half // 330))]
            case "claims around triggers":
                value["entities"] = [_entity(0, []), _entity(1, [])]
                value["claims"] = [
                    _claim(i, [_span(text, 0, 3)], claimant="e1", voice="source") for i in range(half // 260)
                ]
                heard = [{"value": "CT+", "according_to": "author"}, {"value": "CT+", "according_to": "e0"}]
                value["events"] = [
                    _event(i, [_trigger(text, i, 0, 1) | {"factuality": heard}]) for i in range(half // 370)
                ]
            case "chains":
                n = size // 560
                value["times"] = [_time(text, i, 24, 30, value=f"{3000 - i % 1000}") for i in range(n)]
                value["events"] = [_event(i, [_trigger(text, i, 8, 10)], time=f"t{i}", relations=[{"kind": "before", "event": f"v{i + 1}"}]) for i in range(n)]  # fmt: skip
            case "namesakes":
                n = size // 420
                value["entities"] = [
                    _entity(i, [_mention(text, i, 0, 3), _mention(text, n + i, 11, 15)], name=f"Acme Ann Bob {i}")
                    for i in range(n)
                ]
            case "a long name":
                value["entities"] = [_entity(0, [_mention(text, i, j, j + 4) for i in range(half // 140) for j in [i % (end - 5)]], name="Ünd " * (half // 5))]  # fmt: skip
            case "a long name of a group":
                n = half // 130
                value["entities"] = [_entity(0, [], tuple(f"e{i}" for i in range(1, n)), name="A and B " * (half // 8)), *(_entity(i, [], name=f"Zoë {i}") for i in range(1, n))]  # fmt: skip
            case "cues in descriptions":
                value["entities"] = [_entity(0, [_mention(text, i, i, i + 9, "nominal") for i in range(half // 150)])]
                value["quotes"] = [
                    _quote(i, [_span(text, end - 9, end)], cue=_span(text, i, i + 1)) for i in range(half // 320)
                ]
            case "marks in marks":
                value = _bare("“" * (size // 6) + "”" * (size // 6))
                value["quotes"] = [
                    _quote(i, [{"start": i, "end": i + 1, "text": "“"}], kind="indirect") for i in range(size // 2000)
                ]
            case "verbatim and marks":
                text = _repeated("“a” ", half // 2)
                value = _bare(text)
                value["quotes"] = [_quote(0, [_span(text, 0, half // 4)], kind="mixed", verbatim=[_span(text, 4 * i + 1, 4 * i + 2) for i in range(half // 50)])]  # fmt: skip
            case "about one thing":
                value["entities"] = [
                    _entity(0, [_mention(text, i, 900 + i, 901 + i) for i in range(half // 140)], name="Zed")
                ]
                value["claims"] = [_claim(i, [_span(text, 0, 3)], about=["e0"]) for i in range(half // 260)]
            case "names of speakers":
                value["entities"] = [_entity(0, [_mention(text, i, i, i + 4) for i in range(half // 140)], name="Zed")]
                value["claims"] = [_claim(i, [_span(text, 0, 3)], claimant="e0", voice="source", text="zed said that it is so.") for i in range(half // 280)]  # fmt: skip
            case "settings":
                value["events"] = [_event(0, [_trigger(text, i, i, i + 1) for i in range(half // 170)])]
                value["quotes"] = [_quote(i, [_span(text, 0, 40)], setting="v0") for i in range(half // 300)]
            case "a long language":
                value["metadata"]["language"] = "en" + "-aa" * (half // 3)
            case "a long URL":
                value["metadata"]["url"] = "http:" + "/" * half
            case "long values":
                values = [c * half for c in ("1", "X", "-", "T")]
                value["times"] = [_time(text, i, 24, 30, value=p + v[: half // 10]) for i, (p, v) in enumerate((p, v) for p in ("P", "P1", "PT", "2026-", "XXXX") for v in values)]  # fmt: skip
            case "long ids":
                value["times"] = [_time(text, 0, 24, 30) | {"id": "t" * (half // 4), "anchor": "u" * (half // 4)}]
                value["entities"] = [_entity(i, [], ("m" * 1000,)) for i in range(half // 1200)]
            case "a long key":
                return (
                    encode(value)[:-1]
                    + b',"extensions":{"'
                    + b"k" * half
                    + b'":{'
                    + b'"a":1,' * (half // 6)
                    + b'"a":1}}}'
                )
            case "long lists under a long key":
                return (
                    encode(value)[:-1]
                    + b',"id":"a","extensions":{"'
                    + b"k" * half
                    + b'":['
                    + b"1," * (half // 2)
                    + b"1]}}"
                )
        return encode(value)

    return make


FAR = (
    "far segments", "far headlines", "far lines", "segments to and fro", "far times", "far mentions", "far claims", "far quotes",
    "denied triggers", "one long claim", "one long claim, often related", "numbers", "words of a claim", "members of a speaker",
    "claims around triggers", "chains", "namesakes", "a long name", "a long name of a group", "cues in descriptions", "marks in marks",
    "verbatim and marks", "about one thing", "names of speakers", "settings", "a long language", "a long URL", "long values", "long ids",
    "a long key", "long lists under a long key",
)  # fmt: skip


def _broken(name: str) -> Make:
    """What JSON Schema has much to say about, or JSON itself."""

    def make(size: int) -> bytes:
        value = example()
        match name:
            case "empty entities":
                value["entities"] = [{}] * (size // 3)
            case "numbers for entities":
                value["entities"] = [0] * (size // 2)
            case "unknown fields":
                value |= {f"x{i}": 0 for i in range(size // 10)}
            case "unknown fields everywhere":
                value["segments"] = [{**value["segments"][0], "id": f"s{i}", "x": 0} for i in range(size // 60)]
            case "wrong labels":
                value["events"] = [
                    {**value["events"][0], "type": "nonsense", "mentions": []} for i in range(size // 200)
                ]
            case "fractions":
                value["segments"] = [{**value["segments"][0], "start": 1.0} for i in range(size // 50)]
            case "cues":
                value["quotes"] = [{**value["quotes"][0], "cue": {}} for i in range(size // 500)]
            case "a long number":
                return encode(value)[:-1] + b',"x":' + b"1" * size + b"}"
            case "one key":
                return encode(value)[:-1] + b',"id":"x"' * (size // 9) + b"}"
            case "one key within":
                return encode(value)[:-1] + b',"extensions":{' + b'"a":1,' * (size // 6) + b'"a":1}}'
            case "deep":
                return (
                    encode(value)[:-1] + b',"extensions":' + b'{"a":' * (size // 6) + b"1" + b"}" * (size // 6) + b"}"
                )
            case "deep enough":
                return (
                    encode(value)[:-1]
                    + b',"extensions":{"x":['
                    + b",".join([b"[" * 900 + b"]" * 900] * (size // 1801))
                    + b"]}}"
                )
            case "cut off":
                return encode(value)[:-1] + b',"extensions":{"x":"' + b"\\u0061" * (size // 6)
            case "surrogates":
                return encode(value)[:-1] + b',"extensions":{"x":"' + b"\\\\" * (size // 2) + b'\\ud800"}}'
            case "no JSON":
                return b" " * size + b"}"
            case "a list":
                return b"[" + b"0," * (size // 2) + b"0]"
            case "strings":
                return b"[" + b'"a",' * (size // 4) + b'"a"]'
            case "objects":
                return b"[" + b"{}," * (size // 3) + b"{}]"
            case "ids":
                value["times"] = [{**value["times"][0], "id": "ä", "anchor": "ö"} for i in range(size // 150)]
            case "repeated members":
                value["entities"] = [{**value["entities"][0], "mentions": [], "members": ["e1", "e1"]} for i in range(size // 130)]  # fmt: skip
            case "empty lines":
                return encode(value) + b"\n" * size
            case "a string for a record":
                return b'"' + b"a" * size + b'"'
            case "a string for a list":
                value["entities"] = "a" * size
            case "unknown keys":
                value["extensions"] = 3
                value["metadata"] |= {f"{i}" * 20: 0 for i in range(size // 100)}
        return encode(value)

    return make


BROKEN = (
    "empty entities", "numbers for entities", "unknown fields", "unknown fields everywhere", "wrong labels", "fractions", "cues", "a long number",
    "one key", "one key within", "deep", "deep enough", "cut off", "surrogates", "no JSON", "a list", "strings", "objects", "ids",
    "repeated members", "empty lines", "a string for a record", "a string for a list", "unknown keys",
)  # fmt: skip
MARKED = ("no", "segment", "mention", "time", "quote", "cue", "claim", "trigger", "claim text", "name", "value", "headline", "source", "note")  # fmt: skip
LAYERS = ("segments", "entities", "times", "quotes", "claims", "events")


def kinds(few: bool = False) -> Iterator[tuple[str, Make]]:
    """Every kind, with its name; a few of those that differ in their texts alone."""
    for layer in LAYERS:
        for shape in SHAPES:
            yield f"{layer}, {shape}", _layer_of(layer, shape)
    for shape in SHAPES:
        yield f"mentions of one entity, {shape}", _one_entity(shape)
    for name in LINKED:
        yield name, _linked(name)
    for name in FAR:
        yield name, _far(name)
    for name in BROKEN:
        yield f"broken: {name}", _broken(name)
    for name, piece in TEXTS.items():
        for marked in ("no", "claim text") if few else MARKED:
            yield f"text of {name}, marked: {marked}", _text(piece, marked)
