"""Rules about quotes (QUO)."""
