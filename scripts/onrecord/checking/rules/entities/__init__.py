"""Rules about entities and their mentions (ENT)."""
