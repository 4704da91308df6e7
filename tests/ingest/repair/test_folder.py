"""A folder repaired by several processes gives what one process gives, and a set that was optimised stays the sender's."""

from __future__ import annotations

from pathlib import Path

from base.digests import sha256_of_file
from ingest.repair.folder import repair_folder
from tests.ingest.repair.sheets import draw_sheet, lay, saved

DPI = 100


def test_two_processes_do_what_one_does(tmp_path: Path) -> None:
    sheet = draw_sheet(DPI)
    raw, optimised = tmp_path / "in" / "LT-1" / "原始" / "1" / "1", tmp_path / "in" / "LT-1" / "优化" / "1" / "1"
    for folder in (raw, optimised):
        folder.mkdir(parents=True)
    (raw / "001.jpg").write_bytes(saved(lay(sheet, dpi=DPI, skew=-2.0).pixels, dpi=DPI))
    (optimised / "001.jpg").write_bytes(saved(lay(sheet, dpi=DPI, skew=3.0).pixels, dpi=DPI))
    alone = repair_folder(tmp_path / "in", tmp_path / "alone", workers=1)
    together = repair_folder(tmp_path / "in", tmp_path / "together", workers=2)
    assert alone.pages == together.pages
    assert [(page.state, [note.code for note in page.left]) for page in alone.pages] == [
        ("repaired", []),
        ("unchanged", ["repair.has-optimised"]),
    ]
    assert sha256_of_file(tmp_path / "alone/LT-1/优化/1/1/001.jpg") == sha256_of_file(optimised / "001.jpg")
