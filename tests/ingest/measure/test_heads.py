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


def test_a_blank_page_is_not_read() -> None:
    def refuse(lines: object) -> list[tuple[bool, float]]:
        raise AssertionError(lines)

    through: Pixels = bled_through(Sheet(paper=YELLOW).pixels(), aged(Sheet().letter().pixels()), 0.12)
    assert float(measure_page(encoded(through), "page.jpg", reader=refuse)["blank"].value or 0) >= 0.5


def test_nothing_readable_gives_no_votes(reader: HeadReader) -> None:
    assert reader([]) == []
    assert reader([np.full((30, 300, 3), 240, np.uint8)]) == []
