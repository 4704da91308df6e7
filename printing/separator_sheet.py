"""分隔页: sheets that lie between two dossiers or materials in a stack, printed on both sides so that either way up is read."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.barcode.qr import QrCodeWidget
from reportlab.graphics.shapes import Drawing
from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas

from printing import typeset

_WIDE, _HIGH = (float(side) for side in A4)
# Large enough that no label on an archive page is ever taken for it, and for a scan at any resolution.
_CODE = 100 * mm
_LARGE, _SIZE = 28.0, 14.0


@dataclass(frozen=True, slots=True)
class SeparatorSheet:
    """`code` is what the QR code says; `lines` are printed below the title, for people."""

    code: str
    title: str
    lines: tuple[str, ...]


def make_separator_sheets(sheets: Sequence[SeparatorSheet]) -> bytes:
    """A4 standing, two sides a sheet, as PDF; the same values give the same bytes."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(_WIDE, _HIGH), invariant=1, pageCompression=1)
    canvas.setTitle("分隔页")
    canvas.setCreator("Juanzong")
    for sheet in sheets:
        for _ in ("front", "back"):
            _draw(canvas, sheet)
            canvas.showPage()
    canvas.save()
    return out.getvalue()


def _draw(canvas: Canvas, sheet: SeparatorSheet) -> None:
    line = _HIGH - 50 * mm
    _centred(canvas, sheet.title, line, _LARGE)
    for text in sheet.lines:
        line -= 11 * mm
        _centred(canvas, text, line, _SIZE)
    widget = QrCodeWidget(sheet.code, barLevel="Q", barWidth=_CODE, barHeight=_CODE, barBorder=4)
    drawing = Drawing(_CODE, _CODE)
    drawing.add(widget)
    renderPDF.draw(drawing, canvas, (_WIDE - _CODE) / 2, 70 * mm)
    _centred(canvas, sheet.code, 55 * mm, _SIZE)


def _centred(canvas: Canvas, text: str, base: float, size: float) -> None:
    while size > 6 and typeset.width_of(text, size) > _WIDE - 20 * mm:
        size -= 1
    typeset.draw(canvas, (_WIDE - typeset.width_of(text, size)) / 2, base, text, size)
