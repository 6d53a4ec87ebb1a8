"""The card's text, for people: what a corpus is, how it came about, what it is good for, counted where it can be.

The questions are those of “Datasheets for Datasets” (Gebru et al.) in the order of the Hub's template. What the corpus
says itself (`prose`) comes first; where it says nothing, stands what is true of every onrecord corpus, or that it is
not stated.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from ..dataset.columns import CONFIGS, describe, nested
from ..files.record_files import CorpusInfo
from ..model.inventories import labels
from ..model.specification import record_schema, schema_version
from .escaping import code, fenced, html, link, markdown
from .hubcard import language_name, size_category
from .prose import Prose
from .snippets import OLDEST, Snippet
from .statistics import Statistics, Tally, few_words, vocabulary

INTRO = {
    "records": "an article: the whole nested record",
    "entities": "an entity (coreference cluster)",
    "mentions": "a mention of an entity",
    "times": "a time expression (TIMEX3)",
    "quotes": "a quote, with its speaker's name",
    "claims": "a claim, with its claimant's name",
    "events": "an event, with triggers and arguments",
    "segments": "a block of an article",
}
"""What a row of each config is."""
_TASKS = {
    "mentions": "named-entity recognition and coreference (`mentions`, `entities`)",
    "times": "recognition and normalisation of time expressions (`times`)",
    "quotes": "quotation extraction and attribution (`quotes`)",
    "claims": "claim detection and attribution (`claims`)",
    "events": "event extraction, event coreference and factuality (`events`)",
}
_DEFS = {
    "segments": ("segment",), "entities": ("entity",), "mentions": ("mention",), "times": ("time",),
    "quotes": ("quote",), "claims": ("claim",), "events": ("event", "trigger", "argument"),
}  # fmt: skip
_WITHOUT = (
    "This is a stand-off dataset: it holds what was annotated and where, not the articles' text. `text`, the words of "
    "every span and the contexts are null. In names, notes, headlines and claims, six or more words of an article in a "
    "row are replaced by a reference, `⟦START:END⟧`: code points into the article, end exclusive (a literal `⟦` is doubled).",
    "",
    "Whoever holds the articles gets the whole dataset: `onrecord rehydrate DATASET --texts FOLDER -o OUT` finds each "
    "text by its SHA-256, `text_sha256`, and refuses any other.",
)
_GLOSSARY = {
    "code point": "the unit in which offsets count: a Unicode character as Python's `len` counts it; not a byte, not a UTF-16 unit",
    "cluster": "all mentions of one entity, or all triggers of one event (coreference)",
    "metonymic": "a place's name that stands for the government there",
    "demonym": "a country's adjective or the name of its people",
    "cue": "the word that reports a quote (“said”, “promised”)",
    "realis": "whether an event is told as having happened (`actual`), as general (`generic`) or as neither (`other`)",
    "factuality": "how certain a source is that an event happens or does not (FactBank: CT certain, PR probable, PS possible, U not committed; + and - for polarity)",
    "TIMEX3": "the TimeML standard for time expressions and their values",
}


class Facts(Struct, frozen=True):
    """All that the text is made of."""

    info: CorpusInfo
    prose: Prose
    statistics: Statistics
    rows: Mapping[str, Mapping[str, int]]
    """Rows by config and split."""
    readers: list[Snippet]
    example: Snippet | None
    figures: Mapping[str, str]
    """Alternative text by file name."""
    citation: str
    with_text: bool
    has_guidelines: bool


def _own(text: str) -> str:
    """The program's own words, which may be Markdown, in a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def _n(count: int, one: str, many: str | None = None) -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _listed(items: list[str], joint: str = "and") -> str:
    return f"{', '.join(items[:-1])} {joint} {items[-1]}" if len(items) > 1 else "".join(items)


def _tallied(tally: Tally, most: int = 10) -> str:
    top = [(markdown(name.strip().rstrip(".")), n) for name, n in tally.top(most)]
    shown = [name if all(n == top[0][1] for _, n in top) else f"{name} ({n:,})" for name, n in top]
    more = len(tally) - most
    return "; ".join(shown) + (f"; and {more:,} more" if more > 0 else "")


def scale(s: Statistics) -> str:
    """Plainly, how much there is."""
    size = size_category(s.records)
    if s.records == 1:
        return (
            f"**This is one article** (`{size}`): enough to see what the annotation looks like and to test tools, "
            "not enough to train on or to measure with."
        )
    if s.records < 100:
        return f"**These are {s.records} articles** (`{size}`): a sample to read and to test tools with; what is measured on it says little."
    return f"It holds **{s.records:,} articles** (`{size}`)."


def provenance(s: Statistics) -> str:
    """Who annotated, as the records say."""
    if s.kinds == {"machine"}:
        return "**The annotation was made by machines.** Every annotator that the records name is a program; no person is among them."
    if s.kinds == {"human"}:
        return "The annotation was made by people; the records name no program among the annotators."
    if s.kinds:
        return "The annotation was made by people and by programs; each record names its own."
    return "The records name no annotator."


def _told(prose: Prose, place: str, otherwise: str = "") -> list[str]:
    text = prose.places.get(place, otherwise)
    return [text, ""] if text else []


def _rights(f: Facts) -> str:
    """What the licence covers, as Markdown."""
    name = "none stated" if f.info.license == "unknown" else markdown(f.info.license)
    if f.info.text_rights:
        return f"{name} for the annotations. {markdown(f.info.text_rights)}"
    if f.statistics.covered(f.info.license):
        return f"{name}, for annotations and texts."
    return f"{name} for the annotations. The texts have rights of their own; each record states them."


def _glance(f: Facts) -> Iterator[str]:
    s, info = f.statistics, f.info
    yield from ("## At a glance", "", "| | |", "|---|---|")
    splits = ", ".join(f"{markdown(name)} {n:,}" for name, n in f.rows["records"].items())
    yield f"| Articles | {s.records:,}{f' ({splits})' if len(f.rows['records']) > 1 else ''} |"
    yield f"| Text | {_n(s.words, 'word')}, {_n(s.characters, 'character')}{'' if f.with_text else '; **left out of this dataset**'} |"
    if tags := s.languages.top(10):
        names = [language_name(tag) for tag, _ in tags]
        yield f"| Language{'s' * (len(tags) > 1)} | {_listed(names)}{', and more' * (len(s.languages) > 10)} |"
    counted = [(name, s.items[name]) for name in ("entities", "mentions", "times", "quotes", "claims", "events")]
    yield f"| Annotated | {', '.join(f'{n:,} {name}' for name, n in counted if n) or 'nothing yet'} |"
    if s.statuses:
        meant = {v.name: v.definition.rstrip(".") for v in labels()["annotation_status"].values}
        yield f"| State | {'; '.join(f'{n:,} {markdown(name)}: {meant[name]}' for name, n in sorted(s.statuses.items()))} |"
    if info.authors:
        yield f"| Made by | {_listed([markdown(a) for a in info.authors])} |"
    yield f"| Annotators | {_listed(sorted(s.kinds)) or 'not named'} |"
    yield f"| Licence | {_rights(f)} |"
    yield f"| Version | corpus {markdown(info.version)}, guidelines {markdown(info.guidelines)}, schema {schema_version()} |"
    yield ""


def _uses(f: Facts) -> Iterator[str]:
    layers = [text for config, text in _TASKS.items() if f.statistics.items[config]]
    yield from ("## Uses", "", "### Direct use", "")
    usual = f"Development and study of systems for {_listed(layers)}." if layers else "Nothing is annotated yet."
    yield from _told(f.prose, "Direct use", usual)
    yield from ("### Out-of-scope use", "")
    usual = (
        "To decide whether a statement is true: claims are recorded with who stands for them, and never judged. To draw "
        "conclusions about the people named. As a picture of what the news reports."
    )
    yield from _told(f.prose, "Out-of-scope use", usual)


def _figure(f: Facts, name: str) -> Iterator[str]:
    if name in f.figures:
        yield from (f"![{_own(f.figures[name])}](figures/{name})", "")


def _structure(f: Facts) -> Iterator[str]:
    yield from ("## Structure", "", "| config | rows | each row |", "|---|---:|---|")
    for config, rows in f.rows.items():
        parts = f" ({', '.join(f'{markdown(s)} {n:,}' for s, n in rows.items())})" if len(f.rows["records"]) > 1 else ""
        yield f"| `{config}`{' (default)' if config == 'records' else ''} | {sum(rows.values()):,}{parts} | {INTRO[config]} |"
    yield ""
    if empty := [c for c in CONFIGS if c not in f.rows]:
        yield from (f"Without rows, and left out: {', '.join(f'`{c}`' for c in empty)}.", "")
    names = list(f.rows["records"])
    if len(names) == 1:
        yield f"There is one split, {code(names[0])}: " + "nothing is held out for evaluation."
    else:
        yield f"The splits are {_listed([code(n) for n in names])}, frozen by lists of articles; all that belongs to an article is in one split."
    yield (
        "Offsets (`start`, `end`) count Unicode code points of the article's `text`, end exclusive: in Python, "
        "`text[start:end]` is the span. In the flat tables, ids have the article's id before them (`ARTICLE/ITEM`) and "
        "`record_id` names the article; nested in `records`, they stand alone."
    )
    yield ""
    if f.with_text:
        yield "`onrecord unbuild DATASET -o FOLDER` gives the records as JSON files again, byte for byte as they were annotated."
        yield ""
    else:
        yield from ("### The articles are not in it", "", *_WITHOUT, "")
    yield from (
        "### Loading it",
        "",
        f"In this folder, or with the dataset's name on the Hub (`datasets` {OLDEST} or newer):",
        "",
    )
    for snippet in f.readers:
        yield from (f"**{snippet.title}**", "", *fenced(snippet.language, snippet.code))
    if f.example:
        yield from ("### A worked example", "", "Quotes of one article, each with the claims made in it:", "")
        yield from fenced(f.example.language, f.example.code)
        yield from ("It prints:", "", *fenced("text", f.example.output))


def _layers(f: Facts) -> Iterator[str]:
    defs = record_schema()["$defs"]
    yield from ("### What the layers mean, and how much there is of each", "")
    yield from _figure(f, "layers.svg")
    yield from _figure(f, "speakers.svg")
    s = f.statistics
    for config, names in _DEFS.items():
        if not s.items[config]:
            continue
        yield from (
            f"**{config.capitalize()}** ({s.items[config]:,}). {_meaning(names, defs)} {_more(s, config)}".rstrip(),
            "",
        )
        for name, counts in s.groups(config):
            title, meant, known = vocabulary(name)
            shown = (
                {k: counts[k] for k in known}
                if len(known) <= 12
                else dict(sorted(counts.items(), key=lambda x: (-x[1], x[0])))
            )
            more = "" if len(shown) == len(known) else f"; those of {len(known)} that occur"
            yield from (
                f"<details><summary>{title}: {html(_brief(shown))}</summary>",
                "",
                f"{meant.split(' `')[0] if '`mappings`' in meant else meant}",
                "",
            )
            yield from (f"| label | count | meaning{more} |", "|---|---:|---|")
            yield from (f"| {code(label)} | {n:,} | {_own(known.get(label, ''))} |" for label, n in shown.items())
            yield from ("", "</details>", "")


def _meaning(names: tuple[str, ...], defs: dict[str, Any]) -> str:
    """The schema's words for a layer and for the parts of its items."""
    first, *parts = names
    more = (f"*{defs[p]['title']}*: {defs[p]['description'][0].lower()}{defs[p]['description'][1:]}" for p in parts)
    return " ".join([defs[first]["description"], *more])


def _brief(counts: dict[str, int]) -> str:
    ranked = sorted(((n, k) for k, n in counts.items() if n), key=lambda x: (-x[0], x[1]))
    return ", ".join(f"{k} {n:,}" for n, k in ranked[:4]) + (", …" if len(ranked) > 4 else "")


def _more(s: Statistics, config: str) -> str:
    if config == "mentions":
        return f"{s.metonymic:,} are metonymic, {s.demonym:,} demonyms."
    if config == "quotes":
        return f"{s.with_cue:,} have a cue; {s.unattributed:,} {'has' if s.unattributed == 1 else 'have'} no known speaker."
    if config == "claims":
        return f"{s.check_worthy:,} {'is' if s.check_worthy == 1 else 'are'} marked as check-worthy."
    if config == "events":
        return f"There are {_n(s.items['triggers'], 'trigger')} and {_n(s.items['arguments'], 'argument')}."
    return ""


def _columns(f: Facts) -> Iterator[str]:
    yield from ("### Columns", "")
    for config in f.rows:
        yield from (f"<details><summary><code>{config}</code>: each row {INTRO[config]}</summary>", "")
        if config == "records":
            yield "`[]` is each item of a list. Offsets and ids as above; `extensions` is JSON text."
            yield ""
        yield from ("| column | type | meaning |", "|---|---|---|")
        for c in nested() if config == "records" else describe(config):
            yield f"| `{c.name}` | {_own(c.type).replace(',', ', ')} | {_own(c.description)} |"
        yield from ("", "</details>", "")


def _creation(f: Facts) -> Iterator[str]:
    s, prose = f.statistics, f.prose
    yield from ("## How it was made", "")
    if "Curation rationale" in prose.places:
        yield from ("### Curation rationale", "", *_told(prose, "Curation rationale"))
    yield from ("### Source data", "", *_told(prose, "Source data"))
    if s.first_published:
        span = (
            s.first_published if s.first_published == s.last_published else f"{s.first_published} to {s.last_published}"
        )
        yield f"Publication dates, as the records have them (each says whether it is stated or inferred): {span}."
    if s.publishers.total:
        yield f"Publishers: {_tallied(s.publishers)}."
    else:
        yield "No publisher is recorded."
    kept = (
        "The articles' texts are kept as they were received, byte for byte, with their SHA-256."
        if f.with_text
        else "Of the articles' texts the SHA-256 is kept."
    )
    yield from (kept, "", "### Annotation process", "", provenance(s), "")
    yield from _told(prose, "Annotation process")
    where = "[guidelines](GUIDELINES.md)" if f.has_guidelines else "guidelines"
    yield from (f"Annotated by the {where}, version {markdown(f.info.guidelines)}.", "")
    yield from ("### Agreement", "", prose.agreement or "No figures of agreement between annotators are given.", "")
    yield from ("### Annotators", "", *_told(prose, "Annotators"))
    if s.annotators.total:
        yield from (f"As named in the records: {_tallied(s.annotators, 20)}.", "")
    yield from ("### Personal and sensitive information", "")
    persons = s.labels["entity_type"]["PERSON"]
    if persons:
        yield (
            f"The articles name people, and so does the annotation: {_n(persons, 'entity', 'entities')} of type `PERSON` "
            f"(a group of people counts as one), and {_n(s.speakers.total, 'quote')} with a speaker."
        )
    yield from _told(
        prose,
        "Personal and sensitive information",
        "Names and statements are as published; nothing was made anonymous.",
    )


def _limits(f: Facts) -> Iterator[str]:
    s = f.statistics
    yield from ("## Bias, risks and limitations", "")
    yield from _told(
        f.prose,
        "Bias, risks and limitations",
        "The corpus does not say how its articles were chosen: do not take it for a fair sample of the news.",
    )
    top = s.speakers.top(1)
    total = s.speakers.total + s.unattributed
    if top and total >= 10 and top[0][1] / total >= 0.25:
        name = top[0][0] if f.with_text else few_words(top[0][0])
        yield f"Speakers are not evenly quoted: {markdown(name)} accounts for {top[0][1] / total:.0%} of all quotes."
    yield "A quote says that the article reports these words, not that they were said; a claim is somebody's, and nothing here says whether it is true."
    if "machine" in s.kinds:
        yield "What a machine annotated shares the habits and errors of that machine."
    yield ""
    usual = "Read some records before you rely on them. Report what is wrong to the contact below."
    yield from ("### Recommendations", "", *_told(f.prose, "Recommendations", usual))


def _end(f: Facts) -> Iterator[str]:
    info = f.info
    yield from ("## Rights and licence", "")
    yield f"{_rights(f)} See [LICENSE.md](LICENSE.md)."
    if f.statistics.rights.total:
        yield f"What the records say of the rights in their texts: {_tallied(f.statistics.rights)}."
    yield from ("", *_told(f.prose, "Rights"))
    yield from ("## Citation", "", *fenced("bibtex", f.citation))
    yield from (
        "## Glossary",
        "",
        *(f"- **{term}**: {meant}" for term, meant in _GLOSSARY.items()),
        "",
        *_told(f.prose, "Glossary"),
    )
    for heading, text in f.prose.others:
        yield from (f"## {heading}", "", text, "")
    yield from ("## Version and changelog", "")
    yield f"Version {markdown(info.version)}{f' of {info.released}' if info.released else ''}. A corrected annotation raises the last number, added articles or annotation the middle one, changed ids or columns the first."
    yield from ("", re.sub(r"^#+ ", "#### ", f.prose.changelog, flags=re.MULTILINE), "")
    yield from (
        "## Contact",
        "",
        *_told(f.prose, "Contact", link(info.contact or info.url) or "On the Hub: the dataset's Community tab."),
    )


def datasheet(f: Facts) -> str:
    """The card's Markdown, without its YAML."""
    lines = [
        f"# {markdown(f.info.title)}",
        "",
        markdown(f.info.description),
        "",
        scale(f.statistics),
        provenance(f.statistics),
        "",
    ]
    lines += _told(f.prose, "Summary")
    lines += _figure(f, "record.svg")
    for part in (_glance, _uses, _structure, _layers, _columns, _creation, _limits, _end):
        lines += part(f)
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).rstrip() + "\n"
