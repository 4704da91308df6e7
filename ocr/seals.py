"""Red seals over text: found by colour, and taken off on a copy that is for reading only. Pure.

A seal hides what it covers from the detector and stains what it touches for the recogniser. In the red channel its ink is
nearly as bright as the paper, and black, blue and grey ink stay dark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr import geometry
from ocr.geometry import Quad

# Left, top, right, bottom in pixels of the page.
Rect = tuple[int, int, int, int]

# Long side of the copy on which seals are looked for.
_SIDE = 800
# Levels of red over green and blue, above what the paper has.
_RED = 28
# A seal's size as a share of the page's long side (10 to 75 mm on A4), its aspect, and how much of its rectangle is red.
_SIZES = (0.033, 0.25)
_ASPECT = 2.0
_FILLED = 0.06
# A seal is so large (30 mm on A4), or has so much other ink beneath it.
_LARGE = 0.1
_BENEATH = 0.01
# Parts of a seal lie so near each other, as a share of the long side (3 mm on A4).
_JOINED = 0.011
# Of the red channel's paper level: brighter is paper or seal.
_WHITE = 0.74
# Below so much of the paper's red is other ink; a line with more of it than this share of its red is not the seal's own.
_DARK = 0.6
_OTHER = 0.15
# Paper around a seal that is looked at with it: a share of the page's long side, and of the seal's width to its left and right.
_AROUND = 0.015
_BESIDE = 0.6
_COVERED = 0.5


@dataclass(frozen=True, slots=True)
class Seals:
    """Where seals are, and the page without their ink there."""

    places: tuple[Rect, ...]
    clean: Pixels


def find_seals(pixels: Pixels) -> Seals | None:
    """The seals of an upright page; None where there are none, as on most pages."""
    scale = max(1.0, max(pixels.shape[:2]) / _SIDE)
    size = (max(1, round(pixels.shape[1] / scale)), max(1, round(pixels.shape[0] / scale)))
    small = cv2.resize(pixels, size, interpolation=cv2.INTER_AREA)
    red = _redness(np.asarray(small, np.uint8))
    mask = (red > _RED + max(0, int(np.median(red)))).astype(np.uint8)
    if not mask.any():
        return None
    near = max(1, round(_JOINED * max(size)))
    joined = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((near, near), np.uint8))
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least, most = (share * max(size) for share in _SIZES)
    places = []
    for x, y, w, h, _ in stats[1:]:
        fits = least <= min(w, h) and max(w, h) <= most and max(w, h) <= _ASPECT * min(w, h)
        inked = small[y : y + h, x : x + w, 0]
        # Red characters are no seals: those are large, or stand on other ink.
        over_ink = (inked < _DARK * np.percentile(inked, 90)).mean() >= _BENEATH
        is_seal = fits and mask[y : y + h, x : x + w].mean() >= _FILLED
        if is_seal and (over_ink or max(w, h) >= _LARGE * max(size)):
            places.append(_grown((x * scale, y * scale, (x + w) * scale, (y + h) * scale), 4 * scale, pixels))
    # A ring, the star in it and the number below are one seal.
    places = [place for place in places if not any(other != place and _holds(other, place) for other in places)]
    return Seals(tuple(places), _cleaned(pixels, places)) if places else None


def own(pixels: Pixels, quad: Quad) -> bool:
    """Whether the ink in the box is the seal's own, or other red ink."""
    left, top, right, bottom = _bounds(quad, pixels)
    part = pixels[top:bottom, left:right]
    if not part.size:
        return False
    red = int((_redness(part) > 1.5 * _RED).sum())
    # Seal ink is bright in the red channel: what is dark there is other ink.
    other = int((part[:, :, 0] < _DARK * np.percentile(part[:, :, 0], 90)).sum())
    return other < _OTHER * red


def region(place: Rect, quads: Sequence[Quad], pixels: Pixels) -> Rect:
    """The seal's place and all of the lines that reach into it, with a little paper around."""
    left, top, right, bottom = place
    for quad in quads:
        if touches(place, quad):
            x0, y0, x1, y1 = _bounds(quad, pixels)
            left, top, right, bottom = min(left, x0), min(top, y0), max(right, x1), max(bottom, y1)
    # Lines that the seal hid from the detector run on beside it.
    beside = _BESIDE * (place[2] - place[0])
    reach = (min(left, place[0] - beside), top, max(right, place[2] + beside), bottom)
    return _grown(reach, _AROUND * max(pixels.shape[:2]), pixels)


def touches(place: Rect, quad: Quad) -> bool:
    (x0, y0), (x1, y1) = quad.min(axis=0), quad.max(axis=0)
    return bool(x0 < place[2] and x1 > place[0] and y0 < place[3] and y1 > place[1])


def covered(quad: Quad, others: Sequence[Quad]) -> bool:
    """Whether one of the others covers half of the box."""
    return any(_shared(quad, other) >= _COVERED * _area(quad) for other in others)


def _holds(outer: Rect, inner: Rect) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and inner[2] <= outer[2] and inner[3] <= outer[3]


def _redness(pixels: Pixels) -> NDArray[np.int16]:
    red, green, blue = (pixels[:, :, i].astype(np.int16) for i in range(3))
    return np.asarray(red - np.maximum(green, blue), np.int16)


def _cleaned(pixels: Pixels, places: Sequence[Rect]) -> Pixels:
    clean = pixels.copy()
    for left, top, right, bottom in places:
        red = pixels[top:bottom, left:right, 0]
        white = _WHITE * float(np.percentile(red, 90))
        table = np.clip(np.arange(256) * 255.0 / max(1.0, white), 0, 255).astype(np.uint8)
        clean[top:bottom, left:right] = cv2.LUT(red, table)[:, :, None]
    return clean


def _grown(rect: tuple[float, float, float, float], by: float, pixels: Pixels) -> Rect:
    height, width = pixels.shape[:2]
    left, top, right, bottom = rect
    return (
        max(0, int(left - by)),
        max(0, int(top - by)),
        min(width, int(right + by) + 1),
        min(height, int(bottom + by) + 1),
    )


def _bounds(quad: Quad, pixels: Pixels) -> Rect:
    (left, top), (right, bottom) = quad.min(axis=0), quad.max(axis=0)
    return _grown((float(left), float(top), float(right), float(bottom)), 0.0, pixels)


def _area(quad: Quad) -> float:
    width, height = geometry.size(quad)
    return width * height


def _shared(one: Quad, other: Quad) -> float:
    low, high = np.maximum(one.min(axis=0), other.min(axis=0)), np.minimum(one.max(axis=0), other.max(axis=0))
    return float(np.prod(np.maximum(0.0, high - low)))
