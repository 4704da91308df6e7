"""The sentence of a finding: every rule, both languages, and the same from a finding as from its row."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, get_args

import pytest

from base.messages import Language
from standards.registry import registry
from standards.telling import finding_text
from standards.values import Finding

# What the rules measure and add, as they give it.
_SEEN: dict[str, dict[str, Any]] = {
    "page.dpi": {"measured": 198.4},
    "page.dpi-header": {"measured": 300, "true": 198.0},
    "page.colour": {"measured": "grey"},
    "page.format": {"measured": "PNG"},
    "page.damaged": {"measured": "damaged"},
    "page.drawn": {"measured": 300},
    "page.skew": {"measured": 1.7},
    "page.blank": {"measured": 0.93},
    "page.orientation": {"measured": 180},
    "page.border": {"measured": 6.0},
    "page.sharpness": {"measured": 0.12},
    "page.duplicate": {"measured": "D-1/002.jpg", "certain": 0.97},
    "batch.format": {"measured": "JPEG, TIFF"},
    "name.pattern": {"measured": "scan.jpg"},
    "number.gap": {"measured": "3-5", "count": 3, "after": 2},
    "number.repeat": {"measured": 4, "other": "D-1/004a.jpg"},
    "catalogue.count": {"measured": 3, "limit": 4},
    "list.unreadable": {"measured": "locked"},
    "id.missing": {"measured": 7, "row": 7},
    "id.form": {"measured": 7, "row": 7},
    "id.checksum": {"measured": 7, "row": 7},
    "id.truncated": {"measured": 7, "row": 7},
    "id.duplicate": {"measured": "3, 7", "rows": "3, 7"},
    "dossier.key-paper": {"measured": "retirement", "needed": 1, "have": 0},
    "dossier.score": {"measured": 55},
    "page.crop": {"measured": 0.4, "pixels": 16},
    "page.contrast": {"measured": 0.08},
    "page.clipped": {"measured": 0.7},
    "page.bleed-through": {"measured": 0.95},
    "page.streaks": {"measured": 0.95},
    "page.moire": {"measured": 0.6},
    "page.bit-depth": {"measured": 8, "limit": 24},
    "name.archive-no": {"measured": 4, "kind": "mixed"},
    "set.pairs": {"measured": 2, "kind": "original", "numbers": "3, 5"},
    "set.traces": {"measured": 12},
    "catalogue.total": {"measured": 30, "limit": 31},
    "class.code": {"measured": "11", "kind": "unknown", "scheme": "十大类", "row": 4, "count": 2},
    "class.number": {"measured": "4-1-(2)", "kind": "gap", "row": 4},
    "material.order": {"measured": "19850301", "limit": "19860301", "class_name": "履历类", "row": 4},
    "archive-no.form": {"measured": "A-1", "kind": "form", "rows": "3–9", "count": 7},
    "archive-no.separator": {"measured": "A002-RS.1-001", "rows": "3", "count": 1},
    "archive-no.unique": {"measured": "A002-RS-001", "rows": "3, 4"},
    "record.mandatory": {"measured": "title", "rows": "3", "count": 1},
    "record.values": {"measured": "retention", "rows": "3", "count": 1, "said": "不知道"},
    "list.columns": {"measured": "3: 身份证 ≠ 身份证号码"},
    "list.blank-edges": {"measured": "姓名", "rows": "3", "count": 1},
    "list.empty": {"measured": "姓名", "rows": "3", "count": 1},
    "list.characters": {"measured": 3, "kind": "unreadable", "row": 3},
    "list.sex": {"measured": "男", "limit": "女", "row": 3},
    "list.birth": {"kind": "differs", "row": 3},
    "list.retired": {"measured": "19500101", "kind": "before-birth", "row": 3},
    "list.death": {"kind": "form", "rows": "3", "count": 1},
    "id.area": {"measured": "99", "row": 3},
    "person.other-id": {"measured": "340524********001X", "certain": 0.99},
    "person.other-name": {"certain": 0.97},
    "page.cut-off": {"measured": 2},
    "page.covered": {"measured": 1},
    "catalogue.title": {"certain": 0.9},
    "catalogue.date": {"measured": "1970-04-08", "limit": "1972-09-22", "certain": 0.99},
    "birth.contradiction": {"measured": "1947-04", "limit": "1949-12-31", "certain": 0.99},
    "package.layout": {"measured": 0, "kind": "note"},
    "package.layout-d93": {"measured": 0, "kind": "catalogue"},
    "package.note": {"measured": "移交单位、档案数量"},
    "package.catalogue": {"measured": "题名", "kind": "missing", "count": 3},
    "package.catalogue-d93": {"measured": "密级", "kind": "missing", "count": 3},
    "package.xml": {"measured": 2, "kind": "damaged", "name": "目录文件.XML"},
    "package.encoding": {"measured": "BIG5", "kind": "foreign", "count": 1},
    "package.count": {"measured": 3, "limit": 4},
    "package.match": {"measured": 2, "kind": "no-folder", "name": "A002-RS-001"},
    "package.unsafe": {"measured": 1, "kind": "dtd", "name": "目录文件.XML"},
    "package.unlisted": {"measured": 1, "name": "readme.txt"},
}


def _finding(rule: str) -> Finding:
    seen = dict(_SEEN[rule])
    page = 3 if registry()[rule].applies_to == "page" else None
    return registry()[rule].finding(file="D-1/003.jpg", page=page, **seen)


def _as_kept(finding: Finding) -> Finding:
    """The figures as the catalogue of the office keeps them: as text."""
    text = {
        name: None if getattr(finding, name) is None else str(getattr(finding, name)) for name in ("measured", "limit")
    }
    return replace(finding, **text)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("rule", registry())
def test_every_rule_has_a_sentence_and_its_row_the_same(rule: str, language: Language) -> None:
    finding = _finding(rule)
    told = finding_text(finding, language, finding.page)
    assert told.endswith(("。", "."))
    assert not re.search(r"[{}]|None|\d\.0\b", told)
    assert finding_text(_as_kept(finding), language, finding.page) == told
    if finding.page and rule != "name.pattern":  # about the file, which it names
        assert re.search(r"第 3 页|[Pp]age 3", told)


def test_the_sentence_says_value_limit_and_clause() -> None:
    assert (
        finding_text(_finding("page.dpi"), "zh_CN", 3) == "第 3 页分辨率 198.4 dpi，低于 200 dpi（DA/T 31-2017 9.4）。"
    )
    assert "卷内目录写 4 页，图像有 3 页" in finding_text(_finding("catalogue.count"), "zh_CN")
    assert "以灰度方式" in finding_text(_finding("page.colour"), "zh_CN", 3)


def test_a_rule_that_went_and_a_page_that_is_not_counted_give_their_figures() -> None:
    gone = replace(_finding("page.dpi"), rule="page.gone", measured=1.0)
    assert finding_text(gone, "zh_CN", 3) == "page.gone · 1 dpi · 限值 200 dpi · DA/T 31-2017 9.4"
    assert finding_text(_finding("page.dpi"), "en") == "resolution · 198.4 dpi · limit 200 dpi · DA/T 31-2017 9.4"
