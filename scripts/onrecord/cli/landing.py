"""Where imported records land: checked, each in its place, or beside the folder with its findings."""

import io
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError
from msgspec.json import decode

from .. import report, store
from ..finding import Finding
from ..record import Record
from ..validate import check_source, read
from .base import count, emit, err, fail, finding, show

if TYPE_CHECKING:
    from ..labelstudio import Landing
    from ..labelstudio.foreign import Mapping, Tally


def export_files(export: Path) -> list[Path]:
    """The file itself, or the JSON files of a folder: old versions and target storages write one a task."""
    if not export.is_dir():
        return [export]
    found = [f for f in store.record_files(export) if store.form(f) == ".json"]
    if not found:
        fail([finding("FIL006", export, "the folder holds no JSON file", "name the folder of the export")])
    return found


def export_tasks(export: Path) -> object:
    """The JSON value of an export; else what it is instead, and exit code 1."""
    from ..labelstudio.forms import of_bytes

    raw, unreadable = read(export)
    if raw is None:
        fail([unreadable] if unreadable else [])
    try:
        return decode(raw)
    except (DecodeError, RecursionError) as error:
        message, fix = of_bytes(raw) or (f"this is no Label Studio export: {error}", "export the project in JSON form")
        fail([finding("LST001", export, message, fix)])


def mapping_of(path: Path | None) -> "Mapping | None":
    """The mapping of a file; with faults, these and exit code 1."""
    from ..labelstudio.foreign import load

    if path is None:
        return None
    raw, unreadable = read(path)
    if raw is None:
        fail([unreadable] if unreadable else [])
    mapping, found = load(raw, str(path))
    if mapping is None:
        fail(found)
    return mapping


class Landed:
    """Writes what was imported, and counts."""

    def __init__(self, export: Path, output: Path, raw: Path | None, force: bool) -> None:
        self.export, self.output, self.raw, self.force = export, output, raw, force
        self.review = output.with_name("review" if output.name == "records" else f"{output.name or 'records'}-review")
        self.written = self.bad = self.kept = self.doubts = 0

    def all(self, landings: Sequence["Landing"]) -> None:
        ids = Counter((one.annotator, one.record.id) for one in landings if one.record is not None)
        for one in landings:
            findings = one.findings
            if one.record is not None:
                twice = ids[one.annotator, one.record.id]
                findings = [*findings, *self._land(one, one.record, twice)]
            show(findings)
            self.bad += any(f.severity == "error" for f in findings)

    def _land(self, one: "Landing", record: Record, twice: int) -> list[Finding]:
        from ..labelstudio.choosing import folder_name

        place = Path(f"{record.id}.json")
        if one.annotator is not None:
            place = Path(folder_name(one.annotator)) / place
        path, content = self.output / place, store.canonical(record)
        _, found = check_source(content, str(path))
        if twice > 1:
            message = f"{twice} tasks are of the record {record.id}"
            return [*found, finding("LST010", self.export, message, "delete all but one in Label Studio")]
        if any(f.severity == "error" for f in found):
            if one.foreign:
                self._aside(place, content, found)
            return found
        texts = [] if self.raw is None else [(record.text.encode(), self.raw / record.metadata.source_file)]
        for new, at in [*texts, (content, path)] if one.foreign and not self.force else []:
            if at.exists() and at.read_bytes() != new:
                message = f"{at} is there and differs; it may have been corrected since"
                return [finding("LST038", self.export, message, "import into a new folder, or say --force")]
        for new, at in [*texts, (content, path)]:
            emit(new, at)
        self.written += 1
        if one.foreign:  # of drafts, only how many
            self.doubts += len(found)
            return []
        return found

    def _aside(self, place: Path, content: bytes, found: list[Finding]) -> None:
        """What is not yet valid, with what is to be corrected."""
        emit(content, self.review / place)
        page = io.StringIO()
        told = report.reporter("json", page)
        tally = report.Tally()
        tally.add(found)
        told.add(found, str(self.review / place))
        told.close(tally.totals())
        emit(page.getvalue().encode(), self.review / place.with_suffix(".findings.json"))
        self.kept += 1

    def tell(self, tally: "Tally | None") -> None:
        """What was written, mapped and carried, in a few lines."""
        err.print(
            f"{count(self.written, 'record')} written to {self.output}"
            + (f", {self.bad} not written" if self.bad else "")
            + (f"; {self.kept} with errors, with their findings, to {self.review}" if self.kept else ""),
            markup=False,
        )
        if tally is not None and tally.results:
            mapped = ", ".join(f"{n} {layer}" for layer, n in tally.mapped.items() if n)
            err.print(
                f"{count(tally.results, 'result')} of another project: {tally.results - tally.carried} mapped "
                f"({mapped or 'nothing'}), {tally.carried} carried along in extensions.labelstudio; "
                f"{count(tally.defaults, 'default')} filled in",
                markup=False,
            )
        if self.doubts:
            err.print(f"doubtful in these drafts: {self.doubts}; see onrecord validate {self.output}", markup=False)
