"""Where the paper lies in the frame: a scanner's bed around it is told from the paper by its colour along the frame."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels

# The bed must differ from the paper by this much (of 255 in the strongest channel) to count as one.
_BED_CONTRAST = 22
_FLOOD_TOLERANCE = 9


@dataclass(frozen=True, slots=True)
class Sheet:
    """The paper in pixels of the reduced copy.

    `mask` is 255 on paper; `width`, `height` the paper's own sides (along x and y for a small turn), `angle` its edge's
    clockwise turn in degrees; `margins` the widest strip of bed at left, top, right and bottom; `bed_level` the bed's
    brightness (0–255) or None where none shows; `edges_seen`: bed shows on all four sides around a straight-edged sheet.
    """

    mask: NDArray[np.uint8]
    width: float
    height: float
    angle: float
    margins: tuple[float, float, float, float]
    nearest: tuple[float, float, float, float]
    bed_level: float | None
    edges_seen: bool


def find_sheet(reduced: Pixels) -> Sheet:
    """The paper in the frame; the whole frame where no bed shows."""
    height, width = reduced.shape[:2]
    if min(height, width) < 40:
        return _whole(height, width)
    step = max(1.0, max(height, width) / 900)
    shrunk = cv2.resize(reduced, (round(width / step), round(height / step)), interpolation=cv2.INTER_AREA)
    small = np.asarray(cv2.medianBlur(shrunk, 5), np.uint8)
    bed = _bed(small)
    if bed is None:
        return _whole(height, width)
    paper = _largest_inside(bed)
    if paper is None:
        return _whole(height, width)
    return _measured(paper, small, bed, step, (height, width))


def _whole(height: int, width: int) -> Sheet:
    nothing = (0.0, 0.0, 0.0, 0.0)
    return Sheet(np.full((height, width), 255, np.uint8), width, height, 0.0, nothing, nothing, None, False)


def _bed(small: Pixels) -> NDArray[np.uint8] | None:
    """255 where the bed shows: all that is joined to the frame and has the colour of its strip of frame."""
    paper = _paper_colour(small)
    height, width = small.shape[:2]
    mask = np.zeros((height + 2, width + 2), np.uint8)
    flags = 4 | (255 << 8) | cv2.FLOODFILL_MASK_ONLY | cv2.FLOODFILL_FIXED_RANGE
    for x, y in _frame_points(width, height):
        if mask[y + 1, x + 1]:
            continue
        level = small[y, x].astype(np.int16)
        if int(np.abs(level - paper).max()) < _BED_CONTRAST:
            continue
        tolerance = (_FLOOD_TOLERANCE,) * 3
        cv2.floodFill(small, mask, (x, y), 0, tolerance, tolerance, flags)
    bed = mask[1:-1, 1:-1]
    return bed if bed.any() else None


def _frame_points(width: int, height: int) -> list[tuple[int, int]]:
    inset, step = 1, 12
    across = [(x, y) for x in range(inset, width - inset, step) for y in (inset, height - 1 - inset)]
    down = [(x, y) for y in range(inset, height - inset, step) for x in (inset, width - 1 - inset)]
    return across + down


def _paper_colour(small: Pixels) -> NDArray[np.int16]:
    """The most common colour of the middle of the frame, where the paper lies."""
    height, width = small.shape[:2]
    middle = small[height // 5 : height - height // 5 : 2, width // 5 : width - width // 5 : 2].reshape(-1, 3)
    brightness = middle.max(axis=1)
    bright = middle[brightness >= np.percentile(brightness, 40)]
    return np.asarray(np.median(bright, axis=0), np.int16)


def _largest_inside(bed: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    kernel = np.ones((5, 5), np.uint8)
    paper = np.asarray(cv2.morphologyEx(cv2.bitwise_not(bed), cv2.MORPH_OPEN, kernel), np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(paper)
    if count < 2:
        return None
    largest = 1 + int(np.argmax(stats[1:, cv2.CC_STAT_AREA]))
    if stats[largest, cv2.CC_STAT_AREA] < 0.25 * bed.size:
        return None
    return np.where(labels == largest, 255, 0).astype(np.uint8)


def _measured(
    paper: NDArray[np.uint8], small: Pixels, bed: NDArray[np.uint8], step: float, shape: tuple[int, int]
) -> Sheet:
    contours, _ = cv2.findContours(paper, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    # A contour runs through the middles of the outermost pixels: the sheet is one pixel wider.
    width, height, angle = _sides(np.asarray(cv2.boxPoints(cv2.minAreaRect(hull)), np.float32))
    margins, nearest = _margins(paper)
    filled = np.zeros_like(paper)
    cv2.drawContours(filled, [hull], -1, 255, cv2.FILLED)
    straight = float((paper > 0).sum()) > 0.965 * (width - 1) * (height - 1)
    mask = cv2.resize(filled, (shape[1], shape[0]), interpolation=cv2.INTER_NEAREST)
    level = float(np.median(small[(bed > 0) & (filled == 0)])) if ((bed > 0) & (filled == 0)).any() else None
    return Sheet(
        mask=np.asarray(mask, np.uint8),
        width=width * step,
        height=height * step,
        angle=angle,
        margins=_scaled(margins, step),
        nearest=_scaled(nearest, step),
        bed_level=level,
        edges_seen=straight and min(margins) >= 1.5,
    )


def _sides(corners: NDArray[np.float32]) -> tuple[float, float, float]:
    """(width, height, clockwise turn in degrees) of a rectangle given by its corners in order."""
    first, second = corners[1] - corners[0], corners[2] - corners[1]
    across, down = (first, second) if abs(first[0]) >= abs(first[1]) else (second, first)
    angle = float(np.degrees(np.arctan2(across[1], across[0])))
    angle = (angle + 90) % 180 - 90
    return float(np.hypot(*across)) + 1, float(np.hypot(*down)) + 1, angle


def _margins(paper: NDArray[np.uint8]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """For left, top, right, bottom: the widest strip of bed before the paper begins, and the narrowest."""
    widest, narrowest = [], []
    # rot90 turns counter-clockwise: turned once, the top lies at the left, and so on around.
    for turn in range(4):
        view = np.rot90(paper, turn)
        rows = view[(view > 0).any(axis=1)]
        ends = _straight_edge(np.argmax(rows > 0, axis=1).astype(np.float64))
        widest.append(max(ends))
        narrowest.append(max(0.0, min(ends)))
    return tuple(widest), tuple(narrowest)


def _straight_edge(gaps: NDArray[np.float64]) -> tuple[float, float]:
    """The strip's width at both ends of one side, along the straight edge that most of it follows: a tear, a torn corner
    or a punch hole at the edge is no border."""
    along = np.arange(len(gaps), dtype=np.float64)
    kept = np.ones(len(gaps), np.bool_)
    line = np.array([0.0, float(np.median(gaps))])
    for _ in range(4):
        line = np.asarray(np.polyfit(along[kept], gaps[kept], 1))
        off = np.abs(gaps - np.polyval(line, along))
        kept = np.asarray(off <= max(1.0, float(np.median(off)) * 1.5))
    slope, start = float(line[0]), float(line[1])
    return max(0.0, start), max(0.0, start + slope * (len(gaps) - 1))


def _scaled(sides: tuple[float, ...], step: float) -> tuple[float, float, float, float]:
    left, top, right, bottom = (value * step for value in sides)
    return left, top, right, bottom
