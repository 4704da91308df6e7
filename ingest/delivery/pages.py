"""The bytes of one page: a file, one frame of a TIFF, or one page of a PDF."""

from __future__ import annotations

import warnings
from typing import Literal

from PIL import Image

from base.errors import InputError
from base.images import DAMAGE, read_file
from ingest.delivery import pdf
from ingest.delivery.model import DeliveredFile, DeliveredPage
from ingest.delivery.walk import IMAGE_MAGIC, starts_with

# An A3 sheet at 600 dpi, colour, uncompressed has 210 MB.
MAX_IMAGE_BYTES = 512 << 20
_MAX_FRAMES = 10_000
_TIFF = (b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")


Content = Literal["pdf", "tiff", "image"]


def content_of(file: DeliveredFile) -> Content:
    """What a page file is by its first bytes, whatever its name; one named .pdf that is no image is a damaged PDF."""
    start = starts_with(file.source, 12)
    if start.startswith(_TIFF):
        return "tiff"
    if start.startswith(b"%PDF-") or (file.path.casefold().endswith(".pdf") and not start.startswith(IMAGE_MAGIC)):
        return "pdf"
    return "image"


def count_pages(file: DeliveredFile, content: Content) -> int:
    """Pages of a file, none decoded: 1 for an image, also for one that is damaged.

    InputError `pdf.locked`, `pdf.damaged`, `pdf.empty` for a PDF whose pages cannot be told.
    """
    if content == "pdf":
        return pdf.count_pages(file.source, file.path)
    return _count_frames(file) if content == "tiff" else 1


def _count_frames(file: DeliveredFile) -> int:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(file.source, formats=("TIFF",)) as image:
                return min(int(getattr(image, "n_frames", 1)), _MAX_FRAMES)
    except DAMAGE:
        # A damaged TIFF is one page, and that page is judged damaged when it is measured.
        return 1


def page_bytes(page: DeliveredPage) -> tuple[bytes, int]:
    """The image file that holds the page, and the index of its frame in it (from 0).

    An image file comes back byte for byte. The page of a PDF comes back as its own image without loss, or drawn at
    300 dpi. InputError `path.…`, `pdf.…`, `delivery.file-too-large` under the path as delivered.
    """
    file = page.file
    if content_of(file) == "pdf":
        return pdf.page_image(file.source, page.page, file.path), 0
    if file.size > MAX_IMAGE_BYTES:
        megabytes, limit = file.size >> 20, MAX_IMAGE_BYTES >> 20
        raise InputError("delivery.file-too-large", path=file.path, megabytes=megabytes, limit=limit)
    return read_file(file.source, file.path), page.page - 1


def page_size_mm(page: DeliveredPage) -> tuple[float, float] | None:
    """Width and height in mm that a PDF gives its page as shown (after /Rotate); None for an image file."""
    return pdf.page_size_mm(page.file.source, page.page, page.file.path) if content_of(page.file) == "pdf" else None
