"""What demands a capture in colour: a red seal, a portrait; and a seal's ring where the page was captured without colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import (
    Labels,
    Plane,
    Reals,
    above,
    closed,
    components,
    long_lines,
    opened,
    shrunk,
    without,
)
from ingest.measure.view import PageView
from standards.values import Box, Measure

# Official seals are 38–45 mm across, enterprise and personal ones smaller.
_SEAL_MM = (12.0, 52.0)
_SURE = 0.8
_RIM_PX_PER_MM = 2.0
_RED_ENOUGH = 90
_RING_PX_PER_MM = 1.5
_RIM_COVER = 0.6
_PORTRAIT_MM = ((16.0, 48.0), (20.0, 62.0))
# From this score on a place is shown.
_SEEN = 0.5
# A photograph on a form shows less of the paper's brightness than this.
_MOST_BRIGHT = 0.45
# Less red (mm²) is no seal: a rim alone of the smallest has more.
_LEAST_RED_MM2 = 12.0
# Of a seal's box so much is inked; where no rim runs all around, so much.
_LEAST_SHARE, _THIN_SHARE, _WHOLE_RIM = 0.04, 0.08, 0.75

# How surely (0–1), and where: left, top, width, height in coarse pixels.
_Scored = tuple[float, tuple[float, float, float, float]]
_NOWHERE: _Scored = (0.0, (0.0, 0.0, 0.0, 0.0))


def red_stamp(view: PageView) -> Measure:
    """`red_stamp` 0–1: red print as high as wide, of a seal's size; red lines, head lines and letters are not it.

    `boxes` are the seals. All is looked for on the coarse copy.
    """
    red = _red(view)
    found: list[_Scored] = []
    if red is not None:
        left, top, width, height = cv2.boundingRect(red)
        cut = np.ascontiguousarray(red[top : top + height, left : left + width])
        found = [(score, (x + left, y + top, w, h)) for score, (x, y, w, h) in _seals(view, cut)]
    return measured("red_stamp", round(_highest(found), 2), confidence=0.85, boxes=_boxes(view, found))


def _seals(view: PageView, red: Plane) -> list[_Scored]:
    scale = view.px_per_mm / 2
    level, upright = long_lines(red, view.odd_coarse(20))
    thin = without(red, level | upright) if cv2.countNonZero(level) or cv2.countNonZero(upright) else red
    # What belongs together is told on a copy of half the size.
    half = above(shrunk(thin * np.uint8(255), 2), 0)
    near = max(3, round(4 * scale / 2) | 1)
    labels, stats = components(closed(half, near, near))
    found = [_seal_score(scale, thin, labels, stat, index) for index, stat in enumerate(stats, start=1)]
    large = [2 * stat[:4] for stat in stats if 2 * min(stat[2], stat[3]) >= _SEAL_MM[0] * scale]
    if _highest(found) < _SURE and large:
        # Two seals that touch, or one over red lines, are no round patch of their own: look for their rims.
        left, top = np.min(large, axis=0)[:2]
        right, bottom = np.max([(x + w, y + h) for x, y, w, h in large], axis=0)
        score, (x, y, wide, tall) = _best_rim(np.ascontiguousarray(red[top:bottom, left:right]), scale)
        found.append((score, (x + left, y + top, wide, tall)))
    return found


def _highest(found: list[_Scored]) -> float:
    return max((score for score, _ in found), default=0.0)


def _boxes(view: PageView, found: list[_Scored], shrunk: int = 2) -> tuple[Box, ...]:
    """Of what was rather found than not, in pixels of the stored image."""
    return tuple(view.box(*place, shrunk=shrunk) for score, place in found if score >= _SEEN)


def _best_rim(red: Plane, px_per_mm: float) -> _Scored:
    """0–1: how much of a circle of a seal's size runs along red print."""
    step = max(1.0, px_per_mm / _RIM_PX_PER_MM)
    scale = px_per_mm / step
    small = shrunk(np.asarray(red * np.uint8(255), np.uint8), step)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (3, 3), 0), cv2.HOUGH_GRADIENT, dp=1.5, minDist=8 * scale, param1=80, param2=30,
        minRadius=round(_SEAL_MM[0] / 2 * scale), maxRadius=round(_SEAL_MM[1] / 2 * scale),
    )  # fmt: skip
    if circles is None:
        return _NOWHERE
    covers = _red_rims(small, circles[0][:24])
    best = int(np.argmax(covers))
    cover = float(covers[best])
    return min(1.0, 0.25 + cover) if cover > _RIM_COVER else 0.5 * cover, _around(circles[0][best] * step)


def _around(circle: NDArray[np.float32]) -> tuple[float, float, float, float]:
    x, y, radius = (float(value) for value in circle[:3])
    return x - radius, y - radius, 2 * radius, 2 * radius


def _red_rims(red: Plane, circles: NDArray[np.float32]) -> Reals:
    """For each circle the share of the directions from its centre in which red lies on the rim while just outside of it
    there is none."""
    red_at = _sampled(red, circles, np.array([-1, 0, 1, 2.5, 3.5])) > _RED_ENOUGH
    on, outside = red_at[:, :3].any(axis=1), red_at[:, 3:].all(axis=1)
    return np.asarray((on & ~outside).mean(axis=1))


def _sampled(plane: Plane, circles: NDArray[np.float32], shifts: Reals) -> Plane:
    """The plane in 90 directions (last) from each circle's centre (first) at its radius and `shifts` pixels beyond."""
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    x, y, radius = (circles[:, each, None, None].astype(np.float64) for each in range(3))
    away = radius + shifts[:, None]
    xs = np.clip(np.round(x + away * np.cos(angles)).astype(np.intp), 0, plane.shape[1] - 1)
    ys = np.clip(np.round(y + away * np.sin(angles)).astype(np.intp), 0, plane.shape[0] - 1)
    return plane[ys, xs]


def _red(view: PageView) -> Plane | None:
    """1 where a coarse pixel is redder than the paper around it; None where there is too little for a seal."""
    red, green, blue = view.coarse
    # Differences below 0 come back as 0: nothing is asked of them but that they are small.
    redness = cv2.subtract(red, cv2.max(green, blue))
    # On yellow paper blue is low everywhere: green decides how much redder a spot is than its paper.
    tint = cv2.subtract(red, green)
    inside = view.coarse_interior[::8, ::8] > 0
    paper, paper_tint = (int(np.median(each[::8, ::8][inside])) if inside.any() else 0 for each in (redness, tint))
    redder = cv2.threshold(redness, max(12, paper + 12), 1, cv2.THRESH_BINARY)[1]
    tinted = cv2.threshold(tint, paper_tint + 28, 1, cv2.THRESH_BINARY)[1]
    found = cv2.bitwise_and(cv2.bitwise_and(redder, tinted), view.coarse_interior)
    enough = cv2.countNonZero(found) >= _LEAST_RED_MM2 * (view.px_per_mm / 2) ** 2
    return np.asarray(found, np.uint8) if enough else None


def _seal_score(scale: float, red: Plane, labels: Labels, stat: Labels, index: int) -> _Scored:
    """Of one patch; `labels` and `stat` are of a copy of `red` of half the size."""
    left, top, width, height = (2 * int(value) for value in stat[:4])
    wide, tall = width / scale, height / scale
    if not (_SEAL_MM[0] <= max(wide, tall) <= _SEAL_MM[1] and 0.72 <= wide / tall <= 1.4):
        return _NOWHERE
    inked = red[top : top + height, left : left + width]
    height, width = inked.shape
    patch = (labels[stat[1] : stat[1] + stat[3], stat[0] : stat[0] + stat[2]] == index).astype(np.uint8)
    inked = inked * cv2.resize(patch, (width, height), interpolation=cv2.INTER_NEAREST)
    share = float(inked.mean())
    if share < _LEAST_SHARE:
        return _NOWHERE
    y, x = np.nonzero(inked)
    ring = _ring_cover(
        np.asarray((x - width / 2) / (width / 2)), np.asarray((y - height / 2) / (height / 2)), 0.78, 1.12
    )
    # Squares of ruled paper and pieces of them are thin and empty: a seal has characters in it or a whole rim.
    inner = inked[height // 5 : height - height // 5, width // 5 : width - width // 5]
    if ring < _WHOLE_RIM and (share < _THIN_SHARE or float(inner.mean()) < _LEAST_SHARE):
        return _NOWHERE
    form = max(ring, _frame_cover(np.asarray(inked, np.uint8)))
    return min(1.0, 0.25 + form) if form > 0.35 else 0.5 * form, (left, top, width, height)


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
    step = max(1.0, view.px_per_mm / 2 / _RING_PX_PER_MM)
    small = shrunk(view.coarse_darkness, step)
    scale = view.px_per_mm / 2 / step
    if min(small.shape) < 40 * scale:
        return unknown("ring_seal", "reason.too-small")
    circles = cv2.HoughCircles(
        small, cv2.HOUGH_GRADIENT, dp=1.5, minDist=20 * scale, param1=60, param2=22,
        minRadius=round(14 * scale), maxRadius=round(24 * scale),
    )  # fmt: skip
    if circles is None:
        return measured("ring_seal", 0.0, confidence=0.7)
    best = circles[0][:8]
    found = [(score, _around(circle * step)) for score, circle in zip(_rims(small, best), best, strict=True)]
    return measured("ring_seal", round(_highest(found), 2), confidence=0.7, boxes=_boxes(view, found))


def _rims(dark: Plane, circles: NDArray[np.float32]) -> list[float]:
    """How much of each circle is a dark rim with lighter paper right outside."""
    level = _sampled(dark, circles, np.array([-1, 0, 1, 2.5, 3.5])).astype(np.int16)
    rim, around = level[:, :3].max(axis=1), level[:, 3:].mean(axis=1)
    covers = ((rim > 25) & (rim > around + 15)).mean(axis=1)
    return [max(0.0, (cover - 0.5) / 0.4) if cover < 0.9 else 1.0 for cover in map(float, covers)]


def portrait(view: PageView) -> Measure:
    """`portrait` 0–1: an upright rectangle of many tones, of the size of a photograph on a form; `boxes` say where."""
    green = np.asarray(cv2.extractChannel(view.small, 1), np.uint8)
    inside = cv2.resize(view.coarse_interior, green.shape[::-1], interpolation=cv2.INTER_NEAREST)
    scale = view.px_per_mm / 4
    some = np.sort(green[::3, ::3][inside[::3, ::3] > 0])
    paper = int(some[len(some) // 2]) if some.size else 255
    toned = above(np.asarray(cv2.bitwise_not(green), np.uint8), 277 - paper) & np.asarray(inside, np.uint8)
    kernel = max(3, round(9 * scale))
    solid = opened(closed(toned, 3, 3), kernel, kernel)
    found: list[_Scored] = []
    if cv2.countNonZero(solid):
        labels, stats = components(solid)
        found = [_portrait_score(green, labels, stat, index, scale) for index, stat in enumerate(stats, start=1)]
        found = [(score * _toned(view, place, paper), place) for score, place in found if score > 0]
    return measured("portrait", round(_highest(found), 2), confidence=0.8, boxes=_boxes(view, found, 4))


def _toned(view: PageView, place: tuple[float, float, float, float], paper: int) -> float:
    """1 where hardly any of the paper's own brightness shows, as in a photograph; 0 where much does, as between characters."""
    left, top, width, height = (int(4 * value) for value in place)
    bright = float((view.reduced[top : top + height, left : left + width, 1] > paper - 22).mean())
    return min(1.0, max(0.0, (_MOST_BRIGHT - bright) / 0.15))


def _portrait_score(green: Plane, labels: Labels, stat: Labels, index: int, scale: float) -> _Scored:
    left, top, width, height, area = (int(value) for value in stat)
    wide, tall = sorted((width / scale, height / scale))
    (low_w, high_w), (low_h, high_h) = _PORTRAIT_MM
    filled = area / (width * height)
    if not (low_w <= wide <= high_w and low_h <= tall <= high_h and wide / tall > 0.5 and filled > 0.7):
        return _NOWHERE
    box = (slice(top, top + height), slice(left, left + width))
    tones = green[box][labels[box] == index]
    spread = float(np.std(tones))
    many = float((np.bincount(tones >> 4, minlength=16) / tones.size > 0.02).sum()) / 8
    return min(1.0, filled) * min(1.0, spread / 25) * min(1.0, many), (left, top, width, height)
