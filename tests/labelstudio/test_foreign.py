"""The converters of real corpora: on a few lines of our own making always, on the corpora where they are at hand."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from foreign import LeftOut, gum, litbank
from foreign import __main__ as table
from onrecord.checking.rules import RULES
from onrecord.checking.validate import check_source
from onrecord.files import canonical_json
from onrecord.model.record import Record

NOVEL = """Mr. Ode met Ada , the captain of a ship .
" Come in , " he said .
" Sit .
Wait for Ode . "
He laughed .
"""
COREF = [
    ("T1", "PROP_PER", "Mr. Ode", 1),
    ("T2", "Ode-0", "Mr. Ode", 1),
    ("T3", "PROP_PER", "Ada", 1),
    ("T4", "Ada-1", "Ada", 1),
    ("T5", "NOM_PER", "the captain of a ship", 1),
    ("T6", "NOM_VEH", "a ship", 1),
    ("T7", "a_ship-2", "a ship", 1),
    ("T8", "PRON_PER", "he", 2),
    ("T9", "Ode-0", "he", 2),
    ("T10", "PROP_PER", "Ode", 2),
    ("T11", "Ode-0", "Ode", 2),
    ("T12", "NOM_PER", "captain", 1),
]
QUOTES = 'QUOTE\tQ1\t1\t0\t1\t4\t" Come in , "\nQUOTE\tQ2\t2\t0\t3\t4\t" Sit . Wait for Ode . "\n'


def brat(rows: list[tuple[str, str, str, int]]) -> str:
    """Text-bound lines, each of the words' n-th place in NOVEL."""
    lines = ""
    for id, label, words, nth in rows:
        start = -1
        for _ in range(nth):
            start = NOVEL.index(words, start + 1)
        lines += f"{id}\t{label} {start} {start + len(words)}\t{words}\n"
    return lines


@pytest.fixture
def novels(tmp_path: Path) -> Path:
    """A corpora folder with one novel and one news article."""
    folder = tmp_path / "litbank"
    for layer in ("coref/brat", "events/brat", "quotations/tsv"):
        (folder / layer).mkdir(parents=True)
        (folder / layer / "1_ode_brat.txt").write_text(NOVEL, "utf-8")
    coref = brat(COREF) + "R1\tappos Arg1:T5 Arg2:T3\nR2\tcop Arg1:T99 Arg2:T3\n"
    (folder / "coref/brat/1_ode_brat.ann").write_text(coref, "utf-8")
    (folder / "events/brat/1_ode_brat.ann").write_text(
        brat([("T1", "EVENT", "met", 1)]) + "#1\tAnnotatorNotes T1\tx\n", "utf-8"
    )
    said = QUOTES + "ATTRIB\tQ1\tOde-0\nATTRIB\tQ2\tAda-1\n"
    (folder / "quotations/tsv/1_ode_brat.ann").write_text(said, "utf-8")
    (tmp_path / "gum-news").mkdir()
    (tmp_path / "gum-news" / "news.conllu").write_text(news(), "utf-8")
    return tmp_path


def sentence(head: str, text: str, rows: str) -> str:
    """A sentence in CoNLL-U from lines of id, form, lemma, UPOS, XPOS, features, head, MISC."""
    lines = [*head.split("\n"), f"# text = {text}"] if head else [f"# text = {text}"]
    for row in rows.strip().split("\n"):
        id, form, lemma, upos, xpos, feats, governor, misc = row.split(maxsplit=7)
        lines.append("\t".join([id, form, lemma, upos, xpos, feats, governor, "dep", "_", misc]))
    return "\n".join(lines) + "\n\n"


def news() -> str:
    return (
        sentence(
            "# newdoc id = GUM_news_bridge\n# meta::dateCreated = 2020-05-01\n# meta::dateCollected = 2020-06-01\n"
            '# meta::sourceURL = https://news.example/bridge\n# newpar\n# newpar_block = head rend:::"bold" (1 s)',
            "Mayor opens bridge",
            "1 Mayor mayor NOUN NN _ 2 Entity=(1-person-new-nnnnn-cf1-1-coref)\n"
            "2 opens open VERB VBZ _ 0 _\n"
            "3 bridge bridge NOUN NN _ 2 Entity=(2-object-new-nnnnn-cf2-1-sgl)",
        )
        + sentence(
            "# newpar\n# newpar_block = p (1 s)",
            "May 1, 2020",
            '1 May May PROPN NNP _ 0 Entity=(7-time-new-nnnnn-cf1-1-sgl|XML=<hi rend:::"bold"><date when:::"2020-05-01">\n'
            "2 1 1 NUM CD _ 1 SpaceAfter=No\n"
            "3 , , PUNCT , _ 1 _\n"
            "4 2020 2020 NUM CD _ 1 Entity=7)|XML=</date></hi>",
        )
        + sentence(
            "# newpar\n# newpar_block = p (3 s)",
            "Ann Lee's team in Oakland met them there Monday: \"It is",
            "1 Ann Ann PROPN NNP _ 4 Entity=(3-organization-new-nnnnn-cf1-4-sgl(1-person-giv:act-nnnnn-cf2-1,2-coref-Ann_Lee\n"
            "2-3 Lee's _ _ _ _ _ _\n"
            "2 Lee Lee PROPN NNP _ 1 _\n"
            "3 's 's PART POS _ 1 Entity=1)\n"
            "4 team team NOUN NN _ 7 _\n"
            "5 in in ADP IN _ 6 _\n"
            "6 Oakland Oakland PROPN NNP _ 4 Entity=(5-place-new-nnnnn-cf3-1-coref-Oakland)3)\n"
            "7 met meet VERB VBD _ 0 _\n"
            "7.1 met meet VERB VBD _ _ _\n"
            "8 them they PRON PRP PronType=Prs 7 Entity=(4-person-acc:aggr-n____-cf4-1-ana)|SplitAnte=1<4,3<4\n"
            "9 there there ADV RB PronType=Dem 7 Entity=(5-place-giv:act-n____-cf3-1-ana-Oakland)\n"
            '10 Monday Monday PROPN NNP _ 7 XML=<date when:::"2020-04-27"></date>|SpaceAfter=No\n'
            "11 : : PUNCT : _ 7 _\n"
            '12 " " PUNCT `` _ 14 SpaceAfter=No|XML=<quote>\n'
            "13 It it PRON PRP PronType=Prs 14 Entity=(6-abstract-new-n____-cf5-1-sgl)\n"
            "14 is be AUX VBZ _ 7 XML=</quote>",
        )
        + sentence(
            "# newpar\n# newpar_block = quote (1 s)",
            'safe."',
            "1 safe safe ADJ JJ _ 0 SpaceAfter=No\n2 . . PUNCT . _ 1 SpaceAfter=No\n3 \" \" PUNCT '' _ 1 _",
        )
        + sentence(
            "",
            "Last week it was Oak or Elm Street.",
            '1 Last last ADJ JJ _ 2 XML=<date from:::"2020-04-20" to:::"2020-04-26">\n'
            "2 week week NOUN NN _ 5 XML=</date>\n"
            "3 it it PRON PRP PronType=Prs 5 _\n"
            "4 was be AUX VBD _ 5 _\n"
            "5 Oak Oak PROPN NNP _ 0 Entity=(8[1/2]-place-new-nnnnn-cf1-1-sgl)\n"
            "6 or or CCONJ CC _ 8 _\n"
            "7 Elm Elm PROPN NNP _ 8 Entity=(8[2/2]-place-new-nnnnn-cf1-2-sgl\n"
            "8 Street street PROPN NNP _ 5 Entity=8[2/2])|SpaceAfter=No\n"
            "9 . . PUNCT . _ 5 _",
        )
    )


def errors(record: Record) -> set[str]:
    findings = check_source(canonical_json.canonical(record), record.id)[1]
    return {f.code for f in findings if f.severity == "error"}


def shown(record: Record) -> dict[str, tuple[str, list[tuple[str, str]]]]:
    """Type and mentions of each entity by its name."""
    return {e.name: (e.type, [(m.text, m.kind) for m in e.mentions]) for e in record.entities}


def test_litbank(novels: Path) -> None:
    left_out = LeftOut()
    (record,) = litbank.records(novels / "litbank", left_out)
    assert not errors(record)
    assert record.id == "1_ode"
    assert record.text == NOVEL
    assert shown(record) == {
        "Mr. Ode": ("PERSON", [("Mr. Ode", "name"), ("he", "pronoun"), ("Ode", "name")]),
        "Ada": ("PERSON", [("Ada", "name"), ("the captain of a ship", "nominal")]),
        "a ship": ("PRODUCT", [("a ship", "nominal")]),
    }
    speakers = {e.id: e.name for e in record.entities}
    assert [(q.fragments[0].text, speakers[q.speaker or ""]) for q in record.quotes] == [
        ('" Come in , "', "Mr. Ode"),
        ('" Sit .\nWait for Ode . "', "Ada"),
    ]
    assert [NOVEL[s.start : s.end].count("\n") for s in record.segments] == [0, 0, 1, 0]
    assert [v.mentions[0].text for v in record.events] == ["met"]
    assert +left_out == {"a relation to no mention": 1, "a mention without a cluster": 1}


def test_litbank_refuses_a_quotation_of_other_words(novels: Path) -> None:
    path = novels / "litbank/quotations/tsv/1_ode_brat.ann"
    path.write_text(QUOTES.replace("Come in", "Go away"), "utf-8")
    with pytest.raises(ValueError, match="Go away"):
        list(litbank.records(novels / "litbank"))


def test_gum(novels: Path) -> None:
    left_out = LeftOut()
    (record,) = gum.records(novels / "gum-news", left_out)
    assert not errors(record)
    assert record.text.split("\n") == [
        "Mayor opens bridge",
        "May 1, 2020",
        'Ann Lee\'s team in Oakland met them there Monday: "It is safe." Last week it was Oak or Elm Street.',
        "",
    ]
    assert [s.kind for s in record.segments] == ["headline", "dateline", "paragraph"]
    assert record.metadata.headline == "Mayor opens bridge"
    assert record.metadata.published.value == "2020-05-01"
    group = "them (e5)"
    assert shown(record) == {
        "Ann Lee": ("PERSON", [("Mayor", "nominal"), ("Ann Lee", "name")]),
        "bridge": ("OTHER", [("bridge", "nominal")]),
        "Ann Lee's team in Oakland": ("ORG", [("Ann Lee's team in Oakland", "nominal")]),
        "Oakland": ("GPE", [("Oakland", "name"), ("there", "pronoun")]),
        group: ("PERSON", [("them", "pronoun")]),
        "Elm Street": ("FAC", [("Elm Street", "name")]),
    }
    assert next(e.members for e in record.entities if e.name == group) == ("e1", "e3")
    assert [(t.text, t.value, t.basis, t.anchor) for t in record.times] == [
        ("May 1, 2020", "2020-05-01", "stated", None),
        ("Monday", "2020-04-27", "anchored", "published"),
        ("Last week", "2020-W17", "anchored", "published"),
    ]
    assert [f.text for q in record.quotes for f in q.fragments] == ['"It is safe."']
    assert left_out == {"a mention of time": 1, "a mention of abstract": 1, "a piece of a discontinuous mention": 1}


@pytest.mark.parametrize(
    ("attributes", "value"),
    [
        ({"when": "15:11:00"}, "T15:11"),
        ({"when": "2010-09-04T22:30:00"}, "2010-09-04T22:30"),
        ({"from": "2015-09-19", "to": "2015-09-20"}, "2015-W38-WE"),
        ({"from": "2022-06-01", "to": "2022-08-31"}, "2022-SU"),
        ({"from": "1960-01-01", "to": "1969-12-31"}, "196"),
        ({"from": "1900-01-01", "to": "1999-12-31"}, "19"),
        ({"from": "2006-02-19", "to": "2006-02-26"}, None),
        ({"notBefore": "2004", "notAfter": "2015"}, None),
    ],
)
def test_gum_dates(attributes: dict[str, str], value: str | None) -> None:
    assert gum.timex(attributes) == value


def test_table(novels: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert table.main([str(novels)]) == 0
    printed = capsys.readouterr().out
    assert "litbank: 1 records" in printed
    assert "gum-news: 1 records" in printed
    assert all(rule.code in printed for rule in RULES)
    assert table.main([str(novels), "--show", "SPN002", "3"]) == 0
    assert capsys.readouterr().out == ""


CORPORA = Path(os.environ["ONRECORD_CORPORA"]) if os.environ.get("ONRECORD_CORPORA") else None
FAULTS = {"litbank": {"QUO001"}, "gum-news": {"TIM008"}}
"""Errors that the corpora have themselves: quotations marked without their marks, or printed without any (Joyce, Swift);
a Wednesday dated as the Tuesday before it (clock)."""


def real() -> Iterator[tuple[str, Record]]:
    for corpus, records in table.CORPORA.items():
        assert CORPORA is not None
        for record in records(CORPORA / corpus, None):
            yield corpus, record


@pytest.mark.skipif(CORPORA is None, reason="ONRECORD_CORPORA names no folder with the corpora")
def test_real_corpora() -> None:
    found: dict[str, int] = {}
    for corpus, record in real():
        found[corpus] = found.get(corpus, 0) + 1
        assert errors(record) <= FAULTS[corpus], record.id
    assert found == {"litbank": 100, "gum-news": 24}
