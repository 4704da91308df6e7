"""A delivery taken in on a real S3 server: the same rows and the same bytes as in a folder."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from archive.access import machine_viewer
from archive.jobs import LocalQueue
from archive.office import make_office
from archive.store.keys import original_key
from archive.tables import JobRow, Material, PageVersion
from base.digests import sha256_of_file
from base.progress import Silent
from ingest.delivery.read import read_delivery
from ingest.receive import receive
from ingest.workers import run_job
from ingest.workshop import Workshop
from tests.archive.store.buckets import settings_for
from tests.ingest.conftest import MakePage

pytestmark = pytest.mark.service


def test_a_delivery_is_stored_measured_read_and_bound_on_s3(tmp_path: Path, page: MakePage) -> None:
    root = tmp_path / "delivery"
    files = [page(root / "A1" / "1" / "1" / f"{number:03}.jpg", f"Page {number} 1975") for number in (1, 2)]
    office = make_office(settings_for(tmp_path / "office"), "测试区", "admin", "password-1")
    receipt = receive(office, read_delivery(root), "S3", machine_viewer("tester"), Silent(), "da-t-31")
    assert (receipt.new, receipt.quarantined) == (2, [])
    queue, workshop = LocalQueue(office.catalogue), Workshop(office)
    while (job := queue.claim("test")) is not None:
        run_job(workshop, queue, job)
    with office.catalogue.read() as session:
        assert set(session.scalars(select(JobRow.state))) == {"done"}
        pdf = session.scalars(select(Material.pdf_key)).one()
        views = session.scalars(select(PageVersion.view_key)).all()
    for file in files:
        assert office.store.read(original_key(sha256_of_file(file))) == file.read_bytes()
    assert pdf is not None
    assert office.store.read(pdf).startswith(b"%PDF")
    assert all(view is not None and office.store.exists(view) for view in views)
    office.close()
