"""The few operations on masks that the measures share, with kernels given as width × height in pixels."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

# 0 or 1 (or 0 and 255) on each pixel.
Plane = NDArray[np.uint8]
Labels = NDArray[np.int32]
Reals = NDArray[np.float64]


def _kernel(width: int, height: int) -> Plane:
    return np.ones((max(1, height), max(1, width)), np.uint8)


def above(plane: Plane, level: int) -> Plane:
    """1 where the plane is greater than `level`."""
    return np.asarray(cv2.threshold(plane, level, 1, cv2.THRESH_BINARY)[1], np.uint8)


def dilated(mask: Plane, width: int, height: int) -> Plane:
    return np.asarray(cv2.dilate(mask, _kernel(width, height)), np.uint8)


def opened(mask: Plane, width: int, height: int) -> Plane:
    """What holds a `width` × `height` box."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, _kernel(width, height)), np.uint8)


def closed(mask: Plane, width: int, height: int) -> Plane:
    """The mask with gaps filled that no `width` × `height` box fits into."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_CLOSE, _kernel(width, height)), np.uint8)


def without(mask: Plane, taken: Plane, reach: int = 1) -> Plane:
    """`mask` without `taken` (both 0 and 1) and `reach` pixels around it."""
    size = 2 * reach + 1
    return np.asarray(cv2.subtract(mask, dilated(taken, size, size)), np.uint8)


def components(mask: Plane) -> tuple[Labels, Labels]:
    """(label of each pixel, a row of left, top, width, height, area for each component); label 0 is the ground."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return np.asarray(labels, np.int32), np.asarray(stats[1:], np.int32)


def long_lines(mask: Plane, length: int) -> tuple[Plane, Plane]:
    """(level, upright) runs of at least `length` pixels; a pixel's wobble does not break them."""
    return opened(dilated(mask, 1, 3), length, 1), opened(dilated(mask, 3, 1), 1, length)


def shrunk(plane: Plane, step: float) -> Plane:
    """The plane at 1 / `step` of its size, each pixel the mean of what it covers."""
    height, width = plane.shape
    size = (max(1, round(width / step)), max(1, round(height / step)))
    return np.asarray(cv2.resize(plane, size, interpolation=cv2.INTER_AREA), np.uint8)
