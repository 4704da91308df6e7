"""Which way up: line direction tells an upright page from one on its side; which end is up takes reading.

A `Reader` of line images may be handed in (the reading engine's own classifier); without it 0 and 180 cannot be told apart
and the answer says so by its confidence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.measure.answers import measured, unknown
from ingest.measure.morphology import Plane, closed, components, long_lines, shrunk, without
from ingest.measure.view import PageView
from standards.values import Measure

# For each image of one line of print, lying level: (it stands on its head, confidence 0–1).
Reader = Callable[[Sequence[Pixels]], Sequence[tuple[bool, float]]]

_CHARACTER_MM = (1.2, 9.0)
_LINES_READ = 12
_MIN_CHARACTERS = 12
# Of four pixels one and a half must be inked for the one that stands for them.
_HALF_INKED = 96
# Below this the gaps between characters say nothing sure of the direction of lines.
_DOUBTFUL = 0.25
# One line alone may be misread both ways.
_ONE_LINE = 0.6
# A page that seems to lie level stands on its feet unless its lines clearly read better the other way.
_HEAD_OVER_FEET = 0.2


def orientation(view: PageView, skew_deg: float | None, reader: Reader | None = None) -> Measure:
    """`orientation_deg`: the clockwise turn (0, 90, 180, 270) that makes the page upright."""
    if skew_deg is None:
        return unknown("orientation_deg", "reason.too-little-print")
    view = view.closer
    # A character is four pixels and more on a copy of half the size, and all that is counted are characters.
    half = _half_ink(view, skew_deg)
    sideways = _sideways(view.px_per_mm / 2, half)
    if sideways is None:
        return unknown("orientation_deg", "reason.too-little-print")
    turn, votes = _read(view, skew_deg, half, sideways, reader)
    sure = min(0.95, 0.5 + abs(sideways))
    if not votes:
        # Nearly every page on its feet is fed head first; on its side neither end is likelier.
        return measured("orientation_deg", turn, "deg", min(sure, 0.6) if turn == 0 else 0.4)
    on_head = sum(confidence if head else -confidence for head, confidence in votes) / len(votes)
    end = 180 if on_head > (_HEAD_OVER_FEET if turn == 0 else 0) else 0
    return measured(
        "orientation_deg",
        (turn + end) % 360,
        "deg",
        sure * min(1.0, 0.5 + abs(on_head)) * (_ONE_LINE if len(votes) == 1 else 1),
    )


def _read(
    view: PageView, skew_deg: float, half: Plane, sideways: float, reader: Reader | None
) -> tuple[int, Sequence[tuple[bool, float]]]:
    """(0 or 90, what the reader says of the lines that lie level then). Where the characters' gaps hardly tell across from
    down, as on squared paper, both are read and the way that reads better is taken; a page that reads neither way is level.
    """
    turn = 90 if sideways > 0 else 0
    if reader is None:
        return turn, []
    if abs(sideways) >= _DOUBTFUL:
        return turn, reader(_line_images(view, skew_deg, half, turn))
    level, upright = (reader(_line_images(view, skew_deg, half, each)) for each in (0, 90))
    told = [sum(confidence for _, confidence in votes) for votes in (level, upright)]
    return (90, upright) if told[1] > told[0] else (0, level)


def _half_ink(view: PageView, skew_deg: float) -> Plane:
    """1 where there is ink without ruled lines, the print level or upright, at half the size of the reduced copy."""
    ink = np.where(view.darkness > max(30, 5 * view.noise), np.uint8(255), np.uint8(0))
    ink = np.asarray(shrunk(ink, 2) >= _HALF_INKED, np.uint8)
    if abs(skew_deg) > 0.2:
        ink = np.asarray(cv2.warpAffine(ink, _levelling(ink, skew_deg), ink.shape[::-1], flags=cv2.INTER_NEAREST))
    level, upright = long_lines(ink, _odd(12 * view.px_per_mm / 2))
    return without(ink, level | upright)


def _levelling(plane: Pixels, skew_deg: float) -> NDArray[np.float64]:
    height, width = plane.shape[:2]
    return np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew_deg, 1), np.float64)


def _odd(pixels: float) -> int:
    return max(3, round(pixels) | 1)


def _sideways(scale: float, ink: Plane) -> float | None:
    """Above 0 where characters join into lines rather down the page than across it; None with too few characters."""
    gap = _odd(1.8 * scale)
    before = _characters(scale, closed(ink, 2, 2))
    if before < _MIN_CHARACTERS:
        return None
    across = _characters(scale, closed(ink, gap, 1), any_length=True)
    down = _characters(scale, closed(ink, 1, gap), any_length=True)
    return float(np.log((across + 1) / (down + 1)))


def _characters(scale: float, mask: Plane, any_length: bool = False) -> int:
    """How many components have a character's size; `scale` is pixels per mm."""
    _, stats = components(mask)
    sides = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / scale, axis=1)
    low, high = _CHARACTER_MM
    fits = (sides[:, 1] >= low) & (sides[:, 0] <= high)
    return int((fits if any_length else fits & (sides[:, 1] <= high)).sum())


def _line_images(view: PageView, skew_deg: float, half: Plane, turn: int) -> list[Pixels]:
    """The longest lines of print of the page levelled and turned by `turn`, cut out of the reduced copy."""
    picture = view.reduced
    if abs(skew_deg) > 0.2:
        matrix, size = _levelling(picture, skew_deg), picture.shape[1::-1]
        picture = np.asarray(cv2.warpAffine(picture, matrix, size, borderValue=(255, 255, 255)), np.uint8)
    if turn:
        picture, half = np.rot90(picture, -1), np.ascontiguousarray(np.rot90(half, -1))
    scale = view.px_per_mm / 2
    _, stats = components(closed(half, _odd(3.5 * scale), 1))
    boxes = [(int(x), int(y), int(wide), int(tall)) for x, y, wide, tall, _ in stats]
    fit = [box for box in boxes if 2.0 * scale <= box[3] <= 10.0 * scale and box[2] >= 3 * box[3]]
    fit.sort(key=lambda box: -box[2])
    pad = max(2, round(0.5 * view.px_per_mm))
    return [
        np.ascontiguousarray(
            picture[max(0, 2 * y - pad) : 2 * (y + tall) + pad, max(0, 2 * x - pad) : 2 * (x + wide) + pad]
        )
        for x, y, wide, tall in fit[:_LINES_READ]
    ]
