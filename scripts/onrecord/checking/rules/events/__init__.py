"""Rules about events (EVT)."""
