"""From ink to scan: the paper, its age, and the scanner. Every strength here is fixed; none may be tuned to a rule.

The constants were set before any rule or reader was measured, from what old personnel paper looks like, and stay so:
a rule that fails on these pages is to be mended in the rule.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from base.images import Pixels
from ingest.samples.sheet import Line, Sheet
from ingest.samples.words import Rng, pick

Colour = tuple[int, int, int]
Floats = NDArray[np.float32]
# Base colour of the paper by the decade in which it was made.
PAPERS: tuple[tuple[int, tuple[Colour, ...]], ...] = (
    (1978, ((222, 204, 166), (214, 196, 160), (226, 212, 182))),
    (1990, ((234, 222, 194), (230, 220, 200), (238, 230, 210))),
    (2000, ((242, 237, 222), (240, 236, 226), (244, 242, 236))),
    (9999, ((249, 249, 247), (247, 248, 250), (250, 248, 243))),
)
MOTTLE = 5.0  # grey levels, sd of the slow unevenness of aged paper (half of it on paper made after 1990)
FIBRE = 1.6  # grey levels, sd of the fine structure of paper
EDGE_AGE = 26.0  # grey levels by which the outermost 12 mm of paper from before 1990 may darken
BLEED = (0.05, 0.16)  # share of the other side's ink that shows through thin paper
STAIN_CHANCE, FOLD_CHANCE, HOLE_CHANCE = 0.18, 0.35, 0.55
SKEW_SD, SKEW_MAX = 0.30, 0.9  # degrees, ordinary pages
SKEW_FAULT = (2.2, 4.5)  # degrees, planted
MARGIN_MM = (0.4, 2.5)  # scanner's background left around the sheet
DARK_BACKGROUND_CHANCE = 0.10
BORDER_FAULT_MM = (6.0, 14.0)  # dark edge, planted
BLUR_MM = (0.04, 0.075)  # sd of the optics
NOISE = (1.2, 3.0)  # grey levels, sd of the sensor
JPEG_QUALITY = (75, 92)
PRINT_FADE = (0.78, 1.0)  # strength of the ink that is left

Fault = Literal["skew", "border", "upside-down", "sideways", "grey"]


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as the scanner gave it: pixels, the turn and skew it bears, and the text's boxes in these pixels."""

    pixels: Pixels
    lines: tuple[Line, ...]
    skew_deg: float
    orientation_deg: int
    border_mm: float


def age(rng: Rng, sheet: Sheet, year: int, back: Pixels | None) -> Pixels:
    """The sheet as it lies on the glass: paper of its year, ink, the other side shining through, folds, stains, holes."""
    paper = _paper(rng, sheet, year)
    fade = float(rng.uniform(*PRINT_FADE))
    ink = cv2.addWeighted(sheet.ink, fade, np.full_like(sheet.ink, 255), 1 - fade, 0)
    page = np.asarray(cv2.multiply(paper, ink, scale=1 / 255), np.uint8)
    if back is not None:
        page = _bleed(rng, page, back)
    if rng.random() < FOLD_CHANCE and year < 2005:
        _fold(rng, page)
    if rng.random() < STAIN_CHANCE:
        _stain(rng, page)
    if rng.random() < HOLE_CHANCE:
        _holes(rng, sheet, page)
    return np.asarray(page, np.uint8)


def _paper(rng: Rng, sheet: Sheet, year: int) -> Pixels:
    height, width = sheet.ink.shape[:2]
    base = pick(rng, next(colours for until, colours in PAPERS if year < until))
    strength = MOTTLE if year < 1990 else MOTTLE / 2
    coarse = rng.normal(0, strength, (14, 10)).astype(np.float32)
    slow: Floats = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    fine = rng.normal(0, FIBRE, (height // 2 + 1, width // 2 + 1)).astype(np.float32)
    slow = slow + np.asarray(cv2.resize(fine, (width, height), interpolation=cv2.INTER_LINEAR), np.float32)
    if year < 1990:
        slow = slow - _edges(sheet) * np.float32(rng.uniform(0.3, 1.0) * EDGE_AGE)
    planes = [
        np.clip(slow * tint + level, 0, 255).astype(np.uint8)
        for level, tint in zip(base, (0.9, 1.0, 1.25), strict=True)
    ]
    return np.asarray(cv2.merge(planes), np.uint8)


def _edges(sheet: Sheet) -> Floats:
    """1 at the outermost edge, falling to 0 within 12 mm."""
    height, width = sheet.ink.shape[:2]
    reach = sheet.px(12)
    across = np.minimum(np.arange(width), np.arange(width)[::-1]).astype(np.float32) / reach
    down = np.minimum(np.arange(height), np.arange(height)[::-1]).astype(np.float32) / reach
    near = np.clip(np.minimum(across[None, :], down[:, None]), 0, 1)
    return np.asarray((1 - near) ** 2, np.float32)


def _bleed(rng: Rng, page: Pixels, back: Pixels) -> Pixels:
    small = cv2.resize(cv2.flip(back, 1), (page.shape[1] // 3, page.shape[0] // 3), interpolation=cv2.INTER_AREA)
    soft = cv2.resize(cv2.GaussianBlur(small, (0, 0), 1.0), (page.shape[1], page.shape[0]))
    share = float(rng.uniform(*BLEED))
    veil = cv2.addWeighted(soft, share, np.full_like(soft, 255), 1 - share, 0)
    return np.asarray(cv2.multiply(page, veil, scale=1 / 255), np.uint8)


def _fold(rng: Rng, page: Pixels) -> None:
    """A crease across the middle or a third: a dark and a light hairline beside each other, and a slight shade."""
    down = rng.random() < 0.7
    length = page.shape[0] if down else page.shape[1]
    place = int(length * pick(rng, (0.5, 0.33, 0.66)) + rng.normal(0, length * 0.01))
    band = page[place : place + 60] if down else page[:, place : place + 60]
    band[...] = _lighter(band, -4)
    for offset, change in ((0, -38), (1, -20), (2, 14)):
        line = page[place + offset : place + offset + 1] if down else page[:, place + offset : place + offset + 1]
        line[...] = _lighter(line, change)


def _lighter(part: Pixels, change: int) -> Pixels:
    return np.clip(part.astype(np.int16) + change, 0, 255).astype(np.uint8)


def _stain(rng: Rng, page: Pixels) -> None:
    """A water or tea stain: a tinted, uneven spot with a darker rim."""
    height, width = page.shape[:2]
    radius = int(width * rng.uniform(0.05, 0.16))
    x, y = int(rng.uniform(0, width)), int(rng.uniform(0, height))
    x0, y0, x1, y1 = (
        max(0, x - radius * 2),
        max(0, y - radius * 2),
        min(width, x + radius * 2),
        min(height, y + radius * 2),
    )
    rows, columns = np.mgrid[y0:y1, x0:x1].astype(np.float32)
    angle = np.arctan2(rows - y, columns - x)
    lobes = 1 + 0.15 * np.sin(3 * angle + rng.uniform(0, 6)) + 0.08 * np.sin(7 * angle + rng.uniform(0, 6))
    away = np.hypot(columns - x, rows - y) / (radius * lobes)
    depth = np.where(away < 1, 0.35, 0) + np.exp(-(((away - 0.97) / 0.05) ** 2)) * 0.6
    tint = np.array([18, 30, 52], np.float32) * float(rng.uniform(0.5, 1.0))
    view = page[y0:y1, x0:x1]
    view[...] = np.clip(view - cv2.GaussianBlur(depth.astype(np.float32), (0, 0), 2)[..., None] * tint, 0, 255).astype(
        np.uint8
    )


def _holes(rng: Rng, sheet: Sheet, page: Pixels) -> None:
    """Two or three punched holes in the binding margin; what lies behind is the scanner's lid."""
    count = 2 if rng.random() < 0.6 else 3
    centre = sheet.px(float(rng.uniform(9, 13)))
    x = centre if sheet.binding == "left" else page.shape[1] - centre
    gap = 80.0 if count == 2 else 76.0
    for index in range(count):
        y = sheet.px(sheet.height_mm / 2 + (index - (count - 1) / 2) * gap + float(rng.normal(0, 0.6)))
        lid = int(rng.uniform(205, 245)) if rng.random() < 0.7 else 60
        cv2.circle(page, (x, y), sheet.px(2.8), (lid, lid, lid), -1, cv2.LINE_AA)
        cv2.ellipse(
            page,
            (x, y),
            (sheet.px(2.8), sheet.px(2.8)),
            0,
            180,
            330,
            (120, 110, 95),
            max(1, sheet.px(0.15)),
            cv2.LINE_AA,
        )


def scan(rng: Rng, sheet: Sheet, page: Pixels, faults: frozenset[str] = frozenset()) -> Scan:
    """Lays the aged page on the glass and scans it. `faults` are of `Fault`; skew is positive when turned clockwise."""
    skew = float(np.clip(rng.normal(0, SKEW_SD), -SKEW_MAX, SKEW_MAX))
    if "skew" in faults:
        skew = float(rng.uniform(*SKEW_FAULT)) * pick(rng, (-1.0, 1.0))
    dark = rng.random() < DARK_BACKGROUND_CHANCE
    border = float(rng.uniform(*MARGIN_MM))
    if "border" in faults:
        dark, border = True, float(rng.uniform(*BORDER_FAULT_MM))
    height, width = page.shape[:2]
    pad = sheet.px(border)
    size = (width + 2 * pad, height + 2 * pad)
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -skew, 1.0)
    matrix[0, 2] += pad + float(rng.normal(0, 1))
    matrix[1, 2] += pad + float(rng.normal(0, 1))
    lid = (26, 25, 27) if dark else (243, 243, 241)
    glass = cv2.warpAffine(page, matrix, size, flags=cv2.INTER_LINEAR, borderValue=lid)
    glass = cv2.GaussianBlur(glass, (0, 0), max(0.35, float(rng.uniform(*BLUR_MM)) * sheet.dpi / 25.4))
    pixels = _sense(rng, np.asarray(glass, np.uint8))
    lines = tuple(_moved(line, matrix) for line in sheet.lines)
    turn = 180 if "upside-down" in faults else 90 if "sideways" in faults else 0
    if turn:
        pixels, lines = _turned(pixels, lines, turn)
    if "grey" in faults:
        pixels = np.asarray(cv2.cvtColor(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), cv2.COLOR_GRAY2RGB), np.uint8)
    return Scan(pixels, lines, round(skew, 3), turn, round(border, 2) if dark else 0.0)


def _sense(rng: Rng, glass: Pixels) -> Pixels:
    noise = rng.standard_normal(glass.shape[:2], np.float32) * float(rng.uniform(*NOISE))
    return np.asarray(cv2.add(glass, cv2.merge([noise, noise, noise]), dtype=cv2.CV_8U), np.uint8)


def _moved(line: Line, matrix: Any) -> Line:
    points = np.array([(x, y, 1.0) for x, y in line.box]) @ matrix.T
    return Line(line.text, tuple((round(float(x), 1), round(float(y), 1)) for x, y in points), line.kind)


def _turned(pixels: Pixels, lines: tuple[Line, ...], turn: int) -> tuple[Pixels, tuple[Line, ...]]:
    """The scan whose content must be turned clockwise by `turn` to stand upright; boxes keep their text's top left first."""
    height, width = pixels.shape[:2]
    if turn == 180:
        moved = [Line(ln.text, tuple((width - x, height - y) for x, y in ln.box), ln.kind) for ln in lines]
        return np.ascontiguousarray(pixels[::-1, ::-1]), tuple(moved)
    moved = [Line(ln.text, tuple((y, width - x) for x, y in ln.box), ln.kind) for ln in lines]
    return np.ascontiguousarray(np.rot90(pixels, 1)), tuple(moved)


def jpeg(pixels: Pixels, dpi: int, quality: int, grey: bool = False) -> bytes:
    """JPEG bytes with the resolution `dpi` in the header, whatever the truth is."""
    image = Image.fromarray(pixels[..., 0]) if grey else Image.fromarray(pixels)
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality, dpi=(dpi, dpi))
    return out.getvalue()
