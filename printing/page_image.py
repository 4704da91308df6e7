"""A scan as a PDF image: streams that a PDF knows go in as they are, all else pixel by pixel without loss.

Colours are the numbers of the file, as on our screens: profiles in files are not applied.
"""

from __future__ import annotations

import io
import zlib

import cv2
import numpy as np
import pikepdf
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name, Object, Stream
from PIL import Image

from base.errors import InputError
from base.images import opened
from printing.image_files import Fax, Png, is_group_4, png_bits, read_fax, read_jpeg, read_png, tiff_bits

_SPACES = {1: Name.DeviceGray, 3: Name.DeviceRGB}
# The container of JPEG 2000; a PDF takes no bare codestream.
_JP2 = b"\0\0\0\x0cjP  \r\n\x87\n"
# Inks to light as our screens reckon it: each colour less what black takes.
_INKS_TO_RGB = (
    b"{1 exch sub 4 1 roll 1 exch sub 3 index mul 3 1 roll 1 exch sub 3 index mul 3 1 roll"
    b" 1 exch sub 3 index mul 3 1 roll 4 -1 roll pop}"
)


def embed(pdf: pikepdf.Pdf, data: bytes, frame: int, name: str) -> Stream:
    """The image object of one frame; InputError `image.…` under `name` where it cannot be opened."""
    with opened(data, name) as image:
        taken = _as_it_is(pdf, data, image)
        if taken is not None:
            return taken
        try:
            image.seek(frame)
            return _by_pixels(pdf, data, image, frame)
        except (OSError, EOFError, ValueError, SyntaxError, cv2.error) as error:
            raise InputError("image.truncated", path=name, detail=str(error)) from error


def _as_it_is(pdf: pikepdf.Pdf, data: bytes, image: Image.Image) -> Stream | None:
    """The file's own stream, where a PDF takes it."""
    if image.format in ("JPEG", "MPO"):
        jpeg = read_jpeg(data)
        if jpeg is None or not jpeg.plain:
            return None
        extra = {"DecodeParms": Dictionary(ColorTransform=0)} if jpeg.rgb else {}
        # JPEGs of four inks hold them the other way round (Adobe Technical Note 5116).
        return _image(pdf, data, (jpeg.width, jpeg.height), jpeg.components, 8, inverted=jpeg.components == 4,
                      Filter=Name.DCTDecode, **extra)  # fmt: skip
    if image.format == "JPEG2000" and image.mode in ("L", "RGB") and data.startswith(_JP2):
        return _image(pdf, data, image.size, len(image.getbands()), 8, Filter=Name.JPXDecode)
    if image.format == "PNG" and (png := read_png(data)) is not None:
        return _from_png(pdf, png)
    return None


def _by_pixels(pdf: pikepdf.Pdf, data: bytes, image: Image.Image, frame: int) -> Stream:
    """The frame at which `image` stands, decoded and packed again."""
    if is_group_4(image):
        return _from_fax(pdf, read_fax(data, image) or _faxed(image), image.size)
    deep = _deep(data, frame) if png_bits(data) > 8 or max(tiff_bits(image)[1:], default=8) > 8 else None
    if deep is not None:
        return _with_alpha(pdf, deep)
    if image.mode in ("1", "L", "P", "RGB", "I;16", "I;16B", "I;16L", "I;16N") and "transparency" not in image.info:
        return _packed(pdf, image)
    if image.mode == "CMYK":
        return _from_array(pdf, np.asarray(image))
    if image.mode in ("RGBA", "LA", "PA", "RGBa", "La") or "transparency" in image.info:
        return _with_alpha(pdf, np.asarray(image.convert("RGBA")))
    return _packed(pdf, image.convert("RGB"))


def _deep(data: bytes, frame: int) -> NDArray[np.uint16] | None:
    """Colours of 16 bits, which Pillow would cut to 8: height × width × 3 or 4, red first."""
    flags = cv2.IMREAD_UNCHANGED | cv2.IMREAD_IGNORE_ORIENTATION
    found, frames = cv2.imdecodemulti(np.frombuffer(data, np.uint8), flags)
    pixels = np.asarray(frames[frame]) if found and frame < len(frames) else None
    if pixels is None or pixels.dtype != np.uint16 or pixels.ndim != 3:
        return None
    order = [2, 1, 0, 3][: pixels.shape[2]]
    return np.ascontiguousarray(pixels[:, :, order])


def _with_alpha(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Stream:
    """Colours as they are; where any of them is not solid, their transparency is a mask beside them."""
    stream = _from_array(pdf, pixels[:, :, :3])
    if pixels.shape[2] == 4 and (alpha := pixels[:, :, 3]).min() < np.iinfo(alpha.dtype).max:
        stream.SMask = pdf.make_indirect(_from_array(pdf, alpha))
    return stream


def _packed(pdf: pikepdf.Pdf, image: Image.Image) -> Stream:
    out = io.BytesIO()
    plain = image if not image.mode.startswith("I;16") else Image.fromarray(np.asarray(image).astype(np.uint16))
    plain.save(out, "PNG")
    png = read_png(out.getvalue())
    if png is None:
        raise ValueError(f"no plain picture: {image.mode}")
    return _from_png(pdf, png)


def _from_png(pdf: pikepdf.Pdf, png: Png) -> Stream:
    space = None
    if png.palette:
        space = Array([Name.Indexed, Name.DeviceRGB, len(png.palette) // 3 - 1, pikepdf.String(png.palette)])
    return _predicted(pdf, png.rows, (png.width, png.height), png.samples, png.bits, space)


def _from_array(pdf: pikepdf.Pdf, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Stream:
    """Height × width (× samples), each row told as what it differs by from the one above (PNG's filter 2)."""
    height, width, *samples = pixels.shape
    big = pixels.astype(pixels.dtype.newbyteorder(">"))
    rows = np.frombuffer(big.tobytes(), np.uint8).reshape(height, -1)
    told = np.full((height, rows.shape[1] + 1), 2, np.uint8)
    told[0, 1:] = rows[0]
    told[1:, 1:] = rows[1:] - rows[:-1]
    packed = zlib.compress(told.tobytes(), 6)
    return _predicted(pdf, packed, (width, height), samples[0] if samples else 1, pixels.dtype.itemsize * 8, None)


def _predicted(
    pdf: pikepdf.Pdf, rows: bytes, size: tuple[int, int], samples: int, bits: int, space: Object | None
) -> Stream:
    parameters = Dictionary(Predictor=15, Colors=samples, BitsPerComponent=bits, Columns=size[0])
    return _image(pdf, rows, size, samples, bits, space=space, Filter=Name.FlateDecode, DecodeParms=parameters)


def _faxed(image: Image.Image) -> Fax:
    """A bilevel picture of many strips as one strip."""
    out = io.BytesIO()
    image.save(out, "TIFF", compression="group4", strip_size=2**31 - 1)
    with Image.open(io.BytesIO(out.getvalue())) as written:
        fax = read_fax(out.getvalue(), written)
    if fax is None:
        raise ValueError("not one strip")
    return fax


def _from_fax(pdf: pikepdf.Pdf, fax: Fax, size: tuple[int, int]) -> Stream:
    parameters = Dictionary(K=-1, Columns=size[0], Rows=size[1], BlackIs1=fax.black_is_1)
    return _image(pdf, fax.data, size, 1, 1, Filter=Name.CCITTFaxDecode, DecodeParms=parameters)


def _image(
    pdf: pikepdf.Pdf, data: bytes, size: tuple[int, int], samples: int, bits: int,
    *, inverted: bool = False, space: Object | None = None, **extra: object,
) -> Stream:  # fmt: skip
    if space is None:
        space = _inks(pdf) if samples == 4 else _SPACES[samples]
        extra["Decode"] = Array([1, 0] * samples if inverted else [0, 1] * samples)
    return Stream(
        pdf, data, Type=Name.XObject, Subtype=Name.Image, Width=size[0], Height=size[1],
        ColorSpace=space, BitsPerComponent=bits, **extra,
    )  # fmt: skip


def _inks(pdf: pikepdf.Pdf) -> Array:
    """Cyan, magenta, yellow and black with their way to RGB: PDF/A takes no CMYK without a press's profile."""
    function = Stream(pdf, _INKS_TO_RGB, FunctionType=4, Domain=Array([0, 1] * 4), Range=Array([0, 1] * 3))
    names = Array([Name.Cyan, Name.Magenta, Name.Yellow, Name.Black])
    return Array([Name.DeviceN, names, Name.DeviceRGB, pdf.make_indirect(function)])
