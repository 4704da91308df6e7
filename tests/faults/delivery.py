"""A small delivery that takes every way in: single images, a TIFF and a scanned PDF of several pages, the same bytes twice."""

from __future__ import annotations

import io
from pathlib import Path

import img2pdf
import numpy as np
from PIL import Image, ImageDraw

_SIZE = (248, 350)
_DPI = (30, 30)


def make_delivery(root: Path) -> int:
    """Writes it and returns the number of its pages."""
    for number in (1, 2):
        _write(root / "A001" / "1" / "1" / f"{number:03}.jpg", _jpeg(number))
    _write(root / "A001" / "9-1" / "2" / "001.jpg", _jpeg(3))
    # The same sheet scanned into two dossiers: one object, two pages.
    _write(root / "A002" / "1" / "1" / "001.jpg", _jpeg(3))
    _write(root / "A002" / "4" / "1" / "001.tif", _tiff(4, 5))
    _write(root / "A002" / "4" / "2" / "001.pdf", img2pdf.convert([_jpeg(6), _jpeg(7)]))
    return 8


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def _image(number: int) -> Image.Image:
    noise = np.random.default_rng(number).integers(225, 250, (_SIZE[1], _SIZE[0], 3), dtype=np.uint8)
    image = Image.fromarray(noise)
    ImageDraw.Draw(image).text((30, 40), f"PAGE {number}\n1975", fill=(20, 20, 20), font_size=28)
    return image


def _jpeg(number: int) -> bytes:
    kept = io.BytesIO()
    _image(number).save(kept, "JPEG", dpi=_DPI, quality=85)
    return kept.getvalue()


def _tiff(*numbers: int) -> bytes:
    kept = io.BytesIO()
    first, *rest = (_image(number) for number in numbers)
    first.save(kept, "TIFF", save_all=True, append_images=rest, compression="tiff_deflate", dpi=_DPI)
    return kept.getvalue()
