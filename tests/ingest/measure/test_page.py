"""Measures on pages whose truth is known."""

from __future__ import annotations

import numpy as np
import pytest

from base.images import Pixels
from ingest.measure import NAMES, measure_page
from standards.values import Measures
from tests.ingest.measure.sheets import A4, K16, WHITE, YELLOW, Sheet, aged, bled_through, encoded, on_bed, turned


def measured(pixels: Pixels, dpi: int | None = 150, **options: object) -> Measures:
    return measure_page(encoded(pixels, dpi=dpi, **options), "page.jpg")


def test_every_measure_is_a_value_or_a_reason() -> None:
    measures = measured(aged(Sheet().form().pixels()))
    assert tuple(measures) == NAMES
    assert all((measure.value is None) == (measure.reason is not None) for measure in measures.values())


@pytest.mark.parametrize("angle", [-12.3, -3.17, -0.4, 0.0, 0.85, 2.6, 9.4])
@pytest.mark.parametrize("kind", ["letter", "form"])
def test_skew_is_of_the_print_and_positive_clockwise(angle: float, kind: str) -> None:
    sheet = Sheet().letter() if kind == "letter" else Sheet().form()
    assert measured(aged(turned(sheet.pixels(), angle)))["skew_deg"].value == pytest.approx(angle, abs=0.1)


def test_skew_is_not_that_of_the_sheets_edge() -> None:
    page = on_bed(turned(Sheet(K16, paper=YELLOW).letter().pixels(), 1.2, YELLOW), 60, -3)
    assert measured(aged(page))["skew_deg"].value == pytest.approx(-1.8, abs=0.15)


def test_skew_of_a_page_on_its_side() -> None:
    page = np.ascontiguousarray(np.rot90(turned(Sheet().letter().pixels(), 1.5)))
    measures = measured(aged(page))
    assert measures["skew_deg"].value == pytest.approx(1.5, abs=0.1)
    assert measures["orientation_deg"].value in (90, 270)


def test_a_sparse_page_has_no_skew() -> None:
    assert measured(aged(Sheet().text(180, 280, "7").pixels()))["skew_deg"].reason == "reason.too-little-print"


@pytest.mark.parametrize(("size", "dpi"), [(A4, 150), (A4, 200), (K16, 200), (A4, 300)])
def test_an_honest_header_is_believed(size: tuple[float, float], dpi: int) -> None:
    measures = measured(aged(Sheet(size, dpi).letter().pixels()), dpi)
    assert measures["dpi"].value == pytest.approx(dpi, rel=0.02)
    assert measures["width_mm"].value == pytest.approx(size[0], rel=0.02)


def test_a_header_that_lies_is_found_by_the_frame() -> None:
    measures = measured(aged(Sheet(dpi=150).letter().pixels()), 300)
    assert measures["dpi"].value == pytest.approx(150, rel=0.02)
    assert measures["dpi_header"].value == 300


def test_a_header_that_lies_is_found_by_the_papers_edge() -> None:
    page = on_bed(Sheet(K16, 200, YELLOW).letter().pixels(), 60, 1.4)
    measures = measured(aged(page), 300)
    assert measures["dpi"].value == pytest.approx(200, rel=0.02)
    assert measures["width_mm"].value == pytest.approx(184, abs=3)


def test_pixels_of_no_known_sheet_say_nothing() -> None:
    assert measured(np.full((1000, 900, 3), 240, np.uint8), None)["dpi"].reason == "reason.paper-size-not-seen"


def _grid() -> Pixels:
    sheet = Sheet().ruled((90, 150, 90), 10)
    for x in range(15, 196, 10):
        sheet.line(x, 30, x, 270, (90, 150, 90))
    return sheet.pixels()


def _seen_through(strength: float) -> Pixels:
    return bled_through(Sheet(paper=YELLOW).pixels(), aged(Sheet().form().pixels()), strength)


def _punched(lid: tuple[int, int, int], shadow: tuple[int, int, int]) -> Pixels:
    """Two holes through which the lid shows, with a shadow along a part of their rims."""
    sheet = Sheet(dpi=200)
    for y in (108, 188):
        box = [sheet.px(v) for v in (9.2, y, 14.8, y + 5.6)]
        sheet.draw.ellipse(box, fill=lid)
        sheet.draw.arc(box, 180, 330, fill=shadow, width=2)
    return sheet.pixels()


BLANKS = {
    "white": lambda: Sheet().pixels(),
    "yellow": lambda: Sheet(paper=YELLOW).pixels(),
    "ruled": lambda: Sheet().ruled((200, 80, 80)).pixels(),
    "ruled and turned": lambda: turned(Sheet().ruled((60, 60, 60)).pixels(), 2.7),
    "squared": _grid,
    "punched": lambda: Sheet(paper=YELLOW).holes().pixels(),
    "punched over a grey lid": lambda: _punched((215, 214, 212), shadow=(120, 110, 95)),
    "punched over a white lid, turned": lambda: turned(_punched((250, 250, 248), shadow=(120, 110, 95)), 0.7),
    "bled through": lambda: _seen_through(0.12),
    "strongly bled through": lambda: _seen_through(0.2),
    "on a dark bed": lambda: on_bed(Sheet(paper=YELLOW).ruled().pixels(), 30, 1.3),
}
WRITTEN = {
    "unfilled form": lambda: Sheet().form(filled=False).pixels(),
    "three lines": lambda: Sheet().letter(3).pixels(),
    "page number": lambda: Sheet().text(100, 283, "12", 3.2).pixels(),
    "pencil figure": lambda: Sheet(paper=YELLOW).text(185, 280, "7", 4, (150, 145, 125)).pixels(),
    "pencil stroke": lambda: Sheet().text(185, 280, "1", 4, (165, 165, 165)).pixels(),
    "pencil on ruled paper": lambda: Sheet().ruled().text(185, 12, "9-1", 4, (150, 150, 150)).pixels(),
    "seal": lambda: Sheet().seal(120, 200).pixels(),
    "pale seal": lambda: Sheet(paper=YELLOW).seal(120, 200, fill=(230, 170, 150)).pixels(),
    # Thick and close, its two figures run together and are as wide as they are high.
    "soft pencil figures": lambda: turned(Sheet().text(184, 60, "23", 2.9, (140, 138, 136)).pixels(), 0.5),
    "pencil over bleed-through": lambda: bled_through(
        Sheet().text(185, 280, "23", 4, (140, 140, 140)).pixels(), aged(Sheet().letter().pixels()), 0.1
    ),
}


@pytest.mark.parametrize("name", BLANKS)
def test_paper_with_nothing_set_down_is_blank(name: str) -> None:
    assert float(measured(aged(BLANKS[name](), blur=0.5))["blank"].value or 0) >= 0.5


def test_stained_paper_is_blank() -> None:
    assert float(measured(aged(Sheet(paper=YELLOW).pixels(), stains=4))["blank"].value or 0) >= 0.5


@pytest.mark.parametrize("name", WRITTEN)
def test_any_mark_is_not_blank(name: str) -> None:
    assert float(measured(aged(WRITTEN[name](), blur=0.5))["blank"].value or 0) < 0.5


def test_colour_is_judged_as_captured() -> None:
    form = aged(Sheet(paper=WHITE).form().pixels())
    grey = np.repeat(form.mean(axis=2, keepdims=True).astype(np.uint8), 3, axis=2)
    bitonal = np.where(grey > 128, 255, 0).astype(np.uint8)
    assert measured(aged(Sheet(paper=YELLOW).form().pixels()))["colour_mode"].value == "colour"
    assert measured(aged(Sheet().form(filled=False).seal(150, 240).pixels()))["colour_mode"].value == "colour"
    assert measured(grey)["colour_mode"].value == "grey"
    assert measured(bitonal)["colour_mode"].value == "bitonal"
    assert measured(bitonal, kind="TIFF", mode="1", compression="group4")["colour_mode"].value == "bitonal"


def test_a_seal_is_seen_with_and_without_colour() -> None:
    sealed, plain = Sheet().form().seal(150, 240), Sheet().form()
    assert float(measured(aged(sealed.pixels()))["red_stamp"].value or 0) >= 0.7
    assert (
        float(measured(aged(Sheet(paper=YELLOW).ruled((200, 80, 80)).letter(8).pixels()))["red_stamp"].value or 0) < 0.5
    )
    assert float(measured(aged(sealed.pixels()), mode="L")["ring_seal"].value or 0) >= 0.7
    assert float(measured(aged(plain.pixels()), mode="L")["ring_seal"].value or 0) < 0.5


def test_two_seals_that_touch_are_seen() -> None:
    touching = Sheet().form().seal(140, 215).seal(140, 245)
    assert float(measured(aged(touching.pixels()))["red_stamp"].value or 0) >= 0.7


def test_a_portrait_is_seen() -> None:
    assert float(measured(aged(Sheet().form().portrait(163, 50).pixels()))["portrait"].value or 0) >= 0.7
    assert float(measured(aged(Sheet().form().pixels()))["portrait"].value or 0) < 0.3


def test_dark_border_in_millimetres() -> None:
    scale = 150 / 25.4
    page = on_bed(Sheet(paper=YELLOW).letter().pixels(), round(6 * scale))
    assert measured(aged(page))["border_mm"].value == pytest.approx(6, abs=0.6)
    assert measured(aged(Sheet().letter().pixels()))["border_mm"].value == 0


def test_sharpness_falls_with_blur() -> None:
    values = [
        float(measured(aged(Sheet(dpi=200).letter().pixels(), blur=blur), 200)["sharpness"].value or 0)
        for blur in (0.4, 1.2, 2.5, 4.5)
    ]
    assert values == sorted(values, reverse=True)
    assert values[0] > 0.4
    assert values[-1] < 0.2


@pytest.mark.parametrize("quality", [40, 75, 92])
def test_jpeg_quality_from_its_tables(quality: int) -> None:
    value = measured(aged(Sheet().letter().pixels()), quality=quality)["jpeg_quality"].value
    assert value == pytest.approx(quality, abs=3)


@pytest.mark.parametrize(
    "data", [b"", b"plain text", b"\xff\xd8\xff\xe0broken", encoded(Sheet().letter().pixels())[:9000]]
)
def test_damaged_bytes_are_reasons_and_never_an_error(data: bytes) -> None:
    measures = measure_page(data, "page.jpg")
    assert measures["blank"].reason == "reason.damaged"
    assert measures["sha256"].value is not None


@pytest.mark.parametrize("side", [1, 3, 70])
def test_tiny_images_do_not_break_it(side: int) -> None:
    assert set(measured(np.full((side, side, 3), 200, np.uint8))) == set(NAMES)


@pytest.mark.parametrize("tone", [0, 128, 240, 255])
def test_a_page_of_one_tone_is_measured(tone: int) -> None:
    measures = measure_page(encoded(np.full((1100, 800, 3), tone, np.uint8), kind="PNG"), "page.png")
    assert measures["moire"].value == 0.0
    assert measures["clipped"].value == (1.0 if tone in (0, 255) else 0.0)


def test_squares_of_manuscript_paper_are_no_seals() -> None:
    """Where its lines are broken a single square is left, of a personal seal's size."""
    sheet = Sheet(dpi=200)
    for at in range(25, 180, 13):
        for other in range(25, 260, 13):
            if (at + other) % 3:
                sheet.line(at, other, at + 13, other, (200, 60, 60), 0.4)
                sheet.line(at, other, at, other + 13, (200, 60, 60), 0.4)
    assert float(measured(aged(sheet.pixels()))["red_stamp"].value or 0) < 0.5
