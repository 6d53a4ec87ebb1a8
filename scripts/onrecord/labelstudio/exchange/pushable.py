"""The records of a corpus that can be pushed, one by one, and what is wrong with the others."""

from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

from ...checking.sources import raw_records, units
from ...checking.validate import check_source
from ...files import record_files
from ...files.reading import Reach
from ...findings.finding import Finding
from ...model.record import Record


class Records:
    """The corpus's valid records, and what is wrong with the others."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.findings: list[Finding] = []
        self.bad = 0
        self._last = Unread("", b"", 1)

    def refused(self, faults: dict[str, list[Finding]]) -> None:
        """Records that Label Studio would damage."""
        self.findings += [f for found in faults.values() for f in found]
        self.bad += len(faults)

    def placed(self, findings: list[Finding]) -> list[Finding]:
        """Findings about the record that came last, with its file and their lines."""
        from ..codec.roundtrip import located

        return located(findings, self._last.file, self._last.raw, self._last.line)

    def __iter__(self) -> Iterator[Record]:
        reach = Reach.of(self.path)
        for file in record_files.record_files(self.path):
            for unit in units(file, reach):
                if isinstance(unit, Finding):
                    self.findings.append(unit)
                    self.bad += 1
                    continue
                for one in raw_records(unit):
                    record, found = check_source(one.raw, unit.file, first_line=one.line)
                    found = [*([one.fault] if one.fault else []), *found]
                    errors = [f for f in found if f.severity == "error"]
                    if record is not None and not errors:
                        self._last = Unread(unit.file, one.raw, one.line)
                        yield record
                    else:
                        self.findings += errors
                        self.bad += 1


class Unread(Struct, frozen=True):
    """A record as it stands in its file."""

    file: str
    raw: bytes
    line: int
