"""How much a line of text needs a person: characters expected to be wrong, what they weigh, what looking costs.

The engine's confidences are no probabilities. The tables below say how often a character of a given confidence was
wrong on generated pages of even seeds (`bench/ocr/correction.py` measures it and shows it for odd ones); between two points
the rate is drawn straight.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass

from ocr.lines import Line

# (confidence, share of characters that are wrong): of one character, and where only the line's mean is known.
CHARACTER = (
    (0.0, 0.95), (0.25, 0.75), (0.4, 0.6), (0.48, 0.5), (0.54, 0.33), (0.68, 0.27), (0.81, 0.22), (0.89, 0.15),
    (0.95, 0.07), (0.985, 0.015), (1.0, 0.0008),
)  # fmt: skip
WHOLE_LINE = (
    (0.0, 0.9), (0.5, 0.5), (0.65, 0.42), (0.75, 0.28), (0.82, 0.19), (0.87, 0.15), (0.915, 0.07), (0.945, 0.025),
    (0.97, 0.01), (0.985, 0.005), (1.0, 0.0008),
)  # fmt: skip

# Our own estimate of a practised clerk: finding the place, comparing a character with the paper, writing one anew.
SECONDS_A_LINE, SECONDS_A_CHARACTER, SECONDS_A_FIX = 2.5, 0.2, 3.0

# What a wrong character costs where it stands, in wrong characters of running text: an ID number or a date decides a
# pension, a name finds the dossier.
_WEIGHTS = (
    (4.0, re.compile(r"\d{14,}|身份证|公民身份")),
    (3.0, re.compile(r"姓名|出生|生于|参加工作|入党|退休")),
    (2.0, re.compile(r"[\d〇零一二三四五六七八九十]{1,4}\s*[年月日]|\d{4}[./-]\d{1,2}|工资|级别|职务")),
)


@dataclass(frozen=True, slots=True)
class LineNeed:
    """`wrong`: characters expected to be wrong; `weight`: what each counts; `seconds`: what looking at the line takes."""

    wrong: float
    weight: float
    seconds: float

    @property
    def worth(self) -> float:
        """Weighted errors that a minute spent on lines like this one finds."""
        return 60 * self.wrong * self.weight / self.seconds


def line_need(line: Line) -> LineNeed:
    """The need of a line as an engine read it."""
    wrong = sum(character_risks(line))
    seconds = SECONDS_A_LINE + SECONDS_A_CHARACTER * len(line.text) + SECONDS_A_FIX * wrong
    return LineNeed(wrong, weight_of(line.text), seconds)


def character_risks(line: Line) -> list[float]:
    """Per character, how likely it is wrong: 0–1."""
    if len(line.char_confidences) == len(line.text):
        return [_between(CHARACTER, each) for each in line.char_confidences]
    return [_between(WHOLE_LINE, line.confidence)] * len(line.text)


def weight_of(text: str) -> float:
    """What a wrong character of this line weighs: the heaviest reason counts."""
    return next((weight for weight, pattern in _WEIGHTS if pattern.search(text)), 1.0)


def _between(points: tuple[tuple[float, float], ...], confidence: float) -> float:
    at = bisect_right(points, confidence, key=lambda point: point[0])
    if at == 0 or at == len(points):
        return points[min(at, len(points) - 1)][1]
    (left, low), (right, high) = points[at - 1], points[at]
    return low + (high - low) * (confidence - left) / (right - left)
