"""What stands in the files of scans beside their pixels, as far as a PDF takes their streams over as they are."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import Image

# Frames that every PDF reader decodes: baseline, extended, progressive. The others are arithmetic, lossless or layered.
_PLAIN_FRAMES = (0xC0, 0xC1, 0xC2)
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_GREY, _COLOUR, _INDEXED = 0, 2, 3
_GROUP_4 = 4


@dataclass(frozen=True, slots=True)
class Jpeg:
    """`plain`: any PDF reader decodes it. `rgb`: its three components are red, green and blue, and nothing in it says so."""

    width: int
    height: int
    components: int
    plain: bool
    rgb: bool


def read_jpeg(data: bytes) -> Jpeg | None:
    """The frame header of a JPEG file; None where there is none before its scan."""
    adobe = False
    for marker, start, end in _segments(data):
        if marker == 0xEE and data[start : start + 5] == b"Adobe":
            adobe = True
        if marker in _FRAMES and end - start >= 6:
            bits, height, width, components = struct.unpack_from(">BHHB", data, start)
            ids = bytes(data[start + 6 + 3 * i] for i in range(components) if start + 6 + 3 * i < end)
            plain = marker in _PLAIN_FRAMES and bits == 8 and components in (1, 3, 4)
            return Jpeg(width, height, components, plain, ids == b"RGB" and not adobe)
    return None


def _segments(data: bytes) -> Iterator[tuple[int, int, int]]:
    """(marker, start, end) of each segment before the scan."""
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker == 0xDA:
            return
        length = int.from_bytes(data[place + 2 : place + 4], "big")
        yield marker, place + 4, place + 2 + length
        place += 2 + max(length, 2)


@dataclass(frozen=True, slots=True)
class Png:
    """Rows as a PDF reads them with a PNG predictor: `samples` a pixel of `bits` each; `palette` of RGB bytes or empty."""

    width: int
    height: int
    bits: int
    samples: int
    palette: bytes
    rows: bytes


def read_png(data: bytes) -> Png | None:
    """A PNG file that a PDF can take as it is; None where it is interlaced, holds transparency or is no PNG."""
    if not data.startswith(b"\x89PNG\r\n\x1a\n"):
        return None
    chunks = list(_chunks(data))
    if not chunks or chunks[0][0] != b"IHDR" or any(kind == b"tRNS" for kind, _ in chunks):
        return None
    width, height, bits, colours, _, _, interlaced = struct.unpack(">IIBBBBB", chunks[0][1])
    if interlaced or colours not in (_GREY, _COLOUR, _INDEXED):
        return None
    palette = b"".join(body for kind, body in chunks if kind == b"PLTE") if colours == _INDEXED else b""
    rows = b"".join(body for kind, body in chunks if kind == b"IDAT")
    return Png(width, height, bits, 3 if colours == _COLOUR else 1, palette, rows)


def png_bits(data: bytes) -> int:
    """Bits of a sample of a PNG file; 8 for other files."""
    return data[24] if data.startswith(b"\x89PNG\r\n\x1a\n") and len(data) > 24 else 8


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    place = 8
    while place + 8 <= len(png):
        length, kind = struct.unpack_from(">I4s", png, place)
        yield kind, png[place + 8 : place + 8 + length]
        place += 12 + length


@dataclass(frozen=True, slots=True)
class Fax:
    """A bilevel picture in ITU-T T.6 (group 4), one strip; `black_is_1`: its black runs are the ones."""

    data: bytes
    black_is_1: bool


def read_fax(data: bytes, image: Image.Image) -> Fax | None:
    """The strip of the frame at which a TIFF stands; None where it is no single plain strip of group 4."""
    tags = getattr(image, "tag_v2", {})
    offsets, counts = tags.get(273, ()), tags.get(279, ())
    if tags.get(259) != _GROUP_4 or len(offsets) != 1 or len(counts) != 1 or tags.get(266, 1) != 1 or tags.get(293, 0):
        return None
    strip = data[offsets[0] : offsets[0] + counts[0]]
    return Fax(strip, tags.get(262) == 1) if len(strip) == counts[0] else None


def is_group_4(image: Image.Image) -> bool:
    """Is the frame at which a TIFF stands packed by ITU-T T.6?"""
    return bool(getattr(image, "tag_v2", {}).get(259) == _GROUP_4)


def tiff_bits(image: Image.Image) -> tuple[int, ...]:
    """Bits of each sample of the frame at which a TIFF stands; empty for other files."""
    return tuple(getattr(image, "tag_v2", {}).get(258, ()))
