"""From a pixel of the stored image to a pixel of the repaired one. Clockwise is positive; y runs down."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ingest.repair.values import Point, Repair

Matrix = NDArray[np.float64]


def levelled(width: int, height: int, turn: int, angle: float) -> Matrix:
    """2 × 3: stored pixel → pixel of the turned image, levelled by `angle` degrees about its middle."""
    turned = (height, width) if turn in (90, 270) else (width, height)
    radians = math.radians(turn + angle)
    cos, sin = math.cos(radians), math.sin(radians)
    x, y = (width - 1) / 2, (height - 1) / 2
    to_x, to_y = (turned[0] - 1) / 2, (turned[1] - 1) / 2
    return np.array([[cos, -sin, to_x - cos * x + sin * y], [sin, cos, to_y - sin * x - cos * y]])


def to_repaired(repair: Repair) -> Matrix:
    """2 × 3: stored pixel → pixel of the repaired image."""
    matrix = levelled(repair.width, repair.height, repair.turn, repair.angle)
    matrix[0, 2] -= repair.box[0]
    matrix[1, 2] -= repair.box[1]
    return matrix


def moved(points: Sequence[Point], matrix: Matrix) -> NDArray[np.float64]:
    """The points (n × 2) where the matrix takes them."""
    return np.asarray(np.column_stack([np.asarray(points, np.float64), np.ones(len(points))]) @ matrix.T)
