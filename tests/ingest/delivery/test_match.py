"""Rows and dossiers: joined by numbers, by a name only where it is the only one, never against an ID number."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.delivery.model import DeliveredDossier, Delivery
from ingest.delivery.read import read_delivery
from tests.ingest.delivery.lists.books import MATERIAL_HEADER, PEOPLE_HEADER, csv, xlsx
from tests.ingest.delivery.trees import ID, ID2, tree

ID3 = "370101190102039973"


def people(root: Path, *rows: tuple[object, ...]) -> None:
    """Rows of (序号, 姓名, 身份证号, 档号)."""
    cells = [[number, name, idn, *[""] * 8, archive] for number, name, idn, archive in rows]
    xlsx(root / "移交案卷目录.xlsx", [PEOPLE_HEADER, *cells])


def joined(delivery: Delivery) -> dict[str, str | None]:
    return {each.key: each.person and f"{each.person.number}{each.person.name}" for each in delivery.dossiers}


def notes(delivery: Delivery) -> list[str]:
    return sorted(note.code for note in delivery.notes)


@pytest.mark.parametrize(
    "folder",
    [ID, f"{ID}王芳", f"0099王芳-{ID}", "A002-RS-001", "2", "002", "002王芳", "王芳", "RS.2020.1", "110105491231002"],
)
def test_each_way_to_name_a_folder(tmp_path: Path, folder: str) -> None:
    archive = "RS.2020.1" if folder.startswith("RS") else "A002-RS-001"
    root = tree(tmp_path / "d", [f"{folder}/001.jpg"])
    people(root, (1, "李建国", ID2, "A002-RS-009"), (2, "王芳", ID, archive))
    assert joined(read_delivery(root)) == {folder: "2王芳"}


def test_a_folder_named_by_the_lists_own_numbers(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P007/001.jpg"])
    people(root, ("P006", "李建国", ID2, ""), ("P007", "王芳", ID, ""))
    assert joined(read_delivery(root)) == {"P007": "P007王芳"}


def test_equal_names_join_nobody(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["王芳/001.jpg"])
    people(root, (1, "王芳", ID, ""), (2, "王芳", ID2, ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {"王芳": None}
    assert notes(delivery) == ["match.same-name"]


def test_two_folders_of_one_name_join_nobody(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["一厂/王芳/001.jpg", "二厂/王芳/001.jpg"])
    people(root, (1, "王芳", ID, ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {"一厂/王芳": None, "二厂/王芳": None}


def test_a_name_never_joins_against_an_id_number(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"{ID3}王芳/001.jpg"])
    people(root, (1, "王芳", ID, ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {f"{ID3}王芳": None}
    assert notes(delivery) == ["match.contradiction"]


def test_a_serial_number_never_joins_against_a_name(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["001王芳/001.jpg"])
    people(root, (1, "李建国", ID2, ""), (2, "赵六", ID3, ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {"001王芳": None}
    assert notes(delivery) == ["match.contradiction"]


def test_one_id_number_on_two_people_joins_neither(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"{ID}/001.jpg"])
    people(root, (1, "王芳", ID, ""), (2, "李建国", ID, ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {ID: None}
    assert notes(delivery) == ["match.shared-number"]
    assert len(delivery.people) == 2


def test_a_cut_number_joins_by_name_where_its_digits_agree(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"{ID2}李建国/001.jpg", f"{ID}王芳/001.jpg"])
    people(root, (1, "李建国", int(ID2), ""), (2, "王芳", int(ID2), ""))
    delivery = read_delivery(root)
    assert joined(delivery) == {f"{ID2}李建国": "1李建国", f"{ID}王芳": None}


def test_two_volumes_of_one_person_share_the_row(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"正本/{ID}/001.jpg", f"副本/{ID}/001.jpg"])
    people(root, (1, "王芳", ID, ""))
    assert joined(read_delivery(root)) == {f"副本/{ID}": "1王芳", f"正本/{ID}": "1王芳"}


def test_a_row_without_images_stays_in_the_list(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"{ID}/001.jpg"])
    people(root, (1, "王芳", ID, ""), (2, "李建国", ID2, ""))
    delivery = read_delivery(root)
    assert len(delivery.dossiers) == 1
    assert [row.name for row in delivery.people] == ["王芳", "李建国"]


def materials(dossier: DeliveredDossier) -> list[tuple[str, str, str, int | None]]:
    return [(row.dossier, row.class_code, row.number, row.pages) for row in dossier.materials]


def test_catalogue_in_the_folder_of_the_dossier(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P1/1/1/001.jpg", "P2/1/1/001.jpg"])
    xlsx(root / "P1/卷内目录.xlsx", [MATERIAL_HEADER, ["1-1", "登记表", 1965, 3, 2, 1, 4, ""]])
    csv(root / "P2/目录/卷内目录.csv", [MATERIAL_HEADER, ["2-1", "自传", 1965, 3, 2, 1, 5, ""]], "gb18030")
    first, second = read_delivery(root).dossiers
    assert materials(first) == [("P1", "1", "1", 4)]
    assert materials(second) == [("P2", "2", "1", 5)]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("身份证号", ID),
        ("档号", "A002-RS-001"),
        ("姓名", "王芳"),
        ("编号", "2"),
        ("档号", "A002-RS-001-003"),
        ("工号", "0002"),
    ],
)
def test_catalogue_of_all_dossiers_with_a_key_column(tmp_path: Path, column: str, value: str) -> None:
    root = tree(tmp_path / "d", [f"{ID}/001.jpg", f"{ID2}/001.jpg"])
    people(root, (1, "李建国", ID2, "A002-RS-009"), (2, "王芳", ID, "A002-RS-001"))
    xlsx(root / "卷内目录.xlsx", [[column, *MATERIAL_HEADER], [value, "1-1", "登记表", 1965, 3, 2, 1, 1, ""]])
    delivery = read_delivery(root)
    assert {each.key: materials(each) for each in delivery.dossiers} == {ID: [(ID, "1", "1", 1)], ID2: []}


def test_catalogue_rows_that_fit_nobody_are_noted(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", [f"{ID}/001.jpg", "王芳/001.jpg", "厂/王芳/001.jpg"])
    rows = [[ID3, "王芳", "1-1", "登记表", "", "", "", 1, 1], ["", "王芳", "1-1", "登记表", "", "", "", 1, 1]]
    xlsx(root / "卷内目录.xlsx", [["身份证号", "姓名", *MATERIAL_HEADER], *rows])
    delivery = read_delivery(root)
    assert not any(each.materials for each in delivery.dossiers)
    (note,) = delivery.notes
    assert (note.code, note.params["count"], note.params["row"]) == ("match.materials-unplaced", 2, 2)


def run_of(tmp_path: Path, pages: int, *counts: object) -> DeliveredDossier:
    names = [f"{ID}/{ID}-{number}(1.jpg" for number in range(1, pages + 1)]
    names += [f"{ID}/目录/{ID}-0({number}.jpg" for number in (1, 2, 4)]
    root = tree(tmp_path / "d", names)
    rows = [[f"1-{index + 1}", "材料", 1965, "", "", 1, count, ""] for index, count in enumerate(counts)]
    xlsx(root / ID / "卷内目录.xlsx", [MATERIAL_HEADER, *rows])
    (dossier,) = read_delivery(root).dossiers
    return dossier


def test_page_counts_propose_where_materials_end(tmp_path: Path) -> None:
    dossier = run_of(tmp_path, 6, 1, 3, 2)
    assert dossier.layout == "run"
    assert dossier.proposed == (("1-1", 3, 3), ("1-2", 4, 6), ("1-3", 7, 8))
    by_order = {page.order: page.number for page in dossier.pages}
    assert [by_order[order] for order in (3, 4, 8)] == [1, 2, 6]


@pytest.mark.parametrize("counts", [(1, None, 2), (1, 0, 2), (1, 9, 1)])
def test_nothing_is_proposed_beyond_what_is_sure(tmp_path: Path, counts: tuple[object, ...]) -> None:
    assert run_of(tmp_path, 6, *counts).proposed == (("1-1", 3, 3),)


def test_two_sets_count_once_in_the_proposal(tmp_path: Path) -> None:
    names = [f"{folder}/{ID}/{number:03d}.jpg" for folder in ("原始", "优化") for number in (1, 2)]
    root = tree(tmp_path / "d", names)
    rows = [["1-1", "材料", "", "", "", 1, 1, ""], ["1-2", "材料", "", "", "", 1, 1, ""]]
    xlsx(root / "卷内目录.xlsx", [["身份证号", *MATERIAL_HEADER], *([ID, *row] for row in rows)])
    (dossier,) = read_delivery(root).dossiers
    assert dossier.proposed == (("1-1", 0, 0), ("1-2", 1, 1))


def test_the_folder_of_one_dossier_handed_in_itself(tmp_path: Path) -> None:
    root = tree(tmp_path / "王芳", ["001.jpg", "002.jpg"])
    xlsx(root / "卷内目录.xlsx", [MATERIAL_HEADER, ["1-1", "材料", "", "", "", 1, 2, ""]])
    (dossier,) = read_delivery(root).dossiers
    assert (dossier.key, dossier.proposed) == ("王芳", (("1-1", 0, 1),))
