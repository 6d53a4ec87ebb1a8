"""Pictures: well-formed, nothing outside, nothing that overflows; golden files for the seed."""

import re
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import convert
from msgspec.json import decode
from msgspec.structs import replace

from conftest import Golden
from draws import draws
from helpers import EXAMPLE, ROOT, SEED
from onrecord.card.figures import layers_figure, speakers_figure
from onrecord.card.rendering import marks, render
from onrecord.card.statistics import Statistics
from onrecord.card.svg import clean, cut, width
from onrecord.model.record import Record
from strategies import records

GOLDEN = ROOT / "tests" / "golden"
RECORD = convert(EXAMPLE, Record)
SVG = "{http://www.w3.org/2000/svg}"


def counted(*made: Record) -> Statistics:
    found = Statistics()
    for r in made:
        found.add(r, "train")
    return found


def speaking(names: list[str], times: int = 1) -> Statistics:
    """Statistics of records whose one quote is by each of these names."""
    found = Statistics()
    for name in names:
        entity = replace(RECORD.entities[0], id="e0", name=name, link=replace(RECORD.entities[0].link, wikidata=None))
        for _ in range(times):
            found.add(replace(RECORD, entities=(entity,), quotes=(replace(RECORD.quotes[0], speaker="e0"),)), "train")
    return found


def checked(svg: str) -> ET.Element:
    """A picture that is XML, and whose shapes and texts lie within it; texts by our own measure."""
    root = ET.fromstring(svg)
    wide, high = float(root.attrib["width"]), float(root.attrib["height"])
    assert root.attrib["viewBox"] == f"0 0 {root.attrib['width']} {root.attrib['height']}"
    assert root.findtext(f"{SVG}title")
    for rect in root.iter(f"{SVG}rect"):
        x, y, w, h = (float(rect.attrib[k]) for k in ("x", "y", "width", "height"))
        assert x >= -0.5
        assert y >= 0
        assert x + w <= wide + 0.5, rect.attrib
        assert y + h <= high + 0.5, rect.attrib
        assert w >= 0
        assert h >= 0
    for text in root.iter(f"{SVG}text"):
        x, size, words = float(text.attrib["x"]), float(text.attrib["font-size"]), text.text or ""
        long = float(text.get("textLength") or width(words, size, text.get("font-weight") == "bold"))
        left = {"start": x, "end": x - long, "middle": x - long / 2}[text.get("text-anchor", "start")]
        assert left >= -1, words
        assert left + long <= wide + 1, words
        assert float(text.attrib["y"]) <= high, words
    return root


def texts(root: ET.Element) -> list[str]:
    return [t.text or "" for t in root.iter(f"{SVG}text")]


@pytest.mark.parametrize("name", ["layers", "speakers", "record"])
def test_the_seeds_pictures(name: str, golden: Golden) -> None:
    seed = decode((ROOT / "corpus" / "records" / f"{SEED}.json").read_bytes(), type=Record)
    found = counted(seed)
    svg = render(seed) if name == "record" else layers_figure(found) if name == "layers" else speakers_figure(found)
    assert svg is not None
    checked(svg)
    golden.check(GOLDEN / f"{name}.svg", svg)


@settings(max_examples=draws(60), deadline=None)
@given(records())
def test_any_record_is_drawn(r: Record) -> None:
    root = checked(render(r))
    assert render(r) == render(r)
    for svg in (layers_figure(counted(r)), speakers_figure(counted(r))):
        if svg:
            checked(svg)
    if len(r.text) < 60:
        shown = "".join(texts(root))
        assert all(
            word in shown for word in r.text.split() if clean(word) == word and not re.search(r"[^\x20-\x7e]", word)
        )


def test_nothing_annotated_is_no_figure() -> None:
    draft = replace(RECORD, segments=(), entities=(), times=(), quotes=(), claims=(), events=())
    assert layers_figure(counted(draft)) is None
    assert speakers_figure(counted(draft)) is None
    assert layers_figure(Statistics()) is None
    checked(render(draft))


def test_one_bar() -> None:
    svg = layers_figure(counted(replace(RECORD, entities=(), times=(), quotes=(), claims=(), events=())))
    assert svg is not None
    assert "segments" in texts(checked(svg))
    one = speakers_figure(speaking(["Ann Lee"]))
    assert one is not None
    assert "1  (100%)" in texts(checked(one))


def test_many_long_and_turned_names() -> None:
    names = [
        f"The Joint Commission number {i} for the Coordination of Everything There Is to Coordinate" for i in range(95)
    ]
    svg = speakers_figure(speaking([*names, "عبد الفتاح السيسي", "東京電力ホールディングス株式会社"], 2))
    assert svg is not None
    shown = texts(checked(svg))
    assert "83 others" in shown
    assert any(t.endswith("…") for t in shown)
    many = [replace(RECORD.events[0], id=f"v{i}", type=t) for i, t in enumerate(map("type_{}".format, range(97)))]
    panels = layers_figure(counted(replace(RECORD, events=tuple(many))))
    assert panels is not None
    assert "88 others" in texts(checked(panels))


def test_shares_add_up_where_names_were_left_out() -> None:
    found = speaking([f"Name {i}" for i in range(50)])
    found.speakers.counts = dict(list(found.speakers.counts.items())[:20])
    found.speakers.error = 1
    svg = speakers_figure(found)
    assert svg is not None
    shown = texts(checked(svg))
    assert shown[0] == "Who is quoted: about 50 quotes"
    assert "further others" in shown


def test_right_to_left() -> None:
    text = "قال الرئيس Ann Lee إن الجسر مغلق.\nAnn Lee said so.\n"
    from onrecord.marks.ingest import ingest

    r = ingest(text.encode(), "a.txt", schema_version="1.0.0", guidelines="1.0.0", now="2026-01-01T00:00:00Z")
    root = checked(render(r))
    at = {(t.text, i): float(t.attrib["x"]) for i, t in enumerate(root.iter(f"{SVG}text"))}
    line = {words: x for (words, i), x in sorted(at.items(), key=lambda item: -item[0][1])}  # the first of each
    order = sorted(["قال", "الرئيس", "Ann", "Lee", "إن"], key=lambda word: -line[word])
    assert order == ["قال", "الرئيس", "Lee", "Ann", "إن"], "from the right; Latin words inside from the left"


def test_only_the_beginning_of_a_long_article() -> None:
    long = replace(RECORD, text="word " * 4000, segments=(), entities=(), times=(), quotes=(), claims=(), events=())
    root = checked(render(long))
    assert float(root.attrib["height"]) < 600
    assert re.fullmatch(r"… the article goes on for [\d,]+ characters", texts(root)[-1])
    checked(render(replace(long, text="w" * 5000)))
    checked(render(replace(long, text="漢" * 5000)))


def test_every_mark_of_the_record_is_drawn() -> None:
    root = checked(render(RECORD))
    shown = texts(root)
    for m in marks(RECORD):
        if m.opens and m.label:
            assert any(cut(clean(m.label), 64, 8.5)[:5] in t for t in shown), m
    assert len([r for r in root.iter(f"{SVG}rect") if "hollow" in r.attrib["class"]]) == 1 + sum(
        q.cue is not None for q in RECORD.quotes
    )


@given(st.text(), st.floats(1, 200))
def test_cut_text_fits(text: str, room: float) -> None:
    made = cut(clean(text), room, 12)
    assert width(made, 12) <= max(room, width("…", 12))
    assert made == clean(text) or made.endswith("…")


@given(st.text())
def test_what_is_cleaned_is_xml(text: str) -> None:
    ET.fromstring(f"<a>{clean(text).replace('&', '').replace('<', '')}</a>")
