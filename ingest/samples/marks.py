"""What is put on a form by hand or by stamp: round seals, portrait photographs, pencil numbers."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from base.images import Pixels
from ingest.samples.fonts import Face, glyph
from ingest.samples.sheet import PENCIL, RED, Pen, Sheet
from ingest.samples.words import Rng

SEAL_MM = 40.0
PHOTO_MM = (26.0, 34.0)


def seal(sheet: Sheet, rng: Rng, unit: str, office: str, *, x_mm: float, y_mm: float, face: Face) -> None:
    """A round red seal with the unit's name along the arc, centred at (x, y); the ink is uneven as a worn stamp's."""
    across = sheet.px(SEAL_MM)
    fresh = _seal_cover(unit, office, across, face)
    angle = float(rng.normal(0, 9))
    turned = cv2.warpAffine(fresh, cv2.getRotationMatrix2D((across / 2, across / 2), angle, 1.0), (across, across))
    coarse = rng.uniform(0.45, 1.0, (9, 9)).astype(np.float32)
    wear = cv2.resize(coarse, (across, across), interpolation=cv2.INTER_CUBIC)
    grain = rng.uniform(0.72, 1.0, (across, across)).astype(np.float32)
    cover = np.clip(turned * wear * grain * float(rng.uniform(0.75, 1.0)), 0, 255).astype(np.uint8)
    left, top = sheet.px(x_mm) - across // 2, sheet.px(y_mm) - across // 2
    sheet.blend(cover, left, top, RED)
    sheet.note(unit + office, [left, top, left + across, top + across], "seal")


@lru_cache(maxsize=64)
def _seal_cover(unit: str, office: str, across: int, face: Face) -> Pixels:
    cover = np.zeros((across, across), np.uint8)
    centre, radius = across / 2, across / 2 - 2
    cv2.circle(cover, (across // 2, across // 2), int(radius), 255, max(2, across // 34), cv2.LINE_AA)
    cv2.fillPoly(cover, [_star(centre, radius * 0.3)], 255, cv2.LINE_AA)
    span = min(250.0, 22.0 * len(unit))
    size = max(8, int(min(radius * 0.30, math.radians(span) * radius * 0.72 / len(unit) * 1.05)))
    for index, char in enumerate(unit):
        turn = -span / 2 + span * (index + 0.5) / len(unit)
        _stamp_char(cover, face, char, size=size, centre=centre, radius=radius * 0.76, turn=turn)
    width = len(office) * size * 0.9
    for index, char in enumerate(office):
        shape = glyph(face, char, int(size * 0.85))
        x, y = int(centre - width / 2 + index * size * 0.9 + shape.x), int(centre + radius * 0.62 + shape.y)
        _paste(cover, shape.mask, x, y)
    return cover


def _star(centre: float, radius: float) -> NDArray[np.int32]:
    points = []
    for corner in range(10):
        reach = radius if corner % 2 == 0 else radius * 0.382
        angle = math.radians(36 * corner - 90)
        points.append((centre + reach * math.cos(angle), centre + reach * math.sin(angle)))
    return np.array(points, np.int32)


def _stamp_char(cover: Pixels, face: Face, char: str, *, size: int, centre: float, radius: float, turn: float) -> None:
    shape = glyph(face, char, size)
    side = int(size * 1.7)
    tile = np.zeros((side, side), np.uint8)
    _paste(tile, shape.mask, (side - shape.mask.shape[1]) // 2, (side - shape.mask.shape[0]) // 2)
    matrix = cv2.getRotationMatrix2D((side / 2, side / 2), -turn, 1.0)
    tile = np.asarray(cv2.warpAffine(tile, matrix, (side, side)), np.uint8)
    x = centre + radius * math.sin(math.radians(turn)) - side / 2
    y = centre - radius * math.cos(math.radians(turn)) - side / 2
    _paste(cover, tile, int(x), int(y))


def _paste(cover: Pixels, mask: Pixels, x: int, y: int) -> None:
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = min(x + mask.shape[1], cover.shape[1]), min(y + mask.shape[0], cover.shape[0])
    if x0 < x1 and y0 < y1:
        view = cover[y0:y1, x0:x1]
        np.maximum(view, mask[y0 - y : y1 - y, x0 - x : x1 - x], out=view)


def portrait(sheet: Sheet, rng: Rng, *, x_mm: float, y_mm: float, width_mm: float, height_mm: float) -> None:
    """A grey portrait photograph with a white border, glued a little askew into its cell."""
    wide, high = sheet.px(width_mm), sheet.px(height_mm)
    photo = _face(rng, wide, high)
    border = max(2, sheet.px(1.2))
    photo[:border], photo[-border:], photo[:, :border], photo[:, -border:] = 238, 238, 238, 238
    warm = np.array([1.0, 0.975, 0.93]) if rng.random() < 0.7 else np.ones(3)
    turn = cv2.getRotationMatrix2D((wide / 2, high / 2), float(rng.normal(0, 0.8)), 1.0)
    colour: Pixels = (photo[..., None] * warm).astype(np.uint8)
    colour = np.asarray(cv2.warpAffine(colour, turn, (wide, high), borderValue=(250, 250, 250)), np.uint8)
    left, top = sheet.px(x_mm), sheet.px(y_mm)
    sheet.ink[top : top + high, left : left + wide] = colour[: sheet.ink.shape[0] - top, : sheet.ink.shape[1] - left]


def _face(rng: Rng, wide: int, high: int) -> Pixels:
    """A face-like grey picture: backdrop, shoulders, neck, head, hair, eyes, mouth, then grain."""
    picture = np.tile(np.linspace(150, 185, high, dtype=np.float32)[:, None], (1, wide))
    cx, skin, coat = wide / 2 + rng.normal(0, wide * 0.01), float(rng.uniform(186, 214)), float(rng.uniform(45, 105))

    def oval(x: float, y: float, rx: float, ry: float, grey: float) -> None:
        axes = (int(max(1, rx * wide)), int(max(1, ry * high)))
        cv2.ellipse(picture, (int(cx + x * wide), int(y * high)), axes, 0, 0, 360, grey, -1, cv2.LINE_AA)

    oval(0, 1.02, 0.46, 0.26, coat)
    oval(0, 0.76, 0.11, 0.14, skin - 26)
    oval(0, 0.36, 0.235, 0.20, 42)
    oval(0, 0.49, 0.20, 0.235, skin)
    oval(0.11, 0.55, 0.07, 0.15, skin - 12)
    for side in (-0.085, 0.085):
        oval(side, 0.455, 0.045, 0.012, 95)
        oval(side, 0.485, 0.034, 0.014, 70)
    oval(0, 0.565, 0.026, 0.018, skin - 34)
    oval(0, 0.635, 0.065, 0.013, 120)
    oval(0, 0.30, 0.20, float(rng.uniform(0.06, 0.10)), 40)
    soft = cv2.GaussianBlur(picture, (0, 0), max(0.8, wide / 90))
    return np.asarray(np.clip(soft + rng.normal(0, 5, soft.shape), 0, 255), np.uint8)


def pencil_numbers(sheet: Sheet, rng: Rng, hand: Face, mark: str | None, page: int | None) -> None:
    """In pencil: the item number top right of the first side, the page number at the bottom on the free edge."""
    pen = Pen(hand, PENCIL, "pencil", 0.05)
    if mark is not None:
        sheet.write(
            rng,
            mark,
            sheet.width_mm - 24 + float(rng.normal(0, 1.5)),
            11 + float(rng.normal(0, 1)),
            size_mm=5.2,
            pen=pen,
        )
    if page is not None:
        x = sheet.width_mm - 14 if sheet.binding == "left" else 9.0
        sheet.write(
            rng,
            str(page),
            x + float(rng.normal(0, 1)),
            sheet.height_mm - 7 + float(rng.normal(0, 1)),
            size_mm=4.6,
            pen=pen,
        )
