"""Decoding at full and at reduced size gives the same page, and half a page is never taken for a whole one."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image

from base.errors import InputError
from base.images import Pixels, read_header, read_pixels, read_reduced, shrunk_by


def _picture() -> Pixels:
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (12, 9, 3), np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((181, 243), Image.Resampling.BICUBIC), np.uint8)


def _encoded(kind: str = "JPEG", mode: str = "RGB", **options: object) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(_picture()).convert(mode).save(
        buffer, kind, **({"quality": 92} if kind == "JPEG" else {}), **options
    )
    return buffer.getvalue()


@pytest.mark.parametrize("factor", [1, 2, 4, 8])
@pytest.mark.parametrize(("kind", "mode"), [("JPEG", "RGB"), ("JPEG", "L"), ("JPEG", "CMYK"), ("PNG", "RGB")])
def test_the_reduced_page_is_the_page(kind: str, mode: str, factor: int) -> None:
    data = _encoded(kind, mode)
    whole = read_pixels(data, "page")
    small = read_reduced(data, "page", read_header(data, "page"), factor)
    mean = shrunk_by(whole, factor)
    height, width = mean.shape[:2]
    difference = small[:height, :width].astype(int) - mean.astype(int)
    assert float(np.abs(difference[:-1, :-1]).mean()) < 3


@pytest.mark.parametrize("factor", [1, 2])
@pytest.mark.parametrize(
    ("share", "end"), [(0.3, b""), (0.9, b""), (0.999, b""), (0.3, b"\xff\xd9"), (0.9, b"\xff\xd9")]
)
def test_a_picture_that_ends_early_is_truncated(factor: int, share: float, end: bytes) -> None:
    data = _encoded()
    header = read_header(data, "page")
    cut = data[: int(len(data) * share)] + end
    with pytest.raises(InputError) as caught:
        read_reduced(cut, "page", header, factor)
    assert caught.value.code in {"image.truncated", "image.unreadable"}


def test_the_turn_in_a_header_is_left_to_the_measures() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    data = _encoded(exif=exif)
    assert read_pixels(data, "page").shape == (243, 181, 3)
    assert read_reduced(data, "page", read_header(data, "page"), 2).shape == (122, 91, 3)
