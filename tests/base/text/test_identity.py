"""ID numbers: GB 11643 vectors, the 15-digit form, spreadsheets' damage, and the power of the check digit."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.identity import check_digit, find_all, mask, parse, parse_number, widen

DAYS = st.dates(min_value=date(1880, 1, 1), max_value=date(2020, 12, 31))


@st.composite
def id_numbers(draw: st.DrawFn) -> str:
    area = draw(st.integers(110000, 659999))
    first = f"{area}{draw(DAYS):%Y%m%d}{draw(st.integers(0, 999)):03d}"
    return first + check_digit(first)


@pytest.mark.parametrize("number", ["11010519491231002X", "440524188001010014", "370101190102039973"])
def test_public_examples_are_right(number: str) -> None:
    assert parse(number).state == "ok"
    assert parse(number).normalised == number


def test_check_digit_of_the_public_example() -> None:
    assert check_digit("34052419800101001") == "X"


def test_digits_say_birth_and_sex() -> None:
    number = parse("11010519491231002X")
    assert (number.birth, number.sex) == (date(1949, 12, 31), "female")
    assert parse("440524188001010014").sex == "male"


@pytest.mark.parametrize(
    "text",
    [
        "11010519491231002x",
        "11010519491231002X",
        " 110105 19491231 002X ",
        "'11010519491231002X",
        "".join(chr(ord(char) + 0xFEE0) for char in "11010519491231002X"),
        "11010519491231002×",
        "11010519491231002Х",
    ],
)
def test_written_forms_of_one_number(text: str) -> None:
    number = parse(text)
    assert (number.normalised, number.raw, number.state) == ("11010519491231002X", text, "ok")


def test_wrong_check_digit_keeps_the_number() -> None:
    number = parse("110105194912310021")
    assert (number.state, number.normalised) == ("checksum", "110105194912310021")


def test_fifteen_digits_are_widened() -> None:
    number = parse("110105491231002")
    assert (number.state, number.normalised, number.birth) == ("old", "11010519491231002X", date(1949, 12, 31))


def test_sequences_kept_for_people_over_a_hundred_are_of_the_century_before() -> None:
    assert (widen("370101990203996") or "")[6:14] == "18990203"
    assert (widen("370101990203995") or "")[6:14] == "19990203"


def test_year_00_is_not_widened() -> None:
    number = parse("110105000101002")
    assert (number.state, number.normalised, number.birth) == ("old", None, None)


@pytest.mark.parametrize("text", ["", "  ", "无", "/", "不详"])
def test_blank_is_missing(text: str) -> None:
    assert parse(text).state == "missing"


@pytest.mark.parametrize("text", ["张三", "1101051949123", "110105********002X", "010105194912310021"])
def test_other_text_is_no_number(text: str) -> None:
    assert (parse(text).state, parse(text).normalised) == ("form", None)


def test_a_birth_date_that_cannot_be_is_no_number() -> None:
    first = "11010519991331002"
    assert parse(first + check_digit(first)).state == "form"


@pytest.mark.parametrize("text", ["4.4052E+17", "4.40524E17", "110105194912310000"])
def test_text_of_a_number_that_lost_its_digits(text: str) -> None:
    assert (parse(text).state, parse(text).normalised) == ("truncated", None)


def test_number_cells() -> None:
    assert parse_number(1.10105194912310e17).state == "truncated"
    # Even where the check digit of the zeros happens to be right.
    assert parse_number(float("440524188001010014")).state == "truncated"
    assert parse_number(110105491231002.0).normalised == "11010519491231002X"
    assert parse_number(12345).state == "form"


def test_mask() -> None:
    assert mask("11010519491231002x") == "110105********002X"
    assert mask("110105491231002") == "110105******002"
    assert mask("12345") == "*****"


def test_numbers_inside_names() -> None:
    assert [n.normalised for n in find_all("11010519491231002x张三")] == ["11010519491231002X"]
    assert find_all("IMG202011221030451234") == ()
    assert find_all("20201122103045123456") == ()


@given(id_numbers())
def test_made_numbers_are_right(number: str) -> None:
    assert parse(number.lower()).normalised == number


@given(id_numbers(), st.integers(0, 16), st.integers(1, 9))
def test_every_change_of_one_digit_is_caught(number: str, place: int, step: int) -> None:
    changed = number[:place] + str((int(number[place]) + step) % 10) + number[place + 1 :]
    assert parse(changed).state != "ok"


@given(id_numbers(), st.integers(0, 15))
def test_every_swap_of_neighbours_is_caught(number: str, place: int) -> None:
    swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
    assert swapped == number or parse(swapped).state != "ok"


@given(st.dates(min_value=date(1901, 1, 1), max_value=date(1999, 12, 31)), st.integers(0, 995))
def test_widening_keeps_all_digits(day: date, sequence: int) -> None:
    old = f"110105{day:%y%m%d}{sequence:03d}"
    number = parse(old)
    assert number.normalised is not None
    assert (number.birth, number.normalised[:6] + number.normalised[8:17]) == (day, old)
    assert parse(number.normalised).state == "ok"


@given(st.text(max_size=24))
def test_any_text_has_an_answer(text: str) -> None:
    number = parse(text)
    assert number.raw == text
    assert number.normalised is None or len(number.normalised) == 18
