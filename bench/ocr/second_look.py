"""What a second look at faint pages is worth: carbon copies of generated pages read with it and without, and what it costs."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field

import cv2
import numpy as np

from base.images import Pixels, read_file, read_pixels
from bench.ocr import pages
from bench.ocr.pages import Scan
from bench.ocr.scoring import Errors, Text, by_place
from bench.ocr.setup import Setup
from ocr.lines import PageReading
from ocr.rapid import RapidOcrEngine

_PAGES = 6
# The share of its ink that a copy has, from the original to a fourth sheet.
_SHARES = (1.0, 0.3, 0.18, 0.1)
# Carbon is blue: so much of the ink in red, green and blue; its blur in pixels at 300 dpi, and the paper's unevenness.
_INK = (1.0, 0.9, 0.55)
_BLUR = 1.6
_PAPER_SD = 3.0


@dataclass(slots=True)
class _Score:
    before: Errors = field(default_factory=Errors)
    after: Errors = field(default_factory=Errors)
    taken: int = 0
    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)


def tables(setup: Setup) -> list[str]:
    with_it, without = RapidOcrEngine("auto"), RapidOcrEngine("auto", second_look=False)
    scans = pages.generated(setup.work, setup.count(_PAGES))
    table = [
        "**Second look at carbon copies**",
        "",
        "| ink left | pages | errors without, % | with, % | pages on which it was taken | first pass, s | second look, s |",
        "|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for share in _SHARES:
        score = _Score()
        for number, scan in enumerate(scans):
            pixels = carbon_copy(read_pixels(read_file(scan.file, scan.name), scan.name), share, number)
            _take(score, scan, without.read(pixels), with_it.read(pixels))
        seconds = f"{statistics.median(score.second):.2f}" if score.second else "–"
        table.append(
            f"| {share:.0%} | {len(scans)} | {score.before.rate:.1f} | {score.after.rate:.1f} | {score.taken} "
            f"| {statistics.median(score.first):.2f} | {seconds} |"
        )
    return ["\n".join(table)]


def carbon_copy(pixels: Pixels, share: float, seed: int) -> Pixels:
    """The page with so much of its ink, blue and blurred, on paper of its own colour; as it is for a share of 1."""
    if share == 1.0:
        return pixels
    soft = cv2.GaussianBlur(pixels, (0, 0), _BLUR).astype(np.float32)
    paper = np.median(pixels.reshape(-1, 3), axis=0)
    noise = np.random.default_rng(seed).normal(0, _PAPER_SD, (*pixels.shape[:2], 1))
    copy = paper - (paper - soft).clip(0, 255) * share * np.array(_INK) + noise
    return np.asarray(copy.clip(0, 255), np.uint8)


def _take(score: _Score, scan: Scan, before: PageReading, after: PageReading) -> None:
    score.before += _errors(scan, before)
    score.after += _errors(scan, after)
    score.taken += any(line.second_look for line in after.lines)
    score.first.append(before.seconds)
    if after.second_look_seconds:
        score.second.append(after.second_look_seconds)


def _errors(scan: Scan, reading: PageReading) -> Errors:
    errors, _ = by_place(scan.lines, [Text(line.text, line.box) for line in reading.lines])
    return sum(errors.values(), Errors())
