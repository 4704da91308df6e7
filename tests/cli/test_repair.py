"""`juanzong repair`: the optimised set beside the originals, which are never written; it goes on where it stopped."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from base.digests import sha256_of_file
from cli.main import main
from tests.ingest.repair.sheets import WHITE_LID, draw_sheet, lay, saved

DPI = 100


@pytest.fixture
def delivery(tmp_path: Path) -> Path:
    """A leaning page with a black border, one that is well, a damaged one, a TIFF of two pages, and a list."""
    folder = tmp_path / "原始" / "LT-001" / "1" / "1"
    folder.mkdir(parents=True)
    sheet = draw_sheet(DPI)
    leaning, well = lay(sheet, dpi=DPI, skew=2.0), lay(sheet, dpi=DPI, margin_mm=2.5, bed=WHITE_LID)
    (folder / "001.jpg").write_bytes(saved(leaning.pixels, dpi=DPI))
    (folder / "002.jpg").write_bytes(saved(well.pixels, dpi=DPI))
    (folder / "003.jpg").write_bytes(saved(well.pixels, dpi=DPI)[:9000])
    first, second = Image.fromarray(well.pixels), Image.fromarray(leaning.pixels)
    first.save(folder / "004.tif", save_all=True, append_images=[second], dpi=(DPI, DPI), compression="tiff_lzw")
    (folder / "notes.txt").write_text("read me", "utf-8")
    return tmp_path / "原始"


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    status = main(["repair", *arguments, "--json"])
    return status, json.loads(capsys.readouterr().out)


def digests(folder: Path) -> dict[str, str]:
    return {str(file.relative_to(folder)): sha256_of_file(file) for file in folder.rglob("*") if file.is_file()}


def test_the_optimised_set_lies_beside_and_originals_stay(
    delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before, out = digests(delivery), tmp_path / "优化"
    status, answer = run(capsys, str(delivery), "--out", str(out))
    assert status == 1  # one page is damaged
    assert answer["summary"] == {"pages": 5, "repaired": 2, "unchanged": 2, "failed": 1, "known": 0}
    assert digests(delivery) == before
    pages = {(page["file"], page["page"]): page for page in answer["pages"]}
    leaning = pages["LT-001/1/1/001.jpg", 1]
    assert [note["code"] for note in leaning["done"]] == ["repair.level-left", "repair.border", "repair.crop"]
    assert "逆时针纠偏" in leaning["message_zh"]
    assert leaning["out"] == "LT-001/1/1/001.jpg"
    assert leaning["sha256"] == before["LT-001/1/1/001.jpg"]
    made = digests(out)
    assert made["LT-001/1/1/001.jpg"] == leaning["out_sha256"] != leaning["sha256"]
    # What needs nothing is the same bytes; of a file with several pages each becomes an image.
    assert made["LT-001/1/1/002.jpg"] == before["LT-001/1/1/002.jpg"]
    assert pages["LT-001/1/1/004.tif", 2]["out"] == "LT-001/1/1/004/0002.tif"
    with Image.open(out / "LT-001/1/1/004/0001.tif") as image:
        assert (image.format, image.info["compression"], image.n_frames) == ("TIFF", "tiff_lzw", 1)
    failed = pages["LT-001/1/1/003.jpg", 1]
    assert (failed["state"], failed["out"]) == ("failed", None)
    assert not (out / "LT-001/1/1/003.jpg").exists()


def test_a_second_run_does_only_what_is_left(
    delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "优化"
    (delivery / "LT-001/1/1/003.jpg").unlink()
    (delivery / "LT-001/1/1/004.tif").unlink()
    _, first = run(capsys, str(delivery), "--out", str(out))
    status, second = run(capsys, str(delivery), "--out", str(out))
    assert (status, second["summary"]["known"]) == (0, 2)
    assert second["pages"] == first["pages"]
    # A result that is gone, and an original that changed, are work again.
    (out / "LT-001/1/1/002.jpg").unlink()
    (delivery / "LT-001/1/1/001.jpg").write_bytes(saved(lay(draw_sheet(DPI), dpi=DPI, skew=-3.0).pixels, dpi=DPI))
    _, third = run(capsys, str(delivery), "--out", str(out))
    assert third["summary"]["known"] == 0
    assert "顺时针纠偏" in third["pages"][0]["message_zh"]
    # A line that a crash cut off is no result.
    journal = out / ".juanzong-repair.jsonl"
    journal.write_text(journal.read_text("utf-8")[:-40], "utf-8")
    assert run(capsys, str(delivery), "--out", str(out))[0] == 0


@pytest.mark.parametrize("where", ["", "优化", ".."])
def test_results_never_land_among_the_originals(delivery: Path, where: str, capsys: pytest.CaptureFixture[str]) -> None:
    before = digests(delivery.parent)
    status, answer = run(capsys, str(delivery), "--out", str(delivery / where))
    assert (status, answer["error"]["code"]) == (2, "repair.out-inside")
    assert digests(delivery.parent) == before


def test_a_folder_with_other_things_in_it_is_not_written_to(
    delivery: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "other"
    out.mkdir()
    (out / "letter.txt").write_text("mine", "utf-8")
    status, answer = run(capsys, str(delivery), "--out", str(out))
    assert (status, answer["error"]["code"]) == (2, "repair.not-ours")
    assert [file.name for file in out.iterdir()] == ["letter.txt"]


def test_a_missing_path_is_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    status, answer = run(capsys, str(tmp_path / "nothing"), "--out", str(tmp_path / "out"))
    assert (status, answer["error"]["code"]) == (2, "path.missing")
    assert not (tmp_path / "out").exists()
