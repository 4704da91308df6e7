"""Pages to lay text on: rows of cells as in a ruled form, upright labels beside them, leaning and turned, any characters."""

from __future__ import annotations

import io
import itertools
import math

from hypothesis import strategies as st
from PIL import Image

from printing.line_cells import printable
from printing.searchable_pdf import Box, PdfPage, TextLine

WIDTH, HEIGHT = 1240, 1754
Corners = list[tuple[float, float]]

# Hanzi of all planes up to extension H, what forms hold beside them, and letters; what is written from right to left is not
# taken: readers turn it round.
_HANZI = [(0x4E00, 0x9FFF), (0x3400, 0x4DBF), (0xF900, 0xFAD9), (0x20000, 0x2A6DF), (0x2A700, 0x2EBE0), (0x2F800, 0x2FA1D),
          (0x30000, 0x3134A), (0x31350, 0x323AF)]  # fmt: skip
characters = st.one_of(
    *[st.integers(low, high).map(chr) for low, high in _HANZI],
    st.sampled_from(
        "䶮𠮷𬀩國籍臺灣〇一丨丶½⅓②㈠℃№㎡×÷·…—“”‘’《》【】（）、。，：；？！ＡＢ１２□√☑\u3000\ue000\uf8ff\U000f0000é\u0301\u200b"
    ),
    st.characters(min_codepoint=0x21, max_codepoint=0x7E, exclude_characters="-"),
    st.just(" "),
)
texts = st.text(characters, min_size=1, max_size=14).filter(lambda text: bool(printable(text)))
labels = st.text(st.integers(0x4E00, 0x9FFF).map(chr), min_size=2, max_size=7)


@st.composite
def forms(draw: st.DrawFn) -> PdfPage:
    """A page with its lines in reading order, some with the places of their characters."""
    rotation = draw(st.sampled_from([0, 90, 180, 270]))
    lean = math.radians(draw(st.floats(-1.5, 1.5)))
    # A title across the page: by how wide and how high a page is filled, pdfium tells which way a lone character goes.
    title = draw(st.text(st.integers(0x4E00, 0x9FFF).map(chr), min_size=20, max_size=24))
    lines = [_line(title, (60, 40, WIDTH - 120, 85), lean, rotation, ())]
    top = 115.0
    for _ in range(draw(st.integers(1, 7))):
        high = draw(st.floats(22, 60))
        left = 60.0
        if draw(st.integers(0, 5)) == 0:
            label = draw(labels)
            lines.append(
                _line(label, (left, top, left + high, top + high * len(label)), lean, rotation, (), vertical=True)
            )
            left += 1.4 * high
        for _ in range(draw(st.integers(1, 4))):
            text = draw(texts)
            up, size = draw(st.floats(-0.15, 0.15)), draw(st.floats(0.85, 1.15))
            wide = min(max(0.3, sum(0.5 if c < "\u2e80" else 1 for c in text)) * high, WIDTH - 60 - left)
            if wide < high / 3:
                break
            spans = draw(st.one_of(st.just(()), _spans(len(text))))
            box = (left, top + up * high, left + wide, top + (up + size) * high)
            lines.append(_line(text, box, lean, rotation, spans))
            left += wide + draw(st.floats(0.1, 3)) * high
        top += high * draw(st.floats(1.25, 3))
    sides = (HEIGHT, WIDTH) if rotation in (90, 270) else (WIDTH, HEIGHT)
    return PdfPage(white(*sides), *sides, 150, rotation, tuple(lines))


@st.composite
def _spans(draw: st.DrawFn, count: int) -> tuple[tuple[float, float], ...]:
    """Places of characters of unlike width, with gaps between them."""
    widths = draw(st.lists(st.floats(0.4, 1), min_size=count, max_size=count))
    edges = [sum(widths[:i]) / sum(widths) for i in range(count + 1)]
    return tuple((start + 0.1 / count * (i > 0), end) for i, (start, end) in enumerate(itertools.pairwise(edges)))


def _line(
    text: str, box: tuple[float, float, float, float], lean: float, rotation: int, spans: tuple[tuple[float, float], ...],
    vertical: bool = False,
) -> TextLine:  # fmt: skip
    left, top, right, bottom = box
    upright = [(left, top), (right, top), (right, bottom), (left, bottom)]
    leaning = [(x - y * math.sin(lean) + 30, y + x * math.sin(lean) + 40) for x, y in upright]
    a, b, c, d = (stored(x, y, rotation) for x, y in leaning)
    corners: Box = (a, b, c, d)
    return TextLine(text, corners, spans, vertical)


def stored(x: float, y: float, rotation: int, width: float = WIDTH, height: float = HEIGHT) -> tuple[float, float]:
    """A point of the upright page in the image that a clockwise turn by `rotation` makes upright."""
    return {0: (x, y), 90: (y, width - x), 180: (width - x, height - y), 270: (height - y, x)}[rotation]


def white(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Image.new("1", (width, height), 1).save(out, "PNG")
    return out.getvalue()


def wanted(page: PdfPage) -> list[str]:
    return [text for line in page.lines if (text := printable(line.text))]
