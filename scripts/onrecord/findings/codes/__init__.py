"""The codes of findings that no rule yields."""

from .base import Code
from .datasets import DATASET, PUBLISH
from .labelstudio import BETWEEN, LABEL_STUDIO, MOVING, TRANSFER
from .plugins import PLUGINS
from .records import CORPUS, FILES, INGEST, MARKS, MIGRATE, SCHEMA

__all__ = ["CODES", "CORPUS", "FILES", "SCHEMA", "Code"]

_GROUPS = (
    FILES,
    SCHEMA,
    CORPUS,
    INGEST,
    MARKS,
    LABEL_STUDIO,
    TRANSFER,
    MOVING,
    BETWEEN,
    MIGRATE,
    DATASET,
    PUBLISH,
    PLUGINS,
)
CODES = {c.code: c for group in _GROUPS for c in group}
"""Every code that no rule yields."""
