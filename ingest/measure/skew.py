"""Skew of the print: the turn at which text lines and ruled lines project most sharply onto one axis.

Positive is clockwise. Only print inside the paper is looked at, never the sheet's edge; a page whose print decides nothing
is not measurable.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Plane, Reals
from ingest.measure.view import PageView
from standards.values import Measure

RANGE_DEG = 15.0
# Degrees from turn to turn, and how far to both sides: by whole rows first, then by parts of a row.
_COARSE_STEPS = ((1.0, RANGE_DEG), (0.25, 0.75))
_FINE_STEPS = ((0.12, 0.48), (0.04, 0.08))
_MIN_PIXELS = 100
# How far the best turn must stand out from the others, in their spread, before it is believed.
_MIN_PROMINENCE = 3.5
# From here on the other direction is not asked.
_PLAIN_PROMINENCE = 9.0
# A page is cut into so many strips across its lines; within a strip a line is taken for level.
_STRIPS = 40
# Up to this turn strips of twice the width do as well.
_LEVEL_DEG = 2.0
# Finest waves that are looked at, in rows: below, a line's rim is noise.
_WAVE_PX = 4.0
# What is darker than this counts no more: a heading weighs as a line of text does.
_ENOUGH = 90


Reals32 = NDArray[np.float32]
Waves = NDArray[np.complex64]


@dataclass(frozen=True, slots=True)
class _Strips:
    """For each strip along the lines (rows, `apart` pixels from each other) how much begins to be dark at each place across
    them (columns); `sign` of a clockwise turn."""

    rising: Reals32
    apart: int
    sign: float


def skew(found: tuple[float, float] | None) -> Measure:
    """`skew_deg` within ±15° from `estimate`'s answer; `reason.too-little-print` where the page decides nothing."""
    if found is None:
        return unknown("skew_deg", "reason.too-little-print")
    angle, confidence = found
    return measured("skew_deg", round(angle, 2), "deg", confidence)


def estimate(view: PageView) -> tuple[float, float] | None:
    """(clockwise degrees, confidence), or None where too little print lies on the page."""
    dark = _print(view)
    if dark is None:
        return None
    # Lines of print run along the page or, on a page lying on its side, across it.
    prominence, angle, strips = _coarsely(_strips(cv2.subtract(dark[1:], dark[:-1]), 1))
    if prominence < _PLAIN_PROMINENCE:
        across = _coarsely(_strips(cv2.subtract(dark[:, 1:], dark[:, :-1]), 0))
        prominence, angle, strips = max((prominence, angle, strips), across, key=lambda found: found[0])
    if prominence < _MIN_PROMINENCE or abs(angle) > RANGE_DEG - 0.6:
        return None
    return strips.sign * _finely(strips, angle), min(0.99, 1 - np.exp(-(prominence - 1.5) / 3))


def _print(view: PageView) -> Plane | None:
    """The dark of strokes, each as dark as another; None where there are too few."""
    dark = view.coarse_darkness
    counts = cv2.calcHist([np.ascontiguousarray(dark[::4, ::2])], [0], None, [256], [0, 256]).ravel()
    strongest = int(np.searchsorted(np.cumsum(counts), 0.997 * counts.sum()))
    threshold = max(18, int(4 * view.noise), int(0.3 * strongest))
    ink = cv2.threshold(dark, threshold, 255, cv2.THRESH_TOZERO)[1]
    if cv2.countNonZero(ink) < _MIN_PIXELS:
        return None
    return np.asarray(cv2.threshold(ink, _ENOUGH, 0, cv2.THRESH_TRUNC)[1], np.uint8)


def _strips(rising: MatLike, axis: int) -> _Strips:
    """Sums of the rims of strokes over strips, `axis` being the one along the lines: how dark a pixel is beyond the one
    before it tells where between the two the rim lies."""
    sums = cv2.integral(rising)
    length = rising.shape[axis]
    width = max(1, length // _STRIPS)
    at = np.arange(0, length + 1, width)
    strips = np.diff(np.diff(sums.take(at, axis=axis), axis=axis), axis=1 - axis)
    return _Strips(np.ascontiguousarray(strips.T if axis else strips, np.float32), width, 1.0 if axis else -1.0)


def _coarsely(strips: _Strips) -> tuple[float, float, _Strips]:
    """(prominence, degrees, strips) of the turn with the sharpest projection, to a quarter of a degree."""
    # Rows and strips twice as large: lines must fall on each other, not yet their rims.
    half = _Strips(_paired(_paired(strips.rising).T).T * np.float32(0.5), strips.apart, strips.sign)
    (step, reach), (finer, near) = _COARSE_STEPS
    angles = np.arange(-reach, reach + 1e-6, step)
    scores = _projected(half, angles)
    best = float(angles[int(np.argmax(scores))])
    closer = np.arange(best - near, best + near + 1e-6, finer)
    close = _projected(half, closer)
    rest = scores[np.abs(angles - best) > 1.5]
    spread = float(np.std(rest)) + 0.02 * float(np.mean(rest)) + 1e-9
    return (float(close.max()) - float(np.median(rest))) / spread, float(closer[int(np.argmax(close))]), strips


def _paired(rows: Reals32) -> Reals32:
    whole = rows[: len(rows) // 2 * 2]
    return whole[::2] + whole[1::2]


def _projected(strips: _Strips, degrees: Reals) -> Reals:
    """For each turn the sum of squares of the projection's profile: greatest where strokes fall into the fewest rows."""
    count, height = strips.rising.shape
    middles = (np.arange(count) - (count - 1) / 2) * strips.apart
    shifts = np.round(np.outer(middles, np.tan(np.radians(degrees)))).astype(np.intp)
    reach = int(np.abs(shifts).max())
    padded = np.pad(strips.rising.astype(np.uint16), ((0, 0), (reach, reach)))
    profiles = np.zeros((len(degrees), height), np.uint16)
    for moved, offset in zip(sliding_window_view(padded, height, axis=1), shifts + reach, strict=True):
        profiles += moved[offset]
    wide = profiles.astype(np.float32)
    return np.asarray(np.einsum("ij,ij->i", wide, wide), np.float64)


def _finely(strips: _Strips, angle: float) -> float:
    """The turn near `angle`, to a hundredth of a degree: strips are moved by parts of a row as waves, which blurs none."""
    rows, apart = strips.rising, strips.apart
    if abs(angle) < _LEVEL_DEG:
        rows, apart = _paired(rows), 2 * apart
    size = cv2.getOptimalDFTSize(rows.shape[1] + len(rows) * apart // 6)
    waves = np.fft.rfft(rows, size)[:, 1 : int(size / _WAVE_PX)].astype(np.complex64)
    turns = (2j * np.pi / size * apart * np.arange(1, 1 + waves.shape[1])).astype(np.complex64)
    for step, reach in _FINE_STEPS:
        angles = np.arange(angle - reach, angle + reach + 1e-6, step)
        scores = _smooth(_in_step(waves, np.exp(np.outer(np.tan(np.radians(angles)), turns).astype(np.complex64))))
        top = int(np.argmax(scores))
        angle = float(angles[top]) + _parabola(scores, top) * step
    return angle


def _in_step(waves: Waves, turns: Waves) -> Reals:
    """How much the waves of all strips add up when each strip is moved against the one before by `turns` (a row a turn)."""
    added = np.zeros_like(turns)
    for strip in waves[::-1]:
        added *= turns
        added += strip
    return np.asarray((added.real**2 + added.imag**2).sum(axis=1), np.float64)


def _smooth(scores: Reals) -> Reals:
    return np.asarray(np.convolve(np.pad(scores, 1, mode="edge"), (0.25, 0.5, 0.25), "valid"))


def _parabola(scores: Reals, top: int) -> float:
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
