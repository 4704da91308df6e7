"""What the file itself says: format by content, bit depth, digest, JPEG quality."""

from __future__ import annotations

from base.digests import sha256_of_bytes
from base.images import ImageHeader
from ingest.measure.answers import measured, unknown
from standards.values import Measure

# First bytes of what is delivered as a page by mistake or on purpose; the reader opens only some of them.
_MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG2000"),
    (b"\xff\x4f\xff\x51", "JPEG2000"),
    (b"%PDF-", "PDF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"PK\x03\x04", "ZIP"),
)
# The luminance table of the JPEG standard at quality 50, in the order of the file (zigzag); only its sum is needed.
_LUMA_SUM_AT_50 = 3690


# How Pillow names the schemes of TIFF, as DA/T 46-2009 M56 (图像压缩方案) would have them written.
_SCHEMES = {
    "raw": "none", "tiff_raw_16": "none", "tiff_ccitt": "CCITT RLE", "group3": "CCITT G3", "group4": "CCITT G4",
    "tiff_lzw": "LZW", "tiff_adobe_deflate": "Deflate", "tiff_deflate": "Deflate", "packbits": "PackBits",
    "jpeg": "JPEG", "tiff_jpeg": "JPEG",
}  # fmt: skip


def format_by_content(data: bytes) -> str | None:
    """The format that the first bytes show, whatever the name says; None where they show none."""
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    return next((name for magic, name in _MAGIC if data.startswith(magic)), None)


def digest(data: bytes) -> Measure:
    return measured("sha256", sha256_of_bytes(data))


def file_format(data: bytes) -> Measure:
    found = format_by_content(data)
    if found is None:
        return unknown("format", "reason.no-format")
    return measured("format", found)


def bit_depth(header: ImageHeader) -> Measure:
    return measured("bit_depth", header.bit_depth, "bit")


def compression(header: ImageHeader) -> Measure:
    """How the pixels are packed: JPEG, JPEG2000, Deflate (PNG), or the scheme that a TIFF names."""
    if header.format != "TIFF":
        return measured("compression", "Deflate" if header.format == "PNG" else header.format)
    if header.compression is None:
        return unknown("compression", "reason.no-format")
    return measured("compression", _SCHEMES.get(header.compression, header.compression))


def jpeg_quality(data: bytes, header: ImageHeader | None) -> Measure:
    """The quality setting (1–100) whose quantisation table comes closest, as the common encoder scales it."""
    if not data.startswith(b"\xff\xd8\xff"):
        return unknown("jpeg_quality", "reason.not-jpeg")
    if header is None or header.luma_steps is None:
        return unknown("jpeg_quality", "reason.damaged")
    if header.luma_steps <= 64:
        return measured("jpeg_quality", 100)
    scale = 100.0 * header.luma_steps / _LUMA_SUM_AT_50
    quality = (200 - scale) / 2 if scale <= 100 else 5000 / scale
    return measured("jpeg_quality", round(min(100.0, max(1.0, quality))), confidence=0.8)
