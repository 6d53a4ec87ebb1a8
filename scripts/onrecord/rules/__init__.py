"""The rules of the validator: an explicit tuple, layer by layer."""

from functools import cache

from ..text.words import Pack
from . import (
    article,
    claim_relations,
    claim_sentences,
    claim_words,
    claims,
    cues,
    entities,
    event_facts,
    event_fillers,
    event_times,
    event_triggers,
    events,
    exemptions,
    layers,
    links,
    mention_shapes,
    mentions,
    names,
    quote_marks,
    quote_places,
    quote_sources,
    quote_times,
    quotes,
    spans,
    text,
    time_forms,
    time_order,
    time_reckoning,
    time_words,
    times,
)
from .base import Document, Rule

RULES: tuple[Rule, ...] = (
    *article.RULES,
    *layers.RULES,
    *text.RULES,
    *spans.RULES,
    *links.RULES,
    *entities.RULES,
    *mentions.RULES,
    *mention_shapes.RULES,
    *names.RULES,
    *times.RULES,
    *time_words.RULES,
    *time_order.RULES,
    *time_forms.RULES,
    *time_reckoning.RULES,
    *quotes.RULES,
    *quote_marks.RULES,
    *quote_places.RULES,
    *quote_sources.RULES,
    *quote_times.RULES,
    *cues.RULES,
    *claims.RULES,
    *claim_relations.RULES,
    *claim_words.RULES,
    *claim_sentences.RULES,
    *events.RULES,
    *event_triggers.RULES,
    *event_facts.RULES,
    *event_times.RULES,
    *event_fillers.RULES,
    *exemptions.RULES,
)
"""Every rule that needs a whole, schema-valid record."""


@cache
def off(pack: Pack) -> frozenset[str]:
    """The codes of the rules that need words which a language's pack has not."""
    return frozenset(rule.code for rule in RULES if not rule.speaks(pack))


__all__ = ["RULES", "Document", "Rule", "off"]
