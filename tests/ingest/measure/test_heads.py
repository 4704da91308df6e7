"""Which end is up, told by reading a few lines both ways."""

from __future__ import annotations

import numpy as np
import pytest

from base.images import Pixels
from ingest.measure import measure_page
from ocr.heads import HeadReader, open_head_reader
from tests.ingest.measure.sheets import YELLOW, Sheet, aged, bled_through, encoded


@pytest.fixture(scope="module")
def reader() -> HeadReader:
    return open_head_reader()


@pytest.mark.parametrize("kind", ["letter", "form"])
@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_all_four_ways_are_told(kind: str, turn: int, reader: HeadReader) -> None:
    page = (Sheet().letter() if kind == "letter" else Sheet().form()).pixels()
    # rot90 turns counter-clockwise; the answer is the clockwise turn back.
    turned = aged(np.ascontiguousarray(np.rot90(page, turn // 90)))
    measure = measure_page(encoded(turned), "page.jpg", reader=reader)["orientation_deg"]
    assert (measure.value, measure.confidence >= 0.7) == (turn, True)


def cover() -> Sheet:
    """Large print and little of it: its skew is not measurable."""
    return Sheet().text(68, 70, "入党志愿书", 15).text(80, 185, "姓名:李建国").text(80, 200, "所在支部:供销科支部")


@pytest.mark.parametrize("turn", [0, 90, 180, 270])
def test_a_cover_with_few_words_in_large_print_is_read(turn: int, reader: HeadReader) -> None:
    page = encoded(aged(np.ascontiguousarray(np.rot90(cover().pixels(), turn // 90))))
    measure = measure_page(page, "page.jpg", reader=reader)["orientation_deg"]
    assert (measure.value, measure.confidence >= 0.7) == (turn, True)


def test_large_print_alone_is_looked_for(reader: HeadReader) -> None:
    page = encoded(aged(Sheet().text(50, 90, "干部人事档案", 18).pixels())[::-1, ::-1])
    assert measure_page(page, "page.jpg", reader=reader)["orientation_deg"].value == 180


def test_of_a_cover_nothing_is_said_without_reading_it() -> None:
    measure = measure_page(encoded(aged(cover().pixels())), "page.jpg")["orientation_deg"]
    assert measure.reason == "reason.too-little-print"


def test_what_nobody_can_read_has_no_way_up() -> None:
    measure = measure_page(encoded(aged(Sheet().letter().pixels())), "page.jpg", reader=lambda lines: [])
    assert measure["orientation_deg"].reason == "reason.print-not-read"


@pytest.mark.parametrize("votes", [[(True, 1.0)], [(False, 0.3), (False, 0.7), (False, 0.75)]])
def test_nonsense_read_on_squared_paper_is_no_answer(votes: list[tuple[bool, float]]) -> None:
    page = Sheet()
    for x in range(8):
        for y in range(8):
            page.text(40 + 12 * x, 60 + 12 * y, "工", 6)
    measure = measure_page(encoded(aged(page.pixels())), "page.jpg", reader=lambda lines: votes)
    assert measure["orientation_deg"].reason == "reason.print-not-read"


def test_a_blank_page_is_not_read() -> None:
    def refuse(lines: object) -> list[tuple[bool, float]]:
        raise AssertionError(lines)

    through: Pixels = bled_through(Sheet(paper=YELLOW).pixels(), aged(Sheet().letter().pixels()), 0.12)
    assert float(measure_page(encoded(through), "page.jpg", reader=refuse)["blank"].value or 0) >= 0.5


def test_nothing_readable_gives_no_votes(reader: HeadReader) -> None:
    assert reader([]) == []
    assert reader([np.full((30, 300, 3), 240, np.uint8)]) == []
