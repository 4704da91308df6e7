"""A column of characters one above the other (stacked labels of forms, vertical text) laid out as a line."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import cv2
import numpy as np

from base.images import Pixels
from ocr import geometry
from ocr.geometry import Quad

# Higher than wide by this much, a cut-out line holds stacked characters or text that lies on its side.
TALL = 1.5


def is_tall(width: float, height: float) -> bool:
    return height >= TALL * width


def mostly_tall(quads: Sequence[Quad]) -> bool:
    """Whether most of the text's length is in tall boxes: the page lies on its side, or is written in columns."""
    sizes = [geometry.size(quad) for quad in quads]
    tall = sum(height for width, height in sizes if is_tall(width, height))
    return tall > sum(width for width, height in sizes if not is_tall(width, height))


def laid_out(cut: Pixels) -> Pixels:
    """The characters of a tall cut-out side by side, each in a square of the column's width."""
    return np.hstack([_squared(cut[top:bottom]) for top, bottom in pieces(cut)])


def along(cut: Pixels, spans: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Spans of the line that `laid_out` made of a column, as (top, bottom) in fractions of the column's height."""
    parts = pieces(cut)
    edges = np.array([*(top for top, _ in parts), parts[-1][1]]) / cut.shape[0]
    places = np.linspace(0.0, 1.0, len(edges))
    down = np.interp(np.array(spans).reshape(-1, 2), places, edges)
    return tuple((round(float(top), 4), round(float(bottom), 4)) for top, bottom in down)


def pieces(cut: Pixels) -> list[tuple[int, int]]:
    """Rows (top, bottom) of each character: runs of ink, parts of one character joined, characters that touch parted."""
    height, width = cut.shape[:2]
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)
    _, ink = cv2.threshold(grey, 0, 1, cv2.THRESH_BINARY_INV | cv2.THRESH_OTSU)
    written = np.flatnonzero(ink.sum(axis=1) > 0.02 * width)
    if not len(written):
        return [(0, height)]
    runs = np.split(written, np.flatnonzero(np.diff(written) > 1) + 1)
    joined: list[tuple[int, int]] = []
    for run in runs:
        top, bottom = int(run[0]), int(run[-1]) + 1
        if joined and bottom - joined[-1][0] <= 1.05 * width:
            joined[-1] = (joined[-1][0], bottom)
        else:
            joined.append((top, bottom))
    return [part for top, bottom in joined for part in _parted(top, bottom, width)]


def _parted(top: int, bottom: int, width: int) -> list[tuple[int, int]]:
    count = max(1, round((bottom - top) / width))
    edges = np.linspace(top, bottom, count + 1).round().astype(int)
    return [(int(a), int(b)) for a, b in itertools.pairwise(edges) if b > a]


def _squared(piece: Pixels) -> Pixels:
    height, width = piece.shape[:2]
    if height >= width:
        return np.asarray(cv2.resize(piece, (width, width)), np.uint8)
    above = (width - height) // 2
    paper = tuple(int(value) for value in np.percentile(piece.reshape(-1, 3), 90, axis=0))
    squared = cv2.copyMakeBorder(piece, above, width - height - above, 0, 0, cv2.BORDER_CONSTANT, value=paper)
    return np.asarray(squared, np.uint8)
