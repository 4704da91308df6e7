"""Rows of a 卷内目录 from lines and boxes: columns, cells read together, wrapped titles, class headings, a leaning page."""

from __future__ import annotations

import math

import pytest

from ocr.catalogue_sheet import read_sheet
from ocr.lines import Line, PageReading

HEADS = (
    ("类号", 100),
    ("材料名称", 330),
    ("年", 720),
    ("月", 830),
    ("日", 920),
    ("份数", 1000),
    ("页数", 1110),
    ("备注", 1180),
)
Cell = tuple[str, float, float]


def sheet(
    *cells: Cell, heads: tuple[tuple[str, int], ...] = HEADS, lean: float = 0.0, rotation: int = 0
) -> PageReading:
    """Cells as text, left, top; characters 36 px wide. `lean` in degrees; `rotation` as the image is stored."""
    lines = []
    for text, x, y in (*((head, x, 240) for head, x in heads), *cells):
        wide = 36 * sum(0.5 if char.isascii() else 1.0 for char in text)
        corners = [(x, y), (x + wide, y), (x + wide, y + 36), (x, y + 36)]
        a, b, c, d = (_stored(_leaned(point, lean), rotation) for point in corners)
        lines.append(Line(text, (a, b, c, d), 0.97))
    size = (1754, 1240) if rotation in (90, 270) else (1240, 1754)
    return PageReading("t", "t", *size, rotation, 0.1, tuple(lines), {})


def _leaned(point: tuple[float, float], lean: float) -> tuple[float, float]:
    turn, (x, y) = math.radians(lean), point
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)


def _stored(point: tuple[float, float], rotation: int) -> tuple[float, float]:
    """The point of an upright page where it lies in an image that `rotation` degrees clockwise would turn upright."""
    x, y = point
    return {0: (x, y), 90: (y, 1240 - x), 180: (1240 - x, 1754 - y), 270: (1754 - y, x)}[rotation]


ROWS: tuple[Cell, ...] = (
    ("1-1", 110, 320), ("职工登记表", 220, 320), ("1966", 700, 320), ("5", 840, 320), ("1", 1030, 320), ("2", 1140, 320),
    ("9-4-2", 100, 400), ("职工调整工资审批表", 220, 400), ("1983", 700, 400), ("12", 830, 400), ("31", 915, 400),
    ("1", 1030, 400), ("12", 1130, 400), ("缺页", 1180, 400),
)  # fmt: skip


@pytest.mark.parametrize(("lean", "rotation"), [(0.0, 0), (0.9, 0), (-0.9, 0), (0.5, 90), (-0.5, 180), (0.5, 270)])
def test_rows_are_read_however_the_page_lies(lean: float, rotation: int) -> None:
    rows = read_sheet(sheet(*ROWS, lean=lean, rotation=rotation))
    assert [(row.class_code, row.number, row.title, row.date, row.copies, row.pages, row.remark) for row in rows] == [
        ("1", "1", "职工登记表", "19660500", 1, 2, ""), ("9-4", "2", "职工调整工资审批表", "19831231", 1, 12, "缺页"),
    ]  # fmt: skip
    assert rows[0].sure == {"class": 0.97, "title": 0.97, "date": 0.97, "pages": 0.97}
    assert len(rows[0].box) == 4


def test_cells_read_as_one_line_are_cut_at_the_borders() -> None:
    whole = sheet(*ROWS[:2], ("1966年 5月 1日", 700, 320), ("2", 1140, 320), ("1-2", 110, 400), ("自传", 220, 400),
                  ("1970", 700, 400), ("3", 840, 400), ("1", 1140, 400))  # fmt: skip
    joined = sheet(*ROWS[:2], ("19665", 700, 320), ("2", 1140, 320))
    assert [row.date for row in read_sheet(whole)] == ["19660501", "19700300"]
    assert read_sheet(joined)[0].title == "职工登记表"


def test_a_title_on_two_lines_is_one_row_and_a_class_heading_names_the_class() -> None:
    heads = (("序号", 100), ("材料名称", 330), ("形成时间", 740), ("页数", 1110))
    rows = read_sheet(
        sheet(
            ("一、履历材料", 220, 320), ("1", 120, 400), ("职工登记表", 220, 400), ("1966.5.3", 720, 400), ("2", 1140, 400),
            ("九、工资材料", 220, 480), ("1", 120, 582), ("企业职工岗位技能工资", 220, 560), ("变动审批表", 220, 604), ("199610", 720, 582),
            ("3", 1140, 582), heads=heads,
        )
    )  # fmt: skip
    assert [(row.key, row.title, row.date, row.pages) for row in rows] == [
        ("1-1", "职工登记表", "19660503", 2), ("9-1", "企业职工岗位技能工资变动审批表", "19961000", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "reading",
    [
        sheet(heads=()),
        sheet(("职工登记表", 220, 320), heads=(("姓名", 100), ("单位", 400))),
        sheet(),
        PageReading("t", "t", 0, 0, 0, 0.0, (), {}),
    ],
)
def test_what_is_no_catalogue_gives_no_rows(reading: PageReading) -> None:
    assert read_sheet(reading) == ()
