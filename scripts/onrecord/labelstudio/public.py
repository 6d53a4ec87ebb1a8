"""The public functions `onrecord.to_labelstudio` and `onrecord.from_labelstudio`: thin fronts of the codec."""

from collections.abc import Iterable, Mapping
from typing import Any

from ..findings.finding import Finding
from ..model.record import Record
from .codec.from_task import from_task
from .codec.roundtrip import prove


def to_labelstudio(record: Record, layers: Iterable[str] | None = None) -> dict[str, Any]:
    """The Label Studio task of a record, proven to lead back to it.

    Args:
        layers: what the task shows: `entities`, `times`, `quotes`, `claims`, `events`; all without it. The others
            travel unseen, and come back.

    Raises:
        onrecord.labelstudio.RoundTripError: something would be lost; nobody should annotate it.
        ValueError: a layer is unknown.

    >>> task = onrecord.to_labelstudio(record, ["quotes"])
    >>> task["data"]["text"] == record.text
    True
    """
    return prove(record, layers)


def from_labelstudio(task: Mapping[str, Any]) -> tuple[Record | None, list[Finding]]:
    """The record of a task that `to_labelstudio` made and people worked on: its newest annotation, and what is wrong with it.

    With errors there is no record. The rules have not seen it yet: `check` it.

    Args:
        task: a task of Label Studio's JSON export, decoded.

    >>> back, findings = onrecord.from_labelstudio(task)
    >>> back == record, findings
    (True, [])
    """
    return from_task(task)
