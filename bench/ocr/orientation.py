"""Which way up: generated pages of odd seeds, and real scans, stored in all four turns; every wrong answer is named."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from base.images import Pixels, read_file, read_pixels
from bench.measures.scores import interval
from bench.ocr import pages
from bench.ocr.setup import Setup
from ocr.line_reader import LineReader
from ocr.models import load
from ocr.orientation import TURNS
from ocr.turns import find_turn

_PAGES = 104
_DPI = 200
LIMIT = 99.5


@dataclass(frozen=True, slots=True)
class Asked:
    """A page as it was stored: the turn that makes it upright, and what was answered (None: no lines were found)."""

    name: str
    kind: str
    turn: int
    told: int | None


def tables(setup: Setup) -> list[str]:
    asked = list(_asked(setup))
    kinds = sorted({each.kind for each in asked})
    table = [
        "**Which way up, found by reading**",
        "",
        "| pages | page-turns | right | 95 % | unanswered | wrong | limit |",
        "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for kind in kinds:
        table.append(_row(kind, [each for each in asked if each.kind == kind]))
    wrong = [each for each in asked if each.told not in (each.turn, None)]
    named = Counter(f"{each.name}: {each.turn}° told as {each.told}°" for each in wrong)
    return ["\n".join(table), "Wrong: " + ("; ".join(sorted(named)) or "none") + "."]


def _asked(setup: Setup) -> Iterator[Asked]:
    """The very steps of reading that decide the turn; lines that are not needed for it are not read."""
    reader = LineReader(load("auto"))
    scans = [("generated", scan) for scan in pages.generated(setup.work, setup.count(_PAGES), dpi=_DPI)]
    scans += [("real " + scan.group.split()[-1], scan) for scan in pages.real(setup.data)]
    for kind, scan in scans:
        upright = _pixels(scan.file)
        for turn in TURNS:
            pixels = np.ascontiguousarray(np.rot90(upright, turn // 90))
            found = reader.find(pixels)
            yield Asked(scan.name, kind, turn, find_turn(reader, pixels, found).degrees if found else None)


def _pixels(file: Path) -> Pixels:
    return read_pixels(read_file(file, file.name), file.name)


def _row(kind: str, asked: list[Asked]) -> str:
    right = sum(each.told == each.turn for each in asked)
    none = sum(each.told is None for each in asked)
    low, high = (100 * bound for bound in interval(right, len(asked)))
    limit = f"≥ {LIMIT} %" if kind == "generated" else ""
    share = 100 * right / len(asked)
    return (
        f"| {kind} | {len(asked)} | {share:.2f} % | {low:.1f}–{high:.1f} | {none} "
        f"| {len(asked) - right - none} | {limit} |"
    )
