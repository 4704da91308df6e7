"""Marks on a page: what is left of its dark spots when ruled lines, holes, stains, folds and the back's print are set aside.

Most pages are plainly written on, which a coarse look tells; what is not is looked at closely.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ingest.measure.closely import LINE_MM, closely, evidence
from ingest.measure.morphology import Plane, above, dilated, long_lines, opened
from ingest.measure.skew import turned_upright
from ingest.measure.view import PageView

# Print darker than this, seen on the coarse copy, is no print of the back; so much of it (mm²) is a page that is written on.
_PLAIN_DARK = 75
_PLAIN_MM2 = 100.0
_PALE = 30
_THICK_MM = 4.0
# What shines through is darker than the paper by this much; print's own rim lies within this reach.
_LEAST_VEIL = 9
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
    veil = _veil(view, dark, inside, strong)
    if _plainly_written(view, dark, strong, _PLAIN_MM2 if skew_deg is not None else 2 * _PLAIN_MM2):
        return Marks(_PLAIN_MM2, veil)
    return Marks(evidence(closely(view), skew_deg), veil)


def _plainly_written(view: PageView, dark: Plane, strong: Plane, least_mm2: float) -> bool:
    """Much dark that is neither long and thin as lines are nor thick as holes, tape and shadows are."""
    enough = least_mm2 * (view.px_per_mm / 2) ** 2
    if cv2.countNonZero(strong) < enough:
        return False
    # A thin line is now darker, now paler on so coarse a copy: it is followed where it is pale.
    level, upright = long_lines(above(dark, _PALE), view.odd_coarse(LINE_MM))
    thick = opened(strong, view.odd_coarse(_THICK_MM), view.odd_coarse(_THICK_MM))
    left = cv2.subtract(strong, dilated(level | upright | thick, 3, 3))
    return cv2.countNonZero(left) >= enough


def _veil(view: PageView, dark: Plane, inside: Plane, strong: Plane) -> float:
    """Share of the paper away from print and ruled lines that is a little darker than it should be."""
    low = max(_LEAST_VEIL, round(4.5 * view.noise))
    reach = view.odd_coarse(_REACH_MM)
    beside = np.asarray(cv2.bitwise_and(1 - dilated(strong, reach, reach), inside), np.uint8)
    faint = above(dark, low) & beside
    level, upright = long_lines(faint, view.odd_coarse(LINE_MM))
    lines = dilated(level | upright, 3, 3)
    free = cv2.countNonZero(cv2.subtract(beside, lines))
    return cv2.countNonZero(cv2.subtract(faint, lines)) / max(1, free)
