"""Scans of every kind go into a PDF without loss: streams that a PDF knows untouched, the others pixel by pixel."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pikepdf
import pypdfium2
import pytest
from PIL import Image

from base.errors import InputError
from base.images import read_pixels
from printing.searchable_pdf import PdfPage, make_searchable_pdf
from tests.printing.pictures import PICTURES, SIZE, UNTOUCHED

Pixels = np.ndarray[tuple[int, ...], np.dtype[np.uint8]]


def embedded(folder: Path, data: bytes, frame: int = 0) -> Path:
    out = folder / "a.pdf"
    make_searchable_pdf([PdfPage(data, *SIZE, 100, 0, (), frame)], out, title="扫描件")
    return out


def drawn(file: Path) -> Pixels:
    with pypdfium2.PdfDocument(file) as document:
        page = document[0]
        shown = page.render(scale=100 / 72, rev_byteorder=True).to_numpy().copy()
        page.close()
    return shown if shown.ndim == 3 else np.repeat(shown[:, :, None], 3, axis=2)


def stream_of(file: Path) -> tuple[bytes, dict[str, object]]:
    with pikepdf.open(file) as pdf:
        image = pdf.pages[0].get_images()["/Scan"]
        told = {key: str(image.get(f"/{key}")) for key in ("Filter", "BitsPerComponent", "ColorSpace")}
        return image.read_raw_bytes(), {
            **told,
            "decoded": image.read_bytes() if told["Filter"] == "/FlateDecode" else b"",
        }


@pytest.mark.parametrize("name", PICTURES)
def test_a_scan_is_drawn_as_it_is_stored(tmp_path: Path, name: str) -> None:
    data = PICTURES[name]()
    shown, want = drawn(embedded(tmp_path, data)), read_pixels(data, name)
    assert shown.shape == want.shape
    difference = np.abs(shown.astype(int) - want)
    # Inks, half-transparent colours and 16 bits are rounded as they are drawn; what is stored is exact (below).
    assert difference.max() <= (1 if any(kind in name for kind in ("cmyk", "rgba", "la", "16")) else 0)


@pytest.mark.parametrize("name", UNTOUCHED)
def test_streams_that_a_pdf_knows_are_untouched(tmp_path: Path, name: str) -> None:
    data = PICTURES[name]()
    raw, _ = stream_of(embedded(tmp_path, data))
    assert raw == data if name.startswith(("jpeg", "jp2")) else raw in data
    assert len(raw) > 1000


@pytest.mark.parametrize(
    ("name", "samples"), [("png 16 grey", 1), ("png 16 colour", 3), ("tiff 16 grey", 1), ("tiff 16 colour", 3)]
)
def test_sixteen_bits_are_kept(tmp_path: Path, name: str, samples: int) -> None:
    data = PICTURES[name]()
    file = embedded(tmp_path, data)
    _, told = stream_of(file)
    assert told["BitsPerComponent"] == "16"
    decoded = told["decoded"]
    assert isinstance(decoded, bytes)
    got = np.frombuffer(decoded, ">u2").reshape(SIZE[1], SIZE[0], samples)
    want = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED).reshape(SIZE[1], SIZE[0], samples)
    assert np.array_equal(got, want[:, :, ::-1])


def test_inks_are_kept(tmp_path: Path) -> None:
    data = PICTURES["tiff cmyk"]()
    _, told = stream_of(embedded(tmp_path, data))
    with Image.open(io.BytesIO(data)) as image:
        assert told["decoded"] == image.tobytes()


def test_what_shines_through_is_a_mask_and_colours_stay(tmp_path: Path) -> None:
    data = PICTURES["png rgba"]()
    file = embedded(tmp_path, data)
    with pikepdf.open(file) as pdf, Image.open(io.BytesIO(data)) as image:
        stream = pdf.pages[0].get_images()["/Scan"]
        assert stream.read_bytes() == image.convert("RGB").tobytes()
        assert stream.SMask.read_bytes() == image.getchannel("A").tobytes()


def test_a_solid_alpha_is_no_mask(tmp_path: Path) -> None:
    with pikepdf.open(embedded(tmp_path, PICTURES["png rgba solid"]())) as pdf:
        assert "/SMask" not in pdf.pages[0].get_images()["/Scan"]


def test_a_later_frame_of_a_tiff(tmp_path: Path) -> None:
    out = io.BytesIO()
    first, second = Image.new("1", SIZE, 0), Image.new("1", SIZE, 1)
    first.save(out, "TIFF", save_all=True, append_images=[second], compression="group4")
    assert drawn(embedded(tmp_path, out.getvalue(), frame=1)).min() == 255


@pytest.mark.parametrize("cut", [lambda data: data[: len(data) // 3], lambda data: b"not a scan"])
def test_a_damaged_scan_is_named(tmp_path: Path, cut: Callable[[bytes], bytes]) -> None:
    with pytest.raises(InputError) as caught:
        embedded(tmp_path, cut(PICTURES["tiff rgb"]()))
    assert caught.value.code in ("image.truncated", "image.unreadable")
