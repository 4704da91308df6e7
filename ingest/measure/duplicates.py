"""Is one page the same sheet as another, scanned twice? Exact by digest; near by print that lies stroke on stroke.

Forms of one layout look alike as a whole, so likeness of the whole only picks candidates. Decided is by small windows: where
one figure of a date differs, its window differs, however alike the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.morphology import Plane, components
from ingest.measure.skew import estimate, turned_upright
from ingest.measure.view import PageView

# Width and height of the small picture that picks candidates; the page is fitted into it whatever its shape.
_THUMB = (48, 64)
_SHIFT = 4
_ALIKE = 0.80
# Long side of the picture on which windows are compared: A4 at about 125 dpi.
_LONG_SIDE = 1450
_WINDOW_MM = 4.0
_SEARCH = 3
_SAME_WINDOW = 0.5
_LONG_MM = 297.0


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A page small enough to keep for a whole batch: its print as a 48 × 64 picture of unit length, and its shape."""

    thumb: NDArray[np.float32]
    shape: float


def fingerprint(view: PageView, skew_deg: float | None) -> Fingerprint | None:
    """None for a page with too little on it to be told from another."""
    plane = _levelled(view, skew_deg)
    if int((plane > 40).sum()) < 300:
        return None
    small = cv2.GaussianBlur(cv2.resize(plane, _THUMB, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 0.8)
    height, width = view.green.shape
    return Fingerprint(np.asarray(small, np.float32), width / height)


def _levelled(view: PageView, skew_deg: float | None) -> Plane:
    plane = np.asarray(np.clip(view.darkness, 0, 255), np.uint8)
    return plane if skew_deg is None else turned_upright(plane, skew_deg, 0)


def alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Are the two pages worth comparing closely?"""
    if abs(one.shape / other.shape - 1) > 0.06:
        return False
    padded = cv2.copyMakeBorder(other.thumb, _SHIFT, _SHIFT, _SHIFT, _SHIFT, cv2.BORDER_CONSTANT, value=0.0)
    return float(cv2.matchTemplate(padded, one.thumb, cv2.TM_CCORR_NORMED).max()) >= _ALIKE


class Picture:
    """A page prepared for close comparison: its print, level, at about 125 dpi."""

    def __init__(self, view: PageView) -> None:
        found = estimate(view)
        plane = _levelled(view, None if found is None else found[0])
        height, width = plane.shape
        scale = _LONG_SIDE / max(height, width)
        size = (max(1, round(width * scale)), max(1, round(height * scale)))
        self.plane = np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)

    @cached_property
    def soft(self) -> NDArray[np.float32]:
        return np.asarray(cv2.GaussianBlur(self.plane, (0, 0), 1.0), np.float32)

    @cached_property
    def strong(self) -> Plane:
        level = max(35, float(np.percentile(self.plane[self.plane > 25], 60)) * 0.5) if (self.plane > 25).any() else 255
        return np.asarray(self.plane > level, np.uint8)


def same_sheet(one: Picture, other: Picture) -> float:
    """0–1: how surely both pictures show one sheet. 0 where even a few windows of print differ."""
    moved = _aligned(one, other)
    if moved is None:
        return 0.0
    there, back = _differing(one, moved), _differing(moved, one)
    worst = max(there, back)
    return max(0.0, 0.95 - worst / 0.02)


def _aligned(one: Picture, other: Picture) -> Picture | None:
    """`other` moved, turned and stretched a little so that it lies on `one`; None where nothing brings them together."""
    height, width = one.plane.shape
    fitted = cv2.resize(other.plane, (width, height), interpolation=cv2.INTER_AREA)
    quarter = (max(1, width // 4), max(1, height // 4))
    first = cv2.GaussianBlur(
        cv2.resize(one.plane, quarter, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 1.5
    )
    second = cv2.GaussianBlur(cv2.resize(fitted, quarter, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 1.5)
    (dx, dy), response = cv2.phaseCorrelate(first, second, cv2.createHanningWindow(quarter, cv2.CV_32F))
    if response < 0.03:
        return None
    start = np.array([[1, 0, dx], [0, 1, dy]], np.float32)
    criteria = (cv2.TERM_CRITERIA_EPS | cv2.TERM_CRITERIA_COUNT, 40, 1e-4)
    try:
        _, warp = cv2.findTransformECC(first, second, start, cv2.MOTION_AFFINE, criteria)
    except cv2.error:
        return None
    full = np.asarray(warp, np.float64).copy()
    full[:, 2] *= 4
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    moved = Picture.__new__(Picture)
    moved.plane = np.asarray(cv2.warpAffine(np.asarray(fitted, np.uint8), full, (width, height), flags=flags), np.uint8)
    return moved


def _differing(one: Picture, other: Picture) -> float:
    """Share of the windows around the strokes of `one` in which `other` shows something else."""
    side = round(_WINDOW_MM * _LONG_SIDE / _LONG_MM)
    windows = _windows(one.strong, side)
    if not windows:
        return 1.0
    return sum(_likeness(one.soft, other.soft, x, y, side) < _SAME_WINDOW for x, y in windows) / len(windows)


def _windows(strong: Plane, side: int) -> list[tuple[int, int]]:
    """Left top corners of windows centred on strokes, no two on one spot."""
    _, stats = components(strong)
    taken: set[tuple[int, int]] = set()
    height, width = strong.shape
    for left, top, wide, tall, area in stats:
        if area < 8:
            continue
        for x in range(int(left), int(left + wide), side):
            for y in range(int(top), int(top + tall), side):
                centre = (min(x + min(side, wide) // 2, left + wide), min(y + min(side, tall) // 2, top + tall))
                taken.add((int(centre[0]) // (side // 2), int(centre[1]) // (side // 2)))
    reach = side // 2 + _SEARCH
    corners = [(cx * (side // 2) - side // 4, cy * (side // 2) - side // 4) for cx, cy in taken]
    return [(x, y) for x, y in corners if reach <= x < width - side - reach and reach <= y < height - side - reach]


def _likeness(one: NDArray[np.float32], other: NDArray[np.float32], x: int, y: int, side: int) -> float:
    """Greatest correlation of a window with its neighbourhood in the other picture; 1 where the window is even."""
    window = one[y : y + side, x : x + side]
    if float(window.std()) < 12:
        return 1.0
    around = other[y - _SEARCH : y + side + _SEARCH, x - _SEARCH : x + side + _SEARCH]
    return float(cv2.matchTemplate(around, window, cv2.TM_CCOEFF_NORMED).max())
