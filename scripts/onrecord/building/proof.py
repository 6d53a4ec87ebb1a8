"""Why a record can't be proven to come back as it is, in findings: what, and where in its file."""

from pathlib import Path

from msgspec import DecodeError, Struct
from msgspec.json import Decoder
from msgspec.structs import replace

from ..checking.locating import Where
from ..checking.rules import Document
from ..checking.rules.spans.references import repeated_link
from ..checking.sources import raw_records, units
from ..files.parsing import file_finding
from ..files.positions import Positions
from ..findings.finding import Finding, Related
from ..labelstudio import RoundTripError
from ..model.record import Record


class NotAsWritten(RoundTripError):
    """The dataset would not give back what was put into it; `record` is a record, or a config of the dataset."""

    def __str__(self) -> str:
        return f"{self.record}: the way to the dataset and back changes {len(self.differences)} thing(s): {'; '.join(self.differences[:5])}"

    def finding(self, folder: Path) -> Finding:
        """Of a dataset that was just written, and is read otherwise."""
        message = f"{self.record}: {'; '.join(self.differences[:5])}"
        fix = "build it again; if it happens again, report it: the disk, `datasets` or onrecord has a fault"
        return file_finding("DST011", str(folder / self.record), message, fix)


class _Id(Struct):
    id: str


def irreversible(error: RoundTripError, record: Record, file: Path) -> list[Finding]:
    """What of a record is lost or changed on the way to Label Studio, or to the dataset, and back.

    Of what stands twice in a list, which is once there, the second is named.
    """
    doubled = list(repeated_link.check(Document(record)))
    place, kind = _places(file, record.id)
    found: list[Finding] = []

    def add(pointer: str | None, message: str, fix: str, related: tuple[Related, ...] = ()) -> None:
        at = place(pointer or "")
        made = file_finding("DST010", str(file), message, fix, at if kind != "parquet" else (at[0], 1), pointer)
        found.append(replace(made, record=record.id, related=related))

    where = "the dataset" if isinstance(error, NotAsWritten) else "Label Studio"
    explained: set[str] = set()
    for words in error.differences:
        pointer = words.split(" ", 1)[0] if words.startswith("/") else None
        here = [p for p in doubled if pointer is not None and p.pointer.startswith(f"{pointer.rstrip('/')}/")]
        if pointer is not None and any(pointer.startswith(f"{known}/") for known in explained):
            continue  # of a list that lost an item, all that follows has moved
        for problem in here:
            places = ((p.message, p.pointer, place(p.pointer)) for p in problem.related)
            related = tuple(Related(said, str(file), to, *at) for said, to, at in places)
            message = f"{problem.message}; {where} holds it once, so that the record would not come back as it is"
            add(problem.pointer, message, problem.fix or "remove one of the two", related)
        if here and pointer is not None:
            explained.add(pointer)
        else:
            fix = (
                "correct what `onrecord validate` says of the record; if that is nothing, report this, with the record"
            )
            add(pointer, f"the way to {where} and back changes the record: {words}", fix)
    return found


def too_deep(record: Record, file: Path) -> Finding:
    """Of a record with an extension whose levels can't be followed; nothing else in a record is so deep."""
    at, kind = _places(file, record.id)
    message = "the extensions are nested too deeply to be written"
    line, column = at("/extensions")
    fix = "flatten them, or keep them elsewhere"
    made = file_finding("DST010", str(file), message, fix, (line, column if kind != "parquet" else 1), "/extensions")
    return replace(made, record=record.id)


def _places(file: Path, id: str) -> tuple[Where, str]:
    """Line and column of a pointer into a record of a file, and the file's form; the file is looked through again."""
    decoder = Decoder(_Id)
    for unit in units(file):
        if isinstance(unit, Finding):
            break
        for one in raw_records(unit):
            try:
                if decoder.decode(one.raw).id != id:
                    continue
            except DecodeError:
                continue
            return _from(one.line, one.raw if unit.kind != "parquet" else b"{}"), unit.kind
    return _from(1, b"{}"), "file"


def _from(first: int, raw: bytes) -> Where:
    positions = Positions(raw.decode("utf-8", "replace"))

    def place(pointer: str) -> tuple[int, int]:
        line, column = positions.place(pointer)
        return line + first - 1, column

    return place
