"""A scan as a PDF image: a JPEG or JPEG 2000 stream goes in as it is, all else without loss."""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator

import numpy as np
import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image

from base.errors import InputError
from base.images import opened

_SPACES = {"1": Name.DeviceGray, "L": Name.DeviceGray, "RGB": Name.DeviceRGB}
_STREAMS = {"JPEG": Name.DCTDecode, "MPO": Name.DCTDecode, "JPEG2000": Name.JPXDecode}


def embed(pdf: pikepdf.Pdf, data: bytes, frame: int, name: str) -> Stream:
    """The image object of one frame; InputError `image.…` under `name` where it cannot be opened."""
    with opened(data, name) as image:
        if image.format in _STREAMS and image.mode in ("L", "RGB"):
            return _image(pdf, data, image.size, image.mode, Filter=_STREAMS[image.format])
        try:
            image.seek(frame)
            plain = _plain(image)
            plain.load()
        except (OSError, EOFError, ValueError, SyntaxError) as error:
            raise InputError("image.truncated", path=name, detail=str(error)) from error
    return _from_png(pdf, plain)


def _plain(image: Image.Image) -> Image.Image:
    """Bilevel stays bilevel and grey grey; all else is RGB, transparent parts on white."""
    if image.mode in ("1", "L", "RGB"):
        return image
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        rgba = image.convert("RGBA")
        return Image.alpha_composite(Image.new("RGBA", rgba.size, "white"), rgba).convert("RGB")
    if image.mode.startswith("I;16"):
        return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))
    return image.convert("RGB")


def _from_png(pdf: pikepdf.Pdf, image: Image.Image) -> Stream:
    """PNG's compressed rows are what FlateDecode with a PNG predictor reads."""
    png = io.BytesIO()
    image.save(png, "PNG")
    rows = b"".join(data for kind, data in _chunks(png.getvalue()) if kind == b"IDAT")
    bits = 1 if image.mode == "1" else 8
    colours = 3 if image.mode == "RGB" else 1
    parameters = Dictionary(Predictor=15, Colors=colours, BitsPerComponent=bits, Columns=image.width)
    return _image(pdf, rows, image.size, image.mode, Filter=Name.FlateDecode, DecodeParms=parameters)


def _image(pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], mode: str, **extra: object) -> Stream:
    return Stream(
        pdf,
        data,
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=size[0],
        Height=size[1],
        ColorSpace=_SPACES[mode],
        BitsPerComponent=1 if mode == "1" else 8,
        Decode=Array([0, 1] * (3 if mode == "RGB" else 1)),
        **extra,
    )


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place < len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        yield kind, png[place + 8 : place + 8 + length]
        place += 12 + length
