"""Records ⇄ Label Studio. Offsets need no conversion: its `<Text>` counts Unicode code points, end exclusive."""

from .choosing import Choice
from .config import config
from .from_task import from_export, from_task
from .importing import Landing, imported
from .roundtrip import RoundTripError, prove
from .to_task import to_task

__all__ = [
    "Choice",
    "Landing",
    "RoundTripError",
    "config",
    "from_export",
    "from_task",
    "imported",
    "prove",
    "to_task",
]
