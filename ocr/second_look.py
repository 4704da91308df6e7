"""A second look at a page on which nothing is written clearly: faint carbon copies, faded pencil and spirit duplicates. Pure.

The detector passes over ink that is a twentieth darker than its paper, and the recogniser reads it badly. In the channel in
which the ink is darkest, stretched to full contrast, both read it nearly as well as a fresh page. Single lines of a clear page
that read badly are not read again: no other crop, channel or contrast reads them better (docs/decisions/0011).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels

# Grey levels between paper and ink: less is the paper's own unevenness, more is no faint page.
_NOTHING = 7.0
FAINT = 60.0
# What is stretched out of the paper must read so well to be text.
CONFIDENCE = 0.8
# Long side of the copy on which the contrast is measured, and the edge of it that is left out: lids and dark borders.
_SIDE = 1000
_EDGE = 0.06
# Percentiles: ink covers a hundredth or two of a written page; paper most of it.
_INK, _PAPER = 0.5, 60.0
_BLACK, _WHITE = 10, 245


def is_faint(depths: Sequence[float]) -> bool:
    """Whether no line of the page is of clear ink; so are pages on which no line was found."""
    return max(depths, default=0.0) < FAINT


def stretched(pixels: Pixels) -> Pixels | None:
    """The channel with the darkest ink in full contrast, as a grey page; None where nothing seems to be written."""
    scale = max(1.0, max(pixels.shape[:2]) / _SIDE)
    size = (max(1, round(pixels.shape[1] / scale)), max(1, round(pixels.shape[0] / scale)))
    small = cv2.GaussianBlur(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), (0, 0), 0.7)
    across, down = (round(_EDGE * side) for side in size)
    levels = [_levels(small[down : size[1] - down, across : size[0] - across, channel]) for channel in range(3)]
    channel = max(range(3), key=lambda each: levels[each][1] - levels[each][0])
    ink, paper = levels[channel]
    if paper - ink < _NOTHING:
        return None
    table = np.clip((np.arange(256) - ink) * (_WHITE - _BLACK) / (paper - ink) + _BLACK, 0, 255).astype(np.uint8)
    grey = cv2.LUT(np.ascontiguousarray(pixels[:, :, channel]), table)
    return np.asarray(cv2.cvtColor(grey, cv2.COLOR_GRAY2RGB), np.uint8)


def _levels(channel: NDArray[Any]) -> tuple[float, float]:
    ink, paper = np.percentile(channel, (_INK, _PAPER)) if channel.size else (0.0, 0.0)
    return float(ink), float(paper)
