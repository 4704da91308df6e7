"""Text that something lies over: a folded corner, a slip (浮签, 贴条). Strokes end at a straight edge that is no ruled line.

What lies on a page shows by the edge of its paper: a step in brightness or colour, or along a line askew to the print a faint
shade too. Strokes that run up to such an edge from one side and go on nowhere on the other are covered. A cover of the page's
own paper that casts no shade is not seen, nor is one that ends between the lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from standards.values import Box, Measure

Point = NDArray[np.float64]
Band = NDArray[np.uint8]
# Left, top, right, bottom.
_Reals = tuple[float, float, float, float]

# Looked at as fine as A4 at 150 dpi; what the sheet really measures matters little to the widths of strokes and shades.
_LONG_SIDE, _LONG_MM = 1754, 297.0
_SMALLEST = 600  # pixels of the shorter side: below, a stroke is hardly a pixel wide
# Strokes thinner than this are taken away before the edges of paper are looked for.
_STROKE_MM = 1.3
# A faint step is drawn out so much that the detector of straight edges sees it.
_GAIN = 2.0
_PIECE_MM, _SEED_MM, _GAP_MM, _ASIDE_PX = 2.5, 4.0, 10.0, 2.2
# So far to both sides of an edge its papers are looked at, beyond a line of text; nearer, there may be a shade. Where strokes
# must be, and how far from the edge ink is counted.
_REACH_MM, _SHADE_MM, _STROKES_MM, _INK_MM = 5.0, 0.8, (0.35, 0.9), 2.2
_WIDEST_STROKE_MM = 2.0
# Grey levels: a stroke below its paper, a step between two papers, a shade; deeper than that is a ruled line.
_INK, _STEP, _SHADE, _RULED = 38, 15, 4, 45
# An edge so far from level and upright is none of the print's own.
_ASKEW_DEG = 7.0
_LEAST_MM, _LEAST_ASKEW_MM, _LEAST_STROKES, _ASKEW_STROKES = 15.0, 20.0, 4, 3
# Strokes on both sides belong to no cover; a side that is half ink is a picture.
_CROSSING, _MOST_INK = 0.5, 0.5
# Along the frame the sheet itself ends.
_FRAME_MM = 8.0


@dataclass(frozen=True, slots=True)
class _Edge:
    start: Point
    end: Point

    @property
    def length(self) -> float:
        return float(np.hypot(*(self.end - self.start)))

    @property
    def along(self) -> Point:
        return (self.end - self.start) / max(self.length, 1e-6)

    @property
    def is_askew(self) -> bool:
        angle = np.degrees(np.arctan2(abs(self.along[1]), abs(self.along[0])))
        return bool(_ASKEW_DEG < angle < 90 - _ASKEW_DEG)


def covered(pixels: Pixels) -> Measure:
    """In how many places text ends under something that lies on the page, with these places (pixels of the stored image)."""
    boxes = covered_places(pixels)
    return Measure("covered", len(boxes), "", 0.7, boxes=boxes)


def covered_places(pixels: Pixels) -> tuple[Box, ...]:
    """The places where strokes run under something that lies on the page."""
    factor = max(1.0, max(pixels.shape[:2]) / _LONG_SIDE)
    size = (round(pixels.shape[1] / factor), round(pixels.shape[0] / factor))
    picture = pixels if factor == 1 else np.asarray(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8)
    scale = max(picture.shape[:2]) / _LONG_MM
    if min(picture.shape[:2]) < _SMALLEST:
        return ()
    found = [box for edge in _edges(picture, scale) for box in _places(picture, edge, scale)]
    return tuple(_stored(box, factor, pixels) for box in _together(found))


def _together(boxes: list[_Reals]) -> list[_Reals]:
    """Boxes that meet are one place: a slip ends text along all its edges."""
    found: list[_Reals] = []
    for box in boxes:
        place = box
        while met := [each for each in found if _meet(each, place)]:
            found = [each for each in found if each not in met]
            lefts, tops, rights, bottoms = zip(place, *met, strict=True)
            place = (min(lefts), min(tops), max(rights), max(bottoms))
        found.append(place)
    return found


def _meet(one: _Reals, other: _Reals) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _stored(box: _Reals, factor: float, pixels: Pixels) -> Box:
    height, width = pixels.shape[:2]
    left, top, right, bottom = (round(each * factor) for each in box)
    return max(0, left), max(0, top), min(width, right), min(height, bottom)


def _places(picture: Pixels, edge: _Edge, scale: float) -> Iterator[_Reals]:
    """The place at this edge where strokes end, if they do."""
    least = _LEAST_ASKEW_MM if edge.is_askew else _LEAST_MM
    if edge.length < least * scale or (not edge.is_askew and _along_the_frame(picture, edge, scale)):
        return
    band = _band(picture, edge, round(_REACH_MM * scale))
    if not _is_papers_edge(band, scale, edge.is_askew):
        return
    strokes = max((_ending(side, other, scale) for side, other in _sides(band)), key=len)
    if len(strokes) < (_ASKEW_STROKES if edge.is_askew else _LEAST_STROKES):
        return
    ends = [edge.start + edge.along * at for at in (strokes[0], strokes[-1])]
    (left, top), (right, bottom) = np.min(ends, axis=0), np.max(ends, axis=0)
    pad = 3 * scale
    yield float(left - pad), float(top - pad), float(right + pad), float(bottom + pad)


def _along_the_frame(picture: Pixels, edge: _Edge, scale: float) -> bool:
    height, width = picture.shape[:2]
    points = np.array([edge.start, edge.end])
    near = np.minimum(points, np.array([width, height]) - points).max(axis=0) < _FRAME_MM * scale
    return bool(near.any())


def _sides(band: Band) -> Iterator[tuple[Band, Band]]:
    """(a side, the other), each from the edge outwards."""
    middle = len(band) // 2
    yield band[middle:], band[middle::-1]
    yield band[middle::-1], band[middle:]


def _is_papers_edge(band: Band, scale: float, askew: bool) -> bool:
    """Do two papers meet here, or does one throw a shade? A ruled line is darker and has one paper on both sides."""
    middle, apart = len(band) // 2, round(_SHADE_MM * scale)
    before, after = (
        np.percentile(part.reshape(-1, 3), 85, axis=0) for part in (band[: middle - apart], band[middle + apart + 1 :])
    )
    step = float(np.abs(before - after).max())
    near = np.percentile(band[middle - apart : middle + apart + 1], 70, axis=1)
    dip = float((np.minimum(before, after) - near).max())
    if step >= _STEP:
        return dip < max(_RULED, step)
    return askew and dip < _RULED and (step > _SHADE or dip > 2 * _SHADE)


def _ending(side: Band, other: Band, scale: float) -> list[int]:
    """Where along the edge strokes of `side` end at it; none where as many go on beyond."""
    near = round(_INK_MM * scale) + 1
    ink, beyond = _inked(side[:near]), _inked(other[:near])
    first, last = (round(mm * scale) for mm in _STROKES_MM)
    if float(ink[first:].mean()) > _MOST_INK or float(beyond[first:].mean()) > _MOST_INK:
        return []
    goes_on = np.convolve(beyond[first : last + 2].any(axis=0), np.ones(5), "same") > 0
    runs = [(a, b) for a, b in _runs(np.asarray(ink[first:last].all(axis=0))) if b - a <= _WIDEST_STROKE_MM * scale]
    ending = [(a + b) // 2 for a, b in runs if not goes_on[a:b].any()]
    return ending if len(runs) - len(ending) <= _CROSSING * len(ending) else []


def _inked(side: Band) -> NDArray[np.bool_]:
    """Which pixels are ink: darker than most of their row, which runs along the edge and shares its shade. A seal's red,
    whose star has edges as straight, is none: it is dark in green and blue alone."""
    dark = side.max(axis=2).astype(np.float64)
    return np.asarray(dark < np.percentile(dark, 70, axis=1)[:, None] - _INK, np.bool_)


def _runs(row: NDArray[np.bool_]) -> list[tuple[int, int]]:
    steps = np.diff(np.concatenate([[0], row.astype(np.int8), [0]]))
    return list(zip(np.flatnonzero(steps == 1).tolist(), np.flatnonzero(steps == -1).tolist(), strict=True))


def _band(picture: Pixels, edge: _Edge, reach: int) -> Band:
    """The picture along an edge, laid level: the edge is the middle row."""
    (dx, dy), length = edge.along, max(1, int(edge.length))
    across = np.array([-dy, dx])
    origin = edge.start - across * reach
    matrix = np.array([[dx, across[0], origin[0]], [dy, across[1], origin[1]]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    size = (length, 2 * reach + 1)
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def _edges(picture: Pixels, scale: float) -> list[_Edge]:
    """Straight edges, pieces that lie in one line taken together, the longest first."""
    pieces = _pieces(picture, scale)
    lengths = np.hypot(*(pieces[:, 2:] - pieces[:, :2]).T)
    pieces, lengths = pieces[lengths >= _PIECE_MM * scale], lengths[lengths >= _PIECE_MM * scale]
    taken = np.zeros(len(pieces), np.bool_)
    found = []
    for each in np.argsort(-lengths):
        if taken[each] or lengths[each] < _SEED_MM * scale:
            continue
        seed = _Edge(pieces[each, :2], pieces[each, 2:])
        members, start, end = _in_line(seed, pieces, _GAP_MM * scale)
        taken |= members
        found.append(_Edge(seed.start + seed.along * start, seed.start + seed.along * end))
    return found


def _in_line(seed: _Edge, pieces: NDArray[np.float64], gap: float) -> tuple[NDArray[np.bool_], float, float]:
    """(which pieces lie in the seed's line with no larger gap, where they begin and end along it)."""
    across = np.array([-seed.along[1], seed.along[0]])
    ends = pieces.reshape(-1, 2, 2) - seed.start
    beside = np.abs(ends @ across).max(axis=1) < _ASIDE_PX
    spans = np.sort(ends @ seed.along, axis=1)
    members = np.zeros(len(pieces), np.bool_)
    start, end = 0.0, seed.length
    for each in [*np.argsort(spans[:, 0]), *np.argsort(-spans[:, 1])]:
        if beside[each] and spans[each, 0] <= end + gap and spans[each, 1] >= start - gap:
            members[each] = True
            start, end = min(start, float(spans[each, 0])), max(end, float(spans[each, 1]))
    return members, start, end


def _pieces(picture: Pixels, scale: float) -> NDArray[np.float64]:
    """Pieces of straight edges, a row of x, y, x, y each: of paper in green and blue without strokes, and of all in green."""
    detector = cv2.createLineSegmentDetector(0)
    size = max(3, round(_STROKE_MM * scale) | 1)
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    found = [np.zeros((0, 4))]
    for channel in (1, 2):
        soft = cv2.GaussianBlur(cv2.extractChannel(picture, channel), (0, 0), 1.0)
        bare = cv2.morphologyEx(soft, cv2.MORPH_CLOSE, disc)
        half = cv2.resize(bare, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA).astype(np.float64)
        drawn = np.clip((half - np.percentile(half, 60)) * _GAIN + 150, 0, 255).astype(np.uint8)
        found.append(_detected(detector, drawn) * 2)
        if channel == 1:
            found.append(_detected(detector, np.asarray(soft, np.uint8)))
    return np.concatenate(found)


def _detected(detector: cv2.LineSegmentDetector, plane: NDArray[np.uint8]) -> NDArray[np.float64]:
    lines = detector.detect(plane)[0]
    return np.zeros((0, 4)) if lines is None else np.asarray(lines[:, 0], np.float64)
