"""The catalogue against the first page, birth dates against each other, look-alike forms told apart, text cut off."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.dates import PartialDate
from standards.profiles import load_profile
from standards.rules.reading import PageReading, ReadLine, ReadMaterial, cleared, judge_reading
from standards.values import Finding
from tests.standards.reading.papers import ZHANG, cell, dossier, page, rows

BORN = replace(ZHANG, births=(PartialDate(1949, 12, 31),))


def title(text: str) -> ReadLine:
    return cell(text, 800 - 20 * len(text), 150)


def found(first: PageReading, rule: str, **catalogue: object) -> list[Finding]:
    material = ReadMaterial("1-1", (first,), **catalogue)  # type: ignore[arg-type]
    whole = replace(dossier(person=BORN), materials=(material,))
    return [each for each in judge_reading(whole, load_profile()) if each.rule == rule]


@pytest.mark.parametrize(
    ("on_page", "in_catalogue"),
    [
        ("学徒工转正定级审批表", "转正定级表"),
        ("招收工人审批表", "招工审批表"),
        ("关于张建国同志退休的批复", "关于职工退休的批复"),
        ("職工登記表", "职工登记表"),
    ],
)
def test_titles_that_say_the_same(on_page: str, in_catalogue: str) -> None:
    assert found(page(title(on_page)), "catalogue.title", title=in_catalogue) == []


def test_another_title_is_found_and_marked() -> None:
    paper = page(title("职工体格检查表"), *rows(["姓名", "张建国"]))
    (told,) = found(paper, "catalogue.title", title="入党志愿书")
    assert told.verdict == "review"
    assert told.subject == "a/1-1"
    assert told.params["boxes"] == [title("职工体格检查表").box]


def test_a_title_in_two_lines() -> None:
    paper = page(cell("中国共产党", 700, 150), cell("入党志愿书", 700, 230))
    assert found(paper, "catalogue.title", title="中国共产党入党志愿书") == []


@pytest.mark.parametrize("text", ["红星机械厂稿纸", "第3页", "红星机械厂文件"])
def test_a_letter_head_is_no_title(text: str) -> None:
    assert found(page(title(text), cell("敬爱的党组织", 200, 300)), "catalogue.title", title="入党申请书") == []


def test_a_page_without_a_title_says_nothing() -> None:
    assert found(page(*rows(["姓名", "张建国"])), "catalogue.title", title="入党申请书") == []


@pytest.mark.parametrize(
    "text", ["1972年9月22日", "填表日期:1972年9月22日", "1972.9.22", "一九七二年九月二十二日", "1972年9月"]
)
def test_a_date_that_agrees(text: str) -> None:
    assert found(page(cell(text, 900, 1800)), "catalogue.date", year=1972, month=9, day=22) == []


def test_no_date_that_agrees_names_the_last() -> None:
    paper = page(cell("填表日期:1970年3月2日", 900, 400), cell("1970年4月8日", 900, 1800))
    (told,) = found(paper, "catalogue.date", year=1972, month=9, day=22)
    assert (told.measured, told.limit) == ("1970-04-08", "1972-09-22")
    assert told.params["boxes"] == [cell("1970年4月8日", 900, 1800).box]


@pytest.mark.parametrize(
    "cells",
    [
        ["出生年月日", "1949年12月31日"],
        ["参加工作时间", "1968年7月"],
        ["起止年月", "1968.7-1972.9"],
        ["我于1968年7月进厂当工人"],
    ],
)
def test_dates_of_other_events_never_count(cells: list[str]) -> None:
    assert found(page(*rows(cells)), "catalogue.date", year=1972, month=9) == []


def test_a_misread_digit_is_no_contradiction() -> None:
    assert found(page(cell("1972年9月27日", 900, 1800, 0.98)), "catalogue.date", year=1972, month=9, day=22) == []


def test_a_catalogue_without_date_is_not_judged() -> None:
    assert found(page(cell("1972年9月22日", 900, 1800)), "catalogue.date") == []


def test_a_birth_date_that_differs_is_for_review() -> None:
    (told,) = found(page(*rows(["出生年月", "1947年4月"])), "birth.contradiction")
    assert (told.measured, told.limit, told.verdict) == ("1947-04", "1949-12-31", "review")


def test_a_birth_date_in_a_letter() -> None:
    letter = cell("同意张建国同志(男,汉族,1947.4出生,1968年7月参加工作)", 100, 900)
    assert [each.measured for each in found(page(letter), "birth.contradiction")] == ["1947-04"]


@pytest.mark.parametrize(
    "texts",
    [
        [["同意张建国同志(男,汉族,1949.12出生)"]],
        [["出生年月", "1949.12"]],
        [["出生日期", "1949年12月31日"]],
        [["出生年月", "1949年"]],
        [["称谓", "姓名", "出生年月"], ["父亲", "张德福", "1922年3月"]],
        [["出生年月", "1949年12月"], ["档案出生时间", "1947年4月"]],
    ],
)
def test_birth_dates_that_agree_or_are_of_others(texts: list[list[str]]) -> None:
    assert found(page(*rows(*texts)), "birth.contradiction") == []


def test_a_strangers_page_says_nothing_of_this_ones_birth() -> None:
    assert found(page(*rows(["姓名", "李秀英", "出生年月", "1951年4月"])), "birth.contradiction") == []


def test_look_alike_forms_with_other_dates_or_sums_are_two_papers() -> None:
    first = page(cell("调整工资审批表", 600, 150), cell("1977年11月26日", 900, 300), cell("44.50元", 900, 500))
    other_day = page(cell("调整工资审批表", 600, 150), cell("1987年8月1日", 900, 300), cell("44.50元", 900, 500))
    other_sum = page(cell("调整工资审批表", 600, 150), cell("1977年11月26日", 900, 300), cell("51.00元", 900, 500))
    assert cleared(first, other_day) == "dates"
    assert cleared(first, other_sum) == "amounts"
    assert cleared(first, first) is None


def test_a_misread_digit_or_cell_clears_nothing() -> None:
    first = page(cell("1977年11月26日", 900, 300), cell("1941.11", 300, 500), cell("44.50元", 900, 500))
    misread = page(cell("1977年11月28日", 910, 308, 0.98), cell("43.60", 300, 900), cell("44.56元", 905, 505, 0.98))
    assert cleared(first, misread) is None


def test_a_date_that_only_one_scan_shows_clears_nothing() -> None:
    full = page(cell("1977年11月26日", 900, 300), cell("51.00元", 900, 500))
    faded = page(cell("1977年11月26日", 900, 300, 0.5))
    assert cleared(full, faded) is None
    assert cleared(faded, full) is None


def test_covered_text_is_for_review_with_its_places() -> None:
    (told,) = found(replace(page(*rows(["姓名"])), covered=((5, 10, 90, 50),)), "page.covered")
    assert (told.verdict, told.measured, told.params["boxes"]) == ("review", 1, [(5, 10, 90, 50)])


def test_text_cut_off_is_told_with_its_places() -> None:
    (told,) = found(replace(page(*rows(["姓名"])), cut=((0, 10, 90, 50),)), "page.cut-off")
    assert (told.measured, told.params["boxes"]) == (1, [(0, 10, 90, 50)])


LINES = st.builds(
    ReadLine,
    st.text("姓名出生年月日:张建国19年5.0元表书批复同志身份证号码0123456789X", max_size=24),
    st.tuples(st.integers(0, 800), st.integers(0, 2000), st.integers(801, 1600), st.integers(2001, 2200)),
    st.floats(0, 1),
)


@given(st.lists(LINES, max_size=12), st.sampled_from([0, 90, 180, 270]))
def test_no_text_makes_a_rule_break(lines: list[ReadLine], rotation: int) -> None:
    paper = page(*lines, rotation=rotation)
    material = ReadMaterial("1-1", (paper,), "转正定级表", 1972, 9)
    for told in judge_reading(replace(dossier(person=BORN), materials=(material,)), load_profile()):
        assert told.verdict == "review"
    assert cleared(paper, paper) is None
