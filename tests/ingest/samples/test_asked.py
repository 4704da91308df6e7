"""What a page asks for is what was written on it."""

from __future__ import annotations

import pytest

from ingest.samples.asked import asked_on
from ingest.samples.materials import Material, day_of, forms, write_material
from ingest.samples.people import make_person
from ingest.samples.words import rng_of, split_of
from ocr.fields import FIELDS

ROWS = """
title 6 | 关于{name}同志的批复
free 8 | 单位:{unit} | 填表人:{name} | {date}
10 | 现名@10 | {name}@20 | 出生地@10 | {native}@20 | 入厂时间@10 | {work_start}@20
10 | 现任职务@10 | {workshop}{trade}@20 | 退休类别@10 | 正常退休@20 | 曾用名@10 | {former}@20
list family 9 6 家庭@9 | 称谓@14 | 姓名@20
para 4 | 乙方(职工姓名):{name} 性别:{sex},{birth}出生,从事{trade}工作
"""
FIELDS_OF = {
    "name": "张三", "unit": "某厂", "date": "1971年3月5日", "native": "山东省烟台市", "work_start": "1971年3月", "workshop": "一车间",
    "trade": "钳工", "former": "", "sex": "男", "birth": "1953年3月5日",
}  # fmt: skip


def test_each_value_has_the_name_its_label_gives_it() -> None:
    assert {(each.name, each.value, each.normal) for each in asked_on(ROWS, FIELDS_OF, "hand")} == {
        ("unit", "某厂", None),
        ("name", "张三", None),
        ("birthplace", "山东省烟台市", None),
        ("unit_start_date", "1971年3月", "1971-03"),
        ("post", "一车间钳工", None),
        ("retirement_kind", "正常退休", None),
        ("sex", "男", None),
        ("birth_date", "1953年3月5日", "1953-03-05"),
    }


@pytest.mark.parametrize("seed", [2, 3])
def test_what_is_asked_for_was_written_on_the_page(seed: int) -> None:
    person, split = make_person(seed, 0), split_of(seed)
    for form in forms(split).values():
        rng = rng_of(seed, 0, 1, 9)
        material = Material(form, form.class_code, 1, form.title, day_of(rng, form, person))
        for sheet in write_material(rng, split, person, material, 40)[0]:
            written = "".join(line.text for line in sheet.lines)
            for each in sheet.asked:
                assert each.name in FIELDS
                assert set(each.value) <= set(written)
