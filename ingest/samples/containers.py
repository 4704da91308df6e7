"""Several scans in one file: a PDF that wraps the JPEGs untouched, and a multi-page TIFF. Bytes depend on the pages alone."""

from __future__ import annotations

import struct
from collections.abc import Sequence

from ingest.samples.pages import SamplePage


def pdf(pages: Sequence[SamplePage]) -> bytes:
    """A PDF 1.4 whose pages each show one JPEG, as large as the JPEG's header claims."""
    objects: list[bytes] = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for page in pages:
        first = len(objects) + 1
        kids.append(f"{first} 0 R")
        wide, high = (f"{side * 72 / page.header_dpi:.3f}" for side in (page.width, page.height))
        drawn = f"q {wide} 0 0 {high} 0 0 cm /Im0 Do Q".encode()
        space = "/DeviceGray" if "grey-seal" in page.faults else "/DeviceRGB"
        objects += [
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {wide} {high}] /Contents {first + 1} 0 R "
            f"/Resources << /XObject << /Im0 {first + 2} 0 R >> >> >>".encode(),
            b"<< /Length %d >>\nstream\n" % len(drawn) + drawn + b"\nendstream",
            f"<< /Type /XObject /Subtype /Image /Width {page.width} /Height {page.height} /ColorSpace {space} "
            f"/BitsPerComponent 8 /Filter /DCTDecode /Length {len(page.data)} >>\nstream\n".encode()
            + page.data
            + b"\nendstream",
        ]
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>".encode()
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    return bytes(out + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))


def tiff(pages: Sequence[SamplePage]) -> bytes:
    """A multi-page TIFF 6.0 whose pages each hold one JPEG untouched as their only strip (compression 7).

    Written by hand because libtiff leaves whatever lay in memory in the padding of a JPEG strip: same pages, other bytes.
    """
    out = bytearray(b"II*\0\0\0\0\0")
    link = 4
    for page in pages:
        strip = _appended(out, page.data)
        struct.pack_into("<I", out, link, len(out))
        link = _directory(out, page, strip)
    return bytes(out)


def _appended(out: bytearray, data: bytes) -> int:
    """Puts `data` at the end, on an even place, and returns that place."""
    out += b"\0" * (len(out) % 2)
    place = len(out)
    out += data + b"\0" * (len(data) % 2)
    return place


def _directory(out: bytearray, page: SamplePage, strip: int) -> int:
    """Appends the page's directory; returns where the place of the next one belongs."""
    grey = "grey-seal" in page.faults
    samples = 1 if grey else 3
    start = len(out)
    tags = 13 if not grey else 12
    extra = start + 2 + 12 * tags + 4
    entries = [
        (256, 4, 1, page.width), (257, 4, 1, page.height), (258, 3, samples, 8 if grey else extra + 16), (259, 3, 1, 7),
        (262, 3, 1, 1 if grey else 6), (273, 4, 1, strip), (277, 3, 1, samples), (278, 4, 1, page.height),
        (279, 4, 1, len(page.data)), (282, 5, 1, extra), (283, 5, 1, extra + 8), (296, 3, 1, 2),
    ]  # fmt: skip
    if not grey:
        entries.append((530, 3, 2, 2 | 2 << 16))  # the chroma of Pillow's JPEG has half the resolution both ways
    out += struct.pack("<H", tags) + b"".join(struct.pack("<HHII", *entry) for entry in entries) + b"\0" * 4
    out += struct.pack("<4I", page.header_dpi, 1, page.header_dpi, 1) + struct.pack("<4H", 8, 8, 8, 0)
    return extra - 4
