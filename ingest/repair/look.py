"""What a repair must know of the picture beyond its measures: where the paper lies, and which colours surround it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.measure.view import PageView
from ingest.repair.values import Around, Colour, Point

# A bed this dark is a black border (as `border_mm` has it); a lighter one is the scanner's lid and stays.
_DARK = 110
# A strip narrower than this share of the long side is the edge of the measure, not a strip of bed.
_LEAST_STRIP = 0.0012
# The outline must fill this share of the upright or turned rectangle around it to be a sheet's.
_STRAIGHT = 0.965
# A closer outline that loses more than this is that of something else.
_SAME_SHEET = 0.96


def look_around(view: PageView) -> Around:
    """What surrounds the paper of a decoded page."""
    sheet = view.sheet
    height, width = view.pixels.shape[:2]
    mask = np.asarray(sheet.mask, np.uint8)
    bed = _colour(view.reduced[mask == 0]) if sheet.bed_level is not None else None
    paper = _paper(view.reduced[mask > 0])
    hull = _hull(mask) if bed is None else _closer(view.reduced, mask, bed, paper)
    least = _LEAST_STRIP * max(mask.shape)
    sides = tuple(bed is not None and margin > least for margin in sheet.margins)
    surplus = tuple(margin / view.scale if seen else 0.0 for margin, seen in zip(sheet.margins, sides, strict=True))
    return Around(
        width=width,
        height=height,
        hull=_stored(hull, view.scale, width, height),
        bed_sides=(sides[0], sides[1], sides[2], sides[3]),
        surplus=(surplus[0], surplus[1], surplus[2], surplus[3]),
        bed=bed,
        dark=sheet.bed_level is not None and sheet.bed_level <= _DARK,
        paper=paper,
        edge_deg=sheet.angle if sheet.edges_seen else None,
        straight=_is_straight(hull),
    )


def _hull(mask: NDArray[np.uint8]) -> NDArray[np.float32]:
    contours, _ = cv2.findContours(mask, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    hull = cv2.convexHull(max(contours, key=cv2.contourArea))
    return np.asarray(hull, np.float32).reshape(-1, 2)


def _closer(reduced: Pixels, mask: NDArray[np.uint8], bed: Colour, paper: Colour) -> NDArray[np.float32]:
    """The outline to a pixel of the reduced copy: the sheet's own is drawn on one half its size and a little too wide."""
    away = np.abs(cv2.medianBlur(reduced, 3).astype(np.int16) - np.array(bed, np.int16)).max(axis=2)
    half = max(abs(one - other) for one, other in zip(bed, paper, strict=True)) / 2
    unlike = np.where((away > half) & (mask > 0), np.uint8(255), np.uint8(0))
    unlike = np.asarray(cv2.morphologyEx(unlike, cv2.MORPH_OPEN, np.ones((5, 5), np.uint8)), np.uint8)
    wide = _hull(mask)
    if not unlike.any():
        return wide
    close = _hull(unlike)
    return close if cv2.contourArea(close) > _SAME_SHEET * cv2.contourArea(wide) else wide


def _stored(hull: NDArray[np.float32], scale: float, width: int, height: int) -> tuple[Point, ...]:
    """In stored pixels, and never beyond the frame: a sheet that touches it there runs to its very edge."""
    stored = (hull + 0.5) / scale - 0.5
    edge = 1 / scale
    x = np.where(stored[:, 0] < edge, 0, np.where(stored[:, 0] > width - 1 - edge, width - 1, stored[:, 0]))
    y = np.where(stored[:, 1] < edge, 0, np.where(stored[:, 1] > height - 1 - edge, height - 1, stored[:, 1]))
    return tuple((round(float(across), 1), round(float(down), 1)) for across, down in zip(x, y, strict=True))


def _is_straight(hull: NDArray[np.float32]) -> bool:
    (_, (width, height), _) = cv2.minAreaRect(hull)
    _, _, wide, tall = cv2.boundingRect(hull.astype(np.int32))
    least = min(width * height, float((wide - 1) * (tall - 1)))
    return least > 0 and float(cv2.contourArea(hull)) > _STRAIGHT * least


def _paper(inside: Pixels) -> Colour:
    """The paper's own colour: the middle of its brighter half, where no ink lies."""
    brightness = inside.max(axis=1)
    return _colour(inside[brightness >= np.median(brightness)])


def _colour(pixels: Pixels) -> Colour:
    few = pixels[:: max(1, len(pixels) // 50_000)]
    red, green, blue = (round(float(np.median(few[:, channel]))) for channel in range(3))
    return red, green, blue
