"""Fields of pages laid out by hand: where labels and values stand, and what must not be taken for one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

import pytest

from ocr.fields import FieldValue, extract
from ocr.lines import Box, PageReading
from tests.ocr.fields.sheets import HEIGHT, WIDTH, line, page, rows, values

HEAD = [(5, "姓名"), (15, "张三丰"), (35, "性别"), (45, "男"), (60, "民族"), (70, "汉族")]
PERSON = {"name": "张三丰", "sex": "1", "ethnic_group": "01"}


def test_values_to_the_right_of_their_labels() -> None:
    found = extract(rows("职工登记表", HEAD, [(5, "出生年月"), (25, "1953年3月"), (60, "籍贯"), (70, "山东省烟台市")]))
    assert found.form == "register"
    assert {each.name: each.normal or each.value for each in found.fields} == {
        **PERSON,
        "birth_date": "1953-03",
        "native_place": "山东省烟台市",
    }
    assert all(each.form == "register" and each.confidence > 0.9 for each in found.fields)


@pytest.mark.parametrize(
    "text",
    [
        "姓名张三丰性别男民族汉族",
        "姓名：张三丰 性别：男 民族：汉族",
        "姓名:张三丰性别:男民族:汉族",
        "姓　名：张三丰　性　别：男　民　族：汉族",
        "1.姓名：张三丰；性别：男；民族：汉族",
    ],
)
def test_labels_and_values_in_one_line(text: str) -> None:
    assert values(rows("职工登记表", [(5, text)])) == PERSON


def test_a_label_in_two_boxes_beside_and_below_each_other() -> None:
    beside = rows("职工登记表", [(5, "姓"), (12, "名"), (20, "张三丰"), (40, "性"), (47, "别"), (55, "男")])
    assert values(beside) == {"name": "张三丰", "sex": "1"}
    below = page(
        (700, 100, "职工登记表"),
        (100, 300, "参加革"),
        (100, 362, "命工作"),
        (120, 424, "时间"),
        (400, 362, "1971年6月"),
        (900, 340, "姓"),
        (900, 405, "名"),
        (1100, 362, "张三丰"),
    )
    assert values(below) == {"work_start_date": "1971-06", "name": "张三丰"}


def test_traditional_labels() -> None:
    assert values(
        rows("職工登記表", [(5, "姓名"), (15, "張三豐"), (40, "參加工作時間"), (60, "民國三十八年十月")])
    ) == {
        "name": "張三豐",
        "work_start_date": "1949-10",
    }


def test_an_empty_cell_gives_nothing() -> None:
    assert values(
        rows(
            "职工登记表",
            [(5, "姓名"), (20, "曾用名"), (40, "性别"), (50, "男")],
            [(5, "出生年月"), (40, "籍贯"), (50, "山东")],
        )
    ) == {"sex": "1", "native_place": "山东省"}
    assert values(rows("职工登记表", [(5, "姓名：性别：男 出生年月： 年 月 日")])) == {"sex": "1"}


def test_printed_year_month_day_with_digits_between() -> None:
    row = [
        (5, "出生年月"),
        (25, "1953"),
        (30, "年"),
        (33, "3"),
        (36, "月"),
        (39, "5"),
        (42, "日"),
        (60, "性别"),
        (70, "女"),
    ]
    assert values(rows("职工登记表", row)) == {"birth_date": "1953-03-05", "sex": "2"}


def test_a_value_over_two_lines() -> None:
    found = extract(
        page(
            (700, 100, "职工登记表"),
            (100, 330, "家庭住址"),
            (500, 300, "烟台市芝罘区建设路二十三号"),
            (500, 362, "三单元五号"),
            (1300, 330, "工种"),
            (1500, 330, "钳工"),
        )
    ).fields
    address = next(each for each in found if each.name == "address")
    assert address.value == "烟台市芝罘区建设路二十三号三单元五号"
    assert (address.box[0], address.box[2][1]) == ((500, 300), 362 + HEIGHT)


def test_relatives_are_not_the_subject() -> None:
    family = [(5, "称谓"), (20, "姓名"), (40, "出生年月"), (60, "工作单位及职务")]
    father = [(5, "父亲"), (20, "张国富"), (40, "1925年3月"), (60, "市百货公司营业员")]
    spouse = [(5, "配偶"), (15, "姓名"), (25, "李秀英"), (45, "出生年月"), (60, "1955.8")]
    assert values(rows("职工登记表", HEAD, family, father, spouse)) == PERSON
    assert values(rows("职工登记表", HEAD, [(5, "配偶姓名：李秀英 联系人：王五 联系人姓名：王五")])) == PERSON


def test_a_roll_of_several_people_gives_none_and_one_row_gives_its_person() -> None:
    head = [(5, "姓名"), (25, "性别"), (45, "出生年月"), (70, "民族")]
    one, two = (
        [(5, "张三丰"), (25, "男"), (45, "1953.3"), (70, "汉族")],
        [(5, "李四"), (25, "女"), (45, "1954.3"), (70, "汉族")],
    )
    assert values(rows("职工登记表", head, one)) == {**PERSON, "birth_date": "1953-03"}
    assert values(rows("职工登记表", head, one, two)) == {}


def test_no_known_form_gives_nothing() -> None:
    assert extract(rows("购货发票", [(5, "单位"), (20, "某某商店"), (50, "电话"), (60, "8888888")])).form is None
    assert extract(rows("", [(5, "我的姓名叫张三丰,性别男,今年三十岁,在厂里参加工作已经十年。")])).fields == ()
    assert extract(PageReading("test", "1", 100, 100, 0, 0.0, (), {})).form is None


def test_a_continued_page_is_known_by_what_it_asks_for() -> None:
    found = extract(rows("", HEAD, [(5, "籍贯"), (15, "山东省"), (60, "出生年月"), (75, "53.3.5")]))
    assert found.form == "other"
    assert next(each for each in found.fields if each.name == "birth_date").marks == ("century",)
    assert extract(rows("", [(5, "介绍人意见")], [(5, "支部大会决议")], [(5, "上级党组织审批意见")])).form == "party"


def test_a_letter_is_read_by_its_sentence() -> None:
    letter = rows(
        "关于张三丰同志退休的批复",
        [(5, "你单位关于张三丰同志退休的请示收悉。同意张三丰同志(男,汉族,")],
        [(5, "1953年3月出生,1971年6月参加工作)退休。")],
    )
    assert values(letter) == {**PERSON, "birth_date": "1953-03", "work_start_date": "1971-06"}


LONG = "根据中华人民共和国劳动法甲乙双方在平等自愿协商一致的基础上签订本合同共同遵守其"


@pytest.mark.parametrize(
    "lines",
    [
        (
            "甲方(用人单位):大连机器厂(以下简称甲方)",
            "乙方:张三丰,性别:男,民族:汉族,出生日期:1953年3月5日,居民身份证号码:11010519",
            "5303050036,家庭住址:大连市建设路5号。",
        ),
        (
            "甲　方:大连机器厂　　乙　方:张三丰",
            "性别男 民族汉族 身份证号码110105195303050036 现住址:大连市建设路5号 出生日期:1953.3.5",
        ),
        (
            "甲方大连机器厂与乙方张三丰(男,1953年3月5日生,身份证号码110105195303050036,",
            "民族汉,住大连市建设路5号)签订本合同",
        ),
    ],
)
def test_a_contract_is_read_along_its_lines(lines: tuple[str, ...]) -> None:
    found = values(
        page((700, 100, "劳动合同书"), *((100, 300 + i * 90, text) for i, text in enumerate((*lines, LONG, LONG))))
    )
    expected = {"name": "张三丰", "sex": "1", "birth_date": "1953-03-05", "id_number": "110105195303050036"}
    expected |= {"unit": "大连机器厂", "address": "大连市建设路5号"}
    assert expected.items() <= found.items()
    assert set(found) <= {*expected, "ethnic_group"}


def test_names_that_differ_by_a_letter_are_one_with_another_reading() -> None:
    (found,) = extract(
        rows(
            "关于张三丰同志退休的批复",
            [(5, "同意张三牛同志退休。")],
            [(5, "张三丰同志的档案请存档。现将张三丰同志退休")],
        )
    ).fields
    assert (found.value, found.candidates) == ("张三丰", ("张三牛",))


def test_a_wrong_id_number_is_marked_and_never_put_right() -> None:
    wrong = "11010519491281002X"
    found = extract(
        rows(
            "退休审批表",
            [(5, "姓名"), (15, "张三丰"), (40, "身份证号码"), (60, wrong)],
            [(5, "出生时间"), (25, "1949年12月31日")],
        )
    ).fields
    number = next(each for each in found if each.name == "id_number")
    assert (number.value, number.normal) == (wrong, wrong)
    assert number.marks == ("checksum",)
    assert number.candidates[0] == "11010519491231002X"


def test_a_number_that_disagrees_with_the_page_is_marked() -> None:
    found = extract(
        rows("退休审批表", [(5, "性别"), (15, "男"), (40, "身份证号码"), (60, "11010519491231002X")])
    ).fields
    assert next(each for each in found if each.name == "id_number").marks == ("mismatch",)


def test_the_forms_own_meaning_of_a_label() -> None:
    assert "party_confirmed_date" not in values(
        rows("转正定级审批表", [(5, "姓名"), (15, "张三丰"), (40, "转正时间"), (60, "1974年6月")])
    )
    assert values(rows("预备党员转正审批表", [(40, "转正时间"), (60, "1974年6月")])) == {
        "party_confirmed_date": "1974-06"
    }


def test_the_box_holds_the_values_own_characters() -> None:
    found = extract(rows("职工登记表", [(5, "姓名：张三丰 性别：男")])).fields
    name = next(each for each in found if each.name == "name")
    (left, top), (right, _), (_, bottom), _ = name.box
    assert tuple(round(each) for each in (left, right, top, bottom)) == (220, 340, 300, 300 + HEIGHT)


@pytest.mark.parametrize("rotation", [90, 180, 270])
def test_a_page_that_lies_on_its_side_reads_the_same(rotation: int) -> None:
    upright = rows("职工登记表", HEAD)
    turned = _stored(upright, rotation)
    assert values(turned) == PERSON
    name = next(each for each in extract(turned).fields if each.name == "name")
    assert name.box == next(each for each in turned.lines if each.text == "张三丰").box


def _box(points: Iterable[tuple[float, float]]) -> Box:
    a, b, c, d = points
    return a, b, c, d


def _stored(upright: PageReading, rotation: int) -> PageReading:
    """The page as it is stored when `rotation` degrees clockwise make it upright."""
    wide, high = upright.width, upright.height

    def back(x: float, y: float) -> tuple[float, float]:
        return {90: (y, wide - x), 180: (wide - x, high - y), 270: (high - y, x)}[rotation]

    lines = tuple(replace(each, box=_box(back(x, y) for x, y in each.box)) for each in upright.lines)
    size = (high, wide) if rotation in (90, 270) else (wide, high)
    return replace(upright, width=size[0], height=size[1], rotation=rotation, lines=lines)


def test_small_skew_does_not_part_rows() -> None:
    upright = rows(
        "职工登记表",
        [(5, "姓名"), (75, "性别"), (80, "男"), (40, "出生年月"), (50, "1953.3"), (15, "张三丰")],
        HEAD[4:],
    )
    leaning = tuple(
        replace(each, box=_box((x - 0.03 * y, y + 0.03 * x) for x, y in each.box)) for each in upright.lines
    )
    assert values(replace(upright, lines=leaning)) == {**PERSON, "birth_date": "1953-03"}


def test_what_else_the_engine_thought_of() -> None:
    reading = rows("职工登记表", [(5, "民族"), (15, "没族"), (40, "出生年月"), (60, "1941年11日")])
    doubtful = {"没族": ((0, "汉设"),), "1941年11日": ((7, "月10"),)}
    lines = tuple(replace(each, alternatives=doubtful.get(each.text, ())) for each in reading.lines)
    found = {each.name: each for each in extract(replace(reading, lines=lines)).fields}
    assert (found["ethnic_group"].value, found["ethnic_group"].normal, found["ethnic_group"].marks) == (
        "没族",
        "01",
        ("list",),
    )
    assert (found["birth_date"].value, found["birth_date"].normal) == ("1941年11日", "1941-11")


def test_values_are_written_down_and_read_back() -> None:
    for each in extract(rows("职工登记表", HEAD)).fields:
        assert FieldValue.from_json(each.as_json()) == each


def test_a_stacked_side_label_is_no_value() -> None:
    tall = replace(line(300, 300, "本人简历"), box=((300, 300), (360, 300), (360, 700), (300, 700)), vertical=True)
    reading = rows("职工登记表", [(5, "姓名"), (40, "性别"), (50, "男")])
    assert values(replace(reading, lines=(*reading.lines, tall))) == {"sex": "1"}
    assert reading.width == WIDTH
