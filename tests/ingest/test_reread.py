"""A batch or a dossier read again by another engine: beside what is there, on record, and only what the viewer may see."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.office import Office
from archive.tables import AuditEntry, Reading
from base.errors import JuanzongError
from base.progress import Silent
from ingest import reread as rereading
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.reread import reread
from tests.ingest import engines
from tests.ingest.test_readings import work, write_page

WHO = machine_viewer("tester")


@pytest.fixture
def two(office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Office:
    """Two dossiers of a page each, read by the office's own engine; work is done in this process."""
    for number, dossier in enumerate(("A001", "A002")):
        write_page(tmp_path / "delivery" / dossier / "1" / "1" / "001.jpg", engines.WELL - number)
    receive(office, read_delivery(tmp_path / "delivery"), "一批", WHO, Silent(), "da-t-31")
    work(office)
    monkeypatch.setattr(rereading, "work_until_done", lambda office, _batch, _progress: work(office))
    return office


def _readings(office: Office) -> list[tuple[int, str, bool]]:
    with office.catalogue.read() as session:
        rows = session.scalars(select(Reading).order_by(Reading.version_id, Reading.id))
        return [(row.version_id, row.engine, row.current) for row in rows]


def test_a_batch_read_again_for_comparison_changes_nothing_that_counts(two: Office) -> None:
    done = reread(two, WHO, "一批", "paddleocr", Silent(), use=False, wait=True)
    assert done.as_json() == {
        "name": "一批", "engine": "paddleocr", "pages": 2, "read": 2, "failed": 0, "counting": 0,
    }  # fmt: skip
    assert _readings(two) == [
        (1, "rapidocr", True), (1, "paddleocr", False), (2, "rapidocr", True), (2, "paddleocr", False),
    ]  # fmt: skip
    with two.catalogue.read() as session:
        entry = session.scalars(select(AuditEntry).where(AuditEntry.action == "pages.reread")).one()
        assert (entry.subject, entry.detail) == ("batch:1", {"engine": "paddleocr", "pages": 2, "use": False})


def test_a_dossier_read_again_to_count(two: Office) -> None:
    for _ in range(2):
        done = reread(two, WHO, "A002", "paddleocr", Silent(), use=True, wait=True)
        assert (done.pages, done.read, done.counting) == (1, 1, 1)
    assert _readings(two) == [(1, "rapidocr", True), (2, "rapidocr", False), (2, "paddleocr", True)]


@pytest.mark.parametrize(
    ("name", "engine", "code"), [("二批", "rapidocr", "reread.unknown"), ("一批", "tesseract", "ocr.engine-unknown")]
)
def test_what_cannot_be_read_again_is_said(two: Office, name: str, engine: str, code: str) -> None:
    with pytest.raises(JuanzongError) as caught:
        reread(two, WHO, name, engine, Silent(), use=False, wait=False)
    assert caught.value.code == code
    elsewhere = replace(WHO, organisations=frozenset({999}))
    with pytest.raises(JuanzongError) as caught:
        reread(two, elsewhere, "一批", "rapidocr", Silent(), use=False, wait=False)
    assert caught.value.code == "reread.unknown"
