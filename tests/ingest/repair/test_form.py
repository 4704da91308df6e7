"""The form of the file stays: format, colours, resolution, and no quality thrown away for a turn."""

from __future__ import annotations

import io
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from base.errors import InputError
from ingest.measure import measure_page
from ingest.repair import Mended, mend
from ingest.repair.form import encoded, form_of, planes
from standards.profiles import load_profile
from standards.values import Measure
from tests.ingest.repair.sheets import WHITE_LID, draw_sheet, lay, saved

PROFILE = load_profile()
DPI = 120


def made(data: bytes, turn: int = 0) -> Mended:
    measures = {**measure_page(data, "page"), "orientation_deg": Measure("orientation_deg", turn, "deg", 0.95)}
    _, mended = mend(data, "page", 0, measures, PROFILE)
    assert mended is not None
    return mended


def opened(data: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(data))
    image.load()
    return image


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("JPEG", "RGB", {"quality": 75}), ("JPEG", "L", {"quality": 95}), ("PNG", "RGB", {}), ("TIFF", "RGB", {}),
        ("TIFF", "1", {}), ("TIFF", "L", {"compression": "tiff_lzw"}),
    ],
)  # fmt: skip
def test_format_colours_and_resolution_stay(kind: str, mode: str, options: dict[str, object]) -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=6.0, noise=0)
    data = saved(laid.pixels, kind, mode, DPI, **options)
    before, mended = opened(data), made(data)
    after = opened(mended.data)
    assert (after.format, after.mode) == (before.format, before.mode)
    assert after.info["dpi"] == pytest.approx((DPI, DPI), abs=0.1)
    if kind == "TIFF":
        assert after.info["compression"] == before.info["compression"] if mode != "1" else "group4"
    if kind == "JPEG":
        assert 88 <= float(mended.measures["jpeg_quality"].value or 0) <= 97  # type: ignore[arg-type]


def test_a_jpeg_2000_stays_one_without_loss() -> None:
    pixels = draw_sheet(DPI)[:200, :240]
    form = form_of(saved(pixels, "JPEG2000", irreversible=False), "page")
    data = encoded(planes(pixels, form), form, (DPI, DPI), quarter_turned=False, warped=True)
    assert opened(data).format == "JPEG2000"
    assert np.array_equal(np.asarray(opened(data)), pixels)


def test_a_bitonal_page_stays_black_and_white_and_its_border_becomes_white() -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=8.0, noise=0)
    mended = made(saved(laid.pixels, "TIFF", "1"))
    assert mended.suffix == ".tif"
    assert set(np.unique(mended.pixels)) <= {0, 255}
    assert mended.pixels[:6].min() == mended.pixels[-6:].min() == 255


@pytest.mark.parametrize("turn", [90, 180])
def test_a_turned_jpeg_keeps_its_tables_and_its_picture(turn: int) -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, turn=turn, margin_mm=2.5, bed=WHITE_LID)
    data = saved(laid.pixels, quality=80)
    mended = made(data, turn)
    before, after = opened(data), opened(mended.data)
    quarter = turn in (90, 270)
    for key, table in before.quantization.items():  # type: ignore[attr-defined]
        square = np.asarray(table).reshape(8, 8)
        assert list((square.T if quarter else square).reshape(-1)) == list(after.quantization[key])  # type: ignore[attr-defined]
    turned = np.rot90(np.asarray(before, np.float64), -(turn // 90))
    error = float(np.mean((turned - np.asarray(after, np.float64)) ** 2))
    assert 10 * np.log10(255**2 / max(error, 1e-9)) > 40


def test_a_header_that_lies_is_set_right_on_the_copy() -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=6.0)
    data = saved(laid.pixels, dpi=300, quality=90)
    measures = dict(measure_page(data, "page"))
    measures["dpi"] = Measure("dpi", DPI + 0.2, "dpi", 0.9)
    _, mended = mend(data, "page", 0, measures, PROFILE)
    assert mended is not None
    assert opened(mended.data).info["dpi"] == (DPI, DPI)


@pytest.mark.parametrize("mode", ["CMYK", "RGBA", "I;16"])
def test_colours_that_would_lose_something_are_left_with_a_reason(mode: str) -> None:
    pixels = lay(draw_sheet(DPI), dpi=DPI, skew=2.0, margin_mm=6.0).pixels
    image = Image.fromarray(pixels)
    wide = Image.fromarray((np.asarray(image.convert("L")).astype(np.uint16)) << 8)
    out = io.BytesIO()
    (wide if mode == "I;16" else image.convert(mode)).save(out, "TIFF", dpi=(DPI, DPI))
    measures = measure_page(out.getvalue(), "page")
    repair, mended = mend(out.getvalue(), "page", 0, measures, PROFILE)
    assert mended is None
    assert repair.left[-1].code == "repair.left-form"
    with pytest.raises(InputError) as raised:
        form_of(out.getvalue(), "page")
    assert raised.value.code == "repair.form"


def test_one_frame_of_many_keeps_its_own_form() -> None:
    colour = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=6.0).pixels
    out = io.BytesIO()
    first = Image.fromarray(colour).convert("L").point(lambda level: 255 if level > 128 else 0).convert("1")
    first.save(out, "TIFF", save_all=True, append_images=[Image.fromarray(colour)], dpi=(DPI, DPI))
    data = out.getvalue()
    measures = dict(measure_page(data, "page", 1))
    _, mended = mend(data, "page", 1, measures, PROFILE)
    assert mended is not None
    assert opened(mended.data).mode == "RGB"
    assert replace(form_of(data, "page", 0)).mode == "1"
