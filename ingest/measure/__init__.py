"""Measurements of one page image, one module per measure; `measure_page` makes them all from one decoding."""

from ingest.measure.page import (
    NAMES,
    damaged_measures,
    measure_broken,
    measure_page,
    measure_picture,
    measure_view,
    missing_measures,
)

__all__ = [
    "NAMES",
    "damaged_measures",
    "measure_broken",
    "measure_page",
    "measure_picture",
    "measure_view",
    "missing_measures",
]
