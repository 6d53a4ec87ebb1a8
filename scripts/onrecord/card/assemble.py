"""What goes beside a dataset's Parquet files: card, figures, Croissant, licence, guidelines; made from what was built."""

from pathlib import Path
from typing import Any

from msgspec import Struct

from ..dataset.columns import SPLIT, arrow_schema
from ..dataset.tables import Part
from ..store import CorpusInfo
from .croissant import croissant
from .datasheet import INTRO, Facts, datasheet, provenance
from .figures import layers_figure, speakers_figure
from .hubcard import dump, language_codes, license_fields, problems, size_category
from .prose import Prose, prose_of
from .rendering import marks, render
from .snippets import chosen, example, readers
from .statistics import Statistics


class Built(Struct, frozen=True):
    """What was written of one config."""

    config: str
    rows: int
    num_bytes: int
    download_size: int
    digest: str
    parts: tuple[Part, ...] = ()


def _tasks(info: CorpusInfo, s: Statistics) -> dict[str, list[str]]:
    """Task categories and ids: the corpus's own, else those that its layers serve."""
    categories, ids = [], []
    if s.layers["mentions"] or s.layers["quotes"] or s.layers["events"] or s.layers["times"]:
        categories.append("token-classification")
    if s.layers["mentions"]:
        ids += ["named-entity-recognition", "coreference-resolution"]
    if s.layers["claims"]:
        categories.append("text-classification")
        ids.append("multi-class-classification")
    if s.labels["link_status"]["linked"]:
        categories += [] if "text-classification" in categories else ["text-classification"]
        ids.append("entity-linking-classification")
    found = {"task_categories": list(info.task_categories) or categories, "task_ids": list(info.task_ids) or ids}
    return {name: values for name, values in found.items() if values}


def _tags(info: CorpusInfo, s: Statistics) -> list[str]:
    layers = {
        "mentions": "coreference", "times": "timex3", "quotes": "quotation-attribution", "claims": "claim-detection",
        "events": "event-extraction",
    }  # fmt: skip
    return list(
        dict.fromkeys(["news", *(tag for layer, tag in layers.items() if s.layers[layer]), "onrecord", *info.tags])
    )


def _creators(info: CorpusInfo, s: Statistics) -> list[str]:
    if not s.kinds:
        return ["no-annotation"]
    return sorted({"machine-generated" if kind == "machine" else info.human_annotators for kind in s.kinds})


def head(info: CorpusInfo, built: list[Built], s: Statistics, with_text: bool) -> dict[str, Any]:
    """The card's YAML, as a value.

    Raises:
        ValueError: a value that the Hub would refuse; corpus.toml or a record's language is to be mended.
    """
    from datasets import Features

    tags = [tag for tag, _ in s.languages.top(len(s.languages))]
    languages = language_codes(tags)
    known = sorted(tag for tag in tags if language_codes([tag]))
    found: dict[str, Any] = {
        "pretty_name": info.title,
        **({"language": languages} if languages else {}),
        **({"language_details": known} if known != languages else {}),
        **license_fields(info.license, not with_text or (not info.text_rights and s.covered(info.license))),
        "annotations_creators": _creators(info, s),
        "language_creators": list(info.language_creators),
        "multilinguality": ["monolingual" if len(languages) < 2 else "multilingual"],
        "size_categories": [size_category(s.records)],
        "source_datasets": list(info.source_datasets),
        **_tasks(info, s),
        "tags": _tags(info, s),
        "configs": [
            {
                "config_name": b.config,
                **({"default": True} if b.config == "records" else {}),
                "version": info.version,
                # load_dataset keys its cache by this card: the digest keeps stale rows from being served
                "description": f"sha256:{b.digest}",
                "data_files": [{"split": p.split, "path": f"{b.config}/{p.split}-*.parquet"} for p in b.parts],
            }
            for b in built
        ],
        "dataset_info": [
            {
                "config_name": b.config,
                "features": Features.from_arrow_schema(arrow_schema(b.config))._to_yaml_list(),
                "splits": [{"name": p.split, "num_bytes": p.num_bytes, "num_examples": p.rows} for p in b.parts],
                "download_size": b.download_size,
                "dataset_size": b.num_bytes,
            }
            for b in built
        ],
    }
    if wrong := problems(found):
        raise ValueError("the card would be refused by the Hub; mend corpus.toml or the records: " + "; ".join(wrong))
    return found


def bibtex(info: CorpusInfo, year: str) -> str:
    """How the corpus is cited."""

    def plain(text: str) -> str:
        return "".join(f"\\{c}" if c in "&%$#_{}" else c for c in " ".join(text.split()))

    key = "".join(c if c.isascii() and c.isalnum() else "_" for c in info.name)
    fields = {
        "title": f"{{{plain(info.title)}}}",
        "author": " and ".join(f"{{{plain(a)}}}" for a in info.authors),
        "year": year,
        "version": info.version,
        "url": info.url or (f"https://huggingface.co/datasets/{info.repository}" if info.repository else ""),
        "note": f"Dataset, version {info.version}",
    }
    return "\n".join([f"@misc{{{key},", *(f"  {k} = {{{v}}}," for k, v in fields.items() if v), "}"])


def _figures(s: Statistics, with_text: bool) -> dict[str, tuple[str, str]]:
    """Content and alternative text by file name."""
    found: dict[str, tuple[str | None, str]] = {
        "layers.svg": (layers_figure(s), "Bar charts: items by layer, and labels by layer"),
        "speakers.svg": (speakers_figure(s, with_text), "Bar chart: who is quoted, and how often"),
    }
    if with_text and s.sample is not None and marks(s.sample[0]):
        alt = "The beginning of one article with its mentions, times, event triggers, quotes and claims marked"
        found["record.svg"] = (render(s.sample[0]), alt)
    return {name: (content, alt) for name, (content, alt) in found.items() if content is not None}


def _rai(info: CorpusInfo, prose: Prose, s: Statistics) -> dict[str, str]:
    """The datasheet's answers in Croissant's vocabulary for responsible AI."""
    told = prose.places.get
    return {
        "dataCollection": told("Source data", ""),
        "dataAnnotationProtocol": " ".join([provenance(s), told("Annotation process", "")]).strip(),
        "dataBiases": told("Bias, risks and limitations", ""),
        "dataUseCases": told("Direct use", ""),
        "dataLimitations": told("Out-of-scope use", ""),
        "personalSensitiveInformation": told("Personal and sensitive information", ""),
    }


def write_card(
    folder: Path, corpus: Path, info: CorpusInfo, built: list[Built], statistics: Statistics, with_text: bool = True
) -> None:
    """Write README.md, figures/, croissant.json, LICENSE.md and GUIDELINES.md into a dataset's folder.

    Args:
        with_text: the dataset holds the articles' words; without, no file written here repeats them.

    Raises:
        ValueError: corpus.toml or a record has what the Hub would refuse.
    """
    prose = prose_of(corpus)
    yaml = head(info, built, statistics, with_text)
    published = str(info.released or statistics.modified[:10] or "1970-01-01")
    citation = bibtex(info, published[:4])
    figures = _figures(statistics, with_text)
    configs = [b.config for b in built]
    rows = {b.config: {p.split: p.rows for p in b.parts} for b in built}
    shown = chosen(configs)
    preferred = statistics.sample[1] if statistics.sample else SPLIT
    split = preferred if preferred in rows[shown] else next(iter(rows[shown]))
    files = {f"figures/{name}": content for name, (content, _) in figures.items()}
    files["LICENSE.md"] = prose.licence or f"{info.license}. {info.text_rights}".rstrip() + "\n"
    if prose.guidelines and with_text:  # their examples are the article's words
        files["GUIDELINES.md"] = prose.guidelines
    facts = Facts(
        info=info,
        prose=prose,
        statistics=statistics,
        rows=rows,
        readers=readers(shown, configs, split, info.repository or "ORG/NAME", with_text),
        example=example(*statistics.sample, configs, with_text) if statistics.sample else None,
        figures={name: alt for name, (_, alt) in figures.items()},
        citation=citation,
        with_text=with_text,
        has_guidelines="GUIDELINES.md" in files,
    )
    files["README.md"] = f"---\n{dump(yaml)}---\n\n{datasheet(facts)}"
    files["croissant.json"] = croissant(
        info,
        {c: INTRO[c] for c in configs},
        list(rows["records"]),
        licence=info.license
        if license_fields(info.license, True)["license"] in ("unknown", "other")
        else f"https://spdx.org/licenses/{info.license}",
        published=published,
        languages=yaml.get("language", []),
        keywords=yaml["tags"],
        citation=citation,
        rai=_rai(info, prose, statistics),
    )
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode())
