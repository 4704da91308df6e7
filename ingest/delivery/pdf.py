"""PDFs as delivered: pages counted without drawing, a scanned page's own image taken out without loss, others drawn.

The one module that names pikepdf and pdf2image for reading. A page whose only visible content is one image over the whole
page is a scan: its image comes out as stored (JPEG and JPEG 2000 streams untouched, CCITT wrapped as TIFF, Flate and
JBIG2 as PNG). Everything else is drawn by poppler at 300 dpi.
"""

from __future__ import annotations

import io
import math
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pdf2image import convert_from_path
from pdf2image.exceptions import (
    PDFInfoNotInstalledError,
    PDFPageCountError,
    PDFPopplerTimeoutError,
    PDFSyntaxError,
    PopplerNotInstalledError,
)
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from base.errors import InputError
from base.images import MAX_MEGAPIXELS
from ingest.delivery import pdf_content, pdfimages
from ingest.delivery.pdf_content import Placed

DPI = 300
# Written into the head of an image that was drawn, so that whoever measures it can say so.
DRAWN = ("Source", f"PDF page drawn at {DPI} dpi")
_HEAD = 4096
_TIMEOUT_S = 120
_MM_PER_POINT = 25.4 / 72
# A photo of 1 inch is the smallest sheet of a dossier; below 10 mm a page is a mistake (and poppler returns it blank).
_SMALLEST_MM = 10.0
# A scan covers its page; a margin of a printer's width may stay free, and nothing may be cut off by the page's edge.
_COVERS = 0.80
_OVERHANG = 0.02
# JPEG and JPEG 2000 leave as they are stored.
_STORED_AS_IS = (b"\xff\xd8\xff", b"\0\0\0\x0cjP  ", b"\xff\x4f\xff\x51")
# What reading a document raises whose objects are not of the kind that they should be.
_ODD = (
    TypeError, ValueError, KeyError, IndexError, AttributeError, ArithmeticError, RuntimeError, EOFError, struct.error,
    SyntaxError,
)  # fmt: skip
# Undoes a clockwise turn of the drawing.
_TURNS = {90: Image.Transpose.ROTATE_270, 180: Image.Transpose.ROTATE_180, 270: Image.Transpose.ROTATE_90}


@dataclass(frozen=True, slots=True)
class _Box:
    """The visible box of a page in points, before /Rotate, and the clockwise turn it is shown with."""

    left: float
    bottom: float
    width: float
    height: float
    turn: int

    @property
    def shown(self) -> tuple[float, float]:
        return (self.height, self.width) if self.turn in (90, 270) else (self.width, self.height)


def count_pages(path: Path, name: str) -> int:
    """Pages of a PDF, nothing drawn. InputError `pdf.locked`, `pdf.damaged`, `pdf.empty` under the name `name`."""
    with _opened(path, name) as document:
        pages = len(document.pages)
    if not pages:
        raise InputError("pdf.empty", path=name)
    return pages


def page_size_mm(path: Path, number: int, name: str) -> tuple[float, float]:
    """Width and height of page `number` (from 1) as shown, in mm."""
    with _opened(path, name) as document:
        width, height = _box(_page(document, number, name), number, name).shown
    return width * _MM_PER_POINT, height * _MM_PER_POINT


def page_image(path: Path, number: int, name: str) -> bytes:
    """One page (from 1) as an image file, upright as the PDF shows it.

    InputError `pdf.page-size`, `pdf.page-too-large`, `pdf.render`, `pdf.render-mismatch`, `pdf.no-page`, and those of
    `count_pages`.
    """
    with _opened(path, name) as document:
        page = _page(document, number, name)
        box = _box(page, number, name)
        own = _own_image(page, box, path, number)
    return own if own is not None else _drawn(path, number, name, box)


@contextmanager
def _opened(path: Path, name: str) -> Iterator[pikepdf.Pdf]:
    try:
        with _open(path) as document:
            yield document
    except pikepdf.PasswordError as error:
        raise InputError("pdf.locked", path=name) from error
    except pikepdf.PdfError as error:
        raise InputError("pdf.damaged", path=name, detail=_plain(error, path)) from error
    except FileNotFoundError as error:
        raise InputError("path.missing", path=name) from error
    except OSError as error:
        raise InputError("path.unreadable", path=name, detail=error.strerror or type(error).__name__) from error
    except _ODD as error:
        raise InputError("pdf.damaged", path=name, detail=type(error).__name__) from error


def _open(path: Path) -> pikepdf.Pdf:
    """Repairs an odd cross-reference table only where the file has its end: half a file must not pass for a whole one."""
    try:
        return pikepdf.open(path, attempt_recovery=False)
    except pikepdf.PasswordError:
        raise
    except pikepdf.PdfError:
        if not _has_end(path):
            raise
        return pikepdf.open(path)


def _has_end(path: Path) -> bool:
    with path.open("rb") as stream:
        stream.seek(0, io.SEEK_END)
        stream.seek(max(0, stream.tell() - 1024))
        return b"%%EOF" in stream.read()


def _page(document: pikepdf.Pdf, number: int, name: str) -> pikepdf.Page:
    if not 1 <= number <= len(document.pages):
        raise InputError("pdf.no-page", path=name, page=number)
    return document.pages[number - 1]


def _box(page: pikepdf.Page, number: int, name: str) -> _Box:
    """The visible box; InputError `pdf.page-size` where no sheet can be so small, or its numbers make no box."""
    try:
        media, crop = _rectangle(page.mediabox), _rectangle(page.cropbox)
        turn = int(page.rotation) % 360
    except (AttributeError, TypeError, ValueError) as error:
        raise InputError("pdf.damaged", path=name, detail=f"page {number}: {error}") from error
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    width, height = min(media[2], crop[2]) - left, min(media[3], crop[3]) - bottom
    if not all(map(math.isfinite, (left, bottom, width, height))):
        raise InputError("pdf.damaged", path=name, detail=f"page {number}: no page box")
    if min(width, height) * _MM_PER_POINT < _SMALLEST_MM:
        sides = {"width": round(width * _MM_PER_POINT, 1), "height": round(height * _MM_PER_POINT, 1)}
        raise InputError("pdf.page-size", path=name, page=number, **sides)
    return _Box(left, bottom, width, height, turn)


def _rectangle(box: pikepdf.Array) -> tuple[float, float, float, float]:
    x1, y1, x2, y2 = (float(value) for value in box)
    return min(x1, x2), min(y1, y2), max(x1, x2), max(y1, y2)


def _own_image(page: pikepdf.Page, box: _Box, path: Path, number: int) -> bytes | None:
    """The page's own image as a file, None where the page must be drawn."""
    try:
        placed = pdf_content.only_image(page)
    except (pikepdf.PdfError, *_ODD):
        # Odd drawing instructions: poppler draws what can be drawn of them.
        return None
    if placed is None or not _fills(placed, box):
        return None
    turn = (box.turn + placed.turn) % 360
    extracted = pdfimages.only_png(path, number) if _is_jbig2(placed.image) else _extracted(placed.image)
    if extracted is None:
        return None
    if extracted.startswith(_STORED_AS_IS) and not turn:
        return extracted
    return _wrapped(extracted, turn, placed)


def _is_jbig2(image: pikepdf.Stream) -> bool:
    return "/JBIG2Decode" in str(image.get("/Filter", ""))


def _extracted(image: pikepdf.Stream) -> bytes | None:
    stream = io.BytesIO()
    try:
        pikepdf.PdfImage(image).extract_to(stream=stream)
    except (pikepdf.PdfError, pikepdf.UnsupportedImageTypeError, pikepdf.DependencyError, NotImplementedError):
        return None
    except (OSError, *_ODD):
        return None
    return stream.getvalue()


def _fills(placed: Placed, box: _Box) -> bool:
    left, bottom, right, top = placed.box
    if (right - left) * (top - bottom) < _COVERS * box.width * box.height:
        return False
    spare_x, spare_y = _OVERHANG * box.width, _OVERHANG * box.height
    return (
        left >= box.left - spare_x
        and bottom >= box.bottom - spare_y
        and right <= box.left + box.width + spare_x
        and top <= box.bottom + box.height + spare_y
    )


def _wrapped(data: bytes, turn: int, placed: Placed) -> bytes | None:
    """The same pixels, upright, as PNG (CCITT stays TIFF) that carries the resolution its place on the page gives."""
    dpi = placed.dpi if turn in (0, 180) else placed.dpi[::-1]
    stream = io.BytesIO()
    try:
        with Image.open(io.BytesIO(data)) as image:
            image.load()
            bitonal = image.format == "TIFF" and image.mode == "1"
            upright = image.transpose(_TURNS[turn]) if turn else image
            if bitonal:
                upright.save(stream, "TIFF", compression="group4", dpi=dpi)
            else:
                upright.save(stream, "PNG", dpi=dpi)
    except (OSError, *_ODD):
        return None
    return stream.getvalue()


def _drawn(path: Path, number: int, name: str, box: _Box) -> bytes:
    expected = tuple(round(side * DPI / 72) for side in box.shown)
    megapixels = expected[0] * expected[1] / 1e6
    if megapixels > MAX_MEGAPIXELS:
        limits = {"megapixels": round(megapixels), "limit": round(MAX_MEGAPIXELS)}
        raise InputError("pdf.page-too-large", path=name, page=number, **limits)
    image = _drawing(path, number, name)
    # Poppler rounds up; more than that is not this page.
    if abs(image.width - expected[0]) > 2 or abs(image.height - expected[1]) > 2:
        got = f"{image.width}×{image.height}"
        raise InputError("pdf.render-mismatch", path=name, page=number, got=got, expected="×".join(map(str, expected)))
    stream = io.BytesIO()
    said = PngInfo()
    said.add_text(*DRAWN)
    image.save(stream, "PNG", dpi=(DPI, DPI), pnginfo=said)
    return stream.getvalue()


def is_drawn(data: bytes) -> bool:
    """The image of a page that was drawn here, and not a scan's own."""
    return data.startswith(b"\x89PNG") and b"tEXt" + "\0".join(DRAWN).encode("ascii") in data[:_HEAD]


def _drawing(path: Path, number: int, name: str) -> Image.Image:
    try:
        drawn = convert_from_path(
            path, dpi=DPI, first_page=number, last_page=number, use_cropbox=True, strict=False, timeout=_TIMEOUT_S
        )
    except (PDFInfoNotInstalledError, PopplerNotInstalledError) as error:
        raise InputError("pdf.no-poppler", path=name, page=number) from error
    except (PDFPageCountError, PDFSyntaxError, PDFPopplerTimeoutError, OSError, ValueError, SyntaxError) as error:
        raise InputError("pdf.render", path=name, page=number, detail=_plain(error, path)) from error
    if not drawn:
        raise InputError("pdf.render", path=name, page=number, detail="nothing was drawn")
    return drawn[0]


def _plain(error: Exception, path: Path) -> str:
    """An outside library's message without the place where the file lies here."""
    return str(error).replace(str(path), "").strip(" :\n") or type(error).__name__
