"""Which records' texts may be passed on: those whose `rights` is an open licence."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import Decoder

from ..checking.sources import raw_records, units
from ..files import record_files
from ..files.reading import Reach
from ..findings.finding import Finding

OPEN = frozenset(
    """CC0-1.0 CC-PDDC CC-PDM-1.0 PDDL-1.0 ODC-By-1.0 ODbL-1.0 Unlicense
    CC-BY-1.0 CC-BY-2.0 CC-BY-2.5 CC-BY-3.0 CC-BY-4.0
    CC-BY-SA-1.0 CC-BY-SA-2.0 CC-BY-SA-2.5 CC-BY-SA-3.0 CC-BY-SA-4.0
    GFDL-1.3-only GFDL-1.3-or-later FAL-1.3 OGL-UK-1.0 OGL-UK-2.0 OGL-UK-3.0 OGL-Canada-2.0 etalab-2.0
    DL-DE-BY-2.0 DL-DE-ZERO-2.0 MIT Apache-2.0""".split()
)
"""SPDX ids (https://spdx.org/licenses) of licences that let everybody use, change and pass on a text, as the Open
Definition asks (https://opendefinition.org); none with NC (no commerce) or ND (no changes) is."""
_FOLDED = frozenset(name.casefold() for name in OPEN)


class _Metadata(Struct):
    rights: str


class _Head(Struct):
    metadata: _Metadata


def is_open(rights: str) -> bool:
    """Whether a record's `rights` is the SPDX id of an open licence; ids are of any case."""
    return rights.strip().casefold() in _FOLDED


def reserved(corpus: Path) -> tuple[int, list[str]]:
    """How many records there are, and the `rights` of each that are no open licence, in the order of the files.

    Records that can't be read are passed over: the validator speaks of them.
    """
    count, found = 0, []
    for rights in _rights(corpus):
        count += 1
        if not is_open(rights):
            found.append(rights)
    return count, found


def _rights(corpus: Path) -> Iterator[str]:
    decoder = Decoder(_Head)
    reach = Reach.of(corpus)
    for file in record_files.record_files(corpus):
        for unit in units(file, reach):
            for one in () if isinstance(unit, Finding) else raw_records(unit):
                try:
                    yield decoder.decode(one.raw).metadata.rights
                except DecodeError:
                    continue
