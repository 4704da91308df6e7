"""Chinese text on a reportlab canvas: one embedded face, and a drawn glyph for a character that the face lacks.

A name must never come out with a blank or a box in it: rare hanzi that the TrueType face does not hold (𠮷, 𬀩) are drawn from
Noto Sans CJK as small pictures of the same height.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import cache, lru_cache
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from base.errors import StorageError

# The bundle for a contractor brings its fonts with it, beside the program.
_FOLDERS = (Path(__file__).parents[1] / "fonts", Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
_FACE_FILE, _FACE = "wqy-zenhei.ttc", "juanzong-hei"
_RARE_FILE, _RARE_INDEX = "NotoSansCJK-Regular.ttc", 2
_GLYPH_PX = 160
_CLOSING = "，。；：、）」》！？”"


def find_font(name: str) -> Path:
    """A font file that `make setup` installs; StorageError `print.font-missing` where it is not there."""
    for folder in _FOLDERS:
        for path in folder.rglob(name):
            return path
    raise StorageError("print.font-missing", path=name)


@cache
def face() -> TTFont:
    """The face of all print, registered once per process."""
    font = TTFont(_FACE, str(find_font(_FACE_FILE)), subfontIndex=0)
    pdfmetrics.registerFont(font)
    return font


def width_of(text: str, size: float) -> float:
    """The width in points; a character that the face lacks takes a full square."""
    held = "".join(char for char in text if _holds(char))
    return float(face().stringWidth(held, size)) + size * (len(text) - len(held))


def draw(canvas: Canvas, x: float, y: float, text: str, size: float) -> float:
    """Draws `text` from `x` on the base line `y` (points) in the canvas's fill colour, and answers where it ends."""
    for held, run in _runs(text):
        if held:
            canvas.setFont(face().fontName, size)
            canvas.drawString(x, y, run)
            x += face().stringWidth(run, size)
        else:
            for char in run:
                canvas.drawImage(_glyph(char), x, y - size * 0.14, size, size, mask="auto")
                x += size
    return x


def draw_centred(canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
    draw(canvas, x - width_of(text, size) / 2, y, text, size)


def draw_right(canvas: Canvas, x: float, y: float, text: str, size: float) -> None:
    draw(canvas, x - width_of(text, size), y, text, size)


def wrap(text: str, size: float, width: float) -> list[str]:
    """Lines no wider than `width` points, broken between any two characters as Chinese is, never before a closing mark."""
    lines = [""]
    for char in text:
        if width_of(lines[-1] + char, size) <= width or (char in _CLOSING and lines[-1]):
            lines[-1] += char
        else:
            lines.append(char.lstrip())
    return lines


def _holds(char: str) -> bool:
    return ord(char) in face().face.charToGlyph


def _runs(text: str) -> Iterator[tuple[bool, str]]:
    for held, group in groupby(text, _holds):
        yield held, "".join(group)


@lru_cache(maxsize=256)
def _glyph(char: str) -> ImageReader:
    font = ImageFont.truetype(str(find_font(_RARE_FILE)), _GLYPH_PX, index=_RARE_INDEX)
    tile = Image.new("RGBA", (_GLYPH_PX, _GLYPH_PX), (0, 0, 0, 0))
    ImageDraw.Draw(tile).text((0, -_GLYPH_PX * 0.29), char, font=font, fill=(0, 0, 0, 255))
    data = io.BytesIO()
    tile.save(data, "PNG")
    return ImageReader(data)
