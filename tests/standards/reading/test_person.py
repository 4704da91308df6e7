"""Another person's paper, told by name and ID number."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text.identity import check_digit
from base.text.normalise import fold
from standards.profiles import load_profile
from standards.rules.reading import PersonOnRecord, judge_reading
from standards.rules.reading.names import likeness
from standards.values import Finding
from tests.standards.reading.papers import HEIGHT, WIDTH, ZHANG, cell, dossier, judged, page, rows

OWN, OTHER = ZHANG.id_numbers[0], "34052419800101001X"
NAMES = st.text("王李张刘陈杨赵黄周吴建国秀英玉珍文德福海", min_size=2, max_size=4)


def told(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(each.rule, each.severity) for each in findings if each.rule.startswith("person.")]


def test_the_right_person_says_nothing() -> None:
    assert told(judged(page(*rows(["姓名", "张建国", "性别", "男"], ["身份证号码", OWN])))) == []


def test_another_name_in_the_field_is_critical_and_marked() -> None:
    found = judged(page(*rows(["姓名", "李秀英", "性别", "女"])))
    assert told(found) == [("person.other-name", "critical")]
    assert found[0].verdict == "review"
    assert found[0].params["boxes"] == [(150, 300, 230, 340), (450, 300, 570, 340)]


def test_another_number_is_critical_and_masked() -> None:
    found = judged(page(*rows(["身份证号码", OTHER])))
    assert told(found) == [("person.other-id", "critical")]
    assert found[0].measured == "340524********001X"
    assert OTHER not in json.dumps([found[0].params, found[0].subject])


@pytest.mark.parametrize(
    "text",
    ["姓名:李秀英", "姓名李秀英性别女", "职工姓名:李秀英", "乙方(职工姓名):李秀英 性别:女", "关于李秀英同志退休的批复"],
)
def test_label_and_name_in_one_line(text: str) -> None:
    assert told(judged(page(cell(text, 200, 200)))) == [("person.other-name", "critical")]


@pytest.mark.parametrize("text", ["姓名:张建国", "姓 名 : 張建國", "关于张建国同志退休的批复", "姓名:张建囯"])
def test_variants_of_the_same_name_are_no_contradiction(text: str) -> None:
    assert told(judged(page(cell(text, 200, 200)))) == []


def test_a_former_name_is_no_contradiction() -> None:
    person = replace(ZHANG, former_names=("李秀英",))
    assert told(judged(page(*rows(["姓名", "李秀英"])), person=person)) == []


def test_a_near_name_is_a_hint_unless_it_stands_twice() -> None:
    near = page(*rows(["姓名", "张建业"]))
    assert told(judged(near)) == [("person.other-name", "minor")]
    again = replace(near, file="a/1/1/002.jpg")
    assert told(judged(near, again)) == [("person.other-name", "critical")] * 2


def test_what_was_hardly_read_says_nothing() -> None:
    assert told(judged(page(*rows(["姓名", "李秀英"], confidence=0.6)))) == []
    assert told(judged(page(*rows(["姓名", "张秀国"], confidence=0.85)))) == []


def test_relatives_in_a_form_are_no_contradiction() -> None:
    table = rows(
        ["姓名", "张建国"], ["称谓", "姓名", "出生年月"], ["父亲", "张德福", "1922"], ["母亲", "王秀珍", "1924"]
    )
    assert told(judged(page(*table))) == []
    assert told(judged(page(*rows(["称谓", "姓名", "出生年月"], ["父亲", "李德福", "1922"])))) == []


def test_the_number_of_a_relative_or_of_a_household_is_a_hint() -> None:
    with_wife = page(*rows(["姓名", "张建国"], ["配偶", "李秀英", "", OTHER]))
    assert told(judged(with_wife)) == [("person.other-id", "info")]
    household = page(*rows(["常住人口登记卡"], ["公民身份号码", OTHER]))
    assert told(judged(household)) == [("person.other-id", "info")]


def test_a_page_with_the_right_name_clears_a_strange_field() -> None:
    roll = page(*rows(["姓名", "李秀英", "性别", "女"], ["", "张建国", "", "男"]))
    assert told(judged(roll)) == []


def test_old_and_new_numbers_of_one_person_are_equal() -> None:
    person = PersonOnRecord("张建国", (), ("11010519491231002X",))
    assert told(judged(page(*rows(["身份证号", "110105491231002"])), person=person)) == []
    assert told(judged(page(*rows(["身份证号", "110105491231013"])), person=person)) == [
        ("person.other-id", "critical")
    ]
    # Without a label 15 digits may be an account.
    assert told(judged(page(*rows(["帐号", "110105491231013"])), person=person)) == []


def test_a_misread_number_is_not_another_person() -> None:
    for digit in "0123456789":
        misread = OWN[:10] + digit + OWN[11:17]
        assert told(judged(page(*rows(["身份证号码", misread + check_digit(misread)])))) == []


def test_without_a_sound_number_in_the_list_the_papers_show_the_persons_own() -> None:
    person = PersonOnRecord("张建国")
    own = page(*rows(["姓名", "张建国"], ["身份证号码", OWN]))
    strange = page(*rows(["身份证号码", OTHER]), file="a/1/1/009.jpg")
    assert told(judged(own, strange, person=person)) == []
    again = replace(own, file="a/1/1/002.jpg")
    assert told(judged(own, again, strange, person=person)) == [("person.other-id", "critical")]


def test_a_number_that_fails_its_check_digit_says_nothing() -> None:
    assert told(judged(page(*rows(["身份证号码", OTHER[:-1] + "1"])))) == []


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_a_turned_page_is_read_as_it_is_held(rotation: int) -> None:
    upright = page(*rows(["姓名", "李秀英", "性别", "女"], ["民族", "汉族"]))
    back = {0: 0, 90: 270, 180: 180, 270: 90}[rotation]
    turner = replace(upright, rotation=back)
    lines = tuple(replace(line, box=turner.upright(line.box)) for line in upright.lines)
    size = (HEIGHT, WIDTH) if rotation in (90, 270) else (WIDTH, HEIGHT)
    turned = replace(upright, lines=lines, rotation=rotation, width=size[0], height=size[1])
    assert [turned.upright(line.box) for line in turned.lines] == [line.box for line in upright.lines]
    assert told(judged(turned)) == [("person.other-name", "critical")]


def test_nobody_on_record_contradicts_nobody() -> None:
    assert told(judged(page(*rows(["姓名", "李秀英"])), person=None)) == []


@given(NAMES, NAMES)
def test_likeness_is_of_both(one: str, other: str) -> None:
    assert likeness(one, other) == likeness(other, one)
    assert likeness(one, one) == "same"
    if not set(one) & set(other):
        assert likeness(one, other) != "same"


@given(NAMES, NAMES)
def test_no_finding_ever_holds_a_name(known: str, read: str) -> None:
    person = PersonOnRecord(known, (), ZHANG.id_numbers)
    for found in judged(page(*rows(["姓名", read], ["身份证号码", OTHER])), person=person):
        text = json.dumps([found.params, found.subject, found.measured], ensure_ascii=False)
        assert fold(read) not in text
        assert OTHER not in text


def test_pages_outside_any_material_are_judged_too() -> None:
    strange = page(*rows(["姓名", "李秀英"]))
    moved = replace(dossier(), materials=(), unsorted=(strange,))
    assert [each.file for each in judge_reading(moved, load_profile())] == [strange.file]
