"""Every limit of what makes, moves and translates records, tried on either side of it."""

import string
from pathlib import Path
from tempfile import TemporaryDirectory
from unittest import mock

import pytest
from msgspec import convert
from msgspec.structs import replace

from helpers import EXAMPLE
from onrecord.checking.corpus_index import Facts, Index, sketch
from onrecord.dataset import front
from onrecord.dataset.standoff import Article
from onrecord.labelstudio import RoundTripError, prove
from onrecord.labelstudio.codec import choosing, forms, offset_units, problems, roundtrip, words
from onrecord.labelstudio.codec.carriers import choices
from onrecord.labelstudio.codec.carriers.choices import Choice
from onrecord.labelstudio.codec.carriers.textareas import Text
from onrecord.labelstudio.codec.mapping import LINKS
from onrecord.labelstudio.foreign import article, mapping
from onrecord.labelstudio.foreign.starter import starter
from onrecord.labelstudio.sync import target
from onrecord.marks import ingest
from onrecord.marks.anchor import Ambiguous, anchor, find_place
from onrecord.model import inventories
from onrecord.model.record import Record
from onrecord.text import alignment, tokens
from thresholds import Case, Key, Table, check, check_it_is_this_one, compared, constants, modules, numbers, where

TABLE = Table()
limit = TABLE.limit

NO_LIMITS: dict[tuple[str, str], str] = {
    ("marks/anchor", "triggered"): "with one more beneath, the letter “a”",
    ("dataset/front", "divided"): "the parts of a page with front matter",
    ("checking/fix", "_ROUNDS"): "an end to what ends by itself",
    ("labelstudio/codec/to_task", "_DEPTHS"): "positions in the table of columns",
    ("labelstudio/codec/offset_units", "unit_of"): "the positions of start and end in a tuple",
    ("labelstudio/codec/words", "_field"): "the steps of a pointer",
    ("labelstudio/codec/words", "_region"): "the steps of a pointer",
    ("migrate/corrected", "settle_clusters"): "the steps of a pointer",
}
"""Constants and functions whose numbers bound nothing, and what they are instead; of functions, all that have no case."""

MODULES = modules(
    "text/alignment.py",
    "text/tokens.py",
    *(f"marks/{name}.py" for name in "anchor ingest".split()),
    *(f"migrate/{name}.py" for name in "corrected fates upgrade".split()),
    "compare/merge.py",
    *(f"checking/{name}.py" for name in "corpus_index fix rewrite".split()),
    *(f"dataset/{name}.py" for name in "columns front nested published rows standoff".split()),
    "labelstudio/codec/*.py",
    "labelstudio/codec/carriers/*.py",
    "labelstudio/foreign/*.py",
    "labelstudio/sync/target.py",
)
LEAD = "The town council voted on Monday to close the old bridge, which carries four thousand cars a day."
BODY = "The mayor said repairs would cost more than a new bridge, and the town would decide in spring."


# -- ingest


def wrapped(*lengths: int) -> bool:
    """Whether lines of these lengths are one paragraph."""
    return len(ingest.blocks("\n".join("x" * n for n in lengths))) == 1


@limit("marks/ingest", "_wrapped", 40, last=39)
def _(n: int) -> bool:
    return wrapped(n, n)


@limit("marks/ingest", "_wrapped", 120)
def _(n: int) -> bool:
    return not wrapped(n, n)


@limit("marks/ingest", "_wrapped", 0.6, last=59)
def _(n: int) -> bool:
    return wrapped(n, 100, 100)


@limit("marks/ingest", "_date", 12)
def _(n: int) -> bool:
    return ingest._date(f"2024-{n}-01") is None


@limit("marks/ingest", "_date", 31)
def _(n: int) -> bool:
    return ingest._date(f"2024-01-{n}") is None


@limit("marks/ingest", "_special", 300)
def _(n: int) -> bool:
    return ingest._special("Photo: the bridge ".ljust(n, "x")) != "caption"


@limit("marks/ingest", "_special", 120)
def _(n: int) -> bool:
    return ingest._special("By Ann Lee ".ljust(n, "x")) != "byline"


@limit("marks/ingest", "_special", 120)
def _(n: int) -> bool:
    return ingest._special("8 November 2024 ".ljust(n, "x")) != "dateline"


@limit("marks/ingest", "_TITLE", 200, constant=True)
def _(n: int) -> bool:
    return ingest.kinds(["Bridge ".ljust(n, "x"), LEAD, BODY])[0] != "headline"


@limit("marks/ingest", "kinds", 3)
def _(n: int) -> bool:
    return ingest.kinds([" ".join(["Local"] * n), "Council closes old bridge", LEAD, BODY])[0] != "section"


@limit("marks/ingest", "kinds", 400)
def _(n: int) -> bool:
    return ingest.kinds(["Council closes old bridge", "Cars ".ljust(n, "x"), LEAD, BODY])[1] != "summary"


@limit("marks/ingest", "kinds", 2)
def _(n: int) -> bool:
    """Blocks after the headline, of which the first may be a summary."""
    return ingest.kinds(["Council closes old bridge", "Cars ".ljust(300, "x"), *[BODY] * (n - 1)])[1] == "summary"


@limit("marks/ingest", "kinds", 2)
def _(n: int) -> bool:
    """Blocks of which the first may be a section."""
    return ingest.kinds(["Local", "Council closes old bridge", LEAD, BODY][:n])[0] == "section"


# -- alignment


@limit("text/alignment", "_IN_PLACE", 4, constant=True)
def _(n: int) -> bool:
    """Words that were replaced by others where they stood."""
    gone, come = (" ".join(letter * 6 for letter in letters[:n]) for letters in ("abcdefg", "tuvwxyz"))
    old, new = (f"Near the old harbour wall {words} sang for many hours today." for words in (gone, come))
    return alignment.Alignment(old, new).place(26, 26 + len(gone)) is None


@limit("text/alignment", "_edges", 4, last=8)
def _(n: int) -> bool:
    """Letters of a sentence that were rewritten beside a word of two that is there still by chance."""
    old, new = (f"ab {x * 3} {y * 3} {z * (n - 6)}. Then they sang." for x, y, z in ("qwe", "yxc"))
    return alignment.Alignment(old, new).place(0, 2) is None


@limit("text/alignment", "_FAR", 40, last=47, constant=True)
def _(n: int) -> bool:
    """What was put into a mark of seven characters."""
    old = "Near the harbour Ann Lee sang for many hours today."
    start = old.index("Ann")
    new = old.replace("Ann Lee", f"Ann {'x' * (n - 1)} Lee")
    return alignment.Alignment(old, new).place(start, start + 7) != (start, start + 7 + n)


@limit("text/alignment", "_telling", 3)
def _(n: int) -> bool:
    word = "bridge"[:n]
    return alignment._Diff(word, word)._telling(word)


def likened(one: str, two: str, in_place: bool) -> bool:
    """Whether two words are taken for one that was changed, in a stretch that was replaced in place or rewritten."""
    return bool(alignment._Diff("", "")._alike(tokens.tokens(one), tokens.tokens(two), in_place))


@limit("text/alignment", "score", 4, last=3)
def _(n: int) -> bool:
    return likened("abcde"[:n], "abcde"[:n] + "x", False)


@limit("text/alignment", "score", 0.6, last=5)
def _(n: int) -> bool:
    """Letters of ten that two words share."""
    return likened("abcdefghij", "abcdefghij"[:n].ljust(10, "x"), True)


@limit("text/alignment", "score", 0.75, last=7)
def _(n: int) -> bool:
    return likened("abcdefghij", "abcdefghij"[:n].ljust(10, "x"), False)


@limit("text/tokens", "_CELLS", 10_000, constant=True)
def _(n: int) -> bool:
    return tokens.best(1, n, lambda i, j: 1.0) == []


# -- marks, corpora, datasets


@limit("marks/anchor", "_SHOWN", 5, constant=True)
def _(n: int) -> bool:
    """Places of words that stand so often."""
    with pytest.raises(Ambiguous) as raised:
        find_place("The ferry sank. " * n, {}, "[[ferry]]")
    return len(raised.value.places) < n


@limit("marks/anchor", "triggered", 26)
def _(n: int) -> bool:
    """The nth mention of an event."""
    text = " ".join(f"met{i:02}" for i in range(n))
    draft = convert(
        EXAMPLE | {"text": text, "segments": [], "entities": [], "times": [], "quotes": [], "claims": [], "events": []},
        Record,
    )
    triggers = [{"text": f"met{i:02}", "polarity": "positive", "realis": "actual", "factuality": []} for i in range(n)]
    link = {"status": "not_attempted", "wikidata": None}
    event = {
        "id": "v1",
        "type": "meeting",
        "name": None,
        "link": link,
        "members": [],
        "mentions": triggers,
        "arguments": [],
        "time": None,
        "relations": [],
    }
    made, _ = anchor(draft, {"events": [event]})
    return bool(made.record["events"][0]["mentions"][-1]["id"] != f"v1{chr(96 + n)}")


@limit("checking/corpus_index", "_WORDS", 4, last=3, constant=True)
def _(n: int) -> bool:
    """Words in a row that two texts share."""
    one, two = ([*(f"{letter}{i}" for i in range(9)), *(f"same{i}" for i in range(n))] for letter in "ab")
    return bool(set(sketch(" ".join(one))) & set(sketch(" ".join(two))))


@limit("checking/corpus_index", "sketch", 20)
def _(n: int) -> bool:
    """Letters without a space, from which on each is a word."""
    return len(sketch(string.ascii_lowercase[:n])) > 1


@limit("checking/corpus_index", "_LONGEST", 100_000, constant=True)
def _(n: int) -> bool:
    """The place of a word, the only one of its kind."""
    return len(sketch("bridge " * (n - 1) + "ferry")) == 1


@limit("checking/corpus_index", "_TOGETHER", 5000, constant=True)
def _(n: int) -> bool:
    """Problems up to which a file that all of them name is looked at once: that it has changed meanwhile is not seen."""
    with TemporaryDirectory() as folder, Index(Path(folder)) as index:
        first = Path(folder, "records", "ferry.json")
        first.parent.mkdir()
        first.write_text('{"id": "ferry"}', "utf-8")
        for i in range(n + 1):
            file = str(first if i == 0 else first.with_name(f"{i}.json"))
            index.add(Facts("ferry", file, 1, f"{i:064}", "1.0.0", (), (), ()))
        found = index.findings()
        lines = [next(found).related[0].line]
        first.write_text('\n\n{"id": "ferry"}', "utf-8")
        lines += [f.related[0].line for f in found if f.code == "COR001"]
        assert len(lines) == n
        return lines != [1] * n


@limit("dataset/front", "_DEEPEST", 40, constant=True)
def _(n: int) -> bool:
    """Levels of a card's YAML."""
    try:
        made = front.parsed("{ferry: " * n + "Oban" + "}" * n)
    except front.FrontError as error:
        return "nested" in str(error)
    return "ferry" not in made


@limit("dataset/standoff", "WORDS", 6, last=5, constant=True)
def _(n: int) -> bool:
    words = LEAD.split()
    return Article(LEAD).refer(f"As they say: {' '.join(words[2 : 2 + n])}!").count("⟦") == 1


# -- Label Studio


@limit("labelstudio/codec/choosing", "folder_name", 60)
def _(n: int) -> bool:
    return choosing.folder_name("x" * n) != "x" * n


@limit("labelstudio/codec/carriers/textareas", "_PLACEHOLDER", 34, constant=True)
def _(n: int) -> bool:
    made = list(Text("quote", ("tone",), "tone", "Tone", hint="x" * n).control())
    shown = [e.get("placeholder") for e in made if e.tag == "TextArea"], [e.get("value") for e in made]
    assert ("x" * n in shown[0]) != ("x" * n in shown[1]), "in one of the two"
    return "x" * n in shown[1]


@limit("labelstudio/codec/carriers/choices", "_LONG", 8, constant=True)
def _(n: int) -> bool:
    """Choices of a list that is as long."""
    value = next(iter(inventories.labels().values())).values[0]
    values = tuple(replace(value, name=f"choice {i}") for i in range(n))
    known = {"tone": replace(next(iter(inventories.labels().values())), values=values)}
    with mock.patch.object(choices, "labels", return_value=known):
        made = Choice("quote", ("tone",), "tone", "Tone").control()
        return [e.get("layout") for e in made if e.tag == "Choices"] == ["select"]


def named(id: str) -> str:
    """The id of the article of another project's task that has this one."""
    meant = mapping.Mapping(text=(), labels={}, id=("id",))
    return article.Article({"data": {"id": id}}, meant, problems.Problems("a.json", ""), "").name()


@limit("labelstudio/foreign/article", "_LONGEST", 120, constant=True)
def _(n: int) -> bool:
    return named("x" * n) != "x" * n


@limit("labelstudio/foreign/article", "_LONGEST", 120, constant=True)
def _(n: int) -> bool:
    """An id that is none as it stands, with its blank, and goes into a made one."""
    return "x" * (n - 2) not in named("x " + "x" * (n - 2))


def refused(raw: str) -> list[str]:
    """What is wrong with a mapping file."""
    return [f.message for f in mapping.load(raw.encode(), "m.toml")[1]]


@limit("labelstudio/foreign/mapping", "_LONG", 300, constant=True)
def _(n: int) -> bool:
    """A message that quotes a key which no mapping has."""
    (short,) = (m for m in refused('text = [{key = "text"}]\n[labels]\n[ferry]\n') if "ferry" in m)
    (message,) = (
        m
        for m in refused(f'text = [{{key = "text"}}]\n[labels]\n[{"ferry".ljust(n - len(short) + 5, "x")}]\n')
        if "ferry" in m
    )
    return message.endswith(" …")


@limit("labelstudio/foreign/mapping", "_DEPTH", 12, constant=True)
def _(n: int) -> bool:
    """Keys within keys."""
    return "no mapping is nested so deeply" in refused('{"a": ' * n + "1" + "}" * n)


@limit("labelstudio/foreign/mapping", "_BIG", 2, last=2**53)
@limit("labelstudio/foreign/mapping", "_BIG", 53, last=2**53)
def _(n: int) -> bool:
    return any("so large a number" in m for m in refused(f"separator = {n}"))


@limit("labelstudio/foreign/mapping", "_BIG", 2, last=2**53)
@limit("labelstudio/foreign/mapping", "_BIG", 53, last=2**53)
def _(n: int) -> bool:
    return any("so large a number" in m for m in refused(f"separator = -{n}"))


@limit("labelstudio/foreign/starter", "_DEPTH", 100, constant=True)
def _(n: int) -> bool:
    """Elements within elements, the outermost one counted."""
    page = '<Text name="text" value="$text"/><Labels name="label" toName="text"><Label value="Ferry"/></Labels>'
    try:
        made = starter(f"<View>{page}{'<View>' * (n - 1)}{'</View>' * (n - 1)}</View>")
    except ValueError as error:
        return "nested" in str(error)
    return "Ferry" not in made


def form_of(*lines: str) -> str:
    """What a file of these lines is taken for."""
    found = forms.of_bytes("\n".join(lines).encode())
    return found[0] if found else ""


@limit("labelstudio/codec/forms", "of_bytes", 5)
def _(n: int) -> bool:
    """The line of the second word with a tag."""
    return "CoNLL" not in form_of("Ferry B-VEH", *["sank"] * (n - 2), "Oban B-LOC", "Ann B-PER")


@limit("labelstudio/codec/forms", "of_bytes", 5)
def _(n: int) -> bool:
    """The line of a word as Label Studio writes it, alone with its columns."""
    return "CoNLL" not in form_of(*["ferry"] * (n - 1), "Oban -X- _ B-LOC")


@limit("labelstudio/codec/problems", "title", 50)
def _(n: int) -> bool:
    return "…" in problems.title("TIME", "x" * n, 0, n)


@limit("labelstudio/codec/problems", "title", 30)
def _(n: int) -> bool:
    return "(in" not in problems.title("TIME", f"{'x' * n} {'x' * n}", 0, n)


@limit("labelstudio/codec/problems", "title", 24)
def _(n: int) -> bool:
    return "Q" not in problems.title("TIME", f"Q{'-' * (n - 1)}x x", n, n + 1)


@limit("labelstudio/codec/problems", "title", 16)
def _(n: int) -> bool:
    return "Q" not in problems.title("TIME", f"x{'-' * (n - 1)}Q x", 0, 1)


@limit("labelstudio/codec/roundtrip", "_SHOWN", 20, constant=True)
def _(n: int) -> bool:
    """Addressees of one quote that stand there again."""
    made = convert(EXAMPLE, Record)
    number, quote = next((i, q) for i, q in enumerate(made.quotes) if q.addressees)
    again = replace(quote, addressees=quote.addressees[:1] * (n + 1))
    with pytest.raises(RoundTripError) as raised:
        prove(replace(made, quotes=(*made.quotes[:number], again, *made.quotes[number + 1 :])))
    return len(raised.value.findings) < n


@limit("labelstudio/codec/roundtrip", "_SHOWN", 20, constant=True)
def _(n: int) -> bool:
    """Names that came back as others."""
    before, after = ([{"name": f"{name} {i}"} for i in range(n)] for name in ("Oban", "Skye"))
    return len(list(roundtrip._told("ferry", before, after))) < n


@limit("labelstudio/sync/target", "_TITLE", 50, constant=True)
def _(n: int) -> bool:
    return len(target.target(Path("nowhere"), "http://localhost", "key", "x" * n).project) < n


@limit("labelstudio/sync/target", "title", 3, last=2)
def _(n: int) -> bool:
    return target.title(Path("/nowhere") / ("x" * n)) == "x" * n


@limit("labelstudio/codec/offset_units", "_MOST", 0.9, last=89)
def _(n: int) -> bool:
    """Regions of a hundred, after a 😀, whose words stand where UTF-16 units put them; the others' where code points do."""
    text = "😀 " + " ".join(f"ferry{i:02}" for i in range(100))
    starts = [2 + 8 * i + (i < n) for i in range(100)]
    marks = [
        {"type": "labels", "value": {"start": a, "end": a + 7, "text": f"ferry{i:02}", "labels": ["X"]}}
        for i, a in enumerate(starts)
    ]
    try:
        return offset_units.unit_of(text, marks) == "utf-16"
    except offset_units.Undecided:
        return False


@limit("labelstudio/codec/words", "_FEW", 6, constant=True)
def _(n: int) -> bool:
    """The relations of a field, named one by one or not."""
    link = replace(next(x for x in LINKS if x.vocabulary and x.layer == "claim"), vocabulary="kinds of kin")
    with (
        mock.patch.object(words, "LINKS", [link]),
        mock.patch.object(type(link), "labels", property(lambda _: tuple(f"r{i}" for i in range(n)))),
    ):
        return "of its kinds of kin" in " ".join(words._homes("claims", link.field))


# -- the tests


@pytest.mark.parametrize("case", TABLE, ids=str)
def test_limit(case: Case) -> None:
    check(case)


@pytest.mark.parametrize("case", [c for c in TABLE if c.constant], ids=str)
def test_it_is_this_limit(case: Case, monkeypatch: pytest.MonkeyPatch) -> None:
    check_it_is_this_one(case, monkeypatch)


@pytest.mark.parametrize("module", MODULES)
def test_every_limit_has_its_cases(module: str) -> None:
    known = {case.key for case in TABLE}
    found: set[Key] = {(module, name, n) for name, value in constants(module) for n in numbers(value)}
    found |= compared(module)
    assert {key for key in found - known if key[:2] not in NO_LIMITS} == set()


def test_no_entry_is_stale() -> None:
    assert [case.key for case in TABLE if case.value not in where(case.module, case.name)] == []
    assert [key for key in NO_LIMITS if not where(*key)] == []
