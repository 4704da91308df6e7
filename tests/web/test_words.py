"""Words of the screens: dates as lists write them, measured values with their units."""

from __future__ import annotations

import pytest

from web.words import day_text, measure_text


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("19411124", "1941-11-24"),
        ("1941.11", "1941-11"),
        ("1941年", "1941"),
        ("1941-11-24", "1941-11-24"),
        ("不详", "不详"),
        ("", ""),
    ],
)
def test_a_date_is_shown_as_far_as_it_goes(written: str, shown: str) -> None:
    assert day_text(written) == shown


def test_a_measure_has_its_unit() -> None:
    assert measure_text("skew_deg", {"value": -0.35, "unit": "deg"}) == "-0.35°"
    assert measure_text("dpi", {"value": 300.0, "unit": "dpi"}) == "300 dpi"
    assert measure_text("blank", {"value": 0.0, "unit": ""}) == "0"
