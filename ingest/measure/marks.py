"""Marks on a page: what is left of its dark spots when ruled lines, holes, stains, folds and the back's print are set aside.

One pass over the components of the darkness picture feeds two measures: `blank` and `bleed_through`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ingest.measure.morphology import Labels, Plane, Reals, closed, components, dilated, long_lines, opened, without
from ingest.measure.skew import turned_upright
from ingest.measure.view import PageView

# Ruled lines are longer than any stroke of print or pencil.
_LINE_MM = 9.0
_SPECK_MM = 0.9
# Steepest step of a component, as a share of its depth: print and pencil step within one pixel or two of a 150 dpi copy,
# what shines through the paper and what soaked into it does not.
_STEEP_STRONG = 0.20
_STEEP_FAINT = 0.34
_STRONG = 70
# A page with more marks than this is not blank, whatever some of them are.
_MOST_ARCS = 40


@dataclass(frozen=True, slots=True)
class Marks:
    """`evidence` is the weight of marks in square millimetres of their outlines' diagonals; `soft_share` the share of the
    paper that is faintly and softly darkened."""

    evidence: float
    largest_mm: float
    soft_share: float


def find_marks(view: PageView, skew_deg: float | None) -> Marks:
    """The marks of a page whose print is turned clockwise by `skew_deg` (None where that is not known)."""
    # Steps are measured beyond the interior's rim too: cutting there would make one of every soft shadow along the edge.
    dark = np.asarray(np.clip(view.depth, 0, 255), np.uint8)
    inside = view.interior.astype(np.uint8)
    if skew_deg is not None and abs(skew_deg) > 0.2:
        dark, inside = turned_upright(dark, skew_deg, 0), turned_upright(inside, skew_deg, 0)
    threshold = max(12, round(4.5 * view.noise))
    weak = np.asarray(dark > threshold, np.uint8) & inside
    return _weighed(view, dark, without(weak, _line_mask(view, weak)))


def _sizes(view: PageView, stats: Labels) -> tuple[Reals, Reals, Reals]:
    """Width and height in mm and area in mm² of components."""
    sides = stats.astype(np.float64) / view.px_per_mm
    return sides[:, cv2.CC_STAT_WIDTH], sides[:, cv2.CC_STAT_HEIGHT], sides[:, cv2.CC_STAT_AREA] / view.px_per_mm


def _line_mask(view: PageView, weak: Plane) -> Plane:
    """Above 0 on ruled lines and the gaps in them: long, thin, level or upright."""
    reach = view.odd_px(25)
    thick = view.odd_px(2.2)
    level, upright = long_lines(weak, view.odd_px(_LINE_MM))
    # What is thick in both directions is a photo or a stain and no line.
    level = without(level, opened(level, 1, thick))
    upright = without(upright, opened(upright, thick, 1))
    return closed(level, reach, 1) | closed(upright, 1, reach)


def _weighed(view: PageView, dark: Plane, weak: Plane) -> Marks:
    scale = view.px_per_mm
    labels, stats = components(weak)
    if len(stats) == 0:
        return Marks(0.0, 0.0, 0.0)
    depth, steep = _extremes(dark, labels, len(stats), view.noise)
    wide = stats[:, cv2.CC_STAT_WIDTH] / scale
    tall = stats[:, cv2.CC_STAT_HEIGHT] / scale
    area = stats[:, cv2.CC_STAT_AREA] / scale**2
    long, short = np.maximum(wide, tall), np.minimum(wide, tall)
    sharp = steep / np.maximum(depth, 1)
    mark = (long >= _SPECK_MM) & (sharp >= np.where(depth >= _STRONG, _STEEP_STRONG, _STEEP_FAINT))
    # What is left of a ruled line is thin and lies along it.
    mark &= ~((short < 0.45) & (long > 3.0) & (depth < _STRONG))
    mark &= ~_holes(view, stats, wide, tall, area, depth)
    mark &= ~_hole_shadows(view, labels, stats, mark)
    weight = np.minimum(long, 12.0) * np.minimum(depth / 40.0, 1.0)
    soft = ~mark & (long >= _SPECK_MM) & (sharp < _STEEP_FAINT) & (depth < _STRONG)
    paper = max(1.0, float(view.interior.sum()) / scale**2)
    return Marks(
        evidence=float(weight[mark].sum()),
        largest_mm=float(long[mark].max()) if mark.any() else 0.0,
        soft_share=float(area[soft].sum()) / paper,
    )


def _extremes(dark: Plane, labels: Labels, count: int, noise: float) -> tuple[Reals, Reals]:
    """Depth and steepest step (levels a pixel) of each component, less what the paper's grain alone would give."""
    dark = np.asarray(cv2.GaussianBlur(dark, (0, 0), 0.7), np.uint8)
    step = np.maximum(
        np.abs(cv2.Sobel(dark, cv2.CV_16S, 1, 0, ksize=3)), np.abs(cv2.Sobel(dark, cv2.CV_16S, 0, 1, ksize=3))
    )
    flat = labels.ravel()
    inside = np.flatnonzero(flat)
    owner = flat[inside]
    depth = np.zeros(count + 1)
    steep = np.zeros(count + 1)
    np.maximum.at(depth, owner, dark.ravel()[inside])
    np.maximum.at(steep, owner, step.ravel()[inside] / 8.0)
    return np.maximum(depth[1:] - noise, 1), np.maximum(steep[1:] - 0.6 * noise, 0)


def _holes(view: PageView, stats: Labels, wide: Reals, tall: Reals, area: Reals, depth: Reals) -> NDArray[np.bool_]:
    """Punch holes: round, filled, 2.5–9 mm across, near the paper's edge, as dark as the bed behind."""
    height, width = view.green.shape
    middle_x = stats[:, cv2.CC_STAT_LEFT] + stats[:, cv2.CC_STAT_WIDTH] / 2
    middle_y = stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT] / 2
    rim = np.minimum.reduce([middle_x, middle_y, width - middle_x, height - middle_y]) / view.px_per_mm
    size = (wide + tall) / 2
    roundish = (np.abs(wide - tall) < 0.25 * size) & (area > 0.66 * wide * tall)
    return np.asarray(roundish & (size >= 2.5) & (size <= 9) & (rim < 30) & (depth > 40))


def _hole_shadows(view: PageView, labels: Labels, stats: Labels, mark: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Arcs of a hole's circle: the shadow in a punch hole over a white bed. Page numbers lie in corners, holes do not."""
    found = np.zeros(len(stats), np.bool_)
    candidates = np.flatnonzero(mark)
    if len(candidates) > _MOST_ARCS:
        return found
    inked = np.asarray(np.isin(labels, candidates + 1), np.uint8)
    reach = view.odd_px(2.5)
    # A thin shadow falls into pieces: what lies within a hole's reach is fitted together.
    groups, _ = components(dilated(inked, reach, reach))
    y, x = np.nonzero(inked)
    group, owner = groups[y, x], labels[y, x] - 1
    for each in np.unique(group):
        members = group == each
        found[owner[members]] = _is_hole_arc(view, x[members] / view.px_per_mm, y[members] / view.px_per_mm)
    return found


def _is_hole_arc(view: PageView, x: Reals, y: Reals) -> bool:
    """Do the points (mm) lie on a circle of 2.2–3.8 mm radius whose centre is near an edge and far from the corners?"""
    if len(x) < 8:
        return False
    terms = np.column_stack([x, y, np.ones_like(x)])
    (a, b, c), *_ = np.linalg.lstsq(terms, x**2 + y**2, rcond=None)
    centre_x, centre_y = a / 2, b / 2
    radius = float(np.sqrt(max(0.0, c + centre_x**2 + centre_y**2)))
    spread = float(np.percentile(np.abs(np.hypot(x - centre_x, y - centre_y) - radius), 90))
    height, width = (side / view.px_per_mm for side in view.green.shape)
    from_edge = sorted((min(centre_x, width - centre_x), min(centre_y, height - centre_y)))
    return 2.2 <= radius <= 3.8 and spread < 0.3 and from_edge[0] < 25 and from_edge[1] > 30
