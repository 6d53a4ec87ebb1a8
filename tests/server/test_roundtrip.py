import pytest

from onrecord.labelstudio import from_export
from onrecord.model.record import Record

from .samples import NASTY, small, stored
from .studio import Studio

pytestmark = pytest.mark.server


def _same(studio: Studio, records: list[Record], title: str) -> None:
    pid, _ = studio.project(records, title)
    back = list(from_export(studio.export(pid)))
    assert [findings for _, findings in back] == [[] for _ in records]
    for record, (found, _) in zip(records, back, strict=True):
        assert found == record


def test_stored_records_come_back_equal(studio: Studio) -> None:
    records = list(stored())
    assert len(records) > 1
    _same(studio, records, "stored")


def test_nasty_texts_come_back_equal(studio: Studio) -> None:
    _same(studio, [small(name, text) for name, text in NASTY.items()], "nasty")
