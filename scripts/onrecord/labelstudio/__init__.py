"""Records ⇄ Label Studio. Offsets need no conversion: its `<Text>` counts Unicode code points, end exclusive."""

from .codec.choosing import Choice
from .codec.config import config
from .codec.from_task import from_export, from_task, tasks_of
from .codec.mapping import passes
from .codec.preflight import check_task
from .codec.roundtrip import RoundTripError, in_file, prove
from .codec.to_task import to_task
from .exchange.importing import Landing, imported
from .exchange.landing import Landed, land, record_id
from .exchange.once import taken_once

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
