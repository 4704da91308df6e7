"""What demands a capture in colour: a red seal, a portrait; and a seal's ring where the page was captured without colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Labels, Plane, Reals, closed, components, long_lines, opened, shrunk, without
from ingest.measure.view import PageView
from standards.values import Measure

# Official seals are 38–45 mm across, enterprise and personal ones smaller.
_SEAL_MM = (12.0, 52.0)
_SURE = 0.8
_RIM_PX_PER_MM = 3.0
_RIM_COVER = 0.6
_PORTRAIT_MM = ((16.0, 48.0), (20.0, 62.0))


def red_stamp(view: PageView) -> Measure:
    """`red_stamp` 0–1: red print as high as wide, of a seal's size; red lines, head lines and letters are not it."""
    red = _red(view)
    level, upright = long_lines(red, view.odd_px(20))
    thin = without(red, level | upright)
    labels, stats = components(closed(thin, view.odd_px(4), view.odd_px(4)))
    scores = [_seal_score(view, thin, labels, stat, index) for index, stat in enumerate(stats, start=1)]
    best = max(scores, default=0.0)
    if best < _SURE:
        # Two seals that touch, or one over red lines, are no round patch of their own: look for their rims.
        best = max(best, _best_rim(red, view.px_per_mm))
    return measured("red_stamp", round(best, 2), confidence=0.85)


def _best_rim(red: Plane, px_per_mm: float) -> float:
    """0–1: how much of a circle of a seal's size runs along red print."""
    step = max(1.0, px_per_mm / _RIM_PX_PER_MM)
    scale = px_per_mm / step
    small = shrunk(np.asarray(red * np.uint8(255), np.uint8), step)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (0, 0), 1.0), cv2.HOUGH_GRADIENT, dp=1.5, minDist=8 * scale, param1=80, param2=18,
        minRadius=round(_SEAL_MM[0] / 2 * scale), maxRadius=round(_SEAL_MM[1] / 2 * scale),
    )  # fmt: skip
    if circles is None:
        return 0.0
    covers = [_red_rim(small, *(float(value) for value in circle[:3])) for circle in circles[0][:24]]
    cover = max(covers, default=0.0)
    return min(1.0, 0.25 + cover) if cover > _RIM_COVER else 0.5 * cover


def _red_rim(red: Plane, x: float, y: float, radius: float) -> float:
    """Share of the directions from the centre in which red lies on the rim while just outside of it there is none."""
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)

    def at(distance: float) -> NDArray[np.bool_]:
        xs = np.clip(np.round(x + distance * np.cos(angles)).astype(int), 0, red.shape[1] - 1)
        ys = np.clip(np.round(y + distance * np.sin(angles)).astype(int), 0, red.shape[0] - 1)
        return np.asarray(red[ys, xs] > 60)

    on = np.any([at(radius + shift) for shift in (-2, -1, 0, 1, 2)], axis=0)
    outside = at(radius + 4) & at(radius + 5)
    return float((on & ~outside).mean())


def _red(view: PageView) -> Plane:
    """1 where a pixel is redder than the paper around it."""
    red, green, blue = cv2.split(cv2.GaussianBlur(view.reduced, (0, 0), 0.8))
    # Differences below 0 come back as 0: nothing is asked of them but that they are small.
    redness = np.asarray(cv2.subtract(red, cv2.max(green, blue)), np.uint8)
    # On yellow paper blue is low everywhere: green decides how much redder a spot is than its paper.
    tint = np.asarray(cv2.subtract(red, green), np.uint8)
    inside = view.interior[::4, ::4]
    paper, paper_tint = (int(np.median(each[::4, ::4][inside])) if inside.any() else 0 for each in (redness, tint))
    return np.asarray((redness > max(12, paper + 12)) & (tint > paper_tint + 28) & view.interior, np.uint8)


def _seal_score(view: PageView, red: Plane, labels: Labels, stat: Labels, index: int) -> float:
    left, top, width, height, _ = (int(value) for value in stat)
    wide, tall = width / view.px_per_mm, height / view.px_per_mm
    if not (_SEAL_MM[0] <= max(wide, tall) <= _SEAL_MM[1] and 0.72 <= wide / tall <= 1.4):
        return 0.0
    box = (slice(top, top + height), slice(left, left + width))
    inked = red[box] * (labels[box] == index)
    share = float(inked.mean())
    if share < 0.04:
        return 0.0
    y, x = np.nonzero(inked)
    ring = _ring_cover(
        np.asarray((x - width / 2) / (width / 2)), np.asarray((y - height / 2) / (height / 2)), 0.78, 1.12
    )
    square = _frame_cover(inked)
    form = max(ring, square)
    return float(min(1.0, 0.25 + form)) if form > 0.35 else float(0.5 * form)


def _ring_cover(x: Reals, y: Reals, inner: float, outer: float) -> float:
    """Share of a circle's directions in which something lies on its rim."""
    radius = np.hypot(x, y)
    on_rim = (radius > inner) & (radius < outer)
    sectors = ((np.arctan2(y[on_rim], x[on_rim]) + np.pi) / (2 * np.pi) * 36).astype(int) % 36
    return float(len(np.unique(sectors)) / 36)


def _frame_cover(inked: Plane) -> float:
    """Share of the four sides of the box along which ink runs: a personal seal is a square frame."""
    height, width = inked.shape
    rim = max(2, round(0.12 * min(height, width)))
    sides = [inked[:rim].any(axis=0), inked[-rim:].any(axis=0), inked[:, :rim].any(axis=1), inked[:, -rim:].any(axis=1)]
    return float(min(side.mean() for side in sides))


def ring_seal(view: PageView) -> Measure:
    """`ring_seal` 0–1: a seal's round rim seen in brightness alone, so that a capture without colour is noticed."""
    step = max(1.0, view.px_per_mm / 2.5)
    small = shrunk(np.asarray(np.clip(view.darkness, 0, 255), np.uint8), step)
    scale = view.px_per_mm / step
    if min(small.shape) < 40 * scale:
        return unknown("ring_seal", "reason.too-small")
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=1.5, minDist=20 * scale, param1=60, param2=22,
        minRadius=round(14 * scale), maxRadius=round(24 * scale),
    )  # fmt: skip
    if circles is None:
        return measured("ring_seal", 0.0, confidence=0.7)
    return measured("ring_seal", round(max(_rim(small, *circle[:3]) for circle in circles[0][:8]), 2), confidence=0.7)


def _rim(dark: Plane, x: float, y: float, radius: float) -> float:
    """How much of the circle is a dark rim with lighter paper right outside and inside it."""
    angles = np.linspace(0, 2 * np.pi, 120, endpoint=False)

    def ring(at: float) -> Reals:
        xs = np.clip(np.round(x + at * np.cos(angles)).astype(int), 0, dark.shape[1] - 1)
        ys = np.clip(np.round(y + at * np.sin(angles)).astype(int), 0, dark.shape[0] - 1)
        return np.asarray(dark[ys, xs], np.float64)

    rim = np.max([ring(radius + shift) for shift in (-2, -1, 0, 1, 2)], axis=0)
    around = (ring(radius + 4) + ring(radius + 5)) / 2
    seen = (rim > 25) & (rim > around + 15)
    cover = float(seen.mean())
    return max(0.0, (cover - 0.5) / 0.4) if cover < 0.9 else 1.0


def portrait(view: PageView) -> Measure:
    """`portrait` 0–1: an upright rectangle of many tones, of the size of a photograph on a form."""
    step = max(1.0, view.px_per_mm / 2.5)
    grey = shrunk(view.grey, step)
    inside = shrunk(view.interior.astype(np.uint8) * np.uint8(255), step) > 127
    scale = view.px_per_mm / step
    paper = int(np.median(grey[inside])) if inside.any() else 255
    toned = np.asarray((grey.astype(np.int16) < paper - 22) & inside, np.uint8)
    kernel = max(3, round(9 * scale))
    labels, stats = components(opened(closed(toned, 5, 5), kernel, kernel))
    scores = [_portrait_score(grey, labels == index, stat, scale) for index, stat in enumerate(stats, start=1)]
    return measured("portrait", round(max(scores, default=0.0), 2), confidence=0.8)


def _portrait_score(grey: Plane, where: NDArray[np.bool_], stat: Labels, scale: float) -> float:
    left, top, width, height, area = (int(value) for value in stat)
    wide, tall = sorted((width / scale, height / scale))
    (low_w, high_w), (low_h, high_h) = _PORTRAIT_MM
    if not (low_w <= wide <= high_w and low_h <= tall <= high_h and wide / tall > 0.5):
        return 0.0
    filled = area / (width * height)
    tones = grey[top : top + height, left : left + width][where[top : top + height, left : left + width]]
    spread = float(np.std(tones))
    histogram = np.bincount(tones >> 4, minlength=16) / tones.size
    many = float((histogram > 0.02).sum()) / 8
    return float(min(1.0, filled) * min(1.0, spread / 25) * min(1.0, many)) if filled > 0.7 else 0.0
