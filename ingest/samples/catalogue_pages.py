"""The sides that factories scan into the sub-folder 目录: cover, bag, inner cover, and the printed 卷内目录."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from ingest.samples.fields import Rows
from ingest.samples.materials import Form, Material, write_material
from ingest.samples.pages import SamplePage, page_from
from ingest.samples.plan import Dossier
from ingest.samples.words import rng_of, split_of

_COVER = """
gap 60
title 15 | 人事档案
gap 70
free 16 | - | 姓名:{name} | -
free 16 | - | 单位:{unit} | -
free 16 | - | 身份证号:{id} | -
"""
_BAG = """
gap 20
title 12 | 职工档案袋
16 | 姓名@20 | {name}@40 | 工号@20 | {worker}@40
16 | 性别@20 | {sex}@40 | 籍贯@20 | {native}@40
16 | 单位@20 | {unit}@100
"""
_INNER = """
gap 30
title 8 | 档案材料整理情况
free 14 | 整理单位:{unit} | 整理日期:{date}
"""
_LIST = """
title 7 | 卷内目录
free 9 | 姓名:{name} | 单位:{unit}
list catalogue 8.6 24 -@0 | 类号@14 | 材料名称@58 | 年@12 | 月@9 | 日@9 | 份数@9 | 页数@9
"""


def catalogue_pages(seed: int, dossier: Dossier, promised: list[int], dpi: int) -> Iterator[SamplePage]:
    """Four or more sides, the catalogue from the fourth on."""
    day = date(2019, 10, 12)
    table = [
        (m.mark, m.title, str(m.day.year), str(m.day.month), str(m.day.day), "1", str(count))
        for m, count in zip(dossier.materials, promised, strict=True)
    ]
    parts = [tuple(table[start : start + 24]) for start in range(0, len(table), 24)]
    for index, rows in enumerate([_COVER, _BAG, _INNER, *[_LIST] * len(parts)]):
        form = Form("catalogue", "目录", "0", (2019, 2019), "A4", (rows,), fill="typed")
        rng = rng_of(seed, dossier.number, 60, index)
        material = Material(form, "0", 1, "目录", day)
        lists: dict[str, Rows] = {"catalogue": parts[index - 3]} if index >= 3 else {}
        sheets, fields = write_material(rng, split_of(seed), dossier.person, material, dpi, lists=lists, numbered=False)
        made = page_from(rng, sheets[0], material, dossier.person, fields, frozenset(), None, header=dpi)
        yield replace(made, material="catalogue", counted=False)
