"""A scanner without chance: every strip, turn and strength is given, so that the truth of a page is known exactly."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image

from base.images import Pixels
from ingest.samples.words import Rng

MM_PER_INCH = 25.4
WHITE_LID, GREY_LID, DARK_LID = 243, 150, 26
# A strip of lid as dark as this is a border that the scanner made.
_DARK = 110


@dataclass(frozen=True, slots=True)
class Glass:
    """How a sheet lies on the glass. `turn` is clockwise degrees; `strips` millimetres of lid at left, top, right, bottom
    of the sheet before it is turned; `whole`: the frame grows until the turned sheet fits, otherwise its corners are cut."""

    turn: float = 0.0
    strips: tuple[float, float, float, float] = (1.0, 1.0, 1.0, 1.0)
    lid: int = WHITE_LID
    whole: bool = False
    blur_mm: float = 0.055
    noise: float = 2.0


@dataclass(frozen=True, slots=True)
class Scanned:
    """`widest` and `narrowest`: millimetres of lid at left, top, right and bottom, at the wider and narrower end of each."""

    pixels: Pixels
    widest: tuple[float, ...]
    narrowest: tuple[float, ...]

    def truth(self, glass: Glass) -> dict[str, Any]:
        """What is true of the edges. A strongly turned sheet has corners of lid that nobody would call a border."""
        if abs(glass.turn) > 1.5:
            return {}
        dark = glass.lid <= _DARK
        truth: dict[str, Any] = {"border_mm": round(max(self.widest), 2) if dark else 0.0}
        if min(self.narrowest) > 0:
            truth["crop_margin_mm"] = round(min(self.narrowest), 2)
        return truth


def scanned(rng: Rng, page: Pixels, dpi: float, glass: Glass) -> Scanned:
    """`page` as the scanner gives it: one interpolation, corners filled with the lid, optics, noise of the sensor."""
    scale = dpi / MM_PER_INCH
    height, width = page.shape[:2]
    left, top, right, bottom = (strip * scale for strip in glass.strips)
    matrix = cv2.getRotationMatrix2D(((width - 1) / 2, (height - 1) / 2), -glass.turn, 1.0)
    matrix[:, 2] += (left, top)
    corners = _corners(matrix, width, height)
    frame = np.array([width + left + right, height + top + bottom])
    if glass.whole:
        grown = np.array([left, top]) - corners.min(axis=0)
        matrix[:, 2] += grown
        corners += grown
        frame = corners.max(axis=0) + np.array([right, bottom])
    size = (round(float(frame[0])), round(float(frame[1])))
    lid = (glass.lid, glass.lid, max(0, glass.lid - 2))
    flags = cv2.INTER_AREA if not glass.turn else cv2.INTER_CUBIC
    laid = cv2.warpAffine(page, matrix, size, flags=flags, borderMode=cv2.BORDER_CONSTANT, borderValue=lid)
    return Scanned(sensed(rng, np.asarray(laid, np.uint8), dpi, glass), *_strips(corners, size, scale))


def sensed(rng: Rng, laid: Pixels, dpi: float, glass: Glass) -> Pixels:
    """Optics and sensor."""
    soft = cv2.GaussianBlur(laid, (0, 0), max(0.3, glass.blur_mm * dpi / MM_PER_INCH))
    noise = rng.standard_normal(soft.shape[:2], np.float32) * np.float32(glass.noise)
    return np.asarray(cv2.add(soft, cv2.merge([noise, noise, noise]), dtype=cv2.CV_8U), np.uint8)


def _corners(matrix: NDArray[np.float64], width: int, height: int) -> NDArray[np.float64]:
    points = np.array([[0, 0, 1], [width, 0, 1], [width, height, 1], [0, height, 1]], np.float64)
    return np.asarray(points @ matrix.T, np.float64)


def _strips(
    corners: NDArray[np.float64], size: tuple[int, int], scale: float
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    (tl, tr, br, bl), (width, height) = corners, size
    ends = (
        (tl[0], bl[0]), (tl[1], tr[1]), (width - tr[0], width - br[0]), (height - bl[1], height - br[1]),
    )  # fmt: skip
    kept = [[max(0.0, float(end) / scale) for end in pair] for pair in ends]
    return tuple(max(pair) for pair in kept), tuple(min(pair) for pair in kept)


def quarter(pixels: Pixels, turn: int) -> Pixels:
    """The page lying so that it must be turned clockwise by `turn` (0, 90, 180, 270) to stand upright."""
    return np.ascontiguousarray(np.rot90(pixels, turn // 90))


def encoded(
    pixels: Pixels, dpi: int | None, *, kind: str = "JPEG", quality: int = 88, mode: str = "RGB", **more: Any
) -> bytes:
    """`pixels` as a file of `kind` whose header says `dpi` (None: says nothing)."""
    image = Image.fromarray(pixels)
    if mode != "RGB":
        image = image.convert(mode)
    options: dict[str, Any] = {} if dpi is None else {"dpi": (dpi, dpi)}
    if kind == "JPEG":
        options["quality"] = quality
    buffer = io.BytesIO()
    image.save(buffer, kind, **options, **more)
    return buffer.getvalue()
