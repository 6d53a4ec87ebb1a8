"""Code in the card that loads the dataset with each reader. It is run as it stands by tests, in the dataset's folder."""

import io
from contextlib import redirect_stdout
from typing import Any

from msgspec import Struct

from ..dataset.rows import rows
from ..model.record import Record
from .escaping import hub_name, literal


class Snippet(Struct, frozen=True):
    """`language` is what the fence names; `output` is what the code prints, where the card shows it."""

    title: str
    code: str
    language: str = "python"
    output: str = ""


OLDEST = "2.14.7"
"""The oldest version of `datasets` that loads what is built; `.ci/run` tries it."""

_SHOWN = {
    "quotes": ("speaker_name", "kind", "cue"),
    "claims": ("claimant_name", "kind", "text"),
    "mentions": ("entity_name", "entity_type", "text"),
    "segments": ("record_id", "kind", "text"),
    "records": ("id", "text_sha256"),
}
_BARE = {
    "quotes": ("speaker_name", "kind", "attribution"),
    "claims": ("claimant_name", "kind", "stance"),
    "mentions": ("entity_name", "entity_type", "kind"),
    "segments": ("record_id", "kind"),
    "records": ("id", "text_sha256"),
}
"""Columns to show where the article's words are left out."""
_GROUPED = {
    "quotes": "speaker_name",
    "claims": "claimant_name",
    "mentions": "entity_name",
    "segments": "kind",
    "records": "id",
}


def chosen(configs: list[str]) -> str:
    """The config that the examples load: the most telling of those that have rows."""
    return next(c for c in _SHOWN if c in configs)


def readers(name: str, configs: list[str], split: str, hub: str, with_text: bool) -> list[Snippet]:
    """One snippet a reader.

    Args:
        name: the config that is loaded, which has rows in `split`.
        configs: all that have rows.
        hub: the dataset's name on the Hub, or "ORG/NAME".
    """
    hub = hub_name(hub) or "ORG/NAME"
    at = literal(split)
    columns = list((_SHOWN if with_text else _BARE)[name])
    by = _GROUPED[name]
    shown = repr(columns).replace("'", '"')
    remote = f'"hf://datasets/{hub}/{name}/*.parquet"'
    return [
        Snippet(
            "🤗 Datasets",
            "from pathlib import Path\n\nfrom datasets import load_dataset\n\n"
            f'where = str(Path.cwd())  # this folder; from the Hub: "{hub}"\n'
            f'{name} = load_dataset(where, "{name}", split={at})\n'
            f'for row in {name}.select(range(min(3, len({name})))):\n    print(*(row[c] for c in {shown}), sep=" | ")\n'
            f'\nstream = load_dataset(where, "{name}", split={at}, streaming=True)  # without a copy in the cache\n'
            f'print(next(iter(stream))["{columns[0]}"])',
        ),
        Snippet(
            "pandas",
            f'import pandas as pd\n\n{name} = pd.read_parquet("{name}")  # all splits; from the Hub: {remote}\n'
            f'print({name}["{by}"].value_counts())',
        ),
        Snippet(
            "Polars",
            f'import polars as pl\n\n{name} = pl.scan_parquet("{name}/*.parquet")  # from the Hub: {remote}\n'
            f'print({name}.group_by("{by}").len().sort("len", "{by}", descending=[True, False]).collect())',
        ),
        Snippet("DuckDB", _duckdb(name, by, configs)),
        Snippet(
            "mlcroissant",
            "import mlcroissant as mlc\n\n"
            f'dataset = mlc.Dataset("croissant.json")\nfor row in dataset.records("{name}"):  # text comes as bytes\n'
            f'    print(row["{name}/{columns[0]}"])\n    break',
        ),
    ]


def _duckdb(name: str, by: str, configs: list[str]) -> str:
    if name == "quotes" and "mentions" in configs:
        query = (
            "    SELECT q.speaker_name, count(DISTINCT q.id) AS quotes, count(DISTINCT m.id) AS mentions\n"
            "    FROM 'quotes/*.parquet' AS q JOIN 'mentions/*.parquet' AS m ON m.entity_id = q.speaker_id\n"
            "    GROUP BY q.speaker_id, q.speaker_name ORDER BY quotes DESC, q.speaker_id LIMIT 10\n"
        )
    else:
        query = f"    SELECT {by}, count(*) AS n FROM '{name}/*.parquet' GROUP BY {by} ORDER BY n DESC, {by} LIMIT 10\n"
    return f'import duckdb\n\nquery = """\n{query}"""\nprint(duckdb.sql(query))'


_EXAMPLE = """from pathlib import Path

from datasets import load_dataset

where = str(Path.cwd())
articles = {{row["id"]: row for row in load_dataset(where, "records", split={split})}}
quotes = load_dataset(where, "quotes", split={split}).filter(lambda row: row["record_id"] == {id})
for quote in quotes.select(range(min({n}, len(quotes)))):
    article = articles[quote["record_id"]]
    for piece in quote["fragments"]:  # offsets are Unicode code points, end exclusive
        assert article["text"][piece["start"] : piece["end"]] == piece["text"]
    print(quote["speaker_name"], "|", quote["cue"], "|", quote["text"])
    claims = [c for c in article["claims"] if c["quote"] == quote["id"].split("/")[-1]]
    for claim in claims:
        print("   ", claim["kind"], "|", claim["stance"], "|", claim["text"])"""


def example(sample: Record, split: str, configs: list[str], with_text: bool, n: int = 3) -> Snippet | None:
    """The worked example: quotes of one article, in place, with the claims in them; None where there are no quotes.

    Its output is computed from the record; a test compares it with what the code prints.
    """
    if not with_text or "quotes" not in configs or not sample.quotes:
        return None
    shown = rows(sample)["quotes"][:n]
    claims: dict[str | None, list[Any]] = {}
    for claim in sample.claims:
        claims.setdefault(claim.quote, []).append(claim)
    with redirect_stdout(io.StringIO()) as out:
        for row in shown:
            print(row["speaker_name"], "|", row["cue"], "|", row["text"])
            for claim in claims.get(row["id"].split("/")[-1], []):
                print("   ", claim.kind, "|", claim.stance, "|", claim.text)
    code = _EXAMPLE.format(split=literal(split), id=literal(sample.id), n=n)
    return Snippet("A worked example", code, output=out.getvalue().rstrip("\n"))
