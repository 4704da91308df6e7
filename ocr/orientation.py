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
# Below that, a turn is still plain where its lines read so well and the page on its head says almost nothing.
_PLAIN_MEAN = 0.7
_PLAIN_TIMES = 4.0
_PLAIN_VOTES = 12.0
# Columns that read nearly as well stacked as turned are columns.
_NEARLY = 0.1
# A line votes with at least so many characters and such confidence: noise in the paper reads as a letter or two.
_VOTE_CHARACTERS = 2
_VOTE_CONFIDENCE = 0.7
# Pages come upright far more often than not, so another turn needs so many characters, and so many times those of 0.
_LEAST_VOTES = 2.5
_PRIOR = 1.25


@dataclass(frozen=True, slots=True)
class Probe:
    """`mean` confidence of the lines, 0–1; `votes` counts each character of a line that reads well by its confidence."""

    mean: float
    votes: float


def probe_of(readings: Sequence[Reading]) -> Probe:
    if not readings:
        return Probe(0.0, 0.0)
    mean = sum(reading.confidence for reading in readings) / len(readings)
    voting = [r for r in readings if r.confidence >= _VOTE_CONFIDENCE and len(r.text) >= _VOTE_CHARACTERS]
    return Probe(mean, sum(len(reading.text) * reading.confidence for reading in voting))


def plain_turn(upright: Probe, on_head: Probe) -> int | None:
    """0 or 180 where the lines as they were found leave no doubt, even if they are running hand and do not read well."""
    if on_head.mean >= BELIEVED:
        return 180
    for turn, one, other in ((0, upright, on_head), (180, on_head, upright)):
        if one.mean >= _PLAIN_MEAN and one.votes >= max(_PLAIN_VOTES, _PLAIN_TIMES * other.votes):
            return turn
    return None


def most_voted(votes: Mapping[int, float]) -> int:
    """The turn with most votes; upright where another turn has few, or hardly more than upright has.

    A turn along the lines as they were found (0, 180) wins over one across them in the same way: lying on its left
    side, an upright page reads nearly as well as it does upright.
    """
    along = _preferred(votes, 0, 180)
    across = max((90, 270), key=votes.__getitem__)
    return _preferred(votes, along, across)


def _preferred(votes: Mapping[int, float], usual: int, other: int) -> int:
    return other if votes[other] >= max(_LEAST_VOTES, _PRIOR * votes[usual]) else usual


def among_tall(means: Mapping[int, float]) -> int:
    """The turn of a page whose text is in tall boxes: it lies on its side, or it is written in columns.

    `means` by turn: 90 and 270 read the boxes as lines, 0 and 180 as stacked characters. Lying on its left side it reads
    well turned by 90 and, backwards, stacked at 0; an upright page in columns reads well stacked at 0 and turned by 270.
    """
    side, stacked = (90, 180) if means[90] >= means[270] else (270, 0)
    other = 180 - stacked
    columns = means[stacked] >= means[side] - _NEARLY and means[stacked] > means[other]
    return stacked if columns else side
