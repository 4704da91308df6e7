"""Skew of the print: the turn at which text lines and ruled lines project most sharply onto one axis.

Positive is clockwise. Only print inside the paper is looked at, never the sheet's edge; a page whose print decides nothing
is not measurable.
"""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.values import Measure

RANGE_DEG = 15.0
_COARSE_STEP = 0.5
_FINE_STEP = 0.05
_MAX_POINTS = 60_000
_COARSE_POINTS = 12_000
_MIN_POINTS = 400
# How far the best turn must stand out from the others, in their spread, before it is believed.
_MIN_PROMINENCE = 3.5

Points = tuple[NDArray[np.float32], NDArray[np.float32]]


def skew(found: tuple[float, float] | None) -> Measure:
    """`skew_deg` within ±15° from `estimate`'s answer; `reason.too-little-print` where the page decides nothing."""
    if found is None:
        return unknown("skew_deg", "reason.too-little-print")
    angle, confidence = found
    return measured("skew_deg", round(angle, 2), "deg", confidence)


def estimate(view: PageView) -> tuple[float, float] | None:
    """(clockwise degrees, confidence), or None where too little print lies on the page."""
    points = _edge_points(view)
    if points is None:
        return None
    rows, columns = points
    best: tuple[float, float] | None = None
    # Lines of print run along the page or, on a page lying on its side, across it.
    for along, sign in ((rows, 1.0), (columns, -1.0)):
        found = _sharpest(along, sign)
        if found is not None and (best is None or found[1] > best[1]):
            best = found
    if best is None or best[1] < _MIN_PROMINENCE:
        return None
    return best[0], min(0.99, 1 - np.exp(-(best[1] - 1.5) / 3))


def _edge_points(view: PageView) -> tuple[Points, Points] | None:
    """Upper edges of strokes for rows, left edges for columns: (position across the lines, position along them)."""
    dark = view.darkness
    threshold = max(22, int(4 * view.noise), int(0.3 * np.percentile(dark[::4, ::4], 99.7)))
    ink = np.asarray(dark > threshold)
    if int(ink.sum()) < _MIN_POINTS:
        return None
    upper = ink.copy()
    upper[1:] &= ~ink[:-1]
    left = ink.copy()
    left[:, 1:] &= ~ink[:, :-1]
    y, x = np.nonzero(upper)
    yy, xx = np.nonzero(left)
    if min(len(y), len(yy)) < _MIN_POINTS // 4:
        return None
    return _thinned(y, x), _thinned(xx, yy)


def _thinned(across: NDArray[np.int64], along: NDArray[np.int64]) -> Points:
    if len(across) > _MAX_POINTS:
        chosen = np.random.default_rng(7).choice(len(across), _MAX_POINTS, replace=False)
        across, along = across[chosen], along[chosen]
    return across.astype(np.float32), along.astype(np.float32) - np.float32(along.mean())


def _sharpest(points: Points, sign: float) -> tuple[float, float] | None:
    """(clockwise degrees, prominence) of the turn with the sharpest projection."""
    across, along = points
    if len(across) < _MIN_POINTS // 4:
        return None
    every = max(1, len(across) // _COARSE_POINTS)
    angles = np.arange(-RANGE_DEG, RANGE_DEG + 1e-6, _COARSE_STEP)
    few = (across[::every], along[::every])
    scores = np.array([_sharpness(few, angle, 3.0) for angle in angles])
    coarse = float(angles[int(np.argmax(scores))])
    medium = np.arange(coarse - 0.6, coarse + 0.61, 0.1)
    middle = float(medium[int(np.argmax([_sharpness(points, angle, 2.0) for angle in medium]))])
    fine = np.arange(middle - 0.25, middle + 0.251, _FINE_STEP)
    fine_scores = _smooth(np.array([_sharpness(points, angle, 1.0) for angle in fine]))
    top = int(np.argmax(fine_scores))
    angle = float(fine[top]) + _parabola(fine_scores, top) * _FINE_STEP
    rest = scores[np.abs(angles - coarse) > 1.5]
    spread = float(np.std(rest)) + 0.02 * float(np.mean(rest)) + 1e-9
    prominence = (float(scores.max()) - float(np.median(rest))) / spread
    if abs(coarse) > RANGE_DEG - 0.6:
        return None
    return sign * angle, prominence


def _sharpness(points: Points, degrees: float, bin_px: float) -> float:
    """Sum of squares of the projection's profile: greatest where strokes fall into the fewest rows."""
    across, along = points
    turn = np.radians(degrees)
    positions = (across * np.cos(turn) - along * np.sin(turn)) * np.float32(1 / bin_px)
    positions -= positions.min()
    profile = np.bincount(positions.astype(np.int32)).astype(np.float64)
    return float(np.square(np.convolve(profile, _kernel(), "same")).sum())


@cache
def _kernel() -> NDArray[np.float64]:
    """Half the weight to each neighbour, so that a bin's border does not decide."""
    return np.array([0.25, 0.5, 0.25])


def _smooth(scores: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.asarray(np.convolve(np.pad(scores, 1, mode="edge"), _kernel(), "valid"))


def _parabola(scores: NDArray[np.float64], top: int) -> float:
    """Offset of the true top from its sample, in samples."""
    if not 0 < top < len(scores) - 1:
        return 0.0
    before, at, after = scores[top - 1 : top + 2]
    bend = before - 2 * at + after
    return 0.0 if bend >= 0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5))


def turned_upright(plane: NDArray[np.uint8], degrees: float, fill: int) -> NDArray[np.uint8]:
    """`plane` turned so that print which is turned clockwise by `degrees` runs level; same size."""
    height, width = plane.shape
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), degrees, 1)
    return np.asarray(cv2.warpAffine(plane, matrix, (width, height), borderValue=fill), np.uint8)
