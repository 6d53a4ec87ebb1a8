"""What goes beside a dataset's Parquet files: card, figures, Croissant, licence, guidelines; made from what was built."""

from pathlib import Path
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from ..dataset.columns import SPLIT, arrow_schema
from ..dataset.tables import Part
from ..files.corpus_folder import key_line
from ..files.parsing import file_finding
from ..files.record_files import CorpusInfo
from ..findings.finding import Finding
from .croissant import croissant
from .datasheet import INTRO, Facts, datasheet, provenance
from .escaping import address, hub_name, latex, markdown
from .figures import layers_figure, speakers_figure
from .harmless import faults
from .hubcard import dump, language_codes, license_fields, problems, size_category
from .prose import Prose, prose_of
from .rendering import marks, render
from .snippets import chosen, example, readers
from .statistics import Statistics


class CardRefused(ValueError):
    """No card can be made of the corpus; `findings` say why."""

    def __init__(self, findings: list[Finding]) -> None:
        super().__init__("; ".join(f"{f.file}: {f.message}" for f in findings))
        self.findings = findings


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
    if s.items["mentions"] or s.items["quotes"] or s.items["events"] or s.items["times"]:
        categories.append("token-classification")
    if s.items["mentions"]:
        ids += ["named-entity-recognition", "coreference-resolution"]
    if s.items["claims"]:
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
        dict.fromkeys(["news", *(tag for layer, tag in layers.items() if s.items[layer]), "onrecord", *info.tags])
    )


def _creators(info: CorpusInfo, s: Statistics) -> list[str]:
    if not s.kinds:
        return ["no-annotation"]
    return sorted({"machine-generated" if kind == "machine" else info.human_annotators for kind in s.kinds})


def loading(built: list[Built], version: str | None) -> dict[str, Any]:
    """The part of the card's YAML by which `load_dataset` finds files, splits and columns."""
    from datasets import Features

    return {
        "configs": [
            {
                "config_name": b.config,
                **({"default": True} if b.config == "records" else {}),
                **({} if version is None else {"version": version}),
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


def head(info: CorpusInfo, built: list[Built], s: Statistics, with_text: bool, corpus: Path = Path()) -> dict[str, Any]:
    """The card's YAML, as a value.

    Args:
        corpus: where corpus.toml is.

    Raises:
        CardRefused: a value that the Hub would refuse; corpus.toml or a record's language is to be mended.
    """
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
        **loading(built, info.version),
    }
    if wrong := problems(found):
        raise CardRefused([_refused(words, corpus) for words in wrong])
    return found


_FROM = {"annotations_creators": "human_annotators", "pretty_name": "title"}
"""Fields of the card → of corpus.toml, where they are called otherwise."""


def _refused(words: str, corpus: Path) -> Finding:
    field = words.partition(":")[0]
    if field == "language":
        message = f"the Hub would refuse the card: {words}"
        return file_finding("DST012", str(corpus), message, "correct the language of the records that have it")
    key, file = _FROM.get(field, field), corpus / "corpus.toml"
    fix = f"set {key} to words of the Hub's lists (schemas/hub.json)"
    return file_finding(
        "DST012", str(file), f"the Hub would refuse the card: {words}", fix, (key_line(file, key), 1), f"/{key}"
    )


def bibtex(info: CorpusInfo, year: str) -> str:
    """How the corpus is cited."""

    hub = hub_name(info.repository)
    key = "".join(c if c.isascii() and c.isalnum() else "_" for c in info.name)
    fields = {
        "title": f"{{{latex(info.title)}}}",
        "author": " and ".join(f"{{{latex(a)}}}" for a in info.authors),
        "year": year,
        "version": latex(info.version),
        "url": address(info.url) or (f"https://huggingface.co/datasets/{hub}" if hub else ""),
        "note": f"Dataset, version {latex(info.version)}",
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
        CardRefused: the corpus's prose, corpus.toml or a record has what can't go out.
    """
    prose = prose_of(corpus)
    if prose.faults:
        raise CardRefused(list(prose.faults))
    yaml = head(info, built, statistics, with_text, corpus)
    published = str(info.released or statistics.modified[:10] or "1970-01-01")
    citation = bibtex(info, published[:4])
    figures = _figures(statistics, with_text)
    configs = [b.config for b in built]
    rows = {b.config: {p.split: p.rows for p in b.parts} for b in built}
    shown = chosen(configs)
    preferred = statistics.sample[1] if statistics.sample else SPLIT
    split = preferred if preferred in rows[shown] else next(iter(rows[shown]))
    files = {f"figures/{name}": content for name, (content, _) in figures.items()}
    files["LICENSE.md"] = prose.licence or f"{markdown(info.license)}. {markdown(info.text_rights)}".rstrip() + "\n"
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
    text = datasheet(facts)
    if found := faults(text, str(corpus / "CARD.md")):  # pieces that are harmless alone may be otherwise together
        fix = "close every block of code that CARD.md, CHANGELOG.md and the guidelines on agreement begin"
        raise CardRefused(
            [replace(f, message=f"in the card made of it: {f.message}", fix=fix, line=None, column=None) for f in found]
        )
    files["README.md"] = f"---\n{dump(yaml)}---\n\n{text}"
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
