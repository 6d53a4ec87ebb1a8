"""Records ⇄ Label Studio. Offsets need no conversion: its `<Text>` counts Unicode code points, end exclusive."""

from .choosing import Choice
from .config import config
from .from_task import from_export, from_task, tasks_of
from .importing import Landing, imported
from .landing import Landed, land, record_id
from .mapping import passes
from .once import taken_once
from .preflight import check_task
from .roundtrip import RoundTripError, in_file, prove
from .to_task import to_task

__all__ = [
    "Choice",
    "Landed",
    "Landing",
    "RoundTripError",
    "check_task",
    "config",
    "from_export",
    "from_task",
    "imported",
    "in_file",
    "land",
    "passes",
    "prove",
    "record_id",
    "taken_once",
    "tasks_of",
    "to_task",
]
