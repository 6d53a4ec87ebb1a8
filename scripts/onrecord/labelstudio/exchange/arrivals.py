"""Where imported records arrive: read from files, checked, each in its place, or beside the folder with its findings."""

from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path

from msgspec import DecodeError
from msgspec.json import decode
from msgspec.structs import replace

from ...checking.validate import read
from ...files import canonical_json, record_files
from ...files.names import BadName, file_name, under
from ...files.parsing import file_finding
from ...files.reading import Reach
from ...files.writing import write_atomic
from ...findings.finding import Finding, InvalidData
from ...model.record import Record
from ..codec.choosing import folder_name
from ..codec.forms import decoded
from ..foreign import Mapping, Tally, load, starter
from .importing import Landing
from .landing import land, record_id
from .once import taken_once


def _name(one: Landing) -> str | None:
    """What a task's rejected files are called."""
    return one.record.id if one.record is not None else record_id(one.task)


def _other_article(old: bytes, record: Record) -> bool:
    """Whether what stands at a record's place is a record of another text."""
    try:
        there = decode(old)
    except (DecodeError, RecursionError):
        return False
    return isinstance(there, dict) and there.get("text_sha256", record.text_sha256) != record.text_sha256


def export_files(export: Path) -> list[Path]:
    """The file itself, or the JSON files of a folder: old versions and target storages write one a task.

    Raises:
        InvalidData: the folder holds none.
    """
    if not export.is_dir():
        return [export]
    found = [f for f in record_files.record_files(export) if record_files.form(f) == ".json"]
    if not found:
        raise InvalidData(
            [_finding("FIL006", export, "the folder holds no JSON file", "name the folder of the export")]
        )
    return found


def export_tasks(export: Path, within: Path) -> tuple[object, list[Finding]]:
    """The JSON value of an export's file, and what was replaced in it.

    Args:
        within: the export as it was named: the file, or a folder, which the file must not lead out of.

    Raises:
        InvalidData: it is no export.
    """
    reach = Reach.of(within) if within.is_dir() else None
    raw, unreadable = read(export, "export_bytes", reach=reach, expand=True)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    made = decoded(raw)
    if made.fault is not None:
        raise InvalidData([_finding("LST001", export, *made.fault)])
    if not made.mended:
        return made.value, []
    n, first = len(made.mended), made.mended[0]
    values = "1 value is" if n == 1 else f"{n} values are"
    message = f"{values} no JSON (half a character, NaN) and replaced"
    told = _finding("LST044", export, message, "nothing, if the rest is right", first)
    return made.value, [replace(told, severity="warning")]


def mapping_of(path: Path) -> Mapping:
    """The mapping of a file.

    Raises:
        InvalidData: it is none.
    """
    raw, unreadable = read(path)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    mapping, found = load(raw, str(path))
    if mapping is None:
        raise InvalidData(found)
    return mapping


def mapping_start(config: Path) -> str:
    """A first mapping file for a project with a labelling configuration, to be completed by hand.

    Raises:
        InvalidData: the file can't be read.
        ValueError: it is no configuration; the message says why.
    """
    raw, unreadable = read(config)
    if raw is None:
        raise InvalidData([unreadable] if unreadable else [])
    try:
        return starter(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        message = f"the byte 0x{raw[error.start]:02X} in line {line} is no UTF-8; save the configuration as UTF-8"
        raise ValueError(message) from None


def _finding(code: str, file: Path, message: str, fix: str, pointer: str | None = None) -> Finding:
    return file_finding(code, str(file), message, fix, pointer=pointer)


class Taken(Exception):
    """What would be written stands there already, and is something else."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(finding.message)
        self.finding = finding


class Arrivals:
    """Writes what was imported, and counts.

    Args:
        export: where it comes from.
        output: the folder for the records.
        raw: the folder for the articles' texts, if they are wanted.
        force: whether what is there and differs is written over.
        complete: whether tasks without anybody's work are errors.
        tell: is told what was found, task by task.
        guard: refuses, by an exception, a place that must not be written.
    """

    def __init__(
        self,
        export: Path,
        output: Path,
        raw: Path | None,
        force: bool,
        complete: bool,
        tell: Callable[[list[Finding]], None],
        guard: Callable[[Path], None],
    ) -> None:
        self.export, self.output, self.raw, self.force, self.complete = export, output, raw, force, complete
        self._tell, self._guard = tell, guard
        self.written = self.bad = self.aside = self.doubts = self.again = 0
        self.unfinished: Counter[str] = Counter()
        self.tally = Tally()
        self.articles: dict[Path, str] = {}

    def all(self, landings: Sequence[Landing]) -> None:
        """Write what is done; tasks without anybody's work are counted, or with `complete` are errors."""
        landings, self.again = taken_once(landings)
        for one in landings:
            if one.tally is not None:
                self.tally.add(one.tally)
        names = Counter((one.annotator, _name(one)) for one in landings if one.unfinished is None)
        for i, one in enumerate(landings):
            if one.unfinished is not None and not self.complete:
                self.unfinished[one.unfinished] += 1
                self._tell([f for f in one.findings if f.severity != "error"])
                continue
            rejected_as = None if names[one.annotator, _name(one)] <= 1 else f"{_name(one)}.{i}"
            self._land(one, rejected_as)

    def _land(self, one: Landing, rejected_as: str | None) -> None:
        findings = one.findings
        try:
            folder = self.output if one.annotator is None else under(self.output, folder_name(one.annotator))
            place = under(folder, file_name(_name(one) or "unnamed"))
            article = self._article(one)
        except BadName as error:  # nothing of it is written
            fix = "correct the name in the task's data (data.onrecord), and import again"
            self._tell([*findings, _finding("FIL008", self.export, str(error), fix)])
            self.bad += 1
            return
        except Taken as error:
            self._tell([*findings, error.finding])
            self.bad += 1
            return
        if (there := self._there(place, one.record) if one.foreign else None) is not None:
            findings = [*findings, there]
        name = _name(one)
        if name is None or one.unfinished is not None:  # no record to mend: there is nothing to keep
            self._tell(findings)
            self.bad += 1
            return
        self._guard(place)
        landed = land(place, one.record, one.task, findings, rejected_as=rejected_as)
        if landed.valid and one.record is not None and article is not None:
            self.articles[article] = one.record.id
            write_atomic(article, one.record.text.encode())
        told = landed.findings
        if landed.valid and one.foreign:  # of drafts, what the rules find doubtful is only counted
            told = findings
            self.doubts += len(landed.findings) - len(findings)
        self._tell(told)
        self.written += landed.valid
        self.bad += not landed.valid
        self.aside += not landed.valid

    def _article(self, one: Landing) -> Path | None:
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
            raise Taken(_finding("FIL015", self.export, message, "give one of the two another name in its task's data"))
        if self.force:
            return at
        raise Taken(self._differs(at))

    def _there(self, place: Path, record: Record | None) -> Finding | None:
        """What stands already where a foreign task's record would go, and differs."""
        if record is None or self.force or not place.exists():
            return None
        old, _ = read(place, reach=Reach.of(self.output))
        if old == canonical_json.canonical(record):
            return None
        if old is not None and _other_article(old, record):
            message = f"{place} is there, of another article"
            fix = "say in the mapping file which key of the data holds the article's id (`id`), or import into a new folder"
            return _finding("LST038", self.export, message, fix)
        return self._differs(place)

    def _differs(self, at: Path) -> Finding:
        message = f"{at} is there and differs; it may have been corrected since"
        return _finding("LST038", self.export, message, "import into a new folder, or say --force")
