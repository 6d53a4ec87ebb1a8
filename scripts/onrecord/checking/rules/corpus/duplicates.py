"""Texts that two records share, or nearly share, by the sketches of their runs of words in the index of a corpus."""

from collections.abc import Iterator
from sqlite3 import Connection

SKETCH = 32
"""Hashes kept of a text: its least, so two texts' sketches share about as much as the texts do (bottom-k sketch)."""

COMMON = 50
"""A run of words in more texts than this is boilerplate, or all those texts are copies of one."""


_SHARED = 3
"""Runs of words that two near duplicates share at least; one or two are an agency's credit or a phrase."""
_RARE_SHARE = 0.5
"""Share of the runs that few other texts have."""
_SHARE = 0.8
"""Share of all runs, where most are boilerplate."""


def near(db: Connection) -> Iterator[tuple[int, int, int]]:
    """Pairs of records whose texts are near duplicates: later, earlier, share of their text in percent.

    Pairs are made by runs of words that few texts have; of a run that many have, only with the first that has it, so
    that the work grows no faster than the corpus. Boilerplate alone makes no pair, but nearly the whole text does.
    """
    query = f"""with pairs as (
                 select b.doc later, a.doc earlier, 1 rare from sketches b join sketches a using (hash)
                 where a.doc < b.doc and not exists (select 1 from common c where c.hash = b.hash)
                 union all
                 select b.doc, c.first, 0 from common c join sketches b using (hash) where c.first < b.doc)
               select later, earlier, sum(rare), count(*) from pairs
               join docs x on x.doc = earlier join docs y on y.doc = later where x.sha <> y.sha
               group by later, earlier having count(*) >= {_SHARED} order by later, earlier"""
    sizes = """select count(*), count(*) - count(c.hash) from sketches s left join common c using (hash)
               where s.doc = ?"""
    for doc, first, rare, shared in db.execute(query):
        of_all, of_rare = map(min, zip(*(db.execute(sizes, (d,)).fetchone() for d in (doc, first)), strict=True))
        if rare >= max(_SHARED, _RARE_SHARE * of_rare):
            yield doc, first, min(99, round(100 * rare / of_rare))
        elif shared >= _SHARE * of_all:
            yield doc, first, min(99, round(100 * shared / of_all))


def apart(db: Connection, where: dict[str, str], *docs: int) -> list[str]:
    """The records' splits, if they are different ones."""
    if not where:
        return []
    ids = [db.execute("select id from docs where doc = ?", (d,)).fetchone()[0] for d in docs]
    splits = [where[id] for id in ids if id in where]
    return splits if len({*splits}) > 1 else []


def same(db: Connection, where: dict[str, str]) -> Iterator[tuple[int, int, int]]:
    """As `near`, of equal texts: each record with the first one in another split, if there is one."""
    query = """select sha, doc, id from docs where sha in (select sha from docs group by sha having count(*) > 1)
               order by sha, doc"""
    current, firsts = "", dict[str, int]()
    for sha, doc, id in db.execute(query):
        if sha != current:
            current, firsts = sha, {}
        if split := where.get(id):
            other = min((d for s, d in firsts.items() if s != split), default=None)
            if other is not None:
                yield doc, other, 100
            firsts.setdefault(split, doc)
