"""A sheet as a picture: what the printer would draw, for browsers that cannot show a PDF in a page."""

from __future__ import annotations

import io

from pdf2image import convert_from_bytes

DPI = 90


def draw_sheet(pdf: bytes, dpi: int = DPI) -> bytes:
    """The first sheet of a PDF of ours as PNG."""
    (image,) = convert_from_bytes(pdf, dpi=dpi, first_page=1, last_page=1)
    out = io.BytesIO()
    # A third of the size and time of full colour, and nobody sees the difference on a screen.
    image.quantize(256).save(out, "PNG")
    return out.getvalue()
