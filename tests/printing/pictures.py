"""Small scans of every kind that scanners write, by name."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PIL import Image

SIZE = (217, 331)
_RNG = np.random.default_rng(1)
_COLOURS = _RNG.integers(0, 256, (SIZE[1], SIZE[0], 3), np.uint8)
_SHEER = _RNG.integers(0, 256, (SIZE[1], SIZE[0], 4), np.uint8)
_DEEP = _RNG.integers(0, 65536, (SIZE[1], SIZE[0], 3), np.uint16)


def _by_pillow(form: str, mode: str, **options: Any) -> Callable[[], bytes]:
    def write() -> bytes:
        out = io.BytesIO()
        Image.fromarray(_COLOURS).convert(mode).save(out, form, **options)
        return out.getvalue()

    return write


def _sheer(form: str) -> Callable[[], bytes]:
    def write() -> bytes:
        out = io.BytesIO()
        Image.fromarray(_SHEER).save(out, form)
        return out.getvalue()

    return write


def _deep(suffix: str, grey: bool) -> Callable[[], bytes]:
    return cv2.imencode(suffix, _DEEP[:, :, 0] if grey else _DEEP)[1].tobytes


def _one_clear_colour() -> bytes:
    out = io.BytesIO()
    with Image.open(io.BytesIO(PICTURES["png palette"]())) as image:
        image.save(out, "PNG", transparency=3)
    return out.getvalue()


PICTURES: dict[str, Callable[[], bytes]] = {
    "jpeg rgb": _by_pillow("JPEG", "RGB"),
    "jpeg grey": _by_pillow("JPEG", "L"),
    "jpeg progressive": _by_pillow("JPEG", "RGB", progressive=True),
    "jpeg stored as rgb": _by_pillow("JPEG", "RGB", keep_rgb=True),
    "jpeg cmyk": _by_pillow("JPEG", "CMYK"),
    "jp2 rgb": _by_pillow("JPEG2000", "RGB"),
    "jp2 grey": _by_pillow("JPEG2000", "L"),
    "bare codestream": _by_pillow("JPEG2000", "RGB", no_jp2=True),
    "png bitonal": _by_pillow("PNG", "1"),
    "png grey": _by_pillow("PNG", "L"),
    "png palette": _by_pillow("PNG", "P"),
    "png palette with a clear colour": _one_clear_colour,
    "png rgb": _by_pillow("PNG", "RGB"),
    "png rgba": _sheer("PNG"),
    "png rgba solid": _by_pillow("PNG", "RGBA"),
    "png la": _by_pillow("PNG", "LA"),
    "png 16 grey": _deep(".png", True),
    "png 16 colour": _deep(".png", False),
    "tiff bitonal": _by_pillow("TIFF", "1"),
    "tiff group 4": _by_pillow("TIFF", "1", compression="group4", strip_size=2**31 - 1),
    "tiff group 4 strips": _by_pillow("TIFF", "1", compression="group4", strip_size=1024),
    "tiff group 4 black is 0": _by_pillow("TIFF", "1", compression="group4", tiffinfo={262: 1}),
    "tiff grey": _by_pillow("TIFF", "L", compression="tiff_lzw"),
    "tiff rgb": _by_pillow("TIFF", "RGB"),
    "tiff palette": _by_pillow("TIFF", "P"),
    "tiff jpeg": _by_pillow("TIFF", "RGB", compression="jpeg"),
    "tiff cmyk": _by_pillow("TIFF", "CMYK"),
    "tiff 16 grey": _deep(".tif", True),
    "tiff 16 colour": _deep(".tif", False),
}
UNTOUCHED = [name for name in PICTURES if name.startswith(("jpeg", "jp2"))] + [
    "tiff group 4",
    "tiff group 4 black is 0",
    "png bitonal",
]
