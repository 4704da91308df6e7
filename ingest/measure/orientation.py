"""Which way up: line direction tells an upright page from one on its side; which end is up takes reading.

A `Reader` of line images may be handed in (the reading engine's own classifier); without it 0 and 180 cannot be told apart
and the answer says so by its confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np

from base.images import Pixels
from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Plane, closed, components, long_lines, without
from ingest.measure.view import PageView
from standards.values import Measure

# For each image of one line of print, lying level: (it stands on its head, confidence 0–1).
Reader = Callable[[Sequence[Pixels]], Sequence[tuple[bool, float]]]

_CHARACTER_MM = (1.2, 9.0)
_LINES_READ = 12
_MIN_CHARACTERS = 12


def orientation(view: PageView, skew_deg: float | None, reader: Reader | None = None) -> Measure:
    """`orientation_deg`: the clockwise turn (0, 90, 180, 270) that makes the page upright."""
    if skew_deg is None:
        return unknown("orientation_deg", "reason.too-little-print")
    picture, ink = _levelled(view, skew_deg)
    sideways = _sideways(view, ink)
    if sideways is None:
        return unknown("orientation_deg", "reason.too-little-print")
    turn = 90 if sideways > 0 else 0
    sure = min(0.95, 0.5 + abs(sideways))
    if turn:
        picture, ink = np.ascontiguousarray(np.rot90(picture, -1)), np.ascontiguousarray(np.rot90(ink, -1))
    lines = _line_images(view, picture, ink)
    if reader is None or not lines:
        # Nearly every page on its feet is fed head first; on its side neither end is likelier.
        return measured("orientation_deg", turn, "deg", min(sure, 0.6) if turn == 0 else 0.4)
    votes = reader(lines)
    on_head = sum(confidence if head else -confidence for head, confidence in votes) / len(votes)
    return measured(
        "orientation_deg", (turn + (180 if on_head > 0 else 0)) % 360, "deg", sure * min(1.0, 0.5 + abs(on_head))
    )


def _levelled(view: PageView, skew_deg: float) -> tuple[Pixels, Plane]:
    """The reduced picture with its print level or upright, and 1 where it has ink without ruled lines."""
    picture = view.reduced
    ink = np.asarray(view.darkness > max(30, 5 * view.noise), np.uint8)
    if abs(skew_deg) > 0.2:
        height, width = ink.shape
        matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew_deg, 1)
        ink = np.asarray(cv2.warpAffine(ink, matrix, (width, height), flags=cv2.INTER_NEAREST), np.uint8)
        picture = np.asarray(cv2.warpAffine(picture, matrix, (width, height), borderValue=(255, 255, 255)), np.uint8)
    level, upright = long_lines(ink, view.odd_px(12))
    return picture, without(ink, level | upright)


def _sideways(view: PageView, ink: Plane) -> float | None:
    """Above 0 where characters join into lines rather down the page than across it; None with too few characters."""
    gap = view.odd_px(1.8)
    before = _characters(view, closed(ink, 3, 3))
    if before < _MIN_CHARACTERS:
        return None
    across = _characters(view, closed(ink, gap, 1), any_length=True)
    down = _characters(view, closed(ink, 1, gap), any_length=True)
    return float(np.log((across + 1) / (down + 1)))


def _characters(view: PageView, mask: Plane, any_length: bool = False) -> int:
    _, stats = components(mask)
    sides = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / view.px_per_mm, axis=1)
    low, high = _CHARACTER_MM
    fits = (sides[:, 1] >= low) & (sides[:, 0] <= high)
    return int((fits if any_length else fits & (sides[:, 1] <= high)).sum())


def _line_images(view: PageView, picture: Pixels, ink: Plane) -> list[Pixels]:
    """The longest level lines of print, cut out."""
    _, stats = components(closed(ink, view.odd_px(3.5), 1))
    boxes = [(int(x), int(y), int(wide), int(tall)) for x, y, wide, tall, _ in stats]
    low, high = 2.0 * view.px_per_mm, 10.0 * view.px_per_mm
    fit = [box for box in boxes if low <= box[3] <= high and box[2] >= 3 * box[3]]
    fit.sort(key=lambda box: -box[2])
    pad = max(2, round(0.5 * view.px_per_mm))
    return [
        np.ascontiguousarray(picture[max(0, y - pad) : y + height + pad, max(0, x - pad) : x + width + pad])
        for x, y, width, height in fit[:_LINES_READ]
    ]
