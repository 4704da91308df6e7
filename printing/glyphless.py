"""A TrueType font of glyphs without area, written from nothing: it carries invisible text and shows none of it.

A glyph is a line there and back over the box that it stands for: viewers take its bounds for what they mark, and pdfium passes
over text whose glyphs have no height at all. Glyph 0 (.notdef) is empty and never used.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

Box = tuple[int, int, int, int]

UNITS = 1000


@dataclass(frozen=True, slots=True)
class Stance:
    """How boxes lie to the baseline: over it or `hanging` under it, and how far from it, in thousandths of an em."""

    hanging: bool
    margin: int

    def low(self, height: int) -> int:
        """The lower side of a box of that height, over the baseline."""
        return -self.margin - height if self.hanging else self.margin


@dataclass(frozen=True, slots=True, order=True)
class Glyph:
    """In thousandths of an em: `width` and `height` of the box, `lead` of nothing before it. The advance is lead and width."""

    width: int
    lead: int = 0
    height: int = UNITS

    @property
    def advance(self) -> int:
        return self.lead + self.width


def font_file(glyphs: Sequence[Glyph], stance: Stance) -> bytes:
    """The font program of `glyphs`, numbered from 1; the same input gives the same bytes."""
    boxes = [_box(glyph, stance) for glyph in glyphs]
    outlines = [_outline(box) for box in boxes]
    size = len(outlines[0]) if outlines else 0
    advances = [UNITS, *(glyph.advance for glyph in glyphs)]
    leads = [0, *(glyph.lead for glyph in glyphs)]
    count = len(advances)
    descent = stance.low(UNITS)
    ascent = descent + UNITS
    widest = max(advances)
    whole = (0, min([descent, *(box[1] for box in boxes)]), widest, max([ascent, *(box[3] for box in boxes)]))
    tables = {
        b"cmap": struct.pack(">HH", 0, 0),
        b"glyf": b"".join(outlines),
        b"head": _head(whole),
        b"hhea": struct.pack(">IhhhH11hH", 0x00010000, ascent, descent, 0, widest, 0, 0, widest, 1, *[0] * 7, count),
        b"hmtx": b"".join(struct.pack(">Hh", *each) for each in zip(advances, leads, strict=True)),
        # Offsets of one format count in pairs of bytes; glyph 0 has no outline.
        b"loca": struct.pack(f">{count + 1}H", 0, *(size // 2 * i for i in range(count))),
        b"maxp": struct.pack(">IH13H", 0x00010000, count, 2, 1, 0, 0, 1, *[0] * 8),
    }
    return _assembled(tables)


def _box(glyph: Glyph, stance: Stance) -> Box:
    low = stance.low(glyph.height)
    return glyph.lead, low, glyph.advance, low + glyph.height


def _outline(box: Box) -> bytes:
    """One contour of two points: contours, box, end point, no instructions, flags, x steps, y steps."""
    left, low, right, high = box
    return struct.pack(">5hHH2B4h", 1, *box, 1, 0, 1, 1, left, right - left, low, high - low)


def _head(box: Box) -> bytes:
    # version, revision, checksum adjustment (set later), magic, flags, units, two dates, box, style, smallest, direction
    return struct.pack(">IIIIHHqqhhhhHHhhh", 0x00010000, 0x00010000, 0, 0x5F0F3CF5, 3, UNITS, 0, 0, *box, 0, 8, 2, 0, 0)


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
    words: tuple[int, ...] = struct.unpack(f">{len(padded) // 4}I", padded)
    return sum(words) & 0xFFFFFFFF
