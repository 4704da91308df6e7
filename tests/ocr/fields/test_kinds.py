"""What a value must look like, and its normal form."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text import identity
from ocr.fields import FIELDS
from ocr.fields.forms import forms, labels
from ocr.fields.kinds import read
from ocr.fields.strips import Ink
from tests.ocr.fields.sheets import line

ANY = st.text(max_size=24) | st.text(
    "张三男女汉族省市县厂年月日农历民国一二三十0123456789X.-/无未:：()（） ", max_size=24
)


def ink(text: str) -> Ink:
    whole = line(0, 0, text)
    return Ink(tuple((whole, place) for place in range(len(text))))


def normal(field: str, text: str) -> str | None:
    found = read(field, ink(text))
    return found.normal if found else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1953年3月5日", "1953-03-05"),
        ("1953年3月", "1953-03"),
        ("1953年", "1953"),
        ("1953.3.5", "1953-03-05"),
        ("1953-03", "1953-03"),
        ("1953,3,5", "1953-03-05"),
        ("1953 3 5", "1953-03-05"),
        ("1953 年 3 月 5 日", "1953-03-05"),
        ("19530305", "1953-03-05"),
        ("195303", "1953-03"),
        ("53.3.5", "1953-03-05"),
        ("53年3月", "1953-03"),
        ("一九五三年三月", "1953-03"),
        ("一九五三年十二月廿一日", "1953-12-21"),
        ("五三年三月", "1953-03"),
        ("民国四十二年", "1953"),
        ("民国四十二年三月五日", "1953-03-05"),
        ("民国42.3.5", "1953-03-05"),
        ("康德八年四月", "1941-04"),
        ("农历一九五三年二月初三", "1953-03-17"),
        ("1953年2月初三(阴历)", "1953-03-17"),
        ("公历1953年3月5日", "1953-03-05"),
        ("1953年3月5日生", "1953-03-05"),
    ],
)
def test_every_written_form_of_a_birth_date(text: str, expected: str) -> None:
    assert normal("birth_date", text) == expected


def test_lunar_dates_are_marked_and_without_a_day_span_two_months() -> None:
    whole, month = read("birth_date", ink("农历1953年2月3日")), read("birth_date", ink("农历1953年2月"))
    assert whole is not None
    assert month is not None
    assert (whole.normal, whole.marks) == ("1953-03-17", ("lunar",))
    assert (month.normal, month.marks, month.candidates) == (None, ("lunar",), ("1953-03", "1953-04"))


def test_a_year_of_either_century_is_left_to_a_person_except_a_birth() -> None:
    found = read("retirement_date", ink("05.3.1"))
    assert found is not None
    assert (found.normal, found.marks, found.candidates) == (None, ("century",), ("1905-03-01", "2005-03-01"))
    assert normal("birth_date", "25.3.1") == "1925-03-01"


def test_the_date_of_a_longer_value() -> None:
    found = read("party_date", ink("1975年3月于大连机器厂"))
    assert found is not None
    assert (found.ink.text, found.normal) == ("1975年3月", "1975-03")
    assert read("party_date", ink("未入党")) is None
    assert read("birth_date", ink("年 月 日")) is None
    broken = read("birth_date", ink("1953年13月5日"))
    assert broken is not None
    assert (broken.normal, broken.marks) == (None, ("form",))


@pytest.mark.parametrize(
    ("field", "text", "expected"),
    [
        ("sex", "男", "1"),
        ("sex", "女 ", "2"),
        ("ethnic_group", "汉", "01"),
        ("ethnic_group", "满族", "11"),
        ("ethnic_group", "維吾爾族", "05"),
        ("education", "初中毕业", "初中"),
        ("education", "大学本科", "大学"),
        ("education", "技工学校", "技校"),
        ("political_status", "党员", "中共党员"),
        ("political_status", "团员", "共青团员"),
        ("retirement_kind", "病退", "因病退休"),
        ("native_place", "辽宁抚顺", "辽宁省抚顺市"),
        ("trade", "車工", "车工"),
        ("id_number", "110105194912 31002x", "11010519491231002X"),
        ("id_number", "110105491231002", "11010519491231002X"),
    ],
)
def test_normal_forms(field: str, text: str, expected: str) -> None:
    assert normal(field, text) == expected


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", "1953年"),
        ("name", "签字"),
        ("name", "张"),
        ("sex", "汉族"),
        ("ethnic_group", "1953"),
        ("id_number", "无"),
        ("phone", "无"),
        ("education", "无"),
        ("unit", "::"),
        ("political_status", "123"),
    ],
)
def test_what_is_no_value(field: str, text: str) -> None:
    assert read(field, ink(text)) is None


def test_letters_in_a_number_are_told_and_the_number_without_them_is_offered() -> None:
    found = read("id_number", ink("1l0105l949l23l002X"))
    assert found is not None
    assert (found.normal, found.marks) == (None, ("form",))


@pytest.mark.parametrize("written", ["名称:株洲市宝塔石油装备有限公司", "单位名称株洲市宝塔石油装备有限公司"])
def test_the_rest_of_a_label_is_no_part_of_the_unit(written: str) -> None:
    found = read("unit", ink(written))
    assert found is not None
    assert found.ink.text == "株洲市宝塔石油装备有限公司"


@given(st.sampled_from(FIELDS), ANY)
def test_any_text_has_an_answer_that_stands_in_it(field: str, text: str) -> None:
    found = read(field, ink(text))
    if found is not None:
        assert found.ink.text
        # Spaces that the engine saw between digits are not kept.
        assert "".join(found.ink.text.split()) in "".join(text.split())
        assert 0 < found.weight <= 1


@given(st.dates(date(1900, 1, 1), date(2020, 12, 31)), st.integers(110000, 659000), st.integers(1, 999))
def test_every_right_number_is_read_and_no_wrong_one_is_put_right(day: date, area: int, serial: int) -> None:
    first = f"{area}{day:%Y%m%d}{serial:03d}"
    right = first + identity.check_digit(first)
    assert normal("id_number", right) == right
    wrong = first + next(digit for digit in "0123456789" if digit != right[-1])
    found = read("id_number", ink(wrong))
    assert found is not None
    assert found.normal in (None, wrong)


def test_the_data_of_all_forms_is_whole() -> None:
    assert len({form.id for form in forms()}) == len(forms()) >= 15
    for form in forms():
        assert set(form.labels.fields.values()) <= {*FIELDS, None}
        for pattern in form.patterns:
            assert set(pattern.groupindex) <= set(FIELDS)
    assert labels().weak <= set(labels().fields)
    assert labels().table <= set(labels().fields)
