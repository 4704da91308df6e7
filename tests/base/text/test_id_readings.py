"""Nearest valid readings of a wrong ID number."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from base.text import identity
from base.text.id_readings import nearest

RIGHT = "11010519491231002X"


@st.composite
def numbers(draw: st.DrawFn) -> str:
    day = draw(st.dates(date(1900, 1, 1), date(2020, 12, 31)))
    area, serial = draw(st.integers(110000, 659000)), draw(st.integers(1, 999))
    first = f"{area}{day:%Y%m%d}{serial:03d}"
    return first + identity.check_digit(first)


def test_a_misread_digit_is_offered_first_where_the_page_states_the_birth_date() -> None:
    assert nearest("11010519491281002X", birth=date(1949, 12, 31), sex="female")[0] == RIGHT


def test_a_valid_number_has_no_other_reading() -> None:
    assert nearest(RIGHT) == ()
    assert nearest("") == nearest("110105491231002") == nearest("无") == ()


def test_a_lost_and_a_doubled_digit() -> None:
    assert RIGHT in nearest("1101051949121002X", birth=date(1949, 12, 31))
    assert RIGHT in nearest("110105194912331002X", birth=date(1949, 12, 31))


@given(numbers(), st.integers(6, 13), st.integers(1, 9))
def test_a_wrong_digit_in_the_birth_date_is_put_right_first_by_what_the_page_states(
    right: str, at: int, step: int
) -> None:
    wrong = right[:at] + str((int(right[at]) + step) % 10) + right[at + 1 :]
    number = identity.parse(right)
    assert nearest(wrong, birth=number.birth, sex=number.sex)[0] == right


@given(numbers(), st.integers(0, 16))
def test_an_easily_misread_digit_is_among_the_readings(right: str, at: int) -> None:
    misread = {"0": "8", "1": "7", "2": "7", "3": "8", "4": "9", "5": "6", "6": "8", "7": "1", "8": "3", "9": "4"}
    wrong = right[:at] + misread[right[at]] + right[at + 1 :]
    number = identity.parse(right)
    assert right in nearest(wrong, birth=number.birth, sex=number.sex)


@given(st.text("0123456789X无 ", max_size=22))
def test_all_that_is_offered_is_valid_and_not_what_was_read(text: str) -> None:
    for each in nearest(text):
        assert identity.parse(each).state == "ok"
        assert each != identity.characters(text)
