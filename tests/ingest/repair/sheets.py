"""Sheets of known shape laid on a scanner's bed by a known turn: what a repair must give back is known to the pixel."""

from __future__ import annotations

import io
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

PAPER = (232, 220, 192)
INK = (28, 28, 34)
BLACK_BED = (24, 24, 26)
WHITE_LID = (252, 252, 252)
_WORDS = ("recruited 1968", "spinning mill", "grade 4", "born in Hebei", "retired 1999", "wage 52 yuan", "form no. 7")


@dataclass(frozen=True)
class Laid:
    """A scan: its pixels, and the paper's four corners in them (x, y), clockwise from the sheet's own top left."""

    pixels: NDArray[np.uint8]
    corners: NDArray[np.float64]
    dpi: int

    def mask(self) -> NDArray[np.bool_]:
        """True on the paper, without the one pixel of its edge that is mixed with the bed."""
        drawn = np.zeros(self.pixels.shape[:2], np.uint8)
        cv2.fillConvexPoly(drawn, np.round(self.corners).astype(np.int32), 255)
        return np.asarray(cv2.erode(drawn, np.ones((5, 5), np.uint8), borderValue=0) > 0)


def draw_sheet(
    dpi: int = 120, size_mm: tuple[float, float] = (148, 210), *, print_it: bool = True
) -> NDArray[np.uint8]:
    """A sheet of print with foxing, a water stain, two punch holes and a pencil line: traces that must stay."""
    width, height = (round(side / 25.4 * dpi) for side in size_mm)
    mm = dpi / 25.4
    page = np.full((height, width, 3), PAPER, np.uint8)
    if print_it:
        for row, y in enumerate(np.arange(30, size_mm[1] - 30, 9)):
            text = " ".join(_WORDS[(row + step) % len(_WORDS)] for step in range(3))
            place = (round(22 * mm), round(y * mm))
            cv2.putText(page, text, place, cv2.FONT_HERSHEY_COMPLEX, dpi / 250, INK, max(1, dpi // 120), cv2.LINE_AA)
        cv2.line(page, (round(22 * mm), round(24 * mm)), (width - round(22 * mm), round(24 * mm)), INK, 2)
    cv2.circle(page, (round(110 * mm), round(150 * mm)), round(9 * mm), (214, 196, 160), -1, cv2.LINE_AA)
    for x, y in ((60, 90), (90, 180), (130, 60)):
        cv2.circle(page, (round(x * mm), round(y * mm)), max(1, round(0.8 * mm)), (176, 140, 96), -1, cv2.LINE_AA)
    if not print_it:
        return page
    for y in (size_mm[1] / 2 - 40, size_mm[1] / 2 + 40):
        cv2.circle(page, (round(11 * mm), round(y * mm)), round(2.8 * mm), (60, 58, 56), -1, cv2.LINE_AA)
    cv2.line(page, (round(12 * mm), round(20 * mm)), (round(60 * mm), round(16 * mm)), (170, 166, 158), 1, cv2.LINE_AA)
    return page


def lay(
    sheet: NDArray[np.uint8],
    *,
    dpi: int = 120,
    skew: float = 0.0,
    turn: int = 0,
    margin_mm: float = 8.0,
    bed: tuple[int, int, int] = BLACK_BED,
    noise: float = 1.5,
) -> Laid:
    """The sheet turned clockwise by `skew`, with at least `margin_mm` of bed around it, and then counter-clockwise by
    `turn`, so that a clockwise turn of `turn` makes it upright."""
    height, width = sheet.shape[:2]
    corners = np.array([(0, 0), (width - 1, 0), (width - 1, height - 1), (0, height - 1)], np.float64)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -skew, 1.0)
    turned = np.column_stack([corners, np.ones(4)]) @ matrix.T
    pad = margin_mm / 25.4 * dpi
    matrix[:, 2] += pad - turned.min(axis=0)
    turned += pad - turned.min(axis=0)
    across, down = np.ceil(turned.max(axis=0) + pad).astype(int) + 1
    glass = cv2.warpAffine(sheet, matrix, (int(across), int(down)), flags=cv2.INTER_LINEAR, borderValue=bed)
    grain = np.random.default_rng(5).normal(0, noise, glass.shape[:2])[..., None] if noise else 0
    pixels = np.clip(glass + grain, 0, 255).astype(np.uint8)
    for _ in range(turn // 90):
        pixels = np.rot90(pixels)
        turned = np.column_stack([turned[:, 1], pixels.shape[0] - 1 - turned[:, 0]])
    return Laid(np.ascontiguousarray(pixels), turned, dpi)


def saved(pixels: NDArray[np.uint8], kind: str = "JPEG", mode: str = "RGB", dpi: int = 120, **options: object) -> bytes:
    """The scan as a file."""
    image = Image.fromarray(pixels)
    if mode == "1":
        image = image.convert("L").point(lambda level: 255 if level > 128 else 0).convert("1")
        options = {"compression": "group4", **options}
    out = io.BytesIO()
    image.convert(mode).save(out, kind, dpi=(dpi, dpi), **options)
    return out.getvalue()
