"""Rules of the hand-over list."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.text import identity
from standards.profiles import load_profile
from standards.rules import ListFacts, PersonFacts, judge_heads, judge_people
from standards.rules.people import COLUMNS, TITLE
from standards.telling import finding_text
from standards.values import Finding

DEFAULT = load_profile()
WOMAN = "11010519491231002X"


def person(row: int = 3, **more: Any) -> PersonFacts:
    facts: dict[str, Any] = {"id_number": WOMAN, "state": "ok", "name": "王芳", **more}
    return PersonFacts("list.xlsx", row, **facts)


def found(*people: PersonFacts) -> list[Finding]:
    return judge_people(people, DEFAULT)


def kinds(*people: PersonFacts) -> list[tuple[str, object]]:
    return [(finding.rule, finding.params.get("kind")) for finding in found(*people)]


def test_a_row_in_order_finds_nothing() -> None:
    row = person(
        sex="女", birth="19491231", retired="19991231", living="健在", organisation="甲厂", household="北京市",
        archive_no="A002-RS-001", retention="永久", given=frozenset({"name", "organisation", "household"}),
    )  # fmt: skip
    assert found(row) == []


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"sex": "男"}, [("list.sex", None)]),
        ({"sex": "女性"}, []),
        ({"sex": ""}, []),
        ({"sex": "男", "state": "checksum"}, [("id.checksum", None)]),
        ({"birth": "19491231"}, []),
        ({"birth": "19491230"}, [("list.birth", "differs")]),
        ({"birth": "19490000"}, []),
        ({"birth": "1949-12-31"}, [("list.birth", "form")]),
        ({"birth": "农历1949年11月12日"}, [("list.birth", "form")]),
        ({"birth": "不详"}, [("list.birth", "no-date")]),
        ({"birth": "19491230", "state": "checksum"}, [("id.checksum", None)]),
        ({"retired": "20091231", "birth": "19491231"}, []),
        ({"retired": "19391231", "birth": "19491231"}, [("list.retired", "before-birth")]),
        ({"retired": "1999年12月"}, [("list.retired", "form")]),
        ({"died": "20200101", "living": "死亡"}, []),
        ({"died": "20200101", "living": "健在"}, [("list.death", "living")]),
        ({"died": "19400101", "birth": "19491231"}, [("list.death", "before-birth")]),
        ({"living": "死亡"}, []),
        ({"living": "不知"}, [("record.values", None)]),
        ({"retention": "定期30年"}, []),
        ({"retention": "D30"}, []),
        ({"retention": "随便"}, [("record.values", None)]),
        ({"edges": ("姓名",)}, [("list.blank-edges", None)]),
        ({"given": frozenset({"household"})}, [("list.empty", None)]),
        ({"name": "王□芳"}, [("list.characters", "unreadable")]),
        ({"name": "王?芳"}, [("list.characters", "unreadable")]),
        ({"name": "王\ue5a0"}, [("list.characters", "unreadable")]),
        ({"name": "\ue863芳"}, [("list.characters", "private")]),
        ({"name": "𠮷䶮芳"}, []),
        ({"id_number": "99010519491231002X"}, [("id.area", None)]),
    ],
)
def test_a_row_against_its_number_and_itself(more: dict[str, Any], expected: list[tuple[str, object]]) -> None:
    findings = found(person(**more))
    assert [(finding.rule, finding.params.get("kind")) for finding in findings] == expected
    assert {finding.verdict for finding in findings} <= {"review"}
    assert "王芳" not in repr(findings)
    assert "491231" not in repr(findings).replace("19491231", "")


def test_how_a_list_is_written_is_one_finding_with_its_lines() -> None:
    rows = [person(n, birth="1949-12-31", given=frozenset({"household"})) for n in range(3, 103)]
    findings = [finding for finding in found(*rows) if finding.rule != "id.duplicate"]
    assert [(finding.rule, finding.params["rows"], finding.params["count"]) for finding in findings] == [
        ("list.birth", "3–102", 100),
        ("list.empty", "3–102", 100),
    ]
    assert "第 3–102 行" in finding_text(findings[0], "zh_CN")


@given(st.dates(date(1900, 1, 1), date(2000, 12, 31)), st.integers(0, 999))
def test_what_the_number_itself_says_is_never_a_breach(born: date, serial: int) -> None:
    first = f"110105{born:%Y%m%d}{serial:03d}"
    sex = "男" if serial % 2 else "女"
    row = person(id_number=first + identity.check_digit(first), sex=sex, birth=f"{born:%Y%m%d}")
    assert found(row) == []
    assert kinds(person(id_number=row.id_number, sex="女" if sex == "男" else "男")) == [("list.sex", None)]


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        (("A002-RS-001", "A002-RS-002"), []),
        (("", ""), []),
        (("A002-RS-001", ""), [("record.mandatory", None)]),
        (("A002-RS-001", "A002-RS-001"), [("archive-no.unique", None)]),
        (("A002-RS-001", "A002–RS–001"), [("archive-no.separator", None), ("archive-no.unique", None)]),
        (("A002-RS-001", "甲-1"), [("archive-no.form", "form")]),
        (("A002-RS-001", "A002-WS-002"), [("archive-no.form", "category")]),
        (("A002-RS.1-001", "A002-RS·1-002"), [("archive-no.separator", None)]),
    ],
)
def test_archive_numbers(numbers: tuple[str, str], expected: list[tuple[str, object]]) -> None:
    first = person(3, archive_no=numbers[0])
    second = person(4, id_number="440524188001010014", name="李强", archive_no=numbers[1])
    assert kinds(first, second) == expected


def test_the_width_of_numbers_is_one_in_a_fonds() -> None:
    rows = [person(n, id_number=None, state="old", name=f"甲{n}", archive_no=f"A002-RS-{n:04d}") for n in range(3, 8)]
    odd = person(9, id_number=None, state="old", name="乙", archive_no="A002-RS-009")
    (finding,) = found(*rows, odd)
    assert (finding.params["kind"], finding.params["rows"]) == ("padding", "9")


def test_one_person_in_two_lists_has_no_number_twice() -> None:
    here = person(3, archive_no="A002-RS-001")
    there = PersonFacts("other.xlsx", 9, WOMAN, "ok", name="王芳", archive_no="A002-RS-001")
    assert [finding.rule for finding in found(here, there)] == ["id.duplicate"]


@pytest.mark.parametrize(
    ("title", "labels", "said"),
    [
        (TITLE, COLUMNS, None),
        ("甲公司 " + TITLE, (*COLUMNS, ""), None),
        ("", COLUMNS, TITLE),
        (TITLE, (COLUMNS[1], COLUMNS[0], *COLUMNS[2:]), "1: 姓名 ≠ 序号"),
        (TITLE, COLUMNS[:-1], "14: – ≠ 备注"),
        (TITLE, (*COLUMNS, "电话"), "15: 电话"),
        ("职工花名册", ("序号", "姓名", "身份证号码", "页数"), None),
        (TITLE, ("序号", "姓名"), "3: – ≠ 身份证号码"),
    ],
)
def test_the_head_of_the_form(title: str, labels: tuple[str, ...], said: str | None) -> None:
    findings = judge_heads([ListFacts("list.xlsx", title, tuple(labels))], DEFAULT)
    assert [finding.measured for finding in findings] == ([said] if said else [])
