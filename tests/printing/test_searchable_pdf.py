"""The searchable PDF: text copied out by three readers is the text laid in, and the picture is the scan itself."""

from __future__ import annotations

import io
import subprocess
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

# Rare characters of names: beyond U+9FFF and beyond the BMP.
LINES = ["职工登记表", "姓名䶮𠮷𬀩", "身份证号 11010519491231002X", "一九六五年（补）"]


def _scan(form: str = "JPEG", mode: str = "RGB", size: tuple[int, int] = (600, 800)) -> bytes:
    pixels = np.random.default_rng(7).integers(0, 255, (size[1], size[0], 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).convert(mode).save(out, form)
    return out.getvalue()


def _lines(width: int, height: int, rotation: int) -> tuple[TextLine, ...]:
    """LINES one under the other on the upright page, as boxes of the stored image."""
    upright = [(60, 80 + 120 * i, 460, 120 + 120 * i) for i in range(len(LINES))]

    def stored(x: float, y: float) -> tuple[float, float]:
        return {0: (x, y), 90: (y, height - x), 180: (width - x, height - y), 270: (width - y, x)}[rotation]

    boxes: list[Box] = [
        (stored(left, top), stored(right, top), stored(right, bottom), stored(left, bottom))
        for left, top, right, bottom in upright
    ]
    return tuple(TextLine(text, box) for text, box in zip(LINES, boxes, strict=True))


def _page(rotation: int = 0, image: bytes | None = None) -> PdfPage:
    return PdfPage(image or _scan(), 600, 800, 100, rotation, _lines(600, 800, rotation))


def _by_poppler(file: Path) -> list[str]:
    done = subprocess.run(["pdftotext", "-raw", file, "-"], capture_output=True, check=True)
    assert not done.stderr
    return done.stdout.decode().replace("\f", "").splitlines()


def _by_pypdf(file: Path) -> list[str]:
    with pypdf.PdfReader(file) as reader:
        return reader.pages[0].extract_text().splitlines()


def _by_pdfium(file: Path) -> list[str]:
    with pypdfium2.PdfDocument(file) as document:
        page = document[0]
        text = page.get_textpage()
        lines: list[str] = text.get_text_range().splitlines()
        text.close()
        page.close()
        return lines


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("reader", [_by_poppler, _by_pypdf, _by_pdfium])
def test_text_comes_out_line_by_line(tmp_path: Path, rotation: int, reader: object) -> None:
    out = tmp_path / "a.pdf"
    make_searchable_pdf([_page(rotation)], out, title="登记表")
    assert reader(out) == LINES  # type: ignore[operator]


def test_a_jpeg_goes_in_byte_for_byte_and_text_is_small(tmp_path: Path) -> None:
    scan, out = _scan(), tmp_path / "a.pdf"
    make_searchable_pdf([_page(image=scan)] * 4, out, title="登记表")
    with pikepdf.open(out) as pdf:
        assert [page.get_images()["/Scan"].read_raw_bytes() for page in pdf.pages] == [scan] * 4
    assert out.stat().st_size - 4 * len(scan) < 4 * 15_000


@pytest.mark.parametrize(
    ("form", "mode"), [("PNG", "1"), ("PNG", "L"), ("PNG", "RGBA"), ("PNG", "P"), ("TIFF", "1"), ("TIFF", "RGB")]
)
def test_other_scans_keep_every_pixel(tmp_path: Path, form: str, mode: str) -> None:
    scan, out = _scan(form, mode), tmp_path / "a.pdf"
    make_searchable_pdf([_page(image=scan)], out, title="登记表")
    with pikepdf.open(out) as pdf, Image.open(io.BytesIO(scan)) as want:
        got = pikepdf.PdfImage(pdf.pages[0].get_images()["/Scan"]).as_pil_image()
        assert np.array_equal(np.asarray(got.convert("RGB")), np.asarray(want.convert("RGB")))


def test_the_second_frame_of_a_tiff(tmp_path: Path) -> None:
    file, out = io.BytesIO(), tmp_path / "a.pdf"
    first, second = Image.new("L", (600, 800), 0), Image.new("L", (600, 800), 200)
    first.save(file, "TIFF", save_all=True, append_images=[second])
    make_searchable_pdf([PdfPage(file.getvalue(), 600, 800, 100, 0, (), frame=1)], out, title="登记表")
    with pikepdf.open(out) as pdf:
        assert pikepdf.PdfImage(pdf.pages[0].get_images()["/Scan"]).as_pil_image().getpixel((5, 5)) == 200


def test_the_page_is_shown_upright_at_its_size_and_described(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    make_searchable_pdf([_page(90)], out, title="职工登记表", language="zh-CN")
    with pikepdf.open(out) as pdf:
        page = pdf.pages[0]
        assert [float(side) for side in page.mediabox] == [0, 0, 576, 432]
        assert "/Rotate" not in page
        assert pdf.Root.Lang == "zh-CN"
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "职工登记表"
            assert metadata.pdfa_status == "2U"


def test_the_text_lies_on_its_box_and_is_not_seen(tmp_path: Path) -> None:
    out = tmp_path / "a.pdf"
    make_searchable_pdf([_page()], out, title="登记表")
    with pypdfium2.PdfDocument(out) as document:
        page = document[0]
        text = page.get_textpage()
        left, _, right, _ = text.get_charbox(0, loose=True)
        assert left == pytest.approx(60 * 0.72, abs=1)
        assert right == pytest.approx((60 + 400 / 5) * 0.72, abs=1)
        shown = page.render(scale=100 / 72).to_pil().convert("RGB")
        text.close()
        page.close()
    with Image.open(io.BytesIO(_scan())) as scan:
        # Drawn by another program, so a little resampling may differ; letters would not stay within it.
        assert np.abs(np.asarray(shown, np.int16) - np.asarray(scan.convert("RGB"), np.int16)).mean() < 2


def test_the_same_pages_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("a.pdf", "b.pdf"):
        make_searchable_pdf([_page()], tmp_path / name, title="登记表")
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()


def test_a_damaged_image_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError) as caught:
        make_searchable_pdf([_page(image=b"no image")], tmp_path / "a.pdf", title="登记表")
    assert caught.value.code == "image.unreadable"


@settings(max_examples=20)
@given(st.text(max_size=40))
def test_any_text_can_be_laid(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    out = tmp_path_factory.mktemp("any") / "a.pdf"
    box: Box = ((10, 10), (90, 10), (90, 30), (10, 30))
    image = _scan("PNG", "1", (100, 100))
    make_searchable_pdf([PdfPage(image, 100, 100, 100, 0, (TextLine(text, box),))], out, title="登记表")
    with pypdf.PdfReader(out) as reader:
        got = reader.pages[0].extract_text()
    assert sorted("".join(got.split())) == sorted("".join(printable(text).split()))
