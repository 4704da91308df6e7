"""Marks on a page: what is left of its dark spots when ruled lines, holes, stains, folds and the back's print are set aside.

Most pages are plainly written on, which a coarse look tells; what is not is looked at closely.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike

from ingest.measure.closely import LINE_MM, as_it_is, closely, evidence
from ingest.measure.morphology import Plane, above, dilated, long_lines, opened
from ingest.measure.skew import turned_upright
from ingest.measure.view import PageView

# Print darker than this, seen on the coarse copy, is no print of the back; so much of it (mm²) is a page that is written on.
_PLAIN_DARK = 75
_PLAIN_MM2 = 100.0
_PALE = 20
# So much more of it than that leaves no doubt: no page has so many holes and shadows.
_SURELY = 30
_THICK_MM = 4.0
# With so much evidence a page is not blank, whatever else is on it: two punch holes have half of it.
_PLENTY = 24.0
# What shines through is darker than the paper by this much; print's own rim lies within this reach.
_LEAST_VEIL = 9
_FAINTEST = 5
_REACH_MM = 2.5
# Beyond this turn ruled lines break into runs too short to be told.
_LEVEL_DEG = 2.0


@dataclass(frozen=True, slots=True)
class Marks:
    """`evidence` is the weight of marks in square millimetres of their outlines' diagonals; `veil` the share of the paper
    beside the print that is faintly darkened."""

    evidence: float
    veil: float


def find_marks(view: PageView, skew_deg: float | None) -> Marks:
    """The marks of a page whose print is turned clockwise by `skew_deg` (None where that is not known)."""
    dark, inside = view.coarse_darkness, view.coarse_interior
    if skew_deg is not None and abs(skew_deg) > _LEVEL_DEG:
        dark, inside = turned_upright(dark, skew_deg, 0), turned_upright(inside, skew_deg, 0)
    strong = above(dark, _PLAIN_DARK)
    # A thin line is now darker, now paler on so coarse a copy: it is followed where it is pale.
    level, upright = long_lines(above(dark, _PALE), view.odd_coarse(LINE_MM))
    lines = dilated(level | upright, 3, 3)
    veil = _veil(view, dark, inside, strong, lines)
    if _plainly_written(view, strong, lines, _PLAIN_MM2 if skew_deg is not None else 2 * _PLAIN_MM2):
        return Marks(_PLAIN_MM2, veil)
    faint = long_lines(above(dark, _FAINTEST), view.odd_coarse(LINE_MM / 2))
    ruled = any(cv2.countNonZero(each) > 0 for each in faint)
    # What is set down on a page lies together: where its darkest part shows plenty of print, a close look is spared.
    part = as_it_is(view).part(*_darkest_part(cv2.subtract(above(dark, _PALE), lines)))
    if evidence(part, skew_deg, ruled, _PLAIN_DARK) >= _PLENTY:
        return Marks(_PLENTY, veil)
    return Marks(evidence(closely(view), skew_deg, ruled), veil)


def _darkest_part(marked: MatLike) -> tuple[float, float]:
    """The part of the height, a fifth of it, in which most is marked."""
    height = len(marked)
    part = max(1, height // 5)
    summed = np.concatenate(([0], np.cumsum(marked.sum(axis=1, dtype=np.int64))))
    top = int(np.argmax(summed[part:] - summed[:-part]))
    return top / height, (top + part) / height


def _plainly_written(view: PageView, strong: Plane, lines: Plane, least_mm2: float) -> bool:
    """Much dark that is neither long and thin as lines are nor thick as holes, tape and shadows are."""
    enough = least_mm2 * (view.px_per_mm / 2) ** 2
    left = cv2.countNonZero(cv2.subtract(strong, lines))
    if left < enough or left > _SURELY * enough:
        return left >= enough
    thick = opened(strong, view.odd_coarse(_THICK_MM), view.odd_coarse(_THICK_MM))
    return cv2.countNonZero(cv2.subtract(strong, dilated(lines | thick, 3, 3))) >= enough


def _veil(view: PageView, dark: Plane, inside: Plane, strong: Plane, lines: Plane) -> float:
    """Share of the paper away from print and ruled lines that is a little darker than it should be."""
    reach = view.odd_coarse(_REACH_MM)
    beside = cv2.subtract(inside, (dilated(strong, reach, reach) | lines) * np.uint8(255))
    faint = cv2.bitwise_and(above(dark, max(_LEAST_VEIL, round(4.5 * view.noise))), beside)
    return cv2.countNonZero(faint) / max(1, cv2.countNonZero(beside))
