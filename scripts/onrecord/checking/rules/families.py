"""The rules of the validator, family by family: an explicit tuple."""

from .article import metadata, provenance, text
from .base import Rule
from .claims import claim_relations, claim_sentences, claim_words, claims
from .entities import entities, mention_shapes, mentions, names
from .events import event_facts, event_fillers, event_times, event_triggers, events
from .quotes import cues, quote_marks, quote_places, quote_sources, quote_times, quotes
from .spans import references, spans
from .times import time_forms, time_order, time_reckoning, time_words, times

FAMILIES: tuple[Rule, ...] = (
    *metadata.RULES,
    *provenance.RULES,
    *text.RULES,
    *spans.RULES,
    *references.RULES,
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
)
"""Every rule that needs a whole, schema-valid record, but those about exemptions, which ask what the others are."""
