"""Which way up a page is, judged from how well a few of its lines read in each turn. Pure.

The recogniser reads upright characters, and also characters that lie on their left side (it learned vertical text so), but
none that stand on their head or lie on their right side. That is what the rules below stand on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ocr.recognition import Reading

TURNS = (0, 90, 180, 270)
# How many of the longest lines are read, and the mean confidence at which a turn is believed without trying others.
PROBES = 6
BELIEVED = 0.9
# Columns that read nearly as well stacked as turned are columns.
_NEARLY = 0.1


@dataclass(frozen=True, slots=True)
class Probe:
    """`mean` confidence of the lines, 0–1; `total` counts each character by its confidence."""

    mean: float
    total: float


def probe_of(readings: Sequence[Reading]) -> Probe:
    if not readings:
        return Probe(0.0, 0.0)
    mean = sum(reading.confidence for reading in readings) / len(readings)
    return Probe(mean, sum(len(reading.text) * reading.confidence for reading in readings))


def among_tall(means: Mapping[int, float]) -> int:
    """The turn of a page whose text is in tall boxes: it lies on its side, or it is written in columns.

    `means` by turn: 90 and 270 read the boxes as lines, 0 and 180 as stacked characters. Lying on its left side it reads
    well turned by 90 and, backwards, stacked at 0; an upright page in columns reads well stacked at 0 and turned by 270.
    """
    side, stacked = (90, 180) if means[90] >= means[270] else (270, 0)
    other = 180 - stacked
    columns = means[stacked] >= means[side] - _NEARLY and means[stacked] > means[other]
    return stacked if columns else side
