"""The invisible text of a document: its fonts, and the operators that lay each line over its box."""

from __future__ import annotations

from collections.abc import Sequence

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream, String

from printing import glyphless
from printing.glyphless import Glyph, Stance
from printing.line_places import Place

_MAX_ENTRIES = 100
# Codes have two bytes.
_MAX_CODES = 65_000
# The size of the font is the same for all lines and the matrix makes it what it is: pdfium asks for baselines at least a
# unit of the matrix apart, which is half an em so.
_FONT_SIZE = 2
# pdfium takes baselines for different ones only where the matrix is not quite upright: by this much, a fifth of a point.
_SLANT = 0.101

Code = tuple[str, Glyph]


class TextLayer:
    """Collects the characters of all pages; `fonts` is asked for when the last page is laid."""

    def __init__(self) -> None:
        self._fonts: list[tuple[Stance, dict[Code, int]]] = []

    def operators(self, places: Sequence[Place]) -> str:
        """What draws a page's lines in their order, for its content stream; empty where there are none."""
        if not places:
            return ""
        lines, set_font = [], ""
        for place in places:
            name, codes = self._font_for(place)
            if name != set_font:
                lines.append(f"/{name} {_FONT_SIZE} Tf\n")
                set_font = name
            lines.append(_line(place, codes))
        return "BT 3 Tr\n" + "".join(lines) + "ET\n"

    def _font_for(self, place: Place) -> tuple[str, dict[Code, int]]:
        """The font of the place's kind that still has room, and its codes."""
        for number, (stance, codes) in enumerate(self._fonts):
            if stance == place.stance and len(codes) + len(place.run.cells) <= _MAX_CODES:
                return f"T{number}", codes
        self._fonts.append((place.stance, {}))
        return f"T{len(self._fonts) - 1}", self._fonts[-1][1]

    def fonts(self, pdf: pikepdf.Pdf) -> Dictionary:
        """The resources by the names that `operators` uses."""
        return Dictionary({f"/T{i}": _font(pdf, codes, stance) for i, (stance, codes) in enumerate(self._fonts)})


def _line(place: Place, codes: dict[Code, int]) -> str:
    run = place.run
    scale = run.size / _FONT_SIZE
    cos, sin = place.along
    # Nearly level text is slanted until the matrix shows it; along the page's other directions it shows by itself.
    slant = _SLANT / scale + sin if abs(sin) < 0.1 else 0.0
    matrix = (scale * cos, scale * sin, scale * (slant * cos - sin), scale * (slant * sin + cos), *place.origin)
    numbers = " ".join(_short(each) for each in matrix)
    return f"{_short(100 * run.em / run.size)} Tz {numbers} Tm <{_coded(place, codes)}> Tj\n"


def _coded(place: Place, codes: dict[Code, int]) -> str:
    leads = [place.lead, *[0] * len(place.run.cells)]
    coded = []
    for cell, lead in zip(place.run.cells, leads, strict=False):
        code = (cell.characters, Glyph(cell.width, lead, place.run.height))
        coded.append(f"{codes.setdefault(code, len(codes) + 1):04X}")
    return "".join(coded)


def _short(number: float) -> str:
    return f"{number:.3f}".rstrip("0").rstrip(".")


def _font(pdf: pikepdf.Pdf, codes: dict[Code, int], stance: Stance) -> Dictionary:
    """A composite font in which every code shows nothing and means its characters."""
    base = Name(f"/Juanzong{'Hanging' if stance.hanging else 'Standing'}{stance.margin}")
    glyphs = sorted({glyph for _, glyph in codes})
    number = {glyph: index for index, glyph in enumerate(glyphs, start=1)}
    program = glyphless.font_file(glyphs, stance)
    low = stance.low(glyphless.UNITS)
    high = low + glyphless.UNITS
    widest = max(glyph.advance for glyph in glyphs)
    descriptor = Dictionary(
        Type=Name.FontDescriptor, FontName=base, Flags=4, ItalicAngle=0, StemV=80, CapHeight=max(high, 1),
        Ascent=high, Descent=low, FontBBox=Array([0, low, widest, high]),
        FontFile2=Stream(pdf, program, Length1=len(program)),
    )  # fmt: skip
    map_to_glyphs = b"\0\0" + b"".join(number[glyph].to_bytes(2, "big") for _, glyph in codes)
    descendant = Dictionary(
        Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=base, FontDescriptor=pdf.make_indirect(descriptor),
        CIDSystemInfo=Dictionary(Registry=String("Adobe"), Ordering=String("Identity"), Supplement=0),
        DW=glyphless.UNITS, W=Array([1, Array([glyph.advance for _, glyph in codes])]),
        CIDToGIDMap=Stream(pdf, map_to_glyphs),
    )  # fmt: skip
    return pdf.make_indirect(
        Dictionary(
            Type=Name.Font,
            Subtype=Name.Type0,
            BaseFont=base,
            Encoding=Name("/Identity-H"),
            DescendantFonts=Array([pdf.make_indirect(descendant)]),
            ToUnicode=Stream(pdf, _to_unicode(codes).encode("ascii")),
        )
    )


def _to_unicode(codes: dict[Code, int]) -> str:
    entries = [
        f"<{code:04X}> <{characters.encode('utf-16-be').hex().upper()}>" for (characters, _), code in codes.items()
    ]
    blocks = [entries[i : i + _MAX_ENTRIES] for i in range(0, len(entries), _MAX_ENTRIES)]
    maps = "\n".join(f"{len(block)} beginbfchar\n" + "\n".join(block) + "\nendbfchar" for block in blocks)
    return (
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
        "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
        "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
        "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"
        f"{maps}\nendcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    )
