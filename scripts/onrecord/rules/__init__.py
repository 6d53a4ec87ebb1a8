"""The rules of the validator: an explicit tuple, layer by layer."""

from . import (
    article,
    claim_relations,
    claim_words,
    claims,
    entities,
    event_facts,
    event_times,
    event_triggers,
    events,
    exemptions,
    links,
    mentions,
    quote_marks,
    quote_places,
    quote_sources,
    quotes,
    spans,
    text,
    time_order,
    time_words,
    times,
)
from .base import Document, Rule

RULES: tuple[Rule, ...] = (
    *article.RULES,
    *text.RULES,
    *spans.RULES,
    *links.RULES,
    *entities.RULES,
    *mentions.RULES,
    *times.RULES,
    *time_words.RULES,
    *time_order.RULES,
    *quotes.RULES,
    *quote_marks.RULES,
    *quote_places.RULES,
    *quote_sources.RULES,
    *claims.RULES,
    *claim_relations.RULES,
    *claim_words.RULES,
    *events.RULES,
    *event_triggers.RULES,
    *event_facts.RULES,
    *event_times.RULES,
    *exemptions.RULES,
)
"""Every rule that needs a whole, schema-valid record."""

__all__ = ["RULES", "Document", "Rule"]
