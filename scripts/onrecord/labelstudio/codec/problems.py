"""What is wrong with a task, as findings that speak of its regions in the page's words."""

from typing import Any

from ...checking.schema_errors import shape_faults
from ...findings.finding import Finding, Severity, excerpt
from .carriers.marks import Region


class Problems:
    """Findings of one task; the pointer is into the export file."""

    def __init__(self, file: str, base: str) -> None:
        self.file, self.base = file, base
        self.text = ""
        self.found: list[Finding] = []

    def add(
        self,
        code: str,
        pointer: str,
        message: str,
        fix: str,
        severity: Severity = "error",
        *,
        region: Region | None = None,
    ) -> None:
        """A finding; one about a region says so in the page's words, and shows the article's."""
        self.found.append(
            Finding(
                code=code,
                severity=severity,
                file=self.file,
                pointer=self.base + pointer,
                line=None,
                column=None,
                message=message if region is None else f"{region.title}: {message}",
                fix=fix,
                item=None if region is None else region.id,
                excerpt=None if region is None else excerpt(self.text, region.start, region.end),
            )
        )

    def at(self, code: str, region: Region, message: str, fix: str, severity: Severity = "error") -> None:
        """A finding about a region."""
        self.add(code, region.pointer, message, fix, severity, region=region)

    def shape(self, made: Any) -> None:
        """The faults of a record made of the task against the schema; what it carries may be nested too deeply for that."""
        try:
            faults = shape_faults(made)
        except (ValueError, RecursionError):
            fix = "take what is nested so deeply out of the task"
            self.add("LST001", "", "the task can't be read: it is nested too deeply", fix)
            return
        for fault in faults:
            message = f"the record made of this task has a fault at {fault.pointer}: {fault.message}"
            self.add(fault.code, "", message, fault.fix)

    @property
    def errors(self) -> bool:
        return any(f.severity == "error" for f in self.found)


def title(label: str, text: str, start: int, end: int) -> str:
    """A region in the page's words: its label, what it marks, and where, if the article has the words twice."""
    words = text[start:end]
    short = words if len(words) <= 50 else f"{words[:30]} … {words[-15:]}"
    found = f"{label} “{' '.join(short.split()) or short}”"
    if len(words) <= 30 and text.count(words) > 1:
        around = f"{text[max(0, start - 24) : start]}[{words}]{text[end : end + 16]}"
        found += f" (in “…{' '.join(around.split())}…”)"
    return found
