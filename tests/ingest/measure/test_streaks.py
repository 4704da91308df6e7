"""Streaks of a feeder and the raster of moiré on pages that bear them, and on pages with ruled lines that do not."""

from __future__ import annotations

import numpy as np
import pytest

from base.images import Pixels
from ingest.measure import measure_page
from standards.values import Measure
from tests.ingest.measure.sheets import YELLOW, Sheet, aged, encoded


def _page() -> Pixels:
    return aged(Sheet(dpi=200, paper=YELLOW).form().pixels())


def _measured(pixels: Pixels, name: str) -> Measure:
    return measure_page(encoded(pixels, dpi=200), "page.jpg")[name]


@pytest.mark.parametrize("depth", [40, 90, -25])
def test_a_streak_is_found_and_shown(depth: int) -> None:
    page = _page().astype(np.int16)
    page[:, 700:703] = np.clip(page[:, 700:703] - depth, 0, 255)
    measure = _measured(page.astype(np.uint8), "streaks")
    assert float(measure.value or 0) >= 0.5
    assert any(left <= 701 <= right and bottom - top == page.shape[0] for left, top, right, bottom in measure.boxes)


def test_a_forms_lines_are_no_streaks() -> None:
    measure = _measured(_page(), "streaks")
    assert (measure.value, measure.boxes) == (0.0, ())


def _raster(period: float, depth: float) -> Pixels:
    page = _page()
    rows, columns = np.mgrid[0 : page.shape[0], 0 : page.shape[1]]
    wave = depth * np.sin((0.8 * columns + 0.6 * rows) * 2 * np.pi / period)
    return np.clip(page + wave[:, :, None], 0, 255).astype(np.uint8)


@pytest.mark.parametrize("period", [5.0, 8.0])
def test_a_raster_is_found(period: float) -> None:
    assert float(_measured(_raster(period, 8), "moire").value or 0) >= 0.5


def test_grain_is_no_raster() -> None:
    assert float(_measured(aged(Sheet(dpi=200).letter().pixels(), noise=6), "moire").value or 0) < 0.2
