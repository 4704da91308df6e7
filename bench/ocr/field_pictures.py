"""The fields that were read wrong as one picture, of generated pages only: docs/pictures/ocr-fields-wrong.png."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from base.images import Pixels
from bench.table import DOC

FILE = DOC.parent / "pictures" / "ocr-fields-wrong.png"
_FONT = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
_MOST, _COLUMNS = 60, 4
_CELL = (380, 104)
# What is shown around a value, in its heights.
_AROUND = 0.6


@dataclass(frozen=True, slots=True)
class Wrong:
    """A field of a page that was read wrong: what stands there, what was read, where, and the page's pixels."""

    seed: int
    form: str
    page: int
    name: str
    true: Sequence[str]
    read: Sequence[str]
    box: Sequence[Sequence[float]] | None
    pixels: Callable[[], Pixels]


def draw(wrong: Sequence[Wrong], pages: Mapping[tuple[int, str, int], Callable[[], Pixels]]) -> None:
    """Evenly chosen over all pages, each with its place and both texts."""
    chosen = [wrong[i * len(wrong) // min(_MOST, len(wrong))] for i in range(min(_MOST, len(wrong)))]
    rows = -(-len(chosen) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * _CELL[0], max(1, rows) * _CELL[1]), "white")
    font = ImageFont.truetype(_FONT, 14)
    drawn: dict[tuple[int, str, int], Pixels] = {}
    for number, each in enumerate(sorted(chosen, key=lambda each: (each.seed, each.form, each.page))):
        key = (each.seed, each.form, each.page)
        drawn = drawn if key in drawn else {key: pages[key]()}
        x, y = number % _COLUMNS * _CELL[0], number // _COLUMNS * _CELL[1]
        if each.box is not None:
            sheet.paste(_cut(drawn[key], each.box), (x + 6, y + 6))
        text = f"{each.form} {each.name}: {', '.join(each.true) or '–'}"
        ImageDraw.Draw(sheet).text((x + 6, y + 64), text[:46], "black", font)
        ImageDraw.Draw(sheet).text((x + 6, y + 82), f"→ {', '.join(each.read) or '–'}"[:46], (170, 30, 30), font)
    FILE.parent.mkdir(exist_ok=True)
    sheet.quantize(64).save(FILE, optimize=True)


def _cut(pixels: Pixels, box: Sequence[Sequence[float]]) -> Image.Image:
    points = np.asarray(box)
    (left, top), (right, bottom) = points.min(axis=0), points.max(axis=0)
    around = _AROUND * min(bottom - top, right - left)
    height, width = pixels.shape[:2]
    x0, y0 = max(0, int(left - around)), max(0, int(top - around / 2))
    x1, y1 = min(width, int(right + around)), min(height, int(bottom + around / 2))
    cut = Image.fromarray(np.ascontiguousarray(pixels[y0:y1, x0:x1]))
    cut.thumbnail((_CELL[0] - 16, 54))
    return cut
