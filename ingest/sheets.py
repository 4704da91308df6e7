"""Separator sheets among scanned pages: the one module that names zxing-cpp.

A sheet is told by a code of ours that is as large as only a sheet of its own has it: a label on an archive page never takes
that page away.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import cv2
import zxingcpp

from base.errors import InputError
from base.images import Pixels, read_header, read_reduced
from ingest.delivery.model import DeliveredPage
from ingest.delivery.pages import page_bytes
from ingest.delivery.stacks import Separator, parse

_FORMATS = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.QRCode, zxingcpp.BarcodeFormat.Code128])
# Of the sheet's shorter side: a QR code's side, a bar code's length. Labels take a tenth.
_LEAST_SQUARE, _LEAST_LONG = 0.25, 0.5
# Codes of that size show at a quarter of a scan's resolution.
_ENOUGH_PX = 700
_AT_ONCE = 4


def find_sheets(pages: Sequence[DeliveredPage]) -> dict[int, Separator]:
    """The separator sheets among the pages, by index. A page that cannot be opened is none: measuring says what ails it."""
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        found = pool.map(sheet_on, pages)
        return {index: sheet for index, sheet in enumerate(found) if sheet is not None}


def sheet_on(page: DeliveredPage) -> Separator | None:
    """What the page says, if it is a separator sheet."""
    try:
        data, frame = page_bytes(page)
        header = read_header(data, page.file.path)
        factor = next((each for each in (8, 4, 2) if min(header.width, header.height) // each >= _ENOUGH_PX), 1)
        pixels = read_reduced(data, page.file.path, header, factor, frame)
    except InputError:
        return None
    return sheet_in(pixels)


def sheet_in(pixels: Pixels) -> Separator | None:
    """The same of decoded pixels (RGB), in whatever quarter turn they lie."""
    grey = cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    side = min(grey.shape)
    for code in zxingcpp.read_barcodes(grey, formats=_FORMATS):
        corners = code.position
        across = abs(complex(corners.top_right.x - corners.top_left.x, corners.top_right.y - corners.top_left.y))
        least = _LEAST_SQUARE if code.format == zxingcpp.BarcodeFormat.QRCode else _LEAST_LONG
        sheet = parse(code.text)
        if sheet is not None and across >= least * side:
            return sheet
    return None
