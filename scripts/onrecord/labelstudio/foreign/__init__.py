"""Another team's Label Studio project → draft records, by a mapping file."""

from .convert import Tally, move
from .mapping import Mapping, load
from .starter import starter

__all__ = ["Mapping", "Tally", "load", "move", "starter"]
