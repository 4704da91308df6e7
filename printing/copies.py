"""The certified copy (复制件): a cover that says what it is, then each page with watermark, footer and room for the seal.

A4 upright, or lying where the page lies. Black on white; the watermark is light enough to read through. Made from plain values,
so the preview on the screen and the paper are the same drawing.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Lock

from PIL import Image
from reportlab import rl_config
from reportlab.lib.pagesizes import A4 as _A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from base.images import opened, read_pixels
from printing import typeset

# reportlab has its switch for streams as bytes in the process, not in the canvas: one copy at a time turns it.
_STREAMS = Lock()

Size = tuple[float, float]

A4: Size = (float(_A4[0]), float(_A4[1]))
_MARGIN = 12 * mm
_FOOT = 26 * mm
_INK, _SOFT = 0.0, 0.35
_WATERMARK_ALPHA = 0.13
# 300 dots per inch over A4: what a printer shows, and no more to carry.
_MOST_PIXELS = 3508
_JPEG_QUALITY = 88
_ROWS_FIRST, _ROWS_NEXT = 16, 32


@dataclass(frozen=True, slots=True)
class CopyPage:
    """One page to copy. `rotation` is the clockwise turn in degrees that makes it upright; `load` gives the stored bytes."""

    load: Callable[[], bytes]
    frame: int
    rotation: int


@dataclass(frozen=True, slots=True)
class CopyPaper:
    """A line of the cover's list: a paper, its date as written, how many of its pages are copied, of how many."""

    class_code: str
    title: str
    date: str
    copied: int
    whole: int


@dataclass(frozen=True, slots=True)
class CopyDocument:
    """All that the copy says. Times are text in the office's zone; `serial` is the copy's own."""

    office: str
    serial: str
    made_at: str
    operator: str
    person: str
    id_number: str
    archive_no: str
    unit: str
    asker: str
    asker_kind: str
    purpose: str
    papers: tuple[CopyPaper, ...]
    pages: tuple[CopyPage, ...]


def sheet_count(document: CopyDocument) -> int:
    """Sheets of the whole copy: the cover, its continuation where the list is long, and the pages."""
    return cover_count(document) + len(document.pages)


def cover_count(document: CopyDocument) -> int:
    rest = max(0, len(document.papers) - _ROWS_FIRST)
    return 1 + -(-rest // _ROWS_NEXT)


def make_copy(document: CopyDocument, progress: Callable[[int, int], None] | None = None) -> bytes:
    """The whole copy as PDF; the same values give the same bytes. `progress` is told sheets done and all sheets."""
    return _make(document, range(1, sheet_count(document) + 1), progress)


def make_sheet(document: CopyDocument, sheet: int) -> bytes:
    """One sheet (from 1) of the copy as a PDF of its own, exactly as it stands in the whole."""
    return _make(document, [sheet], None)


def _make(document: CopyDocument, sheets: Sequence[int], progress: Callable[[int, int], None] | None) -> bytes:
    with _streams_as_bytes():
        return _drawn(document, sheets, progress)


@contextmanager
def _streams_as_bytes() -> Iterator[None]:
    """Without it reportlab writes each image a quarter larger, as text."""
    with _STREAMS:
        before, rl_config.useA85 = rl_config.useA85, 0
        try:
            yield
        finally:
            rl_config.useA85 = before


def _drawn(document: CopyDocument, sheets: Sequence[int], progress: Callable[[int, int], None] | None) -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, invariant=1, pageCompression=1)
    canvas.setTitle(f"档案复制件 {document.serial}")
    canvas.setCreator("Juanzong")
    for done, sheet in enumerate(sheets, start=1):
        covers = cover_count(document)
        size = _cover(canvas, document, sheet) if sheet <= covers else _page(canvas, document.pages[sheet - covers - 1])
        _watermark(canvas, document, size)
        _footer(canvas, document, sheet, size)
        canvas.showPage()
        if progress is not None:
            progress(done, len(sheets))
    canvas.save()
    return out.getvalue()


# --- the cover -----------------------------------------------------------------------------------------------------------


def _cover(canvas: Canvas, document: CopyDocument, sheet: int) -> Size:
    canvas.setPageSize(A4)
    canvas.setFillGray(_INK)
    y = A4[1] - 28 * mm
    if sheet == 1:
        typeset.draw_centred(canvas, A4[0] / 2, y, "档 案 复 制 件 证 明", 22)
        y = _facts(canvas, document, y - 15 * mm)
        first, last = 0, _ROWS_FIRST
    else:
        typeset.draw_centred(canvas, A4[0] / 2, y, "复制件目录（续）", 16)
        y -= 12 * mm
        first = _ROWS_FIRST + (sheet - 2) * _ROWS_NEXT
        last = first + _ROWS_NEXT
    y = _list(canvas, document, first, last, y)
    if sheet == 1:
        _statement(canvas, document)
    return A4


def _facts(canvas: Canvas, document: CopyDocument, y: float) -> float:
    left, right = _MARGIN + 10 * mm, A4[0] / 2 + 6 * mm
    rows = (
        (("编号", document.serial), ("办理时间", document.made_at)),
        (("档案人", document.person), ("身份证号", document.id_number)),
        (("档号", document.archive_no), ("原单位", document.unit)),
        (("申请人", f"{document.asker}（{document.asker_kind}）"), ("用途", document.purpose)),
    )
    for row in rows:
        for x, (label, value) in zip((left, right), row, strict=True):
            canvas.setFillGray(_SOFT)
            typeset.draw(canvas, x, y, label, 10.5)
            canvas.setFillGray(_INK)
            start = x + 20 * mm
            lines = typeset.wrap(value or "—", 11.5, (right if x == left else A4[0] - _MARGIN) - start - 2 * mm)
            typeset.draw(canvas, start, y, lines[0] if len(lines) == 1 else f"{lines[0][:-1]}…", 11.5)
        y -= 8 * mm
    return float(y - 2 * mm)


_COLUMNS = (("序号", 0.0), ("类号", 14.0), ("材料名称", 32.0), ("形成时间", 120.0), ("复制页数", 146.0))


def _list(canvas: Canvas, document: CopyDocument, first: int, last: int, y: float) -> float:
    """The list of papers copied; ends where the last line stands."""
    left, right = _MARGIN + 8 * mm, A4[0] - _MARGIN - 8 * mm
    canvas.setFillGray(_SOFT)
    for label, at in _COLUMNS:
        typeset.draw(canvas, left + at * mm, y, label, 9.5)
    canvas.setStrokeGray(_INK)
    canvas.setLineWidth(0.8)
    canvas.line(left, y - 2.4 * mm, right, y - 2.4 * mm)
    canvas.setFillGray(_INK)
    canvas.setLineWidth(0.25)
    for number, paper in enumerate(document.papers[first:last], start=first + 1):
        y -= 7.2 * mm
        part = f"{paper.copied}" if paper.copied == paper.whole else f"{paper.copied}（全份 {paper.whole}）"
        title = typeset.wrap(paper.title or "（未题名）", 10.5, 86 * mm)
        values = (str(number), paper.class_code, title[0] if len(title) == 1 else f"{title[0][:-1]}…", paper.date, part)
        for (_, at), value in zip(_COLUMNS, values, strict=True):
            typeset.draw(canvas, left + at * mm, y, value, 10.5)
        canvas.line(left, y - 2.4 * mm, right, y - 2.4 * mm)
    return float(y)


def _statement(canvas: Canvas, document: CopyDocument) -> None:
    """What is certified, at a fixed place above the footer, with room for the seal."""
    left, width = _MARGIN + 10 * mm, A4[0] - 2 * (_MARGIN + 10 * mm)
    text = (
        f"兹证明：后附复制件共 {len(document.pages)} 页，由本单位保管的上述人员档案复制，与原件核对无误。"
        f"本复制件只供申请人办理“{document.purpose}”使用，涂改、拆页或未盖章无效。"
    )
    y = _FOOT + 52 * mm
    for line in typeset.wrap(text, 11.5, width):
        typeset.draw(canvas, left, y, line, 11.5)
        y -= 7 * mm
    typeset.draw_right(canvas, A4[0] - _MARGIN - 10 * mm, y - 9 * mm, f"{document.office}（盖章）", 12)
    typeset.draw_right(canvas, A4[0] - _MARGIN - 10 * mm, y - 18 * mm, "年      月      日", 12)
    typeset.draw(canvas, left, y - 9 * mm, f"经办人：{document.operator}", 11.5)


# --- a page --------------------------------------------------------------------------------------------------------------


def _page(canvas: Canvas, page: CopyPage) -> Size:
    image, width, height = _image(page)
    size = (A4[1], A4[0]) if width > height else A4
    canvas.setPageSize(size)
    room_x, room_y = size[0] - 2 * _MARGIN, size[1] - _MARGIN - _FOOT
    scale = min(room_x / width, room_y / height)
    drawn_x, drawn_y = width * scale, height * scale
    x, y = (size[0] - drawn_x) / 2, _FOOT + (room_y - drawn_y)
    canvas.drawImage(image, x, y, drawn_x, drawn_y)
    canvas.setStrokeGray(0.75)
    canvas.setLineWidth(0.4)
    canvas.rect(x, y, drawn_x, drawn_y, stroke=1, fill=0)
    return size


def _image(page: CopyPage) -> tuple[ImageReader, int, int]:
    """The page upright with its width and height; a JPEG that needs no change goes in as it is."""
    data = page.load()
    with opened(data, "") as image:
        plain = image.format == "JPEG" and image.mode in ("L", "RGB") and page.frame == 0 and page.rotation % 360 == 0
        if plain and max(image.size) <= _MOST_PIXELS:
            return ImageReader(io.BytesIO(data)), image.width, image.height
        bitonal = image.mode == "1"
    upright = Image.fromarray(read_pixels(data, "", page.frame)).rotate(-page.rotation, expand=True)
    if max(upright.size) > _MOST_PIXELS:
        upright.thumbnail((_MOST_PIXELS, _MOST_PIXELS), Image.Resampling.LANCZOS)
    out = io.BytesIO()
    if bitonal:
        upright.convert("L").save(out, "PNG")
    else:
        upright.save(out, "JPEG", quality=_JPEG_QUALITY)
    return ImageReader(out), upright.width, upright.height


# --- on every sheet ------------------------------------------------------------------------------------------------------


def _watermark(canvas: Canvas, document: CopyDocument, size: Size) -> None:
    """Who got it, for what, when and from whom, tiled aslant over the sheet."""
    first = f"{document.office} · {document.serial}"
    second = f"{document.asker} · 仅供{document.purpose} · {document.made_at} · {document.operator}"
    step_x = max(typeset.width_of(second, 11), typeset.width_of(first, 11)) + 22 * mm
    step_y = 34 * mm
    reach = size[0] + size[1]
    canvas.saveState()
    canvas.setFillGray(0.25, alpha=_WATERMARK_ALPHA)
    canvas.translate(size[0] / 2, size[1] / 2)
    canvas.rotate(30)
    row, y = 0, -reach / 2
    while y < reach / 2:
        x = -reach / 2 - (step_x / 2 if row % 2 else 0)
        while x < reach / 2:
            typeset.draw(canvas, x, y, first, 11)
            typeset.draw(canvas, x, y - 5.5 * mm, second, 11)
            x += step_x
        row, y = row + 1, y + step_y
    canvas.restoreState()


def _footer(canvas: Canvas, document: CopyDocument, sheet: int, size: Size) -> None:
    width = size[0]
    canvas.setStrokeGray(_INK)
    canvas.setLineWidth(0.5)
    canvas.line(_MARGIN, _FOOT - 6 * mm, width - _MARGIN, _FOOT - 6 * mm)
    canvas.setFillGray(_INK)
    typeset.draw(canvas, _MARGIN, _FOOT - 12 * mm, f"{document.office}  {document.serial}", 9)
    typeset.draw(canvas, _MARGIN, _FOOT - 17 * mm, f"{document.made_at}  经办：{document.operator}", 9)
    typeset.draw_centred(canvas, width / 2, _FOOT - 17 * mm, f"第 {sheet} 页 共 {sheet_count(document)} 页", 9)
    typeset.draw_right(canvas, width - _MARGIN, _FOOT - 12 * mm, "与原件核对无误（盖章处）          ", 9)
