"""Searchable PDF: the scan as it came, its text invisible above it, line by line in reading order. PDF/A-2u.

ISO 19005-2: every character maps to Unicode (6.2.11.7), fonts are embedded (6.2.11.4), colours have an output intent (6.2.3),
XMP metadata tell the level (6.6.4).
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String
from PIL import ImageCms

from printing import glyphless
from printing.page_image import embed

Point = tuple[float, float]
Box = tuple[Point, Point, Point, Point]

# Narrow in East Asian typography: half an em.
_HALF_WIDTH = frozenset({"Na", "N", "H", "A"})
_MAX_ENTRIES = 100
_TALL = 1.5
_PRODUCER = "Juanzong"


@dataclass(frozen=True, slots=True)
class TextLine:
    """Corners in pixels of the stored image, clockwise from the text's own top left; `char_spans` as in `ocr.lines.Line`."""

    text: str
    box: Box
    char_spans: tuple[tuple[float, float], ...] = ()


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


def make_searchable_pdf(pages: Sequence[PdfPage], out: Path, *, title: str, language: str = "zh-CN") -> None:
    """Writes one PDF/A-2u file of all pages; the same input gives the same bytes. InputError where an image is damaged."""
    with pikepdf.new() as pdf:
        characters = _Characters(line.text for page in pages for line in page.lines)
        font = pdf.make_indirect(characters.font(pdf))
        for number, page in enumerate(pages, start=1):
            _add_page(pdf, page, font, characters, f"{title} ({number})")
        _describe(pdf, title, language)
        pdf.save(
            out,
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
            compress_streams=True,
            stream_decode_level=pikepdf.StreamDecodeLevel.none,
        )


def _add_page(pdf: pikepdf.Pdf, page: PdfPage, font: Dictionary, characters: _Characters, name: str) -> None:
    scale = 72 / page.dpi
    width, height = page.width * scale, page.height * scale
    picture = f"q {width:.4f} 0 0 {height:.4f} 0 0 cm /Scan Do Q\n"
    text = "".join(_placed(line, scale, height, characters) for line in page.lines)
    content = picture + (f"BT 3 Tr\n{text}ET\n" if text else "")
    resources = Dictionary(XObject=Dictionary(Scan=embed(pdf, page.image, page.frame, name)), Font=Dictionary(T=font))
    pdf.pages.append(
        pikepdf.Page(
            Dictionary(
                Type=Name.Page,
                MediaBox=Array([0, 0, round(width, 4), round(height, 4)]),
                Rotate=page.rotation,
                Resources=resources,
                Contents=Stream(pdf, content.encode("ascii")),
            )
        )
    )


def _placed(line: TextLine, scale: float, page_height: float, characters: _Characters) -> str:
    """Operators that lay the text over its box: as high as the box, stretched to its width."""
    text = printable(line.text)
    top_left, top_right, bottom_right, bottom_left = _along_text(line.box, len(text))
    width = max(math.dist(top_left, top_right), math.dist(bottom_left, bottom_right)) * scale
    size = max(math.dist(top_left, bottom_left), math.dist(top_right, bottom_right)) * scale
    ems = characters.ems(text)
    if not ems or width <= 0 or size <= 0:
        return ""
    angle = math.atan2(bottom_left[1] - bottom_right[1], bottom_right[0] - bottom_left[0])
    cos, sin = math.cos(angle), math.sin(angle)
    descent = -glyphless.DESCENT / glyphless.UNITS * size
    x = bottom_left[0] * scale - sin * descent
    y = page_height - bottom_left[1] * scale + cos * descent
    stretch = 100 * width / (ems * size)
    return (
        f"/T {size:.2f} Tf {stretch:.2f} Tz {cos:.5f} {sin:.5f} {-sin:.5f} {cos:.5f} {x:.2f} {y:.2f} Tm "
        f"<{characters.codes(text)}> Tj\n"
    )


def _along_text(box: Box, count: int) -> Box:
    """A column of stacked characters is laid along its height: its text runs downwards from the top right corner."""
    tall = math.dist(box[0], box[3]) > _TALL * math.dist(box[0], box[1])
    return (box[1], box[2], box[3], box[0]) if tall and count > 1 else box


def printable(text: str) -> str:
    """The text without what no font may carry in PDF/A: control characters, halves of pairs, byte order marks."""
    return "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Cn") and c not in "\ufeff\ufffe")


class _Characters:
    """The characters of a document: each has a code of two bytes, whatever its place in Unicode."""

    def __init__(self, texts: Iterable[str]) -> None:
        used = sorted({character for text in texts for character in printable(text)})
        self._code = {character: code for code, character in enumerate(used, start=1)}

    def codes(self, text: str) -> str:
        return "".join(f"{self._code[character]:04X}" for character in text)

    def ems(self, text: str) -> float:
        return sum(glyphless.WIDTHS[_glyph(character)] for character in text) / glyphless.UNITS

    def font(self, pdf: pikepdf.Pdf) -> Dictionary:
        """A composite font in which every code shows an empty glyph and means its character."""
        base = Name.JuanzongGlyphless
        program = glyphless.font_file()
        descriptor = Dictionary(
            Type=Name.FontDescriptor, FontName=base, Flags=4, ItalicAngle=0, StemV=80, CapHeight=glyphless.ASCENT,
            Ascent=glyphless.ASCENT, Descent=glyphless.DESCENT, FontBBox=Array([0, glyphless.DESCENT, 1000, glyphless.ASCENT]),
            FontFile2=Stream(pdf, program, Length1=len(program)),
        )  # fmt: skip
        glyphs = b"\0\0" + b"".join(_glyph(character).to_bytes(2, "big") for character in self._code)
        descendant = Dictionary(
            Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=base, FontDescriptor=pdf.make_indirect(descriptor),
            CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
            DW=glyphless.WIDTHS[glyphless.FULL], W=self._widths(), CIDToGIDMap=Stream(pdf, glyphs),
        )  # fmt: skip
        return Dictionary(
            Type=Name.Font, Subtype=Name.Type0, BaseFont=base, Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]), ToUnicode=Stream(pdf, self._to_unicode().encode("ascii")),
        )  # fmt: skip

    def _widths(self) -> Array:
        half = [code for character, code in self._code.items() if _glyph(character) == glyphless.HALF]
        entries: list[object] = []
        for code in half:
            entries += [code, code, glyphless.WIDTHS[glyphless.HALF]]
        return Array(entries)

    def _to_unicode(self) -> str:
        entries = [f"<{code:04X}> <{c.encode('utf-16-be').hex().upper()}>" for c, code in self._code.items()]
        blocks = [entries[i : i + _MAX_ENTRIES] for i in range(0, len(entries), _MAX_ENTRIES)]
        maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
        return (
            "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
            "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
            "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
            "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
            f"{maps}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
        )


def _glyph(character: str) -> int:
    return glyphless.HALF if unicodedata.east_asian_width(character) in _HALF_WIDTH else glyphless.FULL


def _describe(pdf: pikepdf.Pdf, title: str, language: str) -> None:
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
