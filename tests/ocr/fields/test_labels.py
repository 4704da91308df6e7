"""Labels are cut out of lines whatever stands between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.fields.forms import labels
from ocr.fields.labels import labels_and_runs
from ocr.fields.strips import strips_of
from tests.ocr.fields.sheets import rows

STRONG = sorted(key for key, field in labels().fields.items() if field and key not in labels().weak)
VALUES = st.text("甲乙丙丁戊己庚辛壬癸", min_size=1, max_size=8)


@given(st.lists(st.tuples(st.sampled_from(STRONG), VALUES), min_size=1, max_size=4), st.sampled_from([":", "：", ": "]))
def test_labels_with_colons_and_their_values_are_found_again(pairs: list[tuple[str, str]], colon: str) -> None:
    reading = rows("", [(2, "".join(label + colon + value for label, value in pairs))])
    found, _ = labels_and_runs(strips_of(reading), labels())
    assert [(each.key, each.behind.text if each.behind else "") for each in found] == pairs


@given(st.text(max_size=30))
def test_any_line_is_cut_into_labels_and_runs_that_do_not_overlap(text: str) -> None:
    strips = strips_of(rows("", [(2, text)])) if text else ()
    found, free = labels_and_runs(strips, labels())
    taken = sum(len(each.key) + (len(each.behind.text) if each.behind else 0) for each in found)
    assert taken + sum(len(run.text) for run in free) <= sum(len(strip.text) for strip in strips)


@pytest.mark.parametrize(
    "text",
    ["招工单位意见", "女方姓名:张三", "性别和年龄", "单位", "工作单位", "姓名笔迹", "个人总结"],
)
def test_what_asks_for_something_else(text: str) -> None:
    found, _ = labels_and_runs(strips_of(rows("", [(2, text)])), labels())
    assert [each.field for each in found if each.field not in (None, "unit")] == []


def test_a_label_but_for_one_letter() -> None:
    (found,), free = labels_and_runs(strips_of(rows("", [(2, "参加工作时问")])), labels())
    assert (found.field, found.guessed, free) == ("work_start_date", True, [])
