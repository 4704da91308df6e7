"""Both lists in every file form, with the damage that spreadsheets do."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.delivery.lists import sheets
from ingest.delivery.lists.headers import find_header
from ingest.delivery.lists.materials import Entry
from ingest.delivery.lists.reader import Lists, read_lists
from ingest.delivery.lists.sheets import Sheet
from ingest.delivery.model import MaterialRow, file_at
from ingest.delivery.naming import Who
from tests.ingest.delivery.lists.books import MATERIAL_HEADER, PEOPLE_HEADER, csv, csv_text, xls, xlsx
from tests.ingest.delivery.trees import ID, ID2

TITLE = ["国有企业退休人员人事档案移交案卷目录"]
LI = [1, "李建国", ID2, "男", "18800101", "19401231", "死亡", "19500101", "一厂", "沈阳", 33, "RS-001", "永久", ""]
WANG = [
    2,
    "王芳",
    ID,
    "女",
    "19491231",
    "1999年12月",
    "健在",
    "",
    "一厂",
    "沈阳",
    "\uff11\uff12页",
    "RS-002",
    "永久",
    "补",
]


def read(*paths: Path) -> Lists:
    return read_lists([file_at(path.name, path, path.stat().st_size, "list") for path in paths])


def marks(entries: list[Entry]) -> list[tuple[str, str, str]]:
    return [(entry.row.class_code, entry.row.number, entry.row.title) for entry in entries]


def when(row: MaterialRow) -> tuple[int | None, int | None, int | None]:
    return row.year, row.month, row.day


@pytest.mark.parametrize("kind", ["xlsx", "xls", "utf-8-sig", "utf-8", "gb18030", "utf-16"])
def test_the_fourteen_columns_in_every_form(tmp_path: Path, kind: str) -> None:
    rows = [TITLE, [], PEOPLE_HEADER, LI, WANG, [], ["填表人:赵六"]]
    if kind == "xlsx":
        lists = read(xlsx(tmp_path / "list.xlsx", rows))
    elif kind == "xls":
        lists = read(xls(tmp_path / "list.xls", rows))
    else:
        lists = read(csv(tmp_path / "list.csv", rows, kind))
    assert not lists.problems
    li, wang = lists.people
    assert (li.row, li.number, li.name, li.id_number, li.id_state, li.pages) == (4, "1", "李建国", ID2, "ok", 33)
    assert (wang.row, wang.birth, wang.retired, wang.living, wang.pages) == (5, "19491231", "1999年12月", "健在", 12)
    assert (wang.sex, wang.organisation, wang.household, wang.archive_no, wang.retention, wang.remark) == (
        "女", "一厂", "沈阳", "RS-002", "永久", "补",
    )  # fmt: skip
    assert li.died == "19500101"


def test_tabs_and_other_names_of_columns(tmp_path: Path) -> None:
    rows = [["姓 名", "公民身份号码*", "工号", "出生年月\uff08公历\uff09"], ["王芳", ID.lower(), "00123", "1949.12"]]
    (wang,) = read(csv(tmp_path / "list.tsv", rows, "gb18030", "\t")).people
    assert (wang.id_number, wang.worker_no, wang.birth, wang.id_raw) == (ID, "00123", "1949.12", ID.lower())


def test_states_of_id_numbers(tmp_path: Path) -> None:
    numbers = [
        int(ID2),
        4.40524e17,
        110105491231002,
        "110105491231002",
        "4.40524E+17",
        "",
        None,
        "110105194912310021",
        "不清",
        1234,
    ]
    rows = [PEOPLE_HEADER, *([index, f"人{index}", number] for index, number in enumerate(numbers))]
    people = read(xlsx(tmp_path / "list.xlsx", rows)).people
    assert [row.id_state for row in people] == [
        "truncated", "truncated", "old", "old", "truncated", "missing", "missing", "checksum", "form", "form",
    ]  # fmt: skip
    assert people[2].id_number == people[3].id_number == ID
    assert people[0].id_raw == ID2[:15] + "000"


def test_an_xls_number_is_cut_too(tmp_path: Path) -> None:
    (row,) = read(xls(tmp_path / "list.xls", [PEOPLE_HEADER, [1, "王芳", float(ID2)]])).people
    assert row.id_state == "truncated"


def test_dates_and_numbers_as_cells(tmp_path: Path) -> None:
    row = [1.0, "王芳", ID, "女", datetime(1949, 12, 31, tzinfo=None), 19991231, None, None, None, None, 12.0]  # noqa: DTZ001
    (wang,) = read(xlsx(tmp_path / "list.xlsx", [PEOPLE_HEADER, row])).people
    assert (wang.number, wang.birth, wang.retired, wang.pages) == ("1", "1949-12-31", "19991231", 12)


def test_merged_title_and_a_printed_header_on_each_sheet(tmp_path: Path) -> None:
    rows = [
        TITLE,
        PEOPLE_HEADER,
        LI,
        TITLE,
        PEOPLE_HEADER,
        WANG,
        ["合计", None, None, None, None, None, None, None, None, None, 45],
    ]
    path = xlsx(tmp_path / "list.xlsx", rows)
    from openpyxl import load_workbook

    book = load_workbook(path)
    book.worksheets[0].merge_cells("A1:N1")
    book.save(path)
    assert [row.name for row in read(path).people] == ["李建国", "王芳"]


def test_classic_catalogue_with_headings(tmp_path: Path) -> None:
    rows = [
        ["干部人事档案目录"],
        ["姓名\uff1a王芳 档案编号\uff1aRS-002"],
        ["类号", "材料名称", "材料制成时间", None, None, "份数", "页数", "备注"],
        [None, None, "年", "月", "日", None, None, None],
        ["一", "履历类"],
        [1, "职工登记表", 1965, 3, 2, 1, 4, ""],
        ["2", "履历表", "1988", "", "", "1", "12", "复印件"],
        [3],
        ["二", "自传和思想类"],
        ["九", "工资、任免、出国和会议代表类"],
        ["9-1", "工资"],
        [1, "转正定级表", 1968, 13, 40, 1, 1],
        [2, "调资表", 1979, 0, 0, 1, 2],
        ["9-2", "任免"],
        [1, "退休审批表", 1995, 12, 31, 1, 2],
        ["合计", None, None, None, None, 5, 21],
    ]
    entries = read(xlsx(tmp_path / "c.xlsx", rows)).entries
    assert marks(entries) == [
        ("1", "1", "职工登记表"),
        ("1", "2", "履历表"),
        ("9-1", "1", "转正定级表"),
        ("9-1", "2", "调资表"),
        ("9-2", "1", "退休审批表"),
    ]
    assert [when(entry.row) for entry in entries] == [
        (1965, 3, 2), (1988, None, None), (1968, None, None), (1979, None, None), (1995, 12, 31),
    ]  # fmt: skip
    assert entries[2].row.date_raw == "1968-13-40"
    assert (entries[1].row.pages, entries[1].row.copies, entries[1].row.remark) == (12, 1, "复印件")
    assert {entry.who for entry in entries} == {Who(archive_no="RS-002", name="王芳")}


@pytest.mark.parametrize(
    ("mark", "expected"),
    [("9-1-2", ("9-1", "2")), ("1-2", ("1", "2")), ("九-1-2", ("9-1", "2")), ("1.2", ("1", "2")), ("1月2日", ("1", "2")),
     (datetime(2026, 1, 2, tzinfo=UTC).replace(tzinfo=None), ("1", "2")), (datetime(2009, 1, 2, tzinfo=UTC).replace(tzinfo=None), ("9-1", "2"))],
)  # fmt: skip
def test_marks_that_hold_class_and_number(tmp_path: Path, mark: object, expected: tuple[str, str]) -> None:
    rows = [["序号", "材料名称", "材料形成时间", "页数"], [mark, "调资表", "1979.06", 2]]
    (entry,) = read(xlsx(tmp_path / "c.xlsx", rows)).entries
    assert (entry.row.class_code, entry.row.number) == expected
    assert when(entry.row) == (1979, 6, None)


def test_class_and_number_columns_with_merged_class_cells(tmp_path: Path) -> None:
    rows = [
        ["身份证号", "类号", "序号", "材料名称", "形成时间", "页数"],
        [ID, "1", "1", "登记表", "19650302", "4"],
        ["", "", "2", "履历表", "1988", "2"],
        ["", "9-1", "1", "调资表", "[1979]", "x"],
        [ID2, "", "1", "自传", "", "3"],
    ]
    entries = read(csv(tmp_path / "c.csv", rows)).entries
    assert marks(entries) == [("1", "1", "登记表"), ("1", "2", "履历表"), ("9-1", "1", "调资表"), ("", "1", "自传")]
    assert [entry.who and entry.who.id_number for entry in entries] == [ID, ID, ID, ID2]
    assert entries[2].row.pages is None


def test_a_sheet_for_each_dossier(tmp_path: Path) -> None:
    rows = [MATERIAL_HEADER, ["1-1", "登记表", 1965, 3, 2, 1, 4, ""]]
    path = xlsx(tmp_path / "c.xlsx", rows, title=ID, 王芳=rows, Sheet9=rows)
    assert [entry.who for entry in read(path).entries] == [Who(id_number=ID), Who(name="王芳"), None]


def test_both_lists_in_one_workbook_and_another_table(tmp_path: Path) -> None:
    rows = [MATERIAL_HEADER, ["1-1", "登记表", 1965, 3, 2, 1, 4, ""]]
    both = xlsx(tmp_path / "both.xlsx", [PEOPLE_HEADER, LI], title="案卷", 卷内目录=rows, 说明=[["说明"]])
    other = xlsx(tmp_path / "other.xlsx", [["日期", "事项"], ["2020", "会议"]])
    lists = read(both, other)
    assert (len(lists.people), len(lists.entries), lists.unknown) == (1, 1, {"other.xlsx"})


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"PK\x03\x04 cut short", "list.damaged"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "list.damaged"),
        (b"\xff\xff\xfe\x00\x81", "list.encoding"),
        (b"\x09\x00\x04\x00", "list.damaged"),
    ],
)
def test_a_bad_list_is_named_and_its_neighbour_read(tmp_path: Path, data: bytes, code: str) -> None:
    bad = tmp_path / "bad.xlsx"
    bad.write_bytes(data)
    lists = read(bad, csv(tmp_path / "good.csv", [PEOPLE_HEADER, LI]))
    assert [(file.path, error.code) for file, error in lists.problems] == [("bad.xlsx", code)]
    assert [row.name for row in lists.people] == ["李建国"]


def test_a_locked_workbook_is_named(tmp_path: Path) -> None:
    """An XLSX with a password is an OLE file with streams EncryptionInfo and EncryptedPackage and no workbook."""
    path = tmp_path / "locked.xlsx"
    path.write_bytes(ole_without_workbook())
    ((_, error),) = read(path).problems
    assert error.code == "list.locked"


def ole_without_workbook() -> bytes:
    """The smallest OLE file: header, one sector of the allocation table, one of the directory with its root alone."""
    header = bytearray(512)
    header[:8] = bytes.fromhex("d0cf11e0a1b11ae1")
    header[24:34] = bytes.fromhex("3e000300feff09000600")
    header[44:48] = (1).to_bytes(4, "little")
    header[48:52] = (1).to_bytes(4, "little")
    header[56:60] = (4096).to_bytes(4, "little")
    header[60:64] = header[68:72] = b"\xfe\xff\xff\xff"
    header[76:80] = (0).to_bytes(4, "little")
    header[80:512] = b"\xff" * 432
    table = b"\xfd\xff\xff\xff\xfe\xff\xff\xff" + b"\xff" * 504
    root = bytearray(128)
    name = "Root Entry\0".encode("utf-16-le")
    root[: len(name)] = name
    root[64:66] = len(name).to_bytes(2, "little")
    root[66:68] = b"\x05\x01"
    root[68:80] = b"\xff" * 12
    root[116:120] = b"\xfe\xff\xff\xff"
    return bytes(header) + table + bytes(root) + bytes(384)


def test_a_zip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MAX_UNPACKED", 1000)
    path = xlsx(tmp_path / "list.xlsx", [PEOPLE_HEADER, LI])
    ((_, error),) = read(path).problems
    assert error.code == "list.too-large"


def test_a_list_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "_MAX_ROWS", 2)
    lists = read(
        csv(tmp_path / "list.csv", [PEOPLE_HEADER, LI, WANG]), xlsx(tmp_path / "list.xlsx", [PEOPLE_HEADER, LI, WANG])
    )
    assert [error.code for _, error in lists.problems] == ["list.too-long", "list.too-long"]


CELLS = st.none() | st.text(max_size=8) | st.integers() | st.floats() | st.datetimes() | st.booleans()


@given(st.lists(st.lists(CELLS, max_size=10), max_size=6), st.sampled_from([PEOPLE_HEADER, MATERIAL_HEADER]))
def test_any_cells_below_a_header_have_an_answer(rows: list[list[object]], header: list[str]) -> None:
    from ingest.delivery.lists.materials import read_materials
    from ingest.delivery.lists.people import read_people

    sheet = Sheet("", (tuple(header), *(tuple(row) for row in rows)))  # type: ignore[misc]
    found = find_header(sheet)
    assert found is not None
    reader = read_people if found.kind == "people" else read_materials
    assert len(reader("list.xlsx", sheet, found)) <= len(rows)


@given(st.text(max_size=200))
def test_any_text_table_has_an_answer(text: str) -> None:
    from ingest.delivery.lists.sheets import _text_rows

    for row in _text_rows(csv_text([[text]]), "list.csv"):
        assert all(isinstance(cell, str) for cell in row)
