"""Sharpness, contrast and exposure."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Plane, Reals, above
from ingest.measure.view import PageView
from standards.values import Measure

# Tiles of the fine copy, in its pixels, in which sharpness and contrast are read: those with most ink.
_TILE = 96
_TILES = 9
_INK_SHARE = (0.01, 0.6)
_DARK = 60
_LEAST_RANGE = 50
# Steepest step of a copy of half the size, and of the page itself.
_SLOPE_OF_HALF = (0.0, 0.129, 0.184, 0.255, 0.349, 0.479, 0.600, 0.701, 0.784, 0.851, 1.0)
_SLOPE_OF_WHOLE = (0.0, 0.080, 0.112, 0.148, 0.189, 0.243, 0.331, 0.413, 0.509, 0.581, 0.8)
_LEAST_INK = 100
_FAINTEST = 30


@dataclass(frozen=True, slots=True)
class _Tiles:
    """Of the tiles with most ink, a row each: how many pixels have each level, and how many differ by each step from the
    pixel beside or below."""

    levels: Reals
    steps: Reals


def strokes(view: PageView) -> tuple[Measure, Measure]:
    """`sharpness` and `contrast`, both read where most ink lies."""
    tiles = _tiles(view)
    return _sharpness(view, tiles), _contrast(view, tiles)


def _tiles(view: PageView) -> _Tiles:
    planes = list(_inked_tiles(view))
    levels = [_counts(plane) for plane in planes]
    return _Tiles(np.array(levels).reshape(-1, 256), np.array([_steps(plane) for plane in planes]).reshape(-1, 256))


def _inked_tiles(view: PageView) -> Iterator[Plane]:
    """Green tiles of the fine copy."""
    ink = above(view.coarse_darkness, _DARK)
    side = _TILE // 2
    rows, columns = ink.shape[0] // side, ink.shape[1] // side
    if rows == 0 or columns == 0:
        return
    sums = cv2.integral(ink)[: rows * side + 1 : side, : columns * side + 1 : side]
    share = np.diff(np.diff(sums, axis=0), axis=1) / side**2
    for flat in np.argsort(share, axis=None)[::-1][:_TILES]:
        row, column = divmod(int(flat), columns)
        if _INK_SHARE[0] < share[row, column] < _INK_SHARE[1]:
            y, x = row * _TILE, column * _TILE
            yield np.ascontiguousarray(view.reduced[y : y + _TILE, x : x + _TILE, 1])


def _steps(tile: Plane) -> Reals:
    across, down = cv2.absdiff(tile[:-1, 1:], tile[:-1, :-1]), cv2.absdiff(tile[1:, :-1], tile[:-1, :-1])
    return _counts(cv2.max(across, down))


def _counts(plane: MatLike) -> Reals:
    return np.asarray(cv2.calcHist([plane], [0], None, [256], [0, 256]).ravel(), np.float64)


def _at_share(counts: Reals, share: float) -> Reals:
    """In each row the level below which `share` of what was counted lies."""
    summed = np.cumsum(counts, axis=1)
    return np.asarray((summed < share * summed[:, -1:]).sum(axis=1), np.float64)


def _sharpness(view: PageView, tiles: _Tiles) -> Measure:
    """`sharpness` 0–1: the steepest step of strong strokes, as a share of the step from paper to ink, per stored pixel.

    1 is a bitonal edge, 0.5 a good scan; below 0.2 a stroke's rim is wider than the stroke.
    """
    reach = _at_share(tiles.levels, 0.95) - _at_share(tiles.levels, 0.02)
    slopes = np.minimum(1.0, _at_share(tiles.steps, 0.995) / np.maximum(reach, 1))[reach >= _LEAST_RANGE]
    if len(slopes) < 2:
        return unknown("sharpness", "reason.too-little-print")
    steepest = _as_stored(float(np.median(slopes)), view.factor)
    return measured("sharpness", round(steepest, 3), confidence=min(0.95, 0.5 + len(slopes) / 20))


def _as_stored(slope: float, factor: float) -> float:
    """What a slope of the copy shrunk by `factor` was per stored pixel: read off pages blurred by known amounts."""
    while factor > 1:
        slope = float(np.interp(slope, _SLOPE_OF_HALF, _SLOPE_OF_WHOLE))
        factor /= 2
    return slope


def _contrast(view: PageView, tiles: _Tiles) -> Measure:
    """`contrast` 0–1: paper against ink, as a share of the full range; where little is written, of what is there."""
    if view.inside_px < _LEAST_INK:
        return unknown("contrast", "reason.too-small")
    depths = np.zeros((1, 256))
    for levels, paper in zip(tiles.levels, _at_share(tiles.levels, 0.8).astype(int), strict=True):
        depths[0, : paper + 1] += levels[paper::-1]
    depths[0, : _FAINTEST + 1] = 0
    if depths.sum() < _LEAST_INK:
        return unknown("contrast", "reason.too-little-print")
    return measured("contrast", round(float(_at_share(depths, 0.9)[0]) / 255, 3), confidence=0.8)


def clipped(view: PageView) -> Measure:
    """`clipped` 0–1: the share of pixels at the very end of the range, where tone is lost for good."""
    if view.header.mode == "1":
        return unknown("clipped", "reason.bitonal")
    counts = _counts(view.some_rows)
    # A JPEG's rounding moves half of what was clipped by a level.
    ends = 2 if view.header.format == "JPEG" else 1
    clipped_px = counts[:ends].sum() + counts[256 - ends :].sum()
    return measured("clipped", round(float(clipped_px / counts.sum()), 4), confidence=0.9)
