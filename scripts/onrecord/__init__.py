"""onrecord: raw news articles to validated annotated records, and on to Label Studio and Hugging Face.

>>> import onrecord
>>> record = onrecord.load("corpus/records/000_f531abd8ae4f8b44.json")
>>> onrecord.check(record)
[]

Everything public is named here, and loaded when first asked for. All else may change with any version.
"""

from importlib import import_module
from typing import TYPE_CHECKING

__version__ = "0.2.0"
"""The package's version; its only home (pyproject.toml reads it here)."""

if TYPE_CHECKING:
    from .building.public import build
    from .checking.public import Corpus, check, check_each, corpus, dump, load
    from .checking.rules.base import Document, Rule, rule
    from .checking.run import Checked
    from .findings.finding import Finding, InvalidData, Patch, Place, Problem
    from .labelstudio.public import from_labelstudio, to_labelstudio
    from .model.record import (
        Addressee,
        Annotation,
        Annotator,
        Argument,
        Claim,
        ClaimRelation,
        Entity,
        Event,
        EventRelation,
        Factuality,
        Link,
        Mention,
        Metadata,
        Published,
        Quote,
        Record,
        Segment,
        Span,
        Time,
        Trigger,
    )

_HOMES = {
    "building.public": ("build",),
    "checking.public": ("Corpus", "check", "check_each", "corpus", "dump", "load"),
    "labelstudio.public": ("from_labelstudio", "to_labelstudio"),
    "findings.finding": ("Finding", "InvalidData", "Patch", "Place", "Problem"),
    "model.record": (
        "Addressee", "Annotation", "Annotator", "Argument", "Claim", "ClaimRelation", "Entity", "Event", "EventRelation",
        "Factuality", "Link", "Mention", "Metadata", "Published", "Quote", "Record", "Segment", "Span", "Time", "Trigger",
    ),
    "checking.rules.base": ("Document", "Rule", "rule"),
    "checking.run": ("Checked",),
}  # fmt: skip
"""Module → the public names that it holds."""
_HOME = {name: module for module, names in _HOMES.items() for name in names}

__all__ = [
    "Addressee",
    "Annotation",
    "Annotator",
    "Argument",
    "Checked",
    "Claim",
    "ClaimRelation",
    "Corpus",
    "Document",
    "Entity",
    "Event",
    "EventRelation",
    "Factuality",
    "Finding",
    "InvalidData",
    "Link",
    "Mention",
    "Metadata",
    "Patch",
    "Place",
    "Problem",
    "Published",
    "Quote",
    "Record",
    "Rule",
    "Segment",
    "Span",
    "Time",
    "Trigger",
    "__version__",
    "build",
    "check",
    "check_each",
    "corpus",
    "dump",
    "from_labelstudio",
    "load",
    "rule",
    "to_labelstudio",
]

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A public name, from the module that holds it; so `import onrecord` costs next to nothing."""
        if name not in _HOME:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        found = globals()[name] = getattr(import_module(f".{_HOME[name]}", __name__), name)
        return found

    def __dir__() -> list[str]:
        return sorted({*globals(), *__all__})
