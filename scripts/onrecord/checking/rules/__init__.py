"""The rules of the validator: ours, and those of installed packages."""

from functools import cache

from ...text.words import Pack
from .article import exemptions
from .base import Document, Rule
from .families import FAMILIES
from .plugins import plugged

RULES: tuple[Rule, ...] = (*FAMILIES, *exemptions.RULES)
"""Every rule of ours that needs a whole, schema-valid record."""


@cache
def everyone() -> tuple[Rule, ...]:
    """Our rules and those of installed packages."""
    return (*RULES, *plugged().rules)


@cache
def off(pack: Pack) -> frozenset[str]:
    """The codes of the rules that need words which a language's pack has not."""
    return frozenset(rule.code for rule in everyone() if not rule.speaks(pack))


__all__ = ["RULES", "Document", "Rule", "everyone", "off"]
