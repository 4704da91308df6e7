"""Ink of this side against what shines through."""

from __future__ import annotations

import numpy as np

from base.images import Pixels
from ocr import faint
from ocr.geometry import Quad


def _page(*boxes: tuple[int, int, int, int, tuple[int, int, int]]) -> tuple[Pixels, list[Quad]]:
    """White paper with a bar of the colour in each box of (left, top, right, bottom)."""
    pixels = np.full((300, 400, 3), 240, np.uint8)
    quads = []
    for left, top, right, bottom, colour in boxes:
        pixels[top + 8 : bottom - 8, left + 8 : right - 8] = colour
        quads.append(np.array([[left, top], [right, top], [right, bottom], [left, bottom]], np.float32))
    return pixels, quads


_DARK, _FAINT, _RED = (40, 40, 40), (215, 215, 215), (230, 60, 60)


def test_faint_boxes_and_single_characters_do_not_tell_the_turn() -> None:
    pixels, quads = _page((10, 10, 200, 50, _DARK), (10, 60, 390, 100, _FAINT), (220, 10, 260, 50, _DARK))
    assert faint.telling(pixels, quads) == [0]


def test_red_ink_is_as_dark_as_black() -> None:
    pixels, quads = _page((10, 10, 200, 50, _RED), (10, 60, 390, 100, _DARK))
    assert faint.depths(pixels, quads) == [180.0, 200.0]
    assert len(faint.telling(pixels, quads)) == 2


def test_where_all_is_faint_or_single_it_tells() -> None:
    pixels, quads = _page((10, 60, 390, 100, _FAINT), (10, 160, 390, 200, _FAINT))
    assert len(faint.telling(pixels, quads)) == 2
    pixels, quads = _page((10, 10, 50, 50, _DARK))
    assert len(faint.telling(pixels, quads)) == 1
    assert faint.telling(pixels, []) == []


def test_faint_text_must_read_better() -> None:
    pixels, quads = _page((10, 10, 200, 50, _DARK), (10, 60, 390, 100, _FAINT))
    assert faint.needed_confidence(pixels, quads, 0.5, [False, False]) == [0.5, 0.8]
    # Alone on the page it is faint all the same.
    assert faint.needed_confidence(pixels, quads[1:], 0.5, [False]) == [0.8]
    assert faint.needed_confidence(pixels, quads, 0.9, [False, False]) == [0.9, 0.9]
    # The back's characters, mirrored, read as Latin letters.
    assert faint.needed_confidence(pixels, quads, 0.5, [True, True]) == [0.5, 0.95]


def test_a_box_off_the_page_has_no_ink() -> None:
    pixels, _ = _page()
    assert faint.depths(pixels, [np.array([[-9, -9], [-2, -9], [-2, -2], [-9, -2]], np.float32)]) == [0.0]
