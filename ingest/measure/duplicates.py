"""Is one page the same sheet as another, scanned twice? Exact by digest; near by print that lies stroke on stroke.

Forms of one layout look alike as a whole, so likeness of the whole only picks candidates, in two steps that need no image:
first all print together, then patch by patch. Decided is by small windows: where one figure of a date differs, its window
differs, however alike the rest is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.morphology import Plane, above, components
from ingest.measure.skew import turned_upright
from ingest.measure.view import PageView

# Width and height of the small picture that picks candidates; the page is fitted into it whatever its shape.
_THUMB = (48, 64)
_SHIFT = 4
_ALIKE = 0.80
# Width and height of the finer picture: patches of it differ where two forms of one layout are filled in differently.
_FINE = (96, 128)
_FINE_SHIFT = 10
_PATCH = 9
_SAME_PATCH = 0.7
# Of two scans of one sheet at most 7 patches in a hundred differ, of two different sheets hardly ever fewer than 15.
_MOST_OTHER_PATCHES = 0.20
_INKED_VARIANCE = 60.0
# Long side of the picture on which windows are compared: A4 at about 125 dpi.
_LONG_SIDE = 1450
_WINDOW_MM = 4.0
_SEARCH = 3
# Pixels of a stroke that is compared; less is dust.
_LEAST_STROKE = 8
# Standard deviation of grey below which a window shows nothing to compare.
_EVEN = 12
_SAME_WINDOW = 0.5
# Share of the windows that differ from which on it is another sheet.
_OTHER_SHEET = 0.019
_LONG_MM = 297.0
# Coarse pixels of print without which a page cannot be told from another.
_LEAST_PRINT = 75


_Fine = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """A page small enough to keep for a whole batch: its print, level, as pictures of 48 × 64 and 96 × 128 pixels, its
    shape (width by height) and the skew that was taken out."""

    thumb: NDArray[np.float32]
    fine: Plane
    shape: float
    skew_deg: float | None


def fingerprint(darkness: Plane, skew_deg: float | None) -> Fingerprint | None:
    """Of a page's print at about 75 dpi; None for a page with too little on it to be told from another."""
    plane = _levelled(darkness, skew_deg)
    if cv2.countNonZero(above(plane, 40)) < _LEAST_PRINT:
        return None
    small = cv2.GaussianBlur(cv2.resize(plane, _THUMB, interpolation=cv2.INTER_AREA).astype(np.float32), (0, 0), 0.8)
    fine = cv2.GaussianBlur(cv2.resize(plane, _FINE, interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    height, width = plane.shape
    return Fingerprint(np.asarray(small, np.float32), np.asarray(fine, np.uint8), width / height, skew_deg)


def _levelled(plane: Plane, skew_deg: float | None) -> Plane:
    return plane if skew_deg is None else turned_upright(plane, skew_deg, 0)


def alike(one: Fingerprint, other: Fingerprint) -> bool:
    """Are the two pages worth comparing closely?"""
    if abs(one.shape / other.shape - 1) > 0.06:
        return False
    padded = cv2.copyMakeBorder(other.thumb, _SHIFT, _SHIFT, _SHIFT, _SHIFT, cv2.BORDER_CONSTANT, value=0.0)
    if float(cv2.matchTemplate(padded, one.thumb, cv2.TM_CCORR_NORMED).max()) < _ALIKE:
        return False
    return _other_patches(one.fine.astype(np.float32), other.fine.astype(np.float32)) <= _MOST_OTHER_PATCHES


def _other_patches(one: _Fine, other: _Fine) -> float:
    """Share of the inked patches of `one` that look otherwise in `other`, wherever the two lie best on each other."""
    edge = _FINE_SHIFT
    core = one[edge:-edge, edge:-edge]
    _, _, _, (x, y) = cv2.minMaxLoc(cv2.matchTemplate(other, core, cv2.TM_CCORR_NORMED))
    # One pixel more on each side: a patch may lie beside where the whole lies.
    padded = cv2.copyMakeBorder(other, *(edge + 1,) * 4, cv2.BORDER_CONSTANT, value=0.0)
    height, width = one.shape
    mean, variance = _mean_and_variance(one)
    likeness = np.full(one.shape, -1.0, np.float32)
    for dy, dx in np.ndindex(3, 3):
        moved = np.ascontiguousarray(padded[y + dy : y + dy + height, x + dx : x + dx + width], np.float32)
        moved_mean, moved_variance = _mean_and_variance(moved)
        shared = _patch_means(one * moved) - mean * moved_mean
        np.maximum(likeness, shared / np.sqrt(np.maximum(variance * moved_variance, 1e-3)), out=likeness)
    inked = variance > _INKED_VARIANCE
    return float((likeness[inked] < _SAME_PATCH).mean()) if inked.any() else 0.0


def _mean_and_variance(picture: _Fine) -> tuple[_Fine, _Fine]:
    mean = _patch_means(picture)
    return mean, np.maximum(_patch_means(picture * picture) - mean * mean, 0)


def _patch_means(picture: _Fine) -> _Fine:
    return np.asarray(cv2.boxFilter(picture, -1, (_PATCH, _PATCH), borderType=cv2.BORDER_CONSTANT), np.float32)


class Picture:
    """A page prepared for close comparison: its print, levelled by `skew_deg`, at about 125 dpi."""

    def __init__(self, view: PageView, skew_deg: float | None) -> None:
        plane = _levelled(view.darkness, skew_deg)
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
    worst = _differing(one, moved)
    if worst < _OTHER_SHEET:
        worst = max(worst, _differing(moved, one))
    return max(0.0, 0.95 * (1 - worst / _OTHER_SHEET))


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
    """Share of the windows around the strokes of `one` in which `other` shows something else, not counted on once it is
    another sheet for sure."""
    side = round(_WINDOW_MM * _LONG_SIDE / _LONG_MM)
    windows = _windows(one.strong, side)
    if not windows:
        return 1.0
    differing, most = 0, _OTHER_SHEET * len(windows)
    for x, y in windows:
        window = one.soft[y : y + side, x : x + side]
        if cv2.meanStdDev(window)[1][0, 0] >= _EVEN and _likeness(window, other.soft, x, y) < _SAME_WINDOW:
            differing += 1
            if differing >= most:
                break
    return differing / len(windows)


def _windows(strong: Plane, side: int) -> list[tuple[int, int]]:
    """Left top corners of windows centred on strokes, no two on one spot."""
    _, stats = components(strong)
    taken: set[tuple[int, int]] = set()
    height, width = strong.shape
    half = side // 2
    for left, top, wide, tall, _ in stats[stats[:, cv2.CC_STAT_AREA] >= _LEAST_STROKE].tolist():
        right, bottom = left + wide, top + tall
        across = [min(x + min(half, wide // 2), right) // half for x in range(left, right, side)]
        down = [min(y + min(half, tall // 2), bottom) // half for y in range(top, bottom, side)]
        taken.update((x, y) for x in across for y in down)
    reach = half + _SEARCH
    corners = [(cx * half - side // 4, cy * half - side // 4) for cx, cy in taken]
    return [(x, y) for x, y in corners if reach <= x < width - side - reach and reach <= y < height - side - reach]


def _likeness(window: NDArray[np.float32], other: NDArray[np.float32], x: int, y: int) -> float:
    """Greatest correlation of a window that has its corner at x, y with that neighbourhood in the other picture."""
    tall, wide = window.shape
    around = other[y - _SEARCH : y + tall + _SEARCH, x - _SEARCH : x + wide + _SEARCH]
    return float(cv2.matchTemplate(around, window, cv2.TM_CCOEFF_NORMED).max())
