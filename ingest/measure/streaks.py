"""What a scanner leaves all over a page: streaks along its feed, and the raster of moiré."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Plane, Reals, above
from ingest.measure.view import PageView
from standards.values import Measure

# The frame is cut into so many bands across a streak, and every few rows of the fine copy tell enough.
_BANDS = 40
# A streak is narrower than this many fine pixels and differs by so many levels from both its sides.
_WIDEST, _LEAST = 4, 7
# Dust lies on the glass, so a streak runs from edge to edge; a form's line ends before the paper does.
_FOLLOWED, _NEARLY = 0.99, 0.94
_SEEN = 0.5
_MOST_BOXES = 12
_RIM_MM = 1.5

_PATCH, _PATCHES = 64, 3
# Waves between these (in patches) are looked at, none that lies along an axis, where blocks of JPEG and lines of print do.
_WAVES, _OFF_AXIS = (5, 31), 2
# Of the strongest wave's power to the middle one's (as powers of ten): paper's grain, and a raster.
_GRAIN, _RASTER = 1.9, 2.7
# And in levels: less is no raster, whatever it stands out from.
_FLAT, _DEEP = 0.5, 1.5


def streaks(view: PageView) -> Measure:
    """`streaks` 0–1: the share of the frame's height along which a thin upright line is followed from edge to edge: 0.5
    from nineteen twentieths on. `boxes` are the lines. A page that was turned after scanning hides them among its ruled
    lines, so level ones are not looked for."""
    height, width = view.reduced.shape[:2]
    if len(view.some_rows) < _BANDS or width < 4 * _WIDEST:
        return unknown("streaks", "reason.too-small")
    left, _, right, _ = view.sheet.margins
    found = _followed(view.some_rows, left, right, view.px_per_mm)
    boxes = tuple(view.box(at, 0, wide, height) for at, wide in _runs(found)[:_MOST_BOXES])
    return measured("streaks", round(float(found.max(initial=0)), 2), confidence=0.7, boxes=boxes)


def _followed(rows: NDArray[np.uint8], before: float, behind: float, px_per_mm: float) -> Reals:
    """0–1 for each column: how far a line darker or lighter than both its sides is followed down the rows."""
    height = rows.shape[0] // _BANDS * _BANDS
    width = rows.shape[1]
    # The brightest of a band is its paper, whatever is written there.
    bands = rows[:height].reshape(_BANDS, -1, width).max(axis=1)
    middle = bands[:, _WIDEST:-_WIDEST]
    left, right = bands[:, : -2 * _WIDEST], bands[:, 2 * _WIDEST :]
    darker = above(np.asarray(cv2.subtract(cv2.min(left, right), middle), np.uint8), _LEAST - 1)
    lighter = above(np.asarray(cv2.subtract(middle, cv2.max(left, right)), np.uint8), _LEAST - 1)
    share = np.maximum(darker.mean(axis=0), lighter.mean(axis=0))
    found = np.zeros(width)
    found[_WIDEST:-_WIDEST] = np.clip((share - _NEARLY) / (_FOLLOWED - _NEARLY) * 0.5 + 0.5, 0, 1) * (share > _NEARLY)
    # A strip of the scanner's bed beside the paper is no streak.
    rim = round(_RIM_MM * px_per_mm)
    found[: round(before) + rim] = 0
    found[width - round(behind) - rim :] = 0
    return found


def _runs(found: Reals) -> list[tuple[int, int]]:
    """First place and length of each run of columns that are seen."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], (found >= _SEEN).astype(np.int8), [0]))))
    return [(int(first), int(end - first)) for first, end in edges.reshape(-1, 2)]


def moire(view: PageView) -> Measure:
    """`moire` 0–1: how far one wave stands out from the grain of bare paper, as a raster against the sensor's does.

    Waves shorter than four stored pixels are lost in the reduced copy and not told.
    """
    patches = _bare_patches(view)
    if not patches:
        return unknown("moire", "reason.too-small")
    power = _power(np.array(patches))[_looked_at()]
    strongest = float(power.max())
    outstanding = float(np.log10(max(1.0, strongest) / max(1.0, float(np.median(power)))))
    depth = strongest**0.5 / (_PATCH**2 / 8)
    value = min((outstanding - _GRAIN) / (_RASTER - _GRAIN), (depth - _FLAT) / (_DEEP - _FLAT))
    return measured("moire", round(min(1.0, max(0.0, value)), 2), confidence=0.6)


def _bare_patches(view: PageView) -> list[Plane]:
    """The patches of the fine copy with least print, inside the paper."""
    side = _PATCH // 2
    dark = cv2.max(above(view.coarse_darkness, 20), above(np.asarray(cv2.bitwise_not(view.coarse_interior)), 0))
    rows, columns = dark.shape[0] // side, dark.shape[1] // side
    if rows == 0 or columns == 0:
        return []
    sums = cv2.integral(dark)[: rows * side + 1 : side, : columns * side + 1 : side]
    printed = np.diff(np.diff(sums, axis=0), axis=1)
    chosen = np.argsort(printed, axis=None, kind="stable")[:_PATCHES]
    places = [divmod(int(each), columns) for each in chosen if printed.flat[each] < side * side // 8]
    return [
        view.reduced[row * _PATCH : (row + 1) * _PATCH, column * _PATCH : (column + 1) * _PATCH, 1]
        for row, column in places
    ]


def _power(patches: NDArray[np.uint8]) -> Reals:
    """The mean power of each wave (down, across) in the patches."""
    level = patches - patches.mean(axis=(1, 2), keepdims=True, dtype=np.float32)
    waves = np.fft.rfft2(level * _window())
    return np.asarray((waves.real**2 + waves.imag**2).mean(axis=0), np.float64)


@cache
def _window() -> NDArray[np.float32]:
    one = np.hanning(_PATCH)
    return np.asarray(one[:, None] * one, np.float32)


@cache
def _looked_at() -> NDArray[np.bool_]:
    down = np.abs(np.fft.fftfreq(_PATCH, 1 / _PATCH))[:, None]
    across = np.arange(_PATCH // 2 + 1)[None, :]
    away = np.hypot(down, across)
    return np.asarray((away >= _WAVES[0]) & (away <= _WAVES[1]) & (down >= _OFF_AXIS) & (across >= _OFF_AXIS))
