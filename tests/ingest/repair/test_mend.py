"""Repaired, then measured: level, upright, no border, 2–3 mm of margin, nothing of the paper lost, and nothing left to do."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from base.digests import sha256_of_bytes
from base.errors import InputError
from base.images import Pixels, read_pixels
from ingest.measure import measure_page
from ingest.repair import Mended, Repair, mend
from ingest.repair.apply import apply_repair
from ingest.repair.geometry import moved, to_repaired
from standards.profiles import load_profile
from standards.values import Measure, Measures
from tests.ingest.repair.sheets import BLACK_BED, PAPER, WHITE_LID, Laid, draw_sheet, lay, saved

PROFILE = load_profile()
DPI = 120
MM = DPI / 25.4


def measured(data: bytes, turn: int) -> Measures:
    """The measures of a page whose way up is known, as reading finds it out."""
    return {**measure_page(data, "page"), "orientation_deg": Measure("orientation_deg", turn, "deg", 0.95)}


def repaired(laid: Laid, turn: int = 0) -> tuple[Repair, Mended]:
    data = saved(laid.pixels, quality=92)
    before = sha256_of_bytes(data)
    repair, mended = mend(data, "page", 0, measured(data, turn), PROFILE)
    assert mended is not None
    assert sha256_of_bytes(data) == before
    return repair, mended


def margins_mm(laid: Laid, repair: Repair) -> list[float]:
    """From the true edges of the paper to the edges of the repaired image."""
    corners = moved(list(map(tuple, laid.corners)), to_repaired(repair))
    width, height = repair.size
    (left, top), (right, bottom) = corners.min(axis=0), corners.max(axis=0)
    return [float(px) / MM for px in (left + 0.5, top + 0.5, width - 0.5 - right, height - 0.5 - bottom)]


def drawn(page: Pixels) -> NDArray[np.float64]:
    """A page small and blurred, for comparing: a pixel's shift does not count, a lost line does."""
    grey = cv2.GaussianBlur(np.asarray(page[:, :, 1]), (0, 0), 2.0)
    return np.asarray(cv2.resize(grey, (400, 560), interpolation=cv2.INTER_AREA), np.float64)


CASES = [
    pytest.param(1.7, 0, BLACK_BED, 8.0, id="leaning, black bed"),
    pytest.param(-6.5, 0, (70, 68, 66), 5.0, id="leaning far, grey bed"),
    pytest.param(2.4, 270, WHITE_LID, 6.0, id="on its side, white lid"),
    pytest.param(0.0, 90, BLACK_BED, 9.0, id="on its side, straight"),
    pytest.param(-1.1, 180, BLACK_BED, 4.0, id="on its head"),
]


@pytest.mark.parametrize(("skew", "turn", "bed", "margin"), CASES)
def test_repaired_page_is_level_upright_and_cut_outside_its_edge(
    skew: float, turn: int, bed: tuple[int, int, int], margin: float
) -> None:
    sheet = draw_sheet(DPI)
    laid = lay(sheet, dpi=DPI, skew=skew, turn=turn, margin_mm=margin, bed=bed)
    repair, mended = repaired(laid, turn)

    assert abs(mended.measures["skew_deg"].value) <= 0.1  # type: ignore[arg-type,operator]
    assert mended.measures["border_mm"].value == 0
    assert all(2.0 <= each <= 3.0 for each in margins_mm(laid, repair)), margins_mm(laid, repair)
    seen = mended.measures["crop_margin_mm"]
    assert seen.reason is not None or 2.0 <= float(seen.value or 0) <= 3.0
    # Upright: it looks like the sheet as it was drawn, and not like that sheet on its head.
    inner = mended.pixels[repair.margin_px : -repair.margin_px, repair.margin_px : -repair.margin_px]
    alike = np.corrcoef(drawn(inner).ravel(), drawn(sheet).ravel())[0, 1]
    assert alike > 0.9
    assert alike > np.corrcoef(drawn(inner[::-1, ::-1]).ravel(), drawn(sheet).ravel())[0, 1] + 0.2

    again, nothing = mend(mended.data, "page", 0, measured(mended.data, 0), PROFILE)
    assert nothing is None
    assert again.done == ()


@pytest.mark.parametrize("bed", [BLACK_BED, WHITE_LID])
def test_all_of_the_paper_stays_with_its_traces(bed: tuple[int, int, int]) -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.3, margin_mm=7.0, bed=bed)
    repair, _ = repaired(laid)
    matrix = to_repaired(repair)
    paper = laid.mask()
    kept = cv2.warpAffine(paper.astype(np.uint8), matrix, repair.size, flags=cv2.INTER_NEAREST) > 0
    assert kept.sum() >= 0.999 * paper.sum()
    assert not (kept[0].any() or kept[-1].any() or kept[:, 0].any() or kept[:, -1].any())
    # Foxing, stain, holes, pencil, print: inside the paper the repair is a warp of the original and nothing else.
    warped = cv2.warpAffine(laid.pixels, matrix, repair.size, flags=cv2.INTER_CUBIC)
    inside = cv2.erode(kept.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert (apply_repair(laid.pixels, repair)[inside] == warped[inside]).all()


def test_what_surrounds_the_paper_gets_its_own_colour_and_is_no_white_hole() -> None:
    _, mended = repaired(lay(draw_sheet(DPI), dpi=DPI, skew=3.0, margin_mm=9.0))
    frame = np.concatenate([mended.pixels[:8].reshape(-1, 3), mended.pixels[:, -8:].reshape(-1, 3)])
    assert np.abs(frame.astype(int) - PAPER).max() < 14


def test_a_page_that_is_well_is_left_alone() -> None:
    data = saved(lay(draw_sheet(DPI), dpi=DPI, margin_mm=2.5, bed=WHITE_LID).pixels)
    repair, mended = mend(data, "page", 0, measured(data, 0), PROFILE)
    assert mended is None
    assert (repair.done, repair.left) == ((), ())


def test_a_sheet_without_print_is_levelled_by_its_edges() -> None:
    laid = lay(draw_sheet(DPI, print_it=False), dpi=DPI, skew=2.0, margin_mm=8.0)
    repair, _ = repaired(laid)
    assert [note.code for note in repair.done] == ["repair.level-left-by-edge", "repair.border", "repair.crop"]
    corners = moved(list(map(tuple, laid.corners)), to_repaired(repair))
    assert abs(np.degrees(np.arctan2(*(corners[1] - corners[0])[::-1]))) < 0.15


def test_paper_that_runs_out_of_the_frame_gets_no_margin_there_and_loses_nothing() -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=8.0)
    # The scan ends 12 mm inside the paper's right edge.
    cut = laid.pixels[:, : int(laid.corners[:, 0].min() + 136 * MM)]
    data = saved(np.ascontiguousarray(cut))
    repair, mended = mend(data, "page", 0, measured(data, 0), PROFILE)
    assert mended is not None
    matrix = to_repaired(repair)
    paper = laid.mask()[:, : cut.shape[1]].astype(np.uint8)
    assert (cv2.warpAffine(paper, matrix, repair.size, flags=cv2.INTER_NEAREST) > 0).sum() >= 0.999 * paper.sum()
    right = [(cut.shape[1] - 1.0, y) for y in (laid.corners[:, 1].min(), laid.corners[:, 1].max())]
    assert repair.size[0] - moved(right, matrix)[:, 0].max() < 1 * MM


def test_a_page_whose_scale_is_unknown_is_levelled_but_not_cut() -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.5, margin_mm=8.0)
    data = saved(laid.pixels)
    measures = dict(measured(data, 0))
    for name in ("dpi", "dpi_header"):
        measures[name] = Measure(name, None, reason="reason.no-header-dpi")
    repair, mended = mend(data, "page", 0, measures, PROFILE)
    assert mended is not None
    assert [note.code for note in repair.done] == ["repair.level-left"]
    assert [note.code for note in repair.left] == ["repair.left-scale"]
    assert repair.size[0] >= laid.pixels.shape[1]


def test_nobody_turns_a_page_whose_way_up_is_not_sure() -> None:
    data = saved(lay(draw_sheet(DPI), dpi=DPI, margin_mm=2.5, bed=WHITE_LID, turn=90).pixels)
    measures = {**measured(data, 0), "orientation_deg": Measure("orientation_deg", 90, "deg", 0.4)}
    repair, mended = mend(data, "page", 0, measures, PROFILE)
    assert mended is None
    assert [note.code for note in repair.left] == ["repair.left-turn-unsure"]


def test_what_cannot_be_opened_is_an_error_and_not_a_result() -> None:
    data = saved(draw_sheet(DPI))[:4000]
    with pytest.raises(InputError) as raised:
        mend(data, "page", 0, {}, PROFILE)
    assert raised.value.code == "image.truncated"


def test_pixels_are_only_read() -> None:
    laid = lay(draw_sheet(DPI), dpi=DPI, skew=1.0)
    data = saved(laid.pixels)
    repair, _ = mend(data, "page", 0, measured(data, 0), PROFILE)
    pixels = read_pixels(data, "page")
    kept = pixels.copy()
    apply_repair(pixels, repair)
    assert (pixels == kept).all()
