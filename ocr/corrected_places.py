"""Where corrected lines lie: which characters a box holds, how far two boxes cover each other, where a new line goes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ocr.geometry import turned_points
from ocr.lines import Box

Point = tuple[float, float]
# Engines differ in how close they cut a line's ends: so many line heights beyond a box still count as within.
_SLACK = 0.25
# Two lines stand in one row where they share so much of the lower one's height.
_SAME_ROW = 0.5
# A value stands farther from its label than from the row above: gaps along the row count so much less.
_ALONG_ROW = 1 / 3
_DECIMALS = 6


@dataclass(frozen=True, slots=True)
class Frame:
    """A box as middle, half an edge along the text and half an edge across it; holds points of the page."""

    middle: Point
    along_edge: Point
    cross_edge: Point

    def holds(self, point: Point) -> bool:
        """Within the box, or a little beyond its ends."""
        along, across = self._local(point)
        height, width = float(np.hypot(*self.cross_edge)), float(np.hypot(*self.along_edge))
        return abs(along) <= round(1 + 2 * _SLACK * height / max(width, 1e-9), _DECIMALS) and abs(across) <= 1

    def along(self, point: Point) -> float:
        """0 at the box's beginning, 1 at its end."""
        return (self._local(point)[0] + 1) / 2

    def _local(self, point: Point) -> Point:
        (ax, ay), (dx, dy) = self.along_edge, self.cross_edge
        x, y = point[0] - self.middle[0], point[1] - self.middle[1]
        area = ax * dy - ay * dx
        if abs(area) < 1e-9:
            return float("inf"), float("inf")
        return round((x * dy - y * dx) / area, _DECIMALS), round((ax * y - ay * x) / area, _DECIMALS)


def frame_of(box: Box, *, vertical: bool = False) -> Frame:
    """The box as a parallelogram, which is what a line of text is; vertical text runs along its other edge."""
    (ax, ay), (bx, by), (cx, cy), (dx, dy) = box
    middle = (ax + bx + cx + dx) / 4, (ay + by + cy + dy) / 4
    right = (bx - ax + cx - dx) / 4, (by - ay + cy - dy) / 4
    down = (dx - ax + cx - bx) / 4, (dy - ay + cy - by) / 4
    return Frame(middle, down, right) if vertical else Frame(middle, right, down)


def middle_of(box: Box) -> Point:
    """The middle of a box, such as that of one character."""
    return sum(x for x, _ in box) / 4, sum(y for _, y in box) / 4


def overlap(first: Box, second: Box) -> float:
    """What the upright rectangles around two boxes share, of what they cover together: 0–1."""
    left, top, right, bottom = _around(first)
    left2, top2, right2, bottom2 = _around(second)
    width, height = min(right, right2) - max(left, left2), min(bottom, bottom2) - max(top, top2)
    if width <= 0 or height <= 0:
        return 0.0
    both = (right - left) * (bottom - top) + (right2 - left2) * (bottom2 - top2) - width * height
    return round(width * height / both, _DECIMALS)


def touch(first: Box, second: Box) -> bool:
    """The rectangles around two boxes meet, or nearly: farther off, `first` can hold no character of `second`."""
    left, top, right, bottom = _around(first)
    left2, top2, right2, bottom2 = _around(second)
    slack = _SLACK * max(right - left, bottom - top) + 1
    return max(left, left2) - min(right, right2) <= slack and max(top, top2) - min(bottom, bottom2) <= slack


def insertion(boxes: Sequence[Box], box: Box, rotation: int, width: int, height: int) -> int:
    """The place in reading order for a line that the machine missed: behind the nearest line left of it or above it."""
    left, top, right, bottom = _around(_upright(box, rotation, width, height))
    best: tuple[float, int] | None = None
    above = 0
    for place, other in enumerate(boxes):
        left2, top2, right2, bottom2 = _around(_upright(other, rotation, width, height))
        shared = min(bottom, bottom2) - max(top, top2)
        in_row = shared >= _SAME_ROW * min(bottom - top, bottom2 - top2)
        distance = None
        if in_row and left2 <= left:
            distance = max(0.0, left - right2) * _ALONG_ROW
        elif not in_row and top2 <= top and min(right, right2) > max(left, left2):
            distance = max(0.0, top - bottom2)
        if distance is not None and (best is None or distance <= best[0]):
            best = distance, place + 1
        if bottom2 <= top:
            above = place + 1
    return best[1] if best else above


def _upright(box: Box, rotation: int, width: int, height: int) -> Box:
    quad = turned_points(np.asarray(box, np.float32), rotation, width, height)
    a, b, c, d = ((float(x), float(y)) for x, y in quad)
    return a, b, c, d


def _around(box: Box) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in box], [y for _, y in box]
    return min(xs), min(ys), max(xs), max(ys)
