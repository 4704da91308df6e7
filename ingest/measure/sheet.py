"""Where the paper lies in the frame: a scanner's bed around it is told from the paper by its colour along the frame.

Each side of the frame is looked at by itself: from it the bed is followed inwards along some hundred lines to where the
paper begins, and a straight edge is laid through those places.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels, shrunk_by
from ingest.measure.edges import Colour, Edge, Side, edge_of, side_of
from ingest.measure.morphology import Plane, Reals, opened

_MIN_SIDE = 40
# Of a straight-edged sheet all edges turn alike.
_SQUARE_DEG = 0.8
# Less bed than this, of the frame's long side, is the edge of the measure: half a millimetre of an A4 page.
_LEAST_STRIP = 0.0017
_PAPER_SHARE = 0.25
_BED_TOLERANCE = 14


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper in pixels of the reduced copy.

    `mask` is 255 on paper; `width`, `height` the paper's own sides (along x and y for a small turn), `angle` its edge's
    clockwise turn in degrees; `margins` the widest strip of bed at left, top, right and bottom, `nearest` the narrowest;
    `levels` the bed's brightness (0–255) there or None where none shows, `bed_level` that of all sides;
    `edges_seen`: bed shows on all four sides around a straight-edged sheet.
    """

    mask: Plane
    width: float
    height: float
    angle: float
    margins: tuple[float, float, float, float]
    nearest: tuple[float, float, float, float]
    bed_level: float | None
    edges_seen: bool
    levels: tuple[float | None, ...] = (None, None, None, None)


def find_sheet(reduced: Pixels, coarse: Pixels | None = None) -> Sheet:
    """The paper in the frame; the whole frame where no bed shows. `coarse` is `reduced` at half its size."""
    height, width = reduced.shape[:2]
    half = shrunk_by(reduced, 2) if coarse is None else coarse
    if min(half.shape[:2]) < _MIN_SIDE:
        return _whole(height, width)
    paper = _paper_colour(half)
    edges: list[Edge | None] = []
    # A strip that the halving dropped at the right and the bottom belongs to the bed there.
    dropped = (0, 0, width / 2 - half.shape[1], height / 2 - half.shape[0])
    for side in Side:
        bed = side_of(half, side, paper)
        edges.append(None if bed is None else edge_of(half, side, bed, paper, dropped[side]))
    if not any(edges):
        return _whole(height, width)
    return _bounded(edges, half, (height, width))


def _whole(height: int, width: int) -> Sheet:
    nothing = (0.0, 0.0, 0.0, 0.0)
    return Sheet(np.full((height, width), 255, np.uint8), width, height, 0.0, nothing, nothing, None, False)


def _paper_colour(half: Pixels) -> Colour:
    """The most common colour of the middle of the frame, where the paper lies."""
    height, width = half.shape[:2]
    middle = half[height // 5 : height - height // 5 : 11, width // 5 : width - width // 5 : 7].reshape(-1, 3)
    brightness = middle[:, 1]
    bright = middle[brightness >= np.sort(brightness)[len(brightness) // 2]]
    return np.asarray(np.sort(bright, axis=0)[len(bright) // 2], np.float64)


def _bounded(edges: list[Edge | None], half: Pixels, shape: tuple[int, int]) -> Sheet:
    """The sheet between the edges that were seen, and the frame where none was."""
    height, width = shape[0] / 2, shape[1] / 2
    corners = _corners(edges, width, height)
    (tl, tr, br, bl) = corners
    strips = ((tl[0], bl[0]), (tl[1], tr[1]), (width - tr[0], width - br[0]), (height - bl[1], height - br[1]))
    margins = [max(0.0, *ends) if edge else 0.0 for edge, ends in zip(edges, strips, strict=True)]
    nearest = [max(0.0, min(ends)) if edge else 0.0 for edge, ends in zip(edges, strips, strict=True)]
    wide = float(np.hypot(*(tr - tl)) + np.hypot(*(br - bl))) / 2
    tall = float(np.hypot(*(bl - tl)) + np.hypot(*(br - tr))) / 2
    turns = [edge.turn for edge in edges if edge is not None]
    levels = tuple(None if edge is None else edge.level for edge in edges)
    seen = (
        all(edge is not None and edge.straight for edge in edges)
        and max(turns) - min(turns) < 2 * _SQUARE_DEG
        and min(margins) >= _LEAST_STRIP * max(width, height)
    )
    return Sheet(
        mask=_mask(corners, edges, half, shape),
        width=2 * wide,
        height=2 * tall,
        angle=median(turns),
        margins=(2 * margins[0], 2 * margins[1], 2 * margins[2], 2 * margins[3]),
        nearest=(2 * nearest[0], 2 * nearest[1], 2 * nearest[2], 2 * nearest[3]),
        bed_level=median(level for level in levels if level is not None),
        edges_seen=seen,
        levels=levels,
    )


def _corners(edges: list[Edge | None], width: float, height: float) -> tuple[Reals, Reals, Reals, Reals]:
    """Top left, top right, bottom right, bottom left: where the four edges (or the frame) cross."""
    left, top, right, bottom = ((0.0, 0.0) if edge is None else (edge.start, edge.slope) for edge in edges)
    right = (width - right[0], -right[1])
    bottom = (height - bottom[0], -bottom[1])
    return _crossing(left, top), _crossing(right, top), _crossing(right, bottom), _crossing(left, bottom)


def _crossing(upright: tuple[float, float], level: tuple[float, float]) -> Reals:
    """Of x = a + b·y and y = c + d·x."""
    (a, b), (c, d) = upright, level
    y = (c + d * a) / (1 - b * d)
    return np.array([a + b * y, y])


def _mask(
    corners: tuple[Reals, Reals, Reals, Reals], edges: list[Edge | None], half: Pixels, shape: tuple[int, int]
) -> Plane:
    """255 between the edges, without torn corners through which the bed shows."""
    quad = np.asarray(corners, np.float32)
    outline = quad if all(edge is None or edge.whole for edge in edges) else _torn(quad, edges, half)
    mask = np.zeros(shape, np.uint8)
    cv2.fillConvexPoly(mask, np.round(outline * 2 * 16).astype(np.int32), 255, shift=4)
    return mask


def _torn(quad: NDArray[np.float32], edges: list[Edge | None], half: Pixels) -> NDArray[np.float32]:
    """What of the quadrilateral is paper: its convex hull without what has a bed's colour."""
    small = shrunk_by(half, 2)
    inside = np.zeros(small.shape[:2], np.uint8)
    cv2.fillConvexPoly(inside, np.round(quad / 2).astype(np.int32), 255)
    for bed in {tuple(round(level / 8) * 8 for level in edge.bed) for edge in edges if edge is not None}:
        low, high = (np.array(bed) + by for by in (-_BED_TOLERANCE, _BED_TOLERANCE))
        inside[cv2.inRange(small, low, high) > 0] = 0
    contours, _ = cv2.findContours(opened(inside, 5, 5), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    largest = max(contours, key=cv2.contourArea, default=None)
    if largest is None or cv2.contourArea(largest) < _PAPER_SHARE * inside.size:
        return quad
    # A pixel's middle lies half a pixel inside: the quad, which is exact, trims what the hull has too much.
    hull = cv2.convexHull(largest).reshape(-1, 2).astype(np.float32)
    hull = (hull + 0.5 + 1.2 * np.sign(hull - hull.mean(axis=0))) * 2
    _, shared = cv2.intersectConvexConvex(hull, quad)
    return quad if shared is None else np.asarray(shared, np.float32).reshape(-1, 2)
