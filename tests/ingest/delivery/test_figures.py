"""What a delivery can be counted by, and the items of 四性检测 that come of it."""

from __future__ import annotations

from pathlib import Path

from ingest.check import check_path
from ingest.delivery.figures import figures_of
from ingest.delivery.read import read_delivery
from tests.ingest.delivery.trees import ID, ID2, tree

LIST = f"序号,姓名,身份证号码,页数\n1,王芳,{ID},2\n2,李强,{ID2},1\n"
CATALOGUE = f"身份证号,类号,材料名称,页数\n{ID},1-1,履历表,2\n{ID2},1-1,履历表,1\n"


def delivery(root: Path) -> Path:
    pages = [f"{ID}/1/1/001.jpg", f"{ID}/1/1/002.jpg", f"{ID}/目录/{ID}-0(1.jpg", f"{ID2}/1/1/001.jpg"]
    tree(root, pages)
    (root / "移交目录.csv").write_text(LIST, "utf-8")
    (root / "卷内目录.csv").write_text(CATALOGUE, "utf-8")
    return root


def test_counts_of_a_delivery_and_of_its_lists(tmp_path: Path) -> None:
    assert figures_of(read_delivery(delivery(tmp_path))) == {
        "files": 6, "ignored_files": 0, "lists": 2, "list_rows": 2, "catalogue_rows": 2, "archive_numbers": None,
        "dossiers": 2, "listed_dossiers": 2, "pages": 3, "listed_pages": 3,
    }  # fmt: skip


def test_check_answers_the_items_and_passes_none_from_outside(tmp_path: Path) -> None:
    answer = check_path(delivery(tmp_path), workers=1).as_json()
    states = {item["id"]: item["state"] for item in answer["four_properties"]}
    assert states["GD-2-1"] == states["GD-2-6"] == states["GD-2-11"] == states["GD-3-1"] == "pass"
    assert states["GD-1-7"] == states["GD-1-1"] == "person"  # no 档号, no recorded digests
    assert states["GD-4-1"] == states["GD-4-2"] == states["GD-4-4"] == "outside"


def test_a_dossier_that_did_not_come_is_a_warning(tmp_path: Path) -> None:
    root = delivery(tmp_path)
    (root / ID2 / "1" / "1" / "001.jpg").unlink()
    states = {item["id"]: item["state"] for item in check_path(root, workers=1).as_json()["four_properties"]}
    assert states["GD-2-1"] == states["GD-2-11"] == "warn"
