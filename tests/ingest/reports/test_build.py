"""From what a check found to the values of its report."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from PIL import Image

from base.errors import InputError, StorageError
from ingest.check import CheckReport
from ingest.delivery.read import read_delivery
from ingest.reports import charts
from ingest.reports.build import build_report
from ingest.reports.sights import Candidate, boxes_of, choose
from ingest.reports.write import require_form, write_report
from standards.profiles import load_profile
from standards.values import Finding, Measure, PageFacts

NUMBER = "110101195001010015"


def jpeg() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 400), "white").save(out, "JPEG")
    return out.getvalue()


def list_of(root: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["序号", "姓名", "身份证号", "页数"])
    sheet.append([1, "张三", NUMBER, 3])
    sheet.append([2, "李四", "110101195001010023", 4])
    book.save(root / "移交案卷目录.xlsx")


@pytest.fixture
def found(tmp_path: Path) -> CheckReport:
    """Three pages of one dossier (one with two findings), one listed person without any."""
    root = tmp_path / "B01"
    folder = root / f"张三{NUMBER}" / "1" / "1"
    folder.mkdir(parents=True)
    for number in (1, 2, 3):
        (folder / f"00{number}.jpg").write_bytes(jpeg())
    list_of(root)
    delivery = read_delivery(root)
    pages = [
        PageFacts(
            page.file.path, 1,
            {"dpi": Measure("dpi", 150.0 + 50 * index, "dpi"), "skew_deg": Measure("skew_deg", None, reason="reason.x")},
            page.dossier, page.material, page.number,
        )
        for index, page in enumerate(delivery.pages())
    ]  # fmt: skip
    low = Finding("page.dpi", "fail", "major", pages[0].file, 1, None, 150, 200, "dpi", "DA/T 31-2017 9.4", "text",
                  {"boxes": [(10, 20, 30, 40)]})  # fmt: skip
    skew = Finding("page.skew", "review", "minor", pages[0].file, 1, None, 3.0, 1.0, "°")
    other = replace(low, file=pages[2].file, params={})
    # Named by the first image of a material, and on no page.
    count = Finding("number.gap", "fail", "major", pages[1].file, None, f"{pages[1].dossier}/1-1", "4")
    absent = Finding("catalogue.count", "review", "major", None, None, "somebody else", 0, 4)
    return CheckReport(
        3, 1, tuple(pages), (low, skew, other, absent, count), ("notes.txt",), load_profile(), delivery,
        (InputError("match.materials-unplaced", path=f"{NUMBER}.xlsx", count=1, row=2),),
    )  # fmt: skip


def test_counts_agree_wherever_they_stand(found: CheckReport) -> None:
    report = build_report(found, "op", 10)
    (dossier,) = report.dossiers
    assert dossier.verdicts == (2, 0, 0, 1)
    assert (dossier.pages, dossier.findings, dossier.person) == (3, 4, "张三")
    assert [(cause.rule, cause.count, cause.pages) for cause in report.causes] == [
        ("page.dpi", 2, 2), ("number.gap", 1, 0), ("catalogue.count", 1, 0), ("page.skew", 1, 1),
    ]  # fmt: skip
    assert sum(cause.count for cause in report.causes) == len(found.findings)
    assert [page.verdict for page in report.pages()] == ["fail", "pass", "fail"]
    assert [len(list(cause.lines())) for cause in report.causes] == [2, 1, 1, 1]
    # Read again, it says the same: the iterators are made anew.
    assert len(list(report.pages())) == 3


def test_no_id_number_stands_in_a_report(found: CheckReport, tmp_path: Path) -> None:
    for form in ("html", "xlsx"):
        write_report(found, tmp_path / f"r.{form}", "op")
    text = (tmp_path / "r.html").read_text("utf-8")
    book = openpyxl.load_workbook(tmp_path / "r.xlsx")
    text += " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)
    assert NUMBER not in text
    assert "110101********0015" in text
    # The JSON is the contract: paths as delivered.
    write_report(found, tmp_path / "r.json", "op")
    answer = json.loads((tmp_path / "r.json").read_text("utf-8"))
    assert NUMBER in answer["pages"][0]["file"]
    assert answer["findings"][0]["boxes"] == [[10, 20, 30, 40]]
    assert "boxes" not in answer["findings"][1]


def test_people_without_a_dossier_are_listed_too(found: CheckReport) -> None:
    first, second = build_report(found, "op", 0).people
    assert (first.name, first.pages, first.promised) == ("张三", 3, 3)
    assert first.dossier.startswith("张三110101********")
    assert (second.name, second.pages, second.dossier) == ("李四", None, "")


def test_a_spot_is_shown_on_its_page(found: CheckReport) -> None:
    report = build_report(found, "op", 10)
    sight = report.sights[0]
    assert [mark.box for mark in sight.marks] == [(10, 20, 30, 40)]
    shown = sight.load()
    assert shown is not None
    assert (shown.width, shown.height) == (300, 400)
    assert shown.jpeg.startswith(b"\xff\xd8")
    source = next(iter(found.delivery.pages())).file.source
    source.unlink()
    assert sight.load() is None


def test_each_cause_gets_its_turn_before_one_gets_two() -> None:
    def page(number: int, rule: str) -> Candidate:
        return Candidate(f"{number}.jpg", 1, (Finding(rule, "review", "minor", f"{number}.jpg", 1),), lambda: None)

    many = [page(number, "page.skew") for number in range(20)] + [page(99, "page.blank")]
    shown, left_out = choose(many, 3)
    assert {sight.file for sight in shown} == {"0.jpg", "1.jpg", "99.jpg"}
    assert left_out == 18
    assert choose(many, 100)[1] == 0


@pytest.mark.parametrize("given", [None, "x", [1, 2], [[1, 2, 3]], [None]])
def test_odd_boxes_are_no_boxes(given: object) -> None:
    assert boxes_of(given) == []


def test_a_histogram_counts_every_page_once() -> None:
    chart = charts.resolution_chart([199.9, 200.0, 150.2, 601.0], 2)
    assert sum(chart.series[0].values) == 4
    assert len(chart.labels) == len(chart.series[0].values) <= 14
    assert chart.note is not None
    skew = charts.skew_chart([-12.0, -0.2, 0.0, 0.4, 3.0, 9.0], 0)
    counted = {label.zh: value for label, value in zip(skew.labels, skew.series[0].values, strict=True) if value}
    assert counted == {"< −3": 1, "−0.5~0": 1, "0~0.5": 2, "≥ 3": 2}
    assert charts.skew_chart([], 5).labels == ()


def test_a_form_is_asked_for_by_the_name(tmp_path: Path) -> None:
    for name in ("a.HTML", "a.pdf", "a.xlsx", "a.json"):
        require_form(tmp_path / name)
    with pytest.raises(InputError, match="known kind"):
        require_form(tmp_path / "a")
    (tmp_path / "a.pdf").mkdir()
    with pytest.raises(StorageError):
        require_form(tmp_path / "a.pdf")


def test_what_cannot_be_written_leaves_the_old_report(found: CheckReport, tmp_path: Path) -> None:
    target = tmp_path / "r.json"
    target.write_text("old", "utf-8")
    hindered = tmp_path / "gone" / "r.json"
    with pytest.raises(StorageError) as error:
        write_report(found, hindered, "op")
    assert error.value.code == "check.no-report"
    assert target.read_text("utf-8") == "old"
