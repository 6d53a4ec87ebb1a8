"""Records from articles and quoted words: ingest and anchor."""
