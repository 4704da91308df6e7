"""Names of folders and pages: every known pattern, and any name at all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.delivery import naming
from tests.ingest.delivery.trees import wide

ID = "11010519491231002X"


@pytest.mark.parametrize(
    ("stem", "pattern", "number", "material"),
    [
        ("001", "folder-page", 1, None),
        ("12", "folder-page", 12, None),
        ("0012", "folder-page", 12, None),
        ("image0007", "scanner", 7, None),
        ("IMAGE0007", "scanner", 7, None),
        (f"{ID}-3(1", "id-page", 3, None),
        (f"{ID}-3(1)", "id-page", 3, None),
        (wide(f"{ID}-3(1"), "id-page", 3, None),
        (wide("1-2-003"), "class-item-page", 3, "1-2"),
        (f"{ID.lower()}_12", "id-page", 12, None),
        ("1-2-003", "class-item-page", 3, "1-2"),
        ("4-1-1-003", "class-item-page", 3, "4-1-1"),
        ("09-04-02-012", "class-item-page", 12, "9-4-2"),
        ("九-4-2-012", "class-item-page", 12, "9-4-2"),
        ("A002-RS-001-002-003", "archival-number", 3, "2"),
        ("A002-RS-001-0003", "archival-number", 3, None),
        ("A002-RS·01·A-001-002-0003", "archival-number", 3, "2"),
    ],
)
def test_known_patterns(stem: str, pattern: str, number: int, material: str | None) -> None:
    name = naming.page_name(stem)
    assert (name.pattern, name.number, name.material) == (pattern, number, material)


@pytest.mark.parametrize(
    "stem", ["随便", "a", "IMG_20240101", "11-1-001", "0-1-001", "12345", "A002-RS-001", "", "-", "2020-01-02"]
)
def test_other_names_have_no_pattern(stem: str) -> None:
    assert naming.page_name(stem).pattern is None


def test_cover_names_give_their_number_in_brackets() -> None:
    name = naming.page_name(f"{ID}-0(4")
    assert (name.number, name.sub) == (0, 4)


@pytest.mark.parametrize(
    ("folder", "who"),
    [
        (ID, naming.Who(id_number=ID)),
        ("110105491231002", naming.Who(id_number=ID)),
        (f"{ID}张三", naming.Who(id_number=ID, name="张三")),
        (f"0012-张三-{ID}", naming.Who(id_number=ID, worker_no="0012", name="张三")),
        ("10234张三", naming.Who(worker_no="10234", name="张三")),
        ("10234 欧阳娜娜", naming.Who(worker_no="10234", name="欧阳娜娜")),
        ("张三_A10234", naming.Who(worker_no="A10234", name="张三")),
        ("A002-RS-001", naming.Who(archive_no="A002-RS-001")),
        ("张三", None),
        ("2023移交", None),
        ("2023年度", None),
        ("01履历", None),
        ("001转正表", None),
        ("P001", None),
    ],
)
def test_whose_a_folder_is(folder: str, who: naming.Who | None) -> None:
    assert naming.who_of(folder) == who


@pytest.mark.parametrize(
    ("folder", "code"),
    [
        ("4", "4"),
        ("04", "4"),
        ("四", "4"),
        ("4-1", "4-1"),
        ("四、学历学位", "4"),
        ("第九类", "9"),
        ("9-1工资", "9-1"),
        ("10", "10"),
        ("11", None),
        ("P1", None),
        ("十", "10"),
        ("十、其他", "10"),
        ("十一", "11"),
        ("第十一类", "11"),
        ("第11类", "11"),
        ("十八、其他可供参考", "18"),
        ("十一-2", "11-2"),
        ("二十", None),
        ("一二", None),
        ("九十年代", None),
        ("第十一", "11"),
    ],
)
def test_class_folders(folder: str, code: str | None) -> None:
    assert naming.class_folder(folder) == code


def test_natural_order() -> None:
    names = ["10", "2", "001", "image10", "image9", "A", "b"]
    assert sorted(names, key=naming.natural_key) == ["001", "2", "10", "A", "b", "image9", "image10"]


@given(st.integers(1, 10), st.none() | st.integers(1, 9), st.integers(1, 999), st.integers(1, 9999), st.integers(1, 3))
def test_class_item_page_names_are_read_back(klass: int, sub: int | None, item: int, page: int, width: int) -> None:
    code = f"{klass}-{sub}" if sub else str(klass)
    name = naming.page_name(f"{code}-{item:0{width}d}-{page:03d}")
    assert (name.material, name.number) == (f"{code}-{item}", page)


@given(st.text(max_size=30))
def test_any_name_has_an_answer(name: str) -> None:
    page, document = naming.page_name(name), naming.document_name(name)
    for found in (page, document):
        assert found.number is None or found.pattern is not None
    naming.class_folder(name), naming.item_folder(name), naming.material_name(name), naming.image_set(name)
    assert naming.who_of(name) == naming.who_of(f" {name} ")


@given(st.lists(st.text(max_size=8), max_size=8))
def test_natural_order_is_total(names: list[str]) -> None:
    assert len(sorted(names, key=naming.natural_key)) == len(names)


@given(st.integers(0, 99999), st.integers(0, 99999))
def test_natural_order_follows_numbers(first: int, second: int) -> None:
    keys = [naming.natural_key(f"image{number:05d}.jpg") for number in (first, second)]
    assert (keys[0] < keys[1]) == (first < second)
