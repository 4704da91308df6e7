"""One side of the frame: does a scanner's bed show there, and where does the paper begin behind it?"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.measure.morphology import Reals

# Red, green, blue.
Colour = NDArray[np.float64]

# The bed must differ from the paper by this much (of 255 in the strongest channel) to count as one.
_BED_CONTRAST = 22
# A lid is of one colour; in the dark beside a sheet light comes and goes.
_UNIFORM, _UNIFORM_DARK, _DARK = 12, 40, 90
# Of the frame's pixels on a side so many must show bed, and so many of those be of its colour.
_LEAST_SHARE = 0.03
_LEAST_UNIFORM = 0.7
# Every so many pixels along the side the bed is followed inwards, at most this share of the frame.
_EVERY = 12
_DEEPEST = 0.45
_LEAST_LINES = 5
# An edge of paper is a step: so much of the difference lies within this many pixels. An aged rim is not.
_AROUND, _STEP = np.array([-3, -1, 0, 2]), 0.6
_INLIER_PX = 0.9
_STRAIGHT_SHARE = 0.7
_TRIES = 40
_CLEAN = 0.85
_CLEAN_SIDE = 0.95


class Side(IntEnum):
    LEFT, TOP, RIGHT, BOTTOM = 0, 1, 2, 3


# Clockwise degrees by which a side's edge turns where its slope grows: left and bottom fall, top and right rise.
_SENSE = {Side.LEFT: -1.0, Side.TOP: 1.0, Side.RIGHT: 1.0, Side.BOTTOM: -1.0}


@dataclass(frozen=True, slots=True)
class Edge:
    """A straight edge of paper seen from its side of the frame: at `position` along the side it lies `start` + `slope` ·
    position pixels inside. `turn` in clockwise degrees; `level` the bed's brightness and `bed` its colour; `straight`:
    nearly all of what was followed lies on it; `whole`: so does all of the side."""

    start: float
    slope: float
    turn: float
    level: float
    bed: tuple[float, ...]
    straight: bool
    whole: bool


def seen_from(pixels: NDArray[np.uint8], side: Side) -> NDArray[np.uint8]:
    """A view of the picture with `side` at its left and positions along it downwards."""
    turned = pixels if side in (Side.LEFT, Side.RIGHT) else np.swapaxes(pixels, 0, 1)
    return turned if side in (Side.LEFT, Side.TOP) else turned[:, ::-1]


def side_of(pixels: Pixels, side: Side, paper: Colour) -> Colour | None:
    """The bed's colour at one side of the frame; None where the paper (or what is printed on it) reaches the frame."""
    frame = seen_from(pixels, side)[::3, 0].astype(np.int16)
    other = frame[np.abs(frame - paper.astype(np.int16)).max(axis=1) >= _BED_CONTRAST]
    if len(other) < max(_LEAST_LINES, _LEAST_SHARE * len(frame)):
        return None
    bed = np.sort(other, axis=0)[len(other) // 2]
    alike = np.abs(other - bed).max(axis=1) <= (_UNIFORM_DARK if bed.max() <= _DARK else _UNIFORM)
    if alike.mean() < _LEAST_UNIFORM or np.abs(bed - paper).max() < _BED_CONTRAST:
        return None
    return np.asarray(bed, np.float64)


def edge_of(pixels: Pixels, side: Side, bed: Colour, paper: Colour, dropped: float) -> Edge | None:
    """The paper's edge behind the bed; None where no step from bed to paper shows."""
    channel = int(np.argmax(np.abs(paper - bed)))
    lines = seen_from(pixels, side)[::_EVERY, :, channel]
    lines = lines[:, : max(8, int(_DEEPEST * lines.shape[1]))]
    base, span = float(bed[channel]), float(paper[channel] - bed[channel])
    beyond = lines > base + span / 2 if span > 0 else lines < base + span / 2
    first = np.argmax(beyond, axis=1)
    where = np.flatnonzero(first)
    at = first[where]
    if len(at) < _LEAST_LINES:
        return None
    columns = np.minimum(np.maximum(at[:, None] + _AROUND, 0), lines.shape[1] - 1)
    outer, before, after, inner = ((lines[where[:, None], columns] - base) / span).T
    if float(np.sort(inner - outer)[len(at) // 2]) < _STEP:
        return None
    gaps = at - 0.5 + (0.5 - before) / np.maximum(after - before, 1e-3)
    along = np.asarray(where * float(_EVERY) + 0.5, np.float64)
    start, slope, inliers = _line(along, np.asarray(gaps, np.float64))
    straight = inliers >= max(_LEAST_LINES, _STRAIGHT_SHARE * len(at))
    if not straight:
        start, slope = float(np.median(gaps)), 0.0
    turn = float(np.degrees(np.arctan(slope))) * _SENSE[side]
    whole = inliers >= _CLEAN_SIDE * len(lines)
    return Edge(start + dropped, slope, turn, float(np.median(bed)), tuple(bed.tolist()), bool(straight), bool(whole))


def _line(along: Reals, gaps: Reals) -> tuple[float, float, int]:
    """(start, slope, how many lie on it) of the line that most places lie on: dirt, tears and the next edge do not."""
    start, slope = _fitted(along, gaps)
    near = np.abs(gaps - (start + slope * along)) <= _INLIER_PX
    if near.mean() < _CLEAN:
        near = _most_agreed(along, gaps)
    return *_fitted(along[near], gaps[near]), int(near.sum())


def _fitted(x: Reals, y: Reals) -> tuple[float, float]:
    """(start, slope) by least squares."""
    middle, height = float(x.mean()), float(y.mean())
    off = x - middle
    slope = float(off @ y) / max(1e-9, float(off @ off))
    return height - slope * middle, slope


def _most_agreed(along: Reals, gaps: Reals) -> NDArray[np.bool_]:
    """The places that lie on the best of some lines through two of them."""
    one, other = np.random.default_rng(11).integers(0, len(along), (2, _TRIES))
    apart = along[other] - along[one]
    kept = np.abs(apart) >= (along[-1] - along[0]) / 5
    if not kept.any():
        return np.abs(gaps - np.median(gaps)) <= _INLIER_PX
    one, other, apart = one[kept], other[kept], apart[kept]
    slopes = (gaps[other] - gaps[one]) / apart
    starts = gaps[one] - slopes * along[one]
    near = np.abs(gaps - (starts[:, None] + slopes[:, None] * along)) <= _INLIER_PX
    return np.asarray(near[int(np.argmax(near.sum(axis=1)))])
