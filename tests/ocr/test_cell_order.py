"""Ruled forms: cells found on the drawn page, boxes parted at their rules, and the order in which a person reads them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from base.images import Pixels
from ocr.cell_order import form_order
from ocr.geometry import Quad
from ocr.rules import find_rules

_Rect = tuple[int, int, int, int]
# A label that spans three rows, and beside it rows of a label and two cells; a title above.
_SPANNING: _Rect = (100, 300, 180, 600)
_ROWS: tuple[_Rect, ...] = tuple(
    (left, top, right, top + 100) for top in (300, 400, 500) for left, right in ((180, 400), (400, 700), (700, 1100))
)
_TITLE = (480, 120, 720, 170)


def _form(cells: tuple[_Rect, ...], lean: float = 0.0, size: tuple[int, int] = (1200, 1600)) -> Pixels:
    image = Image.new("RGB", size, (246, 240, 226))
    draw = ImageDraw.Draw(image)
    for cell in cells:
        draw.rectangle(cell, outline=(50, 50, 50), width=3)
    matrix = cv2.getRotationMatrix2D((0, 0), -lean, 1.0)
    turned = cv2.warpAffine(np.asarray(image), matrix, size, borderValue=(246, 240, 226))
    return np.asarray(turned, np.uint8)


def _quad(rect: _Rect, lean: float = 0.0) -> Quad:
    left, top, right, bottom = rect
    corners = np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float64)
    angle = np.radians(lean)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(corners @ turn, np.float32)


def _inside(cell: _Rect) -> _Rect:
    left, top, right, bottom = cell
    middle = (top + bottom) // 2
    return left + 15, middle - 22, right - 15, middle + 22


@pytest.mark.parametrize("lean", [0.0, 0.8, -2.5])
def test_a_label_over_three_rows_comes_before_them_and_rows_across(lean: float) -> None:
    pixels = _form((_SPANNING, *_ROWS), lean)
    label: _Rect = (115, 340, 165, 560)
    expected = [_TITLE, label, *map(_inside, _ROWS)]
    shuffled = expected[::-1]
    order = form_order([_quad(rect, lean) for rect in shuffled], find_rules(pixels, 0.0))
    assert [shuffled[i] for i in order] == expected


def test_two_lines_of_a_cell_stay_together() -> None:
    """Also where the next cell's line stands at the height of the second."""
    above = [((180, y, 400, y + 50), (400, y, 700, y + 50)) for y in (200, 250)]
    wide: _Rect = (180, 300, 640, 420)
    beside: _Rect = (640, 300, 1100, 420)
    cells = tuple(cell for row in above for cell in row)
    pixels = _form((*cells, wide, beside))
    first, second, other = (200, 310, 600, 350), (200, 365, 500, 405), (660, 362, 900, 402)
    boxes = [*((a + 10, b + 8, c - 10, d - 8) for a, b, c, d in cells), other, second, first]
    order = form_order([_quad(rect) for rect in boxes], find_rules(pixels, 0.0))
    assert [boxes[i] for i in order][-3:] == [first, second, other]


def test_two_forms_side_by_side_are_read_one_after_the_other() -> None:
    left = tuple((x, y, x + 200, y + 80) for y in (200, 280, 360) for x in (50, 250))
    right = tuple((a + 600, b, c + 600, d) for a, b, c, d in left)
    pixels = _form((*left, *right))
    expected = [*map(_inside, left), *map(_inside, right)]
    shuffled = sorted(expected, key=lambda rect: (rect[1], -rect[0]))
    order = form_order([_quad(rect) for rect in shuffled], find_rules(pixels, 0.0))
    assert [shuffled[i] for i in order] == expected


def test_a_box_over_two_cells_is_parted_at_the_rule() -> None:
    pixels = _form(_ROWS)
    parts = find_rules(pixels, 0.0).parted([_quad((210, 330, 660, 374))])
    assert [(round(float(part[:, 0].min()) - x), round(float(part[:, 0].max()) - y)) for part, x, y in zip(
        parts, (210, 400), (400, 660), strict=True)] == [pytest.approx((0, 0), abs=8)] * 2  # fmt: skip


def test_writing_through_a_rule_and_boxes_within_cells_stay_whole() -> None:
    pixels = _form(_ROWS)
    crossing = _quad((300, 330, 560, 374))
    struck: NDArray[np.uint8] = pixels.copy()
    for y in range(332, 374, 6):
        cv2.line(struck, (380, y), (420, y), (30, 30, 60), 4)
    assert len(find_rules(struck, 0.0).parted([crossing])) == 1
    assert len(find_rules(pixels, 0.0).parted([_quad(_inside(_ROWS[1]))])) == 1


def test_squared_paper_parts_no_lines_and_is_read_in_rows() -> None:
    squares = tuple((x, y, x + 90, y + 90) for y in range(100, 900, 90) for x in range(100, 1000, 90))
    ruling = find_rules(_form(squares), 0.0)
    rows = [_quad((110, y + 10, 1080, y + 80)) for y in range(100, 900, 90)]
    assert len(ruling.cells) > 50
    assert len(ruling.parted(rows)) == len(rows)
    assert form_order(rows[::-1], ruling) == list(range(len(rows)))[::-1]


def test_print_makes_no_cells() -> None:
    image = Image.new("RGB", (1200, 1600), (246, 240, 226))
    draw = ImageDraw.Draw(image)
    for y in range(100, 1500, 60):
        for x in range(100, 1080, 44):
            draw.rectangle((x, y, x + 34, y + 36), outline=(30, 30, 30), width=4)
    ruling = find_rules(np.asarray(image), 0.0)
    assert (ruling.cells, ruling.uprights) == ((), ())
