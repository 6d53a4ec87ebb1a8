"""A catalogue entry of a finding that no rule yields."""

from msgspec import Struct

from ..finding import Patch, Severity


class Code(Struct, frozen=True):
    """A catalogue entry, as of a rule. Examples are changes to `schemas/record.example.json`, or words."""

    code: str
    name: str
    what: str
    why: str
    bad: tuple[str | Patch, ...] = ()
    good: tuple[str | Patch, ...] = ()
    severity: Severity = "error"
    since: str = "0.1.0"
    fixable: bool = False
