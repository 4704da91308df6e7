"""Ink of this side against what shines through from the back: how much darker than its paper each box is. Pure."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from base.images import Pixels
from ocr import geometry
from ocr.geometry import Quad

# Thin paper lets a twentieth to a quarter of the back's ink through; faded ink of this side is darker than a third.
_FAINT_SHARE = 0.3
# In grey levels: where nothing else is on the page, so little is mottled paper or the back.
_FAINT_DEPTH = 30.0
# What is faint must read so well to be text: mirrored characters do not.
_FAINT_CONFIDENCE = 0.8
FOREIGN = 0.95
# A box so much longer than wide holds more than one character. One alone (or a punch hole) reads in any turn.
_LONG = 1.5


def depths(pixels: Pixels, quads: Sequence[Quad]) -> list[float]:
    """Grey levels, 0–255, between the paper and the darkest ink in each box; coloured ink counts as dark."""
    return [_depth(pixels, quad) for quad in quads]


def telling(pixels: Pixels, quads: Sequence[Quad]) -> list[int]:
    """Which boxes can tell the page's way up: of clear ink, and of more than one character where there are such."""
    several = [i for i, quad in enumerate(quads) if max(geometry.size(quad)) >= _LONG * min(geometry.size(quad))]
    several = several or list(range(len(quads)))
    deep = depths(pixels, [quads[i] for i in several])
    return [i for i, depth in zip(several, deep, strict=True) if depth >= _FAINT_SHARE * max(deep)]


def needed_confidence(pixels: Pixels, quads: Sequence[Quad], usual: float, foreign: Sequence[bool]) -> list[float]:
    """For each box, how well it must read to be text: `usual`, or more where its ink is faint.

    `foreign`: it reads as no Chinese character at all, as mirrored ones mostly do; then still more.
    """
    deep = depths(pixels, quads)
    limit = max(_FAINT_DEPTH, _FAINT_SHARE * max(deep, default=0.0))
    return [
        usual if depth >= limit else max(usual, FOREIGN if other else _FAINT_CONFIDENCE)
        for depth, other in zip(deep, foreign, strict=True)
    ]


def _depth(pixels: Pixels, quad: Quad) -> float:
    left, top = np.floor(quad.min(axis=0)).astype(int)
    right, bottom = np.ceil(quad.max(axis=0)).astype(int)
    # Every other pixel of every other row tells as much.
    darkest = pixels[max(0, top) : max(0, bottom) : 2, max(0, left) : max(0, right) : 2].min(axis=2)
    if not darkest.size:
        return 0.0
    ink, paper = np.percentile(darkest, (2, 90))
    return float(paper - ink)
