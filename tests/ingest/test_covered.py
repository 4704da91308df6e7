"""Text under something that lies on the page: known covers over known lines, and all that only looks like one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from base.images import Pixels
from ingest.covered import covered, covered_places
from ingest.measure import NAMES
from tests.ingest.measure.sheets import YELLOW, Sheet, aged

SCALE = 150 / 25.4


def letter() -> Pixels:
    return Sheet(paper=YELLOW).letter().pixels()


def laid(page: Pixels, corners: list[tuple[float, float]], colour: tuple[int, int, int]) -> Pixels:
    """A piece of paper over the page, with a soft shade around it; corners in millimetres."""
    points = [np.round(np.array(corners) * SCALE).astype(np.int32)]
    mask = cv2.fillPoly(np.zeros(page.shape[:2], np.uint8), points, 255)
    shade = cv2.GaussianBlur(mask, (0, 0), 0.25 * SCALE)[..., None] / 255 * 0.2
    shown = np.where(mask[..., None] > 0, np.array(colour), page * (1 - shade))
    return aged(np.asarray(shown, np.uint8))


def box(left: float, top: float, right: float, bottom: float) -> list[tuple[float, float]]:
    return [(left, top), (right, top), (right, bottom), (left, bottom)]


@pytest.mark.parametrize("colour", [(250, 249, 245), (250, 214, 214), (206, 190, 150)])
def test_a_slip_over_the_lines_is_found_where_it_lies(colour: tuple[int, int, int]) -> None:
    page = laid(letter(), box(80, 85, 150, 120), colour)
    found = covered_places(page)
    assert found
    for left, top, right, bottom in found:
        assert left >= 70 * SCALE and right <= 160 * SCALE and top >= 78 * SCALE and bottom <= 127 * SCALE
    measure = covered(page)
    assert (measure.value, measure.boxes, measure.name in NAMES) == (len(found), found, False)


def test_a_corner_folded_back_takes_text_with_it() -> None:
    page = laid(letter(), [(210, 0), (120, 0), (210, 110)], (243, 243, 241))
    ((left, _, _, bottom),) = covered_places(page)
    assert left > 110 * SCALE and bottom < 115 * SCALE


def test_a_turned_page_shows_the_same_places() -> None:
    page = laid(letter(), box(80, 85, 150, 120), (250, 249, 245))
    turned = np.ascontiguousarray(np.rot90(page))
    found = covered_places(turned)
    assert found
    for left, top, right, bottom in found:
        assert top >= 50 * SCALE and bottom <= 140 * SCALE and left >= 78 * SCALE and right <= 127 * SCALE


def test_a_slip_in_the_margin_covers_nothing() -> None:
    page = Sheet(paper=YELLOW).letter(8).pixels()
    bare = laid(page, box(185, 40, 208, 200), (255, 246, 190))
    assert covered_places(bare) == ()


@pytest.mark.parametrize("page", [Sheet().form(), Sheet().letter(), Sheet(paper=YELLOW).ruled().letter()])
def test_tables_ruled_lines_and_plain_pages_are_no_covers(page: Sheet) -> None:
    assert covered_places(aged(page.pixels())) == ()


def test_a_small_or_bare_picture_is_no_matter() -> None:
    assert covered_places(np.full((1, 1, 3), 200, np.uint8)) == ()
    assert covered_places(np.full((300, 200, 3), 240, np.uint8)) == ()
