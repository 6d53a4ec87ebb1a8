"""Counting a corpus: exact where it can be, bounded in memory always."""

from collections import Counter

from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from msgspec.structs import replace

from draws import draws
from helpers import EXAMPLE
from onrecord.card.statistics import COUNTED, GROUPS, Statistics, Tally, counted, vocabulary
from onrecord.model.record import Record
from strategies import records

RECORD = convert(EXAMPLE, Record)


@settings(max_examples=draws(30), deadline=None)
@given(st.lists(records(), max_size=4))
def test_sums_of_the_records_counts(made: list[Record]) -> None:
    found = Statistics()
    for i, r in enumerate(made):
        found.add(r, "train" if i % 2 else "test")
    assert found.records == len(made) == sum(found.splits.values())
    assert found.items == sum((Counter(counted(r)) for r in made), Counter()) + Counter()
    assert found.characters == sum(len(r.text) for r in made)
    for group in GROUPS:
        assert found.labels[group.vocabulary] == Counter(x for r in made for x in group.labels(r))
        assert set(found.labels[group.vocabulary]) <= set(vocabulary(group.vocabulary)[2])
    quotes = [q for r in made for q in r.quotes]
    assert found.speakers.total + found.unattributed == len(quotes)
    assert found.unattributed == sum(q.speaker is None for q in quotes)


def test_every_closed_list_of_a_layer_is_counted() -> None:
    """A vocabulary added to the inventory must be counted, or named here as one of no layer."""
    from onrecord.model.inventories import labels

    elsewhere = {"published_basis", "annotation_status", "annotator_kind", "time_mod"}
    assert {g.vocabulary for g in GROUPS} == {*labels(), "event_type", "role"} - elsewhere
    assert {g.config for g in GROUPS} <= set(COUNTED)


@given(st.lists(st.integers(0, 30).map(str)), st.integers(1, 8))
def test_a_tally_errs_by_no_more_than_it_says(names: list[str], kept: int) -> None:
    tally, exact = Tally(kept), Counter(names)
    for name in names:
        tally.add(name)
        assert len(tally) <= 2 * kept
    assert tally.total == len(names)
    for name, n in tally.top(len(tally)):
        assert n <= exact[name] <= n + tally.error
    assert all(n <= tally.error for name, n in exact.items() if name not in tally.counts)
    if len(exact) <= 2 * kept:
        assert dict(tally.counts) == exact
        assert tally.error == 0


def test_one_speaker_under_two_names_is_counted_once() -> None:
    """The Wikidata id says who it is; without one, the name does."""
    linked = [e for e in RECORD.entities if e.link.wikidata and any(q.speaker == e.id for q in RECORD.quotes)]
    assert linked, "the example must have a linked speaker"
    other = replace(
        RECORD,
        id="other",
        entities=tuple(replace(e, name="Another name") if e in linked else e for e in RECORD.entities),
    )
    found = Statistics()
    found.add(RECORD, "train")
    found.add(other, "train")
    names = [name for name, _ in found.speakers.top(10)]
    assert linked[0].name in names
    assert "Another name" not in names


def test_the_sample_is_the_first_of_the_richest() -> None:
    poor = replace(RECORD, id="poor", quotes=(), claims=())
    found = Statistics()
    for r in (poor, RECORD, replace(RECORD, id="later")):
        found.add(r, "train")
    assert found.sample == (RECORD, "train")
