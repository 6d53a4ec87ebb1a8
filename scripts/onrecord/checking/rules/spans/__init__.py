"""Rules about spans, ids and references of every layer (SPN, IDS)."""
