"""The report of a check as HTML, PDF and XLSX, from plain values."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from xml.etree import ElementTree as ET

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader

from printing.check_report.html import MOST_LINES, html_report
from printing.check_report.model import (
    MEASURES,
    CauseLine,
    Chart,
    DossierLine,
    Line,
    Mark,
    MaterialLine,
    PageLine,
    PersonLine,
    Picture,
    Report,
    Said,
    Series,
    Sight,
    same,
)
from printing.check_report.pdf import MOST_LINES as PAPER_LINES
from printing.check_report.pdf import write_pdf
from printing.check_report.scale import nice_ticks
from printing.check_report.sheets import write_xlsx
from printing.check_report.svg import chart_svg

HOSTILE = "<img src=x onerror=alert(1)>\"'&.jpg"


def picture() -> Picture:
    data = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(data, "JPEG")
    return Picture(data.getvalue(), 1200, 1600)


def report(lines: int = 3, place: str = HOSTILE) -> Report:
    def told() -> Iterator[Line]:
        return (
            Line(place, number, "LT-1", Said(f"第 {number} 页太低", f"page {number} low")) for number in range(lines)
        )

    cause = CauseLine(
        "page.dpi", "fail", "major", "text", Said("分辨率 · 150 dpi", "resolution · 150 dpi"), "DA/T 31-2017 9.4",
        lines, lines, told,
    )  # fmt: skip
    columns = Chart(
        Said("分布", "Spread"), Said("分辨率（dpi）", "Resolution (dpi)"), Said("页数", "Pages"),
        (same("100–200"), same("200–300")), (Series(Said("页数", "Pages"), (lines, 40)),), "columns",
        Said("另有 2 页测不出。", "2 more."),
    )  # fmt: skip
    bars = Chart(
        Said("各卷", "Dossiers"), Said("页数", "Pages"), Said("卷", "Dossier"), (same("LT-1"),),
        (Series(Said("不合格", "fail"), (3,), "fail"), Series(Said("通过", "pass"), (40,), "pass")), "bars",
    )  # fmt: skip
    mark = Mark((100, 200, 500, 300), "fail", Said("这里", "here"))
    return Report(
        about="B01", profile=Said("方案", "profile"), profile_id="da-t-31", made_at="2026-11-22 08:00", operator="李四",
        program="Juanzong", causes=(cause,), dossiers=(DossierLine("LT-1", "张三", 43, (3, 0, 0, 40), 3),),
        counts={"files": 43, "pages": 43, "dossiers": 1, "fail": 3, "review": 0, "not_measurable": 0, "pass": 40},
        materials=(MaterialLine("LT-1", "1-1", "=1+1", 40, 43, 1),),
        people=(PersonLine("名单.xlsx", 3, "张三", "110101********0011", "ok", 40, 43, "LT-1"),),
        charts=(columns, bars), left_out=7, notes=(Said("第 9 行无处可放", "row 9 fits nowhere"),), ignored=("notes.txt",),
        sights=(Sight(place, 1, "fail", (Said("第 1 页太低", "page 1 low"),), (mark,), picture),),
        pages=lambda: iter([PageLine(place, 1, "LT-1", "1-1", "fail", 1, (150, *[""] * (len(MEASURES) - 1)))]),
    )  # fmt: skip


class Seen(HTMLParser):
    """What a browser would make of it: tags with their attributes."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))


def seen(text: str) -> Seen:
    parser = Seen()
    parser.feed(text)
    parser.close()
    return parser


def test_the_html_is_one_file_without_script_or_address() -> None:
    text = "".join(html_report(report(), 560))
    tags = seen(text).tags
    assert "default-src 'none'" in text
    assert not [tag for tag, _ in tags if tag in ("script", "link", "iframe", "img", "object")]
    assert all(not name.startswith("on") for _, attributes in tags for name in attributes)
    linked = [value or "" for _, attributes in tags for name, value in attributes.items() if name in ("href", "src")]
    assert linked
    assert all(value.startswith("data:image/jpeg;base64,") for value in linked)
    assert not re.search(r"url\((?!#)", text)
    assert "第 9 行无处可放" in text
    assert "row 9 fits nowhere" in text


def test_the_spot_is_framed_in_pixels_of_the_stored_image() -> None:
    tags = seen("".join(html_report(report(), 560))).tags
    assert ("svg", "0 0 1200 1600") in [(tag, attributes.get("viewbox")) for tag, attributes in tags]
    frames = [each for tag, each in tags if tag == "rect" and each.get("stroke") == "#b3261e"]
    assert [(each["x"], each["y"], each["width"], each["height"]) for each in frames] == [("100", "200", "400", "100")]


def test_a_long_cause_is_cut_and_says_so() -> None:
    text = "".join(html_report(report(MOST_LINES + 5), 560))
    assert len([tag for tag, _ in seen(text).tags if tag == "li"]) == MOST_LINES + 3  # a sight, a note, an ignored file
    assert f"共 {MOST_LINES + 5:,} 处" in text


def test_a_page_that_cannot_be_opened_any_more_is_told_without_its_image() -> None:
    whole = report()
    text = "".join(html_report(replace(whole, sights=(replace(whole.sights[0], load=lambda: None),)), 560))
    assert "图像打不开" in text


def test_charts_name_their_axes_and_lose_no_count() -> None:
    for chart in report().charts:
        root = ET.fromstring(chart_svg(chart))
        texts = [each.text for each in root.iter() if each.tag.endswith("text")]
        assert chart.x.zh in texts
        assert chart.y.zh in texts
        told = [each.text or "" for each in root.iter() if each.tag.endswith("title")]
        assert sum(int(text.rpartition(": ")[2]) for text in told if ": " in text) == sum(
            sum(series.values) for series in chart.series
        )


@given(st.integers(0, 10**7))
def test_ticks_reach_the_highest_and_are_few(highest: int) -> None:
    ticks = nice_ticks(highest)
    assert ticks[0] == 0
    assert ticks[-1] >= highest
    assert 2 <= len(ticks) <= 7
    assert len(set(ticks)) == len(ticks)


def test_the_pdf_counts_its_sheets_and_names_what_a_report_must(tmp_path: Path) -> None:
    write_pdf(report(PAPER_LINES + 200), tmp_path / "r.pdf", 560)
    sheets = PdfReader(tmp_path / "r.pdf").pages
    texts = [sheet.extract_text() for sheet in sheets]
    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert f"第 {number} 页，共 {len(texts)} 页" in text
        assert "李四" in text
    whole = "\n".join(texts)
    for expected in (
        "数字化质量检测报告",
        "da-t-31",
        "2026-11-22 08:00",
        "DA/T 31-2017 9.4",
        "LT-1",
        "第 9 行无处可放",
    ):
        assert expected in whole
    assert f"共 {PAPER_LINES + 200} 处" in whole
    assert all(round(float(sheet.mediabox.width)) == 595 for sheet in sheets)
    assert sum(len(sheet.images) for sheet in sheets) == 1


def test_the_workbook_holds_all_and_no_formula(tmp_path: Path) -> None:
    write_xlsx(report(5), tmp_path / "r.xlsx")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    assert book.sheetnames == ["汇总", "原因", "检测结果", "页", "卷", "材料", "名单"]
    assert book["检测结果"].max_row == 6
    assert book["材料"]["C2"].value == "=1+1"
    assert book["材料"]["C2"].data_type == "s"
    assert [cell.value for cell in book["名单"][2]][2:5] == ["张三", "110101********0011", "正确 right"]
    assert book["页"]["G2"].value == 150
    with zipfile.ZipFile(tmp_path / "r.xlsx") as file:
        assert not [name for name in file.namelist() if b"<f>" in file.read(name)]


@pytest.mark.parametrize("odd", ["\x00\x0b", "\ud800", "𠮷𬀩", "a" * 40_000])
def test_no_name_breaks_a_form(odd: str, tmp_path: Path) -> None:
    write_xlsx(report(1, odd), tmp_path / "r.xlsx")
    assert openpyxl.load_workbook(tmp_path / "r.xlsx")["页"].max_row == 2
    text = "".join(html_report(report(1, odd), 560))
    assert text.encode("utf-8", "replace")
    if len(odd) < 100 and odd != "\ud800":
        write_pdf(report(1, odd), tmp_path / "r.pdf", 560)
        assert PdfReader(tmp_path / "r.pdf").pages
