"""Dates as they are written: every form gives the same parts, nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text import dates
from base.text.dates import PartialDate, find, of_cell, of_parts, parse

DAYS = st.dates(min_value=date(1850, 1, 1), max_value=date(2100, 12, 31))


@pytest.mark.parametrize(
    "text",
    [
        "19491001",
        "1949-10-01",
        "1949.10.1",
        "1949/10/01",
        "1949年10月1日",
        "1949年10月1号",
        " 1949 年 10 月 1 日 ",
        "1949.10.1",
        "一九四九年十月一日",
        "公元1949年10月01日",
        "民国三十八年十月一日",
        "民国38年10月1日",
        "1949-10-01 00:00:00",
        "1949-10-01T00:00:00",
        "1949.10.1.",
    ],
)
def test_forms_of_one_day(text: str) -> None:
    assert parse(text) == PartialDate(1949, 10, 1)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("1949", (1949, None, None)),
        ("1949年", (1949, None, None)),
        ("1949.1", (1949, 1, None)),
        ("194901", (1949, 1, None)),
        ("1949年12月份", (1949, 12, None)),
        ("19490000", (1949, None, None)),
        ("19490100", (1949, 1, None)),
        ("一九七〇年元月", (1970, 1, None)),
        ("一九七零年十二月三十一日", (1970, 12, 31)),
        ("一九八五年二月廿八日", (1985, 2, 28)),
        ("二○○○年二月二十九日", (2000, 2, 29)),
        ("民国元年", (1912, None, None)),
        ("民国四十二年", (1953, None, None)),
        ("民国四十二年三月五日", (1953, 3, 5)),
        ("民國四十二年三月五號", (1953, 3, 5)),
        ("民国三十年冬月", (1941, 11, None)),
        ("康德八年四月", (1941, 4, None)),
        ("昭和十六年四月二日", (1941, 4, 2)),
        ("大同元年", (1932, None, None)),
        ("公历1953年3月", (1953, 3, None)),
        ("1953年3月(阳历)", (1953, 3, None)),
        ("1953 3 5", (1953, 3, 5)),
        ("1953 11 2", (1953, 11, 2)),
        ("一九五三年三月", (1953, 3, None)),
        ("一九五三年十二月廿一日", (1953, 12, 21)),
    ],
)
def test_parts_that_are_not_written_stay_unknown(text: str, parts: tuple[int, int | None, int | None]) -> None:
    assert parse(text) == PartialDate(*parts)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "无",
        "49年1月",
        "49.1.1",
        "1949-02-30",
        "1949.13",
        "18491231",
        "21010101",
        "1949-00-12",
        "1/2",
        "12345",
        "张三",
    ],
)
def test_what_is_no_date(text: str) -> None:
    assert parse(text) is None


def test_lunar_dates_are_marked_and_not_converted() -> None:
    assert parse("农历1949年2月30日") == PartialDate(1949, 2, 30, lunar=True)
    assert parse("一九四九年正月初五(农历)".replace("(农历)", "农历")) == PartialDate(1949, 1, 5, lunar=True)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("53.3.5", (1953, 3, 5)),
        ("53.3", (1953, 3, None)),
        ("53-03-05", (1953, 3, 5)),
        ("53年3月5日", (1953, 3, 5)),
        ("五三年三月", (1953, 3, None)),
        ("53年", (1953, None, None)),
        ("1953.3", (1953, 3, None)),
        ("民国42年3月", (1953, 3, None)),
    ],
)
def test_a_year_in_two_digits_needs_its_century(text: str, parts: tuple[int, int | None, int | None]) -> None:
    assert parse(text, century=1900) == PartialDate(*parts)


@pytest.mark.parametrize("text", ["5.3", "12.5", "3年2月", "953年", "5303"])
def test_what_a_century_does_not_make_a_date(text: str) -> None:
    assert parse(text, century=1900) is None


def test_a_leap_month_is_lunar() -> None:
    assert parse("1957年闰八月十五") == PartialDate(1957, 8, 15, lunar=True, leap=True)
    assert parse("农历一九五三年二月初三日") == PartialDate(1953, 2, 3, lunar=True)


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("1975年3月于大连机器厂", ["1975年3月"]),
        ("生于一九五三年三月,一九七一年入厂", ["一九五三年三月", "一九七一年"]),
        ("农历一九五三年二月初三生", ["农历一九五三年二月初三"]),
        ("1958.9-1969.3", ["1958.9", "1969.3"]),
        ("民国四十二年三月五日生", ["民国四十二年三月五日"]),
        ("1953.3.5(农历)", ["1953.3.5(农历)"]),
        ("19530305", ["19530305"]),
        ("１９５３年３月", ["１９５３年３月"]),
        ("生於民國42.3.5", ["民國42.3.5"]),
        ("120.5元,电话13912345678,1953年13月", []),
    ],
)
def test_dates_inside_text(text: str, written: list[str]) -> None:
    assert [text[each.start : each.end] for each in find(text)] == written


def test_short_years_inside_text_are_told() -> None:
    (found,) = find("53.3.5生", century=1900)
    assert (found.date, found.short) == (PartialDate(1953, 3, 5), True)
    assert not list(find("53.3.5生"))


@given(st.text("0123456789年月日.-/一二十〇民国元农历闰初(), ", max_size=24))
def test_what_is_found_is_read_the_same_alone(text: str) -> None:
    for each in find(text):
        assert parse(text[each.start : each.end]) == each.date


@pytest.mark.parametrize("text", ["[1949]", "〔1949〕", "1949?", "1949\uff1f", "\uff3b1949\uff3d"])
def test_conjectured_dates_are_marked(text: str) -> None:
    assert parse(text) == PartialDate(1949, conjectured=True)


def test_cells() -> None:
    assert of_cell(datetime(1949, 10, 1, tzinfo=UTC)) == PartialDate(1949, 10, 1)
    assert of_cell(19491001) == of_cell(19491001.0) == PartialDate(1949, 10, 1)
    assert of_cell(1949.12) == PartialDate(1949, 12)
    assert of_cell(1949.1) == of_cell(1949) == PartialDate(1949)
    assert of_cell(None) is of_cell(True) is of_cell("") is None


def test_exchange_form() -> None:
    assert PartialDate(1949, 2).digits == "19490200"
    assert PartialDate(1949, 2).iso == "1949-02"


@given(DAYS, st.sampled_from(["%Y%m%d", "%Y-%m-%d", "%Y.%m.%d", "%Y/%m/%d", "%Y年%m月%d日"]))
def test_every_day_is_read_back(day: date, form: str) -> None:
    assert parse(f"{day:{form}}") == PartialDate(day.year, day.month, day.day)


@given(DAYS)
def test_the_exchange_form_is_read_back(day: date) -> None:
    parts = of_parts(day.year, day.month, day.day)
    assert parts is not None
    assert parse(parts.digits) == parts


@given(st.text(max_size=20) | st.text("0123456789年月日.-/一二十〇民国元农历[]?", max_size=12))
def test_any_text_has_an_answer(text: str) -> None:
    found = parse(text)
    assert found is None or 1850 <= found.year <= 2100


@given(st.text("0123456789一二三十廿〇元初年年月日号-./ ()农历民国闰王", max_size=40))
def test_looking_before_the_marks_finds_what_looking_everywhere_does(text: str) -> None:
    everywhere = [match.span() for match in dates._ANYWHERE.finditer(text)]
    assert [match.span() for match in dates._matches(text)] == everywhere
