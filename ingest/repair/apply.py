"""A planned repair done to pixels: one interpolation at most, and only what lies outside the paper is given a colour."""

from __future__ import annotations

import math

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.repair.geometry import to_repaired
from ingest.repair.values import Colour, Repair

# The outline is not known better than to a pixel of a copy of these long sides, outwards and inwards (half a millimetre and
# a quarter of an A4 sheet's): there each pixel is asked itself.
_OUTER_SIDE = 600
_INNER_SIDE = 1200
# At the very edge a pixel is part bed, part paper; darker than this much of the way to the paper it still shows as a line.
_MIXED = 0.75
# OpenCV keeps fractions of a pixel of an outline in this many bits.
_SHIFT = 4


def apply_repair(pixels: Pixels, repair: Repair, *, bitonal: bool = False) -> Pixels:
    """The repaired image; `pixels` are height × width × 3 or, for grey, height × width, and come back in the same form.

    A turn by quarters and a cut move pixels without touching them. Levelling is one cubic warp with turn, angle and cut in
    one; a `bitonal` image (0 and 255 alone) is cut into black and white again at the middle.
    """
    if repair.nothing_to_do:
        return pixels
    cleaned = _cleaned(pixels, repair) if repair.clean else pixels
    if repair.angle == 0:
        return _cut(np.rot90(cleaned, -(repair.turn // 90)), repair)
    warped = cv2.warpAffine(
        cleaned,
        to_repaired(repair),
        repair.size,
        flags=cv2.INTER_CUBIC,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=_fill(pixels, repair.fill),
    )
    if bitonal:
        warped = np.where(np.asarray(warped) < 128, 0, 255)
    return np.asarray(warped, np.uint8)


def _fill(pixels: Pixels, colour: Colour) -> tuple[int, ...]:
    return colour if pixels.ndim == 3 else (grey_of(colour),)


def grey_of(colour: Colour) -> int:
    """A grey image has three equal channels when it is looked at, so any of them is its grey."""
    return colour[1]


def _cut(turned: Pixels, repair: Repair) -> Pixels:
    """The box of the turned image, with the fill's colour where it reaches beyond."""
    height, width = turned.shape[:2]
    left, top, right, bottom = repair.box
    inside = turned[max(0, top) : min(height, bottom), max(0, left) : min(width, right)]
    around = (max(0, -top), max(0, bottom - height), max(0, -left), max(0, right - width))
    if not any(around):
        return np.ascontiguousarray(inside)
    value = _fill(turned, repair.fill)
    return np.asarray(cv2.copyMakeBorder(inside, *around, cv2.BORDER_CONSTANT, value=value), np.uint8)


def _cleaned(pixels: Pixels, repair: Repair) -> Pixels:
    """The dark bed outside the paper in the paper's colour. Close to the outline only what has the bed's darkness and is
    joined to the bed: a pixel of paper beyond the outline stays, and ink inside it does."""
    plane = pixels if pixels.ndim == 2 else pixels[:, :, 1]
    bed_grey = grey_of(repair.bed or (0, 0, 0))
    level = bed_grey + _MIXED * (grey_of(repair.fill) - bed_grey)
    sure, unsure = _outside(repair, plane.shape[:2])
    bed = np.where(sure | (unsure & (plane < level)), np.uint8(255), np.uint8(0))
    count, labels = cv2.connectedComponents(bed)
    joined = np.zeros(count, np.bool_)
    joined[np.unique(labels[sure])] = True
    result = pixels.copy()
    result[joined[labels]] = _fill(pixels, repair.fill)
    return result


def _outside(repair: Repair, shape: tuple[int, ...]) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Pixels surely outside the paper, and those so near its outline that the outline does not decide."""
    paper = np.zeros(shape, np.uint8)
    points = np.round(np.asarray(repair.clean) * (1 << _SHIFT)).astype(np.int32)
    cv2.fillConvexPoly(paper, points, 255, cv2.LINE_8, _SHIFT)
    longest = max(shape)
    wider = cv2.dilate(paper, _square(math.ceil(longest / _OUTER_SIDE)))
    closer = cv2.erode(paper, _square(math.ceil(longest / _INNER_SIDE)), borderValue=255)
    return np.asarray(wider == 0), np.asarray((wider > 0) & (closer == 0))


def _square(reach: int) -> NDArray[np.uint8]:
    return np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
