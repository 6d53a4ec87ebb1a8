"""onrecord: raw news articles to validated annotated records, and on to Label Studio and Hugging Face."""

__version__ = "0.2.0"
"""The package's version; its only home (pyproject.toml reads it here)."""
