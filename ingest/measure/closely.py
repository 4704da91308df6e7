"""A close look at a page that may be blank: which of its dark spots did somebody set down?

Print, pencil and stamps step from paper to ink within a pixel or two of a copy at 150 dpi; what shines through the paper and
what soaked into it does not. One pass over the components of the darkness tells them apart.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.morphology import (
    Labels,
    Plane,
    Reals,
    above,
    closed,
    components,
    long_lines,
    opened,
    without,
)
from ingest.measure.skew import turned_upright
from ingest.measure.view import PageView, grain_of

# Ruled lines are longer than any stroke of print or pencil.
LINE_MM = 9.0
_SPECK_MM = 0.9
# Steepest step of a component, as a share of its depth.
_STEEP_STRONG = 0.20
_STEEP_FAINT = 0.34
_STRONG = 70
# A page with more marks than this is not blank, whatever some of them are.
_MOST_HOLES = 40
# Of a disc: how round (1 is a circle, 0.79 a square) its outline is, and how much of that is dark.
# No figure is as large and as full as a hole through which a line was drawn.
_ROUND, _FILLED, _CROSSED, _LEAST_HOLE_PX = 0.9, 0.88, 0.72, 40
_SURELY_MM, _LARGEST_MM = 4.4, 9.0
_SECTORS = 36
_LEVEL_DEG = 0.2
# A4 at 150 dpi.
_LONG_SIDE = 1754
_LINEAR_UP_TO = 1.5
# Sobel steps are 8 a level and pixel; halves of them fit into a byte as far as they are asked for.
_STEPS_A_LEVEL = 4.0


@dataclass(frozen=True, slots=True)
class Close:
    """A page at about 150 dpi: how much darker than its paper each pixel is, 255 on the paper's interior, the grain of
    bare paper in levels."""

    depth: Plane
    interior: Plane
    noise: float
    px_per_mm: float

    def odd_px(self, mm: float) -> int:
        """A kernel size: an odd number of pixels, at least 3."""
        return max(3, round(mm * self.px_per_mm) | 1)

    def part(self, top: float, bottom: float) -> Close:
        """The rows between two shares of the height."""
        height = len(self.depth)
        rows = slice(round(top * height), round(bottom * height))
        return replace(self, depth=self.depth[rows], interior=self.interior[rows])


def as_it_is(view: PageView) -> Close:
    """The fine copy, whatever its size."""
    return Close(view.depth, view.interior, view.noise, view.px_per_mm)


def closely(view: PageView) -> Close:
    """The page as stored brought to 150 dpi; the fine copy where that is as fine."""
    if view.close:
        return as_it_is(view)
    factor = max(view.size) / _LONG_SIDE
    size = (round(view.size[0] / factor), round(view.size[1] / factor))
    # From 200 dpi to 150 dpi no pixel is passed over by a linear step, and it takes a tenth of the time of averaging.
    how = cv2.INTER_LINEAR if factor < _LINEAR_UP_TO else cv2.INTER_AREA
    green = cv2.resize(cv2.extractChannel(view.pixels, 1), size, interpolation=how)
    depth = cv2.subtract(cv2.resize(view.paper, size, interpolation=cv2.INTER_LINEAR), green)
    inside = cv2.resize(view.coarse_interior, size, interpolation=cv2.INTER_NEAREST)
    noise = grain_of(np.asarray(green, np.uint8), np.asarray(inside, np.uint8), 1)
    return Close(np.asarray(depth, np.uint8), np.asarray(inside, np.uint8), noise, view.px_per_mm / view.scale / factor)


def evidence(page: Close, skew_deg: float | None, ruled: bool = True, least: int = 0) -> float:
    """The weight of marks: the sum of their lengths in millimetres, of faint ones less.

    `ruled`: lines may lie on the page, which are no marks. With `least` only marks of that depth count, and holes
    among them, of which a part of a page has two at most.
    """
    if ruled and skew_deg is not None and abs(skew_deg) > _LEVEL_DEG:
        depth, interior = (turned_upright(each, skew_deg, 0) for each in (page.depth, page.interior))
        page = replace(page, depth=depth, interior=interior)
    weak = above(page.depth, max(12, round(4.5 * page.noise))) & page.interior
    return _weighed(page, _without_lines(page, weak) if ruled else weak, least)


def _without_lines(page: Close, weak: Plane) -> Plane:
    """`weak` without ruled lines and the gaps in them: long, thin, level or upright."""
    reach, thick = page.odd_px(25), page.odd_px(2.2)
    level, upright = long_lines(weak, page.odd_px(LINE_MM))
    # What is thick in both directions is a photo or a stain and no line.
    if cv2.countNonZero(level):
        weak = without(weak, closed(without(level, opened(level, 1, thick)), reach, 1))
    if cv2.countNonZero(upright):
        weak = without(weak, closed(without(upright, opened(upright, thick, 1)), 1, reach))
    return weak


def _weighed(page: Close, weak: Plane, least: int) -> float:
    scale = page.px_per_mm
    labels, stats = components(weak)
    if len(stats) == 0:
        return 0.0
    # Steps are measured beyond the interior's rim too: cutting there would make one of every soft shadow along the edge.
    depth, steep = _extremes(page.depth, labels, len(stats), page.noise)
    wide = stats[:, cv2.CC_STAT_WIDTH] / scale
    tall = stats[:, cv2.CC_STAT_HEIGHT] / scale
    long, short = np.maximum(wide, tall), np.minimum(wide, tall)
    sharp = steep / np.maximum(depth, 1)
    mark = (long >= _SPECK_MM) & (depth >= least) & (sharp >= np.where(depth >= _STRONG, _STEEP_STRONG, _STEEP_FAINT))
    # What is left of a ruled line is thin and lies along it.
    mark &= ~((short < 0.45) & (long > 3.0) & (depth < _STRONG))
    if least == 0:
        mark &= ~_holes(page, labels, stats, mark)
    weight = np.minimum(long, 12.0) * np.minimum(depth / 40.0, 1.0)
    return float(weight[mark].sum())


def _extremes(dark: Plane, labels: Labels, count: int, noise: float) -> tuple[Reals, Reals]:
    """Depth and steepest step (levels a pixel) of each component, less what the paper's grain alone would give."""
    dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.7), np.uint8)
    across, down = (cv2.Sobel(dark, cv2.CV_16S, dx, 1 - dx, ksize=3) for dx in (1, 0))
    step = cv2.max(cv2.convertScaleAbs(across, alpha=0.5), cv2.convertScaleAbs(down, alpha=0.5))
    inside = np.flatnonzero(labels)
    owner = labels.ravel()[inside]
    depth = np.zeros(count + 1)
    steep = np.zeros(count + 1)
    np.maximum.at(depth, owner, dark.ravel()[inside])
    np.maximum.at(steep, owner, step.ravel()[inside] / _STEPS_A_LEVEL)
    return np.maximum(depth[1:] - noise, 1), np.maximum(steep[1:] - 0.6 * noise, 0)


def _holes(page: Close, labels: Labels, stats: Labels, mark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Punch holes: discs as dark as the bed behind, or over a white bed the shadow along a part of their rim."""
    found = np.zeros(len(stats), np.bool_)
    candidates = np.flatnonzero(mark)
    if len(candidates) > _MOST_HOLES:
        return found
    places = {int(each): _places(page, labels, stats[each], int(each) + 1) for each in candidates}
    found[[each for each, place in places.items() if _is_hole(page, place)]] = True
    # A thin shadow falls into pieces: what lies within a hole's reach is fitted together.
    left = np.flatnonzero(mark & ~found)
    for group in _neighbours(stats[left], page.odd_px(2.5)):
        members = left[group]
        found[members] = len(members) > 1 and _is_hole(page, np.concatenate([places[int(each)] for each in members]))
    return found


def _neighbours(stats: Labels, reach: int) -> list[list[int]]:
    """Components in groups of which each lies within `reach` pixels of another of its group, by their boxes."""
    left, top = stats[:, 0] - reach, stats[:, 1] - reach
    right, bottom = stats[:, 0] + stats[:, 2], stats[:, 1] + stats[:, 3]
    near = (left[:, None] < right) & (left < right[:, None]) & (top[:, None] < bottom) & (top < bottom[:, None])
    groups: list[list[int]] = []
    waiting = set(range(len(stats)))
    while waiting:
        group, edge = [], [waiting.pop()]
        while edge:
            each = edge.pop()
            group.append(each)
            joined = waiting.intersection(np.flatnonzero(near[each]).tolist())
            waiting -= joined
            edge += joined
        groups.append(group)
    return groups


def _places(page: Close, labels: Labels, stat: Labels, label: int) -> NDArray[np.float32]:
    """x, y and depth of a component's pixels."""
    left, top, width, height = (int(each) for each in stat[:4])
    box = np.s_[top : top + height, left : left + width]
    y, x = np.nonzero(labels[box] == label)
    return np.column_stack([x + left, y + top, page.depth[box][y, x]]).astype(np.float32)


def _is_hole(page: Close, pixels: NDArray[np.float32]) -> bool:
    """Is what lies there a hole? Most marks are too large or too small to be asked twice."""
    places, depth = np.ascontiguousarray(pixels[:, :2]), pixels[:, 2]
    width, height = np.ptp(places, axis=0) / page.px_per_mm
    if max(width, height) > _LARGEST_MM or max(width, height) < 2:
        return False
    # A hole's paper-coloured bed is paler than its shadow, and the gaps within a figure are paler than its strokes.
    darker = places[depth > depth.max() / 2]
    return _is_disc(page, darker, 2.5) or _is_hole_arc(page, darker) or _is_disc(page, places, _SURELY_MM)


def _is_disc(page: Close, places: NDArray[np.float32], least_mm: float) -> bool:
    """Round, filled, `least_mm` to 9 mm across, near the paper's edge; page numbers lie in corners, small holes do not."""
    hull = cv2.convexHull(places)
    area, around = cv2.contourArea(hull), cv2.arcLength(hull, closed=True)
    if area < _LEAST_HOLE_PX or 4 * np.pi * area < _ROUND * around**2:
        return False
    # The hull runs through the middles of pixels, half a pixel inside.
    filled = len(places) / (area + around / 2 + 1)
    size = (float(np.sqrt(4 * area / np.pi)) + 1) / page.px_per_mm
    nearer, farther = _from_edges(page, hull.reshape(-1, 2).mean(axis=0))
    if size < _SURELY_MM:
        return size >= least_mm and filled > _FILLED and nearer < 30 and farther > 30
    return size <= _LARGEST_MM and filled > _CROSSED and nearer < 30


def _is_hole_arc(page: Close, places: NDArray[np.float32]) -> bool:
    """Do the points lie on a circle of 2.2–3.8 mm radius, along a fifth of it at least, whose centre is near an edge and far
    from the corners?"""
    if len(places) < 8:
        return False
    x, y = (places / page.px_per_mm).astype(np.float64).T
    terms = np.column_stack([x, y, np.ones_like(x)])
    (a, b, c), *_ = np.linalg.lstsq(terms, x**2 + y**2, rcond=None)
    off_x, off_y = x - a / 2, y - b / 2
    radius = float(np.sqrt(max(0.0, c + a**2 / 4 + b**2 / 4)))
    spread = float(np.percentile(np.abs(np.hypot(off_x, off_y) - radius), 90))
    sectors = len(np.unique((np.arctan2(off_y, off_x) * (_SECTORS / 2 / np.pi)).astype(int)))
    nearer, farther = _from_edges(page, np.array([a / 2, b / 2]) * page.px_per_mm)
    return 2.2 <= radius <= 3.8 and spread < 0.3 and sectors >= _SECTORS / 5 and nearer < 25 and farther > 30


def _from_edges(page: Close, place: NDArray[np.floating]) -> tuple[float, float]:
    """Millimetres from the nearest edge of the frame, and from the nearest one across to that."""
    height, width = page.depth.shape
    x, y = (float(each) for each in place)
    nearer, farther = sorted((min(x, width - x) / page.px_per_mm, min(y, height - y) / page.px_per_mm))
    return nearer, farther
