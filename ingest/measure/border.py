"""Dark edges that the scanner made around the paper, and the margin left outside the paper's edge."""

from __future__ import annotations

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.values import Measure

_DARK = 110


def border(view: PageView) -> Measure:
    """`border_mm`: the widest dark strip between frame and paper (0 where none shows)."""
    sheet = view.sheet
    if sheet.bed_level is None or sheet.bed_level > _DARK:
        return measured("border_mm", 0.0, "mm", 0.9)
    scale = view.true_px_per_mm
    if scale is None:
        return unknown("border_mm", "reason.no-scale")
    return measured("border_mm", round(max(sheet.margins) / scale, 1), "mm", 0.9)


def crop_margin(view: PageView) -> Measure:
    """`crop_margin_mm`: the narrowest strip left outside the paper's edge, where all four edges show."""
    if not view.sheet.edges_seen:
        return unknown("crop_margin_mm", "reason.edge-not-seen")
    scale = view.true_px_per_mm
    if scale is None:
        return unknown("crop_margin_mm", "reason.no-scale")
    return measured("crop_margin_mm", round(min(view.sheet.nearest) / scale, 1), "mm", 0.8)
