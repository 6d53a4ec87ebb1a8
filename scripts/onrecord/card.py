"""The dataset card: YAML for machines, prose for people, counts taken from what was built."""

from typing import Any

from msgspec import Struct

from .columns import CONFIGS, SPLIT, arrow_schema, describe
from .store import CorpusInfo, schema_version
from .tables import Part

_INTRO = {
    "records": "one row an article: the whole nested record",
    "entities": "one row an entity (coreference cluster)",
    "mentions": "one row a mention of an entity",
    "times": "one row a time expression (TIMEX3)",
    "quotes": "one row a quote, with its speaker's name",
    "claims": "one row a claim, with its claimant's name",
    "events": "one row an event, with triggers and arguments",
    "segments": "one row a block of an article",
}


_WITHOUT = (
    "## The articles are not in it",
    "",
    "This is a stand-off dataset: it holds what was annotated and where, not the articles' text. `text`, the words of every span and the contexts are null. "
    "In names, notes, headlines and claims, six or more words of an article in a row are replaced by a reference, `⟦START:END⟧`: code points into the article, end exclusive (a literal `⟦` is doubled). "
    "Whoever holds the articles gets the whole dataset: `onrecord rehydrate DATASET --texts FOLDER -o OUT` finds each text by its SHA-256, `text_sha256`, and refuses any other.",
)


class Built(Struct, frozen=True):
    """What was written of one config."""

    config: str
    rows: int
    num_bytes: int
    download_size: int
    digest: str
    parts: tuple[Part, ...] = ()


def size_category(rows: int) -> str:
    for limit, name in ((10**3, "n<1K"), (10**4, "1K<n<10K"), (10**5, "10K<n<100K"), (10**6, "100K<n<1M")):
        if rows < limit:
            return name
    return "1M<n<10M"


def _license(info: CorpusInfo) -> dict[str, str]:
    """The licence's fields; where the texts' rights are another matter, the annotations' licence is not the whole."""
    if not info.text_rights:
        return {"license": info.license.lower()}
    return {
        "license": "other",
        "license_name": f"annotations-{info.license.lower()}-texts-reserved",
        "license_link": "LICENSE.md",
    }


def _yaml(info: CorpusInfo, built: list[Built], languages: list[str], creators: list[str]) -> dict[str, Any]:
    from datasets import Features

    by_name = {b.config: b for b in built}
    return {
        "pretty_name": info.title,
        "language": languages,
        **_license(info),
        "annotations_creators": creators,
        "language_creators": ["found"],
        "multilinguality": ["monolingual" if len(languages) < 2 else "multilingual"],
        "size_categories": [size_category(by_name["records"].rows)],
        "source_datasets": ["original"],
        "task_categories": ["token-classification", "text-classification"],
        "task_ids": ["named-entity-recognition", "coreference-resolution", "fact-checking"],
        "tags": ["news", "quotation-attribution", "claims", "events", "coreference", "timex3", "onrecord"],
        "configs": [
            {
                "config_name": c,
                **({"default": True} if c == "records" else {}),
                "version": info.version,
                # load_dataset keys its cache by this card: the digest keeps stale rows from being served
                "description": f"sha256:{by_name[c].digest}",
                "data_files": [{"split": p.split, "path": f"{c}/{p.split}-*.parquet"} for p in by_name[c].parts],
            }
            for c in by_name
        ],
        "dataset_info": [
            {
                "config_name": c,
                "features": Features.from_arrow_schema(arrow_schema(c))._to_yaml_list(),
                "splits": [
                    {"name": p.split, "num_bytes": p.num_bytes, "num_examples": p.rows} for p in by_name[c].parts
                ],
                "download_size": by_name[c].download_size,
                "dataset_size": by_name[c].num_bytes,
            }
            for c in by_name
        ],
    }


def card(
    info: CorpusInfo,
    built: list[Built],
    languages: list[str],
    annotators: dict[str, str],
    prose: str,
    *,
    text: bool = True,
) -> str:
    """README.md of the dataset.

    Args:
        annotators: name → kind, as in the records.
        prose: the corpus's own words (`corpus/CARD.md`).
        text: whether the dataset holds the articles.
    """
    import yaml

    # who the human annotators were, no record says: neither “expert” nor “crowd”
    creators = sorted({"machine-generated" if kind == "machine" else "other" for kind in annotators.values()})

    head = yaml.safe_dump(_yaml(info, built, languages, creators), sort_keys=False, allow_unicode=True, width=1000)
    lines = ["---", head.rstrip(), "---", "", f"# {info.title}", "", info.description, "", prose.strip(), ""]
    lines += ["## What it holds", "", "| config | rows | what |", "|---|---:|---|"]
    lines += [f"| `{b.config}` | {b.rows} | {_INTRO[b.config]} |" for b in built]
    if empty := [c for c in CONFIGS if c not in {b.config for b in built}]:
        lines += ["", f"Without rows, and left out: {', '.join(f'`{c}`' for c in empty)}."]
    if not text:
        lines += ["", *_WITHOUT]
    lines += [
        "",
        "```python",
        "from datasets import load_dataset",
        "",
        f'quotes = load_dataset(".", "quotes", split="{SPLIT}")  # "." is this folder',
        'print(quotes[0]["speaker_name"], quotes[0]["text"])',
        "```",
        "",
    ]
    lines += [
        "Offsets (`start`, `end`) are Unicode code points into the record's `text`, end exclusive: `text[start:end]` is the span.",
        "",
    ]
    lines += [
        f"Version {info.version} of the corpus, schema {schema_version()}, guidelines {info.guidelines}. Annotated by: {'; '.join(f'{name} ({kind})' for name, kind in annotators.items())}. {info.text_rights}",
        "",
    ]
    for config in (b.config for b in built):
        lines += [f"## Columns of `{config}`", "", "| column | type | meaning |", "|---|---|---|"]
        lines += [f"| `{c.name}` | {c.type} | {c.description} |" for c in describe(config)]
        lines.append("")
    return "\n".join(lines)
