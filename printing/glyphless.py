"""A TrueType font of glyphs without area, written from nothing: it carries invisible text and shows none of it.

Glyph 1 is half an em wide, for Latin letters and digits; glyph 2 a full em, for hanzi. Glyph 0 (.notdef) is never used and empty.
A glyph is a line there and back, because pdfium passes over text that runs up a page if its glyphs have no height at all.
"""

from __future__ import annotations

import struct

UNITS = 1000
HALF, FULL = 1, 2
WIDTHS = {HALF: 500, FULL: 1000}
ASCENT, DESCENT = 880, -120


def font_file() -> bytes:
    """The font program, the same bytes each time."""
    tables = {
        b"cmap": struct.pack(">HH", 0, 0),
        b"glyf": _glyph(WIDTHS[HALF]) + _glyph(WIDTHS[FULL]),
        b"head": _head(),
        b"hhea": struct.pack(">IhhhH11hH", 0x00010000, ASCENT, DESCENT, 0, 1000, 0, 0, 1000, 1, 0, 0, 0, 0, 0, 0, 0, 3),
        b"hmtx": struct.pack(">HhHhHh", 1000, 0, WIDTHS[HALF], 0, WIDTHS[FULL], 0),
        b"loca": struct.pack(">4H", *(part * len(_glyph(0)) // 2 for part in (0, 0, 1, 2))),
        b"maxp": struct.pack(">IH13H", 0x00010000, 3, 2, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0),
    }
    return _assembled(tables)


def _glyph(width: int) -> bytes:
    """One contour of two points: contours, box, end point, no instructions, flags, x steps, y steps."""
    height = ASCENT - DESCENT
    return struct.pack(">5hHH2B4h", 1, 0, DESCENT, width, ASCENT, 1, 0, 1, 1, 0, width, DESCENT, height)


def _head() -> bytes:
    # version, revision, checksum adjustment (set later), magic, flags, units, two dates, box, style, smallest, direction
    return struct.pack(
        ">IIIIHHqqhhhhHHhhh",
        0x00010000,
        0x00010000,
        0,
        0x5F0F3CF5,
        3,
        UNITS,
        0,
        0,
        0,
        DESCENT,
        1000,
        ASCENT,
        0,
        8,
        2,
        0,
        0,
    )


def _assembled(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    header = struct.pack(">IHHHH", 0x00010000, count, 16 << power, power, (count << 4) - (16 << power))
    offset = len(header) + 16 * count
    directory, body = b"", b""
    places = {}
    for tag, data in sorted(tables.items()):
        places[tag] = offset + len(body)
        directory += struct.pack(">4sIII", tag, _checksum(data), places[tag], len(data))
        body += data + b"\0" * (-len(data) % 4)
    font = bytearray(header + directory + body)
    struct.pack_into(">I", font, places[b"head"] + 8, (0xB1B0AFBA - _checksum(bytes(font))) & 0xFFFFFFFF)
    return bytes(font)


def _checksum(data: bytes) -> int:
    padded = data + b"\0" * (-len(data) % 4)
    return sum(int.from_bytes(padded[i : i + 4], "big") for i in range(0, len(padded), 4)) & 0xFFFFFFFF
