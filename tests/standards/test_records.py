"""DA/T 18: mandatory fields and words of a field."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from standards.profiles import Profile, load_profile
from standards.rules.records import Record, is_value, judge_records

DEFAULT = load_profile()


@pytest.fixture
def asking_all(tmp_path: Path) -> Profile:
    file = tmp_path / "all.toml"
    file.write_text('[rules."record.mandatory"]\nlimit = "all"', "utf-8")
    return load_profile(str(file))


def fields(records: list[Record], profile: Profile, level: str = "item") -> list[object]:
    return [finding.measured for finding in judge_records(level, records, profile, file="list.xlsx")]  # type: ignore[arg-type]


def test_a_field_that_no_line_fills_is_no_information() -> None:
    records = [Record(3, {"title": "甲", "date": ""}), Record(4, {"title": "乙", "date": ""})]
    assert fields(records, DEFAULT) == []


def test_a_line_that_lacks_what_others_have() -> None:
    records = [Record(3, {"title": "甲", "date": "19850301"}), Record(4, {"title": "", "date": "19850301"})]
    (finding,) = judge_records("item", records, DEFAULT, file="list.xlsx")
    assert (finding.measured, finding.params["rows"], finding.file) == ("title", "4", "list.xlsx")


def test_titles_may_repeat() -> None:
    assert fields([Record(3, {"title": "工资变动表"}), Record(4, {"title": "工资变动表"})], DEFAULT) == []


def test_a_material_inherits_from_its_dossier(asking_all: Profile) -> None:
    whole = Record(3, {"archive_no": "A002-RS-001-001", "title": "甲", "date": "19850301"})
    assert fields([whole], DEFAULT) == []
    assert fields([whole], asking_all) == []
    bare = Record(3, {"title": "甲"})
    assert fields([bare], DEFAULT) == []
    assert fields([bare], asking_all) == ["archive_no", "date"]
    # The dossier itself has nobody to inherit from; its level is what the list is.
    assert fields([bare], asking_all, "volume") == ["archive_no", "date", "responsible", "retention", "access"]


@pytest.mark.parametrize(
    ("name", "text", "good"),
    [
        ("date", "19850301", True),
        ("date", "19850300", True),
        ("date", "19850000", True),
        ("date", "[19850301]", True),
        ("date", "19851301", False),
        ("date", "19850230", False),
        ("date", "1985.3.1", False),
        ("access", "未审核", True),
        ("access", "公开", False),
        ("origin", "数字化", True),
        ("publicity", "依申请公开", True),
        ("retention", "30年", True),
        ("retention", "三十年", True),
        ("retention", "Y", True),
        ("retention", "很久", False),
        ("remark", "随便写", True),
    ],
)
def test_words_of_a_field(name: str, text: str, good: bool) -> None:
    assert is_value(name, text) is good


@given(st.dates())
def test_every_day_is_a_date_and_so_are_its_month_and_year(day) -> None:  # type: ignore[no-untyped-def]
    if 1850 <= day.year <= 2100:
        assert is_value("date", f"{day:%Y%m%d}")
        assert is_value("date", f"[{day:%Y%m}00]")


@given(st.text(max_size=12))
def test_any_text_has_an_answer(text: str) -> None:
    assert is_value("date", text) in (True, False)
