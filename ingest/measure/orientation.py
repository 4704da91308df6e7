"""Which way up: line direction tells an upright page from one on its side; which end is up takes reading.

A `Reader` of line images may be handed in (the reading engine's own classifier); without it 0 and 180 cannot be told apart
and the answer says so by its confidence. With it, a page whose lines cannot be read has no answer but a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

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
_LEAST_CHARACTERS = 12
# A page with fewer is looked at for print so many times as large too: a cover has few words, and those large.
_FEW_CHARACTERS, _LARGE, _LEAST_LARGE = 40, 2.5, 4
# Longer strokes are ruled lines.
_LINE_MM = 12
# Of four pixels one and a half must be inked for the one that stands for them.
_HALF_INKED = 96
# Below this the gaps between characters say nothing sure of the direction of lines.
_DOUBTFUL = 0.25
# One line alone may be misread both ways.
_ONE_LINE = 0.6
# Where direction is doubtful, reading decides, and nonsense reads by halves: so much better one end must read.
_DECIDES = 0.7
# A page that seems to lie level stands on its feet unless its lines clearly read better the other way.
_HEAD_OVER_FEET = 0.2


def orientation(view: PageView, skew_deg: float | None, reader: Reader | None = None) -> Measure:
    """`orientation_deg`: the clockwise turn (0, 90, 180, 270) that makes the page upright.

    `reason.too-little-print`, or `reason.print-not-read` where the reader makes no sense of the lines either way up. Print
    too little to tell its skew (None) is taken for level, and only reading answers for it.
    """
    if skew_deg is None and reader is None:
        return unknown("orientation_deg", "reason.too-little-print")
    view, level = view.closer, skew_deg or 0.0
    prints = _prints(view, level, reader is not None)
    sideways = max((each for each in map(_sideways, prints) if each is not None), key=abs, default=None)
    if sideways is None:
        return unknown("orientation_deg", "reason.too-little-print")
    sure = min(0.95, 0.5 + abs(sideways))
    if reader is None:
        # Nearly every page on its feet is fed head first; on its side neither end is likelier.
        return measured("orientation_deg", 90 if sideways > 0 else 0, "deg", 0.4 if sideways > 0 else min(sure, 0.6))
    turn, votes = _read(view, level, prints, sideways, reader)
    on_head = sum(confidence if head else -confidence for head, confidence in votes) / max(1, len(votes))
    strength = abs(on_head) * (_ONE_LINE if len(votes) == 1 else 1)
    if not votes or (abs(sideways) < _DOUBTFUL and strength < _DECIDES):
        return unknown("orientation_deg", "reason.print-not-read")
    end = 180 if on_head > (_HEAD_OVER_FEET if turn == 0 else 0) else 0
    told = min(1.0, 0.5 + abs(on_head)) * (_ONE_LINE if len(votes) == 1 else 1)
    return measured("orientation_deg", (turn + end) % 360, "deg", sure * told)


def _read(
    view: PageView, skew_deg: float, prints: Sequence[_Print], sideways: float, reader: Reader
) -> tuple[int, Sequence[tuple[bool, float]]]:
    """(0 or 90, what the reader says of the lines that lie level then). Where the characters' gaps hardly tell across from
    down, as on squared paper, both are read and the way that reads better is taken.
    """
    if abs(sideways) >= _DOUBTFUL:
        turn = 90 if sideways > 0 else 0
        return turn, reader(_line_images(view, skew_deg, prints, turn))
    level, upright = (reader(_line_images(view, skew_deg, prints, each)) for each in (0, 90))
    told = [sum(confidence for _, confidence in votes) for votes in (level, upright)]
    return (90, upright) if told[1] > told[0] else (0, level)


@dataclass(frozen=True, slots=True)
class _Print:
    """Ink at half the size of the reduced copy, without ruled lines, as print of one size: `scale` is pixels per mm of common
    print, `least` as many characters as tell anything."""

    ink: Plane
    scale: float
    least: int
    characters: int

    @classmethod
    def of(cls, ink: Plane, scale: float, least: int) -> _Print:
        level, upright = long_lines(ink, _odd(_LINE_MM * scale))
        ink = without(ink, level | upright)
        return cls(ink, scale, least, _characters(scale, closed(ink, 2, 2)))


def _prints(view: PageView, skew_deg: float, large: bool) -> list[_Print]:
    """The page's print of common size, and with `large` the large print of a page that has little else."""
    # A character is four pixels and more on a copy of half the size, and all that is counted are characters.
    ink = np.where(view.darkness > max(30, 5 * view.noise), np.uint8(255), np.uint8(0))
    ink = np.asarray(shrunk(ink, 2) >= _HALF_INKED, np.uint8)
    if abs(skew_deg) > 0.2:
        ink = np.asarray(cv2.warpAffine(ink, _levelling(ink, skew_deg), ink.shape[::-1], flags=cv2.INTER_NEAREST))
    common = _Print.of(ink, view.px_per_mm / 2, _LEAST_CHARACTERS)
    if not large or common.characters >= _FEW_CHARACTERS:
        return [common]
    return [common, _Print.of(ink, _LARGE * view.px_per_mm / 2, _LEAST_LARGE)]


def _levelling(plane: Pixels, skew_deg: float) -> NDArray[np.float64]:
    height, width = plane.shape[:2]
    return np.asarray(cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), skew_deg, 1), np.float64)


def _odd(pixels: float) -> int:
    return max(3, round(pixels) | 1)


def _sideways(found: _Print) -> float | None:
    """Above 0 where characters join into lines rather down the page than across it; None with too few characters."""
    if found.characters < found.least:
        return None
    gap = _odd(1.8 * found.scale)
    across = _characters(found.scale, closed(found.ink, gap, 1), any_length=True)
    down = _characters(found.scale, closed(found.ink, 1, gap), any_length=True)
    return float(np.log((across + 1) / (down + 1)))


def _characters(scale: float, mask: Plane, any_length: bool = False) -> int:
    """How many components have a character's size; `scale` is pixels per mm."""
    _, stats = components(mask)
    sides = np.sort(stats[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]] / scale, axis=1)
    low, high = _CHARACTER_MM
    fits = (sides[:, 1] >= low) & (sides[:, 0] <= high)
    return int((fits if any_length else fits & (sides[:, 1] <= high)).sum())


def _line_images(view: PageView, skew_deg: float, prints: Sequence[_Print], turn: int) -> list[Pixels]:
    """The longest lines of print of the page levelled and turned by `turn`, cut out of the reduced copy."""
    picture = view.reduced
    if abs(skew_deg) > 0.2:
        matrix, size = _levelling(picture, skew_deg), picture.shape[1::-1]
        picture = np.asarray(cv2.warpAffine(picture, matrix, size, borderValue=(255, 255, 255)), np.uint8)
    if turn:
        picture = np.rot90(picture, -1)
    fit = [box for each in prints for box in _line_boxes(each, turn)]
    fit.sort(key=lambda box: -box[2])
    pad = max(2, round(0.5 * view.px_per_mm))
    return [
        np.ascontiguousarray(
            picture[max(0, 2 * y - pad) : 2 * (y + tall) + pad, max(0, 2 * x - pad) : 2 * (x + wide) + pad]
        )
        for x, y, wide, tall in fit[:_LINES_READ]
    ]


def _line_boxes(found: _Print, turn: int) -> list[tuple[int, int, int, int]]:
    """Left, top, width and height, after `turn`, of what is as high as print (2–10 mm) and three times as long."""
    ink = np.ascontiguousarray(np.rot90(found.ink, -1)) if turn else found.ink
    _, stats = components(closed(ink, _odd(3.5 * found.scale), 1))
    boxes = [(int(x), int(y), int(wide), int(tall)) for x, y, wide, tall, _ in stats]
    return [box for box in boxes if 2.0 * found.scale <= box[3] <= 10.0 * found.scale and box[2] >= 3 * box[3]]
