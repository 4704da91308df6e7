"""Scores of reading: what counts, what is compared with what, and how sure a rate is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from bench.ocr.scoring import Errors, Text, by_place, compared, in_rows, interval, scored


def line(text: str, left: float, top: float, kind: str = "", width: float = 100, height: float = 20) -> Text:
    return Text(text, ((left, top), (left + width, top), (left + width, top + height), (left, top + height)), kind)


def test_spaces_punctuation_width_and_case_do_not_count() -> None:
    assert scored("姓 名：ＡＢ，（2）") == "姓名ab2"


def test_each_kind_of_edit_counts_once() -> None:
    assert compared("张三丰", "张三丰") == Errors(0, 3)
    assert compared("张三丰", "张王丰") == Errors(1, 3)
    assert compared("张三丰", "张丰") == Errors(1, 3)
    assert compared("张三丰", "张三小丰") == Errors(1, 3)


def test_what_was_not_read_is_wrong() -> None:
    errors, right = by_place([line("姓名", 0, 0, "print"), line("张三", 200, 0, "hand")], [line("姓名", 0, 0)])
    assert errors == {"print": Errors(0, 2), "hand": Errors(2, 2)}
    assert right == 1


def test_what_stands_nowhere_is_wrong() -> None:
    errors, _ = by_place([line("姓名", 0, 0, "print")], [line("姓名", 0, 0), line("幻字", 0, 500)])
    assert errors["print"] == Errors(2, 2)


def test_one_line_read_over_two_cells_is_right() -> None:
    errors, right = by_place(
        [line("姓名", 0, 0, "print"), line("张三", 110, 0, "hand")], [line("姓名张三", 0, 0, width=210)]
    )
    assert (errors["hand"], right) == (Errors(0, 4), 2)


def test_a_line_read_in_two_parts_is_right() -> None:
    errors, right = by_place([line("一二三四", 0, 0, "print", width=200)], [line("三四", 100, 2), line("一二", 0, 0)])
    assert (errors["print"], right) == (Errors(0, 4), 1)


def test_a_seal_does_not_count() -> None:
    errors, right = by_place([line("人事处", 0, 0, "seal")], [line("人车处", 0, 0)])
    assert (sum(errors.values(), Errors()), right) == (Errors(), 0)


def test_a_leaning_page_is_put_in_rows() -> None:
    # Leans by 3 degrees: the right cell of the first row lies lower than the left cell of the second would begin.
    def leaning(text: str, left: float, row: float) -> Text:
        rise = 0.0524
        corners = [(left, row), (left + 100, row), (left + 100, row + 20), (left, row + 20)]
        return Text(text, [(x - rise * y, y + rise * x) for x, y in corners])

    lines = [leaning("丁", 800, 30), leaning("甲", 0, 0), leaning("丙", 0, 30), leaning("乙", 800, 0)]
    assert in_rows(lines) == "甲乙\n丙丁"


@given(st.lists(st.integers(0, 30), min_size=2, max_size=20))
def test_the_interval_holds_the_rate(wrong: list[int]) -> None:
    pages = [Errors(each, 30) for each in wrong]
    low, high = interval(pages)
    assert low - 1e-9 <= sum(pages, Errors()).rate <= high + 1e-9 or len(set(wrong)) > 1
    assert 0 <= low <= high <= 100


def test_one_page_says_nothing_about_others() -> None:
    assert interval([Errors(1, 100)]) == (0.0, 100.0)
