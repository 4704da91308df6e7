"""Text under what lies on a page: slips and folded corners of known place over print, against all that only looks like it.

A cover counts where at least `_LEAST` strokes run under one of its edges; what covers fewer is not made. Slips are of white,
tinted and, one in four, of the page's own paper; shades are of chance strength. Odd seeds, as everywhere in the bench.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from bench.measures import papers
from bench.measures.glass import WHITE_LID, Glass, scanned
from bench.measures.papers import Paper
from bench.measures.scores import interval
from ingest.covered import covered_places
from ingest.measure.morphology import Plane, long_lines, without
from ingest.samples.words import Rng, pick, rng_of

_NUMBERS = 30
_DPI = 200
_LEAST = 5
_TRIES = 150
_TINTS = ((250, 249, 245), (255, 246, 190), (250, 214, 214), (232, 240, 250))
_OWN_PAPER = 0.25

Quad = NDArray[np.float64]


def table(scale: float) -> str:
    told: dict[str, list[bool]] = defaultdict(list)
    for number in range(max(3, round(_NUMBERS * scale))):
        paper = papers.written(number, _DPI)
        for order, (kind, lay) in enumerate(_KINDS.items()):
            rng = rng_of(papers.seed_of(number), 9, number, 80 + order)
            page = lay(rng, paper, _strokes(paper))
            if page is not None:
                glass = Glass(round(float(rng.normal(0, 0.4)), 3), lid=WHITE_LID)
                told[kind].append(bool(covered_places(scanned(rng, page, _DPI, glass).pixels)))
    return _as_markdown(told)


def _as_markdown(told: dict[str, list[bool]]) -> str:
    lines = ["| page | text is covered | pages | told so | 95 % |", "|---|---|---:|---:|---:|"]
    for kind, answers in [*told.items(), *_sums(told)]:
        low, high = interval(sum(answers), len(answers))
        share = f"{100 * sum(answers) / len(answers):.1f} % | {100 * low:.1f}–{100 * high:.1f}"
        lines.append(f"| {kind} | {'no' if _is_clean(kind) else 'yes'} | {len(answers)} | {share} |")
    return "\n".join(lines)


def _sums(told: dict[str, list[bool]]) -> list[tuple[str, list[bool]]]:
    return [
        (name, [answer for kind, answers in told.items() if _is_clean(kind) is clean for answer in answers])
        for name, clean in (("all of these", False), ("all clean pages", True))
    ]


def _is_clean(kind: str) -> bool:
    return kind in (_BESIDE, _PHOTO, _PLAIN, "all clean pages")


def _strokes(paper: Paper) -> Plane:
    """1 where there is print or writing, without ruled lines."""
    dark = np.asarray(paper.ink.min(axis=2) < 140, np.uint8)
    level, upright = long_lines(dark, round(9 * _DPI / 25.4) | 1)
    return without(dark, level | upright)


def _crossing(strokes: Plane, start: Quad, end: Quad) -> int:
    """How many strokes the straight line between two points crosses."""
    count = max(2, int(np.hypot(*(end - start))))
    points = np.round(start + (end - start) * np.linspace(0, 1, count)[:, None]).astype(int)
    height, width = strokes.shape
    inside = (points >= 0).all(axis=1) & (points[:, 0] < width) & (points[:, 1] < height)
    x, y = points[inside].T
    values = strokes[y, x]
    return int(((values[1:] > 0) & (values[:-1] == 0)).sum())


def _edges_crossed(strokes: Plane, quad: Quad) -> list[int]:
    return [_crossing(strokes, a, b) for a, b in zip(quad, np.roll(quad, -1, axis=0), strict=True)]


def _laid(rng: Rng, page: Pixels, quad: Quad, colour: Quad) -> Pixels:
    """A piece of paper on the page, with the shade that its rim throws."""
    scale = _DPI / 25.4
    height, width = page.shape[:2]
    mask = cv2.fillPoly(
        np.zeros((height, width), np.uint8), [np.round(quad * 16).astype(np.int32)], 255, cv2.LINE_AA, 4
    )
    over = mask[..., None].astype(np.float32) / 255
    off = rng.uniform(-0.35, 0.35, 2) * scale
    moved = cv2.warpAffine(mask, np.array([[1, 0, off[0]], [0, 1, off[1]]]), (width, height))
    soft = cv2.GaussianBlur(moved, (0, 0), float(rng.uniform(0.12, 0.45)) * scale)[..., None].astype(np.float32) / 255
    shaded = page * (1 - np.float32(rng.uniform(0.08, 0.35)) * soft * (1 - over))
    slow = cv2.resize(rng.normal(0, 2.2, (12, 9)).astype(np.float32), (width, height))
    fine = cv2.resize(rng.normal(0, 1.4, (height // 2 + 1, width // 2 + 1)).astype(np.float32), (width, height))
    fill = colour.astype(np.float32) + (slow + fine)[..., None]
    return np.clip(shaded * (1 - over) + fill * over, 0, 255).astype(np.uint8)


def _paper_colour(paper: Paper) -> Quad:
    return np.asarray(np.median(paper.pixels.reshape(-1, 3)[::997], axis=0), np.float64)


def _slip(rng: Rng, paper: Paper, strokes: Plane, over_text: bool) -> Pixels | None:
    """None where no place for one was found."""
    scale, (height, width) = _DPI / 25.4, strokes.shape
    for _ in range(_TRIES):
        wide, high = rng.uniform(20, 95) * scale, rng.uniform(8, 40) * scale
        turn = np.radians(rng.normal(0, 2))
        square = np.array([[-wide, -high], [wide, -high], [wide, high], [-wide, high]]) / 2
        middle = np.array([rng.uniform(0.12, 0.88) * width, rng.uniform(0.08, 0.92) * height])
        quad = middle + square @ np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        if quad.min() < 4 or (quad.max(axis=0) > np.array([width, height]) - 4).any():
            continue
        crossed = _edges_crossed(strokes, quad)
        if max(crossed) >= _LEAST if over_text else sum(crossed) == 0:
            own = _paper_colour(paper) + rng.uniform(-4, 4)
            colour = own if rng.random() < _OWN_PAPER else np.array(pick(rng, _TINTS), np.float64)
            return _laid(rng, paper.pixels, quad, colour)
    return None


def _corner(rng: Rng, paper: Paper, strokes: Plane, front: bool) -> Pixels | None:
    """A corner folded over the text, or to the back, where the lid shows and text is lost with it."""
    scale, (height, width) = _DPI / 25.4, strokes.shape
    for _ in range(_TRIES):
        corner = np.array([rng.integers(2) * (width - 1), rng.integers(2) * (height - 1)], np.float64)
        inwards = np.where(corner > 0, -1, 1)
        first = corner + np.array([inwards[0] * rng.uniform(25, 80) * scale, 0])
        second = corner + np.array([0, inwards[1] * rng.uniform(25, 80) * scale])
        along = (second - first) / np.hypot(*(second - first))
        tip = 2 * (first + along * float((corner - first) @ along)) - corner
        crossed = _edges_crossed(strokes, np.array([first, tip, second]))
        if max(crossed[:2]) < _LEAST if front else crossed[2] < _LEAST:
            continue
        gone = [np.round(np.array([corner, first, second]) * 16).astype(np.int32)]
        lid = (WHITE_LID, WHITE_LID, WHITE_LID - 2)
        page = np.asarray(cv2.fillPoly(paper.pixels.copy(), gone, lid, cv2.LINE_AA, 4), np.uint8)
        colour = _paper_colour(paper) + rng.uniform(-7, 7)
        return _laid(rng, page, np.array([first, tip, second]), colour) if front else page
    return None


def _photo(rng: Rng, paper: Paper, strokes: Plane) -> Pixels | None:
    """A photograph with its white rim, glued where nothing is written."""
    scale, (height, width) = _DPI / 25.4, strokes.shape
    wide, high, rim = round(26 * scale), round(34 * scale), round(1.2 * scale)
    for _ in range(_TRIES):
        x, y = int(rng.integers(4, width - wide - 4)), int(rng.integers(4, height - high - 4))
        if strokes[y - 2 : y + high + 2, x - 2 : x + wide + 2].any():
            continue
        photo = np.full((high, wide, 3), 238, np.uint8)
        coarse = rng.uniform(50, 200, (9, 7)).astype(np.float32)
        grey = cv2.resize(coarse, (wide - 2 * rim, high - 2 * rim), interpolation=cv2.INTER_CUBIC)
        photo[rim:-rim, rim:-rim] = np.clip(grey, 20, 230).astype(np.uint8)[..., None]
        page = paper.pixels.copy()
        page[y : y + high, x : x + wide] = photo
        return page
    return None


_BESIDE, _PHOTO, _PLAIN = (
    "slip beside the text",
    "photograph glued on",
    "as it is: seals, frames, holes, creases, stains",
)
_KINDS: dict[str, Callable[[Rng, Paper, Plane], Pixels | None]] = {
    "slip over the text": lambda rng, paper, strokes: _slip(rng, paper, strokes, True),
    "corner folded over the text": lambda rng, paper, strokes: _corner(rng, paper, strokes, True),
    "corner folded back with text": lambda rng, paper, strokes: _corner(rng, paper, strokes, False),
    _BESIDE: lambda rng, paper, strokes: _slip(rng, paper, strokes, False),
    _PHOTO: _photo,
    _PLAIN: lambda rng, paper, strokes: paper.pixels,
}
