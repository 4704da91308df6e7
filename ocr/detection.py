"""Finding lines on a page of any shape: tiny ones are padded, long strips are cut where nothing is written."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr import geometry
from ocr.geometry import Quad

Detector = Callable[[NDArray[np.uint8]], list[Quad]]

# Nothing so thin can hold a line of text.
_MIN_SIDE = 8
# The network halves the page five times; below this it sees nothing.
_PADDED_SIDE = 64
# A longer strip would be shrunk until its text is gone, so it is looked at in parts.
_ASPECT = 5.0
# Grey levels by which columns of plain paper differ.
_EMPTY = 12


def find_lines(detect: Detector, pixels: Pixels) -> list[Quad]:
    """Boxes of the lines on an RGB page, corners clockwise from the stored top left."""
    height, width = pixels.shape[:2]
    if min(height, width) < _MIN_SIDE:
        return []
    if height > _ASPECT * width:
        return [_across(quad) for quad in find_lines(detect, np.ascontiguousarray(pixels.transpose(1, 0, 2)))]
    found: list[Quad] = []
    for start, end in _parts(pixels):
        for quad in detect(_padded(pixels[:, start:end])):
            limited = np.minimum(quad, np.array([end - start, height], np.float32))
            found.append(geometry.from_top_left(limited + np.array([start, 0], np.float32)))
    return found


def _across(quad: Quad) -> Quad:
    """Back from the transposed page: x and y change places, and the corners their direction."""
    return quad[:, ::-1][[0, 3, 2, 1]].copy()


def _padded(part: Pixels) -> NDArray[np.uint8]:
    below, right = (max(0, _PADDED_SIDE - side) for side in part.shape[:2])
    bgr = part[:, :, ::-1]
    if not (below or right):
        return np.ascontiguousarray(bgr)
    return np.asarray(cv2.copyMakeBorder(bgr, 0, below, 0, right, cv2.BORDER_REPLICATE), np.uint8)


def _parts(pixels: Pixels) -> list[tuple[int, int]]:
    """Column ranges of a strip, each two to four times as wide as high, parted in the middle of its widest gap."""
    height, width = pixels.shape[:2]
    if width <= _ASPECT * height:
        return [(0, width)]
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    busy = grey.max(axis=0).astype(np.int16) - grey.min(axis=0)
    cuts = [0]
    while width - cuts[-1] > _ASPECT * height:
        start = cuts[-1] + 2 * height
        cuts.append(start + _middle_of_widest_gap(busy[start : start + 2 * height]))
    return list(zip(cuts, [*cuts[1:], width], strict=True))


def _middle_of_widest_gap(busy: NDArray[np.int16]) -> int:
    """Of the columns that are nearly as empty as the emptiest."""
    empty = np.flatnonzero(busy <= busy.min() + _EMPTY)
    widest = max(np.split(empty, np.flatnonzero(np.diff(empty) > 1) + 1), key=len)
    return int(widest[len(widest) // 2])
