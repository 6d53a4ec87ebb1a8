"""Rules over a whole corpus (COR). They ask an index on disk, so a corpus of any size fits.

Their examples change two records, A and B, of different articles; tests run them.
"""

import math
from collections.abc import Callable, Iterator
from itertools import chain
from sqlite3 import Connection

from msgspec import Struct

from ....files.corpus_folder import is_split_name
from ....findings.finding import Severity
from ..base import Described, read_docstring
from .duplicates import COMMON, apart, near, same

SCHEMA = """
create table docs (doc integer primary key, id text, file text, line integer, sha text, guidelines text);
create table sketches (hash integer, doc integer);
create table labels (doc integer, layer text, label text, n integer);
create table links (wikidata text, name text, type text, doc integer, pointer text);
"""
INDICES = f"""
create index docs_id on docs (id);
create index docs_sha on docs (sha);
create index sketches_hash on sketches (hash, doc);
create index sketches_doc on sketches (doc);
create table common as select hash, min(doc) first from sketches group by hash having count(*) > {COMMON};
create index common_hash on common (hash, first);
create index labels_layer on labels (layer, label);
create index links_item on links (wikidata, doc);
"""


class View(Struct, frozen=True):
    """What corpus rules may ask: the index, the splits (name → ids in order), and the corpus's guidelines version."""

    db: Connection
    splits: dict[str, list[str]]
    guidelines: str | None


class RecordPointer(Struct, frozen=True):
    """A record of the index, and a pointer into it."""

    doc: int
    pointer: str
    message: str = ""


class CorpusProblem(Struct, frozen=True, kw_only=True):
    """A finding as a corpus rule yields it.

    `split` is the split whose list is to be mended, where it is not a record; `listed` the number, from 0, of the id in
    it that is meant.
    """

    at: RecordPointer | None
    message: str
    fix: str
    related: tuple[RecordPointer, ...] = ()
    split: str | None = None
    listed: int | None = None


class CorpusRule(Described, frozen=True, kw_only=True):
    """A rule of corpora. `bad` and `good` are changes to the records A and B."""

    bad: tuple[str, ...]
    good: tuple[str, ...]
    check: Callable[[View], Iterator[CorpusProblem]]


def corpus_rule(
    code: str, name: str, severity: Severity = "error", since: str = "0.2.0"
) -> Callable[[Callable[[View], Iterator[CorpusProblem]]], CorpusRule]:
    """Make a corpus rule of a generator function; its docstring is as a record rule's."""

    def make(check: Callable[[View], Iterator[CorpusProblem]]) -> CorpusRule:
        e = read_docstring(check.__doc__ or "")
        return CorpusRule(
            code=code,
            name=name,
            severity=severity,
            since=since,
            fixable=False,
            what=e.what,
            why=e.why,
            bad=e.bad,
            good=e.good,
            bad_implies=e.bad_implies,
            good_implies=e.good_implies,
            check=check,
        )

    return make


@corpus_rule("COR001", "duplicate-document-id", since="0.1.0")
def document_id(view: View) -> Iterator[CorpusProblem]:
    """Two records have the same document id.

    Ids connect the tables of a corpus and name its files; programs take two records with the same id for one.

    Bad: B/id = "A"
    Good: B/id = "AB"
    """
    query = """select doc, first, id from docs join (select id, min(doc) first from docs group by id having count(*) > 1)
               using (id) where doc > first order by doc"""
    for doc, first, id in view.db.execute(query):
        yield CorpusProblem(
            at=RecordPointer(doc, "/id"),
            message=f"another record already has the document id {id!r}",
            fix="give one of the two another id",
            related=(RecordPointer(first, "/id", "first used here"),),
        )


@corpus_rule("COR003", "duplicate-text")
def duplicate_text(view: View) -> Iterator[CorpusProblem]:
    """Two records have the very same text.

    A duplicate counts twice, and may stand in both the training and the test split.

    Bad: B/text = "One article.\\n"
         A/text = "One article.\\n"
    Good: B/text = "One article.\\n"
          A/text = "Another article.\\n"
    """
    query = """select doc, first from docs join (select sha, min(doc) first from docs group by sha having count(*) > 1)
               using (sha) where doc > first order by doc"""
    for doc, first in view.db.execute(query):
        yield CorpusProblem(
            at=RecordPointer(doc, "/text"),
            message="another record has the very same text",
            fix="keep one of the two",
            related=(RecordPointer(first, "/text", "the same text"),),
        )


@corpus_rule("COR004", "near-duplicate-text", severity="warning")
def near_duplicate(view: View) -> Iterator[CorpusProblem]:
    """Two records have nearly the same text.

    News is copied and updated; near duplicates make a corpus look larger than it is.

    Bad: A/text = "The harbour of the old town was closed on Monday after a storm had torn boats from their moorings and thrown them on the quay, the harbour master said.\\n"
         B/text = "The harbour of the old town was closed on Monday after a storm had torn boats from their moorings and thrown them on the quay, the mayor said.\\n"
    Good: A/text = "The harbour of the old town was closed on Monday after a storm.\\n"
          B/text = "A storm closed the old town's harbour on Monday, and boats were torn from their moorings.\\n"
    """
    where = _where(view)
    last = 0
    for doc, first, share in near(view.db):
        if doc != last and not apart(view.db, where, doc, first):
            last = doc
            yield CorpusProblem(
                at=RecordPointer(doc, "/text"),
                message=f"another record has nearly the same text (about {share} % in common)",
                fix="keep one of the two, or keep both in one split",
                related=(RecordPointer(first, "/text", "nearly the same text"),),
            )


def _where(view: View) -> dict[str, str]:
    """Document id → its split."""
    return {id: name for name, ids in view.splits.items() for id in ids}


@corpus_rule("COR005", "near-duplicate-across-splits")
def across_splits(view: View) -> Iterator[CorpusProblem]:
    """Two records with the same or nearly the same text stand in different splits.

    A model would be tested on texts that it was trained on.

    Bad (also COR003): splits = {"train": ["A"], "test": ["B"]}
         A/text = "One article.\\n"
         B/text = "One article.\\n"
    Good (also COR003): splits = {"train": ["A", "B"]}
          A/text = "One article.\\n"
          B/text = "One article.\\n"
    """
    where = _where(view)
    if not where:
        return
    last = 0
    for doc, first, share in chain(same(view.db, where), near(view.db)):
        if doc != last and (splits := apart(view.db, where, doc, first)):
            last = doc
            one, other = splits
            yield CorpusProblem(
                at=RecordPointer(doc, "/text"),
                message=f"about {share} % of this text is also in {other}, but this record is in {one}",
                fix="put both into one split",
                related=(RecordPointer(first, "/text", f"the text in {other}"),),
            )


@corpus_rule("COR006", "split-list")
def split_lists(view: View) -> Iterator[CorpusProblem]:
    """A split lists an id twice or one that no record has, or a record stands in no split.

    Splits are frozen lists of document ids; together they hold each record once.

    Bad: splits = {"train": ["A"], "test": ["A"]}
    Good: splits = {"train": ["A"], "test": ["B"]}
    """
    if not view.splits:
        return
    seen: dict[str, str] = {}
    for name, ids in view.splits.items():
        for n, id in enumerate(ids):
            found = view.db.execute("select doc from docs where id = ?", (id,)).fetchone()
            if found is None:
                message, fix = f"the split {name} lists {id!r}, but no record has that id", "remove it from the split"
                yield CorpusProblem(at=None, message=message, fix=fix, split=name, listed=n)
            elif id in seen:
                message = f"{id!r} is listed in the split {name}, but already in {seen[id]}"
                record = RecordPointer(found[0], "/id", "the record")
                yield CorpusProblem(
                    at=None, message=message, fix="keep one of the two", related=(record,), split=name, listed=n
                )
            seen.setdefault(id, name)
    for doc, id in view.db.execute("select doc, id from docs order by doc"):
        if id not in seen:
            message = f"the record {id!r} is in no split"
            yield CorpusProblem(at=RecordPointer(doc, "/id"), message=message, fix="list it in one of the splits")


@corpus_rule("COR011", "split-name", since="0.2.0")
def split_names(view: View) -> Iterator[CorpusProblem]:
    """A split's name is one that `datasets` can't load.

    A name is letters, digits and underscores, with full stops between them; `all` means all splits together.

    Bad: splits = {"dev-test": ["A", "B"]}
    Good: splits = {"dev_test": ["A", "B"]}
    """
    for name in view.splits:
        if not is_split_name(name):
            yield CorpusProblem(
                at=None,
                message=f"{name!r} can't be the name of a split: `datasets` takes letters, digits and underscores, with full stops between them, and not `all`",
                fix="rename its list",
                split=name,
            )


_RECORDS = 20
"""In smaller corpora one record is too much of the whole to be compared with it."""
_ITEMS = 30
"""Of fewer items a few decide what is frequent."""
_REST = 10
"""Times the record's items that the rest of the corpus has at least, so that its shares are firm."""
_Z = 4.75
"""Standard deviations: about one record in a million differs so much by chance."""


@corpus_rule("COR007", "labels-far-from-corpus", severity="info")
def distribution(view: View) -> Iterator[CorpusProblem]:
    """The labels of a record are distributed quite differently from those of the corpus.

    Often the article is of another kind; sometimes its annotator understood a label differently. Only records with at
    least 30 items of a layer are compared, in corpora of at least 20 records.

    Bad: 24 records of which each has 40 mentions that are names, and one with 40 mentions that are pronouns
    Good: 25 records of which each has 40 mentions that are names
    """
    if view.db.execute("select count(*) from docs").fetchone()[0] < _RECORDS:
        return
    for (layer,) in view.db.execute("select distinct layer from labels order by layer").fetchall():
        totals = dict(
            view.db.execute("select label, sum(n) from labels where layer = ? group by label", (layer,)).fetchall()
        )
        everything = sum(totals.values())
        rows = view.db.execute("select doc, label, n from labels where layer = ? order by doc", (layer,))
        current: dict[str, int] = {}
        last: int | None = None
        for doc, label, n in chain(rows, ((None, "", 0),)):
            if doc != last and last is not None and (why := _far(current, totals, everything)):
                yield CorpusProblem(
                    at=RecordPointer(last, "/" + layer.split()[0].rstrip("'")),
                    message=f"the {layer} differ from the corpus: {why}",
                    fix="check that the labels were used as the guidelines say; if so, change nothing",
                )
            if doc != last:
                current, last = {}, doc
            current[label] = n


def _far(mine: dict[str, int], totals: dict[str, int], everything: int) -> str | None:
    """The label that stands out, in words, if a G-test against the rest of the corpus finds p below about 1e-6, else None."""
    size, rest = sum(mine.values()), everything - sum(mine.values())
    if size < _ITEMS or rest < _REST * size:
        return None
    g, worst = 0.0, (0, False, "")
    for label, total in totals.items():
        n, expected = mine.get(label, 0), size * (total - mine.get(label, 0) + 0.5) / (rest + 0.5 * len(totals))
        if n:
            g += 2 * n * math.log(n / expected)
        worst = max(worst, (round(abs(n - expected)), n > expected, label))
    freedom = max(1, len(totals) - 1)
    # Wilson and Hilferty's approximation of the chi-squared distribution
    z = ((max(g, 0) / freedom) ** (1 / 3) - (1 - 2 / (9 * freedom))) / math.sqrt(2 / (9 * freedom))
    if z < _Z:
        return None
    label = worst[2]
    return f"{mine.get(label, 0)} of {size} are {label}, in the rest {100 * (totals[label] - mine.get(label, 0)) / rest:.0f} %"


@corpus_rule("COR008", "guidelines-mixed", severity="warning")
def guidelines(view: View) -> Iterator[CorpusProblem]:
    """A record was annotated by another version of the guidelines than the corpus names, or than most records.

    Labels may mean something else in it.

    Bad: A/annotation/guidelines = "0.9.0"
         guidelines = "1.0.0"
    Good: A/annotation/guidelines = "1.0.0"
          guidelines = "1.0.0"
    """
    usual, whose = view.guidelines, "the corpus"
    if usual is None:
        whose = "most records"
        most = view.db.execute("select guidelines from docs group by guidelines order by count(*) desc, guidelines")
        usual = (most.fetchone() or ("",))[0]
    for doc, version in view.db.execute(
        "select doc, guidelines from docs where guidelines <> ? order by doc", (usual,)
    ):
        yield CorpusProblem(
            at=RecordPointer(doc, "/annotation/guidelines"),
            message=f"the record was annotated by guidelines {version}, {whose} by {usual}",
            fix="bring the annotation up to those guidelines, then write their version",
        )


@corpus_rule("COR009", "one-item-two-names", severity="warning")
def names(view: View) -> Iterator[CorpusProblem]:
    """One Wikidata item has different canonical names in different records.

    Whoever counts by name counts this item as two; or one of the links is wrong.

    Bad: A/entities = [{"id": "e1", "type": "GPE", "name": "United States", "link": {"status": "linked", "wikidata": "Q30"}, "members": [], "mentions": []}]
         B/entities = [{"id": "e1", "type": "GPE", "name": "US", "link": {"status": "linked", "wikidata": "Q30"}, "members": [], "mentions": []}]
    Good: A/entities = [{"id": "e1", "type": "GPE", "name": "United States", "link": {"status": "linked", "wikidata": "Q30"}, "members": [], "mentions": []}]
          B/entities = [{"id": "e1", "type": "GPE", "name": "Brazil", "link": {"status": "linked", "wikidata": "Q155"}, "members": [], "mentions": []}]
    """
    yield from _differing(view, "name", "is named", "use one name for it in all records, or correct a link")


@corpus_rule("COR010", "one-item-two-types", severity="warning")
def types(view: View) -> Iterator[CorpusProblem]:
    """One Wikidata item has different entity types in different records.

    A thing has one type: one of the two types is wrong, or one of the links.

    Bad: A/entities = [{"id": "e1", "type": "GPE", "name": "Brazil", "link": {"status": "linked", "wikidata": "Q155"}, "members": [], "mentions": []}]
         B/entities = [{"id": "e1", "type": "ORG", "name": "Brazil", "link": {"status": "linked", "wikidata": "Q155"}, "members": [], "mentions": []}]
    Good: A/entities = [{"id": "e1", "type": "GPE", "name": "Brazil", "link": {"status": "linked", "wikidata": "Q155"}, "members": [], "mentions": []}]
          B/entities = [{"id": "e1", "type": "GPE", "name": "Brazil", "link": {"status": "linked", "wikidata": "Q155"}, "members": [], "mentions": []}]
    """
    yield from _differing(view, "type", "is", "correct the type or the link")


def _differing(view: View, column: str, verb: str, fix: str) -> Iterator[CorpusProblem]:
    """Problems for items that differ in a column from most records; of equal counts, that of the first record decides."""
    many = f"select wikidata from links group by wikidata having count(distinct {column}) > 1 order by wikidata"
    for (item,) in view.db.execute(many).fetchall():
        usual, first = view.db.execute(
            f"select {column}, min(doc) from links where wikidata = ? group by {column} order by count(*) desc, min(doc)",
            (item,),
        ).fetchone()
        place = view.db.execute(
            f"select pointer from links where wikidata = ? and doc = ? and {column} = ?", (item, first, usual)
        ).fetchone()[0]
        others = view.db.execute(
            f"select doc, pointer, {column} from links where wikidata = ? and {column} <> ? order by doc", (item, usual)
        )
        for doc, pointer, value in others:
            yield CorpusProblem(
                at=RecordPointer(doc, f"{pointer}/{column}"),
                message=f"{item} {verb} {value!r} here and {usual!r} elsewhere",
                fix=fix,
                related=(RecordPointer(first, f"{place}/{column}", f"{usual!r} here"),),
            )


CORPUS_RULES = (
    document_id,
    duplicate_text,
    near_duplicate,
    across_splits,
    split_lists,
    split_names,
    distribution,
    guidelines,
    names,
    types,
)
