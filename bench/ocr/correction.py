"""What a clerk finds a minute: the engine's doubts as rates, and lines looked at in the order of what a look is worth.

Even seeds make the rates that `ocr/need.py` holds (shown beside what is measured now); the curve is of odd ones. A clerk is taken
to find every error of a line that they look at; where no line was read nobody is asked, and those errors stay.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rapidfuzz.distance import Levenshtein

from base.images import read_file, read_pixels
from bench.ocr.correction_picture import draw_curves
from bench.ocr.pages import Scan, generated
from bench.ocr.scoring import Corners, Text, about, in_rows, places, scored
from bench.ocr.setup import Setup
from ocr.engine import OcrEngine
from ocr.engines import engine_factory
from ocr.lines import Line
from ocr.need import CHARACTER, line_need

EVEN, ODD = 100, 101
PAGES = 28
DPI = 200  # as most scans are
PICTURE = Path("docs/pictures/correction-curve.svg")
LEVELS = (12.0, 8.0, 5.0, 3.0, 2.0, 1.5, 1.0, 0.5, 0.0)


@dataclass(frozen=True, slots=True)
class Judged:
    """A line as it was read; `wrong` are the edits charged to each of its characters."""

    line: Line
    wrong: tuple[int, ...]

    @property
    def errors(self) -> int:
        return sum(self.wrong)


@dataclass(frozen=True, slots=True)
class Looked:
    """What so many lines, looked at in some order, have cost and found."""

    lines: int = 0
    minutes: float = 0.0
    found: int = 0


def tables(setup: Setup) -> list[str]:
    """Rates by confidence (even seeds), the curve by levels (odd seeds); draws the curve."""
    even, _ = read_and_judge(setup, EVEN)
    odd, missed = read_and_judge(setup, ODD)
    by_worth = sorted(odd, key=lambda each: -line_need(each.line).worth)
    draw_curves(
        PICTURE,
        {
            "by what a look is worth": spent(by_worth),
            "by the line's confidence": spent(sorted(odd, key=lambda each: each.line.confidence)),
            "in no order": spent(random.Random(0).sample(odd, len(odd))),
        },
    )
    return [_rates(even, CHARACTER), _curve(by_worth, missed)]


def read_and_judge(setup: Setup, seed: int) -> tuple[list[Judged], int]:
    """Every line read on the generated pages of a seed, and the characters that stand where none was read."""
    lines: list[Judged] = []
    missed = 0
    for scan in generated(setup.work, setup.count(PAGES), dpi=DPI, seed=seed):
        found, left = judged(scan.lines, _read(scan))
        lines += found
        missed += left
    return lines, missed


def judged(truth: Sequence[Text], lines: Sequence[Line]) -> tuple[list[Judged], int]:
    """The lines of one page with their errors, place by place, and how many characters have no line near.

    What was read of a seal or of pencil is left out, as in the scores.
    """
    counted = [line for line in truth if line.kind in ("print", "hand")]
    aside = [line for line in truth if line.kind not in ("print", "hand")]
    pairs = [(Text(line.text, line.box), line) for line in lines]
    lines_of = {id(text): line for text, line in pairs}
    found: list[Judged] = []
    missed = 0
    for true, read in places(counted, [text for text, _ in pairs if not about(text, aside, counted)]):
        text = scored(true[0].text if len(true) == 1 else in_rows(true))
        if read:
            found += _charged(text, [lines_of[id(each)] for each in sorted(read, key=_place)])
        else:
            missed += len(text)
    return [_right_as_it_is(each, truth) for each in found], missed


def _right_as_it_is(each: Judged, truth: Sequence[Text]) -> Judged:
    """A label that its cell breaks into rows is one true line and two read ones: each part of it is right."""
    text = scored(each.line.text)
    if not each.errors or not any(text in scored(line.text) and _near(line.box, each.line.box) for line in truth):
        return each
    return Judged(each.line, (0,) * len(each.wrong))


def _near(one: Corners, other: Corners) -> bool:
    """Two boxes that touch, or lie no farther apart than a line is high."""
    (left, top), _, (right, bottom), _ = one
    (left2, top2), _, (right2, bottom2), _ = other
    away = min(bottom - top, bottom2 - top2)
    return max(left, left2) - min(right, right2) < away and max(top, top2) - min(bottom, bottom2) < away


def spent(lines: Sequence[Judged]) -> list[Looked]:
    """After each line of this order: what it has cost and found so far."""
    steps = [Looked()]
    for each in lines:
        last = steps[-1]
        minutes = last.minutes + line_need(each.line).seconds / 60
        steps.append(Looked(last.lines + 1, minutes, last.found + each.errors))
    return steps


def _read(scan: Scan) -> Sequence[Line]:
    return _engine().read(read_pixels(read_file(scan.file, scan.name), scan.name)).lines


@cache
def _engine() -> OcrEngine:
    return engine_factory("rapidocr")()


def _charged(truth: str, lines: Sequence[Line]) -> list[Judged]:
    """Each edit from what was read to the truth is charged to the character that it is at or before."""
    signs = [
        (n, at, sign) for n, line in enumerate(lines) for at, char in enumerate(line.text) for sign in scored(char)
    ]
    wrong = [[0] * len(line.text) for line in lines]
    for edit in Levenshtein.editops("".join(sign for _, _, sign in signs), truth):
        if signs:
            n, at, _ = signs[min(edit.src_pos, len(signs) - 1)]
            wrong[n][at] += 1
    return [Judged(line, tuple(each)) for line, each in zip(lines, wrong, strict=True)]


def _place(text: Text) -> tuple[float, float]:
    """Row by row, as the true lines of a place are put together."""
    (left, top), _, _, (_, bottom) = text.box
    return round(top / max(8.0, bottom - top)), left


def rates(lines: Sequence[Judged], bins: int = 10) -> list[tuple[float, float, int, int]]:
    """(lowest, highest confidence, characters, wrong) of equally many errors each, from the least sure on."""
    signs = sorted(
        (confidence, min(1, wrong))
        for each in lines
        for confidence, wrong in zip(each.line.char_confidences, each.wrong, strict=False)
    )
    share = max(1, math.ceil(sum(wrong for _, wrong in signs) / bins))
    answer: list[tuple[float, float, int, int]] = []
    begin = errors = 0
    for at, (confidence, wrong) in enumerate(signs, start=1):
        errors += wrong
        # Those of one certainty stay together.
        if at == len(signs) or (errors >= share and signs[at][0] > confidence):
            answer.append((signs[begin][0], confidence, at - begin, errors))
            begin, errors = at, 0
    return answer


def _rates(lines: Sequence[Judged], held: tuple[tuple[float, float], ...]) -> str:
    rows = [
        "| characters whose certainty is | characters | wrong | rate | as `ocr/need.py` has it |",
        "|---|--:|--:|--:|--:|",
    ]
    for low, high, count, wrong in rates(lines):
        middle = (low + high) / 2
        rows.append(f"| {low:.3f}–{high:.3f} | {count} | {wrong} | {wrong / count:.3f} | {_held(held, middle):.3f} |")
    return "\n".join(rows)


def _held(points: tuple[tuple[float, float], ...], confidence: float) -> float:
    after = next(i for i, (at, _) in enumerate(points) if at >= confidence or i == len(points) - 1)
    if after == 0:
        return points[0][1]
    (left, low), (right, high) = points[after - 1], points[after]
    return low + (high - low) * (confidence - left) / (right - left)


def _curve(by_worth: Sequence[Judged], missed: int) -> str:
    steps = spent(by_worth)
    total = steps[-1]
    errors = total.found + missed
    rows = [
        "| a minute is expected to find (weighted) | lines looked at | of all | minutes | errors found | of all | found a minute here |",
        "|--:|--:|--:|--:|--:|--:|--:|",
    ]
    before = Looked()
    for level in LEVELS:
        now = steps[sum(line_need(each.line).worth >= level for each in by_worth)]
        minutes = now.minutes - before.minutes
        here = f"{(now.found - before.found) / minutes:.1f}" if minutes > 0 else "–"
        rows.append(
            f"| ≥ {level:g} | {now.lines} | {now.lines / max(1, total.lines):.0%} | {now.minutes:.0f} | {now.found} "
            f"| {now.found / max(1, errors):.0%} | {here} |"
        )
        before = now
    rows.append(
        f"\n{errors} errors on generated pages of odd seeds at {DPI} dpi, {missed} of them where no line was read."
    )
    return "\n".join(rows)
