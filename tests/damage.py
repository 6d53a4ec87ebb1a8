"""Damage to good records: operators over every layer and every kind of field, each with the codes that must find it.

An operator yields mutants of a record's JSON value. A mutant names where it was damaged and the codes of which one at
least must be reported there, or (for damage that breaks a link) at the other end of it.
"""

import copy
import random
from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, NamedTuple

from onrecord.model import inventories, specification
from onrecord.model.patterns import IDS, REFERENCES, SPANS

SCHEMA = specification.record_schema()


class Mutant(NamedTuple):
    operator: str
    pointer: str
    codes: frozenset[str]
    make: Callable[[], Any]
    """The damaged value; made when it is wanted, as most mutants are never drawn."""


Edit = Callable[[Any, Any, Any], None]
"""Changes a copy: (record, container, key)."""


def value_at(value: Any, pointer: str) -> Any:
    for step in pointer.split("/")[1:]:
        value = value[int(step) if isinstance(value, list) else step]
    return value


def places(value: Any, pattern: str, pointer: str = "") -> Iterator[str]:
    """Pointers in a JSON value that a pattern of `onrecord.model.patterns` stands for."""
    step, _, rest = pattern.lstrip("/").partition("/")
    if not step:
        yield pointer
    elif step == "*":
        for i in range(len(value)):
            yield from places(value[i], rest, f"{pointer}/{i}")
    else:
        name = step.removesuffix("?")
        if name in value and not (step.endswith("?") and value[name] is None):
            yield from places(value[name], rest, f"{pointer}/{name}")


def changed(record: Any, pointer: str, edit: Edit) -> Any:
    value = copy.deepcopy(record)
    container, _, key = pointer.rpartition("/")
    target = value_at(value, container)
    edit(value, target, int(key) if isinstance(target, list) else key)
    return value


def put(new: Any) -> Edit:
    def edit(record: Any, container: Any, key: Any) -> None:
        container[key] = new

    return edit


def drop(record: Any, container: Any, key: Any) -> None:
    del container[key]


def form(part: dict[str, Any], pattern: str = "") -> Iterator[tuple[str, dict[str, Any], bool]]:
    """Every field of the schema: pattern, its schema, whether it is required."""
    while "$ref" in part:
        part = {**SCHEMA["$defs"][part["$ref"].rpartition("/")[2]], **{k: v for k, v in part.items() if k != "$ref"}}
    for name, inner in part.get("properties", {}).items():
        yield f"{pattern}/{name}", inner, name in part["required"]
        yield from form(inner, f"{pattern}/{name}")
    if "items" in part:
        yield f"{pattern}/*", part["items"], False
        yield from form(part["items"], f"{pattern}/*")
    if "anyOf" in part:
        yield from form(part["anyOf"][0], f"{pattern}?")


def resolved(part: dict[str, Any]) -> dict[str, Any]:
    nullable = "anyOf" in part
    if nullable:
        part = part["anyOf"][0]
    while "$ref" in part:
        part = SCHEMA["$defs"][part["$ref"].rpartition("/")[2]]
    kinds = part.get("type", "string")
    kinds = kinds if isinstance(kinds, list) else [kinds]
    return {**part, "type": [*kinds, "null"] if nullable else kinds}


WRONG = {"string": "no", "integer": 3, "boolean": True, "array": [], "object": {}, "null": None}


def schema_damage(record: Any) -> Iterator[Mutant]:
    """Each kind of schema fault in each field of the schema that the record has."""
    for pattern, raw, required in form(SCHEMA):
        part = resolved(raw)
        for pointer in places(record, pattern):

            def mutant(operator: str, codes: str, edit: Edit, pointer: str = pointer) -> Mutant:
                return Mutant(operator, pointer, frozenset(codes.split()), partial(changed, record, pointer, edit))

            if required:
                yield mutant(f"drop {pattern}", "SCH001", drop)
            if pattern.startswith("/extensions"):
                continue
            value = value_at(record, pointer)
            if "const" in part:
                yield mutant(f"const {pattern}", "SCH004 SCH008", put("9.9.9"))
                continue
            for name, wrong in WRONG.items():
                if name not in part["type"]:
                    yield mutant(f"{name} as {pattern}", "SCH003 SCH004", put(wrong))
            if "integer" in part["type"]:
                yield mutant(f"fraction as {pattern}", "SCH003", put(float(value)))
                yield mutant(f"negative as {pattern}", "SCH006", put(-1))
                yield mutant(f"huge as {pattern}", "SCH006", put(10**15))
            if isinstance(value, str) and "enum" in part:
                yield mutant(f"unknown label as {pattern}", "SCH004", put("nonsense"))
            if isinstance(value, str) and "pattern" in part:
                yield mutant(f"malformed {pattern}", "SCH005", put("not | right"))
                yield mutant(f"line feed after {pattern}", "SCH005", put(value + "\n"))
            if isinstance(value, str) and part.get("minLength"):
                yield mutant(f"empty {pattern}", "SCH005", put(""))
            if part.get("minItems"):
                yield mutant(f"empty {pattern}", "SCH007", put([]))
            if part.get("uniqueItems") and value:
                yield mutant(f"doubled {pattern}", "SCH007", put([value[0], *value]))
            if isinstance(value, dict) and pattern != "/extensions":
                yield mutant(f"unknown key in {pattern}", "SCH002", put({**value, "surplus": 1}))


def span_damage(record: Any) -> Iterator[Mutant]:
    text = record["text"]
    for spans in SPANS:
        for pointer in places(record, spans.written):
            span = value_at(record, pointer)
            start, end = span["start"], span["end"]

            def mutant(
                operator: str, codes: str, pointer: str = pointer, pattern: str = spans.written, **new: Any
            ) -> Mutant:
                whole = {**value_at(record, pointer), **new}
                return Mutant(
                    f"{operator} {pattern}",
                    pointer,
                    frozenset(codes.split()),
                    partial(changed, record, pointer, put(whole)),
                )

            for by in (-7, -1, 1, 7):
                if 0 <= start + by < end + by <= len(text) and text[start + by : end + by] != span["text"]:
                    yield mutant("shift", "SPN002", start=start + by, end=end + by)
            if end - start > 1:
                yield mutant("start late", "SPN002", start=start + 1)
                yield mutant("end early", "SPN002", end=end - 1)
                yield mutant("lost letter", "SPN002", text=span["text"][:-1])
            yield mutant("reversed", "SPN001", start=end, end=start or 1)
            yield mutant("empty", "SPN001", end=start) if start else mutant("empty", "SPN001", start=end)
            yield mutant("beyond the text", "SPN001", end=len(text) + 5)
            yield mutant("other words", "SPN002", text=span["text"] + "x")
            if text[end : end + 1].isspace():
                yield mutant("space taken in", "SPN003", end=end + 1, text=text[start : end + 1])
            if span["text"][-2:].isalpha() and len(span["text"]) > 2 and span["text"].isascii():
                yield mutant("half a word", "SPN005", end=end - 1, text=text[start : end - 1])
            if text[:end].encode("utf-16-le") != text[:end].encode("utf-16-le")[: 2 * end]:
                units = [len(text[:at].encode("utf-16-le")) // 2 for at in (start, end)]
                if units != [start, end] and units[1] <= len(text):
                    yield mutant("UTF-16 offsets", "SPN002", start=units[0], end=units[1])
            if not text[:start].isascii():
                units = [len(text[:at].encode()) for at in (start, end)]
                if text[units[0] : units[1]] != span["text"]:
                    yield mutant("byte offsets", "SPN001 SPN002", start=units[0], end=units[1])
    for pattern in ("/quotes/*/fragments", "/quotes/*/verbatim", "/claims/*/fragments"):
        for pointer in places(record, pattern):
            pieces = value_at(record, pointer)
            if len(pieces) > 1:
                yield Mutant(
                    "pieces out of order",
                    pointer,
                    frozenset({"SPN004"}),
                    partial(changed, record, pointer, put(pieces[::-1])),
                )
            if pieces and pieces[0]["end"] - pieces[0]["start"] > 3:
                whole, cut = pieces[0], pieces[0]["start"] + 2
                halves = [
                    {"start": s, "end": e, "text": record["text"][s:e]}
                    for s, e in ((whole["start"], cut), (cut, whole["end"]))
                ]
                yield Mutant(
                    "touching pieces",
                    pointer,
                    frozenset({"SPN004"}),
                    partial(changed, record, pointer, put([*halves, *pieces[1:]])),
                )


def reference_damage(record: Any) -> Iterator[Mutant]:
    ids = {kind: [value_at(record, p) for p in places(record, pattern.written)] for pattern, kind in IDS}
    everything = [id for found in ids.values() for id in found]
    for pattern, kind in IDS:
        for pointer in places(record, pattern.written):
            own = value_at(record, pointer)
            other = next((id for id in everything if id != own), None)
            if other:
                yield Mutant(
                    f"id of another {kind}", "", frozenset({"IDS001"}), partial(changed, record, pointer, put(other))
                )
            yield Mutant(
                f"reserved {kind}", pointer, frozenset({"IDS004"}), partial(changed, record, pointer, put("author"))
            )
    for pattern, kinds in REFERENCES:
        for pointer in places(record, pattern.written):
            own = value_at(record, pointer)
            yield Mutant(
                f"dangling {pattern.written}",
                pointer,
                frozenset({"IDS002"}),
                partial(changed, record, pointer, put("gone")),
            )
            for kind, found in ids.items():
                if kind not in kinds and found and own not in ("author", "published"):
                    yield Mutant(
                        f"{kind} as {pattern.written}",
                        pointer,
                        frozenset({"IDS003"}),
                        partial(changed, record, pointer, put(found[0])),
                    )


def _each(record: Any, pattern: str) -> Iterator[tuple[str, Any]]:
    for pointer in places(record, pattern):
        yield pointer, value_at(record, pointer)


def rule_damage(record: Any) -> Iterator[Mutant]:
    """What a schema can't say, layer by layer."""

    def mutant(operator: str, pointer: str, codes: str, new: Any, report_at: str | None = None) -> Mutant:
        return Mutant(
            operator,
            pointer if report_at is None else report_at,
            frozenset(codes.split()),
            partial(changed, record, pointer, put(new)),
        )

    zeros = "0" * 64
    yield mutant("text hash", "/text_sha256", "TXT001", zeros)
    yield mutant("source hash", "/metadata/source_sha256", "TXT002", zeros)
    yield mutant("text changed", "/text", "TXT001", record["text"].rstrip() + "!", "/text_sha256")
    yield mutant("NUL", "/text", "TXT003", record["text"] + "\0")
    yield mutant("control character", "/text", "TXT004", record["text"] + "\x07")
    yield mutant("mojibake", "/text", "TXT005", record["text"] + " cafÃ©")
    yield mutant("not NFC", "/text", "TXT006", record["text"] + " cafe\u0301")
    yield mutant("no such date", "/metadata/published", "MET001", {"value": "2023-02-29", "basis": "stated"})
    yield mutant("date without basis", "/metadata/published", "MET001", {"value": "2023-02-28", "basis": "unknown"})
    yield mutant(
        "inferred without reason", "/metadata/published", "MET002", {"value": "2023-02-28", "basis": "inferred"}
    )
    yield mutant("modified before created", "/annotation/modified", "MET003", "1999-01-01T00:00:00Z")
    if any(s["kind"] == "headline" for s in record["segments"]):
        yield mutant("other headline", "/metadata/headline", "MET004", "Another headline")
    for i, s in enumerate(record["segments"]):
        p = f"/segments/{i}"
        yield mutant("segment beyond", f"{p}/end", "SEG001", len(record["text"]) + 9, p)
        yield mutant(
            "segment reversed",
            f"{p}/end",
            "SEG001",
            max(1, s["start"] - 1) if s["start"] else 1 if s["start"] else s["end"] + 10**6,
            p,
        )
        if i and record["segments"][i - 1]["end"] - record["segments"][i - 1]["start"] > 1:
            yield mutant("segments overlap", f"{p}/start", "SEG002", record["segments"][i - 1]["start"] + 1, p)
        yield Mutant("segment lost", "/segments", frozenset({"SEG003"}), partial(changed, record, p, drop))
        if record["text"][s["end"] : s["end"] + 1].isspace():
            yield mutant("segment takes line end", f"{p}/end", "SEG004", s["end"] + 1, p)
    for layer in ("entities", "events"):
        for p, item in _each(record, f"/{layer}/*"):
            linked = item["link"]["status"] == "linked"
            yield mutant(
                "link",
                f"{p}/link",
                "ENT001",
                {"status": "linked", "wikidata": None}
                if not linked
                else {"status": "nil", "wikidata": item["link"]["wikidata"]},
            )
            yield mutant("member of itself", f"{p}/members", "ENT003", [item["id"]])
    entities = list(_each(record, "/entities/*"))
    for p, e in entities:
        other = next(((q, o) for q, o in entities if q != p and o["mentions"]), None)
        if other and e["mentions"]:
            yield mutant(
                "mention twice",
                f"{other[0]}/mentions",
                "ENT002",
                [*other[1]["mentions"], {**e["mentions"][0], "id": "new"}],
                "",
            )
        if e["link"]["wikidata"] and other:
            yield mutant("one item twice", f"{other[0]}/link", "ENT004", dict(e["link"]), "")
        if other and other[1]["type"] == e["type"]:
            yield mutant("one name twice", f"{p}/name", "ENT005", other[1]["name"], "")
        yield mutant("blank name", f"{p}/name", "ENT006", " ")
        for q, m in _each(record, f"{p}/mentions/*"):
            if m["kind"] != "name" or e["type"] not in ("GPE", "NORP", "LOC"):
                yield mutant("demonym", f"{q}/demonym", "ENT012", True)
            if e["type"] in ("PERSON", "LOC", "PRODUCT"):
                yield mutant("metonym", f"{q}/metonymic", "ENT013", True)
            if m["text"].lower() in ("he", "his", "him", "it", "its", "they", "we", "i"):
                yield mutant("pronoun as name", f"{q}/kind", "ENT011", "name")
            elif " " in m["text"]:
                yield mutant("phrase as pronoun", f"{q}/kind", "ENT011", "pronoun")
    for p, t in _each(record, "/times/*"):
        yield mutant("no TIMEX3", f"{p}/value", "TIM001", "some day")
        yield mutant("no such date", f"{p}/value", "TIM003", "2023-02-30")
        yield mutant(
            "type",
            f"{p}/type",
            "TIM002",
            "DURATION" if not t["value"].startswith("P") or t["value"] == "PAST_REF" else "DATE",
        )
        yield mutant("anchored to nothing", p, "TIM004", {**t, "basis": "anchored", "anchor": None})
        yield mutant("anchored to itself", f"{p}/anchor", "TIM005", t["id"])
        if t["type"] != "SET":
            yield mutant("quant", p, "TIM006", {**t, "quant": "EVERY"})
        if t["type"] != "DURATION":
            yield mutant("begin", p, "TIM006", {**t, "begin": record["times"][-1]["id"]})
    mentions = [(m, e) for _, e in entities for m in e["mentions"]]
    for p, q in _each(record, "/quotes/*"):
        if q["kind"] != "direct" and q["fragments"][0]["text"][0].isalnum():
            yield mutant("direct without marks", p, "QUO001", {**q, "kind": "direct", "verbatim": []})
        elif q["kind"] == "direct":
            yield mutant("indirect in marks", p, "QUO002", {**q, "kind": "indirect"})
        if q["kind"] == "mixed":
            yield mutant("verbatim lost", f"{p}/verbatim", "QUO004", [])
            yield mutant("mixed as indirect", p, "QUO002 QUO003", {**q, "kind": "indirect", "verbatim": []})
        else:
            yield mutant("mixed without verbatim", f"{p}/kind", "QUO004", "mixed", p)
        first = q["fragments"][0]
        yield mutant("cue in content", f"{p}/cue", "QUO006", {**first})
        stranger = next((m for m, e in mentions if e["id"] != q["speaker"]), None)
        if stranger:
            yield mutant("another's mention", f"{p}/speaker_mention", "QUO007", stranger["id"])
        yield mutant("parent of itself", f"{p}/parent", "QUO009", q["id"])
        outside = next(
            (o["id"] for _, o in _each(record, "/quotes/*") if o["fragments"][-1]["end"] <= first["start"]), None
        )
        if outside and not q["parent"]:
            yield mutant("parent elsewhere", f"{p}/parent", "QUO008", outside)
    for p, c in _each(record, "/claims/*"):
        yield mutant("voice", f"{p}/voice", "CLM001", "author" if c["voice"] == "source" else "source", p)
        if c["claimant"]:
            stranger = next((m for m, e in mentions if e["id"] != c["claimant"]), None)
            if stranger:
                yield mutant("another's mention", f"{p}/claimant_mention", "CLM002", stranger["id"])
        another = next((o["id"] for _, o in _each(record, "/quotes/*") if o["speaker"] != c["claimant"]), None)
        if another:
            yield mutant("another's quote", f"{p}/quote", "CLM003", another)
        if c["quote"]:
            word = record["segments"][0]
            far = {"start": word["start"], "end": word["end"], "text": record["text"][word["start"] : word["end"]]}
            if not any(
                f["start"] <= far["start"] and far["end"] <= f["end"]
                for o in record["quotes"]
                if o["id"] == c["quote"]
                for f in o["fragments"]
            ):
                yield mutant("claim outside its quote", f"{p}/fragments", "CLM004", [far])
        yield mutant("claim related to itself", f"{p}/relations", "CLM005", [{"kind": "supports", "claim": c["id"]}])
        if c["kind"] != "fact":
            yield mutant("check-worthy", f"{p}/check_worthy", "CLM006", True)
        yield mutant("claim twice", "/claims", "CLM007 CLM008", [*record["claims"], {**c, "id": "new"}], "")
    known = {t.name: {r.name for r in t.roles} for k in inventories.event_types().categories for t in k.types}
    every = sorted({r for roles in known.values() for r in roles})
    for p, v in _each(record, "/events/*"):
        for q, a in _each(record, f"{p}/arguments/*"):
            yield mutant("role", f"{q}/role", "EVT001", next(r for r in every if r not in known[v["type"]]))
            stranger = next((m for m, e in mentions if e["id"] != a["target"]), None)
            if stranger:
                yield mutant("another's mention", f"{q}/mention", "EVT002", stranger["id"])
            yield mutant("its own argument", q, "EVT003", {**a, "target": v["id"], "mention": None})
        yield mutant("before itself", f"{p}/relations", "EVT003", [{"kind": "before", "event": v["id"]}])
        for _, m in _each(record, f"{p}/mentions/*"):
            yield mutant("trigger twice", f"{p}/mentions", "EVT004", [*v["mentions"], {**m, "id": "new"}])


OPERATORS = (schema_damage, span_damage, reference_damage, rule_damage)


def sample(record: Any, each: int, seed: int = 0) -> Iterator[Mutant]:
    """At most `each` mutants of every kind, the same ones every time."""
    for operator in OPERATORS:
        kinds: dict[str, list[Mutant]] = defaultdict(list)
        for mutant in operator(record):
            kinds[mutant.operator].append(mutant)
        for found in kinds.values():
            yield from random.Random(seed).sample(found, min(each, len(found)))
