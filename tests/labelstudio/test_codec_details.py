"""What single conditions of the codecs tell apart: each of these was changed once without a test that saw it."""

import itertools
import re
from collections.abc import Iterator, Sequence
from typing import Any

import pytest
from msgspec import convert
from msgspec.json import decode, encode

from fields import filled
from helpers import EXAMPLE, example
from onrecord.checking.fix import _chosen, apply
from onrecord.checking.rules import Document
from onrecord.dataset.rows import rows
from onrecord.findings.finding import Finding, Patch
from onrecord.labelstudio import from_task, to_task
from onrecord.labelstudio.codec.words import in_page_words
from onrecord.labelstudio.foreign.words import quote_kind
from onrecord.marks.anchor import anchor
from onrecord.model.record import Record, Span
from onrecord.text import tokens
from onrecord.text.alignment import Alignment

RECORD = convert(EXAMPLE, Record)


def task_of(value: dict[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = decode(encode(to_task(convert(value, Record))))
    return made


def test_what_two_triggers_say_alike_is_one_argument() -> None:
    task = task_of(EXAMPLE)
    rows = task["annotations"][0]["result"]
    (lines,) = [r for r in rows if r.get("from_name") == "arguments" and r["id"] == "v1a"]
    rows.append(lines | {"id": "v1b"})
    back, findings = from_task(task)
    assert back == RECORD, findings
    rows[-1] = lines | {"id": "v1b", "value": lines["value"] | {"text": ["agent e1", "theme e3"]}}
    back, _ = from_task(task)
    assert back is not None
    assert [(a.role, a.target) for a in back.events[0].arguments][-1] == ("theme", "e3")
    assert len(back.events[0].arguments) == 4, "one with its mention, one without"


def test_a_finding_about_a_whole_layer_stays_as_it_is() -> None:
    for pointer in ("/entities", "", "/text", "/events/9", "/events/-"):
        finding = Finding(
            code="XYZ001",
            name="x",
            severity="error",
            file="f",
            pointer=pointer,
            line=1,
            column=1,
            message="m",
            fix="f",
            record="r",
        )
        assert in_page_words(finding, RECORD) == finding


def test_where_a_cut_is_natural() -> None:
    found = tokens.tokens("One ran. Two sat, too.\nThree lay.")
    cuts = {found[i].key: tokens._cut(found, i) for i in range(len(found))}
    assert [cuts[x] for x in ("One", "ran", "Two", ",", "too", "Three")] == [3, 0, 2, 1, 1, 3]


def rising(length: int) -> Iterator[tuple[int, ...]]:
    """All choices of positions below a length, the longest first."""
    for n in range(length, -1, -1):
        yield from itertools.combinations(range(length), n)


def test_the_longest_rising_part() -> None:
    for n in range(6):
        for values in itertools.permutations(range(n)):
            found = tokens.increasing(values)
            assert all(a < b and values[a] < values[b] for a, b in itertools.pairwise(found))
            longest = next(c for c in rising(n) if all(values[a] < values[b] for a, b in itertools.pairwise(c)))
            assert len(found) == len(longest), values


SCORES: list[Sequence[Sequence[float]]] = [
    [[1, 0, 2], [0, 3, 1], [2, 1, 0]],
    [[0.5, 0, 0], [0, 0, 0.7]],
    [[1, 2], [2, 1], [1, 3]],
    [[0, 0], [0, 0]],
    [[2, 2, 2], [2, 2, 2], [2, 2, 2]],
    [[]],
]


@pytest.mark.parametrize("scores", SCORES, ids=str)
def test_the_best_pairs(scores: Sequence[Sequence[float]]) -> None:
    """Against all that could be chosen."""
    n, m = len(scores), len(scores[0])
    pairs = tokens.best(n, m, lambda i, j: scores[i][j])
    assert all(a[0] < b[0] and a[1] < b[1] for a, b in itertools.pairwise(pairs))
    assert all(scores[i][j] for i, j in pairs)
    choices = ((x, y) for x in rising(n) for y in rising(m) if len(x) == len(y))
    assert sum(scores[i][j] for i, j in pairs) == max(
        sum(scores[i][j] for i, j in zip(*c, strict=True)) for c in choices
    )


def test_what_stands_there_once() -> None:
    assert tokens.once([("a",), ("b",), ("a",), ("c", "d")]) == {("b",): 1, ("c", "d"): 3}


@pytest.mark.parametrize(
    ("a", "b"),
    [("one two three", "one two three"), ("x a b c y", "a b c"), ("a b c", "x a b c y"), ("a b a b", "a b"), ("", "a"), ("a b c d e f", "d e f a b c")],
)  # fmt: skip
def test_pairs_of_equal_words(a: str, b: str) -> None:
    pairs = list(tokens.same(a.split(), b.split()))
    assert all(a.split()[i] == b.split()[j] for i, j in pairs)
    assert all(x[0] < y[0] and x[1] < y[1] for x, y in itertools.pairwise(pairs))
    assert len(pairs) == {"a b c d e f": 3, "": 0, "a b a b": 2}.get(a, 3)


def test_a_stretch_replaced_by_another_of_other_length() -> None:
    old, new = "Near the old wall the big dogs sang for hours.", "Near the old wall the puppies sang for hours."
    moved = Alignment(old, new)

    def to(words: str) -> str | None:
        start = old.index(words)
        place = moved.place(start, start + len(words))
        return new[slice(*place)] if place else None

    assert to("the big dogs sang") == "the puppies sang"
    assert to("big dogs") == "puppies"
    assert to("big") is to("dogs") is None, "half of them each: nobody knows what became of it"
    assert to("wall the") == "wall the"
    assert to("sang for hours") == "sang for hours"


@pytest.mark.parametrize(
    ("old", "new", "place", "to"),
    [
        ("One two.\n\nThree four.", "Zero. One two.\n\nThree four.", (8, 10), (14, 16)),
        ("One two.\n\nThree four.", "One two.\nThree four.", (8, 10), None),
        ("  One two.", "  One two. Three.", (0, 2), (0, 2)),
        ("  One two.", "Zero.  One two.", (0, 2), (5, 7)),
        ("One two.  ", "Zero. One two.  ", (8, 10), (14, 16)),
        ("One two.  ", "Zero. One two.", (8, 10), None),
    ],
)
def test_marks_of_white_space(old: str, new: str, place: tuple[int, int], to: tuple[int, int] | None) -> None:
    assert Alignment(old, new).place(*place) == to


def test_marks_of_one_place_are_drawn_from_the_outside_in() -> None:
    """The later one lies on top and can be clicked: a claim, the quote in it, the words in marks."""
    value = example()
    place = value["quotes"][0]["verbatim"][0]
    for layer in ("quotes", "claims"):
        value[layer][0]["fragments"] = [place]
    rows = task_of(value)["annotations"][0]["result"]
    spans = [r["value"] for r in rows if r.get("from_name") == "span"]
    assert [v["labels"][0] for v in spans if v["start"] == place["start"]] == ["CLAIM", "QUOTE", "VERBATIM"]


def test_the_first_of_a_layer() -> None:
    """New items are numbered from one."""
    value = example() | {"entities": [], "times": [], "quotes": [], "claims": [], "events": []}
    task = task_of(value)
    start = value["text"].index("NASA")
    region = {"id": "madeByHand", "from_name": "span", "to_name": "text", "type": "labels"}
    task["annotations"][0]["result"] = [
        region | {"value": {"start": start, "end": start + 4, "text": "NASA", "labels": ["ORG"]}}
    ]
    back, _ = from_task(task)
    assert back is not None
    assert [e.id for e in back.entities] == ["e1"]


def test_members_are_read_in_every_pass_that_shows_them() -> None:
    value = example()
    value["entities"][2]["members"] = ["e1", "e4"]
    task = task_of(value)
    rows = task["annotations"][0]["result"]
    (row,) = [r for r in rows if r.get("from_name") == "members"]
    row["value"]["text"] = ["e4 Reuters"]
    back, _ = from_task(task)
    assert back is not None
    assert back.entities[2].members == ("e4",)


def test_where_an_event_stands() -> None:
    value = filled()
    value["events"].append(value["events"][1] | {"id": "v9", "mentions": [], "time": None})
    made = rows(convert(value, Record))["events"]
    assert [(r["id"], r["context_start"]) for r in made] == [
        ("example/v1", 8),
        ("example/v2", 117),
        ("example/v9", None),
    ]
    assert [r["context"] for r in made][::2] == ["Agency delays Moon landing", None]


def test_edits_that_touch_one_place_wait_for_each_other() -> None:
    def finding(*pointers: str) -> Finding:
        edits = tuple(Patch(p, 1) for p in pointers)
        return Finding(code="X", severity="error", file="f", pointer="", line=1, column=1, message="m", edits=edits)

    first, same, above, below, other, two, none = (
        finding(*p) for p in (["/a/1"], ["/a/1"], ["/a"], ["/a/1/b"], ["/a/10"], ["/c", "/a/1/x"], [])
    )
    assert _chosen([first, same, above, below, other, two, none]) == [first, other]
    assert _chosen([below, first]) == [below]
    assert _chosen([two, finding("/c/d"), finding("/cc")]) == [two, finding("/cc")]


def test_edits_are_applied_in_their_order() -> None:
    value = {"a": [1, 2], "b/c~d": {"e": 1}}
    assert apply(value, [Patch("/a/-", 3), Patch("/a/0", remove=True), Patch("/a/0", 9)]) == {
        "a": [9, 3],
        "b/c~d": {"e": 1},
    }
    assert apply(value, [Patch("/a/2", 3)])["a"] == [1, 2, 3]
    assert apply(value, [Patch("/b~1c~0d/e", 2), Patch("/f", 1)]) == {"a": [1, 2], "b/c~d": {"e": 2}, "f": 1}
    assert value == {"a": [1, 2], "b/c~d": {"e": 1}}


def test_drafts_are_told_from_nothing() -> None:
    for drafts, words in (([{"id": 1, "result": []}], "a draft alone"), ([], "neither annotation nor prediction")):
        task = task_of(EXAMPLE) | {"annotations": [], "predictions": [], "drafts": drafts}
        record, findings = from_task(task)
        assert record is None
        assert words in " ".join(f.message for f in findings)


def test_long_quotes_are_named_by_their_first_words() -> None:
    for id, words in (("q1", "it will “not rush” the landing, first pl"), ("q2", "“We will fly in 2028,”")):
        value = example()
        value["events"][0]["arguments"] = [{"role": "agent", "target": id, "mention": None}]
        rows = task_of(value)["annotations"][0]["result"]
        (lines,) = [r for r in rows if r.get("from_name") == "arguments" and r["id"] == "v1a"]
        assert lines["value"]["text"] == [f"agent {id} {words}"]


@pytest.mark.parametrize(
    ("old", "gone"),
    [
        ("Ann said no. Ann said yes. Ann left.", "Ann said no. "),
        ("Ann said no. Ann said yes. Ann left.", "Ann said yes. "),
        ("Bo ran. Ann said no. Ann said yes.", " Ann said yes."),
        ("One line.\nOne word.\nOne end.", "One word.\n"),
    ],
)
def test_a_sentence_that_is_gone_goes_as_a_whole(old: str, gone: str) -> None:
    """Its neighbours begin with the same words, and keep theirs."""
    start = old.index(gone)
    moved = Alignment(old, old.replace(gone, "", 1))
    for n, place in enumerate([(m.start(), m.end()) for m in re.finditer(r"\S+", old)]):
        stays = not start <= place[0] < start + len(gone)
        shift = len(gone) if place[0] >= start + len(gone) else 0
        assert moved.place(*place) == ((place[0] - shift, place[1] - shift) if stays else None), n


@pytest.mark.parametrize(
    ("marks", "pointers"),
    [
        ([], [""]),
        ({"nowhere": [], "times": []}, ["/nowhere"]),
        ({"times": ["no", {"id": 3}, {"id": "t1"}, 4]}, ["/times", "/times/1/id", "/times"]),
        ({"times": {"id": 3}}, ["/times"]),
        ({"entities": [{"mentions": [{"id": 1}, {"id": "m"}, {"id": 2}]}]}, ["/entities/0/mentions/0/id", "/entities/0/mentions/2/id"]),
        ({"entities": [{"mentions": ["x"]}, {"mentions": "x"}]}, ["/entities/0/mentions", "/entities/1/mentions"]),
        ({"quotes": [{"fragments": "x", "verbatim": 3}]}, ["/quotes/0/fragments", "/quotes/0/verbatim"]),
    ],
)  # fmt: skip
def test_misshapen_marks_are_told_one_by_one(marks: Any, pointers: list[str]) -> None:
    _, problems = anchor(RECORD, marks)
    assert [p.pointer for p in problems] == pointers


@pytest.mark.parametrize(
    ("pointer", "home"),
    [
        ("/entities/0/type", "its label"),
        ("/quotes/0/fragments/0", "the edges of its mark"),
        ("/times/0/text", "the edges of its mark"),
        ("/times/0/start", "the edges of its mark"),
        ("/entities/0/mentions/1/end", "the edges of its mark"),
        ("/claims/0/text", "“The claim”"),
        ("/quotes/0/note", "the note of its region"),
        ("/quotes/0/speaker_mention", "the relation speaker or “Speaker without a mention”"),
        ("/quotes/0/cue", "the relation cue"),
        ("/entities/0/mentions/1/kind", "“Kind”"),
        ("/events/0/arguments/0", "a relation (of its role) or “Arguments”"),
        ("/claims/0/relations/0", "a relation (same_as, contradicts, supports, responds_to)"),
        ("/segments/0/kind", ""),
        ("/quotes/0", ""),
    ],
)  # fmt: skip
def test_where_the_page_has_a_field(pointer: str, home: str) -> None:
    made = in_page_words(
        Finding(code="X", severity="error", file="f", pointer=pointer, line=1, column=1, message="m", fix="f"), RECORD
    )
    assert made.fix == (f"f (on the page: {home})" if home else "f")


@pytest.mark.parametrize(
    ("pieces", "kind", "verbatim"),
    [
        (["“We will fly in 2028,”", "“It is ready.”"], "direct", []),
        (["it will “not rush” the landing"], "mixed", ["“not rush”"]),
        (["“It is ready.”", "it will"], "mixed", ["“It is ready.”"]),
        (["it will"], "indirect", []),
        (["“We will fly in 2028,” the agency told Reuters. “It is ready.”"], "mixed", ["“We will fly in 2028,”", "“It is ready.”"]),
        (["“We will"], "indirect", []),
    ],
)  # fmt: skip
def test_the_kind_of_a_quote_by_its_marks(pieces: list[str], kind: str, verbatim: list[str]) -> None:
    text = RECORD.text
    spans = [Span(start=text.index(p), end=text.index(p) + len(p), text=p) for p in pieces]
    found = quote_kind(Document(RECORD), spans)
    assert (found[0], [s.text for s in found[1]]) == (kind, verbatim)


def test_what_stretches_of_two_texts_share() -> None:
    moved = Alignment("One two. Three four.", "Zero. One two. Three five.")
    old, new = [(0, 8), (9, 20)], [(0, 5), (6, 14), (15, 26)]
    shared = moved.shared(old, new)
    assert set(shared) == {(0, 1), (1, 2)}
    assert shared[0, 1] == len("Onetwo.")
    assert len("Three.") <= shared[1, 2] <= len("Threefour.")
    assert moved.shared([(4, 8)], [(10, 14)]) == {(0, 0): len("two.")}
    assert moved.shared([(0, 3)], [(10, 14)]) == moved.shared([], new) == moved.shared(old, []) == {}


@pytest.mark.parametrize(
    ("old", "new", "words", "there"),
    [
        ("Yesterday morning the council voted again.", "Nobody remembers the river anymore today.", "the", False),
        ("Yesterday morning NATO council voted again.", "Nobody remembers NATO river anymore today.", "NATO", True),
        ("A the b.", "C the d.", "the", True),
        ("Yesterday the council voted.", "Yesterday the council once voted.", "the council", True),
    ],
)
def test_words_that_another_sentence_has_by_chance(old: str, new: str, words: str, there: bool) -> None:
    """A short word between larger changes is not the one that was there; a name is, and one that is larger than they."""
    moved = Alignment(f"Bo ran. {old} Cy sat.", f"Bo ran. {new} Cy sat.")
    place = moved.place(8 + old.index(words), 8 + old.index(words) + len(words))
    assert place == ((8 + new.index(words), 8 + new.index(words) + len(words)) if there else None)
