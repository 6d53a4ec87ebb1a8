"""Records ⇄ Label Studio. Offsets need no conversion: its `<Text>` counts Unicode code points, end exclusive."""

from .config import config
from .from_task import from_export, from_task
from .roundtrip import RoundTripError, prove
from .to_task import to_task

__all__ = ["RoundTripError", "config", "from_export", "from_task", "prove", "to_task"]
