"""Where imported records land: checked, each in its place, or beside the folder with its findings."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import DecodeError
from msgspec.json import decode

from .. import store
from ..files.names import BadName, file_name, under
from ..files.reading import Reach
from ..finding import Finding
from ..record import Record
from ..validate import read
from .base import count, distinct, emit, err, fail, finding, show

if TYPE_CHECKING:
    from ..labelstudio import Landing
    from ..labelstudio.foreign import Mapping, Tally


def _name(one: "Landing") -> str | None:
    """What a task's rejected files are called."""
    from ..labelstudio import record_id

    return one.record.id if one.record is not None else record_id(one.task)


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

    raw, unreadable = read(export, "export_bytes", expand=True)
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


class Taken(Exception):
    """What would be written stands there already, and is something else."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Landings:
    """Writes what was imported, and counts."""

    def __init__(self, export: Path, output: Path, raw: Path | None, force: bool) -> None:
        self.export, self.output, self.raw, self.force = export, output, raw, force
        self.written = self.bad = self.doubts = 0
        self.articles: dict[Path, str] = {}

    def all(self, landings: Sequence["Landing"]) -> None:
        ids = Counter((one.annotator, one.record.id) for one in landings if one.record is not None)
        names = Counter((one.annotator, _name(one)) for one in landings)
        for i, one in enumerate(landings):
            twice = 0 if one.record is None else ids[one.annotator, one.record.id]
            rejected_as = None if names[one.annotator, _name(one)] == 1 else f"{_name(one)}.{i}"
            self._land(one, twice, rejected_as)

    def _land(self, one: "Landing", twice: int, rejected_as: str | None) -> None:
        from ..labelstudio import land
        from ..labelstudio.choosing import folder_name

        findings = one.findings
        try:
            folder = self.output if one.annotator is None else under(self.output, folder_name(one.annotator))
            place = under(folder, file_name(_name(one) or "unnamed"))
            article = self._article(one)
        except BadName as error:  # nothing of it is written
            fix = "correct the name in the task's data (data.onrecord), and import again"
            show([*findings, finding("FIL008", self.export, str(error), fix)])
            self.bad += 1
            return
        except Taken as error:
            show([*findings, error.finding])
            self.bad += 1
            return
        if twice > 1 and one.record is not None:
            message = f"{twice} tasks are of the record {one.record.id}"
            findings = [*findings, finding("LST010", self.export, message, "delete all but one in Label Studio")]
        if (there := self._there(place, one.record) if one.foreign else None) is not None:
            findings = [*findings, there]
        name = _name(one)
        if name is None:  # no task of ours: there is nothing to keep
            show(findings)
            self.bad += 1
            return
        distinct(place, self.export)
        landed = land(place, one.record, one.task, findings, rejected_as=rejected_as)
        if landed.valid and one.record is not None and article is not None:
            self.articles[article] = one.record.id
            emit(one.record.text.encode(), article)
        told = landed.findings
        if landed.valid and one.foreign:  # of drafts, what the rules find doubtful is only counted
            told = findings
            self.doubts += len(landed.findings) - len(findings)
        show(told)
        self.written += landed.valid
        self.bad += not landed.valid

    def _article(self, one: "Landing") -> Path | None:
        """Where a task's article goes; None where none is written.

        Raises:
            BadName: no file can have its name.
            Taken: another article is there.
        """
        if one.record is None or self.raw is None:
            return None
        at = under(self.raw, one.record.metadata.source_file)
        text = one.record.text.encode()
        if not at.exists() or read(at, reach=Reach.of(self.raw))[0] == text:
            return at
        if (other := self.articles.get(at)) is not None:
            message = (
                f"the records {other} and {one.record.id} are of other articles, and both say source file {at.name!r}"
            )
            raise Taken(finding("FIL015", self.export, message, "give one of the two another name in its task's data"))
        if self.force:
            return at
        raise Taken(self._differs(at))

    def _there(self, place: Path, record: Record | None) -> Finding | None:
        """What stands already where a foreign task's record would go, and differs."""
        if record is None or self.force or not place.exists():
            return None
        same = read(place, reach=Reach.of(self.output))[0] == store.canonical(record)
        return None if same else self._differs(place)

    def _differs(self, at: Path) -> Finding:
        message = f"{at} is there and differs; it may have been corrected since"
        return finding("LST038", self.export, message, "import into a new folder, or say --force")

    def tell(self, tally: "Tally | None") -> None:
        """What was written, mapped and carried, in a few lines."""
        err.print(
            f"{count(self.written, 'record')} written to {self.output}"
            + (f", {self.bad} not: see *.rejected.txt there" if self.bad else ""),
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
