"""Sharpness, contrast and exposure, from the pixels as stored."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.values import Measure

_TILE = 256
_TILES = 12


def sharpness(view: PageView) -> Measure:
    """`sharpness` 0–1: the steepest step of strong strokes, as a share of the step from paper to ink, per stored pixel.

    1 is a bitonal edge, 0.5 a good scan; below 0.2 a stroke's rim is wider than the stroke. Read in the tiles with most ink.
    """
    slopes = [slope for tile in _inked_tiles(view) if (slope := _slope(tile)) is not None]
    if len(slopes) < 2:
        return unknown("sharpness", "reason.too-little-print")
    return measured("sharpness", round(float(np.median(slopes)), 3), confidence=min(0.95, 0.5 + len(slopes) / 20))


def _inked_tiles(view: PageView) -> list[NDArray[np.uint8]]:
    ink = (view.darkness > 60).astype(np.float32)
    side = max(8, round(_TILE * view.scale))
    height, width = ink.shape
    rows, columns = height // side, width // side
    if rows == 0 or columns == 0:
        return [view.pixels[:, :, 1]]
    sums = ink[: rows * side, : columns * side].reshape(rows, side, columns, side).mean(axis=(1, 3))
    best = np.argsort(sums, axis=None)[::-1][:_TILES]
    tiles = []
    for flat in best:
        row, column = divmod(int(flat), columns)
        if 0.01 < sums[row, column] < 0.6:
            y, x = round(row * side / view.scale), round(column * side / view.scale)
            tiles.append(view.pixels[y : y + _TILE, x : x + _TILE, 1])
    return tiles


def _slope(tile: NDArray[np.uint8]) -> float | None:
    low, high = np.percentile(tile[::2, ::2], (2, 95))
    if high - low < 50:
        return None
    plane = tile.astype(np.float32)
    step = np.maximum(np.abs(np.diff(plane, axis=1))[:-1], np.abs(np.diff(plane, axis=0))[:, :-1])
    return float(min(1.0, np.percentile(step, 99.5) / (high - low)))


def contrast(view: PageView) -> Measure:
    """`contrast` 0–1: paper against ink, as a share of the full range; where little is written, of what is there."""
    inside = view.interior
    if int(inside.sum()) < 100:
        return unknown("contrast", "reason.too-small")
    dark = view.darkness[::2, ::2][inside[::2, ::2]]
    ink = dark[dark > 30]
    if ink.size < 100:
        return unknown("contrast", "reason.too-little-print")
    return measured("contrast", round(float(np.percentile(ink, 90)) / 255, 3), confidence=0.8)


def clipped(view: PageView) -> Measure:
    """`clipped` 0–1: the share of pixels at the very end of the range, where tone is lost for good."""
    if view.header.mode == "1":
        return unknown("clipped", "reason.bitonal")
    counts = cv2.calcHist([np.ascontiguousarray(view.pixels[::3, ::3, 1])], [0], None, [256], [0, 256]).ravel()
    return measured("clipped", round(float((counts[0] + counts[255]) / max(1.0, counts.sum())), 4), confidence=0.9)
