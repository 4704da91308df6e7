"""Several scans in one file: a PDF that wraps the JPEGs untouched, and a multi-page TIFF. Bytes depend on the pages alone."""

from __future__ import annotations

import io
from collections.abc import Sequence

from PIL import Image

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
    """A multi-page TIFF of the pages, JPEG-compressed."""
    images = [Image.open(io.BytesIO(page.data)) for page in pages]
    out = io.BytesIO()
    dpi = pages[0].header_dpi
    images[0].save(out, "TIFF", save_all=True, append_images=images[1:], compression="jpeg", quality=85, dpi=(dpi, dpi))
    return out.getvalue()
