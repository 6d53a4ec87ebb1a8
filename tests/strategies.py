"""Valid records over hostile text, for property tests."""

from typing import Any

from hypothesis import strategies as st
from msgspec import UNSET, convert
from msgspec.structs import replace

from onrecord.marks.ingest import ingest
from onrecord.model import inventories, specification
from onrecord.model.record import Record

WORDS = [
    "Agency", "said", "it", "l’été", "e\u0301te\u0301", "نص", "שלום", "\u202bעברית\u202c", "\u2067حرية\u2069",
    "👩‍🚀", "👨‍👩‍👧‍👦", "🇺🇦", "👍🏽", "𝔘𝔫𝔦", "𠜎", "ﬁn", "漢字", "Z͑ͫ̓ͪ̂", "x\u00a0y", "a\u200bb", "\u200fRTL", "1/2", "{}", "#tag",
    "<b>&amp;", "Q|x", "µ", "ẞ",
]  # fmt: skip
MARKED = ["“yes”", "«oui 👩‍🚀»", "„ja”", '"no"']
BREAKS = [" ", " ", " ", "\u00a0", "\t", "\n", "\r\n", "\n\n", "\u2028"]
NOTES = st.one_of(st.just(UNSET), st.text(st.characters(codec="utf-8"), max_size=20))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**60), 2**60)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec="utf-8"), max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)
FACTS = [v.name for v in inventories.labels()["factuality"].values]
TYPES = {t.name: [r.name for r in t.roles] for c in inventories.event_types().categories for t in c.types}


def _label(name: str) -> st.SearchStrategy[str]:
    return st.sampled_from([v.name for v in inventories.labels()[name].values])


class _Builder:
    def __init__(self, draw: Any, text: str, tokens: list[tuple[int, int]]) -> None:
        self.draw, self.text, self.tokens = draw, text, tokens
        self.number = 0

    def id(self, letter: str) -> str:
        """Unique, of every form that an id may have."""
        self.number += 1
        ending: str = self.draw(st.sampled_from(["", ".cue", ":x", "_-", ".f2"]))
        return f"{letter}{self.number}{ending}"

    def span(self, first: int, last: int) -> dict[str, Any]:
        start, end = self.tokens[first][0], self.tokens[last][1]
        return {"start": start, "end": end, "text": self.text[start:end]}

    def noted(self, item: dict[str, Any]) -> dict[str, Any]:
        note = self.draw(NOTES)
        return item if note is UNSET else {**item, "note": note}

    def pick(self, ids: list[str], least: int = 0) -> list[str]:
        return list(self.draw(st.lists(st.sampled_from(ids), unique=True, min_size=least, max_size=3))) if ids else []

    def maybe(self, ids: list[str]) -> str | None:
        found: str | None = self.draw(st.sampled_from([None, *ids]))
        return found


@st.composite
def texts(draw: Any) -> tuple[str, list[tuple[int, int]]]:
    """A text and its tokens as (start, end), in code points."""
    words = draw(st.lists(st.sampled_from(WORDS + MARKED), min_size=3, max_size=25))
    text, tokens = draw(st.sampled_from(["", "\ufeff", " \r\n"])), []
    for word in words:
        tokens.append((len(text), len(text) + len(word)))
        text += word + draw(st.sampled_from(BREAKS))
    return text, tokens


@st.composite
def records(draw: Any) -> Record:
    """A record that passes the validator, warnings aside."""
    text, tokens = draw(texts())
    draft = ingest(
        text.encode(),
        "made.txt",
        schema_version=specification.schema_version(),
        guidelines="1.0.0",
        now="2026-01-01T00:00:00Z",
    )
    b = _Builder(draw, text, tokens)
    link = {"status": "not_attempted", "wikidata": None}
    count = len(tokens)
    plain = [i for i, (s, e) in enumerate(tokens) if text[s:e] not in MARKED]
    marked = [i for i, (s, e) in enumerate(tokens) if text[s:e] in MARKED]

    places = draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, 3)), unique=True, max_size=8))
    spans = {(a, min(a + n, count - 1)) for a, n in places}
    entities: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 4))):
        linked = draw(st.booleans())
        entities.append(b.noted({
            "id": b.id("e"), "type": draw(_label("entity_type")), "name": draw(st.sampled_from(["NASA", "a | b", " x ", "e1", "same", "same"])),
            "link": {"status": "linked", "wikidata": f"Q{1000 + b.number}"} if linked else link,
            "members": b.pick([e["id"] for e in entities]), "mentions": [],
        }))  # fmt: skip
    owners: dict[str, str] = {}
    for a, z in draw(st.permutations(sorted(spans))) if entities else []:
        owner = draw(st.sampled_from(entities))
        mention = {
            "id": b.id("m"),
            **b.span(a, z),
            "kind": draw(_label("mention_kind")),
            "metonymic": draw(st.booleans()),
            "demonym": draw(st.booleans()),
        }
        owner["mentions"].append(b.noted(mention))
        owners[mention["id"]] = owner["id"]
    entity_ids = [e["id"] for e in entities]

    times: list[dict[str, Any]] = []
    values = [
        ("DATE", "2024-11-07"),
        ("DATE", "FUTURE_REF"),
        ("TIME", "2024-11-07TEV"),
        ("DURATION", "P2D"),
        ("SET", "XXXX-WXX-2"),
    ]
    for _ in range(draw(st.integers(0, 3))):
        type_, value = draw(st.sampled_from(values))
        at = draw(st.integers(0, count - 1))
        time = {
            "id": b.id("t"),
            **b.span(at, at),
            "type": type_,
            "value": value,
            "basis": draw(st.sampled_from(["stated", "world_knowledge"])),
            "anchor": draw(st.sampled_from([None, "published", *[t["id"] for t in times]])),
            "mod": draw(st.sampled_from([None, "APPROX"])),
        }
        if type_ == "SET" and draw(st.booleans()):
            time |= {"quant": "EVERY", "freq": "1W"}
        if type_ == "DURATION" and times and draw(st.booleans()):
            time["begin"] = times[0]["id"]
        times.append(b.noted(time))
    time_ids = [t["id"] for t in times]

    event_names = [b.id("v") for _ in range(draw(st.integers(0, 4)))]

    def who(entity: str | None) -> str | None:
        return b.maybe([m for m, e in owners.items() if e == entity]) if entity else None

    quotes: list[dict[str, Any]] = []
    for _ in range(draw(st.integers(0, 3))):
        kind = draw(st.sampled_from(["indirect"] * bool(plain) + ["direct", "mixed"] * bool(marked)))
        tokens_used = draw(
            st.lists(st.sampled_from(marked if kind != "indirect" else plain), min_size=1, max_size=2, unique=True)
        )
        pieces = [b.span(t, t) for t in sorted(tokens_used)]
        pieces = [p for i, p in enumerate(pieces) if i == 0 or p["start"] > pieces[i - 1]["end"]]
        inside = [p for q in quotes for p in [q["fragments"]] if p == pieces]
        cues = [
            b.span(i, i)
            for i in plain
            if not any(p["start"] < tokens[i][1] and tokens[i][0] < p["end"] for p in pieces)
        ]
        speaker, attribution = b.maybe(entity_ids), draw(_label("attribution"))
        if any((q["fragments"], q["speaker"], q["attribution"]) == (pieces, speaker, attribution) for q in quotes):
            continue  # the same quote twice
        addressees = [b.noted({"entity": e, "mention": who(e)}) for e in b.pick(entity_ids)]
        quotes.append(b.noted({
            "id": b.id("q"), "kind": kind, "fragments": pieces, "verbatim": pieces if kind == "mixed" else [],
            "cue": draw(st.sampled_from([None, *cues])), "speaker": speaker, "speaker_mention": who(speaker), "addressees": addressees,
            "parent": next((q["id"] for q in quotes if inside and q["fragments"] == pieces), None),
            "attribution": attribution, "time": b.maybe(time_ids), "setting": b.maybe(event_names),
        }))  # fmt: skip
    quote_ids = [q["id"] for q in quotes]

    claims: list[dict[str, Any]] = []
    # claims that are the same might else contradict or support themselves
    others = draw(st.sampled_from([("same_as",), ("contradicts", "supports")]))
    for _ in range(draw(st.integers(0, 3))):
        quote = draw(st.sampled_from([None, *quotes]))
        claimant = quote["speaker"] if quote else b.maybe(entity_ids)
        at = draw(st.integers(0, count - 1))
        kind = draw(_label("claim_kind"))
        kinds = _label("claim_relation").filter(lambda kind: kind not in others)
        relations = [b.noted({"kind": draw(kinds), "claim": c}) for c in b.pick([c["id"] for c in claims])]
        claims.append(b.noted({
            "id": b.id("c"), "fragments": quote["fragments"][:1] if quote else [b.span(at, at)], "text": draw(st.sampled_from(["It is so.", " x", "نص 👩‍🚀"])),
            "voice": "source" if claimant else draw(st.sampled_from(["author", "unspecified"])), "claimant": claimant, "claimant_mention": who(claimant),
            "quote": quote["id"] if quote else None, "kind": kind, "stance": draw(_label("stance")), "check_worthy": kind == "fact" and draw(st.booleans()),
            "about": b.pick(entity_ids + event_names + quote_ids), "relations": relations,
        }))  # fmt: skip
        if any(all(c[k] == claims[-1][k] for k in ("fragments", "voice", "claimant", "text")) for c in claims[:-1]):
            claims.pop()  # the same claim twice

    events: list[dict[str, Any]] = []
    free = draw(st.permutations(range(count)))
    for id in event_names:
        triggers = []
        for _ in range(draw(st.integers(0, min(2, len(free))))):
            at, free = free[0], free[1:]
            sources = ["author", *entity_ids]
            facts = [
                b.noted({"value": draw(st.sampled_from(FACTS)), "according_to": s})
                for s in draw(st.lists(st.sampled_from(sources), unique=True, max_size=2))
            ]
            triggers.append(
                b.noted(
                    {
                        "id": b.id("x"),
                        **b.span(at, at),
                        "polarity": draw(_label("polarity")),
                        "realis": draw(_label("realis")),
                        "factuality": facts,
                    }
                )
            )
        events.append({"id": id, "mentions": triggers})
    trigger_of = {e["id"]: [t["id"] for t in e["mentions"]] for e in events}
    for i, event in enumerate(events):
        type_ = draw(st.sampled_from(sorted(TYPES)))
        targets = entity_ids + time_ids + quote_ids + event_names[:i]
        arguments = []
        for target in b.pick(targets):
            named = b.maybe(trigger_of[target]) if target in trigger_of else who(target)
            arguments.append(b.noted({"role": draw(st.sampled_from(TYPES[type_])), "target": target, "mention": named}))
        relations = [b.noted({"kind": draw(_label("event_relation")), "event": e}) for e in b.pick(event_names[:i])]
        events[i] = b.noted({
            "id": event["id"], "type": type_, "name": draw(st.sampled_from([None, "Summit", " a|b "])), "link": link, "members": b.pick(event_names[i + 1 :]),
            "mentions": event["mentions"], "arguments": arguments, "time": b.maybe(time_ids), "relations": relations,
        })  # fmt: skip

    extensions = draw(
        st.one_of(st.just(UNSET), st.dictionaries(st.text(st.characters(codec="utf-8"), max_size=5), JSON, max_size=3))
    )
    made = replace(draft, extensions=extensions)
    body = convert(
        {"entities": entities, "times": times, "quotes": quotes, "claims": claims, "events": events}, dict[str, Any]
    )
    layers = {f: convert(v, Record.__annotations__[f]) for f, v in body.items()}
    return replace(made, **layers)
