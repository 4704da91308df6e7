"""True resolution and physical size, from the paper and the header together."""

from __future__ import annotations

from ingest.measure.answers import measured, unknown
from ingest.measure.view import PageView
from standards.papers import MM_PER_INCH
from standards.values import Measure


def resolution(view: PageView) -> list[Measure]:
    """`dpi`, `dpi_header`, `width_mm`, `height_mm` of the sheet (of the frame where no edge shows)."""
    return [_true(view), _header(view), *_size(view)]


def _true(view: PageView) -> Measure:
    explained = view.explained
    if explained is None:
        return unknown("dpi", "reason.paper-size-not-seen")
    return measured("dpi", round(explained.dpi, 1), "dpi", explained.confidence)


def _header(view: PageView) -> Measure:
    if view.header.dpi is None:
        return unknown("dpi_header", "reason.no-header-dpi")
    across, down = view.header.dpi
    # Where the two differ the worse one decides what was captured.
    return measured("dpi_header", round(min(across, down), 1), "dpi", 1.0 if abs(across - down) <= 1 else 0.5)


def _size(view: PageView) -> list[Measure]:
    explained = view.explained
    if explained is None:
        return [unknown(name, "reason.paper-size-not-seen") for name in ("width_mm", "height_mm")]
    seen = view.sheet.edges_seen
    sides = (view.sheet.width / view.scale, view.sheet.height / view.scale) if seen else view.size
    return [
        measured(name, round(side / explained.dpi * MM_PER_INCH, 1), "mm", explained.confidence)
        for name, side in zip(("width_mm", "height_mm"), sides, strict=True)
    ]
