"""Opening an image safely: by content, with a size limit, with a clear error for what is damaged.

Pillow reads headers and formats; OpenCV decodes JPEG and PNG pixels because it is faster. Nothing here trusts a file name.
"""

from __future__ import annotations

import io
import struct
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageSequence

from base.errors import InputError

Pixels = NDArray[np.uint8]

# Pages of A0 at 300 dpi have 140 megapixels; far beyond it a file is a mistake or an attack.
MAX_MEGAPIXELS = 200.0
# Our own check below comes before any pixel is decoded and names the file; Pillow's would not.
Image.MAX_IMAGE_PIXELS = None
FORMATS = ("JPEG", "PNG", "TIFF", "JPEG2000")
# A JPEG with several pictures in it (MPO) is opened by the JPEG reader.
_PILLOW_FORMATS = FORMATS


@dataclass(frozen=True, slots=True)
class ImageHeader:
    """What the header of an image says: nothing here needs its pixels.

    `dpi` is (horizontal, vertical) as stored, None where the header gives none; `mode` is Pillow's; `luma_steps` the sum
    of a JPEG's first quantisation table.
    """

    format: str
    width: int
    height: int
    mode: str
    bit_depth: int
    dpi: tuple[float, float] | None
    frames: int
    compression: str | None
    luma_steps: int | None = None


_BITS = {"1": 1, "L": 8, "P": 8, "LA": 16, "RGB": 24, "RGBA": 32, "CMYK": 32, "YCbCr": 24, "I;16": 16, "I": 32, "F": 32}


@contextmanager
def opened(data: bytes, name: str) -> Iterator[Image.Image]:
    """Pillow's image of `data`; InputError `image.unreadable` / `image.too-large` under the name `name`."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            image = Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS)
    except DAMAGE as error:
        raise InputError("image.unreadable", path=name) from error
    with image:
        _refuse_too_large(image, name)
        yield image


# What the library raises for bytes that are no picture, or no longer one.
DAMAGE = (
    OSError, ValueError, SyntaxError, TypeError, LookupError, EOFError, struct.error, ArithmeticError, AttributeError,
    RuntimeError,
)  # fmt: skip


def _refuse_too_large(image: Image.Image, name: str) -> None:
    megapixels = image.width * image.height / 1e6
    if megapixels > MAX_MEGAPIXELS:
        raise InputError("image.too-large", path=name, megapixels=round(megapixels), limit=round(MAX_MEGAPIXELS))


def read_header(data: bytes, name: str) -> ImageHeader:
    """The header of the first frame of an image; InputError `image.truncated` where a later frame cannot be found."""
    with opened(data, name) as image:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                return _header(image)
        except DAMAGE as error:
            raise InputError("image.truncated", path=name) from error


def _header(image: Image.Image) -> ImageHeader:
    return ImageHeader(
        format=_format(image),
        width=image.width,
        height=image.height,
        mode=image.mode,
        bit_depth=_BITS.get(image.mode, 8),
        dpi=_dpi(image),
        frames=1 if image.format == "MPO" else getattr(image, "n_frames", 1),
        compression=image.info.get("compression"),
        luma_steps=_luma_steps(image),
    )


def _luma_steps(image: Image.Image) -> int | None:
    tables: dict[int, list[int]] = getattr(image, "quantization", None) or {}
    return sum(tables[min(tables)]) if tables else None


def _format(image: Image.Image) -> str:
    return "JPEG" if image.format == "MPO" else str(image.format)


def _dpi(image: Image.Image) -> tuple[float, float] | None:
    dpi = image.info.get("dpi")
    if not dpi:
        return None
    try:
        x, y = float(dpi[0]), float(dpi[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return None
    # Pillow reports 1 or 0 for a header without a unit: that is no resolution.
    return (x, y) if 2 < x < 20000 and 2 < y < 20000 else None


def read_pixels(data: bytes, name: str, frame: int = 0) -> Pixels:
    """The pixels of one frame as height × width × 3, RGB, 0–255, in the orientation in which they are stored.

    A bitonal or grey image comes back with three equal channels. A file that ends early is InputError `image.truncated`:
    half a page must never be taken for a whole one.
    """
    with opened(data, name) as image:
        if _plain_jpeg(_format(image), image.mode, frame):
            return _decoded(data, name, 1)
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                image.seek(frame)
                # A later frame may be larger than the first.
                _refuse_too_large(image, name)
                return np.asarray(_to_rgb(image))
        except EOFError as error:
            raise InputError("image.unreadable", path=name) from error
        except DAMAGE as error:
            raise InputError("image.truncated", path=name) from error


def read_reduced(data: bytes, name: str, header: ImageHeader, factor: int, frame: int = 0) -> Pixels:
    """As `read_pixels`, at 1 / `factor` (1, 2, 4 or 8) of both sides; each pixel stands for `factor` × `factor` stored ones.

    A JPEG is decoded at that size at once, in half the time of the whole, by the same library; what is no plain JPEG is
    decoded whole and averaged.
    """
    if _plain_jpeg(header.format, header.mode, frame):
        return _decoded(data, name, factor)
    return shrunk_by(read_pixels(data, name, frame), factor)


def _plain_jpeg(kind: str, mode: str, frame: int) -> bool:
    """A JPEG whose colours both libraries understand alike."""
    return kind == "JPEG" and mode in ("L", "RGB") and frame == 0


def _decoded(data: bytes, name: str, factor: int) -> Pixels:
    """OpenCV takes half of Pillow's time, and like it gives nothing for a file that ends early."""
    try:
        pixels = cv2.imdecode(np.frombuffer(data, np.uint8), _RGB_AT[factor] | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        pixels = None
    if pixels is None or _filled_up(np.asarray(pixels)):
        raise InputError("image.truncated", path=name)
    return np.asarray(pixels, np.uint8)


# OpenCV names no flag for "reduced, RGB": 16, 32 and 64 say how much, 256 the order of the colours.
_RGB_AT = {1: 256, 2: 16 | 256, 4: 32 | 256, 8: 64 | 256}
# What the JPEG library puts where the data of the picture ended before the picture did.
_FILLING = 128


def _filled_up(pixels: Pixels) -> bool:
    """Is the last of the picture missing though the file has an end? Then the library filled it up with one grey."""
    last = pixels[-1]
    return bool((last == _FILLING).all()) and not bool((pixels[0] == _FILLING).all())


def shrunk_by(pixels: Pixels, factor: int) -> Pixels:
    """Each pixel the mean of `factor` × `factor`; what is left over at the right and the bottom is dropped."""
    height, width = pixels.shape[0] // factor, pixels.shape[1] // factor
    if factor == 1 or min(height, width) < 1:
        return pixels
    whole = pixels[: height * factor, : width * factor]
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I;16"):
        # Pillow clips 16-bit grey when it converts; scale it instead.
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8)).convert("RGB")
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        white = Image.new("RGBA", rgba.size, "white")
        return Image.alpha_composite(white, rgba).convert("RGB")
    return image.convert("RGB")


def count_frames(data: bytes, name: str) -> int:
    with opened(data, name) as image:
        return sum(1 for _ in ImageSequence.Iterator(image)) if image.format == "TIFF" else 1


def read_file(path: Path, name: str) -> bytes:
    """The bytes of a file; InputError `path.missing` / `path.unreadable` under the name `name`."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise InputError("path.missing", path=name) from error
    except OSError as error:
        raise InputError("path.unreadable", path=name, detail=error.strerror or str(error)) from error
