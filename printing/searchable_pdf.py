"""Searchable PDF: the scan as it came, its text invisible above it, line by line in reading order. PDF/A-2u.

ISO 19005-2: every character maps to Unicode (6.2.11.7), fonts are embedded (6.2.11.4), colours have an output intent (6.2.3),
XMP metadata tell the level (6.6.4).
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import ImageCms

from printing.line_places import Corners, Point, Run, places_of, runs_of
from printing.page_image import embed
from printing.text_layer import TextLayer

Box = tuple[Point, Point, Point, Point]

LANGUAGE = "zh-CN"
_PRODUCER = "Juanzong"
# ISO 19005-2, 6.1.13: no side of a page is shorter or longer, in points.
_LEAST_SIDE, _MOST_SIDE = 3.0, 14_400.0


@dataclass(frozen=True, slots=True)
class TextLine:
    """Corners in pixels of the stored image, clockwise from the text's own top left; spans and `vertical` as in `ocr.lines`."""

    text: str
    box: Box
    char_spans: tuple[tuple[float, float], ...] = ()
    vertical: bool = False


@dataclass(frozen=True, slots=True)
class PdfPage:
    """One stored image and its lines in reading order. `rotation`: clockwise degrees that make it upright."""

    image: bytes
    width: int
    height: int
    dpi: float
    rotation: int
    lines: tuple[TextLine, ...]
    frame: int = 0


def make_searchable_pdf(pages: Iterable[PdfPage], out: Path, *, title: str, language: str = LANGUAGE) -> None:
    """Writes one PDF/A-2u file of all pages; the same input gives the same bytes. InputError where an image is damaged."""
    with pikepdf.new() as pdf:
        layer = TextLayer()
        fonts = pdf.make_indirect(Dictionary())
        for number, page in enumerate(pages, start=1):
            _add_page(pdf, page, layer, fonts, f"{title} ({number})")
        for name, font in layer.fonts(pdf).items():
            fonts[name] = font
        describe(pdf, title, language)
        save(pdf, out)


def save(pdf: pikepdf.Pdf, out: Path) -> None:
    """Small, and the same bytes for the same content; streams that were packed stay as they are."""
    pdf.save(
        out,
        deterministic_id=True,
        object_stream_mode=pikepdf.ObjectStreamMode.generate,
        compress_streams=True,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
    )


def _add_page(pdf: pikepdf.Pdf, page: PdfPage, layer: TextLayer, fonts: Dictionary, name: str) -> None:
    sheet = _sheet(page)
    width, height = sheet.width, sheet.height
    corner = {0: (0.0, 0.0), 90: (0.0, height), 180: (width, height), 270: (width, 0.0)}[page.rotation]
    side, up = {0: ((width, 0.0), (0.0, height)), 90: ((0.0, -height), (width, 0.0)),
                180: ((-width, 0.0), (0.0, -height)), 270: ((0.0, height), (-width, 0.0))}[page.rotation]  # fmt: skip
    matrix = " ".join(f"{each:.4f}" for each in (*side, *up, *corner))
    content = f"q {matrix} cm /Scan Do Q\n" + layer.operators(places_of(_lines(page, sheet), width, height))
    pdf.pages.append(
        pikepdf.Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, max(round(width, 4), _LEAST_SIDE), max(round(height, 4), _LEAST_SIDE)]),
                Resources=Dictionary(XObject=Dictionary(Scan=embed(pdf, page.image, page.frame, name)), Font=fonts),
                Contents=Stream(pdf, content.encode("ascii")),
            )
        )
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    """The page upright: sides in points, and points in a pixel."""

    width: float
    height: float
    scale: float


def _sheet(page: PdfPage) -> _Sheet:
    scale = min(72 / page.dpi, _MOST_SIDE / max(page.width, page.height))
    scale = max(scale, min(_LEAST_SIDE / min(page.width, page.height), _MOST_SIDE / max(page.width, page.height)))
    width, height = _just_under(page.width * scale), _just_under(page.height * scale)
    return _Sheet(height, width, scale) if page.rotation in (90, 270) else _Sheet(width, height, scale)


def _just_under(side: float) -> float:
    """A thousandth of a point less at most: a side a hair too long is a pixel more when it is drawn at the scan's own dpi."""
    return math.floor(side * 1000 - 0.25) / 1000 if side > 1 else side


def _lines(page: PdfPage, sheet: _Sheet) -> list[tuple[Run, ...]]:
    lines = (runs_of(line.text, _corners(line.box, page, sheet), line.char_spans, line.vertical) for line in page.lines)
    return [runs for runs in lines if runs]


def _corners(box: Box, page: PdfPage, sheet: _Sheet) -> Corners:
    """The box on the upright page, in points upwards, within the page: readers drop what lies outside."""
    a, b, c, d = (_upright(x, y, page) for x, y in box)
    return _on_sheet(a, sheet), _on_sheet(b, sheet), _on_sheet(c, sheet), _on_sheet(d, sheet)


def _upright(x: float, y: float, page: PdfPage) -> Point:
    return {0: (x, y), 90: (page.height - y, x), 180: (page.width - x, page.height - y), 270: (y, page.width - x)}[
        page.rotation
    ]


def _on_sheet(point: Point, sheet: _Sheet) -> Point:
    x, y = point[0] * sheet.scale, sheet.height - point[1] * sheet.scale
    return min(max(x, 0.0), sheet.width), min(max(y, 0.0), sheet.height)


def describe(pdf: pikepdf.Pdf, title: str, language: str) -> None:
    """Title, language, level and output intent."""
    profile = Stream(pdf, _srgb(), N=3)
    intent = Dictionary(
        Type=Name.OutputIntent, S=Name.GTS_PDFA1, DestOutputProfile=pdf.make_indirect(profile),
        OutputConditionIdentifier=String("sRGB IEC61966-2.1"), Info=String("sRGB IEC61966-2.1"),
    )  # fmt: skip
    pdf.Root.OutputIntents = Array([intent])
    pdf.Root.Lang = String(language)
    pdf.Root.ViewerPreferences = Dictionary(DisplayDocTitle=True)
    with pdf.open_metadata(set_pikepdf_as_editor=False) as metadata:
        metadata["dc:title"] = title
        metadata["dc:language"] = [language]
        metadata["pdf:Producer"] = _PRODUCER
        metadata["pdfaid:part"] = "2"
        metadata["pdfaid:conformance"] = "U"


def _srgb() -> bytes:
    """The sRGB profile without the moment it was made, so that the same pages give the same file."""
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[24:36] = bytes([7, 208, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0])
    profile[84:100] = bytes(16)
    return bytes(profile)
