"""`ingest` and a batch that a person paused: it comes back, says what waits, and goes on when the person lets it."""

from __future__ import annotations

from pathlib import Path

from archive.access import machine_viewer
from archive.jobs import acts
from archive.office import Office
from base.progress import Silent
from ingest.batch import count_left, count_paused, ingest
from tests.ingest import engines
from tests.ingest.test_readings import write_page

ME = machine_viewer("tester")


def test_what_is_paused_is_not_waited_for_and_is_told(office: Office, tmp_path: Path) -> None:
    write_page(tmp_path / "一批" / "A001" / "1" / "1" / "001.jpg", engines.WELL)
    ingest(office, tmp_path / "一批", None, ME, Silent(), wait=False)
    with office.catalogue.write() as session:
        acts.pause_batch(session, ME, 1)
    result = ingest(office, tmp_path / "一批", None, ME, Silent(), wait=True)
    assert result.as_json()["paused_jobs"] == result.paused_jobs > 0
    assert result.has_failures
    with office.catalogue.write() as session:
        acts.resume_batch(session, ME, 1)
        assert count_paused(session, 1) == 0
        assert count_left(session, 1) == result.paused_jobs
