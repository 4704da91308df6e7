"""Dark edges that the scanner made around the paper, and the margin left outside the paper's edge."""

from __future__ import annotations

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.values import Box, Measure

_DARK = 110
_LEAST_MM = 0.3


def border(view: PageView) -> Measure:
    """`border_mm`: the widest dark strip between frame and paper (0 where none shows); `boxes` are the strips."""
    sheet = view.sheet
    dark = [
        (margin, side)
        for side, (margin, level) in enumerate(zip(sheet.margins, sheet.levels, strict=True))
        if level is not None and level <= _DARK
    ]
    if not dark:
        return measured("border_mm", 0.0, "mm", 0.9)
    scale = view.true_px_per_mm
    if scale is None:
        return unknown("border_mm", "reason.no-scale")
    boxes = tuple(_strip(view, side, margin) for margin, side in dark if margin >= _LEAST_MM * scale)
    return measured("border_mm", round(max(margin for margin, _ in dark) / scale, 1), "mm", 0.9, boxes)


def _strip(view: PageView, side: int, margin: float) -> Box:
    height, width = view.reduced.shape[:2]
    left, top, wide, tall = (
        (0.0, 0.0, margin, height), (0.0, 0.0, width, margin),
        (width - margin, 0.0, margin, height), (0.0, height - margin, width, margin),
    )[side]  # fmt: skip
    return view.box(left, top, wide, tall)


def crop_margin(view: PageView) -> Measure:
    """`crop_margin_mm`: the narrowest strip left outside the paper's edge, where all four edges show."""
    if not view.sheet.edges_seen:
        return unknown("crop_margin_mm", "reason.edge-not-seen")
    scale = view.true_px_per_mm
    if scale is None:
        return unknown("crop_margin_mm", "reason.no-scale")
    return measured("crop_margin_mm", round(min(view.sheet.nearest) / scale, 1), "mm", 0.8)
