"""Four-cornered boxes on a page: turning, cutting out, measuring. Pure; corners are pixels, clockwise, top left first."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ocr.lines import Box

Quad = NDArray[np.float32]
# How many corners to step, clockwise, from the corner at the stored top left to the corner where the text begins.
_STEPS = {0: 0, 90: 3, 180: 2, 270: 1}


def size(quad: Quad) -> tuple[float, float]:
    """Width and height along the quad's own edges."""
    width = max(np.linalg.norm(quad[1] - quad[0]), np.linalg.norm(quad[2] - quad[3]))
    height = max(np.linalg.norm(quad[3] - quad[0]), np.linalg.norm(quad[2] - quad[1]))
    return float(width), float(height)


def from_top_left(quad: Quad) -> Quad:
    """The same corners, clockwise, counted so that the first edge runs to the right, however the box leans."""
    rightward = [
        float((quad[(i + 1) % 4] - quad[i])[0] / (np.linalg.norm(quad[(i + 1) % 4] - quad[i]) + 1e-6)) for i in range(4)
    ]
    return np.roll(quad, -int(np.argmax(rightward)), axis=0)


def begin_at_text(quad: Quad, rotation: int) -> Quad:
    """The same box, its first corner where the text begins on a page that `rotation` degrees clockwise make upright."""
    return np.roll(quad, -_STEPS[rotation], axis=0)


def cut_out(pixels: Pixels, quad: Quad) -> Pixels:
    """The box's content, flattened: its first corner becomes the top left."""
    width, height = (max(1, int(side)) for side in size(quad))
    target = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(quad.astype(np.float32), target)
    flat = cv2.warpPerspective(pixels, matrix, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(flat, np.uint8)


def turned_points(quad: Quad, rotation: int, width: int, height: int) -> Quad:
    """The corners on the upright page, for a stored image of `width` × `height` turned clockwise by `rotation`."""
    x, y = quad[:, 0], quad[:, 1]
    if rotation == 90:
        x, y = height - y, x
    elif rotation == 180:
        x, y = width - x, height - y
    elif rotation == 270:
        x, y = y, width - x
    return np.stack([x, y], axis=1)


def as_box(quad: Quad, width: int, height: int) -> Box:
    """Plain numbers, kept inside the image."""
    a, b, c, d = ((min(max(float(x), 0.0), width), min(max(float(y), 0.0), height)) for x, y in quad)
    return a, b, c, d
