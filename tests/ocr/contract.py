"""What every `OcrEngine` promises, whatever reads underneath: one function for each promise, run by `test_contract`.

Each takes an open engine and fails by AssertionError. The pages are small: all promises together are some sixty reads.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from base.images import Pixels
from ocr import geometry
from ocr.engine import OcrEngine
from ocr.errors import OcrError
from ocr.lines import Box, PageReading
from ocr.orientation import TURNS
from ocr.recognition import is_hanzi
from tests.ocr.drawn import TEXT, cells, coloured, page, seen_from_behind, turned

Promise = Callable[[OcrEngine], None]

# Width and height in pixels: what reading costs grows with the area.
_SMALL = (440, 400)
_STRIP = (20_000, 130)
_LINES = ("职工登记表填写说明", "历任车间主任", "请予以审核批准")
_OTHERS = ("身份证号码", "人力资源和社会保障局")
_ROWS = (
    ("姓名", "欧阳建国", "性别", "男性"),
    ("民族", "土家族人", "籍贯", "长沙"),
    ("工种", "车间主任", "学历", "中专"),
)


def written(text: str) -> str:
    """Without punctuation, which engines write in their own ways."""
    return "".join(character for character in text if is_hanzi(character) or character.isalnum())


def a_page_is_read_in_every_turn(engine: OcrEngine) -> None:
    for clockwise, pixels in _in_every_turn(_page()):
        reading = engine.read(pixels)
        assert reading.rotation == clockwise
        assert [written(line.text) for line in reading.lines] == list(_LINES)


def boxes_hold_the_ink_from_the_texts_own_top_left(engine: OcrEngine) -> None:
    for clockwise, pixels in _in_every_turn(_page("开始结束")):
        (line,) = engine.read(pixels).lines
        ink = np.argwhere(pixels.min(axis=2) < 128)
        (top, left), (bottom, right) = ink.min(axis=0), ink.max(axis=0)
        xs, ys = [x for x, _ in line.box], [y for _, y in line.box]
        assert min(xs) <= left and max(xs) >= right and min(ys) <= top and max(ys) >= bottom
        assert max(xs) - min(xs) < right - left + 60 and max(ys) - min(ys) < bottom - top + 60
        corners = ((min(xs), min(ys)), (max(xs), min(ys)), (max(xs), max(ys)), (min(xs), max(ys)))
        first = {0: 0, 90: 3, 180: 2, 270: 1}[clockwise]
        expected = [corners[(first + step) % 4] for step in range(4)]
        assert np.abs(np.array(line.box) - expected).max() <= 8


def a_reading_is_about_its_own_image(engine: OcrEngine) -> None:
    for text in _OTHERS:
        reading = engine.read(_page(text))
        _check_shape(reading, _SMALL[0], _SMALL[1])
        assert (reading.engine, reading.engine_version) == (engine.name, engine.version)
        assert written(reading.text) == text
    assert engine.read(_blank()).lines == ()


def paper_of_any_shape_without_text_gives_no_lines(engine: OcrEngine) -> None:
    for height, width in ((1, 1), (1, 4000), (4000, 1), (7, 7), (40, 9000), (33, 31)):
        reading = engine.read(np.full((height, width, 3), 255, np.uint8))
        _check_shape(reading, width, height)
        assert (reading.lines, reading.rotation, reading.text) == ((), 0, "")


def a_blank_page_gives_no_lines(engine: OcrEngine) -> None:
    """White paper, mottled paper, and paper through which the other side shines, mirrored."""
    mottled = np.random.default_rng(4).normal(225, 4, (400, 440, 1)).clip(0, 255)
    for pixels in (
        _blank(),
        np.repeat(mottled, 3, axis=2).astype(np.uint8),
        seen_from_behind(_blank(), _back(), 0.15),
    ):
        assert engine.read(pixels).lines == ()


def what_shines_through_decides_nothing(engine: OcrEngine) -> None:
    """A cover with few words is read as it stands, however much there is on its back."""
    cover = page(("入党志愿书", "姓名魏松林"), size=_SMALL, letter=44, left=110)
    pixels = seen_from_behind(cover, _back(), 0.12)
    for clockwise, stored in _in_every_turn(pixels):
        reading = engine.read(stored)
        assert reading.rotation == clockwise
        assert [written(line.text) for line in reading.lines] == ["入党志愿书", "姓名魏松林"]


def a_page_of_any_size_is_read_in_its_own_pixels(engine: OcrEngine) -> None:
    for scale in (0.8, 3.5):
        pixels = np.asarray(cv2.resize(_page(), None, fx=scale, fy=scale), np.uint8)
        reading = engine.read(pixels)
        _check_shape(reading, pixels.shape[1], pixels.shape[0])
        assert [written(line.text) for line in reading.lines] == list(_LINES)
        assert reading.lines[0].box[0] == pytest.approx((60 * scale, 124 * scale), abs=14 * scale)


def a_long_strip_keeps_its_text(engine: OcrEngine) -> None:
    strip = page(("".join(TEXT[:3]),), size=(2300, 200))[100:200]
    for pixels in (strip, turned(strip, 90)):
        assert SequenceMatcher(None, written(engine.read(pixels).text), "".join(TEXT[:3])).ratio() > 0.97


def a_strip_of_twenty_thousand_pixels_keeps_its_text(engine: OcrEngine) -> None:
    """A sheet that a feeder ran together, or a line-art plan: shrunk to what a network takes, its text would be gone."""
    strip = np.full((_STRIP[1], _STRIP[0], 3), 255, np.uint8)
    places = [(4_000 + 7_500 * number, 20, text) for number, text in enumerate(_LINES)]
    for left, top, text in places:
        written_part = page((text,), size=(420, 200), letter=34, left=40)[100:190]
        strip[top : top + 90, left : left + 420] = written_part
    reading = engine.read(strip)
    _check_shape(reading, *_STRIP)
    assert [written(line.text) for line in reading.lines] == list(_LINES)
    for line, (left, _, _) in zip(reading.lines, places, strict=True):
        assert line.box[0][0] == pytest.approx(left + 40, abs=20)


def a_page_of_any_colour_is_read(engine: OcrEngine) -> None:
    upright = _page()
    bitonal = np.where(upright < 128, 0, 255).astype(np.uint8)
    red_on_yellow = coloured(upright, ink=(236, 60, 60), paper=(238, 222, 170))
    blue_on_pink = coloured(upright, ink=(60, 70, 160), paper=(244, 214, 214))
    for pixels in (bitonal, red_on_yellow, blue_on_pink):
        assert [written(line.text) for line in engine.read(pixels).lines] == list(_LINES)


def each_character_is_marked_where_it_stands(engine: OcrEngine) -> None:
    """One searched word is marked, not its line: in every turn, for characters drawn side by side, one every 30 pixels."""
    text, letter, left, top = _LINES[0], 30, 60, 120
    for clockwise, pixels in _in_every_turn(_page(text)):
        (line,) = engine.read(pixels).lines
        assert line.text == text
        assert len(line.char_spans) == len(text)
        for index in range(len(text)):
            drawn = (left + letter * (index + 0.5), top + letter * 0.6)
            middle = np.mean(_upright(line.part(index, index + 1), clockwise), axis=0)
            assert np.abs(middle - drawn).max() <= letter / 2, (clockwise, index)


def another_script_does_no_harm(engine: OcrEngine) -> None:
    """Latin letters are read; Arabic, which the models never saw, may give nonsense but no crash and no boxes outside."""
    latin = engine.read(_page("Certificate of Employment", "ISO 19005-2 PDF/A", "2026-11-22"))
    _check_shape(latin, *_SMALL)
    assert SequenceMatcher(None, latin.text, "Certificate of Employment\nISO 19005-2 PDF/A\n2026-11-22").ratio() > 0.9
    with Image.open(Path(__file__).with_name("arabic.png")) as image:
        arabic = np.asarray(image.convert("RGB"))
    _check_shape(engine.read(arabic), arabic.shape[1], arabic.shape[0])
    assert written(engine.read(_page(_LINES[0])).text) == _LINES[0]


def rows_are_read_across_from_the_top(engine: OcrEngine) -> None:
    reading = engine.read(cells(_ROWS))
    assert written(reading.text) == "".join(cell for row in _ROWS for cell in row)


def a_page_reads_the_same_each_time(engine: OcrEngine) -> None:
    """Also after another page: nothing of one page stays for the next."""
    pixels = _page()
    first = engine.read(pixels)
    engine.read(_page(*_OTHERS))
    again = engine.read(pixels)
    assert (again.rotation, again.lines) == (first.rotation, first.lines)


def what_is_no_page_is_refused_and_the_next_page_read(engine: OcrEngine) -> None:
    whole = _page(_LINES[0])
    for damaged in (whole[:, :, 0], whole[:0], whole.astype(np.float32), np.dstack([whole, whole[:, :, :1]])):
        assert _refusal(engine, damaged) == "ocr.failed"
    assert written(engine.read(whole).text) == _LINES[0]


def _in_every_turn(upright: Pixels) -> Iterator[tuple[int, Pixels]]:
    for clockwise in TURNS:
        yield clockwise, turned(upright, clockwise)


def _upright(box: Box, clockwise: int) -> NDArray[np.float32]:
    """Corners of a stored box on the upright small page."""
    stored = _SMALL if clockwise in (0, 180) else (_SMALL[1], _SMALL[0])
    return geometry.turned_points(np.asarray(box, np.float32), clockwise, *stored)


def _page(*lines: str) -> Pixels:
    return page(lines or _LINES, size=_SMALL, letter=30, left=60)


def _back() -> Pixels:
    """A full page of writing."""
    return page(TEXT[:3], size=_SMALL, letter=24, left=10)


def _blank() -> Pixels:
    return np.full((_SMALL[1], _SMALL[0], 3), 255, np.uint8)


def _refusal(engine: OcrEngine, damaged: NDArray[Any]) -> str | None:
    """The code by which it refuses; None where it answers."""
    try:
        engine.read(damaged)
    except OcrError as error:
        return error.code
    return None


def _check_shape(reading: PageReading, width: int, height: int) -> None:
    assert (reading.width, reading.height) == (width, height)
    assert reading.rotation in TURNS and reading.seconds >= 0
    assert PageReading.from_json(reading.as_json()).text == reading.text
    for line in reading.lines:
        assert line.text and 0 <= line.confidence <= 1
        assert all(0 <= x <= width and 0 <= y <= height for x, y in line.box)
        assert len(line.char_spans) in (0, len(line.text))
        assert all(0 <= start < end <= 1 for start, end in line.char_spans)
        assert list(line.char_spans) == sorted(line.char_spans)


PROMISES: tuple[Promise, ...] = (
    a_page_is_read_in_every_turn,
    boxes_hold_the_ink_from_the_texts_own_top_left,
    a_reading_is_about_its_own_image,
    paper_of_any_shape_without_text_gives_no_lines,
    a_blank_page_gives_no_lines,
    what_shines_through_decides_nothing,
    a_page_of_any_size_is_read_in_its_own_pixels,
    a_long_strip_keeps_its_text,
    a_strip_of_twenty_thousand_pixels_keeps_its_text,
    each_character_is_marked_where_it_stands,
    another_script_does_no_harm,
    a_page_of_any_colour_is_read,
    rows_are_read_across_from_the_top,
    a_page_reads_the_same_each_time,
    what_is_no_page_is_refused_and_the_next_page_read,
)
