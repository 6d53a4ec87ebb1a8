"""The rules of the validator: an explicit tuple, layer by layer."""

from . import article, claims, entities, events, links, quotes, spans, text, times
from .base import Document, Rule

RULES: tuple[Rule, ...] = (
    *article.RULES,
    *text.RULES,
    *spans.RULES,
    *links.RULES,
    *entities.RULES,
    *times.RULES,
    *quotes.RULES,
    *claims.RULES,
    *events.RULES,
)
"""Every rule that needs a whole, schema-valid record."""

__all__ = ["RULES", "Document", "Rule"]
