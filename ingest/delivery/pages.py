"""The bytes of one page: a file, one frame of a TIFF, or one page of a PDF."""

from __future__ import annotations

import warnings
from functools import lru_cache

from PIL import Image

from base.errors import InputError
from base.images import read_file
from ingest.delivery import pdf
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.walk import IMAGE_MAGIC, starts_with

# An A3 sheet at 600 dpi, colour, uncompressed has 210 MB.
MAX_IMAGE_BYTES = 512 << 20
_MAX_FRAMES = 10_000
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


def count_pages(file: DeliveredFile) -> int:
    """Pages of a file, told by its content and without decoding any: 1 for an image, also for one that is damaged.

    InputError `pdf.locked`, `pdf.damaged`, `pdf.empty` for a PDF whose pages cannot be told.
    """
    if is_pdf(file):
        return pdf.count_pages(file.source, file.path)
    return _count_frames(file) if starts_with(file.source, 4) in _TIFF else 1


def _count_frames(file: DeliveredFile) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file.source, formats=("TIFF",)) as image:
                return min(int(getattr(image, "n_frames", 1)), _MAX_FRAMES)
    except (OSError, ValueError, SyntaxError, KeyError, TypeError):
        # A damaged TIFF is one page, and that page is judged damaged when it is measured.
        return 1


def page_bytes(page: DeliveredPage) -> tuple[bytes, int]:
    """The image file that holds the page, and the index of its frame in it (from 0).

    An image file comes back byte for byte. The page of a PDF comes back as its own image without loss, or drawn at
    300 dpi. InputError `path.…`, `pdf.…`, `delivery.file-too-large` under the path as delivered.
    """
    file = page.file
    if is_pdf(file):
        return pdf.page_image(file.source, page.page, file.path), 0
    if file.size > MAX_IMAGE_BYTES:
        megabytes, limit = file.size >> 20, MAX_IMAGE_BYTES >> 20
        raise InputError("delivery.file-too-large", path=file.path, megabytes=megabytes, limit=limit)
    return read_file(file.source, file.path), page.page - 1


@lru_cache(maxsize=1024)
def is_pdf(file: DeliveredFile) -> bool:
    """By content; a file named .pdf that is no image either is a PDF with damage."""
    start = starts_with(file.source, 12)
    return start.startswith(b"%PDF-") or (file.path.casefold().endswith(".pdf") and not start.startswith(IMAGE_MAGIC))


def page_size_mm(page: DeliveredPage) -> tuple[float, float] | None:
    """Width and height in mm that a PDF gives its page as shown (after /Rotate); None for an image file."""
    return pdf.page_size_mm(page.file.source, page.page, page.file.path) if is_pdf(page.file) else None
