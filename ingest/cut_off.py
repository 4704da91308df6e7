"""Text that runs out of the picture: lines that end at the edge of the image with ink in the outermost pixels."""

from __future__ import annotations

from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.reading_facts import surrounding_box
from ocr.lines import PageReading
from standards.values import Box, Measure

# A box ends at the edge when it is so near to it, in heights of its line: the detector draws boxes wider than the ink.
_AT_EDGE = 0.5
# Ink counts in the outermost so many pixels; compression blurs a pixel or two.
_OUTERMOST = 3
# Of the line's extent along the edge: strokes cut through cover some of it, a ruled line less, a scanned border all of it.
_LEAST, _MOST = 0.12, 0.9
# So much of the stretch beside it may be inked too: beyond, it is a border, a shadow or the table's frame.
_BESIDE = 0.25
_CONTRAST = 40  # grey levels between paper and ink, below which nothing can be told
_SURE = 0.5  # below this it may be no text at all: a stain, a stamp's rim
_SMALLEST = 8  # pixels

Grey = NDArray[np.uint8]


def cut_off(pixels: Pixels, reading: PageReading) -> Measure:
    """How many lines of a page are cut off by the image's edge, with their places (pixels of the stored image)."""
    boxes = cut_lines(pixels, reading)
    return Measure("cut_off", len(boxes), "", 0.8, boxes=boxes)


def cut_lines(pixels: Pixels, reading: PageReading) -> tuple[Box, ...]:
    """The boxes of the lines whose ink runs into an edge of the image; whole lines near the edge are none."""
    boxes = (surrounding_box(line.box) for line in reading.lines if line.confidence >= _SURE)
    near = [box for box in boxes if _nears_an_edge(box, pixels.shape[1], pixels.shape[0])]
    if not near:
        # Most pages: their pixels need not be looked at.
        return ()
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)
    return tuple(box for box in near if _is_cut(grey, box))


def _nears_an_edge(box: Box, width: int, height: int) -> bool:
    left, top, right, bottom = box
    near = _AT_EDGE * min(right - left, bottom - top)
    return min(left, top, width - right, height - bottom) < near


def _is_cut(grey: Grey, box: Box) -> bool:
    left, top, right, bottom = box
    size = min(right - left, bottom - top)
    if size < _SMALLEST:
        return False
    level = _ink_level(grey[max(0, top) : bottom, max(0, left) : right])
    return level is not None and any(_runs_out(edge, start, end, level) for edge, start, end in _edges(grey, box, size))


def _ink_level(part: Grey) -> float | None:
    """The grey between paper and ink inside a box; None where there is hardly any difference."""
    if part.size == 0:
        return None
    ink, paper = np.percentile(part, (4, 80))
    return None if paper - ink < _CONTRAST else float(ink + 0.45 * (paper - ink))


def _edges(grey: Grey, box: Box, size: int) -> Iterator[tuple[Grey, int, int]]:
    """For each edge that the box reaches: the darkest of the outermost pixels along it, and the line's extent there."""
    left, top, right, bottom = box
    height, width = grey.shape
    near = _AT_EDGE * size
    if left < near:
        yield grey[:, :_OUTERMOST].min(axis=1), top, bottom
    if width - right < near:
        yield grey[:, width - _OUTERMOST :].min(axis=1), top, bottom
    if top < near:
        yield grey[:_OUTERMOST].min(axis=0), left, right
    if height - bottom < near:
        yield grey[height - _OUTERMOST :].min(axis=0), left, right


def _runs_out(edge: Grey, start: int, end: int, level: float) -> bool:
    start, end = max(0, start), min(len(edge), end)
    inked = edge < level
    beside = max(_SMALLEST, min(end - start, 60) // 2)
    around = np.concatenate([inked[max(0, start - beside) : start], inked[end : end + beside]])
    share = float(inked[start:end].mean()) if end > start else 0.0
    return _LEAST <= share <= _MOST and (around.size == 0 or float(around.mean()) <= _BESIDE)
