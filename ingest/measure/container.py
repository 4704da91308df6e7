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
