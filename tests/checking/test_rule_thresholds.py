"""Every limit that a rule compares with, tried on either side of it; a limit without a case turns the suite red."""

import sqlite3
from datetime import date, timedelta
from typing import SupportsIndex
from unittest import mock

import pytest
from msgspec import convert

from helpers import EXAMPLE
from onrecord.checking.document import nesting, pieces
from onrecord.checking.rules import Document, base
from onrecord.checking.rules.claims import claim_sentences
from onrecord.checking.rules.corpus import corpus, duplicates
from onrecord.checking.rules.corpus.corpus import INDICES, SCHEMA, View
from onrecord.checking.rules.events import event_facts, events
from onrecord.checking.rules.quotes import cues, quote_times
from onrecord.checking.rules.spans.spans import inside_grapheme
from onrecord.checking.rules.times import time_reckoning
from onrecord.checking.rules.times import time_words as words_of_times
from onrecord.checking.rules.times.timex import DAY, impossible, interval
from onrecord.model.record import Claim, Entity, Quote, Record, Span, Time
from onrecord.text import languages, remembering
from onrecord.text.words import assumed, made
from parts import PUBLISHED, at, claim, entity, event, found, mention, quote, time
from thresholds import Case, Key, Table, check, check_it_is_this_one, compared, constants, modules, numbers, where

ENGLISH = assumed("en")
TABLE = Table()
limit = TABLE.limit

NO_LIMITS: dict[tuple[str, str], str] = {
    ("checking/rules/times/timex", "UNIT_DAYS"): "the lengths of units",
    ("checking/rules/times/timex", "DAY"): "a unit: a day's minutes",
    ("checking/rules/times/timex", "_LONG_YEAR"): "a leap year of 53 weeks",
    ("checking/rules/article/metadata", "published_later"): "the letters of a date: 2024-11-08",
    ("checking/rules/events/event_triggers", "empty_trigger"): "how much a message shows",
    ("text/languages", "script"): "the letters of a script's tag",
    ("checking/rules/spans/spans", "span_drift"): "how much a message shows",
    ("checking/rules/article/text", "related_as_paragraph"): "how much a message shows",
    ("checking/rules/times/time_forms", "_preposition"): "the digits of a year",
    ("checking/rules/times/time_forms", "too_exact"): "the letters of a year and more: 2024-W",
    ("checking/rules/times/time_order", "begin_end"): "a position in a tuple",
    ("checking/rules/times/time_order", "day_off"): "the letters of a date: 2024-11-08",
    ("checking/rules/times/time_reckoning", "_step"): "the words of a phrase",
    ("checking/rules/times/time_words", "_days"): "the digits of a day",
    ("checking/rules/times/time_words", "_years"): "the digits of a year",
    ("checking/rules/times/time_words", "count_words"): "a group of a pattern",
    ("checking/rules/times/time_words", "stated_words"): "the digits of a year",
}
"""Constants and functions whose numbers bound nothing, and what they are instead; of functions, all that have no case."""


class Asked(str):
    """A text that notes whether it was searched, and which of its characters were read one by one."""

    def __init__(self, _: str) -> None:
        self.searched, self.read = False, set[int]()

    def __contains__(self, key: object) -> bool:
        self.searched = True
        return str(key) in str(self)

    def __getitem__(self, key: SupportsIndex | slice) -> str:
        self.read |= {key} if isinstance(key, int) else set()
        return super().__getitem__(key)


# -- the cases, module by module


@limit("checking/rules/article/metadata", "rights", 16)
def _(n: int) -> bool:
    return not found("MET007", "x", {"rights": "unknown".ljust(n, ")")})


@limit("checking/rules/article/metadata", "published_later", 1)
def _(n: int) -> bool:
    made = date.fromisoformat(EXAMPLE["annotation"]["created"][:10])
    return bool(found("MET008", "x", {"published": {"value": (made + timedelta(n)).isoformat(), "basis": "stated"}}))


@limit("checking/rules/base", "MANY", 20, constant=True)
def _(n: int) -> bool:
    return "more" in base.circle([f"v{i}" for i in range(n)])


@limit("checking/rules/base", "_STEPS", 200_000, constant=True)
def _(n: int) -> bool:
    """Circles of one step each."""
    return len(list(base.cycles({"v1": ["v1"] * n}))) < n


@limit("checking/rules/claims/claim_relations", "other_matter", 3)
def _(n: int) -> bool:
    name = "Abcdef"[:n]
    relation = {"kind": "responds_to", "claim": "c2"}
    one = claim("c1", f"{name} flew home.", at(0, "x"), relations=[relation])
    return not found("CLM030", "x", claims=[one, claim("c2", f"Mac{name} stayed there.", at(0, "x"))])


@limit("checking/rules/claims/claim_sentences", "_LONG", 2000, constant=True)
def _(n: int) -> bool:
    """A sentence whose words are looked up; they are the same as those that are searched."""
    sentence = "The ferry sank off Oban. ".ljust(n, "x")
    assert [claim_sentences._shares_a_word(sentence, word) for word in ("ferrymen", "lighthouse")] == [True, False]
    return isinstance(claim_sentences._fours(sentence), set)


@limit("checking/rules/claims/claim_sentences", "_FEW", 50, constant=True)
def _(n: int) -> bool:
    """Mentions of what a claim is about that are searched; what is found is the same."""
    text = "Oban " * n + "sank"
    oban = entity("e1", "Oban", *(mention(f"m{i}", 5 * i, "Oban") for i in range(n)))
    claims = [
        claim(f"c{i}", words, at(5 * n, "sank"), about=["e1"]) for i, words in enumerate(("Obans sank.", "It sank."))
    ]
    claims += [claim("c2", "It sank.", at(5 * n - 5, "Oban"), about=["e1"])]
    oban["name"] = "The Oban"
    with mock.patch.object(claim_sentences, "_Named", wraps=claim_sentences._Named) as searched:
        assert [p.pointer for p in found("CLM034", text, entities=[oban], claims=claims)] == ["/claims/1/about/0"]
    return bool(searched.called)


@limit("checking/rules/claims/claim_sentences", "_FEW", 50, constant=True)
def _(n: int) -> bool:
    """Numbers of one length that are looked up; what is found is the same."""
    text = Asked("In 1234 ferries 100 sank.")
    numbers = {str(100 + i) for i in range(n)}
    assert claim_sentences._absent(numbers, text) == numbers - {"100", "123"}
    return not text.searched


@limit("checking/rules/claims/claim_sentences", "_shares_a_word", 4)
def _(n: int) -> bool:
    return claim_sentences._shares_a_word("about bridges", "bridges"[:n])


@limit("checking/rules/claims/claim_sentences", "other_words", 3, last=2)
def _(n: int) -> bool:
    words = " ".join(["Bridges", "collapse", "often", "yearly"][:n])
    return bool(found("CLM026", words, claims=[claim("c1", "Ann sang.", at(0, words))]))


@limit("checking/rules/claims/claim_sentences", "_named", 5, last=4)
def _(n: int) -> bool:
    item = convert(entity("e1", "Xyzuvwpq", mention("m1", 50, "Xyzuvwpq")), Entity)
    return claim_sentences._Named(item).by(convert(claim("c1", f"The {'Xyzuvwpq'[:n]}- is red.", at(0, "x")), Claim))


@limit("checking/rules/claims/claim_words", "untold_stance", 120)
def _(n: int) -> bool:
    text = f"not {'x' * (n - 5)} birds sing"
    return bool(found("CLM032", text, claims=[claim("c1", "Birds sing.", at(n, "birds sing"), stance="deny")]))


@limit("checking/rules/claims/claim_words", "untold_stance", 60)
def _(n: int) -> bool:
    text = f"birds sing {'x' * (n - 7)} never"
    return bool(found("CLM032", text, claims=[claim("c1", "Birds sing.", at(0, "birds sing"), stance="deny")]))


def unsaid(text: str, *parts: str) -> bool:
    """Whether no word around a denied claim of these pieces denies."""
    claims = [claim("c1", "Birds sing at night.", *(at(text.index(part), part) for part in parts), stance="deny")]
    return bool(found("CLM032", text, claims=claims))


@limit("checking/rules/claims/claim_words", "_WIDE", 2000, constant=True)
def _(n: int) -> bool:
    """Characters of a claim whose “never” stands far from its pieces."""
    text = f"birds sing {'x' * 900} never ".ljust(n - len(" at night"), "x") + " at night"
    return unsaid(text, "birds sing", "at night")


@limit("checking/rules/claims/claim_words", "_around", 120)
def _(n: int) -> bool:
    text = f"birds sing {'x' * 2000} not {'x' * (n - 5)} at night"
    return unsaid(text, "birds sing", "at night")


@limit("checking/rules/claims/claim_words", "_around", 60)
def _(n: int) -> bool:
    text = f"birds sing {'x' * (n - 7)} never {'x' * 2000} at night"
    return unsaid(text, "birds sing", "at night")


@limit("checking/rules/corpus/corpus", "_far", 30, last=29)
def _(n: int) -> bool:
    return corpus._far({"a": n}, {"a": n, "b": 1000}, n + 1000) is not None


@limit("checking/rules/corpus/corpus", "_far", 10, last=299)
def _(n: int) -> bool:
    return corpus._far({"a": 30}, {"a": 30, "b": n}, 30 + n) is not None


@limit("checking/rules/corpus/corpus", "_far", 4.75, last=75)
def _(n: int) -> bool:
    """Of a hundred as, where the rest of the corpus has as many as bs."""
    return corpus._far({"a": n, "b": 100 - n}, {"a": 1000 + n, "b": 1100 - n}, 2100) is not None


def index(sketches: dict[int, list[int]], labels: dict[int, dict[str, int]] | None = None) -> sqlite3.Connection:
    """The index of a corpus of documents with these hashes, or labels of one layer."""
    db = sqlite3.connect(":memory:")
    db.executescript(SCHEMA)
    for doc in {**sketches, **(labels or {})}:
        db.execute("insert into docs values (?, ?, 'f', 1, ?, '1')", (doc, f"d{doc}", f"sha{doc}"))
    db.executemany("insert into sketches values (?, ?)", [(h, doc) for doc, found in sketches.items() for h in found])
    rows = [(doc, "layer", label, n) for doc, of in (labels or {}).items() for label, n in of.items()]
    db.executemany("insert into labels values (?, ?, ?, ?)", rows)
    db.executescript(INDICES)
    return db


@limit("checking/rules/corpus/corpus", "distribution", 20, last=19)
def _(n: int) -> bool:
    labels = {doc: {"name": 40} for doc in range(1, n)} | {n: {"pronoun": 40}}
    rule = next(r for r in corpus.CORPUS_RULES if r.code == "COR007")
    return bool(list(rule.check(View(index({}, labels), {}, None))))


@limit("checking/rules/quotes/cues", "_beside", 40)
def _(n: int) -> bool:
    text = f"said {'x' * (n - 6)} “No.”\nAnn told “Yes.”"
    other = quote("q2", at(text.index("“Yes"), "“Yes.”"), cue=at(text.index("told"), "told"), speaker="e1")
    return not found(
        "QUO042", text, entities=[entity("e1", "Ann")], quotes=[quote("q1", at(n, "“No.”"), speaker="e1"), other]
    )


@limit("checking/rules/quotes/cues", "_beside", 50)
def _(n: int) -> bool:
    text = f"“No” {'x' * (n - 6)} said\nAnn told “Yes.”"
    other = quote("q2", at(text.index("“Yes"), "“Yes.”"), cue=at(text.index("told"), "told"), speaker="e1")
    return not found(
        "QUO042", text, entities=[entity("e1", "Ann")], quotes=[quote("q1", at(0, "“No”"), speaker="e1"), other]
    )


@limit("checking/rules/quotes/cues", "_beside", 3)
def _(n: int) -> bool:
    before = "said" + " x" * (n - 1) + " "
    text = f"{before}“No.”\nAnn told “Yes.”"
    other = quote("q2", at(text.index("“Yes"), "“Yes.”"), cue=at(text.index("told"), "told"), speaker="e1")
    first = quote("q1", at(len(before), "“No.”"), speaker="e1")
    return not found("QUO042", text, entities=[entity("e1", "Ann")], quotes=[first, other])


@limit("checking/rules/quotes/cues", "_beside", 4)
def _(n: int) -> bool:
    text = "“No”" + " x" * (n - 1) + " said\nAnn told “Yes.”"
    other = quote("q2", at(text.index("“Yes"), "“Yes.”"), cue=at(text.index("told"), "told"), speaker="e1")
    return not found(
        "QUO042", text, entities=[entity("e1", "Ann")], quotes=[quote("q1", at(0, "“No”"), speaker="e1"), other]
    )


@limit("checking/rules/quotes/cues", "_CLAUSE", 60, constant=True)
def _(n: int) -> bool:
    """A verb's particle, at the end of its clause."""
    doc = Document(convert(EXAMPLE | {"text": f"wrote {'x' * (n - 6)} down."}, Record))
    doc.pack = made(['[saying_particles]\ndown = "wrote"'])
    return not cues._reports(doc, 0, 5)


@limit("checking/rules/corpus/duplicates", "COMMON", 50)
def _(n: int) -> bool:
    """Beyond it, each of the copies makes a pair with the first alone."""
    return len(list(duplicates.near(index({doc: [1, 2, 3] for doc in range(1, n + 1)})))) == n - 1


@limit("checking/rules/corpus/duplicates", "SKETCH", 32, constant=True)
def _(n: int) -> bool:
    from onrecord.checking.corpus_index import sketch

    return len(sketch(" ".join(f"word{i}" for i in range(n + 3)))) < n


@limit("checking/rules/corpus/duplicates", "near", 3, last=2)
def _(n: int) -> bool:
    return bool(list(duplicates.near(index({1: list(range(n)), 2: list(range(n))}))))


@limit("checking/rules/corpus/duplicates", "near", 0.5, last=9)
def _(n: int) -> bool:
    return bool(list(duplicates.near(index({1: list(range(20)), 2: list(range(20 - n, 40 - n))}))))


@limit("checking/rules/corpus/duplicates", "near", 0.8, last=15)
def _(n: int) -> bool:
    """Of twenty runs of words, all common ones, so many in a second text."""
    everywhere = list(range(20))
    sketches = {1: everywhere, 2: [*everywhere[:n], *range(100, 120 - n)]} | dict.fromkeys(range(3, 60), everywhere)
    return (2, 1) in [pair[:2] for pair in duplicates.near(index(sketches))]


@limit("checking/rules/events/event_facts", "_is_noun", 25)
def _(n: int) -> bool:
    return not event_facts._is_noun(f"her{' ' * (n - 8)}will ", n, ENGLISH)


@limit("checking/rules/events/event_times", "_STEPS", 100_000, constant=True)
def _(n: int) -> bool:
    """The step at which an event is met that is earlier than one before it; those before it go by way of all undated ones."""

    def before(id: str, *others: str, time: str | None = None) -> dict[str, object]:
        return event(id, time=time, relations=[{"kind": "before", "event": other} for other in others])

    rounds, rest = divmod(n - 2, 1000)
    undated = [f"u{i}" for i in range(1, 1000)]
    events = [before(f"a{i}", "u0", time="t2") for i in range(rounds)]
    events += [before("b", *undated[:rest], time="t2"), before("u0", *undated), *map(before, undated)]
    events += [before("c", "d", time="t2"), before("d", "e"), before("e", time="t1")]
    times = [time("t1", 0, "Monday", "2024-11-04"), time("t2", 8, "Friday", "2024-11-08")]
    return not found("EVT014", "Monday, Friday", times=times, events=events)


@limit("checking/rules/events/event_triggers", "_REACH", 1000, constant=True)
def _(n: int) -> bool:
    text = f"never {'x' * (n - 7)} met"
    return bool(found("EVT008", text, events=[event("v1", at(n, "met") | {"polarity": "negative"})]))


@limit("checking/rules/events/event_triggers", "_REACH", 1000, constant=True)
def _(n: int) -> bool:
    text = f"met {'x' * (n - 7)} never"
    return bool(found("EVT008", text, events=[event("v1", at(0, "met") | {"polarity": "negative"})]))


@limit("checking/rules/events/event_triggers", "negated", 40)
def _(n: int) -> bool:
    text = f"not {'x' * (n - 3)}ly go"
    return not found("EVT007", text, events=[event("v1", at(len(text) - 2, "go"))])


@limit("checking/rules/events/event_triggers", "_denies", 3)
def _(n: int) -> bool:
    text = f"not {'quickly ' * n}go"
    return not found("EVT007", text, events=[event("v1", at(len(text) - 2, "go"))])


@limit("checking/rules/events/event_triggers", "not_negated", 20)
def _(n: int) -> bool:
    text = f"not so! {'x' * (n - 9)} go"
    return bool(found("EVT008", text, events=[event("v1", at(n, "go") | {"polarity": "negative"})]))


@limit("checking/rules/events/event_triggers", "long_trigger", 3)
def _(n: int) -> bool:
    words = " ".join(["meeting"] * n)
    return bool(found("EVT022", words, events=[event("v1", at(0, words))]))


@limit("checking/rules/events/event_triggers", "long_trigger", 12)
def _(n: int) -> bool:
    words = "go on to ".ljust(n, "x")
    return bool(found("EVT022", words, events=[event("v1", at(0, words))]))


@limit("checking/rules/events/events", "NEAR", 3, constant=True)
def _(n: int) -> bool:
    text = "“No.”\n" + "Filler.\n" * (n - 1) + "Monday"
    times = [time("t1", len(text) - 6, "Monday", "2024-11-04")]
    return bool(found("QUO044", text, times=times, quotes=[quote("q1", at(0, "“No.”"), time="t1")]))


@limit("text/languages", "_SAMPLE", 1500, constant=True)
def _(n: int) -> bool:
    the = " the" * 8
    return languages.other_language("x" * (n - len(the)) + the, "de") is None


@limit("text/languages", "other_language", 2)
def _(n: int) -> bool:
    return languages.other_language("the " * 40 + " der x" * n, "de") is None


@limit("text/languages", "other_language", 8, last=7)
def _(n: int) -> bool:
    return languages.other_language("the " * n, "de") is not None


@limit("text/languages", "other_language", 8, last=9)
def _(n: int) -> bool:
    """An eighth of eighty words."""
    return languages.other_language("the " * n + "x " * (80 - n), "de") is not None


@limit("text/languages", "other_language", 3, last=9)
def _(n: int) -> bool:
    return languages.other_language("the " * n + "das " * 3, "de") is not None


@limit("text/languages", "fault", 3)
def _(n: int) -> bool:
    return languages.fault("qqqq"[:n]) is not None


@limit("text/languages", "written_in", 20, last=19)
def _(n: int) -> bool:
    return languages.written_in("д" * n, "Latin") is not None


@limit("text/languages", "written_in", 4, last=24)
@limit("text/languages", "written_in", 5, last=24)
def _(n: int) -> bool:
    """Of a hundred characters, so many that are not ASCII."""
    return languages.written_in("1" * (100 - n) + "д" * n, "Latin") is not None


@limit("text/languages", "written_in", 2000)
def _(n: int) -> bool:
    return languages.written_in("1" * (n - 20) + "a" * 20, "Cyrillic") is None


@limit("text/languages", "written_in", 2, last=59)
def _(n: int) -> bool:
    """Letters of its own, beside sixty of another script."""
    return languages.written_in("д" * n + "1" * 100 + "a" * 60, "Cyrillic") is None


@limit("checking/rules/article/provenance", "_ENOUGH", 5, last=4, constant=True)
def _(n: int) -> bool:
    quotes = [quote(f"q{i}", at(0, "x")) for i in range(n)]
    return bool(found("MET014", "x", entities=[entity("e1", "x", mention("m1", 0, "x"))], quotes=quotes))


@limit("text/remembering", "_SHORT", 100, constant=True)
def _(n: int) -> bool:
    """A text after which nothing is remembered."""
    known = interval("2023-05-17")
    remembering.forget(["x" * n])
    return interval("2023-05-17") is not known


@limit("checking/rules/entities/mention_shapes", "_MANY", 25, constant=True)
def _(n: int) -> bool:
    words = " ".join(["word"] * n)
    return bool(found("ENT023", words, entities=[entity("e1", "x", mention("m1", 0, words, "nominal"))]))


@limit("checking/rules/entities/mention_shapes", "_FEW", 10, constant=True)
def _(n: int) -> bool:
    text = "Ann, " + "he ran, " * n
    return len(found("ENT020", text, entities=[entity("e1", "Ann", mention("m1", 0, "Ann"))])) == 1


@limit("checking/rules/entities/mention_shapes", "_NAMESAKES", 50, constant=True)
def _(n: int) -> bool:
    """The place among the Anns of the one whose name stands in another's cluster."""
    text = "Ann Lee\nAnn Lee"
    anns = [entity(f"n{i}", f"Ann Roe {i}") for i in range(n - 1)]
    wrong, right = (
        entity(id, name, mention(f"{id}m", 8 * i, "Ann Lee"))
        for i, (id, name) in enumerate((("e1", "Bo Roe"), ("e2", "Ann Lee")))
    )
    return not found("ENT019", text, entities=[wrong, *anns, right])


def nested(spans: list[tuple[int, int]]) -> int:
    """The most quotes of a text that are found to hold one character."""
    quotes = [convert(quote(f"q{i}", at(a, "x" * (b - a))), Quote) for i, (a, b) in enumerate(spans)]
    return max(len(nest) for nest in nesting.nesting(200, quotes)[1])


@limit("checking/document/nesting", "DEEP", 16, constant=True)
def _(n: int) -> bool:
    return nested([(i, 200 - i) for i in range(n)]) < n


@limit("checking/document/nesting", "DEEP", 16, constant=True)
def _(n: int) -> bool:
    """The last one begins outside of the others and ends within them."""
    return nested([*((20 + i, 200 - i) for i in range(n - 1)), (10, 60)]) < n


@limit("checking/document/nesting", "DEEP", 16, last=15, constant=True)
def _(n: int) -> bool:
    """Claims around a trigger up to which all are known, and so who says nothing there."""
    text = "Ann and Bo met at the harbour of Oban on a Monday".ljust(60)
    told = [{"value": "CT+", "according_to": "e1"}]
    met = event("v1", at(text.index("met"), "met") | {"factuality": told})
    claims = [claim(f"c{i}", "They met.", at(i // 2, text[i // 2 : 60 - i])) for i in range(n)]
    return not found(
        "EVT012", text, entities=[entity("e1", "Ann", mention("m1", 0, "Ann"))], claims=claims, events=[met]
    )


@limit("checking/rules/entities/names", "titled", 25)
def _(n: int) -> bool:
    text = f"up to Senator{' ' * (n - 7)}Lee"
    return not found("ENT031", text, entities=[entity("e1", "Lee", mention("m1", len(text) - 3, "Lee"), type="ORG")])


@limit("checking/document/passage", "words", 60)
def _(n: int) -> bool:
    return Document(convert(EXAMPLE, Record)).words(0, n).endswith("…")


@limit("checking/document/passage", "words", 57)
def _(n: int) -> bool:
    """Characters that are shown of more."""
    shown = Document(convert(EXAMPLE, Record))
    return not shown.words(0, 100).startswith(shown.text[:n])


@limit("checking/document/passage", "LONGEST_NAME", 1000, constant=True)
def _(n: int) -> bool:
    """Where a name ends that has a mark at its end, as its mention does."""
    long = entity("e1", "Jeopardy!".rjust(n, "x"), mention("m1", 0, "Jeopardy!"), type="WORK")
    return bool(found("ENT022", "Jeopardy!", entities=[long]))


def piece(start: int, end: int) -> Span:
    return Span(start=start, end=end, text="x" * (end - start))


@limit("checking/document/pieces", "_FEW", 8, constant=True)
def _(n: int) -> bool:
    """Pieces that are searched; what is found is the same."""
    row = [piece(10 * i, 10 * i + 5) for i in range(n)]
    last = row[-1]
    assert [pieces.inside(piece(last.start + a, last.start + b), row) for a, b in ((1, 5), (1, 6))] == [True, False]
    assert [pieces.touched(row, last.start + a, last.start + 9) for a in (4, 5)] == [True, False]
    assert pieces.all_inside(row, row)
    assert not pieces.all_inside([*row[1:], piece(7, 8)], row)
    assert pieces.piece_at(row, last.end - 1) == n - 1
    with pytest.raises(LookupError):
        pieces.piece_at(row, last.end)
    return id(row) in pieces._pieces


@limit("checking/document/pieces", "_KEPT", 64, constant=True)
def _(n: int) -> bool:
    """Rows of pieces up to which the first is still known."""
    pieces._pieces.clear()
    rows = [[piece(i, i + 1)] for i in range(n)]
    made = [pieces.pieces(row) for row in rows]
    return pieces.pieces(rows[0]) is not made[0]


@limit("checking/document/pieces", "MANY_MENTIONS", 500, constant=True)
def _(n: int) -> bool:
    """Mentions of which those that overlap are not listed, but searched; what is found is the same."""
    text = "Oban " * n
    mentions = [mention(f"m{i}", 5 * i, "Oban") for i in range(n - 1)] + [mention("last", 2, "an Ob")]
    record = convert(EXAMPLE | {"text": text, "entities": [entity("e1", "Oban", *mentions)]}, Record)
    crossing = found("ENT014", text, entities=[entity("e1", "Oban", *mentions)])
    assert len(crossing) == 2
    return Document(record).overlaps is None


@limit("checking/rules/quotes/quote_places", "_GAP", 300, constant=True)
def _(n: int) -> bool:
    text = f"“Aye,”{'x' * n}“No.”"
    return bool(found("QUO020", text, quotes=[quote("q1", at(0, "“Aye,”"), at(n + 6, "“No.”"))]))


@limit("checking/rules/quotes/quote_places", "_REACH", 200, constant=True)
def _(n: int) -> bool:
    text = f"said{'x' * n}“No.”"
    return bool(found("QUO021", text, quotes=[quote("q1", at(n + 4, "“No.”"), cue=at(0, "said"))]))


@limit("checking/rules/quotes/quote_places", "_REACH", 200, constant=True)
def _(n: int) -> bool:
    text = f"“No.”{'x' * n}said"
    return bool(found("QUO021", text, quotes=[quote("q1", at(0, "“No.”"), cue=at(n + 5, "said"))]))


@limit("checking/rules/quotes/quote_sources", "_LONG", 4, constant=True)
def _(n: int) -> bool:
    cue = " ".join(["went"] * n)
    return bool(found("QUO026", f"{cue} “No.”", quotes=[quote("q1", at(len(cue) + 1, "“No.”"), cue=at(0, cue))]))


@limit("checking/rules/quotes/quote_sources", "full_stop", 5, last=4)
def _(n: int) -> bool:
    words = "it is Lincoln"[: 6 + n] + "."
    return bool(found("QUO028", words, quotes=[quote("q1", at(0, words), kind="indirect")]))


@limit("checking/rules/quotes/quote_times", "_LEEWAY", 3)
def _(n: int) -> bool:
    text = "Monday Friday met “No.”"
    day = PUBLISHED - timedelta(20)
    times = [time("t1", 0, "Monday", day.isoformat()), time("t2", 7, "Friday", (day + timedelta(n)).isoformat())]
    events = [event("v1", at(14, "met"), time="t2")]
    return bool(
        found(
            "QUO041", text, times=times, events=events, quotes=[quote("q1", at(18, "“No.”"), time="t1", setting="v1")]
        )
    )


@limit("checking/rules/quotes/quote_times", "_FEW", 8, constant=True)
def _(n: int) -> bool:
    """Triggers of a setting that are searched; what is found is the same."""
    text = "“Aye.”\nFiller.\nFiller.\n“No.”" + "\nmet" * n
    meeting = event("v1", *(at(match, "met") for match in range(text.index("met"), len(text), 4)))
    quotes = [quote("q1", at(0, "“Aye.”"), setting="v1"), quote("q2", at(text.index("“No"), "“No.”"), setting="v1")]
    with mock.patch.object(quote_times, "Blocks", wraps=events.Blocks) as searched:
        assert [p.pointer for p in found("QUO044", text, events=[meeting], quotes=quotes)] == ["/quotes/0/setting"]
    return bool(searched.called)


@limit("checking/rules/quotes/quote_times", "_to_come", 40)
def _(n: int) -> bool:
    text = f"will {'x' * (n - 6)} say “No.” then"
    times = [time("t1", len(text) - 4, "then", "FUTURE_REF")]
    return bool(
        found("QUO040", text, times=times, quotes=[quote("q1", at(n + 4, "“No.”"), time="t1", cue=at(n, "say"))])
    )


@limit("checking/rules/quotes/quote_times", "_to_come", 4)
def _(n: int) -> bool:
    before = "will" + " x" * (n - 1) + " "
    text, cue = f"{before}say “No.” then", len(before)
    times = [time("t1", len(text) - 4, "then", "FUTURE_REF")]
    return bool(
        found("QUO040", text, times=times, quotes=[quote("q1", at(cue + 4, "“No.”"), time="t1", cue=at(cue, "say"))])
    )


@limit("checking/rules/spans/spans", "_NEIGHBOURHOOD", 200, constant=True)
def _(n: int) -> bool:
    text = f"Zed {'y' * n}"
    (problem,) = found("SPN002", text, entities=[entity("e1", "Zed", mention("m1", n, "Zed"))])
    return not problem.edits


@limit("checking/rules/spans/spans", "_NEIGHBOURHOOD", 200, constant=True)
def _(n: int) -> bool:
    text = f"{'y' * (n - 1)} Zed"
    (problem,) = found("SPN002", text, entities=[entity("e1", "Zed", mention("m1", 0, "Zed"))])
    return not problem.edits


@limit("checking/rules/spans/spans", "_CLUSTER", 200, constant=True)
def _(n: int) -> bool:
    """Accents of a letter that are read one by one; no letter has more, and what is found is the same."""
    text = Asked("e" + "\u0301" * (n + 1))
    assert inside_grapheme(text, n)
    return min(text.read) > 1


@limit("checking/rules/spans/spans", "_CLUSTER", 200, last=99)
def _(n: int) -> bool:
    """Whole flags in a row before one that is cut in half."""
    return not inside_grapheme("x" + "🇳🇴" * (n + 1), 2 * n + 2)


@limit("checking/rules/article/text", "_EDGE", 1000, constant=True)
def _(n: int) -> bool:
    """The first character of a segment that is not blank."""
    text = " " * (n - 1) + "Ferry sinks off Oban"
    (problem,) = found("SEG004", text)
    return not problem.edits


@limit("checking/rules/article/text", "_EDGE", 1000, constant=True)
def _(n: int) -> bool:
    """The last one, from the end."""
    (problem,) = found("SEG004", "Ferry sinks off Oban" + " " * (n - 1))
    return not problem.edits


def block(kind: str, n: int) -> bool:
    return bool(found("SEG008", "x" * n, segments=[{"id": "s1", "kind": kind, "start": 0, "end": n}]))


@limit("checking/rules/article/text", "_AT_MOST", 80)
def _(n: int) -> bool:
    return block("section", n)


@limit("checking/rules/article/text", "_AT_MOST", 200)
def _(n: int) -> bool:
    return block("byline", n)


@limit("checking/rules/article/text", "_AT_MOST", 120)
def _(n: int) -> bool:
    return block("dateline", n)


@limit("checking/rules/article/text", "_AT_MOST", 400)
def _(n: int) -> bool:
    return block("headline", n)


@limit("checking/rules/article/text", "joined_blocks", 4, last=3)
def _(n: int) -> bool:
    """One joined segment of so many."""
    text = "One.\nTwo.\n" + "More.\n" * (n - 1)
    segments = [{"id": "j", "kind": "paragraph", "start": 0, "end": 9}]
    segments += [{"id": f"s{i}", "kind": "paragraph", "start": 10 + 6 * i, "end": 15 + 6 * i} for i in range(n - 1)]
    return bool(found("SEG006", text, segments=segments))


def weekday(code: str, n: int) -> bool:
    value = (PUBLISHED + timedelta(n)).isoformat()
    return bool(found(code, "Thursday", times=[time("t1", 0, "Thursday", value)]))


@limit("checking/rules/times/time_forms", "other_week", 7)
def _(n: int) -> bool:
    return weekday("TIM030", n)


@limit("checking/rules/times/time_forms", "other_week", 7)
def _(n: int) -> bool:
    return weekday("TIM030", -n)


@limit("checking/rules/times/time_forms", "other_week", 60, last=61)
def _(n: int) -> bool:
    return not weekday("TIM030", n)


@limit("checking/rules/times/time_order", "weekday_far", 60, last=61)
def _(n: int) -> bool:
    return weekday("TIM015", n)


@limit("checking/rules/times/time_order", "weekday_far", 60, last=61)
def _(n: int) -> bool:
    return weekday("TIM015", -n)


def lasting(days: int) -> bool:
    """Whether so many days are another length than from a day to the tenth after it."""
    ends = [time("t1", 0, "then", "2024-11-08"), time("t2", 0, "then", "2024-11-18")]
    long = time("t3", 0, "then", f"P{days}D", type="DURATION", begin="t1", end_point="t2")
    return bool(found("TIM017", "then", times=[*ends, long]))


@limit("checking/rules/times/time_order", "length_ends", 1, last=12)
def _(n: int) -> bool:
    return lasting(n)


@limit("checking/rules/times/time_order", "length_ends", 1, last=7)
def _(n: int) -> bool:
    return not lasting(n)


@limit("checking/rules/times/time_forms", "unasked_mod", 30)
def _(n: int) -> bool:
    text = f"late {'x' * (n - 6)} 2018"
    return bool(found("TIM032", text, times=[time("t1", n, "2018", "2018", mod="END")]))


@limit("checking/rules/times/time_forms", "unasked_mod", 3)
def _(n: int) -> bool:
    before = "late" + " x" * (n - 1) + " "
    return bool(found("TIM032", f"{before}2018", times=[time("t1", len(before), "2018", "2018", mod="END")]))


@limit("checking/rules/times/time_reckoning", "_counted", 4, last=3)
def _(n: int) -> bool:
    return time_reckoning.stepper(ENGLISH)(f"{'9' * n} days ago") is None


@limit("checking/rules/times/time_reckoning", "expected", 6)
def _(n: int) -> bool:
    day = PUBLISHED.toordinal() * DAY
    reached = time_reckoning.expected(time_reckoning.Step("D", -n, True), (day, day + DAY), (0, DAY))
    assert reached is not None
    return reached[1] - reached[0] > DAY


def reached(unit: str, day: int, anchor_days: int, value_days: int) -> tuple[int, int]:
    """Where something of one unit ago may lie, by an anchor that begins on a day of the unit (a Monday's week, a May, 2023)."""
    first = {"Y": date(2023, 1, 1), "M": date(2023, 5, 1), "W": date(2023, 5, 1)}[unit].toordinal() + day - 1
    anchor = first * DAY, (first + anchor_days) * DAY
    found = time_reckoning.expected(time_reckoning.Step(unit, -1, True), anchor, (0, value_days * DAY))
    assert found is not None
    return found[0] // DAY, found[1] // DAY


@limit("checking/rules/times/time_reckoning", "_LENGTH", 366, last=184)
def _(n: int) -> bool:
    """The last day of a year from which a day “a year ago” may be in the year before the last."""
    return reached("Y", n, 1, 1)[0] == date(2022, 1, 1).toordinal()


@limit("checking/rules/times/time_reckoning", "_LENGTH", 31, last=16)
def _(n: int) -> bool:
    return reached("M", n, 1, 1)[0] == date(2023, 4, 1).toordinal()


@limit("checking/rules/times/time_reckoning", "_LENGTH", 7, last=4)
def _(n: int) -> bool:
    """Days by which a day “a week ago” may be off."""
    return n > date(2023, 4, 24).toordinal() - reached("W", 1, 1, 1)[0]


@limit("checking/rules/times/time_reckoning", "_EDGE", 45)
def _(n: int) -> bool:
    """The last day of a year from which “a year ago”, a whole year, may be the year before the last."""
    return reached("Y", n, 1, 365)[0] == date(2022, 1, 1).toordinal()


@limit("checking/rules/times/time_reckoning", "_EDGE", 10)
def _(n: int) -> bool:
    return reached("M", n, 1, 30)[0] == date(2023, 4, 1).toordinal()


@limit("checking/rules/times/time_reckoning", "_EDGE", 1)
def _(n: int) -> bool:
    return n > date(2023, 4, 24).toordinal() - reached("W", 1, 1, 7)[0]


@limit("checking/rules/times/time_reckoning", "expected", 3, last=362)
def _(n: int) -> bool:
    """Days of a value that is a whole year."""
    return reached("Y", 100, 1, n)[0] == date(2022, 1, 1).toordinal()


@limit("checking/rules/times/time_reckoning", "expected", 3, last=362)
def _(n: int) -> bool:
    """Days of an anchor that is a whole year."""
    return reached("Y", 1, n, 365)[0] == date(2022, 1, 1).toordinal()


@limit("checking/rules/times/time_words", "_days", 31)
def _(n: int) -> bool:
    text = f"{n} May"
    return not list(words_of_times._days(text, text.split(), ENGLISH))


@limit("checking/rules/times/time_words", "_days", 1, last=0)
def _(n: int) -> bool:
    text = f"{n} May"
    return bool(list(words_of_times._days(text, text.split(), ENGLISH)))


@limit("checking/rules/times/time_words", "_years", 2099)
def _(n: int) -> bool:
    return not list(words_of_times._years(str(n), [str(n)], ENGLISH))


@limit("checking/rules/times/time_words", "_years", 1500, last=1499)
def _(n: int) -> bool:
    return bool(list(words_of_times._years(str(n), [str(n)], ENGLISH)))


@limit("checking/rules/times/time_words", "_other_length", 1.5, last=15)
def _(n: int) -> bool:
    return words_of_times._other_length((10, "D"), f"P{n}D")


@limit("checking/rules/times/time_words", "_other_length", 1.5, last=15)
def _(n: int) -> bool:
    return words_of_times._other_length((n, "D"), "P10D")


@limit("checking/rules/times/time_words", "clues", 100)
def _(n: int) -> bool:
    words = "2018 ".ljust(n, "x")
    return not words_of_times.reader(ENGLISH)(convert(time("t1", 0, words, "2018"), Time)).years


@limit("checking/rules/times/timex", "impossible", 12)
def _(n: int) -> bool:
    return "no month" in (impossible(f"2024-{n}") or "")


@limit("checking/rules/times/timex", "impossible", 24)
def _(n: int) -> bool:
    return impossible(f"2024-01-01T{n}:00") is not None


@limit("checking/rules/times/timex", "impossible", 59)
def _(n: int) -> bool:
    return impossible(f"2024-01-01T12:{n}") is not None


@limit("checking/rules/times/timex", "impossible", 60)
def _(n: int) -> bool:
    return impossible(f"2024-01-01T12:00:{n}") is not None


def shifted(by: int, count: int) -> bool:
    """Whether the offsets of so many mentions, all off alike, are found to be so."""
    text = " ".join(f"word{i:02}" for i in range(30))
    places = [text.index(f"word{i:02}") for i in range(10, 10 + count)]
    mentions = [mention(f"m{i}", start + by, text[start : start + 6]) for i, start in enumerate(places)]
    return bool(found("SPN008", text, entities=[entity("e1", "x", *mentions)]))


@limit("checking/rules/spans/offset_units", "FEW", 5, last=4, constant=True)
def _(n: int) -> bool:
    return shifted(1, n)


@limit("checking/rules/spans/offset_units", "_reasons", 20)
def _(n: int) -> bool:
    return not shifted(-n, 6)


@limit("checking/rules/spans/offset_units", "_reasons", 21, last=20)
def _(n: int) -> bool:
    return not shifted(n, 6)


# -- the tests


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_limit(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", [c for c in TABLE if c.constant], ids=str)
def test_it_is_this_limit(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_it_is_this_one(case, monkeypatch)


@pytest.mark.parametrize(
    "module",
    modules(
        "checking/rules/**/*.py",
        "checking/document/*.py",
        "text/quotation_marks.py",
        "text/languages.py",
        "text/remembering.py",
    ),
)
def test_every_limit_has_its_cases(module: str) -> None:
    known = {case.key for case in TABLE}
    found: set[Key] = {(module, name, n) for name, value in constants(module) for n in numbers(value)}
    found |= compared(module)
    assert {key for key in found - known if key[:2] not in NO_LIMITS and key[2] != 0} == set()


def test_no_entry_is_stale() -> None:
    """Each case names a number that stands where it says; each exception has one."""
    assert [case.key for case in TABLE if case.value not in where(case.module, case.name)] == []
    assert [key for key in NO_LIMITS if not where(*key)] == []


def test_a_new_limit_without_a_case_is_seen() -> None:
    assert sorted(compared("checking/rules/quotes/quote_sources")) == [
        ("checking/rules/quotes/quote_sources", "full_stop", 5),
    ]
    assert [name for name, _ in constants("checking/rules/quotes/quote_places")] == ["_GAP", "_REACH"]
