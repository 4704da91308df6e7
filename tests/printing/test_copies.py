"""The certified copy as a PDF: what it says, how pages lie, that the page under the watermark can be read."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import pypdf
import pypdfium2
import pytest
from PIL import Image, ImageDraw
from reportlab import rl_config

from printing import typeset
from printing.copies import CopyDocument, CopyPage, CopyPaper, cover_count, make_copy, make_sheet, sheet_count


def _page(
    size: tuple[int, int] = (400, 566), *, rotation: int = 0, image_format: str = "JPEG", mode: str = "RGB"
) -> CopyPage:
    """White paper with a black block in its upper left corner."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((20, 20, 120, 80), fill="black")
    out = io.BytesIO()
    image.convert(mode).save(out, image_format)
    data = out.getvalue()
    return CopyPage(lambda: data, 0, rotation)


def _document(pages: tuple[CopyPage, ...], papers: int = 1, person: str = "王建国") -> CopyDocument:
    return CopyDocument(
        office="城东区人事档案中心", serial="L-2026-000123-1", made_at="2026-11-22 10:15", operator="孙丽", person=person,
        id_number="11010519491231002X", archive_no="DA-0001", unit="东城纺织厂", asker=person, asker_kind="本人",
        purpose="退休", papers=tuple(CopyPaper("9-1", f"转正定级表{n}", "1971-04", 1, 2) for n in range(papers)), pages=pages,
    )  # fmt: skip


def _texts(data: bytes) -> list[str]:
    return [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages]


def _drawn(data: bytes, index: int) -> np.ndarray:
    pdf = pypdfium2.PdfDocument(data)
    try:
        return np.asarray(pdf[index].render(scale=1).to_pil().convert("L"))
    finally:
        pdf.close()


def test_every_sheet_says_who_when_and_which_of_how_many() -> None:
    texts = _texts(make_copy(_document((_page(), _page()))))
    for number, text in enumerate(texts, start=1):
        told = (
            "L-2026-000123-1",
            "城东区人事档案中心",
            "2026-11-22 10:15",
            "孙丽",
            "与原件核对无误",
            f"第 {number} 页 共 3 页",
        )
        assert all(word in text for word in told)
        assert "仅供退休" in text


def test_the_cover_lists_the_papers_and_certifies_the_count() -> None:
    cover = _texts(make_copy(_document((_page(),))))[0]
    assert all(
        word in cover
        for word in ("档 案 复 制 件 证 明", "11010519491231002X", "转正定级表0", "1（全份 2）", "共 1 页", "盖章")
    )


@pytest.mark.parametrize(("papers", "covers"), [(1, 1), (16, 1), (17, 2), (48, 2), (49, 3)])
def test_a_long_list_goes_on_without_losing_a_line(papers: int, covers: int) -> None:
    document = _document((_page(),), papers)
    texts = _texts(make_copy(document))
    assert (cover_count(document), len(texts)) == (covers, sheet_count(document))
    whole = "\n".join(texts[:covers])
    assert all(f"转正定级表{number}" in whole for number in range(papers))


@pytest.mark.parametrize("page", [_page((566, 400)), _page((400, 566), rotation=90)])
def test_a_page_that_lies_gets_a_lying_sheet(page: CopyPage) -> None:
    box = pypdf.PdfReader(io.BytesIO(make_copy(_document((page,))))).pages[1].mediabox
    assert (round(box.width), round(box.height)) == (842, 595)


@pytest.mark.parametrize(
    ("rotation", "corner"), [(0, "upper left"), (90, "upper right"), (180, "lower right"), (270, "lower left")]
)
def test_pages_stand_upright(rotation: int, corner: str) -> None:
    drawn = _drawn(make_copy(_document((_page(rotation=rotation),))), 1)
    rows, columns = np.nonzero(drawn < 60)
    height, width = drawn.shape
    inside = rows < height - 80  # above the footer
    said = (
        "lower" if rows[inside].mean() > height / 2 else "upper",
        "right" if columns[inside].mean() > width / 2 else "left",
    )
    assert " ".join(said) == corner


@pytest.mark.parametrize(("image_format", "mode"), [("PNG", "RGB"), ("TIFF", "1"), ("PNG", "L"), ("JPEG", "CMYK")])
def test_every_kind_of_scan_is_drawn(image_format: str, mode: str) -> None:
    drawn = _drawn(make_copy(_document((_page(image_format=image_format, mode=mode),))), 1)
    assert (drawn[:-80] < 60).sum() > 2000


def test_the_watermark_is_there_and_light() -> None:
    """Blank paper under it stays light (so text stays legible), and no sheet is without it."""
    for index in (0, 1):
        drawn = _drawn(make_copy(_document((_page(),))), index)
        lower = drawn[400:720, 60:540] if index else drawn[420:560, 60:540]
        tinted = lower[(lower < 250) & (lower > 150)]
        assert tinted.size > 800
        assert tinted.min() > 150


def test_a_jpeg_that_needs_no_change_goes_in_byte_for_byte() -> None:
    page = _page()
    assert page.load() in make_copy(_document((page,)))


def test_streams_are_bytes_and_only_in_the_copy() -> None:
    before = rl_config.useA85
    assert b"ASCII85Decode" not in make_copy(_document((_page(),)))
    assert rl_config.useA85 == before == 1


def test_one_sheet_is_as_it_stands_in_the_whole() -> None:
    document = _document((_page(), _page((566, 400))))
    whole = make_copy(document)
    for sheet in (1, 2, 3):
        assert np.array_equal(_drawn(make_sheet(document, sheet), 0), _drawn(whole, sheet - 1))
    assert make_copy(document) == whole


def test_rare_characters_are_drawn_not_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """𠮷 is not in the embedded face: the name must show ink where it stands."""
    assert typeset.width_of("𠮷", 10) == 10
    with_rare = _drawn(make_copy(_document((_page(),), person="王𠮷")), 0)
    with_blank = _drawn(make_copy(_document((_page(),), person="王\u3000")), 0)
    assert (with_rare[100:200] < 100).sum() > (with_blank[100:200] < 100).sum() + 10


def test_progress_is_told_for_each_sheet() -> None:
    told: list[tuple[int, int]] = []
    listener: Callable[[int, int], None] = lambda done, whole: told.append((done, whole))  # noqa: E731
    make_copy(_document((_page(),)), listener)
    assert told == [(1, 2), (2, 2)]


def test_lines_break_anywhere_but_before_a_closing_mark() -> None:
    lines = typeset.wrap("甲乙丙，丁", 10, 30)
    assert lines == ["甲乙丙，", "丁"]
    assert typeset.wrap("", 10, 30) == [""]
