"""Files that no scanner writes: each made from scratch, none larger than it must be."""

from __future__ import annotations

import io
import os
import struct
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image, ImageDraw

from base.images import Pixels


@cache
def scan(text: str = "neighbour", size: tuple[int, int] = (827, 1169)) -> Image.Image:
    """A sheet with some print on it."""
    image = Image.new("RGB", size, (246, 241, 228))
    draw = ImageDraw.Draw(image)
    for row in range(12):
        draw.text((90, 120 + 70 * row), f"{text} {row} 2468 registered and filed", fill=(30, 30, 32), font_size=30)
    return image


def saved(image: Image.Image, kind: str = "JPEG", **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **{"dpi": (100, 100), **options})
    return buffer.getvalue()


def good() -> bytes:
    return saved(scan(), quality=85)


def truncated() -> bytes:
    data = saved(scan("cut"))
    return data[: len(data) // 2]


def truncated_frames() -> bytes:
    """The second page of three ends early."""
    data = frames()
    return data[: len(data) // 2]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png() -> bytes:
    """60,000 × 60,000 in its header, nothing behind it."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"IDAT", zlib.compress(b"\0" * 64))
        + _chunk(b"IEND", b"")
    )


@cache
def bomb_png() -> bytes:
    """60,000 × 60,000 of two tones that are really there: 450 MB in some hundred kilobytes."""
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)
    packer = zlib.compressobj(9)
    begin = packer.compress(b"") + packer.flush(zlib.Z_FULL_FLUSH)
    # A flushed block stands for itself and may be repeated: 500 rows, 120 times.
    block = packer.compress(b"\0" * (7_501 * 500)) + packer.flush(zlib.Z_FULL_FLUSH)
    packed = begin + block * 120 + packer.flush()
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def text_bomb_png() -> bytes:
    """A small picture with a text of 16 MB in its head."""
    text = b"Comment\0\0" + zlib.compress(b" " * (16 << 20), 9)
    data = saved(scan("text"), "PNG")
    return data[:33] + _chunk(b"zTXt", text) + data[33:]


def huge_jpeg() -> bytes:
    data = bytearray(saved(scan("huge"), progressive=False))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", 60_000, 60_000)
    return bytes(data)


def huge_tiff() -> bytes:
    out = bytearray(saved(Image.new("L", (8, 8)), "TIFF"))
    return _enlarged(out, struct.unpack("<I", out[4:8])[0])


def _enlarged(out: bytearray, directory: int) -> bytes:
    """60,000 for width and height (tags 256 and 257) in the directory at an offset."""
    for entry in range(struct.unpack("<H", out[directory : directory + 2])[0]):
        at = directory + 2 + 12 * entry
        tag = struct.unpack("<H", out[at : at + 2])[0]
        if tag in (256, 257):
            out[at : at + 12] = struct.pack("<HHII", tag, 4, 1, 60_000)
    return bytes(out)


def looped_tiff() -> bytes:
    """Its one page names itself as the next."""
    out = bytearray(saved(scan("loop").convert("L"), "TIFF"))
    at = struct.unpack("<I", out[4:8])[0]
    count = struct.unpack("<H", out[at : at + 2])[0]
    end = at + 2 + 12 * count
    out[end : end + 4] = struct.pack("<I", at)
    return bytes(out)


def cmyk() -> bytes:
    return saved(scan("cmyk").convert("CMYK"))


def deep_grey(kind: str) -> bytes:
    plane = np.asarray(scan("deep").convert("L")).astype(np.uint16) * 257
    return saved(Image.fromarray(plane), kind)


def deep_colour() -> bytes:
    """16 bits a channel: written by hand, since the library writes eight."""
    pixels: Pixels = np.asarray(scan("deep"))
    height, width = pixels.shape[:2]
    rows = (pixels.astype(">u2") * 257).astype(">u2").reshape(height, -1)
    raw = b"".join(b"\0" + row.tobytes() for row in rows)
    header = struct.pack(">IIBBBBB", width, height, 16, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(raw, 1)) + _chunk(b"IEND", b"")
    )


def frames() -> bytes:
    first, *others = (scan(f"page {number}") for number in range(3))
    return saved(first, "TIFF", save_all=True, append_images=others, compression="tiff_lzw")


def huge_frame() -> bytes:
    """A small page, and a second one of 60,000 × 60,000 in its head."""
    out = bytearray(saved(scan("first"), "TIFF", save_all=True, append_images=[Image.new("L", (8, 8))]))
    first = struct.unpack("<I", out[4:8])[0]
    count = struct.unpack("<H", out[first : first + 2])[0]
    second = struct.unpack("<I", out[first + 2 + 12 * count : first + 6 + 12 * count])[0]
    return _enlarged(out, second)


def animated(kind: str) -> bytes:
    first, second = scan("first", (413, 585)), scan("second", (413, 585))
    buffer = io.BytesIO()
    first.save(buffer, kind, save_all=True, append_images=[second])
    return buffer.getvalue()


def locked_pdf() -> bytes:
    buffer, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.save(buffer, encryption=pikepdf.Encryption(owner="owner", user="user", R=6))
    return buffer.getvalue()


def broken_pdf() -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 1 0 R >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


def endless_pdf() -> bytes:
    """A page of 500 metres: drawn at any resolution it would fill all memory."""
    buffer, pdf = io.BytesIO(), pikepdf.new()
    pdf.add_blank_page(page_size=(595, 842))
    pdf.pages[0].MediaBox = pikepdf.Array([0, 0, 1_440_000, 1_440_000])
    pdf.save(buffer)
    return buffer.getvalue()


# What becomes of a file: a page that is measured; a page that is damaged and says so; a list that cannot be read; or a
# file that is set aside as no page.
MEASURED, DAMAGED, LIST, IGNORED = "measured", "page.damaged", "list.unreadable", "ignored"
FILES: dict[str, tuple[Callable[[], bytes], str]] = {
    "truncated.jpg": (truncated, DAMAGED),
    "frames-cut.tif": (truncated_frames, DAMAGED),
    "one-pixel.jpg": (lambda: saved(Image.new("RGB", (1, 1))), MEASURED),
    "one-pixel.png": (lambda: saved(Image.new("1", (1, 1)), "PNG"), MEASURED),
    "thread.png": (lambda: saved(Image.new("L", (1, 40_000), 255), "PNG"), MEASURED),
    "huge.png": (huge_png, DAMAGED),
    "huge.jpg": (huge_jpeg, DAMAGED),
    "huge.tif": (huge_tiff, DAMAGED),
    "bomb.png": (bomb_png, DAMAGED),
    "text-bomb.png": (text_bomb_png, DAMAGED),
    "frames-huge.tif": (huge_frame, DAMAGED),
    "looped.tif": (looped_tiff, MEASURED),
    "cmyk.jpg": (cmyk, MEASURED),
    "grey16.png": (lambda: deep_grey("PNG"), MEASURED),
    "grey16.tif": (lambda: deep_grey("TIFF"), MEASURED),
    "colour16.png": (deep_colour, MEASURED),
    "frames.tif": (frames, MEASURED),
    "png-named.jpg": (lambda: saved(scan("png"), "PNG"), MEASURED),
    "jpeg-named.pdf": (good, MEASURED),
    "tiff-named.png": (lambda: saved(scan("tiff"), "TIFF"), MEASURED),
    "text-named.jpg": (lambda: b"this is no picture\n" * 40, DAMAGED),
    "text-named.pdf": (lambda: b"this is no document\n" * 40, DAMAGED),
    "list-named.jpg": (lambda: b"PK\x03\x04 something", DAMAGED),
    "locked.pdf": (locked_pdf, DAMAGED),
    "broken.pdf": (broken_pdf, DAMAGED),
    "endless.pdf": (endless_pdf, DAMAGED),
    "empty.jpg": (lambda: b"", DAMAGED),
    "empty.tif": (lambda: b"", DAMAGED),
    "empty.pdf": (lambda: b"", DAMAGED),
    "animated.gif": (lambda: animated("GIF"), DAMAGED),
    "animated.png": (lambda: animated("PNG"), MEASURED),
    "two-pictures.jpg": (lambda: animated("MPO"), MEASURED),
    "animated.webp": (lambda: animated("WEBP"), DAMAGED),
    "text-named.xlsx": ("姓名,身份证号\n".encode, LIST),
    "empty.xlsx": (lambda: b"", LIST),
    "other.csv": ("shelf,boxes\n1,20\n".encode, IGNORED),
    "noise.xls": (lambda: bytes(range(256)) * 8, LIST),
    "notes.txt": (lambda: b"read me", IGNORED),
}


def odd_name() -> str:
    """A name whose bytes are no UTF-8."""
    return os.fsdecode(b"\xff\xfe\xd5\xc5 01.jpg")


def write_all(folder: Path) -> None:
    """All files, each in a folder of its own name's first letters, beside one good neighbour."""
    for name, (make, _) in FILES.items():
        (folder / name).write_bytes(make())
    (folder / "good.jpg").write_bytes(good())
