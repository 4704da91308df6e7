"""Numbers in every spelling."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.numerals import LEAST, Numeral, find, value

_SMALL, _LARGE = "零一二三四五六七八九", "零壹贰叁肆伍陆柒捌玖"


def spelled(number: int, digits: str, units: tuple[str, str, str]) -> str:
    """Below 100,000,000, by the book: 一万零三十."""
    if number >= 10**4:
        rest = number % 10**4
        behind = spelled(rest, digits, units) if rest else ""
        return spelled(number // 10**4, digits, units) + "万" + (digits[0] if 0 < rest < 1000 else "") + behind
    text, gap = "", False
    for power, unit in ((1000, units[2]), (100, units[1]), (10, units[0]), (1, "")):
        digit = number // power % 10
        if digit:
            text += (digits[0] if gap and text else "") + digits[digit] + unit
            gap = False
        else:
            gap = True
    return text


@given(st.integers(1, 10**8 - 1))
def test_every_spelling_has_its_value(number: int) -> None:
    assert value(spelled(number, _SMALL, ("十", "百", "千"))) == number
    assert value(spelled(number, _LARGE, ("拾", "佰", "仟"))) == number
    assert value("".join(_SMALL[int(digit)] for digit in str(number))) == number
    assert value(f"{number:,}") == value(str(number)) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("十", 10),
        ("十六", 16),
        ("廿三", 23),
        ("卅", 30),
        ("两百", 200),
        ("一百五", 150),
        ("一百零五", 105),
        ("三万五", 35_000),
        ("三亿五千万", 350_000_000),
        ("一亿零三", 100_000_003),
        ("萬", None),
        ("伍拾陸", 56),
        ("一九六八", 1968),
        ("５６", 56),
        ("零五", 5),
        ("十二十", None),
        ("二十十", None),
        ("一二十", None),
        ("三十九五", None),
        ("百", None),
        ("1,20", None),
        ("五十六元", None),
        ("", None),
        ("1" * 13, None),
        ("一" * 10_000, None),
    ],
)
def test_value(text: str, number: int | None) -> None:
    assert value(text) == number


def test_found_in_a_text_with_their_places() -> None:
    text = "月工资56.50元,定量三十斤,1,200份,第一页,2.55,110105194912310021"
    assert [(text[each.start : each.end], each.value) for each in find(text)] == [
        ("56", 56),
        ("三十", 30),
        ("1,200", 1200),
    ]


@given(st.text(st.sampled_from("一二十百千万亿零廿0123456789,.元"), max_size=40))
def test_whatever_stands_there(text: str) -> None:
    for each in find(text):
        assert isinstance(each, Numeral)
        assert value(text[each.start : each.end]) == each.value >= LEAST
