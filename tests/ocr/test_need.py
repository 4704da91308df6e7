"""How much a line needs a person: more doubt and more weight is more worth, and the tables behave as rates do."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from ocr.lines import Line
from ocr.need import CHARACTER, WHOLE_LINE, character_risks, line_need, weight_of

BOX = ((0.0, 0.0), (100.0, 0.0), (100.0, 20.0), (0.0, 20.0))


def line(text: str, confidence: float, characters: tuple[float, ...] = ()) -> Line:
    return Line(text, BOX, confidence, (), characters)


@given(st.floats(0, 1), st.floats(0, 1))
def test_the_surer_the_engine_the_less_a_line_needs_a_person(one: float, other: float) -> None:
    low, high = sorted((one, other))
    assert line_need(line("张桂兰同志", low)).wrong >= line_need(line("张桂兰同志", high)).wrong


def test_each_characters_own_certainty_counts_where_the_engine_tells_it() -> None:
    risks = character_risks(line("张佳兰", 0.9, (0.999, 0.4, 0.999)))
    assert risks[1] > 10 * risks[0]


def test_a_line_without_text_expects_nothing_wrong() -> None:
    assert line_need(line("", 0.1)).worth == 0


def test_an_id_number_weighs_more_than_a_date_and_a_date_more_than_running_text() -> None:
    assert weight_of("公民身份号码 11010519491231002X") > weight_of("1965年7月") > weight_of("本人表现良好")
    sure, unsure = line("本人表现良好", 0.97), line("姓名 张桂兰", 0.97)
    assert line_need(unsure).worth > line_need(sure).worth


def test_the_tables_are_rates_that_fall_with_certainty() -> None:
    for table in (CHARACTER, WHOLE_LINE):
        assert table[0][0] == 0 and table[-1][0] == 1
        assert all(left < right and low > high for (left, low), (right, high) in pairwise(table))
        assert all(0 < rate < 1 for _, rate in table)
