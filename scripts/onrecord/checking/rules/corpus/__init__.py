"""Rules over a whole corpus (COR)."""
