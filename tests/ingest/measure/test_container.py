"""How the pixels of a page are packed, told by the file and never by its name."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from ingest.measure import measure_page


def kept(image_format: str, mode: str = "RGB", **options: str) -> object:
    out = io.BytesIO()
    Image.new(mode, (300, 420), "white").save(out, image_format, **options)
    return measure_page(out.getvalue(), "named.jpg")["compression"].value


@pytest.mark.parametrize(
    ("scheme", "said"),
    [
        ("raw", "none"),
        ("tiff_lzw", "LZW"),
        ("tiff_adobe_deflate", "Deflate"),
        ("packbits", "PackBits"),
        ("jpeg", "JPEG"),
    ],
)
def test_a_tiff_names_its_scheme(scheme: str, said: str) -> None:
    assert kept("TIFF", compression=scheme) == said


def test_a_fax_page_is_group_4() -> None:
    assert kept("TIFF", mode="1", compression="group4") == "CCITT G4"


@pytest.mark.parametrize(("image_format", "said"), [("JPEG", "JPEG"), ("PNG", "Deflate"), ("JPEG2000", "JPEG2000")])
def test_other_formats_have_one_scheme(image_format: str, said: str) -> None:
    assert kept(image_format) == said


def test_what_is_no_image_has_none() -> None:
    assert measure_page(b"no image", "named.jpg")["compression"].reason
