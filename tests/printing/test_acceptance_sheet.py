"""The 验收单: it says all that it is given, on as many pages as that takes, and both boxes stand on one of them."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from pypdf import PdfReader

from printing.acceptance_sheet import AcceptanceSheet, Box, FigureLine, make_acceptance_sheet

SHORT = AcceptanceSheet(
    office="城东区档案所", serial="YS-2026-000007", printed_at="2026-11-22 16:31", operator="王静", state="accepted", round_number=1, single=False, facts=(("检验批", "YS-2026-000007"), ("移交单位", "𠮷林造纸厂")),
    strata=(), figures=(FigureLine("其他抽检项", "20 / 20 份", 1, "95 %", "≥ 95 %", "75.13 % ～ 99.87 %", "DA/T 31-2017 12", "pass"),),
    reasons=(), remarks=("抽样有误差。",), defects=(("偏斜", "轻微", 1),), rounds=((1, "accepted", "20 / 20", "2026-11-22 16:31"),),
    boxes=(Box("移交方（加工方）", "周扫描", "2026-11-22 16:40", "王静"), Box("接收方", "", "", "")),
)  # fmt: skip
LONG = replace(
    SHORT,
    state="returned",
    round_number=3,
    strata=tuple(f"东城纺织厂 · 第 {n} 类：{n * 7} 份抽 {n} 份" for n in range(1, 90)),
    reasons=("其他抽检项：看了 20，4 有缺陷；抽 20 时最多允许 1。",) * 6,
    defects=tuple((f"缺陷 {n}", "较重", n) for n in range(1, 30)),
    rounds=tuple((n, "returned", "20 / 20", "2026-11-22 16:31") for n in range(1, 4)),
)


def pages(document: AcceptanceSheet) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(make_acceptance_sheet(document))).pages]


@pytest.mark.parametrize(("document", "count"), [(SHORT, 1), (LONG, 3)])
def test_every_page_is_numbered_and_the_boxes_are_not_torn(document: AcceptanceSheet, count: int) -> None:
    texts = pages(document)
    assert len(texts) == count
    for number, text in enumerate(texts, start=1):
        assert f"第 {number} 页 共 {count} 页" in text
        assert "YS-2026-000007" in text
    assert [("接收方（盖章）" in text, "移交方（加工方）（盖章）" in text) for text in texts[:-1]] == [
        (False, False)
    ] * (count - 1)
    assert "接收方（盖章）" in texts[-1]
    assert "签字：周扫描" in texts[-1]
    assert "结论：" in texts[-1]


def test_nothing_given_is_left_out() -> None:
    whole = "".join(pages(LONG))
    assert all(f"缺陷 {n}" in whole for n in range(1, 30))
    assert whole.count("最多允许 1") == 6
    assert "不合格，退回返工" in whole
    assert "第 3 轮" in whole


def test_the_verdict_is_in_words() -> None:
    assert "结论：合格，验收" in pages(SHORT)[0]
    assert "抽检未完，无结论" in pages(replace(SHORT, state="inspecting"))[0]
    assert "结论：按现状验收" in pages(replace(SHORT, single=True))[0]


def test_the_same_values_give_the_same_bytes() -> None:
    assert make_acceptance_sheet(SHORT) == make_acceptance_sheet(SHORT)
