"""PDFs: a scan's own image without loss, drawn pages at their size, and each way a PDF can be unusable."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import img2pdf
import numpy as np
import pikepdf
import pytest
from PIL import Image, ImageChops, ImageDraw
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from base.errors import InputError
from ingest.delivery import pdf
from ingest.delivery.pages import page_bytes
from ingest.delivery.read import read_delivery
from ingest.measure import measure_page
from standards.profiles import load_profile
from standards.rules import judge_page
from standards.values import PageFacts


def picture(mode: str = "RGB", size: tuple[int, int] = (248, 351)) -> Image.Image:
    """A page with a mark in its top left corner and a line, so that turns and mirrors show."""
    image = Image.new(mode, size, "white")
    draw = ImageDraw.Draw(image)
    draw.rectangle((10, 10, 60, 40), fill="black")
    draw.line((0, 340, 240, 200), fill="black")
    return image


def encoded(image: Image.Image, kind: str, **options: object) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, dpi=(30, 30), **options)
    return stream.getvalue()


def pixels(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(image.convert("L"))


def written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def edited(path: Path, **page: object) -> Path:
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        for key, value in page.items():
            document.pages[0].obj[f"/{key}"] = value
        document.save(path)
    return path


def code(path: Path, number: int = 1) -> str:
    with pytest.raises(InputError) as caught:
        pdf.page_image(path, number, "a/b.pdf")
    assert caught.value.path == "a/b.pdf"
    assert str(path) not in caught.value.text("en")
    return caught.value.code


@pytest.fixture
def scan(tmp_path: Path) -> tuple[Path, bytes]:
    jpeg = encoded(picture(), "JPEG", quality=80)
    return written(tmp_path / "scan.pdf", img2pdf.convert(jpeg)), jpeg


def test_a_jpeg_stream_comes_out_untouched(scan: tuple[Path, bytes]) -> None:
    path, jpeg = scan
    assert pdf.page_image(path, 1, "scan.pdf") == jpeg
    assert pdf.page_size_mm(path, 1, "scan.pdf") == pytest.approx((210, 297), abs=1)


def test_an_invisible_text_layer_is_no_drawing(scan: tuple[Path, bytes]) -> None:
    path, jpeg = scan
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        layer = b"BT 3 Tr /F1 12 Tf 10 10 Td (hidden) Tj ET"
        document.pages[0].contents_add(layer)
        document.save(path)
    assert pdf.page_image(path, 1, "scan.pdf") == jpeg


@pytest.mark.parametrize(("mode", "kind"), [("1", "TIFF"), ("L", "PNG"), ("RGB", "PNG"), ("P", "PNG")])
def test_other_images_come_out_with_the_same_pixels(tmp_path: Path, mode: str, kind: str) -> None:
    image = picture("RGB").convert(mode)
    path = written(tmp_path / "scan.pdf", img2pdf.convert(encoded(image, kind)))
    data = pdf.page_image(path, 1, "scan.pdf")
    with Image.open(io.BytesIO(data)) as own:
        assert own.format in ("PNG", "TIFF")
        assert own.size == image.size
        assert own.info["dpi"] == pytest.approx((30, 30), abs=0.5)
    assert np.array_equal(pixels(data), np.asarray(image.convert("L")))


def jbig2_page(image: Image.Image) -> bytes:
    """The segments of a JBIG2 page as PDF embeds them: page information, one generic region in MMR, which is CCITT G4."""
    width, height = image.size
    # JBIG2 calls black what Pillow's TIFF calls white.
    file = encoded(ImageChops.invert(image), "TIFF", compression="group4")
    with Image.open(io.BytesIO(file)) as tiff:
        start, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    coded = file[start : start + length]
    info = struct.pack(">IIIIBH", width, height, 0, 0, 0, 0)
    region = struct.pack(">IIIIBB", width, height, 0, 0, 0, 1) + coded
    return b"".join(
        struct.pack(">IBBBI", number, kind, 0, 1, len(data)) + data
        for number, kind, data in ((0, 48, info), (1, 38, region))
    )


@pytest.mark.parametrize("turn", [0, 90])
def test_jbig2_comes_out_with_the_same_pixels(tmp_path: Path, turn: int) -> None:
    image = picture("L").convert("1")
    path = written(tmp_path / "s.pdf", img2pdf.convert(encoded(image, "TIFF", compression="group4")))
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        (stream,) = (each for _, each in document.pages[0].resources.XObject.items())
        stream.write(jbig2_page(image), filter=pikepdf.Name.JBIG2Decode)
        document.pages[0].rotate(turn, relative=False)
        document.save(path)
    data = pdf.page_image(path, 1, "s.pdf")
    with Image.open(io.BytesIO(data)) as own:
        assert own.info["dpi"] == pytest.approx((30, 30), abs=0.5)
    assert np.array_equal(pixels(data), np.asarray(image.rotate(-turn, expand=True).convert("L")))
    assert np.mean(pdf._drawing(path, 1, "s.pdf").convert("L")) == pytest.approx(np.mean(pixels(data)), abs=4)


@pytest.mark.parametrize("turn", [90, 180, 270])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_turned_page_comes_out_as_it_is_shown(tmp_path: Path, turn: int, kind: str) -> None:
    path = edited(written(tmp_path / "s.pdf", img2pdf.convert(encoded(picture(), kind))), Rotate=turn)
    own = pixels(pdf.page_image(path, 1, "s.pdf"))
    shown = pixels(encoded(pdf._drawing(path, 1, "s.pdf"), "PNG"))
    small = np.asarray(Image.fromarray(shown).resize(own.shape[::-1]))
    assert np.abs(own.astype(int) - small.astype(int)).mean() < 8


def test_a_drawn_page_has_its_size_at_300_dpi(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "d.pdf"), pagesize=(210, 297))
    canvas.drawString(20, 100, "drawn")
    canvas.save()
    data = pdf.page_image(tmp_path / "d.pdf", 1, "d.pdf")
    with Image.open(io.BytesIO(data)) as image:
        assert image.size == (875, 1238)
        assert image.info["dpi"] == pytest.approx((300, 300), abs=0.5)
    assert pixels(data).min() < 100


def test_an_image_with_visible_text_is_drawn(scan: tuple[Path, bytes]) -> None:
    path = scan[0]
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].contents_add(b"0 0 0 rg 100 100 200 200 re f")
        document.save(path)
    data = pdf.page_image(path, 1, "scan.pdf")
    assert data.startswith(b"\x89PNG")
    assert pixels(data)[-700, 700] == 0


def test_a_drawn_page_says_so_to_whoever_measures_it(scan: tuple[Path, bytes]) -> None:
    path, jpeg = scan
    with pikepdf.open(path, allow_overwriting_input=True) as document:
        document.pages[0].contents_add(b"0 0 1 rg 10 10 50 50 re f")
        document.save(path)
    drawn = measure_page(pdf.page_image(path, 1, "scan.pdf"), "scan.pdf")
    assert drawn["drawn"].value == pdf.DPI
    (finding,) = [
        each
        for each in judge_page(PageFacts("scan.pdf", 1, drawn), load_profile("da-t-31"))
        if each.rule == "page.drawn"
    ]
    assert (finding.verdict, finding.severity, finding.measured) == ("review", "info", pdf.DPI)
    assert "drawn" not in measure_page(jpeg, "scan.jpg")


def test_a_small_picture_on_a_page_is_drawn(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "s.pdf"), pagesize=(595, 842))
    canvas.drawInlineImage(picture(), 50, 500, 200, 200)
    canvas.showPage()
    canvas.drawImage(ImageReader(picture()), 50, 500, 200, 200)
    canvas.save()
    for number in (1, 2):
        with Image.open(io.BytesIO(pdf.page_image(tmp_path / "s.pdf", number, "s.pdf"))) as image:
            assert image.size == (2480, 3509)


def test_a_crop_box_that_cuts_the_image_is_drawn(scan: tuple[Path, bytes]) -> None:
    path = edited(scan[0], CropBox=pikepdf.Array([100, 100, 400, 500]))
    with Image.open(io.BytesIO(pdf.page_image(path, 1, "scan.pdf"))) as image:
        assert image.size == (1250, 1667)


@pytest.mark.parametrize(
    ("box", "expected"),
    [((0, 0, 1, 1), "pdf.page-size"), ((0, 0, 0, 0), "pdf.page-size"), ((0, 0, 14000, 14000), "pdf.page-too-large")],
)
def test_a_page_no_sheet_can_be_is_refused(tmp_path: Path, box: tuple[int, ...], expected: str) -> None:
    canvas = Canvas(str(tmp_path / "d.pdf"), pagesize=(210, 297))
    canvas.drawString(0, 0, "x")
    canvas.save()
    assert code(edited(tmp_path / "d.pdf", MediaBox=pikepdf.Array(box))) == expected


def test_a_page_beyond_the_end(scan: tuple[Path, bytes]) -> None:
    assert code(scan[0], 2) == "pdf.no-page"


def test_a_locked_pdf(scan: tuple[Path, bytes]) -> None:
    path = scan[0].with_name("locked.pdf")
    with pikepdf.open(scan[0]) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="owner", user="user"))
    assert code(path) == "pdf.locked"


def test_a_pdf_that_only_forbids_changes_is_read(scan: tuple[Path, bytes]) -> None:
    path = scan[0].with_name("signed.pdf")
    with pikepdf.open(scan[0]) as document:
        document.save(path, encryption=pikepdf.Encryption(owner="owner", user=""))
    assert pdf.page_image(path, 1, "signed.pdf") == scan[1]


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_pdf_cut_short_is_damaged(scan: tuple[Path, bytes], share: float) -> None:
    data = scan[0].read_bytes()
    assert code(written(scan[0].with_name("cut.pdf"), data[: int(len(data) * share)])) == "pdf.damaged"


def test_a_pdf_with_an_odd_table_but_its_end_is_read(scan: tuple[Path, bytes]) -> None:
    data = scan[0].read_bytes()
    start = data.rindex(b"startxref")
    odd = data[:start] + b"startxref\n1\n%%EOF\n"
    assert pdf.page_image(written(scan[0].with_name("odd.pdf"), odd), 1, "odd.pdf") == scan[1]


def test_what_is_no_pdf(tmp_path: Path) -> None:
    assert code(written(tmp_path / "no.pdf", b"no pdf")) == "pdf.damaged"
    assert code(written(tmp_path / "zero.pdf", b"")) == "pdf.damaged"
    assert code(tmp_path / "nowhere.pdf") == "path.missing"


def test_a_pdf_without_pages(tmp_path: Path) -> None:
    with pikepdf.new() as document:
        document.save(tmp_path / "empty.pdf")
    with pytest.raises(InputError) as caught:
        pdf.count_pages(tmp_path / "empty.pdf", "empty.pdf")
    assert caught.value.code == "pdf.empty"


def test_a_delivery_of_pdfs_goes_on_past_the_bad_ones(tmp_path: Path) -> None:
    jpeg = encoded(picture(size=(60, 80)), "JPEG")
    written(tmp_path / "11010519491231002X.pdf", img2pdf.convert([jpeg] * 200))
    with pikepdf.open(tmp_path / "11010519491231002X.pdf") as document:
        document.save(tmp_path / "locked.pdf", encryption=pikepdf.Encryption(owner="o", user="u"))
    written(tmp_path / "cut.pdf", (tmp_path / "11010519491231002X.pdf").read_bytes()[:5000])
    delivery = read_delivery(tmp_path)
    assert [(file.path, error.code) for file, error in delivery.problems] == [
        ("cut.pdf", "pdf.damaged"),
        ("locked.pdf", "pdf.locked"),
    ]
    (dossier,) = delivery.dossiers
    assert (dossier.key, dossier.layout, len(dossier.pages)) == ("11010519491231002X", "run", 200)
    assert [dossier.pages[index].number for index in (0, 199)] == [1, 200]
    assert page_bytes(dossier.pages[199]) == (jpeg, 0)
