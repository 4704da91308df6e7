"""Text cut off by the edge of the image: a known cut through a known line, and all that only looks like one."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from base.images import Pixels
from ingest.cut_off import cut_lines, cut_off
from ocr.lines import Box, Line, PageReading

SONG = "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc"
SIZE = 40
TEXT = "东岭机械厂职工登记表"
LEFT, TOP = 300, 500


def sheet() -> Pixels:
    """One line of print on cream paper, far from every edge."""
    image = Image.new("RGB", (1000, 1000), (248, 244, 234))
    ImageDraw.Draw(image).text((LEFT, TOP), TEXT, fill=(30, 30, 35), font=ImageFont.truetype(SONG, SIZE))
    return np.asarray(image, np.uint8)


def reading(pixels: Pixels, left: int, top: int, right: int, bottom: int, confidence: float = 0.99) -> PageReading:
    """The line as a detector gives it: a little wider than the ink, never outside the image."""
    height, width = pixels.shape[:2]
    left, top = max(0, left - 6), max(0, top - 6)
    right, bottom = min(width, right + 6), min(height, bottom + 6)
    box: Box = ((left, top), (right, top), (right, bottom), (left, bottom))
    return PageReading("test", "1", width, height, 0, 0.1, (Line(TEXT, box, confidence),), {})


def cropped(left: int = 0, top: int = 0, right: int = 1000, bottom: int = 1000) -> tuple[Pixels, PageReading]:
    """The sheet cut to these edges, and the line where it now stands."""
    pixels = np.ascontiguousarray(sheet()[top:bottom, left:right])
    end, base = LEFT + SIZE * len(TEXT), TOP + 12 + SIZE
    return pixels, reading(pixels, LEFT - left, TOP + 10 - top, end - left, base - top)


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
@pytest.mark.parametrize("into", [14, 20, 26])
def test_a_cut_through_the_line_is_found_and_marked(edge: str, into: int) -> None:
    at = {"left": LEFT + into, "right": LEFT + SIZE * 7 + into, "top": TOP + 12 + into, "bottom": TOP + 12 + into}[edge]
    pixels, read = cropped(**{edge: at})
    (box,) = cut_lines(pixels, read)
    touched = {
        "left": box[0] == 0,
        "top": box[1] == 0,
        "right": box[2] == pixels.shape[1],
        "bottom": box[3] == pixels.shape[0],
    }
    assert touched[edge]
    measure = cut_off(pixels, read)
    assert (measure.value, measure.boxes) == (1, (box,))


@pytest.mark.parametrize("margin", [5, 12, 30])
def test_a_whole_line_near_the_edge_is_not_cut(margin: int) -> None:
    pixels, read = cropped(left=LEFT - margin, top=TOP + 10 - margin)
    assert cut_lines(pixels, read) == ()


def test_a_scanned_border_is_no_text() -> None:
    pixels, read = cropped(left=LEFT - 8)
    pixels = pixels.copy()
    pixels[:, :4] = 20
    assert cut_lines(pixels, read) == ()


def test_a_ruled_line_that_runs_out_is_no_text() -> None:
    pixels, read = cropped(left=LEFT - 8)
    pixels = pixels.copy()
    pixels[TOP + 60 : TOP + 63] = 30
    pixels[TOP - 4 : TOP - 1] = 30
    assert cut_lines(pixels, read) == ()


def test_what_can_hardly_be_read_or_has_no_contrast_is_not_judged() -> None:
    pixels, read = cropped(left=LEFT + 20)
    unsure = reading(pixels, 0, TOP + 10, 380, TOP + 52, confidence=0.3)
    assert cut_lines(pixels, unsure) == ()
    faint = np.full_like(pixels, 240)
    assert cut_lines(faint, read) == ()
