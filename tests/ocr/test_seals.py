"""Seals: found by their red, taken off on a copy, and what they cover read."""

from __future__ import annotations

import cv2
import numpy as np
from PIL import Image, ImageDraw

from base.images import Pixels
from ocr import seals
from tests.ocr.drawn import coloured, font, page

_PLACE = (560, 700)


def sealed(pixels: Pixels, middle: tuple[int, int] = _PLACE, radius: int = 110) -> Pixels:
    """The page with a round red seal, whose ink lets darker ink through."""
    cover = np.full(pixels.shape, 255, np.uint8)
    cv2.circle(cover, middle, radius, (205, 60, 62), 9, cv2.LINE_AA)
    points = [
        (middle[0] + length * np.sin(turn), middle[1] - length * np.cos(turn))
        for turn, length in ((k * np.pi / 5, radius * (0.42 if k % 2 == 0 else 0.17)) for k in range(10))
    ]
    cv2.fillPoly(cover, [np.array(points, np.int32)], (205, 60, 62), cv2.LINE_AA)
    return np.asarray(cv2.multiply(pixels, cover, scale=1 / 255), np.uint8)


def written(text: str, middle: tuple[int, int] = _PLACE, letter: int = 40) -> Pixels:
    """A page of print and this line where the seal will be."""
    image = Image.fromarray(page(("职工登记表填写说明", "本人参加工作历任车间主任"), size=(1000, 1400)))
    draw = ImageDraw.Draw(image)
    draw.text(middle, text, fill=(36, 44, 110), font=font(letter), anchor="mm")
    return np.asarray(image)


def test_a_seal_is_found_and_comes_off_while_the_ink_stays() -> None:
    plain = written("一九七八年七月十五日")
    found = seals.find_seals(sealed(plain))
    assert found is not None
    (place,) = found.places
    assert np.abs(np.array(place) - (445, 585, 675, 815)).max() <= 16
    clean = found.clean[585:815, 445:675]
    ink = plain[585:815, 445:675].min(axis=2) < 100
    assert clean[~cv2.dilate(ink.astype(np.uint8), np.ones((9, 9), np.uint8)).astype(bool)].min() >= 235
    assert np.median(clean[ink]) < 110
    outside = np.ones(plain.shape[:2], bool)
    outside[place[1] : place[3], place[0] : place[2]] = False
    assert np.array_equal(found.clean[outside], plain[outside])


def test_red_print_and_pages_without_red_have_no_seal() -> None:
    assert seals.find_seals(page()) is None
    assert seals.find_seals(coloured(page(), ink=(214, 40, 44), paper=(250, 248, 240))) is None
    assert seals.find_seals(np.zeros((1, 1, 3), np.uint8)) is None


def test_a_seals_own_text_is_told_from_ink_beneath() -> None:
    pixels = written("批准")
    red = coloured(page(("审批专用章",), size=(1000, 1400)), ink=(206, 50, 54), paper=(250, 248, 240))
    around = np.array([[110, 110], [420, 110], [420, 180], [110, 180]], np.float32)
    assert seals.own(red, around)
    assert not seals.own(page(("审批专用章",)), around)
    beneath = np.array([[510, 670], [610, 670], [610, 730], [510, 730]], np.float32)
    assert not seals.own(sealed(pixels), beneath)
