"""Lunar dates become solar days by the tables, never by guess."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.dates import PartialDate, parse
from base.text.lunar import solar_days


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("农历一九五三年正月初一", date(1953, 2, 14)),  # New Year of the snake year
        ("阴历1949年八月初十", date(1949, 10, 1)),
        ("旧历一九五七年闰八月十五", date(1957, 10, 8)),
        ("古历1953年腊月廿九", date(1954, 2, 2)),
    ],
)
def test_days(written: str, day: date) -> None:
    found = parse(written)
    assert found is not None
    assert solar_days(found) == (day, day)


def test_a_month_is_a_span_of_days() -> None:
    found = parse("农历1953年二月")
    assert found is not None
    assert solar_days(found) == (date(1953, 3, 15), date(1953, 4, 13))


def test_days_that_cannot_be() -> None:
    assert solar_days(PartialDate(1953, 12, 30, lunar=True)) is None
    assert solar_days(PartialDate(1953, 4, 1, lunar=True, leap=True)) is None
    assert solar_days(PartialDate(1890, 4, 1, lunar=True)) is None


@given(st.integers(1900, 2090), st.integers(1, 12), st.integers(1, 29))
def test_a_lunar_day_lies_within_its_month_and_near_its_number(year: int, month: int, day: int) -> None:
    days = solar_days(PartialDate(year, month, day, lunar=True))
    span = solar_days(PartialDate(year, month, lunar=True))
    assert days is not None
    assert span is not None
    assert span[0] <= days[0] <= span[1]
    assert 15 <= (days[0] - date(year, month, 1)).days - (day - 1) <= 55
