"""The ruled lines of a form and the cells between them, found by morphology on a reduced, levelled copy. Pure.

Boxes of text that run over an upright rule are parted there, and lines know the cell in which they stand.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr.geometry import Quad

# Left, top, right, bottom in the coordinates of the levelled page, in pixels of the page.
Rect = tuple[float, float, float, float]

# Long side of the reduced copy: A4 at 120 dpi, on which a rule of a quarter millimetre is one pixel wide.
_SIDE = 1400
# Shorter strokes (1/170 of the page: 8 mm on A4) may belong to characters.
_STROKE = 46
# Cells are at least so wide and high on the reduced copy, and fill their rectangle so far.
_LEAST = 20
_FILL = 0.6
# Radians (a twentieth of a degree): the page is levelled anew where its rules lean more.
_LEVEL = 0.0009
# An upright rule is at most so wide there.
_THICK = 10
# In heights of the line: a rule is so much longer, ends so near the line's edge, and leaves so much on both sides.
_LONGER = 1.1
_SHORT_OF = 0.2
_PART = 0.45
# Cells are a character's where they are less wide than so many line heights.
_CHARACTER = 1.8
# Writing that goes through a rule is not parted: ink on both sides of it, as a share of the strip beside it.
_BESIDE = 0.2
_INKED = 0.08


@dataclass(frozen=True, slots=True)
class Ruling:
    """`cells` and `uprights` (thin rectangles) on the page after it is turned by `level` about its corner."""

    level: NDArray[np.float32]
    cells: tuple[Rect, ...]
    uprights: tuple[Rect, ...]
    ink: NDArray[np.uint8]
    scale: float

    def levelled(self, quad: Quad) -> Quad:
        return np.asarray(quad @ self.level, np.float32)

    def cell_of(self, quad: Quad) -> int | None:
        """The smallest cell that holds the box's middle."""
        x, y = self.levelled(quad).mean(axis=0)
        holding = [
            i for i, (left, top, right, bottom) in enumerate(self.cells) if left <= x <= right and top <= y <= bottom
        ]
        return min(holding, key=lambda i: _area(self.cells[i]), default=None)

    def is_grid(self, quads: Sequence[Quad]) -> bool:
        """Whether the cells hold a character each (squared writing paper), so that they part no lines."""
        widths = [right - left for left, _, right, _ in self.cells]
        heights = [float(np.linalg.norm(quad[3] - quad[0])) for quad in quads]
        return bool(widths and heights) and float(np.median(widths)) < _CHARACTER * float(np.median(heights))

    def parted(self, quads: Sequence[Quad]) -> list[Quad]:
        """The boxes, those that run over upright rules as one box a cell."""
        if self.is_grid(quads):
            return list(quads)
        return [part for quad in quads for part in self._parts(quad)]

    def _parts(self, quad: Quad) -> list[Quad]:
        flat = self.levelled(quad)
        (left, top), (right, bottom) = flat.min(axis=0), flat.max(axis=0)
        height = float(np.linalg.norm(flat[3] - flat[0]))
        if right - left < 1.5 * height:
            return [quad]
        crossing = [
            rule
            for rule in self.uprights
            if left < rule[0] and rule[2] < right and self._parts_at(rule, top, bottom, height)
        ]
        if not crossing:
            return [quad]
        edges = [
            (float(left), float(left)),
            *sorted((rule[0], rule[2]) for rule in crossing),
            (float(right), float(right)),
        ]
        ranges = [(a[1], b[0]) for a, b in itertools.pairwise(edges) if b[0] - a[1] >= _PART * height]
        return [self._between(quad, (a - left) / (right - left), (b - left) / (right - left)) for a, b in ranges] or [
            quad
        ]

    def _parts_at(self, rule: Rect, top: float, bottom: float, height: float) -> bool:
        x0, y0, x1, y1 = rule
        if y1 - y0 < _LONGER * height or y0 > top + _SHORT_OF * height or y1 < bottom - _SHORT_OF * height:
            return False
        before, after = (
            self._inked(x0 - _BESIDE * height, top, x0, bottom),
            self._inked(x1, top, x1 + _BESIDE * height, bottom),
        )
        return min(before, after) < _INKED

    def _inked(self, left: float, top: float, right: float, bottom: float) -> float:
        x0, y0, x1, y1 = (max(0, round(each / self.scale)) for each in (left, top, right, bottom))
        # Without the upper and lower edge, where the row's own rules may be.
        inset = (y1 - y0) // 5
        strip = self.ink[y0 + inset : y1 - inset, x0:x1]
        return float(strip.mean()) if strip.size else 0.0

    @staticmethod
    def _between(quad: Quad, start: float, end: float) -> Quad:
        a, b, c, d = quad
        return np.array([a + (b - a) * start, a + (b - a) * end, d + (c - d) * end, d + (c - d) * start], np.float32)


def find_rules(pixels: Pixels, lean: float) -> Ruling:
    """The ruling of an upright page whose lines lean by about `lean` (radians, clockwise); its rules say it exactly."""
    height, width = pixels.shape[:2]
    scale = max(1.0, max(height, width) / _SIDE)
    size = (max(1, round(width / scale)), max(1, round(height / scale)))
    grey = cv2.resize(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), size, interpolation=cv2.INTER_AREA)
    ink, across, level = _levelled(grey, lean)
    rest = _slope(across)
    if abs(rest) > _LEVEL:
        ink, across, level = _levelled(grey, lean + rest)
    upright = _strokes(ink, (1, _STROKE))
    beside = cv2.subtract(ink, cv2.dilate(upright, _bar((3, 1))))
    return Ruling(
        level=level,
        cells=tuple(_scaled(rect, scale) for rect in _cells(upright | across)),
        uprights=tuple(_scaled(rect, scale) for rect in _uprights(upright)),
        ink=np.asarray(beside, np.uint8),
        scale=scale,
    )


def _levelled(grey: NDArray[Any], lean: float) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.float32]]:
    """The page's ink and its strokes across after it is turned back by `lean`, and what turns points (point @ level) so."""
    cosine, sine = np.cos(lean), np.sin(lean)
    level = np.array([[cosine, -sine], [sine, cosine]], np.float32)
    matrix = np.hstack([level.T, np.zeros((2, 1), np.float32)])
    flat = cv2.warpAffine(grey, matrix, (grey.shape[1], grey.shape[0]), borderMode=cv2.BORDER_REPLICATE)
    ink = cv2.adaptiveThreshold(flat, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12)
    return np.asarray(ink, np.uint8), _strokes(np.asarray(ink, np.uint8), (_STROKE, 1)), level


def _slope(across: NDArray[np.uint8]) -> float:
    """Radians by which the long strokes across still lean, from the rows of their two ends; 0 where there are none."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(across, connectivity=8)
    slopes = []
    for label, (x, y, w, h, _) in enumerate(stats[1:], start=1):
        if w < 4 * _STROKE or h > w / 8:
            continue
        part = labels[y : y + h, x : x + w] == label
        ends = [float(np.flatnonzero(part[:, edge].any(axis=1)).mean()) for edge in (slice(0, 8), slice(w - 8, w))]
        slopes.append((ends[1] - ends[0]) / (w - 8))
    return float(np.median(slopes)) if slopes else 0.0


def _strokes(ink: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Straight strokes at least so long; gaps and steps of a pixel are bridged."""
    upright = size[1] > size[0]
    along, across = ((1, 3), (3, 1)) if upright else ((3, 1), (1, 3))
    bridged = cv2.morphologyEx(cv2.dilate(ink, _bar(across)), cv2.MORPH_CLOSE, _bar(along))
    return np.asarray(cv2.morphologyEx(bridged, cv2.MORPH_OPEN, _bar(size)), np.uint8)


def _bar(size: tuple[int, int]) -> NDArray[np.uint8]:
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_RECT, size), np.uint8)


def _cells(rules: NDArray[np.uint8]) -> list[Rect]:
    walls = cv2.morphologyEx(rules, cv2.MORPH_CLOSE, np.ones((7, 7), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(1 - walls, connectivity=4)
    high, wide = walls.shape
    cells = []
    for x, y, w, h, area in stats[1:]:
        inside = x > 0 and y > 0 and x + w < wide and y + h < high
        if inside and w >= _LEAST and h >= _LEAST and area >= _FILL * w * h:
            cells.append((float(x), float(y), float(x + w), float(y + h)))
    # A frame around other cells is none.
    return [cell for cell in cells if not any(other is not cell and _holds(cell, other) for other in cells)]


def _holds(outer: Rect, inner: Rect) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _uprights(upright: NDArray[np.uint8]) -> list[Rect]:
    _, _, stats, _ = cv2.connectedComponentsWithStats(upright, connectivity=8)
    return [(float(x), float(y), float(x + w), float(y + h)) for x, y, w, h, _ in stats[1:] if w <= _THICK]


def _scaled(rect: Rect, scale: float) -> Rect:
    left, top, right, bottom = (each * scale for each in rect)
    return left, top, right, bottom


def _area(rect: Rect) -> float:
    return (rect[2] - rect[0]) * (rect[3] - rect[1])
