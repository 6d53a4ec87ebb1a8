"""The card's YAML: what the Hub reads. Its vocabularies are the closed lists in `schemas/hub.json`, checked offline.

Source of the fields: the dataset card specification of the Hub (`hub-docs/datasetcard.md`).
"""

import re
from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Any

from msgspec import Struct
from msgspec.json import decode

from ..model import specification
from .escaping import plain

_UNKNOWN = ("und", "mul", "zxx", "mis")
"""Codes that name no language; the Hub's list of languages holds none of them."""


class HubLists(Struct, frozen=True):
    """schemas/hub.json."""

    description: str
    annotations_creators: tuple[str, ...]
    language_creators: tuple[str, ...]
    multilinguality: tuple[str, ...]
    size_categories: tuple[str, ...]
    source_datasets: tuple[str, ...]
    licenses: tuple[str, ...]
    license_names_in_spdx: dict[str, str]
    tasks: dict[str, tuple[str, ...]]
    languages: dict[str, str]
    languages_iso_639_3: tuple[str, ...]


@cache
def hub_lists() -> HubLists:
    return decode(specification.schema_bytes("hub.json"), type=HubLists)


def size_category(rows: int) -> str:
    """The Hub's size class of so many rows: "n<1K", "1K<n<10K", … "n>1T"; a bound belongs to the upper class."""
    names = [n for n in hub_lists().size_categories if n != "unknown"]
    return next((name for i, name in enumerate(names[:-1]) if rows < 1000 * 10**i), names[-1])


def language_codes(tags: Iterable[str]) -> list[str]:
    """ISO 639 codes of BCP 47 tags, sorted; tags that name no language are left out."""
    return sorted({t.partition("-")[0].lower() for t in tags} - {*_UNKNOWN})


def language_name(tag: str) -> str:
    """A language for people, as far as its name is known: "English (`en-US`)"."""
    code = tag.partition("-")[0].lower()
    name = hub_lists().languages.get(code)
    if code in _UNKNOWN:
        return f"not stated (`{tag}`)"
    return f"{name} (`{tag}`)" if name else f"`{tag}`"


def license_fields(spdx: str, all_covered: bool) -> dict[str, str]:
    """`license` and, where it is `other`, its name and link.

    Args:
        spdx: the licence's SPDX id, or a name of one's own.
        all_covered: the licence covers all that is in the dataset; else the whole is `other`.
    """
    lists = hub_lists()
    name = spdx.lower()
    name = lists.license_names_in_spdx.get(name, name)
    if name == "unknown" or (all_covered and name in lists.licenses):
        return {"license": name}
    slug = re.sub(r"[^a-z0-9.]+", "-", name).strip("-") or "unnamed"
    return {
        "license": "other",
        "license_name": slug if all_covered else f"{slug}-annotations-only",
        "license_link": "LICENSE.md",
    }


def problems(head: Mapping[str, Any]) -> list[str]:
    """What in a card's YAML the Hub would refuse or misread: values out of their closed lists, wrong types."""
    lists = hub_lists()
    allowed: dict[str, Iterable[str]] = {
        "annotations_creators": lists.annotations_creators,
        "language_creators": lists.language_creators,
        "multilinguality": lists.multilinguality,
        "size_categories": lists.size_categories,
        "task_categories": lists.tasks,
        "language": {*lists.languages, *lists.languages_iso_639_3},
    }
    found = []
    for field, names in allowed.items():
        values = head.get(field, [])
        found += [
            f"{field}: {v!r} is not in the Hub's list" for v in values if not isinstance(v, str) or v not in names
        ]
    of_tasks = {i for c in head.get("task_categories", []) for i in lists.tasks.get(c, ())}
    found += [
        f"task_ids: {i!r} belongs to no task category given" for i in head.get("task_ids", []) if i not in of_tasks
    ]
    for source in head.get("source_datasets", []):
        if source.partition("|")[0] not in lists.source_datasets and not re.fullmatch(r"[\w.-]+(/[\w.-]+)?", source):
            found.append(f"source_datasets: {source!r} is neither original nor extended nor a dataset's name")
    if head.get("license") not in lists.licenses:
        found.append(f"license: {head.get('license')!r} is not in the Hub's list")
    if head.get("license") == "other" and not {"license_name", "license_link"} <= {*head}:
        found.append("license: other needs license_name and license_link")
    if not isinstance(head.get("pretty_name"), str):
        found.append("pretty_name: not a string")
    for tag in head.get("tags", []):
        if not isinstance(tag, str) or not tag.strip():
            found.append(f"tags: {tag!r} is no text")
    for a, b in pairwise(sorted(c["config_name"] for c in head.get("configs", []))):
        if a == b:
            found.append(f"configs: {a!r} is there twice")
    return found


_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./-]*|\d+\.\d+\.\d+")
"""Words and versions: text without quotation marks to every reader."""
_WORDS = {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}


def dump(head: Mapping[str, Any]) -> str:
    """The YAML of a card, which YAML 1.1 and 1.2 readers take alike: `no`, `1.10` and `1e3` stay text.

    Hidden characters are made visible: the Hub shows titles and tags as they are.
    """
    import yaml

    class Dumper(yaml.SafeDumper):  # type: ignore[misc]
        def ignore_aliases(self, data: Any) -> bool:
            return True

    def text(dumper: Any, value: str) -> Any:
        value = plain(value)
        bare = _PLAIN.fullmatch(value) and value.lower() not in _WORDS
        return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=None if bare else '"')

    Dumper.add_representer(str, text)
    made: str = yaml.dump(dict(head), Dumper=Dumper, sort_keys=False, allow_unicode=True, width=1000)
    return made
