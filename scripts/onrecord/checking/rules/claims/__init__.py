"""Rules about claims (CLM)."""
