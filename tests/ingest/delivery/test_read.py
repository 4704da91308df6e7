"""A delivery read from disk: dossiers, materials, sets, what is ignored, what is refused."""

from __future__ import annotations

import os
import unicodedata
from pathlib import Path

import pytest
from PIL import Image

from base.errors import InputError
from ingest.delivery.model import DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.delivery.read import read_delivery
from tests.ingest.delivery.trees import ID, ID2, JPEG, tree


def brief(pages: tuple[DeliveredPage, ...]) -> list[tuple[str, str | None, int | None, str | None]]:
    return [(page.file.path.rsplit("/", 1)[-1], page.material, page.number, page.pattern) for page in pages]


def test_person_class_item(tmp_path: Path) -> None:
    tree(
        tmp_path / "d",
        ["P001/1/1/001.jpg", "P001/9-1/10/001.JPG", "P001/9-1/2/002.jpg", "P001/9-1/2/001.jpg", "P002/2/1/001.jpg"],
    )
    delivery = read_delivery(tmp_path / "d")
    assert [dossier.key for dossier in delivery.dossiers] == ["P001", "P002"]
    assert delivery.dossiers[0].layout == "folders"
    assert brief(delivery.dossiers[0].pages) == [
        ("001.jpg", "1-1", 1, "person-class-item"),
        ("001.jpg", "9-1-2", 1, "person-class-item"),
        ("002.jpg", "9-1-2", 2, "person-class-item"),
        ("001.JPG", "9-1-10", 1, "person-class-item"),
    ]
    assert [page.order for page in delivery.dossiers[0].pages] == [0, 1, 2, 3]


def test_one_dossier_as_root(tmp_path: Path) -> None:
    tree(tmp_path / "P001", ["1/1/001.jpg", "4-1/2/001.jpg"])
    delivery = read_delivery(tmp_path / "P001")
    assert [(dossier.key, [page.material for page in dossier.pages]) for dossier in delivery.dossiers] == [
        ("P001", ["1-1", "4-1-2"])
    ]


def test_images_run_through_under_an_id_number(tmp_path: Path) -> None:
    names = [f"{ID}/{ID}-{number}(1.jpg" for number in (1, 2, 10)] + [
        f"{ID}/目录/{ID}-0({number}.jpg" for number in (1, 4)
    ]
    (dossier,) = read_delivery(tree(tmp_path / "d", names)).dossiers
    assert (dossier.key, dossier.layout) == (ID, "run")
    assert brief(dossier.pages) == [
        (f"{ID}-0(1.jpg", None, None, "cover"),
        (f"{ID}-0(4.jpg", None, None, "cover"),
        (f"{ID}-1(1.jpg", None, 1, "id-page"),
        (f"{ID}-2(1.jpg", None, 2, "id-page"),
        (f"{ID}-10(1.jpg", None, 10, "id-page"),
    ]


def test_several_people_in_one_folder_are_told_apart_by_their_numbers(tmp_path: Path) -> None:
    delivery = read_delivery(tree(tmp_path / "d", [f"box/{ID}-1.jpg", f"box/{ID2}-1.jpg", f"{ID}-2.jpg"]))
    assert {dossier.key for dossier in delivery.dossiers} == {f"box/{ID}", f"box/{ID2}", ID}


def test_a_page_of_somebody_else_stays_where_it_was_put(tmp_path: Path) -> None:
    (dossier,) = read_delivery(tree(tmp_path / "d", [f"{ID}/{ID}-1(1.jpg", f"{ID}/{ID2}-2(1.jpg"])).dossiers
    assert len(dossier.pages) == 2


@pytest.mark.parametrize(
    ("original", "optimised"),
    [
        ("scan/PT/P1/1/1/001.jpg", "scan/GQ/P1/1/1/001.jpg"),
        ("原始/P1/1/1/001.tif", "优化/P1/1/1/001.jpg"),
        ("P1/原始/1/1/001.jpg", "P1/优化/1/1/001.jpg"),
    ],
)
def test_two_sets_are_versions_of_one_page(tmp_path: Path, original: str, optimised: str) -> None:
    (dossier,) = read_delivery(tree(tmp_path / "d", [optimised, original])).dossiers
    assert dossier.key == "P1"
    assert [(page.file.path, page.image_set, page.order, page.material) for page in dossier.pages] == [
        (original, "original", 0, "1-1"),
        (optimised, "optimised", 0, "1-1"),
    ]


def test_classes_as_organisation_departments_name_their_folders(tmp_path: Path) -> None:
    (dossier,) = read_delivery(tree(tmp_path / "d", [f"{ID}/41/1/001.jpg", f"{ID}/99/2/001.jpg"])).dossiers
    assert [(page.material, page.pattern) for page in dossier.pages] == [
        ("41-1", "person-class-item"),
        ("99-2", "person-class-item"),
    ]
    # Below a folder that names nobody they are serial numbers.
    numbered = read_delivery(tree(tmp_path / "e", ["41/1/001.jpg", "42/1/001.jpg"])).dossiers
    assert [(each.key, each.pages[0].material) for each in numbered] == [("41", "1"), ("42", "1")]


@pytest.mark.parametrize("data", [b"", b"see the other folder", "见附件".encode("gb18030")])
def test_a_text_named_as_a_workbook_is_a_list_that_cannot_be_read(data: bytes, tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P1/001.jpg"])
    (root / "移交案卷目录.xlsx").write_bytes(data)
    (root / "别的.csv").write_text("a,b\n1,2\n", "utf-8")
    delivery = read_delivery(root)
    assert [(file.path, error.code) for file, error in delivery.problems] == [("移交案卷目录.xlsx", "list.damaged")]
    assert [file.path for file in delivery.files if file.kind == "ignored"] == ["别的.csv"]


def test_a_text_table_named_as_a_workbook_is_read_all_the_same(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P1/001.jpg"])
    (root / "移交案卷目录.xls").write_text(f"序号\t姓名\t身份证号\n1\t张三\t{ID}\n", "utf-8")
    delivery = read_delivery(root)
    assert not delivery.problems
    assert [row.name for row in delivery.people] == ["张三"]


def test_what_is_no_page_is_ignored_with_its_reason(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P1/001.jpg"])
    tree(
        root,
        ["P1/Thumbs.db", "P1/.DS_Store", "P1/~$目录.xlsx", "P1/.hidden.jpg", "P1/说明.txt", "__MACOSX/P1/._001.jpg"],
        b"text",
    )
    (root / "again").symlink_to(root, target_is_directory=True)
    (root / "link.jpg").symlink_to(root / "P1/001.jpg")
    os.mkfifo(root / "pipe.jpg")
    delivery = read_delivery(root)
    assert {file.path: file.reason for file in delivery.files if file.kind == "ignored"} == {
        "P1/Thumbs.db": "ignored.system",
        "P1/.DS_Store": "ignored.system",
        "P1/~$目录.xlsx": "ignored.lock",
        "P1/.hidden.jpg": "ignored.hidden",
        "P1/说明.txt": "ignored.other",
        "__MACOSX": "ignored.system",
        "again": "ignored.link",
        "link.jpg": "ignored.link",
        "pipe.jpg": "ignored.special",
    }
    assert [page.file.path for page in delivery.pages()] == ["P1/001.jpg"]


def test_what_only_looks_like_a_page_is_still_a_page(tmp_path: Path) -> None:
    root = tree(tmp_path / "d", ["P1/001.jpg"], b"")
    tree(root, ["P1/002.jpg"], b"no image")
    tree(root, ["P1/003"], JPEG)
    assert [page.file.path for page in read_delivery(root).pages()] == ["P1/001.jpg", "P1/002.jpg", "P1/003"]


def test_unknown_names_are_kept_without_pattern(tmp_path: Path) -> None:
    delivery = read_delivery(tree(tmp_path / "d", ["P1/随便.jpg", "x.jpg"]))
    assert [(page.file.path, page.dossier, page.pattern) for page in delivery.pages()] == [
        ("P1/随便.jpg", "P1", None),
        ("x.jpg", None, None),
    ]


def test_a_mac_and_a_pc_name_the_same_dossier(tmp_path: Path) -> None:
    name = "Ångström"
    root = tree(tmp_path / "d", [unicodedata.normalize("NFD", name) + "/001.jpg"])
    tree(root, [unicodedata.normalize("NFC", name) + "/002.jpg"])
    (dossier,) = read_delivery(root).dossiers
    assert len(dossier.pages) == 2


def test_names_in_an_old_encoding_can_be_printed(tmp_path: Path) -> None:
    folder = tmp_path / "d" / os.fsdecode("张三".encode("gb18030"))
    folder.mkdir(parents=True)
    (folder / "001.jpg").write_bytes(JPEG)
    (page,) = read_delivery(tmp_path / "d").pages()
    assert page.file.path == "张三/001.jpg"
    assert page_bytes(page) == (JPEG, 0)


def test_a_tiff_has_a_page_for_each_frame_whatever_its_name(tmp_path: Path) -> None:
    frames = [Image.new("1", (50, 70), value) for value in (0, 1, 1)]
    (tmp_path / "P1").mkdir()
    frames[0].save(tmp_path / "P1/9-1-2.jpg", "TIFF", save_all=True, append_images=frames[1:])
    (dossier,) = read_delivery(tmp_path).dossiers
    assert [(page.page, page.number, page.material, page.pattern) for page in dossier.pages] == [
        (number, number, "9-1-2", "document") for number in (1, 2, 3)
    ]
    assert [page_bytes(page)[1] for page in dossier.pages] == [0, 1, 2]


def test_a_damaged_tiff_is_one_page(tmp_path: Path) -> None:
    tree(tmp_path, ["P1/001.tif"], b"II*\0\xff\xff\xff\xff")
    assert [page.page for page in read_delivery(tmp_path).pages()] == [1]


def test_a_phone_photo_of_two_pictures_is_one_page(tmp_path: Path) -> None:
    (tmp_path / "P1").mkdir()
    Image.new("RGB", (60, 80)).save(
        tmp_path / "P1/001.jpg", "MPO", save_all=True, append_images=[Image.new("RGB", (30, 40))]
    )
    assert [page.page for page in read_delivery(tmp_path).pages()] == [1]


def test_single_image(tmp_path: Path) -> None:
    (page,) = read_delivery(tree(tmp_path, ["001.jpg"]) / "001.jpg").loose
    assert (page.file.path, page.dossier) == ("001.jpg", None)


@pytest.mark.parametrize(
    ("name", "code"), [("nowhere", "path.missing"), ("empty", "path.empty"), ("note.txt", "delivery.not-a-page")]
)
def test_what_cannot_be_used_is_named(tmp_path: Path, name: str, code: str) -> None:
    (tmp_path / "empty").mkdir()
    tree(tmp_path, ["empty/Thumbs.db", "note.txt"], b"text")
    with pytest.raises(InputError) as caught:
        read_delivery(tmp_path / name)
    assert caught.value.code == code
    assert caught.value.path == str(tmp_path / name)


def test_a_file_beyond_the_limit_is_refused_before_it_is_read(tmp_path: Path) -> None:
    (tmp_path / "P1").mkdir()
    with (tmp_path / "P1/001.jpg").open("wb") as stream:
        stream.truncate(600 << 20)
    (page,) = read_delivery(tmp_path).pages()
    with pytest.raises(InputError) as caught:
        page_bytes(page)
    assert caught.value.code == "delivery.file-too-large"
