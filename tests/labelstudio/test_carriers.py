"""What carries a field to Label Studio and back: each kind by itself, both ways, from one table of cases."""

import itertools
from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any, NamedTuple
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET, convert, to_builtins
from msgspec.json import decode, encode

from helpers import EXAMPLE
from onrecord.labelstudio import to_task
from onrecord.labelstudio.codec.carriers.choices import Choice, Flags, Taxonomy, paths
from onrecord.labelstudio.codec.carriers.controls import KEYS, Control
from onrecord.labelstudio.codec.carriers.data import Carried, items_of
from onrecord.labelstudio.codec.carriers.entries import Known, Names, flat
from onrecord.labelstudio.codec.carriers.marks import NOTE, Mark, Region
from onrecord.labelstudio.codec.carriers.relations import Relation, Roles, Somebody
from onrecord.labelstudio.codec.carriers.textareas import Cluster, Entry, Lines, Text
from onrecord.labelstudio.codec.config import config
from onrecord.labelstudio.codec.layers import LayerReader
from onrecord.labelstudio.codec.mapping import (
    ATTRIBUTES,
    CONTROLS,
    DATA,
    HOME,
    MARK,
    MARKS,
    MODELS,
    PASSES,
    RELATIONS,
    carried,
    optional,
)
from onrecord.labelstudio.codec.problems import Problems
from onrecord.labelstudio.codec.regions import read_regions
from onrecord.labelstudio.codec.to_task import Writer
from onrecord.model.record import Addressee, Argument, ClaimRelation, EventRelation, Factuality, Record, Span, clusters

RECORD = convert(EXAMPLE, Record)
"""On NASA and the Moon; its mentions, quotes and triggers are what relations lead to."""
Fields = dict[str, Any]

NAMES = Names(
    names={"e1": "Ann Lee", "e2": "Oban\u00a0| pier", "v1": "closing", "q1": "“It was\nnever safe,”", "t1": "Monday"},
    links={"e1": "Q7", "e2": "nil", "v1": ""},
    words={"m1": " She", "m2": "the\r\nskipper | his mate"},
)
KNOWN = Known(
    kinds={"e1": "entity", "e2": "entity", "v1": "event", "q1": "quote", "t1": "time", "e3": "entity", "e4": "entity"},
    called={"ann lee": ["e1"], "bo": ["e3", "e4"]},
    merged={"e3": "e1"},
    mentions=("m1", "m2"),
)


# -- controls


class Field(NamedTuple):
    """A field's value and the values of its control; what is said of `wrong` ones, and what the page would refuse."""

    row: Control
    fields: Fields
    values: list[Any]
    xml: str = ""
    """The control's tag in the configuration."""
    offers: Sequence[str] = ()
    """The values of the choices in it, of a few the first."""
    wrong: Sequence[tuple[list[Any], str, str]] = ()
    """Values, the finding's code, and words of it."""
    also: Sequence[tuple[list[Any], Fields]] = ()
    """Other values that people write, and what they mean."""
    refused: Sequence[list[Any]] = ()

    def __str__(self) -> str:
        return f"{type(self.row).__name__}-{self.row.name}-{self.values}"


WORDS = "Not safe: “he said | she said”\r\n\n\u00a0cafe\u0301 😀"
CONTROL_CASES = (
    Field(CONTROLS["quote_kind"], {"kind": "mixed"}, ["mixed"],
          '<Choices name="quote_kind" toName="text" perRegion="true" choice="single-radio" showInline="true">',
          ["direct", "indirect", "mixed"],
          wrong=[(["shouted"], "LST012", "'shouted' is no choice of “Kind”"),
                 (["mixed", "direct"], "LST012", "“Kind” has 2 values")],
          also=[([], {"kind": None})], refused=[["shouted"], [["mixed"]], [3]]),
    Field(CONTROLS["time_mod"], {"mod": None}, [],
          '<Choices name="time_mod" toName="text" perRegion="true" choice="single-radio" layout="select">',
          ["BEFORE", "AFTER"]),
    Field(CONTROLS["mention_flags"], {"metonymic": True, "demonym": False}, ["metonymic"],
          '<Choices name="mention_flags" toName="text" perRegion="true" choice="multiple" showInline="true">',
          ["metonymic", "demonym"],
          wrong=[(["metonymic", "loud"], "LST012", "'loud' is no choice of “It is”")],
          also=[([], {"metonymic": False, "demonym": False}), (["demonym", "metonymic"], {"metonymic": True, "demonym": True})],
          refused=[["loud"], ["metonymic", "loud"]]),
    Field(CONTROLS["claim_flags"], {"check_worthy": False}, []),
    Field(CONTROLS["event_type"], {"type": "space_landing"}, [["movement", "space_landing"]],
          '<Taxonomy name="event_type" toName="text" perRegion="true" maxUsages="1" leafsOnly="true">',
          wrong=[([["movement", "flight"], ["movement", "space_landing"]], "LST012", "“Type” has 2 values")],
          also=[([["anything", "flight"]], {"type": "flight"}), (["flight"], {"type": "flight"}), ([""], {"type": None})],
          refused=[["flight"], [["anything", "flight"]]]),
    Field(CONTROLS["claim_text"], {"text": WORDS}, [WORDS],
          '<TextArea name="claim_text" toName="text" perRegion="true" maxSubmissions="1" placeholder="a sentence that '
          'stands alone" editable="true" rows="1" showSubmitButton="false" />',
          wrong=[(["One.", "Two."], "LST012", "“The claim” has 2 values")], also=[([], {"text": None}), ([" "], {"text": " "})],
          refused=[[3], ["One.", None]]),
    Field(CONTROLS["time_quant"], {"quant": UNSET}, []),
    Field(CONTROLS["speaker"], {"speaker": "e1", "speaker_mention": None}, ["e1 Ann Lee"],
          '<TextArea name="speaker" toName="text" perRegion="true" maxSubmissions="1" editable="true" rows="1" '
          'showSubmitButton="false" />',
          wrong=[(["t1"], "LST007", "“Speaker without a mention” names t1, which is a time"),
                 (["Nobody"], "LST007", "says 'Nobody', and nothing here has that id or name"),
                 (["Bo"], "LST007", "says 'Bo', as e3 and e4 are called"),
                 (["e1", "e2"], "LST012", "“Speaker without a mention” has 2 values")],
          also=[([""], {"speaker": None}), ([" ANN  lee"], {"speaker": "e1"}), (["e3"], {"speaker": "e1"})],
          refused=[[3]]),
    Field(CONTROLS["time_anchor"], {"anchor": "published"}, ["published"],
          wrong=[(["e2"], "LST007", "names e2, which is a entity"), (["author"], "LST007", "says 'author'")]),
    Field(CONTROLS["cluster"], {"entity": "e1"}, ["e1 Ann Lee | Q7"],
          '<TextArea name="cluster" toName="text" perRegion="true" maxSubmissions="1" editable="true" rows="1" '
          'showSubmitButton="false" />',
          wrong=[(["e1", "e2"], "LST012", "“Cluster” has 2 values")],
          also=[([], {"entity": None}), (["e2"], {"entity": "e2"}), (["| Q7"], {"entity": None})], refused=[[3]]),
    Field(CONTROLS["cluster"], {"entity": "e2"}, ["e2 Oban / pier | nil"]),
    Field(CONTROLS["event"], {"event": "v1"}, ["v1 closing"]),
    Field(CONTROLS["about"], {"about": ["e2", "q1"]}, ["e2 Oban / pier", "q1 “It was never safe,”"],
          '<TextArea name="about" toName="text" perRegion="true" placeholder="id or name, one an entry" editable="true" '
          'rows="1" showSubmitButton="false" />',
          wrong=[(["e2 Oban | perhaps"], "LST012", "a note in “About” has no place in the record"),
                 (["t1"], "LST007", "“About” names t1, which is a time"), ([""], "LST007", "names no id")],
          also=[(["Ann Lee"], {"about": ["e1"]}), ([], {"about": []})], refused=[["e2", 3]]),
    Field(CONTROLS["addressees"],
          {"addressees": [Addressee(entity="e1", mention=None, note="in | the room"), Addressee(entity="e2", mention=None)]},
          ["e1 Ann Lee | in | the room", "e2 Oban / pier"],
          wrong=[(["t1"], "LST007", "names t1, which is a time")]),
    Field(CONTROLS["arguments"],
          {"arguments": [Argument(role="agent", target="e1", mention="m1", note="so\nthey say"),
                         Argument(role="place", target="e2", mention="m2"),
                         Argument(role="cause", target="v1", mention=None)]},
          ["agent e1@m1 Ann Lee, “She” | so\nthey say", "place e2@m2 Oban / pier, “the skipper / his mate”", "cause v1 closing"],
          wrong=[(["boss e1"], "LST007", "“Arguments” says 'boss e1'"), (["agent"], "LST007", "which names no id"),
                 (["agent e1@m9"], "LST007", "names no mention with 'm9'"), (["agent Nobody"], "LST007", "says 'Nobody'")]),
    Field(CONTROLS["factuality"],
          {"factuality": [Factuality(value="CT+", according_to="author"), Factuality(value="PS-", according_to="e1", note="!")]},
          ["CT+ author", "PS- e1 Ann Lee | !"],
          wrong=[(["CT+"], "LST007", "which names no id"), (["sure e1"], "LST007", "“Factuality” says 'sure e1'")]),
)  # fmt: skip


def said(row: Control, values: Sequence[Any]) -> list[tuple[str, str]]:
    """Code and message of all that is wrong with a person's values."""
    fault = row.check(values)
    faults = [fault] if fault is not None else row.decode(values, KNOWN).faults
    return [(f.code, f.message) for f in faults]


@pytest.mark.parametrize("case", CONTROL_CASES, ids=str)
def test_a_control_both_ways(case: Field) -> None:
    assert case.row.encode(case.fields, NAMES) == case.values
    found = case.row.decode(decode(encode(case.values)), KNOWN)
    own = {k: None if v is UNSET else v for k, v in case.fields.items() if k in case.row.fields}
    assert (found.fields, found.faults) == (to_builtins(own), [])
    assert case.row.check(case.values) is None
    assert case.row.refused(case.values) is None
    assert case.row.key in KEYS


@pytest.mark.parametrize(("row", "values", "code", "words"), [(c.row, *w) for c in CONTROL_CASES for w in c.wrong])
def test_wrong_values_are_told(row: Control, values: list[Any], code: str, words: str) -> None:
    ((found, message),) = said(row, values)
    assert found == code
    assert words in message


@pytest.mark.parametrize(("row", "values", "fields"), [(c.row, *a) for c in CONTROL_CASES for a in c.also])
def test_other_ways_to_say_it(row: Control, values: list[Any], fields: Fields) -> None:
    assert not values or said(row, values) == []
    assert row.decode(values, KNOWN).fields == fields


@pytest.mark.parametrize(("row", "values"), [(c.row, v) for c in CONTROL_CASES for v in c.refused])
def test_what_the_page_would_refuse(row: Control, values: list[Any]) -> None:
    words = row.refused(values)
    assert words is not None
    assert repr(row.name) in words


@pytest.mark.parametrize("case", [c for c in CONTROL_CASES if c.xml], ids=str)
def test_the_control_in_the_configuration(case: Field) -> None:
    heading, *_, control = case.row.control()
    assert heading.get("value") == case.row.title + (f" (if none: {case.row.unset})" if case.row.unset else "")
    assert ET.tostring(control, encoding="unicode").startswith(case.xml)
    assert [c.get("value") for c in control][: len(case.offers)] == list(case.offers)
    assert control.get("name") == case.row.name


@pytest.mark.parametrize(
    ("name", "takes", "absent"),
    [
        ("quote_kind", {"kind": "quote_kind"}, None),
        ("mention_flags", {"metonymic": "flag", "demonym": "flag"}, False),
        ("claim_flags", {"check_worthy": "flag"}, None),
        ("event_type", {"type": "event_type"}, None),
        ("claim_text", {"text": "text"}, None),
        ("speaker", {"speaker": "text"}, None),
        ("time_anchor", {}, None),
        ("cluster", {}, None),
        ("about", {}, None),
    ],
)
def test_what_other_projects_may_fill(name: str, takes: dict[str, str], absent: bool | None) -> None:
    row = CONTROLS[name]
    assert (row.takes(), row.absent) == (takes, absent)
    assert row.offers == isinstance(row, Choice | Flags | Taxonomy)


def test_a_long_hint_stands_above_its_field() -> None:
    for n, above in ((34, False), (35, True)):
        _, *help_, control = Text("quote", ("tone",), "tone", "Tone", hint="x" * n).control()
        assert [h.get("value") for h in help_] == (["x" * n] if above else [])
        assert control.get("placeholder") == (None if above else "x" * n)


def test_what_a_deleted_mention_held_goes_to_the_next() -> None:
    assert CONTROLS["event_name"].inherit(["mine"], ["held"]) == ["mine"]
    assert CONTROLS["event_name"].inherit([], ["held"]) == ["held"]
    assert CONTROLS["arguments"].inherit(["a", "b"], ["c", "b"]) == ["c", "b", "a"]


def test_fields_that_a_relation_says_stay_empty() -> None:
    assert CONTROLS["speaker"].encode({"speaker": "e1", "speaker_mention": "m1"}, NAMES) == []
    there = [Addressee(entity="e1", mention="m1"), Addressee(entity="e2", mention=None)]
    assert CONTROLS["addressees"].encode({"addressees": there}, NAMES) == ["e2 Oban / pier"]


# -- any text

PIECES = ["😀", "👩\u200d🚀", "e\u0301", "\u00a0", "\r\n", "\n", "|", " | ", " ", "@", "“", "\u2028", "Ann", "e1"]
TEXT = st.lists(
    st.sampled_from(PIECES) | st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=8
).map("".join)
IDS = {"entity": ["e1", "e2", "e1.a:b"], "event": ["v1", "v_2"], "quote": ["q1"], "time": ["t1"]}


def texts(ids: Sequence[str]) -> st.SearchStrategy[dict[str, str]]:
    return st.fixed_dictionaries(dict.fromkeys(ids, TEXT))


@st.composite
def items(draw: st.DrawFn, row: Control) -> Fields:
    """An item's fields that a row's control can say."""
    named = [id for kind in row.names for id in IDS.get(kind, [kind])]
    if isinstance(row, Flags):
        return {name: draw(st.booleans()) for name in row.fields}
    if isinstance(row, Choice):
        return {row.field: draw(st.sampled_from([*row.values, *([] if row.needed else [None])]))}
    if isinstance(row, Taxonomy):
        return {row.field: draw(st.sampled_from(sorted(paths())))}
    if isinstance(row, Cluster):
        return {row.field: draw(st.sampled_from(IDS[row.field]))}
    if isinstance(row, Lines):
        return {row.field: draw(st.lists(entries(row, named), max_size=4))}
    if row.names:
        return {row.field: draw(st.sampled_from([*named, None]))} | dict.fromkeys([f"{row.field}_mention"])
    return {row.field: draw(TEXT)}


@st.composite
def entries(draw: st.DrawFn, row: Lines, named: Sequence[str]) -> Any:
    id = draw(st.sampled_from(list(named)))
    if row.entry is None:
        return id
    made: Fields = {row.entry.word: draw(st.sampled_from(row.words()))} if row.entry.word else {}
    made[row.entry.id] = id
    if row.entry.mention:
        made[row.entry.mention] = None if row.drawn else draw(st.sampled_from(["m1", "m2", None]))
    return SimpleNamespace(**made, note=draw(st.just(UNSET) | TEXT))


def plain(value: Any) -> Any:
    """A field's value as JSON has it."""
    if isinstance(value, list):
        return [plain(x) for x in value]
    if isinstance(value, SimpleNamespace):
        return {k: v for k, v in vars(value).items() if v is not UNSET}
    return value


@pytest.mark.parametrize("row", ATTRIBUTES, ids=lambda a: a.name)
def test_any_text_comes_back(row: Control) -> None:
    """Whatever things are called, and whatever is said of them: what a control got is what is read in it."""

    @given(items(row), texts(list(itertools.chain(*IDS.values()))), texts(["m1", "m2"]), st.data())
    def comes_back(fields: Fields, names: Mapping[str, str], words: Mapping[str, str], data: st.DataObject) -> None:
        links = {id: data.draw(st.sampled_from(["", "nil", "Q42"])) for id in names}
        known = Known(kinds={id: kind for kind, ids in IDS.items() for id in ids}, mentions=words)
        values = decode(encode(row.encode(fields, Names(names=names, links=links, words=words))))
        found = row.decode(values, known)
        assert found.faults == []
        assert found.fields == {name: plain(fields[name]) for name in row.fields}
        if isinstance(row, Cluster):
            says = row.says(values)
            assert (says.token, says.rest, says.link) == (fields[row.field], flat(names[says.token]), links[says.token])

    comes_back()


@given(TEXT)
def test_any_note_comes_back(note: str) -> None:
    assert NOTE.decode(decode(encode(NOTE.encode(note)))) == note
    assert NOTE.decode({"text": note}) == note


# -- relations


def relation(of: str, field: str) -> Relation:
    return next(x for x in RELATIONS if (x.of, x.field) == (of, field))


class Drawing(NamedTuple):
    """A field's value; the relations drawn for it, what `meta.links` keeps, and the words of regions that are made."""

    row: Relation
    head: str
    fields: Fields
    relations: Sequence[tuple[str, str, str]]
    kept: Sequence[Fields]
    parts: Mapping[str, str] = {}
    values: Mapping[str, list[str]] = {}
    """The values of controls at the head."""
    wrong: Sequence[tuple[Sequence[tuple[str, str, str]], str, str]] = ()
    """Relations besides, the finding's code, and words of it."""

    def __str__(self) -> str:
        return f"{type(self.row).__name__}-{self.row.of}-{self.row.field}-{len(self.relations)}"


def kept(field: str, label: str, to: str | None, **more: str) -> Fields:
    return {"field": field, "label": label, "to": to, **more}


def span(words: str) -> Span:
    start = RECORD.text.index(words)
    return Span(start=start, end=start + len(words), text=words)


DRAWINGS = (
    Drawing(relation("quote", "parent"), "q2", {"parent": "q1"}, [("q2", "q1", "parent")], [kept("parent", "parent", "q1")]),
    Drawing(relation("quote", "parent"), "q2", {"parent": None}, [], []),
    Drawing(relation("quote", "setting"), "q2", {"setting": "v1"}, [("q2", "v1a", "setting")],
            [kept("setting", "setting", "v1a", event="v1")],
            wrong=[([("q2", "v2a", "setting")], "LST006", "two relations setting leave it")]),
    Drawing(relation("quote", "setting"), "q2", {"setting": "v9"}, [], [kept("setting", "setting", None, event="v9")]),
    Drawing(relation("claim", "quote"), "c1", {"quote": "q1"}, [("c1", "q1", "in_quote")], [kept("quote", "in_quote", "q1")]),
    Drawing(relation("claim", "relations"), "c3",
            {"relations": [ClaimRelation(kind="contradicts", claim="c1", note="as | he\nsays"), ClaimRelation(kind="supports", claim="c2")]},
            [("c3", "c1", "contradicts"), ("c3", "c2", "supports")],
            [kept("relations", "contradicts", "c1", note="as | he\nsays"), kept("relations", "supports", "c2")]),
    Drawing(relation("event", "relations"), "v1a",
            {"relations": [EventRelation(kind="before", event="v9"), EventRelation(kind="causes", event="v2", note="!")]},
            [("v1a", "v2a", "causes")],
            [kept("relations", "before", None, event="v9"), kept("relations", "causes", "v2a", event="v2", note="!")]),
    Drawing(relation("quote", "cue"), "q1", {"cue": span("said")}, [("q1", "q1-cue", "cue")], [kept("cue", "cue", "q1-cue")],
            {"q1-cue": "said"}),
    Drawing(relation("quote", "cue"), "q1", {"cue": None}, [], []),
    Drawing(relation("quote", "verbatim"), "q1", {"verbatim": [span("“not rush”"), span("first planned")]},
            [("q1", "q1-v1", "verbatim"), ("q1", "q1-v2", "verbatim")],
            [kept("verbatim", "verbatim", "q1-v1"), kept("verbatim", "verbatim", "q1-v2")],
            {"q1-v1": "“not rush”", "q1-v2": "first planned"}),
    Drawing(relation("quote", "fragments"), "q1", {"fragments": [span("it will"), span("first planned for 2026")]},
            [("q1-f2", "q1", "continues")], [], {"q1-f2": "first planned for 2026"}),
    Drawing(relation("quote", "speaker"), "q1", {"speaker": "e1", "speaker_mention": "m2"}, [("q1", "m2", "speaker")],
            [kept("speaker", "speaker", "m2", entity="e1")],
            wrong=[([("q1", "m7", "speaker")], "LST006", "two relations speaker leave it")]),
    Drawing(relation("claim", "claimant"), "c1", {"claimant": "e3", "claimant_mention": None}, [], [],
            values={"claimant": ["e3 critics"]}),
    Drawing(relation("quote", "addressees"), "q2",
            {"addressees": [Addressee(entity="e3", mention=None, note="there"), Addressee(entity="e4", mention="m8", note="?")]},
            [("q2", "m8", "addressee")],
            [{"field": "addressees", "line": "e3 critics | there"}, kept("addressees", "addressee", "m8", entity="e4", note="?")],
            values={"addressees": ["e3 critics | there"]}),
)  # fmt: skip


def page(case: Drawing, besides: Sequence[tuple[str, str, str]] = ()) -> tuple[LayerReader, list[Region]]:
    """The example's page with the relations of a case alone, and the regions of its item."""
    task = decode(encode(to_task(RECORD)))
    problems = Problems("e.json", "")
    regions = read_regions(task["annotations"][0]["result"], RECORD.text, problems, "").regions
    for region in regions.values():
        region.relations = []
        region.meta = {k: v for k, v in region.meta.items() if k != "links"}
    for id in [x for x in regions if x.startswith(f"{case.head}-")]:
        del regions[id]
    for id, words in case.parts.items():
        at = span(words)
        regions[id] = Region(id, at.start, at.end, "CUE", "", {"rid": id}, known=True, title=id)
    head = regions[case.head]
    if "fragments" in case.fields:
        head.start, head.end = case.fields["fragments"][0].start, case.fields["fragments"][0].end
    head.meta = {**head.meta, "links": decode(encode(case.kept))}
    head.values |= {name: list(values) for name, values in case.values.items()}
    for source, target, label in (*case.relations, *besides):
        regions[source].relations.append((label, target, "/0"))
    reader = LayerReader(RECORD.text, task["data"]["onrecord"], regions, problems)
    owners = clusters(RECORD)
    reader.owner |= {m.id: x.id for x in owners for m in x.mentions}
    reader.index([{"id": e.id, "name": e.name} for e in RECORD.entities], [{"id": v.id} for v in RECORD.events])
    group = [head] if not case.row.joins else [head, *(regions[id] for id in case.parts)]
    return reader, group


@pytest.mark.parametrize("case", DRAWINGS, ids=str)
def test_a_relation_both_ways(case: Drawing) -> None:
    writer = Writer(RECORD, PASSES)
    head = writer.region(case.head, span("NASA"), HOME[case.row.of], "QUOTE")
    for drawn in case.row.encode(SimpleNamespace(**case.fields), writer.names):
        writer.draw(head, case.row, drawn)
    assert [(a, b, label) for (a, b), labels in writer.relations.items() for label in labels] == list(case.relations)
    assert head.meta.get("links", []) == list(case.kept)
    assert {r.id: r.span.text for r in writer.regions[1:]} == case.parts
    reader, group = page(case)
    assert case.row.decode(group, reader) == to_builtins(case.fields)
    assert reader.problems.found == []


@pytest.mark.parametrize("case", [c for c in DRAWINGS if c.relations], ids=str)
def test_a_relation_that_was_deleted_is_no_value(case: Drawing) -> None:
    without = case._replace(relations=[], parts={})
    reader, group = page(without)
    wanted = to_builtins(case.fields)
    assert case.row.decode(group, reader) != wanted
    assert reader.problems.found == []


@pytest.mark.parametrize(("case", "wrong"), [(c, w) for c in DRAWINGS for w in c.wrong])
def test_wrong_relations_are_told(case: Drawing, wrong: tuple[Sequence[tuple[str, str, str]], str, str]) -> None:
    besides, code, words = wrong
    reader, group = page(case, besides)
    case.row.decode(group, reader)
    ((found, message),) = [(f.code, f.message) for f in reader.problems.found]
    assert found == code
    assert words in message


def test_arguments_that_are_drawn_join_those_that_are_written() -> None:
    """They are exported as entries; what a person draws gives one its mention, or is one more."""
    row = relation("event", "arguments")
    assert isinstance(row, Roles)
    assert list(row.encode(SimpleNamespace(arguments=[Argument(role="agent", target="e1", mention="m2")]), NAMES)) == []
    assert list(row.mentions(SimpleNamespace(arguments=[Argument(role="agent", target="e1", mention="m2")]))) == ["m2"]
    drawn = [("v1a", "m2", "agent"), ("v1a", "m6", "destination"), ("v1a", "t2", "time")]
    case = Drawing(row, "v1a", {}, drawn, [], values={"arguments": ["agent e1 NASA | so"]})
    reader, group = page(case)
    assert row.decode(group, reader) == {
        "arguments": [
            {"role": "agent", "target": "e1", "mention": "m2", "note": "so"},
            {"role": "destination", "target": "e2", "mention": "m6"},
        ]
    }


@pytest.mark.parametrize(
    ("written", "told"), [("e1 NASA", []), ("e3 critics", ["says e3, and the relation speaker leads"])]
)
def test_a_relation_and_a_control_that_say_two_things(written: str, told: list[str]) -> None:
    row = relation("quote", "speaker")
    assert isinstance(row, Somebody)
    case = next(c for c in DRAWINGS if c.row == row)._replace(values={"speaker": [written]})
    reader, group = page(case)
    fault = row.check(group[0], reader)
    assert [words in fault.message for words in told] == [True] if fault else not told


# -- marks, notes, and what travels along


@pytest.mark.parametrize("mark", MARKS, ids=lambda m: m.kind)
def test_a_mark_both_ways(mark: Mark) -> None:
    """The label of each item's regions is the mark's, and no other mark's; the page offers it, with a key of its own."""
    assert [m for m in MARKS if set(m.labels) & set(mark.labels)] == [mark]
    root = ET.fromstring(config())
    offered = {x.get("value"): x.get("hotkey") for x in root.iter("Label")}
    assert all(offered[label] and len(str(offered[label])) == 1 for label in mark.labels)
    items: Sequence[Any] = () if mark.part else getattr(RECORD, mark.layer)
    for item in items:
        assert mark.labelled(item) in mark.labels
        for id, at in mark.spans(item):
            assert RECORD.text[at.start : at.end] == at.text
            assert id in ({m.id for m in item.mentions} if mark.whole else {item.id})


@pytest.mark.parametrize(
    ("meta", "note"), [({}, None), ({"text": ["a", "b"]}, "a\nb"), ({"text": "a"}, "a"), ({"text": []}, None)]
)
def test_a_note_as_the_page_keeps_it(meta: Fields, note: str | None) -> None:
    assert NOTE.decode(meta) == note
    assert NOTE.encode(UNSET) == {}


@pytest.mark.parametrize(
    ("note", "mark", "continues", "fine"),
    [("a", "quote", False, True), ("a", "quote", True, False), ("a", "cue", False, False), (None, "cue", True, True)],
)
def test_where_a_note_has_no_place(note: str | None, mark: str, continues: bool, fine: bool) -> None:
    fault = NOTE.check(note, MARK[mark], continues)
    assert fine == (fault is None)
    assert fault is None or fault.code == "LST012"


TRAVELLERS = [
    (DATA["entities"], {"id": "e1", "type": "ORG", "name": "Oban", "mentions": [1]}, True, {"id": "e1", "type": "ORG", "name": "Oban"}),
    (DATA["entities"], {"id": "e1", "name": "Oban", "mentions": []}, True, {"id": "e1", "name": "Oban", "mentions": []}),
    (DATA["entities"], {"id": "e1", "mentions": [1]}, False, {"whole": {"id": "e1", "mentions": [1]}}),
    (DATA["events"], {"id": "v1", "name": None, "time": "t1", "mentions": [1]}, True, {"id": "v1", "name": None}),
    (DATA["events"], {"id": "v1", "time": "t1", "mentions": []}, True, {"whole": {"id": "v1", "time": "t1", "mentions": []}}),
]  # fmt: skip


@pytest.mark.parametrize(("row", "item", "shown", "wanted"), TRAVELLERS)
def test_what_travels_in_the_data(row: Carried, item: Fields, shown: bool, wanted: Fields) -> None:
    assert row.encode([item], shown) == [wanted]
    (back,) = items_of(decode(encode([wanted, 3, {"id": 4}, {"whole": None}])))
    assert back.items() <= item.items()


# -- the table


def test_every_kind_of_carrier_in_the_table_has_a_case() -> None:
    rows = (*ATTRIBUTES, *RELATIONS, *MARKS, *DATA.values())
    tried = {type(c.row) for c in CONTROL_CASES} | {type(c.row) for c in DRAWINGS} | {Roles, Mark, Carried}
    assert {type(row) for row in rows} == tried
    assert {type(c.row) for c in CONTROL_CASES if c.xml} == {type(row) for row in ATTRIBUTES}
    assert {type(c.row) for c in CONTROL_CASES if c.wrong} == {type(row) for row in ATTRIBUTES}


def test_every_field_of_an_item_is_carried_once() -> None:
    """By a mark, a note, the data, a control or a relation; by two where a control holds what is not drawn."""
    for kind, model in MODELS.items():
        found = carried(kind)
        assert found.keys() == set(model.__struct_fields__), kind
        for name, by in found.items():
            beside = [x.beside for x in by if isinstance(x, Relation) and x.beside and name == x.field]
            once = [x for x in by if x not in beside]
            again = [x for x in once if not isinstance(x, Carried)]  # the data has it, too, for what has no mention
            assert len(again or once) == 1, (kind, name, by)


def test_controls_have_names_of_their_own() -> None:
    assert len(CONTROLS) == len(ATTRIBUTES)
    assert all(HOME[a.of] and set(a.fields) <= {*MODELS[a.of].__struct_fields__, HOME[a.of].item} for a in ATTRIBUTES)


def test_what_is_optional_is_so_in_the_model() -> None:
    assert {"quant", "freq", "begin", "end_point", "note"} <= {*optional("time")}
    assert not {"id", "start", "value", "anchor", "mod"} & {*optional("time")}
    assert "note" in optional("quote")


def test_an_entry_says_what_it_may_begin_with() -> None:
    row = Lines("quote", ("tones",), "tones", "Tones", names=("entity",), entry=Entry("entity", "kind", "voice"))
    assert row.words() == ["source", "author", "unspecified"]
