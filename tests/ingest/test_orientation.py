"""A page fed in head first: reading finds out, and what the rules say of the page follows."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from sqlalchemy import select

from archive.access import machine_viewer
from archive.office import Office
from archive.tables import FindingRow, PageVersion
from base.progress import Silent
from ingest.batch import ingest
from tests.ingest.measure.sheets import Sheet, aged


def test_a_page_on_its_head_is_found_by_reading(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "delivery" / "A001" / "1" / "1" / "001.jpg"
    file.parent.mkdir(parents=True)
    Image.fromarray(aged(Sheet().letter(8).pixels())).rotate(180).save(file, dpi=(150, 150), quality=88)
    ingest(office, tmp_path / "delivery", "一批", machine_viewer("tester"), Silent(), wait=True)
    with office.catalogue.read() as session:
        turn = session.scalars(select(PageVersion)).one().measures["orientation_deg"]
        found = session.scalars(select(FindingRow).where(FindingRow.rule == "page.orientation")).all()
        assert (turn["value"], turn["confidence"] > 0.8) == (180, True)
        assert [(each.scope, each.measured) for each in found] == [("page", "180")]
