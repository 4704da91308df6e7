"""The searchable PDF: four readers copy out what was laid in, line by line, and a marked word lies on its letters."""

from __future__ import annotations

import io
import itertools
from pathlib import Path

import numpy as np
import pikepdf
import pypdf
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from base.errors import InputError
from printing.line_cells import printable
from printing.searchable_pdf import Box, PdfPage, TextLine, make_searchable_pdf
from tests.printing.forms import forms, stored, wanted, white
from tests.printing.readers import by_mupdf, by_pdfium, by_poppler, copied_wrong

# Rare characters of names: beyond U+9FFF and beyond the BMP.
LINES = [
    "职工登记表",
    "姓名䶮𠮷𬀩",
    "身份证号 11010519491231002X",
    "一九六五年（补）",
    "国　籍 ½ ㎡ ＡＢ \ue000\U00031350",
]


def scan(size: tuple[int, int] = (600, 800)) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 255, (size[1], size[0], 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG")
    return out.getvalue()


def box(left: float, top: float, right: float, bottom: float, rotation: int = 0) -> Box:
    """A box of the upright page of 600 × 800, in the image as stored."""
    a, b, c, d = (
        stored(x, y, rotation, 600, 800) for x, y in ((left, top), (right, top), (right, bottom), (left, bottom))
    )
    return a, b, c, d


def page(*lines: TextLine, rotation: int = 0, image: bytes | None = None) -> PdfPage:
    size = (800, 600) if rotation in (90, 270) else (600, 800)
    return PdfPage(image or white(*size), *size, 100, rotation, lines)


def under_each_other(rotation: int = 0) -> tuple[TextLine, ...]:
    return tuple(TextLine(text, box(60, 80 + 120 * i, 460, 120 + 120 * i, rotation)) for i, text in enumerate(LINES))


def made(folder: Path, *pages: PdfPage) -> Path:
    out = folder / "a.pdf"
    make_searchable_pdf(pages, out, title="登记表")
    return out


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_text_comes_out_line_by_line(tmp_path: Path, rotation: int) -> None:
    assert copied_wrong(made(tmp_path, page(*under_each_other(rotation), rotation=rotation)), [LINES]) == {}


def test_cells_of_one_row_are_lines_of_their_own(tmp_path: Path) -> None:
    row = ["姓名", "王建国", "性别", "男", "出生年月", "1943年2月"]
    lines = [TextLine(text, box(20 + 95 * i, 100, 100 + 95 * i, 130)) for i, text in enumerate(row)]
    assert copied_wrong(made(tmp_path, page(*lines)), [row]) == {}


def test_text_that_goes_down_comes_out_as_it_is_read(tmp_path: Path) -> None:
    """A short label is one piece, long columns stand from right to left, their spaces within."""
    columns = ["本人自一九五八年参加工作以来", "在党的教育下 努力学习", "一九六五年三月 于沈阳"]
    lines = [
        TextLine("主要家庭成员", box(30, 100, 60, 280), vertical=True),
        *(
            TextLine(text, box(500 - 60 * i, 100, 530 - 60 * i, 100 + 32 * len(text)), vertical=True)
            for i, text in enumerate(columns)
        ),
    ]
    file = made(tmp_path, page(*lines))
    assert copied_wrong(file, [[line.text for line in lines]]) == {}
    assert copied_wrong(made(tmp_path, page(*lines[1:])), [columns]) == {}


# The same forms each time: of a thousand random ones poppler broke one line in two (docs/decisions/0013), which is kept there as
# known, not met by chance.
@settings(max_examples=12, derandomize=True)
@given(forms())
def test_any_form_is_copied_out_line_by_line(tmp_path_factory: pytest.TempPathFactory, form: PdfPage) -> None:
    assert copied_wrong(made(tmp_path_factory.mktemp("form"), form), [wanted(form)]) == {}


def test_a_word_is_marked_where_it_stands(tmp_path: Path) -> None:
    """Characters of unlike width, a gap in the middle: marking 建国 marks nothing of the name before it."""
    spans = ((0.0, 0.1), (0.12, 0.2), (0.6, 0.78), (0.8, 1.0))
    file = made(tmp_path, page(TextLine("欧阳建国", box(100, 200, 500, 240), spans)))
    with pypdfium2.PdfDocument(file) as document:
        sheet = document[0]
        text = sheet.get_textpage()
        left, bottom, _, _ = text.get_charbox(2)
        _, _, right, top = text.get_charbox(3)
        text.close()
        sheet.close()
    # In pixels; the gap is shared by its neighbours.
    assert left / 0.72 == pytest.approx(100 + 400 * 0.4, abs=4)
    assert right / 0.72 == pytest.approx(500, abs=4)
    assert 800 - top / 0.72 == pytest.approx(200, abs=1)
    assert 800 - bottom / 0.72 == pytest.approx(240, abs=1)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_the_page_is_upright_and_its_picture_unchanged_to_the_pixel(tmp_path: Path, rotation: int) -> None:
    size = (800, 600) if rotation in (90, 270) else (600, 800)
    image = scan(size)
    file = made(tmp_path, page(*under_each_other(rotation), rotation=rotation, image=image))
    with pypdfium2.PdfDocument(file) as document:
        sheet = document[0]
        shown = sheet.render(scale=100 / 72, rev_byteorder=True).to_numpy()
        sheet.close()
    with Image.open(io.BytesIO(image)) as plain:
        upright = np.asarray(plain.rotate(-rotation, expand=True))
    assert np.array_equal(shown[:, :, :3], upright)


def test_text_is_small_on_a_dense_page(tmp_path: Path) -> None:
    rng = np.random.default_rng(3)
    lines = []
    for row in range(50):
        text = "".join(chr(int(code)) for code in rng.integers(0x4E00, 0x5200, 36))
        edges = np.linspace(0, 1, 37) + np.r_[0, rng.normal(0, 0.003, 35), 0]
        spans = tuple((float(a), float(b) - 0.004) for a, b in itertools.pairwise(edges))
        lines.append(TextLine(text, box(30, 20 + 15 * row, 570, 33 + 15 * row), spans))
    with_text = made(tmp_path, page(*lines)).stat().st_size
    assert with_text - made(tmp_path, page()).stat().st_size < 15_000


def test_file_says_what_it_is_and_nothing_else(tmp_path: Path) -> None:
    file = made(tmp_path, page(*under_each_other()))
    with pikepdf.open(file) as pdf:
        assert pdf.Root.Lang == "zh-CN"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert {str(key) for key in pdf.docinfo} <= {"/Title", "/Producer"}
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "登记表"
            assert metadata["dc:language"] == {"zh-CN"}
            assert metadata.pdfa_status == "2U"
            assert "dc:creator" not in metadata


@pytest.mark.parametrize(("width", "height"), [(1, 1), (20_000, 1), (3, 4000)])
def test_pages_keep_within_the_sizes_of_pdfa(tmp_path: Path, width: int, height: int) -> None:
    file = made(tmp_path, PdfPage(white(width, height), width, height, 200, 0, ()))
    with pikepdf.open(file) as pdf:
        assert all(3 <= float(side) <= 14_400 for side in pdf.pages[0].mediabox[2:])


def test_text_at_the_edge_of_the_paper_is_kept(tmp_path: Path) -> None:
    lines = [
        TextLine("上边", box(0, -5, 90, 30)),
        TextLine("右边", box(530, 300, 610, 335)),
        TextLine("下边", box(0, 775, 90, 806)),
    ]
    assert copied_wrong(made(tmp_path, page(*lines)), [[line.text for line in lines]]) == {}


def test_what_cannot_be_shown_is_left_out(tmp_path: Path) -> None:
    nothing = [
        TextLine("", box(10, 10, 50, 30)),
        TextLine(" \x00\ufeff", box(10, 50, 50, 70)),
        TextLine("点", box(9, 9, 9, 9)),
    ]
    assert copied_wrong(made(tmp_path, page(*nothing, TextLine("有", box(10, 90, 50, 130)))), [["有"]]) == {}


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    first = made(tmp_path, page(*under_each_other())).read_bytes()
    assert made(tmp_path, page(*under_each_other())).read_bytes() == first


def test_a_damaged_image_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        make_searchable_pdf([page(image=b"no image")], tmp_path / "a.pdf", title="登记表")
    assert caught.value.code == "image.unreadable"


@settings(max_examples=20)
@given(st.text(max_size=40))
def test_any_text_can_be_laid(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    """Also what is written from right to left, which readers turn round: then the characters are all there."""
    file = made(tmp_path_factory.mktemp("any"), page(TextLine(text, box(10, 10, 400, 40))))
    with pypdf.PdfReader(file) as reader:
        got = reader.pages[0].extract_text()
    assert sorted("".join(got.split())) == sorted("".join(printable(text).split()))
    for read in (by_poppler, by_pdfium, by_mupdf):
        assert len(read(file)) == 1
