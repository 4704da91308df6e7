"""The form of an image file that a repaired one keeps: format, colours, resolution, compression."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from PIL import Image, JpegImagePlugin

from base.errors import InputError
from base.images import Pixels, opened

# A JPEG that was levelled is written at this quality or better.
LEAST_QUALITY = 90
_LOSSLESS_TIFF = frozenset({"group4", "group3", "tiff_lzw", "tiff_adobe_deflate", "tiff_deflate", "packbits", "raw"})
_SUFFIXES = {"JPEG": ".jpg", "TIFF": ".tif", "PNG": ".png", "JPEG2000": ".jp2"}
# Modes that come back as they were. 16 bits a channel, CMYK and transparency would lose something on the way.
_MODES = {"1": "1", "L": "L", "RGB": "RGB", "YCbCr": "RGB", "P": "RGB"}


@dataclass(frozen=True, slots=True)
class Form:
    """`mode` is 1 (bitonal), L (grey) or RGB; `dpi` as the header gives it; `tables` and `sampling` are a JPEG's own."""

    format: str
    mode: str
    dpi: tuple[float, float] | None
    compression: str | None = None
    tables: dict[int, list[int]] | None = None
    sampling: int = -1
    profile: bytes | None = field(default=None, repr=False)

    @property
    def suffix(self) -> str:
        return _SUFFIXES[self.format]


def form_of(data: bytes, name: str, frame: int = 0) -> Form:
    """The form of one frame; InputError `repair.form` for colours that cannot be kept."""
    with opened(data, name) as image:
        try:
            image.seek(frame)
        except EOFError as error:
            raise InputError("image.unreadable", path=name) from error
        if image.mode not in _MODES or "transparency" in image.info:
            raise InputError("repair.form", path=name, mode=image.mode)
        kind = "JPEG" if image.format == "MPO" else str(image.format)
        jpeg = image if isinstance(image, JpegImagePlugin.JpegImageFile) else None
        return Form(
            format=kind,
            mode=_MODES[image.mode],
            dpi=_dpi(image.info.get("dpi")),
            compression=image.info.get("compression"),
            tables={key: list(table) for key, table in jpeg.quantization.items()} if jpeg else None,
            sampling=JpegImagePlugin.get_sampling(jpeg) if jpeg and jpeg.mode == "RGB" else -1,
            profile=image.info.get("icc_profile"),
        )


def _dpi(found: Any) -> tuple[float, float] | None:
    if not found or min(float(found[0]), float(found[1])) <= 2:
        return None
    return float(found[0]), float(found[1])


def planes(pixels: Pixels, form: Form) -> Pixels:
    """RGB pixels as their form holds them: one plane for grey and bitonal."""
    return pixels if form.mode == "RGB" else np.ascontiguousarray(pixels[:, :, 0])


def encoded(
    pixels: Pixels, form: Form, dpi: tuple[float, float] | None, *, quarter_turned: bool, warped: bool
) -> bytes:
    """The bytes of the repaired image, `pixels` as `planes` gave them, with the resolution `dpi` in the header.

    A JPEG that only changed place keeps its own tables (on its side they lie on their side too), so that nothing is
    thrown away twice; a levelled one is written at quality 90 or better. TIFF and PNG stay without loss.
    """
    image = Image.fromarray(pixels)
    if form.mode == "1":
        image = image.point(lambda level: 255 if level > 127 else 0).convert("1", dither=Image.Dither.NONE)
    options: dict[str, Any] = {} if dpi is None else {"dpi": dpi}
    if form.profile:
        options["icc_profile"] = form.profile
    out = io.BytesIO()
    image.save(out, form.format, **options, **_options(form, quarter_turned, warped))
    return out.getvalue()


def _options(form: Form, quarter_turned: bool, warped: bool) -> dict[str, Any]:
    if form.format == "JPEG":
        return _jpeg_options(form, quarter_turned, warped)
    if form.format == "TIFF":
        kept = form.compression in _LOSSLESS_TIFF
        return {"compression": "group4" if form.mode == "1" else form.compression if kept else "tiff_lzw"}
    if form.format == "JPEG2000":
        return {"irreversible": False}
    return {}


def _jpeg_options(form: Form, quarter_turned: bool, warped: bool) -> dict[str, Any]:
    tables = form.tables or {}
    if warped and _mean(tables) > _mean_at(LEAST_QUALITY):
        options: dict[str, Any] = {"quality": LEAST_QUALITY}
    else:
        options = {"qtables": [_on_its_side(tables[key]) if quarter_turned else tables[key] for key in sorted(tables)]}
    if form.mode == "RGB":
        options["subsampling"] = 0 if quarter_turned and form.sampling == 1 else max(0, form.sampling)
    return options


def _mean(tables: dict[int, list[int]]) -> float:
    return float(np.mean(tables[min(tables)])) if tables else float("inf")


def _mean_at(quality: int) -> float:
    """The mean of the standard luminance table at a quality of 50 or more, as libjpeg scales it."""
    return 57.625 * (200 - 2 * quality) / 100


def _on_its_side(table: list[int]) -> list[int]:
    return [int(value) for value in np.asarray(table).reshape(8, 8).T.reshape(-1)]
