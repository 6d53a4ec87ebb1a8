"""The Label Studio side of a build: tasks written one by one, each proven to lead back to its record."""

from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from msgspec.json import encode

from ..labelstudio import config, prove
from ..model.record import Record


class Tasks(AbstractContextManager["Tasks"]):
    """`config.xml` and `tasks.json` of a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = self.regions = 0
        self.sample: dict[str, Any] | None = None

    def __enter__(self) -> Self:
        self.folder.mkdir()
        (self.folder / "config.xml").write_text(config(), "utf-8")
        self.file = (self.folder / "tasks.json").open("wb")
        self.file.write(b"[")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self.file:
            self.file.write(b"\n]\n" if self.count else b"]\n")

    def add(self, record: Record) -> None:
        """Write a record's task.

        Raises:
            RoundTripError: it would not come back as it was.
        """
        task = prove(record)
        self.file.write(b",\n" if self.count else b"\n")
        self.file.write(encode(task))
        self.sample = self.sample or task
        self.count += 1
        self.regions += sum(r.get("type") == "labels" for r in task["annotations"][0]["result"])

    def checked(self) -> str:
        """What Label Studio's own SDK says of configuration and tasks, where it is installed.

        Raises:
            ValueError: it refuses one of them.
        """
        if self.sample is None:
            return "nothing to check"
        try:
            from label_studio_sdk.label_interface import LabelInterface
        except ImportError:
            return "not checked by Label Studio's SDK (pip install 'onrecord[labelstudio]')"
        interface = LabelInterface(config())
        interface.validate()
        if not interface.validate_annotation(self.sample["annotations"][0]):
            raise ValueError("Label Studio's SDK refuses the annotation that was made")
        return "configuration and tasks accepted by Label Studio's SDK"
